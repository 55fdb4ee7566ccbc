//! Rescorla-Wagner: the cues of a trial share one prediction, and one error teaches them all. Dual:
//! [`crate::aif::learn::kalman`].

use ndarray::Array2;

use crate::error::exists;
use crate::world::conditioning::Phase;

/// Panics when a cue that is present has no value or no rate of its own.
#[track_caller]
fn check(present: &[usize], v: &[f64], alpha: &[f64]) {
    let cues = v.len().min(alpha.len());
    present.iter().for_each(|&cue| exists("the cue", cue, cues));
}

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
#[track_caller]
pub fn update(v: &mut [f64], present: &[usize], reward: f64, alpha: &[f64]) -> f64 {
    check(present, v, alpha);
    let predicted: f64 = present.iter().map(|&cue| v[cue]).sum();
    let delta = reward - predicted;
    for &cue in present {
        v[cue] += alpha[cue] * delta;
    }
    delta
}

/// Pearce and Hall's rule: a cue is attended to as much as it was *surprising* lately, and learns at that rate.
///
/// ```text
/// δ = r − Σⱼ V(j) over the cues present
/// V(i) ← V(i) + κ α(i) δ,      then      α(i) ← η |δ| + (1 − η) α(i),      for every cue i present
/// ```
/// `alpha`: the attention to each cue (its *associability*), which changes; `kappa`: the learning rate κ; `eta`: how
/// fast attention follows surprise. Returns δ. Source: Pearce & Hall (1980), with the common error of Rescorla &
/// Wagner (1972) as what is learned from.
///
/// # Panics
/// When a cue has no entry in `v` or `alpha`.
///
/// ```
/// use aif_lib::rl::learn::rescorla_wagner::pearce_hall;
/// let (mut v, mut alpha) = ([0.5], [0.4]);
/// assert_eq!(pearce_hall(&mut v, &mut alpha, &[0], 1.0, 0.5, 0.5), 0.5);
/// assert!((v[0] - 0.6).abs() < 1e-15 && (alpha[0] - 0.45).abs() < 1e-15); // ½ · .4 · .5; ½ · .5 + ½ · .4
/// ```
#[track_caller]
pub fn pearce_hall(
    v: &mut [f64],
    alpha: &mut [f64],
    present: &[usize],
    reward: f64,
    kappa: f64,
    eta: f64,
) -> f64 {
    check(present, v, alpha);
    let predicted: f64 = present.iter().map(|&cue| v[cue]).sum();
    let delta = reward - predicted;
    for &cue in present {
        v[cue] += kappa * alpha[cue] * delta;
        alpha[cue] = eta * delta.abs() + (1.0 - eta) * alpha[cue];
    }
    delta
}

/// Mackintosh's rule: a cue is attended to more, the *better* it predicts than the other cues present.
///
/// ```text
/// own(i) = |r − V(i)|,    others(i) = |r − Σⱼ≠ᵢ V(j)|
/// V(i) ← V(i) + κ α(i) (r − V(i)),    then    α(i) ← α(i) + ρ (others(i) − own(i)), kept from 0.05 to 1
/// ```
/// for every cue i present. Each cue has an error of its own: what they share is attention. Source: Mackintosh (1975),
/// which says in words when attention rises and falls; that it does so in proportion is the simplest reading.
///
/// # Panics
/// When a cue has no entry in `v` or `alpha`.
///
/// ```
/// use aif_lib::rl::learn::rescorla_wagner::mackintosh;
/// let (mut v, mut alpha) = ([0.5, 0.0], [0.5, 0.5]);
/// mackintosh(&mut v, &mut alpha, &[0, 1], 1.0, 0.5, 0.1);
/// assert_eq!(v, [0.625, 0.25]);
/// assert_eq!(alpha, [0.55, 0.45]); // own error ½ against 1 without it; own error 1 against ½ without it
/// ```
#[track_caller]
pub fn mackintosh(
    v: &mut [f64],
    alpha: &mut [f64],
    present: &[usize],
    reward: f64,
    kappa: f64,
    rho: f64,
) {
    check(present, v, alpha);
    let before = v.to_vec();
    let predicted: f64 = present.iter().map(|&cue| before[cue]).sum();
    for &cue in present {
        let own = reward - before[cue];
        let others = reward - (predicted - before[cue]);
        v[cue] += kappa * alpha[cue] * own;
        alpha[cue] = (alpha[cue] + rho * (others.abs() - own.abs())).clamp(0.05, 1.0);
    }
}

/// Runs a course of trials from V = 0, and returns the values before each trial and after the last.
///
/// Result: (trials + 1, cues).
///
/// # Panics
/// When a phase has a cue without an entry in `alpha`.
#[track_caller]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caught::caught;

    #[test]
    fn a_cue_that_does_not_exist_is_named() {
        let told = |run: &dyn Fn()| caught(run).unwrap_err();
        let rules: [&dyn Fn(); 4] = [
            &|| {
                update(&mut [0.0; 2], &[0, 2], 1.0, &[0.1; 3]);
            },
            &|| {
                update(&mut [0.0; 3], &[2], 1.0, &[0.1; 2]);
            },
            &|| {
                pearce_hall(&mut [0.0; 2], &mut [0.1; 2], &[2], 1.0, 0.1, 0.1);
            },
            &|| mackintosh(&mut [0.0; 2], &mut [0.1; 2], &[2], 1.0, 0.1, 0.1),
        ];
        for rule in rules {
            let message = told(rule);
            assert!(message.contains("the cue is 2, but there are only 2"), "{message}");
        }
    }

    #[test]
    fn attention_falls_with_what_is_expected_and_rises_with_what_predicts() {
        // A cue that is always followed by the same reward, beside one that says nothing.
        let trials =
            |k: usize| if k.is_multiple_of(2) { (vec![0, 1], 1.0) } else { (vec![1], 0.0) };
        let (mut v, mut surprised) = ([0.0, 0.0], [0.5, 0.5]);
        let (mut w, mut predictive) = ([0.0, 0.0], [0.5, 0.5]);
        for k in 0..400 {
            let (present, reward) = trials(k);
            pearce_hall(&mut v, &mut surprised, &present, reward, 0.3, 0.3);
            mackintosh(&mut w, &mut predictive, &present, reward, 0.1, 0.1);
        }
        assert!(surprised[0] < 0.05, "nothing surprises any more: {surprised:?}");
        assert!(predictive[0] > 0.9 && predictive[1] < 0.1, "{predictive:?}");
        // One surprise brings Pearce and Hall's attention back: by η |δ|.
        let delta = pearce_hall(&mut v, &mut surprised, &[0, 1], 2.0, 0.3, 0.3);
        assert!((delta - 1.0).abs() < 0.05 && surprised[0] > 0.28, "{delta} {surprised:?}");
    }
}
