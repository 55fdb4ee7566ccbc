//! What every learner keeps beside what it learns: where it is, how often it began, and whether it still learns.

use crate::interaction::State;

/// The bookkeeping of an agent that sees its state.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Life {
    state: Option<State>,
    begun: usize,
    frozen: bool,
}

impl Life {
    /// An episode begins in a state. Frozen episodes do not count.
    pub fn begin(&mut self, state: State) {
        self.begun += usize::from(!self.frozen);
        self.state = Some(state);
    }

    /// It is in another state now.
    pub fn arrive(&mut self, state: State) {
        self.state = Some(state);
    }

    /// The present state, if an episode was begun.
    pub fn state(&self) -> Option<State> {
        self.state
    }

    /// The present state.
    #[track_caller]
    pub fn here(&self) -> State {
        self.state.expect("the agent has seen nothing yet: call begin first")
    }

    /// The number of the present episode, counted from 0.
    pub fn episode(&self) -> usize {
        self.begun.saturating_sub(1)
    }

    /// Whether it learns and explores.
    pub fn learns(&self) -> bool {
        !self.frozen
    }

    /// As [`Agent::set_learning`](crate::interaction::Agent::set_learning).
    pub fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}
