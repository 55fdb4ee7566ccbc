//! The one `use` of a notebook: `use aif_lib::prelude::*;`.

#[doc(no_inline)]
pub use crate::aif::agent::bandit::{AifBandit, AifBanditOptions, arm_efe};
#[doc(no_inline)]
pub use crate::aif::agent::explorer::NoveltyExplorer;
#[doc(no_inline)]
pub use crate::aif::agent::{AifAgent, AifOptions, Choice, Decision, Lookahead};
#[doc(no_inline)]
pub use crate::aif::evaluate::{Efe, expected_free_energy, policy_efe};
#[doc(no_inline)]
pub use crate::aif::learn::kalman::{self, Estimate};
#[doc(no_inline)]
pub use crate::aif::learn::{beta_bernoulli, novelty};
#[doc(no_inline)]
pub use crate::aif::model::GenerativeModel;
#[doc(no_inline)]
pub use crate::aif::perceive::{
    FreeEnergy, Perception, branches, correct, filter, filter_episode, free_energy,
    predict, smooth,
};
#[doc(no_inline)]
pub use crate::aif::plan::{Backup, ClosedLoop, closed_loop, open_loop, policies};
#[doc(no_inline)]
pub use crate::aif::select::{best, first_action, policy_posterior};
#[doc(no_inline)]
pub use crate::error::{Error, Result};
#[doc(no_inline)]
pub use crate::lesson::{claim, m01, m02, m03, m04, m05, m08, m09, m13, quiz};
#[cfg(feature = "plot")]
#[doc(no_inline)]
pub use crate::plot::{
    self, Axes, Bars, Figure, Frame, GridPicture, NetworkPicture, Player, Role, Series,
    Table, TmazePicture,
};
#[doc(no_inline)]
pub use crate::prob::beta::{Beta, probability_best};
#[doc(no_inline)]
pub use crate::prob::categorical::{Categorical, cat};
#[doc(no_inline)]
pub use crate::prob::conditional::Conditional;
#[doc(no_inline)]
pub use crate::prob::dirichlet::Dirichlet;
#[doc(no_inline)]
pub use crate::prob::info::{entropy, kl, log_sum_exp, mutual_information, softmax};
#[doc(no_inline)]
pub use crate::prob::random::{Rng, seeded, stream, uniform_index, uniform01};
#[doc(no_inline)]
pub use crate::prob::stats::{Interval, mean_curve, mean_interval, proportion_interval};
#[doc(no_inline)]
pub use crate::rl::agent::bandit::{BanditAgent, BanditOptions, BanditRule};
#[doc(no_inline)]
pub use crate::rl::agent::explorer::CountExplorer;
#[doc(no_inline)]
pub use crate::rl::agent::predictor::{Predictor, TdOptions};
#[doc(no_inline)]
pub use crate::rl::agent::{Planner, QAgent, QOptions, Rule, Schedule};
#[doc(no_inline)]
pub use crate::rl::learn::{
    double_q, expected_sarsa, monte_carlo, n_step, q_learning, rescorla_wagner,
    sample_average, sarsa, successor, td, td_lambda, td_lambda::Trace,
};
#[doc(no_inline)]
pub use crate::rl::model::Mdp;
#[doc(no_inline)]
pub use crate::rl::perceive::Memory;
#[doc(no_inline)]
pub use crate::rl::plan::{
    belief_search, finite_horizon, one_armed, two_armed, value_iteration,
};
#[doc(no_inline)]
pub use crate::rosetta::{
    BeliefMdp, HorizonEfe, LogPreference, belief_mdp, choice_gap, finite_horizon_efe,
    kl_control, precision, temperature, to_generative_model, to_mdp, value_gap,
};
#[doc(no_inline)]
pub use crate::scale::{curves, population};
#[doc(no_inline)]
pub use crate::world::bandit::{Bandit, regret};
#[doc(no_inline)]
pub use crate::world::check::check_world;
#[doc(no_inline)]
pub use crate::world::cliff::{self, Cliff};
#[doc(no_inline)]
pub use crate::world::conditioning::{self, Conditioning, Phase, Trial};
#[doc(no_inline)]
pub use crate::world::deep_sea::DeepSea;
#[doc(no_inline)]
pub use crate::world::grid::GridWorld;
#[doc(no_inline)]
pub use crate::world::random_walk::RandomWalk;
#[doc(no_inline)]
pub use crate::world::tiger::{self, Tiger};
#[doc(no_inline)]
pub use crate::world::tmaze::{self, FactoredTMaze, TMaze};
#[doc(no_inline)]
pub use crate::world::{
    Action, Agent, End, Obs, State, Step, TimeLimit, Trajectory, World, episode, returns,
    success_rate,
};
#[doc(no_inline)]
pub use ndarray::{self, Array1, Array2, Array3, Axis, array};
