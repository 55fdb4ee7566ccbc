//! The pole on a cart: push left or right, and keep it up.
//!
//! Barto, Sutton & Anderson (1983) made it the test of the first actor-critic. The numbers here are theirs, in the form of
//! the Gymnasium library's `CartPole-v1`, which measures angles in radians and pays 1 for every step.

use crate::error::Result;
use crate::interaction::{Action, Bounds, End, Step, World};
use crate::prob::random::{Rng, uniform01};

/// Gravity, in m/s².
pub const GRAVITY: f64 = 9.8;
/// Mass of the cart, in kg.
pub const CART: f64 = 1.0;
/// Mass of the pole, in kg.
pub const POLE: f64 = 0.1;
/// Half the length of the pole, in m.
pub const HALF_LENGTH: f64 = 0.5;
/// The push, in N.
pub const FORCE: f64 = 10.0;
/// The time of one step, in s.
pub const DT: f64 = 0.02;
/// How far the cart may be from the middle, in m.
pub const TRACK: f64 = 2.4;
/// How far the pole may lean, in radians: 12 degrees.
pub const LEAN: f64 = 12.0 * std::f64::consts::PI / 180.0;
/// The usual limit of an episode, in steps.
pub const STEPS: usize = 500;
/// The actions by name.
pub const ACTIONS: [&str; 2] = ["push left", "push right"];

/// The cart and its pole: place x, speed ẋ, angle θ, angular speed θ̇.
///
/// It begins near the middle, each number uniform from −.05 to .05. Every step pays 1, also the last. It ends when the cart
/// leaves the track or the pole leans too far; wrap it in a [`TimeLimit`](crate::interaction::TimeLimit) of [`STEPS`].
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut cart = CartPole::at([0.0; 4]);
/// let mut rng = seeded(1);
/// let steps = (1..).find(|_| cart.step(1, &mut rng).end.is_some());
/// assert_eq!(steps, Some(9)); // always to the right, from rest
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CartPole {
    state: [f64; 4],
    over: bool,
}

impl CartPole {
    /// A cart in the middle, with the pole upright.
    pub fn new() -> Self {
        Self::default()
    }

    /// A cart in a given state.
    pub fn at(state: [f64; 4]) -> Self {
        Self { state, over: false }
    }

    /// Place, speed, angle, angular speed.
    pub fn state(&self) -> [f64; 4] {
        self.state
    }
}

/// The state after one push, without regard to the limits.
///
/// ```text
/// k = (F + m l θ̇² sin θ) / M,              M = cart + pole, m = pole, l = half its length, F = ±10
/// θ̈ = (g sin θ − k cos θ) / (l (4/3 − m cos² θ / M))
/// ẍ = k − m l θ̈ cos θ / M
/// ```
/// then one step of Euler: each number moves by dt times its old rate of change. Source: Barto, Sutton & Anderson (1983),
/// without their friction.
///
/// # Panics
/// When the action is not 0 or 1.
#[track_caller]
pub fn push([x, speed, angle, turn]: [f64; 4], action: Action) -> [f64; 4] {
    assert!(action < 2, "action {action}: push left or right, action 0 or 1");
    let force = if action == 1 { FORCE } else { -FORCE };
    let (sin, cos, mass) = (angle.sin(), angle.cos(), CART + POLE);
    let k = (force + POLE * HALF_LENGTH * turn * turn * sin) / mass;
    let lever = HALF_LENGTH * (4.0 / 3.0 - POLE * cos * cos / mass);
    let turning = (GRAVITY * sin - cos * k) / lever;
    let acceleration = k - POLE * HALF_LENGTH * turning * cos / mass;
    [x + DT * speed, speed + DT * acceleration, angle + DT * turn, turn + DT * turning]
}

/// The range of each number that matters for control: speeds beyond it are rare.
///
/// # Errors
/// None in practice: the bounds are fixed.
pub fn range() -> Result<Bounds> {
    Bounds::new(&[-TRACK, -3.0, -LEAN, -3.5], &[TRACK, 3.0, LEAN, 3.5])
}

impl World<Vec<f64>> for CartPole {
    fn action_space(&self) -> usize {
        ACTIONS.len()
    }

    /// Twice the limits for place and angle, since the last step goes beyond; no bounds for the speeds.
    fn observation_space(&self) -> Bounds {
        let high = [2.0 * TRACK, f64::INFINITY, 2.0 * LEAN, f64::INFINITY];
        Bounds::new(&high.map(|x| -x), &high).expect("fixed bounds")
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<f64> {
        *self = Self::at([(); 4].map(|()| 0.1 * uniform01(rng) - 0.05));
        self.state.to_vec()
    }

    fn step(&mut self, action: Action, _rng: &mut dyn Rng) -> Step<Vec<f64>> {
        assert!(!self.over, "the pole has fallen: call reset first");
        self.state = push(self.state, action);
        let [x, _, angle, _] = self.state;
        self.over = x.abs() > TRACK || angle.abs() > LEAN;
        Step {
            obs: self.state.to_vec(),
            reward: 1.0,
            end: self.over.then_some(End::Terminated),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::{TimeLimit, check_world};
    use crate::prob::random::seeded;

    #[test]
    fn ten_pushes_lead_where_the_published_equations_lead() {
        // From the specification, computed outside this crate.
        let mut state = [0.01, -0.02, 0.03, 0.04];
        for i in 0..10 {
            state = push(state, 1 - i % 2);
        }
        let expected = [0.025_170_770, -0.023_430_405, 0.016_253_614, 0.115_669_558];
        for (got, wanted) in state.iter().zip(expected) {
            assert!((got - wanted).abs() < 5e-10, "{state:?}");
        }
    }

    #[test]
    fn one_push_by_hand() {
        // At rest: k = 10/1.1, θ̈ = −k / (.5 (4/3 − .1/1.1)), ẍ = k − .05 θ̈ / 1.1.
        let k = 10.0 / 1.1;
        let turning = -k / (0.5 * (4.0 / 3.0 - 0.1 / 1.1));
        let state = push([0.0; 4], 1);
        assert!((state[3] - 0.02 * turning).abs() < 1e-12);
        assert!((state[1] - 0.02 * (k - 0.05 * turning / 1.1)).abs() < 1e-12);
        assert_eq!(
            (state[0], state[2]),
            (0.0, 0.0),
            "Euler: places move by the old speeds"
        );
    }

    #[test]
    fn it_keeps_the_rules_of_a_world() {
        let mut world = TimeLimit::new(CartPole::new(), STEPS);
        check_world(&mut world, STEPS, &mut seeded(3)).unwrap();
    }

    #[test]
    #[should_panic(expected = "the pole has fallen")]
    fn a_fallen_pole_stays_down() {
        let (mut cart, mut rng) = (CartPole::at([0.0, 0.0, 0.2, 3.0]), seeded(1));
        cart.step(0, &mut rng);
        cart.step(0, &mut rng);
    }
}
