//! What runs on a slower clock? A level above that moves once while the level below lives a whole trial.
//!
//! ```text
//! slow    c  ──────────────── B2 ───────────────▶  c′           once a trial
//!         │ D                                      │ D
//! fast    s₀ ─ B ─▶ s₁ ─ B ─▶ …  s_{k−1}           s₀ ─ B ─▶ …  once a moment
//!         │ A       │ A            │ A
//!         o₀        o₁             o_{k−1}
//! ```
//! Down goes a prior for the trial, [`down`]; up goes one likelihood at its end, [`up`]. It is no new kind of inference:
//! [`Unrolled`] is the same model on one clock, and gives the same beliefs.
//!
//! The slow clock of reinforcement learning is [`crate::rl::options`]. It is a counterpart and not a dual: an option is
//! the agent's choice, a context is the world's.
//!
//! Source: Friston, Rosch, Parr, Price & Bowman (2018), Deep temporal models and active inference.

mod clocks;
mod cost;
mod messages;
mod unrolled;

pub use clocks::{Seen, TrialUpdate, TwoClocks};
pub use cost::{Cost, multiply_adds};
pub use messages::{down, slow_step, up};
pub use unrolled::{FlatUpdate, Unrolled};
