//! Predictive coding: beliefs about numbers, moved by prediction errors, each weighted by its precision.
//!
//! ```text
//! v₀ ~ N(μ, σ₀²),    vᵢ₊₁ ~ N(gᵢ(vᵢ), σᵢ₊₁²),    the last of them is what is seen
//! εᵢ = (vᵢ − prediction of vᵢ) / σᵢ²,             dvᵢ/dt = −εᵢ + gᵢ′(vᵢ) εᵢ₊₁ = −∂F/∂vᵢ
//! ```
//! Predictions go down, errors go up, and every value needs to know only its neighbours. Sources: Rao & Ballard (1999),
//! Nature Neuroscience 2:79–87; Bogacz (2017), Journal of Mathematical Psychology 76:198–211.
//!
//! Dual: [`crate::rl::perceive`], where the state needs no inference.

use super::FreeEnergy;
use crate::error::{Error, Result};
use crate::prob::gaussian::{Gaussian, check_number, check_variance};

/// How a value makes the next one below: mean g(v), with noise.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    g: fn(f64) -> f64,
    slope: fn(f64) -> f64,
    variance: f64,
}

impl Link {
    /// A link from its function, the derivative of that function, and the variance of the noise.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the variance is not a finite number above 0.
    pub fn new(g: fn(f64) -> f64, slope: fn(f64) -> f64, variance: f64) -> Result<Self> {
        check_variance("the variance of a link", variance)?;
        Ok(Self { g, slope, variance })
    }

    /// The plain link, g(v) = v: a value is seen as it is, with noise.
    ///
    /// # Errors
    /// As [`Link::new`].
    pub fn identity(variance: f64) -> Result<Self> {
        Self::new(|v| v, |_| 1.0, variance)
    }
}

/// A chain of hidden values, from the deepest cause to what is seen.
///
/// ```
/// # use aif_lib::prelude::*;
/// // One hidden value with prior N(0, 4), seen with noise 1 as 5: precisions 1/4 and 1, so the mean is 4.
/// let chain = Hierarchy::new(Gaussian::new(0.0, 4.0)?, vec![Link::identity(1.0)?])?;
/// let settled = chain.settle(5.0, 0.1, 10_000)?;
/// assert!(settled.converged && (settled.values()[0] - 4.0).abs() < 1e-8);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Hierarchy {
    prior: Gaussian,
    links: Vec<Link>,
}

/// How the values found their places.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// All values before the first step and after each step, the deepest first.
    pub trace: Vec<Vec<f64>>,
    /// F of each of these, in nats.
    pub free_energy: Vec<f64>,
    /// Whether the values came to rest: no velocity larger than 1e-10.
    pub converged: bool,
}

impl Settled {
    /// The last values, the deepest first.
    pub fn values(&self) -> &[f64] {
        &self.trace[self.trace.len() - 1]
    }
}

/// How fast each value moves: down by its own error, up by the error that it causes below.
///
/// ```text
/// dvᵢ/dt = −εᵢ + gᵢ′(vᵢ) εᵢ₊₁
/// ```
/// `errors`: one more than values, the last belongs to what is seen. `slopes`: gᵢ′(vᵢ).
///
/// # Panics
/// When there is not one error more than slopes.
#[track_caller]
pub fn velocity(errors: &[f64], slopes: &[f64]) -> Vec<f64> {
    assert_eq!(errors.len(), slopes.len() + 1, "one error for each value and one more");
    errors.windows(2).zip(slopes).map(|(e, slope)| -e[0] + slope * e[1]).collect()
}

impl Hierarchy {
    /// A chain from the belief about its deepest value and its links, the deepest first.
    ///
    /// # Errors
    /// [`Error::Empty`]: no link.
    pub fn new(prior: Gaussian, links: Vec<Link>) -> Result<Self> {
        if links.is_empty() {
            return Err(Error::Empty { what: "the list of links".into() });
        }
        Ok(Self { prior, links })
    }

    /// What each level predicts for the next, before anything is seen; the deepest value's prior mean first.
    pub fn predictions(&self) -> Vec<f64> {
        let mut values = vec![self.prior.mean()];
        self.links.iter().for_each(|link| values.push((link.g)(values[values.len() - 1])));
        values.truncate(self.links.len());
        values
    }

    /// The precision-weighted prediction errors εᵢ: one for each hidden value, and one for what is seen.
    ///
    /// # Panics
    /// When there is not one value for each link.
    #[track_caller]
    pub fn errors(&self, values: &[f64], seen: f64) -> Vec<f64> {
        assert_eq!(values.len(), self.links.len(), "one hidden value for each link");
        let mut errors = vec![(values[0] - self.prior.mean()) / self.prior.variance()];
        for (i, link) in self.links.iter().enumerate() {
            let below = values.get(i + 1).copied().unwrap_or(seen);
            errors.push((below - (link.g)(values[i])) / link.variance);
        }
        errors
    }

    /// F of the values as point estimates: −ln p(values, seen), in nats.
    ///
    /// ```text
    /// F = ½ Σᵢ [ σᵢ² εᵢ² + ln 2πσᵢ² ]
    /// ```
    /// The entropy of the belief around the values does not move with them (Laplace's approximation) and is left out.
    ///
    /// # Panics
    /// As [`Hierarchy::errors`].
    #[track_caller]
    pub fn free_energy(&self, values: &[f64], seen: f64) -> f64 {
        let variances = [self.prior.variance()]
            .into_iter()
            .chain(self.links.iter().map(|link| link.variance));
        let part =
            |(e, v): (f64, f64)| 0.5 * (v * e * e + (std::f64::consts::TAU * v).ln());
        self.errors(values, seen).into_iter().zip(variances).map(part).sum()
    }

    /// Lets the values settle: v ← v + rate · velocity, from the predictions, until nothing moves or `max_steps` are done.
    ///
    /// # Errors
    /// - [`Error::Parameter`]: what is seen or the rate is not a finite number, or the rate is not above 0; or the
    ///   values ran away to infinity, because the rate is too large.
    pub fn settle(&self, seen: f64, rate: f64, max_steps: usize) -> Result<Settled> {
        check_number("what is seen", seen)?;
        if !(rate.is_finite() && rate > 0.0) {
            let expected = "a rate is a finite number above 0";
            return Err(Error::Parameter { name: "the rate", value: rate, expected });
        }
        let mut values = self.predictions();
        let mut settled = Settled { trace: vec![], free_energy: vec![], converged: false };
        for step in 0..=max_steps {
            settled.free_energy.push(self.free_energy(&values, seen));
            settled.trace.push(values.clone());
            let slopes: Vec<f64> =
                self.links.iter().zip(&values).map(|(link, v)| (link.slope)(*v)).collect();
            let v = velocity(&self.errors(&values, seen), &slopes);
            if !v.iter().all(|v| v.is_finite() && v.abs() < 1e100) {
                let expected = "the values ran away: use a smaller rate";
                return Err(Error::Parameter { name: "the rate", value: rate, expected });
            }
            settled.converged = v.iter().all(|v| v.abs() <= 1e-10);
            if settled.converged || step == max_steps {
                break;
            }
            values.iter_mut().zip(&v).for_each(|(x, v)| *x += rate * v);
        }
        Ok(settled)
    }
}

/// The variational free energy of a Gaussian belief about a number that is seen with noise, in its parts.
///
/// ```text
/// complexity = KL[q‖prior],    accuracy = E_q[ln N(o; x, σₒ²)] = −½ [ ((o − m)² + s²)/σₒ² + ln 2πσₒ² ]
/// ```
/// Smallest, and equal to −ln p(o), at [`Gaussian::posterior`].
///
/// # Errors
/// [`Error::Parameter`]: the noise is not above 0, or what is seen is not finite.
pub fn gaussian_free_energy(
    q: &Gaussian,
    prior: &Gaussian,
    noise: f64,
    seen: f64,
) -> Result<FreeEnergy> {
    check_number("what is seen", seen)?;
    check_variance("the noise", noise)?;
    let sensor = Gaussian::new(q.mean(), noise)?;
    let accuracy = sensor.log_density(seen) - 0.5 * q.variance() / noise;
    let (complexity, entropy) = (q.kl(prior), q.entropy());
    Ok(FreeEnergy {
        complexity,
        accuracy,
        energy: complexity + entropy - accuracy,
        entropy,
    })
}
