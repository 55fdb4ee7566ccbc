//! From a drawing to states: which layers there are, and where every action leads.

use super::GridWorld;
use crate::error::{Error, Result};
use crate::interaction::{Action, State};

/// The largest number of keys and doors together: each may double the number of states.
const MAX_OBJECTS: usize = 6;

/// Which keys were taken and which doors opened, each by its cell.
#[derive(Clone, PartialEq, Default)]
pub(super) struct Layer {
    pub(super) taken: Vec<usize>,
    pub(super) opened: Vec<usize>,
}

impl Layer {
    pub(super) fn in_hand(&self) -> usize {
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

pub(super) fn drawing_error(row: usize, col: usize, problem: String) -> Error {
    Error::Drawing { line: row + 1, column: col + 1, problem }
}

fn unknown(row: usize, col: usize, glyph: char) -> Error {
    let problem = format!(
        "the character {glyph:?} has no meaning: use # wall, . free, S start, + goal, - trap, \
         K key, D door, W warp, w warp target"
    );
    drawing_error(row, col, problem)
}
