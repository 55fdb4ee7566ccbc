//! How long something takes, on a machine that does other things, too.
//!
//! A single time is worth little: caches are cold at first, clocks change their speed, neighbours come and go. So rivals take
//! turns, the first rounds do not count, and what is told is a median with an interval. The noise of a computer only ever
//! adds, and it comes in long stretches; rivals that run in turns suffer it together, so that their *ratio*, round by round,
//! is much steadier than either time.

use std::fmt;
use std::time::Instant;

/// A median, and an interval that holds the true one with a confidence of about 95 %.
#[derive(Clone, Copy, PartialEq)]
pub struct Spread {
    /// The lower end.
    pub lo: f64,
    /// The median.
    pub median: f64,
    /// The upper end.
    pub hi: f64,
}

impl Spread {
    /// The median of some numbers, and the interval between two of them that it asks of no distribution.
    ///
    /// ```text
    /// x₍ₖ₎ … x₍ₙ₊₁₋ₖ₎,    k the largest with P(Binomial(n, ½) < k) ≤ .025
    /// ```
    /// It is the interval that belongs to the sign test. Fewer than six numbers allow none: then it is all of them, and holds less than
    /// it says.
    ///
    /// # Panics
    /// When there is no number, or one is NaN.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// let spread = Spread::of(&[9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 100.0]);
    /// assert_eq!((spread.lo, spread.median, spread.hi), (2.0, 5.5, 9.0)); // k = 2 of 10
    /// ```
    #[track_caller]
    pub fn of(numbers: &[f64]) -> Self {
        assert!(!numbers.is_empty(), "the median of no numbers: measure at least once");
        assert!(numbers.iter().all(|x| !x.is_nan()), "the median of {numbers:?}: NaN");
        let mut x = numbers.to_vec();
        x.sort_by(f64::total_cmp);
        let n = x.len();
        let k = rank(n).max(1);
        Self { lo: x[k - 1], median: 0.5 * (x[(n - 1) / 2] + x[n / 2]), hi: x[n - k] }
    }
}

/// The largest k with P(Binomial(n, ½) < k) ≤ .025.
fn rank(n: usize) -> usize {
    let mut term = 0.5f64.powi(n as i32);
    let mut below = 0.0;
    for k in 0..n {
        below += term; // P(Binomial < k + 1)
        if below > 0.025 {
            return k;
        }
        term *= (n - k) as f64 / (k + 1) as f64;
    }
    n
}

/// What a notebook shows: three digits each.
impl fmt::Debug for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lo, median, hi } = self;
        write!(f, "{median:.3} ({lo:.3} to {hi:.3})")
    }
}

/// What was measured of one rival: its seconds, round by round.
#[derive(Clone, PartialEq)]
pub struct Timing {
    /// Its name.
    pub name: String,
    /// The seconds of each round that counts.
    pub seconds: Vec<f64>,
}

impl Timing {
    /// The seconds of a round.
    pub fn spread(&self) -> Spread {
        Spread::of(&self.seconds)
    }

    /// The seconds of the best round: what the machine can do when nobody disturbs it, for what others do only adds to it.
    pub fn best(&self) -> f64 {
        self.seconds.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// How many times as long another took, round by round: above 1, this one is the faster.
    ///
    /// # Panics
    /// When they did not run in the same number of rounds.
    #[track_caller]
    pub fn faster_than(&self, other: &Self) -> Spread {
        let (mine, theirs) = (self.seconds.len(), other.seconds.len());
        assert_eq!(mine, theirs, "faster_than: rivals run in the same rounds");
        let pairs = self.seconds.iter().zip(&other.seconds);
        Spread::of(&pairs.map(|(mine, theirs)| theirs / mine).collect::<Vec<_>>())
    }
}

/// What a notebook shows.
impl fmt::Debug for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Spread { lo, median, hi } = self.spread();
        let [lo, median, hi] = [lo, median, hi].map(|s| 1e3 * s);
        write!(f, "{}: {median:.3} ms ({lo:.3} to {hi:.3})", self.name)
    }
}

/// One of several things to be timed: a name, and what to do.
pub type Rival<'a> = (&'a str, &'a mut dyn FnMut());

/// Times rivals in turns: some rounds that do not count, then `rounds` that do. Every other round goes backwards, so that nobody
/// always follows the same one.
///
/// # Panics
/// When no round counts.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut few, mut many) = (0u64, 0u64);
/// let times = take_turns(2, 9, &mut [
///     ("few", &mut || few += (0..1_000).map(std::hint::black_box).sum::<u64>()),
///     ("many", &mut || many += (0..100_000).map(std::hint::black_box).sum::<u64>()),
/// ]);
/// assert!(times[0].faster_than(&times[1]).median > 3.0);
/// ```
#[track_caller]
pub fn take_turns(warm_up: usize, rounds: usize, rivals: &mut [Rival<'_>]) -> Vec<Timing> {
    assert!(rounds > 0, "take_turns: at least one round must count");
    let mut seconds = vec![Vec::with_capacity(rounds); rivals.len()];
    for round in 0..warm_up + rounds {
        for turn in 0..rivals.len() {
            let who = if round % 2 == 0 { turn } else { rivals.len() - 1 - turn };
            let start = Instant::now();
            (rivals[who].1)();
            let took = start.elapsed().as_secs_f64().max(1e-9); // A clock may stand still.
            if round >= warm_up {
                seconds[who].push(took);
            }
        }
    }
    let timing =
        |((name, _), seconds): (&Rival<'_>, _)| Timing { name: name.to_string(), seconds };
    rivals.iter().zip(seconds).map(timing).collect()
}

/// The exponent p of y ∝ xᵖ, by least squares on the logarithms.
///
/// # Panics
/// When there are not at least two different x with one y each, or a number is not above 0.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert!((power(&[1.0, 10.0, 100.0], &[3.0, 300.0, 30_000.0]) - 2.0).abs() < 1e-12);
/// ```
#[track_caller]
pub fn power(x: &[f64], y: &[f64]) -> f64 {
    assert!(x.len() == y.len() && x.len() > 1, "power: one y for each of two or more x");
    assert!(x.iter().chain(y).all(|v| *v > 0.0), "power: numbers above 0 have logarithms");
    let ln = |v: &[f64]| v.iter().map(|v| v.ln()).collect::<Vec<f64>>();
    let (x, y) = (ln(x), ln(y));
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let (mx, my) = (mean(&x), mean(&y));
    let across: f64 = x.iter().zip(&y).map(|(x, y)| (x - mx) * (y - my)).sum();
    let along: f64 = x.iter().map(|x| (x - mx).powi(2)).sum();
    assert!(along > 0.0, "power: two different x are needed");
    across / along
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranks_are_those_of_the_binomial() {
        // From tables of the sign test, two-sided 5 %.
        for (n, k) in [(5, 0), (6, 1), (8, 1), (9, 2), (12, 3), (15, 4), (20, 6), (25, 8)] {
            assert_eq!(rank(n), k, "{n}");
        }
        let few = Spread::of(&[3.0, 1.0]);
        assert_eq!((few.lo, few.median, few.hi), (1.0, 2.0, 3.0));
    }

    #[test]
    fn rivals_take_turns_and_the_first_rounds_do_not_count() {
        let order = std::cell::RefCell::new(String::new());
        let times = take_turns(
            1,
            2,
            &mut [
                ("a", &mut || order.borrow_mut().push('a')),
                ("b", &mut || order.borrow_mut().push('b')),
            ],
        );
        assert_eq!(order.into_inner(), "abbaab");
        assert!(times.iter().all(|t| t.seconds.len() == 2));
        assert_eq!((times[0].name.as_str(), times[1].name.as_str()), ("a", "b"));
    }

    #[test]
    fn a_ratio_is_taken_round_by_round() {
        let timing = |seconds: &[f64]| Timing { name: "x".into(), seconds: seconds.into() };
        // The second round was ten times slower for both.
        let (a, b) = (timing(&[1.0, 10.0, 1.0]), timing(&[2.0, 20.0, 2.0]));
        let ratio = a.faster_than(&b);
        assert_eq!((ratio.lo, ratio.median, ratio.hi), (2.0, 2.0, 2.0));
    }

    #[test]
    #[should_panic(expected = "numbers above 0")]
    fn a_power_of_zero_is_refused() {
        power(&[0.0, 1.0], &[1.0, 2.0]);
    }
}
