//! The loop that joins agents and worlds: the traits of both, and what passes between them.
//!
//! [`World`] and [`Agent`] are the only two traits that a notebook needs. A world does not know which tradition its agent
//! comes from; an agent sees observations, never the world's state. Without type parameters both speak in numbers:
//! observations from 0, actions from 0. Anything else that is a [`Signal`] will do as well: vectors within [`Bounds`],
//! several senses at once, features that are on or off.
//!
//! | what | for |
//! |---|---|
//! | [`World`], [`Agent`], [`episode`] | one agent in one world |
//! | [`Society`], [`gathering`] | many agents in one world |
//! | [`Worlds`] | many copies of a world in lockstep |
//! | [`Simulator`] | a model that a search may ask: what if? |
//! | [`TimeLimit`] | an end for a world that has none |
//! | [`check_world`], [`check_society`] | does it keep the rules? |
//! | [`Experience`] | what was seen, counted |

mod check;
mod experience;
mod signal;
mod society;
mod worlds;

pub use check::{EPISODES, Ends, check_society, check_world};
pub use experience::Experience;
pub use signal::{Bounds, Features, Signal};
pub use society::{Society, gathering};
pub use worlds::{Lockstep, Worlds};

use crate::prob::random::Rng;

/// A hidden state, numbered from 0.
pub type State = usize;
/// An action, numbered from 0.
pub type Action = usize;
/// An observation, numbered from 0.
pub type Obs = usize;

/// Why an episode ended.
///
/// The difference matters to a learner: after `Terminated` nothing more will come, so the future is worth 0;
/// after `Truncated` the clock ran out, and the future is worth what it always was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The task is over.
    Terminated,
    /// A step limit cut the episode short.
    Truncated,
}

/// What a world answers to an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Step<O = Obs> {
    /// What the agent sees now.
    pub obs: O,
    /// The reward for arriving here.
    pub reward: f64,
    /// Set on the last step of an episode, and says why it is the last.
    pub end: Option<End>,
}

impl<O> Step<O> {
    /// The weight of what comes after this step: 0 after the task is over, otherwise γ.
    pub fn discount(&self, gamma: f64) -> f64 {
        if self.end == Some(End::Terminated) { 0.0 } else { gamma }
    }
}

/// An environment.
///
/// A world of one's own says what it shows and what can be done, begins, and answers. [`check_world`] tries the rules.
///
/// ```
/// use aif_lib::prelude::*;
/// /// A coin that can be turned over.
/// struct Coin(usize);
/// impl World for Coin {
///     fn action_space(&self) -> usize { 2 }
///     fn observation_space(&self) -> usize { 2 }
///     fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
///         self.0 = uniform_index(2, rng);
///         self.0
///     }
///     fn step(&mut self, action: Action, _rng: &mut dyn Rng) -> Step {
///         assert!(action < 2, "leave it or turn it: action 0 or 1");
///         self.0 = (self.0 + action) % 2;
///         Step { obs: self.0, reward: self.0 as f64, end: None }
///     }
/// }
/// let mut world = TimeLimit::new(Coin(0), 10);
/// check_world(&mut world, 10, &mut seeded(1))?;
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub trait World<O: Signal = Obs, A: Signal = Action> {
    /// What can be done, the same in every state: for numbered actions, how many there are.
    fn action_space(&self) -> A::Space;
    /// What can be seen: for numbered observations, how many there are.
    fn observation_space(&self) -> O::Space;
    /// Starts an episode and returns the first observation.
    fn reset(&mut self, rng: &mut dyn Rng) -> O;
    /// Takes an action.
    ///
    /// # Panics
    /// When the action is not in the action space, or the episode has ended and `reset` was not called.
    fn step(&mut self, action: A, rng: &mut dyn Rng) -> Step<O>;

    /// The number of actions, where they are numbered.
    fn n_actions(&self) -> usize
    where
        A: Signal<Space = usize>,
    {
        self.action_space()
    }
    /// The number of different observations, where they are numbered.
    fn n_observations(&self) -> usize
    where
        O: Signal<Space = usize>,
    {
        self.observation_space()
    }
}

impl<O: Signal, A: Signal, W: World<O, A> + ?Sized> World<O, A> for Box<W> {
    fn action_space(&self) -> A::Space {
        (**self).action_space()
    }
    fn observation_space(&self) -> O::Space {
        (**self).observation_space()
    }
    fn reset(&mut self, rng: &mut dyn Rng) -> O {
        (**self).reset(rng)
    }
    fn step(&mut self, action: A, rng: &mut dyn Rng) -> Step<O> {
        (**self).step(action, rng)
    }
}

/// A learner, a planner, or both; of either tradition.
///
/// `begin` begins an *episode*, not a life: what was learned stays. A new life is a new agent.
pub trait Agent<O: Signal = Obs, A: Signal = Action> {
    /// An episode starts with this observation.
    fn begin(&mut self, obs: &O);
    /// Chooses an action.
    fn act(&mut self, rng: &mut dyn Rng) -> A;
    /// Sees what the action led to. Q-learning updates its table here; active inference its belief.
    fn observe(&mut self, action: &A, step: &Step<O>, rng: &mut dyn Rng);
    /// Lets it learn and explore, or only show what it knows. Where there is nothing to learn, nothing happens.
    fn set_learning(&mut self, learning: bool);

    /// Stops learning and exploring: from now on the agent shows what it knows.
    fn freeze(&mut self) {
        self.set_learning(false);
    }
    /// Learns and explores again.
    fn thaw(&mut self) {
        self.set_learning(true);
    }
}

/// A model of a task that can be asked, one step at a time, what an action would lead to. A search needs no more.
///
/// In the literature also a *generative model* of an MDP, Kearns, Mansour & Ng (2002); here that word is taken.
pub trait Simulator {
    /// The number of states.
    fn n_states(&self) -> usize;
    /// The number of actions.
    fn n_actions(&self) -> usize;
    /// The weight of what comes after a step.
    fn discount(&self) -> f64;
    /// Whether the task is over in a state.
    fn is_terminal(&self, s: State) -> bool;
    /// Draws the next state and the reward for arriving there.
    ///
    /// # Panics
    /// When the state or the action is out of range.
    fn sample(&self, s: State, a: Action, rng: &mut dyn Rng) -> (State, f64);
}

/// The record of one episode.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory<O = Obs, A = Action> {
    /// What the agent saw first.
    pub first: O,
    /// Each action with the step that followed.
    pub steps: Vec<(A, Step<O>)>,
}

impl<O, A: Clone> Trajectory<O, A> {
    /// The number of actions taken.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether no action was taken.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The sum of the rewards.
    pub fn total_reward(&self) -> f64 {
        self.discounted_return(1.0)
    }

    /// The return: r₁ + γ r₂ + γ² r₃ + …
    pub fn discounted_return(&self, gamma: f64) -> f64 {
        self.steps.iter().rev().fold(0.0, |later, (_, step)| step.reward + gamma * later)
    }

    /// Why the episode ended; `None` when the loop stopped first.
    pub fn end(&self) -> Option<End> {
        self.steps.last().and_then(|(_, step)| step.end)
    }

    /// The actions in order.
    pub fn actions(&self) -> Vec<A> {
        self.steps.iter().map(|(action, _)| action.clone()).collect()
    }
}

/// Plays one episode: the loop that every agent and every world of the course share.
///
/// It runs until the world says that the episode ended. A world without a natural end needs a [`TimeLimit`].
pub fn episode<O: Signal, A: Signal>(
    world: &mut dyn World<O, A>,
    agent: &mut dyn Agent<O, A>,
    rng: &mut dyn Rng,
) -> Trajectory<O, A> {
    let first = world.reset(rng);
    agent.begin(&first);
    let mut trajectory = Trajectory { first, steps: Vec::new() };
    while trajectory.end().is_none() {
        let action = agent.act(rng);
        let step = world.step(action.clone(), rng);
        agent.observe(&action, &step, rng);
        trajectory.steps.push((action, step));
    }
    trajectory
}

/// The total rewards of many episodes, one after the other.
pub fn returns<O: Signal, A: Signal>(
    world: &mut dyn World<O, A>,
    agent: &mut dyn Agent<O, A>,
    episodes: usize,
    rng: &mut dyn Rng,
) -> Vec<f64> {
    (0..episodes).map(|_| episode(world, agent, rng).total_reward()).collect()
}

/// The share of episodes whose total reward was above 0.
///
/// # Panics
/// When there is no episode.
#[track_caller]
pub fn success_rate(returns: &[f64]) -> f64 {
    assert!(!returns.is_empty(), "success_rate: give the return of at least one episode");
    returns.iter().filter(|total| **total > 0.0).count() as f64 / returns.len() as f64
}

/// A world cut off after a number of steps.
///
/// The last step is marked [`End::Truncated`], so that a learner still values what would have come.
#[derive(Debug, Clone)]
pub struct TimeLimit<W> {
    /// The world inside.
    pub world: W,
    limit: usize,
    taken: usize,
}

impl<W> TimeLimit<W> {
    /// Cuts `world` off after `limit` steps.
    ///
    /// # Panics
    /// When `limit` is 0.
    #[track_caller]
    pub fn new(world: W, limit: usize) -> Self {
        assert!(limit > 0, "a time limit of 0 steps leaves no episode: use 1 or more");
        Self { world, limit, taken: 0 }
    }
}

impl<O: Signal, A: Signal, W: World<O, A>> World<O, A> for TimeLimit<W> {
    fn action_space(&self) -> A::Space {
        self.world.action_space()
    }

    fn observation_space(&self) -> O::Space {
        self.world.observation_space()
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> O {
        self.taken = 0;
        self.world.reset(rng)
    }

    fn step(&mut self, action: A, rng: &mut dyn Rng) -> Step<O> {
        assert!(
            self.taken < self.limit,
            "the time limit ended this episode: call reset first"
        );
        let mut step = self.world.step(action, rng);
        self.taken += 1;
        if self.taken >= self.limit {
            step.end = step.end.or(Some(End::Truncated));
        }
        step
    }
}
