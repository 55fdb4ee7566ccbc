//! [`QFisher`]: Q-learning at the lake. Dual: [`crate::aif::agent::fisher`].
//!
//! It is not told how others will act, nor what its requests do to the lake. It may have the same filter as its dual, or only readings.

use std::sync::Arc;

use crate::interaction::{Action, Agent, End, Step};
use crate::prob::random::{Rng, uniform_index, uniform01};
use crate::world::commons::{
    BINS, GOES_ON, LakeChain, NO_QUOTA, REQUESTS, draw_request, seen, soft_choice,
};

const STOCKS: usize = 10;
const OTHERS: usize = 4;
const RECORDS: usize = 3;
const STATES: usize = STOCKS * OTHERS * RECORDS * REQUESTS;

/// How a [`QFisher`] learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QFisherOptions {
    /// The learning rate. Default .1.
    pub alpha: f64,
    /// The value that every request has at first: high values make it try everything. Default 50.
    pub start: f64,
    /// The episodes over which its random choices fall from .3 to .01. Default 400.
    pub episodes: usize,
    /// The weight w of what others catch. Default 0.
    pub norm: f64,
    /// Whether its state has the mean of the filter instead of today's reading. Default yes.
    pub filter: bool,
    /// Whether its state has what the others asked for last. Default yes.
    pub sees_others: bool,
    /// The temperature of its choices. Default .1.
    pub temperature: f64,
}

impl Default for QFisherOptions {
    fn default() -> Self {
        Self {
            alpha: 0.1,
            start: 50.0,
            episodes: 400,
            norm: 0.0,
            filter: true,
            sees_others: true,
            temperature: 0.1,
        }
    }
}

/// A fisher with a table: state (stock in ten bins, others' last total in four, record, quota), five requests.
///
/// ```text
/// Q(s, u) ← Q(s, u) + α [ r + δ max Q(s′, ·) − Q(s, u) ],   r = own catch + w · others' catch − fine
/// ```
/// It chooses by softmax(Q / τ), and at random with a probability that falls.
///
/// ```
/// # use aif_lib::prelude::*;
/// # use std::sync::Arc;
/// let chain = Arc::new(LakeChain::new(Lake::default()));
/// let fishers = (0..5).map(|_| Box::new(QFisher::new(&chain, QFisherOptions::default())) as Box<dyn Agent<Vec<f64>>>);
/// let mut lake = Commons::new(Lake::default(), Law::NONE)?;
/// let race = gathering(&mut lake, &mut fishers.collect::<Vec<_>>(), &mut seeded(1));
/// assert!(!race[0].is_empty());
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct QFisher {
    chain: Arc<LakeChain>,
    options: QFisherOptions,
    q: Vec<[f64; REQUESTS]>,
    belief: [f64; BINS],
    reading: f64,
    others: usize,
    record: usize,
    quota: usize,
    begun: usize,
    /// A state, what was done there, and what it brought; its target waits for the quota of the next step.
    waits: Option<(usize, Action, f64)>,
    learning: bool,
}

impl QFisher {
    /// A fisher that has learned nothing.
    pub fn new(chain: &Arc<LakeChain>, options: QFisherOptions) -> Self {
        Self {
            chain: Arc::clone(chain),
            options,
            q: vec![[options.start; REQUESTS]; STATES],
            belief: LakeChain::at(chain.lake().start),
            reading: chain.lake().start,
            others: 0,
            record: 0,
            quota: NO_QUOTA,
            begun: 0,
            waits: None,
            learning: true,
        }
    }

    /// Hears the quota that is in force now.
    pub fn hear(&mut self, quota: usize) {
        self.quota = quota;
    }

    fn state(&self) -> usize {
        let stock =
            if self.options.filter { LakeChain::mean(&self.belief) } else { self.reading };
        let stock = ((stock / 12.0) as usize).min(STOCKS - 1);
        let others = if self.options.sees_others { self.others.min(15) / 4 } else { 0 };
        ((stock * OTHERS + others) * RECORDS + self.record) * REQUESTS + self.quota
    }

    fn learn(&mut self, target: f64, s: usize, u: Action) {
        if self.learning {
            self.q[s][u] += self.options.alpha * (target - self.q[s][u]);
        }
    }

    /// Brings the step that waits to its end, now that the next state is known.
    fn bootstrap(&mut self) {
        if let Some((s, u, reward)) = self.waits.take() {
            let next =
                self.q[self.state()].iter().copied().fold(f64::NEG_INFINITY, f64::max);
            self.learn(reward + GOES_ON * next, s, u);
        }
    }

    fn epsilon(&self) -> f64 {
        let progress = (self.begun as f64 / self.options.episodes as f64).min(1.0);
        if self.learning { 0.3 + (0.01 - 0.3) * progress } else { 0.0 }
    }
}

impl Agent<Vec<f64>> for QFisher {
    fn begin(&mut self, obs: &Vec<f64>) {
        self.belief = LakeChain::at(self.chain.lake().start);
        (self.reading, self.others, self.record) = (obs[seen::READING], 0, 0);
        self.waits = None;
        self.begun += 1;
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        self.bootstrap();
        let s = self.state();
        let u = if uniform01(rng) < self.epsilon() {
            uniform_index(REQUESTS, rng)
        } else {
            draw_request(&soft_choice(&self.q[s], self.options.temperature), rng)
        };
        self.waits = Some((s, u, 0.0));
        u
    }

    fn observe(&mut self, action: &Action, step: &Step<Vec<f64>>, _rng: &mut dyn Rng) {
        let Some((s, u, _)) = self.waits.take() else { return };
        let reward = step.reward + self.options.norm * step.obs[seen::OTHERS_CAUGHT];
        if step.end == Some(End::Terminated) {
            return self.learn(reward, s, u);
        }
        self.others = step.obs[seen::OTHERS] as usize;
        self.reading = step.obs[seen::READING];
        self.record = step.obs[seen::RECORD] as usize;
        if self.options.filter {
            self.chain.predict(&mut self.belief, action + self.others);
            self.chain.correct(&mut self.belief, self.reading);
        }
        self.waits = Some((s, u, reward));
        if step.end.is_some() {
            self.bootstrap();
        }
    }

    fn set_learning(&mut self, learning: bool) {
        self.learning = learning;
    }
}
