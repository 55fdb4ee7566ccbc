//! Inference and planning against brute force: all trajectories of small random models, written out.

mod support;

use aif_lib::prelude::*;
use approx::assert_abs_diff_eq;
use proptest::prelude::*;
use support::{closed_loop_by_hand, episode_of_three, plain, trajectories};

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn filter_and_smoother_are_exact((m, obs, actions) in episode_of_three()) {
        let paths = trajectories(&m, &obs, &actions);
        let evidence: f64 = paths.iter().map(|(_, p)| p).sum();
        let model = m.model();
        let seen: Vec<Vec<usize>> = obs.iter().map(|&o| vec![o]).collect();
        let filtered = filter_episode(&model, &seen, &actions).unwrap();
        let smoothed = smooth(&model, &seen, &actions).unwrap();
        assert_abs_diff_eq!(smoothed.log_evidence, evidence.ln(), epsilon = 1e-10);
        for s in 0..m.n_states() {
            let at = |t: usize| paths.iter().filter(|(path, _)| path[t] == s).map(|(_, p)| p).sum::<f64>() / evidence;
            assert_abs_diff_eq!(filtered[2].belief[s], at(2), epsilon = 1e-12);
            for t in 0..3 {
                assert_abs_diff_eq!(smoothed.beliefs[t][s], at(t), epsilon = 1e-12);
            }
            for next in 0..m.n_states() {
                let both: f64 =
                    paths.iter().filter(|(p, _)| p[0] == s && p[1] == next).map(|(_, p)| p).sum::<f64>() / evidence;
                assert_abs_diff_eq!(smoothed.pairs[0][[next, s]], both, epsilon = 1e-12);
            }
        }
    }

    #[test]
    fn free_energy_is_least_at_the_posterior_and_equals_the_surprise(m in plain(), o in 0..9usize, other in plain()) {
        let model = m.model();
        let o = o % m.n_outcomes();
        if let Ok(posterior) = correct(&model, model.prior(), &[o]) {
            let surprise = -(0..m.n_states()).map(|s| m.d[s] * m.a[[o, s]]).sum::<f64>().ln();
            let exact = free_energy(&model, &posterior.belief, model.prior(), &[o]).unwrap();
            assert_abs_diff_eq!(exact.total(), surprise, epsilon = 1e-10);
            assert_abs_diff_eq!(exact.energy - exact.entropy, exact.total(), epsilon = 1e-10);
            if other.n_states() == m.n_states() {
                let q = cat(&other.d);
                let f = free_energy(&model, &q, model.prior(), &[o]).unwrap();
                // F = KL[q‖posterior] − ln p(o), infinite where q allows the impossible.
                let gap = kl(q.probs(), posterior.belief.probs());
                prop_assert!(f.total() >= surprise - 1e-12);
                prop_assert!(gap.is_infinite() == f.total().is_infinite());
                if gap.is_finite() {
                    assert_abs_diff_eq!(f.total(), gap + surprise, epsilon = 1e-10);
                }
            }
        }
    }

    #[test]
    fn closed_loop_values_are_exact(m in plain()) {
        let model = m.model();
        for horizon in 1..=3 {
            let tree = closed_loop(&model, model.prior(), horizon, Backup::Max).unwrap();
            for (u, g) in tree.iter().enumerate() {
                let by_hand = closed_loop_by_hand(&m, &m.d, &[], u, horizon);
                assert_abs_diff_eq!(g.total(), by_hand, epsilon = 1e-9);
            }
        }
    }

    #[test]
    fn both_readings_of_the_expected_free_energy_agree(m in plain(), horizon in 1..=3usize) {
        let model = m.model();
        let trees = [Backup::Max, Backup::Softmax { gamma: 1.5 }]
            .map(|backup| closed_loop(&model, model.prior(), horizon, backup).unwrap());
        let policies = open_loop(&model, model.prior(), horizon).unwrap();
        for g in trees.iter().flatten().chain(&policies) {
            assert_abs_diff_eq!(g.risk + g.ambiguity, -g.pragmatic - g.epistemic, epsilon = 1e-12);
            prop_assert!(g.epistemic >= -1e-12 && g.ambiguity >= 0.0);
        }
    }

    #[test]
    fn open_loop_is_the_sum_over_steps_in_the_order_of_policies(m in plain()) {
        let model = m.model();
        let shared = open_loop(&model, model.prior(), 3).unwrap();
        for (policy, g) in policies(m.n_actions(), 3).zip(&shared) {
            let mut q = m.d.clone();
            let mut total = 0.0;
            for &u in &policy {
                q = (0..m.n_states()).map(|to| (0..m.n_states()).map(|s| m.b[[to, s, u]] * q[s]).sum()).collect();
                // Risk and ambiguity from their definitions.
                let p_o: Vec<f64> =
                    (0..m.n_outcomes()).map(|o| (0..m.n_states()).map(|s| m.a[[o, s]] * q[s]).sum()).collect();
                total += p_o.iter().zip(&m.c).map(|(p, c)| if *p > 0.0 { p * (p.ln() - c) } else { 0.0 }).sum::<f64>();
                total += (0..m.n_states()).map(|s| q[s] * entropy(&m.a.column(s).to_vec())).sum::<f64>();
            }
            assert_abs_diff_eq!(g.total(), total, epsilon = 1e-10);
            let stepwise: Efe = policy_efe(&model, model.prior(), &policy).unwrap().into_iter().sum();
            assert_abs_diff_eq!(stepwise.total(), total, epsilon = 1e-10);
        }
    }
}
