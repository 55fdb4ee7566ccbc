//! [`KalmanArm`]: first an estimate that does not know the goal, then an action that trusts the estimate.

use crate::interaction::{Agent, Step};
use crate::prob::random::Rng;
use crate::world::arm::{ANGLE_NOISE, Body, DT, Pair, VELOCITY_NOISE, motor, senses};

type Square = [[f64; 3]; 3];

fn times(a: &Square, b: &Square) -> Square {
    [0, 1, 2].map(|i| [0, 1, 2].map(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
}

/// The gain at which the filter of one joint settles, from the variances that the velocity and the disturbance gain
/// in a second: one row each for angle, velocity, and disturbance; one column for each sense.
///
/// ```text
/// P ← F P Fᵀ + Q,  K = P Hᵀ (H P Hᵀ + R)⁻¹,  P ← (I − K H) P,  again and again
/// ```
/// F moves the angle by the velocity and the velocity by the disturbance; H sees angle and velocity. Source: Kalman (1960).
pub fn steady_gain(velocity: f64, disturbance: f64) -> [[f64; 2]; 3] {
    let f = [[1.0, DT, DT * DT / 2.0], [0.0, 1.0, DT], [0.0, 0.0, 1.0]];
    let transposed = [0, 1, 2].map(|i| [0, 1, 2].map(|j| f[j][i]));
    let (mut p, mut gain) =
        ([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], [[0.0; 2]; 3]);
    for _ in 0..2000 {
        p = times(&times(&f, &p), &transposed);
        p[1][1] += velocity * DT;
        p[2][2] += disturbance * DT;
        let (a, b) = (p[0][0] + ANGLE_NOISE.powi(2), p[1][1] + VELOCITY_NOISE.powi(2));
        let (c, det) = (p[0][1], a * b - p[0][1] * p[0][1]);
        let row = |x: f64, y: f64| [(x * b - y * c) / det, (y * a - x * c) / det];
        let next = [0, 1, 2].map(|i| row(p[i][0], p[i][1]));
        let minus = [0, 1, 2].map(|i| {
            [0, 1, 2].map(|j| f64::from(i == j) - if j < 2 { next[i][j] } else { 0.0 })
        });
        p = times(&minus, &p);
        let moved = (0..3).flat_map(|i| [0, 1].map(|j| (next[i][j] - gain[i][j]).abs()));
        let still = moved.fold(0.0, f64::max) < 1e-13;
        gain = next;
        if still {
            break;
        }
    }
    gain
}

/// A Kalman filter for angle, velocity, and an unknown disturbance of each joint; a model of the arm; a PD law on the
/// estimate, with the disturbance taken off.
///
/// ```text
/// q̂, v̂, d̂ ← predicted with the model and the last torque, then corrected by K (seen − predicted)
/// τ = M(q̂) (p (wanted − q̂) − d v̂ − d̂) + own torques(q̂, v̂)
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct KalmanArm {
    p: f64,
    d: f64,
    gain: [[f64; 2]; 3],
    angle: Pair,
    velocity: Pair,
    disturbance: Pair,
    wanted: Pair,
    torque: Pair,
}

impl KalmanArm {
    /// A controller with these gains, and the variances that its filter expects velocity and disturbance to gain in a
    /// second.
    pub fn new(p: f64, d: f64, velocity: f64, disturbance: f64) -> Self {
        let gain = steady_gain(velocity, disturbance);
        let none = [0.0; 2];
        Self {
            p,
            d,
            gain,
            angle: none,
            velocity: none,
            disturbance: none,
            wanted: none,
            torque: none,
        }
    }

    /// What it takes the angles to be.
    pub fn angles(&self) -> Pair {
        self.angle
    }
}

impl Agent<Vec<f64>, Vec<f64>> for KalmanArm {
    fn begin(&mut self, obs: &Vec<f64>) {
        (self.angle, self.velocity, self.wanted) = senses(obs);
        (self.disturbance, self.torque) = ([0.0; 2], [0.0; 2]);
    }

    fn act(&mut self, _rng: &mut dyn Rng) -> Vec<f64> {
        let (q, v) = (self.angle, self.velocity);
        let asked = [0, 1].map(|j| {
            self.p * (self.wanted[j] - q[j]) - self.d * v[j] - self.disturbance[j]
        });
        let torque = motor(Body::default().torque_for(q, v, asked));
        self.torque = [torque[0], torque[1]];
        torque
    }

    fn observe(&mut self, _action: &Vec<f64>, step: &Step<Vec<f64>>, _rng: &mut dyn Rng) {
        let (y, v, wanted) = senses(&step.obs);
        let model = Body::default().accelerations(self.angle, self.velocity, self.torque);
        for j in 0..2 {
            let a = model[j] + self.disturbance[j];
            self.angle[j] += DT * self.velocity[j] + DT * DT / 2.0 * a;
            self.velocity[j] += DT * a;
            let error = [y[j] - self.angle[j], v[j] - self.velocity[j]];
            let pull = self.gain.map(|row| row[0] * error[0] + row[1] * error[1]);
            self.angle[j] += pull[0];
            self.velocity[j] += pull[1];
            self.disturbance[j] += pull[2];
        }
        self.wanted = wanted;
    }

    fn set_learning(&mut self, _learning: bool) {}
}
