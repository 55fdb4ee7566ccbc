//! Monte Carlo: wait for the end, then learn from what really came. Dual: [`crate::aif::learn`].

use crate::interaction::{End, State, Trajectory};

/// Moves the value of a state towards the return that followed it.
///
/// ```text
/// V(s) ← V(s) + α (G − V(s)),    G = r₁ + γ r₂ + γ² r₃ + … to the end
/// ```
/// Returns the error G − V(s). Source: Sutton & Barto (2018), equation 6.1.
///
/// # Panics
/// When the state is not in the table.
///
/// ```
/// let mut v = [1.0];
/// assert_eq!(aif_lib::rl::learn::monte_carlo::update(&mut v, 0, 3.0, 0.25), 2.0);
/// assert_eq!(v, [1.5]);
/// ```
pub fn update(v: &mut [f64], s: State, total: f64, alpha: f64) -> f64 {
    let delta = total - v[s];
    v[s] += alpha * delta;
    delta
}

/// Each state of an episode with the return that followed it, in order; every visit counts.
///
/// An episode that a step limit cut short has no known return: the result is empty.
pub fn returns(episode: &Trajectory, gamma: f64) -> Vec<(State, f64)> {
    if episode.end() != Some(End::Terminated) {
        return Vec::new();
    }
    let mut total = 0.0;
    let seen = episode.steps.iter().map(|(_, step)| step.obs);
    let states: Vec<State> = std::iter::once(episode.first).chain(seen).collect();
    let mut pairs: Vec<(State, f64)> = (states.iter().zip(&episode.steps).rev())
        .map(|(&s, (_, step))| {
            total = step.reward + gamma * total;
            (s, total)
        })
        .collect();
    pairs.reverse();
    pairs
}

/// Learns from an episode after its end; returns the errors.
///
/// # Panics
/// When a state is not in the table.
pub fn sweep(v: &mut [f64], episode: &Trajectory, gamma: f64, alpha: f64) -> Vec<f64> {
    returns(episode, gamma).into_iter().map(|(s, g)| update(v, s, g, alpha)).collect()
}
