//! [`LinearPolicy`]: torques as a table times what is seen, learned by trying.

use crate::interaction::{Agent, Step};
use crate::prob::random::Rng;
use crate::world::arm::{DT, Pair, TORQUE, motor, senses};

/// How many weights a policy has: without memory, and with the sums of the errors.
pub const WEIGHTS: [usize; 2] = [8, 12];

/// The time by which the sums are divided, in s: then all features are of one size.
const MEMORY: f64 = 0.1;

/// A linear policy: each torque is a weighted sum of both errors, both velocities and, with memory, the sums of both
/// errors over time.
///
/// ```text
/// τ = W (e₁, e₂, −v₁, −v₂, ∫e₁ / T, ∫e₂ / T),   e = wanted − y,   T = .1 s
/// ```
/// Eight weights make a policy without memory, twelve one with memory.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearPolicy {
    weights: Vec<f64>,
    seen: (Pair, Pair, Pair),
    sum: Pair,
}

impl LinearPolicy {
    /// A policy with these weights, the shoulder's first.
    ///
    /// # Panics
    /// When there are not 8 or 12.
    #[track_caller]
    pub fn new(weights: &[f64]) -> Self {
        let n = weights.len();
        assert!(
            WEIGHTS.contains(&n),
            "{n} weights: give 8, or 12 for a policy with memory"
        );
        let none = [0.0; 2];
        Self { weights: weights.to_vec(), seen: (none, none, none), sum: none }
    }
}

impl Agent<Vec<f64>, Vec<f64>> for LinearPolicy {
    fn begin(&mut self, obs: &Vec<f64>) {
        (self.seen, self.sum) = (senses(obs), [0.0; 2]);
    }

    fn act(&mut self, _rng: &mut dyn Rng) -> Vec<f64> {
        let (y, v, wanted) = self.seen;
        let e = [wanted[0] - y[0], wanted[1] - y[1]];
        let sum = [self.sum[0] + e[0] * DT, self.sum[1] + e[1] * DT];
        let features = [e[0], e[1], -v[0], -v[1], sum[0] / MEMORY, sum[1] / MEMORY];
        let rows = self.weights.chunks(self.weights.len() / 2);
        let torque: Vec<f64> =
            rows.map(|row| row.iter().zip(features).map(|(w, x)| w * x).sum()).collect();
        for j in 0..2 {
            // The sum of a joint waits while its motor is at its limit.
            if torque[j].abs() <= TORQUE {
                self.sum[j] = sum[j];
            }
        }
        motor([torque[0], torque[1]])
    }

    fn observe(&mut self, _action: &Vec<f64>, step: &Step<Vec<f64>>, _rng: &mut dyn Rng) {
        self.seen = senses(&step.obs);
    }

    fn set_learning(&mut self, _learning: bool) {}
}
