//! [`Conditional`]: P(y given x) as a table whose columns sum to one.

use std::fmt;

use ndarray::Array2;

use super::categorical::{Categorical, check_probabilities};
use super::info::entropy_of;
use crate::error::{Error, Result, same_length};

/// P(y given x): shape (y, x), every column a distribution over y.
///
/// Both A (outcomes given states) and one action's slice of B (next states given states) are of this kind.
///
/// ```
/// # use aif_lib::prelude::*;
/// use ndarray::array;
/// let weather = Conditional::new(array![[0.9, 0.3], [0.1, 0.7]])?;
/// let (belief, evidence) = weather.posterior(0, &cat(&[0.5, 0.5]))?;
/// assert!((belief[0] - 0.75).abs() < 1e-15 && (evidence - 0.6).abs() < 1e-15);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Conditional(Array2<f64>);

impl Conditional {
    /// A conditional distribution from its table, shape (y, x).
    ///
    /// # Errors
    /// As [`Categorical::new`], with the column named.
    pub fn new(table: Array2<f64>) -> Result<Self> {
        for (x, column) in table.columns().into_iter().enumerate() {
            check_probabilities(&column.to_vec(), &|| format!("column {x}"))?;
        }
        if table.is_empty() {
            return Err(Error::Empty { what: "this table".into() });
        }
        Ok(Self(table))
    }

    /// The table, shape (y, x).
    pub fn table(&self) -> &Array2<f64> {
        &self.0
    }

    /// The distribution of y that a belief about x predicts: Q(y) = Σₓ P(y|x) Q(x).
    ///
    /// # Panics
    /// When the belief has another number of values than the table has columns.
    #[track_caller]
    pub fn predict(&self, belief: &Categorical) -> Categorical {
        same_length("predict", "probabilities", belief.len(), "columns", self.0.ncols());
        Categorical::new_unchecked(
            self.0.dot(&ndarray::ArrayView1::from(belief.probs())).to_vec(),
        )
    }

    /// Bayes' rule: the belief about x after seeing y, and the probability that y had.
    ///
    /// ```text
    /// Q(x|y) = P(y|x) Q(x) / Q(y),    Q(y) = Σₓ P(y|x) Q(x)
    /// ```
    ///
    /// # Errors
    /// - [`Error::Shape`]: the prior has another number of values than the table has columns.
    /// - [`Error::OutOfRange`]: there is no outcome y.
    /// - [`Error::ImpossibleObservation`]: Q(y) = 0.
    pub fn posterior(&self, y: usize, prior: &Categorical) -> Result<(Categorical, f64)> {
        if prior.len() != self.0.ncols() {
            return Err(Error::Shape {
                what: "the prior".into(),
                expected: self.0.ncols().to_string(),
                got: prior.len().to_string(),
                cure: "one probability for each column of the table",
            });
        }
        if y >= self.0.nrows() {
            return Err(Error::OutOfRange {
                what: "the outcome".into(),
                index: y,
                len: self.0.nrows(),
            });
        }
        let joint: Vec<f64> =
            self.0.row(y).iter().zip(prior.probs()).map(|(l, p)| l * p).collect();
        let evidence: f64 = joint.iter().sum();
        if evidence == 0.0 {
            return Err(Error::ImpossibleObservation {
                observation: y.to_string(),
                prediction: format!("{prior:?}"),
            });
        }
        Ok((
            Categorical::new_unchecked(joint.iter().map(|j| j / evidence).collect()),
            evidence,
        ))
    }

    /// The entropy of each column, H[P(y|x)], in nats: how ambiguous x leaves y.
    pub fn column_entropies(&self) -> Vec<f64> {
        self.0.columns().into_iter().map(|column| entropy_of(column.iter())).collect()
    }
}

/// What a notebook shows: the table.
impl fmt::Debug for Conditional {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.4}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::categorical::cat;
    use ndarray::array;

    #[test]
    fn the_weather_model_by_hand() {
        // Rows Bright, Dim, Wet; columns Sunny, Cloudy, Rainy. P(Bright) = (.9 + .3 + .05)/3 = 1.25/3.
        let a =
            Conditional::new(array![[0.9, 0.3, 0.05], [0.08, 0.6, 0.15], [0.02, 0.1, 0.8]])
                .unwrap();
        let prior = Categorical::uniform(3);
        let (posterior, evidence) = a.posterior(0, &prior).unwrap();
        for (x, expected) in [0.72, 0.24, 0.04].into_iter().enumerate() {
            assert!((posterior[x] - expected).abs() < 1e-12);
        }
        assert!((-evidence.ln() - 0.8755).abs() < 5e-5);
        assert!((-a.predict(&prior)[1].ln() - 1.285).abs() < 5e-4);
        assert!((-a.predict(&prior)[2].ln() - 1.182).abs() < 5e-4);
    }

    #[test]
    fn the_entropy_of_each_column() {
        let a = Conditional::new(array![[1.0, 0.5, 0.25], [0.0, 0.5, 0.75]]).unwrap();
        let right = [0.0, 2f64.ln(), 4f64.ln() - 0.75 * 3f64.ln()];
        for (ours, right) in a.column_entropies().into_iter().zip(right) {
            assert!((ours - right).abs() < 1e-15 && ours.is_sign_positive());
        }
        assert_eq!(a.table().dim(), (2, 3));
        assert_eq!(
            format!("{a:?}"),
            "[[1.0000, 0.5000, 0.2500],\n [0.0000, 0.5000, 0.7500]]"
        );
    }

    #[test]
    fn bad_tables_and_impossible_outcomes_are_named() {
        let message =
            Conditional::new(array![[0.5, 0.5], [0.5, 0.4]]).unwrap_err().to_string();
        assert!(message.contains("column 1 sums to 0.9000"), "{message}");
        let certain = Conditional::new(array![[1.0, 1.0], [0.0, 0.0]]).unwrap();
        let message = certain.posterior(1, &cat(&[0.5, 0.5])).unwrap_err().to_string();
        assert!(message.contains("probability 0"), "{message}");
        let message = certain.posterior(2, &cat(&[0.5, 0.5])).unwrap_err().to_string();
        assert!(message.contains("the outcome is 2, but there are only 2"), "{message}");
        for n in [1, 3] {
            let message =
                certain.posterior(0, &Categorical::uniform(n)).unwrap_err().to_string();
            assert!(
                message.contains(&format!("the prior has shape {n}, expected 2")),
                "{message}"
            );
        }
        let run = || drop(certain.predict(&Categorical::uniform(3)));
        let message = crate::caught::caught(run).unwrap_err();
        assert!(message.contains("predict: 3 probabilities for 2 columns"), "{message}");
        assert!(Conditional::new(Array2::zeros((2, 0))).is_err());
        assert!(Conditional::new(Array2::zeros((0, 2))).is_err());
    }
}
