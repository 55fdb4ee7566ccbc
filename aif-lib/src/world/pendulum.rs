//! The pendulum with a weak motor: swing it up and hold it there.
//!
//! The torque is a real number, so an agent cannot try every action. The numbers are those of the Gymnasium library's
//! `Pendulum-v1`.

use std::f64::consts::{PI, TAU};

use crate::interaction::{Bounds, Step, World};
use crate::prob::random::{Rng, uniform01};

/// Gravity, in m/s².
pub const GRAVITY: f64 = 10.0;
/// Mass of the rod, in kg.
pub const MASS: f64 = 1.0;
/// Length of the rod, in m.
pub const LENGTH: f64 = 1.0;
/// The time of one step, in s.
pub const DT: f64 = 0.05;
/// The strongest torque, in N m; too weak to lift the rod in one go.
pub const TORQUE: f64 = 2.0;
/// The highest angular speed, in rad/s.
pub const SPEED: f64 = 8.0;
/// The usual limit of an episode, in steps.
pub const STEPS: usize = 200;

/// A rod on a hinge: angle θ from upright, angular speed θ̇.
///
/// It begins anywhere, θ uniform from −π to π, θ̇ from −1 to 1, and never ends by itself: wrap it in a
/// [`TimeLimit`](crate::interaction::TimeLimit) of [`STEPS`]. An agent sees (cos θ, sin θ, θ̇), which does not jump where an
/// angle passes π. A step pays minus its [`cost`].
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut rod, mut rng) = (Pendulum::at([0.0, 0.0]), seeded(1));
/// let step = rod.step(vec![0.0], &mut rng);
/// assert_eq!((step.obs, step.reward), (vec![1.0, 0.0, 0.0], 0.0)); // upright and still: it stays, and costs nothing
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pendulum {
    state: [f64; 2],
}

impl Pendulum {
    /// An upright rod.
    pub fn new() -> Self {
        Self::default()
    }

    /// A rod in a given state: angle from upright, angular speed.
    pub fn at(state: [f64; 2]) -> Self {
        Self { state }
    }

    /// Angle from upright, which grows on with every turn, and angular speed.
    pub fn state(&self) -> [f64; 2] {
        self.state
    }

    fn look(&self) -> Vec<f64> {
        let [angle, speed] = self.state;
        vec![angle.cos(), angle.sin(), speed]
    }
}

/// The same angle, from −π to below π.
pub fn wrapped(angle: f64) -> f64 {
    (angle + PI).rem_euclid(TAU) - PI
}

/// What a step costs: θ² + .1 θ̇² + .001 u², of the state in which the torque u begins to act, θ from −π to π.
pub fn cost([angle, speed]: [f64; 2], torque: f64) -> f64 {
    wrapped(angle).powi(2) + 0.1 * speed * speed + 0.001 * torque * torque
}

/// The state after one step.
///
/// ```text
/// θ̇′ = θ̇ + (3 g / (2 l) sin θ + 3 / (m l²) u) dt,   cut off at ± 8
/// θ′ = θ + θ̇′ dt
/// ```
/// The new speed moves the angle (semi-implicit Euler). A rod turns about its end with inertia m l² / 3.
pub fn swing([angle, speed]: [f64; 2], torque: f64) -> [f64; 2] {
    let push = 3.0 * torque / (MASS * LENGTH * LENGTH);
    let turning = 3.0 * GRAVITY / (2.0 * LENGTH) * angle.sin() + push;
    let speed = (speed + turning * DT).clamp(-SPEED, SPEED);
    [angle + speed * DT, speed]
}

impl World<Vec<f64>, Vec<f64>> for Pendulum {
    fn action_space(&self) -> Bounds {
        Bounds::same(1, -TORQUE, TORQUE).expect("fixed bounds")
    }

    fn observation_space(&self) -> Bounds {
        let high = [1.0, 1.0, SPEED];
        Bounds::new(&high.map(|x| -x), &high).expect("fixed bounds")
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<f64> {
        self.state = [PI, 1.0].map(|high| high * (2.0 * uniform01(rng) - 1.0));
        self.look()
    }

    fn step(&mut self, action: Vec<f64>, _rng: &mut dyn Rng) -> Step<Vec<f64>> {
        let fits = action.len() == 1 && action[0].abs() <= TORQUE;
        assert!(fits, "torque {action:?}: give one number from -{TORQUE} to {TORQUE}");
        let reward = -cost(self.state, action[0]);
        self.state = swing(self.state, action[0]);
        Step { obs: self.look(), reward, end: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::{TimeLimit, check_world};
    use crate::prob::random::seeded;

    #[test]
    fn five_torques_lead_where_the_published_equations_lead() {
        // Computed outside this crate, from Gymnasium's source.
        let (mut rod, mut rng) = (Pendulum::at([PI - 0.1, 0.0]), seeded(1));
        let total: f64 = (0..5).map(|_| rod.step(vec![1.0], &mut rng).reward).sum();
        let [angle, speed] = rod.state();
        assert!((angle - 3.195_966_286).abs() < 5e-10, "{angle}");
        assert!((speed - 0.962_613_152).abs() < 5e-10, "{speed}");
        assert!((total + 47.647_281_488).abs() < 5e-10, "{total}");
    }

    #[test]
    fn one_step_by_hand() {
        // Level, at rest: θ̇′ = (15 + 3·2) / 20 = 1.05, θ′ = π/2 + .0525, cost (π/2)² + .004.
        let [angle, speed] = swing([PI / 2.0, 0.0], 2.0);
        assert!((speed - 1.05).abs() < 1e-12 && (angle - PI / 2.0 - 0.0525).abs() < 1e-12);
        assert!((cost([PI / 2.0, 0.0], 2.0) - PI * PI / 4.0 - 0.004).abs() < 1e-12);
        assert_eq!(swing([PI / 2.0, 7.9], 2.0)[1], SPEED, "the speed is cut off");
        // A turn and a half is half a turn.
        assert!((cost([-3.0 * PI, 1.0], 0.0) - PI * PI - 0.1).abs() < 1e-9);
    }

    #[test]
    fn it_keeps_the_rules_of_a_world() {
        let mut world = TimeLimit::new(Pendulum::new(), STEPS);
        let ends = check_world(&mut world, STEPS, &mut seeded(3)).unwrap();
        assert_eq!(ends.terminated, 0, "it never ends by itself");
    }
}
