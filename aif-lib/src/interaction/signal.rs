//! What passes between agents and worlds: [`Signal`], and the space that each kind of signal lives in.

use std::fmt::Debug;

use crate::error::{Error, Result};
use crate::prob::random::{Rng, uniform_index, uniform01};

/// An observation or an action.
///
/// | signal | its space |
/// |---|---|
/// | a number from 0 | how many there are |
/// | several numbers, one for each sense | how many there are for each |
/// | a vector of real numbers | its [`Bounds`] |
/// | [`Features`]: those that are on | how many features there are |
/// | an `Option` of these, where nothing may come | that of what may come |
pub trait Signal: Clone + PartialEq + Debug {
    /// All signals of this kind that can occur.
    type Space: Clone + PartialEq + Debug;

    /// Draws a signal, uniformly.
    ///
    /// # Panics
    /// When the space is empty or, for vectors, has no end.
    fn draw(space: &Self::Space, rng: &mut dyn Rng) -> Self;

    /// Whether this signal can occur.
    fn is_in(&self, space: &Self::Space) -> bool;

    /// Some signals that cannot occur, with which to try a world.
    fn outside(space: &Self::Space) -> Vec<Self>;
}

impl Signal for usize {
    type Space = usize;

    fn draw(space: &usize, rng: &mut dyn Rng) -> usize {
        uniform_index(*space, rng)
    }

    fn is_in(&self, space: &usize) -> bool {
        self < space
    }

    fn outside(space: &usize) -> Vec<usize> {
        vec![*space, usize::MAX]
    }
}

impl Signal for Vec<usize> {
    type Space = Vec<usize>;

    fn draw(space: &Vec<usize>, rng: &mut dyn Rng) -> Self {
        space.iter().map(|n| uniform_index(*n, rng)).collect()
    }

    fn is_in(&self, space: &Vec<usize>) -> bool {
        self.len() == space.len() && self.iter().zip(space).all(|(x, n)| x < n)
    }

    fn outside(space: &Vec<usize>) -> Vec<Self> {
        let one_off = (0..space.len()).map(|i| {
            let mut signal = vec![0; space.len()];
            signal[i] = space[i];
            signal
        });
        one_off.chain([vec![0; space.len() + 1]]).collect()
    }
}

impl Signal for Vec<f64> {
    type Space = Bounds;

    fn draw(space: &Bounds, rng: &mut dyn Rng) -> Self {
        let number = |(low, high): (&f64, &f64)| {
            assert!(
                low.is_finite() && high.is_finite(),
                "cannot draw uniformly between {low} and {high}: give finite bounds"
            );
            low + (high - low) * uniform01(rng)
        };
        space.low.iter().zip(&space.high).map(number).collect()
    }

    fn is_in(&self, space: &Bounds) -> bool {
        let inside = |((x, low), high): ((&f64, &f64), &f64)| low <= x && x <= high;
        self.len() == space.len()
            && self.iter().zip(&space.low).zip(&space.high).all(inside)
    }

    fn outside(space: &Bounds) -> Vec<Self> {
        let middle = space.clip(&vec![0.0; space.len()]);
        let one_off = (0..space.len()).flat_map(|i| {
            let with = |x: f64| {
                let mut signal = middle.clone();
                signal[i] = x;
                signal
            };
            let above = space.high[i] + space.high[i].abs().max(1.0);
            [Some(f64::NAN), above.is_finite().then_some(above)].map(|x| x.map(with))
        });
        let longer = [middle.as_slice(), &[0.0]].concat();
        one_off.flatten().chain([longer]).collect()
    }
}

/// The lowest and the highest value of each number of a vector.
#[derive(Debug, Clone, PartialEq)]
pub struct Bounds {
    low: Vec<f64>,
    high: Vec<f64>,
}

impl Bounds {
    /// A box; −∞ and ∞ are allowed, for what has no bound.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no number.
    /// - [`Error::Shape`]: not one upper bound for each lower one.
    /// - [`Error::BadEntry`]: a bound is NaN, or a lower one lies above its upper one.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// let torque = Bounds::new(&[-2.0], &[2.0])?;
    /// assert_eq!(torque.clip(&[3.5]), [2.0]);
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn new(low: &[f64], high: &[f64]) -> Result<Self> {
        if low.is_empty() {
            return Err(Error::Empty { what: "this list of bounds".into() });
        }
        if low.len() != high.len() {
            return Err(Error::Shape {
                what: "the list of upper bounds".into(),
                expected: low.len().to_string(),
                got: high.len().to_string(),
                cure: "give one upper bound for each lower bound",
            });
        }
        let apart = |i: &usize| low[*i].is_nan() || high[*i].is_nan() || low[*i] > high[*i];
        if let Some(index) = (0..low.len()).find(apart) {
            return Err(Error::BadEntry {
                what: "the list of lower bounds".into(),
                index,
                value: low[index],
                cure: "a lower bound is a number that is not above its upper bound",
            });
        }
        Ok(Self { low: low.to_vec(), high: high.to_vec() })
    }

    /// The same two bounds for each of n numbers.
    ///
    /// # Errors
    /// As [`Bounds::new`].
    pub fn same(n: usize, low: f64, high: f64) -> Result<Self> {
        Self::new(&vec![low; n], &vec![high; n])
    }

    /// How many numbers.
    #[allow(clippy::len_without_is_empty)] // It is never empty.
    pub fn len(&self) -> usize {
        self.low.len()
    }

    /// The lowest values.
    pub fn low(&self) -> &[f64] {
        &self.low
    }

    /// The highest values.
    pub fn high(&self) -> &[f64] {
        &self.high
    }

    /// The nearest vector inside: what a motor does with a command that is too strong.
    ///
    /// # Panics
    /// When the vector has another length.
    #[track_caller]
    pub fn clip(&self, x: &[f64]) -> Vec<f64> {
        assert_eq!(x.len(), self.len(), "clip: one number for each pair of bounds");
        let pairs = self.low.iter().zip(&self.high);
        x.iter().zip(pairs).map(|(x, (low, high))| x.clamp(*low, *high)).collect()
    }
}

/// Features that are on; all others are off. Its space is the number of features.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Features(
    /// The numbers of those that are on, from 0.
    pub Vec<usize>,
);

impl Signal for Features {
    type Space = usize;

    fn draw(space: &usize, rng: &mut dyn Rng) -> Self {
        Self((0..*space).filter(|_| uniform01(rng) < 0.5).collect())
    }

    fn is_in(&self, space: &usize) -> bool {
        self.0.iter().all(|feature| feature < space)
    }

    fn outside(space: &usize) -> Vec<Self> {
        vec![Self(vec![*space])]
    }
}

/// What may be missing.
impl<S: Signal> Signal for Option<S> {
    type Space = S::Space;

    fn draw(space: &S::Space, rng: &mut dyn Rng) -> Self {
        (uniform01(rng) < 0.5).then(|| S::draw(space, rng))
    }

    fn is_in(&self, space: &S::Space) -> bool {
        self.as_ref().is_none_or(|signal| signal.is_in(space))
    }

    fn outside(space: &S::Space) -> Vec<Self> {
        S::outside(space).into_iter().map(Some).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    fn keeps_its_own_rules<S: Signal>(space: &S::Space) {
        let mut rng = seeded(1);
        assert!((0..100).all(|_| S::draw(space, &mut rng).is_in(space)), "{space:?}");
        let outside = S::outside(space);
        assert!(!outside.is_empty());
        for signal in outside {
            assert!(!signal.is_in(space), "{signal:?} in {space:?}");
        }
    }

    #[test]
    fn what_is_drawn_is_inside_and_what_is_outside_is_not() {
        keeps_its_own_rules::<usize>(&3);
        keeps_its_own_rules::<Vec<usize>>(&vec![2, 5]);
        keeps_its_own_rules::<Vec<f64>>(&Bounds::new(&[-1.0, 3.0], &[1.0, 4.0]).unwrap());
        keeps_its_own_rules::<Features>(&4);
        keeps_its_own_rules::<Option<usize>>(&3);
        assert!(None::<usize>.is_in(&3), "nothing may always come");
    }

    #[test]
    fn a_vector_without_bounds_still_has_an_outside() {
        let space = Bounds::same(2, f64::NEG_INFINITY, f64::INFINITY).unwrap();
        assert!(vec![1e300, -1e300].is_in(&space));
        for signal in Vec::<f64>::outside(&space) {
            assert!(!signal.is_in(&space), "{signal:?}");
        }
    }

    #[test]
    fn bad_bounds_are_named() {
        let message =
            |low: &[f64], high: &[f64]| Bounds::new(low, high).unwrap_err().to_string();
        assert!(message(&[], &[]).contains("bounds is empty"));
        assert!(message(&[0.0], &[1.0, 2.0]).contains("has shape 2, expected 1"));
        let text = message(&[0.0, 2.0], &[1.0, 1.0]);
        assert!(text.contains("entry 1 is 2") && text.contains("not above"), "{text}");
        assert!(message(&[f64::NAN], &[1.0]).contains("entry 0 is NaN"));
    }
}
