//! Module 06: policy gradients.
//!
//! Shapes: `theta`, `policy`, `q` (action); `rewards`, `baseline`, `values`, `next`, `ends` (time).

use super::support::{expected, random_belief, random_numbers};
use super::{AnyExercise, Exercise, Module, Numbers, Verdict};
use crate::interaction::{Action, End};
use crate::prob::info::{entropy, softmax};
use crate::rl::learn::{gae, policy_gradient, reinforce, soft_improvement};

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 6, quiz: "1 c, 2 a, 3 d, 4 b, 5 d, 6 a, 7 c, 8 b", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(score()),
        Box::new(weights()),
        Box::new(advantages()),
        Box::new(improve()),
        Box::new(entropy_gradient()),
    ]
}

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

// ---- 6.1

/// Preferences and an action; without one, the mean over all actions is looked at.
type Preferred = (Vec<f64>, Option<Action>);

fn scored(f: Score, (theta, action): &Preferred) -> Numbers {
    if let Some(a) = action {
        return f(theta, *a).into();
    }
    let mut mean = vec![0.0; f(theta, 0).len()];
    for (a, p) in softmax(theta).into_iter().enumerate() {
        mean.iter_mut().zip(f(theta, a)).for_each(|(m, s)| *m += p * s);
    }
    mean.into()
}

fn true_score(theta: &[f64], a: Action) -> Vec<f64> {
    policy_gradient::score(&softmax(theta), a)
}

fn score() -> Exercise<Preferred, Score> {
    Exercise::<Preferred, Score>::new("6.1", scored, true_score)
        .shape("One number for each action")
        .hand("hand", (vec![2f64.ln(), 0.0, 0.0], Some(1)), &[-0.5, 0.75, -0.25],
            "Preferences (ln 2, 0, 0) give π = (.5, .25, .25). The score of action 1 should be {right}")
        .hand("mean", (random_numbers(4, -2.0, 2.0, 9), None), &[0.0; 4],
            "Weighted with π, the scores of all actions sum to 0 in each place; yours to {yours}.")
        .random("random",
            |seed| (random_numbers(5, -2.0, 2.0, 50 + seed), Some(seed as usize % 5)),
            "On random preferences the score")
        .hand("large", (vec![1000.0, 0.0], Some(0)), &[0.0, 0.0],
            "Preferences (1000, 0) make action 0 certain, and its score should be {right}")
        .wrong("no-policy", |theta, a| (0..theta.len()).map(|b| f64::from(a == b)).collect(),
            "You have a 1 for the action and nothing else. The normaliser of the softmax depends on every preference: subtract π.")
        .wrong("sign", |theta, a| true_score(theta, a).iter().map(|x| -x).collect(),
            "The sign is turned round: this would make what was good less likely. It is 1 for the action, minus π.")
        .wrong("not-log",
            |theta, a| {
                let p = softmax(theta)[a];
                true_score(theta, a).iter().map(|x| p * x).collect()
            },
            "This is the gradient of π(a). The score is that of ln π(a): divide by π(a) once more.")
        .wrong("chosen-only",
            |theta, a| {
                let mut s = vec![0.0; theta.len()];
                s[a] = true_score(theta, a)[a];
                s
            },
            "Only the chosen action has a number. What the others lose counts, too: −π(b) for each b.")
}

// ---- 6.2

/// (rewards, baseline, γ).
type Paid = (Vec<f64>, Vec<f64>, f64);

fn weights() -> Exercise<Paid, Weights> {
    let paid = vec![1.0, 2.0, 4.0];
    Exercise::<Paid, Weights>::new("6.2", |f, (r, b, gamma)| f(r, b, *gamma).into(),
        reinforce::weights)
    .shape("One weight for each action")
    .hand("hand", (paid.clone(), vec![0.0; 3], 0.5), &[3.0, 4.0, 4.0],
        "Rewards (1, 2, 4), γ = .5, no baseline: 4, then 2 + .5 · 4 = 4, then 1 + .5 · 4 = 3. The weights should be {right}")
    .hand("baseline", (paid, vec![3.0, 1.0, 0.5], 0.5), &[0.0, 3.0, 3.5],
        "The same with baseline (3, 1, .5): 3 − 3, 4 − 1, 4 − .5. The weights should be {right}")
    .random("random",
        |seed| {
            let rewards = random_numbers(6, -2.0, 2.0, 100 + seed);
            (rewards, random_numbers(6, -2.0, 2.0, 200 + seed), 0.05 * seed as f64)
        },
        "On random rewards the weights")
    .hand("empty", (vec![], vec![], 0.9), &[],
        "An episode without steps teaches nothing. The weights should be {right}")
    .wrong("whole-return",
        |r, b, gamma| {
            let all = reinforce::returns_to_go(r, gamma).first().copied().unwrap_or(0.0);
            b.iter().map(|b| all - b).collect()
        },
        "Every action gets the return of the whole episode. What was paid before an action is no merit of it: count from the action on.")
    .wrong("baseline-after",
        |r, b, gamma| {
            let after: Vec<f64> = b.iter().copied().skip(1).chain([0.0]).take(b.len()).collect();
            reinforce::weights(r, &after, gamma)
        },
        "You subtracted the baseline of the state after the action. It depends on what the action did, so it would take away part of its merit: use that of the state in which it was chosen.")
    .wrong("discount-again",
        |r, b, gamma| {
            let returns = reinforce::returns_to_go(r, gamma);
            returns.iter().zip(b).map(|(g, b)| gamma * g - b).collect()
        },
        "You discounted once too often: the reward that an action brings at once counts in full, the next one γ.")
    .wrong("no-discount", |r, b, _| reinforce::weights(r, b, 1.0),
        "γ is missing: a reward that comes k steps later counts γᵏ.")
}

// ---- 6.3

const CUT: Option<End> = Some(End::Truncated);
const OVER: Option<End> = Some(End::Terminated);

/// (rewards, values, next values, ends, γ, λ).
type Record = (Vec<f64>, Vec<f64>, Vec<f64>, Vec<Option<End>>, f64, f64);

/// Three steps that each pay 1.
fn small(last: Option<End>, lambda: f64) -> Record {
    let (values, next) = (vec![0.5, 0.4, 0.3], vec![0.4, 0.3, 0.2]);
    (vec![1.0; 3], values, next, vec![None, None, last], 0.9, lambda)
}

/// Two episodes and the beginning of a third: one is over, one is cut off.
fn three_episodes(seed: u64) -> Record {
    let mut ends = vec![None; 8];
    (ends[2], ends[5]) = if seed.is_multiple_of(2) { (OVER, CUT) } else { (CUT, OVER) };
    let list = |first| random_numbers(8, -2.0, 2.0, first + seed);
    (list(500), list(300), list(400), ends, 0.95, 0.05 * seed as f64)
}

/// The same ends, but all of one kind.
fn all(ends: &[Option<End>], kind: Option<End>) -> Vec<Option<End>> {
    ends.iter().map(|end| end.and(kind)).collect()
}

fn advantages() -> Exercise<Record, Advantages> {
    Exercise::<Record, Advantages>::new("6.3",
        |f, (r, v, next, ends, gamma, lambda)| f(r, v, next, ends, *gamma, *lambda).into(),
        gae::advantages)
    .shape("One advantage for each reward")
    .hand("delta", small(None, 0.0), &[0.86, 0.87, 0.88],
        "Rewards (1, 1, 1), V = (.5, .4, .3), next V = (.4, .3, .2), γ = .9 and λ = 0: only the errors δ. They should be {right}")
    .hand("hand", small(None, 0.8), &[1.942_592, 1.5036, 0.88],
        "The same with λ = .8: .88, then .87 + .72 · .88, then .86 + .72 · 1.5036. The advantages should be {right}")
    .hand("terminated", small(OVER, 0.8), &[1.849_28, 1.374, 0.7],
        "The same, but the last step ends the task, so δ = 1 − .3 = .7. The advantages should be {right}")
    .hand("truncated", small(CUT, 0.8), &[1.942_592, 1.5036, 0.88],
        "The same, but the last step is cut off: the future is worth what it always was. The advantages should be {right}")
    .hand("border",
        (vec![1.0, 100.0], vec![0.5, 0.5], vec![0.5, 0.0], vec![CUT, OVER], 0.5, 1.0),
        &[0.75, 99.5],
        "Step 0 is cut off, step 1 belongs to another episode, in which 100 is paid: step 0 has 1 + .5 · .5 − .5. The advantages should be {right}")
    .random("random", three_episodes, "On random episodes the advantages")
    .wrong("bootstrap",
        |r, v, next, ends, gamma, lambda| {
            gae::advantages(r, v, next, &all(ends, CUT), gamma, lambda)
        },
        "You bootstrapped over the end of the task: after End::Terminated nothing more comes, whatever the critic says about that state.")
    .wrong("no-reset",
        |r, v, next, ends, gamma, lambda| {
            let worth = |(v, end): (&f64, &Option<End>)| if *end == OVER { 0.0 } else { *v };
            let next: Vec<f64> = next.iter().zip(ends).map(worth).collect();
            gae::advantages(r, v, &next, &all(ends, None), gamma, lambda)
        },
        "The advantage of the next episode leaks into the one before. At every end, of either kind, begin again from δ alone.")
    .wrong("time-limit",
        |r, v, next, ends, gamma, lambda| {
            gae::advantages(r, v, next, &all(ends, OVER), gamma, lambda)
        },
        "You took every end for the end of the task. Where the clock ran out (End::Truncated) the next state is worth what it always was.")
    .wrong("no-gamma",
        |r, v, next, ends, gamma, lambda| {
            let next: Vec<f64> = next.iter().map(|v| gamma * v).collect();
            gae::advantages(r, v, &next, ends, 1.0, lambda)
        },
        "What is carried back shrinks by γ λ for each step; you used λ alone.")
}

// ---- 6.4

/// (old policy, action values, η).
type Old = (Vec<f64>, Vec<f64>, f64);

fn true_step(old: &[f64], q: &[f64], eta: f64) -> Vec<f64> {
    soft_improvement::step(old, q, eta).probs().to_vec()
}

/// The policy with these preferences, from the old probability and the value of each action.
fn preferring(old: &[f64], q: &[f64], h: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    softmax(&old.iter().zip(q).map(|(p, q)| h(*p, *q)).collect::<Vec<f64>>())
}

fn improve() -> Exercise<Old, Improve> {
    Exercise::<Old, Improve>::new("6.4", |f, (old, q, eta)| f(old, q, *eta).into(), true_step)
        .shape("One probability for each action")
        .distribution()
        .hand("hand", (vec![0.8, 0.2], vec![0.0, 4f64.ln()], 0.5), &[2.0 / 3.0, 1.0 / 3.0],
            "Old policy (.8, .2), values (0, ln 4), η = .5: weights .8 · 1 and .2 · 4^.5 = .4. The new policy should be {right}")
        .hand("still", (vec![0.7, 0.1, 0.2], vec![3.0, -1.0, 2.0], 0.0), &[0.7, 0.1, 0.2],
            "With η = 0 nothing changes. The new policy should be {right}")
        .random("random",
            |seed| {
                let q = random_numbers(4, -2.0, 2.0, 700 + seed);
                (random_belief(4, 600 + seed), q, 0.1 + 0.2 * seed as f64)
            },
            "On random values the new policy")
        .hand("large", (vec![0.5, 0.5, 0.0], vec![1000.0, 1000.0, 2000.0], 1.0), &[0.5, 0.5, 0.0],
            "Values of a thousand, and an action that the old policy never takes: e^1000 is too large for a computer, and 0 stays 0. (The library's `softmax` can do both.) The new policy should be {right}")
        .wrong("no-habit", |old, q, eta| preferring(old, q, |_, q| eta * q),
            "This is softmax(ηq): where the old policy was does not matter to you. Start from it: add ln π_old.")
        .wrong("divided", |old, q, eta| true_step(old, q, 1.0 / eta),
            "You divided by η. A large η is a long step: it multiplies the values.")
        .wrong("plain-gradient",
            |old, q, eta| {
                let mean = expected(old, q);
                preferring(old, q, |p, q| p.ln() + eta * p * (q - mean))
            },
            "This is a step along the plain gradient: its size is scaled by π once more, so rare actions hardly move. Here ln π moves by ηq for every action.")
        .wrong("probability", |old, q, eta| preferring(old, q, |p, q| p + eta * q),
            "You added π_old itself. What is added up in the exponent is its logarithm.")
}

// ---- 6.5

/// −π (ln π + c) for each action; 0 where π is 0.
fn with_constant(policy: &[f64], c: f64) -> Vec<f64> {
    policy.iter().map(|p| if *p > 0.0 { -p * (p.ln() + c) } else { 0.0 }).collect()
}

/// The silent bug: an entropy gradient that is centred in the wrong way.
fn entropy_gradient() -> Exercise<Vec<f64>, EntropyGradient> {
    // H = .5 ln 2 + .5 ln 4 = 1.5 ln 2: slopes −.5 (−ln 2 + 1.5 ln 2) and −.25 (−2 ln 2 + 1.5 ln 2).
    let slopes = [-0.25, 0.125, 0.125].map(|x| x * 2f64.ln());
    Exercise::<Vec<f64>, EntropyGradient>::new("6.5", |f, policy| f(policy).into(),
        policy_gradient::entropy_gradient)
    .shape("One number for each action")
    .hand("even", vec![0.25; 4], &[0.0; 4],
        "An even policy has the greatest entropy: there the slope should be {right}")
    .hand("hand", vec![0.5, 0.25, 0.25], &slopes,
        "At π = (.5, .25, .25) the entropy is 1.5 ln 2, and the slope (−.25 ln 2, .125 ln 2, .125 ln 2) should be {right}")
    .random("random", |seed| random_belief(5, 800 + seed), "On a random policy the slope")
    .hand("certain", vec![1.0, 0.0, 0.0], &[0.0; 3],
        "At a policy that is certain the slope along the preferences should be {right}")
    .wrong("the-bug",
        |policy| {
            let g = with_constant(policy, 1.0);
            let mean = g.iter().sum::<f64>() / g.len() as f64;
            g.iter().map(|x| x - mean).collect()
        },
        "This is still the bug: 1 instead of H, and then the plain mean subtracted. The sum is 0, as it should be, and every number is wrong.")
    .wrong("not-softmax", |policy| with_constant(policy, 1.0),
        "This is π times the slope along the probabilities, −(ln π + 1). The preferences move all probabilities at once: subtract the mean of that slope under π, and H appears in the place of 1.")
    .wrong("no-entropy", |policy| with_constant(policy, 0.0),
        "H is missing: −π ln π alone is never below 0, as if every preference could raise the entropy.")
    .wrong("sign",
        |policy| with_constant(policy, entropy(policy)).iter().map(|x| -x).collect(),
        "The sign is turned round: this leads to less entropy.")
}
