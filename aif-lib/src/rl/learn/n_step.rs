//! n-step TD: wait for n rewards, then bootstrap. Dual: [`crate::aif::learn`].
//!
//! n = 1 is [`td`](super::td); n as long as the episode is [`monte_carlo`](super::monte_carlo).

use crate::interaction::{Action, End, State, Step, Trajectory};

/// What a few steps say that the state before them is worth.
///
/// ```text
/// G = r₁ + γ r₂ + … + γⁿ⁻¹ rₙ + γⁿ V(sₙ)
/// ```
/// After a terminal step nothing is added. Source: Sutton & Barto (2018), equation 7.1.
///
/// # Panics
/// When there is no step, or the last state is not in the table.
///
/// ```
/// # use aif_lib::prelude::*;
/// let step = |obs, reward, end| (0, Step { obs, reward, end });
/// let steps = [step(1, 1.0, None), step(2, 2.0, None)];
/// let v = [0.0, 0.0, 4.0];
/// assert_eq!(aif_lib::rl::learn::n_step::target(&steps, &v, 0.5), 3.0); // 1 + 0.5 · 2 + 0.25 · 4
/// ```
pub fn target(steps: &[(Action, Step)], v: &[f64], gamma: f64) -> f64 {
    let (_, last) = steps.last().expect("at least one step");
    let back =
        |later: f64, (_, step): &(Action, Step)| step.reward + step.discount(gamma) * later;
    steps.iter().rev().fold(v[last.obs], back)
}

/// Looks n steps ahead in a record of one episode after the other: (return, steps, weight of what follows).
///
/// ```text
/// G = r₁ + γ r₂ + … + γᵏ⁻¹ rₖ,     weight: γᵏ, or 0 where the task was over
/// ```
/// k is n, or less where an episode or the record ends before: nothing is taken from the next episode.
///
/// # Panics
/// When the start is not in the record, or n is 0.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (rewards, ends) = ([1.0, 2.0, 100.0], [None, Some(End::Truncated), None]);
/// assert_eq!(aif_lib::rl::learn::n_step::look_ahead(&rewards, &ends, 0, 3, 0.5), (2.0, 2, 0.25));
/// ```
pub fn look_ahead(
    rewards: &[f64],
    ends: &[Option<End>],
    start: usize,
    n: usize,
    gamma: f64,
) -> (f64, usize, f64) {
    assert!(n > 0, "a look ahead takes at least one step: give n = 1 or more");
    let (mut total, mut weight, mut k) = (0.0, 1.0, 0);
    for (reward, end) in rewards[start..].iter().zip(&ends[start..]).take(n) {
        total += weight * reward;
        (weight, k) = (weight * gamma, k + 1);
        match end {
            Some(End::Terminated) => return (total, k, 0.0),
            Some(End::Truncated) => break,
            None => {}
        }
    }
    (total, k, weight)
}

/// Learns from an episode with n-step targets; returns the errors.
///
/// ```text
/// V(s) ← V(s) + α (G − V(s)) for each state in its turn
/// ```
/// The same numbers as learning n steps late while the episode goes on. Near the end the targets are shorter.
///
/// # Panics
/// When n is 0, or a state is not in the table.
pub fn sweep(
    v: &mut [f64],
    episode: &Trajectory,
    n: usize,
    gamma: f64,
    alpha: f64,
) -> Vec<f64> {
    assert!(n > 0, "n-step TD looks at least one step ahead: give n = 1 or more");
    let seen = episode.steps.iter().map(|(_, step)| step.obs);
    let states: Vec<State> = std::iter::once(episode.first).chain(seen).collect();
    let steps = &episode.steps;
    (0..steps.len())
        .map(|t| {
            let ahead = &steps[t..steps.len().min(t.saturating_add(n))];
            let delta = target(ahead, v, gamma) - v[states[t]];
            v[states[t]] += alpha * delta;
            delta
        })
        .collect()
}
