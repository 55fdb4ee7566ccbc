//! Bars, read back from the picture in the numbers of its axis.

use aif_lib::aif::evaluate::Efe;
use aif_lib::prelude::*;

use crate::read::{self, Shape, all, close, colour, same, shapes, text};

/// The bars of a colour in the chart, without the box in the legend, from left to right.
fn bars(shapes: &[Shape], paint: &str) -> Vec<Shape> {
    let boxes = all(shapes, "rect", "fill", &colour(paint));
    boxes.into_iter().filter(|s| s.get("rx").is_empty()).collect()
}

/// Upper and lower end of each bar.
fn ends(shapes: &[Shape], paint: &str) -> Vec<f64> {
    let axes = read::Axes::of(shapes);
    let both = |s: &Shape| [axes.y(s.sides()[1]), axes.y(s.sides()[3])];
    bars(shapes, paint).iter().flat_map(both).collect()
}

#[test]
fn bars_reach_from_zero_to_their_numbers_above_their_labels() {
    let groups = [Bars::rl("r", &[1.0, 2.0, -1.5]), Bars::aif("a", &[0.5, f64::NAN, 3.0])];
    let shapes = shapes(&plot::bars("", "y", &["one", "two", "three"], &groups).svg());
    close(&ends(&shapes, "rl"), &[1.0, 0.0, 2.0, 0.0, 0.0, -1.5], 0.02);
    close(&ends(&shapes, "aif"), &[0.5, 0.0, 3.0, 0.0], 0.02);
    // Left to right in the order of the labels, the first group before the second.
    let (rl, aif) = (bars(&shapes, "rl"), bars(&shapes, "aif"));
    for (bar, label) in rl.iter().zip(["one", "two", "three"]) {
        assert!((bar.middle().0 - text(&shapes, label).number("x")).abs() < 40.0);
    }
    assert!(rl[0].sides()[2] < aif[0].sides()[0]);
    // The number stands at the free end.
    let (x, y) = text(&shapes, "−1.5").points()[0];
    assert!(same(x, rl[2].middle().0) && same(y, rl[2].sides()[3] + 13.0));
    let (x, y) = text(&shapes, "3.0").points()[0];
    assert!(same(x, aif[1].middle().0) && same(y, aif[1].sides()[1] - 5.0));
}

#[test]
fn an_error_bar_is_the_interval_that_was_given() {
    let bars = Bars::rl("r", &[0.5, 0.9]).interval(&[0.25, 0.88], &[0.6, 0.98]);
    let shapes = shapes(&plot::bars("", "y", &["a", "b"], &[bars]).svg());
    let axes = read::Axes::of(&shapes);
    let upright: Vec<Shape> = all(&shapes, "line", "stroke", &colour("ink"))
        .into_iter()
        .filter(|line| line.points()[0].0 == line.points()[1].0)
        .collect();
    let read: Vec<f64> =
        upright.iter().flat_map(|line| line.points()).map(|p| axes.y(p.1)).collect();
    close(&read, &[0.25, 0.6, 0.88, 0.98], 0.003);
    // The caps are at the ends, and the number keeps clear of the upper one.
    let caps = all(&shapes, "line", "stroke", &colour("ink"));
    assert_eq!(caps.len(), 6);
    let number = text(&shapes, "0.5").number("y");
    assert!(number < upright[0].sides()[1], "{number}");
}

#[test]
fn parts_are_stacked_from_zero_and_the_mark_is_at_their_sum() {
    let below = Bars::new("r", &[-1.0, -0.5]).role(Role::Index(0));
    let parts = [Bars::rl("p", &[3.0, -2.0]), Bars::aif("q", &[2.0, 4.0]), below];
    let figure = plot::stacked("T", "G", &["a", "b"], &parts);
    let shapes = shapes(&figure.svg());
    close(&ends(&shapes, "rl"), &[3.0, 0.0, 0.0, -2.0], 0.03);
    close(&ends(&shapes, "aif"), &[5.0, 3.0, 4.0, 0.0], 0.03);
    close(&ends(&shapes, "c0"), &[0.0, -1.0, -2.0, -2.5], 0.03);
    let axes = read::Axes::of(&shapes);
    let marks = all(&shapes, "line", "stroke-width", "2.4");
    let totals: Vec<f64> = marks.iter().map(|mark| axes.y(mark.middle().1)).collect();
    close(&totals, &[4.0, 1.5], 0.03);
    assert!(figure.alt_text().ends_with("Total: a 4, b 1.5."));
}

/// Two options whose parts are all different.
fn options() -> [Efe; 2] {
    [
        Efe {
            risk: 1.5,
            ambiguity: 0.25,
            pragmatic: -2.0,
            epistemic: 0.25,
            ..Default::default()
        },
        Efe {
            risk: 0.5,
            ambiguity: 0.125,
            pragmatic: -1.0,
            epistemic: 0.375,
            ..Default::default()
        },
    ]
}

#[test]
fn a_bar_of_g_has_what_there_is_to_see_and_what_there_is_to_have() {
    let shapes = shapes(&plot::efe_bars("", &["a", "b"], &options()).svg());
    // Which colour is which, the legend says.
    let paint = |name: &str| {
        let (x, y) = text(&shapes, name).points()[0];
        let boxes = shapes.iter().filter(|s| s.get("rx") == "2");
        let sample = boxes.filter(|s| s.covers((x - 12.0, y - 4.0))).collect::<Vec<_>>();
        ["c0", "c1"]
            .into_iter()
            .find(|c| sample[0].get("fill") == colour(c))
            .expect("a colour")
    };
    let (see, have) = (paint("to see: −epistemic"), paint("to have: −pragmatic"));
    close(&ends(&shapes, see), &[0.0, -0.25, 0.0, -0.375], 0.01);
    close(&ends(&shapes, have), &[2.0, 0.0, 1.0, 0.0], 0.01);
    let axes = read::Axes::of(&shapes);
    let marks = all(&shapes, "line", "stroke-width", "2.4");
    let totals: Vec<f64> = marks.iter().map(|mark| axes.y(mark.middle().1)).collect();
    close(&totals, &[1.75, 0.625], 0.01);
}

#[test]
fn a_table_of_g_has_each_part_under_its_name() {
    let table = plot::efe_table(&["a", "b"], &options()).text();
    let rows: Vec<Vec<&str>> =
        table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["G", "risk", "ambiguity", "pragmatic", "epistemic"]);
    assert_eq!(rows[2], ["a", "1.750", "1.500", "0.250", "−2.000", "0.250"]);
    assert_eq!(rows[3], ["b", "0.625", "0.500", "0.125", "−1.000", "0.375"]);
}

#[test]
fn what_there_is_to_learn_has_a_bar_and_a_column_where_there_is_any() {
    let [one, other] = options();
    let efe = [Efe { novelty: 0.5, ..one }, other];
    let table = plot::efe_table(&["a", "b"], &efe).text();
    let rows: Vec<Vec<&str>> =
        table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0].last(), Some(&"novelty"));
    assert_eq!(rows[2], ["a", "1.250", "1.500", "0.250", "−2.000", "0.250", "0.500"]);
    assert_eq!(rows[3].last(), Some(&"0.000"));
    let shapes = shapes(&plot::efe_bars("", &["a", "b"], &efe).svg());
    text(&shapes, "to learn: −novelty");
    let axes = read::Axes::of(&shapes);
    let marks = all(&shapes, "line", "stroke-width", "2.4");
    let totals: Vec<f64> = marks.iter().map(|mark| axes.y(mark.middle().1)).collect();
    close(&totals, &[1.25, 0.625], 0.01); // G itself
    close(&ends(&shapes, "c2")[..2], &[-0.25, -0.75], 0.01);
}

#[test]
fn an_option_that_must_never_be_is_torn_off_at_the_frame() {
    let never = f64::NEG_INFINITY;
    let forbidden =
        Efe { risk: f64::INFINITY, ambiguity: 0.0, pragmatic: never, ..Default::default() };
    let efe = [options()[0], forbidden];
    let figure = plot::efe_bars("", &["a", "b"], &efe);
    let shapes = shapes(&figure.svg());
    close(&ends(&shapes, "c1")[..2], &[2.0, 0.0], 0.02);
    let tall = &bars(&shapes, "c1")[1];
    let teeth = shapes.iter().find(|s| s.is("polyline", "stroke", &colour("paper")));
    assert!(tall.covers(teeth.expect("a torn edge").middle()));
    // Higher than any other, with no mark for a total that is nowhere.
    assert!(tall.sides()[1] < bars(&shapes, "c1")[0].sides()[1] - 20.0);
    assert_eq!(all(&shapes, "line", "stroke-width", "2.4").len(), 1);
    let sum = shapes.iter().rfind(|s| s.text == "∞").expect("the total in words");
    assert!(same(sum.number("x"), tall.middle().0) && sum.number("y") < tall.sides()[1]);
    assert!(figure.alt_text().ends_with("Total: a 1.75, b ∞."), "{}", figure.alt_text());
    assert!(plot::efe_table(&["a", "b"], &efe).text().contains('∞'));
}
