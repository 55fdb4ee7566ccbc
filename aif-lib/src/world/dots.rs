//! Random-dot motion: dots move to the left or to the right, some of them at random. Look on, or say which way?
//!
//! The *coherence* is the share of dots that move together. Here one dot is seen at a time: with probability c it goes the way of
//! all, otherwise either way by chance, so it is right with probability (1 + c)/2. Each trial draws its way and its coherence;
//! neither is shown. Source of the task as it is used with monkeys that say when they are ready: Roitman & Shadlen (2002).

use crate::error::{Error, Result};
use crate::interaction::{Action, End, Obs, Step, World};
use crate::prob::random::{Rng, uniform_index, uniform01};

/// The actions, in order.
pub const ACTIONS: [&str; 3] = ["look", "say left", "say right"];
/// What there is to see, in order. The last is seen after the end only, by nobody; a planner must know of it.
pub const SIGHTS: [&str; 5] = ["dot left", "dot right", "correct", "error", "over"];

/// The world. Looking costs something, a correct answer pays 1, an error costs 1; both end the trial.
///
/// It never ends for one who only looks: wrap it in a [`TimeLimit`](crate::interaction::TimeLimit).
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut dots, mut rng) = (Dots::new(&[1.0], 0.01)?, seeded(1));
/// let first = dots.reset(&mut rng);
/// assert_eq!(dots.step(1 + first, &mut rng).reward, 1.0); // all dots go one way: that of the first
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Dots {
    coherences: Vec<f64>,
    cost: f64,
    way: usize,
    coherence: usize,
    over: bool,
}

impl Dots {
    /// Dots whose coherence is drawn from a list, each as likely as the next, and a cost of each look.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no coherence.
    /// - [`Error::Parameter`]: a coherence that is not from 0 to 1, or a cost that is not a finite number from 0 on.
    pub fn new(coherences: &[f64], cost: f64) -> Result<Self> {
        check(coherences, cost)?;
        Ok(Self { coherences: coherences.to_vec(), cost, way: 0, coherence: 0, over: true })
    }

    /// The coherence of this trial. An agent never sees it.
    pub fn coherence(&self) -> f64 {
        self.coherences[self.coherence]
    }

    fn dot(&self, rng: &mut dyn Rng) -> Obs {
        let right = uniform01(rng) < 0.5 * (1.0 + self.coherence());
        if right { self.way } else { 1 - self.way }
    }
}

pub(crate) fn check(coherences: &[f64], cost: f64) -> Result<()> {
    if coherences.is_empty() {
        return Err(Error::Empty { what: "the list of coherences".into() });
    }
    if let Some(c) = coherences.iter().find(|c| !(0.0..=1.0).contains(*c)) {
        let expected = "the share of dots that move together, from 0 to 1";
        return Err(Error::Parameter { name: "coherence", value: *c, expected });
    }
    if !(cost.is_finite() && cost >= 0.0) {
        let expected = "a look costs a finite number from 0 on";
        return Err(Error::Parameter { name: "cost", value: cost, expected });
    }
    Ok(())
}

impl World for Dots {
    fn action_space(&self) -> usize {
        3
    }

    fn observation_space(&self) -> usize {
        5
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        self.way = uniform_index(2, rng);
        self.coherence = uniform_index(self.coherences.len(), rng);
        self.over = false;
        self.dot(rng)
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        assert!(action < 3, "action {action} is out of range: look is 0, left 1, right 2");
        assert!(!self.over, "the trial is over: call reset first");
        if action == 0 {
            return Step { obs: self.dot(rng), reward: -self.cost, end: None };
        }
        self.over = true;
        let correct = action == 1 + self.way;
        let (obs, reward) = if correct { (2, 1.0) } else { (3, -1.0) };
        Step { obs, reward, end: Some(End::Terminated) }
    }
}

/// The same task for an agent without a belief: it sees how many dots there were, and how many of them went right.
///
/// Nothing is lost: no order of the same dots says more. After `limit` dots a look shows nothing new, and costs all the same.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut dots, mut rng) = (dots::Counted::new(Dots::new(&[1.0], 0.0)?, 10), seeded(1));
/// let first = dots.reset(&mut rng); // one dot: 0 or 1 of them to the right
/// assert_eq!(dots.step(0, &mut rng).obs, dots::Counted::seen(2, 2 * first));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// The dots.
    pub dots: Dots,
    limit: usize,
    seen: (usize, usize),
}

impl Counted {
    /// Counts up to `limit` dots.
    ///
    /// # Panics
    /// When `limit` is 0.
    #[track_caller]
    pub fn new(dots: Dots, limit: usize) -> Self {
        assert!(limit > 0, "one dot is seen before anything is done: count 1 or more");
        Self { dots, limit, seen: (0, 0) }
    }

    /// The number of this observation: `n` dots, from 1, of which `right` went right.
    pub fn seen(n: usize, right: usize) -> Obs {
        (n - 1) * (n + 2) / 2 + right
    }

    fn count(&mut self, dot: Obs) -> Obs {
        if self.seen.0 < self.limit {
            self.seen = (self.seen.0 + 1, self.seen.1 + dot);
        }
        Self::seen(self.seen.0, self.seen.1)
    }
}

impl World for Counted {
    fn action_space(&self) -> usize {
        3
    }

    /// One for each count, and one for the end.
    fn observation_space(&self) -> usize {
        Self::seen(self.limit + 1, 0) + 1
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        self.seen = (0, 0);
        let dot = self.dots.reset(rng);
        self.count(dot)
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        let Step { obs, reward, end } = self.dots.step(action, rng);
        let obs =
            if end.is_some() { Self::seen(self.limit + 1, 0) } else { self.count(obs) };
        Step { obs, reward, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::{TimeLimit, check_world};
    use crate::prob::random::seeded;

    #[test]
    fn it_keeps_the_rules() {
        let dots = || Dots::new(&[0.1, 0.5], 0.01).unwrap();
        check_world(&mut TimeLimit::new(dots(), 30), 40, &mut seeded(1)).unwrap();
        let mut counted = TimeLimit::new(Counted::new(dots(), 5), 30);
        check_world(&mut counted, 40, &mut seeded(2)).unwrap();
    }

    #[test]
    fn dots_go_the_right_way_as_often_as_the_coherence_says() {
        let (mut dots, mut rng) = (Dots::new(&[0.4], 0.02).unwrap(), seeded(3));
        let mut right = 0;
        for _ in 0..20_000 {
            let dot = dots.reset(&mut rng);
            assert_eq!(dots.step(0, &mut rng).reward, -0.02);
            right += usize::from(dots.step(1 + dot, &mut rng).obs == 2);
        }
        // .7, standard error .0032.
        assert!((right as f64 / 20_000.0 - 0.7).abs() < 0.013, "{right}");
    }

    #[test]
    fn counts_have_numbers_of_their_own() {
        let mut all: Vec<usize> = (1..6)
            .flat_map(|n| (0..=n).map(move |right| Counted::seen(n, right)))
            .collect();
        all.sort_unstable();
        assert_eq!(all, (0..20).collect::<Vec<_>>());
        assert_eq!(
            Counted::new(Dots::new(&[0.1], 0.0).unwrap(), 5).observation_space(),
            21
        );
    }

    #[test]
    fn bad_settings_are_named() {
        let text = |c: &[f64], cost| Dots::new(c, cost).unwrap_err().to_string();
        assert!(text(&[0.1, 1.2], 0.0).starts_with("coherence = 1.2"));
        assert!(text(&[0.1], -1.0).starts_with("cost = -1"));
        assert!(text(&[f64::NAN], 0.0).starts_with("coherence = NaN"));
        assert!(text(&[], 0.0).contains("the list of coherences"));
    }
}
