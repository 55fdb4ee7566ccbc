//! The reflex: action lowers free energy by changing what is sensed. Dual: [`crate::rl::control::pid`].

/// The belief with the lowest free energy, between what is sensed and what is expected.
///
/// ```text
/// μ* = (π_z y + π_w ξ) / (π_z + π_w)
/// ```
/// `sensed` is y with precision π_z, `goal` is ξ with precision π_w.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(reflex::belief(20.0, 24.0, 1.0, 3.0), 23.0);
/// ```
pub fn belief(sensed: f64, goal: f64, sense: f64, prior: f64) -> f64 {
    (sense * sensed + prior * goal) / (sense + prior)
}

/// Free energy without its constants: both errors, each squared and weighted with its precision.
///
/// ```text
/// F(μ) = ½ π_z (y − μ)² + ½ π_w (μ − ξ)²
/// ```
pub fn free_energy(belief: f64, sensed: f64, goal: f64, sense: f64, prior: f64) -> f64 {
    0.5 * sense * (sensed - belief).powi(2) + 0.5 * prior * (belief - goal).powi(2)
}

/// How fast action changes, when each sense rises one for one with it: down the slope of F.
///
/// ```text
/// ȧ = −∂F/∂a = −Σᵢ πᵢ εᵢ,   εᵢ = sensed − believed, for position, velocity, acceleration ...
/// ```
/// The brain need not know what its muscles do; the reflex needs the sign. Source: Friston, Daunizeau, Kilner & Kiebel
/// (2010).
///
/// # Panics
/// When there is not one error for each precision.
#[track_caller]
pub fn reflex(precisions: &[f64], errors: &[f64]) -> f64 {
    assert!(precisions.len() == errors.len(), "reflex: one error for each precision");
    -precisions.iter().zip(errors).map(|(p, e)| p * e).sum::<f64>()
}

/// A belief clamped at a goal that rests, and the reflex on position, velocity and acceleration.
///
/// Velocity and acceleration are backward differences of what is sensed. The sum of the reflex over time is then a PID
/// controller on the measurement: precision of position is the *integral* gain, of velocity the proportional one, of
/// acceleration the one on the derivative. Source: Baltieri & Buckley (2019).
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut thermostat = Clamped::new(4.0, [1.0, 0.0, 0.0]);
/// assert_eq!(thermostat.act(0.0, 0.5), 2.0); // a = 0 + .5 (4 − 0)
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Clamped {
    goal: f64,
    precisions: [f64; 3],
    action: f64,
    last: Option<(f64, f64)>,
}

impl Clamped {
    /// A belief that stays at the goal, with the precisions of position, velocity and acceleration.
    pub fn new(goal: f64, precisions: [f64; 3]) -> Self {
        Self { goal, precisions, action: 0.0, last: None }
    }

    /// Senses, and returns the action: it was changed for a time `dt`.
    pub fn act(&mut self, sensed: f64, dt: f64) -> f64 {
        let (before, slower) = self.last.unwrap_or((sensed, 0.0));
        let velocity = (sensed - before) / dt;
        let errors = [sensed - self.goal, velocity, (velocity - slower) / dt];
        self.action += dt * reflex(&self.precisions, &errors);
        self.last = Some((sensed, velocity));
        self.action
    }
}
