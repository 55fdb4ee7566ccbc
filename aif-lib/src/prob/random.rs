//! Random numbers: the only place where a generator is named.
//!
//! The caller owns the generator and passes it as the last argument, `rng: &mut dyn Rng`. Nothing in
//! this crate hides one. Xoshiro256++ is portable: the same seed gives the same numbers everywhere.

pub use rand::Rng;
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;

/// A portable generator from a small seed.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut a, mut b) = (seeded(7), seeded(7));
/// assert_eq!(uniform01(&mut a), uniform01(&mut b));
/// ```
pub fn seeded(seed: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed)
}

/// The `index`-th of many independent streams of one seed: one for each agent, episode or world.
///
/// Adding a stream leaves the others as they were, which is what makes a parallel run equal to the serial
/// one.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_ne!(uniform01(&mut stream(7, 0)), uniform01(&mut stream(7, 1)));
/// ```
pub fn stream(seed: u64, index: u64) -> Xoshiro256PlusPlus {
    // Two rounds of the generator's own seeding, so that (7, 1) and (8, 0) share nothing.
    let mut root = seeded(seed);
    seeded(root.next_u64() ^ seeded(index).next_u64().rotate_left(32))
}

/// One number, uniform on [0, 1), with 53 random bits.
pub fn uniform01(rng: &mut dyn Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// One index, uniform on 0..n.
///
/// # Panics
/// When `n` is 0.
#[track_caller]
pub fn uniform_index(n: usize, rng: &mut dyn Rng) -> usize {
    assert!(n > 0, "cannot choose from an empty range");
    // Multiply-shift: the bias is below n / 2^64.
    ((rng.next_u64() as u128 * n as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_are_uniform() {
        let (mut rng, mut counts) = (seeded(1), [0.0; 5]);
        for _ in 0..50_000 {
            counts[uniform_index(5, &mut rng)] += 1.0;
        }
        // Chi-squared with 4 degrees of freedom: 18.5 is its 99.9 % quantile.
        let chi2: f64 = counts.iter().map(|c: &f64| (c - 1e4).powi(2) / 1e4).sum();
        assert!(chi2 < 18.5, "chi-squared {chi2}");
    }

    #[test]
    fn streams_differ_in_seed_and_in_index() {
        assert_ne!(stream(1, 2).next_u64(), stream(2, 1).next_u64());
        assert_ne!(stream(1, 0).next_u64(), seeded(1).next_u64());
    }
}
