//! The tiger's doors, and what a planner needs of them.

use ndarray::{Array2, Array3};

use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;
use crate::prob::logistic::logistic;
pub use crate::world::tiger::*;
use crate::world::tiger::{check, event};

/// The generative model of [`Tiger`]: 8 states ([`STATES`]), two modalities, and a preference over what happens.
///
/// `preference`: C over [`EVENTS`]; sounds are neither liked nor disliked.
///
/// # Errors
/// - [`Error::Parameter`]: the accuracy is not from 0 to 1.
/// - Otherwise as [`GenerativeModel::builder`]'s `build`.
pub fn model(accuracy: f64, preference: &[f64]) -> Result<GenerativeModel> {
    check(accuracy)?;
    let b = Array3::from_shape_fn((8, 8, 3), |(to, from, action)| {
        let (side, now) = (from % 2, to % 2);
        let stays = if action == 0 { f64::from(now == side) } else { 0.5 };
        if to / 2 == event(action, side) { stays } else { 0.0 }
    });
    let sound = Array2::from_shape_fn((3, 8), |(sound, state)| match (state / 2, sound) {
        (1, 0) => 0.0,
        (1, heard) if heard - 1 == state % 2 => accuracy,
        (1, _) => 1.0 - accuracy,
        (_, silence) => f64::from(silence == 0),
    });
    let happened = Array2::from_shape_fn((4, 8), |(o, state)| f64::from(o == state / 2));
    let mut start = [0.0; 8];
    start[..2].fill(0.5);
    GenerativeModel::builder()
        .actions(&ACTIONS)
        .factor("state", &STATES, &start, b)
        .modality("sound", &SOUNDS, &["state"], sound.into_dyn(), &[0.0; 3])
        .modality("event", &EVENTS, &["state"], happened.into_dyn(), preference)
        .build()
}

/// What one believes about [`model`]'s states after so many sounds from the left and from the right, from even odds.
///
/// ```text
/// odds of left = (r / (1 − r))^(left − right),    r the accuracy
/// ```
/// Only the difference counts: two unlike sounds cancel. It is the belief after listening.
///
/// # Errors
/// [`Error::Parameter`]: the accuracy is not strictly between 0 and 1.
pub fn heard(accuracy: f64, left: u32, right: u32) -> Result<Categorical> {
    if !(accuracy > 0.0 && accuracy < 1.0) {
        let expected = "an accuracy above 0 and below 1";
        return Err(Error::Parameter { name: "accuracy", value: accuracy, expected });
    }
    let log_odds =
        (f64::from(left) - f64::from(right)) * (accuracy.ln() - (1.0 - accuracy).ln());
    let p = logistic(log_odds);
    Ok(Categorical::new_unchecked(vec![0.0, 0.0, p, 1.0 - p, 0.0, 0.0, 0.0, 0.0]))
}

/// The reward in each of [`STATES`]: what [`belief_search`](crate::rosetta::belief_search) takes.
pub fn reward() -> Vec<f64> {
    (0..8).map(|state| REWARD[state / 2]).collect()
}
