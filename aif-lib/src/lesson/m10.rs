//! Module 10: expected free energy, why look?
//!
//! Shapes: `a` (outcome, state), `counts` (outcome, state), `marked` (patch, category), `c` (outcome), beliefs (state).

use ndarray::{Array2, array};
use special::Gamma;

use super::exercise::{Exercise, Test, Wrong};
use super::support::{far, random_belief, random_columns};
use super::verdict::Verdict;
use crate::prob::dirichlet::Dirichlet;
use crate::prob::info::entropy;

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[
    ("10.q1", "c"),
    ("10.q2", "a"),
    ("10.q3", "d"),
    ("10.q4", "b"),
    ("10.q5", "d"),
    ("10.q6", "a"),
    ("10.q7", "c"),
    ("10.q8", "b"),
];

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

fn outcomes(a: &Array2<f64>, q: &[f64]) -> Vec<f64> {
    a.rows().into_iter().map(|row| row.iter().zip(q).map(|(p, q)| p * q).sum()).collect()
}

fn true_parts(a: &Array2<f64>, c: &[f64], q: &[f64]) -> [f64; 4] {
    let seen = outcomes(a, q);
    let ambiguity: f64 = a
        .columns()
        .into_iter()
        .zip(q)
        .map(|(column, q)| q * entropy(&column.to_vec()))
        .sum();
    let pragmatic: f64 = seen.iter().zip(c).map(|(o, c)| o * c).sum();
    [-entropy(&seen) - pragmatic, ambiguity, pragmatic, entropy(&seen) - ambiguity]
}

/// (A, C, predicted) of a random step with 4 outcomes and 3 states.
fn random_step(seed: u64) -> (Array2<f64>, Vec<f64>, Vec<f64>) {
    let c = random_belief(4, 500 + seed).iter().map(|x| 8.0 * x - 2.0).collect();
    (random_columns(4, 3, 600 + seed), c, random_belief(3, 700 + seed))
}

const PARTS: [&str; 4] = ["risk", "ambiguity", "pragmatic value", "epistemic value"];

fn differs(given: [f64; 4], right: [f64; 4], case: &str) -> Option<String> {
    let i = (0..4).find(|&i| far(given[i], right[i]))?;
    Some(format!(
        "{case}: the {} should be {:.4}, yours is {:.4}.",
        PARTS[i], right[i], given[i]
    ))
}

/// Exercise 10.1: expected free energy in its four parts.
pub fn parts() -> Exercise<Parts> {
    Exercise {
        id: "10.1",
        fingerprint: |f| {
            (0..3)
                .flat_map(|seed| {
                    let (a, c, q) = random_step(seed);
                    f(&a, &c, &q)
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "certain",
                run: |f| {
                    let given = f(&Array2::eye(2), &[1.0, 0.0], &[1.0, 0.0]);
                    given.iter().any(|x| !x.is_finite()).then(|| "In a certain state with a perfect sensor all four parts are numbers. 0 ln 0 counts as 0: the library's `entropy` takes care of it.".into())
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    // Q(o) = (.5, .5); H = ln 2; the columns are sure, so nothing is ambiguous; C = (1, −1) cancels.
                    differs(
                        f(&Array2::eye(2), &[1.0, -1.0], &[0.5, 0.5]),
                        [-(2f64.ln()), 0.0, 0.0, 2f64.ln()],
                        "A perfect sensor of a fair coin with C = (1, −1)",
                    )
                },
            },
            Test {
                code: "useless",
                run: |f| {
                    let a = array![[0.5, 0.5], [0.5, 0.5]];
                    differs(
                        f(&a, &[2.0, 0.0], &[0.3, 0.7]),
                        [-(2f64.ln()) - 1.0, 2f64.ln(), 1.0, 0.0],
                        "A useless sensor with C = (2, 0)",
                    )
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (a, c, q) = random_step(seed);
                        differs(f(&a, &c, &q), true_parts(&a, &c, &q), "On a random model")
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "sign",
                sentence: "Your ambiguity has the wrong sign, so that noise looks attractive. Ambiguity is an expected entropy, never negative; it is added to the risk.",
                answer: |a, c, q| {
                    let [r, m, p, _] = true_parts(a, c, q);
                    [r, -m, p, -r - p + m]
                },
            },
            Wrong {
                code: "no-entropy",
                sentence: "Your risk is minus the expected preference alone. The first half is missing: Σ Q(o) ln Q(o), minus the entropy of what is expected to be seen.",
                answer: |a, c, q| {
                    let [_, m, p, e] = true_parts(a, c, q);
                    [-p, m, p, e]
                },
            },
            Wrong {
                code: "surprise",
                sentence: "Your epistemic value is the entropy of the outcomes. Part of it is noise: subtract the ambiguity, what would stay uncertain if the state were known.",
                answer: |a, c, q| {
                    let [r, m, p, e] = true_parts(a, c, q);
                    [r, m, p, e + m]
                },
            },
            Wrong {
                code: "unweighted",
                sentence: "Your ambiguity adds up the entropies of all columns. Weight each by Q(s): a noisy place that you will not visit does not matter.",
                answer: |a, c, q| {
                    let [r, _, p, e] = true_parts(a, c, q);
                    let sum = a.columns().into_iter().map(|c| entropy(&c.to_vec())).sum();
                    [r, sum, p, e]
                },
            },
        ],
        reference: true_parts,
    }
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

fn true_accuracy(cues: usize, r: f64) -> f64 {
    patterns(cues, r).iter().map(|(left, right)| 0.5 * left.max(*right)).sum()
}

/// Exercise 10.2: what cues are worth to a guess.
pub fn accuracy() -> Exercise<Accuracy> {
    Exercise {
        id: "10.2",
        fingerprint: |f| {
            [(1, 0.7), (2, 0.7), (3, 0.7), (4, 0.6), (2, 0.2)]
                .map(|(k, r)| f(k, r))
                .to_vec()
        },
        tests: vec![
            Test {
                code: "none",
                run: |f| {
                    let p = f(0, 0.7);
                    far(p, 0.5).then(|| format!("Without a cue one guesses: right with probability .5; yours is {p:.4}."))
                },
            },
            Test {
                code: "one",
                run: |f| {
                    let p = f(1, 0.7);
                    far(p, 0.7).then(|| format!("With one cue of .7 one follows it, and is right with probability .7; yours is {p:.4}."))
                },
            },
            Test {
                code: "three",
                run: |f| {
                    // Two or three of three cues agree with the truth: 3 · .49 · .3 + .343 = .784.
                    let p = f(3, 0.7);
                    far(p, 0.784).then(|| format!("Three cues of .7: the majority is right with .343 + 3 · .147 = .784; yours is {p:.4}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..30).find_map(|i| {
                        let (k, r) = (i % 6, 0.02 + 0.033 * i as f64);
                        let (given, right) = (f(k, r), true_accuracy(k, r));
                        far(given, right).then(|| format!("{k} cues of reliability {r:.3}: the best guess is right with {right:.4}, yours with {given:.4}. (A cue that lies is followed, too: in the other direction.)"))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "mean",
                sentence: "You averaged how much you believe the truth, as if you guessed at random from your belief. Take the *more* probable side in each case.",
                answer: |k, r| {
                    let good = |(l, d): &(f64, f64)| 0.5 * (l * l + d * d) / (l + d);
                    patterns(k, r).iter().map(good).sum()
                },
            },
            Wrong {
                code: "single",
                sentence: "You follow one cue only. With three cues, the majority is better than any one of them.",
                answer: |k, r| if k == 0 { 0.5 } else { r.max(1.0 - r) },
            },
            Wrong {
                code: "ties-lost",
                sentence: "You count a tie as wrong. Where the cues cancel out, a guess is still right half the time.",
                answer: |k, r| {
                    let decided = |p: &&(f64, f64)| far(p.0, p.1);
                    let patterns = patterns(k, r);
                    let won = patterns.iter().filter(decided).map(|(l, d)| 0.5 * l.max(*d));
                    if k == 0 { 0.5 } else { won.sum() }
                },
            },
            Wrong {
                code: "any",
                sentence: "This is how often *at least one* cue is right. Nobody tells you which one that is.",
                answer: |k, r| if k == 0 { 0.5 } else { 1.0 - (1.0 - r).powi(k as i32) },
            },
        ],
        reference: true_accuracy,
    }
}

// ---- 10.3

fn column_gain(column: &[f64]) -> f64 {
    Dirichlet::new(column.to_vec()).map_or(f64::NAN, |counts| counts.expected_gain())
}

fn true_novelty(counts: &Array2<f64>, q: &[f64]) -> f64 {
    counts.columns().into_iter().zip(q).map(|(c, q)| q * column_gain(&c.to_vec())).sum()
}

/// Σₛ q(s) Σₒ p(o) w(a, a₀), with a weight and a probability of one's own.
fn weighted(
    counts: &Array2<f64>,
    q: &[f64],
    weight: fn(f64, f64) -> f64,
    p: &dyn Fn(usize, usize) -> f64,
) -> f64 {
    let term = |((o, s), a): ((usize, usize), &f64)| {
        q[s] * p(o, s) * weight(*a, counts.column(s).sum())
    };
    counts.indexed_iter().map(term).sum()
}

fn exact_weight(a: f64, total: f64) -> f64 {
    total.ln() - a.ln() + a.digamma() - total.digamma() + 1.0 / a - 1.0 / total
}

fn random_counts(seed: u64) -> (Array2<f64>, Vec<f64>) {
    (random_columns(4, 3, 800 + seed) * (1.0 + seed as f64), random_belief(3, 900 + seed))
}

/// Exercise 10.3: what a look teaches about the likelihood itself.
pub fn novelty() -> Exercise<Novelty> {
    Exercise {
        id: "10.3",
        fingerprint: |f| {
            (0..3)
                .map(|seed| {
                    let (counts, q) = random_counts(seed);
                    f(&counts, &q)
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "coin",
                run: |f| {
                    let gain = f(&array![[1.0], [1.0]], &[1.0]);
                    far(gain, 2f64.ln() - 0.5).then(|| format!("A coin of which nothing is known, counts (1, 1): one toss teaches ln 2 − ½ = .1931; yours is {gain:.4}."))
                },
            },
            Test {
                code: "known",
                run: |f| {
                    let gain = f(&array![[1e6], [1e6]], &[1.0]);
                    (gain.is_nan() || !(0.0..1e-5).contains(&gain)).then(|| format!("A coin tossed two million times has little left to teach; yours still teaches {gain:.6}."))
                },
            },
            Test {
                code: "place",
                run: |f| {
                    // Only the second state is visited, and it is well known.
                    let counts = array![[1.0, 40.0], [1.0, 60.0]];
                    let (given, right) =
                        (f(&counts, &[0.0, 1.0]), true_novelty(&counts, &[0.0, 1.0]));
                    far(given, right).then(|| format!("A well known place, counts (40, 60), teaches {right:.5}, whatever is unknown elsewhere; yours is {given:.5}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (counts, q) = random_counts(seed);
                        let (given, right) = (f(&counts, &q), true_novelty(&counts, &q));
                        far(given, right).then(|| format!("On random counts the gain should be {right:.5}, yours is {given:.5}."))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "approximate",
                sentence: "½ (1/a − 1/a₀) is an approximation for large counts, found in several programs. Use the exact weight, with logarithm and digamma.",
                answer: |counts, q| {
                    let half = |a: f64, total: f64| 0.5 * (1.0 / a - 1.0 / total);
                    weighted(counts, q, half, &|o, s| {
                        counts[[o, s]] / counts.column(s).sum()
                    })
                },
            },
            Wrong {
                code: "independent",
                sentence: "You weighted by Q(o) Q(s), as if what is seen had nothing to do with where you are. Weight by Q(s) times P(o|s), the mean of that column's counts.",
                answer: |counts, q| {
                    let mean = |o: usize, s: usize| counts[[o, s]] / counts.column(s).sum();
                    let seen = |o: usize| (0..q.len()).map(|s| q[s] * mean(o, s)).sum();
                    weighted(counts, q, exact_weight, &|o, _| seen(o))
                },
            },
            Wrong {
                code: "rows",
                sentence: "Your total a₀ runs along a row. Each *column* of counts is one distribution: a₀ is the sum of the column.",
                answer: |counts, q| {
                    let rows = counts.t().to_owned();
                    let term = |((o, s), a): ((usize, usize), &f64)| {
                        let total = rows.column(o).sum();
                        q[s] * a / total * exact_weight(*a, total)
                    };
                    counts.indexed_iter().map(term).sum()
                },
            },
            Wrong {
                code: "unweighted",
                sentence: "You added the gains of all places. You will be in one of them: weight each by Q(s).",
                answer: |counts, q| true_novelty(counts, &vec![1.0; q.len()]),
            },
        ],
        reference: true_novelty,
    }
}

// ---- 10.4

fn two_outcomes(marked: &Array2<f64>, patch: usize) -> Array2<f64> {
    let row = marked.row(patch);
    Array2::from_shape_fn(
        (2, row.len()),
        |(o, c)| if o == 1 { row[c] } else { 1.0 - row[c] },
    )
}

fn each_patch(marked: &Array2<f64>, value: &dyn Fn(&Array2<f64>) -> f64) -> Vec<f64> {
    (0..marked.nrows()).map(|patch| value(&two_outcomes(marked, patch))).collect()
}

fn true_relevance(marked: &Array2<f64>, q: &[f64]) -> Vec<f64> {
    let none = [0.0; 2];
    each_patch(marked, &|a| true_parts(a, &none, q)[3])
}

fn random_scene(seed: u64) -> (Array2<f64>, Vec<f64>) {
    let marked = random_columns(5, 3, 1000 + seed).mapv(|p| (2.0 * p).min(0.98));
    (marked, random_belief(3, 1100 + seed))
}

/// Exercise 10.4: where to look.
pub fn relevance() -> Exercise<Relevance> {
    Exercise {
        id: "10.4",
        fingerprint: |f| {
            (0..2)
                .flat_map(|seed| {
                    let (marked, q) = random_scene(seed);
                    f(&marked, &q)
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n =
                        f(&array![[0.5, 0.5], [1.0, 0.0], [0.2, 0.2]], &[0.5, 0.5]).len();
                    (n != 3).then(|| {
                        format!("There are 3 patches, so 3 numbers; yours are {n}.")
                    })
                },
            },
            Test {
                code: "screen",
                run: |f| {
                    let given = f(&array![[0.5, 0.5], [1.0, 0.0]], &[0.5, 0.5]);
                    far(given[0], 0.0).then(|| format!("A screen that flickers, whatever the scene shows, tells nothing: 0; yours is {:.4}.", given[0]))
                },
            },
            Test {
                code: "telltale",
                run: |f| {
                    let given = f(&array![[0.5, 0.5], [1.0, 0.0]], &[0.5, 0.5]);
                    far(given[1], 2f64.ln()).then(|| format!("A patch that tells two categories apart for sure is worth ln 2 = .6931 when both are equally likely; yours is {:.4}.", given[1]))
                },
            },
            Test {
                code: "belief",
                run: |f| {
                    let given = f(&array![[1.0, 0.0]], &[1.0, 0.0]);
                    far(given[0], 0.0).then(|| format!("Who knows the category learns nothing more: 0; yours is {:.4}. Relevance depends on the belief.", given[0]))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (marked, q) = random_scene(seed);
                        let (given, right) = (f(&marked, &q), true_relevance(&marked, &q));
                        let wrong = given.len() != 5 || given.iter().zip(&right).any(|(g, r)| far(*g, *r));
                        wrong.then(|| format!("On a random scene the relevance should be {right:.4?}, yours is {given:.4?}."))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "salience",
                sentence: "This is how *surprising* a patch is expected to be, the entropy of what will be seen. A flickering screen wins. Subtract what stays uncertain when the category is known.",
                answer: |marked, q| each_patch(marked, &|a| entropy(&outcomes(a, q))),
            },
            Wrong {
                code: "noise",
                sentence: "This is the ambiguity of each patch: how noisy it is. Relevance is the entropy of what will be seen *minus* this.",
                answer: |marked, q| each_patch(marked, &|a| true_parts(a, &[0.0; 2], q)[1]),
            },
            Wrong {
                code: "even-belief",
                sentence: "You used an even belief. Relevance changes with what is already believed: use the belief that was given.",
                answer: |marked, q| {
                    true_relevance(marked, &vec![1.0 / q.len() as f64; q.len()])
                },
            },
            Wrong {
                code: "marked-only",
                sentence: "You counted only the outcome *marked*. A plain patch tells something, too: sum over both outcomes.",
                answer: |marked, q| {
                    let half = |a: &Array2<f64>| -> f64 {
                        let seen = outcomes(a, q)[1];
                        let p = a.row(1);
                        p.iter()
                            .zip(q)
                            .map(
                                |(p, q)| {
                                    if *p > 0.0 { q * p * (p / seen).ln() } else { 0.0 }
                                },
                            )
                            .sum()
                    };
                    each_patch(marked, &half)
                },
            },
        ],
        reference: true_relevance,
    }
}
