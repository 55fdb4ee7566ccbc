//! The one `use` of a notebook: `use aif_lib::prelude::*;`.

#[doc(no_inline)]
pub use crate::error::{Error, Result};
#[cfg(feature = "plot")]
#[doc(no_inline)]
pub use crate::plot::{
    self, Axes, Bars, Figure, Frame, GridPicture, Player, Series, Table, TmazePicture,
};
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
pub use crate::world::{
    Action, Agent, End, Obs, State, Step, TimeLimit, Trajectory, World, episode,
};
