//! The one error type: every message names the thing, the place, the number and the cure.
//!
//! In a notebook, `?` prints exactly this text, so the text is written for a student.

/// What can be wrong with a model, a parameter or an observation.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A distribution (or a column of a matrix) does not sum to one.
    #[error("{what} sums to {}, not 1: {}", sum_in_digits(*sum), how_to_normalise(*sum))]
    NotNormalised {
        /// The distribution, with its column if it is part of a matrix.
        what: String,
        /// What it sums to.
        sum: f64,
    },
    /// A probability is negative, larger than one, or not a number.
    #[error(
        "{what}: entry {index} is {value}, which is not a probability: use numbers from 0 to 1"
    )]
    NotAProbability {
        /// The distribution, with its column if it is part of a matrix.
        what: String,
        /// Position of the bad entry.
        index: usize,
        /// The bad entry.
        value: f64,
    },
    /// A weight, count or log-preference has a value that it must not have.
    #[error("{what}: entry {index} is {value}: {cure}")]
    BadEntry {
        /// The vector or matrix.
        what: String,
        /// Position of the bad entry.
        index: usize,
        /// The bad entry.
        value: f64,
        /// What to write instead.
        cure: &'static str,
    },
    /// An array has the wrong length or shape.
    #[error("{what} has shape {got}, expected {expected}: {cure}")]
    Shape {
        /// The array.
        what: String,
        /// The shape that the rest of the model asks for.
        expected: String,
        /// The shape that it has.
        got: String,
        /// What to do about it.
        cure: &'static str,
    },
    /// Something that needs at least one element has none.
    #[error("{what} is empty: give at least one element")]
    Empty {
        /// What is empty.
        what: String,
    },
    /// An index points past the end.
    #[error("{what} is {index}, but there are only {len} (counted from 0): use 0 to {}", len.saturating_sub(1))]
    OutOfRange {
        /// What the index counts.
        what: String,
        /// The index.
        index: usize,
        /// How many there are.
        len: usize,
    },
    /// A name is used that nothing was given.
    #[error("{what} {name:?} is not known: use one of {known}")]
    UnknownName {
        /// What the name should name.
        what: &'static str,
        /// The unknown name.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// Two things of one kind have the same name.
    #[error("two of the {what} are called {name:?}: give each a name of its own")]
    DuplicateName {
        /// The kind of thing.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// The model gives the observation probability zero.
    #[error(
        "observation {observation} is impossible: the model gives it probability 0 after the \
         prediction {prediction}. Check the row of A, or the action that B was given"
    )]
    ImpossibleObservation {
        /// The observation, with names where the model has them.
        observation: String,
        /// The belief before the observation.
        prediction: String,
    },
    /// A column of counts is empty, so that it says nothing about its probabilities.
    #[error(
        "{what} was never used, so its counts say nothing: give prior counts above 0, or records in which it is used (the last \
         moment of a record has no step after it)"
    )]
    NoCounts {
        /// The table, and the state and action of the column.
        what: String,
    },
    /// A model is to be learned that has more states than there are observations.
    #[error(
        "{states} states are to be learned from {seen} observations: give more records, or learn fewer states"
    )]
    MoreStatesThanData {
        /// The number of states.
        states: usize,
        /// The number of observations in all records.
        seen: usize,
    },
    /// A parameter is outside its range.
    #[error("{name} = {value}: {expected}")]
    Parameter {
        /// The parameter's name.
        name: &'static str,
        /// Its value.
        value: f64,
        /// The range and the reason.
        expected: &'static str,
    },
    /// Without discount, a task that may go on forever has no finite value.
    #[error(
        "with a discount of 1, from {state} {policy} reaches a terminal state, so its value may have no \
         limit: use a discount below 1, or a task that ends"
    )]
    Endless {
        /// The first state with this fault.
        state: String,
        /// The policy that does not end: "no policy ever" or "this policy never".
        policy: &'static str,
    },
    /// A state that no episode can come to: most often a transition array with its axes in another order.
    #[error(
        "{state} can never be entered: no episode starts there and no action leads there. Check the axes of the \
         transitions (next state, state, action), or leave it out"
    )]
    Unreachable {
        /// The first state with this fault.
        state: String,
    },
    /// A drawing of a world cannot be read.
    #[error("line {line}, column {column}: {problem}")]
    Drawing {
        /// Line of the drawing, counted from 1.
        line: usize,
        /// Column of the drawing, counted from 1.
        column: usize,
        /// What is wrong and what to write instead.
        problem: String,
    },
    /// A matrix has no inverse: one column is a combination of others.
    #[error(
        "{what} has no inverse: column {column} repeats what the columns before it say (to the last digit): {cure}"
    )]
    Singular {
        /// The matrix.
        what: &'static str,
        /// The first column that brings nothing new.
        column: usize,
        /// What to do about it.
        cure: &'static str,
    },
    /// A computation would be larger than its budget.
    #[error("{what} needs {needed}, more than the budget of {budget}: {cure}")]
    Budget {
        /// The computation.
        what: &'static str,
        /// What it would take.
        needed: String,
        /// What it may take.
        budget: String,
        /// How to make it smaller.
        cure: &'static str,
    },
    /// A problem cannot be carried from one tradition to the other without loss.
    #[error("{condition}, but {found}: {cure}")]
    Bridge {
        /// The condition of the correspondence.
        condition: &'static str,
        /// What breaks it.
        found: String,
        /// What to do about it.
        cure: &'static str,
    },
    /// A file cannot be written.
    #[error(
        "cannot write {path}: {reason}: choose a folder that exists and that you may write to"
    )]
    File {
        /// Where it should have gone.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// A file cannot be read.
    #[error("cannot read {path}: {reason}: {cure}")]
    Unreadable {
        /// Where it should be.
        path: String,
        /// What the system says.
        reason: String,
        /// What to do about it.
        cure: &'static str,
    },
    /// A sample is larger than what there is to draw from.
    #[error(
        "a batch of {batch} steps was asked for, but the replay holds {held} (it has room for {capacity}): let the agent act \
         longer before it learns, or use a smaller batch"
    )]
    Replay {
        /// The steps that were asked for.
        batch: usize,
        /// The steps that are there.
        held: usize,
        /// The steps that there is room for.
        capacity: usize,
    },
    /// Learning ran away: a loss or a weight is no longer a finite number.
    #[error(
        "{what} is {loss} at gradient step {step}, and the largest weight is {weight}: use a smaller learning rate, or \
         smaller rewards and observations"
    )]
    Diverged {
        /// What was learned.
        what: &'static str,
        /// The number of the gradient step, from 1.
        step: usize,
        /// Its loss.
        loss: f64,
        /// The weight that is farthest from 0.
        weight: f64,
    },
    /// A graph of candle cannot be computed.
    #[error("candle: {0}")]
    Graph(String),
    /// Somebody who was asked in words gave no answer that can be used.
    #[error("no answer: {problem}: {cure}")]
    Speaker {
        /// What went wrong.
        problem: String,
        /// What to do about it.
        cure: &'static str,
    },
    /// Something that one agent can do and this cannot.
    #[error("{what} is not possible: {cure}")]
    Unsupported {
        /// What was asked for.
        what: &'static str,
        /// What to do instead.
        cure: &'static str,
    },
    /// What went wrong with one agent of many.
    #[error("agent {agent}: {error}")]
    AtAgent {
        /// Its number.
        agent: usize,
        /// What went wrong.
        error: Box<Error>,
    },
    /// A part of an experiment is not what it should be.
    #[error("{place}: {problem}: {cure}")]
    Sweep {
        /// The file and the line, where there are any.
        place: String,
        /// What is wrong.
        problem: String,
        /// What to do about it.
        cure: String,
    },
    /// A world breaks the rules that every world keeps.
    #[error("this world breaks a rule: {0}")]
    World(String),
}

impl Error {
    /// That learning ran away at a gradient step; of the weights the farthest is told.
    pub(crate) fn diverged(
        what: &'static str,
        step: usize,
        loss: f64,
        weights: impl IntoIterator<Item = f64>,
    ) -> Self {
        Self::Diverged { what, step, loss, weight: farthest(weights) }
    }

    /// The same, of the agent with this number.
    pub(crate) fn of_agent(self, agent: usize) -> Self {
        Self::AtAgent { agent, error: Box::new(self) }
    }
}

/// A result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Four decimals, or as many more as it takes to see that this is not 1.
fn sum_in_digits(sum: f64) -> String {
    let decimals = (4..17).find(|d| (sum - 1.0).abs() >= 0.5 * 0.1f64.powi(*d));
    format!("{sum:.*}", decimals.unwrap_or(17) as usize)
}

fn how_to_normalise(sum: f64) -> &'static str {
    if sum == 0.0 {
        return "nothing is possible in it, so give at least one entry a number above 0";
    }
    "divide it by its sum, or check for a missing outcome"
}

/// Panics when a position does not exist, and says which do.
#[track_caller]
pub(crate) fn exists(what: &str, index: usize, len: usize) {
    if index >= len {
        panic!("{}", Error::OutOfRange { what: what.into(), index, len });
    }
}

/// The number that is farthest from 0; NaN if one is NaN, which `fold(0.0, f64::max)` would leave out.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(farthest([1.0, -3.0, 2.0]), -3.0);
/// assert!(farthest([1.0, f64::NAN]).is_nan());
/// ```
pub fn farthest(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let farther = |far: f64, x: f64| {
        if x.is_nan() || x.abs() > far.abs() { x } else { far }
    };
    numbers.into_iter().fold(0.0, farther)
}

/// Panics when two lists that belong together have different lengths, and says both.
#[track_caller]
pub(crate) fn same_length(who: &str, what: &str, got: usize, of: &str, expected: usize) {
    assert!(got == expected, "{who}: {got} {what} for {expected} {of}: give one for each");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_farthest_number_is_told_and_what_is_none_before_all() {
        assert_eq!(farthest([1.0, -3.0, 2.0]), -3.0);
        assert!(farthest([1.0, f64::NAN, 2.0]).is_nan());
        assert!(farthest([f64::NEG_INFINITY, f64::NAN]).is_nan());
    }

    #[test]
    fn a_sum_is_shown_with_enough_digits() {
        let text = |sum| Error::NotNormalised { what: "this".into(), sum }.to_string();
        for (sum, shown) in [
            (0.9, "this sums to 0.9000, not 1: divide it by its sum"),
            (0.9999, "this sums to 0.9999, not 1"),
            (1.00005, "this sums to 1.0001, not 1"),
            (1.0 - 1e-7, "this sums to 0.9999999, not 1"),
            (1.0 + 2e-9, "this sums to 1.000000002, not 1"),
            (1.0 + f64::EPSILON, "this sums to 1.0000000000000002, not 1"),
            (0.0, "this sums to 0.0000, not 1: nothing is possible in it"),
        ] {
            assert!(text(sum).starts_with(shown), "{}", text(sum));
        }
    }

    #[test]
    fn an_index_that_is_not_there_is_told_with_those_that_are() {
        let told = |index, len| crate::caught::caught(|| exists("the box", index, len));
        let text = told(3, 3).unwrap_err();
        assert_eq!(text, "the box is 3, but there are only 3 (counted from 0): use 0 to 2");
        assert!(told(2, 3).is_ok());
    }
}
