//! Deciding between two hypotheses as evidence comes in: when has one looked long enough?
//!
//! Evidence moves by +v or −v a second on average, with variance 1 a second, and one must say which. The belief that it is + is a
//! function of the evidence alone, so stopping at a belief *is* stopping at a boundary: drift-diffusion
//! ([`crate::prob::first_passage`]) with w = ½.
//!
//! Source: Wald (1947); that no other test with as few errors decides as early on average, Wald & Wolfowitz (1948).

use super::metacognition::normal_quantile;
use crate::error::{Error, Result};
use crate::prob::first_passage::Diffusion;
use crate::prob::logistic::logistic;

/// The belief in + after the evidence has moved by x from where it began.
///
/// ```text
/// ln P(+)/P(−) = 2 v x
/// ```
pub fn belief(drift: f64, x: f64) -> f64 {
    logistic(2.0 * drift * x)
}

/// The diffusion of somebody who decides when the belief in one side has reached 1 − `error`.
///
/// ```text
/// a = ln((1 − ε)/ε) / v
/// ```
/// The belief is right: just the part ε of the decisions is wrong.
///
/// # Errors
/// [`Error::Parameter`]: an error that is not above 0 and below ½, or a drift that is not above 0.
///
/// ```
/// use aif_lib::experiment::sequential_test::test;
/// assert!((1.0 - test(0.8, 0.05)?.probability_upper()? - 0.05).abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn test(drift: f64, error: f64) -> Result<Diffusion> {
    check(drift, error)?;
    Diffusion::new(drift, ((1.0 - error) / error).ln() / drift)
}

/// How long somebody must look who fixes the time beforehand and errs as rarely.
///
/// ```text
/// T = (z(ε)/v)²,    because the evidence at T is N(vT, T)
/// ```
///
/// # Errors
/// As [`test()`].
pub fn fixed_time(drift: f64, error: f64) -> Result<f64> {
    check(drift, error)?;
    Ok((normal_quantile(error)? / drift).powi(2))
}

fn check(drift: f64, error: f64) -> Result<()> {
    if !(drift.is_finite() && drift > 0.0) {
        let expected = "the drift tells the sides apart: a finite number above 0";
        return Err(Error::Parameter { name: "drift", value: drift, expected });
    }
    if !(error > 0.0 && error < 0.5) {
        let expected = "a part of wrong decisions above 0 and below ½";
        return Err(Error::Parameter { name: "error", value: error, expected });
    }
    Ok(())
}

/// What a boundary costs: an error counts 1, a second `cost`.
///
/// # Errors
/// As [`Diffusion::mean_time`].
pub fn risk(drift: f64, boundary: f64, cost: f64) -> Result<f64> {
    let walk = Diffusion::new(drift, boundary)?;
    Ok(1.0 - walk.probability_upper()? + cost * walk.mean_time()?)
}

/// The boundary at which [`risk`] is least.
///
/// # Errors
/// [`Error::Parameter`]: a drift or a cost that is not above 0.
pub fn best_boundary(drift: f64, cost: f64) -> Result<f64> {
    check(drift, 0.25)?;
    if !(cost.is_finite() && cost > 0.0) {
        let expected = "a second costs something: a finite number above 0";
        return Err(Error::Parameter { name: "cost", value: cost, expected });
    }
    // The risk falls and then rises: thirds of the range are thrown away. Beyond 80/v an error has a probability of e⁻⁸⁰.
    let (mut lo, mut hi) = (1e-9 / drift, 80.0 / drift);
    while hi - lo > 1e-10 / drift {
        let (left, right) = (lo + (hi - lo) / 3.0, hi - (hi - lo) / 3.0);
        if risk(drift, left, cost)? < risk(drift, right, cost)? {
            hi = right
        } else {
            lo = left
        }
    }
    Ok(0.5 * (lo + hi))
}

/// The belief at which looking on is worth no more than deciding, by value iteration over beliefs.
///
/// ```text
/// V(p) = min( min(p, 1 − p),  cost · dt + Σ P(evidence | p) V(p after it) )
/// ```
/// Nothing here knows of boundaries: at each belief the two costs are compared. The log-odds move in steps of `step`.
///
/// # Errors
/// As [`best_boundary`]; also a step that is not above 0 and below 1, or a cost so low that one would look on beyond the beliefs
/// that are looked at (log-odds of 12).
pub fn stopping_belief(drift: f64, cost: f64, step: f64) -> Result<f64> {
    best_boundary(drift, cost)?;
    if !(step > 0.0 && step < 1.0) {
        let expected = "steps of the log-odds above 0 and below 1";
        return Err(Error::Parameter { name: "step", value: step, expected });
    }
    // A step of the log-odds, 2v times the evidence, has the variance 4 v² dt.
    let dt = step * step / (4.0 * drift * drift);
    let n = (12.0 / step).ceil() as usize;
    let log_odds = |i: usize| (i as f64 - n as f64) * step;
    let p = |i: usize| logistic(log_odds(i));
    let decide = |i: usize| p(i).min(1.0 - p(i));
    let mut v: Vec<f64> = (0..=2 * n).map(decide).collect();
    // With these two chances the belief is on average what it was.
    let up = |i: usize| (p(i) - p(i - 1)) / (p(i + 1) - p(i - 1));
    let look =
        |v: &[f64], i: usize| cost * dt + up(i) * v[i + 1] + (1.0 - up(i)) * v[i - 1];
    loop {
        let mut change = 0.0f64;
        for i in 1..2 * n {
            let new = decide(i).min(look(&v, i));
            change = change.max(v[i] - new);
            v[i] = new;
        }
        if change < 1e-14 {
            break;
        }
    }
    let last = (n..2 * n).take_while(|i| look(&v, *i) < decide(*i)).last().unwrap_or(n);
    if last + 1 >= 2 * n {
        let expected = "a cost at which one stops below log-odds of 12: raise it";
        return Err(Error::Parameter { name: "cost", value: cost, expected });
    }
    Ok(p(last + 1))
}
