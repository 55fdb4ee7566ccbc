//! [`Gru`]: a small recurrent network with gates that reads symbols and says what comes next.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::error::{Error, Result, same_length};
use crate::prob::random::{Rng, uniform01};

/// A gated recurrent unit that reads one symbol at a time, with a softmax over the next symbol.
///
/// ```text
/// r = σ(W_r[o] + U_r h + b_r)               how much of the past the candidate looks at
/// z = σ(W_z[o] + U_z h + b_z)               how much of the past is kept
/// n = tanh(W_n[o] + r · (U_n h + b_n))      the candidate
/// h ← z · h + (1 − z) · n,                  P(next) = softmax(V h + c)
/// ```
/// At the start h = 0. A symbol picks a row of W, which is what a one-hot input times W is. All weights stand in one list:
/// W (symbols, 3 units), U (units, 3 units), b (3 units), V (units, symbols), c (symbols), row by row, the three parts of a row
/// in the order r, z, n. Source: Cho et al. (2014), in the form that PyTorch and candle have.
///
/// ```
/// # use aif_lib::prelude::*;
/// let net = Gru::new(3, 8, &mut seeded(1))?;
/// assert_eq!(net.states(&[0, 2, 2, 1])?.dim(), (4, 8));
/// let next = net.predict(&[0, 2, 2, 1])?; // row t: what comes after symbol t
/// assert!(next.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-6));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Gru {
    symbols: usize,
    units: usize,
    parameters: Vec<f32>,
}

/// A batch on its way through a [`Gru`]: all that the way back needs. Reuse it, and no memory is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GruPass {
    states: Vec<f32>, // (time + 1, row, unit); the first is 0
    gates: Vec<f32>,  // (time, row, 3 units): r, z, n
    inner: Vec<f32>,  // (time, row, unit): U_n h + b_n
    next: Vec<f32>,   // (time, row, symbol): P(next)
    delta: Vec<f32>,  // (time, row, unit): the slopes in the states
    sums: Vec<f32>,   // (time, row, 3 units): the slopes in the sums of the three parts
}

/// Where each part of the list of weights begins.
struct Parts {
    u: usize,
    b: usize,
    v: usize,
    c: usize,
    end: usize,
}

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// By an exponential, several times as fast as the system's: to 10⁻⁷, which is what a gate needs, and not to the last digit near 0.
fn tanh(x: f32) -> f32 {
    1.0 - 2.0 / (1.0 + (2.0 * x).exp())
}

fn view(x: &[f32], rows: usize, columns: usize) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape((rows, columns), x).expect("rows times columns numbers")
}

fn view_mut(x: &mut [f32], rows: usize, columns: usize) -> ArrayViewMut2<'_, f32> {
    ArrayViewMut2::from_shape((rows, columns), x).expect("rows times columns numbers")
}

/// Numbers that stand (time, row, n), as (row and time, n).
fn by_sequence(x: &[f32], batch: &[&[usize]], n: usize) -> Array2<f64> {
    let (rows, steps) = (batch.len(), batch[0].len());
    let all = (0..rows).flat_map(|row| (0..steps).map(move |t| t * rows + row));
    let numbers = all.flat_map(|at| &x[at * n..][..n]).map(|x| f64::from(*x)).collect();
    Array2::from_shape_vec((rows * steps, n), numbers).expect("a row for each time")
}

impl Gru {
    /// A network with small random weights: uniform from −1/√units to 1/√units.
    ///
    /// # Errors
    /// [`Error::Parameter`]: no symbol, or no unit.
    pub fn new(symbols: usize, units: usize, rng: &mut dyn Rng) -> Result<Self> {
        for (name, value) in [("symbols", symbols), ("units", units)] {
            if value == 0 {
                let expected = "a network has at least one symbol and one unit";
                return Err(Error::Parameter { name, value: 0.0, expected });
            }
        }
        let mut net = Self { symbols, units, parameters: Vec::new() };
        let high = 1.0 / (units as f64).sqrt();
        let weight = |_| (high * (2.0 * uniform01(rng) - 1.0)) as f32;
        net.parameters = (0..net.parts().end).map(weight).collect();
        Ok(net)
    }

    fn parts(&self) -> Parts {
        let (symbols, units) = (self.symbols, self.units);
        let u = symbols * 3 * units;
        let b = u + units * 3 * units;
        let v = b + 3 * units;
        let c = v + units * symbols;
        Parts { u, b, v, c, end: c + symbols }
    }

    /// W, U, b, V and c: rows, columns and numbers of each.
    pub(super) fn tables(&self) -> [(usize, usize, &[f32]); 5] {
        let (symbols, units, parts) = (self.symbols, self.units, self.parts());
        let of = |from: usize, to: usize| &self.parameters[from..to];
        [
            (symbols, 3 * units, of(0, parts.u)),
            (units, 3 * units, of(parts.u, parts.b)),
            (1, 3 * units, of(parts.b, parts.v)),
            (units, symbols, of(parts.v, parts.c)),
            (1, symbols, of(parts.c, parts.end)),
        ]
    }

    /// How many symbols it knows.
    pub fn symbols(&self) -> usize {
        self.symbols
    }

    /// How many numbers it remembers.
    pub fn units(&self) -> usize {
        self.units
    }

    /// All weights in one list.
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// All weights, to be changed.
    pub fn parameters_mut(&mut self) -> &mut [f32] {
        &mut self.parameters
    }

    /// Multiplies all that stands in the sums of gates and candidate, W, U and b. For a network that is not trained it is the one
    /// thing that can be tuned.
    pub fn scaled(mut self, factor: f32) -> Self {
        let end = self.parts().v;
        self.parameters[..end].iter_mut().for_each(|x| *x *= factor);
        self
    }

    /// What it remembers after each symbol: (time, unit).
    ///
    /// # Errors
    /// - [`Error::Empty`]: nothing was seen.
    /// - [`Error::OutOfRange`]: a symbol that it does not know.
    pub fn states(&self, seen: &[usize]) -> Result<Array2<f64>> {
        self.states_of(&[seen])
    }

    /// What it remembers after each symbol of sequences of one length, which it reads side by side, faster than one after the
    /// other: (sequence and time, unit), the whole first sequence before the second.
    ///
    /// # Errors
    /// As [`Gru::gradient`].
    pub fn states_of(&self, batch: &[&[usize]]) -> Result<Array2<f64>> {
        let mut pass = GruPass::default();
        self.remember(batch, &mut pass)?;
        Ok(by_sequence(&pass.states[batch.len() * self.units..], batch, self.units))
    }

    /// What it expects to come after each symbol: (time, symbol).
    ///
    /// # Errors
    /// As [`Gru::states`].
    pub fn predict(&self, seen: &[usize]) -> Result<Array2<f64>> {
        self.predict_of(&[seen])
    }

    /// What it expects to come after each symbol of sequences of one length, read side by side: (sequence and time, symbol).
    ///
    /// # Errors
    /// As [`Gru::states_of`].
    pub fn predict_of(&self, batch: &[&[usize]]) -> Result<Array2<f64>> {
        let mut pass = GruPass::default();
        self.remember(batch, &mut pass)?;
        self.say(&mut pass);
        Ok(by_sequence(&pass.next, batch, self.symbols))
    }

    fn check(&self, batch: &[&[usize]]) -> Result<usize> {
        let steps = batch.first().map_or(0, |seen| seen.len());
        if steps == 0 {
            return Err(Error::Empty { what: "the list of symbols".into() });
        }
        for seen in batch {
            if seen.len() != steps {
                return Err(Error::Shape {
                    what: "a sequence of the batch".into(),
                    expected: steps.to_string(),
                    got: seen.len().to_string(),
                    cure: "give sequences of one length, or one at a time",
                });
            }
            if let Some(t) = seen.iter().position(|o| *o >= self.symbols) {
                let what = format!("the symbol at time {t}");
                return Err(Error::OutOfRange { what, index: seen[t], len: self.symbols });
            }
        }
        Ok(steps)
    }

    /// Reads sequences of one length, side by side.
    fn remember(&self, batch: &[&[usize]], pass: &mut GruPass) -> Result<()> {
        let (steps, rows) = (self.check(batch)?, batch.len());
        let (n, parts) = (self.units, self.parts());
        let (w, u) = (&self.parameters[..parts.u], &self.parameters[parts.u..parts.b]);
        let b = &self.parameters[parts.b..parts.v];
        pass.states.clear();
        pass.states.resize((steps + 1) * rows * n, 0.0);
        pass.gates.resize(steps * rows * 3 * n, 0.0);
        pass.inner.resize(steps * rows * n, 0.0);
        for t in 0..steps {
            let (before, after) = pass.states.split_at_mut((t + 1) * rows * n);
            let (before, after) = (&before[t * rows * n..], &mut after[..rows * n]);
            let gates = &mut pass.gates[t * rows * 3 * n..(t + 1) * rows * 3 * n];
            let inner = &mut pass.inner[t * rows * n..(t + 1) * rows * n];
            let (h, u) = (view(before, rows, n), view(u, n, 3 * n));
            general_mat_mul(1.0, &h, &u, 0.0, &mut view_mut(gates, rows, 3 * n));
            for (row, seen) in batch.iter().enumerate() {
                let w = &w[seen[t] * 3 * n..(seen[t] + 1) * 3 * n];
                let gates = &mut gates[row * 3 * n..(row + 1) * 3 * n];
                gates.iter_mut().zip(b).for_each(|(sum, b)| *sum += b);
                for i in 0..n {
                    let (r, z) =
                        (logistic(gates[i] + w[i]), logistic(gates[n + i] + w[n + i]));
                    let at = row * n + i;
                    inner[at] = gates[2 * n + i];
                    let candidate = tanh(w[2 * n + i] + r * inner[at]);
                    (gates[i], gates[n + i], gates[2 * n + i]) = (r, z, candidate);
                    after[at] = z * before[at] + (1.0 - z) * candidate;
                }
            }
        }
        Ok(())
    }

    /// What it expects next at each moment of what it has read.
    fn say(&self, pass: &mut GruPass) {
        let (n, k, parts) = (self.units, self.symbols, self.parts());
        let (v, c) = (&self.parameters[parts.v..parts.c], &self.parameters[parts.c..]);
        let moments = pass.inner.len() / n;
        let after = &pass.states[pass.states.len() - moments * n..];
        pass.next.resize(moments * k, 0.0);
        let (h, v) = (view(after, moments, n), view(v, n, k));
        general_mat_mul(1.0, &h, &v, 0.0, &mut view_mut(&mut pass.next, moments, k));
        for row in pass.next.chunks_exact_mut(k) {
            row.iter_mut().zip(c).for_each(|(sum, c)| *sum += c);
            let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            row.iter_mut().for_each(|x| *x = (*x - top).exp());
            let sum: f32 = row.iter().sum();
            row.iter_mut().for_each(|x| *x /= sum);
        }
    }

    /// How surprised it is by sequences of one length, and the slope of that in every weight: backpropagation through time.
    ///
    /// ```text
    /// loss = − mean ln P(oₜ₊₁ | o₁ … oₜ),    over all sequences and all t but the last
    /// ```
    /// The gradient is written over, in the order of [`Gru::parameters`].
    ///
    /// # Errors
    /// - [`Error::Empty`], [`Error::Shape`], [`Error::OutOfRange`]: the sequences do not fit each other or the network.
    /// - [`Error::Parameter`]: sequences of one symbol have no next.
    ///
    /// # Panics
    /// When the gradient has not one place for each weight.
    #[track_caller]
    pub fn gradient(
        &self,
        batch: &[&[usize]],
        pass: &mut GruPass,
        gradient: &mut [f32],
    ) -> Result<f64> {
        let weights = self.parameters.len();
        same_length("gradient", "places for slopes", gradient.len(), "weights", weights);
        self.remember(batch, pass)?;
        let (steps, rows) = (batch[0].len(), batch.len());
        if steps < 2 {
            let expected =
                "a sequence has at least two symbols, so that there is a next one";
            return Err(Error::Parameter { name: "symbols", value: 1.0, expected });
        }
        self.say(pass);
        let (n, k, parts) = (self.units, self.symbols, self.parts());
        let weigh = 1.0 / ((steps - 1) * rows) as f32;
        let u = view(&self.parameters[parts.u..parts.b], n, 3 * n);
        let v = view(&self.parameters[parts.v..parts.c], n, k);
        // The slopes of the loss in the logits: P(next) less what came. After the last symbol nothing comes.
        let mut loss = 0.0;
        for (t, next) in pass.next.chunks_exact_mut(rows * k).enumerate() {
            for (row, seen) in next.chunks_exact_mut(k).zip(batch) {
                let Some(came) = seen.get(t + 1) else {
                    row.fill(0.0);
                    continue;
                };
                loss -= f64::from(row[*came]).ln();
                row[*came] -= 1.0;
                row.iter_mut().for_each(|x| *x *= weigh);
            }
        }
        // From there back to V, c and the states, at all times at once.
        gradient.fill(0.0);
        let moments = steps * rows;
        let error = view(&pass.next, moments, k);
        let after = view(&pass.states[rows * n..], moments, n);
        let to_v = &mut gradient[parts.v..parts.c];
        general_mat_mul(1.0, &after.t(), &error, 0.0, &mut view_mut(to_v, n, k));
        for row in pass.next.chunks_exact(k) {
            gradient[parts.c..].iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        pass.delta.resize(moments * n, 0.0);
        general_mat_mul(
            1.0,
            &error,
            &v.t(),
            0.0,
            &mut view_mut(&mut pass.delta, moments, n),
        );
        pass.sums.resize(moments * 3 * n, 0.0);
        // And through time, from the last symbol to the first.
        for t in (0..steps).rev() {
            let before = &pass.states[t * rows * n..(t + 1) * rows * n];
            let gates = &pass.gates[t * rows * 3 * n..(t + 1) * rows * 3 * n];
            let inner = &pass.inner[t * rows * n..(t + 1) * rows * n];
            let (earlier, delta) = pass.delta.split_at_mut(t * rows * n);
            let delta = &mut delta[..rows * n];
            let sums = &mut pass.sums[t * rows * 3 * n..(t + 1) * rows * 3 * n];
            for (row, seen) in batch.iter().enumerate() {
                let gates = &gates[row * 3 * n..(row + 1) * 3 * n];
                let sums = &mut sums[row * 3 * n..(row + 1) * 3 * n];
                let w = &mut gradient[seen[t] * 3 * n..(seen[t] + 1) * 3 * n];
                for i in 0..n {
                    let (r, z, candidate) = (gates[i], gates[n + i], gates[2 * n + i]);
                    let at = row * n + i;
                    let d = delta[at];
                    let d_candidate = d * (1.0 - z) * (1.0 - candidate * candidate);
                    let d_r = d_candidate * inner[at] * r * (1.0 - r);
                    let d_z = d * (before[at] - candidate) * z * (1.0 - z);
                    w[i] += d_r;
                    w[n + i] += d_z;
                    w[2 * n + i] += d_candidate;
                    (sums[i], sums[n + i], sums[2 * n + i]) = (d_r, d_z, d_candidate * r);
                    delta[at] = d * z;
                }
            }
            if t > 0 {
                let earlier = &mut earlier[(t - 1) * rows * n..];
                earlier.iter_mut().zip(&*delta).for_each(|(e, d)| *e += d);
                let sums = view(sums, rows, 3 * n);
                general_mat_mul(1.0, &sums, &u.t(), 1.0, &mut view_mut(earlier, rows, n));
            }
        }
        let (before, sums) = (
            view(&pass.states[..moments * n], moments, n),
            view(&pass.sums, moments, 3 * n),
        );
        let to_u = &mut gradient[parts.u..parts.b];
        general_mat_mul(1.0, &before.t(), &sums, 0.0, &mut view_mut(to_u, n, 3 * n));
        let b = &mut gradient[parts.b..parts.v];
        for row in pass.sums.chunks_exact(3 * n) {
            b.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        Ok(loss * f64::from(weigh))
    }
}
