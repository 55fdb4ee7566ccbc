//! A T-maze whose cue must be carried: from the cue every action leads back to the centre, where nothing is to be seen.
//!
//! In [`TMaze`](super::tmaze::TMaze) the cue is still in sight when the arm is chosen. Here it is not, so what it said has to
//! be remembered.

use crate::error::Result;
use crate::interaction::{Action, End, Obs, Step, World};
use crate::prob::random::{Rng, uniform_index, uniform01};
use crate::world::tmaze::check_reliability;

/// The actions by name.
pub const ACTIONS: [&str; 4] = ["stay", "cue", "left", "right"];
/// The outcomes by name; the first is all that the centre shows.
pub const OUTCOMES: [&str; 5] = ["null", "cue left", "cue right", "reward", "punish"];
/// The number of states of its models: two sides × (centre, sign left, sign right, left arm, right arm).
pub const STATES: usize = 10;

/// The maze: +1 in the arm that pays, −1 in the other, and both end the trial; otherwise 0.
///
/// Actions in the centre: 0 stay, 1 to the cue, 2 and 3 into the left or right arm. At the cue all lead back to the centre:
/// whoever could wait there would remember by the place. It has no limit of its own.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut maze, mut rng) = (MemoryMaze::new(1.0)?, seeded(1));
/// maze.reset(&mut rng);
/// let sign = maze.step(1, &mut rng).obs;
/// assert_eq!(maze.step(2, &mut rng).obs, 0); // back in the centre, whichever arm was meant
/// assert_eq!(maze.step(1 + sign, &mut rng).reward, 1.0);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MemoryMaze {
    reliability: f64,
    state: usize, // 5 · side + place
}

impl MemoryMaze {
    /// A maze whose cue tells the truth with probability `reliability`.
    ///
    /// # Errors
    /// [`Error::Parameter`](crate::error::Error::Parameter): the reliability is not from 0 to 1.
    pub fn new(reliability: f64) -> Result<Self> {
        check_reliability(reliability)?;
        Ok(Self { reliability, state: 0 })
    }
}

/// What is seen in a state.
pub(crate) fn outcome(state: usize) -> Obs {
    let (side, place) = (state / 5, state % 5);
    if place < 3 {
        place
    } else if place - 3 == side {
        3
    } else {
        4
    }
}

/// Where an action leads from a state, and with what probability.
pub(crate) fn next(state: usize, action: Action, reliability: f64) -> Vec<(usize, f64)> {
    let (side, place) = (5 * (state / 5), state % 5);
    let sure = |place| vec![(side + place, 1.0)];
    match (place, action) {
        (0, 1) if side == 0 => vec![(1, reliability), (2, 1.0 - reliability)],
        (0, 1) => vec![(side + 1, 1.0 - reliability), (side + 2, reliability)],
        (0, 2 | 3) => sure(action + 1),
        (1 | 2, _) => sure(0),
        _ => sure(place),
    }
}

impl World for MemoryMaze {
    fn action_space(&self) -> usize {
        ACTIONS.len()
    }

    fn observation_space(&self) -> usize {
        OUTCOMES.len()
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        self.state = 5 * uniform_index(2, rng);
        0
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        assert!(action < 4, "action {action}: the maze has 4, from 0 to 3");
        assert!(self.state % 5 < 3, "this trial is over: call reset first");
        let ways = next(self.state, action, self.reliability);
        let first = ways.len() == 1 || uniform01(rng) < ways[0].1;
        self.state = ways[usize::from(!first)].0;
        let obs = outcome(self.state);
        let reward = [0.0, 0.0, 0.0, 1.0, -1.0][obs];
        Step { obs, reward, end: (obs >= 3).then_some(End::Terminated) }
    }
}
