//! The one `use` of a notebook: `use aif_lib::prelude::*;`.

#[doc(no_inline)]
pub use crate::aif::agent::bandit::{AifBandit, AifBanditOptions, arm_efe};
#[doc(no_inline)]
pub use crate::aif::agent::explorer::NoveltyExplorer;
#[doc(no_inline)]
pub use crate::aif::agent::fisher::{AifFisher, AifFisherOptions};
#[doc(no_inline)]
pub use crate::aif::agent::pavlovian::{AifPavlovian, AifPavlovianOptions};
#[doc(no_inline)]
pub use crate::aif::agent::two_step::{AifTwoStep, AifTwoStepOptions};
#[doc(no_inline)]
pub use crate::aif::agent::{AifAgent, AifOptions, Choice, Decision, Lookahead};
#[doc(no_inline)]
pub use crate::aif::continuous::{
    arm::ActiveArm,
    generalised::{self, Precisions},
    precision::{drift as precision_drift, log_precision_step, rest as precision_rest},
    reflex::{self, Clamped},
    vision,
};
#[cfg(feature = "deep")]
#[doc(no_inline)]
pub use crate::aif::deep::{
    amortised::{self, NoisyCoin},
    collapse,
    dreamer::{Dreamer, DreamerOptions, Rhythm},
    ensemble::{Ensemble, Pairs, disagreement, mixture_information},
    kernel::{KernelNet, kernel},
    pictures::{self, Film, PictureModel},
    planner::{Moves, Planner, PlannerOptions},
    sense::{self, Sense},
    vae::{self, DiscreteVae},
};
#[doc(no_inline)]
pub use crate::aif::evaluate::{Efe, expected_free_energy, policy_efe};
#[doc(no_inline)]
pub use crate::aif::hierarchical::{self, TwoClocks, Unrolled};
#[doc(no_inline)]
pub use crate::aif::learn::baum_welch::{
    self, EmOptions, ExpectedCounts, Learned, baum_welch, expected_counts,
};
#[doc(no_inline)]
pub use crate::aif::learn::kalman::{self, Estimate};
#[cfg(feature = "deep")]
#[doc(no_inline)]
pub use crate::aif::learn::likelihood_gradient::reverse_mode;
#[doc(no_inline)]
pub use crate::aif::learn::likelihood_gradient::{
    Logits, Optimiser, central_differences, descend, fisher_gradient,
};
#[doc(no_inline)]
pub use crate::aif::learn::parameters::{CountOptions, Learning};
#[doc(no_inline)]
pub use crate::aif::learn::variational::{BelievedHmm, variational};
#[doc(no_inline)]
pub use crate::aif::learn::{align, beta_bernoulli, count_table, model_reduction, novelty};
#[doc(no_inline)]
pub use crate::aif::model::GenerativeModel;
#[doc(no_inline)]
pub use crate::aif::perceive::attention::{self, Attention};
#[doc(no_inline)]
pub use crate::aif::perceive::gradient::{self, Descent, Slope};
#[doc(no_inline)]
pub use crate::aif::perceive::hgf::{self, HgfOptions, HgfStep};
#[doc(no_inline)]
pub use crate::aif::perceive::hmm::{Beliefs, Hmm, Record};
#[doc(no_inline)]
pub use crate::aif::perceive::mean_field::{self, MeanField};
#[doc(no_inline)]
pub use crate::aif::perceive::predictive_coding::{
    Hierarchy, Link, Settled, gaussian_free_energy,
};
#[doc(no_inline)]
pub use crate::aif::perceive::recurrent;
#[doc(no_inline)]
pub use crate::aif::perceive::sequence::{
    Rollout, generate, independent_pairs, sequence_free_energy, sequence_log_joint,
};
#[doc(no_inline)]
pub use crate::aif::perceive::{
    BeliefUpdate, FreeEnergy, Smoothed, correct, exact, filter, filter_episode,
    free_energy, log_joint, predict, smooth, successor_beliefs,
};
#[doc(no_inline)]
pub use crate::aif::plan::{Backup, ClosedLoop, closed_loop, open_loop, policies};
#[doc(no_inline)]
pub use crate::aif::select::{best, first_action, policy_posterior};
#[doc(no_inline)]
pub use crate::error::{Error, Result, farthest};
#[doc(no_inline)]
pub use crate::experiment::arm::{
    CONTEST, Condition, Controller, Moment, Reach, Search,
    controllers::precisions,
    each, film,
    joint::{JointRecord, Mass, drive},
    loops::{self, Loop},
    reach, reaches, tune,
};
#[cfg(feature = "deep")]
#[doc(no_inline)]
pub use crate::experiment::decoding::{self, Decoded, DecodingOptions};
#[cfg(feature = "deep")]
#[doc(no_inline)]
pub use crate::experiment::dreams::{self, CarLife, Drive, PoleLife};
#[doc(no_inline)]
pub use crate::experiment::fit::{
    Fit, Parameter, Subject, bic, choice_probabilities, fit, log_likelihood,
};
#[doc(no_inline)]
pub use crate::experiment::metacognition::{
    self, Sensitivity, normal_cdf, normal_quantile,
};
#[doc(no_inline)]
pub use crate::experiment::norms::{self, Norm};
#[doc(no_inline)]
pub use crate::experiment::regret::regret;
#[doc(no_inline)]
pub use crate::experiment::reversal::{self, Predictor};
#[doc(no_inline)]
pub use crate::experiment::sequential_test;
#[cfg(feature = "lm")]
#[doc(no_inline)]
pub use crate::experiment::speaker::Gguf;
#[cfg(feature = "deep")]
#[doc(no_inline)]
pub use crate::experiment::training::{self, Seeds};
#[doc(no_inline)]
pub use crate::experiment::{
    baird,
    block_maze::{self as rats, Carry, Clock, MazeRat, Reading, Ticks},
    dyna_maze::{self, ShiftingMaze},
    gates, hallways, long_walk,
    race::{self, Learner},
    speaker::{self, Http, HttpOptions, Prompt, Recorded, Scripted, Speaker},
    two_step::{self, TwoStep},
    village::{self, Census, Count, Life, Member, Quotas, Regime, School, Survey, Voice},
    watching::{self, Watched},
};
#[doc(no_inline)]
pub use crate::interaction::{
    Action, Agent, Bounds, End, Experience, Features, Obs, Signal, Simulator, Society,
    State, Step, TimeLimit, Trajectory, World, Worlds, check_society, check_world, episode,
    gathering, returns, success_rate,
};
#[doc(no_inline)]
pub use crate::lesson::{
    a2, a3, a4, claim, m00, m01, m02, m03, m04, m05, m06, m07, m08, m09, m10, m11, m12,
    m13, m14, m15, m16, m17, progress, quiz,
};
#[cfg(feature = "deep")]
#[doc(no_inline)]
pub use crate::nn::{
    adam::{self, Adam},
    checkpoint, graph,
    gru::{Gru, GruPass},
    mlp::{Activation, Mlp, Pass},
    replay::{Batch, Replay},
};
#[cfg(feature = "plot")]
#[doc(no_inline)]
pub use crate::plot::{
    self, ArmPicture, Axes, Bars, Figure, Frame, GridPicture, NetworkPicture, Player, Role,
    Series, SimplexPicture, Table, TmazePicture,
};
#[doc(no_inline)]
pub use crate::prob::beta::{Beta, probability_best};
#[doc(no_inline)]
pub use crate::prob::categorical::{Categorical, cat};
#[doc(no_inline)]
pub use crate::prob::conditional::Conditional;
#[doc(no_inline)]
pub use crate::prob::counts::{self, TransitionCounts};
#[doc(no_inline)]
pub use crate::prob::dirichlet::Dirichlet;
#[doc(no_inline)]
pub use crate::prob::first_passage::{Diffusion, Passage};
#[doc(no_inline)]
pub use crate::prob::gaussian::Gaussian;
#[doc(no_inline)]
pub use crate::prob::info::{
    conditional_mutual_information, entropy, kl, log_sum_exp, mutual_information, softmax,
};
#[doc(no_inline)]
pub use crate::prob::linalg::{Pca, canonical_correlations, symmetric_eigen};
#[doc(no_inline)]
pub use crate::prob::linear::LinearMap;
#[doc(no_inline)]
pub use crate::prob::logistic::{Logistic, logistic_regression};
#[doc(no_inline)]
pub use crate::prob::minimise::{Minimum, minimise};
#[doc(no_inline)]
pub use crate::prob::random::{
    Rng, seeded, standard_normal, stream, uniform_index, uniform01,
};
#[doc(no_inline)]
pub use crate::prob::stats::{Interval, mean_curve, mean_interval, proportion_interval};
#[doc(no_inline)]
pub use crate::prob::transition::Transition;
#[doc(no_inline)]
pub use crate::rl::agent::a2c::{A2c, A2cOptions};
#[doc(no_inline)]
pub use crate::rl::agent::bandit::{BanditAgent, BanditOptions, BanditRule};
#[doc(no_inline)]
pub use crate::rl::agent::dyna::{DynaAgent, DynaOptions, Planning};
#[doc(no_inline)]
pub use crate::rl::agent::explorer::MbieEb;
#[doc(no_inline)]
pub use crate::rl::agent::fisher::{QFisher, QFisherOptions};
#[doc(no_inline)]
pub use crate::rl::agent::model_based::{ModelBasedAgent, ModelBasedOptions, PaidFor};
#[doc(no_inline)]
pub use crate::rl::agent::pavlovian::{
    PavlovianAgent, PavlovianOptions, probability_of_going,
};
#[doc(no_inline)]
pub use crate::rl::agent::reinforce::{Reinforce, ReinforceOptions};
#[doc(no_inline)]
pub use crate::rl::agent::td_lambda::{TdLambda, TdOptions};
#[doc(no_inline)]
pub use crate::rl::agent::two_step::{
    TwoStepAgent, TwoStepOptions, model_based, model_free,
};
#[doc(no_inline)]
pub use crate::rl::agent::{FixedPolicy, QAgent, QOptions, Rule, Schedule};
#[doc(no_inline)]
pub use crate::rl::control::{
    computed_torque::ComputedTorque,
    kalman::KalmanArm,
    pid::{self, Pid, PidGains},
    policy::LinearPolicy,
    search,
};
#[cfg(feature = "deep")]
#[doc(no_inline)]
pub use crate::rl::deep::{
    self, Budget, DeepAgent, Progress, Reporter, Training,
    discrete_sac::{self, DiscreteSac, DiscreteSacOptions},
    dqn::{self, Dqn, DqnOptions},
    ppo::{self, Ppo, PpoOptions},
    rnd::Rnd,
    sac::{self, Sac, SacOptions},
};
#[doc(no_inline)]
pub use crate::rl::evaluate::{
    action_values, backup, distance, evaluation_sweep, expectation, optimality,
    policy_values, policy_values_exact, random_policy,
};
#[doc(no_inline)]
pub use crate::rl::learn::actor_critic::{Active, ActorCritic, Lesson, Rates};
#[doc(no_inline)]
pub use crate::rl::learn::dyna_q::{self, DeterministicModel};
#[doc(no_inline)]
pub use crate::rl::learn::law_of_effect::{self, LawOfEffectAgent, LawOfEffectOptions};
#[doc(no_inline)]
pub use crate::rl::learn::{
    double_q, expected_sarsa, gae, monte_carlo, n_step, policy_gradient, q_learning,
    reinforce, rescorla_wagner, sample_average, sarsa, semi_gradient, soft_improvement,
    successor, td, td_lambda, td_lambda::Trace,
};
#[doc(no_inline)]
pub use crate::rl::model::Mdp;
#[doc(no_inline)]
pub use crate::rl::options::{Choices, Course, outlook, smdp_q};
#[doc(no_inline)]
pub use crate::rl::perceive::{
    Memory,
    place_cells::PlaceCells,
    remembered::Remembered,
    tile_coding::{TileCoding, Tiled},
};
#[doc(no_inline)]
pub use crate::rl::plan::control_as_inference::{
    action_posterior, messages, soft_max_value, soft_values,
};
#[doc(no_inline)]
pub use crate::rl::plan::policy_iteration::{
    improve, policy_iteration, policy_iteration_from,
};
#[doc(no_inline)]
pub use crate::rl::plan::uct::{self, UctOptions};
#[doc(no_inline)]
pub use crate::rl::plan::{
    bayes_adaptive, finite_horizon, gittins, optimality_sweep, value_iteration,
    value_sweeps,
};
#[doc(no_inline)]
pub use crate::rl::select::greedy;
#[doc(no_inline)]
pub use crate::rosetta::{
    BeliefMdp, HorizonEfe, LogPreference, belief_mdp, belief_search, finite_horizon_efe,
    kl_control, precision, temperature, to_generative_model, to_mdp, total_variation,
    value_gap,
};
#[doc(no_inline)]
pub use crate::scale::batch::{
    BatchAgent, BatchOptions, BatchWorld, Precision, Tally, live,
};
#[doc(no_inline)]
pub use crate::scale::ladder::{RUNGS, ladder};
#[doc(no_inline)]
pub use crate::scale::roofline::{Machine, Work};
#[doc(no_inline)]
pub use crate::scale::stopwatch::{Rival, Spread, Timing, power, take_turns};
#[doc(no_inline)]
pub use crate::scale::tabular::{self, TabularQ};
#[cfg(feature = "deep")]
#[doc(no_inline)]
pub use crate::scale::tensor::TensorModel;
#[doc(no_inline)]
pub use crate::scale::{curves, population, try_curves};
#[doc(no_inline)]
pub use crate::show::Show;
#[doc(no_inline)]
pub use crate::task::{
    block_maze::{self, BlockMaze, Day, Weeks},
    commons::{self, Commons, Lake, LakeChain, Law, Waters},
    cue_chain::{self, CueChain},
    delayed_match::{self, DelayedMatch},
    dots::{self, Dots},
    fog,
    memory_maze::{self, MemoryMaze},
    short_corridor::{self, ShortCorridor},
    tiger::{self, Tiger},
    tmaze::{self, FactoredTMaze, TMaze},
};
#[doc(no_inline)]
pub use crate::world::arena::{self, Rat};
#[doc(no_inline)]
pub use crate::world::arm::{self, Arm, Body};
#[doc(no_inline)]
pub use crate::world::bandit::Bandit;
#[doc(no_inline)]
pub use crate::world::cart_pole::{self, CartPole};
#[doc(no_inline)]
pub use crate::world::cliff::{self, Cliff};
#[doc(no_inline)]
pub use crate::world::conditioning::{self, Conditioning, Phase, Trial};
#[doc(no_inline)]
pub use crate::world::deep_sea::DeepSea;
#[doc(no_inline)]
pub use crate::world::go_no_go::{self, GoNoGo};
#[doc(no_inline)]
pub use crate::world::graph::GraphWorld;
#[doc(no_inline)]
pub use crate::world::grid::GridWorld;
#[doc(no_inline)]
pub use crate::world::maximization_bias::MaximizationBias;
#[doc(no_inline)]
pub use crate::world::mountain_car::{self, ContinuousMountainCar, MountainCar};
#[doc(no_inline)]
pub use crate::world::operant::{self, OperantChamber, Reinforcement};
#[doc(no_inline)]
pub use crate::world::pendulum::{self, Pendulum};
#[doc(no_inline)]
pub use crate::world::pixel_maze::{self, PixelMaze};
#[doc(no_inline)]
pub use crate::world::puzzle_box::{self, PuzzleBox};
#[doc(no_inline)]
pub use crate::world::random_walk::RandomWalk;
#[doc(no_inline)]
pub use crate::world::renumbered::Renumbered;
#[doc(no_inline)]
pub use crate::world::scene::Scene;
#[doc(no_inline)]
pub use ndarray::{self, Array1, Array2, Array3, ArrayD, Axis, array};
