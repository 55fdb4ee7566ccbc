//! Module 02: Bellman and value.
//!
//! Shapes: `t` (next state, state, action), `v` and rewards on arrival (state), a policy one distribution for each state.

use ndarray::Array3;

use super::exercise::{Exercise, Test, Wrong};
use super::support::{far, random_belief, random_columns};
use super::verdict::Verdict;
use crate::interaction::{Action, State};
use crate::prob::categorical::Categorical;
use crate::prob::random::{seeded, uniform01};
use crate::rl::evaluate::{
    action_values, backup, distance, evaluation_sweep, optimality, policy_values_exact,
    random_policy,
};
use crate::rl::model::Mdp;
use crate::rl::plan::policy_iteration::{improve, policy_iteration};
use crate::rl::select;
use crate::world::graph::GraphWorld;
use crate::world::grid::GridWorld;

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[
    ("2.q1", "c"),
    ("2.q2", "a"),
    ("2.q3", "d"),
    ("2.q4", "b"),
    ("2.q5", "c"),
    ("2.q6", "a"),
    ("2.q7", "d"),
    ("2.q8", "b"),
];

/// An answer to Exercise 2.1: the return of (rewards, γ).
pub type Return = fn(&[f64], f64) -> f64;
/// An answer to Exercise 2.2: the value of an action, from (mdp, values, state, action).
pub type ActionValue = fn(&Mdp, &[f64], State, Action) -> f64;
/// An answer to Exercise 2.3: one sweep of policy evaluation, from (mdp, policy, old values).
pub type Sweep = fn(&Mdp, &[Categorical], &[f64]) -> Vec<f64>;
/// An answer to Exercise 2.4: the probabilities of the best actions, from their values.
pub type Best = fn(&[f64]) -> Vec<f64>;
/// An answer to Exercise 2.5: the values of every policy on the way to the best one.
pub type Rounds = fn(&Mdp) -> Vec<Vec<f64>>;
/// An answer to Exercise 2.6: one sweep of value iteration, from (t, arrival, terminal, γ, old values).
pub type BestSweep = fn(&Array3<f64>, &[f64], &[bool], f64, &[f64]) -> Vec<f64>;

/// Checks Exercise 2.1.
pub fn check_2_1(answer: Return) -> Verdict {
    discounted_return().check(answer)
}

/// Checks Exercise 2.2.
pub fn check_2_2(answer: ActionValue) -> Verdict {
    action_value().check(answer)
}

/// Checks Exercise 2.3.
pub fn check_2_3(answer: Sweep) -> Verdict {
    sweep().check(answer)
}

/// Checks Exercise 2.4.
pub fn check_2_4(answer: Best) -> Verdict {
    best_actions().check(answer)
}

/// Checks Exercise 2.5.
pub fn check_2_5(answer: Rounds) -> Verdict {
    rounds().check(answer)
}

/// Checks Exercise 2.6.
pub fn check_2_6(answer: BestSweep) -> Verdict {
    best_sweep().check(answer)
}

// ---- what several checks use

/// Three cells in a row, the goal at the right end, γ = .9.
fn corridor() -> Mdp {
    let world = GridWorld::new("S.+").expect("the drawing is correct");
    world.to_mdp(0.9).expect("a discount below 1")
}

/// A random task: four states of which the last ends it, two actions, γ = .8.
fn random_mdp(seed: u64) -> Mdp {
    let columns = random_columns(4, 8, seed); // (s′, 2 s + a)
    let mut rng = seeded(1000 + seed);
    let t = Array3::from_shape_fn((4, 4, 2), |(next, s, a)| match s {
        3 => f64::from(next == 3),
        _ => columns[[next, 2 * s + a]],
    });
    let r = Array3::from_shape_fn((4, 4, 2), |(_, s, _)| match s {
        3 => 0.0,
        _ => 2.0 * uniform01(&mut rng) - 1.0,
    });
    Mdp::builder(t)
        .reward(r)
        .terminal(&[3])
        .discount(0.8)
        .build()
        .expect("columns sum to one and the end is at rest")
}

/// Values for four states; the one of the end is not 0, and must not count.
fn random_values(seed: u64) -> Vec<f64> {
    let mut v: Vec<f64> = random_belief(4, seed).iter().map(|x| 6.0 * x - 1.0).collect();
    v[3] = 5.0;
    v
}

/// Two stochastic choices for each of four states.
fn random_choices(seed: u64) -> Vec<Categorical> {
    (0..4)
        .map(|s| Categorical::from_weights(&random_belief(2, 10 * seed + s)))
        .map(|policy| policy.expect("weights are positive"))
        .collect()
}

// ---- 2.1

fn true_return(rewards: &[f64], gamma: f64) -> f64 {
    rewards.iter().rev().fold(0.0, |later, r| r + gamma * later)
}

/// Exercise 2.1: the discounted return.
pub fn discounted_return() -> Exercise<Return> {
    Exercise {
        id: "2.1",
        fingerprint: |f| {
            vec![f(&[0.0, 0.0, 1.0], 0.9), f(&[1.0, 2.0, 4.0, 8.0], 0.5), f(&[3.0], 0.7)]
        },
        tests: vec![
            Test {
                code: "first",
                run: |f| {
                    let g = f(&[3.0], 0.7);
                    far(g, 3.0).then(|| format!("One reward of 3, on the very next step, is worth 3: nothing is discounted yet. Yours is {g}."))
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let g = f(&[0.0, 0.0, 1.0], 0.9);
                    far(g, 0.81).then(|| format!("Rewards 0, 0, 1 with γ = .9: the 1 comes on the third step and is discounted twice, .81. Yours is {g:.4}."))
                },
            },
            Test {
                code: "sum",
                run: |f| {
                    let g = f(&[1.0, 2.0, 4.0, 8.0], 0.5);
                    far(g, 4.0).then(|| format!("Rewards 1, 2, 4, 8 with γ = ½: 1 + 1 + 1 + 1 = 4. Yours is {g:.4}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (rewards, gamma) =
                            (random_belief(7, seed), 0.05 * (seed as f64 + 1.0));
                        let (given, right) =
                            (f(&rewards, gamma), true_return(&rewards, gamma));
                        far(given, right).then(|| format!("For {rewards:.3?} and γ = {gamma:.2} the return is {right:.6}; yours is {given:.6}."))
                    })
                },
            },
            Test {
                code: "nothing",
                run: |f| {
                    let g = f(&[], 0.9);
                    far(g, 0.0).then(|| {
                        format!("Where no reward comes, the return is 0; yours is {g}.")
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "no-discount",
                sentence: "This is the plain sum: γ has been forgotten. The k-th reward counts γ^(k−1).",
                answer: |rewards, _| rewards.iter().sum(),
            },
            Wrong {
                code: "one-late",
                sentence: "Every reward is discounted once too often. The first reward comes on the next step, and counts in full.",
                answer: |rewards, gamma| gamma * true_return(rewards, gamma),
            },
            Wrong {
                code: "backwards",
                sentence: "You discounted from the wrong end: it is the last reward that lies farthest in the future.",
                answer: |rewards, gamma| {
                    rewards.iter().fold(0.0, |later, r| r + gamma * later)
                },
            },
            Wrong {
                code: "linear",
                sentence: "You multiplied by γ times the number of steps. Each step multiplies by γ again, so it is a power.",
                answer: |rewards, gamma| {
                    let weight = |k: usize| if k == 0 { 1.0 } else { gamma * k as f64 };
                    rewards.iter().enumerate().map(|(k, r)| weight(k) * r).sum()
                },
            },
        ],
        reference: true_return,
    }
}

// ---- 2.2

/// Σₛ′ T (R + weight(s′) v(s′)).
fn backup_with(
    mdp: &Mdp,
    v: &[f64],
    (s, a): (State, Action),
    weight: &dyn Fn(State) -> f64,
) -> f64 {
    let (t, r) = (mdp.transition(), mdp.reward());
    (0..mdp.n_states())
        .map(|next| t[[next, s, a]] * (r[[next, s, a]] + weight(next) * v[next]))
        .sum()
}

/// Exercise 2.2: the value of an action.
pub fn action_value() -> Exercise<ActionValue> {
    Exercise {
        id: "2.2",
        fingerprint: |f| {
            (0..4)
                .flat_map(|seed| {
                    let (mdp, v) = (random_mdp(seed), random_values(50 + seed));
                    (0..3).map(move |s| f(&mdp, &v, s, 1)).collect::<Vec<_>>()
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "reward",
                run: |f| {
                    let q = f(&corridor(), &[0.0, 0.0, 0.0], 1, 1);
                    far(q, 1.0).then(|| format!("In the corridor, going east from the middle arrives at the goal and earns 1, whatever γ is; yours is {q:.4}."))
                },
            },
            Test {
                code: "later",
                run: |f| {
                    let q = f(&corridor(), &[0.5, 2.0, 0.0], 0, 1);
                    far(q, 1.8).then(|| format!("Going east from the start earns nothing now and leads to a state worth 2: 0 + .9 · 2 = 1.8; yours is {q:.4}."))
                },
            },
            Test {
                code: "end",
                run: |f| {
                    let q = f(&corridor(), &[0.0, 0.0, 50.0], 1, 1);
                    far(q, 1.0).then(|| format!("The goal ends the task: whatever number stands in its place of v (here 50), nothing comes after it. The value is 1; yours is {q:.4}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (mdp, v) = (random_mdp(seed), random_values(seed));
                        let (s, a) = (seed as usize % 3, seed as usize % 2);
                        let (given, right) = (f(&mdp, &v, s, a), backup(&mdp, &v, s, a));
                        far(given, right).then(|| format!("In a random task the value of action {a} in state {s} should be {right:.4}; yours is {given:.4}."))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "no-discount",
                sentence: "The value of what comes next counts in full: γ has been forgotten.",
                answer: |mdp, v, s, a| {
                    backup_with(mdp, v, (s, a), &|next| f64::from(!mdp.is_terminal(next)))
                },
            },
            Wrong {
                code: "over-the-end",
                sentence: "You counted a value after the end. Where the next state is terminal, γ V is replaced by 0; `mdp.discount_into(next)` knows.",
                answer: |mdp, v, s, a| backup_with(mdp, v, (s, a), &|_| mdp.discount()),
            },
            Wrong {
                code: "reward-late",
                sentence: "The reward is discounted, too: off by one. It is paid on arrival, that is now, so only V(s′) is multiplied by γ.",
                answer: |mdp, v, s, a| {
                    let zero = vec![0.0; v.len()];
                    let now = backup(mdp, &zero, s, a);
                    backup(mdp, v, s, a) - now + mdp.discount() * now
                },
            },
            Wrong {
                code: "axes",
                sentence: "The first two axes are swapped: T[s′, s, a] has the next state first.",
                answer: |mdp, v, s, a| {
                    let (t, r) = (mdp.transition(), mdp.reward());
                    let value = |n: usize| r[[s, n, a]] + mdp.discount_into(n) * v[n];
                    (0..v.len()).map(|n| t[[s, n, a]] * value(n)).sum()
                },
            },
        ],
        reference: backup,
    }
}

// ---- 2.3

/// Exercise 2.3: one sweep of policy evaluation.
pub fn sweep() -> Exercise<Sweep> {
    Exercise {
        id: "2.3",
        fingerprint: |f| {
            let mut print = f(&corridor(), &random_policy(&corridor()), &[0.2, 0.6, 0.0]);
            print.extend(f(&random_mdp(7), &random_choices(7), &random_values(7)));
            print
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let mdp = corridor();
                    let n = f(&mdp, &random_policy(&mdp), &[0.0; 3]).len();
                    (n != 3).then(|| format!("The corridor has 3 states, so there are 3 values; yours has {n}."))
                },
            },
            Test {
                code: "first",
                run: |f| {
                    let mdp = corridor();
                    let v = f(&mdp, &random_policy(&mdp), &[0.0; 3]);
                    far(v[1], 0.25).then(|| format!("From V = 0, the random walker in the middle of the corridor goes east one time in four and earns 1: ¼. Yours is {:.4}.", v[1]))
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    // Middle: ¼·1 + .9(¼·.2 + ½·.6); start: .9(¾·.2 + ¼·.6).
                    let mdp = corridor();
                    let v = f(&mdp, &random_policy(&mdp), &[0.2, 0.6, 0.0]);
                    (far(v[0], 0.27) || far(v[1], 0.565)).then(|| format!("From V = (.2, .6, 0) one sweep for the random walker gives (.27, .565, 0), by hand; yours is ({:.4}, {:.4}, {:.4}).", v[0], v[1], v[2]))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (mdp, policy, v) = (random_mdp(seed), random_choices(seed), random_values(seed));
                        let (given, right) = (f(&mdp, &policy, &v), evaluation_sweep(&mdp, &policy, &v));
                        (given.len() != 4 || distance(&given, &right) > 1e-9).then(|| format!("In a random task one sweep should give {right:.4?}; yours is {given:.4?}."))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "max",
                sentence: "You took the best action's value. This policy does not always take the best action: its value is the average over what it does.",
                answer: |mdp, _, v| {
                    (0..mdp.n_states()).map(|s| optimality(mdp, v, s)).collect()
                },
            },
            Wrong {
                code: "sum",
                sentence: "You added the actions' values without their probabilities π(a|s).",
                answer: |mdp, _, v| {
                    let q = action_values(mdp, v);
                    q.rows().into_iter().map(|row| row.sum()).collect()
                },
            },
            Wrong {
                code: "uniform",
                sentence: "You averaged over the actions as if all were equally likely. Weigh them by this policy's probabilities.",
                answer: |mdp, _, v| evaluation_sweep(mdp, &random_policy(mdp), v),
            },
            Wrong {
                code: "in-place",
                sentence: "You read values that this same sweep had already replaced. That would also lead to the right values in the end, but the sweep of this exercise computes all new values from the old ones: collect them in a new vector.",
                answer: |mdp, policy, v| {
                    let mut v = v.to_vec();
                    for s in 0..v.len() {
                        let q = |a| backup(mdp, &v, s, a);
                        v[s] = (0..mdp.n_actions()).map(|a| policy[s][a] * q(a)).sum();
                    }
                    v
                },
            },
        ],
        reference: evaluation_sweep,
    }
}

// ---- 2.4

fn largest(q: &[f64]) -> f64 {
    q.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

fn shared(best: &[bool]) -> Vec<f64> {
    let n = best.iter().filter(|b| **b).count() as f64;
    best.iter().map(|b| if *b { 1.0 / n } else { 0.0 }).collect()
}

/// Exercise 2.4: the best actions, with ties.
pub fn best_actions() -> Exercise<Best> {
    Exercise {
        id: "2.4",
        fingerprint: |f| {
            [f(&[1.0, 3.0, 2.0]), f(&[1.0, 3.0, 3.0, 0.5]), f(&[0.1 + 0.2, 0.3])].concat()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&[1.0, 3.0, 2.0]).len();
                    (n != 3).then(|| {
                        format!("Three actions, three probabilities; yours are {n}.")
                    })
                },
            },
            Test {
                code: "best",
                run: |f| {
                    let p = f(&[1.0, 3.0, 2.0]);
                    (p != [0.0, 1.0, 0.0]).then(|| format!("Of the values 1, 3, 2 the second is best, so (0, 1, 0); yours is {p:.4?}."))
                },
            },
            Test {
                code: "tie",
                run: |f| {
                    let p = f(&[1.0, 3.0, 3.0, 0.5]);
                    (p.len() != 4 || distance(&p, &[0.0, 0.5, 0.5, 0.0]) > 1e-12).then(|| format!("Of 1, 3, 3, ½ the second and the third are equally good and share: (0, ½, ½, 0); yours is {p:.4?}."))
                },
            },
            Test {
                code: "rounding",
                run: |f| {
                    let p = f(&[0.1 + 0.2, 0.3]);
                    (distance(&p, &[0.5, 0.5]) > 1e-12).then(|| format!("0.1 + 0.2 and 0.3 are the same number but for rounding (the 17th digit): a tie; yours is {p:.4?}."))
                },
            },
            Test {
                code: "negative",
                run: |f| {
                    let p = f(&[-2.0, -1.0, -1.0]);
                    (distance(&p, &[0.0, 0.5, 0.5]) > 1e-12).then(|| format!("Values can be negative: of −2, −1, −1 the last two share; yours is {p:.4?}."))
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "first",
                sentence: "A tie goes to the action with the lowest number, so your agent prefers north for no reason. Give all best actions the same probability.",
                answer: |q| {
                    let best = q.iter().position(|x| *x == largest(q)).unwrap_or(0);
                    (0..q.len()).map(|a| f64::from(a == best)).collect()
                },
            },
            Wrong {
                code: "exact",
                sentence: "You compare with ==. Sums taken in another order differ in the last digit, and a tie is missed: count values within 1e-9 of the best as equal.",
                answer: |q| shared(&q.iter().map(|x| *x == largest(q)).collect::<Vec<_>>()),
            },
            Wrong {
                code: "not-normalised",
                sentence: "Each best action has a 1: these are marks, not probabilities. Divide by their number.",
                answer: |q| q.iter().map(|x| f64::from(*x > largest(q) - 1e-9)).collect(),
            },
            Wrong {
                code: "softmax",
                sentence: "This is a softmax: worse actions get a share as well. Greedy means the best only.",
                answer: |q| Categorical::from_logits(q).probs().to_vec(),
            },
        ],
        reference: |q| select::greedy(q).probs().to_vec(),
    }
}

// ---- 2.5

fn true_rounds(mdp: &Mdp) -> Vec<Vec<f64>> {
    let rounds = policy_iteration(mdp).expect("a discount below 1");
    rounds.into_iter().map(|round| round.v).collect()
}

fn fork() -> Mdp {
    let task = GraphWorld::layout("two_step").expect("the name is known");
    task.to_mdp(0.9).expect("a discount below 1")
}

fn slippery() -> Mdp {
    let world = GridWorld::small("four_rooms").and_then(|world| world.with_slip(0.2));
    let world = world.expect("the name is known");
    world.to_mdp(0.9).expect("a discount below 1")
}

fn exact(mdp: &Mdp, policy: &[Categorical]) -> Vec<f64> {
    policy_values_exact(mdp, policy).expect("a discount below 1")
}

/// Exercise 2.5: policy iteration.
pub fn rounds() -> Exercise<Rounds> {
    Exercise {
        id: "2.5",
        fingerprint: |f| {
            [fork(), slippery()]
                .iter()
                .flat_map(|mdp| {
                    let rounds = f(mdp);
                    let n = rounds.len() as f64;
                    rounds.into_iter().flatten().chain([n])
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "first",
                run: |f| {
                    let v = f(&fork());
                    v.first().is_none_or(|v| v.len() != 7 || far(v[0], 0.225)).then(|| {
                        "The first entry holds the values of the uniform random policy, one for each state. In the task of two choices it is worth .9 · ¼ = .225 at node 0.".into()
                    })
                },
            },
            Test {
                code: "second",
                run: |f| {
                    let v = f(&fork());
                    v.get(1).is_none_or(|v| far(v[0], 0.45)).then(|| {
                        "The random walker finds node 1 worth 0 and node 2 worth ½, so the second policy goes to node 2: it is worth .9 · ½ = .45 at node 0.".into()
                    })
                },
            },
            Test {
                code: "last",
                run: |f| {
                    let v = f(&fork());
                    v.last().is_none_or(|v| far(v[0], 0.9)).then(|| {
                        "The second policy knows what node 1 is worth if one chooses well there. So a third is better still: .9 at node 0. Go on until nothing changes.".into()
                    })
                },
            },
            Test {
                code: "best",
                run: |f| {
                    let mdp = slippery();
                    let v = f(&mdp);
                    let last = v.last()?;
                    let better: Vec<f64> =
                        (0..mdp.n_states()).map(|s| optimality(&mdp, last, s)).collect();
                    (last.len() != better.len() || distance(last, &better) > 1e-9).then(|| "In a slippery little Four Rooms your last values do not solve Bellman's optimality equation: some state could still do better.".into())
                },
            },
            Test {
                code: "length",
                run: |f| {
                    let (given, right) =
                        (f(&slippery()).len(), true_rounds(&slippery()).len());
                    (given > right + 1).then(|| format!("{right} policies lead to the best one there (one more to see that nothing changes is fine); you kept {given}. Stop when the policy stays the same."))
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "one-round",
                sentence: "You improved once and stopped. The new policy has other values, and acting greedily on them may be better still.",
                answer: |mdp| {
                    let first = exact(mdp, &random_policy(mdp));
                    let second = exact(mdp, &improve(mdp, &first));
                    vec![first, second]
                },
            },
            Wrong {
                code: "one-sweep",
                sentence: "You evaluated each policy with a single sweep. Its value is where the sweeps end: `policy_values_exact` solves for it.",
                answer: |mdp| {
                    let mut policy = random_policy(mdp);
                    let mut all = vec![vec![0.0; mdp.n_states()]];
                    loop {
                        let v = evaluation_sweep(mdp, &policy, &all[all.len() - 1]);
                        let next = improve(mdp, &v);
                        all.push(v);
                        if next == policy {
                            return all[1..].to_vec();
                        }
                        policy = next;
                    }
                },
            },
            Wrong {
                code: "never-evaluated",
                sentence: "You improved again and again on the values of the first policy. Each new policy has to be evaluated before it is improved.",
                answer: |mdp| {
                    let first = exact(mdp, &random_policy(mdp));
                    vec![first.clone(), first.clone(), first]
                },
            },
        ],
        reference: true_rounds,
    }
}

// ---- 2.6

/// Value iteration's sweep, with the weight of (s, s′) for V(s′), and what an end itself is said to be worth.
fn sweep_with(
    t: &Array3<f64>,
    v: &[f64],
    target: &dyn Fn(State, State) -> f64,
    end: &dyn Fn(State) -> Option<f64>,
) -> Vec<f64> {
    let (n, _, actions) = t.dim();
    let q =
        |s: State, a: Action| (0..n).map(|next| t[[next, s, a]] * target(s, next)).sum();
    let best = |s: State| (0..actions).map(|a| q(s, a)).fold(f64::NEG_INFINITY, f64::max);
    (0..v.len()).map(|s| end(s).unwrap_or_else(|| best(s))).collect()
}

fn zero_if(end: bool) -> Option<f64> {
    end.then_some(0.0)
}

fn true_best_sweep(
    t: &Array3<f64>,
    arrival: &[f64],
    terminal: &[bool],
    gamma: f64,
    v: &[f64],
) -> Vec<f64> {
    let later = |next: State| if terminal[next] { 0.0 } else { gamma * v[next] };
    sweep_with(t, v, &|_, next| arrival[next] + later(next), &|s| zero_if(terminal[s]))
}

fn corridor_parts() -> (Array3<f64>, [f64; 3], [bool; 3]) {
    (corridor().transition().to_array(), [0.0, 0.0, 1.0], [false, false, true])
}

/// The values after as many sweeps as there are states, from 0, in the corridor.
fn settled(f: BestSweep) -> Vec<f64> {
    let (t, arrival, terminal) = corridor_parts();
    (0..4).fold(vec![0.0; 3], |v, _| f(&t, &arrival, &terminal, 0.9, &v))
}

/// Exercise 2.6: the sweep that looked over the end.
pub fn best_sweep() -> Exercise<BestSweep> {
    Exercise {
        id: "2.6",
        fingerprint: |f| {
            let mut print = settled(f);
            let mdp = random_mdp(3);
            let terminal = [false, false, false, true];
            let arrival = [0.3, -0.2, 0.1, 1.0];
            print.extend(f(
                &mdp.transition().to_array(),
                &arrival,
                &terminal,
                0.8,
                &[0.4, 0.7, -0.1, 2.0],
            ));
            print
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = settled(f).len();
                    (n != 3).then(|| format!("Three states, three values; yours are {n}."))
                },
            },
            Test {
                code: "neighbour",
                run: |f| {
                    let v = settled(f);
                    far(v[1], 1.0).then(|| format!("One step before a goal that pays 1 and ends the task, no more than 1 can be earned; your value there is {:.4}.", v[1]))
                },
            },
            Test {
                code: "far",
                run: |f| {
                    let v = settled(f);
                    far(v[0], 0.9).then(|| format!("Two steps before the goal the value is γ = .9; yours is {:.4}.", v[0]))
                },
            },
            Test {
                code: "end",
                run: |f| {
                    let v = settled(f);
                    far(v[2], 0.0).then(|| format!("After the end nothing is paid any more: the goal itself is worth 0; yours is {:.4}.", v[2]))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (mdp, v) = (random_mdp(seed), random_values(seed));
                        let (arrival, terminal) = (random_values(90 + seed), [false, false, false, true]);
                        let (given, right) = (f(&mdp.transition().to_array(), &arrival, &terminal, 0.8, &v), true_best_sweep(&mdp.transition().to_array(), &arrival, &terminal, 0.8, &v));
                        (given.len() != 4 || distance(&given, &right) > 1e-9).then(|| format!("In a random task the sweep should give {right:.4?}; yours is {given:.4?}."))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "the-bug",
                sentence: "This is still the bug: it asks whether the state you leave is an end. Ask it of the state where you arrive.",
                answer: |t, arrival, terminal, gamma, v| {
                    let later = |s: State, next: State| {
                        if terminal[s] { 0.0 } else { gamma * v[next] }
                    };
                    sweep_with(t, v, &|s, next| arrival[next] + later(s, next), &|_| None)
                },
            },
            Wrong {
                code: "no-end",
                sentence: "Now nothing ever ends: the goal pays itself again and again, and its value grows towards 1/(1 − γ).",
                answer: |t, arrival, _, gamma, v| {
                    sweep_with(t, v, &|_, next| arrival[next] + gamma * v[next], &|_| None)
                },
            },
            Wrong {
                code: "end-pays",
                sentence: "The states before the goal are right now. The goal itself is not: it stays where it is and would be paid for arriving. An end is worth 0.",
                answer: |t, arrival, terminal, gamma, v| {
                    let later =
                        |next: State| if terminal[next] { 0.0 } else { gamma * v[next] };
                    sweep_with(t, v, &|_, next| arrival[next] + later(next), &|_| None)
                },
            },
            Wrong {
                code: "reward-lost",
                sentence: "You dropped the reward together with the future. Arriving at the end still pays; only what would come after it is 0.",
                answer: |t, arrival, terminal, gamma, v| {
                    let target = |next: State| {
                        if terminal[next] { 0.0 } else { arrival[next] + gamma * v[next] }
                    };
                    sweep_with(t, v, &|_, next| target(next), &|s| zero_if(terminal[s]))
                },
            },
        ],
        reference: true_best_sweep,
    }
}
