//! The T-maze in pictures: what the animal sees is 64 pixels, some of them wrong.
//!
//! The moves and the two sides are those of [`super::tmaze`], but an arm does not end the trial: it is not left any more. Wrap the
//! maze in a [`TimeLimit`](crate::interaction::TimeLimit).

use crate::error::{Error, Result};
use crate::interaction::{Action, Bounds, Step, World};
use crate::prob::random::{Rng, uniform_index, uniform01};

/// Eight rows of eight pixels, the first in the lowest bit.
pub type Picture = u64;

/// How many pixels a picture has.
pub const PIXELS: usize = 64;
/// What can be seen, by name, in the order of [`images`].
pub const SCENES: [&str; 7] = [
    "centre",
    "cue left",
    "cue right",
    "left food",
    "left shock",
    "right food",
    "right shock",
];
/// The reliability of the cue.
pub const RELIABILITY: f64 = 0.9;
/// The probability that a pixel is wrong.
pub const FLIP: f64 = 0.05;

/// A block of two by two pixels.
const fn block(row: u32, column: u32) -> Picture {
    0b11_0000_0011 << (8 * row + column)
}

/// The seven pictures without noise. Each has two blocks: where the animal is, and what is there. So two of them differ in at least
/// eight pixels.
pub const fn images() -> [Picture; 7] {
    let [centre, cue, left, right] = [block(3, 3), block(6, 3), block(0, 0), block(0, 6)];
    let [points_left, points_right, food, shock] =
        [block(6, 0), block(6, 6), block(3, 0), block(3, 6)];
    [
        centre | block(0, 3),
        cue | points_left,
        cue | points_right,
        left | food,
        left | shock,
        right | food,
        right | shock,
    ]
}

/// A picture in which each pixel is wrong with probability `flip`.
pub fn noisy(image: Picture, flip: f64, rng: &mut dyn Rng) -> Picture {
    (0..PIXELS).fold(image, |seen, i| seen ^ (u64::from(uniform01(rng) < flip) << i))
}

/// A picture as 64 numbers, 0 or 1.
pub fn numbers(picture: Picture) -> Vec<f64> {
    (0..PIXELS).map(|i| (picture >> i & 1) as f64).collect()
}

/// 64 numbers as a picture: what is above one half is on.
pub fn picture(numbers: &[f64]) -> Picture {
    numbers.iter().enumerate().fold(0, |seen, (i, x)| seen | (u64::from(*x > 0.5) << i))
}

/// The maze. The actions are those of [`super::tmaze::ACTIONS`]: stay, cue, left, right.
///
/// Reward: +1 at every moment at the food, −1 at the shock, 0 elsewhere.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut maze, mut rng) = (PixelMaze::new(0.05)?, seeded(7));
/// assert_eq!(maze.reset(&mut rng).len(), 64);
/// assert!(maze.step(2, &mut rng).reward.abs() == 1.0);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PixelMaze {
    flip: f64,
    place: usize,
    side: usize,
}

impl PixelMaze {
    /// A maze whose pixels are wrong with probability `flip`.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the probability is not between 0 and ½.
    pub fn new(flip: f64) -> Result<Self> {
        if !(0.0..0.5).contains(&flip) {
            let expected = "a probability from 0 to below one half";
            return Err(Error::Parameter { name: "flip", value: flip, expected });
        }
        Ok(Self { flip, place: 0, side: 0 })
    }

    /// What is there, without noise; the cue may lie.
    fn scene(&self, rng: &mut dyn Rng) -> usize {
        match self.place {
            0 => 0,
            1 => 1 + if uniform01(rng) < RELIABILITY { self.side } else { 1 - self.side },
            arm => 3 + 2 * (arm - 2) + usize::from(arm - 2 != self.side),
        }
    }
}

impl World<Vec<f64>> for PixelMaze {
    fn action_space(&self) -> usize {
        super::tmaze::ACTIONS.len()
    }

    fn observation_space(&self) -> Bounds {
        Bounds::same(PIXELS, 0.0, 1.0).expect("fixed bounds")
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<f64> {
        (self.place, self.side) = (0, uniform_index(2, rng));
        numbers(noisy(images()[0], self.flip, rng))
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step<Vec<f64>> {
        assert!(action < 4, "action {action}: stay, cue, left or right, action 0 to 3");
        if self.place < 2 && action > 0 {
            self.place = action;
        }
        let scene = self.scene(rng);
        let reward = match self.place {
            0 | 1 => 0.0,
            _ if scene % 2 == 1 => 1.0,
            _ => -1.0,
        };
        Step { obs: numbers(noisy(images()[scene], self.flip, rng)), reward, end: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::{TimeLimit, check_world};
    use crate::prob::random::seeded;

    #[test]
    fn two_images_differ_in_eight_pixels_at_least() {
        let images = images();
        let apart = |i: usize, j: usize| (images[i] ^ images[j]).count_ones();
        let all: Vec<u32> = (0..7).flat_map(|i| (0..i).map(move |j| apart(i, j))).collect();
        assert_eq!(all.iter().min(), Some(&8));
        assert!(images.iter().all(|image| image.count_ones() == 8));
    }

    #[test]
    fn a_picture_survives_its_numbers() {
        let mut rng = seeded(1);
        for image in images() {
            let seen = noisy(image, 0.3, &mut rng);
            assert_eq!(picture(&numbers(seen)), seen);
            assert_eq!(noisy(image, 0.0, &mut rng), image);
        }
    }

    #[test]
    fn the_cue_is_right_nine_times_in_ten_and_an_arm_is_not_left() {
        let (mut maze, mut rng, mut right) = (PixelMaze::new(0.0).unwrap(), seeded(2), 0);
        for _ in 0..2000 {
            maze.reset(&mut rng);
            let cue = picture(&maze.step(1, &mut rng).obs);
            let points = usize::from(cue == images()[2]);
            let reward = maze.step(2 + points, &mut rng).reward;
            right += usize::from(reward == 1.0);
            assert_eq!(maze.step(1, &mut rng).reward, reward);
        }
        assert!((1760..1840).contains(&right), "{right}"); // 1800 ± 3 · 13.4
    }

    #[test]
    fn it_keeps_the_rules_of_a_world() {
        let mut world = TimeLimit::new(PixelMaze::new(0.05).unwrap(), 3);
        check_world(&mut world, 3, &mut seeded(3)).unwrap();
        assert!(PixelMaze::new(0.5).unwrap_err().to_string().contains("flip = 0.5"));
    }
}
