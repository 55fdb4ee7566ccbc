//! Appendix A3: cognitive tasks.

use super::support::random_numbers;
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::prob::info::entropy;
use crate::prob::logistic::logistic;

/// Its quiz and its exercises.
pub const MODULE: Module = Module {
    number: Module::APPENDICES + 3,
    quiz: "1 c, 2 b, 3 a, 4 d, 5 a, 6 c, 7 b, 8 d",
    exercises,
};

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![Box::new(one_more_look()), Box::new(believed_same()), Box::new(going())]
}

/// An answer to Exercise A3.1: what one more dot is worth, from (belief, coherence).
pub type OneMoreLook = fn(f64, f64) -> f64;
/// An answer to Exercise A3.2: the probability that both things are the same, from (clarity, leak, steps).
pub type BelievedSame = fn(f64, f64, f64) -> f64;
/// An answer to Exercise A3.3: the probability of going, from (Q of holding and going, V, β, bias, π).
pub type Going = fn([f64; 2], f64, f64, f64, f64) -> f64;

/// Checks Exercise A3.1.
pub fn check_a3_1(answer: OneMoreLook) -> Verdict {
    one_more_look().check(answer)
}

/// Checks Exercise A3.2.
pub fn check_a3_2(answer: BelievedSame) -> Verdict {
    believed_same().check(answer)
}

/// Checks Exercise A3.3.
pub fn check_a3_3(answer: Going) -> Verdict {
    going().check(answer)
}

// ---- A3.1

/// P(dot, right) and P(dot, left) for a dot to the right, then for one to the left.
fn joint(p: f64, c: f64) -> [[f64; 2]; 2] {
    let r = 0.5 * (1.0 + c);
    [[p * r, (1.0 - p) * (1.0 - r)], [p * (1.0 - r), (1.0 - p) * r]]
}

fn one_more_look() -> Exercise<(f64, f64), OneMoreLook> {
    Exercise::<(f64, f64), OneMoreLook>::new("A3.1",
        |f, (p, c)| f(*p, *c).into(),
        |p, c| joint(p, c).iter().map(|[a, b]| a.max(*b)).sum::<f64>() - p.max(1.0 - p))
    .hand("even", (0.5, 0.5), &[0.25],
        "By hand: from even odds, a dot that is right with ¾ lifts the chance of a correct answer from ½ to ¾, so it is worth ¼")
    .hand("sure", (0.9, 0.5), &[0.0],
        "From .9 with a coherence of .5: after either dot the answer is still right, .675 + .225 = .9, so the dot is worth 0")
    .hand("left", (0.3, 0.8), &[0.2], "From .3 with a coherence of .8: .63 + .27 − .7 = .2")
    .random("random",
        |seed| {
            let x = random_numbers(2, 0.02, 0.98, seed);
            (x[0], x[1])
        },
        "With (belief, coherence) = {input} one more dot is worth")
    .hand("no-motion", (0.6, 0.0), &[0.0], "A dot of a cloud without motion, c = 0, tells nothing: it is worth 0")
    .hand("all-motion", (0.6, 1.0), &[0.4], "Where all dots move together, c = 1, one tells the way: it is worth 1 − .6 = .4")
    .hand("certain", (1.0, 0.5), &[0.0], "Who is certain, p = 1, is not made more so: it is worth 0")
    .wrong("not-less", |p, c| joint(p, c).iter().map(|[a, b]| a.max(*b)).sum::<f64>(),
        "This is the chance of a correct answer after the dot. Take away what it is without.")
    .wrong("coherence", |p, c| {
            let r = c;
            [[p * r, (1.0 - p) * (1.0 - r)], [p * (1.0 - r), (1.0 - p) * r]].iter().map(|[a, b]| a.max(*b)).sum::<f64>() - p.max(1.0 - p)
        },
        "A dot is right with (1 + c)/2: with c it moves along, and otherwise it is right half of the time.")
    .wrong("only-right", |p, c| {
            let [[a, b], _] = joint(p, c);
            a.max(b) / (a + b) - p.max(1.0 - p)
        },
        "This looks at a dot to the right only. Weigh both dots with how probable they are.")
    .wrong("unweighted", |p, c| {
            let sure = |[a, b]: [f64; 2]| a.max(b) / (a + b);
            0.5 * joint(p, c).map(sure).iter().sum::<f64>() - p.max(1.0 - p)
        },
        "You took both dots for equally likely. How likely a dot is depends on the belief: leave out the division by P(dot), and add.")
    .wrong("no-best", |p, c| joint(p, c).iter().map(|[a, _]| *a).sum::<f64>() - p.max(1.0 - p),
        "After each dot the better of the two answers is given: take the larger of the two joint probabilities.")
    .wrong("information", |p, c| {
            let sure = |[a, b]: [f64; 2]| (a + b) * entropy(&[a / (a + b), b / (a + b)]);
            entropy(&[p, 1.0 - p]) - joint(p, c).map(sure).iter().sum::<f64>()
        },
        "That is what the dot *teaches*, the information gain. Here it counts what it adds to the chance of a correct answer.")
}

// ---- A3.2

fn believed_same() -> Exercise<(f64, f64, f64), BelievedSame> {
    Exercise::<(f64, f64, f64), BelievedSame>::new("A3.2",
        |f, (clarity, leak, steps)| f(*clarity, *leak, *steps).into(),
        |clarity, leak, steps| {
            0.5 + 0.5 * (2.0 * clarity - 1.0).powi(2) * (1.0 - 2.0 * leak).powf(steps)
        })
    .hand("hand", (0.9, 0.0, 4.0), &[0.82],
        "By hand: with a clarity of .9 and no leak, both were seen rightly, .81, or both wrongly, .01: together .82")
    .hand("leak", (1.0, 0.1, 2.0), &[0.82],
        "Seen clearly, with a leak of .1 for 2 steps: never changed, .81, or changed and changed back, .01: .82")
    .random("random",
        |seed| {
            let x = random_numbers(2, 0.01, 0.49, seed);
            (0.5 + x[0], x[1], (seed % 7 + 1) as f64)
        },
        "With (clarity, leak, steps) = {input} the probability of the same")
    .hand("at-once", (0.9, 0.3, 0.0), &[0.82], "Without a delay nothing leaks, whatever the leak: .82")
    .hand("all-leaks", (1.0, 0.5, 1.0), &[0.5], "With a leak of ½ a step leaves nothing: ½")
    .wrong("both-right", |clarity, leak, steps| {
            let kept = 0.5 + 0.5 * (1.0 - 2.0 * leak).powf(steps);
            clarity * clarity * kept
        },
        "You left out the ways in which two mistakes cancel: both seen wrongly, or a mistake and a change.")
    .wrong("once", |clarity, leak, steps| {
            0.5 + 0.5 * (2.0 * clarity - 1.0) * (1.0 - 2.0 * leak).powf(steps)
        },
        "Two things were seen, each unclearly: 2r − 1 counts twice.")
    .wrong("no-two", |clarity, leak, steps| {
            0.5 + 0.5 * (2.0 * clarity - 1.0).powi(2) * (1.0 - leak).powf(steps)
        },
        "In a step the distance from ½ shrinks to 1 − 2 leak of what it was: what leaks away arrives on the other side.")
    .wrong("linear", |clarity, leak, steps| {
            0.5 + 0.5 * (2.0 * clarity - 1.0).powi(2) * (1.0 - 2.0 * leak * steps)
        },
        "Each step takes a share of what is left: a power, and not a product with the number of steps.")
    .wrong("no-half", |clarity, leak, steps| {
            (2.0 * clarity - 1.0).powi(2) * (1.0 - 2.0 * leak).powf(steps)
        },
        "This is the correlation of the two things, from 0 to 1. A probability without any information is ½.")
    .wrong("continuous", |clarity, leak, steps| {
            0.5 + 0.5 * (2.0 * clarity - 1.0).powi(2) * (-2.0 * leak * steps).exp()
        },
        "That is a leak in continuous time. Here it comes in steps, and each leaves the share 1 − 2 leak.")
}

// ---- A3.3

type Cue = ([f64; 2], f64, f64, f64, f64);

fn going() -> Exercise<Cue, Going> {
    Exercise::<Cue, Going>::new("A3.3",
        |f, (q, v, beta, bias, pavlovian)| f(*q, *v, *beta, *bias, *pavlovian).into(),
        |q, v, beta, bias, pavlovian| logistic(beta * (q[1] - q[0]) + bias + pavlovian * v))
    .hand("even", ([0.4, 0.4], 0.0, 3.0, 0.0, 2.0), &[0.5], "Where both actions are worth the same, without bias and promise, the chance of going is ½")
    .hand("hand", ([0.0, 0.0], 0.5, 3.0, 0.0, 2.0), &[1.0 / (1.0 + (-1f64).exp())],
        "By hand: nothing is known of the actions, the cue promises ½, π = 2: s(1) = .731")
    .hand("threat", ([-0.2, -0.6], -0.4, 5.0, 0.5, 1.0), &[1.0 / (1.0 + 1.9f64.exp())],
        "With Q = (−.2, −.6), V = −.4, β = 5, a bias of .5 and π = 1: s(−2 + .5 − .4) = s(−1.9) = .130")
    .random("random",
        |seed| {
            let x = random_numbers(6, 0.1, 0.9, seed);
            ([2.0 * x[0] - 1.0, 2.0 * x[1] - 1.0], 2.0 * x[2] - 1.0, 5.0 * x[3], x[4] - 0.5, 3.0 * x[5])
        },
        "With (Q, V, β, bias, π) = {input} it")
    .wrong("holding", |q, v, beta, bias, pavlovian| logistic(-(beta * (q[1] - q[0]) + bias + pavlovian * v)),
        "This is the probability of holding. Q has holding first, and going second.")
    .wrong("values-swapped", |q, v, beta, bias, pavlovian| logistic(beta * (q[0] - q[1]) + bias + pavlovian * v),
        "The difference of the values is the wrong way round. Q has holding first, and going second.")
    .wrong("no-cue", |q, _, beta, bias, _| logistic(beta * (q[1] - q[0]) + bias),
        "What the cue promises does nothing here: add π V, and to going alone. Added to both actions it cancels.")
    .wrong("beta-on-all", |q, v, beta, bias, pavlovian| logistic(beta * (q[1] - q[0] + bias + pavlovian * v)),
        "β sharpens the difference of the values only; bias and pull are in nats already.")
    .wrong("against", |q, v, beta, bias, pavlovian| logistic(beta * (q[1] - q[0]) + bias - pavlovian * v),
        "The sign of the pull: a promise, V above 0, makes going more probable.")
}
