//! [`BatchAgent`]: many agents with one model, thought of as one object.
//!
//! An [`AifAgent`] keeps its belief in memory of its own. Here the beliefs of all agents stand in one table, state by
//! state, sixteen agents side by side, and each operation of perception and planning is done for a whole row of agents before
//! the next one begins. What comes out is what single agents would do, to the last bit:
//!
//! | what | how it stays the same |
//! |---|---|
//! | numbers | every agent's are computed by the operations of a single agent, in their order |
//! | chance | agent i draws from `stream(seed, i)`, whoever computes it and when |
//! | threads | an agent's result depends on no other agent, so chunks of any size give the same |
//! | sharing | agents whose beliefs are equal to the last bit have one plan, and it is computed once ([`BatchOptions::dictionary`]) |
//!
//! | file | holds |
//! |---|---|
//! | `real` | `f64`, and `f32` with logarithms and exponentials of its own |
//! | `program` | the model as lists |
//! | `planner` | expected free energy for a row of agents |
//! | `choice` | what they do about it |
//! | `chunk` | what is done with some agents by one thread |
//! | `world` | [`BatchWorld`]: as many worlds, in the same form |
//! | `life` | [`live`]: batch and worlds, step after step |

mod choice;
mod chunk;
mod life;
mod planner;
mod program;
mod real;
mod world;

use std::collections::HashSet;
use std::fmt;

use ndarray::Array2;

use super::{ALL_CORES, each};
use crate::aif::agent::{AifAgent, AifOptions};
use crate::aif::model::GenerativeModel;
use crate::aif::perceive::inference::Inference;
use crate::aif::perceive::{correct, filter};
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs};
use crate::prob::categorical::Categorical;
use crate::prob::random::{Generator, stream};
use chunk::{Chunk, Fault};
pub use life::{Tally, live};
use planner::Plan;
pub(super) use planner::peak;
use program::Program;
use real::{LANES, Real, Row};
pub use world::BatchWorld;

/// The width of the numbers that a batch computes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// `f64`: bit for bit what a single agent computes.
    #[default]
    Double,
    /// `f32`: half the memory, twice as many numbers in a register. Probabilities are off by less than 10⁻⁶, G by less than 10⁻⁶ of
    /// the largest that it can be, H (ln S + maxₒ |C(o)|). Options whose G differs by less than 10⁻⁵ of the largest of them count
    /// as equal.
    Single,
}

/// How a batch is computed. None of it changes what comes out, but for the digits that [`Precision::Single`] leaves out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchOptions {
    /// Default: double.
    pub precision: Precision,
    /// The number of threads; 0, the default, for one on each core. Without the feature `parallel` there is one.
    pub threads: usize,
    /// The number of agents that a thread takes at a time, rounded up to a multiple of 16; 0, the default, lets the batch choose.
    pub chunk: usize,
    /// Whether beliefs that are equal to the last bit are planned for once. Default: no.
    pub dictionary: bool,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self {
            precision: Precision::Double,
            threads: ALL_CORES,
            chunk: 0,
            dictionary: false,
        }
    }
}

/// Many agents that share a model and act in lockstep, each in a world of its own.
///
/// ```
/// # use aif_lib::prelude::*;
/// let model = tmaze::model(0.9, &tmaze::PREFERENCE)?;
/// let mut batch = BatchAgent::new(&model, 1000, 7, &AifOptions::default(), BatchOptions::default())?;
/// let mut worlds = BatchWorld::new(&model, 1000, 8)?;
/// batch.begin(&worlds.reset())?;
/// let actions = batch.act()?;
/// assert!(actions.iter().all(|u| *u == 1)); // all go and look at the cue
/// batch.observe(&actions, &worlds.step(&actions)?)?;
/// assert_eq!(batch.distinct_beliefs(), 2); // it said left, or it said right
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Clone)]
pub struct BatchAgent {
    model: GenerativeModel,
    options: AifOptions,
    batch: BatchOptions,
    n: usize,
    taken: usize,
    core: Core,
}

#[derive(Clone)]
enum Core {
    Double(Memory<f64>),
    Single(Memory<f32>),
}

/// What a batch remembers, as lists.
#[derive(Clone)]
struct Memory<R> {
    program: Program<R>,
    beliefs: Vec<Row<R>>, // (rows of agents, states)
    chance: Vec<Generator>,
}

/// The same code for either width.
macro_rules! memory {
    ($core:expr, $memory:ident => $body:expr) => {
        match $core {
            Core::Double($memory) => $body,
            Core::Single($memory) => $body,
        }
    };
}

use memory;

impl<R: Real> Memory<R> {
    fn new(model: &GenerativeModel, n: usize, seed: u64) -> Self {
        let program = Program::new(model);
        let row = program.prior.iter().map(|p| [*p; LANES]);
        let rows = n.div_ceil(LANES);
        let beliefs = row.cycle().take(rows * program.n_states).collect();
        let chance = (0..n as u64).map(|i| stream(seed, i)).collect();
        Self { program, beliefs, chance }
    }

    fn belief(&self, agent: usize) -> impl Iterator<Item = R> {
        let n = self.program.n_states;
        let row = &self.beliefs[agent / LANES * n..][..n];
        row.iter().map(move |lanes| lanes[agent % LANES])
    }
}

impl BatchAgent {
    /// As many agents as `n`, with the settings of a single one. Agent i draws from `stream(seed, i)`.
    ///
    /// # Errors
    /// - As [`AifAgent::new`], for the settings.
    /// - [`Error::Empty`]: no agent.
    /// - [`Error::Unsupported`]: learning, approximate inference and pruning are for single agents.
    pub fn new(
        model: &GenerativeModel,
        n: usize,
        seed: u64,
        options: &AifOptions,
        batch: BatchOptions,
    ) -> Result<Self> {
        if n == 0 {
            return Err(Error::Empty { what: "the batch".into() });
        }
        check(options)?;
        AifAgent::new(model.clone(), options.clone())?; // finds every bad setting
        let core = match batch.precision {
            Precision::Double => Core::Double(Memory::new(model, n, seed)),
            Precision::Single => Core::Single(Memory::new(model, n, seed)),
        };
        let (model, options) = (model.clone(), options.clone());
        Ok(Self { model, options, batch, n, taken: 0, core })
    }

    /// How many agents.
    #[allow(clippy::len_without_is_empty)] // It is never empty.
    pub fn len(&self) -> usize {
        self.n
    }

    /// The model of all.
    pub fn model(&self) -> &GenerativeModel {
        &self.model
    }

    /// Begins an episode: the prior D, corrected by what each agent sees first, shape (agent, modality).
    ///
    /// # Errors
    /// - [`Error::Shape`]: not one row for each agent, or not one outcome for each modality.
    /// - [`Error::AtAgent`]: an agent sees what does not exist, or what the model rules out. The lowest number is named.
    pub fn begin(&mut self, observations: &Array2<Obs>) -> Result<()> {
        let outcomes = self.outcomes(observations)?;
        self.taken = 0;
        self.perceive(None, &outcomes)
    }

    /// Sees what the actions led to, shape (agent, modality).
    ///
    /// # Errors
    /// As [`begin`](Self::begin), and where an action does not exist. An agent to which the impossible happened keeps the belief it
    /// had; the others believe what they see.
    pub fn observe(
        &mut self,
        actions: &[Action],
        observations: &Array2<Obs>,
    ) -> Result<()> {
        let outcomes = self.outcomes(observations)?;
        one_each("actions", actions.len(), self.n)?;
        let action = |(agent, &u): (usize, &Action)| {
            let fits = self.model.check_action(|| "the action".into(), u);
            fits.map(|()| u as u32).map_err(|error| error.of_agent(agent))
        };
        let actions: Vec<u32> =
            actions.iter().enumerate().map(action).collect::<Result<_>>()?;
        self.perceive(Some(&actions), &outcomes)?;
        self.taken += 1;
        Ok(())
    }

    /// Chooses an action for each agent.
    ///
    /// # Errors
    /// [`Error::AtAgent`]: to an agent every option is infinitely bad.
    pub fn act(&mut self) -> Result<Vec<Action>> {
        let plan = self.plan(self.taken);
        let mut actions = vec![0u32; self.n];
        let (threads, size) = (self.batch.threads, self.chunk_size());
        let dictionary = self.batch.dictionary;
        let faults = memory!(&mut self.core, memory => {
            let Memory { program, beliefs, chance } = memory;
            let rows = beliefs.chunks_mut(size / LANES * program.n_states);
            let parts = rows.zip(chance.chunks_mut(size)).zip(actions.chunks_mut(size));
            each(parts.collect(), threads, &|((beliefs, chance), actions)| {
                Chunk { program, beliefs, chance }.act(&plan, dictionary, actions)
            })
        });
        self.report(faults, size)?;
        Ok(actions.into_iter().map(|u| u as Action).collect())
    }

    /// What the agents believe, shape (agent, state).
    pub fn beliefs(&self) -> Array2<f64> {
        let shape = (self.n, self.model.n_states());
        let all = (0..self.n).flat_map(|agent| self.belief(agent).probs().to_vec());
        Array2::from_shape_vec(shape, all.collect()).expect("one row for each agent")
    }

    /// What one agent believes.
    ///
    /// # Panics
    /// When there is no such agent.
    #[track_caller]
    pub fn belief(&self, agent: usize) -> Categorical {
        crate::error::exists("the agent", agent, self.n);
        let q = memory!(&self.core, memory => memory.belief(agent).map(Real::to).collect());
        match self.batch.precision {
            Precision::Double => Categorical::new_unchecked(q),
            // The digits that are left out may be missing in the sum, too.
            Precision::Single => Categorical::from_weights(&q).expect("a belief"),
        }
    }

    /// The expected free energy of each option of each agent, shape (agent, option): whole policies in the open loop, first
    /// actions in the closed loop.
    pub fn efe(&self) -> Array2<f64> {
        let plan = self.plan(self.taken);
        let (threads, size) = (self.batch.threads, self.chunk_size());
        let mut all = vec![0.0; self.n * plan.options.len()];
        memory!(&self.core, memory => {
            let program = &memory.program;
            let rows = memory.beliefs.chunks(size / LANES * program.n_states);
            let parts = rows.zip(all.chunks_mut(size * plan.options.len()));
            each(parts.collect(), threads, &|(beliefs, all)| {
                chunk::efe(program, &plan, beliefs, all);
            })
        });
        Array2::from_shape_vec((self.n, plan.options.len()), all)
            .expect("one row for each agent")
    }

    /// How many beliefs there are among all agents: the number of plans that a dictionary needs.
    pub fn distinct_beliefs(&self) -> usize {
        memory!(&self.core, memory => {
            let bits = |agent| memory.belief(agent).map(Real::bits).collect::<Vec<u64>>();
            (0..self.n).map(bits).collect::<HashSet<_>>().len()
        })
    }

    /// The memory that grows with the number of agents, in bytes for each: its belief and its generator.
    pub fn bytes_per_agent(&self) -> f64 {
        memory!(&self.core, memory => {
            let beliefs = size_of_val(&memory.beliefs[..]);
            (beliefs + size_of_val(&memory.chance[..])) as f64 / self.n as f64
        })
    }

    fn plan(&self, taken: usize) -> Plan {
        Plan::new(&self.model, &self.options, taken)
    }

    /// How many agents a thread takes at a time: a few times as many chunks as threads, where there are enough.
    fn chunk_size(&self) -> usize {
        let asked = match self.batch.chunk {
            0 => {
                let cores = std::thread::available_parallelism().map_or(1, usize::from);
                (self.n / (4 * cores)).clamp(LANES, 1024)
            }
            asked => asked,
        };
        asked.next_multiple_of(LANES)
    }

    /// The number of each agent's joint outcome, [`chunk::IMPOSSIBLE`] for one that no state produces.
    fn outcomes(&self, observations: &Array2<Obs>) -> Result<Vec<u32>> {
        one_each("observations", observations.nrows(), self.n)?;
        let mut seen = Vec::with_capacity(observations.ncols());
        let outcome = |(agent, row): (usize, ndarray::ArrayView1<'_, Obs>)| {
            seen.clear();
            seen.extend(row.iter().copied());
            let outcome =
                self.model.outcome(&seen).map_err(|error| error.of_agent(agent))?;
            Ok(outcome.map_or(chunk::IMPOSSIBLE, |o| o as u32))
        };
        observations.rows().into_iter().enumerate().map(outcome).collect()
    }

    fn perceive(&mut self, actions: Option<&[u32]>, outcomes: &[u32]) -> Result<()> {
        let (threads, size) = (self.batch.threads, self.chunk_size());
        let faults = memory!(&mut self.core, memory => {
            let Memory { program, beliefs, chance } = memory;
            let rows = beliefs.chunks_mut(size / LANES * program.n_states);
            let rows = rows.zip(chance.chunks_mut(size)).zip(outcomes.chunks(size));
            let parts = rows.enumerate().map(|(i, part)| {
                (part, actions.map(|all| &all[i * size..(i * size + size).min(all.len())]))
            });
            each(parts.collect(), threads, &|(((beliefs, chance), outcomes), actions)| {
                Chunk { program, beliefs, chance }.perceive(actions, outcomes)
            })
        });
        self.report(faults, size)
    }

    /// The first of the faults of all chunks, in the words of a single agent.
    fn report(&self, faults: Vec<Result<(), Fault>>, size: usize) -> Result<()> {
        let first = faults.into_iter().enumerate().find_map(|(i, fault)| {
            let fault = fault.err()?;
            Some((i * size + fault.agent(), fault))
        });
        let Some((agent, fault)) = first else { return Ok(()) };
        Err(self.explain(agent, self.taken, &fault).of_agent(agent))
    }

    /// What a single agent with this belief would say.
    fn explain(&self, agent: usize, taken: usize, fault: &Fault) -> Error {
        let belief = self.belief(agent);
        match *fault {
            Fault::Impossible { action, outcome, .. } => {
                let obs = match outcome {
                    chunk::IMPOSSIBLE => None,
                    outcome => Some(self.model.joint.observation(outcome as usize)),
                };
                let single = obs.as_ref().map(|obs| match action {
                    None => correct(&self.model, self.model.prior(), obs).map(|_| ()),
                    Some(u) => filter(&self.model, &belief, u as Action, obs).map(|_| ()),
                });
                let observation = match &obs {
                    Some(obs) => self.model.observation_name(obs),
                    None => "that no state of the model can produce".into(),
                };
                match single {
                    Some(Err(error)) => error,
                    // In single precision what is very improbable is impossible.
                    _ => Error::ImpossibleObservation {
                        observation,
                        prediction: format!("from the belief {belief:?}"),
                    },
                }
            }
            Fault::NoChoice { .. } => Error::NotNormalised {
                what: format!(
                    "after {taken} steps, the posterior over options, each ruled out by a habit of 0 or an infinite free energy,"
                ),
                sum: 0.0,
            },
        }
    }
}

fn check(options: &AifOptions) -> Result<()> {
    let single = |what| {
        let cure = "run single agents with scale::runs, or leave it out: a batch has one model, and infers and plans exactly";
        Err(Error::Unsupported { what, cure })
    };
    match options {
        AifOptions { learning, .. } if !learning.is_none() => single("learning in a batch"),
        AifOptions { inference, .. } if *inference != Inference::default() => {
            single("approximate inference in a batch")
        }
        AifOptions { prune_policies, prune_outcomes, .. }
            if *prune_policies != 0.0 || *prune_outcomes != 0.0 =>
        {
            single("pruning in a batch")
        }
        _ => Ok(()),
    }
}

pub(super) fn one_each(what: &str, got: usize, expected: usize) -> Result<()> {
    if got == expected {
        return Ok(());
    }
    Err(Error::Shape {
        what: format!("the list of {what}"),
        expected: expected.to_string(),
        got: got.to_string(),
        cure: "give one for each agent",
    })
}

/// What a notebook shows: how many, and of what.
impl fmt::Debug for BatchAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { n, batch, model, .. } = self;
        write!(f, "BatchAgent: {n} agents, {batch:?}\n{model:?}")
    }
}
