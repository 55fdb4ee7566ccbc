//! Fitting agents to behaviour: which settings make what somebody did most probable, how sure can one be of them, and which
//! kind of agent was it?
//!
//! An agent of either tradition is a model of its choices: shown what a subject saw and did, it says at each step with which
//! probability it would have done the same. The rest, from [`fit`] on, knows nothing of agents.
//!
//! Source: Smith, Friston & Whyte (2022) for active inference; Daw (2011), Trial-by-trial data analysis using computational
//! models, for reinforcement learning.

use ndarray::Array2;

use crate::aif::agent::AifAgent;
use crate::aif::agent::pavlovian::AifPavlovian;
use crate::aif::agent::two_step::AifTwoStep;
use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Trajectory};
use crate::prob::categorical::Categorical;
use crate::prob::linalg::Lu;
use crate::prob::logistic::logistic;
use crate::prob::random::seeded;
use crate::prob::stats::Interval;
use crate::rl::agent::pavlovian::PavlovianAgent;
use crate::rl::agent::two_step::TwoStepAgent;

/// An agent that says how probable each of its actions is now.
pub trait Subject: Agent {
    /// The distribution from which `act` would draw.
    ///
    /// # Errors
    /// As the agent's own decision.
    fn choice(&mut self) -> Result<Categorical>;
}

impl Subject for AifAgent {
    fn choice(&mut self) -> Result<Categorical> {
        Ok(self.decide()?.action)
    }
}

impl Subject for AifTwoStep {
    fn choice(&mut self) -> Result<Categorical> {
        Ok(self.policy())
    }
}

impl Subject for AifPavlovian {
    fn choice(&mut self) -> Result<Categorical> {
        Ok(self.policy())
    }
}

impl Subject for PavlovianAgent {
    fn choice(&mut self) -> Result<Categorical> {
        Ok(self.policy())
    }
}

impl Subject for TwoStepAgent {
    fn choice(&mut self) -> Result<Categorical> {
        Ok(self.policy())
    }
}

/// The probability that an agent gives to each choice of some episodes, in the order in which they were made.
///
/// The agent is led through what was seen and done; it never acts. Its own generator is not used: the agents here learn without
/// chance.
///
/// # Errors
/// - [`Error::OutOfRange`]: an action that the agent does not have.
/// - Otherwise as the agent's decision.
pub fn choice_probabilities(
    subject: &mut dyn Subject,
    episodes: &[Trajectory],
) -> Result<Vec<f64>> {
    let (mut chosen, mut idle) = (Vec::new(), seeded(0));
    for episode in episodes {
        subject.begin(&episode.first);
        for (action, step) in &episode.steps {
            chosen.push(probability(&subject.choice()?, *action)?);
            subject.observe(action, step, &mut idle);
        }
    }
    Ok(chosen)
}

fn probability(choice: &Categorical, action: Action) -> Result<f64> {
    let what = || "an action of the subject".to_string();
    choice.probs().get(action).copied().ok_or_else(|| Error::OutOfRange {
        what: what(),
        index: action,
        len: choice.len(),
    })
}

/// The log-likelihood of what was chosen.
///
/// ```text
/// ln L = Σₜ ln P(uₜ | what was seen and done before t)
/// ```
/// −∞ where an action was chosen that the agent would never take. Only choices count: what the world answered is given.
///
/// # Errors
/// - [`Error::Empty`]: nothing was chosen.
/// - Otherwise as [`choice_probabilities`].
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut agent = TwoStepAgent::new(TwoStepOptions::default())?;
/// let session = episode(&mut TwoStep::new(1)?, &mut agent, &mut seeded(1));
/// let mut naive = TwoStepAgent::new(TwoStepOptions::default())?;
/// assert!((log_likelihood(&mut naive, &[session])? + 2.0 * 2f64.ln()).abs() < 1e-12); // two coins
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn log_likelihood(subject: &mut dyn Subject, episodes: &[Trajectory]) -> Result<f64> {
    let chosen = choice_probabilities(subject, episodes)?;
    if chosen.is_empty() {
        return Err(Error::Empty { what: "the list of choices".into() });
    }
    Ok(chosen.iter().map(|p| p.ln()).sum())
}

/// Where a parameter may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Any number.
    Any,
    /// Above 0: fitted as its logarithm.
    Positive,
    /// Between 0 and 1: fitted as its log-odds.
    Unit,
}

impl Range {
    fn inside(self, z: f64) -> f64 {
        match self {
            Self::Any => z,
            Self::Positive => z.exp(),
            Self::Unit => logistic(z),
        }
    }

    fn outside(self, x: f64) -> f64 {
        match self {
            Self::Any => x,
            Self::Positive => x.ln(),
            Self::Unit => (x / (1.0 - x)).ln(),
        }
    }
}

/// A parameter to be fitted, with what is believed of it before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// Where it may lie.
    pub range: Range,
    /// The most plausible value; the search starts there.
    pub typical: f64,
    /// The standard deviation of the prior, on the scale on which it is fitted (logarithm, log-odds); ∞: every value is equally
    /// plausible, which is maximum likelihood.
    pub spread: f64,
}

impl Parameter {
    /// A parameter above 0.
    pub fn positive(typical: f64, spread: f64) -> Self {
        Self { range: Range::Positive, typical, spread }
    }

    /// A parameter between 0 and 1.
    pub fn unit(typical: f64, spread: f64) -> Self {
        Self { range: Range::Unit, typical, spread }
    }

    /// A parameter of any sign.
    pub fn any(typical: f64, spread: f64) -> Self {
        Self { range: Range::Any, typical, spread }
    }

    fn log_prior(&self, z: f64) -> f64 {
        if self.spread == f64::INFINITY {
            return 0.0;
        }
        let off = (z - self.range.outside(self.typical)) / self.spread;
        -0.5 * off * off - (self.spread * (2.0 * std::f64::consts::PI).sqrt()).ln()
    }

    fn check(&self) -> Result<()> {
        let start = self.range.outside(self.typical);
        if !start.is_finite() {
            let expected = "a typical value lies inside the range of its parameter";
            return Err(Error::Parameter {
                name: "typical",
                value: self.typical,
                expected,
            });
        }
        if self.spread.is_nan() || self.spread <= 0.0 {
            let expected = "the spread of a prior is above 0; ∞ for none";
            return Err(Error::Parameter { name: "spread", value: self.spread, expected });
        }
        Ok(())
    }
}

/// The settings that make what was done most probable, and how sure one can be of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The estimate of each parameter.
    pub estimate: Vec<f64>,
    /// ln P(choices) at the estimate.
    pub log_likelihood: f64,
    /// The covariance on the scale of the fit (logarithms, log-odds), by Laplace's approximation; `None` where the estimate is not
    /// a peak in all directions: the data leave a direction open.
    pub covariance: Option<Array2<f64>>,
    /// ln P(choices), the parameters averaged over their prior, by Laplace's approximation; `None` without a covariance, or without
    /// a prior for each parameter.
    pub log_evidence: Option<f64>,
    parameters: Vec<Parameter>,
}

impl Fit {
    /// The 95 % interval of each parameter; `None` without a covariance.
    pub fn intervals(&self) -> Option<Vec<Interval>> {
        let covariance = self.covariance.as_ref()?;
        let one = |i: usize| {
            let range = self.parameters[i].range;
            let (z, half) =
                (range.outside(self.estimate[i]), 1.959_964 * covariance[[i, i]].sqrt());
            Interval {
                mean: self.estimate[i],
                lo: range.inside(z - half),
                hi: range.inside(z + half),
            }
        };
        Some((0..self.estimate.len()).map(one).collect())
    }

    /// The Bayesian information criterion; lower is better. Meant for estimates without a prior.
    ///
    /// ```text
    /// BIC = −2 ln L + k ln n
    /// ```
    /// `choices`: n, how many there were.
    pub fn bic(&self, choices: usize) -> f64 {
        bic(self.log_likelihood, self.estimate.len(), choices)
    }
}

/// The Bayesian information criterion: −2 ln L + k ln n; lower is better. Source: Schwarz (1978).
pub fn bic(log_likelihood: f64, parameters: usize, observations: usize) -> f64 {
    -2.0 * log_likelihood + parameters as f64 * (observations as f64).ln()
}

/// Finds the most probable parameters, with Laplace's approximation around them.
///
/// ```text
/// ẑ = argmax ln L(z) + ln p(z),    Σ = (−∇² (ln L + ln p))⁻¹,    ln P ≈ ln L + ln p + (k/2) ln 2π + ½ ln |Σ|
/// ```
/// `log_likelihood` gets the parameters in their own ranges. The search is that of Nelder and Mead, from the typical values, and
/// once more from where it ended.
///
/// # Errors
/// - [`Error::Empty`]: no parameter.
/// - [`Error::Parameter`]: a typical value outside of its range, or a spread that is not positive.
/// - [`Error::BadEntry`]: the likelihood at the start is not a finite number.
/// - As `log_likelihood`.
///
/// ```
/// # use aif_lib::prelude::*;
/// // Seven heads in ten tosses, no prior: the estimate is .7.
/// let coin = |x: &[f64]| Ok(7.0 * x[0].ln() + 3.0 * (1.0 - x[0]).ln());
/// let fitted = fit(&[Parameter::unit(0.5, f64::INFINITY)], &coin)?;
/// assert!((fitted.estimate[0] - 0.7).abs() < 1e-4);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn fit(
    parameters: &[Parameter],
    log_likelihood: &dyn Fn(&[f64]) -> Result<f64>,
) -> Result<Fit> {
    if parameters.is_empty() {
        return Err(Error::Empty { what: "the list of parameters".into() });
    }
    parameters.iter().try_for_each(Parameter::check)?;
    let inside = |z: &[f64]| -> Vec<f64> {
        parameters.iter().zip(z).map(|(p, z)| p.range.inside(*z)).collect()
    };
    let prior =
        |z: &[f64]| parameters.iter().zip(z).map(|(p, z)| p.log_prior(*z)).sum::<f64>();
    let cost = |z: &[f64]| -> Result<f64> {
        let value = -(log_likelihood(&inside(z))? + prior(z));
        // Far out a likelihood may lose its digits; there is nothing to find.
        Ok(if value.is_nan() { f64::INFINITY } else { value })
    };
    let start: Vec<f64> = parameters.iter().map(|p| p.range.outside(p.typical)).collect();
    let first = cost(&start)?;
    if !first.is_finite() {
        let cure = "begin where the choices are possible: change the typical values";
        return Err(Error::BadEntry {
            what: "the log-likelihood at the start".into(),
            index: 0,
            value: -first,
            cure,
        });
    }
    let z = nelder_mead(&cost, &nelder_mead(&cost, &start, 0.5, 1e-2)?, 0.1, 1e-8)?;
    let at_peak = log_likelihood(&inside(&z))?;
    let covariance = covariance(&cost, &z)?;
    let with_prior = parameters.iter().all(|p| p.spread.is_finite());
    let log_evidence = covariance.as_ref().filter(|_| with_prior).map(|(_, log_det)| {
        let k = z.len() as f64;
        at_peak + prior(&z) + 0.5 * k * (2.0 * std::f64::consts::PI).ln() + 0.5 * log_det
    });
    Ok(Fit {
        estimate: inside(&z),
        log_likelihood: at_peak,
        covariance: covariance.map(|(covariance, _)| covariance),
        log_evidence,
        parameters: parameters.to_vec(),
    })
}

type Cost<'a> = dyn Fn(&[f64]) -> Result<f64> + 'a;

/// The inverse of the second derivatives of a cost at its minimum, with the logarithm of its determinant; `None` where they are
/// not positive definite.
fn covariance(cost: &Cost<'_>, z: &[f64]) -> Result<Option<(Array2<f64>, f64)>> {
    let (n, h) = (z.len(), 1e-3);
    let at = |moves: &[(usize, f64)]| {
        let mut z = z.to_vec();
        moves.iter().for_each(|(i, by)| z[*i] += by * h);
        cost(&z)
    };
    let mut curvature = Array2::zeros((n, n));
    let here = at(&[])?;
    for i in 0..n {
        curvature[[i, i]] = (at(&[(i, 1.0)])? - 2.0 * here + at(&[(i, -1.0)])?) / (h * h);
        for j in 0..i {
            let even = at(&[(i, 1.0), (j, 1.0)])? + at(&[(i, -1.0), (j, -1.0)])?;
            let odd = at(&[(i, 1.0), (j, -1.0)])? + at(&[(i, -1.0), (j, 1.0)])?;
            curvature[[i, j]] = (even - odd) / (4.0 * h * h);
            curvature[[j, i]] = curvature[[i, j]];
        }
    }
    let Some(log_det) = log_determinant(&curvature) else { return Ok(None) };
    Ok(Lu::new("the curvature", curvature).ok().map(|lu| (lu.inverse(), -log_det)))
}

/// ln |M| of a symmetric matrix by Cholesky's factors; `None` where it is not positive definite, to four digits of its largest
/// entry, which is what finite differences give.
fn log_determinant(m: &Array2<f64>) -> Option<f64> {
    let n = m.nrows();
    let least = 1e-4 * m.iter().fold(0.0f64, |most, x| most.max(x.abs()));
    let (mut factor, mut log_det) = (Array2::<f64>::zeros((n, n)), 0.0);
    for i in 0..n {
        for j in 0..=i {
            let rest: f64 =
                m[[i, j]] - (0..j).map(|k| factor[[i, k]] * factor[[j, k]]).sum::<f64>();
            if i > j {
                factor[[i, j]] = rest / factor[[j, j]];
            } else if rest > least {
                factor[[i, i]] = rest.sqrt();
                log_det += rest.ln();
            } else {
                return None;
            }
        }
    }
    Some(log_det)
}

/// The most steps of one search.
const STEPS: usize = 400;

/// The minimum of a function of a few numbers, without derivatives: a simplex that walks downhill, until its corners differ
/// by less than `flat` in cost and its root in place. Source: Nelder & Mead (1965).
fn nelder_mead(cost: &Cost<'_>, start: &[f64], size: f64, flat: f64) -> Result<Vec<f64>> {
    let n = start.len();
    let mut corners = vec![(cost(start)?, start.to_vec())];
    for i in 0..n {
        let mut corner = start.to_vec();
        corner[i] += size;
        corners.push((cost(&corner)?, corner));
    }
    for _ in 0..STEPS {
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Two corners at equal heights on both sides of a peak are no end: they must be close together, too.
        let near = |z: &[f64]| {
            z.iter().zip(&corners[0].1).all(|(a, b)| (a - b).abs() < flat.sqrt())
        };
        if corners[n].0 - corners[0].0 < flat && corners.iter().all(|(_, z)| near(z)) {
            break;
        }
        let centre: Vec<f64> = (0..n)
            .map(|i| corners[..n].iter().map(|(_, z)| z[i]).sum::<f64>() / n as f64)
            .collect();
        // From the worst corner through the centre of the others.
        let worst = corners[n].1.clone();
        let at = |by: f64| -> Result<(f64, Vec<f64>)> {
            let z: Vec<f64> =
                centre.iter().zip(&worst).map(|(c, w)| c + by * (c - w)).collect();
            Ok((cost(&z)?, z))
        };
        let reflected = at(1.0)?;
        let better = if reflected.0 < corners[0].0 {
            let further = at(2.0)?;
            if further.0 < reflected.0 { further } else { reflected }
        } else if reflected.0 < corners[n - 1].0 {
            reflected
        } else if reflected.0 < corners[n].0 {
            let outside = at(0.5)?;
            if outside.0 < reflected.0 { outside } else { reflected }
        } else {
            at(-0.5)?
        };
        if better.0 < corners[n].0 {
            corners[n] = better;
            continue;
        }
        let best = corners[0].1.clone();
        for (value, z) in &mut corners[1..] {
            z.iter_mut().zip(&best).for_each(|(z, b)| *z = 0.5 * (*z + b));
            *value = cost(z)?;
        }
    }
    corners.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(corners.swap_remove(0).1)
}
