//! Reinforcement learning and active inference side by side: the library of the course.
//!
//! Both traditions answer the same questions, so both folders hold the same files, one question a file:
//!
//! | question | [`rl`] answers | [`aif`] answers |
//! |---|---|---|
//! | `model`: what is the task? | transitions, rewards, discount | A, B, C, D, E |
//! | `perceive`: where am I? | the sensor says; or remember | Q(s′) ∝ A\[o\] · B Q |
//! | `evaluate`: how good? | V and Q (Bellman) | −G (risk and ambiguity) |
//! | `plan`: looking ahead | value and policy iteration, search | policies, a tree that branches on observations |
//! | `select`: what now? | ε-greedy, softmax(Q / τ) | softmax(−γ G + ln E) |
//! | `learn`: from experience | temporal differences | counts |
//! | `agent`: all of it | [`rl::agent::QAgent`] | [`aif::agent::AifAgent`] |
//!
//! A first agent, in a maze where looking first pays:
//!
//! ```
//! use aif_lib::prelude::*;
//!
//! let model = tmaze::model(0.9, &tmaze::PREFERENCE)?;
//! let options = AifOptions { episode: Some(tmaze::MOVES), ..Default::default() };
//! let (mut agent, mut maze, mut rng) = (AifAgent::new(model, options)?, TMaze::new(0.9)?, seeded(7));
//! let trial = episode(&mut maze, &mut agent, &mut rng);
//! assert_eq!(trial.actions()[0], 1); // it goes to the cue
//! # Ok::<(), aif_lib::Error>(())
//! ```
//!
//! # Reading order
//! From the ground up; a module uses only what lies below it (`tests/order.rs` holds that), and [`rl`] and [`aif`] stand side
//! by side, neither knowing the other.
//!
//! | floor | module | holds |
//! |---|---|---|
//! | 1 | [`error`], [`prob`] | distributions, information, transitions and counts, random numbers |
//! | 2 | [`interaction`] | the two traits, the loop, and what passes between agent and world |
//! | 3 | [`world`], `nn` | what is really out there; small neural networks |
//! | 4 | [`rl`], [`aif`] | the two answers, file by file, each with its dual |
//! | 5 | [`task`] | worlds as a planner of either tradition sees them |
//! | 6 | [`rosetta`] | the bridge between the two |
//! | 7 | [`experiment`], [`scale`] | what is done with agents in worlds; many at once |
//! | 8 | `plot` | figures |
//! | 9 | [`lesson`] | claims, checks and quizzes of the notebooks |
//!
//! # Notation
#![doc = include_str!("notation.md")]
//!
//! # What it does not do
//! It is exact and therefore small: models are computed with on all combinations of their factors. It has no generic number
//! type, no global random generator and no hidden state.
//!
//! # Features
//! - `plot` (default): figures.
//! - `deep`: neural networks (`nn`) and the agents that learn with them (`rl::deep`, `aif::deep`).
//! - `lm`: a small language model in a file, among those who answer in words (`experiment::speaker`).
//! - `showata`: figures and tables are `showata::Showable`, so that a program outside of a notebook can open them in a
//!   browser. Do not bring that trait into a cell that has the prelude: both show values under the same name.
//! - `parallel` (default): [`scale`] runs on all cores; without it on one, with the same results.

#![doc(test(attr(deny(warnings))))]

pub mod aif;
mod caught;
pub mod error;
pub mod experiment;
pub mod interaction;
pub mod lesson;
#[cfg(feature = "deep")]
pub mod nn;
#[cfg(feature = "plot")]
pub mod plot;
pub mod prelude;
pub mod prob;
pub mod rl;
pub mod rosetta;
pub mod scale;
mod show;
pub mod task;
pub mod world;

pub use error::{Error, Result};
// A variable of a notebook needs a type with a name that begins here.
#[cfg(feature = "deep")]
pub use candle_core;
#[cfg(feature = "deep")]
pub use candle_nn;
pub use ndarray;
