//! [`Dirichlet`]: a belief about a distribution, kept as counts.

use special::Gamma;

use super::categorical::Categorical;
use super::info::entropy;
use crate::error::{Error, Result};

/// Counts α over n outcomes: what has been seen, plus what was assumed before.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut habit = Dirichlet::new(vec![1.0, 1.0])?;
/// habit.observe(0, 2.0);
/// assert_eq!(habit.mean(), cat(&[0.75, 0.25]));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Dirichlet(Vec<f64>);

impl Dirichlet {
    /// A belief from its counts.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no count.
    /// - [`Error::BadEntry`]: a count is not a positive finite number.
    pub fn new(counts: Vec<f64>) -> Result<Self> {
        if counts.is_empty() {
            return Err(Error::Empty { what: "this list of counts".into() });
        }
        if let Some(index) = counts.iter().position(|c| !(c.is_finite() && *c > 0.0)) {
            return Err(Error::BadEntry {
                what: "this list of counts".into(),
                index,
                value: counts[index],
                cure: "a Dirichlet count is a finite number above 0; leave an impossible outcome out",
            });
        }
        Ok(Self(counts))
    }

    /// The counts.
    pub fn counts(&self) -> &[f64] {
        &self.0
    }

    /// Adds `weight` to the count of an outcome: the whole of Bayesian learning for categories.
    ///
    /// # Panics
    /// When the outcome is out of range or the weight is negative.
    #[track_caller]
    pub fn observe(&mut self, outcome: usize, weight: f64) {
        assert!(
            weight >= 0.0,
            "observe: a weight of {weight} would unlearn; use 0 or more"
        );
        self.0[outcome] += weight;
    }

    /// The expected distribution, α / Σα.
    pub fn mean(&self) -> Categorical {
        let total: f64 = self.0.iter().sum();
        Categorical::new_unchecked(self.0.iter().map(|a| a / total).collect())
    }

    /// KL divergence of this belief from `prior`: how much was learned.
    ///
    /// ```text
    /// KL[Dir(q)‖Dir(p)] = ln Γ(Σq) − ln Γ(Σp) − Σ ln Γ(qᵢ) + Σ ln Γ(pᵢ) + Σ (qᵢ − pᵢ)(ψ(qᵢ) − ψ(Σq))
    /// ```
    /// Unit: nats.
    ///
    /// # Panics
    /// When the lengths differ.
    #[track_caller]
    pub fn kl(&self, prior: &Self) -> f64 {
        assert_eq!(
            self.0.len(),
            prior.0.len(),
            "kl: both need the same number of outcomes"
        );
        let (q0, p0): (f64, f64) = (self.0.iter().sum(), prior.0.iter().sum());
        let terms = self.0.iter().zip(&prior.0).map(|(&q, &p)| {
            ln_gamma(p) - ln_gamma(q) + (q - p) * (q.digamma() - q0.digamma())
        });
        ln_gamma(q0) - ln_gamma(p0) + terms.sum::<f64>()
    }

    /// What one more observation of an outcome would teach: the KL divergence of the counts after it from these.
    ///
    /// ```text
    /// W(o) = KL[Dir(α + 1ₒ)‖Dir(α)] = ln α₀ − ln αₒ + ψ(αₒ) − ψ(α₀) + 1/αₒ − 1/α₀,    α₀ = Σα
    /// ```
    /// Unit: nats. A rare outcome teaches more than a common one; everything teaches less as counts grow.
    ///
    /// # Panics
    /// When the outcome is out of range.
    #[track_caller]
    pub fn gain(&self, outcome: usize) -> f64 {
        let surprise = |a: f64| a.digamma() - a.ln() + 1.0 / a;
        surprise(self.0[outcome]) - surprise(self.0.iter().sum())
    }

    /// What the next observation is expected to teach: the gain of each outcome, weighted by its expected probability.
    ///
    /// ```text
    /// Σₒ (αₒ / α₀) W(o)
    /// ```
    /// Exactly the mutual information between the next observation and the distribution itself. Unit: nats. About
    /// (n − 1) / (2 α₀) when there are many counts.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// // A coin of which nothing is known: ln 2 minus the mean entropy ½ of a uniform coin.
    /// let coin = Dirichlet::new(vec![1.0, 1.0])?;
    /// assert!((coin.expected_gain() - (2f64.ln() - 0.5)).abs() < 1e-12);
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn expected_gain(&self) -> f64 {
        expected_gain(&self.0)
    }
}

/// [`Dirichlet::expected_gain`] of counts that are known to be positive.
///
/// ```text
/// H(m) − Σᵢ mᵢ ( ψ(α₀ + 1) − ψ(αᵢ + 1) ),    m = α/α₀
/// ```
pub(crate) fn expected_gain(counts: &[f64]) -> f64 {
    let total: f64 = counts.iter().sum();
    let mean: Vec<f64> = counts.iter().map(|a| a / total).collect();
    let all = (total + 1.0).digamma();
    let noise = |(m, a): (&f64, &f64)| m * (all - (a + 1.0).digamma());
    entropy(&mean) - mean.iter().zip(counts).map(noise).sum::<f64>()
}

/// ln Γ(x) for x > 0.
fn ln_gamma(x: f64) -> f64 {
    Gamma::ln_gamma(x).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kl_by_hand() {
        // KL[Dir(2,1)‖Dir(1,1)] = ∫ 2x ln 2x dx = ln 2 − 1/2.
        let (q, p) = (
            Dirichlet::new(vec![2.0, 1.0]).unwrap(),
            Dirichlet::new(vec![1.0, 1.0]).unwrap(),
        );
        assert!((q.kl(&p) - (2f64.ln() - 0.5)).abs() < 1e-12);
        assert!(p.kl(&p).abs() < 1e-12);
    }

    #[test]
    fn the_gain_is_the_kl_divergence_of_one_more_count() {
        let before = Dirichlet::new(vec![0.5, 2.0, 4.0]).unwrap();
        for outcome in 0..3 {
            let mut after = before.clone();
            after.observe(outcome, 1.0);
            assert!((before.gain(outcome) - after.kl(&before)).abs() < 1e-12);
        }
    }

    #[test]
    fn the_expected_gain_falls_as_one_over_twice_the_count() {
        let gain = |n: f64| Dirichlet::new(vec![0.3 * n, 0.7 * n]).unwrap().expected_gain();
        assert!(
            (gain(1e3) * 2e3 - 1.0).abs() < 1e-2 && (gain(1e5) * 2e5 - 1.0).abs() < 1e-3
        );
    }

    #[test]
    fn bad_counts_are_named() {
        let message = |c: &[f64]| Dirichlet::new(c.to_vec()).unwrap_err().to_string();
        assert!(message(&[1.0, 0.0]).contains("entry 1 is 0"));
        assert!(message(&[f64::NAN]).contains("NaN"));
        assert!(message(&[]).contains("empty"));
    }
}
