//! [`Unrolled`]: two clocks made one.

use ndarray::{Array1, Array2};

use super::clocks::{TwoClocks, likelihood};
use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs};
use crate::prob::categorical::Categorical;

/// A model of two levels as one chain over pairs (context, state). It is the rival, and the oracle, of [`TwoClocks`].
///
/// ```text
/// within a trial     I ⊗ B(u)                   the context stands still
/// between trials     D[s₀′ | c′] B2[c′, c]      whatever the last state was
/// ```
/// Matrices are whole, zeros and all; a pair is numbered context · states + state.
#[derive(Clone, PartialEq, Debug)]
pub struct Unrolled {
    level_one: GenerativeModel,
    within: Vec<Array2<f64>>,
    between: Array2<f64>,
    start: Array1<f64>,
    contexts: usize,
}

/// What one trial taught the flat filter.
#[derive(Debug, Clone, PartialEq)]
pub struct FlatUpdate {
    /// The belief about the state after each observation.
    pub states: Vec<Categorical>,
    /// The belief about the context of this trial, all of it seen.
    pub context: Categorical,
    /// The belief about the pairs at the beginning of the next trial.
    pub next: Array1<f64>,
    /// ln P(what was seen in this trial | the trials before).
    pub log_evidence: f64,
}

impl Unrolled {
    pub(super) fn new(model: &TwoClocks) -> Self {
        let (n, m) = model.d().dim();
        let transition = model.level_one().transition();
        let within = (0..transition.n_actions()).map(|u| {
            let b = transition.matrix(u);
            Array2::from_shape_fn((m * n, m * n), |(to, from)| {
                if to / n == from / n { b[[to % n, from % n]] } else { 0.0 }
            })
        });
        let between = Array2::from_shape_fn((m * n, m * n), |(to, from)| {
            model.d()[[to % n, to / n]] * model.b2()[[to / n, from / n]]
        });
        Self {
            level_one: model.level_one().clone(),
            within: within.collect(),
            between,
            start: model.joint(model.start().probs()).into_iter().collect(),
            contexts: m,
        }
    }

    /// The belief about the pairs at the beginning of the first trial.
    pub fn start(&self) -> &Array1<f64> {
        &self.start
    }

    /// The matrix between trials, (next pair, pair).
    pub fn between(&self) -> &Array2<f64> {
        &self.between
    }

    /// The matrix of an action within a trial, (next pair, pair).
    ///
    /// # Panics
    /// When there is no such action.
    pub fn within(&self, action: Action) -> &Array2<f64> {
        &self.within[action]
    }

    /// What a trial teaches: predict and correct, moment by moment, on all pairs.
    ///
    /// # Errors
    /// - [`Error::OutOfRange`]: an observation does not fit.
    /// - [`Error::ImpossibleObservation`]: what was seen has probability 0.
    ///
    /// # Panics
    /// When an action is out of range, or the belief has another number of pairs.
    pub fn trial(
        &self,
        belief: &Array1<f64>,
        first: Obs,
        moves: &[(Action, Obs)],
    ) -> Result<FlatUpdate> {
        let mut log_evidence = 0.0;
        let mut joint = belief.clone();
        self.correct(&mut joint, first, &mut log_evidence)?;
        let mut states = vec![self.over(&joint, false)];
        for &(action, obs) in moves {
            joint = self.within[action].dot(&joint);
            self.correct(&mut joint, obs, &mut log_evidence)?;
            states.push(self.over(&joint, false));
        }
        let context = self.over(&joint, true);
        Ok(FlatUpdate { states, context, next: self.between.dot(&joint), log_evidence })
    }

    fn correct(&self, joint: &mut Array1<f64>, obs: Obs, log: &mut f64) -> Result<()> {
        let (seen, n) = (likelihood(&self.level_one, obs)?, self.level_one.n_states());
        let prediction = self.over(joint, false);
        joint.iter_mut().enumerate().for_each(|(pair, p)| *p *= seen[pair % n]);
        let evidence = joint.sum();
        if evidence == 0.0 {
            let (observation, prediction) = (obs.to_string(), format!("{prediction:?}"));
            return Err(Error::ImpossibleObservation { observation, prediction });
        }
        *joint /= evidence;
        *log += evidence.ln();
        Ok(())
    }

    /// The marginal over contexts or over states.
    fn over(&self, joint: &Array1<f64>, contexts: bool) -> Categorical {
        let n = self.level_one.n_states();
        let mut marginal = vec![0.0; if contexts { self.contexts } else { n }];
        for (pair, p) in joint.iter().enumerate() {
            marginal[if contexts { pair / n } else { pair % n }] += p;
        }
        Categorical::new_unchecked(marginal)
    }
}
