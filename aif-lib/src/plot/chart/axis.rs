//! One axis: its range, its ticks, and what is written at them.

use plotters::coord::ranged1d::{
    KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter,
};

use crate::plot::svg::{aligned, power_of_ten, text_width};
use crate::plot::theme::TEXT;

/// One axis as plotters asks for it. plotters would choose the ticks too, but it counts numbers closer than
/// 2e-16 as one, and writes each tick without a look at the others.
#[derive(Clone)]
pub(crate) struct Axis {
    label: String,
    range: (f64, f64),
    ticks: Vec<f64>,
    names: Vec<String>,
    log: bool,
}

impl Axis {
    /// An axis with about `target` ticks; whole numbers only where the data are whole.
    pub(crate) fn linear(
        label: &str,
        range: (f64, f64),
        target: usize,
        whole: bool,
    ) -> Self {
        let ticks = ticks(range, target, whole);
        let names = names(&ticks);
        Self { label: label.into(), range, ticks, names, log: false }
    }

    /// An axis that counts powers of ten; the range is given in logarithms.
    pub(crate) fn decades(label: &str, range: (f64, f64)) -> Self {
        let exponents = decades(range);
        let names = exponents.iter().map(|k| power_of_ten(*k)).collect();
        let ticks = exponents.iter().map(|k| 10f64.powf(*k)).collect();
        Self { label: label.into(), range, ticks, names, log: true }
    }

    /// An axis of `n` categories, each one unit wide, without ticks.
    pub(crate) fn categories(n: usize) -> Self {
        let (label, range) = (String::new(), (0.0, n as f64));
        Self { label, range, ticks: Vec::new(), names: Vec::new(), log: false }
    }

    pub(super) fn label(&self) -> &str {
        &self.label
    }

    pub(crate) fn ends(&self) -> (f64, f64) {
        self.range
    }

    /// The room that the names of the ticks need beside the axis.
    pub(super) fn width(&self) -> f64 {
        self.names.iter().map(|name| text_width(name, TEXT)).fold(0.0, f64::max)
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    /// What lies beyond the range, such as an infinite bar, ends at the frame.
    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let value = if self.log { value.log10() } else { *value };
        let part = (value - self.range.0) / (self.range.1 - self.range.0);
        (f64::from(from) + part.clamp(0.0, 1.0) * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.range.0..self.range.1
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let tick = self.ticks.iter().position(|tick| tick == value);
        tick.map_or_else(String::new, |i| self.names[i].clone())
    }
}

/// The smallest and the largest. A single value, or values that differ in their last digits only, get room around
/// them: an axis must have a length that can be counted.
pub(super) fn range_of(values: &[f64]) -> (f64, f64) {
    let lo = values.iter().copied().fold(f64::INFINITY, f64::min);
    let hi = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let size = lo.abs().max(hi.abs());
    if hi - lo > 1e-9 * size {
        return (lo, hi);
    }
    // As large numbers are written with few digits, their neighbours are far away.
    let room = if size < 1e6 { 0.5 } else { 0.5 * size };
    (lo - room, hi + room)
}

/// A little room on both sides, so that no curve runs along the frame; none beyond the ends to keep.
pub(super) fn padded((lo, hi): (f64, f64), kept: &[f64]) -> (f64, f64) {
    let room = 0.04 * (hi - lo);
    let end = |y: f64, room: f64| if kept.contains(&y) { y } else { y + room };
    (end(lo, -room), end(hi, room))
}

/// Round numbers: the steps are 1, 2 or 5 times a power of ten, and about `target` of them cover the range.
fn ticks((lo, hi): (f64, f64), target: usize, whole: bool) -> Vec<f64> {
    let raw = (hi - lo) / target as f64;
    let power = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].iter().map(|m| m * power).find(|s| *s >= 0.999 * raw);
    let step = step.unwrap_or(power).max(if whole { 1.0 } else { 0.0 });
    let (first, last) = ((lo / step - 1e-9).ceil(), (hi / step + 1e-9).floor());
    (0..=(last - first) as usize).map(|i| (first + i as f64) * step).collect()
}

/// What is written at ticks; where a power of ten with few digits would say the same twice, with more digits.
fn names(ticks: &[f64]) -> Vec<String> {
    let scientific = |digits: usize| {
        let write = |tick: &f64| match tick {
            0.0 => "0".into(),
            tick => format!("{tick:.digits$e}").replace('-', "−"),
        };
        ticks.iter().map(write).collect()
    };
    let apart = |names: &Vec<String>| names.windows(2).all(|pair| pair[0] != pair[1]);
    let plain = aligned(ticks);
    if apart(&plain) { plain } else { (1..9).map(scientific).find(apart).unwrap_or(plain) }
}

/// Powers of ten (given as their logarithms) in a range; every k-th when there are many.
fn decades((lo, hi): (f64, f64)) -> Vec<f64> {
    let every = ((hi - lo) as usize / 8) + 1;
    (lo as i64..=hi as i64).step_by(every).map(|i| i as f64).collect()
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
    fn numbers_of_every_size_have_a_few_ticks_whose_names_differ() {
        for size in [1e-300, 1e-17, 1e-3, 1.0, 37.0, 1e5, 1e6, 3e9, 1e16, 1e299] {
            for other in [size, -size, 0.0, size * (1.0 + 1e-15), 2.0 * size] {
                let axis = Axis::linear("", range_of(&[size, other]), 6, false);
                let n = axis.ticks.len();
                assert!((2..=8).contains(&n), "{size} and {other}: {:?}", axis.ticks);
                let mut names = axis.names.clone();
                names.dedup();
                assert_eq!(names.len(), n, "{size} and {other}: {:?}", axis.names);
            }
        }
    }
}
