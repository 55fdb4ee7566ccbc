//! What the exercises of several modules use.

use ndarray::Array2;

use crate::prob::info::entropy;
use crate::prob::random::{seeded, uniform01};

/// Random numbers between two bounds.
pub fn random_numbers(n: usize, low: f64, high: f64, seed: u64) -> Vec<f64> {
    let mut rng = seeded(seed);
    (0..n).map(|_| low + (high - low) * uniform01(&mut rng)).collect()
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

pub fn normalised(weights: &[f64]) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|w| w / sum).collect()
}

pub fn highest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// Σ p x, where p = 0 counts as 0 whatever x is.
pub fn expected(p: &[f64], x: &[f64]) -> f64 {
    p.iter().zip(x).map(|(p, x)| if *p == 0.0 { 0.0 } else { p * x }).sum()
}

/// Q(o) = Σₛ P(o|s) Q(s).
pub fn outcomes(a: &Array2<f64>, q: &[f64]) -> Vec<f64> {
    a.rows().into_iter().map(|row| expected(q, &row.to_vec())).collect()
}

/// Σₛ Q(s) H[P(o|s)].
pub fn ambiguity(a: &Array2<f64>, q: &[f64]) -> f64 {
    let noise: Vec<f64> = a.columns().into_iter().map(|c| entropy(&c.to_vec())).collect();
    expected(q, &noise)
}
