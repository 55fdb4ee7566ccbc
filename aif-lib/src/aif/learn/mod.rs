//! Learning from experience, by counting.
//!
//! Dual: [`crate::rl::learn`].

pub mod habits;
pub mod transitions;
