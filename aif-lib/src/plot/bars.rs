//! Numbers by category: [`bars`] side by side and [`stacked`] parts of a sum.

use super::chart::{
    Area, Key, Scales, check_finite, check_interval, label_width, legend, ticks,
};
use super::figure::Figure;
use super::svg::{Canvas, FONT, fill, pretty, stroke, text_width};
use super::theme::{HEIGHT, Paint, Role, TITLE, WIDTH};

/// One number for each category, with a name; perhaps an interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    name: String,
    values: Vec<f64>,
    interval: Option<(Vec<f64>, Vec<f64>)>,
    role: Role,
}

impl Bars {
    /// Bars in the next colour of the cycle. A NaN leaves a bar out.
    ///
    /// # Panics
    /// When there is no value or one is infinite.
    #[track_caller]
    pub fn new(name: &str, values: &[f64]) -> Self {
        assert!(
            !values.is_empty(),
            "bars {name:?} have no values: give one for each category"
        );
        check_finite(&format!("bars {name:?}: value"), values);
        Self {
            name: name.into(),
            values: values.to_vec(),
            interval: None,
            role: Role::Auto,
        }
    }

    /// A reinforcement learner's bars.
    ///
    /// # Panics
    /// As [`Bars::new`].
    #[track_caller]
    pub fn rl(name: &str, values: &[f64]) -> Self {
        Self::new(name, values).role(Role::Rl)
    }

    /// An active inference agent's bars.
    ///
    /// # Panics
    /// As [`Bars::new`].
    #[track_caller]
    pub fn aif(name: &str, values: &[f64]) -> Self {
        Self::new(name, values).role(Role::Aif)
    }

    /// Draws an error bar from `lo` to `hi` on each bar: an interval computed from the data.
    ///
    /// # Panics
    /// When a length differs, a bound is infinite, or `lo` is above `hi`.
    #[track_caller]
    pub fn interval(mut self, lo: &[f64], hi: &[f64]) -> Self {
        check_interval(&format!("bars {:?}", self.name), self.values.len(), lo, hi);
        self.interval = Some((lo.to_vec(), hi.to_vec()));
        self
    }

    /// Chooses whose data it is, and with it the colour.
    pub fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }
}

#[track_caller]
fn check_groups(title: &str, labels: &[&str], groups: &[Bars]) {
    assert!(
        !labels.is_empty(),
        "chart {title:?} has no categories: give at least one label"
    );
    assert!(!groups.is_empty(), "chart {title:?} has no bars: give at least one Bars");
    for g in groups {
        assert!(
            g.values.len() == labels.len(),
            "chart {title:?}, bars {:?}: {} values for {} labels: give one value for each label",
            g.name,
            g.values.len(),
            labels.len()
        );
    }
}

/// Bars side by side for each label, from zero, with their values written.
///
/// # Panics
/// When there are no labels or no bars, or a number of values differs from the number of labels.
#[track_caller]
pub fn bars(title: &str, y_label: &str, labels: &[&str], groups: &[Bars]) -> Figure {
    check_groups(title, labels, groups);
    let ends: Vec<f64> = groups
        .iter()
        .flat_map(|g| {
            let bounds = g.interval.iter().flat_map(|(lo, hi)| lo.iter().chain(hi));
            g.values.iter().chain(bounds).copied()
        })
        .collect();
    let mut canvas = Canvas::new();
    let area = frame(&mut canvas, title, y_label, labels, groups, &ends, groups.len() > 1);
    let slot = (area.right - area.left) / labels.len() as f64;
    let wide = (0.8 * slot / groups.len() as f64).min(60.0);
    let zero = area.at((0.0, 0.0)).1;
    for (k, g) in groups.iter().enumerate() {
        for (i, value) in g.values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
            let middle = area.left
                + slot * (i as f64 + 0.5)
                + wide * (k as f64 - 0.5 * (groups.len() - 1) as f64);
            let y = area.at((0.0, *value)).1;
            let style = fill(g.role.paint(k));
            canvas.rect(
                middle - 0.45 * wide,
                y.min(zero),
                0.9 * wide,
                (y - zero).abs(),
                style,
            );
            let mut tip = y;
            if let Some((lo, hi)) = &g.interval
                && lo[i].is_finite()
                && hi[i].is_finite()
            {
                let (lo, hi) = (area.at((0.0, lo[i])).1, area.at((0.0, hi[i])).1);
                let cap = (0.2 * wide).min(6.0);
                for (from, to) in [
                    ((middle, lo), (middle, hi)),
                    ((middle - cap, lo), (middle + cap, lo)),
                    ((middle - cap, hi), (middle + cap, hi)),
                ] {
                    canvas.line(from, to, stroke(Paint::Ink, 1.4));
                }
                tip = if *value < 0.0 { lo.max(y) } else { hi.min(y) };
            }
            let text = pretty(*value);
            if text_width(&text, 11.0) <= wide.max(30.0) + 4.0 {
                let y = if *value < 0.0 { tip + 13.0 } else { tip - 5.0 };
                canvas.text(middle, y, &text, FONT.size(11.0).middle());
            }
        }
    }
    Figure::new(
        WIDTH,
        HEIGHT,
        canvas,
        describe("Bar chart", title, y_label, labels, groups, &[]),
    )
}

/// Parts of a sum for each label: positive parts upwards from zero, negative ones downwards, a mark at the total.
///
/// # Panics
/// As [`bars`]; and when a part is NaN, for then there is no total.
#[track_caller]
pub fn stacked(title: &str, y_label: &str, labels: &[&str], parts: &[Bars]) -> Figure {
    check_groups(title, labels, parts);
    for p in parts {
        assert!(
            p.values.iter().all(|v| v.is_finite()),
            "chart {title:?}, part {:?} contains NaN, so its total is not known: give every part a number",
            p.name
        );
    }
    let n = labels.len();
    let sum = |keep: &dyn Fn(f64) -> bool, i: usize| -> f64 {
        parts.iter().map(|p| p.values[i]).filter(|v| keep(*v)).sum()
    };
    let totals: Vec<f64> = (0..n).map(|i| sum(&|_| true, i)).collect();
    let ends: Vec<f64> =
        (0..n).flat_map(|i| [sum(&|v| v > 0.0, i), sum(&|v| v < 0.0, i)]).collect();
    let mut canvas = Canvas::new();
    let area = frame(&mut canvas, title, y_label, labels, parts, &ends, true);
    let slot = (area.right - area.left) / n as f64;
    let wide = (0.6 * slot).min(72.0);
    for (i, total) in totals.iter().enumerate() {
        let middle = area.left + slot * (i as f64 + 0.5);
        let (mut above, mut below) = (0.0, 0.0);
        for (k, p) in parts.iter().enumerate() {
            let value = p.values[i];
            let from = if value < 0.0 { &mut below } else { &mut above };
            let (y0, y1) = (area.at((0.0, *from)).1, area.at((0.0, *from + value)).1);
            *from += value;
            let style = fill(p.role.paint(k)).outlined(Paint::Paper, 1.0);
            canvas.rect(middle - 0.5 * wide, y0.min(y1), wide, (y0 - y1).abs(), style);
        }
        let y = area.at((0.0, *total)).1;
        let ends = ((middle - 0.5 * wide - 6.0, y), (middle + 0.5 * wide + 6.0, y));
        canvas.line(ends.0, ends.1, stroke(Paint::Paper, 5.0));
        canvas.line(ends.0, ends.1, stroke(Paint::Ink, 2.4));
        canvas.text(ends.1.0 + 3.0, y + 4.0, &pretty(*total), FONT.size(11.0).bold());
    }
    Figure::new(
        WIDTH,
        HEIGHT,
        canvas,
        describe("Stacked bar chart", title, y_label, labels, parts, &totals),
    )
}

/// Title, legend, axes and category names.
fn frame(
    canvas: &mut Canvas,
    title: &str,
    y_label: &str,
    labels: &[&str],
    groups: &[Bars],
    ends: &[f64],
    keyed: bool,
) -> Area {
    canvas.text(14.0, 24.0, title, FONT.size(TITLE).bold());
    let keys: Vec<Key> = groups
        .iter()
        .enumerate()
        .filter(|_| keyed)
        .map(|(k, g)| Key {
            name: &g.name,
            paint: g.role.paint(k),
            look: 0,
            line: false,
            marker: false,
        })
        .collect();
    let top = legend(canvas, &keys);
    let known = || ends.iter().copied().filter(|v| v.is_finite());
    let (lo, hi) = (known().fold(0.0, f64::min), known().fold(0.0, f64::max));
    let (lo, hi) = if lo == hi { (0.0, 1.0) } else { (lo, hi) };
    // Room for the written values.
    let room = 0.09 * (hi - lo);
    let (lo, hi) =
        (if lo < 0.0 { lo - room } else { 0.0 }, if hi > 0.0 { hi + room } else { 0.0 });
    let y_ticks = ticks((lo, hi), 6, false);
    let area = Area {
        left: 32.0 + label_width(&y_ticks, false),
        right: WIDTH - 18.0,
        top,
        bottom: HEIGHT - 36.0,
        x: (0.0, labels.len() as f64),
        y: (lo, hi),
    };
    let scales = Scales { x_label: "", y_label, x_ticks: vec![], y_ticks, log_y: false };
    area.draw(canvas, &scales, &|_| Ok(()));
    let slot = (area.right - area.left) / labels.len() as f64;
    for (i, label) in labels.iter().enumerate() {
        let x = area.left + slot * (i as f64 + 0.5);
        canvas.text(x, area.bottom + 18.0, label, FONT.middle());
    }
    let zero = area.at((0.0, 0.0)).1;
    canvas.line((area.left, zero), (area.right, zero), stroke(Paint::Muted, 1.2));
    area
}

fn describe(
    kind: &str,
    title: &str,
    y_label: &str,
    labels: &[&str],
    groups: &[Bars],
    totals: &[f64],
) -> String {
    let list = |values: &[f64]| {
        let items = labels.iter().zip(values).map(|(label, v)| {
            if v.is_nan() {
                format!("{label} not known")
            } else {
                format!("{label} {}", pretty(*v))
            }
        });
        items.collect::<Vec<_>>().join(", ")
    };
    let mut text = format!("{kind}: {title}. {y_label}.");
    for g in groups {
        text.push_str(&format!(" {}: {}.", g.name, list(&g.values)));
    }
    if !totals.is_empty() {
        text.push_str(&format!(" Total: {}.", list(totals)));
    }
    text
}
