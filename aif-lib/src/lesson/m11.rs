//! Module 11: learning the model.
//!
//! Shapes: `counts`, `a` (outcome, state); `b` (next state, state); `g` (trial, choice).

use ndarray::{Array2, Array3, Axis};

use super::support::{normalised, random_belief, random_columns, random_numbers};
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::interaction::{Action, Obs, State};
use crate::prob::info::{log_sum_exp, softmax};
use crate::prob::random::{seeded, uniform_index};

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 11, quiz: "1 c, 2 a, 3 d, 4 b, 5 a, 6 d, 7 c, 8 b", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(learn()),
        Box::new(surprise()),
        Box::new(pair()),
        Box::new(choices()),
        Box::new(transitions()),
    ]
}

/// An answer to Exercise 11.1: the counts after an observation, from (counts, belief before it, observation).
pub type Learn = fn(&Array2<f64>, &[f64], Obs) -> Array2<f64>;
/// An answer to Exercise 11.2: ln P of a record, from (A, B, D, observations).
pub type LogEvidence = fn(&Array2<f64>, &Array2<f64>, &[f64], &[Obs]) -> f64;
/// An answer to Exercise 11.3: the joint belief about two moments, from (B, belief before, what comes later).
pub type Pair = fn(&Array2<f64>, &[f64], &[f64]) -> Array2<f64>;
/// An answer to Exercise 11.4: ln P of the choices, from (G, choices, γ).
pub type Choices = fn(&Array2<f64>, &[Action], f64) -> f64;
/// An answer to Exercise 11.5: counted transitions, from (states seen, actions, how many of both).
pub type Transitions = fn(&[State], &[Action], usize, usize) -> Array3<f64>;

/// Checks Exercise 11.1.
pub fn check_11_1(answer: Learn) -> Verdict {
    learn().check(answer)
}

/// Checks Exercise 11.2.
pub fn check_11_2(answer: LogEvidence) -> Verdict {
    surprise().check(answer)
}

/// Checks Exercise 11.3.
pub fn check_11_3(answer: Pair) -> Verdict {
    pair().check(answer)
}

/// Checks Exercise 11.4.
pub fn check_11_4(answer: Choices) -> Verdict {
    choices().check(answer)
}

/// Checks Exercise 11.5.
pub fn check_11_5(answer: Transitions) -> Verdict {
    transitions().check(answer)
}

// ---- 11.1

/// (counts, belief before, observation).
type Sight = (Array2<f64>, Vec<f64>, Obs);

/// A[o, s] P(s) for each state, with A the mean of the counts.
fn joint(counts: &Array2<f64>, before: &[f64], o: Obs) -> Vec<f64> {
    let sums = counts.sum_axis(Axis(0));
    (0..before.len()).map(|s| counts[[o, s]] / sums[s] * before[s]).collect()
}

fn with_row(counts: &Array2<f64>, o: Obs, more: &[f64]) -> Array2<f64> {
    let mut counts = counts.clone();
    more.iter().enumerate().for_each(|(s, q)| counts[[o, s]] += q);
    counts
}

fn learned(counts: &Array2<f64>, before: &[f64], o: Obs) -> Array2<f64> {
    with_row(counts, o, &normalised(&joint(counts, before, o)))
}

fn learn() -> Exercise<Sight, Learn> {
    let counts = ndarray::array![[8.0, 3.0], [2.0, 7.0]];
    Exercise::<Sight, Learn>::new("11.1", |f, (counts, q, o)| f(counts, q, *o).into(), learned)
        .shape("A table of counts (outcome, state)")
        .hand("hand", (counts.clone(), vec![0.5, 0.5], 1), &[8.0, 3.0, 2.0 + 2.0 / 9.0, 7.0 + 7.0 / 9.0],
            "Counts [[8, 3], [2, 7]], even belief, outcome 1: the joint is (.5 · .2, .5 · .7), the belief (2/9, 7/9), and that is added to row 1. The counts should be {right}")
        .hand("known", (counts, vec![1.0, 0.0], 0), &[9.0, 3.0, 2.0, 7.0],
            "Where the state is known, one count grows by one. The counts should be {right}")
        .random("random",
            // Not every state has been met equally often: who forgets to divide by the sums is found out.
            |seed| (random_columns(4, 3, seed) * &ndarray::array![4.0, 10.0, 25.0], random_belief(3, 60 + seed), seed as usize % 4),
            "On random counts the new counts")
        .wrong("winner",
            |counts, before, o| {
                let joint = joint(counts, before, o);
                let best = (0..joint.len()).fold(0, |best, s| if joint[s] > joint[best] { s } else { best });
                let mut one = vec![0.0; joint.len()];
                one[best] = 1.0;
                with_row(counts, o, &one)
            },
            "Winner takes all: the whole count went to the most probable state. What you are not sure of is counted in parts, one for each state, as large as the belief in it.")
        .wrong("joint", |counts, before, o| with_row(counts, o, &joint(counts, before, o)),
            "You added A[o, s] P(s) and did not divide by its sum. One observation is one count in all: the belief q sums to one.")
        .wrong("prior", |counts, before, o| with_row(counts, o, before),
            "You counted by the belief before the observation. What was seen also says which state it was: correct first, then count.")
        .wrong("undivided",
            |counts, before, o| {
                let joint: Vec<f64> = counts.row(o).iter().zip(before).map(|(n, q)| n * q).collect();
                with_row(counts, o, &normalised(&joint))
            },
            "You took the counts themselves for probabilities. A is a column divided by its sum: a state that was met more often does not show this outcome more readily.")
        .wrong("every-state", |counts, before, o| with_row(counts, o, &vec![1.0; before.len()]),
            "Every state got a whole count. You saw one thing, so there is one count to share out among the states.")
}

// ---- 11.2

/// (A, B, D, observations).
type Chain = (Array2<f64>, Array2<f64>, Vec<f64>, Vec<Obs>);

fn fox(observations: &[Obs]) -> Chain {
    let a = ndarray::array![[0.8, 0.3], [0.2, 0.7]];
    let b = ndarray::array![[0.9, 0.2], [0.1, 0.8]];
    (a, b, vec![0.9, 0.1], observations.to_vec())
}

fn true_evidence(a: &Array2<f64>, b: &Array2<f64>, d: &[f64], seen: &[Obs]) -> f64 {
    chain(a, d, seen, |q| times(b, q))
}

/// The sum of ln cₜ, where the belief before each observation is given by a rule of one's own.
fn chain(
    a: &Array2<f64>,
    first: &[f64],
    seen: &[Obs],
    next: impl Fn(&[f64]) -> Vec<f64>,
) -> f64 {
    let (mut before, mut total) = (first.to_vec(), 0.0);
    for &o in seen {
        let joint: Vec<f64> = before.iter().zip(a.row(o)).map(|(p, a)| p * a).collect();
        let evidence: f64 = joint.iter().sum();
        total += evidence.ln();
        before = next(&normalised(&joint));
    }
    total
}

fn times(b: &Array2<f64>, q: &[f64]) -> Vec<f64> {
    b.dot(&ndarray::ArrayView1::from(q)).to_vec()
}

fn surprise() -> Exercise<Chain, LogEvidence> {
    Exercise::<Chain, LogEvidence>::new("11.2", |f, (a, b, d, seen)| f(a, b, d, seen).into(), true_evidence)
        .hand("one", fox(&[0]), &[0.75f64.ln()],
            "One morning, tracks north: .9 · .8 + .1 · .3 = .75. The log evidence should be {right}")
        .near("fox", fox(&[0, 1, 1]), &[-2.617_021_903], 1e-8,
            "For the fox's three mornings the log evidence should be −2.617021903")
        .random("random",
            |seed| {
                let seen = (0..6).map(|t| (seed as usize + t * t) % 3).collect();
                (random_columns(3, 4, 100 + seed), random_columns(4, 4, 200 + seed), random_belief(4, 300 + seed), seen)
            },
            "On a random model the log evidence")
        .at("long", fox(&vec![1; 3000]),
            "Three thousand mornings have a probability below 10⁻³⁰⁰, which a number cannot hold; its logarithm can. The log evidence")
        .hand("impossible-state", (Array2::eye(2), Array2::eye(2), vec![1.0, 0.0], vec![0, 0]), &[0.0],
            "A state that cannot be has the logarithm −∞, and the sum of several such is −∞, too, not NaN. This record is certain: the log evidence should be {right}")
        .hand("impossible-record", (Array2::eye(2), Array2::eye(2), vec![0.5, 0.5], vec![0, 1]), &[f64::NEG_INFINITY],
            "What the model rules out has probability 0, and the logarithm of 0 is −∞. The log evidence should be {right}")
        .wrong("clipped",
            |a, b, d, seen| {
                let log = |x: f64| (x + 1e-16).ln();
                let mut scores: Vec<f64> = d.iter().zip(a.row(seen[0])).map(|(d, a)| log(*d) + log(*a)).collect();
                for &o in &seen[1..] {
                    let from = |to: usize| scores.iter().enumerate().map(|(s, x)| x + log(b[[to, s]])).collect::<Vec<f64>>();
                    scores = (0..scores.len()).map(|to| log_sum_exp(&from(to)) + log(a[[o, to]])).collect();
                }
                log_sum_exp(&scores)
            },
            "Your logarithms are kept from −∞ by a small number. What cannot be then looks merely improbable. Let them be −∞: log_sum_exp can add such numbers.")
        .wrong("transposed", |a, b, d, seen| chain(a, d, seen, |q| times(&b.t().to_owned(), q)),
            "B is the wrong way round: its first index is the next state. Sum over the second, where it came from.")
        .wrong("no-prior",
            |a, b, d, seen| chain(a, &vec![1.0 / d.len() as f64; d.len()], seen, |q| times(b, q)),
            "D is forgotten: before the first observation the belief is D, not an even one.")
        .wrong("no-prediction", |a, _, d, seen| chain(a, d, seen, <[f64]>::to_vec),
            "The old belief is used as it was: between two observations the state moves. Sum over where it came from, with B.")
        .wrong("moved-first",
            |a, b, d, seen| chain(a, &times(b, d), seen, |q| times(b, q)),
            "D is about the moment of the first observation. There is no move before it: use B from the second on.")
        .wrong("underflow",
            |a, b, d, seen| {
                let mut joint: Vec<f64> = d.iter().zip(a.row(seen[0])).map(|(d, a)| d * a).collect();
                for &o in &seen[1..] {
                    joint = times(b, &joint).iter().zip(a.row(o)).map(|(p, a)| p * a).collect();
                }
                joint.iter().sum::<f64>().ln()
            },
            "On short records this is right; on long ones the product falls below the smallest number there is and becomes 0. Keep logarithms, and add with log_sum_exp.")
}

// ---- 11.3

/// (B, belief before, what comes later).
type Moments = (Array2<f64>, Vec<f64>, Vec<f64>);

fn unscaled(b: &Array2<f64>, before: &[f64], later: &[f64]) -> Array2<f64> {
    Array2::from_shape_fn(b.raw_dim(), |(to, s)| later[to] * b[[to, s]] * before[s])
}

fn true_pair(b: &Array2<f64>, before: &[f64], later: &[f64]) -> Array2<f64> {
    let pair = unscaled(b, before, later);
    let sum = pair.sum();
    pair / sum
}

fn pair() -> Exercise<Moments, Pair> {
    let b = ndarray::array![[0.9, 0.2], [0.1, 0.8]];
    Exercise::<Moments, Pair>::new("11.3", |f, (b, before, later)| f(b, before, later).into(), true_pair)
        .shape("A table (next state, state)")
        .hand("hand", (b.clone(), vec![0.5, 0.5], vec![0.2, 0.7]),
            &[0.18 / 0.85, 0.04 / 0.85, 0.07 / 0.85, 0.56 / 0.85],
            "B = [[.9, .2], [.1, .8]], before (½, ½), later (.2, .7): the products are .09, .02, .035, .28 and sum to .425. The table should be {right}")
        .hand("silent", (b, vec![1.0, 0.0], vec![1.0, 1.0]), &[0.9, 0.0, 0.1, 0.0],
            "If nothing later is seen and the state before is known, the table is a column of B. It should be {right}")
        .random("random",
            |seed| (random_columns(3, 3, 400 + seed), random_belief(3, 500 + seed), random_numbers(3, 0.1, 2.0, 600 + seed)),
            "On random numbers the table")
        .wrong("transposed", |b, before, later| true_pair(b, before, later).reversed_axes(),
            "The axes are the other way round: the next state comes first, as in B.")
        .wrong("no-evidence", unscaled,
            "You did not divide by the sum. The sum is how probable what comes later is; after it the table is a belief about both moments, and sums to one.")
        .wrong("by-column",
            |b, before, later| {
                let pair = unscaled(b, before, later);
                let sums = pair.sum_axis(Axis(0));
                pair / sums
            },
            "Each column was divided by its own sum: that is the next state if this one is known. Divide the whole table by one number.")
        .wrong("no-later", |b, before, _| true_pair(b, before, &vec![1.0; before.len()]),
            "What was seen later is left out: this is what the filter predicts. Weigh each next state by `later`.")
        .wrong("independent",
            |b, before, later| {
                let pair = true_pair(b, before, later);
                let (next, now) = (pair.sum_axis(Axis(1)), pair.sum_axis(Axis(0)));
                Array2::from_shape_fn(b.raw_dim(), |(to, s)| next[to] * now[s])
            },
            "This is the product of two beliefs, one for each moment. Each of them is right, but where the state came from and where it went belong together: keep B between them.")
}

// ---- 11.4

/// (G, choices, γ).
type Session = (Array2<f64>, Vec<Action>, f64);

fn summed(g: &Array2<f64>, choices: &[Action], scale: f64) -> f64 {
    let one = |(row, &u): (ndarray::ArrayView1<'_, f64>, &Action)| {
        let scores: Vec<f64> = row.iter().map(|g| scale * g).collect();
        scores[u] - log_sum_exp(&scores)
    };
    g.rows().into_iter().zip(choices).map(one).sum()
}

fn choices() -> Exercise<Session, Choices> {
    Exercise::<Session, Choices>::new("11.4", |f, (g, choices, gamma)| f(g, choices, *gamma).into(),
        |g, choices, gamma| summed(g, choices, -gamma))
    .hand("hand", (ndarray::array![[0.0, 3f64.ln()], [0.0, 3f64.ln()]], vec![0, 1], 1.0), &[0.75f64.ln() + 0.25f64.ln()],
        "G = (0, ln 3) twice, γ = 1: the policy is (¾, ¼), choices 0 and 1. ln L should be ln ¾ + ln ¼ = {right}")
    .hand("precise", (ndarray::array![[0.0, 3f64.ln()]], vec![0], 2.0), &[0.9f64.ln()],
        "The same G once with γ = 2: (1, 1/9) → (.9, .1), choice 0. ln L should be {right}")
    .random("random",
        |seed| {
            let g = Array2::from_shape_vec((5, 3), random_numbers(15, -2.0, 2.0, 700 + seed)).expect("fifteen");
            let mut rng = seeded(800 + seed);
            (g, (0..5).map(|_| uniform_index(3, &mut rng)).collect(), 0.5 + 0.2 * seed as f64)
        },
        "On random G the log-likelihood")
    .hand("far", (ndarray::array![[0.0, 800.0]], vec![1], 1.0), &[-800.0],
        "A choice that is 800 nats worse has a probability of e^−800, which a number cannot hold; its logarithm is −800. ln L should be {right}")
    .wrong("sign", summed,
        "The sign of G: low is good, so the score of an action is −γG.")
    .wrong("twice", |g, choices, gamma| summed(g, choices, -gamma * gamma),
        "γ came in twice. It multiplies G once, inside the softmax.")
    .wrong("no-log",
        |g, choices, gamma| {
            let p = |(row, &u): (ndarray::ArrayView1<'_, f64>, &Action)| {
                softmax(&row.iter().map(|g| -gamma * g).collect::<Vec<f64>>())[u]
            };
            g.rows().into_iter().zip(choices).map(p).sum()
        },
        "You added probabilities. All choices together have the product of their probabilities: add their logarithms.")
    .wrong("mean", |g, choices, gamma| summed(g, choices, -gamma) / choices.len() as f64,
        "This is the mean for each choice. More choices say more: the log-likelihood is the sum.")
}

// ---- 11.5

/// (states seen, actions, how many states, how many actions).
type Walk = (Vec<State>, Vec<Action>, usize, usize);

fn counted(
    seen: &[State],
    actions: &[Action],
    n: usize,
    k: usize,
    action_at: impl Fn(usize) -> Option<usize>,
) -> Array3<f64> {
    let mut counts = Array3::zeros((n, n, k));
    for t in 1..seen.len() {
        if let Some(&u) = action_at(t).and_then(|at| actions.get(at)) {
            counts[[seen[t], seen[t - 1], u]] += 1.0;
        }
    }
    counts
}

fn true_transitions(seen: &[State], actions: &[Action], n: usize, k: usize) -> Array3<f64> {
    counted(seen, actions, n, k, |t| Some(t - 1))
}

/// The silent bug: each step is filed under the action that came after it.
fn transitions() -> Exercise<Walk, Transitions> {
    // 0 −u0→ 1 −u1→ 0 −u1→ 0: counts (1, 0, u0), (0, 1, u1), (0, 0, u1); in the order (s′, s, u).
    let hand = [0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0];
    Exercise::<Walk, Transitions>::new("11.5", |f, (seen, actions, n, k)| f(seen, actions, *n, *k).into(), true_transitions)
        .shape("A table of counts (next state, state, action)")
        .hand("hand", (vec![0, 1, 0, 0], vec![0, 1, 1], 2, 2), &hand,
            "States 0, 1, 0, 0 with actions 0, 1, 1 in between: one count each at (1, 0, 0), (0, 1, 1) and (0, 0, 1). The counts should be {right}")
        .random("random",
            |seed| {
                let mut rng = seeded(900 + seed);
                let seen: Vec<State> = (0..30).map(|_| uniform_index(3, &mut rng)).collect();
                (seen, (0..29).map(|_| uniform_index(2, &mut rng)).collect(), 3, 2)
            },
            "On a random walk the counts")
        .hand("one", (vec![1], vec![], 2, 1), &[0.0; 4],
            "One observation and no action: nothing was done, and nothing is counted. The counts should be {right}")
        .wrong("the-bug", |seen, actions, n, k| counted(seen, actions, n, k, Some),
            "This is still the bug: the step to time t is filed under actions[t], which was chosen after it.")
        .wrong("too-early", |seen, actions, n, k| counted(seen, actions, n, k, |t| t.checked_sub(2)),
            "Shifted the other way: the step from t − 1 to t was made by actions[t − 1], and you took the one before.")
        .wrong("transposed",
            |seen, actions, n, k| {
                let mut counts = true_transitions(seen, actions, n, k);
                counts.swap_axes(0, 1);
                counts
            },
            "The right actions, but from and to are exchanged: the next state is the first axis.")
        .wrong("no-action",
            |seen, actions, n, k| {
                let all = true_transitions(seen, actions, n, k).sum_axis(Axis(2));
                Array3::from_shape_fn((n, n, k), |(to, s, _)| all[[to, s]])
            },
            "Every step is filed under all actions. Only the action that was taken led there.")
}
