//! [`PuzzleBox`]: a cat in a cage, and one act that opens it.

use crate::error::{Error, Result};
use crate::interaction::{Action, End, Obs, Step, World};
use crate::prob::random::Rng;

/// What a cat does in a cage: names for twelve acts.
pub const ACTS: [&str; 12] = [
    "miaow",
    "scratch",
    "bite",
    "push",
    "sniff",
    "turn",
    "climb",
    "pull loop",
    "wash",
    "reach",
    "sit",
    "dig",
];

/// A cage with one latch or several, after the puzzle boxes of Thorndike (1898), Animal Intelligence.
///
/// Each step is one act. The right act opens the next latch; with the last one the door falls, which pays 1 and
/// ends the episode. Any other act does nothing. The animal sees how many latches are open.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut cage = PuzzleBox::new(12, &[7])?;
/// let mut rng = seeded(1);
/// cage.reset(&mut rng);
/// assert_eq!(cage.step(0, &mut rng), Step { obs: 0, reward: 0.0, end: None });
/// assert_eq!(cage.step(7, &mut rng), Step { obs: 1, reward: 1.0, end: Some(End::Terminated) });
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PuzzleBox {
    acts: usize,
    latches: Vec<Action>,
    open: Option<usize>,
}

impl PuzzleBox {
    /// A cage that knows `acts` acts. `latches`: for each latch, in their order, the act that opens it.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no latch.
    /// - [`Error::OutOfRange`]: a latch that no act opens.
    pub fn new(acts: usize, latches: &[Action]) -> Result<Self> {
        if latches.is_empty() {
            return Err(Error::Empty { what: "the list of latches".into() });
        }
        if let Some(&index) = latches.iter().find(|&&latch| latch >= acts) {
            let what = "the act that opens a latch".into();
            return Err(Error::OutOfRange { what, index, len: acts });
        }
        Ok(Self { acts, latches: latches.to_vec(), open: None })
    }
}

impl World for PuzzleBox {
    fn action_space(&self) -> usize {
        self.acts
    }

    fn observation_space(&self) -> usize {
        self.latches.len() + 1
    }

    fn reset(&mut self, _rng: &mut dyn Rng) -> Obs {
        self.open = Some(0);
        0
    }

    fn step(&mut self, action: Action, _rng: &mut dyn Rng) -> Step {
        assert!(
            action < self.acts,
            "act {action} is out of range: there are {}",
            self.acts
        );
        let open = self.open.expect("the episode is not running: call reset first");
        let obs = open + usize::from(self.latches[open] == action);
        let free = obs == self.latches.len();
        self.open = (!free).then_some(obs);
        Step { obs, reward: f64::from(free), end: free.then_some(End::Terminated) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    #[test]
    fn latches_open_in_their_order_only() {
        let mut cage = PuzzleBox::new(3, &[2, 0]).unwrap();
        let mut rng = seeded(0);
        assert_eq!((cage.reset(&mut rng), cage.n_observations()), (0, 3));
        let seen: Vec<(Obs, f64)> = [0, 2, 2, 1, 0]
            .iter()
            .map(|&act| {
                let step = cage.step(act, &mut rng);
                (step.obs, step.reward)
            })
            .collect();
        assert_eq!(seen, [(0, 0.0), (1, 0.0), (1, 0.0), (1, 0.0), (2, 1.0)]);
    }

    #[test]
    fn bad_cages_are_named() {
        let text = |latches: &[Action]| PuzzleBox::new(3, latches).unwrap_err().to_string();
        assert!(text(&[]).contains("list of latches is empty"));
        assert!(
            text(&[0, 3]).contains("the act that opens a latch is 3, but there are only 3")
        );
    }
}
