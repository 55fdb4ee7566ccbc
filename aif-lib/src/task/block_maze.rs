//! The T-maze in weeks, as a model on two clocks; and what is known of one trial without any simulation.

use ndarray::{Array2, Array3, array};

use crate::aif::hierarchical::TwoClocks;
use crate::aif::model::GenerativeModel;
use crate::error::Result;
use crate::prob::categorical::Categorical;
pub use crate::world::block_maze::*;
use crate::world::tmaze::{ACTIONS, OUTCOMES};

/// The states of a trial by name: a place, and the side that pays today.
pub const STATES: [&str; 10] = [
    "centre/L", "centre/R", "cue/L", "cue/R", "left/L", "left/R", "right/L", "right/R",
    "out/L", "out/R",
];

/// A day of [`BlockMaze`] as a generative model of ten states, with an even prior about the side.
///
/// It is the T-maze of module 09 with one place more: from an arm, the animal goes out. So an arm is seen once, and an
/// uneven prior does no harm. `w`: how many nats a reward of 1 is worth; the cue's cost is in C as well.
///
/// # Errors
/// As [`Weeks::check`].
pub fn level_one(weeks: &Weeks, w: f64) -> Result<GenerativeModel> {
    weeks.check()?;
    let r = weeks.reliability;
    let a = Array2::from_shape_fn((OUTCOMES.len(), STATES.len()), |(o, state)| {
        let (place, side) = (state / 2, state % 2);
        let shown = match place {
            1 if o == 1 + side => r,
            1 if o == 2 - side => 1.0 - r,
            2 | 3 => f64::from(o == if place - 2 == side { 3 } else { 4 }),
            _ => 0.0,
        };
        if place == 0 || place == 4 { f64::from(o == 0) } else { shown }
    });
    let shape = (STATES.len(), STATES.len(), ACTIONS.len());
    let b = Array3::from_shape_fn(shape, |(to, from, u)| {
        let place = match (from / 2, u) {
            (2.., _) => 4,
            (place, 0) => place,
            (_, u) => u,
        };
        f64::from(to == 2 * place + from % 2)
    });
    let c = [0.0, -w * weeks.cost, -w * weeks.cost, w, -w];
    let mut d = [0.0; STATES.len()];
    d[..2].fill(0.5);
    GenerativeModel::builder()
        .actions(&ACTIONS)
        .factor("state", &STATES, &d, b)
        .modality("outcome", &OUTCOMES, &["state"], a.into_dyn(), &c)
        .build()
}

/// [`BlockMaze`] as a model on two clocks: above, the context; below, [`level_one`].
///
/// # Errors
/// As [`Weeks::check`].
pub fn model(weeks: &Weeks, w: f64) -> Result<TwoClocks> {
    let side = mixing(1.0 - weeks.dominance);
    let d = Array2::from_shape_fn((STATES.len(), CONTEXTS.len()), |(state, c)| {
        if state < 2 { side[[state, c]] } else { 0.0 }
    });
    let start = Categorical::uniform(CONTEXTS.len());
    TwoClocks::new(level_one(weeks, w)?, d, mixing(weeks.hazard), start)
}

/// Two things that are exchanged with this probability, (to, from).
pub fn mixing(p: f64) -> Array2<f64> {
    array![[1.0 - p, p], [p, 1.0 - p]]
}

/// What a look at the cue gains over going at once, in reward; above 0 it pays.
///
/// ```text
/// go         |2b − 1|
/// look       Σ_cue |P(cue, left) − P(cue, right)| − κ
/// look − go  2 (r − κ/2 − max(b, 1 − b))       as long as the cue can change the choice, max(b, 1 − b) < r
/// ```
/// `b`: the belief that food is left today; `r`: the reliability of the cue; `cost`: κ.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert!((block_maze::look_gain(0.5, 0.8, 0.2) - 0.4).abs() < 1e-12);
/// assert!((block_maze::look_gain(0.9, 0.8, 0.2) + 0.2).abs() < 1e-12); // a cue that changes nothing only costs
/// ```
pub fn look_gain(b: f64, r: f64, cost: f64) -> f64 {
    let (left, right) = (r * b - (1.0 - r) * (1.0 - b), (1.0 - r) * b - r * (1.0 - b));
    left.abs() + right.abs() - cost - (2.0 * b - 1.0).abs()
}

/// The belief that food is left, after the cue.
pub fn after_cue(b: f64, r: f64, cue: usize) -> f64 {
    let (left, right) = if cue == 0 { (r, 1.0 - r) } else { (1.0 - r, r) };
    left * b / (left * b + right * (1.0 - b))
}
