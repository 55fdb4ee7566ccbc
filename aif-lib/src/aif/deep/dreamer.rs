//! [`Dreamer`]: an agent that learns an ensemble of the world and plans with it.
//!
//! Dual: [`crate::rl::deep::dqn`], which learns values from the same steps and does not plan.

use super::ensemble::{Ensemble, Pairs};
use super::planner::{Bonus, Moves, Planner, PlannerOptions};
use super::sense::Sense;
use crate::error::{Error, Result};
use crate::interaction::Step;
use crate::prob::random::{Rng, uniform01};

/// When it learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// After every so many steps.
    Steps(usize),
    /// At the end of each episode.
    Episodes,
}

/// How it learns and plans.
#[derive(Debug, Clone, PartialEq)]
pub struct DreamerOptions {
    /// How many networks.
    pub members: usize,
    /// Units of each hidden layer.
    pub hidden: Vec<usize>,
    /// The rate of their optimiser.
    pub rate: f64,
    /// Rows of a batch.
    pub batch: usize,
    /// When it learns.
    pub rhythm: Rhythm,
    /// Gradient steps each time.
    pub gradient_steps: usize,
    /// How many steps at first are taken at random.
    pub random: usize,
    /// The planner's options.
    pub planner: PlannerOptions,
}

/// An agent with a learned model of what it sees. See [`Sense`] for what that is, and [`Planner`] for what it does with it.
#[derive(Debug, Clone)]
pub struct Dreamer {
    sense: Sense,
    moves: Moves,
    options: DreamerOptions,
    model: Ensemble,
    planner: Planner,
    pairs: Pairs,
    window: Vec<f32>,
    whole: usize, // windows since the start of the episode
    steps: usize,
    frozen: bool,
    loss: f64,
    gradient_steps: usize,
}

impl Dreamer {
    /// An agent that knows nothing yet.
    ///
    /// # Errors
    /// - [`Error::Parameter`]: a number is 0 where one is needed, or more elites than plans.
    /// - Otherwise as [`Ensemble::new`].
    pub fn new(
        sense: Sense,
        moves: Moves,
        options: DreamerOptions,
        rng: &mut dyn Rng,
    ) -> Result<Self> {
        let PlannerOptions { plans, rounds, elites, horizon, .. } = options.planner;
        let counts = [
            ("batch", options.batch),
            ("rounds", rounds),
            ("elites", elites),
            ("horizon", horizon),
        ];
        if let Some((name, _)) = counts.into_iter().find(|(_, n)| *n == 0) {
            return Err(Error::Parameter { name, value: 0.0, expected: "at least 1" });
        }
        if elites > plans {
            let expected = "no more elites than plans";
            return Err(Error::Parameter {
                name: "elites",
                value: elites as f64,
                expected,
            });
        }
        if options.planner.curiosity > 0.0 && options.members < 2 {
            let expected = "curiosity needs two networks or more: one cannot disagree";
            return Err(Error::Parameter {
                name: "members",
                value: options.members as f64,
                expected,
            });
        }
        let sizes = [&[sense.inputs()], &options.hidden[..], &[sense.units.len()]].concat();
        let model = Ensemble::new(options.members, &sizes, options.rate, rng)?;
        Ok(Self {
            sense,
            moves,
            model,
            planner: Planner::new(options.planner, moves),
            options,
            pairs: Pairs::default(),
            window: Vec::new(),
            whole: 0,
            steps: 0,
            frozen: false,
            loss: f64::NAN,
            gradient_steps: 0,
        })
    }

    /// What it has learned.
    pub fn model(&self) -> &Ensemble {
        &self.model
    }

    /// What it has seen: inputs of the networks, and the changes that followed.
    pub fn pairs(&self) -> &Pairs {
        &self.pairs
    }

    /// What it believes now: a few numbers.
    pub fn window(&self) -> &[f32] {
        &self.window
    }

    /// How many gradient steps each network has taken, and the loss at the last one.
    pub fn progress(&self) -> (usize, f64) {
        (self.gradient_steps, self.loss)
    }

    /// An episode begins with this.
    pub fn start(&mut self, obs: &[f64]) {
        self.window = (self.sense.look)(None, obs);
        self.whole = 0;
        self.planner.begin();
    }

    /// What it does now: −1 or 1, or any number in between.
    pub fn choose(&mut self, bonus: Option<&mut Bonus<'_>>, rng: &mut dyn Rng) -> f64 {
        if !self.frozen && self.steps < self.options.random {
            let force = 2.0 * uniform01(rng) - 1.0;
            return if self.moves == Moves::Signs { force.signum() } else { force };
        }
        f64::from(self.planner.plan(&self.sense, &mut self.model, &self.window, bonus, rng))
    }

    /// Sees what an action led to, and learns from it when it is time.
    ///
    /// # Errors
    /// [`Error::Diverged`]: a loss is no longer a finite number.
    pub fn see(
        &mut self,
        action: f64,
        step: &Step<Vec<f64>>,
        rng: &mut dyn Rng,
    ) -> Result<()> {
        let action = action as f32;
        let next = (self.sense.look)(Some((&self.window, action)), &step.obs);
        if !self.frozen {
            self.steps += 1;
            if self.whole >= self.sense.blind {
                let mut input = Vec::with_capacity(self.sense.inputs());
                self.sense.show(&self.window, action, &mut input);
                let mut target = (self.sense.change)(&self.window, &next);
                target.iter_mut().zip(self.sense.units).for_each(|(y, u)| *y /= u);
                self.pairs.push(&input, &target);
            }
            let now = match self.options.rhythm {
                Rhythm::Steps(every) => self.steps.is_multiple_of(every),
                Rhythm::Episodes => step.end.is_some(),
            };
            if now && !self.pairs.is_empty() {
                let DreamerOptions { gradient_steps, batch, .. } = self.options;
                self.loss = self.model.learn(&self.pairs, gradient_steps, batch, rng)?;
                self.gradient_steps += gradient_steps;
            }
        }
        self.window = next;
        self.whole += 1;
        Ok(())
    }

    /// Lets it learn, or only show what it knows.
    pub fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}
