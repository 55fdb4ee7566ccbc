//! Reads a figure as a reader does: shapes with their places and colours, and numbers against the axes.

use aif_lib::prelude::*;

/// One shape, or one text, of a drawing.
#[derive(Debug, Clone)]
pub struct Shape {
    pub tag: String,
    attributes: Vec<(String, String)>,
    pub text: String,
}

/// Left, top, right and bottom.
pub type Sides = [f64; 4];

/// The shapes of a figure in the order in which they are drawn.
pub fn shapes(svg: &str) -> Vec<Shape> {
    svg.lines().filter_map(Shape::read).collect()
}

/// The colour of this name on a light page.
pub fn colour(name: &str) -> String {
    let found = plot::theme::COLOURS.into_iter().find(|c| c.name == name);
    format!("#{:06x}", found.expect("a colour of the theme").light)
}

/// Whether two places are the same to the rounding of coordinates.
pub fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.25
}

impl Shape {
    fn read(line: &str) -> Option<Self> {
        let (tag, rest) = line.strip_prefix('<')?.split_once(' ')?;
        let known = ["rect", "circle", "line", "polyline", "polygon", "path", "text"];
        if !known.contains(&tag) {
            return None;
        }
        let (list, text) = rest.split_once('>')?;
        let mut attributes = Vec::new();
        let mut list = list;
        while let Some((name, more)) = list.split_once("=\"") {
            let (value, more) = more.split_once('"')?;
            attributes.push((name.trim().into(), value.into()));
            list = more;
        }
        let text = text.split("</").next().unwrap_or("").into();
        Some(Self { tag: tag.into(), attributes, text })
    }

    pub fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    pub fn number(&self, name: &str) -> f64 {
        self.get(name).parse().unwrap_or_else(|_| panic!("{name} of {self:?}"))
    }

    pub fn is(&self, tag: &str, property: &str, colour: &str) -> bool {
        self.tag == tag && self.get(property) == colour
    }

    pub fn rgb(&self) -> u32 {
        u32::from_str_radix(&self.get("fill")[1..], 16).expect("a colour")
    }

    /// How light its fill is: 1 for black to 21 for white.
    pub fn lightness(&self) -> f64 {
        plot::theme::contrast(self.rgb(), 0)
    }

    pub fn points(&self) -> Vec<(f64, f64)> {
        let pair = |text: &str| {
            let (x, y) = text.split_once(',').expect("a pair");
            (x.parse().expect("a number"), y.parse().expect("a number"))
        };
        match self.tag.as_str() {
            "line" => vec![
                (self.number("x1"), self.number("y1")),
                (self.number("x2"), self.number("y2")),
            ],
            "circle" => vec![(self.number("cx"), self.number("cy"))],
            "text" => vec![(self.number("x"), self.number("y"))],
            "rect" => {
                let [l, t, r, b] = self.sides();
                vec![(l, t), (r, b)]
            }
            _ => self.get("points").split(' ').map(pair).collect(),
        }
    }

    pub fn sides(&self) -> Sides {
        if self.tag == "rect" {
            let (x, y) = (self.number("x"), self.number("y"));
            return [x, y, x + self.number("width"), y + self.number("height")];
        }
        self.points().iter().fold(
            [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY],
            |[l, t, r, b], (x, y)| [l.min(*x), t.min(*y), r.max(*x), b.max(*y)],
        )
    }

    pub fn middle(&self) -> (f64, f64) {
        let [l, t, r, b] = self.sides();
        (0.5 * (l + r), 0.5 * (t + b))
    }

    /// Whether a point lies on it.
    pub fn covers(&self, (x, y): (f64, f64)) -> bool {
        let [l, t, r, b] = self.sides();
        (l..=r).contains(&x) && (t..=b).contains(&y)
    }
}

/// The text that says this.
pub fn text<'s>(shapes: &'s [Shape], words: &str) -> &'s Shape {
    let found = shapes.iter().find(|s| s.tag == "text" && s.text == words);
    found.unwrap_or_else(|| panic!("no text {words:?}"))
}

/// The shapes of one kind and colour.
pub fn all(shapes: &[Shape], tag: &str, property: &str, colour: &str) -> Vec<Shape> {
    shapes.iter().filter(|s| s.is(tag, property, colour)).cloned().collect()
}

/// The numbers that two axes give to places.
pub struct Axes {
    x: Option<[(f64, f64); 2]>,
    y: [(f64, f64); 2],
}

impl Axes {
    /// Reads the words at the ticks: the first and the last of each axis.
    pub fn of(shapes: &[Shape]) -> Self {
        let muted = colour("muted");
        let ticks = |anchor: &str, place: &dyn Fn(&Shape) -> f64| {
            let words = shapes.iter().filter(|s| {
                s.is("text", "fill", &muted)
                    && s.get("text-anchor") == anchor
                    && s.get("transform").is_empty()
            });
            let ticks: Vec<(f64, f64)> =
                words.map(|s| (place(s), value(&s.text))).collect();
            (ticks.len() > 1).then(|| [ticks[0], ticks[ticks.len() - 1]])
        };
        // A word's middle is .36 of its size above its baseline.
        let y = ticks("end", &|s| s.number("y") - 0.36 * 12.0);
        Self { x: ticks("middle", &|s| s.number("x")), y: y.expect("two ticks") }
    }

    pub fn x(&self, place: f64) -> f64 {
        between(self.x.expect("two ticks"), place)
    }

    pub fn y(&self, place: f64) -> f64 {
        between(self.y, place)
    }

    pub fn point(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.x(x), self.y(y))
    }
}

fn between([(p, a), (q, b)]: [(f64, f64); 2], place: f64) -> f64 {
    a + (b - a) * (place - p) / (q - p)
}

/// A number as figures write it; a power of ten as its logarithm.
pub fn value(text: &str) -> f64 {
    let digit = |c: char| match c {
        '⁻' | '−' => '-',
        c => "⁰¹²³⁴⁵⁶⁷⁸⁹"
            .chars()
            .position(|d| d == c)
            .map_or(c, |d| char::from(b'0' + d as u8)),
    };
    let plain: String = text.chars().map(digit).collect();
    let power = text.chars().any(|c| "⁰¹²³⁴⁵⁶⁷⁸⁹".contains(c));
    let plain = if power { &plain[2..] } else { &plain };
    plain.parse().unwrap_or_else(|_| panic!("{text:?} is not a number"))
}

/// Checks numbers that were read from a figure.
#[track_caller]
pub fn close(read: &[f64], truth: &[f64], tolerance: f64) {
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= tolerance;
    assert!(
        read.len() == truth.len() && read.iter().zip(truth).all(near),
        "read {read:?}, true {truth:?}"
    );
}
