//! [`AifTwoStep`]: active inference in Daw's two-step task, small enough to be fitted to what people chose. Dual:
//! [`crate::rl::agent::two_step`].

use ndarray::{Array2, Array3};

use crate::aif::agent::bandit::arm_efe;
use crate::aif::learn::beta_bernoulli::{forget, update};
use crate::aif::select::policy_posterior;
use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Obs, Step};
use crate::prob::beta::Beta;
use crate::prob::categorical::Categorical;
use crate::prob::counts::TransitionCounts;
use crate::prob::random::Rng;

/// How an [`AifTwoStep`] believes, wants and chooses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AifTwoStepOptions {
    /// The precision of policies γ; default 4.
    pub gamma: f64,
    /// The share of all counts that fades with each trial, because the chances drift; default 0.2. It is the learning rate of this
    /// agent: what fades makes room for what is seen.
    pub forgetting: f64,
    /// The strength of habit: how much more the logarithm of E is for the first choice that was made last; default 0.
    pub habit: f64,
    /// C of being paid, in nats, against 0 for not; default 2.
    pub worth: f64,
    /// Whether what can be learned of the chances is worth something; default yes.
    pub curious: bool,
}

impl Default for AifTwoStepOptions {
    fn default() -> Self {
        Self { gamma: 4.0, forgetting: 0.2, habit: 0.0, worth: 2.0, curious: true }
    }
}

/// An agent for [`TwoStep`](crate::world::two_step::TwoStep) that believes something about each of the four chances of reward.
///
/// ```text
/// G₂(s, a) = −(expected preference + information gain),    G₁(a) = Σₛ P(s | a) minₐ′ G₂(s, a′)
/// P(a) = softmax(−γ G₁ + ln E) in the first stage, softmax(−γ G₂) in the second
/// ```
/// It learns where the first choices lead by counting, and the chances by counts that fade. E is the last first choice's by `habit`
/// nats: the habit of one who remembers only the last time.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut agent = AifTwoStep::new(AifTwoStepOptions::default())?;
/// let session = episode(&mut TwoStep::new(200)?, &mut agent, &mut seeded(1));
/// assert_eq!(session.len(), 400);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AifTwoStep {
    options: AifTwoStepOptions,
    chances: [[Beta; 2]; 2], // (place, action)
    efe: [[f64; 2]; 2],      // G₂ of each, computed when a belief changes
    counts: TransitionCounts,
    obs: Obs,
    last: Option<Action>, // the last first choice
    frozen: bool,
}

impl AifTwoStep {
    /// An agent that has seen no trial.
    ///
    /// # Errors
    /// [`Error::Parameter`]: γ is negative, the forgetting is not from 0 to 1, or the habit or the worth is not finite.
    pub fn new(options: AifTwoStepOptions) -> Result<Self> {
        let AifTwoStepOptions { gamma, forgetting, habit, worth, .. } = options;
        policy_posterior(&[0.0], &[1.0], gamma)?;
        if !(0.0..=1.0).contains(&forgetting) {
            let expected = "the share of the counts that fades, from 0 to 1";
            return Err(Error::Parameter {
                name: "forgetting",
                value: forgetting,
                expected,
            });
        }
        for (name, value) in [("habit", habit), ("worth", worth)] {
            if !value.is_finite() {
                return Err(Error::Parameter {
                    name,
                    value,
                    expected: "a finite number of nats",
                });
            }
        }
        // One prior count for each way to the second stage, as its dual has.
        let prior = Array3::from_shape_fn((3, 3, 2), |(next, s, _)| {
            f64::from((s == 0) != (next == 0))
        });
        let mut agent = Self {
            options,
            chances: [[Beta::UNIFORM; 2]; 2],
            efe: [[0.0; 2]; 2],
            counts: TransitionCounts::from_counts(prior)?,
            obs: 0,
            last: None,
            frozen: false,
        };
        agent.evaluate();
        Ok(agent)
    }

    /// What it believes about the chances of reward, (place, action).
    pub fn chances(&self) -> &[[Beta; 2]; 2] {
        &self.chances
    }

    /// What it believes about where the first choices lead: P(place | first choice), (places, first choices).
    pub fn transitions(&self) -> Array2<f64> {
        Array2::from_shape_fn((2, 2), |(place, a)| self.counts.chance(1 + place, 0, a))
    }

    fn evaluate(&mut self) {
        let AifTwoStepOptions { worth, curious, .. } = self.options;
        let g = |belief: &Beta| {
            let efe = arm_efe(belief, &[0.0, worth]);
            if curious { efe.total() } else { -efe.pragmatic }
        };
        self.efe = self.chances.map(|place| [g(&place[0]), g(&place[1])]);
    }

    /// G of the two choices that it has now.
    pub fn efe(&self) -> [f64; 2] {
        if self.obs > 0 {
            return self.efe[self.obs - 1];
        }
        let best = self.efe.map(|[a, b]| a.min(b));
        [0, 1].map(|a| {
            (0..2).map(|place| self.counts.chance(1 + place, 0, a) * best[place]).sum()
        })
    }

    /// The probability of each of the two choices that it has now.
    pub fn policy(&self) -> Categorical {
        let mut habits = [1.0; 2];
        if let (0, Some(last)) = (self.obs, self.last) {
            habits[last] = self.options.habit.exp();
        }
        policy_posterior(&self.efe(), &habits, self.options.gamma)
            .expect("the options were checked")
    }

    fn learn(&mut self, action: Action, step: &Step) {
        self.counts.observe(self.obs, action, step.obs);
        if self.obs > 0 {
            let forgetting = self.options.forgetting;
            self.chances
                .iter_mut()
                .flatten()
                .for_each(|c| forget(c, &Beta::UNIFORM, forgetting));
            update(&mut self.chances[self.obs - 1][action], step.reward > 0.0);
            self.evaluate();
        }
    }
}

impl Agent for AifTwoStep {
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
            self.last = Some(*action);
        }
        self.obs = step.obs;
    }

    /// Frozen, it learns no more; it goes on choosing as it believes.
    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    fn told(agent: &mut AifTwoStep, steps: &[(Action, Obs, f64)]) {
        for &(action, obs, reward) in steps {
            agent.observe(&action, &Step { obs, reward, end: None }, &mut seeded(0));
        }
    }

    #[test]
    fn a_trial_by_hand() {
        // First choice 0 leads to place 1, choice 1 is paid there. φ = .5: the uniform prior stays, then a = 2.
        let options = AifTwoStepOptions {
            forgetting: 0.5,
            habit: 0.7,
            curious: false,
            ..Default::default()
        };
        let mut agent = AifTwoStep::new(options).unwrap();
        agent.begin(&0);
        assert_eq!(agent.policy().probs(), [0.5, 0.5], "no choice yet, no habit");
        told(&mut agent, &[(0, 1, 0.0), (1, 0, 1.0)]);
        assert_eq!((agent.chances()[0][1].a, agent.chances()[0][1].b), (2.0, 1.0));
        // Counts of choice 0: 2 to place 1, 1 to place 2. Best −G: 2 · ⅔ in place 1, 2 · ½ in place 2.
        let g = agent.efe();
        assert!((g[0] + 2.0 / 3.0 * 4.0 / 3.0 + 1.0 / 3.0).abs() < 1e-12, "{g:?}");
        assert!((g[1] + 0.5 * 4.0 / 3.0 + 0.5).abs() < 1e-12, "{g:?}");
        let odds = (4.0 * (g[1] - g[0]) + 0.7).exp();
        assert!((agent.policy()[0] - odds / (1.0 + odds)).abs() < 1e-12);
        // Another unpaid trial elsewhere fades it half way: a = 1.5.
        told(&mut agent, &[(1, 2, 0.0), (0, 0, 0.0)]);
        assert_eq!((agent.chances()[0][1].a, agent.chances()[1][0].b), (1.5, 2.0));
    }

    #[test]
    fn curiosity_prefers_what_was_not_tried() {
        let mut agent = AifTwoStep::new(AifTwoStepOptions {
            worth: 0.0,
            forgetting: 0.0,
            ..Default::default()
        })
        .unwrap();
        agent.begin(&0);
        told(&mut agent, &[(0, 1, 0.0), (1, 0, 1.0), (0, 1, 0.0)]);
        assert!(agent.policy()[0] > 0.5);
    }

    #[test]
    fn bad_options_are_named() {
        let text = |options| AifTwoStep::new(options).unwrap_err().to_string();
        let default = AifTwoStepOptions::default;
        assert!(text(AifTwoStepOptions { gamma: -1.0, ..default() }).contains("-1"));
        assert!(
            text(AifTwoStepOptions { forgetting: 2.0, ..default() })
                .starts_with("forgetting = 2")
        );
        assert!(
            text(AifTwoStepOptions { habit: f64::NAN, ..default() })
                .starts_with("habit = NaN")
        );
    }
}
