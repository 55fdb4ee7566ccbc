//! Bayesian model reduction: what the evidence would have been with another prior, without going back to the data.
//!
//! Source: Friston & Penny (2011); for Dirichlet counts it is exact, since the prior is conjugate.

use crate::error::{Error, Result};
use crate::prob::dirichlet::ln_probability;

/// A belief about one distribution, as if its prior had been another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Reduced {
    /// The counts after the same observations.
    pub posterior: Vec<f64>,
    /// The free energy with the reduced prior minus that with the full one, in nats. Below 0 the reduced model explains the
    /// data better; its negative is the logarithm of the Bayes factor.
    pub change: f64,
}

/// What the evidence for a column of counts would be with another prior.
///
/// ```text
/// ΔF = ln B(q) + ln B(r) − ln B(p) − ln B(q + r − p),      ln B(z) = Σ ln Γ(zᵢ) − ln Γ(Σ zᵢ)
/// ```
/// `prior` p, `posterior` q, `reduced` r: counts of the same outcomes. In the reduced prior a 0 says that an outcome is
/// impossible: then ΔF is +∞ if it was seen.
///
/// # Errors
/// - [`Error::Shape`]: the three differ in length.
/// - [`Error::Empty`]: the reduced prior holds nothing possible.
/// - [`Error::BadEntry`]: a prior count is not positive, a posterior count lies below its prior, or a count is not finite.
///
/// ```
/// # use aif_lib::prelude::*;
/// // Eight heads in ten tosses: was the coin fair? ln P(data | any coin) = −ln 495, ln P(data | fair) = −10 ln 2.
/// let fair = model_reduction::reduce(&[1.0, 1.0], &[9.0, 3.0], &[1e9, 1e9])?;
/// assert!((fair.change - (10.0 * 2f64.ln() - 495f64.ln())).abs() < 1e-6);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn reduce(prior: &[f64], posterior: &[f64], reduced: &[f64]) -> Result<Reduced> {
    let n = prior.len();
    for (what, list) in [("the posterior", posterior), ("the reduced prior", reduced)] {
        if list.len() != n {
            let (expected, got) = (n.to_string(), list.len().to_string());
            return Err(Error::Shape {
                what: what.into(),
                expected,
                got,
                cure: "one count for each outcome",
            });
        }
    }
    let bad = |what: &str, index: usize, value: f64, cure| {
        Err(Error::BadEntry { what: what.into(), index, value, cure })
    };
    for (i, ((&p, &q), &r)) in prior.iter().zip(posterior).zip(reduced).enumerate() {
        if !(p > 0.0 && p.is_finite()) {
            return bad("the prior", i, p, "a prior count is a finite number above 0");
        }
        if !(q >= p && q.is_finite()) {
            let cure = "a posterior count is its prior's and what was seen: no less";
            return bad("the posterior", i, q, cure);
        }
        if !(r >= 0.0 && r.is_finite()) {
            let cure = "a reduced count is a finite number, 0 or more";
            return bad("the reduced prior", i, r, cure);
        }
    }
    if reduced.iter().all(|r| *r == 0.0) {
        return Err(Error::Empty {
            what: "the set of outcomes that the reduced prior allows".into(),
        });
    }
    let seen = |i: usize| posterior[i] - prior[i];
    let after: Vec<f64> =
        (0..n).map(|i| if reduced[i] > 0.0 { reduced[i] + seen(i) } else { 0.0 }).collect();
    if (0..n).any(|i| reduced[i] == 0.0 && seen(i) > 0.0) {
        return Ok(Reduced { posterior: after, change: f64::INFINITY });
    }
    let allowed = |counts: &[f64]| -> Vec<f64> {
        (0..n).filter(|i| reduced[*i] > 0.0).map(|i| counts[i]).collect()
    };
    let change = ln_probability(prior, posterior)
        - ln_probability(&allowed(reduced), &allowed(&after));
    Ok(Reduced { posterior: after, change })
}
