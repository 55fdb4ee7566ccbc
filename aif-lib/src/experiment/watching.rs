//! Random dots: how long does each agent look, and what does it earn?
//!
//! All of them have up to [`LIMIT`] dots in a trial; whoever has not answered by then gets nothing for it.

use crate::aif::agent::{AifAgent, AifOptions};
use crate::error::Result;
use crate::interaction::{Agent, TimeLimit, Trajectory, World, episode, returns};
use crate::prob::random::{Rng, stream};
use crate::prob::stats::{Interval, mean_interval};
use crate::rl::agent::{FixedPolicy, QAgent, QOptions, Schedule};
use crate::rl::select::greedy;
use crate::task::dots::{Counted, Dots, action_values, model};

/// The most dots of a trial.
pub const LIMIT: usize = 60;

/// A trial, as it is noted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watched {
    /// The share of dots that moved together, which the agent did not see.
    pub coherence: f64,
    /// Whether the answer was correct.
    pub correct: bool,
    /// How many dots were seen.
    pub dots: usize,
    /// What was earned, less what the looks cost.
    pub earned: f64,
}

fn noted(coherence: f64, played: &Trajectory) -> Watched {
    let correct = played.steps.last().is_some_and(|(_, step)| step.reward == 1.0);
    Watched { coherence, correct, dots: played.len(), earned: played.total_reward() }
}

fn counted(dots: Dots) -> TimeLimit<Counted> {
    TimeLimit::new(Counted::new(dots, LIMIT), LIMIT)
}

/// Trials of an agent that sees the counts of dots.
pub fn by_counts(
    dots: &Dots,
    agent: &mut dyn Agent,
    trials: usize,
    rng: &mut dyn Rng,
) -> Vec<Watched> {
    let mut world = counted(dots.clone());
    let mut one = || {
        let played = episode(&mut world, agent, rng);
        noted(world.world.dots.coherence(), &played)
    };
    (0..trials).map(|_| one()).collect()
}

/// Trials of an agent that sees one dot after the other.
pub fn by_dots(
    dots: &Dots,
    agent: &mut dyn Agent,
    trials: usize,
    rng: &mut dyn Rng,
) -> Vec<Watched> {
    let mut world = TimeLimit::new(dots.clone(), LIMIT);
    let mut one = || {
        let played = episode(&mut world, agent, rng);
        noted(world.world.coherence(), &played)
    };
    (0..trials).map(|_| one()).collect()
}

/// Whoever does what is best after each count of dots, as [`action_values`] says.
///
/// # Errors
/// As [`action_values`].
pub fn optimum(coherences: &[f64], cost: f64) -> Result<FixedPolicy> {
    let q = action_values(coherences, cost, LIMIT)?;
    let best = q.rows().into_iter().map(|row| greedy(&row.to_vec()));
    Ok(FixedPolicy::new(best.collect()))
}

/// Q-learning on the counts, after 20 000 trials from `stream(seed, i)`; it learns no more.
///
/// # Errors
/// As [`QAgent::new`].
pub fn learner(dots: &Dots, seed: u64, i: u64) -> Result<QAgent> {
    let options = QOptions {
        alpha: Schedule::Harmonic { from: 0.3, half: 3_000.0 },
        epsilon: Schedule::Harmonic { from: 0.2, half: 1_500.0 },
        gamma: 1.0,
        ..Default::default()
    };
    let mut world = counted(dots.clone());
    let mut agent = QAgent::new(world.observation_space(), 3, options)?;
    returns(&mut world, &mut agent, 20_000, &mut stream(seed, i));
    agent.freeze();
    Ok(agent)
}

/// Active inference with the model of the task: a reward of 1 is worth so many nats, and it looks so many steps ahead.
///
/// # Errors
/// As [`model`] and [`AifAgent::new`].
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut agent = watching::believer(&[0.5], 0.01, 4.0, 2)?;
/// let trials = watching::by_dots(&Dots::new(&[0.5], 0.01)?, &mut agent, 50, &mut seeded(1));
/// assert!(trials.iter().all(|trial| trial.dots >= 1 && trial.earned <= 1.0));
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn believer(
    coherences: &[f64],
    cost: f64,
    worth: f64,
    horizon: usize,
) -> Result<AifAgent> {
    let options = AifOptions { horizon, ..Default::default() };
    AifAgent::new(model(coherences, cost, worth)?, options)
}

/// The mean of something over those trials that had this coherence.
///
/// # Errors
/// [`Error::Empty`](crate::Error::Empty) or [`Error::Parameter`](crate::Error::Parameter): fewer than two such trials.
pub fn mean_at(
    trials: &[Watched],
    coherence: f64,
    of: fn(&Watched) -> f64,
) -> Result<Interval> {
    let those = trials.iter().filter(|trial| trial.coherence == coherence);
    mean_interval(&those.map(of).collect::<Vec<f64>>())
}
