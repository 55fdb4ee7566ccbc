//! Planning as inference: suppose that all went well, and ask which actions led there. Dual:
//! [`crate::aif::perceive::smooth`], the same messages for the past.
//!
//! Rewards become likelihoods: a step with reward r "went well" with a probability proportional to exp(r/τ).
//! The backward message β is the likelihood that everything from here on goes well. Where actions have certain
//! results, τ ln β is the value of *soft* value iteration, exactly. Where they have not, it is not: see
//! [`messages`].

use ndarray::Array2;

use crate::error::{Error, Result};
use crate::prob::info::log_sum_exp;
use crate::rl::model::Mdp;

/// The soft maximum: a mean that leans towards the best, the more the smaller τ.
///
/// ```text
/// V = τ ln Σₐ p(a) exp(Q(a)/τ),    p(a) = 1/n
/// ```
/// Between the mean (τ → ∞) and the maximum (τ → 0). It is the best Σ π Q − τ KL[π‖p] that a policy reaches.
///
/// ```
/// # use aif_lib::prelude::*;
/// let v = soft_max_value(&[0.0, 3f64.ln()], 1.0);
/// assert!((v - 2f64.ln()).abs() < 1e-15); // ln (½ · 1 + ½ · 3)
/// ```
pub fn soft_max_value(q: &[f64], tau: f64) -> f64 {
    let scaled: Vec<f64> = q.iter().map(|q| q / tau).collect();
    tau * (log_sum_exp(&scaled) - (q.len() as f64).ln())
}

/// Soft value iteration with a fixed number of steps to go. Index t counts the steps already taken.
///
/// ```text
/// Qₜ(s, a) = Σₛ′ T[s′, s, a] (R[s′, s, a] + Vₜ₊₁(s′)),    Vₜ(s) = τ ln Σₐ p(a) exp(Qₜ(s, a)/τ)
/// ```
/// Returns V₀ to V_horizon = 0, (steps, states). There is no discount, as with
/// [`finite_horizon`](super::finite_horizon) at γ = 1. Source: Todorov (2006); Levine (2018).
///
/// # Errors
/// [`Error::Parameter`]: τ is not positive and finite, or γ of the task is not 1.
pub fn soft_values(mdp: &Mdp, horizon: usize, tau: f64) -> Result<Array2<f64>> {
    check(mdp, tau)?;
    let (n, k) = (mdp.n_states(), mdp.n_actions());
    let mut v = Array2::zeros((horizon + 1, n));
    for t in (0..horizon).rev() {
        let later = v.row(t + 1).to_vec();
        for s in 0..n {
            let q: Vec<f64> =
                (0..k).map(|a| crate::rl::evaluate::backup(mdp, &later, s, a)).collect();
            v[[t, s]] = soft_max_value(&q, tau);
        }
    }
    Ok(v)
}

/// The backward messages of the same task read as a chain of events that all go well.
///
/// ```text
/// βₜ(s) = Σₐ p(a) Σₛ′ T[s′, s, a] exp(R[s′, s, a]/τ) βₜ₊₁(s′),    β_horizon = 1
/// ```
/// Returns β₀ to β_horizon, (steps, states): the likelihood of an optimal future, up to a constant. If every
/// action has a certain result, τ ln β is [`soft_values`]. If not, the sum over s′ stands *inside* the
/// logarithm: inference supposes that luck, too, was on our side, and τ ln β is never below the soft value
/// (Jensen's inequality). Source: Levine (2018), sections 2 and 3.
///
/// # Errors
/// As [`soft_values`].
pub fn messages(mdp: &Mdp, horizon: usize, tau: f64) -> Result<Array2<f64>> {
    check(mdp, tau)?;
    let mut beta = Array2::ones((horizon + 1, mdp.n_states()));
    for t in (0..horizon).rev() {
        for s in 0..mdp.n_states() {
            let went_well =
                (0..mdp.n_actions()).map(|a| action_message(mdp, &beta, t, s, a, tau));
            beta[[t, s]] = went_well.sum::<f64>() / mdp.n_actions() as f64;
        }
    }
    Ok(beta)
}

/// The part of the message that comes through one action.
fn action_message(
    mdp: &Mdp,
    beta: &Array2<f64>,
    t: usize,
    s: usize,
    a: usize,
    tau: f64,
) -> f64 {
    mdp.outcomes(s, a).map(|(next, p, r)| p * (r / tau).exp() * beta[[t + 1, next]]).sum()
}

/// The posterior over the action at step t, given that everything from there on goes well.
///
/// ```text
/// π(a | s, t) ∝ p(a) Σₛ′ T[s′, s, a] exp(R[s′, s, a]/τ) βₜ₊₁(s′)
/// ```
/// Returns (states, actions).
///
/// # Errors
/// As [`soft_values`]; and [`Error::OutOfRange`]: no action is chosen at that step.
pub fn action_posterior(
    mdp: &Mdp,
    horizon: usize,
    tau: f64,
    t: usize,
) -> Result<Array2<f64>> {
    let beta = messages(mdp, horizon, tau)?;
    if t >= horizon {
        let what = "the step of a plan".into();
        return Err(Error::OutOfRange { what, index: t, len: horizon });
    }
    let (n, k) = (mdp.n_states(), mdp.n_actions());
    Ok(Array2::from_shape_fn((n, k), |(s, a)| {
        action_message(mdp, &beta, t, s, a, tau) / (k as f64 * beta[[t, s]])
    }))
}

fn check(mdp: &Mdp, tau: f64) -> Result<()> {
    if !(tau > 0.0 && tau.is_finite()) {
        let expected = "a temperature is a finite number above 0";
        return Err(Error::Parameter { name: "tau", value: tau, expected });
    }
    if mdp.discount() != 1.0 {
        let expected = "planning as inference counts every step alike: build the task with a discount of 1";
        return Err(Error::Parameter { name: "discount", value: mdp.discount(), expected });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rl::plan::{Backup, finite_horizon};
    use crate::world::grid::GridWorld;
    use ndarray::Array3;

    /// Four places in a row; left, right; the last one ends the task and pays 1; every other step costs .1.
    fn chain(slip: f64) -> Mdp {
        let (n, k) = (4, 2);
        let go =
            |s: usize, a: usize| if a == 0 { s.saturating_sub(1) } else { (s + 1).min(3) };
        let t = Array3::from_shape_fn((n, n, k), |(next, s, a)| {
            if s == 3 {
                return f64::from(next == 3);
            }
            (1.0 - slip) * f64::from(next == go(s, a))
                + slip * f64::from(next == go(s, 1 - a))
        });
        Mdp::builder(t)
            .reward_on_arrival(&[-0.1, -0.1, -0.1, 1.0])
            .terminal(&[3])
            .discount(1.0)
            .build()
            .unwrap()
    }

    /// Σ over all trajectories of p(actions) p(states | actions) exp(Σ r/τ), by brute force.
    fn all_paths(mdp: &Mdp, s: usize, left: usize, tau: f64) -> f64 {
        if left == 0 {
            return 1.0;
        }
        let mut sum = 0.0;
        for a in 0..mdp.n_actions() {
            for next in 0..mdp.n_states() {
                let p = mdp.transition()[[next, s, a]] / mdp.n_actions() as f64;
                if p > 0.0 {
                    let well = (mdp.reward()[[next, s, a]] / tau).exp();
                    sum += p * well * all_paths(mdp, next, left - 1, tau);
                }
            }
        }
        sum
    }

    #[test]
    fn messages_are_sums_over_all_trajectories() {
        for slip in [0.0, 0.25] {
            let mdp = chain(slip);
            let beta = messages(&mdp, 6, 0.5).unwrap();
            for s in 0..4 {
                let expected = all_paths(&mdp, s, 6, 0.5);
                assert!((beta[[0, s]] - expected).abs() < 1e-12 * expected, "{slip} {s}");
            }
        }
    }

    #[test]
    fn with_certain_actions_the_messages_are_the_soft_values() {
        for tau in [0.1, 0.5, 3.0] {
            let mdp = chain(0.0);
            let (v, beta) =
                (soft_values(&mdp, 8, tau).unwrap(), messages(&mdp, 8, tau).unwrap());
            for (v, b) in v.iter().zip(&beta) {
                assert!((v - tau * b.ln()).abs() < 1e-12, "{v} {b}");
            }
        }
    }

    #[test]
    fn with_luck_in_play_inference_is_the_optimist() {
        let mdp = chain(0.25);
        let (v, beta) =
            (soft_values(&mdp, 8, 0.5).unwrap(), messages(&mdp, 8, 0.5).unwrap());
        assert!(v.iter().zip(&beta).all(|(v, b)| 0.5 * b.ln() > v - 1e-12));
        assert!(0.5 * beta[[0, 0]].ln() > v[[0, 0]] + 0.05);
    }

    #[test]
    fn cold_is_greedy_and_hot_is_random() {
        let mdp = GridWorld::new("S..\n.-.\n..+").unwrap().to_mdp(1.0).unwrap();
        let hard = finite_horizon(&mdp, 6, Backup::Max).unwrap();
        let cold = soft_values(&mdp, 6, 0.01).unwrap();
        for (s, v) in hard.v[0].iter().enumerate() {
            assert!((v - cold[[0, s]]).abs() < 0.01 * 6.0 * 4f64.ln(), "{s}");
        }
        let policy = action_posterior(&mdp, 6, 1e6, 0).unwrap();
        assert!(policy.iter().all(|p| (p - 0.25).abs() < 1e-5));
        let policy = action_posterior(&mdp, 4, 0.02, 0).unwrap();
        // From the corner two ways lead around the trap in four steps.
        assert!((policy[[0, 1]] - 0.5).abs() < 1e-6 && (policy[[0, 2]] - 0.5).abs() < 1e-6);
        assert!(policy.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-12));
    }

    #[test]
    fn bad_settings_are_named() {
        let text = soft_values(&chain(0.0), 3, 0.0).unwrap_err().to_string();
        assert!(text.starts_with("tau = 0"), "{text}");
        let mdp = GridWorld::new("S+").unwrap().to_mdp(0.9).unwrap();
        let text = messages(&mdp, 3, 1.0).unwrap_err().to_string();
        assert!(text.contains("discount = 0.9: planning as inference"), "{text}");
        let text = action_posterior(&chain(0.0), 3, 1.0, 3).unwrap_err().to_string();
        assert!(text.contains("the step of a plan is 3"), "{text}");
    }
}
