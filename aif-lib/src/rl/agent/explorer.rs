//! [`MbieEb`]: a planner that pays itself for what it has seldom done. Dual:
//! [`crate::aif::agent::explorer`].

use ndarray::Array2;

use crate::error::{Error, Result, exists};
use crate::interaction::{Action, Agent, Experience, Obs, State, Step};
use crate::prob::random::Rng;
use crate::rl::select::greedy;

/// What an action is worth with `left` steps to go, curiosity included.
///
/// ```text
/// Q(s, a) = r̂(s, a) + β / √n(s, a) + Σ_s′ p̂(s′|s, a) V(s′),      never tried: β · left
/// ```
/// An action never tried is thought to lead to where everything is new. `later`: V of each state with one step less.
/// Source: the bonus of Strehl & Littman (2008), with a finite horizon.
pub fn optimistic(
    counts: &Experience,
    s: State,
    a: Action,
    beta: f64,
    left: usize,
    later: &[f64],
) -> f64 {
    let n = counts.visits(s, a);
    if n == 0.0 {
        return beta * left as f64;
    }
    let ahead: f64 = counts.followers(s, a).iter().map(|(to, k)| k / n * later[*to]).sum();
    counts.reward(s, a) + beta / n.sqrt() + ahead
}

/// An agent that counts, plans at the start of each episode with a bonus for small counts, and does what is best.
///
/// It must see the state and know how many steps an episode has.
#[derive(Debug, Clone)]
pub struct MbieEb {
    counts: Experience,
    beta: f64,
    horizon: usize,
    plan: Vec<Array2<f64>>, // Q with 1, 2, … steps to go
    state: State,
    left: usize,
    frozen: bool,
}

impl MbieEb {
    /// An agent that knows how many states and actions there are, and nothing about them.
    ///
    /// `beta`: the bonus for the first repetition of an action, in units of reward; `horizon`: steps in an episode.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no state, no action, or no step.
    /// - [`Error::Parameter`]: β is not a finite number, 0 or more.
    pub fn new(states: usize, actions: usize, beta: f64, horizon: usize) -> Result<Self> {
        if states * actions * horizon == 0 {
            return Err(Error::Empty {
                what: "the set of states, actions or steps".into(),
            });
        }
        if !(beta >= 0.0 && beta.is_finite()) {
            let expected = "the bonus of a rare action is a finite number, 0 or more";
            return Err(Error::Parameter { name: "beta", value: beta, expected });
        }
        let counts = Experience::new(states, actions);
        Ok(Self {
            counts,
            beta,
            horizon,
            plan: Vec::new(),
            state: 0,
            left: horizon,
            frozen: false,
        })
    }

    /// What was counted.
    pub fn counts(&self) -> &Experience {
        &self.counts
    }

    fn plan(&mut self) {
        self.plan.clear();
        let (states, actions) = (self.counts.n_states(), self.counts.n_actions());
        let mut later = vec![0.0; states];
        for left in 1..=self.horizon {
            let q = Array2::from_shape_fn((states, actions), |(s, a)| {
                optimistic(&self.counts, s, a, self.beta, left, &later)
            });
            for (s, v) in later.iter_mut().enumerate() {
                let best = q.row(s).iter().copied().fold(f64::NEG_INFINITY, f64::max);
                *v = if self.counts.is_terminal(s) { 0.0 } else { best };
            }
            self.plan.push(q);
        }
    }
}

impl Agent for MbieEb {
    /// # Panics
    /// When there is no such state.
    #[track_caller]
    fn begin(&mut self, obs: &Obs) {
        exists("the first observation", *obs, self.counts.n_states());
        (self.state, self.left) = (*obs, self.horizon);
        self.plan();
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        let q = &self.plan[self.left.max(1) - 1];
        greedy(&q.row(self.state).to_vec()).sample(rng)
    }

    fn observe(&mut self, action: &Action, step: &Step, _rng: &mut dyn Rng) {
        if !self.frozen {
            self.counts.observe(self.state, *action, step);
        }
        (self.state, self.left) = (step.obs, self.left.saturating_sub(1));
    }

    /// Frozen, it counts no more; the bonus for what it has seldom done stays in its plan.
    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::{End, returns};
    use crate::prob::random::seeded;
    use crate::world::deep_sea::DeepSea;

    #[test]
    fn a_state_that_does_not_exist_is_named() {
        let run = || MbieEb::new(2, 1, 1.0, 3).unwrap().begin(&2);
        let message = crate::caught::caught(run).unwrap_err();
        assert!(
            message.contains("the first observation is 2, but there are only 2"),
            "{message}"
        );
    }

    #[test]
    fn the_bonus_by_hand() {
        let mut counts = Experience::new(2, 2);
        for obs in [0, 1, 1, 1] {
            counts.observe(0, 0, &Step { obs, reward: 2.0, end: None });
        }
        // 2 + 3/√4 + ¼ · 10 + ¾ · 20; and never tried, five steps to go.
        let q = |a| optimistic(&counts, 0, a, 3.0, 5, &[10.0, 20.0]);
        assert_eq!((q(0), q(1)), (21.0, 15.0));
    }

    #[test]
    fn without_a_bonus_it_never_dives_with_one_it_finds_the_treasure() {
        let best = |beta: f64| {
            let mut rng = seeded(3);
            let mut sea = DeepSea::new(10, &mut rng).unwrap();
            let mut agent = MbieEb::new(sea.n_states(), 2, beta, 10).unwrap();
            let dives = returns(&mut sea, &mut agent, 300, &mut rng);
            dives.iter().filter(|r| **r > 0.5).count()
        };
        assert_eq!(best(0.0), 0);
        assert!(best(0.02) > 100, "{}", best(0.02));
    }

    #[test]
    fn nothing_comes_after_the_end() {
        let mut agent = MbieEb::new(2, 1, 1.0, 9).unwrap();
        agent.begin(&0);
        agent.observe(
            &0,
            &Step { obs: 1, reward: 0.0, end: Some(End::Terminated) },
            &mut seeded(0),
        );
        agent.begin(&0);
        assert_eq!(agent.plan[8][[0, 0]], 1.0, "only the bonus of the step itself");
    }

    #[test]
    fn bad_settings_are_named() {
        let text = MbieEb::new(2, 2, -1.0, 3).unwrap_err().to_string();
        assert!(text.contains("beta = -1") && text.contains("0 or more"), "{text}");
        assert!(MbieEb::new(0, 2, 1.0, 3).is_err());
    }
}
