//! Learning a probability that turns around: Rescorla-Wagner, a Kalman filter and the hierarchical Gaussian filter at one task.
//!
//! Source of the task: Behrens, Woolrich, Walton & Rushworth (2007), a long quiet stretch and then reversals in quick succession.

use super::fit::{Fit, Parameter, fit};
use crate::aif::learn::kalman::{self, Estimate};
use crate::aif::perceive::hgf::{self, HgfOptions};
use crate::error::{Error, Result};
use crate::prob::logistic::logistic;
use crate::prob::random::{Rng, stream, uniform01};

/// The probability of 1 at each trial: 120 at .75, then six stretches of 20, at .2 and .8 in turn, then 60 at .25.
pub fn schedule() -> Vec<f64> {
    let mut p = vec![0.75; 120];
    for block in 0..6 {
        p.extend(vec![[0.2, 0.8][block % 2]; 20]);
    }
    p.extend(vec![0.25; 60]);
    p
}

/// Draws what happens.
pub fn outcomes(schedule: &[f64], rng: &mut dyn Rng) -> Vec<bool> {
    schedule.iter().map(|p| uniform01(rng) < *p).collect()
}

/// Somebody who predicts the next outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Predictor {
    /// Rescorla-Wagner with this learning rate, from .5.
    RescorlaWagner(f64),
    /// The same on the scale of log-odds, with this rate: x ← x + α (u − s(x)), s the logistic function.
    LogOdds(f64),
    /// A Kalman filter whose probability drifts with this variance a trial; an outcome has the variance ¼.
    Kalman(f64),
    /// The hierarchical Gaussian filter.
    Hgf(HgfOptions),
}

/// What was predicted before each outcome, and how fast was learned from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// The probability of 1.
    pub probability: f64,
    /// By which part of the error the probability moved.
    pub rate: f64,
}

impl Predictor {
    /// Its predictions, trial by trial.
    ///
    /// # Errors
    /// As [`hgf::update`].
    pub fn predict(&self, outcomes: &[bool]) -> Result<Vec<Prediction>> {
        let number = |seen: &bool| f64::from(*seen);
        Ok(match self {
            Self::RescorlaWagner(alpha) => {
                let mut v = 0.5;
                let step = |seen: &bool| {
                    let before = v;
                    v += alpha * (number(seen) - v);
                    Prediction { probability: before, rate: *alpha }
                };
                outcomes.iter().map(step).collect()
            }
            Self::LogOdds(alpha) => {
                let mut x = 0.0;
                let step = |seen: &bool| {
                    let before = logistic(x);
                    let error = number(seen) - before;
                    x += alpha * error;
                    Prediction { probability: before, rate: (logistic(x) - before) / error }
                };
                outcomes.iter().map(step).collect()
            }
            Self::Kalman(drift) => {
                let mut belief = Estimate { mean: 0.5, variance: 0.25 };
                let step = |seen: &bool| {
                    let before = belief.mean;
                    let (after, rate) = kalman::update(belief, number(seen), 0.25, *drift);
                    belief = after;
                    Prediction { probability: before, rate }
                };
                outcomes.iter().map(step).collect()
            }
            Self::Hgf(options) => {
                let steps = hgf::run(options, outcomes)?;
                let after = |i: usize| logistic(steps[i].tendency.mean());
                let step = |i: usize| {
                    let before = steps[i].predicted;
                    let error = number(&outcomes[i]) - before;
                    Prediction { probability: before, rate: (after(i) - before) / error }
                };
                (0..steps.len()).map(step).collect()
            }
        })
    }

    /// The mean surprise about the outcomes, in nats, and the mean squared distance from the true probabilities.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no outcomes.
    /// - As [`Self::predict`].
    pub fn score(&self, schedule: &[f64], outcomes: &[bool]) -> Result<(f64, f64)> {
        if outcomes.is_empty() {
            return Err(Error::Empty { what: "the list of outcomes".into() });
        }
        let predicted = self.predict(outcomes)?;
        let distance: f64 = predicted
            .iter()
            .zip(schedule)
            .map(|(p, truth)| (p.probability - truth).powi(2))
            .sum();
        Ok((mean_surprise(&predicted, outcomes), distance / outcomes.len() as f64))
    }
}

/// Draws the guesses of a subject who follows its predictions: the sharper, the larger ζ.
///
/// ```text
/// P(guess 1) = p^ζ / (p^ζ + (1 − p)^ζ)
/// ```
pub fn guesses(predicted: &[Prediction], zeta: f64, rng: &mut dyn Rng) -> Vec<bool> {
    predicted.iter().map(|p| uniform01(rng) < sharpened(p.probability, zeta)).collect()
}

fn sharpened(p: f64, zeta: f64) -> f64 {
    logistic(zeta * (p.ln() - (1.0 - p).ln()))
}

/// Finds the steady volatility ω and the sharpness ζ of a subject from what it saw and guessed.
///
/// # Errors
/// As [`fit`].
pub fn fit_omega(outcomes: &[bool], guesses: &[bool]) -> Result<Fit> {
    let log_likelihood = |x: &[f64]| {
        let predicted = Predictor::Hgf(HgfOptions::steady(x[0])?).predict(outcomes)?;
        let one = |(p, guess): (&Prediction, &bool)| {
            let p = sharpened(p.probability, x[1]);
            (if *guess { p } else { 1.0 - p }).max(1e-300).ln()
        };
        Ok(predicted.iter().zip(guesses).map(one).sum())
    };
    fit(&[Parameter::any(-3.0, 2.0), Parameter::positive(1.0, 1.0)], &log_likelihood)
}

/// The scores of a predictor on many courses of outcomes: mean surprise and mean squared distance, as [`Predictor::score`] gives
/// them. Course i is drawn from `stream(seed, i)`, whoever predicts.
///
/// # Errors
/// As [`Predictor::score`].
pub fn scores(predictor: &Predictor, courses: u64, seed: u64) -> Result<Vec<(f64, f64)>> {
    let schedule = schedule();
    let one =
        |i: u64| predictor.score(&schedule, &outcomes(&schedule, &mut stream(seed, i)));
    (0..courses).map(one).collect()
}

/// The mean surprise of a predictor in the trials from `from` to below `to`, in nats, on each course of [`scores`].
///
/// # Errors
/// - As [`Predictor::score`].
/// - [`Error::OutOfRange`]: a course is shorter than `to`.
pub fn surprise_between(
    predictor: &Predictor,
    from: usize,
    to: usize,
    courses: u64,
    seed: u64,
) -> Result<Vec<f64>> {
    let schedule = schedule();
    let one = |i: u64| {
        let seen = outcomes(&schedule, &mut stream(seed, i));
        let predicted = predictor.predict(&seen)?;
        let part = predicted.get(from..to).ok_or_else(|| Error::OutOfRange {
            what: "the last trial".into(),
            index: to,
            len: schedule.len(),
        })?;
        Ok(mean_surprise(part, &seen[from..to]))
    };
    (0..courses).map(one).collect()
}

fn mean_surprise(predicted: &[Prediction], outcomes: &[bool]) -> f64 {
    let one = |(p, seen): (&Prediction, &bool)| {
        -(if *seen { p.probability } else { 1.0 - p.probability }).ln()
    };
    predicted.iter().zip(outcomes).map(one).sum::<f64>() / predicted.len() as f64
}

/// Five learners, each with all settings among which [`best_of`] is to choose.
///
/// In order: Rescorla-Wagner, by its learning rate; a Kalman filter, by its drift; the hierarchical filter with a steady
/// volatility, by ω; with one that may change, by ω, ϑ and κ, where κ = 0 is the steady one again; Rescorla-Wagner on log-odds, by
/// its learning rate.
///
/// ```
/// use aif_lib::experiment::reversal::candidates;
/// assert!(candidates().iter().all(|settings| settings.len() >= 59));
/// ```
pub fn candidates() -> [Vec<Predictor>; 5] {
    let grid = |from: f64, step: f64, n: usize| (0..n).map(move |i| from + step * i as f64);
    let filter = |omega: f64, theta: f64, kappa: f64| {
        let even = HgfOptions::new(omega, theta).expect("settings of the grid");
        Predictor::Hgf(HgfOptions { kappa, ..even })
    };
    let mut three = Vec::new();
    for omega in grid(-6.0, 0.25, 21) {
        for theta in [0.001, 0.01, 0.1, 1.0] {
            three.extend(
                [0.0, 0.125, 0.25, 0.5, 1.0, 1.5].map(|kappa| filter(omega, theta, kappa)),
            );
        }
    }
    [
        grid(0.01, 0.01, 59).map(Predictor::RescorlaWagner).collect(),
        grid(-9.0, 0.15, 60).map(|log| Predictor::Kalman(log.exp())).collect(),
        grid(-7.0, 0.15, 60).map(|omega| filter(omega, 1.0, 0.0)).collect(),
        three,
        grid(0.02, 0.02, 100).map(Predictor::LogOdds).collect(),
    ]
}

/// By which part of an error the probability moves, on average over those errors whose size is from `from` to below `to`; the
/// first twenty trials of each of 50 courses are left out. NaN where there is no such error.
///
/// # Errors
/// As [`Predictor::predict`].
pub fn rate_after(predictor: &Predictor, from: f64, to: f64, seed: u64) -> Result<f64> {
    let (schedule, mut sum, mut count) = (schedule(), 0.0, 0.0);
    for i in 0..50 {
        let seen = outcomes(&schedule, &mut stream(seed, i));
        for (p, seen) in predictor.predict(&seen)?.iter().zip(&seen).skip(20) {
            let error = (f64::from(*seen) - p.probability).abs();
            if error >= from && error < to {
                (sum, count) = (sum + p.rate, count + 1.0);
            }
        }
    }
    Ok(sum / count)
}

/// The candidate with the least mean surprise on these courses. One whose approximation breaks down on any of them is left out.
///
/// # Errors
/// [`Error::Empty`]: no candidate is left.
pub fn best_of(candidates: &[Predictor], courses: u64, seed: u64) -> Result<Predictor> {
    let mean = |candidate: &Predictor| -> Option<f64> {
        let scores = scores(candidate, courses, seed).ok()?;
        Some(scores.iter().map(|score| score.0).sum::<f64>())
    };
    let scored =
        candidates.iter().filter_map(|candidate| Some((mean(candidate)?, *candidate)));
    let best = scored.min_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, best)| best).ok_or(Error::Empty { what: "the list of candidates".into() })
}
