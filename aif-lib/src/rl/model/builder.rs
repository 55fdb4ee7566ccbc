//! [`MdpBuilder`]: the parts of an MDP, checked and put together.

use ndarray::Array3;

use super::{Mdp, label};
use crate::error::{Error, Result};
use crate::interaction::State;
use crate::prob::categorical::Categorical;
use crate::prob::transition::Transition;

/// Collects the parts of an [`Mdp`]; [`build`](Self::build) checks them.
#[derive(Debug, Clone)]
pub struct MdpBuilder {
    transition: Given,
    reward: Option<Reward>,
    terminal: Vec<State>,
    start: Option<Categorical>,
    discount: f64,
    states: Vec<String>,
    actions: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) enum Given {
    Array(Array3<f64>),
    Sparse(Transition),
}

#[derive(Debug, Clone)]
pub(super) enum Reward {
    Full(Array3<f64>),
    OnArrival(Vec<f64>),
    Entries(Vec<f64>),
}

impl MdpBuilder {
    pub(super) fn new(transition: Given, reward: Option<Reward>) -> Self {
        Self {
            transition,
            reward,
            terminal: Vec::new(),
            start: None,
            discount: 0.99,
            states: Vec::new(),
            actions: Vec::new(),
        }
    }

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
        let Self { transition, reward, terminal, start, discount, states, actions } = self;
        let (n, k) = match &transition {
            Given::Array(t) => (t.dim().0, t.dim().2),
            Given::Sparse(t) => (t.n_states(), t.n_actions()),
        };
        let column = |s: usize, a: usize| column(&states, &actions, s, a);
        let transition = match transition {
            Given::Array(t) => Transition::named(&t, "T", &column)?,
            Given::Sparse(t) => t,
        };
        for (names, len, what) in [
            (&states, n, "the names of the states"),
            (&actions, k, "the names of the actions"),
        ] {
            if !names.is_empty() && names.len() != len {
                let cure = "give one name for each, or none";
                return Err(shape(what, len.to_string(), names.len().to_string(), cure));
            }
        }
        if !(0.0..=1.0).contains(&discount) {
            return Err(Error::Parameter {
                name: "discount",
                value: discount,
                expected: "the discount gamma is from 0 to 1",
            });
        }
        let mut ends = vec![false; n];
        for &s in &terminal {
            let what = || "a terminal state".into();
            let end = ends.get_mut(s);
            *end.ok_or_else(|| Error::OutOfRange { what: what(), index: s, len: n })? =
                true;
        }
        let start = start.unwrap_or_else(|| Categorical::one_hot(n, 0));
        if start.len() != n {
            let cure = "give one probability for each state";
            return Err(shape("the start", n.to_string(), start.len().to_string(), cure));
        }
        let reward = entries(reward, &transition, &ends, &column)?;
        let terminal = ends;
        let mdp = Mdp { transition, reward, terminal, start, discount, states, actions };
        check_outcomes(&mdp)?;
        Ok(mdp)
    }
}

/// One reward for each entry of T.
fn entries(
    reward: Option<Reward>,
    t: &Transition,
    ends: &[bool],
    column: &dyn Fn(usize, usize) -> String,
) -> Result<Vec<f64>> {
    let (n, k) = (t.n_states(), t.n_actions());
    let expected = format!("{:?}", (n, n, k));
    let of: Box<dyn Fn(usize, usize, usize) -> f64> = match reward {
        None => {
            let cure = "call .reward(R) or .reward_on_arrival(&[..]) before .build()";
            return Err(shape("R", expected, "nothing".into(), cure));
        }
        Some(Reward::Entries(entries)) => return Ok(entries),
        Some(Reward::Full(r)) if r.dim() != (n, n, k) => {
            let cure = "R has the axes of T: (next state, state, action)";
            return Err(shape("R", expected, format!("{:?}", r.dim()), cure));
        }
        Some(Reward::OnArrival(r)) if r.len() != n => {
            let cure = "give one number for each state";
            let (expected, got) = (n.to_string(), r.len().to_string());
            return Err(shape("the reward on arrival", expected, got, cure));
        }
        Some(Reward::Full(r)) => {
            // What cannot happen is not kept, but a number that is none is a mistake there too.
            if let Some(((next, s, a), &value)) =
                r.indexed_iter().find(|(_, r)| !r.is_finite())
            {
                return Err(not_finite(column(s, a), next, value));
            }
            Box::new(move |next, s, a| r[[next, s, a]])
        }
        Some(Reward::OnArrival(r)) => {
            Box::new(move |next, s, _| if ends[s] { 0.0 } else { r[next] })
        }
    };
    let rows = ndarray::indices((k, n)).into_iter();
    let paid = |(a, s)| t.next(s, a).iter().map(move |(next, _)| (*next, s, a));
    Ok(rows.flat_map(paid).map(|(next, s, a)| of(next, s, a)).collect())
}

/// Every reward is a number; a terminal state stays where it is and pays nothing.
fn check_outcomes(mdp: &Mdp) -> Result<()> {
    let column = |s, a| column(&mdp.states, &mdp.actions, s, a);
    for (s, a) in ndarray::indices((mdp.n_states(), mdp.n_actions())) {
        for (next, p, r) in mdp.outcomes(s, a) {
            let bad = |matrix, value, cure| {
                let what = format!("{matrix}: the column of {}", column(s, a));
                Err(Error::BadEntry { what, index: next, value, cure })
            };
            if !r.is_finite() {
                return Err(not_finite(column(s, a), next, r));
            }
            if mdp.is_terminal(s) && r != 0.0 {
                return bad("R", r, "a terminal state pays 0; pay on entering it");
            }
            if mdp.is_terminal(s) && next != s {
                return bad("T", p, "a terminal state stays where it is: T[s, s, a] = 1");
            }
        }
    }
    Ok(())
}

/// The words for a column of T or R.
fn column(states: &[String], actions: &[String], s: usize, a: usize) -> String {
    format!("{}, {}", label("state", states, s), label("action", actions, a))
}

fn not_finite(column: String, index: usize, value: f64) -> Error {
    let what = format!("R: the column of {column}");
    Error::BadEntry { what, index, value, cure: "a reward is a finite number" }
}

fn shape(what: &str, expected: String, got: String, cure: &'static str) -> Error {
    Error::Shape { what: what.into(), expected, got, cure }
}
