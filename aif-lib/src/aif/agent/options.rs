//! The settings of an [`AifAgent`](super::AifAgent).

use crate::aif::learn::parameters::Learning;
use crate::aif::perceive::inference::Inference;
use crate::aif::plan::Backup;
use crate::aif::select::{best_habitual, policy_posterior};
use crate::error::Result;
use crate::interaction::Action;
use crate::prob::categorical::Categorical;

/// How an [`AifAgent`](super::AifAgent) looks ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lookahead {
    /// Fixed sequences of actions. See [`open_loop`](crate::aif::plan::open_loop).
    OpenLoop,
    /// A tree that branches on observations, with a backup of one's own. See [`ClosedLoop`](crate::aif::plan::ClosedLoop).
    ClosedLoop(Backup),
    /// The same tree, in which the agent expects of itself that it will choose later as it chooses now: the best action with
    /// [`Choice::Best`], a softmax of the same precision with [`Choice::Sample`].
    Sophisticated,
}

/// How an [`AifAgent`](super::AifAgent) turns expected free energies into an action.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Choice {
    /// The best that is not ruled out by a habit of 0; ties are broken at random.
    Best,
    /// Drawn from softmax(−γ G + ln E).
    Sample {
        /// The precision γ.
        gamma: f64,
    },
}

impl Choice {
    /// The posterior over policies.
    pub(super) fn posterior(self, g: &[f64], habits: &[f64]) -> Result<Categorical> {
        match self {
            Self::Best => best_habitual(g, habits),
            Self::Sample { gamma } => policy_posterior(g, habits, gamma),
        }
    }

    /// What an agent that chooses so expects of itself later.
    fn backup(self) -> Backup {
        match self {
            Self::Best => Backup::Max,
            Self::Sample { gamma } => Backup::Softmax { gamma },
        }
    }
}

/// The settings of an [`AifAgent`](super::AifAgent).
///
/// ```
/// # use aif_lib::prelude::*;
/// // One precision for what it does and for what it expects of itself, and two plans of its own to choose from.
/// let soft = AifOptions { choice: Choice::Sample { gamma: 4.0 }, ..Default::default() };
/// let mine = AifOptions { policies: Some(vec![vec![1, 2], vec![1, 3]]), ..Default::default() };
/// assert!(soft.policies.is_none() && mine.horizon == 2);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AifOptions {
    /// How many steps to look ahead. Default 2.
    #[doc(alias = "policy_len")]
    pub horizon: usize,
    /// The number of steps in an episode, if the agent knows it: it never looks beyond the end. Default: unknown.
    pub episode: Option<usize>,
    /// Default: [`Lookahead::Sophisticated`].
    pub lookahead: Lookahead,
    /// Default: the best.
    pub choice: Choice,
    /// α, the action precision: see [`sharpen`](crate::aif::select::sharpen). Default 1.
    pub alpha: f64,
    /// Policies of one's own, all of one length, from now on. Given, they are scored as in the open loop, and take the place of
    /// `horizon` and `lookahead`. Default: none.
    pub policies: Option<Vec<Vec<Action>>>,
    /// E for each of these policies. Default: the habit of its first action.
    pub policy_habits: Option<Vec<f64>>,
    /// A policy that is less probable than this share of the most probable one is dropped: see
    /// [`occam_window`](crate::aif::select::occam_window). Default 0: none.
    #[doc(alias = "policy_prune_threshold")]
    pub prune_policies: f64,
    /// What comes after an outcome that is less probable than this is not looked at: see
    /// [`ClosedLoop::pruned`](crate::aif::plan::ClosedLoop::pruned). Default 0: all is.
    #[doc(alias = "observation_prune_threshold")]
    pub prune_outcomes: f64,
    /// Default: exact.
    pub inference: Inference,
    /// Default: nothing is learned.
    pub learning: Learning,
}

impl Default for AifOptions {
    fn default() -> Self {
        Self {
            horizon: 2,
            episode: None,
            lookahead: Lookahead::Sophisticated,
            choice: Choice::Best,
            alpha: 1.0,
            policies: None,
            policy_habits: None,
            prune_policies: 0.0,
            prune_outcomes: 0.0,
            inference: Inference::default(),
            learning: Learning::default(),
        }
    }
}

impl AifOptions {
    /// How a tree values later choices; whatever, where there is no tree.
    pub(crate) fn backup(&self) -> Backup {
        match (self.lookahead, &self.policies) {
            (Lookahead::OpenLoop, _) | (_, Some(_)) => Backup::Max,
            (Lookahead::ClosedLoop(backup), _) => backup,
            (Lookahead::Sophisticated, _) => self.choice.backup(),
        }
    }

    /// How many steps to look ahead when so many are taken.
    pub(crate) fn horizon_after(&self, taken: usize) -> usize {
        let left = self.episode.map_or(usize::MAX, |all| all.saturating_sub(taken).max(1));
        self.horizon.min(left)
    }

    /// The policies of one's own, no longer than what is left of the episode.
    pub(crate) fn policies_after(&self, taken: usize) -> Option<Vec<Vec<Action>>> {
        let left = self.episode.map_or(usize::MAX, |all| all.saturating_sub(taken).max(1));
        let cut = |policy: &Vec<Action>| policy.iter().take(left).copied().collect();
        self.policies.as_ref().map(|policies| policies.iter().map(cut).collect())
    }
}
