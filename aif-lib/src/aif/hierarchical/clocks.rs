//! [`TwoClocks`]: the model, and its filter trial by trial.

use ndarray::{Array2, Axis};

use super::messages::{corrected, down, up};
use super::unrolled::Unrolled;
use crate::aif::model::GenerativeModel;
use crate::aif::perceive::{correct, filter};
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs};
use crate::prob::categorical::Categorical;
use crate::prob::conditional::Conditional;
use crate::prob::random::{Rng, uniform_index, uniform01};

/// A model on two clocks: a generative model of a trial, and above it a context that says how trials begin.
///
/// ```
/// # use aif_lib::prelude::*;
/// let maze = block_maze::model(&Weeks::default(), 1.0)?;
/// // A day: nothing to see in the centre; to the cue, which points left; to the left arm, where there is food.
/// let day = maze.trial(maze.start(), 0, &[(1, 1), (2, 3)])?;
/// assert!((day.next[0] - 0.788).abs() < 1e-12); // what to think tomorrow: left weeks
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct TwoClocks {
    level_one: GenerativeModel,
    d: Array2<f64>,
    b2: Array2<f64>,
    start: Categorical,
}

/// A trial as it was seen: the first observation, and each action with the observation after it.
pub type Seen = (Obs, Vec<(Action, Obs)>);

/// What one trial taught.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialUpdate {
    /// The belief about the state after each observation.
    pub states: Vec<Categorical>,
    /// The message up, L(c).
    pub up: Vec<f64>,
    /// The belief about the context of this trial, all of it seen.
    pub context: Categorical,
    /// The belief about the context of the next trial.
    pub next: Categorical,
    /// ln P(what was seen in this trial | the trials before).
    pub log_evidence: f64,
}

impl TwoClocks {
    /// A model on two clocks. `d`: (first state, context); `b2`: (next context, context); `start`: the first context.
    /// The prior of `level_one` is not used: D takes its place.
    ///
    /// # Errors
    /// - [`Error::NotAProbability`], [`Error::NotNormalised`]: in a column of D or of B2.
    /// - [`Error::Shape`]: the sizes do not fit.
    pub fn new(
        level_one: GenerativeModel,
        d: Array2<f64>,
        b2: Array2<f64>,
        start: Categorical,
    ) -> Result<Self> {
        let (d, b2) = (Conditional::new(d)?, Conditional::new(b2)?);
        let (d, b2) = (d.table().clone(), b2.table().clone());
        let (n, m) = (level_one.n_states(), start.len());
        for (what, shape, expected) in [("D", d.dim(), (n, m)), ("B2", b2.dim(), (m, m))] {
            if shape != expected {
                let cure = "D is (state, context), B2 is (next context, context)";
                let (expected, got) = (format!("{expected:?}"), format!("{shape:?}"));
                return Err(Error::Shape { what: what.into(), expected, got, cure });
            }
        }
        Ok(Self { level_one, d, b2, start })
    }

    /// A random model with (contexts, states, outcomes) and two actions, to try things on.
    ///
    /// # Panics
    /// When one of the numbers is 0.
    pub fn random((m, n, o): (usize, usize, usize), rng: &mut dyn Rng) -> Self {
        let mut columns = |rows: usize, cols: usize| {
            let mut table =
                Array2::from_shape_simple_fn((rows, cols), || 0.05 + uniform01(rng));
            table.columns_mut().into_iter().for_each(|mut column| {
                let sum = column.sum();
                column /= sum;
            });
            table
        };
        let b = ndarray::stack(Axis(2), &[columns(n, n).view(), columns(n, n).view()]);
        let a = columns(o, n);
        let even = vec![1.0 / n as f64; n];
        let level_one =
            GenerativeModel::new(a, b.expect("equal shapes"), &vec![0.0; o], &even);
        let level_one = level_one.expect("every column was normalised");
        let start = Categorical::uniform(m);
        Self { level_one, d: columns(n, m), b2: columns(m, m), start }
    }

    /// What is seen in some trials of `moments` moments each, when actions are taken at random.
    ///
    /// # Panics
    /// When a trial has no moment.
    pub fn generate(&self, trials: usize, moments: usize, rng: &mut dyn Rng) -> Vec<Seen> {
        assert!(moments > 0, "generate: a trial has at least one moment");
        let model = &self.level_one;
        let see = |s: usize, rng: &mut dyn Rng| model.sample_outcome(s, rng)[0];
        let mut c = self.start.sample(rng);
        let mut trial = || {
            let mut s = Categorical::new_unchecked(self.d.column(c).to_vec()).sample(rng);
            c = Categorical::new_unchecked(self.b2.column(c).to_vec()).sample(rng);
            let first = see(s, rng);
            let mut moves = Vec::with_capacity(moments - 1);
            for _ in 1..moments {
                let action = uniform_index(model.n_actions(), rng);
                s = model.transition().sample(s, action, rng);
                moves.push((action, see(s, rng)));
            }
            (first, moves)
        };
        (0..trials).map(|_| trial()).collect()
    }

    /// The model of a trial.
    pub fn level_one(&self) -> &GenerativeModel {
        &self.level_one
    }

    /// D, (first state, context).
    pub fn d(&self) -> &Array2<f64> {
        &self.d
    }

    /// B2, (next context, context).
    pub fn b2(&self) -> &Array2<f64> {
        &self.b2
    }

    /// The belief about the context of the first trial.
    pub fn start(&self) -> &Categorical {
        &self.start
    }

    /// The prior that a belief about the context sends down to the trial.
    ///
    /// # Panics
    /// When `q` has another number of contexts.
    pub fn prior(&self, q: &Categorical) -> Categorical {
        Categorical::new_unchecked(down(&self.d, q.probs()))
    }

    /// What a trial teaches both levels: down, through the trial and back, up, and one tick of the slow clock.
    ///
    /// `q`: the belief about the context of this trial; `first`: the first observation; `moves`: each action with the
    /// observation after it.
    ///
    /// # Errors
    /// - [`Error::OutOfRange`], [`Error::Shape`]: an observation or `q` does not fit.
    /// - [`Error::ImpossibleObservation`]: what was seen has probability 0.
    ///
    /// # Panics
    /// When an action is out of range.
    pub fn trial(
        &self,
        q: &Categorical,
        first: Obs,
        moves: &[(Action, Obs)],
    ) -> Result<TrialUpdate> {
        let mut updates = vec![correct(&self.level_one, &self.prior(q), &[first])?];
        for &(action, obs) in moves {
            let before = &updates[updates.len() - 1].belief;
            let update = filter(&self.level_one, before, action, &[obs])?;
            updates.push(update);
        }
        let up = up(&self.d, &self.explained(first, moves)?);
        let context = corrected(q.probs(), &up)?;
        Ok(TrialUpdate {
            log_evidence: updates.iter().map(|update| update.log_evidence).sum(),
            states: updates.into_iter().map(|update| update.belief).collect(),
            up,
            next: Categorical::new_unchecked(down(&self.b2, &context)),
            context: Categorical::new_unchecked(context),
        })
    }

    /// How well each first state explains all that was seen: β of [`up`], by one pass backwards.
    ///
    /// ```text
    /// βₜ(s) = A[oₜ, s] Σₛ′ B[s′, s, uₜ] βₜ₊₁(s′),     β_{k−1}(s) = A[o_{k−1}, s]
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfRange`]: an observation does not fit.
    ///
    /// # Panics
    /// When an action is out of range.
    pub fn explained(&self, first: Obs, moves: &[(Action, Obs)]) -> Result<Vec<f64>> {
        let (n, transition) = (self.level_one.n_states(), self.level_one.transition());
        let mut beta = vec![1.0; n];
        for &(action, obs) in moves.iter().rev() {
            self.times_likelihood(&mut beta, obs)?;
            let expected =
                |s| transition.next(s, action).iter().map(|&(to, p)| p * beta[to]).sum();
            beta = (0..n).map(expected).collect();
        }
        self.times_likelihood(&mut beta, first)?;
        Ok(beta)
    }

    fn times_likelihood(&self, beta: &mut [f64], obs: Obs) -> Result<()> {
        let seen = likelihood(&self.level_one, obs)?;
        beta.iter_mut().zip(seen).for_each(|(beta, p)| *beta *= p);
        Ok(())
    }

    /// The same model on one clock.
    pub fn unroll(&self) -> Unrolled {
        Unrolled::new(self)
    }

    /// The joint of the first state and the context, (context, state).
    pub(super) fn joint(&self, q: &[f64]) -> Array2<f64> {
        let q = ndarray::ArrayView1::from(q);
        &self.d.t() * &q.insert_axis(Axis(1))
    }
}

/// P(o | s) for each state.
pub(super) fn likelihood(model: &GenerativeModel, obs: Obs) -> Result<Vec<f64>> {
    let mut seen = vec![0.0; model.n_states()];
    if let Some(outcome) = model.outcome(&[obs])? {
        for &(s, p) in model.joint.likelihood.row(outcome) {
            seen[s as usize] = p;
        }
    }
    Ok(seen)
}
