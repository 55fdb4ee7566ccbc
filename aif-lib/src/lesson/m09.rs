//! Module 09: your first active inference agent.
//!
//! Shapes: `a` (outcome, state), `b` (next state, state) for one action, `c` (outcome), beliefs (state).

use ndarray::{Array2, Array3, array};

use super::support::{
    ambiguity, expected, highest, outcomes, random_belief, random_columns, random_numbers,
};
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::aif::evaluate::{Efe, expected_free_energy};
use crate::aif::model::GenerativeModel;
use crate::aif::perceive::{correct, predict};
use crate::caught::caught;
use crate::prob::categorical::Categorical;
use crate::prob::info::{entropy, log_sum_exp};
use crate::task::tmaze;

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 9, quiz: "1 b, 2 c, 3 a, 4 d, 5 b, 6 c, 7 a, 8 c", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(likelihood()),
        Box::new(filter_step()),
        Box::new(one_step_efe()),
        Box::new(closed_loop_values()),
        Box::new(information_gain()),
    ]
}

/// An answer to Exercise 9.1: the likelihood A of the T-maze for a cue of a given reliability.
pub type Likelihood = fn(f64) -> Array2<f64>;
/// An answer to Exercise 9.2: the belief after an action and an observation, from (a, b, belief, outcome).
pub type FilterStep = fn(&Array2<f64>, &Array2<f64>, &[f64], usize) -> Vec<f64>;
/// An answer to Exercise 9.3: risk plus ambiguity, from (a, c, predicted).
pub type OneStepEfe = fn(&Array2<f64>, &[f64], &[f64]) -> f64;
/// An answer to Exercise 9.4: closed-loop G of each first action, from (model, belief, horizon).
pub type ClosedLoop = fn(&GenerativeModel, &Categorical, usize) -> Vec<f64>;
/// An answer to Exercise 9.5: the expected information gain, from (a, predicted).
pub type InformationGain = fn(&Array2<f64>, &[f64]) -> f64;

/// Checks Exercise 9.1.
pub fn check_9_1(answer: Likelihood) -> Verdict {
    likelihood().check(answer)
}

/// Checks Exercise 9.2.
pub fn check_9_2(answer: FilterStep) -> Verdict {
    filter_step().check(answer)
}

/// Checks Exercise 9.3.
pub fn check_9_3(answer: OneStepEfe) -> Verdict {
    one_step_efe().check(answer)
}

/// Checks Exercise 9.4.
pub fn check_9_4(answer: ClosedLoop) -> Verdict {
    closed_loop_values().check(answer)
}

/// Checks Exercise 9.5.
pub fn check_9_5(answer: InformationGain) -> Verdict {
    information_gain().check(answer)
}

// ---- 9.1

/// The T-maze with other arms, each (pays, punishes), in the order left/L, left/R, right/L, right/R.
fn with_arms(r: f64, arms: [(f64, f64); 4]) -> Array2<f64> {
    let mut a = tmaze::likelihood(r);
    for (i, arm) in arms.into_iter().enumerate() {
        (a[[3, 4 + i]], a[[4, 4 + i]]) = arm;
    }
    a
}

fn likelihood() -> Exercise<f64, Likelihood> {
    Exercise::<f64, Likelihood>::new("9.1", |f, r| f(*r).into(), tmaze::likelihood)
        .shape("One row for each of the 5 outcomes and one column for each of the 8 states")
        .distribution()
        .hand("hand", 0.9,
            &[
                [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
                [0.0, 0.0, 0.9, 0.1, 0.0, 0.0, 0.0, 0.0],
                [0.0, 0.0, 0.1, 0.9, 0.0, 0.0, 0.0, 0.0],
                [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0],
                [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0],
            ]
            .concat(),
            "In the centre (states 0 and 1) there is nothing to see: null, row 0, for sure. At the cue (2 is cue/L, 3 is cue/R) a cue of .9 tells the truth with .9. In an arm (4 to 7 are left/L, left/R, right/L, right/R) the outcome is certain. With reliability .9, A at [row, column] should be {right}; yours is {yours}.")
        .random("reliability", |seed| 0.05 + 0.05 * seed as f64,
            "Does your A use its argument everywhere? With reliability {input} it")
        .wrong("transposed", |r| tmaze::likelihood(r).reversed_axes(),
            "Rows and columns are swapped: A is (outcome, state), so that each column is a distribution over outcomes.")
        .wrong("same-cue",
            |r| {
                let mut a = tmaze::likelihood(r);
                (a[[1, 3]], a[[2, 3]]) = (r, 1.0 - r);
                a
            },
            "Your cue says the same in cue/L and in cue/R, so it tells nothing. Where right pays, it says \"right\" with probability r.")
        .wrong("arms-swapped",
            |r| with_arms(r, [(0.0, 1.0), (1.0, 0.0), (1.0, 0.0), (0.0, 1.0)]),
            "Your arms punish where they should pay: left/L is the left arm when left pays.")
        .wrong("arms-by-place",
            |r| with_arms(r, [(1.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 1.0)]),
            "Your left arm always pays and your right arm always punishes. What an arm does depends on which side pays in this trial.")
}

// ---- 9.2

fn joint(a: &Array2<f64>, b: &Array2<f64>, q: &[f64], o: usize) -> Vec<f64> {
    a.row(o).iter().zip(outcomes(b, q)).map(|(a, p)| a * p).collect()
}

fn true_filter(a: &Array2<f64>, b: &Array2<f64>, q: &[f64], o: usize) -> Vec<f64> {
    let joint = joint(a, b, q, o);
    let evidence: f64 = joint.iter().sum();
    joint.iter().map(|j| j / evidence).collect()
}

type Sensed = (Array2<f64>, Array2<f64>, Vec<f64>, usize);

fn filter_step() -> Exercise<Sensed, FilterStep> {
    Exercise::<Sensed, FilterStep>::new(
        "9.2",
        |f, (a, b, q, o)| match joint(a, b, q, *o).iter().any(|p| *p > 0.0) {
            true => f(a, b, q, *o).into(),
            // What cannot be seen leaves no belief: to stop is as right as to answer NaN.
            false => caught(|| f(a, b, q, *o)).unwrap_or(vec![f64::NAN; q.len()]).into(),
        },
        true_filter,
    )
    .shape("One probability for each state")
    .distribution()
    .hand("hand",
        (array![[0.8, 0.3], [0.2, 0.7]], array![[0.1, 0.2], [0.9, 0.8]], vec![0.75, 0.25], 0),
        &[0.1 / 0.3625, 0.2625 / 0.3625],
        "By hand: belief (.75, .25) becomes (.125, .875) by B, then (.1, .2625) by A, then (.2759, .7241)")
    .random("random",
        |seed| {
            let (a, b) = (random_columns(4, 3, seed), random_columns(3, 3, 100 + seed));
            (a, b, random_belief(3, 200 + seed), seed as usize % 4)
        },
        "On a random model with 3 states and 4 outcomes the belief")
    .hand("zeros",
        (array![[0.5, 0.5], [0.5, 0.5]], array![[0.0, 1.0], [1.0, 0.0]], vec![1.0, 0.0], 1),
        &[0.0, 1.0],
        "B moves surely to state 1, and a state that B cannot reach keeps probability 0, exactly; yours is {yours}. Do not add or clip to a small number.")
    .hand("impossible",
        (array![[1.0, 1.0], [0.0, 0.0]], array![[1.0, 0.0], [0.0, 1.0]], vec![0.5, 0.5], 1),
        &[f64::NAN, f64::NAN],
        "This model says that what was seen cannot be seen, P(o) = 0. Then there is no belief to give: dividing by 0 makes NaN, and the library answers with an error. Yours is {yours}: a belief that is made up hides that the model is wrong.")
    .wrong("no-prediction", |a, b, q, o| true_filter(a, &Array2::eye(b.nrows()), q, o),
        "You corrected the old belief without moving it: the action has changed the state, so push the belief through B first.")
    .wrong("b-transposed", |a, b, q, o| true_filter(a, &b.t().to_owned(), q, o),
        "You summed over the wrong index of B: B[s′, s], with the new state first. The prediction of s′ sums over the old s.")
    .wrong("unnormalised", joint,
        "Nearly: this is the joint P(s′, o). Divide by its sum, the evidence P(o), to get the belief.")
    .wrong("no-correction", |_, b, q, _| outcomes(b, q),
        "This is the prediction alone: the observation has not been used. Multiply by row o of A, then normalise.")
    .wrong("made-up",
        |a, b, q, o| match true_filter(a, b, q, o) {
            belief if belief[0].is_nan() => vec![1.0 / q.len() as f64; q.len()],
            belief => belief,
        },
        "Right, until something is seen that the model rules out: then you answer an even belief, as if nothing had happened. There is no belief to give; let it be NaN, or stop.")
}

// ---- 9.3

fn risk(a: &Array2<f64>, c: &[f64], predicted: &[f64]) -> f64 {
    let seen = outcomes(a, predicted);
    -entropy(&seen) - expected(&seen, c)
}

/// (A, C, predicted).
type Foreseen = (Array2<f64>, Vec<f64>, Vec<f64>);

/// A random step with 4 outcomes and 3 states.
fn random_step(seed: u64) -> Foreseen {
    let c = random_numbers(4, -2.0, 2.0, 300 + seed);
    (random_columns(4, 3, seed), c, random_belief(3, 400 + seed))
}

fn one_step_efe() -> Exercise<Foreseen, OneStepEfe> {
    Exercise::<Foreseen, OneStepEfe>::new("9.3", |f, (a, c, q)| f(a, c, q).into(),
        |a, c, q| risk(a, c, q) + ambiguity(a, q))
    .hand("certain", (Array2::eye(2), vec![2.0, 0.0], vec![1.0, 0.0]), &[-2.0],
        "With a certain outcome of C = 2 nothing is uncertain, so G = −2. 0 ln 0 counts as 0: the library's `entropy` takes care of it. Yours is {yours}.")
    .hand("risk", (Array2::eye(2), vec![1.0, -1.0], vec![0.5, 0.5]), &[-(2f64.ln())],
        "A perfect sensor has no ambiguity. With Q(o) = (.5, .5) and C = (1, −1) the risk is −ln 2 − 0 = −.6931")
    .hand("ambiguity", (Array2::from_elem((2, 2), 0.5), vec![0.0, 0.0], vec![0.3, 0.7]),
        &[0.0],
        "A useless sensor: risk −ln 2 and ambiguity +ln 2 cancel, so G = 0")
    .random("random", random_step, "On a random model G")
    .wrong("ambiguity-sign", |a, c, q| risk(a, c, q) - ambiguity(a, q),
        "The ambiguity has the wrong sign: your agent would seek noise. Uncertain outcomes make G larger, that is, worse.")
    .wrong("no-ambiguity", risk,
        "This is the risk alone. Add the ambiguity: the mean, under the predicted state, of the entropy of A's columns.")
    .wrong("no-entropy", |a, c, q| -expected(&outcomes(a, q), c) + ambiguity(a, q),
        "The entropy of the expected outcomes is missing: the risk is Σ Q(o) ln Q(o) − Σ Q(o) C(o). Without it nothing is ever worth looking at.")
    .wrong("preference-sign",
        |a, c, q| risk(a, c, q) + 2.0 * expected(&outcomes(a, q), c) + ambiguity(a, q),
        "The preference has the wrong sign: what is preferred should make G smaller.")
    .wrong("normalised", |a, c, q| risk(a, c, q) + log_sum_exp(c) + ambiguity(a, q),
        "You made P(o|C) = exp(C) / Σ exp(C) first, as many textbooks do: the risk is then a divergence and never negative. That is a sound convention, and it ranks all actions the same, for it adds the constant ln Σ exp(C) to each. This course leaves C as it is given, so that it can be a reward: leave the constant out here.")
}

// ---- 9.4

/// What the known mistakes change in the recursion.
#[derive(Clone, Copy, PartialEq)]
enum Mistake {
    None,
    FirstStep,
    Unweighted,
    Worst,
    FromZero,
    NoCorrection,
    OldBelief,
}

fn recursion(
    model: &GenerativeModel,
    belief: &Categorical,
    horizon: usize,
    mistake: Mistake,
) -> Vec<f64> {
    let value = |q: &Categorical| {
        let g = recursion(model, q, horizon - 1, mistake);
        let least = g.iter().copied().fold(f64::INFINITY, f64::min);
        match mistake {
            Mistake::Worst => highest(&g),
            Mistake::FromZero => least.min(0.0),
            _ => least,
        }
    };
    let branch = |predicted: &Categorical, o: usize| match correct(model, predicted, &[o]) {
        Ok(seen) if mistake == Mistake::Unweighted => value(&seen.belief),
        Ok(seen) if mistake == Mistake::OldBelief => {
            seen.log_evidence.exp() * value(belief)
        }
        Ok(seen) => seen.log_evidence.exp() * value(&seen.belief),
        Err(_) => 0.0,
    };
    let action = |u| {
        let predicted = predict(model, belief, u);
        let now = Efe::total(&expected_free_energy(model, &predicted));
        let outcomes = 0..model.outcome_names(0).len();
        now + match mistake {
            _ if horizon == 1 => 0.0,
            Mistake::FirstStep => 0.0,
            Mistake::NoCorrection => value(&predicted),
            _ => outcomes.map(|o| branch(&predicted, o)).sum(),
        }
    };
    (0..model.n_actions()).map(action).collect()
}

/// A random model of 3 states, 3 outcomes and 2 actions.
fn random_model(c: [f64; 3], seed: u64) -> GenerativeModel {
    let slices = [random_columns(3, 3, 500 + seed), random_columns(3, 3, 600 + seed)];
    let b = Array3::from_shape_fn((3, 3, 2), |(to, from, u)| slices[u][[to, from]]);
    let prior = random_belief(3, 700 + seed);
    GenerativeModel::new(random_columns(3, 3, seed), b, &c, &prior)
        .expect("the columns sum to one")
}

fn maze(reliability: f64) -> GenerativeModel {
    tmaze::model(reliability, &tmaze::PREFERENCE).expect("a proper reliability")
}

fn closed_loop_values() -> Exercise<(GenerativeModel, usize), ClosedLoop> {
    Exercise::<(GenerativeModel, usize), ClosedLoop>::new("9.4",
        |f, (model, horizon)| f(model, model.prior(), *horizon).into(),
        |m, q, h| recursion(m, q, h, Mistake::None))
    .shape("One value for each action")
    .at("one-step", (maze(0.9), 1), "T-maze, horizon 1: G")
    .at("tmaze", (maze(0.9), 2), "T-maze, horizon 2: G")
    .random("random", |seed| (random_model([1.0, 0.0, -1.0], seed), 3), "A random model, horizon 3: G")
    .at("useless-cue", (maze(0.5), 2), "T-maze with a useless cue, horizon 2: G")
    .at("costly", (random_model([-4.0, -5.0, -6.0], 7), 3),
        "A random model where every outcome is disliked, so that G is always above 0, horizon 3: G")
    .wrong("open-loop", |m, q, h| recursion(m, q, h, Mistake::NoCorrection),
        "You went on from the predicted belief: this is the open loop. Branch on each outcome o, and go on from the belief after o.")
    .wrong("first-step", |m, q, h| recursion(m, q, h, Mistake::FirstStep),
        "These are the values of the first step alone. With more than one move left, add what comes later.")
    .wrong("unweighted", |m, q, h| recursion(m, q, h, Mistake::Unweighted),
        "Every branch counts in full. Weight the value after outcome o by its probability Q(o), the second number of each pair from successor_beliefs.")
    .wrong("worst", |m, q, h| recursion(m, q, h, Mistake::Worst),
        "You took the largest G of the next actions. Lower is better: a plan takes the smallest.")
    .wrong("from-zero", |m, q, h| recursion(m, q, h, Mistake::FromZero),
        "Your minimum starts at 0, so where every action has a G above 0 none is taken. Start from f64::INFINITY.")
    .wrong("old-belief", |m, q, h| recursion(m, q, h, Mistake::OldBelief),
        "You go on from the belief before the action. In each branch, go on from the belief after the outcome.")
}

// ---- 9.5

fn information_gain() -> Exercise<(Array2<f64>, Vec<f64>), InformationGain> {
    Exercise::<(Array2<f64>, Vec<f64>), InformationGain>::new("9.5",
        |f, (a, q)| f(a, q).into(),
        |a, q| entropy(&outcomes(a, q)) - ambiguity(a, q))
    .hand("useless", (Array2::from_elem((2, 2), 0.5), vec![0.5, 0.5]), &[0.0],
        "A cue of reliability .5 teaches nothing, so the gain is 0")
    .hand("perfect", (Array2::eye(2), vec![0.5, 0.5]), &[2f64.ln()],
        "A perfect cue to a fair coin teaches ln 2 = .6931")
    .random("random", |seed| (random_columns(4, 3, seed), random_belief(3, 400 + seed)),
        "On a random model the gain")
    .hand("certain", (array![[0.9, 0.1], [0.1, 0.9]], vec![1.0, 0.0]), &[0.0],
        "One who knows the state learns nothing about it: the gain is 0")
    .wrong("the-bug", ambiguity,
        "This is still the bug: the ambiguity itself, so the noisiest cue looks best. It must be subtracted, and from something.")
    .wrong("minus-ambiguity", |a, q| -ambiguity(a, q),
        "Minus the ambiguity has the right sign, but it is never above 0, and a place with nothing to see gets the best score. The entropy of the expected outcomes, H[Q(o)], is missing.")
    .wrong("state-entropy", |a, q| entropy(q) - ambiguity(a, q),
        "You subtracted from the entropy of the state. Start from the entropy of the outcomes, H[Q(o)]: what is expected to be seen.")
    .wrong("outcome-entropy", |a, q| entropy(&outcomes(a, q)),
        "H[Q(o)] alone counts noise as news. Subtract the part that would remain if the state were known: the ambiguity.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aif::plan::{Backup, closed_loop};

    #[test]
    fn the_recursion_of_exercise_9_4_is_the_closed_loop_of_the_library() {
        for (seed, horizon) in [(0, 1), (1, 2), (2, 3), (3, 4)] {
            let model = random_model([1.0, 0.0, -1.0], seed);
            let own = recursion(&model, model.prior(), horizon, Mistake::None);
            let efe = closed_loop(&model, model.prior(), horizon, Backup::Max);
            for (own, efe) in own.iter().zip(efe.expect("the horizon is short")) {
                assert!((own - efe.total()).abs() < 1e-9, "{own} and {}", efe.total());
            }
        }
    }
}
