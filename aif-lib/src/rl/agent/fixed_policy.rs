//! An agent that follows a plan.

use crate::interaction::{Action, Agent, Obs, State, Step};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;

/// An agent that follows a given policy and learns nothing. It must see the state.
///
/// ```
/// # use aif_lib::prelude::*;
/// // A random walker: in each of 68 states any of 4 actions.
/// let mut walker = FixedPolicy::new(vec![Categorical::uniform(4); 68]);
/// walker.begin(&0);
/// assert_eq!(walker.policy(), &cat(&[0.25, 0.25, 0.25, 0.25]));
/// ```
#[derive(Debug, Clone)]
pub struct FixedPolicy {
    policies: Vec<Vec<Categorical>>,
    stationary: bool,
    time: usize,
    state: Option<State>,
}

impl FixedPolicy {
    /// Follows one policy at all times: a distribution over actions for each state.
    pub fn new(policy: Vec<Categorical>) -> Self {
        Self { policies: vec![policy], stationary: true, time: 0, state: None }
    }

    /// Follows one policy for each step, as finite-horizon planning gives them.
    pub fn over_time(policies: Vec<Vec<Categorical>>) -> Self {
        Self { policies, stationary: false, time: 0, state: None }
    }

    /// The distribution over actions now.
    ///
    /// # Panics
    /// When no episode was begun, the plan has come to its end, or it does not cover the state.
    #[track_caller]
    pub fn policy(&self) -> &Categorical {
        let state = self.state.expect("the planner has seen nothing yet: call begin first");
        let steps = self.policies.len();
        let time = if self.stationary { 0 } else { self.time };
        assert!(
            time < steps,
            "the plan ends after {steps} steps: plan with a longer horizon"
        );
        let states = self.policies[time].len();
        assert!(
            state < states,
            "state {state} is not in the plan, which has {states} states"
        );
        &self.policies[time][state]
    }
}

impl Agent for FixedPolicy {
    fn begin(&mut self, obs: &Obs) {
        (self.time, self.state) = (0, Some(*obs));
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        self.policy().sample(rng)
    }

    fn observe(&mut self, _action: &Action, step: &Step, _rng: &mut dyn Rng) {
        self.time += 1;
        self.state = Some(step.obs);
    }

    fn set_learning(&mut self, _learning: bool) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::categorical::cat;
    use crate::prob::random::seeded;

    #[test]
    #[should_panic(expected = "the plan ends after 1 steps: plan with a longer horizon")]
    fn a_plan_ends() {
        let mut planner = FixedPolicy::over_time(vec![vec![cat(&[1.0])]]);
        planner.begin(&0);
        planner.observe(&0, &Step { obs: 0, reward: 0.0, end: None }, &mut seeded(0));
        planner.act(&mut seeded(1));
    }
}
