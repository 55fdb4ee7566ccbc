//! A world in fog: everything leads everywhere, and every state can show everything. No two histories leave the same belief.

use ndarray::{Array2, Array3, Axis};

use crate::aif::model::GenerativeModel;
use crate::error::Result;
use crate::prob::random::{Rng, seeded, uniform01};

/// A random model without a zero: A, B and D full, C between −1 and 1.
///
/// # Errors
/// [`Error::Empty`](crate::Error::Empty): no state, outcome or action.
///
/// ```
/// # use aif_lib::prelude::*;
/// let model = fog::model(6, 3, 2, 1)?;
/// assert_eq!(model.transition().n_entries(), 6 * 6 * 2);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn model(
    states: usize,
    outcomes: usize,
    actions: usize,
    seed: u64,
) -> Result<GenerativeModel> {
    let rng: &mut dyn Rng = &mut seeded(seed);
    let mut a = Array2::from_shape_simple_fn((outcomes, states), || 0.05 + uniform01(rng));
    let shape = (states, states, actions);
    let mut b = Array3::from_shape_simple_fn(shape, || 0.05 + uniform01(rng));
    let c: Vec<f64> = (0..outcomes).map(|_| 2.0 * uniform01(rng) - 1.0).collect();
    for mut column in a.lanes_mut(Axis(0)).into_iter().chain(b.lanes_mut(Axis(0))) {
        let sum = column.sum();
        column /= sum;
    }
    GenerativeModel::new(a, b, &c, &vec![1.0 / states as f64; states])
}
