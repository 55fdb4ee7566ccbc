//! What stands on cells: arrows, objects, and the badges of start and goal.

use crate::plot::svg::{Canvas, FONT, fill, stroke};
use crate::plot::theme::{INK, PAPER, Rgb};

/// An arrow that starts at the middle, so that ties make a star.
pub(super) fn arrow(
    canvas: &mut Canvas,
    x: f64,
    y: f64,
    length: f64,
    direction: usize,
    paint: Rgb,
) {
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
pub(super) fn object(
    canvas: &mut Canvas,
    (x, y): (f64, f64),
    size: f64,
    glyph: char,
    ink: Rgb,
) {
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

pub(super) fn badge(canvas: &mut Canvas, (x, y): (f64, f64), r: f64, word: &str) {
    let (x, y) = (x + r + 1.5, y + r + 1.5);
    canvas.circle(x, y, r, fill(INK).outlined(PAPER, 1.0));
    canvas.label(x, y, word, FONT.size(1.3 * r).bold().paint(PAPER));
}
