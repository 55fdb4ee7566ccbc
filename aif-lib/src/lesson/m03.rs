//! Module 03: dopamine and TD learning.
//!
//! Shapes: `v` (cue or state), `t` and the successor representation (state, next state).

use ndarray::{Array2, array};

use super::exercise::{Exercise, Test, Wrong};
use super::support::{far, random_belief, random_columns};
use super::verdict::Verdict;
use crate::aif::learn::kalman::{self, Estimate};
use crate::interaction::{End, Step, Trajectory};
use crate::prob::random::{seeded, uniform_index, uniform01};
use crate::rl::learn::td_lambda::{self, Trace};
use crate::rl::learn::{rescorla_wagner, successor, td};

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[
    ("3.q1", "c"),
    ("3.q2", "b"),
    ("3.q3", "d"),
    ("3.q4", "a"),
    ("3.q5", "c"),
    ("3.q6", "b"),
    ("3.q7", "d"),
    ("3.q8", "a"),
];

/// An answer to Exercise 3.1: the values after a trial, from (values, cues present, reward, α).
pub type LearnTrial = fn(&[f64], &[usize], f64, f64) -> Vec<f64>;
/// An answer to Exercise 3.2: one step of TD(0), from (values, state, step, γ, α); returns δ.
pub type TdStep = fn(&mut [f64], usize, &Step, f64, f64) -> f64;
/// An answer to Exercise 3.3: TD(λ) over an episode, from (values, episode, γ, α, λ).
pub type TdLambda = fn(&mut [f64], &Trajectory, f64, f64, f64);
/// An answer to Exercise 3.4: the successor representation, from (T, γ).
pub type Successor = fn(&Array2<f64>, f64) -> Array2<f64>;
/// An answer to Exercise 3.5: (mean, variance) after an observation, from (mean, variance, observed, noise, drift).
pub type KalmanStep = fn(f64, f64, f64, f64, f64) -> (f64, f64);

/// Checks Exercise 3.1.
pub fn check_3_1(answer: LearnTrial) -> Verdict {
    learn_trial().check(answer)
}

/// Checks Exercise 3.2.
pub fn check_3_2(answer: TdStep) -> Verdict {
    td_step().check(answer)
}

/// Checks Exercise 3.3.
pub fn check_3_3(answer: TdLambda) -> Verdict {
    td_lambda_episode().check(answer)
}

/// Checks Exercise 3.4.
pub fn check_3_4(answer: Successor) -> Verdict {
    successor_matrix().check(answer)
}

/// Checks Exercise 3.5.
pub fn check_3_5(answer: KalmanStep) -> Verdict {
    kalman_step().check(answer)
}

fn differs(a: &[f64], b: &[f64]) -> bool {
    a.len() != b.len() || a.iter().zip(b).any(|(a, b)| far(*a, *b))
}

// ---- 3.1

/// Rescorla and Wagner's rule with two choices to get wrong: whose prediction counts, and who learns.
fn trial_with(
    v: &[f64],
    reward: f64,
    alpha: f64,
    predicted: &dyn Fn(usize) -> f64,
    learns: &dyn Fn(usize) -> bool,
) -> Vec<f64> {
    let moved = |i: usize| v[i] + alpha * (reward - predicted(i));
    (0..v.len()).map(|i| if learns(i) { moved(i) } else { v[i] }).collect()
}

fn together(v: &[f64], present: &[usize]) -> f64 {
    present.iter().map(|&i| v[i]).sum()
}

fn true_trial(v: &[f64], present: &[usize], reward: f64, alpha: f64) -> Vec<f64> {
    let mut after = v.to_vec();
    rescorla_wagner::update(&mut after, present, reward, &vec![alpha; v.len()]);
    after
}

/// Exercise 3.1: one trial of Rescorla and Wagner's rule.
pub fn learn_trial() -> Exercise<LearnTrial> {
    Exercise {
        id: "3.1",
        fingerprint: |f| {
            let mut print = f(&[0.5, 0.25, 0.125], &[0, 1], 1.0, 0.2);
            print.extend(f(&[0.5, 0.25, 0.125], &[2], 0.0, 0.5));
            print
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&[0.0, 0.0, 0.0], &[0], 1.0, 0.1).len();
                    (n != 3).then(|| {
                        format!("There are 3 cues, present or not, so the result has 3 values; yours has {n}.")
                    })
                },
            },
            Test {
                code: "one-cue",
                run: |f| {
                    let given = f(&[0.5], &[0], 1.0, 0.2);
                    far(given[0], 0.6).then(|| {
                        format!("One cue, V = .5, reward 1, α = .2: the error is .5 and V becomes .6; yours is {:.4}.", given[0])
                    })
                },
            },
            Test {
                code: "compound",
                run: |f| {
                    let given = f(&[0.5, 0.25, 0.125], &[0, 1], 1.0, 0.2);
                    differs(&given, &[0.55, 0.3, 0.125]).then(|| {
                        format!("V = (.5, .25, .125), cues 0 and 1 present, reward 1, α = .2: together they predict .75, so the error is .25 and V becomes (.55, .3, .125); yours is {given:.4?}.")
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let mut rng = seeded(300 + seed);
                        let v: Vec<f64> = (0..5).map(|_| 2.0 * uniform01(&mut rng) - 1.0).collect();
                        let present: Vec<usize> =
                            (0..5).filter(|_| uniform_index(2, &mut rng) == 1).collect();
                        let (given, right) =
                            (f(&v, &present, 1.0, 0.3), true_trial(&v, &present, 1.0, 0.3));
                        differs(&given, &right).then(|| {
                            format!("V = {v:.3?}, cues {present:?} present, reward 1, α = .3: V should become {right:.3?}, yours is {given:.3?}.")
                        })
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "own-value",
                sentence: "Each cue learned from its own error, reward − V(i). Then no cue can block another. The error is one for all: reward minus the sum of V over the cues that are present.",
                answer: |v, present, reward, alpha| {
                    trial_with(v, reward, alpha, &|i| v[i], &|i| present.contains(&i))
                },
            },
            Wrong {
                code: "absent-predict",
                sentence: "You summed V over all cues. Only the cues that are present predict anything in this trial.",
                answer: |v, present, reward, alpha| {
                    trial_with(v, reward, alpha, &|_| v.iter().sum(), &|i| {
                        present.contains(&i)
                    })
                },
            },
            Wrong {
                code: "absent-learn",
                sentence: "The error is right, but you changed the absent cues, too. In this model only what is present learns.",
                answer: |v, present, reward, alpha| {
                    trial_with(v, reward, alpha, &|_| together(v, present), &|_| true)
                },
            },
            Wrong {
                code: "sign",
                sentence: "Your values move away from the reward: the error is reward minus prediction, and it is added.",
                answer: |v, present, reward, alpha| {
                    trial_with(v, reward, -alpha, &|_| together(v, present), &|i| {
                        present.contains(&i)
                    })
                },
            },
        ],
        reference: true_trial,
    }
}

// ---- 3.2

fn step(obs: usize, reward: f64, end: Option<End>) -> Step {
    Step { obs, reward, end }
}

fn true_td(v: &mut [f64], s: usize, step: &Step, gamma: f64, alpha: f64) -> f64 {
    td::update(v, s, step.reward, step.discount(gamma), step.obs, alpha)
}

/// The value of state 0 after one step with α = ½, γ = .8 from V = (1, 5) with reward 2; and δ.
fn one_td(f: TdStep, end: Option<End>) -> (f64, f64) {
    let mut v = [1.0, 5.0];
    let delta = f(&mut v, 0, &step(1, 2.0, end), 0.8, 0.5);
    (v[0], delta)
}

fn told(given: (f64, f64), right: (f64, f64), what: &str) -> Option<String> {
    (far(given.0, right.0) || far(given.1, right.1)).then(|| {
        format!(
            "V = (1, 5), from state 0 to state 1 with reward 2, γ = .8, α = .5, {what}: δ = {} and V(0) becomes {}; yours are δ = {:.4} and {:.4}.",
            right.1, right.0, given.1, given.0
        )
    })
}

/// Exercise 3.2: one step of TD(0).
pub fn td_step() -> Exercise<TdStep> {
    Exercise {
        id: "3.2",
        fingerprint: |f| {
            let ends = [None, Some(End::Terminated), Some(End::Truncated)];
            ends.into_iter().map(|end| one_td(f, end)).flat_map(|(v, d)| [v, d]).collect()
        },
        tests: vec![
            Test {
                code: "hand",
                run: |f| told(one_td(f, None), (3.5, 5.0), "and the episode goes on"),
            },
            Test {
                code: "terminal",
                run: |f| {
                    told(
                        one_td(f, Some(End::Terminated)),
                        (1.5, 1.0),
                        "which ends the task",
                    )
                },
            },
            Test {
                code: "truncated",
                run: |f| {
                    told(
                        one_td(f, Some(End::Truncated)),
                        (3.5, 5.0),
                        "where only the time ran out",
                    )
                },
            },
            Test {
                code: "others",
                run: |f| {
                    let mut v = [1.0, 5.0, 7.0];
                    f(&mut v, 0, &step(1, 2.0, None), 0.8, 0.5);
                    (v[1..] != [5.0, 7.0]).then(|| {
                        format!("Only V(0), the value of the state that was left, learns; the others should stay (5, 7), yours are {:?}.", &v[1..])
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let mut rng = seeded(320 + seed);
                        let start: Vec<f64> = (0..4).map(|_| uniform01(&mut rng)).collect();
                        let (s, next) = (uniform_index(4, &mut rng), uniform_index(4, &mut rng));
                        let (mut given, mut right) = (start.clone(), start.clone());
                        let seen = step(next, uniform01(&mut rng), None);
                        let (a, b) = (
                            f(&mut given, s, &seen, 0.9, 0.3),
                            true_td(&mut right, s, &seen, 0.9, 0.3),
                        );
                        (differs(&given, &right) || far(a, b)).then(|| {
                            format!("V = {start:.3?}, from {s} to {next} with reward {:.3}, γ = .9, α = .3: V should become {right:.3?} with δ = {b:.3}; yours is {given:.3?} with δ = {a:.3}.", seen.reward)
                        })
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "gamma",
                sentence: "γ is missing: the value of the next state counts γ times.",
                answer: |v, s, step, _, alpha| {
                    td::update(v, s, step.reward, step.discount(1.0), step.obs, alpha)
                },
            },
            Wrong {
                code: "bootstrap",
                sentence: "You bootstrapped over the end: after a terminal step nothing more comes, whatever the table says about that state.",
                answer: |v, s, step, gamma, alpha| {
                    td::update(v, s, step.reward, gamma, step.obs, alpha)
                },
            },
            Wrong {
                code: "time-limit",
                sentence: "You took every end for the end of the task. When a time limit cuts an episode (End::Truncated), the next state is worth what it always was.",
                answer: |v, s, step, gamma, alpha| {
                    let discount = if step.end.is_some() { 0.0 } else { gamma };
                    td::update(v, s, step.reward, discount, step.obs, alpha)
                },
            },
            Wrong {
                code: "no-value",
                sentence: "This is reward plus what comes next, the target. The error is what that differs from V(s).",
                answer: |v, s, step, gamma, alpha| {
                    let delta = step.reward + step.discount(gamma) * v[step.obs];
                    v[s] += alpha * delta;
                    delta
                },
            },
        ],
        reference: true_td,
    }
}

// ---- 3.3

/// TD(λ) with what can be got wrong: the fading of the trace, and what the end is worth.
fn lambda_with(
    v: &mut [f64],
    episode: &Trajectory,
    gamma: f64,
    alpha: f64,
    decay: f64,
    at_end: f64,
) {
    let (mut trace, mut s) = (vec![0.0; v.len()], episode.first);
    for (_, step) in &episode.steps {
        let discount = if step.end == Some(End::Terminated) { at_end } else { gamma };
        let delta = td::error(v, &[s], step.reward, discount, &[step.obs]);
        td_lambda::update(v, &mut trace, &[s], delta, alpha, decay, Trace::Accumulating);
        s = step.obs;
    }
}

fn true_lambda(v: &mut [f64], episode: &Trajectory, gamma: f64, alpha: f64, lambda: f64) {
    lambda_with(v, episode, gamma, alpha, gamma * lambda, 0.0);
}

/// The trace is marked after the error was learned: everything learns one step late.
fn late_lambda(v: &mut [f64], episode: &Trajectory, gamma: f64, alpha: f64, lambda: f64) {
    let (mut trace, mut s) = (vec![0.0; v.len()], episode.first);
    for (_, step) in &episode.steps {
        let delta = td::error(v, &[s], step.reward, step.discount(gamma), &[step.obs]);
        v.iter_mut().zip(&trace).for_each(|(v, e)| *v += alpha * delta * e);
        trace.iter_mut().for_each(|e| *e *= gamma * lambda);
        trace[s] += 1.0;
        s = step.obs;
    }
}

/// 0 → 1 → 0 → 2, where it ends, with reward 1 at the end only.
fn there_and_back() -> Trajectory {
    let steps = vec![
        (0, step(1, 0.0, None)),
        (0, step(0, 0.0, None)),
        (0, step(2, 1.0, Some(End::Terminated))),
    ];
    Trajectory { first: 0, steps }
}

fn random_episode(seed: u64) -> (Vec<f64>, Trajectory) {
    let mut rng = seeded(seed);
    let v = (0..4).map(|_| uniform01(&mut rng)).collect();
    let mut steps: Vec<(usize, Step)> = (0..6)
        .map(|_| (0, step(uniform_index(4, &mut rng), uniform01(&mut rng), None)))
        .collect();
    steps[5].1.end = Some(End::Terminated);
    (v, Trajectory { first: uniform_index(4, &mut rng), steps })
}

/// Exercise 3.3: TD(λ) over an episode.
pub fn td_lambda_episode() -> Exercise<TdLambda> {
    Exercise {
        id: "3.3",
        fingerprint: |f| {
            let mut print = vec![0.0, 0.0, 2.0];
            f(&mut print, &there_and_back(), 0.8, 0.5, 0.5);
            let (mut v, episode) = random_episode(331);
            f(&mut v, &episode, 0.9, 0.2, 0.6);
            print.extend(v);
            print
        },
        tests: vec![
            Test {
                code: "td-0",
                run: |f| {
                    let mut v = vec![0.0, 0.0, 0.0];
                    f(&mut v, &there_and_back(), 0.8, 0.5, 0.0);
                    differs(&v, &[0.5, 0.0, 0.0]).then(|| {
                        format!("With λ = 0 only the last state before the reward learns: on 0, 1, 0, end with reward 1 and α = .5, V becomes (.5, 0, 0); yours is {v:.4?}.")
                    })
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    // Traces at the reward, γλ = .4: state 0 has .4² + 1 = 1.16, state 1 has .4.
                    let mut v = vec![0.0, 0.0, 0.0];
                    f(&mut v, &there_and_back(), 0.8, 0.5, 0.5);
                    differs(&v, &[0.58, 0.2, 0.0]).then(|| {
                        format!("On 0, 1, 0, end with reward 1, γ = .8, λ = .5, α = .5: the traces at the reward are 1 + .4² = 1.16 and .4, so V becomes (.58, .2, 0); yours is {v:.4?}.")
                    })
                },
            },
            Test {
                code: "terminal",
                run: |f| {
                    let mut v = vec![0.0, 0.0, 2.0];
                    f(&mut v, &there_and_back(), 0.8, 0.5, 0.5);
                    differs(&v, &[0.58, 0.2, 2.0]).then(|| {
                        format!("State 2 ends the task, so its table entry (here 2) must not count: V becomes (.58, .2, 2); yours is {v:.4?}.")
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (start, episode) = random_episode(340 + seed);
                        let (mut given, mut right) = (start.clone(), start.clone());
                        f(&mut given, &episode, 0.9, 0.2, 0.6);
                        true_lambda(&mut right, &episode, 0.9, 0.2, 0.6);
                        differs(&given, &right).then(|| {
                            format!("On a random episode of 6 steps, from V = {start:.3?}, V should become {right:.3?}; yours is {given:.3?}.")
                        })
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "gamma",
                sentence: "Your trace fades by λ alone. It fades by γλ: credit for a reward is discounted, too.",
                answer: |v, episode, gamma, alpha, lambda| {
                    lambda_with(v, episode, gamma, alpha, lambda, 0.0);
                },
            },
            Wrong {
                code: "late",
                sentence: "You let the error teach before you marked the state that it belongs to. First fade all traces, then mark the present state, then learn.",
                answer: late_lambda,
            },
            Wrong {
                code: "no-memory",
                sentence: "Only the present state learns, so this is TD(0). Keep a trace for every state, and let the error teach all of them.",
                answer: |v, episode, gamma, alpha, _| {
                    lambda_with(v, episode, gamma, alpha, 0.0, 0.0);
                },
            },
            Wrong {
                code: "bootstrap",
                sentence: "You bootstrapped over the end: after a terminal step the future is worth 0. step.discount(gamma) knows.",
                answer: |v, episode, gamma, alpha, lambda| {
                    lambda_with(v, episode, gamma, alpha, gamma * lambda, gamma);
                },
            },
        ],
        reference: true_lambda,
    }
}

// ---- 3.4

fn true_successor(t: &Array2<f64>, gamma: f64) -> Array2<f64> {
    successor::exact(t, gamma).expect("the exercise uses proper chains")
}

/// A chain of n states that may end anywhere: rows that sum to less than 1.
fn random_chain(n: usize, seed: u64) -> Array2<f64> {
    let columns = random_columns(n + 1, n, seed); // The last row is the way out.
    Array2::from_shape_fn((n, n), |(s, next)| columns[[next, s]])
}

/// Exercise 3.4: the successor representation.
pub fn successor_matrix() -> Exercise<Successor> {
    Exercise {
        id: "3.4",
        fingerprint: |f| {
            let mut print: Vec<f64> =
                f(&array![[0.0, 1.0], [0.0, 0.0]], 0.5).into_iter().collect();
            print.extend(f(&random_chain(3, 341), 0.9));
            print
        },
        tests: vec![
            Test {
                code: "shape",
                run: |f| {
                    let shape = f(&random_chain(3, 342), 0.5).dim();
                    (shape != (3, 3)).then(|| {
                        format!("With 3 states, M is (3, 3): from each state to each state; yours is {shape:?}.")
                    })
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let m = f(&array![[0.0, 1.0], [0.0, 0.0]], 0.5);
                    let given: Vec<f64> = m.iter().copied().collect();
                    differs(&given, &[1.0, 0.5, 0.0, 1.0]).then(|| {
                        format!("From state 0 always to state 1, from there to the end, γ = .5: M is [1, .5] in row 0 and [0, 1] in row 1; yours is {:.4?} and {:.4?}.", m.row(0).to_vec(), m.row(1).to_vec())
                    })
                },
            },
            Test {
                code: "loop",
                run: |f| {
                    let m = f(&array![[1.0]], 0.9);
                    far(m[[0, 0]], 10.0).then(|| {
                        format!("A state that is never left, γ = .9: 1 + .9 + .81 + … = 10; yours is {:.6}. Do you go on until nothing changes?", m[[0, 0]])
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..10).find_map(|seed| {
                        let t = random_chain(4, 350 + seed);
                        let (given, right) = (f(&t, 0.9), true_successor(&t, 0.9));
                        given.iter().zip(&right).any(|(g, r)| far(*g, *r)).then(|| {
                            format!("On a random chain of 4 states the first row should be {:.4?}; yours is {:.4?}.", right.row(0).to_vec(), given.row(0).to_vec())
                        })
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "transposed",
                sentence: "Rows and columns are swapped: row s of M says where one will be from s on. Here T has the state in the row and the next state in the column.",
                answer: |t, gamma| true_successor(t, gamma).reversed_axes(),
            },
            Wrong {
                code: "no-present",
                sentence: "The present is missing: the sum starts with the identity, the visit that takes place now.",
                answer: |t, gamma| true_successor(t, gamma) - Array2::<f64>::eye(t.nrows()),
            },
            Wrong {
                code: "one-step",
                sentence: "This is now and the next step. Go on: I + γT + γ²T² + …, until nothing changes any more.",
                answer: |t, gamma| Array2::<f64>::eye(t.nrows()) + gamma * t,
            },
            Wrong {
                code: "gamma",
                sentence: "γ is missing: a visit in the far future counts less, γ for every step.",
                answer: |t, _| {
                    let n = t.nrows();
                    let mut m = Array2::eye(n);
                    for _ in 0..2000 {
                        m = Array2::<f64>::eye(n) + t.dot(&m);
                    }
                    m
                },
            },
        ],
        reference: true_successor,
    }
}

// ---- 3.5

fn true_kalman(
    mean: f64,
    variance: f64,
    observed: f64,
    noise: f64,
    drift: f64,
) -> (f64, f64) {
    let (after, _) = kalman::update(Estimate { mean, variance }, observed, noise, drift);
    (after.mean, after.variance)
}

fn pair_differs(a: (f64, f64), b: (f64, f64)) -> bool {
    far(a.0, b.0) || far(a.1, b.1)
}

/// Exercise 3.5: one step of the Kalman filter.
pub fn kalman_step() -> Exercise<KalmanStep> {
    Exercise {
        id: "3.5",
        fingerprint: |f| {
            let pairs = [f(0.0, 4.0, 1.0, 1.0, 0.0), f(1.0, 1.0, 3.0, 2.0, 1.0)];
            pairs.into_iter().flat_map(|(mean, variance)| [mean, variance]).collect()
        },
        tests: vec![
            Test {
                code: "mean",
                run: |f| {
                    let (mean, _) = f(0.0, 4.0, 1.0, 1.0, 0.0);
                    far(mean, 0.8).then(|| {
                        format!("Mean 0, variance 4, and 1 is seen with noise 1, no drift: the gain is 4/5, so the mean becomes .8; yours is {mean:.4}.")
                    })
                },
            },
            Test {
                code: "variance",
                run: |f| {
                    let (_, variance) = f(0.0, 4.0, 1.0, 1.0, 0.0);
                    far(variance, 0.8).then(|| {
                        format!("Variance 4 and noise 1, no drift: the gain is 4/5, so the variance becomes (1 − 4/5) · 4 = .8; yours is {variance:.4}.")
                    })
                },
            },
            Test {
                code: "drift",
                run: |f| {
                    let given = f(1.0, 1.0, 3.0, 2.0, 1.0);
                    pair_differs(given, (2.0, 1.0)).then(|| {
                        format!("Mean 1, variance 1, drift 1, and 3 is seen with noise 2: first the variance grows to 2, so the gain is ½, the mean 2 and the variance 1; yours are {:.4} and {:.4}.", given.0, given.1)
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let x = random_belief(5, 360 + seed);
                        let (given, right) = (
                            f(x[0], x[1], x[2], x[3], x[4]),
                            true_kalman(x[0], x[1], x[2], x[3], x[4]),
                        );
                        pair_differs(given, right).then(|| {
                            format!("Mean {:.3}, variance {:.3}, seen {:.3}, noise {:.3}, drift {:.3}: should be {:.4} and {:.4}; yours are {:.4} and {:.4}.", x[0], x[1], x[2], x[3], x[4], right.0, right.1, given.0, given.1)
                        })
                    })
                },
            },
            Test {
                code: "certain",
                run: |f| {
                    let given = f(2.0, 0.0, 9.0, 1.0, 0.0);
                    pair_differs(given, (2.0, 0.0)).then(|| {
                        format!("Who is certain (variance 0) learns nothing: mean 2 and variance 0 stay; yours are {:.4} and {:.4}.", given.0, given.1)
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "inverted",
                sentence: "Your gain is the noise's share, so a noisy sense teaches most. The gain is the belief's share of the doubt: P / (P + noise).",
                answer: |mean, variance, observed, noise, drift| {
                    let p = variance + drift;
                    let gain = noise / (p + noise);
                    (mean + gain * (observed - mean), (1.0 - gain) * p)
                },
            },
            Wrong {
                code: "never-surer",
                sentence: "The mean is right, but the variance does not shrink: after an observation it is (1 − gain) · P.",
                answer: |mean, variance, observed, noise, drift| {
                    (
                        true_kalman(mean, variance, observed, noise, drift).0,
                        variance + drift,
                    )
                },
            },
            Wrong {
                code: "drift-late",
                sentence: "The drift comes first: the world has moved before you look, so the gain is computed with the larger variance.",
                answer: |mean, variance, observed, noise, drift| {
                    let (mean, variance) =
                        true_kalman(mean, variance, observed, noise, 0.0);
                    (mean, variance + drift)
                },
            },
            Wrong {
                code: "no-drift",
                sentence: "The drift is missing: add it to the variance before anything else.",
                answer: |mean, variance, observed, noise, _| {
                    true_kalman(mean, variance, observed, noise, 0.0)
                },
            },
        ],
        reference: true_kalman,
    }
}
