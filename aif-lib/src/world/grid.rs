//! [`GridWorld`]: a world drawn with characters.
//!
//! The agent sees the number of its state. Its four actions are north, east, south and west, 0 to 3. A step
//! into a wall, or off the drawing, leaves it where it is. A reward is paid on arrival and ends the episode.
//!
//! A drawing with keys and doors has several *layers*: the same floor once for every set of keys taken and
//! doors opened. The cell alone would not be a state there: what comes next depends on the key, too.

mod cells;
mod drawing;
mod layouts;

use std::collections::VecDeque;
use std::fmt;

use drawing::{Layer, drawing_error};
pub use layouts::{LAYOUTS, SMALL};

use crate::error::{Error, Result};
use crate::interaction::{Action, End, State, Step, World};
use crate::prob::random::{Rng, uniform_index, uniform01};

/// The names of the four actions, in their order.
pub const DIRECTIONS: [&str; 4] = ["N", "E", "S", "W"];

/// A world of square cells, read from a drawing.
///
/// | character | cell |
/// |---|---|
/// | `#` | a wall |
/// | `.` | free |
/// | `S` | free, and where every episode starts; exactly one |
/// | `+` | a goal: reward 1, ends the episode; one or more |
/// | `-` | a trap: reward −1, ends the episode |
/// | `K` | a key: taken on arrival |
/// | `D` | a door: a wall until it is entered with a key, which it uses up; then free |
/// | `W` | a warp: who enters it comes out at `w` in the same step |
/// | `w` | free, and where all warps lead; exactly one, if there is a warp |
///
/// The cells that are not walls are the states, numbered row by row from the top left; in a drawing with keys,
/// layer by layer. A cell that nobody can stand on is no state: a warp, in its layer a key that was not taken,
/// a door that is closed.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut world = GridWorld::new(
///     "S.#
///      ..+",
/// )?;
/// assert_eq!((world.n_states(), world.cell(4)), (5, (1, 2)));
/// let mut rng = seeded(1);
/// let start = world.reset(&mut rng);
/// assert_eq!(world.step(0, &mut rng).obs, start); // nothing lies north of the start
/// assert_eq!(world.step(2, &mut rng).obs, 2); // one cell south
///
/// // A corridor with a key at one end and a door before the goal: the floor, three times.
/// let locked = GridWorld::new("K.S.D+")?;
/// assert_eq!((locked.n_layers(), locked.n_states()), (3, 4 + 5 + 6));
/// assert_eq!(locked.layer_name(1), "1 key in hand, 0 doors open");
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct GridWorld {
    rows: usize,
    cols: usize,
    floor: Vec<char>,                // (rows × cols), the drawing
    layers: Vec<Layer>,              // what was taken and opened
    places: Vec<(usize, usize)>,     // (states), each (layer, cell)
    states: Vec<Vec<Option<State>>>, // (layers), each (rows × cols)
    moves: Vec<[State; 4]>,          // (states), where each action leads
    rewards: Vec<Option<f64>>,       // (rows × cols), Some where the episode ends
    start: State,
    slip: f64,
    now: Option<State>,
}

impl GridWorld {
    /// The same world where an action goes wrong: with this probability it is replaced by a random one.
    ///
    /// The random one may happen to be the intended one, so an action succeeds with probability 1 − ¾ slip.
    ///
    /// # Errors
    /// [`Error::Parameter`]: not a probability.
    pub fn with_slip(mut self, slip: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&slip) {
            return Err(Error::Parameter {
                name: "slip",
                value: slip,
                expected: "the probability of a random action instead, from 0 to 1",
            });
        }
        self.slip = slip;
        Ok(self)
    }

    /// The same world with another reward in a cell; the cell then ends the episode.
    ///
    /// # Errors
    /// - [`Error::Drawing`]: the cell is a wall, the start, or outside.
    /// - [`Error::Parameter`]: the reward is not finite.
    pub fn with_reward(mut self, row: usize, col: usize, reward: f64) -> Result<Self> {
        if !reward.is_finite() {
            let expected = "a reward is a finite number";
            return Err(Error::Parameter { name: "reward", value: reward, expected });
        }
        let inside = row < self.rows && col < self.cols;
        if !inside || !".+-".contains(self.floor[row * self.cols + col]) {
            let problem = "only a free cell inside, and not the start, can hold a reward";
            return Err(drawing_error(row, col, problem.into()));
        }
        self.rewards[row * self.cols + col] = Some(reward);
        Ok(self)
    }

    /// One of the drawings in [`LAYOUTS`], 11 × 11 cells.
    ///
    /// # Errors
    /// [`Error::UnknownName`]: there is no such drawing; the message lists them.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// assert_eq!(GridWorld::layout("four_rooms")?.n_states(), 68);
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn layout(name: &str) -> Result<Self> {
        let world = Self::new(drawing_of(&LAYOUTS, name)?)?;
        if name != "two_step" {
            return Ok(world);
        }
        world.with_reward(1, 1, 0.5)?.with_reward(1, 7, 0.25)?.with_reward(1, 9, 0.25)
    }

    /// One of the drawings in [`SMALL`], 7 × 7 cells, under the same names.
    ///
    /// # Errors
    /// [`Error::UnknownName`]: there is no such drawing; the message lists them.
    pub fn small(name: &str) -> Result<Self> {
        let world = Self::new(drawing_of(&SMALL, name)?)?;
        if name != "two_step" {
            return Ok(world);
        }
        world.with_reward(1, 1, 0.5)?.with_reward(1, 4, 0.25)?.with_reward(1, 5, 0.25)
    }

    /// Four rooms joined by four doors: start at the bottom right, goal at the top left, 16 steps apart.
    pub fn four_rooms() -> Self {
        Self::layout("four_rooms").expect("the drawing is correct")
    }

    /// The probability that a move goes in a random direction.
    pub fn slip(&self) -> f64 {
        self.slip
    }

    /// The number of rows of the drawing.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns of the drawing.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The number of states: cells to stand on, in all layers.
    pub fn n_states(&self) -> usize {
        self.places.len()
    }

    /// The number of layers: 1 unless there are keys.
    pub fn n_layers(&self) -> usize {
        self.layers.len()
    }

    /// The layer of a state. An episode starts in layer 0.
    ///
    /// # Panics
    /// When there is no such state.
    pub fn layer(&self, state: State) -> usize {
        self.places[state].0
    }

    /// What is in hand and open in a layer, in words.
    ///
    /// # Panics
    /// When there is no such layer.
    pub fn layer_name(&self, layer: usize) -> String {
        let count =
            |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        let layer = &self.layers[layer];
        format!(
            "{} in hand, {} open",
            count(layer.in_hand(), "key"),
            count(layer.opened.len(), "door")
        )
    }

    /// The state in which every episode starts.
    pub fn start(&self) -> State {
        self.start
    }

    /// The reward that a state pays on arrival, when it ends the episode.
    ///
    /// # Panics
    /// When there is no such state.
    pub fn reward(&self, state: State) -> Option<f64> {
        self.rewards[self.index(state)]
    }

    /// The states that end the episode.
    pub fn terminal(&self) -> Vec<State> {
        (0..self.n_states()).filter(|&s| self.reward(s).is_some()).collect()
    }

    /// The state with the largest reward among those that can be reached; the first of several.
    pub fn goal(&self) -> State {
        let before = self.search();
        let reward = |s: State| self.reward(s).unwrap_or(f64::NEG_INFINITY);
        let reached = (0..self.n_states()).filter(|&s| before[s].is_some());
        reached.fold(self.start, |best, s| if reward(s) > reward(best) { s } else { best })
    }

    /// Where an action leads when it does not go wrong.
    ///
    /// # Panics
    /// When there is no such state or action.
    pub fn neighbour(&self, state: State, action: Action) -> State {
        self.moves[state][action]
    }

    /// Breadth-first search from the start: for each state the one before it on a shortest path.
    fn search(&self) -> Vec<Option<State>> {
        let mut before = vec![None; self.n_states()];
        let mut queue = VecDeque::from([self.start]);
        while let Some(s) = queue.pop_front() {
            if self.reward(s).is_some() {
                continue;
            }
            for next in self.moves[s] {
                if next != self.start && before[next].is_none() {
                    before[next] = Some(s);
                    queue.push_back(next);
                }
            }
        }
        before
    }

    /// A shortest path from the start to a state, both included; none if there is no path.
    ///
    /// It does not cross other cells that end the episode.
    pub fn path_to(&self, state: State) -> Option<Vec<State>> {
        let before = self.search();
        let mut path = vec![state];
        while path[path.len() - 1] != self.start {
            path.push(before[path[path.len() - 1]]?);
        }
        path.reverse();
        Some(path)
    }
}

impl World for GridWorld {
    fn action_space(&self) -> usize {
        4
    }

    fn observation_space(&self) -> usize {
        self.n_states()
    }

    fn reset(&mut self, _rng: &mut dyn Rng) -> State {
        self.now = Some(self.start);
        self.start
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        assert!(action < 4, "action {action} is out of range: use 0 to 3, for N, E, S, W");
        let now = self.now.expect("the episode is not running: call reset first");
        let slips = self.slip > 0.0 && uniform01(rng) < self.slip;
        let obs = self.neighbour(now, if slips { uniform_index(4, rng) } else { action });
        let reward = self.reward(obs);
        let end = reward.map(|_| End::Terminated);
        self.now = if end.is_none() { Some(obs) } else { None };
        Step { obs, reward: reward.unwrap_or(0.0), end }
    }
}

/// What a notebook shows for a grid world: its drawing.
impl fmt::Debug for GridWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The drawing.
impl fmt::Display for GridWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (row, line) in self.floor.chunks(self.cols).enumerate() {
            let glyph =
                |(col, glyph): (usize, &char)| match self.rewards[row * self.cols + col] {
                    None => *glyph,
                    Some(reward) if reward < 0.0 => '-',
                    Some(_) => '+',
                };
            writeln!(f, "{}", line.iter().enumerate().map(glyph).collect::<String>())?;
        }
        Ok(())
    }
}

fn drawing_of(table: &[(&str, &'static str)], name: &str) -> Result<&'static str> {
    let known = || table.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ");
    let found = table.iter().find(|(known, _)| *known == name);
    found.map(|(_, drawing)| *drawing).ok_or_else(|| Error::UnknownName {
        what: "the layout",
        name: name.into(),
        known: known(),
    })
}
