//! Many runs of the same experiment: one seed in, one independent stream for each run.
//!
//! The runs share nothing, so they may run one after the other or side by side (feature `parallel`): the
//! answer is the same to the last bit. [`mean_interval`](crate::prob::stats::mean_interval) turns it into a
//! mean with its interval.

use crate::prob::random::{Rng, stream};

/// Runs an experiment n times and collects one number from each run.
///
/// Run i gets its index and the generator `stream(seed, i)`. More runs leave the earlier ones as they were.
///
/// ```
/// # use aif_lib::prelude::*;
/// let heads = population(1000, 7, &|_, rng| f64::from(uniform01(rng) < 0.5));
/// assert!(mean_interval(&heads)?.contains(0.5));
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn population(
    n: usize,
    seed: u64,
    run: &(dyn Fn(u64, &mut dyn Rng) -> f64 + Sync),
) -> Vec<f64> {
    map(n, &|i| run(i, &mut stream(seed, i)))
}

/// Runs an experiment n times and collects a list from each run: a learning curve, for example.
///
/// As [`population`]. [`mean_curve`](crate::prob::stats::mean_curve) averages the lists.
pub fn curves(
    n: usize,
    seed: u64,
    run: &(dyn Fn(u64, &mut dyn Rng) -> Vec<f64> + Sync),
) -> Vec<Vec<f64>> {
    map(n, &|i| run(i, &mut stream(seed, i)))
}

#[cfg(not(feature = "parallel"))]
fn map<T>(n: usize, run: &dyn Fn(u64) -> T) -> Vec<T> {
    (0..n as u64).map(run).collect()
}

#[cfg(feature = "parallel")]
fn map<T: Send>(n: usize, run: &(dyn Fn(u64) -> T + Sync)) -> Vec<T> {
    use rayon::prelude::*;
    (0..n as u64).into_par_iter().map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::uniform01;

    #[test]
    fn the_answer_is_that_of_a_plain_loop_with_or_without_threads() {
        let walk = |i: u64, rng: &mut dyn Rng| -> Vec<f64> {
            (0..i + 1).map(|_| uniform01(rng)).collect()
        };
        let serial: Vec<Vec<f64>> = (0..100).map(|i| walk(i, &mut stream(5, i))).collect();
        assert_eq!(curves(100, 5, &walk), serial);
        let last: Vec<f64> = serial.iter().map(|w| w[w.len() - 1]).collect();
        assert_eq!(population(100, 5, &|i, rng| walk(i, rng)[i as usize]), last);
    }

    #[test]
    fn more_runs_leave_the_first_ones_as_they_were() {
        let f = |_: u64, rng: &mut dyn Rng| uniform01(rng);
        assert_eq!(population(30, 2, &f)[..10], population(10, 2, &f));
    }
}
