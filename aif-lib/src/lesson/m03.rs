//! Module 03: dopamine and TD learning.
//!
//! Shapes: `v` (cue or state), `t` and the successor representation (state, next state).

use ndarray::{Array2, array};

use super::support::{random_columns, random_numbers};
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::aif::learn::kalman::{self, Estimate};
use crate::interaction::{End, Step, Trajectory};
use crate::prob::random::{seeded, uniform_index};
use crate::rl::learn::td_lambda::{self, Trace};
use crate::rl::learn::{rescorla_wagner, successor, td};

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 3, quiz: "1 c, 2 b, 3 d, 4 a, 5 c, 6 b, 7 d, 8 a", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(learn_trial()),
        Box::new(td_step()),
        Box::new(td_lambda_episode()),
        Box::new(successor_matrix()),
        Box::new(kalman_step()),
    ]
}

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

// ---- 3.1

/// Rescorla and Wagner's rule with two choices to get wrong: whose prediction counts, and who learns.
fn trial_with(
    v: &[f64],
    reward: f64,
    alpha: f64,
    predicted: impl Fn(usize) -> f64,
    learns: impl Fn(usize) -> bool,
) -> Vec<f64> {
    let moved = |i: usize| v[i] + alpha * (reward - predicted(i));
    (0..v.len()).map(|i| if learns(i) { moved(i) } else { v[i] }).collect()
}

fn together(v: &[f64], present: &[usize]) -> f64 {
    present.iter().map(|&i| v[i]).sum()
}

type Trial = (Vec<f64>, Vec<usize>, f64, f64);

fn learn_trial() -> Exercise<Trial, LearnTrial> {
    Exercise::<Trial, LearnTrial>::new("3.1",
        |f, (v, present, reward, alpha)| f(v, present, *reward, *alpha).into(),
        |v, present, reward, alpha| {
            let mut after = v.to_vec();
            rescorla_wagner::update(&mut after, present, reward, &vec![alpha; v.len()]);
            after
        })
    .shape("One value for each cue, present or not,")
    .hand("one-cue", (vec![0.5], vec![0], 1.0, 0.2), &[0.6],
        "One cue, V = .5, reward 1, α = .2: the error is .5 and V becomes .6")
    .hand("compound", (vec![0.5, 0.25, 0.125], vec![0, 1], 1.0, 0.2), &[0.55, 0.3, 0.125],
        "V = (.5, .25, .125), cues 0 and 1 present, reward 1, α = .2: together they predict .75, so the error is .25 and V becomes (.55, .3, .125)")
    .random("random",
        |seed| {
            let present = (0..5).filter(|i| seed >> i & 1 == 1).collect();
            (random_numbers(5, -1.0, 1.0, seed), present, 1.0 - 0.1 * seed as f64, 0.3)
        },
        "With (V, cues present, reward, α) = {input} the new V")
    .hand("no-cue", (vec![0.5, 0.25], vec![], 1.0, 0.2), &[0.5, 0.25],
        "Where no cue is present, none learns")
    .wrong("own-value",
        |v, present, reward, alpha| {
            trial_with(v, reward, alpha, |i| v[i], |i| present.contains(&i))
        },
        "Each cue learned from its own error, reward − V(i). Then no cue can block another. The error is one for all: reward minus the sum of V over the cues that are present.")
    .wrong("absent-predict",
        |v, present, reward, alpha| {
            trial_with(v, reward, alpha, |_| v.iter().sum(), |i| present.contains(&i))
        },
        "You summed V over all cues. Only the cues that are present predict anything in this trial.")
    .wrong("absent-learn",
        |v, present, reward, alpha| {
            trial_with(v, reward, alpha, |_| together(v, present), |_| true)
        },
        "The error is right, but you changed the absent cues, too. In this model only what is present learns.")
    .wrong("sign",
        |v, present, reward, alpha| {
            trial_with(v, reward, -alpha, |_| together(v, present), |i| present.contains(&i))
        },
        "Your values move away from the reward: the error is reward minus prediction, and it is added.")
}

// ---- 3.2

fn step(obs: usize, reward: f64, end: Option<End>) -> Step {
    Step { obs, reward, end }
}

/// The three ways in which a step may end.
fn ending(seed: u64) -> Option<End> {
    [None, Some(End::Terminated), Some(End::Truncated)][seed as usize % 3]
}

type Moved = (Vec<f64>, usize, Step, f64, f64);

fn td_step() -> Exercise<Moved, TdStep> {
    let from = |end| (vec![1.0, 5.0, 7.0], 0, step(1, 2.0, end), 0.8, 0.5);
    Exercise::<Moved, TdStep>::new("3.2",
        |f, (v, s, step, gamma, alpha)| {
            let mut v = v.clone();
            let delta = f(&mut v, *s, step, *gamma, *alpha);
            v.push(delta);
            v.into()
        },
        |v, s, step, gamma, alpha| {
            td::update(v, s, step.reward, step.discount(gamma), step.obs, alpha)
        })
    .hand("hand", from(None), &[3.5, 5.0, 7.0, 5.0],
        "V = (1, 5, 7), from state 0 to state 1 with reward 2, γ = .8, α = .5: δ = 2 + .8 · 5 − 1 = 5 and V(0) becomes 3.5; the others stay. V and δ, {right}, should come; yours are {yours}.")
    .hand("terminal", from(Some(End::Terminated)), &[1.5, 5.0, 7.0, 1.0],
        "The same step, but it ends the task: δ = 2 − 1 = 1 and V(0) becomes 1.5. V and δ, {right}, should come; yours are {yours}.")
    .hand("truncated", from(Some(End::Truncated)), &[3.5, 5.0, 7.0, 5.0],
        "The same step, but only the time ran out: state 1 is worth what it always was, δ = 5 and V(0) becomes 3.5. V and δ, {right}, should come; yours are {yours}.")
    .random("random",
        |seed| {
            let (s, next) = (seed as usize % 4, seed as usize / 4 % 4);
            let x = random_numbers(5, -1.0, 1.0, seed);
            (x[..4].to_vec(), s, step(next, x[4], ending(seed)), 0.9, 0.3)
        },
        "With (V, state, step, γ, α) = {input} the new V, and δ after it,")
    .wrong("gamma",
        |v, s, step, _, alpha| {
            td::update(v, s, step.reward, step.discount(1.0), step.obs, alpha)
        },
        "γ is missing: the value of the next state counts γ times.")
    .wrong("bootstrap",
        |v, s, step, gamma, alpha| td::update(v, s, step.reward, gamma, step.obs, alpha),
        "You bootstrapped over the end: after a terminal step nothing more comes, whatever the table says about that state.")
    .wrong("time-limit",
        |v, s, step, gamma, alpha| {
            let discount = if step.end.is_some() { 0.0 } else { gamma };
            td::update(v, s, step.reward, discount, step.obs, alpha)
        },
        "You took every end for the end of the task. When a time limit cuts an episode (End::Truncated), the next state is worth what it always was.")
    .wrong("no-value",
        |v, s, step, gamma, alpha| {
            let delta = step.reward + step.discount(gamma) * v[step.obs];
            v[s] += alpha * delta;
            delta
        },
        "This is reward plus what comes next, the target. The error is what that differs from V(s).")
}

// ---- 3.3

/// TD(λ) with two choices to get wrong: how the trace fades, and the discount at a step.
fn lambda_with(
    v: &mut [f64],
    episode: &Trajectory,
    alpha: f64,
    decay: f64,
    discount: impl Fn(&Step) -> f64,
) {
    let (mut trace, mut s) = (vec![0.0; v.len()], episode.first);
    for (_, step) in &episode.steps {
        let delta = td::error(v, &[s], step.reward, discount(step), &[step.obs]);
        td_lambda::update(v, &mut trace, &[s], delta, alpha, decay, Trace::Accumulating);
        s = step.obs;
    }
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
fn there_and_back(end: End) -> Trajectory {
    let last = (0, step(2, 1.0, Some(end)));
    Trajectory {
        first: 0,
        steps: vec![(0, step(1, 0.0, None)), (0, step(0, 0.0, None)), last],
    }
}

type Lived = (Vec<f64>, Trajectory, f64, f64, f64);

fn random_episode(seed: u64) -> Lived {
    let (mut rng, x) = (seeded(seed), random_numbers(10, -1.0, 1.0, 340 + seed));
    let mut state = || uniform_index(4, &mut rng);
    let mut steps: Vec<(usize, Step)> =
        (0..6).map(|i| (0, step(state(), x[4 + i], None))).collect();
    steps[5].1.end = ending(seed);
    (x[..4].to_vec(), Trajectory { first: state(), steps }, 0.9, 0.2, 0.6)
}

fn td_lambda_episode() -> Exercise<Lived, TdLambda> {
    let episode =
        |v: [f64; 3], end, lambda| (v.to_vec(), there_and_back(end), 0.8, 0.5, lambda);
    Exercise::<Lived, TdLambda>::new("3.3",
        |f, (v, episode, gamma, alpha, lambda)| {
            let mut v = v.clone();
            f(&mut v, episode, *gamma, *alpha, *lambda);
            v.into()
        },
        |v, episode, gamma, alpha, lambda| {
            lambda_with(v, episode, alpha, gamma * lambda, |step| step.discount(gamma));
        })
    .hand("td-0", episode([0.0; 3], End::Terminated, 0.0), &[0.5, 0.0, 0.0],
        "With λ = 0 only the last state before the reward learns: on 0, 1, 0, end with reward 1 and α = .5, V becomes (.5, 0, 0)")
    .hand("hand", episode([0.0; 3], End::Terminated, 0.5), &[0.58, 0.2, 0.0],
        "On 0, 1, 0, end with reward 1, γ = .8, λ = .5, α = .5: the traces at the reward are 1 + .4² = 1.16 and .4, so V becomes (.58, .2, 0)")
    .hand("terminal", episode([0.0, 0.0, 2.0], End::Terminated, 0.5), &[0.58, 0.2, 2.0],
        "State 2 ends the task, so its table entry (here 2) must not count: V becomes (.58, .2, 2)")
    .hand("truncated", episode([0.0, 0.0, 2.0], End::Truncated, 0.5), &[1.508, 0.52, 2.0],
        "Here only the time ran out in state 2, worth 2: the error is 1 + .8 · 2 = 2.6, and V becomes (.5 · 2.6 · 1.16, .5 · 2.6 · .4, 2) = (1.508, .52, 2)")
    .random("random", random_episode, "On a random episode of 6 steps V")
    .hand("no-step",
        (vec![0.3, 0.4], Trajectory { first: 1, steps: vec![] }, 0.9, 0.5, 0.5),
        &[0.3, 0.4],
        "An episode without a step teaches nothing")
    .wrong("gamma",
        |v, episode, gamma, alpha, lambda| {
            lambda_with(v, episode, alpha, lambda, |step| step.discount(gamma));
        },
        "Your trace fades by λ alone. It fades by γλ: credit for a reward is discounted, too.")
    .wrong("late", late_lambda,
        "You let the error teach before you marked the state that it belongs to. First fade all traces, then mark the present state, then learn.")
    .wrong("no-memory",
        |v, episode, gamma, alpha, _| {
            lambda_with(v, episode, alpha, 0.0, |step| step.discount(gamma));
        },
        "Only the present state learns, so this is TD(0). Keep a trace for every state, and let the error teach all of them.")
    .wrong("bootstrap",
        |v, episode, gamma, alpha, lambda| {
            lambda_with(v, episode, alpha, gamma * lambda, |_| gamma);
        },
        "You bootstrapped over the end: after a terminal step the future is worth 0. step.discount(gamma) knows.")
    .wrong("time-limit",
        |v, episode, gamma, alpha, lambda| {
            let discount = |step: &Step| if step.end.is_some() { 0.0 } else { gamma };
            lambda_with(v, episode, alpha, gamma * lambda, discount);
        },
        "You took every end for the end of the task. When only the time ran out (End::Truncated), the next state is worth what it always was. step.discount(gamma) knows.")
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

fn successor_matrix() -> Exercise<(Array2<f64>, f64), Successor> {
    Exercise::<(Array2<f64>, f64), Successor>::new("3.4",
        |f, (t, gamma)| f(t, *gamma).into(),
        true_successor)
    .shape("From each state to each state")
    .hand("hand", (array![[0.0, 1.0], [0.0, 0.0]], 0.5), &[1.0, 0.5, 0.0, 1.0],
        "From state 0 always to state 1, from there to the end, γ = .5: M is [1, .5] in row 0 and [0, 1] in row 1")
    .hand("loop", (array![[1.0]], 0.9), &[10.0],
        "A state that is never left, γ = .9: 1 + .9 + .81 + … = 10. Do you go on until nothing changes? Yours is {yours}.")
    .random("random", |seed| (random_chain(4, 350 + seed), 0.9), "On a random chain of 4 states M")
    .wrong("transposed", |t, gamma| true_successor(t, gamma).reversed_axes(),
        "Rows and columns are swapped: row s of M says where one will be from s on. Here T has the state in the row and the next state in the column.")
    .wrong("no-present",
        |t, gamma| true_successor(t, gamma) - Array2::<f64>::eye(t.nrows()),
        "The present is missing: the sum starts with the identity, the visit that takes place now.")
    .wrong("one-step", |t, gamma| Array2::<f64>::eye(t.nrows()) + gamma * t,
        "This is now and the next step. Go on: I + γT + γ²T² + …, until nothing changes any more.")
    .wrong("gamma",
        |t, _| {
            let now = Array2::<f64>::eye(t.nrows());
            (0..2000).fold(now.clone(), |m, _| &now + t.dot(&m))
        },
        "γ is missing: a visit in the far future counts less, γ for every step.")
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

fn kalman_step() -> Exercise<[f64; 5], KalmanStep> {
    Exercise::<[f64; 5], KalmanStep>::new("3.5",
        |f, &[mean, variance, seen, noise, drift]| f(mean, variance, seen, noise, drift).into(),
        true_kalman)
    .hand("hand", [0.0, 4.0, 1.0, 1.0, 0.0], &[0.8, 0.8],
        "Mean 0, variance 4, and 1 is seen with noise 1, no drift: the gain is 4/5, so the mean becomes .8 and the variance (1 − 4/5) · 4 = .8")
    .hand("drift", [1.0, 1.0, 3.0, 2.0, 1.0], &[2.0, 1.0],
        "Mean 1, variance 1, drift 1, and 3 is seen with noise 2: first the variance grows to 2, so the gain is ½, the mean 2 and the variance 1")
    .random("random",
        |seed| {
            let x = random_numbers(5, 0.0, 2.0, 360 + seed);
            [x[0] - 1.0, x[1], x[2] - 1.0, 0.1 + x[3], x[4]]
        },
        "With [mean, variance, observed, noise, drift] = {input} the new mean and variance")
    .hand("certain", [2.0, 0.0, 9.0, 1.0, 0.0], &[2.0, 0.0],
        "One who is certain (variance 0) learns nothing: mean 2 and variance 0 stay")
    .wrong("inverted",
        |mean, variance, observed, noise, drift| {
            let p = variance + drift;
            let gain = noise / (p + noise);
            (mean + gain * (observed - mean), (1.0 - gain) * p)
        },
        "Your gain is the noise's share, so a noisy sense teaches most. The gain is the belief's share of the doubt: P / (P + noise).")
    .wrong("never-surer",
        |mean, variance, observed, noise, drift| {
            (true_kalman(mean, variance, observed, noise, drift).0, variance + drift)
        },
        "The mean is right, but the variance does not shrink: after an observation it is (1 − gain) · P.")
    .wrong("drift-late",
        |mean, variance, observed, noise, drift| {
            let (mean, variance) = true_kalman(mean, variance, observed, noise, 0.0);
            (mean, variance + drift)
        },
        "The drift comes first: the world has moved before you look, so the gain is computed with the larger variance.")
    .wrong("no-drift",
        |mean, variance, observed, noise, _| true_kalman(mean, variance, observed, noise, 0.0),
        "The drift is missing: add it to the variance before anything else.")
}
