//! Curves of estimates: each point with the interval that it came with.

use super::chart::Series;
use crate::prob::stats::Interval;

impl Series {
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
}
