//! Cue chaining and its generative model.

use ndarray::{Array2, Array3, Array4, Axis};

use crate::aif::model::GenerativeModel;
use crate::error::Result;
pub use crate::world::cue_chain::*;
use crate::world::cue_chain::{destination, first_cue, reward, second_cue};

/// The generative model of [`CueChain`]: factors place 35, live cue 4, reward side 2; modalities as the world's senses.
///
/// `preference`: C over [`REWARDS`]; pymdp's demonstration takes (0, 3, −6).
///
/// # Errors
/// As [`GenerativeModel::builder`]'s `build`.
pub fn model(preference: &[f64]) -> Result<GenerativeModel> {
    let sure = |yes: bool| f64::from(u8::from(yes));
    let walk = Array3::from_shape_fn((PLACES, PLACES, 5), |(to, from, u)| {
        sure(to == destination(from, u))
    });
    let cue_1 = Array3::from_shape_fn((5, PLACES, 4), |(o, place, live)| {
        sure(o == first_cue(place, live))
    });
    let cue_2 = Array4::from_shape_fn((3, PLACES, 4, 2), |(o, place, live, side)| {
        sure(o == second_cue(place, live, side))
    });
    let pay = Array3::from_shape_fn((3, PLACES, 2), |(o, place, side)| {
        sure(o == reward(place, side))
    });
    let still = |n: usize| Array2::eye(n).insert_axis(Axis(2));
    let names: Vec<String> =
        (0..PLACES).map(|p| format!("r{}c{}", p / COLUMNS, p % COLUMNS)).collect();
    let places: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut start = [0.0; PLACES];
    start[0] = 1.0;
    let seconds = ["a", "b", "c", "d"];
    let here = Array2::eye(PLACES).into_dyn();
    GenerativeModel::builder()
        .actions(&ACTIONS)
        .factor("place", &places, &start, walk)
        .factor("second cue", &seconds, &[0.25; 4], still(4))
        .factor("reward", &["top", "bottom"], &[0.5; 2], still(2))
        .modality("place", &places, &["place"], here, &[0.0; PLACES])
        .modality(
            "cue 1",
            &["none", "a", "b", "c", "d"],
            &["place", "second cue"],
            cue_1.into_dyn(),
            &[0.0; 5],
        )
        .modality(
            "cue 2",
            &["none", "top", "bottom"],
            &["place", "second cue", "reward"],
            cue_2.into_dyn(),
            &[0.0; 3],
        )
        .modality("reward", &REWARDS, &["place", "reward"], pay.into_dyn(), preference)
        .build()
}
