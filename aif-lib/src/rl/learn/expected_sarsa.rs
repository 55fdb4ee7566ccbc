//! Expected SARSA: SARSA without the luck of the next draw. Dual: [`crate::aif::learn`].

use ndarray::Array2;

use crate::interaction::{Action, State};

/// Moves one entry of the table towards the reward and the mean value of what the policy does next.
///
/// ```text
/// δ = r + γ Σₐ′ π(a′|s′) Q(s′, a′) − Q(s, a)
/// Q(s, a) ← Q(s, a) + α δ
/// ```
/// With a greedy π it is Q-learning; drawn instead of averaged, it is SARSA. `q`: (states, actions),
/// `policy`: (actions) in s′. `discount` is γ, or 0 when s′ ended the task. Returns δ. Source: van Seijen,
/// van Hasselt, Whiteson & Wiering (2009).
///
/// # Panics
/// When a state or the action is not in the table.
///
/// ```
/// use aif_lib::rl::learn::expected_sarsa;
/// use ndarray::array;
/// let mut q = array![[0.0, 0.0], [2.0, 4.0]];
/// let delta = expected_sarsa::update(&mut q, 0, 1, 1.0, 0.5, 1, &[0.25, 0.75], 0.1);
/// assert_eq!(delta, 2.75); // 1 + 0.5 · (0.25 · 2 + 0.75 · 4) − 0
/// ```
#[allow(clippy::too_many_arguments)] // As SARSA, with π in place of a′.
pub fn update(
    q: &mut Array2<f64>,
    s: State,
    a: Action,
    reward: f64,
    discount: f64,
    next: State,
    policy: &[f64],
    alpha: f64,
) -> f64 {
    let mean: f64 = q.row(next).iter().zip(policy).map(|(q, p)| p * q).sum();
    let delta = reward + discount * mean - q[[s, a]];
    q[[s, a]] += alpha * delta;
    delta
}
