//! The filter as recurrent networks and as attention, against the filter of the library and all paths written out; a recurrent
//! network against candle's.

#![allow(clippy::unwrap_used)]

use aif_lib::prelude::*;
use statrs::distribution::{Continuous, Normal};

fn random_record(model: &Hmm, times: usize, rng: &mut dyn Rng) -> Record {
    let actions: Vec<usize> =
        (1..times).map(|_| uniform_index(model.n_actions(), rng)).collect();
    model.sample(&actions, rng).unwrap().1
}

fn apart(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    assert_eq!(a.dim(), b.dim());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// P(o₁ … o_T, s_T = s) by adding up all paths.
fn all_paths(model: &Hmm, record: &Record) -> Vec<f64> {
    let (n, times) = (model.n_states(), record.len());
    let mut ends = vec![0.0; n];
    for path in 0..n.pow(times as u32) {
        let s = |t: usize| path / n.pow(t as u32) % n;
        let mut p = model.d()[s(0)];
        for t in 0..times {
            p *= model.a()[[record.observations[t], s(t)]];
            if t > 0 {
                p *= model.b()[[s(t), s(t - 1), record.actions[t - 1]]];
            }
        }
        ends[s(times - 1)] += p;
    }
    ends
}

#[test]
fn what_the_linear_network_holds_is_the_sum_over_all_paths() {
    for seed in 0..6 {
        let mut rng = seeded(seed);
        let model = Hmm::random(3, 4, 2, &mut rng).unwrap();
        let record = random_record(&model, 7, &mut rng);
        let alpha = recurrent::forward(&model, &record).unwrap();
        for (ours, right) in alpha.row(6).iter().zip(all_paths(&model, &record)) {
            assert!((ours / right - 1.0).abs() < 1e-12, "{ours} {right}");
        }
    }
}

#[test]
fn four_ways_to_one_belief() {
    for seed in 0..20 {
        let mut rng = seeded(seed);
        let (n, outcomes) = (2 + seed as usize % 5, 2 + seed as usize % 4);
        let model = Hmm::random(n, outcomes, 3, &mut rng).unwrap();
        let record = random_record(&model, 1 + 3 * seed as usize, &mut rng);
        let right = model.filter(&record).unwrap().beliefs;
        let mut late = recurrent::forward(&model, &record).unwrap();
        for mut row in late.rows_mut() {
            let sum = row.sum();
            row /= sum;
        }
        assert!(apart(&late, &right) < 1e-12);
        assert!(apart(&recurrent::scan(&model, &record).unwrap(), &right) < 1e-12);
        assert!(apart(&attention::filter(&model, &record).unwrap(), &right) < 1e-12);
    }
}

#[test]
fn a_long_record_ends_the_linear_network_but_not_the_others() {
    let mut rng = seeded(1);
    let model = Hmm::random(4, 4, 1, &mut rng).unwrap();
    let record = random_record(&model, 5000, &mut rng);
    let right = model.filter(&record).unwrap().beliefs;
    assert_eq!(recurrent::forward(&model, &record).unwrap().row(4999).sum(), 0.0);
    assert!(apart(&recurrent::scan(&model, &record).unwrap(), &right) < 1e-10);
    assert!(apart(&attention::filter(&model, &record).unwrap(), &right) < 1e-12);
}

#[test]
fn what_the_model_rules_out_is_told_by_each() {
    let still = Array2::<f64>::eye(2).insert_axis(Axis(2));
    let model = Hmm::new(array![[1.0, 0.5], [0.0, 0.5]], still, array![0.5, 0.5]).unwrap();
    let seen = |seen: &[usize]| Record::passive(seen).unwrap();
    let right = model.filter(&seen(&[0, 1, 0])).unwrap().beliefs;
    assert!(apart(&attention::filter(&model, &seen(&[0, 1, 0])).unwrap(), &right) < 1e-12);
    let never =
        Hmm::new(array![[1.0, 1.0], [0.0, 0.0]], model.b().clone(), model.d().clone())
            .unwrap();
    for told in [
        attention::filter(&never, &seen(&[0, 1])).unwrap_err(),
        recurrent::scan(&never, &seen(&[0, 1])).unwrap_err(),
    ] {
        assert!(matches!(told, Error::ImpossibleObservation { .. }), "{told}");
    }
    assert!(recurrent::step_matrix(&never, 2, 0).is_err());
    assert!(recurrent::step_matrix(&never, 0, 1).is_err());
}

#[test]
fn a_unit_with_one_number_is_the_filter_of_two_states() {
    for seed in 0..10 {
        let mut rng = seeded(seed);
        let hazard = 0.5 * uniform01(&mut rng);
        let noise = Hmm::random(2, 3, 1, &mut rng).unwrap();
        let change = array![[1.0 - hazard, hazard], [hazard, 1.0 - hazard]];
        let model =
            Hmm::new(noise.a().clone(), change.insert_axis(Axis(2)), noise.d().clone())
                .unwrap();
        let record = random_record(&model, 60, &mut rng);
        let right = model.filter(&record).unwrap().beliefs;
        let evidence = |o: usize| (model.a()[[o, 1]] / model.a()[[o, 0]]).ln();
        // Before the first observation nothing has changed.
        let mut log_odds =
            (model.d()[1] / model.d()[0]).ln() + evidence(record.observations[0]);
        for (t, o) in record.observations.iter().enumerate() {
            if t > 0 {
                log_odds = recurrent::log_odds_step(log_odds, evidence(*o), hazard);
            }
            assert!((1.0 / (1.0 + (-log_odds).exp()) - right[[t, 1]]).abs() < 1e-12);
        }
    }
}

#[test]
fn attention_with_its_bias_is_the_posterior_of_a_mixture() {
    for seed in 0..10 {
        let mut rng = seeded(seed);
        let mut numbers = |n: usize| (0..n).map(|_| standard_normal(&mut rng)).collect();
        let (keys, query): (Vec<f64>, Vec<f64>) = (numbers(15), numbers(3));
        let keys = Array2::from_shape_vec((5, 3), keys).unwrap();
        let (prior, variance) = (softmax(&numbers(5)), 0.2 + 0.3 * seed as f64);
        let density = |i: usize| -> f64 {
            let one =
                |(q, k): (&f64, &f64)| Normal::new(*k, variance.sqrt()).unwrap().pdf(*q);
            prior[i] * query.iter().zip(keys.row(i)).map(one).product::<f64>()
        };
        let right: Vec<f64> = (0..5).map(density).collect();
        let sum: f64 = right.iter().sum();
        let bias = attention::mixture_bias(&keys, &prior, variance);
        let values = Array2::eye(5);
        let found = attention::attend(&query, &keys, &values, &bias, 1.0 / variance);
        let right: Vec<f64> = right.iter().map(|p| p / sum).collect();
        assert!(distance(&found.weights, &right) < 1e-12);
        assert!(distance(&found.output, &found.weights) < 1e-15);
        // Without the bias: right for keys of one length and even priors, and for no others.
        let lengths = keys.map_axis(Axis(1), |k| k.dot(&k).sqrt());
        let even = Array2::from_shape_fn((5, 3), |(i, j)| keys[[i, j]] / lengths[i]);
        for (keys, same) in [(&even, true), (&keys, false)] {
            let flat = attention::attend(&query, keys, &values, &[0.0; 5], 1.0 / variance);
            let bias = attention::mixture_bias(keys, &[0.2; 5], variance);
            let full = attention::attend(&query, keys, &values, &bias, 1.0 / variance);
            assert_eq!(distance(&flat.weights, &full.weights) < 1e-12, same);
        }
    }
}

#[test]
fn a_linear_map_is_the_closed_form_of_one_input() {
    let (x, y) = ([0.3, -1.2, 2.0, 0.9], [1.0, 0.2, -3.0, 4.0]);
    let mean = |x: &[f64]| x.iter().sum::<f64>() / 4.0;
    let (mx, my) = (mean(&x), mean(&y));
    let sxx: f64 = x.iter().map(|x| (x - mx).powi(2)).sum();
    let syy: f64 = y.iter().map(|y| (y - my).powi(2)).sum();
    let sxy: f64 = x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum();
    let (tx, ty) = (
        Array2::from_shape_vec((4, 1), x.to_vec()).unwrap(),
        Array2::from_shape_vec((4, 1), y.to_vec()).unwrap(),
    );
    for ridge in [0.0, 0.7] {
        let map = LinearMap::fit(&tx, &ty, ridge).unwrap();
        let said = map.apply(&array![[5.0]]).unwrap()[[0, 0]];
        assert!((said - (my + sxy / (sxx + ridge) * (5.0 - mx))).abs() < 1e-12);
    }
    let r2 = LinearMap::fit(&tx, &ty, 0.0).unwrap().r_squared(&tx, &ty).unwrap();
    assert!((r2 - sxy * sxy / (sxx * syy)).abs() < 1e-12);
    let twice = Array2::from_shape_fn((4, 2), |(i, _)| x[i]);
    assert!(
        LinearMap::fit(&twice, &ty, 0.0).is_err()
            && LinearMap::fit(&twice, &ty, 0.1).is_ok()
    );
    let map = LinearMap::fit(&tx, &ty, 0.0).unwrap();
    assert!(map.apply(&twice).is_err() && map.r_squared(&tx, &array![[1.0]]).is_err());
    assert!(map.r_squared(&tx, &Array2::ones((4, 1))).is_err());
    assert!(LinearMap::fit(&tx, &ty, -1.0).is_err());
}

#[test]
fn maps_of_the_first_inputs_are_fitted_as_if_there_were_no_others() {
    let mut rng = seeded(3);
    let x = Array2::from_shape_simple_fn((40, 5), || standard_normal(&mut rng));
    let y = Array2::from_shape_simple_fn((40, 2), || standard_normal(&mut rng));
    let maps = LinearMap::fit_leading(&x, &y, 0.1, &[1, 3, 5]).unwrap();
    for (map, n) in maps.iter().zip([1, 3, 5]) {
        let first = Array2::from_shape_fn((40, n), |(i, j)| x[[i, j]]);
        let alone = LinearMap::fit(&first, &y, 0.1).unwrap();
        let (ours, right) = (map.apply(&first).unwrap(), alone.apply(&first).unwrap());
        assert!(apart(&ours, &right) < 1e-12, "{n}");
    }
    assert!(LinearMap::fit_leading(&x, &y, 0.1, &[6]).is_err());
}

#[cfg(feature = "deep")]
mod deep {
    use super::*;

    #[test]
    fn sequences_side_by_side_are_remembered_as_each_alone() {
        let mut rng = seeded(5);
        let net = Gru::new(4, 7, &mut rng).unwrap().scaled(2.0);
        let seen: Vec<Vec<usize>> =
            (0..3).map(|_| (0..9).map(|_| uniform_index(4, &mut rng)).collect()).collect();
        let batch: Vec<&[usize]> = seen.iter().map(|s| s.as_slice()).collect();
        let all = net.states_of(&batch).unwrap();
        for (row, seen) in seen.iter().enumerate() {
            let alone = net.states(seen).unwrap();
            for (i, x) in alone.indexed_iter() {
                assert!((all[[row * 9 + i.0, i.1]] - x).abs() < 1e-6);
            }
        }
        let said = net.predict_of(&batch).unwrap();
        let alone = net.predict(&seen[2]).unwrap();
        assert!(
            (said.row(18 + 4).to_owned() - alone.row(4)).iter().all(|x| x.abs() < 1e-6)
        );
        assert!(net.states_of(&[&[0, 1], &[0]]).is_err() && net.states_of(&[]).is_err());
    }

    #[test]
    fn a_gru_is_that_of_candle_and_so_is_its_gradient() {
        for (i, (symbols, units, rows, steps)) in
            [(3, 12, 8, 20), (2, 1, 1, 2), (5, 7, 3, 9)].into_iter().enumerate()
        {
            let mut rng = seeded(i as u64);
            let net = Gru::new(symbols, units, &mut rng).unwrap().scaled(1.5);
            let seen: Vec<Vec<usize>> = (0..rows)
                .map(|_| (0..steps).map(|_| uniform_index(symbols, &mut rng)).collect())
                .collect();
            let batch: Vec<&[usize]> = seen.iter().map(Vec::as_slice).collect();
            let mut ours = vec![f32::NAN; net.parameters().len()]; // written over
            let mut pass = GruPass::default();
            let loss = net.gradient(&batch, &mut pass, &mut ours).unwrap();
            let (theirs, slopes) = graph::gru_gradient(&net, &batch).unwrap();
            assert!((loss - theirs).abs() < 1e-5, "{loss} {theirs}");
            let size = slopes.iter().fold(0.0f32, |m, x| m.max(x.abs()));
            for (a, b) in ours.iter().zip(&slopes) {
                assert!((a - b).abs() < 1e-4 * size, "{a} {b}");
            }
            // And a second pass in the same memory says the same.
            let mut again = vec![0.0; ours.len()];
            assert_eq!(net.gradient(&batch, &mut pass, &mut again).unwrap(), loss);
            assert_eq!(again, ours);
        }
    }

    #[test]
    fn one_unit_by_hand() {
        let mut net = Gru::new(1, 1, &mut seeded(1)).unwrap();
        // W = (0, ln 3, 1), U = (0, 0, 2), b = (0, 0, 0), V = 0, c = 0: r = ½, z = ¾.
        let weights = [0.0, 3f32.ln(), 1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        net.parameters_mut().copy_from_slice(&weights);
        let first = 0.25 * 1f64.tanh();
        let second = 0.75 * first + 0.25 * (1.0 + 0.5 * 2.0 * first).tanh();
        let states = net.states(&[0, 0]).unwrap();
        assert!((states[[0, 0]] - first).abs() < 1e-6);
        assert!((states[[1, 0]] - second).abs() < 1e-6);
        assert_eq!(net.predict(&[0]).unwrap()[[0, 0]], 1.0);
    }

    #[test]
    fn sequences_that_do_not_fit_are_told() {
        let net = Gru::new(2, 3, &mut seeded(1)).unwrap();
        let mut slopes = vec![0.0; net.parameters().len()];
        let mut told = |batch: &[&[usize]]| {
            net.gradient(batch, &mut GruPass::default(), &mut slopes)
                .unwrap_err()
                .to_string()
        };
        assert!(told(&[&[0, 1], &[0]]).contains("one length"));
        assert!(told(&[&[0, 2]]).contains("time 1"));
        assert!(told(&[&[0]]).contains("two symbols"));
        assert!(net.states(&[]).is_err() && Gru::new(0, 3, &mut seeded(1)).is_err());
    }

    #[test]
    fn the_belief_is_read_off_the_belief_and_less_off_one_observation() {
        let world = decoding::three_places(0.9).unwrap();
        let records = decoding::records(&world, 40, 30, &mut seeded(2)).unwrap();
        let belief = decoding::beliefs(&world, &records).unwrap();
        let whole = LinearMap::fit(&belief, &belief, 1e-9).unwrap();
        assert!(whole.r_squared(&belief, &belief).unwrap() > 1.0 - 1e-9);
        let mut before = 0.0;
        for k in [1, 3, 9] {
            let window = decoding::windows(&records, k, 3).unwrap();
            let map = LinearMap::fit(&window, &belief, 1e-3).unwrap();
            let r2 = map.r_squared(&window, &belief).unwrap();
            assert!(r2 > before + 0.05, "{k}: {r2} {before}");
            before = r2;
        }
        // At the first moment the belief is A's row, whatever the window: (.6, .2, .2).
        assert!((belief[[0, records[0].observations[0]]] - 0.6).abs() < 1e-12);
    }

    #[test]
    fn a_network_that_learns_comes_near_the_filter_and_never_truly_below() {
        let world = decoding::three_places(0.95).unwrap();
        let options = DecodingOptions::default();
        let mut rng = seeded(3);
        let records = decoding::records(&world, options.records, 50, &mut rng).unwrap();
        let new = decoding::records(&world, 100, 50, &mut rng).unwrap();
        let mut net = Gru::new(3, 12, &mut rng).unwrap();
        let before = decoding::surprise(&net, &new).unwrap();
        decoding::train(&mut net, &records, &options, &mut rng).unwrap();
        let after = decoding::surprise(&net, &new).unwrap();
        let floor = decoding::filter_surprise(&world, &new).unwrap();
        assert!(before > floor + 0.04, "{before} {floor}");
        assert!(after < floor + 0.01 && after > floor - 0.002, "{after} {floor}");
    }
}
