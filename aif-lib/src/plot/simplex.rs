//! Beliefs about three states as a triangle: [`simplex`] colours it by a number, and draws points and paths on it.

use super::figure::Figure;
use super::scale::{SEQUENTIAL, colour_at, colour_bar};
use super::svg::{Canvas, FONT, fill, pretty, stroke, text_width};
use super::theme::{INK, MUTED, Marker, PAPER, Role, WIDTH};

/// What to draw on the triangle of all beliefs about three states.
///
/// A belief (p, q, r) is the point that lies p of the way to the first corner, q to the second and r to the third.
///
/// ```
/// # use aif_lib::prelude::*;
/// let picture = SimplexPicture {
///     points: vec![("the mean".into(), [1.0 / 3.0; 3])],
///     ..SimplexPicture::new("Negative entropy", ["sun", "cloud", "rain"], &|q| -entropy(q))
/// };
/// let figure = plot::simplex(&picture);
/// assert!(figure.alt_text().contains("Lowest: −1.097 at (0.36, 0.32, 0.32)")); // of the points that are drawn
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SimplexPicture {
    /// The title.
    pub title: String,
    /// The names of the three states: left, top and right corner.
    pub corners: [String; 3],
    /// What the colours mean, with its unit.
    pub label: String,
    /// The number at each belief, row by row from the base: as [`SimplexPicture::new`] fills it in.
    pub values: Vec<f64>,
    /// Beliefs to mark, each with a name.
    pub points: Vec<(String, [f64; 3])>,
    /// Walks from belief to belief; the first has the colour of active inference, the others follow the cycle.
    pub paths: Vec<Vec<[f64; 3]>>,
}

/// How many steps from corner to corner the colours are computed on.
const STEPS: usize = 25;
/// How many bands of equal colour.
const BANDS: usize = 16;

/// All beliefs on a regular grid of the triangle, in the order of [`SimplexPicture::values`].
fn beliefs() -> impl Iterator<Item = [f64; 3]> {
    let part = |i: usize| i as f64 / STEPS as f64;
    (0..=STEPS).flat_map(move |up| {
        (0..=STEPS - up).map(move |right| [part(STEPS - up - right), part(up), part(right)])
    })
}

impl SimplexPicture {
    /// A triangle coloured by a number that every belief has. Where the number is +∞, it stays empty.
    ///
    /// # Panics
    /// When a number is NaN or −∞, or all are infinite.
    #[track_caller]
    pub fn new(title: &str, corners: [&str; 3], number: &dyn Fn(&[f64]) -> f64) -> Self {
        let values: Vec<f64> = beliefs().map(|q| number(&q)).collect();
        for (q, v) in beliefs().zip(&values) {
            assert!(
                !v.is_nan() && *v != f64::NEG_INFINITY,
                "triangle {title:?}: the number at {q:?} is {v}: a belief needs a number, or +∞ for none"
            );
        }
        assert!(
            values.iter().any(|v| v.is_finite()),
            "triangle {title:?}: every number is infinite, so there is nothing to colour"
        );
        Self {
            title: title.into(),
            corners: corners.map(String::from),
            label: String::new(),
            values,
            points: Vec::new(),
            paths: Vec::new(),
        }
    }
}

const LEFT: f64 = 70.0;
const SIDE: f64 = 350.0;

/// The place of a belief on a canvas whose triangle stands on `base`.
fn place(q: [f64; 3], base: f64) -> (f64, f64) {
    (LEFT + SIDE * (q[2] + 0.5 * q[1]), base - SIDE * q[1] * 0.75f64.sqrt())
}

/// Draws the triangle.
///
/// # Panics
/// When the picture has not one value for each belief of the grid, or a point is not a belief.
#[track_caller]
pub fn simplex(picture: &SimplexPicture) -> Figure {
    let title = &picture.title;
    assert!(
        picture.values.len() == beliefs().count(),
        "triangle {title:?}: {} values, expected {}: let SimplexPicture::new fill them in",
        picture.values.len(),
        beliefs().count()
    );
    let named = picture.points.iter().map(|(_, q)| q);
    for q in named.chain(picture.paths.iter().flatten()) {
        assert!(
            q.iter().all(|p| *p >= -1e-9) && (q.iter().sum::<f64>() - 1.0).abs() < 1e-6,
            "triangle {title:?}: {q:?} is not a belief: three probabilities that sum to 1"
        );
    }
    let mut canvas = Canvas::new();
    let top = canvas.title(title, WIDTH) + 30.0;
    let base = top + SIDE * 0.75f64.sqrt();
    let known = || picture.values.iter().copied().filter(|v| v.is_finite());
    let lo = known().fold(f64::INFINITY, f64::min);
    let hi = known().fold(f64::NEG_INFINITY, f64::max);
    bands(&mut canvas, &picture.values, (lo, hi), base);

    let corners =
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(|q| place(q, base));
    canvas.polygon(&corners, stroke(MUTED, 1.2));
    let [left, up, right] = corners;
    let [a, b, c] = &picture.corners;
    canvas.text(left.0, left.1 + 18.0, a, FONT.middle());
    canvas.text(up.0, up.1 - 8.0, b, FONT.middle());
    canvas.text(right.0, right.1 + 18.0, c, FONT.middle());
    for (i, path) in picture.paths.iter().enumerate() {
        let points = thinned(path.iter().map(|q| place(*q, base)));
        canvas.polyline(&points, stroke(PAPER, 4.0));
        let paint = if i == 0 { Role::Aif.paint(0) } else { Role::Auto.paint(i - 1) };
        canvas.polyline(&points, stroke(paint, 2.0));
        if let Some((x, y)) = points.first() {
            canvas.circle(*x, *y, 3.6, fill(paint).outlined(PAPER, 1.2));
        }
    }
    for (i, (name, q)) in picture.points.iter().enumerate() {
        let (x, y) = place(*q, base);
        let marker =
            [Marker::Star, Marker::Square, Marker::Diamond, Marker::Triangle][i % 4];
        canvas.circle(x, y, 8.0, fill(PAPER));
        canvas.marker(marker, x, y, INK);
        // Outwards where there is room, so that the name does not hide the colours.
        let font = FONT.halo().bold();
        let outwards = x < up.0 - 1.0 && text_width(name, 12.0) < x - 20.0;
        if outwards {
            canvas.text(x - 12.0, y + 4.0, name, font.end());
        } else {
            canvas.text(x + 12.0, y + 4.0, name, font);
        }
    }
    let x = right.0 + 50.0;
    colour_bar(&mut canvas, (x, top + 24.0), 160.0, (lo, hi), &SEQUENTIAL);
    canvas.text(x, top + 10.0, &picture.label, FONT.size(11.0));
    Figure::new(WIDTH, base + 34.0, canvas, describe(picture, lo, hi))
}

/// A walk without the steps that are too short to be seen.
fn thinned(walk: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for (x, y) in walk {
        if kept.last().is_none_or(|(u, v)| (x - u).hypot(y - v) > 1.0) {
            kept.push((x, y));
        }
    }
    kept
}

/// A corner of a piece of the triangle: where it is, and its number.
type Corner = ((f64, f64), f64);

/// The triangle in bands of equal colour, whose borders are level lines.
fn bands(canvas: &mut Canvas, values: &[f64], (lo, hi): (f64, f64), base: f64) {
    let corners: Vec<Corner> =
        beliefs().map(|q| place(q, base)).zip(values.iter().copied()).collect();
    let row = |up: usize| (0..up).map(|u| STEPS + 1 - u).sum::<usize>();
    let at = |up: usize, right: usize| corners[row(up) + right];
    let width = if hi > lo { (hi - lo) / BANDS as f64 } else { 1.0 };
    let band = |v: f64| (((v - lo) / width).floor().max(0.0) as usize).min(BANDS - 1);
    let mut shapes = vec![Vec::new(); BANDS];
    let mut cut = |piece: [Corner; 3]| {
        if piece.iter().any(|(_, v)| v.is_infinite()) {
            return;
        }
        let lowest = piece.iter().map(|(_, v)| *v).fold(f64::INFINITY, f64::min);
        let highest = piece.iter().map(|(_, v)| *v).fold(f64::NEG_INFINITY, f64::max);
        let within = band(lowest)..=band(highest);
        for (k, shapes) in shapes.iter_mut().enumerate().filter(|(k, _)| within.contains(k))
        {
            // The lowest band has no floor and the highest no ceiling, so that rounding leaves no holes.
            let (floor, ceiling) = (lo + width * k as f64, lo + width * (k + 1) as f64);
            let mut shape = piece.to_vec();
            if k > 0 {
                shape = above(&shape, floor, 1.0);
            }
            if k + 1 < BANDS {
                shape = above(&shape, ceiling, -1.0);
            }
            if shape.len() > 2 {
                shapes.push(shape.into_iter().map(|(p, _)| p).collect());
            }
        }
    };
    for up in 0..STEPS {
        for right in 0..STEPS - up {
            cut([at(up, right), at(up, right + 1), at(up + 1, right)]);
            if right + 1 < STEPS - up {
                cut([at(up, right + 1), at(up + 1, right + 1), at(up + 1, right)]);
            }
        }
    }
    for (k, shapes) in shapes.iter().enumerate() {
        let part = (k as f64 + 0.5) / BANDS as f64;
        let colour = colour_at(&SEQUENTIAL, part);
        // The outline closes the seams between pieces.
        canvas.polygons(shapes, fill(colour).outlined(colour, 0.6));
    }
}

/// The part of a convex piece where sign · (number − level) is not negative.
fn above(piece: &[Corner], level: f64, sign: f64) -> Vec<Corner> {
    let mut kept = Vec::new();
    for (i, &(p, v)) in piece.iter().enumerate() {
        let (next, w) = piece[(i + 1) % piece.len()];
        let (here, there) = (sign * (v - level), sign * (w - level));
        if here >= 0.0 {
            kept.push((p, v));
        }
        if (here > 0.0) != (there > 0.0) && here != 0.0 && there != 0.0 {
            let t = here / (here - there);
            kept.push(((p.0 + t * (next.0 - p.0), p.1 + t * (next.1 - p.1)), level));
        }
    }
    kept
}

fn describe(picture: &SimplexPicture, lo: f64, hi: f64) -> String {
    let write = |q: &[f64; 3]| format!("({})", q.map(pretty).join(", "));
    let mut text = format!(
        "Heat map on the triangle of beliefs about {}: {}.",
        picture.corners.join(", "),
        picture.title
    );
    for (word, bound) in [("Lowest", lo), ("Highest", hi)] {
        let found = beliefs().zip(&picture.values).find(|(_, v)| **v == bound);
        if let Some((q, v)) = found {
            text.push_str(&format!(" {word}: {} at {}.", pretty(*v), write(&q)));
        }
    }
    for (name, q) in &picture.points {
        text.push_str(&format!(" Marked: {name} at {}.", write(q)));
    }
    for path in &picture.paths {
        if let (Some(first), Some(last)) = (path.first(), path.last()) {
            text.push_str(&format!(
                " A path of {} steps from {} to {}.",
                path.len() - 1,
                write(first),
                write(last)
            ));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> SimplexPicture {
        SimplexPicture::new("Distance", ["a", "b", "c"], &|q| {
            (q[0] - 0.4).powi(2) + (q[1] - 0.4).powi(2) + (q[2] - 0.2).powi(2)
        })
    }

    #[test]
    fn the_pieces_of_all_bands_fill_the_triangle() {
        // Each piece of a triangle is counted in one band and one only: areas add up.
        let area = |p: &[Corner]| {
            let pairs = (0..p.len()).map(|i| (p[i].0, p[(i + 1) % p.len()].0));
            0.5 * pairs.map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f64>().abs()
        };
        let piece = [((0.0, 0.0), 0.1), ((4.0, 0.0), 0.9), ((0.0, 3.0), 0.5)];
        let (low, high) = (above(&piece, 0.4, -1.0), above(&piece, 0.4, 1.0));
        assert!((area(&low) + area(&high) - 6.0).abs() < 1e-12);
        assert!(area(&low) > 0.1 && area(&high) > 0.1);
        // By hand: the level .4 cuts 3/8 of the base and 3/4 of the left side off.
        assert!((area(&low) - 0.5 * 1.5 * 2.25).abs() < 1e-12);
        assert_eq!(above(&piece, 0.95, 1.0).len(), 0);
    }

    #[test]
    fn the_alt_text_tells_where_it_is_lowest_and_what_is_marked() {
        let mut picture = picture();
        picture.points = vec![("here".into(), [0.0, 0.0, 1.0])];
        picture.paths = vec![vec![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]];
        let figure = simplex(&picture);
        let alt = figure.alt_text();
        assert!(alt.contains("Lowest: 0 at (0.4, 0.4, 0.2)"), "{alt}");
        assert!(alt.contains("Marked: here at (0, 0, 1)"), "{alt}");
        assert!(alt.contains("A path of 1 steps from (1, 0, 0) to (0, 1, 0)"), "{alt}");
        assert!(figure.svg().len() < 250_000);
    }

    #[test]
    fn infinity_stays_empty_and_the_rest_is_drawn() {
        let half = SimplexPicture::new("Half", ["a", "b", "c"], &|q| {
            if q[0] > 0.5 { f64::INFINITY } else { q[0] }
        });
        assert!(simplex(&half).svg().len() < simplex(&picture()).svg().len());
    }

    #[test]
    #[should_panic(expected = "the number at [1.0, 0.0, 0.0] is NaN")]
    fn nan_is_refused() {
        SimplexPicture::new("NaN", ["a", "b", "c"], &|_| f64::NAN);
    }

    #[test]
    #[should_panic(expected = "is not a belief")]
    fn points_are_beliefs() {
        let points = vec![("no".into(), [1.0, 1.0, 0.0])];
        simplex(&SimplexPicture { points, ..picture() });
    }
}
