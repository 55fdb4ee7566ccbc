//! TD(0): learn to predict from the next prediction. Dual: [`crate::aif::learn`].

use crate::interaction::{State, Trajectory};

/// The temporal-difference error between two moments, each given by the entries of the table that are active.
///
/// ```text
/// δ = r + γ V(now) − V(before),    V(moment) = Σᵢ v(i) over the entries i active then
/// ```
/// One active entry is the usual table of states; several are a compound of stimuli; none is worth 0.
/// `discount` is γ, or 0 when nothing comes after. With γ = 0 it is Rescorla and Wagner's error. Source:
/// Sutton (1988).
///
/// # Panics
/// When an active entry is not in the table.
///
/// ```
/// use aif_lib::rl::learn::td;
/// let v = [0.2, 0.4, 1.0];
/// assert!((td::error(&v, &[0, 1], 1.0, 0.5, &[2]) - 0.9).abs() < 1e-15); // 1 + 0.5 · 1 − (0.2 + 0.4)
/// ```
pub fn error(
    v: &[f64],
    before: &[usize],
    reward: f64,
    discount: f64,
    now: &[usize],
) -> f64 {
    let value = |active: &[usize]| -> f64 { active.iter().map(|&i| v[i]).sum() };
    reward + discount * value(now) - value(before)
}

/// Moves the value of a state towards the reward and the discounted value of the next state.
///
/// ```text
/// δ = r + γ V(s′) − V(s)
/// V(s) ← V(s) + α δ
/// ```
/// `discount` is γ, or 0 when s′ ended the task: [`Step::discount`](crate::interaction::Step::discount) gives the
/// right one. Returns δ. Source: Sutton (1988).
///
/// # Panics
/// When a state is not in the table.
///
/// ```
/// use aif_lib::rl::learn::td;
/// let mut v = [0.0, 4.0];
/// assert_eq!(td::update(&mut v, 0, 1.0, 0.5, 1, 0.1), 3.0); // 1 + 0.5 · 4 − 0
/// assert!((v[0] - 0.3).abs() < 1e-15);
/// ```
pub fn update(
    v: &mut [f64],
    s: State,
    reward: f64,
    discount: f64,
    next: State,
    alpha: f64,
) -> f64 {
    let delta = reward + discount * v[next] - v[s];
    v[s] += alpha * delta;
    delta
}

/// Learns from an episode, step by step; returns the errors.
///
/// # Panics
/// When a state is not in the table.
pub fn sweep(v: &mut [f64], episode: &Trajectory, gamma: f64, alpha: f64) -> Vec<f64> {
    let mut s = episode.first;
    let mut learn = |step: &crate::interaction::Step| {
        let delta = update(v, s, step.reward, step.discount(gamma), step.obs, alpha);
        s = step.obs;
        delta
    };
    episode.steps.iter().map(|(_, step)| learn(step)).collect()
}
