//! The cart with its pole, and the pendulum: one moment each, for a [`player`](super::player()).

use std::f64::consts::PI;

use super::figure::Figure;
use super::svg::{Canvas, FONT, fill, pretty, stroke};
use super::theme::{INK, MUTED, RL, WALL};

/// The cart on its track and the pole on it; an arrow for the push.
///
/// `state`: place, speed, angle, angular speed; `push`: 0 left, 1 right, none before the first.
///
/// ```
/// # use aif_lib::prelude::*;
/// let picture = plot::cart_pole("After one push", cart_pole::push([0.0; 4], 1), Some(1));
/// assert!(picture.alt_text().contains("pushed to the right"));
/// ```
///
/// # Panics
/// When a number is not finite.
#[track_caller]
pub fn cart_pole(title: &str, state: [f64; 4], push: Option<usize>) -> Figure {
    finite(title, &state);
    let [place, _, angle, _] = state;
    let (wide, ground, scale) = (480.0, 200.0, 88.0);
    let mut canvas = Canvas::new();
    canvas.title(title, wide);
    canvas.line((10.0, ground), (wide - 10.0, ground), stroke(WALL, 3.0));
    for side in [-2.4, 2.4] {
        let x = 0.5 * wide + scale * side;
        canvas.line((x, ground - 8.0), (x, ground + 8.0), stroke(MUTED, 2.0));
    }
    let x = 0.5 * wide + scale * place.clamp(-2.65, 2.65);
    canvas.round_rect(x - 26.0, ground - 26.0, 52.0, 22.0, 3.0, fill(RL));
    for side in [-14.0, 14.0] {
        canvas.circle(x + side, ground - 3.0, 5.0, fill(INK));
    }
    let hinge = (x, ground - 26.0);
    let tip = (x + scale * angle.sin(), hinge.1 - scale * angle.cos());
    canvas.line(hinge, tip, stroke(INK, 7.0));
    canvas.circle(hinge.0, hinge.1, 4.0, fill(MUTED));
    if let Some(push) = push {
        let (from, sign) = if push == 1 { (x + 30.0, 1.0) } else { (x - 30.0, -1.0) };
        arrow(&mut canvas, (from, ground - 15.0), (from + 30.0 * sign, ground - 15.0));
    }
    let degrees = angle * 180.0 / PI;
    let words = format!("place {} m, angle {}°", short(place), short(degrees));
    canvas.text(0.5 * wide, ground + 26.0, &words, FONT.paint(MUTED).middle());
    let pushed = match push {
        None => "",
        Some(1) => " It was pushed to the right.",
        Some(_) => " It was pushed to the left.",
    };
    let alt = format!("Cart and pole: {title}. The cart's {words}.{pushed}");
    Figure::new(wide, 240.0, canvas, alt)
}

/// The pendulum, and a bar for the torque that acts on it.
///
/// `state`: angle from upright and angular speed; `torque` from −2 to 2, none before the first.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert!(plot::pendulum("Start", [std::f64::consts::PI, 0.0], None).alt_text().contains("180°"));
/// ```
///
/// # Panics
/// When a number is not finite.
#[track_caller]
pub fn pendulum(title: &str, state: [f64; 2], torque: Option<f64>) -> Figure {
    finite(title, &state);
    finite(title, &[torque.unwrap_or(0.0)]);
    let (wide, hinge, length) = (300.0, (150.0, 140.0), 84.0);
    let mut canvas = Canvas::new();
    canvas.title(title, wide);
    canvas.circle(hinge.0, hinge.1, length + 8.0, stroke(WALL, 1.0).dashed("3 4"));
    // A positive angle leans to the left, as a positive torque turns: anticlockwise.
    let tip = (hinge.0 - length * state[0].sin(), hinge.1 - length * state[0].cos());
    canvas.line(hinge, tip, stroke(INK, 9.0));
    canvas.circle(tip.0, tip.1, 9.0, fill(RL));
    canvas.circle(hinge.0, hinge.1, 5.0, fill(MUTED));
    let (left, y) = (150.0, 252.0);
    canvas.line((left - 60.0, y), (left + 60.0, y), stroke(WALL, 1.0));
    canvas.line((left, y - 7.0), (left, y + 7.0), stroke(MUTED, 1.4));
    if let Some(torque) = torque {
        let far = -30.0 * torque.clamp(-2.0, 2.0);
        canvas.rect(left + far.min(0.0), y - 5.0, far.abs(), 10.0, fill(RL));
    }
    let degrees = (state[0] * 180.0 / PI + 180.0).rem_euclid(360.0) - 180.0;
    let degrees = if degrees == -180.0 { 180.0 } else { degrees };
    let words = match torque {
        None => format!("angle {}°", short(degrees)),
        Some(torque) => format!("angle {}°, torque {} N m", short(degrees), short(torque)),
    };
    canvas.text(150.0, 278.0, &words, FONT.paint(MUTED).middle());
    let alt = format!("Pendulum: {title}. From upright, {words}.");
    Figure::new(wide, 290.0, canvas, alt)
}

#[track_caller]
fn finite(title: &str, numbers: &[f64]) {
    assert!(
        numbers.iter().all(|x| x.is_finite()),
        "picture {title:?}: {numbers:?} cannot be drawn: a state has finite numbers only, so look for the step that broke it"
    );
}

/// Two decimals.
fn short(x: f64) -> String {
    pretty((x * 100.0).round() / 100.0)
}

fn arrow(canvas: &mut Canvas, from: (f64, f64), to: (f64, f64)) {
    let back = 8.0 * (to.0 - from.0).signum();
    canvas.line(from, (to.0 - back, to.1), stroke(RL, 4.0));
    canvas.polygon(&[to, (to.0 - back, to.1 - 6.0), (to.0 - back, to.1 + 6.0)], fill(RL));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ends of the line that is so wide.
    fn ends(svg: &str, width: &str) -> [f64; 4] {
        let line = svg
            .split("<line ")
            .skip(1)
            .find(|line| line.contains(&format!("stroke-width=\"{width}\"")))
            .expect("a line of this width");
        let number = |name: &str| -> f64 {
            let (_, rest) = line.split_once(&format!("{name}=\"")).expect("an attribute");
            rest.split('"').next().and_then(|x| x.parse().ok()).expect("a number")
        };
        [number("x1"), number("y1"), number("x2"), number("y2")]
    }

    #[test]
    fn the_pole_leans_to_the_side_of_its_angle() {
        let [x1, y1, x2, y2] = ends(&cart_pole("c", [0.5, 0.0, 0.1, 0.0], None).svg(), "7");
        assert!(x2 > x1 && y2 < y1);
        assert!(((x2 - x1) / (y1 - y2) - 0.1f64.tan()).abs() < 0.01);
        let upright = ends(&cart_pole("c", [0.0; 4], Some(0)).svg(), "7");
        assert_eq!((upright[0], upright[2]), (240.0, 240.0));
    }

    #[test]
    fn the_rod_stands_at_angle_0_and_hangs_at_half_a_turn() {
        let [_, y1, _, y2] = ends(&pendulum("p", [0.0, 0.0], None).svg(), "9");
        assert!(y2 < y1);
        let [_, y1, _, y2] = ends(&pendulum("p", [PI, 0.0], Some(1.0)).svg(), "9");
        assert!(y2 > y1);
        let [x1, _, x2, _] = ends(&pendulum("p", [0.5 * PI, 0.0], None).svg(), "9");
        assert!(x2 < x1, "a quarter turn, anticlockwise");
    }

    #[test]
    #[should_panic(expected = "finite numbers only")]
    fn a_broken_state_is_not_drawn() {
        drop(cart_pole("c", [0.0, f64::NAN, 0.0, 0.0], None));
    }
}
