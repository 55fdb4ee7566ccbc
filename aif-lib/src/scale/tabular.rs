//! The loop of Q-learning twice: through traits, as a notebook runs it, and written out for one world and one agent.
//!
//! A call through `dyn` costs a nanosecond or two. What costs more is what it hides from the compiler: it cannot see both
//! sides of the call at once. And what costs most is memory that is asked for at each step. [`TabularQ`] asks for none; its table
//! is that of [`QAgent`](crate::rl::agent::QAgent), to the last bit.

use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Obs, State, Step, World};
use crate::prob::random::{Generator, Rng, uniform01};
use crate::prob::ties::TIE;
use crate::rl::agent::QOptions;
use crate::world::grid::GridWorld;

/// Q-learning with ε-greedy choice on a table, and nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct TabularQ {
    q: Vec<f64>, // (states, actions)
    n_actions: usize,
    alpha: f64,
    gamma: f64,
    epsilon: f64,
    state: State,
    frozen: bool,
}

impl TabularQ {
    /// A learner with a table of zeros; `options` as for a [`QAgent`](crate::rl::agent::QAgent).
    ///
    /// # Errors
    /// - As [`QAgent::new`](crate::rl::agent::QAgent::new).
    /// - [`Error::Unsupported`]: another rule than Q-learning, a memory, or a rate that changes.
    pub fn new(states: usize, actions: usize, options: &QOptions) -> Result<Self> {
        crate::rl::agent::QAgent::new(states, actions, options.clone())?;
        let plain = QOptions {
            alpha: crate::rl::agent::Schedule::Constant(options.alpha.at(0)),
            epsilon: crate::rl::agent::Schedule::Constant(options.epsilon.at(0)),
            gamma: options.gamma,
            initial: options.initial,
            ..QOptions::default()
        };
        if plain != *options {
            let cure = "use a QAgent, which can do more and is slower";
            return Err(Error::Unsupported {
                what: "another rule, a memory or a changing rate in this loop",
                cure,
            });
        }
        Ok(Self {
            q: vec![options.initial; states * actions],
            n_actions: actions,
            alpha: options.alpha.at(0),
            gamma: options.gamma,
            epsilon: options.epsilon.at(0),
            state: 0,
            frozen: false,
        })
    }

    /// The values of the actions in a state.
    ///
    /// # Panics
    /// When the state is not in the table.
    #[track_caller]
    pub fn values(&self, state: State) -> &[f64] {
        &self.q[state * self.n_actions..][..self.n_actions]
    }
}

/// The largest value.
#[inline]
fn largest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// Draws an action ε-greedily, ties shared: one number from the generator.
#[inline]
fn choose(values: &[f64], epsilon: f64, rng: &mut dyn Rng) -> Action {
    let best = largest(values);
    let scale = values.iter().fold(0.0, |scale: f64, x| scale.max(x.abs()));
    let close = best - TIE * scale;
    let ties: f64 = values.iter().map(|x| f64::from(u8::from(*x >= close))).sum();
    let random = epsilon / values.len() as f64;
    let (greedy, other) = ((1.0 - epsilon) * (1.0 / ties) + random, random);
    let mut left = uniform01(rng);
    for (a, x) in values.iter().enumerate() {
        left -= if *x >= close { greedy } else { other };
        if left < 0.0 {
            return a;
        }
    }
    let possible = |x: &f64| *x >= close || other > 0.0;
    values.iter().rposition(possible).unwrap_or(0)
}

impl TabularQ {
    #[inline]
    fn choose(&self, rng: &mut dyn Rng) -> Action {
        let epsilon = if self.frozen { 0.0 } else { self.epsilon };
        choose(self.values(self.state), epsilon, rng)
    }

    #[inline]
    fn learn(&mut self, action: Action, step: &Step) {
        if !self.frozen {
            let best = largest(self.values(step.obs));
            let entry = &mut self.q[self.state * self.n_actions + action];
            let delta = step.reward + step.discount(self.gamma) * best - *entry;
            *entry += self.alpha * delta;
        }
        self.state = step.obs;
    }
}

/// Without `#[inline]`: a notebook would compile these methods itself, and not well, where it takes one for a `dyn Agent`.
impl Agent for TabularQ {
    fn begin(&mut self, obs: &Obs) {
        self.state = *obs;
    }
    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        self.choose(rng)
    }
    fn observe(&mut self, action: &Action, step: &Step, _rng: &mut dyn Rng) {
        self.learn(*action, step);
    }
    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}

/// So many steps through the traits, in as many episodes as that takes: any world, any agent. How many were finished.
pub fn through_traits(
    world: &mut dyn World,
    agent: &mut dyn Agent,
    steps: usize,
    rng: &mut dyn Rng,
) -> usize {
    let mut finished = 0;
    agent.begin(&world.reset(rng));
    for _ in 0..steps {
        let action = agent.act(rng);
        let step = world.step(action, rng);
        agent.observe(&action, &step, rng);
        if step.end.is_some() {
            finished += 1;
            agent.begin(&world.reset(rng));
        }
    }
    finished
}

/// The same loop for a grid world and a [`TabularQ`], so that every call in it is known.
pub fn written_out(
    world: &mut GridWorld,
    agent: &mut TabularQ,
    steps: usize,
    rng: &mut Generator,
) -> usize {
    let mut finished = 0;
    agent.state = world.reset(rng);
    for _ in 0..steps {
        let action = agent.choose(rng);
        let step = world.step(action, rng);
        agent.learn(action, &step);
        if step.end.is_some() {
            finished += 1;
            agent.state = world.reset(rng);
        }
    }
    finished
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;
    use crate::rl::agent::{QAgent, Rule, Schedule};

    #[test]
    fn all_three_learn_the_same_table_to_the_last_bit() {
        let options = QOptions::default();
        let rooms = GridWorld::four_rooms();
        let mut agent = QAgent::new(68, 4, options.clone()).unwrap();
        let mut dynamic = TabularQ::new(68, 4, &options).unwrap();
        let mut fixed = dynamic.clone();
        let episodes = [
            through_traits(&mut rooms.clone(), &mut agent, 30_000, &mut seeded(1)),
            through_traits(&mut rooms.clone(), &mut dynamic, 30_000, &mut seeded(1)),
            written_out(&mut rooms.clone(), &mut fixed, 30_000, &mut seeded(1)),
        ];
        assert!(episodes[0] > 100 && episodes.iter().all(|n| *n == episodes[0]));
        assert_eq!(dynamic, fixed);
        let table: Vec<f64> = agent.q().iter().copied().collect();
        assert_eq!(table, fixed.q);
        agent.freeze();
        fixed.freeze();
        assert_eq!(
            through_traits(&mut rooms.clone(), &mut agent, 1000, &mut seeded(2)),
            written_out(&mut rooms.clone(), &mut fixed, 1000, &mut seeded(2))
        );
        assert_eq!(table, fixed.q);
    }

    #[test]
    fn what_it_cannot_do_is_refused() {
        let text =
            |options: QOptions| TabularQ::new(2, 2, &options).unwrap_err().to_string();
        let sarsa = QOptions { rule: Rule::Sarsa, ..Default::default() };
        assert!(text(sarsa).contains("use a QAgent"));
        let alpha = Schedule::Constant(2.0);
        assert!(text(QOptions { alpha, ..Default::default() }).contains("alpha = 2"));
    }
}
