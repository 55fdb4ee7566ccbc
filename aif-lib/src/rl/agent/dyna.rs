//! [`DynaAgent`]: an agent that acts, learns, remembers and plans, all in one step. Dual:
//! [`crate::aif::agent`].

use ndarray::Array2;

use super::life::Life;
use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Obs, State, Step};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;
use crate::rl::learn::dyna_q::{self, DeterministicModel};
use crate::rl::learn::prioritized_sweeping::{self, Queue};
use crate::rl::learn::q_learning;
use crate::rl::select;

/// What a [`DynaAgent`] does with its memory between two real steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Planning {
    /// Dyna-Q: learns again from this many remembered steps, chosen at random; 0 is plain Q-learning.
    DynaQ {
        /// How many.
        steps: usize,
    },
    /// Dyna-Q+: the same, with a bonus κ √τ for what was not tried for τ steps.
    DynaQPlus {
        /// How many.
        steps: usize,
        /// The size of the bonus, κ.
        kappa: f64,
    },
    /// Prioritized sweeping: at most this many updates, where the values are most wrong.
    Prioritized {
        /// At most how many.
        steps: usize,
        /// Errors up to this size are left alone, θ.
        threshold: f64,
    },
}

/// How a [`DynaAgent`] learns, explores and plans. The defaults are those of the Dyna maze of Sutton & Barto.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DynaOptions {
    /// Default: five random steps.
    pub planning: Planning,
    /// Learning rate α; default 0.1.
    pub alpha: f64,
    /// Discount γ; default 0.95.
    pub gamma: f64,
    /// Probability of a random action ε; default 0.1.
    pub epsilon: f64,
}

impl Default for DynaOptions {
    fn default() -> Self {
        let planning = Planning::DynaQ { steps: 5 };
        Self { planning, alpha: 0.1, gamma: 0.95, epsilon: 0.1 }
    }
}

/// Acting, learning, remembering and planning in one loop.
///
/// It learns from a step when it sees it, and plans before it acts next, with the generator that it acts with.
///
/// ```
/// # use aif_lib::prelude::*;
/// let planning = Planning::DynaQ { steps: 50 };
/// let mut agent = DynaAgent::new(47, 4, DynaOptions { planning, ..Default::default() })?;
/// let steps = episode(&mut dyna_maze::maze(), &mut agent, &mut seeded(1)).len();
/// assert_eq!(agent.updates(), steps + 50 * (steps - 1)); // there is nothing to remember before the first step
/// # Ok::<(), aif_lib::Error>(())
/// ```
/// Source: Sutton (1990); Sutton & Barto (2018), chapter 8.
#[derive(Debug, Clone)]
pub struct DynaAgent {
    options: DynaOptions,
    q: Array2<f64>, // (states, actions)
    model: DeterministicModel,
    queue: Queue,
    updates: usize,
    life: Life,
}

impl DynaAgent {
    /// An agent that knows how many states and actions there are, and nothing else.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no state or no action.
    /// - [`Error::Parameter`]: α, γ or ε is not from 0 to 1; κ or θ is negative.
    pub fn new(n_states: usize, n_actions: usize, options: DynaOptions) -> Result<Self> {
        if n_states == 0 || n_actions == 0 {
            let what = if n_states == 0 { "states" } else { "actions" };
            return Err(Error::Empty { what: format!("the set of {what}") });
        }
        let unit = [
            ("alpha", options.alpha, "a learning rate is from 0 to 1"),
            ("gamma", options.gamma, "a discount is from 0 to 1"),
            ("epsilon", options.epsilon, "a probability is from 0 to 1"),
        ];
        for (name, value, expected) in unit {
            if !(0.0..=1.0).contains(&value) {
                return Err(Error::Parameter { name, value, expected });
            }
        }
        let expected = "a finite number, 0 or more";
        let size = match options.planning {
            Planning::DynaQ { .. } => 0.0,
            Planning::DynaQPlus { kappa: size, .. } => size,
            Planning::Prioritized { threshold: size, .. } => size,
        };
        if !(size >= 0.0 && size.is_finite()) {
            let curious = matches!(options.planning, Planning::DynaQPlus { .. });
            let name = if curious { "kappa" } else { "threshold" };
            return Err(Error::Parameter { name, value: size, expected });
        }
        Ok(Self {
            options,
            q: Array2::zeros((n_states, n_actions)),
            model: DeterministicModel::new(n_states, n_actions),
            queue: Queue::default(),
            updates: 0,
            life: Life::default(),
        })
    }

    /// The same agent with memories: it starts to plan from them, and replaces each when it sees otherwise.
    ///
    /// # Errors
    /// [`Error::Shape`]: the model has other numbers of states or actions.
    pub fn with_model(mut self, model: DeterministicModel) -> Result<Self> {
        let (own, got) = (self.q.dim(), (model.n_states(), model.n_actions()));
        if own != got {
            return Err(Error::Shape {
                what: "the model".into(),
                expected: format!("{own:?}"),
                got: format!("{got:?}"),
                cure: "give it the numbers of states and actions of the agent",
            });
        }
        self.model = model;
        Ok(self)
    }

    /// The table of values, (states, actions).
    pub fn q(&self) -> &Array2<f64> {
        &self.q
    }

    /// What it remembers.
    pub fn model(&self) -> &DeterministicModel {
        &self.model
    }

    /// How many times it has changed a value, in the world and in its head.
    pub fn updates(&self) -> usize {
        self.updates
    }

    /// The best actions in each state by its values; equal ones share the probability.
    pub fn greedy(&self) -> Vec<Categorical> {
        self.q.outer_iter().map(|row| select::greedy(&row.to_vec())).collect()
    }

    /// Thinks: plans as it does before every action.
    pub fn think(&mut self, rng: &mut dyn Rng) {
        let DynaOptions { planning, alpha, gamma, .. } = self.options;
        let (q, model) = (&mut self.q, &self.model);
        self.updates += match planning {
            Planning::Prioritized { steps, threshold } => prioritized_sweeping::sweep(
                q,
                model,
                &mut self.queue,
                steps,
                threshold,
                alpha,
                gamma,
            ),
            _ if model.pairs().is_empty() => 0,
            Planning::DynaQ { steps } => {
                dyna_q::plan(q, model, steps, alpha, gamma, 0.0, rng);
                steps
            }
            Planning::DynaQPlus { steps, kappa } => {
                dyna_q::plan(q, model, steps, alpha, gamma, kappa, rng);
                steps
            }
        };
    }

    /// Learns from a real step, or notes that there is something to learn.
    fn learn(&mut self, s: State, a: Action, step: &Step) {
        let DynaOptions { planning, alpha, gamma, .. } = self.options;
        match planning {
            Planning::Prioritized { threshold, .. } => {
                let error = prioritized_sweeping::error(&self.q, &self.model, s, a, gamma);
                self.queue.push(s, a, error, threshold);
            }
            _ => {
                let discount = step.discount(gamma);
                q_learning::update(
                    &mut self.q,
                    s,
                    a,
                    step.reward,
                    discount,
                    step.obs,
                    alpha,
                );
                self.updates += 1;
            }
        }
    }
}

impl Agent for DynaAgent {
    fn begin(&mut self, obs: &Obs) {
        self.life.begin(*obs);
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        let state = self.life.here();
        if self.life.learns() {
            self.think(rng);
        }
        let epsilon = if self.life.learns() { self.options.epsilon } else { 0.0 };
        let policy = select::epsilon_greedy(&self.q.row(state).to_vec(), epsilon);
        policy.expect("epsilon was checked").sample(rng)
    }

    fn observe(&mut self, action: &Action, step: &Step, _rng: &mut dyn Rng) {
        let state = self.life.here();
        self.life.arrive(step.obs);
        if !self.life.learns() {
            return;
        }
        if let Planning::DynaQPlus { .. } = self.options.planning {
            self.model.imagine_untried(state);
        }
        self.model.observe(state, *action, step);
        self.learn(state, *action, step);
    }

    fn set_learning(&mut self, learning: bool) {
        self.life.set_learning(learning);
    }
}
