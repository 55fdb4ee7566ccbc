//! Expectation and maximisation for a hidden Markov model: count what is believed to have happened, then believe the counts.
//!
//! ```text
//! F(q, θ) = E_q[−ln P(o, s | θ)] − H[q] ≥ −ln P(o | θ)      E: lower F in q (it becomes tight); M: lower F in θ
//! ```
//! Source: Baum, Petrie, Soules & Weiss (1970); as descent on one free energy, Neal & Hinton (1998).
//!
//! Dual: [`crate::rl::learn::sample_average`].

use std::fmt;

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, Array3, ArrayView2, ArrayViewMut1, Axis};

use crate::aif::perceive::hmm::{Hmm, Record, show_tables};
use crate::error::{Error, Result};
use crate::prob::random::stream;

/// How many steps of one action are gathered before their joint beliefs are added up in one product of matrices.
const BATCH: usize = 256;

/// How often each thing is believed to have happened in some records.
#[derive(Clone, PartialEq)]
pub struct ExpectedCounts {
    /// How often state s showed o, (o, s).
    pub a: Array2<f64>,
    /// How often action u led from s to s′, (s′, s, u).
    pub b: Array3<f64>,
    /// How often a record began in s, (s).
    pub d: Array1<f64>,
    /// ln P(records) under the model that believes this.
    pub log_evidence: f64,
}

/// What a notebook shows: the tables.
impl fmt::Debug for ExpectedCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_tables(f, &self.a, &self.b, &self.d)
    }
}

/// The expected counts of records: the E step.
///
/// ```text
/// D[s] = Σ P(s₁ = s),   A[o, s] = Σₜ 1[oₜ = o] P(sₜ = s),   B[s′, s, u] = Σₜ 1[uₜ = u] P(sₜ₊₁ = s′, sₜ = s)      all given the whole record
/// ```
///
/// # Errors
/// - [`Error::Empty`]: no record.
/// - Otherwise as [`Hmm::filter`].
///
/// ```
/// # use aif_lib::prelude::*;
/// let b = array![[0.9, 0.2], [0.1, 0.8]].insert_axis(Axis(2));
/// let fox = Hmm::new(array![[0.8, 0.3], [0.2, 0.7]], b, array![0.9, 0.1])?;
/// let counts = expected_counts(&fox, &[Record::passive(&[0, 1, 1])?])?;
/// assert!((counts.d[0] - 0.857_847_165).abs() < 1e-9 && (counts.a.sum() - 3.0).abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn expected_counts(model: &Hmm, records: &[Record]) -> Result<ExpectedCounts> {
    if records.is_empty() {
        return Err(Error::Empty { what: "the list of records".into() });
    }
    let (n, k) = (model.n_states(), model.n_actions());
    let mut counts = ExpectedCounts {
        a: Array2::zeros(model.a().raw_dim()),
        b: Array3::zeros(model.b().raw_dim()),
        d: Array1::zeros(n),
        log_evidence: 0.0,
    };
    // For each action, Σₜ w(s′) q(s) over the steps in which it was taken.
    let mut sums = vec![Array2::zeros((n, n)); k];
    let mut batches = vec![Batch::new(n); k];
    for record in records {
        let filtered = model.filter(record)?;
        counts.log_evidence -= filtered.surprise();
        let beliefs = filtered.beliefs.as_slice().expect("rows in order");
        let shown = counts.a.as_slice_mut().expect("rows in order");
        model.look_back(record, &filtered, &mut |t, belief, weight| {
            let o = record.observations[t];
            shown[o * n..][..n].iter_mut().zip(belief).for_each(|(a, q)| *a += q);
            if t == 0 {
                counts.d.iter_mut().zip(belief).for_each(|(d, q)| *d += q);
                return;
            }
            let u = record.actions[t - 1];
            batches[u].add(weight, &beliefs[(t - 1) * n..][..n], &mut sums[u]);
        });
    }
    for (u, (batch, sum)) in batches.iter_mut().zip(&mut sums).enumerate() {
        batch.flush(sum);
        let mut b = counts.b.index_axis_mut(Axis(2), u);
        b.assign(&(&*sum * &model.b().index_axis(Axis(2), u)));
    }
    Ok(counts)
}

/// Pairs of vectors whose outer products are added up many at a time.
#[derive(Clone)]
struct Batch {
    n: usize,
    later: Vec<f64>,
    before: Vec<f64>,
}

impl Batch {
    fn new(n: usize) -> Self {
        let empty = || Vec::with_capacity(BATCH * n);
        Self { n, later: empty(), before: empty() }
    }

    fn add(&mut self, later: &[f64], before: &[f64], sum: &mut Array2<f64>) {
        self.later.extend_from_slice(later);
        self.before.extend_from_slice(before);
        if self.later.len() == BATCH * self.n {
            self.flush(sum);
        }
    }

    fn flush(&mut self, sum: &mut Array2<f64>) {
        let shape = (self.later.len() / self.n, self.n);
        let view = |x| ArrayView2::from_shape(shape, x).expect("rows of n numbers");
        let (later, before) = (view(&self.later), view(&self.before));
        general_mat_mul(1.0, &later.t(), &before, 1.0, sum);
        self.later.clear();
        self.before.clear();
    }
}

/// Believes the counts: each column, with `prior` added to every count, divided by its sum. The M step.
///
/// ```text
/// A[o, s] = (a[o, s] + prior) / Σₒ′ (a[o′, s] + prior),    B and D alike
/// ```
/// Of all models it gives the counts the highest expected log probability; a prior count makes it the most probable model
/// under a Dirichlet prior with the counts 1 + prior.
///
/// # Errors
/// - [`Error::Parameter`]: the prior is negative or not finite.
/// - [`Error::NoCounts`]: a column has no count at all; it is named.
pub fn maximise(counts: &ExpectedCounts, prior: f64) -> Result<Hmm> {
    if !(prior >= 0.0 && prior.is_finite()) {
        let expected = "a prior count is a finite number, 0 or more";
        return Err(Error::Parameter { name: "prior", value: prior, expected });
    }
    let believed = |mut column: ArrayViewMut1<'_, f64>, name: &dyn Fn() -> String| {
        column += prior;
        let sum = column.sum();
        if sum > 0.0 {
            column /= sum;
            return Ok(());
        }
        Err(Error::NoCounts { what: name() })
    };
    let (mut a, mut b, mut d) = (counts.a.clone(), counts.b.clone(), counts.d.clone());
    believed(d.view_mut(), &|| "D".into())?;
    for (s, column) in a.columns_mut().into_iter().enumerate() {
        believed(column, &|| format!("A, state {s}"))?;
    }
    let places = ndarray::indices((d.len(), b.dim().2)).into_iter();
    for ((s, u), column) in places.zip(b.lanes_mut(Axis(0))) {
        believed(column, &|| format!("B, state {s}, action {u}"))?;
    }
    Ok(Hmm::new_unchecked(a, b, d))
}

/// The free energy of the beliefs behind `counts`, which came from the model `believer`, under the parameters of another model.
///
/// ```text
/// F(q, θ) = −ln P(o | θ_q) + Σ n (ln θ_q − ln θ)      n: the counts that q expects, θ_q: the model for which q is exact
/// ```
/// With `model` equal to `believer` it is the surprise: the E step has made F tight. It is +∞ where the model rules out what
/// was counted.
///
/// # Panics
/// When the models differ in shape.
pub fn free_energy(counts: &ExpectedCounts, believer: &Hmm, model: &Hmm) -> f64 {
    let cost = |n: f64, q: f64, p: f64| if n > 0.0 { n * (q.ln() - p.ln()) } else { 0.0 };
    let mut total = -counts.log_evidence;
    ndarray::Zip::from(&counts.a)
        .and(believer.a())
        .and(model.a())
        .for_each(|n, q, p| total += cost(*n, *q, *p));
    ndarray::Zip::from(&counts.b)
        .and(believer.b())
        .and(model.b())
        .for_each(|n, q, p| total += cost(*n, *q, *p));
    ndarray::Zip::from(&counts.d)
        .and(believer.d())
        .and(model.d())
        .for_each(|n, q, p| total += cost(*n, *q, *p));
    total
}

/// One sweep: E, then M. Returns the model after it, and the surprise of the model before it.
///
/// # Errors
/// As [`expected_counts`] and [`maximise`].
pub fn sweep(model: &Hmm, records: &[Record], prior: f64) -> Result<(Hmm, f64)> {
    let counts = expected_counts(model, records)?;
    Ok((maximise(&counts, prior)?, -counts.log_evidence))
}

/// When [`baum_welch`] stops, and what it believes before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EmOptions {
    /// The prior count of each entry; default 0, maximum likelihood.
    pub prior: f64,
    /// The most sweeps; default 500.
    pub sweeps: usize,
    /// It stops when a sweep lowers the surprise by less than this, in nats; default 1e-6.
    pub tolerance: f64,
}

impl Default for EmOptions {
    fn default() -> Self {
        Self { prior: 0.0, sweeps: 500, tolerance: 1e-6 }
    }
}

/// What was learned, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// The model at the end.
    pub model: Hmm,
    /// −ln P(records), before each sweep and at the end, in nats.
    pub surprise: Vec<f64>,
}

impl Learned {
    /// The surprise at the end.
    pub fn last(&self) -> f64 {
        *self.surprise.last().expect("the surprise of the start")
    }
}

/// Learns a model from records, from a start of one's own: the algorithm of Baum and Welch.
///
/// # Errors
/// - [`Error::MoreStatesThanData`]: fewer observations than states.
/// - Otherwise as [`sweep`].
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut rng = seeded(1);
/// let (_, record) = Hmm::random(2, 3, 1, &mut rng)?.sample(&[0; 99], &mut rng)?;
/// let learned = baum_welch(&Hmm::random(2, 3, 1, &mut rng)?, &[record], EmOptions::default())?;
/// assert!(learned.surprise.windows(2).all(|w| w[1] <= w[0] + 1e-9));
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn baum_welch(start: &Hmm, records: &[Record], options: EmOptions) -> Result<Learned> {
    enough(start.n_states(), records)?;
    let (mut model, mut surprise) = (start.clone(), Vec::new());
    for _ in 0..options.sweeps {
        let (next, before) = sweep(&model, records, options.prior)?;
        surprise.push(before);
        model = next;
        if let [.., a, b] = surprise[..]
            && (a - b).abs() < options.tolerance
        {
            break;
        }
    }
    surprise.push(-log_evidence(&model, records)?);
    Ok(Learned { model, surprise })
}

/// The best of several starts at random: the lowest surprise at the end. Start i is [`Hmm::random`] from `stream(seed, i)`.
///
/// # Errors
/// - [`Error::Parameter`]: no start.
/// - Otherwise as [`baum_welch`].
pub fn restarts(
    states: usize,
    outcomes: usize,
    actions: usize,
    records: &[Record],
    starts: usize,
    seed: u64,
    options: EmOptions,
) -> Result<Learned> {
    let mut best: Option<Learned> = None;
    for i in 0..starts {
        let start = Hmm::random(states, outcomes, actions, &mut stream(seed, i as u64))?;
        let learned = baum_welch(&start, records, options)?;
        if best.as_ref().is_none_or(|best| learned.last() < best.last()) {
            best = Some(learned);
        }
    }
    let expected = "at least one start";
    best.ok_or(Error::Parameter { name: "starts", value: 0.0, expected })
}

/// ln P of all records, which are independent.
///
/// # Errors
/// As [`Hmm::filter`].
pub fn log_evidence(model: &Hmm, records: &[Record]) -> Result<f64> {
    records.iter().map(|record| model.filter(record).map(|q| -q.surprise())).sum()
}

pub(crate) fn enough(states: usize, records: &[Record]) -> Result<()> {
    let seen = records.iter().map(Record::len).sum();
    if seen < states {
        return Err(Error::MoreStatesThanData { states, seen });
    }
    Ok(())
}
