//! The short corridor as an [`Mdp`]: what an exact gradient needs of it.

use ndarray::Array3;

use crate::error::Result;
use crate::rl::model::Mdp;
use crate::world::short_corridor::destination;
pub use crate::world::short_corridor::*;

/// The features that are on in each state of [`to_mdp`]: the same one everywhere, since the rooms look alike.
pub fn looks() -> Vec<Vec<usize>> {
    vec![vec![0]; 4]
}

/// [`ShortCorridor`] as an [`Mdp`] of four states, the exit last. The book's values are those without discount, γ = 1.
///
/// # Errors
/// [`Error::Parameter`](crate::error::Error::Parameter): γ is not from 0 to 1.
pub fn to_mdp(gamma: f64) -> Result<Mdp> {
    let t = Array3::from_shape_fn((4, 4, 2), |(to, from, action)| {
        f64::from(to == if from == 3 { 3 } else { destination(from, action) })
    });
    Mdp::builder(t)
        .reward_on_arrival(&[-1.0; 4])
        .terminal(&[3])
        .discount(gamma)
        .actions(&ACTIONS)
        .build()
}
