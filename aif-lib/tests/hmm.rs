//! Learning a hidden Markov model: against all paths written out, known values, and three ways to one gradient.

#![allow(clippy::unwrap_used)]

use aif_lib::aif::learn::{align, baum_welch, model_reduction};
use aif_lib::prelude::*;

/// The fox of module 08.
fn fox() -> Hmm {
    let b = array![[0.9, 0.2], [0.1, 0.8]].insert_axis(Axis(2));
    Hmm::new(array![[0.8, 0.3], [0.2, 0.7]], b, array![0.9, 0.1]).unwrap()
}

fn tracks() -> Vec<Record> {
    vec![Record::passive(&[0, 1, 1]).unwrap()]
}

fn random_record(model: &Hmm, times: usize, rng: &mut dyn Rng) -> Record {
    let actions: Vec<usize> =
        (1..times).map(|_| uniform_index(model.n_actions(), rng)).collect();
    model.sample(&actions, rng).unwrap().1
}

#[track_caller]
fn near<'a>(ours: impl IntoIterator<Item = &'a f64>, right: &[f64], within: f64) {
    let ours: Vec<f64> = ours.into_iter().copied().collect();
    assert_eq!(ours.len(), right.len());
    let off = ours.iter().zip(right).any(|(a, b)| (a - b).abs() > within || a.is_nan());
    assert!(!off, "{ours:?}, not {right:?}");
}

/// Every path of states with its joint probability: no filter, no recursion.
fn paths(model: &Hmm, record: &Record) -> Vec<(Vec<usize>, f64)> {
    let (n, times) = (model.n_states(), record.len());
    let path = |mut number: usize| -> Vec<usize> {
        (0..times)
            .map(|_| {
                let s = number % n;
                number /= n;
                s
            })
            .collect()
    };
    let joint = |s: &[usize]| {
        let mut p = model.d()[s[0]];
        for t in 0..times {
            p *= model.a()[[record.observations[t], s[t]]];
            if t > 0 {
                p *= model.b()[[s[t], s[t - 1], record.actions[t - 1]]];
            }
        }
        p
    };
    (0..n.pow(times as u32)).map(path).map(|s| (s.clone(), joint(&s))).collect()
}

#[test]
fn the_counts_of_the_fox_have_their_known_values() {
    let counts = expected_counts(&fox(), &tracks()).unwrap();
    near(&counts.d, &[0.857_847_165, 0.142_152_835], 1e-9);
    near(&counts.a, &[0.857_847_165, 0.142_152_835, 0.807_066_557, 1.192_933_443], 1e-9);
    near(&counts.b, &[0.766_146_261, 0.040_920_296, 0.539_523_418, 0.653_410_025], 1e-9);
    assert!((counts.log_evidence + 2.617_021_903).abs() < 1e-9);
}

#[test]
fn one_step_of_em_for_the_fox_has_its_known_values() {
    let (model, before) = baum_welch::sweep(&fox(), &tracks(), 0.0).unwrap();
    near(model.a(), &[0.515_250_222, 0.106_474_643, 0.484_749_778, 0.893_525_357], 1e-9);
    near(model.b(), &[0.586_784_141, 0.058_934_911, 0.413_215_859, 0.941_065_089], 1e-9);
    assert!((before - 2.617_021_903).abs() < 1e-9);
    let after = -baum_welch::log_evidence(&model, &tracks()).unwrap();
    assert!((after - 1.446_387_771).abs() < 1e-9, "{after}");
}

#[test]
fn counts_filter_and_smoother_are_what_all_paths_say() {
    for seed in 0..6 {
        let mut rng = seeded(seed);
        // Nine states use the loop for eight columns and the rest of it.
        let (states, times) = if seed == 5 { (9, 4) } else { (3, 5) };
        let model = Hmm::random(states, 4, 2, &mut rng).unwrap();
        let records =
            [random_record(&model, times, &mut rng), random_record(&model, 2, &mut rng)];
        let mut right = ExpectedCounts {
            a: Array2::zeros((4, states)),
            b: Array3::zeros((states, states, 2)),
            d: Array1::zeros(states),
            log_evidence: 0.0,
        };
        for record in &records {
            let paths = paths(&model, record);
            let evidence: f64 = paths.iter().map(|(_, p)| p).sum();
            right.log_evidence += evidence.ln();
            let mut moments = Array2::<f64>::zeros((record.len(), states));
            for (s, p) in paths.iter().map(|(s, p)| (s, p / evidence)) {
                right.d[s[0]] += p;
                for t in 0..record.len() {
                    right.a[[record.observations[t], s[t]]] += p;
                    moments[[t, s[t]]] += p;
                    if t > 0 {
                        right.b[[s[t], s[t - 1], record.actions[t - 1]]] += p;
                    }
                }
            }
            let smoothed = model.smooth(record).unwrap();
            near(&smoothed.beliefs, &moments.into_iter().collect::<Vec<_>>(), 1e-12);
            // The last filtered belief is the last smoothed one, and a filter never looks ahead.
            let filtered = model.filter(record).unwrap();
            let last = record.len() - 1;
            near(filtered.beliefs.row(last), &smoothed.beliefs.row(last).to_vec(), 1e-12);
            let shorter = Record::new(
                record.observations[..last].to_vec(),
                record.actions[..last - 1].to_vec(),
            )
            .unwrap();
            near(
                model.filter(&shorter).unwrap().beliefs.row(last - 1),
                &filtered.beliefs.row(last - 1).to_vec(),
                1e-15,
            );
        }
        let ours = expected_counts(&model, &records).unwrap();
        near(&ours.a, &right.a.iter().copied().collect::<Vec<_>>(), 1e-12);
        near(&ours.b, &right.b.iter().copied().collect::<Vec<_>>(), 1e-12);
        near(&ours.d, &right.d.to_vec(), 1e-12);
        assert!((ours.log_evidence - right.log_evidence).abs() < 1e-12);
    }
}

#[test]
fn a_long_record_is_counted_in_batches_without_losing_any() {
    // The sums of counts are known: one for each moment, one for each step, by action.
    let mut rng = seeded(3);
    let model = Hmm::random(5, 3, 2, &mut rng).unwrap();
    let record = random_record(&model, 1500, &mut rng);
    let counts = expected_counts(&model, std::slice::from_ref(&record)).unwrap();
    let shown = |o: usize| record.observations.iter().filter(|x| **x == o).count() as f64;
    (0..3).for_each(|o| assert!((counts.a.row(o).sum() - shown(o)).abs() < 1e-9));
    for u in 0..2 {
        let taken = record.actions.iter().filter(|x| **x == u).count() as f64;
        assert!((counts.b.index_axis(Axis(2), u).sum() - taken).abs() < 1e-9);
    }
    // Two halves as records of their own lose the one step between them, and nothing else.
    let half = |from: usize, to: usize| {
        Record::new(
            record.observations[from..to].to_vec(),
            record.actions[from..to - 1].to_vec(),
        )
        .unwrap()
    };
    let parts = expected_counts(&model, &[half(0, 700), half(700, 1500)]).unwrap();
    assert!((parts.b.sum() - counts.b.sum() + 1.0).abs() < 1e-9);
    assert!((parts.d.sum() - 2.0).abs() < 1e-12);
}

#[test]
fn it_agrees_with_the_general_filter_and_smoother() {
    let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
    let hmm = Hmm::of(&model).unwrap();
    let (observations, actions) = (vec![0, 1, 3], vec![1, 2]);
    let seen: Vec<Vec<usize>> = observations.iter().map(|o| vec![*o]).collect();
    let right = smooth(&model, &seen, &actions).unwrap();
    let ours = hmm.smooth(&Record::new(observations, actions).unwrap()).unwrap();
    for (t, belief) in right.beliefs.iter().enumerate() {
        near(ours.beliefs.row(t), belief.probs(), 1e-12);
    }
    assert!((ours.surprise() + right.log_evidence).abs() < 1e-12);
    let factored = tmaze::factored_model(0.9, &[0.0, 3.0, -3.0]).unwrap();
    assert!(Hmm::of(&factored).unwrap_err().to_string().contains("one sense"));
}

#[test]
fn em_never_raises_the_free_energy_and_each_half_does_its_part() {
    for seed in 0..20 {
        let mut rng = seeded(100 + seed);
        let truth = Hmm::random(3, 4, 2, &mut rng).unwrap();
        let records =
            [random_record(&truth, 60, &mut rng), random_record(&truth, 5, &mut rng)];
        let mut model = Hmm::random(3, 4, 2, &mut rng).unwrap();
        for _ in 0..10 {
            let counts = expected_counts(&model, &records).unwrap();
            let next = baum_welch::maximise(&counts, 0.0).unwrap();
            let tight = baum_welch::free_energy(&counts, &model, &model);
            let lowered = baum_welch::free_energy(&counts, &model, &next);
            let after = -baum_welch::log_evidence(&next, &records).unwrap();
            assert!((tight + counts.log_evidence).abs() < 1e-9, "E makes F tight");
            assert!(lowered <= tight + 1e-9, "M lowers F");
            assert!(after <= lowered + 1e-9, "F is a bound");
            // M is a minimum: a model nearby has a higher F.
            let near_it = Logits::of(&next);
            let mut moved = near_it.clone();
            moved.a[[0, 0]] += 0.1;
            moved.b[[1, 0, 0]] -= 0.1;
            let moved = moved.model().unwrap();
            assert!(baum_welch::free_energy(&counts, &model, &moved) > lowered);
            model = next;
        }
    }
}

#[test]
fn the_free_energy_of_counts_is_that_of_the_sequence() {
    // Module 08's F of a whole episode, at a belief from another model than the one that is judged.
    let flat = |hmm: &Hmm| {
        GenerativeModel::new(
            hmm.a().clone(),
            hmm.b().clone(),
            &[0.0, 0.0],
            &hmm.d().to_vec(),
        )
        .unwrap()
    };
    let seen = [vec![0], vec![1], vec![1]];
    let believer = fox();
    let judged = Hmm::random(2, 2, 1, &mut seeded(8)).unwrap();
    let q = smooth(&flat(&believer), &seen, &[0, 0]).unwrap();
    let right =
        sequence_free_energy(&flat(&judged), &q.beliefs, &q.pairs, &seen, &[0, 0]).unwrap();
    let counts = expected_counts(&believer, &tracks()).unwrap();
    let ours = baum_welch::free_energy(&counts, &believer, &judged);
    assert!((ours - right.total()).abs() < 1e-12, "{ours} {right:?}");
}

#[test]
fn ways_to_one_gradient() {
    let slope = fisher_gradient(&fox(), &tracks()).unwrap().0;
    near(&slope.a, &[0.474_083_813, 0.258_373_048, -0.474_083_813, -0.258_373_048], 1e-9);
    near(&slope.d, &[0.042_152_835, -0.042_152_835], 1e-9);
    for seed in 0..5 {
        let mut rng = seeded(40 + seed);
        let model = Hmm::random(3, 4, 2, &mut rng).unwrap();
        let records =
            [random_record(&model, 30, &mut rng), random_record(&model, 8, &mut rng)];
        let model = Hmm::random(3, 4, 2, &mut rng).unwrap();
        let logits = Logits::of(&model);
        let (fisher, surprise) = fisher_gradient(&model, &records).unwrap();
        assert!(
            (surprise + baum_welch::log_evidence(&model, &records).unwrap()).abs() < 1e-12
        );
        #[cfg(feature = "deep")]
        near(&reverse_mode(&logits, &records).unwrap().flat(), &fisher.flat(), 1e-10);
        near(
            &central_differences(&logits, &records, 1e-5).unwrap().flat(),
            &fisher.flat(),
            1e-8,
        );
    }
}

#[test]
#[cfg(feature = "deep")]
fn what_no_record_uses_has_no_slope_in_a_graph() {
    // One look: ∂(−ln Σ A[o, s] D[s]) / ∂d = D − posterior; nothing was done, so B has no slope.
    let once = [Record::passive(&[0]).unwrap()];
    let slope = reverse_mode(&Logits::of(&fox()), &once).unwrap();
    assert!(slope.b.iter().all(|x| *x == 0.0));
    near(&slope.d, &[0.9 - 0.72 / 0.75, 0.1 - 0.03 / 0.75], 1e-12);
    let text = reverse_mode(&Logits::of(&fox()), &[Record::passive(&[7]).unwrap()]);
    assert!(text.is_err());
}

#[test]
fn a_step_that_is_far_too_long_stops_with_a_reason() {
    let wild = Optimiser::Plain { rate: 1e308 };
    let text = descend(&fox(), &tracks(), wild, 9).unwrap_err().to_string();
    assert!(text.contains("gradient step") && text.contains("smaller"), "{text}");
}

#[test]
fn descent_by_hand() {
    // Plain: one step is the rate times the gradient for each observation. Adam's first step is the rate, with the sign.
    let slope = fisher_gradient(&fox(), &tracks()).unwrap().0;
    let first = |optimiser| descend(&fox(), &tracks(), optimiser, 1).unwrap().model;
    let moved = |by: &dyn Fn(f64) -> f64| {
        let mut logits = Logits::of(&fox());
        logits.a.zip_mut_with(&slope.a, |x, g| *x -= by(*g));
        logits.b.zip_mut_with(&slope.b, |x, g| *x -= by(*g));
        logits.d.zip_mut_with(&slope.d, |x, g| *x -= by(*g));
        logits.model().unwrap()
    };
    let plain = first(Optimiser::Plain { rate: 0.6 });
    near(plain.a(), &moved(&|g| 0.2 * g).a().iter().copied().collect::<Vec<_>>(), 1e-12);
    let adam = first(Optimiser::Adam { rate: 0.1 });
    near(
        adam.b(),
        &moved(&|g| 0.1 * g.signum()).b().iter().copied().collect::<Vec<_>>(),
        1e-6,
    );
    let text = descend(&fox(), &tracks(), Optimiser::Plain { rate: f64::NAN }, 1)
        .unwrap_err()
        .to_string();
    assert!(text.starts_with("rate = NaN"), "{text}");
}

#[test]
fn symmetry_is_a_saddle_that_no_sweep_leaves() {
    let even = Hmm::new(
        array![[0.5, 0.5], [0.5, 0.5]],
        Array3::from_elem((2, 2, 1), 0.5),
        array![0.5, 0.5],
    )
    .unwrap();
    let records = [fox().sample(&[0; 199], &mut seeded(4)).unwrap().1];
    let stuck = baum_welch(&even, &records, EmOptions::default()).unwrap();
    near(stuck.model.a().column(0), &stuck.model.a().column(1).to_vec(), 1e-12);
    let mut tilted = Logits::of(&even);
    tilted.a[[0, 0]] += 0.01;
    let free = baum_welch(
        &tilted.model().unwrap(),
        &records,
        EmOptions { tolerance: 0.0, ..Default::default() },
    )
    .unwrap();
    assert!(free.last() < stuck.last() - 1.0, "{} {}", free.last(), stuck.last());
}

#[test]
fn order_is_found_again_and_changes_no_evidence() {
    let mut rng = seeded(12);
    let model = Hmm::random(4, 3, 2, &mut rng).unwrap();
    let record = random_record(&model, 20, &mut rng);
    for order in [[3, 1, 0, 2], [1, 2, 3, 0], [0, 1, 2, 3]] {
        let renamed = align::relabel(&model, &order).unwrap();
        assert_eq!(renamed.a()[[2, 1]], model.a()[[2, order[1]]]);
        assert_eq!(renamed.b()[[0, 1, 1]], model.b()[[order[0], order[1], 1]]);
        let gap = renamed.filter(&record).unwrap().surprise()
            - model.filter(&record).unwrap().surprise();
        assert!(gap.abs() < 1e-12);
        assert_eq!(align::align(&model, &renamed).unwrap(), model);
    }
    assert_eq!(align::errors(&model, &model), [0.0, 0.0]);
    let text = |r: Result<Hmm>| r.unwrap_err().to_string();
    assert!(text(align::relabel(&model, &[0, 1, 1, 2])).contains("entry 2 is 1"));
    assert!(text(align::relabel(&model, &[0, 1, 2])).contains("shape 3, expected 4"));
    assert!(text(align::align(&model, &fox())).contains("same order"));
    let nine = Hmm::random(9, 2, 1, &mut rng).unwrap();
    assert!(text(align::align(&nine, &nine)).contains("9 states"));
}

#[test]
fn the_variational_bound_never_rises_and_lies_above_the_surprise_of_its_mean_with_much_data()
 {
    let mut rng = seeded(6);
    let truth = fox();
    let records = [truth.sample(&[0; 299], &mut rng).unwrap().1];
    for seed in 0..5 {
        let start = Hmm::random(3, 2, 1, &mut seeded(seed)).unwrap();
        let belief = variational(&start, &records, 0.5, 60, 0.0).unwrap();
        assert!(
            belief.free_energy.windows(2).all(|w| w[1] <= w[0] + 1e-8),
            "{:?}",
            belief.free_energy
        );
        let sums: f64 = belief.a.sum();
        assert!((sums - 300.0 - 0.5 * 6.0).abs() < 1e-6, "prior and data");
    }
}

#[test]
fn with_one_state_the_variational_bound_is_the_exact_evidence() {
    // One state: the outcomes are a Dirichlet-multinomial. Counts (2, 1) with prior (1, 1): P = 1/2 · 2/3 · 1/4 = 1/12.
    let one = Hmm::new(array![[0.5], [0.5]], Array3::ones((1, 1, 1)), array![1.0]).unwrap();
    let record = Record::passive(&[0, 0, 1]).unwrap();
    let belief = variational(&one, &[record], 1.0, 5, 0.0).unwrap();
    assert!((belief.free_energy[0] - 12f64.ln()).abs() < 1e-12, "{:?}", belief.free_energy);
}

#[test]
fn reduction_is_the_evidence_of_the_other_prior() {
    // ln P(n | prior) = Σ over draws in any order of ln((αᵢ + seen) / (Σα + seen)): the Dirichlet's own predictions.
    let evidence = |prior: &[f64], seen: &[usize]| {
        let mut counts = prior.to_vec();
        let mut total = 0.0;
        for (i, n) in seen.iter().enumerate() {
            for _ in 0..*n {
                total += (counts[i] / counts.iter().sum::<f64>()).ln();
                counts[i] += 1.0;
            }
        }
        total
    };
    let (p, seen) = ([0.5, 1.0, 2.0], [4, 0, 9]);
    let q: Vec<f64> = p.iter().zip(&seen).map(|(p, n)| p + *n as f64).collect();
    for r in [[3.0, 0.1, 2.0], [1.0, 1.0, 1.0], [0.5, 1.0, 2.0]] {
        let reduced = model_reduction::reduce(&p, &q, &r).unwrap();
        let right = evidence(&p, &seen) - evidence(&r, &seen);
        assert!((reduced.change - right).abs() < 1e-10, "{} {right}", reduced.change);
        assert_eq!(reduced.posterior[0], r[0] + 4.0);
    }
    // An outcome that was never seen may be left out: then the others share what it had.
    let without = model_reduction::reduce(&p, &q, &[0.5, 0.0, 2.0]).unwrap();
    let right = evidence(&p, &seen) - evidence(&[0.5, 2.0], &[4, 9]);
    assert!((without.change - right).abs() < 1e-10 && without.change < 0.0);
    // One that was seen may not.
    let wrong = model_reduction::reduce(&p, &q, &[0.0, 1.0, 2.0]).unwrap();
    assert_eq!(wrong.change, f64::INFINITY);
    let text =
        |r: &[f64], q: &[f64]| model_reduction::reduce(&p, q, r).unwrap_err().to_string();
    assert!(text(&[1.0, 1.0], &q).contains("shape 2, expected 3"));
    assert!(text(&[1.0, f64::NAN, 1.0], &q).contains("NaN"));
    assert!(text(&[0.0; 3], &q).contains("empty"));
    assert!(text(&[1.0; 3], &[0.1, 1.0, 2.0]).contains("no less"));
}

#[test]
fn bad_data_are_answered_with_a_cure() {
    let text = |r: Result<Learned>| r.unwrap_err().to_string();
    let learn =
        |start: &Hmm, records: &[Record]| baum_welch(start, records, EmOptions::default());
    // Nothing, and a single moment.
    assert!(Record::passive(&[]).unwrap_err().to_string().contains("empty"));
    assert!(text(learn(&fox(), &[])).contains("0 observations"));
    let single = [Record::passive(&[0]).unwrap(), Record::passive(&[1]).unwrap()];
    let told = text(learn(&fox(), &single));
    assert!(
        told.starts_with("B, state 0, action 0 was never used")
            && told.contains("prior counts"),
        "{told}"
    );
    let kept = baum_welch(&fox(), &single, EmOptions { prior: 1.0, ..Default::default() })
        .unwrap();
    assert_eq!(kept.model.b()[[0, 0, 0]], 0.5, "the prior alone");
    // Lists that do not fit, and numbers that are not there.
    let shifted = Record::new(vec![0, 1], vec![0, 0]).unwrap_err().to_string();
    assert!(shifted.contains("one action between every two observations"), "{shifted}");
    let odd = fox().filter(&Record::passive(&[0, 2]).unwrap()).unwrap_err().to_string();
    assert!(
        odd.contains("the observation at time 1 is 2") && odd.contains("only 2"),
        "{odd}"
    );
    let odd =
        fox().filter(&Record::new(vec![0, 1], vec![1]).unwrap()).unwrap_err().to_string();
    assert!(odd.contains("the action at time 0 is 1"), "{odd}");
    // What the model rules out.
    let sure =
        Hmm::new(Array2::eye(2), Array2::eye(2).insert_axis(Axis(2)), array![0.5, 0.5])
            .unwrap();
    let told = sure.filter(&Record::passive(&[0, 0, 1]).unwrap()).unwrap_err().to_string();
    assert!(
        told.contains("1 at time 2 is impossible") && told.contains("[1.0000, 0.0000]"),
        "{told}"
    );
    // More states than data.
    let many = Hmm::random(4, 2, 1, &mut seeded(1)).unwrap();
    let told = text(learn(&many, &tracks()));
    assert!(
        told.contains("4 states")
            && told.contains("3 observations")
            && told.contains("fewer states"),
        "{told}"
    );
    let told = variational(&many, &tracks(), 1.0, 9, 0.0).unwrap_err().to_string();
    assert!(told.contains("fewer states"), "{told}");
    // Tables.
    let b = Array3::from_elem((2, 2, 1), 0.5);
    let told = |a: Array2<f64>, b: Array3<f64>| {
        Hmm::new(a, b, array![0.5, 0.5]).unwrap_err().to_string()
    };
    assert!(
        told(array![[0.5, 0.5], [0.5, 0.4]], b.clone()).contains("A, column 1 sums to 0.9")
    );
    assert!(told(array![[1.0, 1.0, 1.0]], b.clone()).starts_with("A has shape (1, 3)"));
    assert!(
        told(array![[1.0, 1.0]], Array3::from_elem((2, 2, 1), 0.4))
            .contains("B, state 0, action 0")
    );
    assert!(told(array![[1.0, 1.0]], Array3::zeros((3, 2, 1))).starts_with("B has shape"));
    assert!(Hmm::random(0, 1, 1, &mut seeded(1)).is_err());
    // Options.
    for prior in [-1.0, f64::NAN, f64::INFINITY] {
        let told =
            text(baum_welch(&fox(), &tracks(), EmOptions { prior, ..Default::default() }));
        assert!(told.starts_with("prior = "), "{told}");
        assert!(variational(&fox(), &tracks(), prior, 9, 0.0).is_err());
    }
    assert!(
        variational(&fox(), &tracks(), 0.0, 9, 0.0).is_err()
            && variational(&fox(), &tracks(), 1.0, 0, 0.0).is_err()
    );
    assert!(
        text(baum_welch::restarts(2, 2, 1, &tracks(), 0, 1, EmOptions::default()))
            .starts_with("starts = 0")
    );
}
