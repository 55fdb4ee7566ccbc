//! Learning from experience, by counting.
//!
//! Dual: [`crate::rl::learn`].

pub mod beta_bernoulli;
pub mod habits;
