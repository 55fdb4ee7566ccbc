//! [`ComputedTorque`]: a model of the arm turns wanted accelerations into torques.

use crate::interaction::{Agent, Step};
use crate::prob::random::Rng;
use crate::world::arm::{Body, Pair, motor, senses};

/// Asks for the acceleration p (wanted − y) − d v, and computes the torque that gives it to the nominal arm.
///
/// ```text
/// τ = M(y) (p (wanted − y) − d v) + own torques(y, v)
/// ```
/// If the model were right, each joint would move as a spring with a brake, whatever the other one does.
#[derive(Debug, Clone, PartialEq)]
pub struct ComputedTorque {
    p: f64,
    d: f64,
    seen: (Pair, Pair, Pair),
}

impl ComputedTorque {
    /// A controller with these gains, which believes in the nominal [`Body`].
    pub fn new(p: f64, d: f64) -> Self {
        Self { p, d, seen: ([0.0; 2], [0.0; 2], [0.0; 2]) }
    }
}

impl Agent<Vec<f64>, Vec<f64>> for ComputedTorque {
    fn begin(&mut self, obs: &Vec<f64>) {
        self.seen = senses(obs);
    }

    fn act(&mut self, _rng: &mut dyn Rng) -> Vec<f64> {
        let (y, v, wanted) = self.seen;
        let asked = [0, 1].map(|j| self.p * (wanted[j] - y[j]) - self.d * v[j]);
        motor(Body::default().torque_for(y, v, asked))
    }

    fn observe(&mut self, _action: &Vec<f64>, step: &Step<Vec<f64>>, _rng: &mut dyn Rng) {
        self.seen = senses(&step.obs);
    }

    fn set_learning(&mut self, _learning: bool) {}
}
