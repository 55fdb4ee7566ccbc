//! Names and samples of what a chart shows, in rows under its title. plotters has legends too, but one name below the
//! other on top of the data.

use super::series::{Kind, Series};
use crate::plot::svg::{Canvas, FONT, fill, stroke, text_width};
use crate::plot::theme::{Rgb, TEXT, WIDTH, dashes, marker};

/// One entry of a legend.
pub(crate) struct Key<'a> {
    pub name: &'a str,
    pub paint: Rgb,
    pub look: usize,
    /// A line with its marker, a marker alone, or a box.
    pub line: bool,
    pub marker: bool,
}

/// Draws the entries in rows under the title and returns where the chart may begin: nothing covers the data.
pub(crate) fn legend(canvas: &mut Canvas, keys: &[Key], title_end: f64) -> f64 {
    let (mut x, mut y) = (14.0, title_end + 22.0);
    for key in keys {
        let sample = if key.line { 30.0 } else { 12.0 };
        let width = sample + 6.0 + text_width(key.name, TEXT) + 18.0;
        if x > 14.0 && x + width > WIDTH {
            (x, y) = (14.0, y + 18.0);
        }
        let middle = y - 4.0;
        if key.line {
            let line = stroke(key.paint, 2.2).dashed(dashes(key.look));
            canvas.line((x, middle), (x + sample, middle), line);
        }
        if key.marker {
            canvas.marker(marker(key.look), x + 0.5 * sample, middle, key.paint);
        } else if !key.line {
            canvas.round_rect(x, middle - 6.0, 12.0, 12.0, 2.0, fill(key.paint));
        }
        canvas.text(x + sample + 6.0, y, key.name, FONT);
        x += width;
    }
    if keys.is_empty() { title_end + 18.0 } else { y + 16.0 }
}

impl<'a> Key<'a> {
    pub(super) fn of(series: &'a Series, position: usize) -> Self {
        Key {
            name: &series.name,
            paint: series.role.paint(position),
            look: series.role.look(position),
            line: series.kind != Kind::Points,
            marker: series.kind != Kind::Steps,
        }
    }
}
