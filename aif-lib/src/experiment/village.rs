//! [`Regime`]: five fishers under a law, a quota, a ruler or a vote; and what became of the lake.

use std::sync::Arc;

use crate::aif::agent::fisher::{AifFisher, AifFisherOptions};
use crate::error::Result;
use crate::experiment::speaker::{Prompt, Recorded, Scripted, Speaker};
use crate::interaction::{Action, Agent, Society, Step};
use crate::prob::random::{Rng, seeded, uniform_index};
use crate::prob::stats::{Interval, mean_interval};
use crate::rl::agent::fisher::{QFisher, QFisherOptions};
use crate::scale;
use crate::world::commons::{
    AUDIT_COST, BINS, Ballot, Commons, FISHERS, Lake, LakeChain, Law, NO_QUOTA, REQUESTS,
    seen,
};

/// A stock below which a lake counts as dead at the end.
pub const ALIVE: f64 = 10.0;

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
    /// [`Scripted`]: it says the median of what the five want.
    Scripted,
    /// [`Recorded`]: what a small language model once said for the mean reading.
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
        /// As [`AifFisherOptions::curiosity`].
        curiosity: f64,
    },
    /// Q-learning: the learning rate, the first value of each request, and how many episodes it practises before it is measured.
    Rl {
        /// As [`QFisherOptions::alpha`].
        alpha: f64,
        /// As [`QFisherOptions::start`].
        start: f64,
        /// The episodes of practice.
        practice: usize,
        /// As [`QFisherOptions::sees_others`].
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
    /// As [`AifFisherOptions::foresight`].
    pub foresight: usize,
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
            members: [Member::Thinks; FISHERS],
            school: School::Aif { curiosity: 0.0 },
            outsiders: 0,
            same_eyes: false,
        }
    }
}

/// The episodes of a life in active inference, and the last ones of any life, which are measured.
const EPISODES: usize = 6;
const MEASURED: usize = 3;
/// The episodes in which an RL member is measured, after its practice.
const RL_MEASURED: usize = 20;

/// What became of one village, the mean over the episodes that are measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    /// The catch of a member in a step.
    pub catch: f64,
    /// The share of episodes with a lake at the end.
    pub survival: f64,
    /// 1 − Gini of the five total catches.
    pub equality: f64,
    /// Catch minus fines minus the cost of audit.
    pub net: f64,
    /// The catch of each member in a step.
    pub each: [f64; FISHERS],
    /// The stock at each step.
    pub stock: Vec<f64>,
    /// How many steps the lake lived.
    pub steps: f64,
    /// How far apart the five readings' mean and the stock are, in logarithms: squared, the mean.
    pub misjudged: f64,
    /// The answers of a mediator that were no number, or did not come.
    pub unparsable: usize,
}

/// The Gini coefficient: 0 if all have the same.
///
/// ```text
/// G = Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n² x̄)
/// ```
/// Where nobody has anything, all have the same: 0.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(village::gini(&[0.0, 0.0, 0.0, 4.0]), 0.75);
/// ```
pub fn gini(x: &[f64]) -> f64 {
    let (n, sum) = (x.len() as f64, x.iter().sum::<f64>());
    if sum == 0.0 {
        return 0.0;
    }
    let apart = |a: &f64| x.iter().map(|b| (a - b).abs()).sum::<f64>();
    x.iter().map(apart).sum::<f64>() / (2.0 * n * sum)
}

/// A fisher of either school, or none.
#[derive(Debug, Clone)]
enum Fisher {
    Aif(Box<AifFisher>),
    Rl(Box<QFisher>),
    Asks(usize),
    Obeys,
}

impl Fisher {
    fn new(
        regime: &Regime,
        member: Member,
        chain: &Arc<LakeChain>,
        ballot: Ballot,
    ) -> Self {
        let norm = match member {
            Member::Thinks => regime.norm,
            Member::Selfish => 0.0,
            Member::Asks(request) => return Self::Asks(request),
            Member::Obeys => return Self::Obeys,
        };
        match regime.school {
            School::Aif { curiosity } => {
                let options = AifFisherOptions {
                    law: regime.law,
                    quotas: regime.expected(&ballot),
                    ballot,
                    norm,
                    filter: regime.filter,
                    foresight: regime.foresight,
                    curiosity,
                    ..Default::default()
                };
                Self::Aif(Box::new(AifFisher::new(chain, options)))
            }
            School::Rl { alpha, start, practice, sees_others } => {
                let options = QFisherOptions {
                    alpha,
                    start: start * (1.0 + norm * (FISHERS - 1) as f64),
                    episodes: practice,
                    norm,
                    filter: regime.filter,
                    sees_others,
                    ..Default::default()
                };
                Self::Rl(Box::new(QFisher::new(chain, options)))
            }
        }
    }

    fn begin(&mut self, obs: &Vec<f64>) {
        match self {
            Self::Aif(fisher) => fisher.begin(obs),
            Self::Rl(fisher) => fisher.begin(obs),
            _ => (),
        }
    }

    fn act(&mut self, quota: usize, rng: &mut dyn Rng) -> Action {
        match self {
            Self::Aif(fisher) => {
                fisher.hear(quota);
                fisher.act(rng)
            }
            Self::Rl(fisher) => {
                fisher.hear(quota);
                fisher.act(rng)
            }
            Self::Asks(request) => *request,
            Self::Obeys => quota,
        }
    }

    fn observe(&mut self, action: &Action, step: &Step<Vec<f64>>, rng: &mut dyn Rng) {
        match self {
            Self::Aif(fisher) => fisher.observe(action, step, rng),
            Self::Rl(fisher) => fisher.observe(action, step, rng),
            _ => (),
        }
    }

    /// What a member votes for; one that does not think abstains.
    fn vote(&self) -> Option<usize> {
        match self {
            Self::Aif(fisher) => Some(fisher.vote()),
            _ => None,
        }
    }

    fn accepts(&self, quota: usize) -> bool {
        match self {
            Self::Aif(fisher) => fisher.accepts(quota),
            _ => true,
        }
    }
}

impl Regime {
    /// The same with a law: each is looked at with this probability, and pays this fine for each unit above the quota.
    pub fn law(self, audit: f64, fine: f64) -> Self {
        Self { law: Law::flat(audit, fine), ..self }
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
    fn expected(&self, ballot: &Ballot) -> [usize; BINS] {
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
    fn clock(&self) -> usize {
        match self.quotas {
            Quotas::Vote { every, .. } => every,
            Quotas::Mediator { .. } => 5,
            _ => 1,
        }
    }
}

/// The quota of a ruler.
fn by_stock(thresholds: &Thresholds, stock: f64) -> usize {
    thresholds.iter().filter(|t| stock >= **t).count()
}

/// The question that a mediator is asked: the first number is the mean reading, the last ones are what the five want.
///
/// ```
/// # use aif_lib::prelude::*;
/// let question = village::question(47.0, &[2, 1, 2, 4, 2]);
/// assert_eq!(Scripted.say(&question, 8)?, "2");
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn question(reading: f64, wants: &[usize]) -> String {
    let wants: Vec<String> = wants.iter().map(usize::to_string).collect();
    format!(
        "The lake holds about {reading:.0} fish. Five people fish in it; each may take 0 to 4 this week. \
         What is left grows: most when the lake is half full. How many may each take? \
         Answer with one digit. The five want: {}",
        wants.join(", ")
    )
}

/// Says any number.
struct Dice<'a>(&'a mut dyn Rng);

impl Speaker for Dice<'_> {
    fn say(&mut self, _prompt: &str, _max_tokens: usize) -> Result<String> {
        Ok(uniform_index(REQUESTS, self.0).to_string())
    }
}

/// Always says the same.
struct Says(usize);

impl Speaker for Says {
    fn say(&mut self, _prompt: &str, _max_tokens: usize) -> Result<String> {
        Ok(self.0.to_string())
    }
}

/// The next quota; `None` where an answer was no number, or did not come.
fn next_quota(
    regime: &Regime,
    fishers: &[Fisher],
    readings: &[f64],
    speaker: Option<&mut dyn Speaker>,
    rng: &mut dyn Rng,
) -> Option<usize> {
    let mean = readings.iter().sum::<f64>() / readings.len() as f64;
    let opinions = || {
        let mut votes: Vec<usize> = fishers.iter().filter_map(Fisher::vote).collect();
        votes.sort_unstable();
        votes
    };
    match regime.quotas {
        Quotas::Free => Some(NO_QUOTA),
        Quotas::Fixed(quota) => Some(quota),
        Quotas::Ruler(thresholds) => Some(by_stock(&thresholds, mean)),
        Quotas::Vote { count, .. } => {
            let votes = opinions();
            let which = match count {
                Count::Median => votes.len() / 2,
                Count::One => uniform_index(votes.len().max(1), rng),
            };
            Some(votes.get(which).copied().unwrap_or(NO_QUOTA))
        }
        Quotas::Mediator { voice, accepted } => {
            let question = question(mean, &opinions());
            let digits = ["0", "1", "2", "3", "4"];
            let answer = match (speaker, voice) {
                (Some(speaker), _) => speaker.choose(&question, &digits),
                (None, Voice::Scripted) => Scripted.choose(&question, &digits),
                (None, Voice::Recorded(prompt)) => {
                    Recorded::new(prompt).choose(&question, &digits)
                }
                (None, Voice::Says(quota)) => Says(quota).choose(&question, &digits),
                (None, Voice::Random) => Dice(rng).choose(&question, &digits),
            };
            let proposed = answer.ok()?.index;
            let yes = fishers.iter().filter(|fisher| fisher.accepts(proposed)).count();
            Some(if accepted && 2 * yes <= FISHERS { 1 } else { proposed })
        }
    }
}

/// The life of one village under a regime; a mediator's voice may be replaced by any speaker.
///
/// # Panics
/// When the law or the number of outsiders is out of range; the panic says how.
pub fn live(
    regime: &Regime,
    chain: &Arc<LakeChain>,
    mut speaker: Option<&mut dyn Speaker>,
    rng: &mut dyn Rng,
) -> Life {
    let commons = Commons::new(regime.lake, regime.law);
    let mut commons = commons
        .and_then(|commons| commons.with_outsiders(regime.outsiders))
        .unwrap_or_else(|error| panic!("{error}"));
    if regime.same_eyes {
        commons = commons.with_same_eyes();
    }
    let ballot = match regime.quotas {
        Quotas::Vote { .. } | Quotas::Mediator { .. } => chain.ballot(regime.clock()),
        _ => Ballot::NONE,
    };
    let join = |member: &Member| Fisher::new(regime, *member, chain, ballot);
    let mut fishers: Vec<Fisher> = regime.members.iter().map(join).collect();
    let (episodes, measured) = match regime.school {
        School::Aif { .. } => (EPISODES, MEASURED),
        School::Rl { practice, .. } => (practice + RL_MEASURED, RL_MEASURED),
    };
    // Two streams: what the lake does, and what the fishers draw.
    let mut nature = seeded(rng.next_u64());
    let mut life = Life {
        catch: 0.0,
        survival: 0.0,
        equality: 0.0,
        net: 0.0,
        each: [0.0; FISHERS],
        stock: vec![0.0; Commons::STEPS + 1],
        steps: 0.0,
        misjudged: 0.0,
        unparsable: 0,
    };
    let (mut fines, mut looks) = (0.0, 0.0);
    for episode in 0..episodes {
        let counts = episode + measured >= episodes;
        let mut obs = commons.reset(&mut nature);
        fishers.iter_mut().zip(&obs).for_each(|(fisher, obs)| fisher.begin(obs));
        let mut caught = [0.0; FISHERS];
        let mut quota = 1;
        for t in 0..Commons::STEPS {
            if counts {
                life.stock[t] += commons.stock();
            }
            if t % regime.clock() == 0 {
                let readings: Vec<f64> = obs.iter().map(|obs| obs[seen::READING]).collect();
                let speaker =
                    speaker.as_mut().map(|speaker| &mut **speaker as &mut dyn Speaker);
                match next_quota(regime, &fishers, &readings, speaker, rng) {
                    Some(next) => quota = next.min(NO_QUOTA),
                    None => life.unparsable += 1,
                }
                commons.set_quota(quota);
            }
            let actions: Vec<Action> =
                fishers.iter_mut().map(|fisher| fisher.act(quota, rng)).collect();
            let steps = commons.step(&actions, &mut nature);
            for (i, (fisher, step)) in fishers.iter_mut().zip(&steps).enumerate() {
                fisher.observe(&actions[i], step, rng);
                if counts {
                    caught[i] += step.obs[seen::CAUGHT];
                    fines += step.obs[seen::FINED];
                }
            }
            let ended = steps[0].end.is_some();
            obs = steps.into_iter().map(|step| step.obs).collect();
            if counts {
                life.steps += 1.0;
                if commons.stock() > 0.0 {
                    let logs =
                        obs.iter().map(|obs| (obs[seen::READING] / commons.stock()).ln());
                    life.misjudged += (logs.sum::<f64>() / FISHERS as f64).powi(2);
                    looks += 1.0;
                }
            }
            if ended {
                break;
            }
        }
        if counts {
            life.survival += f64::from(commons.stock() > ALIVE);
            life.stock[Commons::STEPS] += commons.stock();
            life.equality += 1.0 - gini(&caught);
            life.each.iter_mut().zip(caught).for_each(|(all, now)| *all += now);
        }
    }
    let episodes = measured as f64;
    let step = episodes * Commons::STEPS as f64;
    life.each.iter_mut().for_each(|catch| *catch /= step);
    life.stock.iter_mut().for_each(|stock| *stock /= episodes);
    life.survival /= episodes;
    life.equality /= episodes;
    life.misjudged /= f64::max(looks, 1.0);
    life.catch = life.each.iter().sum::<f64>() / FISHERS as f64;
    life.net = life.catch - fines / (step * FISHERS as f64) - AUDIT_COST * regime.law.audit;
    life.steps /= episodes;
    life
}

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
