//! The one place that writes SVG: a canvas that shapes are drawn on, directly or by plotters.

mod canvas;
mod pen;
mod style;
mod text;

pub(super) use canvas::Canvas;
pub(super) use pen::{Pen, colour, fine, ours};
pub(super) use style::{FONT, fill, stroke};
pub(super) use text::{aligned, number, power_of_ten, pretty, text_width, wrap};
