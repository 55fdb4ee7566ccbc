//! Q-learning: learn what an action is worth from the reward and the best that may follow. Dual:
//! [`crate::aif::learn`].

use ndarray::Array2;

use crate::interaction::{Action, State};

/// Moves one entry of the table towards what was just seen, and returns the prediction error.
///
/// ```text
/// δ = r + γ maxₐ′ Q(s′, a′) − Q(s, a)
/// Q(s, a) ← Q(s, a) + α δ
/// ```
/// `q`: (states, actions). `discount` is γ, or 0 when s′ ended the task:
/// [`Step::discount`](crate::interaction::Step::discount) gives the right one. Source: Watkins & Dayan (1992).
///
/// # Panics
/// When a state or the action is not in the table.
///
/// ```
/// use aif_lib::rl::learn::q_learning;
/// use ndarray::array;
/// let mut q = array![[0.0, 0.0], [2.0, 4.0]];
/// let delta = q_learning::update(&mut q, 0, 1, 1.0, 0.5, 1, 0.1);
/// assert_eq!(delta, 3.0); // 1 + 0.5 · 4 − 0
/// assert!((q[[0, 1]] - 0.3).abs() < 1e-15);
/// ```
pub fn update(
    q: &mut Array2<f64>,
    s: State,
    a: Action,
    reward: f64,
    discount: f64,
    next: State,
    alpha: f64,
) -> f64 {
    let best = q.row(next).iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let delta = reward + discount * best - q[[s, a]];
    q[[s, a]] += alpha * delta;
    delta
}
