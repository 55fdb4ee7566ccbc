//! [`Hmm`]: one hidden state, one sense, full tables. The filter and the smoother that learning runs thousands of times.
//!
//! A [`GenerativeModel`] has many factors and senses and stores only what is possible;
//! it is what an agent plans with. A model that is still to be learned has no zeros to leave out, and needs no preferences.
//!
//! Dual: [`crate::rl::perceive`], which remembers an episode instead of explaining it.

use std::fmt;

use ndarray::{Array1, Array2, Array3, ArrayView1, Axis};

use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs, State, Trajectory};
use crate::prob::categorical::{Categorical, check_probabilities};
use crate::prob::random::Rng;

/// What was seen in one episode, and what was done in between.
///
/// `observations[t + 1]` is what followed `actions[t]`, so there is one action fewer. Episodes are kept apart: between the
/// last moment of one and the first of the next nothing was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What was seen at each moment.
    pub observations: Vec<Obs>,
    /// What was done between every two moments.
    pub actions: Vec<Action>,
}

impl Record {
    /// A record in which nothing can be done: every action is 0.
    ///
    /// # Errors
    /// [`Error::Empty`]: nothing was seen.
    pub fn passive(observations: &[Obs]) -> Result<Self> {
        let actions = vec![0; observations.len().saturating_sub(1)];
        Self::new(observations.to_vec(), actions)
    }

    /// A record from its two lists.
    ///
    /// # Errors
    /// - [`Error::Empty`]: nothing was seen.
    /// - [`Error::Shape`]: not one action between every two observations.
    pub fn new(observations: Vec<Obs>, actions: Vec<Action>) -> Result<Self> {
        let record = Self { observations, actions };
        record.check()?;
        Ok(record)
    }

    /// The lists are open, so they may have been changed since.
    fn check(&self) -> Result<()> {
        if self.observations.is_empty() {
            return Err(Error::Empty { what: "the list of observations".into() });
        }
        if self.actions.len() + 1 != self.observations.len() {
            return Err(Error::Shape {
                what: "the list of actions".into(),
                expected: (self.observations.len() - 1).to_string(),
                got: self.actions.len().to_string(),
                cure: "an episode has one action between every two observations; give each episode a record of its own",
            });
        }
        Ok(())
    }

    /// The record of an episode.
    pub fn of(episode: &Trajectory) -> Self {
        let seen = episode.steps.iter().map(|(_, step)| step.obs);
        let observations = std::iter::once(episode.first).chain(seen).collect();
        Self { observations, actions: episode.actions() }
    }

    /// The number of observations.
    pub fn len(&self) -> usize {
        self.observations.len()
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.observations.is_empty()
    }
}

/// What an HMM believes about each moment of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Beliefs {
    /// (time, state); each row is a distribution.
    pub beliefs: Array2<f64>,
    /// ln P(oₜ given all before), one for each time. Their sum is the log evidence of the record.
    pub log_evidence: Vec<f64>,
}

impl Beliefs {
    /// −ln P(o₁ … o_T), in nats.
    pub fn surprise(&self) -> f64 {
        -self.log_evidence.iter().sum::<f64>()
    }
}

/// A hidden Markov model, with actions.
///
/// ```text
/// P(o, s | u) = D[s₁] A[o₁, s₁] Πₜ B[sₜ₊₁, sₜ, uₜ] A[oₜ₊₁, sₜ₊₁]
/// ```
/// Shapes: A (o, s), B (s′, s, u), D (s). Without actions B has a last axis of length 1.
///
/// ```
/// # use aif_lib::prelude::*;
/// let b = array![[0.9, 0.2], [0.1, 0.8]].insert_axis(Axis(2));
/// let fox = Hmm::new(array![[0.8, 0.3], [0.2, 0.7]], b, array![0.9, 0.1])?;
/// assert!((fox.filter(&Record::passive(&[0, 1, 1])?)?.surprise() - 2.617_021_903).abs() < 1e-9);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Hmm {
    a: Array2<f64>,
    b: Array3<f64>,
    d: Array1<f64>,
    ahead: Vec<Vec<f64>>, // B of each action, column after column: where a state leads
    back: Vec<Vec<f64>>,  // B of each action, row after row: where a state comes from
}

/// What a notebook shows: the tables.
impl fmt::Debug for Hmm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_tables(f, &self.a, &self.b, &self.d)
    }
}

/// A, B and D one below the other, with four decimals.
pub(crate) fn show_tables(
    f: &mut fmt::Formatter<'_>,
    a: &Array2<f64>,
    b: &Array3<f64>,
    d: &Array1<f64>,
) -> fmt::Result {
    writeln!(f, "A (outcome, state)\n{a:.4}")?;
    for (u, b) in b.axis_iter(Axis(2)).enumerate() {
        writeln!(f, "B (next state, state), action {u}\n{b:.4}")?;
    }
    write!(f, "D (state)\n{d:.4}")
}

/// What [`Hmm::look_back`] shows of a moment: its number, the smoothed belief, and w.
pub(crate) type Visit<'a> = dyn FnMut(usize, &[f64], &[f64]) + 'a;

impl Hmm {
    /// A model from its tables, each column checked.
    ///
    /// # Errors
    /// - [`Error::Shape`]: the tables do not fit each other.
    /// - [`Error::Empty`], [`Error::NotAProbability`], [`Error::NotNormalised`]: a column is not a distribution; it is named.
    pub fn new(a: Array2<f64>, b: Array3<f64>, d: Array1<f64>) -> Result<Self> {
        let n = d.len();
        let shape = |what: &str, expected: String, got: String| {
            let cure = "A is (outcome, state), B (next state, state, action), D (state)";
            Err(Error::Shape { what: what.into(), expected, got, cure })
        };
        if a.ncols() != n {
            return shape("A", format!("(…, {n})"), format!("{:?}", a.dim()));
        }
        if b.dim().0 != n || b.dim().1 != n || b.dim().2 == 0 {
            let expected = format!("({n}, {n}, 1 or more)");
            return shape("B", expected, format!("{:?}", b.dim()));
        }
        check_probabilities(&d.to_vec(), &|| "D".into())?;
        for (s, column) in a.columns().into_iter().enumerate() {
            check_probabilities(&column.to_vec(), &|| format!("A, column {s}"))?;
        }
        for ((s, u), column) in
            ndarray::indices((n, b.dim().2)).into_iter().zip(b.lanes(Axis(0)))
        {
            check_probabilities(&column.to_vec(), &|| format!("B, state {s}, action {u}"))?;
        }
        Ok(Self::new_unchecked(a, b, d))
    }

    /// Weights of any size: what variational learning uses in the place of probabilities.
    pub(crate) fn new_unchecked(a: Array2<f64>, b: Array3<f64>, d: Array1<f64>) -> Self {
        let slices = || b.axis_iter(Axis(2));
        let ahead = slices().map(|b| b.t().iter().copied().collect()).collect();
        let back = slices().map(|b| b.iter().copied().collect()).collect();
        Self { a, b, d, ahead, back }
    }

    /// The tables of a [`GenerativeModel`] with one modality, over its joint states.
    ///
    /// # Errors
    /// [`Error::Shape`]: the model has several modalities, or several factors.
    pub fn of(model: &GenerativeModel) -> Result<Self> {
        for (what, got) in [
            ("the set of modalities", model.n_modalities()),
            ("the set of factors", model.n_factors()),
        ] {
            if got != 1 {
                let cure = "an Hmm has one sense and one hidden state; write the model with a single one of each";
                let (expected, got) = ("1".into(), got.to_string());
                return Err(Error::Shape { what: what.into(), expected, got, cure });
            }
        }
        let a = model.likelihood(0).clone().into_dimensionality().map_err(|_| {
            Error::Shape {
                what: "A".into(),
                expected: "(outcome, state)".into(),
                got: format!("{:?}", model.likelihood(0).shape()),
                cure: "an Hmm senses its one hidden state",
            }
        })?;
        let d = Array1::from(model.prior().probs().to_vec());
        Ok(Self::new_unchecked(a, model.transition().to_array(), d))
    }

    /// A model drawn at random: each column from a flat Dirichlet distribution, where all distributions are equally likely.
    ///
    /// # Errors
    /// [`Error::Empty`]: no state, no outcome or no action.
    pub fn random(
        states: usize,
        outcomes: usize,
        actions: usize,
        rng: &mut dyn Rng,
    ) -> Result<Self> {
        if states * outcomes * actions == 0 {
            return Err(Error::Empty {
                what: "the set of states, outcomes or actions".into(),
            });
        }
        let mut column = |n: usize| {
            let weights: Vec<f64> =
                (0..n).map(|_| -(1.0 - crate::prob::random::uniform01(rng)).ln()).collect();
            let sum: f64 = weights.iter().sum();
            weights.into_iter().map(move |w| w / sum)
        };
        let (mut a, mut b) =
            (Array2::zeros((outcomes, states)), Array3::zeros((states, states, actions)));
        a.columns_mut()
            .into_iter()
            .for_each(|mut lane| lane.assign(&Array1::from_iter(column(outcomes))));
        b.lanes_mut(Axis(0))
            .into_iter()
            .for_each(|mut lane| lane.assign(&Array1::from_iter(column(states))));
        let d = Array1::from_iter(column(states));
        Ok(Self::new_unchecked(a, b, d))
    }

    /// The likelihood A, (outcome, state).
    pub fn a(&self) -> &Array2<f64> {
        &self.a
    }

    /// The transition B, (next state, state, action).
    pub fn b(&self) -> &Array3<f64> {
        &self.b
    }

    /// The prior D, (state).
    pub fn d(&self) -> &Array1<f64> {
        &self.d
    }

    /// The number of states.
    pub fn n_states(&self) -> usize {
        self.d.len()
    }

    /// The number of outcomes.
    pub fn n_outcomes(&self) -> usize {
        self.a.nrows()
    }

    /// The number of actions.
    pub fn n_actions(&self) -> usize {
        self.ahead.len()
    }

    /// How many numbers the model is free to choose: in every column all but one.
    pub fn n_parameters(&self) -> usize {
        let (n, k) = (self.n_states(), self.n_actions());
        n - 1 + n * (self.n_outcomes() - 1) + k * n * (n - 1)
    }

    /// Runs the model forward: hidden states and what they show.
    ///
    /// # Errors
    /// [`Error::OutOfRange`]: there is no such action.
    pub fn sample(
        &self,
        actions: &[Action],
        rng: &mut dyn Rng,
    ) -> Result<(Vec<State>, Record)> {
        self.check_actions(actions)?;
        let mut draw =
            |p: ArrayView1<'_, f64>| Categorical::new_unchecked(p.to_vec()).sample(rng);
        let mut states = vec![draw(self.d.view())];
        let mut observations = vec![draw(self.a.column(states[0]))];
        for (t, &u) in actions.iter().enumerate() {
            states.push(draw(self.b.index_axis(Axis(2), u).column(states[t])));
            observations.push(draw(self.a.column(states[t + 1])));
        }
        Ok((states, Record { observations, actions: actions.to_vec() }))
    }

    fn check_actions(&self, actions: &[Action]) -> Result<()> {
        let len = self.n_actions();
        match actions.iter().position(|u| *u >= len) {
            Some(t) => {
                let what = format!("the action at time {t}");
                Err(Error::OutOfRange { what, index: actions[t], len })
            }
            None => Ok(()),
        }
    }

    pub(crate) fn check(&self, record: &Record) -> Result<()> {
        record.check()?;
        let Record { observations, actions } = record;
        self.check_actions(actions)?;
        let len = self.n_outcomes();
        match observations.iter().position(|o| *o >= len) {
            Some(t) => {
                let what = format!("the observation at time {t}");
                Err(Error::OutOfRange { what, index: observations[t], len })
            }
            None => Ok(()),
        }
    }

    /// The belief about each moment, from what was seen up to then.
    ///
    /// ```text
    /// qₜ(s) = A[oₜ, s] Σₛ″ B[s, s″, u] qₜ₋₁(s″) / cₜ,      ln P(o) = Σₜ ln cₜ
    /// ```
    /// Dividing by cₜ at every step keeps the numbers away from 0, however long the record.
    ///
    /// # Errors
    /// - [`Error::Empty`], [`Error::Shape`], [`Error::OutOfRange`]: the record does not fit itself or the model.
    /// - [`Error::ImpossibleObservation`]: the model rules out what was seen; the time is told.
    pub fn filter(&self, record: &Record) -> Result<Beliefs> {
        self.check(record)?;
        let n = self.n_states();
        let mut beliefs = vec![0.0; n * record.len()];
        let mut log_evidence = Vec::with_capacity(record.len());
        for (t, &o) in record.observations.iter().enumerate() {
            let (before, now) = beliefs.split_at_mut(n * t);
            let now = &mut now[..n];
            match t {
                0 => now.iter_mut().zip(&self.d).for_each(|(q, d)| *q = *d),
                _ => mix(&before[n * (t - 1)..], &self.ahead[record.actions[t - 1]], now),
            }
            let mut evidence = 0.0;
            for (q, a) in now.iter_mut().zip(self.a.row(o)) {
                *q *= a;
                evidence += *q;
            }
            if evidence == 0.0 {
                return Err(self.impossible(record, &before[n * t.saturating_sub(1)..], t));
            }
            now.iter_mut().for_each(|q| *q /= evidence);
            log_evidence.push(evidence.ln());
        }
        let beliefs = Array2::from_shape_vec((record.len(), n), beliefs)
            .expect("a row for each time");
        Ok(Beliefs { beliefs, log_evidence })
    }

    fn impossible(&self, record: &Record, before: &[f64], t: usize) -> Error {
        let mut predicted = self.d.to_vec();
        if t > 0 {
            mix(before, &self.ahead[record.actions[t - 1]], &mut predicted);
        }
        let observation = format!("{} at time {t}", record.observations[t]);
        Error::ImpossibleObservation { observation, prediction: format!("{predicted:.4?}") }
    }

    /// The belief about each moment in the light of the whole record.
    ///
    /// ```text
    /// P(sₜ | all) = qₜ(s) βₜ(s),    βₜ(s) = Σₛ′ B[s′, s, u] A[oₜ₊₁, s′] βₜ₊₁(s′) / cₜ₊₁,    β_T = 1
    /// ```
    ///
    /// # Errors
    /// As [`filter`](Self::filter).
    pub fn smooth(&self, record: &Record) -> Result<Beliefs> {
        let filtered = self.filter(record)?;
        let mut beliefs = Array2::zeros(filtered.beliefs.raw_dim());
        self.look_back(record, &filtered, &mut |t, belief, _| {
            beliefs.row_mut(t).assign(&ArrayView1::from(belief));
        });
        Ok(Beliefs { beliefs, log_evidence: filtered.log_evidence })
    }

    /// The backward pass. At each time, from the last to the first, `visit` gets the smoothed belief, and
    /// wₜ(s) = A[oₜ, s] βₜ(s) / cₜ: the joint belief about two moments is B[s′, s] wₜ₊₁(s′) qₜ(s).
    pub(crate) fn look_back(
        &self,
        record: &Record,
        filtered: &Beliefs,
        visit: &mut Visit<'_>,
    ) {
        let n = self.n_states();
        let (mut later, mut weight, mut belief) =
            (vec![1.0; n], vec![0.0; n], vec![0.0; n]);
        for t in (0..record.len()).rev() {
            let scale = (-filtered.log_evidence[t]).exp();
            let (q, a) = (filtered.beliefs.row(t), self.a.row(record.observations[t]));
            for (s, w) in weight.iter_mut().enumerate() {
                *w = a[s] * later[s] * scale;
                belief[s] = q[s] * later[s];
            }
            visit(t, &belief, &weight);
            if t > 0 {
                mix(&weight, &self.back[record.actions[t - 1]], &mut later);
            }
        }
    }
}

/// A weighted sum of lists that lie one after the other: `sum[i] = Σₖ weights[k] · lists[k · n + i]`.
///
/// Eight lists at a time, so that each sum is fetched and stored once for eight products. What is small needs no loop at all.
fn mix(weights: &[f64], lists: &[f64], sum: &mut [f64]) {
    match sum.len() {
        2 => return mix_few::<2>(weights, lists, sum),
        3 => return mix_few::<3>(weights, lists, sum),
        4 => return mix_few::<4>(weights, lists, sum),
        _ => {}
    }
    let n = sum.len();
    sum.fill(0.0);
    let mut at = 0;
    for w in weights[..n].chunks_exact(8) {
        let list: [&[f64]; 8] =
            std::array::from_fn(|k| &lists[(at + k) * n..(at + k + 1) * n]);
        for (i, x) in sum.iter_mut().enumerate() {
            let low = w[0] * list[0][i]
                + w[1] * list[1][i]
                + (w[2] * list[2][i] + w[3] * list[3][i]);
            let high = w[4] * list[4][i]
                + w[5] * list[5][i]
                + (w[6] * list[6][i] + w[7] * list[7][i]);
            *x += low + high;
        }
        at += 8;
    }
    for (k, &w) in weights[..n].iter().enumerate().skip(at) {
        sum.iter_mut().zip(&lists[k * n..(k + 1) * n]).for_each(|(x, b)| *x += w * b);
    }
}

/// [`mix`] of so few numbers that they stay in registers; added up in the same order.
fn mix_few<const N: usize>(weights: &[f64], lists: &[f64], sum: &mut [f64]) {
    let (weights, lists) = (&weights[..N], &lists[..N * N]);
    let mut all = [0.0; N];
    for (w, list) in weights.iter().zip(lists.chunks_exact(N)) {
        all.iter_mut().zip(list).for_each(|(x, b)| *x += w * b);
    }
    sum.copy_from_slice(&all);
}
