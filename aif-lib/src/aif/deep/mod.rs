//! Deep active inference: what when the model is a network? One idea a file.
//!
//! | file | holds |
//! |---|---|
//! | [`collapse`] | what becomes of a likelihood that is normalised along the wrong axis, and two cures |
//! | [`amortised`] | the price of an encoder that is too simple, and of one that forgets |
//! | [`vae`] | the evidence bound: a linear model in closed form, a discrete one with networks |
//! | [`kernel`] | a network whose output is a transition: columns that sum to one |
//! | [`pictures`] | a T-maze seen in pixels: its model learned by counting, and planned with |
//! | [`sense`] | what a network that predicts is shown, what it says, and what is preferred |
//! | [`ensemble`] | several networks that learn the same thing, and by how much they disagree |
//! | [`planner`] | plans that are drawn, dreamed, and drawn again near the best |
//! | [`dreamer`] | an agent that learns such a model and plans with it |
//!
//! Dual: [`crate::rl::deep`], where networks are values and policies.

pub mod amortised;
pub mod collapse;
pub mod dreamer;
pub mod ensemble;
pub mod kernel;
pub mod pictures;
pub mod planner;
pub mod sense;
pub mod vae;
