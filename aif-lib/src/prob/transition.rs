//! [`Transition`]: where an action leads. T in reinforcement learning, B in active inference: one array, one type.

use std::fmt;
use std::ops::Index;

use ndarray::{Array2, Array3};

use super::categorical::{Categorical, check_probabilities};
use super::random::{Rng, uniform01};
use crate::error::{Error, Result};

/// P(s′ | s, u): for each state and action a distribution over next states. Only what is above zero is stored.
///
/// ```text
/// T[s′, s, u] = B[s′, s, u] = P(s′ | s, u),    Σₛ′ P(s′ | s, u) = 1
/// ```
/// Read one entry with `t[[next, s, u]]`, as from an array of shape (s′, s, u).
///
/// ```
/// # use aif_lib::prelude::*;
/// let t = Transition::new(&array![[[0.9], [0.0]], [[0.1], [1.0]]])?;
/// assert_eq!(t.next(0, 0), [(0, 0.9), (1, 0.1)]);
/// assert_eq!(t.next(1, 0), [(1, 1.0)]);
/// assert_eq!(t[[0, 1, 0]], 0.0);
/// assert_eq!(t.predict(&cat(&[0.5, 0.5]), 0), cat(&[0.45, 0.55]));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Transition {
    n_states: usize,
    n_actions: usize,
    starts: Vec<usize>, // row (u, s) at u · n_states + s: where it begins, and one more
    entries: Vec<(usize, f64)>, // (s′, P), ascending in s′
}

impl Transition {
    /// The transitions of an array, shape (s′, s, u).
    ///
    /// # Errors
    /// - [`Error::Empty`]: no state or no action.
    /// - [`Error::Shape`]: the first two axes differ.
    /// - [`Error::NotAProbability`], [`Error::NotNormalised`]: in the column of some state and action.
    pub fn new(array: &Array3<f64>) -> Result<Self> {
        Self::named(array, "T", &|s, u| format!("state {s}, action {u}"))
    }

    /// The same, with names for the messages: of the array, and of the column of a state and an action.
    pub(crate) fn named(
        array: &Array3<f64>,
        what: &str,
        column: &dyn Fn(usize, usize) -> String,
    ) -> Result<Self> {
        let (n, columns, k) = array.dim();
        if n == 0 || k == 0 {
            return Err(Error::Empty { what: format!("the transition array {what}") });
        }
        if n != columns {
            return Err(Error::Shape {
                what: what.into(),
                expected: format!("({n}, {n}, {k})"),
                got: format!("({n}, {columns}, {k})"),
                cure: "its axes are (next state, state, action), so the first two are equal",
            });
        }
        let mut rows = Vec::with_capacity(n * k);
        for (u, s) in ndarray::indices((k, n)) {
            let p: Vec<f64> = (0..n).map(|next| array[[next, s, u]]).collect();
            check_probabilities(&p, &|| format!("{what}: the column of {}", column(s, u)))?;
            rows.push(p.into_iter().enumerate().filter(|(_, p)| *p > 0.0).collect());
        }
        Ok(Self::new_unchecked(n, k, rows))
    }

    /// Wraps rows that are distributions by construction: row u · n + s holds (s′, P > 0), ascending in s′.
    pub(crate) fn new_unchecked(
        n_states: usize,
        n_actions: usize,
        rows: Vec<Vec<(usize, f64)>>,
    ) -> Self {
        debug_assert_eq!(rows.len(), n_states * n_actions);
        let mut starts = vec![0];
        starts.extend(rows.iter().scan(0, |end, row| {
            *end += row.len();
            Some(*end)
        }));
        Self { n_states, n_actions, starts, entries: rows.concat() }
    }

    /// The number of states.
    pub fn n_states(&self) -> usize {
        self.n_states
    }

    /// The number of actions.
    pub fn n_actions(&self) -> usize {
        self.n_actions
    }

    /// The states that can follow, in ascending order, with their probabilities.
    ///
    /// # Panics
    /// When the state or the action is out of range.
    #[inline]
    #[track_caller]
    pub fn next(&self, s: usize, u: usize) -> &[(usize, f64)] {
        &self.entries[self.range(s, u)]
    }

    /// Where the entries of [`next`](Self::next) lie among all of them: for what is kept beside them.
    #[inline]
    #[track_caller]
    pub(crate) fn range(&self, s: usize, u: usize) -> std::ops::Range<usize> {
        let (n, k) = (self.n_states, self.n_actions);
        assert!(
            s < n && u < k,
            "state {s}, action {u}: there are {n} states and {k} actions"
        );
        let row = u * n + s;
        self.starts[row]..self.starts[row + 1]
    }

    /// The number of an entry, if it is above zero.
    pub(crate) fn find(&self, next: usize, s: usize, u: usize) -> Option<usize> {
        let range = self.range(s, u);
        let found =
            self.entries[range.clone()].binary_search_by_key(&next, |entry| entry.0);
        found.ok().map(|i| range.start + i)
    }

    /// How many entries are above zero.
    pub fn n_entries(&self) -> usize {
        self.entries.len()
    }

    /// The belief after an action: Q(s′) = Σₛ P(s′ | s, u) Q(s).
    ///
    /// # Panics
    /// When the action is out of range, or the belief has another number of states.
    #[track_caller]
    pub fn predict(&self, belief: &Categorical, u: usize) -> Categorical {
        let n = self.n_states;
        assert_eq!(
            belief.len(),
            n,
            "predict: a belief about {} states, but there are {n}",
            belief.len()
        );
        let mut next = vec![0.0; n];
        self.predict_into(belief.probs(), u, &mut next);
        Categorical::new_unchecked(next)
    }

    /// [`predict`](Self::predict) on slices; `next` is overwritten.
    #[inline]
    pub(crate) fn predict_into(&self, belief: &[f64], u: usize, next: &mut [f64]) {
        next.fill(0.0);
        for (s, &q) in belief.iter().enumerate() {
            if q > 0.0 {
                for &(to, p) in self.next(s, u) {
                    next[to] += p * q;
                }
            }
        }
    }

    /// Draws a next state.
    ///
    /// # Panics
    /// When the state or the action is out of range.
    #[track_caller]
    pub fn sample(&self, s: usize, u: usize, rng: &mut dyn Rng) -> usize {
        let mut left = uniform01(rng);
        let mut chosen = s;
        for &(next, p) in self.next(s, u) {
            chosen = next; // Rounding may leave a little; the last possible state takes it.
            left -= p;
            if left < 0.0 {
                break;
            }
        }
        chosen
    }

    /// The matrix of one action, shape (s′, s).
    ///
    /// # Panics
    /// When the action is out of range.
    #[track_caller]
    pub fn matrix(&self, u: usize) -> Array2<f64> {
        let mut matrix = Array2::zeros((self.n_states, self.n_states));
        for s in 0..self.n_states {
            self.next(s, u).iter().for_each(|&(next, p)| matrix[[next, s]] = p);
        }
        matrix
    }

    /// The whole array, shape (s′, s, u).
    pub fn to_array(&self) -> Array3<f64> {
        let mut array = Array3::zeros((self.n_states, self.n_states, self.n_actions));
        for (u, s) in ndarray::indices((self.n_actions, self.n_states)) {
            self.next(s, u).iter().for_each(|&(next, p)| array[[next, s, u]] = p);
        }
        array
    }

    /// Whether every state can be entered from those where an episode may start.
    ///
    /// `name`: the words for a state in the message.
    ///
    /// # Errors
    /// [`Error::Unreachable`] names the first state that cannot.
    pub fn check_reachable(
        &self,
        starts: &Categorical,
        name: &dyn Fn(usize) -> String,
    ) -> Result<()> {
        let mut reached: Vec<bool> = starts.probs().iter().map(|p| *p > 0.0).collect();
        let mut open: Vec<usize> = (0..reached.len()).filter(|&s| reached[s]).collect();
        while let Some(s) = open.pop() {
            for &(next, _) in (0..self.n_actions).flat_map(|u| self.next(s, u)) {
                if !std::mem::replace(&mut reached[next], true) {
                    open.push(next);
                }
            }
        }
        match reached.iter().position(|reached| !reached) {
            Some(s) => Err(Error::Unreachable { state: name(s) }),
            None => Ok(()),
        }
    }
}

impl Index<[usize; 3]> for Transition {
    type Output = f64;

    /// P(s′ | s, u) at `[s′, s, u]`.
    fn index(&self, [next, s, u]: [usize; 3]) -> &f64 {
        let n = self.n_states;
        assert!(next < n, "next state {next}: there are {n} states");
        self.find(next, s, u).map_or(&0.0, |i| &self.entries[i].1)
    }
}

impl fmt::Debug for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, k, e) = (self.n_states, self.n_actions, self.entries.len());
        write!(f, "Transition: {n} states, {k} actions, {e} entries above zero")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::{seeded, uniform_index};
    use ndarray::{Axis, array};

    /// Random columns in which about half of the entries are zero.
    fn random(n: usize, k: usize, seed: u64) -> Array3<f64> {
        let mut rng = seeded(seed);
        let mut array = Array3::from_shape_fn((n, n, k), |_| {
            uniform01(&mut rng) * uniform_index(2, &mut rng) as f64
        });
        for mut column in array.lanes_mut(Axis(0)) {
            column[0] += 0.1;
            let sum = column.sum();
            column /= sum;
        }
        array
    }

    #[test]
    fn it_is_the_array_it_was_made_from() {
        let array = random(7, 3, 1);
        let t = Transition::new(&array).unwrap();
        assert_eq!(t.to_array(), array);
        for ((next, s, u), p) in array.indexed_iter() {
            assert_eq!(t[[next, s, u]], *p);
            assert_eq!(t.matrix(u)[[next, s]], *p);
        }
        assert_eq!(t.n_entries(), array.iter().filter(|p| **p > 0.0).count());
        assert_eq!((t.n_states(), t.n_actions()), (7, 3));
    }

    #[test]
    fn prediction_is_the_matrix_times_the_belief() {
        let array = random(6, 2, 2);
        let t = Transition::new(&array).unwrap();
        let belief = Categorical::from_weights(&[1.0, 0.0, 2.0, 3.0, 0.0, 4.0]).unwrap();
        for u in 0..2 {
            let slice = array.index_axis(Axis(2), u);
            let expected = slice.dot(&ndarray::Array1::from(belief.probs().to_vec()));
            for (q, e) in t.predict(&belief, u).probs().iter().zip(&expected) {
                assert!((q - e).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn draws_have_the_probabilities_of_their_column() {
        let t = Transition::new(&array![[[0.2], [1.0]], [[0.8], [0.0]]]).unwrap();
        let mut rng = seeded(3);
        let ones: usize = (0..20_000).map(|_| t.sample(0, 0, &mut rng)).sum();
        // Five standard errors: 5 √(.16 / 20000).
        assert!((ones as f64 / 20_000.0 - 0.8).abs() < 0.0142, "{ones}");
        assert!((0..100).all(|_| t.sample(1, 0, &mut rng) == 0));
    }

    #[test]
    fn a_state_that_cannot_be_entered_is_named() {
        let t = Transition::new(&array![
            [[1.0], [0.0], [0.0]],
            [[0.0], [0.0], [1.0]],
            [[0.0], [1.0], [0.0]]
        ])
        .unwrap();
        let name = |s: usize| format!("room {s}");
        let from = |s| t.check_reachable(&Categorical::one_hot(3, s), &name);
        assert!(from(0).unwrap_err().to_string().contains("room 1"));
        assert!(from(1).unwrap_err().to_string().contains("room 0"));
        assert!(t.check_reachable(&Categorical::uniform(3), &name).is_ok());
    }

    #[test]
    fn bad_arrays_are_named() {
        let text = |a: Array3<f64>| Transition::new(&a).unwrap_err().to_string();
        assert!(text(Array3::zeros((0, 0, 1))).contains("T is empty"));
        assert!(text(Array3::zeros((2, 3, 1))).contains("(2, 3, 1), expected (2, 2, 1)"));
        let bad = text(array![[[1.0], [0.5]], [[0.0], [0.4]]]);
        assert!(bad.contains("T: the column of state 1, action 0"), "{bad}");
        assert!(text(array![[[f64::NAN]]]).contains("NaN"));
    }

    #[test]
    #[should_panic(expected = "state 2, action 0: there are 2 states and 1 actions")]
    fn a_state_out_of_range_is_named() {
        Transition::new(&array![[[1.0], [0.0]], [[0.0], [1.0]]]).unwrap().next(2, 0);
    }

    #[test]
    #[should_panic(expected = "a belief about 3 states, but there are 2")]
    fn a_belief_of_another_length_is_named() {
        let t = Transition::new(&array![[[1.0], [0.0]], [[0.0], [1.0]]]).unwrap();
        t.predict(&Categorical::uniform(3), 0);
    }
}
