//! Figures: what they promise to a page, to a reader who cannot see them, and to the data.

#![cfg(feature = "plot")]

mod bars;
mod charts;
mod diagrams;
mod gallery;
mod mistakes;
mod page;
mod read;
mod tables;
mod worlds;

use aif_lib::prelude::*;
use ndarray::array;

const X: [f64; 4] = [0.0, 1.0, 2.0, 3.0];

fn small_grid() -> GridPicture {
    GridPicture {
        title: "2 < 3".into(),
        rows: 2,
        cols: 2,
        walls: vec![false, true, false, false],
        values: Some(vec![0.1, f64::NAN, 0.5, 1.0]),
        arrows: vec![(0, 2), (2, 1), (2, 0)],
        path: vec![0, 2, 3],
        start: Some(0),
        goal: Some(3),
        marks: vec![(2, "&".into())],
        objects: vec![(0, 'K')],
        ..GridPicture::default()
    }
}

fn one_of_each() -> Vec<Figure> {
    let curve = Series::rl("Q & A", &X, &[0.1, f64::NAN, 0.5, 0.7]);
    let band = Series::aif("<b>bold</b>", &X, &[0.2, 0.3, 0.4, 0.5])
        .interval(&[0.1, 0.2, 0.3, 0.4], &[0.3, 0.4, 0.5, 0.6]);
    let level = Series::level("optimum", 0.9);
    let groups = [Bars::rl("RL", &[1.0, -2.0]), Bars::aif("AIF", &[0.5, f64::NAN])];
    let parts = [Bars::new("risk", &[1.0, -2.0]), Bars::new("ambiguity", &[-0.5, 0.25])];
    let table = array![[0.9, 0.1], [0.1, 0.9]];
    let holes = array![[1.0, f64::NAN], [f64::NEG_INFINITY, -3.0]];
    let beliefs = [vec![0.5, 0.5], vec![0.9, 0.1]];
    vec![
        plot::lines("Lines <1>", "t", "y", &[curve.clone(), band.clone(), level]),
        plot::lines("Points", "t", "y", &[curve.points(), band.steps()]),
        plot::lines_on(
            &Axes::new("Log", "t", "y").log_y().x_from(0.0, 5.0).y_from(0.001, 1.0),
            &[Series::new("decay", &X, &[1.0, 0.1, 0.01, 0.001])],
        ),
        plot::bars("Bars", "G", &["a < b", "c"], &groups),
        plot::stacked("Parts", "G", &["a", "c"], &parts),
        plot::heatmap("Heat", &["a", "b"], &["c", "d"], &holes),
        plot::diverging("Signs", &["a", "b"], &["c", "d"], &(&table - 0.5)),
        plot::matrix("A", &["see a", "see b"], &["a", "b"], &table),
        plot::grid(&small_grid()),
        plot::belief_bars("Belief", &["left", "right"], &["t = 0", "t = 1"], &beliefs),
        plot::tmaze(&TmazePicture {
            pays: Some(1),
            outcome: Some(true),
            ..TmazePicture::new("T")
        }),
        plot::cart_pole("Cart < pole", [0.5, 0.0, 0.1, 0.0], Some(1)),
        plot::pendulum("Rod & motor", [2.0, 0.0], Some(-1.5)),
        plot::simplex(&SimplexPicture {
            points: vec![("<here>".into(), [0.9, 0.1, 0.0]), ("&".into(), [0.0, 0.1, 0.9])],
            paths: vec![vec![[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]],
            ..SimplexPicture::new("Entropy & more", ["a < b", "c", "d"], &entropy)
        }),
        plot::dual(
            plot::grid(&small_grid()),
            plot::matrix("A", &["x"], &["y"], &array![[1.0]]),
        ),
    ]
}
