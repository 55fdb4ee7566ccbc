//! Deep agents on several seeds, side by side.
//!
//! Run i has the generator `stream(seed, i)` and one thread to itself, so its result is the same on any number of cores. Each
//! function returns, for each run, how it went and the agent that came of it.

use crate::error::Result;
use crate::interaction::{Signal, TimeLimit, World};
use crate::prob::random::Rng;
use crate::rl::deep::discrete_sac::{DiscreteSac, DiscreteSacOptions};
use crate::rl::deep::dqn::{Dqn, DqnOptions};
use crate::rl::deep::ppo::{Ppo, PpoOptions};
use crate::rl::deep::sac::{Sac, SacOptions};
use crate::rl::deep::{Budget, DeepAgent, Reporter, Training, train};
use crate::scale;
use crate::world::cart_pole::{self, CartPole};
use crate::world::pendulum::{self, Pendulum};

/// How many runs, and the seed of their streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seeds {
    /// How many runs.
    pub runs: usize,
    /// The seed.
    pub seed: u64,
}

/// The pole on its cart, with the usual limit.
pub fn cart() -> TimeLimit<CartPole> {
    TimeLimit::new(CartPole::new(), cart_pole::STEPS)
}

/// The pendulum, with the usual limit.
pub fn rod() -> TimeLimit<Pendulum> {
    TimeLimit::new(Pendulum::new(), pendulum::STEPS)
}

fn side_by_side<A: Signal, W: World<Vec<f64>, A>, D: DeepAgent<A> + Send>(
    seeds: Seeds,
    budget: Budget,
    reporter: &Reporter,
    world: impl Fn() -> W + Sync,
    agent: impl Fn(&W, &mut dyn Rng) -> Result<D> + Sync,
) -> Result<Vec<(Training, D)>> {
    let run = |_, rng: &mut dyn Rng| {
        let mut world = world();
        let mut agent = agent(&world, rng)?;
        let training = train(&mut world, &mut agent, budget, reporter, rng)?;
        Ok((training, agent))
    };
    scale::runs(seeds.runs, seeds.seed, &run).into_iter().collect()
}

/// Deep Q-learning at the pole.
///
/// # Errors
/// As [`Dqn::new`] and [`train`].
///
/// ```
/// # use aif_lib::prelude::*;
/// let budget = Budget { steps: 1500, solved: None };
/// let seeds = Seeds { runs: 2, seed: 7 };
/// let runs = training::dqn_cart_pole(&DqnOptions::default(), seeds, budget, &Reporter::silent())?;
/// assert_eq!(runs.len(), 2);
/// assert_ne!(runs[0].0.episodes, runs[1].0.episodes);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn dqn_cart_pole(
    options: &DqnOptions,
    seeds: Seeds,
    budget: Budget,
    reporter: &Reporter,
) -> Result<Vec<(Training, Dqn)>> {
    let agent = |_: &_, rng: &mut dyn Rng| Dqn::new(4, 2, options.clone(), rng);
    side_by_side(seeds, budget, reporter, cart, agent)
}

/// Proximal policy optimisation at the pole.
///
/// # Errors
/// As [`Ppo::new`] and [`train`].
pub fn ppo_cart_pole(
    options: &PpoOptions,
    seeds: Seeds,
    budget: Budget,
    reporter: &Reporter,
) -> Result<Vec<(Training, Ppo)>> {
    let agent = |_: &_, rng: &mut dyn Rng| Ppo::new(4, 2, options.clone(), rng);
    side_by_side(seeds, budget, reporter, cart, agent)
}

/// Soft actor-critic at the pole.
///
/// # Errors
/// As [`DiscreteSac::new`] and [`train`].
pub fn sac_cart_pole(
    options: &DiscreteSacOptions,
    seeds: Seeds,
    budget: Budget,
    reporter: &Reporter,
) -> Result<Vec<(Training, DiscreteSac)>> {
    let agent = |_: &_, rng: &mut dyn Rng| DiscreteSac::new(4, 2, options.clone(), rng);
    side_by_side(seeds, budget, reporter, cart, agent)
}

/// Soft actor-critic at the pendulum.
///
/// # Errors
/// As [`Sac::new`] and [`train`].
pub fn sac_pendulum(
    options: &SacOptions,
    seeds: Seeds,
    budget: Budget,
    reporter: &Reporter,
) -> Result<Vec<(Training, Sac)>> {
    let agent = |world: &TimeLimit<Pendulum>, rng: &mut dyn Rng| {
        Sac::new(3, &world.action_space(), options.clone(), rng)
    };
    side_by_side(seeds, budget, reporter, rod, agent)
}
