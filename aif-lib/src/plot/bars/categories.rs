//! The frame that bars stand in: a vertical axis, a line at zero, and the names of the categories.

use crate::plot::chart::{Axis, Chart, Key, Room, legend};
use crate::plot::svg::{Canvas, FONT, stroke, text_width, wrap};
use crate::plot::theme::{MUTED, TEXT, WIDTH};

/// Title, legend and axes; category `i` stands around `i + 0.5` on the horizontal axis. Gives the chart to what draws
/// the bars.
pub(super) fn frame(
    (title, y_label): (&str, &str),
    labels: &[&str],
    keys: &[Key],
    ends: &[f64],
    draw: &dyn Fn(&Chart),
) -> Canvas {
    let mut canvas = Canvas::new();
    let title_end = canvas.title(title, WIDTH);
    let top = legend(&mut canvas, keys, title_end);
    let y = Axis::linear(y_label, range(ends), 6, false);
    let (left, n) = (Chart::left(&y), labels.len() as f64);
    let names = CategoryNames::new(labels, (WIDTH - RIGHT - left) / n);
    let room = Room { top, right: RIGHT, bottom: names.height + 14.0 };
    let chart = Chart::new(&mut canvas, room, Axis::categories(labels.len()), y);
    draw(&chart);
    chart.place(&[(0.0, 0.0), (n, 0.0)], &|canvas, at| {
        canvas.line(at[0], at[1], stroke(MUTED, 1.2));
    });
    let (_, bottom) = chart.at((0.0, f64::NEG_INFINITY));
    drop(chart);
    names.draw(&mut canvas, left, bottom + 6.0);
    canvas
}

const RIGHT: f64 = 18.0;

/// From the lowest to the highest end, with zero in it, and room for the written values. What is infinite reaches a
/// third beyond the rest.
fn range(ends: &[f64]) -> (f64, f64) {
    let known = || ends.iter().copied().filter(|v| v.is_finite());
    let (lo, hi) = (known().fold(0.0, f64::min), known().fold(0.0, f64::max));
    let (lo, hi) = if lo == hi { (0.0, 1.0) } else { (lo, hi) };
    let beyond = |end: f64| if ends.contains(&end) { (hi - lo) / 3.0 } else { 0.0 };
    let (lo, hi) = (lo - beyond(f64::NEG_INFINITY), hi + beyond(f64::INFINITY));
    let room = 0.09 * (hi - lo);
    (if lo < 0.0 { lo - room } else { 0.0 }, if hi > 0.0 { hi + room } else { 0.0 })
}

/// The names under categories: broken into lines, or turned when a word is too long.
pub(crate) struct CategoryNames {
    lines: Vec<Vec<String>>,
    slot: f64,
    turned: bool,
    /// How much room they take.
    pub height: f64,
}

impl CategoryNames {
    pub(crate) fn new(names: &[&str], slot: f64) -> Self {
        let lines: Vec<Vec<String>> =
            names.iter().map(|name| wrap(name, slot - 6.0, TEXT)).collect();
        let widest =
            lines.iter().flatten().map(|l| text_width(l, TEXT)).fold(0.0, f64::max);
        let most = lines.iter().map(Vec::len).max().unwrap_or(1);
        if widest <= slot - 2.0 && most <= 3 {
            return Self { lines, slot, turned: false, height: 1.2 * TEXT * most as f64 };
        }
        let longest = names.iter().map(|name| text_width(name, TEXT)).fold(0.0, f64::max);
        let lines = names.iter().map(|name| vec![(*name).to_string()]).collect();
        Self { lines, slot, turned: true, height: longest }
    }

    /// Draws them below `y`, the first slot starting at `left`.
    pub(crate) fn draw(&self, canvas: &mut Canvas, left: f64, y: f64) {
        for (i, lines) in self.lines.iter().enumerate() {
            let middle = left + self.slot * (i as f64 + 0.5);
            if self.turned {
                canvas.text(middle + 4.0, y, &lines[0], FONT.end().turn(-90.0));
            } else {
                canvas.paragraph(middle, y + TEXT, lines, FONT.middle());
            }
        }
    }
}
