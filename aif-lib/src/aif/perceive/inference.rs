//! [`Inference`]: the ways to correct a belief, side by side: exactly, by mean field, by messages over time.
//!
//! Dual: [`crate::rl::perceive`], where the state needs no inference.

use ndarray::ArrayD;

use super::evidence::{Evidence, state_likelihood};
use super::mean_field::{mean_field, product};
use super::message_passing::Messages;
use super::{BeliefUpdate, check_log_joint, correct, predict};
use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs};
use crate::prob::categorical::Categorical;

/// How a belief is corrected with what is seen.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[doc(alias = "inference_algo")]
pub enum Inference {
    /// By Bayes' rule on the joint state.
    #[default]
    Exact,
    /// By [`mean_field`]: each factor has a belief of its own, and the joint belief is their product. What is lost is how
    /// the factors depend on each other; the log evidence is then the bound −F.
    #[doc(alias = "fpi")]
    MeanField {
        /// At most so many rounds over the factors.
        sweeps: usize,
    },
    /// By [`message_passing`](super::message_passing::message_passing) over the last moments of the episode, for which one
    /// needs to know them: an agent does. For a single moment this is exact. The log evidence is that of the prediction.
    Messages {
        /// Which messages.
        messages: Messages,
        /// How many moments, the present one included.
        #[doc(alias = "inference_horizon")]
        moments: usize,
        /// At most so many rounds over the moments.
        sweeps: usize,
    },
}

impl Inference {
    /// The belief after what the senses said.
    ///
    /// # Errors
    /// - As [`state_likelihood`], and [`Error::Shape`]: the prediction has another number of states than the model.
    /// - [`Error::ImpossibleObservation`]: the model gives it probability zero.
    /// - As [`mean_field`].
    pub fn correct(
        self,
        model: &GenerativeModel,
        predicted: &Categorical,
        evidence: &[Evidence],
    ) -> Result<BeliefUpdate> {
        model.check_belief("the prediction", predicted)?;
        let all_seen: Option<Vec<Obs>> = evidence
            .iter()
            .map(|e| if let Evidence::Seen(o) = e { Some(*o) } else { None })
            .collect();
        if let (Self::Exact | Self::Messages { .. }, Some(obs)) = (self, all_seen) {
            return correct(model, predicted, &obs); // the same, and quicker
        }
        let likelihood = state_likelihood(model, evidence)?;
        let joint: Vec<f64> =
            predicted.probs().iter().zip(likelihood).map(|(q, l)| q * l).collect();
        let sum: f64 = joint.iter().sum();
        if sum == 0.0 {
            let names = evidence.iter().enumerate().map(|(m, e)| e.name(model, m));
            return Err(Error::ImpossibleObservation {
                observation: names.collect::<Vec<_>>().join(", "),
                prediction: format!("{predicted:?}"),
            });
        }
        let (belief, log_evidence) = match self {
            Self::Exact | Self::Messages { .. } => {
                (joint.iter().map(|p| p / sum).collect(), sum.ln())
            }
            Self::MeanField { sweeps } => by_mean_field(model, &joint, sweeps)?,
        };
        Ok(BeliefUpdate {
            predicted: predicted.clone(),
            belief: Categorical::new_unchecked(belief),
            log_evidence,
        })
    }

    /// [`predict`], then [`correct`](Self::correct).
    ///
    /// # Errors
    /// As [`correct`](Self::correct), and [`Error::OutOfRange`]: the model has no such action.
    #[doc(alias = "infer_states")]
    pub fn filter(
        self,
        model: &GenerativeModel,
        belief: &Categorical,
        action: Action,
        evidence: &[Evidence],
    ) -> Result<BeliefUpdate> {
        model.check_belief("the belief", belief)?;
        model.check_action(|| "the action".into(), action)?;
        self.correct(model, &predict(model, belief, action), evidence)
    }
}

/// The product of beliefs for a table P(o, s), and −F. It starts from even beliefs. Where the table has a zero, even beliefs
/// allow the impossible, and it starts from the marginals of the table.
fn by_mean_field(
    model: &GenerativeModel,
    joint: &[f64],
    sweeps: usize,
) -> Result<(Vec<f64>, f64)> {
    let logs: Vec<f64> = joint.iter().map(|p| p.ln()).collect();
    check_log_joint(&logs)?;
    let sizes = model.factor_sizes();
    let table = ArrayD::from_shape_vec(sizes.clone(), logs)
        .expect("joint states are all combinations of levels");
    let start = if joint.iter().all(|p| *p > 0.0) {
        sizes.iter().map(|&n| Categorical::uniform(n)).collect()
    } else {
        marginals(joint, &sizes)?
    };
    let found = mean_field(&table, &start, sweeps)?;
    let free_energy = found.free_energy[found.free_energy.len() - 1];
    Ok((product(&found.factors).iter().copied().collect(), -free_energy))
}

fn marginals(joint: &[f64], sizes: &[usize]) -> Result<Vec<Categorical>> {
    let sum: f64 = joint.iter().sum();
    let table = ArrayD::from_shape_vec(sizes, joint.iter().map(|p| p / sum).collect())
        .expect("joint states are all combinations of levels");
    super::mean_field::marginals(&table)
}
