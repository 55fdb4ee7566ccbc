//! Properties that a sign error, a double count or a missing prediction would break.

mod support;

use aif_lib::prelude::*;
use approx::assert_abs_diff_eq;
use ndarray::{Array2, Array3, array};
use proptest::prelude::*;
use support::plain;

/// A hidden bit that never changes, seen through independent cues of the given reliabilities.
fn bit_with_cues(reliabilities: &[f64]) -> GenerativeModel {
    let still = Array2::eye(2).insert_axis(ndarray::Axis(2));
    let names: Vec<String> = (0..reliabilities.len()).map(|i| format!("cue {i}")).collect();
    let mut builder = GenerativeModel::builder().actions(&["look"]).factor(
        "bit",
        &["0", "1"],
        &[0.5, 0.5],
        still,
    );
    for (name, r) in names.iter().zip(reliabilities) {
        let a = array![[*r, 1.0 - r], [1.0 - r, *r]].into_dyn();
        builder = builder.modality(name, &["0", "1"], &["bit"], a, &[0.0, 0.0]);
    }
    builder.build().expect("a bit with cues is well formed")
}

fn gain(model: &GenerativeModel) -> f64 {
    expected_free_energy(model, model.prior()).epistemic
}

#[test]
fn a_worthless_cue_teaches_nothing_and_a_better_one_more() {
    assert_abs_diff_eq!(gain(&bit_with_cues(&[0.5])), 0.0, epsilon = 1e-15);
    let gains: Vec<f64> =
        (0..=10).map(|i| gain(&bit_with_cues(&[0.5 + 0.05 * f64::from(i)]))).collect();
    assert!(gains.windows(2).all(|pair| pair[1] > pair[0]), "{gains:?}");
}

#[test]
fn a_duplicate_cue_adds_no_more_than_there_is_to_know() {
    // Two perfect cues tell one bit, not two.
    assert_abs_diff_eq!(gain(&bit_with_cues(&[1.0, 1.0])), 2f64.ln(), epsilon = 1e-15);
    let (one, two) = (gain(&bit_with_cues(&[0.9])), gain(&bit_with_cues(&[0.9, 0.9])));
    assert!(one < two && two < 2.0 * one && two < 2f64.ln(), "{one} {two}");
    // Four outcomes by hand: agreeing cues have probability .41 each, contradicting ones .09 each.
    let joint = entropy(&[0.41, 0.41, 0.09, 0.09]) - 2.0 * entropy(&[0.9, 0.1]);
    assert_abs_diff_eq!(two, joint, epsilon = 1e-12);
}

#[test]
fn one_observation_counts_once() {
    // In the T-maze, the cue moves the belief to the reliability and no further.
    let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
    let start = correct(&model, model.prior(), &[0]).unwrap().belief;
    let seen = filter(&model, &start, 1, &[1]).unwrap();
    assert_abs_diff_eq!(seen.belief[2], 0.9, epsilon = 1e-15);
    assert_abs_diff_eq!(seen.belief[3], 0.1, epsilon = 1e-15);
    assert_abs_diff_eq!(seen.log_evidence, -2f64.ln(), epsilon = 1e-15);
}

#[test]
fn the_belief_moves_with_the_action_before_it_is_corrected() {
    // A filter that forgets B would find the cue impossible from the centre.
    let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
    assert!(correct(&model, model.prior(), &[1]).is_err());
    assert!(filter(&model, model.prior(), 1, &[1]).is_ok());
}

#[test]
fn impossible_means_an_error_that_names_the_observation() {
    let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
    let message = filter(&model, model.prior(), 0, &[3]).unwrap_err().to_string();
    assert!(
        message.contains("outcome = \"reward\"") && message.contains("probability 0"),
        "{message}"
    );
    let message = filter(&model, model.prior(), 0, &[9]).unwrap_err().to_string();
    assert!(message.contains("is 9, but there are only 5"), "{message}");
    let message = filter(&model, model.prior(), 0, &[0, 0]).unwrap_err().to_string();
    assert!(message.contains("one outcome for each modality"), "{message}");
}

#[test]
fn a_perfect_sensor_leaves_no_ambiguity() {
    let still =
        Array3::from_shape_fn((3, 3, 1), |(to, from, _)| f64::from(u8::from(to == from)));
    let model =
        GenerativeModel::new(Array2::eye(3), still, &[0.0; 3], &[0.2, 0.3, 0.5]).unwrap();
    let g = expected_free_energy(&model, model.prior());
    assert_eq!(g.ambiguity, 0.0);
    assert_abs_diff_eq!(g.epistemic, entropy(&[0.2, 0.3, 0.5]), epsilon = 1e-15);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn information_gain_is_between_zero_and_the_entropy_of_the_state(m in plain()) {
        let model = m.model();
        let g = expected_free_energy(&model, model.prior());
        prop_assert!(g.epistemic >= -1e-12 && g.epistemic <= model.prior().entropy() + 1e-12);
    }

    #[test]
    fn a_constant_added_to_c_moves_every_policy_alike(m in plain(), k in -5.0..5.0f64) {
        let mut moved = m.clone();
        moved.c.iter_mut().for_each(|c| *c += k);
        let [before, after] = [&m, &moved].map(|m| {
            let model = m.model();
            closed_loop(&model, model.prior(), 2, Backup::Max).unwrap()
        });
        for (b, a) in before.iter().zip(&after) {
            assert_abs_diff_eq!(a.total(), b.total() - 2.0 * k, epsilon = 1e-10);
            assert_abs_diff_eq!(a.epistemic, b.epistemic, epsilon = 1e-10);
        }
    }

    #[test]
    fn a_sharp_softmax_backup_is_the_max_backup(m in plain()) {
        let model = m.model();
        let max = closed_loop(&model, model.prior(), 2, Backup::Max).unwrap();
        let soft = closed_loop(&model, model.prior(), 2, Backup::Softmax { gamma: 1e9 }).unwrap();
        let mild = closed_loop(&model, model.prior(), 2, Backup::Softmax { gamma: 1.0 }).unwrap();
        for ((x, s), m) in max.iter().zip(&soft).zip(&mild) {
            assert_abs_diff_eq!(x.total(), s.total(), epsilon = 1e-6);
            prop_assert!(m.total() >= x.total() - 1e-9); // averaging cannot beat the best
        }
    }
}
