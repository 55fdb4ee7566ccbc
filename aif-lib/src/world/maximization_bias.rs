//! A choice that looks better than it is: the luck of the best of many.

use crate::interaction::{Action, End, Obs, Step, World};
use crate::prob::random::{Rng, standard_normal};

/// Two states, ten actions. In the first, half of the actions end the episode with nothing; the other half lead
/// to the second, where every action ends it with a reward of mean −0.1 and standard deviation 1.
///
/// Nothing good lies that way, but the largest of ten noisy guesses is above 0 for a long time. Observations:
/// 0 the choice, 1 the ten arms, 2 the end. Actions 0 to 4 lead to the arms. Source: after Sutton & Barto
/// (2018), Example 6.7, where the first state has two actions.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut world, mut rng) = (MaximizationBias::new(), seeded(1));
/// world.reset(&mut rng);
/// assert_eq!(world.step(0, &mut rng), Step { obs: 1, reward: 0.0, end: None });
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MaximizationBias {
    here: Option<Obs>,
}

impl MaximizationBias {
    /// The world.
    pub fn new() -> Self {
        Self::default()
    }
}

impl World for MaximizationBias {
    fn action_space(&self) -> usize {
        10
    }

    fn observation_space(&self) -> usize {
        3
    }

    fn reset(&mut self, _rng: &mut dyn Rng) -> Obs {
        self.here = Some(0);
        0
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        assert!(action < 10, "action {action} is out of range: there are 10");
        let here = self.here.take().expect("the episode is over: call reset first");
        if here == 0 && action < 5 {
            self.here = Some(1);
            return Step { obs: 1, reward: 0.0, end: None };
        }
        let reward = if here == 0 { 0.0 } else { standard_normal(rng) - 0.1 };
        Step { obs: 2, reward, end: Some(End::Terminated) }
    }
}
