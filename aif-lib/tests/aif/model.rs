//! Several controls, factors that move each other, preferences over time, sensory precision, and what is refused.

use aif_lib::prelude::*;
use ndarray::{Array, Array2, Array3};

/// A door that a key opens: "place" (outside, inside) depends on itself, on the door and on the feet; "door" (shut, open) depends
/// on itself and on the hand, and wind shuts it one time in ten.
fn house() -> GenerativeModel {
    GenerativeModel::builder()
        .control("feet", &["stay", "go"])
        .control("hand", &["rest", "open", "shut"])
        .linked_factor(
            "place",
            &["outside", "inside"],
            &[1.0, 0.0],
            &["place", "door"],
            &["feet"],
            Array::from_shape_fn((2, 2, 2, 2), |(to, from, door, feet)| {
                walk(to, from, door, feet)
            })
            .into_dyn(),
        )
        .linked_factor(
            "door",
            &["shut", "open"],
            &[0.5, 0.5],
            &["door"],
            &["hand"],
            Array::from_shape_fn((2, 2, 3), |(to, from, hand)| swing(to, from, hand))
                .into_dyn(),
        )
        .modality(
            "view",
            &["street", "room"],
            &["place"],
            Array2::eye(2).into_dyn(),
            &[0.0, 1.0],
        )
        .build()
        .unwrap()
}

fn walk(to: usize, from: usize, door: usize, feet: usize) -> f64 {
    let arrives = if feet == 1 && door == 1 { 1 - from } else { from };
    f64::from(u8::from(to == arrives))
}

fn swing(to: usize, from: usize, hand: usize) -> f64 {
    match (hand, to) {
        (1, open) => open as f64,
        (2, open) => 1.0 - open as f64,
        (_, 1) => 0.9 * from as f64,
        (_, _) => 1.0 - 0.9 * from as f64,
    }
}

#[test]
fn controls_combine_and_factors_move_each_other() {
    let model = house();
    assert_eq!((model.n_states(), model.n_actions()), (4, 6));
    // The same B by hand on joint states (place, door) and actions (feet, hand).
    let b = Array3::from_shape_fn((4, 4, 6), |(to, from, u)| {
        walk(to / 2, from / 2, from % 2, u / 3) * swing(to % 2, from % 2, u % 3)
    });
    assert_eq!(model.transition().to_array(), b);
    let a = array![[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]];
    let flat = GenerativeModel::new(a, b, &[0.0, 1.0], &[0.5, 0.5, 0.0, 0.0]).unwrap();
    for horizon in 1..=3 {
        let tree = closed_loop(&model, model.prior(), horizon, Backup::Max).unwrap();
        assert_eq!(tree, closed_loop(&flat, flat.prior(), horizon, Backup::Max).unwrap());
    }
}

#[test]
fn actions_have_the_names_of_their_settings() {
    let model = house();
    assert_eq!(model.action_names()[4], "go, open");
    assert_eq!(model.action(&["go", "open"]).unwrap(), 4);
    assert_eq!(model.control_names(), ["feet", "hand"]);
    let text = |settings: &[&str]| model.action(settings).unwrap_err().to_string();
    assert!(text(&["go"]).contains("has shape [1], expected [2]"));
    assert!(text(&["go", "push"]).contains("\"push\" is not known"));
    let actions = cat(&[0.1, 0.2, 0.1, 0.0, 0.3, 0.3]);
    let feet = model.control_marginal(&actions, "feet").unwrap();
    let hand = model.control_marginal(&actions, "hand").unwrap();
    assert!((feet[1] - 0.6).abs() < 1e-15 && (hand[1] - 0.5).abs() < 1e-15);
    assert!(model.control_marginal(&actions, "nose").is_err());
    let short = model.control_marginal(&cat(&[1.0]), "feet").unwrap_err().to_string();
    assert!(short.contains("shape [1], expected [6]"), "{short}");
    assert!(format!("{model:?}").contains("control \"hand\": rest | open | shut"));
}

#[test]
fn mistakes_in_a_linked_model_are_named() {
    let still = Array2::eye(2).into_dyn();
    let start = || {
        GenerativeModel::builder().control("hand", &["rest", "open"]).linked_factor(
            "door",
            &["shut", "open"],
            &[0.5, 0.5],
            &["door"],
            &[],
            still.clone(),
        )
    };
    let look = |builder: aif_lib::aif::model::ModelBuilder| {
        builder.modality("eye", &["a", "b"], &["door"], still.clone(), &[0.0, 0.0])
    };
    let text = |builder: aif_lib::aif::model::ModelBuilder| {
        builder.build().expect_err("it must not build").to_string()
    };
    assert!(look(start()).build().is_ok());
    let b = Array::from_elem((2, 2, 1), 0.5);
    assert!(
        text(look(start().factor("door", &["x", "y"], &[0.5; 2], b)))
            .contains("two of the factors are called \"door\"")
    );
    assert!(text(look(look(start()))).contains("two of the modalities are called \"eye\""));
    assert!(
        text(look(start().control("hand", &["a"])))
            .contains("two of the controls are called \"hand\"")
    );
    let linked = |on: &'static str, by: &'static str, b: ndarray::ArrayD<f64>| {
        text(look(start().linked_factor(
            "lamp",
            &["dark", "lit"],
            &[1.0, 0.0],
            &[on],
            &[by],
            b,
        )))
    };
    let good = Array::from_elem((2, 2, 2), 0.5).into_dyn();
    assert!(linked("dor", "hand", good.clone()).contains("factor \"dor\" is not known"));
    assert!(linked("door", "foot", good.clone()).contains("control \"foot\" is not known"));
    let thin = Array2::from_elem((2, 2), 0.5).into_dyn();
    assert!(linked("door", "hand", thin).contains("[2, 2], expected [2, 2, 2]"));
    let mut bad = good;
    bad[[0, 1, 1]] = 0.25;
    let text = linked("door", "hand", bad);
    assert!(text.contains("column 1 (from \"open\" by \"open\") sums to 0.7500"), "{text}");
}

/// A wheel of three places that is turned or not; the place is seen. C: (time, place).
fn wheel() -> (Array3<f64>, Array2<f64>) {
    let b = Array3::from_shape_fn((3, 3, 2), |(to, from, u)| {
        f64::from(u8::from(to == (from + u) % 3)) * 0.8 + 0.2 / 3.0
    });
    (b, array![[0.0, 2.0, -1.0], [3.0, 0.0, 0.5], [-2.0, 0.0, 1.0]])
}

#[test]
fn what_is_wanted_may_change_over_time() {
    let (b, c) = wheel();
    let model =
        GenerativeModel::new(Array2::eye(3), b.clone(), &[0.0; 3], &[1.0, 0.0, 0.0])
            .unwrap()
            .with_preference_over_time(0, &c)
            .unwrap();
    // The same with a clock that is seen: states and outcomes (place, time), time at most 3.
    let (times, n) = (4, 12);
    let tick = |t: usize| (t + 1).min(times - 1);
    let clocked = Array3::from_shape_fn((n, n, 2), |(to, from, u)| {
        let next = f64::from(u8::from(to % times == tick(from % times)));
        next * b[[to / times, from / times, u]]
    });
    let wanted: Vec<f64> = (0..n)
        .map(|o| if o % times == 0 { 0.0 } else { c[[o % times - 1, o / times]] })
        .collect();
    let at = |place: usize, time: usize| Categorical::one_hot(n, place * times + time);
    let clock =
        GenerativeModel::new(Array2::eye(n), clocked, &wanted, at(0, 0).probs()).unwrap();
    let totals = |g: Vec<Efe>| g.iter().map(Efe::total).collect::<Vec<_>>();
    let close = |one: Vec<f64>, other: Vec<f64>| {
        assert_eq!(one.len(), other.len());
        assert!(
            one.iter().zip(&other).all(|(a, b)| (a - b).abs() < 1e-12),
            "{one:?} {other:?}"
        );
    };
    for (place, time) in [(0, 0), (1, 0), (2, 1), (0, 2), (1, 3)] {
        let here = Categorical::one_hot(3, place);
        let now = model.clone().at_step(time);
        for horizon in 1..=4 {
            let mine = open_loop(&now, &here, horizon).unwrap();
            close(
                totals(mine),
                totals(open_loop(&clock, &at(place, time), horizon).unwrap()),
            );
            let mine = closed_loop(&now, &here, horizon, Backup::Max).unwrap();
            let theirs =
                closed_loop(&clock, &at(place, time), horizon, Backup::Max).unwrap();
            close(totals(mine), totals(theirs));
        }
    }
    // The agent counts its steps, and what it remembers of one moment is not taken for another.
    let options = AifOptions { horizon: 3, ..Default::default() };
    let mut agent = AifAgent::new(model, options).unwrap();
    agent.begin(&0);
    for (taken, place) in [1, 0, 2, 1, 1, 0].into_iter().enumerate() {
        let thought = totals(agent.decide().unwrap().efe);
        let here = at([0, 1, 0, 2, 1, 1][taken], taken.min(3));
        close(thought, totals(closed_loop(&clock, &here, 3, Backup::Max).unwrap()));
        agent.observe(&1, &Step { obs: place, reward: 0.0, end: None }, &mut seeded(0));
    }
}

#[test]
fn a_sense_can_be_trusted_more_or_less() {
    let still = Array2::eye(2).insert_axis(Axis(2));
    let a = array![[0.8, 0.0], [0.2, 1.0]];
    let model = GenerativeModel::new(a.clone(), still, &[0.0; 2], &[0.5; 2]).unwrap();
    let sharper = |zeta: f64| model.clone().with_sensory_precision(0, zeta);
    assert_eq!(sharper(1.0).unwrap().likelihood(0)[[1, 0]], 0.2);
    let none = sharper(0.0).unwrap();
    assert_eq!(none.likelihood(0), &array![[0.5, 0.0], [0.5, 1.0]].into_dyn());
    // Log odds of the outcome grow with ζ.
    let odds = sharper(3.0).unwrap();
    let odds = odds.likelihood(0)[[0, 0]] / odds.likelihood(0)[[1, 0]];
    assert!((odds - 64.0).abs() < 1e-9);
    assert_eq!(sharper(1e6).unwrap().likelihood(0)[[0, 0]], 1.0);
    // And it is what perception uses: P(s₀ | o₁) = A[1, 0] / (A[1, 0] + 1).
    let seen = correct(&sharper(2.0).unwrap(), model.prior(), &[1]).unwrap();
    let p = 0.04 / 0.68;
    assert!((seen.belief[0] - p / (p + 1.0)).abs() < 1e-12);
    for zeta in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(sharper(zeta).unwrap_err().to_string().starts_with("zeta = "));
    }
    let text = model.with_sensory_precision(1, 2.0).unwrap_err().to_string();
    assert!(text.contains("modality is 1, but there are only 1"), "{text}");
}

#[test]
fn a_belief_of_another_length_is_named_with_both_numbers() {
    let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
    let (nine, good) = (Categorical::uniform(9), model.prior());
    let shape = |text: String| {
        assert!(
            text.contains("has shape [9], expected [8]: give one probability"),
            "{text}"
        );
    };
    shape(correct(&model, &nine, &[0]).unwrap_err().to_string());
    shape(filter(&model, &nine, 0, &[0]).unwrap_err().to_string());
    shape(log_joint(&model, &nine, &[0]).unwrap_err().to_string());
    shape(free_energy(&model, &nine, good, &[0]).unwrap_err().to_string());
    shape(free_energy(&model, good, &nine, &[0]).unwrap_err().to_string());
    shape(policy_efe(&model, &nine, &[0]).unwrap_err().to_string());
    shape(open_loop(&model, &nine, 1).unwrap_err().to_string());
    shape(closed_loop(&model, &nine, 1, Backup::Max).unwrap_err().to_string());
    shape(model.marginal(&nine, "state").unwrap_err().to_string());
    let text = filter(&model, good, 7, &[0]).unwrap_err().to_string();
    assert!(text.contains("the action is 7, but there are only 4"), "{text}");
}

#[test]
fn a_model_that_is_too_large_is_refused_and_not_tried() {
    for horizon in [20_000, usize::MAX / 1000, usize::MAX] {
        for lookahead in [Lookahead::OpenLoop, Lookahead::Sophisticated] {
            let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
            let options = AifOptions { horizon, lookahead, ..Default::default() };
            let text = AifAgent::new(model, options).unwrap_err().to_string();
            assert!(text.contains("more than the budget"), "{text}");
        }
    }
}
