//! [`BanditAgent`]: one memory for the arms, and a rule to choose among them. Dual:
//! [`crate::aif::agent::bandit`].

use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Obs, Step};
use crate::prob::beta::{Beta, probability_best};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;
use crate::rl::learn::sample_average;
use crate::rl::select::{boltzmann, epsilon_greedy, greedy, thompson, ucb1};

/// How a [`BanditAgent`] chooses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BanditRule {
    /// The best average. With a prior this is Bayes-greedy: the best expected value.
    Greedy,
    /// The best average, but with probability ε any arm.
    EpsilonGreedy {
        /// The probability ε of a random arm.
        epsilon: f64,
    },
    /// softmax(Q/τ).
    Softmax {
        /// The temperature τ.
        tau: f64,
    },
    /// The best upper confidence bound.
    Ucb1 {
        /// The width c of the bound.
        c: f64,
    },
    /// The best arm in one draw from the belief. Rewards must be from 0 to 1.
    Thompson {
        /// All counts are multiplied by this before drawing; 1 is Thompson's rule, more is bolder.
        sharpness: f64,
    },
}

/// The memory and the rule of a [`BanditAgent`].
///
/// ```
/// # use aif_lib::prelude::*;
/// let options = BanditOptions { rule: BanditRule::Ucb1 { c: 1.0 }, ..Default::default() };
/// assert_eq!((options.prior_mean, options.prior_weight, options.forgetting), (0.5, 2.0, 0.0));
/// # assert!(BanditAgent::new(3, options).is_ok());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BanditOptions {
    /// Default greedy.
    pub rule: BanditRule,
    /// What an arm is thought to pay before it is pulled; default ½.
    pub prior_mean: f64,
    /// As how many pulls that counts. Default 2: one success and one failure, the uniform belief. With 0 the
    /// agent keeps plain sample averages, and `prior_mean` is only the value of an arm never pulled.
    pub prior_weight: f64,
    /// The share of each count that is forgotten from step to step; default 0, nothing.
    pub forgetting: f64,
}

impl Default for BanditOptions {
    fn default() -> Self {
        Self {
            rule: BanditRule::Greedy,
            prior_mean: 0.5,
            prior_weight: 2.0,
            forgetting: 0.0,
        }
    }
}

/// An agent for a bandit: it averages what each arm paid, and chooses by a rule.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut agent = BanditAgent::new(2, BanditOptions::default())?;
/// agent.begin(&0);
/// agent.observe(&1, &Step { obs: 1, reward: 1.0, end: None }, &mut seeded(0));
/// assert_eq!(agent.q(), [0.5, 2.0 / 3.0]);
/// assert_eq!(agent.policy()?, cat(&[0.0, 1.0]));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct BanditAgent {
    options: BanditOptions,
    q: Vec<f64>,
    n: Vec<f64>,
    frozen: bool,
}

impl BanditAgent {
    /// An agent that has pulled nothing yet.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no arm.
    /// - [`Error::Parameter`]: a setting is out of range; Thompson sampling also needs a prior mean between 0 and 1
    ///   and a prior weight above 0.
    pub fn new(arms: usize, options: BanditOptions) -> Result<Self> {
        if arms == 0 {
            return Err(Error::Empty { what: "the set of arms".into() });
        }
        check(&options)?;
        let (q, n) = (vec![options.prior_mean; arms], vec![options.prior_weight; arms]);
        let agent = Self { options, q, n, frozen: false };
        // Every other rule checks its own setting when asked; Thompson's was checked above.
        if !matches!(options.rule, BanditRule::Thompson { .. }) {
            agent.policy()?;
        }
        Ok(agent)
    }

    /// The average of each arm, prior included.
    pub fn q(&self) -> &[f64] {
        &self.q
    }

    /// How often each arm was pulled, prior included, less what was forgotten.
    pub fn n(&self) -> &[f64] {
        &self.n
    }

    /// The same memory as beliefs: Beta(n Q, n (1 − Q)) for each arm.
    ///
    /// # Errors
    /// As [`Beta::new`]: without a prior, an arm that always paid the same has a count of 0.
    pub fn beliefs(&self) -> Result<Vec<Beta>> {
        self.q.iter().zip(&self.n).map(|(q, n)| Beta::new(n * q, n * (1.0 - q))).collect()
    }

    /// The probability of each arm now; frozen, of the best ones. For Thompson sampling: of being the best, by integration.
    ///
    /// # Errors
    /// As [`BanditAgent::new`].
    pub fn policy(&self) -> Result<Categorical> {
        if self.frozen {
            return Ok(greedy(&self.q));
        }
        match self.options.rule {
            BanditRule::Greedy => Ok(greedy(&self.q)),
            BanditRule::EpsilonGreedy { epsilon } => epsilon_greedy(&self.q, epsilon),
            BanditRule::Softmax { tau } => boltzmann(&self.q, tau),
            BanditRule::Ucb1 { c } => ucb1(&self.q, &self.n, c),
            BanditRule::Thompson { sharpness } => {
                Ok(probability_best(&self.sharpened(sharpness)?))
            }
        }
    }

    fn sharpened(&self, sharpness: f64) -> Result<Vec<Beta>> {
        let sharper = |b: Beta| Beta::new(b.a * sharpness, b.b * sharpness);
        self.beliefs()?.into_iter().map(sharper).collect()
    }
}

fn check(options: &BanditOptions) -> Result<()> {
    let BanditOptions { rule, prior_mean, prior_weight, forgetting } = *options;
    let parameter = |name, value, expected| Err(Error::Parameter { name, value, expected });
    if !(0.0..=1.0).contains(&forgetting) {
        return parameter(
            "forgetting",
            forgetting,
            "the share of the counts that is forgotten, from 0 to 1",
        );
    }
    if !(prior_weight >= 0.0 && prior_weight.is_finite()) {
        let expected = "a prior counts as 0 or more pulls; 0 is none";
        return parameter("prior_weight", prior_weight, expected);
    }
    if !prior_mean.is_finite() {
        return parameter(
            "prior_mean",
            prior_mean,
            "the value of an untried arm is finite",
        );
    }
    if let BanditRule::Thompson { sharpness } = rule {
        if !(sharpness > 0.0 && sharpness.is_finite()) {
            return parameter(
                "sharpness",
                sharpness,
                "a finite number above 0; 1 is Thompson's rule",
            );
        }
        if prior_weight == 0.0 {
            let expected = "Thompson sampling draws from a belief: give it a prior of more than 0 pulls";
            return parameter("prior_weight", prior_weight, expected);
        }
        if !(prior_mean > 0.0 && prior_mean < 1.0) {
            let expected = "Thompson sampling needs a mean between 0 and 1, both excluded";
            return parameter("prior_mean", prior_mean, expected);
        }
    }
    Ok(())
}

impl Agent for BanditAgent {
    /// Nothing changes: what it knows of the arms stays. For other arms take a new agent.
    fn begin(&mut self, _obs: &Obs) {}

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        let action = match self.options.rule {
            BanditRule::Thompson { sharpness } if !self.frozen => {
                self.sharpened(sharpness).map(|beliefs| thompson(&beliefs, rng))
            }
            _ => self.policy().map(|policy| policy.sample(rng)),
        };
        action.unwrap_or_else(|error| panic!("{error}"))
    }

    fn observe(&mut self, action: &Action, step: &Step, _rng: &mut dyn Rng) {
        if self.frozen {
            return;
        }
        let BanditOptions { prior_mean, prior_weight, forgetting, .. } = self.options;
        if forgetting > 0.0 {
            sample_average::forget(
                &mut self.q,
                &mut self.n,
                prior_mean,
                prior_weight,
                forgetting,
            );
        }
        sample_average::update(&mut self.q, &mut self.n, *action, step.reward);
    }

    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::categorical::cat;
    use crate::prob::random::seeded;

    fn after(rule: BanditRule, prior_weight: f64, pulls: &[(Action, f64)]) -> BanditAgent {
        let options = BanditOptions { rule, prior_weight, ..Default::default() };
        let mut agent = BanditAgent::new(2, options).unwrap();
        agent.begin(&0);
        for &(arm, reward) in pulls {
            agent.observe(&arm, &Step { obs: 0, reward, end: None }, &mut seeded(0));
        }
        agent
    }

    #[test]
    fn every_rule_by_hand() {
        // One success of arm 0: Q = (2/3, 1/2), n = (3, 2).
        let policy = |rule| after(rule, 2.0, &[(0, 1.0)]).policy().unwrap();
        assert_eq!(policy(BanditRule::Greedy), cat(&[1.0, 0.0]));
        assert_eq!(policy(BanditRule::EpsilonGreedy { epsilon: 0.5 }), cat(&[0.75, 0.25]));
        // odds e^(1/6 / τ) with τ = 1/6.
        let p = policy(BanditRule::Softmax { tau: 1.0 / 6.0 })[0];
        assert!((p / (1.0 - p) - std::f64::consts::E).abs() < 1e-9);
        // ln 5 = 1.609: .6667 + √(1.609/3) = 1.399 against .5 + √(1.609/2) = 1.397; at c = 2 the other way.
        assert_eq!(policy(BanditRule::Ucb1 { c: 1.0 }), cat(&[1.0, 0.0]));
        assert_eq!(policy(BanditRule::Ucb1 { c: 2.0 }), cat(&[0.0, 1.0]));
        assert!(
            (policy(BanditRule::Thompson { sharpness: 1.0 })[0] - 2.0 / 3.0).abs() < 1e-6
        );
    }

    #[test]
    fn sharpness_multiplies_successes_and_failures_alike() {
        // Beta(4, 2) against Beta(2, 2): ∫ 20 x³ (1 − x) (3 x² − 2 x³) dx = 20 (1/2 − 5/7 + 1/4) = 5/7.
        let sharp = after(BanditRule::Thompson { sharpness: 2.0 }, 2.0, &[(0, 1.0)]);
        assert!((sharp.policy().unwrap()[0] - 5.0 / 7.0).abs() < 1e-6);
    }

    #[test]
    fn thompson_draws_what_its_policy_says() {
        let mut agent =
            after(BanditRule::Thompson { sharpness: 2.0 }, 2.0, &[(0, 1.0), (1, 0.0)]);
        let (mut rng, expected) = (seeded(9), agent.policy().unwrap()[0]);
        let chosen = (0..20_000).filter(|_| agent.act(&mut rng) == 0).count() as f64 / 2e4;
        assert!((chosen - expected).abs() < 0.018, "{chosen} {expected}"); // 5 standard errors
    }

    #[test]
    fn bad_settings_are_named() {
        let message = |options| BanditAgent::new(2, options).unwrap_err().to_string();
        let rule = |rule| BanditOptions { rule, ..Default::default() };
        let text = message(rule(BanditRule::EpsilonGreedy { epsilon: 1.5 }));
        assert!(text.contains("epsilon = 1.5") && text.contains("from 0 to 1"), "{text}");
        assert!(message(rule(BanditRule::Softmax { tau: 0.0 })).contains("tau = 0"));
        assert!(message(rule(BanditRule::Ucb1 { c: f64::NAN })).contains("c = NaN"));
        assert!(
            message(rule(BanditRule::Thompson { sharpness: -1.0 }))
                .contains("sharpness = -1")
        );
        let default = BanditOptions::default();
        assert!(
            message(BanditOptions { forgetting: 1.1, ..default })
                .contains("forgetting = 1.1")
        );
        let text = message(BanditOptions { prior_weight: -2.0, ..default });
        assert!(
            text.contains("prior_weight = -2") && text.contains("0 or more pulls"),
            "{text}"
        );
        assert!(message(BanditOptions { prior_mean: f64::NAN, ..default }).contains("NaN"));
        let thompson = rule(BanditRule::Thompson { sharpness: 1.0 });
        assert!(
            message(BanditOptions { prior_weight: 0.0, ..thompson }).contains("a prior")
        );
        assert!(
            message(BanditOptions { prior_mean: 1.0, ..thompson })
                .contains("between 0 and 1")
        );
        assert!(
            BanditAgent::new(0, default).unwrap_err().to_string().contains("arms is empty")
        );
    }
}
