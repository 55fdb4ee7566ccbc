//! Module 13: the Rosetta Stone.
//!
//! Shapes: `a` (outcome, state), `b` (next state, state, action), `c` (outcome or state), beliefs and values (state).

use std::f64::consts::LN_2;

use ndarray::{Array2, Array3, array};

use super::support::{
    ambiguity, expected, highest, normalised, outcomes, random_belief, random_columns,
    random_numbers,
};
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::aif::evaluate::expected_free_energy;
use crate::aif::model::GenerativeModel;
use crate::aif::perceive::{predict, successor_beliefs};
use crate::prob::categorical::Categorical;
use crate::prob::info::{entropy, log_sum_exp, softmax, xlogx};
use crate::task::{tiger, tmaze};

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 13, quiz: "1 c, 2 b, 3 d, 4 a, 5 c, 6 b, 7 d, 8 a", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(preferred()),
        Box::new(step()),
        Box::new(two_backups()),
        Box::new(plan()),
        Box::new(joint_gain()),
    ]
}

/// An answer to Exercise 13.1: P(o|C) from the reward of each outcome.
pub type Preferred = fn(&[f64]) -> Vec<f64>;
/// An answer to Exercise 13.2: G of each state and action, from (b, c, later).
pub type Step = fn(&Array3<f64>, &[f64], &[f64]) -> Array2<f64>;
/// An answer to Exercise 13.3: (averaged value, soft value), from (q, tau).
pub type TwoBackups = fn(&[f64], f64) -> (f64, f64);
/// An answer to Exercise 13.4: the value of each first action, from (model, belief, horizon, curiosity).
pub type Plan = fn(&GenerativeModel, &Categorical, usize, f64) -> Vec<f64>;
/// An answer to Exercise 13.5: what two senses together teach, from (a1, a2, predicted).
pub type JointGain = fn(&Array2<f64>, &Array2<f64>, &[f64]) -> f64;

/// Checks Exercise 13.1.
pub fn check_13_1(answer: Preferred) -> Verdict {
    preferred().check(answer)
}

/// Checks Exercise 13.2.
pub fn check_13_2(answer: Step) -> Verdict {
    step().check(answer)
}

/// Checks Exercise 13.3.
pub fn check_13_3(answer: TwoBackups) -> Verdict {
    two_backups().check(answer)
}

/// Checks Exercise 13.4.
pub fn check_13_4(answer: Plan) -> Verdict {
    plan().check(answer)
}

/// Checks Exercise 13.5.
pub fn check_13_5(answer: JointGain) -> Verdict {
    joint_gain().check(answer)
}

fn exponentials(x: &[f64]) -> Vec<f64> {
    x.iter().map(|x| x.exp()).collect()
}

// ---- 13.1

fn preferred() -> Exercise<Vec<f64>, Preferred> {
    Exercise::<Vec<f64>, Preferred>::new("13.1", |f, r| f(r).into(), softmax)
        .shape("One probability for each outcome")
        .distribution()
        .hand("hand", vec![0.0, 3f64.ln()], &[0.25, 0.75],
            "By hand: rewards 0 and ln 3 make the second outcome three times as welcome, (.25, .75)")
        .random("random", |seed| random_numbers(3, -2.0, 2.0, seed),
            "Rewards may be negative: for {input} the probabilities")
        .hand("large", vec![1000.0, 1000.0], &[0.5, 0.5],
            "Rewards of (1000, 1000) should give (.5, .5); yours is {yours}. exp(1000) is too large for a computer: subtract the largest reward first, or use the library's softmax.")
        .hand("costly", vec![-1000.0, -1000.0], &[0.5, 0.5],
            "Rewards of (−1000, −1000) should give (.5, .5); yours is {yours}. exp(−1000) is 0 for a computer: subtract the largest reward first, whatever its sign.")
        .hand("one", vec![-3.0], &[1.0], "The only outcome there is has probability 1")
        .wrong("proportional", normalised,
            "You made the probability proportional to the reward, which is C = ln r. The bridge is C = r: the probability is proportional to exp(r).")
        .wrong("unnormalised", exponentials,
            "exp(r) is right up to a constant. Divide by the sum of all, so that it is a distribution.")
        .wrong("sign", |r| softmax(&r.iter().map(|x| -x).collect::<Vec<f64>>()),
            "The sign is reversed: your agent would expect, and so seek, what pays least.")
        .wrong("overflow", |r| normalised(&exponentials(r)),
            "Right, until a reward is large: exp(1000) overflows, and infinity divided by infinity is not a number. Subtract the largest reward from all first: it is a constant, and constants do not count.")
        .wrong("from-zero",
            |r| {
                let top = highest(r).max(0.0);
                normalised(&exponentials(&r.iter().map(|x| x - top).collect::<Vec<f64>>()))
            },
            "Your largest reward starts at 0, so with very negative rewards all exponentials are 0, and 0 is divided by 0. Start from f64::NEG_INFINITY.")
}

// ---- 13.2

/// Σₛ′ B (w ln B − C + v later): w = 1 is expected free energy, w = 0 minus a Bellman backup.
fn sweep(b: &Array3<f64>, c: &[f64], later: &[f64], w: f64, v: f64) -> Array2<f64> {
    let (n, _, k) = b.dim();
    Array2::from_shape_fn((n, k), |(s, u)| {
        let term = |to: usize| {
            let p = b[[to, s, u]];
            w * xlogx(p) + p * (v * later[to] - c[to])
        };
        (0..n).map(term).sum()
    })
}

/// From state 0, action 0 goes to 1 and action 1 to 2 or 3, half each; every other state stays.
fn fork() -> Array3<f64> {
    Array3::from_shape_fn((4, 4, 2), |(to, from, u)| match (from, u) {
        (0, 0) => f64::from(to == 1),
        (0, _) => 0.5 * f64::from(to >= 2),
        _ => f64::from(to == from),
    })
}

type Task = (Array3<f64>, Vec<f64>, Vec<f64>);

fn step() -> Exercise<Task, Step> {
    Exercise::<Task, Step>::new("13.2", |f, (b, c, later)| f(b, c, later).into(),
        |b, c, later| sweep(b, c, later, 1.0, 1.0))
    .shape("One row for each state and one column for each action")
    .hand("certain", (fork(), vec![0.0, 2.0, 0.0, 0.0], vec![0.0, -5.0, 0.0, 0.0]),
        &[-7.0, -(2f64.ln()), -7.0, -7.0, 0.0, 0.0, 0.0, 0.0],
        "From state 0, action 0 goes to state 1 for sure; C there is 2, and G from there on is −5. So G = −2 − 5 = −7, and the same in state 1, which stays. Where B is 0, B ln B counts as 0. At [state, action] G should be {right}; yours is {yours}.")
    .hand("uncertain", (fork(), vec![0.0, 0.0, 1.0, 3.0], vec![0.0; 4]),
        &[0.0, -2.0 - 2f64.ln(), 0.0, 0.0, -1.0, -1.0, -3.0, -3.0],
        "From state 0, action 1 goes to C = 1 or C = 3, half each: G = −2 − ln 2 = −2.6931. At [state, action] G should be {right}; yours is {yours}.")
    .random("random",
        |seed| {
            let slices = [random_columns(3, 3, seed), random_columns(3, 3, 50 + seed)];
            let b = Array3::from_shape_fn((3, 3, 2), |(to, from, u)| slices[u][[to, from]]);
            let c = random_numbers(3, -1.0, 3.0, 100 + seed);
            (b, c, random_numbers(3, -1.0, 3.0, 200 + seed))
        },
        "On a random task G at [state, action]")
    .wrong("reward-only", |b, c, later| sweep(b, c, later, 0.0, 1.0),
        "This is minus Bellman's backup: expected reward alone. It is G only where B is deterministic. Add Σ B ln B, the part of the risk that stays.")
    .wrong("entropy-sign", |b, c, later| sweep(b, c, later, -1.0, 1.0),
        "The entropy has the wrong sign: the risk is Σ B ln B − Σ B C, so an uncertain next state makes G smaller, not larger.")
    .wrong("no-later", |b, c, later| sweep(b, c, later, 1.0, 0.0),
        "This is G of one step. Add what comes later, weighted by B.")
    .wrong("later-sign", |b, c, later| sweep(b, c, later, 1.0, -1.0),
        "`later` is already a G, lower is better: add it, do not subtract it.")
    .wrong("value", |b, c, later| -sweep(b, c, later, 1.0, 1.0),
        "This is −G, a value: every sign is turned. It is just as good a score, but G was asked for, where lower is better.")
}

// ---- 13.3

fn scaled(q: &[f64], tau: f64) -> Vec<f64> {
    q.iter().map(|x| x / tau).collect()
}

fn averaged(q: &[f64], tau: f64) -> f64 {
    expected(&softmax(&scaled(q, tau)), q)
}

fn soft(q: &[f64], tau: f64) -> f64 {
    tau * log_sum_exp(&scaled(q, tau))
}

fn two_backups() -> Exercise<(Vec<f64>, f64), TwoBackups> {
    Exercise::<(Vec<f64>, f64), TwoBackups>::new("13.3", |f, (q, tau)| f(q, *tau).into(),
        |q, tau| (averaged(q, tau), soft(q, tau)))
    .hand("hand", (vec![0.0, 3f64.ln()], 1.0), &[0.75 * 3f64.ln(), 4f64.ln()],
        "By hand: Q = (0, ln 3) at τ = 1 is chosen (.25, .75). Averaged: V = .75 · ln 3 = .8240. Soft: ln(e⁰ + e^(ln 3)) = ln 4 = 1.3863")
    .hand("tau", (vec![0.0, 3f64.ln()], 0.5), &[0.9 * 3f64.ln(), 0.5 * 10f64.ln()],
        "By hand: Q = (0, ln 3) at τ = ½ is chosen (.1, .9). Averaged: .9 · ln 3 = .9888. Soft: ½ ln(1 + 9) = 1.1513. τ stands in both: inside, dividing, and in the soft value also in front")
    .random("random", |seed| (random_numbers(4, -1.0, 1.0, seed), 0.1 + 0.1 * seed as f64),
        "For (Q, τ) = {input} the averaged and the soft value (their difference is τ · H of the choice)")
    .hand("overflow", (vec![1000.0, 1000.0], 1.0), &[1000.0, 1000.0 + 2f64.ln()],
        "Q = (1000, 1000) at τ = 1 has the averaged value 1000 and the soft value 1000 + ln 2; yours are {yours}. Use the library's log_sum_exp, which does not overflow.")
    .hand("one", (vec![-3.0], 0.5), &[-3.0, -3.0], "With one action there is nothing to choose: both are its Q, −3")
    .wrong("same", |q, tau| (averaged(q, tau), averaged(q, tau)),
        "Both numbers are the same. The soft value is τ ln Σ exp(Q/τ); the average of Q under the softmax is less, by τ · H.")
    .wrong("no-tau-in-front", |q, tau| (averaged(q, tau), soft(q, tau) / tau),
        "The soft value lacks the τ in front: as τ goes to 0 it must become the largest Q.")
    .wrong("log-mean",
        |q, tau| (averaged(q, tau), soft(q, tau) - tau * (q.len() as f64).ln()),
        "You divided by the number of actions inside the logarithm. That is the soft value with a uniform prior policy (KL-regularised RL), lower by τ ln n.")
    .wrong("times-tau", |q, tau| (averaged(q, 1.0 / tau), soft(q, 1.0 / tau)),
        "You multiplied Q by τ where it is divided: a low temperature must sharpen the choice.")
}

// ---- 13.4

/// What the known mistakes change in the recursion.
#[derive(Clone, Copy, PartialEq)]
enum Mistake {
    None,
    CuriosityOnce,
    OpenLoop,
    Worst,
    FromZero,
    Total,
}

fn search(
    model: &GenerativeModel,
    belief: &Categorical,
    horizon: usize,
    curiosity: f64,
    mistake: Mistake,
) -> Vec<f64> {
    let value = |belief: &Categorical| {
        let curiosity = if mistake == Mistake::CuriosityOnce { 0.0 } else { curiosity };
        let q = search(model, belief, horizon - 1, curiosity, mistake);
        match mistake {
            Mistake::Worst => q.into_iter().fold(f64::INFINITY, f64::min),
            Mistake::FromZero => highest(&q).max(0.0),
            _ => highest(&q),
        }
    };
    let action = |u| {
        let predicted = predict(model, belief, u);
        let g = expected_free_energy(model, &predicted);
        let now = match mistake {
            Mistake::Total => g.pragmatic - curiosity * g.total(),
            _ => g.pragmatic + curiosity * g.epistemic,
        };
        now + match mistake {
            _ if horizon < 2 => 0.0,
            Mistake::OpenLoop => value(&predicted),
            _ => successor_beliefs(model, &predicted)
                .iter()
                .map(|(after, p)| p * value(after))
                .sum(),
        }
    };
    (0..model.n_actions()).map(action).collect()
}

fn maze(reliability: f64) -> GenerativeModel {
    tmaze::model(reliability, &tmaze::PREFERENCE).expect("a proper reliability")
}

fn tigers(preference: [f64; 4]) -> GenerativeModel {
    tiger::model(0.85, &preference).expect("a proper reliability")
}

fn plan() -> Exercise<(GenerativeModel, usize, f64), Plan> {
    Exercise::<(GenerativeModel, usize, f64), Plan>::new("13.4",
        |f, (model, horizon, curiosity)| f(model, model.prior(), *horizon, *curiosity).into(),
        |m, b, h, w| search(m, b, h, w, Mistake::None))
    .shape("One value for each action")
    .at("one-step", (maze(0.9), 1, 0.0), "T-maze, horizon 1, curiosity 0: the values")
    .at("curious", (maze(0.9), 1, 1.0), "T-maze, horizon 1, curiosity 1: the values")
    .at("reward", (tigers(tiger::REWARD), 3, 0.0), "Tiger, horizon 3, curiosity 0: the values")
    .at("both", (tigers([0.0, -0.1, 1.0, -10.0]), 3, 1.0),
        "Tiger with small rewards, horizon 3, curiosity 1: the values")
    .at("between", (maze(0.7), 3, 0.5), "T-maze, horizon 3, curiosity .5: the values")
    .at("costly", (tigers([-1.0, -2.0, -3.0, -10.0]), 2, 0.0),
        "Tiger where everything costs something, horizon 2, curiosity 0: the values")
    .wrong("curious-once", |m, b, h, w| search(m, b, h, w, Mistake::CuriosityOnce),
        "Only the first step is curious. Hand `curiosity` on to the recursive call: information counts at every step of the plan.")
    .wrong("open-loop", |m, b, h, w| search(m, b, h, w, Mistake::OpenLoop),
        "You went on from the predicted belief. Branch on what may be seen, and go on from the belief after it: otherwise information can never be used.")
    .wrong("worst", |m, b, h, w| search(m, b, h, w, Mistake::Worst),
        "You took the smallest value of the next actions. These are values, not G: higher is better.")
    .wrong("from-zero", |m, b, h, w| search(m, b, h, w, Mistake::FromZero),
        "Your maximum starts at 0, so where every action costs something the future seems to be worth 0. Start from f64::NEG_INFINITY.")
    .wrong("counted-twice", |m, b, h, w| search(m, b, h, w, Mistake::Total),
        "The total G already holds the pragmatic value, so the reward counts twice. Add curiosity times the *epistemic* part alone.")
}

// ---- 13.5

fn gain(a: &Array2<f64>, q: &[f64]) -> f64 {
    entropy(&outcomes(a, q)) - ambiguity(a, q)
}

/// H of the pairs of outcomes; independent of one another given the state.
fn joint_entropy(a1: &Array2<f64>, a2: &Array2<f64>, q: &[f64]) -> f64 {
    let pair = |(one, two): (usize, usize)| -> f64 {
        q.iter().enumerate().map(|(s, q)| q * a1[[one, s]] * a2[[two, s]]).sum()
    };
    let pairs: Vec<f64> =
        ndarray::indices((a1.nrows(), a2.nrows())).into_iter().map(pair).collect();
    entropy(&pairs)
}

fn ear(r: f64) -> Array2<f64> {
    array![[r, 1.0 - r], [1.0 - r, r]]
}

type TwoSenses = (Array2<f64>, Array2<f64>, Vec<f64>);

fn joint_gain() -> Exercise<TwoSenses, JointGain> {
    let two = |r1, r2| (ear(r1), ear(r2), vec![0.5, 0.5]);
    Exercise::<TwoSenses, JointGain>::new("13.5", |f, (a1, a2, q)| f(a1, a2, q).into(),
        |a1, a2, q| joint_entropy(a1, a2, q) - ambiguity(a1, q) - ambiguity(a2, q))
    .hand("twin", two(1.0, 1.0), &[2f64.ln()],
        "Two perfect senses of a fair coin: the first tells all there is, ln 2 = .6931, and the second nothing more")
    .hand("deaf", two(0.85, 0.5), &[2f64.ln() - entropy(&[0.85, 0.15])],
        "A deaf second ear adds nothing to the first, ln 2 − H(.85) = .2704")
    .hand(
        "hand",
        two(0.85, 0.85),
        // Pairs: like sounds .5 (.7225 + .0225) = .3725 each, unlike ones .1275 each.
        &[entropy(&[0.3725, 0.3725, 0.1275, 0.1275]) - 2.0 * entropy(&[0.85, 0.15])],
        "Two ears of .85 and a fair coin: the four pairs of sounds have probabilities .3725, .1275, .1275, .3725; their entropy minus twice H(.85) is .4155",
    )
    .random("random",
        |seed| {
            let (a1, a2) = (random_columns(3, 3, seed), random_columns(2, 3, 40 + seed));
            (a1, a2, random_belief(3, 80 + seed))
        },
        "On a random model the two together teach {right}; yours is {yours}.")
    .wrong("the-bug", |a1, a2, q| gain(a1, q) + gain(a2, q),
        "This is still the bug: what one sense tells is counted again when the other tells it, too. Take the entropy of pairs of outcomes, not the sum of two entropies.")
    .wrong("larger", |a1, a2, q| gain(a1, q).max(gain(a2, q)),
        "The larger of the two is too little: a second ear that is not perfect still adds something.")
    .wrong("capped", |a1, a2, q| (gain(a1, q) + gain(a2, q)).min(entropy(q)),
        "Capping the sum at H[Q(s)] hides the mistake where it is largest, and leaves it everywhere else.")
    .wrong("ambiguity-sign",
        |a1, a2, q| joint_entropy(a1, a2, q) + ambiguity(a1, q) + ambiguity(a2, q),
        "The ambiguity has the wrong sign: you added the noise of the two senses, so the noisiest ears would teach most.")
    .wrong("bits",
        |a1, a2, q| (joint_entropy(a1, a2, q) - ambiguity(a1, q) - ambiguity(a2, q)) / LN_2,
        "Right, but in another unit: these are bits. This course counts in nats: take the natural logarithm, `ln`, not `log2`.")
}
