//! Where am I? The sensor says; when it does not, remember. Dual: [`crate::aif::perceive`].
//!
//! Active inference answers with a belief, which needs a model. Without one, an agent can still tell two
//! situations apart by how it got there: the history of observations and actions is always enough to decide
//! well, only there are many histories, and each must be learned anew.

pub mod place_cells;
pub mod remembered;
pub mod tile_coding;

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::interaction::{Action, Obs, State};

/// What a learner takes for the state of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// The last observation. Right when the sensor tells everything.
    Observation,
    /// All observations and actions of the episode, as numbered by [`History`].
    History {
        /// The largest number of different histories to hold.
        limit: usize,
    },
}

/// Numbers the histories of an episode: equal histories get equal numbers, others never.
///
/// A history is the sequence o₀, a₁, o₁, a₂, o₂, … so far. Numbers are given on first sight: 0, 1, 2, …
///
/// ```
/// # use aif_lib::rl::perceive::History;
/// let mut history = History::new(100);
/// assert_eq!(history.begin(5)?, 0);
/// assert_eq!(history.extend(1, 5)?, 1); // the same observation, but later
/// assert_eq!(history.begin(5)?, 0); // a new episode starts as the first one did
/// assert_eq!(history.extend(0, 5)?, 2);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct History {
    /// The history before (none at the start), with the last action, and the observation that followed.
    numbers: HashMap<(Option<(State, Action)>, Obs), State>,
    now: Option<State>,
    limit: usize,
}

impl History {
    /// An empty memory for at most `limit` different histories.
    pub fn new(limit: usize) -> Self {
        Self { numbers: HashMap::new(), now: None, limit }
    }

    /// Starts an episode; returns the number of the history that is just this observation.
    ///
    /// # Errors
    /// [`Error::Budget`]: the memory is full.
    pub fn begin(&mut self, obs: Obs) -> Result<State> {
        self.number(None, obs)
    }

    /// Adds an action and what followed; returns the number of the longer history.
    ///
    /// # Errors
    /// [`Error::Budget`]: the memory is full.
    ///
    /// # Panics
    /// When no episode was begun.
    #[track_caller]
    pub fn extend(&mut self, action: Action, obs: Obs) -> Result<State> {
        let Some(now) = self.now else {
            panic!("a history grows from a first observation: call begin before extend")
        };
        self.number(Some((now, action)), obs)
    }

    /// How many different histories were seen.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether none was seen.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    fn number(&mut self, before: Option<(State, Action)>, obs: Obs) -> Result<State> {
        let seen = self.numbers.len();
        let number = match self.numbers.get(&(before, obs)) {
            Some(&number) => number,
            None if seen < self.limit => seen,
            None => {
                return Err(Error::Budget {
                    what: "a memory of histories",
                    needed: format!("{} entries", seen + 1),
                    budget: self.limit.to_string(),
                    cure: "shorten the episodes, raise the limit, or use Memory::Observation",
                });
            }
        };
        self.numbers.insert((before, obs), number);
        self.now = Some(number);
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histories_have_equal_numbers_exactly_when_they_are_equal() {
        // All histories o₀ a₁ o₁ a₂ o₂ with two observations and two actions, twice: 2 + 8 + 32 of them.
        let (mut history, mut first, mut second) = (History::new(42), vec![], vec![]);
        for pass in [&mut first, &mut second] {
            for code in 0..32 {
                let bit = |i: usize| code >> i & 1;
                pass.push(history.begin(bit(0)).unwrap());
                pass.push(history.extend(bit(1), bit(2)).unwrap());
                pass.push(history.extend(bit(3), bit(4)).unwrap());
            }
        }
        assert_eq!(first, second);
        let mut numbers = first.clone();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers, (0..42).collect::<Vec<_>>());
    }

    #[test]
    fn a_full_memory_says_what_to_do() {
        let mut history = History::new(1);
        history.begin(0).unwrap();
        let message = history.extend(0, 0).unwrap_err().to_string();
        assert!(message.contains("2 entries, more than the budget of 1"), "{message}");
        assert!(message.contains("raise the limit"), "{message}");
        assert_eq!(history.begin(0), Ok(0), "what is known stays known");
    }

    #[test]
    #[should_panic(expected = "call begin before extend")]
    fn a_history_needs_a_beginning() {
        let _ = History::new(10).extend(0, 0);
    }
}
