//! Tables of numbers as colours: [`heatmap`], [`diverging`] and [`matrix`].

use ndarray::Array2;

use super::figure::Figure;
use super::scale::{DIVERGING, SEQUENTIAL, Scale, colour_at, colour_bar, readable_on};
use super::svg::{Canvas, FONT, aligned, fill, pretty, text_width, wrap};
use super::theme::{INK, MUTED, PAPER, Rgb, TEXT, TITLE, WIDTH};

/// Numbers as colours from dark (lowest) to light (highest), with a colour bar; written into the cells when they
/// fit, unless no row and no column has a name: the pixels of a picture. A NaN leaves its cell empty.
///
/// # Panics
/// When the number of labels differs from the shape, a value is +∞, or no value is a number.
#[track_caller]
pub fn heatmap(
    title: &str,
    x_names: &[&str],
    y_names: &[&str],
    values: &Array2<f64>,
) -> Figure {
    let (lo, hi) = range(title, values);
    coloured(title, x_names, y_names, values, (lo, hi), &SEQUENTIAL)
}

/// Numbers as colours around zero: purple for negative, green for positive.
///
/// # Panics
/// As [`heatmap`].
#[track_caller]
pub fn diverging(
    title: &str,
    x_names: &[&str],
    y_names: &[&str],
    values: &Array2<f64>,
) -> Figure {
    let (lo, hi) = range(title, values);
    let far = lo.abs().max(hi.abs());
    let far = if far > 0.0 { far } else { 1.0 };
    coloured(title, x_names, y_names, values, (-far, far), &DIVERGING)
}

/// A table of probabilities, such as A or a slice of B: columns are what is given, rows are what follows.
///
/// The darker (on a dark page: the lighter) a cell, the more probable.
///
/// # Panics
/// When the number of names differs from the shape or a value is not in the range from 0 to 1.
#[track_caller]
pub fn matrix(
    title: &str,
    row_names: &[&str],
    column_names: &[&str],
    values: &Array2<f64>,
) -> Figure {
    check_names(title, column_names, row_names, values);
    for ((r, c), p) in values.indexed_iter() {
        assert!(
            (-1e-9..=1.0 + 1e-9).contains(p),
            "matrix {title:?}, row {r} ({}), column {c} ({}): {p} is not a probability: use numbers from 0 to 1, or heatmap",
            row_names[r],
            column_names[c]
        );
    }
    let cells = Cells::new(title, column_names, row_names, 0.0);
    let mut canvas = cells.start(title, column_names, row_names);
    for ((r, c), p) in values.indexed_iter() {
        let (x, y) = cells.cell(r, c);
        let cell = fill(INK).opacity(0.04 + 0.86 * p.clamp(0.0, 1.0));
        canvas.rect(x + 1.0, y + 1.0, cells.wide - 2.0, cells.high - 2.0, cell);
        let paint = if *p > 0.5 { PAPER } else { INK };
        cells.write(&mut canvas, r, c, &short(*p), paint);
    }
    let alt = describe("Probability table", title, column_names, row_names, values);
    Figure::new(cells.width, cells.height, canvas, alt)
}

#[track_caller]
fn check_names(title: &str, x_names: &[&str], y_names: &[&str], values: &Array2<f64>) {
    let (rows, columns) = values.dim();
    assert!(
        rows > 0 && columns > 0,
        "picture {title:?}: the array has shape {rows} × {columns}: give at least one cell"
    );
    assert!(
        y_names.len() == rows && x_names.len() == columns,
        "picture {title:?}: the array has {rows} rows and {columns} columns, but there are {} row names and {} \
         column names: give one for each",
        y_names.len(),
        x_names.len()
    );
}

#[track_caller]
fn range(title: &str, values: &Array2<f64>) -> (f64, f64) {
    if let Some(((r, c), _)) = values.indexed_iter().find(|(_, v)| **v == f64::INFINITY) {
        panic!(
            "picture {title:?}, row {r}, column {c}: +∞ has no colour: look for a division by 0, or use NaN for an \
             empty cell"
        );
    }
    let known = || values.iter().copied().filter(|v| v.is_finite());
    assert!(
        known().next().is_some(),
        "picture {title:?}: no value is a finite number, so there is nothing to colour: check how they were computed"
    );
    (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max))
}

#[track_caller]
fn coloured(
    title: &str,
    x_names: &[&str],
    y_names: &[&str],
    values: &Array2<f64>,
    (lo, hi): (f64, f64),
    scale: &Scale,
) -> Figure {
    check_names(title, x_names, y_names, values);
    let cells = Cells::new(title, x_names, y_names, 84.0);
    let mut canvas = cells.start(title, x_names, y_names);
    let written = aligned(&values.iter().copied().collect::<Vec<_>>());
    let named = x_names.iter().chain(y_names).any(|name| !name.is_empty());
    for ((r, c), v) in values.indexed_iter() {
        let (x, y) = cells.cell(r, c);
        if v.is_nan() {
            if named {
                cells.write(&mut canvas, r, c, "–", MUTED);
            }
            continue;
        }
        let at = if hi > lo { ((v - lo) / (hi - lo)).max(0.0) } else { 0.5 };
        let rgb = colour_at(scale, at);
        // A pixel into the next cell, which is drawn later: no seams show.
        let (right, below) = (c + 1 < values.ncols(), r + 1 < values.nrows());
        let (wide, high) = (cells.wide + f64::from(right), cells.high + f64::from(below));
        canvas.rect(x, y, wide, high, fill(rgb));
        if named {
            let number = &written[r * x_names.len() + c];
            cells.write(&mut canvas, r, c, number, readable_on(rgb));
        }
    }
    let tall = (cells.high * y_names.len() as f64).min(160.0);
    if lo < hi {
        colour_bar(&mut canvas, (cells.width - 70.0, cells.top), tall, (lo, hi), scale);
    }
    let alt = describe("Heat map", title, x_names, y_names, values);
    Figure::new(cells.width, cells.height, canvas, alt)
}

/// Probabilities without a needless zero.
fn short(p: f64) -> String {
    if p.fract() == 0.0 { format!("{p:.0}") } else { pretty((p * 1000.0).round() / 1000.0) }
}

/// Cells in rows and columns, with names on two sides.
struct Cells {
    left: f64,
    top: f64,
    wide: f64,
    high: f64,
    width: f64,
    height: f64,
    /// Column names stand upright when they do not fit across.
    turned: bool,
}

impl Cells {
    fn new(title: &str, x_names: &[&str], y_names: &[&str], right: f64) -> Self {
        let widest =
            |names: &[&str]| names.iter().map(|n| text_width(n, TEXT)).fold(0.0, f64::max);
        let left = 24.0 + widest(y_names);
        let room = WIDTH - left - right - 14.0;
        let wide = (room / x_names.len() as f64).min(72.0);
        let high = (320.0 / y_names.len() as f64).min(34.0);
        let turned = widest(x_names) > wide - 4.0;
        let width = left + wide * x_names.len() as f64 + right + 14.0;
        let width = width.max((28.0 + text_width(title, TITLE)).min(WIDTH));
        let title_lines = wrap(title, width - 28.0, TITLE).len() as f64;
        let names = if turned { widest(x_names) } else { TEXT };
        let top = 26.0 + 1.2 * TITLE * title_lines + names;
        let height = top + high * y_names.len() as f64 + 14.0;
        Self { left, top, wide, high, width, height, turned }
    }

    fn start(&self, title: &str, x_names: &[&str], y_names: &[&str]) -> Canvas {
        let mut canvas = Canvas::new();
        canvas.title(title, self.width);
        for (c, name) in x_names.iter().enumerate() {
            let x = self.left + self.wide * (c as f64 + 0.5);
            if self.turned {
                canvas.text(x + 4.0, self.top - 8.0, name, FONT.turn(-90.0));
            } else {
                canvas.text(x, self.top - 8.0, name, FONT.middle());
            }
        }
        for (r, name) in y_names.iter().enumerate() {
            let y = self.top + self.high * (r as f64 + 0.5);
            canvas.text(self.left - 8.0, y + 4.0, name, FONT.end());
        }
        canvas
    }

    fn cell(&self, row: usize, column: usize) -> (f64, f64) {
        (self.left + self.wide * column as f64, self.top + self.high * row as f64)
    }

    fn write(
        &self,
        canvas: &mut Canvas,
        row: usize,
        column: usize,
        text: &str,
        paint: Rgb,
    ) {
        let (x, y) = self.cell(row, column);
        if text_width(text, 11.0) < self.wide - 2.0 && self.high >= 13.0 {
            let font = FONT.size(11.0).paint(paint);
            canvas.label(x + 0.5 * self.wide, y + 0.5 * self.high, text, font);
        }
    }
}

fn describe(
    kind: &str,
    title: &str,
    x_names: &[&str],
    y_names: &[&str],
    values: &Array2<f64>,
) -> String {
    let mut text = format!("{kind}: {title}.");
    if values.len() <= 40 {
        for (r, row) in values.rows().into_iter().enumerate() {
            let items: Vec<String> = x_names
                .iter()
                .zip(row)
                .map(|(n, v)| {
                    format!("{n} {}", if v.is_nan() { "empty".into() } else { pretty(*v) })
                })
                .collect();
            text.push_str(&format!(" Row {}: {}.", y_names[r], items.join(", ")));
        }
        return text;
    }
    let known = || values.indexed_iter().filter(|(_, v)| v.is_finite());
    let lowest = known().min_by(|a, b| a.1.total_cmp(b.1));
    let highest = known().max_by(|a, b| a.1.total_cmp(b.1));
    text.push_str(&format!(" {} rows and {} columns.", y_names.len(), x_names.len()));
    for (word, found) in [("Lowest", lowest), ("Highest", highest)] {
        if let Some(((r, c), v)) = found {
            let place = format!("row {}, column {}", y_names[r], x_names[c]);
            text.push_str(&format!(" {word}: {} at {place}.", pretty(*v)));
        }
    }
    text
}
