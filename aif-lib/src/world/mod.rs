//! Worlds: the processes that are really out there. What a world is stands in [`crate::interaction`].
//!
//! What a planner needs of a world, its [`Mdp`](crate::rl::model::Mdp) or its
//! [`GenerativeModel`](crate::aif::model::GenerativeModel), is built in [`crate::task`], where both may be seen.

pub mod arena;
pub mod arm;
pub mod bandit;
pub mod block_maze;
pub mod cart_pole;
pub mod cliff;
pub mod commons;
pub mod conditioning;
pub mod cue_chain;
pub mod deep_sea;
pub mod delayed_match;
pub mod dots;
pub mod dyna_maze;
pub mod go_no_go;
pub mod graph;
pub mod grid;
pub mod maximization_bias;
pub mod memory_maze;
pub mod mountain_car;
pub mod operant;
pub mod pendulum;
pub mod pixel_maze;
pub mod puzzle_box;
pub mod random_walk;
pub mod renumbered;
pub mod scene;
pub mod short_corridor;
pub mod tiger;
pub mod tmaze;
pub mod two_step;
