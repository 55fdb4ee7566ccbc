//! What runs on a slower clock? Options: courses of action that go on until they stop by themselves.
//!
//! An option says where it may begin, what it does, and where it stops. A primitive action is one that stops at once. To choose among options is
//! to decide on a slower clock, at times that depend on the choice: a *semi-Markov* decision process (SMDP).
//!
//! | file | holds |
//! |---|---|
//! | `course` | [`Course`], an option; [`Choices`], what can be chosen in each state |
//! | `outlook` | [`outlook`]: how long an option takes, what it earns and where it leads, by linear equations |
//! | `smdp_q` | [`smdp_q`]: Q-learning over options |
//!
//! The slow clock of active inference is [`crate::aif::hierarchical`]. It is a counterpart and not a dual: an option is the
//! agent's choice, a context is the world's.
//!
//! Source: Sutton, Precup & Singh (1999), Between MDPs and semi-MDPs.

mod course;
mod outlook;
pub mod smdp_q;

pub use course::{Choices, Course};
pub use outlook::{Outlook, first_episode, outlook};
