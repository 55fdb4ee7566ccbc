//! What the senses say when they say it badly: a sense may be silent, or unsure of its own outcome.
//!
//! All of this is exact. How a belief is corrected with it is said in [`inference`](super::inference).
//!
//! Dual: [`crate::rl::perceive`], whose sensor is always sure.

use ndarray::{ArrayD, Axis};

use super::filter_episode;
use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs, Signal};
use crate::prob::categorical::check_probabilities;
use crate::prob::random::{Rng, uniform_index, uniform01};

/// What one sense says.
#[derive(Debug, Clone, PartialEq)]
#[doc(alias = "categorical_obs")]
pub enum Evidence {
    /// It says this outcome.
    Seen(Obs),
    /// It says nothing.
    Missing,
    /// It says one of its outcomes, and how probable each is: shape (o).
    Soft(Vec<f64>),
}

impl Evidence {
    /// How probable each of `n` outcomes makes what the sense says, up to a factor; `None` when it says nothing.
    pub(crate) fn weights(&self, n: usize) -> Option<Vec<f64>> {
        match self {
            Self::Missing => None,
            Self::Soft(weights) => Some(weights.clone()),
            Self::Seen(o) => Some((0..n).map(|i| f64::from(u8::from(i == *o))).collect()),
        }
    }

    fn check(&self, name: &str, n: usize) -> Result<()> {
        match self {
            Self::Seen(o) if *o >= n => {
                let what = format!("the outcome of the modality {name:?}");
                Err(Error::OutOfRange { what, index: *o, len: n })
            }
            Self::Soft(p) if p.len() != n => Err(Error::Shape {
                what: format!("the soft outcome of the modality {name:?}"),
                expected: n.to_string(),
                got: p.len().to_string(),
                cure: "one probability for each outcome",
            }),
            Self::Soft(p) => {
                check_probabilities(p, &|| format!("the soft outcome of {name:?}"))
            }
            _ => Ok(()),
        }
    }

    /// In words, for messages.
    pub(super) fn name(&self, model: &GenerativeModel, modality: usize) -> String {
        let name = model.modality_name(modality);
        match self {
            Self::Seen(o) => format!("{name} = {:?}", model.outcome_names(modality)[*o]),
            Self::Missing => format!("{name} is silent"),
            Self::Soft(p) => format!("{name} is one of {p:.2?}"),
        }
    }
}

/// An observation in which every sense is sure.
pub fn seen(obs: &[Obs]) -> Vec<Evidence> {
    obs.iter().copied().map(Evidence::Seen).collect()
}

/// An observation that can be read as evidence: what an [`AifAgent`](crate::aif::agent::AifAgent) may be shown.
///
/// | a world that shows | has |
/// |---|---|
/// | `Obs` | one sense |
/// | `Vec<Obs>` | several senses |
/// | `Option<Obs>` | one sense that may be silent |
/// | `Vec<Evidence>` | senses that may be silent or unsure |
pub trait Percept: Signal {
    /// What each sense says.
    fn evidence(&self) -> Vec<Evidence>;
}

impl Percept for Obs {
    fn evidence(&self) -> Vec<Evidence> {
        seen(&[*self])
    }
}

impl Percept for Vec<Obs> {
    fn evidence(&self) -> Vec<Evidence> {
        seen(self)
    }
}

impl Percept for Option<Obs> {
    fn evidence(&self) -> Vec<Evidence> {
        vec![self.map_or(Evidence::Missing, Evidence::Seen)]
    }
}

impl Percept for Vec<Evidence> {
    fn evidence(&self) -> Vec<Evidence> {
        self.clone()
    }
}

/// Its space is the number of outcomes of each sense.
impl Signal for Vec<Evidence> {
    type Space = Vec<usize>;

    fn draw(space: &Vec<usize>, rng: &mut dyn Rng) -> Self {
        let one = |&n: &usize| match uniform_index(3, rng) {
            0 => Evidence::Missing,
            1 => Evidence::Seen(uniform_index(n, rng)),
            _ => {
                let weights: Vec<f64> = (0..n).map(|_| 1.0 - uniform01(rng)).collect();
                let sum: f64 = weights.iter().sum();
                Evidence::Soft(weights.into_iter().map(|w| w / sum).collect())
            }
        };
        space.iter().map(one).collect()
    }

    fn is_in(&self, space: &Vec<usize>) -> bool {
        let fits = |(one, n): (&Evidence, &usize)| one.check("", *n).is_ok();
        self.len() == space.len() && self.iter().zip(space).all(fits)
    }

    fn outside(space: &Vec<usize>) -> Vec<Self> {
        let silent = vec![Evidence::Missing; space.len()];
        let one_off = (0..space.len()).flat_map(|m| {
            let n = space[m];
            [Evidence::Seen(n), Evidence::Soft(vec![1.0; n + 1])].map(|bad| {
                let mut signal = silent.clone();
                signal[m] = bad;
                signal
            })
        });
        let longer = [silent.as_slice(), &[Evidence::Missing]].concat();
        one_off.chain([longer]).collect()
    }
}

/// How well each joint state explains what the senses say.
///
/// ```text
/// L(s) = Πₘ Σₒ wₘ(o) Aₘ[o, s],      w the sense's own belief about its outcome; a silent sense has the factor 1
/// ```
///
/// # Errors
/// - [`Error::Shape`]: not one piece of evidence for each modality, or not one probability for each outcome.
/// - [`Error::OutOfRange`]: there is no such outcome.
/// - [`Error::NotAProbability`], [`Error::NotNormalised`]: a soft outcome is no distribution.
pub fn state_likelihood(
    model: &GenerativeModel,
    evidence: &[Evidence],
) -> Result<Vec<f64>> {
    model.check_senses(evidence.len())?;
    let mut likelihood = vec![1.0; model.n_states()];
    for (m, evidence) in evidence.iter().enumerate() {
        let a = model.likelihood(m);
        let n = a.shape()[0];
        evidence.check(model.modality_name(m), n)?;
        let Some(weights) = evidence.weights(n) else { continue };
        // Σₒ w(o) A[o, …], one entry for each column of A.
        let mut columns = ArrayD::zeros(&a.shape()[1..]);
        for (slice, w) in a.axis_iter(Axis(0)).zip(weights) {
            columns.scaled_add(w, &slice);
        }
        for (s, l) in likelihood.iter_mut().enumerate() {
            *l *= columns[&model.sensed_at(m, &model.levels(s))[..]];
        }
    }
    Ok(likelihood)
}

/// F(π): how surprising what was seen so far is, if this policy was followed from the start of the episode.
///
/// ```text
/// F(π) = −ln P(o₁ … oₜ | π)      +∞ where π rules out what was seen
/// ```
/// `policies`: whole sequences from the first action of the episode on; of each the first t − 1 actions count. It enters the
/// [posterior over policies](crate::aif::select::posterior_after). Exact, so it is the least F there is. An agent that knows
/// what it did has no use for it; one that must find out what it is doing has.
/// Source: Smith, Friston & Whyte (2022), Journal of Mathematical Psychology 107:102632.
///
/// # Errors
/// - [`Error::Empty`]: no observation.
/// - [`Error::Shape`]: a policy is shorter than the actions taken, or an observation does not fit the model.
/// - [`Error::OutOfRange`]: there is no such action or outcome.
pub fn policy_surprise(
    model: &GenerativeModel,
    policies: &[Vec<Action>],
    observations: &[Vec<Obs>],
) -> Result<Vec<f64>> {
    let taken = observations.len().saturating_sub(1);
    let surprise = |(i, policy): (usize, &Vec<Action>)| {
        let Some(actions) = policy.get(..taken) else {
            return Err(Error::Shape {
                what: format!("policy {i}"),
                expected: format!("{taken} or more"),
                got: policy.len().to_string(),
                cure: "one action between every two observations",
            });
        };
        match filter_episode(model, observations, actions) {
            Ok(steps) => Ok(-steps.iter().map(|step| step.log_evidence).sum::<f64>() + 0.0),
            Err(Error::ImpossibleObservation { .. }) => Ok(f64::INFINITY),
            Err(other) => Err(other),
        }
    };
    policies.iter().enumerate().map(surprise).collect()
}
