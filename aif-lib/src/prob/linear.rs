//! [`LinearMap`]: the straight-line answer to what can be read off a list of numbers.

use ndarray::{Array2, ArrayView1, Axis, Slice};

use crate::error::{Error, Result};
use crate::prob::linalg::Lu;

/// A linear map with a constant, fitted by ridge regression.
///
/// ```text
/// y ≈ W x + c,    with W, c the minimum of  Σ |y − W x − c|² + ridge · Σ |W|²
/// ```
/// Shapes: x (sample, input), y (sample, output). The constant is not held back. Source: Hoerl & Kennard (1970).
///
/// ```
/// # use aif_lib::prelude::*;
/// let (x, y) = (array![[0.0], [1.0], [2.0]], array![[1.0], [3.0], [5.0]]);
/// let line = LinearMap::fit(&x, &y, 0.0)?;
/// assert!((line.apply(&array![[10.0]])?[[0, 0]] - 21.0).abs() < 1e-9);
/// assert!((line.r_squared(&x, &y)? - 1.0).abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LinearMap {
    weights: Array2<f64>, // (input, output)
    inputs: Vec<f64>,     // their means in the samples of the fit
    outputs: Vec<f64>,
}

fn means(x: &Array2<f64>) -> Vec<f64> {
    x.mean_axis(Axis(0)).map_or_else(Vec::new, |means| means.to_vec())
}

fn less(x: &Array2<f64>, means: &[f64]) -> Array2<f64> {
    x - &ArrayView1::from(means)
}

fn paired(x: &Array2<f64>, y: &Array2<f64>) -> Result<()> {
    if x.nrows() == 0 {
        return Err(Error::Empty { what: "the list of samples".into() });
    }
    if x.nrows() != y.nrows() {
        return Err(Error::Shape {
            what: "the table of outputs".into(),
            expected: format!("({}, …)", x.nrows()),
            got: format!("{:?}", y.dim()),
            cure: "give one row of outputs for each row of inputs",
        });
    }
    Ok(())
}

impl LinearMap {
    /// Fits the map.
    ///
    /// # Errors
    /// - [`Error::Empty`], [`Error::Shape`]: no sample, or not as many outputs as inputs.
    /// - [`Error::Parameter`]: the ridge is negative or not finite.
    /// - [`Error::Singular`]: two inputs always say the same, and the ridge is 0.
    pub fn fit(x: &Array2<f64>, y: &Array2<f64>, ridge: f64) -> Result<Self> {
        let mut whole = Self::fit_leading(x, y, ridge, &[x.ncols()])?;
        Ok(whole.remove(0))
    }

    /// Fits a map to the first `n` inputs, for each n of a list. The products of all inputs are computed once.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// let (x, y) = (array![[0.0, 1.0], [1.0, 5.0], [2.0, 2.0]], array![[1.0], [3.0], [5.0]]);
    /// let maps = LinearMap::fit_leading(&x, &y, 0.0, &[1, 2])?;
    /// assert_eq!(maps[0], LinearMap::fit(&array![[0.0], [1.0], [2.0]], &y, 0.0)?);
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`fit`](Self::fit); [`Error::OutOfRange`]: more inputs than there are.
    pub fn fit_leading(
        x: &Array2<f64>,
        y: &Array2<f64>,
        ridge: f64,
        leading: &[usize],
    ) -> Result<Vec<Self>> {
        paired(x, y)?;
        if !(ridge.is_finite() && ridge >= 0.0) {
            let expected = "a ridge is a finite number, 0 or more";
            return Err(Error::Parameter { name: "ridge", value: ridge, expected });
        }
        let (inputs, outputs) = (means(x), means(y));
        let (x, y) = (less(x, &inputs), less(y, &outputs));
        let gram = x.t().dot(&x) + Array2::<f64>::eye(x.ncols()) * ridge;
        let cross: Array2<f64> = x.t().dot(&y);
        let one = |&n: &usize| {
            if n > x.ncols() {
                let what = "the number of inputs".into();
                return Err(Error::OutOfRange { what, index: n, len: x.ncols() });
            }
            let first = Slice::from(..n);
            let block = gram.slice_axis(Axis(0), first);
            let block = block.slice_axis(Axis(1), first).to_owned();
            let equations = Lu::new("the inputs", block)?;
            let mut weights = Array2::zeros((n, y.ncols()));
            for (mut column, right) in weights
                .columns_mut()
                .into_iter()
                .zip(cross.slice_axis(Axis(0), first).columns())
            {
                let solved = equations.solve(&right.to_vec());
                column.iter_mut().zip(solved).for_each(|(w, x)| *w = x);
            }
            Ok(Self { weights, inputs: inputs[..n].to_vec(), outputs: outputs.clone() })
        };
        leading.iter().map(one).collect()
    }

    /// What it says of inputs: (sample, output).
    ///
    /// # Errors
    /// [`Error::Shape`]: another number of inputs than it was fitted with.
    pub fn apply(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
        if x.ncols() != self.inputs.len() {
            return Err(Error::Shape {
                what: "the table of inputs".into(),
                expected: format!("(…, {})", self.inputs.len()),
                got: format!("{:?}", x.dim()),
                cure: "give the inputs that the map was fitted with",
            });
        }
        let mut said: Array2<f64> = less(x, &self.inputs).dot(&self.weights);
        for mut row in said.rows_mut() {
            row.iter_mut().zip(&self.outputs).for_each(|(y, mean)| *y += mean);
        }
        Ok(said)
    }

    /// Which part of the spread of the outputs it explains, all outputs together.
    ///
    /// ```text
    /// R² = 1 − Σ |y − said|² / Σ |y − ȳ|²,    ȳ: the means of these samples
    /// ```
    /// On samples that it was not fitted to it may be negative.
    ///
    /// # Errors
    /// - As [`apply`](Self::apply); [`Error::Empty`], [`Error::Shape`]: no sample, or not as many outputs as inputs.
    /// - [`Error::Parameter`]: the outputs never differ, so there is nothing to explain.
    pub fn r_squared(&self, x: &Array2<f64>, y: &Array2<f64>) -> Result<f64> {
        paired(x, y)?;
        let said = self.apply(x)?;
        if said.ncols() != y.ncols() {
            return Err(Error::Shape {
                what: "the table of outputs".into(),
                expected: format!("(…, {})", said.ncols()),
                got: format!("{:?}", y.dim()),
                cure: "give the outputs that the map was fitted to",
            });
        }
        let square = |x: Array2<f64>| x.iter().map(|x| x * x).sum::<f64>();
        let spread = square(less(y, &means(y)));
        if spread == 0.0 {
            let expected = "outputs that differ from sample to sample";
            return Err(Error::Parameter { name: "spread", value: 0.0, expected });
        }
        Ok(1.0 - square(&said - y) / spread)
    }
}
