//! Baird's counterexample: seven states, eight weights, and values that grow without end.
//!
//! From any of the states the solid action leads to the seventh, and the target policy takes always that. Behaviour visits all
//! seven alike. Every reward is 0, so every true value is 0, and weights that say so exist. Yet temporal-difference learning
//! runs away, if three things come together: an approximation that lets states share weights, bootstrapping, and learning
//! about another policy than one follows. Source: Baird (1995), in the form of Sutton & Barto (2018), section 11.2.

use ndarray::{Array1, Array2};

use crate::error::{Error, Result};

/// The weights with which Sutton & Barto begin.
pub const START: [f64; 8] = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 10.0, 1.0];

/// What comes together; the default is all three.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Legs {
    /// States share weights; if not, each has a value of its own.
    pub approximation: bool,
    /// The target holds the value of the next state; if not, it is the return, which is 0.
    pub bootstrapping: bool,
    /// All states are visited alike; if not, as the target policy visits them: the seventh always.
    pub off_policy: bool,
}

impl Default for Legs {
    fn default() -> Self {
        Self { approximation: true, bootstrapping: true, off_policy: true }
    }
}

/// The features, (states, weights): 2 wᵢ + w₈ for the first six, w₇ + 2 w₈ for the seventh.
pub fn features() -> Array2<f64> {
    Array2::from_shape_fn((7, 8), |(s, i)| match (s, i) {
        (6, 7) => 2.0,
        (6, 6) => 1.0,
        (_, 7) => 1.0,
        _ if s == i && s < 6 => 2.0,
        _ => 0.0,
    })
}

/// What a sweep does to the weights, on average: w grows where this matrix has an eigenvalue above 0.
///
/// ```text
/// w ← w + α G w,     G = Xᵀ D (γ P − I) X
/// ```
/// X: features; D: how often a state is visited; P: where the target policy leads.
pub fn growth(legs: Legs, gamma: f64) -> Array2<f64> {
    let x = if legs.approximation { features() } else { Array2::eye(7) };
    let visited = Array1::from_shape_fn(7, |s| match (legs.off_policy, s) {
        (true, _) => 1.0 / 7.0,
        (false, 6) => 1.0,
        _ => 0.0,
    });
    let ahead = if legs.bootstrapping { gamma } else { 0.0 };
    let error = Array2::from_shape_fn((7, x.ncols()), |(s, i)| {
        visited[s] * (ahead * x[[6, i]] - x[[s, i]])
    });
    x.t().dot(&error)
}

/// The length of the weights after each sweep, the start first.
///
/// Without approximation the seven values begin as the start's features make them.
///
/// # Errors
/// [`Error::Parameter`]: α is not above 0, or γ is not from 0 to 1.
///
/// ```
/// # use aif_lib::prelude::*;
/// let lengths = baird::sweeps(1000, baird::Legs::default(), 0.01, 0.99)?;
/// assert!((lengths[1000] - 436.856).abs() < 5e-4);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn sweeps(n: usize, legs: Legs, alpha: f64, gamma: f64) -> Result<Vec<f64>> {
    if !(alpha.is_finite() && alpha > 0.0) {
        let expected = "a step size is a finite number above 0";
        return Err(Error::Parameter { name: "alpha", value: alpha, expected });
    }
    if !(0.0..=1.0).contains(&gamma) {
        let expected = "a discount is from 0 to 1";
        return Err(Error::Parameter { name: "gamma", value: gamma, expected });
    }
    let growth = growth(legs, gamma);
    let start = Array1::from(START.to_vec());
    let mut w = if legs.approximation { start } else { features().dot(&start) };
    let mut lengths = vec![w.dot(&w).sqrt()];
    for _ in 0..n {
        let change = growth.dot(&w);
        w.scaled_add(alpha, &change);
        lengths.push(w.dot(&w).sqrt());
    }
    Ok(lengths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::linalg::Lu;

    const GAMMA: f64 = 0.99;

    #[test]
    fn all_three_together_run_away_as_published() {
        let lengths = sweeps(1000, Legs::default(), 0.01, GAMMA).unwrap();
        assert_eq!(lengths[0], 107f64.sqrt());
        assert!((lengths[1000] - 436.856).abs() < 5e-4, "{}", lengths[1000]);
    }

    #[test]
    fn the_growth_has_an_eigenvalue_above_zero() {
        // From the specification: +.2393. There, and nowhere near, G − λ has no inverse: its determinant changes sign.
        let sign = |lambda: f64| {
            let m = growth(Legs::default(), GAMMA) - Array2::<f64>::eye(8) * lambda;
            Lu::new("the growth", m).unwrap().determinant().signum()
        };
        assert!(sign(0.23925) * sign(0.23935) < 0.0);
        assert!(sign(0.23935) * sign(10.0) > 0.0, "the largest");
    }

    #[test]
    fn the_growth_is_what_a_sweep_state_by_state_does() {
        // Without matrices: w += α/7 Σ (γ v(7) − v(s)) x(s).
        let (mut w, mut lengths) = (START, Vec::new());
        let x = |s: usize, i: usize| -> f64 {
            let seventh = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0];
            if s == 6 {
                seventh[i]
            } else if i == 7 {
                1.0
            } else if i == s {
                2.0
            } else {
                0.0
            }
        };
        for _ in 0..50 {
            let v = |s: usize| (0..8).map(|i| w[i] * x(s, i)).sum::<f64>();
            let errors: Vec<f64> = (0..7).map(|s| GAMMA * v(6) - v(s)).collect();
            for (i, w) in w.iter_mut().enumerate() {
                *w += 0.01 / 7.0 * (0..7).map(|s| errors[s] * x(s, i)).sum::<f64>();
            }
            lengths.push(w.iter().map(|w| w * w).sum::<f64>().sqrt());
        }
        let ours = sweeps(50, Legs::default(), 0.01, GAMMA).unwrap();
        assert!(ours[1..].iter().zip(&lengths).all(|(a, b)| (a - b).abs() < 1e-9));
    }

    #[test]
    fn without_any_one_of_them_nothing_runs_away() {
        for legs in [
            Legs { approximation: false, ..Legs::default() },
            Legs { bootstrapping: false, ..Legs::default() },
            Legs { off_policy: false, ..Legs::default() },
        ] {
            let lengths = sweeps(100_000, legs, 0.01, GAMMA).unwrap();
            // Six values may rise to the seventh, no higher: √7 times as long at most.
            let most = lengths.iter().copied().fold(0.0, f64::max);
            assert!(most < 7f64.sqrt() * lengths[0], "{legs:?}: {most}");
            let late = &lengths[50_000..];
            assert!(late.windows(2).all(|pair| pair[1] <= pair[0] + 1e-12), "{legs:?}");
        }
    }

    #[test]
    fn bad_numbers_are_named() {
        let text = sweeps(1, Legs::default(), 0.0, GAMMA).unwrap_err().to_string();
        assert!(text.contains("alpha = 0"), "{text}");
        assert!(sweeps(1, Legs::default(), 0.1, 1.5).is_err());
    }
}
