//! Perception as descent: move the logits of a belief down the slope of the variational free energy.
//!
//! ```text
//! q = softmax(x),    gᵢ = ln qᵢ − ln P(o, i),    F = Σᵢ qᵢ gᵢ,    ∂F/∂xᵢ = qᵢ (gᵢ − F)
//! ```
//! The slope needs the joint P(o, s) only, never the posterior: that is what the descent finds.
//!
//! Dual: [`crate::rl::perceive`], where the state needs no inference.

use super::check_log_joint;
use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;
use crate::prob::info::softmax;

/// The gradient of F with respect to the logits of a belief.
///
/// `log_joint`: ln P(o, s) for each state; `logits`: any numbers x with q = softmax(x). The parts add up to zero, since
/// a constant added to all logits changes nothing. A state that the belief rules out has slope 0.
///
/// # Panics
/// When the lengths differ, or no logit is finite.
///
/// ```
/// use aif_lib::aif::perceive::gradient::gradient;
/// // At the posterior (.75, .25) of the joint (.45, .15) the slope is zero.
/// let slope = gradient(&[0.45f64.ln(), 0.15f64.ln()], &[3f64.ln(), 0.0]);
/// assert!(slope.iter().all(|d| d.abs() < 1e-12));
/// ```
#[track_caller]
pub fn gradient(log_joint: &[f64], logits: &[f64]) -> Vec<f64> {
    let q = softmax(logits);
    let g = log_ratio(log_joint, &q);
    let f: f64 = q.iter().zip(&g).map(|(q, g)| q * g).sum();
    q.iter().zip(&g).map(|(q, g)| q * (g - f)).collect()
}

/// The natural gradient: the slope as measured by how much the *belief* changes, not its logits.
///
/// ```text
/// gᵢ − F,    which the Fisher matrix diag(q) − q qᵀ turns into the plain gradient
/// ```
/// A step of size 1 against it arrives at the posterior at once.
///
/// # Panics
/// As [`gradient`].
#[track_caller]
pub fn natural_gradient(log_joint: &[f64], logits: &[f64]) -> Vec<f64> {
    let q = softmax(logits);
    let g = log_ratio(log_joint, &q);
    let f: f64 = q.iter().zip(&g).map(|(q, g)| q * g).sum();
    q.iter().zip(&g).map(|(q, g)| if *q > 0.0 { g - f } else { 0.0 }).collect()
}

/// gᵢ = ln qᵢ − ln P(o, i); 0 where the belief is 0, so that 0 · ∞ does not appear.
#[track_caller]
fn log_ratio(log_joint: &[f64], q: &[f64]) -> Vec<f64> {
    assert_eq!(log_joint.len(), q.len(), "one logit for each state of the joint");
    let ratio = |(q, p): (&f64, &f64)| if *q > 0.0 { q.ln() - p } else { 0.0 };
    q.iter().zip(log_joint).map(ratio).collect()
}

/// Which slope to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slope {
    /// [`gradient`]
    Plain,
    /// [`natural_gradient`]
    Natural,
}

/// What happened on the way down.
#[derive(Debug, Clone, PartialEq)]
pub struct Descent {
    /// The belief before the first step and after each step.
    pub beliefs: Vec<Categorical>,
    /// F of each of these beliefs, in nats.
    pub free_energy: Vec<f64>,
    /// Whether the last slope was flat: no part of the plain gradient larger than 1e-10.
    pub converged: bool,
}

impl Descent {
    /// The last belief.
    pub fn belief(&self) -> &Categorical {
        &self.beliefs[self.beliefs.len() - 1]
    }
}

/// Walks down the slope of F from a belief, until it is flat or `max_steps` are done: x ← x − rate · slope.
///
/// `log_joint`: ln P(o, s) for each state. A rate that is too large can overshoot: look at the trace.
///
/// # Errors
/// - [`Error::Shape`]: not one probability for each state.
/// - [`Error::BadEntry`]: the joint has a NaN or +∞; or the start gives probability to a state where the joint is 0,
///   so that F is +∞ and has no slope.
/// - [`Error::ImpossibleObservation`]: the joint is 0 everywhere.
/// - [`Error::Parameter`]: the rate is not a finite number above 0.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::aif::perceive::gradient::{Slope, descend};
/// let joint = [0.45f64.ln(), 0.15f64.ln()];
/// let way = descend(&joint, &cat(&[0.1, 0.9]), Slope::Plain, 1.0, 1000)?;
/// assert!(way.converged && (way.belief()[0] - 0.75).abs() < 1e-8);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn descend(
    log_joint: &[f64],
    start: &Categorical,
    slope: Slope,
    rate: f64,
    max_steps: usize,
) -> Result<Descent> {
    check_log_joint(log_joint)?;
    if log_joint.len() != start.len() {
        return Err(Error::Shape {
            what: "the belief to start from".into(),
            expected: log_joint.len().to_string(),
            got: start.len().to_string(),
            cure: "give one probability for each state",
        });
    }
    let ruled_out = |s: &usize| start[*s] > 0.0 && log_joint[*s] == f64::NEG_INFINITY;
    if let Some(index) = (0..start.len()).find(ruled_out) {
        return Err(Error::BadEntry {
            what: "the belief to start from".into(),
            index,
            value: start[index],
            cure: "the joint rules this state out, so F is infinite: start from 0 here",
        });
    }
    if !(rate.is_finite() && rate > 0.0) {
        let expected = "a rate is a finite number above 0";
        return Err(Error::Parameter { name: "the rate", value: rate, expected });
    }
    let mut logits: Vec<f64> = start.probs().iter().map(|p| p.ln()).collect();
    let mut way = Descent { beliefs: vec![], free_energy: vec![], converged: false };
    for step in 0..=max_steps {
        let q = Categorical::from_logits(&logits);
        let g = log_ratio(log_joint, q.probs());
        way.free_energy.push(q.expect(&g));
        way.beliefs.push(q);
        let plain = gradient(log_joint, &logits);
        way.converged = plain.iter().all(|d| d.abs() <= 1e-10);
        if way.converged || step == max_steps {
            break;
        }
        let direction = match slope {
            Slope::Plain => plain,
            Slope::Natural => natural_gradient(log_joint, &logits),
        };
        logits.iter_mut().zip(&direction).for_each(|(x, d)| *x -= rate * d);
    }
    Ok(way)
}
