//! [`AifAgent`]: perceive, learn, plan, select, act.
//!
//! [How it stands beside the toolboxes of the field](compare).
//!
//! Dual: [`crate::rl::agent`].

pub mod bandit;
pub mod compare;
pub mod explorer;
pub mod fisher;
mod memory;
mod options;
pub mod pavlovian;
pub mod two_step;

pub use options::{AifOptions, Choice, Lookahead};

use crate::aif::evaluate::Efe;
use crate::aif::learn::parameters::Parameters;
use crate::aif::model::GenerativeModel;
use crate::aif::perceive::BeliefUpdate;
use crate::aif::perceive::evidence::{Evidence, Percept};
use crate::aif::perceive::inference::Inference;
use crate::aif::perceive::message_passing::message_passing;
use crate::aif::plan::{ClosedLoop, open_loop, policies, score_policies};
use crate::aif::select::{action_marginal, occam_window, sharpen};
use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Step};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;
use memory::{Learner, Memory, Past};

/// What an agent thought before an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What was compared: whole policies in the open loop, first actions in the closed loop.
    pub options: Vec<Vec<Action>>,
    /// The expected free energy of each.
    pub efe: Vec<Efe>,
    /// The probability of each.
    #[doc(alias = "q_pi")]
    pub posterior: Categorical,
    /// The probability of each action now.
    pub action: Categorical,
}

/// An agent that keeps a belief and acts to minimise expected free energy.
///
/// It works in worlds with one modality and with several, whose senses may be silent or unsure: see [`Percept`]. In the closed
/// loop it remembers what it has thought: a belief that it meets again costs nothing. What it learns of its model, and when, is
/// said in [`AifOptions::learning`]; then what it thought with the old model is forgotten.
#[derive(Debug, Clone)]
#[doc(alias = "spm_MDP_VB_X")]
#[doc(alias = "init_aif")]
pub struct AifAgent {
    planner: ClosedLoop, // holds the model; the open loop reads only that
    options: AifOptions,
    habits: Option<Vec<f64>>, // E for each policy of `options.policies`; otherwise the model's E counts
    memory: Memory,
    chosen: Option<Categorical>, // by the last decision, over what the habits are about
    learner: Option<Learner>,
}

impl AifAgent {
    /// An agent with a model and settings.
    ///
    /// # Errors
    /// - [`Error::Parameter`]: the horizon or the episode length is 0, or a precision, a rate or a threshold is out of range.
    /// - [`Error::Budget`]: the look-ahead is too deep.
    /// - [`Error::Empty`], [`Error::Shape`], [`Error::OutOfRange`]: policies of one's own do not fit the model or each other.
    /// - [`Error::NotNormalised`]: habits or preferences rule everything out.
    pub fn new(model: GenerativeModel, options: AifOptions) -> Result<Self> {
        if options.episode == Some(0) {
            let expected = "an episode has at least 1 step";
            return Err(Error::Parameter { name: "episode", value: 0.0, expected });
        }
        if let Inference::Messages { moments: 0, .. } = options.inference {
            let expected = "1 is the present moment alone; messages need 2 or more";
            return Err(Error::Parameter { name: "moments", value: 0.0, expected });
        }
        let habits = policy_habits(&model, &options)?;
        let all = habits.as_deref().unwrap_or(model.habits());
        let learning = &options.learning;
        let learner = match learning.is_none() {
            true => None,
            false => Some(Learner::new(Parameters::new(&model, all, learning)?, learning)),
        };
        let mut planner = ClosedLoop::new(model, options.backup())?;
        if options.prune_outcomes != 0.0 {
            planner = planner.pruned(options.prune_outcomes)?;
        }
        let memory = Memory::default();
        let mut agent = Self { planner, options, habits, memory, chosen: None, learner };
        agent.believe_what_was_learned()?;
        // One decision here finds every bad setting before the first episode.
        agent.decide()?;
        Ok(agent)
    }

    /// The agent's model, as far as it has learned it.
    pub fn model(&self) -> &GenerativeModel {
        self.planner.model()
    }

    /// What the agent has counted; `None` for one that does not learn.
    #[doc(alias = "pA")]
    #[doc(alias = "pB")]
    pub fn parameters(&self) -> Option<&Parameters> {
        self.learner.as_ref().map(|learner| &learner.parameters)
    }

    /// What the agent believes now.
    #[doc(alias = "qs")]
    pub fn belief(&self) -> &Categorical {
        self.trace().last().map_or(self.model().prior(), |perception| &perception.belief)
    }

    /// What each observation of this episode did to the belief.
    pub fn trace(&self) -> &[BeliefUpdate] {
        &self.memory.trace
    }

    /// Evaluates the options from the present belief.
    ///
    /// # Errors
    /// As [`AifAgent::new`].
    #[doc(alias = "infer_policies")]
    pub fn decide(&mut self) -> Result<Decision> {
        let (n, taken) = (self.model().n_actions(), self.memory.actions.len());
        let horizon = self.options.horizon_after(taken);
        self.planner.set_step(taken);
        let (options, efe) =
            match (self.options.policies_after(taken), self.options.lookahead) {
                (Some(mine), _) => {
                    let efe = score_policies(self.model(), self.belief(), &mine)?;
                    (mine, efe)
                }
                (None, Lookahead::OpenLoop) => {
                    let efe = open_loop(self.model(), self.belief(), horizon)?;
                    (policies(n, horizon).collect(), efe)
                }
                (None, _) => {
                    let belief = self.belief().clone();
                    (policies(n, 1).collect(), self.planner.values(&belief, horizon)?)
                }
            };
        let g: Vec<f64> = efe.iter().map(Efe::total).collect();
        let habits = match &self.habits {
            Some(habits) => habits.clone(),
            None => options.iter().map(|policy| self.model().habits()[policy[0]]).collect(),
        };
        let posterior = self.options.choice.posterior(&g, &habits)?;
        let posterior = occam_window(&posterior, self.options.prune_policies)?;
        let first = action_marginal(&posterior, &options, n)?;
        let action = sharpen(&first, self.options.alpha)?;
        self.chosen = Some(if self.habits.is_some() { posterior.clone() } else { first });
        Ok(Decision { options, efe, posterior, action })
    }

    /// Begins an episode with a belief of one's own about the start, instead of D, and with senses that may be silent or unsure.
    ///
    /// # Errors
    /// - [`Error::Shape`], [`Error::OutOfRange`]: the belief or the evidence does not fit the model.
    /// - [`Error::ImpossibleObservation`]: the model rules out what is seen.
    pub fn begin_with(&mut self, prior: &Categorical, evidence: &[Evidence]) -> Result<()> {
        self.end_episode()?;
        let update = self.options.inference.correct(self.model(), prior, evidence)?;
        (self.memory, self.chosen) = (Memory::default(), None);
        self.take_up(update, evidence)
    }

    /// Sees, with senses that may be silent or unsure, what an action led to.
    ///
    /// # Errors
    /// As [`begin_with`](Self::begin_with).
    pub fn perceive(&mut self, action: Action, evidence: &[Evidence]) -> Result<()> {
        let update = self.update(action, evidence)?;
        self.memory.actions.push(action);
        self.memory.choices.extend(self.chosen.take());
        self.take_up(update, evidence)
    }

    /// Says that the episode is over: what is learned from whole episodes is learned now.
    ///
    /// # Errors
    /// As [`AifAgent::new`]: what was learned left nothing to choose from.
    #[doc(alias = "infer_parameters")]
    pub fn end_episode(&mut self) -> Result<()> {
        let Some(learner) = &mut self.learner else { return Ok(()) };
        match learner.end(self.planner.model(), &self.memory) {
            true => self.believe_what_was_learned(),
            false => Ok(()),
        }
    }

    /// What an action and what the senses said afterwards make of the belief.
    fn update(&self, action: Action, evidence: &[Evidence]) -> Result<BeliefUpdate> {
        let (model, inference) = (self.model(), self.options.inference);
        let mut update = inference.filter(model, self.belief(), action, evidence)?;
        if let Inference::Messages { messages, moments, sweeps } = inference
            && let Some(Past { prior, evidence: mut seen, mut actions }) =
                self.memory.last(moments - 1)
        {
            seen.push(evidence.to_vec());
            actions.push(action);
            let beliefs = message_passing(model, prior, &seen, &actions, messages, sweeps)?;
            update.belief = beliefs[beliefs.len() - 1].clone();
        }
        Ok(update)
    }

    fn take_up(&mut self, update: BeliefUpdate, evidence: &[Evidence]) -> Result<()> {
        self.memory.trace.push(update);
        self.memory.evidence.push(evidence.to_vec());
        let Some(learner) = &mut self.learner else { return Ok(()) };
        match learner.observe(self.planner.model(), &self.memory) {
            true => self.believe_what_was_learned(),
            false => Ok(()),
        }
    }

    /// Puts what the counts expect into the model and the habits.
    fn believe_what_was_learned(&mut self) -> Result<()> {
        let Some(learner) = &self.learner else { return Ok(()) };
        let mut model = learner.parameters.model(self.model().clone())?;
        match (learner.parameters.habits(), &mut self.habits) {
            (Some(learned), Some(habits)) => *habits = learned,
            (Some(learned), None) => model = model.with_habits(&learned)?,
            (None, _) => {}
        }
        self.planner.set_model(model);
        Ok(())
    }

    fn observe_step(
        &mut self,
        action: Action,
        evidence: &[Evidence],
        over: bool,
    ) -> Result<()> {
        self.perceive(action, evidence)?;
        if over { self.end_episode() } else { Ok(()) }
    }

    fn start(&mut self, evidence: &[Evidence]) -> Result<()> {
        self.end_episode()?; // before the prior is read: it may be learned
        let prior = self.model().prior().clone();
        self.begin_with(&prior, evidence)
    }
}

/// E for each policy of one's own, checked; `None` where there are none.
fn policy_habits(
    model: &GenerativeModel,
    options: &AifOptions,
) -> Result<Option<Vec<f64>>> {
    let Some(policies) = &options.policies else { return Ok(None) };
    let shape = |what: String, expected: usize, got: usize, cure| {
        let (expected, got) = (expected.to_string(), got.to_string());
        Err(Error::Shape { what, expected, got, cure })
    };
    let Some(first) = policies.first() else {
        return Err(Error::Empty { what: "the list of policies".into() });
    };
    for (i, policy) in policies.iter().enumerate() {
        if policy.is_empty() {
            return Err(Error::Empty { what: format!("policy {i}") });
        }
        if policy.len() != first.len() {
            let cure = "policies are compared over the same number of steps";
            return shape(format!("policy {i}"), first.len(), policy.len(), cure);
        }
        for (step, &action) in policy.iter().enumerate() {
            model.check_action(
                || format!("the action in step {step} of policy {i}"),
                action,
            )?;
        }
    }
    match &options.policy_habits {
        Some(habits) if habits.len() != policies.len() => {
            let cure = "one habit for each policy";
            shape("E".into(), policies.len(), habits.len(), cure)
        }
        Some(habits) => Ok(Some(habits.clone())),
        None => Ok(Some(policies.iter().map(|policy| model.habits()[policy[0]]).collect())),
    }
}

/// The traits of the loop have no errors: an agent whose model excludes what happens cannot go on.
#[track_caller]
fn explain<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

/// Short, since a notebook compiles it anew for each kind of observation.
///
/// # Panics
/// `begin` and `observe` panic with the text of [`Error::ImpossibleObservation`] when the model rules out what is seen.
impl<O: Percept> Agent<O> for AifAgent {
    fn begin(&mut self, obs: &O) {
        explain(self.start(&obs.evidence()));
    }
    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        explain(self.decide()).action.sample(rng)
    }
    fn observe(&mut self, action: &Action, step: &Step<O>, _rng: &mut dyn Rng) {
        explain(self.observe_step(*action, &step.obs.evidence(), step.end.is_some()));
    }
    /// Frozen, it counts no more; what there is to learn stays in its expected free energy.
    fn set_learning(&mut self, learning: bool) {
        if let Some(learner) = &mut self.learner {
            learner.frozen = !learning;
        }
    }
}
