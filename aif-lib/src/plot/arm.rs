//! The arm on its table: [`arm`] draws one moment, [`reach`] plays a whole reach.

use super::figure::Figure;
use super::player::{Frame, Player, player};
use super::svg::{Canvas, FONT, fill, stroke};
use super::theme::{AIF, GRID, INK, MUTED, PAPER};
use crate::experiment::arm::Moment;
use crate::world::arm::{Body, Pair};

/// One moment of the arm.
///
/// ```
/// # use aif_lib::prelude::*;
/// let picture = ArmPicture { belief: Some([0.4, 1.1]), ..ArmPicture::new("Now", [0.3, 0.9], [0.2, 0.6]) };
/// assert!(plot::arm(&picture).alt_text().contains("believes its hand"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ArmPicture {
    /// The title.
    pub title: String,
    /// Its lengths are drawn.
    pub body: Body,
    /// Its angles.
    pub angles: Pair,
    /// The angles in which the agent believes: drawn as a ghost.
    pub belief: Option<Pair>,
    /// Where the hand should go.
    pub target: Pair,
    /// Where the hand has been.
    pub trail: Vec<Pair>,
}

impl ArmPicture {
    /// The nominal arm, without a ghost and without a trail.
    pub fn new(title: &str, angles: Pair, target: Pair) -> Self {
        let (title, body) = (title.into(), Body::default());
        Self { title, body, angles, belief: None, target, trail: Vec::new() }
    }
}

/// Pixels for a metre, and where the shoulder is.
const SCALE: f64 = 200.0;
const SHOULDER: Pair = [230.0, 270.0];
const SIZE: Pair = [460.0, 330.0];

fn on_paper(p: Pair) -> (f64, f64) {
    (SHOULDER[0] + SCALE * p[0], SHOULDER[1] - SCALE * p[1])
}

/// Draws the arm from above: the body, the ghost of the belief, the target, and where the hand has been.
///
/// # Panics
/// When an angle or a place is not a finite number.
#[track_caller]
pub fn arm(picture: &ArmPicture) -> Figure {
    let title = &picture.title;
    let all = [Some(picture.angles), picture.belief, Some(picture.target)];
    let mut numbers =
        all.into_iter().flatten().chain(picture.trail.iter().copied()).flatten();
    assert!(
        numbers.all(|x| x.is_finite()),
        "arm {title:?}: an angle or a place is not a finite number: check how it was computed"
    );
    let mut canvas = Canvas::new();
    canvas.title(title, SIZE[0]);
    let reach = picture.body.lengths[0] + picture.body.lengths[1];
    let (cx, cy) = on_paper([0.0, 0.0]);
    let rim: Vec<(f64, f64)> = (0..=60)
        .map(|i| {
            let turn = std::f64::consts::PI * f64::from(i) / 60.0;
            on_paper([reach * turn.cos(), reach * turn.sin()])
        })
        .collect();
    canvas.polyline(&rim, stroke(GRID, 1.2).dashed("4 4"));
    let trail: Vec<(f64, f64)> = picture.trail.iter().map(|p| on_paper(*p)).collect();
    if trail.len() > 1 {
        canvas.polyline(&trail, stroke(MUTED, 1.4));
    }
    let (tx, ty) = on_paper(picture.target);
    canvas.circle(tx, ty, 9.0, stroke(INK, 1.6));
    canvas.line((tx - 13.0, ty), (tx + 13.0, ty), stroke(INK, 1.2));
    canvas.line((tx, ty - 13.0), (tx, ty + 13.0), stroke(INK, 1.2));
    let links = |angles: Pair| {
        let [elbow, hand] = picture.body.joints(angles);
        [(cx, cy), on_paper(elbow), on_paper(hand)]
    };
    let solid = links(picture.angles);
    canvas.polyline(&solid, stroke(INK, 7.0));
    if let Some(belief) = picture.belief {
        let ghost = links(belief);
        canvas.polyline(&ghost, stroke(AIF, 3.0).dashed("6 4"));
        canvas.circle(ghost[2].0, ghost[2].1, 6.0, stroke(AIF, 2.0));
    }
    for (x, y) in [solid[0], solid[1]] {
        canvas.circle(x, y, 5.0, fill(PAPER).outlined(INK, 2.0));
    }
    canvas.circle(solid[2].0, solid[2].1, 6.0, fill(INK));
    let quiet = FONT.size(11.0).paint(MUTED);
    let mut x = 14.0;
    let mut key = |name: &str, style| {
        canvas.line((x, SIZE[1] - 16.0), (x + 22.0, SIZE[1] - 16.0), style);
        canvas.text(x + 28.0, SIZE[1] - 12.0, name, quiet);
        x += 110.0;
    };
    key("the arm", stroke(INK, 5.0));
    if picture.belief.is_some() {
        key("its belief", stroke(AIF, 3.0).dashed("6 4"));
    }
    if trail.len() > 1 {
        key("way of the hand", stroke(MUTED, 1.4));
    }
    let hand = picture.body.hand(picture.angles);
    let far = (hand[0] - picture.target[0]).hypot(hand[1] - picture.target[1]);
    let mut alt =
        format!("Arm: {title}. The hand is {:.0} cm from the target.", 100.0 * far);
    if let Some(belief) = picture.belief {
        let [x, y] = picture.body.hand(belief);
        let off = (x - picture.target[0]).hypot(y - picture.target[1]);
        alt.push_str(&format!(
            " The agent believes its hand {:.0} cm from it.",
            100.0 * off
        ));
    }
    Figure::new(SIZE[0], SIZE[1], canvas, alt)
}

/// Plays a reach: every so many moments a frame, with the ghost of the belief.
///
/// # Panics
/// When there is no moment, or `every` is 0.
#[track_caller]
pub fn reach(
    title: &str,
    body: &Body,
    target: Pair,
    moments: &[Moment],
    every: usize,
) -> Player {
    assert!(every > 0, "reach {title:?}: every 0 moments makes no frame: give 1 or more");
    let frames: Vec<Frame> = (0..moments.len())
        .step_by(every)
        .map(|k| {
            let m = &moments[k];
            let picture = ArmPicture {
                body: *body,
                belief: Some(m.belief),
                trail: moments[..=k].iter().map(|m| body.hand(m.angles)).collect(),
                ..ArmPicture::new(title, m.angles, target)
            };
            let hand = body.hand(m.belief);
            let off = (hand[0] - target[0]).hypot(hand[1] - target[1]);
            let caption = format!(
                "{:.2} s: the hand is {:.1} cm from the target, the believed hand {:.1} cm.",
                m.time,
                100.0 * m.distance,
                100.0 * off
            );
            Frame::new(arm(&picture), &caption)
        })
        .collect();
    player(title, &frames)
}
