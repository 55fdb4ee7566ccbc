//! Looking ahead: the expected free energy of whole policies.
//!
//! [`open_loop`] scores fixed sequences of actions. [`closed_loop`] scores a first action followed by the best reaction to
//! whatever is then observed; the literature calls it sophisticated inference. They differ whenever what is seen can
//! change what is done.
//!
//! Dual: [`crate::rl::plan`].

use std::collections::HashMap;
use std::fmt;

use crate::aif::evaluate::{Efe, efe_into};
use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::Action;
use crate::prob::categorical::Categorical;
use crate::prob::info::softmax;

/// The largest number of policies, or of nodes of a tree, that a planner visits.
const MAX_NODES: usize = 20_000_000;

/// All sequences of actions of one length, one after the other; the last action varies fastest.
#[derive(Debug, Clone)]
pub struct Policies {
    n_actions: usize,
    next: Option<Vec<Action>>,
}

/// All `n_actions`^`horizon` policies, made one at a time.
///
/// ```
/// # use aif_lib::prelude::*;
/// let all: Vec<Vec<Action>> = policies(2, 2).collect();
/// assert_eq!(all, [[0, 0], [0, 1], [1, 0], [1, 1]]);
/// ```
pub fn policies(n_actions: usize, horizon: usize) -> Policies {
    Policies { n_actions, next: (n_actions > 0).then(|| vec![0; horizon]) }
}

impl Iterator for Policies {
    type Item = Vec<Action>;

    fn next(&mut self) -> Option<Vec<Action>> {
        let current = self.next.clone()?;
        // Count up by one in base n_actions.
        self.next = current.iter().rposition(|&a| a + 1 < self.n_actions).map(|i| {
            let mut next = current.clone();
            next[i] += 1;
            next[i + 1..].fill(0);
            next
        });
        Some(current)
    }
}

fn check_horizon(horizon: usize) -> Result<()> {
    if horizon > 0 {
        return Ok(());
    }
    Err(Error::Parameter {
        name: "horizon",
        value: 0.0,
        expected: "look at least 1 step ahead",
    })
}

fn over_budget(what: &'static str, needed: f64) -> Error {
    let cure = "shorten the horizon or give the model fewer actions";
    Error::Budget {
        what,
        needed: format!("{needed:.0} nodes"),
        budget: MAX_NODES.to_string(),
        cure,
    }
}

/// The expected free energy of every policy of a length, in the order of [`policies`].
///
/// Each is the sum over its steps, with beliefs rolled forward and never corrected. Policies that begin alike share
/// that part of the work.
///
/// # Errors
/// - [`Error::Parameter`]: the horizon is 0.
/// - [`Error::Budget`]: there are more than twenty million policies.
///
/// # Panics
/// When the belief has another number of states than the model.
#[track_caller]
pub fn open_loop(
    model: &GenerativeModel,
    belief: &Categorical,
    horizon: usize,
) -> Result<Vec<Efe>> {
    assert_eq!(
        belief.len(),
        model.n_states(),
        "open_loop: one probability for each joint state"
    );
    check_horizon(horizon)?;
    let n_policies = (model.n_actions() as f64).powi(horizon as i32);
    if n_policies > MAX_NODES as f64 {
        return Err(over_budget("scoring every policy", n_policies));
    }
    let mut totals = Vec::with_capacity(n_policies as usize);
    let mut scratch = vec![vec![0.0; belief.len()]; horizon];
    let mut outcomes = vec![0.0; model.joint.n_outcomes];
    extend(model, belief.probs(), Efe::default(), &mut scratch, &mut outcomes, &mut totals);
    Ok(totals)
}

/// Tries every action in `belief`, `so_far` having been spent; pushes a total for every complete policy.
fn extend(
    model: &GenerativeModel,
    belief: &[f64],
    so_far: Efe,
    scratch: &mut [Vec<f64>],
    outcomes: &mut [f64],
    totals: &mut Vec<Efe>,
) {
    let Some((predicted, deeper)) = scratch.split_first_mut() else {
        return totals.push(so_far);
    };
    for action in 0..model.n_actions() {
        model.transition().predict_into(belief, action, predicted);
        let spent = so_far + efe_into(model, predicted, outcomes);
        extend(model, predicted, spent, deeper, outcomes, totals);
    }
}

/// What the future is worth at a node of the tree, given what each action there is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Backup {
    /// The best action is taken: the smallest G (the largest −G; Bellman's max).
    Max,
    /// Actions are taken with probability softmax(−γ G): the average over them.
    Softmax {
        /// The precision γ, above 0. As it grows this becomes [`Backup::Max`].
        gamma: f64,
    },
}

impl Backup {
    fn check(self) -> Result<()> {
        match self {
            Self::Softmax { gamma } if !(gamma > 0.0 && gamma.is_finite()) => {
                Err(Error::Parameter {
                    name: "gamma",
                    value: gamma,
                    expected: "the precision of a softmax backup is a finite number above 0",
                })
            }
            _ => Ok(()),
        }
    }

    /// One number (in its parts) for a node, from its actions' expected free energies.
    fn apply(self, actions: &[Efe]) -> Efe {
        let best = actions
            .iter()
            .copied()
            .reduce(|a, b| if b.total() < a.total() { b } else { a });
        let best = best.unwrap_or_default();
        match self {
            // Where every action is infinitely bad there is nothing to average.
            Self::Softmax { gamma } if best.total().is_finite() => {
                let scores: Vec<f64> = actions.iter().map(|g| -gamma * g.total()).collect();
                softmax(&scores).iter().zip(actions).map(|(&p, &g)| g * p).sum()
            }
            _ => best,
        }
    }
}

/// The expected free energy of every first action, when later actions may depend on later observations.
///
/// ```text
/// G(b, u, H) = G₁(b, u) + Σₒ Q(o | b, u) V(b after u and o, H − 1),    V(b, H) = backup over u of G(b, u, H),  V(b, 0) = 0
/// ```
/// The tree branches on every action and on every joint outcome of positive probability; nothing is pruned, and a belief
/// that is met again with as many steps to go is not searched again. For many beliefs of one model use a
/// [`ClosedLoop`], which remembers from call to call.
/// Source: Friston, Da Costa, Hafner, Hesp & Parr (2021), Sophisticated inference, Neural Computation 33:713–763.
///
/// # Errors
/// - [`Error::Parameter`]: the horizon is 0, or the backup's precision is not above 0.
/// - [`Error::Budget`]: the tree has more than twenty million nodes.
///
/// # Panics
/// When the belief has another number of states than the model.
#[track_caller]
pub fn closed_loop(
    model: &GenerativeModel,
    belief: &Categorical,
    horizon: usize,
    backup: Backup,
) -> Result<Vec<Efe>> {
    backup.check()?;
    search(model, backup, 0.0, belief, horizon, &mut Memo::new())
}

/// A closed-loop planner that remembers every belief it has searched.
///
/// What it answers is what [`closed_loop`] answers. It pays where many beliefs of one model are asked about: where the
/// state is seen, the beliefs are as few as the states, and the tree folds into dynamic programming.
///
/// ```
/// # use aif_lib::prelude::*;
/// let model = tmaze::model(0.9, &tmaze::PREFERENCE)?;
/// let start = Categorical::uniform(8);
/// let mut planner = ClosedLoop::new(model.clone(), Backup::Max)?;
/// assert_eq!(planner.values(&start, 3)?, closed_loop(&model, &start, 3, Backup::Max)?);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Clone)]
pub struct ClosedLoop {
    model: GenerativeModel,
    backup: Backup,
    prune: f64,
    memo: Memo,
}

impl ClosedLoop {
    /// A planner for one model and one way to value later choices.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the backup's precision is not above 0.
    pub fn new(model: GenerativeModel, backup: Backup) -> Result<Self> {
        backup.check()?;
        Ok(Self { model, backup, prune: 0.0, memo: Memo::new() })
    }

    /// The model.
    pub fn model(&self) -> &GenerativeModel {
        &self.model
    }

    /// Leaves out what comes after outcomes less probable than `below`; [`error_bound`](Self::error_bound) says what that costs.
    ///
    /// # Errors
    /// [`Error::Parameter`]: `below` is not from 0 to 1, or the backup is not [`Backup::Max`]: an average over a softmax
    /// can magnify an error, so no bound could be stated.
    pub fn pruned(mut self, below: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&below) {
            let expected =
                "the probability below which an outcome is left out, from 0 to 1";
            return Err(Error::Parameter { name: "below", value: below, expected });
        }
        if self.backup != Backup::Max {
            let expected =
                "pruning has a bound with Backup::Max only: leave it out with a softmax";
            return Err(Error::Parameter { name: "below", value: below, expected });
        }
        (self.prune, self.memo) = (below, Memo::new());
        Ok(self)
    }

    /// How far the G of a pruned tree can be from the full one's, in nats.
    ///
    /// ```text
    /// error ≤ H (H − 1) / 2 · min(1, below · outcomes) · M,    M = ln states + maxₒ |C(o)| ≥ |G₁|
    /// ```
    /// A node loses at most `below` for each outcome, and each step that is lost is worth at most M. A minimum over
    /// actions magnifies no error. Infinite where a preference is −∞.
    pub fn error_bound(&self, horizon: usize) -> f64 {
        let joint = &self.model.joint;
        let lost = (self.prune * joint.n_outcomes as f64).min(1.0);
        if lost == 0.0 {
            return 0.0;
        }
        let largest = joint.preference.iter().fold(0f64, |m, c| m.max(c.abs()));
        let steps = horizon as f64;
        0.5 * steps * (steps - 1.0) * lost * ((joint.n_states as f64).ln() + largest)
    }

    /// G of every first action from a belief, with a number of steps to go: see [`closed_loop`].
    ///
    /// # Errors
    /// As [`closed_loop`].
    ///
    /// # Panics
    /// As [`closed_loop`].
    #[track_caller]
    pub fn values(&mut self, belief: &Categorical, horizon: usize) -> Result<Vec<Efe>> {
        search(&self.model, self.backup, self.prune, belief, horizon, &mut self.memo)
    }
}

/// What a notebook shows: how much is remembered, and not what.
impl fmt::Debug for ClosedLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { model, backup, prune, memo } = self;
        writeln!(
            f,
            "ClosedLoop: {backup:?}, pruned below {prune}, {} beliefs remembered",
            memo.len()
        )?;
        write!(f, "{model:?}")
    }
}

/// V of each belief that was searched, by the number of steps to go and the bits of its probabilities.
type Memo = HashMap<(usize, Vec<u64>), Efe>;

/// The largest number of probabilities that a [`Memo`] keeps: 160 MB.
const MAX_REMEMBERED: usize = 20_000_000;

#[track_caller]
fn search(
    model: &GenerativeModel,
    backup: Backup,
    prune: f64,
    belief: &Categorical,
    horizon: usize,
    memo: &mut Memo,
) -> Result<Vec<Efe>> {
    assert_eq!(
        belief.len(),
        model.n_states(),
        "closed_loop: one probability for each joint state"
    );
    check_horizon(horizon)?;
    let level = Level {
        belief: belief.probs().to_vec(),
        predicted: vec![0.0; belief.len()],
        outcomes: vec![0.0; model.joint.n_outcomes],
        actions: vec![Efe::default(); model.n_actions()],
    };
    let mut levels = vec![level; horizon];
    Search { model, backup, prune, memo, nodes: 0 }.actions(&mut levels)?;
    Ok(levels.swap_remove(0).actions)
}

/// The working memory of one depth of the tree.
#[derive(Clone)]
struct Level {
    belief: Vec<f64>,
    predicted: Vec<f64>,
    outcomes: Vec<f64>,
    actions: Vec<Efe>,
}

struct Search<'a> {
    model: &'a GenerativeModel,
    backup: Backup,
    prune: f64,
    memo: &'a mut Memo,
    nodes: usize,
}

impl Search<'_> {
    /// Fills `levels[0].actions` for `levels[0].belief`; there are as many steps to go as levels.
    fn actions(&mut self, levels: &mut [Level]) -> Result<()> {
        let Some((here, deeper)) = levels.split_first_mut() else { return Ok(()) };
        let model = self.model;
        self.nodes += model.n_actions();
        if self.nodes > MAX_NODES {
            return Err(over_budget("the closed-loop tree", self.nodes as f64));
        }
        for action in 0..model.n_actions() {
            model.transition().predict_into(&here.belief, action, &mut here.predicted);
            let mut g = efe_into(model, &here.predicted, &mut here.outcomes);
            if !deeper.is_empty() {
                let least = self.prune;
                for (outcome, &q) in here
                    .outcomes
                    .iter()
                    .enumerate()
                    .filter(|(_, q)| **q > 0.0 && **q >= least)
                {
                    let next = &mut deeper[0].belief;
                    next.fill(0.0);
                    for &(s, p) in model.joint.likelihood.row(outcome) {
                        next[s as usize] = p * here.predicted[s as usize] / q;
                    }
                    g = g + self.value(deeper)? * q;
                }
            }
            here.actions[action] = g;
        }
        Ok(())
    }

    /// V of `levels[0].belief`.
    fn value(&mut self, levels: &mut [Level]) -> Result<Efe> {
        // The last step is as quick to compute as to look up.
        let key = (levels.len() > 1).then(|| {
            (levels.len(), levels[0].belief.iter().map(|q| q.to_bits()).collect::<Vec<_>>())
        });
        if let Some(value) = key.as_ref().and_then(|key| self.memo.get(key)) {
            return Ok(*value);
        }
        self.actions(levels)?;
        let value = self.backup.apply(&levels[0].actions);
        if let Some(key) = key
            && self.memo.len() * self.model.n_states() < MAX_REMEMBERED
        {
            self.memo.insert(key, value);
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::tmaze;

    #[test]
    fn a_planner_shows_how_much_it_remembers_and_not_what() {
        let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
        let mut planner = ClosedLoop::new(model, Backup::Max).unwrap();
        planner.values(&Categorical::uniform(8), 3).unwrap();
        let text = format!("{planner:?}");
        let remembered = planner.memo.len();
        assert!(
            remembered > 1 && text.contains(&format!("{remembered} beliefs remembered"))
        );
        assert!(text.contains("GenerativeModel: 8 states") && text.len() < 1000, "{text}");
    }

    #[test]
    fn bad_parameters_are_named() {
        let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
        let message = |error: Error| error.to_string();
        let max = Backup::Max;
        assert!(
            message(closed_loop(&model, model.prior(), 0, max).unwrap_err())
                .contains("horizon = 0")
        );
        assert!(
            message(open_loop(&model, model.prior(), 0).unwrap_err())
                .contains("horizon = 0")
        );
        let soft = Backup::Softmax { gamma: 0.0 };
        assert!(
            message(closed_loop(&model, model.prior(), 1, soft).unwrap_err())
                .contains("gamma = 0")
        );
        assert!(
            message(open_loop(&model, model.prior(), 30).unwrap_err()).contains("budget")
        );
    }

    #[test]
    fn a_pruned_tree_stays_within_its_bound_and_a_softmax_is_refused() {
        let model = tmaze::model(0.98, &tmaze::PREFERENCE).unwrap();
        let planner = || ClosedLoop::new(model.clone(), Backup::Max).unwrap();
        let full = planner().values(model.prior(), 3).unwrap();
        for below in [0.0, 0.005, 0.03, 0.3, 0.6] {
            let mut pruned = planner().pruned(below).unwrap();
            let bound = pruned.error_bound(3);
            let values = pruned.values(model.prior(), 3).unwrap();
            let error = |(a, b): (&Efe, &Efe)| (a.total() - b.total()).abs();
            let error = full.iter().zip(&values).map(error).fold(0.0, f64::max);
            assert!(error <= bound, "{below}: {error} > {bound}");
            assert_eq!(error > 0.0, below > 0.01, "{below}: {error}");
        }
        assert!(planner().pruned(1.5).unwrap_err().to_string().contains("below = 1.5"));
        let soft = ClosedLoop::new(model.clone(), Backup::Softmax { gamma: 1.0 }).unwrap();
        assert!(soft.pruned(0.1).unwrap_err().to_string().contains("Backup::Max only"));
    }

    #[test]
    fn policies_are_lazy_and_complete() {
        assert_eq!(policies(4, 3).count(), 64);
        assert_eq!(policies(2, 60).nth(5).unwrap()[57..], [1, 0, 1]);
        assert_eq!(policies(3, 0).count(), 1);
    }
}
