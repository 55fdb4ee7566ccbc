//! The same model with something else in it: habits, preferences over time, sensory precision, learned parameters.

use ndarray::{Array2, ArrayD, Axis};

use super::check::{check_habits, check_shape};
use super::joint::{Novelty, compile};
use super::{GenerativeModel, Modality};
use crate::error::{Error, Result};

impl GenerativeModel {
    /// The same model with other habits E.
    ///
    /// # Errors
    /// As [`ModelBuilder::build`](super::ModelBuilder::build), for E.
    pub fn with_habits(mut self, habits: &[f64]) -> Result<Self> {
        check_habits(habits, self.n_actions())?;
        self.habits = habits.to_vec();
        Ok(self)
    }

    /// The same model with preferences that change in the course of an episode.
    ///
    /// `preference`: C of one modality, shape (time, o). Row 0 holds after the first action, row 1 after the second; the
    /// last row holds on. An [`AifAgent`](crate::aif::agent::AifAgent) counts the steps of its episode; a planner called
    /// by hand takes [`at_step`](Self::at_step).
    ///
    /// # Errors
    /// - [`Error::OutOfRange`]: there is no such modality.
    /// - [`Error::Empty`]: no row.
    /// - As [`ModelBuilder::build`](super::ModelBuilder::build), for C.
    pub fn with_preference_over_time(
        self,
        modality: usize,
        preference: &Array2<f64>,
    ) -> Result<Self> {
        if preference.nrows() == 0 {
            return Err(Error::Empty { what: "the preference over time".into() });
        }
        let rows: Vec<Vec<f64>> = preference.outer_iter().map(|row| row.to_vec()).collect();
        self.changed(modality, |m| {
            rows.iter().try_for_each(|row| m.check_preference(row))?;
            m.preference = rows;
            Ok(())
        })
    }

    /// The same model, with so many steps of the episode taken: the next preference is the row of that number.
    #[must_use]
    pub fn at_step(mut self, taken: usize) -> Self {
        self.set_step(taken);
        self
    }

    pub(crate) fn set_step(&mut self, taken: usize) {
        self.joint.clock = taken;
    }

    /// The same model that trusts one sense more, or less.
    ///
    /// ```text
    /// A ← A^ζ, each column divided by its sum      ζ = 1: as it is;  0: the sense says nothing;  large: nearly sure
    /// ```
    /// What is impossible stays impossible, whatever ζ. The literature reads ζ as attention to a sense.
    ///
    /// # Errors
    /// - [`Error::OutOfRange`]: there is no such modality.
    /// - [`Error::Parameter`]: ζ is negative or not finite.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// let still = Array2::eye(2).insert_axis(Axis(2));
    /// let a = array![[0.8, 0.3], [0.2, 0.7]];
    /// let model = GenerativeModel::new(a, still, &[0.0; 2], &[0.5; 2])?.with_sensory_precision(0, 2.0)?;
    /// assert!((model.likelihood(0)[[0, 0]] - 0.64 / 0.68).abs() < 1e-12);
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn with_sensory_precision(self, modality: usize, zeta: f64) -> Result<Self> {
        if !(zeta >= 0.0 && zeta.is_finite()) {
            let expected = "the precision of a sense is a finite number, 0 or more";
            return Err(Error::Parameter { name: "zeta", value: zeta, expected });
        }
        self.changed(modality, |m| {
            for mut column in m.likelihood.lanes_mut(Axis(0)) {
                // Divided by the largest first, so that a large ζ does not lose all of a column.
                let largest = column.iter().copied().fold(0.0, f64::max);
                column
                    .mapv_inplace(|p| if p > 0.0 { (p / largest).powf(zeta) } else { 0.0 });
                let sum = column.sum();
                column /= sum;
            }
            Ok(())
        })
    }

    /// The same model after a change of one modality.
    fn changed(
        mut self,
        modality: usize,
        change: impl FnOnce(&mut Modality) -> Result<()>,
    ) -> Result<Self> {
        let len = self.modalities.len();
        let Some(sense) = self.modalities.get_mut(modality) else {
            let what = "the modality".into();
            return Err(Error::OutOfRange { what, index: modality, len });
        };
        change(sense)?;
        self.compiled()
    }

    fn compiled(mut self) -> Result<Self> {
        let (clock, novelty) = (self.joint.clock, self.joint.novelty.take());
        self.joint = compile(&self.factors, &self.modalities, &self.controls)?;
        (self.joint.clock, self.joint.novelty) = (clock, novelty);
        Ok(self)
    }

    /// The same model with A, B and D of every modality and factor replaced by tables of the same shape, and with what
    /// there is to learn about them.
    pub(crate) fn learned(
        mut self,
        a: Vec<ArrayD<f64>>,
        b: Vec<ArrayD<f64>>,
        d: Vec<Vec<f64>>,
        novelty: Option<Novelty>,
    ) -> Result<Self> {
        for (modality, a) in self.modalities.iter_mut().zip(a) {
            check_shape("A", a.shape(), modality.likelihood.shape(), "keep the shape")?;
            modality.likelihood = a;
        }
        for ((factor, b), d) in self.factors.iter_mut().zip(b).zip(d) {
            check_shape("B", b.shape(), factor.transition.shape(), "keep the shape")?;
            check_shape("D", &[d.len()], &[factor.prior.len()], "keep the shape")?;
            (factor.transition, factor.prior) = (b, d);
        }
        self.joint.novelty = novelty;
        self.compiled()
    }

    /// The number of factors.
    pub fn n_factors(&self) -> usize {
        self.factors.len()
    }
}
