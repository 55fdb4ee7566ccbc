//! [`A2c`]: actor and critic that learn from a few steps at a time, in one world or in many side by side. Dual:
//! [`crate::aif::agent`].

use super::reinforce::check;
use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, End, Step, Worlds};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;
use crate::rl::learn::actor_critic::{Active, ActorCritic, Lesson, Rates};
use crate::rl::learn::gae;

/// How an [`A2c`] learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct A2cOptions {
    /// Learning rate of the actor; default 0.1.
    pub actor: f64,
    /// Learning rate of the critic; default 0.1.
    pub critic: f64,
    /// Discount γ; default 0.99.
    pub gamma: f64,
    /// How far the advantages look, λ; default 0.95.
    pub lambda: f64,
    /// Weight τ of the entropy of the policy; default 0.
    pub entropy: f64,
    /// How many steps to take in each world before learning; default 5.
    pub steps: usize,
}

impl Default for A2cOptions {
    fn default() -> Self {
        Self { actor: 0.1, critic: 0.1, gamma: 0.99, lambda: 0.95, entropy: 0.0, steps: 5 }
    }
}

/// The advantage actor-critic with generalised advantage estimation.
///
/// As an [`Agent`] it lives in one world and learns after every few steps, and at the end of an episode.
/// [`train`](Self::train) plays many worlds in lockstep and sums what they teach. Source: Mnih et al. (2016), the
/// synchronous form; Schulman et al. (2016).
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut worlds = Worlds::copies(&TimeLimit::new(GridWorld::new("S..+")?, 100), 8, 1)?;
/// let mut agent = A2c::new(4, 4, A2cOptions::default())?;
/// let totals = agent.train(&mut worlds, 400, &mut seeded(2))?;
/// assert!(totals.len() > 100 && agent.tables().policy(&[0])[1] > 0.8); // east
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct A2c {
    options: A2cOptions,
    tables: ActorCritic,
    here: Option<Vec<usize>>,
    record: Record,
    worlds: Option<Vec<(Vec<usize>, f64)>>, // of `train`: what each shows, and its total so far
    updates: usize,
    frozen: bool,
}

/// A few steps in one world.
#[derive(Debug, Clone, PartialEq, Default)]
struct Record {
    choices: Vec<(Vec<usize>, Action)>,
    rewards: Vec<f64>,
    values: Vec<f64>,
    next: Vec<f64>,
    ends: Vec<Option<End>>,
}

impl Record {
    fn push(
        &mut self,
        tables: &ActorCritic,
        here: Vec<usize>,
        action: Action,
        step: (f64, &[usize], Option<End>),
    ) {
        let (reward, next, end) = step;
        self.values.push(tables.value(&here));
        self.choices.push((here, action));
        self.rewards.push(reward);
        self.next.push(tables.value(next));
        self.ends.push(end);
    }

    fn lessons(self, gamma: f64, lambda: f64) -> impl Iterator<Item = Lesson> {
        let Self { choices, rewards, values, next, ends } = self;
        let advantages = gae::advantages(&rewards, &values, &next, &ends, gamma, lambda);
        choices.into_iter().zip(advantages).map(|((active, action), advantage)| Lesson {
            active,
            action,
            advantage,
            error: advantage,
        })
    }
}

impl A2c {
    /// A learner whose actions are all equally likely at first.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no feature or no action.
    /// - [`Error::Parameter`]: a rate or the weight of the entropy is negative or not finite, γ or λ is not from 0 to 1, or
    ///   the number of steps is 0.
    pub fn new(features: usize, actions: usize, options: A2cOptions) -> Result<Self> {
        let A2cOptions { actor, critic, gamma, lambda, entropy, steps } = options;
        if features == 0 || actions == 0 {
            return Err(Error::Empty { what: "the table of preferences".into() });
        }
        let numbers = [("actor", actor), ("critic", critic), ("entropy", entropy)];
        check(&numbers, &[("gamma", gamma), ("lambda", lambda)])?;
        if steps == 0 {
            let expected = "at least one step before learning";
            return Err(Error::Parameter { name: "steps", value: 0.0, expected });
        }
        let tables = ActorCritic::new(features, actions);
        let record = Record::default();
        Ok(Self {
            options,
            tables,
            here: None,
            record,
            worlds: None,
            updates: 0,
            frozen: false,
        })
    }

    /// The actor and the critic.
    pub fn tables(&self) -> &ActorCritic {
        &self.tables
    }

    /// The distribution over actions now, in the one world in which it lives as an agent.
    ///
    /// # Panics
    /// When no episode was begun.
    #[track_caller]
    pub fn policy(&self) -> Categorical {
        let here =
            self.here.as_ref().expect("the agent has seen nothing yet: call begin first");
        self.tables.policy(here)
    }

    fn learn(&mut self, records: Vec<Record>) -> Result<()> {
        let A2cOptions { actor, critic, gamma, lambda, entropy, .. } = self.options;
        let lessons: Vec<Lesson> =
            records.into_iter().flat_map(|record| record.lessons(gamma, lambda)).collect();
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
        let next = step.obs.active();
        let before = self.here.replace(next.to_vec()).expect("call begin first");
        if self.frozen {
            return Ok(());
        }
        self.record.push(&self.tables, before, action, (step.reward, next, step.end));
        if step.end.is_some() || self.record.rewards.len() == self.options.steps {
            let record = std::mem::take(&mut self.record);
            self.learn(vec![record])?;
        }
        Ok(())
    }

    /// Takes a few steps in each world and learns from all, so many times; returns the totals of the episodes that ended.
    ///
    /// The first call begins an episode in each world; a later one goes on where the last one stopped, so give it the
    /// same worlds.
    ///
    /// # Errors
    /// As [`ActorCritic::check`].
    ///
    /// # Panics
    /// When the worlds are more or fewer than before, or show features that are not in the table.
    #[track_caller]
    pub fn train<O: Active>(
        &mut self,
        worlds: &mut Worlds<O>,
        updates: usize,
        rng: &mut dyn Rng,
    ) -> Result<Vec<f64>> {
        let begin = |worlds: &mut Worlds<O>| {
            worlds.reset().iter().map(|obs| (obs.active().to_vec(), 0.0)).collect()
        };
        let mut now = self.worlds.take().unwrap_or_else(|| begin(worlds));
        assert_eq!(now.len(), worlds.len(), "train: go on with the same worlds");
        let mut totals = Vec::new();
        for _ in 0..updates {
            let mut records = vec![Record::default(); worlds.len()];
            for _ in 0..self.options.steps {
                let actions: Vec<Action> =
                    now.iter().map(|(x, _)| self.tables.policy(x).sample(rng)).collect();
                let answers = worlds.step(&actions);
                for (i, answer) in answers.iter().enumerate() {
                    let Step { obs, reward, end } = &answer.step;
                    let here =
                        std::mem::replace(&mut now[i].0, answer.next.active().to_vec());
                    records[i].push(
                        &self.tables,
                        here,
                        actions[i],
                        (*reward, obs.active(), *end),
                    );
                    now[i].1 += reward;
                    if end.is_some() {
                        totals.push(std::mem::take(&mut now[i].1));
                    }
                }
            }
            self.learn(records)?;
        }
        self.worlds = Some(now);
        Ok(totals)
    }
}

impl<O: Active> Agent<O> for A2c {
    fn begin(&mut self, obs: &O) {
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
        self.record = Record::default();
    }
}
