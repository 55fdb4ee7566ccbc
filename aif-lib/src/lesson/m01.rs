//! Module 01: the behaving animal.
//!
//! Shapes: `counts` (next state, state, action), `bonds` and `q` one number for each act.

use ndarray::{Array3, Axis, array};

use super::support::{highest, normalised, random_numbers};
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::prob::counts as transitions;
use crate::prob::info::softmax;
use crate::prob::random::{seeded, uniform_index};

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 1, quiz: "1 c, 2 a, 3 d, 4 b, 5 c, 6 a, 7 d, 8 b", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(law_of_effect()),
        Box::new(fixed_interval()),
        Box::new(mean_of_counts()),
        Box::new(plan()),
        Box::new(greedy()),
    ]
}

/// An answer to Exercise 1.1: the probabilities of all acts, from (bonds, act, satisfaction).
pub type LawOfEffect = fn(&[f64], usize, f64) -> Vec<f64>;
/// An answer to Exercise 1.2: when food comes, from (times of presses, interval).
pub type FixedInterval = fn(&[usize], usize) -> Vec<usize>;
/// An answer to Exercise 1.3: B from counts, both (next state, state, action).
pub type MeanOfCounts = fn(&Array3<f64>) -> Array3<f64>;
/// An answer to Exercise 1.4: the value of every state, from (B, reward on arrival, end, gamma, sweeps).
pub type Plan = fn(&Array3<f64>, &[f64], usize, f64, usize) -> Vec<f64>;
/// An answer to Exercise 1.5: the probabilities of all actions, from their values.
pub type Greedy = fn(&[f64]) -> Vec<f64>;

/// Checks Exercise 1.1.
pub fn check_1_1(answer: LawOfEffect) -> Verdict {
    law_of_effect().check(answer)
}

/// Checks Exercise 1.2.
pub fn check_1_2(answer: FixedInterval) -> Verdict {
    fixed_interval().check(answer)
}

/// Checks Exercise 1.3.
pub fn check_1_3(answer: MeanOfCounts) -> Verdict {
    mean_of_counts().check(answer)
}

/// Checks Exercise 1.4.
pub fn check_1_4(answer: Plan) -> Verdict {
    plan().check(answer)
}

/// Checks Exercise 1.5.
pub fn check_1_5(answer: Greedy) -> Verdict {
    greedy().check(answer)
}

// ---- 1.1

fn strengthened(bonds: &[f64], act: usize, satisfaction: f64) -> Vec<f64> {
    let mut bonds = bonds.to_vec();
    bonds[act] += satisfaction;
    bonds
}

fn law_of_effect() -> Exercise<(Vec<f64>, usize, f64), LawOfEffect> {
    Exercise::<(Vec<f64>, usize, f64), LawOfEffect>::new("1.1",
        |f, (bonds, act, satisfaction)| f(bonds, *act, *satisfaction).into(),
        |bonds, act, satisfaction| normalised(&strengthened(bonds, act, satisfaction)))
    .shape("One probability for each bond")
    .distribution()
    .hand("hand", (vec![1.0, 1.0, 2.0], 2, 3.0), &[1.0 / 7.0, 1.0 / 7.0, 5.0 / 7.0],
        "By hand: bonds (1, 1, 2), act 2, satisfaction 3. The bonds become (1, 1, 5), so the probabilities are (.1429, .1429, .7143)")
    .random("random",
        |seed| (random_numbers(5, 0.1, 1.1, seed), seed as usize % 5, 0.07 * seed as f64),
        "With (bonds, act, satisfaction) = {input} the probabilities")
    .hand("nothing", (vec![3.0, 1.0], 1, 0.0), &[0.75, 0.25],
        "Without satisfaction nothing is learned: bonds (3, 1) stay at (.75, .25)")
    .hand("one", (vec![2.0], 0, 1.0), &[1.0], "Where one act is all there is, it is done for sure")
    .wrong("exercise", |bonds, act, _| normalised(&strengthened(bonds, act, 1.0)),
        "Your bond grows by 1 whenever the act is done, satisfied or not. That is the Law of Exercise; the Law of Effect adds the satisfaction.")
    .wrong("every-act",
        |bonds, _, more| normalised(&bonds.iter().map(|bond| bond + more).collect::<Vec<_>>()),
        "You strengthened every act. Only the act that was done has earned the satisfaction.")
    .wrong("unnormalised", strengthened,
        "These are the bonds. An act is done in proportion to its bond: divide by the sum of all.")
    .wrong("old-sum",
        |bonds, act, satisfaction| {
            let total: f64 = bonds.iter().sum();
            strengthened(bonds, act, satisfaction).iter().map(|b| b / total).collect()
        },
        "You divided by the sum from before the learning, so the result sums to more than 1. Strengthen first, then divide by the new sum.")
}

// ---- 1.2

/// The presses that are paid, when `ready(press, last food)` says so.
fn fed(presses: &[usize], ready: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut food: Vec<usize> = Vec::new();
    for &press in presses {
        if ready(press, food.last().copied().unwrap_or(0)) {
            food.push(press);
        }
    }
    food
}

fn fixed_interval() -> Exercise<(Vec<usize>, usize), FixedInterval> {
    Exercise::<(Vec<usize>, usize), FixedInterval>::new("1.2",
        |f, (presses, interval)| f(presses, *interval).into(),
        |presses, interval| fed(presses, |press, last| press - last >= interval))
    .hand("hand", (vec![3, 10, 11, 15, 20, 24], 10), &[10.0, 20.0],
        "By hand: interval 10, presses at 3, 10, 11, 15, 20, 24. Food comes at a press only: at 10 (ten seconds have passed) and at 20")
    .hand("since-food", (vec![7, 14, 21, 28, 35], 10), &[14.0, 28.0],
        "Presses every 7 seconds, interval 10: food at 14, and then not before 24, so at 28. The interval starts at the last food")
    .random("random",
        |seed| {
            let chance = random_numbers(59, 0.0, 1.0, seed);
            ((1..60).filter(|t| chance[t - 1] < 0.3).collect(), 1 + seed as usize % 12)
        },
        "With (presses, interval) = {input} the times of food")
    .hand("empty", (vec![], 4), &[], "Without a press there is no food")
    .hand("one", (vec![4], 4), &[4.0], "One press at 4, interval 4: food at 4")
    .wrong("strict",
        |presses, interval| fed(presses, |press, last| press - last > interval),
        "Your animal must wait one second longer: the press that comes exactly when the interval is over is paid (≥, not >).")
    .wrong("wall-clock",
        |presses, interval| fed(presses, |press, last| press / interval > last / interval),
        "Your interval follows the clock on the wall: food gets ready at every multiple of the interval. It should start anew at each food.")
    .wrong("no-reset", |presses, interval| fed(presses, |press, _| press >= interval),
        "Once the first interval is over, you pay every press. Each food starts a new interval.")
    .wrong("since-press",
        |presses, interval| {
            let before = std::iter::once(&0).chain(presses);
            let pairs = presses.iter().zip(before);
            pairs.filter(|(press, last)| *press - *last >= interval).map(|(p, _)| *p).collect()
        },
        "You measure from the last press. The interval runs from the last food, and presses in between change nothing.")
}

// ---- 1.3

fn random_counts(n: usize, k: usize, seed: u64) -> Array3<f64> {
    let mut rng = seeded(seed);
    Array3::from_shape_simple_fn((n, n, k), || 1.0 + uniform_index(9, &mut rng) as f64)
}

/// Divides along one axis; a sum of 0 becomes `empty`.
fn divided(counts: &Array3<f64>, axis: usize, empty: f64) -> Array3<f64> {
    let mut b = counts.clone();
    for mut lane in b.lanes_mut(Axis(axis)) {
        let sum = lane.sum();
        if sum > 0.0 { lane /= sum } else { lane.fill(empty) }
    }
    b
}

fn mean_of_counts() -> Exercise<Array3<f64>, MeanOfCounts> {
    Exercise::<Array3<f64>, MeanOfCounts>::new("1.3", |f, counts| f(counts).into(),
        transitions::mean)
    .shape("B as large as the counts, (next state, state, action),")
    .distribution()
    .hand("hand", array![[[3.0, 1.0], [2.0, 5.0]], [[1.0, 1.0], [0.0, 0.0]]],
        &[0.75, 0.5, 1.0, 1.0, 0.25, 0.5, 0.0, 0.0],
        "By hand: from state 0, action 0 led three times to 0 and once to 1, .75 and .25; action 1 once to each, .5 and .5; from state 1 both led to 0. B[next state, state, action]")
    .random("random", |seed| random_counts(4, 3, seed), "On random counts B")
    .hand("untried", array![[[3.0, 0.0], [2.0, 5.0]], [[1.0, 0.0], [0.0, 0.0]]],
        &[0.75, 0.5, 1.0, 1.0, 0.25, 0.5, 0.0, 0.0],
        "An action that was never tried (here action 1 in state 0) may lead anywhere: its column is uniform, (.5, .5)")
    .hand("one", array![[[0.0]]], &[1.0], "Where there is one state only, every action stays in it, tried or not")
    .wrong("whole", |counts| counts / counts.sum(),
        "You divided by the sum of all counts. Each column (one state, one action) is a distribution of its own.")
    .wrong("rows", |counts| divided(counts, 1, 0.5),
        "You normalised over the old state: where did I come from? B asks where an action leads. Sum over the first index, the next state.")
    .wrong("actions", |counts| divided(counts, 2, 0.5),
        "You normalised over the actions: which action did it? B asks where an action leads. Sum over the first index, the next state.")
    .wrong("zero-by-zero", |counts| divided(counts, 0, f64::NAN),
        "Nearly: a column without counts is 0 / 0, which is NaN, and one NaN spoils every plan. Make it uniform.")
}

// ---- 1.4

#[derive(Clone, Copy, PartialEq)]
enum Mistake {
    None,
    EndGoesOn,
    Average,
    OnLeaving,
    Undiscounted,
    FromZero,
}

fn sweeps(
    b: &Array3<f64>,
    reward: &[f64],
    end: usize,
    gamma: f64,
    n: usize,
    mistake: Mistake,
) -> Vec<f64> {
    let (states, _, k) = b.dim();
    let gamma = if mistake == Mistake::Undiscounted { 1.0 } else { gamma };
    let mut v = vec![0.0; states];
    for _ in 0..n {
        let worth = |s: usize, u: usize| -> f64 {
            let paid = |next| reward[if mistake == Mistake::OnLeaving { s } else { next }];
            (0..states).map(|next| b[[next, s, u]] * (paid(next) + gamma * v[next])).sum()
        };
        let value = |s: usize| {
            let values: Vec<f64> = (0..k).map(|u| worth(s, u)).collect();
            match mistake {
                _ if s == end && mistake != Mistake::EndGoesOn => 0.0,
                Mistake::Average => values.iter().sum::<f64>() / k as f64,
                Mistake::FromZero => highest(&values).max(0.0),
                _ => highest(&values),
            }
        };
        v = (0..states).map(value).collect();
    }
    v
}

/// Three places in a row; action 0 goes left, action 1 goes right; the food is on the right.
fn corridor() -> Array3<f64> {
    Array3::from_shape_fn((3, 3, 2), |(next, s, u)| {
        f64::from(next == if u == 0 { s.saturating_sub(1) } else { (s + 1).min(2) })
    })
}

type Task = (Array3<f64>, Vec<f64>, usize, f64, usize);

fn plan() -> Exercise<Task, Plan> {
    let walk = |rewards: [f64; 3], n| (corridor(), rewards.to_vec(), 2, 0.5, n);
    Exercise::<Task, Plan>::new("1.4",
        |f, (b, reward, end, gamma, n)| f(b, reward, *end, *gamma, *n).into(),
        |b, r, end, gamma, n| sweeps(b, r, end, gamma, n, Mistake::None))
    .shape("One value for each state")
    .hand("one-sweep", walk([0.0, 0.0, 1.0], 1), &[0.0, 1.0, 0.0],
        "Corridor, food on the right, one sweep from V = 0: the place next to the food is worth 1, all others 0")
    .hand("hand", walk([0.0, 0.0, 1.0], 5), &[0.5, 1.0, 0.0],
        "Corridor with gamma = .5: one step from the food is worth 1, two steps .5, and the end 0")
    .random("random",
        |seed| {
            let b = transitions::mean(&random_counts(4, 2, 50 + seed));
            (b, random_numbers(4, -1.0, 1.0, seed), seed as usize % 4, 0.9, 6)
        },
        "On a random map with 4 states the values after 6 sweeps")
    .hand("costly", walk([-1.0; 3], 5), &[-1.5, -1.0, 0.0],
        "Corridor with gamma = .5 where each step costs 1 and nothing is paid: the best is to walk to the end, worth −1 from the place beside it and −1 − .5 = −1.5 from the first")
    .hand("no-sweep", walk([0.0, 0.0, 1.0], 0), &[0.0; 3], "Without a sweep every value is still 0")
    .wrong("end-goes-on",
        |b, r, end, gamma, n| sweeps(b, r, end, gamma, n, Mistake::EndGoesOn),
        "Your animal goes on eating after the end. When the run is over nothing more comes: keep V(end) at 0.")
    .wrong("average", |b, r, end, gamma, n| sweeps(b, r, end, gamma, n, Mistake::Average),
        "You averaged over the actions: that is what a random walker can expect. A planner takes the best action.")
    .wrong("on-leaving",
        |b, r, end, gamma, n| sweeps(b, r, end, gamma, n, Mistake::OnLeaving),
        "You pay for the place that is left. The reward comes on arrival: reward[next], weighted by where the action leads.")
    .wrong("undiscounted",
        |b, r, end, gamma, n| sweeps(b, r, end, gamma, n, Mistake::Undiscounted),
        "Gamma is missing, so a long way is worth as much as a short one, and the plan cannot tell them apart.")
    .wrong("from-zero",
        |b, r, end, gamma, n| sweeps(b, r, end, gamma, n, Mistake::FromZero),
        "Your maximum starts at 0, so a place where every action costs something seems to be worth 0. Start from f64::NEG_INFINITY.")
}

// ---- 1.5

fn share_of_best(q: &[f64], best: f64) -> Vec<f64> {
    normalised(&q.iter().map(|x| f64::from(*x == best)).collect::<Vec<f64>>())
}

fn only(q: &[f64], chosen: usize) -> Vec<f64> {
    (0..q.len()).map(|i| f64::from(i == chosen)).collect()
}

fn greedy() -> Exercise<Vec<f64>, Greedy> {
    Exercise::<Vec<f64>, Greedy>::new("1.5", |f, q| f(q).into(),
        |q| share_of_best(q, highest(q)))
    .shape("One probability for each value")
    .distribution()
    .hand("best", vec![1.0, 3.0, 2.0], &[0.0, 1.0, 0.0],
        "With values (1, 3, 2) only action 1 is taken: (0, 1, 0)")
    .hand("ties", vec![2.0, 2.0, 1.0], &[0.5, 0.5, 0.0],
        "With values (2, 2, 1) actions 0 and 1 are equally good and share: (.5, .5, 0)")
    .random("random",
        |seed| random_numbers(5, 0.0, 4.0, seed).iter().map(|x| x.floor()).collect(),
        "With values {input} the probabilities")
    .hand("negative", vec![-3.0, -1.0], &[0.0, 1.0],
        "With values (−3, −1) the best is action 1: (0, 1). Does your maximum start at 0? Yours is {yours}.")
    .hand("one", vec![-7.0], &[1.0], "A single action is taken for sure")
    .wrong("first",
        |q| only(q, (1..q.len()).fold(0, |best, i| if q[i] > q[best] { i } else { best })),
        "You always take the first of the best. An animal that knows nothing yet would always go north; ties must be shared.")
    .wrong("last",
        |q| only(q, (1..q.len()).fold(0, |best, i| if q[i] >= q[best] { i } else { best })),
        "You always take the last of the best: the comparison lets an equal value win. Ties must be shared.")
    .wrong("from-zero", |q| share_of_best(q, highest(q).max(0.0)),
        "Your maximum starts at 0, so when all values are negative no action is the best, and 0 is divided by 0. Start from f64::NEG_INFINITY.")
    .wrong("softmax", softmax,
        "This is a softmax: every action keeps some probability. Greedy takes only the best ones.")
}
