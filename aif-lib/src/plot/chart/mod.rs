//! Charts: axes, legends, and the curves of [`lines`].

mod alt;
mod axis;
mod frame;
mod legend;
mod lines;
mod points;
mod series;

pub use lines::{Axes, lines, lines_on};
pub use series::Series;

pub(super) use axis::Axis;
pub(super) use frame::{Chart, Room};
pub(super) use legend::{Key, legend};
pub(super) use series::{check_finite, check_interval};
