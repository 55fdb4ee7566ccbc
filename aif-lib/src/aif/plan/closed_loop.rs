//! A tree that branches on actions and on what is then observed: sophisticated inference.

use std::collections::HashMap;
use std::fmt;

use super::{MAX_NODES, check, over_budget};
use crate::aif::evaluate::{Efe, step_into};
use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;
use crate::prob::info::softmax;

/// What the future is worth at a node of the tree, given what each action there is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Backup {
    /// The best action is taken: the smallest G (the largest −G; Bellman's max).
    Max,
    /// Actions are taken with probability softmax(−γ G): the average over them. How often an action is a habit does not
    /// count here, only in the choice; but what a habit of 0 rules out is no part of any backup.
    Softmax {
        /// The precision γ, above 0. As it grows this becomes [`Backup::Max`].
        gamma: f64,
    },
}

impl Backup {
    pub(crate) fn check(self) -> Result<()> {
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

    /// One number (in its parts) for a node, from its actions' expected free energies and their habits.
    fn apply(self, actions: &[Efe], habits: &[f64]) -> Efe {
        let open = actions.iter().zip(habits).filter(|(_, e)| **e > 0.0).map(|(g, _)| *g);
        let best = open.clone().reduce(|a, b| if b.total() < a.total() { b } else { a });
        let best = best.unwrap_or_default();
        match self {
            // Where every action is infinitely bad there is nothing to average.
            Self::Softmax { gamma } if best.total().is_finite() => {
                let scores: Vec<f64> = open.clone().map(|g| -gamma * g.total()).collect();
                softmax(&scores).iter().zip(open).map(|(&p, g)| g * p).sum()
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
/// The tree branches on every action and on every joint outcome of positive probability; nothing is pruned but what a habit of
/// 0 rules out (its own G is given all the same), and a belief
/// that is met again with as many steps to go is not searched again. For many beliefs of one model use a
/// [`ClosedLoop`], which remembers from call to call.
/// Source: Friston, Da Costa, Hafner, Hesp & Parr (2021), Sophisticated inference, Neural Computation 33:713–763.
///
/// # Errors
/// - [`Error::Parameter`]: the horizon is 0, or the backup's precision is not above 0.
/// - [`Error::Budget`]: the tree has more than twenty million nodes, or too many steps.
/// - [`Error::Shape`]: the belief has another number of states than the model.
#[doc(alias = "sophisticated_inference")]
#[doc(alias = "si_policy_search")]
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
    end: usize, // the step of the episode at which the remembered plans end; it counts where C changes over time
}

impl ClosedLoop {
    /// A planner for one model and one way to value later choices.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the backup's precision is not above 0.
    pub fn new(model: GenerativeModel, backup: Backup) -> Result<Self> {
        backup.check()?;
        Ok(Self { model, backup, prune: 0.0, memo: Memo::new(), end: 0 })
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

    /// Puts another model in the place of this one, and forgets what was planned with the old one.
    pub(crate) fn set_model(&mut self, model: GenerativeModel) {
        (self.model, self.memo) = (model, Memo::new());
    }

    /// Says how many steps of the episode are over: see [`GenerativeModel::at_step`].
    pub(crate) fn set_step(&mut self, taken: usize) {
        self.model.set_step(taken);
    }

    /// G of every first action from a belief, with a number of steps to go: see [`closed_loop`].
    ///
    /// # Errors
    /// As [`closed_loop`].
    pub fn values(&mut self, belief: &Categorical, horizon: usize) -> Result<Vec<Efe>> {
        let end = self.model.joint.clock.saturating_add(horizon);
        if self.model.joint.wants_change() && end != self.end {
            self.memo.clear(); // With as many steps to go, other things will be wanted.
        }
        self.end = end;
        search(&self.model, self.backup, self.prune, belief, horizon, &mut self.memo)
    }
}

/// What a notebook shows: how much is remembered, and not what.
impl fmt::Debug for ClosedLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { model, backup, prune, memo, .. } = self;
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

fn search(
    model: &GenerativeModel,
    backup: Backup,
    prune: f64,
    belief: &Categorical,
    horizon: usize,
    memo: &mut Memo,
) -> Result<Vec<Efe>> {
    check(model, belief, horizon)?;
    let level = Level {
        belief: belief.probs().to_vec(),
        predicted: vec![0.0; belief.len()],
        outcomes: vec![0.0; model.joint.n_outcomes],
        actions: vec![Efe::default(); model.n_actions()],
    };
    let mut levels = vec![level; horizon];
    Search { model, backup, prune, memo, horizon, nodes: 0 }.actions(&mut levels)?;
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
    horizon: usize,
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
        let ahead = self.horizon - deeper.len() - 1;
        for action in 0..model.n_actions() {
            let Level { belief, predicted, outcomes, .. } = here;
            let mut g = step_into(model, belief, action, ahead, predicted, outcomes);
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
        let value = self.backup.apply(&levels[0].actions, self.model.habits());
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
}
