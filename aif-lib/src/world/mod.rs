//! Worlds: the process that is really out there, and the loop that joins it to an agent.
//!
//! [`World`] and [`Agent`] are the only two traits of the course. A world does not know which tradition its
//! agent comes from; an agent sees observations, never the world's state.

pub mod bandit;
pub mod check;
pub mod cliff;
pub mod conditioning;
pub mod cue_chain;
pub mod deep_sea;
pub mod dyna_maze;
pub mod graph;
pub mod grid;
pub mod maximization_bias;
pub mod operant;
pub mod puzzle_box;
pub mod random_walk;
pub mod rebuilt;
pub mod scene;
pub mod tiger;
pub mod tmaze;
pub mod two_step;

use crate::prob::random::Rng;

/// A hidden state, numbered from 0.
pub type State = usize;
/// An action, numbered from 0.
pub type Action = usize;
/// An observation, numbered from 0.
pub type Obs = usize;

/// Why an episode ended.
///
/// The difference matters to a learner: after `Terminal` nothing more will come, so the future is worth 0;
/// after `Truncated` the clock ran out, and the future is worth what it always was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The task is over.
    Terminal,
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
    /// The weight of what comes after this step: 0 after a terminal one, otherwise γ.
    pub fn discount(&self, gamma: f64) -> f64 {
        if self.end == Some(End::Terminal) { 0.0 } else { gamma }
    }
}

/// An environment.
pub trait World<O = Obs> {
    /// The number of actions; they are 0 to `n_actions() − 1`, in every state.
    fn n_actions(&self) -> usize;
    /// Starts an episode and returns the first observation.
    fn reset(&mut self, rng: &mut dyn Rng) -> O;
    /// Takes an action.
    ///
    /// # Panics
    /// When the action is out of range, or the episode has ended and `reset` was not called.
    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step<O>;
}

/// A learner, a planner, or both; of either tradition.
pub trait Agent<O = Obs> {
    /// An episode starts with this observation.
    fn begin(&mut self, obs: &O);
    /// Chooses an action.
    fn act(&mut self, rng: &mut dyn Rng) -> Action;
    /// Sees what the action led to. Q-learning updates its table here; active inference its belief.
    fn observe(&mut self, action: Action, step: &Step<O>);
}

/// The record of one episode.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory<O = Obs> {
    /// What the agent saw first.
    pub first: O,
    /// Each action with the step that followed.
    pub steps: Vec<(Action, Step<O>)>,
}

impl<O> Trajectory<O> {
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
    pub fn actions(&self) -> Vec<Action> {
        self.steps.iter().map(|(action, _)| *action).collect()
    }
}

/// Plays one episode: the loop that every agent and every world of the course share.
///
/// It runs until the world says that the episode ended. A world without a natural end needs a [`TimeLimit`].
pub fn episode<O: Clone>(
    world: &mut dyn World<O>,
    agent: &mut dyn Agent<O>,
    rng: &mut dyn Rng,
) -> Trajectory<O> {
    let first = world.reset(rng);
    agent.begin(&first);
    let mut trajectory = Trajectory { first, steps: Vec::new() };
    while trajectory.end().is_none() {
        let action = agent.act(rng);
        let step = world.step(action, rng);
        agent.observe(action, &step);
        trajectory.steps.push((action, step));
    }
    trajectory
}

/// The total rewards of many episodes, one after the other.
pub fn returns<O: Clone>(
    world: &mut dyn World<O>,
    agent: &mut dyn Agent<O>,
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

impl<O, W: World<O>> World<O> for TimeLimit<W> {
    fn n_actions(&self) -> usize {
        self.world.n_actions()
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> O {
        self.taken = 0;
        self.world.reset(rng)
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step<O> {
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
