//! What does a network remember that has learned to predict? As much of the exact belief as a straight line reads off it.
//!
//! The rivals are read in the same way, from the same records: the last k observations, a network that was never trained, and the
//! belief of a model that was learned by EM.

use ndarray::{Array1, Array2, Array3, Axis, concatenate};

use super::training::Seeds;
use crate::aif::learn::baum_welch::{self, EmOptions};
use crate::aif::perceive::hmm::{Hmm, Record};
use crate::error::{Error, Result};
use crate::interaction::Obs;
use crate::nn::adam::{Adam, clip_norm};
use crate::nn::gru::{Gru, GruPass};
use crate::prob::linear::LinearMap;
use crate::prob::random::{Rng, uniform_index};
use crate::scale;

/// Three places and three signs. Each step it stays with the probability `stay`, or goes to one of the others; a place shows its
/// own sign six times in ten, and each other sign twice.
///
/// # Errors
/// [`Error::NotAProbability`]: `stay` is not from 0 to 1.
pub fn three_places(stay: f64) -> Result<Hmm> {
    let table = |own: f64, other: f64| {
        Array2::from_shape_fn((3, 3), |(i, j)| if i == j { own } else { other })
    };
    let b: Array3<f64> = table(stay, 0.5 * (1.0 - stay)).insert_axis(Axis(2));
    Hmm::new(table(0.6, 0.2), b, Array1::from_elem(3, 1.0 / 3.0))
}

/// How much is seen, and how the network learns.
#[derive(Debug, Clone, PartialEq)]
pub struct DecodingOptions {
    /// Records to learn from; half as many to choose with, and half as many again to judge.
    pub records: usize,
    /// Observations in each record.
    pub length: usize,
    /// What the network remembers: so many numbers.
    pub units: usize,
    /// Gradient steps.
    pub steps: usize,
    /// Records in a gradient step.
    pub batch: usize,
    /// The learning rate at the beginning; it falls to a twentieth in a straight line.
    pub rate: f64,
}

impl Default for DecodingOptions {
    fn default() -> Self {
        Self { records: 200, length: 50, units: 12, steps: 300, batch: 32, rate: 0.01 }
    }
}

/// Draws records in which nothing can be done.
///
/// # Errors
/// [`Error::Parameter`]: records of length 0.
pub fn records(
    model: &Hmm,
    n: usize,
    length: usize,
    rng: &mut dyn Rng,
) -> Result<Vec<Record>> {
    if length == 0 {
        let expected = "a record has at least one observation";
        return Err(Error::Parameter { name: "length", value: 0.0, expected });
    }
    (0..n).map(|_| Ok(model.sample(&vec![0; length - 1], rng)?.1)).collect()
}

/// Trains a network to say what comes next; returns its loss before each step, in nats an observation.
///
/// # Errors
/// As [`Gru::gradient`] and [`Adam::new`]; [`Error::Empty`]: no record; [`Error::Diverged`]: a loss is no longer a finite number.
pub fn train(
    net: &mut Gru,
    records: &[Record],
    options: &DecodingOptions,
    rng: &mut dyn Rng,
) -> Result<Vec<f64>> {
    if records.is_empty() {
        return Err(Error::Empty { what: "the list of records".into() });
    }
    let n = net.parameters().len();
    let (mut adam, mut pass, mut slopes) =
        (Adam::new(n, options.rate)?, GruPass::default(), vec![0.0; n]);
    let mut losses = Vec::with_capacity(options.steps);
    for step in 0..options.steps {
        let one = |_| records[uniform_index(records.len(), rng)].observations.as_slice();
        let batch: Vec<&[Obs]> = (0..options.batch).map(one).collect();
        let loss = net.gradient(&batch, &mut pass, &mut slopes)?;
        if !loss.is_finite() {
            let farther = |far: f32, x: &f32| if x.abs() <= far.abs() { far } else { *x };
            let weight = f64::from(net.parameters().iter().fold(0.0, farther));
            let what = "what comes next";
            return Err(Error::Diverged { what, step: step + 1, loss, weight });
        }
        losses.push(loss);
        clip_norm(&mut slopes, 1.0);
        let left = 1.0 - step as f64 / options.steps as f64;
        adam.rate = options.rate * left.max(0.05);
        adam.step(net.parameters_mut(), &slopes);
    }
    Ok(losses)
}

/// The last k observations up to time t, the newest first, each one-hot: k · symbols numbers. Before the first there are zeros.
///
/// # Panics
/// When t lies behind the end, or a symbol is too large.
///
/// ```
/// use aif_lib::experiment::decoding::window;
/// assert_eq!(window(&[0, 1, 1, 0], 2, 2, 2), [0.0, 1.0, 0.0, 1.0]);
/// assert_eq!(window(&[0, 1, 1, 0], 0, 2, 2), [1.0, 0.0, 0.0, 0.0]);
/// ```
pub fn window(seen: &[Obs], t: usize, k: usize, symbols: usize) -> Vec<f64> {
    let mut hot = vec![0.0; k * symbols];
    for (lag, o) in seen[..=t].iter().rev().take(k).enumerate() {
        hot[lag * symbols + o] = 1.0;
    }
    hot
}

/// One table below the other, a row for each moment of each record.
fn stacked(
    records: &[Record],
    table: impl Fn(&Record) -> Result<Array2<f64>>,
) -> Result<Array2<f64>> {
    let tables = records.iter().map(table).collect::<Result<Vec<_>>>()?;
    let views: Vec<_> = tables.iter().map(Array2::view).collect();
    concatenate(Axis(0), &views)
        .map_err(|_| Error::Empty { what: "the list of records".into() })
}

/// The belief of the exact filter at each moment of all records: (moment, state).
///
/// # Errors
/// As [`Hmm::filter`]; [`Error::Empty`]: no record.
pub fn beliefs(model: &Hmm, records: &[Record]) -> Result<Array2<f64>> {
    stacked(records, |record| Ok(model.filter(record)?.beliefs))
}

/// What a network remembers at each moment of all records: (moment, unit).
///
/// # Errors
/// As [`Gru::states`]; [`Error::Empty`]: no record.
pub fn states(net: &Gru, records: &[Record]) -> Result<Array2<f64>> {
    stacked(records, |record| net.states(&record.observations))
}

/// The [`window`] of each moment of all records: (moment, k · symbols).
///
/// # Errors
/// [`Error::Empty`]: no record.
pub fn windows(records: &[Record], k: usize, symbols: usize) -> Result<Array2<f64>> {
    stacked(records, |record| {
        let rows =
            (0..record.len()).flat_map(|t| window(&record.observations, t, k, symbols));
        Ok(Array2::from_shape_vec((record.len(), k * symbols), rows.collect())
            .expect("a window for each moment"))
    })
}

/// How surprised a network is by what comes next, in nats an observation; the first of each record is not predicted.
///
/// # Errors
/// As [`Gru::predict`]; [`Error::Empty`]: no record.
pub fn surprise(net: &Gru, records: &[Record]) -> Result<f64> {
    let next = stacked(records, |record| {
        let said = net.predict(&record.observations)?;
        let came = record.observations[1..].iter().enumerate();
        let nats: Vec<f64> = came.map(|(t, o)| -said[[t, *o]].ln()).collect();
        Ok(Array2::from_shape_vec((nats.len(), 1), nats).expect("one for each"))
    })?;
    Ok(next.sum() / next.len() as f64)
}

/// The same of a model that filters.
///
/// # Errors
/// As [`Hmm::filter`]; [`Error::Empty`]: no record.
pub fn filter_surprise(model: &Hmm, records: &[Record]) -> Result<f64> {
    let next = stacked(records, |record| {
        let nats: Vec<f64> =
            model.filter(record)?.log_evidence[1..].iter().map(|x| -x).collect();
        Ok(Array2::from_shape_vec((nats.len(), 1), nats).expect("one for each"))
    })?;
    Ok(next.sum() / next.len() as f64)
}

/// How well the exact belief can be read off what each remembers: R² on new records. And who predicts how well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decoded {
    /// The trained network.
    pub gru: f64,
    /// A network of the same size that was not trained.
    pub reservoir: f64,
    /// One with four times as many units.
    pub large_reservoir: f64,
    /// The last [`k`](Self::k) observations.
    pub window: f64,
    /// The belief of a model that EM has learned, told only the number of states.
    pub learned: f64,
    /// How many observations the window holds.
    pub k: usize,
    /// By how much the network's surprise exceeds that of the true filter, in nats an observation.
    pub gru_excess: f64,
    /// By how much that of the learned model does.
    pub learned_excess: f64,
}

/// How many observations a window may hold.
pub const WINDOWS: [usize; 12] = [1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 32, 40];
/// What the weights of a network that is not trained may be multiplied by.
pub const SCALES: [f32; 4] = [0.5, 1.0, 2.0, 3.0];
/// How many times EM begins, and for how many sweeps: then it goes on with the best.
const STARTS: (usize, usize) = (10, 20);
/// What holds the weights of a readout back.
const RIDGE: f64 = 1e-3;

/// The records of one run.
struct Parts {
    learn: Vec<Record>,
    choose: Vec<Record>,
    judge: Vec<Record>,
}

impl Parts {
    /// The R² with which the belief is read off `memory`, which the records to learn from have fitted, on other records.
    fn read(
        &self,
        model: &Hmm,
        on: &[Record],
        memory: &dyn Fn(&[Record]) -> Result<Array2<f64>>,
    ) -> Result<f64> {
        let readout =
            LinearMap::fit(&memory(&self.learn)?, &beliefs(model, &self.learn)?, RIDGE)?;
        readout.r_squared(&memory(on)?, &beliefs(model, on)?)
    }

    /// Whichever candidate is read best on the records to choose with, and how well it is read on those to judge.
    fn best<T: Copy>(
        &self,
        model: &Hmm,
        candidates: &[T],
        memory: impl Fn(T, &[Record]) -> Result<Array2<f64>>,
    ) -> Result<(T, f64)> {
        let mut best = (candidates[0], f64::NEG_INFINITY);
        for candidate in candidates {
            let read = self.read(model, &self.choose, &|on| memory(*candidate, on))?;
            if read > best.1 {
                best = (*candidate, read);
            }
        }
        Ok((best.0, self.read(model, &self.judge, &|on| memory(best.0, on))?))
    }
}

/// The best model that EM finds.
fn learn(states: usize, symbols: usize, records: &[Record], seed: u64) -> Result<Hmm> {
    let (starts, sweeps) = STARTS;
    let short = EmOptions { sweeps, ..EmOptions::default() };
    let begun =
        baum_welch::restarts(states, symbols, 1, records, starts, seed, short)?.model;
    let long = EmOptions { sweeps: 300, tolerance: 1e-4, ..EmOptions::default() };
    Ok(baum_welch::baum_welch(&begun, records, long)?.model)
}

/// One run: draws records, trains the network on some, chooses its rivals' settings with others, and judges all on new ones.
///
/// # Errors
/// As [`records`], [`train`], [`LinearMap::fit`] and EM.
pub fn decode(
    model: &Hmm,
    options: &DecodingOptions,
    rng: &mut dyn Rng,
) -> Result<Decoded> {
    let (symbols, half) = (model.n_outcomes(), options.records.div_ceil(2));
    let mut draw = |n: usize| records(model, n, options.length, rng);
    let parts =
        Parts { learn: draw(options.records)?, choose: draw(half)?, judge: draw(half)? };

    let mut net = Gru::new(symbols, options.units, rng)?;
    train(&mut net, &parts.learn, options, rng)?;
    let gru = parts.read(model, &parts.judge, &|on| states(&net, on))?;

    let mut untrained = |units: usize| -> Result<f64> {
        let net = Gru::new(symbols, units, rng)?;
        let scaled = |scale: f32, on: &[Record]| states(&net.clone().scaled(scale), on);
        Ok(parts.best(model, &SCALES, scaled)?.1)
    };
    let (reservoir, large_reservoir) =
        (untrained(options.units)?, untrained(4 * options.units)?);
    let (k, window) = parts.best(model, &WINDOWS, |k, on| windows(on, k, symbols))?;

    let (n, seed) = (model.n_states(), rng.next_u64());
    let learned = learn(n, symbols, &parts.learn, seed)?;
    let floor = filter_surprise(model, &parts.judge)?;
    Ok(Decoded {
        gru,
        reservoir,
        large_reservoir,
        window,
        learned: parts.read(model, &parts.judge, &|on| beliefs(&learned, on))?,
        k,
        gru_excess: surprise(&net, &parts.judge)? - floor,
        learned_excess: filter_surprise(&learned, &parts.judge)? - floor,
    })
}

/// Several runs, side by side; run i has the generator `stream(seed, i)`.
///
/// # Errors
/// As [`decode`].
///
/// ```
/// # use aif_lib::prelude::*;
/// let options = DecodingOptions { records: 20, steps: 5, ..Default::default() };
/// let runs = decoding::runs(&decoding::three_places(0.95)?, &options, Seeds { runs: 2, seed: 1 })?;
/// assert!(runs.iter().all(|run| run.gru < 1.0 && decoding::WINDOWS.contains(&run.k)));
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn runs(model: &Hmm, options: &DecodingOptions, seeds: Seeds) -> Result<Vec<Decoded>> {
    let run = |_, rng: &mut dyn Rng| decode(model, options, rng);
    scale::runs(seeds.runs, seeds.seed, &run).into_iter().collect()
}
