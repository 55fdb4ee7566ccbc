//! What deep reinforcement learning is made of: a gradient step, by our own network and by candle; a step of each world; and one
//! whole run of deep Q-learning on the schedule of the CleanRL library.

use std::hint::black_box;

use aif_lib::candle_nn::{AdamW, Optimizer, ParamsAdamW};
use aif_lib::interaction::Signal;
use aif_lib::nn::graph::{Graph, matrix};
use aif_lib::prelude::*;
use criterion::Criterion;

const SIZES: [usize; 4] = [4, 120, 84, 2];
const BATCH: usize = 128;

fn numbers(n: usize) -> Vec<f32> {
    let mut rng = seeded(1);
    (0..n).map(|_| standard_normal(&mut rng) as f32).collect()
}

/// Target network forward, network forward and backward, Adam.
fn gradient_step(c: &mut Criterion) {
    let net = Mlp::new(&SIZES, Activation::Relu, &mut seeded(2)).expect("a network");
    let (x, next, slope) = (numbers(4 * BATCH), numbers(4 * BATCH), numbers(2 * BATCH));

    let (mut online, target) = (net.clone(), net.clone());
    let mut adam = Adam::new(net.parameters().len(), 2.5e-4).expect("a rate");
    let (mut pass, mut ahead) = (Pass::default(), Pass::default());
    let mut gradient = vec![0.0; net.parameters().len()];
    c.bench_function("gradient step of 4-120-84-2, batch 128", |b| {
        b.iter(|| {
            target.run(black_box(&next), &mut ahead);
            online.run(black_box(&x), &mut pass);
            online.backward(&mut pass, &slope, &mut gradient);
            adam.step(online.parameters_mut(), &gradient);
        });
    });

    let (online, target) =
        (Graph::new(&net).expect("a graph"), Graph::new(&net).expect("a graph"));
    let settings = ParamsAdamW { lr: 2.5e-4, weight_decay: 0.0, ..Default::default() };
    let mut adam = AdamW::new(online.variables(), settings).expect("an optimiser");
    let [x, next] = [&x, &next].map(|x| matrix(x, BATCH).expect("a batch"));
    let slope = matrix(&slope, BATCH).expect("a batch");
    c.bench_function("the same by candle", |b| {
        b.iter(|| {
            let ahead = target.forward(black_box(&next)).expect("it fits").detach();
            let error = online.forward(&x).expect("it fits");
            let loss = (error * &slope).and_then(|e| e.sum_all()).expect("a number");
            adam.backward_step(&loss).expect("a gradient");
            ahead
        });
    });
    let said = online.forward(&x).and_then(|y| Ok(y.sqr()?.mean_all()?)).expect("a loss");
    let slopes = said.backward().expect("a gradient");
    c.bench_function("candle: forward", |b| b.iter(|| online.forward(black_box(&x))));
    c.bench_function("candle: backward", |b| b.iter(|| black_box(&said).backward()));
    c.bench_function("candle: Adam", |b| b.iter(|| adam.step(black_box(&slopes))));
}

/// Steps with actions of chance, and a reset now and then.
fn steps<A: Signal>(c: &mut Criterion, name: &str, world: &mut dyn World<Vec<f64>, A>) {
    let mut rng = seeded(3);
    let space = world.action_space();
    let actions: Vec<A> = (0..64).map(|_| A::draw(&space, &mut rng)).collect();
    let mut at = 0;
    world.reset(&mut rng);
    c.bench_function(&format!("step of {name}"), |b| {
        b.iter(|| {
            at = (at + 1) % actions.len();
            let step = world.step(actions[at].clone(), &mut rng);
            if step.end.is_some() {
                world.reset(&mut rng);
            }
            step.reward
        });
    });
}

fn whole_run() {
    let mut world = TimeLimit::new(CartPole::new(), cart_pole::STEPS);
    let mut agent =
        Dqn::new(4, 2, DqnOptions::cleanrl(), &mut seeded(1)).expect("an agent");
    let budget = Budget { steps: 500_000, solved: None };
    let run =
        deep::train(&mut world, &mut agent, budget, &Reporter::silent(), &mut seeded(2));
    let run = run.expect("a run");
    println!(
        "500 000 steps at the pole on CleanRL's schedule: {} gradient steps, {:.1} s",
        run.gradient_steps, run.seconds
    );
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    gradient_step(&mut criterion);
    steps(
        &mut criterion,
        "the pole",
        &mut TimeLimit::new(CartPole::new(), cart_pole::STEPS),
    );
    steps(
        &mut criterion,
        "the pendulum",
        &mut TimeLimit::new(Pendulum::new(), pendulum::STEPS),
    );
    let car = MountainCar::new();
    steps::<usize>(&mut criterion, "the mountain car", &mut TimeLimit::new(car, 200));
    whole_run();
    criterion.final_summary();
}
