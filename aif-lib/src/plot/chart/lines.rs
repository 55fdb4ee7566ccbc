//! Curves on axes: [`lines`].

use super::alt::describe;
use super::axis::{Axis, padded, range_of};
use super::frame::{Chart, Room};
use super::legend::{Key, legend};
use super::points::{Keep, pieces, stairs, thinned};
use super::series::{Kind, LARGEST, Series};
use crate::plot::figure::Figure;
use crate::plot::svg::{Canvas, FONT, stroke, text_width};
use crate::plot::theme::{HEIGHT, INK, WIDTH, dashes, marker};

/// The words and the ranges around a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Axes {
    pub(super) title: String,
    pub(super) x_label: String,
    pub(super) y_label: String,
    x_include: Vec<f64>,
    y_include: Vec<f64>,
    pub(super) log_y: bool,
}

impl Axes {
    /// A title and the names of both axes, with their units.
    pub fn new(title: &str, x_label: &str, y_label: &str) -> Self {
        Self {
            title: title.into(),
            x_label: x_label.into(),
            y_label: y_label.into(),
            x_include: Vec::new(),
            y_include: Vec::new(),
            log_y: false,
        }
    }

    /// Makes the vertical axis reach at least from `lo` to `hi`.
    pub fn y_from(mut self, lo: f64, hi: f64) -> Self {
        self.y_include = vec![lo, hi];
        self
    }

    /// Makes the horizontal axis reach at least from `lo` to `hi`.
    pub fn x_from(mut self, lo: f64, hi: f64) -> Self {
        self.x_include = vec![lo, hi];
        self
    }

    /// Counts the vertical axis in powers of ten.
    pub fn log_y(mut self) -> Self {
        self.log_y = true;
        self
    }
}

/// Curves with a title and named axes.
///
/// # Panics
/// When there is no series, or only levels.
#[track_caller]
pub fn lines(title: &str, x_label: &str, y_label: &str, series: &[Series]) -> Figure {
    lines_on(&Axes::new(title, x_label, y_label), series)
}

/// Curves on axes with chosen ranges, or with a logarithmic vertical axis.
///
/// # Panics
/// When there is no series, only levels, an end of an axis that is not a number, or on a logarithmic axis a value or an
/// end that is not positive.
#[track_caller]
pub fn lines_on(axes: &Axes, series: &[Series]) -> Figure {
    check(axes, series);
    let mut canvas = Canvas::new();
    let title_end = canvas.title(&axes.title, WIDTH);
    let (levels, curves): (Vec<&Series>, Vec<&Series>) =
        series.iter().partition(|s| s.kind == Kind::Level);
    let keys: Vec<Key> = curves.iter().enumerate().map(|(i, s)| Key::of(s, i)).collect();
    let keys = if series.len() > 1 { keys.as_slice() } else { &[] };
    let names = levels.iter().map(|s| text_width(&s.name, SMALL) + 12.0);
    let room = Room {
        top: legend(&mut canvas, keys, title_end),
        right: names.fold(18.0, f64::max),
        bottom: 50.0,
    };
    let (x, y) = (x_axis(axes, series), y_axis(axes, series));
    let ends = x.ends();
    let chart = Chart::new(&mut canvas, room, x, y);
    for (i, s) in curves.iter().enumerate() {
        interval(&chart, ends, i, s);
    }
    for s in &levels {
        let line = stroke(INK, 1.2).dashed("6 4");
        chart.place(&[(ends.0, s.y[0]), (ends.1, s.y[0])], &|canvas, at| {
            canvas.polyline(at, line);
        });
    }
    for (i, s) in curves.iter().enumerate() {
        curve(&chart, ends, i, s);
    }
    for (i, s) in curves.iter().enumerate() {
        marks(&chart, i, curves.len(), s);
    }
    let beside = |s: &&Series| (chart.at((ends.1, s.y[0])), s.name.clone());
    let names = spread(levels.iter().map(beside).collect(), 13.0);
    drop(chart);
    for ((x, y), name) in names {
        canvas.text(x + 6.0, y + 4.0, &name, FONT.size(SMALL).halo());
    }
    Figure::new(WIDTH, HEIGHT, canvas, describe(axes, series))
}

/// The size of the names of levels.
const SMALL: f64 = 11.0;

#[track_caller]
fn check(axes: &Axes, series: &[Series]) {
    let title = &axes.title;
    assert!(
        series.iter().any(|s| s.kind != Kind::Level),
        "chart {title:?} has no curve: give at least one Series with points"
    );
    for (name, ends) in [("x_from", &axes.x_include), ("y_from", &axes.y_include)] {
        if let Some(bad) = ends.iter().find(|end| end.is_nan() || end.abs() > LARGEST) {
            panic!(
                "chart {title:?}: {name} has the end {bad}: an axis ends at finite numbers"
            );
        }
    }
    if !axes.log_y {
        return;
    }
    if let Some(bad) = axes.y_include.iter().find(|end| **end <= 0.0) {
        panic!(
            "chart {title:?}: y_from has the end {bad}, which a logarithmic axis never reaches: \
             give an end above 0, such as 0.001, or leave out log_y"
        );
    }
    for s in series {
        let bounds = s.interval.iter().flat_map(|(lo, _)| lo);
        if let Some(bad) = s.y.iter().chain(bounds).find(|y| **y <= 0.0) {
            panic!(
                "chart {title:?}, series {:?}: {bad} cannot stand on a logarithmic axis: \
                 leave out log_y, or draw values above 0",
                s.name
            );
        }
    }
}

fn x_axis(axes: &Axes, series: &[Series]) -> Axis {
    let xs: Vec<f64> =
        series.iter().flat_map(|s| &s.x).chain(&axes.x_include).copied().collect();
    Axis::linear(&axes.x_label, range_of(&xs), 7, xs.iter().all(|x| x.fract() == 0.0))
}

fn y_axis(axes: &Axes, series: &[Series]) -> Axis {
    let of = |s: &Series| {
        let bounds = s.interval.iter().flat_map(|(lo, hi)| [lo, hi]).flatten();
        s.y.iter().chain(bounds).copied().collect::<Vec<f64>>()
    };
    let all = series.iter().flat_map(of).chain(axes.y_include.iter().copied());
    let ys: Vec<f64> = all.filter(|y| y.is_finite()).collect();
    if axes.log_y {
        let (lo, hi) = range_of(&ys.iter().map(|y| y.log10()).collect::<Vec<_>>());
        return Axis::decades(&axes.y_label, (lo.floor(), hi.ceil()));
    }
    let kept = [&[0.0], axes.y_include.as_slice()].concat();
    Axis::linear(&axes.y_label, padded(range_of(&ys), &kept), 6, false)
}

/// The interval of a curve as an area; as bars where there is no neighbour to reach to.
fn interval(chart: &Chart, ends: (f64, f64), position: usize, s: &Series) {
    let Some((lo, hi)) = &s.interval else { return };
    let paint = s.role.paint(position);
    let known: Vec<f64> = lo.iter().zip(hi).map(|(lo, hi)| lo + hi).collect();
    for piece in pieces(&known) {
        if s.kind == Kind::Points || piece.len() == 1 {
            for &i in &piece {
                chart.place(&[(s.x[i], lo[i]), (s.x[i], hi[i])], &|canvas, at| {
                    canvas.line(at[0], at[1], stroke(paint, 1.6));
                });
            }
            continue;
        }
        let edge = |bound: &[f64], keep: Keep| {
            let points: Vec<_> = piece.iter().map(|&i| (s.x[i], bound[i])).collect();
            thinned(&points, ends, chart.width(), keep)
        };
        let mut outline = edge(hi, Keep::Highest);
        outline.extend(edge(lo, Keep::Lowest).into_iter().rev());
        chart.area(outline, paint, 0.2);
    }
}

fn curve(chart: &Chart, ends: (f64, f64), position: usize, s: &Series) {
    if s.kind == Kind::Points {
        return;
    }
    let look = dashes(s.role.look(position));
    let style = stroke(s.role.paint(position), 2.2).dashed(look);
    for piece in pieces(&s.y) {
        let points: Vec<_> = piece.iter().map(|&i| (s.x[i], s.y[i])).collect();
        let mut points = thinned(&points, ends, chart.width(), Keep::Both);
        if s.kind == Kind::Steps {
            let until = piece.last().and_then(|&i| s.x.get(i + 1).copied());
            points = stairs(&points, until);
        }
        chart.place(&points, &|canvas, at| canvas.polyline(at, style));
    }
}

/// Markers: on every point when they are few, else on about eight, shifted so that curves do not share places.
fn marks(chart: &Chart, position: usize, of: usize, s: &Series) {
    if s.kind == Kind::Steps {
        return;
    }
    let every = if s.kind == Kind::Points || s.x.len() <= 20 { 1 } else { s.x.len() / 8 };
    let first = if every == 1 { 0 } else { every * (2 * position + 1) / (2 * of) };
    let (look, paint) = (marker(s.role.look(position)), s.role.paint(position));
    for i in (first..s.x.len()).step_by(every).filter(|&i| s.y[i].is_finite()) {
        chart.place(&[(s.x[i], s.y[i])], &|canvas, at| {
            canvas.marker(look, at[0].0, at[0].1, paint);
        });
    }
}

/// Names beside these places, moved down until none overlap.
fn spread(mut names: Vec<((f64, f64), String)>, gap: f64) -> Vec<((f64, f64), String)> {
    names.sort_by(|a, b| a.0.1.total_cmp(&b.0.1));
    for i in 1..names.len() {
        names[i].0.1 = names[i].0.1.max(names[i - 1].0.1 + gap);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_levels_do_not_overlap() {
        let names = [(50.0, "b"), (48.0, "a"), (90.0, "c")];
        let moved = spread(names.map(|(y, name)| ((9.0, y), name.into())).to_vec(), 13.0);
        let moved: Vec<(f64, &str)> =
            moved.iter().map(|(at, s)| (at.1, s.as_str())).collect();
        assert_eq!(moved, [(48.0, "a"), (61.0, "b"), (90.0, "c")]);
    }
}
