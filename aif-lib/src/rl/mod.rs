//! Reinforcement learning: act so that reward comes. Dual: [`crate::aif`].
//!
//! Each file answers one question. The folder [`crate::aif`] has the same files and answers the same
//! questions from the side of active inference; read them in pairs.
//!
//! | question | file | answer |
//! |---|---|---|
//! | what is the task? | [`model`] | T, R, γ |
//! | where am I? | [`perceive`] | the sensor says; if it does not, remember |
//! | how good is it? | [`evaluate`] | V and Q, by Bellman's equation |
//! | what lies ahead? | [`plan`] | value and policy iteration, finite-horizon dynamic programming |
//! | what now? | [`select`] | greedy, ε-greedy, softmax(Q/τ) |
//! | what does experience teach? | [`learn`] | temporal differences |
//! | and all together? | [`agent`] | [`QAgent`](agent::QAgent), [`FixedPolicy`](agent::FixedPolicy) |
//! | what when the table does not fit? | `deep`, with the feature of that name | DQN, PPO, SAC |
//!
//! Real numbers instead of states and actions: [`control`], whose dual is [`crate::aif::continuous`].
//! Beside the seven questions stands [`options`]: what runs on a slower clock? Its counterpart is [`crate::aif::hierarchical`].

pub mod agent;
pub mod control;
#[cfg(feature = "deep")]
pub mod deep;
pub mod evaluate;
pub mod learn;
pub mod model;
pub mod options;
pub mod perceive;
pub mod plan;
pub mod select;
