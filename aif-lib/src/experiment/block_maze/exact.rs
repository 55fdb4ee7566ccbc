//! What a rat earns a day, in the long run, without simulation.

use super::rat::{corrected, sign_gain, turned};
use crate::task::block_maze::look_gain;
use crate::world::block_maze::Weeks;

/// When the sign is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading {
    /// Never: as if there were none.
    Never,
    /// Every day.
    Always,
    /// When it pays in the long run.
    Best,
    /// When it pays by tomorrow: what it adds to the reward of the next day is more than it costs.
    Tomorrow,
    /// When it teaches more about the context than this many nats for each unit of reward that it costs.
    Curious(f64),
}

/// The long run of a rat with two levels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LongRun {
    /// The mean reward a day.
    pub reward: f64,
    /// The sign is read as long as the belief in the likelier context is below this; ½ if it is not read at all, 1 if it
    /// is read always.
    pub reads_below: f64,
}

/// What a rat with the right two-level model earns a day, by relative value iteration on its belief.
///
/// ```text
/// V(q) + ρ = trial(q) + E[ V(B2 q′) ]        q′: q corrected by the side, and by the sign if it is read
/// ```
/// The belief is cut into `points` values, with straight lines between them. Nothing that is done in a trial changes what it
/// teaches about the context, the arm shows the side in any case; so the best trial is the best for today.
///
/// # Panics
/// When there are fewer than two points.
pub fn long_run(weeks: &Weeks, reading: Reading, points: usize) -> LongRun {
    assert!(points > 1, "long_run: cut the belief into two points or more");
    let belief = |i: usize| i as f64 / (points - 1) as f64;
    let mut v = vec![0.0; points];
    let mut reward = f64::NAN;
    for _ in 0..20_000 {
        let new: Vec<f64> =
            (0..points).map(|i| backup(weeks, reading, belief(i), &v)).collect();
        let change = new.iter().zip(&v).map(|(new, old)| new - old);
        let (lo, hi) = change
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), x| (lo.min(x), hi.max(x)));
        let middle = new[points / 2];
        v = new.into_iter().map(|x| x - middle).collect();
        reward = (lo + hi) / 2.0;
        if hi - lo < 1e-10 {
            break;
        }
    }
    let reads = |i: &usize| worth_of_sign(weeks, reading, belief(*i), &v) > 0.0;
    let last = (points / 2..points).rfind(reads);
    LongRun { reward, reads_below: last.map_or(0.5, |i| belief((i + 1).min(points - 1))) }
}

/// The reward of today and the value of tomorrow.
fn backup(weeks: &Weeks, reading: Reading, q: f64, v: &[f64]) -> f64 {
    let later = |q| at(v, q);
    let tomorrow = (0..2).map(|side| {
        let (q, p) = corrected(q, weeks.dominance, side);
        let reads = worth_of_sign(weeks, reading, q, v) > 0.0;
        p * if reads { after_sign(weeks, q, later) } else { later(turned(q, weeks.hazard)) }
    });
    today(weeks, q) + tomorrow.sum::<f64>()
}

/// What a day earns that begins with this belief.
fn today(weeks: &Weeks, q: f64) -> f64 {
    let b = weeks.dominance * q + (1.0 - weeks.dominance) * (1.0 - q);
    (2.0 * b - 1.0).abs() + look_gain(b, weeks.reliability, weeks.cost).max(0.0)
}

/// Above 0 if the sign is read.
fn worth_of_sign(weeks: &Weeks, reading: Reading, q: f64, v: &[f64]) -> f64 {
    match reading {
        Reading::Never => -1.0,
        Reading::Always => 1.0,
        Reading::Best => gain_of_sign(weeks, q, |q| at(v, q)),
        Reading::Tomorrow => gain_of_sign(weeks, q, |q| today(weeks, q)),
        Reading::Curious(w) => sign_gain(q, weeks.sign) - w * weeks.sign_cost,
    }
}

/// What the sign adds to the worth of tomorrow's belief, less its cost.
fn gain_of_sign(weeks: &Weeks, q: f64, worth: impl Fn(f64) -> f64) -> f64 {
    after_sign(weeks, q, &worth) - worth(turned(q, weeks.hazard))
}

fn after_sign(weeks: &Weeks, q: f64, worth: impl Fn(f64) -> f64) -> f64 {
    let each = (0..2).map(|sign| {
        let (q, p) = corrected(q, weeks.sign, sign);
        p * worth(turned(q, weeks.hazard))
    });
    each.sum::<f64>() - weeks.sign_cost
}

/// The value between two points, on a straight line.
fn at(v: &[f64], q: f64) -> f64 {
    let x = q * (v.len() - 1) as f64;
    let i = (x as usize).min(v.len() - 2);
    v[i] + (x - i as f64) * (v[i + 1] - v[i])
}

/// What the best rat earns a day that remembers the sides of the last `m` days and nothing else.
///
/// ```text
/// Σ_history P(history) · max(go, look)         b = P(left | history), a table of 2^m rows
/// ```
/// The rows are walked in the order of a tree, so that none is stored.
///
/// # Panics
/// When m is above 24.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert!((rats::best_with_memory(&Weeks::default(), 1) - 0.4).abs() < 1e-12);
/// ```
#[track_caller]
pub fn best_with_memory(weeks: &Weeks, m: usize) -> f64 {
    assert!(m <= 24, "best_with_memory: 2^{m} rows are too many: use m up to 24");
    rows(weeks, m, 0.5, 1.0)
}

fn rows(weeks: &Weeks, m: usize, q: f64, p: f64) -> f64 {
    let d = weeks.dominance;
    if m == 0 {
        let b = d * q + (1.0 - d) * (1.0 - q);
        let look = look_gain(b, weeks.reliability, weeks.cost).max(0.0);
        return p * ((2.0 * b - 1.0).abs() + look);
    }
    let longer = (0..2).map(|side| {
        let (after, evidence) = corrected(q, d, side);
        rows(weeks, m - 1, turned(after, weeks.hazard), p * evidence)
    });
    longer.sum()
}
