//! Actor and critic: one table says what to do, the other what it is worth. Dual: [`crate::aif::learn::habits`].

use ndarray::Array2;

use super::policy_gradient::{ascend, entropy_gradient, policy, score};
use crate::error::{Error, Result};
use crate::interaction::{Action, Features, Obs, Signal};
use crate::prob::categorical::Categorical;

/// An observation as the list of features that are on.
///
/// A numbered observation is one feature, itself: a table. [`Features`] may be several.
pub trait Active: Signal<Space = usize> {
    /// The numbers of the features that are on.
    fn active(&self) -> &[usize];
}

impl Active for Obs {
    fn active(&self) -> &[usize] {
        std::slice::from_ref(self)
    }
}

impl Active for Features {
    fn active(&self) -> &[usize] {
        &self.0
    }
}

/// A softmax policy and a linear value, over the same features.
#[derive(Debug, Clone, PartialEq)]
pub struct ActorCritic {
    /// The actor: preferences θ, (features, actions).
    pub theta: Array2<f64>,
    /// The critic: weights of the value, (features).
    pub w: Vec<f64>,
}

/// How fast to learn from a [`Lesson`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Learning rate of the actor.
    pub actor: f64,
    /// Learning rate of the critic.
    pub critic: f64,
    /// Weight τ of the entropy of the policy.
    pub entropy: f64,
}

/// What one action taught.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// The features that were on when the action was chosen.
    pub active: Vec<usize>,
    /// The action.
    pub action: Action,
    /// By how much it turned out better than expected: what moves the actor.
    pub advantage: f64,
    /// By how much the value was too low: what moves the critic.
    pub error: f64,
}

impl ActorCritic {
    /// Everything equally likely, nothing worth anything.
    pub fn new(features: usize, actions: usize) -> Self {
        Self { theta: Array2::zeros((features, actions)), w: vec![0.0; features] }
    }

    /// The distribution over actions. See [`policy`].
    #[track_caller]
    pub fn policy(&self, active: &[usize]) -> Categorical {
        policy(&self.theta, active)
    }

    /// The value V = Σᵢ wᵢ over the features that are on.
    pub fn value(&self, active: &[usize]) -> f64 {
        active.iter().map(|&i| self.w[i]).sum()
    }

    /// Learns from some actions at once; all directions are those of the policy before.
    ///
    /// ```text
    /// θ ← θ + α Σₜ (Aₜ ∇ ln π(aₜ|sₜ) + τ ∇H[π(·|sₜ)])
    /// w ← w + β Σₜ errorₜ x(sₜ)
    /// ```
    /// With one action at a time and A = error = δ this is the actor-critic of Barto, Sutton & Anderson (1983), with the
    /// score in the place of their rule for the actor.
    pub fn learn(&mut self, lessons: &[Lesson], rates: Rates) {
        let direction = |lesson: &Lesson| {
            let policy = self.policy(&lesson.active);
            let bonus = entropy_gradient(policy.probs());
            let score = score(policy.probs(), lesson.action);
            score
                .iter()
                .zip(bonus)
                .map(|(s, h)| lesson.advantage * s + rates.entropy * h)
                .collect()
        };
        let directions: Vec<Vec<f64>> = lessons.iter().map(direction).collect();
        for (lesson, direction) in lessons.iter().zip(directions) {
            ascend(&mut self.theta, &lesson.active, &direction, rates.actor);
            for &i in &lesson.active {
                self.w[i] += rates.critic * lesson.error;
            }
        }
    }

    /// Whether the preferences and values that these lessons moved can still be added up to finite numbers.
    ///
    /// `step`: which step of learning it was, from 1.
    ///
    /// # Errors
    /// [`Error::Diverged`]: one of them is not a number, or too large. The lessons of one step are summed, so a place that is
    /// met n times in it moves by n times the rate: above 2 the critic swings farther with each step.
    pub fn check(&self, lessons: &[Lesson], step: usize) -> Result<()> {
        let limit = f64::MAX / self.w.len() as f64; // no sum over features can be larger than f64::MAX
        let active = lessons.iter().flat_map(|lesson| &lesson.active);
        let moved = active.flat_map(|&i| self.theta.row(i).into_iter().chain([&self.w[i]]));
        match moved.copied().find(|x| x.is_nan() || x.abs() > limit) {
            None => Ok(()),
            Some(weight) => {
                let loss = lessons.iter().map(|l| l.error * l.error).sum::<f64>();
                let loss = loss / lessons.len() as f64;
                Err(Error::Diverged {
                    what: "the critic's mean squared error",
                    step,
                    loss,
                    weight,
                })
            }
        }
    }
}
