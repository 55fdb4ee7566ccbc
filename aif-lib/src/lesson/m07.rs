//! Module 07: deep reinforcement learning.
//!
//! Shapes: `w`, `x`, `next` (feature); `rewards`, `ends` (time); `online`, `target` (time, action).

use std::f64::consts::{LN_2, PI};

use ndarray::{Array2, array};

use super::support::{highest, random_numbers};
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::interaction::End;
use crate::rl::learn::{n_step, semi_gradient};

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 7, quiz: "1 b, 2 d, 3 a, 4 c, 5 b, 6 d, 7 a, 8 c", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(semi()),
        Box::new(targets()),
        Box::new(clipped()),
        Box::new(squashed()),
        Box::new(lookahead()),
    ]
}

/// An answer to Exercise 7.1: the new weights, from (weights, features, reward, next features, end, γ, α).
pub type SemiGradient = fn(&[f64], &[f64], f64, &[f64], Option<End>, f64, f64) -> Vec<f64>;
/// An answer to Exercise 7.2: a target for each action taken, from (rewards, ends, next values by the online network, by the
/// target network, γ).
pub type Targets = fn(&[f64], &[Option<End>], &Array2<f64>, &Array2<f64>, f64) -> Vec<f64>;
/// An answer to Exercise 7.3: the clipped objective of one action, from (ratio, advantage, ε).
pub type Clipped = fn(f64, f64, f64) -> f64;
/// An answer to Exercise 7.4: the log-density of the squashed action, from (u, mean, standard deviation, scale).
pub type Squashed = fn(f64, f64, f64, f64) -> f64;
/// An answer to Exercise 7.5: (return, steps, weight of what follows), from (rewards, ends, start, n, γ).
pub type Lookahead = fn(&[f64], &[Option<End>], usize, usize, f64) -> (f64, usize, f64);

/// Checks Exercise 7.1.
pub fn check_7_1(answer: SemiGradient) -> Verdict {
    semi().check(answer)
}

/// Checks Exercise 7.2.
pub fn check_7_2(answer: Targets) -> Verdict {
    targets().check(answer)
}

/// Checks Exercise 7.3.
pub fn check_7_3(answer: Clipped) -> Verdict {
    clipped().check(answer)
}

/// Checks Exercise 7.4.
pub fn check_7_4(answer: Squashed) -> Verdict {
    squashed().check(answer)
}

/// Checks Exercise 7.5.
pub fn check_7_5(answer: Lookahead) -> Verdict {
    lookahead().check(answer)
}

const CUT: Option<End> = Some(End::Truncated);
const OVER: Option<End> = Some(End::Terminated);

/// γ, or 0 where the task is over.
fn discount(end: Option<End>, gamma: f64) -> f64 {
    if end == OVER { 0.0 } else { gamma }
}

// ---- 7.1

/// (weights, features, reward, next features, end, γ, α).
type Moment = (Vec<f64>, Vec<f64>, f64, Vec<f64>, Option<End>, f64, f64);

fn moved(w: &[f64], x: &[f64], r: f64, next: &[f64], gamma: f64, alpha: f64) -> Vec<f64> {
    let mut w = w.to_vec();
    semi_gradient::update(&mut w, x, r, gamma, next, alpha);
    w
}

/// w·x = 3, w·x′ = 1, γ = .5, α = .1.
fn two_features(end: Option<End>) -> Moment {
    (vec![1.0, 2.0], vec![1.0, 1.0], 2.0, vec![1.0, 0.0], end, 0.5, 0.1)
}

fn semi() -> Exercise<Moment, SemiGradient> {
    Exercise::<Moment, SemiGradient>::new("7.1",
        |f, (w, x, r, next, end, gamma, alpha)| f(w, x, *r, next, *end, *gamma, *alpha).into(),
        |w, x, r, next, end, gamma, alpha| moved(w, x, r, next, discount(end, gamma), alpha))
    .shape("One weight for each feature")
    .hand("hand", two_features(None), &[0.95, 1.95],
        "w = (1, 2), x = (1, 1), x′ = (1, 0), r = 2, γ = .5, α = .1: δ = 2 + .5 · 1 − 3 = −.5. The weights should be {right}")
    .hand("terminated", two_features(OVER), &[0.9, 1.9],
        "The same, but the task is over: δ = 2 − 3 = −1. The weights should be {right}")
    .hand("truncated", two_features(CUT), &[0.95, 1.95],
        "The same, but only the clock ran out: the future is worth what it always was. The weights should be {right}")
    .hand("off", (vec![1.0, 2.0], vec![0.0, 2.0], 1.0, vec![1.0, 0.0], None, 1.0, 0.1), &[1.0, 1.6],
        "x = (0, 2), x′ = (1, 0), r = 1, γ = 1: δ = 1 + 1 − 4 = −2; a feature that is 0 does not move its weight, one that is 2 moves it twice. The weights should be {right}")
    .random("random",
        |seed| {
            let list = |first| random_numbers(5, -1.0, 1.0, first + seed);
            let end = [None, OVER, CUT][seed as usize % 3];
            (list(1000), list(1100), 0.1 * seed as f64, list(1200), end, 0.9, 0.2)
        },
        "On random features the weights")
    .wrong("full-gradient",
        |w, x, r, next, end, gamma, alpha| {
            let g = discount(end, gamma);
            let delta = r + g * semi_gradient::value(w, next) - semi_gradient::value(w, x);
            let pairs = w.iter().zip(x.iter().zip(next));
            pairs.map(|(w, (x, n))| w + alpha * delta * (x - g * n)).collect()
        },
        "This is the full gradient of δ²: it moves the target, too. It lowers the error also by making the future look like the past. Hold the target still: only x stays.")
    .wrong("bootstrap",
        |w, x, r, next, _, gamma, alpha| moved(w, x, r, next, gamma, alpha),
        "You bootstrapped over the end of the task: after End::Terminated nothing more comes, whatever the weights say about x′.")
    .wrong("time-limit",
        |w, x, r, next, end, gamma, alpha| {
            moved(w, x, r, next, if end.is_some() { 0.0 } else { gamma }, alpha)
        },
        "You took every end for the end of the task. Where the clock ran out (End::Truncated) the next state is worth what it always was.")
    .wrong("no-features",
        |w, x, r, next, end, gamma, alpha| {
            let delta = r + discount(end, gamma) * semi_gradient::value(w, next)
                - semi_gradient::value(w, x);
            w.iter().map(|w| w + alpha * delta).collect()
        },
        "Every weight moved by αδ. A weight answers for its feature: multiply by x.")
}

// ---- 7.2

/// (rewards, ends, next values by the online network, by the target network, γ).
type Batch = (Vec<f64>, Vec<Option<End>>, Array2<f64>, Array2<f64>, f64);

/// r + discount · (a number from the two rows of next values), for each step.
fn each(
    rewards: &[f64],
    discounts: &[f64],
    (online, target): (&Array2<f64>, &Array2<f64>),
    worth: fn(&[f64], &[f64]) -> f64,
) -> Vec<f64> {
    let row = |t: usize| worth(&online.row(t).to_vec(), &target.row(t).to_vec());
    (0..rewards.len()).map(|t| rewards[t] + discounts[t] * row(t)).collect()
}

fn discounts(ends: &[Option<End>], gamma: f64) -> Vec<f64> {
    ends.iter().map(|end| discount(*end, gamma)).collect()
}

fn dqn(
    r: &[f64],
    ends: &[Option<End>],
    o: &Array2<f64>,
    t: &Array2<f64>,
    g: f64,
) -> Vec<f64> {
    each(r, &discounts(ends, g), (o, t), |_, target| highest(target))
}

/// One step that pays 1: the online network says (5, 2), the target network (3, 4); γ = .5.
fn one_step(end: Option<End>) -> Batch {
    (vec![1.0], vec![end], array![[5.0, 2.0]], array![[3.0, 4.0]], 0.5)
}

fn targets() -> Exercise<Batch, Targets> {
    Exercise::<Batch, Targets>::new("7.2", |f, (r, ends, o, t, g)| f(r, ends, o, t, *g).into(), dqn)
    .shape("One target for each reward")
    .hand("hand", one_step(None), &[3.0],
        "Reward 1, γ = .5, the target network says (3, 4): 1 + .5 · 4. The target should be {right}")
    .hand("terminated", one_step(OVER), &[1.0],
        "The same, but the task is over. The target should be {right}")
    .hand("truncated", one_step(CUT), &[3.0],
        "The same, but only the clock ran out. The target should be {right}")
    .hand("negative", (vec![0.0], vec![None], array![[1.0, 1.0]], array![[-4.0, -2.0]], 1.0), &[-2.0],
        "Where all values are negative, (−4, −2), the best is −2. The target should be {right}")
    .random("random",
        |seed| {
            let values = |first| {
                let numbers = random_numbers(18, -2.0, 2.0, first + seed);
                Array2::from_shape_vec((6, 3), numbers).expect("6 steps of 3 actions")
            };
            let ends = vec![None, OVER, None, CUT, None, OVER];
            (random_numbers(6, -1.0, 1.0, 1300 + seed), ends, values(1400), values(1500), 0.9)
        },
        "On random values the targets")
    .wrong("no-stop",
        |r, ends, o, t, g| each(r, &vec![g; ends.len()], (o, t), |_, target| highest(target)),
        "You bootstrapped over the end of the task: after End::Terminated the target is the reward alone.")
    .wrong("time-limit",
        |r, ends, o, t, g| {
            let worth: Vec<f64> = ends.iter().map(|e| if e.is_some() { 0.0 } else { g }).collect();
            each(r, &worth, (o, t), |_, target| highest(target))
        },
        "You took every end for the end of the task. Where the clock ran out (End::Truncated) the next state is worth what it always was; otherwise the agent learns to fear the clock.")
    .wrong("online",
        |r, ends, o, t, g| each(r, &discounts(ends, g), (o, t), |online, _| highest(online)),
        "You asked the online network, which moves with every step. The target comes from the network that is held still.")
    .wrong("double",
        |r, ends, o, t, g| {
            each(r, &discounts(ends, g), (o, t), |online, target| {
                let best = (0..online.len()).max_by(|a, b| online[*a].total_cmp(&online[*b]));
                target[best.unwrap_or(0)]
            })
        },
        "This is double DQN: the online network picks, the target network says what it is worth. A good rule, and another one: here the target network does both.")
    .wrong("mean",
        |r, ends, o, t, g| {
            each(r, &discounts(ends, g), (o, t), |_, target| {
                target.iter().sum::<f64>() / target.len() as f64
            })
        },
        "You averaged over the actions. The rule asks what the best of them is worth.")
}

// ---- 7.3

fn true_clipped(ratio: f64, advantage: f64, epsilon: f64) -> f64 {
    (ratio * advantage).min(ratio.clamp(1.0 - epsilon, 1.0 + epsilon) * advantage)
}

fn clipped() -> Exercise<(f64, f64, f64), Clipped> {
    Exercise::<(f64, f64, f64), Clipped>::new("7.3", |f, (ratio, a, e)| f(*ratio, *a, *e).into(), true_clipped)
    .hand("inside", (1.1, 2.0, 0.2), &[2.2],
        "Ratio 1.1, advantage 2, ε = .2: nothing is clipped. The objective should be {right}")
    .hand("gained", (1.5, 2.0, 0.2), &[2.4],
        "Ratio 1.5, advantage 2: the action is already 1.5 times as likely, more brings no more than 1.2 · 2. The objective should be {right}")
    .hand("lost", (0.5, 2.0, 0.2), &[1.0],
        "Ratio .5, advantage 2: a good action became rare. That is to be mended, so nothing is clipped: .5 · 2. The objective should be {right}")
    .hand("bad-gone", (0.5, -2.0, 0.2), &[-1.6],
        "Ratio .5, advantage −2: a bad action is already half as likely, less brings no more than .8 · (−2). The objective should be {right}")
    .hand("bad-more", (1.5, -2.0, 0.2), &[-3.0],
        "Ratio 1.5, advantage −2: a bad action became likelier. That is to be mended: 1.5 · (−2). The objective should be {right}")
    .random("random",
        |seed| {
            let x = random_numbers(2, 0.0, 1.0, 1600 + seed);
            (2.0 * x[0], 4.0 * x[1] - 2.0, 0.1 + 0.01 * seed as f64)
        },
        "For (ratio, advantage, ε) = {input} the objective")
    .wrong("ratio-only",
        |ratio, a, e| ratio.min(ratio.clamp(1.0 - e, 1.0 + e)) * a,
        "You took the smaller of the two ratios, and then multiplied. With a negative advantage the order turns round: take the smaller of the two products.")
    .wrong("sign", |ratio, a, e| (ratio * a).min((1.0 + e) * a),
        "You clip at 1 + ε whatever the sign. A bad action is to become rarer, so for a negative advantage the bound that counts is 1 − ε.")
    .wrong("clip-only",
        |ratio, a, e| ratio.clamp(1.0 - e, 1.0 + e) * a,
        "You always clip. Then a step in the wrong direction can never be taken back, because out there the slope is 0: take the smaller of this and ratio · advantage.")
    .wrong("max",
        |ratio, a, e| (ratio * a).max(ratio.clamp(1.0 - e, 1.0 + e) * a),
        "You took the larger product: this rewards the very steps that clipping is to stop.")
}

// ---- 7.4

/// ln (1 − tanh² u), also where 1 − tanh² u is too small for a computer.
fn ln_slope(u: f64) -> f64 {
    2.0 * (LN_2 - u.abs() - (-2.0 * u.abs()).exp().ln_1p())
}

fn ln_normal(u: f64, mean: f64, sd: f64) -> f64 {
    -0.5 * ((u - mean) / sd).powi(2) - sd.ln() - 0.5 * (2.0 * PI).ln()
}

fn squashed() -> Exercise<(f64, f64, f64, f64), Squashed> {
    // ln N(0; 0, 1) = −½ ln 2π.
    let middle = -0.918_938_533_204_672_7;
    Exercise::<(f64, f64, f64, f64), Squashed>::new("7.4",
        |f, (u, mean, sd, scale)| f(*u, *mean, *sd, *scale).into(),
        |u, mean, sd, scale| ln_normal(u, mean, sd) - scale.ln() - ln_slope(u))
    .hand("middle", (0.0, 0.0, 1.0, 1.0), &[middle],
        "At u = 0, mean 0, sd 1, scale 1 the slope of tanh is 1: only −½ ln 2π is left. The log-density should be {right}")
    .hand("scale", (0.0, 0.0, 1.0, 2.0), &[middle - LN_2],
        "The same with scale 2: everything is spread over twice the width, so ln 2 less. The log-density should be {right}")
    // tanh(½ ln 3) = ½, so the slope is ¾ and its logarithm −.28768.
    .hand("hand", (0.5 * 3f64.ln(), 0.5 * 3f64.ln(), 0.5, 2.0), &[middle + (4.0f64 / 3.0).ln()],
        "u = mean = ½ ln 3, sd ½, scale 2: tanh u = ½, slope ¾. −½ ln 2π − ln ½ − ln 2 − ln ¾. The log-density should be {right}")
    .random("random",
        |seed| {
            let x = random_numbers(3, -1.5, 1.5, 1700 + seed);
            (x[0], x[1], 0.2 + x[2].abs(), 0.5 + 0.1 * seed as f64)
        },
        "For (u, mean, sd, scale) = {input} the log-density")
    // ln (1 − tanh² 30) = 2 ln 2 − 60 up to e⁻⁶⁰; N: −½ · 30² − ½ ln 2π.
    .hand("large", (30.0, 0.0, 1.0, 1.0), &[-450.0 + middle - 2.0 * LN_2 + 60.0],
        "At u = 30 a computer's tanh is exactly 1, and the logarithm of 1 − tanh² is lost. It is 2 (ln 2 − u − ln(1 + e^(−2u))). The log-density should be {right}")
    .hand("far-left", (-400.0, -400.0, 1.0, 1.0), &[middle - 2.0 * LN_2 + 800.0],
        "At u = −400, e^(−2u) is too large for a computer. The slope is the same at |u|: use that. The log-density should be {right}")
    .wrong("no-correction", |u, mean, sd, _| ln_normal(u, mean, sd),
        "This is the density of u, before the squashing. tanh crowds the actions together where it is flat: subtract ln(scale (1 − tanh² u)).")
    .wrong("sign",
        |u, mean, sd, scale| ln_normal(u, mean, sd) + scale.ln() + ln_slope(u),
        "The sign of the correction is turned round. Where actions are crowded together the density is higher.")
    .wrong("no-scale", |u, mean, sd, _| ln_normal(u, mean, sd) - ln_slope(u),
        "The scale is missing: the action is scale · tanh u, and its slope is scale (1 − tanh² u).")
    .wrong("padded",
        |u, mean, sd, scale| ln_normal(u, mean, sd) - (scale * (1.0 - u.tanh().powi(2)) + 1e-6).ln(),
        "You added a small number so that the logarithm is finite. Many programs do; the density is then wrong where it matters most, near the ends. ln(1 − tanh² u) = 2 (ln 2 − u − ln(1 + e^(−2u))) needs none.")
}

// ---- 7.5

/// (rewards, ends, start, n, γ).
type Tape = (Vec<f64>, Vec<Option<End>>, usize, usize, f64);

/// Rewards from `start` on: at most n of them, and no further than the first end that `stops`.
fn summed(
    (rewards, ends): (&[f64], &[Option<End>]),
    (start, n): (usize, usize),
    gamma: f64,
    stops: fn(Option<End>) -> bool,
) -> (f64, usize, Option<End>) {
    let (mut total, mut k) = (0.0, 0);
    loop {
        total += gamma.powi(k as i32) * rewards[start + k];
        k += 1;
        let end = ends[start + k - 1];
        if stops(end) || k == n || start + k == rewards.len() {
            return (total, k, end);
        }
    }
}

/// Two steps, and a third that ends so; then another episode, in which much is paid.
fn tape(end: Option<End>, start: usize) -> Tape {
    (vec![1.0, 2.0, 4.0, 100.0, 100.0], vec![None, None, end, None, None], start, 3, 0.5)
}

/// The silent bug: a record of one episode after the other, and a look ahead that does not see the borders.
fn lookahead() -> Exercise<Tape, Lookahead> {
    Exercise::<Tape, Lookahead>::new("7.5",
        |f, (r, ends, start, n, gamma)| {
            let (total, k, weight) = f(r, ends, *start, *n, *gamma);
            [total, k as f64, weight].into()
        },
        n_step::look_ahead)
    .hand("inside", tape(None, 0), &[3.0, 3.0, 0.125],
        "Rewards (1, 2, 4, …), γ = .5, n = 3, no end: 1 + .5 · 2 + .25 · 4, three steps, and what follows counts .5³. The answer should be {right}")
    .hand("terminated", tape(OVER, 1), &[4.0, 2.0, 0.0],
        "From step 1, and step 2 ends the task: 2 + .5 · 4, two steps, and nothing follows. The 100 belongs to another episode. The answer should be {right}")
    .hand("truncated", tape(CUT, 1), &[4.0, 2.0, 0.25],
        "The same, but step 2 is cut off by the clock: the 100 still belongs to another episode, and the last state of this one counts .5². The answer should be {right}")
    .hand("last", tape(OVER, 2), &[4.0, 1.0, 0.0],
        "From step 2, which ends the task and pays 4. The answer should be {right}")
    .random("random",
        |seed| {
            let mut ends = vec![None; 9];
            (ends[3], ends[6]) = if seed.is_multiple_of(2) { (OVER, CUT) } else { (CUT, OVER) };
            let (start, n) = (seed as usize % 6, 2 + seed as usize % 3);
            (random_numbers(9, -2.0, 2.0, 1800 + seed), ends, start, n, 0.9)
        },
        "On a random record the answer (return, steps, weight)")
    .hand("record-end", tape(None, 3), &[150.0, 2.0, 0.25],
        "From step 3 the record holds two steps only: 100 + .5 · 100, and what follows counts .5². The answer should be {right}")
    .wrong("the-bug",
        |r, ends, start, n, gamma| {
            let (total, k, _) = summed((r, ends), (start, n), gamma, |_| false);
            (total, k, gamma.powi(k as i32))
        },
        "This is still the bug: the sum runs over the border into the next episode. Stop at the first end, of either kind.")
    .wrong("over-the-cut",
        |r, ends, start, n, gamma| {
            let (total, k, end) = summed((r, ends), (start, n), gamma, |end| end == OVER);
            (total, k, if end == OVER { 0.0 } else { gamma.powi(k as i32) })
        },
        "You stop where the task is over, but not where the clock ran out: there, too, the next entry belongs to another episode.")
    .wrong("time-limit",
        |r, ends, start, n, gamma| {
            let (total, k, end) = summed((r, ends), (start, n), gamma, |end| end.is_some());
            (total, k, if end.is_some() { 0.0 } else { gamma.powi(k as i32) })
        },
        "You took every end for the end of the task. Where the clock ran out, the last state of this episode is worth what it always was: weight γ to the number of steps.")
    .wrong("full-weight",
        |r, ends, start, n, gamma| {
            let (total, k, end) = summed((r, ends), (start, n), gamma, |end| end.is_some());
            (total, k, if end == OVER { 0.0 } else { gamma.powi(n as i32) })
        },
        "Where the look ahead is cut short, what follows is nearer: its weight is γ to the number of steps that were taken, not to n.")
}
