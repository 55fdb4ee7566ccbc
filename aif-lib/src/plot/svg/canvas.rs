//! A drawing in progress.

use std::f64::consts::PI;
use std::fmt::Write as _;

use super::style::{Anchor, FONT, Font, Style, fill, stroke};
use super::text::{number, wrap};
use crate::plot::theme::{Marker, PAPER, Rgb, TEXT, TITLE};
use crate::show::escape;

/// A drawing in progress.
#[derive(Debug, Default)]
pub(crate) struct Canvas {
    body: String,
}

impl Canvas {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn into_body(self) -> String {
        self.body
    }

    pub(crate) fn rect(&mut self, x: f64, y: f64, w: f64, h: f64, style: Style) {
        self.round_rect(x, y, w, h, 0.0, style);
    }

    pub(crate) fn round_rect(
        &mut self,
        x: f64,
        y: f64,
        w: f64,
        h: f64,
        r: f64,
        style: Style,
    ) {
        let round = if r > 0.0 { format!(" rx=\"{}\"", number(r)) } else { String::new() };
        let _ = writeln!(
            self.body,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{round}{}/>",
            number(x),
            number(y),
            number(w.max(0.0)),
            number(h.max(0.0)),
            style.attributes()
        );
    }

    pub(crate) fn circle(&mut self, x: f64, y: f64, r: f64, style: Style) {
        let _ = writeln!(
            self.body,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>",
            number(x),
            number(y),
            number(r),
            style.attributes()
        );
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), style: Style) {
        let _ = writeln!(
            self.body,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"{}/>",
            number(from.0),
            number(from.1),
            number(to.0),
            number(to.1),
            style.attributes()
        );
    }

    pub(crate) fn polyline(&mut self, points: &[(f64, f64)], style: Style) {
        self.points("polyline", points, style);
    }

    pub(crate) fn polygon(&mut self, points: &[(f64, f64)], style: Style) {
        self.points("polygon", points, style);
    }

    /// Many polygons of one look, as one shape: far shorter than one by one.
    pub(crate) fn polygons(&mut self, polygons: &[Vec<(f64, f64)>], style: Style) {
        let _ = write!(self.body, "<path d=\"");
        for points in polygons {
            for (i, (x, y)) in points.iter().enumerate() {
                let letter = if i == 0 { "M" } else { " " };
                let _ = write!(self.body, "{letter}{} {}", number(*x), number(*y));
            }
            self.body.push('Z');
        }
        let _ = writeln!(self.body, "\"{}/>", style.attributes());
    }

    fn points(&mut self, tag: &str, points: &[(f64, f64)], style: Style) {
        let _ = write!(self.body, "<{tag} points=\"");
        for (i, (x, y)) in points.iter().enumerate() {
            let space = if i == 0 { "" } else { " " };
            let _ = write!(self.body, "{space}{},{}", number(*x), number(*y));
        }
        let join = if tag == "polyline" { " stroke-linejoin=\"round\"" } else { "" };
        let _ = writeln!(self.body, "\"{join}{}/>", style.attributes());
    }

    /// Text whose baseline passes through the point.
    pub(crate) fn text(&mut self, x: f64, y: f64, text: &str, font: Font) {
        let anchor = match font.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let (x, y) = (number(x), number(y));
        let mut more = String::new();
        if font.size != TEXT {
            let _ = write!(more, " font-size=\"{}\"", number(font.size));
        }
        if font.bold {
            more.push_str(" font-weight=\"600\"");
        }
        if font.turn != 0.0 {
            let _ = write!(more, " transform=\"rotate({} {x} {y})\"", number(font.turn));
        }
        if font.halo {
            more.push_str(" class=\"halo\"");
        }
        let attributes = fill(font.paint).attributes();
        let text = escape(text);
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\"{anchor}{more}{attributes}>{text}</text>"
        );
    }

    /// Several lines of text, one below the other.
    pub(crate) fn paragraph(&mut self, x: f64, y: f64, lines: &[String], font: Font) {
        for (i, line) in lines.iter().enumerate() {
            self.text(x, y + 1.2 * font.size * i as f64, line, font);
        }
    }

    /// The title of a figure; returns the height of its last line.
    pub(crate) fn title(&mut self, title: &str, width: f64) -> f64 {
        let lines = wrap(title, width - 28.0, TITLE);
        self.paragraph(14.0, 24.0, &lines, FONT.size(TITLE).bold());
        24.0 + 1.2 * TITLE * (lines.len() as f64 - 1.0)
    }

    /// Text centred on the point, both ways.
    pub(crate) fn label(&mut self, x: f64, y: f64, text: &str, font: Font) {
        self.text(x, y + 0.36 * font.size, text, font.middle());
    }

    /// One of the markers that tell series apart without colour.
    pub(crate) fn marker(&mut self, marker: Marker, x: f64, y: f64, paint: Rgb) {
        let solid = fill(paint).outlined(PAPER, 0.8);
        let thin = stroke(paint, 2.0);
        match marker {
            Marker::Circle => self.circle(x, y, 3.8, solid),
            Marker::Square => self.rect(x - 3.4, y - 3.4, 6.8, 6.8, solid),
            Marker::Diamond => {
                self.polygon(
                    &[(x, y - 5.0), (x + 5.0, y), (x, y + 5.0), (x - 5.0, y)],
                    solid,
                );
            }
            Marker::Triangle => {
                self.polygon(
                    &[(x, y - 5.0), (x + 4.6, y + 3.4), (x - 4.6, y + 3.4)],
                    solid,
                );
            }
            Marker::Down => {
                self.polygon(
                    &[(x, y + 5.0), (x + 4.6, y - 3.4), (x - 4.6, y - 3.4)],
                    solid,
                );
            }
            Marker::Cross => {
                self.line((x - 3.5, y - 3.5), (x + 3.5, y + 3.5), thin);
                self.line((x - 3.5, y + 3.5), (x + 3.5, y - 3.5), thin);
            }
            Marker::Plus => {
                self.line((x - 4.5, y), (x + 4.5, y), thin);
                self.line((x, y - 4.5), (x, y + 4.5), thin);
            }
            Marker::Ring => {
                self.circle(x, y, 3.6, fill(PAPER).outlined(paint, 1.6));
            }
            Marker::Bar => self.line((x, y - 5.0), (x, y + 5.0), stroke(paint, 3.0)),
            Marker::Star => {
                let star: Vec<(f64, f64)> = (0..10)
                    .map(|i| {
                        let r = if i % 2 == 0 { 5.4 } else { 2.2 };
                        let angle = PI * (f64::from(i) / 5.0 - 0.5);
                        (x + r * angle.cos(), y + r * angle.sin())
                    })
                    .collect();
                self.polygon(&star, solid);
            }
        }
    }

    /// A finished drawing, placed with its own coordinates.
    pub(crate) fn place(
        &mut self,
        x: f64,
        y: f64,
        w: f64,
        h: f64,
        view: (f64, f64),
        body: &str,
    ) {
        let _ = writeln!(
            self.body,
            "<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\">{body}</svg>",
            number(x),
            number(y),
            number(w),
            number(h),
            number(view.0),
            number(view.1)
        );
    }
}
