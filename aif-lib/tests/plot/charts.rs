//! Curves, read back from the picture in the numbers of its axes.

use aif_lib::prelude::*;
use aif_lib::prob::stats::Interval;

use crate::X;
use crate::read::{self, all, close, colour, same, shapes, text};

const Y: [f64; 4] = [2.0, 5.5, 4.0, 9.0];
const LO: [f64; 4] = [1.5, 3.0, 3.9, 6.0];
const HI: [f64; 4] = [2.1, 8.0, 4.5, 9.5];

/// The corners of the first shape of this kind in blue, in the numbers of the axes.
fn blue(figure: &Figure, tag: &str, property: &str) -> (Vec<f64>, Vec<f64>) {
    let shapes = shapes(&figure.svg());
    let axes = read::Axes::of(&shapes);
    // The sample in the legend stands above the axis.
    let found = all(&shapes, tag, property, &colour("rl"));
    let points = found.last().expect("one in blue").points();
    points.into_iter().map(|point| axes.point(point)).unzip()
}

#[test]
fn a_curve_passes_through_its_numbers() {
    let (x, y) =
        blue(&plot::lines("", "x", "y", &[Series::rl("a", &X, &Y)]), "polyline", "stroke");
    close(&x, &X, 0.01);
    close(&y, &Y, 0.02);
}

#[test]
fn markers_stand_on_the_numbers() {
    let figure = plot::lines("", "x", "y", &[Series::rl("a", &X, &Y)]);
    let shapes = shapes(&figure.svg());
    let axes = read::Axes::of(&shapes);
    let circles = all(&shapes, "circle", "fill", &colour("rl"));
    let (x, y): (Vec<f64>, Vec<f64>) =
        circles.iter().map(|c| axes.point(c.middle())).unzip();
    close(&x, &X, 0.01);
    close(&y, &Y, 0.02);
}

#[test]
fn a_logarithmic_axis_counts_powers_of_ten() {
    let curve = Series::rl("a", &X, &[1.0, 20.0, 100.0, 1e-3]);
    let figure = plot::lines_on(&Axes::new("", "x", "y").log_y(), &[curve]);
    let (_, powers) = blue(&figure, "polyline", "stroke");
    close(&powers, &[0.0, 20f64.log10(), 2.0, -3.0], 0.02);
}

#[test]
fn stairs_hold_each_number_until_the_next() {
    let curve = Series::rl("a", &X[..3], &[1.0, 3.0, 2.0]).steps();
    let (x, y) = blue(&plot::lines("", "x", "y", &[curve]), "polyline", "stroke");
    close(&x, &[0.0, 1.0, 1.0, 2.0, 2.0], 0.01);
    close(&y, &[1.0, 1.0, 3.0, 3.0, 2.0], 0.01);
}

#[test]
fn a_gap_breaks_the_line() {
    let x: Vec<f64> = (0..7).map(f64::from).collect();
    let y = [1.0, 2.0, 3.0, f64::NAN, 3.0, 2.0, 1.0];
    let shapes = shapes(&plot::lines("", "x", "y", &[Series::rl("a", &x, &y)]).svg());
    assert_eq!(all(&shapes, "polyline", "stroke", &colour("rl")).len(), 2);
    assert_eq!(all(&shapes, "circle", "fill", &colour("rl")).len(), 6);
}

#[test]
fn a_shaded_interval_is_the_one_that_was_given() {
    let bare = shapes(&plot::lines("", "x", "y", &[Series::rl("a", &X, &Y)]).svg());
    assert!(all(&bare, "polygon", "fill", &colour("rl")).is_empty(), "none was given");
    let there_and_back = |there: &[f64], back: &[f64]| -> Vec<f64> {
        there.iter().chain(back.iter().rev()).copied().collect()
    };
    let between = |lo: &f64, hi: &f64| 0.5 * (lo + hi);
    let estimates: Vec<Interval> = LO
        .iter()
        .zip(&HI)
        .map(|(&lo, &hi)| Interval { mean: between(&lo, &hi), lo, hi })
        .collect();
    for curve in [
        Series::rl("a", &X, &Y).interval(&LO, &HI),
        Series::estimates("a", &X, &estimates).role(Role::Rl),
    ] {
        let (x, y) = blue(&plot::lines("", "x", "y", &[curve]), "polygon", "fill");
        close(&x, &there_and_back(&X, &X), 0.01);
        close(&y, &there_and_back(&HI, &LO), 0.03);
    }
    let line =
        plot::lines("", "x", "y", &[Series::estimates("a", &X, &estimates).role(Role::Rl)]);
    let means: Vec<f64> = estimates.iter().map(|e| e.mean).collect();
    close(&blue(&line, "polyline", "stroke").1, &means, 0.03);
}

#[test]
fn the_interval_of_a_point_is_a_bar_from_its_lower_to_its_upper_bound() {
    let points = Series::rl("a", &X, &Y).interval(&LO, &HI).points();
    let shapes = shapes(&plot::lines("", "x", "y", &[points]).svg());
    let axes = read::Axes::of(&shapes);
    let bars = all(&shapes, "line", "stroke", &colour("rl"));
    assert_eq!(bars.len(), 4);
    for (i, bar) in bars.iter().enumerate() {
        let ends: Vec<f64> = bar.points().iter().map(|p| axes.y(p.1)).collect();
        close(&ends, &[LO[i], HI[i]], 0.03);
        close(&[axes.x(bar.middle().0)], &[X[i]], 0.01);
    }
}

#[test]
fn a_level_lies_at_its_number_with_its_name_beside_it() {
    let series = [Series::rl("a", &X, &Y), Series::level("best", 7.0)];
    let shapes = shapes(&plot::lines("", "x", "y", &series).svg());
    let line = shapes.iter().find(|s| s.get("stroke-dasharray") == "6 4").expect("a level");
    let (_, height) = line.middle();
    close(&[read::Axes::of(&shapes).y(height)], &[7.0], 0.02);
    let name = text(&shapes, "best");
    assert!(name.number("x") > line.sides()[2] && same(name.number("y"), height + 4.0));
}

#[test]
fn each_curve_has_the_colour_and_the_marker_of_its_name_in_the_legend() {
    let series = [
        Series::aif("agent", &X, &[1.0; 4]),
        Series::new("other", &X, &[2.0; 4]),
        Series::rl("learner", &X, &[3.0; 4]),
    ];
    let shapes = shapes(&plot::lines("", "x", "y", &series).svg());
    let axes = read::Axes::of(&shapes);
    for (name, paint, height) in
        [("agent", "aif", 1.0), ("other", "c1", 2.0), ("learner", "rl", 3.0)]
    {
        let curve = all(&shapes, "polyline", "stroke", &colour(paint)).remove(0);
        close(&[axes.y(curve.middle().1)], &[height], 0.02);
        // The sample stands left of the name, with the same marker as on the curve.
        let (x, y) = text(&shapes, name).points()[0];
        let sample = all(&shapes, "line", "stroke", &colour(paint)).remove(0);
        assert!(
            same(sample.middle().1, y - 4.0)
                && sample.sides()[2] < x
                && x - sample.sides()[2] < 10.0
        );
        let marks: Vec<String> = shapes
            .iter()
            .filter(|s| s.get("fill") == colour(paint) && s.tag != "text")
            .map(|s| s.tag.clone())
            .collect();
        assert_eq!(marks.len(), 5, "{name}: one in the legend and four on the curve");
        assert!(marks.iter().all(|tag| *tag == marks[0]), "{name}: {marks:?}");
    }
}

#[test]
fn a_constant_of_any_size_is_a_line_between_ticks() {
    for size in [0.0, 1e-12, -3.0, 1e7, 1e16, -1e299] {
        let curve = Series::rl("a", &X, &[size; 4]);
        let (_, y) = blue(&plot::lines("", "x", "y", &[curve]), "polyline", "stroke");
        close(&y, &[size; 4], 0.01 * size.abs().max(1.0));
    }
}

#[test]
fn a_chart_of_many_points_stays_small_and_keeps_every_extreme() {
    let x: Vec<f64> = (0..20_000).map(f64::from).collect();
    let mut y: Vec<f64> = x.iter().map(|x| (0.3 * x).sin()).collect();
    y[12_345] = 3.0;
    let [lo, hi] = [-0.2, 0.2].map(|d| y.iter().map(|y| y + d).collect::<Vec<f64>>());
    let figure = plot::lines("", "x", "y", &[Series::rl("a", &x, &y).interval(&lo, &hi)]);
    assert!(figure.svg().len() < 40_000, "{} bytes", figure.svg().len());
    let (_, y) = blue(&figure, "polyline", "stroke");
    close(&[y.into_iter().fold(0.0, f64::max)], &[3.0], 0.01);
}
