//! Where was I? The exact smoother: what the whole episode says of each of its moments.
//!
//! Dual: [`crate::rl::perceive`], where nothing that was seen has to be thought over.

use ndarray::Array2;

use super::{BeliefUpdate, filter_episode};
use crate::aif::model::GenerativeModel;
use crate::error::Result;
use crate::interaction::{Action, Obs};
use crate::prob::categorical::Categorical;

/// Beliefs about each moment of an episode, in the light of the whole episode.
#[derive(Debug, Clone, PartialEq)]
pub struct Smoothed {
    /// P(sₜ | all observations), one for each time.
    pub beliefs: Vec<Categorical>,
    /// P(sₜ₊₁, sₜ | all observations), shape (s′, s), one for each action.
    pub pairs: Vec<Array2<f64>>,
    /// ln P(all observations), in nats.
    pub log_evidence: f64,
}

/// The exact smoother: the filter forward, then a pass backward.
///
/// ```text
/// P(sₜ | all) = Σ_{s′} r(sₜ | s′) P(sₜ₊₁ = s′ | all),    r(s | s′) = B[s′, s, u] qₜ(s) / Σₛ B[s′, s, u] qₜ(s)
/// ```
/// where qₜ is the filtered belief.
///
/// # Errors
/// As [`filter_episode`].
#[doc(alias = "smoothing_ovf")]
pub fn smooth(
    model: &GenerativeModel,
    observations: &[Vec<Obs>],
    actions: &[Action],
) -> Result<Smoothed> {
    Ok(smooth_back(model, &filter_episode(model, observations, actions)?, actions))
}

/// The backward pass over what a filter left.
pub(crate) fn smooth_back(
    model: &GenerativeModel,
    steps: &[BeliefUpdate],
    actions: &[Action],
) -> Smoothed {
    let mut beliefs: Vec<Categorical> = vec![steps[steps.len() - 1].belief.clone()];
    let mut pairs = Vec::new();
    for t in (0..actions.len()).rev() {
        let later = &beliefs[beliefs.len() - 1];
        let (before, predicted) = (&steps[t].belief, &steps[t + 1].predicted);
        let pair = pair_belief(model, before, actions[t], predicted, later);
        beliefs.push(Categorical::new_unchecked(pair.sum_axis(ndarray::Axis(0)).to_vec()));
        pairs.push(pair);
    }
    beliefs.reverse();
    pairs.reverse();
    let log_evidence = steps.iter().map(|step| step.log_evidence).sum();
    Smoothed { beliefs, pairs, log_evidence }
}

/// The joint belief about two moments, shape (s′, s), from a belief about the first, what it predicts for the second, and a
/// later belief about the second.
///
/// ```text
/// Q(s′, s) = B[s′, s, u] Q(s) / Σₛ B[s′, s, u] Q(s) · Q(s′ | later)
/// ```
pub(crate) fn pair_belief(
    model: &GenerativeModel,
    before: &Categorical,
    action: Action,
    predicted: &Categorical,
    later: &Categorical,
) -> Array2<f64> {
    let n = model.n_states();
    let mut pair = Array2::zeros((n, n));
    for s in 0..n {
        for &(next, p) in model.transition().next(s, action) {
            if predicted[next] > 0.0 {
                pair[[next, s]] = p * before[s] / predicted[next] * later[next];
            }
        }
    }
    pair
}
