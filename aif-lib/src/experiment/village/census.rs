//! Many villages: what they say of their regime, and what one regime makes better than another.

use std::sync::Arc;

use super::{Life, Regime, live};
use crate::prob::random::{seeded, uniform_index};
use crate::prob::stats::{Interval, mean_interval};
use crate::scale;
use crate::world::commons::{Commons, FISHERS, LakeChain};

/// Many villages under one regime, each with a stream of its own. The same seed gives the same weather under every regime.
pub fn lives(regime: &Regime, villages: usize, seed: u64) -> Vec<Life> {
    let chain = Arc::new(LakeChain::new(regime.lake));
    scale::runs(villages, seed, &|_, rng| live(regime, &chain, None, rng))
}

/// What many villages say: means with their intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// The catch of a member in a step.
    pub catch: Interval,
    /// The share of episodes with a lake at the end.
    pub survival: Interval,
    /// 1 − Gini of the five total catches.
    pub equality: Interval,
    /// Catch minus fines minus the cost of audit.
    pub net: Interval,
    /// The catch of the first member and of the others.
    pub first: Interval,
    /// The catch of the others, each.
    pub others: Interval,
    /// The mean stock at each step.
    pub stock: Vec<f64>,
    /// How many steps the lake lived, the mean.
    pub steps: f64,
}

/// Many villages under one regime.
///
/// # Panics
/// When there are fewer than 2 villages.
pub fn survey(regime: &Regime, villages: usize, seed: u64) -> Survey {
    summary(&lives(regime, villages, seed))
}

/// The same for each of several regimes, under the same weather.
///
/// # Panics
/// As [`survey`].
pub fn surveys(regimes: &[Regime], villages: usize, seed: u64) -> Vec<Survey> {
    regimes.iter().map(|regime| survey(regime, villages, seed)).collect()
}

/// The same for villages that have lived.
///
/// # Panics
/// When there are fewer than 2.
pub fn summary(lives: &[Life]) -> Survey {
    let of = |f: &dyn Fn(&Life) -> f64| {
        let all: Vec<f64> = lives.iter().map(f).collect();
        mean_interval(&all).unwrap_or_else(|error| panic!("{error}"))
    };
    let n = lives.len() as f64;
    let stock = |t: usize| lives.iter().map(|life| life.stock[t]).sum::<f64>() / n;
    Survey {
        catch: of(&|life| life.catch),
        survival: of(&|life| life.survival),
        equality: of(&|life| life.equality),
        net: of(&|life| life.net),
        first: of(&|life| life.each[0]),
        others: of(&|life| life.each[1..].iter().sum::<f64>() / (FISHERS - 1) as f64),
        stock: (0..=Commons::STEPS).map(stock).collect(),
        steps: lives.iter().map(|life| life.steps).sum::<f64>() / n,
    }
}

/// The difference of two regimes in one number, village by village, with its interval.
///
/// # Panics
/// When the lists differ in length or are shorter than 2.
pub fn gap(these: &[Life], those: &[Life], of: fn(&Life) -> f64) -> Interval {
    assert_eq!(these.len(), those.len(), "gap: as many villages on both sides");
    let gaps: Vec<f64> = these.iter().zip(those).map(|(a, b)| of(a) - of(b)).collect();
    mean_interval(&gaps).unwrap_or_else(|error| panic!("{error}"))
}

/// Many villages under each of several regimes, by name, with the same weather for all.
///
/// ```
/// # use aif_lib::prelude::*;
/// let free = Regime::default();
/// let census = Census::take(&[("free", free), ("law", free.law(0.3, 4.0).fixed(1))], 4, 1);
/// assert!(census.gap("law", "free", |life| life.catch).lo > 0.5);
/// assert_eq!(census.survey("free").survival.mean, 0.0);
/// ```
#[derive(Debug, Clone)]
pub struct Census {
    names: Vec<String>,
    lives: Vec<Vec<Life>>,
}

impl Census {
    /// Lets this many villages live under each regime.
    pub fn take(regimes: &[(&str, Regime)], villages: usize, seed: u64) -> Self {
        Self {
            names: regimes.iter().map(|(name, _)| name.to_string()).collect(),
            lives: regimes
                .iter()
                .map(|(_, regime)| lives(regime, villages, seed))
                .collect(),
        }
    }

    /// The names, in order.
    pub fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    /// The villages under one regime.
    ///
    /// # Panics
    /// When there is no regime of this name.
    #[track_caller]
    pub fn lives(&self, name: &str) -> &[Life] {
        let known = self.names.iter().position(|known| known == name);
        &self.lives[known
            .unwrap_or_else(|| panic!("no regime {name:?}: use one of {:?}", self.names))]
    }

    /// What they say: means with their intervals.
    ///
    /// # Panics
    /// As [`Census::lives`].
    #[track_caller]
    pub fn survey(&self, name: &str) -> Survey {
        summary(self.lives(name))
    }

    /// The difference of two regimes, village by village: one minus the other.
    ///
    /// # Panics
    /// As [`Census::lives`].
    #[track_caller]
    pub fn gap(&self, one: &str, other: &str, of: fn(&Life) -> f64) -> Interval {
        gap(self.lives(one), self.lives(other), of)
    }

    /// A row of text for each regime: its name, catch, survival, equality and net catch, with half the width of each interval.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let shown = |i: Interval| match i.hi - i.mean {
            half if half < 0.0005 => format!("{:.3}", i.mean),
            half => format!("{:.3} ± {half:.3}", i.mean),
        };
        let row = |name: &&str| {
            let survey = self.survey(name);
            let numbers = [survey.catch, survey.survival, survey.equality, survey.net];
            [vec![name.to_string()], numbers.map(shown).to_vec()].concat()
        };
        self.names().iter().map(row).collect()
    }
}

/// The law and the ruler that a search finds: so many random ones, each tried on so many villages, which adapt to it. Answers the
/// regime with the highest net catch, and that.
///
/// Thresholds from 5 to 80 in steps of 5, a fine of 1, 2, 3, 4, 7 or 10, an audit of .1, .2, .3 or .5. In the language of games: a
/// Stackelberg leader, who moves first and knows that the others will adapt.
///
/// # Panics
/// When there are no candidates or fewer than 2 villages.
pub fn found_by_search(candidates: usize, villages: usize, seed: u64) -> (Regime, f64) {
    let mut rng = seeded(seed);
    let mut draw = |choices: &[f64]| choices[uniform_index(choices.len(), &mut rng)];
    let stocks: Vec<f64> = (1..=16).map(|k| 5.0 * f64::from(k)).collect();
    let mut candidate = || {
        let mut thresholds = [draw(&stocks), draw(&stocks), draw(&stocks)];
        thresholds.sort_by(f64::total_cmp);
        let (audit, fine) =
            (draw(&[0.1, 0.2, 0.3, 0.5]), draw(&[1.0, 2.0, 3.0, 4.0, 7.0, 10.0]));
        Regime::default().law(audit, fine).ruler(thresholds)
    };
    let tried = (0..candidates).map(|_| candidate());
    let scored = tried.map(|regime| (regime, survey(&regime, villages, seed).net.mean));
    let best = scored.max_by(|a, b| a.1.total_cmp(&b.1));
    best.expect("at least one candidate")
}
