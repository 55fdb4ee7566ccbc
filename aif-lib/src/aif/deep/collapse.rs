//! What becomes of a likelihood that is normalised along the wrong axis, and two cures.
//!
//! A column of A says what a state shows, and sums to one over *observations*. An encoder Q(s|o) sums to one over *states*: nothing
//! is paid for what it does not predict. Put into A's place it has a loss that says nothing about the data.

use ndarray::{Array2, Axis};

use crate::prob::info::{entropy, softmax};
use crate::prob::minimise::minimise;
use crate::prob::random::{Rng, standard_normal};

/// What stands in the place of A, and how its logits become a table (o, s).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Q(s|o), each row a softmax over states: the mistake.
    Encoder,
    /// P(o|s), each column a softmax over observations.
    Decoder,
    /// Q(s|o) again, turned into P(o|s) by [`likelihood_of_encoder`].
    Divided,
}

/// The likelihood that an encoder stands for, when it is told how often each observation comes.
///
/// ```text
/// A[o, s] = Q(s|o) P(o) / Q(s),    Q(s) = Σₒ Q(s|o) P(o)
/// ```
/// `q`: (o, s), each *row* a distribution. Returns (o, s), each *column* a distribution; of a state that is named for no observation the
/// likelihood is unknown, and its column NaN. Renals, Morgan, Bourlard, Cohen & Franco
/// (1994) divide a network's posterior by its prior in this way, to use it in a hidden Markov model.
///
/// # Panics
/// When there is not one probability for each row.
#[track_caller]
pub fn likelihood_of_encoder(q: &Array2<f64>, p_o: &[f64]) -> Array2<f64> {
    assert!(
        p_o.len() == q.nrows(),
        "one probability for each observation: {} for {}",
        p_o.len(),
        q.nrows()
    );
    let joint = Array2::from_shape_fn(q.raw_dim(), |(o, s)| q[[o, s]] * p_o[o]);
    let sums = joint.sum_axis(Axis(0));
    joint / sums
}

/// −Σ ln eₜ, where eₜ = Σₛ table[oₜ, s] pₜ(s) and p is carried along as a filter does: the surprise of what was seen, if the table is a
/// likelihood. It is computed whatever the table is.
pub fn surprise(table: &Array2<f64>, b: &Array2<f64>, d: &[f64], seen: &[usize]) -> f64 {
    let (n, mut p, mut total) = (d.len(), d.to_vec(), 0.0);
    let (mut next, mut product) = (vec![0.0; n], 1.0);
    for &o in seen {
        (0..n).for_each(|s| p[s] *= table[[o, s]]);
        let e: f64 = p.iter().sum();
        product *= e; // one logarithm for many of them
        if !(1e-200..1e200).contains(&product) {
            total -= product.ln();
            product = 1.0;
        }
        for (to, x) in next.iter_mut().enumerate() {
            *x = (0..n).map(|s| b[[to, s]] * p[s]).sum::<f64>() / e;
        }
        std::mem::swap(&mut p, &mut next);
    }
    total - product.ln()
}

/// What no encoder in A's place can go below: −ln max D, however long the record.
///
/// ```text
/// e₁ = Σₛ R[o, s] D[s] ≤ max D,    eₜ ≤ max pₜ ≤ 1
/// ```
/// It is reached by an encoder that sees the likeliest state everywhere, with a B that stays there.
pub fn floor(d: &[f64]) -> f64 {
    -d.iter().copied().fold(f64::MIN, f64::max).ln()
}

/// The surprise of each observation by itself, if all one knew was how often each comes: n H[P̂(o)].
pub fn entropy_of(seen: &[usize], outcomes: usize) -> f64 {
    seen.len() as f64 * entropy(&frequencies(seen, outcomes))
}

/// How often each observation came.
pub fn frequencies(seen: &[usize], outcomes: usize) -> Vec<f64> {
    let mut counts = vec![0.0; outcomes];
    seen.iter().for_each(|o| counts[*o] += 1.0 / seen.len() as f64);
    counts
}

/// What a descent came to.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The loss at the end.
    pub loss: f64,
    /// The logits' table, (o, s), before it is divided.
    pub table: Array2<f64>,
    /// B, (s′, s).
    pub b: Array2<f64>,
}

/// Columns of logits, each a softmax.
fn columns(logits: &[f64], rows: usize) -> Array2<f64> {
    let n = logits.len() / rows;
    let mut table = Array2::zeros((rows, n));
    for s in 0..n {
        let column: Vec<f64> = (0..rows).map(|o| logits[o * n + s]).collect();
        softmax(&column).into_iter().enumerate().for_each(|(o, p)| table[[o, s]] = p);
    }
    table
}

/// Rows of logits, each a softmax.
fn rows(logits: &[f64], rows: usize) -> Array2<f64> {
    let n = logits.len() / rows;
    let all: Vec<f64> = logits.chunks(n).flat_map(softmax).collect();
    Array2::from_shape_vec((rows, n), all).expect("as many logits as entries")
}

impl Table {
    /// The table of some logits, row by row.
    fn of(self, logits: &[f64], outcomes: usize) -> Array2<f64> {
        match self {
            Self::Encoder | Self::Divided => rows(logits, outcomes),
            Self::Decoder => columns(logits, outcomes),
        }
    }
}

/// Descends on the surprise of a record from random logits, with D given, and B given or learned.
pub fn fit(
    kind: Table,
    seen: &[usize],
    outcomes: usize,
    d: &[f64],
    b: Option<&Array2<f64>>,
    rng: &mut dyn Rng,
) -> Fitted {
    let (n, often) = (d.len(), frequencies(seen, outcomes));
    let parts = |x: &[f64]| {
        let table = kind.of(&x[..outcomes * n], outcomes);
        (table, b.cloned().unwrap_or_else(|| columns(&x[outcomes * n..], n)))
    };
    let loss = |x: &[f64]| {
        let (table, b) = parts(x);
        let used = if kind == Table::Divided {
            likelihood_of_encoder(&table, &often)
        } else {
            table
        };
        surprise(&used, &b, d, seen)
    };
    let start: Vec<f64> = (0..outcomes * n + n * n).map(|_| standard_normal(rng)).collect();
    let end = minimise(&loss, &start, 300);
    let (table, b) = parts(&end.x);
    Fitted { loss: end.value, table, b }
}
