//! A chart while it is drawn: plotters keeps the coordinates, draws the mesh, and places what stands on it.

use std::convert::Infallible;

use plotters::element::{Drawable, PointCollection};
use plotters::prelude::*;
use plotters_backend::{BackendCoord, DrawingErrorKind};

use super::axis::Axis;
use crate::plot::svg::{Canvas, Pen, colour, fine, ours};
use crate::plot::theme::{GRID, HEIGHT, INK, MUTED, Rgb, TEXT, WIDTH};

/// The room around the data: above for title and legend, on the right for the names of levels, below for the names of
/// ticks or categories. On the left the axis takes what it needs.
pub(crate) struct Room {
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// What draws on the canvas at the places that it is given.
type Brush<'b> = dyn Fn(&mut Canvas, &[(f64, f64)]) + 'b;

/// A chart with its axes drawn, ready for data.
pub(crate) struct Chart<'c> {
    context: ChartContext<'c, Pen<'c>, Cartesian2d<Axis, Axis>>,
}

/// Between the names of the axes and the edge.
const EDGE: f64 = 7.0;
const REFUSED: &str = "a canvas in memory refuses nothing";

impl<'c> Chart<'c> {
    /// Draws mesh, axes, ticks and their names.
    pub(crate) fn new(canvas: &'c mut Canvas, room: Room, x: Axis, y: Axis) -> Self {
        let (x_label, y_label) = (x.label().to_string(), y.label().to_string());
        let root = Pen { canvas, width: WIDTH, height: HEIGHT }.into_drawing_area();
        let mut context = ChartBuilder::on(&root)
            .margin_top(fine(room.top))
            .margin_right(fine(room.right))
            .margin_left(fine(EDGE))
            .margin_bottom(fine(EDGE))
            .set_label_area_size(LabelAreaPosition::Left, fine(Self::left(&y) - EDGE))
            .set_label_area_size(LabelAreaPosition::Bottom, fine(room.bottom - EDGE))
            .build_cartesian_2d(x, y)
            .expect(REFUSED);
        let text = ("sans-serif", fine(TEXT));
        context
            .configure_mesh()
            .disable_x_mesh()
            .bold_line_style(colour(GRID).stroke_width(fine(1.0)))
            .axis_style(colour(MUTED).stroke_width(fine(1.0)))
            .set_all_tick_mark_size(fine(4.0))
            .label_style(text.with_color(colour(MUTED)))
            .axis_desc_style(text.with_color(colour(INK)))
            .x_desc(x_label)
            .y_desc(y_label)
            .draw()
            .expect(REFUSED);
        Self { context }
    }

    /// Where the data begin, right of this vertical axis.
    pub(crate) fn left(y: &Axis) -> f64 {
        38.0 + y.width()
    }

    /// How wide the data stand on the canvas.
    pub(crate) fn width(&self) -> f64 {
        let (width, _) = self.context.plotting_area().dim_in_pixel();
        ours((width as i32, 0)).0
    }

    /// The place of a point on the canvas.
    pub(crate) fn at(&self, point: (f64, f64)) -> (f64, f64) {
        ours(self.context.backend_coord(&point))
    }

    /// A filled area.
    pub(crate) fn area(&self, outline: Vec<(f64, f64)>, paint: Rgb, opacity: f64) {
        self.draw(&Polygon::new(outline, colour(paint).mix(opacity)));
    }

    /// A filled rectangle between two corners.
    pub(crate) fn bar(&self, from: (f64, f64), to: (f64, f64), paint: Rgb) {
        self.draw(&Rectangle::new([from, to], colour(paint).filled()));
    }

    /// What plotters has no element for (dashes along a curve, our markers, text with a rim): it finds the places, and
    /// `brush` draws on the canvas.
    pub(crate) fn place(&self, points: &[(f64, f64)], brush: &Brush) {
        self.draw(&Placed { points, brush });
    }

    fn draw<'e, E: Drawable<Pen<'c>>>(&self, element: &'e E)
    where
        &'e E: PointCollection<'e, (f64, f64)>,
    {
        self.context.plotting_area().draw(element).expect(REFUSED);
    }
}

struct Placed<'a> {
    points: &'a [(f64, f64)],
    brush: &'a Brush<'a>,
}

impl<'a> PointCollection<'a, (f64, f64)> for &'a Placed<'_> {
    type Point = &'a (f64, f64);
    type IntoIter = &'a [(f64, f64)];

    fn point_iter(self) -> &'a [(f64, f64)] {
        self.points
    }
}

impl<'p> Drawable<Pen<'p>> for Placed<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        points: I,
        pen: &mut Pen<'p>,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let points: Vec<(f64, f64)> = points.map(ours).collect();
        (self.brush)(pen.canvas, &points);
        Ok(())
    }
}
