//! Appendix A4: architectures.
//!
//! Shapes: `b` (next state, state); `keys` (key, number); a window k · symbols numbers.

use ndarray::Array2;

use super::support::{normalised, random_belief, random_columns, random_numbers};
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::interaction::Obs;
use crate::prob::info::softmax;
use crate::prob::logistic::logistic;

/// Its quiz and its exercises.
pub const MODULE: Module = Module {
    number: Module::APPENDICES + 4,
    quiz: "1 c, 2 a, 3 d, 4 b, 5 c, 6 a, 7 d, 8 b",
    exercises,
};

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(recurrence()),
        Box::new(gate()),
        Box::new(responsibilities()),
        Box::new(window()),
    ]
}

/// An answer to Exercise A4.1: the next α, from (α, A[o, ·], B).
pub type Recurrence = fn(&[f64], &[f64], &Array2<f64>) -> Vec<f64>;
/// An answer to Exercise A4.2: gate, new memory and new ln P, from (memory, ln P, seen, ln R, drift).
pub type Gate = fn(f64, f64, f64, f64, f64) -> [f64; 3];
/// An answer to Exercise A4.3: the posterior of each key, from (query, keys, prior, variance).
pub type Responsibilities = fn(&[f64], &Array2<f64>, &[f64], f64) -> Vec<f64>;
/// An answer to Exercise A4.4: the window, from (seen, t, k, symbols).
pub type Window = fn(&[Obs], usize, usize, usize) -> Vec<f64>;

/// Checks Exercise A4.1.
pub fn check_a4_1(answer: Recurrence) -> Verdict {
    recurrence().check(answer)
}

/// Checks Exercise A4.2.
pub fn check_a4_2(answer: Gate) -> Verdict {
    gate().check(answer)
}

/// Checks Exercise A4.3.
pub fn check_a4_3(answer: Responsibilities) -> Verdict {
    responsibilities().check(answer)
}

/// Checks Exercise A4.4.
pub fn check_a4_4(answer: Window) -> Verdict {
    window().check(answer)
}

// ---- A4.1

/// (α, A[o, ·], B).
type Forward = (Vec<f64>, Vec<f64>, Array2<f64>);

fn led(b: &Array2<f64>, alpha: &[f64]) -> Vec<f64> {
    b.rows()
        .into_iter()
        .map(|row| row.iter().zip(alpha).map(|(b, a)| b * a).sum())
        .collect()
}

fn each(x: &[f64], y: &[f64]) -> Vec<f64> {
    x.iter().zip(y).map(|(x, y)| x * y).collect()
}

fn recurrence() -> Exercise<Forward, Recurrence> {
    let b = || ndarray::array![[0.9, 0.2], [0.1, 0.8]];
    Exercise::<Forward, Recurrence>::new("A4.1", |f, (alpha, a, b)| f(alpha, a, b).into(), |alpha, a, b| each(a, &led(b, alpha)))
        .shape("One number for each state")
        .hand("hand", (vec![0.72, 0.02], vec![0.2, 0.7], b()), &[0.1304, 0.0616],
            "From α = (.72, .02): B leads to (.652, .088), and seeing 1 multiplies by .2 and .7. It should be {right}")
        .hand("linear", (vec![72.0, 2.0], vec![0.2, 0.7], b()), &[13.04, 6.16],
            "A hundred times as much goes in, a hundred times as much comes out. From α = (72, 2) it should be {right}")
        .random("random",
            |seed| (random_belief(3, seed), random_numbers(3, 0.0, 1.0, 50 + seed), random_columns(3, 3, 100 + seed)),
            "On a random model the next α")
        .wrong("normalised", |alpha, a, b| normalised(&each(a, &led(b, alpha))),
            "That is the belief, α divided by its sum. Here the sum is kept: it is the probability of all that was seen.")
        .wrong("correct-first", |alpha, a, b| led(b, &each(a, alpha)),
            "You corrected first and moved then: the likelihood belongs to the state *after* the move.")
        .wrong("transposed", |alpha, a, b| each(a, &led(&b.t().to_owned(), alpha)),
            "You used B the other way round: b[[next, now]], so a row of B is summed over what was before.")
        .wrong("no-likelihood", |alpha, _, b| led(b, alpha),
            "That is the prediction. What is seen still has to multiply it.")
}

// ---- A4.2

/// (memory, ln P, seen, ln R, drift).
type Cell = (f64, f64, f64, f64, f64);

fn gated(gate: f64, h: f64, seen: f64, log_noise: f64, drift: f64) -> [f64; 3] {
    [gate, h + gate * (seen - h), (gate * log_noise.exp() + drift).ln()]
}

fn gate() -> Exercise<Cell, Gate> {
    let ln3 = 3f64.ln();
    Exercise::<Cell, Gate>::new("A4.2",
        |f, (h, log_p, seen, log_r, drift)| f(*h, *log_p, *seen, *log_r, *drift).into(),
        |h, log_p, seen, log_r, drift| gated(logistic(log_p - log_r), h, seen, log_r, drift))
        .hand("hand", (1.0, ln3, 5.0, 0.0, 0.25), &[0.75, 4.0, 0.0],
            "P = 3 and R = 1: the gate is 3/(3 + 1) = ¾, the memory moves from 1 to 1 + ¾ · 4 = 4, and P becomes ¾ · 1 + ¼ = 1, whose ln is 0. It should be {right}")
        .hand("vague", (0.0, 0.0, 8.0, ln3, 0.0), &[0.25, 2.0, 0.75f64.ln()],
            "P = 1 and R = 3, no drift: gate ¼, memory 2, ln P = ln ¾. It should be {right}")
        .random("random",
            |seed| {
                let x = random_numbers(5, -2.0, 2.0, 200 + seed);
                (x[0], x[1], x[2], x[3], x[4].abs())
            },
            "With (memory, ln P, seen, ln R, drift) = {input} gate, memory and ln P")
        .wrong("upside-down",
            |h, log_p, seen, log_r, drift| gated(logistic(log_r - log_p), h, seen, log_r, drift),
            "The gate is upside down: it must open where the memory is vague (P large) and the sense is sharp (R small).")
        .wrong("keep",
            |h, log_p, seen, log_r, drift| {
                let z = logistic(log_p - log_r);
                [z, z * h + (1.0 - z) * seen, (z * log_r.exp() + drift).ln()]
            },
            "You let the gate keep. A GRU's z does that; this one says how much of the *new* is let in.")
        .wrong("no-drift",
            |h, log_p, seen, log_r, _| gated(logistic(log_p - log_r), h, seen, log_r, 0.0),
            "The drift is missing: before the next look the number may have moved, so P grows by it.")
        .wrong("drift-of-logs",
            |h, log_p, seen, log_r, drift| {
                let z = logistic(log_p - log_r);
                [z, h + z * (seen - h), (z * log_r.exp()).ln() + drift]
            },
            "You added the drift to the logarithm. Variances add, their logarithms do not: go back with exp first.")
        .wrong("no-log",
            |h, log_p, seen, log_r, drift| {
                let z = logistic(log_p - log_r);
                [z, h + z * (seen - h), z * log_r.exp() + drift]
            },
            "The third number is the variance itself. The unit remembers its logarithm: take ln at the end.")
        .wrong("drift-first",
            |h, log_p, seen, log_r, drift| {
                let z = logistic((log_p.exp() + drift).ln() - log_r);
                [z, h + z * (seen - h), (z * log_r.exp()).ln()]
            },
            "You let the number move before the look. Here P is the variance *before* this look already; the drift comes after it.")
}

// ---- A4.3

/// (query, keys, prior, variance).
type Mixture = (Vec<f64>, Array2<f64>, Vec<f64>, f64);

fn scored(
    query: &[f64],
    keys: &Array2<f64>,
    score: impl Fn(usize, f64, f64) -> f64, // of a key's number, its product with the query, its length squared
) -> Vec<f64> {
    let one = |(i, key): (usize, ndarray::ArrayView1<'_, f64>)| {
        let product: f64 = query.iter().zip(key).map(|(q, k)| q * k).sum();
        score(i, product, key.iter().map(|k| k * k).sum())
    };
    keys.rows().into_iter().enumerate().map(one).collect()
}

fn responsibilities() -> Exercise<Mixture, Responsibilities> {
    Exercise::<Mixture, Responsibilities>::new("A4.3",
        |f, (query, keys, prior, variance)| f(query, keys, prior, *variance).into(),
        |query, keys, prior, variance| {
            softmax(&scored(query, keys, |i, qk, kk| (qk - 0.5 * kk) / variance + prior[i].ln()))
        })
        .shape("One weight for each key")
        .distribution()
        .hand("hand", (vec![1.0], ndarray::array![[1.0], [2.0]], vec![0.5, 0.5], 0.5 / 3f64.ln()), &[0.75, 0.25],
            "Keys 1 and 2, a query of 1, variance 1/(2 ln 3): exp(−½/σ²) = 1/3 for the far one. The weights should be {right}")
        .hand("prior", (vec![1.5], ndarray::array![[1.0], [2.0]], vec![0.9, 0.1], 1.0), &[0.9, 0.1],
            "A query halfway between two keys tells nothing: the prior (.9, .1) stays. The weights should be {right}")
        .random("random",
            |seed| {
                let keys = Array2::from_shape_vec((4, 3), random_numbers(12, -2.0, 2.0, 300 + seed)).expect("twelve");
                (random_numbers(3, -2.0, 2.0, 400 + seed), keys, random_belief(4, 500 + seed), 0.3 + 0.1 * seed as f64)
            },
            "On a random mixture the weights")
        .hand("ruled-out", (vec![1.0], ndarray::array![[1.0], [2.0]], vec![0.0, 1.0], 1.0), &[0.0, 1.0],
            "A key with the prior 0 is never meant, however near it is. The weights should be {right}")
        .hand("far", (vec![1000.0], ndarray::array![[1.0], [2.0]], vec![0.5, 0.5], 1.0), &[0.0, 1.0],
            "A query of 1000: e¹⁰⁰⁰ is no number, but the softmax is. The weights should be {right}")
        .wrong("no-length",
            |query, keys, prior, variance| softmax(&scored(query, keys, |i, qk, _| qk / variance + prior[i].ln())),
            "A long key wins by its length alone. A distance has three parts: |q|² is the same for all keys, q·k you have, and −|k|²/2σ² is missing.")
        .wrong("no-prior",
            |query, keys, _, variance| softmax(&scored(query, keys, |_, qk, kk| (qk - 0.5 * kk) / variance)),
            "The prior is missing: add its logarithm to each score.")
        .wrong("deviation",
            |query, keys, prior, variance| {
                softmax(&scored(query, keys, |i, qk, kk| (qk - 0.5 * kk) / variance.sqrt() + prior[i].ln()))
            },
            "You divided by the standard deviation. The Gaussian has the variance in its exponent.")
        .wrong("prior-itself",
            |query, keys, prior, variance| softmax(&scored(query, keys, |i, qk, kk| (qk - 0.5 * kk) / variance + prior[i])),
            "You added the prior itself. In the exponent stands its logarithm.")
        .wrong("densities",
            |query, keys, prior, variance| {
                let distance = |key: ndarray::ArrayView1<'_, f64>| -> f64 {
                    query.iter().zip(key).map(|(q, k)| (q - k) * (q - k)).sum()
                };
                let one = |(key, p): (ndarray::ArrayView1<'_, f64>, &f64)| p * (-0.5 * distance(key) / variance).exp();
                normalised(&keys.rows().into_iter().zip(prior).map(one).collect::<Vec<f64>>())
            },
            "Right as long as the densities are numbers. Far from all keys each is 0, and 0/0 is none: work with scores, and let the softmax do the rest.")
        .wrong("root-of-the-length",
            |query, keys, prior, _| softmax(&scored(query, keys, |i, qk, _| qk / (query.len() as f64).sqrt() + prior[i].ln())),
            "That is attention as networks have it, with β = 1/√d. Here β is 1/σ², and the bias has −|k|²/2σ² in it.")
}

// ---- A4.4

/// (seen, t, k, symbols).
type Looks = (Vec<Obs>, usize, usize, usize);

/// One-hot, by the position of each.
fn hot(seen: impl Iterator<Item = Obs>, k: usize, symbols: usize) -> Vec<f64> {
    let mut hot = vec![0.0; k * symbols];
    seen.take(k).enumerate().for_each(|(lag, o)| hot[lag * symbols + o] = 1.0);
    hot
}

fn random_looks(seed: u64) -> Looks {
    let seen =
        random_numbers(9, 0.0, 3.0, 600 + seed).iter().map(|x| *x as usize).collect();
    (seen, (seed % 9) as usize, 1 + (seed % 4) as usize, 3)
}

/// The silent bug: the window ends one observation too early.
fn window() -> Exercise<Looks, Window> {
    Exercise::<Looks, Window>::new("A4.4",
        |f, (seen, t, k, symbols)| f(seen, *t, *k, *symbols).into(),
        |seen, t, k, symbols| hot(seen[..=t].iter().rev().copied(), k, symbols))
        .shape("A window of k one-hot observations")
        .hand("hand", (vec![0, 1, 1, 0], 2, 2, 2), &[0.0, 1.0, 0.0, 1.0],
            "Seen 0, 1, 1, 0; at time 2 the last two, the newest first, are 1 and 1. The window should be {right}")
        .hand("start", (vec![1, 0, 1], 0, 2, 2), &[0.0, 1.0, 0.0, 0.0],
            "At time 0 one observation is there, a 1, and before it nothing: zeros. The window should be {right}")
        .random("random", random_looks, "With (seen, t, k, symbols) = {input} the window")
        .wrong("the-bug",
            |seen, t, k, symbols| hot(seen[..t].iter().rev().copied(), k, symbols),
            "This is still the bug: the window ends before time t. The belief that it is compared with has seen oₜ.")
        .wrong("oldest-first",
            |seen, t, k, symbols| hot(seen[(t + 1).saturating_sub(k)..=t].iter().copied(), k, symbols),
            "The right observations, but the oldest comes first; and near the start they slide to other places. The newest comes first.")
        .wrong("future",
            |seen, t, k, symbols| hot(seen[..(t + 2).min(seen.len())].iter().rev().copied(), k, symbols),
            "Now the window sees one observation of the future.")
}
