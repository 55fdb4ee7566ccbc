//! Cliff walking: the short way runs along an edge.
//!
//! ```text
//! ............      12 columns, 4 rows; one step costs 1
//! ............
//! ............
//! S^^^^^^^^^^G      ^ the cliff: costs 100, and back to the start
//! ```
//! Actions: 0 north, 1 east, 2 south, 3 west; a step against the border stays. States are numbered row by row from
//! the upper left, 0 to 47. Source: Sutton & Barto (2018), example 6.6.

use crate::interaction::{Action, End, Obs, State, Step, World};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;

/// The number of rows.
pub const ROWS: usize = 4;
/// The number of columns.
pub const COLS: usize = 12;
/// The start, in the lower left corner.
pub const START: State = 36;
/// The goal, in the lower right corner.
pub const GOAL: State = 47;
/// The actions by name.
pub const ACTIONS: [&str; 4] = ["north", "east", "south", "west"];

/// The cells of the cliff.
pub fn edge() -> Vec<State> {
    (START + 1..GOAL).collect()
}

/// Where an action leads, and what it costs.
pub(crate) fn outcome(state: State, action: Action) -> (State, f64) {
    let (row, col) = (state / COLS, state % COLS);
    let (row, col) = match action {
        0 => (row.saturating_sub(1), col),
        1 => (row, (col + 1).min(COLS - 1)),
        2 => ((row + 1).min(ROWS - 1), col),
        _ => (row, col.saturating_sub(1)),
    };
    let next = row * COLS + col;
    if next > START && next < GOAL { (START, -100.0) } else { (next, -1.0) }
}

/// The walker on the grid. It has no time limit of its own.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut cliff, mut rng) = (Cliff::new(), seeded(7));
/// assert_eq!(cliff.reset(&mut rng), cliff::START);
/// let fall = cliff.step(1, &mut rng);
/// assert_eq!((fall.obs, fall.reward, fall.end), (cliff::START, -100.0, None));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cliff {
    pub(crate) place: Option<State>,
}

impl Cliff {
    /// A walker that waits for `reset`.
    pub fn new() -> Self {
        Self::default()
    }
}

impl World for Cliff {
    fn action_space(&self) -> usize {
        ACTIONS.len()
    }

    fn observation_space(&self) -> usize {
        ROWS * COLS
    }

    fn reset(&mut self, _rng: &mut dyn Rng) -> Obs {
        self.place = Some(START);
        START
    }

    fn step(&mut self, action: Action, _rng: &mut dyn Rng) -> Step {
        assert!(action < ACTIONS.len(), "action {action}: the cliff has {}", ACTIONS.len());
        let place = self.place.expect("this walk is over: call reset");
        let (next, reward) = outcome(place, action);
        let end = (next == GOAL).then_some(End::Terminated);
        self.place = if end.is_some() { None } else { Some(next) };
        Step { obs: next, reward, end }
    }
}

/// The cells that a walker passes from the start when it follows these policies, up to a number of steps. Of
/// several best actions it takes the first.
///
/// `policy`: one distribution for each of the 48 states.
///
/// # Panics
/// When a policy is missing.
pub fn walk(policy: &[Categorical], steps: usize) -> Vec<State> {
    let mut path = vec![START];
    while path.len() <= steps && path.last() != Some(&GOAL) {
        let here = path[path.len() - 1];
        path.push(outcome(here, policy[here].mode()).0);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::TimeLimit;
    use crate::interaction::{Ends, check_world};
    use crate::prob::random::seeded;

    #[test]
    fn the_cliff_keeps_the_rules() {
        let ends = check_world(&mut Cliff::new(), 1_000_000, &mut seeded(1)).unwrap();
        assert_eq!(ends, Ends { terminated: 20, truncated: 0 });
        let mut short = TimeLimit::new(Cliff::new(), 50);
        assert!(check_world(&mut short, 50, &mut seeded(1)).unwrap().truncated > 0);
    }
}
