//! Module 02: Bellman and value.
//!
//! Shapes: `t` (next state, state, action), `v` and rewards on arrival (state), a policy one distribution for each state.

use ndarray::Array3;

use super::support::{highest, normalised, random_belief, random_columns, random_numbers};
use super::{AnyExercise, Exercise, Module, Numbers, Verdict};
use crate::interaction::{Action, State};
use crate::prob::categorical::Categorical;
use crate::prob::info::softmax;
use crate::rl::evaluate::{
    action_values, backup, evaluation_sweep, optimality, policy_values_exact, random_policy,
};
use crate::rl::model::Mdp;
use crate::rl::plan::policy_iteration::{improve, policy_iteration};
use crate::rl::select;
use crate::world::graph::GraphWorld;
use crate::world::grid::GridWorld;

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 2, quiz: "1 c, 2 a, 3 d, 4 b, 5 c, 6 a, 7 d, 8 b", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(discounted_return()),
        Box::new(action_value()),
        Box::new(sweep()),
        Box::new(best_actions()),
        Box::new(rounds()),
        Box::new(best_sweep()),
    ]
}

/// An answer to Exercise 2.1: the return of (rewards, γ).
pub type Return = fn(&[f64], f64) -> f64;
/// An answer to Exercise 2.2: the value of an action, from (mdp, values, state, action).
pub type ActionValue = fn(&Mdp, &[f64], State, Action) -> f64;
/// An answer to Exercise 2.3: one sweep of policy evaluation, from (mdp, policy, old values).
pub type Sweep = fn(&Mdp, &[Categorical], &[f64]) -> Vec<f64>;
/// An answer to Exercise 2.4: the probabilities of the best actions, from their values.
pub type Best = fn(&[f64]) -> Vec<f64>;
/// An answer to Exercise 2.5: the values of every policy on the way to the best one.
pub type Rounds = fn(&Mdp) -> Vec<Vec<f64>>;
/// An answer to Exercise 2.6: one sweep of value iteration, from (t, arrival, terminal, γ, old values).
pub type BestSweep = fn(&Array3<f64>, &[f64], &[bool], f64, &[f64]) -> Vec<f64>;

/// Checks Exercise 2.1.
pub fn check_2_1(answer: Return) -> Verdict {
    discounted_return().check(answer)
}

/// Checks Exercise 2.2.
pub fn check_2_2(answer: ActionValue) -> Verdict {
    action_value().check(answer)
}

/// Checks Exercise 2.3.
pub fn check_2_3(answer: Sweep) -> Verdict {
    sweep().check(answer)
}

/// Checks Exercise 2.4.
pub fn check_2_4(answer: Best) -> Verdict {
    best_actions().check(answer)
}

/// Checks Exercise 2.5.
pub fn check_2_5(answer: Rounds) -> Verdict {
    rounds().check(answer)
}

/// Checks Exercise 2.6.
pub fn check_2_6(answer: BestSweep) -> Verdict {
    best_sweep().check(answer)
}

// ---- what several checks use

/// Three cells in a row, the goal at the right end, γ = .9.
fn corridor() -> Mdp {
    let world = GridWorld::new("S.+").expect("the drawing is correct");
    world.to_mdp(0.9).expect("a discount below 1")
}

/// A random task: four states of which the last ends it, two actions, γ = .8.
fn random_mdp(seed: u64) -> Mdp {
    let columns = random_columns(4, 8, seed); // (s′, 2 s + a)
    let reward = random_numbers(32, -1.0, 1.0, 1000 + seed);
    let t = Array3::from_shape_fn((4, 4, 2), |(next, s, a)| match s {
        3 => f64::from(next == 3),
        _ => columns[[next, 2 * s + a]],
    });
    let r = Array3::from_shape_fn((4, 4, 2), |(next, s, a)| match s {
        3 => 0.0,
        _ => reward[8 * next + 2 * s + a],
    });
    let mdp = Mdp::builder(t).reward(r).terminal(&[3]).discount(0.8).build();
    mdp.expect("columns sum to one and the end is at rest")
}

/// Values for four states; the one of the end is not 0, and must not count.
fn random_values(seed: u64) -> Vec<f64> {
    let mut v = random_numbers(4, -2.0, 3.0, seed);
    v[3] = 5.0;
    v
}

/// Two stochastic choices for each of four states.
fn random_choices(seed: u64) -> Vec<Categorical> {
    (0..4)
        .map(|s| Categorical::from_weights(&random_belief(2, 10 * seed + s)))
        .map(|policy| policy.expect("weights are positive"))
        .collect()
}

// ---- 2.1

fn true_return(rewards: &[f64], gamma: f64) -> f64 {
    rewards.iter().rev().fold(0.0, |later, r| r + gamma * later)
}

fn discounted_return() -> Exercise<(Vec<f64>, f64), Return> {
    Exercise::<(Vec<f64>, f64), Return>::new("2.1",
        |f, (rewards, gamma)| f(rewards, *gamma).into(),
        true_return)
    .hand("first", (vec![3.0], 0.7), &[3.0],
        "One reward of 3, on the very next step, is worth 3: nothing is discounted yet")
    .hand("hand", (vec![0.0, 0.0, 1.0], 0.9), &[0.81],
        "Rewards 0, 0, 1 with γ = .9: the 1 comes on the third step and is discounted twice, .81")
    .hand("sum", (vec![1.0, 2.0, 4.0, 8.0], 0.5), &[4.0],
        "Rewards 1, 2, 4, 8 with γ = ½: 1 + 1 + 1 + 1 = 4")
    .random("random",
        |seed| (random_numbers(7, -1.0, 1.0, seed), 0.05 * (seed as f64 + 1.0)),
        "For (rewards, γ) = {input} the return")
    .hand("costs", (vec![-1.0, -1.0], 0.5), &[-1.5], "A return can be negative: −1 − ½ · 1 = −1.5")
    .hand("nothing", (vec![], 0.9), &[0.0], "Where no reward comes, the return is 0")
    .wrong("no-discount", |rewards, _| rewards.iter().sum(),
        "This is the plain sum: γ has been forgotten. The k-th reward counts γ^(k−1).")
    .wrong("one-late", |rewards, gamma| gamma * true_return(rewards, gamma),
        "Every reward is discounted once too often. The first reward comes on the next step, and counts in full.")
    .wrong("backwards",
        |rewards, gamma| rewards.iter().fold(0.0, |later, r| r + gamma * later),
        "You discounted from the wrong end: it is the last reward that lies farthest in the future.")
    .wrong("linear",
        |rewards, gamma| {
            let weight = |k: usize| if k == 0 { 1.0 } else { gamma * k as f64 };
            rewards.iter().enumerate().map(|(k, r)| weight(k) * r).sum()
        },
        "You multiplied by γ times the number of steps. Each step multiplies by γ again, so it is a power.")
}

// ---- 2.2

/// Σₛ′ T (R + weight(s′) v(s′)).
fn backup_with(
    mdp: &Mdp,
    v: &[f64],
    (s, a): (State, Action),
    weight: impl Fn(State) -> f64,
) -> f64 {
    let (t, r) = (mdp.transition(), mdp.reward());
    let target = |next: State| r[[next, s, a]] + weight(next) * v[next];
    (0..mdp.n_states()).map(|next| t[[next, s, a]] * target(next)).sum()
}

type Asked = (Mdp, Vec<f64>, State, Action);

fn action_value() -> Exercise<Asked, ActionValue> {
    let walk = |v: [f64; 3], s| (corridor(), v.to_vec(), s, 1);
    Exercise::<Asked, ActionValue>::new("2.2", |f, (mdp, v, s, a)| f(mdp, v, *s, *a).into(),
        backup)
    .hand("reward", walk([0.0; 3], 1), &[1.0],
        "In the corridor, going east from the middle arrives at the goal and earns 1, whatever γ is")
    .hand("later", walk([0.5, 2.0, 0.0], 0), &[1.8],
        "Going east from the start earns nothing now and leads to a state worth 2: 0 + .9 · 2 = 1.8")
    .hand("end", walk([0.0, 0.0, 50.0], 1), &[1.0],
        "The goal ends the task: whatever number stands in its place of v (here 50), nothing comes after it. The value is 1")
    .random("random",
        |seed| (random_mdp(seed), random_values(seed), seed as usize % 3, seed as usize % 2),
        "In a random task the value of an action")
    .wrong("no-discount",
        |mdp, v, s, a| backup_with(mdp, v, (s, a), |next| f64::from(!mdp.is_terminal(next))),
        "The value of what comes next counts in full: γ has been forgotten.")
    .wrong("over-the-end", |mdp, v, s, a| backup_with(mdp, v, (s, a), |_| mdp.discount()),
        "You counted a value after the end. Where the next state is terminal, γ V is replaced by 0; `mdp.discount_into(next)` knows.")
    .wrong("reward-late",
        |mdp, v, s, a| {
            let now = backup(mdp, &vec![0.0; v.len()], s, a);
            backup(mdp, v, s, a) - now + mdp.discount() * now
        },
        "The reward is discounted, too: off by one. It is paid on arrival, that is now, so only V(s′) is multiplied by γ.")
    .wrong("axes",
        |mdp, v, s, a| {
            let (t, r) = (mdp.transition(), mdp.reward());
            let value = |n: usize| r[[s, n, a]] + mdp.discount_into(n) * v[n];
            (0..v.len()).map(|n| t[[s, n, a]] * value(n)).sum()
        },
        "The first two axes are swapped: T[s′, s, a] has the next state first.")
}

// ---- 2.3

type Evaluated = (Mdp, Vec<Categorical>, Vec<f64>);

fn sweep() -> Exercise<Evaluated, Sweep> {
    let walk = |v: [f64; 3]| (corridor(), random_policy(&corridor()), v.to_vec());
    Exercise::<Evaluated, Sweep>::new("2.3", |f, (mdp, policy, v)| f(mdp, policy, v).into(),
        evaluation_sweep)
    .shape("One value for each state")
    .hand("first", walk([0.0; 3]), &[0.0, 0.25, 0.0],
        "From V = 0, the random walker in the middle of the corridor goes east one time in four and earns 1: V = (0, ¼, 0)")
    .hand("hand", walk([0.2, 0.6, 0.0]), &[0.27, 0.565, 0.0],
        "From V = (.2, .6, 0) one sweep for the random walker gives .9 (¾ · .2 + ¼ · .6) = .27 at the start and ¼ · 1 + .9 (¼ · .2 + ½ · .6) = .565 in the middle")
    .random("random", |seed| (random_mdp(seed), random_choices(seed), random_values(seed)),
        "In a random task one sweep")
    .wrong("max", |mdp, _, v| (0..mdp.n_states()).map(|s| optimality(mdp, v, s)).collect(),
        "You took the best action's value. This policy does not always take the best action: its value is the average over what it does.")
    .wrong("sum",
        |mdp, _, v| action_values(mdp, v).rows().into_iter().map(|row| row.sum()).collect(),
        "You added the actions' values without their probabilities π(a|s).")
    .wrong("uniform", |mdp, _, v| evaluation_sweep(mdp, &random_policy(mdp), v),
        "You averaged over the actions as if all were equally likely. Weigh them by this policy's probabilities.")
    .wrong("in-place",
        |mdp, policy, v| {
            let mut v = v.to_vec();
            for s in 0..v.len() {
                let q = |a| backup(mdp, &v, s, a);
                v[s] = (0..mdp.n_actions()).map(|a| policy[s][a] * q(a)).sum();
            }
            v
        },
        "You read values that this same sweep had already replaced. That would also lead to the right values in the end, but the sweep of this exercise computes all new values from the old ones: collect them in a new vector.")
}

// ---- 2.4

/// The mark of those whose value is at least `least`.
fn marks(q: &[f64], least: f64) -> Vec<f64> {
    q.iter().map(|x| f64::from(*x >= least)).collect()
}

fn best_actions() -> Exercise<Vec<f64>, Best> {
    Exercise::<Vec<f64>, Best>::new("2.4", |f, q| f(q).into(),
        |q| select::greedy(q).probs().to_vec())
    .shape("One probability for each action")
    .distribution()
    .hand("best", vec![1.0, 3.0, 2.0], &[0.0, 1.0, 0.0],
        "Of the values 1, 3, 2 the second is best, so (0, 1, 0)")
    .hand("tie", vec![1.0, 3.0, 3.0, 0.5], &[0.0, 0.5, 0.5, 0.0],
        "Of 1, 3, 3, ½ the second and the third are equally good and share: (0, ½, ½, 0)")
    .hand("rounding", vec![0.1 + 0.2, 0.3], &[0.5, 0.5],
        "0.1 + 0.2 and 0.3 are the same number but for rounding (the 17th digit): a tie")
    .hand("close", vec![1.0, 1.0001], &[0.0, 1.0],
        "1 and 1.0001 are close, but no tie: only differences below 1e-9 come from rounding, so (0, 1)")
    .hand("negative", vec![-2.0, -1.0, -1.0], &[0.0, 0.5, 0.5],
        "Values can be negative: of −2, −1, −1 the last two share")
    .random("random",
        |seed| random_numbers(5, 0.0, 4.0, seed).iter().map(|x| x.floor()).collect(),
        "For the values {input} the probabilities")
    .hand("one", vec![-7.0], &[1.0], "A single action is the best")
    .wrong("first",
        |q| {
            let best = q.iter().position(|x| *x == highest(q));
            (0..q.len()).map(|a| f64::from(Some(a) == best)).collect()
        },
        "A tie goes to the action with the lowest number, so your agent prefers north for no reason. Give all best actions the same probability.")
    .wrong("exact", |q| normalised(&marks(q, highest(q))),
        "You compare with ==. Sums taken in another order differ in the last digit, and a tie is missed: count values within 1e-9 of the best as equal.")
    .wrong("coarse", |q| normalised(&marks(q, highest(q) - 0.4)),
        "You call values equal that are not: count as equal what lies within 1e-9 of the best.")
    .wrong("not-normalised", |q| marks(q, highest(q) - 1e-9),
        "Each best action has a 1: these are marks, not probabilities. Divide by their number.")
    .wrong("from-zero", |q| normalised(&marks(q, highest(q).max(0.0) - 1e-9)),
        "Your maximum starts at 0, so when all values are negative no action is the best, and 0 is divided by 0. Start from f64::NEG_INFINITY.")
    .wrong("softmax", softmax,
        "This is a softmax: worse actions get a share as well. Greedy means the best only.")
}

// ---- 2.5

fn true_rounds(mdp: &Mdp) -> Vec<Vec<f64>> {
    let rounds = policy_iteration(mdp).expect("a discount below 1");
    rounds.into_iter().map(|round| round.v).collect()
}

fn fork() -> Mdp {
    let task = GraphWorld::layout("two_step").expect("the name is known");
    task.to_mdp(0.9).expect("a discount below 1")
}

fn slippery() -> Mdp {
    let world = GridWorld::small("four_rooms").and_then(|world| world.with_slip(0.2));
    world.expect("the name is known").to_mdp(0.9).expect("a discount below 1")
}

fn exact(mdp: &Mdp, policy: &[Categorical]) -> Vec<f64> {
    policy_values_exact(mdp, policy).expect("a discount below 1")
}

/// What a test looks at: ties may be broken in several ways, so only the fork fixes every round.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Look {
    Round(usize),
    Last,
    /// The number of rounds, from this on.
    Length(usize),
}

fn looked_at(mut rounds: Vec<Vec<f64>>, look: Look) -> Numbers {
    match look {
        Look::Round(k) => rounds.get(k).cloned().unwrap_or_default().into(),
        Look::Last => rounds.pop().unwrap_or_default().into(),
        Look::Length(least) => (rounds.len().max(least) as f64).into(),
    }
}

fn rounds() -> Exercise<(Mdp, Look), Rounds> {
    let and_once_more = Look::Length(true_rounds(&slippery()).len() + 1);
    Exercise::<(Mdp, Look), Rounds>::new("2.5", |f, (mdp, look)| looked_at(f(mdp), *look),
        true_rounds)
    .shape("In each round one value for each state")
    .hand("first", (fork(), Look::Round(0)), &[0.225, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0],
        "The first entry holds the values of the uniform random policy. In the task of two choices it is worth 0 at node 1, ½ at node 2, and .9 · ¼ = .225 at node 0")
    .hand("second", (fork(), Look::Round(1)), &[0.45, 1.0, 0.5, 0.0, 0.0, 0.0, 0.0],
        "The random walker finds node 1 worth 0 and node 2 worth ½, so the second policy goes to node 2: it is worth .9 · ½ = .45 at node 0")
    .hand("third", (fork(), Look::Last), &[0.9, 1.0, 0.5, 0.0, 0.0, 0.0, 0.0],
        "The second policy knows what node 1 is worth if one chooses well there. So a third is better still: .9 at node 0. Go on until nothing changes")
    .at("best", (slippery(), Look::Last),
        "In a slippery little Four Rooms some state could still do better: the last values")
    .at("length", (slippery(), and_once_more),
        "In a slippery little Four Rooms {right} rounds are enough to find the best policy and to see that nothing changes; you kept {yours}. Stop when the policy stays the same.")
    .wrong("one-round",
        |mdp| {
            let first = exact(mdp, &random_policy(mdp));
            let second = exact(mdp, &improve(mdp, &first));
            vec![first, second]
        },
        "You improved once and stopped. The new policy has other values, and acting greedily on them may be better still.")
    .wrong("one-sweep",
        |mdp| {
            let mut policy = random_policy(mdp);
            let mut all = vec![vec![0.0; mdp.n_states()]];
            loop {
                let v = evaluation_sweep(mdp, &policy, &all[all.len() - 1]);
                let next = improve(mdp, &v);
                all.push(v);
                if next == policy {
                    return all[1..].to_vec();
                }
                policy = next;
            }
        },
        "You evaluated each policy with a single sweep. Its value is where the sweeps end: `policy_values_exact` solves for it.")
    .wrong("never-evaluated", |mdp| vec![exact(mdp, &random_policy(mdp)); 3],
        "You improved again and again on the values of the first policy. Each new policy has to be evaluated before it is improved.")
    .wrong("never-stops",
        |mdp| {
            let mut all = true_rounds(mdp);
            all.resize(50, all[all.len() - 1].clone());
            all
        },
        "Your last policy comes again and again. Stop when the policy stays the same.")
}

// ---- 2.6

/// Value iteration's sweep, with the target of (s, s′), and what an end itself is said to be worth.
fn sweep_with(
    t: &Array3<f64>,
    v: &[f64],
    target: impl Fn(State, State) -> f64,
    end: impl Fn(State) -> Option<f64>,
) -> Vec<f64> {
    let (n, _, actions) = t.dim();
    let q = |s, a| (0..n).map(|next| t[[next, s, a]] * target(s, next)).sum();
    let best = |s| highest(&(0..actions).map(|a| q(s, a)).collect::<Vec<f64>>());
    (0..v.len()).map(|s| end(s).unwrap_or_else(|| best(s))).collect()
}

fn true_best_sweep(
    t: &Array3<f64>,
    arrival: &[f64],
    terminal: &[bool],
    gamma: f64,
    v: &[f64],
) -> Vec<f64> {
    let later = |next: State| if terminal[next] { 0.0 } else { gamma * v[next] };
    sweep_with(t, v, |_, next| arrival[next] + later(next), |s| terminal[s].then_some(0.0))
}

/// (T, rewards on arrival, ends, γ, values), and the number of sweeps.
type Swept = (Array3<f64>, Vec<f64>, Vec<bool>, f64, Vec<f64>, usize);

fn best_sweep() -> Exercise<Swept, BestSweep> {
    let walk = |arrival: [f64; 3]| {
        let t = corridor().transition().to_array();
        (t, arrival.to_vec(), vec![false, false, true], 0.9, vec![0.0; 3], 4)
    };
    Exercise::<Swept, BestSweep>::new("2.6",
        |f, (t, arrival, terminal, gamma, v, n)| {
            let sweep = |v: Vec<f64>, _| f(t, arrival, terminal, *gamma, &v);
            (0..*n).fold(v.clone(), sweep).into()
        },
        true_best_sweep)
    .shape("One value for each state")
    .hand("corridor", walk([0.0, 0.0, 1.0]), &[0.9, 1.0, 0.0],
        "In the corridor, after 4 sweeps: one step before a goal that pays 1 and ends the task no more than 1 can be earned, two steps before it γ = .9, and the goal itself is worth 0, for after the end nothing is paid")
    .random("random",
        |seed| {
            let t = random_mdp(seed).transition().to_array();
            let end = vec![false, false, false, true];
            (t, random_values(90 + seed), end, 0.8, random_values(seed), 1)
        },
        "In a random task the sweep")
    .hand("costly", walk([-1.0; 3]), &[-1.9, -1.0, 0.0],
        "In a corridor where every step costs 1, and the last one too: −1 from the middle, −1 − .9 = −1.9 from the start, 0 at the end")
    .wrong("the-bug",
        |t, arrival, terminal, gamma, v| {
            let later = |s: State, next: State| if terminal[s] { 0.0 } else { gamma * v[next] };
            sweep_with(t, v, |s, next| arrival[next] + later(s, next), |_| None)
        },
        "This is still the bug: it asks whether the state you leave is an end. Ask it of the state where you arrive.")
    .wrong("no-end",
        |t, arrival, _, gamma, v| {
            sweep_with(t, v, |_, next| arrival[next] + gamma * v[next], |_| None)
        },
        "Now nothing ever ends: the goal pays itself again and again, and its value grows towards 1/(1 − γ).")
    .wrong("end-pays",
        |t, arrival, terminal, gamma, v| {
            let later = |next: State| if terminal[next] { 0.0 } else { gamma * v[next] };
            sweep_with(t, v, |_, next| arrival[next] + later(next), |_| None)
        },
        "The states before the goal are right now. The goal itself is not: it stays where it is and would be paid for arriving. An end is worth 0.")
    .wrong("reward-lost",
        |t, arrival, terminal, gamma, v| {
            let target = |n: State| if terminal[n] { 0.0 } else { arrival[n] + gamma * v[n] };
            sweep_with(t, v, |_, next| target(next), |s| terminal[s].then_some(0.0))
        },
        "You dropped the reward together with the future. Arriving at the end still pays; only what would come after it is 0.")
    .wrong("from-zero",
        |t, arrival, terminal, gamma, v| {
            let best = true_best_sweep(t, arrival, terminal, gamma, v);
            best.iter().map(|v| v.max(0.0)).collect()
        },
        "Your maximum starts at 0, so a state where every action costs something seems to be worth 0. Start from f64::NEG_INFINITY.")
}
