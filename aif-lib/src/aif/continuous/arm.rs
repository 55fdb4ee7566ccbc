//! [`ActiveArm`]: the arm moves because the agent expects it to.

use super::generalised::{Belief, Precisions, errors, perceive, reflex};
use super::precision::log_precision_step;
use crate::interaction::{Agent, Step};
use crate::prob::random::Rng;
use crate::world::arm::{DT, INERTIA, Pair, TORQUE, motor, senses};

/// For each joint a belief and a reflex. No torque is planned: the belief runs ahead to the goal, and the reflex
/// makes what is sensed follow.
///
/// ```
/// # use aif_lib::prelude::*;
/// let precisions = Precisions { pull: 4.0, action: 100.0, position: 90.0, velocity: 40.0, dynamics: 2.5, late: 0.0 };
/// let mut arm = TimeLimit::new(Arm::new([0.5, 1.0], [0.3, 0.5])?, 400);
/// episode(&mut arm, &mut ActiveArm::new(precisions), &mut seeded(1));
/// assert!(arm.world.distance() < 0.01);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ActiveArm {
    given: Precisions,
    /// How fast it learns the precisions of its two senses from its own errors: η, in 1/s. 0 for not at all.
    pub learning: f64,
    seen: (Pair, Pair, Pair),
    precisions: [Precisions; 2],
    beliefs: [Belief; 2],
    action: Pair,
}

impl ActiveArm {
    /// The same precisions for both joints.
    pub fn new(precisions: Precisions) -> Self {
        Self {
            given: precisions,
            learning: 0.0,
            seen: ([0.0; 2], [0.0; 2], [0.0; 2]),
            precisions: [precisions; 2],
            beliefs: [Belief::default(); 2],
            action: [0.0; 2],
        }
    }

    /// Where it believes the joints to be.
    pub fn angles(&self) -> Pair {
        self.beliefs.map(|b| b.place)
    }

    /// The precisions of each joint, as they are now.
    pub fn precisions(&self) -> [Precisions; 2] {
        self.precisions
    }
}

impl Agent<Vec<f64>, Vec<f64>> for ActiveArm {
    fn begin(&mut self, obs: &Vec<f64>) {
        self.seen = senses(obs);
        let (y, v, _) = self.seen;
        self.beliefs = [0, 1].map(|j| Belief { place: y[j], motion: v[j] });
        (self.action, self.precisions) = ([0.0; 2], [self.given; 2]);
    }

    fn act(&mut self, _rng: &mut dyn Rng) -> Vec<f64> {
        let (y, v, wanted) = self.seen;
        for j in 0..2 {
            let (sensed, g) = ((y[j], v[j]), self.precisions[j]);
            let belief = perceive(self.beliefs[j], sensed, wanted[j], &g, DT);
            let limit = TORQUE / INERTIA[j]; // beyond it, action would only wind up
            let action = self.action[j] + DT * reflex(belief, sensed, wanted[j], &g);
            (self.beliefs[j], self.action[j]) = (belief, action.clamp(-limit, limit));
            if self.learning > 0.0 {
                let [y, v, _] = errors(belief, sensed, wanted[j], &g);
                let learned = |precision: f64, error| {
                    log_precision_step(precision.ln(), error, self.learning * DT).exp()
                };
                self.precisions[j].position = learned(g.position, y);
                self.precisions[j].velocity = learned(g.velocity, v);
            }
        }
        motor([0, 1].map(|j| INERTIA[j] * self.action[j]))
    }

    fn observe(&mut self, _action: &Vec<f64>, step: &Step<Vec<f64>>, _rng: &mut dyn Rng) {
        self.seen = senses(&step.obs);
    }

    fn set_learning(&mut self, _learning: bool) {}
}
