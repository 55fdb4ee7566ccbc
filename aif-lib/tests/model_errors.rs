//! Every mistake in building a model is found when it is built, and its message names place, number and cure.

use aif_lib::prelude::*;
use ndarray::{Array2, Array3, ArrayD, array};

/// The parts of a correct model of one bit and one sense, to be spoiled one by one.
struct Parts {
    actions: Vec<&'static str>,
    levels: Vec<&'static str>,
    d: Vec<f64>,
    b: Array3<f64>,
    outcomes: Vec<&'static str>,
    depends_on: &'static str,
    a: ArrayD<f64>,
    c: Vec<f64>,
    e: Option<Vec<f64>>,
}

fn parts() -> Parts {
    Parts {
        actions: vec!["wait", "flip"],
        levels: vec!["dark", "light"],
        d: vec![0.5, 0.5],
        b: array![[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]],
        outcomes: vec!["black", "white"],
        depends_on: "lamp",
        a: array![[0.9, 0.2], [0.1, 0.8]].into_dyn(),
        c: vec![0.0, 1.0],
        e: None,
    }
}

fn build(p: Parts) -> Result<GenerativeModel> {
    let builder = GenerativeModel::builder()
        .actions(&p.actions)
        .factor("lamp", &p.levels, &p.d, p.b)
        .modality("eye", &p.outcomes, &[p.depends_on], p.a, &p.c);
    match p.e {
        Some(e) => builder.habits(&e).build(),
        None => builder.build(),
    }
}

/// Spoils a part, builds, and checks that the message contains all the words.
#[track_caller]
fn spoiled(spoil: impl FnOnce(&mut Parts), words: &[&str]) {
    let mut p = parts();
    spoil(&mut p);
    let message = build(p).expect_err("the spoiled model must not build").to_string();
    for word in words {
        assert!(message.contains(word), "{word:?} is not in: {message}");
    }
}

#[test]
fn the_unspoiled_model_builds() {
    assert_eq!(build(parts()).unwrap().n_states(), 2);
}

#[test]
fn wrong_shapes() {
    spoiled(
        |p| p.a = Array2::ones((3, 2)).into_dyn() / 3.0,
        &["A[\"eye\"]", "[3, 2]", "[2, 2]", "axes are outcome"],
    );
    spoiled(
        |p| p.b = Array3::ones((2, 2, 3)) / 2.0,
        &["B[\"lamp\"]", "[2, 2, 3]", "[2, 2, 2]"],
    );
    spoiled(
        |p| p.c = vec![0.0; 3],
        &["C[\"eye\"]", "[3]", "[2]", "one log-preference for each outcome"],
    );
    spoiled(
        |p| p.d = vec![1.0],
        &["D[\"lamp\"]", "[1]", "[2]", "one probability for each level"],
    );
    spoiled(
        |p| p.e = Some(vec![1.0]),
        &["E has shape [1]", "[2]", "one habit for each action"],
    );
}

#[test]
fn columns_that_are_no_distributions() {
    spoiled(|p| p.a[[0, 1]] = 0.3, &["A[\"eye\"]: column [1] (light) sums to 1.1000"]);
    spoiled(
        |p| p.a[[0, 0]] = -0.1,
        &["A[\"eye\"]: column [0] (dark): entry 0 is -0.1", "from 0 to 1"],
    );
    spoiled(|p| p.a[[1, 0]] = f64::NAN, &["A[\"eye\"]: column [0]", "entry 1 is NaN"]);
    spoiled(
        |p| p.b[[0, 1, 1]] = 0.5,
        &["B[\"lamp\"]: column 1 (from \"light\" by \"flip\") sums to 0.5000"],
    );
    spoiled(|p| p.b[[0, 0, 0]] = f64::NAN, &["B[\"lamp\"]", "\"dark\" by \"wait\"", "NaN"]);
    spoiled(|p| p.d = vec![0.5, 0.6], &["D[\"lamp\"] sums to 1.1000"]);
    spoiled(|p| p.d = vec![1.5, -0.5], &["D[\"lamp\"]: entry 0 is 1.5"]);
    spoiled(|p| p.e = Some(vec![0.5, 0.4]), &["E sums to 0.9000"]);
}

#[test]
fn preferences_that_are_none() {
    spoiled(|p| p.c[1] = f64::NAN, &["C[\"eye\"]: entry 1 is NaN"]);
    spoiled(|p| p.c[0] = f64::INFINITY, &["C[\"eye\"]: entry 0 is inf"]);
    spoiled(
        |p| p.c = vec![f64::NEG_INFINITY; 2],
        &["C[\"eye\"]", "at least one outcome must be possible"],
    );
    // One forbidden outcome is a meaningful preference.
    let mut p = parts();
    p.c[0] = f64::NEG_INFINITY;
    assert!(build(p).is_ok());
}

#[test]
fn empty_lists() {
    spoiled(|p| p.actions.clear(), &["list of actions is empty"]);
    spoiled(|p| p.levels.clear(), &["levels of the factor \"lamp\" is empty"]);
    spoiled(|p| p.outcomes.clear(), &["outcomes of the modality \"eye\" is empty"]);
    let message =
        GenerativeModel::builder().actions(&["wait"]).build().unwrap_err().to_string();
    assert!(message.contains("list of factors is empty"), "{message}");
}

#[test]
fn unknown_names_and_indexes() {
    spoiled(|p| p.depends_on = "lamb", &["\"lamb\"", "\"lamp\""]);
    let model = build(parts()).unwrap();
    let message = model.marginal(model.prior(), "lantern").unwrap_err().to_string();
    assert!(message.contains("\"lantern\"") && message.contains("\"lamp\""), "{message}");
    let message = correct(&model, model.prior(), &[2]).unwrap_err().to_string();
    assert!(
        message.contains("is 2, but there are only 2") && message.contains("0 to 1"),
        "{message}"
    );
    let text = |policy: &[usize]| {
        policy_efe(&model, model.prior(), policy).unwrap_err().to_string()
    };
    let actions = model.n_actions();
    assert_eq!(
        text(&[0, 7]),
        format!(
            "the action in step 1 of the policy is 7, but there are only {actions} (counted from 0): use 0 to {}",
            actions - 1
        )
    );
    assert!(text(&[]).contains("the policy is empty"));
}

#[test]
fn states_that_can_never_be_entered_are_named_in_both_languages() {
    // Three rooms in a row, and doors that lead one way: 0 → 1 → 2. With the axes in the wrong order they lead back.
    let rooms = |leads: fn(usize) -> usize| {
        Array3::from_shape_fn((3, 3, 1), |(next, s, _)| f64::from(next == leads(s)))
    };
    let (right, swapped) = (rooms(|s| (s + 1).min(2)), rooms(|s| s.saturating_sub(1)));
    let model = |b: &Array3<f64>| {
        let d = [1.0, 0.0, 0.0];
        GenerativeModel::new(Array2::eye(3), b.clone(), &[0.0; 3], &d).unwrap()
    };
    let mdp = |t: &Array3<f64>| {
        let names = ["hall", "study", "attic"];
        Mdp::builder(t.clone()).reward_on_arrival(&[0.0; 3]).states(&names).build().unwrap()
    };
    assert_eq!(model(&right).check_reachable(), Ok(()));
    assert_eq!(mdp(&right).check_reachable(), Ok(()));
    let text = model(&swapped).check_reachable().unwrap_err().to_string();
    assert!(text.contains("state 1 (\"s1\") can never be entered"), "{text}");
    let text = mdp(&swapped).check_reachable().unwrap_err().to_string();
    assert!(text.contains("state 1 (\"study\") can never be entered"), "{text}");
    assert!(text.contains("axes of the transitions (next state, state, action)"), "{text}");
}

#[test]
fn too_large_to_compute_exactly() {
    let levels: Vec<String> = (0..200).map(|i| i.to_string()).collect();
    let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
    let (d, still) =
        (vec![1.0 / 200.0; 200], Array2::eye(200).insert_axis(ndarray::Axis(2)));
    let mut builder = GenerativeModel::builder().actions(&["wait"]);
    for name in ["x", "y", "z", "w"] {
        builder = builder.factor(name, &levels, &d, still.clone());
    }
    let a = Array2::ones((1, 200)).into_dyn();
    let message = builder
        .modality("eye", &["dark"], &["x"], a, &[0.0])
        .build()
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("1600000000 entries") && message.contains("fewer factors"),
        "{message}"
    );
}

#[test]
fn agent_settings() {
    let message =
        |options| AifAgent::new(build(parts()).unwrap(), options).unwrap_err().to_string();
    assert!(
        message(AifOptions { horizon: 0, ..Default::default() }).contains("horizon = 0")
    );
    assert!(
        message(AifOptions { episode: Some(0), ..Default::default() })
            .contains("episode = 0")
    );
    let choice = Choice::Sample { gamma: f64::NAN };
    assert!(message(AifOptions { choice, ..Default::default() }).contains("gamma = NaN"));
}
