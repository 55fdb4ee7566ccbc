//! Bandits: some arms, one question. Each arm pays with a chance of its own, and only pulling tells.
//!
//! There is one situation and no end: wrap a bandit in a [`TimeLimit`](crate::interaction::TimeLimit), or use [`regret`](crate::experiment::regret::regret). With
//! arms that pay 1 or 0 the observation is the reward; with Gaussian arms it is always 0.

use crate::error::{Error, Result};
use crate::interaction::{Action, Obs, Step, World};
use crate::prob::random::{Rng, standard_normal, uniform01};

/// How an arm pays.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Pay {
    Bernoulli,
    Gaussian { sd: f64 },
}

/// How the arms' means change after each step.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Change {
    Never,
    Switch { hazard: f64 },
    Drift { sd: f64 },
}

/// Several arms. Action k pulls arm k; the reward is 0 or 1, or normally distributed.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut bandit, mut rng) = (Bandit::bernoulli(&[0.0, 1.0])?, seeded(7));
/// bandit.reset(&mut rng);
/// let step = bandit.step(1, &mut rng);
/// assert_eq!((step.obs, step.reward, step.end), (1, 1.0, None));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Bandit {
    pay: Pay,
    given: Option<Vec<f64>>,
    change: Change,
    means: Vec<f64>,
    begun: bool,
}

impl Bandit {
    /// Arms that pay 1 with these probabilities, and 0 otherwise.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no arm.
    /// - [`Error::NotAProbability`]: an entry is not from 0 to 1.
    pub fn bernoulli(p: &[f64]) -> Result<Self> {
        if let Some(index) = p.iter().position(|p| !(0.0..=1.0).contains(p)) {
            let what = "the list of the arms' probabilities".into();
            return Err(Error::NotAProbability { what, index, value: p[index] });
        }
        Self::build(p.len(), Pay::Bernoulli, Some(p.to_vec()))
    }

    /// Arms that pay 1 or 0; at each reset their probabilities are drawn anew, uniformly from 0 to 1.
    ///
    /// # Errors
    /// [`Error::Empty`]: no arm.
    pub fn random(arms: usize) -> Result<Self> {
        Self::build(arms, Pay::Bernoulli, None)
    }

    /// Arms with normally distributed rewards, with these means and a common standard deviation.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no arm.
    /// - [`Error::BadEntry`]: a mean is not a finite number.
    /// - [`Error::Parameter`]: the standard deviation is not a finite number, 0 or more.
    pub fn gaussian(means: &[f64], sd: f64) -> Result<Self> {
        if let Some(index) = means.iter().position(|m| !m.is_finite()) {
            let (what, value) = ("the list of the arms' means".into(), means[index]);
            let cure = "a mean is a finite number";
            return Err(Error::BadEntry { what, index, value, cure });
        }
        Self::build(means.len(), Pay::Gaussian { sd: deviation(sd)? }, Some(means.to_vec()))
    }

    /// Gaussian arms with standard deviation 1 whose means are drawn at each reset, from the normal distribution.
    /// With ten arms: the testbed of Sutton & Barto (2018), section 2.3.
    ///
    /// # Errors
    /// [`Error::Empty`]: no arm.
    pub fn testbed(arms: usize) -> Result<Self> {
        Self::build(arms, Pay::Gaussian { sd: 1.0 }, None)
    }

    fn build(arms: usize, pay: Pay, given: Option<Vec<f64>>) -> Result<Self> {
        if arms == 0 {
            return Err(Error::Empty { what: "this list of arms".into() });
        }
        let means = given.clone().unwrap_or_else(|| vec![0.0; arms]);
        Ok(Self { pay, given, change: Change::Never, means, begun: false })
    }

    /// After each step, each arm gets a new mean with probability `hazard`: drawn as `random` and `testbed` draw.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the hazard is not from 0 to 1.
    pub fn switching(mut self, hazard: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&hazard) {
            let expected = "the probability that an arm changes in a step, from 0 to 1";
            return Err(Error::Parameter { name: "hazard", value: hazard, expected });
        }
        self.change = Change::Switch { hazard };
        Ok(self)
    }

    /// After each step, each arm's mean moves by a normal draw with this standard deviation; a probability stops at 0 and
    /// at 1.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the standard deviation is not a finite number, 0 or more.
    pub fn drifting(mut self, sd: f64) -> Result<Self> {
        self.change = Change::Drift { sd: deviation(sd)? };
        Ok(self)
    }

    /// What each arm pays on average now. The agent cannot see it.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// What the best arm pays on average now.
    pub fn best(&self) -> f64 {
        self.means.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    fn draw(&self, rng: &mut dyn Rng) -> f64 {
        match self.pay {
            Pay::Bernoulli => uniform01(rng),
            Pay::Gaussian { .. } => standard_normal(rng),
        }
    }

    fn move_on(&mut self, rng: &mut dyn Rng) {
        let range = match self.pay {
            Pay::Bernoulli => (0.0, 1.0),
            Pay::Gaussian { .. } => (f64::NEG_INFINITY, f64::INFINITY),
        };
        for arm in 0..self.means.len() {
            match self.change {
                Change::Never => return,
                Change::Switch { hazard } => {
                    if uniform01(rng) < hazard {
                        self.means[arm] = self.draw(rng);
                    }
                }
                Change::Drift { sd } => {
                    let moved = self.means[arm] + sd * standard_normal(rng);
                    self.means[arm] = moved.clamp(range.0, range.1);
                }
            }
        }
    }
}

fn deviation(sd: f64) -> Result<f64> {
    if sd.is_finite() && sd >= 0.0 {
        return Ok(sd);
    }
    let expected = "a standard deviation is a finite number, 0 or more";
    Err(Error::Parameter { name: "sd", value: sd, expected })
}

impl World for Bandit {
    fn action_space(&self) -> usize {
        self.means.len()
    }

    fn observation_space(&self) -> usize {
        2
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        self.begun = true;
        let arms = self.means.len();
        let drawn = || (0..arms).map(|_| self.draw(rng)).collect();
        self.means = self.given.clone().unwrap_or_else(drawn);
        0
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        assert!(self.begun, "this bandit has not been started: call reset first");
        let arms = self.means.len();
        assert!(action < arms, "action {action}: this bandit has {arms} arms");
        let mean = self.means[action];
        let reward = match self.pay {
            Pay::Bernoulli => f64::from(uniform01(rng) < mean),
            Pay::Gaussian { sd } => mean + sd * standard_normal(rng),
        };
        self.move_on(rng);
        let obs = usize::from(self.pay == Pay::Bernoulli && reward == 1.0);
        Step { obs, reward, end: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::TimeLimit;
    use crate::interaction::check_world;
    use crate::prob::random::seeded;

    #[test]
    fn every_kind_keeps_the_rules() {
        let given = || Bandit::bernoulli(&[0.2, 0.8]).unwrap();
        let kinds = [
            given(),
            Bandit::random(3).unwrap(),
            Bandit::gaussian(&[-1.0, 2.0], 0.5).unwrap(),
            Bandit::testbed(10).unwrap(),
            given().switching(0.1).unwrap(),
            Bandit::testbed(2).unwrap().drifting(0.2).unwrap(),
        ];
        for bandit in kinds {
            let mut world = TimeLimit::new(bandit.clone(), 50);
            let ends = check_world(&mut world, 50, &mut seeded(3)).unwrap();
            assert_eq!((ends.terminated, ends.truncated), (0, 20), "{bandit:?}");
        }
    }

    #[test]
    fn arms_pay_what_they_are_said_to_pay() {
        let mut rng = seeded(4);
        let mut mean = |mut bandit: Bandit, arm: usize| {
            bandit.reset(&mut rng);
            (0..20_000).map(|_| bandit.step(arm, &mut rng).reward).sum::<f64>() / 20_000.0
        };
        // Five standard errors: 5 √(.16/20000) and 5 · 2/√20000.
        assert!((mean(Bandit::bernoulli(&[0.2, 0.8]).unwrap(), 1) - 0.8).abs() < 0.0142);
        assert!((mean(Bandit::gaussian(&[1.0, 3.0], 2.0).unwrap(), 1) - 3.0).abs() < 0.071);
    }

    #[test]
    fn means_change_as_often_and_as_far_as_said() {
        let (mut rng, mut changes) = (seeded(5), 0);
        let mut bandit = Bandit::random(4).unwrap().switching(0.05).unwrap();
        bandit.reset(&mut rng);
        for _ in 0..5000 {
            let before = bandit.means().to_vec();
            bandit.step(0, &mut rng);
            changes += before.iter().zip(bandit.means()).filter(|(a, b)| a != b).count();
        }
        // 20 000 chances of .05: 1000 ± 5 · 31.
        assert!((845..1155).contains(&changes), "{changes}");
        let mut walk = Bandit::gaussian(&[0.0; 3], 1.0).unwrap().drifting(0.1).unwrap();
        let mut ends = [const { Vec::new() }; 3];
        for _ in 0..2000 {
            walk.reset(&mut rng);
            (0..25).for_each(|_| assert_eq!(walk.step(0, &mut rng).obs, 0));
            ends.iter_mut().zip(walk.means()).for_each(|(ends, mean)| ends.push(*mean));
        }
        // Every arm: 25 steps of variance .01: .25, within 5 · √(2/2000) of it, relatively.
        for ends in ends {
            let variance = ends.iter().map(|x| x * x).sum::<f64>() / 2000.0;
            assert!((variance / 0.25 - 1.0).abs() < 0.16, "{variance}");
        }
        let mut still = Bandit::bernoulli(&[0.3]).unwrap().drifting(3.0).unwrap();
        still.reset(&mut rng);
        (0..100).for_each(|_| assert_eq!(still.step(0, &mut rng).end, None));
        assert!((0.0..=1.0).contains(&still.means()[0]));
    }

    #[test]
    fn bad_input_is_named_with_its_cure() {
        let message = |r: Result<Bandit>| r.unwrap_err().to_string();
        let text = message(Bandit::bernoulli(&[0.5, 1.5]));
        assert!(text.contains("entry 1 is 1.5, which is not a probability"), "{text}");
        assert!(message(Bandit::bernoulli(&[f64::NAN])).contains("entry 0 is NaN"));
        assert!(message(Bandit::random(0)).contains("arms is empty"));
        assert!(message(Bandit::gaussian(&[0.0], -1.0)).contains("sd = -1"));
        assert!(
            message(Bandit::gaussian(&[f64::INFINITY], 1.0)).contains("entry 0 is inf")
        );
        let text = message(Bandit::random(2).unwrap().switching(1.1));
        assert!(text.contains("hazard = 1.1") && text.contains("from 0 to 1"), "{text}");
        assert!(
            message(Bandit::testbed(2).unwrap().drifting(f64::NAN)).contains("sd = NaN")
        );
    }
}
