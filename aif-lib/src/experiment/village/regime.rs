//! [`Regime`]: all that can be set at the lake: its law, who sets the quota, what the members are like.

use crate::experiment::speaker::Prompt;
use crate::world::commons::{BINS, Ballot, FISHERS, Lake, LakeChain, Law, NO_QUOTA};

/// A quota for each of three thresholds that the stock is above: below all none, then 1, 2, 3.
pub type Thresholds = [f64; 3];

/// Who sets the quota.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quotas {
    /// Nobody: all is allowed.
    Free,
    /// It is the same for ever.
    Fixed(usize),
    /// A ruler, by the public mean of the five readings in each step.
    Ruler(Thresholds),
    /// All five, every so many steps.
    Vote {
        /// The steps between two votes.
        every: usize,
        /// What becomes of five opinions.
        count: Count,
    },
    /// A mediator that is asked in words, every 5 steps.
    Mediator {
        /// Who is asked.
        voice: Voice,
        /// Whether its word binds only if at least three of five find it no worse than a quota of 1; otherwise 1 is in force.
        accepted: bool,
    },
}

/// What becomes of five opinions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// The one in the middle.
    Median,
    /// That of a member drawn at random.
    One,
}

/// A mediator by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// [`Scripted`](crate::experiment::speaker::Scripted): it says the median of what the five want.
    Scripted,
    /// [`Recorded`](crate::experiment::speaker::Recorded): what a small language model once said for the mean reading.
    Recorded(Prompt),
    /// It always says the same.
    Says(usize),
    /// It says any number.
    Random,
}

/// What a member does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// It thinks for itself.
    Thinks,
    /// It thinks for itself, and does not care for the others.
    Selfish,
    /// It always asks for this much.
    Asks(usize),
    /// It asks for the quota.
    Obeys,
}

/// How the members learn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum School {
    /// Active inference.
    Aif {
        /// As [`AifFisherOptions::curiosity`](crate::aif::agent::fisher::AifFisherOptions::curiosity).
        curiosity: f64,
    },
    /// Q-learning: the learning rate, the first value of each request, and how many episodes it practises before it is measured.
    Rl {
        /// As [`QFisherOptions::alpha`](crate::rl::agent::fisher::QFisherOptions::alpha).
        alpha: f64,
        /// As [`QFisherOptions::start`](crate::rl::agent::fisher::QFisherOptions::start).
        start: f64,
        /// The episodes of practice.
        practice: usize,
        /// As [`QFisherOptions::sees_others`](crate::rl::agent::fisher::QFisherOptions::sees_others).
        sees_others: bool,
    },
}

/// All that an experiment at the lake may set.
///
/// ```
/// # use aif_lib::prelude::*;
/// let wild = Regime::default();
/// let lawful = Regime { law: Law::flat(0.3, 4.0), quotas: Quotas::Fixed(1), ..wild };
/// let (wild, lawful) = (village::survey(&wild, 4, 1), village::survey(&lawful, 4, 1));
/// assert!(wild.survival.mean == 0.0 && lawful.survival.mean == 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Regime {
    /// The lake.
    pub lake: Lake,
    /// The law.
    pub law: Law,
    /// Who sets the quota.
    pub quotas: Quotas,
    /// The weight w of others' catch.
    pub norm: f64,
    /// Whether members remember.
    pub filter: bool,
    /// As [`AifFisherOptions::foresight`](crate::aif::agent::fisher::AifFisherOptions::foresight).
    pub foresight: usize,
    /// As [`AifFisherOptions::trust`](crate::aif::agent::fisher::AifFisherOptions::trust).
    pub trust: f64,
    /// What each member does.
    pub members: [Member; FISHERS],
    /// How they learn.
    pub school: School,
    /// The strangers at the lake.
    pub outsiders: usize,
    /// The fault of exercise 16.6: all see the same reading.
    pub same_eyes: bool,
}

impl Default for Regime {
    fn default() -> Self {
        Self {
            lake: Lake::default(),
            law: Law::NONE,
            quotas: Quotas::Free,
            norm: 0.0,
            filter: true,
            foresight: 8,
            trust: 0.0,
            members: [Member::Thinks; FISHERS],
            school: School::Aif { curiosity: 0.0 },
            outsiders: 0,
            same_eyes: false,
        }
    }
}

impl Regime {
    /// The same with a law: each is looked at with this probability, and pays this fine for each unit above the quota.
    pub fn law(self, audit: f64, fine: f64) -> Self {
        self.under(Law::flat(audit, fine))
    }

    /// The same under another's law.
    pub fn under(self, law: Law) -> Self {
        Self { law, ..self }
    }

    /// The same with a quota that never changes.
    pub fn fixed(self, quota: usize) -> Self {
        Self { quotas: Quotas::Fixed(quota), ..self }
    }

    /// The same with a ruler.
    pub fn ruler(self, thresholds: Thresholds) -> Self {
        Self { quotas: Quotas::Ruler(thresholds), ..self }
    }

    /// The same with a vote every so many steps; the median of five holds.
    pub fn vote(self, every: usize) -> Self {
        Self { quotas: Quotas::Vote { every, count: Count::Median }, ..self }
    }

    /// The same with a mediator.
    pub fn mediator(self, voice: Voice, accepted: bool) -> Self {
        Self { quotas: Quotas::Mediator { voice, accepted }, ..self }
    }

    /// The same with members to whom the catch of others is worth w times their own.
    pub fn caring(self, w: f64) -> Self {
        Self { norm: w, ..self }
    }

    /// The same with members that go by today's reading alone.
    pub fn forgetful(self) -> Self {
        Self { filter: false, ..self }
    }

    /// The same with Q-learners, and what was found for them by tuning: learning rate, first value, episodes of practice.
    pub fn learning(self, alpha: f64, start: f64, practice: usize) -> Self {
        Self { school: School::Rl { alpha, start, practice, sees_others: true }, ..self }
    }

    /// The quota that members expect at each stock.
    pub(super) fn expected(&self, ballot: &Ballot) -> [usize; BINS] {
        match self.quotas {
            Quotas::Free => [NO_QUOTA; BINS],
            Quotas::Fixed(quota) => [quota; BINS],
            Quotas::Ruler(thresholds) => {
                std::array::from_fn(|bin| by_stock(&thresholds, LakeChain::stock(bin)))
            }
            Quotas::Vote { .. } | Quotas::Mediator { .. } => ballot.choices(),
        }
    }

    /// How often the quota is set anew.
    pub(super) fn clock(&self) -> usize {
        match self.quotas {
            Quotas::Vote { every, .. } => every,
            Quotas::Mediator { .. } => 5,
            _ => 1,
        }
    }
}

/// The quota of a ruler.
pub(super) fn by_stock(thresholds: &Thresholds, stock: f64) -> usize {
    thresholds.iter().filter(|t| stock >= **t).count()
}
