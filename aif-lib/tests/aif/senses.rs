//! Senses that are silent or unsure, mean field beside the exact posterior, and what policies make of an episode.

use aif_lib::aif::perceive::evidence::{Evidence, policy_surprise, seen};
use aif_lib::aif::perceive::inference::Inference;
use aif_lib::prelude::*;
use ndarray::Array3;
use proptest::prelude::*;

use super::support::{Plain, episode_of_three, plain, trajectories};

/// Two factors, three senses: one of each factor, one of both.
fn two_by_three() -> GenerativeModel {
    let slow = |p: f64| {
        Array3::from_shape_fn(
            (2, 2, 1),
            |(to, from, _)| if to == from { p } else { 1.0 - p },
        )
    };
    let both = Array3::from_shape_fn((2, 2, 2), |(o, s, r)| {
        let p = [[0.9, 0.4], [0.3, 0.2]][s][r];
        if o == 0 { p } else { 1.0 - p }
    });
    GenerativeModel::builder()
        .actions(&["wait"])
        .factor("s", &["s0", "s1"], &[0.6, 0.4], slow(0.8))
        .factor("r", &["r0", "r1"], &[0.3, 0.7], slow(0.7))
        .modality(
            "of s",
            &["0", "1"],
            &["s"],
            array![[0.7, 0.2], [0.3, 0.8]].into_dyn(),
            &[0.0; 2],
        )
        .modality(
            "of r",
            &["0", "1"],
            &["r"],
            array![[0.6, 0.1], [0.4, 0.9]].into_dyn(),
            &[0.0; 2],
        )
        .modality("of both", &["0", "1"], &["s", "r"], both.into_dyn(), &[0.0; 2])
        .build()
        .unwrap()
}

/// P(s, r | evidence) by adding up every combination of what the senses may have seen.
fn by_hand(weights: [[f64; 2]; 3]) -> (Vec<f64>, f64) {
    let (d_s, d_r) = ([0.6, 0.4], [0.3, 0.7]);
    let (a_s, a_r) = ([[0.7, 0.2], [0.3, 0.8]], [[0.6, 0.1], [0.4, 0.9]]);
    let a_both = |o: usize, s: usize, r: usize| {
        let p = [[0.9, 0.4], [0.3, 0.2]][s][r];
        if o == 0 { p } else { 1.0 - p }
    };
    let mut joint = vec![0.0; 4];
    for s in 0..2 {
        for r in 0..2 {
            for (i, j, k) in (0..8).map(|c| (c / 4, c / 2 % 2, c % 2)) {
                let w = weights[0][i] * weights[1][j] * weights[2][k];
                joint[2 * s + r] +=
                    w * d_s[s] * d_r[r] * a_s[i][s] * a_r[j][r] * a_both(k, s, r);
            }
        }
    }
    let sum: f64 = joint.iter().sum();
    joint.iter_mut().for_each(|p| *p /= sum);
    (joint, sum.ln())
}

#[track_caller]
fn close(one: &[f64], other: &[f64]) {
    assert_eq!(one.len(), other.len());
    assert!(one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-12), "{one:?} {other:?}");
}

#[test]
fn silent_and_unsure_senses_by_enumeration() {
    let model = two_by_three();
    let soft = Evidence::Soft(vec![0.75, 0.25]);
    let cases = [
        (seen(&[0, 1, 0]), [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]),
        (
            vec![Evidence::Missing, Evidence::Seen(1), Evidence::Seen(0)],
            [[1.0, 1.0], [0.0, 1.0], [1.0, 0.0]],
        ),
        (
            vec![soft.clone(), Evidence::Missing, Evidence::Seen(1)],
            [[0.75, 0.25], [1.0, 1.0], [0.0, 1.0]],
        ),
        (vec![soft.clone(), soft.clone(), soft], [[0.75, 0.25]; 3]),
        (vec![Evidence::Missing; 3], [[1.0, 1.0]; 3]),
    ];
    for (evidence, weights) in cases {
        let update = Inference::Exact.correct(&model, model.prior(), &evidence).unwrap();
        let (belief, log_evidence) = by_hand(weights);
        close(update.belief.probs(), &belief);
        assert!((update.log_evidence - log_evidence).abs() < 1e-12);
    }
    // A sense that is sure in the soft way says what it says in the hard way.
    let hard =
        Inference::Exact.filter(&model, model.prior(), 0, &seen(&[0, 1, 1])).unwrap();
    let sure = |o: usize| Evidence::Soft(Categorical::one_hot(2, o).probs().to_vec());
    let soft = Inference::Exact
        .filter(&model, model.prior(), 0, &[sure(0), sure(1), sure(1)])
        .unwrap();
    close(hard.belief.probs(), soft.belief.probs());
    assert_eq!(hard, filter(&model, model.prior(), 0, &[0, 1, 1]).unwrap());
}

#[test]
fn bad_evidence_is_named() {
    let model = two_by_three();
    let text = |evidence: &[Evidence]| {
        Inference::Exact.correct(&model, model.prior(), evidence).unwrap_err().to_string()
    };
    let (missing, soft) = (Evidence::Missing, |p: &[f64]| Evidence::Soft(p.to_vec()));
    assert!(text(&seen(&[0])).contains("observation has shape [1], expected [3]"));
    assert!(
        text(std::slice::from_ref(&missing))
            .contains("observation has shape [1], expected [3]")
    );
    let three = |first: Evidence| vec![first, missing.clone(), missing.clone()];
    assert!(
        text(&three(Evidence::Seen(2))).contains("\"of s\" is 2, but there are only 2")
    );
    assert!(text(&three(soft(&[1.0]))).contains("\"of s\" has shape 1, expected 2"));
    assert!(text(&three(soft(&[0.5, 0.6]))).contains("sums to 1.1000"));
    let maze = tmaze::model(1.0, &tmaze::PREFERENCE).unwrap();
    let never = maze.outcome_names(0).len() - 1;
    let mut p = vec![0.0; never + 1];
    p[never] = 1.0;
    let text = Inference::Exact.correct(&maze, maze.prior(), &[soft(&p)]).unwrap_err();
    assert!(matches!(text, aif_lib::Error::ImpossibleObservation { .. }), "{text}");
}

#[test]
fn mean_field_is_exact_where_the_factors_are_independent() {
    let model = two_by_three();
    let mean_field = Inference::MeanField { sweeps: 100 };
    let apart = [Evidence::Seen(0), Evidence::Seen(1), Evidence::Missing];
    let exact = Inference::Exact.correct(&model, model.prior(), &apart).unwrap();
    let product = mean_field.correct(&model, model.prior(), &apart).unwrap();
    close(exact.belief.probs(), product.belief.probs());
    assert!((exact.log_evidence - product.log_evidence).abs() < 1e-12);
    // Where a sense couples them something is lost, and the bound says so.
    let exact = Inference::Exact.correct(&model, model.prior(), &seen(&[0, 1, 0])).unwrap();
    let product = mean_field.correct(&model, model.prior(), &seen(&[0, 1, 0])).unwrap();
    assert!(product.log_evidence < exact.log_evidence - 1e-4);
    let marginals = |q: &Categorical| {
        let [s, r] = ["s", "r"].map(|name| model.marginal(q, name).unwrap());
        (0..4).map(|i| s[i / 2] * r[i % 2]).collect::<Vec<_>>()
    };
    close(product.belief.probs(), &marginals(&product.belief));
}

#[test]
fn an_agent_by_mean_field_does_as_the_exact_one_where_nothing_is_lost() {
    // In the factored maze the place is always known, so a product of beliefs is all there is.
    let model = tmaze::factored_model(0.9, &[0.0, 3.0, -3.0]).unwrap();
    let agent = |inference| {
        let options = AifOptions { episode: Some(2), inference, ..Default::default() };
        AifAgent::new(model.clone(), options).unwrap()
    };
    let run = |mut agent: AifAgent| {
        let (mut maze, mut rng) = (FactoredTMaze::new(0.9).unwrap(), seeded(3));
        (0..40)
            .map(|_| episode(&mut maze, &mut agent, &mut rng).actions())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        run(agent(Inference::Exact)),
        run(agent(Inference::MeanField { sweeps: 50 }))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_agent_in_the_loop_believes_what_all_paths_say_of_what_it_was_shown(
        (m, obs, actions) in episode_of_three(),
        kinds in prop::collection::vec(0..3usize, 3),
        trust in 0.1..1.0f64,
    ) {
        // At each moment the sense is sure, silent, or says its outcome with some trust and spreads the rest.
        let n = m.n_outcomes();
        let spread = (1.0 - trust) / n as f64;
        let weights = |t: usize| -> Vec<f64> {
            (0..n).map(|o| match kinds[t] {
                0 => f64::from(u8::from(o == obs[t])),
                1 => 1.0,
                _ => spread + if o == obs[t] { trust } else { 0.0 },
            }).collect()
        };
        let mut joint = vec![0.0; m.n_states()];
        for said in 0..n.pow(3) {
            let said = [said / n / n, said / n % n, said % n];
            let w: f64 = (0..3).map(|t| weights(t)[said[t]]).product();
            for (path, p) in trajectories(&m, &said, &actions) {
                joint[path[2]] += w * p;
            }
        }
        let sum: f64 = joint.iter().sum();
        let options = AifOptions { horizon: 1, ..Default::default() };
        let step = |t: usize, evidence: Evidence| Step { obs: vec![evidence], reward: 0.0, end: (t == 2).then_some(End::Truncated) };
        let shown = |t: usize| match kinds[t] {
            0 => Evidence::Seen(obs[t]),
            1 => Evidence::Missing,
            _ => Evidence::Soft(weights(t)),
        };
        let mut agent = AifAgent::new(m.model(), options.clone()).unwrap();
        agent.begin(&vec![shown(0)]);
        for t in 1..3 {
            agent.observe(&actions[t - 1], &step(t, shown(t)), &mut seeded(0));
        }
        for (q, p) in agent.belief().probs().iter().zip(&joint) {
            prop_assert!((q - p / sum).abs() < 1e-12);
        }
        // The same without soft outcomes, in the plain form.
        if !kinds.contains(&2) {
            let plain = |t: usize| (kinds[t] == 0).then_some(obs[t]);
            let mut other = AifAgent::new(m.model(), options).unwrap();
            other.begin(&plain(0));
            for t in 1..3 {
                other.observe(&actions[t - 1], &Step { obs: plain(t), reward: 0.0, end: None }, &mut seeded(0));
            }
            prop_assert_eq!(other.belief(), agent.belief());
        }
    }

    #[test]
    fn the_surprise_of_a_policy_is_that_of_all_its_paths(m in plain(), obs in prop::collection::vec(0..9usize, 3)) {
        let obs: Vec<usize> = obs.iter().map(|o| o % m.n_outcomes()).collect();
        let all: Vec<Vec<usize>> = policies(m.n_actions(), 3).collect();
        let model = m.model();
        let observations: Vec<Vec<usize>> = obs.iter().map(|o| vec![*o]).collect();
        let f = policy_surprise(&model, &all, &observations).unwrap();
        for (policy, f) in all.iter().zip(f) {
            let p: f64 = trajectories(&m, &obs, &policy[..2]).iter().map(|(_, p)| p).sum();
            prop_assert!((f + p.ln()).abs() < 1e-10 || (p == 0.0 && f == f64::INFINITY), "{f} {p}");
        }
    }
}

/// The T-maze in the dark: each sight is lost with a probability.
struct Dark {
    maze: TMaze,
    lost: f64,
}

impl World<Option<Obs>> for Dark {
    fn action_space(&self) -> usize {
        self.maze.action_space()
    }
    fn observation_space(&self) -> usize {
        self.maze.observation_space()
    }
    fn reset(&mut self, rng: &mut dyn Rng) -> Option<Obs> {
        let obs = self.maze.reset(rng);
        (uniform01(rng) >= self.lost).then_some(obs)
    }
    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step<Option<Obs>> {
        let Step { obs, reward, end } = self.maze.step(action, rng);
        Step { obs: (uniform01(rng) >= self.lost).then_some(obs), reward, end }
    }
}

#[test]
fn a_world_may_hide_what_it_would_have_shown() {
    let maze = || TMaze::new(1.0).unwrap();
    let mut dark = Dark { maze: maze(), lost: 0.5 };
    check_world(&mut dark, 20, &mut seeded(1)).unwrap();
    let model = tmaze::model(1.0, &tmaze::PREFERENCE).unwrap();
    let options = AifOptions { episode: Some(tmaze::MOVES), ..Default::default() };
    let mut agent = AifAgent::new(model, options).unwrap();
    let mut share = |lost| {
        let mut dark = Dark { maze: maze(), lost };
        success_rate(&returns(&mut dark, &mut agent, 2000, &mut seeded(2)))
    };
    // It always looks. If it saw the cue, it knows. If not, to stay or go there again teaches as much as an arm does, ln 2, so that
    // all four ties and half of the two arms are wrong: (1 + ¼) / 2, with a standard error of .011.
    assert_eq!(share(0.0), 1.0);
    assert!((share(0.5) - 0.625).abs() < 0.05, "{}", share(0.5));
    assert!((share(1.0) - 0.25).abs() < 0.05, "{}", share(1.0));
}

#[test]
fn evidence_keeps_the_rules_of_a_signal() {
    let (space, mut rng) = (vec![2, 5], seeded(3));
    let drawn: Vec<Vec<Evidence>> =
        (0..200).map(|_| Signal::draw(&space, &mut rng)).collect();
    assert!(drawn.iter().all(|signal| signal.is_in(&space)));
    let kinds =
        |f: fn(&Evidence) -> bool| drawn.iter().filter(|signal| f(&signal[0])).count();
    assert!(kinds(|e| *e == Evidence::Missing) > 40);
    assert!(kinds(|e| matches!(e, Evidence::Seen(1))) > 10);
    assert!(kinds(|e| matches!(e, Evidence::Soft(p) if p.len() == 2 && p[0] != p[1])) > 40);
    let outside = Vec::<Evidence>::outside(&space);
    assert_eq!(outside.len(), 5);
    assert!(outside.iter().all(|signal| !signal.is_in(&space)));
    assert!(vec![Evidence::Missing; 2].is_in(&space));
}

#[test]
fn a_policy_that_is_too_short_for_what_was_seen_is_named() {
    let m = Plain {
        a: array![[1.0, 1.0]],
        b: Array3::from_elem((2, 2, 1), 0.5),
        c: vec![0.0],
        d: vec![0.5, 0.5],
    };
    let surprise = |policies: &[Vec<usize>]| {
        policy_surprise(&m.model(), policies, &[vec![0], vec![0], vec![0]])
    };
    assert_eq!(surprise(&[vec![0, 0], vec![0; 5]]).unwrap(), [0.0, 0.0]);
    let text = surprise(&[vec![0, 0], vec![0]]).unwrap_err().to_string();
    assert!(text.contains("policy 1 has shape 1, expected 2 or more"), "{text}");
}
