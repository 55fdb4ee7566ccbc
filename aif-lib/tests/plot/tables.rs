//! Tables of numbers as colours, read back cell by cell and against the colour bar.

use aif_lib::prelude::*;
use ndarray::{Array2, array};

use crate::read::{Shape, all, close, colour, same, shapes, text, value};

const COLUMNS: [&str; 3] = ["c0", "c1", "c2"];
const ROWS: [&str; 2] = ["r0", "r1"];

/// The cell under a column's name and beside a row's name, and what is written in it.
fn cell<'s>(shapes: &'s [Shape], row: &str, column: &str) -> (&'s Shape, &'s str) {
    let place = (text(shapes, column).number("x"), text(shapes, row).number("y") - 4.0);
    // The last one drawn is on top; where there is none, the paper shows.
    let cell = shapes.iter().rfind(|s| s.tag == "rect" && s.covers(place));
    let inside = |s: &&Shape| {
        let (x, y) = (s.number("x"), s.number("y"));
        s.tag == "text" && same(x, place.0) && (y - place.1).abs() < 6.0
    };
    let written = shapes.iter().find(inside).map_or("", |s| s.text.as_str());
    (cell.expect("a cell"), written)
}

/// The colour bar: strips from the top, and the numbers beside it with their heights.
fn bar(shapes: &[Shape]) -> (Vec<&Shape>, Vec<(f64, f64)>) {
    let strips: Vec<&Shape> = shapes.iter().filter(|s| s.get("width") == "14").collect();
    let right = strips[0].sides()[2];
    let words =
        shapes.iter().filter(|s| s.tag == "text" && same(s.number("x"), right + 5.0));
    (strips, words.map(|s| (value(&s.text), s.number("y") - 4.0)).collect())
}

/// The colour that the bar gives to a number: the last strip drawn at its height.
fn on_the_bar(shapes: &[Shape], number: f64) -> &Shape {
    let (strips, words) = bar(shapes);
    let ((a, p), (b, q)) = (words[0], words[words.len() - 1]);
    let height = p + (q - p) * (number - a) / (b - a);
    let middle = strips[0].middle().0;
    let [_, top, _, bottom] = strips[0].sides();
    let height = height.clamp(top + 0.1, bottom - 0.1);
    strips.into_iter().rfind(|s| s.covers((middle, height))).expect("a strip")
}

/// How far two colours are apart: the largest difference of a channel.
fn apart(a: &Shape, b: &Shape) -> u32 {
    let channel = |s: &Shape, shift: u32| s.rgb() >> shift & 0xff;
    [16, 8, 0]
        .map(|shift| channel(a, shift).abs_diff(channel(b, shift)))
        .into_iter()
        .max()
        .expect("three")
}

#[test]
fn the_pixels_of_a_picture_have_no_numbers() {
    let values = array![[1.0, f64::NAN], [0.0, 9.0]];
    let drawn = shapes(&plot::heatmap("", &[""; 2], &[""; 2], &values).svg());
    let written = drawn.iter().filter(|shape| !shape.text.is_empty()).count();
    assert_eq!(written, bar(&drawn).1.len());
}

#[test]
fn each_number_of_a_heat_map_stands_in_its_row_and_column_on_the_colour_of_the_bar() {
    let values = array![[1.0, 2.0, 6.0], [0.0, 9.0, f64::NAN]];
    let drawn = shapes(&plot::heatmap("", &COLUMNS, &ROWS, &values).svg());
    let mut seen = Vec::new();
    for ((r, c), v) in values.indexed_iter() {
        let (cell, written) = cell(&drawn, ROWS[r], COLUMNS[c]);
        if v.is_nan() {
            assert_eq!((written, cell.get("fill")), ("–", colour("paper").as_str()));
            continue;
        }
        assert_eq!(value(written), *v, "row {r}, column {c}");
        assert!(apart(cell, on_the_bar(&drawn, *v)) <= 16, "row {r}, column {c}");
        seen.push((*v, cell.lightness()));
    }
    // The higher, the lighter.
    seen.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(seen.is_sorted_by(|a, b| a.1 < b.1), "{seen:?}");
    let (_, words) = bar(&drawn);
    close(&words.iter().map(|w| w.0).collect::<Vec<_>>(), &[0.0, 4.5, 9.0], 1e-9);
    assert!(words[0].1 > words[1].1 && words[1].1 > words[2].1, "upwards");
}

#[test]
fn zero_is_the_middle_of_a_diverging_map() {
    let values = array![[-1.0, 0.0, 1.0], [3.0, 2.0, -0.5]];
    let drawn = shapes(&plot::diverging("", &COLUMNS, &ROWS, &values).svg());
    let cells: Vec<(f64, &Shape)> = values
        .indexed_iter()
        .map(|((r, c), v)| {
            let (cell, written) = cell(&drawn, ROWS[r], COLUMNS[c]);
            assert_eq!(value(written), *v, "row {r}, column {c}");
            assert!(apart(cell, on_the_bar(&drawn, *v)) <= 16, "row {r}, column {c}");
            (*v, cell)
        })
        .collect();
    // Nothing is lighter than zero; above it green outweighs red, below it red outweighs green.
    let zero = cells[1].1.lightness();
    for (v, cell) in &cells {
        let (red, green) = (cell.rgb() >> 16 & 0xff, cell.rgb() >> 8 & 0xff);
        assert!(*v == 0.0 || cell.lightness() < zero);
        assert_eq!(*v > 0.0, green > red + 5, "{v}: {cell:?}");
        assert_eq!(*v < 0.0, red > green + 5, "{v}: {cell:?}");
    }
    let numbers: Vec<f64> = bar(&drawn).1.iter().map(|w| w.0).collect();
    close(&numbers, &[-3.0, 0.0, 3.0], 1e-9);
}

#[test]
fn the_darker_a_probability_the_more_probable() {
    let values = array![[0.9, 0.0, 0.3], [0.1, 1.0, 0.7]];
    let drawn = shapes(&plot::matrix("", &ROWS, &COLUMNS, &values).svg());
    let mut seen: Vec<(f64, f64)> = values
        .indexed_iter()
        .map(|((r, c), p)| {
            let (cell, written) = cell(&drawn, ROWS[r], COLUMNS[c]);
            assert_eq!(value(written), *p, "row {r}, column {c}");
            assert_eq!(cell.get("fill"), colour("ink"));
            let opacity = cell.get("opacity");
            (*p, if opacity.is_empty() { 1.0 } else { opacity.parse().unwrap() })
        })
        .collect();
    seen.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(seen.is_sorted_by(|a, b| a.1 < b.1), "{seen:?}");
    assert!(seen[0].1 < 0.1 && seen[5].1 > 0.85, "{seen:?}");
}

#[test]
fn a_belief_fills_its_bar_in_its_row_and_column() {
    let beliefs = [vec![0.5, 0.125, 0.375], vec![0.0, 0.75, 0.25]];
    let drawn = shapes(&plot::belief_bars("", &COLUMNS, &ROWS, &beliefs).svg());
    let full = all(&drawn, "rect", "stroke", &colour("grid"));
    let filled = all(&drawn, "rect", "fill", &colour("aif"));
    assert_eq!((full.len(), filled.len()), (6, 6));
    for (t, row) in ROWS.iter().enumerate() {
        for (i, column) in COLUMNS.iter().enumerate() {
            let place =
                (text(&drawn, column).number("x"), text(&drawn, row).number("y") - 4.0);
            let outline = full.iter().find(|s| s.covers(place)).expect("a bar in the row");
            let [left, top, right, bottom] = outline.sides();
            let bar = filled.iter().find(|s| {
                let [l, _, r, b] = s.sides();
                same(l, left) && same(r, right) && same(b, bottom)
            });
            let [_, tip, _, _] = bar.expect("filled from below").sides();
            let p = beliefs[t][i];
            close(&[(bottom - tip) / (bottom - top)], &[p], 0.01);
            let written = drawn.iter().find(|s| {
                s.tag == "text"
                    && same(s.number("x"), place.0)
                    && same(s.number("y"), tip - 4.0)
            });
            assert_eq!(value(&written.expect("its number").text), p, "{row}, {column}");
        }
    }
}

#[test]
fn numbers_in_coloured_cells_are_readable() {
    let values = Array2::from_shape_fn((8, 8), |(r, c)| (8 * r + c) as f64);
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let warm = plot::heatmap("", &names, &names, &values);
    for figure in [warm, plot::diverging("", &names, &names, &(&values - 31.0))] {
        let drawn = shapes(&figure.svg());
        let pairs = drawn
            .windows(2)
            .filter(|w| w[0].tag == "rect" && w[1].get("font-size") == "11");
        let mut read = 0;
        for pair in pairs.filter(|w| w[0].get("width") != "14") {
            let found = plot::theme::contrast(pair[0].rgb(), pair[1].rgb());
            assert!(found >= 4.5, "{pair:?}: {found:.2}");
            read += 1;
        }
        assert_eq!(read, 64);
    }
}
