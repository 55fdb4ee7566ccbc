//! Learning a transition by counting: how often did this action lead from here to there?
//!
//! Both traditions do this. In active inference the counts are Dirichlet parameters of B; in reinforcement learning their mean
//! is the estimate of T.

use ndarray::{Array3, Axis};

use super::transition::Transition;
use crate::error::{Error, Result};

/// Counts one transition, after what the same state and action had taught before has faded.
///
/// ```text
/// n(s′) ← (1 − forgetting) n(s′) for all s′,    then    n(next) ← n(next) + 1
/// ```
/// `seen`: the next states of one state and action with their counts, without the prior. With `forgetting` 0 nothing fades.
/// Only the column that was just used fades: what was not tried again is not forgotten.
pub fn update(seen: &mut Vec<(usize, f64)>, next: usize, forgetting: f64) {
    seen.iter_mut().for_each(|(_, n)| *n *= 1.0 - forgetting);
    match seen.iter_mut().find(|(to, _)| *to == next) {
        Some((_, n)) => *n += 1.0,
        None => seen.push((next, 1.0)),
    }
}

/// The expected transition probabilities: every column of counts divided by its own sum.
///
/// ```text
/// B[s′, s, u] = b[s′, s, u] / Σₛ″ b[s″, s, u]
/// ```
/// `counts`: (s′, s, u), 0 or more. A column without any count says nothing, so it becomes uniform.
///
/// ```
/// use aif_lib::prob::counts;
/// use ndarray::array;
/// let b = counts::mean(&array![[[3.0], [0.0]], [[1.0], [0.0]]]);
/// assert_eq!(b, array![[[0.75], [0.5]], [[0.25], [0.5]]]);
/// ```
pub fn mean(counts: &Array3<f64>) -> Array3<f64> {
    let mut b = counts.clone();
    let n = b.dim().0 as f64;
    for mut column in b.lanes_mut(Axis(0)) {
        let sum = column.sum();
        if sum > 0.0 { column /= sum } else { column.fill(1.0 / n) }
    }
    b
}

/// What is believed before anything was seen.
#[derive(Debug, Clone, PartialEq)]
enum Prior {
    /// The same count for every transition.
    Even(f64),
    /// Counts of one's own, (s′, s, u).
    Own(Array3<f64>),
}

/// A belief about a transition: Dirichlet counts for each state and action, the prior's and those that were seen.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut counts = TransitionCounts::new(2, 1, 0.5)?;
/// counts.observe(0, 0, 1);
/// assert_eq!(counts.mean()[[1, 0, 0]], 0.75); // (½ + 1) / (½ + ½ + 1)
/// # Ok::<(), aif_lib::Error>(())
/// ```
/// Source: Friston, FitzGerald, Rigoli, Schwartenbeck & Pezzulo (2017), Active inference: a process theory,
/// Neural Computation 29:1–49, learning of concentration parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct TransitionCounts {
    n_states: usize,
    n_actions: usize,
    prior: Prior,
    seen: Vec<Vec<(usize, f64)>>, // row (s, u) at s · n_actions + u: (s′, count)
    forgetting: f64,
}

impl TransitionCounts {
    /// The same prior count for every transition; 0 says nothing at all, so that the first observation is
    /// believed completely.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no state or no action.
    /// - [`Error::Parameter`]: the prior is negative or not finite.
    pub fn new(n_states: usize, n_actions: usize, prior: f64) -> Result<Self> {
        if !(prior >= 0.0 && prior.is_finite()) {
            return Err(Error::Parameter {
                name: "prior",
                value: prior,
                expected: "a prior count is a finite number, 0 or more",
            });
        }
        Self::build(n_states, n_actions, Prior::Even(prior))
    }

    /// Prior counts of one's own, (s′, s, u): 0 for what has not been seen, more for what is expected.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no state or no action.
    /// - [`Error::Shape`]: the first two axes differ.
    /// - [`Error::BadEntry`]: a count is negative or not finite; its column is named.
    pub fn from_counts(prior: Array3<f64>) -> Result<Self> {
        let (n, columns, k) = prior.dim();
        if n != columns {
            return Err(Error::Shape {
                what: "this array of transition counts".into(),
                expected: format!("({n}, {n}, {k})"),
                got: format!("({n}, {columns}, {k})"),
                cure: "its axes are (next state, state, action), so the first two are equal",
            });
        }
        if let Some(((next, s, u), &value)) =
            prior.indexed_iter().find(|(_, c)| !(**c >= 0.0 && c.is_finite()))
        {
            return Err(Error::BadEntry {
                what: format!("the transition counts of state {s}, action {u}"),
                index: next,
                value,
                cure: "a count is a finite number, 0 or more",
            });
        }
        Self::build(n, k, Prior::Own(prior))
    }

    fn build(n_states: usize, n_actions: usize, prior: Prior) -> Result<Self> {
        if n_states == 0 || n_actions == 0 {
            return Err(Error::Empty { what: "this array of transition counts".into() });
        }
        let seen = vec![Vec::new(); n_states * n_actions];
        Ok(Self { n_states, n_actions, prior, seen, forgetting: 0.0 })
    }

    /// The same belief that forgets: each new observation first takes this fraction off what its column has
    /// learned, so that about the last 1 / `forgetting` observations count.
    ///
    /// # Errors
    /// [`Error::Parameter`]: not a fraction.
    pub fn with_forgetting(mut self, forgetting: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&forgetting) {
            return Err(Error::Parameter {
                name: "forgetting",
                value: forgetting,
                expected: "the fraction that fades with each observation, from 0 to 1",
            });
        }
        self.forgetting = forgetting;
        Ok(self)
    }

    #[track_caller]
    fn row(&self, s: usize, u: usize) -> usize {
        let (n, k) = (self.n_states, self.n_actions);
        assert!(
            s < n && u < k,
            "state {s}, action {u}: there are {n} states and {k} actions"
        );
        s * k + u
    }

    /// Counts one transition: from `s`, action `u` led to `next`. See [`update`].
    ///
    /// # Panics
    /// When a state or the action is out of range.
    #[track_caller]
    pub fn observe(&mut self, s: usize, u: usize, next: usize) {
        let (n, row) = (self.n_states, self.row(s, u));
        assert!(next < n, "next state {next}: there are {n} states");
        update(&mut self.seen[row], next, self.forgetting);
    }

    /// The expected transition, shape (s′, s, u): every column sums to one. See [`mean`].
    ///
    /// It is a T for an [`Mdp`](crate::rl::model::Mdp) and a B for a
    /// [`GenerativeModel`](crate::aif::model::GenerativeModel).
    pub fn mean(&self) -> Array3<f64> {
        mean(&self.counts())
    }

    /// [`mean`](Self::mean) as a [`Transition`].
    pub fn transition(&self) -> Transition {
        let rows = ndarray::indices((self.n_actions, self.n_states)).into_iter();
        let row = |(u, s)| {
            let entries = (0..self.n_states).map(|next| (next, self.chance(next, s, u)));
            entries.filter(|(_, p)| *p > 0.0).collect()
        };
        Transition::new_unchecked(self.n_states, self.n_actions, rows.map(row).collect())
    }

    /// One entry of [`mean`](Self::mean): the probability that action `u` leads from `s` to `next`.
    ///
    /// # Panics
    /// When a state or the action is out of range.
    #[track_caller]
    pub fn chance(&self, next: usize, s: usize, u: usize) -> f64 {
        let column = self.column(s, u);
        let sum: f64 = column.iter().sum();
        if sum > 0.0 { column[next] / sum } else { 1.0 / self.n_states as f64 }
    }

    /// The counts, prior included, (s′, s, u).
    pub fn counts(&self) -> Array3<f64> {
        let (n, k) = (self.n_states, self.n_actions);
        let mut counts = match &self.prior {
            Prior::Even(prior) => Array3::from_elem((n, n, k), *prior),
            Prior::Own(prior) => prior.clone(),
        };
        for (s, u) in ndarray::indices((n, k)) {
            self.seen(s, u).iter().for_each(|&(next, seen)| counts[[next, s, u]] += seen);
        }
        counts
    }

    /// The counts of what followed action `u` in state `s`, one for each next state, prior included.
    ///
    /// # Panics
    /// When the state or the action is out of range.
    #[track_caller]
    pub fn column(&self, s: usize, u: usize) -> Vec<f64> {
        let mut column: Vec<f64> = match &self.prior {
            Prior::Even(prior) => vec![*prior; self.n_states],
            Prior::Own(prior) => {
                (0..self.n_states).map(|next| prior[[next, s, u]]).collect()
            }
        };
        self.seen(s, u).iter().for_each(|&(next, seen)| column[next] += seen);
        column
    }

    /// What followed action `u` in state `s`, in order of first appearance, with the counts; the prior is not in it.
    ///
    /// # Panics
    /// When the state or the action is out of range.
    #[track_caller]
    pub fn seen(&self, s: usize, u: usize) -> &[(usize, f64)] {
        &self.seen[self.row(s, u)]
    }

    /// How many observations of action `u` in state `s` still count.
    ///
    /// # Panics
    /// When the state or the action is out of range.
    #[track_caller]
    pub fn visits(&self, s: usize, u: usize) -> f64 {
        self.seen(s, u).iter().map(|(_, n)| n).sum()
    }

    /// The number of states.
    pub fn n_states(&self) -> usize {
        self.n_states
    }

    /// The number of actions.
    pub fn n_actions(&self) -> usize {
        self.n_actions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::{seeded, uniform_index};
    use ndarray::array;

    #[test]
    fn counting_by_hand() {
        // Prior ½ each; from 0 action 1 led twice to 2 and once to 0: (1.5, .5, 2.5) / 4.5.
        let mut counts = TransitionCounts::new(3, 2, 0.5).unwrap();
        [2, 0, 2].into_iter().for_each(|next| counts.observe(0, 1, next));
        let b = counts.mean();
        for (next, expected) in [1.5 / 4.5, 0.5 / 4.5, 2.5 / 4.5].into_iter().enumerate() {
            assert!((b[[next, 0, 1]] - expected).abs() < 1e-15);
            assert!(
                (b[[next, 0, 0]] - 1.0 / 3.0).abs() < 1e-15,
                "untried: the prior's mean"
            );
        }
        assert_eq!(counts.chance(2, 0, 1), b[[2, 0, 1]]);
        assert_eq!((counts.visits(0, 1), counts.visits(0, 0)), (3.0, 0.0));
        assert_eq!(counts.column(0, 1), [1.5, 0.5, 2.5]);
    }

    #[test]
    fn without_prior_the_first_observation_is_believed_and_no_column_is_empty() {
        let mut counts = TransitionCounts::new(3, 2, 0.0).unwrap();
        counts.observe(1, 0, 2);
        let b = counts.mean();
        assert_eq!(b[[2, 1, 0]], 1.0);
        assert!(b.sum_axis(Axis(0)).iter().all(|sum| (sum - 1.0).abs() < 1e-15));
    }

    #[test]
    fn forgetting_fades_the_used_column_towards_the_prior() {
        // Next state 1 twice: ½ + 1 = 1.5, then ½ + ½ (1.5 − ½) + 1 = 2. Then 0: 1.5, and ½ + ½ (2 − ½) = 1.25.
        let mut counts =
            TransitionCounts::new(2, 1, 0.5).unwrap().with_forgetting(0.5).unwrap();
        counts.observe(1, 0, 0);
        let other = counts.column(1, 0);
        counts.observe(0, 0, 1);
        counts.observe(0, 0, 1);
        assert_eq!(counts.column(0, 0), [0.5, 2.0]);
        counts.observe(0, 0, 0);
        assert_eq!(counts.column(0, 0), [1.5, 1.25]);
        assert_eq!(counts.column(1, 0), other, "another column does not fade");
        // In the long run 1 / forgetting observations count.
        (0..100).for_each(|_| counts.observe(0, 0, 1));
        assert!((counts.visits(0, 0) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn the_transition_is_the_mean() {
        let mut counts = TransitionCounts::new(4, 2, 0.0).unwrap();
        let mut rng = seeded(3);
        for _ in 0..20 {
            let [s, next] = [0; 2].map(|_| uniform_index(4, &mut rng));
            counts.observe(s, uniform_index(2, &mut rng), next);
        }
        assert_eq!(counts.transition().to_array(), counts.mean());
    }

    #[test]
    fn it_finds_the_truth() {
        // The mean of many draws from (.2, .8) is within 5 standard errors of .8.
        let mut counts = TransitionCounts::new(2, 1, 1.0).unwrap();
        let mut rng = seeded(4);
        for _ in 0..10_000 {
            counts.observe(0, 0, usize::from(uniform_index(5, &mut rng) > 0));
        }
        assert!((counts.mean()[[1, 0, 0]] - 0.8).abs() < 5.0 * 0.004);
    }

    #[test]
    fn bad_counts_are_named() {
        let text = |r: Result<TransitionCounts>| r.unwrap_err().to_string();
        let bad = text(TransitionCounts::from_counts(array![
            [[1.0, 1.0], [1.0, 1.0]],
            [[1.0, 1.0], [1.0, -2.0]]
        ]));
        assert!(bad.contains("counts of state 1, action 1: entry 1 is -2"), "{bad}");
        assert!(bad.contains("0 or more"), "{bad}");
        for prior in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(text(TransitionCounts::new(2, 2, prior)).starts_with("prior = "));
        }
        assert!(text(TransitionCounts::new(0, 2, 1.0)).contains("empty"));
        assert!(text(TransitionCounts::new(2, 0, 1.0)).contains("empty"));
        let shape = text(TransitionCounts::from_counts(Array3::ones((2, 3, 1))));
        assert!(shape.contains("(2, 3, 1), expected (2, 2, 1)"), "{shape}");
        let fraction = TransitionCounts::new(2, 1, 1.0).unwrap().with_forgetting(1.5);
        assert!(text(fraction).contains("forgetting = 1.5"));
    }

    #[test]
    #[should_panic(expected = "next state 2: there are 2 states")]
    fn a_state_out_of_range_is_named() {
        TransitionCounts::new(2, 1, 1.0).unwrap().observe(0, 0, 2);
    }
}
