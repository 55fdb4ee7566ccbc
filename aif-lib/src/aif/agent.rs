//! [`AifAgent`]: perceive, plan, select, act.
//!
//! Dual: [`crate::rl::agent`].

pub mod bandit;
pub mod explorer;

use crate::aif::evaluate::Efe;
use crate::aif::model::GenerativeModel;
use crate::aif::perceive::{BeliefUpdate, correct, filter};
use crate::aif::plan::{Backup, ClosedLoop, open_loop, policies};
use crate::aif::select::{best, first_action, policy_posterior};
use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Obs, Step};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;

/// How an [`AifAgent`] looks ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lookahead {
    /// Fixed sequences of actions. See [`open_loop`].
    OpenLoop,
    /// A tree that branches on observations. See [`ClosedLoop`].
    ClosedLoop(Backup),
}

/// How an [`AifAgent`] turns expected free energies into an action.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Choice {
    /// The best; ties are broken at random.
    Best,
    /// Drawn from softmax(−γ G + ln E).
    Sample {
        /// The precision γ.
        gamma: f64,
    },
}

/// The settings of an [`AifAgent`].
#[derive(Debug, Clone, PartialEq)]
pub struct AifOptions {
    /// How many steps to look ahead. Default 2.
    pub horizon: usize,
    /// The number of steps in an episode, if the agent knows it: it never looks beyond the end. Default: unknown.
    pub episode: Option<usize>,
    /// Default: closed loop, best reaction.
    pub lookahead: Lookahead,
    /// Default: the best.
    pub choice: Choice,
}

impl Default for AifOptions {
    fn default() -> Self {
        Self {
            horizon: 2,
            episode: None,
            lookahead: Lookahead::ClosedLoop(Backup::Max),
            choice: Choice::Best,
        }
    }
}

/// What an agent thought before an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What was compared: whole policies in the open loop, first actions in the closed loop.
    pub options: Vec<Vec<Action>>,
    /// The expected free energy of each.
    pub efe: Vec<Efe>,
    /// The probability of each.
    pub posterior: Categorical,
    /// The probability of each action now.
    pub action: Categorical,
}

/// An agent that keeps a belief and acts to minimise expected free energy.
///
/// It works in worlds with one modality (`Agent<usize>`) and with several (`Agent<Vec<usize>>`). In the closed loop it
/// remembers what it has thought: a belief that it meets again costs nothing.
#[derive(Debug, Clone)]
pub struct AifAgent {
    planner: ClosedLoop, // holds the model; the open loop reads only that
    options: AifOptions,
    trace: Vec<BeliefUpdate>,
}

impl AifAgent {
    /// An agent with a model and settings.
    ///
    /// # Errors
    /// - [`Error::Parameter`]: the horizon or the episode length is 0, or a precision is out of range.
    /// - [`Error::Budget`]: the look-ahead is too deep.
    pub fn new(model: GenerativeModel, options: AifOptions) -> Result<Self> {
        if options.episode == Some(0) {
            let expected = "an episode has at least 1 step";
            return Err(Error::Parameter { name: "episode", value: 0.0, expected });
        }
        let backup = match options.lookahead {
            Lookahead::OpenLoop => Backup::Max,
            Lookahead::ClosedLoop(backup) => backup,
        };
        let planner = ClosedLoop::new(model, backup)?;
        let mut agent = Self { planner, options, trace: Vec::new() };
        // One decision here finds every bad setting before the first episode.
        agent.decide()?;
        Ok(agent)
    }

    /// The agent's model.
    pub fn model(&self) -> &GenerativeModel {
        self.planner.model()
    }

    /// What the agent believes now.
    pub fn belief(&self) -> &Categorical {
        self.trace.last().map_or(self.model().prior(), |perception| &perception.belief)
    }

    /// What each observation of this episode did to the belief.
    pub fn trace(&self) -> &[BeliefUpdate] {
        &self.trace
    }

    /// Evaluates the options from the present belief.
    ///
    /// # Errors
    /// As [`AifAgent::new`], and [`Error::NotNormalised`] when every option is ruled out.
    pub fn decide(&mut self) -> Result<Decision> {
        let taken = self.trace.len().saturating_sub(1);
        let left = self
            .options
            .episode
            .map_or(usize::MAX, |episode| episode.saturating_sub(taken).max(1));
        let horizon = self.options.horizon.min(left);
        let n = self.model().n_actions();
        let (length, efe) = match self.options.lookahead {
            Lookahead::OpenLoop => {
                (horizon, open_loop(self.model(), self.belief(), horizon)?)
            }
            Lookahead::ClosedLoop(_) => {
                let belief = self.belief().clone();
                (1, self.planner.values(&belief, horizon)?)
            }
        };
        let options: Vec<Vec<Action>> = policies(n, length).collect();
        let g: Vec<f64> = efe.iter().map(Efe::total).collect();
        let posterior = match self.options.choice {
            Choice::Best => best(&g),
            Choice::Sample { gamma } => {
                // A policy inherits the habit of its first action.
                let habits: Vec<f64> =
                    options.iter().map(|policy| self.model().habits()[policy[0]]).collect();
                policy_posterior(&g, &habits, gamma)?
            }
        };
        let action = first_action(&posterior, n);
        Ok(Decision { options, efe, posterior, action })
    }

    fn start(&mut self, obs: &[Obs]) {
        self.trace = vec![explain(correct(self.model(), self.model().prior(), obs))];
    }

    fn perceive(&mut self, action: Action, obs: &[Obs]) {
        self.trace.push(explain(filter(self.model(), self.belief(), action, obs)));
    }

    fn choose(&mut self, rng: &mut dyn Rng) -> Action {
        explain(self.decide()).action.sample(rng)
    }
}

/// The traits of the loop have no errors: an agent whose model excludes what happens cannot go on.
#[track_caller]
fn explain<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

/// # Panics
/// `begin` and `observe` panic with the text of [`Error::ImpossibleObservation`] when the model rules out what is seen.
impl Agent<Obs> for AifAgent {
    fn begin(&mut self, obs: &Obs) {
        self.start(&[*obs]);
    }
    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        self.choose(rng)
    }
    fn observe(&mut self, action: &Action, step: &Step<Obs>, _rng: &mut dyn Rng) {
        self.perceive(*action, &[step.obs]);
    }
    fn set_learning(&mut self, _learning: bool) {}
}

/// # Panics
/// As the agent for one modality.
impl Agent<Vec<Obs>> for AifAgent {
    fn begin(&mut self, obs: &Vec<Obs>) {
        self.start(obs);
    }
    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        self.choose(rng)
    }
    fn observe(&mut self, action: &Action, step: &Step<Vec<Obs>>, _rng: &mut dyn Rng) {
        self.perceive(*action, &step.obs);
    }
    fn set_learning(&mut self, _learning: bool) {}
}
