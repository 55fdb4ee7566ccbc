//! Regret: what an agent has lost in a bandit because it did not know the best arm.

use crate::interaction::{Agent, World};
use crate::prob::random::{Rng, seeded};
use crate::world::bandit::Bandit;

/// What an agent has lost after each step, compared with one that always knows the best arm.
///
/// ```text
/// regret(t) = Σ_{k≤t} ( maxₐ μₖ(a) − μₖ(aₖ) )
/// ```
/// It counts means, not rewards, so luck in the payments does not blur it. World and agent draw from streams of
/// their own: with the same seed every agent meets the same arms, the same luck and the same changes, so that
/// two agents can be compared seed by seed. Source: Lai & Robbins (1985).
///
/// Only a [`Bandit`] can say what every arm pays now; in other worlds compare [`returns`](crate::interaction::returns).
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut bandit = Bandit::bernoulli(&[0.5, 0.5])?;
/// let mut agent = BanditAgent::new(2, BanditOptions::default())?;
/// assert_eq!(regret(&mut bandit, &mut agent, 3, &mut seeded(1)), [0.0, 0.0, 0.0]);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn regret(
    bandit: &mut Bandit,
    agent: &mut dyn Agent,
    steps: usize,
    rng: &mut dyn Rng,
) -> Vec<f64> {
    let (mut fate, mut mind) = (seeded(rng.next_u64()), seeded(rng.next_u64()));
    agent.begin(&bandit.reset(&mut fate));
    let mut lost = 0.0;
    let mut pull = || {
        let action = agent.act(&mut mind);
        lost += bandit.best() - bandit.means()[action];
        agent.observe(&action, &bandit.step(action, &mut fate), &mut mind);
        lost
    };
    (0..steps).map(|_| pull()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rl::agent::bandit::{BanditAgent, BanditOptions, BanditRule};

    #[test]
    fn what_is_lost_is_told_by_the_arms_as_they_were_when_one_was_pulled() {
        // After the first pull all arms are new; the loss of that pull is still 0 or .8 − .2.
        let mut first = Vec::new();
        for seed in 0..50 {
            let arms = Bandit::bernoulli(&[0.2, 0.8]).unwrap();
            let mut agent = BanditAgent::new(2, BanditOptions::default()).unwrap();
            let lost =
                regret(&mut arms.switching(1.0).unwrap(), &mut agent, 1, &mut seeded(seed));
            first.push(lost[0]);
        }
        let near = |x: f64| first.iter().filter(|lost| (*lost - x).abs() < 1e-12).count();
        assert!(near(0.0) > 0 && near(0.6) > 0 && near(0.0) + near(0.6) == 50, "{first:?}");
    }

    #[test]
    fn every_agent_meets_the_same_fate() {
        // What the best arm pays over time does not depend on who plays.
        let paths = |epsilon: f64| {
            let rule = BanditRule::EpsilonGreedy { epsilon };
            let options = BanditOptions { rule, ..Default::default() };
            let mut agent = BanditAgent::new(3, options).unwrap();
            let mut bandit = Bandit::random(3).unwrap().switching(0.1).unwrap();
            let lost = regret(&mut bandit, &mut agent, 200, &mut seeded(8));
            (bandit.means().to_vec(), lost)
        };
        let ((means, lost), (same, other)) = (paths(0.0), paths(1.0));
        assert!(means == same && lost != other);
        assert!(lost.windows(2).all(|w| w[0] <= w[1]), "regret never falls");
    }
}
