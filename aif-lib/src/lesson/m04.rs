//! Module 04: exploration and exploitation.
//!
//! Shapes: `q` and `n` have one entry for each arm or action.

use super::exercise::{Exercise, Test, Wrong};
use super::support::{far, random_belief};
use super::verdict::Verdict;
use crate::aif::learn::beta_bernoulli::{information_gain as true_gain, update};
use crate::interaction::{End, Step};
use crate::prob::beta::Beta;
use crate::prob::info::entropy;
use crate::prob::random::{seeded, uniform01};
use crate::rl::plan::gittins;
use crate::rl::select;

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[
    ("4.q1", "c"),
    ("4.q2", "a"),
    ("4.q3", "d"),
    ("4.q4", "b"),
    ("4.q5", "c"),
    ("4.q6", "a"),
    ("4.q7", "d"),
    ("4.q8", "b"),
];

/// An answer to Exercise 4.1: the probability of each action, from (q, ε).
pub type EpsilonGreedy = fn(&[f64], f64) -> Vec<f64>;
/// An answer to Exercise 4.2: the upper confidence bound of each arm, from (q, n, c).
pub type UpperBounds = fn(&[f64], &[f64], f64) -> Vec<f64>;
/// An answer to Exercise 4.3: the expected information gain of one pull, in nats.
pub type InformationGain = fn(&Beta) -> f64;
/// An answer to Exercise 4.4: the value of the best plan, from (belief, known arm, pulls).
pub type BestPlan = fn(&Beta, f64, usize) -> f64;
/// An answer to Exercise 4.5: the target of expected SARSA, from (step, γ, Q(s′, ·), π(·|s′)).
pub type Target = fn(&Step, f64, &[f64], &[f64]) -> f64;

/// Checks Exercise 4.1.
pub fn check_4_1(answer: EpsilonGreedy) -> Verdict {
    epsilon_greedy().check(answer)
}

/// Checks Exercise 4.2.
pub fn check_4_2(answer: UpperBounds) -> Verdict {
    upper_bounds().check(answer)
}

/// Checks Exercise 4.3.
pub fn check_4_3(answer: InformationGain) -> Verdict {
    information_gain().check(answer)
}

/// Checks Exercise 4.4.
pub fn check_4_4(answer: BestPlan) -> Verdict {
    best_plan().check(answer)
}

/// Checks Exercise 4.5.
pub fn check_4_5(answer: Target) -> Verdict {
    target().check(answer)
}

fn differ(given: &[f64], right: &[f64]) -> bool {
    let apart = |(g, r): (&f64, &f64)| g != r && far(*g, *r);
    given.len() != right.len() || given.iter().zip(right).any(apart)
}

fn highest(q: &[f64]) -> f64 {
    q.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

// ---- 4.1

/// ε/n for all, and `share` for those that are best.
fn spread(q: &[f64], epsilon: f64, share: &dyn Fn(usize) -> f64) -> Vec<f64> {
    let best = highest(q);
    let ties = q.iter().filter(|x| **x == best).count();
    let each = |x: &f64| if *x == best { share(ties) } else { 0.0 };
    q.iter().map(|x| each(x) + epsilon / q.len() as f64).collect()
}

fn true_epsilon_greedy(q: &[f64], epsilon: f64) -> Vec<f64> {
    spread(q, epsilon, &|ties| (1.0 - epsilon) / ties as f64)
}

/// Exercise 4.1: ε-greedy with shared ties.
pub fn epsilon_greedy() -> Exercise<EpsilonGreedy> {
    Exercise {
        id: "4.1",
        fingerprint: |f| {
            let of = |q: &[f64]| f(q, 0.3);
            [of(&[1.0, 2.0, 0.0]), of(&[3.0, 1.0, 3.0]), of(&[0.0; 4])].concat()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&[1.0, 2.0, 0.0], 0.3).len();
                    (n != 3).then(|| {
                        format!("Three actions need three probabilities; yours has {n}.")
                    })
                },
            },
            Test {
                code: "normalised",
                run: |f| {
                    [vec![1.0, 2.0, 0.0], vec![3.0, 1.0, 3.0]].iter().find_map(|q| {
                        let sum: f64 = f(q, 0.3).iter().sum();
                        far(sum, 1.0).then(|| format!("Probabilities sum to 1; for Q = {q:?} and ε = .3 yours sum to {sum:.3}."))
                    })
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let p = f(&[1.0, 2.0, 0.0], 0.3);
                    differ(&p, &[0.1, 0.8, 0.1]).then(|| format!("By hand: Q = (1, 2, 0) and ε = .3 give (.1, .8, .1); yours is {p:.3?}."))
                },
            },
            Test {
                code: "ties",
                run: |f| {
                    let p = f(&[3.0, 1.0, 3.0], 0.3);
                    differ(&p, &[0.45, 0.1, 0.45]).then(|| format!("With Q = (3, 1, 3) the two best share: (.45, .1, .45); yours is {p:.3?}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (q, epsilon) = (random_belief(5, seed), random_belief(2, 50 + seed)[0]);
                        let (given, right) = (f(&q, epsilon), true_epsilon_greedy(&q, epsilon));
                        differ(&given, &right).then(|| format!("For Q = {q:.2?} and ε = {epsilon:.2} it should be {right:.3?}; yours is {given:.3?}."))
                    })
                },
            },
            Test {
                code: "edges",
                run: |f| {
                    let (greedy, random) = (f(&[-1.0, -2.0], 0.0), f(&[-1.0, -2.0], 1.0));
                    (differ(&greedy, &[1.0, 0.0]) || differ(&random, &[0.5, 0.5]))
                        .then(|| "ε = 0 is greedy and ε = 1 is uniform, for negative values of Q, too.".into())
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "first-of-ties",
                sentence: "When several actions are best you always take the first. Before anything is learned all are equal, and your agent would only ever try action 0: let the best ones share.",
                answer: |q, epsilon| {
                    let first = q.iter().position(|x| *x == highest(q));
                    (0..q.len())
                        .map(|i| {
                            epsilon / q.len() as f64
                                + if Some(i) == first { 1.0 - epsilon } else { 0.0 }
                        })
                        .collect()
                },
            },
            Wrong {
                code: "others-only",
                sentence: "You gave ε to the other actions only. A random action is any action, the best one included: every action gets ε/n.",
                answer: |q, epsilon| {
                    let best = highest(q);
                    let ties = q.iter().filter(|x| **x == best).count();
                    let others = (q.len() - ties).max(1) as f64;
                    let each = |x: &f64| {
                        if *x == best {
                            (1.0 - epsilon) / ties as f64
                        } else {
                            epsilon / others
                        }
                    };
                    q.iter().map(each).collect()
                },
            },
            Wrong {
                code: "unshared",
                sentence: "Each of the best actions gets the whole 1 − ε, so with a tie the sum is above 1. Divide 1 − ε by the number of best actions.",
                answer: |q, epsilon| spread(q, epsilon, &|_| 1.0 - epsilon),
            },
            Wrong {
                code: "swapped",
                sentence: "ε is the probability of a random action, not of the best one. Yours explores with probability 1 − ε.",
                answer: |q, epsilon| true_epsilon_greedy(q, 1.0 - epsilon),
            },
        ],
        reference: true_epsilon_greedy,
    }
}

// ---- 4.2

fn bounds(q: &[f64], n: &[f64], bonus: &dyn Fn(f64, f64) -> f64) -> Vec<f64> {
    let t: f64 = n.iter().sum();
    q.iter().zip(n).map(|(q, n)| q + bonus(t, *n)).collect()
}

fn true_bounds(q: &[f64], n: &[f64], c: f64) -> Vec<f64> {
    bounds(q, n, &|t, n| select::ucb_bonus(t, n, c))
}

/// Exercise 4.2: upper confidence bounds.
pub fn upper_bounds() -> Exercise<UpperBounds> {
    Exercise {
        id: "4.2",
        fingerprint: |f| {
            [f(&[0.5, 0.2], &[8.0, 2.0], 1.0), f(&[0.1, 0.9, 0.4], &[3.0, 5.0, 40.0], 0.7)]
                .concat()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&[0.5, 0.2], &[8.0, 2.0], 1.0).len();
                    (n != 2).then(|| format!("Two arms need two bounds; yours has {n}."))
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let given = f(&[0.5, 0.2], &[8.0, 2.0], 1.0);
                    differ(&given, &true_bounds(&[0.5, 0.2], &[8.0, 2.0], 1.0)).then(|| {
                        format!("By hand: t = 10, ln 10 = 2.303; .5 + √(2.303/8) = 1.036 and .2 + √(2.303/2) = 1.273. Yours is {given:.3?}.")
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let q = random_belief(4, seed);
                        let n: Vec<f64> = random_belief(4, 60 + seed).iter().map(|x| (50.0 * x).ceil()).collect();
                        let (given, right) = (f(&q, &n, 1.4), true_bounds(&q, &n, 1.4));
                        differ(&given, &right).then(|| format!("For Q = {q:.2?}, n = {n:?} and c = 1.4 the bounds are {right:.3?}; yours are {given:.3?}."))
                    })
                },
            },
            Test {
                code: "untried",
                run: |f| {
                    let given = f(&[0.5, 0.0], &[8.0, 0.0], 1.0);
                    (given[1] != f64::INFINITY).then(|| format!("An arm never pulled could pay anything: its bound is f64::INFINITY; yours is {}.", given[1]))
                },
            },
            Test {
                code: "once",
                run: |f| {
                    let given = f(&[0.5], &[1.0], 1.0);
                    differ(&given, &[0.5]).then(|| format!("After one pull in all ln 1 = 0, so the bound is the mean .5; yours is {given:?}."))
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "own-count",
                sentence: "You took the logarithm of the arm's own count. Under the logarithm stands t, all pulls together: that is what brings a neglected arm back.",
                answer: |q, n, c| bounds(q, n, &|_, n| select::ucb_bonus(n, n, c)),
            },
            Wrong {
                code: "counts-swapped",
                sentence: "The counts have changed places: ln t is above, the arm's own n below. Yours rewards arms that were pulled often.",
                answer: |q, n, c| bounds(q, n, &|t, n| c * (n.max(1.0).ln() / t).sqrt()),
            },
            Wrong {
                code: "no-root",
                sentence: "The square root is missing: the mean of n pulls is off by about 1/√n, not 1/n.",
                answer: |q, n, c| {
                    bounds(q, n, &|t, n| {
                        if n > 0.0 { c * t.ln() / n } else { f64::INFINITY }
                    })
                },
            },
            Wrong {
                code: "number-of-arms",
                sentence: "t is the number of all pulls so far, the sum of the counts, not the number of arms.",
                answer: |q, n, c| {
                    bounds(q, n, &|_, k| select::ucb_bonus(n.len() as f64, k, c))
                },
            },
        ],
        reference: true_bounds,
    }
}

// ---- 4.3

fn after(belief: &Beta, success: bool) -> Beta {
    let mut after = *belief;
    update(&mut after, success);
    after
}

/// The mean of something over the two beliefs that may follow.
fn over_outcomes(belief: &Beta, of: &dyn Fn(Beta) -> f64) -> f64 {
    let m = belief.mean();
    m * of(after(belief, true)) + (1.0 - m) * of(after(belief, false))
}

/// Exercise 4.3: what one pull is expected to teach.
pub fn information_gain() -> Exercise<InformationGain> {
    Exercise {
        id: "4.3",
        fingerprint: |f| {
            [(1.0, 1.0), (3.0, 1.0), (2.0, 7.5)]
                .iter()
                .map(|&(a, b)| f(&Beta { a, b }))
                .collect()
        },
        tests: vec![
            Test {
                code: "finite",
                run: |f| {
                    let gain = f(&Beta::UNIFORM);
                    (!gain.is_finite() || gain < 0.0).then(|| format!("An expected divergence is a number, 0 or more; yours is {gain}."))
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let gain = f(&Beta::UNIFORM);
                    far(gain, 2f64.ln() - 0.5).then(|| format!("By hand: from no idea, either outcome moves the belief by ln 2 − ½ = .1931 nats; yours is {gain:.4}."))
                },
            },
            Test {
                code: "uneven",
                run: |f| {
                    let gain = f(&Beta { a: 3.0, b: 1.0 });
                    far(gain, true_gain(&Beta { a: 3.0, b: 1.0 })).then(|| format!("For Beta(3, 1): success has probability ¾ and teaches .0377; failure ¼ and .3030; together .1040. Yours is {gain:.4}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    let mut rng = seeded(43);
                    (0..20).find_map(|_| {
                        let belief = Beta { a: 0.5 + 9.0 * uniform01(&mut rng), b: 0.5 + 9.0 * uniform01(&mut rng) };
                        let (given, right) = (f(&belief), true_gain(&belief));
                        far(given, right).then(|| format!("For Beta({:.2}, {:.2}) the gain is {right:.5}; yours is {given:.5}.", belief.a, belief.b))
                    })
                },
            },
            Test {
                code: "rate",
                run: |f| {
                    let gain = f(&Beta { a: 200.0, b: 800.0 });
                    ((2000.0 * gain - 1.0).abs() > 0.01).then(|| format!("After n = 1000 pulls one more teaches about 1/(2n) = .0005; yours is {gain:.6}."))
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "reversed",
                sentence: "The divergence is the wrong way round: what was learned is KL[after ‖ now], the new belief measured from the old one: after.kl(now).",
                answer: |belief| over_outcomes(belief, &|after| belief.kl(&after)),
            },
            Wrong {
                code: "even-weights",
                sentence: "You gave both outcomes the weight ½. They come with the probabilities that the belief predicts: m and 1 − m.",
                answer: |belief| {
                    [true, false].iter().map(|o| after(belief, *o).kl(belief) / 2.0).sum()
                },
            },
            Wrong {
                code: "surprise",
                sentence: "That is the entropy of the outcome. Most of it is noise that stays however well you know the arm; news is how far the belief moves.",
                answer: |belief| entropy(&[belief.mean(), 1.0 - belief.mean()]),
            },
            Wrong {
                code: "success-only",
                sentence: "You counted what a success teaches and left out the failure. A failure is news, too.",
                answer: |belief| belief.mean() * after(belief, true).kl(belief),
            },
        ],
        reference: true_gain,
    }
}

// ---- 4.4

fn true_plan(belief: &Beta, known: f64, pulls: usize) -> f64 {
    gittins::values(belief, known, pulls)
        .map_or(f64::NAN, |[stay, try_it]| stay.max(try_it))
}

/// One try, then whatever `later` says of the belief that it leaves.
fn one_try(belief: &Beta, known: f64, pulls: usize, later: &dyn Fn(Beta) -> f64) -> f64 {
    let try_it = belief.mean() + over_outcomes(belief, later);
    if pulls == 0 { 0.0 } else { try_it.max(known * pulls as f64) }
}

fn lucky(belief: &Beta, known: f64, pulls: usize) -> f64 {
    if pulls == 0 {
        return 0.0;
    }
    let later = |success| lucky(&after(belief, success), known, pulls - 1);
    (belief.mean() + later(true).max(later(false))).max(known * pulls as f64)
}

fn unpaid(belief: &Beta, known: f64, pulls: usize) -> f64 {
    if pulls == 0 {
        return 0.0;
    }
    let later = over_outcomes(belief, &|next| unpaid(&next, known, pulls - 1));
    later.max(known * pulls as f64)
}

/// Exercise 4.4: the best plan for an unknown arm beside a known one.
pub fn best_plan() -> Exercise<BestPlan> {
    Exercise {
        id: "4.4",
        fingerprint: |f| {
            let cases = [
                (1.0, 1.0, 0.5, 2),
                (1.0, 1.0, 0.55, 6),
                (3.0, 1.0, 0.4, 3),
                (2.0, 1.0, 0.7, 4),
            ];
            cases
                .iter()
                .map(|&(a, b, known, pulls)| f(&Beta { a, b }, known, pulls))
                .collect()
        },
        tests: vec![
            Test {
                code: "no-pulls",
                run: |f| {
                    let v = f(&Beta::UNIFORM, 0.5, 0);
                    far(v, 0.0).then(|| {
                        format!(
                            "With no pull left nothing more can be won: 0; yours is {v}."
                        )
                    })
                },
            },
            Test {
                code: "one-pull",
                run: |f| {
                    let v = [f(&Beta::UNIFORM, 0.4, 1), f(&Beta::UNIFORM, 0.6, 1)];
                    differ(&v, &[0.5, 0.6]).then(|| format!("With one pull take the better mean: .5 against a known .4, .6 against no idea; yours are {v:?}."))
                },
            },
            Test {
                code: "two-pulls",
                run: |f| {
                    let v = f(&Beta::UNIFORM, 0.5, 2);
                    far(v, 13.0 / 12.0).then(|| format!("By hand: try, and stay if it paid (mean 2/3), else take the known .5: ½ (1 + 2/3) + ½ · ½ = 1.0833; yours is {v:.4}."))
                },
            },
            Test {
                code: "more-pulls",
                run: |f| {
                    let mut rng = seeded(44);
                    (3..9).find_map(|pulls| {
                        let belief = Beta { a: 0.5 + 2.0 * uniform01(&mut rng), b: 0.5 + 2.0 * uniform01(&mut rng) };
                        let known = 0.3 + 0.4 * uniform01(&mut rng);
                        let (given, right) = (f(&belief, known, pulls), true_plan(&belief, known, pulls));
                        far(given, right).then(|| format!("Beta({:.2}, {:.2}), known {known:.2}, {pulls} pulls: {right:.4}; yours is {given:.4}.", belief.a, belief.b))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "myopic",
                sentence: "That multiplies the better mean by the number of pulls. It never learns: after a pull the belief is another one, and so is the choice.",
                answer: |belief, known, pulls| pulls as f64 * belief.mean().max(known),
            },
            Wrong {
                code: "one-look",
                sentence: "You plan for one look and then decide for good. With more pulls left the same question comes again after every try: call the function itself.",
                answer: |belief, known, pulls| {
                    let rest = pulls.saturating_sub(1) as f64;
                    one_try(belief, known, pulls, &|next| rest * next.mean().max(known))
                },
            },
            Wrong {
                code: "lucky",
                sentence: "You went on from the better of the two outcomes. You cannot choose what the arm pays: weight them with m and 1 − m.",
                answer: lucky,
            },
            Wrong {
                code: "unpaid",
                sentence: "The reward of the try itself is missing: a success pays 1 now, besides what follows.",
                answer: unpaid,
            },
        ],
        reference: true_plan,
    }
}

// ---- 4.5

fn expected(q: &[f64], policy: &[f64]) -> f64 {
    q.iter().zip(policy).map(|(q, p)| q * p).sum()
}

fn true_target(step: &Step, gamma: f64, q: &[f64], policy: &[f64]) -> f64 {
    step.reward + step.discount(gamma) * expected(q, policy)
}

fn step(reward: f64, end: Option<End>) -> Step {
    Step { obs: 0, reward, end }
}

/// Exercise 4.5: the target of expected SARSA.
pub fn target() -> Exercise<Target> {
    Exercise {
        id: "4.5",
        fingerprint: |f| {
            [None, Some(End::Terminated), Some(End::Truncated)]
                .iter()
                .map(|end| f(&step(-1.0, *end), 0.9, &[-4.0, -104.0], &[0.95, 0.05]))
                .collect()
        },
        tests: vec![
            Test {
                code: "hand",
                run: |f| {
                    let y = f(&step(-1.0, None), 0.9, &[-4.0, -104.0], &[0.95, 0.05]);
                    far(y, -9.1).then(|| format!("By hand: −1 + .9 (.95 · (−4) + .05 · (−104)) = −1 + .9 · (−9) = −9.1; yours is {y:.3}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (q, p) = (random_belief(4, seed), random_belief(4, 70 + seed));
                        let (given, right) = (f(&step(2.0, None), 0.8, &q, &p), true_target(&step(2.0, None), 0.8, &q, &p));
                        far(given, right).then(|| format!("Reward 2, γ = .8, Q = {q:.2?}, π = {p:.2?}: {right:.4}; yours is {given:.4}."))
                    })
                },
            },
            Test {
                code: "terminal",
                run: |f| {
                    let y = f(
                        &step(-1.0, Some(End::Terminated)),
                        0.9,
                        &[-4.0, -104.0],
                        &[0.95, 0.05],
                    );
                    far(y, -1.0).then(|| format!("At the end of the task nothing follows: the target is the reward, −1; yours is {y:.3}."))
                },
            },
            Test {
                code: "truncated",
                run: |f| {
                    let y = f(
                        &step(-1.0, Some(End::Truncated)),
                        0.9,
                        &[-4.0, -104.0],
                        &[0.95, 0.05],
                    );
                    far(y, -9.1).then(|| format!("When only the clock ran out, the future is worth what it always was: −9.1; yours is {y:.3}."))
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "max",
                sentence: "You took the best next value. That is Q-learning. SARSA learns what its own policy is worth, slips included: weight each value with π(a′|s′).",
                answer: |s, gamma, q, _| s.reward + s.discount(gamma) * highest(q),
            },
            Wrong {
                code: "over-terminal",
                sentence: "You look beyond the end of the task, where nothing is. After a terminal step the discount is 0; step.discount(gamma) takes care of it.",
                answer: |s, gamma, q, p| s.reward + gamma * expected(q, p),
            },
            Wrong {
                code: "cut-short",
                sentence: "A time limit is not the end of the task: after a truncated step the future still counts. Only a terminal step has none.",
                answer: |s, gamma, q, p| {
                    s.reward + if s.end.is_some() { 0.0 } else { gamma * expected(q, p) }
                },
            },
            Wrong {
                code: "undiscounted",
                sentence: "The discount is missing: what comes a step later counts γ times as much.",
                answer: |s, _, q, p| s.reward + s.discount(1.0) * expected(q, p),
            },
        ],
        reference: true_target,
    }
}
