//! [`GridPicture`]: what is to be drawn of a grid world.

use super::floor::Floor;
use crate::interaction::State;
use crate::plot::chart::check_finite;
use crate::prob::categorical::Categorical;
use crate::world::grid::GridWorld;

/// What to draw of a grid world. Cells are numbered along the rows from the upper left, from 0.
///
/// ```
/// # use aif_lib::prelude::*;
/// let maze = dyna_maze::maze();
/// let way = maze.path_to(maze.goal()).unwrap();
/// let picture = GridPicture::floor("The Dyna maze", &maze).path(&way);
/// assert!(plot::grid(&picture).alt_text().contains("A walk of 14 steps"));
/// ```
///
/// Without a world, by hand:
///
/// ```
/// # use aif_lib::prelude::*;
/// let picture = GridPicture {
///     title: "A corridor".into(),
///     rows: 1,
///     cols: 3,
///     values: Some(vec![0.81, 0.9, 1.0]),
///     start: Some(0),
///     goal: Some(2),
///     ..GridPicture::default()
/// };
/// assert!(plot::grid(&picture).alt_text().contains("start at row 0, column 0"));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GridPicture {
    /// The title.
    pub title: String,
    /// How many rows.
    pub rows: usize,
    /// How many columns.
    pub cols: usize,
    /// Which cells are walls; empty for none.
    pub walls: Vec<bool>,
    /// A value for each cell, drawn as its colour and, where there is room, as a number; walls and NaN have none.
    pub values: Option<Vec<f64>>,
    /// Arrows: a cell and a direction (0 north, 1 east, 2 south, 3 west). Ties are several arrows of one cell.
    pub arrows: Vec<(usize, usize)>,
    /// The cells of a walk, in order.
    pub path: Vec<usize>,
    /// Where an episode starts.
    pub start: Option<usize>,
    /// Where it ends.
    pub goal: Option<usize>,
    /// A letter or a short word on a cell.
    pub marks: Vec<(usize, String)>,
    /// Keys `K`, doors `D`, warps `W` and their target `w`, each on its cell.
    pub objects: Vec<(usize, char)>,
    /// The values at the two ends of the colour scale; default the smallest and the largest.
    pub range: Option<(f64, f64)>,
    /// The cell of each state of the world; empty where states are cells.
    pub places: Vec<usize>,
}

impl GridPicture {
    /// The floor of a world: its walls, start, goal and objects. It is a picture to draw on with [`path`](Self::path),
    /// [`values`](Self::values) and [`arrows`](Self::arrows).
    pub fn floor(title: &str, world: &dyn Floor) -> Self {
        let (rows, cols) = world.size();
        let places = world.places();
        Self {
            title: title.into(),
            rows,
            cols,
            walls: world.walls(),
            start: Some(places[world.start()]),
            goal: Some(places[world.goal()]),
            objects: world.objects(),
            places,
            ..Self::default()
        }
    }

    /// The same picture with a walk through these states.
    ///
    /// # Panics
    /// When there is no such state.
    #[track_caller]
    pub fn path(self, states: &[State]) -> Self {
        let path = states.iter().map(|&state| self.place(state)).collect();
        Self { path, ..self }
    }

    /// The same picture with a number for each state, or for the first ones; NaN for none. Where several states share a
    /// cell, as with keys, it shows the first.
    ///
    /// # Panics
    /// When there are more numbers than states.
    #[track_caller]
    pub fn values(self, numbers: &[f64]) -> Self {
        let mut values = vec![f64::NAN; self.rows * self.cols];
        for (state, number) in numbers.iter().enumerate().rev() {
            values[self.place(state)] = *number;
        }
        Self { values: Some(values), ..self }
    }

    /// The same picture with arrows, each a cell and a direction: what [`GridWorld::arrows`] gives.
    pub fn arrows(self, arrows: Vec<(usize, usize)>) -> Self {
        Self { arrows, ..self }
    }

    #[track_caller]
    fn place(&self, state: State) -> usize {
        let n =
            if self.places.is_empty() { self.rows * self.cols } else { self.places.len() };
        assert!(
            state < n,
            "grid {:?}: state {state}, but there are only {n} (counted from 0)",
            self.title
        );
        self.places.get(state).copied().unwrap_or(state)
    }

    /// The picture of a world as an episode begins: its walls, start and objects, and its rewards in figures.
    pub fn of(title: &str, world: &GridWorld) -> Self {
        let ends = world.terminal().into_iter().filter(|&s| world.layer(s) == 0);
        let paid = |s| {
            let reward = world.reward(s).unwrap_or(0.0);
            (world.index(s), format!("{reward:+}").replace('-', "−"))
        };
        Self { goal: None, marks: ends.map(paid).collect(), ..Self::floor(title, world) }
    }

    /// The same picture with values and the best actions, all of them where several tie, in a layer of the world
    /// (0 unless there are keys). An end has its reward in place of a value.
    ///
    /// # Panics
    /// When there is not one value and one distribution for each state, or no such layer.
    #[track_caller]
    pub fn with_values(
        self,
        world: &GridWorld,
        layer: usize,
        v: &[f64],
        policy: &[Categorical],
    ) -> Self {
        let mut values = world.on_cells_in(layer, v);
        self.marks.iter().for_each(|(cell, _)| values[*cell] = f64::NAN);
        Self {
            values: Some(values),
            arrows: world.arrows_in(layer, policy),
            objects: world.objects(layer),
            start: self.start.filter(|_| layer == 0),
            ..self
        }
    }

    pub(super) fn is_wall(&self, cell: usize) -> bool {
        self.walls.get(cell).copied().unwrap_or(false)
    }

    #[track_caller]
    pub(super) fn check(&self) {
        let n = self.rows * self.cols;
        let title = &self.title;
        assert!(
            n > 0,
            "grid {title:?} has {} rows and {} columns: give at least one of each",
            self.rows,
            self.cols
        );
        assert!(
            self.walls.is_empty() || self.walls.len() == n,
            "grid {title:?}: {} walls for {} × {} = {n} cells: give true or false for each cell, or none at all",
            self.walls.len(),
            self.rows,
            self.cols
        );
        if let Some(values) = &self.values {
            assert!(
                values.len() == n,
                "grid {title:?}: {} values for {} × {} = {n} cells: give one for each cell (NaN for none)",
                values.len(),
                self.rows,
                self.cols
            );
            check_finite(&format!("grid {title:?}: value"), values);
        }
        let arrows = self.arrows.iter().map(|(cell, _)| ("arrow", *cell));
        let path = self.path.iter().map(|cell| ("path", *cell));
        let ends = self
            .start
            .iter()
            .map(|c| ("start", *c))
            .chain(self.goal.iter().map(|c| ("goal", *c)));
        let marks = self.marks.iter().map(|(cell, _)| ("mark", *cell));
        let objects = self.objects.iter().map(|(cell, _)| ("object", *cell));
        for (what, cell) in arrows.chain(path).chain(ends).chain(marks).chain(objects) {
            assert!(
                cell < n,
                "grid {title:?}: {what} on cell {cell}, but there are only {n} cells (counted from 0)"
            );
        }
        if let Some((cell, direction)) = self.arrows.iter().find(|(_, d)| *d > 3) {
            panic!(
                "grid {title:?}: the arrow on cell {cell} has direction {direction}: use 0 north, 1 east, 2 south, 3 west"
            );
        }
    }
}
