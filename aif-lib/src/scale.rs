//! Many runs of the same experiment: one seed in, one independent stream for each run.
//!
//! The runs share nothing, so they go side by side on all cores, and the answer is that of a plain loop to
//! the last bit. [`mean_interval`](crate::prob::stats::mean_interval) turns it into a
//! mean with its interval.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread::{available_parallelism, scope};

use crate::caught::caught;
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
/// As [`population`]; a panic in a run is a panic here. [`mean_curve`](crate::prob::stats::mean_curve) averages the lists.
pub fn curves(
    n: usize,
    seed: u64,
    run: &(dyn Fn(u64, &mut dyn Rng) -> Vec<f64> + Sync),
) -> Vec<Vec<f64>> {
    map(n, &|i| run(i, &mut stream(seed, i)))
}

/// One thread for each core takes the next run until none is left; the order of the results is that of the runs.
fn map<T: Send>(n: usize, run: &(dyn Fn(u64) -> T + Sync)) -> Vec<T> {
    let next = AtomicU64::new(0);
    let work = || {
        let taken = || Some(next.fetch_add(1, Relaxed)).filter(|i| *i < n as u64);
        let done: Result<Vec<(u64, T)>, String> =
            caught(|| std::iter::from_fn(taken).map(|i| (i, run(i))).collect());
        if done.is_err() {
            next.store(n as u64, Relaxed); // No further run: the caller is to hear of it now.
        }
        done
    };
    let cores = available_parallelism().map_or(1, usize::from);
    let parts: Vec<_> = scope(|scope| {
        let others: Vec<_> = (1..cores.min(n)).map(|_| scope.spawn(work)).collect();
        let mine = work();
        let theirs = others.into_iter().map(|t| t.join().expect("panics are caught above"));
        std::iter::once(mine).chain(theirs).collect()
    });
    let mut results = Vec::with_capacity(n);
    for part in parts {
        results.extend(part.unwrap_or_else(|message| panic!("{message}")));
    }
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::uniform01;

    #[test]
    fn the_answer_is_that_of_a_plain_loop() {
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

    #[test]
    #[should_panic(expected = "run 7 fell over")]
    fn the_caller_hears_what_a_run_died_of() {
        population(40, 1, &|i, _| if i == 7 { panic!("run 7 fell over") } else { 0.0 });
    }
}
