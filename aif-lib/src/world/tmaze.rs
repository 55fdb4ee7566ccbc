//! The T-maze: look first, or run?
//!
//! One arm pays, the other punishes; which is which changes from trial to trial. A cue says, with some reliability. A
//! trial lasts two moves and ends at once in an arm, so an animal that looks first still has one move left.
//!
//! Actions: 0 stay, 1 go to the cue, 2 go left, 3 go right. The arms cannot be left. Reward: +1 in the arm that pays, −1 in
//! the other, 0 elsewhere.
//!
//! [`TMaze`] shows one outcome at a time; [`FactoredTMaze`] is the same maze seen through three senses.
//! [`model`](crate::task::tmaze::model) and [`factored_model`](crate::task::tmaze::factored_model) are the usual generative models of the two. They differ from the maze in one point:
//! who runs at once stays in the arm for the second move, and sees its outcome again, while in the maze the trial is over.
//! With an even prior about the side this cancels in every expected preference; with an uneven one it does not.

use ndarray::{Array2, Array3};

use crate::error::{Error, Result};
use crate::interaction::{Action, End, Obs, Step, World};
use crate::prob::random::{Rng, uniform_index, uniform01};

/// The actions by name.
pub const ACTIONS: [&str; 4] = ["stay", "cue", "left", "right"];
/// The places by name; action `u` other than `stay` leads to place `u`.
pub const PLACES: [&str; 4] = ["centre", "cue", "left", "right"];
/// Which arm pays, by name.
pub const SIDES: [&str; 2] = ["left pays", "right pays"];
/// The outcomes of [`TMaze`] by name.
pub const OUTCOMES: [&str; 5] = ["null", "cue left", "cue right", "reward", "punish"];
/// Log-preferences of an animal that likes reward as much as it dislikes punishment.
pub const PREFERENCE: [f64; 5] = [0.0, 0.0, 0.0, 3.0, -3.0];
/// The reward for being in each of the 8 states of its [`model`](crate::task::tmaze::model): +1 in the arm that pays, −1 in the other.
pub const REWARD: [f64; 8] = [0.0, 0.0, 0.0, 0.0, 1.0, -1.0, -1.0, 1.0];
/// The number of moves in a trial.
pub const MOVES: usize = 2;

/// The maze with one outcome at a time: null, cue left, cue right, reward, punish.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut maze, mut rng) = (TMaze::new(0.9)?, seeded(7));
/// assert_eq!(maze.reset(&mut rng), 0); // nothing to see in the centre
/// let step = maze.step(2, &mut rng);
/// assert!(step.reward.abs() == 1.0 && step.end == Some(End::Terminated));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct TMaze {
    reliability: f64,
    place: usize,
    side: usize,
    moves_left: usize,
}

impl TMaze {
    /// A maze whose cue tells the truth with probability `reliability`.
    ///
    /// # Errors
    /// - [`Error::Parameter`]: the reliability is not between 0 and 1.
    pub fn new(reliability: f64) -> Result<Self> {
        check_reliability(reliability)?;
        Ok(Self { reliability, place: 0, side: 0, moves_left: 0 })
    }

    /// Where the animal is: an index into [`PLACES`].
    pub fn place(&self) -> usize {
        self.place
    }

    /// Which arm pays in this trial: an index into [`SIDES`]. The animal cannot see it.
    pub fn side(&self) -> usize {
        self.side
    }

    /// What there is to see: (cue shown, 0 none; reward, 0 none, 1 reward, 2 punishment).
    fn look(&self, rng: &mut dyn Rng) -> (Obs, Obs) {
        match self.place {
            1 => {
                let truthful = uniform01(rng) < self.reliability;
                (1 + if truthful { self.side } else { 1 - self.side }, 0)
            }
            2 | 3 => (0, if self.place - 2 == self.side { 1 } else { 2 }),
            _ => (0, 0),
        }
    }

    fn start(&mut self, rng: &mut dyn Rng) {
        (self.place, self.side, self.moves_left) = (0, uniform_index(2, rng), MOVES);
    }

    fn go(&mut self, action: Action, rng: &mut dyn Rng) -> Step<(Obs, Obs)> {
        assert!(
            action < ACTIONS.len(),
            "action {action}: the T-maze has {}",
            ACTIONS.len()
        );
        assert!(self.moves_left > 0, "this trial is over: call reset");
        if action > 0 {
            self.place = action;
        }
        let in_arm = self.place >= 2;
        self.moves_left = if in_arm { 0 } else { self.moves_left - 1 };
        let obs = self.look(rng);
        let reward = [0.0, 1.0, -1.0][obs.1];
        // Two moves are the whole task, so the last one is terminal, not truncated.
        Step { obs, reward, end: (self.moves_left == 0).then_some(End::Terminated) }
    }
}

pub(crate) fn check_reliability(reliability: f64) -> Result<()> {
    if (0.0..=1.0).contains(&reliability) {
        return Ok(());
    }
    let expected = "the reliability of a cue is a probability: use a number from 0 to 1";
    Err(Error::Parameter { name: "reliability", value: reliability, expected })
}

/// The outcome of [`TMaze`] from what the two senses of [`FactoredTMaze`] say.
fn flat((cue, reward): (Obs, Obs)) -> Obs {
    if reward > 0 { reward + 2 } else { cue }
}

impl World for TMaze {
    fn action_space(&self) -> usize {
        ACTIONS.len()
    }

    fn observation_space(&self) -> usize {
        OUTCOMES.len()
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        self.start(rng);
        flat(self.look(rng))
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        let step = self.go(action, rng);
        Step { obs: flat(step.obs), reward: step.reward, end: step.end }
    }
}

/// The same maze through three senses: place, cue (none, left, right), reward (none, reward, punish).
#[derive(Debug, Clone)]
pub struct FactoredTMaze(
    /// The maze inside.
    pub TMaze,
);

impl FactoredTMaze {
    /// As [`TMaze::new`].
    ///
    /// # Errors
    /// As [`TMaze::new`].
    pub fn new(reliability: f64) -> Result<Self> {
        TMaze::new(reliability).map(Self)
    }
}

impl World<Vec<Obs>> for FactoredTMaze {
    fn action_space(&self) -> usize {
        ACTIONS.len()
    }

    fn observation_space(&self) -> Vec<usize> {
        vec![PLACES.len(), 3, 3]
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<Obs> {
        self.0.start(rng);
        let (cue, reward) = self.0.look(rng);
        vec![self.0.place, cue, reward]
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step<Vec<Obs>> {
        let Step { obs: (cue, reward), reward: r, end } = self.0.go(action, rng);
        Step { obs: vec![self.0.place, cue, reward], reward: r, end }
    }
}

/// Where an action leads from a place: the arms keep the animal.
fn destination(place: usize, action: Action) -> usize {
    if place >= 2 || action == 0 { place } else { action }
}

/// B of the place, shape (place′, place, action).
pub(crate) fn place_transition() -> Array3<f64> {
    Array3::from_shape_fn((4, 4, 4), |(to, from, u)| {
        f64::from(u8::from(to == destination(from, u)))
    })
}

/// The likelihood A of [`TMaze`], shape (outcome, state), with 8 states: place × side, state = 2 · place + side.
pub fn likelihood(reliability: f64) -> Array2<f64> {
    let mut a = Array2::zeros((5, 8));
    for side in 0..2 {
        a[[0, side]] = 1.0;
        a[[1 + side, 2 + side]] = reliability;
        a[[2 - side, 2 + side]] = 1.0 - reliability;
        a[[3, 4 + 3 * side]] = 1.0; // left when left pays, right when right pays
        a[[4, 6 - side]] = 1.0;
    }
    a
}

/// The transition B of [`TMaze`], shape (state′, state, action): the place moves, the side stays.
pub fn transition() -> Array3<f64> {
    let place = place_transition();
    Array3::from_shape_fn((8, 8, 4), |(to, from, u)| {
        if to % 2 == from % 2 { place[[to / 2, from / 2, u]] } else { 0.0 }
    })
}

/// The names of the 8 states of its [`model`](crate::task::tmaze::model): `centre/L` is the centre when left pays.
pub const STATES: [&str; 8] =
    ["centre/L", "centre/R", "cue/L", "cue/R", "left/L", "left/R", "right/L", "right/R"];
