//! [`AifPavlovian`]: beliefs about what comes of going and of holding, and habits that the cue's promise moves. Dual:
//! [`crate::rl::agent::pavlovian`].

use crate::aif::learn::novelty::novelty;
use crate::aif::select::policy_posterior;
use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Obs, Step};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;

/// How an [`AifPavlovian`] wants and chooses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AifPavlovianOptions {
    /// The precision of policies γ; default 2.
    pub gamma: f64,
    /// C of a win, in nats; that of a loss is as far below 0. Default 2.
    pub worth: f64,
    /// How much ln E of going is above that of holding, whatever was learned; default 0.
    pub bias: f64,
    /// How much the expected preference after the cue adds to that, π; default 0.
    pub pavlovian: f64,
    /// Whether what can be learned is worth something; default yes.
    pub curious: bool,
}

impl Default for AifPavlovianOptions {
    fn default() -> Self {
        Self { gamma: 2.0, worth: 2.0, bias: 0.0, pavlovian: 0.0, curious: true }
    }
}

/// An agent for one choice between holding (0) and going (1) after each of some cues.
///
/// ```text
/// G(u) = −Σ P(o | cue, u) C(o) − information gain,    o: loss, nothing, win
/// P(u) = softmax(−γ G + ln E),    ln E(go) − ln E(hold) = bias + π Σ P(o | cue) C(o)
/// ```
/// It counts what came of each action after each cue, one count of each to begin with. What it does out of habit depends on what the
/// cue promises.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut agent = AifPavlovian::new(4, AifPavlovianOptions::default())?;
/// let mut task = GoNoGo::new(1.0)?;
/// (0..400).for_each(|i| { episode(&mut task, &mut agent, &mut stream(1, i)); });
/// agent.begin(&2); // hold to win
/// assert!(agent.policy()[0] > 0.9);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AifPavlovian {
    options: AifPavlovianOptions,
    counts: Vec<[[f64; 3]; 2]>, // (cues, actions, outcomes)
    cue: Obs,
    frozen: bool,
}

impl AifPavlovian {
    /// An agent that has seen no trial.
    ///
    /// # Errors
    /// [`Error::Parameter`]: γ is negative, or the worth, the bias or π is not finite.
    pub fn new(cues: usize, options: AifPavlovianOptions) -> Result<Self> {
        let AifPavlovianOptions { gamma, worth, bias, pavlovian, .. } = options;
        policy_posterior(&[0.0], &[1.0], gamma)?;
        for (name, value) in [("worth", worth), ("bias", bias), ("pavlovian", pavlovian)] {
            if !value.is_finite() {
                let expected = "a finite number of nats";
                return Err(Error::Parameter { name, value, expected });
            }
        }
        Ok(Self { options, counts: vec![[[1.0; 3]; 2]; cues], cue: 0, frozen: false })
    }

    /// The expected preference of outcomes that were counted.
    fn wanted(&self, counts: [f64; 3]) -> f64 {
        self.options.worth * (counts[2] - counts[0]) / counts.iter().sum::<f64>()
    }

    /// G of holding and of going now.
    pub fn efe(&self) -> [f64; 2] {
        self.counts[self.cue].map(|counts| {
            let gain = if self.options.curious { novelty(&counts) } else { 0.0 };
            -self.wanted(counts) - gain
        })
    }

    /// The probability of each action now.
    pub fn policy(&self) -> Categorical {
        let [hold, go] = self.counts[self.cue];
        let promise = self.wanted([0, 1, 2].map(|o| hold[o] + go[o]));
        let AifPavlovianOptions { gamma, bias, pavlovian, .. } = self.options;
        // Only the ratio counts; so neither of the two overflows.
        let lean = 0.5 * (bias + pavlovian * promise);
        policy_posterior(&self.efe(), &[(-lean).exp(), lean.exp()], gamma)
            .expect("the options were checked")
    }
}

impl Agent for AifPavlovian {
    fn begin(&mut self, obs: &Obs) {
        self.cue = *obs;
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        self.policy().sample(rng)
    }

    fn observe(&mut self, action: &Action, step: &Step, _rng: &mut dyn Rng) {
        if !self.frozen {
            let outcome =
                if step.reward < 0.0 { 0 } else { 1 + usize::from(step.reward > 0.0) };
            self.counts[self.cue][*action][outcome] += 1.0;
        }
    }

    /// Frozen, it learns no more; it goes on choosing as it believes.
    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::End;
    use crate::prob::random::seeded;

    #[test]
    fn a_trial_by_hand() {
        let options = AifPavlovianOptions {
            gamma: 2.0,
            worth: 3.0,
            bias: 0.3,
            pavlovian: 0.5,
            curious: false,
        };
        let mut agent = AifPavlovian::new(2, options).unwrap();
        agent.begin(&1);
        assert!((agent.policy()[1] - 1.0 / (1.0 + (-0.3f64).exp())).abs() < 1e-12);
        let loss = Step { obs: 4, reward: -1.0, end: Some(End::Terminated) };
        agent.observe(&1, &loss, &mut seeded(0));
        // Going: counts 2, 1, 1, so G = 3/4. The cue: 3, 2, 2, so −3/7 is expected after it.
        let nats: f64 = -2.0 * 0.75 + 0.3 - 0.5 * 3.0 / 7.0;
        assert!((agent.policy()[1] - 1.0 / (1.0 + (-nats).exp())).abs() < 1e-12);
        assert_eq!(agent.efe(), [0.0, 0.75]);
    }

    #[test]
    fn curiosity_prefers_what_was_not_tried() {
        let options = AifPavlovianOptions { worth: 0.0, ..Default::default() };
        let mut agent = AifPavlovian::new(1, options).unwrap();
        agent.begin(&0);
        let win = Step { obs: 4, reward: 1.0, end: Some(End::Terminated) };
        (0..3).for_each(|_| agent.observe(&1, &win, &mut seeded(0)));
        assert!(agent.policy()[0] > 0.5);
    }

    #[test]
    fn bad_options_are_named() {
        let text = |options| AifPavlovian::new(4, options).unwrap_err().to_string();
        let default = AifPavlovianOptions::default;
        assert!(text(AifPavlovianOptions { gamma: -1.0, ..default() }).contains("-1"));
        let nan = AifPavlovianOptions { worth: f64::NAN, ..default() };
        assert!(text(nan).starts_with("worth = NaN"));
    }
}
