//! How good is it? Bellman's equations, one backup at a time, and what a policy is worth. Dual:
//! [`crate::aif::evaluate`].
//!
//! V(s) is the return to expect from a state, Q(s, a) that of an action in it. Each is the reward now plus
//! the discounted value of what comes next.

use ndarray::Array2;

use super::model::Mdp;
use crate::error::{Error, Result};
use crate::interaction::{Action, State};
use crate::prob::categorical::Categorical;
use crate::prob::linalg::Lu;

/// No iteration of this crate takes more sweeps than this.
pub const MAX_SWEEPS: usize = 100_000;

/// The value of one action, when the values of the next states are given.
///
/// ```text
/// q(s, a) = Σₛ′ T[s′, s, a] (R[s′, s, a] + γ V(s′))        V = 0 where the task ends
/// ```
/// `v`: one value for each state. Source: Bellman (1957).
///
/// # Panics
/// When the state, the action or the length of `v` does not fit the MDP.
pub fn backup(mdp: &Mdp, v: &[f64], s: State, a: Action) -> f64 {
    mdp.outcomes(s, a).map(|(next, p, r)| p * (r + mdp.discount_into(next) * v[next])).sum()
}

/// Bellman's expectation equation: the value of a state when the policy chooses.
///
/// ```text
/// V(s) = Σₐ π(a) q(s, a)
/// ```
/// `policy`: the distribution over actions in s.
///
/// # Panics
/// As [`backup`].
pub fn expectation(mdp: &Mdp, v: &[f64], policy: &Categorical, s: State) -> f64 {
    (0..mdp.n_actions()).map(|a| policy[a] * backup(mdp, v, s, a)).sum()
}

/// Bellman's optimality equation: the value of a state when the best action is chosen.
///
/// ```text
/// V(s) = maxₐ q(s, a)
/// ```
///
/// # Panics
/// As [`backup`].
pub fn optimality(mdp: &Mdp, v: &[f64], s: State) -> f64 {
    (0..mdp.n_actions()).map(|a| backup(mdp, v, s, a)).fold(f64::NEG_INFINITY, f64::max)
}

/// The value of every action in every state, (states, actions): [`backup`] for all.
///
/// # Panics
/// When the length of `v` does not fit the MDP.
pub fn action_values(mdp: &Mdp, v: &[f64]) -> Array2<f64> {
    Array2::from_shape_fn((mdp.n_states(), mdp.n_actions()), |(s, a)| backup(mdp, v, s, a))
}

/// How far two lists of values are apart at most: the sup-norm of their difference.
///
/// ```text
/// ‖v − w‖ = maxₛ |v(s) − w(s)|
/// ```
/// Each sweep of Bellman's equations brings any two value functions closer by the factor γ, in this distance.
/// A NaN in either list makes it NaN.
///
/// # Panics
/// When the lists differ in length.
#[track_caller]
pub fn distance(v: &[f64], w: &[f64]) -> f64 {
    assert_eq!(v.len(), w.len(), "distance: one number for each state in both lists");
    let farther = |most: f64, d: f64| if d.is_nan() || d > most { d } else { most };
    v.iter().zip(w).map(|(v, w)| (v - w).abs()).fold(0.0, farther)
}

/// One sweep of Bellman's expectation equation: [`expectation`] for every state, from the same old values.
///
/// # Panics
/// When the policy or `v` does not fit the MDP.
pub fn evaluation_sweep(mdp: &Mdp, policy: &[Categorical], v: &[f64]) -> Vec<f64> {
    (0..mdp.n_states()).map(|s| expectation(mdp, v, &policy[s], s)).collect()
}

/// The uniform random policy: every action as likely as any other, in every state.
pub fn random_policy(mdp: &Mdp) -> Vec<Categorical> {
    vec![Categorical::uniform(mdp.n_actions()); mdp.n_states()]
}

/// What a policy is worth in each state, by sweeping until no value changes by more than a tolerance.
///
/// ```text
/// V ← Σₐ π(a|s) q(s, a) for all s, until maxₛ |change| ≤ tolerance
/// ```
/// The result is then within tolerance · γ / (1 − γ) of the truth. Returns the values and the largest change
/// of each sweep.
///
/// # Errors
/// - [`Error::Shape`]: the policy does not fit the MDP.
/// - [`Error::Parameter`]: the tolerance is not positive.
/// - [`Error::Endless`]: γ = 1 and the policy never ends from some state.
/// - [`Error::Budget`]: [`MAX_SWEEPS`] sweeps did not suffice.
pub fn policy_values(
    mdp: &Mdp,
    policy: &[Categorical],
    tolerance: f64,
) -> Result<(Vec<f64>, Vec<f64>)> {
    check_policy(mdp, policy)?;
    sweep(mdp.n_states(), tolerance, &|v| evaluation_sweep(mdp, policy, v))
}

/// What a policy is worth in each state, exactly: Bellman's equation as a linear system.
///
/// ```text
/// (I − γ T_π) V = r_π,    T_π[s, s′] = Σₐ π(a|s) T[s′, s, a],    r_π the expected reward of one step
/// ```
///
/// # Errors
/// - [`Error::Shape`]: the policy does not fit the MDP.
/// - [`Error::Endless`]: γ = 1 and the policy never ends from some state.
/// - [`Error::Singular`]: it ends so rarely that the values have no digit left.
pub fn policy_values_exact(mdp: &Mdp, policy: &[Categorical]) -> Result<Vec<f64>> {
    check_policy(mdp, policy)?;
    let n = mdp.n_states();
    let zero = vec![0.0; n];
    let reward: Vec<f64> = (0..n).map(|s| expectation(mdp, &zero, &policy[s], s)).collect();
    let matrix = Array2::from_shape_fn((n, n), |(s, next)| {
        let go: f64 = (0..mdp.n_actions())
            .map(|a| policy[s][a] * mdp.transition()[[next, s, a]])
            .sum();
        f64::from(s == next) - mdp.discount_into(next) * go
    });
    Ok(Lu::new("the system of Bellman's equations", matrix)?.solve(&reward))
}

/// Repeats V ← rule(V) until no value changes by more than the tolerance.
pub(crate) fn sweep(
    n: usize,
    tolerance: f64,
    rule: &dyn Fn(&[f64]) -> Vec<f64>,
) -> Result<(Vec<f64>, Vec<f64>)> {
    if !(tolerance > 0.0 && tolerance.is_finite()) {
        return Err(Error::Parameter {
            name: "tolerance",
            value: tolerance,
            expected: "the largest change to ignore, a finite number above 0 such as 1e-10",
        });
    }
    let (mut v, mut residuals) = (vec![0.0; n], Vec::new());
    while residuals.last().is_none_or(|&r| r > tolerance) {
        let next = rule(&v);
        let residual = distance(&next, &v);
        if residuals.len() == MAX_SWEEPS {
            return Err(Error::Budget {
                what: "this iteration",
                needed: format!(
                    "more than {MAX_SWEEPS} sweeps (the last changed {residual:.1e})"
                ),
                budget: format!("{MAX_SWEEPS} sweeps"),
                cure: "use a smaller discount, a larger tolerance, or check for a loop that pays",
            });
        }
        residuals.push(residual);
        v = next;
    }
    Ok((v, residuals))
}

pub(crate) fn check_policy(mdp: &Mdp, policy: &[Categorical]) -> Result<()> {
    let expected = format!("{} states × {} actions", mdp.n_states(), mdp.n_actions());
    let misfit = |got: String| Error::Shape {
        what: "the policy".into(),
        expected: expected.clone(),
        got,
        cure: "give one distribution over the actions for each state",
    };
    if policy.len() != mdp.n_states() {
        return Err(misfit(format!("{} states", policy.len())));
    }
    if let Some(s) = policy.iter().position(|p| p.len() != mdp.n_actions()) {
        return Err(misfit(format!("{} actions in state {s}", policy[s].len())));
    }
    mdp.check_ends(&|s, a| policy[s][a] > 0.0, "this policy never")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array3;

    /// From s either stay (action 0) or step on (action 1) along 0 → 1 → 2; arriving in 2 pays 1 and ends.
    fn chain(gamma: f64) -> Mdp {
        let t = Array3::from_shape_fn((3, 3, 2), |(next, s, a)| {
            f64::from(next == if a == 0 { s } else { (s + 1).min(2) })
        });
        Mdp::builder(t)
            .reward_on_arrival(&[0.0, 0.0, 1.0])
            .terminal(&[2])
            .discount(gamma)
            .build()
            .unwrap()
    }

    #[test]
    fn a_distance_from_nan_is_nan_so_that_no_comparison_passes() {
        let nan = f64::NAN;
        for v in [[nan, 1.0, 2.0], [0.5, nan, 2.0], [0.5, 1.0, nan]] {
            assert!(distance(&v, &[0.5, 1.0, 3.0]).is_nan());
            assert!(distance(&[0.5, 1.0, 3.0], &v).is_nan());
        }
        assert_eq!(distance(&[0.5, -1.0], &[1.0, 1.0]), 2.0);
        assert_eq!(distance(&[], &[]), 0.0);
    }

    #[test]
    fn backups_by_hand() {
        let mdp = chain(0.9);
        // The 50 of the terminal state must not count.
        let v = [2.0, 4.0, 50.0];
        assert_eq!(
            (backup(&mdp, &v, 0, 0), backup(&mdp, &v, 0, 1)),
            (0.9 * 2.0, 0.9 * 4.0)
        );
        assert_eq!(backup(&mdp, &v, 1, 1), 1.0);
        assert_eq!(optimality(&mdp, &v, 0), 0.9 * 4.0);
        let half = Categorical::uniform(2);
        assert!((expectation(&mdp, &v, &half, 1) - (0.5 * 0.9 * 4.0 + 0.5)).abs() < 1e-15);
        assert_eq!(action_values(&mdp, &v)[[1, 0]], 0.9 * 4.0);
        assert_eq!(action_values(&mdp, &v).row(2).to_vec(), [0.0, 0.0]);
    }

    #[test]
    fn a_random_policy_by_hand_exactly_and_by_sweeps() {
        // V₁ = ½ + ½γV₁ = .5/.55; V₀ = ½γ(V₀ + V₁) = .45 V₁/.55 at γ = .9.
        let mdp = chain(0.9);
        let (policy, v1) = (random_policy(&mdp), 0.5 / 0.55);
        let exact = policy_values_exact(&mdp, &policy).unwrap();
        let (swept, residuals) = policy_values(&mdp, &policy, 1e-13).unwrap();
        for (s, expected) in [0.45 * v1 / 0.55, v1, 0.0].into_iter().enumerate() {
            assert!((exact[s] - expected).abs() < 1e-14, "{exact:?}");
            assert!((swept[s] - expected).abs() < 1e-11, "{swept:?}");
        }
        assert!(residuals.windows(2).all(|r| r[1] <= 0.9 * r[0] + 1e-15));
    }

    #[test]
    fn what_cannot_be_evaluated_is_named() {
        let stay = vec![Categorical::one_hot(2, 0); 3];
        let text = policy_values_exact(&chain(1.0), &stay).unwrap_err().to_string();
        assert!(
            text.contains("from state 0 this policy never reaches a terminal state"),
            "{text}"
        );
        assert!(policy_values_exact(&chain(0.9), &stay).is_ok());
        let text = policy_values(&chain(0.9), &stay[..2], 1e-9).unwrap_err().to_string();
        assert!(
            text.contains("the policy has shape 2 states, expected 3 states × 2"),
            "{text}"
        );
        let wide = vec![Categorical::uniform(3); 3];
        let text = policy_values(&chain(0.9), &wide, 1e-9).unwrap_err().to_string();
        assert!(text.contains("3 actions in state 0"), "{text}");
        let text = policy_values(&chain(0.9), &stay, 0.0).unwrap_err().to_string();
        assert!(text.contains("tolerance = 0"), "{text}");
    }
}
