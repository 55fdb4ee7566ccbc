//! What followed what: counts of transitions and means of rewards, as a model learned from experience. Dual:
//! [`crate::aif::learn::novelty`], which says what one more count would teach.

use ndarray::Array2;

use crate::world::{Action, End, State, Step};

/// Counts for states and actions that are numbered; only what was seen takes space.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::rl::learn::transition_counts::TransitionCounts;
/// let mut counts = TransitionCounts::new(3, 2);
/// counts.record(0, 1, &Step { obs: 2, reward: 1.0, end: None });
/// assert_eq!((counts.visits(0, 1), counts.reward(0, 1)), (1.0, 1.0));
/// assert_eq!(counts.followers(0, 1), [(2, 1.0)]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TransitionCounts {
    followers: Vec<Vec<(State, f64)>>, // at s · actions + a
    visits: Array2<f64>,               // (states, actions)
    reward: Array2<f64>,               // (states, actions), means
    terminal: Vec<bool>,
}

impl TransitionCounts {
    /// Nothing seen yet.
    pub fn new(states: usize, actions: usize) -> Self {
        Self {
            followers: vec![Vec::new(); states * actions],
            visits: Array2::zeros((states, actions)),
            reward: Array2::zeros((states, actions)),
            terminal: vec![false; states],
        }
    }

    /// The number of states.
    pub fn n_states(&self) -> usize {
        self.visits.nrows()
    }

    /// The number of actions.
    pub fn n_actions(&self) -> usize {
        self.visits.ncols()
    }

    /// Counts one step.
    ///
    /// # Panics
    /// When a state or the action is out of range.
    pub fn record(&mut self, s: State, a: Action, step: &Step) {
        self.visits[[s, a]] += 1.0;
        self.reward[[s, a]] += (step.reward - self.reward[[s, a]]) / self.visits[[s, a]];
        let seen = &mut self.followers[s * self.visits.ncols() + a];
        match seen.iter_mut().find(|(next, _)| *next == step.obs) {
            Some((_, n)) => *n += 1.0,
            None => seen.push((step.obs, 1.0)),
        }
        self.terminal[step.obs] |= step.end == Some(End::Terminal);
    }

    /// How often the action was taken in the state.
    pub fn visits(&self, s: State, a: Action) -> f64 {
        self.visits[[s, a]]
    }

    /// The mean reward of the action in the state; 0 before it was tried.
    pub fn reward(&self, s: State, a: Action) -> f64 {
        self.reward[[s, a]]
    }

    /// The states that followed, with how often.
    pub fn followers(&self, s: State, a: Action) -> &[(State, f64)] {
        &self.followers[s * self.visits.ncols() + a]
    }

    /// Whether the task was seen to end in a state.
    pub fn is_terminal(&self, s: State) -> bool {
        self.terminal[s]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_hand() {
        let mut counts = TransitionCounts::new(2, 1);
        let step = |obs, reward, end| Step { obs, reward, end };
        counts.record(0, 0, &step(1, 4.0, Some(End::Terminal)));
        counts.record(0, 0, &step(0, 1.0, None));
        counts.record(0, 0, &step(1, 1.0, Some(End::Truncated)));
        assert_eq!(counts.followers(0, 0), [(1, 2.0), (0, 1.0)]);
        assert_eq!((counts.visits(0, 0), counts.reward(0, 0)), (3.0, 2.0));
        assert_eq!((counts.is_terminal(0), counts.is_terminal(1)), (false, true));
        assert_eq!((counts.n_states(), counts.n_actions()), (2, 1));
    }
}
