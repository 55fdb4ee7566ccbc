//! Cue chaining: the first cue tells where the second is, the second tells where the reward is.
//!
//! ```text
//!      c0 c1 c2 c3 c4 c5 c6
//! r0   S  .  a  .  .  .  .      S  start         a b c d  where the second cue may be
//! r1   .  .  .  b  .  T  .      1  first cue     T B      where the reward may be
//! r2   1  .  .  .  .  .  .
//! r3   .  .  .  c  .  B  .
//! r4   .  .  d  .  .  .  .
//! ```
//! One of the four second cues is live, and one of the two places pays; the other one punishes. Nothing is noisy and
//! nothing ends: the only question is how far ahead one has to look to walk the chain. The layout is that of the
//! cue-chaining demonstration of the library pymdp.

use crate::interaction::{Action, Obs, Step, World};
use crate::prob::random::{Rng, uniform_index};

/// The actions, in order. Walls hold.
pub const ACTIONS: [&str; 5] = ["up", "down", "left", "right", "stay"];
/// What the last of the four senses tells.
pub const REWARDS: [&str; 3] = ["none", "cheese", "shock"];
/// The rows of the grid.
pub const ROWS: usize = 5;
/// The columns of the grid.
pub const COLUMNS: usize = 7;
/// The number of places; place = row · [`COLUMNS`] + column.
pub const PLACES: usize = ROWS * COLUMNS;
/// The place of the first cue.
pub const FIRST_CUE: usize = 2 * COLUMNS;
/// The places of the second cue, a to d.
pub const SECOND_CUES: [usize; 4] = [2, COLUMNS + 3, 3 * COLUMNS + 3, 4 * COLUMNS + 2];
/// The places of the reward, top and bottom.
pub const REWARD_PLACES: [usize; 2] = [COLUMNS + 5, 3 * COLUMNS + 5];

/// The world. It shows four things: place, first cue (none, a to d), second cue (none, top, bottom), and [`REWARDS`].
///
/// Cheese pays 1, the shock costs 1. It never ends by itself: wrap it in a [`TimeLimit`](crate::interaction::TimeLimit).
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut world, mut rng) = (CueChain::new(), seeded(7));
/// assert_eq!(world.reset(&mut rng), [0, 0, 0, 0]);
/// assert_eq!(world.step(1, &mut rng).obs[0], cue_chain::COLUMNS); // one row down
/// ```
#[derive(Debug, Clone, Default)]
pub struct CueChain {
    place: usize,
    live: usize,
    side: usize,
}

impl CueChain {
    /// The world of the drawing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Which second cue is live, and which place pays. Nobody can see it from the start.
    pub fn context(&self) -> (usize, usize) {
        (self.live, self.side)
    }

    fn look(&self) -> Vec<Obs> {
        let Self { place, live, side } = *self;
        vec![
            place,
            first_cue(place, live),
            second_cue(place, live, side),
            reward(place, side),
        ]
    }
}

pub(crate) fn destination(place: usize, action: Action) -> usize {
    let (row, column) = (place / COLUMNS, place % COLUMNS);
    let (row, column) = match action {
        0 => (row.saturating_sub(1), column),
        1 => ((row + 1).min(ROWS - 1), column),
        2 => (row, column.saturating_sub(1)),
        3 => (row, (column + 1).min(COLUMNS - 1)),
        _ => (row, column),
    };
    row * COLUMNS + column
}

pub(crate) fn first_cue(place: usize, live: usize) -> Obs {
    if place == FIRST_CUE { live + 1 } else { 0 }
}

pub(crate) fn second_cue(place: usize, live: usize, side: usize) -> Obs {
    if place == SECOND_CUES[live] { side + 1 } else { 0 }
}

pub(crate) fn reward(place: usize, side: usize) -> Obs {
    let here = REWARD_PLACES.iter().position(|&pays| pays == place);
    here.map_or(0, |pays| if pays == side { 1 } else { 2 })
}

impl World<Vec<Obs>> for CueChain {
    fn action_space(&self) -> usize {
        ACTIONS.len()
    }

    fn observation_space(&self) -> Vec<usize> {
        vec![PLACES, 5, 3, REWARDS.len()]
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<Obs> {
        *self = Self { place: 0, live: uniform_index(4, rng), side: uniform_index(2, rng) };
        self.look()
    }

    fn step(&mut self, action: Action, _rng: &mut dyn Rng) -> Step<Vec<Obs>> {
        assert!(action < ACTIONS.len(), "action {action}: there are {}", ACTIONS.len());
        self.place = destination(self.place, action);
        let obs = self.look();
        Step { reward: [0.0, 1.0, -1.0][obs[3]], obs, end: None }
    }
}
