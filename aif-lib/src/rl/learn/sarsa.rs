//! SARSA: learn what an action is worth under the policy that is followed. Dual: [`crate::aif::learn`].

use ndarray::Array2;

use crate::interaction::{Action, State};

/// Moves one entry of the table towards the reward and the value of the action that was taken next.
///
/// ```text
/// δ = r + γ Q(s′, a′) − Q(s, a)
/// Q(s, a) ← Q(s, a) + α δ
/// ```
/// The name spells what it needs: s, a, r, s′, a′. `q`: (states, actions). `discount` is γ, or 0 when s′
/// ended the task; then a′ does not matter. Returns δ. Source: Rummery & Niranjan (1994); Sutton & Barto
/// (2018), section 6.4.
///
/// # Panics
/// When a state or an action is not in the table.
///
/// ```
/// use aif_lib::rl::learn::sarsa;
/// use ndarray::array;
/// let mut q = array![[0.0, 0.0], [2.0, 4.0]];
/// let delta = sarsa::update(&mut q, 0, 1, 1.0, 0.5, 1, 0, 0.1);
/// assert_eq!(delta, 2.0); // 1 + 0.5 · 2 − 0: the action taken, not the best one
/// ```
#[allow(clippy::too_many_arguments)] // They are the five letters of its name, and γ and α.
pub fn update(
    q: &mut Array2<f64>,
    s: State,
    a: Action,
    reward: f64,
    discount: f64,
    next: State,
    next_action: Action,
    alpha: f64,
) -> f64 {
    let delta = reward + discount * q[[next, next_action]] - q[[s, a]];
    q[[s, a]] += alpha * delta;
    delta
}
