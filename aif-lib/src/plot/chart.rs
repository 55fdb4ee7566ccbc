//! Curves: [`lines`], and the axes that bars share with it.

use std::convert::Infallible;

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint};
use plotters::prelude::*;

use super::figure::Figure;
use super::svg::{
    Canvas, FINE, FONT, Pen, aligned, carried, fill, power_of_ten, pretty, stroke,
    text_width,
};
use super::theme::{DASHED, HEIGHT, Paint, Role, TEXT, WIDTH, dashes, marker};

/// One curve: a name, points, and perhaps an interval around them that the data gave.
///
/// ```
/// # use aif_lib::prelude::*;
/// let x = [1.0, 2.0, 3.0];
/// let curve = Series::rl("Q-learning", &x, &[0.5, 0.7, 0.9]).interval(&[0.4, 0.6, 0.85], &[0.6, 0.8, 0.95]);
/// let figure = plot::lines("Learning", "episodes", "success rate", &[curve, Series::level("optimum .90", 0.9)]);
/// assert!(figure.alt_text().contains("Q-learning"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    name: String,
    x: Vec<f64>,
    y: Vec<f64>,
    interval: Option<(Vec<f64>, Vec<f64>)>,
    role: Role,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Line,
    Points,
    Steps,
    Level,
}

impl Series {
    /// A curve through the points (x, y), in the next colour of the cycle. A NaN in `y` leaves a gap.
    ///
    /// # Panics
    /// When there is no point, the lengths differ, an x is not a number or a y is infinite.
    #[track_caller]
    pub fn new(name: &str, x: &[f64], y: &[f64]) -> Self {
        assert!(
            x.len() == y.len(),
            "series {name:?}: {} x values but {} y values: give one y for each x",
            x.len(),
            y.len()
        );
        assert!(
            !x.is_empty(),
            "series {name:?} has no points: give at least one x and one y"
        );
        if let Some(i) = x.iter().position(|x| !x.is_finite()) {
            panic!("series {name:?}: x[{i}] is {}: every x must be a finite number", x[i]);
        }
        check_finite(&format!("series {name:?}: y"), y);
        assert!(
            y.iter().any(|y| y.is_finite()),
            "series {name:?}: every y is NaN, so there is nothing to draw: check how it was computed"
        );
        Self {
            name: name.into(),
            x: x.to_vec(),
            y: y.to_vec(),
            interval: None,
            role: Role::Auto,
            kind: Kind::Line,
        }
    }

    /// A reinforcement learner's curve.
    ///
    /// # Panics
    /// As [`Series::new`].
    #[track_caller]
    pub fn rl(name: &str, x: &[f64], y: &[f64]) -> Self {
        Self::new(name, x, y).role(Role::Rl)
    }

    /// An active inference agent's curve.
    ///
    /// # Panics
    /// As [`Series::new`].
    #[track_caller]
    pub fn aif(name: &str, x: &[f64], y: &[f64]) -> Self {
        Self::new(name, x, y).role(Role::Aif)
    }

    /// A reference: a dashed horizontal line with its name beside it.
    ///
    /// # Panics
    /// When `y` is not a finite number.
    #[track_caller]
    pub fn level(name: &str, y: f64) -> Self {
        assert!(y.is_finite(), "level {name:?} is {y}: give a finite number");
        Self {
            name: name.into(),
            x: Vec::new(),
            y: vec![y],
            interval: None,
            role: Role::Auto,
            kind: Kind::Level,
        }
    }

    /// Shades the area from `lo` to `hi`: an interval computed from the data, such as a bootstrap interval.
    ///
    /// # Panics
    /// When a length differs from the curve's, a bound is infinite, or `lo` is above `hi`.
    #[track_caller]
    pub fn interval(mut self, lo: &[f64], hi: &[f64]) -> Self {
        check_interval(&format!("series {:?}", self.name), self.y.len(), lo, hi);
        self.interval = Some((lo.to_vec(), hi.to_vec()));
        self
    }

    /// Draws points instead of a line.
    pub fn points(mut self) -> Self {
        self.kind = Kind::Points;
        self
    }

    /// Draws stairs: each value holds until the next x.
    pub fn steps(mut self) -> Self {
        self.kind = Kind::Steps;
        self
    }

    /// Chooses whose data it is, and with it the colour, the marker and the dashes.
    pub fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }
}

/// The words and the ranges around a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Axes {
    title: String,
    x_label: String,
    y_label: String,
    x_include: Vec<f64>,
    y_include: Vec<f64>,
    log_y: bool,
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

#[track_caller]
pub(super) fn check_finite(what: &str, values: &[f64]) {
    if let Some(i) = values.iter().position(|v| v.is_infinite()) {
        panic!(
            "{what}[{i}] is {}: a chart has no place for infinity; use NaN for a value to leave out, \
             or look for a logarithm of 0 or a division by 0",
            values[i]
        );
    }
}

#[track_caller]
pub(super) fn check_interval(what: &str, n: usize, lo: &[f64], hi: &[f64]) {
    assert!(
        lo.len() == n && hi.len() == n,
        "{what}: {n} values but an interval of {} lower and {} upper bounds: give one of each for every value",
        lo.len(),
        hi.len()
    );
    check_finite(&format!("{what}: the lower bound"), lo);
    check_finite(&format!("{what}: the upper bound"), hi);
    if let Some(i) = (0..n).find(|&i| lo[i] > hi[i]) {
        panic!(
            "{what}: the lower bound [{i}] is {} and the upper bound {}: give the lower one first",
            lo[i], hi[i]
        );
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
/// When there is no series, only levels, or a value that is not positive on a logarithmic axis.
#[track_caller]
pub fn lines_on(axes: &Axes, series: &[Series]) -> Figure {
    let title = &axes.title;
    assert!(
        series.iter().any(|s| s.kind != Kind::Level),
        "chart {title:?} has no curve: give at least one Series with points"
    );
    if axes.log_y {
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
    let up = |y: f64| if axes.log_y { y.log10() } else { y };
    let xs: Vec<f64> =
        series.iter().flat_map(|s| &s.x).chain(&axes.x_include).copied().collect();
    let ys: Vec<f64> = series
        .iter()
        .flat_map(|s| {
            let bounds = s.interval.iter().flat_map(|(lo, hi)| lo.iter().chain(hi));
            s.y.iter().chain(bounds)
        })
        .chain(&axes.y_include)
        .filter(|y| y.is_finite())
        .map(|&y| up(y))
        .collect();

    let x_range = range_of(&xs);
    let x_ticks = ticks(x_range, 7, xs.iter().all(|x| x.fract() == 0.0));
    let kept = [&[0.0], axes.y_include.as_slice()].concat();
    let y_range = range_of(&ys);
    let y_range = if axes.log_y {
        (y_range.0.floor(), y_range.1.ceil())
    } else {
        padded(y_range, &kept)
    };
    let y_ticks = if axes.log_y { decades(y_range) } else { ticks(y_range, 6, false) };

    let mut canvas = Canvas::new();
    let title_end = canvas.title(title, WIDTH);
    let curves: Vec<(usize, &Series)> =
        series.iter().filter(|s| s.kind != Kind::Level).enumerate().collect();
    let top = legend(
        &mut canvas,
        &curves
            .iter()
            .filter(|_| curves.len() > 1 || series.len() > 1)
            .map(|(i, s)| Key::of(s, *i))
            .collect::<Vec<_>>(),
        title_end,
    );
    let levels: Vec<&Series> = series.iter().filter(|s| s.kind == Kind::Level).collect();
    let right =
        levels.iter().map(|s| text_width(&s.name, 11.0) + 12.0).fold(18.0, f64::max);

    let area = Area {
        left: 38.0 + label_width(&y_ticks, axes.log_y),
        right: WIDTH - right,
        top,
        bottom: HEIGHT - 50.0,
        x: x_range,
        y: y_range,
    };
    let scales = Scales {
        x_label: &axes.x_label,
        y_label: &axes.y_label,
        x_ticks,
        y_ticks,
        log_y: axes.log_y,
    };
    let width = area.right - area.left;
    area.draw(&mut canvas, &scales, &|chart| {
        for (i, s) in &curves {
            let Some((lo, hi)) = &s.interval else { continue };
            let paint = s.role.paint(*i);
            let known: Vec<f64> = lo.iter().zip(hi).map(|(lo, hi)| lo + hi).collect();
            for piece in pieces(&known) {
                let edge = |bound: &[f64], keep: Keep| {
                    let points: Vec<_> =
                        piece.iter().map(|&i| (s.x[i], up(bound[i]))).collect();
                    thinned(&points, x_range, width, keep)
                };
                if s.kind == Kind::Points || piece.len() == 1 {
                    let bar = carried(paint, 0).stroke_width(fine(1.6));
                    let ends = |&i: &usize| vec![(s.x[i], up(lo[i])), (s.x[i], up(hi[i]))];
                    let bars = piece.iter().map(|i| PathElement::new(ends(i), bar));
                    chart.draw_series(bars)?;
                    continue;
                }
                let mut outline = edge(hi, Keep::Highest);
                outline.extend(edge(lo, Keep::Lowest).into_iter().rev());
                chart.draw_series([Polygon::new(outline, carried(paint, 0).mix(0.2))])?;
            }
        }
        for s in &levels {
            let ends = [(x_range.0, up(s.y[0])), (x_range.1, up(s.y[0]))];
            let style = carried(Paint::Ink, DASHED).stroke_width(fine(1.2));
            chart.draw_series(LineSeries::new(ends, style))?;
        }
        for (i, s) in curves.iter().filter(|(_, s)| s.kind != Kind::Points) {
            let style = carried(s.role.paint(*i), s.role.look(*i)).stroke_width(fine(2.2));
            for piece in pieces(&s.y) {
                let points: Vec<_> = piece.iter().map(|&i| (s.x[i], up(s.y[i]))).collect();
                let points = thinned(&points, x_range, width, Keep::Both);
                let until = piece.last().and_then(|&i| s.x.get(i + 1).copied());
                let points =
                    if s.kind == Kind::Steps { stairs(&points, until) } else { points };
                chart.draw_series(LineSeries::new(points, style))?;
            }
        }
        Ok(())
    });
    for (i, s) in &curves {
        marks(&mut canvas, &area, *i, curves.len(), s, &up);
    }
    let names =
        levels.iter().map(|s| (area.at((0.0, up(s.y[0]))).1, s.name.as_str())).collect();
    for (y, name) in spread(names, 13.0) {
        canvas.text(area.right + 6.0, y + 4.0, name, FONT.size(11.0).halo());
    }
    Figure::new(WIDTH, HEIGHT, canvas, describe(axes, series))
}

/// Where the data stand: the rectangle on the canvas and what its sides mean.
pub(super) struct Area {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    pub x: (f64, f64),
    pub y: (f64, f64),
}

/// One axis as plotters asks for it: a range, and ticks where we want them.
pub(super) struct Scale {
    range: (f64, f64),
    ticks: Vec<f64>,
}

impl Ranged for Scale {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let part = (value - self.range.0) / (self.range.1 - self.range.0);
        from + (part * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.range.0..self.range.1
    }
}

/// A chart as plotters holds it while its curves are drawn.
pub(super) type Chart<'a, 'p> = ChartContext<'a, Pen<'p>, Cartesian2d<Scale, Scale>>;

/// The words and marks along the two axes.
pub(super) struct Scales<'a> {
    pub x_label: &'a str,
    pub y_label: &'a str,
    pub x_ticks: Vec<f64>,
    pub y_ticks: Vec<f64>,
    pub log_y: bool,
}

impl Area {
    /// The place of a point on the canvas.
    pub(super) fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let across = (x - self.x.0) / (self.x.1 - self.x.0);
        let up = (y - self.y.0) / (self.y.1 - self.y.0);
        (
            self.left + across * (self.right - self.left),
            self.bottom - up * (self.bottom - self.top),
        )
    }

    /// Draws grid, axes, ticks and labels, and then what `inside` draws.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        scales: &Scales,
        inside: &dyn Fn(&mut Chart) -> Drawing,
    ) {
        let x_names = aligned(&scales.x_ticks);
        let y_names = tick_names(&scales.y_ticks, scales.log_y);
        let mut drawing = || -> Drawing {
            let root = Pen { canvas, width: WIDTH, height: HEIGHT }.into_drawing_area();
            let mut chart = ChartBuilder::on(&root)
                .margin_top(fine(self.top))
                .margin_right(fine(WIDTH - self.right))
                .margin_left(fine(EDGE))
                .margin_bottom(fine(EDGE))
                .set_label_area_size(LabelAreaPosition::Left, fine(self.left - EDGE))
                .set_label_area_size(
                    LabelAreaPosition::Bottom,
                    fine(HEIGHT - self.bottom - EDGE),
                )
                .build_cartesian_2d(
                    Scale { range: self.x, ticks: scales.x_ticks.clone() },
                    Scale { range: self.y, ticks: scales.y_ticks.clone() },
                )?;
            let size = ("sans-serif", fine(TEXT));
            chart
                .configure_mesh()
                .disable_x_mesh()
                .bold_line_style(carried(Paint::Grid, 0).stroke_width(fine(1.0)))
                .light_line_style(TRANSPARENT)
                .axis_style(carried(Paint::Muted, 0).stroke_width(fine(1.0)))
                .set_all_tick_mark_size(fine(4.0))
                .label_style(size.with_color(carried(Paint::Muted, 0)))
                .axis_desc_style(size.with_color(carried(Paint::Ink, 0)))
                .x_desc(scales.x_label)
                .y_desc(scales.y_label)
                .x_label_formatter(&|x| name_at(&scales.x_ticks, &x_names, *x))
                .y_label_formatter(&|y| name_at(&scales.y_ticks, &y_names, *y))
                .draw()?;
            inside(&mut chart)
        };
        drawing().expect("a canvas in memory refuses nothing");
    }
}

/// Between the names of the axes and the edge.
const EDGE: f64 = 7.0;

/// What plotters answers; our canvas never refuses.
pub(super) type Drawing = Result<(), DrawingAreaErrorKind<Infallible>>;

/// Our pixels in plotters' fine ones.
fn fine(pixels: f64) -> u32 {
    (pixels * FINE).round() as u32
}

/// The smallest and the largest; a little room around a single value.
fn range_of(values: &[f64]) -> (f64, f64) {
    let lo = values.iter().copied().fold(f64::INFINITY, f64::min);
    let hi = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if lo < hi { (lo, hi) } else { (lo - 0.5, hi + 0.5) }
}

/// A little room on both sides, so that no curve runs along the frame; none beyond the ends to keep.
fn padded((lo, hi): (f64, f64), kept: &[f64]) -> (f64, f64) {
    let room = 0.04 * (hi - lo);
    let end = |y: f64, room: f64| if kept.contains(&y) { y } else { y + room };
    (end(lo, -room), end(hi, room))
}

/// Round numbers: the steps are 1, 2 or 5 times a power of ten, and about `target` of them cover the range.
pub(super) fn ticks((lo, hi): (f64, f64), target: usize, whole: bool) -> Vec<f64> {
    let raw = (hi - lo) / target as f64;
    let power = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].iter().map(|m| m * power).find(|s| *s >= 0.999 * raw);
    let step = step.unwrap_or(power).max(if whole { 1.0 } else { 0.0 });
    let (first, last) =
        ((lo / step - 1e-9).ceil() as i64, (hi / step + 1e-9).floor() as i64);
    (first..=last).map(|i| i as f64 * step).collect()
}

/// Powers of ten (given as their logarithms) in a range; every k-th when there are many.
fn decades((lo, hi): (f64, f64)) -> Vec<f64> {
    let every = ((hi - lo) as usize / 8) + 1;
    (lo as i64..=hi as i64).step_by(every).map(|i| i as f64).collect()
}

/// What is written at the ticks of the vertical axis.
fn tick_names(ticks: &[f64], log: bool) -> Vec<String> {
    if log { ticks.iter().map(|y| power_of_ten(*y)).collect() } else { aligned(ticks) }
}

/// The room that the labels of the vertical axis need.
pub(super) fn label_width(y_ticks: &[f64], log: bool) -> f64 {
    tick_names(y_ticks, log).iter().map(|name| text_width(name, TEXT)).fold(0.0, f64::max)
}

/// The name of the tick at a place.
fn name_at(ticks: &[f64], names: &[String], place: f64) -> String {
    let found = ticks.iter().zip(names).find(|(tick, _)| **tick == place);
    found.map_or_else(String::new, |(_, name)| name.clone())
}

/// One entry of a legend.
pub(super) struct Key<'a> {
    pub name: &'a str,
    pub paint: Paint,
    pub look: usize,
    /// A line with its marker, a marker alone, or a box.
    pub line: bool,
    pub marker: bool,
}

/// Draws the entries in rows under the title and returns where the chart may begin: nothing covers the data.
pub(super) fn legend(canvas: &mut Canvas, keys: &[Key], title_end: f64) -> f64 {
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
    fn of(series: &'a Series, position: usize) -> Self {
        Key {
            name: &series.name,
            paint: series.role.paint(position),
            look: series.role.look(position),
            line: series.kind != Kind::Points,
            marker: series.kind != Kind::Steps,
        }
    }
}

/// The runs of neighbouring points that are numbers.
fn pieces(values: &[f64]) -> Vec<Vec<usize>> {
    let mut pieces: Vec<Vec<usize>> = vec![Vec::new()];
    for (i, value) in values.iter().enumerate() {
        if value.is_finite() {
            pieces.last_mut().expect("never empty").push(i);
        } else {
            pieces.push(Vec::new());
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Each value holds until the next x; the last until `until`, where there is a gap.
fn stairs(points: &[(f64, f64)], until: Option<f64>) -> Vec<(f64, f64)> {
    let mut stairs = Vec::with_capacity(2 * points.len());
    for (i, point) in points.iter().enumerate() {
        if i > 0 {
            stairs.push((point.0, points[i - 1].1));
        }
        stairs.push(*point);
    }
    if let (Some(x), Some(last)) = (until, points.last()) {
        stairs.push((x, last.1));
    }
    stairs
}

/// Labels at these heights, moved apart until none overlap.
fn spread(mut labels: Vec<(f64, &str)>, gap: f64) -> Vec<(f64, &str)> {
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    for i in 1..labels.len() {
        labels[i].0 = labels[i].0.max(labels[i - 1].0 + gap);
    }
    labels
}

#[derive(Clone, Copy, PartialEq)]
enum Keep {
    Lowest,
    Highest,
    Both,
}

/// The extremes of every two pixels across, when there are many points: more cannot be seen.
fn thinned(
    points: &[(f64, f64)],
    range: (f64, f64),
    width: f64,
    keep: Keep,
) -> Vec<(f64, f64)> {
    let ordered = points.windows(2).all(|w| w[0].0 <= w[1].0);
    if !ordered || points.len() as f64 <= width {
        return points.to_vec();
    }
    let bin = |x: f64| ((x - range.0) / (range.1 - range.0) * width / 2.0) as i64;
    let mut kept = Vec::new();
    for group in points.chunk_by(|a, b| bin(a.0) == bin(b.0)) {
        let by_y = |a: &usize, b: &usize| group[*a].1.total_cmp(&group[*b].1);
        let lowest = (0..group.len()).min_by(by_y).unwrap_or(0);
        let highest = (0..group.len()).max_by(by_y).unwrap_or(0);
        let mut ends = match keep {
            Keep::Lowest => vec![lowest],
            Keep::Highest => vec![highest],
            Keep::Both => vec![lowest.min(highest), lowest.max(highest)],
        };
        ends.dedup();
        kept.extend(ends.into_iter().map(|i| group[i]));
    }
    kept
}

/// Markers: on every point when they are few, else on about eight, shifted so that curves do not share places.
fn marks(
    canvas: &mut Canvas,
    area: &Area,
    position: usize,
    of: usize,
    s: &Series,
    up: &dyn Fn(f64) -> f64,
) {
    if s.kind == Kind::Steps {
        return;
    }
    let every = if s.kind == Kind::Points || s.x.len() <= 20 { 1 } else { s.x.len() / 8 };
    let first = if every == 1 { 0 } else { every * (2 * position + 1) / (2 * of) };
    for i in (first..s.x.len()).step_by(every).filter(|&i| s.y[i].is_finite()) {
        let (x, y) = area.at((s.x[i], up(s.y[i])));
        canvas.marker(marker(s.role.look(position)), x, y, s.role.paint(position));
    }
}

/// The alt text of a chart of curves: what each one does from its first point to its last.
fn describe(axes: &Axes, series: &[Series]) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks((0.0, 10.0), 5, false), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(ticks((1.0, 4.0), 7, true), [1.0, 2.0, 3.0, 4.0]);
        let fine = ticks((0.93, 1.01), 4, false);
        assert_eq!(aligned(&fine), ["0.94", "0.96", "0.98", "1.00"]);
    }

    #[test]
    fn thinning_keeps_every_extreme() {
        let points: Vec<(f64, f64)> = (0..10_000)
            .map(|i| (f64::from(i), if i == 4321 { 9.0 } else { 0.0 }))
            .collect();
        let kept = thinned(&points, (0.0, 9999.0), 500.0, Keep::Both);
        assert!(kept.len() <= 502 && kept.contains(&(4321.0, 9.0)));
        assert!(
            thinned(&points, (0.0, 9999.0), 500.0, Keep::Lowest).iter().all(|p| p.1 == 0.0)
        );
    }

    #[test]
    fn names_of_levels_do_not_overlap() {
        let moved = spread(vec![(50.0, "b"), (48.0, "a"), (90.0, "c")], 13.0);
        assert_eq!(moved, [(48.0, "a"), (61.0, "b"), (90.0, "c")]);
    }
}
