//! [`DiscreteSac`]: soft actor-critic for numbered actions. Dual: [`crate::aif::select`].
//!
//! With few actions nothing need be drawn: the actor's distribution is a list, and every mean over actions is a sum.
//!
//! Source: Christodoulou (2019); the details follow the CleanRL library's `sac_atari.py`.

use super::learned::Learned;
use super::ppo::{choose, log_softmax};
use super::{DeepAgent, Progress, check_options, seen};
use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Step};
use crate::nn::adam::{Adam, follow};
use crate::nn::mlp::{Activation, Mlp, Pass};
use crate::nn::replay::{Batch, Replay};
use crate::prob::random::{Rng, uniform_index};

/// What a state is worth to a policy that values its own entropy.
///
/// ```text
/// V = Σ π(a) ( min(Q₁(a), Q₂(a)) − α ln π(a) )
/// ```
///
/// ```
/// # use aif_lib::prelude::*;
/// let half = 0.5f32;
/// let v = discrete_sac::soft_value(&[half, half], &[half.ln(), half.ln()], [&[1.0, 4.0], &[2.0, 3.0]], 1.0);
/// assert!((v - (2.0 + 2f32.ln())).abs() < 1e-6); // ½ (1 + 3) and the entropy of a coin
/// ```
pub fn soft_value(p: &[f32], ln_p: &[f32], twins: [&[f32]; 2], alpha: f32) -> f32 {
    let worth = |a: usize| p[a] * (twins[0][a].min(twins[1][a]) - alpha * ln_p[a]);
    (0..p.len()).map(worth).sum()
}

/// The slope of [`soft_value`] in the logit of action k: an action gains where it is worth more than the mean.
///
/// ```text
/// πₖ ( min(Q₁(k), Q₂(k)) − α ln πₖ − V )
/// ```
fn logit_slope(p: &[f32], ln_p: &[f32], k: usize, twins: [&[f32]; 2], alpha: f32) -> f32 {
    let worth = twins[0][k].min(twins[1][k]) - alpha * ln_p[k];
    p[k] * (worth - soft_value(p, ln_p, twins, alpha))
}

/// How a [`DiscreteSac`] learns. The defaults are for the pole on the cart, which takes up to 40 000 steps.
#[derive(Debug, Clone, PartialEq)]
pub struct DiscreteSacOptions {
    /// Units of each hidden layer, of the actor and of the critics.
    pub hidden: Vec<usize>,
    /// Discount γ.
    pub gamma: f64,
    /// Learning rate of the critics, the actor and the temperature.
    pub rate: f64,
    /// Steps in a batch.
    pub batch: usize,
    /// Steps in the memory.
    pub capacity: usize,
    /// Steps with random actions before it learns.
    pub start: usize,
    /// Steps between two gradient steps.
    pub every: usize,
    /// By how much the target critics follow, τ.
    pub tau: f64,
    /// The temperature α at first.
    pub alpha: f64,
    /// The entropy that the temperature should keep, as a share of the largest, the logarithm of the number of actions;
    /// `None`: the temperature stays.
    pub entropy: Option<f64>,
}

impl Default for DiscreteSacOptions {
    fn default() -> Self {
        Self {
            hidden: vec![64, 64],
            gamma: 0.99,
            rate: 1e-3,
            batch: 64,
            capacity: 40_000,
            start: 500,
            every: 1,
            tau: 0.05,
            alpha: 0.2,
            entropy: Some(0.5),
        }
    }
}

/// Soft actor-critic with a list of actions.
///
/// A step with a batch:
/// ```text
/// critics:      down (Qᵢ(s, a) − r − γ · live · V′(s′))²        V′ from soft_value, of the target critics
/// actor:        down Σ π(a) ( α ln π(a) − min Q(a) )
/// temperature:  down ln α · (entropy − wanted entropy)
/// ```
/// It draws its actions from its policy; frozen, it takes the likeliest.
#[derive(Debug, Clone, PartialEq)]
pub struct DiscreteSac {
    options: DiscreteSacOptions,
    actor: Learned,
    critics: [Learned; 2],
    targets: [(Mlp, Pass); 2],
    temperature: ([f32; 1], Adam), // ln α
    replay: Replay,
    batch: Batch,
    here: Vec<f64>,
    actions: usize,
    steps: usize,
    progress: Progress,
    frozen: bool,
}

impl DiscreteSac {
    /// An agent for observations of so many numbers, and so many actions.
    ///
    /// # Errors
    /// - [`Error::Parameter`]: an option is out of range, or there is no action.
    /// - [`Error::Replay`]: the batch is larger than the memory, or than what is in it when learning starts.
    pub fn new(
        inputs: usize,
        actions: usize,
        options: DiscreteSacOptions,
        rng: &mut dyn Rng,
    ) -> Result<Self> {
        let DiscreteSacOptions { gamma, rate, batch, capacity, start, tau, alpha, .. } =
            options;
        check_options(
            &[("rate", rate)],
            &[("gamma", gamma), ("tau", tau), ("entropy", options.entropy.unwrap_or(0.0))],
            &[("actions", actions), ("batch", batch), ("every", options.every)],
        )?;
        if !(alpha.is_finite() && alpha > 0.0) {
            let expected = "a temperature is a finite number above 0";
            return Err(Error::Parameter { name: "alpha", value: alpha, expected });
        }
        if batch > capacity.min(start) {
            return Err(Error::Replay { batch, held: start.min(capacity), capacity });
        }
        let mut learned =
            || Learned::new(inputs, &options.hidden, actions, Activation::Relu, rate, rng);
        let (actor, critics) = (learned()?, [learned()?, learned()?]);
        Ok(Self {
            targets: critics.each_ref().map(|critic| (critic.net.clone(), Pass::default())),
            temperature: ([alpha.ln() as f32], Adam::new(1, rate)?),
            replay: Replay::new(capacity, inputs, 1)?,
            batch: Batch::default(),
            options,
            actor,
            critics,
            here: Vec::new(),
            actions,
            steps: 0,
            progress: Progress::default(),
            frozen: false,
        })
    }

    /// The network that chooses.
    pub fn actor(&self) -> &Mlp {
        &self.actor.net
    }

    /// The networks that value.
    pub fn critics(&self) -> [&Mlp; 2] {
        self.critics.each_ref().map(|critic| &critic.net)
    }

    /// The temperature α.
    pub fn alpha(&self) -> f64 {
        f64::from(self.temperature.0[0]).exp()
    }

    /// The probability of each action.
    ///
    /// # Panics
    /// When the observation has another length.
    pub fn policy(&self, obs: &[f64]) -> Vec<f64> {
        crate::prob::info::softmax(&self.actor.net.forward(obs))
    }

    /// One gradient step on a batch: the algorithm.
    fn learn(&mut self, rng: &mut dyn Rng) -> Result<()> {
        let (n, alpha) = (self.actions, self.alpha() as f32);
        let Self { options, actor, critics, targets, temperature, batch, .. } = self;
        self.replay.sample_into(options.batch, rng, batch)?;
        let rows = batch.rows();
        let share = 1.0 / rows as f32;
        let (mut p, mut ln_p) = (vec![0.0; n], vec![0.0; n]);
        let of = |row: usize| row * n..(row + 1) * n;

        // What should have been said: the reward, and the soft value of the next state.
        targets.iter_mut().for_each(|(net, pass)| net.run(&batch.next, pass));
        let [one, two] = targets.each_ref().map(|(_, pass)| pass.output());
        let logits = actor.run(&batch.next);
        let wanted: Vec<f32> = (0..rows)
            .map(|row| {
                log_softmax(&logits[of(row)], &mut p, &mut ln_p);
                let v = soft_value(&p, &ln_p, [&one[of(row)], &two[of(row)]], alpha);
                batch.rewards[row] + options.gamma as f32 * batch.live[row] * v
            })
            .collect();

        // The actor goes where the lower of the two critics is high, and keeps its entropy.
        let step = self.progress.gradient_steps + 1;
        critics.iter_mut().for_each(|critic| critic.net.run(&batch.obs, &mut critic.pass));
        let [one, two] = critics.each_ref().map(|critic| critic.pass.output());
        let logits = actor.run(&batch.obs);
        let (mut slope, mut entropy) = (vec![0.0f32; rows * n], 0.0);
        for row in 0..rows {
            log_softmax(&logits[of(row)], &mut p, &mut ln_p);
            let twins = [&one[of(row)], &two[of(row)]];
            entropy -= p.iter().zip(&ln_p).map(|(p, l)| p * l).sum::<f32>() * share;
            for (a, slope) in slope[of(row)].iter_mut().enumerate() {
                *slope = -logit_slope(&p, &ln_p, a, twins, alpha) * share;
            }
        }
        actor.check("the policy", step, f64::from(entropy))?;
        actor.descend(&slope, None);

        // The critics go to what should have been said.
        for critic in critics.iter_mut() {
            let (said, mut loss) = (critic.pass.output(), 0.0);
            slope.fill(0.0);
            for (row, wanted) in wanted.iter().enumerate() {
                let taken = row * n + batch.action(row);
                let error = said[taken] - wanted;
                loss += error * error * share;
                slope[taken] = 2.0 * error * share;
            }
            let loss = f64::from(loss);
            self.progress = Progress { gradient_steps: step, loss };
            critic.check("the value of actions", step, loss)?;
            critic.descend(&slope, None);
        }

        // The temperature rises where the entropy is lower than wanted.
        if let Some(kept) = options.entropy {
            let (ln_alpha, adam) = temperature;
            adam.step(ln_alpha, &[entropy - kept as f32 * (n as f32).ln()]);
        }
        for ((target, _), critic) in targets.iter_mut().zip(critics) {
            let tau = options.tau as f32;
            follow(target.parameters_mut(), critic.net.parameters(), tau);
        }
        Ok(())
    }
}

impl DeepAgent for DiscreteSac {
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
        if self.steps >= self.options.start && self.steps.is_multiple_of(self.options.every)
        {
            return self.learn(rng);
        }
        Ok(())
    }

    fn progress(&self) -> Progress {
        self.progress
    }
}

impl Agent<Vec<f64>> for DiscreteSac {
    fn begin(&mut self, obs: &Vec<f64>) {
        seen(obs, self.actor.net.inputs());
        self.here.clone_from(obs);
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        if !self.frozen && self.steps < self.options.start {
            return uniform_index(self.actions, rng);
        }
        choose(&self.actor.net, &self.here, self.frozen, rng)
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

    #[test]
    fn the_slope_in_each_logit_is_that_of_the_soft_value() {
        // Central differences of Σ π (min Q − α ln π) in f64, without the functions above.
        let (one, two, alpha) = ([1.0f32, 0.2, -0.5], [0.8f32, 0.9, -0.3], 0.4f32);
        let value = |x: &[f64]| -> f64 {
            let sum: f64 = x.iter().map(|x| x.exp()).sum();
            let p = x.iter().map(|x| x.exp() / sum);
            let lower = one.iter().zip(&two).map(|(a, b)| f64::from(a.min(*b)));
            p.zip(lower).map(|(p, q)| p * (q - f64::from(alpha) * p.ln())).sum()
        };
        let x = [0.3, -0.7, 0.9];
        let (mut p, mut ln_p) = ([0.0; 3], [0.0; 3]);
        log_softmax(&x.map(|x| x as f32), &mut p, &mut ln_p);
        let v = soft_value(&p, &ln_p, [&one, &two], alpha);
        assert!((f64::from(v) - value(&x)).abs() < 1e-6);
        for k in 0..3 {
            let at = |h: f64| {
                let mut x = x;
                x[k] += h;
                value(&x)
            };
            let numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
            let ours = f64::from(logit_slope(&p, &ln_p, k, [&one, &two], alpha));
            assert!((ours - numeric).abs() < 1e-6, "{k}: {ours} {numeric}");
        }
    }
}
