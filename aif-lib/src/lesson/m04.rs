//! Module 04: exploration and exploitation.
//!
//! Shapes: `q` and `n` have one entry for each arm or action.

use super::support::{expected, highest, random_belief, random_numbers};
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::aif::learn::beta_bernoulli::{information_gain as true_gain, update};
use crate::interaction::{End, Step};
use crate::prob::beta::Beta;
use crate::prob::info::entropy;
use crate::rl::plan::gittins;
use crate::rl::select;

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 4, quiz: "1 c, 2 a, 3 d, 4 b, 5 c, 6 a, 7 d, 8 b", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(epsilon_greedy()),
        Box::new(upper_bounds()),
        Box::new(information_gain()),
        Box::new(best_plan()),
        Box::new(target()),
    ]
}

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

// ---- 4.1

/// ε/n for all, and `share(number of best)` for those whose value is `best`.
fn spread(q: &[f64], epsilon: f64, best: f64, share: impl Fn(f64) -> f64) -> Vec<f64> {
    let ties = q.iter().filter(|x| **x == best).count();
    let each = |x: &f64| if *x == best { share(ties as f64) } else { 0.0 };
    q.iter().map(|x| each(x) + epsilon / q.len() as f64).collect()
}

fn true_epsilon_greedy(q: &[f64], epsilon: f64) -> Vec<f64> {
    spread(q, epsilon, highest(q), |ties| (1.0 - epsilon) / ties)
}

fn epsilon_greedy() -> Exercise<(Vec<f64>, f64), EpsilonGreedy> {
    Exercise::<(Vec<f64>, f64), EpsilonGreedy>::new("4.1",
        |f, (q, epsilon)| f(q, *epsilon).into(),
        true_epsilon_greedy)
    .shape("One probability for each action")
    .distribution()
    .hand("hand", (vec![1.0, 2.0, 0.0], 0.3), &[0.1, 0.8, 0.1],
        "By hand: Q = (1, 2, 0) and ε = .3 give (.1, .8, .1)")
    .hand("ties", (vec![3.0, 1.0, 3.0], 0.3), &[0.45, 0.1, 0.45],
        "With Q = (3, 1, 3) and ε = .3 the two best share: (.45, .1, .45)")
    .random("random", |seed| (random_numbers(5, -1.0, 1.0, seed), 0.05 * seed as f64),
        "For (Q, ε) = {input} the probabilities")
    .hand("negative", (vec![-1.0, -2.0], 0.0), &[1.0, 0.0],
        "ε = 0 is greedy, for negative values of Q, too: of (−1, −2) the first is best")
    .hand("uniform", (vec![-1.0, -2.0], 1.0), &[0.5, 0.5], "ε = 1 is uniform")
    .hand("one", (vec![-1.0], 0.3), &[1.0], "A single action is taken for sure")
    .wrong("first-of-ties",
        |q, epsilon| {
            let first = q.iter().position(|x| *x == highest(q));
            let extra = |i| if Some(i) == first { 1.0 - epsilon } else { 0.0 };
            (0..q.len()).map(|i| epsilon / q.len() as f64 + extra(i)).collect()
        },
        "When several actions are best you always take the first. Before anything is learned all are equal, and your agent would only ever try action 0: let the best ones share.")
    .wrong("others-only",
        |q, epsilon| {
            let (n, best) = (q.len() as f64, highest(q));
            let ties = q.iter().filter(|x| **x == best).count() as f64;
            let (win, lose) = ((1.0 - epsilon) / ties, epsilon / (n - ties).max(1.0));
            q.iter().map(|x| if *x == best { win } else { lose }).collect()
        },
        "You gave ε to the other actions only. A random action is any action, the best one included: every action gets ε/n.")
    .wrong("unshared", |q, epsilon| spread(q, epsilon, highest(q), |_| 1.0 - epsilon),
        "Each of the best actions gets the whole 1 − ε, so with a tie the sum is above 1. Divide 1 − ε by the number of best actions.")
    .wrong("swapped", |q, epsilon| true_epsilon_greedy(q, 1.0 - epsilon),
        "ε is the probability of a random action, not of the best one. Yours explores with probability 1 − ε.")
    .wrong("from-zero",
        |q, epsilon| spread(q, epsilon, highest(q).max(0.0), |ties| (1.0 - epsilon) / ties),
        "Your maximum starts at 0, so when all values are negative no action is the best. Start from f64::NEG_INFINITY.")
}

// ---- 4.2

fn bounds(q: &[f64], n: &[f64], bonus: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let t: f64 = n.iter().sum();
    q.iter().zip(n).map(|(q, n)| q + bonus(t, *n)).collect()
}

type Pulled = (Vec<f64>, Vec<f64>, f64);

fn upper_bounds() -> Exercise<Pulled, UpperBounds> {
    Exercise::<Pulled, UpperBounds>::new("4.2", |f, (q, n, c)| f(q, n, *c).into(),
        |q, n, c| bounds(q, n, |t, n| select::ucb_bonus(t, n, c)))
    .shape("One bound for each arm")
    .hand("hand", (vec![0.5, 0.2], vec![8.0, 2.0], 1.0),
        &[0.5 + (10f64.ln() / 8.0).sqrt(), 0.2 + (10f64.ln() / 2.0).sqrt()],
        "By hand: Q = (.5, .2), n = (8, 2), c = 1. t = 10, ln 10 = 2.3026; .5 + √(2.3026/8) = 1.0365 and .2 + √(2.3026/2) = 1.2730")
    .random("random",
        |seed| {
            let n = random_numbers(4, 0.0, 25.0, 60 + seed).iter().map(|x| x.ceil()).collect();
            (random_numbers(4, -1.0, 1.0, seed), n, 1.4)
        },
        "For (Q, n, c) = {input} the bounds")
    .hand("untried", (vec![0.5, 0.0], vec![1.0, 0.0], 1.0), &[0.5, f64::INFINITY],
        "An arm never pulled could pay anything: its bound is f64::INFINITY; and after one pull in all ln 1 = 0, so the bound of the other is its mean .5")
    .hand("one", (vec![0.5], vec![1.0], 1.0), &[0.5], "One arm, pulled once: ln 1 = 0, so its bound is its mean .5")
    .wrong("own-count", |q, n, c| bounds(q, n, |_, n| select::ucb_bonus(n, n, c)),
        "You took the logarithm of the arm's own count. Under the logarithm stands t, all pulls together: that is what brings a neglected arm back.")
    .wrong("counts-swapped",
        |q, n, c| bounds(q, n, |t, n| c * (n.max(1.0).ln() / t).sqrt()),
        "The counts have changed places: ln t is above, the arm's own n below. Yours rewards arms that were pulled often.")
    .wrong("no-root",
        |q, n, c| bounds(q, n, |t, n| if n > 0.0 { c * t.ln() / n } else { f64::INFINITY }),
        "The square root is missing: the mean of n pulls is off by about 1/√n, not 1/n.")
    .wrong("number-of-arms",
        |q, n, c| bounds(q, n, |_, pulls| select::ucb_bonus(n.len() as f64, pulls, c)),
        "t is the number of all pulls so far, the sum of the counts, not the number of arms.")
}

// ---- 4.3

fn after(belief: &Beta, success: bool) -> Beta {
    let mut after = *belief;
    update(&mut after, success);
    after
}

/// The mean of something over the two beliefs that may follow.
fn over_outcomes(belief: &Beta, of: impl Fn(Beta) -> f64) -> f64 {
    let m = belief.mean();
    m * of(after(belief, true)) + (1.0 - m) * of(after(belief, false))
}

fn information_gain() -> Exercise<Beta, InformationGain> {
    Exercise::<Beta, InformationGain>::new("4.3", |f, belief| f(belief).into(), true_gain)
        .hand("hand", Beta::UNIFORM, &[2f64.ln() - 0.5],
            "By hand: from no idea, either outcome moves the belief by ln 2 − ½ = .1931 nats")
        .hand(
            "uneven",
            Beta { a: 3.0, b: 1.0 },
            // Of Beta(4, 1) from Beta(3, 1): ln 4/3 − 1/4. Of Beta(3, 2): ln 4 − 13/12.
            &[0.75 * ((4f64 / 3.0).ln() - 0.25) + 0.25 * (4f64.ln() - 13.0 / 12.0)],
            "For Beta(3, 1): success has probability ¾ and teaches .0377; failure ¼ and .3030; together .1040",
        )
        .random("random",
            |seed| {
                let x = random_numbers(2, 0.5, 9.5, 43 + seed);
                Beta { a: x[0], b: x[1] }
            },
            "For {input} the gain")
        .near("rate", Beta { a: 200.0, b: 800.0 }, &[0.0005], 5e-6,
            "After n = 1000 pulls one more teaches about 1/(2n) = .0005")
        .wrong("reversed", |belief| over_outcomes(belief, |after| belief.kl(&after)),
            "The divergence is the wrong way round: what was learned is KL[after ‖ now], the new belief measured from the old one: after.kl(now).")
        .wrong("even-weights",
            |belief| [true, false].iter().map(|o| after(belief, *o).kl(belief) / 2.0).sum(),
            "You gave both outcomes the weight ½. They come with the probabilities that the belief predicts: m and 1 − m.")
        .wrong("surprise", |belief| entropy(&[belief.mean(), 1.0 - belief.mean()]),
            "That is the entropy of the outcome. Most of it is noise that stays however well you know the arm; news is how far the belief moves.")
        .wrong("success-only", |belief| belief.mean() * after(belief, true).kl(belief),
            "You counted what a success teaches and left out the failure. A failure is news, too.")
}

// ---- 4.4

fn true_plan(belief: &Beta, known: f64, pulls: usize) -> f64 {
    let values = gittins::values(belief, known, pulls);
    values.map_or(f64::NAN, |[stay, try_it]| stay.max(try_it))
}

/// The better of staying and a plan that says what a try is worth, and no pull is worth nothing.
fn or_stay(known: f64, pulls: usize, try_it: impl FnOnce() -> f64) -> f64 {
    if pulls == 0 { 0.0 } else { try_it().max(known * pulls as f64) }
}

fn lucky(belief: &Beta, known: f64, pulls: usize) -> f64 {
    or_stay(known, pulls, || {
        let later = |success| lucky(&after(belief, success), known, pulls - 1);
        belief.mean() + later(true).max(later(false))
    })
}

fn unpaid(belief: &Beta, known: f64, pulls: usize) -> f64 {
    or_stay(known, pulls, || over_outcomes(belief, |next| unpaid(&next, known, pulls - 1)))
}

fn best_plan() -> Exercise<(Beta, f64, usize), BestPlan> {
    Exercise::<(Beta, f64, usize), BestPlan>::new("4.4",
        |f, (belief, known, pulls)| f(belief, *known, *pulls).into(),
        true_plan)
    .hand("no-pulls", (Beta::UNIFORM, 0.5, 0), &[0.0], "With no pull left nothing more can be won: 0")
    .hand("try", (Beta::UNIFORM, 0.4, 1), &[0.5],
        "With one pull take the better mean: no idea, mean .5, is better than a known .4")
    .hand("stay", (Beta::UNIFORM, 0.6, 1), &[0.6],
        "With one pull take the better mean: a known .6 is better than no idea, mean .5")
    .hand("two-pulls", (Beta::UNIFORM, 0.5, 2), &[13.0 / 12.0],
        "By hand: try, and stay if it paid (mean 2/3), else take the known .5: ½ (1 + 2/3) + ½ · ½ = 1.0833")
    .random("random",
        |seed| {
            let x = random_numbers(3, 0.0, 1.0, 44 + seed);
            let belief = Beta { a: 0.5 + 2.0 * x[0], b: 0.5 + 2.0 * x[1] };
            (belief, 0.3 + 0.4 * x[2], 2 + seed as usize % 7)
        },
        "For (belief, known, pulls) = {input} the best plan")
    .wrong("myopic", |belief, known, pulls| pulls as f64 * belief.mean().max(known),
        "That multiplies the better mean by the number of pulls. It never learns: after a pull the belief is another one, and so is the choice.")
    .wrong("one-look",
        |belief, known, pulls| {
            or_stay(known, pulls, || {
                let later = |next: Beta| (pulls - 1) as f64 * next.mean().max(known);
                belief.mean() + over_outcomes(belief, later)
            })
        },
        "You plan for one look and then decide for good. With more pulls left the same question comes again after every try: call the function itself.")
    .wrong("lucky", lucky,
        "You went on from the better of the two outcomes. You cannot choose what the arm pays: weight them with m and 1 − m.")
    .wrong("unpaid", unpaid,
        "The reward of the try itself is missing: a success pays 1 now, besides what follows.")
}

// ---- 4.5

type Left = (Step, f64, Vec<f64>, Vec<f64>);

fn target() -> Exercise<Left, Target> {
    let left = |end| {
        let step = Step { obs: 0, reward: -1.0, end };
        (step, 0.9, vec![-4.0, -104.0], vec![0.95, 0.05])
    };
    Exercise::<Left, Target>::new("4.5",
        |f, (step, gamma, q, policy)| f(step, *gamma, q, policy).into(),
        |step, gamma, q, policy| step.reward + step.discount(gamma) * expected(policy, q))
    .hand("hand", left(None), &[-9.1],
        "By hand: −1 + .9 (.95 · (−4) + .05 · (−104)) = −1 + .9 · (−9) = −9.1")
    .random("random",
        |seed| {
            let end = [None, Some(End::Terminated), Some(End::Truncated)][seed as usize % 3];
            let step = Step { obs: 0, reward: 2.0, end };
            (step, 0.8, random_numbers(4, -1.0, 1.0, seed), random_belief(4, 70 + seed))
        },
        "With (step, γ, Q, π) = {input} the target")
    .hand("terminal", left(Some(End::Terminated)), &[-1.0],
        "At the end of the task nothing follows: the target is the reward, −1")
    .hand("truncated", left(Some(End::Truncated)), &[-9.1],
        "When only the clock ran out, the future is worth what it always was: −9.1")
    .wrong("max", |s, gamma, q, _| s.reward + s.discount(gamma) * highest(q),
        "You took the best next value. That is Q-learning. SARSA learns what its own policy is worth, slips included: weight each value with π(a′|s′).")
    .wrong("over-terminal", |s, gamma, q, p| s.reward + gamma * expected(p, q),
        "You look beyond the end of the task, where nothing is. After a terminal step the discount is 0; step.discount(gamma) takes care of it.")
    .wrong("cut-short",
        |s, gamma, q, p| {
            s.reward + if s.end.is_some() { 0.0 } else { gamma * expected(p, q) }
        },
        "A time limit is not the end of the task: after a truncated step the future still counts. Only a terminal step has none.")
    .wrong("undiscounted", |s, _, q, p| s.reward + s.discount(1.0) * expected(p, q),
        "The discount is missing: what comes a step later counts γ times as much.")
}
