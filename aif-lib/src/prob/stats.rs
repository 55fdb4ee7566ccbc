//! What an experiment says: a mean or a proportion with its 95 % interval.
//!
//! One run proves little. Run many seeds with [`population`](crate::scale::population) and report the
//! interval: it covers the true value in 95 of 100 such experiments.

use std::fmt;

use special::Beta;

use crate::error::{Error, Result};

/// The 97.5 % quantile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// An estimate with its 95 % interval.
#[derive(Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean, or the proportion.
    pub mean: f64,
    /// The lower end.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
}

impl Interval {
    /// Whether a value lies inside; the ends belong to it.
    pub fn contains(&self, value: f64) -> bool {
        (self.lo..=self.hi).contains(&value)
    }
}

/// What a notebook shows for an interval: three decimals.
impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} (95 % interval {:.3} to {:.3})", self.mean, self.lo, self.hi)
    }
}

/// The mean of independent samples with its 95 % interval (Student's t).
///
/// ```text
/// x̄ ± t(n−1) · s / √n,    s² = Σ (xᵢ − x̄)² / (n − 1)
/// ```
/// It is exact for normal samples and close for means of twenty or more. Samples must be independent: one
/// number for each seed, not one for each step of a run.
///
/// # Errors
/// - [`Error::Parameter`]: fewer than two samples say nothing about their spread.
/// - [`Error::BadEntry`]: a sample is infinite or NaN.
///
/// ```
/// # use aif_lib::prelude::*;
/// let interval = mean_interval(&[1.0, 2.0, 3.0])?;
/// assert_eq!(interval.mean, 2.0);
/// assert!(interval.contains(2.5));
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn mean_interval(samples: &[f64]) -> Result<Interval> {
    let n = samples.len() as f64;
    if samples.len() < 2 {
        return Err(Error::Parameter {
            name: "the number of samples",
            value: n,
            expected: "an interval needs at least 2, one for each seed",
        });
    }
    if let Some(index) = samples.iter().position(|x| !x.is_finite()) {
        return Err(Error::BadEntry {
            what: "these samples".into(),
            index,
            value: samples[index],
            cure: "a sample is a finite number; look at the run that made it",
        });
    }
    let mean = samples.iter().sum::<f64>() / n;
    let variance = samples.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let half = t_quantile(n - 1.0) * (variance / n).sqrt();
    Ok(Interval { mean, lo: mean - half, hi: mean + half })
}

/// A proportion with its 95 % interval (Wilson's score interval).
///
/// ```text
/// ( p + z²/2n ± z √( p(1−p)/n + z²/4n² ) ) / (1 + z²/n),    p = successes / n,  z = 1.96
/// ```
/// Unlike p ± z √(p(1−p)/n) it stays inside 0 to 1 and has a width even when every trial succeeds.
/// Source: Wilson (1927).
///
/// # Errors
/// [`Error::Parameter`]: no trial, or more successes than trials.
///
/// ```
/// # use aif_lib::prelude::*;
/// let interval = proportion_interval(8, 10)?;
/// assert!((interval.lo - 0.4902).abs() < 1e-4 && (interval.hi - 0.9433).abs() < 1e-4);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn proportion_interval(successes: usize, trials: usize) -> Result<Interval> {
    if trials == 0 || successes > trials {
        return Err(Error::Parameter {
            name: "the number of successes",
            value: successes as f64,
            expected: "at least 1 trial, and no more successes than trials",
        });
    }
    let n = trials as f64;
    let p = successes as f64 / n;
    let centre = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    // At p = 0 and p = 1 one end is the proportion itself, up to rounding.
    Ok(Interval {
        mean: p,
        lo: ((centre - half) / scale).clamp(0.0, p),
        hi: ((centre + half) / scale).clamp(p, 1.0),
    })
}

/// The mean over runs at each point in time, with its 95 % interval: a learning curve.
///
/// `curves`: one list for each run, all of the same length.
///
/// # Errors
/// - [`Error::Empty`]: no curve.
/// - [`Error::Shape`]: the curves differ in length.
/// - As [`mean_interval`].
pub fn mean_curve(curves: &[Vec<f64>]) -> Result<Vec<Interval>> {
    let Some(first) = curves.first() else {
        return Err(Error::Empty { what: "this list of curves".into() });
    };
    if let Some(run) = curves.iter().position(|c| c.len() != first.len()) {
        return Err(Error::Shape {
            what: format!("curve {run}"),
            expected: first.len().to_string(),
            got: curves[run].len().to_string(),
            cure: "record the same number of points in each run",
        });
    }
    let at = |t: usize| curves.iter().map(|c| c[t]).collect::<Vec<f64>>();
    (0..first.len()).map(|t| mean_interval(&at(t))).collect()
}

/// The 97.5 % quantile of Student's t, by bisection of its two-sided tail, an incomplete beta function.
fn t_quantile(degrees: f64) -> f64 {
    let (p, q) = (degrees / 2.0, 0.5);
    let ln_beta = p.ln_beta(q);
    let tail = |t: f64| (degrees / (degrees + t * t)).inc_beta(p, q, ln_beta);
    // Between the normal quantile and the one for a single degree of freedom, 12.7.
    let (mut lo, mut hi) = (1.9, 13.0);
    for _ in 0..50 {
        let middle = (lo + hi) / 2.0;
        if tail(middle) > 0.05 { lo = middle } else { hi = middle }
    }
    lo
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::{seeded, uniform01};

    #[test]
    fn t_quantiles_match_the_printed_table() {
        // Any table of Student's t, two-sided 5 %.
        let table =
            [(1.0, 12.706), (2.0, 4.303), (9.0, 2.262), (19.0, 2.093), (120.0, 1.980)];
        for (degrees, expected) in table {
            let t = t_quantile(degrees);
            assert!((t - expected).abs() < 6e-4, "{degrees} degrees: {t}, not {expected}");
        }
        // With one degree of freedom the quantile is tan(.475 π); with many, that of the normal.
        assert!((t_quantile(1.0) - (0.475 * std::f64::consts::PI).tan()).abs() < 1e-9);
        let many = t_quantile(1e6);
        assert!((many - Z).abs() < 1e-5, "{many}");
    }

    #[test]
    fn mean_interval_by_hand() {
        // Mean 2, s = 1, n = 3: half-width 4.3027 / √3 = 2.4842.
        let interval = mean_interval(&[1.0, 2.0, 3.0]).unwrap();
        assert!((interval.hi - 4.4842).abs() < 1e-4, "{interval:?}");
        assert!((interval.lo + 0.4842).abs() < 1e-4, "{interval:?}");
    }

    #[test]
    fn wilson_by_hand() {
        // p = .8, n = 10, z² = 3.8415: (.8 + .19207 ± 1.95996 √(.016 + .0096036)) / 1.38415.
        let interval = proportion_interval(8, 10).unwrap();
        assert!((interval.lo - 0.490_162).abs() < 1e-5, "{interval:?}");
        assert!((interval.hi - 0.943_318).abs() < 1e-5, "{interval:?}");
        // No success in 10: from 0 to z²/(n + z²) = 3.8415/13.8415.
        let none = proportion_interval(0, 10).unwrap();
        assert_eq!(none.lo, 0.0);
        assert!((none.hi - 3.841_459 / 13.841_459).abs() < 1e-6, "{none:?}");
        assert_eq!(proportion_interval(10, 10).unwrap().hi, 1.0);
    }

    #[test]
    fn intervals_cover_the_truth_in_95_of_100_experiments() {
        // 4000 experiments: the coverage has a standard error of .0034.
        let (mut rng, mut mean_hits, mut proportion_hits) = (seeded(11), 0, 0);
        for _ in 0..4000 {
            let x: Vec<f64> = (0..20).map(|_| uniform01(&mut rng)).collect();
            mean_hits += usize::from(mean_interval(&x).unwrap().contains(0.5));
            let successes = (0..50).filter(|_| uniform01(&mut rng) < 0.3).count();
            let proportion = proportion_interval(successes, 50).unwrap();
            proportion_hits += usize::from(proportion.contains(0.3));
        }
        let coverage = mean_hits as f64 / 4000.0;
        assert!((0.94..0.96).contains(&coverage), "mean: {coverage}");
        // Counts are discrete: at n = 50, p = .3 the exact coverage is .957.
        let coverage = proportion_hits as f64 / 4000.0;
        assert!((0.945..0.97).contains(&coverage), "proportion: {coverage}");
    }

    #[test]
    fn a_curve_has_an_interval_at_each_point() {
        let curve = mean_curve(&[vec![1.0, 5.0], vec![3.0, 5.0]]).unwrap();
        assert_eq!(
            (curve[0].mean, curve[1]),
            (2.0, Interval { mean: 5.0, lo: 5.0, hi: 5.0 })
        );
    }

    #[test]
    fn bad_samples_are_named() {
        let message = |x: &[f64]| mean_interval(x).unwrap_err().to_string();
        assert!(message(&[1.0]).contains("the number of samples = 1: an interval needs"));
        assert!(message(&[1.0, f64::NAN]).contains("entry 1 is NaN"));
        let message = proportion_interval(3, 2).unwrap_err().to_string();
        assert!(message.contains("successes = 3"), "{message}");
        assert!(proportion_interval(0, 0).is_err());
        let message = mean_curve(&[vec![1.0], vec![]]).unwrap_err().to_string();
        assert!(message.contains("curve 1 has shape 0, expected 1"), "{message}");
        assert!(mean_curve(&[]).unwrap_err().to_string().contains("curves is empty"));
    }
}
