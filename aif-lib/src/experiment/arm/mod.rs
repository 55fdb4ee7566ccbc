//! Controllers of the arm, compared: what a reach costs, under which conditions, and with whose gains.
//!
//! | file | what |
//! |---|---|
//! | here | tasks, conditions, and what a reach costs |
//! | [`controllers`] | six controllers and two policies, made from a list of gains |
//! | [`mod@tune`] | a list of gains for each, found by the same search |
//! | [`loops`] | the loop of one joint: poles and the margin for delay |
//! | [`joint`] | one joint alone: a mass on a table |

pub mod controllers;
pub mod joint;
pub mod loops;
pub mod tune;
mod tuned;

pub use controllers::{CONTEST, Controller};
pub use tune::{Search, tune};

use crate::aif::continuous::arm::ActiveArm;
use crate::error::Result;
use crate::interaction::{Agent, World};
use crate::prob::random::{Rng, stream, uniform01};
use crate::world::arm::{Arm, Body, DT, Pair};

/// The steps of a reach: 4 s.
pub const STEPS: usize = 400;
/// The target jumps after so many steps, if it jumps.
pub const JUMP: usize = 200;
/// A hand that stays nearer than this has arrived, in m.
pub const NEAR: f64 = 0.02;
/// What a (N m)² s of torque costs, in m s².
pub const EFFORT: f64 = 0.001;

/// What is different from the nominal arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condition {
    /// Each reach has its own body: with probability ½ a load of up to 1 kg, with probability ½ gravity of up to
    /// 4 m/s², and friction times e^x, x from −1 to 1.
    pub mixed: bool,
    /// Gravity, in m/s².
    pub gravity: f64,
    /// A load in the hand, in kg.
    pub load: f64,
    /// By how much the forearm is longer than believed.
    pub forearm: f64,
    /// By how much the noise of the senses is multiplied.
    pub noise: f64,
    /// How late the senses are, in steps of 10 ms.
    pub delay: usize,
    /// The target jumps to another place after half of the time.
    pub jump: bool,
}

impl Default for Condition {
    fn default() -> Self {
        Self {
            mixed: false,
            gravity: 0.0,
            load: 0.0,
            forearm: 1.0,
            noise: 1.0,
            delay: 0,
            jump: false,
        }
    }
}

/// A place for the hand: radius from .35 to .8 m, angle from 0 to π, both uniform.
pub fn place(rng: &mut dyn Rng) -> Pair {
    let (radius, angle) =
        (0.35 + 0.45 * uniform01(rng), std::f64::consts::PI * uniform01(rng));
    [radius * angle.cos(), radius * angle.sin()]
}

impl Condition {
    /// A random reach under this condition. The same generator gives the same start and target under each.
    ///
    /// # Errors
    /// None in practice: all places are within reach.
    pub fn arm(&self, rng: &mut dyn Rng) -> Result<Arm> {
        let nominal = Body::default();
        let (start, target, next) = (place(rng), place(rng), place(rng));
        let mut arm = Arm::new(nominal.angles(start)?, target)?;
        let mut body = Body { load: self.load, gravity: self.gravity, ..nominal };
        body.lengths[1] *= self.forearm;
        if self.mixed {
            let mut half = |most: f64| {
                let (there, much) = (uniform01(rng) < 0.5, uniform01(rng));
                if there { most * much } else { 0.0 }
            };
            (body.load, body.gravity) = (half(1.0), half(4.0));
            let factor = (2.0 * uniform01(rng) - 1.0).exp();
            body.friction = body.friction.map(|b| b * factor);
        }
        (arm.body, arm.noise, arm.delay) = (body, self.noise, self.delay);
        arm.jump = self.jump.then_some((JUMP, next));
        Ok(arm)
    }
}

/// What a reach has cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// Σ (t · distance + [`EFFORT`] · |τ|²) dt, in m s²; t counts from the last change of the target.
    pub cost: f64,
    /// The mean distance in the last half second, in m.
    pub error: f64,
    /// After how long the hand is near for good, in s, counted as the cost does; all of the time if it never is.
    pub settled: f64,
    /// Σ |τ|² dt, in (N m)² s.
    pub energy: f64,
}

/// Lets an agent reach, for 4 s.
///
/// A torque that is no number ends it, with an infinite cost: that is what unstable gains are worth.
pub fn reach(
    arm: &mut Arm,
    agent: &mut dyn Agent<Vec<f64>, Vec<f64>>,
    rng: &mut dyn Rng,
) -> Reach {
    reach_below(arm, agent, rng, f64::INFINITY)
}

/// As [`reach`], but it ends where its cost is above the limit, with what it has cost so far.
fn reach_below(
    arm: &mut Arm,
    agent: &mut dyn Agent<Vec<f64>, Vec<f64>>,
    rng: &mut dyn Rng,
    limit: f64,
) -> Reach {
    let mut reach = Reach { cost: 0.0, error: 0.0, settled: 0.0, energy: 0.0 };
    agent.begin(&arm.reset(rng));
    let jump = arm.jump.map(|(when, _)| when);
    let mut time = 0.0;
    for k in 1..=STEPS {
        let torque = agent.act(rng);
        if torque.iter().any(|x| x.is_nan()) {
            let lost = f64::INFINITY;
            return Reach { cost: lost, error: lost, settled: time, energy: lost };
        }
        let effort = torque.iter().map(|x| x * x).sum::<f64>() * DT;
        let step = arm.step(torque.clone(), rng);
        agent.observe(&torque, &step, rng);
        time += DT;
        if jump == Some(k) {
            (time, reach.settled) = (0.0, 0.0);
        }
        let far = -step.reward;
        reach.cost += time * far * DT + EFFORT * effort;
        if reach.cost > limit {
            break;
        }
        reach.energy += effort;
        if far > NEAR {
            reach.settled = time;
        }
        if k > STEPS - 50 {
            reach.error += far / 50.0;
        }
    }
    reach
}

/// So many reaches under a condition. Reach i has the same task and the same noise, whoever controls the arm.
///
/// # Panics
/// When the list of gains has another length than the controller needs.
#[track_caller]
pub fn reaches(
    controller: Controller,
    gains: &[f64],
    condition: &Condition,
    n: usize,
    seed: u64,
) -> Vec<Reach> {
    let one = |i: u64| {
        let mut rng = stream(seed, i);
        let mut arm = condition.arm(&mut rng).expect("all places are within reach");
        reach(&mut arm, controller.agent(gains).as_mut(), &mut rng)
    };
    (0..n as u64).map(one).collect()
}

/// One number of each reach.
pub fn each(reaches: &[Reach], number: fn(&Reach) -> f64) -> Vec<f64> {
    reaches.iter().map(number).collect()
}

/// A moment of a reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// When, in s.
    pub time: f64,
    /// The true angles.
    pub angles: Pair,
    /// The true angular velocities.
    pub velocities: Pair,
    /// The angles in which the agent believes.
    pub belief: Pair,
    /// The torque that led here.
    pub torque: Pair,
    /// How far the hand is from the target, in m.
    pub distance: f64,
}

/// A reach of an active arm, moment by moment, from its start on.
pub fn film(
    arm: &mut Arm,
    agent: &mut ActiveArm,
    steps: usize,
    rng: &mut dyn Rng,
) -> Vec<Moment> {
    agent.begin(&arm.reset(rng));
    let moment = |arm: &Arm, agent: &ActiveArm, k: usize, torque: Pair| {
        let (angles, velocities) = arm.state();
        let (time, belief) = (k as f64 * DT, agent.angles());
        Moment { time, angles, velocities, belief, torque, distance: arm.distance() }
    };
    let mut film = vec![moment(arm, agent, 0, [0.0; 2])];
    for k in 1..=steps {
        let torque = agent.act(rng);
        let step = arm.step(torque.clone(), rng);
        agent.observe(&torque, &step, rng);
        film.push(moment(arm, agent, k, [torque[0], torque[1]]));
    }
    film
}
