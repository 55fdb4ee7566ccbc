//! The one error type: every message names the thing, the place, the number and the cure.
//!
//! In a notebook, `?` prints exactly this text, so the text is written for a student.

/// What can be wrong with a model, a parameter or an observation.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A distribution (or a column of a matrix) does not sum to one.
    #[error(
        "{what} sums to {sum:.4}, not 1: divide it by its sum, or check for a missing outcome"
    )]
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
    /// A world breaks the rules that every world keeps.
    #[error("this world breaks a rule: {0}")]
    World(String),
}

/// A result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
