//! Two doors, a tiger behind one: listen again, or open?
//!
//! The smallest task in which information is worth money. Listening costs 1 and is right with probability .85; the door
//! with the treasure pays 10, the one with the tiger costs 100. After a door is opened the tiger is placed anew.
//! Source: Cassandra, Kaelbling & Littman (1994), Acting optimally in partially observable stochastic domains, AAAI-94,
//! 1023–1028.

use crate::error::{Error, Result};
use crate::interaction::{Action, Obs, Step, World};
use crate::prob::random::{Rng, uniform_index, uniform01};

/// The actions, in order.
pub const ACTIONS: [&str; 3] = ["listen", "open left", "open right"];
/// What there is to hear.
pub const SOUNDS: [&str; 3] = ["silence", "tiger left", "tiger right"];
/// What may just have happened; the second sense of [`Tiger`] tells.
pub const EVENTS: [&str; 4] = ["start", "listened", "treasure", "tiger"];
/// The reward for each of [`EVENTS`].
pub const REWARD: [f64; 4] = [0.0, -1.0, 10.0, -100.0];
/// The names of the 8 states of its [`model`](crate::task::tiger::model): what just happened, and where the tiger is now.
pub const STATES: [&str; 8] = [
    "start/L",
    "start/R",
    "listened/L",
    "listened/R",
    "treasure/L",
    "treasure/R",
    "tiger/L",
    "tiger/R",
];

/// The world of two doors. It shows two things: a sound (of [`SOUNDS`]) and what just happened (of [`EVENTS`]).
///
/// It never ends by itself: wrap it in a [`TimeLimit`](crate::interaction::TimeLimit).
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut doors, mut rng) = (Tiger::new(0.85)?, seeded(7));
/// assert_eq!(doors.reset(&mut rng), [0, 0]); // silence at the start
/// let step = doors.step(0, &mut rng);
/// assert!(step.obs[0] > 0 && step.reward == -1.0); // a sound, for a price
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tiger {
    accuracy: f64,
    side: usize,
}

impl Tiger {
    /// Doors behind which one hears rightly with probability `accuracy`; the usual number is .85.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the accuracy is not from 0 to 1.
    pub fn new(accuracy: f64) -> Result<Self> {
        check(accuracy)?;
        Ok(Self { accuracy, side: 0 })
    }

    /// Where the tiger is, 0 left or 1 right. Nobody can see it.
    pub fn side(&self) -> usize {
        self.side
    }
}

pub(crate) fn check(accuracy: f64) -> Result<()> {
    if (0.0..=1.0).contains(&accuracy) {
        return Ok(());
    }
    let expected = "how often one hears rightly is a probability: use a number from 0 to 1";
    Err(Error::Parameter { name: "accuracy", value: accuracy, expected })
}

/// What an action leads to, as an index into [`EVENTS`].
pub(crate) fn event(action: Action, side: usize) -> usize {
    match action {
        0 => 1,
        door if door - 1 == side => 3,
        _ => 2,
    }
}

impl World<Vec<Obs>> for Tiger {
    fn action_space(&self) -> usize {
        ACTIONS.len()
    }

    fn observation_space(&self) -> Vec<usize> {
        vec![SOUNDS.len(), EVENTS.len()]
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<Obs> {
        self.side = uniform_index(2, rng);
        vec![0, 0]
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step<Vec<Obs>> {
        assert!(action < ACTIONS.len(), "action {action}: there are {}", ACTIONS.len());
        let event = event(action, self.side);
        let sound = if action == 0 {
            let heard =
                if uniform01(rng) < self.accuracy { self.side } else { 1 - self.side };
            1 + heard
        } else {
            self.side = uniform_index(2, rng);
            0
        };
        Step { obs: vec![sound, event], reward: REWARD[event], end: None }
    }
}
