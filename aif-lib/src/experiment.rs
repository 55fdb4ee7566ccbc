//! Experiments: what is done with agents in worlds, and how it is looked at.
//!
//! | file | experiment |
//! |---|---|
//! | [`block_maze`] | rats with different memories in the maze of weeks |
//! | [`conditioning`] | one trial again and again, and a probe without learning |
//! | [`dyna_maze`] | all reward collected so far; the way that a table has learned |
//! | [`hallways`] | Four Rooms with a way to each hallway |
//! | [`race`] | policy-gradient learners on a budget of steps; a maze in which a way is blocked |
//! | [`regret`] | what was lost for want of knowing the best arm |
//! | [`scene`] | a viewer with a budget of looks |
//! | [`two_step`] | stay probabilities and their regression |

pub mod block_maze;
pub mod conditioning;
pub mod dyna_maze;
pub mod hallways;
pub mod race;
pub mod regret;
pub mod scene;
pub mod two_step;
