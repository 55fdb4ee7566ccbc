//! [`logistic_regression`]: how the odds of a yes depend on a few numbers.

use ndarray::{Array1, Array2, ArrayView1, Axis};

use crate::error::{Error, Result, same_length};
use crate::prob::linalg::Lu;
use crate::prob::stats::Interval;

/// No fit takes more Newton steps than this; a good one takes about five.
const MAX_STEPS: usize = 50;

/// A fitted logistic regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Logistic {
    /// One coefficient for each predictor: the change of the log-odds for one unit of it.
    pub coefficients: Vec<f64>,
    /// The standard error of each.
    pub errors: Vec<f64>,
}

impl Logistic {
    /// The coefficients with their 95 % intervals, coefficient ± 1.96 standard errors.
    pub fn intervals(&self) -> Vec<Interval> {
        let pairs = self.coefficients.iter().zip(&self.errors);
        pairs
            .map(|(&b, e)| Interval { mean: b, lo: b - 1.96 * e, hi: b + 1.96 * e })
            .collect()
    }

    /// The probability of a yes.
    ///
    /// # Panics
    /// When `x` has not one number for each coefficient.
    #[track_caller]
    pub fn predict(&self, x: &[f64]) -> f64 {
        same_length("predict", "numbers", x.len(), "coefficients", self.coefficients.len());
        logistic(x.iter().zip(&self.coefficients).map(|(x, b)| x * b).sum())
    }
}

/// 1 / (1 + e⁻ˣ): from log-odds to a probability.
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Fits the log-odds of a yes as a sum of predictors, by maximum likelihood.
///
/// ```text
/// P(y = 1 | x) = 1 / (1 + exp(−x·β));    β ← β + (Xᵀ W X)⁻¹ Xᵀ (y − p),    W = p (1 − p)
/// ```
/// `x`: (cases, predictors); a column of ones gives the intercept. `y`: 1 for yes, 0 for no. At the solution
/// the score Xᵀ (y − p) is 0. The steps are Newton's, halved while they make the fit worse.
///
/// # Errors
/// - [`Error::Shape`], [`Error::Empty`]: not one answer for each case; no case.
/// - [`Error::BadEntry`]: an answer is neither 0 nor 1, or a predictor is not finite.
/// - [`Error::Budget`]: no finite solution: the predictors separate yes from no, or one repeats another.
///
/// ```
/// # use aif_lib::prelude::*;
/// // Two groups: one says yes 3 times in 4, the other 1 time in 4.
/// let x = array![[1., 0.], [1., 0.], [1., 0.], [1., 0.], [1., 1.], [1., 1.], [1., 1.], [1., 1.]];
/// let fit = logistic_regression(&x, &[1., 1., 1., 0., 1., 0., 0., 0.])?;
/// assert!((fit.coefficients[0] - 3f64.ln()).abs() < 1e-9); // the log-odds of 3 to 1
/// assert!((fit.coefficients[1] + 9f64.ln()).abs() < 1e-9); // and from there down to 1 to 3
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn logistic_regression(x: &Array2<f64>, y: &[f64]) -> Result<Logistic> {
    check(x, y)?;
    let y = Array1::from(y.to_vec());
    let mut beta = Array1::zeros(x.ncols());
    for _ in 0..MAX_STEPS {
        let p = x.dot(&beta).mapv(logistic);
        let score = x.t().dot(&(&y - &p));
        let inverse = invert(information(x, &p))?;
        let step = inverse.dot(&score);
        if step.iter().all(|d: &f64| d.abs() < 1e-10) {
            let errors = inverse.diag().iter().map(|v| v.sqrt()).collect();
            return Ok(Logistic { coefficients: beta.to_vec(), errors });
        }
        let before = log_likelihood(x, &y, &beta);
        let shrink = (0..30).map(|k| 0.5f64.powi(k));
        let better = shrink.map(|c| &beta + &(&step * c)).find(|b| {
            log_likelihood(x, &y, b) >= before - 1e-9 // Rounding is no reason to stop.
        });
        beta = better.ok_or_else(no_solution)?;
    }
    Err(no_solution())
}

/// Xᵀ W X, W = p (1 − p).
fn information(x: &Array2<f64>, p: &Array1<f64>) -> Array2<f64> {
    let weighted = x * &p.mapv(|p| p * (1.0 - p)).insert_axis(Axis(1));
    x.t().dot(&weighted)
}

/// Σ ln P(y), with ln(1 + eˣ) kept from overflowing.
fn log_likelihood(x: &Array2<f64>, y: &Array1<f64>, beta: &Array1<f64>) -> f64 {
    let log_odds = x.dot(beta);
    let term = |(y, x): (&f64, &f64)| y * x - x.max(0.0) - (-x.abs()).exp().ln_1p();
    y.iter().zip(&log_odds).map(term).sum()
}

/// The inverse, if it has enough digits to go by.
fn invert(information: Array2<f64>) -> Result<Array2<f64>> {
    let lu = Lu::new("the information", information).map_err(|_| no_solution())?;
    if lu.weakest_pivot() > 1e-10 { Ok(lu.inverse()) } else { Err(no_solution()) }
}

fn no_solution() -> Error {
    Error::Budget {
        what: "this logistic regression",
        needed: "coefficients without limit".into(),
        budget: format!("{MAX_STEPS} Newton steps"),
        cure: "the predictors tell yes from no without a mistake, or one of them repeats another: use more \
               cases, or leave a predictor out",
    }
}

fn check(x: &Array2<f64>, y: &[f64]) -> Result<()> {
    if x.is_empty() {
        return Err(Error::Empty { what: "the table of predictors".into() });
    }
    if x.nrows() != y.len() {
        return Err(Error::Shape {
            what: "the list of answers".into(),
            expected: x.nrows().to_string(),
            got: y.len().to_string(),
            cure: "one answer for each row of the table",
        });
    }
    if let Some(index) = y.iter().position(|y| *y != 0.0 && *y != 1.0) {
        let what = "the list of answers".into();
        let cure = "an answer is 1 for yes or 0 for no";
        return Err(Error::BadEntry { what, index, value: y[index], cure });
    }
    for (column, values) in x.columns().into_iter().enumerate() {
        let bad = |values: ArrayView1<f64>| values.iter().position(|v| !v.is_finite());
        if let Some(index) = bad(values) {
            let what = format!("predictor {column}");
            let cure = "a predictor is a finite number";
            return Err(Error::BadEntry { what, index, value: x[[index, column]], cure });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::{seeded, uniform01};
    use ndarray::array;

    #[test]
    fn a_saturated_model_gives_the_log_odds_of_each_cell() {
        // Four cells of a 2 × 2 design, effects coded ±1; yes in 30, 12, 8 and 20 of 40 cases.
        let (yes, cells) =
            ([30usize, 12, 8, 20], [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]);
        let (mut rows, mut y) = (Vec::new(), Vec::new());
        for (k, [a, b]) in cells.iter().enumerate() {
            for case in 0..40 {
                rows.extend([1.0, *a, *b, a * b]);
                y.push(f64::from(case < yes[k]));
            }
        }
        let x = Array2::from_shape_vec((160, 4), rows).unwrap();
        let fit = logistic_regression(&x, &y).unwrap();
        let logit = yes.map(|k| (k as f64 / (40.0 - k as f64)).ln());
        let expected = [
            (logit[0] + logit[1] + logit[2] + logit[3]) / 4.0,
            (logit[0] + logit[1] - logit[2] - logit[3]) / 4.0,
            (logit[0] - logit[1] + logit[2] - logit[3]) / 4.0,
            (logit[0] - logit[1] - logit[2] + logit[3]) / 4.0,
        ];
        for (b, e) in fit.coefficients.iter().zip(expected) {
            assert!((b - e).abs() < 1e-9, "{fit:?}");
        }
        // A cell's logit has variance 1/yes + 1/no; each coefficient is a quarter of a sum of four.
        let variance: f64 =
            yes.iter().map(|&k| 1.0 / k as f64 + 1.0 / (40.0 - k as f64)).sum();
        assert!(fit.errors.iter().all(|e| (e - variance.sqrt() / 4.0).abs() < 1e-9));
        assert!((fit.predict(&[1.0, 1.0, 1.0, 1.0]) - 0.75).abs() < 1e-9);
    }

    /// Cases with two continuous predictors and true coefficients (.5, −1, 2).
    fn cases(n: usize, seed: u64) -> (Array2<f64>, Vec<f64>) {
        let mut rng = seeded(seed);
        let (mut rows, mut y) = (Vec::new(), Vec::new());
        for _ in 0..n {
            let (a, b) = (uniform01(&mut rng) * 2.0 - 1.0, uniform01(&mut rng) * 2.0 - 1.0);
            rows.extend([1.0, a, b]);
            y.push(f64::from(uniform01(&mut rng) < logistic(0.5 - a + 2.0 * b)));
        }
        (Array2::from_shape_vec((n, 3), rows).unwrap(), y)
    }

    #[test]
    fn the_score_is_zero_and_the_truth_is_within_the_intervals() {
        let (x, y) = cases(4000, 1);
        let fit = logistic_regression(&x, &y).unwrap();
        for column in x.columns() {
            let score: f64 = (0..x.nrows())
                .map(|i| column[i] * (y[i] - fit.predict(&x.row(i).to_vec())))
                .sum();
            assert!(score.abs() < 1e-6, "{score}");
        }
        for ((b, e), truth) in
            fit.coefficients.iter().zip(&fit.errors).zip([0.5, -1.0, 2.0])
        {
            assert!((b - truth).abs() < 4.0 * e, "{fit:?}");
        }
    }

    #[test]
    fn the_intervals_cover_the_truth() {
        let covered = (0..400).filter(|&seed| {
            let (x, y) = cases(300, 100 + seed);
            logistic_regression(&x, &y).unwrap().intervals()[2].contains(2.0)
        });
        let covered = covered.count();
        assert!((365..=395).contains(&covered), "{covered} of 400");
    }

    #[test]
    fn what_cannot_be_fitted_is_named() {
        let text =
            |x: &Array2<f64>, y: &[f64]| logistic_regression(x, y).unwrap_err().to_string();
        let x = array![[1.0, -1.0], [1.0, -2.0], [1.0, 1.0], [1.0, 3.0]];
        assert!(text(&x, &[0.0, 0.0, 1.0, 1.0]).contains("without a mistake"), "separated");
        let twice = array![[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]];
        assert!(text(&twice, &[0.0, 1.0, 1.0]).contains("repeats another"));
        assert!(text(&x, &[0.0]).contains("has shape 1, expected 4"));
        assert!(text(&x, &[0.0, 0.5, 1.0, 1.0]).contains("entry 1 is 0.5: an answer is 1"));
        assert!(
            text(&(&x * f64::NAN), &[0.0, 0.0, 1.0, 0.0]).contains("predictor 0: entry 0")
        );
        assert!(text(&Array2::zeros((0, 2)), &[]).contains("empty"));
    }
}
