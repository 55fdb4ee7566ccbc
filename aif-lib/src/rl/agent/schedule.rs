//! Learning rates and exploration that change from episode to episode.

use crate::error::{Error, Result};

/// A number that may change from episode to episode, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Schedule {
    /// Always the same.
    Constant(f64),
    /// On a straight line from one value to another, where it stays.
    Linear {
        /// The value in the first episode.
        from: f64,
        /// The last value.
        to: f64,
        /// The number of episodes on the way.
        episodes: usize,
    },
    /// from / (1 + k / half), k the episode: after `half` episodes it has halved. As a learning rate it
    /// shrinks slowly enough to forget its start and fast enough to settle.
    Harmonic {
        /// The value in the first episode.
        from: f64,
        /// The number of episodes after which it has halved.
        half: f64,
    },
}

impl Schedule {
    /// The value in an episode.
    pub fn at(&self, episode: usize) -> f64 {
        let k = episode as f64;
        match *self {
            Self::Constant(value) => value,
            Self::Linear { from, to, episodes } => {
                from + (to - from) * (k / episodes.max(1) as f64).min(1.0)
            }
            Self::Harmonic { from, half } => from / (1.0 + k / half),
        }
    }

    /// Whether the value stays inside 0 to 1 forever; if not, one that does not.
    pub(crate) fn check(&self, name: &'static str, expected: &'static str) -> Result<()> {
        let (first, last) = match *self {
            Self::Constant(value) => (value, value),
            Self::Linear { from, to, .. } => (from, to),
            Self::Harmonic { from, half } if half > 0.0 => (from, from),
            Self::Harmonic { half, .. } => (half, half),
        };
        match [first, last].into_iter().find(|x| !(0.0..=1.0).contains(x)) {
            Some(value) => Err(Error::Parameter { name, value, expected }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_by_hand() {
        let linear = Schedule::Linear { from: 1.0, to: 0.2, episodes: 4 };
        let values: Vec<f64> = [0, 1, 2, 4, 100].iter().map(|&k| linear.at(k)).collect();
        for (value, expected) in values.iter().zip([1.0, 0.8, 0.6, 0.2, 0.2]) {
            assert!((value - expected).abs() < 1e-12, "{values:?}");
        }
        let harmonic = Schedule::Harmonic { from: 0.8, half: 10.0 };
        assert_eq!((harmonic.at(0), harmonic.at(10), harmonic.at(30)), (0.8, 0.4, 0.2));
    }
}
