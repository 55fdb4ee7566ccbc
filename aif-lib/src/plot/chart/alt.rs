//! What a chart of curves says to those who do not see it.

use super::axis::range_of;
use super::lines::Axes;
use super::series::{Kind, Series};
use crate::plot::svg::pretty;

/// The alt text of a chart of curves: what each one does from its first point to its last.
pub(super) fn describe(axes: &Axes, series: &[Series]) -> String {
    let mut text =
        format!("Line chart: {}. {} against {}", axes.title, axes.y_label, axes.x_label);
    text.push_str(if axes.log_y { " (logarithmic vertical axis)." } else { "." });
    for s in series {
        let known: Vec<usize> = (0..s.y.len()).filter(|&i| s.y[i].is_finite()).collect();
        let (first, last) = (known[0], known[known.len() - 1]);
        let y = |i: usize| pretty(s.y[i]);
        let sentence = match s.kind {
            Kind::Level => format!(" {}: a level line at {}.", s.name, y(0)),
            _ if first == last => {
                format!(" {}: {} at {}.", s.name, y(first), pretty(s.x[first]))
            }
            _ => {
                let (lo, hi) = range_of(&known.iter().map(|&i| s.y[i]).collect::<Vec<_>>());
                let between =
                    if lo < s.y[first].min(s.y[last]) || hi > s.y[first].max(s.y[last]) {
                        format!(", between {} and {}", pretty(lo), pretty(hi))
                    } else {
                        String::new()
                    };
                format!(
                    " {}: from {} at {} to {} at {}{between}.",
                    s.name,
                    y(first),
                    pretty(s.x[first]),
                    y(last),
                    pretty(s.x[last])
                )
            }
        };
        text.push_str(&sentence);
    }
    text
}
