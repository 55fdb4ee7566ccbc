//! [`minimise`]: the lowest point near a start, for a handful of numbers.

use ndarray::Array2;

/// Where a search ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Minimum {
    /// The point.
    pub x: Vec<f64>,
    /// The function there.
    pub value: f64,
}

/// The slope by central differences.
fn slope(f: &dyn Fn(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    let at = |i: usize, by: f64| {
        let mut x = x.to_vec();
        x[i] += by;
        f(&x)
    };
    (0..x.len()).map(|i| (at(i, 1e-5) - at(i, -1e-5)) / 2e-5).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Descends with an estimate of the inverse curvature, which each step corrects (Broyden, Fletcher, Goldfarb & Shanno 1970).
///
/// ```text
/// x ← x − t H ∇f,    t: halved until f falls enough,    H ← (1 − ρ s yᵀ) H (1 − ρ y sᵀ) + ρ s sᵀ,   ρ = 1 / sᵀy
/// ```
/// s is the step and y the change of the slope, which comes from central differences. It ends after `steps`, or where no step helps.
/// A value that is no number counts as too high, and where the slope is none the search ends.
///
/// ```
/// use aif_lib::prob::minimise::minimise;
/// let banana = |x: &[f64]| (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2);
/// let found = minimise(&banana, &[-1.2, 1.0], 200);
/// assert!(found.value < 1e-9); // the minimum is 0, at (1, 1)
/// ```
pub fn minimise(f: &dyn Fn(&[f64]) -> f64, start: &[f64], steps: usize) -> Minimum {
    let n = start.len();
    let (mut x, mut value) = (start.to_vec(), f(start));
    let mut g = slope(f, &x);
    let mut h = Array2::<f64>::eye(n);
    for _ in 0..steps {
        if g.iter().any(|g| !g.is_finite()) {
            break;
        }
        let mut step: Vec<f64> = h
            .rows()
            .into_iter()
            .map(|row| -row.iter().zip(&g).map(|(h, g)| h * g).sum::<f64>())
            .collect();
        if dot(&step, &g) >= 0.0 {
            h = Array2::eye(n);
            step = g.iter().map(|g| -g).collect();
        }
        let (downhill, mut t) = (dot(&step, &g), 1.0);
        let along =
            |t: f64| x.iter().zip(&step).map(|(x, s)| x + t * s).collect::<Vec<f64>>();
        let mut next = along(t);
        let mut lower = f(&next);
        while lower.is_nan() || lower > value + 1e-4 * t * downhill {
            t *= 0.5;
            if t < 1e-12 {
                return Minimum { x, value };
            }
            next = along(t);
            lower = f(&next);
        }
        let new = slope(f, &next);
        let s: Vec<f64> = step.iter().map(|s| t * s).collect();
        let y: Vec<f64> = new.iter().zip(&g).map(|(a, b)| a - b).collect();
        let sy = dot(&s, &y);
        if sy > 1e-14 {
            let hy: Vec<f64> = h
                .rows()
                .into_iter()
                .map(|row| row.iter().zip(&y).map(|(h, y)| h * y).sum())
                .collect();
            let more = (1.0 + dot(&y, &hy) / sy) / sy;
            h = Array2::from_shape_fn((n, n), |(i, j)| {
                h[[i, j]] + more * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / sy
            });
        }
        (x, value, g) = (next, lower, new);
    }
    Minimum { x, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bowl_with_a_known_bottom() {
        // f = ½ xᵀ M x − bᵀ x with M = [[3, 1], [1, 2]], b = (1, −1): x = M⁻¹ b = (.6, −.8), f = −½ bᵀ x = −.7.
        let bowl = |x: &[f64]| 1.5 * x[0] * x[0] + x[0] * x[1] + x[1] * x[1] - x[0] + x[1];
        let found = minimise(&bowl, &[5.0, 7.0], 50);
        assert!(
            (found.x[0] - 0.6).abs() < 1e-7 && (found.x[1] + 0.8).abs() < 1e-7,
            "{found:?}"
        );
        assert!((found.value + 0.7).abs() < 1e-12);
    }

    #[test]
    fn at_the_edge_of_what_is_defined_it_ends() {
        // √x has its minimum at 0, where the slope to the left is no number.
        let asked_for_nan = std::cell::Cell::new(false);
        let root = |x: &[f64]| {
            asked_for_nan.set(asked_for_nan.get() || x[0].is_nan());
            x[0].sqrt()
        };
        let found = minimise(&root, &[1.0], 100);
        assert!(found.value < 0.01, "{found:?}");
        assert!(!asked_for_nan.get(), "it must not ask for the value at NaN");
    }

    #[test]
    fn what_is_no_number_is_not_entered() {
        // −ln x + x has its minimum 1 at 1 and is NaN below 0; a first step from 20 would jump there.
        let found = minimise(&|x: &[f64]| 30.0 * (x[0] - x[0].ln()), &[20.0], 100);
        assert!(
            (found.x[0] - 1.0).abs() < 1e-6 && (found.value - 30.0).abs() < 1e-9,
            "{found:?}"
        );
    }
}
