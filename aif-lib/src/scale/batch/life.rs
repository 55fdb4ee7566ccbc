//! [`live`]: a batch of agents in a batch of worlds, step after step.

use ndarray::Array2;

use super::chunk::{self, Chunk, Fault};
use super::planner::Plan;
use super::world::{BatchWorld, begin, step};
use super::{BatchAgent, Core, LANES, Memory, each, memory, one_each};
use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::Action;

/// What many agents did and saw, counted: whole numbers, so that no order of adding them up can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// How many agents took each action, shape (step, action).
    pub actions: Array2<usize>,
    /// How many agents saw each outcome of a modality after each step, shape (step, outcome): one table for each modality.
    pub outcomes: Vec<Array2<usize>>,
}

/// Lets every agent begin an episode in its world, then think, act and look so many times.
///
/// Each chunk of agents lives its whole episode before its thread takes the next one: nobody waits for anybody, and beliefs stay
/// in the cache. The actions are those that [`BatchAgent::act`] and [`BatchAgent::observe`] in turn would give.
///
/// # Errors
/// - [`Error::Shape`]: not as many worlds as agents, or other senses.
/// - [`Error::AtAgent`]: the model rules out what an agent sees, or every option. The one to whom it happens first is named, the
///   lowest number of several. Then begin again.
///
/// ```
/// # use aif_lib::prelude::*;
/// let model = tmaze::model(0.9, &tmaze::PREFERENCE)?;
/// let options = AifOptions { episode: Some(2), ..Default::default() };
/// let mut batch = BatchAgent::new(&model, 10_000, 7, &options, BatchOptions::default())?;
/// let tally = live(&mut batch, &mut BatchWorld::new(&model, 10_000, 8)?, 2)?;
/// assert_eq!(tally.actions[[0, 1]], 10_000); // all look at the cue
/// assert!(tally.outcomes[0][[1, 3]].abs_diff(9_000) < 150); // nine in ten are paid
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn live(
    agents: &mut BatchAgent,
    worlds: &mut BatchWorld,
    steps: usize,
) -> Result<Tally> {
    one_each("worlds", worlds.len(), agents.n)?;
    let seen_as = translation(&worlds.model, &agents.model)?;
    let (mine, theirs) = (agents.model.n_actions(), worlds.model.n_actions());
    if mine != theirs {
        let cure = "agents and worlds need the same actions";
        let (expected, got) = (theirs.to_string(), mine.to_string());
        return Err(Error::Shape {
            what: "the set of actions".into(),
            expected,
            got,
            cure,
        });
    }
    let plans: Vec<Plan> = (0..steps).map(|taken| agents.plan(taken)).collect();
    let (threads, size) = (agents.batch.threads, agents.chunk_size());
    let dictionary = agents.batch.dictionary;
    let BatchWorld { model: world, states, chance: luck } = worlds;
    let (world, shown) = (&*world, world.joint.n_outcomes);
    let lives: Vec<(Counts, Option<(usize, Fault)>)> = memory!(&mut agents.core, memory => {
        let Memory { program, beliefs, chance } = memory;
        let rows = beliefs.chunks_mut(size / LANES * program.n_states);
        let worlds = states.chunks_mut(size).zip(luck.chunks_mut(size));
        let parts = rows.zip(chance.chunks_mut(size)).zip(worlds);
        each(parts.collect(), threads, &|((beliefs, chance), (states, luck))| {
            let mut chunk = Chunk { program, beliefs, chance };
            let mut counts = Counts::new(steps, theirs, shown);
            let mut actions = vec![0u32; states.len()];
            let mut outcomes: Vec<u32> = states
                .iter_mut()
                .zip(luck.iter_mut())
                .map(|(s, rng)| seen_as[begin(world, s, rng) as usize])
                .collect();
            let mut moment = |t: usize| -> Result<(), Fault> {
                if t == 0 {
                    chunk.perceive(None, &outcomes)?;
                }
                chunk.act(&plans[t], dictionary, &mut actions)?;
                for (i, s) in states.iter_mut().enumerate() {
                    let outcome = step(world, s, actions[i] as Action, &mut luck[i]);
                    counts.add(t, actions[i], outcome);
                    outcomes[i] = seen_as[outcome as usize];
                }
                chunk.perceive(Some(&actions), &outcomes)
            };
            let fault = (0..steps).find_map(|t| moment(t).err().map(|fault| (t, fault)));
            (counts, fault)
        })
    });
    agents.taken = steps;
    let faults = lives.iter().enumerate().filter_map(|(i, (_, fault))| {
        fault.as_ref().map(|(t, fault)| (*t, i * size + fault.agent(), fault))
    });
    if let Some((t, agent, fault)) = faults.min_by_key(|(t, agent, _)| (*t, *agent)) {
        return Err(agents.explain(agent, t, fault).of_agent(agent));
    }
    let mut counts = Counts::new(steps, theirs, shown);
    lives.iter().for_each(|(part, _)| counts.merge(part));
    Ok(counts.tally(world))
}

/// The number under which agents know each joint outcome of their worlds.
fn translation(world: &GenerativeModel, agent: &GenerativeModel) -> Result<Vec<u32>> {
    let known = |o| {
        let outcome = agent.outcome(&world.joint.observation(o))?;
        Ok(outcome.map_or(chunk::IMPOSSIBLE, |o| o as u32))
    };
    (0..world.joint.n_outcomes).map(known).collect()
}

struct Counts {
    actions: Array2<usize>,
    outcomes: Array2<usize>,
}

impl Counts {
    fn new(steps: usize, actions: usize, outcomes: usize) -> Self {
        let zeros = |n| Array2::zeros((steps, n));
        Self { actions: zeros(actions), outcomes: zeros(outcomes) }
    }

    fn add(&mut self, t: usize, action: u32, outcome: u32) {
        self.actions[[t, action as usize]] += 1;
        self.outcomes[[t, outcome as usize]] += 1;
    }

    fn merge(&mut self, other: &Self) {
        self.actions += &other.actions;
        self.outcomes += &other.outcomes;
    }

    fn tally(self, world: &GenerativeModel) -> Tally {
        let steps = self.actions.nrows();
        let senses = 0..world.n_modalities();
        let mut outcomes: Vec<Array2<usize>> = senses
            .map(|m| Array2::zeros((steps, world.likelihood(m).shape()[0])))
            .collect();
        for ((t, outcome), count) in self.outcomes.indexed_iter() {
            let seen = world.joint.observation(outcome);
            for (table, o) in outcomes.iter_mut().zip(seen) {
                table[[t, o]] += count;
            }
        }
        Tally { actions: self.actions, outcomes }
    }
}
