//! The inner loops: a filter step, the expected free energy of all policies, a closed-loop decision.

use std::hint::black_box;

use aif_lib::prelude::*;
use criterion::{Criterion, criterion_group, criterion_main};
use ndarray::{Array2, Array3, Array4, Axis};

/// Cue chaining on a 5 × 7 grid: the first cue tells where the second is, the second tells where the reward is.
///
/// Factors: place 35, live second cue 4, reward side 2. Modalities: place 35, first cue 5, second cue 3, reward 3.
fn cue_chain() -> GenerativeModel {
    const COLUMNS: usize = 7;
    const ROWS: usize = 5;
    const PLACES: usize = ROWS * COLUMNS;
    let at = |row: usize, column: usize| row * COLUMNS + column;
    let (first, seconds) = (at(2, 0), [at(0, 2), at(1, 3), at(3, 3), at(4, 2)]);
    let rewards = [at(1, 5), at(3, 5)];

    let next =
        |place: usize, action: usize| match (action, place / COLUMNS, place % COLUMNS) {
            (0, row, column) => at(row.saturating_sub(1), column),
            (1, row, column) => at((row + 1).min(ROWS - 1), column),
            (2, row, column) => at(row, column.saturating_sub(1)),
            (3, row, column) => at(row, (column + 1).min(COLUMNS - 1)),
            _ => place,
        };
    let one_if = |yes: bool| f64::from(u8::from(yes));
    let b = Array3::from_shape_fn((PLACES, PLACES, 5), |(to, from, u)| {
        one_if(to == next(from, u))
    });
    let first_cue = Array3::from_shape_fn((5, PLACES, 4), |(o, place, live)| {
        one_if(o == if place == first { live + 1 } else { 0 })
    });
    let second_cue = Array4::from_shape_fn((3, PLACES, 4, 2), |(o, place, live, side)| {
        one_if(o == if place == seconds[live] { side + 1 } else { 0 })
    });
    let reward = Array3::from_shape_fn((3, PLACES, 2), |(o, place, side)| {
        let here = rewards.iter().position(|&r| r == place);
        one_if(o == here.map_or(0, |r| if r == side { 1 } else { 2 }))
    });

    let names = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>();
    let places = names(PLACES);
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let mut start = [0.0; PLACES];
    start[0] = 1.0;
    let still = |n: usize| Array2::eye(n).insert_axis(Axis(2));
    GenerativeModel::builder()
        .actions(&["up", "down", "left", "right", "stay"])
        .factor("place", &places, &start, b)
        .factor("second cue", &["a", "b", "c", "d"], &[0.25; 4], still(4))
        .factor("reward", &["top", "bottom"], &[0.5; 2], still(2))
        .modality(
            "place",
            &places,
            &["place"],
            Array2::eye(PLACES).into_dyn(),
            &[0.0; PLACES],
        )
        .modality(
            "cue 1",
            &["none", "a", "b", "c", "d"],
            &["place", "second cue"],
            first_cue.into_dyn(),
            &[0.0; 5],
        )
        .modality(
            "cue 2",
            &["none", "top", "bottom"],
            &["place", "second cue", "reward"],
            second_cue.into_dyn(),
            &[0.0; 3],
        )
        .modality(
            "reward",
            &["none", "cheese", "shock"],
            &["place", "reward"],
            reward.into_dyn(),
            &[0.0, 3.0, -6.0],
        )
        .build()
        .expect("the cue-chaining model is well formed")
}

fn decisions(c: &mut Criterion) {
    let flat = tmaze::model(0.9, &tmaze::PREFERENCE).expect("a valid model");
    let factored = tmaze::factored_model(0.9, &[0.0, 3.0, -3.0]).expect("a valid model");
    let chain = cue_chain();

    c.bench_function("filter step, flat T-maze", |b| {
        b.iter(|| filter(black_box(&flat), flat.prior(), 1, &[1]));
    });
    for horizon in [2, 3] {
        c.bench_function(&format!("closed loop, flat T-maze, depth {horizon}"), |b| {
            b.iter(|| closed_loop(black_box(&flat), flat.prior(), horizon, Backup::Max));
        });
        c.bench_function(&format!("closed loop, factored T-maze, depth {horizon}"), |b| {
            b.iter(|| {
                closed_loop(black_box(&factored), factored.prior(), horizon, Backup::Max)
            });
        });
    }
    c.bench_function("625 policies, cue chaining", |b| {
        b.iter(|| open_loop(black_box(&chain), chain.prior(), 4));
    });
}

criterion_group!(benches, decisions);
criterion_main!(benches);
