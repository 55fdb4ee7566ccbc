//! Module 17: embodied active inference.
//!
//! Shapes: errors (time), mass matrix (joint, joint).

use ndarray::{Array2, array};

use super::support::random_numbers;
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::aif::continuous::{precision, reflex};
use crate::world::arm::{Body, Pair};

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 17, quiz: "1 b, 2 d, 3 a, 4 c, 5 a, 6 d, 7 b, 8 c", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(belief()),
        Box::new(reflex_step()),
        Box::new(mass_matrix()),
        Box::new(precision_step()),
        Box::new(memory()),
        Box::new(sensed_only()),
    ]
}

/// An answer to Exercise 17.1: the belief, from (sensed, goal, π_z, π_w).
pub type Belief = fn(f64, f64, f64, f64) -> f64;
/// An answer to Exercise 17.2: the next action, from (action, errors, their precisions, k, dt).
pub type ReflexStep = fn(f64, Pair, Pair, f64, f64) -> f64;
/// An answer to Exercise 17.3: the mass matrix, from (angles, lengths, masses).
pub type MassMatrix = fn(Pair, Pair, Pair) -> Array2<f64>;
/// An answer to Exercise 17.4: the next log-precision, from (λ, error, rate).
pub type PrecisionStep = fn(f64, f64, f64) -> f64;
/// An answer to Exercise 17.5: the remembered sums, from (errors, dt, limit).
pub type Memory = fn(&[f64], f64, f64) -> Vec<f64>;
/// An answer to Exercise 17.6: the pull, from (gains, wanted, sensed, true), where the last two are (angle, velocity).
pub type SensedOnly = fn(Pair, f64, Pair, Pair) -> f64;

/// Checks Exercise 17.1.
pub fn check_17_1(answer: Belief) -> Verdict {
    belief().check(answer)
}

/// Checks Exercise 17.2.
pub fn check_17_2(answer: ReflexStep) -> Verdict {
    reflex_step().check(answer)
}

/// Checks Exercise 17.3.
pub fn check_17_3(answer: MassMatrix) -> Verdict {
    mass_matrix().check(answer)
}

/// Checks Exercise 17.4.
pub fn check_17_4(answer: PrecisionStep) -> Verdict {
    precision_step().check(answer)
}

/// Checks Exercise 17.5.
pub fn check_17_5(answer: Memory) -> Verdict {
    memory().check(answer)
}

/// Checks Exercise 17.6.
pub fn check_17_6(answer: SensedOnly) -> Verdict {
    sensed_only().check(answer)
}

// ---- 17.1

/// (sensed, goal, π_z, π_w).
type Between = (f64, f64, f64, f64);

fn belief() -> Exercise<Between, Belief> {
    Exercise::<Between, Belief>::new("17.1", |f, &(y, xi, pz, pw)| f(y, xi, pz, pw).into(),
        reflex::belief)
    .hand("hand", (20.0, 24.0, 1.0, 3.0), &[23.0],
        "Sensed 20 with precision 1, expected 24 with precision 3: (1 · 20 + 3 · 24) / 4. The belief should be {right}")
    .hand("blind", (20.0, 24.0, 0.0, 3.0), &[24.0],
        "A sense of precision 0 says nothing, and the belief should be the goal, {right}")
    .random("random",
        |seed| {
            let x = random_numbers(4, 0.1, 9.0, 1700 + seed);
            (x[0], x[1], x[2], x[3])
        },
        "With (y, ξ, π_z, π_w) = {input} the belief")
    .wrong("mean", |y, xi, _, _| (y + xi) / 2.0,
        "This is the plain mean. The more precise of the two should pull more.")
    .wrong("swapped", |y, xi, pz, pw| reflex::belief(y, xi, pw, pz),
        "You have weighed each number with the precision of the other. (With variances as weights the same comes out: a variance is one over a precision.)")
    .wrong("deviations", |y, xi, pz, pw| reflex::belief(y, xi, pz.sqrt(), pw.sqrt()),
        "You have weighed with the root of the precision. F has the errors squared, so its slope has the precision itself.")
    .wrong("sum", |y, xi, pz, pw| pz * y + pw * xi,
        "The sum of the weights is missing below: divide by π_z + π_w.")
}

// ---- 17.2

/// (action, errors, precisions, k, dt).
type Acting = (f64, Pair, Pair, f64, f64);

fn true_reflex(u: f64, e: Pair, p: Pair, k: f64, dt: f64) -> f64 {
    u + dt * k * reflex::reflex(&p, &e)
}

fn reflex_step() -> Exercise<Acting, ReflexStep> {
    Exercise::<Acting, ReflexStep>::new("17.2", |f, &(u, e, p, k, dt)| f(u, e, p, k, dt).into(),
        true_reflex)
    .hand("hand", (1.0, [-0.5, 0.2], [4.0, 5.0], 10.0, 0.01), &[1.1],
        "By hand: p ε_q + r ε_v = 4 · (−.5) + 5 · .2 = −1, so u̇ = 10, and after .01 s u should be {right}")
    .hand("load", (7.0, [0.0, 0.0], [4.0, 5.0], 10.0, 0.01), &[7.0],
        "Both errors are 0: the action that holds the load should stay at {right}. If it falls to 0 the arm drops what it holds")
    .random("random",
        |seed| {
            let x = random_numbers(6, -1.0, 1.0, 1720 + seed);
            (x[0], [x[1], x[2]], [2.0 + x[3], 5.0 + x[4]], 8.0 + x[5], 0.02)
        },
        "With (u, errors, precisions, k, dt) = {input} the next action")
    .wrong("sign", |u, e, p, k, dt| true_reflex(u, e, p, -k, dt),
        "The sign is turned round: this pushes away from where the agent believes to be. Action goes down the slope of F.")
    .wrong("exchanged", |u, e, p, k, dt| true_reflex(u, e, [p[1], p[0]], k, dt),
        "Position and velocity have exchanged their precisions.")
    .wrong("no-dt", |u, e, p, k, _| true_reflex(u, e, p, k, 1.0),
        "dt is missing: the reflex says how fast u changes, and this step lasts dt.")
    .wrong("set", |_, e, p, k, _| k * reflex::reflex(&p, &e),
        "You have set u to −k (p ε_q + r ε_v) instead of changing it. That is a PD controller: when the errors are gone so is the torque, and a load is dropped.")
}

// ---- 17.3

/// (angles, lengths, masses).
type Links = (Pair, Pair, Pair);

/// The mass matrix by its three constants; `own` is what a rod resists by itself, in units of m L².
fn by_constants(l: Pair, m: Pair, own: f64) -> [f64; 3] {
    let i = [0, 1].map(|k| m[k] * l[k] * l[k] * own);
    let d = i[1] + m[1] * l[1] * l[1] / 4.0;
    let a = i[0] + m[0] * l[0] * l[0] / 4.0 + d + m[1] * l[0] * l[0];
    [a, m[1] * l[0] * l[1] / 2.0, d]
}

fn matrix([a, h, d]: [f64; 3], angle: f64) -> Array2<f64> {
    let c = angle.cos();
    array![[a + 2.0 * h * c, d + h * c], [d + h * c, d]]
}

fn true_matrix(q: Pair, lengths: Pair, masses: Pair) -> Array2<f64> {
    let [[a, b], [c, d]] = Body { lengths, masses, ..Default::default() }.mass_matrix(q[1]);
    array![[a, b], [c, d]]
}

fn mass_matrix() -> Exercise<Links, MassMatrix> {
    const OURS: (Pair, Pair) = ([0.5, 0.4], [1.0, 0.5]);
    Exercise::<Links, MassMatrix>::new("17.3", |f, &(q, l, m)| f(q, l, m).into(), true_matrix)
        .shape("Two rows of two numbers: that")
        .near("straight", ([0.7, 0.0], OURS.0, OURS.1), &[0.335, 0.076_666_667, 0.076_666_667, 0.026_666_667], 1e-8,
            "The nominal arm, straight: a = .235, h = .05, d = .026667, cos 0 = 1. The mass matrix, row by row, should be {right}")
        .near("bent", ([0.7, std::f64::consts::FRAC_PI_2], OURS.0, OURS.1), &[0.235, 0.026_666_667, 0.026_666_667, 0.026_666_667], 1e-8,
            "With the elbow at a right angle the cosine is 0. The mass matrix should be {right}")
        .random("random",
            |seed| {
                let x = random_numbers(6, 0.2, 1.5, 1740 + seed);
                ([x[0], 2.0 * x[1]], [x[2], x[3]], [x[4], x[5]])
            },
            "On a random arm the mass matrix")
        .wrong("shoulder", |q, l, m| matrix(by_constants(l, m, 1.0 / 12.0), q[0]),
            "The angle of the shoulder is in your cosine. Turning the whole arm changes nothing: only the bend of the elbow counts, q[1].")
        .wrong("no-two", |q, l, m| {
                let [a, h, d] = by_constants(l, m, 1.0 / 12.0);
                let mut matrix = matrix([a, h, d], q[1]);
                matrix[[0, 0]] -= h * q[1].cos();
                matrix
            },
            "The first entry has h once. There it stands twice: a + 2 h cos q₂.")
        .wrong("points", |q, l, m| matrix(by_constants(l, m, 0.0), q[1]),
            "Your links are points at their middles: the rods' own inertia m L² / 12 is missing.")
        .wrong("asymmetric", |q, l, m| {
                let mut matrix = true_matrix(q, l, m);
                matrix[[1, 0]] = matrix[[1, 1]];
                matrix
            },
            "Your matrix is not symmetric. What the elbow's motion costs the shoulder, the shoulder's costs the elbow.")
}

// ---- 17.4

/// (λ, error, rate).
type Learning = (f64, f64, f64);

fn precision_step() -> Exercise<Learning, PrecisionStep> {
    Exercise::<Learning, PrecisionStep>::new("17.4", |f, &(l, e, r)| f(l, e, r).into(),
        precision::log_precision_step)
    .hand("hand", (4f64.ln(), 1.0, 0.2), &[4f64.ln() - 0.3],
        "Precision 4 (λ = ln 4 = 1.3863), error 1, rate .2: λ + ½ · .2 · (1 − 4 · 1) should be {right}")
    .hand("rest", (4f64.ln(), 0.5, 0.2), &[4f64.ln()],
        "Precision 4 and a squared error of one quarter fit together: λ should stay at {right}")
    .random("random",
        |seed| {
            let x = random_numbers(3, -1.0, 1.0, 1760 + seed);
            (3.0 * x[0], 2.0 * x[1], 0.2 + 0.1 * x[2])
        },
        "With (λ, error, rate) = {input} the next λ")
    .hand("far", (20.0, 0.0, 0.5), &[20.25],
        "Without any error precision grows, by half of the rate: {right}")
    .wrong("not-log", |l, e, r| l + 0.5 * r * (1.0 - l * e * e),
        "You have put λ where the precision e^λ belongs. A precision that is changed like this can become negative.")
    .wrong("sign", |l, e, r| precision::log_precision_step(l, e, -r),
        "The sign is turned round: large errors should lower the precision.")
    .wrong("no-half", |l, e, r| precision::log_precision_step(l, e, 2.0 * r),
        "The half is missing: both terms of F begin with ½.")
    .wrong("not-squared", |l, e, r| l + 0.5 * r * (1.0 - l.exp() * e),
        "The error counts squared. As it is, an error to the left would raise the precision.")
}

// ---- 17.5

/// (errors, dt, limit).
type Remembered = (Vec<f64>, f64, f64);

fn true_memory(errors: &[f64], dt: f64, limit: f64) -> Vec<f64> {
    let mut sum = 0.0f64;
    let mut add = |e: &f64| {
        sum = (sum + dt * e).clamp(-limit, limit);
        sum
    };
    errors.iter().map(&mut add).collect()
}

fn memory() -> Exercise<Remembered, Memory> {
    Exercise::<Remembered, Memory>::new("17.5", |f, (e, dt, limit)| f(e, *dt, *limit).into(),
        true_memory)
    .shape("One sum for each error")
    .hand("hand", (vec![1.0, 2.0, -1.0], 0.5, 10.0), &[0.5, 1.5, 1.0],
        "Errors (1, 2, −1), dt = .5: .5, then .5 + 1, then 1.5 − .5. The sums should be {right}")
    .hand("limit", (vec![4.0, 4.0, -2.0], 0.5, 3.0), &[2.0, 3.0, 2.0],
        "Errors (4, 4, −2), dt = .5, limit 3: 2, then 4 is cut to 3, then 3 − 1. The sums should be {right}")
    .random("random",
        |seed| (random_numbers(8, -2.0, 2.0, 1780 + seed), 0.1 + 0.05 * seed as f64, 0.8),
        "On random errors the sums")
    .hand("empty", (vec![], 0.1, 1.0), &[], "Without errors there is nothing to remember: {right}")
    .wrong("no-memory",
        |e, dt, limit| e.iter().map(|e| (dt * e).clamp(-limit, limit)).collect(),
        "This forgets: each number is the error of its own step. Add to what was there.")
    .wrong("no-dt", |e, _, limit| true_memory(e, 1.0, limit),
        "dt is missing: an error that lasts half as long adds half as much.")
    .wrong("wound-up",
        |e, dt, limit| {
            let sums = true_memory(e, dt, f64::INFINITY);
            sums.into_iter().map(|s| s.clamp(-limit, limit)).collect()
        },
        "You have cut off what is shown and let the sum itself grow. It has to wind down all the way before it can turn: keep the sum within the limit.")
    .wrong("no-limit", |e, dt, _| true_memory(e, dt, f64::INFINITY),
        "The limit is not kept: while a motor is at its limit, the sum would grow without end.")
}

// ---- 17.6

/// (gains, wanted, sensed, true).
type Bench = (Pair, f64, Pair, Pair);

fn pull([p, d]: Pair, wanted: f64, angle: f64, velocity: f64) -> f64 {
    p * (wanted - angle) - d * velocity
}

/// The silent bug: a controller that looks behind the scenes.
fn sensed_only() -> Exercise<Bench, SensedOnly> {
    Exercise::<Bench, SensedOnly>::new("17.6", |f, &(g, w, s, t)| f(g, w, s, t).into(),
        |g, wanted, sensed, _| pull(g, wanted, sensed[0], sensed[1]))
    .hand("nominal", ([50.0, 10.0], 1.0, [0.5, 2.0], [0.5, 2.0]), &[5.0],
        "Senses without noise: 50 · (1 − .5) − 10 · 2. The pull should be {right}")
    .hand("noise", ([50.0, 10.0], 1.0, [0.6, 1.0], [0.5, 2.0]), &[10.0],
        "Sensed (.6, 1), true (.5, 2): 50 · .4 − 10 · 1. The pull should be {right}")
    .random("random",
        |seed| {
            let x = random_numbers(7, -1.0, 1.0, 1800 + seed);
            ([40.0 + x[0], 8.0 + x[1]], x[2], [x[3], x[4]], [x[5], x[6]])
        },
        "With noise in the senses the pull")
    .wrong("the-bug", |g, wanted, sensed, truth| pull(g, wanted, sensed[0], truth[1]),
        "This is still the bug: the brake reads the true velocity, which no sensor gives. Without noise nobody can tell.")
    .wrong("true-angle", |g, wanted, sensed, truth| pull(g, wanted, truth[0], sensed[1]),
        "Now the angle comes from behind the scenes.")
    .wrong("all-true", |g, wanted, _, truth| pull(g, wanted, truth[0], truth[1]),
        "Both numbers come from the simulator's state. A controller has its sensors, and nothing else.")
}
