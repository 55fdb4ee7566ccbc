//! What a chart draws: a curve with its points, its interval and its role.

use crate::plot::theme::Role;
use crate::prob::stats::Interval;

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
    pub(super) name: String,
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
    pub(super) interval: Option<(Vec<f64>, Vec<f64>)>,
    pub(super) role: Role,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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
        if let Some(i) = x.iter().position(|x| x.is_nan() || x.abs() > LARGEST) {
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

    /// A curve through estimates, with their intervals as its shaded area: what
    /// [`mean_curve`](crate::prob::stats::mean_curve) gives.
    ///
    /// # Panics
    /// As [`Series::new`] and [`Series::interval`].
    #[track_caller]
    pub fn estimates(name: &str, x: &[f64], estimates: &[Interval]) -> Self {
        let all = |of: fn(&Interval) -> f64| estimates.iter().map(of).collect::<Vec<f64>>();
        Self::new(name, x, &all(|e| e.mean)).interval(&all(|e| e.lo), &all(|e| e.hi))
    }

    /// A reference: a dashed horizontal line with its name beside it.
    ///
    /// # Panics
    /// When `y` is not a finite number.
    #[track_caller]
    pub fn level(name: &str, y: f64) -> Self {
        assert!(y.abs() <= LARGEST, "level {name:?} is {y}: give a finite number");
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

/// The largest number that a chart has a place for: beyond it, the length of an axis may not be a number.
pub(super) const LARGEST: f64 = 1e300;

#[track_caller]
pub(crate) fn check_finite(what: &str, values: &[f64]) {
    if let Some(i) = values.iter().position(|v| v.abs() > LARGEST) {
        panic!(
            "{what}[{i}] is {}: a chart has no place for infinity; use NaN for a value to leave out, \
             or look for a logarithm of 0 or a division by 0",
            values[i]
        );
    }
}

#[track_caller]
pub(crate) fn check_interval(what: &str, n: usize, lo: &[f64], hi: &[f64]) {
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
