//! Random numbers: the only place where a generator is named.
//!
//! The caller owns the generator and passes it as the last argument, `rng: &mut dyn Rng`. Nothing in
//! this crate hides one. Xoshiro256++ is portable: the same seed gives the same numbers everywhere.

use std::convert::Infallible;
use std::sync::OnceLock;

pub use rand::Rng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{SeedableRng, TryRng};

/// The generator of the course, Xoshiro256++ of Blackman and Vigna, under a name that a notebook can reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generator(Xoshiro256PlusPlus);

// `Rng` itself follows from this.
impl TryRng for Generator {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0.try_next_u32()
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0.try_next_u64()
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.try_fill_bytes(bytes)
    }
}

/// A portable generator from a small seed.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut a, mut b) = (seeded(7), seeded(7));
/// assert_eq!(uniform01(&mut a), uniform01(&mut b));
/// ```
pub fn seeded(seed: u64) -> Generator {
    Generator(Xoshiro256PlusPlus::seed_from_u64(shifted(seed, seed_shift())))
}

/// How far all seeds of this run are moved: COURSE_SEED_SHIFT.
pub(crate) fn seed_shift() -> u64 {
    static SHIFT: OnceLock<u64> = OnceLock::new();
    *SHIFT.get_or_init(|| shift(std::env::var("COURSE_SEED_SHIFT").ok()))
}

/// Every seed of a run moves together, so that what is claimed of one run can be looked at in another (`make
/// check-seeds`). Without a shift nothing moves.
fn shifted(seed: u64, shift: u64) -> u64 {
    // The course's own seeds are far below this prime: no shifted seed is another cell's.
    seed.wrapping_add(shift.wrapping_mul(1_000_003))
}

fn shift(asked: Option<String>) -> u64 {
    let Some(text) = asked else { return 0 };
    text.parse().unwrap_or_else(|_| {
        panic!("COURSE_SEED_SHIFT is a whole number such as 3, not {text:?}")
    })
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
pub fn stream(seed: u64, index: u64) -> Generator {
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

/// One number from the normal distribution with mean 0 and variance 1. Source: Box & Muller (1958).
///
/// ```
/// # use aif_lib::prelude::*;
/// let draws = population(1000, 7, &|_, rng| aif_lib::prob::random::standard_normal(rng));
/// assert!(mean_interval(&draws)?.contains(0.0));
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn standard_normal(rng: &mut dyn Rng) -> f64 {
    normal(1.0, rng)
}

/// One number from the normal distribution with mean 0 and this standard deviation.
pub(crate) fn normal(deviation: f64, rng: &mut dyn Rng) -> f64 {
    let radius = (-2.0 * (1.0 - uniform01(rng)).ln()).sqrt(); // 1 − u is never 0
    deviation * radius * (std::f64::consts::TAU * uniform01(rng)).cos()
}

/// The logarithm of one number from the gamma distribution of this shape and scale 1.
///
/// With a small shape the number itself is often too small to be written; its logarithm is not. It is −∞ only where the
/// shape is below 10⁻³⁰⁰. Source: Marsaglia & Tsang (2000).
pub(crate) fn ln_gamma_draw(shape: f64, rng: &mut dyn Rng) -> f64 {
    if shape < 1.0 {
        // Gamma(k) is Gamma(k + 1) · U^(1/k).
        return ln_gamma_draw(shape + 1.0, rng) + (1.0 - uniform01(rng)).ln() / shape;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = standard_normal(rng);
        let v = (1.0 + c * x).powi(3);
        let u = 1.0 - uniform01(rng);
        if v > 0.0 && u.ln() < 0.5 * x * x + d * (1.0 - v + v.ln()) {
            return (d * v).ln();
        }
    }
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
    fn normal_draws_have_the_moments_of_the_normal() {
        let mut rng = seeded(2);
        let x: Vec<f64> = (0..100_000).map(|_| standard_normal(&mut rng)).collect();
        let moment = |k: i32| x.iter().map(|x| x.powi(k)).sum::<f64>() / 1e5;
        // Five standard errors: √(1, 2, 15, 96) / √10⁵ for the first four moments.
        for (k, expected, error) in
            [(1, 0.0, 0.016), (2, 1.0, 0.023), (3, 0.0, 0.062), (4, 3.0, 0.16)]
        {
            assert!((moment(k) - expected).abs() < error, "moment {k}: {}", moment(k));
        }
    }

    #[test]
    fn a_seed_means_the_same_numbers_for_ever() {
        // Box and Muller's formula, in this order; what notebooks say of seeds rests on it.
        for seed in 0..100 {
            let mut rng = seeded(seed);
            let radius = (-2.0 * (1.0 - uniform01(&mut rng)).ln()).sqrt();
            let cosine = (std::f64::consts::TAU * uniform01(&mut rng)).cos();
            assert_eq!(standard_normal(&mut seeded(seed)), radius * cosine);
            assert_eq!(normal(3.0, &mut seeded(seed)), 3.0 * radius * cosine);
        }
    }

    #[test]
    fn gamma_draws_have_the_moments_of_the_gamma() {
        // Mean and variance of the number are the shape; those of its logarithm are ψ and ψ′ (at a half: −γ − 2 ln 2, π²/2).
        use special::Gamma;
        for shape in [1e-3, 0.5, 1.0, 7.0] {
            let mut rng = seeded(4);
            let logs: Vec<f64> =
                (0..40_000).map(|_| ln_gamma_draw(shape, &mut rng)).collect();
            let mean =
                |f: &dyn Fn(f64) -> f64| logs.iter().map(|x| f(*x)).sum::<f64>() / 4e4;
            let error = 5.0 * (shape / 4e4f64).sqrt();
            assert!((mean(&f64::exp) - shape).abs() < error, "{shape}");
            let error = 5.0 * (shape.trigamma() / 4e4).sqrt();
            assert!((mean(&|x| x) - shape.digamma()).abs() < error, "{shape}");
        }
    }

    #[test]
    fn without_a_shift_a_seed_is_the_generator_s_own_and_a_shift_moves_it() {
        assert_eq!(shift(None), 0);
        assert_eq!(shift(Some("3".into())), 3);
        let first = |seed| Xoshiro256PlusPlus::seed_from_u64(seed).next_u64();
        assert_eq!(seeded(7).next_u64(), first(7));
        assert_eq!(shifted(7, 0), 7);
        assert_eq!(shifted(7, 2), 2_000_013);
        assert_eq!(shifted(u64::MAX, 1), 1_000_002);
    }

    #[test]
    #[should_panic(expected = "a whole number such as 3, not \"x\"")]
    fn a_shift_that_is_no_number_is_refused() {
        shift(Some("x".into()));
    }

    #[test]
    fn streams_differ_in_seed_and_in_index() {
        assert_ne!(stream(1, 2).next_u64(), stream(2, 1).next_u64());
        assert_ne!(stream(1, 0).next_u64(), seeded(1).next_u64());
    }
}
