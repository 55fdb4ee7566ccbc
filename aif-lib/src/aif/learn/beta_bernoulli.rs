//! A belief about one probability, learned by counting; and what one more look at it would teach. Dual:
//! [`crate::rl::learn::sample_average`].

use special::Gamma;

use crate::prob::beta::Beta;
use crate::prob::dirichlet::expected_gain;

/// Counts one outcome: Bayes' rule for a coin.
///
/// ```text
/// success: a ← a + 1,     failure: b ← b + 1
/// ```
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut belief = Beta::UNIFORM;
/// aif_lib::aif::learn::beta_bernoulli::update(&mut belief, true);
/// assert_eq!(belief, Beta::new(2.0, 1.0)?);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn update(belief: &mut Beta, success: bool) {
    if success {
        belief.a += 1.0;
    } else {
        belief.b += 1.0;
    }
}

/// Forgets a little: the counts move towards the prior's, because the world may have changed.
///
/// ```text
/// a ← (1 − φ) a + φ a₀,      b ← (1 − φ) b + φ b₀
/// ```
/// `forgetting`: the share φ that is forgotten, from 0 to 1.
pub fn forget(belief: &mut Beta, prior: &Beta, forgetting: f64) {
    belief.a = (1.0 - forgetting) * belief.a + forgetting * prior.a;
    belief.b = (1.0 - forgetting) * belief.b + forgetting * prior.b;
}

/// The noise that would remain if the probability were known: the ambiguity of the next outcome.
///
/// ```text
/// E[ H(p) ] = − m (ψ(a+1) − ψ(n+1)) − (1 − m) (ψ(b+1) − ψ(n+1)),      n = a + b,  m = a/n
/// ```
/// Unit: nats.
pub fn expected_noise(belief: &Beta) -> f64 {
    let (m, all) = (belief.mean(), (belief.total() + 1.0).digamma());
    let of = |count: f64| all - (count + 1.0).digamma();
    m * of(belief.a) + (1.0 - m) * of(belief.b)
}

/// What one more outcome is expected to teach about the probability: the epistemic value of pulling the arm.
///
/// ```text
/// I(p; o) = H(m) − E[ H(p) ] = E[ KL(belief after o ‖ belief now) ] ≈ 1 / (2n)
/// ```
/// All uncertainty about the outcome, less the part that is noise. Unit: nats. Source: Schwartenbeck et al. (2019),
/// where it is the term for model parameters.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::aif::learn::beta_bernoulli::information_gain;
/// // No idea: ln 2 − ½.
/// assert!((information_gain(&Beta::UNIFORM) - (2f64.ln() - 0.5)).abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn information_gain(belief: &Beta) -> f64 {
    // The difference of the two entropies, without the cancellation that it suffers for large counts.
    expected_gain(&[belief.a, belief.b])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::{seeded, uniform01};

    const BELIEFS: [(f64, f64); 6] =
        [(1.0, 1.0), (2.0, 1.0), (0.5, 0.5), (7.0, 2.5), (40.0, 3.0), (300.0, 500.0)];

    /// The mean KL of the two beliefs that may follow: no digamma trick, the definition.
    fn by_kl(belief: &Beta) -> f64 {
        let after = |success| {
            let mut after = *belief;
            update(&mut after, success);
            after.kl(belief)
        };
        let m = belief.mean();
        m * after(true) + (1.0 - m) * after(false)
    }

    #[test]
    fn the_gain_is_the_expected_kl() {
        for (a, b) in BELIEFS {
            let belief = Beta { a, b };
            let (closed, mean) = (information_gain(&belief), by_kl(&belief));
            assert!((closed - mean).abs() < 1e-10, "{a}, {b}: {closed} {mean}");
        }
    }

    #[test]
    fn the_gain_is_what_integration_gives() {
        // ∫ f(p) [p ln(p/m) + (1 − p) ln((1 − p)/(1 − m))] dp by the midpoint rule.
        for (a, b) in [(1.0, 1.0), (2.0, 1.0), (7.0, 2.5), (40.0, 3.0)] {
            let (belief, n) = (Beta { a, b }, 200_000);
            let m = belief.mean();
            let at = |p: f64| p * (p / m).ln() + (1.0 - p) * ((1.0 - p) / (1.0 - m)).ln();
            let middle = |k: usize| (k as f64 + 0.5) / n as f64;
            let sum: f64 = (0..n).map(|k| belief.density(middle(k)) * at(middle(k))).sum();
            let gain = information_gain(&belief);
            assert!(
                (gain - sum / n as f64).abs() < 1e-7,
                "{a}, {b}: {gain} {}",
                sum / n as f64
            );
        }
    }

    #[test]
    fn the_gain_is_what_drawing_gives() {
        // Draw p, draw an outcome, update, and measure how far the belief moved.
        let (belief, mut rng, runs) = (Beta { a: 3.0, b: 2.0 }, seeded(12), 100_000);
        let mut total = 0.0;
        for _ in 0..runs {
            let mut after = belief;
            let p = belief.sample(&mut rng);
            update(&mut after, uniform01(&mut rng) < p);
            total += after.kl(&belief);
        }
        let (mean, gain) = (total / runs as f64, information_gain(&belief));
        assert!((mean - gain).abs() < 5e-4, "{mean} {gain}");
    }

    #[test]
    fn the_gain_falls_like_one_over_twice_the_count_whatever_the_mean() {
        for m in [0.5, 0.1, 0.9] {
            for n in [100.0, 1000.0, 10_000.0] {
                let gain = information_gain(&Beta { a: m * n, b: (1.0 - m) * n });
                assert!((2.0 * n * gain - 1.0).abs() < 10.0 / n, "{m}, {n}: {gain}");
            }
        }
    }

    #[test]
    fn who_forgets_everything_is_back_at_the_prior() {
        let (mut belief, prior) = (Beta { a: 9.0, b: 5.0 }, Beta { a: 1.0, b: 3.0 });
        forget(&mut belief, &prior, 0.5);
        assert_eq!(belief, Beta { a: 5.0, b: 4.0 });
        forget(&mut belief, &prior, 1.0);
        assert_eq!(belief, prior);
    }
}
