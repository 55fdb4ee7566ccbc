//! Rats in the maze of weeks: what each carries from one day to the next, what that earns, and what is known without trying.
//!
//! | file | holds |
//! |---|---|
//! | `rat` | [`MazeRat`]: one trial a day, the same rule within it, and one of several things to [`Carry`] over night |
//! | `exact` | [`long_run`], [`best_with_memory`]: rewards without simulation |
//! | `learners` | [`memory_q`], [`belief_q`]: Q-learning with the last sides, and with the belief, as its state |
//!
//! All rats that are given one list of days meet the same sides, cues and signs, so their differences are paired.

mod exact;
mod learners;
mod rat;

pub use exact::{LongRun, Reading, best_with_memory, long_run};
pub use learners::{LearnerOptions, belief_q, memory_q};
pub use rat::{Carry, Clock, MazeRat, Ticks, Trial};

use crate::prob::random::Rng;
use crate::world::block_maze::{Day, Weeks};

/// The life of a rat, day after day.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (weeks, days) = (Weeks::default(), Weeks::default().days(400, &mut seeded(1)));
/// let life = rats::live(&mut MazeRat::new(weeks, Carry::Context), &days);
/// assert!(rats::mean_reward(&life) > 0.4); // .6 on average
/// ```
pub fn live(rat: &mut MazeRat, days: &[Day]) -> Vec<Trial> {
    days.iter().map(|day| rat.trial(day)).collect()
}

/// The mean reward of some trials.
pub fn mean_reward(trials: &[Trial]) -> f64 {
    trials.iter().map(|trial| trial.reward).sum::<f64>() / trials.len() as f64
}

/// The mean reward of each rat, all on the same new days.
///
/// The days come from the weeks as they are, whatever the rats believe of them.
pub fn same_days(
    weeks: &Weeks,
    n: usize,
    rats: Vec<MazeRat>,
    rng: &mut dyn Rng,
) -> Vec<f64> {
    let days = weeks.days(n, rng);
    rats.into_iter().map(|mut rat| mean_reward(&live(&mut rat, &days))).collect()
}

/// The days at which the context turns, if it stood still for `before` days and stands still for `after` more.
pub fn reversals(days: &[Day], before: usize, after: usize) -> Vec<usize> {
    let still = |from: usize, to: usize| {
        to <= days.len()
            && days[from..to].windows(2).all(|two| two[0].context == two[1].context)
    };
    let turns = |t: usize| days[t - 1].context != days[t].context;
    (before.max(1)..days.len())
        .filter(|&t| turns(t) && still(t - before, t) && still(t, t + after))
        .collect()
}

/// How a rat does around the reversals of its life, on average: day by day, `before` days before and `after` days after.
#[derive(Debug, Clone, PartialEq)]
pub struct Around {
    /// How often it went to the arm of the new context.
    pub right: Vec<f64>,
    /// How often it looked.
    pub looked: Vec<f64>,
}

/// The means over all [`reversals`] of a life.
///
/// # Panics
/// When there is no such reversal, or the life has not one trial for each day.
pub fn around_reversals(
    life: &[Trial],
    days: &[Day],
    (before, after): (usize, usize),
) -> Around {
    assert_eq!(life.len(), days.len(), "around_reversals: one trial for each day");
    let turns = reversals(days, before, after);
    assert!(!turns.is_empty(), "around_reversals: no reversal between so many quiet days");
    let mean = |of: &dyn Fn(&Trial, usize) -> bool| {
        let on = |k: usize| {
            let count =
                turns.iter().filter(|&&t| of(&life[t - before + k], days[t].context));
            count.count() as f64 / turns.len() as f64
        };
        (0..before + after).map(on).collect()
    };
    Around {
        right: mean(&|trial, context| trial.arm == context),
        looked: mean(&|trial, _| trial.looked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reversal_stands_between_two_quiet_times() {
        let day = |context| Day { context, side: 0, cue: 0, sign: 0, coin: 0.0 };
        let days: Vec<Day> = [0, 0, 0, 1, 1, 0, 1, 1, 1].map(day).to_vec();
        assert_eq!(reversals(&days, 1, 1), [3, 5, 6]);
        assert_eq!(reversals(&days, 3, 2), [3]);
        assert_eq!(reversals(&days, 1, 3), [6]);
        assert_eq!(reversals(&days, 1, 4), [0; 0]);
        assert_eq!(reversals(&[], 1, 1), [0; 0]);
    }
}
