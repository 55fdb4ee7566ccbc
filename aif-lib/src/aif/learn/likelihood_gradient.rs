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

/// The same gradient by automatic differentiation, in reverse: the filter is written down as a graph of candle, and the graph is
/// gone through once more from its end, which gives the slope in all logits at once.
///
/// It takes the feature `deep`. The graph is made and forgotten here: candle tells its parts by a counter, and in a notebook each
/// cell has a counter of its own. It is as deep as a record is long, so it serves for records of some hundred moments.
///
/// # Errors
/// - As [`Hmm::filter`].
/// - [`Error::Graph`]: candle cannot compute it.
#[cfg(feature = "deep")]
pub fn reverse_mode(logits: &Logits, records: &[Record]) -> Result<Logits> {
    use candle_core::{Device, Tensor, Var};

    let model = logits.model()?;
    records.iter().try_for_each(|record| model.filter(record).map(|_| ()))?;
    let (outcomes, n, actions) = (logits.a.nrows(), logits.d.len(), logits.b.dim().2);
    let numbers = |x: &mut dyn Iterator<Item = &f64>| x.copied().collect::<Vec<f64>>();
    let cpu = Device::Cpu;
    let a = Var::from_vec(numbers(&mut logits.a.iter()), (outcomes, n), &cpu)?;
    let b = Var::from_vec(numbers(&mut logits.b.iter()), (n, n, actions), &cpu)?;
    let d = Var::from_vec(numbers(&mut logits.d.iter()), (n, 1), &cpu)?;
    let soft = |x: &Tensor| -> Result<Tensor> {
        let powers = x.exp()?;
        Ok(powers.broadcast_div(&powers.sum_keepdim(0)?)?)
    };
    let (shows, start) = (soft(a.as_tensor())?.t()?, soft(d.as_tensor())?);
    let b_soft = soft(b.as_tensor())?;
    let moves: Vec<Tensor> = (0..actions)
        .map(|u| Ok(b_soft.narrow(2, u, 1)?.squeeze(2)?.contiguous()?))
        .collect::<Result<_>>()?;
    let mut surprise = Tensor::zeros((), candle_core::DType::F64, &cpu)?;
    for record in records {
        let mut belief = start.clone();
        for (t, &o) in record.observations.iter().enumerate() {
            if t > 0 {
                belief = moves[record.actions[t - 1]].matmul(&belief)?;
            }
            let joint = (shows.narrow(1, o, 1)? * &belief)?;
            let evidence = joint.sum_all()?;
            surprise = (surprise - evidence.log()?)?;
            belief = joint.broadcast_div(&evidence)?;
        }
    }
    let slopes = surprise.backward()?;
    // What no record uses has no slope.
    let of = |var: &Var| -> Result<Vec<f64>> {
        match slopes.get(var.as_tensor()) {
            Some(slope) => Ok(slope.flatten_all()?.to_vec1::<f64>()?),
            None => Ok(vec![0.0; var.as_tensor().elem_count()]),
        }
    };
    let all: Vec<f64> = [of(&a)?, of(&b)?, of(&d)?].concat();
    let mut slope = logits.clone();
    slope.numbers_mut().zip(all).for_each(|(x, new): (&mut f64, f64)| *x = new);
    Ok(slope)
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
/// - [`Error::Diverged`]: a step was so long that a logit is no finite number any more, or that what was seen has become
///   impossible.
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
    let diverged = |logits: &Logits, surprise: &[f64]| {
        let (step, loss) = (surprise.len(), surprise[surprise.len() - 1]);
        Error::diverged("the logits", step, loss, logits.flat())
    };
    for step in 1..=steps {
        let (slope, before) = match fisher_gradient(&model, records) {
            Err(Error::ImpossibleObservation { .. }) if step > 1 => {
                return Err(diverged(&logits, &surprise));
            }
            other => other?,
        };
        surprise.push(before);
        let time = step as i32;
        for ((x, g), moments) in logits.numbers_mut().zip(slope.flat()).zip(&mut moments) {
            let g = g / seen;
            *x -= match optimiser {
                Optimiser::Plain { rate } => rate * g,
                Optimiser::Adam { rate } => rate * adam(moments, g, time),
            };
        }
        if logits.flat().iter().any(|x| x.is_nan() || *x == f64::INFINITY) {
            return Err(diverged(&logits, &surprise));
        }
        model = logits.model()?;
    }
    match log_evidence(&model, records) {
        Err(Error::ImpossibleObservation { .. }) if steps > 0 => {
            return Err(diverged(&logits, &surprise));
        }
        evidence => surprise.push(-evidence?),
    }
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
