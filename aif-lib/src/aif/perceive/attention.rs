//! Softmax attention as Bayes' rule: the weights are a posterior, the output is what it expects. Dual: [`crate::rl::perceive`],
//! where a memory is looked up whole or not at all.

use ndarray::Array2;

use super::hmm::{Hmm, Record};
use crate::error::{Error, Result};
use crate::prob::info::{log_sum_exp, softmax};

/// What one query found.
#[derive(Debug, Clone, PartialEq)]
pub struct Attention {
    /// How much each key counts: a distribution.
    pub weights: Vec<f64>,
    /// The values, weighed: (number).
    pub output: Vec<f64>,
}

/// How well each key fits a query: sharpness · q·kᵢ + biasᵢ.
///
/// A place of the query that is 0 counts nothing, even where the key is −∞ there.
///
/// # Panics
/// When a key has another length than the query, or there is not one bias for each key.
pub fn scores(query: &[f64], keys: &Array2<f64>, bias: &[f64], sharpness: f64) -> Vec<f64> {
    assert!(
        keys.ncols() == query.len() && keys.nrows() == bias.len(),
        "attention: {} biases and a query of {} for keys of shape {:?}; give (key, number)",
        bias.len(),
        query.len(),
        keys.dim()
    );
    let fit = |key: ndarray::ArrayView1<'_, f64>| {
        let products = query.iter().zip(key).filter(|(q, _)| **q != 0.0);
        products.map(|(q, k)| q * k).sum::<f64>()
    };
    keys.rows().into_iter().zip(bias).map(|(k, b)| sharpness * fit(k) + b).collect()
}

/// Softmax attention of one query.
///
/// ```text
/// wᵢ = softmax_i(sharpness · q·kᵢ + biasᵢ),    output = Σᵢ wᵢ vᵢ
/// ```
/// `keys`: (key, number), `values`: (key, number of the output). With sharpness 1/√d and no bias it is that of Vaswani et al.
/// (2017).
///
/// # Panics
/// When the shapes do not fit.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (keys, values) = (array![[1.0, 0.0], [0.0, 1.0]], array![[10.0], [20.0]]);
/// let found = attention::attend(&[3f64.ln(), 0.0], &keys, &values, &[0.0, 0.0], 1.0);
/// assert!((found.weights[0] - 0.75).abs() < 1e-12 && (found.output[0] - 12.5).abs() < 1e-12);
/// ```
pub fn attend(
    query: &[f64],
    keys: &Array2<f64>,
    values: &Array2<f64>,
    bias: &[f64],
    sharpness: f64,
) -> Attention {
    assert!(
        keys.nrows() == values.nrows(),
        "attention: {} keys, but {} values; give one value for each key",
        keys.nrows(),
        values.nrows()
    );
    let weights = softmax(&scores(query, keys, bias, sharpness));
    let output = values
        .columns()
        .into_iter()
        .map(|v| v.iter().zip(&weights).map(|(v, w)| v * w).sum());
    Attention { output: output.collect(), weights }
}

/// The bias that makes attention the posterior of a mixture of Gaussians around the keys, all of one variance σ².
///
/// ```text
/// P(i | q) ∝ πᵢ exp(−|q − kᵢ|² / 2σ²) ∝ exp(q·kᵢ / σ² + biasᵢ),    biasᵢ = ln πᵢ − |kᵢ|² / 2σ²
/// ```
/// So the sharpness is 1/σ². The bias is the same for all keys, and may be left out, if and only if πᵢ ∝ exp(|kᵢ|² / 2σ²): for
/// equal priors, if all keys are equally long.
///
/// # Panics
/// When there is not one prior for each key.
///
/// ```
/// # use aif_lib::prelude::*;
/// let bias = attention::mixture_bias(&array![[1.0], [2.0]], &[0.5, 0.5], 1.0);
/// assert!((bias[0] - bias[1] - 1.5).abs() < 1e-12); // (4 − 1) / 2
/// ```
pub fn mixture_bias(keys: &Array2<f64>, prior: &[f64], variance: f64) -> Vec<f64> {
    assert!(
        keys.nrows() == prior.len(),
        "mixture_bias: {} keys, but {} priors; give one prior for each key",
        keys.nrows(),
        prior.len()
    );
    let length = |key: ndarray::ArrayView1<'_, f64>| key.iter().map(|k| k * k).sum::<f64>();
    let pairs = keys.rows().into_iter().zip(prior);
    pairs.map(|(key, p)| p.ln() - 0.5 * length(key) / variance).collect()
}

/// The filter of an [`Hmm`] as one attention a step.
///
/// ```text
/// query: oₜ, one-hot    key of state s: ln A[·, s]    value: B[·, s, u]    bias: ln of the last output, at first ln D
/// ```
/// The weights are the belief after the observation, the output is the prediction before the next. Returns (time, state).
///
/// # Errors
/// - [`Error::Empty`], [`Error::Shape`], [`Error::OutOfRange`]: the record does not fit itself or the model.
/// - [`Error::ImpossibleObservation`]: the model rules out what was seen; the time is told.
pub fn filter(model: &Hmm, record: &Record) -> Result<Array2<f64>> {
    model.check(record)?;
    let keys = model.a().t().mapv(f64::ln);
    let mut predicted = model.d().to_vec();
    let mut beliefs = Array2::zeros((record.len(), model.n_states()));
    for (t, &o) in record.observations.iter().enumerate() {
        let mut query = vec![0.0; model.n_outcomes()];
        query[o] = 1.0;
        let bias: Vec<f64> = predicted.iter().map(|p| p.ln()).collect();
        if log_sum_exp(&scores(&query, &keys, &bias, 1.0)) == f64::NEG_INFINITY {
            let (observation, prediction) =
                (format!("{o} at time {t}"), format!("{predicted:.4?}"));
            return Err(Error::ImpossibleObservation { observation, prediction });
        }
        // After the last observation nothing is predicted; any action will do.
        let action = record.actions.get(t).copied().unwrap_or(0);
        let values = model.b().index_axis(ndarray::Axis(2), action).t().to_owned();
        let found = attend(&query, &keys, &values, &bias, 1.0);
        beliefs.row_mut(t).iter_mut().zip(&found.weights).for_each(|(q, w)| *q = *w);
        predicted = found.output;
    }
    Ok(beliefs)
}
