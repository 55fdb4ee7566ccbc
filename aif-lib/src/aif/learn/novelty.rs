//! Novelty: what one more outcome is expected to teach about the distribution that it comes from. Dual:
//! [`crate::rl::agent::explorer`].

use crate::prob::dirichlet::expected_gain;

/// The expected information gain about a distribution known through Dirichlet counts.
///
/// ```text
/// I = H(m) − Σᵢ mᵢ ( ψ(α₀ + 1) − ψ(αᵢ + 1) ),      α₀ = Σ α,  m = α/α₀
/// ```
/// With two counts it is the [information gain](super::beta_bernoulli::information_gain) of a coin. Unit: nats.
/// It is Lindley's measure (1956) of what one more observation tells about the distribution itself, worked out for counts;
/// Schwartenbeck et al. (2019), eLife 8:e41703, make it a part of active inference, as exploration of model parameters. The
/// form here is exact; ½ Σᵢ mᵢ (1/αᵢ − 1/α₀), found in programs, is what is left of it for large counts.
///
/// ```
/// use aif_lib::aif::learn::novelty::novelty;
/// assert!((novelty(&[1.0, 3.0]) - 0.104_001_811).abs() < 1e-9);
/// ```
pub fn novelty(counts: &[f64]) -> f64 {
    expected_gain(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aif::learn::beta_bernoulli::information_gain;
    use crate::prob::beta::Beta;
    use crate::prob::dirichlet::Dirichlet;

    #[test]
    fn novelty_is_the_expected_kl() {
        for counts in [vec![1.0, 2.0, 3.5], vec![0.1; 6], vec![4.0, 0.01, 0.01]] {
            let prior = Dirichlet::new(counts.clone()).unwrap();
            let mean: f64 = (0..counts.len())
                .map(|o| {
                    let mut after = prior.clone();
                    after.observe(o, 1.0);
                    prior.mean()[o] * after.kl(&prior)
                })
                .sum();
            assert!((novelty(&counts) - mean).abs() < 1e-10, "{counts:?}: {mean}");
        }
        for (a, b) in [(1.0, 1.0), (5.0, 0.5)] {
            assert!((novelty(&[a, b]) - information_gain(&Beta { a, b })).abs() < 1e-12);
        }
    }
}
