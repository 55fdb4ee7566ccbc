//! Mistakes: each names what is wrong, the number, and the cure.

use std::panic::{UnwindSafe, catch_unwind};

use aif_lib::prelude::*;
use ndarray::{Array2, array};

use crate::{X, small_grid};

/// Runs what must panic and checks the sentence that the student reads.
#[track_caller]
pub fn message(mistake: impl FnOnce() + UnwindSafe, expected: &str) {
    let panic = catch_unwind(mistake).expect_err("no panic");
    let text = panic.downcast_ref::<String>().cloned();
    let text =
        text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).into())).expect("a text");
    assert!(text.contains(expected), "{text:?} does not say {expected:?}");
}

#[test]
fn mistakes_in_series_name_the_series_the_number_and_the_cure() {
    let series =
        |x: &'static [f64], y: &'static [f64]| move || drop(Series::new("a", x, y));
    message(
        series(&X, &[1.0]),
        "series \"a\": 4 x values but 1 y values: give one y for each x",
    );
    message(series(&[], &[]), "series \"a\" has no points");
    message(series(&[0.0, f64::NAN], &[0.0; 2]), "series \"a\": x[1] is NaN");
    message(series(&X, &[0.0, 1.0, f64::NEG_INFINITY, 0.0]), "series \"a\": y[2] is -inf");
    message(series(&X, &[f64::NAN; 4]), "every y is NaN");
    let between = |lo: &'static [f64], hi: &'static [f64]| {
        move || drop(Series::new("a", &X, &X).interval(lo, hi))
    };
    message(between(&X, &[1.0]), "4 values but an interval of 4 lower and 1 upper");
    message(
        between(&[1.0; 4], &[0.0; 4]),
        "the lower bound [0] is 1 and the upper bound 0",
    );
    message(|| drop(plot::lines("t", "x", "y", &[])), "chart \"t\" has no curve");
    message(
        || {
            drop(plot::lines_on(
                &Axes::new("t", "", "").log_y(),
                &[Series::new("a", &X, &X)],
            ))
        },
        "chart \"t\", series \"a\": 0 cannot stand on a logarithmic axis",
    );
}

#[test]
fn mistakes_in_bars_name_the_bars_the_number_and_the_cure() {
    let bars = |values: &'static [f64]| {
        move || drop(plot::bars("t", "y", &["a"], &[Bars::new("b", values)]))
    };
    message(
        bars(&[1.0, 2.0]),
        "bars \"b\": 2 values for 1 labels: give one value for each",
    );
    message(bars(&[]), "bars \"b\" have no values");
    message(bars(&[f64::INFINITY]), "bars \"b\": value[0] is inf");
    message(|| drop(plot::bars("t", "y", &[], &[])), "chart \"t\" has no categories");
    message(|| drop(plot::bars("t", "y", &["a"], &[])), "chart \"t\" has no bars");
    message(
        || drop(plot::stacked("t", "y", &["a"], &[Bars::new("b", &[f64::NAN])])),
        "part \"b\" contains NaN",
    );
}

#[test]
fn mistakes_in_tables_name_the_place_the_number_and_the_cure() {
    let heat =
        |values: Array2<f64>| move || drop(plot::heatmap("t", &["a"], &["b"], &values));
    message(
        heat(array![[1.0, 2.0]]),
        "1 rows and 2 columns, but there are 1 row names and 1 column names",
    );
    message(heat(array![[f64::NAN]]), "nothing to colour");
    message(heat(array![[f64::INFINITY]]), "row 0, column 0: +∞ has no colour");
    message(
        || drop(plot::matrix("t", &["a"], &["b"], &array![[1.5]])),
        "row 0 (a), column 0 (b): 1.5 is not a probability",
    );
    message(
        || drop(plot::table(&["a"], &[vec![]])),
        "row 0 of this table has 0 cells for 1 headers",
    );
    let beliefs = |row: &'static [f64]| {
        move || drop(plot::belief_bars("t", &["a"], &["now"], &[row.to_vec()]))
    };
    message(beliefs(&[0.5, 0.5]), "row 0 (now): 2 probabilities for 1 states");
    message(beliefs(&[f64::NAN]), "row 0 (now): NaN for \"a\" is not a probability");
}

#[test]
fn mistakes_in_worlds_name_the_cell_the_number_and_the_cure() {
    let grid = |change: fn(&mut GridPicture)| {
        move || {
            let mut picture = small_grid();
            change(&mut picture);
            drop(plot::grid(&picture));
        }
    };
    message(grid(|g| g.values = Some(vec![1.0])), "1 values for 2 × 2 = 4 cells");
    message(grid(|g| g.walls = vec![true; 3]), "3 walls for 2 × 2 = 4 cells");
    message(grid(|g| g.goal = Some(4)), "goal on cell 4, but there are only 4 cells");
    message(grid(|g| g.arrows = vec![(0, 4)]), "has direction 4: use 0 north");
    message(grid(|g| g.rows = 0), "has 0 rows and 2 columns");
    let maze = |change: fn(&mut TmazePicture)| {
        move || {
            let mut picture = TmazePicture::new("t");
            change(&mut picture);
            drop(plot::tmaze(&picture));
        }
    };
    message(maze(|m| m.place = 4), "place 4 does not exist: use 0 centre");
    message(maze(|m| m.cue = Some(2)), "does not exist: use 0 for left or 1 for right");
    message(maze(|m| m.belief = [0.5, 0.6]), "(0.5, 0.6) is not a distribution");
    message(|| drop(plot::player("p", &[])), "player \"p\" has no frames");
}

#[test]
fn an_axis_that_ends_nowhere_is_refused() {
    let curve = || Series::new("a", &X, &[1.0, 2.0, 3.0, 4.0]);
    let on = |axes: fn(Axes) -> Axes| {
        move || drop(plot::lines_on(&axes(Axes::new("t", "x", "y")), &[curve()]))
    };
    message(
        on(|axes| axes.log_y().y_from(0.0, 1.0)),
        "y_from has the end 0, which a logarithmic axis never reaches: give an end above 0",
    );
    message(on(|axes| axes.y_from(f64::NAN, 1.0)), "y_from has the end NaN");
    message(on(|axes| axes.x_from(0.0, f64::INFINITY)), "x_from has the end inf");
    message(|| drop(Series::new("a", &[0.0, 1e305], &[0.0; 2])), "series \"a\": x[1] is 1");
}

#[test]
fn a_state_that_is_not_on_the_floor_is_refused() {
    let picture = || GridPicture::floor("t", &Cliff::new());
    message(move || drop(picture().path(&[36, 48])), "state 48, but there are only 48");
    message(move || drop(picture().values(&[0.0; 49])), "state 48, but there are only 48");
}
