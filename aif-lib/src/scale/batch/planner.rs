//! Expected free energy for a row of agents at once. In `f64` each lane does the very operations of
//! [`crate::aif::plan`], in the same order, so that the last bit is the same.

use std::hint::black_box;

use super::Precision;
use super::choice::softmax;
use super::program::Program;
use super::real::{LANES, Real, Row};
use crate::aif::agent::{AifOptions, Choice, Lookahead};
use crate::aif::model::GenerativeModel;
use crate::aif::plan::{Backup, policies};
use crate::interaction::Action;
use crate::scale::roofline::best_rate;

/// What a decision compares, and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Whole policies in the open loop, first actions in the closed loop.
    pub options: Vec<Vec<Action>>,
    /// The habit of each.
    pub habits: Vec<f64>,
    pub horizon: usize,
    pub taken: usize,
    way: Way,
    pub choice: Choice,
    pub alpha: f64,
}

#[derive(Debug, Clone, Copy)]
enum Way {
    /// All policies, in their order: what they have in common is computed once.
    All,
    /// A list of one's own.
    Listed,
    Tree(Backup),
}

impl Plan {
    /// What there is to decide when so many steps are taken.
    pub fn new(model: &GenerativeModel, options: &AifOptions, taken: usize) -> Self {
        let horizon = options.horizon_after(taken);
        let (way, list) = match (options.policies_after(taken), options.lookahead) {
            (Some(mine), _) => (Way::Listed, mine),
            (None, Lookahead::OpenLoop) => {
                (Way::All, policies(model.n_actions(), horizon).collect())
            }
            (None, _) => {
                (Way::Tree(options.backup()), policies(model.n_actions(), 1).collect())
            }
        };
        let habits = match (&options.policies, &options.policy_habits) {
            (Some(_), Some(habits)) => habits.clone(),
            _ => list.iter().map(|policy| model.habits()[policy[0]]).collect(),
        };
        let AifOptions { choice, alpha, .. } = *options;
        Self { options: list, habits, horizon, taken, way, choice, alpha }
    }
}

/// The parts of G that decide, for each lane.
#[derive(Debug, Clone, Copy)]
struct Cost<R> {
    risk: Row<R>,
    ambiguity: Row<R>,
    novelty: Row<R>,
}

impl<R: Real> Cost<R> {
    const NONE: Self = Self {
        risk: [R::ZERO; LANES],
        ambiguity: [R::ZERO; LANES],
        novelty: [R::ZERO; LANES],
    };

    fn total(&self) -> Row<R> {
        let mut total = [R::ZERO; LANES];
        for (l, total) in total.iter_mut().enumerate() {
            *total = self.risk[l] + self.ambiguity[l] - self.novelty[l];
        }
        total
    }

    fn plus(mut self, other: &Self) -> Self {
        for l in 0..LANES {
            self.risk[l] += other.risk[l];
            self.ambiguity[l] += other.ambiguity[l];
            self.novelty[l] += other.novelty[l];
        }
        self
    }

    /// The other cost counts by a probability; what has none counts nothing, even where it is infinitely bad.
    fn add_weighted(&mut self, other: &Self, p: &Row<R>) {
        let times = |p: R, x: R| if p == R::ZERO { R::ZERO } else { p * x };
        for (l, &p) in p.iter().enumerate() {
            self.risk[l] += times(p, other.risk[l]);
            self.ambiguity[l] += times(p, other.ambiguity[l]);
            self.novelty[l] += times(p, other.novelty[l]);
        }
    }

    fn take_where(&mut self, better: &[bool; LANES], other: &Self) {
        for (l, better) in better.iter().enumerate() {
            if *better {
                self.risk[l] = other.risk[l];
                self.ambiguity[l] = other.ambiguity[l];
                self.novelty[l] = other.novelty[l];
            }
        }
    }
}

/// Working memory for one depth.
#[derive(Debug, Clone)]
struct Level<R> {
    belief: Vec<Row<R>>,
    predicted: Vec<Row<R>>,
    outcomes: Vec<Row<R>>,
    actions: Vec<Cost<R>>,
}

/// Working memory for decisions: made once for many rows of agents.
#[derive(Debug)]
pub struct Scratch<R> {
    levels: Vec<Level<R>>,
    /// G of each option.
    pub g: Vec<Row<R>>,
    /// The probability of each option.
    pub posterior: Vec<Row<R>>,
    /// The probability of each action.
    pub action: Vec<Row<R>>,
}

impl<R: Real> Scratch<R> {
    pub fn new(program: &Program<R>, plan: &Plan) -> Self {
        let row = |n| vec![[R::ZERO; LANES]; n];
        let level = Level {
            belief: row(program.n_states),
            predicted: row(program.n_states),
            outcomes: row(program.n_outcomes),
            actions: vec![Cost::NONE; program.n_actions],
        };
        let options = plan.options.len();
        Self {
            levels: vec![level; plan.horizon.max(plan.options[0].len())],
            g: row(options),
            posterior: row(options),
            action: row(program.n_actions),
        }
    }
}

/// Whether any lane has something here.
#[inline]
fn any<R: Real>(row: &Row<R>) -> bool {
    let mut sum = R::ZERO;
    for x in row {
        sum += *x;
    }
    sum > R::ZERO
}

/// Q(s′) = Σₛ B[s′, s, u] Q(s).
#[inline]
fn predict<R: Real>(moves: &[(u32, u32, R)], belief: &[Row<R>], next: &mut [Row<R>]) {
    next.fill([R::ZERO; LANES]);
    for &(s, to, p) in moves {
        let (q, next) = (&belief[s as usize], &mut next[to as usize]);
        for (next, q) in next.iter_mut().zip(q) {
            *next += p * *q;
        }
    }
}

/// The expected free energy of one step that ends in the predicted states.
#[inline]
fn arrive<R: Real>(
    program: &Program<R>,
    wanted: &[R],
    predicted: &[Row<R>],
    outcomes: &mut [Row<R>],
) -> Cost<R> {
    let mut cost = Cost::NONE;
    outcomes.fill([R::ZERO; LANES]);
    for &(s, o, p) in &program.emit {
        let (q, outcome) = (&predicted[s as usize], &mut outcomes[o as usize]);
        for (outcome, q) in outcome.iter_mut().zip(q) {
            *outcome += p * *q;
        }
    }
    for (q, &h) in predicted.iter().zip(&program.ambiguity) {
        for (ambiguity, q) in cost.ambiguity.iter_mut().zip(q) {
            *ambiguity += *q * h;
        }
    }
    let (mut negative_entropy, mut pragmatic) = ([R::ZERO; LANES], [R::ZERO; LANES]);
    for (q, &c) in outcomes.iter().zip(wanted) {
        if !any(q) {
            continue; // Nobody expects it.
        }
        let entropy = R::xlogx(q);
        for l in 0..LANES {
            negative_entropy[l] += entropy[l];
            // An outcome that cannot be counts nothing, even where C is −∞.
            pragmatic[l] += if q[l] > R::ZERO { q[l] * c } else { R::ZERO };
        }
    }
    for l in 0..LANES {
        cost.risk[l] = negative_entropy[l] - pragmatic[l];
    }
    if let Some((states, _)) = &program.novelty {
        weigh(predicted, states, &mut cost.novelty);
    }
    cost
}

/// Adds Σₛ Q(s) gain(s).
fn weigh<R: Real>(belief: &[Row<R>], gains: &[R], sum: &mut Row<R>) {
    let mut own = [R::ZERO; LANES];
    for (q, &gain) in belief.iter().zip(gains) {
        for (own, q) in own.iter_mut().zip(q) {
            *own += *q * gain;
        }
    }
    for (sum, own) in sum.iter_mut().zip(&own) {
        *sum += *own;
    }
}

/// One row of agents that decide: G of every option into `scratch.g`.
pub fn efe<R: Real>(
    program: &Program<R>,
    plan: &Plan,
    belief: &[Row<R>],
    scratch: &mut Scratch<R>,
) {
    let Scratch { levels, g, .. } = scratch;
    let walk = Walk { program, taken: plan.taken, horizon: plan.horizon };
    match plan.way {
        Way::All => {
            let mut totals = g.iter_mut();
            walk.extend(belief, 0, &Cost::NONE, levels, &mut totals);
        }
        Way::Listed => {
            for (policy, total) in plan.options.iter().zip(g) {
                *total = walk.follow(belief, policy, levels);
            }
        }
        Way::Tree(backup) => {
            levels[0].belief.copy_from_slice(belief);
            walk.actions(backup, levels);
            for (total, cost) in g.iter_mut().zip(&levels[0].actions) {
                *total = cost.total();
            }
        }
    }
}

struct Walk<'a, R> {
    program: &'a Program<R>,
    taken: usize,
    horizon: usize,
}

impl<R: Real> Walk<'_, R> {
    fn step(
        &self,
        belief: &[Row<R>],
        action: Action,
        ahead: usize,
        predicted: &mut [Row<R>],
        outcomes: &mut [Row<R>],
    ) -> Cost<R> {
        let program = self.program;
        predict(&program.moves[action], belief, predicted);
        let wanted = program.wanted(self.taken, ahead);
        let mut cost = arrive(program, wanted, predicted, outcomes);
        if let Some((_, moves)) = &program.novelty {
            weigh(belief, &moves[action * program.n_states..], &mut cost.novelty);
        }
        cost
    }

    /// Tries every action, `so_far` having been spent in `ahead` steps; writes a total for every complete policy.
    fn extend(
        &self,
        belief: &[Row<R>],
        ahead: usize,
        so_far: &Cost<R>,
        levels: &mut [Level<R>],
        totals: &mut std::slice::IterMut<'_, Row<R>>,
    ) {
        if ahead == self.horizon {
            *totals.next().expect("one place for each policy") = so_far.total();
            return;
        }
        let (here, deeper) = levels.split_first_mut().expect("one level for each step");
        for action in 0..self.program.n_actions {
            let Level { predicted, outcomes, .. } = here;
            let step = self.step(belief, action, ahead, predicted, outcomes);
            let spent = so_far.plus(&step);
            self.extend(&here.predicted, ahead + 1, &spent, deeper, totals);
        }
    }

    /// The total of one policy.
    fn follow(
        &self,
        belief: &[Row<R>],
        policy: &[Action],
        levels: &mut [Level<R>],
    ) -> Row<R> {
        let Level { belief: now, predicted, outcomes, .. } = &mut levels[0];
        now.copy_from_slice(belief);
        let mut total = Cost::NONE;
        for (ahead, &action) in policy.iter().enumerate() {
            total = total.plus(&self.step(now, action, ahead, predicted, outcomes));
            std::mem::swap(now, predicted);
        }
        total.total()
    }

    /// Fills `levels[0].actions` for `levels[0].belief`: there are as many steps to go as levels.
    fn actions(&self, backup: Backup, levels: &mut [Level<R>]) {
        let (here, deeper) = levels.split_first_mut().expect("a step to go");
        let ahead = self.horizon - deeper.len() - 1;
        for action in 0..self.program.n_actions {
            let Level { belief, predicted, outcomes, .. } = here;
            let mut cost = self.step(belief, action, ahead, predicted, outcomes);
            if !deeper.is_empty() {
                for (outcome, q) in here.outcomes.iter().enumerate() {
                    if !any(q) {
                        continue;
                    }
                    condition(
                        &self.program.likelihood[outcome],
                        &here.predicted,
                        q,
                        &mut deeper[0].belief,
                    );
                    self.actions(backup, deeper);
                    let value = back_up(backup, &deeper[0].actions, &self.program.open);
                    cost.add_weighted(&value, q);
                }
            }
            here.actions[action] = cost;
        }
    }
}

/// Q(s′ | o) = A[o, s′] Q(s′) / Q(o); nothing where Q(o) is 0.
fn condition<R: Real>(
    likelihood: &[(u32, R)],
    predicted: &[Row<R>],
    probability: &Row<R>,
    belief: &mut [Row<R>],
) {
    belief.fill([R::ZERO; LANES]);
    for &(s, p) in likelihood {
        let (before, after) = (&predicted[s as usize], &mut belief[s as usize]);
        for l in 0..LANES {
            let divisor = if probability[l] > R::ZERO { probability[l] } else { R::ONE };
            after[l] = p * before[l] / divisor;
        }
    }
}

/// What a node is worth, from its actions: see [`Backup`].
fn back_up<R: Real>(backup: Backup, actions: &[Cost<R>], open: &[bool]) -> Cost<R> {
    let mut costs = actions.iter().zip(open).filter(|(_, open)| **open).map(|(c, _)| c);
    let mut best = costs.next().copied().unwrap_or(Cost::NONE);
    let mut least = best.total();
    for cost in costs {
        let total = cost.total();
        let mut better = [false; LANES];
        for l in 0..LANES {
            better[l] = total[l] < least[l];
            least[l] = if better[l] { total[l] } else { least[l] };
        }
        best.take_where(&better, cost);
    }
    let Backup::Softmax { gamma } = backup else { return best };
    let gamma = R::ZERO - R::of(gamma);
    let options: Vec<&Cost<R>> =
        actions.iter().zip(open).filter(|(_, open)| **open).map(|(c, _)| c).collect();
    let scores = options.iter().map(|cost| cost.total().map(|g| gamma * g));
    let mut p: Vec<Row<R>> = scores.collect();
    softmax(&mut p);
    let mut mean = Cost::NONE;
    for (cost, p) in options.iter().zip(&p) {
        mean.add_weighted(cost, p);
    }
    // Where every action is infinitely bad there is nothing to average.
    let finite = least.map(|g| g < R::INFINITY);
    best.take_where(&finite, &mean);
    best
}

/// Multiply-adds and logarithms that one core does in a second, in the loops of this file.
pub fn peak(precision: Precision) -> (f64, f64) {
    match precision {
        Precision::Double => rates::<f64>(),
        Precision::Single => rates::<f32>(),
    }
}

fn rates<R: Real>() -> (f64, f64) {
    const ROWS: usize = 32;
    const TIMES: usize = 200;
    let belief = vec![[R::of(0.3); LANES]; ROWS];
    let mut next = belief.clone();
    // Everything leads everywhere: the sums of a row stay in registers or in the nearest cache.
    let entry = |i: usize| ((i / ROWS) as u32, (i % ROWS) as u32, R::of(0.7));
    let moves: Vec<(u32, u32, R)> = (0..ROWS * ROWS).map(entry).collect();
    let products = (TIMES * ROWS * ROWS * LANES) as f64;
    let multiply_adds = best_rate(products, 10, &mut || {
        for _ in 0..TIMES {
            predict(black_box(&moves), black_box(&belief), &mut next);
            black_box(&mut next);
        }
    });
    let logarithms = best_rate((TIMES * ROWS * LANES) as f64, 10, &mut || {
        for _ in 0..TIMES {
            for row in black_box(&belief) {
                black_box(R::xlogx(row));
            }
        }
    });
    (multiply_adds, logarithms)
}
