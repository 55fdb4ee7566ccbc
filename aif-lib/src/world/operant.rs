//! [`OperantChamber`]: a lever, food, and the rule between them.
//!
//! Each step is one second. The animal presses (action 1) or does something else (action 0). What pays is a
//! schedule of reinforcement; what the animal feels is time.

use crate::error::{Error, Result};
use crate::interaction::{Action, Obs, Step, Trajectory, World};
use crate::prob::random::{Rng, uniform01};

/// The two actions.
pub const ACTIONS: [&str; 2] = ["wait", "press"];

/// When a press is paid. Source: Ferster & Skinner (1957), Schedules of Reinforcement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reinforcement {
    /// FR n: every n-th press.
    FixedRatio(usize),
    /// VR n: every press with probability 1/n, so every n-th on average (also called a random ratio).
    VariableRatio(f64),
    /// FI t: the first press t seconds or more after the last food.
    FixedInterval(usize),
    /// VI t: in each second food gets ready with probability 1/t; it waits for the next press (also called a random
    /// interval).
    VariableInterval(f64),
    /// Extinction: no press is paid.
    Never,
}

impl Reinforcement {
    fn check(self) -> Result<Self> {
        let number = match self {
            Self::FixedRatio(n) | Self::FixedInterval(n) => n as f64,
            Self::VariableRatio(mean) | Self::VariableInterval(mean) => mean,
            Self::Never => 1.0,
        };
        if number >= 1.0 && number.is_finite() {
            return Ok(self);
        }
        let expected = "a schedule needs a number of presses or seconds of 1 or more; for no food use Never";
        Err(Error::Parameter { name: "schedule", value: number, expected })
    }
}

/// A chamber with a lever and a food tray.
///
/// Food pays 1; each press costs `effort`. The animal feels how many seconds ago it last ate and last pressed, each
/// up to a limit: observation = (seconds since food) · (press limit + 1) + (seconds since press). With both limits 0
/// it feels nothing, and there is one observation. A session has no end of its own: wrap the chamber in a
/// [`TimeLimit`](crate::interaction::TimeLimit).
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut chamber = OperantChamber::new(Reinforcement::FixedRatio(2))?;
/// let mut rng = seeded(1);
/// chamber.reset(&mut rng);
/// let rewards: Vec<f64> = [1, 0, 1, 1, 1].iter().map(|&a| chamber.step(a, &mut rng).reward).collect();
/// assert_eq!(rewards, [0.0, 0.0, 1.0, 0.0, 1.0]);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct OperantChamber {
    schedule: Reinforcement,
    effort: f64,
    limits: [usize; 2], // seconds since food, since a press
    since: [usize; 2],
    presses: usize, // since food
    ready: bool,
    running: bool,
}

impl OperantChamber {
    /// A chamber in which presses cost nothing and the animal feels nothing but the place.
    ///
    /// # Errors
    /// [`Error::Parameter`]: a schedule of less than 1 press or second.
    pub fn new(schedule: Reinforcement) -> Result<Self> {
        Ok(Self {
            schedule: schedule.check()?,
            effort: 0.0,
            limits: [0; 2],
            since: [0; 2],
            presses: 0,
            ready: false,
            running: false,
        })
    }

    /// The same chamber with a lever that costs something to press.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the effort is negative or not finite.
    pub fn with_effort(mut self, effort: f64) -> Result<Self> {
        if !(effort >= 0.0 && effort.is_finite()) {
            let expected = "the cost of a press is a finite number, 0 or more";
            return Err(Error::Parameter { name: "effort", value: effort, expected });
        }
        self.effort = effort;
        Ok(self)
    }

    /// The same chamber with an animal that feels time: seconds since food and since its last press, up to these.
    pub fn with_clocks(mut self, food: usize, press: usize) -> Self {
        self.limits = [food, press];
        self
    }

    /// Puts the lever on another schedule.
    ///
    /// # Errors
    /// [`Error::Parameter`]: a schedule of less than 1 press or second.
    pub fn set_schedule(&mut self, schedule: Reinforcement) -> Result<()> {
        self.schedule = schedule.check()?;
        Ok(())
    }

    fn obs(&self) -> Obs {
        let felt = |k: usize| self.since[k].min(self.limits[k]);
        felt(0) * (self.limits[1] + 1) + felt(1)
    }

    /// Whether a press in this second is paid. The second has been counted.
    fn pays(&mut self, rng: &mut dyn Rng) -> bool {
        match self.schedule {
            Reinforcement::FixedRatio(n) => self.presses >= n,
            Reinforcement::VariableRatio(mean) => uniform01(rng) * mean < 1.0,
            Reinforcement::FixedInterval(seconds) => self.since[0] >= seconds,
            Reinforcement::VariableInterval(_) => self.ready,
            Reinforcement::Never => false,
        }
    }
}

impl World for OperantChamber {
    fn action_space(&self) -> usize {
        2
    }

    fn observation_space(&self) -> usize {
        (self.limits[0] + 1) * (self.limits[1] + 1)
    }

    fn reset(&mut self, _rng: &mut dyn Rng) -> Obs {
        (self.since, self.presses, self.ready, self.running) = ([0; 2], 0, false, true);
        self.obs()
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        assert!(action < 2, "action {action} is out of range: use 0 to wait, 1 to press");
        assert!(self.running, "the session is not running: call reset first");
        self.since = self.since.map(|seconds| seconds + 1);
        if let Reinforcement::VariableInterval(mean) = self.schedule {
            self.ready |= uniform01(rng) * mean < 1.0;
        }
        let mut reward = 0.0;
        if action == 1 {
            reward -= self.effort;
            self.presses += 1;
            self.since[1] = 0;
            if self.pays(rng) {
                reward += 1.0;
                (self.since[0], self.presses, self.ready) = (0, 0, false);
            }
        }
        Step { obs: self.obs(), reward, end: None }
    }
}

/// A cumulative record: for each second, how often the lever was pressed up to then.
///
/// ```
/// use aif_lib::world::operant;
/// assert_eq!(operant::cumulative(&[0, 1, 1, 0]), [0.0, 1.0, 2.0, 2.0]);
/// ```
pub fn cumulative(actions: &[Action]) -> Vec<f64> {
    let mut presses = 0.0;
    let count = |&action: &Action| {
        presses += action as f64;
        presses
    };
    actions.iter().map(count).collect()
}

/// How many presses there were in a session, and how many of them were paid.
pub fn presses_and_meals(session: &Trajectory) -> (usize, usize) {
    let presses = session.actions().iter().sum();
    (presses, session.steps.iter().filter(|(_, step)| step.reward > 0.0).count())
}

/// The post-reinforcement pauses of a session: for each meal but the last of the session, the seconds without a press after it.
///
/// ```
/// # use aif_lib::prelude::*;
/// let second = |action, reward| (action, Step { obs: 0, reward, end: None });
/// let steps = vec![second(1, 1.0), second(0, 0.0), second(0, 0.0), second(1, 0.0), second(1, 1.0)];
/// assert_eq!(operant::pauses(&Trajectory { first: 0, steps }), [2.0]);
/// ```
pub fn pauses(session: &Trajectory) -> Vec<f64> {
    let mut meals =
        session.steps.split_inclusive(|(_, step)| step.reward > 0.0).skip(1).peekable();
    let mut pauses = Vec::new();
    while let Some(seconds) = meals.next() {
        // What follows the last meal may be cut off by the end of the session.
        if meals.peek().is_some()
            || seconds.last().is_some_and(|(_, step)| step.reward > 0.0)
        {
            pauses
                .push(seconds.iter().take_while(|(action, _)| *action == 0).count() as f64);
        }
    }
    pauses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    /// The seconds (from 1) in which food came, with these actions over and over.
    fn food(schedule: Reinforcement, pattern: &[Action], seconds: usize) -> Vec<usize> {
        let mut chamber = OperantChamber::new(schedule).unwrap();
        let mut rng = seeded(5);
        chamber.reset(&mut rng);
        (1..=seconds)
            .filter(|t| {
                chamber.step(pattern[(t - 1) % pattern.len()], &mut rng).reward > 0.0
            })
            .collect()
    }

    #[test]
    fn fixed_schedules_by_hand() {
        assert_eq!(food(Reinforcement::FixedRatio(3), &[1], 9), [3, 6, 9]);
        assert_eq!(food(Reinforcement::FixedRatio(2), &[0, 1], 8), [4, 8]);
        assert_eq!(food(Reinforcement::FixedInterval(4), &[1], 12), [4, 8, 12]);
        // The interval runs from the last food, not by the clock on the wall.
        assert_eq!(
            food(Reinforcement::FixedInterval(4), &[0, 0, 0, 0, 1], 15),
            [5, 10, 15]
        );
        assert_eq!(food(Reinforcement::FixedInterval(4), &[0, 0, 1], 15), [6, 12]);
        assert!(
            food(Reinforcement::FixedInterval(4), &[0], 50).is_empty(),
            "no press, no food"
        );
        assert!(food(Reinforcement::Never, &[1], 50).is_empty());
    }

    #[test]
    fn variable_schedules_pay_at_their_rates() {
        let rate = |schedule, pattern: &[Action]| {
            food(schedule, pattern, 100_000).len() as f64 / 100_000.0
        };
        // Five standard errors of a rate near .1 are .005.
        let near = |a: f64, b: f64| (a - b).abs() < 0.005;
        assert!(near(rate(Reinforcement::VariableRatio(10.0), &[1]), 0.1));
        assert!(near(rate(Reinforcement::VariableRatio(10.0), &[0, 1]), 0.05));
        assert!(near(rate(Reinforcement::VariableInterval(10.0), &[1]), 0.1));
        // Food waits: a press every other second finds it with 1 − .9² = .19, so .095 a second.
        assert!(near(rate(Reinforcement::VariableInterval(10.0), &[0, 1]), 0.095));
    }

    #[test]
    fn the_animal_feels_two_clocks_up_to_their_limits() {
        let mut chamber =
            OperantChamber::new(Reinforcement::FixedInterval(3)).unwrap().with_clocks(4, 2);
        let mut rng = seeded(0);
        assert_eq!((chamber.n_observations(), chamber.reset(&mut rng)), (15, 0));
        let felt: Vec<(usize, usize)> = [0, 1, 0, 0, 0, 1, 0]
            .iter()
            .map(|&a| chamber.step(a, &mut rng).obs)
            .map(|obs| (obs / 3, obs % 3))
            .collect();
        assert_eq!(felt, [(1, 1), (2, 0), (3, 1), (4, 2), (4, 2), (0, 0), (1, 1)]);
    }

    #[test]
    fn effort_is_paid_for_every_press() {
        let mut chamber = OperantChamber::new(Reinforcement::FixedRatio(2))
            .unwrap()
            .with_effort(0.25)
            .unwrap();
        let mut rng = seeded(0);
        chamber.reset(&mut rng);
        let rewards = [1, 0, 1].map(|a| chamber.step(a, &mut rng).reward);
        assert_eq!(rewards, [-0.25, 0.0, 0.75]);
    }

    #[test]
    fn pauses_and_meals_by_hand() {
        let second =
            |(action, reward): (Action, f64)| (action, Step { obs: 0, reward, end: None });
        let steps = [
            (0, 0.0),
            (1, 1.0),
            (0, 0.0),
            (1, 0.0),
            (0, 0.0),
            (1, 1.0),
            (1, 1.0),
            (0, 0.0),
        ];
        let session = Trajectory { first: 0, steps: steps.map(second).to_vec() };
        assert_eq!(presses_and_meals(&session), (4, 3));
        assert_eq!(pauses(&session), [1.0, 0.0], "the last pause is cut off");
    }

    #[test]
    fn bad_schedules_are_named() {
        for schedule in [
            Reinforcement::FixedRatio(0),
            Reinforcement::VariableRatio(0.5),
            Reinforcement::FixedInterval(0),
            Reinforcement::VariableInterval(f64::NAN),
        ] {
            let text = OperantChamber::new(schedule).unwrap_err().to_string();
            assert!(
                text.starts_with("schedule = ") && text.contains("1 or more"),
                "{text}"
            );
        }
        let mut chamber = OperantChamber::new(Reinforcement::Never).unwrap();
        assert!(chamber.set_schedule(Reinforcement::FixedRatio(0)).is_err());
        assert!(chamber.with_effort(-1.0).unwrap_err().to_string().contains("effort = -1"));
    }
}
