//! [`Beta`]: a belief about a probability, kept as two counts.

use std::f64::consts::TAU;

use super::categorical::Categorical;
use super::dirichlet::{check_counts, kl_of_counts};
use super::quadrature::{NODES, Rule};
use super::random::{Rng, ln_gamma_draw, uniform01};
use super::stable::stirling_rest;
use crate::error::Result;

/// Counts below this make draws that are certain to the last digit, and logarithms of them too large to write.
const TINY: f64 = 1e-290;

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
    /// [`Error::BadEntry`](crate::Error::BadEntry): a count is not a positive finite number, or their sum is not finite.
    pub fn new(a: f64, b: f64) -> Result<Self> {
        let cure = "a count is a finite number above 0; for no idea at all use 1 and 1";
        check_counts(&[a, b], "the counts (a, b) of this beta distribution", cure)?;
        Ok(Self { a, b })
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
    ///
    /// # Panics
    /// When a count is not a positive finite number.
    #[track_caller]
    pub fn density(&self, p: f64) -> f64 {
        LogOdds::of(self).log_density(log_odds(p)).exp() / (p * (1.0 - p))
    }

    /// P(probability ≤ p).
    ///
    /// # Panics
    /// When a count is not a positive finite number.
    #[track_caller]
    pub fn cdf(&self, p: f64) -> f64 {
        let density = LogOdds::of(self);
        let to = log_odds(p.clamp(0.0, 1.0));
        let mut edges = density.edges();
        let end = edges[edges.len() - 1];
        edges.retain(|edge| *edge < to);
        edges.push(to.min(end));
        let rule = Rule::new();
        edges
            .windows(2)
            .map(|panel| rule.panel(panel, &|x| density.log_density(x).exp()).total)
            .sum::<f64>()
            .min(1.0)
    }

    /// KL divergence of this belief from `prior`: how much was learned, in nats.
    ///
    /// ```text
    /// KL = ln B(a′, b′) − ln B(a, b) + (a − a′)(ψ(a) − ψ(a+b)) + (b − b′)(ψ(b) − ψ(a+b))
    /// ```
    ///
    /// # Panics
    /// When a count is not a positive finite number.
    #[track_caller]
    pub fn kl(&self, prior: &Self) -> f64 {
        self.check();
        prior.check();
        kl_of_counts(&[self.a, self.b], &[prior.a, prior.b])
    }

    /// Draws a probability.
    ///
    /// # Panics
    /// When a count is not a positive finite number.
    #[track_caller]
    pub fn sample(&self, rng: &mut dyn Rng) -> f64 {
        1.0 / (1.0 + (-self.sample_log_odds(rng)).exp())
    }

    /// The log-odds ln p/(1 − p) of the probability that [`sample`](Beta::sample) would draw.
    ///
    /// With counts far below 1 nearly every p is 0 or 1 to the last digit; their log-odds still differ. Compare these to
    /// find out which of several draws is the largest.
    ///
    /// # Panics
    /// When a count is not a positive finite number.
    #[track_caller]
    pub fn sample_log_odds(&self, rng: &mut dyn Rng) -> f64 {
        self.check();
        if self.a.max(self.b) < TINY {
            let success = uniform01(rng) < self.mean();
            return if success { f64::INFINITY } else { f64::NEG_INFINITY };
        }
        ln_gamma_draw(self.a, rng) - ln_gamma_draw(self.b, rng)
    }

    /// The fields are open, so they can be anything.
    #[track_caller]
    fn check(&self) {
        Self::new(self.a, self.b).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// ln p/(1 − p), where a beta distribution has a single peak and tails that fall like exponentials, whatever its counts.
fn log_odds(p: f64) -> f64 {
    p.ln() - (-p).ln_1p()
}

/// The density of the log-odds x of a probability with a beta distribution.
///
/// ```text
/// f(x) = pᵃ (1 − p)ᵇ / B(a, b),    p = 1/(1 + e⁻ˣ);    peak at ln a/b, width √(1/a + 1/b)
/// ```
#[derive(Debug)]
struct LogOdds {
    a: f64,
    b: f64,
    peak: f64,
    log_height: f64,
}

impl LogOdds {
    #[track_caller]
    fn of(belief: &Beta) -> Self {
        belief.check();
        let (a, b, n) = (belief.a, belief.b, belief.total());
        // ln B(a, b) by Stirling's formula, whose large parts are in the exponent already.
        let rest = stirling_rest(a) + stirling_rest(b) - stirling_rest(n);
        let log_height = 0.5 * (a / n * b / TAU).ln() - rest;
        Self { a, b, peak: (a / b).ln(), log_height }
    }

    fn log_density(&self, x: f64) -> f64 {
        let (n, t) = (self.a + self.b, x - self.peak);
        // a t − n ln(1 − m + m eᵗ), from the side on which the exponential is small.
        let fall = if t < 0.0 {
            self.a * t - n * (self.a / n * t.exp_m1()).ln_1p()
        } else {
            -self.b * t - n * (self.b / n * (-t).exp_m1()).ln_1p()
        };
        self.log_height + fall
    }

    /// Borders of panels, outwards from the peak to where the density is below e⁻⁴⁰ of it. In each it is as good as a
    /// polynomial: it falls by at most e⁴, its logarithm is nearly straight, and the bend of p itself at 0 is cut up.
    fn edges(&self) -> Vec<f64> {
        let bends =
            [-32.0, -16.0, -8.0, -4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
        let (at, mut edges) = (|x: f64| self.log_density(x), vec![self.peak]);
        let smooth = |from: f64, to: f64| {
            let (start, end) = (at(from), at(to));
            let bend = at(0.5 * (from + to)) - 0.5 * (start + end);
            (start - end).abs() <= 4.0 && bend.abs() <= 0.5
        };
        for side in [-1.0, 1.0] {
            let mut step = side * (1.0 / self.a + 1.0 / self.b).sqrt().min(f64::MAX);
            let mut x = self.peak;
            // Twenty panels are enough, unless the counts are so large that x has no digits for their width.
            for _ in 0..200 {
                if at(x) < self.log_height - 40.0 {
                    break;
                }
                while !smooth(x, x + step) {
                    step *= 0.5;
                }
                x += step;
                edges.push(x);
                step *= 2.0;
            }
        }
        let (lo, hi) =
            edges.iter().fold((0f64, 0f64), |(lo, hi), x| (lo.min(*x), hi.max(*x)));
        edges.extend(bends.into_iter().filter(|x| (lo..hi).contains(x)));
        edges.sort_by(f64::total_cmp);
        edges
    }
}

/// How probable it is that each of several unknown probabilities is the largest.
///
/// ```text
/// P(i is best) = ∫ fᵢ(p) Π_{j≠i} Fⱼ(p) dp
/// ```
/// By Gauss's rule, on panels that are fine where any of the densities is narrow: correct to nine digits for counts from
/// 10⁻³ to 10¹². Source: Thompson (1933), for two.
///
/// # Panics
/// When there is no belief, or a count is not a positive finite number. When the counts are so large or so small that the
/// integral is not known to six digits.
///
/// ```
/// # use aif_lib::prelude::*;
/// // One success against no idea: ∫ 2p · p dp = 2/3.
/// let best = probability_best(&[Beta::new(2.0, 1.0)?, Beta::UNIFORM]);
/// assert!((best[0] - 2.0 / 3.0).abs() < 1e-9);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[track_caller]
pub fn probability_best(beliefs: &[Beta]) -> Categorical {
    assert!(!beliefs.is_empty(), "probability_best: give at least one belief");
    let mut densities = Vec::with_capacity(beliefs.len());
    for belief in beliefs {
        densities.push(LogOdds::of(belief)); // A loop, so that a panic names the caller.
    }
    let mut edges: Vec<f64> = densities.iter().flat_map(LogOdds::edges).collect();
    edges.sort_by(f64::total_cmp);
    edges.dedup();
    let (rule, n) = (Rule::new(), beliefs.len());
    let (mut best, mut below) = (vec![0.0; n], vec![0.0; n]); // Fⱼ at the left edge
    for panel in edges.windows(2) {
        let on = |density: &LogOdds| rule.panel(panel, &|x| density.log_density(x).exp());
        let parts: Vec<_> = densities.iter().map(on).collect();
        for k in 0..NODES {
            let cdf = |j: usize| below[j] + parts[j].running[k];
            for (i, best) in best.iter_mut().enumerate() {
                let others: f64 = (0..n).filter(|j| *j != i).map(cdf).product();
                *best += parts[i].weighted[k] * others;
            }
        }
        below.iter_mut().zip(&parts).for_each(|(below, part)| *below += part.total);
    }
    // One of them is the best: Σᵢ fᵢ Π Fⱼ is the derivative of Π Fⱼ.
    let sum: f64 = best.iter().sum();
    assert!(
        (sum - 1.0).abs() < 1e-6,
        "probability_best: the integral comes to {sum}, not 1, for {beliefs:?}: these counts are too large or too small; \
         divide all by the same number, or compare the means"
    );
    Categorical::new_unchecked(best.iter().map(|p| p / sum).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caught::caught;
    use crate::prob::random::seeded;

    #[test]
    fn moments_and_kl_by_hand() {
        let belief = Beta::new(3.0, 1.0).unwrap();
        assert_eq!(belief.mean(), 0.75);
        assert!((belief.variance() - 3.0 / 80.0).abs() < 1e-15); // ab / ((a+b)² (a+b+1)) = 3/80
        assert!((belief.cdf(0.5) - 0.125).abs() < 1e-14); // p³
        assert!((belief.density(0.5) - 0.75).abs() < 1e-14); // 3p²
        // KL[Beta(2,1)‖Beta(1,1)] = ∫ 2p ln 2p dp = ln 2 − ½.
        let kl = Beta::new(2.0, 1.0).unwrap().kl(&Beta::UNIFORM);
        assert!((kl - (2f64.ln() - 0.5)).abs() < 1e-14, "{kl}");
        // One more success after 10¹⁵ of each: about 1/(2 · 2 · 10¹⁵).
        let kl = Beta { a: 1e15 + 1.0, b: 1e15 }.kl(&Beta { a: 1e15, b: 1e15 });
        assert!((kl / 2.5e-16 - 1.0).abs() < 1e-12, "{kl}");
    }

    #[test]
    fn density_and_cdf_at_all_sizes() {
        // (a, b, p, cdf, density), by arithmetic with 60 digits.
        for (a, b, p, cdf, density) in [
            (1e-3, 1e-3, 0.5, 0.5, 0.001_997_232_612_721_306_7),
            (1e-3, 2e-3, 1e-300, 0.334_125_919_242_537, 3.341_259_192_425_37e296),
            (1e-3, 1e3, 1e-6, 0.993_687_151_271_397_2, 992.695_943_462_017_5),
            (0.5, 0.5, 0.1, 0.204_832_764_699_133_46, 1.061_032_953_945_969),
            (2.0, 3.0, 0.4, 0.5248, 1.728),
            (30.0, 10.0, 0.8, 0.758_640_548_719_208_8, 5.036_893_955_198_332),
            (5.0, 1e4, 1e-3, 0.970_879_527_317_129_6, 188.599_162_228_710_2),
        ] {
            let belief = Beta { a, b };
            let off = (belief.cdf(p) - cdf).abs();
            assert!(off < 1e-12, "cdf of {belief:?}: {} {off}", belief.cdf(p));
            let mirrored = 1.0 - Beta { a: b, b: a }.cdf(1.0 - p);
            assert!(p < 1e-200 || (mirrored - cdf).abs() < 1e-12, "{belief:?}: {mirrored}");
            let off = (belief.density(p) / density - 1.0).abs();
            assert!(off < 1e-12, "density of {belief:?}: {} {off}", belief.density(p));
            assert_eq!([belief.cdf(0.0), belief.cdf(-1.0)], [0.0, 0.0]);
            assert!(
                (belief.cdf(1.0) - 1.0).abs() < 1e-12 && belief.cdf(2.0) <= 1.0,
                "{belief:?}"
            );
        }
        let sharp = Beta { a: 1e9, b: 1e9 }.density(0.50001);
        assert!((sharp / 23_918.683_198_207_623 - 1.0).abs() < 1e-10, "{sharp}");
    }

    #[test]
    fn draws_have_the_mean_and_the_variance() {
        let tiny = 1e-300;
        for (a, b) in [
            (1.0, 1.0),
            (0.5, 2.0),
            (30.0, 10.0),
            (1e-3, 1e-3),
            (1e-3, 3e-3),
            (tiny, tiny),
            (tiny, 1.0),
        ] {
            let (belief, mut rng) = (Beta { a, b }, seeded(5));
            let draws: Vec<f64> = (0..40_000).map(|_| belief.sample(&mut rng)).collect();
            assert!(draws.iter().all(|p| (0.0..=1.0).contains(p)), "{a}, {b}");
            let mean = draws.iter().sum::<f64>() / 40_000.0;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 40_000.0;
            // Five standard errors of the mean.
            let tolerance = 5.0 * (belief.variance() / 40_000.0).sqrt();
            assert!((mean - belief.mean()).abs() <= tolerance, "{a}, {b}: {mean}");
            assert!(
                (variance - belief.variance()).abs() <= 0.05 * belief.variance() + 1e-12,
                "{a}, {b}: {variance}"
            );
        }
    }

    #[test]
    fn the_larger_of_two_draws_can_be_told_at_any_count() {
        for (a, b) in [(1e-3, 1e-3), (1e-6, 1e-6), (5e-3, 1.0)] {
            let (belief, mut rng, mut first) = (Beta { a, b }, seeded(9), 0);
            for _ in 0..10_000 {
                let draws = [(); 2].map(|()| belief.sample_log_odds(&mut rng));
                assert!(draws[0] != draws[1] && !draws[0].is_nan(), "{a}, {b}");
                first += usize::from(draws[0] > draws[1]);
            }
            assert!((first as f64 - 5000.0).abs() < 250.0, "{a}, {b}: {first}"); // 5 s.e.
        }
    }

    #[test]
    fn a_draw_and_its_log_odds_are_the_same() {
        for (a, b) in [(0.3, 0.7), (2.0, 5.0)] {
            let belief = Beta { a, b };
            let (p, x) =
                (belief.sample(&mut seeded(3)), belief.sample_log_odds(&mut seeded(3)));
            assert!((log_odds(p) - x).abs() < 1e-12, "{p} {x}");
        }
    }

    #[test]
    fn who_is_best_by_hand_and_by_drawing() {
        // Equals share; a success against a failure: 1 − ∫ 2p (1 − p)² dp … = 5/6.
        let same = probability_best(&[Beta::UNIFORM; 4]);
        assert!(same.probs().iter().all(|p| (p - 0.25).abs() < 1e-12), "{same:?}");
        let (won, lost) = (Beta { a: 2.0, b: 1.0 }, Beta { a: 1.0, b: 2.0 });
        assert!((probability_best(&[won, lost])[0] - 5.0 / 6.0).abs() < 1e-12);
        assert_eq!(probability_best(&[lost]).probs(), [1.0]);
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
    fn who_is_best_at_all_sizes() {
        // By adaptive integration with 30 digits.
        let at = |counts: &[(f64, f64)]| {
            let beliefs: Vec<Beta> = counts.iter().map(|&(a, b)| Beta { a, b }).collect();
            probability_best(&beliefs)[0]
        };
        for (counts, right) in [
            (&[(11.0, 99_991.0), (21.0, 99_981.0)][..], 0.035_366_930_337_258_2),
            (&[(2.0, 16_000.0), (4.0, 16_000.0)], 0.187_519_529_724_254_6),
            (&[(1e-3, 1e-3), (2.0, 3.0)], 0.500_249_584_109_595_6),
            (&[(1e-3, 2e-3), (5e-3, 1e-3)], 0.166_665_301_886_094_4),
            (&[(0.5, 0.5), (30.0, 10.0), (3.0, 2.0)], 0.308_304_055_881_197_6),
            (&[(1000.0, 1.0), (1.0, 1.0), (999.0, 2.0)], 0.749_625_187_406_296_9),
        ] {
            assert!((at(counts) - right).abs() < 1e-12, "{counts:?}: {}", at(counts));
        }
        // One success more than the other: ½ + B(2a, 2b) / (a B(a, b)²), in closed form.
        for (a, b, right) in [
            (1e-12, 3e-12, 0.875),
            (1e-3, 2e-3, 0.833_331_154_439_334_8),
            (1e-3, 1e3, 0.999_307_903_464_023_9),
            (1e-6, 1e6, 0.999_999_306_853_872_4),
            (1.0, 1.0, 2.0 / 3.0),
            (1e6, 3e6, 0.500_244_301_222_869),
            (1e12, 1e12, 0.500_000_199_471_140_2),
        ] {
            let ours = at(&[(a + 1.0, b), (a, b)]);
            assert!((ours - right).abs() < 1e-9, "{a}, {b}: {ours}, not {right}");
        }
    }

    #[test]
    fn what_cannot_be_integrated_is_refused() {
        let huge = [Beta { a: 1e40, b: 1e40 }, Beta { a: 1e40, b: 2e40 }];
        let message = caught(|| probability_best(&huge)).unwrap_err();
        assert!(message.contains("too large or too small; divide all"), "{message}");
        assert!(
            caught(|| probability_best(&[])).unwrap_err().contains("at least one belief")
        );
    }

    #[test]
    fn bad_counts_are_named() {
        let message = |a, b| Beta::new(a, b).unwrap_err().to_string();
        assert!(message(-1.0, 1.0).contains("entry 0 is -1"), "{}", message(-1.0, 1.0));
        assert!(message(1.0, f64::NAN).contains("entry 1 is NaN"));
        assert!(message(0.0, 1.0).contains("use 1 and 1"));
        assert!(message(1e308, 1e308).contains("the sum of the counts is infinite"));
        // The fields are open: what is wrong with them is told where they are used.
        let bad = Beta { a: 1.0, b: -2.0 };
        for told in [
            caught(|| bad.sample(&mut seeded(1))).unwrap_err(),
            caught(|| bad.density(0.5)).unwrap_err(),
            caught(|| bad.cdf(0.5)).unwrap_err(),
            caught(|| bad.kl(&Beta::UNIFORM)).unwrap_err(),
            caught(|| Beta::UNIFORM.kl(&bad)).unwrap_err(),
            caught(|| probability_best(&[Beta::UNIFORM, bad])).unwrap_err(),
        ] {
            assert!(
                told.contains("entry 1 is -2: a count is a finite number above 0"),
                "{told}"
            );
        }
    }
}
