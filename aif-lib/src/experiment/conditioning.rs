//! Conditioning as it is run: one trial again and again.

use ndarray::Array2;

use crate::error::Result;
use crate::interaction::episode;
use crate::prob::random::seeded;
use crate::rl::agent::td_lambda::TdLambda;
use crate::world::conditioning::{Conditioning, Trial};

impl TdLambda {
    /// Learns from a trial, again and again; returns the errors: (trials, steps), column t − 1 for time t.
    ///
    /// # Errors
    /// As [`Conditioning::new`].
    ///
    /// # Panics
    /// When the trial has an element that is not in the table.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// let mut dog = TdLambda::new(conditioning::elements(1, 3), TdOptions::default())?;
    /// let errors = dog.train(&Trial::new(3).cue(0, 1).reward(2, 1.0), 2)?;
    /// assert_eq!(errors, array![[0.0, 1.0, 0.0], [0.1, 0.9, 0.0]]);
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn train(&mut self, trial: &Trial, trials: usize) -> Result<Array2<f64>> {
        let mut world = Conditioning::new(trial.clone())?;
        let mut errors = Array2::zeros((trials, trial.steps()));
        for mut row in errors.rows_mut() {
            episode(&mut world, self, &mut seeded(0)); // A trial holds no chance.
            row.iter_mut().zip(self.errors()).for_each(|(error, delta)| *error = *delta);
        }
        Ok(errors)
    }

    /// The errors of one trial, without learning from it; the entry t − 1 for time t.
    ///
    /// # Errors
    /// As [`Conditioning::new`].
    ///
    /// # Panics
    /// As [`train`](Self::train).
    pub fn probe(&self, trial: &Trial) -> Result<Vec<f64>> {
        let mut copy = self.clone();
        copy.freeze();
        copy.train(trial, 1)?;
        Ok(copy.errors().to_vec())
    }
}
