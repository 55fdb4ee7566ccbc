//! Reinforcement learning against numbers that were found another way: closed forms, enumeration of every
//! plan, and simulation.
#![allow(clippy::unwrap_used)]

use aif_lib::prelude::*;
use aif_lib::rl::evaluate::{
    action_values, policy_values, policy_values_exact, random_policy,
};
use aif_lib::rl::plan::{Backup, finite_horizon};
use ndarray::{Array3, array};
use proptest::prelude::{ProptestConfig, Strategy, any, proptest};

/// The world's MDP with −1 for each step instead of its rewards, undiscounted: −V counts the steps.
fn step_counting(world: &GridWorld) -> Mdp {
    let mdp = world.to_mdp(1.0).unwrap();
    let paid = |s: usize| if mdp.is_terminal(s) { 0.0 } else { -1.0 };
    let reward =
        Array3::from_shape_fn(mdp.transition().to_array().dim(), |(_, s, _)| paid(s));
    let builder = Mdp::builder(mdp.transition().to_array()).reward(reward);
    builder.terminal(&world.terminal()).discount(1.0).build().unwrap()
}

#[test]
fn four_rooms_is_worth_discount_to_the_fifteen() {
    let world = GridWorld::four_rooms();
    let values = value_iteration(&world.to_mdp(0.99).unwrap(), 1e-12).unwrap();
    let v = values.v[world.start()];
    assert!((v - 0.99f64.powi(15)).abs() < 1e-12 && format!("{v:.6}") == "0.860058", "{v}");
    // In a world of certain moves V = γ^(d−1), and sweep k settles the cells at distance k.
    for s in (0..world.n_states()).filter(|&s| s != world.goal()) {
        let mut from_here = world.to_string().replace('S', ".");
        let (row, col) = world.cell(s);
        from_here.replace_range(row * 12 + col..row * 12 + col + 1, "S");
        let steps =
            GridWorld::new(&from_here).unwrap().path_to(world.goal()).unwrap().len() - 1;
        assert!((values.v[s] - 0.99f64.powi(steps as i32 - 1)).abs() < 1e-12, "state {s}");
    }
    // At the start both ways round are equally short.
    assert_eq!(values.greedy()[world.start()], cat(&[0.5, 0.0, 0.0, 0.5]));
}

#[test]
fn detours_are_worth_their_length() {
    for (name, steps) in
        [("detour", 8), ("detour_block", 16), ("narrow", 10), ("t_maze", 12)]
    {
        let world = GridWorld::layout(name).unwrap();
        let values = value_iteration(&world.to_mdp(0.99).unwrap(), 1e-12).unwrap();
        let v = values.v[world.start()];
        assert!((v - 0.99f64.powi(steps - 1)).abs() < 1e-12, "{name}: {v}");
    }
}

#[test]
fn the_four_by_four_grid_by_hand() {
    let world = GridWorld::new("+...\n....\n....\n...S").unwrap();
    let values = value_iteration(&world.to_mdp(0.99).unwrap(), 1e-12).unwrap();
    for s in 1..16 {
        let (row, col) = world.cell(s);
        let expected = 0.99f64.powi((row + col) as i32 - 1);
        assert!((values.v[s] - expected).abs() < 1e-14, "state {s}: {}", values.v[s]);
    }
    assert_eq!((format!("{:.6}", values.v[15]), values.v[0]), ("0.950990".into(), 0.0));
    // The farthest cell is 6 steps away: six sweeps change something, the seventh nothing.
    assert_eq!((values.residuals.len(), values.residuals[6]), (7, 0.0));
}

#[test]
fn residuals_shrink_at_least_by_the_discount() {
    for gamma in [0.5, 0.9, 0.99] {
        let world = GridWorld::four_rooms().with_slip(0.3).unwrap();
        let r = value_iteration(&world.to_mdp(gamma).unwrap(), 1e-10).unwrap().residuals;
        for (k, residual) in r.iter().enumerate() {
            let bound = gamma.powi(k as i32) * r[0];
            assert!(*residual <= bound + 1e-15, "sweep {k}: {residual} above {bound}");
        }
        assert!(r.len() > 16 && r[r.len() - 1] <= 1e-10);
    }
}

#[test]
fn a_slip_costs_value_and_the_value_solves_bellmans_equation() {
    let world = GridWorld::four_rooms();
    let sure = value_iteration(&world.to_mdp(0.99).unwrap(), 1e-12).unwrap();
    let mdp = world.clone().with_slip(0.2).unwrap().to_mdp(0.99).unwrap();
    let slippery = value_iteration(&mdp, 1e-13).unwrap();
    assert!(slippery.v[world.start()] < sure.v[world.start()] - 0.01);
    // The greedy policy is worth what value iteration promised: an exact linear solve says so.
    let exact = policy_values_exact(&mdp, &slippery.greedy()).unwrap();
    let gap = exact.iter().zip(&slippery.v).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(gap < 1e-10, "{gap}");
}

#[test]
fn a_random_walk_takes_695_8_steps_through_four_rooms() {
    let world = GridWorld::four_rooms();
    let mdp = step_counting(&world);
    let policy = random_policy(&mdp);
    let steps = -policy_values_exact(&mdp, &policy).unwrap()[world.start()];
    assert_eq!(format!("{steps:.1}"), "695.8");
    let (swept, _) = policy_values(&mdp, &policy, 1e-9).unwrap();
    assert!((-swept[world.start()] - steps).abs() < 1e-4);
    let simulated = population(400, 2, &|_, rng| {
        let mut walker = FixedPolicy::new(random_policy(&mdp));
        episode(&mut world.clone(), &mut walker, rng).len() as f64
    });
    let interval = mean_interval(&simulated).unwrap();
    assert!(interval.contains(steps), "{interval:?}");
    assert!(interval.hi - interval.lo < 150.0, "{interval:?}");
}

#[test]
fn a_planner_walks_the_shortest_path() {
    let world = GridWorld::four_rooms();
    let mdp = world.to_mdp(0.99).unwrap();
    let mut planner = FixedPolicy::new(value_iteration(&mdp, 1e-12).unwrap().greedy());
    let mut timed =
        FixedPolicy::over_time(finite_horizon(&mdp, 16, Backup::Max).unwrap().policy);
    for seed in 0..20 {
        for planner in [&mut planner, &mut timed] {
            let walk = episode(&mut world.clone(), planner, &mut seeded(seed));
            assert_eq!((walk.len(), walk.total_reward()), (16, 1.0));
        }
    }
}

/// A random MDP: two or three states, two actions, the last state terminal or not.
fn random_mdp(
    n: usize,
    weights: &[f64],
    rewards: &[f64],
    certain: bool,
    gamma: f64,
) -> Mdp {
    let weight = |next: usize, s: usize, a: usize| weights[(next * n + s) * 2 + a];
    let transition = Array3::from_shape_fn((n, n, 2), |(next, s, a)| {
        if s == n - 1 {
            f64::from(next == s)
        } else if certain {
            f64::from(next == (weight(0, s, a) * n as f64) as usize)
        } else {
            weight(next, s, a) / (0..n).map(|k| weight(k, s, a)).sum::<f64>()
        }
    });
    let reward = Array3::from_shape_fn((n, n, 2), |(next, s, a)| {
        if s == n - 1 { 0.0 } else { rewards[(next * n + s) * 2 + a] }
    });
    let builder = Mdp::builder(transition).reward(reward).terminal(&[n - 1]);
    builder.discount(gamma).build().unwrap()
}

fn numbers(n: usize, lo: f64, hi: f64) -> impl Strategy<Value = Vec<f64>> {
    proptest::collection::vec(lo..hi, n)
}

/// The return of one action sequence in a deterministic MDP, by walking along it.
fn walk(mdp: &Mdp, mut s: usize, plan: usize, horizon: usize) -> f64 {
    let (mut total, mut weight) = (0.0, 1.0);
    for t in 0..horizon {
        let a = plan >> t & 1;
        let next =
            (0..mdp.n_states()).find(|&n| mdp.transition()[[n, s, a]] == 1.0).unwrap();
        total += weight * mdp.reward()[[next, s, a]];
        weight *= mdp.discount();
        s = next;
    }
    total
}

/// The value at the start of a policy that may depend on time, by following every trajectory.
fn unfold(
    mdp: &Mdp,
    choice: &dyn Fn(usize, usize) -> usize,
    s: usize,
    t: usize,
    end: usize,
) -> f64 {
    if t == end {
        return 0.0;
    }
    let a = choice(t, s);
    (0..mdp.n_states())
        .map(|next| {
            let later = mdp.discount() * unfold(mdp, choice, next, t + 1, end);
            mdp.transition()[[next, s, a]] * (mdp.reward()[[next, s, a]] + later)
        })
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn in_a_certain_world_planning_finds_the_best_of_all_action_sequences(
        weights in numbers(18, 0.0, 1.0),
        rewards in numbers(18, -1.0, 1.0),
        gamma in 0.0..=1.0,
        horizon in 1usize..6,
    ) {
        let mdp = random_mdp(3, &weights, &rewards, true, gamma);
        let plan = finite_horizon(&mdp, horizon, Backup::Max).unwrap();
        for s in 0..3 {
            for a in 0..2 {
                // Bit t of the number of a sequence is its action at time t.
                let best = (0..1 << horizon)
                    .filter(|code| code & 1 == a)
                    .map(|code| walk(&mdp, s, code, horizon))
                    .fold(f64::NEG_INFINITY, f64::max);
                assert!((plan.q[0][[s, a]] - best).abs() < 1e-12, "Q({s}, {a})");
            }
        }
    }

    #[test]
    fn in_an_uncertain_world_planning_finds_the_best_of_all_policies(
        weights in numbers(18, 0.01, 1.0),
        rewards in numbers(18, -1.0, 1.0),
        gamma in 0.0..=1.0,
        three in any::<bool>(),
    ) {
        // Two decisions in 2 free states × 2 times, or three in 1 free state × 3 times.
        let (n, horizon) = if three { (2, 3) } else { (3, 2) };
        let mdp = random_mdp(n, &weights, &rewards, false, gamma);
        let plan = finite_horizon(&mdp, horizon, Backup::Max).unwrap();
        let best = (0..1usize << (n * horizon))
            .map(|code| unfold(&mdp, &|t, s| code >> (t * n + s) & 1, 0, 0, horizon))
            .fold(f64::NEG_INFINITY, f64::max);
        assert!((plan.v[0][0] - best).abs() < 1e-12, "{} against {best}", plan.v[0][0]);
        let promised = unfold(&mdp, &|t, s| plan.policy[t][s].mode(), 0, 0, horizon);
        assert!((promised - best).abs() < 1e-8, "the policy is worth {promised}");
    }

    #[test]
    fn a_softmax_backup_is_worth_what_its_policy_earns(
        weights in numbers(18, 0.01, 1.0),
        rewards in numbers(18, -1.0, 1.0),
        tau in 0.05..5.0,
    ) {
        // The policy, followed through the exact solver: time is made part of the state.
        let (mdp, horizon) = (random_mdp(3, &weights, &rewards, false, 0.9), 3);
        let plan = finite_horizon(&mdp, horizon, Backup::Softmax { tau }).unwrap();
        let (n, last) = (3 * horizon + 1, 3 * horizon);
        let mut transition = Array3::zeros((n, n, 2));
        let mut reward = Array3::zeros((n, n, 2));
        (0..2).for_each(|a| transition[[last, last, a]] = 1.0);
        let mut policy = vec![Categorical::uniform(2); n];
        for (t, s, a, next) in every_transition(horizon, 3, 2) {
            let to = if t + 1 == horizon { last } else { 3 * (t + 1) + next };
            let p = mdp.transition()[[next, s, a]];
            transition[[to, 3 * t + s, a]] += p;
            // At the horizon several states merge into one, so the mean reward is what is paid.
            reward[[to, 3 * t + s, a]] += p * mdp.reward()[[next, s, a]];
            policy[3 * t + s] = plan.policy[t][s].clone();
        }
        reward.zip_mut_with(&transition, |r, p| if *p > 0.0 { *r /= p });
        let unrolled =
            Mdp::builder(transition).reward(reward).terminal(&[last]).discount(0.9);
        let exact = policy_values_exact(&unrolled.build().unwrap(), &policy).unwrap();
        for (s, promised) in plan.v[0].iter().enumerate() {
            assert!((exact[s] - promised).abs() < 1e-12, "state {s}");
        }
    }

    #[test]
    fn value_iteration_beats_every_fixed_policy(
        weights in numbers(18, 0.01, 1.0),
        rewards in numbers(18, -1.0, 1.0),
        gamma in 0.0..0.95,
    ) {
        let mdp = random_mdp(3, &weights, &rewards, false, gamma);
        let values = value_iteration(&mdp, 1e-12).unwrap();
        for s in 0..3 {
            // Among the policies that never change their mind one is the best: all 2 × 2 of them.
            let best = (0..4)
                .map(|code: usize| {
                    let choice = |s: usize| Categorical::one_hot(2, code >> s & 1);
                    policy_values_exact(&mdp, &[choice(0), choice(1), choice(0)]).unwrap()[s]
                })
                .fold(f64::NEG_INFINITY, f64::max);
            assert!((values.v[s] - best).abs() < 1e-9, "state {s}: {} {best}", values.v[s]);
        }
    }
}

/// All (t, s, a, s′).
fn every_transition(
    times: usize,
    states: usize,
    actions: usize,
) -> Vec<(usize, usize, usize, usize)> {
    let mut all = Vec::new();
    for t in 0..times {
        for s in 0..states {
            for a in 0..actions {
                all.extend((0..states).map(|next| (t, s, a, next)));
            }
        }
    }
    all
}

#[test]
fn q_learning_converges_to_the_exact_values() {
    let world = GridWorld::new("S..\n.#.\n.-+").unwrap();
    let mdp = world.to_mdp(0.9).unwrap();
    let exact = value_iteration(&mdp, 1e-13).unwrap().q;
    // Certain moves: a learning rate of 1 is right, and every pair is visited by exploring all the time.
    let options = QOptions {
        alpha: Schedule::Constant(1.0),
        epsilon: Schedule::Constant(1.0),
        gamma: 0.9,
        ..QOptions::default()
    };
    let mut agent = QAgent::new(8, 4, options).unwrap();
    // The limit cuts episodes short: were the future not counted then, the values would come out too low.
    let (mut world, mut rng) = (TimeLimit::new(world, 5), seeded(6));
    for _ in 0..3000 {
        episode(&mut world, &mut agent, &mut rng);
    }
    let gap = (agent.q() - &exact).iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    assert!(gap < 1e-12, "{gap}\n{}\n{exact}", agent.q());
}

/// A world that moves as an MDP says, from a random state, without an end.
struct Sampled {
    mdp: Mdp,
    now: usize,
}

impl World for Sampled {
    fn action_space(&self) -> usize {
        self.mdp.n_actions()
    }
    fn observation_space(&self) -> usize {
        self.mdp.n_states()
    }
    fn reset(&mut self, rng: &mut dyn Rng) -> usize {
        self.now = uniform_index(self.mdp.n_states(), rng);
        self.now
    }
    fn step(&mut self, action: usize, rng: &mut dyn Rng) -> Step {
        let next = self.mdp.transition().sample(self.now, action, rng);
        let reward = self.mdp.reward()[[next, self.now, action]];
        self.now = next;
        Step { obs: next, reward, end: None }
    }
}

#[test]
fn q_learning_averages_chance_out_when_its_learning_rate_shrinks() {
    let t = array![[[0.7, 0.1], [0.4, 0.2]], [[0.3, 0.9], [0.6, 0.8]]];
    let mdp = Mdp::builder(t).reward_on_arrival(&[1.0, 0.0]).discount(0.8).build().unwrap();
    let exact = value_iteration(&mdp, 1e-13).unwrap();
    assert_eq!(exact.q, action_values(&mdp, &exact.v));
    let options = QOptions {
        alpha: Schedule::Harmonic { from: 0.5, half: 200.0 },
        epsilon: Schedule::Constant(1.0),
        gamma: 0.8,
        ..QOptions::default()
    };
    let mut agent = QAgent::new(2, 2, options).unwrap();
    let (mut world, mut rng) = (TimeLimit::new(Sampled { mdp, now: 0 }, 10), seeded(5));
    for _ in 0..20_000 {
        episode(&mut world, &mut agent, &mut rng);
    }
    let gap = (agent.q() - &exact.q).iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    assert!(gap < 0.05, "{gap}\n{}\n{}", agent.q(), exact.q);
}

#[test]
fn high_hopes_explore_and_low_hopes_do_not() {
    // No random action at all: whether the agent tries everything rests on the initial values alone.
    let steps = |initial: f64| {
        let options = QOptions {
            epsilon: Schedule::Constant(0.0),
            alpha: Schedule::Constant(0.5),
            gamma: 0.9,
            initial,
            ..QOptions::default()
        };
        let runs = population(20, 3, &|_, rng| {
            let mut agent = QAgent::new(68, 4, options.clone()).unwrap();
            let mut world = TimeLimit::new(GridWorld::four_rooms(), 500);
            (0..200).for_each(|_| _ = episode(&mut world, &mut agent, rng));
            agent.freeze();
            episode(&mut world, &mut agent, rng).len() as f64
        });
        mean_interval(&runs).unwrap().mean
    };
    assert_eq!(steps(1.0), 16.0);
    assert!(steps(-1.0) > 400.0, "{}", steps(-1.0));
}

#[test]
fn q_learning_over_histories_reaches_the_reliability_of_the_cue() {
    for reliability in [0.75, 0.9, 1.0] {
        let rates = population(20, 1, &|_, rng| {
            let options = QOptions {
                memory: Memory::History { limit: 1000 },
                // Tuned: with α = .1 and ε = .1 most runs give the cue of .75 up after some bad luck.
                alpha: Schedule::Constant(0.05),
                epsilon: Schedule::Constant(0.3),
                ..QOptions::default()
            };
            let mut agent = QAgent::new(5, 4, options).unwrap();
            let mut maze = TMaze::new(reliability).unwrap();
            (0..4000).for_each(|_| _ = episode(&mut maze, &mut agent, rng));
            agent.freeze();
            let mut won = || episode(&mut maze, &mut agent, rng).total_reward() > 0.0;
            (0..1000).filter(|_| won()).count() as f64 / 1000.0
        });
        let interval = mean_interval(&rates).unwrap();
        // Looking first and following the cue is right as often as the cue is; nothing does better.
        assert!((interval.mean - reliability).abs() < 0.01, "{reliability}: {interval:?}");
    }
}
