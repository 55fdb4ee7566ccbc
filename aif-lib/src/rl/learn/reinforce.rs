//! REINFORCE: wait for the end, then make more likely what was followed by more than expected. Dual:
//! [`crate::aif::learn`].

use ndarray::Array2;

use super::policy_gradient::{ascend, policy, score};
use crate::interaction::Action;

/// What came after each action: the return from there on.
///
/// ```text
/// Gₜ = rₜ + γ Gₜ₊₁        rₜ: the reward for action t
/// ```
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(reinforce::returns_to_go(&[1.0, 2.0, 4.0], 0.5), [3.0, 4.0, 4.0]);
/// ```
pub fn returns_to_go(rewards: &[f64], gamma: f64) -> Vec<f64> {
    let mut later = 0.0;
    let mut returns: Vec<f64> = (rewards.iter().rev())
        .map(|r| {
            later = r + gamma * later;
            later
        })
        .collect();
    returns.reverse();
    returns
}

/// How much each action of an episode is to be reinforced: by how much the return beats a baseline.
///
/// ```text
/// wₜ = Gₜ − b(sₜ)
/// ```
/// `baseline`: b at the state in which each action was chosen; it must not depend on the action.
///
/// # Panics
/// When there is not one baseline for each reward.
#[track_caller]
pub fn weights(rewards: &[f64], baseline: &[f64], gamma: f64) -> Vec<f64> {
    assert_eq!(rewards.len(), baseline.len(), "one baseline for each action");
    returns_to_go(rewards, gamma).iter().zip(baseline).map(|(g, b)| g - b).collect()
}

/// The estimate of the gradient from one episode.
///
/// ```text
/// Σₜ γᵗ wₜ ∇ ln π(aₜ | sₜ)
/// ```
/// `choices`: the features that were on, and the action, for each t. With γᵗ its mean is the gradient of the discounted
/// value; most programs leave γᵗ out (`gamma` = 1 here) and follow a direction that is, in general, no gradient.
/// Source: Williams (1992); Sutton & Barto (2018), section 13.3.
///
/// # Panics
/// When there is not one weight for each choice, or a feature is not in the table.
#[track_caller]
pub fn gradient(
    theta: &Array2<f64>,
    choices: &[(Vec<usize>, Action)],
    weights: &[f64],
    gamma: f64,
) -> Array2<f64> {
    assert_eq!(choices.len(), weights.len(), "one weight for each choice");
    let (mut sum, mut scale) = (Array2::zeros(theta.dim()), 1.0);
    for ((active, action), weight) in choices.iter().zip(weights) {
        let direction = score(policy(theta, active).probs(), *action);
        ascend(&mut sum, active, &direction, scale * weight);
        scale *= gamma;
    }
    sum
}
