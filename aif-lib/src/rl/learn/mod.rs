//! What experience teaches: one learning rule a file. Dual: [`crate::aif::learn`].
//!
//! Each rule is a pure function that moves one estimate towards one target by a fraction α of the error δ.

pub mod actor_critic;
pub mod double_q;
pub mod dyna_q;
pub mod expected_sarsa;
pub mod gae;
pub mod law_of_effect;
pub mod monte_carlo;
pub mod n_step;
pub mod policy_gradient;
pub mod prioritized_sweeping;
pub mod q_learning;
pub mod reinforce;
pub mod rescorla_wagner;
pub mod sample_average;
pub mod sarsa;
pub mod semi_gradient;
pub mod soft_improvement;
pub mod successor;
pub mod td;
pub mod td_lambda;
