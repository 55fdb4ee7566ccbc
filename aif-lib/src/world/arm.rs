//! A two-link arm that lies on a table, with torques at the shoulder and the elbow.
//!
//! Each link is a uniform rod. Without gravity, load and noise nothing here is random: q̈ follows from the torque by
//! Lagrange's equations, and time runs by the Runge-Kutta method of order 4.

use std::collections::VecDeque;

use crate::error::{Error, Result};
use crate::interaction::{Bounds, Step, World};
use crate::prob::random::{Rng, normal};

/// Two numbers: one for the shoulder, one for the elbow; or the coordinates of the hand.
pub type Pair = [f64; 2];

/// The time of one step of control, in s.
pub const DT: f64 = 0.01;
/// The largest torque of each joint, in N m.
pub const TORQUE: f64 = 10.0;
/// What each joint has to turn, roughly, in kg m²: all that a controller without a model knows of the body.
pub const INERTIA: Pair = [0.30, 0.03];
/// The deviation of the sense of angle, in rad.
pub const ANGLE_NOISE: f64 = 0.005;
/// The deviation of the sense of angular velocity, in rad/s.
pub const VELOCITY_NOISE: f64 = 0.05;

/// What the arm is made of, and what pulls at it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Body {
    /// Lengths of the upper arm and the forearm, in m.
    pub lengths: Pair,
    /// Their masses, in kg.
    pub masses: Pair,
    /// Viscous friction of each joint, in N m s.
    pub friction: Pair,
    /// A mass in the hand, in kg.
    pub load: f64,
    /// Acceleration along −y, in m/s²: 0 for an arm on a table.
    pub gravity: f64,
}

impl Default for Body {
    fn default() -> Self {
        Self {
            lengths: [0.5, 0.4],
            masses: [1.0, 0.5],
            friction: [0.5, 0.2],
            load: 0.0,
            gravity: 0.0,
        }
    }
}

impl Body {
    /// The three constants of the mass matrix: a, h and d.
    fn inertias(&self) -> [f64; 3] {
        let ([l1, l2], [m1, m2], load) = (self.lengths, self.masses, self.load);
        // A rod turns about its middle with m L² / 12, and its middle is half a length away.
        let own = |m: f64, l: f64| m * l * l / 12.0 + m * l * l / 4.0;
        let a = own(m1, l1) + own(m2, l2) + m2 * l1 * l1 + load * (l1 * l1 + l2 * l2);
        let h = m2 * l1 * l2 / 2.0 + load * l1 * l2;
        [a, h, own(m2, l2) + load * l2 * l2]
    }

    /// The mass matrix M(q): what torque it takes to accelerate each joint.
    ///
    /// ```text
    /// M = | a + 2 h cos q₂   d + h cos q₂ |     a = I₁ + I₂ + m₁ c₁² + m₂ (L₁² + c₂²),  c = L / 2,  I = m L² / 12
    ///     | d + h cos q₂     d            |     h = m₂ L₁ c₂,  d = I₂ + m₂ c₂²
    /// ```
    /// A load m in the hand adds m (L₁² + L₂²) to a, m L₁ L₂ to h and m L₂² to d. The angle of the shoulder is not in
    /// it: the arm may be turned as a whole.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// let [[m11, m12], _] = arm::Body::default().mass_matrix(0.0);
    /// assert!((m11 - 0.335).abs() < 1e-12 && (m12 - 0.23 / 3.0).abs() < 1e-12);
    /// ```
    pub fn mass_matrix(&self, elbow: f64) -> [Pair; 2] {
        let ([a, h, d], c) = (self.inertias(), elbow.cos());
        [[a + 2.0 * h * c, d + h * c], [d + h * c, d]]
    }

    /// The torques that the arm makes by itself while it moves: centrifugal, Coriolis, friction and gravity.
    ///
    /// ```text
    /// (−h sin q₂ (2 q̇₁ q̇₂ + q̇₂²), h sin q₂ q̇₁²) + b q̇ + ∂(potential energy)/∂q
    /// ```
    pub fn own_torques(&self, q: Pair, v: Pair) -> Pair {
        let hs = self.inertias()[1] * q[1].sin();
        let [shoulder, elbow] = self.weight(q);
        [
            -hs * (2.0 * v[0] * v[1] + v[1] * v[1])
                + self.friction[0] * v[0]
                + shoulder
                + elbow,
            hs * v[0] * v[0] + self.friction[1] * v[1] + elbow,
        ]
    }

    /// How gravity pulls at the shoulder through the upper arm's place, and at both joints through the forearm's.
    fn weight(&self, q: Pair) -> Pair {
        if self.gravity == 0.0 {
            return [0.0; 2]; // most arms lie on a table, and a cosine takes its time
        }
        let ([l1, l2], [m1, m2], load) = (self.lengths, self.masses, self.load);
        let elbow = self.gravity * (m2 * l2 / 2.0 + load * l2) * (q[0] + q[1]).cos();
        let shoulder = self.gravity * (m1 * l1 / 2.0 + (m2 + load) * l1) * q[0].cos();
        [shoulder, elbow]
    }

    /// The angular accelerations under a torque: q̈ = M(q)⁻¹ (τ − own torques).
    pub fn accelerations(&self, q: Pair, v: Pair, torque: Pair) -> Pair {
        let ([[m11, m12], [_, m22]], own) =
            (self.mass_matrix(q[1]), self.own_torques(q, v));
        let (x, y) = (torque[0] - own[0], torque[1] - own[1]);
        let det = m11 * m22 - m12 * m12;
        [(m22 * x - m12 * y) / det, (m11 * y - m12 * x) / det]
    }

    /// The torque that gives these accelerations: τ = M(q) q̈ + own torques.
    pub fn torque_for(&self, q: Pair, v: Pair, acceleration: Pair) -> Pair {
        let ([[m11, m12], [_, m22]], own) =
            (self.mass_matrix(q[1]), self.own_torques(q, v));
        let [x, y] = acceleration;
        [m11 * x + m12 * y + own[0], m12 * x + m22 * y + own[1]]
    }

    /// Kinetic and potential energy together, in J: ½ q̇ᵀ M q̇ + gravity.
    pub fn energy(&self, q: Pair, v: Pair) -> f64 {
        let [[m11, m12], [_, m22]] = self.mass_matrix(q[1]);
        let ([l1, l2], [m1, m2], load) = (self.lengths, self.masses, self.load);
        let kinetic =
            0.5 * (m11 * v[0] * v[0] + 2.0 * m12 * v[0] * v[1] + m22 * v[1] * v[1]);
        let elbow = l1 * q[0].sin();
        let forearm = (q[0] + q[1]).sin();
        let height = m1 * elbow / 2.0
            + m2 * (elbow + l2 / 2.0 * forearm)
            + load * (elbow + l2 * forearm);
        kinetic + self.gravity * height
    }

    /// Where the elbow and the hand are.
    pub fn joints(&self, q: Pair) -> [Pair; 2] {
        let [l1, l2] = self.lengths;
        let elbow = [l1 * q[0].cos(), l1 * q[0].sin()];
        let turn = q[0] + q[1];
        [elbow, [elbow[0] + l2 * turn.cos(), elbow[1] + l2 * turn.sin()]]
    }

    /// Where the hand is.
    pub fn hand(&self, q: Pair) -> Pair {
        self.joints(q)[1]
    }

    /// How the hand moves with each joint: J = ∂ hand / ∂q, rows x and y.
    pub fn jacobian(&self, q: Pair) -> [Pair; 2] {
        let [elbow, hand] = self.joints(q);
        [[-hand[1], elbow[1] - hand[1]], [hand[0], hand[0] - elbow[0]]]
    }

    /// The angles that put the hand there, with the elbow bent by 0 to π.
    ///
    /// ```text
    /// cos q₂ = (x² + y² − L₁² − L₂²) / (2 L₁ L₂),   q₁ = atan2(y, x) − atan2(L₂ sin q₂, L₁ + L₂ cos q₂)
    /// ```
    /// # Errors
    /// [`Error::Parameter`]: the hand does not get there.
    pub fn angles(&self, hand: Pair) -> Result<Pair> {
        let ([l1, l2], [x, y]) = (self.lengths, hand);
        let c = (x * x + y * y - l1 * l1 - l2 * l2) / (2.0 * l1 * l2);
        if !(-1.0..=1.0).contains(&c) {
            return Err(Error::Parameter {
                name: "the distance of this place from the shoulder",
                value: x.hypot(y),
                expected: "from the difference of both lengths to their sum: nearer or farther the hand does not get",
            });
        }
        let elbow = c.acos();
        Ok([y.atan2(x) - (l2 * elbow.sin()).atan2(l1 + l2 * c), elbow])
    }
}

/// The state after a time with a constant torque: one step of Runge and Kutta's method, error of order dt⁵.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (q, v) = arm::runge_kutta(&arm::Body::default(), [0.3, 0.9], [0.0, 0.0], [0.0, 0.0], 0.01);
/// assert_eq!((q, v), ([0.3, 0.9], [0.0, 0.0])); // on a table nothing moves by itself
/// ```
pub fn runge_kutta(body: &Body, q: Pair, v: Pair, torque: Pair, dt: f64) -> (Pair, Pair) {
    let go = |x: Pair, d: Pair, h: f64| [x[0] + h * d[0], x[1] + h * d[1]];
    let mean = |a: Pair, b: Pair, c: Pair, d: Pair| {
        [0, 1].map(|i| (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]) / 6.0)
    };
    let a1 = body.accelerations(q, v, torque);
    let v2 = go(v, a1, dt / 2.0);
    let a2 = body.accelerations(go(q, v, dt / 2.0), v2, torque);
    let v3 = go(v, a2, dt / 2.0);
    let a3 = body.accelerations(go(q, v2, dt / 2.0), v3, torque);
    let v4 = go(v, a3, dt);
    let a4 = body.accelerations(go(q, v3, dt), v4, torque);
    (go(q, mean(v, v2, v3, v4), dt), go(v, mean(a1, a2, a3, a4), dt))
}

/// What a motor makes of a torque: its two numbers, each cut off at ±10 N m.
pub fn motor(torque: Pair) -> Vec<f64> {
    torque.map(|x| x.clamp(-TORQUE, TORQUE)).to_vec()
}

/// What the arm shows, as (angles, angular velocities, wanted angles).
///
/// # Panics
/// When there are not six numbers.
#[track_caller]
pub fn senses(seen: &[f64]) -> (Pair, Pair, Pair) {
    match *seen {
        [a, b, c, d, e, f] => ([a, b], [c, d], [e, f]),
        _ => panic!("{} numbers: an arm shows six", seen.len()),
    }
}

/// The arm as a world: six numbers are seen, two torques are the action.
///
/// | seen | what |
/// |---|---|
/// | 0, 1 | the angles, with noise, perhaps late |
/// | 2, 3 | the angular velocities, with noise, perhaps late |
/// | 4, 5 | the angles that would put the hand of the *nominal* body on the target |
///
/// The reward of a step is minus the distance of the hand from the target, in m. It has no end of its own: wrap it in a
/// [`TimeLimit`](crate::interaction::TimeLimit). Torques reach from −10 to 10 N m: [`motor`] cuts off what is stronger.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut arm = Arm::new([0.5, 1.0], [0.3, 0.5])?;
/// let seen = arm.reset(&mut seeded(1));
/// let step = arm.step(vec![1.0, 0.0], &mut seeded(2));
/// assert_eq!((seen.len(), step.reward < 0.0), (6, true));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// What it really is made of.
    pub body: Body,
    /// By how much the noise of both senses is multiplied; 0 for none.
    pub noise: f64,
    /// How many steps late the senses are.
    pub delay: usize,
    /// The target jumps to this place after so many steps.
    pub jump: Option<(usize, Pair)>,
    start: Pair,
    first_target: Pair,
    target: Pair,
    wanted: Pair,
    state: (Pair, Pair),
    taken: usize,
    late: VecDeque<(Pair, Pair)>,
}

impl Arm {
    /// A nominal arm at rest at these angles, and a place that the hand should go to.
    ///
    /// # Errors
    /// As [`Body::angles`], with the nominal body; or an angle is not a finite number.
    pub fn new(start: Pair, target: Pair) -> Result<Self> {
        if let Some(index) = start.iter().position(|x| !x.is_finite()) {
            let (what, cure) =
                ("the angles of the start".into(), "an angle is a finite number");
            return Err(Error::BadEntry { what, index, value: start[index], cure });
        }
        Ok(Self {
            body: Body::default(),
            noise: 1.0,
            delay: 0,
            jump: None,
            start,
            first_target: target,
            target,
            wanted: Body::default().angles(target)?,
            state: (start, [0.0; 2]),
            taken: 0,
            late: VecDeque::new(),
        })
    }

    /// Angles and angular velocities, as they are.
    pub fn state(&self) -> (Pair, Pair) {
        self.state
    }

    /// Where the hand is.
    pub fn hand(&self) -> Pair {
        self.body.hand(self.state.0)
    }

    /// Where the target is.
    pub fn target(&self) -> Pair {
        self.target
    }

    /// How far the hand is from the target, in m.
    pub fn distance(&self) -> f64 {
        let ([x, y], [tx, ty]) = (self.hand(), self.target);
        (x - tx).hypot(y - ty)
    }

    fn seen(&mut self, rng: &mut dyn Rng) -> Vec<f64> {
        self.late.push_back(self.state);
        while self.late.len() > self.delay + 1 {
            self.late.pop_front();
        }
        let (q, v) = self.late[0];
        let (a, b) = (ANGLE_NOISE * self.noise, VELOCITY_NOISE * self.noise);
        vec![
            q[0] + normal(a, rng),
            q[1] + normal(a, rng),
            v[0] + normal(b, rng),
            v[1] + normal(b, rng),
            self.wanted[0],
            self.wanted[1],
        ]
    }
}

impl World<Vec<f64>, Vec<f64>> for Arm {
    fn action_space(&self) -> Bounds {
        Bounds::same(2, -TORQUE, TORQUE).expect("fixed bounds")
    }

    fn observation_space(&self) -> Bounds {
        Bounds::same(6, f64::NEG_INFINITY, f64::INFINITY).expect("fixed bounds")
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<f64> {
        self.state = (self.start, [0.0; 2]);
        (self.taken, self.target) = (0, self.first_target);
        self.wanted =
            Body::default().angles(self.target).expect("checked when it was made");
        self.late.clear();
        self.seen(rng)
    }

    fn step(&mut self, action: Vec<f64>, rng: &mut dyn Rng) -> Step<Vec<f64>> {
        let torque = match action[..] {
            [x, y] if x.abs() <= TORQUE && y.abs() <= TORQUE => [x, y],
            _ => panic!(
                "{action:?} is no torque: two numbers from -{TORQUE} to {TORQUE}; see arm::motor"
            ),
        };
        let (q, v) = self.state;
        self.state = runge_kutta(&self.body, q, v, torque, DT);
        self.taken += 1;
        if let Some((_, place)) = self.jump.filter(|(when, _)| *when == self.taken) {
            self.wanted = Body::default()
                .angles(place)
                .unwrap_or_else(|error| panic!("the target jumps out of reach: {error}"));
            self.target = place;
        }
        Step { obs: self.seen(rng), reward: -self.distance(), end: None }
    }
}
