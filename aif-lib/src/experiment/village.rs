//! A village: five fishers under a law, a quota, a ruler or a vote; and what became of the lake.
//!
//! | file | holds |
//! |---|---|
//! | `regime` | [`Regime`]: all that can be set |
//! | `census` | [`Census`]: many villages, compared |

mod census;
mod regime;

pub use census::{Census, Survey, found_by_search, gap, lives, summary, survey, surveys};
pub use regime::{Count, Member, Quotas, Regime, School, Thresholds, Voice};

use std::sync::Arc;

use regime::by_stock;

use crate::aif::agent::fisher::{AifFisher, AifFisherOptions};
use crate::error::Result;
use crate::experiment::speaker::{Recorded, Scripted, Speaker};
use crate::interaction::{Action, Agent, Society, Step};
use crate::prob::random::{Rng, seeded, uniform_index};
use crate::rl::agent::fisher::{QFisher, QFisherOptions};
use crate::world::commons::{
    AUDIT_COST, Ballot, Commons, FISHERS, LakeChain, NO_QUOTA, REQUESTS, seen,
};

/// A stock below which a lake counts as dead at the end.
pub const ALIVE: f64 = 10.0;

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
                    trust: regime.trust,
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
