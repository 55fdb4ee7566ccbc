//! Module 05: model-based reinforcement learning.
//!
//! Shapes: `q` (state, action), `counts` and T (next state, state, action), second-stage tables (place, action).

use ndarray::{Array2, Array3, Axis, array};

use super::exercise::{Exercise, Test, Wrong};
use super::support::{far, random_belief, random_columns};
use super::verdict::Verdict;
use crate::interaction::{End, State, Step};
use crate::prob::counts as transitions;
use crate::prob::random::{Rng, seeded, uniform_index};
use crate::rl::agent::two_step::{model_based, model_free};
use crate::rl::evaluate::backup;
use crate::rl::learn::dyna_q::{self, DeterministicModel};
use crate::rl::model::Mdp;
use crate::rl::plan::control_as_inference::{action_posterior, soft_values};
use crate::world::two_step::Trial;

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[
    ("5.q1", "c"),
    ("5.q2", "a"),
    ("5.q3", "d"),
    ("5.q4", "b"),
    ("5.q5", "d"),
    ("5.q6", "a"),
    ("5.q7", "c"),
    ("5.q8", "b"),
];

/// An answer to Exercise 5.1: n planning steps, from (q, model, n, alpha, gamma, rng).
pub type Dream = fn(&mut Array2<f64>, &DeterministicModel, usize, f64, f64, &mut dyn Rng);
/// An answer to Exercise 5.2: B from the counts of transitions.
pub type CountsToB = fn(&Array3<f64>) -> Array3<f64>;
/// An answer to Exercise 5.3: the posterior over the first action, from (task, state, horizon, tau).
pub type FirstAction = fn(&Mdp, usize, usize, f64) -> Vec<f64>;
/// An answer to Exercise 5.4: the values of the first choices, from (t, q2).
pub type LookAhead = fn(&Array2<f64>, &Array2<f64>) -> Vec<f64>;
/// An answer to Exercise 5.5: the new values of first and second choices, from (q1, q2, trial, alpha, lambda).
pub type LearnTrial = fn(&[f64], &Array2<f64>, &Trial, f64, f64) -> (Vec<f64>, Array2<f64>);

/// Checks Exercise 5.1.
pub fn check_5_1(answer: Dream) -> Verdict {
    dream().check(answer)
}

/// Checks Exercise 5.2.
pub fn check_5_2(answer: CountsToB) -> Verdict {
    counts_to_b().check(answer)
}

/// Checks Exercise 5.3.
pub fn check_5_3(answer: FirstAction) -> Verdict {
    first_action().check(answer)
}

/// Checks Exercise 5.4.
pub fn check_5_4(answer: LookAhead) -> Verdict {
    look_ahead().check(answer)
}

/// Checks Exercise 5.5.
pub fn check_5_5(answer: LearnTrial) -> Verdict {
    learn_trial().check(answer)
}

// ---- 5.1

/// One thing was ever tried: action 1 in state 0, which paid 2 and ended the task in state 1.
fn one_memory() -> DeterministicModel {
    let mut model = DeterministicModel::new(2, 2);
    model.observe(0, 1, &Step { obs: 1, reward: 2.0, end: Some(End::Terminated) });
    model
}

/// 0 → 1 → 2 → 3 by action 0; the last step pays 1 and ends the task. Action 1 was tried in 0 and 1 only: it
/// goes back to 0, from 1 with a fine of .1.
fn corridor() -> DeterministicModel {
    let mut model = DeterministicModel::new(4, 2);
    for s in 0..3 {
        let end = (s == 2).then_some(End::Terminated);
        model.observe(s, 0, &Step { obs: s + 1, reward: f64::from(s == 2), end });
    }
    model.observe(0, 1, &Step { obs: 0, reward: 0.0, end: None });
    model.observe(1, 1, &Step { obs: 0, reward: -0.1, end: None });
    model
}

/// The values that planning in the corridor ends with. Row 3 is beyond the end: 5 was written there.
fn dreamt(f: Dream, n: usize) -> Array2<f64> {
    let mut q = Array2::zeros((4, 2));
    q.row_mut(3).fill(5.0);
    f(&mut q, &corridor(), n, 0.5, 0.9, &mut seeded(51));
    q
}

fn dream_with(
    q: &mut Array2<f64>,
    model: &DeterministicModel,
    n: usize,
    alpha: f64,
    rng: &mut dyn Rng,
    seen_only: bool,
    later: &dyn Fn(&dyna_q::Seen, &[f64]) -> f64,
) {
    for _ in 0..n {
        let (s, a) = if seen_only {
            model.pairs()[uniform_index(model.pairs().len(), rng)]
        } else {
            (uniform_index(model.n_states(), rng), uniform_index(model.n_actions(), rng))
        };
        let seen = model.recall(s, a);
        let target = seen.reward + later(&seen, &q.row(seen.next).to_vec());
        q[[s, a]] += alpha * (target - q[[s, a]]);
    }
}

fn highest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// Exercise 5.1: the planning steps of Dyna-Q.
pub fn dream() -> Exercise<Dream> {
    Exercise {
        id: "5.1",
        fingerprint: |f| {
            let mut q = array![[0.0, 0.0], [3.0, 1.0]];
            f(&mut q, &one_memory(), 1, 0.25, 0.9, &mut seeded(1));
            q.into_iter().chain(dreamt(f, 4000)).collect()
        },
        tests: vec![
            Test {
                code: "hand",
                run: |f| {
                    let mut q = array![[0.0, 0.0], [3.0, 1.0]];
                    f(&mut q, &one_memory(), 1, 0.25, 0.9, &mut seeded(1));
                    far(q[[0, 1]], 0.5).then(|| {
                        format!("The model knows one thing: action 1 in state 0 paid 2 and ended the task. One planning step with α = .25 makes that value .25 · 2 = .5; yours is {:.4}.", q[[0, 1]])
                    })
                },
            },
            Test {
                code: "how-many",
                run: |f| {
                    let mut q = array![[0.0, 0.0], [3.0, 1.0]];
                    f(&mut q, &one_memory(), 3, 0.25, 0.9, &mut seeded(1));
                    // 2 (1 − .75³) = 1.15625
                    far(q[[0, 1]], 1.15625).then(|| {
                        format!("Three planning steps on the same memory give 2 · (1 − .75³) = 1.1563; yours gives {:.4}. Is n used?", q[[0, 1]])
                    })
                },
            },
            Test {
                code: "untouched",
                run: |f| {
                    let q = dreamt(f, 4000);
                    (q[[2, 1]] != 0.0 || q[[3, 0]] != 5.0).then(|| {
                        "Values of actions that were never tried have changed. Plan only with `model.pairs()`.".into()
                    })
                },
            },
            Test {
                code: "values",
                run: |f| {
                    let (given, right) = (dreamt(f, 4000), [1.0, 0.9, 0.81]);
                    (0..3).find(|&s| far(given[[2 - s, 0]], right[s])).map(|s| {
                        format!("In a corridor 0 → 1 → 2 → end, with reward 1 at the end and γ = .9, the values of walking on become .81, .9, 1. Yours in state {} is {:.4}.", 2 - s, given[[2 - s, 0]])
                    })
                },
            },
            Test {
                code: "choice",
                run: |f| {
                    let q = dreamt(f, 4000);
                    (far(q[[0, 1]], 0.729) || far(q[[1, 1]], -0.1 + 0.729)).then(|| {
                        format!("Going back to 0 is worth γ · .81 = .729 (less .1 from state 1); yours are {:.4} and {:.4}.", q[[0, 1]], q[[1, 1]])
                    })
                },
            },
            Test {
                code: "empty",
                run: |f| {
                    let mut q = Array2::zeros((2, 2));
                    f(&mut q, &one_memory(), 0, 0.25, 0.9, &mut seeded(1));
                    q.iter()
                        .any(|v| *v != 0.0)
                        .then(|| "With n = 0 nothing should happen.".into())
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "unseen-pairs",
                sentence: "You also plan with actions that were never tried. The model knows nothing of them; what it answers is made up. Draw from `model.pairs()`.",
                answer: |q, model, n, alpha, gamma, rng| {
                    dream_with(q, model, n, alpha, rng, false, &|seen, next| {
                        seen.discount(gamma) * highest(next)
                    });
                },
            },
            Wrong {
                code: "beyond-the-end",
                sentence: "You add the value of a state after the task was over. Nothing follows there: use `seen.discount(gamma)`, which is 0 then.",
                answer: |q, model, n, alpha, gamma, rng| {
                    dream_with(q, model, n, alpha, rng, true, &|_, next| {
                        gamma * highest(next)
                    });
                },
            },
            Wrong {
                code: "mean",
                sentence: "You take the mean over the next actions. That is the value of acting at random; Q-learning plans for the best next action, so take the maximum.",
                answer: |q, model, n, alpha, gamma, rng| {
                    dream_with(q, model, n, alpha, rng, true, &|seen, next| {
                        seen.discount(gamma) * next.iter().sum::<f64>() / next.len() as f64
                    });
                },
            },
            Wrong {
                code: "no-rate",
                sentence: "You write the target into the table. Move only the fraction α towards it, as in Q-learning.",
                answer: |q, model, n, _, gamma, rng| {
                    dream_with(q, model, n, 1.0, rng, true, &|seen, next| {
                        seen.discount(gamma) * highest(next)
                    });
                },
            },
        ],
        reference: |q, model, n, alpha, gamma, rng| {
            dyna_q::plan(q, model, n, alpha, gamma, 0.0, rng);
        },
    }
}

// ---- 5.2

/// Two states, one action: from 0 three times to 1 and once to 0; from 1 twice to 1.
fn few_counts() -> Array3<f64> {
    array![[[1.0], [0.0]], [[3.0], [2.0]]]
}

/// Random counts, (3, 3, 2), with one column that was never seen.
fn some_counts(seed: u64) -> Array3<f64> {
    let mut rng = seeded(seed);
    let mut counts =
        Array3::from_shape_simple_fn((3, 3, 2), || uniform_index(5, &mut rng) as f64 + 1.0);
    (0..3).for_each(|next| counts[[next, 2, 1]] = 0.0);
    counts
}

fn divide_along(counts: &Array3<f64>, axis: usize) -> Array3<f64> {
    let mut b = counts.clone();
    for mut lane in b.lanes_mut(Axis(axis)) {
        let (sum, n) = (lane.sum(), lane.len() as f64);
        if sum > 0.0 { lane /= sum } else { lane.fill(1.0 / n) }
    }
    b
}

/// Exercise 5.2: the counts that were divided along the wrong axis.
pub fn counts_to_b() -> Exercise<CountsToB> {
    Exercise {
        id: "5.2",
        fingerprint: |f| f(&some_counts(52)).into_iter().chain(f(&few_counts())).collect(),
        tests: vec![
            Test {
                code: "shape",
                run: |f| {
                    let shape = f(&some_counts(52)).dim();
                    (shape != (3, 3, 2)).then(|| {
                        format!("B has the shape of the counts, (3, 3, 2) here; yours is {shape:?}.")
                    })
                },
            },
            Test {
                code: "nan",
                run: |f| {
                    f(&some_counts(52)).iter().any(|p| p.is_nan()).then(|| {
                        "There is a NaN: 0 was divided by 0. An action that was never tried has no counts; call every next state equally likely.".into()
                    })
                },
            },
            Test {
                code: "columns",
                run: |f| {
                    let sums = f(&some_counts(52)).sum_axis(Axis(0));
                    let (place, sum) =
                        sums.indexed_iter().find(|(_, sum)| far(**sum, 1.0))?;
                    Some(format!(
                        "From each state every action leads somewhere: for each (state, action) the sum over the next states is 1. Yours is {sum:.3} for {place:?}."
                    ))
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let b = f(&few_counts());
                    (far(b[[1, 0, 0]], 0.75) || far(b[[1, 1, 0]], 1.0)).then(|| {
                        format!("From state 0 the action led 3 times of 4 to state 1: .75. From state 1 it always stayed: 1. Yours are {:.3} and {:.3}.", b[[1, 0, 0]], b[[1, 1, 0]])
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (given, right) = (f(&some_counts(seed)), transitions::mean(&some_counts(seed)));
                        let ((next, s, a), p) = given.indexed_iter().find(|(i, p)| far(**p, right[*i]))?;
                        Some(format!("On random counts the probability of {next} after action {a} in {s} should be {:.3}, yours is {p:.3}.", right[[next, s, a]]))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "rows",
                sentence: "You divide over the states one comes from. That answers \"I am here: where was I?\" A model says where one goes: sum over the next states, the first axis, Axis(0).",
                answer: |counts| divide_along(counts, 1),
            },
            Wrong {
                code: "actions",
                sentence: "You divide over the actions. That answers \"I went there: what did I do?\" Sum over the next states, the first axis, Axis(0).",
                answer: |counts| divide_along(counts, 2),
            },
            Wrong {
                code: "everything",
                sentence: "You divide by the sum of all counts, so that the whole array sums to 1. Every column has a sum of its own.",
                answer: |counts| counts / counts.sum(),
            },
            Wrong {
                code: "untried-is-nothing",
                sentence: "Nearly. But a column without counts stays at 0: the model then says that an untried action leads nowhere at all. Call every next state equally likely.",
                answer: |counts| {
                    let mut b = transitions::mean(counts);
                    for (mut lane, seen) in
                        b.lanes_mut(Axis(0)).into_iter().zip(counts.lanes(Axis(0)))
                    {
                        if seen.sum() == 0.0 {
                            lane.fill(0.0);
                        }
                    }
                    b
                },
            },
        ],
        reference: transitions::mean,
    }
}

// ---- 5.3

/// Four places in a row, left and right; an action goes wrong with this probability. Each step costs .1, the last
/// place pays 1 and ends the task.
fn chain(slip: f64) -> Mdp {
    let go = |s: State, a: usize| if a == 0 { s.saturating_sub(1) } else { (s + 1).min(3) };
    let t = Array3::from_shape_fn((4, 4, 2), |(next, s, a)| match s {
        3 => f64::from(next == 3),
        _ => {
            (1.0 - slip) * f64::from(next == go(s, a))
                + slip * f64::from(next == go(s, 1 - a))
        }
    });
    Mdp::builder(t)
        .reward_on_arrival(&[-0.1, -0.1, -0.1, 1.0])
        .terminal(&[3])
        .discount(1.0)
        .build()
        .expect("the chain is correct")
}

fn true_first_action(mdp: &Mdp, s: usize, horizon: usize, tau: f64) -> Vec<f64> {
    let posterior = action_posterior(mdp, horizon, tau, 0).expect("tau is positive");
    posterior.row(s).to_vec()
}

/// The posterior with another idea of how well an action (or a state) went, from the list of its parts.
fn first_action_with(
    mdp: &Mdp,
    s: usize,
    horizon: usize,
    tau: f64,
    paid_last: bool,
    over_actions: fn(&[f64]) -> f64,
) -> Vec<f64> {
    let (n, k) = (mdp.n_states(), mdp.n_actions());
    let through = |beta: &[f64], s: usize, a: usize, paid: bool| -> f64 {
        let well = |next: usize| match paid {
            true => (mdp.reward()[[next, s, a]] / tau).exp(),
            false => 1.0,
        };
        (0..n).map(|next| mdp.transition()[[next, s, a]] * well(next) * beta[next]).sum()
    };
    let mut beta = vec![1.0; n];
    for _ in 1..horizon {
        let step = |s: usize| {
            over_actions(&(0..k).map(|a| through(&beta, s, a, true)).collect::<Vec<f64>>())
        };
        beta = (0..n).map(step).collect();
    }
    normalised(&(0..k).map(|a| through(&beta, s, a, paid_last)).collect::<Vec<f64>>())
}

fn normalised(weights: &[f64]) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|w| w / sum).collect()
}

fn sum(values: &[f64]) -> f64 {
    values.iter().sum()
}

/// Exercise 5.3: which first action, given that all goes well?
pub fn first_action() -> Exercise<FirstAction> {
    Exercise {
        id: "5.3",
        fingerprint: |f| {
            [(0.0, 0.5), (0.3, 0.5), (0.2, 0.2)]
                .iter()
                .flat_map(|&(slip, tau)| f(&chain(slip), 1, 5, tau))
                .collect()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&chain(0.0), 1, 1, 0.5).len();
                    (n != 2).then(|| {
                        format!("There are 2 actions, so 2 probabilities; yours are {n}.")
                    })
                },
            },
            Test {
                code: "normalised",
                run: |f| {
                    let sum: f64 = f(&chain(0.0), 1, 3, 0.5).iter().sum();
                    far(sum, 1.0).then(|| format!("Probabilities sum to 1; yours sum to {sum:.4}. Divide by the sum at the end."))
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    // One step left, from place 2: left costs .1, right pays 1. Weights e^(−.2) and e^2.
                    let (left, right) = ((-0.2f64).exp(), 2f64.exp());
                    let given = f(&chain(0.0), 2, 1, 0.5)[1];
                    far(given, right / (left + right)).then(|| {
                        format!("One step from the goal with one step left and τ = .5: the weights are exp(−.1/.5) and exp(1/.5), so right has {:.4}. Yours is {given:.4}.", right / (left + right))
                    })
                },
            },
            Test {
                code: "certain",
                run: |f| {
                    (1..8).find_map(|horizon| {
                        let (given, right) = (f(&chain(0.0), 0, horizon, 0.5)[1], true_first_action(&chain(0.0), 0, horizon, 0.5)[1]);
                        far(given, right).then(|| format!("From place 0 with {horizon} steps left, right should have {right:.4}; yours is {given:.4}."))
                    })
                },
            },
            Test {
                code: "slippery",
                run: |f| {
                    [0.1, 0.3].into_iter().find_map(|slip| {
                        let (given, right) = (f(&chain(slip), 1, 5, 0.4)[1], true_first_action(&chain(slip), 1, 5, 0.4)[1]);
                        far(given, right).then(|| format!("Where an action goes wrong with probability {slip}, right should have {right:.4}; yours is {given:.4}. The sum over next states holds exp(r/τ) and the message."))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "soft-values",
                sentence: "You average rewards and values over the next states and take the exponential afterwards. That is soft value iteration. The message takes the exponential inside the sum over s′.",
                answer: |mdp, s, horizon, tau| {
                    let v = soft_values(mdp, horizon, tau).expect("tau is positive");
                    let q = (0..2).map(|a| backup(mdp, &v.row(1).to_vec(), s, a));
                    normalised(&q.map(|q| (q / tau).exp()).collect::<Vec<f64>>())
                },
            },
            Wrong {
                code: "max",
                sentence: "You let only the best action carry the message on. That finds the single best path (Viterbi); the posterior sums over all of them.",
                answer: |mdp, s, horizon, tau| {
                    first_action_with(mdp, s, horizon, tau, true, highest)
                },
            },
            Wrong {
                code: "first-reward",
                sentence: "The reward of the first step itself is missing: multiply by exp(r/τ) in the last line, too.",
                answer: |mdp, s, horizon, tau| {
                    first_action_with(mdp, s, horizon, tau, false, sum)
                },
            },
            Wrong {
                code: "temperature",
                sentence: "You use exp(r) without the temperature. It is exp(r/τ): a small τ makes good steps much more telling than bad ones.",
                answer: |mdp, s, horizon, _| {
                    first_action_with(mdp, s, horizon, 1.0, true, sum)
                },
            },
        ],
        reference: true_first_action,
    }
}

// ---- 5.4

/// Transitions (places, first choices) with columns that sum to 1, and values of the second choices.
fn second_stage(seed: u64) -> (Array2<f64>, Array2<f64>) {
    let values = [random_belief(2, 540 + seed), random_belief(2, 580 + seed)];
    (
        random_columns(2, 2, seed),
        Array2::from_shape_fn((2, 2), |(s, a)| values[s][a] * (1.0 + s as f64)),
    )
}

fn weigh(t: &Array2<f64>, worth: fn(&[f64]) -> f64, q2: &Array2<f64>) -> Vec<f64> {
    let v: Vec<f64> = q2.rows().into_iter().map(|row| worth(&row.to_vec())).collect();
    t.columns().into_iter().map(|p| p.iter().zip(&v).map(|(p, v)| p * v).sum()).collect()
}

/// Exercise 5.4: the values of the first choices by looking ahead.
pub fn look_ahead() -> Exercise<LookAhead> {
    Exercise {
        id: "5.4",
        fingerprint: |f| {
            (0..3)
                .flat_map(|seed| {
                    let (t, q2) = second_stage(seed);
                    f(&t, &q2)
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let (t, q2) = second_stage(1);
                    let n = f(&t, &q2).len();
                    (n != 2).then(|| {
                        format!("One value for each of the 2 first choices; yours are {n}.")
                    })
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let given =
                        f(&array![[0.7, 0.2], [0.3, 0.8]], &array![[0.6, 0.9], [0.1, 0.4]]);
                    (far(given[0], 0.75) || far(given[1], 0.5)).then(|| {
                        format!("By hand: the best in the two places are .9 and .4. Choice 0: .7 · .9 + .3 · .4 = .75; choice 1: .2 · .9 + .8 · .4 = .5. Yours are {:.4} and {:.4}.", given[0], given[1])
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (t, q2) = second_stage(seed);
                        let (given, right) = (f(&t, &q2), model_based(&t, &q2));
                        given.iter().zip(&right).any(|(g, r)| far(*g, *r)).then(|| {
                            format!("On random tables the values should be {right:.4?}, yours are {given:.4?}.")
                        })
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "transposed",
                sentence: "Rows and columns of T are swapped: column a is where the first choice a leads, so the place is the first index.",
                answer: |t, q2| weigh(&t.t().to_owned(), highest, q2),
            },
            Wrong {
                code: "mean",
                sentence: "You take the mean of the second choices. A plan assumes that the better one will be taken: use the maximum of each place.",
                answer: |t, q2| weigh(t, |row| row.iter().sum::<f64>() / 2.0, q2),
            },
            Wrong {
                code: "max-too-late",
                sentence: "You average over the places first and take the best afterwards. But by then one knows the place: take the best in each place first.",
                answer: |t, q2| {
                    t.columns()
                        .into_iter()
                        .map(|p| {
                            let q: Vec<f64> = q2
                                .columns()
                                .into_iter()
                                .map(|q| p.iter().zip(&q).map(|(p, q)| p * q).sum())
                                .collect();
                            highest(&q)
                        })
                        .collect()
                },
            },
        ],
        reference: model_based,
    }
}

// ---- 5.5

/// Values before a trial, and the trial.
fn before_trial(seed: u64) -> (Vec<f64>, Array2<f64>, Trial) {
    let mut rng = seeded(550 + seed);
    let mut bit = || uniform_index(2, &mut rng);
    let trial = Trial { first: bit(), place: bit(), second: bit(), reward: bit() as f64 };
    (random_belief(2, 560 + seed), second_stage(seed).1, trial)
}

fn true_learn_trial(
    q1: &[f64],
    q2: &Array2<f64>,
    trial: &Trial,
    alpha: f64,
    lambda: f64,
) -> (Vec<f64>, Array2<f64>) {
    let (mut q1, mut q2) = (q1.to_vec(), q2.clone());
    model_free(&mut q1, &mut q2, trial, alpha, lambda);
    (q1, q2)
}

/// The same update with another target of the first error and another weight of the second.
fn learn_trial_with(
    q1: &[f64],
    q2: &Array2<f64>,
    trial: &Trial,
    alpha: f64,
    trace: f64,
    target: fn(&Array2<f64>, &Trial) -> f64,
) -> (Vec<f64>, Array2<f64>) {
    let (mut first, mut second) = (q1.to_vec(), q2.clone());
    let at = [trial.place, trial.second];
    let error = trial.reward - q2[at];
    second[at] += alpha * error;
    first[trial.first] += alpha * (target(q2, trial) - q1[trial.first]) + trace * error;
    (first, second)
}

/// Exercise 5.5: one trial of the two-step task, learned without a model.
pub fn learn_trial() -> Exercise<LearnTrial> {
    Exercise {
        id: "5.5",
        fingerprint: |f| {
            (0..6)
                .flat_map(|seed| {
                    let (q1, q2, trial) = before_trial(seed);
                    let (q1, q2) = f(&q1, &q2, &trial, 0.4, 0.7);
                    q1.into_iter().chain(q2).collect::<Vec<f64>>()
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "shape",
                run: |f| {
                    let (q1, q2, trial) = before_trial(0);
                    let (q1, q2) = f(&q1, &q2, &trial, 0.4, 0.7);
                    (q1.len() != 2 || q2.dim() != (2, 2)).then(|| {
                        "Return both tables, as long as they were: 2 first values and 2 × 2 second values.".into()
                    })
                },
            },
            Test {
                code: "second",
                run: |f| {
                    let trial = Trial { first: 0, place: 0, second: 0, reward: 1.0 };
                    let given =
                        f(&[0.5, 0.2], &array![[0.6, 0.9], [0.1, 0.4]], &trial, 0.5, 0.6).1;
                    far(given[[0, 0]], 0.8).then(|| {
                        format!("The second choice was worth .6 and paid 1; with α = .5 it becomes .8. Yours is {:.4}.", given[[0, 0]])
                    })
                },
            },
            Test {
                code: "first",
                run: |f| {
                    let trial = Trial { first: 0, place: 0, second: 0, reward: 1.0 };
                    let given =
                        f(&[0.5, 0.2], &array![[0.6, 0.9], [0.1, 0.4]], &trial, 0.5, 0.6).0;
                    far(given[0], 0.67).then(|| {
                        format!("The first choice was worth .5 and led to .6: + .5 · .1. Then came the surprise of .4: + .5 · .6 · .4. Together .67; yours is {:.4}.", given[0])
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (q1, q2, trial) = before_trial(seed);
                        let (given, right) = (f(&q1, &q2, &trial, 0.3, 0.8), true_learn_trial(&q1, &q2, &trial, 0.3, 0.8));
                        let off = given.0.iter().chain(&given.1).zip(right.0.iter().chain(&right.1)).any(|(g, r)| far(*g, *r));
                        off.then(|| format!("After {trial:?} from {q1:.3?} the first values should be {:.4?}, yours are {:.4?}.", right.0, given.0))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "max",
                sentence: "Your first error looks at the best second choice. SARSA learns about the choice that was made: use Q₂ of the place and the second choice of this trial.",
                answer: |q1, q2, trial, alpha, lambda| {
                    learn_trial_with(q1, q2, trial, alpha, alpha * lambda, |q2, trial| {
                        highest(&q2.row(trial.place).to_vec())
                    })
                },
            },
            Wrong {
                code: "no-trace",
                sentence: "The surprise at the end does not reach the first choice. Add α λ δ₂ to its value.",
                answer: |q1, q2, trial, alpha, _| {
                    learn_trial_with(q1, q2, trial, alpha, 0.0, |q2, trial| {
                        q2[[trial.place, trial.second]]
                    })
                },
            },
            Wrong {
                code: "trace-without-rate",
                sentence: "Nearly: the trace is α λ δ₂, and you left the α out.",
                answer: |q1, q2, trial, alpha, lambda| {
                    learn_trial_with(q1, q2, trial, alpha, lambda, |q2, trial| {
                        q2[[trial.place, trial.second]]
                    })
                },
            },
            Wrong {
                code: "order",
                sentence: "You learned the second stage first, and then used its new value for the first error. Compute both errors before you change anything.",
                answer: |q1, q2, trial, alpha, lambda| {
                    let at = [trial.place, trial.second];
                    let (mut first, mut second) = (q1.to_vec(), q2.clone());
                    let error = trial.reward - q2[at];
                    second[at] += alpha * error;
                    first[trial.first] +=
                        alpha * (second[at] - q1[trial.first]) + alpha * lambda * error;
                    (first, second)
                },
            },
        ],
        reference: true_learn_trial,
    }
}
