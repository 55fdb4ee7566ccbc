//! Tasks: what a planner of either tradition needs of a world.
//!
//! A world is only played in. Its [`Mdp`](crate::rl::model::Mdp) or its [`GenerativeModel`](crate::aif::model::GenerativeModel)
//! is built here, above both traditions. A file that has a world's name has all that the world's own file has, and the model.
//!
//! | file | gives |
//! |---|---|
//! | [`mdp`] | `to_mdp` of grids, graphs and the cliff |
//! | [`tmaze`], [`cue_chain`], [`tiger`], [`delayed_match`] | `model(..)` |
//! | [`dots`] | `model(..)`, and the best values after each count of dots |
//! | [`memory_maze`] | `model(..)` and `to_mdp(..)` |
//! | [`block_maze`] | `model(..)` on two clocks, `level_one(..)` of a day |
//! | [`commons`] | the best rule for a lake, best replies to others, the fine that suffices |
//! | [`short_corridor`] | `to_mdp(..)` |
//! | [`fog`] | `model(..)` of a world without a zero |
//! | [`scene`] | `Scene::model` |

pub mod block_maze;
pub mod commons;
pub mod cue_chain;
pub mod delayed_match;
pub mod dots;
pub mod fog;
pub mod mdp;
pub mod memory_maze;
pub mod scene;
pub mod short_corridor;
pub mod tiger;
pub mod tmaze;
