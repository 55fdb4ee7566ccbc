//! [`Pid`]: pull in proportion to the error, to its sum, and against the motion. Dual: [`crate::aif::continuous::reflex`].

use crate::interaction::{Agent, Step};
use crate::prob::random::Rng;
use crate::world::arm::{DT, INERTIA, Pair, TORQUE, motor, senses};

/// The numbers of a PID controller; with `i = 0` it is a PD controller.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PidGains {
    /// Pull per error.
    pub p: f64,
    /// Pull per sum of errors over time.
    pub i: f64,
    /// Brake per angular velocity.
    pub d: f64,
    /// Time constant with which the wanted angle follows the target, in s; 0 for at once.
    pub target: f64,
    /// Time constant with which the velocity is smoothed, in s; 0 for not at all.
    pub smooth: f64,
}

/// The acceleration that a PID controller asks for.
///
/// ```text
/// u = p (wanted − y) + i Σ (wanted − y) dt − d v
/// ```
/// The brake works on the measured velocity and not on that of the error, so that a jump of the target does not kick.
pub fn pid(gains: &PidGains, error: f64, sum: f64, velocity: f64) -> f64 {
    gains.p * error + gains.i * sum - gains.d * velocity
}

/// By how much of its way a smoothed number moves in one step: 1 − e^(−dt / T); all of it for T = 0.
fn follow(time: f64) -> f64 {
    1.0 - (-DT / time).exp()
}

/// A PID controller for each joint.
#[derive(Debug, Clone, PartialEq)]
pub struct Pid {
    gains: PidGains,
    follow: Pair, // of the target and of the velocity
    seen: (Pair, Pair, Pair),
    wanted: Pair,
    velocity: Pair,
    sum: Pair,
}

impl Pid {
    /// The same gains for both joints.
    pub fn new(gains: PidGains) -> Self {
        let none = [0.0; 2];
        let follow = [follow(gains.target), follow(gains.smooth)];
        let seen = (none, none, none);
        Self { gains, follow, seen, wanted: none, velocity: none, sum: none }
    }
}

impl Agent<Vec<f64>, Vec<f64>> for Pid {
    fn begin(&mut self, obs: &Vec<f64>) {
        self.seen = senses(obs);
        (self.wanted, self.velocity, self.sum) = (self.seen.0, self.seen.1, [0.0; 2]);
    }

    fn act(&mut self, _rng: &mut dyn Rng) -> Vec<f64> {
        let (y, v, target) = self.seen;
        motor([0, 1].map(|j| {
            self.wanted[j] += self.follow[0] * (target[j] - self.wanted[j]);
            self.velocity[j] += self.follow[1] * (v[j] - self.velocity[j]);
            let error = self.wanted[j] - y[j];
            let sum = self.sum[j] + error * DT;
            let torque = INERTIA[j] * pid(&self.gains, error, sum, self.velocity[j]);
            // While the motor is at its limit the sum would only wind up.
            if torque.abs() <= TORQUE {
                self.sum[j] = sum;
            }
            torque
        }))
    }

    fn observe(&mut self, _action: &Vec<f64>, step: &Step<Vec<f64>>, _rng: &mut dyn Rng) {
        self.seen = senses(&step.obs);
    }

    fn set_learning(&mut self, _learning: bool) {}
}
