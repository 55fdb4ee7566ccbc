//! [`NoveltyExplorer`]: a planner for whom learning how its world works is worth something. Dual:
//! [`crate::rl::agent::explorer`].

use ndarray::Array2;

use crate::aif::learn::novelty::novelty;
use crate::aif::select::best;
use crate::error::{Error, Result, exists};
use crate::interaction::{Action, Agent, Experience, Obs, State, Step};
use crate::prob::random::Rng;

/// An agent that learns B as counts and plans for two terms of expected free energy: reward to have, transitions to learn.
///
/// ```text
/// −G(s, u) = λ r̂(s, u) + I(s, u) + Σ_s′ B̄[s′, s, u] (−G*)(s′)      B̄: mean of the Dirichlet counts
/// ```
/// I is the [novelty](crate::aif::learn::novelty) of the column (s, u) of B; λ says how many nats a reward is worth.
/// The third term of G where the state is seen, −H\[Q(s′)\], how open it is where an action leads, is left out: this is
/// reward plus novelty, and not the whole of G. It must see the state and know how many steps an episode has. Like its dual it plans once in each episode, and does not
/// foresee that a second visit will teach less than the first.
#[derive(Debug, Clone)]
pub struct NoveltyExplorer {
    counts: Experience,
    novelty: Array2<f64>, // (states, actions), computed when a count changes
    prior: f64,
    lambda: f64,
    horizon: usize,
    plan: Vec<Array2<f64>>, // G with 1, 2, … steps to go
    state: State,
    left: usize,
    frozen: bool,
}

impl NoveltyExplorer {
    /// An agent that knows how many states and actions there are, and nothing about them.
    ///
    /// `lambda`: nats for a reward of 1; `horizon`: steps in an episode. Each column of B begins with counts that
    /// add up to 1.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no state, no action, or no step.
    /// - [`Error::Parameter`]: λ is not a finite number, 0 or more.
    pub fn new(states: usize, actions: usize, lambda: f64, horizon: usize) -> Result<Self> {
        if states * actions * horizon == 0 {
            return Err(Error::Empty {
                what: "the set of states, actions or steps".into(),
            });
        }
        if !(lambda >= 0.0 && lambda.is_finite()) {
            let expected = "the worth of a reward is a finite number of nats, 0 or more";
            return Err(Error::Parameter { name: "lambda", value: lambda, expected });
        }
        let prior = 1.0 / states as f64;
        let novelty = Array2::from_elem((states, actions), novelty(&vec![prior; states]));
        let counts = Experience::new(states, actions);
        let plan = Vec::new();
        Ok(Self {
            counts,
            novelty,
            prior,
            lambda,
            horizon,
            plan,
            state: 0,
            left: horizon,
            frozen: false,
        })
    }

    /// What was counted.
    pub fn counts(&self) -> &Experience {
        &self.counts
    }

    /// What one more try of each action in each state is expected to teach, in nats: (states, actions).
    pub fn novelty(&self) -> &Array2<f64> {
        &self.novelty
    }

    /// G of an action; `later`: G* of each state with one step less, `even`: its mean over all states.
    fn efe(&self, s: State, u: Action, later: &[f64], even: f64) -> f64 {
        let n = self.counts.visits(s, u);
        let seen: f64 =
            self.counts.followers(s, u).iter().map(|(to, k)| k * later[*to]).sum();
        let ahead = (seen + even) / (n + 1.0); // the prior counts add up to 1, spread evenly
        ahead - self.lambda * self.counts.reward(s, u) - self.novelty[[s, u]]
    }

    fn plan(&mut self) {
        self.plan.clear();
        let (states, actions) = (self.counts.n_states(), self.counts.n_actions());
        let mut later = vec![0.0; states];
        for _ in 0..self.horizon {
            let even = later.iter().sum::<f64>() / states as f64;
            let g = Array2::from_shape_fn((states, actions), |(s, u)| {
                self.efe(s, u, &later, even)
            });
            for (s, v) in later.iter_mut().enumerate() {
                let best = g.row(s).iter().copied().fold(f64::INFINITY, f64::min);
                *v = if self.counts.is_terminal(s) { 0.0 } else { best };
            }
            self.plan.push(g);
        }
    }
}

impl Agent for NoveltyExplorer {
    /// # Panics
    /// When there is no such state.
    #[track_caller]
    fn begin(&mut self, obs: &Obs) {
        exists("the first observation", *obs, self.counts.n_states());
        (self.state, self.left) = (*obs, self.horizon);
        self.plan();
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        let g = &self.plan[self.left.max(1) - 1];
        best(&g.row(self.state).to_vec()).sample(rng)
    }

    fn observe(&mut self, action: &Action, step: &Step, _rng: &mut dyn Rng) {
        let (s, action) = (self.state, *action);
        if !self.frozen {
            self.counts.observe(s, action, step);
            let mut column = vec![self.prior; self.counts.n_states()];
            for (to, k) in self.counts.followers(s, action) {
                column[*to] += k;
            }
            self.novelty[[s, action]] = novelty(&column);
        }
        (self.state, self.left) = (step.obs, self.left.saturating_sub(1));
    }

    /// Frozen, it counts no more; what there is to learn stays in its plan.
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
        let run = || NoveltyExplorer::new(2, 1, 1.0, 3).unwrap().begin(&2);
        let message = crate::caught::caught(run).unwrap_err();
        assert!(
            message.contains("the first observation is 2, but there are only 2"),
            "{message}"
        );
    }

    #[test]
    fn g_by_hand() {
        // Two states, prior counts ½ each. After one step 0 → 1 with reward 3: counts (½, 1½).
        let mut agent = NoveltyExplorer::new(2, 1, 2.0, 2).unwrap();
        agent.begin(&0);
        agent.observe(&0, &Step { obs: 1, reward: 3.0, end: None }, &mut seeded(0));
        agent.begin(&0);
        let (fresh, seen) = (novelty(&[0.5, 0.5]), novelty(&[0.5, 1.5]));
        let one_step = [-6.0 - seen, -fresh];
        assert!((agent.plan[0][[0, 0]] - one_step[0]).abs() < 1e-12);
        let two_steps = one_step[0] + 0.25 * one_step[0] + 0.75 * one_step[1];
        assert!((agent.plan[1][[0, 0]] - two_steps).abs() < 1e-12);
    }

    #[test]
    fn it_finds_the_treasure_and_goes_on_to_take_it() {
        let mut rng = seeded(3);
        let mut sea = DeepSea::new(10, &mut rng).unwrap();
        let mut agent = NoveltyExplorer::new(sea.n_states(), 2, 20.0, 10).unwrap();
        let dives = returns(&mut sea, &mut agent, 300, &mut rng);
        let found = dives.iter().filter(|r| **r > 0.5).count();
        assert!(found > 100, "{found}");
    }

    #[test]
    fn nothing_comes_after_the_end() {
        let mut agent = NoveltyExplorer::new(2, 1, 1.0, 9).unwrap();
        agent.begin(&1);
        agent.observe(
            &0,
            &Step { obs: 1, reward: 0.0, end: Some(End::Terminated) },
            &mut seeded(0),
        );
        agent.begin(&0);
        // From state 0 the sea is unknown: half of what follows is state 1, where all is over.
        let fresh = -novelty(&[0.5, 0.5]);
        assert!((agent.plan[1][[0, 0]] - 1.5 * fresh).abs() < 1e-12);
    }

    #[test]
    fn bad_settings_are_named() {
        let text = NoveltyExplorer::new(2, 2, f64::NAN, 3).unwrap_err().to_string();
        assert!(text.contains("lambda = NaN") && text.contains("nats"), "{text}");
        assert!(NoveltyExplorer::new(2, 0, 1.0, 3).is_err());
    }
}
