//! [`PlaceCells`]: smooth features of a place.

use crate::error::{Error, Result, same_length};
use crate::interaction::Bounds;
use crate::prob::random::{Rng, uniform01};

/// Cells of which each fires around a place of its own, as cells in the hippocampus do.
///
/// ```text
/// φᵢ(x) = exp( −|x − cᵢ|² / 2 w² )
/// ```
/// Where [`TileCoding`](super::tile_coding::TileCoding) says yes or no, these say how near. Source: O'Keefe & Dostrovsky (1971)
/// found the cells; radial basis functions: Broomhead & Lowe (1988).
///
/// ```
/// # use aif_lib::prelude::*;
/// let cells = PlaceCells::new(&[vec![0.0, 0.0], vec![1.0, 0.0]], 0.5)?;
/// let rates = cells.rates(&[0.5, 0.0]); // half way between the two
/// assert!((rates[0] - (-0.5f64).exp()).abs() < 1e-12 && rates[0] == rates[1]);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceCells {
    centres: Vec<Vec<f64>>,
    width: f64,
}

impl PlaceCells {
    /// Cells with these centres, all of one width.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no cell.
    /// - [`Error::Shape`]: centres of different lengths.
    /// - [`Error::Parameter`]: the width is not a finite number above 0.
    pub fn new(centres: &[Vec<f64>], width: f64) -> Result<Self> {
        let Some(first) = centres.first() else {
            return Err(Error::Empty { what: "this list of centres".into() });
        };
        if let Some(i) = centres.iter().position(|centre| centre.len() != first.len()) {
            return Err(Error::Shape {
                what: format!("centre {i}"),
                expected: first.len().to_string(),
                got: centres[i].len().to_string(),
                cure: "give every centre as many numbers as a place has",
            });
        }
        if !(width.is_finite() && width > 0.0) {
            let expected = "the width of a place field is a finite number above 0";
            return Err(Error::Parameter { name: "width", value: width, expected });
        }
        Ok(Self { centres: centres.to_vec(), width })
    }

    /// So many cells with centres anywhere within bounds.
    ///
    /// # Errors
    /// As [`PlaceCells::new`].
    ///
    /// # Panics
    /// When a bound is infinite.
    pub fn scattered(
        n: usize,
        bounds: &Bounds,
        width: f64,
        rng: &mut dyn Rng,
    ) -> Result<Self> {
        let (low, high) = (bounds.low(), bounds.high());
        let mut centre = || -> Vec<f64> {
            (0..bounds.len())
                .map(|d| low[d] + (high[d] - low[d]) * uniform01(rng))
                .collect()
        };
        let centres: Vec<Vec<f64>> = (0..n).map(|_| centre()).collect();
        assert!(
            centres.iter().flatten().all(|x| x.is_finite()),
            "cells cannot be scattered without end: give finite bounds"
        );
        Self::new(&centres, width)
    }

    /// How many cells.
    #[allow(clippy::len_without_is_empty)] // It is never empty.
    pub fn len(&self) -> usize {
        self.centres.len()
    }

    /// The centres.
    pub fn centres(&self) -> &[Vec<f64>] {
        &self.centres
    }

    /// How strongly each cell fires at a place, from 0 to 1.
    ///
    /// # Panics
    /// When the place has another number of directions.
    #[track_caller]
    pub fn rates(&self, x: &[f64]) -> Vec<f64> {
        let directions = self.centres[0].len();
        same_length("place cells", "numbers", x.len(), "directions", directions);
        let rate = |centre: &Vec<f64>| {
            let square: f64 = centre.iter().zip(x).map(|(c, x)| (x - c).powi(2)).sum();
            (-square / (2.0 * self.width * self.width)).exp()
        };
        self.centres.iter().map(rate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    #[test]
    fn a_cell_fires_most_at_its_centre_and_by_the_formula_elsewhere() {
        let cells = PlaceCells::new(&[vec![1.0, 2.0]], 2.0).unwrap();
        assert_eq!(cells.rates(&[1.0, 2.0]), [1.0]);
        // |(3, 4)|² = 25, 2 w² = 8.
        assert!((cells.rates(&[4.0, 6.0])[0] - (-25.0f64 / 8.0).exp()).abs() < 1e-15);
    }

    #[test]
    fn scattered_cells_lie_within_the_bounds() {
        let bounds = Bounds::new(&[-1.0, 2.0], &[1.0, 2.5]).unwrap();
        let cells = PlaceCells::scattered(200, &bounds, 0.1, &mut seeded(1)).unwrap();
        assert_eq!(cells.len(), 200);
        assert!(
            cells
                .centres()
                .iter()
                .all(|c| c[0].abs() <= 1.0 && (2.0..=2.5).contains(&c[1]))
        );
        let spread = cells.centres().iter().filter(|c| c[0] < 0.0).count();
        assert!((70..130).contains(&spread), "{spread}");
    }

    #[test]
    fn bad_cells_are_named() {
        let text = |centres: &[Vec<f64>], width| {
            PlaceCells::new(centres, width).unwrap_err().to_string()
        };
        assert!(text(&[], 1.0).contains("centres is empty"));
        assert!(text(&[vec![0.0], vec![0.0, 1.0]], 1.0).contains("centre 1 has shape 2"));
        assert!(text(&[vec![0.0]], 0.0).contains("width = 0"));
    }
}
