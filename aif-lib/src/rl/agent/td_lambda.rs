//! An agent that only predicts: TD(λ) over what it sees. Dual: [`crate::aif::perceive`].

use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Features, Obs, Step};
use crate::prob::random::Rng;
use crate::rl::learn::td;
use crate::rl::learn::td_lambda::{self, Trace};

/// How a [`TdLambda`] learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TdOptions {
    /// Learning rate α; default 0.1.
    pub alpha: f64,
    /// Discount γ; default 1.
    pub gamma: f64,
    /// How slowly traces fade, λ; default 0, which is TD(0).
    pub lambda: f64,
    /// What a second visit does to a trace; default accumulating.
    pub trace: Trace,
}

impl Default for TdOptions {
    fn default() -> Self {
        Self { alpha: 0.1, gamma: 1.0, lambda: 0.0, trace: Trace::Accumulating }
    }
}

/// Pavlov's dog: it cannot change what comes, it learns to expect it.
///
/// Its table has a value for each state, or for each element of a compound of stimuli. In worlds with one
/// action it lives in the same loop as every other agent.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut walk = RandomWalk::new(5)?;
/// let mut dog = TdLambda::new(7, TdOptions::default())?;
/// let mut rng = seeded(1);
/// for _ in 0..500 {
///     episode(&mut walk, &mut dog, &mut rng);
/// }
/// assert!(walk.rms_error(dog.values()) < 0.1);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TdLambda {
    options: TdOptions,
    v: Vec<f64>,
    trace: Vec<f64>,
    active: Vec<usize>,
    errors: Vec<f64>,
    frozen: bool,
}

impl TdLambda {
    /// A learner with a table of n entries, all 0.
    ///
    /// # Errors
    /// - [`Error::Empty`]: n is 0.
    /// - [`Error::Parameter`]: α, γ or λ is not from 0 to 1.
    pub fn new(n: usize, options: TdOptions) -> Result<Self> {
        if n == 0 {
            return Err(Error::Empty { what: "the table of values".into() });
        }
        let TdOptions { alpha, gamma, lambda, .. } = options;
        for (name, value) in [("alpha", alpha), ("gamma", gamma), ("lambda", lambda)] {
            if !(0.0..=1.0).contains(&value) {
                let expected = "learning rate, discount and trace are each from 0 to 1";
                return Err(Error::Parameter { name, value, expected });
            }
        }
        let (v, trace) = (vec![0.0; n], vec![0.0; n]);
        Ok(Self {
            options,
            v,
            trace,
            active: Vec::new(),
            errors: Vec::new(),
            frozen: false,
        })
    }

    /// The table of values.
    pub fn values(&self) -> &[f64] {
        &self.v
    }

    /// Sets the table of values, for example to a first guess.
    ///
    /// # Panics
    /// When there is not one value for each entry.
    #[track_caller]
    pub fn set_values(&mut self, v: &[f64]) {
        assert_eq!(v.len(), self.v.len(), "set_values: one value for each entry");
        self.v = v.to_vec();
    }

    /// The errors δ of the current episode, one for each step.
    pub fn errors(&self) -> &[f64] {
        &self.errors
    }

    /// Stops learning; errors are still computed.
    pub fn freeze(&mut self) {
        self.frozen = true;
    }

    /// Learns again.
    pub fn thaw(&mut self) {
        self.frozen = false;
    }

    fn start(&mut self, active: Vec<usize>) {
        self.errors.clear();
        self.trace.fill(0.0);
        self.active = active;
    }

    fn learn(&mut self, reward: f64, discount: f64, now: Vec<usize>) {
        let TdOptions { alpha, gamma, lambda, trace } = self.options;
        let delta = td::error(&self.v, &self.active, reward, discount, &now);
        if !self.frozen {
            let decay = gamma * lambda;
            td_lambda::update(
                &mut self.v,
                &mut self.trace,
                &self.active,
                delta,
                alpha,
                decay,
                trace,
            );
        }
        self.errors.push(delta);
        self.active = now;
    }
}

impl Agent for TdLambda {
    fn begin(&mut self, obs: &Obs) {
        self.start(vec![*obs]);
    }

    fn act(&mut self, _rng: &mut dyn Rng) -> Action {
        0
    }

    fn observe(&mut self, _action: &Action, step: &Step, _rng: &mut dyn Rng) {
        self.learn(step.reward, step.discount(self.options.gamma), vec![step.obs]);
    }

    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}

impl Agent<Features> for TdLambda {
    fn begin(&mut self, obs: &Features) {
        self.start(obs.0.clone());
    }

    fn act(&mut self, _rng: &mut dyn Rng) -> Action {
        0
    }

    fn observe(&mut self, _action: &Action, step: &Step<Features>, _rng: &mut dyn Rng) {
        self.learn(step.reward, step.discount(self.options.gamma), step.obs.0.clone());
    }

    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}
