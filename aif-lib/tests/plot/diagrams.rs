//! The triangle of beliefs, boxes and arrows, and two panels side by side.

use aif_lib::prelude::*;

use crate::read::{Shape, all, colour, same, shapes, text};

#[test]
fn a_belief_lies_towards_the_corners_of_what_is_probable() {
    // The name of each corner of beliefs, and a marked point near it.
    let near = [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]];
    let points =
        ["near a", "near b", "near c"].map(String::from).into_iter().zip(near).collect();
    let picture = SimplexPicture {
        points,
        paths: vec![vec![near[0], near[1], near[2]]],
        ..SimplexPicture::new("", ["a", "b", "c"], &|q| 4.0 * q[0] + q[1])
    };
    let drawn = shapes(&plot::simplex(&picture).svg());
    let [a, b, c] = ["a", "b", "c"].map(|name| text(&drawn, name).points()[0]);
    assert!(a.0 < b.0 && b.0 < c.0 && same(a.1, c.1) && b.1 < a.1, "left, top and right");
    let walk = all(&drawn, "polyline", "stroke", &colour("aif")).remove(0).points();
    let corners = [(a.0, a.1 - 18.0), (b.0, b.1 + 8.0), (c.0, c.1 - 18.0)];
    for (point, q) in walk.iter().zip(near) {
        let mean = |of: fn(&(f64, f64)) -> f64| -> f64 {
            corners.iter().zip(q).map(|(corner, p)| p * of(corner)).sum()
        };
        assert!(
            same(point.0, mean(|p| p.0)) && same(point.1, mean(|p| p.1)),
            "{q:?}: {point:?}"
        );
    }
    // A name stands beside its point.
    for (i, name) in ["near a", "near b", "near c"].into_iter().enumerate() {
        let (x, y) = text(&drawn, name).points()[0];
        assert!((x - walk[i].0).abs() < 13.0 && same(y, walk[i].1 + 4.0), "{name}");
    }
    // The colours: what is highest, at corner a, is lightest; at corner c it is darkest.
    let bands: Vec<&Shape> = drawn.iter().filter(|s| s.tag == "path").collect();
    assert!(bands.is_sorted_by(|s, t| s.lightness() < t.lightness()), "from low to high");
    let places = |band: &Shape| -> Vec<(f64, f64)> {
        let pair = |pair: &str| {
            let (x, y) = pair.trim_end_matches('Z').split_once(' ').expect("a pair");
            (x.parse().unwrap(), y.parse().unwrap())
        };
        let d = band.get("d").replace('Z', "M");
        d.split('M')
            .filter(|piece| !piece.is_empty())
            .flat_map(|piece| {
                let words: Vec<&str> = piece.split(' ').collect();
                words.chunks(2).map(|w| pair(&w.join(" "))).collect::<Vec<_>>()
            })
            .collect()
    };
    let reaches = |band: &Shape, (x, y): (f64, f64)| {
        places(band).iter().any(|p| (p.0 - x).hypot(p.1 - y) < 1.0)
    };
    assert!(reaches(bands[bands.len() - 1], corners[0]) && reaches(bands[0], corners[2]));
    assert!(!reaches(bands[0], corners[1]) && !reaches(bands[0], corners[0]));
}

#[test]
fn an_arrow_leads_from_the_first_box_to_the_second() {
    let mut picture = NetworkPicture::new("");
    picture.node("from", 0.0, 0.0, &[]);
    picture.node("to", 1.0, 0.0, &[("note", Role::Aif)]);
    picture.arrow(0, 1, "½");
    let drawn = shapes(&plot::network(&picture).svg());
    let [from, to, label] = ["from", "to", "½"].map(|word| text(&drawn, word).points()[0]);
    let head = drawn.iter().find(|s| s.tag == "polygon").expect("a head").points();
    assert!(
        from.0 < label.0
            && label.0 < head[1].0
            && head[1].0 < head[0].0
            && head[0].0 < to.0
    );
    let note = text(&drawn, "note");
    assert!(
        note.get("fill") == colour("aif")
            && same(note.number("x"), to.0)
            && note.number("y") > to.1
    );
}

#[test]
fn arrows_there_and_back_lie_beside_each_other() {
    let mut picture = NetworkPicture::new("");
    picture.node("left", 0.0, 0.0, &[]);
    picture.node("right", 1.0, 0.0, &[]);
    picture.arrow(0, 1, "there");
    picture.arrow(1, 0, "back");
    let drawn = shapes(&plot::network(&picture).svg());
    let height = |word: &str| text(&drawn, word).number("y");
    assert!(height("there") > height("back") + 12.0, "drivers keep to the right");
}

#[test]
fn each_panel_stands_under_the_head_of_its_tradition() {
    let panel =
        |word: &str| plot::bars(word, "y", &["a"], &[Bars::new("b", &[1.0])]).alt(word);
    let dual = plot::dual(panel("learned"), panel("planned"));
    let svg = dual.svg();
    // Left to right: the heads, each with its panel under it, in its colour.
    let places: Vec<f64> = svg
        .lines()
        .filter_map(|line| line.strip_prefix("<svg x=\"")?.split('"').next()?.parse().ok())
        .collect();
    let drawn = shapes(&svg);
    for (i, (head, paint)) in
        [("Reinforcement learning", "rl"), ("Active inference", "aif")]
            .into_iter()
            .enumerate()
    {
        let head = text(&drawn, head);
        assert!(same(head.number("x"), places[i] + 14.0));
        assert_eq!(head.get("fill"), colour(paint));
    }
    assert!(places[0] < places[1]);
    let at = |text: &str| svg.rfind(&format!(">{text}<")).expect("a panel");
    let second = svg.rfind("<svg x=").expect("the second panel");
    assert!(at("learned") < second && second < at("planned"));
    assert_eq!(svg.matches("role=\"img\"").count(), 1);
    assert!(dual.alt_text().contains("reinforcement learning: learned"));
    assert!(dual.alt_text().contains("active inference: planned"));
    // On a page, head and panel follow each other.
    let html = dual.html();
    let order = [
        "aif-rl\">Reinforcement learning<",
        ">learned<",
        "aif-aif\">Active inference<",
        ">planned<",
    ];
    let found: Vec<usize> =
        order.iter().map(|words| html.find(words).expect(words)).collect();
    assert!(found.is_sorted(), "{found:?}");
    assert_eq!(html.matches("role=\"img\"").count(), 2);
    assert!(html.contains("flex-wrap:wrap"));
}
