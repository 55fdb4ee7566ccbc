//! Metacognition: how well confidence tells right decisions from wrong ones, on the scale of how well things are told apart.
//!
//! A subject says which of two things it saw, and how sure it is. Signal detection theory puts the evidence on a line: −d′/2 on
//! average for the first thing, d′/2 for the second, with variance 1. Where it lies decides the answer, and how far from the
//! criterion the confidence. meta-d′ is the d′ of which the confidence would be the best possible.
//!
//! Source: Maniscalco & Lau (2012).

use special::Error as _;

use super::fit::{Fit, Parameter, fit};
use crate::error::{Error, Result};
use crate::prob::logistic::logistic;
use crate::prob::random::{Rng, standard_normal, uniform01};

/// The distribution function of the standard normal.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * (-x / std::f64::consts::SQRT_2).compl_error()
}

/// Its inverse, z: below this point lies the part `p`; −∞ for 0, ∞ for 1.
///
/// # Errors
/// [`Error::Parameter`]: not a probability.
pub fn normal_quantile(p: f64) -> Result<f64> {
    if !(0.0..=1.0).contains(&p) {
        let expected = "a probability lies between 0 and 1";
        return Err(Error::Parameter { name: "p", value: p, expected });
    }
    if p == 0.0 || p == 1.0 {
        return Ok(if p == 0.0 { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    let (mut lo, mut hi) = (-40.0, 40.0);
    for _ in 0..80 {
        let middle = 0.5 * (lo + hi);
        *(if normal_cdf(middle) < p { &mut lo } else { &mut hi }) = middle;
    }
    Ok(0.5 * (lo + hi))
}

/// How often each rating was given: `counts[thing][answer][rating]`, ratings from the least sure to the surest.
pub type Ratings = [[Vec<usize>; 2]; 2];

/// How well two things are told apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sensitivity {
    /// d′: the distance of the two means, in standard deviations.
    pub d: f64,
    /// c: where the criterion lies, from the point half-way; above 0: the second answer is given too rarely.
    pub criterion: f64,
}

/// d′ and c from the hits and the false alarms.
///
/// ```text
/// H = (hits + ½)/(second things + 1),  F = (false alarms + ½)/(first things + 1)
/// d′ = z(H) − z(F),    c = −½ (z(H) + z(F))
/// ```
/// The halves keep both finite where nobody erred.
///
/// # Errors
/// [`Error::Empty`]: one of the two things was never shown.
///
/// ```
/// use aif_lib::experiment::metacognition::sensitivity;
/// let seen = sensitivity(&[[vec![40, 44], vec![10, 5]], [vec![8, 7], vec![44, 40]]])?;
/// assert!((seen.d - 2.0304).abs() < 1e-3 && seen.criterion.abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn sensitivity(ratings: &Ratings) -> Result<Sensitivity> {
    let count =
        |thing: usize, answer: usize| ratings[thing][answer].iter().sum::<usize>() as f64;
    let rate = |thing: usize| -> Result<f64> {
        let all = count(thing, 0) + count(thing, 1);
        if all == 0.0 {
            return Err(Error::Empty {
                what: "the list of trials with one of the two things".into(),
            });
        }
        normal_quantile((count(thing, 1) + 0.5) / (all + 1.0))
    };
    let (false_alarms, hits) = (rate(0)?, rate(1)?);
    Ok(Sensitivity { d: hits - false_alarms, criterion: -0.5 * (hits + false_alarms) })
}

/// The probability of each rating, given what was shown and what was answered.
///
/// ```text
/// P(rating | thing, answer) = P(evidence between the rating's two criteria | thing) / P(answer | thing)
/// ```
/// `criteria[answer]`: how far from c each criterion lies, outwards, rising; one fewer than ratings. Result:
/// `[thing][answer][rating]`.
pub fn rating_probabilities(
    d: f64,
    criterion: f64,
    criteria: &[Vec<f64>; 2],
) -> [[Vec<f64>; 2]; 2] {
    let given = |thing: usize, answer: usize| {
        // Evidence beyond x, on the side of the answer, measured outwards from the criterion.
        let (mean, out) = ([-0.5 * d, 0.5 * d][thing], [-1.0, 1.0][answer]);
        let beyond = |x: f64| normal_cdf(out * (mean - criterion) - x);
        let edges: Vec<f64> = criteria[answer].iter().map(|x| beyond(*x)).collect();
        let all = beyond(0.0);
        let from = std::iter::once(all).chain(edges.iter().copied());
        let to = edges.iter().copied().chain(std::iter::once(0.0));
        from.zip(to).map(|(from, to)| (from - to) / all).collect()
    };
    [0, 1].map(|thing| [0, 1].map(|answer| given(thing, answer)))
}

/// What confidence says.
#[derive(Debug, Clone)]
pub struct Metacognition {
    /// d′ and c of the decisions.
    pub decisions: Sensitivity,
    /// meta-d′.
    pub meta_d: f64,
    /// Its 95 % interval; `None` where the data leave it open.
    pub interval: Option<crate::prob::stats::Interval>,
    /// The whole fit: meta-d′ first, then the steps from each criterion to the next.
    pub fit: Fit,
}

/// Finds meta-d′: the sensitivity with which the ratings would be most probable, given the decisions.
///
/// The criterion keeps its place relative to the sensitivity, c/d′. Only the ratings count: each is conditioned on what was shown
/// *and* on what was answered.
///
/// # Errors
/// - [`Error::Empty`]: one of the two things was never shown.
/// - [`Error::Parameter`]: fewer than two ratings, or d′ is too near to 0 for c/d′ to mean anything.
/// - As [`fit`].
pub fn meta_d(ratings: &Ratings) -> Result<Metacognition> {
    let decisions = sensitivity(ratings)?;
    let levels = ratings[0][0].len();
    if levels < 2 || ratings.iter().flatten().any(|counts| counts.len() != levels) {
        let expected = "two or more ratings, as many for each thing and answer";
        return Err(Error::Parameter { name: "ratings", value: levels as f64, expected });
    }
    if decisions.d.abs() < 0.1 {
        let expected = "decisions better than chance: d′ of .1 or more";
        return Err(Error::Parameter { name: "d′", value: decisions.d, expected });
    }
    let place = decisions.criterion / decisions.d;
    let mut parameters = vec![Parameter::any(decisions.d, f64::INFINITY)];
    parameters.extend(vec![Parameter::positive(0.5, 2.0); 2 * (levels - 1)]);
    let log_likelihood = |x: &[f64]| {
        let steps = |steps: &[f64]| {
            let mut sum = 0.0;
            steps
                .iter()
                .map(|step| {
                    sum += step;
                    sum
                })
                .collect::<Vec<f64>>()
        };
        let (first, second) = x[1..].split_at(levels - 1);
        let p = rating_probabilities(x[0], place * x[0], &[steps(first), steps(second)]);
        let cells = ratings.iter().flatten().zip(p.iter().flatten());
        Ok(cells.map(|(counts, p)| log_multinomial(counts, p)).sum())
    };
    let fit = fit(&parameters, &log_likelihood)?;
    let interval = fit.intervals().map(|intervals| intervals[0]);
    Ok(Metacognition { decisions, meta_d: fit.estimate[0], interval, fit })
}

fn log_multinomial(counts: &[usize], p: &[f64]) -> f64 {
    counts
        .iter()
        .zip(p)
        .filter(|(n, _)| **n > 0)
        .map(|(n, p)| *n as f64 * p.max(1e-300).ln())
        .sum()
}

/// Draws the ratings of a subject whose confidence is the evidence itself, blurred on the way by noise of its own: `trials` of
/// each thing in turn.
///
/// ```text
/// x ~ N(±d′/2, 1),    answer: x > c,    sure: |x − c| + noise · N(0, 1),    rating: how many edges lie below that
/// ```
/// Without noise meta-d′ is d′.
pub fn blurred(
    decisions: Sensitivity,
    noise: f64,
    edges: &[f64],
    trials: usize,
    rng: &mut dyn Rng,
) -> Ratings {
    let mut ratings: Ratings =
        std::array::from_fn(|_| std::array::from_fn(|_| vec![0; edges.len() + 1]));
    for i in 0..2 * trials {
        let thing = i % 2;
        let x = [-0.5, 0.5][thing] * decisions.d + standard_normal(rng);
        let answer = usize::from(x > decisions.criterion);
        let sure = (x - decisions.criterion).abs() + noise * standard_normal(rng);
        let rating = edges.iter().filter(|edge| sure > **edge).count();
        ratings[thing][answer][rating] += 1;
    }
    ratings
}

/// Of decisions whose confidence is the posterior: mean confidence, part of right ones, and how many, for each of five bins of
/// confidence from ½ to 1.
///
/// ```text
/// x ~ N(±d′/2, 1),    answer: x > 0,    confidence: P(right | x) = s(d′ |x|)
/// ```
pub fn calibration(d: f64, decisions: usize, rng: &mut dyn Rng) -> [[f64; 3]; 5] {
    let mut bins = [[0.0; 3]; 5];
    for i in 0..decisions {
        let mean = [-0.5, 0.5][i % 2] * d;
        let x = mean + standard_normal(rng);
        let sure = logistic(d * x.abs());
        let [sum, right, n] = &mut bins[((sure - 0.5) * 10.0).min(4.0) as usize];
        (*sum, *right, *n) =
            (*sum + sure, *right + f64::from((x > 0.0) == (mean > 0.0)), *n + 1.0);
    }
    bins.map(|[sum, right, n]| [sum / n, right / n, n])
}

/// Draws the ratings of a subject: `trials` of each thing, decisions with d′ and c, confidence as good as `meta` allows.
///
/// `criteria`: as in [`rating_probabilities`], on the scale of the confidence.
pub fn simulate(
    decisions: Sensitivity,
    meta: f64,
    criteria: &[Vec<f64>; 2],
    trials: usize,
    rng: &mut dyn Rng,
) -> Ratings {
    let levels = criteria[0].len() + 1;
    let mut ratings: Ratings =
        std::array::from_fn(|_| std::array::from_fn(|_| vec![0; levels]));
    let p = rating_probabilities(meta, decisions.criterion * meta / decisions.d, criteria);
    for thing in 0..2 {
        let mean = [-0.5 * decisions.d, 0.5 * decisions.d][thing];
        let second = normal_cdf(mean - decisions.criterion);
        for _ in 0..trials {
            let answer = usize::from(uniform01(rng) < second);
            let mut rest = uniform01(rng);
            let mut rating = 0;
            while rating + 1 < levels && rest >= p[thing][answer][rating] {
                rest -= p[thing][answer][rating];
                rating += 1;
            }
            ratings[thing][answer][rating] += 1;
        }
    }
    ratings
}
