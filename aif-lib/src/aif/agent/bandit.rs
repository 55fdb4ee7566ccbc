//! [`AifBandit`]: active inference for a bandit whose arms pay or do not. Dual: [`crate::rl::agent::bandit`].

use crate::aif::agent::Choice;
use crate::aif::evaluate::Efe;
use crate::aif::learn::beta_bernoulli::{expected_noise, forget, update};
use crate::aif::select::{best, policy_posterior};
use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Obs, Step};
use crate::prob::beta::Beta;
use crate::prob::categorical::Categorical;
use crate::prob::info::entropy;
use crate::prob::random::Rng;

/// The settings of an [`AifBandit`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AifBanditOptions {
    /// C: the log-preference for (no reward, reward); default (0, 2). Their difference says how many nats a reward is
    /// worth, and so how dear curiosity is.
    pub preference: [f64; 2],
    /// Default: the best.
    pub choice: Choice,
    /// What is believed about an arm before it is pulled; default uniform.
    pub prior: Beta,
    /// The share of each count that is forgotten from step to step; default 0, nothing.
    pub forgetting: f64,
}

impl Default for AifBanditOptions {
    fn default() -> Self {
        Self {
            preference: [0.0, 2.0],
            choice: Choice::Best,
            prior: Beta::UNIFORM,
            forgetting: 0.0,
        }
    }
}

/// The expected free energy of pulling an arm once, in its parts.
///
/// ```text
/// pragmatic = m C₁ + (1 − m) C₀,      epistemic = I(p; o),      G = − pragmatic − epistemic
/// ```
/// The hidden state here is the arm's probability itself, so what is learned of it is epistemic value, not novelty.
///
/// ```
/// # use aif_lib::prelude::*;
/// let g = arm_efe(&Beta::UNIFORM, &[0.0, 2.0]);
/// assert!((g.total() + 1.0 + 2f64.ln() - 0.5).abs() < 1e-12);
/// ```
pub fn arm_efe(belief: &Beta, preference: &[f64; 2]) -> Efe {
    let m = belief.mean();
    let (surprise, noise) = (entropy(&[m, 1.0 - m]), expected_noise(belief));
    let pragmatic = (1.0 - m) * preference[0] + m * preference[1];
    let (risk, epistemic) = (-surprise - pragmatic, surprise - noise);
    Efe { risk, ambiguity: noise, pragmatic, epistemic, novelty: 0.0 }
}

/// An agent that believes something about each arm, and pulls where expected free energy is lowest.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut agent = AifBandit::new(2, AifBanditOptions::default())?;
/// agent.begin(&0);
/// agent.observe(&0, &Step { obs: 0, reward: 0.0, end: None }, &mut seeded(0));
/// assert_eq!(agent.policy(), cat(&[0.0, 1.0]));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AifBandit {
    options: AifBanditOptions,
    beliefs: Vec<Beta>,
    efe: Vec<Efe>, // of each belief, so that it is computed only when the belief changes
    frozen: bool,
}

impl AifBandit {
    /// An agent that has pulled nothing yet.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no arm.
    /// - [`Error::BadEntry`]: a preference is not a finite number, or a count of the prior is not positive.
    /// - [`Error::Parameter`]: the precision or the share that is kept is out of range.
    pub fn new(arms: usize, options: AifBanditOptions) -> Result<Self> {
        if arms == 0 {
            return Err(Error::Empty { what: "the set of arms".into() });
        }
        let AifBanditOptions { preference, choice, prior, forgetting } = options;
        if let Some(index) = preference.iter().position(|c| !c.is_finite()) {
            let (what, value) = ("the preference C".into(), preference[index]);
            let cure = "a log-preference for an arm's outcome is a finite number";
            return Err(Error::BadEntry { what, index, value, cure });
        }
        if !(0.0..=1.0).contains(&forgetting) {
            let expected = "the share of the counts that is forgotten, from 0 to 1";
            return Err(Error::Parameter {
                name: "forgetting",
                value: forgetting,
                expected,
            });
        }
        if let Choice::Sample { gamma } = choice {
            policy_posterior(&[0.0], &[1.0], gamma)?;
        }
        let prior = Beta::new(prior.a, prior.b)?;
        let efe = vec![arm_efe(&prior, &preference); arms];
        Ok(Self { options, beliefs: vec![prior; arms], efe, frozen: false })
    }

    /// What is believed about each arm.
    pub fn beliefs(&self) -> &[Beta] {
        &self.beliefs
    }

    /// The expected free energy of each arm.
    pub fn efe(&self) -> Vec<Efe> {
        self.beliefs
            .iter()
            .map(|belief| arm_efe(belief, &self.options.preference))
            .collect()
    }

    /// The probability of each arm now.
    pub fn policy(&self) -> Categorical {
        let g: Vec<f64> = self.efe.iter().map(Efe::total).collect();
        match self.options.choice {
            Choice::Best => best(&g),
            Choice::Sample { gamma } => {
                let even = vec![1.0 / g.len() as f64; g.len()];
                policy_posterior(&g, &even, gamma).unwrap_or_else(|error| panic!("{error}"))
            }
        }
    }
}

impl Agent for AifBandit {
    /// Nothing changes: what it believes of the arms stays. For other arms take a new agent.
    fn begin(&mut self, _obs: &Obs) {}

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        self.policy().sample(rng)
    }

    fn observe(&mut self, action: &Action, step: &Step, _rng: &mut dyn Rng) {
        if self.frozen {
            return;
        }
        let AifBanditOptions { prior, forgetting, preference, .. } = self.options;
        if forgetting > 0.0 {
            self.beliefs.iter_mut().for_each(|belief| forget(belief, &prior, forgetting));
        }
        update(&mut self.beliefs[*action], step.obs == 1);
        for (arm, efe) in self.efe.iter_mut().enumerate() {
            if forgetting > 0.0 || arm == *action {
                *efe = arm_efe(&self.beliefs[arm], &preference);
            }
        }
    }

    /// Frozen, it learns no more; what there is to learn stays in its expected free energy.
    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aif::learn::beta_bernoulli::information_gain;
    use crate::prob::random::seeded;

    #[test]
    fn both_readings_of_g_are_one_number() {
        for (a, b) in [(1.0, 1.0), (3.0, 0.5), (80.0, 20.0)] {
            let g = arm_efe(&Beta { a, b }, &[-1.0, 2.5]);
            assert!(
                (g.risk + g.ambiguity + g.pragmatic + g.epistemic).abs() < 1e-12,
                "{g:?}"
            );
            assert!((g.epistemic - information_gain(&Beta { a, b })).abs() < 1e-12);
        }
    }

    #[test]
    fn the_dearer_the_reward_the_less_curious() {
        // Beta(6, 4) against no idea: means .6 and .5, gains .0463 and .1931, so the turning point is at .147/.1 nats.
        let mean = |preference: f64| {
            let c = [0.0, preference];
            arm_efe(&Beta { a: 6.0, b: 4.0 }, &c).total()
                - arm_efe(&Beta::UNIFORM, &c).total()
        };
        assert!(mean(1.4) > 0.0 && mean(1.6) < 0.0);
    }

    #[test]
    fn softmax_of_minus_g() {
        let choice = Choice::Sample { gamma: 3.0 };
        let options = AifBanditOptions { choice, ..Default::default() };
        let mut agent = AifBandit::new(2, options).unwrap();
        agent.observe(&0, &Step { obs: 1, reward: 1.0, end: None }, &mut seeded(0));
        let (g, p) = (agent.efe(), agent.policy());
        let odds = (3.0 * (g[1].total() - g[0].total())).exp();
        assert!((p[0] / p[1] - odds).abs() < 1e-12 && odds > 1.0);
    }

    #[test]
    fn bad_settings_are_named() {
        let message = |options| AifBandit::new(2, options).unwrap_err().to_string();
        let default = AifBanditOptions::default();
        let text = message(AifBanditOptions { preference: [0.0, f64::NAN], ..default });
        assert!(text.contains("preference C: entry 1 is NaN"), "{text}");
        assert!(
            message(AifBanditOptions { forgetting: -0.1, ..default })
                .contains("forgetting = -0.1")
        );
        let prior = Beta { a: -1.0, b: 1.0 };
        assert!(message(AifBanditOptions { prior, ..default }).contains("entry 0 is -1"));
        let choice = Choice::Sample { gamma: -1.0 };
        assert!(message(AifBanditOptions { choice, ..default }).contains("gamma = -1"));
        assert!(AifBandit::new(0, default).unwrap_err().to_string().contains("empty"));
    }
}
