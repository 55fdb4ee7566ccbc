//! Normative scores: how far is somebody from what is usual for their age, and how sure can one be of that?
//!
//! A straight line is fitted to a reference group. A new person's score is the distance from the line in standard deviations, a
//! prediction error weighted by its precision. The line itself is known only as well as the group is large, and a score that
//! forgets this calls too many people unusual.
//!
//! Source: the prediction interval of a straight line, in any textbook of regression; Student (1908) for its distribution.

use special::Beta as _;

use super::metacognition::normal_quantile;
use crate::error::{Error, Result};
use crate::prob::random::{standard_normal, stream};
use crate::prob::stats::{Interval, proportion_interval};

/// A straight line fitted to a reference group, with what is needed to say how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Norm {
    n: f64,
    /// The mean age and the sum of squared distances from it.
    centre: (f64, f64),
    height: f64,
    slope: f64,
    /// The standard deviation around the line, with n − 2 in the denominator.
    spread: f64,
}

impl Norm {
    /// Fits the line by least squares: `group` is a list of (age, value).
    ///
    /// # Errors
    /// - [`Error::Parameter`]: fewer than three people.
    /// - [`Error::BadEntry`]: a number that is not finite, or ages that do not differ.
    ///
    /// ```
    /// use aif_lib::experiment::norms::Norm;
    /// let norm = Norm::fit(&[(10.0, 1.0), (20.0, 2.0), (30.0, 6.0)])?;
    /// assert!((norm.expected(20.0) - 3.0).abs() < 1e-12); // through the mean, slope ¼
    /// assert!((norm.expected(30.0) - 5.5).abs() < 1e-12);
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn fit(group: &[(f64, f64)]) -> Result<Self> {
        let n = group.len() as f64;
        if group.len() < 3 {
            let expected = "a line and its spread need at least 3 people";
            return Err(Error::Parameter {
                name: "the size of the group",
                value: n,
                expected,
            });
        }
        let bad =
            group.iter().position(|(age, value)| !(age.is_finite() && value.is_finite()));
        if let Some(index) = bad {
            return Err(Error::BadEntry {
                what: "the reference group".into(),
                index,
                value: group[index].0 + group[index].1,
                cure: "use finite ages and values",
            });
        }
        let mean = |f: fn(&(f64, f64)) -> f64| group.iter().map(f).sum::<f64>() / n;
        let (age, height) = (mean(|p| p.0), mean(|p| p.1));
        let squares: f64 = group.iter().map(|p| (p.0 - age).powi(2)).sum();
        if squares == 0.0 {
            let cure = "all ages are the same: a line needs two";
            return Err(Error::BadEntry {
                what: "the ages".into(),
                index: 0,
                value: age,
                cure,
            });
        }
        let slope =
            group.iter().map(|p| (p.0 - age) * (p.1 - height)).sum::<f64>() / squares;
        let rest = |p: &(f64, f64)| (p.1 - height - slope * (p.0 - age)).powi(2);
        let spread = (group.iter().map(rest).sum::<f64>() / (n - 2.0)).sqrt();
        Ok(Self { n, centre: (age, squares), height, slope, spread })
    }

    /// What is usual at this age.
    pub fn expected(&self, age: f64) -> f64 {
        self.height + self.slope * (age - self.centre.0)
    }

    /// The score of somebody who takes the line for known: (value − expected)/spread.
    pub fn naive(&self, age: f64, value: f64) -> f64 {
        (value - self.expected(age)) / self.spread
    }

    /// The score that counts what is not known about the line: standard normal for new people like those of the group.
    ///
    /// ```text
    /// t = (value − expected) / (s √(1 + 1/n + (age − mean age)²/Σ(age − mean age)²)),    z = Φ⁻¹(T(t; n − 2))
    /// ```
    ///
    /// # Errors
    /// [`Error::Parameter`]: an age or a value that is not finite.
    pub fn score(&self, age: f64, value: f64) -> Result<f64> {
        if !(age.is_finite() && value.is_finite()) {
            let expected = "an age and a value are finite numbers";
            return Err(Error::Parameter {
                name: "age or value",
                value: age + value,
                expected,
            });
        }
        let (mean, squares) = self.centre;
        let unsure = 1.0 + 1.0 / self.n + (age - mean).powi(2) / squares;
        let t = self.naive(age, value) / unsure.sqrt();
        // In the lower tail nothing is lost by rounding.
        let z = normal_quantile(student_cdf(-t.abs(), self.n - 2.0))?;
        Ok(if t > 0.0 { -z } else { z })
    }
}

/// The distribution function of Student's t at a point that is not above 0.
///
/// ```text
/// T(t; ν) = ½ I(ν/(ν + t²); ν/2, ½)
/// ```
fn student_cdf(t: f64, freedom: f64) -> f64 {
    let (a, b) = (0.5 * freedom, 0.5);
    0.5 * (freedom / (freedom + t * t)).inc_beta(a, b, a.ln_beta(b))
}

/// The part of new people whom a naive score puts beyond ±z, after a group of n whose ages are evenly spaced.
///
/// ```text
/// P(|t| > z/√(1 + 1/n + h)),    Student's t with n − 2 degrees of freedom,    h = 12 (place − ½)² (n − 1)/(n (n + 1))
/// ```
/// `place`: where the person stands from the youngest, 0, to the oldest, 1; ½ in the middle, above 1 older than all.
pub fn naive_rate(n: usize, place: f64, z: f64) -> f64 {
    let n = n as f64;
    let far = 12.0 * (place - 0.5).powi(2) * (n - 1.0) / (n * (n + 1.0));
    2.0 * student_cdf(-z / (1.0 + 1.0 / n + far).sqrt(), n - 2.0)
}

/// The parts of usual people who are scored beyond ±1.96: by [`Norm::naive`], and by [`Norm::score`].
///
/// 3000 times a group of n people of the ages 0, 1, …, n − 1, and one more person from the same line with the same spread, who is
/// `place` of the way from the youngest to the oldest: ½ in the middle, above 1 older than all.
///
/// # Errors
/// As [`Norm::fit`].
///
/// ```
/// use aif_lib::experiment::norms::beyond;
/// let [naive, scored] = beyond(6, 1.5, 1)?; // older than all of a small group
/// assert!(naive.mean > 0.25 && (scored.mean - 0.05).abs() < 0.02);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn beyond(n: usize, place: f64, seed: u64) -> Result<[Interval; 2]> {
    const GROUPS: usize = 3000;
    let mut counts = [0; 2];
    for i in 0..GROUPS {
        let mut rng = stream(seed, i as u64);
        let mut person = |age: f64| (age, 3.0 + 0.2 * age + standard_normal(&mut rng));
        let group: Vec<(f64, f64)> = (0..n).map(|i| person(i as f64)).collect();
        let norm = Norm::fit(&group)?;
        let (age, value) = person(place * (n as f64 - 1.0));
        let scores = [norm.naive(age, value), norm.score(age, value)?];
        counts.iter_mut().zip(scores).for_each(|(n, z)| *n += usize::from(z.abs() > 1.96));
    }
    Ok([proportion_interval(counts[0], GROUPS)?, proportion_interval(counts[1], GROUPS)?])
}
