//! The cognitive models of appendix A2 against integrals, closed forms, statrs and simulation.

#![allow(clippy::unwrap_used)]

use aif_lib::aif::perceive::hgf::{HgfOptions, run, update};
use aif_lib::experiment::metacognition::{
    Ratings, Sensitivity, blurred, calibration, meta_d, normal_cdf, normal_quantile,
    rating_probabilities, sensitivity, simulate,
};
use aif_lib::experiment::norms::{Norm, beyond, naive_rate};
use aif_lib::experiment::reversal::{
    Predictor, candidates, fit_omega, guesses, outcomes, rate_after, schedule, scores,
    surprise_between,
};
use aif_lib::experiment::sequential_test::{
    belief, best_boundary, fixed_time, stopping_belief, test,
};
use aif_lib::prelude::*;
use aif_lib::prob::first_passage::Diffusion;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

fn s(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Mean and variance of a Gaussian belief after one outcome, by a fine sum.
fn exact_step(prior: Gaussian, v: f64, seen: bool) -> (f64, f64) {
    let variance = prior.variance() + v;
    let wide = Gaussian::new(prior.mean(), variance).unwrap();
    let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
    for i in -4000..=4000 {
        let x = prior.mean() + f64::from(i) * 0.0025 * variance.sqrt();
        let p = wide.density(x) * if seen { s(x) } else { s(-x) };
        (mass, first, second) = (mass + p, first + x * p, second + x * x * p);
    }
    (first / mass, second / mass - (first / mass).powi(2))
}

#[test]
fn one_step_of_the_filter_is_that_of_the_integral_up_to_the_square_of_the_variance() {
    for (mean, seen) in [(0.0, true), (1.3, false), (-0.7, false), (2.0, true)] {
        let off = |variance: f64| {
            let tendency = Gaussian::new(mean, 0.5 * variance).unwrap();
            let steady = HgfOptions::steady((0.5 * variance).ln()).unwrap();
            let options = HgfOptions { tendency, ..steady };
            let step = update(&options, seen).unwrap();
            let (exact, spread) = exact_step(tendency, 0.5 * variance, seen);
            assert!(
                ((exact - mean) / (step.tendency.mean() - mean) - 1.0).abs()
                    < 0.6 * variance
            );
            (
                (exact - step.tendency.mean()).abs(),
                (spread - step.tendency.variance()).abs(),
            )
        };
        let (coarse, fine) = (off(0.08), off(0.04));
        // Half the variance: a quarter of the error, or less where the chances are even and the error is one of symmetry.
        assert!((3.5..9.0).contains(&(coarse.0 / fine.0)), "{mean}: {coarse:?} {fine:?}");
        assert!(coarse.1 / fine.1 > 3.5, "{mean}: {coarse:?} {fine:?}");
    }
}

#[test]
fn two_steps_by_hand() {
    // v = 1 at first: σ̂₂ = 2, π₂ = ¾, μ₂ = ⅔; Δ = (4/3 + 4/9)/2 − 1 = −1/9, w = ½; π₃ = ½ + ⅛ = ⅝, μ₃ = ¼ · (−1/9)/⅝.
    let steps = run(&HgfOptions::new(0.0, 1.0).unwrap(), &[true, false]).unwrap();
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
    close(steps[0].predicted, 0.5);
    close(steps[0].surprise, 2f64.ln());
    close(steps[0].tendency.mean(), 2.0 / 3.0);
    close(steps[0].tendency.variance(), 4.0 / 3.0);
    close(steps[0].volatility_error, -1.0 / 9.0);
    close(steps[0].volatility.mean(), -2.0 / 45.0);
    close(steps[0].volatility.variance(), 1.6);
    // The second, written out with its own numbers.
    let (v, p) = ((-2.0f64 / 45.0).exp(), s(2.0 / 3.0));
    let wide = 4.0 / 3.0 + v;
    let spread = 1.0 / (1.0 / wide + p * (1.0 - p));
    close(steps[1].predicted, p);
    close(steps[1].tendency.mean(), 2.0 / 3.0 - spread * p);
    let error = (spread + (spread * p).powi(2)) / wide - 1.0;
    // The paper's own form, with r₂ = (v − σ₂)/σ̂₂.
    let (w, r) = (v / wide, (v - 4.0 / 3.0) / wide);
    let precision = 1.0 / 2.6 + 0.5 * w * (w + r * error);
    close(steps[1].volatility.mean(), -2.0 / 45.0 + 0.5 * w * error / precision);
    close(steps[1].volatility.variance(), 1.0 / precision);
}

#[test]
fn rescorla_wagner_on_both_scales_by_hand() {
    let seen = [true, false];
    let at = |learner: Predictor| learner.predict(&seen).unwrap();
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
    let plain = at(Predictor::RescorlaWagner(0.4));
    close(plain[0].probability, 0.5);
    close(plain[1].probability, 0.7);
    close(plain[1].rate, 0.4);
    // From log-odds of 0, half of .8: s(.4). Then down by .8 s(.4), and as a part of an error of −s(.4).
    let odds = at(Predictor::LogOdds(0.8));
    close(odds[0].probability, 0.5);
    close(odds[0].rate, (s(0.4) - 0.5) / 0.5);
    close(odds[1].probability, s(0.4));
    close(odds[1].rate, (s(0.4) - s(0.4 - 0.8 * s(0.4))) / s(0.4));
}

/// The exact filter of the three-level model on a grid, trial by trial: P(1).
fn on_a_grid(options: &HgfOptions, seen: &[bool]) -> Vec<f64> {
    let (n2, n3) = (61, 25);
    let x2 = |i: usize| -6.0 + 0.2 * i as f64;
    let x3 = |j: usize| -3.0 + 0.25 * j as f64;
    let kernel = |n: usize, x: &dyn Fn(usize) -> f64, variance: f64| -> Vec<Vec<f64>> {
        (0..n)
            .map(|from| {
                let weight =
                    |to: usize| (-0.5 * (x(to) - x(from)).powi(2) / variance).exp();
                let all: Vec<f64> = (0..n).map(weight).collect();
                let sum: f64 = all.iter().sum();
                all.iter().map(|w| w / sum).collect()
            })
            .collect()
    };
    let up = kernel(n3, &x3, options.theta);
    let across: Vec<Vec<Vec<f64>>> = (0..n3)
        .map(|j| kernel(n2, &x2, (options.kappa * x3(j) + options.omega).exp()))
        .collect();
    let mut q = vec![vec![0.0; n2]; n3];
    for (j, row) in q.iter_mut().enumerate() {
        for (i, q) in row.iter_mut().enumerate() {
            *q = options.tendency.density(x2(i)) * options.volatility.density(x3(j));
        }
    }
    let mut predicted = Vec::new();
    for seen in seen {
        let mut moved = vec![vec![0.0; n2]; n3];
        for from in 0..n3 {
            for to in 0..n3 {
                (0..n2).for_each(|i| moved[to][i] += up[from][to] * q[from][i]);
            }
        }
        let mut next = vec![vec![0.0; n2]; n3];
        for j in 0..n3 {
            for from in 0..n2 {
                (0..n2).for_each(|to| next[j][to] += across[j][from][to] * moved[j][from]);
            }
        }
        let all: f64 = next.iter().flatten().sum();
        let one: f64 = next
            .iter()
            .map(|row| row.iter().enumerate().map(|(i, q)| s(x2(i)) * q).sum::<f64>())
            .sum();
        predicted.push(one / all);
        for row in &mut next {
            let chance = |i: usize| if *seen { s(x2(i)) } else { s(-x2(i)) };
            row.iter_mut().enumerate().for_each(|(i, q)| *q *= chance(i) / all);
        }
        q = next;
    }
    predicted
}

#[test]
fn the_filter_predicts_nearly_what_the_whole_integral_predicts() {
    // Where the volatility is nearly known, so that its mean may stand for it.
    let volatility = Gaussian::new(0.0, 0.25).unwrap();
    let options = HgfOptions { volatility, ..HgfOptions::new(-1.5, 0.01).unwrap() };
    let seen = outcomes(&schedule()[60..260], &mut seeded(3));
    let exact = on_a_grid(&options, &seen);
    let filter = run(&options, &seen).unwrap();
    let off = |p: &dyn Fn(usize) -> f64| {
        (exact.iter().enumerate().map(|(i, e)| (p(i) - e).powi(2)).sum::<f64>()
            / exact.len() as f64)
            .sqrt()
    };
    let own = off(&|i| filter[i].predicted);
    assert!(own < 0.05, "{own}");
    // The test has teeth: with a tenth of the volatility the difference is larger by far.
    let slow = run(&HgfOptions { omega: -3.8, ..options }, &seen).unwrap();
    assert!(off(&|i| slow[i].predicted) > own + 0.03);
}

#[test]
fn settings_that_break_the_approximation_are_told() {
    assert!(HgfOptions::new(f64::NAN, 1.0).is_err() && HgfOptions::new(0.0, 0.0).is_err());
    let wild = HgfOptions { kappa: 4.0, ..HgfOptions::new(-2.0, 50.0).unwrap() };
    let broken = |seed| run(&wild, &outcomes(&schedule(), &mut seeded(seed))).err();
    let told = (0..5).find_map(broken).expect("one of five courses breaks it").to_string();
    assert!(told.contains("kappa"), "{told}");
}

#[test]
fn the_volatility_of_a_subject_is_recovered() {
    let schedule = schedule();
    let mut inside = 0;
    for i in 0..20 {
        let mut rng = stream(9, i);
        let omega = -4.0 + 0.15 * i as f64;
        let seen = outcomes(&schedule, &mut rng);
        let predicted =
            Predictor::Hgf(HgfOptions::steady(omega).unwrap()).predict(&seen).unwrap();
        let guessed = guesses(&predicted, 3.0, &mut rng);
        let fit = fit_omega(&seen, &guessed).unwrap();
        inside += usize::from(fit.intervals().is_some_and(|all| all[0].contains(omega)));
    }
    // 19 of 20 on average; 15 or fewer once in 400.
    assert!(inside >= 16, "{inside}");
}

#[test]
fn looking_on_by_value_iteration_ends_where_the_best_boundary_is() {
    for (drift, cost) in [(1.0, 0.02), (0.7, 0.1), (2.0, 0.3)] {
        let boundary = best_boundary(drift, cost).unwrap();
        let edge = belief(drift, 0.5 * boundary);
        let log_odds = |p: f64| (p / (1.0 - p)).ln();
        let found = stopping_belief(drift, cost, 0.04).unwrap();
        assert!(
            (log_odds(found) - log_odds(edge)).abs() < 0.06,
            "{drift} {cost}: {found} {edge}"
        );
    }
}

#[test]
fn the_sequential_test_errs_as_often_as_it_says_and_is_early() {
    for error in [0.001, 0.05, 0.3] {
        let walk = test(0.8, error).unwrap();
        assert!((1.0 - walk.probability_upper().unwrap() - error).abs() < 1e-12);
        assert!((belief(0.8, 0.5 * walk.boundary) - (1.0 - error)).abs() < 1e-12);
        assert!(walk.mean_time().unwrap() < fixed_time(0.8, error).unwrap());
    }
    // z(.05) = −1.644854, and a = ln 19.
    assert!((fixed_time(1.0, 0.05).unwrap() - 2.705_543).abs() < 1e-5);
    assert!(
        (test(1.0, 0.05).unwrap().mean_time().unwrap() - 0.45 * 19f64.ln()).abs() < 1e-12
    );
    assert!(
        test(1.0, 0.5).is_err()
            && test(0.0, 0.1).is_err()
            && best_boundary(1.0, 0.0).is_err()
    );
    // So cheap that no belief of the grid is sure enough.
    assert!(stopping_belief(1.0, 1e-9, 0.5).unwrap_err().to_string().contains("cost"));
}

#[test]
fn the_settings_of_a_diffusion_are_recovered() {
    let truth = Diffusion { delay: 0.3, ..Diffusion::new(1.0, 1.6).unwrap() };
    let known = [truth.drift, truth.boundary, truth.delay];
    let mut inside = 0;
    for i in 0..10 {
        let mut rng = stream(10, i);
        let data: Vec<_> =
            (0..150).map(|_| truth.simulate(0.005, &mut rng).unwrap()).collect();
        let log_likelihood = |x: &[f64]| {
            let walk = Diffusion { drift: x[0], boundary: x[1], start: 0.5, delay: x[2] };
            let one =
                |p: &aif_lib::prob::first_passage::Passage| walk.density(p.time, p.upper);
            data.iter().map(|p| Ok(one(p)?.max(1e-300).ln())).sum::<Result<f64>>()
        };
        let none = f64::INFINITY;
        let start = [
            Parameter::any(0.5, none),
            Parameter::positive(1.2, none),
            Parameter::positive(0.1, none),
        ];
        let fitted = fit(&start, &log_likelihood).unwrap();
        let intervals = fitted.intervals().unwrap();
        inside += intervals
            .iter()
            .zip(known)
            .filter(|(interval, x)| interval.contains(*x))
            .count();
    }
    // 28.5 of 30 on average.
    assert!(inside >= 24, "{inside}");
}

#[test]
fn the_normal_is_that_of_statrs() {
    let theirs = Normal::new(0.0, 1.0).unwrap();
    for x in [-8.0, -3.0, -0.2, 0.0, 1.0, 5.0] {
        assert!((normal_cdf(x) / theirs.cdf(x) - 1.0).abs() < 1e-10, "{x}");
        assert!((normal_quantile(normal_cdf(x)).unwrap() - x).abs() < 1e-8, "{x}");
    }
    assert_eq!(normal_quantile(0.0).unwrap(), f64::NEG_INFINITY);
    assert!(normal_quantile(1.1).is_err() && normal_quantile(f64::NAN).is_err());
}

#[test]
fn sensitivity_and_criterion_by_hand() {
    // 30 of 40 hits, 8 of 40 false alarms: H = 30.5/41, F = 8.5/41.
    let ratings: Ratings = [[vec![20, 12], vec![5, 3]], [vec![7, 3], vec![10, 20]]];
    let z = |p| Normal::new(0.0, 1.0).unwrap().inverse_cdf(p);
    let (h, f) = (z(30.5 / 41.0), z(8.5 / 41.0));
    let found = sensitivity(&ratings).unwrap();
    assert!(
        (found.d - (h - f)).abs() < 1e-7 && (found.criterion + 0.5 * (h + f)).abs() < 1e-7
    );
    assert!((found.d - 1.471_189_2).abs() < 1e-6, "{found:?}");
    let none: Ratings = [[vec![0, 0], vec![0, 0]], [vec![7, 3], vec![10, 20]]];
    assert!(sensitivity(&none).is_err());
}

#[test]
fn confidence_that_is_the_evidence_has_a_meta_d_of_d_and_noise_lowers_it() {
    let edges = [0.4, 0.9, 1.5];
    let found = |noise| {
        let all: Vec<f64> = (0..20)
            .map(|i| {
                meta_d(&blurred(
                    Sensitivity { d: 1.5, criterion: 0.2 },
                    noise,
                    &edges,
                    1000,
                    &mut stream(5, i),
                ))
                .unwrap()
            })
            .map(|m| m.meta_d / m.decisions.d)
            .collect();
        mean_interval(&all).unwrap()
    };
    let (best, worse) = (found(0.0), found(1.0));
    assert!((best.mean - 1.0).abs() < 2.0 * (best.hi - best.mean) + 0.01, "{best:?}");
    assert!(worse.hi < 0.85, "{worse:?}");
}

#[test]
fn ratings_have_probabilities_that_a_simulation_shows() {
    let criteria = [vec![0.3, 1.0], vec![0.5, 1.2]];
    let p = rating_probabilities(1.2, 0.1, &criteria);
    let mut counts = [[[0.0f64; 3]; 2]; 2];
    let mut rng = seeded(8);
    for i in 0..200_000 {
        let thing = i % 2;
        let x = [-0.6, 0.6][thing] + standard_normal(&mut rng);
        let answer = usize::from(x > 0.1);
        let out = [0.1 - x, x - 0.1][answer];
        counts[thing][answer][criteria[answer].iter().filter(|c| out > **c).count()] += 1.0;
    }
    for thing in 0..2 {
        for answer in 0..2 {
            let all: f64 = counts[thing][answer].iter().sum();
            for rating in 0..3 {
                let (seen, p) =
                    (counts[thing][answer][rating] / all, p[thing][answer][rating]);
                assert!(
                    (seen - p).abs() < 4.5 * (p * (1.0 - p) / all).sqrt(),
                    "{seen} {p}"
                );
            }
        }
    }
}

#[test]
fn meta_d_is_recovered() {
    let criteria = [vec![0.4, 0.9, 1.5], vec![0.4, 0.9, 1.5]];
    for truth in [0.7, 1.4] {
        let mut inside = 0;
        for i in 0..40 {
            let decisions = Sensitivity { d: 1.5, criterion: 0.2 };
            let ratings = simulate(decisions, truth, &criteria, 500, &mut stream(20, i));
            let found = meta_d(&ratings).unwrap();
            inside += usize::from(
                found.interval.is_some_and(|interval| interval.contains(truth)),
            );
        }
        assert!(inside >= 33, "{truth}: {inside} of 40");
    }
}

#[test]
fn a_score_is_normal_for_new_people_and_a_naive_one_is_not() {
    let theirs = StudentsT::new(0.0, 1.0, 8.0).unwrap();
    let group: Vec<(f64, f64)> =
        (0..10).map(|i| (f64::from(i), f64::from((i * 7) % 10))).collect();
    let norm = Norm::fit(&group).unwrap();
    let z = Normal::new(0.0, 1.0).unwrap();
    for value in [-20.0, 1.0, 4.5, 9.0, 30.0] {
        let t = norm.naive(2.0, value) / (1.0 + 0.1 + (2.0f64 - 4.5).powi(2) / 82.5).sqrt();
        let score = norm.score(2.0, value).unwrap();
        assert!((score - z.inverse_cdf(theirs.cdf(t))).abs() < 1e-6, "{value}: {score}");
    }
    // As many beyond 1.96 as the closed form says, and one in twenty of the scores.
    let (mut naive, mut scored, mut rng) = (0, 0, seeded(4));
    for _ in 0..4000 {
        let mut person = |age: f64| (age, 3.0 + 0.2 * age + standard_normal(&mut rng));
        let group: Vec<_> = (0..10).map(|i| person(f64::from(i))).collect();
        let (age, value) = person(4.5);
        let norm = Norm::fit(&group).unwrap();
        naive += usize::from(norm.naive(age, value).abs() > 1.959_964);
        scored += usize::from(norm.score(age, value).unwrap().abs() > 1.959_964);
    }
    let (naive, scored) = (
        proportion_interval(naive, 4000).unwrap(),
        proportion_interval(scored, 4000).unwrap(),
    );
    assert!(
        (naive.mean - naive_rate(10, 0.5, 1.959_964)).abs() < 0.02 && naive.lo > 0.07,
        "{naive:?}"
    );
    assert!((scored.mean - 0.05).abs() < 0.014, "{scored:?}");
    assert!(Norm::fit(&group[..2]).is_err() && norm.score(f64::NAN, 1.0).is_err());
    assert!(Norm::fit(&[(1.0, 1.0), (1.0, 2.0), (1.0, 3.0)]).is_err());
}

#[test]
fn older_than_the_group_one_is_scored_as_well_as_in_its_middle() {
    for (n, place) in [(5, 0.0), (10, 1.5), (20, 0.5)] {
        let rate = naive_rate(n, place, 1.96);
        let [naive, scored] = beyond(n, place, 6).unwrap();
        let off = |seen: f64, p: f64| (seen - p).abs() / (p * (1.0 - p) / 3000.0).sqrt();
        assert!(off(naive.mean, rate) < 4.0, "{n} {place}: {naive:?} {rate}");
        assert!(off(scored.mean, 0.05) < 4.0, "{n} {place}: {scored:?}");
    }
    // By hand: ages 0 to 9 at 1.5: x − x̄ = 9, Σ (x − x̄)² = 82.5, so 1 + .1 + 81/82.5.
    let theirs = StudentsT::new(0.0, 1.0, 8.0).unwrap();
    let wide: f64 = 1.1 + 81.0 / 82.5;
    let right = 2.0 * theirs.cdf(-1.96 / wide.sqrt());
    assert!((naive_rate(10, 1.5, 1.96) - right).abs() < 1e-9);
}

#[test]
fn a_confidence_that_is_a_posterior_is_right_as_often_as_it_says() {
    for d in [0.7, 1.5] {
        let bins = calibration(d, 40_000, &mut seeded(8));
        assert_eq!(bins.iter().map(|bin| bin[2]).sum::<f64>(), 40_000.0);
        for (i, [sure, right, n]) in bins.into_iter().enumerate() {
            let from = 0.5 + 0.1 * i as f64;
            assert!((from..=from + 0.1).contains(&sure), "{sure}");
            assert!((right - sure).abs() < 4.5 * (sure * (1.0 - sure) / n).sqrt());
        }
    }
}

#[test]
fn the_settings_that_are_tried_hold_their_special_cases() {
    let [plain, .., three, odds] = candidates();
    let steady = HgfOptions { kappa: 0.0, ..HgfOptions::new(-2.0, 0.1).unwrap() };
    assert!(three.contains(&Predictor::Hgf(steady)));
    let rate = rate_after(&plain[9], 0.2, 0.9, 3).unwrap();
    assert!((rate - 0.1).abs() < 1e-12, "{rate}");
    assert!(rate_after(&plain[9], 1.5, 2.0, 3).unwrap().is_nan());
    let parts = [(0, 120), (120, 240), (240, 300)]
        .map(|(from, to)| surprise_between(&odds[20], from, to, 3, 5).unwrap());
    for (i, score) in scores(&odds[20], 3, 5).unwrap().iter().enumerate() {
        let whole = 0.4 * parts[0][i] + 0.4 * parts[1][i] + 0.2 * parts[2][i];
        assert!((whole - score.0).abs() < 1e-12, "{whole} {score:?}");
    }
    assert!(surprise_between(&odds[20], 200, 301, 1, 5).is_err());
    let surprised = rate_after(&odds[20], 0.8, 1.0, 3).unwrap();
    assert!(surprised > 1.1 * rate_after(&odds[20], 0.0, 0.2, 3).unwrap());
}
