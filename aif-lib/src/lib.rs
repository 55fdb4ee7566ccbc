//! Reinforcement learning and active inference side by side.

pub mod error;
#[cfg(feature = "plot")]
pub mod plot;
pub mod prelude;
pub mod prob;
pub mod world;

pub use error::{Error, Result};
