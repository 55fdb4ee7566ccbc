//! What the checks of several modules use.

use ndarray::Array2;

use crate::prob::random::{seeded, uniform01};

pub fn far(a: f64, b: f64) -> bool {
    let distance = (a - b).abs();
    distance.is_nan() || distance >= 1e-9
}

pub fn column_sums(a: &Array2<f64>) -> Vec<f64> {
    a.columns().into_iter().map(|c| c.sum()).collect()
}

/// Random columns, normalised: (rows, columns).
pub fn random_columns(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let mut rng = seeded(seed);
    let mut m =
        Array2::from_shape_simple_fn((rows, columns), || 0.05 + uniform01(&mut rng));
    m.columns_mut().into_iter().for_each(|mut c| {
        let sum = c.sum();
        c /= sum;
    });
    m
}

pub fn random_belief(n: usize, seed: u64) -> Vec<f64> {
    random_columns(n, 1, seed).into_iter().collect()
}
