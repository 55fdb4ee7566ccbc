//! What is a gate worth? A number wanders, and is seen through a sense of two qualities that take turns by chance.
//!
//! Learners with one gain, or with one for each quality, have their gains tuned on a course of their own. The Kalman filter's gain
//! ([`gated`]) also depends on how vague it is.

use crate::prob::random::{Rng, standard_normal, uniform01};

/// The variances of the noise: of the sharp sense, and of the vague one.
pub const NOISE: [f64; 2] = [1.0, 25.0];
/// The variance of a step of the number.
pub const DRIFT: f64 = 1.0;

/// One look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// The number itself, which nobody is shown.
    pub truth: f64,
    /// The number with noise.
    pub seen: f64,
    /// Which quality the sense had, an index of [`NOISE`]; everybody is told.
    pub quality: usize,
}

/// Looks at a number that begins at 0; each quality is as likely as the other.
pub fn course(looks: usize, rng: &mut dyn Rng) -> Vec<Look> {
    let mut truth = 0.0;
    let mut one = || {
        truth += DRIFT.sqrt() * standard_normal(rng);
        let quality = usize::from(uniform01(rng) < 0.5);
        let seen = truth + NOISE[quality].sqrt() * standard_normal(rng);
        Look { truth, seen, quality }
    };
    (0..looks).map(|_| one()).collect()
}

/// The mean squared error of a delta rule whose gain depends on the quality: h ← h + gain · (seen − h), from 0. NaN without a look.
///
/// ```
/// use aif_lib::experiment::gates::{Look, squared_error};
/// let looks = [Look { truth: 1.0, seen: 2.0, quality: 0 }, Look { truth: 0.0, seen: 4.0, quality: 1 }];
/// assert_eq!(squared_error(&looks, [0.5, 0.0]), 0.5); // h = 1, and stays: (0 + 1)/2
/// ```
pub fn squared_error(course: &[Look], gains: [f64; 2]) -> f64 {
    mean_square(course, &mut |quality| gains[quality])
}

/// The mean squared error of the Kalman filter, as a gated unit: its gate is z = P/(P + R), and it remembers P.
///
/// ```text
/// z = P/(P + R),    h ← h + z (seen − h),    P ← z R + Q
/// ```
pub fn gated(course: &[Look]) -> f64 {
    let mut p = DRIFT;
    mean_square(course, &mut |quality| {
        let z = p / (p + NOISE[quality]);
        p = z * NOISE[quality] + DRIFT;
        z
    })
}

fn mean_square(course: &[Look], gain: &mut dyn FnMut(usize) -> f64) -> f64 {
    let mut h = 0.0;
    let square = course.iter().map(|look| {
        h += gain(look.quality) * (look.seen - h);
        (h - look.truth) * (h - look.truth)
    });
    square.sum::<f64>() / course.len() as f64
}

/// The gains with the least squared error on a course, each from .02 to .96 in steps of .02: one for both qualities, and then two.
///
/// All pairs are tried.
pub fn tuned(course: &[Look]) -> [[f64; 2]; 2] {
    let grid = || (1..=48).map(|i| 0.02 * f64::from(i));
    let least = |pairs: &mut dyn Iterator<Item = [f64; 2]>| {
        let scored = pairs.map(|gains| (squared_error(course, gains), gains));
        scored.min_by(|a, b| a.0.total_cmp(&b.0)).expect("a grid of gains").1
    };
    let one = least(&mut grid().map(|gain| [gain, gain]));
    [one, least(&mut grid().flat_map(|sharp| grid().map(move |vague| [sharp, vague])))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aif::learn::kalman::{self, Estimate};
    use crate::prob::random::seeded;

    #[test]
    fn the_gate_is_the_kalman_filter() {
        let looks = course(200, &mut seeded(1));
        let (mut belief, mut sum) = (Estimate { mean: 0.0, variance: 0.0 }, 0.0);
        for look in &looks {
            belief = kalman::update(belief, look.seen, NOISE[look.quality], DRIFT).0;
            sum += (belief.mean - look.truth).powi(2);
        }
        assert!((gated(&looks) - sum / 200.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_tuned_is_no_worse_than_its_neighbours() {
        let looks = course(2000, &mut seeded(2));
        let [one, two] = tuned(&looks);
        assert!(one[0] == one[1] && two[0] > two[1]);
        let best = squared_error(&looks, two);
        assert!(best <= squared_error(&looks, one));
        for step in [[0.02, 0.0], [-0.02, 0.0], [0.0, 0.02], [0.0, -0.02]] {
            assert!(best <= squared_error(&looks, [two[0] + step[0], two[1] + step[1]]));
        }
        let sharp = looks.iter().filter(|look| look.quality == 0).count();
        assert!((900..1100).contains(&sharp), "{sharp}");
    }
}
