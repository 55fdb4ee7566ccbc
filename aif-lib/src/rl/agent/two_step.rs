//! [`TwoStepAgent`]: habit, plan and every mixture of them in Daw's two-step task. Dual:
//! [`crate::aif::agent`].

use ndarray::{Array2, Array3};

use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Obs, Step};
use crate::prob::categorical::Categorical;
use crate::prob::counts::TransitionCounts;
use crate::prob::random::Rng;
use crate::rl::select::boltzmann;
use crate::world::two_step::Trial;

/// How a [`TwoStepAgent`] learns and chooses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoStepOptions {
    /// The weight of the plan in the first choice: 0 is model-free, 1 is model-based; default ½.
    pub w: f64,
    /// Learning rate α; default 0.5.
    pub alpha: f64,
    /// How much of the second stage's error reaches the first choice directly, λ; default 0.6.
    pub lambda: f64,
    /// Inverse temperature β of the choices; default 5.
    pub beta: f64,
    /// How much more the preference for the first choice that was made last is, whatever it brought; default 0.
    pub repeat: f64,
}

impl Default for TwoStepOptions {
    fn default() -> Self {
        Self { w: 0.5, alpha: 0.5, lambda: 0.6, beta: 5.0, repeat: 0.0 }
    }
}

/// Learns from one trial without a model, by SARSA(λ).
///
/// ```text
/// δ₁ = Q₂(s, a₂) − Q₁(a₁),    δ₂ = r − Q₂(s, a₂)
/// Q₁(a₁) ← Q₁(a₁) + α δ₁ + α λ δ₂,    Q₂(s, a₂) ← Q₂(s, a₂) + α δ₂
/// ```
/// `q1`: (first choices). `q2`: (places, second choices). δ₁ looks at the second choice that was made, not at
/// the best one. Where the first choice usually leads plays no part. Source: Daw et al. (2011).
///
/// # Panics
/// When the trial does not fit the tables.
pub fn model_free(
    q1: &mut [f64],
    q2: &mut Array2<f64>,
    trial: &Trial,
    alpha: f64,
    lambda: f64,
) {
    let second = [trial.place, trial.second];
    let first_error = q2[second] - q1[trial.first];
    let second_error = trial.reward - q2[second];
    q1[trial.first] += alpha * first_error + alpha * lambda * second_error;
    q2[second] += alpha * second_error;
}

/// The values of the first choices by looking ahead.
///
/// ```text
/// Q(a) = Σₛ P(s | a) maxₐ′ Q₂(s, a′)
/// ```
/// `t`: P(s | a), (places, first choices). `q2`: (places, second choices). Source: Daw et al. (2011).
///
/// # Panics
/// When the tables do not fit each other.
pub fn model_based(t: &Array2<f64>, q2: &Array2<f64>) -> Vec<f64> {
    let best: Vec<f64> = q2
        .rows()
        .into_iter()
        .map(|row| row.iter().copied().fold(f64::NEG_INFINITY, f64::max))
        .collect();
    t.columns().into_iter().map(|p| p.iter().zip(&best).map(|(p, v)| p * v).sum()).collect()
}

/// An agent for [`TwoStep`](crate::world::two_step::TwoStep) whose first choice mixes habit and plan.
///
/// ```text
/// Q(a) = w Q_plan(a) + (1 − w) Q_habit(a),    P(a) = softmax(β Q + repeat · 1[a is the last first choice])
/// ```
/// It learns where the first choices lead by counting; that the second stage follows the first it knows.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut planner = TwoStepAgent::new(TwoStepOptions { w: 1.0, ..Default::default() })?;
/// episode(&mut TwoStep::new(1000)?, &mut planner, &mut seeded(1));
/// assert!((planner.transitions()[[0, 0]] - 0.7).abs() < 0.1); // learned
/// # Ok::<(), aif_lib::Error>(())
/// ```
/// Source: Daw, Gershman, Seymour, Dayan & Dolan (2011).
#[derive(Debug, Clone)]
pub struct TwoStepAgent {
    options: TwoStepOptions,
    q1: Vec<f64>,
    q2: Array2<f64>,
    counts: TransitionCounts,
    obs: Obs,
    first: Action,
    last: Option<Action>, // the last first choice, once there was one
    frozen: bool,
}

impl TwoStepAgent {
    /// An agent that has seen no trial.
    ///
    /// # Errors
    /// [`Error::Parameter`]: w, α or λ is not from 0 to 1, β is not positive, or `repeat` is not finite.
    pub fn new(options: TwoStepOptions) -> Result<Self> {
        let unit = [
            ("w", options.w, "the weight of the plan, from 0 to 1"),
            ("alpha", options.alpha, "a learning rate is from 0 to 1"),
            ("lambda", options.lambda, "a trace is from 0 to 1"),
        ];
        for (name, value, expected) in unit {
            if !(0.0..=1.0).contains(&value) {
                return Err(Error::Parameter { name, value, expected });
            }
        }
        if !(options.beta > 0.0 && options.beta.is_finite()) {
            let expected = "an inverse temperature is a finite number above 0";
            return Err(Error::Parameter { name: "beta", value: options.beta, expected });
        }
        if !options.repeat.is_finite() {
            let expected = "a finite number";
            return Err(Error::Parameter {
                name: "repeat",
                value: options.repeat,
                expected,
            });
        }
        // One prior count for each way to the second stage, and for each way back; none for the impossible.
        let prior = Array3::from_shape_fn((3, 3, 2), |(next, s, _)| {
            f64::from((s == 0) != (next == 0))
        });
        Ok(Self {
            options,
            q1: vec![0.0; 2],
            q2: Array2::zeros((2, 2)),
            counts: TransitionCounts::from_counts(prior)?,
            obs: 0,
            first: 0,
            last: None,
            frozen: false,
        })
    }

    /// What it believes about where the first choices lead: P(place | first choice), (places, first choices).
    pub fn transitions(&self) -> Array2<f64> {
        Array2::from_shape_fn((2, 2), |(place, a)| self.counts.chance(1 + place, 0, a))
    }

    /// The values of the first choices: of the habit, of the plan, and mixed.
    pub fn first_values(&self) -> [Vec<f64>; 3] {
        let (habit, plan) = (&self.q1, model_based(&self.transitions(), &self.q2));
        let w = self.options.w;
        let mixed = habit.iter().zip(&plan).map(|(h, p)| w * p + (1.0 - w) * h).collect();
        [habit.clone(), plan, mixed]
    }
}

impl TwoStepAgent {
    /// The probability of each of the two choices that it has now.
    pub fn policy(&self) -> Categorical {
        let TwoStepOptions { beta, repeat, .. } = self.options;
        let mut values = match self.obs {
            0 => self.first_values()[2].clone(),
            place => self.q2.row(place - 1).to_vec(),
        };
        if let (0, Some(last)) = (self.obs, self.last) {
            values[last] += repeat / beta;
        }
        boltzmann(&values, 1.0 / beta).expect("beta was checked")
    }

    fn learn(&mut self, action: Action, step: &Step) {
        self.counts.observe(self.obs, action, step.obs);
        if self.obs > 0 {
            let (first, place) = (self.first, self.obs - 1);
            let trial = Trial { first, place, second: action, reward: step.reward };
            let TwoStepOptions { alpha, lambda, .. } = self.options;
            model_free(&mut self.q1, &mut self.q2, &trial, alpha, lambda);
        }
    }
}

impl Agent for TwoStepAgent {
    fn begin(&mut self, obs: &Obs) {
        self.obs = *obs;
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        self.policy().sample(rng)
    }

    fn observe(&mut self, action: &Action, step: &Step, _rng: &mut dyn Rng) {
        if !self.frozen {
            self.learn(*action, step);
        }
        if self.obs == 0 {
            (self.first, self.last) = (*action, Some(*action));
        }
        self.obs = step.obs;
    }

    /// Frozen, it learns no more; it goes on choosing by softmax, which is its way of acting.
    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;
    use ndarray::array;

    #[test]
    fn a_trial_by_hand() {
        let (mut q1, mut q2) = (vec![0.5, 0.2], array![[0.6, 0.9], [0.1, 0.4]]);
        let trial = Trial { first: 0, place: 0, second: 0, reward: 1.0 };
        model_free(&mut q1, &mut q2, &trial, 0.5, 0.6);
        // δ₁ = .6 − .5 = .1, δ₂ = 1 − .6 = .4: Q₁ = .5 + .05 + .12, Q₂ = .6 + .2.
        assert!((q1[0] - 0.67).abs() < 1e-12 && q1[1] == 0.2);
        assert!((q2[[0, 0]] - 0.8).abs() < 1e-12 && q2[[0, 1]] == 0.9);
    }

    #[test]
    fn a_plan_by_hand() {
        // Best: .9 and .4. Action 0: .7 · .9 + .3 · .4 = .75; action 1: .2 · .9 + .8 · .4 = .5.
        let q =
            model_based(&array![[0.7, 0.2], [0.3, 0.8]], &array![[0.6, 0.9], [0.1, 0.4]]);
        assert!((q[0] - 0.75).abs() < 1e-12 && (q[1] - 0.5).abs() < 1e-12, "{q:?}");
    }

    #[test]
    fn after_one_rare_rewarded_trial_habit_and_plan_disagree() {
        let mut agent = TwoStepAgent::new(TwoStepOptions::default()).unwrap();
        agent.begin(&0);
        // Learn first that 0 usually leads to place 1 and 1 to place 2, without reward.
        for a in [0, 1, 0, 1, 0, 1] {
            agent.observe(&a, &Step { obs: 1 + a, reward: 0.0, end: None }, &mut seeded(0));
            agent.observe(&0, &Step { obs: 0, reward: 0.0, end: None }, &mut seeded(0));
        }
        agent.observe(&0, &Step { obs: 2, reward: 0.0, end: None }, &mut seeded(0));
        agent.observe(&0, &Step { obs: 0, reward: 1.0, end: None }, &mut seeded(0));
        let [habit, plan, _] = agent.first_values();
        assert!(habit[0] > habit[1], "what was paid is done again: {habit:?}");
        assert!(plan[1] > plan[0], "the other one leads there more often: {plan:?}");
        // Counts of action 0: prior 1 + 3 to place 1, prior 1 + 1 to place 2.
        assert!((agent.transitions()[[0, 0]] - 4.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn bad_options_are_named() {
        let text = |options| TwoStepAgent::new(options).unwrap_err().to_string();
        let default = TwoStepOptions::default;
        assert!(text(TwoStepOptions { w: 1.2, ..default() }).starts_with("w = 1.2"));
        assert!(text(TwoStepOptions { beta: 0.0, ..default() }).starts_with("beta = 0"));
        assert!(text(TwoStepOptions { alpha: f64::NAN, ..default() }).starts_with("alpha"));
        assert!(text(TwoStepOptions { lambda: -1.0, ..default() }).starts_with("lambda"));
    }
}
