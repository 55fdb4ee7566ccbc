//! [`Controller`]: from a list of gains to an agent.

use super::loops::{FRICTION, Loop};
use crate::aif::continuous::arm::ActiveArm;
use crate::aif::continuous::generalised::Precisions;
use crate::interaction::Agent;
use crate::rl::control::computed_torque::ComputedTorque;
use crate::rl::control::kalman::KalmanArm;
use crate::rl::control::pid::{Pid, PidGains};
use crate::rl::control::policy::LinearPolicy;

/// Who moves the arm. What its gains are, in this order:
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controller {
    /// p, d.
    Pd,
    /// p, i, d, time constant of the target.
    Pid,
    /// p, i, d, time constants of the target and of the velocity.
    PidFiltered,
    /// p, d.
    ComputedTorque,
    /// p, d, variances of velocity and disturbance.
    Kalman,
    /// α, k, p, r, w.
    Active,
    /// The same, and how late its sense is, in s.
    ActiveLate,
    /// Eight weights.
    Policy,
    /// Twelve weights.
    PolicyWithMemory,
}

/// The six of the contest.
pub const CONTEST: [Controller; 6] = [
    Controller::Pd,
    Controller::Pid,
    Controller::PidFiltered,
    Controller::ComputedTorque,
    Controller::Kalman,
    Controller::Active,
];

impl Controller {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pd => "PD",
            Self::Pid => "PID",
            Self::PidFiltered => "PIDF",
            Self::ComputedTorque => "computed torque",
            Self::Kalman => "Kalman + model",
            Self::Active => "active inference",
            Self::ActiveLate => "active inference, delay in the model",
            Self::Policy => "policy",
            Self::PolicyWithMemory => "policy with memory",
        }
    }

    /// An agent with these gains.
    ///
    /// # Panics
    /// When there are too few or too many.
    #[track_caller]
    pub fn agent(self, gains: &[f64]) -> Box<dyn Agent<Vec<f64>, Vec<f64>>> {
        match (self, gains) {
            (Self::Pd, &[p, d]) => {
                Box::new(Pid::new(PidGains { p, d, ..Default::default() }))
            }
            (Self::Pid, &[p, i, d, target]) => {
                Box::new(Pid::new(PidGains { p, i, d, target, smooth: 0.0 }))
            }
            (Self::PidFiltered, &[p, i, d, target, smooth]) => {
                Box::new(Pid::new(PidGains { p, i, d, target, smooth }))
            }
            (Self::ComputedTorque, &[p, d]) => Box::new(ComputedTorque::new(p, d)),
            (Self::Kalman, &[p, d, velocity, disturbance]) => {
                Box::new(KalmanArm::new(p, d, velocity, disturbance))
            }
            (Self::Active | Self::ActiveLate, _)
                if gains.len() == self.first_guess().len() =>
            {
                Box::new(ActiveArm::new(precisions(gains)))
            }
            (Self::Policy, weights) if weights.len() == 8 => {
                Box::new(LinearPolicy::new(weights))
            }
            (Self::PolicyWithMemory, weights) if weights.len() == 12 => {
                Box::new(LinearPolicy::new(weights))
            }
            _ => panic!(
                "{} gains for {}: it needs {}",
                gains.len(),
                self.name(),
                self.first_guess().len()
            ),
        }
    }

    /// The loop that it makes with the shoulder alone, for controllers that treat each joint by itself.
    ///
    /// # Panics
    /// When there are too few or too many gains.
    #[track_caller]
    pub fn shoulder_loop(self, gains: &[f64]) -> Option<Loop> {
        let pid = |gains| Some(Loop::pid(&gains, FRICTION));
        match (self, gains) {
            (Self::Pd, &[p, d]) => pid(PidGains { p, d, ..Default::default() }),
            (Self::Pid, &[p, i, d, target]) => {
                pid(PidGains { p, i, d, target, smooth: 0.0 })
            }
            (Self::PidFiltered, &[p, i, d, target, smooth]) => {
                pid(PidGains { p, i, d, target, smooth })
            }
            (Self::Active, _) => Some(Loop::active(&precisions(gains), FRICTION)),
            _ => None,
        }
    }

    /// Where the search for its gains begins: values that are neither good nor absurd.
    pub fn first_guess(self) -> Vec<f64> {
        match self {
            Self::Pd | Self::ComputedTorque => vec![300.0, 30.0],
            Self::Pid => vec![300.0, 1000.0, 30.0, 0.05],
            Self::PidFiltered => vec![300.0, 1000.0, 30.0, 0.05, 0.005],
            Self::Kalman => vec![300.0, 30.0, 1.0, 1000.0],
            Self::Active => vec![3.0, 100.0, 50.0, 30.0, 3.0],
            Self::ActiveLate => vec![3.0, 100.0, 50.0, 30.0, 3.0, 0.02],
            Self::Policy => vec![0.0; 8],
            Self::PolicyWithMemory => vec![0.0; 12],
        }
    }

    /// Whether its numbers are gains, which are above 0 and searched for by their logarithms; weights have any sign.
    pub fn positive(self) -> bool {
        !matches!(self, Self::Policy | Self::PolicyWithMemory)
    }
}

/// α, k, p, r, w, and perhaps the lateness.
///
/// # Panics
/// When there are not 5 or 6.
#[track_caller]
pub fn precisions(gains: &[f64]) -> Precisions {
    let n = gains.len();
    assert!(
        n == 5 || n == 6,
        "{n} numbers: give pull, action, position, velocity, dynamics, and perhaps late"
    );
    Precisions {
        pull: gains[0],
        action: gains[1],
        position: gains[2],
        velocity: gains[3],
        dynamics: gains[4],
        late: gains.get(5).copied().unwrap_or(0.0),
    }
}
