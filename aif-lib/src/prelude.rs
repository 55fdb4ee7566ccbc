//! The one `use` of a notebook: `use aif_lib::prelude::*;`.

#[doc(no_inline)]
pub use crate::error::{Error, Result};
#[doc(no_inline)]
pub use crate::prob::categorical::{Categorical, cat};
#[doc(no_inline)]
pub use crate::prob::conditional::Conditional;
#[doc(no_inline)]
pub use crate::prob::dirichlet::Dirichlet;
#[doc(no_inline)]
pub use crate::prob::info::{entropy, kl, log_sum_exp, mutual_information, softmax};
#[doc(no_inline)]
pub use crate::prob::random::{Rng, seeded, stream, uniform_index, uniform01};
#[doc(no_inline)]
pub use crate::prob::stats::{Interval, mean_curve, mean_interval, proportion_interval};
#[doc(no_inline)]
pub use crate::rl::agent::{Planner, QAgent, QOptions, Schedule};
#[doc(no_inline)]
pub use crate::rl::model::Mdp;
#[doc(no_inline)]
pub use crate::rl::perceive::Memory;
#[doc(no_inline)]
pub use crate::rl::plan::value_iteration;
#[doc(no_inline)]
pub use crate::scale::{curves, population};
#[doc(no_inline)]
pub use crate::world::check::check_world;
#[doc(no_inline)]
pub use crate::world::grid::GridWorld;
#[doc(no_inline)]
pub use crate::world::{
    Action, Agent, End, Obs, State, Step, TimeLimit, Trajectory, World, episode,
};
