//! Messages over time, against the smoother where they are exact, and against sums over all paths and hand computation where
//! they are not.

use aif_lib::aif::perceive::evidence::{Evidence, seen};
use aif_lib::aif::perceive::inference::Inference;
use aif_lib::aif::perceive::message_passing::{Messages, message_passing};
use aif_lib::prelude::*;
use ndarray::{Array2, Array3};
use proptest::prelude::*;

use super::support::{Plain, trajectories};

const BOTH: [Messages; 2] = [Messages::Variational, Messages::Marginal];

#[track_caller]
fn close(one: &[f64], other: &[f64]) {
    assert_eq!(one.len(), other.len());
    assert!(one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-9), "{one:?} {other:?}");
}

fn normalised(weights: Vec<f64>) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|w| w / sum).collect()
}

/// A random model of two or three states, without zeros.
fn positive() -> impl Strategy<Value = (Plain, Vec<usize>, Vec<usize>)> {
    (2..=3usize, 2..=3usize).prop_flat_map(|(ns, no)| {
        let column = |n: usize| prop::collection::vec(0.1..1.0f64, n).prop_map(normalised);
        let a = prop::collection::vec(column(no), ns);
        let b = prop::collection::vec(column(ns), ns * 2);
        let obs = prop::collection::vec(0..no, 3);
        let actions = prop::collection::vec(0..2usize, 2);
        (a, b, column(ns), obs, actions).prop_map(move |(a, b, d, obs, actions)| {
            let m = Plain {
                a: Array2::from_shape_fn((no, ns), |(o, s)| a[s][o]),
                b: Array3::from_shape_fn((ns, ns, 2), |(to, from, u)| b[u * ns + from][to]),
                c: vec![0.0; no],
                d,
            };
            (m, obs, actions)
        })
    })
}

fn by_messages(
    m: &Plain,
    obs: &[usize],
    actions: &[usize],
    messages: Messages,
) -> Vec<Categorical> {
    let model = m.model();
    let record: Vec<Vec<Evidence>> = obs.iter().map(|o| seen(&[*o])).collect();
    message_passing(&model, model.prior(), &record, actions, messages, 500).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn variational_messages_settle_where_each_moment_fits_the_mean_over_all_paths((m, obs, actions) in positive()) {
        let q = by_messages(&m, &obs, &actions, Messages::Variational);
        let paths = trajectories(&m, &obs, &actions);
        for t in 0..3 {
            // q(sₜ) ∝ exp of the mean of ln P(path, o) under the beliefs about all other moments.
            let mut mean = vec![0.0; m.n_states()];
            for (path, p) in &paths {
                let others: f64 = (0..3).filter(|other| *other != t).map(|other| q[other][path[other]]).product();
                mean[path[t]] += others * p.ln();
            }
            let weights = normalised(mean.iter().map(|x| x.exp()).collect());
            for (one, other) in q[t].probs().iter().zip(weights) {
                prop_assert!((one - other).abs() < 1e-8, "{q:?}");
            }
        }
        // It is a bound: F is above the surprise, and below that of the filter's beliefs taken for independent.
        let model = m.model();
        let seen: Vec<Vec<usize>> = obs.iter().map(|o| vec![*o]).collect();
        let energy = |q: &[Categorical]| {
            sequence_free_energy(&model, q, &independent_pairs(q), &seen, &actions).unwrap().total()
        };
        let surprise = -paths.iter().map(|(_, p)| p).sum::<f64>().ln();
        let filtered: Vec<Categorical> =
            filter_episode(&model, &seen, &actions).unwrap().into_iter().map(|step| step.belief).collect();
        prop_assert!(energy(&q) >= surprise - 1e-12 && energy(&q) <= energy(&filtered) + 1e-12);
    }

    #[test]
    fn marginal_messages_settle_where_their_equation_holds((m, obs, actions) in positive()) {
        let q = by_messages(&m, &obs, &actions, Messages::Marginal);
        let ns = m.n_states();
        let forward = |t: usize, s: usize| (0..ns).map(|r| m.b[[s, r, actions[t - 1]]] * q[t - 1][r]).sum::<f64>();
        let backward = |t: usize, s: usize| {
            let b = |to: usize, from: usize| m.b[[to, from, actions[t]]];
            (0..ns).map(|to| b(to, s) / (0..ns).map(|r| b(to, r)).sum::<f64>() * q[t + 1][to]).sum::<f64>()
        };
        let a = |t: usize, s: usize| m.a[[obs[t], s]];
        let first = (0..ns).map(|s| a(0, s) * (m.d[s] * backward(0, s)).sqrt());
        let middle = (0..ns).map(|s| a(1, s) * (forward(1, s) * backward(1, s)).sqrt());
        let last = (0..ns).map(|s| a(2, s) * forward(2, s));
        for (q, weights) in q.iter().zip([first.collect(), middle.collect(), last.collect()]) {
            for (one, other) in q.probs().iter().zip(normalised(weights)) {
                prop_assert!((one - other).abs() < 1e-8, "{q:?}");
            }
        }
    }

    #[test]
    fn where_the_past_is_forgotten_nothing_is_lost((mut m, obs, actions) in positive()) {
        // Each state leads to the same next ones.
        let column = m.b.clone();
        m.b = Array3::from_shape_fn(m.b.dim(), |(to, _, u)| column[[to, 0, u]]);
        let seen: Vec<Vec<usize>> = obs.iter().map(|o| vec![*o]).collect();
        let exact = smooth(&m.model(), &seen, &actions).unwrap().beliefs;
        let variational = by_messages(&m, &obs, &actions, Messages::Variational);
        exact.iter().zip(&variational).for_each(|(one, other)| close(one.probs(), other.probs()));
        // Marginal messages weigh the past by a half, but for the last moment, which is what an agent acts on.
        let marginal = by_messages(&m, &obs, &actions, Messages::Marginal);
        close(exact[2].probs(), marginal[2].probs());
    }
}

/// Something that never changes, seen with 4 to 1.
fn lasting() -> GenerativeModel {
    let still = Array2::eye(2).insert_axis(Axis(2));
    GenerativeModel::new(array![[0.8, 0.2], [0.2, 0.8]], still, &[0.0; 2], &[0.5; 2])
        .unwrap()
}

#[test]
fn marginal_messages_count_what_lasts_again_and_again() {
    let model = lasting();
    for n in 1..=5 {
        let record = vec![seen(&[0]); n];
        let actions = vec![0; n - 1];
        let q = message_passing(
            &model,
            model.prior(),
            &record,
            &actions,
            Messages::Marginal,
            10_000,
        );
        // In log-odds x, with a = ln 4 for each look: x₀ = a + x₁/2, xₜ = a + (xₜ₋₁ + xₜ₊₁)/2, x_last = a + x_before; its
        // solution ends at n² a. Exact is n a.
        let last = &q.unwrap()[n - 1];
        let odds = (last[0] / last[1]).ln() / 4f64.ln();
        assert!((odds - (n * n) as f64).abs() < 1e-4, "{n}: {odds}");
    }
}

#[test]
fn variational_messages_do_not_get_past_a_zero_and_say_so() {
    let model = lasting();
    let record = vec![seen(&[0]); 2];
    let variational = |sweeps| {
        message_passing(&model, model.prior(), &record, &[0], Messages::Variational, sweeps)
    };
    let text = variational(1).unwrap_err().to_string();
    assert!(text.contains("moment 0") && text.contains("use marginal messages"), "{text}");
    // Not one sweep: the filter.
    close(variational(0).unwrap()[1].probs(), &[16.0 / 17.0, 1.0 / 17.0]);
}

#[test]
fn a_record_that_does_not_fit_is_named() {
    let model = lasting();
    let text = |record: &[Vec<Evidence>], actions: &[usize]| {
        let q =
            message_passing(&model, model.prior(), record, actions, Messages::Marginal, 9);
        q.unwrap_err().to_string()
    };
    assert!(text(&[], &[]).contains("list of evidence is empty"));
    let two = [seen(&[0]), seen(&[0])];
    assert!(text(&two, &[]).contains("list of actions has shape 0, expected 1"));
    assert!(text(&two, &[1]).contains("the action is 1, but there are only 1"));
    assert!(text(&[seen(&[0]), seen(&[2])], &[0]).contains("is 2, but there are only 2"));
}

#[test]
fn a_single_moment_is_exact() {
    let model = lasting();
    let exact = Inference::Exact.correct(&model, model.prior(), &seen(&[0])).unwrap();
    for messages in BOTH {
        let inference = Inference::Messages { messages, moments: 3, sweeps: 50 };
        assert_eq!(inference.correct(&model, model.prior(), &seen(&[0])).unwrap(), exact);
        let alone =
            message_passing(&model, model.prior(), &[seen(&[0])], &[], messages, 50)
                .unwrap();
        close(alone[0].probs(), exact.belief.probs());
        let half = [Evidence::Soft(vec![0.5, 0.5])];
        let silent = inference.correct(&model, model.prior(), &half).unwrap();
        close(silent.belief.probs(), &[0.5, 0.5]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_agent_by_messages_believes_what_they_say_of_its_last_moments((m, obs, actions) in positive()) {
        for messages in BOTH {
            for moments in 1..=4 {
                let inference = Inference::Messages { messages, moments, sweeps: 500 };
                let options = AifOptions { inference, horizon: 1, ..Default::default() };
                let mut agent = AifAgent::new(m.model(), options).unwrap();
                for _ in 0..2 {
                    agent.begin(&obs[0]); // of an earlier episode it knows nothing
                    agent.perceive(actions[0], &seen(&[obs[1]])).unwrap();
                    agent.perceive(actions[1], &[Evidence::Seen(obs[2])]).unwrap();
                }
                let found = agent.belief().clone();
                let record: Vec<Vec<Evidence>> = obs.iter().map(|o| seen(&[*o])).collect();
                let from = 3usize.saturating_sub(moments);
                let before = agent.trace()[from].predicted.clone();
                let whole =
                    message_passing(&m.model(), &before, &record[from..], &actions[from..], messages, 500).unwrap();
                close(found.probs(), whole[whole.len() - 1].probs());
                if from == 0 {
                    close(before.probs(), &m.d);
                }
            }
        }
    }
}

#[test]
fn an_agent_by_messages_finds_the_reward_of_the_maze() {
    let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
    let inference =
        Inference::Messages { messages: Messages::Marginal, moments: 3, sweeps: 50 };
    let options = AifOptions { episode: Some(2), inference, ..Default::default() };
    let mut agent = AifAgent::new(model.clone(), options.clone()).unwrap();
    agent.begin(&0);
    assert_eq!(agent.decide().unwrap().action, cat(&[0.0, 1.0, 0.0, 0.0]));
    agent.perceive(1, &seen(&[1])).unwrap();
    // Nothing to see, then a cue that is right nine times of ten: counted twice.
    assert!((agent.belief()[2] - 0.81 / 0.82).abs() < 1e-9);
    // What was foreseen for the look is as it was, so that what the agent learns from it adds up.
    close(&[agent.trace()[1].predicted[2]], &[0.5]);
    assert!((agent.trace()[1].log_evidence - 0.5f64.ln()).abs() < 1e-12);
    let none = Inference::Messages { messages: Messages::Marginal, moments: 0, sweeps: 50 };
    let text = AifAgent::new(model, AifOptions { inference: none, ..options }).unwrap_err();
    assert!(text.to_string().contains("moments = 0"), "{text}");
}
