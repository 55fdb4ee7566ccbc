//! Matrices: [`Lu`] solves equations, [`symmetric_eigen`] finds directions, [`Pca`] and [`canonical_correlations`] compare
//! clouds of points.

mod components;

pub use components::{Pca, canonical_correlations, symmetric_eigen};

use ndarray::Array2;

use crate::error::{Error, Result, same_length};

/// A square matrix taken apart into a lower and an upper triangle, which makes equations with it easy to solve.
///
/// ```text
/// P A = L U      by Gaussian elimination; P swaps rows, so that the largest entry left in a column is the pivot
/// ```
///
/// ```
/// use aif_lib::prob::linalg::Lu;
/// use ndarray::array;
/// // 2x + y = 5, x − y = 1.
/// assert_eq!(Lu::new("the system", array![[2.0, 1.0], [1.0, -1.0]])?.solve(&[5.0, 1.0]), [2.0, 1.0]);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Lu {
    factors: Array2<f64>, // U on and above the diagonal, L below it
    rows: Vec<usize>,     // which row of A stands where
    weakest: f64,
}

impl Lu {
    /// Takes a matrix apart; `what` names it in an error.
    ///
    /// # Errors
    /// - [`Error::Shape`]: the matrix is not square.
    /// - [`Error::BadEntry`]: an entry is infinite or NaN.
    /// - [`Error::Singular`]: it has no inverse, or none that can be told from none.
    pub fn new(what: &'static str, matrix: Array2<f64>) -> Result<Self> {
        let (n, columns) = matrix.dim();
        if n != columns {
            return Err(Error::Shape {
                what: what.into(),
                expected: "as many rows as columns".into(),
                got: format!("{n} × {columns}"),
                cure: "give one equation for each unknown",
            });
        }
        if let Some(index) = matrix.iter().position(|x| !x.is_finite()) {
            let value = matrix[[index / n, index % n]];
            let cure = "an entry is a finite number (counted row by row)";
            return Err(Error::BadEntry { what: what.into(), index, value, cure });
        }
        let largest = matrix.iter().fold(0.0f64, |largest, x| largest.max(x.abs()));
        let (mut a, mut rows, mut weakest) = (matrix, Vec::from_iter(0..n), 1.0f64);
        for i in 0..n {
            let pivot = (i..n)
                .max_by(|&p, &q| a[[p, i]].abs().total_cmp(&a[[q, i]].abs()))
                .expect("the range holds i");
            let size = a[[pivot, i]].abs() / largest;
            if size.is_nan() || size <= n as f64 * f64::EPSILON {
                let cure = "leave out what repeats, or check for a row or column of zeros";
                return Err(Error::Singular { what, column: i, cure });
            }
            weakest = weakest.min(size);
            rows.swap(i, pivot);
            for j in 0..n {
                a.swap([i, j], [pivot, j]);
            }
            for row in i + 1..n {
                let factor = a[[row, i]] / a[[i, i]];
                (i + 1..n).for_each(|j| a[[row, j]] -= factor * a[[i, j]]);
                a[[row, i]] = factor;
            }
        }
        Ok(Self { factors: a, rows, weakest })
    }

    /// The smallest pivot, as a share of the largest entry: near 0 the matrix hardly has an inverse.
    pub fn weakest_pivot(&self) -> f64 {
        self.weakest
    }

    /// The determinant of A: the product of the pivots, with a sign for every swap of rows.
    ///
    /// ```
    /// use aif_lib::prob::linalg::Lu;
    /// use ndarray::array;
    /// assert_eq!(Lu::new("a swap", array![[0.0, 2.0], [3.0, 0.0]])?.determinant(), -6.0);
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn determinant(&self) -> f64 {
        let inversions =
            |i: usize| self.rows[..i].iter().filter(|r| **r > self.rows[i]).count();
        let swaps: usize = (0..self.rows.len()).map(inversions).sum();
        let sign = if swaps.is_multiple_of(2) { 1.0 } else { -1.0 };
        sign * self.factors.diag().product()
    }

    /// The x with A x = b.
    ///
    /// # Panics
    /// When b has not one number for each row.
    #[track_caller]
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let (a, n) = (&self.factors, self.rows.len());
        same_length("solve", "numbers", b.len(), "rows", n);
        let mut x: Vec<f64> = self.rows.iter().map(|&row| b[row]).collect();
        for i in 0..n {
            (0..i).for_each(|j| x[i] -= a[[i, j]] * x[j]);
        }
        for i in (0..n).rev() {
            let later: f64 = (i + 1..n).map(|j| a[[i, j]] * x[j]).sum();
            x[i] = (x[i] - later) / a[[i, i]];
        }
        x
    }

    /// The inverse of A.
    pub fn inverse(&self) -> Array2<f64> {
        let n = self.rows.len();
        let unit =
            |column: usize| (0..n).map(|row| f64::from(row == column)).collect::<Vec<_>>();
        let columns: Vec<Vec<f64>> =
            (0..n).map(|column| self.solve(&unit(column))).collect();
        Array2::from_shape_fn((n, n), |(row, column)| columns[column][row])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::{seeded, uniform01};
    use ndarray::array;

    #[test]
    fn elimination_swaps_rows_when_it_must() {
        let a = array![[0.0, 2.0, 1.0], [1.0, 0.0, 0.0], [3.0, 1.0, -1.0]];
        let x = Lu::new("a", a).unwrap().solve(&[7.0, 1.0, 2.0]);
        assert!(x.iter().zip([1.0, 2.0, 3.0]).all(|(x, y)| (x - y).abs() < 1e-14), "{x:?}");
    }

    #[test]
    fn the_inverse_by_hand_and_by_multiplication() {
        let inverse = Lu::new("a", array![[4.0, 7.0], [2.0, 6.0]]).unwrap().inverse();
        for (x, y) in inverse.iter().zip([0.6, -0.7, -0.2, 0.4]) {
            assert!((x - y).abs() < 1e-15, "{inverse}");
        }
        let mut rng = seeded(3);
        for n in 1..12 {
            let a = Array2::from_shape_simple_fn((n, n), || uniform01(&mut rng) - 0.5);
            let product = Lu::new("a", a.clone()).unwrap().inverse().dot(&a);
            let off = (product - Array2::<f64>::eye(n))
                .iter()
                .fold(0.0f64, |m, x| m.max(x.abs()));
            assert!(off < 1e-11, "{n}: {off}");
        }
    }

    #[test]
    fn a_small_pivot_is_not_used_where_a_large_one_stands() {
        // Without the swap, 10⁻²⁰ as pivot gives x = 0 instead of 1.
        let x = Lu::new("a", array![[1e-20, 1.0], [1.0, 1.0]]).unwrap().solve(&[1.0, 2.0]);
        assert!((x[0] - 1.0).abs() < 1e-15 && (x[1] - 1.0).abs() < 1e-15, "{x:?}");
    }

    #[test]
    fn the_weakest_pivot_measures_the_matrix_and_not_its_unit() {
        for unit in [1e-200, 1.0, 1e200] {
            let a = array![[1.0, 1.0], [1.0, 1.0 + 1e-9]] * unit;
            let weakest = Lu::new("a", a).unwrap().weakest_pivot();
            assert!((weakest / 1e-9 - 1.0).abs() < 1e-6, "{weakest}");
        }
        assert_eq!(Lu::new("a", Array2::eye(3)).unwrap().weakest_pivot(), 1.0);
    }

    #[test]
    fn what_cannot_be_solved_is_named() {
        let text = |a: Array2<f64>| Lu::new("this table", a).unwrap_err().to_string();
        let twice = array![[1.0, 2.0, 2.0], [0.0, 1.0, 1.0], [3.0, 1.0, 1.0]];
        assert!(text(twice).contains("this table has no inverse: column 2 repeats"));
        // ⅓ · 3 = 1 up to rounding: the last pivot is some 10⁻¹⁷.
        let third = 1.0 / 3.0;
        let rounded = array![[0.1, 0.2, 0.3], [0.4, 0.5, 0.9], [third, third, 2.0 * third]];
        assert!(text(rounded).contains("column 2 repeats"));
        assert!(text(Array2::zeros((2, 2))).contains("column 0 repeats"));
        assert!(
            text(Array2::zeros((2, 3))).contains("has shape 2 × 3, expected as many rows")
        );
        assert!(text(array![[1.0, 0.0], [f64::NAN, 1.0]]).contains("entry 2 is NaN"));
        let lu = Lu::new("a", Array2::eye(2)).unwrap();
        let message = crate::caught::caught(|| lu.solve(&[1.0])).unwrap_err();
        assert!(message.contains("solve: 1 numbers for 2 rows"), "{message}");
    }
}
