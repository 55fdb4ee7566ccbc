//! Exact values that were worked out by hand or elsewhere.

use aif_lib::prelude::*;
use approx::assert_abs_diff_eq;
use ndarray::{Array3, array};

const LN2: f64 = std::f64::consts::LN_2;

/// Entropy of a coin, ln-based.
fn h(r: f64) -> f64 {
    entropy(&[r, 1.0 - r])
}

fn totals(efe: &[Efe]) -> Vec<f64> {
    efe.iter().map(Efe::total).collect()
}

#[test]
fn tmaze_closed_loop() {
    // G(cue) = −(ln 2 + 3(2r − 1)) for r ≥ ½; every other first action −ln 2. At r = ½ all tie.
    for r in [0.5, 0.55, 0.7, 0.75, 0.9, 1.0] {
        let model = tmaze::model(r, &tmaze::PREFERENCE).unwrap();
        let g = totals(&closed_loop(&model, model.prior(), 2, Backup::Max).unwrap());
        for (action, expected) in
            [-LN2, -(LN2 + 3.0 * (2.0 * r - 1.0)), -LN2, -LN2].into_iter().enumerate()
        {
            assert_abs_diff_eq!(g[action], expected, epsilon = 1e-12);
        }
    }
}

#[test]
fn tmaze_open_loop_runs_into_the_arm() {
    let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
    let sum = |policy: &[usize]| {
        policy_efe(&model, model.prior(), policy).unwrap().into_iter().sum::<Efe>().total()
    };
    // Left twice: ln 2 is gained twice over, because the open loop never corrects its belief.
    for second in 0..4 {
        assert_abs_diff_eq!(sum(&[2, second]), -2.0 * LN2, epsilon = 1e-12); // −1.386
    }
    assert_abs_diff_eq!(sum(&[1, 2]), -(LN2 - h(0.9)) - LN2, epsilon = 1e-12); // −1.061
    assert_eq!(format!("{:.3} {:.3}", sum(&[2, 0]), sum(&[1, 2])), "-1.386 -1.061");
}

#[test]
fn tmaze_loss_aversion_goes_to_the_cue_even_open_loop() {
    let model = tmaze::model(0.9, &[0.0, 0.0, 0.0, 3.0, -6.0]).unwrap();
    let g = open_loop(&model, model.prior(), 2).unwrap();
    let best = policies(4, 2).zip(totals(&g)).min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert_eq!(best.0[0], 1);
    assert_abs_diff_eq!(best.1, -2.0 * (LN2 - h(0.9)), epsilon = 1e-12); // −.736
    let sum = |policy: &[usize]| {
        policy_efe(&model, model.prior(), policy).unwrap().into_iter().sum::<Efe>().total()
    };
    assert_eq!(format!("{:.3} {:.3}", sum(&[1, 2]), sum(&[2, 0])), "0.439 1.614");
    let tree = totals(&closed_loop(&model, model.prior(), 2, Backup::Max).unwrap());
    for (g, expected) in tree.iter().zip([-0.368064, -2.793147, 2.306853, 2.306853]) {
        assert_abs_diff_eq!(*g, expected, epsilon = 1e-6);
    }
}

#[test]
fn cue_information_gain_is_ln2_minus_the_entropy_of_its_reliability() {
    for (r, gain) in
        [(0.5, 0.0), (0.65, 0.0457), (0.75, 0.1308), (0.9, 0.3681), (0.95, 0.4946)]
    {
        let model = tmaze::model(r, &tmaze::PREFERENCE).unwrap();
        let at_cue = predict(&model, model.prior(), 1);
        assert_abs_diff_eq!(
            expected_free_energy(&model, &at_cue).epistemic,
            gain,
            epsilon = 5e-5
        );
        assert_abs_diff_eq!(
            expected_free_energy(&model, &at_cue).epistemic,
            LN2 - h(r),
            epsilon = 1e-12
        );
    }
}

#[test]
fn the_factored_maze_is_the_same_maze() {
    for r in [0.5, 0.75, 0.9, 1.0] {
        let flat = tmaze::model(r, &tmaze::PREFERENCE).unwrap();
        let factored = tmaze::factored_model(r, &[0.0, 3.0, -3.0]).unwrap();
        for horizon in 1..=3 {
            for backup in [Backup::Max, Backup::Softmax { gamma: 2.0 }] {
                let [f, g] = [&flat, &factored]
                    .map(|m| totals(&closed_loop(m, m.prior(), horizon, backup).unwrap()));
                for (f, g) in f.iter().zip(&g) {
                    assert_abs_diff_eq!(f, g, epsilon = 1e-12);
                }
            }
        }
    }
}

#[test]
fn two_state_hidden_markov_model() {
    // Filter and smoother against all 8 paths are in enumeration.rs; p(o) = 0.07302 exactly, by hand.
    let b = Array3::from_shape_fn((2, 2, 1), |(to, from, _)| {
        [[0.9, 0.2], [0.1, 0.8]][to][from]
    });
    let model =
        GenerativeModel::new(array![[0.8, 0.3], [0.2, 0.7]], b, &[0.0, 0.0], &[0.9, 0.1])
            .unwrap();
    let smoothed = smooth(&model, &[vec![0], vec![1], vec![1]], &[0, 0]).unwrap();
    assert_abs_diff_eq!(-smoothed.log_evidence, 2.617021903, epsilon = 1e-9);
    assert_abs_diff_eq!(smoothed.log_evidence.exp(), 0.07302, epsilon = 1e-14);
}

#[test]
fn weather_model() {
    let a = array![[0.9, 0.3, 0.05], [0.08, 0.6, 0.15], [0.02, 0.1, 0.8]];
    let still =
        Array3::from_shape_fn((3, 3, 1), |(to, from, _)| f64::from(u8::from(to == from)));
    let model = GenerativeModel::new(a, still, &[0.0; 3], &[1.0 / 3.0; 3]).unwrap();
    let bright = correct(&model, model.prior(), &[0]).unwrap();
    for (s, p) in [0.72, 0.24, 0.04].into_iter().enumerate() {
        assert_abs_diff_eq!(bright.belief[s], p, epsilon = 1e-12);
    }
    for (o, surprise) in [(0, 0.8755), (1, 1.285), (2, 1.182)] {
        let seen = correct(&model, model.prior(), &[o]).unwrap();
        assert_abs_diff_eq!(-seen.log_evidence, surprise, epsilon = 5e-4);
    }
}

#[test]
fn a_planner_over_beliefs_goes_to_the_cue_for_the_reward_alone() {
    // By hand: the cue lets the second move be right with probability r, so Q(cue) = r − (1 − r); every other first move is worth 0.
    for r in [0.5, 0.75, 0.9, 1.0] {
        let model = tmaze::model(r, &tmaze::PREFERENCE).unwrap();
        let q = belief_search(&model, model.prior(), &tmaze::REWARD, 1.0, 2).unwrap();
        for (q, expected) in q.iter().zip([0.0, 2.0 * r - 1.0, 0.0, 0.0]) {
            assert_abs_diff_eq!(*q, expected, epsilon = 1e-12);
        }
        assert!(belief_search(&model, model.prior(), &[0.0], 1.0, 2).is_err());
    }
}
