//! Mean field: a belief about several factors as a product of beliefs about each, found by coordinate ascent.
//!
//! ```text
//! q(s₁, s₂, …) = q₁(s₁) q₂(s₂) …,    q_f(s_f) ∝ exp E_{all others} [ ln P(o, s) ]
//! ```
//! One factor at a time, each from the *newest* beliefs about the others: then F falls with every update and must
//! settle. Updating all factors at once from the old beliefs has no such guarantee, and can go back and forth for ever.
//! What is lost is dependence: the result can be far too sure of itself, so this crate uses it only to be studied.
//!
//! Dual: [`crate::rl::perceive`], where the state needs no inference.

use ndarray::ArrayD;

use super::check_log_joint;
use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;

/// A sweep that moves no probability by more than this ends the ascent.
pub(super) const TOLERANCE: f64 = 1e-12;

/// A product of beliefs, and how it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanField {
    /// The belief about each factor.
    pub factors: Vec<Categorical>,
    /// F at the start and after each sweep, in nats; it never rises.
    pub free_energy: Vec<f64>,
    /// Whether the last sweep moved nothing (by more than 1e-12).
    pub converged: bool,
}

/// The best belief about one factor, given beliefs about all the others.
///
/// ```text
/// q_f(s_f) ∝ exp Σ_{others} [ Π_{g ≠ f} q_g(s_g) ] ln P(o, s)
/// ```
/// `log_joint`: one axis for each factor.
///
/// # Errors
/// - [`Error::Shape`]: not one belief for each axis, of its length.
/// - [`Error::OutOfRange`]: there is no such factor.
/// - [`Error::BadEntry`]: the others allow, for each level of this factor, something impossible: F is +∞ whatever it does.
pub fn update(
    log_joint: &ArrayD<f64>,
    factors: &[Categorical],
    f: usize,
) -> Result<Categorical> {
    check_factors(log_joint, factors)?;
    if f >= factors.len() {
        let what = "the factor".into();
        return Err(Error::OutOfRange { what, index: f, len: factors.len() });
    }
    let mut expected = vec![0.0; factors[f].len()];
    for (levels, log_p) in log_joint.indexed_iter() {
        let others = (0..factors.len()).filter(|g| *g != f);
        let weight: f64 = others.map(|g| factors[g][levels[g]]).product();
        if weight > 0.0 {
            expected[levels[f]] += weight * log_p;
        }
    }
    if expected.iter().all(|x| *x == f64::NEG_INFINITY) {
        return Err(Error::BadEntry {
            what: format!("the expected log-probability of each level of factor {f}"),
            index: 0,
            value: f64::NEG_INFINITY,
            cure: "a product of beliefs cannot keep clear of these zeros from here: start it nearer to one \
                   possible state, or use exact inference",
        });
    }
    Ok(Categorical::from_logits(&expected))
}

/// The variational free energy of a product of beliefs: F = Σ_f −H(q_f) − E_q ln P(o, s), in nats.
///
/// # Errors
/// [`Error::Shape`]: not one belief for each axis of the table, of its length.
pub fn free_energy(log_joint: &ArrayD<f64>, factors: &[Categorical]) -> Result<f64> {
    check_factors(log_joint, factors)?;
    let table = product(factors);
    let expected: f64 =
        table.iter().zip(log_joint).map(|(q, p)| if *q > 0.0 { q * p } else { 0.0 }).sum();
    Ok(-factors.iter().map(Categorical::entropy).sum::<f64>() - expected)
}

/// The product of beliefs as a table, one axis for each factor.
pub fn product(factors: &[Categorical]) -> ArrayD<f64> {
    let shape: Vec<usize> = factors.iter().map(Categorical::len).collect();
    ArrayD::from_shape_fn(shape, |levels| {
        factors.iter().enumerate().map(|(f, q)| q[levels[f]]).product()
    })
}

/// What a table of probabilities says about each factor alone: the best product if the whole is known.
///
/// # Errors
/// As [`Categorical::new`]: the table is not a distribution.
pub fn marginals(table: &ArrayD<f64>) -> Result<Vec<Categorical>> {
    let marginal = |f: usize| {
        let mut p = vec![0.0; table.shape()[f]];
        table.indexed_iter().for_each(|(levels, q)| p[levels[f]] += q);
        Categorical::new(p)
    };
    (0..table.ndim()).map(marginal).collect()
}

/// Coordinate ascent: [`update`]s the factors in turn until a sweep moves nothing, or `max_sweeps` are done.
///
/// `log_joint`: ln P(o, s), one axis for each factor. `start`: where to begin; F has often more than one minimum, and
/// the start decides which is found.
///
/// # Errors
/// - As [`update`].
/// - [`Error::BadEntry`], [`Error::ImpossibleObservation`]: the table is not one of log-probabilities.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::aif::perceive::mean_field::mean_field;
/// // Two independent coins: a product loses nothing.
/// let joint = array![[0.42f64.ln(), 0.18f64.ln()], [0.28f64.ln(), 0.12f64.ln()]].into_dyn();
/// let found = mean_field(&joint, &[Categorical::uniform(2), Categorical::uniform(2)], 10)?;
/// assert!(found.converged && (found.factors[0][0] - 0.6).abs() < 1e-12 && (found.factors[1][0] - 0.7).abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn mean_field(
    log_joint: &ArrayD<f64>,
    start: &[Categorical],
    max_sweeps: usize,
) -> Result<MeanField> {
    check_log_joint(&log_joint.iter().copied().collect::<Vec<_>>())?;
    let mut factors = start.to_vec();
    let mut trace = vec![free_energy(log_joint, &factors)?];
    let mut converged = false;
    while !converged && trace.len() <= max_sweeps {
        let mut moved: f64 = 0.0;
        for f in 0..factors.len() {
            let new = update(log_joint, &factors, f)?;
            let step = |(new, old): (&f64, &f64)| (new - old).abs();
            let steps = new.probs().iter().zip(factors[f].probs()).map(step);
            moved = steps.fold(moved, f64::max);
            factors[f] = new;
        }
        trace.push(free_energy(log_joint, &factors)?);
        converged = moved <= TOLERANCE;
    }
    Ok(MeanField { factors, free_energy: trace, converged })
}

fn check_factors(log_joint: &ArrayD<f64>, factors: &[Categorical]) -> Result<()> {
    let shape: Vec<usize> = factors.iter().map(Categorical::len).collect();
    if log_joint.shape() == shape {
        return Ok(());
    }
    Err(Error::Shape {
        what: "the list of beliefs".into(),
        expected: format!("{:?}", log_joint.shape()),
        got: format!("{shape:?}"),
        cure: "give one belief for each axis of the table, as long as the axis",
    })
}
