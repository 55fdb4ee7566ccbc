//! Learning a hidden Markov model by gradient descent on its surprise.
//!
//! Fisher's identity: the gradient of ln P(o) is the expected gradient of ln P(o, s). For tables that are a softmax of logits it
//! is what the model's own beliefs count, less what it predicts that they would count. The E step of
//! [`baum_welch`](super::baum_welch) is all that it takes.
//!
//! Dual: [`crate::rl::learn::policy_gradient`].

use std::fmt;

use ndarray::{Array1, Array2, Array3, ArrayViewMut1, Axis, Zip};

use super::baum_welch::{expected_counts, log_evidence};
use crate::aif::perceive::hmm::{Hmm, Record, show_tables};
use crate::error::{Error, Result};
use crate::prob::info::log_sum_exp;

/// A hidden Markov model as logits, or the slope of something along them: each column is a softmax of its logits.
#[derive(Clone, PartialEq)]
pub struct Logits {
    /// Of A, (o, s).
    pub a: Array2<f64>,
    /// Of B, (s′, s, u).
    pub b: Array3<f64>,
    /// Of D, (s).
    pub d: Array1<f64>,
}

/// What a notebook shows: the tables.
impl fmt::Debug for Logits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_tables(f, &self.a, &self.b, &self.d)
    }
}

impl Logits {
    /// The logits of a model: the logarithms of its probabilities.
    ///
    /// A probability of 0 has the logit −∞, and no finite step moves it.
    pub fn of(model: &Hmm) -> Self {
        let ln = f64::ln;
        Self { a: model.a().mapv(ln), b: model.b().mapv(ln), d: model.d().mapv(ln) }
    }

    /// The model: a softmax of each column.
    ///
    /// # Errors
    /// [`Error::NotNormalised`]: a column whose logits are all −∞.
    pub fn model(&self) -> Result<Hmm> {
        let soft = |mut column: ArrayViewMut1<'_, f64>| {
            let log_sum = log_sum_exp(&column.to_vec());
            column.mapv_inplace(|x| (x - log_sum).exp());
        };
        let Self { mut a, mut b, mut d } = self.clone();
        a.columns_mut().into_iter().for_each(soft);
        b.lanes_mut(Axis(0)).into_iter().for_each(soft);
        soft(d.view_mut());
        Hmm::new(a, b, d)
    }

    /// All numbers in one list: A, then B, then D.
    pub fn flat(&self) -> Vec<f64> {
        self.a.iter().chain(&self.b).chain(&self.d).copied().collect()
    }

    fn numbers_mut(&mut self) -> impl Iterator<Item = &mut f64> {
        self.a.iter_mut().chain(&mut self.b).chain(&mut self.d)
    }
}

/// The gradient of the surprise −ln P(records) along the logits of a model, by Fisher's identity.
///
/// ```text
/// ∂(−ln P)/∂a[o, s] = A[o, s] Σₒ′ n[o′, s] − n[o, s],      n: the expected counts; B and D alike
/// ```
/// Returns the surprise, too. It costs one [E step](expected_counts).
///
/// # Errors
/// As [`expected_counts`].
pub fn fisher_gradient(model: &Hmm, records: &[Record]) -> Result<(Logits, f64)> {
    let n = expected_counts(model, records)?;
    let predicted = |p: f64, sum: f64, n: f64| p * sum - n;
    let (mut a, mut b) = (n.a.clone(), n.b.clone());
    let sums = n.a.sum_axis(Axis(0));
    Zip::indexed(&mut a)
        .for_each(|(o, s), x| *x = predicted(model.a()[[o, s]], sums[s], *x));
    let sums = n.b.sum_axis(Axis(0));
    Zip::indexed(&mut b)
        .for_each(|(to, s, u), x| *x = predicted(model.b()[[to, s, u]], sums[[s, u]], *x));
    let starts = n.d.sum();
    let d = Zip::from(model.d()).and(&n.d).map_collect(|p, n| predicted(*p, starts, *n));
    Ok((Logits { a, b, d }, -n.log_evidence))
}

/// The same gradient by moving each logit a little up and down: slow, and independent of all theory.
///
/// # Errors
/// As [`Hmm::filter`].
pub fn central_differences(
    logits: &Logits,
    records: &[Record],
    step: f64,
) -> Result<Logits> {
    let surprise_at = |i: usize, by: f64| -> Result<f64> {
        let mut moved = logits.clone();
        *moved.numbers_mut().nth(i).expect("a logit") += by;
        Ok(-log_evidence(&moved.model()?, records)?)
    };
    let mut slope = logits.clone();
    for (i, x) in slope.numbers_mut().enumerate() {
        *x = (surprise_at(i, step)? - surprise_at(i, -step)?) / (2.0 * step);
    }
    Ok(slope)
}

/// A number that carries its derivative along: x + x′ε, with ε² = 0.
#[derive(Debug, Clone, Copy)]
struct Dual {
    x: f64,
    slope: f64,
}

impl Dual {
    fn constant(x: f64) -> Self {
        Self { x, slope: 0.0 }
    }
    fn plus(self, other: Self) -> Self {
        Self { x: self.x + other.x, slope: self.slope + other.slope }
    }
    fn times(self, other: Self) -> Self {
        Self { x: self.x * other.x, slope: self.slope * other.x + self.x * other.slope }
    }
    fn over(self, other: Self) -> Self {
        let x = self.x / other.x;
        Self { x, slope: (self.slope - x * other.slope) / other.x }
    }
    fn exp(self) -> Self {
        Self { x: self.x.exp(), slope: self.slope * self.x.exp() }
    }
    fn ln(self) -> Self {
        Self { x: self.x.ln(), slope: self.slope / self.x }
    }
}

/// The same gradient by automatic differentiation, forward: the filter is run on numbers that carry their derivative along, once
/// for each logit. Exact, and as slow as central differences.
///
/// # Errors
/// As [`Hmm::filter`].
pub fn forward_mode(logits: &Logits, records: &[Record]) -> Result<Logits> {
    let model = logits.model()?;
    records.iter().try_for_each(|record| model.filter(record).map(|_| ()))?;
    let mut slope = logits.clone();
    for (i, x) in slope.numbers_mut().enumerate() {
        *x = records.iter().map(|record| dual_surprise(logits, i, record).slope).sum();
    }
    Ok(slope)
}

/// The surprise of a record and its derivative along logit `i`.
fn dual_surprise(logits: &Logits, i: usize, record: &Record) -> Dual {
    let (n, outcomes, actions) = (logits.d.len(), logits.a.nrows(), logits.b.dim().2);
    let numbers: Vec<Dual> = logits
        .flat()
        .iter()
        .enumerate()
        .map(|(j, x)| Dual { x: *x, slope: f64::from(i == j) })
        .collect();
    let soft = |places: Vec<usize>| -> Vec<Dual> {
        let powers: Vec<Dual> = places.iter().map(|j| numbers[*j].exp()).collect();
        let sum = powers.iter().fold(Dual::constant(0.0), |sum, x| sum.plus(*x));
        powers.into_iter().map(|x| x.over(sum)).collect()
    };
    // In the order of `flat`: A row by row, then B, then D.
    let a: Vec<Vec<Dual>> =
        (0..n).map(|s| soft((0..outcomes).map(|o| o * n + s).collect())).collect();
    let (b_at, d_at) = (outcomes * n, outcomes * n + n * n * actions);
    let b = |s: usize, u: usize| {
        soft((0..n).map(|to| b_at + (to * n + s) * actions + u).collect())
    };
    let b: Vec<Vec<Vec<Dual>>> =
        (0..n).map(|s| (0..actions).map(|u| b(s, u)).collect()).collect();
    let mut belief = soft((d_at..d_at + n).collect());
    let mut surprise = Dual::constant(0.0);
    for (t, &o) in record.observations.iter().enumerate() {
        if t > 0 {
            let u = record.actions[t - 1];
            let into = |to: usize| {
                (0..n).fold(Dual::constant(0.0), |sum, s| {
                    sum.plus(b[s][u][to].times(belief[s]))
                })
            };
            belief = (0..n).map(into).collect();
        }
        let joint: Vec<Dual> = (0..n).map(|s| a[s][o].times(belief[s])).collect();
        let evidence = joint.iter().fold(Dual::constant(0.0), |sum, x| sum.plus(*x));
        belief = joint.into_iter().map(|x| x.over(evidence)).collect();
        surprise = surprise.plus(Dual::constant(-1.0).times(evidence.ln()));
    }
    surprise
}

/// How a step is made from a gradient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Optimiser {
    /// The rate times the gradient of the surprise for each observation.
    Plain {
        /// The learning rate.
        rate: f64,
    },
    /// Steps of nearly equal size in every direction: the gradient, averaged over steps, by the root of its averaged square
    /// (decays .9 and .999). Source: Kingma & Ba (2015).
    Adam {
        /// The learning rate.
        rate: f64,
    },
}

/// Descends on the surprise of records. Returns the surprise before each step and at the end, and the last model.
///
/// # Errors
/// - [`Error::Parameter`]: the rate is not a positive number.
/// - Otherwise as [`fisher_gradient`].
pub fn descend(
    start: &Hmm,
    records: &[Record],
    optimiser: Optimiser,
    steps: usize,
) -> Result<super::baum_welch::Learned> {
    let (Optimiser::Plain { rate } | Optimiser::Adam { rate }) = optimiser;
    if !(rate > 0.0 && rate.is_finite()) {
        let expected = "a learning rate is a finite number above 0";
        return Err(Error::Parameter { name: "rate", value: rate, expected });
    }
    let seen = records.iter().map(Record::len).sum::<usize>() as f64;
    let (mut logits, mut model, mut surprise) =
        (Logits::of(start), start.clone(), Vec::new());
    let mut moments = vec![[0.0; 2]; logits.flat().len()];
    for step in 1..=steps {
        let (slope, before) = fisher_gradient(&model, records)?;
        surprise.push(before);
        let time = step as i32;
        for ((x, g), moments) in logits.numbers_mut().zip(slope.flat()).zip(&mut moments) {
            let g = g / seen;
            *x -= match optimiser {
                Optimiser::Plain { rate } => rate * g,
                Optimiser::Adam { rate } => rate * adam(moments, g, time),
            };
        }
        model = logits.model()?;
    }
    surprise.push(-log_evidence(&model, records)?);
    Ok(super::baum_welch::Learned { model, surprise })
}

/// Adam's direction, from its two moving averages, both corrected for having begun at 0.
///
/// ```text
/// m ← .9 m + .1 g,    v ← .999 v + .001 g²,    m̂ / (√v̂ + 1e-8)
/// ```
fn adam([m, v]: &mut [f64; 2], g: f64, time: i32) -> f64 {
    *m = 0.9 * *m + 0.1 * g;
    *v = 0.999 * *v + 0.001 * g * g;
    let (m, v) = (*m / (1.0 - 0.9f64.powi(time)), *v / (1.0 - 0.999f64.powi(time)));
    m / (v.sqrt() + 1e-8)
}
