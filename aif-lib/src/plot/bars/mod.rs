//! Numbers by category: [`bars`] side by side and [`stacked`] parts of a sum.

mod categories;
mod side_by_side;
mod stacked;

pub use side_by_side::bars;
pub use stacked::stacked;

pub(super) use categories::CategoryNames;

use super::chart::{Key, check_finite, check_interval};
use super::svg::{aligned, pretty};
use super::theme::Role;

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
        Self::unbounded(name, values.to_vec())
    }

    /// Bars that may be infinite: these end at the frame.
    pub(super) fn unbounded(name: &str, values: Vec<f64>) -> Self {
        Self { name: name.into(), values, interval: None, role: Role::Auto }
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
