//! [`Gaussian`]: the normal distribution of one number.

use std::f64::consts::TAU;
use std::fmt;

use super::random::{Rng, normal};
use super::stable::log_gap;
use crate::error::{Error, Result};

/// A normal distribution with a mean and a variance, which is the square of its standard deviation.
///
/// ```
/// # use aif_lib::prelude::*;
/// // A prior of mean 0 and variance 4; a sensor of noise variance 1 reads 5.
/// let (belief, log_evidence) = Gaussian::new(0.0, 4.0)?.posterior(1.0, 5.0)?;
/// assert!((belief.mean() - 4.0).abs() < 1e-12 && (belief.variance() - 0.8).abs() < 1e-12);
/// assert!((log_evidence - Gaussian::new(0.0, 5.0)?.log_density(5.0)).abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Gaussian {
    mean: f64,
    variance: f64,
}

/// A variance must be a finite number above 0.
pub(crate) fn check_variance(name: &'static str, variance: f64) -> Result<()> {
    if variance.is_finite() && variance > 0.0 {
        return Ok(());
    }
    let expected = "a variance is a finite number above 0 (and a precision is 1 over it)";
    Err(Error::Parameter { name, value: variance, expected })
}

/// A mean, a measurement: any finite number.
pub(crate) fn check_number(name: &'static str, value: f64) -> Result<()> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::Parameter { name, value, expected: "use a finite number" })
}

impl Gaussian {
    /// A normal distribution from its mean and its variance.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the mean is not finite, or the variance is not above 0.
    pub fn new(mean: f64, variance: f64) -> Result<Self> {
        check_number("the mean", mean)?;
        check_variance("the variance", variance)?;
        Ok(Self { mean, variance })
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The variance σ².
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// The precision 1/σ²: how much this distribution counts when it is combined with another.
    pub fn precision(&self) -> f64 {
        1.0 / self.variance
    }

    /// The logarithm of the density.
    ///
    /// ```text
    /// ln N(x; μ, σ²) = −½ [ (x − μ)²/σ² + ln 2πσ² ]
    /// ```
    pub fn log_density(&self, x: f64) -> f64 {
        -0.5 * ((x - self.mean).powi(2) / self.variance + (TAU * self.variance).ln())
    }

    /// The density.
    pub fn density(&self, x: f64) -> f64 {
        self.log_density(x).exp()
    }

    /// The differential entropy ½ ln 2πeσ², in nats. It is negative for a narrow distribution.
    pub fn entropy(&self) -> f64 {
        0.5 * (TAU * self.variance).ln() + 0.5
    }

    /// The divergence KL\[self‖p\], in nats.
    ///
    /// ```text
    /// KL = ½ [ σ²/σₚ² + (μ − μₚ)²/σₚ² − 1 + ln σₚ²/σ² ]
    /// ```
    pub fn kl(&self, p: &Gaussian) -> f64 {
        let spread = log_gap(self.variance, p.variance); // σ²/σₚ² − 1 − ln σ²/σₚ²
        0.5 * (spread + (self.mean - p.mean).powi(2) / p.variance)
    }

    /// Bayes' rule for a noisy measurement o = x + noise: the belief about x, and ln p(o).
    ///
    /// ```text
    /// 1/σ² = 1/σₚ² + 1/σₒ²,    μ = σ² (μₚ/σₚ² + o/σₒ²),    p(o) = N(o; μₚ, σₚ² + σₒ²)
    /// ```
    /// Precisions add, and the mean is weighted by them. `noise`: σₒ².
    ///
    /// # Errors
    /// [`Error::Parameter`]: the noise is not above 0, or the measurement is not finite.
    pub fn posterior(&self, noise: f64, o: f64) -> Result<(Gaussian, f64)> {
        check_variance("the noise", noise)?;
        check_number("the measurement", o)?;
        let variance = 1.0 / (self.precision() + 1.0 / noise);
        let mean = variance * (self.mean * self.precision() + o / noise);
        let seen = Gaussian { mean: self.mean, variance: self.variance + noise };
        Ok((Gaussian { mean, variance }, seen.log_density(o)))
    }

    /// Draws a number, by the Box–Muller transform.
    pub fn sample(&self, rng: &mut dyn Rng) -> f64 {
        self.mean + normal(self.variance.sqrt(), rng)
    }
}

/// What a notebook shows: mean and variance.
impl fmt::Debug for Gaussian {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "N(mean {:.4}, variance {:.4})", self.mean, self.variance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    /// ∫ f over ±10 standard deviations of a distribution, by the midpoint rule.
    fn integral(g: &Gaussian, f: &dyn Fn(f64) -> f64) -> f64 {
        let (n, s) = (20_000, g.variance.sqrt());
        let dx = 20.0 * s / f64::from(n);
        (0..n).map(|i| f(g.mean - 10.0 * s + (f64::from(i) + 0.5) * dx) * dx).sum()
    }

    #[test]
    fn closed_forms_agree_with_integrals() {
        let (q, p) = (Gaussian::new(1.5, 0.6).unwrap(), Gaussian::new(-0.4, 2.0).unwrap());
        assert!((integral(&q, &|x| q.density(x)) - 1.0).abs() < 1e-9);
        assert!(
            (integral(&q, &|x| -q.density(x) * q.log_density(x)) - q.entropy()).abs()
                < 1e-9
        );
        let by_hand =
            integral(&q, &|x| q.density(x) * (q.log_density(x) - p.log_density(x)));
        assert!((by_hand - q.kl(&p)).abs() < 1e-9);
        let evidence =
            integral(&p, &|x| p.density(x) * Gaussian::new(x, 0.7).unwrap().density(3.0));
        let (posterior, log_evidence) = p.posterior(0.7, 3.0).unwrap();
        assert!((evidence.ln() - log_evidence).abs() < 1e-9);
        let mean = integral(&p, &|x| {
            x * p.density(x) * Gaussian::new(x, 0.7).unwrap().density(3.0) / evidence
        });
        assert!((mean - posterior.mean()).abs() < 1e-9);
    }

    #[test]
    fn samples_have_the_mean_and_the_variance() {
        let (g, mut rng) = (Gaussian::new(2.0, 9.0).unwrap(), seeded(4));
        let x: Vec<f64> = (0..20_000).map(|_| g.sample(&mut rng)).collect();
        let mean = x.iter().sum::<f64>() / 2e4;
        let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 2e4;
        // Four standard errors: 4 · 3/√20000 = .085 and 4 · 9·√(2/20000) = .36.
        assert!((mean - 2.0).abs() < 0.085 && (variance - 9.0).abs() < 0.36);
        assert!(x.iter().all(|x| x.is_finite()));
    }

    #[test]
    fn a_divergence_keeps_its_digits() {
        let (p, q) =
            (Gaussian::new(1.0, 2.0).unwrap(), Gaussian::new(1.0, 2.0 + 2e-9).unwrap());
        // ¼ r² for a variance that is larger by the share r = 10⁻⁹, to first order.
        assert!((q.kl(&p) / 2.5e-19 - 1.0).abs() < 1e-6, "{}", q.kl(&p));
        assert_eq!(p.kl(&p), 0.0);
        assert_eq!(format!("{p:?}"), "N(mean 1.0000, variance 2.0000)");
        assert_eq!(p.precision(), 0.5);
    }

    #[test]
    fn bad_parameters_are_named() {
        for (mean, variance, words) in [
            (f64::NAN, 1.0, "the mean = NaN"),
            (f64::INFINITY, 1.0, "the mean = inf"),
            (0.0, 0.0, "the variance = 0: a variance is"),
            (0.0, -1.0, "the variance = -1"),
            (0.0, f64::NAN, "the variance = NaN"),
        ] {
            let message = Gaussian::new(mean, variance).unwrap_err().to_string();
            assert!(message.contains(words), "{message}");
        }
        let g = Gaussian::new(0.0, 1.0).unwrap();
        assert!(g.posterior(0.0, 1.0).unwrap_err().to_string().contains("the noise = 0"));
        let message = g.posterior(1.0, f64::NAN).unwrap_err().to_string();
        assert!(message.contains("the measurement = NaN"), "{message}");
    }
}
