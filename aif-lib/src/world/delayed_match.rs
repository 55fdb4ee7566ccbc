//! Delayed match to sample: something is shown, then nothing for a while, then something again. Is it the same?
//!
//! Source of the task with pigeons: Blough (1959); with cells that are active during the delay: Fuster & Alexander (1971).

use crate::error::{Error, Result};
use crate::interaction::{Action, End, Obs, Step, World};
use crate::prob::random::{Rng, uniform_index, uniform01};

/// The actions, in order. Before the second thing is shown they do nothing.
pub const ACTIONS: [&str; 2] = ["same", "different"];
/// What there is to see, in order.
pub const SIGHTS: [&str; 5] = ["nothing", "circle", "square", "correct", "error"];

/// The world: a sample, `delay` steps with nothing to see, a second thing that is the same half of the time, an answer. Each
/// thing is seen as what it is with probability `clarity`.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut task, mut rng) = (DelayedMatch::new(1, 1.0)?, seeded(1));
/// let sample = task.reset(&mut rng);
/// assert_eq!(task.step(0, &mut rng).obs, 0); // the delay
/// let second = task.step(0, &mut rng).obs;
/// assert_eq!(task.step(usize::from(second != sample), &mut rng).reward, 1.0);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DelayedMatch {
    delay: usize,
    clarity: f64,
    things: [usize; 2],
    /// How many steps there were; `None` when no trial is running.
    clock: Option<usize>,
}

impl DelayedMatch {
    /// A task with this delay and clarity.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the clarity is not from ½ to 1.
    pub fn new(delay: usize, clarity: f64) -> Result<Self> {
        check(clarity)?;
        Ok(Self { delay, clarity, things: [0, 0], clock: None })
    }

    fn look(&self, thing: usize, rng: &mut dyn Rng) -> Obs {
        1 + if uniform01(rng) < self.clarity { thing } else { 1 - thing }
    }
}

pub(crate) fn check(clarity: f64) -> Result<()> {
    if (0.5..=1.0).contains(&clarity) {
        return Ok(());
    }
    let expected = "how often a thing is seen as what it is, from 0.5 to 1";
    Err(Error::Parameter { name: "clarity", value: clarity, expected })
}

impl World for DelayedMatch {
    fn action_space(&self) -> usize {
        2
    }

    fn observation_space(&self) -> usize {
        5
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        self.things = [uniform_index(2, rng), uniform_index(2, rng)];
        self.clock = Some(0);
        self.look(self.things[0], rng)
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        assert!(action < 2, "action {action} is out of range: same is 0, different 1");
        let clock = self.clock.expect("the trial is over: call reset first");
        self.clock = Some(clock + 1);
        if clock < self.delay {
            return Step { obs: 0, reward: 0.0, end: None };
        }
        if clock == self.delay {
            return Step { obs: self.look(self.things[1], rng), reward: 0.0, end: None };
        }
        self.clock = None;
        let correct = action == usize::from(self.things[0] != self.things[1]);
        let (obs, reward) = if correct { (3, 1.0) } else { (4, -1.0) };
        Step { obs, reward, end: Some(End::Terminated) }
    }
}

/// The same task for an agent without a belief: it sees the sample as long as the trial lasts, as if on a note.
///
/// Observations: 5 · (what the sample looked like, 0 or 1) + what is seen now.
#[derive(Debug, Clone, PartialEq)]
pub struct Noted {
    /// The task.
    pub task: DelayedMatch,
    note: usize,
}

impl Noted {
    /// With a note of the sample.
    pub fn new(task: DelayedMatch) -> Self {
        Self { task, note: 0 }
    }
}

impl World for Noted {
    fn action_space(&self) -> usize {
        2
    }

    fn observation_space(&self) -> usize {
        10
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        let sample = self.task.reset(rng);
        self.note = sample - 1;
        5 * self.note + sample
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        let step = self.task.step(action, rng);
        Step { obs: 5 * self.note + step.obs, ..step }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::check_world;
    use crate::prob::random::seeded;

    #[test]
    fn it_keeps_the_rules() {
        for delay in [0, 1, 4] {
            let task = || DelayedMatch::new(delay, 0.8).unwrap();
            let ends = check_world(&mut task(), 60, &mut seeded(1)).unwrap();
            assert_eq!((ends.terminated, ends.truncated), (20, 0));
            check_world(&mut Noted::new(task()), 60, &mut seeded(2)).unwrap();
        }
    }

    #[test]
    fn one_who_compares_what_it_saw_is_right_if_both_or_none_were_seen_rightly() {
        let (mut task, mut rng) =
            (Noted::new(DelayedMatch::new(2, 0.9).unwrap()), seeded(4));
        let mut total = 0.0;
        for _ in 0..20_000 {
            let sample = task.reset(&mut rng);
            (0..2).for_each(|_| assert_eq!(task.step(0, &mut rng).obs % 5, 0));
            let second = task.step(0, &mut rng).obs;
            assert_eq!(second / 5, sample / 5);
            total += task.step(usize::from(second != sample), &mut rng).reward;
        }
        // Right with .81 + .01: a mean reward of .64, standard error .0054.
        assert!((total / 20_000.0 - 0.64).abs() < 0.022, "{total}");
    }

    #[test]
    fn a_clarity_that_cannot_be_is_named() {
        let text = |c| DelayedMatch::new(1, c).unwrap_err().to_string();
        assert!(text(0.4).starts_with("clarity = 0.4") && text(f64::NAN).contains("NaN"));
    }
}
