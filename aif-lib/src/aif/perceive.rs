//! Where am I? Exact Bayesian perception: predict through B, then correct with A.
//!
//! ```text
//! Q(s′) ∝ A[o, s′] · Σₛ B[s′, s, u] Q(s)
//! ```
//! Prediction and correction are one function, [`filter`], so that neither can be forgotten.
//!
//! The same belief is found by making the variational free energy small. Exact inference is the default of this crate;
//! the files below are the ways that scale, each measured against it:
//!
//! | file | how |
//! |---|---|
//! | [`gradient`] | gradient descent of F on the logits of a belief |
//! | [`hmm`] | full tables and long records: the filter and the smoother that learning needs |
//! | [`evidence`] | exact again: senses that are silent or unsure, and what policies make of an episode |
//! | [`inference`] | which of these ways an agent uses |
//! | [`recurrent`] | exact: the filter as a linear recurrent network, and as one unit with a gate |
//! | [`attention`] | exact: Bayes' rule as softmax attention |
//! | [`mean_field`] | a product of independent beliefs, by coordinate ascent |
//! | [`message_passing`] | a belief about each moment, from messages of the moments beside it |
//! | [`predictive_coding`] | beliefs about numbers: precision-weighted prediction errors |
//! | [`sequence`] | F of a whole episode, its joint table, and episodes drawn from a model |
//!
//! Dual: [`crate::rl::perceive`].

pub mod attention;
pub mod evidence;
pub mod gradient;
pub mod hgf;
pub mod hmm;
pub mod inference;
pub mod mean_field;
pub mod message_passing;
pub mod predictive_coding;
pub mod recurrent;
pub mod sequence;
mod smoother;
mod vfe;

pub use smoother::{Smoothed, smooth};
pub(crate) use smoother::{pair_belief, smooth_back};
pub use vfe::{FreeEnergy, free_energy};

use ndarray::ArrayD;

use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs};
use crate::prob::categorical::Categorical;
use crate::prob::info::log_sum_exp;

/// What one observation did to a belief.
#[derive(Debug, Clone, PartialEq)]
pub struct BeliefUpdate {
    /// The belief before the observation, P(sₜ | o₁ … oₜ₋₁).
    pub predicted: Categorical,
    /// The belief after it, P(sₜ | o₁ … oₜ).
    pub belief: Categorical,
    /// ln P(oₜ | o₁ … oₜ₋₁). Its negative is the surprise, in nats.
    pub log_evidence: f64,
}

/// The belief after an action and before any new observation: Q(s′) = Σₛ B[s′, s, u] Q(s).
///
/// # Panics
/// When the action is out of range, or the belief has another number of states than the model.
#[doc(alias = "update_empirical_prior")]
#[doc(alias = "get_expected_states")]
#[track_caller]
pub fn predict(
    model: &GenerativeModel,
    belief: &Categorical,
    action: Action,
) -> Categorical {
    model.assert_belief("the belief", belief);
    let action_fits = model.check_action(|| "the action".into(), action);
    action_fits.unwrap_or_else(|error| panic!("{error}"));
    model.transition().predict(belief, action)
}

/// Bayes' rule: the belief after an observation, Q(s) ∝ A[o, s] · P(s).
///
/// `obs`: one outcome for each modality. Use it alone for the first observation of an episode, with the prior D;
/// later observations go through [`filter`].
///
/// # Errors
/// - [`Error::Shape`], [`Error::OutOfRange`]: the observation or the prediction does not fit the model.
/// - [`Error::ImpossibleObservation`]: its probability is zero.
#[doc(alias = "infer_states")]
pub fn correct(
    model: &GenerativeModel,
    predicted: &Categorical,
    obs: &[Obs],
) -> Result<BeliefUpdate> {
    model.check_belief("the prediction", predicted)?;
    let mut belief = vec![0.0; predicted.len()];
    let mut evidence = 0.0;
    if let Some(outcome) = model.outcome(obs)? {
        for &(s, p) in model.joint.likelihood.row(outcome) {
            let joint = p * predicted[s as usize];
            belief[s as usize] = joint;
            evidence += joint;
        }
    }
    if evidence == 0.0 {
        return Err(Error::ImpossibleObservation {
            observation: model.observation_name(obs),
            prediction: format!("{predicted:?}"),
        });
    }
    belief.iter_mut().for_each(|q| *q /= evidence);
    Ok(BeliefUpdate {
        predicted: predicted.clone(),
        belief: Categorical::new_unchecked(belief),
        log_evidence: evidence.ln(),
    })
}

/// The joint of a hidden state and what was seen: ln P(o, s) = ln A[o, s] + ln P(s), one axis for each factor.
///
/// This table is all that inference needs to know of a model. An impossible state has −∞.
///
/// # Errors
/// - [`Error::Shape`], [`Error::OutOfRange`]: the observation or the prediction does not fit the model.
///
/// ```
/// # use aif_lib::prelude::*;
/// let a = array![[0.9, 0.3], [0.1, 0.7]];
/// let model = GenerativeModel::new(a, Array3::from_elem((2, 2, 1), 0.5), &[0.0, 0.0], &[0.5, 0.5])?;
/// let joint = log_joint(&model, model.prior(), &[0])?;
/// assert!((joint[[0]] - 0.45f64.ln()).abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn log_joint(
    model: &GenerativeModel,
    predicted: &Categorical,
    obs: &[Obs],
) -> Result<ArrayD<f64>> {
    model.check_belief("the prediction", predicted)?;
    let mut table = vec![f64::NEG_INFINITY; model.n_states()];
    if let Some(outcome) = model.outcome(obs)? {
        for &(s, p) in model.joint.likelihood.row(outcome) {
            table[s as usize] = p.ln() + predicted[s as usize].ln();
        }
    }
    Ok(ArrayD::from_shape_vec(model.factor_sizes(), table)
        .expect("joint states are all combinations of levels"))
}

/// Exact inference by adding everything up: the posterior of each cell of a table of ln P(o, s), and ln P(o).
///
/// What the approximations of this folder are measured against; it needs the whole table.
///
/// # Errors
/// - [`Error::BadEntry`]: an entry is NaN or +∞.
/// - [`Error::ImpossibleObservation`]: every entry is −∞.
pub fn exact(log_joint: &ArrayD<f64>) -> Result<(ArrayD<f64>, f64)> {
    let entries: Vec<f64> = log_joint.iter().copied().collect();
    check_log_joint(&entries)?;
    let log_evidence = log_sum_exp(&entries);
    Ok((log_joint.mapv(|x| (x - log_evidence).exp()), log_evidence))
}

/// A table of ln P(o, s) holds numbers and −∞, and not only −∞.
fn check_log_joint(entries: &[f64]) -> Result<()> {
    let bad = |x: &f64| x.is_nan() || *x == f64::INFINITY;
    if let Some(index) = entries.iter().position(bad) {
        return Err(Error::BadEntry {
            what: "the table of ln P(o, s)".into(),
            index,
            value: entries[index],
            cure: "a log-probability is a number, or −∞ for what is impossible",
        });
    }
    if entries.iter().all(|x| *x == f64::NEG_INFINITY) {
        return Err(Error::ImpossibleObservation {
            observation: "o".into(),
            prediction: "in this table of ln P(o, s), where every entry is −∞".into(),
        });
    }
    Ok(())
}

/// Every outcome that a prediction allows: the belief after it, and its probability.
///
/// What a planner branches on. The probabilities sum to one, and the beliefs average to the prediction.
///
/// # Panics
/// When the prediction has another number of states than the model.
#[track_caller]
pub fn successor_beliefs(
    model: &GenerativeModel,
    predicted: &Categorical,
) -> Vec<(Categorical, f64)> {
    model.assert_belief("the prediction", predicted);
    let branch = |outcome| {
        let mut after = vec![0.0; predicted.len()];
        for &(s, p) in model.joint.likelihood.row(outcome) {
            after[s as usize] = p * predicted[s as usize];
        }
        let probability: f64 = after.iter().sum();
        after.iter_mut().for_each(|q| *q /= probability);
        (probability > 0.0).then(|| (Categorical::new_unchecked(after), probability))
    };
    (0..model.joint.n_outcomes).filter_map(branch).collect()
}

/// One step of the exact filter: [`predict`] through the action just taken, then [`correct`] with what was seen.
///
/// # Errors
/// As [`correct`], and [`Error::OutOfRange`]: the model has no such action.
#[doc(alias = "infer_states")]
pub fn filter(
    model: &GenerativeModel,
    belief: &Categorical,
    action: Action,
    obs: &[Obs],
) -> Result<BeliefUpdate> {
    model.check_belief("the belief", belief)?;
    model.check_action(|| "the action".into(), action)?;
    correct(model, &predict(model, belief, action), obs)
}

/// There is one action between every two of so many moments.
fn check_actions(moments: usize, actions: &[Action]) -> Result<()> {
    if actions.len() + 1 == moments {
        return Ok(());
    }
    Err(Error::Shape {
        what: "the list of actions".into(),
        expected: (moments - 1).to_string(),
        got: actions.len().to_string(),
        cure: "an episode has one action between every two observations",
    })
}

/// Filters a whole episode: `observations[t]` came after `actions[t − 1]`; there is one action fewer.
///
/// The log evidence of the episode is the sum of the steps'.
///
/// # Errors
/// - [`Error::Shape`]: the number of actions is not the number of observations minus one.
/// - Otherwise as [`filter`].
#[doc(alias = "infer_states")]
pub fn filter_episode(
    model: &GenerativeModel,
    observations: &[Vec<Obs>],
    actions: &[Action],
) -> Result<Vec<BeliefUpdate>> {
    let Some((first, rest)) = observations.split_first() else {
        return Err(Error::Empty { what: "the list of observations".into() });
    };
    check_actions(observations.len(), actions)?;
    let mut steps = vec![correct(model, model.prior(), first)?];
    for (obs, &action) in rest.iter().zip(actions) {
        let before = &steps[steps.len() - 1].belief;
        steps.push(filter(model, before, action, obs)?);
    }
    Ok(steps)
}
