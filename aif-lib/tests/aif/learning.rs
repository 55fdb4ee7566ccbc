//! An agent that learns its own model, against counts of all hidden paths.

use aif_lib::aif::learn::parameters::{CountOptions, Learning, When};
use aif_lib::aif::perceive::evidence::{Evidence, seen};
use aif_lib::prelude::*;
use aif_lib::prob::dirichlet::Dirichlet;
use ndarray::{Array2, Array3, ArrayD};
use proptest::prelude::*;

use super::support::{Plain, episode_of_three, plain, trajectories};

const ONE: Option<CountOptions> =
    Some(CountOptions { prior: 1.0, rate: 1.0, forgetting: 0.0 });

fn all(when: When) -> Learning {
    Learning { a: ONE, b: ONE, d: ONE, e: ONE, when, novelty: true }
}

fn agent(model: GenerativeModel, learning: Learning) -> AifAgent {
    AifAgent::new(model, AifOptions { learning, ..Default::default() }).unwrap()
}

#[track_caller]
fn close(one: &ArrayD<f64>, other: &ArrayD<f64>) {
    assert_eq!(one.shape(), other.shape());
    assert!((one - other).iter().all(|d| d.abs() < 1e-10), "{one} {other}");
}

/// Expected counts of (A, B, D) over all hidden paths of an episode, prior included.
fn counts_of_paths(
    m: &Plain,
    obs: &[usize],
    actions: &[usize],
) -> (Array2<f64>, Array3<f64>, Vec<f64>) {
    let paths = trajectories(m, obs, actions);
    let evidence: f64 = paths.iter().map(|(_, p)| p).sum();
    let (mut a, mut b, mut d) = (m.a.clone(), m.b.clone(), m.d.clone());
    for (path, p) in &paths {
        let p = p / evidence;
        d[path[0]] += p;
        path.iter().zip(obs).for_each(|(s, o)| a[[*o, *s]] += p);
        for (t, u) in actions.iter().enumerate() {
            b[[path[t + 1], path[t], *u]] += p;
        }
    }
    (a, b, d)
}

/// Lives through an episode without deciding anything.
fn live(agent: &mut AifAgent, obs: &[usize], actions: &[usize]) {
    agent.begin(&obs[0]);
    for (u, o) in actions.iter().zip(&obs[1..]) {
        agent.perceive(*u, &seen(&[*o])).unwrap();
    }
    agent.end_episode().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn smoothed_counts_are_those_of_all_paths((m, obs, actions) in episode_of_three()) {
        let learning = Learning { e: None, ..all(When::EpisodeEnd) };
        let mut agent = agent(m.model(), learning);
        live(&mut agent, &obs, &actions);
        let (a, b, d) = counts_of_paths(&m, &obs, &actions);
        let counts = agent.parameters().unwrap();
        close(&counts.a()[0].counts(), &a.into_dyn());
        close(&counts.b()[0].counts(), &b.clone().into_dyn());
        close(&counts.d()[0].counts(), &ndarray::Array1::from(d).into_dyn());
        // The model is the mean of the counts.
        for ((to, from, u), n) in b.indexed_iter() {
            let sum: f64 = (0..m.n_states()).map(|next| b[[next, from, u]]).sum();
            prop_assert!((agent.model().transition()[[to, from, u]] - n / sum).abs() < 1e-10);
        }
        agent.end_episode().unwrap(); // said twice, it is learned once
        close(&agent.parameters().unwrap().b()[0].counts(), &b.into_dyn());
    }

    #[test]
    fn filtered_counts_know_only_what_was_seen_until_then((m, obs, actions) in episode_of_three()) {
        // One letter at a time and one step at a time: the model must stay what it is for the enumeration to hold.
        for part in 0..3 {
            let mut learning = Learning { when: When::EachStep, ..Default::default() };
            // A rate so small that the second step still sees the first model, and counts scaled back up.
            let tiny = Some(CountOptions { prior: 1.0, rate: 1e-9, forgetting: 0.0 });
            [&mut learning.a, &mut learning.b, &mut learning.d].into_iter().nth(part).into_iter().for_each(|r| *r = tiny);
            let mut agent = agent(m.model(), learning);
            live(&mut agent, &obs, &actions);
            let counts = agent.parameters().unwrap();
            let (mut a, mut b) = (Array2::<f64>::zeros(m.a.dim()), Array3::<f64>::zeros(m.b.dim()));
            for t in 0..3 {
                let paths = trajectories(&m, &obs[..=t], &actions[..t]);
                let evidence: f64 = paths.iter().map(|(_, p)| p).sum();
                for (path, p) in &paths {
                    a[[obs[t], path[t]]] += p / evidence;
                    if t > 0 {
                        b[[path[t], path[t - 1], actions[t - 1]]] += p / evidence;
                    }
                }
            }
            let up = |counts: ArrayD<f64>, prior: ArrayD<f64>| (counts - prior) * 1e9;
            let near = |x: ArrayD<f64>, y: ArrayD<f64>| (&x - &y).iter().all(|d| d.abs() < 1e-5);
            match part {
                0 => prop_assert!(near(up(counts.a()[0].counts(), m.a.clone().into_dyn()), a.into_dyn())),
                1 => prop_assert!(near(up(counts.b()[0].counts(), m.b.clone().into_dyn()), b.into_dyn())),
                _ => {
                    let first = correct(&m.model(), m.model().prior(), &[obs[0]]).unwrap().belief;
                    let d = up(counts.d()[0].counts(), ndarray::Array1::from(m.d.clone()).into_dyn());
                    prop_assert!(near(d, ndarray::Array1::from(first.probs().to_vec()).into_dyn()));
                }
            }
        }
    }

    #[test]
    fn novelty_is_what_the_next_counts_are_expected_to_teach(m in plain(), n_a in 0.5..6.0f64, n_b in 0.5..6.0f64) {
        let rates = |prior| Some(CountOptions { prior, ..Default::default() });
        let learning = Learning { a: rates(n_a), b: rates(n_b), ..Default::default() };
        let model = agent(m.model(), learning).model().clone();
        // The mean KL of the Dirichlet after one more count, over what will be counted: the definition.
        let gain = |p: Vec<f64>, strength: f64| {
            let counts: Vec<f64> = p.iter().filter(|p| **p > 0.0).map(|p| p * strength).collect();
            let now = Dirichlet::new(counts).unwrap();
            (0..now.counts().len()).map(|o| {
                let mut after = now.clone();
                after.observe(o, 1.0);
                now.mean()[o] * after.kl(&now)
            }).sum::<f64>()
        };
        let ns = m.n_states();
        let column_a = |s: usize| (0..m.n_outcomes()).map(|o| m.a[[o, s]]).collect::<Vec<_>>();
        let column_b = |s: usize, u: usize| (0..ns).map(|to| m.b[[to, s, u]]).collect::<Vec<_>>();
        for (policy, g) in policies(m.n_actions(), 2).zip(open_loop(&model, model.prior(), 2).unwrap()) {
            let (mut q, mut novelty) = (m.d.clone(), 0.0);
            for u in policy {
                novelty += (0..ns).map(|s| q[s] * gain(column_b(s, u), n_b)).sum::<f64>();
                q = (0..ns).map(|to| (0..ns).map(|s| m.b[[to, s, u]] * q[s]).sum()).collect();
                novelty += (0..ns).map(|s| q[s] * gain(column_a(s), n_a)).sum::<f64>();
            }
            prop_assert!((g.novelty - novelty).abs() < 1e-9, "{g:?} {novelty}");
            prop_assert!((g.total() - (g.risk + g.ambiguity - g.novelty)).abs() < 1e-12);
            prop_assert!((g.total() + g.pragmatic + g.epistemic + g.novelty).abs() < 1e-12);
        }
        // Without novelty, or with nothing learned, there is none.
        for learning in [Learning { novelty: false, ..learning }, Learning { d: ONE, e: ONE, ..Default::default() }] {
            let model = agent(m.model(), learning).model().clone();
            let g = closed_loop(&model, model.prior(), 2, Backup::Max).unwrap();
            prop_assert!(g.iter().all(|g| g.novelty == 0.0));
            let plain = closed_loop(&m.model(), m.model().prior(), 2, Backup::Max).unwrap();
            prop_assert!(g.iter().zip(&plain).all(|(g, p)| (g.total() - p.total()).abs() < 1e-10));
        }
    }
}

#[test]
fn novelty_in_the_tree_by_hand() {
    // One state, two actions, one coin each would need two states; here one coin: gain (ln 2 − ½) for counts (1, 1), twice.
    let one = GenerativeModel::new(
        array![[0.5], [0.5]],
        Array3::ones((1, 1, 1)),
        &[0.0, 0.0],
        &[1.0],
    );
    let rates = Some(CountOptions { prior: 2.0, ..Default::default() });
    let learning = Learning { a: rates, ..Default::default() };
    let mut agent = agent(one.unwrap(), learning);
    agent.begin(&0);
    let g = agent.decide().unwrap().efe[0];
    assert!((g.novelty - 2.0 * (2f64.ln() - 0.5)).abs() < 1e-12, "{g:?}");
    // The first observation of the episode is learned at its end, not before.
    agent.end_episode().unwrap();
    assert_eq!(agent.model().likelihood(0)[[0, 0]], 2.0 / 3.0);
}

/// A T-maze whose reward is always on the left, lived through with the same steps.
fn trial(agent: &mut AifAgent) {
    live(agent, &[0, 1, 3], &[1, 2]);
}

#[test]
fn the_prior_is_learned_for_the_next_episode() {
    let maze = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
    let rates = |rate, forgetting| Some(CountOptions { prior: 4.0, rate, forgetting });
    let learn = |rates| {
        let learning = Learning { d: rates, ..Default::default() };
        agent(maze.clone(), learning)
    };
    // The reward was on the left, so the trial began there: counts (2, 2) become (3, 2), then (4, 2).
    let mut plain = learn(rates(1.0, 0.0));
    trial(&mut plain);
    assert!((plain.model().prior()[0] - 0.6).abs() < 1e-12);
    trial(&mut plain);
    assert!((plain.model().prior()[0] - 4.0 / 6.0).abs() < 1e-12);
    plain.begin(&0);
    assert!((plain.belief()[0] - 4.0 / 6.0).abs() < 1e-12);
    // η = 3 and half forgotten: learned 3, then 1.5 + 3; counts (6.5, 2).
    let mut fast = learn(rates(3.0, 0.5));
    trial(&mut fast);
    trial(&mut fast);
    assert!((fast.model().prior()[0] - 6.5 / 8.5).abs() < 1e-12);
    // The same model from the start thinks the same: nothing is left of what was planned before.
    let fresh = AifOptions { episode: Some(2), ..Default::default() };
    let mut d = [0.0; 8];
    (d[0], d[1]) = (6.5 / 8.5, 2.0 / 8.5);
    fast.begin(&0);
    let belief = Categorical::new(d.to_vec()).unwrap();
    let mut other = AifAgent::new(maze, fresh).unwrap();
    other.begin_with(&belief, &seen(&[0])).unwrap();
    let (one, two) = (fast.decide().unwrap(), other.decide().unwrap());
    for (a, b) in one.efe.iter().zip(&two.efe) {
        assert!((a.total() - b.total()).abs() < 1e-12);
    }
}

#[test]
fn what_was_counted_of_a_and_b_fades_by_hand() {
    // Two rooms that show themselves. "Go" is believed to lead anywhere, A to be wrong once in five times; it leads to the other
    // room, again and again. η = 2, a quarter fades: of the column that is used twice 2 · .75 + 2 = 3.5 counts are learned.
    let a = ndarray::array![[0.8, 0.2], [0.2, 0.8]];
    let b = Array3::from_elem((2, 2, 1), 0.5);
    let model = GenerativeModel::new(a.clone(), b.clone(), &[0.0, 0.0], &[1.0, 0.0])
        .expect("a fixed model");
    let rates = Some(CountOptions { prior: 4.0, rate: 2.0, forgetting: 0.25 });
    for when in [When::EpisodeEnd, When::EachStep] {
        let learning = Learning { a: rates, when, novelty: false, ..Default::default() };
        let mut looks = agent(model.clone(), learning);
        // The start is known, and each episode has one moment: room 0 shows outcome 1, twice.
        live(&mut looks, &[1], &[]);
        live(&mut looks, &[1], &[]);
        let learned = looks.model().likelihood(0).clone();
        assert!((learned[[1, 0]] - (0.8 + 3.5) / 7.5).abs() < 1e-12, "{learned}");
        assert!((learned[[1, 1]] - 0.8).abs() < 1e-12, "{learned}");
    }
    // B with eyes that do not err: from room 0 to room 1, twice.
    let sure = Array2::eye(2);
    let model =
        GenerativeModel::new(sure, b, &[0.0, 0.0], &[1.0, 0.0]).expect("a fixed model");
    for when in [When::EpisodeEnd, When::EachStep] {
        let learning = Learning { b: rates, when, novelty: false, ..Default::default() };
        let mut walks = agent(model.clone(), learning);
        live(&mut walks, &[0, 1], &[0]);
        live(&mut walks, &[0, 1], &[0]);
        let learned = walks.model().factor_transition(0).clone();
        assert!((learned[[1, 0]] - (2.0 + 3.5) / 7.5).abs() < 1e-12, "{learned}");
        assert!((learned[[1, 1]] - 0.5).abs() < 1e-12, "{learned}");
    }
}

#[test]
fn what_was_planned_with_an_old_model_is_forgotten() {
    let b = Array3::from_shape_fn(
        (3, 3, 2),
        |(to, from, u)| {
            if to == (from + u) % 3 { 0.6 } else { 0.2 }
        },
    );
    let model =
        GenerativeModel::new(Array2::eye(3), b, &[0.0, 1.0, -1.0], &[1.0, 0.0, 0.0]);
    let learning =
        Learning { b: ONE, when: When::EachStep, novelty: false, ..Default::default() };
    let options = AifOptions { horizon: 4, learning, ..Default::default() };
    let mut agent = AifAgent::new(model.unwrap(), options).unwrap();
    agent.begin(&0);
    let before = agent.decide().unwrap().efe;
    for o in [1, 1, 2, 0] {
        agent.observe(&1, &Step { obs: o, reward: 0.0, end: None }, &mut seeded(1));
        let mut fresh = ClosedLoop::new(agent.model().clone(), Backup::Max).unwrap();
        let expected = fresh.values(&agent.belief().clone(), 4).unwrap();
        assert_eq!(agent.decide().unwrap().efe, expected);
    }
    assert_ne!(before, agent.decide().unwrap().efe);
}

#[test]
fn a_frozen_agent_counts_nothing() {
    for when in [When::EpisodeEnd, When::EachStep] {
        let maze = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
        let mut agent = agent(maze, all(when));
        trial(&mut agent);
        let learned = agent.parameters().unwrap().clone();
        Agent::<Obs>::set_learning(&mut agent, false);
        trial(&mut agent);
        let mut rng = seeded(2);
        episode(&mut TMaze::new(0.9).unwrap(), &mut agent, &mut rng);
        assert_eq!(agent.parameters(), Some(&learned), "{when:?}");
        Agent::<Obs>::set_learning(&mut agent, true);
        trial(&mut agent);
        assert_ne!(agent.parameters(), Some(&learned), "{when:?}");
    }
}

#[test]
fn habits_count_the_posterior_over_what_could_be_chosen() {
    // Smith, Friston & Whyte: e ← ω e + η π, here with ω = 1 − forgetting on what was learned.
    let maze = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
    for when in [When::EpisodeEnd, When::EachStep] {
        let learning = Learning {
            e: Some(CountOptions { prior: 4.0, rate: 2.0, forgetting: 0.5 }),
            when,
            ..Default::default()
        };
        let choice = Choice::Sample { gamma: 1.0 };
        let base = AifOptions { learning, choice, ..Default::default() };
        let mut agent = AifAgent::new(maze.clone(), base.clone()).unwrap();
        agent.begin(&0);
        let q = agent.decide().unwrap().action;
        agent.observe(
            &1,
            &Step { obs: 1, reward: 0.0, end: Some(End::Truncated) },
            &mut seeded(0),
        );
        let e: Vec<f64> = (0..4).map(|u| (1.0 + 2.0 * q[u]) / 6.0).collect();
        assert!(agent.model().habits().iter().zip(&e).all(|(a, b)| (a - b).abs() < 1e-12));
        // And they count in the next choice.
        agent.begin(&0);
        let again = agent.decide().unwrap();
        let odds = |p: &Categorical| p[1] / p[2];
        let g = again.efe[1].total() - again.efe[2].total();
        assert!((odds(&again.action) - e[1] / e[2] * (-g).exp()).abs() < 1e-12);
        // Policies of one's own have habits of their own.
        let mine = Some(vec![vec![1, 2], vec![1, 3]]);
        let mut agent =
            AifAgent::new(maze.clone(), AifOptions { policies: mine, ..base }).unwrap();
        agent.begin(&0);
        let q = agent.decide().unwrap().posterior;
        agent.observe(
            &1,
            &Step { obs: 1, reward: 0.0, end: Some(End::Truncated) },
            &mut seeded(0),
        );
        let e = agent.parameters().unwrap().habits().unwrap();
        assert!((e[0] - (2.0 + 2.0 * q[0]) / 6.0).abs() < 1e-12);
    }
}

#[test]
fn a_silent_sense_teaches_nothing_and_an_unsure_one_by_halves() {
    // One state: the sense says 0 or 1, (½, ½), worth 2 counts.
    let model = || {
        GenerativeModel::new(
            array![[0.5], [0.5]],
            Array3::ones((1, 1, 1)),
            &[0.0; 2],
            &[1.0],
        )
        .unwrap()
    };
    let learning = Learning {
        a: Some(CountOptions { prior: 2.0, ..Default::default() }),
        ..Default::default()
    };
    let counts = |evidence: Evidence| {
        let mut agent = agent(model(), learning);
        agent.begin_with(&cat(&[1.0]), &[evidence]).unwrap();
        agent.end_episode().unwrap();
        agent.parameters().unwrap().a()[0].counts().into_iter().collect::<Vec<_>>()
    };
    assert_eq!(counts(Evidence::Missing), [1.0, 1.0]);
    assert_eq!(counts(Evidence::Seen(1)), [1.0, 2.0]);
    assert_eq!(counts(Evidence::Soft(vec![0.25, 0.75])), [1.25, 1.75]);
}

#[test]
fn factors_that_depend_on_others_are_counted_where_they_stand() {
    // The lamp follows the switch if there is power; power comes and goes by itself. Both are seen.
    let lamp = ndarray::Array::from_elem((2, 2, 2), 0.5).into_dyn(); // (next, power, switch)
    let see = |name: &str| (name.to_string(), Array2::eye(2).into_dyn());
    let ((p, eye_p), (l, eye_l)) = (see("power"), see("lamp"));
    let model = GenerativeModel::builder()
        .control("switch", &["off", "on"])
        .factor("power", &["no", "yes"], &[0.5, 0.5], Array3::from_elem((2, 2, 1), 0.5))
        .linked_factor("lamp", &["dark", "lit"], &[0.5, 0.5], &["power"], &["switch"], lamp)
        .modality("p", &["no", "yes"], &[&p], eye_p, &[0.0; 2])
        .modality("l", &["dark", "lit"], &[&l], eye_l, &[0.0; 2])
        .build()
        .unwrap();
    let learning = Learning {
        b: Some(CountOptions { prior: 2.0, ..Default::default() }),
        ..Default::default()
    };
    let mut agent =
        AifAgent::new(model, AifOptions { learning, ..Default::default() }).unwrap();
    agent.begin(&vec![1, 0]);
    for (action, obs) in [(1, [1, 1]), (1, [0, 1]), (0, [0, 0]), (1, [1, 0])] {
        agent.perceive(action, &seen(&obs)).unwrap();
    }
    agent.end_episode().unwrap();
    let counts = agent.parameters().unwrap();
    let (power, lamp) = (counts.b()[0].counts(), counts.b()[1].counts());
    // power: yes → yes, yes → no, no → no, no → yes.
    assert_eq!(power, array![[2.0, 2.0], [2.0, 2.0]].into_dyn());
    // lamp (next, power before, switch): (1 | 1, 1), (1 | 1, 1), (0 | 0, 0), (0 | 0, 1).
    assert_eq!(lamp, array![[[2.0, 2.0], [1.0, 1.0]], [[1.0, 1.0], [1.0, 3.0]]].into_dyn());
}

#[test]
fn bad_rates_are_named() {
    let maze = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
    let text = |rates: CountOptions| {
        let learning = Learning { b: Some(rates), ..Default::default() };
        let options = AifOptions { learning, ..Default::default() };
        AifAgent::new(maze.clone(), options).unwrap_err().to_string()
    };
    let good = CountOptions::default();
    assert!(text(CountOptions { prior: 0.0, ..good }).contains("prior = 0"));
    assert!(text(CountOptions { rate: f64::NAN, ..good }).contains("rate = NaN"));
    assert!(text(CountOptions { forgetting: 1.5, ..good }).contains("forgetting = 1.5"));
}
