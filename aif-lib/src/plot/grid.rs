//! Grid worlds: [`grid`] draws walls, values, arrows, keys and doors, a path and marks; [`value_map`] does so for
//! what a planner found.

use super::figure::Figure;
use super::heatmap::{SEQUENTIAL, colour_at, colour_bar, readable_on};
use super::svg::{Canvas, FONT, aligned, fill, pretty, stroke, text_width};
use super::theme::{Paint, TITLE, WIDTH};
use crate::prob::categorical::Categorical;
use crate::world::grid::GridWorld;

/// What to draw of a grid world. Cells are numbered along the rows from the upper left, from 0.
///
/// ```
/// # use aif_lib::prelude::*;
/// let picture = GridPicture {
///     title: "A corridor".into(),
///     rows: 1,
///     cols: 3,
///     values: Some(vec![0.81, 0.9, 1.0]),
///     arrows: vec![(0, 1), (1, 1)],
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
}

impl GridPicture {
    /// The picture of a world as an episode begins: its walls, start and objects, and its rewards in figures.
    pub fn of(title: &str, world: &GridWorld) -> Self {
        let ends = world.terminal().into_iter().filter(|&s| world.layer(s) == 0);
        let paid = |s| {
            let reward = world.reward(s).unwrap_or(0.0);
            (world.index(s), format!("{reward:+}").replace('-', "−"))
        };
        Self {
            title: title.into(),
            rows: world.rows(),
            cols: world.cols(),
            walls: world.walls(),
            start: Some(world.index(world.start())),
            marks: ends.map(paid).collect(),
            objects: world.objects(0),
            ..Self::default()
        }
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

    fn is_wall(&self, cell: usize) -> bool {
        self.walls.get(cell).copied().unwrap_or(false)
    }

    #[track_caller]
    fn check(&self) {
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
            super::chart::check_finite(&format!("grid {title:?}: value"), values);
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

/// What a planner found, on the floor as an episode begins: the value of each cell, and the best actions as
/// arrows, all of them where several tie. An end has its reward in place of a value.
///
/// # Panics
/// When there is not one value and one distribution for each state.
///
/// ```
/// # use aif_lib::prelude::*;
/// let world = GridWorld::four_rooms();
/// let values = value_iteration(&world.to_mdp(0.99)?, 1e-12)?;
/// let map = plot::value_map("Four Rooms", &world, &values.v, &values.greedy());
/// assert!(map.alt_text().contains("53 wall cells"));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[track_caller]
pub fn value_map(
    title: &str,
    world: &GridWorld,
    v: &[f64],
    policy: &[Categorical],
) -> Figure {
    value_map_in(0, title, world, v, policy)
}

/// [`value_map`] in a layer of a world with keys.
///
/// # Panics
/// When there is not one value and one distribution for each state, or no such layer.
#[track_caller]
pub fn value_map_in(
    layer: usize,
    title: &str,
    world: &GridWorld,
    v: &[f64],
    policy: &[Categorical],
) -> Figure {
    grid(&GridPicture::of(title, world).with_values(world, layer, v, policy))
}

/// Draws a grid world.
///
/// # Panics
/// When a length differs from rows × cols, or a cell or a direction is out of range.
#[track_caller]
pub fn grid(picture: &GridPicture) -> Figure {
    picture.check();
    let (rows, cols) = (picture.rows, picture.cols);
    let side = ((WIDTH - 28.0) / cols as f64).min(440.0 / rows as f64).min(64.0);
    let numbers = side >= 34.0;
    let barred = picture.values.is_some() && !numbers;
    let board = 28.0 + side * cols as f64;
    let width = (board + if barred { 76.0 } else { 0.0 })
        .max((28.0 + text_width(&picture.title, TITLE)).min(WIDTH))
        .max(240.0);
    let mut canvas = Canvas::new();
    let (left, top) = (14.0, canvas.title(&picture.title, width) + 16.0);
    let corner = |cell: usize| {
        (left + side * (cell % cols) as f64, top + side * (cell / cols) as f64)
    };
    let middle = |cell: usize| {
        let (x, y) = corner(cell);
        (x + 0.5 * side, y + 0.5 * side)
    };
    let shown = |cell: usize| -> Option<f64> {
        let value = picture.values.as_ref()?[cell];
        (value.is_finite() && !picture.is_wall(cell)).then_some(value)
    };
    let known: Vec<f64> = (0..rows * cols).filter_map(shown).collect();
    let least = known.iter().copied().fold(f64::INFINITY, f64::min);
    let most = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (lo, hi) = picture.range.unwrap_or((least, most));
    let mut ink = vec![Paint::Ink; rows * cols];
    for (cell, ink) in ink.iter_mut().enumerate() {
        let (x, y) = corner(cell);
        if picture.is_wall(cell) {
            canvas.rect(x, y, side + 0.3, side + 0.3, fill(Paint::Wall));
            continue;
        }
        let floor = match shown(cell) {
            Some(value) => {
                let rgb = colour_at(
                    &SEQUENTIAL,
                    if hi > lo { ((value - lo) / (hi - lo)).clamp(0.0, 1.0) } else { 0.5 },
                );
                *ink = readable_on(rgb);
                fill(Paint::Rgb(rgb))
            }
            None => fill(Paint::Paper),
        };
        canvas.rect(x, y, side, side, floor.outlined(Paint::Grid, 0.8));
    }
    if barred && !known.is_empty() {
        let tall = (side * rows as f64).min(160.0);
        colour_bar(&mut canvas, (board, top), tall, (lo, hi), &SEQUENTIAL);
    }
    if numbers {
        let places = (0..rows * cols).filter(|cell| shown(*cell).is_some());
        for (cell, number) in places.zip(aligned(&known)) {
            let (x, y) = middle(cell);
            let down = if picture.arrows.is_empty() { 0.0 } else { 0.32 * side };
            let size = (0.24 * side).clamp(9.0, 12.0);
            canvas.label(x, y + down, &number, FONT.size(size).paint(ink[cell]));
        }
    }
    if picture.path.len() > 1 {
        let points: Vec<(f64, f64)> = picture.path.iter().map(|c| middle(*c)).collect();
        canvas.polyline(&points, stroke(Paint::Paper, 6.0));
        canvas.polyline(&points, stroke(Paint::Ink, 2.6));
        let (x, y) = points[points.len() - 1];
        canvas.circle(x, y, 5.0, fill(Paint::Ink).outlined(Paint::Paper, 1.5));
    }
    for &(cell, direction) in &picture.arrows {
        let lift = if numbers && picture.values.is_some() { -0.12 * side } else { 0.0 };
        let (x, y) = middle(cell);
        arrow(&mut canvas, x, y + lift, 0.3 * side, direction, ink[cell]);
    }
    for &(cell, glyph) in &picture.objects {
        let (x, y) = middle(cell);
        // Where a value is written, the object makes room.
        let shift = if shown(cell).is_some() { 0.35 * side } else { 0.0 };
        let size = if shift > 0.0 { 0.12 * side } else { 0.32 * side };
        object(&mut canvas, (x + shift, y - shift), size, glyph, ink[cell]);
    }
    for (cell, word) in [(picture.start, "S"), (picture.goal, "G")] {
        if let Some(cell) = cell {
            // Beside an arrow the badge keeps to its corner.
            let crowded = picture.arrows.iter().any(|(at, _)| *at == cell);
            let r = if crowded {
                (0.14 * side).clamp(5.0, 8.0)
            } else {
                (0.2 * side).clamp(6.0, 10.0)
            };
            badge(&mut canvas, corner(cell), r, word);
        }
    }
    for (cell, word) in &picture.marks {
        let (x, y) = middle(*cell);
        canvas.label(x, y, word, FONT.bold().paint(ink[*cell]));
    }
    let height = top + side * rows as f64 + 14.0;
    Figure::new(width, height, canvas, describe(picture, &known, (least, most)))
}

/// An arrow that starts at the middle, so that ties make a star.
fn arrow(canvas: &mut Canvas, x: f64, y: f64, length: f64, direction: usize, paint: Paint) {
    let (dx, dy) = [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)][direction];
    let tip = (x + length * dx, y + length * dy);
    let neck = (x + 0.5 * length * dx, y + 0.5 * length * dy);
    let half = 0.34 * length;
    canvas.line((x, y), neck, stroke(paint, 1.8));
    canvas.polygon(
        &[
            tip,
            (neck.0 + half * dy, neck.1 + half * dx),
            (neck.0 - half * dy, neck.1 - half * dx),
        ],
        fill(paint),
    );
}

/// A key, a door, a warp or its target, around a point; `size` is half its height.
fn object(canvas: &mut Canvas, (x, y): (f64, f64), size: f64, glyph: char, ink: Paint) {
    let line = stroke(ink, (0.16 * size).max(1.4));
    match glyph {
        'K' => {
            canvas.circle(x - 0.5 * size, y, 0.4 * size, line);
            canvas.line((x - 0.1 * size, y), (x + size, y), line);
            canvas.line((x + 0.95 * size, y), (x + 0.95 * size, y + 0.45 * size), line);
            canvas.line((x + 0.55 * size, y), (x + 0.55 * size, y + 0.35 * size), line);
        }
        'D' => {
            canvas.rect(x - 0.65 * size, y - size, 1.3 * size, 2.0 * size, line);
            canvas.circle(x + 0.32 * size, y + 0.1 * size, 0.14 * size, fill(ink));
        }
        'W' => {
            canvas.circle(x, y, 0.9 * size, line);
            canvas.circle(x, y, 0.5 * size, line);
            canvas.circle(x, y, 0.16 * size, fill(ink));
        }
        _ => canvas.circle(x, y, 0.9 * size, line.dashed("3 2")),
    }
}

fn badge(canvas: &mut Canvas, (x, y): (f64, f64), r: f64, word: &str) {
    let (x, y) = (x + r + 1.5, y + r + 1.5);
    canvas.circle(x, y, r, fill(Paint::Ink).outlined(Paint::Paper, 1.0));
    canvas.label(x, y, word, FONT.size(1.3 * r).bold().paint(Paint::Paper));
}

fn describe(picture: &GridPicture, known: &[f64], (lo, hi): (f64, f64)) -> String {
    let place = |cell: usize| {
        format!("row {}, column {}", cell / picture.cols, cell % picture.cols)
    };
    let mut text = format!(
        "Grid world: {}. {} rows and {} columns",
        picture.title, picture.rows, picture.cols
    );
    let walls = picture.walls.iter().filter(|w| **w).count();
    if walls > 0 {
        text.push_str(&format!(", {walls} wall cells"));
    }
    for (word, cell) in [("start", picture.start), ("goal", picture.goal)] {
        if let Some(cell) = cell {
            text.push_str(&format!(", {word} at {}", place(cell)));
        }
    }
    for (glyph, word) in [('K', "key"), ('D', "door"), ('W', "warp"), ('w', "warp target")]
    {
        for (cell, _) in picture.objects.iter().filter(|(_, there)| *there == glyph) {
            text.push_str(&format!(", {word} at {}", place(*cell)));
        }
    }
    for (cell, word) in picture.marks.iter().take(6) {
        text.push_str(&format!(", {word} at {}", place(*cell)));
    }
    text.push('.');
    if !known.is_empty() {
        text.push_str(&format!(" Values from {} to {}.", pretty(lo), pretty(hi)));
    }
    if !picture.arrows.is_empty() {
        text.push_str(&format!(" {} arrows.", picture.arrows.len()));
    }
    if let (Some(first), Some(last)) = (picture.path.first(), picture.path.last()) {
        let steps = picture.path.len() - 1;
        text.push_str(&format!(
            " A walk of {steps} steps from {} to {}.",
            place(*first),
            place(*last)
        ));
    }
    text
}
