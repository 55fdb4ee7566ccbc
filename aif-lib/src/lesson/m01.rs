//! Module 01: the behaving animal.
//!
//! Shapes: `counts` (next state, state, action), `bonds` and `q` one number for each act.

use ndarray::{Array3, Axis, array};

use super::exercise::{Exercise, Test, Wrong};
use super::support::far;
use super::verdict::Verdict;
use crate::prob::counts as transitions;
use crate::prob::info::softmax;
use crate::prob::random::{seeded, uniform_index, uniform01};

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[
    ("1.q1", "c"),
    ("1.q2", "a"),
    ("1.q3", "d"),
    ("1.q4", "b"),
    ("1.q5", "c"),
    ("1.q6", "a"),
    ("1.q7", "d"),
    ("1.q8", "b"),
];

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

fn differ(given: &[f64], right: &[f64]) -> bool {
    given.len() != right.len() || given.iter().zip(right).any(|(g, r)| far(*g, *r))
}

// ---- 1.1

fn shares(bonds: &[f64]) -> Vec<f64> {
    let total: f64 = bonds.iter().sum();
    bonds.iter().map(|bond| bond / total).collect()
}

fn strengthened(bonds: &[f64], act: usize, satisfaction: f64) -> Vec<f64> {
    let mut bonds = bonds.to_vec();
    bonds[act] += satisfaction;
    bonds
}

/// Exercise 1.1: the Law of Effect.
pub fn law_of_effect() -> Exercise<LawOfEffect> {
    Exercise {
        id: "1.1",
        fingerprint: |f| [f(&[1.0, 1.0, 2.0], 2, 3.0), f(&[4.0, 1.0], 1, 0.5)].concat(),
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&[1.0, 1.0, 2.0], 2, 3.0).len();
                    (n != 3).then(|| {
                        format!("Three bonds give three probabilities; yours are {n}.")
                    })
                },
            },
            Test {
                code: "normalised",
                run: |f| {
                    let sum: f64 = f(&[1.0, 1.0, 2.0], 2, 3.0).iter().sum();
                    far(sum, 1.0).then(|| format!("Probabilities sum to 1; yours sum to {sum:.4}. Divide the bonds by their sum."))
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let given = f(&[1.0, 1.0, 2.0], 2, 3.0);
                    differ(&given, &[1.0 / 7.0, 1.0 / 7.0, 5.0 / 7.0]).then(|| {
                        format!("By hand: bonds (1, 1, 2), act 2, satisfaction 3. The bonds become (1, 1, 5), so the probabilities are (.1429, .1429, .7143). Yours are {given:.4?}.")
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    let mut rng = seeded(11);
                    (0..20).find_map(|_| {
                        let bonds: Vec<f64> = (0..5).map(|_| 0.1 + uniform01(&mut rng)).collect();
                        let (act, satisfaction) = (uniform_index(5, &mut rng), uniform01(&mut rng));
                        let (given, right) = (f(&bonds, act, satisfaction), shares(&strengthened(&bonds, act, satisfaction)));
                        differ(&given, &right).then(|| format!("With random bonds {bonds:.3?}, act {act} and satisfaction {satisfaction:.3} the probabilities should be {right:.4?}, yours are {given:.4?}."))
                    })
                },
            },
            Test {
                code: "nothing",
                run: |f| {
                    let given = f(&[3.0, 1.0], 1, 0.0);
                    differ(&given, &[0.75, 0.25]).then(|| {
                        format!("Without satisfaction nothing is learned: bonds (3, 1) stay at (.75, .25). Yours are {given:.4?}.")
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "exercise",
                sentence: "Your bond grows by 1 whenever the act is done, satisfied or not. That is the Law of Exercise; the Law of Effect adds the satisfaction.",
                answer: |bonds, act, _| shares(&strengthened(bonds, act, 1.0)),
            },
            Wrong {
                code: "every-act",
                sentence: "You strengthened every act. Only the act that was done has earned the satisfaction.",
                answer: |bonds, _, satisfaction| {
                    shares(
                        &bonds.iter().map(|bond| bond + satisfaction).collect::<Vec<f64>>(),
                    )
                },
            },
            Wrong {
                code: "unnormalised",
                sentence: "These are the bonds. An act is done in proportion to its bond: divide by the sum of all.",
                answer: strengthened,
            },
            Wrong {
                code: "old-sum",
                sentence: "You divided by the sum from before the learning, so the result sums to more than 1. Strengthen first, then divide by the new sum.",
                answer: |bonds, act, satisfaction| {
                    let total: f64 = bonds.iter().sum();
                    strengthened(bonds, act, satisfaction)
                        .iter()
                        .map(|b| b / total)
                        .collect()
                },
            },
        ],
        reference: |bonds, act, satisfaction| {
            shares(&strengthened(bonds, act, satisfaction))
        },
    }
}

// ---- 1.2

/// The presses that are paid, when `ready(press, last food, interval)` says so.
fn fed(
    presses: &[usize],
    ready: fn(usize, usize, usize) -> bool,
    interval: usize,
) -> Vec<usize> {
    let mut food: Vec<usize> = Vec::new();
    for &press in presses {
        let last = food.last().copied().unwrap_or(0);
        if ready(press, last, interval) {
            food.push(press);
        }
    }
    food
}

/// Exercise 1.2: a fixed-interval schedule.
pub fn fixed_interval() -> Exercise<FixedInterval> {
    const CASES: [(&[usize], usize); 4] = [
        (&[3, 10, 11, 15, 20, 24], 10),
        (&[7, 14, 21, 28, 35], 10),
        (&[5, 6, 7, 8, 9, 10], 2),
        (&[], 4),
    ];
    Exercise {
        id: "1.2",
        fingerprint: |f| {
            CASES
                .iter()
                .flat_map(|(presses, interval)| {
                    let mut print: Vec<f64> =
                        f(presses, *interval).iter().map(|&t| t as f64).collect();
                    print.push(-1.0);
                    print
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "only-presses",
                run: |f| {
                    let presses = [3, 11, 12];
                    let food = f(&presses, 10);
                    food.iter().find(|t| !presses.contains(t)).map(|t| format!("Food comes only at a press. Yours comes at second {t}, when nobody presses (presses: 3, 11, 12)."))
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let food = f(&[3, 10, 11, 15, 20, 24], 10);
                    (food != [10, 20]).then(|| format!("By hand: interval 10, presses at 3, 10, 11, 15, 20, 24. Food at 10 (ten seconds have passed) and at 20. Yours: {food:?}."))
                },
            },
            Test {
                code: "since-food",
                run: |f| {
                    let food = f(&[7, 14, 21, 28, 35], 10);
                    (food != [14, 28]).then(|| format!("Presses every 7 seconds, interval 10: food at 14, and then not before 24, so at 28. Yours: {food:?}. The interval starts at the last food."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    let mut rng = seeded(12);
                    (0..20).find_map(|_| {
                        let presses: Vec<usize> = (1..60).filter(|_| uniform01(&mut rng) < 0.3).collect();
                        let interval = 1 + uniform_index(12, &mut rng);
                        let right = fed(&presses, |press, last, interval| press - last >= interval, interval);
                        (f(&presses, interval) != right).then(|| format!("With interval {interval} and presses at {presses:?} food comes at {right:?}; yours at {:?}.", f(&presses, interval)))
                    })
                },
            },
            Test {
                code: "empty",
                run: |f| {
                    (!f(&[], 4).is_empty())
                        .then(|| "Without a press there is no food.".into())
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "strict",
                sentence: "Your animal must wait one second longer: the press that comes exactly when the interval is over is paid (≥, not >).",
                answer: |presses, interval| {
                    fed(presses, |press, last, interval| press - last > interval, interval)
                },
            },
            Wrong {
                code: "wall-clock",
                sentence: "Your interval follows the clock on the wall: food gets ready at every multiple of the interval. It should start anew at each food.",
                answer: |presses, interval| {
                    fed(
                        presses,
                        |press, last, interval| press / interval > last / interval,
                        interval,
                    )
                },
            },
            Wrong {
                code: "no-reset",
                sentence: "Once the first interval is over, you pay every press. Each food starts a new interval.",
                answer: |presses, interval| {
                    fed(presses, |press, _, interval| press >= interval, interval)
                },
            },
            Wrong {
                code: "since-press",
                sentence: "You measure from the last press. The interval runs from the last food, and presses in between change nothing.",
                answer: |presses, interval| {
                    let before = std::iter::once(0).chain(presses.iter().copied());
                    before
                        .zip(presses)
                        .filter(|(last, press)| *press - last >= interval)
                        .map(|(_, press)| *press)
                        .collect()
                },
            },
        ],
        reference: |presses, interval| {
            fed(presses, |press, last, interval| press - last >= interval, interval)
        },
    }
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

/// From state 0, action 0 led 3 times to 0 and once to 1; action 1 never tried. From 1 always to 0.
fn few_counts() -> Array3<f64> {
    array![[[3.0, 0.0], [2.0, 5.0]], [[1.0, 0.0], [0.0, 0.0]]]
}

/// Exercise 1.3: from counts to B.
pub fn mean_of_counts() -> Exercise<MeanOfCounts> {
    Exercise {
        id: "1.3",
        fingerprint: |f| {
            let cases = [random_counts(3, 2, 1), few_counts()];
            cases.iter().flat_map(|c| f(c).into_iter().collect::<Vec<f64>>()).collect()
        },
        tests: vec![
            Test {
                code: "shape",
                run: |f| {
                    let shape = f(&random_counts(3, 2, 1)).dim();
                    (shape != (3, 3, 2)).then(|| format!("B has the shape of the counts, here (3, 3, 2): next state, state, action. Yours is {shape:?}."))
                },
            },
            Test {
                code: "columns",
                run: |f| {
                    let b = f(&random_counts(3, 2, 1));
                    let sums = b.sum_axis(Axis(0));
                    sums.indexed_iter().find(|(_, sum)| far(**sum, 1.0)).map(|((s, u), sum)| {
                        format!("From every state each action leads somewhere, so the column of state {s}, action {u} sums to 1; yours sums to {sum:.4}.")
                    })
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let mut counts = few_counts();
                    (counts[[0, 0, 1]], counts[[1, 0, 1]]) = (1.0, 1.0);
                    let b = f(&counts);
                    [((0, 0, 0), 0.75), ((1, 0, 0), 0.25), ((0, 1, 1), 1.0), ((1, 0, 1), 0.5)].into_iter().find(|&((n, s, u), p)| far(b[[n, s, u]], p)).map(|((n, s, u), p)| {
                        format!("By hand: from state 0, action 0 led three times to 0 and once to 1: .75 and .25. Your B[{n}, {s}, {u}] is {:.4}, it should be {p}.", b[[n, s, u]])
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..10).find_map(|seed| {
                        let counts = random_counts(4, 3, seed);
                        let (given, right) = (f(&counts), transitions::mean(&counts));
                        given.iter().zip(&right).any(|(g, r)| far(*g, *r)).then(|| "On random counts your B is not the counts divided by the sum of their column.".into())
                    })
                },
            },
            Test {
                code: "untried",
                run: |f| {
                    let b = f(&few_counts());
                    (far(b[[0, 0, 1]], 0.5) || far(b[[1, 0, 1]], 0.5)).then(|| {
                        format!("An action that was never tried may lead anywhere: its column is uniform, (.5, .5) here. Yours is ({:.4}, {:.4}).", b[[0, 0, 1]], b[[1, 0, 1]])
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "whole",
                sentence: "You divided by the sum of all counts. Each column (one state, one action) is a distribution of its own.",
                answer: |counts| counts / counts.sum(),
            },
            Wrong {
                code: "rows",
                sentence: "You normalised over the old state: where did I come from? B asks where an action leads. Sum over the first index, the next state.",
                answer: |counts| divided(counts, 1, 0.5),
            },
            Wrong {
                code: "actions",
                sentence: "You normalised over the actions: which action did it? B asks where an action leads. Sum over the first index, the next state.",
                answer: |counts| divided(counts, 2, 0.5),
            },
            Wrong {
                code: "nan",
                sentence: "Nearly: a column without counts is 0 / 0, which is NaN, and one NaN spoils every plan. Make it uniform.",
                answer: |counts| divided(counts, 0, f64::NAN),
            },
        ],
        reference: transitions::mean,
    }
}

// ---- 1.4

#[derive(Clone, Copy, PartialEq)]
enum Mistake {
    None,
    EndGoesOn,
    Average,
    OnLeaving,
    Undiscounted,
}

fn sweep(
    b: &Array3<f64>,
    reward: &[f64],
    end: usize,
    gamma: f64,
    sweeps: usize,
    mistake: Mistake,
) -> Vec<f64> {
    let (n, _, k) = b.dim();
    let gamma = if mistake == Mistake::Undiscounted { 1.0 } else { gamma };
    let mut v = vec![0.0; n];
    for _ in 0..sweeps {
        let action_value = |s: usize, u: usize| -> f64 {
            let paid =
                |next: usize| reward[if mistake == Mistake::OnLeaving { s } else { next }];
            (0..n).map(|next| b[[next, s, u]] * (paid(next) + gamma * v[next])).sum()
        };
        v = (0..n)
            .map(|s| {
                let values = (0..k).map(|u| action_value(s, u));
                match mistake {
                    _ if s == end && mistake != Mistake::EndGoesOn => 0.0,
                    Mistake::Average => values.sum::<f64>() / k as f64,
                    _ => values.fold(f64::NEG_INFINITY, f64::max),
                }
            })
            .collect();
    }
    v
}

/// Three places in a row; action 0 goes left, action 1 goes right; the food is on the right.
fn corridor() -> Array3<f64> {
    Array3::from_shape_fn((3, 3, 2), |(next, s, u)| {
        f64::from(next == if u == 0 { s.saturating_sub(1) } else { (s + 1).min(2) })
    })
}

/// Exercise 1.4: planning on a map.
pub fn plan() -> Exercise<Plan> {
    const FOOD: [f64; 3] = [0.0, 0.0, 1.0];
    Exercise {
        id: "1.4",
        fingerprint: |f| {
            let b = transitions::mean(&random_counts(4, 2, 5));
            [f(&corridor(), &FOOD, 2, 0.5, 5), f(&b, &[0.0, 1.0, 0.5, 2.0], 3, 0.9, 4)]
                .concat()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&corridor(), &FOOD, 2, 0.5, 5).len();
                    (n != 3).then(|| {
                        format!("One value for each of the 3 states; yours are {n}.")
                    })
                },
            },
            Test {
                code: "one-sweep",
                run: |f| {
                    let v = f(&corridor(), &FOOD, 2, 0.5, 1);
                    differ(&v, &[0.0, 1.0, 0.0]).then(|| format!("Corridor, food on the right, one sweep from V = 0: the place next to the food is worth 1, all others 0. Yours: {v:.4?}."))
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let v = f(&corridor(), &FOOD, 2, 0.5, 5);
                    differ(&v, &[0.5, 1.0, 0.0]).then(|| format!("Corridor with gamma = .5: one step from the food is worth 1, two steps .5, and the end 0. Yours: {v:.4?}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..10).find_map(|seed| {
                        let b = transitions::mean(&random_counts(4, 2, 50 + seed));
                        let reward = [0.0, 1.0, -0.5, 2.0];
                        let (given, right) = (f(&b, &reward, 3, 0.9, 6), sweep(&b, &reward, 3, 0.9, 6, Mistake::None));
                        differ(&given, &right).then(|| format!("On a random map with 4 states the values after 6 sweeps should be {right:.4?}, yours are {given:.4?}."))
                    })
                },
            },
            Test {
                code: "no-sweep",
                run: |f| {
                    let v = f(&corridor(), &FOOD, 2, 0.5, 0);
                    differ(&v, &[0.0; 3])
                        .then(|| "Without a sweep every value is still 0.".into())
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "end-goes-on",
                sentence: "Your animal goes on eating after the end. When the run is over nothing more comes: keep V(end) at 0.",
                answer: |b, r, end, gamma, n| {
                    sweep(b, r, end, gamma, n, Mistake::EndGoesOn)
                },
            },
            Wrong {
                code: "average",
                sentence: "You averaged over the actions: that is what a random walker can expect. A planner takes the best action.",
                answer: |b, r, end, gamma, n| sweep(b, r, end, gamma, n, Mistake::Average),
            },
            Wrong {
                code: "on-leaving",
                sentence: "You pay for the place that is left. The reward comes on arrival: reward[next], weighted by where the action leads.",
                answer: |b, r, end, gamma, n| {
                    sweep(b, r, end, gamma, n, Mistake::OnLeaving)
                },
            },
            Wrong {
                code: "undiscounted",
                sentence: "Gamma is missing, so a long way is worth as much as a short one, and the plan cannot tell them apart.",
                answer: |b, r, end, gamma, n| {
                    sweep(b, r, end, gamma, n, Mistake::Undiscounted)
                },
            },
        ],
        reference: |b, r, end, gamma, n| sweep(b, r, end, gamma, n, Mistake::None),
    }
}

// ---- 1.5

fn share_of_best(q: &[f64], start: f64) -> Vec<f64> {
    let best = q.iter().copied().fold(start, f64::max);
    shares(&q.iter().map(|x| f64::from(*x == best)).collect::<Vec<f64>>())
}

/// Exercise 1.5: the best action, ties shared.
pub fn greedy() -> Exercise<Greedy> {
    Exercise {
        id: "1.5",
        fingerprint: |f| {
            [f(&[1.0, 3.0, 2.0]), f(&[2.0, 2.0, 1.0]), f(&[0.0; 4]), f(&[-3.0, -1.0])]
                .concat()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&[1.0, 3.0, 2.0]).len();
                    (n != 3).then(|| {
                        format!("Three values give three probabilities; yours are {n}.")
                    })
                },
            },
            Test {
                code: "best",
                run: |f| {
                    let given = f(&[1.0, 3.0, 2.0]);
                    differ(&given, &[0.0, 1.0, 0.0]).then(|| format!("With values (1, 3, 2) only action 1 is taken: (0, 1, 0). Yours is {given:.4?}."))
                },
            },
            Test {
                code: "ties",
                run: |f| {
                    let given = f(&[2.0, 2.0, 1.0]);
                    differ(&given, &[0.5, 0.5, 0.0]).then(|| format!("With values (2, 2, 1) actions 0 and 1 are equally good and share: (.5, .5, 0). Yours is {given:.4?}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    let mut rng = seeded(13);
                    (0..20).find_map(|_| {
                        let q: Vec<f64> = (0..5).map(|_| uniform_index(4, &mut rng) as f64 - 2.0).collect();
                        let (given, right) = (f(&q), share_of_best(&q, f64::NEG_INFINITY));
                        differ(&given, &right).then(|| format!("With values {q:?} the probabilities should be {right:.4?}, yours are {given:.4?}."))
                    })
                },
            },
            Test {
                code: "negative",
                run: |f| {
                    let given = f(&[-3.0, -1.0]);
                    differ(&given, &[0.0, 1.0]).then(|| format!("With values (−3, −1) the best is action 1: (0, 1). Yours is {given:.4?}. Does your maximum start at 0?"))
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "first",
                sentence: "You always take the first of the best. An animal that knows nothing yet would always go north; ties must be shared.",
                answer: |q| {
                    let first = (1..q.len())
                        .fold(0, |best, i| if q[i] > q[best] { i } else { best });
                    (0..q.len()).map(|i| f64::from(i == first)).collect()
                },
            },
            Wrong {
                code: "last",
                sentence: "You always take the last of the best: the comparison lets an equal value win. Ties must be shared.",
                answer: |q| {
                    let last = (1..q.len())
                        .fold(0, |best, i| if q[i] >= q[best] { i } else { best });
                    (0..q.len()).map(|i| f64::from(i == last)).collect()
                },
            },
            Wrong {
                code: "from-zero",
                sentence: "Your maximum starts at 0, so when all values are negative no action is the best, and 0 is divided by 0. Start from f64::NEG_INFINITY.",
                answer: |q| share_of_best(q, 0.0),
            },
            Wrong {
                code: "softmax",
                sentence: "This is a softmax: every action keeps some probability. Greedy takes only the best ones.",
                answer: softmax,
            },
        ],
        reference: |q| share_of_best(q, f64::NEG_INFINITY),
    }
}
