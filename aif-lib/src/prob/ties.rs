//! The one rule for ties: when are several values the best?
//!
//! Rounding makes values differ that are equal on paper. Two values count as equal if they differ by less than [`TIE`] of the
//! scale of all values that are compared, whatever that scale is: the rule says the same of 1e-12 and of 1e6.

use super::categorical::Categorical;

/// Values closer than this, relative to the largest magnitude among the values compared, count as equal.
pub const TIE: f64 = 1e-9;

/// The best value wins; several best ones share the probability.
///
/// ```text
/// π(a) = 1/k for each of the k values with x(a) ≥ max x − TIE · max |x|,    else 0        over finite x
/// ```
/// −∞ is a value that never wins.
///
/// # Panics
/// When there is no value, one is NaN or +∞, or all are −∞.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::prob::ties::best_of;
/// assert_eq!(best_of(&[1.0, 3.0, 3.0]), cat(&[0.0, 0.5, 0.5]));
/// assert_eq!(best_of(&[1e-12, 3e-12]), cat(&[0.0, 1.0]));
/// ```
#[track_caller]
pub fn best_of(values: &[f64]) -> Categorical {
    let best = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    assert!(
        best.is_finite() && values.iter().all(|x| !x.is_nan()),
        "the best of {values:?}: one finite value at least is needed, and none that is NaN or +inf"
    );
    let finite = values.iter().filter(|x| x.is_finite());
    let scale = finite.fold(0.0, |scale: f64, x| scale.max(x.abs()));
    let close = best - TIE * scale;
    let tied: Vec<f64> = values.iter().map(|&x| f64::from(x >= close)).collect();
    let n: f64 = tied.iter().sum();
    Categorical::new_unchecked(tied.iter().map(|t| t / n).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::categorical::cat;

    #[test]
    fn the_rule_is_the_same_at_every_scale() {
        for scale in [1e-12, 1.0, 1e6] {
            for shift in [1.0, -1.0] {
                // Values near ±scale whose difference is just inside and just outside the tolerance.
                let with =
                    |gap: f64| best_of(&[shift * scale, shift * scale - gap * scale]);
                assert_eq!(with(0.5e-9), cat(&[0.5, 0.5]), "{scale} {shift}");
                assert_eq!(with(3e-9), cat(&[1.0, 0.0]), "{scale} {shift}");
            }
            assert_eq!(best_of(&[0.0, -scale]), cat(&[1.0, 0.0]));
            assert_eq!(best_of(&[scale, scale / 2.0]), cat(&[1.0, 0.0]));
        }
    }

    #[test]
    fn rounding_beside_large_values_is_a_tie() {
        assert_eq!(best_of(&[0.0, -1e-16, -1.0]), cat(&[0.5, 0.5, 0.0]));
        assert_eq!(best_of(&[0.0, 0.0]), cat(&[0.5, 0.5]));
        assert_eq!(
            best_of(&[f64::NEG_INFINITY, -2.0, f64::NEG_INFINITY]),
            cat(&[0.0, 1.0, 0.0])
        );
    }

    #[test]
    fn what_has_no_best_is_refused() {
        let bad: [&[f64]; 4] =
            [&[], &[f64::NAN, 1.0], &[f64::INFINITY, 1.0], &[f64::NEG_INFINITY]];
        for values in bad {
            let message = crate::caught::caught(|| best_of(values)).unwrap_err();
            assert!(message.contains("one finite value at least"), "{message}");
        }
    }
}
