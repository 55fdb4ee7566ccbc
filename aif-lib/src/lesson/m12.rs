//! Module 12: deep active inference.
//!
//! Shapes: `q` of an encoder (outcome, state); `logits` (next state, state); `means` (member, number).

use ndarray::{Array2, Axis};

use super::support::{random_belief, random_columns, random_numbers};
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::prob::info::{log_sum_exp, softmax};

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 12, quiz: "1 c, 2 a, 3 d, 4 b, 5 d, 6 a, 7 c, 8 b", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(likelihood()),
        Box::new(bound()),
        Box::new(transition()),
        Box::new(window()),
        Box::new(news()),
        Box::new(values()),
    ]
}

/// An answer to Exercise 12.1: P(o|s), from (Q(s|o), P(o)).
pub type Likelihood = fn(&Array2<f64>, &[f64]) -> Array2<f64>;
/// An answer to Exercise 12.2: the bound, from (q, ln p(o|s), prior).
pub type Bound = fn(&[f64], &[f64], &[f64]) -> f64;
/// An answer to Exercise 12.3: the next belief, from (logits, belief).
pub type Transition = fn(&Array2<f64>, &[f64]) -> Vec<f64>;
/// An answer to Exercise 12.4: the new window, from (the window before, the action since, the new look).
pub type Window = fn(&[f64], f64, &[f64]) -> Vec<f64>;
/// An answer to Exercise 12.5: the news, from (what the members say, σ).
pub type News = fn(&Array2<f64>, f64) -> f64;
/// An answer to Exercise 12.6: G of each place, from (costs, γ, rounds, after how many rounds to copy).
pub type Values = fn(&[f64], f64, usize, usize) -> Vec<f64>;

/// Checks Exercise 12.1.
pub fn check_12_1(answer: Likelihood) -> Verdict {
    likelihood().check(answer)
}

/// Checks Exercise 12.2.
pub fn check_12_2(answer: Bound) -> Verdict {
    bound().check(answer)
}

/// Checks Exercise 12.3.
pub fn check_12_3(answer: Transition) -> Verdict {
    transition().check(answer)
}

/// Checks Exercise 12.4.
pub fn check_12_4(answer: Window) -> Verdict {
    window().check(answer)
}

/// Checks Exercise 12.5.
pub fn check_12_5(answer: News) -> Verdict {
    news().check(answer)
}

/// Checks Exercise 12.6.
pub fn check_12_6(answer: Values) -> Verdict {
    values().check(answer)
}

// ---- 12.1

/// (Q(s|o), P(o)).
type Encoder = (Array2<f64>, Vec<f64>);

fn joint(q: &Array2<f64>, p_o: &[f64]) -> Array2<f64> {
    Array2::from_shape_fn(q.raw_dim(), |(o, s)| q[[o, s]] * p_o[o])
}

fn true_likelihood(q: &Array2<f64>, p_o: &[f64]) -> Array2<f64> {
    let joint = joint(q, p_o);
    let sums = joint.sum_axis(Axis(0));
    joint / sums
}

fn likelihood() -> Exercise<Encoder, Likelihood> {
    Exercise::<Encoder, Likelihood>::new("12.1", |f, (q, p_o)| f(q, p_o).into(), true_likelihood)
        .shape("A table (outcome, state)")
        .distribution()
        .hand("hand", (ndarray::array![[0.5, 0.5], [0.25, 0.75]], vec![0.5, 0.5]),
            &[2.0 / 3.0, 0.4, 1.0 / 3.0, 0.6],
            "Q = [[½, ½], [¼, ¾]] and P(o) = (½, ½): the joint is [[.25, .25], [.125, .375]], its columns sum to .375 and .625. A should be {right}")
        .random("random",
            |seed| (random_columns(3, 4, seed).reversed_axes(), random_belief(4, 40 + seed)),
            "On a random encoder the likelihood")
        .hand("rare", (ndarray::array![[1.0, 0.0], [0.5, 0.5]], vec![0.8, 0.2]), &[8.0 / 9.0, 0.0, 1.0 / 9.0, 1.0],
            "Outcome 0 comes four times as often and means state 0: the joint is [[.8, 0], [.1, .1]]. A should be {right}")
        .wrong("encoder", |q, _| q.clone(),
            "This is the encoder itself. Its rows sum to one, over states. A likelihood sums to one over outcomes, column by column.")
        .wrong("no-outcome-rate",
            |q, p_o| {
                let sums = joint(q, p_o).sum_axis(Axis(0));
                q / &sums
            },
            "You divided by Q(s) and forgot P(o): the columns do not sum to one. Bayes' rule has both.")
        .wrong("columns",
            |q, _| q / &q.sum_axis(Axis(0)),
            "The columns sum to one, but P(o) is missing: this is right only where all outcomes come equally often.")
        .wrong("joint", joint,
            "This is the joint Q(s|o) P(o). Divide each column by its sum, which is Q(s).")
}

// ---- 12.2

/// (q, ln p(o|s), prior).
type Guess = (Vec<f64>, Vec<f64>, Vec<f64>);

/// Σ q x, where a state that is not believed in counts nothing.
fn weighed(q: &[f64], x: impl Fn(usize) -> f64) -> f64 {
    (0..q.len()).filter(|&s| q[s] > 0.0).map(|s| q[s] * x(s)).sum()
}

fn true_bound(q: &[f64], l: &[f64], prior: &[f64]) -> f64 {
    weighed(q, |s| l[s] + prior[s].ln() - q[s].ln())
}

fn bound() -> Exercise<Guess, Bound> {
    let log = |p: [f64; 2]| p.map(f64::ln).to_vec();
    Exercise::<Guess, Bound>::new("12.2", |f, (q, l, prior)| f(q, l, prior).into(), true_bound)
        .near("hand", (vec![0.5, 0.5], log([0.8, 0.2]), vec![0.5, 0.5]), &[0.4f64.ln()], 1e-9,
            "q = prior = (½, ½) and p(o|s) = (.8, .2): nothing is paid, and the mean of ln .8 and ln .2 is ln .4. The bound should be {right}")
        .near("tight", (vec![0.8, 0.2], log([0.8, 0.2]), vec![0.5, 0.5]), &[0.5f64.ln()], 1e-9,
            "At the posterior q = (.8, .2) the bound is the log evidence, ln(½ · .8 + ½ · .2) = ln ½. It should be {right}")
        .hand("sure", (vec![1.0, 0.0], vec![0.5f64.ln(), f64::NEG_INFINITY], vec![1.0, 0.0]), &[0.5f64.ln()],
            "Where q is 0 nothing counts, neither an impossible observation nor a prior of 0: the bound is ln ½. It should be {right}")
        .hand("impossible", (vec![0.5, 0.5], vec![0.5f64.ln(), f64::NEG_INFINITY], vec![0.5, 0.5]), &[f64::NEG_INFINITY],
            "q believes in a state that cannot show this: its ln p(o|s) is −∞, and so is the bound. It should be {right}")
        .hand("certain", (vec![1.0, 0.0], log([0.5, 0.2]), vec![0.5, 0.5]), &[0.25f64.ln()],
            "q is sure of state 0 and the prior is even: ln ½ + ln ½ − ln 1. A state with q = 0 counts nothing, though its prior is not 0. The bound should be {right}")
        .hand("ruled-out", (vec![0.5, 0.5], log([0.5, 0.5]), vec![1.0, 0.0]), &[f64::NEG_INFINITY],
            "q believes in a state that the prior rules out: KL[q ‖ prior] is ∞, and the bound −∞. It should be {right}")
        .random("random",
            |seed| (random_belief(4, 100 + seed), random_numbers(4, -5.0, 0.0, 200 + seed), random_belief(4, 300 + seed)),
            "On random numbers the bound")
        .wrong("sign", |q, l, prior| weighed(q, |s| l[s] - prior[s].ln() + q[s].ln()),
            "The KL has the wrong sign: moving away from the prior is paid for, not rewarded.")
        .wrong("no-entropy", |q, l, prior| weighed(q, |s| l[s] + prior[s].ln()),
            "The entropy of q is missing: this is the mean of ln p(o, s) alone, whose best q is certain.")
        .wrong("no-prior", |q, l, _| weighed(q, |s| l[s]),
            "Only the reconstruction is left. The bound also pays KL[q ‖ prior].")
        .wrong("possible-only",
            |q, l, prior| (0..q.len()).filter(|&s| q[s] > 0.0 && l[s].is_finite()).map(|s| q[s] * (l[s] + prior[s].ln() - q[s].ln())).sum(),
            "You leave out each state that cannot show what was seen. Where q believes in such a state, the bound is −∞.")
        .wrong("prior-only",
            |q, l, prior| (0..q.len()).filter(|&s| prior[s] > 0.0).map(|s| q[s] * (l[s] + prior[s].ln() - q[s].ln())).sum(),
            "You leave out the states whose *prior* is 0. It is q = 0 that counts nothing; where q believes in what the prior rules out, the bound is −∞.")
        .wrong("evidence",
            |_, l, prior| log_sum_exp(&l.iter().zip(prior).map(|(l, p)| l + p.ln()).collect::<Vec<f64>>()),
            "That is the log of a mean: the evidence itself, whatever q is. The bound is the mean of a log, under q.")
}

// ---- 12.3

/// (logits, belief).
type Move = (Array2<f64>, Vec<f64>);

fn mixed(b: &Array2<f64>, q: &[f64]) -> Vec<f64> {
    b.rows().into_iter().map(|row| row.iter().zip(q).map(|(b, q)| b * q).sum()).collect()
}

/// A softmax of each column.
fn columns(logits: &Array2<f64>) -> Array2<f64> {
    let mut b = logits.clone();
    for mut column in b.columns_mut() {
        column.assign(&ndarray::Array1::from(softmax(&column.to_vec())));
    }
    b
}

fn true_transition(logits: &Array2<f64>, q: &[f64]) -> Vec<f64> {
    mixed(&columns(logits), q)
}

fn transition() -> Exercise<Move, Transition> {
    let ln3 = 3f64.ln();
    Exercise::<Move, Transition>::new("12.3", |f, (logits, q)| f(logits, q).into(), true_transition)
        .shape("One probability for each next state")
        .distribution()
        .hand("hand", (ndarray::array![[ln3, 0.0], [0.0, 0.0]], vec![0.5, 0.5]), &[0.625, 0.375],
            "Logits [[ln 3, 0], [0, 0]]: the columns are (¾, ¼) and (½, ½), their mean is (.625, .375). The belief should be {right}")
        .hand("known", (ndarray::array![[0.0, ln3], [ln3, 0.0]], vec![1.0, 0.0]), &[0.25, 0.75],
            "In state 0 the next belief is column 0: (¼, ¾). It should be {right}")
        .random("random",
            |seed| {
                let logits = Array2::from_shape_vec((3, 3), random_numbers(9, -2.0, 2.0, 400 + seed)).expect("nine");
                (logits, random_belief(3, 500 + seed))
            },
            "On random logits the belief")
        .hand("large", (ndarray::array![[800.0, 0.0], [0.0, 800.0]], vec![0.25, 0.75]), &[0.25, 0.75],
            "Logits of 800: e⁸⁰⁰ is no number, but the softmax is, namely 1. The belief should be {right}")
        .hand("low", (ndarray::array![[800.0, -800.0], [800.0, -800.0]], vec![0.5, 0.5]), &[0.5, 0.5],
            "Both columns hold equal logits, 800 and −800: each is (½, ½). Take away the largest logit *of the column*, not of the table. The belief should be {right}")
        .hand("above", (ndarray::array![[800.0 + ln3, -800.0], [800.0, -800.0 - ln3]], vec![0.5, 0.5]), &[0.75, 0.25],
            "In both columns the first logit is larger by ln 3: each is (¾, ¼), however far from 0 they are. The belief should be {right}")
        .wrong("cut-off",
            |logits, q| {
                let e = logits.mapv(|x| x.clamp(-700.0, 700.0).exp());
                mixed(&(&e / &e.sum_axis(Axis(0))), q)
            },
            "You cut large logits off, and then they are all alike. Take the largest of the column away from each instead: differences are all that counts.")
        .wrong("rows",
            |logits, q| mixed(&columns(&logits.t().to_owned()).t().to_owned(), q),
            "You normalised the rows. A row is about *one next state*; where a state leads is a column.")
        .wrong("largest-of-all",
            |logits, q| {
                let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let e = logits.mapv(|x| (x - most).exp());
                mixed(&(&e / &e.sum_axis(Axis(0))), q)
            },
            "You took away the largest logit of the whole table: a column that is far below it becomes 0 / 0. Each column has a largest of its own.")
        .wrong("mixed-first", |logits, q| softmax(&mixed(logits, q)),
            "You mixed the logits and took the softmax then. A belief mixes probabilities: softmax each column first.")
        .wrong("one-softmax",
            |logits, q| {
                let all = softmax(&logits.iter().copied().collect::<Vec<f64>>());
                mixed(&Array2::from_shape_vec(logits.raw_dim(), all).expect("as many"), q)
            },
            "One softmax over the whole table makes the table sum to one. Each column must, by itself.")
        .wrong("overflow",
            |logits, q| {
                let e = logits.mapv(f64::exp);
                mixed(&(&e / &e.sum_axis(Axis(0))), q)
            },
            "On small logits this is right; e⁸⁰⁰ is infinite, and ∞ / ∞ is no number. Take the largest logit of a column away first, or use softmax.")
}

// ---- 12.4

/// (the window before, the action since, the new look).
type Looks = (Vec<f64>, f64, Vec<f64>);

fn true_window(before: &[f64], action: f64, look: &[f64]) -> Vec<f64> {
    vec![look[0], look[1], look[0] - before[0], look[1] - before[1], action]
}

/// The silent bug: the action that led here is not kept; the 0 of the first window is handed on for ever.
fn window() -> Exercise<Looks, Window> {
    Exercise::<Looks, Window>::new("12.4", |f, (before, action, look)| f(before, *action, look).into(), true_window)
        .shape("A window (place, angle, their changes, the action)")
        .hand("hand", (vec![0.5, 0.25, 0.0, 0.0, -1.0], 1.0, vec![0.75, 0.5]), &[0.75, 0.5, 0.25, 0.25, 1.0],
            "From place .5 and angle .25 to .75 and .5, with a push to the right (1) in between. The window should be {right}")
        .random("random",
            |seed| {
                let action = if seed % 2 == 0 { 1.0 } else { -1.0 };
                (random_numbers(5, -1.0, 1.0, 700 + seed), action, random_numbers(2, -1.0, 1.0, 800 + seed))
            },
            "On random looks the window")
        .wrong("the-bug",
            |before, _, look| vec![look[0], look[1], look[0] - before[0], look[1] - before[1], before[4]],
            "This is still the bug: the last number is copied from the window before, and so stays the 0 of the first window. What was done since then is `action`.")
        .wrong("old-look",
            |before, action, look| vec![before[0], before[1], look[0] - before[0], look[1] - before[1], action],
            "Place and angle are the old ones. The window begins with the new look.")
        .wrong("sign",
            |before, action, look| vec![look[0], look[1], before[0] - look[0], before[1] - look[1], action],
            "The changes have the wrong sign: new less old.")
        .wrong("old-pace",
            |before, action, look| vec![look[0], look[1], before[2], before[3], action],
            "The changes are those of the window before. Take the new look less the old one.")
}

// ---- 12.5

/// (what the members say, σ).
type Members = (Array2<f64>, f64);

fn variances(means: &Array2<f64>, by: f64) -> Vec<f64> {
    let one = |column: ndarray::ArrayView1<'_, f64>| {
        let mean = column.sum() / column.len() as f64;
        column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (column.len() as f64 - by)
    };
    means.columns().into_iter().map(one).collect()
}

fn gain(variances: &[f64], sigma: f64) -> f64 {
    variances.iter().map(|v| 0.5 * (1.0 + v / (sigma * sigma)).ln()).sum()
}

fn news() -> Exercise<Members, News> {
    Exercise::<Members, News>::new("12.5", |f, (means, sigma)| f(means, *sigma).into(), |means, sigma| gain(&variances(means, 0.0), sigma))
        .hand("hand", (ndarray::array![[1.0], [-1.0]], 1.0), &[0.5 * 2f64.ln()],
            "Two members at ±1, σ = 1: the variance is 1, and ½ ln(1 + 1) = .3466. The news should be {right}")
        .hand("agree", (ndarray::array![[3.0, -7.0], [3.0, -7.0]], 0.1), &[0.0],
            "All members say the same: nothing is to be learned, however noisy the world is. The news should be {right}")
        .hand("two", (ndarray::array![[1.0, 3.0], [-1.0, -3.0]], 1.0), &[0.5 * 2f64.ln() + 0.5 * 10f64.ln()],
            "Variances 1 and 9 with σ = 1: ½ ln 2 + ½ ln 10. The news should be {right}")
        .random("random",
            |seed| {
                let means = Array2::from_shape_vec((5, 3), random_numbers(15, -2.0, 2.0, 600 + seed)).expect("fifteen");
                (means, 0.3 + 0.1 * seed as f64)
            },
            "On random members the news")
        .wrong("noise",
            |means, sigma| gain(&variances(means, 0.0).iter().map(|v| v + sigma * sigma).collect::<Vec<_>>(), sigma),
            "You took the variance of what will be seen, noise and all. Noise is no news: where all members agree this must be 0.")
        .wrong("pooled",
            |means, sigma| {
                let all = means.clone().into_shape_with_order((means.len(), 1)).expect("one column");
                gain(&variances(&all, 0.0), sigma)
            },
            "You took one variance of all numbers. Two numbers that differ from each other are no disagreement: one variance a column, over the members.")
        .wrong("no-one",
            |means, sigma| variances(means, 0.0).iter().map(|v| 0.5 * (v / (sigma * sigma)).ln()).sum(),
            "The 1 in ln(1 + Var/σ²) is missing: without it agreement is worth minus infinity.")
        .wrong("sample", |means, sigma| gain(&variances(means, 1.0), sigma),
            "You divided by K − 1. The members are not a sample of something larger, they are all there are: divide by K.")
}

// ---- 12.6

/// (costs, γ, rounds, after how many rounds to copy).
type Road = (Vec<f64>, f64, usize, usize);

/// Half-way to the target in each round; `copy` says what the targets are made of after a round: (round, G, the copy).
fn rounds(
    (cost, gamma, rounds): (&[f64], f64, usize),
    copy: impl Fn(usize, &mut Vec<f64>, &mut Vec<f64>),
) -> Vec<f64> {
    let n = cost.len();
    let (mut g, mut old) = (vec![0.0; n], vec![0.0; n]);
    for round in 1..=rounds {
        for s in 0..n {
            let next = old.get(s + 1).copied().unwrap_or(0.0);
            g[s] += 0.5 * (cost[s] + gamma * next - g[s]);
        }
        copy(round, &mut g, &mut old);
    }
    g
}

fn true_values(cost: &[f64], gamma: f64, n: usize, every: usize) -> Vec<f64> {
    rounds((cost, gamma, n), |round, g, old| {
        if round.is_multiple_of(every) {
            old.clone_from(g);
        }
    })
}

/// The silent bug: the copy is never renewed.
fn values() -> Exercise<Road, Values> {
    Exercise::<Road, Values>::new("12.6", |f, (cost, gamma, n, every)| f(cost, *gamma, *n, *every).into(), true_values)
        .shape("One number for each place")
        .hand("hand", (vec![1.0, 1.0], 1.0, 3, 2), &[1.25, 0.875],
            "Two places that cost 1, γ = 1: after two rounds both are at .75, and that is copied. In round 3 place 0 goes half-way to 1 + .75, place 1 half-way to 1. G should be {right}")
        .hand("often", (vec![1.0, 1.0], 1.0, 2, 1), &[1.0, 0.75],
            "The same with a copy after each round: (.5, .5), then place 0 goes half-way to 1.5. G should be {right}")
        .near("long", (vec![1.0, 0.0, 2.0], 0.5, 400, 10), &[1.5, 1.0, 2.0], 1e-9,
            "Costs 1, 0, 2 and γ = ½: from the end, 2, then 0 + ½ · 2, then 1 + ½ · 1. After 400 rounds G should be {right}")
        .random("random",
            |seed| (random_numbers(4, -1.0, 1.0, 900 + seed), 0.9, 5 + seed as usize, 2 + seed as usize % 3),
            "On a random road G")
        .wrong("the-bug", |cost, gamma, n, _| rounds((cost, gamma, n), |_, _, _| {}),
            "This is still the bug: the copy is never renewed, so each place learns its own cost and nothing of what follows.")
        .wrong("each-round", |cost, gamma, n, _| rounds((cost, gamma, n), |_, g, old| old.clone_from(g)),
            "Your targets are never older than a round: you copy after each, or have no copy. Wait until `every` rounds have gone by.")
        .wrong("backwards",
            |cost, gamma, n, every| rounds((cost, gamma, n), |round, g, old| {
                if round.is_multiple_of(every) {
                    g.clone_from(old);
                }
            }),
            "You copied in the wrong direction: G became the old copy and forgot what it had learned.")
        .wrong("too-early",
            |cost, gamma, n, every| rounds((cost, gamma, n), |round, g, old| {
                if (round - 1).is_multiple_of(every) {
                    old.clone_from(g);
                }
            }),
            "You copy after rounds 1, 1 + every, and so on. The first copy is due after `every` rounds.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::support::normalised;

    #[test]
    fn an_encoder_with_a_flat_prior_gives_bayes_rule_back() {
        // From A and an even prior, Q(s|o) ∝ A[o, s]; turned back it must be A again.
        let a = random_columns(4, 3, 1);
        let p_o: Vec<f64> = a.rows().into_iter().map(|row| row.sum() / 3.0).collect();
        let rows: Vec<f64> =
            a.rows().into_iter().flat_map(|row| normalised(&row.to_vec())).collect();
        let q = Array2::from_shape_vec((4, 3), rows).expect("twelve");
        assert!((true_likelihood(&q, &p_o) - a).iter().all(|x| x.abs() < 1e-12));
    }
}
