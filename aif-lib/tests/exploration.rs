//! Exploration against numbers that do not come from this library: hand computation, theorems, published results.
#![allow(clippy::unwrap_used)]

use aif_lib::prelude::*;
use aif_lib::rl::evaluate::policy_values_exact;
use aif_lib::rl::select::ucb_bonus;

fn averages(rule: BanditRule) -> BanditOptions {
    BanditOptions { rule, prior_mean: 0.0, prior_weight: 0.0, forgetting: 0.0 }
}

fn runs(options: BanditOptions, bandit: &Bandit, n: usize, steps: usize) -> Vec<Vec<f64>> {
    curves(n, 11, &|_, rng| {
        let mut agent = BanditAgent::new(bandit.n_actions(), options).unwrap();
        regret(&mut bandit.clone(), &mut agent, steps, rng)
    })
}

#[test]
fn the_first_arm_that_pays_keeps_a_greedy_agent() {
    // From Q = 0 the arms are chosen evenly until one pays: arm i wins with pᵢ / Σp.
    let p = [0.2, 0.3, 0.5];
    let wins = |arm: usize| {
        let won = population(3000, 5, &|_, rng| {
            let mut agent = BanditAgent::new(3, averages(BanditRule::Greedy)).unwrap();
            regret(&mut Bandit::bernoulli(&p).unwrap(), &mut agent, 200, rng);
            f64::from(agent.policy().unwrap().mode() == arm)
        });
        mean_interval(&won).unwrap()
    };
    for (arm, share) in [(0, 0.2), (1, 0.3), (2, 0.5)] {
        let measured = wins(arm);
        assert!((measured.mean - share).abs() < 0.037, "{arm}: {measured:?}"); // 4 s.e.
    }
}

#[test]
fn ucb1_stays_below_the_bound_of_its_theorem() {
    // Auer, Cesa-Bianchi & Fischer (2002), theorem 1: Σ 8 ln t / Δ + (1 + π²/3) Σ Δ.
    let p = [0.9, 0.8, 0.5, 0.2];
    let rule = BanditRule::Ucb1 { c: 2f64.sqrt() };
    let curve = runs(averages(rule), &Bandit::bernoulli(&p).unwrap(), 50, 3000);
    let gaps: Vec<f64> = p[1..].iter().map(|x| 0.9 - x).collect();
    for t in [10, 100, 1000, 3000] {
        let mean = curve.iter().map(|run| run[t - 1]).sum::<f64>() / 50.0;
        let bound: f64 = gaps
            .iter()
            .map(|gap| {
                8.0 * (t as f64).ln() / gap
                    + (1.0 + std::f64::consts::PI.powi(2) / 3.0) * gap
            })
            .sum();
        assert!(mean < bound, "{t}: {mean} above {bound}");
    }
    // And it is logarithmic: ten times the pulls cost less than four times the regret.
    let at = |t: usize| curve.iter().map(|run| run[t - 1]).sum::<f64>();
    assert!(at(3000) < 4.0 * at(300), "{} {}", at(300), at(3000));
}

#[test]
fn the_ten_armed_testbed_has_the_published_order() {
    // Sutton & Barto (2018), figures 2.2 and 2.4: the mean reward of the last steps is near 1 for greedy and
    // near 1.5 for UCB with c = 2.
    let reward = |rule| {
        let earned = population(400, 6, &|_, rng| {
            let mut bandit = Bandit::testbed(10).unwrap();
            let mut agent = BanditAgent::new(10, averages(rule)).unwrap();
            let lost = regret(&mut bandit, &mut agent, 1000, rng);
            bandit.best() - (lost[999] - lost[899]) / 100.0
        });
        earned.iter().sum::<f64>() / 400.0
    };
    let greedy = reward(BanditRule::Greedy);
    let lazy = reward(BanditRule::EpsilonGreedy { epsilon: 0.01 });
    let busy = reward(BanditRule::EpsilonGreedy { epsilon: 0.1 });
    let bold = reward(BanditRule::Ucb1 { c: 2.0 });
    assert!(greedy < lazy && lazy < busy && busy < bold, "{greedy} {lazy} {busy} {bold}");
    assert!((greedy - 1.0).abs() < 0.15 && (bold - 1.5).abs() < 0.12, "{greedy} {bold}");
}

#[test]
fn both_traditions_remember_the_same_and_forget_the_same() {
    let forgetting = 0.1;
    let prior = Beta::new(3.0, 1.0).unwrap();
    let (prior_mean, prior_weight) = (0.75, 4.0);
    let options =
        BanditOptions { prior_mean, prior_weight, forgetting, ..Default::default() };
    let mut rl = BanditAgent::new(3, options).unwrap();
    let options = AifBanditOptions { prior, forgetting, ..Default::default() };
    let mut aif = AifBandit::new(3, options).unwrap();
    rl.begin(&0);
    aif.begin(&0);
    let mut rng = seeded(3);
    for _ in 0..500 {
        let (arm, obs) = (uniform_index(3, &mut rng), uniform_index(2, &mut rng));
        let step = Step { obs, reward: obs as f64, end: None };
        rl.observe(&arm, &step, &mut seeded(0));
        aif.observe(&arm, &step, &mut seeded(0));
    }
    for (r, a) in rl.beliefs().unwrap().iter().zip(aif.beliefs()) {
        assert!((r.a - a.a).abs() < 1e-9 && (r.b - a.b).abs() < 1e-9, "{r:?} {a:?}");
    }
}

#[test]
fn the_efe_of_an_arm_is_that_of_a_model_whose_state_is_the_probability() {
    // The general machinery on 1000 possible values of p, weighted by the density.
    let n = 1000;
    let p: Vec<f64> = (0..n).map(|k| (k as f64 + 0.5) / n as f64).collect();
    let a = Array2::from_shape_fn((2, n), |(o, s)| if o == 1 { p[s] } else { 1.0 - p[s] });
    let b = Array3::from_shape_fn((n, n, 1), |(to, from, _)| f64::from(to == from));
    for belief in [Beta::UNIFORM, Beta { a: 3.0, b: 2.0 }, Beta { a: 20.0, b: 4.0 }] {
        let density: Vec<f64> = p.iter().map(|p| belief.density(*p)).collect();
        let d = Categorical::from_weights(&density).unwrap();
        let c = [-0.5, 1.5];
        let model = GenerativeModel::new(a.clone(), b.clone(), &c, d.probs()).unwrap();
        let (general, own) =
            (expected_free_energy(&model, model.prior()), arm_efe(&belief, &c));
        for (g, o) in [
            (general.risk, own.risk),
            (general.ambiguity, own.ambiguity),
            (general.pragmatic, own.pragmatic),
            (general.epistemic, own.epistemic),
        ] {
            assert!((g - o).abs() < 1e-5, "{belief:?}: {general:?} {own:?}");
        }
    }
}

#[test]
fn without_curiosity_active_inference_is_bayes_greedy() {
    // At 10⁶ nats for a reward information only breaks ties.
    let options = AifBanditOptions { preference: [0.0, 1e6], ..Default::default() };
    let mut aif = AifBandit::new(4, options).unwrap();
    let mut rl = BanditAgent::new(4, BanditOptions::default()).unwrap();
    let mut rng = seeded(8);
    aif.begin(&0);
    rl.begin(&0);
    for _ in 0..200 {
        let (curious, best) = (aif.policy(), rl.policy().unwrap());
        assert!(
            (0..4).all(|arm| curious[arm] == 0.0 || best[arm] > 0.0),
            "{curious:?} {best:?}"
        );
        let (arm, obs) = (uniform_index(4, &mut rng), uniform_index(2, &mut rng));
        let step = Step { obs, reward: obs as f64, end: None };
        aif.observe(&arm, &step, &mut seeded(0));
        rl.observe(&arm, &step, &mut seeded(0));
    }
}

#[test]
fn a_neglected_arm_comes_back_under_ucb1_only() {
    let (unlucky, c) = (Beta { a: 3.0, b: 5.0 }, 0.35);
    let bound = |t: f64| unlucky.mean() + ucb_bonus(t, 8.0, c);
    assert!(bound(100.0) < 0.7 && bound(5000.0) > 0.7);
    let known = Beta { a: 7000.0, b: 3000.0 };
    let g = |belief: &Beta| arm_efe(belief, &[0.0, 0.25]).total();
    assert!(g(&unlucky) > g(&known), "lower is better: it stays with the known arm");
}

#[test]
fn on_the_cliff_sarsa_earns_more_and_q_learning_knows_better() {
    // Sutton & Barto (2018), example 6.6: Q-learning near −50, SARSA near −25; optimal −13.
    let walk = |rule: Rule| {
        let all = curves(40, 2, &|_, rng| {
            let alpha = Schedule::Constant(0.5);
            let options = QOptions { rule, alpha, gamma: 1.0, ..Default::default() };
            let mut agent = QAgent::new(48, 4, options).unwrap();
            let mut world = TimeLimit::new(Cliff::new(), 2000);
            let walks = returns(&mut world, &mut agent, 500, rng);
            agent.freeze();
            let policy: Vec<Categorical> = (0..48).map(|s| agent.policy(s)).collect();
            let steps = cliff::walk(&policy, 100).len() - 1;
            vec![walks[300..].iter().sum::<f64>() / 200.0, steps as f64]
        });
        let steps: Vec<f64> = all.iter().map(|run| run[1]).collect();
        (all.iter().map(|run| run[0]).sum::<f64>() / 40.0, steps)
    };
    let ((q, q_steps), (sarsa, _), (expected, safe_steps)) =
        (walk(Rule::QLearning), walk(Rule::Sarsa), walk(Rule::ExpectedSarsa));
    assert!(q_steps.iter().all(|steps| *steps == 13.0), "{q_steps:?}");
    assert!(safe_steps.iter().all(|steps| *steps == 15.0), "{safe_steps:?}");
    assert!((q + 50.0).abs() < 4.0 && (sarsa + 27.0).abs() < 4.0, "{q} {sarsa}");
    // Planning with the slips in the world gives what expected SARSA learns, and what the edge costs.
    let slippery = Cliff::to_mdp(1.0, 0.1).unwrap();
    let best = value_iteration(&slippery, 1e-12).unwrap();
    assert!((expected - best.v[cliff::START]).abs() < 0.8, "{expected}");
    let dry = value_iteration(&Cliff::to_mdp(1.0, 0.0).unwrap(), 1e-12).unwrap().greedy();
    let edge = policy_values_exact(&slippery, &dry).unwrap()[cliff::START];
    assert!((q - edge).abs() < 4.0, "{q} {edge}");
}

#[test]
fn dithering_needs_two_to_the_depth_and_planning_does_not() {
    let first = |depth: usize, make: &(dyn Fn(usize) -> Box<dyn Agent> + Sync)| {
        let dives = population(60, 4, &|_, rng| {
            let mut sea = DeepSea::new(depth, rng).unwrap();
            let mut agent = make(sea.n_states());
            let dive =
                |_: &usize| episode(&mut sea, agent.as_mut(), rng).total_reward() > 0.5;
            (1..=50_000).find(dive).unwrap_or(50_000) as f64
        });
        mean_interval(&dives).unwrap()
    };
    for depth in [3, 6, 9] {
        let random = first(depth, &|states| {
            let epsilon = Schedule::Constant(1.0);
            Box::new(
                QAgent::new(states, 2, QOptions { epsilon, ..Default::default() }).unwrap(),
            )
        });
        // Geometric with success 2^−N: the standard error of 60 is .13 of the mean.
        let expected = 2f64.powi(depth as i32);
        assert!((random.mean / expected - 1.0).abs() < 0.52, "{depth}: {random:?}");
    }
    // There are depth² / 2 cells and two actions in each: a planner that tries each once needs at most that many dives.
    let depth = 14;
    let cells = (depth * depth) as f64;
    let rl = first(depth, &|states| Box::new(MbieEb::new(states, 2, 0.1, depth).unwrap()));
    let aif = first(depth, &|states| {
        Box::new(NoveltyExplorer::new(states, 2, 10.0, depth).unwrap())
    });
    assert!(rl.hi < cells && aif.hi < cells, "{rl:?} {aif:?}");
}
