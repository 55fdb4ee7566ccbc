//! From one agent after the other to many at once: the same lives, timed in turns.

use std::hint::black_box;

use super::batch::{BatchAgent, BatchOptions, BatchWorld, Precision, live};
use super::stopwatch::{Rival, Timing, take_turns};
use crate::aif::agent::{AifAgent, AifOptions};
use crate::aif::model::GenerativeModel;
use crate::error::Result;
use crate::interaction::{Action, Agent, Obs, Step};
use crate::prob::random::{Generator, stream};

/// The rungs, in order: each has what the one before it has, and one thing more.
pub const RUNGS: [&str; 5] = [
    "one agent after the other",
    "lists, double precision",
    "single precision",
    "all cores",
    "a dictionary of plans",
];

/// How many agents the first rung runs: its time is told for one agent, too.
const FEW: usize = 100;

/// The course's own agents, one after the other, each with a world of its own.
#[derive(Debug)]
struct Singles {
    agents: Vec<AifAgent>,
    chance: Vec<Generator>,
    worlds: BatchWorld,
}

impl Singles {
    fn live(&mut self, steps: usize) {
        let Self { agents, chance, worlds } = self;
        let first = worlds.reset();
        for (agent, obs) in agents.iter_mut().zip(first.rows()) {
            agent.begin(&obs.to_vec());
        }
        for _ in 0..steps {
            let pairs = agents.iter_mut().zip(chance.iter_mut());
            let actions: Vec<Action> =
                pairs.map(|(agent, rng)| Agent::<Vec<Obs>>::act(agent, rng)).collect();
            let seen = worlds.step(&actions).expect("the actions exist");
            for (i, (agent, obs)) in agents.iter_mut().zip(seen.rows()).enumerate() {
                let step = Step { obs: obs.to_vec(), reward: 0.0, end: None };
                agent.observe(&actions[i], &step, &mut chance[i]);
            }
        }
    }
}

/// The seconds that one agent takes for one step, on each of the [`RUNGS`]: `n` agents in worlds of the same model, so many
/// steps, so many rounds.
///
/// # Errors
/// As [`BatchAgent::new`].
///
/// # Panics
/// When no step or no round is asked for.
#[track_caller]
pub fn ladder(
    model: &GenerativeModel,
    options: &AifOptions,
    n: usize,
    steps: usize,
    warm_up: usize,
    rounds: usize,
) -> Result<Vec<Timing>> {
    assert!(steps > 0, "ladder: agents that take no step have no time for one");
    let few = n.min(FEW);
    let mut singles = Singles {
        agents: vec![AifAgent::new(model.clone(), options.clone())?; few],
        chance: (0..few as u64).map(|i| stream(7, i)).collect(),
        worlds: BatchWorld::new(model, few, 8)?,
    };
    let (double, single) = (Precision::Double, Precision::Single);
    let rungs =
        [(double, 1, false), (single, 1, false), (single, 0, false), (single, 0, true)];
    let batch = |(precision, threads, dictionary)| {
        let batch = BatchOptions { precision, threads, dictionary, ..Default::default() };
        let agents = BatchAgent::new(model, n, 7, options, batch)?;
        Ok((agents, BatchWorld::new(model, n, 8)?))
    };
    let mut batches = rungs.into_iter().map(batch).collect::<Result<Vec<_>>>()?;
    let mut first = || singles.live(steps);
    let mut others: Vec<_> = batches
        .iter_mut()
        .map(|(agents, worlds)| {
            move || {
                black_box(live(agents, worlds, steps).expect("possible lives"));
            }
        })
        .collect();
    let mut rivals: Vec<Rival<'_>> = vec![(RUNGS[0], &mut first)];
    for (name, life) in RUNGS[1..].iter().zip(&mut others) {
        rivals.push((name, life));
    }
    let mut times = take_turns(warm_up, rounds, &mut rivals);
    for (i, time) in times.iter_mut().enumerate() {
        let agents = if i == 0 { few } else { n };
        time.seconds.iter_mut().for_each(|s| *s /= (agents * steps) as f64);
    }
    Ok(times)
}
