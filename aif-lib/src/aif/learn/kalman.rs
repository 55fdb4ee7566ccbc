//! The Kalman filter as a learning rule: a prediction error counts by its precision. Dual:
//! [`crate::rl::learn::rescorla_wagner`].
//!
//! A belief about a number is a mean and a variance. What is seen differs from it by an error, and the gain
//! says how much of the error to believe: much when the belief is vague and the sense is sharp, little when it
//! is the other way round. The gain plays the part of the learning rate α, but nobody has to choose it.

use ndarray::Array2;

use crate::world::conditioning::Phase;

/// A Gaussian belief about a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The best guess.
    pub mean: f64,
    /// How far off it may be: the square of the standard deviation; 1 / precision.
    pub variance: f64,
}

/// Predicts, then corrects: the belief after an observation, with the gain that was used.
///
/// ```text
/// P = variance + drift                     predict: what may have changed since
/// K = P / (P + noise)                      the gain
/// mean ← mean + K (observed − mean)        correct
/// variance ← (1 − K) P
/// ```
/// In precisions (1 / variance): new = 1/P + 1/noise, and K = (1/noise) / new. `noise` is the variance of
/// an observation, `drift` the variance that the number gains by itself between two observations. Source:
/// Kalman (1960).
///
/// # Panics
/// When the variance or the drift is negative, or the noise is not above 0.
///
/// ```
/// use aif_lib::aif::learn::kalman::{Estimate, update};
/// let (belief, gain) = update(Estimate { mean: 0.0, variance: 1.0 }, 1.0, 1.0, 0.0);
/// assert_eq!((belief.mean, belief.variance, gain), (0.5, 0.5, 0.5));
/// ```
#[track_caller]
pub fn update(prior: Estimate, observed: f64, noise: f64, drift: f64) -> (Estimate, f64) {
    check(prior.variance, noise, drift);
    let predicted = prior.variance + drift;
    let gain = predicted / (predicted + noise);
    let mean = prior.mean + gain * (observed - prior.mean);
    (Estimate { mean, variance: (1.0 - gain) * predicted }, gain)
}

/// The gain at which the filter settles: a constant learning rate.
///
/// ```text
/// K² / (1 − K) = drift / noise
/// ```
/// Without drift it is 0: in the long run nothing is left to learn.
///
/// # Panics
/// When the drift is negative, or the noise is not above 0.
///
/// ```
/// use aif_lib::aif::learn::kalman::settled_gain;
/// assert_eq!(settled_gain(1.0, 0.5), 0.5); // .25 / .5 = .5
/// ```
#[track_caller]
pub fn settled_gain(noise: f64, drift: f64) -> f64 {
    check(0.0, noise, drift);
    let ratio = drift / noise;
    ((ratio * ratio + 4.0 * ratio).sqrt() - ratio) / 2.0
}

/// The belief about the weights of several cues after a trial: Rescorla-Wagner with a gain for each cue.
///
/// ```text
/// P ← P + drift · I
/// δ = r − Σⱼ mean(j) over the cues present
/// K = P x / (xᵀ P x + noise),    x = 1 for the cues present, else 0
/// mean ← mean + K δ;    P ← P − K (P x)ᵀ
/// ```
/// Cues that were seen together have covariances: what is learned about one tells of the other, also when
/// that is absent. `mean`: (cues), `covariance` P: (cues, cues). Returns δ. Source: Dayan & Kakade (2001).
///
/// # Panics
/// When a cue has no weight, the drift is negative, or the noise is not above 0.
///
/// ```
/// use aif_lib::aif::learn::kalman::update_weights;
/// use ndarray::Array2;
/// let (mut mean, mut covariance) = (vec![0.0, 0.0], Array2::eye(2));
/// update_weights(&mut mean, &mut covariance, &[0, 1], 1.0, 2.0, 0.0);
/// assert_eq!(mean, [0.25, 0.25]); // K = 1 / (1 + 1 + 2) for each
/// assert_eq!(covariance[[0, 1]], -0.25); // if it was not the one, it was the other
/// ```
#[track_caller]
pub fn update_weights(
    mean: &mut [f64],
    covariance: &mut Array2<f64>,
    present: &[usize],
    reward: f64,
    noise: f64,
    drift: f64,
) -> f64 {
    check(0.0, noise, drift);
    covariance.diag_mut().iter_mut().for_each(|p| *p += drift);
    let delta = reward - present.iter().map(|&cue| mean[cue]).sum::<f64>();
    let px: Vec<f64> = (0..mean.len())
        .map(|i| present.iter().map(|&cue| covariance[[i, cue]]).sum())
        .collect();
    let evidence = present.iter().map(|&cue| px[cue]).sum::<f64>() + noise;
    mean.iter_mut().zip(&px).for_each(|(mean, p)| *mean += p / evidence * delta);
    covariance.indexed_iter_mut().for_each(|((i, j), p)| *p -= px[i] * px[j] / evidence);
    delta
}

/// Runs a course of trials from mean 0 and variance `prior` for each cue, all independent; returns the means
/// before each trial and after the last: (trials + 1, cues).
///
/// # Panics
/// As [`update_weights`].
#[track_caller]
pub fn run(
    phases: &[Phase],
    cues: usize,
    prior: f64,
    noise: f64,
    drift: f64,
) -> Array2<f64> {
    let (mut mean, mut covariance) = (vec![0.0; cues], Array2::eye(cues) * prior);
    let mut course = mean.clone();
    for phase in phases {
        for _ in 0..phase.trials {
            update_weights(
                &mut mean,
                &mut covariance,
                &phase.cues,
                phase.reward,
                noise,
                drift,
            );
            course.extend(&mean);
        }
    }
    Array2::from_shape_vec((course.len() / cues, cues), course)
        .expect("every trial has one mean for each cue")
}

#[track_caller]
fn check(variance: f64, noise: f64, drift: f64) {
    assert!(
        noise > 0.0,
        "kalman: the noise is {noise}: an observation has a variance above 0"
    );
    assert!(drift >= 0.0, "kalman: the drift is {drift}: a variance is 0 or more");
    assert!(variance >= 0.0, "kalman: the variance is {variance}: it is 0 or more");
}
