//! Module 15: hierarchical active inference.
//!
//! Shapes: `d` (state, context), `b2` (next context, context), `q` and `l` (context), `beta` and a moment (state).

use ndarray::{Array1, Array2, Axis, array};

use super::support::{highest, normalised, random_belief, random_columns, random_numbers};
use super::{AnyExercise, Exercise, Module, Verdict};
use crate::aif::hierarchical::{down, slow_step, up};
use crate::interaction::State;
use crate::prob::info::mutual_information;
use crate::rl::options::smdp_q;
use crate::task::block_maze::{look_gain, mixing};

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 15, quiz: "1 b, 2 d, 3 a, 4 c, 5 b, 6 a, 7 d, 8 c", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(message_up()),
        Box::new(tick()),
        Box::new(look()),
        Box::new(target()),
        Box::new(day()),
    ]
}

/// An answer to Exercise 15.1: the message up, from (d, q, beta).
pub type MessageUp = fn(&Array2<f64>, &[f64], &[f64]) -> Vec<f64>;
/// An answer to Exercise 15.2: the belief about the next context, from (q, l, b2).
pub type SlowStep = fn(&[f64], &[f64], &Array2<f64>) -> Vec<f64>;
/// An answer to Exercise 15.3: what looking first gains over going at once, from (b, r, κ).
pub type LookOrGo = fn(f64, f64, f64) -> f64;
/// An answer to Exercise 15.4: what an option turned out to be worth, from (rewards, γ, Q, from, to).
pub type Target = fn(&[f64], f64, &Array2<f64>, State, Option<State>) -> f64;
/// An answer to Exercise 15.5: the belief about the next context, from (d, b2, q, moments).
pub type AfterDay = fn(&Array2<f64>, &Array2<f64>, &[f64], &[Vec<f64>]) -> Vec<f64>;

/// Checks Exercise 15.1.
pub fn check_15_1(answer: MessageUp) -> Verdict {
    message_up().check(answer)
}

/// Checks Exercise 15.2.
pub fn check_15_2(answer: SlowStep) -> Verdict {
    tick().check(answer)
}

/// Checks Exercise 15.3.
pub fn check_15_3(answer: LookOrGo) -> Verdict {
    look().check(answer)
}

/// Checks Exercise 15.4.
pub fn check_15_4(answer: Target) -> Verdict {
    target().check(answer)
}

/// Checks Exercise 15.5.
pub fn check_15_5(answer: AfterDay) -> Verdict {
    day().check(answer)
}

/// One number times another, place by place.
fn product(x: &[f64], y: &[f64]) -> Vec<f64> {
    x.iter().zip(y).map(|(x, y)| x * y).collect()
}

// ---- 15.1

/// (d, q, beta).
type Sent = (Array2<f64>, Vec<f64>, Vec<f64>);

fn message_up() -> Exercise<Sent, MessageUp> {
    let uneven = array![[0.9, 0.4], [0.1, 0.6]];
    Exercise::<Sent, MessageUp>::new("15.1", |f, (d, q, beta)| f(d, q, beta).into(),
        |d, _, beta| up(d, beta))
    .shape("One number for each context")
    .hand("hand", (uneven, vec![0.75, 0.25], vec![1.0, 0.5]), &[0.95, 0.7],
        "D = [[.9, .4], [.1, .6]] and β = (1, .5): .9 · 1 + .1 · .5 and .4 · 1 + .6 · .5. The message should be {right}")
    .random("random",
        |seed| {
            let beta = random_numbers(3, 0.0, 1.0, 80 + seed);
            (random_columns(3, 3, 40 + seed), random_belief(3, seed), beta)
        },
        "On a random model the message")
    .at("wide",
        (random_columns(4, 2, 7), vec![0.5, 0.5], vec![0.3, 0.2, 0.0, 0.9]),
        "With four states and two contexts the message")
    .hand("nothing", (mixing(0.2), vec![0.9, 0.1], vec![1.0, 1.0]), &[1.0, 1.0],
        "A trial in which nothing was learned (β = 1) speaks for no context: the message should be {right}")
    .wrong("posterior",
        |d, q, beta| up(d, &normalised(&product(&down(d, q), beta))),
        "You passed up the posterior over the state. It contains what came down, so the level above would hear its own opinion again. Send the likelihood β.")
    .wrong("counted-q", |d, q, beta| product(&up(d, beta), q),
        "You multiplied by Q(c) already. The message is a likelihood; the level above puts its own belief to it, once.")
    .wrong("states-normalised", |d, _, beta| up(d, &normalised(beta)),
        "You normalised β first. A likelihood need not sum to one, and its size says how probable the trial was.")
    .wrong("contexts-normalised", |d, _, beta| normalised(&up(d, beta)),
        "You normalised the message. The beliefs come out the same, but how probable the trial was is lost: leave L as it is.")
    .wrong("transposed", |d, _, beta| down(d, beta),
        "You summed over the wrong index of D: its rows are states, its columns are contexts. For each context, go down its column.")
}

// ---- 15.2

/// (q, l, b2, how many times).
type Ticking = (Vec<f64>, Vec<f64>, Array2<f64>, usize);

fn true_tick(q: &[f64], l: &[f64], b2: &Array2<f64>) -> Vec<f64> {
    slow_step(q, l, b2).map_or_else(|error| panic!("{error}"), |q| q.probs().to_vec())
}

fn tick() -> Exercise<Ticking, SlowStep> {
    let left = || vec![0.8, 0.2];
    Exercise::<Ticking, SlowStep>::new("15.2",
        |f, (q, l, b2, times)| (0..*times).fold(q.clone(), |q, _| f(&q, l, b2)).into(),
        true_tick)
    .shape("One probability for each context")
    .distribution()
    .hand("hand", (vec![0.5, 0.5], left(), mixing(0.02), 1), &[0.788, 0.212],
        "From (.5, .5), a left day with L = (.8, .2) and a hazard of .02: corrected (.8, .2), then .98 · .8 + .02 · .2. The belief should be {right}")
    .random("random",
        |seed| {
            let l = random_numbers(3, 0.05, 1.0, 300 + seed);
            (random_belief(3, 200 + seed), l, random_columns(3, 3, 400 + seed), 1)
        },
        "On a random model the belief")
    .hand("chain", (vec![0.5, 0.5], left(), mixing(0.02), 400),
        &[0.973_514_705_661_758, 0.026_485_294_338_242],
        "After 400 left days the belief stands still where .6 x² − .58 x − .004 = 0. It should be {right}")
    .hand("scale", (vec![0.5, 0.5], vec![8e-9, 2e-9], mixing(0.02), 1), &[0.788, 0.212],
        "A message a hundred million times smaller says the same: the belief should be {right}")
    .wrong("no-b2", |q, l, _| normalised(&product(q, l)),
        "You corrected and forgot to predict: without B2 the belief runs to 1, and a rat that is sure of the context cannot change its mind.")
    .wrong("every-moment",
        |q, l, b2| {
            let q = normalised(&product(q, l));
            (0..3).fold(q, |q, _| down(b2, &q))
        },
        "You applied B2 three times, once for each moment of the trial. The slow clock ticks once a trial.")
    .wrong("predict-first", |q, l, b2| normalised(&product(&down(b2, q), l)),
        "You predicted before you corrected. The trial speaks of the context of today; only then comes the night.")
    .wrong("unnormalised", |q, l, b2| down(b2, &product(q, l)),
        "Divide by the sum of Q(c) L(c) before you predict: otherwise it is no belief.")
    .wrong("transposed", |q, l, b2| up(b2, &normalised(&product(q, l))),
        "You used B2 the wrong way round: its columns are today, its rows are tomorrow.")
}

// ---- 15.3

fn look() -> Exercise<(f64, f64, f64), LookOrGo> {
    Exercise::<(f64, f64, f64), LookOrGo>::new("15.3", |f, (b, r, k)| f(*b, *r, *k).into(), look_gain)
    .hand("hand", (0.5, 0.8, 0.2), &[0.4],
        "With b = .5, r = .8, κ = .2: to go is worth 0, to look .6 − .2. The gain should be {right}")
    .hand("second", (0.6, 0.8, 0.2), &[0.2],
        "With b = .6: to go is worth .2, to look .6 − .2. The gain should be {right}")
    .hand("other-side", (0.3, 0.8, 0.2), &[0.0],
        "With b = .3 the rat would go right, for .4; to look is worth .6 − .2. The gain should be {right}")
    .hand("deaf", (0.95, 0.8, 0.2), &[-0.2],
        "With b = .95 the rat goes left whatever the cue says, so a look only costs. The gain should be {right}")
    .random("random",
        |seed| {
            let x = random_numbers(3, 0.0, 1.0, 500 + seed);
            (x[0], 0.5 + 0.5 * x[1], 0.5 * x[2])
        },
        "For (b, r, κ) = {input} the gain")
    .wrong("no-cost", |b, r, _| look_gain(b, r, 0.0),
        "You forgot what the look costs. With a free cue one would look until b = r.")
    .wrong("cost-twice", |b, r, k| look_gain(b, r, 2.0 * k),
        "You counted κ twice. In reward it counts once; as a shift of the threshold for b it is κ/2, because a belief of b is worth 2b − 1.")
    .wrong("curious",
        |b, r, k| {
            let (l, w) = (1.0 - b, 1.0 - r);
            look_gain(b, r, k) + mutual_information(&array![[r * b, w * l], [w * b, r * l]])
        },
        "You added the information of the cue to looking. Going teaches the side as well, and in the end both teach all of it: within a trial the information cancels.")
    .wrong("follows", |b, r, k| 2.0 * r - 1.0 - k - (2.0 * b - 1.0).abs(),
        "You let the rat follow the cue in any case. When its belief is stronger than the cue it does not: take the better arm after each cue.")
    .wrong("left-only", |b, r, k| {
            let (c, d) = (r * b - (1.0 - r) * (1.0 - b), (1.0 - r) * b - r * (1.0 - b));
            c.abs() + d.abs() - k - (2.0 * b - 1.0)
        },
        "You let the rat go left at once even where right is likelier. To go is worth |2b − 1|.")
}

// ---- 15.4

/// (rewards, γ, Q, from, to).
type Followed = (Vec<f64>, f64, Array2<f64>, State, Option<State>);

fn true_target(r: &[f64], gamma: f64, q: &Array2<f64>, _: State, to: Option<State>) -> f64 {
    let next = to.map_or(vec![], |s| q.row(s).to_vec());
    smdp_q::target(r, gamma, &next)
}

/// Σ γᵏ r.
fn discounted(r: &[f64], gamma: f64) -> f64 {
    smdp_q::target(r, gamma, &[])
}

fn best_at(q: &Array2<f64>, s: Option<State>) -> f64 {
    s.map_or(0.0, |s| highest(&q.row(s).to_vec()))
}

fn target() -> Exercise<Followed, Target> {
    let q = array![[32.0, 0.0], [8.0, 16.0], [-3.0, -2.0]];
    let three = || vec![1.0, 2.0, 4.0];
    Exercise::<Followed, Target>::new("15.4", |f, (r, gamma, q, from, to)| f(r, *gamma, q, *from, *to).into(),
        true_target)
    .hand("hand", (three(), 0.5, q.clone(), 0, Some(1)), &[5.0],
        "Rewards (1, 2, 4), γ = .5, best value 16 where it stops: 1 + 1 + 1 + 16/8. The target should be {right}")
    .hand("one-step", (vec![1.0], 0.5, q.clone(), 0, Some(1)), &[9.0],
        "An option of one step is an action: 1 + .5 · 16. The target should be {right}")
    .hand("over", (three(), 0.5, q.clone(), 0, None), &[3.0],
        "The task is over: nothing follows. The target should be {right}")
    .hand("negative", (vec![0.0], 0.5, q, 0, Some(2)), &[-1.0],
        "Where all values are negative, the best is −2: the target should be {right}")
    .random("random",
        |seed| {
            let r = random_numbers(2 + seed as usize % 4, -1.0, 1.0, 600 + seed);
            let values = random_numbers(6, -2.0, 2.0, 700 + seed);
            let q = Array2::from_shape_fn((3, 2), |(s, o)| values[2 * s + o]);
            (r, 0.9, q, 0, (!seed.is_multiple_of(4)).then_some(1 + seed as usize % 2))
        },
        "After a random option the target")
    .wrong("gamma-once", |r, gamma, q, _, to| discounted(r, gamma) + gamma * best_at(q, to),
        "You discounted the future by γ, as after one step. The option took τ steps: γ^τ. With γ, all options look equally quick.")
    .wrong("start", |r, gamma, q, from, to| {
            discounted(r, gamma) + to.map_or(0.0, |_| gamma.powi(r.len() as i32) * best_at(q, Some(from)))
        },
        "You took the best value where the option began. What follows begins where it stopped.")
    .wrong("discount-again", |r, gamma, q, _, to| {
            gamma * discounted(r, gamma) + gamma.powi(r.len() as i32) * best_at(q, to)
        },
        "You discounted the rewards once too often: the first one comes at once and counts in full.")
    .wrong("plain-sum", |r, gamma, q, _, to| {
            r.iter().sum::<f64>() + gamma.powi(r.len() as i32) * best_at(q, to)
        },
        "You added the rewards as they are. Within an option time passes, too: the k-th reward counts γ^(k−1).")
    .wrong("over-the-end", |r, gamma, q, from, to| {
            true_target(r, gamma, q, from, Some(to.unwrap_or(from)))
        },
        "You went on after the end of the task: where `to` is None nothing follows.")
}

// ---- 15.5

/// (d, b2, q, moments).
type Lived = (Array2<f64>, Array2<f64>, Vec<f64>, Vec<Vec<f64>>);

/// (state, context) after all moments, with what is done to it after each of them.
fn through(
    (d, q, moments): (&Array2<f64>, &[f64], &[Vec<f64>]),
    after: &dyn Fn(Array2<f64>) -> Array2<f64>,
) -> Vec<f64> {
    let mut joint = d * &Array1::from(q.to_vec());
    for seen in moments {
        for (mut row, p) in joint.rows_mut().into_iter().zip(seen) {
            row *= *p;
        }
        joint = after(joint);
    }
    normalised(&joint.sum_axis(Axis(0)).to_vec())
}

fn true_day(
    d: &Array2<f64>,
    b2: &Array2<f64>,
    q: &[f64],
    moments: &[Vec<f64>],
) -> Vec<f64> {
    down(b2, &through((d, q, moments), &|joint| joint))
}

/// The silent bug: the slow clock ticks at every moment.
fn day() -> Exercise<Lived, AfterDay> {
    let seen = |all: &[[f64; 2]]| all.iter().map(|p| p.to_vec()).collect::<Vec<_>>();
    let lived = |moments| (mixing(0.2), mixing(0.02), vec![0.5, 0.5], moments);
    Exercise::<Lived, AfterDay>::new("15.5", |f, (d, b2, q, moments)| f(d, b2, q, moments).into(),
        true_day)
    .shape("One probability for each context")
    .distribution()
    .hand("hand", lived(seen(&[[1.0, 1.0], [1.0, 0.0]])), &[0.788, 0.212],
        "Nothing to see in the centre, then food on the left: .8 after the day, .788 after the night. The belief should be {right}")
    .hand("cue", lived(seen(&[[1.0, 1.0], [0.8, 0.2], [1.0, 0.0]])), &[0.788, 0.212],
        "The same with a look at the cue: the food explains the cue, so nothing changes. The belief should be {right}")
    .random("random",
        |seed| {
            let moment = |t: u64| random_numbers(3, 0.05, 1.0, 900 + 10 * seed + t);
            let moments = (0..2 + seed % 3).map(moment).collect();
            let (d, b2) = (random_columns(3, 2, 800 + seed), random_columns(2, 2, 820 + seed));
            (d, b2, random_belief(2, 840 + seed), moments)
        },
        "On a random day the belief")
    .hand("empty", lived(vec![]), &[0.5, 0.5],
        "A day on which nothing is seen: only the night passes. The belief should be {right}")
    .wrong("the-bug",
        |d, b2, q, moments| through((d, q, moments), &|joint| joint.dot(&b2.t())),
        "This is still the bug: B2 is applied at every moment, and the context changes two or three times a day. Take it out of the loop.")
    .wrong("no-night", |d, _, q, moments| through((d, q, moments), &|joint| joint),
        "Now B2 is not applied at all. It belongs after the loop, once: the night between two days.")
    .wrong("night-first", |d, b2, q, moments| true_day(d, &Array2::eye(q.len()), &down(b2, q), moments),
        "You moved the night before the day. What is seen today speaks of the context of today.")
    .wrong("each-moment-up",
        |d, b2, q, moments| {
            let each = |q: Vec<f64>, seen: &Vec<f64>| product(&q, &up(d, seen));
            down(b2, &normalised(&moments.iter().fold(q.to_vec(), each)))
        },
        "You sent each moment up by itself, as if each day had a new side at every moment. The cue is then counted beside the food that explains it. Multiply the moments first, side by side; go up once.")
}
