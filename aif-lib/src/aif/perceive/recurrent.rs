//! The filter as a recurrent network: what is remembered is multiplied by a matrix that the input chooses. Dual:
//! [`crate::rl::perceive`], which remembers what was seen, and lets a value be learned for each memory.
//!
//! Before it is divided by its sum, the belief of [`Hmm::filter`] is a *linear* function of the belief before. So the division
//! can wait to the end, and the matrices can be multiplied in any grouping: that is what makes linear recurrent networks fast on
//! machines that do many things at once (Martin & Cundy, 2018).

use ndarray::{Array1, Array2, Axis};

use super::hmm::{Hmm, Record};
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs};

/// The matrix by which one observation, after one action, multiplies an unnormalised belief.
///
/// ```text
/// W[s′, s] = A[o, s′] B[s′, s, u]          first where it leads, then how well that explains what is seen
/// ```
///
/// # Errors
/// [`Error::OutOfRange`]: there is no such observation or action.
pub fn step_matrix(model: &Hmm, seen: Obs, action: Action) -> Result<Array2<f64>> {
    for (what, index, len) in [
        ("the observation", seen, model.n_outcomes()),
        ("the action", action, model.n_actions()),
    ] {
        if index >= len {
            return Err(Error::OutOfRange { what: what.into(), index, len });
        }
    }
    let (likelihood, b) = (model.a().row(seen), model.b().index_axis(Axis(2), action));
    Ok(Array2::from_shape_fn(b.dim(), |(to, from)| likelihood[to] * b[[to, from]]))
}

/// The forward variables: what the network remembers after each observation, never divided by anything.
///
/// ```text
/// α₁(s) = A[o₁, s] D(s),    αₜ = W(oₜ, uₜ₋₁) αₜ₋₁,    αₜ(s) = P(o₁ … oₜ, s)
/// ```
/// Their sum is P(o₁ … oₜ), and αₜ divided by it is the belief. In a long record the sum falls below what a number can hold,
/// and all is 0. Returns (time, state). Source: Baum et al. (1970).
///
/// # Errors
/// - [`Error::Empty`], [`Error::Shape`], [`Error::OutOfRange`]: the record does not fit itself or the model.
///
/// ```
/// # use aif_lib::prelude::*;
/// let b = array![[0.9, 0.2], [0.1, 0.8]].insert_axis(Axis(2));
/// let fox = Hmm::new(array![[0.8, 0.3], [0.2, 0.7]], b, array![0.9, 0.1])?;
/// let alpha = recurrent::forward(&fox, &Record::passive(&[0, 1, 1])?)?;
/// assert!((alpha.row(2).sum().ln() + 2.617_021_903).abs() < 1e-9);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn forward(model: &Hmm, record: &Record) -> Result<Array2<f64>> {
    model.check(record)?;
    let mut now: Array1<f64> = model.d() * &model.a().row(record.observations[0]);
    let mut all = Array2::zeros((record.len(), model.n_states()));
    all.row_mut(0).assign(&now);
    for (t, &u) in record.actions.iter().enumerate() {
        now = step_matrix(model, record.observations[t + 1], u)?.dot(&now);
        all.row_mut(t + 1).assign(&now);
    }
    Ok(all)
}

/// The belief after each observation, by multiplying matrices in the grouping of a tree.
///
/// ```text
/// αₜ = (W(oₜ) ⋯ W(o₂)) α₁,    each product from two halves, to be divided by its largest entry
/// ```
/// Its depth is log₂ T where the filter's is T; its work is a product of matrices a step where the filter's is a matrix times
/// a vector. Returns (time, state). Source: the parallel scan of Martin & Cundy (2018), for matrices.
///
/// # Errors
/// - As [`forward`].
/// - [`Error::ImpossibleObservation`]: the model rules out what was seen.
pub fn scan(model: &Hmm, record: &Record) -> Result<Array2<f64>> {
    model.check(record)?;
    let steps = record.observations[1..].iter().zip(&record.actions);
    let matrices =
        steps.map(|(o, u)| step_matrix(model, *o, *u)).collect::<Result<Vec<_>>>()?;
    let first: Array1<f64> = model.d() * &model.a().row(record.observations[0]);
    let mut all = Array2::zeros((record.len(), model.n_states()));
    let products = std::iter::once(None).chain(prefixes(&matrices).into_iter().map(Some));
    for (t, product) in products.enumerate() {
        let alpha = product.map_or_else(|| first.clone(), |product| product.dot(&first));
        let sum = alpha.sum();
        if sum == 0.0 {
            let observation = format!("{} at time {t} or before", record.observations[t]);
            let prediction = format!("{:.4?}", model.d().to_vec());
            return Err(Error::ImpossibleObservation { observation, prediction });
        }
        all.row_mut(t).assign(&(alpha / sum));
    }
    Ok(all)
}

/// All products W_t ⋯ W₁, each up to a factor: those of the first half, and those of the second times the whole first half.
fn prefixes(matrices: &[Array2<f64>]) -> Vec<Array2<f64>> {
    if matrices.len() < 2 {
        return matrices.to_vec();
    }
    let (left, right) = matrices.split_at(matrices.len() / 2);
    let mut all = prefixes(left);
    let whole = all[all.len() - 1].clone();
    let join = |later: Array2<f64>| {
        let product: Array2<f64> = later.dot(&whole);
        let largest = product.iter().copied().fold(0.0, f64::max);
        if largest > 0.0 { product / largest } else { product }
    };
    all.extend(prefixes(right).into_iter().map(join));
    all
}

/// One step of the filter of two states that change places with a fixed probability, as a unit with one number.
///
/// ```text
/// ℓ = ln q₁ − ln q₀,    m = 1 − 2 hazard
/// ℓ′ = 2 artanh(m tanh(ℓ / 2)) + evidence,    evidence = ln A[o, 1] − ln A[o, 0]
/// ```
/// The belief as a number from −1 to 1 is tanh(ℓ/2) = q₁ − q₀, and a change of state shrinks it by the factor m: that is all of
/// the prediction. Source: Glaze, Kable & Gold (2015), who write the same step with logarithms.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert!((recurrent::log_odds_step(9f64.ln(), 0.0, 0.25) - (0.7f64 / 0.3).ln()).abs() < 1e-12); // .9 → .75·.9 + .25·.1
/// assert_eq!(recurrent::log_odds_step(7.0, 1.5, 0.5), 1.5); // all may have changed: nothing is remembered
/// ```
pub fn log_odds_step(log_odds: f64, evidence: f64, hazard: f64) -> f64 {
    let kept = (1.0 - 2.0 * hazard) * (0.5 * log_odds).tanh();
    2.0 * kept.atanh() + evidence
}
