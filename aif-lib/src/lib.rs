//! Reinforcement learning and active inference side by side.

pub mod aif;
pub mod error;
pub mod lesson;
pub mod prelude;
pub mod prob;
pub mod rl;
pub mod scale;
pub mod world;

pub use error::{Error, Result};
