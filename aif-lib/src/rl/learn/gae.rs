//! Generalised advantage estimation: one formula from the temporal-difference error to the return. Dual:
//! [`crate::aif::learn`].

use crate::interaction::End;

/// By how much each action turned out better than expected.
///
/// ```text
/// δₜ = rₜ + γ V(sₜ₊₁) − V(sₜ)         without γ V(sₜ₊₁) after Terminated
/// Aₜ = δₜ + γ λ Aₜ₊₁                  without the second term after any end
/// ```
/// `values`: V of the state in which each action was chosen; `next`: V of the state that the action led to. At a truncation
/// that is the last state of the episode that was cut off, not the first of the one that begins. λ = 0 gives δ; λ = 1 gives
/// the return minus V. After the last entry the record stops, and counts as cut off. Source: Schulman et al. (2016).
///
/// # Panics
/// When the four lists differ in length.
///
/// ```
/// # use aif_lib::prelude::*;
/// let a = gae::advantages(&[1.0; 3], &[0.5, 0.4, 0.3], &[0.4, 0.3, 0.2], &[None; 3], 0.9, 0.8);
/// assert!((a[0] - 1.942_592).abs() < 1e-12 && (a[2] - 0.88).abs() < 1e-12);
/// ```
#[track_caller]
pub fn advantages(
    rewards: &[f64],
    values: &[f64],
    next: &[f64],
    ends: &[Option<End>],
    gamma: f64,
    lambda: f64,
) -> Vec<f64> {
    let n = rewards.len();
    assert!(
        values.len() == n && next.len() == n && ends.len() == n,
        "gae: one value, one next value and one end (or none) for each reward"
    );
    let (mut advantages, mut later) = (vec![0.0; n], 0.0);
    for t in (0..n).rev() {
        let discount = if ends[t] == Some(End::Terminated) { 0.0 } else { gamma };
        let delta = rewards[t] + discount * next[t] - values[t];
        let carried = if ends[t].is_some() { 0.0 } else { gamma * lambda * later };
        later = delta + carried;
        advantages[t] = later;
    }
    advantages
}
