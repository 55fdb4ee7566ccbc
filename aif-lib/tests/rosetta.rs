//! The Rosetta table: each row holds on random problems when its condition holds, and fails when the condition is broken.

use aif_lib::prelude::*;
use aif_lib::rl::plan::{Backup as RlBackup, HorizonValues};
use aif_lib::task::tiger;
use ndarray::{Array2, Array3};
use proptest::prelude::*;

/// Columns over n next states: one certain next state, or a random distribution.
fn transition(n: usize, k: usize, certain: bool, rng: &mut dyn Rng) -> Array3<f64> {
    let mut t = Array3::zeros((n, n, k));
    for (s, a) in ndarray::indices((n, k)) {
        if certain {
            t[[uniform_index(n, rng), s, a]] = 1.0;
            continue;
        }
        let weights: Vec<f64> = (0..n).map(|_| 0.01 + uniform01(rng)).collect();
        let sum: f64 = weights.iter().sum();
        (0..n).for_each(|next| t[[next, s, a]] = weights[next] / sum);
    }
    t
}

fn random_task(n: usize, k: usize, certain: bool, seed: u64) -> Mdp {
    let mut rng = seeded(seed);
    let t = transition(n, k, certain, &mut rng);
    let reward: Vec<f64> = (0..n).map(|_| 4.0 * uniform01(&mut rng) - 2.0).collect();
    Mdp::builder(t).reward_on_arrival(&reward).discount(1.0).build().expect("a task")
}

/// The largest distance between −G, closed loop, and Q, over all states and numbers of steps to go.
fn gap(model: &GenerativeModel, plan: &HorizonValues, backup: Backup) -> f64 {
    let efe = finite_horizon_efe(model, plan.q.len(), backup).expect("a small tree");
    value_gap(&plan.q, &efe.minus_g)
}

const BACKUPS: [Backup; 2] = [Backup::Max, Backup::Softmax { gamma: 2.5 }];

#[test]
fn in_every_state_of_four_rooms_at_every_time_minus_g_is_q() {
    let task = GridWorld::four_rooms().to_mdp(1.0).unwrap();
    let model = to_generative_model(&task).unwrap();
    let live: Vec<usize> = (0..task.n_states()).filter(|&s| !task.is_terminal(s)).collect();
    assert_eq!((model.n_states(), live.len()), (69, 67));
    for backup in BACKUPS {
        let plan = finite_horizon(&task, 20, backup.into()).unwrap();
        // Sixteen steps are enough from the start, fifteen are not.
        let start = GridWorld::four_rooms().start();
        if backup == Backup::Max {
            assert_eq!((plan.v[4][start], plan.v[5][start]), (1.0, 0.0));
        }
        assert!(gap(&model, &plan, backup) < 1e-12);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn without_chance_both_plan_alike(n in 2usize..6, k in 1usize..4, seed: u64) {
        let task = random_task(n, k, true, seed);
        let model = to_generative_model(&task).unwrap();
        for backup in BACKUPS {
            let plan = finite_horizon(&task, 5, backup.into()).unwrap();
            prop_assert!(gap(&model, &plan, backup) < 1e-10);
        }
    }

    #[test]
    fn with_chance_g_solves_the_kl_control_task_and_not_the_reward_task(n in 2usize..6, k in 1usize..4, seed: u64) {
        let task = random_task(n, k, false, seed);
        let model = to_generative_model(&task).unwrap();
        for backup in BACKUPS {
            let controlled = finite_horizon(&kl_control(&model).unwrap(), 4, backup.into()).unwrap();
            prop_assert!(gap(&model, &controlled, backup) < 1e-10);
            let rewarded = finite_horizon(&task, 4, backup.into()).unwrap();
            prop_assert!(gap(&model, &rewarded, backup) > 0.1);
        }
    }

    #[test]
    fn there_and_back_is_the_same_task(n in 2usize..6, k in 1usize..4, seed: u64) {
        let task = random_task(n, k, false, seed);
        let back = to_mdp(&to_generative_model(&task).unwrap()).unwrap();
        prop_assert_eq!(back.transition(), task.transition());
        prop_assert_eq!(back.reward(), task.reward());
    }

    #[test]
    fn the_belief_mdp_is_both_planners(seed: u64) {
        let mut rng = seeded(seed);
        let b = transition(3, 2, false, &mut rng);
        let a = transition(3, 1, false, &mut rng).remove_axis(Axis(2));
        let c: Vec<f64> = (0..3).map(|_| 4.0 * uniform01(&mut rng) - 2.0).collect();
        let model = GenerativeModel::new(a.clone(), b, &c, &[0.2, 0.5, 0.3]).unwrap();
        let first = |score: &dyn Fn(&Efe) -> f64| {
            let beliefs = belief_mdp(&model, model.prior(), 3, score).unwrap();
            finite_horizon(&beliefs.mdp, 3, RlBackup::Max).unwrap().q[0].row(0).to_vec()
        };
        let reward: Vec<f64> = (0..3).map(|s| (0..3).map(|o| a[[o, s]] * c[o]).sum()).collect();
        let search = belief_search(&model, model.prior(), &reward, 1.0, 3).unwrap();
        for (q, expected) in first(&|g| g.pragmatic).iter().zip(&search) {
            prop_assert!((q - expected).abs() < 1e-9);
        }
        let tree = closed_loop(&model, model.prior(), 3, Backup::Max).unwrap();
        for (q, g) in first(&|g| -g.total()).iter().zip(&tree) {
            prop_assert!((q + g.total()).abs() < 1e-9);
        }
    }
}

#[test]
fn the_dual_of_finite_horizon_chooses_alike_exactly_where_the_conditions_hold() {
    let world = GridWorld::new("S..\n.-.\n..+").unwrap();
    let task = world.to_mdp(1.0).unwrap();
    let model = to_generative_model(&task).unwrap();
    for backup in BACKUPS {
        let rl = finite_horizon(&task, 6, backup.into()).unwrap();
        let aif = finite_horizon_efe(&model, 6, backup).unwrap();
        assert!(value_gap(&rl.q, &aif.minus_g) < 1e-12);
        assert!(total_variation(&rl.policy, &aif.policy) < 1e-12);
        let discounted =
            finite_horizon(&world.to_mdp(0.9).unwrap(), 6, backup.into()).unwrap();
        assert!(value_gap(&discounted.q, &aif.minus_g) > 0.05);
        let slippery = world.clone().with_slip(0.2).unwrap().to_mdp(1.0).unwrap();
        let rl = finite_horizon(&slippery, 6, backup.into()).unwrap();
        let slippery = to_generative_model(&slippery).unwrap();
        let aif = finite_horizon_efe(&slippery, 6, backup).unwrap();
        assert!(total_variation(&rl.policy, &aif.policy) > 0.1);
    }
    assert!(finite_horizon_efe(&model, 0, Backup::Max).is_err());
}

#[test]
fn gaps_by_hand() {
    let tables = |x: f64| vec![ndarray::array![[0.0, 1.0], [2.0, x]]];
    assert_eq!(value_gap(&tables(3.0), &tables(2.5)), 0.5);
    assert!(value_gap(&tables(3.0), &tables(f64::NAN)).is_nan());
    // A state that one side does not have is left out.
    assert_eq!(value_gap(&[ndarray::array![[0.0, 1.0]]], &tables(9.0)), 0.0);
    let (sure, even) = (vec![vec![cat(&[1.0, 0.0])]], vec![vec![cat(&[0.5, 0.5])]]);
    assert_eq!(total_variation(&sure, &even), 0.5);
    assert_eq!(total_variation(&sure, &[vec![cat(&[0.0, 1.0])]]), 1.0);
}

#[test]
#[should_panic(expected = "compare plans of the same horizon")]
fn plans_of_different_horizons_are_not_compared() {
    let even = || vec![Categorical::uniform(2)];
    total_variation(&[even(), even()], &[even()]);
}

#[test]
fn a_constant_moves_all_policies_of_one_length_alike() {
    let c = LogPreference::from_reward(&[1.0, -2.0, 0.5]).unwrap();
    let ln_p = LogPreference::from_distribution(&c.distribution());
    for (c, ln_p) in c.values().iter().zip(ln_p.values()) {
        // ln(e + e⁻² + e^.5) by hand: 2.71828 + .13534 + 1.64872 = 4.50234.
        assert!((c - ln_p - 4.50234f64.ln()).abs() < 1e-5);
    }
    assert!((c.log_normaliser() - 4.50234f64.ln()).abs() < 1e-5);
    assert_eq!(c.reward(), [1.0, -2.0, 0.5]);
}

#[test]
fn the_logarithm_of_a_reward_ranks_otherwise_than_the_reward() {
    // Ten or a hundredth, half each, against one for sure: 5.005 > 1, but ½ ln .1 < 0.
    let gamble = [0.5, 0.5];
    let mean = |c: [f64; 2]| gamble.iter().zip(c).map(|(p, c)| p * c).sum::<f64>();
    assert!(mean([10.0, 0.01]) > 1.0);
    assert!(mean([10f64.ln(), 0.01f64.ln()]) < 1f64.ln());
}

#[test]
fn what_would_be_lost_is_an_error_that_names_the_condition() {
    let says = |error: Error, words: &[&str]| {
        let text = error.to_string();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    };
    let grid = GridWorld::new("S..+").unwrap();
    says(
        to_generative_model(&grid.to_mdp(0.9).unwrap()).unwrap_err(),
        &["without discount", "a discount of 0.9", "finite_horizon"],
    );
    let t = Array3::from_elem((2, 2, 1), 0.5);
    let mut r = Array3::zeros((2, 2, 1));
    r[[1, 0, 0]] = 3.0;
    let paid_for_moving = Mdp::builder(t.clone()).reward(r).discount(1.0).build().unwrap();
    says(
        to_generative_model(&paid_for_moving).unwrap_err(),
        &["the state arrived at", "arriving in 1 pays", "add what the reward depends on"],
    );
    let noisy = Array2::from_elem((2, 2), 0.5);
    let model = GenerativeModel::new(noisy, t.clone(), &[0.0, 0.0], &[0.5, 0.5]).unwrap();
    says(to_mdp(&model).unwrap_err(), &["state 0 has 2 outcomes", "belief_mdp"]);
    let blind = ndarray::array![[1.0, 1.0]];
    let model = GenerativeModel::new(blind, t, &[0.0], &[0.5, 0.5]).unwrap();
    says(kl_control(&model).unwrap_err(), &["2 states share the outcome"]);
    for bad in [f64::NAN, f64::INFINITY] {
        says(
            LogPreference::from_reward(&[0.0, bad]).unwrap_err(),
            &["entry 1 is", "finite"],
        );
    }
    says(
        LogPreference::from_reward(&[f64::NEG_INFINITY; 2]).unwrap_err(),
        &["at least one outcome must be possible"],
    );
    says(LogPreference::from_reward(&[]).unwrap_err(), &["empty"]);
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        says(precision(bad).unwrap_err(), &["tau = "]);
        says(temperature(bad).unwrap_err(), &["gamma = "]);
    }
    let model = tiger::model(0.85, &tiger::REWARD).unwrap();
    says(
        belief_mdp(&model, model.prior(), 0, &|g| g.pragmatic).unwrap_err(),
        &["horizon = 0"],
    );
    assert_eq!(temperature(precision(0.4).unwrap()).unwrap(), 0.4);
    assert_eq!(
        RlBackup::from(Backup::Softmax { gamma: 4.0 }),
        RlBackup::Softmax { tau: 0.25 }
    );
    assert_eq!(
        Backup::from(RlBackup::Softmax { tau: 0.25 }),
        Backup::Softmax { gamma: 4.0 }
    );
}

#[test]
fn the_tiger_is_listened_to_twice_before_a_door_is_opened() {
    let model = tiger::model(0.85, &tiger::REWARD).unwrap();
    let value = |horizon| {
        let q =
            belief_search(&model, model.prior(), &tiger::reward(), 1.0, horizon).unwrap();
        assert!(q[0] > q[1] && q[1] == q[2], "{q:?}");
        q[0]
    };
    // By hand. One or two steps: only listening, −1 each. A door at even odds: ½ · 10 − ½ · 100 = −45.
    assert!((value(1) + 1.0).abs() < 1e-12 && (value(2) + 2.0).abs() < 1e-12);
    // Three: two like sounds have probability .85² + .15² = .745 and leave odds .7225 : .0225; else listen once more.
    let open = (0.7225 * 10.0 - 0.0225 * 100.0) / 0.745;
    assert!((value(3) - (-2.0 + 0.745 * open - 0.255)).abs() < 1e-9);
}

#[test]
fn what_was_heard_is_what_the_filter_says() {
    let model = tiger::model(0.85, &tiger::REWARD).unwrap();
    let mut belief = model.prior().clone();
    for (sound, left, right) in [(1, 1, 0), (1, 2, 0), (2, 2, 1), (2, 2, 2), (2, 2, 3)] {
        belief = filter(&model, &belief, 0, &[sound, 1]).unwrap().belief;
        let heard = tiger::heard(0.85, left, right).unwrap();
        for (p, q) in belief.probs().iter().zip(heard.probs()) {
            assert!((p - q).abs() < 1e-12, "{belief:?} {heard:?}");
        }
    }
    assert!(tiger::heard(1.0, 1, 1).unwrap_err().to_string().contains("below 1"));
}

#[test]
fn the_tiger_plays_by_its_model() {
    // What the model predicts for a first step is what the world does, 20000 times over.
    let model = tiger::model(0.85, &tiger::REWARD).unwrap();
    for action in 0..3 {
        let predicted = predict(&model, model.prior(), action);
        let mut rng = seeded(5 + action as u64);
        let mut doors = Tiger::new(0.85).unwrap();
        let mut seen = [[0usize; 4]; 3];
        for _ in 0..20_000 {
            doors.reset(&mut rng);
            let obs = doors.step(action, &mut rng).obs;
            seen[obs[0]][obs[1]] += 1;
        }
        for (sound, row) in seen.iter().enumerate() {
            for (event, &count) in row.iter().enumerate() {
                let p = correct(&model, &predicted, &[sound, event])
                    .map_or(0.0, |seen| seen.log_evidence.exp());
                assert!((count as f64 / 20_000.0 - p).abs() < 0.012, "{sound} {event}");
            }
        }
    }
}

#[test]
fn the_mean_of_counts_is_a_t_and_a_b() {
    let mut counts = TransitionCounts::new(4, 2, 0.1).unwrap();
    let mut rng = seeded(3);
    for _ in 0..50 {
        let [s, next] = [0; 2].map(|_| uniform_index(4, &mut rng));
        counts.observe(s, uniform_index(2, &mut rng), next);
    }
    let mdp = Mdp::builder(counts.mean()).reward_on_arrival(&[0.0; 4]).build().unwrap();
    let b = counts.mean();
    let model = GenerativeModel::new(Array2::eye(4), b, &[0.0; 4], &[0.25; 4]).unwrap();
    assert_eq!(mdp.transition(), model.transition(), "one type, one array");
    assert_eq!(mdp.transition(), &counts.transition());
}

/// The actions that have the lowest G, as a distribution over the first action.
fn lowest(g: &[Efe], actions: usize) -> Categorical {
    let total: Vec<f64> = g.iter().map(Efe::total).collect();
    first_action(&best(&total), actions)
}

/// Da Costa et al. (2023): preferences βr, β without bound. Then the lowest G is best by Bellman's equation, even with
/// chance: in the closed loop at every horizon, for fixed plans at horizon 1 alone.
#[test]
fn with_sharp_preferences_the_lowest_g_is_a_best_action_of_the_closed_loop() {
    let mut fixed_plans_fail = 0;
    for seed in 0..40 {
        let task = random_task(4, 3, false, seed);
        let paid = |next, s, a| 1e8 * task.reward()[[next, s, a]];
        let transition = task.transition().clone();
        let keen = Mdp::from_transition(transition, &paid).discount(1.0).build().unwrap();
        let model = to_generative_model(&keen).unwrap();
        for (horizon, s) in ndarray::indices((3, 4)).into_iter().map(|(h, s)| (h + 1, s)) {
            let q =
                finite_horizon(&task, horizon, RlBackup::Max).unwrap().q[0].row(s).to_vec();
            let most = q.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let optimal =
                |p: &Categorical| (0..3).all(|a| p[a] == 0.0 || q[a] > most - 1e-9);
            let here = Categorical::one_hot(4, s);
            let tree = closed_loop(&model, &here, horizon, Backup::Max).unwrap();
            assert!(
                optimal(&lowest(&tree, 3)),
                "task {seed}, horizon {horizon}, state {s}"
            );
            let plans = open_loop(&model, &here, horizon).unwrap();
            let fixed = optimal(&lowest(&plans, 3));
            assert!(fixed || horizon > 1, "task {seed}, state {s}: one step");
            fixed_plans_fail += usize::from(!fixed);
        }
    }
    assert!(
        fixed_plans_fail > 0,
        "beyond one step a fixed plan must somewhere be too stiff"
    );
}

/// At finite β it is not so: the identity of numbers needs a world without chance.
#[test]
fn with_chance_and_mild_preferences_the_best_action_may_be_another() {
    let differs = (0..40).any(|seed| {
        let task = random_task(4, 3, false, seed);
        let model = to_generative_model(&task).unwrap();
        let rl = finite_horizon(&task, 1, RlBackup::Max).unwrap();
        let aif = finite_horizon_efe(&model, 1, Backup::Max).unwrap();
        total_variation(&rl.policy, &aif.policy) == 1.0
    });
    assert!(differs);
}

/// Every setting of the table, broken alone, in a world where the choices agree to 1e-12 while it holds.
#[test]
fn each_setting_that_differs_parts_the_choices() {
    let world = GridWorld::new("S..\n.-.\n..+").unwrap();
    let task = world.to_mdp(1.0).unwrap();
    let model = to_generative_model(&task).unwrap();
    let soft = |gamma| Backup::Softmax { gamma };
    let rl = finite_horizon(&task, 6, soft(5.0).into()).unwrap();
    let gap = |aif: &HorizonEfe| total_variation(&rl.policy[..1], &aif.policy[..1]);
    let plan = |model: &GenerativeModel, horizon, backup| {
        finite_horizon_efe(model, horizon, backup).unwrap()
    };
    assert!(gap(&plan(&model, 6, soft(5.0))) < 1e-12);
    let eastward = model.clone().with_habits(&[0.1, 0.7, 0.1, 0.1]).unwrap();
    let broken = [
        ("horizon", gap(&plan(&model, 3, soft(5.0)))),
        ("backup", gap(&plan(&model, 6, Backup::Max))),
        ("precision", gap(&plan(&model, 6, soft(10.0)))),
        ("habit", gap(&plan(&eastward, 6, soft(5.0)))),
    ];
    for (name, gap) in broken {
        assert!(gap > 0.02, "{name}: {gap}");
    }
}

/// A hidden state parts the scores, but not everywhere the choices: where every plan learns the same, it moves all alike.
#[test]
fn a_hidden_state_parts_the_scores_and_sometimes_the_choices() {
    let both = |model: &GenerativeModel, reward: &[f64], horizon: usize| {
        let q = belief_search(model, model.prior(), reward, 1.0, horizon).unwrap();
        let g = closed_loop(model, model.prior(), horizon, Backup::Max).unwrap();
        (q, g.iter().map(|g| -g.total()).collect::<Vec<f64>>())
    };
    let (q, g) = both(
        &tmaze::model(0.9, &tmaze::PREFERENCE).unwrap(),
        &tmaze::REWARD.map(|r| 3.0 * r),
        2,
    );
    assert!(q.iter().zip(&g).all(|(q, g)| (g - q - 2f64.ln()).abs() < 1e-12));
    let mild = tiger::REWARD.map(|r| 0.005 * r);
    let reward: Vec<f64> = tiger::reward().iter().map(|r| 0.005 * r).collect();
    let (q, g) = both(&tiger::model(0.85, &mild).unwrap(), &reward, 3);
    assert!(q[0] > q[1] && g[1] > g[0], "RL listens, {q:?}; active inference opens, {g:?}");
}
