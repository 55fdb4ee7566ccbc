//! Module 14: scaling.
//!
//! Shapes: `b` (next state, state), `a` (outcome, state), `beliefs`, `predicted` (agent, state), `obs` (agent).

use ndarray::{Array2, array};

use super::support::{random_belief, random_columns};
use super::{AnyExercise, Exercise, Module, Numbers, Verdict};
use crate::prob::random::{seeded, stream, uniform_index, uniform01};

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 14, quiz: "1 b, 2 d, 3 a, 4 c, 5 a, 6 d, 7 b, 8 c", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(predict_all()),
        Box::new(correct_all()),
        Box::new(share()),
        Box::new(valuations()),
        Box::new(first_draws()),
    ]
}

/// An answer to Exercise 14.1: the predicted beliefs, from (b, beliefs).
pub type PredictAll = fn(&Array2<f64>, &Array2<f64>) -> Array2<f64>;
/// An answer to Exercise 14.2: the beliefs after the observations, or the number of an agent, from (a, predicted, obs).
pub type CorrectAll =
    fn(&Array2<f64>, &Array2<f64>, &[usize]) -> Result<Array2<f64>, usize>;
/// An answer to Exercise 14.3: where a share begins, and where the next one does, from (runs, share, shares).
pub type Share = fn(usize, usize, usize) -> (usize, usize);
/// An answer to Exercise 14.4: how many steps are valued, from (actions, horizon).
pub type Valuations = fn(usize, usize) -> f64;
/// An answer to Exercise 14.5: the first number that each agent of a chunk draws, from (seed, first agent, agents).
pub type FirstDraws = fn(u64, usize, usize) -> Vec<f64>;

/// Checks Exercise 14.1.
pub fn check_14_1(answer: PredictAll) -> Verdict {
    predict_all().check(answer)
}

/// Checks Exercise 14.2.
pub fn check_14_2(answer: CorrectAll) -> Verdict {
    correct_all().check(answer)
}

/// Checks Exercise 14.3.
pub fn check_14_3(answer: Share) -> Verdict {
    share().check(answer)
}

/// Checks Exercise 14.4.
pub fn check_14_4(answer: Valuations) -> Verdict {
    valuations().check(answer)
}

/// Checks Exercise 14.5.
pub fn check_14_5(answer: FirstDraws) -> Verdict {
    first_draws().check(answer)
}

/// Random beliefs, (agent, state).
fn random_beliefs(agents: usize, states: usize, seed: u64) -> Array2<f64> {
    let all = (0..agents as u64).flat_map(|i| random_belief(states, 100 * seed + i));
    Array2::from_shape_vec((agents, states), all.collect()).expect("one row for each agent")
}

fn divided(rows: &Array2<f64>, sums: impl Fn(usize, usize) -> f64) -> Array2<f64> {
    Array2::from_shape_fn(rows.dim(), |(i, s)| rows[[i, s]] / sums(i, s))
}

// ---- 14.1

/// (b, beliefs).
type Moved = (Array2<f64>, Array2<f64>);

fn predict_all() -> Exercise<Moved, PredictAll> {
    let b = array![[0.9, 0.2], [0.1, 0.8]];
    Exercise::<Moved, PredictAll>::new("14.1", |f, (b, q)| f(b, q).into(), |b, q| q.dot(&b.t()))
        .shape("One row for each agent and one column for each state")
        .hand("hand", (b, array![[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]),
            &[0.9, 0.1, 0.55, 0.45, 0.2, 0.8],
            "B = [[.9, .2], [.1, .8]], and three agents: sure of state 0, undecided, sure of state 1. At [agent, state] the prediction should be {right}")
        .random("random",
            |seed| (random_columns(4, 4, 500 + seed), random_beliefs(6, 4, 10 + seed)),
            "On random beliefs the prediction at [agent, state]")
        .at("square", (random_columns(3, 3, 77), random_beliefs(3, 3, 78)),
            "With as many agents as states the prediction at [agent, state]")
        .at("nobody", (random_columns(3, 3, 79), Array2::zeros((0, 3))),
            "Where there is no agent the table has no row: the prediction")
        .wrong("transposed", |b, q| q.dot(b),
            "You multiplied with B where its transpose belongs. Agent i predicts Σₛ B[s′, s] Q[i, s]: the sum runs over the *second* index of both.")
        .wrong("averaged", |b, q| q.dot(&b.t()) / q.ncols().max(1) as f64,
            "Your rows do not sum to 1: you took the mean over the old states. Their probabilities are the weights already, so add.")
        .wrong("over-agents",
            |b, q| {
                let next = q.dot(&b.t());
                divided(&next, |_, s| next.column(s).sum())
            },
            "You divided each *column* by its sum, as if the agents shared one belief. Each row is a belief of its own, and sums to 1 without any division.")
        .wrong("one-for-all",
            |b, q| Array2::from_shape_fn(q.dim(), |(_, s)| b.row(s).dot(&q.row(0))),
            "All your agents predict what agent 0 does. Each row has its own belief to start from.")
}

// ---- 14.2

/// (a, predicted, obs).
type Seen = (Array2<f64>, Array2<f64>, Vec<usize>);

/// A[oᵢ, s] Q[i, s].
fn joint(a: &Array2<f64>, q: &Array2<f64>, obs: &[usize]) -> Array2<f64> {
    Array2::from_shape_fn(q.dim(), |(i, s)| a[[obs[i], s]] * q[[i, s]])
}

fn true_correct(
    a: &Array2<f64>,
    q: &Array2<f64>,
    obs: &[usize],
) -> Result<Array2<f64>, usize> {
    let joint = joint(a, q, obs);
    let evidence: Vec<f64> = joint.rows().into_iter().map(|row| row.sum()).collect();
    match evidence.iter().position(|p| *p == 0.0) {
        Some(agent) => Err(agent),
        None => Ok(divided(&joint, |i, _| evidence[i])),
    }
}

fn corrected(f: CorrectAll, (a, q, obs): &Seen) -> Numbers {
    match f(a, q, obs) {
        Ok(beliefs) => beliefs.into(),
        Err(agent) => (agent as f64).into(),
    }
}

fn sensor() -> Array2<f64> {
    array![[0.8, 0.2], [0.2, 0.8]]
}

fn correct_all() -> Exercise<Seen, CorrectAll> {
    let even = array![[0.5, 0.5], [0.5, 0.5], [0.2, 0.8]];
    Exercise::<Seen, CorrectAll>::new("14.2", corrected, true_correct)
        .hand("hand", (sensor(), even, vec![0, 1, 0]), &[0.8, 0.2, 0.2, 0.8, 0.5, 0.5],
            "A = [[.8, .2], [.2, .8]]. Two undecided agents see 0 and 1; a third, which believes (.2, .8), sees 0. At [agent, state] the beliefs should be {right}")
        .random("random",
            |seed| {
                let rng = &mut seeded(900 + seed);
                let obs = (0..6).map(|_| uniform_index(3, rng)).collect();
                (random_columns(3, 4, 600 + seed), random_beliefs(6, 4, 50 + seed), obs)
            },
            "On random beliefs the posterior at [agent, state]")
        .hand("impossible",
            (Array2::eye(2), array![[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]], vec![0, 1, 0]), &[1.0],
            "A sensor without noise, and agents 1 and 2 see what they had ruled out. The answer should be Err({right}), the first of the two; yours is {yours}.")
        .hand("certain", (Array2::eye(2), array![[0.5, 0.5], [1.0, 0.0]], vec![1, 0]),
            &[0.0, 1.0, 1.0, 0.0],
            "A sensor without noise, and nothing impossible: the beliefs should be {right}")
        .hand("improbable", (Array2::eye(2), array![[1e-20, 1.0]], vec![0]), &[1.0, 0.0],
            "An agent sees what it held for very improbable, 1e-20, and yet not impossible: ruled out means exactly 0. The belief should be {right}")
        .wrong("not-normalised", |a, q, obs| Ok(joint(a, q, obs)),
            "These are A[o, s] · Q(s), the joint probabilities. Divide each row by its own sum, the probability of what this agent saw.")
        .wrong("one-observation",
            |a, q, obs| true_correct(a, q, &vec![obs[0]; obs.len()]),
            "All agents are corrected with what agent 0 saw. Gather a row of A for each agent: A[obs[i], ·].")
        .wrong("over-agents",
            |a, q, obs| {
                let joint = joint(a, q, obs);
                Ok(divided(&joint, |_, s| joint.column(s).sum()))
            },
            "You divided each column by its sum over the agents. An agent's evidence is the sum of its own row.")
        .wrong("whole-batch",
            |a, q, obs| {
                let joint = joint(a, q, obs);
                Ok(divided(&joint, |_, _| joint.sum()))
            },
            "You divided by the sum of the whole table. Every agent has its own evidence: the sum of its row.")
        .wrong("silent",
            |a, q, obs| {
                let joint = joint(a, q, obs);
                Ok(divided(&joint, |i, _| joint.row(i).sum()))
            },
            "Right, until somebody sees the impossible: then its row is 0 / 0, NaN, and among a million agents nobody notices. Return Err with the number of the first such agent.")
        .wrong("last",
            |a, q, obs| {
                let joint = joint(a, q, obs);
                match (0..q.nrows()).rev().find(|&i| joint.row(i).sum() == 0.0) {
                    Some(agent) => Err(agent),
                    None => true_correct(a, q, obs),
                }
            },
            "You report the last agent to whom it happened. Report the first: that is the one to look at, whatever came of it.")
}

// ---- 14.3

/// What is wrong with the shares of `n` runs: how many runs nobody does, how many are done twice or more, how many do not exist,
/// and by how much more than one run the largest share exceeds the smallest.
fn faults(f: Share, &(n, shares): &(usize, usize)) -> Numbers {
    let mut done = vec![0usize; n];
    let (mut invented, mut sizes) = (0, Vec::new());
    for i in 0..shares {
        let (start, end) = f(n, i, shares);
        sizes.push(end.saturating_sub(start));
        invented += end.saturating_sub(start.max(n));
        for run in done.iter_mut().take(end).skip(start) {
            *run += 1;
        }
    }
    let missed = done.iter().filter(|d| **d == 0).count();
    let doubled = done.iter().filter(|d| **d > 1).count();
    let spread = sizes.iter().max().zip(sizes.iter().min()).map_or(0, |(a, b)| a - b);
    vec![missed, doubled, invented, spread.saturating_sub(1)].into()
}

fn true_share(n: usize, i: usize, shares: usize) -> (usize, usize) {
    (i * n / shares, (i + 1) * n / shares)
}

fn share() -> Exercise<(usize, usize), Share> {
    let whole = &[0.0; 4];
    Exercise::<(usize, usize), Share>::new("14.3", faults, true_share)
        .hand("even", (12, 3), whole,
            "Twelve runs in three shares: [runs nobody does, done twice, that do not exist, unevenness] should be {right}")
        .hand("rest", (10, 4), whole,
            "Ten runs in four shares: [runs nobody does, done twice, that do not exist, unevenness] should be {right}")
        .random("random",
            |seed| (17 + 13 * seed as usize, 2 + (seed as usize * 7) % 11),
            "For (runs, shares) = {input}: [runs nobody does, done twice, that do not exist, unevenness]")
        .hand("few", (3, 5), whole,
            "Three runs in five shares; two shares have nothing to do, and that is fine: [runs nobody does, done twice, that do not exist, unevenness] should be {right}")
        .hand("none", (0, 2), whole,
            "No run at all: [runs nobody does, done twice, that do not exist, unevenness] should be {right}")
        .wrong("inclusive",
            |n, i, k| {
                let (start, end) = true_share(n, i, k);
                (start, end.saturating_sub(1).max(start))
            },
            "Your ends are the last run of a share. The second number is where the next share begins: one more.")
        .wrong("one-too-many",
            |n, i, k| {
                let (start, end) = true_share(n, i, k);
                (start, end + 1)
            },
            "Each share has one run too many: the first of the next one. That run is done twice, and the last share invents one.")
        .wrong("lost-rest", |n, i, k| (i * (n / k), (i + 1) * (n / k)),
            "You divided before you multiplied, so the rest of the division is lost: nobody does the last runs. Take i · n / k.")
        .wrong("rest-to-last",
            |n, i, k| (i * (n / k), if i + 1 == k { n } else { (i + 1) * (n / k) }),
            "All that is left goes to the last share, and everybody waits for it. No share should be more than one run larger than another.")
        .wrong("rounded-up",
            |n, i, k| ((i * n.div_ceil(k)).min(n), ((i + 1) * n.div_ceil(k)).min(n)),
            "You rounded the size of a share up, so the last ones get too little, or nothing. No share should be more than one run larger than another.")
}

// ---- 14.4

fn powers(k: usize, horizon: usize) -> f64 {
    (1..=horizon).map(|h| (k as f64).powi(h as i32)).sum()
}

fn valuations() -> Exercise<(usize, usize), Valuations> {
    Exercise::<(usize, usize), Valuations>::new("14.4", |f, (k, h)| f(*k, *h).into(), powers)
        .hand("one", (4, 1), &[4.0], "Four actions, one step ahead: {right} valuations")
        .hand("hand", (5, 2), &[30.0],
            "Five actions, two steps ahead: 5 first steps, and 25 second ones. There should be {right}")
        .hand("deep", (2, 10), &[2046.0],
            "Two actions, ten steps ahead: 2 + 4 + … + 1024. There should be {right}")
        .hand("no-choice", (1, 7), &[7.0],
            "One action only, seven steps ahead: one valuation for each step. There should be {right}")
        .random("random", |seed| (7 + seed as usize % 4, 1 + seed as usize % 5),
            "For (actions, horizon) = {input} the number of valuations")
        .hand("blind", (3, 0), &[0.0], "Who does not look ahead values nothing: {right}")
        .wrong("policies-only", |k, h| (k as f64).powi(h as i32),
            "That is the number of policies, and so of *last* steps. The steps before them are valued as well: add them up.")
        .wrong("nothing-shared", |k, h| h as f64 * (k as f64).powi(h as i32),
            "You let every policy value all its steps itself. Policies that begin alike share that part: there are only k first steps, k² second ones, and so on.")
        .wrong("linear", |k, h| (k * h) as f64,
            "You counted k valuations at each depth, as if only one action were followed further. Every one of them is.")
        .wrong("with-root", |k, h| 1.0 + powers(k, h),
            "You counted one too many: the belief in which the agent stands now is not valued, only what its actions lead to.")
}

// ---- 14.5

/// (seed, first agent, agents).
type Part = (u64, usize, usize);

fn in_order(n: usize, mut rng: crate::prob::random::Generator) -> Vec<f64> {
    (0..n).map(|_| uniform01(&mut rng)).collect()
}

fn true_draws(seed: u64, first: usize, n: usize) -> Vec<f64> {
    (first..first + n).map(|i| uniform01(&mut stream(seed, i as u64))).collect()
}

/// The silent bug: one random stream for all.
fn first_draws() -> Exercise<Part, FirstDraws> {
    Exercise::<Part, FirstDraws>::new("14.5", |f, (seed, first, n)| f(*seed, *first, *n).into(),
        true_draws)
    .shape("One number for each agent of the chunk")
    .at("whole", (7, 0, 4), "Agents 0 to 3 with seed 7 each draw from `stream(7, i)`: their first numbers")
    .at("chunk", (7, 2, 2),
        "Agents 2 and 3 alone, as a second thread would have them, should draw what they drew among all four: their first numbers")
    .random("random",
        |seed| (30 + seed, 5 * seed as usize, 1 + seed as usize % 6),
        "For (seed, first agent, agents) = {input} the first numbers")
    .hand("nobody", (7, 3, 0), &[], "Nobody draws nothing: the list should be {right}")
    .wrong("the-bug", |seed, _, n| in_order(n, seeded(seed)),
        "This is still the bug: one generator for all. What an agent draws depends on how many drew before it, and so on the chunk that it is in. Give agent i the generator stream(seed, i).")
    .wrong("counted-in-chunk",
        |seed, _, n| true_draws(seed, 0, n),
        "You number the agents within their chunk, so that agent 0 of every chunk has the same luck. The number counts among all: first + i.")
    .wrong("one-for-each-chunk", |seed, first, n| in_order(n, stream(seed, first as u64)),
        "Each chunk has a generator now, and each agent still has not: with chunks of another size everybody's luck changes. One for each agent.")
    .wrong("added",
        |seed, first, n| {
            (first..first + n).map(|i| uniform01(&mut seeded(seed + i as u64))).collect()
        },
        "Seed plus number makes streams, but agent 1 of seed 7 has the luck of agent 0 of seed 8: runs with neighbouring seeds are nearly the same run. `stream` mixes the two.")
}
