//! A walk of a thousand states in leaps: does it pay to learn for many states at once?
//!
//! Source: Sutton & Barto (2018), Example 9.1.

use ndarray::Array2;

use crate::error::Result;
use crate::interaction::{Bounds, End, Step};
use crate::prob::linalg::Lu;
use crate::prob::random::{Rng, uniform_index};
use crate::rl::learn::td;
use crate::rl::perceive::tile_coding::TileCoding;

/// How many states; numbered from 0.
pub const STATES: usize = 1000;
/// The longest leap, to either side; each length is equally likely.
pub const LEAP: usize = 100;
/// Where a walk begins.
pub const START: usize = 499;

/// One leap. Beyond the left end the task is over and pays −1, beyond the right end +1.
///
/// # Panics
/// When there is no such state.
///
/// ```
/// # use aif_lib::prelude::*;
/// let step = long_walk::leap(499, &mut seeded(1));
/// assert!(step.end.is_none() && step.obs.abs_diff(499) <= 100);
/// ```
#[track_caller]
pub fn leap(s: usize, rng: &mut dyn Rng) -> Step {
    assert!(s < STATES, "state {s}: the walk has the states 0 to {}", STATES - 1);
    let far = uniform_index(2 * LEAP, rng);
    let far = if far < LEAP { far as i64 - LEAP as i64 } else { (far - LEAP) as i64 + 1 };
    let over = Some(End::Terminated);
    match s as i64 + far {
        ..0 => Step { obs: 0, reward: -1.0, end: over },
        to if to < STATES as i64 => Step { obs: to as usize, reward: 0.0, end: None },
        _ => Step { obs: STATES - 1, reward: 1.0, end: over },
    }
}

/// What each state is worth, without discount: the equations of Bellman, solved.
///
/// # Errors
/// None in practice: the walk ends from everywhere.
pub fn true_values() -> Result<Vec<f64>> {
    let share = 1.0 / (2 * LEAP) as f64;
    let equations =
        Array2::from_shape_fn((STATES, STATES), |(s, to)| match s.abs_diff(to) {
            0 => 1.0,
            1..=LEAP => -share,
            _ => 0.0,
        });
    let beyond = |room: usize| LEAP.saturating_sub(room) as f64 * share;
    let paid: Vec<f64> = (0..STATES).map(|s| beyond(STATES - 1 - s) - beyond(s)).collect();
    Ok(Lu::new("the equations of the long walk", equations)?.solve(&paid))
}

/// Tiles over the states: so many in a grid, so many grids. With [`STATES`] tiles and one grid it is a table.
///
/// # Errors
/// [`Error::Parameter`](crate::Error::Parameter): no tile, or no grid.
pub fn tiles(n: usize, grids: usize) -> Result<TileCoding> {
    TileCoding::new(&Bounds::new(&[-0.5], &[STATES as f64 - 0.5])?, &[n], grids)
}

/// The value of each state by weights of tiles.
pub fn values(code: &TileCoding, w: &[f64]) -> Vec<f64> {
    let value = |s: usize| code.features(&[s as f64]).0.iter().map(|i| w[*i]).sum();
    (0..STATES).map(value).collect()
}

/// The root mean squared error over all states.
pub fn rms_error(values: &[f64], truth: &[f64]) -> f64 {
    let sum: f64 = values.iter().zip(truth).map(|(v, t)| (v - t).powi(2)).sum();
    (sum / truth.len() as f64).sqrt()
}

/// Semi-gradient TD(0) on tiles: the weights after each `every` walks, so many times.
///
/// ```text
/// w(i) ← w(i) + (α / G) δ     for the tile i that is on in each of the G grids
/// ```
pub fn learn(
    code: &TileCoding,
    alpha: f64,
    (every, points): (usize, usize),
    rng: &mut dyn Rng,
) -> Vec<Vec<f64>> {
    let on: Vec<Vec<usize>> = (0..STATES).map(|s| code.features(&[s as f64]).0).collect();
    let mut w = vec![0.0; code.n_features()];
    let rate = alpha / code.n_active() as f64;
    let mut walk = |w: &mut Vec<f64>| {
        let mut s = START;
        loop {
            let step = leap(s, rng);
            let discount = step.discount(1.0);
            let delta = td::error(w, &on[s], step.reward, discount, &on[step.obs]);
            on[s].iter().for_each(|i| w[*i] += rate * delta);
            if step.end.is_some() {
                break;
            }
            s = step.obs;
        }
    };
    let mut after = || {
        (0..every).for_each(|_| walk(&mut w));
        w.clone()
    };
    (0..points).map(|_| after()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    #[test]
    fn a_leap_has_every_length_but_none() {
        let mut rng = seeded(1);
        let mut count = [0; 2 * LEAP + 1];
        for _ in 0..200_000 {
            count[leap(500, &mut rng).obs + LEAP - 500] += 1;
        }
        assert_eq!(count[LEAP], 0);
        // 1000 each, give or take 5 standard deviations.
        assert!(
            count
                .iter()
                .enumerate()
                .all(|(i, n)| i == LEAP || (*n as f64 - 1000.0).abs() < 160.0)
        );
    }

    #[test]
    fn the_values_are_odd_about_the_middle_and_solve_the_equations_of_bellman() {
        let v = true_values().unwrap();
        assert!((0..STATES).all(|s| (v[s] + v[STATES - 1 - s]).abs() < 1e-9));
        let mean =
            (0..=200).map(|i| if i == 100 { 0.0 } else { v[400 + i] }).sum::<f64>() / 200.0;
        assert!((v[500] - mean).abs() < 1e-9);
        // State 0: 100 ways out that pay −1, and 100 into 1..=100.
        let right = (-100.0 + v[1..=100].iter().sum::<f64>()) / 200.0;
        assert!((v[0] - right).abs() < 1e-9);
    }

    #[test]
    fn with_a_tile_for_each_state_it_learns_as_a_table_does() {
        let code = tiles(STATES, 1).unwrap();
        let w = learn(&code, 0.5, (20, 1), &mut seeded(3)).remove(0);
        let (mut v, mut rng) = (vec![0.0; STATES], seeded(3));
        for _ in 0..20 {
            let mut s = START;
            loop {
                let step = leap(s, &mut rng);
                td::update(&mut v, s, step.reward, step.discount(1.0), step.obs, 0.5);
                if step.end.is_some() {
                    break;
                }
                s = step.obs;
            }
        }
        assert!(rms_error(&values(&code, &w), &v) < 1e-12);
    }
}
