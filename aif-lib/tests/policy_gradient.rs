//! Policy gradients against oracles: numbers worked out by hand, finite differences, enumeration, samples.

#![allow(clippy::unwrap_used)] // The helpers are tests, too.

use aif_lib::ndarray::Array3;
use aif_lib::prelude::*;
use aif_lib::rl::select::boltzmann;

fn close(a: &[f64], b: &[f64], tolerance: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < tolerance)
}

fn normal(n: usize, rng: &mut dyn Rng) -> Vec<f64> {
    (0..n).map(|_| standard_normal(rng)).collect()
}

/// The slope of f at x, one number after the other.
fn slope(f: &dyn Fn(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    let at = |i: usize, h: f64| {
        let mut x = x.to_vec();
        x[i] += h;
        f(&x)
    };
    (0..x.len()).map(|i| (at(i, 1e-5) - at(i, -1e-5)) / 2e-5).collect()
}

#[test]
fn the_bandit_by_hand() {
    let r = [1.0, 2.0, 3.0];
    let even = [1.0 / 3.0; 3];
    let third = 1.0 / 3.0;
    assert!(close(&policy_gradient::expected(&even, &r), &[-third, 0.0, third], 1e-15));
    assert!((policy_gradient::variance(&even, &r, 0.0) - 26.0 / 9.0).abs() < 1e-12);
    assert!((policy_gradient::variance(&even, &r, 2.0) - 2.0 / 9.0).abs() < 1e-12);
    let p = [0.6, 0.3, 0.1];
    assert!(close(&policy_gradient::expected(&p, &r), &[-0.3, 0.15, 0.15], 1e-15));
    assert!((policy_gradient::variance(&p, &r, 0.0) - 2.187).abs() < 1e-12);
    assert!((policy_gradient::variance(&p, &r, 1.5) - 0.252).abs() < 1e-12);
    let best = policy_gradient::best_baseline(&p, &r);
    assert!((best - 1.944_444).abs() < 1e-6, "{best}");
    assert!((policy_gradient::variance(&p, &r, best) - 0.145_333).abs() < 1e-6);
}

#[test]
fn the_best_baseline_is_where_the_variance_is_least() {
    let mut rng = seeded(1);
    for _ in 0..50 {
        let (p, r) = (softmax(&normal(4, &mut rng)), normal(4, &mut rng));
        let best = policy_gradient::best_baseline(&p, &r);
        let least = policy_gradient::variance(&p, &r, best);
        for b in normal(20, &mut rng) {
            assert!(policy_gradient::variance(&p, &r, b) >= least);
        }
    }
}

#[test]
fn the_score_the_bandit_and_the_entropy_have_the_slopes_of_their_functions() {
    let mut rng = seeded(2);
    for _ in 0..50 {
        let (h, q) = (normal(4, &mut rng), normal(4, &mut rng));
        let p = softmax(&h);
        let log = |h: &[f64]| softmax(h)[2].ln();
        assert!(close(&policy_gradient::score(&p, 2), &slope(&log, &h), 1e-8));
        let value = |h: &[f64]| softmax(h).iter().zip(&q).map(|(p, q)| p * q).sum();
        assert!(close(&policy_gradient::expected(&p, &q), &slope(&value, &h), 1e-8));
        let bonus = |h: &[f64]| entropy(&softmax(h));
        assert!(close(&policy_gradient::entropy_gradient(&p), &slope(&bonus, &h), 1e-8));
        // F times the natural gradient is the gradient.
        let natural = policy_gradient::natural(&p, &q);
        let mean: f64 = p.iter().zip(&natural).map(|(p, n)| p * n).sum();
        let back: Vec<f64> = p.iter().zip(&natural).map(|(p, n)| p * (n - mean)).collect();
        assert!(close(&policy_gradient::expected(&p, &q), &back, 1e-12));
    }
    let g = policy_gradient::entropy_gradient(&softmax(&[3.0, 0.0, 0.0, 0.0]));
    assert!(close(&g, &[-0.339, 0.113, 0.113, 0.113], 5e-4), "{g:?}");
    assert_eq!(policy_gradient::entropy_gradient(&[1.0, 0.0]), [0.0, 0.0]);
}

/// Five states, three actions, the last state is the end; states 1 and 2 look alike.
fn random_task(seed: u64, gamma: f64) -> (Mdp, Vec<Vec<usize>>, Array2<f64>) {
    let mut rng = seeded(seed);
    let mut t = Array3::zeros((5, 5, 3));
    for s in 0..5 {
        for a in 0..3 {
            let column = match s {
                4 => vec![0.0, 0.0, 0.0, 0.0, 1.0], // the end stays
                _ => softmax(&normal(5, &mut rng)),
            };
            (0..5).for_each(|next| t[[next, s, a]] = column[next]);
        }
    }
    let r = Array3::from_shape_fn((5, 5, 3), |(_, s, _)| {
        if s == 4 { 0.0 } else { standard_normal(&mut rng) } // the end pays nothing
    });
    let start = cat(&[0.5, 0.25, 0.25, 0.0, 0.0]);
    let mdp = Mdp::builder(t).reward(r).terminal(&[4]).start(start).discount(gamma);
    let looks = vec![vec![0], vec![1], vec![1], vec![0, 2], vec![2]];
    let theta = Array2::from_shape_simple_fn((3, 3), || standard_normal(&mut rng));
    (mdp.build().unwrap(), looks, theta)
}

fn flat(a: &Array2<f64>) -> Vec<f64> {
    a.iter().copied().collect()
}

fn check_exact(mdp: &Mdp, looks: &[Vec<usize>], theta: &Array2<f64>) {
    let value = |x: &[f64]| {
        let theta = Array2::from_shape_vec(theta.dim(), x.to_vec()).unwrap();
        policy_gradient::value(mdp, looks, &theta).unwrap()
    };
    let exact = policy_gradient::exact(mdp, looks, theta).unwrap();
    let slopes = slope(&value, &flat(theta));
    assert!(close(&flat(&exact), &slopes, 1e-6), "{exact:?} {slopes:?}");
}

#[test]
fn the_exact_gradient_is_the_slope_of_the_value() {
    for seed in 0..20 {
        for gamma in [0.5, 0.9, 1.0] {
            let (mdp, looks, theta) = random_task(seed, gamma);
            check_exact(&mdp, &looks, &theta);
        }
    }
    let corridor = short_corridor::to_mdp(1.0).unwrap();
    check_exact(&corridor, &short_corridor::looks(), &array![[0.3, -0.4]]);
}

/// Plays an episode of a task with the policy; returns the choices and the rewards.
fn play(
    task: &(Mdp, Vec<Vec<usize>>, Array2<f64>),
    rng: &mut dyn Rng,
) -> (Vec<(Vec<usize>, usize)>, Vec<f64>) {
    let (mdp, looks, theta) = task;
    let (mut s, mut choices, mut rewards) = (mdp.start().sample(rng), vec![], vec![]);
    while !mdp.is_terminal(s) {
        let a = policy_gradient::policy(theta, &looks[s]).sample(rng);
        let (next, r) = mdp.sample(s, a, rng);
        choices.push((looks[s].clone(), a));
        rewards.push(r);
        s = next;
    }
    (choices, rewards)
}

#[test]
fn the_mean_of_samples_is_the_exact_gradient_with_and_without_a_baseline() {
    let task = random_task(3, 0.8);
    let exact = flat(&policy_gradient::exact(&task.0, &task.1, &task.2).unwrap());
    let n = 40_000;
    for (baseline, discounted) in [(0.0, 0.8), (1.0, 0.8), (0.0, 1.0)] {
        let mut rng = seeded(4);
        let samples: Vec<Vec<f64>> = (0..n)
            .map(|_| {
                let (choices, rewards) = play(&task, &mut rng);
                let w = reinforce::weights(&rewards, &vec![baseline; rewards.len()], 0.8);
                flat(&reinforce::gradient(&task.2, &choices, &w, discounted))
            })
            .collect();
        let off = |i: usize| {
            let x: Vec<f64> = samples.iter().map(|s| s[i]).collect();
            let interval = mean_interval(&x).unwrap();
            (interval.mean - exact[i]).abs() / ((interval.hi - interval.lo) / 3.92)
        };
        let worst = (0..exact.len()).map(off).fold(0.0, f64::max);
        if discounted < 1.0 {
            assert!(worst < 4.0, "baseline {baseline}: {worst} standard errors");
        } else {
            assert!(worst > 10.0, "without γᵗ it points elsewhere: {worst}");
        }
    }
}

#[test]
fn the_occupancy_is_the_sum_over_time() {
    let (mdp, looks, theta) = random_task(5, 0.9);
    let policy = policy_gradient::policies(&theta, &looks).unwrap();
    let (mut now, mut sum) = (mdp.start().probs().to_vec(), vec![0.0; 5]);
    for _ in 0..2000 {
        (0..4).for_each(|s| sum[s] += now[s]);
        let mut next = vec![0.0; 5];
        for s in 0..4 {
            for (a, chosen) in policy[s].probs().iter().enumerate() {
                for (to, p, _) in mdp.outcomes(s, a) {
                    next[to] += 0.9 * now[s] * chosen * p;
                }
            }
        }
        now = next;
    }
    let d = policy_gradient::occupancy(&mdp, &policy).unwrap();
    assert!(close(&d[..4], &sum[..4], 1e-9), "{d:?} {sum:?}");
}

#[test]
fn the_corridor_of_the_book() {
    let mdp = short_corridor::to_mdp(1.0).unwrap();
    // By hand: v = −(4 − 2p) / (p (1 − p)) for a policy that goes right with probability p.
    let value = |p: f64| {
        let theta = array![[(1.0 - p).ln(), p.ln()]];
        policy_gradient::value(&mdp, &short_corridor::looks(), &theta).unwrap()
    };
    for p in [0.05, 0.3, 0.5, 0.95] {
        assert!((value(p) + (4.0 - 2.0 * p) / (p * (1.0 - p))).abs() < 1e-9);
    }
    let best = 2.0 - 2f64.sqrt();
    assert!((value(best) + 11.6569).abs() < 1e-4, "{}", value(best));
    let theta = array![[(1.0 - best).ln(), best.ln()]];
    let gradient = policy_gradient::exact(&mdp, &short_corridor::looks(), &theta).unwrap();
    assert!(close(&flat(&gradient), &[0.0, 0.0], 1e-9));
    check_world(&mut TimeLimit::new(ShortCorridor::new(), 200), 200, &mut seeded(1))
        .unwrap();
}

#[test]
fn advantages_by_hand_and_at_both_ends_of_lambda() {
    let (r, v, next) = ([1.0; 3], [0.5, 0.4, 0.3], [0.4, 0.3, 0.2]);
    let gae =
        |last, lambda| gae::advantages(&r, &v, &next, &[None, None, last], 0.9, lambda);
    assert!(close(&gae(None, 0.8), &[1.942_592, 1.5036, 0.88], 1e-12));
    assert!(close(&gae(Some(End::Terminated), 0.8), &[1.849_28, 1.374, 0.7], 1e-12));
    assert!(close(&gae(Some(End::Truncated), 0.8), &[1.942_592, 1.5036, 0.88], 1e-12));
    assert!(close(&gae(None, 0.0), &[0.86, 0.87, 0.88], 1e-12));
    let mut returns = reinforce::returns_to_go(&[1.0, 1.0, 1.0 + 0.9 * 0.2], 0.9);
    returns.iter_mut().zip(v).for_each(|(g, v)| *g -= v);
    assert!(close(&gae(None, 1.0), &returns, 1e-12));
}

#[test]
fn entropy_regularised_value_is_minus_a_free_energy() {
    let mut rng = seeded(6);
    for _ in 0..100 {
        let (p, q) = (softmax(&normal(5, &mut rng)), normal(5, &mut rng));
        let tau = 0.1 + uniform01(&mut rng);
        let target = boltzmann(&q, tau).unwrap();
        let left: f64 =
            p.iter().zip(&q).map(|(p, q)| p * q).sum::<f64>() + tau * entropy(&p);
        let ln_z = log_sum_exp(&q.iter().map(|q| q / tau).collect::<Vec<_>>());
        let right = -tau * kl(&p, target.probs()) + tau * ln_z;
        assert!((left - right).abs() < 1e-12);
        assert!((left + soft_improvement::free_energy(&p, &q, tau)).abs() < 1e-12);
        assert!((soft_improvement::least_free_energy(&q, tau) + tau * ln_z).abs() < 1e-12);
    }
}

#[test]
fn the_soft_step_is_the_best_and_the_posterior_of_active_inference() {
    let mut rng = seeded(7);
    for _ in 0..100 {
        let (old, q) = (softmax(&normal(4, &mut rng)), normal(4, &mut rng));
        let eta = 3.0 * uniform01(&mut rng) + 0.1;
        let objective = |p: &[f64]| {
            p.iter().zip(&q).map(|(p, q)| p * q).sum::<f64>() - kl(p, &old) / eta
        };
        let new = soft_improvement::step(&old, &q, eta);
        for _ in 0..20 {
            let other = softmax(&normal(4, &mut rng));
            assert!(objective(&other) <= objective(new.probs()) + 1e-12);
        }
        let g: Vec<f64> = q.iter().map(|q| -q).collect();
        let posterior = policy_posterior(&g, &old, eta).unwrap();
        assert!(close(new.probs(), posterior.probs(), 1e-12));
        let advantages = policy_gradient::natural(&old, &q);
        let same = soft_improvement::step(&old, &advantages, eta);
        assert!(close(new.probs(), same.probs(), 1e-12));
    }
}

fn step(obs: usize, reward: f64, end: Option<End>) -> Step {
    Step { obs, reward, end }
}

#[test]
fn reinforce_learns_as_by_hand() {
    let after = |end, critic| {
        let options =
            ReinforceOptions { actor: 0.1, critic, gamma: 0.5, ..Default::default() };
        let mut agent = Reinforce::new(3, 2, options).unwrap();
        let tables = ActorCritic { w: vec![1.0, 0.0, 4.0], ..ActorCritic::new(3, 2) };
        agent.set_tables(tables);
        let mut rng = seeded(0);
        agent.begin(&0);
        agent.observe(&1, &step(1, 2.0, None), &mut rng);
        agent.observe(&0, &step(2, 3.0, end), &mut rng);
        agent.tables().clone()
    };
    // Over: returns 2 + .5 · 3 = 3.5 and 3; minus 1 and 0: 2.5 and 3. Each row moves by ±.1 · .5 · weight.
    let tables = after(Some(End::Terminated), 0.2);
    assert!(close(&flat(&tables.theta), &[-0.125, 0.125, 0.15, -0.15, 0.0, 0.0], 1e-12));
    assert!(close(&tables.w, &[1.5, 0.6, 4.0], 1e-12));
    // Cut off: .5 · 4 more in the end, so returns 4.5 and 5.
    let tables = after(Some(End::Truncated), 0.2);
    assert!(close(&flat(&tables.theta)[..4], &[-0.175, 0.175, 0.25, -0.25], 1e-12));
    assert_eq!(after(None, 0.2).w, [1.0, 0.0, 4.0], "nothing before the end");
}

#[test]
fn an_actor_critic_learns_as_by_hand() {
    let options = A2cOptions {
        actor: 0.1,
        critic: 0.2,
        gamma: 0.5,
        lambda: 0.5,
        steps: 2,
        ..Default::default()
    };
    let mut agent = A2c::new(2, 2, options).unwrap();
    let mut rng = seeded(0);
    agent.begin(&0);
    agent.observe(&1, &step(1, 2.0, None), &mut rng);
    assert_eq!(agent.tables().w, [0.0, 0.0], "it waits for the second step");
    agent.observe(&0, &step(0, 4.0, None), &mut rng);
    // δ = (2, 4); A = (2 + .25 · 4, 4) = (3, 4).
    assert!(close(&flat(&agent.tables().theta), &[-0.15, 0.15, 0.2, -0.2], 1e-12));
    assert!(close(&agent.tables().w, &[0.6, 0.8], 1e-12));
    let frozen = agent.tables().clone();
    Agent::<usize>::freeze(&mut agent);
    agent.observe(&0, &step(1, 9.0, Some(End::Terminated)), &mut rng);
    assert_eq!(agent.tables(), &frozen);
}

#[test]
fn a_critic_whose_rate_times_its_visits_is_over_2_runs_away_with_a_reason() {
    // Four visits in a step: w ← w + 4β (1 − w). With β = .75 the error doubles: w = 1 − (−2)ᵏ after k steps, and 2¹⁰²⁴ is no f64
    // (but is rounded to one that is, where the 1 tipped the last digit).
    let learn = |critic: f64| -> Result<f64, Error> {
        let options = A2cOptions { critic, gamma: 0.0, steps: 4, ..Default::default() };
        let mut agent = A2c::new(1, 1, options)?;
        agent.begin(&0);
        for _ in 0..4 * 2000 {
            agent.try_observe(0, &step(0, 1.0, None))?;
        }
        Ok(agent.tables().w[0])
    };
    assert_eq!(learn(0.25), Ok(1.0));
    let Err(fault) = learn(0.75) else { panic!("it learned") };
    assert!(matches!(fault, Error::Diverged { step: 1024 | 1025, .. }), "{fault:?}");
    assert!(fault.to_string().contains("use a smaller learning rate"), "{fault}");
}

#[test]
fn a_setting_that_runs_away_in_a_race_is_an_error_and_not_a_panic() {
    // At a rate of 20 one visit is too many already.
    let row = GridWorld::new("S..+").unwrap();
    let (reinforce, a2c) = (ReinforceOptions::default(), A2cOptions::default());
    for learner in [
        Learner::Reinforce(ReinforceOptions { critic: 20.0, ..reinforce }),
        Learner::A2c(A2cOptions { critic: 20.0, steps: 16, ..a2c }, 8),
    ] {
        let run = race::grid(&row, 100, learner, (20_000, 4), &mut seeded(1));
        assert!(matches!(run, Err(Error::Diverged { .. })), "{run:?}");
    }
    let mazes = ["detour", "detour_block"].map(|name| GridWorld::layout(name).unwrap());
    let options = A2cOptions { critic: 20.0, steps: 16, ..a2c };
    let walks = (2000, 50, 500);
    let run = race::rebuilt([&mazes[0], &mazes[1]], options, walks, &mut seeded(1));
    assert!(matches!(run, Err(Error::Diverged { .. })), "{run:?}");
}

#[test]
fn worlds_in_lockstep_teach_the_sum_of_what_each_teaches() {
    // One action only, so that nothing is left to chance: a walk to the right end of three cells.
    let world = TimeLimit::new(GridWorld::new("S.+").unwrap(), 1);
    let options = A2cOptions { critic: 0.1, gamma: 0.5, steps: 1, ..Default::default() };
    let learned = |copies| {
        let mut worlds = Worlds::copies(&world, copies, 1).unwrap();
        let mut agent = A2c::new(3, 4, options).unwrap();
        let totals = agent.train(&mut worlds, 1, &mut seeded(3)).unwrap();
        assert_eq!(totals, vec![0.0; copies], "every episode is cut off after a step");
        (agent.tables().theta.sum(), agent.tables().w.clone())
    };
    assert_eq!(learned(4).1, [0.0; 3], "nothing was paid, nothing learned");
    assert!(learned(4).0.abs() < 1e-12);
}

#[test]
fn the_memory_maze_plays_as_its_model_says() {
    let (mdp, mut rng) = (memory_maze::to_mdp(0.8, 0.9).unwrap(), seeded(8));
    let mut world = MemoryMaze::new(0.8).unwrap();
    check_world(&mut TimeLimit::new(world.clone(), 50), 50, &mut seeded(1)).unwrap();
    // Cue, back, and the arm that was named: +1 with .8.
    let plays: Vec<f64> = (0..4000)
        .map(|_| {
            world.reset(&mut rng);
            let sign = world.step(1, &mut rng).obs;
            assert!(sign == 1 || sign == 2);
            assert_eq!(world.step(3, &mut rng).obs, 0);
            world.step(1 + sign, &mut rng).reward
        })
        .collect();
    let interval = mean_interval(&plays).unwrap();
    assert!((interval.mean - 0.6).abs() < 4.0 * (interval.hi - interval.lo) / 3.92);
    // The best policy that sees the side takes the arm at once.
    let best = value_iteration(&mdp, 1e-12).unwrap();
    assert!((best.v[0] - 1.0).abs() < 1e-9 && (best.v[1] - 0.9).abs() < 1e-9);
    let model = memory_maze::model(0.8, &[0.0, 0.0, 0.0, 1.0, -1.0]).unwrap();
    assert_eq!(model.n_states(), memory_maze::STATES);
    model.check_reachable().unwrap();
}

#[test]
fn without_memory_the_reward_has_no_slope_in_the_memory_maze() {
    let (mdp, mut rng) = (memory_maze::to_mdp(0.9, 0.9).unwrap(), seeded(9));
    for _ in 0..50 {
        let theta =
            Array2::from_shape_simple_fn((5, 4), || 2.0 * standard_normal(&mut rng));
        let gradient = policy_gradient::exact(&mdp, &memory_maze::looks(), &theta).unwrap();
        assert!(close(&flat(&gradient), &[0.0; 20], 1e-12), "{gradient:?}");
    }
}

#[test]
fn bad_settings_are_named() {
    let reinforce = |options| Reinforce::new(2, 2, options).unwrap_err().to_string();
    let bad = ReinforceOptions { actor: f64::NAN, ..Default::default() };
    assert!(reinforce(bad).contains("actor = NaN"));
    let bad = ReinforceOptions { gamma: 1.5, ..Default::default() };
    assert!(reinforce(bad).contains("gamma = 1.5"));
    let bad = A2cOptions { steps: 0, ..Default::default() };
    assert!(A2c::new(2, 2, bad).unwrap_err().to_string().contains("steps = 0"));
    let bad = A2cOptions { lambda: -0.1, ..Default::default() };
    assert!(A2c::new(2, 2, bad).is_err());
    assert!(Reinforce::new(0, 2, ReinforceOptions::default()).is_err());
    let theta = Array2::zeros((1, 2));
    let text = policy_gradient::policies(&theta, &[vec![1]]).unwrap_err().to_string();
    assert!(text.contains("a feature is 1"), "{text}");
}
