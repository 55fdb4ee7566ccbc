//! Variational free energy: how well any belief explains what is seen.
//!
//! Dual: [`crate::rl::perceive`], where the state needs no inference.

use std::fmt;

use crate::aif::model::GenerativeModel;
use crate::error::Result;
use crate::interaction::Obs;
use crate::prob::categorical::Categorical;
use crate::prob::info::xlogx;

/// Variational free energy of a belief, kept in the parts of both of its readings.
///
/// ```text
/// F[q] = complexity − accuracy = energy − entropy = KL[q‖P(s|o)] − ln P(o) ≥ −ln P(o)
/// ```
/// Unit: nats. Source: Smith, Friston & Whyte (2022), A step-by-step tutorial on active inference, Journal of Mathematical
/// Psychology 107:102632.
#[derive(Clone, Copy, PartialEq)]
pub struct FreeEnergy {
    /// KL[q‖P(s)]: how far the belief moved from the prior.
    pub complexity: f64,
    /// E_q[ln P(o|s)]: how well the belief explains the observation.
    pub accuracy: f64,
    /// −E_q[ln P(o, s)].
    pub energy: f64,
    /// H\[q\].
    pub entropy: f64,
}

impl FreeEnergy {
    /// F = complexity − accuracy.
    pub fn total(&self) -> f64 {
        self.complexity - self.accuracy
    }
}

impl fmt::Debug for FreeEnergy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { complexity, accuracy, .. } = self;
        write!(
            f,
            "F = {:.4} nats (complexity {complexity:.4} − accuracy {accuracy:.4})",
            self.total()
        )
    }
}

/// The variational free energy of any belief `q` about the state, given a prediction and an observation.
///
/// It is smallest, and equal to the surprise −ln P(o), at the exact posterior of [`correct`](super::correct). It is +∞ when `q` allows
/// a state that the prediction or the observation rules out.
///
/// # Errors
/// [`Error::Shape`](crate::Error::Shape), [`Error::OutOfRange`](crate::Error::OutOfRange): the observation, `q` or the prediction does not fit the model.
#[doc(alias = "calc_vfe")]
pub fn free_energy(
    model: &GenerativeModel,
    q: &Categorical,
    predicted: &Categorical,
    obs: &[Obs],
) -> Result<FreeEnergy> {
    model.check_belief("the belief q", q)?;
    model.check_belief("the prediction", predicted)?;
    let mut likelihood = vec![0.0; q.len()];
    if let Some(outcome) = model.outcome(obs)? {
        for &(s, p) in model.joint.likelihood.row(outcome) {
            likelihood[s as usize] = p;
        }
    }
    let mean_log = |p: &[f64]| -> f64 {
        q.probs().iter().zip(p).map(|(q, p)| if *q > 0.0 { q * p.ln() } else { 0.0 }).sum()
    };
    let (accuracy, log_prior) = (mean_log(&likelihood), mean_log(predicted.probs()));
    let negative_entropy: f64 = q.probs().iter().map(|q| xlogx(*q)).sum();
    Ok(FreeEnergy {
        complexity: negative_entropy - log_prior,
        accuracy,
        energy: -accuracy - log_prior,
        entropy: -negative_entropy + 0.0,
    })
}
