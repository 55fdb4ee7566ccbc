//! [`Replay`]: steps kept to learn from again.

use crate::error::{Error, Result, same_length};
use crate::interaction::{End, Step};
use crate::prob::random::{Rng, uniform_index};

/// The latest steps of a life. Each is whole in itself, with the observation before and the one after, so no sample crosses
/// from one episode into the next.
///
/// Source: Lin (1992); Mnih et al. (2015).
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut replay = Replay::new(100, 1, 1)?;
/// let step = Step { obs: vec![0.5], reward: 1.0, end: Some(End::Truncated) };
/// replay.push(&[0.0], &[1.0], &step);
/// let batch = replay.sample(1, &mut seeded(1))?;
/// assert_eq!((batch.next[0], batch.live[0]), (0.5, 1.0)); // time ran out: the future still counts
/// assert!(replay.sample(2, &mut seeded(1)).unwrap_err().to_string().contains("holds 1"));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    capacity: usize,
    place: usize, // where the next step goes
    kept: Batch,
}

/// Some steps, one a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Batch {
    /// What was seen before, (rows, observation).
    pub obs: Vec<f32>,
    /// What was done, (rows, action); a numbered action is its number.
    pub actions: Vec<f32>,
    /// The rewards.
    pub rewards: Vec<f32>,
    /// What was seen after, (rows, observation).
    pub next: Vec<f32>,
    /// 0 where the task was over, otherwise 1, also where time ran out: the weight of what would have come.
    pub live: Vec<f32>,
    /// Numbers in an observation and in an action.
    sizes: (usize, usize),
}

impl Batch {
    /// How many steps.
    pub fn rows(&self) -> usize {
        self.rewards.len()
    }

    /// The numbered action of a row.
    pub fn action(&self, row: usize) -> usize {
        self.actions[row * self.sizes.1] as usize
    }

    fn clear(&mut self, sizes: (usize, usize)) {
        let Self { obs, actions, rewards, next, live, .. } = self;
        for list in [obs, actions, rewards, next, live] {
            list.clear();
        }
        self.sizes = sizes;
    }

    fn copy_row(&mut self, from: &Self, row: usize) {
        let (obs, action) = self.sizes;
        self.obs.extend_from_slice(&from.obs[row * obs..(row + 1) * obs]);
        self.actions.extend_from_slice(&from.actions[row * action..(row + 1) * action]);
        self.rewards.push(from.rewards[row]);
        self.next.extend_from_slice(&from.next[row * obs..(row + 1) * obs]);
        self.live.push(from.live[row]);
    }
}

/// Writes numbers into a row, or as a new last row.
fn write(list: &mut Vec<f32>, row: usize, numbers: &[f64]) {
    let n = numbers.len();
    list.resize(list.len().max((row + 1) * n), 0.0);
    list[row * n..(row + 1) * n].iter_mut().zip(numbers).for_each(|(x, y)| *x = *y as f32);
}

impl Replay {
    /// Room for so many steps; `obs` and `action` say how many numbers each has.
    ///
    /// # Errors
    /// [`Error::Parameter`]: one of the numbers is 0.
    pub fn new(capacity: usize, obs: usize, action: usize) -> Result<Self> {
        if capacity == 0 || obs == 0 || action == 0 {
            let expected = "room for at least one step, with an observation and an action";
            return Err(Error::Parameter {
                name: "size of the replay",
                value: 0.0,
                expected,
            });
        }
        let kept = Batch { sizes: (obs, action), ..Default::default() };
        Ok(Self { capacity, place: 0, kept })
    }

    /// How many steps it holds.
    pub fn len(&self) -> usize {
        self.kept.rows()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many steps it can hold.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Keeps a step: what was seen, what was done, what followed. When it is full, the oldest goes.
    ///
    /// # Panics
    /// When an observation or the action has another length.
    #[track_caller]
    pub fn push(&mut self, obs: &[f64], action: &[f64], step: &Step<Vec<f64>>) {
        let (n, a) = self.kept.sizes;
        same_length("the replay", "numbers", obs.len(), "of an observation", n);
        same_length("the replay", "numbers", step.obs.len(), "of an observation", n);
        same_length("the replay", "numbers", action.len(), "of an action", a);
        let live = if step.end == Some(End::Terminated) { 0.0 } else { 1.0 };
        let row = self.place;
        write(&mut self.kept.obs, row, obs);
        write(&mut self.kept.actions, row, action);
        write(&mut self.kept.rewards, row, &[step.reward]);
        write(&mut self.kept.next, row, &step.obs);
        write(&mut self.kept.live, row, &[live]);
        self.place = (row + 1) % self.capacity;
    }

    /// Draws steps, each uniformly and independently.
    ///
    /// # Errors
    /// [`Error::Replay`]: it holds fewer steps than are asked for.
    pub fn sample(&self, rows: usize, rng: &mut dyn Rng) -> Result<Batch> {
        let mut batch = Batch::default();
        self.sample_into(rows, rng, &mut batch)?;
        Ok(batch)
    }

    /// As [`Replay::sample`], into memory that is there already.
    ///
    /// # Errors
    /// As [`Replay::sample`].
    pub fn sample_into(
        &self,
        rows: usize,
        rng: &mut dyn Rng,
        batch: &mut Batch,
    ) -> Result<()> {
        self.holds(rows)?;
        batch.clear(self.kept.sizes);
        (0..rows).for_each(|_| batch.copy_row(&self.kept, uniform_index(self.len(), rng)));
        Ok(())
    }

    /// The latest steps, the newest first: what a learner without a memory has.
    ///
    /// # Errors
    /// As [`Replay::sample`].
    pub fn latest_into(&self, rows: usize, batch: &mut Batch) -> Result<()> {
        self.holds(rows)?;
        batch.clear(self.kept.sizes);
        let row = |back: usize| (self.place + self.len() - 1 - back) % self.len();
        (0..rows).for_each(|back| batch.copy_row(&self.kept, row(back)));
        Ok(())
    }

    fn holds(&self, rows: usize) -> Result<()> {
        if rows == 0 || rows > self.len() {
            return Err(Error::Replay {
                batch: rows,
                held: self.len(),
                capacity: self.capacity,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    fn step(to: f64, end: Option<End>) -> Step<Vec<f64>> {
        Step { obs: vec![to, -to], reward: 10.0 * to, end }
    }

    #[test]
    fn the_oldest_goes_and_all_others_are_drawn_equally_often() {
        let mut replay = Replay::new(4, 2, 1).unwrap();
        for t in 0..6 {
            let x = f64::from(t);
            replay.push(&[x, -x], &[x], &step(x + 1.0, None));
        }
        assert_eq!((replay.len(), replay.capacity(), replay.is_empty()), (4, 4, false));
        let (mut rng, mut counts) = (seeded(1), [0.0f64; 6]);
        let mut batch = Batch::default();
        for _ in 0..5_000 {
            replay.sample_into(4, &mut rng, &mut batch).unwrap();
            for row in 0..4 {
                let t = batch.action(row);
                counts[t] += 1.0;
                let x = t as f32;
                assert_eq!(batch.obs[2 * row..2 * row + 2], [x, -x]);
                assert_eq!(batch.next[2 * row..2 * row + 2], [x + 1.0, -x - 1.0]);
                assert_eq!(batch.rewards[row], 10.0 * (x + 1.0));
            }
        }
        assert_eq!(counts[..2], [0.0, 0.0]);
        // Chi-squared with 3 degrees of freedom: 16.3 is its 99.9 % quantile.
        let chi2: f64 = counts[2..].iter().map(|c| (c - 5e3).powi(2) / 5e3).sum();
        assert!(chi2 < 16.3, "{counts:?}");
    }

    #[test]
    fn the_end_of_the_task_and_the_end_of_the_time_are_kept_apart() {
        let mut replay = Replay::new(3, 2, 1).unwrap();
        for (i, end) in
            [None, Some(End::Truncated), Some(End::Terminated)].iter().enumerate()
        {
            replay.push(&[0.0, 0.0], &[i as f64], &step(1.0, *end));
        }
        let mut batch = Batch::default();
        replay.latest_into(3, &mut batch).unwrap();
        assert_eq!(batch.live, [0.0, 1.0, 1.0]);
        assert_eq!(batch.actions, [2.0, 1.0, 0.0], "the newest first");
    }

    #[test]
    fn what_it_does_not_hold_is_named() {
        let mut replay = Replay::new(50, 2, 1).unwrap();
        replay.push(&[0.0, 0.0], &[0.0], &step(1.0, None));
        let text = replay.sample(128, &mut seeded(1)).unwrap_err().to_string();
        assert!(
            text.contains("128") && text.contains("holds 1") && text.contains("50"),
            "{text}"
        );
        assert!(Replay::new(0, 1, 1).is_err());
        let push = || replay.clone().push(&[0.0], &[0.0], &step(1.0, None));
        let text = crate::caught::caught(push).unwrap_err();
        assert!(text.contains("1 numbers for 2 of an observation"), "{text}");
    }
}
