//! [`Reinforce`]: learns from whole episodes, with or without a baseline. Dual: [`crate::aif::agent`].

use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, End, Step};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;
use crate::rl::learn::actor_critic::{Active, ActorCritic, Lesson, Rates};
use crate::rl::learn::reinforce;

/// How a [`Reinforce`] learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReinforceOptions {
    /// Learning rate of the actor; default 0.1.
    pub actor: f64,
    /// Learning rate of the critic, whose value is the baseline; default 0: no baseline.
    pub critic: f64,
    /// Discount γ; default 0.99.
    pub gamma: f64,
    /// Weight τ of the entropy of the policy; default 0.
    pub entropy: f64,
    /// Whether the action at time t counts γᵗ, as the gradient of the discounted value demands; default false, as is usual.
    pub discounted: bool,
}

impl Default for ReinforceOptions {
    fn default() -> Self {
        Self { actor: 0.1, critic: 0.0, gamma: 0.99, entropy: 0.0, discounted: false }
    }
}

/// The parameters of both policy-gradient agents, checked.
pub(super) fn check(
    numbers: &[(&'static str, f64)],
    fractions: &[(&'static str, f64)],
) -> Result<()> {
    let bad = numbers.iter().find(|(_, x)| !(x.is_finite() && *x >= 0.0));
    if let Some(&(name, value)) = bad {
        let expected = "learning rates and the weight of the entropy are finite, 0 or more";
        return Err(Error::Parameter { name, value, expected });
    }
    let bad = fractions.iter().find(|(_, x)| !(0.0..=1.0).contains(x));
    bad.map_or(Ok(()), |&(name, value)| {
        let expected = "discount and trace are each from 0 to 1";
        Err(Error::Parameter { name, value, expected })
    })
}

/// Williams's REINFORCE: an episode is played to its end, then each action is reinforced by the return that followed.
///
/// With a critic rate above 0 it learns a value, too, and reinforces by how much the return beats it. It sees numbered
/// observations (a table) or [`Features`](crate::interaction::Features). An episode that a step limit cuts off is
/// continued by the value of its last state, which without a critic is 0.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut agent = Reinforce::new(1, 2, ReinforceOptions { actor: 0.001, gamma: 1.0, ..Default::default() })?;
/// let (mut corridor, mut rng) = (TimeLimit::new(ShortCorridor::new(), 300), seeded(1));
/// returns(&mut corridor, &mut agent, 1000, &mut rng);
/// assert!((agent.tables().policy(&[0])[1] - 0.59).abs() < 0.2); // neither always left nor always right
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reinforce {
    options: ReinforceOptions,
    tables: ActorCritic,
    here: Option<Vec<usize>>,
    choices: Vec<(Vec<usize>, Action)>,
    rewards: Vec<f64>,
    updates: usize,
    frozen: bool,
}

impl Reinforce {
    /// A learner whose actions are all equally likely at first.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no feature or no action.
    /// - [`Error::Parameter`]: a rate or the weight of the entropy is negative or not finite, or γ is not from 0 to 1.
    pub fn new(features: usize, actions: usize, options: ReinforceOptions) -> Result<Self> {
        let ReinforceOptions { actor, critic, gamma, entropy, .. } = options;
        if features == 0 || actions == 0 {
            return Err(Error::Empty { what: "the table of preferences".into() });
        }
        check(
            &[("actor", actor), ("critic", critic), ("entropy", entropy)],
            &[("gamma", gamma)],
        )?;
        let tables = ActorCritic::new(features, actions);
        Ok(Self {
            options,
            tables,
            here: None,
            choices: vec![],
            rewards: vec![],
            updates: 0,
            frozen: false,
        })
    }

    /// The actor and the critic.
    pub fn tables(&self) -> &ActorCritic {
        &self.tables
    }

    /// Sets the actor and the critic, for example to a first guess.
    ///
    /// # Panics
    /// When they have another shape.
    #[track_caller]
    pub fn set_tables(&mut self, tables: ActorCritic) {
        assert_eq!(
            tables.theta.dim(),
            self.tables.theta.dim(),
            "set_tables: the shape stays"
        );
        self.tables = tables;
    }

    /// The distribution over actions now.
    ///
    /// # Panics
    /// When no episode was begun.
    #[track_caller]
    pub fn policy(&self) -> Categorical {
        let here =
            self.here.as_ref().expect("the agent has seen nothing yet: call begin first");
        self.tables.policy(here)
    }

    fn learn(&mut self, bootstrap: f64) -> Result<()> {
        let ReinforceOptions { actor, critic, gamma, entropy, discounted } = self.options;
        let last = self.rewards.len() - 1;
        self.rewards[last] += gamma * bootstrap;
        let values: Vec<f64> =
            self.choices.iter().map(|(x, _)| self.tables.value(x)).collect();
        let weights = reinforce::weights(&self.rewards, &values, gamma);
        let mut scale = 1.0;
        let lesson = |((active, action), weight): ((Vec<usize>, Action), f64)| {
            let lesson =
                Lesson { active, action, advantage: scale * weight, error: weight };
            scale *= if discounted { gamma } else { 1.0 };
            lesson
        };
        let choices = std::mem::take(&mut self.choices);
        let lessons: Vec<Lesson> = choices.into_iter().zip(weights).map(lesson).collect();
        self.tables.learn(&lessons, Rates { actor, critic, entropy });
        self.updates += 1;
        self.tables.check(&lessons, self.updates)
    }

    /// What [`Agent::observe`] does, with the fault as an error.
    ///
    /// # Errors
    /// As [`ActorCritic::check`].
    ///
    /// # Panics
    /// When no episode was begun.
    pub fn try_observe<O: Active>(&mut self, action: Action, step: &Step<O>) -> Result<()> {
        let before = self.here.replace(step.obs.active().to_vec());
        if self.frozen {
            return Ok(());
        }
        self.choices.push((before.expect("call begin first"), action));
        self.rewards.push(step.reward);
        match step.end {
            None => Ok(()),
            Some(End::Terminated) => self.learn(0.0),
            Some(End::Truncated) => self.learn(self.tables.value(step.obs.active())),
        }
    }
}

impl<O: Active> Agent<O> for Reinforce {
    fn begin(&mut self, obs: &O) {
        self.choices.clear();
        self.rewards.clear();
        self.here = Some(obs.active().to_vec());
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        self.policy().sample(rng)
    }

    fn observe(&mut self, action: &Action, step: &Step<O>, _rng: &mut dyn Rng) {
        self.try_observe(*action, step).unwrap_or_else(|fault| panic!("{fault}"));
    }

    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
        self.choices.clear();
        self.rewards.clear();
    }
}
