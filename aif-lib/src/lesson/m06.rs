//! Module 06: policy gradients.
//!
//! Shapes: `theta`, `policy`, `q` (action); `rewards`, `baseline`, `values`, `next`, `ends` (time).

use super::exercise::{Exercise, Test, Wrong};
use super::support::{far, random_belief};
use super::verdict::Verdict;
use crate::interaction::End;
use crate::prob::info::{entropy, softmax};
use crate::prob::random::{seeded, standard_normal};
use crate::rl::learn::{gae, policy_gradient, reinforce, soft_improvement};

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[
    ("6.q1", "c"),
    ("6.q2", "a"),
    ("6.q3", "d"),
    ("6.q4", "b"),
    ("6.q5", "d"),
    ("6.q6", "a"),
    ("6.q7", "c"),
    ("6.q8", "b"),
];

/// An answer to Exercise 6.1: the score of an action, from (preferences, action).
pub type Score = fn(&[f64], usize) -> Vec<f64>;
/// An answer to Exercise 6.2: how much to reinforce each action, from (rewards, baseline, γ).
pub type Weights = fn(&[f64], &[f64], f64) -> Vec<f64>;
/// An answer to Exercise 6.3: the advantages, from (rewards, values, next values, ends, γ, λ).
pub type Advantages = fn(&[f64], &[f64], &[f64], &[Option<End>], f64, f64) -> Vec<f64>;
/// An answer to Exercise 6.4: the improved policy, from (old policy, action values, η).
pub type Improve = fn(&[f64], &[f64], f64) -> Vec<f64>;
/// An answer to Exercise 6.5: the gradient of the entropy, from the policy.
pub type EntropyGradient = fn(&[f64]) -> Vec<f64>;

/// Checks Exercise 6.1.
pub fn check_6_1(answer: Score) -> Verdict {
    score().check(answer)
}

/// Checks Exercise 6.2.
pub fn check_6_2(answer: Weights) -> Verdict {
    weights().check(answer)
}

/// Checks Exercise 6.3.
pub fn check_6_3(answer: Advantages) -> Verdict {
    advantages().check(answer)
}

/// Checks Exercise 6.4.
pub fn check_6_4(answer: Improve) -> Verdict {
    improve().check(answer)
}

/// Checks Exercise 6.5.
pub fn check_6_5(answer: EntropyGradient) -> Verdict {
    entropy_gradient().check(answer)
}

/// Whether two lists differ, in length or in a number; NaN differs from everything.
fn differ(given: &[f64], right: &[f64]) -> bool {
    given.len() != right.len() || given.iter().zip(right).any(|(g, r)| far(*g, *r))
}

/// The sentence, with both lists, if they differ.
fn compare(given: &[f64], right: &[f64], sentence: &str) -> Option<String> {
    let more = if given.iter().any(|x| x.is_nan()) {
        " NaN is what 0 / 0, 0 · ∞ and ∞ − ∞ give."
    } else {
        ""
    };
    differ(given, right)
        .then(|| format!("{sentence} should be {right:.4?}; yours is {given:.4?}.{more}"))
}

fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut rng = seeded(seed);
    (0..n).map(|_| standard_normal(&mut rng)).collect()
}

// ---- 6.1

fn true_score(theta: &[f64], a: usize) -> Vec<f64> {
    policy_gradient::score(&softmax(theta), a)
}

/// Exercise 6.1: the score of a softmax policy.
pub fn score() -> Exercise<Score> {
    Exercise {
        id: "6.1",
        fingerprint: |f| {
            (0..4).flat_map(|seed| f(&numbers(4, seed), seed as usize % 4)).collect()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&[0.0; 3], 1).len();
                    (n != 3).then(|| {
                        format!("One number for each action makes 3; yours has {n}.")
                    })
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    // Softmax of (ln 2, 0, 0) is (.5, .25, .25).
                    compare(
                        &f(&[2f64.ln(), 0.0, 0.0], 1),
                        &[-0.5, 0.75, -0.25],
                        "Preferences (ln 2, 0, 0) give π = (.5, .25, .25). The score of action 1",
                    )
                },
            },
            Test {
                code: "mean",
                run: |f| {
                    let theta = numbers(4, 9);
                    let policy = softmax(&theta);
                    let mean: f64 = (0..4).map(|a| policy[a] * f(&theta, a)[2]).sum();
                    far(mean, 0.0).then(|| format!("Weighted with π, the scores of all actions sum to 0 in each place; yours to {mean:.4}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (theta, a) = (numbers(5, 50 + seed), seed as usize % 5);
                        compare(
                            &f(&theta, a),
                            &true_score(&theta, a),
                            "On random preferences the score",
                        )
                    })
                },
            },
            Test {
                code: "large",
                run: |f| {
                    compare(
                        &f(&[1000.0, 0.0], 0),
                        &[0.0, 0.0],
                        "Preferences (1000, 0) make action 0 certain, and its score",
                    )
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "no-policy",
                sentence: "You have a 1 for the action and nothing else. The normaliser of the softmax depends on every preference: subtract π.",
                answer: |theta, a| (0..theta.len()).map(|b| f64::from(a == b)).collect(),
            },
            Wrong {
                code: "sign",
                sentence: "The sign is turned round: this would make what was good less likely. It is 1 for the action, minus π.",
                answer: |theta, a| true_score(theta, a).iter().map(|x| -x).collect(),
            },
            Wrong {
                code: "not-log",
                sentence: "This is the gradient of π(a). The score is that of ln π(a): divide by π(a) once more.",
                answer: |theta, a| {
                    let p = softmax(theta)[a];
                    true_score(theta, a).iter().map(|x| p * x).collect()
                },
            },
            Wrong {
                code: "chosen-only",
                sentence: "Only the chosen action has a number. What the others lose counts, too: −π(b) for each b.",
                answer: |theta, a| {
                    let s = true_score(theta, a);
                    (0..s.len()).map(|b| if a == b { s[b] } else { 0.0 }).collect()
                },
            },
        ],
        reference: true_score,
    }
}

// ---- 6.2

fn true_weights(rewards: &[f64], baseline: &[f64], gamma: f64) -> Vec<f64> {
    reinforce::weights(rewards, baseline, gamma)
}

/// Exercise 6.2: returns to go, minus a baseline.
pub fn weights() -> Exercise<Weights> {
    Exercise {
        id: "6.2",
        fingerprint: |f| {
            (0..4)
                .flat_map(|seed| f(&numbers(5, seed), &numbers(5, 70 + seed), 0.9))
                .collect()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&[1.0; 3], &[0.0; 3], 1.0).len();
                    (n != 3).then(|| {
                        format!("One weight for each action makes 3; yours has {n}.")
                    })
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    compare(
                        &f(&[1.0, 2.0, 4.0], &[0.0; 3], 0.5),
                        &[3.0, 4.0, 4.0],
                        "Rewards (1, 2, 4), γ = .5, no baseline: 4, then 2 + .5 · 4 = 4, then 1 + .5 · 4 = 3. The weights",
                    )
                },
            },
            Test {
                code: "baseline",
                run: |f| {
                    compare(
                        &f(&[1.0, 2.0, 4.0], &[3.0, 1.0, 0.5], 0.5),
                        &[0.0, 3.0, 3.5],
                        "The same with baseline (3, 1, .5): 3 − 3, 4 − 1, 4 − .5. The weights",
                    )
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (r, b) = (numbers(6, 100 + seed), numbers(6, 200 + seed));
                        let gamma = 0.05 * seed as f64;
                        compare(
                            &f(&r, &b, gamma),
                            &true_weights(&r, &b, gamma),
                            "On random rewards the weights",
                        )
                    })
                },
            },
            Test {
                code: "empty",
                run: |f| {
                    compare(
                        &f(&[], &[], 0.9),
                        &[],
                        "An episode without steps teaches nothing. The weights",
                    )
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "whole-return",
                sentence: "Every action gets the return of the whole episode. What was paid before an action is no merit of it: count from the action on.",
                answer: |r, b, gamma| {
                    let all =
                        reinforce::returns_to_go(r, gamma).first().copied().unwrap_or(0.0);
                    b.iter().map(|b| all - b).collect()
                },
            },
            Wrong {
                code: "baseline-after",
                sentence: "You subtracted the baseline of the state after the action. It depends on what the action did, so it would take away part of its merit: use that of the state in which it was chosen.",
                answer: |r, b, gamma| {
                    let after = |t: usize| b.get(t + 1).copied().unwrap_or(0.0);
                    reinforce::returns_to_go(r, gamma)
                        .iter()
                        .enumerate()
                        .map(|(t, g)| g - after(t))
                        .collect()
                },
            },
            Wrong {
                code: "discount-again",
                sentence: "You discounted once too often: the reward that an action brings at once counts in full, the next one γ.",
                answer: |r, b, gamma| {
                    reinforce::returns_to_go(r, gamma)
                        .iter()
                        .zip(b)
                        .map(|(g, b)| gamma * g - b)
                        .collect()
                },
            },
            Wrong {
                code: "no-discount",
                sentence: "γ is missing: a reward that comes k steps later counts γᵏ.",
                answer: |r, b, _| true_weights(r, b, 1.0),
            },
        ],
        reference: true_weights,
    }
}

// ---- 6.3

fn true_advantages(
    rewards: &[f64],
    values: &[f64],
    next: &[f64],
    ends: &[Option<End>],
    gamma: f64,
    lambda: f64,
) -> Vec<f64> {
    gae::advantages(rewards, values, next, ends, gamma, lambda)
}

const CUT: Option<End> = Some(End::Truncated);
const OVER: Option<End> = Some(End::Terminated);

/// Two episodes and the beginning of a third: one is over, one is cut off.
fn three_episodes(seed: u64) -> (Vec<f64>, Vec<f64>, Vec<f64>, Vec<Option<End>>) {
    let mut ends = vec![None; 8];
    (ends[2], ends[5]) = if seed.is_multiple_of(2) { (OVER, CUT) } else { (CUT, OVER) };
    (numbers(8, seed), numbers(8, 300 + seed), numbers(8, 400 + seed), ends)
}

fn small(f: Advantages, last: Option<End>, lambda: f64) -> Vec<f64> {
    f(&[1.0; 3], &[0.5, 0.4, 0.3], &[0.4, 0.3, 0.2], &[None, None, last], 0.9, lambda)
}

/// Exercise 6.3: generalised advantage estimation.
pub fn advantages() -> Exercise<Advantages> {
    Exercise {
        id: "6.3",
        fingerprint: |f| {
            let one = |seed| {
                let (r, v, next, ends) = three_episodes(seed);
                f(&r, &v, &next, &ends, 0.9, 0.7)
            };
            (0..4).flat_map(one).collect()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = small(f, None, 0.8).len();
                    (n != 3).then(|| {
                        format!("One advantage for each reward makes 3; yours has {n}.")
                    })
                },
            },
            Test {
                code: "delta",
                run: |f| {
                    compare(
                        &small(f, None, 0.0),
                        &[0.86, 0.87, 0.88],
                        "Rewards (1, 1, 1), V = (.5, .4, .3), next V = (.4, .3, .2), γ = .9 and λ = 0: only the errors δ. They",
                    )
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    compare(
                        &small(f, None, 0.8),
                        &[1.942_592, 1.5036, 0.88],
                        "The same with λ = .8: .88, then .87 + .72 · .88, then .86 + .72 · 1.5036. The advantages",
                    )
                },
            },
            Test {
                code: "terminated",
                run: |f| {
                    compare(
                        &small(f, OVER, 0.8),
                        &[1.849_28, 1.374, 0.7],
                        "The same, but the last step ends the task, so δ = 1 − .3 = .7. The advantages",
                    )
                },
            },
            Test {
                code: "truncated",
                run: |f| {
                    compare(
                        &small(f, CUT, 0.8),
                        &[1.942_592, 1.5036, 0.88],
                        "The same, but the last step is cut off: the future is worth what it always was. The advantages",
                    )
                },
            },
            Test {
                code: "border",
                run: |f| {
                    // A truncated step and, after it, another episode with a huge reward.
                    let given =
                        f(&[1.0, 100.0], &[0.5, 0.5], &[0.5, 0.0], &[CUT, OVER], 0.5, 1.0);
                    compare(
                        &given,
                        &[0.75, 99.5],
                        "Step 0 is cut off, step 1 belongs to another episode, in which 100 is paid: step 0 has 1 + .5 · .5 − .5. The advantages",
                    )
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (r, v, next, ends) = three_episodes(500 + seed);
                        let lambda = 0.05 * seed as f64;
                        compare(
                            &f(&r, &v, &next, &ends, 0.95, lambda),
                            &true_advantages(&r, &v, &next, &ends, 0.95, lambda),
                            "On random episodes the advantages",
                        )
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "bootstrap",
                sentence: "You bootstrapped over the end of the task: after End::Terminated nothing more comes, whatever the critic says about that state.",
                answer: |r, v, next, ends, gamma, lambda| {
                    let cut: Vec<Option<End>> =
                        ends.iter().map(|e| e.map(|_| End::Truncated)).collect();
                    true_advantages(r, v, next, &cut, gamma, lambda)
                },
            },
            Wrong {
                code: "no-reset",
                sentence: "The advantage of the next episode leaks into the one before. At every end, of either kind, begin again from δ alone.",
                answer: |r, v, next, ends, gamma, lambda| {
                    let known = |t: usize| if ends[t] == OVER { 0.0 } else { next[t] };
                    let next: Vec<f64> = (0..r.len()).map(known).collect();
                    true_advantages(r, v, &next, &vec![None; r.len()], gamma, lambda)
                },
            },
            Wrong {
                code: "time-limit",
                sentence: "You took every end for the end of the task. Where the clock ran out (End::Truncated) the next state is worth what it always was.",
                answer: |r, v, next, ends, gamma, lambda| {
                    let over: Vec<Option<End>> =
                        ends.iter().map(|e| e.map(|_| End::Terminated)).collect();
                    true_advantages(r, v, next, &over, gamma, lambda)
                },
            },
            Wrong {
                code: "no-gamma",
                sentence: "What is carried back shrinks by γ λ for each step; you used λ alone.",
                answer: |r, v, next, ends, gamma, lambda| {
                    let discount = |t: usize| if ends[t] == OVER { 0.0 } else { gamma };
                    let scaled: Vec<f64> =
                        (0..r.len()).map(|t| discount(t) * next[t]).collect();
                    let open: Vec<Option<End>> =
                        ends.iter().map(|e| e.map(|_| End::Truncated)).collect();
                    true_advantages(r, v, &scaled, &open, 1.0, lambda)
                },
            },
        ],
        reference: true_advantages,
    }
}

// ---- 6.4

fn true_step(old: &[f64], q: &[f64], eta: f64) -> Vec<f64> {
    soft_improvement::step(old, q, eta).probs().to_vec()
}

/// Exercise 6.4: soft policy improvement.
pub fn improve() -> Exercise<Improve> {
    Exercise {
        id: "6.4",
        fingerprint: |f| {
            (0..4)
                .flat_map(|seed| f(&random_belief(4, seed), &numbers(4, 80 + seed), 0.5))
                .collect()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&[0.5, 0.5], &[0.0, 0.0], 1.0).len();
                    (n != 2).then(|| {
                        format!("One probability for each action makes 2; yours has {n}.")
                    })
                },
            },
            Test {
                code: "normalised",
                run: |f| {
                    let sum: f64 = f(&[0.5, 0.3, 0.2], &[1.0, 0.0, -1.0], 0.5).iter().sum();
                    far(sum, 1.0)
                        .then(|| format!("A policy sums to 1; yours sums to {sum:.4}."))
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    compare(
                        &f(&[0.8, 0.2], &[0.0, 4f64.ln()], 0.5),
                        &[2.0 / 3.0, 1.0 / 3.0],
                        "Old policy (.8, .2), values (0, ln 4), η = .5: weights .8 · 1 and .2 · 4^.5 = .4. The new policy",
                    )
                },
            },
            Test {
                code: "still",
                run: |f| {
                    compare(
                        &f(&[0.7, 0.1, 0.2], &[3.0, -1.0, 2.0], 0.0),
                        &[0.7, 0.1, 0.2],
                        "With η = 0 nothing changes. The new policy",
                    )
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (old, q) =
                            (random_belief(4, 600 + seed), numbers(4, 700 + seed));
                        let eta = 0.1 + 0.2 * seed as f64;
                        compare(
                            &f(&old, &q, eta),
                            &true_step(&old, &q, eta),
                            "On random values the new policy",
                        )
                    })
                },
            },
            Test {
                code: "large",
                run: |f| {
                    compare(
                        &f(&[0.5, 0.5, 0.0], &[1000.0, 1000.0, 2000.0], 1.0),
                        &[0.5, 0.5, 0.0],
                        "Values of a thousand, and an action that the old policy never takes: e^1000 is too large for a computer, and 0 stays 0. (The library's `softmax` can do both.) The new policy",
                    )
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "no-habit",
                sentence: "This is softmax(ηq): where the old policy was does not matter to you. Start from it: add ln π_old.",
                answer: |_, q, eta| softmax(&q.iter().map(|q| eta * q).collect::<Vec<_>>()),
            },
            Wrong {
                code: "divided",
                sentence: "You divided by η. A large η is a long step: it multiplies the values.",
                answer: |old, q, eta| true_step(old, q, 1.0 / eta),
            },
            Wrong {
                code: "plain-gradient",
                sentence: "This is a step along the plain gradient: its size is scaled by π once more, so rare actions hardly move. Here ln π moves by ηq for every action.",
                answer: |old, q, eta| {
                    let mean: f64 = old.iter().zip(q).map(|(p, q)| p * q).sum();
                    let h: Vec<f64> = old
                        .iter()
                        .zip(q)
                        .map(|(p, q)| p.ln() + eta * p * (q - mean))
                        .collect();
                    softmax(&h)
                },
            },
            Wrong {
                code: "probability",
                sentence: "You added π_old itself. What is added up in the exponent is its logarithm.",
                answer: |old, q, eta| {
                    softmax(
                        &old.iter().zip(q).map(|(p, q)| p + eta * q).collect::<Vec<_>>(),
                    )
                },
            },
        ],
        reference: true_step,
    }
}

// ---- 6.5

/// −π (ln π + c) for each action; 0 where π is 0.
fn with_constant(policy: &[f64], c: f64) -> Vec<f64> {
    policy.iter().map(|p| if *p > 0.0 { -p * (p.ln() + c) } else { 0.0 }).collect()
}

/// Exercise 6.5: the silent bug, an entropy gradient that is centred in the wrong way.
pub fn entropy_gradient() -> Exercise<EntropyGradient> {
    Exercise {
        id: "6.5",
        fingerprint: |f| (0..4).flat_map(|seed| f(&random_belief(4, seed))).collect(),
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&[0.25; 4]).len();
                    (n != 4).then(|| {
                        format!("One number for each action makes 4; yours has {n}.")
                    })
                },
            },
            Test {
                code: "even",
                run: |f| {
                    compare(
                        &f(&[0.25; 4]),
                        &[0.0; 4],
                        "An even policy has the greatest entropy: there the slope",
                    )
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    // H = .5 ln 2 + .5 ln 4 = 1.5 ln 2: slopes −.5 (−ln 2 + 1.5 ln 2) and −.25 (−2 ln 2 + 1.5 ln 2).
                    let ln2 = 2f64.ln();
                    compare(
                        &f(&[0.5, 0.25, 0.25]),
                        &[-0.25 * ln2, 0.125 * ln2, 0.125 * ln2],
                        "At π = (.5, .25, .25) the entropy is 1.5 ln 2, and the slope (−.25 ln 2, .125 ln 2, .125 ln 2)",
                    )
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let policy = random_belief(5, 800 + seed);
                        compare(
                            &f(&policy),
                            &policy_gradient::entropy_gradient(&policy),
                            "On a random policy the slope",
                        )
                    })
                },
            },
            Test {
                code: "certain",
                run: |f| {
                    compare(
                        &f(&[1.0, 0.0, 0.0]),
                        &[0.0; 3],
                        "At a policy that is certain the slope along the preferences",
                    )
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "the-bug",
                sentence: "This is still the bug: 1 instead of H, and then the plain mean subtracted. The sum is 0, as it should be, and every number is wrong.",
                answer: |policy| {
                    let g = with_constant(policy, 1.0);
                    let mean = g.iter().sum::<f64>() / g.len() as f64;
                    g.iter().map(|x| x - mean).collect()
                },
            },
            Wrong {
                code: "not-softmax",
                sentence: "This is π times the slope along the probabilities, −(ln π + 1). The preferences move all probabilities at once: subtract the mean of that slope under π, and H appears in the place of 1.",
                answer: |policy| with_constant(policy, 1.0),
            },
            Wrong {
                code: "no-entropy",
                sentence: "H is missing: −π ln π alone is never below 0, as if every preference could raise the entropy.",
                answer: |policy| with_constant(policy, 0.0),
            },
            Wrong {
                code: "sign",
                sentence: "The sign is turned round: this leads to less entropy.",
                answer: |policy| {
                    with_constant(policy, entropy(policy)).iter().map(|x| -x).collect()
                },
            },
        ],
        reference: policy_gradient::entropy_gradient,
    }
}
