//! How a shape is painted and how a text looks.

use std::fmt::Write as _;

use super::text::number;
use crate::plot::theme::{INK, Rgb, TEXT};

/// How a shape is filled and outlined.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub fill: Option<Rgb>,
    pub stroke: Option<Rgb>,
    pub width: f64,
    pub dashes: &'static str,
    pub opacity: f64,
}

/// A filled shape.
pub(crate) fn fill(paint: Rgb) -> Style {
    Style { fill: Some(paint), stroke: None, width: 0.0, dashes: "", opacity: 1.0 }
}

/// An outline.
pub(crate) fn stroke(paint: Rgb, width: f64) -> Style {
    Style { fill: None, stroke: Some(paint), width, dashes: "", opacity: 1.0 }
}

impl Style {
    pub(crate) fn outlined(self, paint: Rgb, width: f64) -> Self {
        Self { stroke: Some(paint), width, ..self }
    }

    pub(crate) fn dashed(self, dashes: &'static str) -> Self {
        Self { dashes, ..self }
    }

    pub(crate) fn opacity(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }

    pub(super) fn attributes(&self) -> String {
        let mut text = self
            .fill
            .map_or(" fill=\"none\"".into(), |rgb| format!(" fill=\"#{rgb:06x}\""));
        if let Some(rgb) = self.stroke {
            let _ = write!(text, " stroke=\"#{rgb:06x}\"");
            if self.width != 1.0 {
                let _ = write!(text, " stroke-width=\"{}\"", number(self.width));
            }
        }
        if !self.dashes.is_empty() {
            let _ = write!(text, " stroke-dasharray=\"{}\"", self.dashes);
        }
        if self.opacity < 1.0 {
            let _ = write!(text, " opacity=\"{:.2}\"", self.opacity);
        }
        text
    }
}

/// Where a text is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Font {
    pub size: f64,
    pub paint: Rgb,
    pub bold: bool,
    /// A rim of paper around the letters, for text that stands on data.
    pub halo: bool,
    pub anchor: Anchor,
    /// Degrees, clockwise.
    pub turn: f64,
}

/// Ordinary text that starts at its point.
pub(crate) const FONT: Font = Font {
    size: TEXT,
    paint: INK,
    bold: false,
    halo: false,
    anchor: Anchor::Start,
    turn: 0.0,
};

impl Font {
    pub(crate) fn size(self, size: f64) -> Self {
        Self { size, ..self }
    }
    pub(crate) fn paint(self, paint: Rgb) -> Self {
        Self { paint, ..self }
    }
    pub(crate) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }
    pub(crate) fn halo(self) -> Self {
        Self { halo: true, ..self }
    }
    pub(crate) fn turn(self, degrees: f64) -> Self {
        Self { turn: degrees, ..self }
    }
    pub(crate) fn middle(self) -> Self {
        Self { anchor: Anchor::Middle, ..self }
    }
    pub(crate) fn end(self) -> Self {
        Self { anchor: Anchor::End, ..self }
    }
}
