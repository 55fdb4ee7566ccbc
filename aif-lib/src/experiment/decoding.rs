//! What does a network remember that has learned to predict? As much of the exact belief as a straight line reads off it.
//!
//! The rivals are read in the same way, from the same records: the last k observations, a network that was never trained, and the
//! belief of a model that was learned by EM.

use ndarray::{Array1, Array2, Array3, Axis, Slice, concatenate};

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
            let weights = net.parameters().iter().map(|x| f64::from(*x));
            return Err(Error::diverged("what comes next", step + 1, loss, weights));
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
    match of_one_length(records) {
        Some(all) => net.states_of(&all),
        None => stacked(records, |record| net.states(&record.observations)),
    }
}

/// The observations of all records, if these are equally long, so that they can be read side by side.
fn of_one_length(records: &[Record]) -> Option<Vec<&[Obs]>> {
    let same = records.windows(2).all(|pair| pair[0].len() == pair[1].len());
    same.then(|| records.iter().map(|record| record.observations.as_slice()).collect())
}

/// What a network expects next, at each moment of all records: (moment, symbol).
///
/// # Errors
/// As [`Gru::predict`]; [`Error::Empty`]: no record.
pub fn expectations(net: &Gru, records: &[Record]) -> Result<Array2<f64>> {
    match of_one_length(records) {
        Some(all) => net.predict_of(&all),
        None => stacked(records, |record| net.predict(&record.observations)),
    }
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
    let said = expectations(net, records)?;
    let (mut nats, mut count, mut from) = (0.0, 0.0, 0);
    for record in records {
        for (t, came) in record.observations[1..].iter().enumerate() {
            nats -= said[[from + t, *came]].ln();
            count += 1.0;
        }
        from += record.len();
    }
    Ok(nats / count)
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
    /// What the trained network says will come: probabilities, which are a bent function of its memory.
    pub said: f64,
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
    /// By how many nats the learned model is more surprised by all that it learned from than one that EM reaches from the true
    /// model: far above 0 where EM is stuck at a local optimum.
    pub trapped: f64,
}

/// How many observations a window may hold.
pub const WINDOWS: [usize; 12] = [1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 32, 40];
/// What the weights of a network that is not trained may be multiplied by.
pub const SCALES: [f32; 5] = [0.5, 1.0, 2.0, 3.0, 4.0];
/// How many times EM begins, and for how many sweeps: then it goes on with the best.
const STARTS: (usize, usize) = (10, 20);
/// What holds the weights of a readout back.
const RIDGE: f64 = 1e-3;

/// Some records of a run, with the belief of the exact filter at each moment.
struct Part {
    records: Vec<Record>,
    belief: Array2<f64>,
}

/// The records of one run.
struct Parts {
    learn: Part,
    choose: Part,
    judge: Part,
}

type Memory<'a> = dyn Fn(&[Record]) -> Result<Array2<f64>> + 'a;

impl Parts {
    /// The map from a memory to the belief, fitted on the records to learn from.
    fn readout(&self, memory: &Memory<'_>) -> Result<LinearMap> {
        LinearMap::fit(&memory(&self.learn.records)?, &self.learn.belief, RIDGE)
    }

    /// How well the belief is read off a memory, on the records to judge.
    fn read(&self, memory: &Memory<'_>) -> Result<f64> {
        self.readout(memory)?.r_squared(&memory(&self.judge.records)?, &self.judge.belief)
    }

    /// How well it is read off the memory that is read best on the records to choose with.
    fn best<T>(
        &self,
        candidates: Vec<T>,
        memory: impl Fn(&T, &[Record]) -> Result<Array2<f64>>,
    ) -> Result<(T, f64)> {
        let tried = candidates.into_iter().map(|candidate| {
            let readout = self.readout(&|on| memory(&candidate, on))?;
            let chosen = memory(&candidate, &self.choose.records)?;
            let read = readout.r_squared(&chosen, &self.choose.belief)?;
            Ok((read, candidate, readout))
        });
        let (_, candidate, readout) = first_best(tried.collect::<Result<Vec<_>>>()?);
        let judged = memory(&candidate, &self.judge.records)?;
        Ok((candidate, readout.r_squared(&judged, &self.judge.belief)?))
    }

    /// The same for windows of all lengths: the shorter is the beginning of the longer.
    fn best_window(&self, symbols: usize) -> Result<(usize, f64)> {
        let longest = WINDOWS[WINDOWS.len() - 1];
        let of = |part: &Part| windows(&part.records, longest, symbols);
        let first = |x: &Array2<f64>, k: usize| {
            x.slice_axis(Axis(1), Slice::from(..k * symbols)).to_owned()
        };
        let maps = LinearMap::fit_leading(
            &of(&self.learn)?,
            &self.learn.belief,
            RIDGE,
            &WINDOWS.map(|k| k * symbols),
        )?;
        let choose = of(&self.choose)?;
        let tried = WINDOWS.into_iter().zip(maps).map(|(k, map)| {
            Ok((map.r_squared(&first(&choose, k), &self.choose.belief)?, k, map))
        });
        let (_, k, map) = first_best(tried.collect::<Result<Vec<_>>>()?);
        let judge = first(&of(&self.judge)?, k);
        Ok((k, map.r_squared(&judge, &self.judge.belief)?))
    }
}

/// The first of those with the highest score.
fn first_best<T, R>(tried: Vec<(f64, T, R)>) -> (f64, T, R) {
    let better = |a: (f64, T, R), b: (f64, T, R)| if b.0 > a.0 { b } else { a };
    tried.into_iter().reduce(better).expect("there are candidates")
}

/// The best model that EM finds, and by how many nats it is more surprised than the one that EM finds from the truth.
fn learn(truth: &Hmm, records: &[Record], seed: u64) -> Result<(Hmm, f64)> {
    let (starts, sweeps) = STARTS;
    let (states, symbols) = (truth.n_states(), truth.n_outcomes());
    let short = EmOptions { sweeps, ..EmOptions::default() };
    let begun =
        baum_welch::restarts(states, symbols, 1, records, starts, seed, short)?.model;
    let long = EmOptions { sweeps: 300, tolerance: 1e-4, ..EmOptions::default() };
    let found = baum_welch::baum_welch(&begun, records, long)?;
    let near = EmOptions { sweeps: 30, ..long };
    let trapped = found.last() - baum_welch::baum_welch(truth, records, near)?.last();
    Ok((found.model, trapped))
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
    let mut draw = |n: usize| -> Result<Part> {
        let records = records(model, n, options.length, rng)?;
        Ok(Part { belief: beliefs(model, &records)?, records })
    };
    let parts =
        Parts { learn: draw(options.records)?, choose: draw(half)?, judge: draw(half)? };

    let mut net = Gru::new(symbols, options.units, rng)?;
    train(&mut net, &parts.learn.records, options, rng)?;
    let gru = parts.read(&|on| states(&net, on))?;
    let said = parts.read(&|on| expectations(&net, on))?;

    let mut untrained = |units: usize| -> Result<f64> {
        let net = Gru::new(symbols, units, rng)?;
        let all = SCALES.iter().map(|scale| net.clone().scaled(*scale)).collect();
        Ok(parts.best(all, states)?.1)
    };
    let (reservoir, large_reservoir) =
        (untrained(options.units)?, untrained(4 * options.units)?);
    let (k, window) = parts.best_window(symbols)?;

    let (learned, trapped) = learn(model, &parts.learn.records, rng.next_u64())?;
    let floor = filter_surprise(model, &parts.judge.records)?;
    Ok(Decoded {
        gru,
        said,
        reservoir,
        large_reservoir,
        window,
        learned: parts.read(&|on| beliefs(&learned, on))?,
        k,
        gru_excess: surprise(&net, &parts.judge.records)? - floor,
        learned_excess: filter_surprise(&learned, &parts.judge.records)? - floor,
        trapped,
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
