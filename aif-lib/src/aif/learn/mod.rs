//! Learning from experience: by counting, and by errors weighted with their precision.
//!
//! Dual: [`crate::rl::learn`].

pub mod beta_bernoulli;
pub mod habits;
pub mod kalman;
pub mod novelty;
pub mod transitions;
