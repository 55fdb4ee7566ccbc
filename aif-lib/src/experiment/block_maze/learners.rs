//! Q-learning in the maze of weeks, given a memory or given the belief.

use ndarray::Array2;

use super::rat::{corrected, turned};
use crate::interaction::{Action, State};
use crate::prob::random::Rng;
use crate::rl::learn::q_learning;
use crate::rl::select::epsilon_greedy;
use crate::world::block_maze::{Day, Weeks};

/// The settings of a Q-learner in the maze of weeks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearnerOptions {
    /// The learning rate.
    pub alpha: f64,
    /// The probability of a random action.
    pub epsilon: f64,
}

/// Q-learning whose state is the sides of the last `m` days and what the cue shows today: the reward of each day.
///
/// Actions: 0 left, 1 right, and, as long as it has not looked, 2 look. γ = 1: a trial is an episode.
///
/// # Panics
/// When m is above 20, or ε is not a probability.
pub fn memory_q(
    weeks: &Weeks,
    days: &[Day],
    m: usize,
    options: LearnerOptions,
    rng: &mut dyn Rng,
) -> Vec<f64> {
    assert!(m <= 20, "memory_q: 2^{m} memories are too many: use m up to 20");
    let mut memory = 0;
    let remember = &mut |day: &Day| {
        let before = memory;
        memory = (2 * memory + day.side) % (1 << m);
        before
    };
    learn(weeks, days, 1 << m, options, remember, rng)
}

/// The same, but its state is the exact belief about the context, in `bins` bins, instead of a memory.
///
/// # Panics
/// When there is no bin, or ε is not a probability.
pub fn belief_q(
    weeks: &Weeks,
    days: &[Day],
    bins: usize,
    options: LearnerOptions,
    rng: &mut dyn Rng,
) -> Vec<f64> {
    assert!(bins > 0, "belief_q: one bin or more");
    let (mut q, d, h) = (0.5, weeks.dominance, weeks.hazard);
    let believe = &mut |day: &Day| {
        let before = ((q * bins as f64) as usize).min(bins - 1);
        q = turned(corrected(q, d, day.side).0, h);
        before
    };
    learn(weeks, days, bins, options, believe, rng)
}

/// `morning` gives the state of today, which it must know from the days before, and then learns of today.
fn learn(
    weeks: &Weeks,
    days: &[Day],
    states: usize,
    options: LearnerOptions,
    morning: &mut dyn FnMut(&Day) -> State,
    rng: &mut dyn Rng,
) -> Vec<f64> {
    // Three rows for each memory: not looked, cue left, cue right. A last row for the end, worth 0.
    let mut q = Array2::<f64>::zeros((3 * states + 1, 3));
    for state in 0..states {
        // After a look there is no look any more.
        q[[3 * state + 1, 2]] = f64::NEG_INFINITY;
        q[[3 * state + 2, 2]] = f64::NEG_INFINITY;
    }
    let end = 3 * states;
    let mut choose = |q: &Array2<f64>, s: State, n: usize| -> Action {
        let values: Vec<f64> = q.row(s).iter().take(n).copied().collect();
        let policy = epsilon_greedy(&values, options.epsilon);
        policy.unwrap_or_else(|error| panic!("{error}")).sample(rng)
    };
    let day_of = |day: &Day| {
        let paid = |arm: Action| if arm == day.side { 1.0 } else { -1.0 };
        let s = 3 * morning(day);
        let first = choose(&q, s, 3);
        if first < 2 {
            q_learning::update(&mut q, s, first, paid(first), 0.0, end, options.alpha);
            return paid(first);
        }
        let seen = s + 1 + day.cue;
        q_learning::update(&mut q, s, 2, -weeks.cost, 1.0, seen, options.alpha);
        let arm = choose(&q, seen, 2);
        q_learning::update(&mut q, seen, arm, paid(arm), 0.0, end, options.alpha);
        paid(arm) - weeks.cost
    };
    days.iter().map(day_of).collect()
}
