//! Figures: what they promise to a page, to a reader who cannot see them, and to the data.

#![cfg(feature = "plot")]

use std::panic::{UnwindSafe, catch_unwind};

use aif_lib::prelude::*;
use ndarray::{Array2, array};

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

/// Reads markup tag by tag; panics where it is not well formed, and returns each attribute as (tag, name, value).
fn attributes(markup: &str) -> Vec<(String, String, String)> {
    let mut open: Vec<String> = Vec::new();
    let mut found = Vec::new();
    let mut rest = markup;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').expect("a tag is not closed");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "closing </{name}>");
            continue;
        }
        let (name, list) = tag.split_once(' ').unwrap_or((tag, ""));
        let alone = tag.ends_with('/');
        let mut list = list.trim_end_matches('/');
        while let Some((key, more)) = list.split_once("=\"") {
            let (value, more) = more.split_once('"').expect("an attribute is not closed");
            assert!(!value.contains('<'), "{key} has markup in it: {value}");
            found.push((name.into(), key.trim().into(), value.into()));
            list = more;
        }
        assert!(list.trim().is_empty(), "left over in <{name}>: {list:?}");
        if !alone {
            open.push(name.to_string());
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    found
}

/// One attribute of the elements of one kind and class, as numbers.
fn numbers(svg: &str, tag: &str, name: &str, class: &str) -> Vec<f64> {
    svg.lines()
        .filter(|line| line.starts_with(&format!("<{tag} ")) && line.contains(class))
        .map(|line| {
            let (_, rest) = line.split_once(&format!(" {name}=\"")).expect("the attribute");
            rest.split('"').next().and_then(|v| v.parse().ok()).expect("a number")
        })
        .collect()
}

/// The points of the polygons or polylines of one class.
fn corners(svg: &str, tag: &str, class: &str) -> Vec<Vec<(f64, f64)>> {
    let pair = |text: &str| {
        let (x, y) = text.split_once(',').expect("a pair");
        (x.parse().expect("a number"), y.parse().expect("a number"))
    };
    svg.lines()
        .filter(|line| line.starts_with(&format!("<{tag} ")) && line.contains(class))
        .map(|line| line.split('"').nth(1).expect("points").split(' ').map(pair).collect())
        .collect()
}

/// How a colour of the theme is filled in, and drawn with.
fn fill(name: &str) -> String {
    let colour = plot::theme::COLOURS.into_iter().find(|c| c.name == name);
    format!("fill=\"#{:06x}\"", colour.expect("a colour of the theme").light)
}

fn stroke(name: &str) -> String {
    fill(name).replacen("fill", "stroke", 1)
}

/// Whether two places are the same to the rounding of coordinates.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.25
}

#[test]
fn every_figure_is_well_formed_and_says_what_it_shows() {
    for figure in one_of_each() {
        let svg = figure.svg();
        let all = attributes(&svg);
        let of_root = |name: &str| {
            let found = all.iter().find(|(tag, key, _)| tag == "svg" && key == name);
            found.map_or("", |(_, _, value)| value.as_str())
        };
        assert_eq!(of_root("role"), "img");
        assert_eq!(of_root("xmlns"), "http://www.w3.org/2000/svg");
        assert!(figure.alt_text().len() > 20, "{:?}", figure.alt_text());
        assert_eq!(svg.matches("<title>").count(), 1);
        assert!(svg.contains(&format!("<title>{}</title>", of_root("aria-label"))));
        attributes(&figure.html());
    }
}

#[test]
fn every_coordinate_is_a_number_on_the_canvas() {
    for figure in one_of_each() {
        let svg = figure.svg();
        let all = attributes(&svg);
        let root = |name: &str| -> f64 {
            let found = all.iter().find(|(tag, key, _)| tag == "svg" && key == name);
            found.expect("a size").2.parse().unwrap()
        };
        let (width, height) = (root("width"), root("height"));
        for (tag, key, value) in &all {
            let limit = match key.as_str() {
                "x" | "cx" | "x1" | "x2" => width,
                "y" | "cy" | "y1" | "y2" => height,
                _ => continue,
            };
            let number: f64 = value.parse().expect("a number");
            assert!((0.0..=limit).contains(&number), "{tag} {key}={value} of {limit}");
        }
        for (x, y) in
            [corners(&svg, "polygon", ""), corners(&svg, "polyline", "")].concat().concat()
        {
            assert!((0.0..=width).contains(&x) && (0.0..=height).contains(&y), "{x}, {y}");
        }
    }
}

#[test]
fn labels_are_text_and_never_markup() {
    let all: String = one_of_each().iter().map(|f| f.svg() + &f.html()).collect();
    assert!(!all.contains("<b>"));
    assert!(all.contains("&lt;b&gt;bold&lt;/b&gt;") && all.contains("Q &amp; A"));
    let frame = Frame::new(one_of_each().remove(0), "<script>alert(1)</script>");
    assert!(!plot::player("<i>", &[frame]).html().contains("<script>alert"));
    assert!(!plot::table(&["<i>"], &[vec!["<i>".into()]]).html().contains("<i>"));
}

#[test]
fn figures_carry_no_ids_that_could_collide() {
    for figure in one_of_each() {
        let html = figure.html() + &figure.svg();
        assert!(!html.contains(" id=") && !html.contains("url(#"));
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for (a, b) in one_of_each().iter().zip(one_of_each()) {
        assert_eq!((a.svg(), a.html()), (b.svg(), b.html()));
    }
}

#[test]
fn colours_come_from_the_theme_and_follow_the_page() {
    let svg = one_of_each()[0].svg();
    for rule in [
        "@media (prefers-color-scheme:dark){.aif{",
        "body[data-jp-theme-light=true] .aif",
        "body[data-jp-theme-light=false] .aif",
        "body.vscode-dark .aif",
        ".aif-fig [stroke=\"#0072b2\"]{stroke:var(--aif-rl)}",
    ] {
        assert!(svg.contains(rule), "{rule}");
    }
    // Every colour that is drawn has its rule, so none is fixed to one kind of page.
    for (_, property, value) in attributes(&svg) {
        if ["fill", "stroke"].contains(&property.as_str()) && value != "none" {
            let rule = format!(".aif-fig [{property}=\"{value}\"]{{{property}:var(--aif-");
            assert!(svg.contains(&rule), "{rule}");
        }
    }
}

#[test]
fn points_stand_where_the_numbers_say() {
    // Equal steps in x and y are equal steps on the page, upwards.
    let curve = Series::rl("a", &X, &[2.0, 4.0, 6.0, 8.0]).points();
    let svg = plot::lines("", "x", "y", &[curve]).svg();
    let (x, y) = (
        numbers(&svg, "circle", "cx", &fill("rl")),
        numbers(&svg, "circle", "cy", &fill("rl")),
    );
    assert_eq!(x.len(), 4);
    for i in 1..3 {
        assert!(
            same(x[i + 1] - x[i], x[i] - x[i - 1])
                && same(y[i + 1] - y[i], y[i] - y[i - 1])
        );
    }
    assert!(x[3] > x[0] + 300.0 && y[3] < y[0] - 150.0);
    // On a logarithmic axis, equal ratios are.
    let curve = Series::rl("a", &X, &[1.0, 10.0, 100.0, 1000.0]).points();
    let svg = plot::lines_on(&Axes::new("", "x", "y").log_y(), &[curve]).svg();
    let y = numbers(&svg, "circle", "cy", &fill("rl"));
    assert!(same(y[1] - y[0], y[3] - y[2]) && y[1] < y[0] - 50.0);
}

#[test]
fn the_line_of_plotters_passes_through_the_markers() {
    let svg =
        plot::lines("", "x", "y", &[Series::rl("a", &X, &[0.3, 0.9, 0.1, 0.7])]).svg();
    let (x, y) = (
        numbers(&svg, "circle", "cx", &fill("rl")),
        numbers(&svg, "circle", "cy", &fill("rl")),
    );
    let line = &corners(&svg, "polyline", &stroke("rl"))[0];
    assert_eq!(line.len(), 4);
    assert!((0..4).all(|i| same(line[i].0, x[i]) && same(line[i].1, y[i])));
}

#[test]
fn a_gap_breaks_the_line() {
    let x: Vec<f64> = (0..7).map(f64::from).collect();
    let y = [1.0, 2.0, 3.0, f64::NAN, 3.0, 2.0, 1.0];
    let svg = plot::lines("", "x", "y", &[Series::rl("a", &x, &y)]).svg();
    assert_eq!(corners(&svg, "polyline", &stroke("rl")).len(), 2);
    assert_eq!(numbers(&svg, "circle", "cx", &fill("rl")).len(), 6);
}

#[test]
fn an_interval_is_the_one_that_was_given() {
    let bare = plot::lines("", "x", "y", &[Series::rl("a", &X, &X)]).svg();
    assert!(
        corners(&bare, "polygon", &fill("rl")).is_empty(),
        "none was given, so none is drawn"
    );
    // Around a flat curve: no width at the ends, one unit up and one down in the middle.
    let curve =
        Series::rl("a", &X[..3], &[5.0; 3]).interval(&[5.0, 4.0, 5.0], &[5.0, 6.0, 5.0]);
    let svg = plot::lines("", "x", "y", &[curve]).svg();
    let y: Vec<f64> =
        corners(&svg, "polygon", &fill("rl"))[0].iter().map(|p| p.1).collect();
    assert_eq!(y.len(), 6);
    assert!(same(y[0], y[5]) && same(y[2], y[3]));
    assert!(same(y[0] - y[1], y[4] - y[0]) && y[0] - y[1] > 50.0);
}

#[test]
fn bars_are_as_high_as_their_numbers() {
    let svg =
        plot::bars("", "y", &["a", "b", "c"], &[Bars::rl("r", &[1.0, 2.0, -1.0])]).svg();
    let (h, y) = (
        numbers(&svg, "rect", "height", &fill("rl")),
        numbers(&svg, "rect", "y", &fill("rl")),
    );
    assert!(same(h[1], 2.0 * h[0]) && same(h[2], h[0]));
    // One stands on zero, the other hangs from it.
    assert!(same(y[0] + h[0], y[2]));
}

#[test]
fn parts_are_stacked_from_zero_and_the_total_is_their_sum() {
    let below = Bars::new("r", &[-1.0]).role(plot::Role::Index(0));
    let parts = [Bars::rl("p", &[3.0]), Bars::aif("q", &[2.0]), below];
    let figure = plot::stacked("T", "G", &["a"], &parts);
    let svg = figure.svg();
    // Upper and lower edge; the first box of a colour is the legend's.
    let edges = |class: &str| {
        let (y, h) =
            (numbers(&svg, "rect", "y", class), numbers(&svg, "rect", "height", class));
        (y[1], y[1] + h[1])
    };
    let (p, q, r) = (edges(&fill("rl")), edges(&fill("aif")), edges(&fill("c0")));
    let (zero, unit) = (p.1, (p.1 - p.0) / 3.0);
    assert!(
        same(q.1, p.0) && same(q.0, zero - 5.0 * unit),
        "the second stands on the first"
    );
    assert!(same(r.0, zero) && same(r.1, zero + unit), "the third hangs from zero");
    let marks = numbers(&svg, "line", "y1", "stroke-width=\"2.4\"");
    assert!(same(marks[0], zero - 4.0 * unit), "the total 4 is drawn at {marks:?}");
    assert!(figure.alt_text().ends_with("Total: a 4."));
}

#[test]
fn a_grid_draws_each_tie_and_keeps_walls_free_of_values() {
    let svg = plot::grid(&GridPicture {
        rows: 1,
        cols: 2,
        walls: vec![false, true],
        values: Some(vec![0.5, 7.0]),
        arrows: vec![(0, 0), (0, 3)],
        ..GridPicture::default()
    })
    .svg();
    assert!(svg.contains(&fill("wall")) && svg.contains(">0.5<") && !svg.contains(">7"));
    let heads = corners(&svg, "polygon", "");
    assert_eq!(heads.len(), 2);
    // The first corner is the tip: north is up, west is left.
    assert!(heads[0][0].1 < heads[0][1].1 && same(heads[0][1].1, heads[0][2].1));
    assert!(heads[1][0].0 < heads[1][1].0 && same(heads[1][1].0, heads[1][2].0));
}

#[test]
fn a_value_map_has_walls_as_walls_and_rewards_in_place_of_values() {
    let world = GridWorld::new("S.#\n-.+").unwrap();
    let values = value_iteration(&world.to_mdp(0.9).unwrap(), 1e-12).unwrap();
    let map = plot::value_map("Map", &world, &values.v, &values.greedy());
    let svg = map.svg();
    for text in [">+1<", ">−1<", ">0.81<", ">0.90<", ">1.00<"] {
        assert!(svg.contains(text), "{text} is missing");
    }
    assert!(!svg.contains(">0.00<"), "an end has its reward instead");
    assert!(
        map.alt_text()
            .contains("start at row 0, column 0, −1 at row 1, column 0, +1 at row 1, column 2. Values from 0.81 to 1")
    );
    // East, then south, then east.
    assert!(map.alt_text().contains("3 arrows"), "{}", map.alt_text());
}

#[test]
fn a_range_fixes_the_colours_of_a_grid_and_not_its_numbers() {
    let colours = |values: Vec<f64>, range| {
        let picture = GridPicture {
            rows: 1,
            cols: 2,
            values: Some(values),
            range,
            ..Default::default()
        };
        let svg = plot::grid(&picture).svg();
        let cells = svg.lines().filter(|line| line.contains("stroke-width=\"0.8\""));
        let cells =
            cells.map(|line| line.split("fill=\"#").nth(1).unwrap()[..6].to_string());
        (cells.take(2).collect::<Vec<_>>(), svg.contains(">2.00<"))
    };
    let (own, _) = colours(vec![0.25, 0.75], None);
    let (fixed, _) = colours(vec![0.25, 0.75], Some((0.25, 0.75)));
    let (wide, _) = colours(vec![0.25, 0.75], Some((0.0, 1.0)));
    assert_eq!(own, fixed);
    assert!(own[0] != wide[0] && own[1] != wide[1], "{own:?} {wide:?}");
    // Beyond the range the colour stays at its end, and the number is told as it is.
    let (beyond, written) = colours(vec![0.25, 2.0], Some((0.25, 0.75)));
    assert!(written && beyond == own, "{beyond:?}");
}

#[test]
fn keys_doors_and_warps_are_drawn_until_they_are_used() {
    let world = GridWorld::new("KSD+\nW.w.").unwrap();
    let values = value_iteration(&world.to_mdp(0.9).unwrap(), 1e-12).unwrap();
    let alt = |layer: usize| {
        let map = plot::value_map_in(layer, "Map", &world, &values.v, &values.greedy());
        map.alt_text().to_string()
    };
    let all = "key at row 0, column 0, door at row 0, column 2, warp at row 1, column 0, warp target";
    assert!(alt(0).contains(all), "{}", alt(0));
    assert!(alt(1).contains("columns, door at row 0, column 2, warp"), "{}", alt(1));
    assert!(alt(2).contains("columns, warp at row 1"), "{}", alt(2));
}

#[test]
fn numbers_in_coloured_cells_are_readable() {
    let values = Array2::from_shape_fn((8, 8), |(r, c)| (8 * r + c) as f64);
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let warm = plot::heatmap("", &names, &names, &values);
    for figure in [warm, plot::diverging("", &names, &names, &(&values - 31.0))] {
        let (mut cell, mut read) = (0, 0);
        for line in figure.svg().lines() {
            let Some((_, rest)) = line.split_once("fill=\"#") else { continue };
            let rgb = u32::from_str_radix(&rest[..6], 16).unwrap();
            if line.starts_with("<rect") {
                cell = rgb;
            } else if [0, 0xfefefe].contains(&rgb) {
                let found = plot::theme::contrast(cell, rgb);
                assert!(found >= 4.5, "#{rgb:06x} on #{cell:06x}: {found:.2}");
                read += 1;
            }
        }
        assert_eq!(read, 64);
    }
}

#[test]
fn the_alt_text_is_composed_from_the_data_and_can_be_said_better() {
    let figure = plot::lines(
        "Learning",
        "episodes",
        "success rate",
        &[Series::rl("Q", &X, &[0.5, 0.2, 0.8, 0.9]), Series::level("optimum", 0.95)],
    );
    assert_eq!(
        figure.alt_text(),
        "Line chart: Learning. success rate against episodes. Q: from 0.5 at 0 to 0.9 at 3, between 0.2 and \
         0.9. optimum: a level line at 0.95."
    );
    assert_eq!(figure.clone().alt(" Q learns. ").alt_text(), "Q learns.");
    message(move || drop(figure.alt("  ")), "the alt text of a figure is empty");
}

/// Runs one of the three tests below, as in a kernel, and returns what it prints.
fn printed_by(test: &str) -> String {
    let output = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args([test, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env("EVCXR_IS_RUNTIME", "1")
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
#[ignore = "prints for a_figure_prints_one_bundle_of_three_forms"]
fn show_one_figure() {
    let figure = plot::bars("B", "G", &["a"], &[Bars::new("b", &[1.0])]);
    figure.alt("One bar: a 1.").evcxr_display();
}

#[test]
#[ignore = "prints for a_table_prints_a_page_and_plain_text"]
fn show_one_table() {
    plot::table(&["name", "G"], &[vec!["cue".into(), "−1.061".into()]]).evcxr_display();
}

#[test]
#[ignore = "prints for a_figure_is_shown_even_when_evcxr_falls_back_to_its_debug_form"]
fn debug_one_figure() {
    let figure =
        plot::bars("B", "G", &["a"], &[Bars::new("b", &[1.0])]).alt("One bar: a 1.");
    // What evcxr does with a last line that moves a variable of its cell.
    println!("EVCXR_BEGIN_CONTENT text/plain\n{figure:?}\nEVCXR_END_CONTENT");
}

#[test]
fn a_figure_is_shown_even_when_evcxr_falls_back_to_its_debug_form() {
    let figure = one_of_each().remove(0).alt("Two \"curves\".");
    assert_eq!(format!("{figure:?}"), "Figure(\"Two \\\"curves\\\".\")");
    let printed = printed_by("debug_one_figure");
    let times = |marker: &str| printed.matches(marker).count();
    assert_eq!((times("EVCXR_BEGIN_CONTENT "), times("\nEVCXR_END_CONTENT")), (5, 5));
    assert!(
        printed.contains("text/html\n<style>") && printed.contains("image/svg+xml\n<svg")
    );
    assert!(printed.contains("text/plain\nOne bar: a 1.\nEVCXR_END_CONTENT"));
}

#[test]
fn a_figure_prints_one_bundle_of_three_forms() {
    let printed = printed_by("show_one_figure");
    let parts: Vec<&str> = printed.split("EVCXR_BEGIN_CONTENT ").skip(1).collect();
    let kinds: Vec<&str> = parts.iter().filter_map(|p| p.lines().next()).collect();
    assert_eq!(kinds, ["text/html", "image/svg+xml", "text/plain"]);
    assert!(parts.iter().all(|part| part.matches("\nEVCXR_END_CONTENT").count() == 1));
    assert!(
        parts[0].contains("<style>") && parts[0].contains("<svg class=\"aif aif-fig\"")
    );
    assert!(parts[1].contains("+xml\n<svg xmlns="));
    assert!(parts[2].contains("\nOne bar: a 1.\n"));
}

#[test]
fn a_table_prints_a_page_and_plain_text() {
    let printed = printed_by("show_one_table");
    let parts: Vec<&str> = printed.split("EVCXR_BEGIN_CONTENT ").skip(1).collect();
    let kinds: Vec<&str> = parts.iter().filter_map(|p| p.lines().next()).collect();
    assert_eq!(kinds, ["text/html", "text/plain"]);
    assert!(parts[0].contains("text-align:right;padding:3px 12px\">−1.061</td>"));
    assert!(parts[1].contains("\nname       G\n----  ------\ncue   −1.061\n"), "{printed}");
}

#[test]
#[ignore = "prints for a_plain_value_shows_its_debug_form"]
fn show_plain_values() {
    (2, "two").evcxr_display();
    [0.5].as_slice().evcxr_display();
}

#[test]
fn a_plain_value_shows_its_debug_form() {
    let printed = printed_by("show_plain_values");
    let parts: Vec<&str> =
        printed.split("EVCXR_BEGIN_CONTENT text/plain\n").skip(1).collect();
    assert!(parts[0].starts_with("(2, \"two\")\nEVCXR_END_CONTENT\n"), "{printed}");
    assert!(parts[1].starts_with("[0.5]\nEVCXR_END_CONTENT\n"), "{printed}");
}

#[test]
fn both_traditions_stand_side_by_side_in_their_colours() {
    let [left, right] =
        ["left one", "right one"].map(|alt| one_of_each().remove(0).alt(alt));
    let dual = plot::dual(left, right);
    let svg = dual.svg();
    let at = |text: &str| svg.find(text).expect("a heading");
    assert!(at(">Reinforcement learning<") < at(">Active inference<"));
    assert_eq!(svg.matches("role=\"img\"").count(), 1);
    assert!(dual.alt_text().contains("reinforcement learning: left one"));
    assert!(dual.alt_text().contains("active inference: right one"));
    let html = dual.html();
    assert_eq!(html.matches("role=\"img\"").count(), 2);
    assert!(html.contains("flex-wrap:wrap") && html.contains("aif-head aif-rl"));
}

#[test]
fn a_player_shows_its_first_frame_until_a_script_runs() {
    let frame =
        |caption: &&str| Frame::new(plot::tmaze(&TmazePicture::new(caption)), caption);
    let frames: Vec<Frame> =
        ["It starts.", "It looks.", "It wins."].iter().map(frame).collect();
    let player = plot::player("An episode", &frames);
    assert_eq!(player.alt_text(), "An episode, 3 steps. First: It starts. Last: It wins.");
    let html = player.html();
    assert_eq!(html.matches("<div class=\"aif-frame\">").count(), 1);
    assert_eq!(html.matches("<div class=\"aif-frame\" hidden>").count(), 2);
    assert!(html.find("It starts.").unwrap() < html.find("hidden>").unwrap());
    // Without a script there is nothing to press; with one, a range that the keyboard moves.
    assert!(html.contains("<div class=\"aif-controls\" hidden>"));
    assert!(html.contains("min=\"1\" max=\"3\" value=\"1\""));
    // JupyterLab must leave the arrow keys to the slider and the space bar to the button.
    assert_eq!(html.matches("data-lm-suppress-shortcuts=\"true\"").count(), 2);
    assert!(html.contains("aria-label=\"Play An episode\""));
    // One style sheet for all frames; nothing that two players could both be called.
    assert_eq!(html.matches("<style>").count(), 1);
    assert!(!html.contains(" id="));
    assert!(player.svg().contains("<title>An episode, 3 steps."));
}

#[test]
fn a_chart_of_many_points_stays_small() {
    let x: Vec<f64> = (0..20_000).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| (0.3 * x).sin()).collect();
    let [lo, hi] = [-0.2, 0.2].map(|d| y.iter().map(|y| y + d).collect::<Vec<f64>>());
    let size = plot::lines("", "x", "y", &[Series::rl("a", &x, &y).interval(&lo, &hi)])
        .svg()
        .len();
    assert!(size < 40_000, "{size} bytes");
}

#[test]
fn a_file_that_cannot_be_written_says_why() {
    let error = one_of_each()[0].save("/proc/no/such.svg").unwrap_err().to_string();
    assert!(error.starts_with("cannot write /proc/no/such.svg: "), "{error}");
}

/// Runs what must panic and checks the sentence that the student reads.
#[track_caller]
fn message(mistake: impl FnOnce() + UnwindSafe, expected: &str) {
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
