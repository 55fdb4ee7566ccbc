//! Tile coding: numbers as a few features out of many, so that near is alike. Dual: [`crate::aif::perceive`].

use crate::error::{Error, Result};
use crate::interaction::{Bounds, Features, Signal, Step, World};
use crate::prob::random::Rng;

/// Several grids over the same space, each shifted a little; the features that are on are the tile of each grid.
///
/// ```text
/// tile of grid g in direction d: ⌊ n_d (x_d − low_d) / (high_d − low_d) + o(g, d) ⌋,    o = g (2 d + 1) / G mod 1
/// ```
/// n tiles fill the bounds in each direction; one more, so that a shifted grid still covers them. Outside the bounds x counts
/// as on the bound. Source: Sutton & Barto (2018), section 9.5.4, with their shifts by odd numbers.
///
/// ```
/// # use aif_lib::prelude::*;
/// let code = TileCoding::new(&Bounds::same(1, 0.0, 1.0)?, &[2], 2)?; // two grids of two tiles, and one for the shift
/// assert_eq!(code.features(&[0.1]), Features(vec![0, 3]));
/// assert_eq!(code.features(&[0.3]), Features(vec![0, 4])); // the second grid is shifted by half a tile
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TileCoding {
    bounds: Bounds,
    tiles: Vec<usize>,
    grids: usize,
}

impl TileCoding {
    /// `tiles`: how many in each direction; `grids`: how many grids.
    ///
    /// # Errors
    /// - [`Error::Shape`]: not one number of tiles for each direction.
    /// - [`Error::Parameter`]: no grid, or no tile in some direction.
    /// - [`Error::BadEntry`]: a bound is infinite, or a direction has no width.
    pub fn new(bounds: &Bounds, tiles: &[usize], grids: usize) -> Result<Self> {
        if tiles.len() != bounds.len() {
            return Err(Error::Shape {
                what: "the numbers of tiles".into(),
                expected: bounds.len().to_string(),
                got: tiles.len().to_string(),
                cure: "give one number of tiles for each direction",
            });
        }
        if grids == 0 || tiles.contains(&0) {
            let expected = "at least one grid, and one tile in each direction";
            return Err(Error::Parameter { name: "grids or tiles", value: 0.0, expected });
        }
        let width = |d: usize| bounds.high()[d] - bounds.low()[d];
        let bad = (0..bounds.len()).find(|&d| !(width(d).is_finite() && width(d) > 0.0));
        if let Some(index) = bad {
            return Err(Error::BadEntry {
                what: "the bounds of the tiles".into(),
                index,
                value: width(index),
                cure: "tiles need finite bounds, the upper above the lower: choose the range that matters",
            });
        }
        Ok(Self { bounds: bounds.clone(), tiles: tiles.to_vec(), grids })
    }

    /// The number of all features.
    pub fn n_features(&self) -> usize {
        self.grids * self.tiles.iter().map(|n| n + 1).product::<usize>()
    }

    /// How many features are on at a time: one for each grid.
    pub fn n_active(&self) -> usize {
        self.grids
    }

    /// The features that are on.
    ///
    /// # Panics
    /// When there is not one number for each direction, or one is NaN.
    #[track_caller]
    pub fn features(&self, x: &[f64]) -> Features {
        assert_eq!(x.len(), self.tiles.len(), "one number for each direction of the tiles");
        assert!(!x.iter().any(|x| x.is_nan()), "a place that is not a number has no tile");
        let (low, high) = (self.bounds.low(), self.bounds.high());
        let tile = |grid: usize| {
            (0..x.len()).fold(grid, |number, d| {
                let (n, x) = (self.tiles[d], x[d].clamp(low[d], high[d]));
                let shift = (grid * (2 * d + 1) % self.grids) as f64 / self.grids as f64;
                let place = n as f64 * (x - low[d]) / (high[d] - low[d]) + shift;
                number * (n + 1) + (place as usize).min(n)
            })
        };
        Features((0..self.grids).map(tile).collect())
    }
}

/// A world of vectors, seen through [`TileCoding`].
#[derive(Debug, Clone, PartialEq)]
pub struct Tiled<W> {
    /// The world inside.
    pub world: W,
    /// The tiles.
    pub code: TileCoding,
}

impl<A: Signal, W: World<Vec<f64>, A>> World<Features, A> for Tiled<W> {
    fn action_space(&self) -> A::Space {
        self.world.action_space()
    }

    fn observation_space(&self) -> usize {
        self.code.n_features()
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Features {
        self.code.features(&self.world.reset(rng))
    }

    fn step(&mut self, action: A, rng: &mut dyn Rng) -> Step<Features> {
        let Step { obs, reward, end } = self.world.step(action, rng);
        Step { obs: self.code.features(&obs), reward, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_grid_has_its_own_features_and_near_points_share_most() {
        let bounds = Bounds::new(&[0.0, -1.0], &[1.0, 3.0]).unwrap();
        let code = TileCoding::new(&bounds, &[4, 2], 8).unwrap();
        assert_eq!((code.n_features(), code.n_active()), (8 * 5 * 3, 8));
        let mut all = HashSet::new();
        for i in 0..=40 {
            for j in 0..=40 {
                let x = [f64::from(i) / 40.0, -1.0 + f64::from(j) / 10.0];
                let on = code.features(&x).0;
                for (grid, feature) in on.iter().enumerate() {
                    assert_eq!(feature / 15, grid, "{x:?}");
                }
                all.extend(on);
            }
        }
        assert!(all.iter().all(|f| *f < code.n_features()));
        let shared = |x: [f64; 2], y: [f64; 2]| {
            let (x, y) = (code.features(&x).0, code.features(&y).0);
            x.iter().zip(&y).filter(|(x, y)| x == y).count()
        };
        // A move by 1/8 of a tile (here 1/32) changes one grid of eight; by a whole tile, all.
        assert_eq!(shared([0.51, 0.1], [0.51 + 1.0 / 32.0, 0.1]), 7);
        assert_eq!(shared([0.51, 0.1], [0.76, 0.1]), 0);
        assert_eq!(code.features(&[9.0, 9.0]), code.features(&[1.0, 3.0]));
    }

    #[test]
    fn bad_tiles_are_named() {
        let bounds = Bounds::same(2, 0.0, f64::INFINITY).unwrap();
        let text = TileCoding::new(&bounds, &[1, 1], 1).unwrap_err().to_string();
        assert!(text.contains("finite bounds"), "{text}");
        let bounds = Bounds::same(2, 0.0, 1.0).unwrap();
        assert!(
            TileCoding::new(&bounds, &[1], 1).unwrap_err().to_string().contains("shape 1")
        );
        assert!(TileCoding::new(&bounds, &[1, 0], 1).is_err());
        assert!(TileCoding::new(&bounds, &[1, 1], 0).is_err());
    }
}
