//! [`Adam`]: what a gradient does to the weights.

use crate::error::{Error, Result, same_length};

/// Gradient descent in which every weight has its own step, from the mean and the spread of its past slopes.
///
/// ```text
/// m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,   w ← w − rate · m̂ / (√v̂ + ε)
/// m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ),  β₁ = .9,  β₂ = .999,  ε = 10⁻⁸
/// ```
/// Source: Kingma & Ba (2015).
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut adam, mut w) = (Adam::new(1, 0.1)?, [1.0f32]);
/// adam.step(&mut w, &[1000.0]);
/// assert!((w[0] - 0.9).abs() < 1e-6); // the first step is as long as the rate, whatever the slope
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Adam {
    /// The length of a step.
    pub rate: f64,
    mean: Vec<f32>,
    spread: Vec<f32>,
    steps: i32,
}

const MEAN: f64 = 0.9;
const SPREAD: f64 = 0.999;
const EPSILON: f64 = 1e-8;

impl Adam {
    /// For so many weights.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the rate is not a finite number above 0.
    pub fn new(weights: usize, rate: f64) -> Result<Self> {
        if !(rate.is_finite() && rate > 0.0) {
            let expected = "a learning rate is a finite number above 0";
            return Err(Error::Parameter { name: "rate", value: rate, expected });
        }
        Ok(Self { rate, mean: vec![0.0; weights], spread: vec![0.0; weights], steps: 0 })
    }

    /// Moves the weights against a gradient.
    ///
    /// # Panics
    /// When there is not one slope for each weight.
    #[track_caller]
    pub fn step(&mut self, weights: &mut [f32], gradient: &[f32]) {
        same_length("Adam", "weights", weights.len(), "of the optimiser", self.mean.len());
        same_length("Adam", "slopes", gradient.len(), "weights", weights.len());
        self.steps = self.steps.saturating_add(1);
        // The two corrections, moved out of the loop: w −= rate₁ m / (√v + ε₁).
        let spread = (1.0 - SPREAD.powi(self.steps)).sqrt();
        let rate = (self.rate * spread / (1.0 - MEAN.powi(self.steps))) as f32;
        let epsilon = (EPSILON * spread) as f32;
        let (keep_mean, keep_spread) = (MEAN as f32, SPREAD as f32);
        // 1 − .999 in f32 would be wrong in the fifth digit.
        let (new_mean, new_spread) = ((1.0 - MEAN) as f32, (1.0 - SPREAD) as f32);
        let moments = self.mean.iter_mut().zip(&mut self.spread);
        for ((w, g), (m, v)) in weights.iter_mut().zip(gradient).zip(moments) {
            *m = keep_mean * *m + new_mean * g;
            *v = keep_spread * *v + new_spread * g * g;
            *w -= rate * *m / (v.sqrt() + epsilon);
        }
    }
}

/// Shortens a gradient that is longer than `most`, and returns how long it was.
pub fn clip_norm(gradient: &mut [f32], most: f32) -> f32 {
    let norm = gradient.iter().map(|g| g * g).sum::<f32>().sqrt();
    if norm > most {
        let factor = most / norm;
        gradient.iter_mut().for_each(|g| *g *= factor);
    }
    norm
}

/// Lets one network follow another: each weight moves by the fraction τ towards its model. τ = 1 copies.
///
/// ```text
/// w′ ← (1 − τ) w′ + τ w
/// ```
///
/// # Panics
/// When the lists differ in length.
#[track_caller]
pub fn follow(follower: &mut [f32], model: &[f32], tau: f32) {
    same_length("follow", "weights", follower.len(), "weights", model.len());
    if tau == 1.0 {
        follower.copy_from_slice(model);
        return;
    }
    follower.iter_mut().zip(model).for_each(|(f, m)| *f += tau * (m - *f));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_steps_by_hand() {
        // g = 1, then 3. t = 1: m̂ = 1, v̂ = 1. t = 2: m = .39, v = .009999, m̂ = .39/.19, v̂ = .009999/.001999.
        let (mut adam, mut w) = (Adam::new(1, 0.1).unwrap(), [0.0f32]);
        adam.step(&mut w, &[1.0]);
        assert!((w[0] + 0.1).abs() < 1e-6, "{w:?}");
        adam.step(&mut w, &[3.0]);
        let second = 0.1 * (0.39 / 0.19) / (0.009999f64 / 0.001999).sqrt();
        assert!((f64::from(w[0]) + 0.1 + second).abs() < 1e-6, "{w:?}");
    }

    #[test]
    fn a_gradient_is_shortened_but_not_turned() {
        let mut g = [3.0, 4.0];
        assert_eq!(clip_norm(&mut g, 10.0), 5.0);
        assert_eq!(g, [3.0, 4.0]);
        clip_norm(&mut g, 0.5);
        assert!((g[0] - 0.3).abs() < 1e-6 && (g[1] - 0.4).abs() < 1e-6, "{g:?}");
    }

    #[test]
    fn a_follower_moves_by_a_fraction() {
        let mut w = [0.0, 10.0];
        follow(&mut w, &[1.0, 0.0], 0.25);
        assert_eq!(w, [0.25, 7.5]);
        follow(&mut w, &[1.0, 0.0], 1.0);
        assert_eq!(w, [1.0, 0.0]);
    }

    #[test]
    fn a_bad_rate_is_named() {
        let text = Adam::new(3, -1.0).unwrap_err().to_string();
        assert!(text.contains("rate = -1"), "{text}");
    }
}
