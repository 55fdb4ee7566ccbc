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

/// How a [`Dqn`] learns. The defaults are for the pole on the cart, which takes up to 60 000 steps.
#[derive(Debug, Clone, PartialEq)]
pub struct DqnOptions {
    /// Units of each hidden layer; default 64 and 64.
    pub hidden: Vec<usize>,
    /// Discount γ. To drift off the track takes 200 steps and more, so the default looks far: .995.
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
            hidden: vec![64, 64],
            gamma: 0.995,
            rate: 7e-4,
            batch: 128,
            capacity: 60_000,
            start: 1000,
            every: 1,
            sync: 50,
            epsilon: (1.0, 0.02),
            explore: 3000,
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
            hidden: vec![120, 84],
            gamma: 0.99,
            rate: 2.5e-4,
            capacity: 10_000,
            start: 10_000,
            every: 10,
            sync: 500,
            epsilon: (1.0, 0.05),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::End;
    use crate::nn::graph::{Graph, matrix};
    use crate::prob::random::{seeded, standard_normal};
    use candle_core::{Device, Tensor};

    #[test]
    fn one_target_by_hand() {
        assert_eq!(target(1.0, 1.0, 0.5, &[2.0, 6.0, -1.0]), 4.0);
        assert_eq!(target(1.0, 0.0, 0.5, &[2.0, 6.0, -1.0]), 1.0);
        // The network that learns prefers action 2; the copy says what that is worth.
        assert_eq!(double_target(1.0, 1.0, 0.5, &[0.0, 1.0, 2.0], &[2.0, 6.0, -1.0]), 0.5);
    }

    /// An agent that has seen some steps of chance, and whose target network is another.
    fn agent(options: DqnOptions) -> Dqn {
        let mut rng = seeded(5);
        let mut agent = Dqn::new(3, 2, options, &mut rng).unwrap();
        agent.target.0 = Mlp::new(agent.net().sizes(), Activation::Relu, &mut rng).unwrap();
        let mut look = || (0..3).map(|_| standard_normal(&mut rng)).collect::<Vec<f64>>();
        agent.begin(&look());
        for i in 0..15 {
            let end = [None, None, Some(End::Truncated), Some(End::Terminated)][i % 4];
            let step = Step { obs: look(), reward: i as f64 / 10.0, end };
            agent.try_observe(&(i % 2), &step, &mut seeded(1)).unwrap();
        }
        agent
    }

    #[test]
    fn a_gradient_step_descends_the_loss_that_candle_computes() {
        for (with_target, double) in [(true, false), (true, true), (false, false)] {
            let options = DqnOptions {
                hidden: vec![8, 6],
                gamma: 0.99,
                batch: 16,
                start: 17,
                every: 1,
                target: with_target,
                double,
                ..Default::default()
            };
            let mut agent = agent(options);
            let step = Step { obs: vec![0.1, 0.2, 0.3], reward: 1.0, end: None };
            agent.try_observe(&1, &step, &mut seeded(2)).unwrap();
            let before = agent.clone();
            agent.learn(&mut seeded(3)).unwrap();
            let batch = &agent.batch;

            // The same loss as a graph, with the targets row by row from the networks as they were.
            let row = |x: &[f32], row: usize| -> Vec<f64> {
                x[3 * row..3 * row + 3].iter().map(|x| f64::from(*x)).collect()
            };
            let y: Vec<f32> = (0..16)
                .map(|i| {
                    let online = before.net().forward(&row(&batch.next, i));
                    let copy = before.target.0.forward(&row(&batch.next, i));
                    let next = if with_target { &copy } else { &online };
                    let chosen = if double { &online } else { next };
                    let best = usize::from(chosen[1] > chosen[0]);
                    batch.rewards[i] + 0.99 * batch.live[i] * next[best] as f32
                })
                .collect();
            let graph = Graph::new(before.net()).unwrap();
            let said = graph.forward(&matrix(&batch.obs, 16).unwrap()).unwrap();
            let taken: Vec<u32> = (0..16).map(|i| batch.action(i) as u32).collect();
            let taken = Tensor::from_slice(&taken, (16, 1), &Device::Cpu).unwrap();
            let error =
                (said.gather(&taken, 1).unwrap() - matrix(&y, 16).unwrap()).unwrap();
            let loss = error.sqr().unwrap().mean_all().unwrap();
            let loss_value = f64::from(loss.to_scalar::<f32>().unwrap());
            assert!((agent.progress.loss - loss_value).abs() < 1e-5 * loss_value);
            let wanted = graph.gradient(&loss).unwrap();
            let off =
                wanted.iter().zip(agent.online.gradient()).map(|(a, b)| (a - b).abs());
            assert!(off.fold(0.0, f32::max) < 1e-5);
        }
    }

    #[test]
    fn the_target_network_is_copied_at_its_time_and_only_then() {
        let options = DqnOptions {
            hidden: vec![8],
            batch: 4,
            start: 4,
            every: 1,
            sync: 20,
            ..Default::default()
        };
        let mut agent = agent(options); // 15 steps
        let step = Step { obs: vec![0.1, 0.2, 0.3], reward: 1.0, end: None };
        for steps in 16..=20 {
            agent.try_observe(&1, &step, &mut seeded(2)).unwrap();
            assert_eq!(agent.target.0 == agent.online.net, steps == 20, "{steps}");
        }
    }

    #[test]
    fn a_loss_that_is_not_a_number_stops_it_with_a_reason() {
        let options = DqnOptions {
            hidden: vec![8],
            batch: 4,
            start: 10,
            every: 1,
            ..Default::default()
        };
        let mut agent = agent(options);
        let before = agent.net().clone();
        agent.net_mut().parameters_mut()[7] = f32::NAN;
        let step = Step { obs: vec![0.1, 0.2, 0.3], reward: 1.0, end: None };
        let text = agent.try_observe(&1, &step, &mut seeded(2)).unwrap_err().to_string();
        assert!(text.contains("NaN at gradient step 7"), "{text}");
        assert!(
            text.contains("largest weight is NaN")
                && text.contains("smaller learning rate")
        );
        agent.net_mut().parameters_mut().copy_from_slice(before.parameters());
        agent.net_mut().parameters_mut()[7] = 1e30;
        let text = agent.try_observe(&1, &step, &mut seeded(2)).unwrap_err().to_string();
        assert!(
            text.contains("is inf at gradient step 8") && text.contains("1000000"),
            "{text}"
        );
    }

    #[test]
    fn frozen_it_takes_the_best_and_learns_nothing() {
        let options = DqnOptions {
            hidden: vec![8],
            batch: 4,
            start: 10,
            every: 1,
            ..Default::default()
        };
        let mut agent = agent(options);
        agent.freeze();
        let before = agent.net().clone();
        let values = agent.values(&agent.here);
        let best = usize::from(values[1] > values[0]);
        assert!((0..50).all(|seed| agent.act(&mut seeded(seed)) == best));
        let step = Step { obs: vec![0.1, 0.2, 0.3], reward: 1.0, end: None };
        agent.observe(&best, &step, &mut seeded(2));
        assert_eq!(agent.net(), &before);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let text =
            |options| Dqn::new(4, 2, options, &mut seeded(1)).unwrap_err().to_string();
        let large = DqnOptions { batch: 2000, ..Default::default() };
        let message = text(large);
        assert!(message.contains("2000") && message.contains("holds 1000"), "{message}");
        assert!(
            text(DqnOptions { gamma: 1.5, ..Default::default() }).contains("gamma = 1.5")
        );
        assert!(
            text(DqnOptions { rate: f64::NAN, ..Default::default() })
                .contains("rate = NaN")
        );
        assert!(text(DqnOptions { every: 0, ..Default::default() }).contains("every = 0"));
        assert!(Dqn::new(4, 0, DqnOptions::default(), &mut seeded(1)).is_err());
        let mut agent = Dqn::new(4, 2, DqnOptions::default(), &mut seeded(1)).unwrap();
        let text = crate::caught::caught(|| agent.begin(&vec![0.0; 3])).unwrap_err();
        assert!(text.contains("observations of 4 numbers and sees 3"), "{text}");
    }
}
