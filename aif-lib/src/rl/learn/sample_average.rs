//! Sample averages: what an arm paid so far, on average, without keeping the list. Dual:
//! [`crate::aif::learn::beta_bernoulli`].

use crate::interaction::Action;

/// Takes one reward into the average of its arm, and returns the prediction error.
///
/// ```text
/// n(a) ← n(a) + 1,      Q(a) ← Q(a) + (r − Q(a)) / n(a)
/// ```
/// The same form as every TD rule, with the learning rate 1/n. `q`, `n`: one entry for each arm. Source: Sutton &
/// Barto (2018), equation 2.3.
///
/// # Panics
/// When the arm is out of range.
///
/// ```
/// use aif_lib::rl::learn::sample_average;
/// let (mut q, mut n) = ([0.0, 0.0], [0.0, 0.0]);
/// for reward in [1.0, 0.0, 0.0, 1.0] {
///     sample_average::update(&mut q, &mut n, 1, reward);
/// }
/// assert_eq!((q, n), ([0.0, 0.5], [0.0, 4.0]));
/// ```
pub fn update(q: &mut [f64], n: &mut [f64], arm: Action, reward: f64) -> f64 {
    n[arm] += 1.0;
    let delta = reward - q[arm];
    q[arm] += delta / n[arm];
    delta
}

/// Lets all arms forget: every count shrinks towards the prior's, and with it the average.
///
/// ```text
/// n ← (1 − φ) n + φ n₀,      Q ← ( (1 − φ) n Q + φ n₀ Q₀ ) / n_new
/// ```
/// `forgetting`: the share φ that is forgotten; 0 is nothing. An arm that is pulled all the time has a count near
/// 1/φ, so its learning rate stays near φ: the constant step size of a world that changes.
pub fn forget(
    q: &mut [f64],
    n: &mut [f64],
    prior_mean: f64,
    prior_weight: f64,
    forgetting: f64,
) {
    for (q, n) in q.iter_mut().zip(n) {
        let (kept, renewed) = ((1.0 - forgetting) * *n, forgetting * prior_weight);
        *n = kept + renewed;
        if *n > 0.0 {
            *q = (kept * *q + renewed * prior_mean) / *n;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prior_is_so_many_pulls_with_that_mean() {
        // Prior: two pulls with mean ½, that is one success and one failure. Then 1, 1, 0: (1 + 2)/(2 + 3).
        let (mut q, mut n) = ([0.5], [2.0]);
        let errors: Vec<f64> =
            [1.0, 1.0, 0.0].iter().map(|r| update(&mut q, &mut n, 0, *r)).collect();
        assert!((q[0] - 0.6).abs() < 1e-15 && n[0] == 5.0);
        assert_eq!(errors[0], 0.5);
    }

    #[test]
    fn who_forgets_returns_to_the_prior_and_learns_at_a_constant_rate() {
        let (mut q, mut n) = ([1.0, 0.0], [8.0, 0.0]);
        forget(&mut q, &mut n, 0.5, 2.0, 0.25);
        // 6 of the 8 pulls stay, half a prior pull comes in; the untried arm is still the prior's mean.
        assert_eq!(n, [6.5, 0.5]);
        assert!((q[0] - (6.0 + 0.25) / 6.5).abs() < 1e-15 && q[1] == 0.5);
        let (mut q, mut n) = ([0.0], [0.0]);
        for _ in 0..200 {
            forget(&mut q, &mut n, 0.0, 0.0, 0.1);
            update(&mut q, &mut n, 0, 1.0);
        }
        assert!((n[0] - 10.0).abs() < 1e-6, "{n:?}");
    }
}
