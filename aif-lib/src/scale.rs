//! Many runs of the same experiment: one seed in, one independent stream for each run.
//!
//! The runs share nothing, so with the feature `parallel` they go side by side on all cores, and the answer is that of a
//! plain loop to the last bit. [`mean_interval`](crate::prob::stats::mean_interval) turns it into a
//! mean with its interval.
//!
//! | file | holds |
//! |---|---|
//! | [`batch`] | many agents with one model, as one object |
//! | [`ladder`](mod@ladder) | from one agent after the other to many at once, timed |
//! | [`roofline`] | what a batch has to do, and how fast that could be at best |
//! | [`stopwatch`] | how long something takes, and how sure one can be |
//! | [`sweep`] | named experiments, shared out among machines and put together again |
//! | [`tabular`] | the loop of Q-learning, by traits and without |
//! | `tensor` | expected free energy as a graph of candle, with the feature `deep` |

pub mod batch;
pub mod ladder;
pub mod roofline;
pub mod stopwatch;
pub mod sweep;
pub mod tabular;
#[cfg(feature = "deep")]
pub mod tensor;

#[cfg(feature = "parallel")]
use rayon::prelude::*;

use crate::caught::caught;
use crate::error::Result;
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
    map(n, ALL_CORES, &|i| run(i, &mut stream(seed, i)))
}

/// Runs an experiment n times and collects a list from each run: a learning curve, for example.
///
/// As [`population`]; a panic in a run is a panic here. [`mean_curve`](crate::prob::stats::mean_curve) averages the lists.
pub fn curves(
    n: usize,
    seed: u64,
    run: &(dyn Fn(u64, &mut dyn Rng) -> Vec<f64> + Sync),
) -> Vec<Vec<f64>> {
    map(n, ALL_CORES, &|i| run(i, &mut stream(seed, i)))
}

/// A run that may fail: a number and a stream of its own in, a list out.
pub type Attempt<'a> = dyn Fn(u64, &mut dyn Rng) -> Result<Vec<f64>> + Sync + 'a;

/// [`curves`] of runs that may fail, each for a reason of its own: a learner that runs away, for example.
///
/// # Errors
/// That of the first run that failed.
///
/// ```
/// # use aif_lib::prelude::*;
/// let lost = Error::Empty { what: "the record of run 1".into() };
/// let one = |i: u64, _: &mut dyn Rng| if i == 1 { Err(lost.clone()) } else { Ok(vec![0.5]) };
/// assert_eq!(try_curves(1, 7, &one), Ok(vec![vec![0.5]]));
/// assert_eq!(try_curves(3, 7, &one), Err(lost.clone()));
/// ```
pub fn try_curves(n: usize, seed: u64, run: &Attempt<'_>) -> Result<Vec<Vec<f64>>> {
    runs(n, seed, run).into_iter().collect()
}

/// Runs an experiment n times and collects whatever each run returns.
///
/// As [`population`]; a panic in a run is a panic here.
pub fn runs<T: Send>(
    n: usize,
    seed: u64,
    run: &(dyn Fn(u64, &mut dyn Rng) -> T + Sync),
) -> Vec<T> {
    map(n, ALL_CORES, &|i| run(i, &mut stream(seed, i)))
}

/// As many threads as the machine has cores; rayon reads 0 so.
const ALL_CORES: usize = 0;

/// The results of all runs, in the order of the runs; after a panic no further run begins.
fn map<T: Send>(n: usize, threads: usize, run: &(dyn Fn(u64) -> T + Sync)) -> Vec<T> {
    // Caught, so that the caller dies of it and not a thread that nobody listens to.
    let once = |i: u64| caught(|| run(i));
    let all: std::result::Result<Vec<T>, String> = match pool(threads) {
        #[cfg(feature = "parallel")]
        // Runs may differ much in length, so each can be taken by itself.
        Some(pool) => pool.install(|| {
            let runs = (0..n).into_par_iter().with_max_len(1);
            runs.map(|i| once(i as u64)).collect()
        }),
        _ => (0..n as u64).map(once).collect(),
    };
    all.unwrap_or_else(|message| panic!("{message}"))
}

/// The results of all parts of something that was taken apart, in their order; any number of threads gives the same.
pub(crate) fn each<P: Send, T: Send>(
    parts: Vec<P>,
    threads: usize,
    run: &(dyn Fn(P) -> T + Sync),
) -> Vec<T> {
    match pool(if parts.len() == 1 { 1 } else { threads }) {
        #[cfg(feature = "parallel")]
        Some(pool) => pool.install(|| parts.into_par_iter().map(run).collect()),
        _ => parts.into_iter().map(run).collect(),
    }
}

/// Threads for one call: every cell of a notebook has its own statics, and would leave a shared pool behind.
#[cfg(feature = "parallel")]
fn pool(threads: usize) -> Option<rayon::ThreadPool> {
    // One thread is the caller's own.
    let build = || rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok();
    if threads == 1 { None } else { build() }
}

#[cfg(not(feature = "parallel"))]
fn pool(_threads: usize) -> Option<()> {
    None
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
    fn any_number_of_threads_gives_the_results_in_the_order_of_the_runs() {
        // The earlier a run, the later it is done.
        let run = |i: u64| {
            std::thread::sleep(std::time::Duration::from_micros(50 * (40 - i)));
            (i, uniform01(&mut stream(3, i)).to_bits())
        };
        let plain: Vec<(u64, u64)> =
            (0..40).map(|i| (i, uniform01(&mut stream(3, i)).to_bits())).collect();
        for threads in [1, 2, 7, ALL_CORES] {
            assert_eq!(map(40, threads, &run), plain, "{threads} threads");
        }
        assert!(map(0, 2, &run).is_empty());
    }

    #[test]
    #[cfg(feature = "parallel")]
    fn runs_go_side_by_side() {
        // Each of two runs waits for the other: one after the other, they would wait for ever.
        let (meeting, patience) =
            (std::sync::Barrier::new(2), std::time::Duration::from_secs(20));
        let (done, all) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            done.send(map(2, 2, &|_| {
                meeting.wait();
            }))
        });
        assert!(all.recv_timeout(patience).is_ok());
    }

    #[test]
    fn after_a_panic_no_further_run_begins() {
        let begun = std::sync::atomic::AtomicUsize::new(0);
        let run = |i: u64| {
            begun.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            assert!(i != 3, "run 3 fell over");
        };
        assert_eq!(caught(|| map(1000, 1, &run)).unwrap_err(), "run 3 fell over");
        assert!(begun.into_inner() < 10);
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
