//! Learning from experience: by counting, and by errors weighted with their precision.
//!
//! An agent that does not know its own model counts what it believes to have happened: [`parameters`]. Where the state is
//! seen, transitions are counted alike in both traditions: [`crate::prob::counts`].
//!
//! Dual: [`crate::rl::learn`].

pub mod align;
pub mod baum_welch;
pub mod beta_bernoulli;
pub mod count_table;
pub mod habits;
pub mod kalman;
pub mod likelihood_counts;
pub mod likelihood_gradient;
pub mod model_reduction;
pub mod novelty;
pub mod parameters;
pub mod precision;
pub mod prior_counts;
pub mod transition_counts;
pub mod variational;
