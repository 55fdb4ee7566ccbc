//! What a row of agents does, from what it expects: [`crate::aif::select`] in every lane.

use super::planner::{Plan, Scratch};
use super::real::{LANES, Real, Row};
use crate::aif::agent::Choice;

/// Scores into probabilities, in every lane; lanes without a finite score become NaN.
pub fn softmax<R: Real>(scores: &mut [Row<R>]) {
    let mut max = [R::ZERO - R::INFINITY; LANES];
    for row in scores.iter() {
        for (max, x) in max.iter_mut().zip(row) {
            *max = if *x > *max { *x } else { *max };
        }
    }
    let mut sum = [R::ZERO; LANES];
    for row in scores.iter_mut() {
        for (x, max) in row.iter_mut().zip(&max) {
            *x = *x - *max;
        }
        *row = R::exp(row);
        for (sum, w) in sum.iter_mut().zip(row.iter()) {
            *sum += *w;
        }
    }
    for row in scores {
        for (w, sum) in row.iter_mut().zip(&sum) {
            *w = *w / *sum;
        }
    }
}

/// The best score in every lane, ties shared: [`crate::prob::ties`]; NaN where none is finite.
fn best_of<R: Real>(scores: &mut [Row<R>]) {
    let (mut best, mut scale) = ([R::ZERO - R::INFINITY; LANES], [R::ZERO; LANES]);
    for row in scores.iter() {
        for l in 0..LANES {
            best[l] = if row[l] > best[l] { row[l] } else { best[l] };
            let size = if row[l] < R::ZERO { R::ZERO - row[l] } else { row[l] };
            scale[l] = if size > scale[l] && size < R::INFINITY { size } else { scale[l] };
        }
    }
    let mut close = [R::ZERO; LANES];
    let mut n = [R::ZERO; LANES];
    for l in 0..LANES {
        let possible = best[l] > R::ZERO - R::INFINITY;
        // Nothing is close to NaN: then all are 0 / 0.
        close[l] = if possible { best[l] - R::TIE * scale[l] } else { R::NAN };
    }
    for row in scores.iter_mut() {
        for l in 0..LANES {
            row[l] = if row[l] >= close[l] { R::ONE } else { R::ZERO };
            n[l] += row[l];
        }
    }
    for row in scores {
        for (x, n) in row.iter_mut().zip(&n) {
            *x = *x / *n;
        }
    }
}

/// From `scratch.g` to the probability of each option and of each action. A lane in which nothing is possible becomes NaN.
pub fn choose<R: Real>(plan: &Plan, scratch: &mut Scratch<R>) {
    let Scratch { g, posterior, action, .. } = scratch;
    for ((score, g), &e) in posterior.iter_mut().zip(g.iter()).zip(&plan.habits) {
        match plan.choice {
            Choice::Best if e > 0.0 => *score = g.map(|g| R::ZERO - g),
            Choice::Best => *score = [R::ZERO - R::INFINITY; LANES],
            // At γ = 0 an infinite G must not count either, and 0 · ∞ is not a number.
            Choice::Sample { gamma: 0.0 } => *score = [R::of(e.ln()); LANES],
            Choice::Sample { gamma } => {
                let (habit, gamma) = (R::of(e.ln()), R::of(gamma));
                *score = g.map(|g| habit - gamma * g);
            }
        }
    }
    match plan.choice {
        Choice::Best => best_of(posterior),
        Choice::Sample { .. } => softmax(posterior),
    }
    action.fill([R::ZERO; LANES]);
    for (p, policy) in posterior.iter().zip(&plan.options) {
        for (sum, p) in action[policy[0]].iter_mut().zip(p) {
            *sum += *p;
        }
    }
    sharpen(plan.alpha, action);
}

/// [`crate::aif::select::sharpen`] in every lane.
fn sharpen<R: Real>(alpha: f64, action: &mut [Row<R>]) {
    if alpha == 1.0 {
        return;
    }
    if alpha.is_infinite() {
        return best_of(action);
    }
    for row in action.iter_mut() {
        let score = |p: R| {
            let ln = p.to().ln();
            R::of(if ln.is_finite() { alpha * ln } else { ln })
        };
        *row = row.map(score);
    }
    softmax(action);
}
