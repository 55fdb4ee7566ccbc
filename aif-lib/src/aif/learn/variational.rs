//! A hidden Markov model whose tables are not known but believed: Dirichlet counts for A, B and D, learned together with the
//! states, and a bound on the evidence for the number of states.
//!
//! ```text
//! F = E_q[ln q(s) − ln P(o, s | θ)] + KL[q(θ) ‖ p(θ)] ≥ −ln P(o)
//! ```
//! Source: Beal & Ghahramani (2003), The variational Bayesian EM algorithm for incomplete data, Bayesian Statistics 7.

use ndarray::{Array1, Array2, Array3, Axis};
use special::Gamma;

use super::baum_welch::{ExpectedCounts, enough, expected_counts};
use crate::aif::perceive::hmm::{Hmm, Record};
use crate::error::{Error, Result};
use crate::prob::dirichlet::kl_of_counts;

/// A belief about a hidden Markov model: Dirichlet counts, prior included.
#[derive(Debug, Clone, PartialEq)]
pub struct BelievedHmm {
    /// (o, s).
    pub a: Array2<f64>,
    /// (s′, s, u).
    pub b: Array3<f64>,
    /// (s).
    pub d: Array1<f64>,
    /// What was believed before: the same count everywhere.
    pub prior: f64,
    /// F after each sweep, in nats. It never rises.
    pub free_energy: Vec<f64>,
}

impl BelievedHmm {
    fn new(counts: &ExpectedCounts, prior: f64) -> Self {
        let (a, b, d) = (&counts.a + prior, &counts.b + prior, &counts.d + prior);
        Self { a, b, d, prior, free_energy: Vec::new() }
    }

    /// The mean model: each column of counts by its sum.
    pub fn mean(&self) -> Hmm {
        let (mut a, mut b, mut d) = (self.a.clone(), self.b.clone(), self.d.clone());
        a.columns_mut().into_iter().for_each(|mut c| c /= c.sum());
        b.lanes_mut(Axis(0)).into_iter().for_each(|mut c| c /= c.sum());
        d /= d.sum();
        Hmm::new_unchecked(a, b, d)
    }

    /// What inference of the states uses in the place of probabilities: exp E[ln θ] = exp(ψ(α) − ψ(Σα)). Columns sum to less
    /// than one, the less the fewer the counts.
    fn weights(&self) -> Hmm {
        fn soften(mut column: ndarray::ArrayViewMut1<'_, f64>) {
            let total = column.sum().digamma();
            column.mapv_inplace(|x| (x.digamma() - total).exp());
        }
        let (mut a, mut b, mut d) = (self.a.clone(), self.b.clone(), self.d.clone());
        a.columns_mut().into_iter().for_each(soften);
        b.lanes_mut(Axis(0)).into_iter().for_each(soften);
        soften(d.view_mut());
        Hmm::new_unchecked(a, b, d)
    }

    /// KL divergence of the counts from their prior: the complexity of what was learned, in nats.
    pub fn complexity(&self) -> f64 {
        let kl = |column: ndarray::ArrayView1<'_, f64>| {
            let counts = column.to_vec();
            kl_of_counts(&counts, &vec![self.prior; counts.len()])
        };
        let a: f64 = self.a.columns().into_iter().map(kl).sum();
        let b: f64 = self.b.lanes(Axis(0)).into_iter().map(kl).sum();
        a + b + kl(self.d.view())
    }
}

/// Learns a belief about a model: states and tables in turn, each given what is believed of the other.
///
/// `start`: the model of the first inference of states. `prior`: the Dirichlet count of every entry. It stops when F falls by
/// less than `tolerance` nats, or after `sweeps`.
///
/// # Errors
/// - [`Error::Parameter`]: the prior is not a positive number, or there is no sweep.
/// - [`Error::MoreStatesThanData`]: fewer observations than states.
/// - Otherwise as [`expected_counts`].
pub fn variational(
    start: &Hmm,
    records: &[Record],
    prior: f64,
    sweeps: usize,
    tolerance: f64,
) -> Result<BelievedHmm> {
    if !(prior > 0.0 && prior.is_finite()) {
        let expected = "a Dirichlet prior has counts above 0";
        return Err(Error::Parameter { name: "prior", value: prior, expected });
    }
    if sweeps == 0 {
        let expected = "at least one sweep";
        return Err(Error::Parameter { name: "sweeps", value: 0.0, expected });
    }
    enough(start.n_states(), records)?;
    let mut belief = BelievedHmm::new(&expected_counts(start, records)?, prior);
    let mut trace: Vec<f64> = Vec::new();
    for sweep in 1..=sweeps {
        // F with the states that are best for these counts: −ln Z of the softened model, and the complexity of the counts.
        let counts = expected_counts(&belief.weights(), records)?;
        trace.push(belief.complexity() - counts.log_evidence);
        let settled = matches!(trace[..], [.., a, b] if a - b < tolerance);
        if settled || sweep == sweeps {
            break;
        }
        belief = BelievedHmm::new(&counts, prior);
    }
    belief.free_energy = trace;
    Ok(belief)
}
