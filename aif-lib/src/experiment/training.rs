//! Deep agents on several seeds, side by side.
//!
//! Run i has the generator `stream(seed, i)` and one thread to itself, so its result is the same on any number of cores. Each
//! function returns, for each run, how it went and the agent that came of it.

use crate::error::Result;
use crate::interaction::{Action, Bounds, Signal, Step, TimeLimit, World};
use crate::prob::random::Rng;
use crate::rl::deep::discrete_sac::{DiscreteSac, DiscreteSacOptions};
use crate::rl::deep::dqn::{Dqn, DqnOptions};
use crate::rl::deep::ppo::{Ppo, PpoOptions};
use crate::rl::deep::sac::{Sac, SacOptions};
use crate::rl::deep::{Budget, DeepAgent, Reporter, Training, train};
use crate::scale;
use crate::world::cart_pole::{self, CartPole};
use crate::world::mountain_car::{MountainCar, ROAD, SPEED};
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

/// The limit of an episode of [`dqn_mountain_car`], in steps.
pub const CAR_STEPS: usize = 200;
/// Into how many parts [`dqn_mountain_car`] divides place and speed, to count where the car has been.
const PARTS: usize = 10;

/// The mountain car, which pays for novelty as well; place and speed are shown as numbers of about −1 to 1.
#[derive(Debug)]
struct Curious {
    car: TimeLimit<MountainCar>,
    bonus: f64,
    been: [u32; PARTS * PARTS],
}

impl Curious {
    /// The number of a field of place and speed.
    fn field(obs: &[f64]) -> usize {
        let part = |x: f64, low: f64, high: f64| {
            ((x - low) / (high - low) * PARTS as f64).min(PARTS as f64 - 1.0) as usize
        };
        PARTS * part(obs[0], ROAD[0], ROAD[1]) + part(obs[1], -SPEED, SPEED)
    }

    fn shown(obs: &[f64]) -> Vec<f64> {
        vec![obs[0] + 0.3, obs[1] / SPEED]
    }
}

impl World<Vec<f64>> for Curious {
    fn action_space(&self) -> usize {
        self.car.action_space()
    }

    fn observation_space(&self) -> Bounds {
        self.car.observation_space()
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<f64> {
        Self::shown(&self.car.reset(rng))
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step<Vec<f64>> {
        let Step { obs, reward, end } = self.car.step(action, rng);
        let been = &mut self.been[Self::field(&obs)];
        *been += 1;
        let reward = reward + self.bonus / f64::from(*been).sqrt();
        Step { obs: Self::shown(&obs), reward, end }
    }
}

/// Deep Q-learning in the mountain car: −1 a step, and besides, for the n-th visit to one of 100 fields of place and speed,
/// `bonus` / √n.
///
/// An episode that is shorter than [`CAR_STEPS`] has reached the goal.
///
/// # Errors
/// As [`Dqn::new`] and [`train`].
pub fn dqn_mountain_car(
    options: &DqnOptions,
    bonus: f64,
    seeds: Seeds,
    budget: Budget,
    reporter: &Reporter,
) -> Result<Vec<(Training, Dqn)>> {
    let world = || Curious {
        car: TimeLimit::new(MountainCar::new(), CAR_STEPS),
        bonus,
        been: [0; PARTS * PARTS],
    };
    let agent = |_: &_, rng: &mut dyn Rng| Dqn::new(2, 3, options.clone(), rng);
    side_by_side(seeds, budget, reporter, world, agent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    #[test]
    fn a_bonus_is_paid_for_what_is_new_and_falls_with_the_root_of_the_visits() {
        let car = TimeLimit::new(MountainCar::at([-0.5, 0.0]), CAR_STEPS);
        let mut world = Curious { car, bonus: 2.0, been: [0; PARTS * PARTS] };
        let mut rng = seeded(1);
        // Coasting in the valley it stays in one field for the first steps.
        let paid = [0, 1, 2].map(|_| world.step(1, &mut rng).reward);
        for (n, paid) in (1..).zip(paid) {
            assert!(
                (paid - (-1.0 + 2.0 / f64::from(n).sqrt())).abs() < 1e-12,
                "{n}: {paid}"
            );
        }
        // The corners of the road are the corners of the table.
        assert_eq!(Curious::field(&[ROAD[0], -SPEED]), 0);
        assert_eq!(Curious::field(&[ROAD[1], SPEED]), PARTS * PARTS - 1);
    }
}
