//! The T-maze: [`tmaze`] draws one moment of an episode.

use super::figure::Figure;
use super::svg::{Canvas, FONT, fill, stroke, wrap};
use super::theme::{AIF, INK, MUTED, PAPER, WALL};

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
    canvas.title(title, 480.0);
    // A bar across and a stem down, without a wall where they meet.
    let wall = stroke(WALL, 3.0);
    let outline = [
        (100.0, 62.0),
        (380.0, 62.0),
        (380.0, 130.0),
        (274.0, 130.0),
        (274.0, 264.0),
        (206.0, 264.0),
        (206.0, 130.0),
        (100.0, 130.0),
        (100.0, 62.0),
    ];
    canvas.polyline(&outline, wall);
    let places = [(240.0, 152.0), (240.0, 226.0), (138.0, 96.0), (342.0, 96.0)];
    let quiet = FONT.size(11.0).paint(MUTED);
    for (side, x, name) in [(0, 40.0, "left arm"), (1, 416.0, "right arm")] {
        canvas.text(x + 12.0, 58.0, name, quiet.middle());
        // The belief: a bar that fills from below.
        let (p, tall) = (picture.belief[side].clamp(0.0, 1.0), 64.0);
        canvas.rect(x, 66.0, 24.0, tall, fill(PAPER).outlined(MUTED, 1.0));
        canvas.rect(x, 66.0 + tall * (1.0 - p), 24.0, tall * p, fill(AIF));
        canvas.text(x + 12.0, 145.0, &format!("{p:.2}"), FONT.bold().middle());
        if picture.pays == Some(side) {
            let (px, py) = places[2 + side];
            canvas.circle(px, py, 26.0, stroke(INK, 1.4).dashed("4 3"));
        }
    }
    let sign = picture.cue.map_or("?", |side| ["←", "→"][side]);
    canvas.round_rect(286.0, 211.0, 36.0, 30.0, 4.0, fill(PAPER).outlined(INK, 1.4));
    canvas.label(304.0, 226.0, sign, FONT.size(18.0).bold());
    canvas.text(330.0, 230.0, "cue", quiet);

    let (x, y) = places[picture.place];
    canvas.circle(x, y, 15.0, fill(AIF).outlined(PAPER, 2.0));
    canvas.circle(x - 5.0, y - 3.0, 2.0, fill(PAPER));
    canvas.circle(x + 5.0, y - 3.0, 2.0, fill(PAPER));
    if let Some(reward) = picture.outcome {
        let word = if reward { "reward" } else { "punished" };
        // Towards the middle of the maze, where there is room.
        let aside = if x < 240.0 { x + 56.0 } else { x - 56.0 };
        canvas.label(aside, y, word, FONT.bold());
    }
    canvas.rect(14.0, 180.0, 10.0, 10.0, fill(AIF));
    canvas.paragraph(30.0, 189.0, &wrap("belief that this arm pays", 150.0, 11.0), quiet);
    if picture.pays.is_some() {
        canvas.circle(19.0, 224.0, 6.0, stroke(INK, 1.4).dashed("3 2"));
        canvas.paragraph(
            30.0,
            228.0,
            &wrap("where the reward is (hidden)", 150.0, 11.0),
            quiet,
        );
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
    Figure::new(480.0, 280.0, canvas, alt)
}
