//! [`Experience`]: what was seen of a world, counted.

use ndarray::Array2;

use super::{Action, End, State, Step};
use crate::prob::counts::TransitionCounts;

/// Counts of transitions, mean rewards, and where the task was seen to end.
///
/// ```text
/// n(s, a),    p̂(s′|s, a) = n(s, a, s′) / n(s, a),    r̂(s, a): the mean reward
/// ```
/// Both traditions learn a model from this; what they add to it for what was not seen is their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Experience {
    counts: TransitionCounts,
    reward: Array2<f64>, // (states, actions), means
    terminal: Vec<bool>,
}

impl Experience {
    /// Nothing seen yet.
    ///
    /// # Panics
    /// When there is no state or no action.
    #[track_caller]
    pub fn new(states: usize, actions: usize) -> Self {
        let counts = TransitionCounts::new(states, actions, 0.0);
        Self {
            counts: counts.unwrap_or_else(|error| panic!("{error}")),
            reward: Array2::zeros((states, actions)),
            terminal: vec![false; states],
        }
    }

    /// The number of states.
    pub fn n_states(&self) -> usize {
        self.counts.n_states()
    }

    /// The number of actions.
    pub fn n_actions(&self) -> usize {
        self.counts.n_actions()
    }

    /// Counts one step.
    ///
    /// # Panics
    /// When a state or the action is out of range.
    pub fn observe(&mut self, s: State, a: Action, step: &Step) {
        self.counts.observe(s, a, step.obs);
        self.reward[[s, a]] += (step.reward - self.reward[[s, a]]) / self.visits(s, a);
        self.terminal[step.obs] |= step.end == Some(End::Terminated);
    }

    /// How often the action was taken in the state.
    pub fn visits(&self, s: State, a: Action) -> f64 {
        self.counts.visits(s, a)
    }

    /// The mean reward of the action in the state; 0 before it was tried.
    pub fn reward(&self, s: State, a: Action) -> f64 {
        self.reward[[s, a]]
    }

    /// The states that followed, with how often.
    pub fn followers(&self, s: State, a: Action) -> &[(State, f64)] {
        self.counts.seen(s, a)
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
        let mut seen = Experience::new(2, 1);
        let step = |obs, reward, end| Step { obs, reward, end };
        seen.observe(0, 0, &step(1, 4.0, Some(End::Terminated)));
        seen.observe(0, 0, &step(0, 1.0, None));
        seen.observe(0, 0, &step(1, 1.0, Some(End::Truncated)));
        assert_eq!(seen.followers(0, 0), [(1, 2.0), (0, 1.0)]);
        assert_eq!((seen.visits(0, 0), seen.reward(0, 0)), (3.0, 2.0));
        assert_eq!((seen.is_terminal(0), seen.is_terminal(1)), (false, true));
        assert_eq!((seen.n_states(), seen.n_actions()), (2, 1));
    }

    #[test]
    fn running_out_of_time_is_no_end() {
        let mut seen = Experience::new(2, 1);
        seen.observe(0, 0, &Step { obs: 1, reward: 0.0, end: Some(End::Truncated) });
        assert!(!seen.is_terminal(1));
    }
}
