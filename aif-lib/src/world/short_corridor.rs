//! The short corridor: three rooms that look alike, and in the middle one left is right.

use crate::interaction::{Action, End, Obs, Step, World};
use crate::prob::random::Rng;

/// The actions by name.
pub const ACTIONS: [&str; 2] = ["left", "right"];

/// Three rooms in a row and the exit to the right of the last. All look alike, every step costs 1, and in the middle room
/// each action moves the other way.
///
/// Actions: 0 left, 1 right; left of the first room is a wall. Without memory the best that one can do is to go right with
/// probability 2 − √2. Source: Sutton & Barto (2018), Example 13.1.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut corridor, mut rng) = (ShortCorridor::new(), seeded(1));
/// corridor.reset(&mut rng);
/// let moves = [1, 0, 1].map(|action| corridor.step(action, &mut rng)); // right, left (which is right), right
/// assert_eq!(moves[2], Step { obs: 0, reward: -1.0, end: Some(End::Terminated) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShortCorridor {
    room: usize,
}

impl ShortCorridor {
    /// The corridor.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Where an action leads from a room, 0 to 2; 3 is the exit.
pub(crate) fn destination(room: usize, action: Action) -> usize {
    let right = (action == 1) != (room == 1);
    if right { room + 1 } else { room.saturating_sub(1) }
}

impl World for ShortCorridor {
    fn action_space(&self) -> usize {
        ACTIONS.len()
    }

    fn observation_space(&self) -> usize {
        1
    }

    fn reset(&mut self, _rng: &mut dyn Rng) -> Obs {
        self.room = 0;
        0
    }

    fn step(&mut self, action: Action, _rng: &mut dyn Rng) -> Step {
        assert!(action < 2, "action {action}: the corridor has left and right, 0 and 1");
        assert!(self.room < 3, "you are out of the corridor: call reset first");
        self.room = destination(self.room, action);
        Step { obs: 0, reward: -1.0, end: (self.room == 3).then_some(End::Terminated) }
    }
}
