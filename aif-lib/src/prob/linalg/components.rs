//! What a cloud of points has to say: [`symmetric_eigen`], [`Pca`], [`canonical_correlations`].

use ndarray::{Array1, Array2, Axis};

use crate::error::{Error, Result};

/// The eigenvalues of a symmetric matrix, the largest first, and its eigenvectors, one a column.
///
/// ```text
/// A v = λ v       by Jacobi's rotations: each makes one pair of entries 0
/// ```
/// Only the lower triangle is read. Source: Jacobi (1846).
///
/// # Errors
/// - [`Error::Shape`]: the matrix is not square.
/// - [`Error::BadEntry`]: an entry is infinite or NaN.
///
/// ```
/// use aif_lib::prob::linalg::symmetric_eigen;
/// use ndarray::array;
/// let (values, vectors) = symmetric_eigen(&array![[2.0, 1.0], [1.0, 2.0]])?;
/// assert!((values[0] - 3.0).abs() < 1e-12 && (values[1] - 1.0).abs() < 1e-12);
/// assert!((vectors[[0, 0]] - vectors[[1, 0]]).abs() < 1e-12); // along the diagonal
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn symmetric_eigen(matrix: &Array2<f64>) -> Result<(Vec<f64>, Array2<f64>)> {
    let (n, columns) = matrix.dim();
    if n != columns {
        return Err(Error::Shape {
            what: "the symmetric matrix".into(),
            expected: "as many rows as columns".into(),
            got: format!("{n} × {columns}"),
            cure: "give a square matrix, such as a covariance",
        });
    }
    finite("the symmetric matrix", matrix)?;
    let mut a = Array2::from_shape_fn((n, n), |(i, j)| matrix[[i.max(j), i.min(j)]]);
    let mut v = Array2::<f64>::eye(n);
    let size: f64 = a.iter().map(|x| x * x).sum();
    // It converges quadratically: some ten sweeps do for any matrix.
    for _ in 0..50 {
        let off: f64 =
            a.indexed_iter().filter(|((i, j), _)| i != j).map(|(_, x)| x * x).sum();
        if off <= f64::EPSILON * f64::EPSILON * size {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut v, p, q);
            }
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| a[[j, j]].total_cmp(&a[[i, i]]));
    let values = order.iter().map(|&i| a[[i, i]]).collect();
    Ok((values, v.select(Axis(1), &order)))
}

/// Turns the plane of two axes so that their common entry becomes 0.
fn rotate(a: &mut Array2<f64>, v: &mut Array2<f64>, p: usize, q: usize) {
    if a[[p, q]] == 0.0 {
        return;
    }
    let theta = (a[[q, q]] - a[[p, p]]) / (2.0 * a[[p, q]]);
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for k in 0..a.nrows() {
        let (x, y) = (a[[k, p]], a[[k, q]]);
        (a[[k, p]], a[[k, q]]) = (c * x - s * y, s * x + c * y);
    }
    for k in 0..a.nrows() {
        let (x, y) = (a[[p, k]], a[[q, k]]);
        (a[[p, k]], a[[q, k]]) = (c * x - s * y, s * x + c * y);
        let (x, y) = (v[[k, p]], v[[k, q]]);
        (v[[k, p]], v[[k, q]]) = (c * x - s * y, s * x + c * y);
    }
}

fn finite(what: &str, matrix: &Array2<f64>) -> Result<()> {
    if let Some((index, value)) = matrix.iter().enumerate().find(|(_, x)| !x.is_finite()) {
        let cure = "an entry is a finite number (counted row by row)";
        return Err(Error::BadEntry { what: what.into(), index, value: *value, cure });
    }
    Ok(())
}

/// The principal components of a cloud of points: the directions in which it spreads most.
///
/// Source: Pearson (1901); Hotelling (1933).
///
/// ```
/// # use aif_lib::prelude::*;
/// let cloud = array![[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]; // on a line
/// let pca = Pca::new(&cloud)?;
/// assert!((pca.variances()[0] - 5.0).abs() < 1e-12 && pca.variances()[1].abs() < 1e-12);
/// assert!((pca.scores(&cloud, 1)[[2, 0]].abs() - 5f64.sqrt()).abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Pca {
    mean: Array1<f64>,
    variances: Vec<f64>,
    directions: Array2<f64>, // one a column
}

impl Pca {
    /// Of points, one a row.
    ///
    /// # Errors
    /// - [`Error::Parameter`]: fewer than two points.
    /// - [`Error::BadEntry`]: a number is infinite or NaN.
    pub fn new(points: &Array2<f64>) -> Result<Self> {
        let (mean, centred) = centred("the points", points)?;
        let covariance = centred.t().dot(&centred) / (points.nrows() as f64 - 1.0);
        let (variances, directions) = symmetric_eigen(&covariance)?;
        Ok(Self { mean, variances, directions })
    }

    /// The variance along each direction, the largest first.
    pub fn variances(&self) -> &[f64] {
        &self.variances
    }

    /// The directions, one a column.
    pub fn directions(&self) -> &Array2<f64> {
        &self.directions
    }

    /// Where points lie along the first k directions: (points, k).
    ///
    /// # Panics
    /// When a point has another number of coordinates, or k is larger than that.
    #[track_caller]
    pub fn scores(&self, points: &Array2<f64>, k: usize) -> Array2<f64> {
        let first: Vec<usize> = (0..k).collect();
        (points - &self.mean).dot(&self.directions.select(Axis(1), &first))
    }
}

fn centred(what: &'static str, points: &Array2<f64>) -> Result<(Array1<f64>, Array2<f64>)> {
    let n = points.nrows() as f64;
    if points.nrows() < 2 {
        let expected = "two or more, one a row";
        return Err(Error::Parameter { name: "the number of points", value: n, expected });
    }
    finite(what, points)?;
    let mean = points.sum_axis(Axis(0)) / n;
    let centred = points - &mean;
    Ok((mean, centred))
}

/// How alike two views of the same points are: the correlations of the best matching directions, the largest first.
///
/// Points stand in rows, in the same order in both. Directions in which a view does not spread are left out. The two views may
/// be turned, stretched or mixed in any way: the answer stays. Views with many coordinates match by chance as well, so compare
/// with a control. Source: Hotelling (1936).
///
/// # Errors
/// - [`Error::Shape`]: not as many points in both.
/// - [`Error::Parameter`]: fewer than two points.
/// - [`Error::BadEntry`]: a number is infinite or NaN.
///
/// ```
/// # use aif_lib::prelude::*;
/// let x = array![[0.0, 1.0], [1.0, 0.0], [2.0, 5.0], [3.0, 2.0]];
/// let y = x.dot(&array![[2.0, 1.0], [-1.0, 3.0]]); // the same, mixed
/// let r = canonical_correlations(&x, &y)?;
/// assert!(r.len() == 2 && r.iter().all(|r| (r - 1.0).abs() < 1e-9));
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn canonical_correlations(x: &Array2<f64>, y: &Array2<f64>) -> Result<Vec<f64>> {
    if x.nrows() != y.nrows() {
        return Err(Error::Shape {
            what: "the second view".into(),
            expected: format!("{} rows", x.nrows()),
            got: format!("{} rows", y.nrows()),
            cure: "give both views of the same points, in the same order",
        });
    }
    let (one, two) = (whitened("the first view", x)?, whitened("the second view", y)?);
    let between = one.t().dot(&two);
    let smaller = if between.nrows() <= between.ncols() {
        between.dot(&between.t())
    } else {
        between.t().dot(&between)
    };
    let (squares, _) = symmetric_eigen(&smaller)?;
    Ok(squares.iter().map(|square| square.clamp(0.0, 1.0).sqrt()).collect())
}

/// The same points, with directions of length 1 that share nothing.
fn whitened(what: &'static str, points: &Array2<f64>) -> Result<Array2<f64>> {
    let (_, centred) = centred(what, points)?;
    let (squares, directions) = symmetric_eigen(&centred.t().dot(&centred))?;
    let least = 1e-10 * squares.first().copied().unwrap_or(0.0);
    let kept: Vec<usize> = (0..squares.len()).filter(|&i| squares[i] > least).collect();
    let mut scores = centred.dot(&directions.select(Axis(1), &kept));
    for (mut column, &i) in scores.columns_mut().into_iter().zip(&kept) {
        column /= squares[i].sqrt();
    }
    Ok(scores)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::{seeded, standard_normal};
    use ndarray::array;
    use std::f64::consts::PI;

    fn noise(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
        let mut rng = seeded(seed);
        Array2::from_shape_simple_fn((rows, columns), || standard_normal(&mut rng))
    }

    #[test]
    fn a_chain_has_the_eigenvalues_of_the_cosine() {
        // 2 on the diagonal, −1 beside it: 2 − 2 cos(k π / (n + 1)), a textbook's closed form.
        for n in [1usize, 2, 7, 20] {
            let chain = Array2::from_shape_fn((n, n), |(i, j)| match i.abs_diff(j) {
                0 => 2.0,
                1 => -1.0,
                _ => 0.0,
            });
            let (values, vectors) = symmetric_eigen(&chain).unwrap();
            for (k, value) in values.iter().rev().enumerate() {
                let exact = 2.0 - 2.0 * ((k + 1) as f64 * PI / (n + 1) as f64).cos();
                assert!((value - exact).abs() < 1e-12, "{n}, {k}: {value} {exact}");
            }
            let off = chain.dot(&vectors) - &vectors * &Array1::from(values);
            assert!(off.iter().all(|x| x.abs() < 1e-12), "A v = λ v");
            let unit = vectors.t().dot(&vectors) - Array2::<f64>::eye(n);
            assert!(
                unit.iter().all(|x| x.abs() < 1e-12),
                "vectors of length 1, at right angles"
            );
        }
    }

    #[test]
    fn a_cloud_with_known_axes_is_taken_apart() {
        // Spread 3 and 1, turned by 30 degrees: the variances 9 and 1 up to five standard errors, √(2/n) each.
        let n = 20_000;
        let (c, s) = ((PI / 6.0).cos(), (PI / 6.0).sin());
        let cloud =
            (noise(n, 2, 1) * &array![3.0, 1.0]).dot(&array![[c, s], [-s, c]]) + 7.0;
        let pca = Pca::new(&cloud).unwrap();
        let error = 5.0 * (2.0 / n as f64).sqrt();
        assert!((pca.variances()[0] / 9.0 - 1.0).abs() < error, "{:?}", pca.variances());
        assert!((pca.variances()[1] - 1.0).abs() < error);
        let first = pca.directions().column(0);
        assert!((first[0] * c + first[1] * s).abs() > 0.999, "{first}");
        let scores = pca.scores(&cloud, 2);
        assert!(scores.sum_axis(Axis(0)).iter().all(|x| x.abs() < 1e-6), "centred");
        assert!(scores.column(0).dot(&scores.column(1)).abs() < 1e-6, "uncorrelated");
    }

    #[test]
    fn with_one_coordinate_each_it_is_the_correlation() {
        // (1, 2, 3) and (1, 3, 2): covariance ½, variances 1: r = ½.
        let r = canonical_correlations(
            &array![[1.0], [2.0], [3.0]],
            &array![[1.0], [3.0], [2.0]],
        );
        assert!((r.unwrap()[0] - 0.5).abs() < 1e-12);
    }

    #[test]
    fn shared_and_private_directions_are_told_apart() {
        // One shared direction with as much private noise on one side: r = 1/√2; the others share nothing.
        let n = 20_000;
        let (shared, own) = (noise(n, 1, 1), noise(n, 4, 2));
        let x = Array2::from_shape_fn((n, 2), |(i, j)| [shared[[i, 0]], own[[i, 0]]][j]);
        let y = Array2::from_shape_fn((n, 3), |(i, j)| {
            [shared[[i, 0]] + own[[i, 1]], own[[i, 2]], own[[i, 3]]][j]
        });
        let r = canonical_correlations(&x, &y).unwrap();
        assert_eq!(r.len(), 2);
        assert!((r[0] - 0.5f64.sqrt()).abs() < 0.02 && r[1] < 0.04, "{r:?}");
        let mixed = y.dot(&array![[1.0, 2.0, 0.5], [0.0, 1.0, -1.0], [3.0, 0.0, 1.0]]);
        let again = canonical_correlations(&x, &mixed).unwrap();
        assert!(r.iter().zip(&again).all(|(a, b)| (a - b).abs() < 1e-9), "{r:?} {again:?}");
    }

    #[test]
    fn a_direction_without_spread_counts_for_nothing() {
        let x = noise(50, 2, 3);
        let y = Array2::from_shape_fn((50, 3), |(i, j)| [x[[i, 0]], x[[i, 1]], 4.0][j]);
        let r = canonical_correlations(&x, &y).unwrap();
        assert!(r.len() == 2 && r.iter().all(|r| (r - 1.0).abs() < 1e-9), "{r:?}");
    }

    #[test]
    fn bad_clouds_are_named() {
        let text = canonical_correlations(&noise(3, 2, 1), &noise(4, 2, 1)).unwrap_err();
        assert!(text.to_string().contains("has shape 4 rows, expected 3 rows"), "{text}");
        assert!(Pca::new(&noise(1, 2, 1)).unwrap_err().to_string().contains("points = 1"));
        let text = symmetric_eigen(&array![[1.0, 0.0], [f64::NAN, 1.0]]).unwrap_err();
        assert!(text.to_string().contains("entry 2 is NaN"), "{text}");
        assert!(symmetric_eigen(&noise(2, 3, 1)).is_err());
    }
}
