//! [`Worlds`]: many copies of a world in lockstep, for agents that learn from a batch.

use std::fmt;

use super::{Action, Obs, Signal, Step, World};
use crate::error::{Error, Result};
use crate::prob::random::{Generator, stream};

/// Some worlds that take their steps together. Whichever ends begins again at once.
///
/// World i draws all its chance from `stream(seed, i)`, so one more world leaves the others as they were.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut worlds = Worlds::copies(&GridWorld::new("S+")?, 3, 7)?;
/// assert_eq!(worlds.reset(), [0, 0, 0]);
/// let steps = worlds.step(&[1, 3, 1]); // east, west, east
/// assert_eq!((steps[0].step.obs, steps[0].next), (1, 0)); // it ended at 1 and began again at 0
/// assert_eq!((steps[1].step.obs, steps[1].next), (0, 0));
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub struct Worlds<O = Obs, A = Action> {
    worlds: Vec<Box<dyn World<O, A>>>,
    chance: Vec<Generator>,
}

/// What one of many worlds answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Lockstep<O = Obs> {
    /// The answer to the action. At an end its observation is the last one of that episode: where time ran out, a learner
    /// values what would have come from *it*.
    pub step: Step<O>,
    /// What the next action answers: the same observation or, after an end, the first one of a new episode.
    pub next: O,
}

impl<O: Signal, A: Signal> Worlds<O, A> {
    /// Joins worlds.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no world.
    /// - [`Error::World`]: they differ in what can be done or seen.
    pub fn new(worlds: Vec<Box<dyn World<O, A>>>, seed: u64) -> Result<Self> {
        let Some(first) = worlds.first() else {
            return Err(Error::Empty { what: "this list of worlds".into() });
        };
        let spaces =
            |world: &dyn World<O, A>| (world.action_space(), world.observation_space());
        let common = spaces(first.as_ref());
        if let Some(i) = worlds.iter().position(|world| spaces(world.as_ref()) != common) {
            return Err(Error::World(format!(
                "worlds in lockstep have the same actions and observations, but world {i} has {:?} and world 0 {common:?}",
                spaces(worlds[i].as_ref())
            )));
        }
        let chance = (0..worlds.len() as u64).map(|i| stream(seed, i)).collect();
        Ok(Self { worlds, chance })
    }

    /// Joins copies of one world.
    ///
    /// # Errors
    /// [`Error::Empty`]: no copy.
    pub fn copies<W: World<O, A> + Clone + 'static>(
        world: &W,
        copies: usize,
        seed: u64,
    ) -> Result<Self> {
        let copy = || Box::new(world.clone()) as Box<dyn World<O, A>>;
        Self::new((0..copies).map(|_| copy()).collect(), seed)
    }

    /// How many worlds.
    #[allow(clippy::len_without_is_empty)] // It is never empty.
    pub fn len(&self) -> usize {
        self.worlds.len()
    }

    /// What can be done in each.
    pub fn action_space(&self) -> A::Space {
        self.worlds[0].action_space()
    }

    /// What can be seen in each.
    pub fn observation_space(&self) -> O::Space {
        self.worlds[0].observation_space()
    }

    /// Starts an episode in each and returns the first observations.
    pub fn reset(&mut self) -> Vec<O> {
        let pairs = self.worlds.iter_mut().zip(&mut self.chance);
        pairs.map(|(world, rng)| world.reset(rng)).collect()
    }

    /// Takes one action in each.
    ///
    /// # Panics
    /// When there is not one action for each world, or a world refuses its action.
    #[track_caller]
    pub fn step(&mut self, actions: &[A]) -> Vec<Lockstep<O>> {
        assert_eq!(actions.len(), self.len(), "step: one action for each world");
        let mut steps = Vec::with_capacity(self.len());
        for ((world, rng), action) in
            self.worlds.iter_mut().zip(&mut self.chance).zip(actions)
        {
            let step = world.step(action.clone(), rng);
            let next = if step.end.is_some() { world.reset(rng) } else { step.obs.clone() };
            steps.push(Lockstep { step, next });
        }
        steps
    }
}

impl<O, A> fmt::Debug for Worlds<O, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Worlds: {} in lockstep", self.worlds.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::{End, TimeLimit};
    use crate::prob::random::{Rng, uniform_index};

    /// Counts its steps; every third is an end. The first observation is drawn.
    #[derive(Clone)]
    struct Clock(usize, usize);

    impl World for Clock {
        fn action_space(&self) -> usize {
            2
        }
        fn observation_space(&self) -> usize {
            self.1
        }
        fn reset(&mut self, rng: &mut dyn Rng) -> usize {
            self.0 = 0;
            10 + uniform_index(80, rng)
        }
        fn step(&mut self, action: usize, _rng: &mut dyn Rng) -> Step {
            self.0 += 1;
            let end = (self.0 == 3).then_some(End::Terminated);
            Step { obs: self.0, reward: action as f64, end }
        }
    }

    #[test]
    fn the_last_observation_is_kept_beside_the_new_first_one() {
        let mut worlds = Worlds::copies(&TimeLimit::new(Clock(0, 100), 2), 2, 5).unwrap();
        let first = worlds.reset();
        let one = worlds.step(&[0, 1]);
        assert_eq!(one.iter().map(|s| s.step.reward).collect::<Vec<_>>(), [0.0, 1.0]);
        assert!(one.iter().all(|s| s.step.obs == 1 && s.next == 1 && s.step.end.is_none()));
        for (i, s) in worlds.step(&[0, 0]).iter().enumerate() {
            assert_eq!((s.step.obs, s.step.end), (2, Some(End::Truncated)));
            assert!(s.next >= 10 && s.next != first[i], "begun again, with new chance");
        }
        assert_eq!(worlds.step(&[0, 0])[0].step.obs, 1);
    }

    #[test]
    fn one_world_more_leaves_the_others_as_they_were() {
        let play = |copies| {
            let mut worlds = Worlds::copies(&Clock(0, 100), copies, 5).unwrap();
            let mut seen = vec![worlds.reset()];
            for _ in 0..10 {
                let steps = worlds.step(&vec![0; copies]);
                seen.push(steps.into_iter().map(|s| s.next).collect());
            }
            seen.into_iter().map(|row| row[..2].to_vec()).collect::<Vec<_>>()
        };
        assert_eq!(play(2), play(5));
        assert_ne!(play(2)[0][0], play(2)[0][1]);
    }

    #[test]
    fn worlds_that_do_not_fit_are_named() {
        let text = Worlds::copies(&Clock(0, 1), 0, 1).unwrap_err().to_string();
        assert!(text.contains("list of worlds is empty"), "{text}");
        let mixed: Vec<Box<dyn World>> = vec![Box::new(Clock(0, 7)), Box::new(Clock(0, 8))];
        let text = Worlds::new(mixed, 1).unwrap_err().to_string();
        assert!(text.contains("world 1 has (2, 8)"), "{text}");
    }

    #[test]
    #[should_panic(expected = "one action for each world")]
    fn one_action_short_is_refused() {
        Worlds::copies(&Clock(0, 100), 2, 1).unwrap().step(&[0]);
    }
}
