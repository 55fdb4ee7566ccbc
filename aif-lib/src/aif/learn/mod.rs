//! Learning from experience: by counting, and by errors weighted with their precision.
//!
//! Transitions are learned by counting in both traditions: [`crate::prob::counts`].
//!
//! Dual: [`crate::rl::learn`].

pub mod beta_bernoulli;
pub mod habits;
pub mod kalman;
pub mod novelty;
