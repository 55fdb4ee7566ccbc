//! The canvas as plotters sees it: what plotters draws on a chart becomes our SVG.

use std::convert::Infallible;

use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{FontTransform, RGBColor};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend,
    DrawingErrorKind,
};

use super::canvas::Canvas;
use super::style::{Anchor, FONT, Font, Style, fill, stroke};
use super::text::text_width;
use crate::plot::theme::Rgb;

/// plotters counts whole pixels; ten of its pixels are one of ours, so that curves stay smooth.
const FINE: f64 = 10.0;

/// Our pixels in plotters' fine ones.
pub(crate) fn fine(pixels: f64) -> u32 {
    (pixels * FINE).round() as u32
}

/// A point of plotters' on our canvas.
pub(crate) fn ours(point: BackendCoord) -> (f64, f64) {
    (f64::from(point.0) / FINE, f64::from(point.1) / FINE)
}

/// A colour as plotters carries it.
pub(crate) fn colour(rgb: Rgb) -> RGBColor {
    let [_, r, g, b] = rgb.to_be_bytes();
    RGBColor(r, g, b)
}

fn rgb(colour: BackendColor) -> Rgb {
    let (r, g, b) = colour.rgb;
    Rgb::from_be_bytes([0, r, g, b])
}

fn style_of<S: BackendStyle>(style: &S, filled: bool) -> Style {
    let (paint, width) = (rgb(style.color()), f64::from(style.stroke_width()) / FINE);
    if filled { fill(paint) } else { stroke(paint, width) }.opacity(style.color().alpha)
}

/// A canvas of this size, for plotters to draw on.
pub(crate) struct Pen<'a> {
    pub canvas: &'a mut Canvas,
    pub width: f64,
    pub height: f64,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Pen<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (fine(self.width), fine(self.height))
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
        self.canvas.line(ours(from), ours(to), style_of(style, false));
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
        filled: bool,
    ) -> Drawn {
        let ((x, y), (right, bottom)) = (ours(from), ours(to));
        self.canvas.rect(x, y, right - x, bottom - y, style_of(style, filled));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let points: Vec<(f64, f64)> = path.into_iter().map(ours).collect();
        self.canvas.polyline(&points, style_of(style, false));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let points: Vec<(f64, f64)> = path.into_iter().map(ours).collect();
        self.canvas.polygon(&points, style_of(style, true));
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        pos: BackendCoord,
    ) -> Drawn {
        let (paint, size) = (rgb(style.color()), style.size() / FINE);
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
