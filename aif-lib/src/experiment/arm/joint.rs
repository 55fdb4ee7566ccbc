//! One joint alone: a mass on a table, pushed by a force and by a load that nobody told.

use crate::prob::random::{Rng, normal};

/// A mass of 1 kg with friction b and a constant load d: ẍ = u + d − b ẋ.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Mass {
    /// Where it is.
    pub place: f64,
    /// How fast it moves.
    pub velocity: f64,
    /// Friction.
    pub friction: f64,
    /// The load.
    pub load: f64,
}

impl Mass {
    /// The mass a time later, under a force that stands still: velocity first, then place.
    pub fn push(mut self, force: f64, dt: f64) -> Self {
        self.velocity += dt * (force + self.load - self.friction * self.velocity);
        self.place += dt * self.velocity;
        self
    }
}

/// What is sensed and what is done, step by step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JointRecord {
    /// The places.
    pub place: Vec<f64>,
    /// The forces.
    pub force: Vec<f64>,
}

/// Lets a controller, from sensed place to force, move a mass for so many steps.
pub fn drive(
    mut mass: Mass,
    controller: &mut dyn FnMut(f64) -> f64,
    (dt, steps, noise): (f64, usize, f64),
    rng: &mut dyn Rng,
) -> JointRecord {
    let mut record = JointRecord::default();
    for _ in 0..steps {
        let force = controller(mass.place + normal(noise, rng));
        record.place.push(mass.place);
        record.force.push(force);
        mass = mass.push(force, dt);
    }
    record
}
