//! The one place that writes SVG: a canvas that shapes are drawn on, directly or through plotters.

use crate::show::escape;
use std::convert::Infallible;
use std::fmt::Write as _;

use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{FontTransform, RGBColor};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend,
    DrawingErrorKind,
};

use super::theme::{COLOURS, Marker, Paint, TEXT, TITLE};

/// plotters counts whole pixels; ten of its pixels are one of ours, so that curves stay smooth.
pub(crate) const FINE: f64 = 10.0;

/// How a shape is filled and outlined.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub fill: Paint,
    pub stroke: Paint,
    pub width: f64,
    pub dashes: &'static str,
    pub opacity: f64,
}

/// A filled shape.
pub(crate) fn fill(paint: Paint) -> Style {
    Style { fill: paint, stroke: Paint::None, width: 0.0, dashes: "", opacity: 1.0 }
}

/// An outline.
pub(crate) fn stroke(paint: Paint, width: f64) -> Style {
    Style { fill: Paint::None, stroke: paint, width, dashes: "", opacity: 1.0 }
}

impl Style {
    pub(crate) fn outlined(self, paint: Paint, width: f64) -> Self {
        Self { stroke: paint, width, ..self }
    }

    pub(crate) fn dashed(self, dashes: &'static str) -> Self {
        Self { dashes, ..self }
    }

    pub(crate) fn opacity(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }

    fn attributes(&self) -> String {
        let mut text = String::new();
        let mut class = String::new();
        for (letter, attribute, paint) in
            [('f', "fill", self.fill), ('s', "stroke", self.stroke)]
        {
            match (paint, paint.index()) {
                (_, Some(i)) => {
                    let space = if class.is_empty() { "" } else { " " };
                    let _ = write!(class, "{space}{letter}-{}", COLOURS[i].name);
                }
                (Paint::Rgb(rgb), _) => {
                    let _ = write!(text, " {attribute}=\"#{rgb:06x}\"");
                }
                _ if attribute == "fill" => text.push_str(" fill=\"none\""),
                _ => {}
            }
        }
        if !class.is_empty() {
            let _ = write!(text, " class=\"{class}\"");
        }
        if self.stroke != Paint::None && self.width != 1.0 {
            let _ = write!(text, " stroke-width=\"{}\"", number(self.width));
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
    pub paint: Paint,
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
    paint: Paint::Ink,
    bold: false,
    halo: false,
    anchor: Anchor::Start,
    turn: 0.0,
};

impl Font {
    pub(crate) fn size(self, size: f64) -> Self {
        Self { size, ..self }
    }
    pub(crate) fn paint(self, paint: Paint) -> Self {
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
        let mut attributes = fill(font.paint).attributes();
        if font.halo {
            attributes = attributes.replacen("class=\"", "class=\"halo ", 1);
        }
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
    pub(crate) fn marker(&mut self, marker: Marker, x: f64, y: f64, paint: Paint) {
        let solid = fill(paint).outlined(Paint::Paper, 0.8);
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
                self.circle(x, y, 3.6, fill(Paint::Paper).outlined(paint, 1.6));
            }
            Marker::Bar => self.line((x, y - 5.0), (x, y + 5.0), stroke(paint, 3.0)),
            Marker::Star => {
                let star: Vec<(f64, f64)> = (0..10)
                    .map(|i| {
                        let r = if i % 2 == 0 { 5.4 } else { 2.2 };
                        let angle = std::f64::consts::PI * (f64::from(i) / 5.0 - 0.5);
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

/// A coordinate with at most one decimal.
pub(crate) fn number(x: f64) -> String {
    debug_assert!(x.is_finite(), "a coordinate must be a number, not {x}");
    let text = format!("{x:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".into() } else { text.into() }
}

/// About how wide a text is: the browser chooses the font, so this leans to the wide side.
pub(crate) fn text_width(text: &str, size: f64) -> f64 {
    let em: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '|' | '!' | '\'' => 0.32,
            ' ' | 'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' => 0.4,
            'm' | 'w' | 'M' | 'W' | '—' => 0.95,
            '0'..='9' => 0.62,
            c if c.is_uppercase() => 0.72,
            c if (c as u32) > 0x2e7f => 1.0,
            _ => 0.6,
        })
        .sum();
    em * size
}

/// A text broken at spaces into lines of at most this width; a longer word stands alone.
pub(crate) fn wrap(text: &str, width: f64, size: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("never empty");
        if line.is_empty() {
            line.push_str(word);
        } else if text_width(line, size) + text_width(word, size) + 0.4 * size <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.into());
        }
    }
    lines
}

/// A number as a reader wants it: few digits, a true minus sign.
pub(crate) fn pretty(x: f64) -> String {
    // What rounding leaves of a zero is a zero.
    let x = if x.abs() < 5e-15 { 0.0 } else { x };
    let size = x.abs();
    let text = if x == f64::INFINITY {
        "∞".into()
    } else if x == f64::NEG_INFINITY {
        "-∞".into()
    } else if size != 0.0 && !(1e-3..1e6).contains(&size) {
        let text = format!("{x:.1e}");
        text.replace(".0e", "e")
    } else if size >= 100.0 {
        trim(format!("{x:.1}"))
    } else {
        trim(format!("{x:.3}"))
    };
    text.replace('-', "−")
}

/// Numbers that are read together: each with as many decimals as the one that needs most.
pub(crate) fn aligned(values: &[f64]) -> Vec<String> {
    let one_by_one: Vec<String> = values.iter().map(|v| pretty(*v)).collect();
    if one_by_one.iter().any(|text| text.contains('e')) {
        return one_by_one;
    }
    let decimals =
        |text: &String| text.split_once('.').map_or(0, |(_, digits)| digits.len());
    let most = one_by_one.iter().map(decimals).max().unwrap_or(0);
    let write = |(text, v): (String, &f64)| {
        if !v.is_finite() {
            return text;
        }
        let text = format!("{v:.most$}");
        let zero = text.chars().all(|c| "-0.".contains(c));
        if zero { text.replace('-', "") } else { text.replace('-', "−") }
    };
    one_by_one.into_iter().zip(values).map(write).collect()
}

/// A power of ten, as the labels of a logarithmic axis are written.
pub(crate) fn power_of_ten(exponent: f64) -> String {
    let digit = |c: char| match c {
        '-' => '⁻',
        c => "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(c.to_digit(10).unwrap_or(0) as usize).unwrap_or('⁰'),
    };
    format!("10{}", format!("{exponent:.0}").chars().map(digit).collect::<String>())
}

fn trim(text: String) -> String {
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

/// The colour that stands for a paint while plotters carries it: the last byte is the place in the table, the one
/// before it the dashes.
pub(crate) fn carried(paint: Paint, look: usize) -> RGBColor {
    let index = paint.index().unwrap_or(0);
    RGBColor(0xA1, look.min(255) as u8, index.min(255) as u8)
}

/// The canvas as plotters sees it.
pub(crate) struct Pen<'a> {
    pub canvas: &'a mut Canvas,
    pub width: f64,
    pub height: f64,
}

fn ours(point: BackendCoord) -> (f64, f64) {
    (f64::from(point.0) / FINE, f64::from(point.1) / FINE)
}

fn uncarried(color: BackendColor) -> (Paint, &'static str, f64) {
    let (_, look, index) = color.rgb;
    (Paint::from_index(index as usize), super::theme::dashes(look as usize), color.alpha)
}

fn style_of<S: BackendStyle>(style: &S, filled: bool) -> Style {
    let (paint, dashes, alpha) = uncarried(style.color());
    let width = f64::from(style.stroke_width()) / FINE;
    if filled { fill(paint) } else { stroke(paint, width).dashed(dashes) }.opacity(alpha)
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Pen<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        ((self.width * FINE) as u32, (self.height * FINE) as u32)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Drawn {
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        if style.color().alpha > 0.0 {
            self.canvas.line(ours(from), ours(to), style_of(style, false));
        }
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
        filled: bool,
    ) -> Drawn {
        if style.color().alpha > 0.0 {
            let ((x0, y0), (x1, y1)) = (ours(from), ours(to));
            self.canvas.rect(
                x0.min(x1),
                y0.min(y1),
                (x1 - x0).abs(),
                (y1 - y0).abs(),
                style_of(style, filled),
            );
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        if style.color().alpha > 0.0 {
            let points: Vec<(f64, f64)> = path.into_iter().map(ours).collect();
            self.canvas.polyline(&points, style_of(style, false));
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        if style.color().alpha > 0.0 {
            let points: Vec<(f64, f64)> = path.into_iter().map(ours).collect();
            self.canvas.polygon(&points, style_of(style, true));
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        filled: bool,
    ) -> Drawn {
        let (x, y) = ours(center);
        self.canvas.circle(x, y, f64::from(radius) / FINE, style_of(style, filled));
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        pos: BackendCoord,
    ) -> Drawn {
        let (paint, _, _) = uncarried(style.color());
        let size = style.size() / FINE;
        let (mut x, mut y) = ours(pos);
        let anchor = style.anchor();
        let down = match anchor.v_pos {
            VPos::Top => 0.76 * size,
            VPos::Center => 0.36 * size,
            VPos::Bottom => -0.2 * size,
        };
        let turn = match style.transform() {
            FontTransform::Rotate90 => 90.0,
            FontTransform::Rotate180 => 180.0,
            FontTransform::Rotate270 => 270.0,
            FontTransform::None => 0.0,
        };
        // The baseline moves along the turned vertical.
        let (sin, cos) = f64::to_radians(turn).sin_cos();
        (x, y) = (x - down * sin, y + down * cos);
        let anchor = match anchor.h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        self.canvas.text(x, y, text, Font { size, paint, anchor, turn, ..FONT });
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok((text_width(text, style.size()) as u32, style.size() as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_readers() {
        for (x, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1e-17, "0"),
            (-1.386294, "−1.386"),
            (0.5, "0.5"),
            (1234.56, "1234.6"),
            (2_000_000.0, "2e6"),
            (1.5e-7, "1.5e−7"),
            (f64::NEG_INFINITY, "−∞"),
        ] {
            assert_eq!(pretty(x), text);
        }
        assert_eq!(aligned(&[0.5, 0.68, 1.0, -1e-17]), ["0.50", "0.68", "1.00", "0.00"]);
        assert_eq!(aligned(&[1.0, f64::NAN, 20.0]), ["1", "NaN", "20"]);
        assert_eq!(power_of_ten(-12.0), "10⁻¹²");
    }

    #[test]
    fn markup_in_a_label_stays_text() {
        assert_eq!(escape("a < b & \"c\" > d\n"), "a &lt; b &amp; &quot;c&quot; &gt; d ");
    }

    #[test]
    fn long_titles_break_at_spaces_only() {
        let lines = wrap("one two three", text_width("one two", 15.0) + 8.0, 15.0);
        assert_eq!(lines, ["one two", "three"]);
        assert_eq!(wrap("unbreakable", 5.0, 15.0), ["unbreakable"]);
    }
}
