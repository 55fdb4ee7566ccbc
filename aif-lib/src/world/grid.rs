//! [`GridWorld`]: a world drawn with characters.
//!
//! The agent sees the number of its state. Its four actions are north, east, south and west, 0 to 3. A step
//! into a wall, or off the drawing, leaves it where it is. A reward is paid on arrival and ends the episode.
//!
//! A drawing with keys and doors has several *layers*: the same floor once for every set of keys taken and
//! doors opened. The cell alone would not be a state there: what comes next depends on the key, too.

mod layouts;

use std::collections::VecDeque;
use std::fmt;

pub use layouts::{LAYOUTS, SMALL};

use crate::error::{Error, Result};
use crate::interaction::{Action, End, State, Step, World};
use crate::prob::categorical::Categorical;
use crate::prob::random::{Rng, uniform_index, uniform01};

/// The names of the four actions, in their order.
pub const DIRECTIONS: [&str; 4] = ["N", "E", "S", "W"];

/// The largest number of keys and doors together: each may double the number of states.
const MAX_OBJECTS: usize = 6;

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

/// Which keys were taken and which doors opened, each by its cell.
#[derive(Clone, PartialEq, Default)]
struct Layer {
    taken: Vec<usize>,
    opened: Vec<usize>,
}

impl Layer {
    fn in_hand(&self) -> usize {
        self.taken.len() - self.opened.len()
    }

    fn with(mut self, glyph: char, cell: usize) -> Self {
        let list = if glyph == 'K' { &mut self.taken } else { &mut self.opened };
        list.push(cell);
        list.sort_unstable(); // in which order they were taken does not matter
        self
    }
}

impl GridWorld {
    /// Reads a drawing. Empty lines around it and spaces beside it do not count.
    ///
    /// # Errors
    /// [`Error::Drawing`], with line and column: an unknown character, lines of different length, no start or
    /// two, no goal, a goal that cannot be reached, a warp without its one target, or too many keys and doors.
    pub fn new(drawing: &str) -> Result<Self> {
        let mut world = Self::read(drawing)?;
        let start = world.only('S', "start")?;
        world.build_layers(start);
        world.start = world.states[0][start].expect("the start is a free cell");
        world.check_goals()?;
        Ok(world)
    }

    /// The floor, and nothing else yet.
    fn read(drawing: &str) -> Result<Self> {
        let lines: Vec<&str> =
            drawing.lines().map(str::trim).skip_while(|line| line.is_empty()).collect();
        let rows =
            lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
        let cols = lines.first().map_or(0, |line| line.chars().count());
        for (row, line) in lines[..rows].iter().enumerate() {
            if let Some(col) = line.chars().position(|c| !"#.S+-KDWw".contains(c)) {
                return Err(unknown(row, col, line.chars().nth(col).unwrap_or(' ')));
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
        let floor: Vec<char> = lines[..rows].iter().flat_map(|line| line.chars()).collect();
        let reward = |glyph: &char| match glyph {
            '+' => Some(1.0),
            '-' => Some(-1.0),
            _ => None,
        };
        let world = Self {
            rows,
            cols,
            rewards: floor.iter().map(reward).collect(),
            floor,
            layers: Vec::new(),
            places: Vec::new(),
            states: Vec::new(),
            moves: Vec::new(),
            start: 0,
            slip: 0.0,
            now: None,
        };
        world.only('S', "start")?;
        if let Some(&warp) = world.all('W').first()
            && world.all('w').is_empty()
        {
            let problem = "this warp leads nowhere: write w in the cell where it leads";
            return Err(world.error_at(warp, problem));
        }
        if !world.all('w').is_empty() {
            world.only('w', "warp target")?;
        }
        let objects = [world.all('K'), world.all('D')].concat();
        if objects.len() > MAX_OBJECTS {
            let problem = "there are more than 6 keys and doors, and each may double the \
                           number of states: make this a free cell, .";
            return Err(world.error_at(objects[MAX_OBJECTS], problem));
        }
        Ok(world)
    }

    fn all(&self, glyph: char) -> Vec<usize> {
        (0..self.floor.len()).filter(|&cell| self.floor[cell] == glyph).collect()
    }

    fn only(&self, glyph: char, what: &str) -> Result<usize> {
        match self.all(glyph)[..] {
            [cell] => Ok(cell),
            [] => Err(drawing_error(
                0,
                0,
                format!("there is no {what}: write {glyph} in one cell"),
            )),
            [_, second, ..] => {
                let problem = format!(
                    "this is a second {what}: keep one {glyph} and make this a free cell, ."
                );
                Err(self.error_at(second, &problem))
            }
        }
    }

    fn error_at(&self, cell: usize, problem: &str) -> Error {
        drawing_error(cell / self.cols, cell % self.cols, problem.into())
    }

    /// Where a step leads: the layer and the cell after it; `None` if it is blocked.
    fn arrive(&self, layer: &Layer, cell: usize, action: Action) -> Option<(Layer, usize)> {
        let (row, col) = (cell / self.cols, cell % self.cols);
        let (row, col) = match action {
            0 => (row.checked_sub(1)?, col),
            1 => (row, col + 1),
            2 => (row + 1, col),
            _ => (row, col.checked_sub(1)?),
        };
        if row >= self.rows || col >= self.cols {
            return None;
        }
        let to = row * self.cols + col;
        let layer = layer.clone();
        match self.floor[to] {
            '#' => None,
            'K' if !layer.taken.contains(&to) => Some((layer.with('K', to), to)),
            'D' if layer.opened.contains(&to) => Some((layer, to)),
            'D' if layer.in_hand() == 0 => None,
            'D' => Some((layer.with('D', to), to)),
            'W' => Some((layer, self.all('w')[0])),
            _ => Some((layer, to)),
        }
    }

    fn can_stand(&self, layer: &Layer, cell: usize) -> bool {
        match self.floor[cell] {
            '#' | 'W' => false,
            'K' => layer.taken.contains(&cell),
            'D' => layer.opened.contains(&cell),
            _ => true,
        }
    }

    /// Every layer that can be reached from a cell of the first, in the order of the fewest steps.
    fn reachable_layers(&self, start: usize) -> Vec<Layer> {
        let mut layers = vec![Layer::default()];
        let mut visited = vec![(0, start)];
        let mut next = 0;
        while let Some(&(k, cell)) = visited.get(next) {
            next += 1;
            if self.rewards[cell].is_some() {
                continue;
            }
            let arrivals = [0, 1, 2, 3].map(|a| self.arrive(&layers[k], cell, a));
            for (layer, to) in arrivals.into_iter().flatten() {
                let known = layers.iter().position(|known| *known == layer);
                let place = (known.unwrap_or(layers.len()), to);
                if known.is_none() {
                    layers.push(layer);
                }
                if !visited.contains(&place) {
                    visited.push(place);
                }
            }
        }
        layers
    }

    /// Numbers the states and writes down where every action leads.
    fn build_layers(&mut self, start: usize) {
        let cells = self.floor.len();
        self.layers = self.reachable_layers(start);
        for (k, layer) in self.layers.iter().enumerate() {
            let free: Vec<bool> =
                (0..cells).map(|cell| self.can_stand(layer, cell)).collect();
            let mut states = vec![None; cells];
            for cell in (0..cells).filter(|&cell| free[cell]) {
                states[cell] = Some(self.places.len());
                self.places.push((k, cell));
            }
            self.states.push(states);
        }
        let number = |layer: &Layer, cell: usize| {
            let k = self.layers.iter().position(|known| known == layer)?;
            self.states[k][cell]
        };
        let lead = |(state, &(k, cell)): (State, &(usize, usize))| {
            [0, 1, 2, 3].map(|action| {
                let arrived = self.arrive(&self.layers[k], cell, action);
                arrived.and_then(|(layer, to)| number(&layer, to)).unwrap_or(state)
            })
        };
        self.moves = self.places.iter().enumerate().map(lead).collect();
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

    fn check_goals(&self) -> Result<()> {
        let before = self.search();
        let reached = |cell: &usize| {
            self.states
                .iter()
                .any(|layer| layer[*cell].is_some_and(|s| before[s].is_some()))
        };
        let goals = self.all('+');
        if goals.is_empty() {
            let problem = "there is no goal: write + in one cell";
            return Err(drawing_error(0, 0, problem.into()));
        }
        match goals.into_iter().find(|cell| !reached(cell)) {
            None => Ok(()),
            Some(goal) => {
                let problem = "no path leads from the start to this goal: open a wall, or draw \
                               a key K that can be reached for each door D";
                Err(self.error_at(goal, problem))
            }
        }
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

fn drawing_error(row: usize, col: usize, problem: String) -> Error {
    Error::Drawing { line: row + 1, column: col + 1, problem }
}

fn unknown(row: usize, col: usize, glyph: char) -> Error {
    let problem = format!(
        "the character {glyph:?} has no meaning: use # wall, . free, S start, + goal, - trap, \
         K key, D door, W warp, w warp target"
    );
    drawing_error(row, col, problem)
}
