//! [`Categorical`]: a distribution over finitely many outcomes.

use std::fmt;
use std::ops::Index;

use super::info;
use super::random::{Rng, uniform01};
use crate::error::{Error, Result};

/// How far a sum of probabilities may be from one.
pub(crate) const TOLERANCE: f64 = 1e-9;

/// A probability for each of n outcomes: non-negative, summing to one. A belief is a `Categorical`.
///
/// ```
/// # use aif_lib::prelude::*;
/// let coin = cat(&[0.5, 0.5]);
/// assert_eq!(format!("{coin:?}"), "[0.5000, 0.5000]");
/// ```
#[derive(Clone, PartialEq)]
pub struct Categorical(Vec<f64>);

/// A [`Categorical`] from literals, for examples and notebooks.
///
/// # Panics
/// When [`Categorical::new`] would return an error.
#[track_caller]
pub fn cat(p: &[f64]) -> Categorical {
    Categorical::new(p.to_vec()).unwrap_or_else(|error| panic!("{error}"))
}

/// Checks one column of probabilities; `what` names it in the error.
pub(crate) fn check_probabilities(p: &[f64], what: &dyn Fn() -> String) -> Result<()> {
    if p.is_empty() {
        return Err(Error::Empty { what: what() });
    }
    // `!(x >= 0)` instead of `x < 0`, so that NaN is caught too.
    if let Some(index) = p.iter().position(|&x| !(0.0..=1.0 + TOLERANCE).contains(&x)) {
        return Err(Error::NotAProbability { what: what(), index, value: p[index] });
    }
    let sum: f64 = p.iter().sum();
    if (sum - 1.0).abs() > TOLERANCE {
        return Err(Error::NotNormalised { what: what(), sum });
    }
    Ok(())
}

impl Categorical {
    /// A distribution from its probabilities.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no outcome.
    /// - [`Error::NotAProbability`]: an entry is negative, above one or NaN.
    /// - [`Error::NotNormalised`]: the sum is off by more than 1e-9.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// let error = Categorical::new(vec![0.5, 0.4]).unwrap_err();
    /// assert!(error.to_string().contains("sums to 0.9000"));
    /// ```
    pub fn new(p: Vec<f64>) -> Result<Self> {
        check_probabilities(&p, &|| "this distribution".into())?;
        Ok(Self(p))
    }

    /// A distribution from non-negative weights, divided by their sum.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no weight.
    /// - [`Error::BadEntry`]: a weight is negative, infinite or NaN.
    /// - [`Error::NotNormalised`]: all weights are zero.
    pub fn from_weights(weights: &[f64]) -> Result<Self> {
        if weights.is_empty() {
            return Err(Error::Empty { what: "this list of weights".into() });
        }
        if let Some(index) = weights.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
            return Err(Error::BadEntry {
                what: "this list of weights".into(),
                index,
                value: weights[index],
                cure: "a weight is a finite number, 0 or more",
            });
        }
        let sum: f64 = weights.iter().sum();
        if sum == 0.0 {
            return Err(Error::NotNormalised { what: "this list of weights".into(), sum });
        }
        Ok(Self(weights.iter().map(|w| w / sum).collect()))
    }

    /// Softmax of log-weights. See [`softmax`](info::softmax).
    ///
    /// # Panics
    /// When no log-weight is finite.
    #[track_caller]
    pub fn from_logits(logits: &[f64]) -> Self {
        Self(info::softmax(logits))
    }

    /// The uniform distribution over n outcomes.
    ///
    /// # Panics
    /// When n is 0.
    #[track_caller]
    pub fn uniform(n: usize) -> Self {
        assert!(n > 0, "a distribution needs at least one outcome");
        Self(vec![1.0 / n as f64; n])
    }

    /// All probability on one of n outcomes.
    ///
    /// # Panics
    /// When `index` is not below n.
    #[track_caller]
    pub fn one_hot(n: usize, index: usize) -> Self {
        let mut p = vec![0.0; n];
        p[index] = 1.0;
        Self(p)
    }

    /// Wraps probabilities that are normalised by construction.
    pub(crate) fn new_unchecked(p: Vec<f64>) -> Self {
        debug_assert!(check_probabilities(&p, &|| "internal".into()).is_ok(), "{p:?}");
        Self(p)
    }

    /// The probabilities.
    pub fn probs(&self) -> &[f64] {
        &self.0
    }

    /// The number of outcomes.
    #[allow(clippy::len_without_is_empty)] // It is never empty.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Entropy in nats. See [`entropy`](info::entropy).
    pub fn entropy(&self) -> f64 {
        info::entropy(&self.0)
    }

    /// The expected value of a function of the outcome, given as a list.
    ///
    /// # Panics
    /// When the lengths differ.
    #[track_caller]
    pub fn expect(&self, values: &[f64]) -> f64 {
        assert_eq!(values.len(), self.len(), "expect: one value for each outcome");
        // An impossible outcome contributes nothing, even where its value is −∞.
        self.0.iter().zip(values).map(|(p, v)| if *p > 0.0 { p * v } else { 0.0 }).sum()
    }

    /// The most probable outcome; the first of several.
    pub fn mode(&self) -> usize {
        (0..self.len()).fold(0, |best, i| if self.0[i] > self.0[best] { i } else { best })
    }

    /// Draws an outcome. An outcome of probability zero is never drawn.
    pub fn sample(&self, rng: &mut dyn Rng) -> usize {
        let mut left = uniform01(rng);
        for (i, p) in self.0.iter().enumerate() {
            left -= p;
            if left < 0.0 {
                return i;
            }
        }
        // Rounding can leave a sliver above the sum: it belongs to the last possible outcome.
        self.0.iter().rposition(|&p| p > 0.0).unwrap_or(0)
    }
}

impl Index<usize> for Categorical {
    type Output = f64;
    fn index(&self, index: usize) -> &f64 {
        &self.0[index]
    }
}

/// What a notebook shows for a distribution: four decimals.
impl fmt::Debug for Categorical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let p: Vec<String> = self.0.iter().map(|p| format!("{p:.4}")).collect();
        write!(f, "[{}]", p.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    #[test]
    fn bad_distributions_are_named() {
        let message = |p: &[f64]| Categorical::new(p.to_vec()).unwrap_err().to_string();
        assert!(message(&[]).contains("empty"));
        assert!(message(&[1.2, -0.2]).contains("entry 0 is 1.2"));
        assert!(message(&[0.5, f64::NAN]).contains("entry 1 is NaN"));
        assert!(message(&[0.5, 0.6]).contains("sums to 1.1000"));
        let weights = |w: &[f64]| Categorical::from_weights(w).unwrap_err().to_string();
        assert!(weights(&[0.0, 0.0]).contains("sums to 0.0000"));
        assert!(weights(&[1.0, f64::INFINITY]).contains("entry 1 is inf"));
    }

    #[test]
    fn sampling_follows_the_probabilities_and_never_the_impossible() {
        let (p, mut rng, mut counts) = (cat(&[0.2, 0.0, 0.8]), seeded(3), [0u32; 3]);
        for _ in 0..10_000 {
            counts[p.sample(&mut rng)] += 1;
        }
        assert_eq!(counts[1], 0);
        // Four standard deviations of a binomial: 4 √(10⁴ · 0.2 · 0.8) = 160.
        assert!((f64::from(counts[0]) - 2000.0).abs() < 160.0, "{counts:?}");
    }

    #[test]
    fn an_impossible_outcome_may_have_any_value() {
        assert_eq!(cat(&[1.0, 0.0]).expect(&[2.0, f64::NEG_INFINITY]), 2.0);
    }
}
