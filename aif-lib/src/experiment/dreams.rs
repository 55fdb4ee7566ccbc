//! Deep active inference at work: a maze in pictures, a pole without speeds, a car on a hill whose reward nothing points to.

use crate::aif::deep::dreamer::{Dreamer, DreamerOptions, Rhythm};
use crate::aif::deep::pictures::{Film, Look, PictureModel, expected_free_energy};
use crate::aif::deep::planner::{Moves, PlannerOptions};
use crate::aif::deep::sense::{CAR, Sense};
use crate::error::Result;
use crate::interaction::{Action, Bounds, End, Step, TimeLimit, World};
use crate::prob::random::{Rng, standard_normal, uniform_index, uniform01};
use crate::rl::deep::rnd::Rnd;
use crate::rl::deep::{Budget, Reporter, Training, dqn, train};
use crate::scale;
use crate::world::cart_pole::{self, CartPole};
use crate::world::mountain_car::{CONTINUOUS_GOAL, POWER, drive};
use crate::world::pixel_maze::{FLIP, PixelMaze, picture};

// ---- the maze in pictures

/// What a step of [`PixelMaze`] shows and pays, as a look.
fn look(obs: &[f64], reward: f64) -> Look {
    (picture(obs), if reward > 0.0 { 1 } else { usize::from(reward < 0.0) * 2 })
}

/// Episodes of four pictures in which every move is random.
pub fn films(n: usize, rng: &mut dyn Rng) -> Vec<Film> {
    let mut maze = PixelMaze::new(FLIP).expect("a fixed probability");
    let mut film = || {
        let mut film = Film { looks: vec![look(&maze.reset(rng), 0.0)], actions: vec![] };
        for _ in 0..3 {
            let action = uniform_index(4, rng);
            let step = maze.step(action, rng);
            film.actions.push(action);
            film.looks.push(look(&step.obs, step.reward));
        }
        film
    };
    (0..n).map(|_| film()).collect()
}

/// How an agent with a model of the maze fares: the share of trials that end at the food, and the share that begin at the cue.
pub fn visits(
    model: &PictureModel,
    samples: &[usize],
    curiosity: f64,
    trials: usize,
    rng: &mut dyn Rng,
) -> [f64; 2] {
    let mut maze = PixelMaze::new(FLIP).expect("a fixed probability");
    let (mut food, mut cue) = (0.0, 0.0);
    for _ in 0..trials {
        let mut belief = model.correct(&model.d.to_vec(), look(&maze.reset(rng), 0.0));
        let mut last = 0.0;
        for t in 0..2 {
            let g = expected_free_energy(model, &belief, &samples[t..], curiosity, rng);
            let action =
                (1..g.len()).fold(0, |best, u| if g[u] < g[best] { u } else { best });
            let step = maze.step(action, rng);
            belief = model
                .correct(&model.predict(&belief, action), look(&step.obs, step.reward));
            cue += f64::from(u8::from(t == 0 && action == 1)) / trials as f64;
            last = step.reward;
        }
        food += f64::from(u8::from(last > 0.0)) / trials as f64;
    }
    [food, cue]
}

// ---- the pole

/// The pole through a sense: with all four numbers, or with place and angle alone.
#[derive(Debug, Clone)]
pub struct SeenPole {
    world: TimeLimit<CartPole>,
    whole: bool,
}

impl SeenPole {
    /// With the usual limit of 500 steps.
    pub fn new(sense: &Sense) -> Self {
        let whole = sense.window() == 4 && sense.units.len() == 4;
        Self { world: TimeLimit::new(CartPole::new(), cart_pole::STEPS), whole }
    }

    fn seen(&self, obs: Vec<f64>) -> Vec<f64> {
        if self.whole { obs } else { vec![obs[0], obs[2]] }
    }

    /// Begins an episode.
    pub fn reset(&mut self, rng: &mut dyn Rng) -> Vec<f64> {
        let obs = self.world.reset(rng);
        self.seen(obs)
    }

    /// Pushes to the left (−1) or to the right (1).
    pub fn step(&mut self, push: f64, rng: &mut dyn Rng) -> Step<Vec<f64>> {
        let step = self.world.step(usize::from(push > 0.0), rng);
        Step { obs: self.seen(step.obs), ..step }
    }

    /// Place, speed, angle, angular speed.
    pub fn state(&self) -> [f64; 4] {
        self.world.world.state()
    }
}

/// The settings of the dreamer at the pole: one network, forty plans, one round.
pub fn pole_options() -> DreamerOptions {
    DreamerOptions {
        members: 1,
        hidden: vec![32, 32],
        rate: 2e-3,
        batch: 64,
        rhythm: Rhythm::Steps(50),
        gradient_steps: 50,
        random: 100,
        planner: PlannerOptions {
            plans: 40,
            rounds: 1,
            elites: 8,
            horizon: 15,
            curiosity: 0.0,
            noise: 0.01,
        },
    }
}

/// A life at the pole: its episodes as they came, and what the agent can do at the end.
#[derive(Debug, Clone)]
pub struct PoleLife {
    /// Of each episode: the number of the step that ended it, and its return.
    pub training: Training,
    /// The mean return of the test episodes, in which it does not learn.
    pub test: f64,
    /// The agent.
    pub dreamer: Dreamer,
}

/// Lets a dreamer live at the pole for some steps, then tests it.
///
/// # Errors
/// As [`Dreamer::new`] and [`Dreamer::see`].
pub fn pole(
    sense: Sense,
    options: &DreamerOptions,
    steps: usize,
    tests: usize,
    rng: &mut dyn Rng,
) -> Result<PoleLife> {
    let began = std::time::Instant::now();
    let mut dreamer = Dreamer::new(sense, Moves::Signs, options.clone(), rng)?;
    let mut world = SeenPole::new(&sense);
    let (mut training, mut total) = (Training::default(), 0.0);
    dreamer.start(&world.reset(rng));
    while training.steps < steps {
        let push = dreamer.choose(None, rng);
        let step = world.step(push, rng);
        dreamer.see(push, &step, rng)?;
        training.steps += 1;
        total += step.reward;
        if step.end.is_some() {
            training.episodes.push((training.steps, std::mem::take(&mut total)));
            dreamer.start(&world.reset(rng));
        }
    }
    training.gradient_steps = dreamer.progress().0;
    training.seconds = began.elapsed().as_secs_f64();
    dreamer.set_learning(false);
    let mut test = 0.0;
    for _ in 0..tests {
        dreamer.start(&world.reset(rng));
        loop {
            let push = dreamer.choose(None, rng);
            let step = world.step(push, rng);
            dreamer.see(push, &step, rng)?;
            test += step.reward / tests as f64;
            if step.end.is_some() {
                break;
            }
        }
    }
    Ok(PoleLife { training, test, dreamer })
}

/// The pole as a world that shows windows of a sense, scaled as a dreamer's network sees them: the same information for another agent.
#[derive(Debug, Clone)]
pub struct WindowPole {
    pole: SeenPole,
    sense: Sense,
    window: Vec<f32>,
    /// The reward becomes this, from the window that follows; `None` for 1 a step.
    pub paid: Option<fn(f32) -> f32>,
}

impl WindowPole {
    /// A pole seen through a sense.
    pub fn new(sense: Sense) -> Self {
        Self { pole: SeenPole::new(&sense), sense, window: vec![], paid: None }
    }

    fn shown(&self) -> Vec<f64> {
        self.window.iter().zip(self.sense.scale).map(|(w, s)| f64::from(w / s)).collect()
    }
}

impl World<Vec<f64>> for WindowPole {
    fn action_space(&self) -> usize {
        2
    }

    fn observation_space(&self) -> Bounds {
        Bounds::same(self.sense.window(), f64::NEG_INFINITY, f64::INFINITY)
            .expect("no bounds")
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<f64> {
        self.window = (self.sense.look)(None, &self.pole.reset(rng));
        self.shown()
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step<Vec<f64>> {
        let push = if action == 1 { 1.0 } else { -1.0 };
        let step = self.pole.step(f64::from(push), rng);
        self.window = (self.sense.look)(Some((&self.window, push)), &step.obs);
        let reward = self.paid.map_or(step.reward, |paid| {
            f64::from(paid((self.sense.preference)(&self.window)))
        });
        Step { obs: self.shown(), reward, end: step.end }
    }
}

/// A DQN at the pole through a sense, and the mean length of its test episodes after so many steps. `paid` makes its reward of the
/// preference ln p that the planner has, per step; `None` pays 1 a step.
///
/// # Errors
/// As [`dqn::Dqn::new`] and [`train`].
pub fn dqn_pole(
    sense: Sense,
    options: &dqn::DqnOptions,
    paid: Option<fn(f32) -> f32>,
    steps: usize,
    tests: usize,
    rng: &mut dyn Rng,
) -> Result<(Training, f64)> {
    use crate::interaction::{Agent, returns};
    let mut world = WindowPole { paid, ..WindowPole::new(sense) };
    let mut agent = dqn::Dqn::new(sense.window(), 2, options.clone(), rng)?;
    let budget = Budget { steps, solved: None };
    let training = train(&mut world, &mut agent, budget, &Reporter::silent(), rng)?;
    agent.freeze();
    world.paid = None;
    let test =
        returns(&mut world, &mut agent, tests, rng).iter().sum::<f64>() / tests as f64;
    Ok((training, test))
}

// ---- the car

/// The mountain car in big steps: every push is held for four ticks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldCar {
    /// Place and speed.
    pub state: [f64; 2],
    left: usize,
}

/// How many ticks a push is held.
pub const HELD: usize = 4;
/// How many pushes an episode has.
pub const PUSHES: usize = 50;

impl HeldCar {
    /// In the valley, at rest.
    pub fn start(rng: &mut dyn Rng) -> Self {
        Self { state: [-0.6 + 0.2 * uniform01(rng), 0.0], left: PUSHES }
    }

    /// One push.
    pub fn step(&mut self, force: f64) -> Step<Vec<f64>> {
        let mut there = false;
        for _ in 0..HELD {
            if !there {
                self.state = drive(self.state, POWER * force);
                there = self.state[0] >= CONTINUOUS_GOAL;
            }
        }
        self.left -= 1;
        let end = match (there, self.left) {
            (true, _) => Some(End::Terminated),
            (false, 0) => Some(End::Truncated),
            _ => None,
        };
        Step { obs: self.state.to_vec(), reward: f64::from(u8::from(there)), end }
    }
}

/// Why a driver goes where it goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Drive {
    /// It plans for its preference alone.
    Reward,
    /// As `Reward`, but every so often (ε) it takes a push at random.
    Epsilon(f64),
    /// Preference and information gain, with its weight β.
    Curious(f64),
    /// Preference and a bonus for places that a network cannot yet predict, with its weight.
    Novelty(f64),
    /// No plan: each push is drawn alone.
    WhiteNoise,
    /// No plan: pushes that last (an Ornstein-Uhlenbeck process with this persistence).
    LastingNoise(f64),
    /// As `LastingNoise` until it has been at the goal, and as `Reward` from then on.
    NoiseThenReward(f64),
}

/// The settings of the dreamer in the car: three networks, fifty plans, two rounds.
pub fn car_options(curiosity: f64) -> DreamerOptions {
    DreamerOptions {
        members: 3,
        hidden: vec![32, 32],
        rate: 3e-3,
        batch: 32,
        rhythm: Rhythm::Episodes,
        gradient_steps: 200,
        random: PUSHES,
        planner: PlannerOptions {
            plans: 50,
            rounds: 2,
            elites: 6,
            horizon: 15,
            curiosity: curiosity as f32,
            noise: 0.05,
        },
    }
}

/// A life in the car.
#[derive(Debug, Clone, PartialEq)]
pub struct CarLife {
    /// Whether each episode reached the goal.
    pub reached: Vec<bool>,
    /// Place and speed after every push.
    pub seen: Vec<[f64; 2]>,
}

impl CarLife {
    /// The first episode that reached the goal, counted from 1; one more than there were if none did.
    pub fn first(&self) -> usize {
        self.reached.iter().position(|r| *r).unwrap_or(self.reached.len()) + 1
    }

    /// The share of the last three episodes that reached the goal.
    pub fn last(&self) -> f64 {
        let last = &self.reached[self.reached.len().saturating_sub(3)..];
        last.iter().filter(|r| **r).count() as f64 / last.len() as f64
    }

    /// The share of 20 × 20 cells of place and speed that were entered.
    pub fn coverage(&self) -> f64 {
        let cell = |[x, v]: &[f64; 2]| {
            let place = ((x + 1.2) / 1.8 * 20.0).clamp(0.0, 19.0) as usize;
            let speed = ((v + 0.07) / 0.14 * 20.0).clamp(0.0, 19.0) as usize;
            20 * place + speed
        };
        let cells: std::collections::HashSet<usize> = self.seen.iter().map(cell).collect();
        cells.len() as f64 / 400.0
    }
}

/// Lets a driver live in the car for some episodes. The weight of curiosity is the driver's, whatever the options say.
///
/// # Errors
/// As [`Dreamer::new`] and [`Dreamer::see`].
pub fn car(
    drive: Drive,
    options: &DreamerOptions,
    episodes: usize,
    rng: &mut dyn Rng,
) -> Result<CarLife> {
    let mut options = options.clone();
    options.planner.curiosity = match drive {
        Drive::Curious(beta) => beta as f32,
        _ => 0.0,
    };
    let mut dreamer = Dreamer::new(CAR, Moves::Forces, options, rng)?;
    let mut rnd = Rnd::new(2, 32, 3e-3, rng)?;
    let mut life = CarLife { reached: vec![], seen: vec![] };
    let mut places: Vec<f32> = vec![];
    let scaled = |window: &[f32]| [window[0] / CAR.scale[0], window[1] / CAR.scale[1]];
    for episode in 0..episodes {
        let mut world = HeldCar::start(rng);
        dreamer.start(&world.state);
        let mut lasting = 0.0;
        let planning = match drive {
            Drive::NoiseThenReward(_) => life.reached.contains(&true),
            Drive::LastingNoise(_) | Drive::WhiteNoise => false,
            _ => true,
        };
        loop {
            let force = match drive {
                Drive::WhiteNoise => 2.0 * uniform01(rng) - 1.0,
                Drive::LastingNoise(keep) | Drive::NoiseThenReward(keep) if !planning => {
                    lasting =
                        keep * lasting + (1.0 - keep * keep).sqrt() * standard_normal(rng);
                    f64::clamp(lasting, -1.0, 1.0)
                }
                Drive::Epsilon(epsilon) if uniform01(rng) < epsilon => {
                    2.0 * uniform01(rng) - 1.0
                }
                Drive::Novelty(weight) if episode > 0 => {
                    let mut bonus = |windows: &[f32], worth: &mut [f32]| {
                        let places: Vec<f32> = windows.chunks(2).flat_map(scaled).collect();
                        let news = rnd.bonus(&places);
                        worth
                            .iter_mut()
                            .zip(news)
                            .for_each(|(w, n)| *w += weight as f32 * n);
                    };
                    dreamer.choose(Some(&mut bonus), rng)
                }
                _ => dreamer.choose(None, rng),
            };
            let step = world.step(force);
            if !matches!(drive, Drive::WhiteNoise | Drive::LastingNoise(_)) {
                dreamer.see(force, &step, rng)?;
            }
            life.seen.push(world.state);
            places.extend(scaled(&[world.state[0] as f32, world.state[1] as f32]));
            if step.end.is_some() {
                life.reached.push(step.end == Some(End::Terminated));
                break;
            }
        }
        if matches!(drive, Drive::Novelty(_)) {
            rnd.learn(&places, 400, 32, rng)?;
        }
    }
    Ok(life)
}

/// Several lives in the car, each with a stream of its own: the same ones for every driver.
///
/// # Errors
/// As [`car`].
pub fn cars(
    drive: Drive,
    options: &DreamerOptions,
    episodes: usize,
    runs: usize,
    seed: u64,
) -> Result<Vec<CarLife>> {
    scale::runs(runs, seed, &|_, rng| car(drive, options, episodes, rng))
        .into_iter()
        .collect()
}
