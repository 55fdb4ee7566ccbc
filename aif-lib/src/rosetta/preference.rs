//! Rewards and preferences, temperature and precision: the numbers that both languages write differently.

use crate::aif::plan as aif;
use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;
use crate::prob::info::log_sum_exp;
use crate::rl::plan as rl;

/// A log-preference over outcomes, C = ln P(o|C) + constant: the one way from rewards to preferences and back.
///
/// The constant, the logarithm of Σₒ exp C(o), moves every policy of one length by the same amount. It changes no choice
/// as long as all policies are equally long.
///
/// ```
/// # use aif_lib::prelude::*;
/// let c = LogPreference::from_reward(&[0.0, 3f64.ln()])?;
/// assert!((c.distribution()[1] - 0.75).abs() < 1e-15); // three times as welcome
/// assert_eq!(c.reward(), [0.0, 3f64.ln()]);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LogPreference(Vec<f64>);

impl LogPreference {
    /// C = r: a reward of 1 makes an outcome e times as welcome. −∞ is an outcome that must never be.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no outcome.
    /// - [`Error::BadEntry`]: a reward is NaN or +∞, or all are −∞.
    pub fn from_reward(reward: &[f64]) -> Result<Self> {
        let what = || "the log-preference".to_string();
        if reward.is_empty() {
            return Err(Error::Empty { what: what() });
        }
        let bad = |&c: &f64| c.is_nan() || c == f64::INFINITY;
        if let Some(index) = reward.iter().position(bad) {
            let cure = "use a finite reward, or −∞ for an outcome that must never be";
            return Err(Error::BadEntry {
                what: what(),
                index,
                value: reward[index],
                cure,
            });
        }
        if reward.iter().all(|&c| c == f64::NEG_INFINITY) {
            let cure = "at least one outcome must be possible: give it a finite reward";
            return Err(Error::BadEntry { what: what(), index: 0, value: reward[0], cure });
        }
        Ok(Self(reward.to_vec()))
    }

    /// C = ln p, from how often each outcome is wished for.
    pub fn from_distribution(p: &Categorical) -> Self {
        Self(p.probs().iter().map(|p| p.ln()).collect())
    }

    /// C, one number for each outcome: what a [`GenerativeModel`](crate::aif::model::GenerativeModel) takes.
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// P(o|C) = softmax(C).
    pub fn distribution(&self) -> Categorical {
        Categorical::from_logits(&self.0)
    }

    /// ln Σₒ exp C(o): what C is above ln P(o|C), in every outcome.
    pub fn log_normaliser(&self) -> f64 {
        log_sum_exp(&self.0)
    }

    /// The reward r = C.
    pub fn reward(&self) -> Vec<f64> {
        self.0.clone()
    }
}

/// The precision γ = 1/τ of active inference, from the temperature τ of a softmax over values.
///
/// # Errors
/// [`Error::Parameter`]: τ is not a finite number above 0.
pub fn precision(tau: f64) -> Result<f64> {
    inverse("tau", tau)
}

/// The temperature τ = 1/γ of a softmax over values, from the precision γ of active inference.
///
/// # Errors
/// [`Error::Parameter`]: γ is not a finite number above 0.
pub fn temperature(gamma: f64) -> Result<f64> {
    inverse("gamma", gamma)
}

fn inverse(name: &'static str, value: f64) -> Result<f64> {
    if value > 0.0 && value.is_finite() {
        return Ok(1.0 / value);
    }
    let expected =
        "the inverse of a finite number above 0; for the greedy limit use Backup::Max";
    Err(Error::Parameter { name, value, expected })
}

impl From<aif::Backup> for rl::Backup {
    fn from(backup: aif::Backup) -> Self {
        match backup {
            aif::Backup::Max => Self::Max,
            aif::Backup::Softmax { gamma } => Self::Softmax { tau: 1.0 / gamma },
        }
    }
}

impl From<rl::Backup> for aif::Backup {
    fn from(backup: rl::Backup) -> Self {
        match backup {
            rl::Backup::Max => Self::Max,
            rl::Backup::Softmax { tau } => Self::Softmax { gamma: 1.0 / tau },
        }
    }
}
