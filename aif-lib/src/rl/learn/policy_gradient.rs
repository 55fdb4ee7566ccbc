//! The policy gradient: which way to change the parameters of a softmax policy. Dual: [`crate::aif::select`].
//!
//! A policy here is a table θ of preferences, (features, actions). In a table of states one feature is on at a time, the
//! state itself; in tile coding several are. The preference for an action is the sum over the features that are on.

use ndarray::Array2;

use crate::error::{Error, Result};
use crate::interaction::Action;
use crate::prob::categorical::Categorical;
use crate::prob::info::entropy;
use crate::prob::linalg::Lu;
use crate::rl::evaluate::{action_values, policy_values_exact};
use crate::rl::model::Mdp;

/// The distribution over actions when some features are on.
///
/// ```text
/// π(a) = softmax(h)(a),    h(a) = Σᵢ θ[i, a] over the features i that are on
/// ```
///
/// # Panics
/// When a feature is not in the table, or a preference is not finite.
///
/// ```
/// # use aif_lib::prelude::*;
/// let theta = array![[3f64.ln(), 0.0], [0.0, 0.0]];
/// assert!((policy_gradient::policy(&theta, &[0])[0] - 0.75).abs() < 1e-12); // odds of 3 to 1
/// ```
#[track_caller]
pub fn policy(theta: &Array2<f64>, active: &[usize]) -> Categorical {
    let preference = |a| active.iter().map(|&i| theta[[i, a]]).sum::<f64>();
    let h: Vec<f64> = (0..theta.ncols()).map(preference).collect();
    assert!(
        h.iter().all(|h| h.is_finite()),
        "the preferences {h:?} are not all finite: use a smaller learning rate"
    );
    Categorical::from_logits(&h)
}

/// The score of an action: how its log-probability changes with the preferences.
///
/// ```text
/// ∂ ln π(a) / ∂h(b) = [a = b] − π(b)
/// ```
/// Its mean over π is 0. Source: Williams (1992).
///
/// # Panics
/// When the action is not in the policy.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(policy_gradient::score(&[0.5, 0.25, 0.25], 1), [-0.5, 0.75, -0.25]);
/// ```
#[track_caller]
pub fn score(policy: &[f64], a: Action) -> Vec<f64> {
    assert!(a < policy.len(), "score: action {a}, but the policy has {}", policy.len());
    policy.iter().enumerate().map(|(b, p)| f64::from(a == b) - p).collect()
}

/// The gradient of the expected value of one choice.
///
/// ```text
/// ∂/∂h(b) Σₐ π(a) q(a) = Σₐ π(a) q(a) ([a = b] − π(b)) = π(b) (q(b) − Σₐ π(a) q(a))
/// ```
///
/// # Panics
/// When there is not one value for each action.
///
/// ```
/// # use aif_lib::prelude::*;
/// let g = policy_gradient::expected(&[0.6, 0.3, 0.1], &[1.0, 2.0, 3.0]);
/// assert!((g[0] + 0.3).abs() < 1e-12 && (g[1] - 0.15).abs() < 1e-12);
/// ```
#[track_caller]
pub fn expected(policy: &[f64], q: &[f64]) -> Vec<f64> {
    natural(policy, q).iter().zip(policy).map(|(a, p)| p * a).collect()
}

/// The natural gradient of the expected value of one choice: the advantages.
///
/// ```text
/// F⁻¹ ∇J = q − Σₐ π(a) q(a),    F = diag(π) − π πᵀ, the Fisher information
/// ```
/// F takes a constant to 0, so any constant may be added; this one has mean 0 under π. Source: Kakade (2001).
///
/// # Panics
/// When there is not one value for each action.
#[track_caller]
pub fn natural(policy: &[f64], q: &[f64]) -> Vec<f64> {
    assert_eq!(policy.len(), q.len(), "one value for each action");
    let mean: f64 = policy.iter().zip(q).map(|(p, q)| p * q).sum();
    q.iter().map(|q| q - mean).collect()
}

/// The gradient of the entropy of a softmax policy.
///
/// ```text
/// ∂H/∂h(b) = −π(b) (ln π(b) + H)
/// ```
/// An action of probability 0 has none.
///
/// ```
/// # use aif_lib::prelude::*;
/// let g = policy_gradient::entropy_gradient(&softmax(&[3.0, 0.0, 0.0, 0.0]));
/// assert!((g[0] + 0.339).abs() < 1e-3 && (g[1] - 0.113).abs() < 1e-3);
/// ```
pub fn entropy_gradient(policy: &[f64]) -> Vec<f64> {
    let h = entropy(policy);
    policy.iter().map(|p| if *p > 0.0 { -p * (p.ln() + h) } else { 0.0 }).collect()
}

/// How much the estimate of the gradient from one choice scatters: the trace of its covariance.
///
/// ```text
/// Σₐ π(a) (r(a) − b)² ‖score(a)‖² − ‖∇J‖²
/// ```
/// `rewards`: what each action pays; `baseline`: b.
///
/// # Panics
/// When there is not one reward for each action.
///
/// ```
/// # use aif_lib::prelude::*;
/// let even = [1.0 / 3.0; 3];
/// assert!((policy_gradient::variance(&even, &[1.0, 2.0, 3.0], 0.0) - 26.0 / 9.0).abs() < 1e-12);
/// ```
#[track_caller]
pub fn variance(policy: &[f64], rewards: &[f64], baseline: f64) -> f64 {
    let second: f64 = length(policy)
        .zip(rewards)
        .zip(policy)
        .map(|((length, r), p)| p * (r - baseline).powi(2) * length)
        .sum();
    second - expected(policy, rewards).iter().map(|g| g * g).sum::<f64>()
}

/// The baseline with the smallest [`variance`].
///
/// ```text
/// b* = Σₐ π(a) ‖score(a)‖² r(a) / Σₐ π(a) ‖score(a)‖²
/// ```
/// A mean of the rewards, with more weight on actions whose choice moves the parameters far; J is the plain mean.
///
/// # Panics
/// When there is not one reward for each action, or one action has all the probability.
///
/// ```
/// # use aif_lib::prelude::*;
/// let best = policy_gradient::best_baseline(&[0.6, 0.3, 0.1], &[1.0, 2.0, 3.0]);
/// assert!((best - 1.944_444).abs() < 1e-6);
/// ```
#[track_caller]
pub fn best_baseline(policy: &[f64], rewards: &[f64]) -> f64 {
    assert_eq!(policy.len(), rewards.len(), "one reward for each action");
    let weights: Vec<f64> = policy.iter().zip(length(policy)).map(|(p, l)| p * l).collect();
    let sum: f64 = weights.iter().sum();
    assert!(sum > 0.0, "a policy without chance has no gradient, so no best baseline");
    weights.iter().zip(rewards).map(|(w, r)| w * r).sum::<f64>() / sum
}

/// ‖score(a)‖² = 1 − 2 π(a) + Σ_b π(b)², for each action.
fn length(policy: &[f64]) -> impl Iterator<Item = f64> {
    let squares: f64 = policy.iter().map(|p| p * p).sum();
    policy.iter().map(move |p| 1.0 - 2.0 * p + squares)
}

/// How often each state is visited in an episode, discounted.
///
/// ```text
/// d(s) = Σₜ γᵗ P(sₜ = s),    (I − γ T_π)ᵀ d = start
/// ```
/// A terminal state is not counted: nothing is decided there.
///
/// # Errors
/// As [`policy_values_exact`].
pub fn occupancy(mdp: &Mdp, policy: &[Categorical]) -> Result<Vec<f64>> {
    policy_values_exact(mdp, policy)?; // the same system must have a solution
    let n = mdp.n_states();
    let mut matrix = Array2::eye(n);
    for s in (0..n).filter(|&s| !mdp.is_terminal(s)) {
        for (a, chosen) in policy[s].probs().iter().enumerate() {
            for (next, p, _) in mdp.outcomes(s, a) {
                matrix[[next, s]] -= mdp.discount_into(next) * chosen * p;
            }
        }
    }
    let start = |s: usize| if mdp.is_terminal(s) { 0.0 } else { mdp.start()[s] };
    let visits = Lu::new("the system of discounted visits", matrix)?;
    Ok(visits.solve(&(0..n).map(start).collect::<Vec<_>>()))
}

/// The policy in every state, from the features that are on there.
///
/// # Errors
/// - [`Error::Shape`]: there is not one list of features for each state.
/// - [`Error::OutOfRange`]: a feature is not in the table.
pub fn policies(theta: &Array2<f64>, active: &[Vec<usize>]) -> Result<Vec<Categorical>> {
    if let Some(&index) = active.iter().flatten().find(|&&i| i >= theta.nrows()) {
        let what = "a feature".into();
        return Err(Error::OutOfRange { what, index, len: theta.nrows() });
    }
    Ok(active.iter().map(|active| policy(theta, active)).collect())
}

/// What a softmax policy is worth from the start, exactly.
///
/// ```text
/// J(θ) = Σₛ start(s) V(s)
/// ```
/// `active`: the features that are on in each state. States that look alike have the same ones.
///
/// # Errors
/// As [`policies`] and [`policy_values_exact`].
pub fn value(mdp: &Mdp, active: &[Vec<usize>], theta: &Array2<f64>) -> Result<f64> {
    let v = policy_values_exact(mdp, &policies(theta, active)?)?;
    Ok((0..mdp.n_states()).map(|s| mdp.start()[s] * v[s]).sum())
}

/// The gradient of [`value`], exactly: the policy gradient theorem.
///
/// ```text
/// ∇J = Σₛ d(s) Σₐ q(s, a) ∇π(a|s)
/// ```
/// with the [`occupancy`] d. No derivative of d is needed. Shape (features, actions). Source: Sutton, McAllester,
/// Singh & Mansour (2000).
///
/// # Errors
/// As [`value`].
pub fn exact(mdp: &Mdp, active: &[Vec<usize>], theta: &Array2<f64>) -> Result<Array2<f64>> {
    let policy = policies(theta, active)?;
    let q = action_values(mdp, &policy_values_exact(mdp, &policy)?);
    let d = occupancy(mdp, &policy)?;
    let mut gradient = Array2::zeros(theta.dim());
    for s in (0..mdp.n_states()).filter(|&s| !mdp.is_terminal(s)) {
        let here = expected(policy[s].probs(), &q.row(s).to_vec());
        ascend(&mut gradient, &active[s], &here, d[s]);
    }
    Ok(gradient)
}

/// Moves the rows of the features that are on: θ[i, ·] ← θ[i, ·] + step · direction.
///
/// # Panics
/// When a feature is not in the table, or there is not one number for each action.
#[track_caller]
pub fn ascend(theta: &mut Array2<f64>, active: &[usize], direction: &[f64], step: f64) {
    assert_eq!(theta.ncols(), direction.len(), "one number for each action");
    for &i in active {
        theta.row_mut(i).iter_mut().zip(direction).for_each(|(t, d)| *t += step * d);
    }
}
