//! [`bars`]: numbers side by side.

use super::categories::frame;
use super::{Bars, check_groups, describe, keys, written};
use crate::plot::chart::Chart;
use crate::plot::figure::Figure;
use crate::plot::svg::{Canvas, FONT, stroke, text_width};
use crate::plot::theme::{HEIGHT, INK, WIDTH};

/// Bars side by side for each label, from zero, with their values written.
///
/// # Panics
/// When there are no labels or no bars, or a number of values differs from the number of labels.
#[track_caller]
pub fn bars(title: &str, y_label: &str, labels: &[&str], groups: &[Bars]) -> Figure {
    check_groups(title, labels, groups);
    let ends = |g: &Bars| {
        let bounds = g.interval.iter().flat_map(|(lo, hi)| [lo, hi]).flatten();
        g.values.iter().chain(bounds).copied().collect::<Vec<f64>>()
    };
    let ends: Vec<f64> = groups.iter().flat_map(ends).collect();
    let keys = if groups.len() > 1 { keys(groups) } else { Vec::new() };
    let canvas = frame((title, y_label), labels, &keys, &ends, &|chart| {
        draw(chart, labels.len(), groups);
    });
    let alt = describe("Bar chart", title, y_label, labels, groups, &[]);
    Figure::new(WIDTH, HEIGHT, canvas, alt)
}

fn draw(chart: &Chart, n: usize, groups: &[Bars]) {
    let slot = chart.width() / n as f64;
    let share = slot / groups.len() as f64;
    // How far a bar is from the next: in pixels, and in categories.
    let pitch = (0.8 * share).min(60.0);
    let wide = pitch / slot;
    let written = written(groups, n);
    // All bars are labelled or none: a single number would look like a message.
    let labelled = written
        .iter()
        .flatten()
        .all(|text| text_width(text, SMALL) <= share.max(pitch) + 2.0);
    for (k, g) in groups.iter().enumerate() {
        for (i, &value) in g.values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
            let x = i as f64 + 0.5 + wide * (k as f64 - 0.5 * (groups.len() - 1) as f64);
            let paint = g.role.paint(k);
            chart.bar((x - 0.45 * wide, 0.0), (x + 0.45 * wide, value), paint);
            let (mut lowest, mut highest) = (value, value);
            if let Some((lo, hi)) = &g.interval
                && lo[i].is_finite()
                && hi[i].is_finite()
            {
                let cap = (0.2 * pitch).min(6.0);
                chart.place(&[(x, lo[i]), (x, hi[i])], &|canvas, at| {
                    whisker(canvas, at, cap)
                });
                (lowest, highest) = (value.min(lo[i]), value.max(hi[i]));
            }
            if labelled {
                // Where there is nothing above zero, a zero hangs from the top.
                let none_above = chart.at((x, f64::INFINITY)).1 == chart.at((x, 0.0)).1;
                let below = value < 0.0 || (value == 0.0 && none_above);
                let (tip, drop) = if below { (lowest, 13.0) } else { (highest, -5.0) };
                chart.place(&[(x, tip)], &|canvas, at| {
                    let font = FONT.size(SMALL).middle().halo();
                    canvas.text(at[0].0, at[0].1 + drop, &written[k][i], font);
                });
            }
        }
    }
}

const SMALL: f64 = 11.0;

/// An error bar between two points.
fn whisker(canvas: &mut Canvas, ends: &[(f64, f64)], cap: f64) {
    let line = stroke(INK, 1.4);
    canvas.line(ends[0], ends[1], line);
    for (x, y) in ends {
        canvas.line((x - cap, *y), (x + cap, *y), line);
    }
}
