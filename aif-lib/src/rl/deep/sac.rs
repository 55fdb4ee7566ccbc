//! [`Sac`]: soft actor-critic for actions that are real numbers. Dual: [`crate::aif::select`], where the entropy of a policy has
//! a price, too: the temperature α is one over a precision.
//!
//! Two critics value an action, and the lower of the two counts, so that nobody trusts a value that is high by chance. The actor
//! draws from a normal distribution that tanh squashes into the bounds; the temperature is learned so that the entropy stays
//! near a wanted one.
//!
//! Source: Haarnoja et al. (2018), both papers; the details follow the CleanRL library's `sac_continuous_action.py`.

use super::learned::Learned;
use super::{DeepAgent, Progress, check_options, seen};
use crate::error::{Error, Result};
use crate::interaction::{Agent, Bounds, Step};
use crate::nn::adam::{Adam, follow};
use crate::nn::mlp::{Activation, Mlp, Pass};
use crate::nn::replay::{Batch, Replay};
use crate::prob::random::{Rng, standard_normal, uniform01};

/// The logarithm of the density of a = tanh u, where u is normal.
///
/// ```text
/// ln p(a) = ln N(u; μ, σ²) − ln(1 − tanh² u),     1 − tanh² u = 4 / (eᵘ + e⁻ᵘ)²
/// ```
/// The second term is the correction: where tanh is flat, many u share little room. It is computed as
/// 2 (ln 2 − u − ln(1 + e⁻²ᵘ)), which is right also far out, where 1 − tanh² u would be 0. Source: Haarnoja et al. (2018),
/// appendix C.
///
/// ```
/// # use aif_lib::prelude::*;
/// let normal = -0.5 * std::f64::consts::TAU.ln();
/// assert!((sac::squashed_log_density(0.0, 0.0, 1.0) - normal).abs() < 1e-12); // tanh has slope 1 in the middle
/// assert!(sac::squashed_log_density(30.0, 30.0, 1.0).is_finite());
/// ```
pub fn squashed_log_density(u: f64, mean: f64, deviation: f64) -> f64 {
    let z = (u - mean) / deviation;
    let normal = -0.5 * (z * z + std::f64::consts::TAU.ln()) - deviation.ln();
    normal - log_slope(u)
}

/// ln(1 − tanh² u).
fn log_slope(u: f64) -> f64 {
    let u = u.abs();
    2.0 * (std::f64::consts::LN_2 - u - (-2.0 * u).exp().ln_1p())
}

/// What an action should have been valued at: the reward, and the soft value of what follows.
///
/// ```text
/// y = r + γ · live · ( min(Q₁′, Q₂′) − α ln π(a′|s′) )
/// ```
pub fn target(
    reward: f64,
    live: f64,
    gamma: f64,
    twins: [f64; 2],
    alpha: f64,
    ln_p: f64,
) -> f64 {
    reward + gamma * live * (twins[0].min(twins[1]) - alpha * ln_p)
}

/// How a [`Sac`] learns. The defaults are for the pendulum, which takes 12 000 steps.
#[derive(Debug, Clone, PartialEq)]
pub struct SacOptions {
    /// Units of each hidden layer, of the actor and of the critics.
    pub hidden: Vec<usize>,
    /// Discount γ.
    pub gamma: f64,
    /// Learning rate of the critics.
    pub critic: f64,
    /// Learning rate of the actor and of the temperature.
    pub actor: f64,
    /// Steps in a batch.
    pub batch: usize,
    /// Steps in the memory.
    pub capacity: usize,
    /// Steps with random actions before it learns.
    pub start: usize,
    /// Steps between two gradient steps.
    pub every: usize,
    /// Gradient steps of the critics between two of the actor.
    pub delay: usize,
    /// By how much the target critics follow, τ.
    pub tau: f64,
    /// The temperature α at first.
    pub alpha: f64,
    /// Whether the temperature is learned.
    pub tuned: bool,
}

impl Default for SacOptions {
    fn default() -> Self {
        Self {
            hidden: vec![64, 64],
            gamma: 0.99,
            critic: 1e-3,
            actor: 1e-3,
            batch: 64,
            capacity: 20_000,
            start: 500,
            every: 1,
            delay: 1,
            tau: 0.01,
            alpha: 0.2,
            tuned: true,
        }
    }
}

/// The logarithm of the deviation stays between these two.
const LOG_DEVIATION: (f64, f64) = (-5.0, 2.0);

/// A draw from the actor, with what its slope needs.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    squashed: f64, // tanh u
    noise: f64,    // (u − μ) / σ
    deviation: f64,
    bend: f64, // the slope of ln σ in the network's number
    ln_p: f64,
}

/// Draws tanh u from the two numbers that the actor says of a direction.
fn draw(mean: f32, width: f32, noise: f64) -> Drawn {
    let (low, high) = LOG_DEVIATION;
    let (mean, bent) = (f64::from(mean), f64::from(width).tanh());
    let deviation = (low + 0.5 * (high - low) * (bent + 1.0)).exp();
    let u = mean + deviation * noise;
    let ln_p = squashed_log_density(u, mean, deviation);
    let bend = 0.5 * (high - low) * (1.0 - bent * bent);
    Drawn { squashed: u.tanh(), noise, deviation, bend, ln_p }
}

impl Drawn {
    /// The slopes of α ln π − Q in the two numbers of the network; `value` is the slope of Q in tanh u.
    ///
    /// ```text
    /// d/du = 2 α tanh u − (1 − tanh² u) dQ/da,   d/dμ = d/du,   d/d ln σ = d/du · σ noise − α
    /// ```
    fn slopes(&self, alpha: f64, value: f64) -> [f64; 2] {
        let in_u = 2.0 * alpha * self.squashed - (1.0 - self.squashed.powi(2)) * value;
        [in_u, (in_u * self.deviation * self.noise - alpha) * self.bend]
    }
}

/// Soft actor-critic.
///
/// A step with a batch:
/// ```text
/// critics:      down (Qᵢ(s, a) − y)²                     y from target
/// actor:        down α ln π(a|s) − min Q(s, a)           a drawn anew, through tanh
/// temperature:  down −ln α · (ln π + wanted entropy)     wanted: minus the number of directions
/// ```
/// Frozen, it takes the middle of its distribution.
#[derive(Debug, Clone, PartialEq)]
pub struct Sac {
    options: SacOptions,
    actor: Learned,
    critics: [Learned; 2],
    targets: [(Mlp, Pass); 2],
    temperature: ([f32; 1], Adam), // ln α
    replay: Replay,
    batch: Batch,
    scale: Vec<(f64, f64)>, // of each direction: middle and half width
    here: Vec<f64>,
    steps: usize,
    progress: Progress,
    frozen: bool,
}

/// Observations and actions side by side: what a critic sees.
fn beside(obs: &[f32], actions: &[f32], rows: usize) -> Vec<f32> {
    let (n, a) = (obs.len() / rows, actions.len() / rows);
    let pairs = obs.chunks_exact(n).zip(actions.chunks_exact(a));
    pairs.flat_map(|(obs, action)| obs.iter().chain(action)).copied().collect()
}

impl Sac {
    /// An agent for observations of so many numbers, and actions within bounds.
    ///
    /// # Errors
    /// - [`Error::Parameter`]: an option is out of range.
    /// - [`Error::BadEntry`]: an action has no finite bounds, or no room between them.
    /// - [`Error::Replay`]: the batch is larger than the memory, or than what is in it when learning starts.
    pub fn new(
        inputs: usize,
        actions: &Bounds,
        options: SacOptions,
        rng: &mut dyn Rng,
    ) -> Result<Self> {
        let SacOptions { gamma, critic, actor, batch, capacity, start, tau, alpha, .. } =
            options;
        check_options(
            &[("actor", actor), ("critic", critic)],
            &[("gamma", gamma), ("tau", tau)],
            &[("batch", batch), ("every", options.every), ("delay", options.delay)],
        )?;
        if !(alpha.is_finite() && alpha > 0.0) {
            let expected = "a temperature is a finite number above 0";
            return Err(Error::Parameter { name: "alpha", value: alpha, expected });
        }
        if batch > capacity.min(start) {
            return Err(Error::Replay { batch, held: start.min(capacity), capacity });
        }
        let (low, high) = (actions.low(), actions.high());
        let width = |d: usize| high[d] - low[d];
        let bad = (0..low.len()).find(|&d| !(width(d).is_finite() && width(d) > 0.0));
        if let Some(index) = bad {
            return Err(Error::BadEntry {
                what: "the width of the action space".into(),
                index,
                value: width(index),
                cure: "tanh squashes an action into its bounds: give finite ones, the upper above the lower",
            });
        }
        let n = low.len();
        let mut learned = |inputs, outputs, rate| {
            Learned::new(inputs, &options.hidden, outputs, Activation::Relu, rate, rng)
        };
        let actor = learned(inputs, 2 * n, actor)?;
        let critics = [learned(inputs + n, 1, critic)?, learned(inputs + n, 1, critic)?];
        Ok(Self {
            targets: critics.each_ref().map(|critic| (critic.net.clone(), Pass::default())),
            temperature: ([alpha.ln() as f32], Adam::new(1, options.actor)?),
            replay: Replay::new(capacity, inputs, n)?,
            batch: Batch::default(),
            scale: (0..n).map(|d| ((high[d] + low[d]) / 2.0, width(d) / 2.0)).collect(),
            options,
            actor,
            critics,
            here: Vec::new(),
            steps: 0,
            progress: Progress::default(),
            frozen: false,
        })
    }

    /// The network that chooses: for each direction the mean, then for each the bent logarithm of the deviation.
    pub fn actor(&self) -> &Mlp {
        &self.actor.net
    }

    /// The networks that value, of observation and squashed action side by side.
    pub fn critics(&self) -> [&Mlp; 2] {
        self.critics.each_ref().map(|critic| &critic.net)
    }

    /// The temperature α.
    pub fn alpha(&self) -> f64 {
        f64::from(self.temperature.0[0]).exp()
    }

    /// The middle of the policy, within the bounds.
    ///
    /// # Panics
    /// When the observation has another length.
    pub fn middle(&self, obs: &[f64]) -> Vec<f64> {
        let said = self.actor.net.forward(obs);
        self.stretched(said[..self.scale.len()].iter().map(|mean| mean.tanh()))
    }

    fn stretched(&self, squashed: impl Iterator<Item = f64>) -> Vec<f64> {
        squashed.zip(&self.scale).map(|(x, (middle, half))| middle + half * x).collect()
    }

    /// Draws squashed actions for what the actor last said, row by row.
    fn drawn(said: &[f32], n: usize, rng: &mut dyn Rng) -> Vec<Drawn> {
        let row = |row: &[f32], rng: &mut dyn Rng| -> Vec<Drawn> {
            (0..n).map(|d| draw(row[d], row[n + d], standard_normal(rng))).collect()
        };
        said.chunks_exact(2 * n).flat_map(|said| row(said, rng)).collect()
    }

    /// One gradient step on a batch: the algorithm.
    fn learn(&mut self, rng: &mut dyn Rng) -> Result<()> {
        let (n, alpha) = (self.scale.len(), self.alpha());
        let Self { options, actor, critics, targets, temperature, batch, .. } = self;
        self.replay.sample_into(options.batch, rng, batch)?;
        let rows = batch.rows();
        let share = 1.0 / rows as f64;
        let squashed = |drawn: &[Drawn]| -> Vec<f32> {
            drawn.iter().map(|drawn| drawn.squashed as f32).collect()
        };
        let ln_p = |drawn: &[Drawn], row: usize| -> f64 {
            drawn[row * n..(row + 1) * n].iter().map(|drawn| drawn.ln_p).sum()
        };

        // What should have been said: the reward, and the soft value of an action drawn there.
        let drawn = Self::drawn(actor.run(&batch.next), n, rng);
        let pairs = beside(&batch.next, &squashed(&drawn), rows);
        targets.iter_mut().for_each(|(net, pass)| net.run(&pairs, pass));
        let [one, two] = targets.each_ref().map(|(_, pass)| pass.output());
        let wanted: Vec<f64> = (0..rows)
            .map(|row| {
                let twins = [f64::from(one[row]), f64::from(two[row])];
                let (reward, live) =
                    (f64::from(batch.rewards[row]), f64::from(batch.live[row]));
                target(reward, live, options.gamma, twins, alpha, ln_p(&drawn, row))
            })
            .collect();

        // The critics go there.
        let pairs = beside(&batch.obs, &batch.actions, rows);
        let step = self.progress.gradient_steps + 1;
        for critic in critics.iter_mut() {
            let said = critic.run(&pairs).iter().zip(&wanted);
            let errors: Vec<f64> = said.map(|(said, y)| f64::from(*said) - y).collect();
            let loss = errors.iter().map(|e| e * e).sum::<f64>() * share;
            self.progress = Progress { gradient_steps: step, loss };
            critic.check("the value of actions", step, loss)?;
            let slope: Vec<f32> = errors.iter().map(|e| (2.0 * e * share) as f32).collect();
            critic.descend(&slope, None);
        }

        // The actor climbs the lower of the two, and keeps its entropy.
        if step.is_multiple_of(options.delay) {
            let drawn = Self::drawn(actor.run(&batch.obs), n, rng);
            let pairs = beside(&batch.obs, &squashed(&drawn), rows);
            for critic in critics.iter_mut() {
                critic.run(&pairs);
                critic.net.backward_to_input(&mut critic.pass, &vec![1.0; rows]);
            }
            let [one, two] = critics.each_ref().map(|critic| &critic.pass);
            let width = pairs.len() / rows;
            let mut slope = vec![0.0f32; rows * 2 * n];
            for row in 0..rows {
                let lower = if one.output()[row] < two.output()[row] { one } else { two };
                for d in 0..n {
                    let up = lower.input_gradient()[(row + 1) * width - n + d];
                    let slopes = drawn[row * n + d].slopes(alpha, f64::from(up));
                    slope[row * 2 * n + d] = (slopes[0] * share) as f32;
                    slope[row * 2 * n + n + d] = (slopes[1] * share) as f32;
                }
            }
            actor.descend(&slope, None);

            // The temperature rises where the entropy is lower than wanted.
            let entropy = -(0..rows).map(|row| ln_p(&drawn, row)).sum::<f64>() * share;
            actor.check("the policy", step, entropy)?;
            if options.tuned {
                let (ln_alpha, adam) = temperature;
                adam.step(ln_alpha, &[(entropy + n as f64) as f32]);
            }
        }

        for ((target, _), critic) in targets.iter_mut().zip(critics) {
            let tau = options.tau as f32;
            follow(target.parameters_mut(), critic.net.parameters(), tau);
        }
        Ok(())
    }
}

impl DeepAgent<Vec<f64>> for Sac {
    fn try_observe(
        &mut self,
        action: &Vec<f64>,
        step: &Step<Vec<f64>>,
        rng: &mut dyn Rng,
    ) -> Result<()> {
        let here = std::mem::replace(&mut self.here, step.obs.clone());
        if self.frozen {
            return Ok(());
        }
        let squash = |(x, (middle, half)): (&f64, &(f64, f64))| (x - middle) / half;
        let squashed: Vec<f64> = action.iter().zip(&self.scale).map(squash).collect();
        self.replay.push(&here, &squashed, step);
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

impl Agent<Vec<f64>, Vec<f64>> for Sac {
    fn begin(&mut self, obs: &Vec<f64>) {
        seen(obs, self.actor.net.inputs());
        self.here.clone_from(obs);
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Vec<f64> {
        if self.frozen {
            return self.middle(&self.here);
        }
        let n = self.scale.len();
        if self.steps < self.options.start {
            let squashed: Vec<f64> = (0..n).map(|_| 2.0 * uniform01(rng) - 1.0).collect();
            return self.stretched(squashed.into_iter());
        }
        let said: Vec<f32> =
            self.actor.net.forward(&self.here).iter().map(|x| *x as f32).collect();
        let drawn = Self::drawn(&said, n, rng);
        self.stretched(drawn.iter().map(|drawn| drawn.squashed))
    }

    fn observe(&mut self, action: &Vec<f64>, step: &Step<Vec<f64>>, rng: &mut dyn Rng) {
        self.try_observe(action, step, rng).unwrap_or_else(|error| panic!("{error}"));
    }

    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    #[test]
    fn the_squashed_density_integrates_to_one() {
        // Over a from −1 to 1, by the midpoint rule in u with da = (1 − tanh² u) du left to the density itself: the sum is
        // over equal steps of a.
        for (mean, deviation) in [(0.0, 0.5), (0.8, 0.3), (-0.5, 0.7)] {
            let n = 2_000_000;
            let width = 2.0 / f64::from(n);
            let mass: f64 = (0..n)
                .map(|i| {
                    let a = -1.0 + (f64::from(i) + 0.5) * width;
                    squashed_log_density(a.atanh(), mean, deviation).exp() * width
                })
                .sum();
            assert!((mass - 1.0).abs() < 1e-5, "{mean} {deviation}: {mass}");
        }
    }

    #[test]
    fn the_correction_holds_far_out_where_one_minus_tanh_squared_is_lost() {
        for u in [0.0f64, 0.5, -2.0, 5.0] {
            assert!((log_slope(u) - (1.0 - u.tanh().powi(2)).ln()).abs() < 1e-9, "{u}");
        }
        // There 1 − tanh² u is 4 e^(−2|u|).
        assert!((log_slope(-40.0) - (4f64.ln() - 80.0)).abs() < 1e-12);
    }

    #[test]
    fn the_slopes_of_the_actor_are_those_of_its_loss() {
        // α ln π − Q with Q = a³ + 2 a, whose slope in a is 3 a² + 2; the noise stays.
        let alpha = 0.3;
        let loss = |mean: f32, width: f32, noise: f64| {
            let Drawn { squashed, ln_p, .. } = draw(mean, width, noise);
            alpha * ln_p - squashed.powi(3) - 2.0 * squashed
        };
        for (mean, width, noise) in [(0.2, 0.4, 0.7), (-1.0, 0.9, -1.3), (0.5, -0.2, 0.1)] {
            let drawn = draw(mean, width, noise);
            let ours = drawn.slopes(alpha, 3.0 * drawn.squashed.powi(2) + 2.0);
            let h = 1.0f32 / 1024.0; // exact in f32
            let numeric = [
                loss(mean + h, width, noise) - loss(mean - h, width, noise),
                loss(mean, width + h, noise) - loss(mean, width - h, noise),
            ];
            for (ours, numeric) in ours.iter().zip(numeric) {
                let numeric = numeric / (2.0 * f64::from(h));
                assert!(
                    (ours - numeric).abs() < 2e-4 * (1.0 + numeric.abs()),
                    "{ours} {numeric}"
                );
            }
        }
    }

    #[test]
    fn the_lower_twin_counts_and_nothing_comes_after_the_end() {
        // 1 + .5 (2 − .1 · 3) = 1.85.
        assert!((target(1.0, 1.0, 0.5, [2.0, 7.0], 0.1, 3.0) - 1.85).abs() < 1e-12);
        assert!((target(1.0, 1.0, 0.5, [7.0, 2.0], 0.1, 3.0) - 1.85).abs() < 1e-12);
        assert_eq!(target(1.0, 0.0, 0.5, [2.0, 7.0], 0.1, 3.0), 1.0);
    }

    #[test]
    fn actions_lie_within_their_bounds_whatever_these_are() {
        let bounds = Bounds::new(&[-2.0, 5.0], &[2.0, 6.0]).unwrap();
        let options = SacOptions { start: 20, batch: 10, ..Default::default() };
        let mut rng = seeded(1);
        let mut agent = Sac::new(1, &bounds, options, &mut rng).unwrap();
        agent.begin(&vec![0.5]);
        for _ in 0..60 {
            let action = agent.act(&mut rng);
            assert_eq!(bounds.clip(&action), action);
            let step = Step { obs: vec![0.5], reward: action[0] - action[1], end: None };
            agent.observe(&action, &step, &mut rng);
        }
        assert_eq!(agent.progress().gradient_steps, 41);
        let endless = Bounds::same(1, f64::NEG_INFINITY, 1.0).unwrap();
        let text = Sac::new(1, &endless, SacOptions::default(), &mut rng).unwrap_err();
        assert!(text.to_string().contains("give finite ones"), "{text}");
    }
}
