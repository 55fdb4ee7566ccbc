//! Module 08: generative models and the free energy principle.
//!
//! Shapes: `a` (outcome, state), beliefs and priors (state), `log_joint` ln P(o, s) by state, or by two factors.

use ndarray::{Array2, array};

use super::exercise::{Exercise, Test, Wrong};
use super::support::{far, random_belief, random_columns};
use super::verdict::Verdict;
use crate::aif::perceive::gradient::{gradient, natural_gradient};
use crate::prob::info::{kl, softmax, xlogx};
use crate::prob::random::{seeded, uniform01};

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[
    ("8.q1", "c"),
    ("8.q2", "a"),
    ("8.q3", "d"),
    ("8.q4", "b"),
    ("8.q5", "a"),
    ("8.q6", "d"),
    ("8.q7", "c"),
    ("8.q8", "b"),
];

/// An answer to Exercise 8.1: the surprise of an outcome, from (a, prior, outcome).
pub type Surprise = fn(&Array2<f64>, &[f64], usize) -> f64;
/// An answer to Exercise 8.2: the free energy of a belief, from (a, prior, outcome, belief).
pub type FreeEnergyOf = fn(&Array2<f64>, &[f64], usize, &[f64]) -> f64;
/// An answer to Exercise 8.3: the slope of F, from (log joint, logits).
pub type SlopeOf = fn(&[f64], &[f64]) -> Vec<f64>;
/// An answer to Exercise 8.4: the belief about the first factor, from (log joint, belief about the second).
pub type Coordinate = fn(&Array2<f64>, &[f64]) -> Vec<f64>;
/// An answer to Exercise 8.5: the next value, from (value, prior mean and variance, noise, what is seen, rate).
pub type SettleStep = fn(f64, (f64, f64), f64, f64, f64) -> f64;

/// Checks Exercise 8.1.
pub fn check_8_1(answer: Surprise) -> Verdict {
    surprise().check(answer)
}

/// Checks Exercise 8.2.
pub fn check_8_2(answer: FreeEnergyOf) -> Verdict {
    free_energy_of().check(answer)
}

/// Checks Exercise 8.3.
pub fn check_8_3(answer: SlopeOf) -> Verdict {
    slope_of().check(answer)
}

/// Checks Exercise 8.4.
pub fn check_8_4(answer: Coordinate) -> Verdict {
    coordinate().check(answer)
}

/// Checks Exercise 8.5.
pub fn check_8_5(answer: SettleStep) -> Verdict {
    settle_step().check(answer)
}

fn sum_of(p: &[f64], x: &[f64]) -> f64 {
    p.iter().zip(x).map(|(p, x)| if *p > 0.0 { p * x } else { 0.0 }).sum()
}

/// A likelihood of 4 outcomes and 3 states, a prior and a belief, all random.
fn random_case(seed: u64) -> (Array2<f64>, Vec<f64>, Vec<f64>) {
    (random_columns(4, 3, seed), random_belief(3, 100 + seed), random_belief(3, 200 + seed))
}

/// The weather: rows Bright, Dim, Wet; columns Sunny, Cloudy, Rainy.
fn weather() -> Array2<f64> {
    array![[0.9, 0.3, 0.05], [0.08, 0.6, 0.15], [0.02, 0.1, 0.8]]
}

const EVEN: [f64; 3] = [1.0 / 3.0; 3];

// ---- 8.1

fn evidence(a: &Array2<f64>, prior: &[f64], o: usize) -> f64 {
    sum_of(prior, &a.row(o).to_vec())
}

/// Exercise 8.1: the surprise of an outcome.
pub fn surprise() -> Exercise<Surprise> {
    Exercise {
        id: "8.1",
        fingerprint: |f| {
            (0..4)
                .map(|seed| {
                    let (a, prior, _) = random_case(seed);
                    f(&a, &prior, 2)
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "number",
                run: |f| {
                    let given = f(&weather(), &EVEN, 0);
                    (!given.is_finite()).then(|| {
                        format!(
                            "The surprise of Bright is a finite number; yours is {given}."
                        )
                    })
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let given = f(&weather(), &EVEN, 0);
                    far(given, -(1.25f64 / 3.0).ln()).then(|| {
                        format!("By hand: P(Bright) = (.9 + .3 + .05)/3 = .4167, and −ln .4167 = .8755. Yours is {given:.4}.")
                    })
                },
            },
            Test {
                code: "prior",
                run: |f| {
                    let given = f(&weather(), &[0.0, 0.0, 1.0], 0);
                    far(given, -(0.05f64.ln())).then(|| {
                        format!("Who is sure of rain is surprised by Bright: −ln .05 = 2.9957. Yours is {given:.4}. Does it use the prior?")
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (a, prior, _) = random_case(seed);
                        let (given, right) = (f(&a, &prior, 1), -evidence(&a, &prior, 1).ln());
                        far(given, right).then(|| format!("On a random model with 4 outcomes and 3 states it should be {right:.4}, yours is {given:.4}."))
                    })
                },
            },
            Test {
                code: "impossible",
                run: |f| {
                    let given = f(&array![[1.0, 1.0], [0.0, 0.0]], &[0.5, 0.5], 1);
                    (given != f64::INFINITY).then(|| format!("What cannot happen is infinitely surprising, +∞; yours is {given}. Do not add or clip to a small number."))
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "missing-ln",
                sentence: "This is the probability P(o) itself. The surprise is minus its logarithm, so that rare means large.",
                answer: evidence,
            },
            Wrong {
                code: "bits",
                sentence: "You used the logarithm to base 2, so the unit is the bit. This course counts in nats: use .ln().",
                answer: |a, prior, o| -evidence(a, prior, o).log2(),
            },
            Wrong {
                code: "mean-of-logs",
                sentence: "You averaged the logarithms. First add up P(o|s) P(s) over the states, then take one logarithm of the sum.",
                answer: |a, prior, o| -sum_of(prior, &a.row(o).mapv(f64::ln).to_vec()),
            },
            Wrong {
                code: "no-prior",
                sentence: "You added up the row of A without the prior: weight every state by how probable it is.",
                answer: |a, _, o| -a.row(o).sum().ln(),
            },
        ],
        reference: |a, prior, o| -evidence(a, prior, o).ln(),
    }
}

// ---- 8.2

fn accuracy(a: &Array2<f64>, o: usize, q: &[f64]) -> f64 {
    sum_of(q, &a.row(o).mapv(f64::ln).to_vec())
}

/// Exercise 8.2: the free energy of a belief.
pub fn free_energy_of() -> Exercise<FreeEnergyOf> {
    Exercise {
        id: "8.2",
        fingerprint: |f| {
            (0..4)
                .map(|seed| {
                    let (a, prior, q) = random_case(seed);
                    f(&a, &prior, 3, &q)
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "prior",
                run: |f| {
                    let given = f(&weather(), &EVEN, 0, &EVEN);
                    let right = -(0.9f64.ln() + 0.3f64.ln() + 0.05f64.ln()) / 3.0;
                    far(given, right).then(|| {
                        format!("A belief that stays at the even prior has complexity 0, so given Bright F = −(ln .9 + ln .3 + ln .05)/3 = 1.4350. Yours is {given:.4}.")
                    })
                },
            },
            Test {
                code: "posterior",
                run: |f| {
                    let given = f(&weather(), &EVEN, 0, &[0.72, 0.24, 0.04]);
                    far(given, -(1.25f64 / 3.0).ln()).then(|| {
                        format!("At the posterior (.72, .24, .04) given Bright, F is the surprise, .8755. Yours is {given:.4}.")
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (a, prior, q) = random_case(seed);
                        let right = kl(&q, &prior) - accuracy(&a, 1, &q);
                        let given = f(&a, &prior, 1, &q);
                        far(given, right).then(|| format!("On a random model with 4 outcomes and 3 states F should be {right:.4}, yours is {given:.4}."))
                    })
                },
            },
            Test {
                code: "zero",
                run: |f| {
                    let given =
                        f(&array![[0.5, 0.0], [0.5, 1.0]], &[0.5, 0.5], 0, &[1.0, 0.0]);
                    far(given, -(0.25f64.ln())).then(|| {
                        format!("A state of belief 0 adds nothing: 0 ln 0 counts as 0, whatever A and the prior say there. F should be −ln .25 = 1.3863, yours is {given:.4}.")
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "kl-reversed",
                sentence: "Your divergence is the wrong way round: the complexity is KL[q‖P(s)], weighted by the belief q, not by the prior.",
                answer: |a, prior, o, q| kl(prior, q) - accuracy(a, o, q),
            },
            Wrong {
                code: "entropy-sign",
                sentence: "The entropy has the wrong sign: F = energy − entropy. A belief that keeps its options open has the lower F.",
                answer: |a, prior, o, q| {
                    let energy = -accuracy(a, o, q) - sum_of(q, &logs(prior));
                    energy - q.iter().map(|q| xlogx(*q)).sum::<f64>()
                },
            },
            Wrong {
                code: "missing-ln",
                sentence: "The accuracy is the mean of ln P(o|s), and you took the mean of P(o|s): a logarithm is missing.",
                answer: |a, prior, o, q| kl(q, prior) - sum_of(q, &a.row(o).to_vec()),
            },
            Wrong {
                code: "no-complexity",
                sentence: "This is the inaccuracy alone. Without the complexity, KL[q‖P(s)], the best belief would be certainty about the likeliest cause.",
                answer: |a, _, o, q| -accuracy(a, o, q),
            },
        ],
        reference: |a, prior, o, q| kl(q, prior) - accuracy(a, o, q),
    }
}

fn logs(p: &[f64]) -> Vec<f64> {
    p.iter().map(|p| p.ln()).collect()
}

// ---- 8.3

/// A log joint and logits of 4 states, random.
fn random_slope(seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut rng = seeded(800 + seed);
    let joint: Vec<f64> = (0..4).map(|_| -4.0 * uniform01(&mut rng)).collect();
    (joint, (0..4).map(|_| 4.0 * uniform01(&mut rng) - 2.0).collect())
}

/// ln q − ln P(o, s) for each state.
fn log_ratio(log_joint: &[f64], logits: &[f64]) -> Vec<f64> {
    softmax(logits).iter().zip(log_joint).map(|(q, p)| q.ln() - p).collect()
}

/// Exercise 8.3: the slope of F on the logits.
pub fn slope_of() -> Exercise<SlopeOf> {
    Exercise {
        id: "8.3",
        fingerprint: |f| {
            (0..3)
                .flat_map(|seed| {
                    let (joint, logits) = random_slope(seed);
                    f(&joint, &logits)
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let n = f(&[0.3f64.ln(), 0.1f64.ln()], &[0.0, 0.0]).len();
                    (n != 2).then(|| {
                        format!(
                            "There is one slope for each of the 2 logits; yours has {n}."
                        )
                    })
                },
            },
            Test {
                code: "flat",
                run: |f| {
                    // The posterior of (.3, .1) is (.75, .25).
                    let given = f(&[0.3f64.ln(), 0.1f64.ln()], &[3f64.ln(), 0.0]);
                    given.iter().any(|d| far(*d, 0.0)).then(|| {
                        format!("At the posterior the slope is 0 in every direction; yours is {given:.4?}.")
                    })
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let given = f(&[0.3f64.ln(), 0.1f64.ln()], &[0.0, 0.0]);
                    (far(given[0], -0.25 * 3f64.ln()) || far(given[1], 0.25 * 3f64.ln())).then(|| {
                        format!("By hand: joint (.3, .1), even belief: g = (.5108, 1.6094), F = 1.0601, slope (−.2747, .2747). Yours is {given:.4?}.")
                    })
                },
            },
            Test {
                code: "sum",
                run: |f| {
                    let (joint, logits) = random_slope(1);
                    let sum: f64 = f(&joint, &logits).iter().sum();
                    far(sum, 0.0).then(|| format!("A constant added to all logits changes nothing, so the slopes add up to 0; yours to {sum:.4}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (joint, logits) = random_slope(seed);
                        let (given, right) = (f(&joint, &logits), gradient(&joint, &logits));
                        (given.len() != 4 || given.iter().zip(&right).any(|(g, r)| far(*g, *r)))
                            .then(|| format!("For a random joint of 4 states the slope should be {right:.4?} (finite differences agree), yours is {given:.4?}."))
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "on-the-simplex",
                sentence: "This is ∂F/∂q = ln q − ln P(o, s) + 1, the slope on the probabilities. A step along it does not keep their sum at 1. Go on to the logits: the chain rule gives qᵢ (gᵢ − F).",
                answer: |joint, logits| {
                    log_ratio(joint, logits).iter().map(|g| g + 1.0).collect()
                },
            },
            Wrong {
                code: "no-baseline",
                sentence: "Nearly: you have qᵢ gᵢ. Subtract the mean, F = Σ qⱼ gⱼ, from every g: raising one logit lowers all the other probabilities.",
                answer: |joint, logits| {
                    let q = softmax(logits);
                    log_ratio(joint, logits).iter().zip(&q).map(|(g, q)| q * g).collect()
                },
            },
            Wrong {
                code: "uphill",
                sentence: "Your slope points the other way: g is ln q − ln P(o, s), and a state with too much belief has a positive slope.",
                answer: |joint, logits| {
                    gradient(joint, logits).iter().map(|d| -d).collect()
                },
            },
            Wrong {
                code: "natural",
                sentence: "This is the natural gradient, gᵢ − F. It is a good direction, but the slope on the logits is asked for: multiply by qᵢ.",
                answer: natural_gradient,
            },
        ],
        reference: gradient,
    }
}

// ---- 8.4

fn expected_logs(log_joint: &Array2<f64>, other: &[f64]) -> Vec<f64> {
    log_joint.rows().into_iter().map(|row| sum_of(other, &row.to_vec())).collect()
}

/// ln P(o, s₁, s₂) of 3 and 2 levels, and a belief about the second factor.
fn random_table(seed: u64) -> (Array2<f64>, Vec<f64>) {
    (
        random_columns(3, 2, 850 + seed).mapv(|p| (0.5 * p).ln()),
        random_belief(2, 870 + seed),
    )
}

/// Exercise 8.4: one update of coordinate ascent.
pub fn coordinate() -> Exercise<Coordinate> {
    Exercise {
        id: "8.4",
        fingerprint: |f| {
            (0..3)
                .flat_map(|seed| {
                    let (joint, other) = random_table(seed);
                    f(&joint, &other)
                })
                .collect()
        },
        tests: vec![
            Test {
                code: "length",
                run: |f| {
                    let (joint, other) = random_table(0);
                    let n = f(&joint, &other).len();
                    (n != 3).then(|| format!("With 3 levels of the first factor (rows) and 2 of the second, the answer has 3 entries; yours has {n}."))
                },
            },
            Test {
                code: "normalised",
                run: |f| {
                    let (joint, other) = random_table(0);
                    let sum: f64 = f(&joint, &other).iter().sum();
                    far(sum, 1.0)
                        .then(|| format!("A belief sums to 1; yours sums to {sum:.4}."))
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    // ln p: rows (ln .4, ln .1), (ln .1, ln .4); other (.75, .25): the difference is ½ ln 4 = ln 2.
                    let joint =
                        array![[0.4f64.ln(), 0.1f64.ln()], [0.1f64.ln(), 0.4f64.ln()]];
                    let given = f(&joint, &[0.75, 0.25]);
                    far(given[0], 2.0 / 3.0).then(|| {
                        format!("By hand: joint ((.4, .1), (.1, .4)), other (.75, .25): the mean logarithms are .75 ln .4 + .25 ln .1 = −1.2629 and −1.9560; their difference is ln 2, so (2/3, 1/3). Yours is ({:.4}, {:.4}).", given[0], given[1])
                    })
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let (joint, other) = random_table(seed);
                        let (given, right) = (f(&joint, &other), softmax(&expected_logs(&joint, &other)));
                        given.iter().zip(&right).any(|(g, r)| far(*g, *r))
                            .then(|| format!("On a random table the belief should be {right:.4?}, yours is {given:.4?}."))
                    })
                },
            },
            Test {
                code: "zero",
                run: |f| {
                    let joint = array![
                        [0.5f64.ln(), f64::NEG_INFINITY],
                        [f64::NEG_INFINITY, 0.5f64.ln()]
                    ];
                    let given = f(&joint, &[1.0, 0.0]);
                    (given[0] != 1.0 || given[1] != 0.0).then(|| {
                        format!("The other factor is surely at level 0, so this one must be, too: (1, 0). Where the other's belief is 0, the product 0 · (−∞) counts as 0. Yours is {given:?}.")
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "mean-of-p",
                sentence: "You averaged the probabilities. Mean field averages their logarithms: softmax of Σ q₂ ln P(o, s₁, s₂).",
                answer: |joint, other| {
                    let w = expected_logs(&joint.mapv(f64::exp), other);
                    let sum: f64 = w.iter().sum();
                    w.iter().map(|w| w / sum).collect()
                },
            },
            Wrong {
                code: "unnormalised",
                sentence: "Right up to a factor: divide by the sum, or use softmax instead of exp.",
                answer: |joint, other| {
                    expected_logs(joint, other).iter().map(|x| x.exp()).collect()
                },
            },
            Wrong {
                code: "logits",
                sentence: "These are the expected logarithms. Turn them into a belief with softmax.",
                answer: expected_logs,
            },
            Wrong {
                code: "unweighted",
                sentence: "You added the logarithms up without the belief about the other factor: weight each column by it.",
                answer: |joint, _| {
                    softmax(&joint.rows().into_iter().map(|r| r.sum()).collect::<Vec<_>>())
                },
            },
        ],
        reference: |joint, other| softmax(&expected_logs(joint, other)),
    }
}

// ---- 8.5

/// What the known mistakes change in a step.
#[derive(Clone, Copy, PartialEq)]
enum Slip {
    None,
    Sign,
    NoPrecision,
    NoSlope,
    Deviation,
}

fn step(v: f64, prior: (f64, f64), noise: f64, o: f64, rate: f64, slip: Slip) -> f64 {
    let weigh = |variance: f64| match slip {
        Slip::NoPrecision => 1.0,
        Slip::Deviation => variance.sqrt(),
        _ => variance,
    };
    let (above, below) = ((v - prior.0) / weigh(prior.1), (o - v * v) / weigh(noise));
    let slope = if slip == Slip::NoSlope { 1.0 } else { 2.0 * v };
    let velocity = -above + slope * below;
    if slip == Slip::Sign { v - rate * velocity } else { v + rate * velocity }
}

/// Exercise 8.5: one step of predictive coding with g(v) = v².
pub fn settle_step() -> Exercise<SettleStep> {
    Exercise {
        id: "8.5",
        fingerprint: |f| {
            vec![
                f(1.2, (3.0, 2.0), 0.5, 2.0, 0.01),
                f(2.0, (1.0, 0.3), 4.0, 5.0, 0.02),
                f(0.5, (0.8, 1.5), 0.7, 0.1, 0.1),
            ]
        },
        tests: vec![
            Test {
                code: "number",
                run: |f| {
                    let given = f(3.0, (3.0, 1.0), 1.0, 2.0, 0.01);
                    (!given.is_finite()).then(|| {
                        format!("The next value is a finite number; yours is {given}.")
                    })
                },
            },
            Test {
                code: "hand",
                run: |f| {
                    let given = f(3.0, (3.0, 1.0), 1.0, 2.0, 0.01);
                    far(given, 2.58).then(|| {
                        format!("By hand, from v = 3 with prior (3, 1), noise 1, seen 2, rate .01: no error above; below 2 − 9 = −7, times the slope 6, is −42; so v becomes 3 − .42 = 2.58. Yours is {given:.4}.")
                    })
                },
            },
            Test {
                code: "rest",
                run: |f| {
                    // Prior and observation agree: nothing moves.
                    let given = f(2.0, (2.0, 0.5), 0.3, 4.0, 0.1);
                    far(given, 2.0).then(|| format!("Where prior and observation agree (v = 2, seen 4) nothing moves; yours goes to {given:.4}."))
                },
            },
            Test {
                code: "random",
                run: |f| {
                    (0..20).find_map(|seed| {
                        let mut rng = seeded(840 + seed);
                        let mut x = || 0.2 + 2.0 * uniform01(&mut rng);
                        let (v, prior, noise, o) = (x(), (x(), x()), x(), x());
                        let (given, right) = (f(v, prior, noise, o, 0.05), step(v, prior, noise, o, 0.05, Slip::None));
                        far(given, right).then(|| {
                            format!("From v = {v:.3} with prior ({:.3}, {:.3}), noise {noise:.3}, seen {o:.3}, rate .05: {right:.4} is right, yours is {given:.4}.", prior.0, prior.1)
                        })
                    })
                },
            },
        ],
        wrong: vec![
            Wrong {
                code: "sign",
                sentence: "Your value runs away from both the prior and the observation: the velocity has the wrong sign.",
                answer: |v, p, n, o, r| step(v, p, n, o, r, Slip::Sign),
            },
            Wrong {
                code: "no-precision",
                sentence: "Your errors count the same whatever their variance. Divide each error by the variance of its own level.",
                answer: |v, p, n, o, r| step(v, p, n, o, r, Slip::NoPrecision),
            },
            Wrong {
                code: "no-slope",
                sentence: "The error below must be multiplied by the slope g′(v) = 2v: it says how much a change of v would mend it.",
                answer: |v, p, n, o, r| step(v, p, n, o, r, Slip::NoSlope),
            },
            Wrong {
                code: "standard-deviation",
                sentence: "You divided by the standard deviation. The precision is one over the variance, its square.",
                answer: |v, p, n, o, r| step(v, p, n, o, r, Slip::Deviation),
            },
        ],
        reference: |v, p, n, o, r| step(v, p, n, o, r, Slip::None),
    }
}
