//! Random network distillation: what a network cannot yet predict about a place is new.
//!
//! Dual: [`crate::aif::deep::ensemble`], where several networks disagree about what comes next.

use super::learned::Learned;
use crate::error::{Error, Result};
use crate::nn::mlp::{Activation, Mlp, Pass};
use crate::prob::random::{Rng, uniform_index};

/// A bonus for what has not been seen: the error of a network that learns to imitate another one, whose weights are random and stay so.
///
/// ```text
/// bonus(x) = mean (f̂(x) − f(x))² / the same before anything was learned
/// ```
/// Where x was seen often f̂ has learned f; elsewhere it has not, and the bonus is about 1. Source: Burda, Edwards, Storkey & Klimov
/// (2019), who divide by a running scale.
#[derive(Debug, Clone)]
pub struct Rnd {
    target: Mlp,
    answers: Pass,
    learned: Learned,
    scale: Option<f32>,
}

/// How many numbers the two networks say of a place.
const NUMBERS: usize = 8;

impl Rnd {
    /// For places of so many numbers.
    ///
    /// # Errors
    /// [`Error::Parameter`]: no number, no unit, or a rate that is not above 0.
    pub fn new(inputs: usize, hidden: usize, rate: f64, rng: &mut dyn Rng) -> Result<Self> {
        Ok(Self {
            target: Mlp::new(&[inputs, hidden, NUMBERS], Activation::Tanh, rng)?,
            answers: Pass::default(),
            learned: Learned::new(inputs, &[hidden], NUMBERS, Activation::Tanh, rate, rng)?,
            scale: None,
        })
    }

    /// Gradient steps on places that were seen, (rows, inputs).
    ///
    /// # Errors
    /// - [`Error::Empty`]: no place.
    /// - [`Error::Diverged`]: a loss is no longer a finite number.
    pub fn learn(
        &mut self,
        seen: &[f32],
        steps: usize,
        batch: usize,
        rng: &mut dyn Rng,
    ) -> Result<()> {
        let n = self.target.inputs();
        if seen.len() < n {
            return Err(Error::Empty { what: "the list of places to learn from".into() });
        }
        if self.scale.is_none() {
            let errors = self.errors(seen);
            self.scale =
                Some((errors.iter().sum::<f32>() / errors.len() as f32).max(1e-12));
        }
        for step in 1..=steps {
            let rows = (0..batch).map(|_| uniform_index(seen.len() / n, rng));
            let places: Vec<f32> =
                rows.flat_map(|row| seen[row * n..(row + 1) * n].to_vec()).collect();
            self.target.run(&places, &mut self.answers);
            let said = self.learned.run(&places);
            let off =
                said.iter().zip(self.answers.output()).map(|(y, f)| (y - f) / batch as f32);
            let slope: Vec<f32> = off.collect();
            let loss = slope.iter().map(|d| f64::from(d * d)).sum::<f64>();
            self.learned.check("what is new", step, 0.5 * loss * batch as f64)?;
            self.learned.descend(&slope, None);
        }
        Ok(())
    }

    fn errors(&mut self, places: &[f32]) -> Vec<f32> {
        self.target.run(places, &mut self.answers);
        let said = self.learned.run(places);
        let squares: Vec<f32> = said
            .iter()
            .zip(self.answers.output())
            .map(|(y, f)| (y - f) * (y - f))
            .collect();
        squares
            .chunks(NUMBERS)
            .map(|row| row.iter().sum::<f32>() / NUMBERS as f32)
            .collect()
    }

    /// The bonus of each place, (rows, inputs) to (rows).
    pub fn bonus(&mut self, places: &[f32]) -> Vec<f32> {
        let scale = self.scale.unwrap_or(1.0);
        self.errors(places).into_iter().map(|e| e / scale).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    #[test]
    fn what_was_seen_is_less_new_than_what_was_not() {
        let mut rng = seeded(1);
        let mut rnd = Rnd::new(2, 32, 3e-3, &mut rng).unwrap();
        let seen: Vec<f32> = (0..200).flat_map(|i| [i as f32 / 200.0, 0.0]).collect();
        rnd.learn(&seen, 1000, 32, &mut rng).unwrap();
        let bonus = rnd.bonus(&[0.5, 0.0, -3.0, 3.0]);
        assert!(bonus[0] < 0.02 && bonus[1] > 0.3, "{bonus:?}");
    }

    #[test]
    fn a_loss_that_is_not_a_number_stops_it_with_a_reason() {
        let mut rnd = Rnd::new(1, 4, 1e-3, &mut seeded(1)).unwrap();
        let text = rnd.learn(&[f32::NAN], 9, 4, &mut seeded(2)).unwrap_err().to_string();
        assert!(text.contains("NaN at gradient step 1"), "{text}");
        assert!(rnd.learn(&[], 9, 4, &mut seeded(2)).is_err());
    }
}
