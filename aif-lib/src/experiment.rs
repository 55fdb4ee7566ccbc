//! Experiments: what is done with agents in worlds, and how it is looked at.
//!
//! | file | experiment |
//! |---|---|
//! | [`baird`] | three things that together make values grow without end |
//! | [`conditioning`] | one trial again and again, and a probe without learning |
//! | [`dyna_maze`] | all reward collected so far; the way that a table has learned |
//! | [`long_walk`] | a thousand states: a table against tiles |
//! | [`race`] | policy-gradient learners on a budget of steps; a maze in which a way is blocked |
//! | [`regret`] | what was lost for want of knowing the best arm |
//! | [`scene`] | a viewer with a budget of looks |
//! | `training` | deep agents on several seeds, with the feature `deep` |
//! | [`two_step`] | stay probabilities and their regression |

pub mod baird;
pub mod conditioning;
pub mod dyna_maze;
pub mod long_walk;
pub mod race;
pub mod regret;
pub mod scene;
#[cfg(feature = "deep")]
pub mod training;
pub mod two_step;
