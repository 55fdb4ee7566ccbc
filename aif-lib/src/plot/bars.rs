//! Numbers by category: [`bars`] side by side and [`stacked`] parts of a sum.

use super::chart::{
    Area, Key, Scales, check_finite, check_interval, label_width, legend, ticks,
};
use super::figure::Figure;
use super::svg::{Canvas, FONT, aligned, fill, pretty, stroke, text_width, wrap};
use super::theme::{HEIGHT, Paint, Role, TEXT, WIDTH};

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
    let keys = if groups.len() > 1 { keys(groups) } else { Vec::new() };
    let area = frame(&mut canvas, title, y_label, labels, &keys, &ends);
    let slot = (area.right - area.left) / labels.len() as f64;
    let wide = (0.8 * slot / groups.len() as f64).min(60.0);
    let zero = area.at((0.0, 0.0)).1;
    let written = written(groups, labels.len());
    // All bars are labelled or none: a single number would look like a message.
    let room = (slot / groups.len() as f64).max(wide) + 2.0;
    let labelled = written.iter().flatten().all(|text| text_width(text, 11.0) <= room);
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
            let text = &written[k][i];
            if labelled {
                let below = *value < 0.0 || (*value == 0.0 && area.y.1 == 0.0);
                let y = if below { tip + 13.0 } else { tip - 5.0 };
                canvas.text(middle, y, text, FONT.size(11.0).middle().halo());
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
    let mut keys = keys(parts);
    keys.push(Key { name: "total", paint: Paint::Ink, look: 0, line: true, marker: false });
    let area = frame(&mut canvas, title, y_label, labels, &keys, &ends);
    let slot = (area.right - area.left) / n as f64;
    let wide = (0.6 * slot).min(72.0);
    let written = written(parts, n);
    let sums = aligned(&totals);
    for (i, total) in totals.iter().enumerate() {
        let middle = area.left + slot * (i as f64 + 0.5);
        let (left, right) = (middle - 0.5 * wide, middle + 0.5 * wide);
        let height = |value: f64| area.at((0.0, value)).1;
        let mark = height(*total);
        let (mut above, mut below) = (0.0, 0.0);
        for (k, p) in parts.iter().enumerate() {
            let value = p.values[i];
            let from = if value < 0.0 { &mut below } else { &mut above };
            let (a, b) = (height(*from), height(*from + value));
            let (top, bottom) = (a.min(b), a.max(b));
            *from += value;
            let style = fill(p.role.paint(k)).outlined(Paint::Paper, 1.0);
            canvas.rect(left, top, wide, bottom - top, style);
            // The mark of the total may cross this part: write on the larger side of it.
            let crossing = mark.clamp(top, bottom);
            let (top, bottom) = if crossing - top > bottom - crossing {
                (top, crossing)
            } else {
                (crossing, bottom)
            };
            let text = &written[k][i];
            if bottom - top > 18.0 && text_width(text, 11.0) < wide {
                let font = FONT.size(11.0).paint(Paint::Paper);
                canvas.label(middle, 0.5 * (top + bottom), text, font);
            }
        }
        canvas.line((left - 6.0, mark), (right + 6.0, mark), stroke(Paint::Paper, 5.0));
        canvas.line((left - 6.0, mark), (right + 6.0, mark), stroke(Paint::Ink, 2.4));
        let under = *total < 0.0 || (*total == 0.0 && area.y.1 == 0.0);
        let y = if under { height(below) + 15.0 } else { height(above) - 6.0 };
        canvas.text(middle, y, &sums[i], FONT.bold().middle().halo());
    }
    Figure::new(
        WIDTH,
        HEIGHT,
        canvas,
        describe("Stacked bar chart", title, y_label, labels, parts, &totals),
    )
}

/// The values of each group as they are written, all with the same decimals.
fn written(groups: &[Bars], n: usize) -> Vec<Vec<String>> {
    let values: Vec<f64> = groups.iter().flat_map(|g| g.values.iter().copied()).collect();
    aligned(&values).chunks(n).map(<[String]>::to_vec).collect()
}

fn keys(groups: &[Bars]) -> Vec<Key<'_>> {
    groups
        .iter()
        .enumerate()
        .map(|(k, g)| Key {
            name: &g.name,
            paint: g.role.paint(k),
            look: 0,
            line: false,
            marker: false,
        })
        .collect()
}

/// Title, legend, axes and category names.
fn frame(
    canvas: &mut Canvas,
    title: &str,
    y_label: &str,
    labels: &[&str],
    keys: &[Key],
    ends: &[f64],
) -> Area {
    let title_end = canvas.title(title, WIDTH);
    let top = legend(canvas, keys, title_end);
    let known = || ends.iter().copied().filter(|v| v.is_finite());
    let (lo, hi) = (known().fold(0.0, f64::min), known().fold(0.0, f64::max));
    let (lo, hi) = if lo == hi { (0.0, 1.0) } else { (lo, hi) };
    // Room for the written values.
    let room = 0.09 * (hi - lo);
    let (lo, hi) =
        (if lo < 0.0 { lo - room } else { 0.0 }, if hi > 0.0 { hi + room } else { 0.0 });
    let y_ticks = ticks((lo, hi), 6, false);
    let left = 38.0 + label_width(&y_ticks, false);
    let names = CategoryNames::new(labels, (WIDTH - 18.0 - left) / labels.len() as f64);
    let area = Area {
        left,
        right: WIDTH - 18.0,
        top,
        bottom: HEIGHT - names.height - 14.0,
        x: (0.0, labels.len() as f64),
        y: (lo, hi),
    };
    let scales = Scales { x_label: "", y_label, x_ticks: vec![], y_ticks, log_y: false };
    area.draw(canvas, &scales, &|_| Ok(()));
    names.draw(canvas, area.left, area.bottom + 6.0);
    let zero = area.at((0.0, 0.0)).1;
    canvas.line((area.left, zero), (area.right, zero), stroke(Paint::Muted, 1.2));
    area
}

/// The names under categories: broken into lines, or turned when a word is too long.
pub(super) struct CategoryNames {
    lines: Vec<Vec<String>>,
    slot: f64,
    turned: bool,
    /// How much room they take.
    pub height: f64,
}

impl CategoryNames {
    pub(super) fn new(names: &[&str], slot: f64) -> Self {
        let lines: Vec<Vec<String>> =
            names.iter().map(|name| wrap(name, slot - 6.0, TEXT)).collect();
        let widest =
            lines.iter().flatten().map(|l| text_width(l, TEXT)).fold(0.0, f64::max);
        let most = lines.iter().map(Vec::len).max().unwrap_or(1);
        if widest <= slot - 2.0 && most <= 3 {
            return Self { lines, slot, turned: false, height: 1.2 * TEXT * most as f64 };
        }
        let longest = names.iter().map(|name| text_width(name, TEXT)).fold(0.0, f64::max);
        let lines = names.iter().map(|name| vec![(*name).to_string()]).collect();
        Self { lines, slot, turned: true, height: longest }
    }

    /// Draws them below `y`, the first slot starting at `left`.
    pub(super) fn draw(&self, canvas: &mut Canvas, left: f64, y: f64) {
        for (i, lines) in self.lines.iter().enumerate() {
            let middle = left + self.slot * (i as f64 + 0.5);
            if self.turned {
                canvas.text(middle + 4.0, y, &lines[0], FONT.end().turn(-90.0));
            } else {
                canvas.paragraph(middle, y + TEXT, lines, FONT.middle());
            }
        }
    }
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
