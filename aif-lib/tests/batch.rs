//! Many agents as one: what a batch computes is what single agents compute.
#![allow(clippy::unwrap_used)]

use aif_lib::prelude::*;
use proptest::prelude::*;

/// Random weights, some of them 0, that sum to 1.
fn column(n: usize, rng: &mut dyn Rng) -> Vec<f64> {
    let mut w: Vec<f64> = (0..n).map(|_| (uniform01(rng) - 0.3).max(0.0)).collect();
    w[uniform_index(n, rng)] += 0.2;
    let sum: f64 = w.iter().sum();
    w.iter().map(|w| w / sum).collect()
}

/// A table whose first axis is a distribution at every index of the others.
fn table(shape: &[usize], rng: &mut dyn Rng) -> ArrayD<f64> {
    let columns: usize = shape[1..].iter().product();
    let all: Vec<Vec<f64>> = (0..columns).map(|_| column(shape[0], rng)).collect();
    let flat = (0..shape[0]).flat_map(|i| all.iter().map(move |c| c[i])).collect();
    ArrayD::from_shape_vec(shape.to_vec(), flat).unwrap()
}

/// Two factors, of which the second depends on both; two controls; three senses, one of which sees both factors.
fn random_model(seed: u64) -> GenerativeModel {
    let rng = &mut seeded(seed);
    let (a, b) = (2 + uniform_index(2, rng), 2 + uniform_index(3, rng));
    let names = ["0", "1", "2", "3"];
    let wants = |n: usize, rng: &mut dyn Rng| -> Vec<f64> {
        (0..n).map(|_| 4.0 * uniform01(rng) - 2.0).collect()
    };
    let (d_a, d_b) = (column(a, rng), column(b, rng));
    let (c_1, c_2, c_3) = (wants(2, rng), wants(3, rng), wants(2, rng));
    let model = GenerativeModel::builder()
        .control("left", &names[..2])
        .control("right", &names[..2])
        .linked_factor("a", &names[..a], &d_a, &["a"], &["left"], table(&[a, a, 2], rng))
        .linked_factor(
            "b",
            &names[..b],
            &d_b,
            &["b", "a"],
            &["right"],
            table(&[b, b, a, 2], rng),
        )
        .modality("one", &names[..2], &["a"], table(&[2, a], rng), &c_1)
        .modality("two", &names[..3], &["b", "a"], table(&[3, b, a], rng), &c_2)
        .modality("three", &names[..2], &["b"], table(&[2, b], rng), &c_3);
    // The settings' own policies begin with 0 or 2: one of them is open.
    let mut habits = column(4, rng);
    habits[0] += 0.1;
    let sum: f64 = habits.iter().sum();
    model.habits(&habits.iter().map(|e| e / sum).collect::<Vec<_>>()).build().unwrap()
}

/// One of several ways to look ahead and to choose.
fn settings(which: usize) -> AifOptions {
    let soft = Choice::Sample { gamma: 1.5 };
    let base = AifOptions::default();
    match which {
        0 => AifOptions { lookahead: Lookahead::OpenLoop, choice: soft, ..base },
        1 => AifOptions { lookahead: Lookahead::OpenLoop, horizon: 3, ..base },
        2 => AifOptions { choice: soft, alpha: 2.0, ..base },
        3 => AifOptions {
            lookahead: Lookahead::ClosedLoop(Backup::Max),
            choice: soft,
            ..base
        },
        4 => AifOptions { episode: Some(3), horizon: 2, ..base },
        5 => AifOptions {
            policies: Some(vec![vec![0, 3], vec![2, 1], vec![0, 0]]),
            policy_habits: Some(vec![0.2, 0.3, 0.5]),
            choice: soft,
            ..base
        },
        _ => AifOptions {
            lookahead: Lookahead::ClosedLoop(Backup::Softmax { gamma: 0.7 }),
            choice: Choice::Sample { gamma: 0.0 },
            alpha: f64::INFINITY,
            ..base
        },
    }
}

const STEPS: usize = 3;

/// What a life looks like from outside and inside: actions, beliefs and G at each step.
type Record = (Vec<Vec<usize>>, Vec<Array2<f64>>, Vec<Array2<f64>>);

/// The course's own agents, one after the other.
fn one_by_one(model: &GenerativeModel, options: &AifOptions, n: usize) -> Record {
    let mut worlds = BatchWorld::new(model, n, 8).unwrap();
    let mut agents: Vec<AifAgent> =
        (0..n).map(|_| AifAgent::new(model.clone(), options.clone()).unwrap()).collect();
    let mut chance: Vec<_> = (0..n as u64).map(|i| stream(7, i)).collect();
    let first = worlds.reset();
    for (agent, obs) in agents.iter_mut().zip(first.rows()) {
        agent.begin(&obs.to_vec());
    }
    let mut record: Record = Default::default();
    for _ in 0..STEPS {
        let g: Vec<Vec<f64>> = agents
            .iter_mut()
            .map(|agent| agent.decide().unwrap().efe.iter().map(Efe::total).collect())
            .collect();
        record.2.push(Array2::from_shape_vec((n, g[0].len()), g.concat()).unwrap());
        let actions: Vec<usize> = agents
            .iter_mut()
            .zip(&mut chance)
            .map(|(agent, rng)| Agent::<Vec<usize>>::act(agent, rng))
            .collect();
        let seen = worlds.step(&actions).unwrap();
        for ((agent, obs), u) in agents.iter_mut().zip(seen.rows()).zip(&actions) {
            let step = Step { obs: obs.to_vec(), reward: 0.0, end: None };
            agent.observe(u, &step, &mut seeded(0));
        }
        let q: Vec<f64> =
            agents.iter().flat_map(|agent| agent.belief().probs().to_vec()).collect();
        record.1.push(Array2::from_shape_vec((n, model.n_states()), q).unwrap());
        record.0.push(actions);
    }
    record
}

fn together(
    model: &GenerativeModel,
    options: &AifOptions,
    n: usize,
    batch: BatchOptions,
) -> Record {
    let mut worlds = BatchWorld::new(model, n, 8).unwrap();
    let mut agents = BatchAgent::new(model, n, 7, options, batch).unwrap();
    agents.begin(&worlds.reset()).unwrap();
    let mut record: Record = Default::default();
    for _ in 0..STEPS {
        record.2.push(agents.efe());
        let actions = agents.act().unwrap();
        agents.observe(&actions, &worlds.step(&actions).unwrap()).unwrap();
        record.1.push(agents.beliefs());
        record.0.push(actions);
    }
    record
}

fn far(a: &[Array2<f64>], b: &[Array2<f64>]) -> f64 {
    let pairs = a.iter().zip(b).flat_map(|(a, b)| a.iter().zip(b));
    pairs.map(|(a, b)| if a == b { 0.0 } else { (a - b).abs() }).fold(0.0, f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_batch_is_its_agents_to_the_last_bit(seed in 0u64..1_000_000, which in 0usize..7, n in 1usize..40) {
        let (model, options) = (random_model(seed), settings(which));
        let single = one_by_one(&model, &options, n);
        let batch = together(&model, &options, n, BatchOptions::default());
        prop_assert!(far(&single.1, &batch.1) <= 1e-12 && far(&single.2, &batch.2) <= 1e-12);
        prop_assert!(single == batch, "right to 1e-12, and not to the last bit");
    }

    #[test]
    fn threads_chunks_and_a_dictionary_change_nothing(seed in 0u64..1_000_000, which in 0usize..7, chunk in 1usize..80) {
        let (model, options) = (random_model(seed), settings(which));
        let serial = BatchOptions { threads: 1, ..Default::default() };
        let plain = together(&model, &options, 100, serial);
        for (threads, dictionary) in [(1, true), (2, false), (3, true)] {
            let batch = BatchOptions { threads, dictionary, chunk, ..Default::default() };
            prop_assert!(together(&model, &options, 100, batch) == plain, "{batch:?}");
        }
    }

    #[test]
    fn single_precision_is_off_by_a_millionth(seed in 0u64..1_000_000, which in 0usize..4) {
        let (model, options) = (random_model(seed), settings(which));
        let (n, batch) = (33, BatchOptions { precision: Precision::Single, ..Default::default() });
        // The same actions and observations for both.
        let mut worlds = BatchWorld::new(&model, n, 8).unwrap();
        let mut double = BatchAgent::new(&model, n, 7, &options, BatchOptions::default()).unwrap();
        let mut single = BatchAgent::new(&model, n, 7, &options, batch).unwrap();
        let first = worlds.reset();
        double.begin(&first).unwrap();
        single.begin(&first).unwrap();
        // G is a sum of entropies and preferences: a millionth of the largest that it can be.
        let wanted = |m: usize| model.preference(m).iter().fold(0f64, |a, c| a.max(c.abs()));
        let largest = (model.n_states() as f64).ln() + (0..3).map(wanted).sum::<f64>();
        let largest = options.horizon as f64 * largest;
        for _ in 0..STEPS {
            prop_assert!(far(&[double.efe()], &[single.efe()]) <= 1e-6 * largest);
            let actions = double.act().unwrap();
            let seen = worlds.step(&actions).unwrap();
            double.observe(&actions, &seen).unwrap();
            single.observe(&actions, &seen).unwrap();
            prop_assert!(far(&[double.beliefs()], &[single.beliefs()]) <= 1e-6);
        }
    }
}

#[test]
fn to_live_is_to_act_and_observe_in_turn() {
    for which in 0..7 {
        let (model, options) = (random_model(which as u64), settings(which));
        let record = together(&model, &options, 50, BatchOptions::default());
        let mut agents =
            BatchAgent::new(&model, 50, 7, &options, BatchOptions::default()).unwrap();
        let mut worlds = BatchWorld::new(&model, 50, 8).unwrap();
        let tally = live(&mut agents, &mut worlds, STEPS).unwrap();
        assert_eq!(agents.beliefs(), record.1[STEPS - 1]);
        for (t, actions) in record.0.iter().enumerate() {
            for u in 0..4 {
                let count = actions.iter().filter(|a| **a == u).count();
                assert_eq!(tally.actions[[t, u]], count);
            }
            assert!(tally.outcomes.iter().all(|table| table.row(t).sum() == 50));
        }
    }
}

#[test]
fn a_world_of_many_is_the_world_that_is_generated_alone() {
    let model = random_model(5);
    let mut worlds = BatchWorld::new(&model, 20, 3).unwrap();
    let mut seen = vec![worlds.reset()];
    let mut states = vec![worlds.states()];
    for u in [0, 3, 1] {
        seen.push(worlds.step(&[u; 20]).unwrap());
        states.push(worlds.states());
    }
    for i in 0..20 {
        let alone = generate(&model, &[0, 3, 1], &mut stream(3, i as u64));
        let mine: Vec<usize> = states.iter().map(|all| all[i]).collect();
        let shown: Vec<Vec<usize>> = seen.iter().map(|all| all.row(i).to_vec()).collect();
        assert_eq!((mine, shown), (alone.states, alone.observations));
    }
}

#[test]
fn what_cannot_be_is_told_with_the_agent_s_number() {
    let model = tmaze::factored_model(0.9, &[0.0, 3.0, -3.0]).unwrap();
    let batch = BatchOptions { chunk: 16, ..Default::default() };
    for precision in [Precision::Double, Precision::Single] {
        let batch = BatchOptions { precision, ..batch };
        let mut agents =
            BatchAgent::new(&model, 50, 1, &AifOptions::default(), batch).unwrap();
        let mut worlds = BatchWorld::new(&model, 50, 2).unwrap();
        agents.begin(&worlds.reset()).unwrap();
        let before = agents.beliefs();
        // All go to the cue; two say that they arrived in the centre without a cue.
        let mut seen = worlds.step(&[1; 50]).unwrap();
        for i in [41, 19] {
            seen.row_mut(i).assign(&array![0, 0, 0]);
        }
        let text = agents.observe(&[1; 50], &seen).unwrap_err().to_string();
        assert!(text.starts_with("agent 19: observation place = \"centre\""), "{text}");
        let after = agents.beliefs();
        assert!(after.iter().all(|q| q.is_finite()));
        assert_eq!(after.row(19), before.row(19));
        assert_ne!(after.row(20), before.row(20));
    }
}

#[test]
fn what_does_not_fit_is_refused_before_anything_happens() {
    let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
    let new = |n, options: AifOptions| {
        BatchAgent::new(&model, n, 1, &options, BatchOptions::default())
    };
    let text = |options| new(3, options).unwrap_err().to_string();
    assert!(new(0, AifOptions::default()).unwrap_err().to_string().contains("empty"));
    assert!(text(AifOptions { horizon: 0, ..Default::default() }).contains("horizon = 0"));
    let pruned = AifOptions { prune_outcomes: 0.1, ..Default::default() };
    assert!(text(pruned).contains("pruning in a batch is not possible"));
    let counts = CountOptions::default();
    let learning = Learning { a: Some(counts), ..Learning::default() };
    let text = text(AifOptions { learning, ..Default::default() });
    assert!(
        text.contains("learning in a batch is not possible: run single agents"),
        "{text}"
    );

    let mut agents = new(3, AifOptions::default()).unwrap();
    let mut text = |seen: Array2<usize>| agents.begin(&seen).unwrap_err().to_string();
    assert!(
        text(array![[0], [0]]).contains("the list of observations has shape 2, expected 3")
    );
    assert!(text(array![[0], [9], [0]]).starts_with("agent 1: the outcome"));
    assert!(text(array![[0, 0], [0, 0], [0, 0]]).starts_with("agent 0: the observation"));
    agents.begin(&array![[0], [0], [0]]).unwrap();
    let before = agents.beliefs();
    let text = agents.observe(&[0, 0, 4], &array![[0], [0], [0]]).unwrap_err().to_string();
    assert!(text.starts_with("agent 2: the action is 4, but there are only 4"), "{text}");
    assert!(agents.observe(&[0, 0], &array![[0], [0], [0]]).is_err());
    assert_eq!(agents.beliefs(), before);

    let mut fewer = BatchWorld::new(&model, 2, 1).unwrap();
    let text = live(&mut agents, &mut fewer, 1).unwrap_err().to_string();
    assert!(text.contains("the list of worlds has shape 2, expected 3"), "{text}");
}

#[test]
fn memory_grows_with_the_agents_and_with_nothing_else() {
    let model = tmaze::stem_model(0.95, &[0.0, 2.0, -3.0]).unwrap();
    let bytes = |n, precision| {
        let batch = BatchOptions { precision, ..Default::default() };
        let agents = BatchAgent::new(&model, n, 1, &AifOptions::default(), batch).unwrap();
        agents.bytes_per_agent()
    };
    // Ten probabilities of 8 or 4 bytes, and a generator of four words.
    for n in [16, 1600, 160_000] {
        assert_eq!(bytes(n, Precision::Double), 80.0 + 32.0);
        assert_eq!(bytes(n, Precision::Single), 40.0 + 32.0);
    }
    let worlds = BatchWorld::new(&model, 100, 1).unwrap();
    assert_eq!(worlds.bytes_per_world(), 4.0 + 32.0);
}

#[test]
fn the_ladder_times_every_rung_for_one_agent_and_step() {
    let model = tmaze::stem_model(0.95, &[0.0, 2.0, -3.0]).unwrap();
    let times = ladder(&model, &settings(0), 40, 2, 1, 3).unwrap();
    let names: Vec<&str> = times.iter().map(|time| time.name.as_str()).collect();
    assert_eq!(names, RUNGS);
    // Nanoseconds to a tenth of a second: a time that was divided by nothing, or twice, is not among them.
    let plausible = |s: &f64| (1e-8..0.1).contains(s);
    assert!(times.iter().all(|time| time.seconds.len() == 3));
    assert!(times[..3].iter().flat_map(|time| &time.seconds).all(plausible), "{times:?}");
}

#[test]
fn the_maze_with_a_stem_is_the_one_of_the_literature() {
    let model = tmaze::stem_model(0.95, &[0.0, 2.0, -3.0]).unwrap();
    assert_eq!((model.n_states(), model.n_actions(), model.n_modalities()), (10, 5, 3));
    let place = |from: usize, u: usize| model.transition().next(2 * from, u)[0].0 / 2;
    // From the centre an arm is not reached in one step; from the middle it is, and back.
    assert_eq!([place(0, 1), place(0, 3), place(0, 4)], [0, 3, 4]);
    assert_eq!([place(4, 1), place(4, 2), place(1, 4), place(1, 0)], [1, 2, 4, 1]);
    let cue = model.likelihood(2);
    assert_eq!([cue[[1, 3, 0]], cue[[2, 3, 0]], cue[[0, 0, 0]]], [0.95, 1.0 - 0.95, 1.0]);
    let reward = model.likelihood(1);
    assert_eq!([reward[[1, 1, 0]], reward[[2, 1, 1]], reward[[1, 2, 1]]], [1.0; 3]);
    model.check_reachable().unwrap();
}

#[cfg(feature = "deep")]
mod tensors {
    use super::*;

    /// Random beliefs, (rows, states), all above 0.
    fn beliefs(rows: usize, states: usize, rng: &mut dyn Rng) -> Array2<f64> {
        let row = |rng: &mut dyn Rng| {
            let w: Vec<f64> = (0..states).map(|_| 0.05 + uniform01(rng)).collect();
            let sum: f64 = w.iter().sum();
            w.iter().map(|w| w / sum).collect::<Vec<_>>()
        };
        let all = (0..rows).flat_map(|_| row(rng)).collect();
        Array2::from_shape_vec((rows, states), all).unwrap()
    }

    #[test]
    fn the_graph_s_expected_free_energy_is_the_library_s() {
        for seed in 0..10 {
            let model = random_model(seed);
            let graph = TensorModel::new(&model).unwrap();
            let q = beliefs(6, model.n_states(), &mut seeded(seed));
            for horizon in [1, 2, 3] {
                let g = graph.open_loop(&q, horizon).unwrap();
                assert_eq!(g.dim(), (6, 4usize.pow(horizon as u32)));
                for (row, q) in g.rows().into_iter().zip(q.rows()) {
                    let plain = open_loop(&model, &cat(&q.to_vec()), horizon).unwrap();
                    let off = |(g, plain): (&f64, &Efe)| (g - plain.total()).abs();
                    assert!(row.iter().zip(&plain).map(off).fold(0.0, f64::max) < 1e-6);
                }
            }
        }
    }

    #[test]
    fn the_slope_of_g_in_c_is_minus_what_is_expected() {
        let model = random_model(3);
        let graph = TensorModel::new(&model).unwrap();
        let q = beliefs(1, model.n_states(), &mut seeded(1));
        let (slope, _) = graph.efe_slopes(&q, &[2]).unwrap();
        let predicted = predict(&model, &cat(&q.row(0).to_vec()), 2);
        let mut expected: Vec<f64> =
            successor_beliefs(&model, &predicted).into_iter().map(|(_, p)| -p).collect();
        let mut slope: Vec<f64> = slope.into_iter().filter(|p| *p != 0.0).collect();
        slope.sort_by(f64::total_cmp);
        expected.sort_by(f64::total_cmp);
        assert!(distance(&slope, &expected) < 1e-12, "{slope:?} {expected:?}");
        assert!((slope.iter().sum::<f64>() + 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_slope_of_g_in_a_belief_is_that_of_differences() {
        for seed in 0..5 {
            let model = random_model(seed);
            let graph = TensorModel::new(&model).unwrap();
            let q = beliefs(2, model.n_states(), &mut seeded(seed));
            let (_, slope) = graph.efe_slopes(&q, &[1, 3]).unwrap();
            // Along a direction in which probabilities still sum to 1, by the plain library.
            let g = |row: Vec<f64>| -> f64 {
                policy_efe(&model, &cat(&row), &[1, 3])
                    .unwrap()
                    .iter()
                    .map(Efe::total)
                    .sum()
            };
            for i in 0..2 {
                for s in 1..model.n_states() {
                    let moved = |h: f64| {
                        let mut row = q.row(i).to_vec();
                        row[s] += h;
                        row[0] -= h;
                        g(row)
                    };
                    let difference = (moved(1e-6) - moved(-1e-6)) / 2e-6;
                    assert!((slope[[i, s]] - slope[[i, 0]] - difference).abs() < 1e-6);
                }
            }
        }
    }

    #[test]
    fn free_energy_and_its_slope_are_the_library_s() {
        let model = tmaze::factored_model(0.8, &[0.0, 3.0, -3.0]).unwrap();
        let (random, rng) = (random_model(9), &mut seeded(4));
        for (model, obs) in [(&random, None), (&model, Some([1, 1, 0]))] {
            let graph = TensorModel::new(model).unwrap();
            let n = model.n_states();
            let predicted = beliefs(3, n, rng);
            let obs = obs.unwrap_or_else(|| {
                generate(model, &[], rng).observations[0].clone().try_into().unwrap()
            });
            let seen = Array2::from_shape_fn((3, 3), |(_, m)| obs[m]);
            let logits = Array2::from_shape_simple_fn((3, n), || standard_normal(rng));
            let (f, slope) = graph.free_energy(&logits, &predicted, &seen).unwrap();
            for (i, &free) in f.iter().enumerate() {
                let p = cat(&predicted.row(i).to_vec());
                let joint: Vec<f64> =
                    log_joint(model, &p, &obs).unwrap().iter().copied().collect();
                if joint.iter().any(|x| x.is_infinite()) {
                    assert!(free > 50.0); // what is impossible costs hundreds of nats
                    continue;
                }
                let x = logits.row(i).to_vec();
                let plain = free_energy(model, &cat(&softmax(&x)), &p, &obs).unwrap();
                assert!((free - plain.total()).abs() < 1e-6);
                let right = gradient::gradient(&joint, &x);
                assert!(distance(&slope.row(i).to_vec(), &right) < 1e-6);
            }
        }
    }

    #[test]
    fn what_a_graph_cannot_hold_is_refused() {
        let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
        let graph = TensorModel::new(&model).unwrap();
        let text = graph.open_loop(&array![[0.5, 0.5]], 1).unwrap_err().to_string();
        assert!(text.contains("has shape [1, 2], expected [1, 8]"), "{text}");
        let q = beliefs(1, 8, &mut seeded(1));
        assert!(graph.efe_slopes(&q, &[4]).is_err());
        let impossible = array![[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]];
        let error =
            graph.free_energy(&q, &impossible, &array![[3]]).unwrap_err().to_string();
        assert!(error.starts_with("agent 0: observation outcome = \"reward\""), "{error}");
        let over = model.with_preference_over_time(0, &Array2::zeros((2, 5))).unwrap();
        let text = TensorModel::new(&over).unwrap_err().to_string();
        assert!(text.contains("C that changes over time"), "{text}");
    }
}
