//! The random walk: a row of states, a coin in each, and an end on either side.
//!
//! There is nothing to do here but to predict. That is why it is the usual yardstick for learning to predict:
//! the true values are known, and they lie on a straight line.

use crate::error::{Error, Result};
use crate::interaction::{Action, End, State, Step, Trajectory, World};
use crate::prob::random::{Rng, uniform_index};

/// A walk over n states, 1 to n, that starts in the middle and ends at 0 or n + 1.
///
/// The right end pays 1, the left end 0 (or what [`with_left`](Self::with_left) says). There is one action:
/// to let the coin decide. Source: Sutton (1988); with five states Sutton & Barto (2018), Example 6.2.
///
/// ```
/// # use aif_lib::prelude::*;
/// let walk = RandomWalk::new(5)?;
/// assert_eq!(walk.true_values()[3], 0.5); // from the middle either end is as likely
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RandomWalk {
    n: usize,
    left: f64,
    state: State,
}

impl RandomWalk {
    /// A walk over n states.
    ///
    /// # Errors
    /// [`Error::Parameter`]: n is even, so that there is no middle.
    pub fn new(n: usize) -> Result<Self> {
        if n.is_multiple_of(2) {
            let expected = "the walk starts in the middle, so its number of states is odd";
            return Err(Error::Parameter { name: "n", value: n as f64, expected });
        }
        Ok(Self { n, left: 0.0, state: 0 })
    }

    /// The same walk with a reward at the left end.
    pub fn with_left(mut self, reward: f64) -> Self {
        self.left = reward;
        self
    }

    /// The number of entries of a table of values: the states and both ends.
    pub fn n_obs(&self) -> usize {
        self.n + 2
    }

    /// What each state is worth without discount; both ends are worth 0.
    ///
    /// ```text
    /// V(s) = P(right end | s) + P(left end | s) · left,    P(right end | s) = s / (n + 1)
    /// ```
    pub fn true_values(&self) -> Vec<f64> {
        let value = |s: usize| {
            let right = s as f64 / (self.n + 1) as f64;
            right + (1.0 - right) * self.left
        };
        (0..self.observation_space())
            .map(|s| if s == 0 || s > self.n { 0.0 } else { value(s) })
            .collect()
    }

    /// Walks n times from the middle to an end.
    pub fn walks(&mut self, n: usize, rng: &mut dyn Rng) -> Vec<Trajectory> {
        let one = |_| {
            let first = self.reset(rng);
            let mut walk = Trajectory { first, steps: Vec::new() };
            while walk.end().is_none() {
                walk.steps.push((0, self.step(0, rng)));
            }
            walk
        };
        (0..n).map(one).collect()
    }

    /// The root mean squared error of a table of values, over the states without the ends.
    ///
    /// # Panics
    /// When there is not one value for each state and end.
    pub fn rms_error(&self, v: &[f64]) -> f64 {
        assert_eq!(
            v.len(),
            self.observation_space(),
            "rms_error: one value for each state and both ends"
        );
        let truth = self.true_values();
        let sum: f64 = (1..=self.n).map(|s| (v[s] - truth[s]).powi(2)).sum();
        (sum / self.n as f64).sqrt()
    }
}

impl World for RandomWalk {
    fn action_space(&self) -> usize {
        1
    }

    fn observation_space(&self) -> usize {
        self.n + 2
    }

    fn reset(&mut self, _rng: &mut dyn Rng) -> State {
        self.state = self.n.div_ceil(2);
        self.state
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        assert!(action == 0, "action {action} is out of range: the coin decides, action 0");
        let inside = 1..=self.n;
        assert!(inside.contains(&self.state), "the walk is over: call reset first");
        self.state =
            if uniform_index(2, rng) == 1 { self.state + 1 } else { self.state - 1 };
        let (reward, over) = match self.state {
            0 => (self.left, true),
            s if s > self.n => (1.0, true),
            _ => (0.0, false),
        };
        Step { obs: self.state, reward, end: over.then_some(End::Terminated) }
    }
}
