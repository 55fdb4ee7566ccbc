//! What a picture of a grid world says to those who do not see it.

use super::GridPicture;
use crate::plot::svg::pretty;

/// `range`: the smallest and the largest value that is shown, if any is.
pub(super) fn describe(picture: &GridPicture, range: Option<(f64, f64)>) -> String {
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
    if let Some((lo, hi)) = range {
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
