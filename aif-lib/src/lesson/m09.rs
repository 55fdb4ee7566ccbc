//! Module 09: your first active inference agent.
//!
//! Shapes: `a` (outcome, state), `b` (next state, state) for one action, `c` (outcome), beliefs (state).

use ndarray::{Array2, Array3, array};

use super::exercise::{Exercise, Test, Wrong};
use super::support::{column_sums, far, random_belief, random_columns};
use super::verdict::Verdict;
use crate::aif::evaluate::{Efe, expected_free_energy};
use crate::aif::model::GenerativeModel;
use crate::aif::perceive::{correct, predict};
use crate::aif::plan::{Backup, closed_loop};
use crate::prob::categorical::Categorical;
use crate::prob::info::entropy;
use crate::prob::random::{seeded, uniform01};
use crate::task::tmaze;

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[
    ("9.q1", "b"),
    ("9.q2", "c"),
    ("9.q3", "a"),
    ("9.q4", "d"),
    ("9.q5", "b"),
    ("9.q6", "c"),
    ("9.q7", "a"),
    ("9.q8", "c"),
];

/// An answer to Exercise 9.1: the likelihood A of the T-maze for a cue of a given reliability.
pub type Likelihood = fn(f64) -> Array2<f64>;
/// An answer to Exercise 9.2: the belief after an action and an observation, from (a, b, belief, outcome).
pub type FilterStep = fn(&Array2<f64>, &Array2<f64>, &[f64], usize) -> Vec<f64>;
/// An answer to Exercise 9.3: risk plus ambiguity, from (a, c, predicted).
pub type OneStepEfe = fn(&Array2<f64>, &[f64], &[f64]) -> f64;
/// An answer to Exercise 9.4: closed-loop G of each first action, from (model, belief, horizon).
pub type ClosedLoop = fn(&GenerativeModel, &Categorical, usize) -> Vec<f64>;
/// An answer to Exercise 9.5: the expected information gain, from (a, predicted).
pub type InformationGain = fn(&Array2<f64>, &[f64]) -> f64;

/// Checks Exercise 9.1.
pub fn check_9_1(answer: Likelihood) -> Verdict {
    likelihood().check(answer)
}

/// Checks Exercise 9.2.
pub fn check_9_2(answer: FilterStep) -> Verdict {
    filter_step().check(answer)
}

/// Checks Exercise 9.3.
pub fn check_9_3(answer: OneStepEfe) -> Verdict {
    one_step_efe().check(answer)
}

/// Checks Exercise 9.4.
pub fn check_9_4(answer: ClosedLoop) -> Verdict {
    closed_loop_values().check(answer)
}

/// Checks Exercise 9.5.
pub fn check_9_5(answer: InformationGain) -> Verdict {
    information_gain().check(answer)
}

// ---- 9.1

/// Exercise 9.1: write A for the T-maze.
pub fn likelihood() -> Exercise<Likelihood> {
    Exercise {
        id: "9.1",
        fingerprint: |f| {
            [0.9, 0.7].iter().flat_map(|&r| f(r).into_iter().collect::<Vec<_>>()).collect()
        },
        tests: vec![
            Test {
                code: "shape",
                run: |f| {
                    let shape = f(0.9).dim();
                    (shape != (5, 8)).then(|| {
                        format!("A has one row for each of the 5 outcomes and one column for each of the 8 states, so (5, 8); yours is {shape:?}.")
                    })
                },
            },
            Test {
                code: "columns",
                run: |f| {
                    let sums = column_sums(&f(0.9));
                    let bad = sums.iter().position(|s| far(*s, 1.0))?;
                    Some(format!(
                        "In every state something is seen, so every column sums to 1; your column {bad} sums to {:.3}.",
                        sums[bad]
                    ))
                },
            },
            Test {
                code: "centre",
                run: |f| {
                    (far(f(0.9)[[0, 0]], 1.0) || far(f(0.9)[[0, 1]], 1.0))
                        .then(|| "In the centre (states 0 and 1) there is nothing to see: the outcome is null, row 0, for sure.".into())
                },
            },
            Test {
                code: "cue",
                run: |f| {
                    let a = f(0.9);
                    [(1, 2, 0.9), (2, 2, 0.1), (1, 3, 0.1), (2, 3, 0.9)].into_iter().find(|&(o, s, p)| far(a[[o, s]], p)).map(|(o, s, p)| {
                        format!("At the cue with reliability .9: row {o} of column {s} should be {p}, yours is {:.3}. State 2 is cue/L, state 3 is cue/R.", a[[o, s]])
                    })
                },
            },
            Test {
                code: "arms",
                run: |f| {
                    let a = f(0.9);
                    [(3, 4), (4, 5), (4, 6), (3, 7)].into_iter().find(|&(o, s)| far(a[[o, s]], 1.0)).map(|(o, s)| {
                        format!("In an arm the outcome is certain: row {o} of column {s} should be 1, yours is {:.3}. States 4 to 7 are left/L, left/R, right/L, right/R.", a[[o, s]])
                    })
                },
            },
            Test {
                code: "reliability",
                run: |f| {
                    let mut rng = seeded(91);
                    (0..20).map(|_| uniform01(&mut rng)).chain([0.5, 1.0]).find(|&r| f(r).iter().zip(&tmaze::likelihood(r)).any(|(f, t)| far(*f, *t))).map(|r| {
                        format!("With reliability {r:.3} your A is not right. Does it use its argument everywhere?")
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "transposed",
                sentence: "Rows and columns are swapped: A is (outcome, state), so that each column is a distribution over outcomes.",
                answer: |r| tmaze::likelihood(r).reversed_axes(),
            },
            Wrong {
                code: "same-cue",
                sentence: "Your cue says the same in cue/L and in cue/R, so it tells nothing. Where right pays, it says \"right\" with probability r.",
                answer: |r| {
                    let mut a = tmaze::likelihood(r);
                    (a[[1, 3]], a[[2, 3]]) = (r, 1.0 - r);
                    a
                },
            },
            Wrong {
                code: "arms-swapped",
                sentence: "Your arms punish where they should pay: left/L is the left arm when left pays.",
                answer: |r| {
                    let mut a = tmaze::likelihood(r);
                    for s in 4..8 {
                        (a[[3, s]], a[[4, s]]) = (a[[4, s]], a[[3, s]]);
                    }
                    a
                },
            },
            Wrong {
                code: "arms-by-place",
                sentence: "Your left arm always pays and your right arm always punishes. What an arm does depends on which side pays in this trial.",
                answer: |r| {
                    let mut a = tmaze::likelihood(r);
                    for s in 4..8 {
                        (a[[3, s]], a[[4, s]]) =
                            if s < 6 { (1.0, 0.0) } else { (0.0, 1.0) };
                    }
                    a
                },
            },
        ],
        reference: tmaze::likelihood,
    }
}

// ---- 9.2

fn true_filter(a: &Array2<f64>, b: &Array2<f64>, q: &[f64], o: usize) -> Vec<f64> {
    filter_with(a, b, q, o, true)
}

fn filter_with(
    a: &Array2<f64>,
    b: &Array2<f64>,
    q: &[f64],
    o: usize,
    normalise: bool,
) -> Vec<f64> {
    let n = q.len();
    let joint: Vec<f64> = (0..n)
        .map(|to| a[[o, to]] * (0..n).map(|s| b[[to, s]] * q[s]).sum::<f64>())
        .collect();
    let sum = if normalise { joint.iter().sum() } else { 1.0 };
    joint.iter().map(|j| j / sum).collect()
}

/// A sensor of two places that is right with .8 and .7, and an action that moves from 0 to 1 with .9 and back with .2.
fn two_places() -> (Array2<f64>, Array2<f64>) {
    (array![[0.8, 0.3], [0.2, 0.7]], array![[0.1, 0.2], [0.9, 0.8]])
}

/// Exercise 9.2: one step of the filter.
pub fn filter_step() -> Exercise<FilterStep> {
    Exercise {
        id: "9.2",
        fingerprint: |f| {
            let (a, b) = two_places();
            let mut print = f(&a, &b, &[0.75, 0.25], 0);
            print.extend(f(
                &random_columns(4, 3, 1),
                &random_columns(3, 3, 2),
                &random_belief(3, 3),
                2,
            ));
            print
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let (a, b) = two_places();
                    let n = f(&a, &b, &[0.75, 0.25], 0).len();
                    (n != 2).then(|| {
                        format!("With 2 states the belief has 2 entries; yours has {n}.")
                    })
                },
            },
            Test {
                code: "normalised",
                run: |f| {
                    let (a, b) = two_places();
                    let sum: f64 = f(&a, &b, &[0.75, 0.25], 0).iter().sum();
                    far(sum, 1.0).then(|| match sum.is_nan() {
                        true => "Your belief is NaN: 0 was divided by 0. Check which row of A you take, and the order of the two steps.".into(),
                        false => format!("A belief sums to 1; yours sums to {sum:.4}. Divide by the sum at the end."),
                    })
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    // Prediction: (.1·.75 + .2·.25, .9·.75 + .8·.25) = (.125, .875); times (.8, .3): (.1, .2625).
                    let (a, b) = two_places();
                    let given = f(&a, &b, &[0.75, 0.25], 0);
                    far(given[0], 0.1 / 0.3625).then(|| {
                        format!("By hand: belief (.75, .25) becomes (.125, .875) by B, then (.1, .2625) by A, then (.2759, .7241). Yours is ({:.6}, {:.6}).", given[0], given[1])
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (a, b, q) = (random_columns(4, 3, seed), random_columns(3, 3, 100 + seed), random_belief(3, 200 + seed));
                        let (given, right) = (f(&a, &b, &q, 1), true_filter(&a, &b, &q, 1));
                        (given.len() != 3 || given.iter().zip(&right).any(|(g, r)| far(*g, *r)))
                            .then(|| format!("On a random model with 3 states and 4 outcomes the belief should be {right:.4?}, yours is {given:.4?}."))
                    })
                },
            },
            Test {
                code: "zeros",
                run: |f| {
                    // B moves surely to state 1, and the sensor says nothing about it.
                    let (a, b) =
                        (array![[0.5, 0.5], [0.5, 0.5]], array![[0.0, 1.0], [1.0, 0.0]]);
                    let given = f(&a, &b, &[1.0, 0.0], 1);
                    (given[0] != 0.0).then(|| {
                        format!("A state that B cannot reach keeps probability 0, exactly; yours has {:e}. Do not add or clip to a small number.", given[0])
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "no-prediction",
                sentence: "You corrected the old belief without moving it: the action has changed the state, so push the belief through B first.",
                answer: |a, b, q, o| true_filter(a, &Array2::eye(b.nrows()), q, o),
            },
            Wrong {
                code: "b-transposed",
                sentence: "You summed over the wrong index of B: B[s′, s], with the new state first. The prediction of s′ sums over the old s.",
                answer: |a, b, q, o| true_filter(a, &b.t().to_owned(), q, o),
            },
            Wrong {
                code: "unnormalised",
                sentence: "Nearly: this is the joint P(s′, o). Divide by its sum, the evidence P(o), to get the belief.",
                answer: |a, b, q, o| filter_with(a, b, q, o, false),
            },
            Wrong {
                code: "no-correction",
                sentence: "This is the prediction alone: the observation has not been used. Multiply by row o of A, then normalise.",
                answer: |a, b, q, o| true_filter(&Array2::ones(a.dim()), b, q, o),
            },
        ],
        reference: true_filter,
    }
}

// ---- 9.3

fn outcomes(a: &Array2<f64>, predicted: &[f64]) -> Vec<f64> {
    a.rows()
        .into_iter()
        .map(|row| row.iter().zip(predicted).map(|(p, q)| p * q).sum())
        .collect()
}

fn ambiguity(a: &Array2<f64>, predicted: &[f64]) -> f64 {
    a.columns().into_iter().zip(predicted).map(|(c, q)| q * entropy(&c.to_vec())).sum()
}

fn expected(q: &[f64], c: &[f64]) -> f64 {
    q.iter().zip(c).map(|(q, c)| q * c).sum()
}

fn risk(a: &Array2<f64>, c: &[f64], predicted: &[f64]) -> f64 {
    let q = outcomes(a, predicted);
    -entropy(&q) - expected(&q, c)
}

/// (A, C, predicted) of a random step with 4 outcomes and 3 states.
fn random_step(seed: u64) -> (Array2<f64>, Vec<f64>, Vec<f64>) {
    let c = random_belief(4, 300 + seed).iter().map(|x| 6.0 * x - 2.0).collect();
    (random_columns(4, 3, seed), c, random_belief(3, 400 + seed))
}

/// Exercise 9.3: the expected free energy of one step.
pub fn one_step_efe() -> Exercise<OneStepEfe> {
    Exercise {
        id: "9.3",
        fingerprint: |f| {
            (0..4)
                .map(|seed| {
                    let (a, c, q) = random_step(seed);
                    f(&a, &c, &q)
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "finite",
                run: |f| {
                    let g = f(&Array2::eye(2), &[0.0, 0.0], &[1.0, 0.0]);
                    (!g.is_finite()).then(|| format!("With a certain outcome G should be a number, yours is {g}. 0 ln 0 counts as 0: the library's `entropy` takes care of it."))
                },
            },
            Test {
                code: "risk",
                run: |f| {
                    // A = identity: no ambiguity. Q(o) = (.5, .5), C = (1, −1): risk = −ln 2 − 0.
                    let g = f(&Array2::eye(2), &[1.0, -1.0], &[0.5, 0.5]);
                    far(g, -(2f64.ln())).then(|| format!("A perfect sensor has no ambiguity. With Q(o) = (.5, .5) and C = (1, −1) the risk is −ln 2 − 0 = −.6931; yours is {g:.4}."))
                },
            },
            Test {
                code: "ambiguity",
                run: |f| {
                    // A useless sensor: Q(o) = (.5, .5) whatever the state; risk −ln 2, ambiguity + ln 2.
                    let g = f(&Array2::from_elem((2, 2), 0.5), &[0.0, 0.0], &[0.3, 0.7]);
                    far(g, 0.0).then(|| format!("A useless sensor: risk −ln 2 and ambiguity +ln 2 cancel, so G = 0; yours is {g:.4}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (a, c, q) = random_step(seed);
                        let (given, right) = (f(&a, &c, &q), risk(&a, &c, &q) + ambiguity(&a, &q));
                        far(given, right).then(|| format!("On a random model G should be {right:.4}, yours is {given:.4}."))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "ambiguity-sign",
                sentence: "The ambiguity has the wrong sign: your agent would seek noise. Uncertain outcomes make G larger, that is, worse.",
                answer: |a, c, q| risk(a, c, q) - ambiguity(a, q),
            },
            Wrong {
                code: "no-ambiguity",
                sentence: "This is the risk alone. Add the ambiguity: the mean, under the predicted state, of the entropy of A's columns.",
                answer: risk,
            },
            Wrong {
                code: "no-entropy",
                sentence: "The entropy of the expected outcomes is missing: the risk is Σ Q(o) ln Q(o) − Σ Q(o) C(o). Without it nothing is ever worth looking at.",
                answer: |a, c, q| -expected(&outcomes(a, q), c) + ambiguity(a, q),
            },
            Wrong {
                code: "preference-sign",
                sentence: "The preference has the wrong sign: what is preferred should make G smaller.",
                answer: |a, c, q| {
                    risk(a, c, q) + 2.0 * expected(&outcomes(a, q), c) + ambiguity(a, q)
                },
            },
        ],
        reference: |a, c, q| risk(a, c, q) + ambiguity(a, q),
    }
}

// ---- 9.4

/// What the known mistakes change in the recursion.
#[derive(Clone, Copy, PartialEq)]
enum Mistake {
    None,
    Unweighted,
    Worst,
    NoCorrection,
    OldBelief,
}

fn recursion(
    model: &GenerativeModel,
    belief: &Categorical,
    horizon: usize,
    mistake: Mistake,
) -> Vec<f64> {
    let value = |q: &Categorical| {
        let g = recursion(model, q, horizon - 1, mistake);
        match mistake {
            Mistake::Worst => g.into_iter().fold(f64::NEG_INFINITY, f64::max),
            _ => g.into_iter().fold(f64::INFINITY, f64::min),
        }
    };
    let branch = |predicted: &Categorical, o: usize| match correct(model, predicted, &[o]) {
        Ok(seen) if mistake == Mistake::Unweighted => value(&seen.belief),
        Ok(seen) if mistake == Mistake::OldBelief => {
            seen.log_evidence.exp() * value(belief)
        }
        Ok(seen) => seen.log_evidence.exp() * value(&seen.belief),
        Err(_) => 0.0,
    };
    let action = |u| {
        let predicted = predict(model, belief, u);
        let now = Efe::total(&expected_free_energy(model, &predicted));
        let later = match (horizon > 1, mistake) {
            (false, _) => 0.0,
            (true, Mistake::NoCorrection) => value(&predicted),
            (true, _) => {
                (0..model.outcome_names(0).len()).map(|o| branch(&predicted, o)).sum()
            }
        };
        now + later
    };
    (0..model.n_actions()).map(action).collect()
}

/// A random model of 3 states, 3 outcomes and 2 actions.
fn random_model(seed: u64) -> Option<GenerativeModel> {
    let slices = [random_columns(3, 3, 500 + seed), random_columns(3, 3, 600 + seed)];
    let b = Array3::from_shape_fn((3, 3, 2), |(to, from, u)| slices[u][[to, from]]);
    GenerativeModel::new(
        random_columns(3, 3, seed),
        b,
        &[1.0, 0.0, -1.0],
        &random_belief(3, 700 + seed),
    )
    .ok()
}

fn compare(
    f: ClosedLoop,
    model: &GenerativeModel,
    horizon: usize,
    name: &str,
) -> Option<String> {
    let given = f(model, model.prior(), horizon);
    let right = closed_loop(model, model.prior(), horizon, Backup::Max).ok()?;
    let right: Vec<f64> = right.iter().map(Efe::total).collect();
    if given.len() != right.len() {
        return Some(format!(
            "There are {} actions, so {} values; yours has {}.",
            right.len(),
            right.len(),
            given.len()
        ));
    }
    let first_step = closed_loop(model, model.prior(), 1, Backup::Max).ok()?;
    if horizon > 1 && given.iter().zip(&first_step).all(|(g, f)| !far(*g, f.total())) {
        return Some("These are the values of the first step alone. With more than one move left, add what comes later.".into());
    }
    given.iter().zip(&right).any(|(g, r)| far(*g, *r)).then(|| {
        format!("{name}, horizon {horizon}: G should be {right:.4?}, yours is {given:.4?}.")
    })
}

/// Exercise 9.4: the closed loop.
pub fn closed_loop_values() -> Exercise<ClosedLoop> {
    Exercise {
        id: "9.4",
        fingerprint: |f| {
            let on = |model: GenerativeModel| f(&model, model.prior(), 2);
            let maze = tmaze::model(0.9, &tmaze::PREFERENCE).ok();
            maze.into_iter().chain(random_model(1)).flat_map(on).collect()
        },
        tests: vec![
            Test {
                code: "one-step",
                run: |f| {
                    compare(f, &tmaze::model(0.9, &tmaze::PREFERENCE).ok()?, 1, "T-maze")
                },
            },
            Test {
                code: "tmaze",
                run: |f| {
                    compare(f, &tmaze::model(0.9, &tmaze::PREFERENCE).ok()?, 2, "T-maze")
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..5).find_map(|seed| {
                        compare(f, &random_model(seed)?, 3, "A random model")
                    })
                },
            },
            Test {
                code: "useless-cue",
                run: |f| {
                    compare(
                        f,
                        &tmaze::model(0.5, &tmaze::PREFERENCE).ok()?,
                        2,
                        "T-maze with a useless cue",
                    )
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "open-loop",
                sentence: "You went on from the predicted belief: this is the open loop. Branch on each outcome o, and go on from the belief after o.",
                answer: |m, q, h| recursion(m, q, h, Mistake::NoCorrection),
            },
            Wrong {
                code: "unweighted",
                sentence: "Every branch counts in full. Weight the value after outcome o by its probability Q(o), the exponential of log_evidence.",
                answer: |m, q, h| recursion(m, q, h, Mistake::Unweighted),
            },
            Wrong {
                code: "worst",
                sentence: "You took the largest G of the next actions. Lower is better: a plan takes the smallest.",
                answer: |m, q, h| recursion(m, q, h, Mistake::Worst),
            },
            Wrong {
                code: "old-belief",
                sentence: "You go on from the belief before the action. In each branch, go on from the belief after the outcome.",
                answer: |m, q, h| recursion(m, q, h, Mistake::OldBelief),
            },
        ],
        reference: |m, q, h| recursion(m, q, h, Mistake::None),
    }
}

// ---- 9.5

/// Exercise 9.5, the silent bug: what an observation is expected to teach.
pub fn information_gain() -> Exercise<InformationGain> {
    Exercise {
        id: "9.5",
        fingerprint: |f| {
            (0..4)
                .map(|seed| {
                    let (a, _, q) = random_step(seed);
                    f(&a, &q)
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "useless",
                run: |f| {
                    let gain = f(&Array2::from_elem((2, 2), 0.5), &[0.5, 0.5]);
                    far(gain, 0.0).then(|| format!("A cue of reliability .5 teaches nothing, so the gain is 0; yours is {gain:.4}."))
                },
            },
            Test {
                code: "perfect",
                run: |f| {
                    let gain = f(&Array2::eye(2), &[0.5, 0.5]);
                    far(gain, 2f64.ln()).then(|| format!("A perfect cue to a fair coin teaches ln 2 = .6931; yours is {gain:.4}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (a, _, q) = random_step(seed);
                        let (given, right) = (f(&a, &q), entropy(&outcomes(&a, &q)) - ambiguity(&a, &q));
                        far(given, right).then(|| format!("On a random model the gain should be {right:.4}, yours is {given:.4}."))
                    })
                },
            },
            Test {
                code: "certain",
                run: |f| {
                    let gain = f(&array![[0.9, 0.1], [0.1, 0.9]], &[1.0, 0.0]);
                    far(gain, 0.0).then(|| format!("Who knows the state learns nothing about it: the gain is 0; yours is {gain:.4}."))
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "the-bug",
                sentence: "This is still the bug: the ambiguity itself, so the noisiest cue looks best. It must be subtracted, and from something.",
                answer: ambiguity,
            },
            Wrong {
                code: "minus-ambiguity",
                sentence: "Minus the ambiguity has the right sign, but it is never above 0, and a place with nothing to see gets the best score. The entropy of the expected outcomes, H[Q(o)], is missing.",
                answer: |a, q| -ambiguity(a, q),
            },
            Wrong {
                code: "state-entropy",
                sentence: "You subtracted from the entropy of the state. Start from the entropy of the outcomes, H[Q(o)]: what is expected to be seen.",
                answer: |a, q| entropy(q) - ambiguity(a, q),
            },
            Wrong {
                code: "outcome-entropy",
                sentence: "H[Q(o)] alone counts noise as news. Subtract the part that would remain if the state were known: the ambiguity.",
                answer: |a, q| entropy(&outcomes(a, q)),
            },
        ],
        reference: |a, q| entropy(&outcomes(a, q)) - ambiguity(a, q),
    }
}
