//! [`stacked`]: parts of a sum.

use super::categories::frame;
use super::{Bars, check_groups, describe, keys, written};
use crate::plot::chart::{Chart, Key};
use crate::plot::figure::Figure;
use crate::plot::svg::{Canvas, FONT, aligned, stroke, text_width};
use crate::plot::theme::{HEIGHT, INK, PAPER, WIDTH};

/// Parts of a sum for each label: positive parts upwards from zero, negative ones downwards, a mark at the total.
///
/// # Panics
/// As [`bars`](super::bars); and when a part is NaN, for then there is no total.
#[track_caller]
pub fn stacked(title: &str, y_label: &str, labels: &[&str], parts: &[Bars]) -> Figure {
    check_groups(title, labels, parts);
    for p in parts {
        assert!(
            p.values.iter().all(|v| !v.is_nan()),
            "chart {title:?}, part {:?} contains NaN, so its total is not known: give every part a number",
            p.name
        );
    }
    let columns: Vec<Vec<f64>> =
        (0..labels.len()).map(|i| parts.iter().map(|p| p.values[i]).collect()).collect();
    let totals: Vec<f64> = columns.iter().map(|column| column.iter().sum()).collect();
    let ends: Vec<f64> = columns
        .iter()
        .flat_map(|column| [reach(column, 1.0), reach(column, -1.0)])
        .collect();
    let mut keys = keys(parts);
    keys.push(Key { name: "total", paint: INK, look: 0, line: true, marker: false });
    let canvas = frame((title, y_label), labels, &keys, &ends, &|chart| {
        draw(chart, parts, &columns, &totals);
    });
    let alt = describe("Stacked bar chart", title, y_label, labels, parts, &totals);
    Figure::new(WIDTH, HEIGHT, canvas, alt)
}

/// How far the parts of one sign reach.
fn reach(column: &[f64], sign: f64) -> f64 {
    column.iter().filter(|v| sign * **v > 0.0).sum()
}

fn draw(chart: &Chart, parts: &[Bars], columns: &[Vec<f64>], totals: &[f64]) {
    let slot = chart.width() / columns.len() as f64;
    let wide = (0.6 * slot).min(72.0);
    let half = 0.5 * wide / slot;
    let (written, sums) = (written(parts, columns.len()), aligned(totals));
    for (i, (column, &total)) in columns.iter().zip(totals).enumerate() {
        let x = i as f64 + 0.5;
        let (mut above, mut below) = (0.0, 0.0);
        for (k, (p, &value)) in parts.iter().zip(column).enumerate() {
            let from = if value < 0.0 { &mut below } else { &mut above };
            let (start, end) = (*from, *from + value);
            *from = end;
            chart.bar((x - half, start), (x + half, end), p.role.paint(k));
            chart.place(&[(x, start), (x, end), (x, total)], &|canvas, at| {
                part(canvas, at, wide, &written[k][i]);
                if end.is_infinite() && start.is_finite() {
                    broken_off(canvas, at[1], wide, end.signum());
                }
            });
        }
        let ends = [(x, total), (x, reach(column, -1.0)), (x, reach(column, 1.0))];
        let (_, top) = chart.at((x, f64::INFINITY));
        chart.place(&ends, &|canvas, at| {
            let (x, mark) = at[0];
            let (left, right) = (x - 0.5 * wide - 6.0, x + 0.5 * wide + 6.0);
            if total.is_finite() {
                canvas.line((left, mark), (right, mark), stroke(PAPER, 5.0));
                canvas.line((left, mark), (right, mark), stroke(INK, 2.4));
            }
            // Where there is nothing above zero, a zero hangs from the top.
            let under = total < 0.0 || (total == 0.0 && at[2].1 == top);
            let y = if under { at[1].1 + 15.0 } else { at[2].1 - 6.0 };
            canvas.text(x, y, &sums[i], FONT.bold().middle().halo());
        });
    }
}

/// A seam to the next part, and the value where it fits. The mark of the total may cross this part: the value
/// stands on the larger side of it.
fn part(canvas: &mut Canvas, at: &[(f64, f64)], wide: f64, text: &str) {
    let (x, start) = at[0];
    let (end, mark) = (at[1].1, at[2].1);
    let (left, right) = (x - 0.5 * wide, x + 0.5 * wide);
    canvas.line((left, end), (right, end), stroke(PAPER, 1.0));
    let (top, bottom) = (start.min(end), start.max(end));
    let crossing = mark.clamp(top, bottom);
    let (top, bottom) = if crossing - top > bottom - crossing {
        (top, crossing)
    } else {
        (crossing, bottom)
    };
    if bottom - top > 18.0 && text_width(text, 11.0) < wide {
        canvas.label(x, 0.5 * (top + bottom), text, FONT.size(11.0).paint(PAPER));
    }
}

/// A part without an end: torn off at the frame.
fn broken_off(canvas: &mut Canvas, (x, end): (f64, f64), wide: f64, sign: f64) {
    let teeth: Vec<(f64, f64)> = (0..=8)
        .map(|i| {
            let depth = if i % 2 == 0 { 12.0 } else { 18.0 };
            (x + wide * (f64::from(i) / 8.0 - 0.5), end + sign * depth)
        })
        .collect();
    canvas.polyline(&teeth, stroke(PAPER, 4.0));
}
