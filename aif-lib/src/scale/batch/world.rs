//! [`BatchWorld`]: as many worlds as there are agents, each the process that a generative model describes.

use std::fmt;

use ndarray::Array2;

use super::one_each;
use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs, State};
use crate::prob::random::{Generator, Rng, stream, uniform01};

/// Many worlds in lockstep: hidden states from D and B, observations from A. None of them ends.
///
/// World i draws from `stream(seed, i)`, as [`generate`](crate::aif::perceive::sequence::generate) would. The model of the
/// worlds need not be that of the agents, as long as the senses are the same.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut worlds = BatchWorld::new(&tmaze::model(0.9, &tmaze::PREFERENCE)?, 3, 7)?;
/// assert_eq!(worlds.reset(), array![[0], [0], [0]]); // nothing to see in the centre
/// assert_eq!(worlds.step(&[0, 1, 1])?[[0, 0]], 0); // the first one stays
/// assert!(worlds.step(&[0, 7, 0]).unwrap_err().to_string().contains("agent 1"));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Clone)]
pub struct BatchWorld {
    pub(super) model: GenerativeModel,
    pub(super) states: Vec<u32>,
    pub(super) chance: Vec<Generator>,
}

impl BatchWorld {
    /// As many worlds as `n`.
    ///
    /// # Errors
    /// [`Error::Empty`]: no world.
    pub fn new(model: &GenerativeModel, n: usize, seed: u64) -> Result<Self> {
        if n == 0 {
            return Err(Error::Empty { what: "the batch of worlds".into() });
        }
        let chance = (0..n as u64).map(|i| stream(seed, i)).collect();
        Ok(Self { model: model.clone(), states: vec![0; n], chance })
    }

    /// How many worlds.
    #[allow(clippy::len_without_is_empty)] // It is never empty.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// The hidden states.
    pub fn states(&self) -> Vec<State> {
        self.states.iter().map(|s| *s as State).collect()
    }

    /// Begins an episode in each world, and returns what there is to see, shape (world, modality).
    pub fn reset(&mut self) -> Array2<Obs> {
        let mut outcomes = vec![0; self.len()];
        for (i, outcome) in outcomes.iter_mut().enumerate() {
            let (state, rng) = (&mut self.states[i], &mut self.chance[i]);
            *outcome = begin(&self.model, state, rng);
        }
        self.observations(&outcomes)
    }

    /// Takes one action in each world.
    ///
    /// # Errors
    /// - [`Error::Shape`]: not one action for each world.
    /// - [`Error::AtAgent`]: an action does not exist. Then nothing has happened.
    pub fn step(&mut self, actions: &[Action]) -> Result<Array2<Obs>> {
        one_each("actions", actions.len(), self.len())?;
        for (agent, &u) in actions.iter().enumerate() {
            let fits = self.model.check_action(|| "the action".into(), u);
            fits.map_err(|error| error.of_agent(agent))?;
        }
        let mut outcomes = vec![0; self.len()];
        for (i, outcome) in outcomes.iter_mut().enumerate() {
            let (state, rng) = (&mut self.states[i], &mut self.chance[i]);
            *outcome = step(&self.model, state, actions[i], rng);
        }
        Ok(self.observations(&outcomes))
    }

    /// The memory that grows with the number of worlds, in bytes for each: its state and its generator.
    pub fn bytes_per_world(&self) -> f64 {
        let bytes = size_of_val(&self.states[..]) + size_of_val(&self.chance[..]);
        bytes as f64 / self.len() as f64
    }

    fn observations(&self, outcomes: &[u32]) -> Array2<Obs> {
        let all = outcomes.iter().flat_map(|o| self.model.joint.observation(*o as usize));
        Array2::from_shape_vec((self.len(), self.model.n_modalities()), all.collect())
            .expect("one row for each world")
    }
}

/// Draws a first state, and says which joint outcome is seen there.
pub fn begin(model: &GenerativeModel, state: &mut u32, rng: &mut dyn Rng) -> u32 {
    *state = model.prior().sample(rng) as u32;
    see(model, *state, rng)
}

/// Draws the next state, and says which joint outcome is seen there.
pub fn step(
    model: &GenerativeModel,
    state: &mut u32,
    action: Action,
    rng: &mut dyn Rng,
) -> u32 {
    *state = model.transition().sample(*state as State, action, rng) as u32;
    see(model, *state, rng)
}

fn see(model: &GenerativeModel, state: u32, rng: &mut dyn Rng) -> u32 {
    let mut left = uniform01(rng);
    let mut seen = 0;
    for &(outcome, p) in model.joint.emit.row(state as State) {
        seen = outcome; // Rounding may leave a little; the last possible outcome takes it.
        left -= p;
        if left < 0.0 {
            break;
        }
    }
    seen
}

/// What a notebook shows: how many, and of what.
impl fmt::Debug for BatchWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BatchWorld: {} worlds\n{:?}", self.len(), self.model)
    }
}
