//! [`Remembered`]: a world that shows an agent not only what is there now, but all that it saw and did.

use super::History;
use crate::interaction::{Action, Obs, Step, World};
use crate::prob::random::Rng;

/// A world whose observation is the number of the whole history of the episode, as [`History`] gives it.
///
/// Any agent with a table remembers in it. [`QAgent`](crate::rl::agent::QAgent) has the same as an option.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut maze, mut rng) = (Remembered::new(TMaze::new(0.9)?, 100), seeded(1));
/// assert_eq!(maze.reset(&mut rng), 0);
/// assert_eq!(maze.step(0, &mut rng).obs, 1); // it stays, and sees the same; but it is later now
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Remembered<W> {
    /// The world inside.
    pub world: W,
    history: History,
    limit: usize,
}

impl<W> Remembered<W> {
    /// Remembers at most `limit` different histories.
    pub fn new(world: W, limit: usize) -> Self {
        Self { world, history: History::new(limit), limit }
    }
}

/// # Panics
/// When there are more different histories than the limit allows.
impl<W: World> World for Remembered<W> {
    fn action_space(&self) -> usize {
        self.world.action_space()
    }

    fn observation_space(&self) -> usize {
        self.limit
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        let obs = self.world.reset(rng);
        self.history.begin(obs).unwrap_or_else(|error| panic!("{error}"))
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        let Step { obs, reward, end } = self.world.step(action, rng);
        let obs =
            self.history.extend(action, obs).unwrap_or_else(|error| panic!("{error}"));
        Step { obs, reward, end }
    }
}
