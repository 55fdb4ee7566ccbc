//! [`MazeRat`]: within a day all do the same; they differ in what they carry over night.

use crate::prob::info::xlogx;
use crate::task::block_maze::{after_cue, look_gain};
use crate::world::block_maze::{Day, Weeks};

/// What a rat carries from one day to the next.
#[derive(Debug, Clone, PartialEq)]
pub enum Carry {
    /// Nothing: every morning both sides are equally likely.
    Nothing,
    /// It is told the context. No animal is: this is what could be earned.
    Context,
    /// Counts of the sides so far, from one of each. They never fade: a Dirichlet prior on D, learned without forgetting.
    Counts,
    /// A running mean of the sides with this rate.
    Leak(f64),
    /// A belief about the context: two clocks.
    TwoLevels(Clock),
    /// The same, with hazard and dominance not known: a belief over a grid of pairs (hazard, dominance), and an exact
    /// belief about the context in each.
    Learns(Vec<(f64, f64)>),
}

/// How a rat with two levels runs its slow clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clock {
    /// The hazard that it believes in.
    pub hazard: f64,
    /// When B2 is applied. Default: [`Ticks::Trial`].
    pub ticks: Ticks,
    /// Whether the cue goes up beside the side, though the side explains it. Default no; it is a mistake.
    pub cue_again: bool,
}

impl Clock {
    /// The right one, for a hazard.
    pub fn new(hazard: f64) -> Self {
        Self { hazard, ticks: Ticks::Trial, cue_again: false }
    }

    /// The same with other ticks.
    pub fn ticking(self, ticks: Ticks) -> Self {
        Self { ticks, ..self }
    }
}

/// When B2 is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ticks {
    /// Once a trial, after the correction: right.
    Trial,
    /// At each moment of a trial: three with a look, two without.
    Moment,
    /// Once a trial, before the correction.
    Before,
    /// At every third moment, counted over a whole life, in which a trial without a look has two: it drifts.
    Drift,
}

/// What a rat did on one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// The belief in the morning that food is left.
    pub morning: f64,
    /// The belief in the morning that these are left weeks; NaN for who has none.
    pub context: f64,
    /// Whether it looked at the cue.
    pub looked: bool,
    /// The arm that it went to.
    pub arm: usize,
    /// Whether it read the sign.
    pub read: bool,
    /// What it earned.
    pub reward: f64,
}

/// A rat that looks when it pays, goes where food is more likely, and carries something over night.
#[derive(Debug, Clone, PartialEq)]
pub struct MazeRat {
    weeks: Weeks,
    carry: Carry,
    weights: Vec<f64>, // of each pair of the grid, for `Learns`
    q: Vec<f64>,       // what is carried: a belief, a mean or counts
    reads: Option<f64>,
    moments: usize,
}

impl MazeRat {
    /// A rat that knows all numbers of its world, apart from what it has to carry.
    pub fn new(weeks: Weeks, carry: Carry) -> Self {
        let (q, weights) = match &carry {
            Carry::Counts => (vec![1.0, 1.0], vec![]),
            Carry::Learns(grid) => {
                (vec![0.5; grid.len()], vec![1.0 / grid.len() as f64; grid.len()])
            }
            _ => (vec![0.5], vec![]),
        };
        Self { weeks, carry, weights, q, reads: None, moments: 0 }
    }

    /// The same rat beside a sign, which it reads when that teaches more about the context than `w` · cost, in nats.
    ///
    /// # Panics
    /// When it has not two levels: then it has no context to be curious about.
    pub fn reading(self, w: f64) -> Self {
        assert!(
            matches!(self.carry, Carry::TwoLevels(_)),
            "only a rat with Carry::TwoLevels has a context to read about"
        );
        Self { reads: Some(w), ..self }
    }

    /// The rat's belief that these are left weeks; NaN if it has none.
    pub fn context(&self) -> f64 {
        match &self.carry {
            Carry::TwoLevels(_) => self.q[0],
            Carry::Learns(_) => self.weights.iter().zip(&self.q).map(|(w, q)| w * q).sum(),
            _ => f64::NAN,
        }
    }

    /// What it believes of each pair of its grid; empty if it has none.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The belief in the morning that food is left.
    fn morning(&self, day: &Day) -> f64 {
        let side = |dominance: f64, q: f64| dominance * q + (1.0 - dominance) * (1.0 - q);
        match &self.carry {
            Carry::Nothing => 0.5,
            Carry::Context => side(self.weeks.dominance, f64::from(day.context == 0)),
            Carry::Counts => self.q[0] / (self.q[0] + self.q[1]),
            Carry::Leak(_) => self.q[0],
            Carry::TwoLevels(_) => side(self.weeks.dominance, self.q[0]),
            Carry::Learns(grid) => {
                let each = grid.iter().zip(&self.q).map(|((_, d), q)| side(*d, *q));
                self.weights.iter().zip(each).map(|(w, b)| w * b).sum()
            }
        }
    }

    /// One day.
    pub fn trial(&mut self, day: &Day) -> Trial {
        let (weeks, morning, context) = (self.weeks, self.morning(day), self.context());
        let looked = look_gain(morning, weeks.reliability, weeks.cost) > 1e-12;
        let b =
            if looked { after_cue(morning, weeks.reliability, day.cue) } else { morning };
        let undecided = (b - 0.5).abs() < 1e-12;
        let arm = usize::from(if undecided { day.coin < 0.5 } else { b < 0.5 });
        let food = if arm == day.side { 1.0 } else { -1.0 };
        let read = self.evening(day, looked);
        let paid = |yes: bool, cost: f64| if yes { cost } else { 0.0 };
        let reward = food - paid(looked, weeks.cost) - paid(read, weeks.sign_cost);
        Trial { morning, context, looked, arm, read, reward }
    }

    /// What the day leaves behind; whether the sign was read.
    fn evening(&mut self, day: &Day, looked: bool) -> bool {
        match &self.carry {
            Carry::Nothing | Carry::Context => {}
            Carry::Counts => self.q[day.side] += 1.0,
            Carry::Leak(rate) => self.q[0] += rate * (f64::from(day.side == 0) - self.q[0]),
            Carry::TwoLevels(clock) => {
                let clock = *clock;
                return self.tick(clock, day, looked);
            }
            Carry::Learns(grid) => {
                for (i, &(hazard, dominance)) in grid.iter().enumerate() {
                    let (q, evidence) = corrected(self.q[i], dominance, day.side);
                    self.q[i] = turned(q, hazard);
                    self.weights[i] *= evidence;
                }
                let sum: f64 = self.weights.iter().sum();
                self.weights.iter_mut().for_each(|w| *w /= sum);
            }
        }
        false
    }

    fn tick(&mut self, clock: Clock, day: &Day, looked: bool) -> bool {
        let weeks = self.weeks;
        let mut q = self.q[0];
        let moments = if looked { 3 } else { 2 };
        let due = (1..=moments).filter(|m| (self.moments + m).is_multiple_of(3)).count();
        self.moments += moments;
        if clock.ticks == Ticks::Before {
            q = turned(q, clock.hazard);
        }
        if clock.cue_again && looked {
            let (d, r) = (weeks.dominance, weeks.reliability);
            q = corrected(q, d * r + (1.0 - d) * (1.0 - r), day.cue).0;
        }
        q = corrected(q, weeks.dominance, day.side).0;
        let read =
            self.reads.is_some_and(|w| sign_gain(q, weeks.sign) > w * weeks.sign_cost);
        if read {
            q = corrected(q, weeks.sign, day.sign).0;
        }
        let ticks = match clock.ticks {
            Ticks::Trial => 1,
            Ticks::Moment => moments,
            Ticks::Before => 0,
            Ticks::Drift => due,
        };
        self.q[0] = (0..ticks).fold(q, |q, _| turned(q, clock.hazard));
        read
    }
}

/// The belief in left after a sign of left or right that is right with probability `reliability`, and how probable that was.
pub(super) fn corrected(q: f64, reliability: f64, shown: usize) -> (f64, f64) {
    let (left, right) = if shown == 0 {
        (reliability, 1.0 - reliability)
    } else {
        (1.0 - reliability, reliability)
    };
    let evidence = left * q + right * (1.0 - q);
    (left * q / evidence, evidence)
}

/// One night.
pub(super) fn turned(q: f64, hazard: f64) -> f64 {
    (1.0 - hazard) * q + hazard * (1.0 - q)
}

/// What a sign of this reliability teaches about one of two things, in nats: I = H[sign] − H[sign given which].
pub(super) fn sign_gain(q: f64, reliability: f64) -> f64 {
    let h = |p: f64| -xlogx(p) - xlogx(1.0 - p);
    h(reliability * q + (1.0 - reliability) * (1.0 - q)) - h(reliability)
}
