//! The mountain car: a motor too weak for the hill, so the way to the goal begins by driving away from it.
//!
//! Moore (1990); in the form of Sutton & Barto (2018), Example 10.1, with three pushes, and in that of the Gymnasium library's
//! `MountainCarContinuous-v0`, with a force that is a real number and a reward that comes at the goal alone.

use crate::interaction::{Action, Bounds, End, Step, World};
use crate::prob::random::{Rng, uniform01};

/// The left wall and the right end of the road.
pub const ROAD: [f64; 2] = [-1.2, 0.6];
/// The highest speed.
pub const SPEED: f64 = 0.07;
/// How strongly the slope pulls.
pub const SLOPE: f64 = 0.0025;
/// The push of [`MountainCar`].
pub const PUSH: f64 = 0.001;
/// The place of its goal.
pub const GOAL: f64 = 0.5;
/// The push of [`ContinuousMountainCar`] at full force.
pub const POWER: f64 = 0.0015;
/// The place of its goal.
pub const CONTINUOUS_GOAL: f64 = 0.45;
/// What its goal pays.
pub const PRIZE: f64 = 100.0;
/// The usual limit of an episode of [`ContinuousMountainCar`], in steps.
pub const STEPS: usize = 999;
/// The actions of [`MountainCar`] by name.
pub const ACTIONS: [&str; 3] = ["reverse", "coast", "forward"];

/// The height of the road at a place: sin 3x.
pub fn height(x: f64) -> f64 {
    (3.0 * x).sin()
}

/// Place and speed after one step with a push.
///
/// ```text
/// ẋ′ = ẋ + push − .0025 cos 3x,   cut off at ± .07
/// x′ = x + ẋ′,                    cut off at the ends of the road
/// ```
/// At the left wall the speed becomes 0. Source: Sutton & Barto (2018), Example 10.1.
pub fn drive([x, speed]: [f64; 2], push: f64) -> [f64; 2] {
    let speed = (speed + push - SLOPE * (3.0 * x).cos()).clamp(-SPEED, SPEED);
    let x = (x + speed).clamp(ROAD[0], ROAD[1]);
    [x, if x == ROAD[0] { speed.max(0.0) } else { speed }]
}

fn observation_space() -> Bounds {
    Bounds::new(&[ROAD[0], -SPEED], &[ROAD[1], SPEED]).expect("fixed bounds")
}

/// In the valley, at rest.
fn start(rng: &mut dyn Rng) -> [f64; 2] {
    [-0.6 + 0.2 * uniform01(rng), 0.0]
}

/// A car with three pushes. Every step costs 1 until the goal is reached.
///
/// It begins at rest, uniform from −.6 to −.4. Nothing but the goal ends it: wrap it in a
/// [`TimeLimit`](crate::interaction::TimeLimit).
///
/// ```
/// # use aif_lib::prelude::*;
/// // Full power forward from the valley: it never gets there.
/// let (mut car, mut rng) = (MountainCar::at([-0.5, 0.0]), seeded(1));
/// assert!((0..1000).all(|_| car.step(2, &mut rng).end.is_none()));
/// // Pushing the way it moves does.
/// let mut car = MountainCar::at([-0.5, 0.0]);
/// let steps = (1..).find(|_| {
///     let push = if car.state()[1] < 0.0 { 0 } else { 2 };
///     car.step(push, &mut rng).end.is_some()
/// });
/// assert!(steps < Some(200));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MountainCar {
    state: [f64; 2],
    over: bool,
}

impl MountainCar {
    /// A car in the middle of the valley.
    pub fn new() -> Self {
        Self::at([-0.5, 0.0])
    }

    /// A car at a given place, with a given speed.
    pub fn at(state: [f64; 2]) -> Self {
        Self { state, over: false }
    }

    /// Place and speed.
    pub fn state(&self) -> [f64; 2] {
        self.state
    }
}

impl Default for MountainCar {
    fn default() -> Self {
        Self::new()
    }
}

impl World<Vec<f64>> for MountainCar {
    fn action_space(&self) -> usize {
        ACTIONS.len()
    }

    fn observation_space(&self) -> Bounds {
        observation_space()
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<f64> {
        *self = Self::at(start(rng));
        self.state.to_vec()
    }

    fn step(&mut self, action: Action, _rng: &mut dyn Rng) -> Step<Vec<f64>> {
        assert!(action < 3, "action {action}: reverse, coast or forward, action 0, 1 or 2");
        assert!(!self.over, "the car is at its goal: call reset first");
        self.state = drive(self.state, PUSH * (action as f64 - 1.0));
        self.over = self.state[0] >= GOAL;
        let end = self.over.then_some(End::Terminated);
        Step { obs: self.state.to_vec(), reward: -1.0, end }
    }
}

/// A car with a force from −1 to 1. The goal pays 100, and a step costs .1 times the square of its force: who finds nothing
/// learns to do nothing.
///
/// It begins as [`MountainCar`] does. The goal must be reached with a speed that is not negative. Wrap it in a
/// [`TimeLimit`](crate::interaction::TimeLimit) of [`STEPS`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ContinuousMountainCar(MountainCar);

impl ContinuousMountainCar {
    /// A car in the middle of the valley.
    pub fn new() -> Self {
        Self::default()
    }

    /// A car at a given place, with a given speed.
    pub fn at(state: [f64; 2]) -> Self {
        Self(MountainCar::at(state))
    }

    /// Place and speed.
    pub fn state(&self) -> [f64; 2] {
        self.0.state
    }
}

impl World<Vec<f64>, Vec<f64>> for ContinuousMountainCar {
    fn action_space(&self) -> Bounds {
        Bounds::same(1, -1.0, 1.0).expect("fixed bounds")
    }

    fn observation_space(&self) -> Bounds {
        observation_space()
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<f64> {
        World::reset(&mut self.0, rng)
    }

    fn step(&mut self, action: Vec<f64>, _rng: &mut dyn Rng) -> Step<Vec<f64>> {
        let fits = action.len() == 1 && action[0].abs() <= 1.0;
        assert!(fits, "force {action:?}: give one number from -1 to 1");
        assert!(!self.0.over, "the car is at its goal: call reset first");
        let [x, speed] = drive(self.0.state, POWER * action[0]);
        let over = x >= CONTINUOUS_GOAL && speed >= 0.0;
        self.0 = MountainCar { state: [x, speed], over };
        let reward = if over { PRIZE } else { 0.0 } - 0.1 * action[0] * action[0];
        Step { obs: vec![x, speed], reward, end: over.then_some(End::Terminated) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::{TimeLimit, check_world};
    use crate::prob::random::seeded;

    #[test]
    fn one_step_by_hand() {
        // cos(−1.5) = .070737201668: ẋ′ = .001 − .000176843004, x′ = −.5 + ẋ′.
        let (mut car, mut rng) = (MountainCar::at([-0.5, 0.0]), seeded(1));
        let step = car.step(2, &mut rng);
        assert!((step.obs[1] - 0.000_823_156_996).abs() < 1e-12, "{step:?}");
        assert!((step.obs[0] + 0.499_176_843_004).abs() < 1e-12, "{step:?}");
        assert_eq!((step.reward, step.end), (-1.0, None));
        // Half a force: ẋ′ = .00075 − .000176843004; the cost is .1 · .25.
        let mut car = ContinuousMountainCar::at([-0.5, 0.0]);
        let step = car.step(vec![0.5], &mut rng);
        assert!((step.obs[1] - 0.000_573_156_996).abs() < 1e-12, "{step:?}");
        assert!((step.reward + 0.025).abs() < 1e-15);
    }

    #[test]
    fn walls_and_goals_are_where_they_are_published() {
        assert_eq!(drive([-1.19, -0.06], -PUSH), [-1.2, 0.0], "the left wall stops it");
        assert_eq!(drive([0.0, 0.07], 1.0)[1], SPEED);
        let mut rng = seeded(1);
        let step = MountainCar::at([0.49, 0.05]).step(1, &mut rng);
        assert_eq!((step.reward, step.end), (-1.0, Some(End::Terminated)));
        assert_eq!(MountainCar::at([0.44, 0.05]).step(1, &mut rng).end, None);
        let step = ContinuousMountainCar::at([0.44, 0.05]).step(vec![-1.0], &mut rng);
        assert_eq!((step.reward, step.end), (99.9, Some(End::Terminated)));
        let back = ContinuousMountainCar::at([0.5, -0.01]).step(vec![0.0], &mut rng);
        assert_eq!((back.reward, back.end), (0.0, None), "it rolls away from the goal");
    }

    #[test]
    fn they_keep_the_rules_of_a_world() {
        let mut world = TimeLimit::new(MountainCar::new(), 200);
        check_world(&mut world, 200, &mut seeded(3)).unwrap();
        let mut world = TimeLimit::new(ContinuousMountainCar::new(), STEPS);
        check_world(&mut world, STEPS, &mut seeded(3)).unwrap();
    }
}
