//! [`LakeChain`]: the lake as a chain over 31 bins, and the filter on it.

use std::f64::consts::PI;

use super::{FISHERS, Lake, MOST_OTHERS, NO_QUOTA, REQUESTS};
use crate::prob::quadrature::NORMAL;

/// The number of bins: 0, 5, … 150.
pub const BINS: usize = 31;
/// How far apart they are.
pub const WIDTH: f64 = 5.0;

/// After each step the game goes on with this probability: the discount of all plans.
pub const GOES_ON: f64 = 0.98;

/// The most that can be asked for.
const MOST: usize = MOST_OTHERS + NO_QUOTA;

/// A bin that is believed in less than this is left out of a prediction.
const NEGLIGIBLE: f64 = 1e-7;

/// The width of a cell of readings, in standard deviations of their logarithm.
const CELL: f64 = 0.25;

/// What a reading near 0 is compared with: a lake in the first bin is nearly empty, not empty.
const NEARLY_EMPTY: f64 = 1.0;

/// What each quota is worth at each bin; see [`LakeChain::ballot`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ballot(
    /// (quota, bin)
    pub [[f64; BINS]; REQUESTS],
);

impl Ballot {
    /// For those who never vote.
    pub const NONE: Self = Self([[0.0; BINS]; REQUESTS]);

    /// What the best quota is worth at each bin.
    fn best(&self) -> [f64; BINS] {
        let best = |bin: usize| {
            self.0.iter().map(|values| values[bin]).fold(f64::NEG_INFINITY, f64::max)
        };
        std::array::from_fn(best)
    }

    /// What each quota is worth under a belief.
    pub fn worth(&self, belief: &[f64; BINS]) -> [f64; REQUESTS] {
        let dot =
            |values: &[f64; BINS]| values.iter().zip(belief).map(|(v, q)| v * q).sum();
        self.0.each_ref().map(dot)
    }

    /// The quota that is best under a belief; the smallest of several.
    pub fn choice(&self, belief: &[f64; BINS]) -> usize {
        let worth = self.worth(belief);
        (1..REQUESTS)
            .fold(0, |best, q| if worth[q] > worth[best] + 1e-6 { q } else { best })
    }

    /// The quota that is best at each bin.
    pub fn choices(&self) -> [usize; BINS] {
        std::array::from_fn(|bin| self.choice(&LakeChain::at(LakeChain::stock(bin))))
    }
}

/// The lake as fishers think of it: 31 bins of stock, and for each total request where each bin leads.
///
/// The weather is integrated with seven points (Gauss and Hermite), and each point is shared between the two bins beside it, so
/// that the mean is kept.
///
/// ```
/// # use aif_lib::prelude::*;
/// let chain = LakeChain::new(Lake::default());
/// let mut belief = LakeChain::at(50.0);
/// chain.correct(&mut belief, 80.0);
/// chain.predict(&mut belief, 20);
/// assert!((belief.iter().sum::<f64>() - 1.0).abs() < 1e-12);
/// assert!(LakeChain::mean(&belief) < 50.0);
/// ```
#[derive(Debug, Clone)]
pub struct LakeChain {
    lake: Lake,
    /// For (request, bin): the first bin it leads to, and the place of its weights.
    rows: Vec<(usize, usize, usize)>,
    weights: Vec<f64>,
    /// The logarithm of each bin.
    logs: [f64; BINS],
    readings: Vec<[f64; BINS]>,
}

impl LakeChain {
    /// Cuts a lake into bins.
    ///
    /// # Panics
    /// When a number of the lake is out of range; the panic says which.
    pub fn new(lake: Lake) -> Self {
        lake.check().unwrap_or_else(|error| panic!("{error}"));
        let (mut rows, mut weights) = (Vec::new(), Vec::new());
        for request in 0..=MOST {
            for bin in 0..BINS {
                let x = Self::stock(bin);
                let mut row = [0.0; BINS];
                for (weather, weight) in NORMAL {
                    let next = lake.next(x, (request as f64).min(x), weather) / WIDTH;
                    let low = (next.floor() as usize).min(BINS - 2);
                    row[low + 1] += weight * (next - low as f64);
                    row[low] += weight * (1.0 - (next - low as f64));
                }
                let first = row.iter().position(|p| *p > 0.0).unwrap_or(0);
                let last = row.iter().rposition(|p| *p > 0.0).unwrap_or(0);
                rows.push((first, weights.len(), last + 1 - first));
                weights.extend_from_slice(&row[first..=last]);
            }
        }
        let logs = std::array::from_fn(|bin| Self::stock(bin).max(NEARLY_EMPTY).ln());
        let readings = densities(lake.blur, &logs);
        Self { lake, rows, weights, logs, readings }
    }

    /// What each quota is worth to each at each bin, if all obey it for `hold` steps and then choose the best one again: (quota, bin).
    ///
    /// ```text
    /// Q(x, q) = E Σₖ δᵏ min(5q, xₖ)/5 + δʰ E max Q(x′, q′),   k = 0 … h − 1
    /// ```
    /// This is what a selfish member votes by: under equal quotas what is best for one is best for all.
    ///
    /// # Panics
    /// When `hold` is 0.
    pub fn ballot(&self, hold: usize) -> Ballot {
        assert!(hold > 0, "ballot: a quota is held for at least 1 step");
        let mut ballot = Ballot([[0.0; BINS]; REQUESTS]);
        loop {
            let best = ballot.best();
            let mut moved = 0.0f64;
            for quota in 0..REQUESTS {
                let total = FISHERS * quota;
                let mut values = best;
                for _ in 0..hold {
                    values = std::array::from_fn(|bin| {
                        let share = (total as f64).min(Self::stock(bin)) / FISHERS as f64;
                        if bin == 0 {
                            0.0
                        } else {
                            share + GOES_ON * self.expect(total, bin, &values)
                        }
                    });
                }
                for (old, new) in ballot.0[quota].iter_mut().zip(values) {
                    moved = moved.max((new - *old).abs());
                    *old = new;
                }
            }
            if moved < 1e-7 {
                return ballot;
            }
        }
    }

    /// The lake.
    pub fn lake(&self) -> &Lake {
        &self.lake
    }

    /// The stock in the middle of a bin.
    pub fn stock(bin: usize) -> f64 {
        bin as f64 * WIDTH
    }

    /// A belief that is sure of a stock.
    pub fn at(stock: f64) -> [f64; BINS] {
        let mut belief = [0.0; BINS];
        belief[((stock / WIDTH).round() as usize).min(BINS - 1)] = 1.0;
        belief
    }

    /// The mean of a belief.
    pub fn mean(belief: &[f64; BINS]) -> f64 {
        belief.iter().enumerate().map(|(bin, q)| q * Self::stock(bin)).sum()
    }

    /// How a request of all together moves a bin: the first bin it leads to, and the weight of it and of those after it.
    pub fn row(&self, request: usize, bin: usize) -> (usize, &[f64]) {
        let (first, from, len) = self.rows[request * BINS + bin];
        (first, &self.weights[from..from + len])
    }

    /// What is to be expected of a value after a request.
    pub fn expect(&self, request: usize, bin: usize, value: &[f64; BINS]) -> f64 {
        let (first, weights) = self.row(request, bin);
        weights.iter().zip(&value[first..]).map(|(w, v)| w * v).sum()
    }

    /// Predict: where the belief goes when all together ask for this much.
    ///
    /// ```text
    /// Q(x′) = Σₓ M(x′ | x, request) Q(x)
    /// ```
    pub fn predict(&self, belief: &mut [f64; BINS], request: usize) {
        let mut next = [0.0; BINS];
        let mut sum = 0.0;
        for (bin, q) in belief.iter().enumerate().filter(|(_, q)| **q > NEGLIGIBLE) {
            let (first, weights) = self.row(request, bin);
            for (next, weight) in next[first..].iter_mut().zip(weights) {
                *next += q * weight;
            }
            sum += q;
        }
        *belief = next.map(|q| q / sum);
    }

    /// Correct: what a reading says.
    ///
    /// ```text
    /// Q(x) ∝ exp(−(ln y − ln x)² / 2s²) Q(x)
    /// ```
    pub fn correct(&self, belief: &mut [f64; BINS], reading: f64) {
        let (y, blur) = (reading.max(1e-6).ln(), self.lake.blur);
        let exponent = |bin: usize| -0.5 * ((y - self.logs[bin]) / blur).powi(2);
        // Only bins that are believed in count, so that a far reading leaves a belief and not 0/0.
        let believed = (0..BINS).filter(|bin| belief[*bin] > 0.0);
        let top = believed.map(exponent).fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for (bin, q) in belief.iter_mut().enumerate().filter(|(_, q)| **q > 0.0) {
            *q *= (exponent(bin) - top).exp();
            sum += *q;
        }
        belief.iter_mut().for_each(|q| *q /= sum);
    }

    /// What the next reading will teach about the stock, in nats, for a belief about it.
    ///
    /// ```text
    /// I(x; y) = H[y] − H[y | x],  with ln y in cells of a quarter of its standard deviation
    /// ```
    pub fn information(&self, belief: &[f64; BINS]) -> f64 {
        let surprise = |likely: &[f64; BINS]| {
            let p: f64 = belief.iter().zip(likely).map(|(q, l)| q * l).sum();
            if p > 0.0 { -CELL * p * p.ln() } else { 0.0 }
        };
        let mixture: f64 = self.readings.iter().map(surprise).sum();
        // The entropy of a reading when the stock is known, in the same unit: ½ ln 2πe.
        (mixture - 0.5 * (2.0 * PI * std::f64::consts::E).ln()).max(0.0)
    }
}

/// For each cell of readings, how dense each bin makes it.
fn densities(blur: f64, logs: &[f64; BINS]) -> Vec<[f64; BINS]> {
    let (low, high) = (logs[0] - 4.0 * blur, logs[BINS - 1] + 4.0 * blur);
    let cells = ((high - low) / (CELL * blur)).ceil() as usize;
    let density = |z: f64| (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
    let reading = |i: usize| low + (i as f64 + 0.5) * CELL * blur;
    (0..cells).map(|i| logs.map(|x| density((reading(i) - x) / blur))).collect()
}
