//! The deep sea: a treasure that only a diver finds who swims right all the way down.
//!
//! ```text
//! o              depth 4: a triangle of cells; each step goes one row down,
//! o o            to the left (straight down) or to the right
//! o o o
//! o o o o
//! o o o o $      the treasure pays 1; every step to the right costs a little
//! ```
//! Which of the two actions swims right is decided by a coin for each cell, so that no habit finds the way. A diver
//! who chooses at random finds it once in 2^depth dives. Source: Osband, Van Roy, Russo & Wen (2019), section 4.

use crate::error::{Error, Result};
use crate::interaction::{Action, End, Obs, State, Step, World};
use crate::prob::random::{Rng, uniform_index};

/// What all steps to the right cost together.
pub const COST: f64 = 0.01;

/// The sea. The cells are numbered row by row from the top, (depth + 1)(depth + 2)/2 of them.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut sea, mut rng) = (DeepSea::new(3, &mut seeded(1))?, seeded(7));
/// let mut cell = sea.reset(&mut rng);
/// let mut total = 0.0;
/// for _ in 0..3 {
///     let step = sea.step(sea.right(cell), &mut rng);
///     (cell, total) = (step.obs, total + step.reward);
/// }
/// assert!((total - 0.99).abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DeepSea {
    depth: usize,
    right: Vec<Action>,
    place: Option<(usize, usize)>,
}

impl DeepSea {
    /// A sea of this depth; the generator decides which action swims right in each cell.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the depth is 0, or above 1000.
    pub fn new(depth: usize, rng: &mut dyn Rng) -> Result<Self> {
        if depth == 0 || depth > 1000 {
            let (name, expected) = ("depth", "a sea is from 1 to 1000 steps deep");
            return Err(Error::Parameter { name, value: depth as f64, expected });
        }
        let right = (0..first_of(depth)).map(|_| uniform_index(2, rng)).collect();
        Ok(Self { depth, right, place: None })
    }

    /// How many steps a dive has.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The number of cells, the sea bed included.
    pub fn n_states(&self) -> usize {
        first_of(self.depth + 1)
    }

    /// The action that swims right in a cell above the sea bed. The diver cannot see it.
    ///
    /// # Panics
    /// When the cell is on the sea bed or does not exist.
    pub fn right(&self, cell: State) -> Action {
        self.right[cell]
    }

    /// Row and column of a cell.
    pub fn cell(&self, state: State) -> (usize, usize) {
        let row = (0..=self.depth).rfind(|row| first_of(*row) <= state).unwrap_or(0);
        (row, state - first_of(row))
    }
}

/// The number of the first cell in a row, which is the number of cells above it.
fn first_of(row: usize) -> State {
    row * (row + 1) / 2
}

impl World for DeepSea {
    fn action_space(&self) -> usize {
        2
    }

    fn observation_space(&self) -> usize {
        first_of(self.depth + 1)
    }

    fn reset(&mut self, _rng: &mut dyn Rng) -> Obs {
        self.place = Some((0, 0));
        0
    }

    fn step(&mut self, action: Action, _rng: &mut dyn Rng) -> Step {
        assert!(action < 2, "action {action}: a diver has 2");
        let (row, col) = self.place.expect("this dive is over: call reset");
        let swims_right = action == self.right[first_of(row) + col];
        let (row, col) = (row + 1, col + usize::from(swims_right));
        let cost = if swims_right { COST / self.depth as f64 } else { 0.0 };
        let treasure = f64::from(col == self.depth);
        let end = (row == self.depth).then_some(End::Terminated);
        self.place = if end.is_some() { None } else { Some((row, col)) };
        Step { obs: first_of(row) + col, reward: treasure - cost, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::{Ends, check_world};
    use crate::interaction::{Trajectory, success_rate};
    use crate::prob::random::seeded;

    #[test]
    fn the_sea_keeps_the_rules() {
        for depth in [1, 2, 9] {
            let mut sea = DeepSea::new(depth, &mut seeded(depth as u64)).unwrap();
            let ends = check_world(&mut sea, depth, &mut seeded(1)).unwrap();
            assert_eq!(ends, Ends { terminated: 20, truncated: 0 });
        }
    }

    #[test]
    fn one_sequence_of_actions_in_two_to_the_depth_finds_the_treasure() {
        let depth = 7;
        let (mut sea, mut rng) = (DeepSea::new(depth, &mut seeded(4)).unwrap(), seeded(1));
        let returns: Vec<f64> = (0..1usize << depth)
            .map(|code| {
                let first = sea.reset(&mut rng);
                let steps =
                    (0..depth).map(|k| (code >> k & 1, sea.step(code >> k & 1, &mut rng)));
                Trajectory { first, steps: steps.collect() }.total_reward()
            })
            .collect();
        assert_eq!(success_rate(&returns), 1.0 / 128.0);
        let best = returns.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert!((best - 0.99).abs() < 1e-12, "{best}");
        assert_eq!(returns.iter().filter(|r| **r == 0.0).count(), 1, "all left is free");
    }

    #[test]
    fn cells_are_numbered_row_by_row() {
        let sea = DeepSea::new(3, &mut seeded(1)).unwrap();
        let cells: Vec<_> = (0..sea.n_states()).map(|s| sea.cell(s)).collect();
        assert_eq!(cells.len(), 10);
        assert_eq!((cells[0], cells[2], cells[9]), ((0, 0), (1, 1), (3, 3)));
        let text = DeepSea::new(0, &mut seeded(1)).unwrap_err().to_string();
        assert!(text.contains("depth = 0: a sea is from 1 to 1000"), "{text}");
    }
}
