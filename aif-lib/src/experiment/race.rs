//! Policy-gradient learners on a budget of steps, and a maze in which a way is blocked.

use crate::error::Result;
use crate::interaction::{Agent, Step, TimeLimit, World, Worlds};
use crate::prob::random::{Rng, uniform_index};
use crate::rl::agent::a2c::{A2c, A2cOptions};
use crate::rl::agent::reinforce::{Reinforce, ReinforceOptions};
use crate::rl::learn::actor_critic::{Active, ActorCritic};
use crate::rl::learn::policy_gradient;
use crate::rl::perceive::tile_coding::{TileCoding, Tiled};
use crate::world::cart_pole::{self, CartPole};
use crate::world::grid::GridWorld;
use crate::world::renumbered::Renumbered;

/// Who learns, and with what settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Learner {
    /// Whole episodes, one after the other.
    Reinforce(ReinforceOptions),
    /// A few steps at a time, in so many worlds side by side.
    A2c(A2cOptions, usize),
}

/// Learns for `points` · `every` steps, counted over all worlds, and asks the probe after each `every`: for the tables and
/// the totals of the episodes that have ended since the start.
fn train<O: Active, W: World<O> + Clone + 'static>(
    world: &W,
    learner: Learner,
    (every, points): (usize, usize),
    rng: &mut dyn Rng,
    probe: &dyn Fn(&ActorCritic, &[f64]) -> f64,
) -> Result<Vec<f64>> {
    let (features, actions) = (world.observation_space(), world.action_space());
    let (mut totals, mut curve) = (Vec::new(), Vec::with_capacity(points));
    match learner {
        Learner::Reinforce(options) => {
            let mut agent = Reinforce::new(features, actions, options)?;
            let (mut world, mut total) = (world.clone(), 0.0);
            agent.begin(&world.reset(rng));
            for _ in 0..points {
                for _ in 0..every {
                    let action = Agent::<O>::act(&mut agent, rng);
                    let step: Step<O> = world.step(action, rng);
                    agent.try_observe(action, &step)?;
                    total += step.reward;
                    if step.end.is_some() {
                        totals.push(std::mem::take(&mut total));
                        agent.begin(&world.reset(rng));
                    }
                }
                curve.push(probe(agent.tables(), &totals));
            }
        }
        Learner::A2c(options, copies) => {
            let mut agent = A2c::new(features, actions, options)?;
            let seed = uniform_index(1 << 48, rng) as u64;
            let mut worlds = Worlds::copies(world, copies, seed)?;
            let (batch, mut updates) = (copies * options.steps, 0);
            for point in 1..=points {
                let wanted = point * every / batch;
                totals.extend(agent.train(&mut worlds, wanted - updates, rng)?);
                updates = wanted;
                curve.push(probe(agent.tables(), &totals));
            }
        }
    }
    Ok(curve)
}

/// A learner in a grid world: what its policy is worth from the start, exactly, after every `every` steps.
///
/// γ of the learner is γ of the value. An episode is cut off after `limit` steps.
///
/// # Errors
/// A setting of the learner is out of range, or so large that it ran away
/// ([`Error::Diverged`](crate::error::Error::Diverged)).
///
/// # Panics
/// When the limit is 0.
pub fn grid(
    world: &GridWorld,
    limit: usize,
    learner: Learner,
    budget: (usize, usize),
    rng: &mut dyn Rng,
) -> Result<Vec<f64>> {
    let gamma = match learner {
        Learner::Reinforce(options) => options.gamma,
        Learner::A2c(options, _) => options.gamma,
    };
    let mdp = world.to_mdp(gamma)?;
    let looks: Vec<Vec<usize>> = (0..mdp.n_states()).map(|s| vec![s]).collect();
    let probe = |tables: &ActorCritic, _: &[f64]| {
        policy_gradient::value(&mdp, &looks, &tables.theta).unwrap_or(f64::NAN)
    };
    train(&TimeLimit::new(world.clone(), limit), learner, budget, rng, &probe)
}

/// The tiles with which [`cart_pole()`] sees the cart: 8 grids of 3 × 3 × 6 × 6.
///
/// # Errors
/// None in practice: the numbers are fixed.
pub fn cart_pole_tiles() -> Result<TileCoding> {
    TileCoding::new(&cart_pole::range()?, &[3, 3, 6, 6], 8)
}

/// A learner at the pole, with tiles: the mean length of its last 20 episodes, after every `every` steps.
///
/// # Errors
/// A setting of the learner is out of range, or so large that it ran away
/// ([`Error::Diverged`](crate::error::Error::Diverged)).
pub fn cart_pole(
    learner: Learner,
    budget: (usize, usize),
    rng: &mut dyn Rng,
) -> Result<Vec<f64>> {
    let world = TimeLimit::new(CartPole::new(), cart_pole::STEPS);
    let probe = |_: &ActorCritic, totals: &[f64]| {
        let last = &totals[totals.len().saturating_sub(20)..];
        last.iter().sum::<f64>() / last.len().max(1) as f64
    };
    let world = Tiled { world, code: cart_pole_tiles()? };
    train(&world, learner, budget, rng, &probe)
}

/// An actor-critic learns the way through one maze, and then must find one through another: (before, after).
///
/// `before`: the mean number of steps of its last 100 episodes of `episodes` in the first maze. `after`: the number of steps
/// that its first `again` episodes in the second one take together. An episode is cut off after `limit` steps.
///
/// # Errors
/// A setting is out of range or so large that the learner ran away, or a free cell of the second maze was a wall in the first.
pub fn rebuilt(
    [first, second]: [&GridWorld; 2],
    options: A2cOptions,
    (episodes, again, limit): (usize, usize, usize),
    rng: &mut dyn Rng,
) -> Result<(f64, f64)> {
    let mut agent = A2c::new(first.n_states(), 4, options)?;
    let mut before = TimeLimit::new(first.clone(), limit);
    let mut after = TimeLimit::new(Renumbered::new(second.clone(), first)?, limit);
    let mut play =
        |world: &mut dyn World, n: usize, rng: &mut dyn Rng| -> Result<Vec<f64>> {
            let one = |_| {
                agent.begin(&world.reset(rng));
                let mut steps = 0.0;
                loop {
                    let action = Agent::<usize>::act(&mut agent, rng);
                    let step = world.step(action, rng);
                    agent.try_observe(action, &step)?;
                    steps += 1.0;
                    if step.end.is_some() {
                        return Ok(steps);
                    }
                }
            };
            (0..n).map(one).collect()
        };
    let learned = play(&mut before, episodes, rng)?;
    let last = &learned[episodes.saturating_sub(100)..];
    let mean = last.iter().sum::<f64>() / last.len() as f64;
    Ok((mean, play(&mut after, again, rng)?.iter().sum()))
}
