//! The T-maze with a cue to carry, and its models for planners and for exact gradients.

use ndarray::{Array2, Array3};

use crate::aif::model::GenerativeModel;
use crate::error::Result;
use crate::prob::categorical::Categorical;
use crate::rl::model::Mdp;
pub use crate::world::memory_maze::*;
use crate::world::memory_maze::{next, outcome};
use crate::world::tmaze::check_reliability;

fn transition(reliability: f64) -> Array3<f64> {
    let mut t = Array3::zeros((STATES, STATES, ACTIONS.len()));
    for from in 0..STATES {
        for action in 0..ACTIONS.len() {
            for (to, p) in next(from, action, reliability) {
                t[[to, from, action]] += p;
            }
        }
    }
    t
}

/// Either side with probability ½, in the centre.
fn start() -> Categorical {
    let mut start = vec![0.0; STATES];
    (start[0], start[5]) = (0.5, 0.5);
    Categorical::new_unchecked(start)
}

/// The features that are on in each state of [`to_mdp`] for an agent without memory: what it sees there.
pub fn looks() -> Vec<Vec<usize>> {
    (0..STATES).map(|state| vec![outcome(state)]).collect()
}

/// [`MemoryMaze`] as an [`Mdp`]; the side is part of the state, though no agent can see it.
///
/// # Errors
/// [`Error::Parameter`](crate::error::Error::Parameter): the reliability or γ is not from 0 to 1.
pub fn to_mdp(reliability: f64, gamma: f64) -> Result<Mdp> {
    check_reliability(reliability)?;
    let paid: Vec<f64> =
        (0..STATES).map(|state| [0.0, 0.0, 0.0, 1.0, -1.0][outcome(state)]).collect();
    Mdp::builder(transition(reliability))
        .reward_on_arrival(&paid)
        .terminal(&[3, 4, 8, 9])
        .start(start())
        .discount(gamma)
        .actions(&ACTIONS)
        .build()
}

/// [`MemoryMaze`] as a generative model of ten states, whose outcomes are certain in each.
///
/// `preference`: C over [`OUTCOMES`].
///
/// # Errors
/// - [`Error::Parameter`](crate::error::Error::Parameter): the reliability is not from 0 to 1.
/// - Otherwise as [`GenerativeModel::new`].
pub fn model(reliability: f64, preference: &[f64]) -> Result<GenerativeModel> {
    check_reliability(reliability)?;
    let a = Array2::from_shape_fn((OUTCOMES.len(), STATES), |(o, s)| {
        f64::from(o == outcome(s))
    });
    GenerativeModel::new(a, transition(reliability), preference, start().probs())
}
