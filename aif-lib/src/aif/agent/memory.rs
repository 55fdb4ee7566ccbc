//! What an [`AifAgent`](super::AifAgent) remembers of an episode, and what it learns from it.

use crate::aif::learn::parameters::{Learning, Parameters, When};
use crate::aif::model::GenerativeModel;
use crate::aif::perceive::evidence::Evidence;
use crate::aif::perceive::{BeliefUpdate, pair_belief, smooth_back};
use crate::interaction::Action;
use crate::prob::categorical::Categorical;

/// One episode as the agent saw it: a belief and what the senses said at each moment, an action and a decision between every
/// two.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    pub trace: Vec<BeliefUpdate>,
    pub evidence: Vec<Vec<Evidence>>,
    pub actions: Vec<Action>,
    pub choices: Vec<Categorical>,
}

/// Some moments in a row: what was believed before the first, what the senses said in each, and the actions between them.
pub(super) struct Past<'a> {
    pub prior: &'a Categorical,
    pub evidence: Vec<Vec<Evidence>>,
    pub actions: Vec<Action>,
}

impl Memory {
    /// The last `moments`, fewer where there were fewer; `None` for no moment.
    pub fn last(&self, moments: usize) -> Option<Past<'_>> {
        let from = self.trace.len().saturating_sub(moments);
        let prior = &self.trace.get(from)?.predicted;
        let between = self.trace.len() - from - 1;
        let actions = self.actions[self.actions.len() - between..].to_vec();
        Some(Past { prior, evidence: self.evidence[from..].to_vec(), actions })
    }

    /// Takes up the last moment, right after it.
    fn teach_last(&self, model: &GenerativeModel, parameters: &mut Parameters) {
        let now = self.trace.len() - 1;
        let BeliefUpdate { predicted, belief, .. } = &self.trace[now];
        if now == 0 {
            parameters.start(model, belief);
        } else {
            let (before, action) = (&self.trace[now - 1].belief, self.actions[now - 1]);
            let pair = pair_belief(model, before, action, predicted, belief);
            parameters.step(model, &pair, action);
        }
        parameters.outcome(model, belief, &self.evidence[now]);
    }

    /// Takes up the whole episode, each moment in the light of them all.
    fn teach_all(&self, model: &GenerativeModel, parameters: &mut Parameters) {
        let smoothed = smooth_back(model, &self.trace, &self.actions);
        parameters.start(model, &smoothed.beliefs[0]);
        for (pair, action) in smoothed.pairs.iter().zip(&self.actions) {
            parameters.step(model, pair, *action);
        }
        for (belief, evidence) in smoothed.beliefs.iter().zip(&self.evidence) {
            parameters.outcome(model, belief, evidence);
        }
    }
}

/// What is learned over many episodes.
#[derive(Debug, Clone)]
pub(super) struct Learner {
    pub parameters: Parameters,
    when: When,
    pending: bool, // there is an episode that was not learned from
    pub frozen: bool,
}

impl Learner {
    pub fn new(parameters: Parameters, learning: &Learning) -> Self {
        Self { parameters, when: learning.when, pending: false, frozen: false }
    }

    /// After an observation. Says whether something was learned.
    pub fn observe(&mut self, model: &GenerativeModel, memory: &Memory) -> bool {
        self.pending = !self.frozen;
        if self.frozen || self.when == When::EpisodeEnd {
            return false;
        }
        memory.teach_last(model, &mut self.parameters);
        if memory.choices.len() + 1 == memory.trace.len() {
            memory
                .choices
                .iter()
                .last()
                .into_iter()
                .for_each(|q| self.parameters.choice(q));
        }
        true
    }

    /// After the last observation. Says whether something was learned.
    pub fn end(&mut self, model: &GenerativeModel, memory: &Memory) -> bool {
        let seen = std::mem::take(&mut self.pending) && !self.frozen;
        let learn = seen && self.when == When::EpisodeEnd;
        if learn {
            memory.teach_all(model, &mut self.parameters);
            memory.choices.iter().for_each(|q| self.parameters.choice(q));
        }
        learn
    }
}
