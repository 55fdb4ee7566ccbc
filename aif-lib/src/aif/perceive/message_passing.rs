//! Message passing over time: a belief about each moment of an episode, formed of what it shows and of messages from the
//! moments beside it.
//!
//! ```text
//! qₜ(s) ∝ Lₜ(s) · exp( past + future )
//!
//! variational    past = E[ ln B[s, sₜ₋₁, u] ]          future = E[ ln B[sₜ₊₁, s, u] ]
//! marginal       past = ½ ln E[ B[s, sₜ₋₁, u] ]        future = ½ ln E[ B†[s, sₜ₊₁, u] ]
//! ```
//! E is the mean under the neighbour's belief, and B† is B read backward: B†[s, s′] = B[s′, s] / Σₛ B[s′, s]. To the first
//! moment the past says ln D (marginal: half of it). To the last the future says nothing, and there the marginal past counts
//! in full. Lₜ is [`state_likelihood`].
//!
//! Both take something from exactness, and on one chain of joint states neither gives speed in return: [`smooth`](super::smooth)
//! is exact and as quick. They are here because the toolboxes of the field infer so.
//! - *Variational* messages take the moments for independent, which is mean field over time. Its free energy falls, but the
//!   mean of a logarithm is −∞ where B has a zero that the neighbour does not exclude: a state that lasts and is not known
//!   for certain is beyond them, and that is an error.
//! - *Marginal* messages take the logarithm of a mean, so zeros are no obstacle. There is no bound behind them, and what lasts
//!   is counted again and again: at the last moment, n equal looks at a thing that never changes weigh as n² do.
//!
//! Source: Parr, Markovic, Kiebel & Friston (2019), Neuronal message passing using mean-field, Bethe, and marginal
//! approximations, Scientific Reports 9:1889. The weights at both ends are those of pymdp.
//!
//! Dual: [`crate::rl::perceive`], where the state needs no inference.

use ndarray::{Array1, Array2, Axis};

use super::check_actions;
use super::evidence::{Evidence, state_likelihood};
use super::inference::Inference;
use super::mean_field::TOLERANCE;
use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::Action;
use crate::prob::categorical::Categorical;

/// What a moment hears from its neighbours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Messages {
    /// The mean of a logarithm.
    #[doc(alias = "vmp")]
    Variational,
    /// Half of the logarithm of a mean.
    #[doc(alias = "mmp")]
    Marginal,
}

impl Messages {
    /// From the moment before, of which `q` is believed. `b`: shape (s′, s).
    fn past(self, b: &Array2<f64>, q: &[f64], last: bool) -> Vec<f64> {
        match self {
            Self::Variational => mean_log(b.rows(), q),
            Self::Marginal => log_mean(b, q, if last { 1.0 } else { 0.5 }),
        }
    }

    /// To the first moment.
    fn start(self, prior: &[f64], last: bool) -> Vec<f64> {
        let weight = if self == Self::Marginal && !last { 0.5 } else { 1.0 };
        prior.iter().map(|p| weight * p.ln()).collect()
    }

    /// From the moment after, of which `q` is believed.
    fn future(self, b: &Array2<f64>, q: &[f64]) -> Vec<f64> {
        match self {
            Self::Variational => mean_log(b.columns(), q),
            Self::Marginal => {
                let sums = b.sum_axis(Axis(1)).insert_axis(Axis(1));
                // A state that nothing leads to is never believed in: its row may stay empty.
                let backward = (b / &sums.mapv(|sum| if sum > 0.0 { sum } else { 1.0 }))
                    .reversed_axes();
                log_mean(&backward, q, 0.5)
            }
        }
    }
}

/// Σ q ln p for each lane, where 0 ln 0 is 0.
fn mean_log<'a>(
    lanes: impl IntoIterator<Item = ndarray::ArrayView1<'a, f64>>,
    q: &[f64],
) -> Vec<f64> {
    let mean = |(q, p): (&f64, &f64)| if *q > 0.0 { q * p.ln() } else { 0.0 };
    lanes.into_iter().map(|lane| q.iter().zip(lane).map(mean).sum()).collect()
}

fn log_mean(b: &Array2<f64>, q: &[f64], weight: f64) -> Vec<f64> {
    b.dot(&Array1::from(q.to_vec())).iter().map(|p| weight * p.ln()).collect()
}

/// A belief about each moment of an episode, by messages.
///
/// `evidence`: what the senses said at each moment; `actions`: one between every two. It starts from what the filter believed
/// at each moment and then updates the moments in turn, each from the newest beliefs beside it, until a sweep moves nothing (by
/// more than 1e-12) or `sweeps` are done.
///
/// # Errors
/// - [`Error::Empty`]: no moment.
/// - [`Error::Shape`]: not one action between every two moments.
/// - [`Error::BadEntry`]: the neighbours of a moment leave no state possible there.
/// - As [`Inference::filter`].
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::aif::perceive::evidence::seen;
/// use aif_lib::aif::perceive::message_passing::{Messages, message_passing};
/// // Nothing is seen in the centre; then the cue of the T-maze says left, and is right nine times of ten.
/// let model = tmaze::model(0.9, &tmaze::PREFERENCE)?;
/// let sure = message_passing(&model, model.prior(), &[seen(&[0]), seen(&[1])], &[1], Messages::Marginal, 100)?;
/// assert!((sure[1][2] - 0.81 / 0.82).abs() < 1e-9); // as if it had been seen twice
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[doc(alias = "run_mmp")]
#[doc(alias = "run_vmp")]
pub fn message_passing(
    model: &GenerativeModel,
    prior: &Categorical,
    evidence: &[Vec<Evidence>],
    actions: &[Action],
    messages: Messages,
    sweeps: usize,
) -> Result<Vec<Categorical>> {
    let Some((first, later)) = evidence.split_first() else {
        return Err(Error::Empty { what: "the list of evidence".into() });
    };
    check_actions(evidence.len(), actions)?;
    let mut beliefs = vec![Inference::Exact.correct(model, prior, first)?.belief];
    for (seen, &action) in later.iter().zip(actions) {
        let before = &beliefs[beliefs.len() - 1];
        beliefs.push(Inference::Exact.filter(model, before, action, seen)?.belief);
    }
    let shown: Vec<Vec<f64>> =
        evidence.iter().map(|seen| state_likelihood(model, seen)).collect::<Result<_>>()?;
    let moves: Vec<Array2<f64>> =
        actions.iter().map(|&u| model.transition().matrix(u)).collect();
    for _ in 0..sweeps {
        let mut moved: f64 = 0.0;
        for t in 0..beliefs.len() {
            let new = update(&shown[t], &beliefs, &moves, prior, messages, t)?;
            let step = |(new, old): (&f64, &f64)| (new - old).abs();
            moved =
                new.probs().iter().zip(beliefs[t].probs()).map(step).fold(moved, f64::max);
            beliefs[t] = new;
        }
        if moved <= TOLERANCE {
            break;
        }
    }
    Ok(beliefs)
}

/// The belief about moment `t`, from the beliefs beside it.
fn update(
    shown: &[f64],
    beliefs: &[Categorical],
    moves: &[Array2<f64>],
    prior: &Categorical,
    messages: Messages,
    t: usize,
) -> Result<Categorical> {
    let last = t == moves.len();
    let past = match t {
        0 => messages.start(prior.probs(), last),
        _ => messages.past(&moves[t - 1], beliefs[t - 1].probs(), last),
    };
    let future = match last {
        true => vec![0.0; shown.len()],
        false => messages.future(&moves[t], beliefs[t + 1].probs()),
    };
    let logits: Vec<f64> =
        shown.iter().zip(past).zip(future).map(|((l, p), f)| l.ln() + p + f).collect();
    if logits.iter().all(|x| *x == f64::NEG_INFINITY) {
        return Err(Error::BadEntry {
            what: format!("the expected log-probability of each state at moment {t}"),
            index: 0,
            value: f64::NEG_INFINITY,
            cure: "variational messages cannot keep clear of the zeros of B: use marginal messages, or exact inference",
        });
    }
    Ok(Categorical::from_logits(&logits))
}
