//! What the two levels tell each other.

use ndarray::{Array2, ArrayView1};

use crate::error::{Error, Result, same_length};
use crate::prob::categorical::Categorical;

/// Down, once: what the context lets one expect of the trial.
///
/// ```text
/// P(s₀) = Σ_c D[s₀ | c] Q(c)
/// ```
/// `d`: (state, context).
///
/// # Panics
/// When `q` has not one probability for each column.
///
/// ```
/// # use aif_lib::prelude::*;
/// let morning = hierarchical::down(&array![[0.8, 0.2], [0.2, 0.8]], &[0.75, 0.25]);
/// assert!((morning[0] - 0.65).abs() < 1e-12);
/// ```
#[track_caller]
pub fn down(d: &Array2<f64>, q: &[f64]) -> Vec<f64> {
    same_length("down", "probabilities", q.len(), "contexts", d.ncols());
    d.dot(&ArrayView1::from(q)).to_vec()
}

/// Up, once: how well each context explains the whole trial. It is a likelihood, so it need not sum to one.
///
/// ```text
/// L(c) = Σ_{s₀} D[s₀ | c] β(s₀),     β(s₀) = P(all that was seen in the trial | s₀)
/// ```
/// `d`: (state, context).
///
/// # Panics
/// When `beta` has not one number for each row.
///
/// ```
/// # use aif_lib::prelude::*;
/// // Food on the left, for sure: the left context explains it four times as well.
/// assert_eq!(hierarchical::up(&array![[0.8, 0.2], [0.2, 0.8]], &[1.0, 0.0]), [0.8, 0.2]);
/// ```
#[track_caller]
pub fn up(d: &Array2<f64>, beta: &[f64]) -> Vec<f64> {
    same_length("up", "numbers in beta", beta.len(), "states", d.nrows());
    ArrayView1::from(beta).dot(d).to_vec()
}

/// One tick of the slow clock: correct by what came up, then predict the next trial.
///
/// ```text
/// Q(c′) = Σ_c B2[c′, c] · Q(c) L(c) / Σ Q(c) L(c)
/// ```
/// `b2`: (next context, context).
///
/// # Errors
/// [`Error::ImpossibleObservation`]: no context that is believed possible explains the trial.
///
/// # Panics
/// When the lengths differ.
///
/// ```
/// # use aif_lib::prelude::*;
/// let b2 = array![[0.98, 0.02], [0.02, 0.98]];
/// let q = hierarchical::slow_step(&[0.5, 0.5], &[0.8, 0.2], &b2)?;
/// assert!((q[0] - 0.788).abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[track_caller]
pub fn slow_step(q: &[f64], l: &[f64], b2: &Array2<f64>) -> Result<Categorical> {
    Ok(Categorical::new_unchecked(down(b2, &corrected(q, l)?)))
}

/// Q(c) L(c), normalised.
#[track_caller]
pub(super) fn corrected(q: &[f64], l: &[f64]) -> Result<Vec<f64>> {
    same_length("slow_step", "numbers in L", l.len(), "contexts", q.len());
    let joint: Vec<f64> = q.iter().zip(l).map(|(q, l)| q * l).collect();
    let evidence: f64 = joint.iter().sum();
    // Written so that NaN is refused, too.
    if evidence > 0.0 {
        return Ok(joint.into_iter().map(|j| j / evidence).collect());
    }
    Err(Error::ImpossibleObservation {
        observation: format!("the trial with L = {l:?}"),
        prediction: format!("{q:?}"),
    })
}
