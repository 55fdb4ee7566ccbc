//! Double Q-learning: one table picks the action, the other says what it is worth. Dual:
//! [`crate::aif::learn`].
//!
//! The largest of several noisy guesses is too large on average, and Q-learning bootstraps from the largest.
//! Two tables that learn from different steps do not share their noise.

use ndarray::Array2;

use crate::interaction::{Action, State};
use crate::rl::select::greedy;

/// Moves one entry of the table that learns, by the best next action of its own, valued by the other table.
///
/// ```text
/// δ = r + γ Q₂(s′, argmaxₐ′ Q₁(s′, a′)) − Q₁(s, a)
/// Q₁(s, a) ← Q₁(s, a) + α δ
/// ```
/// Several best actions share the value. A fair coin decides in each step which table is Q₁, `learns`, and
/// which is Q₂, `judges`; both are (states, actions). `discount` is γ, or 0 when s′ ended the task. Returns
/// δ. Source: van Hasselt (2010); Sutton & Barto (2018), section 6.7.
///
/// # Panics
/// When a state or the action is not in both tables.
///
/// ```
/// use aif_lib::rl::learn::double_q;
/// use ndarray::array;
/// let mut q1 = array![[0.0, 0.0], [2.0, 4.0]];
/// let q2 = array![[0.0, 0.0], [3.0, 1.0]];
/// let delta = double_q::update(&mut q1, &q2, 0, 1, 1.0, 0.5, 1, 0.1);
/// assert_eq!(delta, 1.5); // 1 + 0.5 · 1 − 0: Q₁ picks action 1, Q₂ says that it is worth 1
/// ```
#[allow(clippy::too_many_arguments)] // As Q-learning, with the second table.
pub fn update(
    learns: &mut Array2<f64>,
    judges: &Array2<f64>,
    s: State,
    a: Action,
    reward: f64,
    discount: f64,
    next: State,
    alpha: f64,
) -> f64 {
    let picked = greedy(&learns.row(next).to_vec());
    let value: f64 = judges.row(next).iter().zip(picked.probs()).map(|(q, p)| p * q).sum();
    let delta = reward + discount * value - learns[[s, a]];
    learns[[s, a]] += alpha * delta;
    delta
}
