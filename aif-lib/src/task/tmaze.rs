//! The T-maze and its generative models.

use ndarray::{Array2, Array3};

use crate::aif::model::GenerativeModel;
use crate::error::Result;
pub use crate::world::tmaze::*;
use crate::world::tmaze::{check_reliability, place_transition};

/// The generative model of [`TMaze`], from [`likelihood`] and [`transition`]; it starts in the centre, with an even belief about the side.
///
/// `preference`: C over [`OUTCOMES`].
///
/// # Errors
/// - [`Error::Parameter`](crate::Error::Parameter): the reliability is not between 0 and 1.
/// - Otherwise as [`GenerativeModel::builder`]'s `build`.
pub fn model(reliability: f64, preference: &[f64]) -> Result<GenerativeModel> {
    check_reliability(reliability)?;
    let mut d = [0.0; 8];
    d[..2].fill(0.5);
    GenerativeModel::builder()
        .actions(&ACTIONS)
        .factor("state", &STATES, &d, transition())
        .modality(
            "outcome",
            &OUTCOMES,
            &["state"],
            likelihood(reliability).into_dyn(),
            preference,
        )
        .build()
}

/// The generative model of [`FactoredTMaze`]: factors place and side; modalities place, cue and reward.
///
/// `preference`: C over the reward modality (none, reward, punish); the other senses are indifferent.
///
/// # Errors
/// As [`model`].
pub fn factored_model(reliability: f64, preference: &[f64]) -> Result<GenerativeModel> {
    check_reliability(reliability)?;
    let here = Array2::eye(4).into_dyn(); // (seen place, place)
    let mut cue = Array3::zeros((3, 4, 2)); // (cue, place, side)
    let mut reward = Array3::zeros((3, 4, 2)); // (reward, place, side)
    for side in 0..2 {
        for place in 0..4 {
            cue[[0, place, side]] = f64::from(u8::from(place != 1));
            reward[[
                if place < 2 {
                    0
                } else if place - 2 == side {
                    1
                } else {
                    2
                },
                place,
                side,
            ]] = 1.0;
        }
        cue[[1 + side, 1, side]] = reliability;
        cue[[2 - side, 1, side]] = 1.0 - reliability;
    }
    let same = Array2::eye(2).insert_axis(ndarray::Axis(2)); // the side never changes
    GenerativeModel::builder()
        .actions(&ACTIONS)
        .factor("place", &PLACES, &[1.0, 0.0, 0.0, 0.0], place_transition())
        .factor("side", &SIDES, &[0.5, 0.5], same)
        .modality("place", &PLACES, &["place"], here, &[0.0; 4])
        .modality(
            "cue",
            &["none", "left", "right"],
            &["place", "side"],
            cue.into_dyn(),
            &[0.0; 3],
        )
        .modality(
            "reward",
            &["none", "reward", "punish"],
            &["place", "side"],
            reward.into_dyn(),
            preference,
        )
        .build()
}

/// The places of [`stem_model`]; an action is the place to go to.
pub const STEM_PLACES: [&str; 5] = ["centre", "left", "right", "cue", "middle"];

/// The ways of [`stem_model`]: both ends of each, as in [`STEM_PLACES`].
const STEM_WAYS: [(usize, usize); 4] = [(0, 3), (0, 4), (4, 1), (4, 2)];

/// The T-maze of the toolbox pymdp: a stem between the centre and the arms, and one may turn back. It is what its speed is
/// measured on.
///
/// 5 places × 2 sides, 5 actions, three senses: place, reward and cue. One step goes between centre and cue, centre and
/// middle, middle and either arm; for any other place one stays. `preference`: C over (none, reward, punish).
///
/// # Errors
/// As [`model`].
pub fn stem_model(reliability: f64, preference: &[f64]) -> Result<GenerativeModel> {
    check_reliability(reliability)?;
    let joined = |a, b| STEM_WAYS.contains(&(a, b)) || STEM_WAYS.contains(&(b, a));
    let moves = Array3::from_shape_fn((5, 5, 5), |(to, from, target)| {
        let reached = if joined(from, target) { target } else { from };
        f64::from(u8::from(to == reached))
    });
    let reward = Array3::from_shape_fn((3, 5, 2), |(seen, place, side)| {
        let shown = match place {
            1 | 2 if place - 1 == side => 1,
            1 | 2 => 2,
            _ => 0,
        };
        f64::from(u8::from(seen == shown))
    });
    let cue = Array3::from_shape_fn((3, 5, 2), |(seen, place, side)| match seen {
        0 => f64::from(u8::from(place != 3)),
        _ if place != 3 => 0.0,
        _ if seen - 1 == side => reliability,
        _ => 1.0 - reliability,
    });
    let same = Array2::eye(2).insert_axis(ndarray::Axis(2)); // the side never changes
    let (here, both) = (Array2::eye(5).into_dyn(), ["place", "side"]);
    let paid = ["none", "reward", "punish"];
    GenerativeModel::builder()
        .actions(&STEM_PLACES)
        .factor("place", &STEM_PLACES, &[1.0, 0.0, 0.0, 0.0, 0.0], moves)
        .factor("side", &SIDES, &[0.5, 0.5], same)
        .modality("place", &STEM_PLACES, &["place"], here, &[0.0; 5])
        .modality("reward", &paid, &both, reward.into_dyn(), preference)
        .modality("cue", &["none", "left", "right"], &both, cue.into_dyn(), &[0.0; 3])
        .build()
}
