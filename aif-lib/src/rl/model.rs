//! What is the task? States, actions, transitions, rewards: a Markov decision process. Dual:
//! [`crate::aif::model`].
//!
//! The array T is the B of active inference: T[s′, s, a] = B[s′, s, u]. What differs is what the agent wants:
//! a reward here, a preferred observation there.

use std::fmt;

use ndarray::Array3;

use crate::error::{Error, Result};
use crate::prob::categorical::{Categorical, check_probabilities};
use crate::world::check::check_reachable;
use crate::world::{Action, State};

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
    transition: Array3<f64>,     // (s', s, a)
    reward: Array3<f64>,         // (s', s, a)
    successors: Vec<Vec<State>>, // for state s and action a at s · actions + a: where T > 0
    terminal: Vec<bool>,
    start: Categorical,
    discount: f64,
    states: Vec<String>,
    actions: Vec<String>,
}

impl Mdp {
    /// Starts an MDP from its transitions T, shape (s′, s, a).
    pub fn builder(transition: Array3<f64>) -> MdpBuilder {
        MdpBuilder {
            transition,
            reward: None,
            terminal: Vec::new(),
            start: None,
            discount: 0.99,
            states: Vec::new(),
            actions: Vec::new(),
        }
    }

    /// The number of states.
    pub fn n_states(&self) -> usize {
        self.terminal.len()
    }

    /// The number of actions.
    pub fn n_actions(&self) -> usize {
        self.transition.dim().2
    }

    /// The transitions T[s′, s, a].
    pub fn transition(&self) -> &Array3<f64> {
        &self.transition
    }

    /// The states s′ to which an action may lead, those with T[s′, s, a] > 0: few in most worlds.
    ///
    /// # Panics
    /// When there is no such state or action.
    pub fn successors(&self, s: State, a: Action) -> &[State] {
        assert!(a < self.n_actions(), "successors: there is no action {a}");
        &self.successors[s * self.n_actions() + a]
    }

    /// The rewards R[s′, s, a].
    pub fn reward(&self) -> &Array3<f64> {
        &self.reward
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
    /// [`Step::discount`]: crate::world::Step::discount
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
        let after = |s: State| {
            (0..self.n_actions()).flat_map(|a| self.successors(s, a)).copied().collect()
        };
        check_reachable(&self.start, &after, &|s| label("state", &self.states, s))
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
                    allowed(s, a) && self.successors(s, a).iter().any(|&next| ends[next])
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

/// Collects the parts of an [`Mdp`]; [`build`](Self::build) checks them.
#[derive(Debug, Clone)]
pub struct MdpBuilder {
    transition: Array3<f64>,
    reward: Option<Reward>,
    terminal: Vec<State>,
    start: Option<Categorical>,
    discount: f64,
    states: Vec<String>,
    actions: Vec<String>,
}

#[derive(Debug, Clone)]
enum Reward {
    Full(Array3<f64>),
    OnArrival(Vec<f64>),
}

impl MdpBuilder {
    /// The expected rewards R[s′, s, a].
    pub fn reward(mut self, reward: Array3<f64>) -> Self {
        self.reward = Some(Reward::Full(reward));
        self
    }

    /// One reward for each state, paid on arriving there; a terminal state pays once, on entering.
    pub fn reward_on_arrival(mut self, reward: &[f64]) -> Self {
        self.reward = Some(Reward::OnArrival(reward.to_vec()));
        self
    }

    /// The states that end the task; default none.
    pub fn terminal(mut self, states: &[State]) -> Self {
        self.terminal = states.to_vec();
        self
    }

    /// Where an episode starts; default state 0.
    pub fn start(mut self, start: Categorical) -> Self {
        self.start = Some(start);
        self
    }

    /// The discount γ; default 0.99.
    pub fn discount(mut self, gamma: f64) -> Self {
        self.discount = gamma;
        self
    }

    /// Names for the states.
    pub fn states(mut self, names: &[&str]) -> Self {
        self.states = names.iter().map(|n| n.to_string()).collect();
        self
    }

    /// Names for the actions.
    pub fn actions(mut self, names: &[&str]) -> Self {
        self.actions = names.iter().map(|n| n.to_string()).collect();
        self
    }

    /// Checks the parts and puts them together.
    ///
    /// # Errors
    /// - [`Error::Empty`], [`Error::Shape`]: a part is missing or does not fit T.
    /// - [`Error::NotAProbability`], [`Error::NotNormalised`]: a column of T is not a distribution.
    /// - [`Error::BadEntry`]: a reward is not finite, or a terminal state moves or pays.
    /// - [`Error::OutOfRange`]: there is no such terminal state.
    /// - [`Error::Parameter`]: γ is not from 0 to 1.
    pub fn build(self) -> Result<Mdp> {
        let (n, columns, k) = self.transition.dim();
        if n == 0 || k == 0 {
            return Err(Error::Empty { what: "the transition array T".into() });
        }
        if n != columns {
            return Err(shape(
                "T",
                format!("({n}, {n}, {k})"),
                format!("({n}, {columns}, {k})"),
                "its axes are (next state, state, action), so the first two are equal",
            ));
        }
        for (names, len, what) in [
            (&self.states, n, "the names of the states"),
            (&self.actions, k, "the names of the actions"),
        ] {
            if !names.is_empty() && names.len() != len {
                let cure = "give one name for each, or none";
                return Err(shape(what, len.to_string(), names.len().to_string(), cure));
            }
        }
        if !(0.0..=1.0).contains(&self.discount) {
            return Err(Error::Parameter {
                name: "discount",
                value: self.discount,
                expected: "the discount gamma is from 0 to 1",
            });
        }
        let mut terminal = vec![false; n];
        for &s in &self.terminal {
            if s >= n {
                return Err(Error::OutOfRange {
                    what: "a terminal state".into(),
                    index: s,
                    len: n,
                });
            }
            terminal[s] = true;
        }
        let start = self.start.clone().unwrap_or_else(|| Categorical::one_hot(n, 0));
        if start.len() != n {
            let cure = "give one probability for each state";
            return Err(shape("the start", n.to_string(), start.len().to_string(), cure));
        }
        let reward = self.full_reward(&terminal)?;
        let t = &self.transition;
        let follows = |s, a| (0..n).filter(|&next| t[[next, s, a]] > 0.0).collect();
        let successors = (0..n * k).map(|i| follows(i / k, i % k)).collect();
        let mdp = Mdp {
            transition: self.transition,
            reward,
            successors,
            terminal,
            start,
            discount: self.discount,
            states: self.states,
            actions: self.actions,
        };
        mdp.check_columns()?;
        Ok(mdp)
    }

    fn full_reward(&self, terminal: &[bool]) -> Result<Array3<f64>> {
        let dim = self.transition.dim();
        let expected = format!("{dim:?}");
        match &self.reward {
            None => Err(shape(
                "R",
                expected,
                "nothing".into(),
                "call .reward(R) or .reward_on_arrival(&[..]) before .build()",
            )),
            Some(Reward::Full(r)) if r.dim() == dim => Ok(r.clone()),
            Some(Reward::Full(r)) => Err(shape(
                "R",
                expected,
                format!("{:?}", r.dim()),
                "R has the axes of T: (next state, state, action)",
            )),
            Some(Reward::OnArrival(r)) if r.len() == dim.0 => Ok(Array3::from_shape_fn(
                dim,
                |(next, s, _)| if terminal[s] { 0.0 } else { r[next] },
            )),
            Some(Reward::OnArrival(r)) => Err(shape(
                "the reward on arrival",
                dim.0.to_string(),
                r.len().to_string(),
                "give one number for each state",
            )),
        }
    }
}

impl Mdp {
    fn check_columns(&self) -> Result<()> {
        for s in 0..self.n_states() {
            for a in 0..self.n_actions() {
                let column = |matrix: &str| {
                    let (s, a) = (
                        label("state", &self.states, s),
                        label("action", &self.actions, a),
                    );
                    format!("{matrix}: the column of {s}, {a}")
                };
                let bad = |matrix, index, value, cure| {
                    Err(Error::BadEntry { what: column(matrix), index, value, cure })
                };
                let p: Vec<f64> =
                    (0..self.n_states()).map(|n| self.transition[[n, s, a]]).collect();
                check_probabilities(&p, &|| column("T"))?;
                for (next, &p) in p.iter().enumerate() {
                    let r = self.reward[[next, s, a]];
                    if !r.is_finite() {
                        return bad("R", next, r, "a reward is a finite number");
                    }
                    if self.terminal[s] && r != 0.0 {
                        return bad(
                            "R",
                            next,
                            r,
                            "a terminal state pays 0; pay on entering it",
                        );
                    }
                    if self.terminal[s] && next != s && p > 0.0 {
                        return bad(
                            "T",
                            next,
                            p,
                            "a terminal state stays where it is: T[s, s, a] = 1",
                        );
                    }
                }
            }
        }
        Ok(())
    }
}

fn label(what: &str, names: &[String], i: usize) -> String {
    match names.get(i) {
        Some(name) => format!("{what} {i} ({name:?})"),
        None => format!("{what} {i}"),
    }
}

fn shape(what: &str, expected: String, got: String, cure: &'static str) -> Error {
    Error::Shape { what: what.into(), expected, got, cure }
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
