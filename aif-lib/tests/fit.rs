//! Fitting agents to behaviour: against closed forms, against agents that play, and against what they were made with.

#![allow(clippy::unwrap_used)]

use aif_lib::experiment::fit::Range;
use aif_lib::prelude::*;

const FLAT: f64 = f64::INFINITY;

fn curious(gamma: f64, worth: f64, curious: bool) -> AifTwoStep {
    let options =
        AifTwoStepOptions { gamma, worth, curious, habit: 0.3, ..Default::default() };
    AifTwoStep::new(options).unwrap()
}

fn session(trials: usize, seed: u64) -> Vec<Trajectory> {
    let mut rng = seeded(seed);
    vec![episode(
        &mut TwoStep::new(trials).unwrap(),
        &mut curious(3.0, 2.0, true),
        &mut rng,
    )]
}

/// What a subject gives to each choice while the world is played again by hand: no replay function.
#[track_caller]
fn replayed(mut subject: impl Subject, sessions: &[Trajectory]) -> f64 {
    let mut total = 0.0;
    for session in sessions {
        subject.begin(&session.first);
        for (action, step) in &session.steps {
            let p = subject.choice().unwrap();
            assert!((p.probs().iter().sum::<f64>() - 1.0).abs() < 1e-12);
            total += p[*action].ln();
            subject.observe(action, step, &mut seeded(99));
        }
    }
    total
}

#[test]
fn the_likelihood_is_the_product_of_what_the_agent_would_have_done() {
    let played = session(50, 1);
    let ours = log_likelihood(&mut curious(2.0, 2.0, true), &played).unwrap();
    assert!((ours - replayed(curious(2.0, 2.0, true), &played)).abs() < 1e-12);
    let rl =
        || TwoStepAgent::new(TwoStepOptions { repeat: 0.4, ..Default::default() }).unwrap();
    let ours = log_likelihood(&mut rl(), &played).unwrap();
    assert!((ours - replayed(rl(), &played)).abs() < 1e-12);
    // Without precision every choice is a coin.
    let mut coin =
        AifTwoStep::new(AifTwoStepOptions { gamma: 0.0, ..Default::default() }).unwrap();
    assert!((log_likelihood(&mut coin, &played).unwrap() + 100.0 * 2f64.ln()).abs() < 1e-9);
}

#[test]
fn the_general_agent_is_a_subject_too() {
    let agent = |gamma: f64| {
        let options = AifOptions {
            choice: Choice::Sample { gamma },
            episode: Some(tmaze::MOVES),
            ..Default::default()
        };
        AifAgent::new(tmaze::model(0.9, &tmaze::PREFERENCE).unwrap(), options).unwrap()
    };
    let (mut maze, mut rng) = (TMaze::new(0.9).unwrap(), seeded(3));
    let trials: Vec<Trajectory> =
        (0..4).map(|_| episode(&mut maze, &mut agent(1.0), &mut rng)).collect();
    let ours = log_likelihood(&mut agent(1.0), &trials).unwrap();
    assert!((ours - replayed(agent(1.0), &trials)).abs() < 1e-12);
    assert_eq!(choice_probabilities(&mut agent(1.0), &trials).unwrap().len(), 8);
}

#[test]
fn repeating_is_a_habit_of_the_first_stage_alone() {
    let mut agent =
        TwoStepAgent::new(TwoStepOptions { repeat: 2f64.ln(), ..Default::default() })
            .unwrap();
    agent.begin(&0);
    assert_eq!(agent.policy(), cat(&[0.5, 0.5]));
    let mut told = |action, obs| {
        agent.observe(&action, &Step { obs, reward: 0.0, end: None }, &mut seeded(0))
    };
    told(1, 2);
    told(0, 0);
    let p = agent.policy();
    assert!(
        (p[1] - 2.0 / 3.0).abs() < 1e-12,
        "{p:?}: nothing was paid, only the habit speaks"
    );
}

#[test]
fn a_coin_has_the_estimate_and_the_width_of_the_books() {
    // ln L = k z − n ln(1 + eᶻ): peak at p = k/n, curvature n p (1 − p).
    let coin = |x: &[f64]| Ok(7.0 * x[0].ln() + 3.0 * (1.0 - x[0]).ln());
    let free = fit(&[Parameter::unit(0.2, FLAT)], &coin).unwrap();
    assert!((free.estimate[0] - 0.7).abs() < 1e-4);
    assert!((free.covariance.as_ref().unwrap()[[0, 0]] - 1.0 / 2.1).abs() < 1e-3);
    assert!(free.log_evidence.is_none(), "without a prior there is no evidence");
    assert!((free.bic(10) + 2.0 * free.log_likelihood - 10f64.ln()).abs() < 1e-12);
    let interval = free.intervals().unwrap()[0];
    let odds = |z: f64| 1.0 / (1.0 + (-z).exp());
    let (z, half) = ((7.0f64 / 3.0).ln(), 1.96 / 2.1f64.sqrt());
    assert!(
        (interval.lo - odds(z - half)).abs() < 1e-3
            && (interval.hi - odds(z + half)).abs() < 1e-3
    );
}

#[test]
fn for_gaussians_map_and_laplace_are_exact() {
    // Two numbers seen with unit noise, 2 and 4, the second of twice the parameter's scale; prior N(1, .5²) for each.
    let like = |x: &[f64]| {
        Ok(-0.5 * ((x[0] - 2.0).powi(2) + (x[1] - 4.0).powi(2))
            - (2.0 * std::f64::consts::PI).ln())
    };
    let fitted = fit(&[Parameter::any(1.0, 0.5), Parameter::any(1.0, 0.5)], &like).unwrap();
    // Precision 4 of the prior, 1 of the data: mean (4 · 1 + x) / 5.
    assert!(
        (fitted.estimate[0] - 1.2).abs() < 1e-3 && (fitted.estimate[1] - 1.6).abs() < 1e-3
    );
    let covariance = fitted.covariance.unwrap();
    assert!((covariance[[0, 0]] - 0.2).abs() < 1e-4 && covariance[[0, 1]].abs() < 1e-4);
    // Evidence: each number is N(1, 1 + ¼).
    let log = |x: f64| {
        -0.5 * (x - 1.0f64).powi(2) / 1.25 - 0.5 * (2.0 * std::f64::consts::PI * 1.25).ln()
    };
    assert!((fitted.log_evidence.unwrap() - log(2.0) - log(4.0)).abs() < 1e-4);
}

#[test]
fn a_search_finds_a_bent_valley() {
    let valley =
        |x: &[f64]| Ok(-(1.0 - x[0]).powi(2) - 100.0 * (x[1] - x[0] * x[0]).powi(2));
    let found =
        fit(&[Parameter::any(-1.2, FLAT), Parameter::any(1.0, FLAT)], &valley).unwrap();
    assert!(distance(&found.estimate, &[1.0, 1.0]) < 1e-2, "{:?}", found.estimate);
    let scaled =
        fit(&[Parameter::positive(5.0, FLAT)], &|x| Ok(-(x[0].ln() - 2.0).powi(2)))
            .unwrap();
    assert!((scaled.estimate[0] - 2f64.exp()).abs() < 1e-2);
}

#[test]
fn precision_and_the_scale_of_c_are_one_number_where_nothing_is_learned_for_its_own_sake() {
    let played = session(80, 2);
    for k in [0.1, 0.5, 3.0] {
        let whole = log_likelihood(&mut curious(3.0, 2.0, false), &played).unwrap();
        let traded =
            log_likelihood(&mut curious(3.0 / k, 2.0 * k, false), &played).unwrap();
        assert!((whole - traded).abs() < 1e-9, "{k}");
        let whole = log_likelihood(&mut curious(3.0, 2.0, true), &played).unwrap();
        let traded = log_likelihood(&mut curious(3.0 / k, 2.0 * k, true), &played).unwrap();
        assert!((whole - traded).abs() > 1e-3, "curiosity has a scale of its own: {k}");
    }
    let product = |x: &[f64]| log_likelihood(&mut curious(x[0], x[1], false), &played);
    let open =
        fit(&[Parameter::positive(2.0, FLAT), Parameter::positive(1.0, FLAT)], &product)
            .unwrap();
    assert!(open.covariance.is_none(), "a direction is open: {open:?}");
    let closed =
        fit(&[Parameter::positive(2.0, 0.5), Parameter::positive(1.0, 0.5)], &product)
            .unwrap();
    assert!(closed.covariance.is_some(), "a prior closes it");
}

#[test]
fn with_many_trials_the_settings_come_back() {
    let played = session(3000, 7);
    let like = |x: &[f64]| {
        let options = AifTwoStepOptions {
            gamma: x[0],
            forgetting: x[1],
            habit: x[2],
            ..Default::default()
        };
        log_likelihood(&mut AifTwoStep::new(options)?, &played)
    };
    let parameters = [
        Parameter::positive(1.0, FLAT),
        Parameter::unit(0.5, FLAT),
        Parameter::any(0.0, FLAT),
    ];
    let found = fit(&parameters, &like).unwrap();
    let intervals = found.intervals().unwrap();
    for (i, truth) in [3.0, 0.2, 0.3].into_iter().enumerate() {
        let Interval { mean, lo, hi } = intervals[i];
        // Twice as wide as 95 %: once in 10 000.
        assert!(
            (truth - mean).abs() < 2.0 * (hi - lo) / 2.0,
            "{i}: {truth} {:?}",
            intervals[i]
        );
        assert!((hi - lo) < 1.2 * truth.max(0.3), "{i}: {:?}", intervals[i]);
    }
}

#[test]
fn bad_input_is_named() {
    let text = |parameters: &[Parameter], f: &dyn Fn(&[f64]) -> Result<f64>| {
        fit(parameters, f).unwrap_err().to_string()
    };
    assert!(text(&[], &|_| Ok(0.0)).contains("parameters is empty"));
    assert!(
        text(&[Parameter::positive(-1.0, 1.0)], &|_| Ok(0.0)).starts_with("typical = -1")
    );
    assert!(text(&[Parameter::unit(1.0, 1.0)], &|_| Ok(0.0)).starts_with("typical = 1"));
    assert!(
        text(&[Parameter { range: Range::Any, typical: 0.0, spread: 0.0 }], &|_| Ok(0.0))
            .starts_with("spread = 0")
    );
    for bad in [f64::NAN, f64::NEG_INFINITY] {
        assert!(text(&[Parameter::any(0.0, 1.0)], &|_| Ok(bad)).contains("typical values"));
    }
    let passed_on =
        text(&[Parameter::any(0.0, 1.0)], &|_| Err(Error::World("mine".into())));
    assert!(passed_on.contains("mine"));
    let none = log_likelihood(&mut curious(1.0, 1.0, true), &[]).unwrap_err().to_string();
    assert!(none.contains("choices is empty"), "{none}");
    let mut odd = session(2, 1);
    odd[0].steps[0].0 = 5;
    let told = log_likelihood(&mut curious(1.0, 1.0, true), &odd).unwrap_err().to_string();
    assert!(told.contains("action of the subject is 5"), "{told}");
}
