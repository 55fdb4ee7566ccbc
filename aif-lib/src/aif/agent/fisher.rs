//! [`AifFisher`]: active inference at the lake. Dual: [`crate::rl::agent::fisher`].
//!
//! It knows how the lake grows, and what the law is. What it does not know is the stock, which it infers, and the others, whom it counts.

use std::sync::Arc;

use crate::interaction::{Action, Agent, Step};
use crate::prob::random::Rng;
use crate::world::commons::{
    BINS, Ballot, FISHERS, GOES_ON, LakeChain, Law, MOST_OTHERS, NO_QUOTA, REQUESTS,
    draw_request, seen, soft_choice,
};

/// Levels of stock for which the others are counted apart: below 30, below 60, above.
const LEVELS: usize = 3;
/// The others' totals that are counted.
const TOTALS: usize = MOST_OTHERS + 1;
/// The number of records.
const RECORDS: usize = 3;
/// Steps after which a plan is made anew.
const PLAN_LASTS: usize = 25;
/// Prior counts of each total, and the share of all counts that fades with each step.
const PRIOR: f64 = 0.1;
const FORGETTING: f64 = 0.02;

/// What an [`AifFisher`] knows and wants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AifFisherOptions {
    /// The law.
    pub law: Law,
    /// The quota that it expects at each stock; what is in force now it hears.
    pub quotas: [usize; BINS],
    /// What it votes by. Default nothing.
    pub ballot: Ballot,
    /// The weight w of what others catch, beside its own catch. Default 0.
    pub norm: f64,
    /// Whether it remembers: a filter over time, or only today's reading. Default yes.
    pub filter: bool,
    /// The weight of what the next reading teaches, in catch for a nat. Default 0.
    pub curiosity: f64,
    /// How many counts it begins with for four others who take 1 each, beside the even ones (.1 for each of their totals from
    /// 0 to 20, which are 10 on average). Default 0.
    pub trust: f64,
    /// Steps of backward induction in a plan; each plan begins where the last one ended. Default 8.
    pub foresight: usize,
    /// The temperature of its choices, in units of catch. Default .1.
    pub temperature: f64,
}

impl Default for AifFisherOptions {
    fn default() -> Self {
        Self {
            law: Law::NONE,
            quotas: [NO_QUOTA; BINS],
            ballot: Ballot::NONE,
            norm: 0.0,
            filter: true,
            curiosity: 0.0,
            trust: 0.0,
            foresight: 8,
            temperature: 0.1,
        }
    }
}

/// A plan: for each record, request and bin.
#[derive(Debug, Clone)]
struct Plan {
    /// B_u: where each bin leads with what the others are expected to do, (request, next bin, bin).
    next: [[[f64; BINS]; BINS]; REQUESTS],
    /// What the step is expected to bring: own catch and w times the others'.
    reward: [[f64; BINS]; REQUESTS],
    /// What comes after it, if it is not caught.
    after: [[[f64; BINS]; REQUESTS]; RECORDS],
    values: [[f64; BINS]; RECORDS],
}

/// A fisher that believes, counts and plans.
///
/// ```text
/// B_u = Σ_o p(o | level) M_{u+o},   C = own catch + w · others' catch − fine
/// −G(u) = Σₓ Q(x) [ C(x, u) + δ Σ B_u(x′ | x) V(x′) ]  (+ weight · information of the next reading)
/// P(u) = softmax(−G / τ)
/// ```
/// V by backward induction as if the stock were seen from the next step on (QMDP), so that what later readings teach has no value for
/// the plan; the one switch for it is `curiosity`.
///
/// ```
/// # use aif_lib::prelude::*;
/// # use std::sync::Arc;
/// let chain = Arc::new(LakeChain::new(Lake::default()));
/// let fishers = (0..5).map(|_| Box::new(AifFisher::new(&chain, AifFisherOptions::default())) as Box<dyn Agent<Vec<f64>>>);
/// let mut lake = Commons::new(Lake::default(), Law::NONE)?;
/// let race = gathering(&mut lake, &mut fishers.collect::<Vec<_>>(), &mut seeded(1));
/// assert!(race[0].len() < 10); // they empty it
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AifFisher {
    chain: Arc<LakeChain>,
    options: AifFisherOptions,
    belief: [f64; BINS],
    counts: [[f64; TOTALS]; LEVELS],
    plan: Box<Plan>,
    plan_age: usize,
    quota: usize,
    record: usize,
    learning: bool,
}

impl AifFisher {
    /// A fisher that knows this lake and has met nobody.
    pub fn new(chain: &Arc<LakeChain>, options: AifFisherOptions) -> Self {
        let mut born = [PRIOR; TOTALS];
        born[FISHERS - 1] += options.trust;
        let mut fisher = Self {
            chain: Arc::clone(chain),
            options,
            belief: LakeChain::at(chain.lake().start),
            counts: [born; LEVELS],
            plan: Box::new(Plan {
                next: [[[0.0; BINS]; BINS]; REQUESTS],
                reward: [[0.0; BINS]; REQUESTS],
                after: [[[0.0; BINS]; REQUESTS]; RECORDS],
                values: [[0.0; BINS]; RECORDS],
            }),
            plan_age: PLAN_LASTS,
            quota: NO_QUOTA,
            record: 0,
            learning: true,
        };
        fisher.expect_others(); // so that it can be asked at once
        fisher
    }

    /// Hears the quota that is in force now.
    pub fn hear(&mut self, quota: usize) {
        self.quota = quota;
    }

    /// What it believes about the stock.
    pub fn belief(&self) -> &[f64; BINS] {
        &self.belief
    }

    /// The quota that it votes for: the one that is best for itself if all have to obey it.
    pub fn vote(&self) -> usize {
        self.options.ballot.choice(&self.belief)
    }

    /// Whether it accepts a quota: if it is no worse than a quota of 1.
    pub fn accepts(&self, quota: usize) -> bool {
        let worth = self.options.ballot.worth(&self.belief);
        worth[quota] >= worth[1]
    }

    /// What each request is worth, −G.
    pub fn values(&self) -> [f64; REQUESTS] {
        let law = &self.options.law;
        let (after, up) =
            (&self.plan.after[self.record], &self.plan.after[2.min(self.record + 1)]);
        std::array::from_fn(|u| {
            let caught = if law.graduated() { law.caught(u, self.quota) } else { 0.0 };
            let later = |x: usize| after[u][x] + caught * (up[u][x] - after[u][x]);
            let worth = |(x, q): (usize, &f64)| q * (self.plan.reward[u][x] + later(x));
            let believed = self.belief.iter().enumerate().filter(|(_, q)| **q > 0.0);
            let expected: f64 = believed.map(worth).sum();
            let curiosity = self.options.curiosity;
            let gain = if curiosity > 0.0 { curiosity * self.information(u) } else { 0.0 };
            expected + gain - law.expected_fine(self.record, u, self.quota)
        })
    }

    /// What the next reading will teach after a request, in nats.
    pub fn information(&self, request: usize) -> f64 {
        let arrives =
            |to: &[f64; BINS]| to.iter().zip(&self.belief).map(|(p, q)| p * q).sum();
        let next: [f64; BINS] = self.plan.next[request].each_ref().map(arrives);
        self.chain.information(&next)
    }

    /// How probable each total of the others is, for each level of stock.
    fn others(&self) -> [[f64; TOTALS]; LEVELS] {
        self.counts.map(|counts| {
            let sum: f64 = counts.iter().sum();
            counts.map(|c| c / sum)
        })
    }

    /// What each request brings and where it leads, with what the others are expected to do.
    fn expect_others(&mut self) {
        let (others, norm) = (self.others(), self.options.norm);
        let plan = &mut self.plan;
        for x in 0..BINS {
            let stock = LakeChain::stock(x);
            for u in 0..REQUESTS {
                let mut reward = 0.0;
                plan.next[u].iter_mut().for_each(|to| to[x] = 0.0);
                for (o, p) in others[level(stock)].iter().enumerate() {
                    let share =
                        if u + o == 0 { 0.0 } else { (stock / (u + o) as f64).min(1.0) };
                    reward += p * share * (u as f64 + norm * o as f64);
                    let (first, weights) = self.chain.row(u + o, x);
                    for (to, weight) in plan.next[u][first..].iter_mut().zip(weights) {
                        to[x] += p * weight;
                    }
                }
                plan.reward[u][x] = reward;
            }
        }
    }

    /// Backward induction, so many steps from what was planned before.
    fn make_plan(&mut self) {
        self.expect_others();
        let (law, plan) = (self.options.law, &mut self.plan);
        let records = if law.graduated() { RECORDS } else { 1 };
        for sweep in 0..=self.options.foresight {
            for record in 0..records {
                // With a record it fades: one up the list with this probability.
                let fade = if record > 0 { law.fade } else { 0.0 };
                let below = plan.values[record.saturating_sub(1)];
                let mix = |x: usize| {
                    plan.values[record][x] + fade * (below[x] - plan.values[record][x])
                };
                let values: [f64; BINS] = std::array::from_fn(mix);
                for (after, next) in plan.after[record].iter_mut().zip(&plan.next) {
                    *after = [0.0; BINS];
                    for (to, value) in next.iter().zip(&values) {
                        let later = after.iter_mut().zip(to);
                        later.for_each(|(after, p)| *after += GOES_ON * value * p);
                    }
                }
            }
            if records == 1 {
                plan.after[1] = plan.after[0];
                plan.after[2] = plan.after[0];
            }
            if sweep == self.options.foresight {
                return; // The last pass only refreshes what comes after.
            }
            for record in 0..records {
                for x in 1..BINS {
                    let quota = self.options.quotas[x];
                    let worth = |u: usize| {
                        let (after, up) =
                            (plan.after[record][u][x], plan.after[2.min(record + 1)][u][x]);
                        let caught = law.caught(u, quota);
                        plan.reward[u][x] + after + caught * (up - after)
                            - law.expected_fine(record, u, quota)
                    };
                    plan.values[record][x] =
                        (0..REQUESTS).map(worth).fold(f64::NEG_INFINITY, f64::max);
                }
            }
        }
    }
}

/// The level of a stock.
fn level(stock: f64) -> usize {
    usize::from(stock >= 30.0) + usize::from(stock >= 60.0)
}

impl Agent<Vec<f64>> for AifFisher {
    fn begin(&mut self, obs: &Vec<f64>) {
        self.belief = LakeChain::at(self.chain.lake().start);
        if !self.options.filter {
            self.belief = [1.0 / BINS as f64; BINS];
            self.chain.correct(&mut self.belief, obs[seen::READING]);
        }
        (self.record, self.plan_age) = (0, PLAN_LASTS);
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        if self.plan_age >= PLAN_LASTS {
            self.make_plan();
            self.plan_age = 0;
        }
        self.plan_age += 1;
        draw_request(&soft_choice(&self.values(), self.options.temperature), rng)
    }

    fn observe(&mut self, action: &Action, step: &Step<Vec<f64>>, _rng: &mut dyn Rng) {
        let others = step.obs[seen::OTHERS] as usize;
        if self.learning {
            let counts = &mut self.counts[level(LakeChain::mean(&self.belief))];
            counts.iter_mut().for_each(|c| *c *= 1.0 - FORGETTING);
            counts[others] += 1.0;
        }
        if step.end.is_some() {
            return;
        }
        if self.options.filter {
            self.chain.predict(&mut self.belief, action + others);
        } else {
            self.belief = [1.0 / BINS as f64; BINS];
        }
        self.chain.correct(&mut self.belief, step.obs[seen::READING]);
        self.record = step.obs[seen::RECORD] as usize;
    }

    fn set_learning(&mut self, learning: bool) {
        self.learning = learning;
    }
}
