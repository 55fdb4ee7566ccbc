//! [`Dirichlet`]: a belief about a distribution, kept as counts.

use super::categorical::Categorical;
use super::random::{Rng, ln_gamma_draw};
use super::stable::{digamma_gap, ln_gamma_gap};
use crate::error::{Error, Result, exists, same_length};

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

/// Checks the counts of a beta or a Dirichlet distribution; `what` names it in the error.
pub(crate) fn check_counts(counts: &[f64], what: &str, cure: &'static str) -> Result<()> {
    if counts.is_empty() {
        return Err(Error::Empty { what: what.into() });
    }
    let bad = |index, cure| Error::BadEntry {
        what: what.into(),
        index,
        value: counts[index],
        cure,
    };
    if let Some(index) = counts.iter().position(|c| !(c.is_finite() && *c > 0.0)) {
        return Err(bad(index, cure));
    }
    let mut total = 0.0;
    for (index, count) in counts.iter().enumerate() {
        total += count;
        if total == f64::INFINITY {
            return Err(bad(
                index,
                "with it the sum of the counts is infinite; divide all by the same number",
            ));
        }
    }
    Ok(())
}

impl Dirichlet {
    /// A belief from its counts.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no count.
    /// - [`Error::BadEntry`]: a count is not a positive finite number, or their sum is not finite.
    pub fn new(counts: Vec<f64>) -> Result<Self> {
        let cure =
            "a Dirichlet count is a finite number above 0; leave an impossible outcome out";
        check_counts(&counts, "this list of counts", cure)?;
        Ok(Self(counts))
    }

    /// The counts.
    pub fn counts(&self) -> &[f64] {
        &self.0
    }

    /// Adds `weight` to the count of an outcome: the whole of Bayesian learning for categories.
    ///
    /// # Panics
    /// When the outcome is out of range or the weight is not a finite number of 0 or more.
    #[track_caller]
    pub fn observe(&mut self, outcome: usize, weight: f64) {
        exists("observe: the outcome", outcome, self.0.len());
        assert!(
            weight >= 0.0,
            "observe: a weight of {weight} would unlearn; use 0 or more"
        );
        assert!(weight.is_finite(), "observe: a weight of {weight}: use a finite number");
        self.0[outcome] += weight;
    }

    /// The expected distribution, α / Σα.
    pub fn mean(&self) -> Categorical {
        let total: f64 = self.0.iter().sum();
        Categorical::new_unchecked(self.0.iter().map(|a| a / total).collect())
    }

    /// Draws a distribution: gamma numbers of these shapes, divided by their sum.
    ///
    /// Counts far below 1 make draws that are all but certain of one outcome.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// let faces = Dirichlet::new(vec![500.0, 300.0, 200.0])?.sample(&mut seeded(7));
    /// assert!((faces[0] - 0.5).abs() < 0.1);
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn sample(&self, rng: &mut dyn Rng) -> Categorical {
        let logs: Vec<f64> = self.0.iter().map(|&a| ln_gamma_draw(a, rng)).collect();
        if logs.iter().all(|x| *x == f64::NEG_INFINITY) {
            // So small are the counts that one outcome has it all.
            return Categorical::one_hot(self.0.len(), self.mean().sample(rng));
        }
        Categorical::from_logits(&logs)
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
        same_length("kl", "counts", self.0.len(), "counts of the prior", prior.0.len());
        kl_of_counts(&self.0, &prior.0)
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
        exists("gain: the outcome", outcome, self.0.len());
        // ψ(x) + 1/x = ψ(x + 1), so that a small count has no large part.
        let total = self.0.iter().sum();
        (digamma_gap(self.0[outcome]) - digamma_gap(total)).max(0.0)
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

/// The divergence of a Dirichlet distribution from a prior, as differences that do not cancel.
///
/// ```text
/// KL = Σᵢ g(pᵢ, qᵢ) − g(Σp, Σq),    g(p, q) = ln Γ(p) − ln Γ(q) − (p − q) ψ(q) ≥ 0
/// ```
pub(crate) fn kl_of_counts(q: &[f64], p: &[f64]) -> f64 {
    let gaps: f64 = q.iter().zip(p).map(|(&q, &p)| ln_gamma_gap(p, q)).sum();
    (gaps - ln_gamma_gap(p.iter().sum(), q.iter().sum())).max(0.0)
}

/// The logarithm of the probability of some observations, in an order of their own: what they add to the counts.
///
/// ```text
/// ln B(after) − ln B(before),    ln B(α) = Σ ln Γ(αᵢ) − ln Γ(Σ α)
/// ```
/// Written as ln Γ(x + n) − ln Γ(x) for each count and for the sum, so that large counts do not cancel.
pub(crate) fn ln_probability(before: &[f64], after: &[f64]) -> f64 {
    use special::Gamma;
    let rise = |x: f64, y: f64| ln_gamma_gap(y, x) + (y - x) * x.digamma();
    let each: f64 = before.iter().zip(after).map(|(x, y)| rise(*x, *y)).sum();
    each - rise(before.iter().sum(), after.iter().sum())
}

/// [`Dirichlet::expected_gain`] of a list of counts.
///
/// ```text
/// Σᵢ mᵢ h(αᵢ) − h(α₀),    h(x) = ψ(x + 1) − ln x,    m = α/α₀
/// ```
///
/// # Panics
/// When a count is not a positive finite number.
#[track_caller]
pub(crate) fn expected_gain(counts: &[f64]) -> f64 {
    let cure = "a count is a finite number above 0; leave an impossible outcome out";
    check_counts(counts, "this list of counts", cure)
        .unwrap_or_else(|error| panic!("{error}"));
    let total: f64 = counts.iter().sum();
    let mean = counts.iter().map(|a| a / total * digamma_gap(*a)).sum::<f64>();
    (mean - digamma_gap(total)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caught::caught;
    use crate::prob::random::seeded;

    fn dir(counts: &[f64]) -> Dirichlet {
        Dirichlet::new(counts.to_vec()).unwrap()
    }

    #[test]
    fn kl_by_hand() {
        // KL[Dir(2,1)‖Dir(1,1)] = ∫ 2x ln 2x dx = ln 2 − 1/2.
        let (q, p) = (dir(&[2.0, 1.0]), dir(&[1.0, 1.0]));
        assert!((q.kl(&p) - (2f64.ln() - 0.5)).abs() < 1e-12);
        assert_eq!(p.kl(&p), 0.0);
    }

    #[test]
    fn no_digit_is_lost_at_any_size() {
        // Right values by arithmetic with 60 digits.
        let close = |ours: f64, right: f64| {
            assert!((ours - right).abs() <= 1e-12 * right, "{ours:e}, not {right:e}");
        };
        close(dir(&[1e15 + 1.0, 1e15]).kl(&dir(&[1e15; 2])), 2.499_999_999_999_999e-16);
        close(dir(&[0.5, 2.0, 4.0]).kl(&dir(&[1e-3, 7.0, 100.0])), 40.846_789_012_584_45);
        close(dir(&[1e-20, 1.0]).kl(&dir(&[1.0; 2])), 1e20);
        close(dir(&[1e-20, 1.0]).gain(0), 45.051_701_859_880_91);
        close(dir(&[1e15; 2]).gain(1), 2.499_999_999_999_999e-16);
        close(dir(&[0.5, 2.0, 4.0]).gain(0), 0.654_681_847_194_026_5);
        close(dir(&[1e15; 2]).expected_gain(), 2.499_999_999_999_999e-16);
        assert!((0.0..1e-18).contains(&dir(&[1e-20, 1.0]).expected_gain())); // 4.5e-19
        close(dir(&[0.5, 2.0, 4.0]).expected_gain(), 0.125_565_633_516_111_4);
        // Where nothing is left of it, it is 0 and not −0.
        let one = dir(&[3.0]);
        assert!(one.gain(0).is_sign_positive() && one.expected_gain().is_sign_positive());
        assert!(dir(&[1e15 + 1.0, 1.0]).kl(&dir(&[1e15, 1.0])).is_sign_positive());
    }

    #[test]
    fn the_gain_is_the_kl_divergence_of_one_more_count() {
        let before = dir(&[0.5, 2.0, 4.0]);
        for outcome in 0..3 {
            let mut after = before.clone();
            after.observe(outcome, 1.0);
            assert!((before.gain(outcome) - after.kl(&before)).abs() < 1e-12);
        }
    }

    #[test]
    fn the_expected_gain_falls_as_one_over_twice_the_count() {
        let gain = |n: f64| dir(&[0.3 * n, 0.7 * n]).expected_gain();
        assert!(
            (gain(1e3) * 2e3 - 1.0).abs() < 1e-2 && (gain(1e5) * 2e5 - 1.0).abs() < 1e-3
        );
    }

    #[test]
    fn draws_have_the_mean_and_the_covariance() {
        // E[pᵢ] = mᵢ, Cov[pᵢ, pⱼ] = (mᵢ 1[i = j] − mᵢ mⱼ) / (α₀ + 1), from the smallest counts to large ones.
        for counts in [
            [5e-324, 5e-324, 1e-323],
            [1e-3, 2e-3, 3e-3],
            [0.5, 2.0, 4.0],
            [50.0, 10.0, 90.0],
        ] {
            let (belief, mut rng, n) = (dir(&counts), seeded(8), 20_000);
            let draws: Vec<Categorical> = (0..n).map(|_| belief.sample(&mut rng)).collect();
            let (m, scale) = (belief.mean(), counts.iter().sum::<f64>() + 1.0);
            let mean = |f: &dyn Fn(&Categorical) -> f64| {
                draws.iter().map(f).sum::<f64>() / n as f64
            };
            for i in 0..3 {
                let deviation = (m[i] * (1.0 - m[i]) / scale).sqrt();
                let error = 5.0 * deviation / (n as f64).sqrt();
                assert!((mean(&|p| p[i]) - m[i]).abs() < error, "{counts:?}, {i}");
                for j in 0..i {
                    let right = -m[i] * m[j] / scale;
                    let covariance = mean(&|p| (p[i] - m[i]) * (p[j] - m[j]));
                    assert!(
                        (covariance - right).abs() < 0.06 * right.abs(),
                        "{counts:?}: {covariance} {right}"
                    );
                }
            }
        }
    }

    #[test]
    fn bad_counts_are_named() {
        let message = |c: &[f64]| Dirichlet::new(c.to_vec()).unwrap_err().to_string();
        assert!(message(&[1.0, 0.0]).contains("entry 1 is 0"));
        assert!(message(&[f64::NAN]).contains("NaN"));
        assert!(message(&[]).contains("empty"));
        assert!(message(&[1e308, 1.0, 1e308]).contains("entry 2 is 1000"));
        assert!(
            message(&[1e308, 1.0, 1e308]).contains("the sum of the counts is infinite")
        );
    }

    #[test]
    fn misuse_is_told_with_both_numbers() {
        let told = |run: &dyn Fn()| caught(run).unwrap_err();
        let belief = dir(&[1.0, 2.0]);
        let message = told(&|| belief.clone().observe(2, 1.0));
        assert!(
            message.contains("observe: the outcome is 2, but there are only 2"),
            "{message}"
        );
        let message = told(&|| {
            belief.gain(7);
        });
        assert!(
            message.contains("gain: the outcome is 7, but there are only 2"),
            "{message}"
        );
        let message = told(&|| {
            belief.kl(&dir(&[1.0; 3]));
        });
        assert!(message.contains("kl: 2 counts for 3 counts of the prior"), "{message}");
        assert!(
            told(&|| belief.clone().observe(0, -1.0))
                .contains("a weight of -1 would unlearn")
        );
        assert!(
            told(&|| belief.clone().observe(0, f64::INFINITY)).contains("a weight of inf")
        );
        belief.clone().observe(0, 0.0);
        for counts in [&[1.0, 0.0][..], &[1.0, -2.0], &[f64::NAN], &[]] {
            let message = told(&|| {
                expected_gain(counts);
            });
            assert!(
                message.contains("above 0") || message.contains("is empty"),
                "{message}"
            );
        }
    }
}
