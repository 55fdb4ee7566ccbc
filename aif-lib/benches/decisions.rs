//! The inner loops: a filter step, the expected free energy of all policies, a closed-loop decision, learning from a long record.

use std::hint::black_box;

use aif_lib::prelude::*;
use criterion::{Criterion, criterion_group, criterion_main};

fn decisions(c: &mut Criterion) {
    let flat = tmaze::model(0.9, &tmaze::PREFERENCE).expect("a valid model");
    let factored = tmaze::factored_model(0.9, &[0.0, 3.0, -3.0]).expect("a valid model");
    let chain = cue_chain::model(&[0.0, 3.0, -6.0]).expect("a valid model");

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

/// A hundred states, ten thousand observations, full tables.
fn learning(c: &mut Criterion) {
    let mut rng = seeded(1);
    let model = Hmm::random(100, 20, 1, &mut rng).expect("sizes above 0");
    let (_, record) = model.sample(&[0; 9999], &mut rng).expect("action 0 exists");
    let records = [record];
    c.bench_function("hmm filter, 100 states, 10000 observations", |b| {
        b.iter(|| black_box(&model).filter(&records[0]));
    });
    c.bench_function("hmm filter and smoother, the same", |b| {
        b.iter(|| black_box(&model).smooth(&records[0]));
    });
    c.bench_function("Baum-Welch sweep, the same", |b| {
        b.iter(|| baum_welch::sweep(black_box(&model), &records, 0.0));
    });
}

criterion_group!(benches, decisions, learning);
criterion_main!(benches);
