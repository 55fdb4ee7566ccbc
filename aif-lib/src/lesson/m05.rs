//! Module 05: model-based reinforcement learning.
//!
//! Shapes: `q` (state, action), `counts` and T (next state, state, action), second-stage tables (place, action).

use ndarray::{Array2, Array3, Axis, array};

use super::support::{expected, highest, normalised, random_columns, random_numbers};
use super::{AnyExercise, Exercise, Module, Numbers, Verdict};
use crate::interaction::{Action, End, State, Step};
use crate::prob::counts as transitions;
use crate::prob::random::{Rng, seeded, uniform_index};
use crate::rl::agent::two_step::{model_based, model_free};
use crate::rl::evaluate::backup;
use crate::rl::learn::dyna_q::{self, DeterministicModel, Seen};
use crate::rl::model::Mdp;
use crate::rl::plan::control_as_inference::{action_posterior, soft_values};
use crate::rl::plan::uct;
use crate::world::two_step::Trial;

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 5, quiz: "1 c, 2 a, 3 d, 4 b, 5 d, 6 a, 7 c, 8 b", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(dream()),
        Box::new(counts_to_b()),
        Box::new(way_back()),
        Box::new(first_action()),
        Box::new(look_ahead()),
        Box::new(learn_trial()),
    ]
}

/// An answer to Exercise 5.1: n planning steps, from (q, model, n, alpha, gamma, rng).
pub type Dream = fn(&mut Array2<f64>, &DeterministicModel, usize, f64, f64, &mut dyn Rng);
/// An answer to Exercise 5.2: B from the counts of transitions.
pub type CountsToB = fn(&Array3<f64>) -> Array3<f64>;
/// An answer to Exercise 5.3: the way back of one game, from (visits, q, game, rest, gamma).
pub type WayBack = fn(&mut Array2<f64>, &mut Array2<f64>, &[(usize, usize, f64)], f64, f64);
/// An answer to Exercise 5.4: the posterior over the first action, from (task, state, horizon, tau).
pub type FirstAction = fn(&Mdp, usize, usize, f64) -> Vec<f64>;
/// An answer to Exercise 5.5: the values of the first choices, from (t, q2).
pub type LookAhead = fn(&Array2<f64>, &Array2<f64>) -> Vec<f64>;
/// An answer to Exercise 5.6: the new values of first and second choices, from (q1, q2, trial, alpha, lambda).
pub type LearnTrial = fn(&[f64], &Array2<f64>, &Trial, f64, f64) -> (Vec<f64>, Array2<f64>);

/// Checks Exercise 5.1.
pub fn check_5_1(answer: Dream) -> Verdict {
    dream().check(answer)
}

/// Checks Exercise 5.2.
pub fn check_5_2(answer: CountsToB) -> Verdict {
    counts_to_b().check(answer)
}

/// Checks Exercise 5.3.
pub fn check_5_3(answer: WayBack) -> Verdict {
    way_back().check(answer)
}

/// Checks Exercise 5.4.
pub fn check_5_4(answer: FirstAction) -> Verdict {
    first_action().check(answer)
}

/// Checks Exercise 5.5.
pub fn check_5_5(answer: LookAhead) -> Verdict {
    look_ahead().check(answer)
}

/// Checks Exercise 5.6.
pub fn check_5_6(answer: LearnTrial) -> Verdict {
    learn_trial().check(answer)
}

// ---- 5.1

/// What a test looks at: the table after planning, or which pairs are planned with, as shares of many runs.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Look {
    Table,
    Pairs,
}

/// (table before, model, n, α, γ), and what is looked at.
type Planned = (Array2<f64>, DeterministicModel, usize, f64, f64, Look);

fn planned(f: Dream, (before, model, n, alpha, gamma, look): &Planned) -> Numbers {
    let after = |seed| {
        let mut q = before.clone();
        f(&mut q, model, *n, *alpha, *gamma, &mut seeded(seed));
        q
    };
    let runs = match look {
        Look::Table => return after(51).into(),
        Look::Pairs => (0..400).map(after).collect::<Vec<_>>(),
    };
    let moved = |pair: &(State, Action)| {
        let count = runs.iter().filter(|q| q[*pair] != before[*pair]).count();
        count as f64 / runs.len() as f64
    };
    model.pairs().iter().map(moved).collect::<Vec<f64>>().into()
}

/// One thing was ever tried: action 1 in state 0, which paid 2 and ended the task in state 1.
fn one_memory(n: usize) -> Planned {
    let mut model = DeterministicModel::new(2, 2);
    model.observe(0, 1, &Step { obs: 1, reward: 2.0, end: Some(End::Terminated) });
    (array![[0.0, 0.0], [3.0, 1.0]], model, n, 0.25, 0.9, Look::Table)
}

/// 0 → 1 → 2 → 3 by action 0, where the task ends; action 1 was tried in 0 and 1 only, and goes back to 0. What each
/// of these five pays.
fn corridor(paid: [f64; 5]) -> DeterministicModel {
    let mut model = DeterministicModel::new(4, 2);
    for (i, (s, a, obs)) in
        [(0, 0, 1), (1, 0, 2), (2, 0, 3), (0, 1, 0), (1, 1, 0)].into_iter().enumerate()
    {
        let end = (obs == 3).then_some(End::Terminated);
        model.observe(s, a, &Step { obs, reward: paid[i], end });
    }
    model
}

fn dream_with(
    q: &mut Array2<f64>,
    model: &DeterministicModel,
    n: usize,
    alpha: f64,
    mut pair: impl FnMut(usize) -> (State, Action),
    later: impl Fn(&Seen, &[f64]) -> f64,
) {
    for k in 0..n {
        let (s, a) = pair(k);
        let seen = model.recall(s, a);
        let target = seen.reward + later(&seen, &q.row(seen.next).to_vec());
        q[[s, a]] += alpha * (target - q[[s, a]]);
    }
}

fn drawn(model: &DeterministicModel, rng: &mut dyn Rng) -> (State, Action) {
    model.pairs()[uniform_index(model.pairs().len(), rng)]
}

fn dream() -> Exercise<Planned, Dream> {
    let mut table = Array2::zeros((4, 2));
    table.row_mut(3).fill(5.0);
    let paid = corridor([0.0, 0.0, 1.0, 0.0, -0.1]);
    let low = Array2::from_elem((4, 2), -10.0);
    Exercise::<Planned, Dream>::new("5.1", planned, |q, model, n, alpha, gamma, rng| {
        dyna_q::plan(q, model, n, alpha, gamma, 0.0, rng);
    })
    .hand("hand", one_memory(1), &[0.0, 0.5, 3.0, 1.0],
        "The model knows one thing: action 1 in state 0 paid 2 and ended the task. One planning step with α = .25 makes that value .25 · 2 = .5")
    .hand("how-many", one_memory(3), &[0.0, 2.0 * (1.0 - 0.75 * 0.75 * 0.75), 3.0, 1.0],
        "Three planning steps on the same memory give 2 · (1 − .75³) = 1.1563. Is n used? Yours is {yours}.")
    .hand("values", (table, paid.clone(), 4000, 0.5, 0.9, Look::Table),
        &[0.81, 0.729, 0.9, -0.1 + 0.729, 1.0, 0.0, 5.0, 5.0],
        "In a corridor 0 → 1 → 2 → end, with reward 1 at the end and γ = .9, walking on is worth .81, .9, 1; going back to 0 is worth γ · .81 = .729, less .1 from state 1. The value of an action that was never tried stays as it was, 0, and beyond the end 5")
    .hand("costly", (low.clone(), corridor([-1.0; 5]), 4000, 0.5, 0.9, Look::Table),
        &[-2.71, -3.439, -1.9, -3.439, -1.0, -10.0, -10.0, -10.0],
        "Where every step costs 1 and all values were −10, walking on becomes worth −2.71, −1.9, −1: the best value is below 0, too")
    .near("drawn", (low.clone(), paid.clone(), 1, 0.5, 0.9, Look::Pairs), &[0.2; 5], 0.1,
        "Each planning step draws one of the pairs at random. Of five pairs each should be drawn in a fifth of the runs; yours are drawn in {yours} of them.")
    .near("again", (low, paid, 5, 0.5, 0.9, Look::Pairs),
        &[1.0 - 0.8 * 0.8 * 0.8 * 0.8 * 0.8; 5],
        0.12,
        "Each draw is independent of the others: five draws meet one of five pairs with probability 1 − .8⁵ = .67; yours with {yours}.")
    .hand("nothing", one_memory(0), &[0.0, 0.0, 3.0, 1.0], "With n = 0 nothing should happen")
    .wrong("unseen-pairs",
        |q, model, n, alpha, gamma, rng| {
            let any = |_| {
                (uniform_index(model.n_states(), rng), uniform_index(model.n_actions(), rng))
            };
            let later = |seen: &Seen, next: &[f64]| seen.discount(gamma) * highest(next);
            dream_with(q, model, n, alpha, any, later);
        },
        "You also plan with actions that were never tried. The model knows nothing of them; what it answers is made up. Draw from `model.pairs()`.")
    .wrong("beyond-the-end",
        |q, model, n, alpha, gamma, rng| {
            let later = |_: &Seen, next: &[f64]| gamma * highest(next);
            dream_with(q, model, n, alpha, |_| drawn(model, rng), later);
        },
        "You add the value of a state after the task was over. Nothing follows there: use `seen.discount(gamma)`, which is 0 then.")
    .wrong("mean",
        |q, model, n, alpha, gamma, rng| {
            let later = |seen: &Seen, next: &[f64]| {
                seen.discount(gamma) * next.iter().sum::<f64>() / next.len() as f64
            };
            dream_with(q, model, n, alpha, |_| drawn(model, rng), later);
        },
        "You take the mean over the next actions. That is the value of acting at random; Q-learning plans for the best next action, so take the maximum.")
    .wrong("from-zero",
        |q, model, n, alpha, gamma, rng| {
            let later =
                |seen: &Seen, next: &[f64]| seen.discount(gamma) * highest(next).max(0.0);
            dream_with(q, model, n, alpha, |_| drawn(model, rng), later);
        },
        "Your maximum starts at 0, so a state where every action costs something seems to be worth 0. Start from f64::NEG_INFINITY.")
    .wrong("no-rate",
        |q, model, n, _, gamma, rng| dyna_q::plan(q, model, n, 1.0, gamma, 0.0, rng),
        "You write the target into the table. Move only the fraction α towards it, as in Q-learning.")
    .wrong("in-order",
        |q, model, n, alpha, gamma, _| {
            let later = |seen: &Seen, next: &[f64]| seen.discount(gamma) * highest(next);
            let pairs = model.pairs();
            dream_with(q, model, n, alpha, |k| pairs[k % pairs.len()], later);
        },
        "You go through the memories in their order. A planning step of Dyna draws one at random, each time anew: a few steps should not always tell of the same few memories.")
}

// ---- 5.2

/// Random counts, (3, 3, 2), with one column that was never seen.
fn some_counts(seed: u64) -> Array3<f64> {
    let mut rng = seeded(seed);
    let mut counts =
        Array3::from_shape_simple_fn((3, 3, 2), || uniform_index(5, &mut rng) as f64 + 1.0);
    (0..3).for_each(|next| counts[[next, 2, 1]] = 0.0);
    counts
}

/// Divides along one axis; where the sum is 0, all become `empty(length)`.
fn divided(counts: &Array3<f64>, axis: usize, empty: fn(f64) -> f64) -> Array3<f64> {
    let mut b = counts.clone();
    for mut lane in b.lanes_mut(Axis(axis)) {
        let (sum, n) = (lane.sum(), lane.len() as f64);
        if sum > 0.0 { lane /= sum } else { lane.fill(empty(n)) }
    }
    b
}

fn counts_to_b() -> Exercise<Array3<f64>, CountsToB> {
    Exercise::<Array3<f64>, CountsToB>::new("5.2", |f, counts| f(counts).into(),
        transitions::mean)
    .shape("B as large as the counts, (next state, state, action),")
    .distribution()
    .hand("hand", array![[[1.0], [0.0]], [[3.0], [2.0]]], &[0.25, 0.0, 0.75, 1.0],
        "From state 0 the action led 3 times of 4 to state 1: .75. From state 1 it always stayed: 1. B[next state, state, action]")
    .random("random", some_counts, "On random counts the probability of [next state, state, action]")
    .hand("untried",
        array![[[0.0]], [[0.0]]].broadcast((2, 2, 1)).expect("one column for each").to_owned(),
        &[0.5; 4],
        "An action that was never tried may lead anywhere: each next state is equally likely, ½")
    .wrong("rows", |counts| divided(counts, 1, |n| 1.0 / n),
        "You divide over the states one comes from. That answers \"I am here: where was I?\" A model says where one goes: sum over the next states, the first axis, Axis(0).")
    .wrong("actions", |counts| divided(counts, 2, |n| 1.0 / n),
        "You divide over the actions. That answers \"I went there: what did I do?\" Sum over the next states, the first axis, Axis(0).")
    .wrong("everything", |counts| counts / counts.sum(),
        "You divide by the sum of all counts, so that the whole array sums to 1. Every column has a sum of its own.")
    .wrong("untried-is-nothing", |counts| divided(counts, 0, |_| 0.0),
        "Nearly. But a column without counts stays at 0: the model then says that an untried action leads nowhere at all. Call every next state equally likely.")
    .wrong("zero-by-zero", |counts| divided(counts, 0, |_| f64::NAN),
        "There is a NaN: 0 was divided by 0. An action that was never tried has no counts; call every next state equally likely.")
}

// ---- 5.3

/// (visits, q, game, rest, γ)
type Game = (Array2<f64>, Array2<f64>, Vec<(usize, usize, f64)>, f64, f64);

/// Two nodes, of which the first chose action 1 and was paid 3, and the second action 0 for nothing.
fn two_moves(visits: Array2<f64>, q: Array2<f64>) -> Game {
    (visits, q, vec![(0, 1, 3.0), (1, 0, 0.0)], 4.0, 0.5)
}

/// A game through three nodes of a tree of four.
fn some_game(seed: u64) -> Game {
    let mut rng = seeded(530 + seed);
    let visits = Array2::from_shape_simple_fn((4, 3), || uniform_index(6, &mut rng) as f64);
    let mut q = Array2::from_shape_vec((4, 3), random_numbers(12, -1.0, 1.0, seed))
        .expect("12 numbers");
    q.zip_mut_with(&visits, |q, n| *q *= n.min(1.0));
    let paid = random_numbers(4, -1.0, 1.0, 560 + seed);
    let game = (0..3).map(|i| (i + seed as usize % 2, uniform_index(3, &mut rng), paid[i]));
    (visits, q, game.collect(), paid[3], 0.8)
}

/// The way back with another return, from (the game from a node on, rest, γ), and another count to divide by.
fn way_back_with(
    (visits, q): (&mut Array2<f64>, &mut Array2<f64>),
    game: &[(usize, usize, f64)],
    back: impl Fn(usize) -> f64,
    divisor: fn(f64) -> f64,
) {
    for (i, &(node, a, _)) in game.iter().enumerate() {
        visits[[node, a]] += 1.0;
        q[[node, a]] += (back(i) - q[[node, a]]) / divisor(visits[[node, a]]);
    }
}

fn game_return(game: &[(usize, usize, f64)], rest: f64, gamma: f64) -> f64 {
    game.iter().rfold(rest, |later, (_, _, reward)| reward + gamma * later)
}

fn way_back() -> Exercise<Game, WayBack> {
    Exercise::<Game, WayBack>::new("5.3",
        |f, (visits, q, game, rest, gamma)| {
            let (mut visits, mut q) = (visits.clone(), q.clone());
            f(&mut visits, &mut q, game, *rest, *gamma);
            visits.into_iter().chain(q).collect::<Vec<f64>>().into()
        },
        |visits, q, game, rest, gamma| {
            let mut back = rest;
            for &(node, a, reward) in game.iter().rev() {
                back = reward + gamma * back;
                uct::back_up(&mut visits[[node, a]], &mut q[[node, a]], back);
            }
        })
    .shape("Both tables, first the visits,")
    .hand("hand", two_moves(array![[0.0, 1.0], [3.0, 0.0]], array![[0.0, 1.0], [0.4, 0.0]]),
        &[0.0, 2.0, 4.0, 0.0, 0.0, 2.5, 0.8, 0.0],
        "By hand, with γ = ½: the random rest returned 4, so the second node got back 0 + ½ · 4 = 2, its fourth game: .4 + (2 − .4)/4 = .8. The first got 3 + ½ · 2 = 4, its second: 1 + (4 − 1)/2 = 2.5. The tables, visits first, are {right}; yours are {yours}.")
    .hand("first-visit", two_moves(Array2::zeros((2, 2)), Array2::zeros((2, 2))),
        &[0.0, 1.0, 1.0, 0.0, 0.0, 4.0, 2.0, 0.0],
        "Where an action is tried for the first time, the mean is what it returned: 4 and 2. The tables, visits first, are {right}; yours are {yours}.")
    .random("random", some_game, "In a random game the tables, visits first,")
    .hand("no-move", (array![[1.0, 0.0]], array![[0.5, 0.0]], vec![], 1.0, 0.9),
        &[1.0, 0.0, 0.5, 0.0], "A game without a move in the tree should change nothing")
    .wrong("whole-return",
        |visits, q, game, rest, gamma| {
            way_back_with((visits, q), game, |_| game_return(game, rest, gamma), |n| n);
        },
        "Every node of yours learns the return of the whole game. What was paid before a node is no merit of its action: count from that node on.")
    .wrong("rest-forgotten",
        |visits, q, game, _, gamma| {
            way_back_with((visits, q), game, |i| game_return(&game[i..], 0.0, gamma), |n| n);
        },
        "You begin with 0, as if the game had ended where it left the tree. Begin with what the random rest returned.")
    .wrong("undiscounted",
        |visits, q, game, rest, _| {
            way_back_with((visits, q), game, |i| game_return(&game[i..], rest, 1.0), |n| n);
        },
        "γ is left out: what comes a step later counts γ times as much.")
    .wrong("last-game",
        |visits, q, game, rest, gamma| {
            way_back_with((visits, q), game, |i| game_return(&game[i..], rest, gamma), |_| 1.0);
        },
        "You write the last return into the table. Q is the mean of all games: move the share 1/N of the way.")
    .wrong("old-count",
        |visits, q, game, rest, gamma| {
            let back = |i: usize| game_return(&game[i..], rest, gamma);
            way_back_with((visits, q), game, back, |n| n - 1.0);
        },
        "You divide by the count before this game. Count the game first: the first visit divides by 1, not by 0.")
}

// ---- 5.4

/// Four places in a row, left and right; an action goes wrong with this probability. Each step costs .1, the last
/// place pays 1 and ends the task.
fn chain(slip: f64) -> Mdp {
    let go = |s: State, a: usize| if a == 0 { s.saturating_sub(1) } else { (s + 1).min(3) };
    let t = Array3::from_shape_fn((4, 4, 2), |(next, s, a)| {
        let p = |a| f64::from(next == go(s, a));
        if s == 3 { f64::from(next == 3) } else { (1.0 - slip) * p(a) + slip * p(1 - a) }
    });
    let paid = Mdp::builder(t).reward_on_arrival(&[-0.1, -0.1, -0.1, 1.0]);
    paid.terminal(&[3]).discount(1.0).build().expect("the chain is correct")
}

/// The posterior with another idea of how well an action (or a state) went, from the list of its parts.
fn first_action_with(
    mdp: &Mdp,
    s: usize,
    horizon: usize,
    tau: f64,
    paid_last: bool,
    over_actions: fn(&[f64]) -> f64,
) -> Vec<f64> {
    let (n, k) = (mdp.n_states(), mdp.n_actions());
    let through = |beta: &[f64], s: usize, paid: bool| -> Vec<f64> {
        let well = |next: usize, a: usize| {
            if paid { (mdp.reward()[[next, s, a]] / tau).exp() } else { 1.0 }
        };
        let term = |next, a| mdp.transition()[[next, s, a]] * well(next, a) * beta[next];
        (0..k).map(|a| (0..n).map(|next| term(next, a)).sum()).collect()
    };
    let mut beta = vec![1.0; n];
    for _ in 1..horizon {
        beta = (0..n).map(|s| over_actions(&through(&beta, s, true))).collect();
    }
    normalised(&through(&beta, s, paid_last))
}

fn first_action() -> Exercise<(Mdp, usize, usize, f64), FirstAction> {
    let (left, right) = ((-0.2f64).exp(), 2f64.exp());
    Exercise::<(Mdp, usize, usize, f64), FirstAction>::new("5.4",
        |f, (mdp, s, horizon, tau)| f(mdp, *s, *horizon, *tau).into(),
        |mdp, s, horizon, tau| {
            let posterior = action_posterior(mdp, horizon, tau, 0).expect("tau is positive");
            posterior.row(s).to_vec()
        })
    .shape("One probability for each action")
    .distribution()
    .hand("hand", (chain(0.0), 2, 1, 0.5), &[left / (left + right), right / (left + right)],
        "One step from the goal with one step left and τ = .5: the weights are exp(−.1/.5) and exp(1/.5), so left has .0998 and right .9002")
    .at("certain", (chain(0.0), 0, 5, 0.5), "From place 0 with 5 steps left, left and right")
    .random("random",
        |seed| {
            let (slip, tau) = (0.02 * seed as f64, 0.2 + 0.05 * seed as f64);
            (chain(slip), seed as usize % 3, 1 + seed as usize % 6, tau)
        },
        "In a row of places where an action may go wrong left and right should have {right}; yours have {yours}. The sum over next states holds exp(r/τ) and the message.")
    .wrong("soft-values",
        |mdp, s, horizon, tau| {
            let v = soft_values(mdp, horizon, tau).expect("tau is positive");
            let q = (0..2).map(|a| backup(mdp, &v.row(1).to_vec(), s, a));
            normalised(&q.map(|q| (q / tau).exp()).collect::<Vec<f64>>())
        },
        "You average rewards and values over the next states and take the exponential afterwards. That is soft value iteration. The message takes the exponential inside the sum over s′.")
    .wrong("max",
        |mdp, s, horizon, tau| first_action_with(mdp, s, horizon, tau, true, highest),
        "You let only the best action carry the message on. That finds the single best path (Viterbi); the posterior sums over all of them.")
    .wrong("first-reward",
        |mdp, s, horizon, tau| {
            first_action_with(mdp, s, horizon, tau, false, |all| all.iter().sum())
        },
        "The reward of the first step itself is missing: multiply by exp(r/τ) in the last line, too.")
    .wrong("temperature",
        |mdp, s, horizon, _| {
            first_action_with(mdp, s, horizon, 1.0, true, |all| all.iter().sum())
        },
        "You use exp(r) without the temperature. It is exp(r/τ): a small τ makes good steps much more telling than bad ones.")
}

// ---- 5.5

/// Transitions (places, first choices) with columns that sum to 1, and values of the second choices.
fn second_stage(seed: u64) -> (Array2<f64>, Array2<f64>) {
    let values = random_numbers(4, -1.0, 1.0, 540 + seed);
    (random_columns(2, 2, seed), Array2::from_shape_fn((2, 2), |(s, a)| values[2 * s + a]))
}

fn weigh(t: &Array2<f64>, worth: fn(&[f64]) -> f64, q2: &Array2<f64>) -> Vec<f64> {
    let v: Vec<f64> = q2.rows().into_iter().map(|row| worth(&row.to_vec())).collect();
    t.columns().into_iter().map(|p| expected(&p.to_vec(), &v)).collect()
}

fn look_ahead() -> Exercise<(Array2<f64>, Array2<f64>), LookAhead> {
    Exercise::<(Array2<f64>, Array2<f64>), LookAhead>::new("5.5",
        |f, (t, q2)| f(t, q2).into(),
        model_based)
    .shape("One value for each first choice")
    .hand("hand", (array![[0.7, 0.2], [0.3, 0.8]], array![[0.6, 0.9], [0.1, 0.4]]),
        &[0.75, 0.5],
        "By hand: the best in the two places are .9 and .4. Choice 0: .7 · .9 + .3 · .4 = .75; choice 1: .2 · .9 + .8 · .4 = .5")
    .random("random", second_stage, "On random tables the values")
    .hand("costly", (array![[0.7, 0.2], [0.3, 0.8]], array![[-0.6, -0.9], [-0.1, -0.4]]),
        &[-0.45, -0.2],
        "Where every second choice costs something, the best in the two places are −.6 and −.1. Choice 0: −.42 − .03 = −.45; choice 1: −.12 − .08 = −.2")
    .wrong("transposed", |t, q2| weigh(&t.t().to_owned(), highest, q2),
        "Rows and columns of T are swapped: column a is where the first choice a leads, so the place is the first index.")
    .wrong("mean", |t, q2| weigh(t, |row| row.iter().sum::<f64>() / 2.0, q2),
        "You take the mean of the second choices. A plan assumes that the better one will be taken: use the maximum of each place.")
    .wrong("max-too-late",
        |t, q2| {
            let second: Vec<Vec<f64>> = q2.columns().into_iter().map(|q| q.to_vec()).collect();
            let worth = |p: Vec<f64>| {
                highest(&second.iter().map(|q| expected(&p, q)).collect::<Vec<f64>>())
            };
            t.columns().into_iter().map(|p| worth(p.to_vec())).collect()
        },
        "You average over the places first and take the best afterwards. But by then one knows the place: take the best in each place first.")
    .wrong("from-zero", |t, q2| weigh(t, |row| highest(row).max(0.0), q2),
        "Your maximum starts at 0, so a place where both choices cost something seems to be worth 0. Start from f64::NEG_INFINITY.")
}

// ---- 5.6

type Before = (Vec<f64>, Array2<f64>, Trial, f64, f64);

/// The update with another target of the first error and another weight of the second.
fn learn_trial_with(
    q1: &[f64],
    q2: &Array2<f64>,
    trial: &Trial,
    alpha: f64,
    trace: f64,
    target: impl Fn(&Array2<f64>) -> f64,
) -> (Vec<f64>, Array2<f64>) {
    let (mut first, mut second) = (q1.to_vec(), q2.clone());
    let at = [trial.place, trial.second];
    let error = trial.reward - q2[at];
    second[at] += alpha * error;
    first[trial.first] += alpha * (target(q2) - q1[trial.first]) + trace * error;
    (first, second)
}

fn learn_trial() -> Exercise<Before, LearnTrial> {
    Exercise::<Before, LearnTrial>::new("5.6",
        |f, (q1, q2, trial, alpha, lambda)| {
            let (q1, q2) = f(q1, q2, trial, *alpha, *lambda);
            q1.into_iter().chain(q2).collect::<Vec<f64>>().into()
        },
        |q1, q2, trial, alpha, lambda| {
            let (mut q1, mut q2) = (q1.to_vec(), q2.clone());
            model_free(&mut q1, &mut q2, trial, alpha, lambda);
            (q1, q2)
        })
    .shape("Both tables, 2 first values and 2 · 2 second values,")
    .hand("hand",
        (
            vec![0.5, 0.2],
            array![[0.6, 0.9], [0.1, 0.4]],
            Trial { first: 0, place: 0, second: 0, reward: 1.0 },
            0.5,
            0.6,
        ),
        &[0.67, 0.2, 0.8, 0.9, 0.1, 0.4],
        "By hand: the second choice was worth .6 and paid 1; with α = .5 it becomes .8. The first choice was worth .5 and led to .6: + .5 · .1. Then came the surprise of .4: + .5 · .6 · .4. Together .67. Both tables, the first choices first, are {right}; yours are {yours}.")
    .random("random",
        |seed| {
            let mut rng = seeded(550 + seed);
            let mut bit = || uniform_index(2, &mut rng);
            let (first, place, second) = (bit(), bit(), bit());
            let trial = Trial { first, place, second, reward: bit() as f64 };
            (random_numbers(2, 0.0, 1.0, seed), second_stage(seed).1, trial, 0.3, 0.8)
        },
        "With (q1, q2, trial, α, λ) = {input} both tables, the first choices first,")
    .wrong("max",
        |q1, q2, trial, alpha, lambda| {
            let best = |q2: &Array2<f64>| highest(&q2.row(trial.place).to_vec());
            learn_trial_with(q1, q2, trial, alpha, alpha * lambda, best)
        },
        "Your first error looks at the best second choice. SARSA learns about the choice that was made: use Q₂ of the place and the second choice of this trial.")
    .wrong("no-trace",
        |q1, q2, trial, alpha, _| {
            let chosen = |q2: &Array2<f64>| q2[[trial.place, trial.second]];
            learn_trial_with(q1, q2, trial, alpha, 0.0, chosen)
        },
        "The surprise at the end does not reach the first choice. Add α λ δ₂ to its value.")
    .wrong("trace-without-rate",
        |q1, q2, trial, alpha, lambda| {
            let chosen = |q2: &Array2<f64>| q2[[trial.place, trial.second]];
            learn_trial_with(q1, q2, trial, alpha, lambda, chosen)
        },
        "Nearly: the trace is α λ δ₂, and you left the α out.")
    .wrong("order",
        |q1, q2, trial, alpha, lambda| {
            let learned = |q2: &Array2<f64>| {
                let old = q2[[trial.place, trial.second]];
                old + alpha * (trial.reward - old)
            };
            learn_trial_with(q1, q2, trial, alpha, alpha * lambda, learned)
        },
        "You learned the second stage first, and then used its new value for the first error. Compute both errors before you change anything.")
}
