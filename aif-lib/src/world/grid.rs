//! [`GridWorld`]: a world drawn with characters.
//!
//! The agent sees the number of its cell. Its four actions are north, east, south and west, 0 to 3. A step
//! into a wall, or off the drawing, leaves it where it is. A reward is paid on arrival and ends the episode.

use std::collections::VecDeque;
use std::fmt;

use ndarray::Array3;

use super::{Action, End, State, Step, World};
use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;
use crate::prob::random::{Rng, uniform_index, uniform01};
use crate::rl::model::Mdp;

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
///
/// The cells that are not walls are the states, numbered row by row from the top left.
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
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct GridWorld {
    rows: usize,
    cols: usize,
    cells: Vec<(usize, usize)>, // (states), each (row, column)
    states: Vec<Option<State>>, // (rows × cols), None for a wall
    rewards: Vec<Option<f64>>,  // (states), Some where the episode ends
    start: State,
    slip: f64,
    now: Option<State>,
}

impl GridWorld {
    /// Reads a drawing. Empty lines around it and spaces beside it do not count.
    ///
    /// # Errors
    /// [`Error::Drawing`], with line and column: an unknown character, lines of different length, no start or
    /// two, no goal, or a goal that cannot be reached.
    pub fn new(drawing: &str) -> Result<Self> {
        let lines: Vec<&str> =
            drawing.lines().map(str::trim).skip_while(|line| line.is_empty()).collect();
        let rows =
            lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
        let cols = lines.first().map_or(0, |line| line.chars().count());
        let mut world = Self {
            rows,
            cols,
            cells: Vec::new(),
            states: Vec::new(),
            rewards: Vec::new(),
            start: 0,
            slip: 0.0,
            now: None,
        };
        let mut starts = Vec::new();
        for (row, line) in lines[..rows].iter().enumerate() {
            for (col, glyph) in line.chars().enumerate() {
                let reward = match glyph {
                    '#' => {
                        world.states.push(None);
                        continue;
                    }
                    '+' => Some(1.0),
                    '-' => Some(-1.0),
                    '.' | 'S' => None,
                    other => return Err(unknown(row, col, other)),
                };
                if glyph == 'S' {
                    starts.push(world.cells.len());
                }
                world.states.push(Some(world.cells.len()));
                world.cells.push((row, col));
                world.rewards.push(reward);
            }
            let length = line.chars().count();
            if length != cols {
                let problem = format!(
                    "this line has {length} characters, but the first has {cols}: fill the shorter \
                     one up with walls, #"
                );
                return Err(drawing_error(row, length.min(cols), problem));
            }
        }
        world.start = match starts[..] {
            [start] => start,
            [] => {
                return Err(drawing_error(
                    0,
                    0,
                    "there is no start: write S in one cell".into(),
                ));
            }
            [_, second, ..] => {
                let (row, col) = world.cells[second];
                let problem =
                    "this is a second start: keep one S and make this a free cell, .";
                return Err(drawing_error(row, col, problem.into()));
            }
        };
        world.check_goals()?;
        Ok(world)
    }

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
        match self.state_at(row, col) {
            Some(state) if state != self.start => self.rewards[state] = Some(reward),
            _ => {
                let problem =
                    "only a free cell inside, and not the start, can hold a reward";
                return Err(drawing_error(row, col, problem.into()));
            }
        }
        Ok(self)
    }

    /// One of the drawings in [`LAYOUTS`].
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
        let Some((_, drawing)) = LAYOUTS.iter().find(|(known, _)| *known == name) else {
            return Err(Error::UnknownName {
                what: "the layout",
                name: name.into(),
                known: LAYOUTS.map(|(known, _)| known).join(", "),
            });
        };
        let world = Self::new(drawing)?;
        if name != "two_step" {
            return Ok(world);
        }
        // Its goals differ in worth, which the characters cannot show.
        world.with_reward(1, 1, 0.5)?.with_reward(1, 7, 0.25)?.with_reward(1, 9, 0.25)
    }

    /// Four rooms joined by four doors: start at the bottom right, goal at the top left, 16 steps apart.
    pub fn four_rooms() -> Self {
        Self::layout("four_rooms").expect("the drawing is correct")
    }

    /// The number of rows of the drawing.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns of the drawing.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The number of states: cells that are not walls.
    pub fn n_states(&self) -> usize {
        self.cells.len()
    }

    /// For each cell, row by row, whether it is a wall.
    pub fn walls(&self) -> Vec<bool> {
        self.states.iter().map(Option::is_none).collect()
    }

    /// Row and column of a state, counted from 0 at the top left.
    ///
    /// # Panics
    /// When there is no such state.
    pub fn cell(&self, state: State) -> (usize, usize) {
        self.cells[state]
    }

    /// The state of a cell; none for a wall and outside the drawing.
    pub fn state_at(&self, row: usize, col: usize) -> Option<State> {
        if row < self.rows && col < self.cols {
            self.states[row * self.cols + col]
        } else {
            None
        }
    }

    /// The number of a state's cell, counted row by row over all cells, as pictures count them.
    ///
    /// # Panics
    /// When there is no such state.
    pub fn index(&self, state: State) -> usize {
        let (row, col) = self.cells[state];
        row * self.cols + col
    }

    /// Numbers for the states as numbers for the cells: a wall has NaN.
    ///
    /// # Panics
    /// When there is not one number for each state.
    #[track_caller]
    pub fn on_cells(&self, values: &[f64]) -> Vec<f64> {
        assert_eq!(values.len(), self.n_states(), "on_cells: one number for each state");
        self.states.iter().map(|state| state.map_or(f64::NAN, |s| values[s])).collect()
    }

    /// The arrows of a policy: the cell and direction of each most probable action. Where the episode ends there
    /// is none, and where all actions are equally probable neither.
    ///
    /// # Panics
    /// When there is not one distribution for each state.
    #[track_caller]
    pub fn arrows(&self, policy: &[Categorical]) -> Vec<(usize, Action)> {
        assert_eq!(
            policy.len(),
            self.n_states(),
            "arrows: one distribution for each state"
        );
        let mut arrows = Vec::new();
        for (state, policy) in policy.iter().enumerate() {
            let most = policy[policy.mode()];
            let best: Vec<Action> = (0..4).filter(|&a| policy[a] > most - 1e-9).collect();
            if self.rewards[state].is_none() && best.len() < 4 {
                arrows.extend(best.into_iter().map(|action| (self.index(state), action)));
            }
        }
        arrows
    }

    /// The state in which every episode starts.
    pub fn start(&self) -> State {
        self.start
    }

    /// The reward that a state pays on arrival, when it ends the episode.
    pub fn reward(&self, state: State) -> Option<f64> {
        self.rewards[state]
    }

    /// The states that end the episode.
    pub fn terminal(&self) -> Vec<State> {
        (0..self.n_states()).filter(|&s| self.rewards[s].is_some()).collect()
    }

    /// The state with the largest reward; the first of several.
    pub fn goal(&self) -> State {
        let reward = |s: State| self.rewards[s].unwrap_or(f64::NEG_INFINITY);
        (0..self.n_states())
            .fold(0, |best, s| if reward(s) > reward(best) { s } else { best })
    }

    /// Where an action leads when it does not go wrong.
    pub fn neighbour(&self, state: State, action: Action) -> State {
        let (row, col) = self.cells[state];
        // Wrapping below 0 gives a number far outside, where there is no state.
        let target = match action {
            0 => self.state_at(row.wrapping_sub(1), col),
            1 => self.state_at(row, col + 1),
            2 => self.state_at(row + 1, col),
            _ => self.state_at(row, col.wrapping_sub(1)),
        };
        target.unwrap_or(state)
    }

    /// A shortest path from the start to a state, both included; none if there is no path.
    ///
    /// It does not cross other cells that end the episode.
    pub fn path_to(&self, state: State) -> Option<Vec<State>> {
        let mut before = vec![None; self.n_states()];
        let mut queue = VecDeque::from([self.start]);
        while let Some(s) = queue.pop_front() {
            if self.rewards[s].is_some() {
                continue;
            }
            for next in (0..4).map(|a| self.neighbour(s, a)) {
                if next != self.start && before[next].is_none() {
                    before[next] = Some(s);
                    queue.push_back(next);
                }
            }
        }
        let mut path = vec![state];
        while path[path.len() - 1] != self.start {
            path.push(before[path[path.len() - 1]]?);
        }
        path.reverse();
        Some(path)
    }

    /// This world as an [`Mdp`]: the same states, actions, slips and rewards.
    ///
    /// # Errors
    /// [`Error::Parameter`]: γ is not from 0 to 1.
    pub fn to_mdp(&self, gamma: f64) -> Result<Mdp> {
        let n = self.n_states();
        let mut t = Array3::zeros((n, n, 4)); // (s', s, a)
        for s in 0..n {
            for a in 0..4 {
                if self.rewards[s].is_some() {
                    t[[s, s, a]] = 1.0;
                    continue;
                }
                t[[self.neighbour(s, a), s, a]] += 1.0 - self.slip;
                for instead in 0..4 {
                    t[[self.neighbour(s, instead), s, a]] += self.slip / 4.0;
                }
            }
        }
        let arrival: Vec<f64> = self.rewards.iter().map(|r| r.unwrap_or(0.0)).collect();
        Mdp::builder(t)
            .reward_on_arrival(&arrival)
            .terminal(&self.terminal())
            .start(Categorical::one_hot(n, self.start))
            .discount(gamma)
            .actions(&DIRECTIONS)
            .build()
    }

    fn check_goals(&self) -> Result<()> {
        let goals: Vec<State> =
            (0..self.n_states()).filter(|&s| self.rewards[s] == Some(1.0)).collect();
        if goals.is_empty() {
            return Err(drawing_error(
                0,
                0,
                "there is no goal: write + in one cell".into(),
            ));
        }
        match goals.into_iter().find(|&goal| self.path_to(goal).is_none()) {
            None => Ok(()),
            Some(goal) => {
                let (row, col) = self.cells[goal];
                let problem = "no path leads from the start to this goal: open a wall";
                Err(drawing_error(row, col, problem.into()))
            }
        }
    }
}

impl World for GridWorld {
    fn n_actions(&self) -> usize {
        4
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
        let reward = self.rewards[obs];
        let end = reward.map(|_| End::Terminal);
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
        for row in self.states.chunks(self.cols) {
            let glyph = |state: &Option<State>| match state {
                None => '#',
                Some(s) if *s == self.start => 'S',
                Some(s) => match self.rewards[*s] {
                    None => '.',
                    Some(reward) if reward < 0.0 => '-',
                    Some(_) => '+',
                },
            };
            writeln!(f, "{}", row.iter().map(glyph).collect::<String>())?;
        }
        Ok(())
    }
}

fn drawing_error(row: usize, col: usize, problem: String) -> Error {
    Error::Drawing { line: row + 1, column: col + 1, problem }
}

fn unknown(row: usize, col: usize, glyph: char) -> Error {
    let problem = format!(
        "the character {glyph:?} has no meaning: use # wall, . free, S start, + goal, - trap"
    );
    drawing_error(row, col, problem)
}
/// Mazes of 11 × 11 cells by name. Their shapes are the grid templates of the neuro-nav library.
pub const LAYOUTS: [(&str, &str); 16] = [
    (
        "empty",
        "
        ###########
        #+........#
        #.........#
        #.........#
        #.........#
        #.........#
        #.........#
        #.........#
        #.........#
        #........S#
        ###########
",
    ),
    (
        "four_rooms",
        "
        ###########
        #+...#....#
        #....#....#
        #.........#
        #....#....#
        ###.###.###
        #....#....#
        #.........#
        #....#....#
        #....#...S#
        ###########
",
    ),
    (
        "outer_ring",
        "
        ###########
        #+........#
        #.........#
        #..#####..#
        #..#####..#
        #..#####..#
        #..#####..#
        #..#####..#
        #.........#
        #........S#
        ###########
",
    ),
    (
        "u_maze",
        "
        ###########
        #.........#
        #.........#
        #..#####..#
        #..#####..#
        #..#####..#
        #..#####..#
        #..#####..#
        #..#####..#
        #+.#####.S#
        ###########
",
    ),
    (
        "t_maze",
        "
        ###########
        #+........#
        #.........#
        #.........#
        ####...####
        ####...####
        ####...####
        ####...####
        ####...####
        ####.S.####
        ###########
",
    ),
    (
        "hallways",
        "
        ###########
        #+........#
        #.###.###.#
        #.###.###.#
        #.###.###.#
        #.........#
        #.###.###.#
        #.###.###.#
        #.###.###.#
        #........S#
        ###########
",
    ),
    (
        "ring",
        "
        ###########
        ##...+...##
        #.........#
        #....#....#
        #...###...#
        #..#####..#
        #...###...#
        #....#....#
        #.........#
        ##...S...##
        ###########
",
    ),
    (
        "s_maze",
        "
        ###########
        #+.#......#
        #..#......#
        #..#...#..#
        #..#...#..#
        #..#...#..#
        #..#...#..#
        #..#...#..#
        #......#..#
        #......#.S#
        ###########
",
    ),
    (
        "circle",
        "
        ###########
        ##...+...##
        #.........#
        #.........#
        #.........#
        #.........#
        #.........#
        #.........#
        #.........#
        ##...S...##
        ###########
",
    ),
    (
        "i_maze",
        "
        ###########
        #+........#
        #.........#
        #.........#
        ####...####
        ####...####
        ####...####
        #.........#
        #.........#
        #........S#
        ###########
",
    ),
    (
        "hairpin",
        "
        ###########
        #+#...#...#
        #.#...#...#
        #.#.#.#.#.#
        #.#.#.#.#.#
        #.#.#.#.#.#
        #.#.#.#.#.#
        #.#.#.#.#.#
        #...#...#.#
        #...#...#S#
        ###########
",
    ),
    (
        "detour",
        "
        ###########
        #....+....#
        #.###.###.#
        #.###.###.#
        #.###.###.#
        #.###.###.#
        #.###.###.#
        #.###.###.#
        #.###.###.#
        #....S....#
        ###########
",
    ),
    (
        "detour_block",
        "
        ###########
        #....+....#
        #.###.###.#
        #.###.###.#
        #.###.###.#
        #.#######.#
        #.###.###.#
        #.###.###.#
        #.###.###.#
        #....S....#
        ###########
",
    ),
    (
        "obstacle",
        "
        ###########
        #+........#
        #.........#
        #.........#
        #.........#
        #.#######.#
        #.........#
        #.........#
        #.........#
        #........S#
        ###########
",
    ),
    (
        "two_step",
        "
        ###########
        #+#-###+#+#
        #.#.###.#.#
        #...###...#
        ##.#####.##
        ##.#####.##
        ##.......##
        #####.#####
        #####.#####
        #####S#####
        ###########
",
    ),
    (
        "narrow",
        "
        ###########
        ###..+..###
        ###.....###
        ###.....###
        ###.....###
        ###..-..###
        ###.....###
        ###.....###
        ###.....###
        ###..S..###
        ###########
",
    ),
];
