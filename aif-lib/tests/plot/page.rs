//! What every figure promises: sound markup, an alt text, the colours of the theme, and its forms in a notebook.

use aif_lib::prelude::*;

use crate::mistakes::message;
use crate::read::shapes;
use crate::{X, gallery, one_of_each};

/// Figures with hard words and gaps, and those of the gallery.
fn every_figure() -> Vec<Figure> {
    let gallery = gallery::figures().into_iter().map(|(_, figure)| figure);
    one_of_each().into_iter().chain(gallery).collect()
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

#[test]
fn every_figure_is_well_formed_and_says_what_it_shows() {
    for figure in every_figure() {
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
    for figure in every_figure() {
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
        for (x, y) in shapes(&svg)
            .iter()
            .filter(|s| ["polygon", "polyline"].contains(&s.tag.as_str()))
            .flat_map(|s| s.points())
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
    for figure in every_figure() {
        let html = figure.html() + &figure.svg();
        assert!(!html.contains(" id=") && !html.contains("url(#"));
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for (a, b) in every_figure().iter().zip(every_figure()) {
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
fn a_picture_taken_out_of_its_cell_is_as_on_a_light_page() {
    for figure in every_figure() {
        let html = figure.html();
        let alone = &html[html.find("<svg").expect("a picture")..];
        for shape in shapes(alone) {
            let drawn = [shape.get("fill"), shape.get("stroke")];
            assert!(drawn.iter().all(|c| ["", "none"].contains(c) || c.starts_with('#')));
            assert!(!drawn[0].is_empty(), "without a fill it is black: {shape:?}");
        }
        assert!(alone.contains(" font-family=\"Helvetica Neue,Arial,sans-serif\""));
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
        .args([
            &format!("page::{test}"),
            "--exact",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
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
fn a_file_that_cannot_be_written_says_why() {
    let error = one_of_each()[0].save("/proc/no/such.svg").unwrap_err().to_string();
    assert!(error.starts_with("cannot write /proc/no/such.svg: "), "{error}");
}
