//! [`Categorical`]: a distribution over finitely many outcomes.

use std::fmt;
use std::ops::Index;

use super::info;
use super::random::{Rng, uniform01};
use crate::error::{Error, Result, exists, same_length};

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
        Ok(Self(p.into_iter().map(|p| p + 0.0).collect())) // −0 becomes 0
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
        if sum == f64::INFINITY {
            // Too large to add up, but not too large to share out.
            let largest = weights.iter().copied().fold(0.0, f64::max);
            let smaller: Vec<f64> = weights.iter().map(|w| w / largest).collect();
            return Self::from_weights(&smaller);
        }
        Ok(Self(weights.iter().map(|w| w / sum).collect()))
    }

    /// Softmax of log-weights. See [`softmax`](info::softmax).
    ///
    /// # Panics
    /// When no log-weight is finite, or one is NaN or +∞.
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
        exists("one_hot: the outcome", index, n);
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
        same_length("expect", "values", values.len(), "outcomes", self.len());
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
    #[track_caller]
    fn index(&self, index: usize) -> &f64 {
        exists("the outcome", index, self.len());
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
        assert!(weights(&[0.0, 0.0]).contains("nothing is possible in it"));
        assert!(weights(&[]).contains("weights is empty"));
        assert!(weights(&[1.0, -1.0]).contains("entry 1 is -1"));
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
    fn what_is_off_by_rounding_is_accepted_and_no_more() {
        assert!(Categorical::new(vec![0.5, 0.5 + 0.9e-9]).is_ok());
        assert!(Categorical::new(vec![1.0 + 0.9e-9, 0.0]).is_ok());
        assert!(Categorical::new(vec![0.5, 0.5 + 1.1e-9]).is_err());
        assert!(Categorical::new(vec![0.5, 0.5 - 1.1e-9]).is_err());
    }

    #[test]
    fn weights_of_any_size_are_shared_out() {
        let shared = |w: &[f64]| Categorical::from_weights(w).unwrap().probs().to_vec();
        assert_eq!(shared(&[1.0, 3.0]), [0.25, 0.75]);
        assert_eq!(shared(&[1e308, 1e308]), [0.5, 0.5]);
        assert_eq!(shared(&[f64::MAX, 0.0, f64::MAX]), [0.5, 0.0, 0.5]);
        assert_eq!(shared(&[5e-324, 5e-324]), [0.5, 0.5]);
    }

    #[test]
    fn scores_of_any_size_become_probabilities() {
        let p = |x: &[f64]| Categorical::from_logits(x).probs().to_vec();
        assert_eq!(p(&[1e16, 1e16]), [0.5, 0.5]);
        assert_eq!(p(&[-1e300, f64::NEG_INFINITY]), [1.0, 0.0]);
        assert!((p(&[1e10, 1e10 + 3f64.ln()])[1] - 0.75).abs() < 1e-6); // 10¹⁰ has 6 digits left
    }

    #[test]
    fn the_mode_is_the_first_of_the_most_probable() {
        assert_eq!(cat(&[0.2, 0.4, 0.4]).mode(), 1);
        assert_eq!(cat(&[0.3, 0.2, 0.5]).mode(), 2);
        assert_eq!(Categorical::uniform(4).mode(), 0);
    }

    #[test]
    fn a_certain_and_a_uniform_distribution() {
        assert_eq!(Categorical::one_hot(3, 1).probs(), [0.0, 1.0, 0.0]);
        assert_eq!(Categorical::uniform(4).probs(), [0.25; 4]);
        assert_eq!(Categorical::uniform(4).len(), 4);
        assert!((cat(&[0.5, 0.25, 0.25]).entropy() - 1.5 * 2f64.ln()).abs() < 1e-15);
        assert_eq!(cat(&[0.5, 0.25, 0.25]).expect(&[2.0, 4.0, 8.0]), 4.0);
    }

    #[test]
    fn a_sliver_above_the_sum_belongs_to_the_last_possible_outcome() {
        /// A generator whose every number is the largest there is.
        struct Highest;
        impl rand::TryRng for Highest {
            type Error = std::convert::Infallible;
            fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
                Ok(u32::MAX)
            }
            fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
                Ok(u64::MAX)
            }
            fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
                bytes.fill(u8::MAX);
                Ok(())
            }
        }
        let short = cat(&[0.5, 0.5 - 0.9e-9, 0.0]);
        assert_eq!(short.sample(&mut Highest), 1);
        assert_eq!(cat(&[0.0, 1.0 - 0.9e-9]).sample(&mut Highest), 1);
    }

    #[test]
    fn a_distribution_shows_four_decimals_and_never_minus_zero() {
        assert_eq!(format!("{:?}", cat(&[-0.0, 1.0])), "[0.0000, 1.0000]");
        assert_eq!(format!("{:?}", cat(&[1.0 / 3.0, 2.0 / 3.0])), "[0.3333, 0.6667]");
    }

    #[test]
    fn misuse_is_told_with_both_numbers() {
        let told = |run: &dyn Fn()| crate::caught::caught(run).unwrap_err();
        let message = told(&|| drop(Categorical::one_hot(2, 2)));
        assert!(
            message.contains("one_hot: the outcome is 2, but there are only 2"),
            "{message}"
        );
        let message = told(&|| {
            let _ = cat(&[0.5, 0.5])[3];
        });
        assert!(message.contains("the outcome is 3, but there are only 2"), "{message}");
        let message = told(&|| {
            cat(&[0.5, 0.5]).expect(&[1.0; 3]);
        });
        assert!(message.contains("expect: 3 values for 2 outcomes"), "{message}");
        assert!(told(&|| drop(Categorical::uniform(0))).contains("at least one outcome"));
        assert!(told(&|| drop(cat(&[0.5]))).contains("sums to 0.5000"));
    }

    #[test]
    fn an_impossible_outcome_may_have_any_value() {
        assert_eq!(cat(&[1.0, 0.0]).expect(&[2.0, f64::NEG_INFINITY]), 2.0);
    }
}
