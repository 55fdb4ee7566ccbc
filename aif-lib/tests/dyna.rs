//! Model-based learners against published results, exact values and each other.
#![allow(clippy::unwrap_used)]

use aif_lib::prelude::*;
use aif_lib::rl::learn::prioritized_sweeping::{self, Queue};
use aif_lib::rl::plan::{Backup as RlBackup, finite_horizon};

fn agent(planning: Planning, alpha: f64) -> DynaAgent {
    DynaAgent::new(47, 4, DynaOptions { planning, alpha, ..Default::default() }).unwrap()
}

/// The number of the first episode of at most 20 steps, over 100 agents.
fn episodes_needed(planning: Planning, alpha: f64) -> Interval {
    let runs = population(100, 1, &|_, rng| {
        let (mut agent, mut maze) = (agent(planning, alpha), dyna_maze::maze());
        let near_best = |_: &usize| episode(&mut maze, &mut agent, rng).len() <= 20;
        (1..200).find(near_best).unwrap() as f64
    });
    mean_interval(&runs).unwrap()
}

#[test]
fn more_planning_needs_fewer_episodes_as_published() {
    // Sutton & Barto (2018), section 8.2: about 25, 5 and 3 episodes with 0, 5 and 50 planning steps.
    for (steps, published, within) in [(0, 25.0, 4.0), (5, 5.0, 3.0), (50, 3.0, 1.0)] {
        let needed = episodes_needed(Planning::DynaQ { steps }, 0.1);
        assert!((needed.mean - published).abs() < within, "{steps}: {needed:?}");
    }
}

#[test]
fn sweeping_is_as_good_with_five_updates_as_random_dreams_with_fifty() {
    let sweeping = Planning::Prioritized { steps: 5, threshold: 1e-4 };
    let needed = episodes_needed(sweeping, 1.0);
    assert!(needed.hi < 4.0, "{needed:?}");
}

#[test]
fn sweeping_and_random_dreams_end_with_the_exact_values() {
    let mdp = dyna_maze::maze().to_mdp(0.95).unwrap();
    let (model, exact) =
        (DeterministicModel::of(&mdp), value_iteration(&mdp, 1e-12).unwrap().q);
    let (mut q, mut queue) = (Array2::zeros((47, 4)), Queue::default());
    for &(s, a) in model.pairs() {
        let error = prioritized_sweeping::error(&q, &model, s, a, 0.95);
        queue.push(s, a, error, 1e-10);
    }
    let updates =
        prioritized_sweeping::sweep(&mut q, &model, &mut queue, 100_000, 1e-10, 1.0, 0.95);
    assert!(queue.is_empty() && updates < 2000, "{updates}");
    assert!(q.iter().zip(&exact).all(|(a, b)| (a - b).abs() < 1e-8));
}

#[test]
fn only_the_curious_agent_finds_the_shortcut() {
    let late = |planning: Planning| {
        let runs = population(20, 2, &|_, rng| {
            let options =
                DynaOptions { planning, alpha: 1.0, epsilon: 0.05, ..Default::default() };
            let mut agent = DynaAgent::new(54, 4, options).unwrap();
            let mut maze = ShiftingMaze::shortcut();
            let sums = dyna_maze::collected(&mut maze, &mut agent, 6000, rng);
            sums[5999] - sums[4999]
        });
        mean_interval(&runs).unwrap()
    };
    // The long way takes 16 steps: at most 62.5 rewards in 1000 steps. The short one takes 10.
    assert!(late(Planning::DynaQ { steps: 50 }).hi < 62.5);
    assert!(late(Planning::DynaQPlus { steps: 50, kappa: 1e-3 }).lo > 70.0);
}

#[test]
fn after_the_end_nothing_follows_and_after_a_time_limit_everything() {
    // Both dream and world: a table that believes in 10 everywhere, γ = .9, α = 1, reward 1.
    let value = |end: Option<End>| {
        let mut agent = DynaAgent::new(
            2,
            1,
            DynaOptions { alpha: 1.0, gamma: 0.9, ..Default::default() },
        )
        .unwrap();
        // State 1 pays 10 and ends: V(1) = 10.
        agent.begin(&1);
        agent.observe(
            &0,
            &Step { obs: 0, reward: 10.0, end: Some(End::Terminated) },
            &mut seeded(0),
        );
        agent.begin(&0);
        agent.observe(&0, &Step { obs: 1, reward: 1.0, end }, &mut seeded(0));
        let learned = agent.q()[[0, 0]];
        agent.think(&mut seeded(1));
        agent.think(&mut seeded(2));
        assert_eq!(agent.q()[[0, 0]], learned, "the dream agrees with the world");
        learned
    };
    assert_eq!(value(None), 10.0);
    assert_eq!(value(Some(End::Truncated)), 10.0);
    assert_eq!(value(Some(End::Terminated)), 1.0);
}

#[test]
fn the_same_seed_gives_the_same_agent_and_a_frozen_one_stays_as_it_is() {
    let live = || {
        let mut agent = agent(Planning::DynaQ { steps: 5 }, 0.1);
        dyna_maze::collected(&mut dyna_maze::maze(), &mut agent, 3000, &mut seeded(3));
        agent
    };
    let mut agent = live();
    assert_eq!(agent.q(), live().q());
    let (q, updates) = (agent.q().clone(), agent.updates());
    agent.freeze();
    dyna_maze::collected(&mut dyna_maze::maze(), &mut agent, 500, &mut seeded(4));
    assert_eq!((agent.q(), agent.updates()), (&q, updates));
}

#[test]
fn bad_options_are_named() {
    let text = |options| DynaAgent::new(2, 2, options).unwrap_err().to_string();
    let default = DynaOptions::default;
    assert!(text(DynaOptions { alpha: 1.5, ..default() }).starts_with("alpha = 1.5"));
    assert!(text(DynaOptions { gamma: -1.0, ..default() }).starts_with("gamma = -1"));
    assert!(
        text(DynaOptions { epsilon: f64::NAN, ..default() }).starts_with("epsilon = NaN")
    );
    let planning = Planning::DynaQPlus { steps: 1, kappa: -1.0 };
    assert!(text(DynaOptions { planning, ..default() }).starts_with("kappa = -1"));
    let planning = Planning::Prioritized { steps: 1, threshold: f64::NAN };
    assert!(text(DynaOptions { planning, ..default() }).starts_with("threshold = NaN"));
    let error = DynaAgent::new(0, 2, default()).unwrap_err().to_string();
    assert!(error.contains("the set of states is empty"), "{error}");
    let error =
        DynaAgent::new(3, 2, default()).unwrap().with_model(DeterministicModel::new(2, 2));
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("the model has shape (2, 2), expected (3, 2)")
    );
}

#[test]
fn a_step_into_what_is_known_to_be_good_is_planned_from_at_once() {
    // It knows that 1 leads to a reward; then it sees, unpaid, that 0 leads to 1.
    let planning = Planning::Prioritized { steps: 10, threshold: 1e-6 };
    let options = DynaOptions { planning, alpha: 1.0, gamma: 0.9, epsilon: 0.0 };
    let (mut agent, mut rng) = (DynaAgent::new(3, 1, options).unwrap(), seeded(1));
    agent.begin(&1);
    let end = Some(End::Terminated);
    agent.observe(&0, &Step { obs: 2, reward: 1.0, end }, &mut rng);
    agent.think(&mut rng);
    agent.begin(&0);
    agent.observe(&0, &Step { obs: 1, reward: 0.0, end: None }, &mut rng);
    agent.think(&mut rng);
    assert_eq!((agent.q()[[1, 0]], agent.q()[[0, 0]]), (1.0, 0.9));
}

#[test]
fn habit_and_plan_leave_their_published_footprints() {
    // Daw et al. (2011), figure 2: habit shows a main effect of reward, plan an interaction with the transition.
    let footprint = |w: f64| {
        let runs = curves(40, 5, &|_, rng| {
            let mut agent =
                TwoStepAgent::new(TwoStepOptions { w, ..Default::default() }).unwrap();
            let session = episode(&mut TwoStep::new(500).unwrap(), &mut agent, rng);
            let (x, y) = two_step::design(&two_step::trials(&session));
            logistic_regression(&x, &y).unwrap().coefficients
        });
        let effects = mean_curve(&runs).unwrap();
        (effects[1], effects[3])
    };
    let (reward, interaction) = footprint(0.0);
    assert!(reward.lo > 0.4 && interaction.mean.abs() < 0.1, "{reward:?} {interaction:?}");
    let (reward, interaction) = footprint(1.0);
    assert!(reward.mean.abs() < 0.1 && interaction.lo > 0.25, "{reward:?} {interaction:?}");
    let (reward, interaction) = footprint(0.5);
    assert!(reward.lo > 0.1 && interaction.lo > 0.1, "{reward:?} {interaction:?}");
}

#[test]
fn one_learned_array_serves_both_planners() {
    // Random steps in the Dyna maze; then the goal stays where it is.
    let (mut maze, mut rng) = (dyna_maze::maze(), seeded(6));
    let mut counts = TransitionCounts::new(47, 4, 0.0).unwrap();
    let mut here = maze.reset(&mut rng);
    for _ in 0..20_000 {
        let action = uniform_index(4, &mut rng);
        let step = maze.step(action, &mut rng);
        counts.observe(here, action, step.obs);
        here = if step.end.is_some() { maze.reset(&mut rng) } else { step.obs };
    }
    let mut t = counts.mean();
    for a in 0..4 {
        (0..47).for_each(|s| t[[s, maze.goal(), a]] = f64::from(s == maze.goal()));
    }
    assert_eq!(
        t,
        maze.to_mdp(1.0).unwrap().transition().to_array(),
        "everything was tried"
    );
    let pays: Vec<f64> = (0..47).map(|s| maze.reward(s).unwrap_or(0.0)).collect();
    let mdp = Mdp::builder(t)
        .reward_on_arrival(&pays)
        .terminal(&maze.terminal())
        .start(Categorical::one_hot(47, maze.start()))
        .discount(1.0)
        .build()
        .unwrap();
    let model = to_generative_model(&mdp).unwrap();
    let q = finite_horizon(&mdp, 14, RlBackup::Max).unwrap().q;
    let g = closed_loop(&model, model.prior(), 14, Backup::Max).unwrap();
    for (g, q) in g.iter().zip(q[0].row(maze.start())) {
        assert!((g.total() + q).abs() < 1e-12);
    }
    // East and south lead along paths of 14 steps; the other two first moves cost one that is not there.
    assert_eq!(q[0].row(maze.start()).to_vec(), [0.0, 1.0, 1.0, 0.0]);
}
