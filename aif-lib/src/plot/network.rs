//! Boxes and arrows: [`network`] draws states and what leads from one to another.

use super::figure::Figure;
use super::svg::{Canvas, FONT, fill, stroke, text_width};
use super::theme::{INK, MUTED, PAPER, Role, TEXT, WIDTH};

/// A box with a name, at a place from (0, 0), the upper left, to (1, 1).
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What stands in the box.
    pub name: String,
    /// From 0 (left) to 1 (right).
    pub x: f64,
    /// From 0 (top) to 1 (bottom).
    pub y: f64,
    /// Lines below the name, each in the colour of its role.
    pub notes: Vec<(String, Role)>,
    /// A thick frame.
    pub marked: bool,
}

/// Boxes and arrows.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut picture = NetworkPicture::new("Two beliefs");
/// picture.node("0.50", 0.2, 0.5, &[("listen", Role::Rl)]);
/// picture.node("0.85", 0.8, 0.5, &[("open", Role::Rl)]);
/// picture.arrow(0, 1, "½");
/// assert!(plot::network(&picture).alt_text().contains("0.50 leads to 0.85 (½)"));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NetworkPicture {
    /// The title.
    pub title: String,
    /// The boxes.
    pub nodes: Vec<Node>,
    /// Arrows: from a box, to a box, and what stands beside it.
    pub arrows: Vec<(usize, usize, String)>,
}

impl NetworkPicture {
    /// A picture with nothing in it yet.
    pub fn new(title: &str) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Adds a box; the first has number 0.
    pub fn node(&mut self, name: &str, x: f64, y: f64, notes: &[(&str, Role)]) {
        let notes = notes.iter().map(|(text, role)| (text.to_string(), *role)).collect();
        self.nodes.push(Node { name: name.into(), x, y, notes, marked: false });
    }

    /// Adds an arrow with a label, which may be empty.
    pub fn arrow(&mut self, from: usize, to: usize, label: &str) {
        self.arrows.push((from, to, label.into()));
    }
}

const LINE: f64 = 15.0;
const SMALL: f64 = 11.0;

/// Draws boxes and arrows.
///
/// # Panics
/// When there is no box, a place is not from 0 to 1, or an arrow joins boxes that do not exist or are the same.
#[track_caller]
pub fn network(picture: &NetworkPicture) -> Figure {
    let title = &picture.title;
    check(picture);
    let sizes: Vec<(f64, f64)> = picture.nodes.iter().map(size).collect();
    let widest = sizes.iter().map(|s| s.0).fold(0.0, f64::max);
    let tallest = sizes.iter().map(|s| s.1).fold(0.0, f64::max);
    let mut rows: Vec<f64> = picture.nodes.iter().map(|node| node.y).collect();
    rows.sort_by(f64::total_cmp);
    rows.dedup();
    let mut canvas = Canvas::new();
    let top = canvas.title(title, WIDTH) + 14.0;
    let tall = tallest + (tallest + 34.0) * (rows.len() - 1) as f64;
    let middle = |node: usize| {
        let Node { x, y, .. } = picture.nodes[node];
        let across = 14.0 + 0.5 * widest + x * (WIDTH - 28.0 - widest);
        (across, top + 0.5 * tallest + y * (tall - tallest))
    };
    for (from, to, label) in &picture.arrows {
        let (mut start, mut end) = (middle(*from), middle(*to));
        if picture.arrows.iter().any(|(a, b, _)| (a, b) == (to, from)) {
            // There and back lie beside each other, each on its own right-hand side.
            let (dx, dy) = (end.0 - start.0, end.1 - start.1);
            let aside = 9.0 / dx.hypot(dy).max(1e-9);
            for point in [&mut start, &mut end] {
                *point = (point.0 - aside * dy, point.1 + aside * dx);
            }
        }
        let leave = edge(start, end, sizes[*from]);
        let arrive = edge(end, start, sizes[*to]);
        arrow(&mut canvas, leave, arrive);
        let (x, y) = (0.5 * (leave.0 + arrive.0), 0.5 * (leave.1 + arrive.1));
        // The line breaks where its label stands.
        let w = text_width(label, SMALL);
        canvas.rect(x - 0.5 * w, y - 0.5 * SMALL, w, SMALL, fill(PAPER));
        canvas.label(x, y, label, FONT.size(SMALL).paint(MUTED));
    }
    for (i, node) in picture.nodes.iter().enumerate() {
        let ((x, y), (w, h)) = (middle(i), sizes[i]);
        let frame = if node.marked { (INK, 2.6) } else { (MUTED, 1.0) };
        let (left, up) = (x - 0.5 * w, y - 0.5 * h);
        canvas.round_rect(left, up, w, h, 6.0, fill(PAPER).outlined(frame.0, frame.1));
        canvas.text(x, up + LINE, &node.name, FONT.bold().middle());
        for (line, (text, role)) in node.notes.iter().enumerate() {
            let font = FONT.size(SMALL).paint(role.paint(line)).middle();
            canvas.text(x, up + LINE * (line + 2) as f64 - 1.0, text, font);
        }
    }
    Figure::new(WIDTH, top + tall + 14.0, canvas, describe(picture))
}

#[track_caller]
fn check(picture: &NetworkPicture) {
    let (title, n) = (&picture.title, picture.nodes.len());
    assert!(n > 0, "network {title:?} has no box: add one with `node`");
    for Node { name, x, y, .. } in &picture.nodes {
        assert!(
            (0.0..=1.0).contains(x) && (0.0..=1.0).contains(y),
            "network {title:?}: box {name:?} stands at ({x}, {y}): use places from 0 to 1"
        );
    }
    for (from, to, _) in &picture.arrows {
        assert!(
            *from < n && *to < n && from != to,
            "network {title:?}: an arrow from box {from} to box {to}: join two of the {n} boxes (counted from 0)"
        );
    }
}

fn size(node: &Node) -> (f64, f64) {
    let notes = node.notes.iter().map(|(text, _)| text_width(text, SMALL));
    let width = notes.fold(text_width(&node.name, TEXT) * 1.08, f64::max);
    (width + 16.0, LINE * (node.notes.len() + 1) as f64 + 7.0)
}

/// Where the line from the middle of a box towards another point leaves the box.
fn edge((x, y): (f64, f64), towards: (f64, f64), (w, h): (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (towards.0 - x, towards.1 - y);
    let across = if dx == 0.0 { f64::INFINITY } else { 0.5 * w / dx.abs() };
    let down = if dy == 0.0 { f64::INFINITY } else { 0.5 * h / dy.abs() };
    let share = across.min(down).min(1.0);
    (x + share * dx, y + share * dy)
}

fn arrow(canvas: &mut Canvas, from: (f64, f64), to: (f64, f64)) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1e-9);
    let (dx, dy) = (dx / length, dy / length);
    let neck = (to.0 - 9.0 * dx, to.1 - 9.0 * dy);
    canvas.line(from, neck, stroke(MUTED, 1.3));
    let side = |sign: f64| (neck.0 - sign * 3.6 * dy, neck.1 + sign * 3.6 * dx);
    canvas.polygon(&[to, side(1.0), side(-1.0)], fill(MUTED));
}

fn describe(picture: &NetworkPicture) -> String {
    let mut text = format!("Diagram: {}.", picture.title);
    for node in &picture.nodes {
        let notes: Vec<&str> = node.notes.iter().map(|(text, _)| text.as_str()).collect();
        let colon = if notes.is_empty() { "" } else { ": " };
        text.push_str(&format!(" {}{colon}{}.", node.name, notes.join(", ")));
    }
    for (from, to, label) in &picture.arrows {
        let (from, to) = (&picture.nodes[*from].name, &picture.nodes[*to].name);
        let beside = if label.is_empty() { String::new() } else { format!(" ({label})") };
        text.push_str(&format!(" {from} leads to {to}{beside}."));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> NetworkPicture {
        let mut picture = NetworkPicture::new("Test");
        picture.node("a", 0.0, 0.0, &[("listen", Role::Rl), ("open", Role::Aif)]);
        picture.node("b", 1.0, 1.0, &[]);
        picture.arrow(0, 1, "0.5");
        picture
    }

    #[test]
    fn boxes_arrows_and_words_are_drawn() {
        let figure = network(&picture());
        let svg = figure.svg();
        assert_eq!(svg.matches("<polygon").count(), 1);
        for word in ["listen", "open", ">a<", ">b<", "0.5"] {
            assert!(svg.contains(word), "{word}");
        }
        let alt = "Diagram: Test. a: listen, open. b. a leads to b (0.5).";
        assert_eq!(figure.alt_text(), alt);
    }

    #[test]
    fn an_arrow_ends_at_the_rim_of_its_box() {
        assert_eq!(edge((0.0, 0.0), (10.0, 0.0), (4.0, 2.0)), (2.0, 0.0));
        assert_eq!(edge((0.0, 0.0), (0.0, -10.0), (4.0, 2.0)), (0.0, -1.0));
        assert_eq!(edge((0.0, 0.0), (10.0, 10.0), (4.0, 2.0)), (1.0, 1.0));
    }

    #[test]
    #[should_panic(expected = "an arrow from box 0 to box 2: join two of the 2 boxes")]
    fn an_arrow_into_nowhere_is_refused() {
        let mut picture = picture();
        picture.arrow(0, 2, "");
        network(&picture);
    }

    #[test]
    #[should_panic(expected = "stands at (2, 0): use places from 0 to 1")]
    fn a_box_outside_is_refused() {
        let mut picture = picture();
        picture.node("c", 2.0, 0.0, &[]);
        network(&picture);
    }
}
