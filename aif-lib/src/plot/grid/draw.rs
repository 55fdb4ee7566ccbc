//! [`grid`]: the drawing, layer upon layer.

use super::GridPicture;
use super::alt::describe;
use super::glyphs::{arrow, badge, object};
use crate::plot::figure::Figure;
use crate::plot::scale::{SEQUENTIAL, colour_at, colour_bar, readable_on};
use crate::plot::svg::{Canvas, FONT, aligned, fill, stroke, text_width};
use crate::plot::theme::{GRID, INK, PAPER, Rgb, TITLE, WALL, WIDTH};

/// Draws a grid world.
///
/// # Panics
/// When a length differs from rows × cols, or a cell or a direction is out of range.
#[track_caller]
pub fn grid(picture: &GridPicture) -> Figure {
    picture.check();
    let mut canvas = Canvas::new();
    let board = Board::new(picture, &mut canvas);
    board.cells(&mut canvas);
    board.numbers(&mut canvas);
    board.walk(&mut canvas);
    board.glyphs(&mut canvas);
    let height = board.top + board.side * picture.rows as f64 + 14.0;
    Figure::new(board.width, height, canvas, describe(picture, board.known))
}

const LEFT: f64 = 14.0;

/// The cells on the canvas: their places, and how numbers become colours.
struct Board<'p> {
    picture: &'p GridPicture,
    /// The side of a cell.
    side: f64,
    top: f64,
    width: f64,
    /// Where the cells end.
    right: f64,
    /// The smallest and the largest value that is shown.
    known: Option<(f64, f64)>,
    /// The values at the ends of the colours.
    range: (f64, f64),
}

impl<'p> Board<'p> {
    fn new(picture: &'p GridPicture, canvas: &mut Canvas) -> Self {
        let (rows, cols) = (picture.rows as f64, picture.cols as f64);
        let side = ((WIDTH - 2.0 * LEFT) / cols).min(440.0 / rows).min(64.0);
        let right = 2.0 * LEFT + side * cols;
        let mut board = Self {
            picture,
            side,
            top: 0.0,
            width: 0.0,
            right,
            known: None,
            range: (0.0, 0.0),
        };
        let known: Vec<f64> =
            (0..picture.rows * picture.cols).filter_map(|cell| board.value(cell)).collect();
        let ends = (
            known.iter().copied().fold(f64::INFINITY, f64::min),
            known.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        );
        board.known = (!known.is_empty()).then_some(ends);
        board.range = picture.range.unwrap_or(ends);
        let bar = if board.has_bar() { 76.0 } else { 0.0 };
        let title = (2.0 * LEFT + text_width(&picture.title, TITLE)).min(WIDTH);
        board.width = (right + bar).max(title).max(240.0);
        board.top = canvas.title(&picture.title, board.width) + 16.0;
        board
    }

    /// Cells of this size hold numbers; below it, a bar beside them says what the colours mean.
    fn has_numbers(&self) -> bool {
        self.side >= 34.0
    }

    fn has_bar(&self) -> bool {
        self.known.is_some() && !self.has_numbers()
    }

    fn corner(&self, cell: usize) -> (f64, f64) {
        let (row, col) = (cell / self.picture.cols, cell % self.picture.cols);
        (LEFT + self.side * col as f64, self.top + self.side * row as f64)
    }

    fn middle(&self, cell: usize) -> (f64, f64) {
        let (x, y) = self.corner(cell);
        (x + 0.5 * self.side, y + 0.5 * self.side)
    }

    /// The value that a cell shows: walls have none.
    fn value(&self, cell: usize) -> Option<f64> {
        let value = self.picture.values.as_ref()?[cell];
        (value.is_finite() && !self.picture.is_wall(cell)).then_some(value)
    }

    fn colour(&self, cell: usize) -> Option<Rgb> {
        let (lo, hi) = self.range;
        let at = |value: f64| if hi > lo { (value - lo) / (hi - lo) } else { 0.5 };
        self.value(cell).map(|value| colour_at(&SEQUENTIAL, at(value)))
    }

    /// The colour of what is drawn on a cell.
    fn ink(&self, cell: usize) -> Rgb {
        self.colour(cell).map_or(INK, readable_on)
    }

    fn cells(&self, canvas: &mut Canvas) {
        for cell in 0..self.picture.rows * self.picture.cols {
            let ((x, y), side) = (self.corner(cell), self.side);
            if self.picture.is_wall(cell) {
                // A little into the next cell: no seams show.
                canvas.rect(x, y, side + 0.3, side + 0.3, fill(WALL));
            } else {
                let floor = fill(self.colour(cell).unwrap_or(PAPER));
                canvas.rect(x, y, side, side, floor.outlined(GRID, 0.8));
            }
        }
        if self.has_bar() {
            let tall = (self.side * self.picture.rows as f64).min(160.0);
            colour_bar(canvas, (self.right, self.top), tall, self.range, &SEQUENTIAL);
        }
    }

    fn numbers(&self, canvas: &mut Canvas) {
        if !self.has_numbers() {
            return;
        }
        let cells = 0..self.picture.rows * self.picture.cols;
        let (cells, values): (Vec<usize>, Vec<f64>) =
            cells.filter_map(|cell| Some((cell, self.value(cell)?))).unzip();
        let down = if self.picture.arrows.is_empty() { 0.0 } else { 0.32 * self.side };
        let font = FONT.size((0.24 * self.side).clamp(9.0, 12.0));
        for (cell, number) in cells.into_iter().zip(aligned(&values)) {
            let (x, y) = self.middle(cell);
            canvas.label(x, y + down, &number, font.paint(self.ink(cell)));
        }
    }

    fn walk(&self, canvas: &mut Canvas) {
        let points: Vec<(f64, f64)> =
            self.picture.path.iter().map(|cell| self.middle(*cell)).collect();
        if let [.., _, (x, y)] = points[..] {
            canvas.polyline(&points, stroke(PAPER, 6.0));
            canvas.polyline(&points, stroke(INK, 2.6));
            canvas.circle(x, y, 5.0, fill(INK).outlined(PAPER, 1.5));
        }
    }

    fn glyphs(&self, canvas: &mut Canvas) {
        let (picture, side) = (self.picture, self.side);
        let lift =
            if self.has_numbers() && picture.values.is_some() { 0.12 * side } else { 0.0 };
        for &(cell, direction) in &picture.arrows {
            let (x, y) = self.middle(cell);
            arrow(canvas, x, y - lift, 0.3 * side, direction, self.ink(cell));
        }
        for &(cell, glyph) in &picture.objects {
            let (x, y) = self.middle(cell);
            // Where a value is written, the object makes room.
            let shift = if self.value(cell).is_some() { 0.35 * side } else { 0.0 };
            let size = if shift > 0.0 { 0.12 * side } else { 0.32 * side };
            object(canvas, (x + shift, y - shift), size, glyph, self.ink(cell));
        }
        for (cell, word) in [(picture.start, "S"), (picture.goal, "G")] {
            let Some(cell) = cell else { continue };
            // Beside an arrow the badge keeps to its corner.
            let crowded = picture.arrows.iter().any(|(at, _)| *at == cell);
            let (share, least, most) =
                if crowded { (0.14, 5.0, 8.0) } else { (0.2, 6.0, 10.0) };
            let r = f64::clamp(share * side, least, most);
            badge(canvas, self.corner(cell), r, word);
        }
        for (cell, word) in &picture.marks {
            let (x, y) = self.middle(*cell);
            canvas.label(x, y, word, FONT.bold().paint(self.ink(*cell)));
        }
    }
}
