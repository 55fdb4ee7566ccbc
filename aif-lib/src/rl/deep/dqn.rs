//! [`Dqn`]: Q-learning with a network in place of the table. Dual: [`crate::aif::evaluate`], whose −G it amortises.
//!
//! Two things keep it steady: a memory of steps from which batches are drawn ([`Replay`]), so that a batch is not one moment of
//! one episode; and a target network, an older copy that answers for the future, so that the target does not move with every
//! step. Each can be left out ([`DqnOptions::replay`], [`DqnOptions::target`]) to see what it is worth.
//!
//! Source: Mnih et al. (2015); double Q-learning: van Hasselt, Guez & Silver (2016).

use super::learned::Learned;
use super::{DeepAgent, Progress, best, check_options, seen};
use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Step};
use crate::nn::adam::follow;
use crate::nn::mlp::{Activation, Mlp, Pass};
use crate::nn::replay::{Batch, Replay};
use crate::prob::random::{Rng, uniform_index, uniform01};

/// What an action should have been valued at.
///
/// ```text
/// y = r + γ · live · max Q′(s′, a′)         live: 0 where the task was over, else 1
/// ```
/// `next`: the values of the next state's actions, of the target network.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(dqn::target(1.0, 1.0, 0.5, &[2.0, 6.0]), 4.0);
/// assert_eq!(dqn::target(1.0, 0.0, 0.5, &[2.0, 6.0]), 1.0); // nothing comes after the end
/// ```
pub fn target(reward: f32, live: f32, gamma: f32, next: &[f32]) -> f32 {
    reward + gamma * live * next[best(next)]
}

/// As [`target`], but the network that learns says which action is best, and the target network what it is worth.
///
/// ```text
/// y = r + γ · live · Q′(s′, argmax Q(s′, a′))
/// ```
/// Otherwise the maximum picks what was overrated by chance. Source: van Hasselt, Guez & Silver (2016).
pub fn double_target(
    reward: f32,
    live: f32,
    gamma: f32,
    online: &[f32],
    next: &[f32],
) -> f32 {
    reward + gamma * live * next[best(online)]
}

/// How a [`Dqn`] learns. The defaults are for the pole on the cart, in seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct DqnOptions {
    /// Units of each hidden layer; default 120 and 84.
    pub hidden: Vec<usize>,
    /// Discount γ; default .99.
    pub gamma: f64,
    /// Learning rate.
    pub rate: f64,
    /// Steps in a batch; default 128.
    pub batch: usize,
    /// Steps in the memory.
    pub capacity: usize,
    /// Steps before it learns.
    pub start: usize,
    /// Steps between two gradient steps.
    pub every: usize,
    /// Steps between two copies to the target network.
    pub sync: usize,
    /// The share of random actions at first and at last.
    pub epsilon: (f64, f64),
    /// Over how many steps it falls from the first to the last.
    pub explore: usize,
    /// Whether a batch is drawn from the memory; if not, it is the latest steps.
    pub replay: bool,
    /// Whether an older copy answers for the future; if not, the network itself does.
    pub target: bool,
    /// Whether the network itself chooses the action that the copy values; default false.
    pub double: bool,
}

impl Default for DqnOptions {
    fn default() -> Self {
        Self {
            hidden: vec![120, 84],
            gamma: 0.99,
            rate: 2.5e-4,
            batch: 128,
            capacity: 10_000,
            start: 1000,
            every: 2,
            sync: 200,
            epsilon: (1.0, 0.05),
            explore: 5_000,
            replay: true,
            target: true,
            double: false,
        }
    }
}

impl DqnOptions {
    /// The schedule of the CleanRL library's `dqn.py`, for 500 000 steps.
    pub fn cleanrl() -> Self {
        Self {
            capacity: 10_000,
            start: 10_000,
            every: 10,
            sync: 500,
            explore: 250_000,
            ..Self::default()
        }
    }
}

/// A deep Q-network.
///
/// ```text
/// L = mean (Q(s, a) − y)²,   y from target or double_target
/// ```
/// It learns with [`Agent::observe`]. Frozen, it takes the best action always.
#[derive(Debug, Clone, PartialEq)]
pub struct Dqn {
    options: DqnOptions,
    online: Learned,
    target: (Mlp, Pass),
    replay: Replay,
    batch: Batch,
    chosen: Pass,
    slope: Vec<f32>,
    here: Vec<f64>,
    actions: usize,
    steps: usize,
    progress: Progress,
    frozen: bool,
}

impl Dqn {
    /// An agent for observations of so many numbers, and so many actions.
    ///
    /// # Errors
    /// - [`Error::Parameter`]: an option is out of range, or there is no action.
    /// - [`Error::Replay`]: the batch is larger than the memory, or than what is in it when learning starts.
    pub fn new(
        inputs: usize,
        actions: usize,
        options: DqnOptions,
        rng: &mut dyn Rng,
    ) -> Result<Self> {
        let DqnOptions { gamma, rate, batch, capacity, start, every, sync, .. } = options;
        let (first, last) = options.epsilon;
        check_options(
            &[("rate", rate)],
            &[("gamma", gamma), ("epsilon", first), ("epsilon", last)],
            &[("actions", actions), ("batch", batch), ("every", every), ("sync", sync)],
        )?;
        if batch > capacity.min(start) {
            return Err(Error::Replay { batch, held: start.min(capacity), capacity });
        }
        let online =
            Learned::new(inputs, &options.hidden, actions, Activation::Relu, rate, rng)?;
        Ok(Self {
            target: (online.net.clone(), Pass::default()),
            replay: Replay::new(capacity, inputs, 1)?,
            batch: Batch::default(),
            chosen: Pass::default(),
            slope: vec![0.0; batch * actions],
            here: Vec::new(),
            options,
            online,
            actions,
            steps: 0,
            progress: Progress::default(),
            frozen: false,
        })
    }

    /// The network.
    pub fn net(&self) -> &Mlp {
        &self.online.net
    }

    /// The network, to be changed: by [`checkpoint::load`](crate::nn::checkpoint::load), for example.
    pub fn net_mut(&mut self) -> &mut Mlp {
        &mut self.online.net
    }

    /// The value of each action.
    ///
    /// # Panics
    /// When the observation has another length.
    pub fn values(&self, obs: &[f64]) -> Vec<f64> {
        self.net().forward(obs)
    }

    /// The share of random actions now.
    pub fn epsilon(&self) -> f64 {
        let (first, last) = self.options.epsilon;
        let done = self.steps as f64 / self.options.explore.max(1) as f64;
        first + (last - first) * done.min(1.0)
    }

    /// One gradient step on a batch: the algorithm.
    fn learn(&mut self, rng: &mut dyn Rng) -> Result<()> {
        let Self { options, online, target, replay, batch, chosen, slope, actions, .. } =
            self;
        if options.replay {
            replay.sample_into(options.batch, rng, batch)?;
        } else {
            replay.latest_into(options.batch, batch)?;
        }
        let (rows, gamma) = (batch.rows(), options.gamma as f32);

        // What the future is worth: by the older copy, or by the network itself.
        let answers = if options.target { &target.0 } else { &online.net };
        answers.run(&batch.next, &mut target.1);
        if options.double {
            online.net.run(&batch.next, chosen);
        }

        // The slope of the mean squared error: it concerns only the actions that were taken.
        let values = online.run(&batch.obs);
        let mut loss = 0.0;
        slope.fill(0.0);
        for row in 0..rows {
            let of = row * *actions..(row + 1) * *actions;
            let (reward, live) = (batch.rewards[row], batch.live[row]);
            let next = &target.1.output()[of.clone()];
            let y = if options.double {
                double_target(reward, live, gamma, &chosen.output()[of.clone()], next)
            } else {
                self::target(reward, live, gamma, next)
            };
            let taken = of.start + batch.action(row);
            let error = values[taken] - y;
            loss += error * error / rows as f32;
            slope[taken] = 2.0 * error / rows as f32;
        }
        let loss = f64::from(loss);
        self.progress = Progress { gradient_steps: self.progress.gradient_steps + 1, loss };
        self.online.check("the value of actions", self.progress.gradient_steps, loss)?;
        self.online.descend(&self.slope, None);
        Ok(())
    }
}

impl DeepAgent for Dqn {
    fn try_observe(
        &mut self,
        action: &Action,
        step: &Step<Vec<f64>>,
        rng: &mut dyn Rng,
    ) -> Result<()> {
        let here = std::mem::replace(&mut self.here, step.obs.clone());
        if self.frozen {
            return Ok(());
        }
        self.replay.push(&here, &[*action as f64], step);
        self.steps += 1;
        let DqnOptions { start, every, sync, .. } = self.options;
        if self.steps >= start && self.steps.is_multiple_of(every) {
            self.learn(rng)?;
        }
        if self.steps.is_multiple_of(sync) {
            follow(self.target.0.parameters_mut(), self.online.net.parameters(), 1.0);
        }
        Ok(())
    }

    fn progress(&self) -> Progress {
        self.progress
    }
}

impl Agent<Vec<f64>> for Dqn {
    fn begin(&mut self, obs: &Vec<f64>) {
        seen(obs, self.net().inputs());
        self.here.clone_from(obs);
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        if !self.frozen && uniform01(rng) < self.epsilon() {
            return uniform_index(self.actions, rng);
        }
        let values: Vec<f32> = self.values(&self.here).iter().map(|x| *x as f32).collect();
        best(&values)
    }

    fn observe(&mut self, action: &Action, step: &Step<Vec<f64>>, rng: &mut dyn Rng) {
        self.try_observe(action, step, rng).unwrap_or_else(|error| panic!("{error}"));
    }

    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}
