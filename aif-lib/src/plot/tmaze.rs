//! The T-maze: [`tmaze`] draws one moment of an episode.

use super::figure::Figure;
use super::svg::{Canvas, FONT, fill, stroke};
use super::theme::{Paint, TITLE};

/// One moment in the T-maze.
///
/// ```
/// # use aif_lib::prelude::*;
/// let moment = TmazePicture { place: 1, cue: Some(0), belief: [0.9, 0.1], ..TmazePicture::new("After the cue") };
/// assert!(plot::tmaze(&moment).alt_text().contains("at the cue"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TmazePicture {
    /// The title.
    pub title: String,
    /// Where the agent is: 0 centre, 1 cue, 2 left arm, 3 right arm.
    pub place: usize,
    /// What the cue shows: 0 left, 1 right; none while it is unseen.
    pub cue: Option<usize>,
    /// How probable the agent finds it that the left arm pays, and that the right arm pays.
    pub belief: [f64; 2],
    /// What the agent met in the arm: `true` reward, `false` punishment.
    pub outcome: Option<bool>,
    /// Which arm truly pays (0 left, 1 right), to be shown to the reader.
    pub pays: Option<usize>,
}

impl TmazePicture {
    /// The agent at the centre with an even belief.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.into(),
            place: 0,
            cue: None,
            belief: [0.5, 0.5],
            outcome: None,
            pays: None,
        }
    }
}

const PLACES: [&str; 4] =
    ["at the centre", "at the cue", "in the left arm", "in the right arm"];
const SIDES: [&str; 2] = ["left", "right"];

/// Draws the maze, the agent, the cue, and the belief as a bar beside each arm.
///
/// # Panics
/// When a place or a side has no such number, or the belief is not a pair of probabilities.
#[track_caller]
pub fn tmaze(picture: &TmazePicture) -> Figure {
    let title = &picture.title;
    assert!(
        picture.place < 4,
        "T-maze {title:?}: place {} does not exist: use 0 centre, 1 cue, 2 left arm, 3 right arm",
        picture.place
    );
    for (what, side) in [("cue", picture.cue), ("paying arm", picture.pays)] {
        assert!(
            side.is_none_or(|s| s < 2),
            "T-maze {title:?}: the {what} {side:?} does not exist: use 0 for left or 1 for right"
        );
    }
    let [left, right] = picture.belief;
    assert!(
        left >= -1e-9 && right >= -1e-9 && (left + right - 1.0).abs() < 1e-6,
        "T-maze {title:?}: the belief ({left}, {right}) is not a distribution: two probabilities that sum to 1"
    );

    let mut canvas = Canvas::new();
    canvas.text(14.0, 24.0, title, FONT.size(TITLE).bold());
    // The corridor: a bar across and a stem down.
    let floor = fill(Paint::Grid);
    canvas.round_rect(90.0, 62.0, 300.0, 62.0, 6.0, floor);
    canvas.round_rect(209.0, 62.0, 62.0, 190.0, 6.0, floor);
    let places = [(240.0, 158.0), (240.0, 222.0), (121.0, 93.0), (359.0, 93.0)];
    for (side, x) in [(0, 60.0), (1, 396.0)] {
        // Belief: a bar that fills from below.
        let p = picture.belief[side].clamp(0.0, 1.0);
        canvas.rect(x, 56.0, 24.0, 74.0, fill(Paint::Paper).outlined(Paint::Muted, 1.0));
        canvas.rect(x, 56.0 + 74.0 * (1.0 - p), 24.0, 74.0 * p, fill(Paint::Aif));
        canvas.text(x + 12.0, 148.0, &format!("{p:.2}"), FONT.middle());
        if picture.pays == Some(side) {
            let (px, py) = places[2 + side];
            canvas.circle(px, py, 25.0, stroke(Paint::Ink, 1.6).dashed("4 3"));
        }
    }
    canvas.text(
        60.0,
        166.0,
        "belief: left pays",
        FONT.size(11.0).paint(Paint::Muted).middle(),
    );
    canvas.text(
        410.0,
        166.0,
        "belief: right pays",
        FONT.size(11.0).paint(Paint::Muted).middle(),
    );
    let sign = match picture.cue {
        None => "?",
        Some(0) => "←",
        Some(_) => "→",
    };
    canvas.round_rect(
        282.0,
        208.0,
        34.0,
        28.0,
        4.0,
        fill(Paint::Paper).outlined(Paint::Ink, 1.4),
    );
    canvas.label(299.0, 222.0, sign, FONT.size(18.0).bold());
    canvas.text(322.0, 226.0, "cue", FONT.paint(Paint::Muted));

    let (x, y) = places[picture.place];
    canvas.circle(x, y, 14.0, fill(Paint::Aif).outlined(Paint::Paper, 2.0));
    canvas.circle(x - 4.5, y - 3.0, 1.8, fill(Paint::Paper));
    canvas.circle(x + 4.5, y - 3.0, 1.8, fill(Paint::Paper));
    if let Some(reward) = picture.outcome {
        let (word, paint) = if reward { ("+", Paint::Ink) } else { ("−", Paint::Ink) };
        canvas.label(x, y - 24.0, word, FONT.size(20.0).bold().paint(paint));
    }
    let mut alt = format!("T-maze: {title}. The agent is {}.", PLACES[picture.place]);
    match picture.cue {
        None => alt.push_str(" The cue is unseen."),
        Some(side) => alt.push_str(&format!(" The cue points {}.", SIDES[side])),
    }
    alt.push_str(&format!(
        " Belief that the left arm pays: {left:.2}; the right arm: {right:.2}."
    ));
    match picture.outcome {
        None => {}
        Some(true) => alt.push_str(" It finds the reward."),
        Some(false) => alt.push_str(" It is punished."),
    }
    if let Some(side) = picture.pays {
        alt.push_str(&format!(" In truth the {} arm pays.", SIDES[side]));
    }
    Figure::new(480.0, 268.0, canvas, alt)
}
