//! Appendix A2: cognitive models.
//!
//! Shapes: two numbers where an answer gives two, in the order of its name.

use super::support::random_numbers;
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::experiment::metacognition::normal_quantile;
use crate::prob::logistic::logistic;

/// Its quiz and its exercises.
pub const MODULE: Module = Module {
    number: Module::APPENDICES + 2,
    quiz: "1 b, 2 c, 3 a, 4 d, 5 b, 6 a, 7 c, 8 b",
    exercises,
};

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![Box::new(tendency()), Box::new(upper()), Box::new(sensitivity())]
}

/// An answer to Exercise A2.1: mean and variance of the tendency, from (mean, variance, volatility, seen).
pub type Tendency = fn(f64, f64, f64, bool) -> [f64; 2];
/// An answer to Exercise A2.2: the probability of the upper boundary, from (drift, boundary, start).
pub type Upper = fn(f64, f64, f64) -> f64;
/// An answer to Exercise A2.3: d′ and criterion, from (hits, misses, false alarms, correct rejections).
pub type DPrime = fn(f64, f64, f64, f64) -> [f64; 2];

/// Checks Exercise A2.1.
pub fn check_a2_1(answer: Tendency) -> Verdict {
    tendency().check(answer)
}

/// Checks Exercise A2.2.
pub fn check_a2_2(answer: Upper) -> Verdict {
    upper().check(answer)
}

/// Checks Exercise A2.3.
pub fn check_a2_3(answer: DPrime) -> Verdict {
    sensitivity().check(answer)
}

// ---- A2.1

fn moved(mean: f64, wide: f64, seen: bool, information: f64) -> [f64; 2] {
    let variance = 1.0 / (1.0 / wide + information);
    [mean + variance * (f64::from(seen) - logistic(mean)), variance]
}

fn seen_by_binary(p: f64) -> f64 {
    p * (1.0 - p)
}

fn tendency() -> Exercise<(f64, f64, f64, bool), Tendency> {
    Exercise::<(f64, f64, f64, bool), Tendency>::new("A2.1",
        |f, (mean, variance, v, seen)| f(*mean, *variance, *v, *seen).into(),
        |mean, variance, v, seen| moved(mean, variance + v, seen, seen_by_binary(logistic(mean))))
    .hand("hand", (0.0, 1.0, 1.0, true), &[2.0 / 3.0, 4.0 / 3.0],
        "By hand: from mean 0 and variance 1 with v = 1, after a 1, the variance is 1/(1/2 + 1/4) = 4/3 and the mean 4/3 · ½ = 2/3")
    .hand("not-seen", (0.0, 1.0, 1.0, false), &[-2.0 / 3.0, 4.0 / 3.0], "After a 0 the same way down: (−2/3, 4/3)")
    .random("random",
        |seed| {
            let x = random_numbers(3, 0.1, 2.0, seed);
            (x[0] - 1.0, x[1], x[2], seed % 2 == 0)
        },
        "With (mean, variance, v, seen) = {input} the new mean and variance")
    .wrong("no-volatility", |mean, variance, _, seen| moved(mean, variance, seen, seen_by_binary(logistic(mean))),
        "You left out the volatility: before anything is seen, the variance grows by v.")
    .wrong("no-information", |mean, variance, v, seen| moved(mean, variance + v, seen, 0.0),
        "You left out what the outcome tells: the precision grows by p (1 − p).")
    .wrong("variance-information", |mean, variance, v, seen| {
            let p = logistic(mean);
            let sum = variance + v + p * (1.0 - p);
            [mean + sum * (f64::from(seen) - p), sum]
        },
        "You added p (1 − p) to the variance. It is a precision: add it to 1/variance, and turn the sum over.")
    .wrong("gain-one", |mean, variance, v, seen| {
            let p = logistic(mean);
            [mean + f64::from(seen) - p, 1.0 / (1.0 / (variance + v) + p * (1.0 - p))]
        },
        "The variance is right. The mean moves by the error times that variance, and not by the whole error.")
    .wrong("variance-before", |mean, variance, v, seen| {
            let p = logistic(mean);
            [mean + (variance + v) * (f64::from(seen) - p), 1.0 / (1.0 / (variance + v) + p * (1.0 - p))]
        },
        "The variance is right. The mean moves by the error times the variance *after* the outcome; you took the one before.")
    .wrong("exp-of-v", |mean, variance, v, seen| moved(mean, variance + v.exp(), seen, seen_by_binary(logistic(mean))),
        "v is the variance of a step as it is. Its exponent, κx₃ + ω, has been taken already.")
}

// ---- A2.2

fn upper() -> Exercise<(f64, f64, f64), Upper> {
    Exercise::<(f64, f64, f64), Upper>::new("A2.2",
        |f, (drift, boundary, start)| f(*drift, *boundary, *start).into(),
        |drift, boundary, start| {
            let x = -2.0 * drift * boundary;
            if x == 0.0 { start } else { (x * start).exp_m1() / x.exp_m1() }
        })
    .hand("hand", (0.5, 3f64.ln(), 0.5), &[3f64.sqrt() / (1.0 + 3f64.sqrt())],
        "By hand: with v = ½, a = ln 3, w = ½ it is (1 − 3^(−½))/(1 − 3⁻¹) = √3/(1 + √3) = .6340")
    .hand("down", (-0.5, 3f64.ln(), 0.5), &[1.0 / (1.0 + 3f64.sqrt())], "With the drift the other way it is 1/(1 + √3) = .3660")
    .random("random",
        |seed| {
            let x = random_numbers(3, 0.1, 0.9, seed);
            (4.0 * x[0] - 2.0, 2.0 * x[1], x[2])
        },
        "With (drift, boundary, start) = {input} it")
    .hand("no-drift", (0.0, 1.3, 0.3), &[0.3], "Without drift it is where the walk begins, w = .3. Yours is {yours}: 0/0 must be looked out for")
    .hand("hardly-any-drift", (1e-12, 1.0, 0.3), &[0.3],
        "With a drift of 1e-12 it is .3 to more than nine digits. Yours is {yours}: 1 − eˣ loses its digits near 0; x.exp_m1() keeps them")
    .wrong("lower", |drift, boundary, start| {
            let x = 2.0 * drift * boundary;
            if x == 0.0 { 1.0 - start } else { (x * (1.0 - start)).exp_m1() / x.exp_m1() }
        },
        "This is the probability of the lower boundary.")
    .wrong("divides", |drift, boundary, start| {
            let x = -2.0 * drift * boundary;
            (1.0 - (x * start).exp()) / (1.0 - x.exp())
        },
        "Right wherever there is a drift. Without one it is 0/0: there the answer is w.")
    .wrong("loses-digits", |drift, boundary, start| {
            let x = -2.0 * drift * boundary;
            if x == 0.0 { start } else { (1.0 - (x * start).exp()) / (1.0 - x.exp()) }
        },
        "Right where there is a drift to speak of. Near 0 both ends of the fraction are differences of nearly equal numbers: use exp_m1.")
    .wrong("start-as-distance", |drift, boundary, start| {
            let x = -2.0 * drift;
            if x == 0.0 { start / boundary } else { (x * start).exp_m1() / (x * boundary).exp_m1() }
        },
        "You took the start for a distance from the lower boundary. Here w is a *part* of the way up: the walk begins at wa.")
    .wrong("no-start", |drift, boundary, _| 1.0 / (1.0 + (-drift * boundary).exp()),
        "This is right from the middle only. The walk begins at w.")
    .wrong("no-two", |drift, boundary, start| {
            let x = -drift * boundary;
            if x == 0.0 { start } else { (x * start).exp_m1() / x.exp_m1() }
        },
        "The exponents have a 2 in them: −2vaw and −2va.")
}

// ---- A2.3

fn rates(hits: f64, misses: f64, alarms: f64, rejections: f64, half: f64) -> [f64; 2] {
    let z = |part: f64, rest: f64| {
        normal_quantile((part + half) / (part + rest + 2.0 * half)).unwrap_or(f64::NAN)
    };
    [z(hits, misses), z(alarms, rejections)]
}

fn sensitivity() -> Exercise<(f64, f64, f64, f64), DPrime> {
    Exercise::<(f64, f64, f64, f64), DPrime>::new("A2.3",
        |f, (hits, misses, alarms, rejections)| f(*hits, *misses, *alarms, *rejections).into(),
        |hits, misses, alarms, rejections| {
            let [h, f] = rates(hits, misses, alarms, rejections, 0.5);
            [h - f, -0.5 * (h + f)]
        })
    .near("hand", (84.0, 15.0, 15.0, 84.0), &[2.030_444_066, 0.0], 1e-6,
        "84 hits of 99 and 15 false alarms of 99: the rates are .845 and .155, z is ±1.0152, so d′ = 2.0304 and c = 0")
    .near("asymmetric", (30.0, 10.0, 8.0, 32.0), &[1.471_189_219, 0.080_171_104], 1e-6,
        "30 of 40 and 8 of 40: H = 30.5/41 and F = 8.5/41, so d′ = 1.471 and c = .080")
    .at("perfect", (10.0, 0.0, 0.0, 10.0), "Without a single error the rates are 10.5/11 and .5/11. d′ and c")
    .random("random",
        |seed| {
            let x = random_numbers(4, 1.0, 40.0, seed);
            (x[0].round(), x[1].round(), x[2].round(), x[3].round())
        },
        "With (hits, misses, false alarms, correct rejections) = {input} d′ and c")
    .wrong("no-halves", |hits, misses, alarms, rejections| {
            let [h, f] = rates(hits, misses, alarms, rejections, 0.0);
            [h - f, -0.5 * (h + f)]
        },
        "You left out the halves: add ½ to each count of hits and of false alarms, and 1 to how often each thing was shown. Without them nobody may be perfect.")
    .wrong("sum", |hits, misses, alarms, rejections| {
            let [h, f] = rates(hits, misses, alarms, rejections, 0.5);
            [h + f, -0.5 * (h + f)]
        },
        "d′ is the difference of the two z-values, not their sum: false alarms speak against.")
    .wrong("sign", |hits, misses, alarms, rejections| {
            let [h, f] = rates(hits, misses, alarms, rejections, 0.5);
            [h - f, 0.5 * (h + f)]
        },
        "The criterion has the other sign: somebody who says yes too often has a criterion below 0.")
    .wrong("no-half", |hits, misses, alarms, rejections| {
            let [h, f] = rates(hits, misses, alarms, rejections, 0.5);
            [h - f, -(h + f)]
        },
        "The criterion is half of that: it is measured from the point half-way between the two means.")
    .wrong("by-answer", |hits, misses, alarms, rejections| {
            let [h, f] = rates(hits, alarms, misses, rejections, 0.5);
            [h - f, -0.5 * (h + f)]
        },
        "You divided by how often each *answer* was given. A rate is a part of how often each *thing* was shown: hits and misses are all signals.")
}
