//! [`Beta`]: a belief about a probability, kept as two counts.

use special::{Beta as _, Gamma};

use super::categorical::Categorical;
use super::random::{Rng, standard_normal, uniform01};
use crate::error::{Error, Result};

/// Where [`probability_best`] looks: this many steps from 0 to 1.
const STEPS: usize = 4000;

/// A belief about an unknown probability p: `a` counts successes, `b` counts failures, prior included.
///
/// ```text
/// P(p) ∝ pᵃ⁻¹ (1 − p)ᵇ⁻¹        mean a / (a + b)
/// ```
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut belief = Beta::new(1.0, 1.0)?; // every p is as likely as any other
/// belief.a += 1.0; // one success
/// assert_eq!(belief.mean(), 2.0 / 3.0);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beta {
    /// Successes, with what was assumed before.
    pub a: f64,
    /// Failures, with what was assumed before.
    pub b: f64,
}

impl Beta {
    /// No idea: every probability is as likely as any other.
    pub const UNIFORM: Self = Self { a: 1.0, b: 1.0 };

    /// A belief from its counts.
    ///
    /// # Errors
    /// [`Error::BadEntry`]: a count is not a positive finite number.
    pub fn new(a: f64, b: f64) -> Result<Self> {
        let counts = [a, b];
        match counts.iter().position(|c| !(c.is_finite() && *c > 0.0)) {
            None => Ok(Self { a, b }),
            Some(index) => Err(Error::BadEntry {
                what: "the counts (a, b) of this beta distribution".into(),
                index,
                value: counts[index],
                cure: "a count is a finite number above 0; for no idea at all use 1 and 1",
            }),
        }
    }

    /// How much was seen and assumed, a + b.
    pub fn total(&self) -> f64 {
        self.a + self.b
    }

    /// The expected probability, a / (a + b).
    pub fn mean(&self) -> f64 {
        self.a / self.total()
    }

    /// The variance, m (1 − m) / (a + b + 1).
    pub fn variance(&self) -> f64 {
        self.mean() * (1.0 - self.mean()) / (self.total() + 1.0)
    }

    /// The density at `p`, for 0 < p < 1.
    pub fn density(&self, p: f64) -> f64 {
        let (a, b) = (self.a, self.b);
        ((a - 1.0) * p.ln() + (b - 1.0) * (1.0 - p).ln() - a.ln_beta(b)).exp()
    }

    /// P(probability ≤ p).
    pub fn cdf(&self, p: f64) -> f64 {
        p.clamp(0.0, 1.0).inc_beta(self.a, self.b, self.a.ln_beta(self.b))
    }

    /// KL divergence of this belief from `prior`: how much was learned, in nats.
    ///
    /// ```text
    /// KL = ln B(a′, b′) − ln B(a, b) + (a − a′)(ψ(a) − ψ(a+b)) + (b − b′)(ψ(b) − ψ(a+b))
    /// ```
    pub fn kl(&self, prior: &Self) -> f64 {
        let (a, b) = (self.a, self.b);
        let all = (a + b).digamma();
        prior.a.ln_beta(prior.b) - a.ln_beta(b)
            + (a - prior.a) * (a.digamma() - all)
            + (b - prior.b) * (b.digamma() - all)
    }

    /// Draws a probability.
    pub fn sample(&self, rng: &mut dyn Rng) -> f64 {
        let (x, y) = (gamma(self.a, rng), gamma(self.b, rng));
        x / (x + y)
    }
}

/// A draw from the gamma distribution of this shape and scale 1. Source: Marsaglia & Tsang (2000).
fn gamma(shape: f64, rng: &mut dyn Rng) -> f64 {
    if shape < 1.0 {
        // Gamma(k) is Gamma(k + 1) · U^(1/k).
        return gamma(shape + 1.0, rng) * (1.0 - uniform01(rng)).powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = standard_normal(rng);
        let v = (1.0 + c * x).powi(3);
        let u = 1.0 - uniform01(rng);
        if v > 0.0 && u.ln() < 0.5 * x * x + d * (1.0 - v + v.ln()) {
            return d * v;
        }
    }
}

/// How probable it is that each of several unknown probabilities is the largest.
///
/// ```text
/// P(i is best) = ∫ fᵢ(p) Π_{j≠i} Fⱼ(p) dp
/// ```
/// Computed on 4000 steps from 0 to 1. Source: Thompson (1933), for two.
///
/// # Panics
/// When there is no belief.
///
/// ```
/// # use aif_lib::prelude::*;
/// // One success against no idea: ∫ 2p · p dp = 2/3.
/// let best = probability_best(&[Beta::new(2.0, 1.0)?, Beta::UNIFORM]);
/// assert!((best[0] - 2.0 / 3.0).abs() < 1e-6);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[track_caller]
pub fn probability_best(beliefs: &[Beta]) -> Categorical {
    assert!(!beliefs.is_empty(), "probability_best: give at least one belief");
    let at = |k: usize| -> Vec<f64> {
        beliefs.iter().map(|belief| belief.cdf(k as f64 / STEPS as f64)).collect()
    };
    let others = |cdf: &[f64], i: usize| -> f64 {
        (0..cdf.len()).filter(|j| *j != i).map(|j| cdf[j]).product()
    };
    let (mut best, mut before) = (vec![0.0; beliefs.len()], at(0));
    for k in 1..=STEPS {
        let now = at(k);
        for (i, p) in best.iter_mut().enumerate() {
            *p += (now[i] - before[i]) * (others(&now, i) + others(&before, i)) / 2.0;
        }
        before = now;
    }
    let sum: f64 = best.iter().sum();
    Categorical::new_unchecked(best.iter().map(|p| p / sum).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    #[test]
    fn moments_and_kl_by_hand() {
        let belief = Beta::new(3.0, 1.0).unwrap();
        assert_eq!(belief.mean(), 0.75);
        assert!((belief.variance() - 3.0 / 80.0).abs() < 1e-15); // ab / ((a+b)² (a+b+1)) = 3/80
        assert!((belief.cdf(0.5) - 0.125).abs() < 1e-12); // p³
        assert!((belief.density(0.5) - 0.75).abs() < 1e-12); // 3p²
        // KL[Beta(2,1)‖Beta(1,1)] = ∫ 2p ln 2p dp = ln 2 − ½.
        let kl = Beta::new(2.0, 1.0).unwrap().kl(&Beta::UNIFORM);
        assert!((kl - (2f64.ln() - 0.5)).abs() < 1e-12, "{kl}");
    }

    #[test]
    fn draws_have_the_mean_and_the_variance() {
        for (a, b) in [(1.0, 1.0), (0.5, 2.0), (30.0, 10.0)] {
            let (belief, mut rng) = (Beta { a, b }, seeded(5));
            let draws: Vec<f64> = (0..40_000).map(|_| belief.sample(&mut rng)).collect();
            let mean = draws.iter().sum::<f64>() / 40_000.0;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 40_000.0;
            // Five standard errors of the mean.
            let tolerance = 5.0 * (belief.variance() / 40_000.0).sqrt();
            assert!((mean - belief.mean()).abs() < tolerance, "{a}, {b}: {mean}");
            assert!(
                (variance / belief.variance() - 1.0).abs() < 0.05,
                "{a}, {b}: {variance}"
            );
        }
    }

    #[test]
    fn who_is_best_by_hand_and_by_drawing() {
        // Equals share; a success against a failure: 1 − ∫ 2p (1 − p)² dp … = 5/6.
        let same = probability_best(&[Beta::UNIFORM; 4]);
        assert!(same.probs().iter().all(|p| (p - 0.25).abs() < 1e-9), "{same:?}");
        let (won, lost) = (Beta { a: 2.0, b: 1.0 }, Beta { a: 1.0, b: 2.0 });
        assert!((probability_best(&[won, lost])[0] - 5.0 / 6.0).abs() < 1e-6);
        let beliefs =
            [Beta { a: 8.0, b: 4.0 }, Beta { a: 3.0, b: 1.5 }, Beta { a: 0.5, b: 0.5 }];
        let (exact, mut rng, mut counts) =
            (probability_best(&beliefs), seeded(6), [0.0; 3]);
        for _ in 0..40_000 {
            let draws = beliefs.map(|belief| belief.sample(&mut rng));
            let best = (0..3).fold(0, |i, j| if draws[j] > draws[i] { j } else { i });
            counts[best] += 1.0 / 40_000.0;
        }
        for i in 0..3 {
            assert!((counts[i] - exact[i]).abs() < 0.0125, "{counts:?} {exact:?}"); // 5 s.e.
        }
    }

    #[test]
    fn bad_counts_are_named() {
        let message = |a, b| Beta::new(a, b).unwrap_err().to_string();
        assert!(message(-1.0, 1.0).contains("entry 0 is -1"), "{}", message(-1.0, 1.0));
        assert!(message(1.0, f64::NAN).contains("entry 1 is NaN"));
        assert!(message(0.0, 1.0).contains("use 1 and 1"));
    }
}
