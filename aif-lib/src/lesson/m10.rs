//! Module 10: expected free energy, why look?
//!
//! Shapes: `a` (outcome, state), `counts` (outcome, state), `marked` (patch, category), `c` (outcome), beliefs (state).

use std::f64::consts::LN_2;

use ndarray::{Array2, array};
use special::Gamma;

use super::support::{
    ambiguity, expected, outcomes, random_belief, random_columns, random_numbers,
};
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::prob::dirichlet::Dirichlet;
use crate::prob::info::{entropy, log_sum_exp};

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 10, quiz: "1 c, 2 a, 3 d, 4 b, 5 d, 6 a, 7 c, 8 b", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(parts()),
        Box::new(accuracy()),
        Box::new(novelty()),
        Box::new(relevance()),
    ]
}

/// An answer to Exercise 10.1: risk, ambiguity, pragmatic and epistemic value, from (a, c, predicted).
pub type Parts = fn(&Array2<f64>, &[f64], &[f64]) -> [f64; 4];
/// An answer to Exercise 10.2: how often the best guess is right, from (number of cues, reliability).
pub type Accuracy = fn(usize, f64) -> f64;
/// An answer to Exercise 10.3: the expected gain about A of one look, from (counts, predicted).
pub type Novelty = fn(&Array2<f64>, &[f64]) -> f64;
/// An answer to Exercise 10.4: the relevance of each patch, from (marked, belief).
pub type Relevance = fn(&Array2<f64>, &[f64]) -> Vec<f64>;

/// Checks Exercise 10.1.
pub fn check_10_1(answer: Parts) -> Verdict {
    parts().check(answer)
}

/// Checks Exercise 10.2.
pub fn check_10_2(answer: Accuracy) -> Verdict {
    accuracy().check(answer)
}

/// Checks Exercise 10.3.
pub fn check_10_3(answer: Novelty) -> Verdict {
    novelty().check(answer)
}

/// Checks Exercise 10.4.
pub fn check_10_4(answer: Relevance) -> Verdict {
    relevance().check(answer)
}

// ---- 10.1

fn true_parts(a: &Array2<f64>, c: &[f64], q: &[f64]) -> [f64; 4] {
    let seen = outcomes(a, q);
    let (pragmatic, noise) = (expected(&seen, c), ambiguity(a, q));
    [-entropy(&seen) - pragmatic, noise, pragmatic, entropy(&seen) - noise]
}

/// (A, C, predicted).
type Foreseen = (Array2<f64>, Vec<f64>, Vec<f64>);

fn parts() -> Exercise<Foreseen, Parts> {
    Exercise::<Foreseen, Parts>::new("10.1", |f, (a, c, q)| f(a, c, q).into(), true_parts)
    .hand("certain", (Array2::eye(2), vec![1.0, 0.0], vec![1.0, 0.0]),
        &[-1.0, 0.0, 1.0, 0.0],
        "In a certain state with a perfect sensor, C = (1, 0), risk, ambiguity, pragmatic and epistemic value are −1, 0, 1, 0; yours are {yours}. 0 ln 0 counts as 0: the library's `entropy` takes care of it.")
    .hand("hand", (Array2::eye(2), vec![1.0, -1.0], vec![0.5, 0.5]),
        &[-(2f64.ln()), 0.0, 0.0, 2f64.ln()],
        "A perfect sensor of a fair coin with C = (1, −1): risk, ambiguity, pragmatic and epistemic value are −ln 2, 0, 0, ln 2")
    .hand("useless", (Array2::from_elem((2, 2), 0.5), vec![2.0, 0.0], vec![0.3, 0.7]),
        &[-(2f64.ln()) - 1.0, 2f64.ln(), 1.0, 0.0],
        "A useless sensor with C = (2, 0): risk, ambiguity, pragmatic and epistemic value are −ln 2 − 1, ln 2, 1, 0")
    .random("random",
        |seed| {
            let c = random_numbers(4, -2.0, 2.0, 500 + seed);
            (random_columns(4, 3, 600 + seed), c, random_belief(3, 700 + seed))
        },
        "On a random model risk, ambiguity, pragmatic and epistemic value")
    .wrong("sign",
        |a, c, q| {
            let [r, m, p, _] = true_parts(a, c, q);
            [r, -m, p, -r - p + m]
        },
        "Your ambiguity has the wrong sign, so that noise looks attractive. Ambiguity is an expected entropy, never negative; it is added to the risk.")
    .wrong("no-entropy",
        |a, c, q| {
            let [_, m, p, e] = true_parts(a, c, q);
            [-p, m, p, e]
        },
        "Your risk is minus the expected preference alone. The first half is missing: Σ Q(o) ln Q(o), minus the entropy of what is expected to be seen.")
    .wrong("surprise",
        |a, c, q| {
            let [r, m, p, e] = true_parts(a, c, q);
            [r, m, p, e + m]
        },
        "Your epistemic value is the entropy of the outcomes. Part of it is noise: subtract the ambiguity, what would stay uncertain if the state were known.")
    .wrong("unweighted",
        |a, c, q| {
            let [r, _, p, e] = true_parts(a, c, q);
            [r, ambiguity(a, &vec![1.0; q.len()]), p, e]
        },
        "Your ambiguity adds up the entropies of all columns. Weight each by Q(s): a noisy place that you will not visit does not matter.")
    .wrong("normalised",
        |a, c, q| {
            let ([r, m, p, e], constant) = (true_parts(a, c, q), log_sum_exp(c));
            [r + constant, m, p - constant, e]
        },
        "You made P(o|C) = exp(C) / Σ exp(C) first, as many textbooks do: the risk is then a divergence and never negative. That is a sound convention, and it ranks all actions the same, for it only moves the constant ln Σ exp(C) to the risk and off the pragmatic value. This course leaves C as it is given: leave the constant out here.")
    .wrong("risk-normalised",
        |a, c, q| {
            let [r, m, p, e] = true_parts(a, c, q);
            [r + log_sum_exp(c), m, p, e]
        },
        "Your risk is a divergence from P(o|C) = exp(C) / Σ exp(C), as in many textbooks, while your pragmatic value uses C as it is given. Either convention is sound, but the two readings of G only agree within one: here the risk is Σ Q(o) ln Q(o) − Σ Q(o) C(o), without ln Σ exp(C).")
}

// ---- 10.2

/// All patterns of k cues, with what they say for either side: (P(pattern | left), P(pattern | right)).
fn patterns(cues: usize, r: f64) -> Vec<(f64, f64)> {
    (0..1usize << cues)
        .map(|pattern| {
            let left = pattern.count_ones() as i32;
            let right = cues as i32 - left;
            let p = |agree: i32, against: i32| r.powi(agree) * (1.0 - r).powi(against);
            (p(left, right), p(right, left))
        })
        .collect()
}

fn accuracy() -> Exercise<(usize, f64), Accuracy> {
    Exercise::<(usize, f64), Accuracy>::new("10.2", |f, (k, r)| f(*k, *r).into(),
        |k, r| patterns(k, r).iter().map(|(left, right)| 0.5 * left.max(*right)).sum())
    .hand("none", (0, 0.7), &[0.5], "Without a cue one guesses: right with probability .5")
    .hand("one", (1, 0.7), &[0.7], "With one cue of .7 one follows it, and is right with probability .7")
    .hand("three", (3, 0.7), &[0.343 + 3.0 * 0.147],
        "Three cues of .7: the majority is right with .343 + 3 · .147 = .784")
    .random("random", |seed| (seed as usize % 6, 0.03 + 0.049 * seed as f64),
        "With (cues, reliability) = {input} the best guess is right with {right}, yours with {yours}. (A cue that lies is followed, too: in the other direction.)")
    .wrong("mean",
        |k, r| {
            let good = |(l, d): &(f64, f64)| 0.5 * (l * l + d * d) / (l + d);
            patterns(k, r).iter().map(good).sum()
        },
        "You averaged how much you believe the truth, as if you guessed at random from your belief. Take the *more* probable side in each case.")
    .wrong("single", |k, r| if k == 0 { 0.5 } else { r.max(1.0 - r) },
        "You follow one cue only. With three cues, the majority is better than any one of them.")
    .wrong("ties-lost",
        |k, r| {
            let decided = |(l, d): &&(f64, f64)| (l - d).abs() > 1e-9;
            let patterns = patterns(k, r);
            let won = patterns.iter().filter(decided).map(|(l, d)| 0.5 * l.max(*d));
            if k == 0 { 0.5 } else { won.sum() }
        },
        "You count a tie as wrong. Where the cues cancel out, a guess is still right half the time.")
    .wrong("any", |k, r| if k == 0 { 0.5 } else { 1.0 - (1.0 - r).powi(k as i32) },
        "This is how often *at least one* cue is right. Nobody tells you which one that is.")
}

// ---- 10.3

fn true_novelty(counts: &Array2<f64>, q: &[f64]) -> f64 {
    let gain = |column: Vec<f64>| {
        Dirichlet::new(column).expect("counts are positive").expected_gain()
    };
    let gains: Vec<f64> = counts.columns().into_iter().map(|c| gain(c.to_vec())).collect();
    expected(q, &gains)
}

/// Σₛ q(s) Σₒ p(o) w(a, a₀), with a weight and a probability of one's own.
fn weighted(
    counts: &Array2<f64>,
    q: &[f64],
    weight: fn(f64, f64) -> f64,
    p: impl Fn(usize, usize) -> f64,
) -> f64 {
    let term = |((o, s), a): ((usize, usize), &f64)| {
        q[s] * p(o, s) * weight(*a, counts.column(s).sum())
    };
    counts.indexed_iter().map(term).sum()
}

fn exact_weight(a: f64, total: f64) -> f64 {
    total.ln() - a.ln() + a.digamma() - total.digamma() + 1.0 / a - 1.0 / total
}

fn novelty() -> Exercise<(Array2<f64>, Vec<f64>), Novelty> {
    Exercise::<(Array2<f64>, Vec<f64>), Novelty>::new("10.3",
        |f, (counts, q)| f(counts, q).into(),
        true_novelty)
    .hand("coin", (array![[1.0], [1.0]], vec![1.0]), &[2f64.ln() - 0.5],
        "A coin of which nothing is known, counts (1, 1): one toss teaches ln 2 − ½ = .1931")
    .near("known", (array![[1e3], [1e3]], vec![1.0]), &[0.00025], 1e-6,
        "A coin tossed two thousand times has little left to teach, about 1/4000")
    .at("place", (array![[1.0, 40.0], [1.0, 60.0]], vec![0.0, 1.0]),
        "Only a well known place is visited, counts (40, 60). Whatever is unknown elsewhere, the gain")
    .random("random",
        |seed| {
            let counts = random_columns(4, 3, 800 + seed) * (1.0 + seed as f64);
            (counts, random_belief(3, 900 + seed))
        },
        "On random counts the gain")
    .wrong("approximate",
        |counts, q| {
            let half = |a: f64, total: f64| 0.5 * (1.0 / a - 1.0 / total);
            weighted(counts, q, half, |o, s| counts[[o, s]] / counts.column(s).sum())
        },
        "½ (1/a − 1/a₀) is an approximation for large counts, found in several programs. Use the exact weight, with logarithm and digamma.")
    .wrong("independent",
        |counts, q| {
            let mean = |o: usize, s: usize| counts[[o, s]] / counts.column(s).sum();
            let seen = |o: usize| (0..q.len()).map(|s| q[s] * mean(o, s)).sum();
            weighted(counts, q, exact_weight, |o, _| seen(o))
        },
        "You weighted by Q(o) Q(s), as if what is seen had nothing to do with where you are. Weight by Q(s) times P(o|s), the mean of that column's counts.")
    .wrong("rows",
        |counts, q| {
            let term = |((o, s), a): ((usize, usize), &f64)| {
                let total = counts.row(o).sum();
                q[s] * a / total * exact_weight(*a, total)
            };
            counts.indexed_iter().map(term).sum()
        },
        "Your total a₀ runs along a row. Each *column* of counts is one distribution: a₀ is the sum of the column.")
    .wrong("unweighted", |counts, q| true_novelty(counts, &vec![1.0; q.len()]),
        "You added the gains of all places. You will be in one of them: weight each by Q(s).")
}

// ---- 10.4

fn each_patch(marked: &Array2<f64>, value: impl Fn(&Array2<f64>) -> f64) -> Vec<f64> {
    let sense = |patch: usize| {
        let p = |(o, c): (usize, usize)| {
            if o == 1 { marked[[patch, c]] } else { 1.0 - marked[[patch, c]] }
        };
        Array2::from_shape_fn((2, marked.ncols()), p)
    };
    (0..marked.nrows()).map(|patch| value(&sense(patch))).collect()
}

fn true_relevance(marked: &Array2<f64>, q: &[f64]) -> Vec<f64> {
    each_patch(marked, |a| entropy(&outcomes(a, q)) - ambiguity(a, q))
}

fn relevance() -> Exercise<(Array2<f64>, Vec<f64>), Relevance> {
    Exercise::<(Array2<f64>, Vec<f64>), Relevance>::new("10.4",
        |f, (marked, q)| f(marked, q).into(),
        true_relevance)
    .shape("One number for each patch")
    .hand("hand", (array![[0.5, 0.5], [1.0, 0.0]], vec![0.5, 0.5]), &[0.0, 2f64.ln()],
        "A screen that flickers, whatever the scene shows, tells nothing: 0. A patch that tells two categories apart for sure is worth ln 2 = .6931 when both are equally likely")
    .hand("belief", (array![[1.0, 0.0]], vec![1.0, 0.0]), &[0.0],
        "One who knows the category learns nothing more: 0. Relevance depends on the belief")
    .random("random",
        |seed| {
            let marked = random_columns(5, 3, 1000 + seed).mapv(|p| (2.0 * p).min(0.98));
            (marked, random_belief(3, 1100 + seed))
        },
        "On a random scene the relevance")
    .wrong("surprise", |marked, q| each_patch(marked, |a| entropy(&outcomes(a, q))),
        "This is how *surprising* a patch is expected to be, the entropy of what will be seen. A flickering screen wins. Subtract what stays uncertain when the category is known.")
    .wrong("noise", |marked, q| each_patch(marked, |a| ambiguity(a, q)),
        "This is the ambiguity of each patch: how noisy it is. Relevance is the entropy of what will be seen *minus* this.")
    .wrong("even-belief",
        |marked, q| true_relevance(marked, &vec![1.0 / q.len() as f64; q.len()]),
        "You used an even belief. Relevance changes with what is already believed: use the belief that was given.")
    .wrong("marked-only",
        |marked, q| {
            let half = |a: &Array2<f64>| {
                let seen = outcomes(a, q)[1];
                let term = |p: &f64| if *p > 0.0 { p * (p / seen).ln() } else { 0.0 };
                expected(q, &a.row(1).iter().map(term).collect::<Vec<f64>>())
            };
            each_patch(marked, half)
        },
        "You counted only the outcome *marked*. A plain patch tells something, too: sum over both outcomes.")
    .wrong("bits",
        |marked, q| true_relevance(marked, q).iter().map(|x| x / LN_2).collect(),
        "Right, but in another unit: these are bits. This course counts in nats: take the natural logarithm, `ln`, not `log2`.")
}
