//! States as cells of the drawing, which is what pictures show.

use super::GridWorld;
use crate::interaction::{Action, State};
use crate::prob::categorical::Categorical;

impl GridWorld {
    /// For each cell, row by row, whether it is a wall.
    pub fn walls(&self) -> Vec<bool> {
        self.floor.iter().map(|glyph| *glyph == '#').collect()
    }

    /// The cells of the keys, doors, warps and warp targets that are there in a layer, each with its character.
    ///
    /// # Panics
    /// When there is no such layer.
    pub fn objects(&self, layer: usize) -> Vec<(usize, char)> {
        let layer = &self.layers[layer];
        let there = |&(cell, glyph): &(usize, char)| match glyph {
            'K' => !layer.taken.contains(&cell),
            'D' => !layer.opened.contains(&cell),
            _ => "Ww".contains(glyph),
        };
        self.floor.iter().copied().enumerate().filter(there).collect()
    }

    /// Row and column of a state, counted from 0 at the top left.
    ///
    /// # Panics
    /// When there is no such state.
    pub fn cell(&self, state: State) -> (usize, usize) {
        let index = self.index(state);
        (index / self.cols, index % self.cols)
    }

    /// The state of a cell at the beginning of an episode; none where nobody can stand, and outside the drawing.
    pub fn state_at(&self, row: usize, col: usize) -> Option<State> {
        self.state_in(0, row, col)
    }

    /// The state of a cell in a layer.
    ///
    /// # Panics
    /// When there is no such layer.
    pub fn state_in(&self, layer: usize, row: usize, col: usize) -> Option<State> {
        let inside = row < self.rows && col < self.cols;
        if inside { self.states[layer][row * self.cols + col] } else { None }
    }

    /// The number of a state's cell, counted row by row over all cells, as pictures count them.
    ///
    /// # Panics
    /// When there is no such state.
    pub fn index(&self, state: State) -> usize {
        self.places[state].1
    }

    /// Numbers for the states as numbers for the cells, as an episode begins: where nobody can stand there is NaN.
    ///
    /// # Panics
    /// When there is not one number for each state.
    #[track_caller]
    pub fn on_cells(&self, values: &[f64]) -> Vec<f64> {
        self.on_cells_in(0, values)
    }

    /// [`on_cells`](Self::on_cells) in a layer.
    ///
    /// # Panics
    /// When there is not one number for each state, or no such layer.
    #[track_caller]
    pub fn on_cells_in(&self, layer: usize, values: &[f64]) -> Vec<f64> {
        assert_eq!(values.len(), self.n_states(), "on_cells: one number for each state");
        self.states[layer]
            .iter()
            .map(|state| state.map_or(f64::NAN, |s| values[s]))
            .collect()
    }

    /// The arrows of a policy as an episode begins: the cell and direction of each most probable action. Where the
    /// episode ends there is none, and where all actions are equally probable neither.
    ///
    /// # Panics
    /// When there is not one distribution for each state.
    #[track_caller]
    pub fn arrows(&self, policy: &[Categorical]) -> Vec<(usize, Action)> {
        self.arrows_in(0, policy)
    }

    /// [`arrows`](Self::arrows) in a layer.
    ///
    /// # Panics
    /// When there is not one distribution for each state, or no such layer.
    #[track_caller]
    pub fn arrows_in(&self, layer: usize, policy: &[Categorical]) -> Vec<(usize, Action)> {
        assert_eq!(
            policy.len(),
            self.n_states(),
            "arrows: one distribution for each state"
        );
        let mut arrows = Vec::new();
        for state in self.states[layer].iter().flatten().copied() {
            let policy = &policy[state];
            let most = policy[policy.mode()];
            let best: Vec<Action> = (0..4).filter(|&a| policy[a] > most - 1e-9).collect();
            if self.reward(state).is_none() && best.len() < 4 {
                arrows.extend(best.into_iter().map(|action| (self.index(state), action)));
            }
        }
        arrows
    }
}
