//! How active inference here stands beside the toolboxes of its field: what they have, what is here, what is not, and why.
//!
//! The toolboxes are pymdp 1.0 (Python, JAX), ActiveInference.jl (Julia; its source of November 2025) and the routines of SPM that are called
//! `spm_MDP_VB_X` (MATLAB). Search this documentation for a name of theirs, such as `infer_states` or `A_dependencies`: it
//! leads to ours.
//!
//! # One sign, one filter, no floor
//! G is the expected free energy: lower is better. pymdp's `neg_efe` and SPM's `G` are −G. C is used as it is given; SPM and
//! ActiveInference.jl put it through a log-softmax first, which moves all policies of one length alike. What is impossible has
//! probability 0 and not 1e-16, so an observation that the model rules out is an error and not a belief.
//!
//! # The model
//! | what | pymdp | .jl | SPM | here |
//! |---|---|---|---|---|
//! | several factors and modalities | yes | yes | yes | [`GenerativeModel::builder`](crate::aif::model::GenerativeModel::builder), by name |
//! | A that depends on some factors | yes | no | no | [`modality`](crate::aif::model::ModelBuilder::modality) |
//! | B that depends on other factors and some controls | yes | no | no | [`linked_factor`](crate::aif::model::ModelBuilder::linked_factor) |
//! | several control factors | yes | yes | yes | [`control`](crate::aif::model::ModelBuilder::control) |
//! | C over time | yes | yes | yes | [`with_preference_over_time`](crate::aif::model::GenerativeModel::with_preference_over_time) |
//! | sensory precision | no | no | no | [`with_sensory_precision`](crate::aif::model::GenerativeModel::with_sensory_precision) |
//! | checks, with names in the message | part | sums to 1, length of E | part | all, when it is built |
//!
//! # Perception
//! | what | pymdp | .jl | SPM | here |
//! |---|---|---|---|---|
//! | exact, on all factors together | one factor | one factor | no | the default: [`filter`](crate::aif::perceive::filter) |
//! | mean field | all factors at once | all at once | no | one factor at a time, so that F falls: [`Inference::MeanField`](crate::aif::perceive::inference::Inference) |
//! | messages over time | variational and marginal | no | marginal | both, over joint states: [`message_passing`](crate::aif::perceive::message_passing), and [`Inference::Messages`](crate::aif::perceive::inference::Inference) in an agent |
//! | smoothing | yes | no | yes | [`smooth`](crate::aif::perceive::smooth), with pairs |
//! | missing and soft observations | yes | no | soft | [`Evidence`](crate::aif::perceive::evidence::Evidence), or an `Option`: [`Percept`](crate::aif::perceive::evidence::Percept) |
//!
//! # Planning and choice
//! | what | pymdp | .jl | SPM | here |
//! |---|---|---|---|---|
//! | all policies; a list of one's own | both | all | list | [`open_loop`](crate::aif::plan::open_loop); [`AifOptions::policies`](crate::aif::agent::AifOptions::policies) |
//! | sophisticated inference | from marginals | no | in a sister routine | [`closed_loop`](crate::aif::plan::closed_loop), from joint outcomes |
//! | information gain of several senses | summed | joint | joint | joint: a second copy of a cue adds nothing |
//! | novelty of A and B | Q(o) Q(s) | Q(o) Q(s) | Q(o) Q(s), of A | A·Q(s), the expected gain of each column: [`Efe::novelty`](crate::aif::evaluate::Efe) |
//! | F in the posterior over policies | no | no | yes | [`posterior_after`](crate::aif::select::posterior_after) |
//! | γ; its update | γ | γ | both | γ in the agent, its update beside it: [`precision`](crate::aif::learn::precision) |
//! | action precision α | yes | yes | yes | [`sharpen`](crate::aif::select::sharpen) |
//! | habits E | yes, not in its tree search | yes | yes | in every choice; 0 rules out, also for the best |
//! | pruning | outcomes and actions | no | policies | [outcomes, with a bound](crate::aif::plan::ClosedLoop::pruned); [policies](crate::aif::select::occam_window) |
//! | inductive inference | yes | no | in a sister routine | not yet |
//! | tree search by sampling | by another package | no | no | for reinforcement learning: [`uct`](crate::rl::plan::uct) |
//!
//! # Learning
//! | what | pymdp | .jl | SPM | here |
//! |---|---|---|---|---|
//! | A and B | yes | yes | yes | [`Learning`](crate::aif::learn::parameters::Learning) |
//! | D | no | yes | yes | the same |
//! | E | no | no | yes | the same |
//! | B from pairs of beliefs that belong together | yes | no | no | always: [`transition_counts`](crate::aif::learn::transition_counts) |
//! | zeros stay zeros | no | yes | yes | yes: [`CountTable`](crate::aif::learn::count_table::CountTable) |
//! | forgetting | no | yes | yes | of the columns that are used: [`count_table`](crate::aif::learn::count_table) |
//! | model reduction | no | no | yes | of counts: [`model_reduction`](crate::aif::learn::model_reduction) |
//! | fit to behaviour | by another package | by another package | yes | [`fit`](crate::experiment::fit) |
//! | many agents at once | yes | no | no | [`batch`](crate::scale::batch), exactly |
//!
//! # What is not here, and why
//! - *Beliefs that are kept apart for each factor.* Messages and plans are about joint states, so nothing is lost between
//!   factors unless mean field is asked for.
//! - *Inductive inference.* It plans towards a goal far beyond the horizon; here a longer horizon or a hierarchy has to reach it.
//! - *New factors and levels.* Structure is given; only what is too much of it can be found, by model reduction.
//! - *Automatic differentiation of everything.* Slopes of G and F are to be had from a graph (`scale::tensor`, feature `deep`).
//! - *Large factored models.* All is computed with on the joint state, so that nothing is lost between factors; that ends
//!   at some million entries, and [`Error::Budget`](crate::Error::Budget) says so.
//! - *Policies that the agent has to guess.* An agent here knows what it did. Where it would not, F(π) can be had:
//!   [`policy_surprise`](crate::aif::perceive::evidence::policy_surprise).
