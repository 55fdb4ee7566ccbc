//! Experiments: what is done with agents in worlds, and how it is looked at.
//!
//! | file | experiment |
//! |---|---|
//! | [`arm`] | controllers of the arm: tasks, perturbations, costs, tuning, stability |
//! | [`baird`] | three things that together make values grow without end |
//! | [`block_maze`] | rats with different memories in the maze of weeks |
//! | [`conditioning`] | one trial again and again, and a probe without learning |
//! | `decoding` | what a network remembers that has learned to predict; with the feature `deep` |
//! | `dreams` | deep active inference: a maze in pictures, a pole, a car; with the feature `deep` |
//! | [`dyna_maze`] | all reward collected so far; the way that a table has learned |
//! | [`fit`] | which agent, with which settings, makes what somebody did most probable |
//! | [`gates`] | what a gate is worth that looks at its input, or at how vague it is |
//! | [`hallways`] | Four Rooms with a way to each hallway |
//! | [`learning_curves`] | experiments of several modules by name, to be run on many machines |
//! | [`long_walk`] | a thousand states: a table against tiles |
//! | [`metacognition`] | what a confidence is worth: d′ and meta-d′ |
//! | [`norms`] | one person against a group: scores that know how small it is |
//! | [`race`] | policy-gradient learners on a budget of steps; a maze in which a way is blocked |
//! | [`regret`] | what was lost for want of knowing the best arm |
//! | [`reversal`] | learning a probability that turns around |
//! | [`scene`] | a viewer with a budget of looks |
//! | [`sequential_test`] | when has one looked long enough to decide? |
//! | [`speaker`] | those who answer in words: a rule, a recording, a server, a model in a file |
//! | `training` | deep agents on several seeds, with the feature `deep` |
//! | [`two_step`] | stay probabilities and their regression |
//! | [`village`] | five fishers under a law, a quota, a ruler or a vote |
//! | [`watching`] | random dots: how long each looks, and what it earns |

pub mod arm;
pub mod baird;
pub mod block_maze;
pub mod conditioning;
#[cfg(feature = "deep")]
pub mod decoding;
#[cfg(feature = "deep")]
pub mod dreams;
pub mod dyna_maze;
pub mod fit;
pub mod gates;
pub mod hallways;
pub mod learning_curves;
pub mod long_walk;
pub mod metacognition;
pub mod norms;
pub mod race;
pub mod regret;
pub mod reversal;
pub mod scene;
pub mod sequential_test;
pub mod speaker;
#[cfg(feature = "deep")]
pub mod training;
pub mod two_step;
pub mod village;
pub mod watching;
