//! Rescorla-Wagner: the cues of a trial share one prediction, and one error teaches them all. Dual:
//! [`crate::aif::learn::kalman`].

use ndarray::Array2;

use crate::world::conditioning::Phase;

/// Moves the value of every cue that is present by a fraction of the error of their common prediction.
///
/// ```text
/// δ = r − Σⱼ V(j) over the cues present
/// V(i) ← V(i) + α(i) δ for every cue i present
/// ```
/// `v` and `alpha`: one entry for each cue; α is the learning rate times the cue's salience. `present`: the
/// numbers of the cues of this trial. Returns δ. Source: Rescorla & Wagner (1972).
///
/// # Panics
/// When a cue has no entry in `v` or `alpha`.
///
/// ```
/// use aif_lib::rl::learn::rescorla_wagner;
/// let mut v = [0.5, 0.0];
/// let delta = rescorla_wagner::update(&mut v, &[0, 1], 1.0, &[0.2, 0.4]);
/// assert_eq!(delta, 0.5); // 1 − (0.5 + 0)
/// assert_eq!(v, [0.6, 0.2]);
/// ```
pub fn update(v: &mut [f64], present: &[usize], reward: f64, alpha: &[f64]) -> f64 {
    let predicted: f64 = present.iter().map(|&cue| v[cue]).sum();
    let delta = reward - predicted;
    for &cue in present {
        v[cue] += alpha[cue] * delta;
    }
    delta
}

/// Runs a course of trials from V = 0, and returns the values before each trial and after the last.
///
/// Result: (trials + 1, cues).
///
/// # Panics
/// When a phase has a cue without an entry in `alpha`.
pub fn run(phases: &[Phase], alpha: &[f64]) -> Array2<f64> {
    let mut v = vec![0.0; alpha.len()];
    let mut course = v.clone();
    for phase in phases {
        for _ in 0..phase.trials {
            update(&mut v, &phase.cues, phase.reward, alpha);
            course.extend(&v);
        }
    }
    Array2::from_shape_vec((course.len() / alpha.len(), alpha.len()), course)
        .expect("every trial has one value for each cue")
}
