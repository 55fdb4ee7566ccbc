//! Module 00: before you start.
//!
//! Shapes: `t` (next state, state), `likelihood` one number for each cause.

use ndarray::{Array2, array};

use super::support::{highest, normalised, random_belief, random_columns, random_numbers};
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::prob::info::{entropy, kl, log_sum_exp};

/// Its quiz and its exercises.
pub const MODULE: Module = Module {
    number: 0,
    quiz: "1 b, 2 c, 3 a, 4 d, 5 d, 6 b, 7 c, 8 a, 9 d, 10 b, 11 c",
    exercises,
};

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(mean()),
        Box::new(posterior()),
        Box::new(divergence()),
        Box::new(log_of_sum()),
        Box::new(next_day()),
    ]
}

/// An answer to Exercise 0.1: the mean of numbers.
pub type Mean = fn(&[f64]) -> f64;
/// An answer to Exercise 0.2: the posterior of each cause, from (prior, likelihood).
pub type Posterior = fn(&[f64], &[f64]) -> Vec<f64>;
/// An answer to Exercise 0.3: KL[q‖p] in nats.
pub type Divergence = fn(&[f64], &[f64]) -> f64;
/// An answer to Exercise 0.4: ln Σ exp(x).
pub type LogOfSum = fn(&[f64]) -> f64;
/// An answer to Exercise 0.5: the probabilities a step later, from (t, p).
pub type NextDay = fn(&Array2<f64>, &[f64]) -> Vec<f64>;

/// Checks Exercise 0.1.
pub fn check_0_1(answer: Mean) -> Verdict {
    mean().check(answer)
}

/// Checks Exercise 0.2.
pub fn check_0_2(answer: Posterior) -> Verdict {
    posterior().check(answer)
}

/// Checks Exercise 0.3.
pub fn check_0_3(answer: Divergence) -> Verdict {
    divergence().check(answer)
}

/// Checks Exercise 0.4.
pub fn check_0_4(answer: LogOfSum) -> Verdict {
    log_of_sum().check(answer)
}

/// Checks Exercise 0.5.
pub fn check_0_5(answer: NextDay) -> Verdict {
    next_day().check(answer)
}

// ---- 0.1

fn mean() -> Exercise<Vec<f64>, Mean> {
    Exercise::<Vec<f64>, Mean>::new("0.1",
        |f, numbers| f(numbers).into(),
        |numbers| numbers.iter().sum::<f64>() / numbers.len() as f64)
    .hand("hand", vec![2.0, 3.0, 7.0], &[4.0], "By hand: the mean of 2, 3 and 7 is 12/3 = 4")
    .hand("negative", vec![-1.0, -3.0], &[-2.0], "The mean of −1 and −3 is −2")
    .hand("one", vec![5.0], &[5.0], "The mean of one number is that number")
    .random("random", |seed| random_numbers(1 + seed as usize % 7, -2.0, 2.0, seed), "The mean of {input}")
    .wrong("sum", |numbers| numbers.iter().sum(),
        "This is the sum. Divide it by how many numbers there are.")
    .wrong("one-less", |numbers| numbers.iter().sum::<f64>() / (numbers.len() as f64 - 1.0),
        "You divided by one less than the number of numbers. That is done for a variance, not for a mean.")
    .wrong("whole", |numbers| (numbers.iter().sum::<f64>() as i64 / numbers.len() as i64) as f64,
        "You divided whole numbers, and the rest was lost. Turn the length into an f64: numbers.len() as f64.")
}

// ---- 0.2

fn joint(prior: &[f64], likelihood: &[f64]) -> Vec<f64> {
    prior.iter().zip(likelihood).map(|(p, l)| p * l).collect()
}

fn posterior() -> Exercise<(Vec<f64>, Vec<f64>), Posterior> {
    let two = |prior: [f64; 2], likelihood: [f64; 2]| (prior.to_vec(), likelihood.to_vec());
    Exercise::<(Vec<f64>, Vec<f64>), Posterior>::new("0.2",
        |f, (prior, likelihood)| f(prior, likelihood).into(),
        |prior, likelihood| normalised(&joint(prior, likelihood)))
    .shape("One probability for each cause")
    .distribution()
    .hand("hand", two([0.15, 0.85], [0.8, 0.2]), &[12.0 / 29.0, 17.0 / 29.0],
        "By hand, the taxi: .15 · .8 = .12 and .85 · .2 = .17, of .29 together, so (.4138, .5862)")
    .random("random",
        |seed| (random_belief(4, seed), random_numbers(4, 0.0, 1.0, 100 + seed)),
        "With (prior, likelihood) = {input} the posterior")
    .hand("impossible", two([0.5, 0.5], [0.0, 0.3]), &[0.0, 1.0],
        "A cause that cannot make what was seen is ruled out: (0, 1)")
    .hand("one", (vec![1.0], vec![0.2]), &[1.0], "The only cause there is has probability 1, however rare its effect")
    .wrong("joint", joint,
        "These are the products prior · likelihood. Divide each by their sum, so that they sum to 1.")
    .wrong("no-prior", |_, likelihood| normalised(likelihood),
        "You left out the prior, as the people in the experiment did: weigh each likelihood by how probable its cause is.")
    .wrong("added",
        |prior, likelihood| {
            normalised(&prior.iter().zip(likelihood).map(|(p, l)| p + l).collect::<Vec<_>>())
        },
        "You added prior and likelihood. Both must happen, so multiply.")
}

// ---- 0.3

/// Without care for what never comes: 0 ln 0 is NaN.
fn careless(q: &[f64], p: &[f64]) -> f64 {
    q.iter().zip(p).map(|(q, p)| q * (q / p).ln()).sum()
}

fn divergence() -> Exercise<(Vec<f64>, Vec<f64>), Divergence> {
    let two = |q: [f64; 2], p: [f64; 2]| (q.to_vec(), p.to_vec());
    Exercise::<(Vec<f64>, Vec<f64>), Divergence>::new("0.3",
        |f, (q, p)| f(q, p).into(),
        kl)
    .hand("hand", two([0.5, 0.5], [0.75, 0.25]), &[0.5 * (4.0f64 / 3.0).ln()],
        "By hand: q = (.5, .5), p = (.75, .25): .5 ln(.5/.75) + .5 ln(.5/.25) = .1438")
    .hand("same", two([0.3, 0.7], [0.3, 0.7]), &[0.0], "From a distribution to itself it is 0")
    .random("random", |seed| (random_belief(4, seed), random_belief(4, 100 + seed)), "With (q, p) = {input} it")
    .hand("zero", two([1.0, 0.0], [0.5, 0.5]), &[2.0f64.ln()],
        "What never comes under q costs nothing, 0 ln 0 = 0: for q = (1, 0), p = (.5, .5) it is ln 2 = .6931. Yours is {yours}.")
    .hand("both-zero", two([1.0, 0.0], [1.0, 0.0]), &[0.0],
        "Where both are 0 nothing is counted: for q = p = (1, 0) it is 0. Yours is {yours}.")
    .hand("impossible", two([0.5, 0.5], [1.0, 0.0]), &[f64::INFINITY],
        "q expects what p rules out: that is infinite, +∞. Yours is {yours}. Do not add or clip to a small number.")
    .hand("one", (vec![1.0], vec![1.0]), &[0.0], "Where only one thing can happen, nothing can differ: 0")
    .wrong("reversed", |q, p| kl(p, q),
        "This is KL[p‖q]. In KL[q‖p] the mean is taken with q, the first one.")
    .wrong("bits", |q, p| kl(q, p) / std::f64::consts::LN_2,
        "You used the logarithm to base 2, so the unit is the bit. This course counts in nats: use .ln().")
    .wrong("cross-entropy", |q, p| kl(q, p) + entropy(q),
        "This is the cross-entropy −Σ q ln p. Subtract the entropy of q: what is left is the price of the wrong expectations alone.")
    .wrong("careless", careless,
        "Nearly: where q is 0, your product is 0 · ln 0, which is NaN. What never comes counts as 0: leave such terms out.")
    .wrong("skips-p",
        |q, p| q.iter().zip(p).filter(|(q, p)| **q > 0.0 && **p > 0.0).map(|(q, p)| q * (q / p).ln()).sum(),
        "Nearly: you leave out the terms where p is 0. If q expects such a thing, the divergence is infinite; leave out only those where q is 0.")
}

// ---- 0.4

fn log_of_sum() -> Exercise<Vec<f64>, LogOfSum> {
    let (high, low) = (f64::INFINITY, f64::NEG_INFINITY);
    Exercise::<Vec<f64>, LogOfSum>::new("0.4", |f, x| f(x).into(), log_sum_exp)
    .hand("hand", vec![0.0, 0.0], &[2.0f64.ln()], "By hand: ln(e⁰ + e⁰) = ln 2 = .6931")
    .random("random", |seed| random_numbers(1 + seed as usize % 5, -3.0, 3.0, seed), "Of {input} it")
    .hand("large", vec![1000.0, 1000.0], &[1000.0 + 2.0f64.ln()],
        "ln(e¹⁰⁰⁰ + e¹⁰⁰⁰) = 1000 + ln 2 = 1000.6931, though e¹⁰⁰⁰ is too large for an f64. Yours is {yours}: subtract the largest number first")
    .hand("small", vec![-1000.0, -1000.0], &[-1000.0 + 2.0f64.ln()],
        "ln(e⁻¹⁰⁰⁰ + e⁻¹⁰⁰⁰) = −1000 + ln 2 = −999.3069, though e⁻¹⁰⁰⁰ is 0 as an f64. Yours is {yours}: subtract the largest number first")
    .hand("far", vec![800.0, -800.0], &[800.0], "One term is all of it: of (800, −800) it is 800. Yours is {yours}.")
    .hand("impossible", vec![low, low], &[low],
        "If every term is e^(−∞) = 0, the sum is 0 and its logarithm −∞. Yours is {yours}: ∞ − ∞ is NaN, so look out for it")
    .hand("part", vec![low, 0.0], &[0.0], "A term e^(−∞) adds nothing: of (−∞, 0) it is 0. Yours is {yours}.")
    .hand("infinite", vec![high, 0.0], &[high], "Of (+∞, 0) it is +∞. Yours is {yours}.")
    .hand("none", vec![], &[low], "A sum of no terms is 0, and its logarithm −∞. Yours is {yours}.")
    .wrong("naive", |x| x.iter().map(|x| x.exp()).sum::<f64>().ln(),
        "The formula as it stands: right for small numbers, but e¹⁰⁰⁰ is infinite as an f64. Subtract the largest number before exp, and add it again after ln.")
    .wrong("not-back",
        |x| x.iter().map(|y| (y - highest(x)).exp()).sum::<f64>().ln(),
        "You subtracted the largest number and did not add it again.")
    .wrong("largest", highest,
        "This is the largest number, which is close when the others are far below. The sum of the other terms belongs to it, too.")
    .wrong("log-sum", |x| x.iter().sum::<f64>().ln(),
        "You took the logarithm of the sum of the numbers themselves. It is the sum of their exponentials.")
}

// ---- 0.5

fn next_day() -> Exercise<(Array2<f64>, Vec<f64>), NextDay> {
    let fox = || array![[0.9, 0.2], [0.1, 0.8]];
    Exercise::<(Array2<f64>, Vec<f64>), NextDay>::new("0.5",
        |f, (t, p)| f(t, p).into(),
        |t, p| t.dot(&ndarray::ArrayView1::from(p)).to_vec())
    .shape("One probability for each place")
    .distribution()
    .hand("hand", (fox(), vec![1.0, 0.0]), &[0.9, 0.1], "By hand: a fox that is in the north for sure is there with .9 tomorrow: (.9, .1)")
    .hand("half", (fox(), vec![0.5, 0.5]), &[0.55, 0.45], "From (½, ½): .9 · ½ + .2 · ½ = .55, so (.55, .45)")
    .random("random", |seed| (random_columns(3, 3, seed), random_belief(3, 100 + seed)), "On a random chain of three places the next day")
    .hand("one", (array![[1.0]], vec![1.0]), &[1.0], "Where there is one place, the fox stays in it")
    .wrong("transposed", |t, p| t.t().dot(&ndarray::ArrayView1::from(p)).to_vec(),
        "You read the table the wrong way: t[[to, from]] has the next place in the row. Weigh each column by how probable it is, and add the columns.")
    .wrong("unchanged", |_, p| p.to_vec(), "This is today. Let a night pass: each place is reached from every place.")
    .wrong("diagonal", |t, p| normalised(&joint(&t.diag().to_vec(), p)),
        "You only kept who stays. Those who move must arrive somewhere, too.")
}
