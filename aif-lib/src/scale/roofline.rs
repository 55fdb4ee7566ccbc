//! What a batch has to do, and how fast this machine could do it at best: a prediction to hold a measurement against.
//!
//! Source: Williams, Waterman & Patterson (2009), Roofline: an insightful visual performance model for multicore architectures,
//! Communications of the ACM 52(4):65–76.

use std::hint::black_box;
use std::time::Instant;

use super::batch::Precision;
use crate::aif::agent::{AifOptions, Lookahead};
use crate::aif::model::GenerativeModel;

/// The work of one agent in one step: what there would be to do if no belief and no outcome were zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Work {
    /// How often one step of some policy is valued.
    pub valuations: f64,
    /// Products that are added to a sum.
    pub multiply_adds: f64,
    /// Logarithms.
    pub logarithms: f64,
    /// Bytes that come from memory and go back: the belief and the generator, in double precision.
    pub bytes: f64,
}

impl Work {
    /// The work of open-loop planning with all policies.
    ///
    /// ```text
    /// valuations = k + k² + … + kᴴ,    each one |B| / k + |A| + S + 2 O products and O logarithms
    /// ```
    /// k actions, horizon H, S states, O joint outcomes; |A| and |B| count what is above zero. Policies that begin alike share that
    /// part. `None` for other ways to plan.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// let model = tmaze::stem_model(0.95, &[0.0, 2.0, -3.0])?;
    /// let options = AifOptions { lookahead: Lookahead::OpenLoop, ..Default::default() };
    /// let work = Work::of(&model, &options).unwrap();
    /// assert_eq!((work.valuations, work.logarithms), (30.0, 30.0 * 8.0));
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn of(model: &GenerativeModel, options: &AifOptions) -> Option<Self> {
        if options.lookahead != Lookahead::OpenLoop || options.policies.is_some() {
            return None;
        }
        let (n, k) = (model.n_states(), model.n_actions() as f64);
        let outcomes = model.joint.n_outcomes as f64;
        let shown: usize = (0..n).map(|s| model.joint.emit.row(s).len()).sum();
        let moved = model.transition().n_entries() as f64 / k;
        let valuations = (1..=options.horizon).map(|h| k.powi(h as i32)).sum::<f64>();
        Some(Self {
            valuations,
            multiply_adds: valuations * (moved + shown as f64 + n as f64 + 2.0 * outcomes),
            logarithms: valuations * outcomes,
            bytes: 2.0 * (8.0 * n as f64 + 32.0),
        })
    }
}

/// How fast one core of this machine is at its best, for the operations that a batch is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Machine {
    /// Products added to a sum, each second, on rows that are in the cache.
    pub multiply_adds: f64,
    /// Logarithms each second.
    pub logarithms: f64,
    /// Bytes each second from memory and back.
    pub bytes: f64,
}

impl Machine {
    /// Measures this machine, a quarter of a second or so. Noise only ever slows down, so the best of many trials counts.
    pub fn measure(precision: Precision) -> Self {
        let (multiply_adds, logarithms) = super::batch::peak(precision);
        let (source, mut target) = (vec![1u8; 1 << 25], vec![0u8; 1 << 25]);
        let copied = best_rate(2.0 * source.len() as f64, 5, &mut || {
            target.copy_from_slice(black_box(&source));
            black_box(&mut target);
        });
        Self { multiply_adds, logarithms, bytes: copied }
    }

    /// The seconds that the work of one agent and step takes at least: arithmetic and memory may overlap, so the longer counts.
    pub fn at_least(&self, work: &Work) -> f64 {
        let arithmetic =
            work.multiply_adds / self.multiply_adds + work.logarithms / self.logarithms;
        arithmetic.max(work.bytes / self.bytes)
    }
}

/// The best rate of several trials at so many operations.
pub(super) fn best_rate(operations: f64, trials: usize, run: &mut dyn FnMut()) -> f64 {
    let trial = |_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64().max(1e-9)
    };
    operations / (0..trials).map(trial).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::tmaze;

    #[test]
    fn work_by_hand() {
        let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
        let open = |horizon| AifOptions {
            horizon,
            lookahead: Lookahead::OpenLoop,
            ..Default::default()
        };
        // 8 states of which 2 show two outcomes; each of 4 actions moves each state to one other.
        let one = Work::of(&model, &open(1)).unwrap();
        assert_eq!(one.valuations, 4.0);
        assert_eq!(one.multiply_adds, 4.0 * (8.0 + 10.0 + 8.0 + 10.0));
        assert_eq!(one.logarithms, 4.0 * 5.0);
        assert_eq!(one.bytes, 2.0 * (64.0 + 32.0));
        assert_eq!(Work::of(&model, &open(3)).unwrap().valuations, 4.0 + 16.0 + 64.0);
        assert!(Work::of(&model, &AifOptions::default()).is_none());
    }

    #[test]
    fn the_longer_of_arithmetic_and_memory_counts() {
        let machine = Machine { multiply_adds: 10.0, logarithms: 2.0, bytes: 1.0 };
        let work =
            Work { valuations: 1.0, multiply_adds: 20.0, logarithms: 4.0, bytes: 3.0 };
        assert_eq!(machine.at_least(&work), 4.0);
        assert_eq!(machine.at_least(&Work { bytes: 5.0, ..work }), 5.0);
    }
}
