//! What is the task? States, actions, transitions, rewards: a Markov decision process. Dual:
//! [`crate::aif::model`].
//!
//! The array T is the B of active inference: T[s′, s, a] = B[s′, s, u]. What differs is what the agent wants:
//! a reward here, a preferred observation there.

mod builder;

pub use builder::MdpBuilder;

use std::fmt;
use std::ops::Index;

use ndarray::Array3;

use crate::error::{Error, Result};
use crate::interaction::{Action, Simulator, State};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;
use crate::prob::transition::Transition;

/// A Markov decision process (MDP): a task whose state the agent sees.
///
/// ```text
/// T[s′, s, a] = P(s′ | s, a)       each column (s, a) sums to 1
/// R[s′, s, a]                      expected reward for arriving in s′ from s by a
/// ```
/// A terminal state ends the task: it stays where it is, pays nothing, and is worth 0.
///
/// ```
/// # use aif_lib::prelude::*;
/// use ndarray::array;
/// // From the door (0), action 0 waits and action 1 goes to the treasure (1), which ends the task.
/// let t = array![[[1.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [1.0, 1.0]]];
/// let mdp = Mdp::builder(t)
///     .reward_on_arrival(&[0.0, 5.0])
///     .terminal(&[1])
///     .discount(0.9)
///     .states(&["door", "treasure"])
///     .build()?;
/// assert_eq!((mdp.n_states(), mdp.n_actions()), (2, 2));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Mdp {
    transition: Transition,
    reward: Vec<f64>, // one for each entry of `transition`
    terminal: Vec<bool>,
    start: Categorical,
    discount: f64,
    states: Vec<String>,
    actions: Vec<String>,
}

impl Mdp {
    /// Starts an MDP from its transitions T, shape (s′, s, a).
    pub fn builder(transition: Array3<f64>) -> MdpBuilder {
        MdpBuilder::new(builder::Given::Array(transition), None)
    }

    /// Starts an MDP from transitions whose zeros are not stored, and the reward of each: `reward(s′, s, a)`.
    pub fn from_transition(
        transition: Transition,
        reward: &dyn Fn(State, State, Action) -> f64,
    ) -> MdpBuilder {
        let (n, k) = (transition.n_states(), transition.n_actions());
        let mut paid = Vec::with_capacity(transition.n_entries());
        for (a, s) in ndarray::indices((k, n)) {
            paid.extend(transition.next(s, a).iter().map(|(next, _)| reward(*next, s, a)));
        }
        MdpBuilder::new(
            builder::Given::Sparse(transition),
            Some(builder::Reward::Entries(paid)),
        )
    }

    /// The number of states.
    pub fn n_states(&self) -> usize {
        self.terminal.len()
    }

    /// The number of actions.
    pub fn n_actions(&self) -> usize {
        self.transition.n_actions()
    }

    /// The transitions T: `mdp.transition()[[next, s, a]]`.
    pub fn transition(&self) -> &Transition {
        &self.transition
    }

    /// The rewards R: `mdp.reward()[[next, s, a]]`; 0 for what cannot happen.
    pub fn reward(&self) -> Rewards<'_> {
        Rewards { transition: &self.transition, paid: &self.reward }
    }

    /// What an action may lead to: (s′, T, R) for each s′ with T > 0, which are few in most worlds.
    ///
    /// # Panics
    /// When there is no such state or action.
    #[inline]
    #[track_caller]
    pub fn outcomes(&self, s: State, a: Action) -> impl Iterator<Item = (State, f64, f64)> {
        let paid = &self.reward[self.transition.range(s, a)];
        self.transition.next(s, a).iter().zip(paid).map(|(&(next, p), &r)| (next, p, r))
    }

    /// Whether a state ends the task.
    pub fn is_terminal(&self, s: State) -> bool {
        self.terminal[s]
    }

    /// Where an episode starts.
    pub fn start(&self) -> &Categorical {
        &self.start
    }

    /// The discount γ.
    pub fn discount(&self) -> f64 {
        self.discount
    }

    /// The weight of the value of s′: γ, or 0 when s′ ends the task. As [`Step::discount`].
    ///
    /// [`Step::discount`]: crate::interaction::Step::discount
    pub fn discount_into(&self, next: State) -> f64 {
        if self.terminal[next] { 0.0 } else { self.discount }
    }

    /// The name of a state; its number when it has none.
    pub fn state_name(&self, s: State) -> String {
        self.states.get(s).cloned().unwrap_or_else(|| s.to_string())
    }

    /// The name of an action; its number when it has none.
    pub fn action_name(&self, a: Action) -> String {
        self.actions.get(a).cloned().unwrap_or_else(|| a.to_string())
    }

    /// Whether every state can be entered: an episode starts there, or some action leads there from one that can.
    ///
    /// [`build`](MdpBuilder::build) does not insist, since a task may well be studied from one corner; a state that should
    /// be met and cannot be is most often a T with its axes in another order. Dual:
    /// [`GenerativeModel::check_reachable`](crate::aif::model::GenerativeModel::check_reachable).
    ///
    /// # Errors
    /// [`Error::Unreachable`] names the first state that cannot.
    pub fn check_reachable(&self) -> Result<()> {
        let name = |s| label("state", &self.states, s);
        self.transition.check_reachable(&self.start, &name)
    }

    /// The first state from which `allowed` actions never lead to an end, if the discount is 1: its value may
    /// have no limit.
    pub(crate) fn check_ends(
        &self,
        allowed: &dyn Fn(State, Action) -> bool,
        policy: &'static str,
    ) -> Result<()> {
        if self.discount < 1.0 {
            return Ok(());
        }
        let mut ends = self.terminal.clone();
        loop {
            let reaches = |s: State| {
                (0..self.n_actions()).any(|a| {
                    allowed(s, a) && self.outcomes(s, a).any(|(next, _, _)| ends[next])
                })
            };
            let found: Vec<State> =
                (0..self.n_states()).filter(|&s| !ends[s] && reaches(s)).collect();
            if found.is_empty() {
                break;
            }
            found.into_iter().for_each(|s| ends[s] = true);
        }
        match ends.iter().position(|end| !end) {
            Some(s) => {
                Err(Error::Endless { state: label("state", &self.states, s), policy })
            }
            None => Ok(()),
        }
    }
}

/// An MDP can be asked what an action would lead to.
impl Simulator for Mdp {
    fn n_states(&self) -> usize {
        self.n_states()
    }
    fn n_actions(&self) -> usize {
        self.n_actions()
    }
    fn discount(&self) -> f64 {
        self.discount
    }
    fn is_terminal(&self, s: State) -> bool {
        self.terminal[s]
    }
    fn sample(&self, s: State, a: Action, rng: &mut dyn Rng) -> (State, f64) {
        let next = self.transition.sample(s, a, rng);
        (next, self.reward()[[next, s, a]])
    }
}

/// The rewards of an [`Mdp`], read as an array (s′, s, a).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rewards<'a> {
    transition: &'a Transition,
    paid: &'a [f64],
}

impl Rewards<'_> {
    /// The whole array, shape (s′, s, a).
    pub fn to_array(&self) -> Array3<f64> {
        let (n, k) = (self.transition.n_states(), self.transition.n_actions());
        Array3::from_shape_fn((n, n, k), |(next, s, a)| self[[next, s, a]])
    }
}

impl Index<[usize; 3]> for Rewards<'_> {
    type Output = f64;

    /// R at `[s′, s, a]`.
    fn index(&self, [next, s, a]: [usize; 3]) -> &f64 {
        self.transition.find(next, s, a).map_or(&0.0, |i| &self.paid[i])
    }
}

/// What a notebook shows for a task: its sizes.
impl fmt::Debug for Mdp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ends = self.terminal.iter().filter(|end| **end).count();
        write!(
            f,
            "Mdp: {} states ({ends} terminal), {} actions, discount {}",
            self.n_states(),
            self.n_actions(),
            self.discount
        )
    }
}

pub(crate) fn label(what: &str, names: &[String], i: usize) -> String {
    match names.get(i) {
        Some(name) => format!("{what} {i} ({name:?})"),
        None => format!("{what} {i}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array3, array};

    /// Three states in a row; action 0 stays, action 1 steps right; the last state ends the task.
    fn corridor() -> Array3<f64> {
        let right = |s: usize| (s + 1).min(2);
        Array3::from_shape_fn((3, 3, 2), |(next, s, a)| {
            f64::from(next == if a == 0 { s } else { right(s) })
        })
    }

    fn builder(t: Array3<f64>) -> MdpBuilder {
        Mdp::builder(t)
            .reward_on_arrival(&[0.0, 0.0, 1.0])
            .terminal(&[2])
            .actions(&["stay", "go"])
    }

    fn message(builder: MdpBuilder) -> String {
        builder.build().unwrap_err().to_string()
    }

    #[test]
    fn a_reward_on_arrival_is_paid_once() {
        let mdp = builder(corridor()).build().unwrap();
        assert_eq!(mdp.reward()[[2, 1, 1]], 1.0);
        assert_eq!(mdp.reward()[[2, 2, 1]], 0.0, "the end does not pay again");
        assert_eq!((mdp.discount_into(1), mdp.discount_into(2)), (0.99, 0.0));
        assert_eq!((mdp.action_name(1), mdp.state_name(1)), ("go".into(), "1".into()));
    }

    #[test]
    fn a_bad_column_is_named_with_its_number_and_cure() {
        let spoil = |next, value| {
            let mut t = corridor();
            t[[next, 0, 1]] = value;
            message(builder(t))
        };
        let text = spoil(2, -0.5);
        assert!(
            text.contains("T: the column of state 0, action 1 (\"go\"): entry 2 is -0.5"),
            "{text}"
        );
        assert!(spoil(0, f64::NAN).contains("entry 0 is NaN"));
        let text = spoil(1, 0.75);
        assert!(text.contains("sums to 0.7500, not 1: divide it by its sum"), "{text}");
    }

    #[test]
    fn bad_shapes_are_named() {
        let text = message(builder(Array3::zeros((2, 3, 1))));
        assert!(text.contains("T has shape (2, 3, 1), expected (2, 2, 1)"), "{text}");
        assert!(message(builder(Array3::zeros((0, 0, 0)))).contains("T is empty"));
        let text = message(Mdp::builder(corridor()));
        assert!(
            text.contains("R has shape nothing, expected (3, 3, 2): call .reward"),
            "{text}"
        );
        let text = message(builder(corridor()).reward(Array3::zeros((3, 3, 1))));
        assert!(text.contains("R has shape (3, 3, 1), expected (3, 3, 2)"), "{text}");
        let text = message(builder(corridor()).reward_on_arrival(&[1.0]));
        assert!(text.contains("the reward on arrival has shape 1, expected 3"), "{text}");
        let text = message(builder(corridor()).start(Categorical::uniform(2)));
        assert!(text.contains("the start has shape 2, expected 3"), "{text}");
        let text = message(builder(corridor()).states(&["one"]));
        assert!(text.contains("the names of the states has shape 1, expected 3"), "{text}");
    }

    #[test]
    fn bad_rewards_ends_and_discounts_are_named() {
        let mut r = Array3::zeros((3, 3, 2));
        r[[1, 0, 1]] = f64::INFINITY;
        let text = message(builder(corridor()).reward(r));
        assert!(
            text.contains("R: the column of state 0, action 1 (\"go\"): entry 1 is inf"),
            "{text}"
        );
        let text = message(builder(corridor()).reward(Array3::ones((3, 3, 2))));
        assert!(text.contains("a terminal state pays 0"), "{text}");
        let text = message(builder(corridor()).terminal(&[3]));
        assert!(text.contains("a terminal state is 3, but there are only 3"), "{text}");
        let text = message(builder(corridor()).terminal(&[1]));
        assert!(text.contains("a terminal state stays where it is"), "{text}");
        for gamma in [-0.1, 1.01, f64::NAN] {
            let text = message(builder(corridor()).discount(gamma));
            assert!(
                text.contains(&format!("discount = {gamma}: the discount gamma is from 0")),
                "{text}"
            );
        }
    }

    #[test]
    fn an_endless_task_is_found_only_at_discount_one() {
        let every = |_: usize, _: usize| true;
        let ends = |m: &Mdp| m.check_ends(&every, "no policy ever");
        // State 0 loops on itself, state 1 goes to the end.
        let t = array![[[1.0], [0.0], [0.0]], [[0.0], [0.0], [0.0]], [[0.0], [1.0], [1.0]]];
        let mdp = |gamma| {
            builder(t.clone()).actions(&["go"]).states(&["trap", "b", "c"]).discount(gamma)
        };
        assert_eq!(ends(&mdp(0.9).build().unwrap()), Ok(()));
        let text = ends(&mdp(1.0).build().unwrap()).unwrap_err().to_string();
        assert!(text.contains("from state 0 (\"trap\") no policy ever reaches"), "{text}");
        assert_eq!(ends(&builder(corridor()).discount(1.0).build().unwrap()), Ok(()));
    }
}
