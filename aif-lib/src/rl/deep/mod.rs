//! Deep reinforcement learning: what when the table does not fit? One algorithm a file.
//!
//! | file | learns | acts |
//! |---|---|---|
//! | [`dqn`] | the value of each action, from a memory of steps | mostly the best |
//! | [`ppo`] | a policy, from what it just did, a little at a time | draws from its policy |
//! | [`rnd`] | what is new, from a network that imitates another | a bonus for an agent, none itself |
//! | [`discrete_sac`], [`sac`] | values and a policy that keeps its entropy, from a memory | draws from its policy |
//!
//! All are [`Agent`]s: [`episode`](crate::interaction::episode) plays with them as with any other. [`train`] does it for long,
//! says how it goes, and hands a fault back as an error instead of a panic.

pub mod discrete_sac;
pub mod dqn;
pub mod ppo;
pub mod rnd;
pub mod sac;

mod learned;
mod report;

pub use report::Reporter;

use std::time::Instant;

use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Signal, Step, World};
use crate::prob::random::Rng;

/// An agent that sees numbers and learns by gradients.
pub trait DeepAgent<A: Signal = Action>: Agent<Vec<f64>, A> {
    /// What [`Agent::observe`] does, with the fault as an error.
    ///
    /// # Errors
    /// [`Error::Diverged`]: a loss is no longer a finite number.
    fn try_observe(
        &mut self,
        action: &A,
        step: &Step<Vec<f64>>,
        rng: &mut dyn Rng,
    ) -> Result<()>;

    /// How many gradient steps it has taken, and the loss at the last one.
    fn progress(&self) -> Progress;
}

/// How far a learner has come.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Progress {
    /// Gradient steps so far.
    pub gradient_steps: usize,
    /// The loss at the last one: of the critic, where there is one.
    pub loss: f64,
}

/// How long [`train`] goes on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// At most so many steps.
    pub steps: usize,
    /// Stop before that when the mean return of the last [`WINDOW`] episodes is as good as this.
    pub solved: Option<f64>,
}

/// Over how many episodes a return is averaged before it counts.
pub const WINDOW: usize = 20;

/// What a training run leaves behind, beside the agent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Training {
    /// Of each episode: the number of the step that ended it, and its return.
    pub episodes: Vec<(usize, f64)>,
    /// Steps taken.
    pub steps: usize,
    /// Gradient steps taken.
    pub gradient_steps: usize,
    /// How long it took, in seconds.
    pub seconds: f64,
}

impl Training {
    /// The mean return of the last [`WINDOW`] episodes, or of all if there were fewer; NaN without an episode.
    pub fn last(&self) -> f64 {
        recent(&self.episodes)
    }

    /// A learning curve: the mean return of the latest [`WINDOW`] episodes after every `every` steps, so many points.
    ///
    /// Before the first end of an episode it is that episode's return; after the last step it stays as it is.
    pub fn curve(&self, every: usize, points: usize) -> Vec<f64> {
        let at = |point: usize| {
            let ended = self.episodes.partition_point(|(step, _)| *step <= point * every);
            recent(&self.episodes[..ended.max(1).min(self.episodes.len())])
        };
        (1..=points).map(at).collect()
    }

    /// The step at which the mean return of [`WINDOW`] episodes was first as good as this.
    pub fn solved_at(&self, good: f64) -> Option<usize> {
        (WINDOW..=self.episodes.len())
            .find(|&n| recent(&self.episodes[..n]) >= good)
            .map(|n| self.episodes[n - 1].0)
    }
}

fn recent(episodes: &[(usize, f64)]) -> f64 {
    let last = &episodes[episodes.len().saturating_sub(WINDOW)..];
    last.iter().map(|(_, total)| total).sum::<f64>() / last.len() as f64
}

/// Lets an agent live in a world and learn, and says how it goes.
///
/// # Errors
/// - [`Error::Shape`]: the world shows other numbers than the agent was made for.
/// - [`Error::Diverged`]: a loss is no longer a finite number.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut world = TimeLimit::new(CartPole::new(), cart_pole::STEPS);
/// let mut agent = Dqn::new(4, 2, DqnOptions::default(), &mut seeded(1))?;
/// let budget = Budget { steps: 2000, solved: None };
/// let run = deep::train(&mut world, &mut agent, budget, &Reporter::silent(), &mut seeded(2))?;
/// assert_eq!(run.steps, 2000);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn train<A: Signal>(
    world: &mut dyn World<Vec<f64>, A>,
    agent: &mut dyn DeepAgent<A>,
    budget: Budget,
    reporter: &Reporter,
    rng: &mut dyn Rng,
) -> Result<Training> {
    let began = Instant::now();
    let (mut run, mut total) = (Training::default(), 0.0);
    let before = agent.progress().gradient_steps;
    agent.begin(&world.reset(rng));
    while run.steps < budget.steps {
        let action = agent.act(rng);
        let step = world.step(action.clone(), rng);
        agent.try_observe(&action, &step, rng)?;
        run.steps += 1;
        total += step.reward;
        if step.end.is_some() {
            run.episodes.push((run.steps, std::mem::take(&mut total)));
            let solved = budget.solved.is_some_and(|good| run.last() >= good);
            if solved && run.episodes.len() >= WINDOW {
                break;
            }
            agent.begin(&world.reset(rng));
        }
        reporter.say(|| {
            let Progress { gradient_steps, loss } = agent.progress();
            format!(
                "step {:>7} of {}, gradient step {gradient_steps:>6}: mean return {:8.1}, loss {loss:.4}",
                run.steps,
                budget.steps,
                run.last()
            )
        });
    }
    run.gradient_steps = agent.progress().gradient_steps - before;
    run.seconds = began.elapsed().as_secs_f64();
    Ok(run)
}

/// An observation must have the numbers that the agent was made for.
#[track_caller]
fn seen(obs: &[f64], inputs: usize) {
    assert!(
        obs.len() == inputs,
        "the agent was made for observations of {inputs} numbers and sees {}: give that number to `new`",
        obs.len()
    );
}

/// The checks that all options share.
fn check_options(
    rates: &[(&'static str, f64)],
    fractions: &[(&'static str, f64)],
    counts: &[(&'static str, usize)],
) -> Result<()> {
    if let Some(&(name, value)) = rates.iter().find(|(_, x)| !(x.is_finite() && *x >= 0.0))
    {
        return Err(Error::Parameter {
            name,
            value,
            expected: "a finite number, 0 or more",
        });
    }
    if let Some(&(name, value)) = fractions.iter().find(|(_, x)| !(0.0..=1.0).contains(x)) {
        return Err(Error::Parameter { name, value, expected: "a number from 0 to 1" });
    }
    if let Some(&(name, _)) = counts.iter().find(|(_, n)| *n == 0) {
        return Err(Error::Parameter { name, value: 0.0, expected: "at least 1" });
    }
    Ok(())
}

/// The place of the largest number; the first of several.
fn best(values: &[f32]) -> usize {
    let better = |best: usize, i: usize| if values[i] > values[best] { i } else { best };
    (1..values.len()).fold(0, better)
}
