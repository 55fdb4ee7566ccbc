//! Active inference: one question a file, answered in beliefs.
//!
//! | question | answer here | its dual |
//! |---|---|---|
//! | [`model`]: what is the task? | A, B, C, D, E | [`crate::rl::model`] |
//! | [`perceive`]: where am I? | Q(s′) ∝ A\[o\] · B Q | [`crate::rl::perceive`] |
//! | [`evaluate`]: how good? | −G: risk and ambiguity | [`crate::rl::evaluate`] |
//! | [`plan`]: looking ahead | policies; a tree that branches on observations | [`crate::rl::plan`] |
//! | [`select`]: what now? | softmax(−γ G + ln E) | [`crate::rl::select`] |
//! | [`learn`]: from experience | counts | [`crate::rl::learn`] |
//! | [`agent`]: all of it | [`agent::AifAgent`] | [`crate::rl::agent`] |
//! | what when the model is a network? | `deep`, with the feature of that name | `crate::rl::deep` |
//!
//! In real numbers instead of states: [`continuous`], whose dual is [`crate::rl::control`].
//! Beside the seven questions stands [`hierarchical`]: what runs on a slower clock? Its counterpart is [`crate::rl::options`].

pub mod agent;
pub mod continuous;
#[cfg(feature = "deep")]
pub mod deep;
pub mod evaluate;
pub mod hierarchical;
pub mod learn;
pub mod model;
pub mod perceive;
pub mod plan;
pub mod select;
