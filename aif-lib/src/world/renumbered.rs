//! [`Renumbered`]: a maze with a wall more, or less, in which every place keeps its number.

use super::grid::GridWorld;
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs, Step, World};
use crate::prob::random::Rng;

/// A grid world whose places have the numbers that they had in another one.
///
/// The states of a [`GridWorld`] are numbered without its walls, so one wall more moves all later numbers. An animal
/// that learned a maze before it was rebuilt must not be confused by that: here its places keep their numbers.
///
/// ```
/// # use aif_lib::prelude::*;
/// let before = GridWorld::layout("detour")?;
/// let mut maze = Renumbered::new(GridWorld::layout("detour_block")?, &before)?;
/// assert_eq!(maze.reset(&mut seeded(1)), before.start());
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Renumbered {
    now: GridWorld,
    numbers: Vec<Obs>, // (states of now)
}

impl Renumbered {
    /// The world `now`, with the numbers of the same cells `before`.
    ///
    /// # Errors
    /// [`Error::Drawing`]: a free cell of `now` was a wall before, so it has no number.
    pub fn new(now: GridWorld, before: &GridWorld) -> Result<Self> {
        let number = |state| {
            let (row, col) = now.cell(state);
            before.state_at(row, col).ok_or_else(|| Error::Drawing {
                line: row + 1,
                column: col + 1,
                problem: "this cell is free now but was a wall before: number the cells by the maze with fewer walls".into(),
            })
        };
        let numbers = (0..now.n_states()).map(number).collect::<Result<Vec<Obs>>>()?;
        Ok(Self { now, numbers })
    }
}

impl World for Renumbered {
    fn action_space(&self) -> usize {
        self.now.n_actions()
    }

    fn observation_space(&self) -> usize {
        self.numbers.iter().max().map_or(0, |last| last + 1)
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        self.numbers[self.now.reset(rng)]
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        let Step { obs, reward, end } = self.now.step(action, rng);
        Step { obs: self.numbers[obs], reward, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::End;
    use crate::prob::random::seeded;

    #[test]
    fn places_keep_their_numbers_and_the_new_wall_blocks() {
        let before = GridWorld::new("S..\n...\n..+").unwrap();
        let mut maze =
            Renumbered::new(GridWorld::new("S#.\n...\n..+").unwrap(), &before).unwrap();
        let mut rng = seeded(0);
        assert_eq!(maze.reset(&mut rng), 0);
        let seen = [1, 2, 1, 1, 0].map(|action| maze.step(action, &mut rng).obs);
        assert_eq!(seen, [0, 3, 4, 5, 2]);
        maze.step(2, &mut rng);
        let last = maze.step(2, &mut rng);
        assert_eq!((last.obs, last.reward, last.end), (8, 1.0, Some(End::Terminated)));
    }

    #[test]
    fn a_cell_without_a_number_is_named() {
        let before = GridWorld::new("S#.\n..+").unwrap();
        let text =
            Renumbered::new(GridWorld::new("S..\n..+").unwrap(), &before).unwrap_err();
        assert!(text.to_string().starts_with("line 1, column 2: this cell is free now"));
    }
}
