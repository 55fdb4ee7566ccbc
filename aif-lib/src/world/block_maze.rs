//! [`BlockMaze`]: the T-maze in weeks. Mostly the left arm pays, for some fifty trials; then mostly the right one.
//!
//! A trial is a day. In the morning a side is drawn, which depends on the *context*, left weeks or right weeks; over
//! night the context changes, rarely. Within a day it is the maze of [`crate::world::tmaze`], with the same actions and the same
//! outcomes: two moves, and the arms end the trial. Reward: +1 in the arm that pays, −1 in the other, minus a cost for
//! the cue.
//!
//! What a day would show is all drawn in the morning, in a fixed order ([`Day`]). So two animals that meet the same list of
//! days differ only in what they do.

use crate::error::{Error, Result};
use crate::interaction::{Action, End, Obs, Step, World};
use crate::prob::random::{Rng, uniform01};
use crate::world::tmaze::{ACTIONS, MOVES, OUTCOMES};

/// The contexts by name.
pub const CONTEXTS: [&str; 2] = ["left weeks", "right weeks"];

/// How long the weeks are and how much there is to see: the parameters of [`BlockMaze`].
///
/// ```
/// # use aif_lib::prelude::*;
/// let quick = Weeks { hazard: 0.1, ..Default::default() };
/// assert_eq!((quick.dominance, quick.reliability, quick.cost), (0.8, 0.8, 0.2));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weeks {
    /// The probability that the context changes over night. Default .02: fifty days on average.
    pub hazard: f64,
    /// The probability that food is on the side of the context. Default .8.
    pub dominance: f64,
    /// The probability that the cue is right about today's side. Default .8.
    pub reliability: f64,
    /// What a look at the cue costs. Default .2.
    pub cost: f64,
    /// The probability that the sign is right about the context, where there is a sign. Default .95.
    pub sign: f64,
    /// What it costs to read the sign. Default .05.
    pub sign_cost: f64,
}

impl Default for Weeks {
    fn default() -> Self {
        Self {
            hazard: 0.02,
            dominance: 0.8,
            reliability: 0.8,
            cost: 0.2,
            sign: 0.95,
            sign_cost: 0.05,
        }
    }
}

impl Weeks {
    /// Whether all numbers are in range.
    ///
    /// # Errors
    /// [`Error::Parameter`]: a probability is not from 0 to 1, or a cost is negative or not finite.
    pub fn check(&self) -> Result<()> {
        let chances = [
            ("hazard", self.hazard),
            ("dominance", self.dominance),
            ("reliability", self.reliability),
            ("sign", self.sign),
        ];
        for (name, value) in chances {
            if !(0.0..=1.0).contains(&value) {
                let expected = "it is a probability: use a number from 0 to 1";
                return Err(Error::Parameter { name, value, expected });
            }
        }
        for (name, value) in [("cost", self.cost), ("sign_cost", self.sign_cost)] {
            if !(0.0..f64::INFINITY).contains(&value) {
                let expected = "a cost is a finite number that is not negative";
                return Err(Error::Parameter { name, value, expected });
            }
        }
        Ok(())
    }

    /// The next day after one with this context; the first day has either context with probability ½.
    ///
    /// Five numbers are drawn for each day, whatever comes of them: context, side, cue, sign, coin.
    pub fn next_day(&self, before: Option<usize>, rng: &mut dyn Rng) -> Day {
        let mut draw = || uniform01(rng);
        let turns = draw();
        let context = match before {
            Some(context) => turned(context, turns < self.hazard),
            None => usize::from(turns < 0.5),
        };
        let side = turned(context, draw() >= self.dominance);
        let cue = turned(side, draw() >= self.reliability);
        let sign = turned(context, draw() >= self.sign);
        Day { context, side, cue, sign, coin: draw() }
    }

    /// Many days, one after the other.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// let days = Weeks::default().days(400, &mut seeded(1));
    /// let turns = days.windows(2).filter(|two| two[0].context != two[1].context).count();
    /// assert!((1..20).contains(&turns)); // 8 on average
    /// ```
    pub fn days(&self, n: usize, rng: &mut dyn Rng) -> Vec<Day> {
        let mut before = None;
        let mut next = || {
            let day = self.next_day(before, rng);
            before = Some(day.context);
            day
        };
        (0..n).map(|_| next()).collect()
    }
}

/// One of two, or the other.
fn turned(which: usize, other: bool) -> usize {
    if other { 1 - which } else { which }
}

/// All that a day holds, seen or not; 0 is left, 1 is right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Day {
    /// Left weeks or right weeks. The animal cannot see it.
    pub context: usize,
    /// The arm that pays today.
    pub side: usize,
    /// Where the cue points.
    pub cue: usize,
    /// What the sign says about the context, where there is a sign.
    pub sign: usize,
    /// A number from 0 to 1 for who cannot decide.
    pub coin: f64,
}

/// The maze in weeks: a [`World`] whose episodes are days. The context goes on from one to the next.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut maze, mut rng) = (BlockMaze::new(Weeks::default())?, seeded(7));
/// assert_eq!(maze.reset(&mut rng), 0); // nothing to see in the centre
/// assert_eq!(maze.step(1, &mut rng).reward, -0.2); // the cue costs
/// assert_eq!(maze.step(2, &mut rng).end, Some(End::Terminated));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct BlockMaze {
    weeks: Weeks,
    day: Option<Day>,
    place: usize,
    moves_left: usize,
}

impl BlockMaze {
    /// A maze before its first day.
    ///
    /// # Errors
    /// As [`Weeks::check`].
    pub fn new(weeks: Weeks) -> Result<Self> {
        weeks.check()?;
        Ok(Self { weeks, day: None, place: 0, moves_left: 0 })
    }

    /// The day of the last `reset`, with what the animal cannot see.
    pub fn day(&self) -> Option<Day> {
        self.day
    }

    /// The same maze, as it was before its first day.
    pub fn afresh(&self) -> Self {
        Self { day: None, place: 0, moves_left: 0, ..self.clone() }
    }
}

impl World for BlockMaze {
    fn action_space(&self) -> usize {
        ACTIONS.len()
    }

    fn observation_space(&self) -> usize {
        OUTCOMES.len()
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        self.day = Some(self.weeks.next_day(self.day.map(|day| day.context), rng));
        (self.place, self.moves_left) = (0, MOVES);
        0
    }

    fn step(&mut self, action: Action, _rng: &mut dyn Rng) -> Step {
        assert!(action < ACTIONS.len(), "action {action}: the maze has {}", ACTIONS.len());
        assert!(self.moves_left > 0, "this trial is over: call reset");
        let day = self.day.expect("a trial that runs has a day");
        if action > 0 {
            self.place = action;
        }
        self.moves_left = if self.place >= 2 { 0 } else { self.moves_left - 1 };
        let (obs, reward) = match self.place {
            0 => (0, 0.0),
            1 => (1 + day.cue, -self.weeks.cost),
            arm if arm - 2 == day.side => (3, 1.0),
            _ => (4, -1.0),
        };
        // Two moves are the whole task, so the last one is terminal, not truncated.
        Step { obs, reward, end: (self.moves_left == 0).then_some(End::Terminated) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::check_world;
    use crate::prob::random::seeded;
    use crate::prob::stats::proportion_interval;

    #[test]
    fn it_keeps_the_rules_of_worlds() {
        // Rule 2 asks for the same episodes from the same seed, so each begins with a new maze.
        struct EachNew(BlockMaze);
        impl World for EachNew {
            fn action_space(&self) -> usize {
                self.0.action_space()
            }
            fn observation_space(&self) -> usize {
                self.0.observation_space()
            }
            fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
                self.0 = self.0.afresh();
                self.0.reset(rng)
            }
            fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
                self.0.step(action, rng)
            }
        }
        let mut maze = EachNew(BlockMaze::new(Weeks::default()).unwrap());
        let ends = check_world(&mut maze, 2, &mut seeded(1)).unwrap();
        assert!(ends.terminated > 0 && ends.truncated == 0);
    }

    #[test]
    fn the_days_are_as_often_as_they_should_be() {
        let days = Weeks::default().days(50_000, &mut seeded(2));
        let share = |what: fn(&Day) -> bool| {
            proportion_interval(days.iter().filter(|day| what(day)).count(), days.len())
                .unwrap()
        };
        // Four intervals of 95 %; the seed is one where all hold.
        assert!(share(|day| day.side == day.context).contains(0.8));
        assert!(share(|day| day.cue == day.side).contains(0.8));
        assert!(share(|day| day.sign == day.context).contains(0.95));
        let turns = days.windows(2).filter(|two| two[0].context != two[1].context).count();
        assert!(proportion_interval(turns, days.len() - 1).unwrap().contains(0.02));
    }

    #[test]
    fn the_world_shows_the_days_that_a_list_has() {
        let (mut maze, mut rng) = (BlockMaze::new(Weeks::default()).unwrap(), seeded(3));
        for day in Weeks::default().days(200, &mut seeded(3)) {
            maze.reset(&mut rng);
            assert_eq!(maze.day(), Some(day));
            assert_eq!(maze.step(1, &mut rng).obs, 1 + day.cue);
            let arm = maze.step(3, &mut rng);
            assert_eq!(
                (arm.obs, arm.reward),
                if day.side == 1 { (3, 1.0) } else { (4, -1.0) }
            );
        }
    }

    #[test]
    fn bad_numbers_are_named() {
        let text = |weeks: Weeks| BlockMaze::new(weeks).unwrap_err().to_string();
        let weeks = Weeks::default();
        assert!(text(Weeks { hazard: 1.5, ..weeks }).contains("hazard = 1.5"));
        assert!(text(Weeks { sign: f64::NAN, ..weeks }).contains("sign = NaN"));
        assert!(text(Weeks { cost: -0.1, ..weeks }).contains("cost = -0.1"));
        assert!(
            text(Weeks { sign_cost: f64::INFINITY, ..weeks }).contains("sign_cost = inf")
        );
    }
}
