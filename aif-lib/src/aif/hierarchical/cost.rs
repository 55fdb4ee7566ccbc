//! What a slow step costs.

/// Multiplications, each with an addition, for one slow step: prediction through B and B2, and the message up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// On one clock, with the whole matrix of (context, state) pairs.
    pub dense: usize,
    /// On one clock, leaving out what is zero because the context stands still within a trial.
    pub sparse: usize,
    /// On one clock, leaving out the zeros, with the matrix between two trials in its factors, B2 and D.
    pub factored: usize,
    /// On two clocks.
    pub two_levels: usize,
}

/// Counts the multiply-adds of one slow step with m contexts, s states and k moments a trial.
///
/// ```text
/// dense       k (m s)²
/// sparse      (k − 1) m s² + (m s)²
/// factored    (k − 1) m s² + 2 m s + m²
/// two levels  2 (k − 1) s² + 2 m s + m²      forward and backward through the trial; down and up; B2
/// ```
///
/// # Panics
/// When k is 0.
///
/// ```
/// # use aif_lib::prelude::*;
/// let cost = hierarchical::multiply_adds(2, 8, 3);
/// assert_eq!((cost.dense, cost.sparse, cost.two_levels), (768, 512, 292));
/// ```
#[track_caller]
pub fn multiply_adds(m: usize, s: usize, k: usize) -> Cost {
    assert!(k > 0, "multiply_adds: a trial has at least one moment");
    let (flat, night) = ((m * s).pow(2), 2 * m * s + m * m);
    Cost {
        dense: k * flat,
        sparse: (k - 1) * m * s * s + flat,
        factored: (k - 1) * m * s * s + night,
        two_levels: 2 * (k - 1) * s * s + night,
    }
}
