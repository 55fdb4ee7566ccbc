//! [`Floor`]: the worlds whose states are cells.

use crate::interaction::State;
use crate::world::cliff::{self, Cliff};
use crate::world::deep_sea::DeepSea;
use crate::world::grid::GridWorld;

/// A world whose states are cells in rows and columns, as [`GridPicture::floor`](super::GridPicture::floor) draws it.
/// Cells are numbered along the rows from the upper left, from 0.
pub trait Floor {
    /// How many rows and columns.
    fn size(&self) -> (usize, usize);
    /// The cell of each state.
    fn places(&self) -> Vec<usize>;
    /// For each cell, whether nobody can stand there.
    fn walls(&self) -> Vec<bool>;
    /// The state in which an episode starts.
    fn start(&self) -> State;
    /// The state that is looked for.
    fn goal(&self) -> State;
    /// Keys `K`, doors `D`, warps `W` and their target `w`, each on its cell, as an episode begins.
    fn objects(&self) -> Vec<(usize, char)> {
        Vec::new()
    }
}

impl Floor for GridWorld {
    fn size(&self) -> (usize, usize) {
        (self.rows(), self.cols())
    }

    fn places(&self) -> Vec<usize> {
        (0..self.n_states()).map(|state| self.index(state)).collect()
    }

    fn walls(&self) -> Vec<bool> {
        self.walls()
    }

    fn start(&self) -> State {
        self.start()
    }

    fn goal(&self) -> State {
        self.goal()
    }

    fn objects(&self) -> Vec<(usize, char)> {
        self.objects(0)
    }
}

/// The cliff is where nobody can stand.
impl Floor for Cliff {
    fn size(&self) -> (usize, usize) {
        (cliff::ROWS, cliff::COLS)
    }

    fn places(&self) -> Vec<usize> {
        (0..cliff::ROWS * cliff::COLS).collect()
    }

    fn walls(&self) -> Vec<bool> {
        self.places().iter().map(|cell| cliff::edge().contains(cell)).collect()
    }

    fn start(&self) -> State {
        cliff::START
    }

    fn goal(&self) -> State {
        cliff::GOAL
    }
}

/// A triangle of water in a square; the treasure lies in its lower right corner.
impl Floor for DeepSea {
    fn size(&self) -> (usize, usize) {
        (self.depth() + 1, self.depth() + 1)
    }

    fn places(&self) -> Vec<usize> {
        let cell = |state| {
            let (row, col) = self.cell(state);
            row * (self.depth() + 1) + col
        };
        (0..self.n_states()).map(cell).collect()
    }

    fn walls(&self) -> Vec<bool> {
        let side = self.depth() + 1;
        (0..side * side).map(|cell| cell % side > cell / side).collect()
    }

    fn start(&self) -> State {
        0
    }

    fn goal(&self) -> State {
        self.n_states() - 1
    }
}
