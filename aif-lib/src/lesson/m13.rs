//! Module 13: the Rosetta Stone.
//!
//! Shapes: `a` (outcome, state), `b` (next state, state, action), `c` (outcome or state), beliefs and values (state).

use ndarray::{Array2, Array3, array};

use super::exercise::{Exercise, Test, Wrong};
use super::support::{far, random_belief, random_columns};
use super::verdict::Verdict;
use crate::aif::evaluate::expected_free_energy;
use crate::aif::model::GenerativeModel;
use crate::aif::perceive::{predict, successor_beliefs};
use crate::prob::categorical::Categorical;
use crate::prob::info::{entropy, log_sum_exp, softmax, xlogx};
use crate::task::{tiger, tmaze};

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[
    ("13.q1", "c"),
    ("13.q2", "b"),
    ("13.q3", "d"),
    ("13.q4", "a"),
    ("13.q5", "c"),
    ("13.q6", "b"),
    ("13.q7", "d"),
    ("13.q8", "a"),
];

/// An answer to Exercise 13.1: P(o|C) from the reward of each outcome.
pub type Preferred = fn(&[f64]) -> Vec<f64>;
/// An answer to Exercise 13.2: G of each state and action, from (b, c, later).
pub type Step = fn(&Array3<f64>, &[f64], &[f64]) -> Array2<f64>;
/// An answer to Exercise 13.3: (averaged value, soft value), from (q, tau).
pub type TwoBackups = fn(&[f64], f64) -> (f64, f64);
/// An answer to Exercise 13.4: the value of each first action, from (model, belief, horizon, curiosity).
pub type Plan = fn(&GenerativeModel, &Categorical, usize, f64) -> Vec<f64>;
/// An answer to Exercise 13.5: what two senses together teach, from (a1, a2, predicted).
pub type JointGain = fn(&Array2<f64>, &Array2<f64>, &[f64]) -> f64;

/// Checks Exercise 13.1.
pub fn check_13_1(answer: Preferred) -> Verdict {
    preferred().check(answer)
}

/// Checks Exercise 13.2.
pub fn check_13_2(answer: Step) -> Verdict {
    step().check(answer)
}

/// Checks Exercise 13.3.
pub fn check_13_3(answer: TwoBackups) -> Verdict {
    two_backups().check(answer)
}

/// Checks Exercise 13.4.
pub fn check_13_4(answer: Plan) -> Verdict {
    plan().check(answer)
}

/// Checks Exercise 13.5.
pub fn check_13_5(answer: JointGain) -> Verdict {
    joint_gain().check(answer)
}

// ---- 13.1

/// Exercise 13.1: from rewards to preferred outcomes.
pub fn preferred() -> Exercise<Preferred> {
    Exercise {
        id: "13.1",
        fingerprint: |f| [f(&[0.0, 1.0, 3.0]), f(&[0.5, 2.0])].concat(),
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&[0.0, 1.0, 3.0]).len();
                    (n != 3).then(|| format!("Three outcomes have three probabilities; yours has {n} entries."))
                },
            },
            Test {
                code: "normalised",
                run: |f| {
                    let sum: f64 = f(&[0.0, 1.0, 3.0]).iter().sum();
                    far(sum, 1.0).then(|| format!("P(o|C) is a distribution, so it sums to 1; yours sums to {sum:.4}."))
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let p = f(&[0.0, 3f64.ln()]);
                    far(p[1], 0.75).then(|| format!("By hand: rewards 0 and ln 3 make the second outcome three times as welcome, (.25, .75). Yours is ({:.4}, {:.4}).", p[0], p[1]))
                },
            },
            Test {
                code: "negative",
                run: |f| {
                    let p = f(&[-1.0, 0.0, -100.0]);
                    let right = softmax(&[-1.0, 0.0, -100.0]);
                    p.iter().zip(&right).any(|(p, q)| far(*p, *q)).then(|| format!("Rewards may be negative: (−1, 0, −100) gives {right:.4?}, yours is {p:.4?}."))
                },
            },
            Test {
                code: "large",
                run: |f| {
                    let p = f(&[1000.0, 1000.0]);
                    (p.iter().any(|p| far(*p, 0.5))).then(|| format!("Rewards of (1000, 1000) should give (.5, .5); yours is {p:?}. exp(1000) is too large for a computer: subtract the largest reward first, or use the library's softmax."))
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "proportional",
                sentence: "You made the probability proportional to the reward, which is C = ln r. The bridge is C = r: the probability is proportional to exp(r).",
                answer: |r| r.iter().map(|x| x / r.iter().sum::<f64>()).collect(),
            },
            Wrong {
                code: "unnormalised",
                sentence: "exp(r) is right up to a constant. Divide by the sum of all, so that it is a distribution.",
                answer: |r| r.iter().map(|x| x.exp()).collect(),
            },
            Wrong {
                code: "sign",
                sentence: "The sign is reversed: your agent would expect, and so seek, what pays least.",
                answer: |r| softmax(&r.iter().map(|x| -x).collect::<Vec<f64>>()),
            },
            Wrong {
                code: "overflow",
                sentence: "Right, until a reward is large: exp(1000) overflows, and infinity divided by infinity is not a number. Subtract the largest reward from all first: it is a constant, and constants do not count.",
                answer: |r| {
                    let sum: f64 = r.iter().map(|x| x.exp()).sum();
                    r.iter().map(|x| x.exp() / sum).collect()
                },
            },
        ],
        reference: softmax,
    }
}

// ---- 13.2

/// Σₛ′ B (w ln B − C + v later): w = 1 is expected free energy, w = 0 minus a Bellman backup.
fn sweep(b: &Array3<f64>, c: &[f64], later: &[f64], w: f64, v: f64) -> Array2<f64> {
    let (n, _, k) = b.dim();
    Array2::from_shape_fn((n, k), |(s, u)| {
        (0..n)
            .map(|to| {
                let p = b[[to, s, u]];
                w * xlogx(p) + p * (v * later[to] - c[to])
            })
            .sum()
    })
}

/// A random B of 3 states and 2 actions, C and values.
fn random_task(seed: u64) -> (Array3<f64>, Vec<f64>, Vec<f64>) {
    let slices = [random_columns(3, 3, seed), random_columns(3, 3, 50 + seed)];
    let b = Array3::from_shape_fn((3, 3, 2), |(to, from, u)| slices[u][[to, from]]);
    let spread = |seed| random_belief(3, seed).iter().map(|x| 4.0 * x - 1.0).collect();
    (b, spread(100 + seed), spread(200 + seed))
}

/// From state 0, action 0 goes to 1 and action 1 to 2 or 3, half each; every other state stays.
fn fork() -> Array3<f64> {
    Array3::from_shape_fn((4, 4, 2), |(to, from, u)| match (from, u) {
        (0, 0) => f64::from(to == 1),
        (0, _) => 0.5 * f64::from(to >= 2),
        _ => f64::from(to == from),
    })
}

/// Exercise 13.2: one step of expected free energy where the state is seen.
pub fn step() -> Exercise<Step> {
    Exercise {
        id: "13.2",
        fingerprint: |f| {
            let (b, c, later) = random_task(1);
            f(&b, &c, &later).into_iter().collect()
        },
        tests: vec![
            Test {
                code: "shape",
                run: |f| {
                    let shape = f(&fork(), &[0.0; 4], &[0.0; 4]).dim();
                    (shape != (4, 2)).then(|| format!("One row for each of the 4 states and one column for each of the 2 actions, so (4, 2); yours is {shape:?}."))
                },
            },
            Test {
                code: "finite",
                run: |f| {
                    let g = f(&fork(), &[0.0; 4], &[0.0; 4]);
                    g.iter().any(|x| !x.is_finite()).then(|| "Where B is 0, B ln B counts as 0, but in floating point 0 · ln 0 is not a number. Skip the zeros.".into())
                },
            },
            Test {
                code: "certain",
                run: |f| {
                    let g =
                        f(&fork(), &[0.0, 2.0, 0.0, 0.0], &[0.0, -5.0, 0.0, 0.0])[[0, 0]];
                    far(g, -7.0).then(|| format!("From state 0, action 0 goes to state 1 for sure; C there is 2, and G from there on is −5. So G = −2 − 5 = −7; yours is {g:.4}."))
                },
            },
            Test {
                code: "uncertain",
                run: |f| {
                    let g = f(&fork(), &[0.0, 0.0, 1.0, 3.0], &[0.0; 4])[[0, 1]];
                    let right = -2.0 - 2f64.ln();
                    far(g, right).then(|| format!("From state 0, action 1 goes to C = 1 or C = 3, half each: G = −2 − ln 2 = {right:.4}; yours is {g:.4}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (b, c, later) = random_task(seed);
                        let (given, right) = (f(&b, &c, &later), sweep(&b, &c, &later, 1.0, 1.0));
                        given.iter().zip(&right).any(|(g, r)| far(*g, *r)).then(|| format!("On a random task G should be {right:.4?}, yours is {given:.4?}."))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "reward-only",
                sentence: "This is minus Bellman's backup: expected reward alone. It is G only where B is deterministic. Add Σ B ln B, the part of the risk that stays.",
                answer: |b, c, later| sweep(b, c, later, 0.0, 1.0),
            },
            Wrong {
                code: "entropy-sign",
                sentence: "The entropy has the wrong sign: the risk is Σ B ln B − Σ B C, so an uncertain next state makes G smaller, not larger.",
                answer: |b, c, later| sweep(b, c, later, -1.0, 1.0),
            },
            Wrong {
                code: "no-later",
                sentence: "This is G of one step. Add what comes later, weighted by B.",
                answer: |b, c, later| sweep(b, c, later, 1.0, 0.0),
            },
            Wrong {
                code: "later-sign",
                sentence: "`later` is already a G, lower is better: add it, do not subtract it.",
                answer: |b, c, later| sweep(b, c, later, 1.0, -1.0),
            },
        ],
        reference: |b, c, later| sweep(b, c, later, 1.0, 1.0),
    }
}

// ---- 13.3

fn scaled(q: &[f64], tau: f64) -> Vec<f64> {
    q.iter().map(|x| x / tau).collect()
}

fn averaged(q: &[f64], tau: f64) -> f64 {
    softmax(&scaled(q, tau)).iter().zip(q).map(|(p, q)| p * q).sum()
}

fn soft(q: &[f64], tau: f64) -> f64 {
    tau * log_sum_exp(&scaled(q, tau))
}

/// Exercise 13.3: the averaged and the soft value.
pub fn two_backups() -> Exercise<TwoBackups> {
    Exercise {
        id: "13.3",
        fingerprint: |f| {
            let (one, two) = (f(&[1.0, 2.0, 4.0], 0.5), f(&[-1.0, 0.3], 2.0));
            vec![one.0, one.1, two.0, two.1]
        },
        tests: vec![
            Test {
                code: "averaged",
                run: |f| {
                    let (given, right) = (f(&[0.0, 3f64.ln()], 1.0).0, 0.75 * 3f64.ln());
                    far(given, right).then(|| format!("Averaged, by hand: Q = (0, ln 3) at τ = 1 is chosen (.25, .75), so V = .75 · ln 3 = {right:.4}; yours is {given:.4}."))
                },
            },
            Test {
                code: "soft",
                run: |f| {
                    let (given, right) = (f(&[0.0, 3f64.ln()], 1.0).1, 4f64.ln());
                    far(given, right).then(|| format!("Soft, by hand: ln(e⁰ + e^(ln 3)) = ln 4 = {right:.4}; yours is {given:.4}."))
                },
            },
            Test {
                code: "tau",
                run: |f| {
                    let (q, tau) = ([1.0, 2.0, 4.0], 0.5);
                    let (given, right) = (f(&q, tau), (averaged(&q, tau), soft(&q, tau)));
                    (far(given.0, right.0) || far(given.1, right.1)).then(|| format!("Q = (1, 2, 4), τ = .5: ({:.4}, {:.4}), yours is ({:.4}, {:.4}). τ stands in both: inside, dividing, and in the soft value also in front.", right.0, right.1, given.0, given.1))
                },
            },
            Test {
                code: "entropy",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (q, tau) = (random_belief(4, seed), 0.1 + 0.1 * seed as f64);
                        let (averaged, soft) = f(&q, tau);
                        let bonus = tau * entropy(&softmax(&scaled(&q, tau)));
                        far(soft - averaged, bonus).then(|| format!("The difference of the two is τ · H of the choice, {bonus:.4} for a random Q; yours is {:.4}.", soft - averaged))
                    })
                },
            },
            Test {
                code: "overflow",
                run: |f| {
                    let soft = f(&[1000.0, 1000.0], 1.0).1;
                    far(soft, 1000.0 + 2f64.ln()).then(|| format!("Q = (1000, 1000) at τ = 1 has the soft value 1000 + ln 2; yours is {soft}. Use the library's log_sum_exp, which does not overflow."))
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "same",
                sentence: "Both numbers are the same. The soft value is τ ln Σ exp(Q/τ); the average of Q under the softmax is less, by τ · H.",
                answer: |q, tau| (averaged(q, tau), averaged(q, tau)),
            },
            Wrong {
                code: "no-tau-in-front",
                sentence: "The soft value lacks the τ in front: as τ goes to 0 it must become the largest Q.",
                answer: |q, tau| (averaged(q, tau), soft(q, tau) / tau),
            },
            Wrong {
                code: "log-mean",
                sentence: "You divided by the number of actions inside the logarithm. That is the soft value with a uniform prior policy (KL-regularised RL), lower by τ ln n.",
                answer: |q, tau| {
                    (averaged(q, tau), soft(q, tau) - tau * (q.len() as f64).ln())
                },
            },
            Wrong {
                code: "times-tau",
                sentence: "You multiplied Q by τ where it is divided: a low temperature must sharpen the choice.",
                answer: |q, tau| {
                    let inverse = 1.0 / tau;
                    (averaged(q, inverse), soft(q, inverse))
                },
            },
        ],
        reference: |q, tau| (averaged(q, tau), soft(q, tau)),
    }
}

// ---- 13.4

/// What the known mistakes change in the recursion.
#[derive(Clone, Copy, PartialEq)]
enum Mistake {
    None,
    CuriosityOnce,
    OpenLoop,
    Worst,
    Total,
}

fn search(
    model: &GenerativeModel,
    belief: &Categorical,
    horizon: usize,
    curiosity: f64,
    mistake: Mistake,
) -> Vec<f64> {
    let value = |belief: &Categorical| {
        let curiosity = if mistake == Mistake::CuriosityOnce { 0.0 } else { curiosity };
        let q = search(model, belief, horizon - 1, curiosity, mistake);
        match mistake {
            Mistake::Worst => q.into_iter().fold(f64::INFINITY, f64::min),
            _ => q.into_iter().fold(f64::NEG_INFINITY, f64::max),
        }
    };
    let action = |u| {
        let predicted = predict(model, belief, u);
        let g = expected_free_energy(model, &predicted);
        let now = match mistake {
            Mistake::Total => g.pragmatic - curiosity * g.total(),
            _ => g.pragmatic + curiosity * g.epistemic,
        };
        let later = match mistake {
            _ if horizon < 2 => 0.0,
            Mistake::OpenLoop => value(&predicted),
            _ => successor_beliefs(model, &predicted)
                .iter()
                .map(|(after, p)| p * value(after))
                .sum(),
        };
        now + later
    };
    (0..model.n_actions()).map(action).collect()
}

fn compare(
    f: Plan,
    model: &GenerativeModel,
    horizon: usize,
    curiosity: f64,
    name: &str,
) -> Option<String> {
    let given = f(model, model.prior(), horizon, curiosity);
    let right = search(model, model.prior(), horizon, curiosity, Mistake::None);
    if given.len() != right.len() {
        return Some(format!(
            "One value for each of the {} actions; yours has {}.",
            right.len(),
            given.len()
        ));
    }
    given.iter().zip(&right).any(|(g, r)| far(*g, *r)).then(|| {
        format!("{name}, horizon {horizon}, curiosity {curiosity}: the values should be {right:.4?}, yours are {given:.4?}.")
    })
}

/// Exercise 13.4: one planner for both traditions.
pub fn plan() -> Exercise<Plan> {
    Exercise {
        id: "13.4",
        fingerprint: |f| {
            let on = |model: GenerativeModel| {
                [0.0, 1.0, 0.3].map(|w| f(&model, model.prior(), 2, w)).concat()
            };
            let maze = tmaze::model(0.9, &tmaze::PREFERENCE).ok();
            maze.into_iter()
                .chain(tiger::model(0.85, &tiger::REWARD).ok())
                .flat_map(on)
                .collect()
        },
        tests: vec![
            Test {
                code: "one-step",
                run: |f| {
                    compare(
                        f,
                        &tmaze::model(0.9, &tmaze::PREFERENCE).ok()?,
                        1,
                        0.0,
                        "T-maze",
                    )
                },
            },
            Test {
                code: "curious",
                run: |f| {
                    compare(
                        f,
                        &tmaze::model(0.9, &tmaze::PREFERENCE).ok()?,
                        1,
                        1.0,
                        "T-maze",
                    )
                },
            },
            Test {
                code: "reward",
                run: |f| {
                    compare(f, &tiger::model(0.85, &tiger::REWARD).ok()?, 3, 0.0, "Tiger")
                },
            },
            Test {
                code: "both",
                run: |f| {
                    compare(
                        f,
                        &tiger::model(0.85, &[0.0, -0.1, 1.0, -10.0]).ok()?,
                        3,
                        1.0,
                        "Tiger",
                    )
                },
            },
            Test {
                code: "between",
                run: |f| {
                    compare(
                        f,
                        &tmaze::model(0.7, &tmaze::PREFERENCE).ok()?,
                        3,
                        0.5,
                        "T-maze",
                    )
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "curious-once",
                sentence: "Only the first step is curious. Hand `curiosity` on to the recursive call: information counts at every step of the plan.",
                answer: |m, b, h, w| search(m, b, h, w, Mistake::CuriosityOnce),
            },
            Wrong {
                code: "open-loop",
                sentence: "You went on from the predicted belief. Branch on what may be seen, and go on from the belief after it: otherwise information can never be used.",
                answer: |m, b, h, w| search(m, b, h, w, Mistake::OpenLoop),
            },
            Wrong {
                code: "worst",
                sentence: "You took the smallest value of the next actions. These are values, not G: higher is better.",
                answer: |m, b, h, w| search(m, b, h, w, Mistake::Worst),
            },
            Wrong {
                code: "counted-twice",
                sentence: "The total G already holds the pragmatic value, so the reward counts twice. Add curiosity times the *epistemic* part alone.",
                answer: |m, b, h, w| search(m, b, h, w, Mistake::Total),
            },
        ],
        reference: |m, b, h, w| search(m, b, h, w, Mistake::None),
    }
}

// ---- 13.5

fn outcomes(a: &Array2<f64>, q: &[f64]) -> Vec<f64> {
    a.rows().into_iter().map(|row| row.iter().zip(q).map(|(p, q)| p * q).sum()).collect()
}

fn noise(a: &Array2<f64>, q: &[f64]) -> f64 {
    a.columns().into_iter().zip(q).map(|(c, q)| q * entropy(&c.to_vec())).sum()
}

fn gain(a: &Array2<f64>, q: &[f64]) -> f64 {
    entropy(&outcomes(a, q)) - noise(a, q)
}

/// H of the pairs of outcomes; independent of one another given the state.
fn joint_entropy(a1: &Array2<f64>, a2: &Array2<f64>, q: &[f64]) -> f64 {
    let pair = |(one, two): (usize, usize)| -> f64 {
        q.iter().enumerate().map(|(s, q)| q * a1[[one, s]] * a2[[two, s]]).sum()
    };
    let pairs: Vec<f64> =
        ndarray::indices((a1.nrows(), a2.nrows())).into_iter().map(pair).collect();
    entropy(&pairs)
}

fn true_joint_gain(a1: &Array2<f64>, a2: &Array2<f64>, q: &[f64]) -> f64 {
    joint_entropy(a1, a2, q) - noise(a1, q) - noise(a2, q)
}

fn ear(r: f64) -> Array2<f64> {
    array![[r, 1.0 - r], [1.0 - r, r]]
}

/// Exercise 13.5, the silent bug: what two senses together teach.
pub fn joint_gain() -> Exercise<JointGain> {
    Exercise {
        id: "13.5",
        fingerprint: |f| {
            let two = |seed| {
                let (a1, a2) =
                    (random_columns(3, 3, seed), random_columns(2, 3, 40 + seed));
                f(&a1, &a2, &random_belief(3, 80 + seed))
            };
            let twins = f(&ear(1.0), &ear(1.0), &[0.5, 0.5]); // where a cap would show
            (0..4).map(two).chain([twins]).collect()
        },
        tests: vec![
            Test {
                code: "twin",
                run: |f| {
                    let given = f(&ear(1.0), &ear(1.0), &[0.5, 0.5]);
                    far(given, 2f64.ln()).then(|| format!("Two perfect senses of a fair coin: the first tells all there is, ln 2 = .6931, and the second nothing more. Yours is {given:.4}."))
                },
            },
            Test {
                code: "deaf",
                run: |f| {
                    let (given, right) = (
                        f(&ear(0.85), &ear(0.5), &[0.5, 0.5]),
                        gain(&ear(0.85), &[0.5, 0.5]),
                    );
                    far(given, right).then(|| format!("A deaf second ear adds nothing to the first, {right:.4}; yours is {given:.4}."))
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    // Pairs: like sounds .5 (.7225 + .0225) = .3725 each, unlike ones .1275 each.
                    let right = entropy(&[0.3725, 0.3725, 0.1275, 0.1275])
                        - 2.0 * entropy(&[0.85, 0.15]);
                    let given = f(&ear(0.85), &ear(0.85), &[0.5, 0.5]);
                    far(given, right).then(|| format!("Two ears of .85 and a fair coin: the four pairs of sounds have probabilities .3725, .1275, .1275, .3725; their entropy minus twice H(.85) is {right:.4}. Yours is {given:.4}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (a1, a2, q) = (random_columns(3, 3, seed), random_columns(2, 3, 40 + seed), random_belief(3, 80 + seed));
                        let (given, right) = (f(&a1, &a2, &q), true_joint_gain(&a1, &a2, &q));
                        far(given, right).then(|| format!("On a random model the two together teach {right:.4}; yours is {given:.4}."))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "the-bug",
                sentence: "This is still the bug: what one sense tells is counted again when the other tells it, too. Take the entropy of pairs of outcomes, not the sum of two entropies.",
                answer: |a1, a2, q| gain(a1, q) + gain(a2, q),
            },
            Wrong {
                code: "larger",
                sentence: "The larger of the two is too little: a second ear that is not perfect still adds something.",
                answer: |a1, a2, q| gain(a1, q).max(gain(a2, q)),
            },
            Wrong {
                code: "capped",
                sentence: "Capping the sum at H[Q(s)] hides the mistake where it is largest, and leaves it everywhere else.",
                answer: |a1, a2, q| (gain(a1, q) + gain(a2, q)).min(entropy(q)),
            },
            Wrong {
                code: "ambiguity-sign",
                sentence: "The ambiguity has the wrong sign: you added the noise of the two senses, so the noisiest ears would teach most.",
                answer: |a1, a2, q| joint_entropy(a1, a2, q) + noise(a1, q) + noise(a2, q),
            },
        ],
        reference: true_joint_gain,
    }
}
