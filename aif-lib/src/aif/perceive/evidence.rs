//! What the senses say when they say it badly: a sense may be silent, or unsure of its own outcome.
//!
//! All of this is exact. [`Inference`] says how a belief is corrected: exactly, or by mean field.
//!
//! Dual: [`crate::rl::perceive`], whose sensor is always sure.

use ndarray::{ArrayD, Axis};

use super::mean_field::{mean_field, product};
use super::{BeliefUpdate, check_log_joint, correct, filter_episode, predict};
use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs};
use crate::prob::categorical::{Categorical, check_probabilities};

/// What one sense says.
#[derive(Debug, Clone, PartialEq)]
#[doc(alias = "categorical_obs")]
pub enum Evidence {
    /// It says this outcome.
    Seen(Obs),
    /// It says nothing.
    Missing,
    /// It says one of its outcomes, and how probable each is: shape (o).
    Soft(Vec<f64>),
}

impl Evidence {
    /// How probable each of `n` outcomes makes what the sense says, up to a factor; `None` when it says nothing.
    pub(crate) fn weights(&self, n: usize) -> Option<Vec<f64>> {
        match self {
            Self::Missing => None,
            Self::Soft(weights) => Some(weights.clone()),
            Self::Seen(o) => Some((0..n).map(|i| f64::from(u8::from(i == *o))).collect()),
        }
    }

    fn check(&self, name: &str, n: usize) -> Result<()> {
        match self {
            Self::Seen(o) if *o >= n => {
                let what = format!("the outcome of the modality {name:?}");
                Err(Error::OutOfRange { what, index: *o, len: n })
            }
            Self::Soft(p) if p.len() != n => Err(Error::Shape {
                what: format!("the soft outcome of the modality {name:?}"),
                expected: n.to_string(),
                got: p.len().to_string(),
                cure: "one probability for each outcome",
            }),
            Self::Soft(p) => {
                check_probabilities(p, &|| format!("the soft outcome of {name:?}"))
            }
            _ => Ok(()),
        }
    }

    /// In words, for messages.
    fn name(&self, model: &GenerativeModel, modality: usize) -> String {
        let name = model.modality_name(modality);
        match self {
            Self::Seen(o) => format!("{name} = {:?}", model.outcome_names(modality)[*o]),
            Self::Missing => format!("{name} is silent"),
            Self::Soft(p) => format!("{name} is one of {p:.2?}"),
        }
    }
}

/// An observation in which every sense is sure.
pub fn seen(obs: &[Obs]) -> Vec<Evidence> {
    obs.iter().copied().map(Evidence::Seen).collect()
}

/// How well each joint state explains what the senses say.
///
/// ```text
/// L(s) = Πₘ Σₒ wₘ(o) Aₘ[o, s],      w the sense's own belief about its outcome; a silent sense has the factor 1
/// ```
///
/// # Errors
/// - [`Error::Shape`]: not one piece of evidence for each modality, or not one probability for each outcome.
/// - [`Error::OutOfRange`]: there is no such outcome.
/// - [`Error::NotAProbability`], [`Error::NotNormalised`]: a soft outcome is no distribution.
pub fn state_likelihood(
    model: &GenerativeModel,
    evidence: &[Evidence],
) -> Result<Vec<f64>> {
    model.check_senses(evidence.len())?;
    let mut likelihood = vec![1.0; model.n_states()];
    for (m, evidence) in evidence.iter().enumerate() {
        let a = model.likelihood(m);
        let n = a.shape()[0];
        evidence.check(model.modality_name(m), n)?;
        let Some(weights) = evidence.weights(n) else { continue };
        // Σₒ w(o) A[o, …], one entry for each column of A.
        let mut columns = ArrayD::zeros(&a.shape()[1..]);
        for (slice, w) in a.axis_iter(Axis(0)).zip(weights) {
            columns.scaled_add(w, &slice);
        }
        for (s, l) in likelihood.iter_mut().enumerate() {
            *l *= columns[&model.sensed_at(m, &model.levels(s))[..]];
        }
    }
    Ok(likelihood)
}

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
        if let (Self::Exact, Some(obs)) = (self, all_seen) {
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
            Self::Exact => (joint.iter().map(|p| p / sum).collect(), sum.ln()),
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

/// F(π): how surprising what was seen so far is, if this policy was followed from the start of the episode.
///
/// ```text
/// F(π) = −ln P(o₁ … oₜ | π)      +∞ where π rules out what was seen
/// ```
/// `policies`: whole sequences from the first action of the episode on; of each the first t − 1 actions count. It enters the
/// [posterior over policies](crate::aif::select::posterior_after). Exact, so it is the least F there is. An agent that knows
/// what it did has no use for it; one that must find out what it is doing has.
/// Source: Smith, Friston & Whyte (2022), Journal of Mathematical Psychology 107:102632.
///
/// # Errors
/// - [`Error::Empty`]: no observation.
/// - [`Error::Shape`]: a policy is shorter than the actions taken, or an observation does not fit the model.
/// - [`Error::OutOfRange`]: there is no such action or outcome.
pub fn policy_surprise(
    model: &GenerativeModel,
    policies: &[Vec<Action>],
    observations: &[Vec<Obs>],
) -> Result<Vec<f64>> {
    let taken = observations.len().saturating_sub(1);
    let surprise = |(i, policy): (usize, &Vec<Action>)| {
        let Some(actions) = policy.get(..taken) else {
            return Err(Error::Shape {
                what: format!("policy {i}"),
                expected: format!("{taken} or more"),
                got: policy.len().to_string(),
                cure: "one action between every two observations",
            });
        };
        match filter_episode(model, observations, actions) {
            Ok(steps) => Ok(-steps.iter().map(|step| step.log_evidence).sum::<f64>() + 0.0),
            Err(Error::ImpossibleObservation { .. }) => Ok(f64::INFINITY),
            Err(other) => Err(other),
        }
    };
    policies.iter().enumerate().map(surprise).collect()
}
