//! Module 08: generative models and the free energy principle.
//!
//! Shapes: `a` (outcome, state), beliefs and priors (state), `log_joint` ln P(o, s) by state, or by two factors.

use ndarray::{Array2, array};

use super::support::{
    expected, normalised, outcomes, random_belief, random_columns, random_numbers,
};
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::aif::perceive::gradient::{gradient, natural_gradient};
use crate::prob::info::{entropy, kl, softmax};

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 8, quiz: "1 c, 2 a, 3 d, 4 b, 5 a, 6 d, 7 c, 8 b", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(surprise()),
        Box::new(free_energy_of()),
        Box::new(slope_of()),
        Box::new(coordinate()),
        Box::new(settle_step()),
    ]
}

/// An answer to Exercise 8.1: the surprise of an outcome, from (a, prior, outcome).
pub type Surprise = fn(&Array2<f64>, &[f64], usize) -> f64;
/// An answer to Exercise 8.2: the free energy of a belief, from (a, prior, outcome, belief).
pub type FreeEnergyOf = fn(&Array2<f64>, &[f64], usize, &[f64]) -> f64;
/// An answer to Exercise 8.3: the slope of F, from (log joint, logits).
pub type SlopeOf = fn(&[f64], &[f64]) -> Vec<f64>;
/// An answer to Exercise 8.4: the belief about the first factor, from (log joint, belief about the second).
pub type Coordinate = fn(&Array2<f64>, &[f64]) -> Vec<f64>;
/// An answer to Exercise 8.5: the next value, from (value, prior mean and variance, noise, what is seen, rate).
pub type SettleStep = fn(f64, (f64, f64), f64, f64, f64) -> f64;

/// Checks Exercise 8.1.
pub fn check_8_1(answer: Surprise) -> Verdict {
    surprise().check(answer)
}

/// Checks Exercise 8.2.
pub fn check_8_2(answer: FreeEnergyOf) -> Verdict {
    free_energy_of().check(answer)
}

/// Checks Exercise 8.3.
pub fn check_8_3(answer: SlopeOf) -> Verdict {
    slope_of().check(answer)
}

/// Checks Exercise 8.4.
pub fn check_8_4(answer: Coordinate) -> Verdict {
    coordinate().check(answer)
}

/// Checks Exercise 8.5.
pub fn check_8_5(answer: SettleStep) -> Verdict {
    settle_step().check(answer)
}

/// The weather: rows Bright, Dim, Wet; columns Sunny, Cloudy, Rainy.
fn weather() -> Array2<f64> {
    array![[0.9, 0.3, 0.05], [0.08, 0.6, 0.15], [0.02, 0.1, 0.8]]
}

const EVEN: [f64; 3] = [1.0 / 3.0; 3];

fn logs(p: &[f64]) -> Vec<f64> {
    p.iter().map(|p| p.ln()).collect()
}

// ---- 8.1

fn evidence(a: &Array2<f64>, prior: &[f64], o: usize) -> f64 {
    outcomes(a, prior)[o]
}

fn surprise() -> Exercise<(Array2<f64>, Vec<f64>, usize), Surprise> {
    Exercise::<(Array2<f64>, Vec<f64>, usize), Surprise>::new("8.1",
        |f, (a, prior, o)| f(a, prior, *o).into(),
        |a, prior, o| -evidence(a, prior, o).ln())
    .hand("hand", (weather(), EVEN.to_vec(), 0), &[-(1.25f64 / 3.0).ln()],
        "By hand: P(Bright) = (.9 + .3 + .05)/3 = .4167, and −ln .4167 = .8755")
    .hand("prior", (weather(), vec![0.0, 0.0, 1.0], 0), &[-(0.05f64.ln())],
        "One who is sure of rain is surprised by Bright: −ln .05 = 2.9957. Does it use the prior? Yours is {yours}.")
    .random("random",
        |seed| {
            (random_columns(4, 3, seed), random_belief(3, 100 + seed), seed as usize % 4)
        },
        "On a random model with 4 outcomes and 3 states it")
    .hand("impossible", (array![[1.0, 1.0], [0.0, 0.0]], vec![0.5, 0.5], 1),
        &[f64::INFINITY],
        "What cannot happen is infinitely surprising, +∞; yours is {yours}. Do not add or clip to a small number.")
    .hand("sure", (array![[1.0]], vec![1.0], 0), &[0.0],
        "What had to happen does not surprise at all: 0")
    .wrong("missing-ln", evidence,
        "This is the probability P(o) itself. The surprise is minus its logarithm, so that rare means large.")
    .wrong("bits", |a, prior, o| -evidence(a, prior, o).log2(),
        "You used the logarithm to base 2, so the unit is the bit. This course counts in nats: use .ln().")
    .wrong("mean-of-logs", |a, prior, o| -expected(prior, &logs(&a.row(o).to_vec())),
        "You averaged the logarithms. First add up P(o|s) P(s) over the states, then take one logarithm of the sum.")
    .wrong("no-prior", |a, _, o| -a.row(o).sum().ln(),
        "You added up the row of A without the prior: weight every state by how probable it is.")
    .wrong("clipped", |a, prior, o| -evidence(a, prior, o).max(1e-16).ln(),
        "Nearly: you keep the probability above a small number, so what cannot happen is only very surprising. It is infinitely surprising: leave the logarithm as it is.")
}

// ---- 8.2

fn accuracy(a: &Array2<f64>, o: usize, q: &[f64]) -> f64 {
    expected(q, &logs(&a.row(o).to_vec()))
}

type Believed = (Array2<f64>, Vec<f64>, usize, Vec<f64>);

fn free_energy_of() -> Exercise<Believed, FreeEnergyOf> {
    let bright = |q: [f64; 3]| (weather(), EVEN.to_vec(), 0, q.to_vec());
    let two = |a, prior: [f64; 2], q: [f64; 2]| (a, prior.to_vec(), 0, q.to_vec());
    Exercise::<Believed, FreeEnergyOf>::new("8.2",
        |f, (a, prior, o, q)| f(a, prior, *o, q).into(),
        |a, prior, o, q| kl(q, prior) - accuracy(a, o, q))
    .hand("prior", bright(EVEN), &[-(0.9f64.ln() + 0.3f64.ln() + 0.05f64.ln()) / 3.0],
        "A belief that stays at the even prior has complexity 0, so given Bright F = −(ln .9 + ln .3 + ln .05)/3 = 1.4350")
    .hand("posterior", bright([0.72, 0.24, 0.04]), &[-(1.25f64 / 3.0).ln()],
        "At the posterior (.72, .24, .04) given Bright, F is the surprise, .8755")
    .random("random",
        |seed| {
            let (prior, q) = (random_belief(3, 100 + seed), random_belief(3, 200 + seed));
            (random_columns(4, 3, seed), prior, seed as usize % 4, q)
        },
        "On a random model with 4 outcomes and 3 states F")
    .hand("zero", two(array![[0.5, 0.0], [0.5, 1.0]], [0.5, 0.5], [1.0, 0.0]),
        &[-(0.25f64.ln())],
        "A state of belief 0 adds nothing: 0 ln 0 counts as 0, whatever A and the prior say there. F should be −ln .25 = 1.3863")
    .hand("impossible-outcome", two(array![[1.0, 0.0], [0.0, 1.0]], [0.5, 0.5], [0.5, 0.5]),
        &[f64::INFINITY],
        "A belief in a state where what was seen cannot be seen has an infinite F, +∞; yours is {yours}. Do not add or clip to a small number.")
    .hand("impossible-state", two(array![[0.5, 0.5], [0.5, 0.5]], [1.0, 0.0], [0.5, 0.5]),
        &[f64::INFINITY],
        "A belief in a state that the prior rules out has an infinite F, +∞; yours is {yours}. Do not add or clip to a small number.")
    .wrong("kl-reversed", |a, prior, o, q| kl(prior, q) - accuracy(a, o, q),
        "Your divergence is the wrong way round: the complexity is KL[q‖P(s)], weighted by the belief q, not by the prior.")
    .wrong("entropy-sign",
        |a, prior, o, q| entropy(q) - expected(q, &logs(prior)) - accuracy(a, o, q),
        "The entropy has the wrong sign: F = energy − entropy. A belief that keeps its options open has the lower F.")
    .wrong("missing-ln", |a, prior, o, q| kl(q, prior) - expected(q, &a.row(o).to_vec()),
        "The accuracy is the mean of ln P(o|s), and you took the mean of P(o|s): a logarithm is missing.")
    .wrong("no-complexity", |a, _, o, q| -accuracy(a, o, q),
        "This is the inaccuracy alone. Without the complexity, KL[q‖P(s)], the best belief would be certainty about the likeliest cause.")
    .wrong("clipped",
        |a, prior, o, q| {
            let log = |p: f64| p.max(1e-16).ln();
            let each = |s: usize| q[s] * (log(q[s]) - log(prior[s]) - log(a[[o, s]]));
            (0..q.len()).map(each).sum()
        },
        "Nearly: you keep every probability above a small number, so a belief in what cannot be has a large F. It is infinite. Only terms with q(s) = 0 are left out.")
}

// ---- 8.3

/// ln q − ln P(o, s) for each state.
fn log_ratio(log_joint: &[f64], logits: &[f64]) -> Vec<f64> {
    softmax(logits).iter().zip(log_joint).map(|(q, p)| q.ln() - p).collect()
}

fn slope_of() -> Exercise<(Vec<f64>, Vec<f64>), SlopeOf> {
    let joint = logs(&[0.3, 0.1]);
    Exercise::<(Vec<f64>, Vec<f64>), SlopeOf>::new("8.3",
        |f, (joint, logits)| f(joint, logits).into(),
        gradient)
    .shape("One slope for each logit")
    .hand("flat", (joint.clone(), vec![3f64.ln(), 0.0]), &[0.0, 0.0],
        "At the posterior, here (.75, .25), the slope is 0 in every direction")
    .hand("hand", (joint, vec![0.0, 0.0]), &[-0.25 * 3f64.ln(), 0.25 * 3f64.ln()],
        "By hand: joint (.3, .1), even belief: g = (.5108, 1.6094), F = 1.0601, slope (−.2747, .2747)")
    .random("random",
        |seed| {
            (random_numbers(4, -4.0, 0.0, 800 + seed), random_numbers(4, -2.0, 2.0, 820 + seed))
        },
        "With (log joint, logits) = {input} the slope (finite differences agree)")
    .hand("one", (vec![-1.0], vec![2.0]), &[0.0],
        "With a single state there is nothing to believe: a constant added to all logits changes nothing, so the slope is 0")
    .wrong("on-the-simplex",
        |joint, logits| log_ratio(joint, logits).iter().map(|g| g + 1.0).collect(),
        "This is ∂F/∂q = ln q − ln P(o, s) + 1, the slope on the probabilities. A step along it does not keep their sum at 1. Go on to the logits: the chain rule gives qᵢ (gᵢ − F).")
    .wrong("no-baseline",
        |joint, logits| {
            let (g, q) = (log_ratio(joint, logits), softmax(logits));
            g.iter().zip(&q).map(|(g, q)| q * g).collect()
        },
        "Nearly: you have qᵢ gᵢ. Subtract the mean, F = Σ qⱼ gⱼ, from every g: raising one logit lowers all the other probabilities.")
    .wrong("uphill", |joint, logits| gradient(joint, logits).iter().map(|d| -d).collect(),
        "Your slope points the other way: g is ln q − ln P(o, s), and a state with too much belief has a positive slope.")
    .wrong("natural", natural_gradient,
        "This is the natural gradient, gᵢ − F. It is a good direction, but the slope on the logits is asked for: multiply by qᵢ.")
}

// ---- 8.4

fn coordinate() -> Exercise<(Array2<f64>, Vec<f64>), Coordinate> {
    let table = |p: Array2<f64>, other: [f64; 2]| (p.mapv(f64::ln), other.to_vec());
    Exercise::<(Array2<f64>, Vec<f64>), Coordinate>::new("8.4",
        |f, (joint, other)| f(joint, other).into(),
        |joint, other| softmax(&outcomes(joint, other)))
    .shape("One probability for each level of the first factor (row)")
    .distribution()
    .hand("hand", table(array![[0.4, 0.1], [0.1, 0.4]], [0.75, 0.25]),
        &[2.0 / 3.0, 1.0 / 3.0],
        "By hand: joint ((.4, .1), (.1, .4)), other (.75, .25): the mean logarithms are .75 ln .4 + .25 ln .1 = −1.2629 and −1.9560; their difference is ½ ln 4 = ln 2, so (2/3, 1/3)")
    .random("random",
        |seed| {
            let joint = random_columns(3, 2, 850 + seed).mapv(|p| (0.5 * p).ln());
            (joint, random_belief(2, 870 + seed))
        },
        "On a random table the belief")
    .hand("zero", table(array![[0.5, 0.0], [0.0, 0.5]], [1.0, 0.0]), &[1.0, 0.0],
        "The other factor is surely at level 0, so this one must be, too: (1, 0). Where the other's belief is 0, the product 0 · (−∞) counts as 0")
    .hand("one", (array![[-1.0, -2.0]], vec![0.5, 0.5]), &[1.0], "A factor with a single level is there for sure")
    .hand("tiny",
        (array![[-1000.0, -1000.0], [-1000.0 - 3f64.ln(), -1000.0 - 3f64.ln()]], vec![0.5, 0.5]),
        &[0.75, 0.25],
        "Many observations make every joint probability tiny, here e⁻¹⁰⁰⁰ and a third of that. The belief is (.75, .25) all the same")
    .wrong("mean-of-p", |joint, other| normalised(&outcomes(&joint.mapv(f64::exp), other)),
        "You averaged the probabilities. Mean field averages their logarithms: softmax of Σ q₂ ln P(o, s₁, s₂).")
    .wrong("unnormalised",
        |joint, other| outcomes(joint, other).iter().map(|x| x.exp()).collect(),
        "Right up to a factor: divide by the sum, or use softmax instead of exp.")
    .wrong("logits", outcomes,
        "These are the expected logarithms. Turn them into a belief with softmax.")
    .wrong("underflow",
        |joint, other| {
            let weights = outcomes(joint, other).iter().map(|x| x.exp()).collect::<Vec<_>>();
            normalised(&weights)
        },
        "Right, until the logarithms are far below zero: then every exponential is 0, and 0 / 0 is NaN. The library's softmax takes the largest logarithm off first.")
    .wrong("unweighted", |joint, other| softmax(&outcomes(joint, &vec![1.0; other.len()])),
        "You added the logarithms up without the belief about the other factor: weight each column by it.")
}

// ---- 8.5

/// One step with two choices to get wrong: the weight of an error, from the variance, and the slope.
fn step_with(
    v: f64,
    prior: (f64, f64),
    (noise, o): (f64, f64),
    rate: f64,
    weigh: fn(f64) -> f64,
    slope: f64,
) -> f64 {
    let (above, below) = ((v - prior.0) * weigh(prior.1), (o - v * v) * weigh(noise));
    v + rate * (slope * below - above)
}

fn precision(variance: f64) -> f64 {
    1.0 / variance
}

type Settling = (f64, (f64, f64), f64, f64, f64);

fn settle_step() -> Exercise<Settling, SettleStep> {
    Exercise::<Settling, SettleStep>::new("8.5",
        |f, &(v, prior, noise, o, rate)| f(v, prior, noise, o, rate).into(),
        |v, prior, noise, o, rate| step_with(v, prior, (noise, o), rate, precision, 2.0 * v))
    .hand("hand", (3.0, (3.0, 1.0), 1.0, 2.0, 0.01), &[2.58],
        "By hand, from v = 3 with prior (3, 1), noise 1, seen 2, rate .01: no error above; below 2 − 9 = −7, times the slope 6, is −42; so v becomes 3 − .42 = 2.58")
    .hand("rest", (2.0, (2.0, 0.5), 0.3, 4.0, 0.1), &[2.0],
        "Where prior and observation agree (v = 2, seen 4) nothing moves: 2")
    .random("random",
        |seed| {
            let x = random_numbers(5, 0.2, 2.2, 840 + seed);
            (x[0] - 1.2, (x[1], x[2]), x[3], x[4], 0.05)
        },
        "With (v, prior, noise, seen, rate) = {input} the next v")
    .wrong("sign",
        |v, prior, noise, o, rate| {
            step_with(v, prior, (noise, o), -rate, precision, 2.0 * v)
        },
        "Your value runs away from both the prior and the observation: the velocity has the wrong sign.")
    .wrong("no-precision",
        |v, prior, noise, o, rate| step_with(v, prior, (noise, o), rate, |_| 1.0, 2.0 * v),
        "Your errors count the same whatever their variance. Divide each error by the variance of its own level.")
    .wrong("no-slope",
        |v, prior, noise, o, rate| step_with(v, prior, (noise, o), rate, precision, 1.0),
        "The error below must be multiplied by the slope g′(v) = 2v: it says how much a change of v would mend it.")
    .wrong("standard-deviation",
        |v, prior, noise, o, rate| {
            step_with(v, prior, (noise, o), rate, |variance| 1.0 / variance.sqrt(), 2.0 * v)
        },
        "You divided by the standard deviation. The precision is one over the variance, its square.")
}
