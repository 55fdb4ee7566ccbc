//! The lake against hand computation, closed forms, simulation; and what a law does on average.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use aif_lib::interaction::Ends;
use aif_lib::prelude::*;
use aif_lib::world::commons::{BINS, GOES_ON, seen};

fn near(got: f64, right: f64, tolerance: f64) {
    assert!((got - right).abs() < tolerance, "{got} is not {right}");
}

#[test]
fn the_commons_keep_the_rules() {
    for outsiders in 0..=2 {
        let law = Law {
            misread: 0.1,
            appeal: 0.9,
            fines: [1.0, 4.0, 10.0],
            ..Law::flat(0.3, 4.0)
        };
        let commons = Commons::new(Lake::default(), law).unwrap();
        let mut commons = commons.with_outsiders(outsiders).unwrap();
        commons.set_quota(1);
        let ends = check_society(&mut commons, Commons::STEPS, &mut seeded(1)).unwrap();
        assert_eq!(ends.terminated + ends.truncated, 20);
    }
    let mut empty =
        Commons::new(Lake { growth: 0.9, ..Lake::default() }, Law::NONE).unwrap();
    let kept = check_society(&mut empty, Commons::STEPS, &mut seeded(2)).unwrap();
    assert_eq!(kept, Ends { terminated: 0, truncated: 20 });
    assert!(Commons::new(Lake::default(), Law::flat(1.5, 4.0)).is_err());
    assert!(Commons::new(Lake::default(), Law::flat(0.5, f64::NAN)).is_err());
}

/// By hand: 50 + 7.5 − 20; 37.5 + 7.03125 − 20; 24.53125 + 5.5541 − 20; then 10.0854 is less than 20.
#[test]
fn the_race_by_hand() {
    let lake = Lake { weather: 0.0, ..Lake::default() };
    let (mut x, mut value, mut path) = (50.0, 0.0, vec![]);
    for t in 0..4 {
        let caught = Lake::catches(x, &[4.0; 5])[0];
        value += GOES_ON.powi(t) * caught;
        x = lake.next(x, 20f64.min(x), 0.0);
        path.push((x, caught));
    }
    for (got, right) in
        path.iter().zip([(37.5, 4.0), (24.531, 4.0), (10.085, 4.0), (0.0, 2.017)])
    {
        near(got.0, right.0, 5e-4);
        near(got.1, right.1, 5e-4);
    }
    near(value, 13.660, 5e-4);
}

/// One member's mean catch by simulation: with probability δ the game goes on.
fn simulate(waters: &Waters, own: &[usize], others: &[usize], paths: usize) -> Interval {
    let lake = Lake::default();
    let totals = population(paths, 16, &|_, rng| {
        let (mut x, mut total, mut weight) = (50.0, 0.0, 1.0);
        while x > 0.0 && weight > 1e-4 {
            let place = waters.place(x);
            let (own, others) = (own[place] as f64, 4.0 * others[place] as f64);
            total += weight * Lake::catches(x, &[own, others])[0];
            x = lake.next(x, (own + others).min(x), standard_normal(rng));
            weight *= GOES_ON;
        }
        total
    });
    mean_interval(&totals).unwrap()
}

#[test]
fn values_by_dynamic_programming_are_those_of_simulated_lakes() {
    let waters = Waters::new(Lake::default());
    let (at, full) = (waters.place(50.0), waters.place(100.0));
    let flat = |u: usize| waters.rule(&|_| u);
    let planner = waters.planner();
    near(planner.values[at], 74.69, 0.01);
    near(planner.values[full], 82.23, 0.01);
    let equal = waters.equal_quotas();
    near(equal.values[at], 74.63, 0.01);
    let free = flat(4);
    let cheat = waters.best_reply(&equal.requests, 0.0, &free);
    let reply = waters.best_reply(&flat(1), 0.0, &free);
    near(cheat.values[at], 4.0 / (1.0 - GOES_ON), 0.05);
    near(waters.beside(&equal.requests, &cheat.requests)[at], 42.6, 0.1);
    // All the same: nobody is beside anybody.
    let together = waters.value(&flat(1), &flat(1))[at];
    near(waters.beside(&flat(1), &flat(1))[at], together, 1e-6);
    for (own, others, right) in [
        (flat(4), flat(4), 13.50),
        (flat(1), flat(1), 49.98),
        (flat(2), flat(2), 22.48),
        (flat(4), flat(1), 88.20),
        (reply.requests.clone(), flat(1), reply.values[at]),
        (equal.requests.clone(), equal.requests.clone(), 74.63),
        (cheat.requests.clone(), equal.requests.clone(), 200.0),
        (flat(1), flat(4), 4.26),
    ] {
        let exact = waters.value(&own, &others)[at];
        near(exact, right, 0.02);
        let seen = simulate(&waters, &own, &others, 4000);
        // A grid of half units jumps where a rule does: one part in a hundred.
        let slack = 2.0 * (seen.hi - seen.mean) + 0.01 * right;
        assert!((seen.mean - exact).abs() < slack, "{exact} against {seen:?}");
    }
}

#[test]
fn the_fine_that_suffices() {
    let waters = Waters::new(Lake::default());
    let flat = |u: usize| waters.rule(&|_| u);
    let rule = waters.equal_quotas().requests;
    near(waters.fine_that_suffices(&flat(1), &flat(1)), 1.0, 1e-3);
    near(waters.fine_that_suffices(&flat(1), &flat(4)), 0.969, 1e-3);
    near(waters.fine_that_suffices(&rule, &rule), 0.802, 1e-3);
    near(waters.fine_that_suffices(&rule, &flat(4)), 1.0, 1e-3);
    // Who rests below 50 and takes all above makes a low lake worth more than a full one: no fine up to 2 is enough.
    let touchy = waters.rule(&|x| if x < 50.0 { 0 } else { 4 });
    assert_eq!(waters.fine_that_suffices(&rule, &touchy), f64::INFINITY);
}

#[test]
fn a_lake_of_odd_numbers_is_refused() {
    let lake = Lake::default();
    for (odd, name) in [
        (Lake { growth: f64::NAN, ..lake }, "growth"),
        (Lake { capacity: 0.0, ..lake }, "capacity"),
        (Lake { start: 151.0, ..lake }, "start"),
        (Lake { weather: -0.1, ..lake }, "weather"),
        (Lake { blur: 0.0, ..lake }, "blur"),
    ] {
        let refused = Commons::new(odd, Law::NONE).unwrap_err().to_string();
        assert!(refused.contains(name), "{refused}");
    }
}

#[test]
#[should_panic = "use a temperature above 0"]
fn a_temperature_of_0_is_refused() {
    aif_lib::world::commons::soft_choice(&[0.0; 5], 0.0);
}

/// The numerical best reply in the fish war: value iteration on logarithms of the stock, where the value is a + b ln x.
#[test]
fn the_fish_war_is_its_own_best_reply() {
    let (alpha, beta) = (0.5, 0.9);
    for (n, share, left) in
        [(1, 0.55, 0.45), (2, 0.354_839, 0.290_323), (5, 0.171_875, 0.140_625)]
    {
        let (formula, rest) = commons::fish_war(alpha, beta, n);
        near(formula, share, 5e-7);
        near(rest, left, 5e-7);
        // V = a + b ln x with b = 1 + βαb; one's own share c maximises ln c + βαb ln(1 − (n − 1) share − c).
        let b = (0..2000).fold(0.0, |b, _| 1.0 + beta * alpha * b);
        let others = (n as f64 - 1.0) * formula;
        let worth = |c: f64| c.ln() + beta * alpha * b * (1.0 - others - c).ln();
        let grid = (1..100_000).map(|i| f64::from(i) * 1e-5).filter(|c| *c < 1.0 - others);
        let best = grid.max_by(|c, d| worth(*c).total_cmp(&worth(*d))).unwrap();
        near(best, formula, 2e-5);
    }
}

#[test]
fn the_chain_keeps_the_mean_and_the_filter_is_bayes_rule() {
    let chain = LakeChain::new(Lake::default());
    // Without rounding at the edges the mean after one step is that of the lake: the weather has mean 1.
    for (stock, request) in [(50.0, 0), (50.0, 20), (95.0, 7)] {
        let mut belief = LakeChain::at(stock);
        chain.predict(&mut belief, request);
        let right = stock + 0.3 * stock * (1.0 - stock / 100.0) - request as f64;
        near(LakeChain::mean(&belief), right, 1e-6 * right);
    }
    // Two bins and a reading of 50: the odds change by exp(−(ln 50/20)² / .72).
    let mut belief = [0.0; BINS];
    (belief[4], belief[10]) = (0.5, 0.5); // 20 and 50
    chain.correct(&mut belief, 50.0);
    near(belief[4] / belief[10], (-(2.5f64.ln().powi(2)) / 0.72).exp(), 1e-12);
    near(chain.information(&LakeChain::at(50.0)), 0.0, 1e-3);
}

/// The information about which of two stocks it is, by simulation: the mean fall of the entropy from ln 2.
#[test]
fn what_a_reading_teaches_by_simulation() {
    let chain = LakeChain::new(Lake::default());
    let mut prior = [0.0; BINS];
    (prior[4], prior[10]) = (0.5, 0.5);
    let gains = population(20_000, 3, &|i, rng| {
        let mut belief = prior;
        let stock = if i % 2 == 0 { 20.0 } else { 50.0 };
        chain.correct(&mut belief, stock * (0.6 * standard_normal(rng)).exp());
        2f64.ln() - entropy(&belief)
    });
    let seen = mean_interval(&gains).unwrap();
    let width = seen.hi - seen.lo;
    assert!((seen.mean - chain.information(&prior)).abs() < width, "{seen:?}");
}

#[test]
fn fines_are_on_average_what_the_law_expects() {
    for (law, request, quota) in [
        (Law::flat(0.3, 4.0), 3, 1),
        (Law { misread: 0.1, ..Law::flat(0.5, 2.0) }, 1, 1),
        (Law { misread: 0.2, appeal: 0.5, ..Law::flat(0.5, 2.0) }, 2, 1),
        (Law { misread: 0.2, ..Law::flat(0.5, 2.0) }, 0, 1),
    ] {
        let fines = population(4000, 5, &|_, rng| {
            let mut commons = Commons::new(Lake::default(), law).unwrap();
            commons.reset(rng);
            commons.set_quota(quota);
            commons.step(&[request; 5], rng)[0].obs[seen::FINED]
        });
        let seen = mean_interval(&fines).unwrap();
        let (right, slack) =
            (law.expected_fine(0, request, quota), seen.hi - seen.lo + 1e-9);
        assert!((seen.mean - right).abs() < slack, "{law:?}: {seen:?} against {right}");
    }
}

#[test]
fn a_record_goes_up_once_and_fades() {
    let law = Law { fines: [1.0, 4.0, 10.0], fade: 0.0, ..Law::flat(1.0, 1.0) };
    let mut commons = Commons::new(Lake::default(), law).unwrap();
    let mut rng = seeded(1);
    commons.reset(&mut rng);
    commons.set_quota(0);
    let paid: Vec<f64> = (0..4)
        .map(|_| commons.step(&[1, 0, 0, 0, 0], &mut rng)[0].obs[seen::FINED])
        .collect();
    assert_eq!(paid, [1.0, 4.0, 10.0, 10.0]);
    let mut commons = Commons::new(Lake::default(), Law { fade: 1.0, ..law }).unwrap();
    commons.reset(&mut rng);
    commons.set_quota(0);
    let records: Vec<f64> = [1, 0, 0]
        .map(|e| commons.step(&[e, 0, 0, 0, 0], &mut rng)[0].obs[seen::RECORD])
        .to_vec();
    assert_eq!(records, [1.0, 0.0, 0.0]);
}

#[test]
fn a_quota_for_one_step_is_voted_as_a_planner_would() {
    let chain = LakeChain::new(Lake::default());
    let planner = Waters::with_points(Lake::default(), BINS).equal_quotas();
    assert_eq!(chain.ballot(1).choices().to_vec(), planner.requests);
}

#[test]
fn the_same_village_twice_is_the_same_and_a_speaker_may_take_the_mediator_s_place() {
    let regime = Regime {
        law: Law::flat(0.3, 4.0),
        quotas: Quotas::Mediator { voice: Voice::Says(0), accepted: false },
        ..Regime::default()
    };
    let chain = Arc::new(LakeChain::new(Lake::default()));
    let live = |speaker: Option<&mut dyn Speaker>| {
        village::live(&regime, &chain, speaker, &mut seeded(4))
    };
    assert_eq!(live(None), live(None));
    let scripted = live(Some(&mut Scripted));
    assert!(scripted.catch > 2.0 * live(None).catch, "{}", scripted.catch);
    /// Answers what is no number.
    struct Mumbles;
    impl Speaker for Mumbles {
        fn say(&mut self, _: &str, _: usize) -> Result<String> {
            Ok("well, fish".into())
        }
    }
    assert_eq!(live(Some(&mut Mumbles)).unparsable, 6 * 20);
}
