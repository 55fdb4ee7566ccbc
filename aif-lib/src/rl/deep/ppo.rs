//! [`Ppo`]: proximal policy optimisation, a policy gradient that takes several steps on the same experience, but small ones.
//! Dual: [`crate::aif::select`], where the step away from the old policy is paid for as KL divergence.
//!
//! Source: Schulman et al. (2017), with generalised advantage estimation ([`gae`]); the details follow the CleanRL library's
//! `ppo.py`: advantages are normalised in each batch, and gradients are shortened to .5.

use super::learned::Learned;
use super::{DeepAgent, Progress, best, check_options, seen};
use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, End, Step};
use crate::nn::mlp::{Activation, Mlp};
use crate::prob::random::{Rng, uniform_index, uniform01};
use crate::rl::learn::gae;

/// The objective of one sample, to be made large.
///
/// ```text
/// min( ρ A, clip(ρ, 1 − ε, 1 + ε) A ),      ρ = π(a|s) / π_old(a|s)
/// ```
/// Once a good action is likelier by ε than it was, or a bad one less likely by ε, nothing more is gained.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(ppo::clipped(1.5, 2.0, 0.2), 2.4); // good, and likelier already: held at 1.2 · 2
/// assert_eq!(ppo::clipped(0.5, 2.0, 0.2), 1.0); // good, but less likely: not held
/// assert_eq!(ppo::clipped(1.5, -2.0, 0.2), -3.0); // bad, and likelier: not held
/// assert_eq!(ppo::clipped(0.5, -2.0, 0.2), -1.6); // bad, and less likely already: held at .8 · −2
/// ```
pub fn clipped(ratio: f64, advantage: f64, clip: f64) -> f64 {
    (ratio * advantage).min(ratio.clamp(1.0 - clip, 1.0 + clip) * advantage)
}

/// The slope of [`clipped`] in ln π(a|s): ρ A where the first of the two is the smaller, else 0.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(ppo::clipped_slope(1.5, 2.0, 0.2), 0.0);
/// assert_eq!(ppo::clipped_slope(1.5, -2.0, 0.2), -3.0);
/// ```
pub fn clipped_slope(ratio: f64, advantage: f64, clip: f64) -> f64 {
    let held = if advantage > 0.0 { ratio > 1.0 + clip } else { ratio < 1.0 - clip };
    if held { 0.0 } else { ratio * advantage }
}

/// Probabilities of the numbers of a network's output, and their logarithms.
pub(super) fn log_softmax(logits: &[f32], p: &mut [f32], ln_p: &mut [f32]) {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let ln_sum = logits.iter().map(|x| (x - most).exp()).sum::<f32>().ln() + most;
    for ((p, ln_p), x) in p.iter_mut().zip(ln_p).zip(logits) {
        *ln_p = x - ln_sum;
        *p = ln_p.exp();
    }
}

/// H = −Σ π ln π.
fn entropy_of(p: &[f32], ln_p: &[f32]) -> f64 {
    -p.iter().zip(ln_p).map(|(p, l)| f64::from(p * l)).sum::<f64>()
}

/// The slope of objective and entropy in logit k: `up` is the slope of the objective in ln π(action).
///
/// ```text
/// up · (1{k = action} − πₖ) − τ πₖ (ln πₖ + H)
/// ```
fn logit_slope(
    p: &[f32],
    ln_p: &[f32],
    k: usize,
    (action, up): (Action, f64),
    tau: f64,
) -> f64 {
    let (pk, ln_pk) = (f64::from(p[k]), f64::from(ln_p[k]));
    let taken = f64::from(u8::from(k == action));
    up * (taken - pk) - tau * pk * (ln_pk + entropy_of(p, ln_p))
}

/// How a [`Ppo`] learns. The defaults are for the pole on the cart, which takes up to 40 000 steps.
#[derive(Debug, Clone, PartialEq)]
pub struct PpoOptions {
    /// Units of each hidden layer, of the actor and of the critic; default 64 and 64.
    pub hidden: Vec<usize>,
    /// What the hidden layers do with their sums.
    pub activation: Activation,
    /// Discount γ.
    pub gamma: f64,
    /// How far the advantages look, λ.
    pub lambda: f64,
    /// Learning rate.
    pub rate: f64,
    /// Steps taken before it learns.
    pub steps: usize,
    /// How often it goes through them.
    pub epochs: usize,
    /// Steps in a batch.
    pub batch: usize,
    /// How far the ratio may go, ε; infinite: as far as it wants.
    pub clip: f64,
    /// Weight of the entropy.
    pub entropy: f64,
    /// The longest gradient.
    pub longest: f64,
    /// Over how many steps the learning rate falls to 0; 0: it stays.
    pub anneal: usize,
}

impl Default for PpoOptions {
    fn default() -> Self {
        Self {
            hidden: vec![64, 64],
            activation: Activation::Tanh,
            gamma: 0.99,
            lambda: 0.95,
            rate: 1e-3,
            steps: 512,
            epochs: 8,
            batch: 64,
            clip: 0.2,
            entropy: 0.01,
            longest: 0.5,
            anneal: 0,
        }
    }
}

/// What was done since it last learned.
#[derive(Debug, Clone, PartialEq, Default)]
struct Record {
    obs: Vec<f32>,
    next: Vec<f32>,
    actions: Vec<usize>,
    rewards: Vec<f64>,
    ends: Vec<Option<End>>,
}

/// What the last round of learning did.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Round {
    /// How far the policy went in the whole round: KL\[old ‖ new\] in nats, the mean over the states that were seen.
    pub kl: f64,
    /// The share of samples whose ratio was held, over all batches.
    pub held: f64,
    /// The entropy of the policy, the mean over the batches.
    pub entropy: f64,
    /// The mean squared error of the critic, the mean over the batches.
    pub critic: f64,
}

/// An actor and a critic, each a network.
///
/// It draws its actions from its policy; frozen, it takes the likeliest.
#[derive(Debug, Clone, PartialEq)]
pub struct Ppo {
    options: PpoOptions,
    actor: Learned,
    critic: Learned,
    record: Record,
    round: Round,
    here: Vec<f64>,
    actions: usize,
    steps: usize,
    progress: Progress,
    frozen: bool,
}

impl Ppo {
    /// An agent for observations of so many numbers, and so many actions, all about equally likely at first.
    ///
    /// # Errors
    /// - [`Error::Parameter`]: an option is out of range, or there is no action.
    /// - [`Error::Replay`]: the batch is larger than the steps taken before it learns.
    pub fn new(
        inputs: usize,
        actions: usize,
        options: PpoOptions,
        rng: &mut dyn Rng,
    ) -> Result<Self> {
        let PpoOptions { gamma, lambda, rate, steps, epochs, batch, entropy, .. } = options;
        check_options(
            &[("rate", rate), ("entropy", entropy), ("longest", options.longest)],
            &[("gamma", gamma), ("lambda", lambda)],
            &[("actions", actions), ("steps", steps), ("epochs", epochs), ("batch", batch)],
        )?;
        if options.clip.is_nan() || options.clip < 0.0 {
            let expected = "0 or more; infinite for no clipping";
            return Err(Error::Parameter { name: "clip", value: options.clip, expected });
        }
        if batch > steps {
            return Err(Error::Replay { batch, held: steps, capacity: steps });
        }
        let mut learned = |outputs| {
            Learned::new(inputs, &options.hidden, outputs, options.activation, rate, rng)
        };
        let (mut actor, critic) = (learned(actions)?, learned(1)?);
        actor.net = actor.net.scale_output(0.01);
        Ok(Self {
            options,
            actor,
            critic,
            record: Record::default(),
            round: Round::default(),
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

    /// The network that values.
    pub fn critic(&self) -> &Mlp {
        &self.critic.net
    }

    /// The probability of each action.
    ///
    /// # Panics
    /// When the observation has another length.
    pub fn policy(&self, obs: &[f64]) -> Vec<f64> {
        crate::prob::info::softmax(&self.actor.net.forward(obs))
    }

    /// What the last round of learning did.
    pub fn round(&self) -> Round {
        self.round
    }

    /// A round of learning from the record: the algorithm.
    fn learn(&mut self, rng: &mut dyn Rng) -> Result<()> {
        let Record { obs, next, actions, rewards, ends } = std::mem::take(&mut self.record);
        let PpoOptions { gamma, lambda, epochs, batch: size, clip, entropy, .. } =
            self.options;
        let (rows, inputs, n) = (rewards.len(), self.actor.net.inputs(), self.actions);
        let longest = Some(self.options.longest as f32);
        self.round = Round::default();

        // Advantages and returns, by the critic that was there when the steps were taken.
        let wide = |x: &[f32]| x.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>();
        let after = wide(self.critic.run(&next));
        let values = wide(self.critic.run(&obs));
        let advantages = gae::advantages(&rewards, &values, &after, &ends, gamma, lambda);
        let returns: Vec<f64> =
            advantages.iter().zip(&values).map(|(a, v)| a + v).collect();

        // The old policy.
        let (mut p, mut ln_p) = (vec![0.0; n], vec![0.0; n]);
        let (mut old, mut ln_old) = (vec![0.0; rows * n], vec![0.0; rows * n]);
        let logits = self.actor.run(&obs).chunks_exact(n);
        let places = old.chunks_exact_mut(n).zip(ln_old.chunks_exact_mut(n));
        logits.zip(places).for_each(|(logits, (p, ln_p))| log_softmax(logits, p, ln_p));

        let mut order: Vec<usize> = (0..rows).collect();
        let batches = (epochs * (rows / size)) as f64;
        for _ in 0..epochs {
            shuffle(&mut order, rng);
            for batch in order.chunks_exact(size) {
                let seen: Vec<f32> = batch
                    .iter()
                    .flat_map(|&row| &obs[row * inputs..(row + 1) * inputs])
                    .copied()
                    .collect();
                let good = normalised(batch.iter().map(|&row| advantages[row]));
                let share = 1.0 / size as f64;

                // The actor: up the clipped objective and the entropy.
                let logits = self.actor.run(&seen);
                let mut slope = Vec::with_capacity(size * n);
                for ((logits, &row), advantage) in
                    logits.chunks_exact(n).zip(batch).zip(good)
                {
                    log_softmax(logits, &mut p, &mut ln_p);
                    let h = entropy_of(&p, &ln_p);
                    let ln_ratio =
                        f64::from(ln_p[actions[row]] - ln_old[row * n + actions[row]]);
                    let ratio = ln_ratio.exp();
                    let up = clipped_slope(ratio, advantage, clip);
                    self.round.entropy += h * share / batches;
                    if up == 0.0 && advantage != 0.0 {
                        self.round.held += share / batches;
                    }
                    let down = |k| -logit_slope(&p, &ln_p, k, (actions[row], up), entropy);
                    slope.extend((0..n).map(|k| (down(k) * share) as f32));
                }
                self.actor.descend(&slope, longest);

                // The critic: towards the returns.
                let values = self.critic.run(&seen);
                let errors =
                    values.iter().zip(batch).map(|(v, &row)| f64::from(*v) - returns[row]);
                let errors: Vec<f64> = errors.collect();
                let loss = errors.iter().map(|e| e * e).sum::<f64>() * share;
                self.round.critic += loss / batches;
                let step = self.progress.gradient_steps + 1;
                self.progress = Progress { gradient_steps: step, loss };
                self.critic.check("the value of states", step, loss)?;
                self.actor.check("the policy", step, self.round.entropy)?;
                let slope: Vec<f32> = errors.iter().map(|e| (e * share) as f32).collect();
                self.critic.descend(&slope, longest);
            }
        }

        let logits = self.actor.run(&obs).chunks_exact(n);
        let before = old.chunks_exact(n).zip(ln_old.chunks_exact(n));
        for (logits, (old, ln_old)) in logits.zip(before) {
            log_softmax(logits, &mut p, &mut ln_p);
            let nats = old.iter().zip(ln_old.iter().zip(&ln_p));
            self.round.kl +=
                nats.map(|(p, (a, b))| f64::from(p * (a - b))).sum::<f64>() / rows as f64;
        }
        Ok(())
    }
}

/// Puts a list into a random order. Source: Fisher & Yates, in the form of Durstenfeld (1964).
fn shuffle(list: &mut [usize], rng: &mut dyn Rng) {
    (1..list.len()).rev().for_each(|i| list.swap(i, uniform_index(i + 1, rng)));
}

/// The same numbers with mean 0 and standard deviation 1.
fn normalised(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let x: Vec<f64> = numbers.collect();
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let deviation = (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    x.iter().map(|x| (x - mean) / (deviation + 1e-8)).collect()
}

impl DeepAgent for Ppo {
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
        self.record.obs.extend(here.iter().map(|x| *x as f32));
        self.record.next.extend(step.obs.iter().map(|x| *x as f32));
        self.record.actions.push(*action);
        self.record.rewards.push(step.reward);
        self.record.ends.push(step.end);
        self.steps += 1;
        if self.record.rewards.len() < self.options.steps {
            return Ok(());
        }
        if self.options.anneal > 0 {
            let left = 1.0 - self.steps as f64 / self.options.anneal as f64;
            let rate = self.options.rate * left.max(0.0);
            (self.actor.adam.rate, self.critic.adam.rate) = (rate, rate);
        }
        self.learn(rng)
    }

    fn progress(&self) -> Progress {
        self.progress
    }
}

impl Agent<Vec<f64>> for Ppo {
    fn begin(&mut self, obs: &Vec<f64>) {
        seen(obs, self.actor.net.inputs());
        self.here.clone_from(obs);
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        choose(&self.actor.net, &self.here, self.frozen, rng)
    }

    fn observe(&mut self, action: &Action, step: &Step<Vec<f64>>, rng: &mut dyn Rng) {
        self.try_observe(action, step, rng).unwrap_or_else(|error| panic!("{error}"));
    }

    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
        self.record = Record::default();
    }
}

/// The action of a policy whose logits a network says: the most probable one, or one that is drawn.
pub(super) fn choose(actor: &Mlp, obs: &[f64], greedy: bool, rng: &mut dyn Rng) -> Action {
    let logits: Vec<f32> = actor.forward(obs).iter().map(|x| *x as f32).collect();
    if greedy {
        return best(&logits);
    }
    let (mut p, mut ln_p) = (vec![0.0; logits.len()], vec![0.0; logits.len()]);
    log_softmax(&logits, &mut p, &mut ln_p);
    draw(&p, rng)
}

/// Draws an action from its probabilities.
fn draw(p: &[f32], rng: &mut dyn Rng) -> Action {
    let mut left = uniform01(rng) as f32;
    for (action, p) in p.iter().enumerate() {
        left -= p;
        if left < 0.0 {
            return action;
        }
    }
    p.len() - 1 // what rounding leaves over
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    #[test]
    fn the_slope_in_each_logit_is_that_of_the_objective() {
        // Central differences of clipped + τ H, in f64, without the functions above.
        let objective = |x: &[f64], action: usize, old: f64, advantage: f64, tau: f64| {
            let sum: f64 = x.iter().map(|x| x.exp()).sum();
            let p: Vec<f64> = x.iter().map(|x| x.exp() / sum).collect();
            let ratio = p[action] / old;
            let held = ratio.clamp(0.8, 1.2) * advantage;
            let entropy: f64 = p.iter().map(|p| -p * p.ln()).sum();
            (ratio * advantage).min(held) + tau * entropy
        };
        let x = [0.3, -0.4, 1.1];
        let logits = x.map(|x| x as f32);
        let (mut p, mut ln_p) = ([0.0; 3], [0.0; 3]);
        log_softmax(&logits, &mut p, &mut ln_p);
        assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        for action in 0..3 {
            for (old, advantage) in [(0.5, 1.0), (0.5, -1.0), (0.1, 2.0), (0.9, -2.0)] {
                let ratio = f64::from(p[action]) / old;
                let up = clipped_slope(ratio, advantage, 0.2);
                for k in 0..3 {
                    let at = |h: f64| {
                        let mut x = x;
                        x[k] += h;
                        objective(&x, action, old, advantage, 0.3)
                    };
                    let numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
                    let ours = logit_slope(&p, &ln_p, k, (action, up), 0.3);
                    assert!(
                        (ours - numeric).abs() < 1e-5,
                        "{action} {old} {k}: {ours} {numeric}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_round_moves_towards_what_was_better_than_expected() {
        // A bandit of one observation: action 1 pays 1, action 0 nothing.
        let options = PpoOptions { steps: 64, batch: 32, ..Default::default() };
        let mut rng = seeded(1);
        let mut agent = Ppo::new(1, 2, options, &mut rng).unwrap();
        agent.begin(&vec![1.0]);
        let before = agent.policy(&[1.0])[1];
        for _ in 0..64 {
            let action = agent.act(&mut rng);
            let end = Some(End::Terminated);
            let step = Step { obs: vec![1.0], reward: action as f64, end };
            agent.observe(&action, &step, &mut rng);
        }
        assert_eq!(agent.progress().gradient_steps, 16);
        let after = agent.policy(&[1.0])[1];
        let kl = before * (before / after).ln()
            + (1.0 - before) * ((1.0 - before) / (1.0 - after)).ln();
        assert!((agent.round().kl - kl).abs() < 1e-6, "{} {kl}", agent.round().kl);
        assert!(agent.policy(&[1.0])[1] > before + 0.05);
        let Round { kl, held, entropy, .. } = agent.round();
        assert!(kl > 0.0 && (0.0..1.0).contains(&held) && entropy < 2f64.ln() + 1e-6);
    }

    #[test]
    fn every_place_of_a_shuffled_list_is_as_likely() {
        let (mut rng, mut counts) = (seeded(1), [[0.0f64; 4]; 4]);
        for _ in 0..8000 {
            let mut list = [0, 1, 2, 3];
            shuffle(&mut list, &mut rng);
            list.iter().enumerate().for_each(|(place, &i)| counts[i][place] += 1.0);
        }
        // Chi-squared with 9 degrees of freedom: 27.9 is its 99.9 % quantile.
        let chi2: f64 = counts.iter().flatten().map(|c| (c - 2e3).powi(2) / 2e3).sum();
        assert!(chi2 < 27.9, "{counts:?}");
    }
}
