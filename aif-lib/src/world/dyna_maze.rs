//! Sutton's mazes: one that stands still, and two whose walls move while the agent lives in them.
//!
//! Source: Sutton & Barto (2018), Reinforcement Learning, 2nd edition, figures 8.2, 8.4 and 8.5.

use super::grid::GridWorld;
use crate::error::{Error, Result};
use crate::interaction::{Action, End, State, Step, World};
use crate::prob::random::Rng;

/// The Dyna maze: 6 × 9 cells, 14 steps from start to goal.
const DYNA: &str = "
    .......#+
    ..#....#.
    S.#....#.
    ..#......
    .....#...
    .........
";

/// A wall with its door at the right-hand end: 10 steps.
const DOOR_RIGHT: &str = "
    ........+
    .........
    .........
    ########.
    .........
    ...S.....
";

/// The same wall with its door at the left-hand end: 16 steps.
const DOOR_LEFT: &str = "
    ........+
    .........
    .........
    .########
    .........
    ...S.....
";

/// The same wall with a door at each end: 10 steps.
const BOTH_DOORS: &str = "
    ........+
    .........
    .........
    .#######.
    .........
    ...S.....
";

/// The Dyna maze, a [`GridWorld`] with 47 states.
///
/// ```
/// # use aif_lib::prelude::*;
/// let maze = dyna_maze::maze();
/// assert_eq!(maze.path_to(maze.goal()).unwrap().len() - 1, 14);
/// ```
pub fn maze() -> GridWorld {
    magnified(1)
}

/// The Dyna maze with every cell drawn as `k` × `k` cells: the same shape, a finer grid.
///
/// The start is the upper left of its block, the goal the upper right of its block.
///
/// # Panics
/// When `k` is 0.
#[track_caller]
pub fn magnified(k: usize) -> GridWorld {
    assert!(k > 0, "magnified: each cell becomes k × k cells, so k is at least 1");
    let mut drawing = String::new();
    for line in DYNA.split_whitespace() {
        for i in 0..k {
            for glyph in line.chars() {
                let first = if i == 0 { glyph } else { free(glyph) };
                let mut block = vec![free(glyph); k];
                block[if glyph == '+' { k - 1 } else { 0 }] = first;
                drawing.extend(block);
            }
            drawing.push('\n');
        }
    }
    GridWorld::new(&drawing).expect("the drawing is correct")
}

/// A wall stays a wall; the rest of a block is free.
fn free(glyph: char) -> char {
    if glyph == '#' { '#' } else { '.' }
}

/// A maze whose walls move at a certain step.
///
/// The agent sees the number of its cell, counted row by row over all cells, so that a cell keeps its number
/// when the walls move. The actions are north, east, south and west. Arriving at the goal pays 1 and ends the
/// episode. The clock counts the steps of the whole life: unlike in other worlds, `reset` leaves it as it is,
/// because a wall does not move back when the agent starts anew.
///
/// ```
/// # use aif_lib::prelude::*;
/// let maze = ShiftingMaze::blocking();
/// assert_eq!((maze.n_states(), maze.moves_at(), maze.clock()), (54, 1000, 0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ShiftingMaze {
    before: GridWorld,
    after: GridWorld,
    moves_at: usize,
    clock: usize,
    now: Option<State>,
}

impl ShiftingMaze {
    /// A maze drawn twice, as for [`GridWorld`]: before and after the given number of steps.
    ///
    /// # Errors
    /// - As [`GridWorld::new`], for either drawing.
    /// - [`Error::Shape`]: the drawings differ in size, in the start or in the goal.
    pub fn new(before: &str, after: &str, moves_at: usize) -> Result<Self> {
        let (before, after) = (GridWorld::new(before)?, GridWorld::new(after)?);
        let frame = |world: &GridWorld| {
            let [start, goal] = [world.start(), world.goal()].map(|s| world.cell(s));
            format!("{} × {}, start {start:?}, goal {goal:?}", world.rows(), world.cols())
        };
        if frame(&before) != frame(&after) {
            return Err(Error::Shape {
                what: "the second drawing".into(),
                expected: frame(&before),
                got: frame(&after),
                cure: "only walls may move: keep size, start and goal",
            });
        }
        Ok(Self { before, after, moves_at, clock: 0, now: None })
    }

    /// The blocking maze: after 1000 steps the short way is closed and a long one opens elsewhere.
    pub fn blocking() -> Self {
        Self::new(DOOR_RIGHT, DOOR_LEFT, 1000).expect("the drawings are correct")
    }

    /// The shortcut maze: after 3000 steps a shorter way opens, and the old one stays open.
    pub fn shortcut() -> Self {
        Self::new(DOOR_LEFT, BOTH_DOORS, 3000).expect("the drawings are correct")
    }

    /// The number of cells, walls included.
    pub fn n_states(&self) -> usize {
        self.before.rows() * self.before.cols()
    }

    /// The step at which the walls move.
    pub fn moves_at(&self) -> usize {
        self.moves_at
    }

    /// How many steps have been taken since the maze was made.
    pub fn clock(&self) -> usize {
        self.clock
    }

    /// The maze before the walls move.
    pub fn before(&self) -> &GridWorld {
        &self.before
    }

    /// The maze after the walls have moved.
    pub fn after(&self) -> &GridWorld {
        &self.after
    }

    fn present(&self) -> &GridWorld {
        if self.clock < self.moves_at { &self.before } else { &self.after }
    }

    /// Where an action leads: one may walk out of a wall that came down on one's head, not into it.
    fn neighbour(&self, cell: State, action: Action) -> State {
        let (row, col) = (cell / self.before.cols(), cell % self.before.cols());
        // Wrapping below 0 gives a number far outside, where there is no cell.
        let (row, col) = match action {
            0 => (row.wrapping_sub(1), col),
            1 => (row, col + 1),
            2 => (row + 1, col),
            _ => (row, col.wrapping_sub(1)),
        };
        let world = self.present();
        world.state_at(row, col).map_or(cell, |state| world.index(state))
    }
}

impl World for ShiftingMaze {
    fn action_space(&self) -> usize {
        4
    }

    fn observation_space(&self) -> usize {
        self.before.rows() * self.before.cols()
    }

    fn reset(&mut self, _rng: &mut dyn Rng) -> State {
        let start = self.before.index(self.before.start());
        self.now = Some(start);
        start
    }

    fn step(&mut self, action: Action, _rng: &mut dyn Rng) -> Step {
        assert!(action < 4, "action {action} is out of range: use 0 to 3, for N, E, S, W");
        let now = self.now.expect("the episode is not running: call reset first");
        let obs = self.neighbour(now, action);
        self.clock += 1;
        let done = obs == self.before.index(self.before.goal());
        self.now = if done { None } else { Some(obs) };
        Step { obs, reward: f64::from(done), end: done.then_some(End::Terminated) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::TimeLimit;
    use crate::interaction::check_world;
    use crate::prob::random::seeded;

    fn steps(world: &GridWorld) -> usize {
        world.path_to(world.goal()).unwrap().len() - 1
    }

    #[test]
    fn the_paths_are_as_long_as_published() {
        // Sutton & Barto (2018): 14 steps in figure 8.2; the two doors by counting: 5 + 5, and 3 + 5 + 8.
        assert_eq!((maze().n_states(), steps(&maze())), (47, 14));
        let maze = ShiftingMaze::blocking();
        assert_eq!((steps(maze.before()), steps(maze.after())), (10, 16));
        let maze = ShiftingMaze::shortcut();
        assert_eq!((steps(maze.before()), steps(maze.after())), (16, 10));
    }

    #[test]
    fn a_finer_grid_has_k_squared_times_the_cells() {
        for k in 1..5 {
            let fine = magnified(k);
            assert_eq!(fine.n_states(), 47 * k * k);
            // Corner to corner: 8k + (k − 1) across to the far side of the goal's block, 2k down and 4k up
            // around the block of one wall cell, of which the lowest and the highest row count once.
            assert!(
                steps(&fine) >= 14 * k && steps(&fine) <= 16 * k,
                "{k}: {}",
                steps(&fine)
            );
        }
    }

    #[test]
    fn the_walls_move_once_and_stay() {
        let (mut maze, mut rng) = (ShiftingMaze::blocking(), seeded(1));
        let east_door = 3 * 9 + 8;
        let try_door = |maze: &mut ShiftingMaze, rng: &mut dyn Rng| {
            maze.reset(rng);
            for _ in 0..5 {
                maze.step(1, rng);
            }
            maze.step(0, rng);
            maze.step(0, rng).obs
        };
        assert_eq!(try_door(&mut maze, &mut rng), east_door);
        while maze.clock() < 1000 {
            maze.reset(&mut rng);
            maze.step(3, &mut rng);
        }
        assert_eq!(try_door(&mut maze, &mut rng), east_door + 9, "closed");
        assert_eq!(try_door(&mut maze, &mut rng), east_door + 9, "reset does not open it");
    }

    #[test]
    fn the_walls_move_right_after_the_step_that_was_said() {
        let second = |moves_at: usize| {
            let mut maze = ShiftingMaze::new("S.+\n...", "S#+\n...", moves_at).unwrap();
            let mut rng = seeded(1);
            maze.reset(&mut rng);
            [0, 1].map(|action| maze.step(action, &mut rng).obs)[1]
        };
        // The second step goes east: into a wall that came down after the first, or just before one that comes after it.
        assert_eq!([second(0), second(1), second(2)], [0, 0, 1]);
    }

    #[test]
    fn whoever_stands_in_the_door_can_walk_out() {
        let (mut maze, mut rng) =
            (ShiftingMaze::new(DOOR_RIGHT, DOOR_LEFT, 7).unwrap(), seeded(1));
        maze.reset(&mut rng);
        let path = [1, 1, 1, 1, 1, 0, 0];
        let here = path.map(|a| maze.step(a, &mut rng).obs)[6];
        assert_eq!(here, 3 * 9 + 8);
        assert_eq!(maze.step(3, &mut rng).obs, here, "the wall beside is still a wall");
        assert_eq!(maze.step(0, &mut rng).obs, here - 9);
        assert_eq!(maze.step(2, &mut rng).obs, here - 9, "and now there is no way back");
    }

    #[test]
    fn a_maze_before_its_move_and_after_it_keeps_the_rules() {
        for moves_at in [0, usize::MAX] {
            let maze = ShiftingMaze::new(DOOR_RIGHT, DOOR_LEFT, moves_at).unwrap();
            let ends = check_world(&mut maze.clone(), 100_000, &mut seeded(1)).unwrap();
            assert_eq!(ends.truncated, 0);
            let ends =
                check_world(&mut TimeLimit::new(maze, 60), 60, &mut seeded(1)).unwrap();
            assert!(ends.truncated > 0);
        }
    }

    #[test]
    fn drawings_that_do_not_match_are_refused() {
        let text = ShiftingMaze::new("S.+", "S+.", 1).unwrap_err().to_string();
        assert!(
            text.contains("goal (0, 1), expected 1 × 3, start (0, 0), goal (0, 2)"),
            "{text}"
        );
        assert!(
            ShiftingMaze::new("S.+", "?.+", 1).unwrap_err().to_string().contains("'?'")
        );
    }
}
