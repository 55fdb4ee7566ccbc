//! Networks: their gradients against differences and against candle, and the agents that learn with them.
#![cfg(feature = "deep")]
#![allow(clippy::unwrap_used)]

use aif_lib::experiment::training::{cart, dqn_cart_pole};
use aif_lib::nn::graph::{Graph, matrix};
use aif_lib::prelude::*;

fn numbers(n: usize, seed: u64) -> Vec<f32> {
    let mut rng = seeded(seed);
    (0..n).map(|_| standard_normal(&mut rng) as f32).collect()
}

/// The largest difference.
fn apart(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

const SHAPES: [&[usize]; 4] = [&[4, 120, 84, 2], &[3, 64, 64, 1], &[2, 5], &[7, 9, 3]];

#[test]
fn forward_and_backward_agree_with_candle() {
    for (i, sizes) in SHAPES.iter().enumerate() {
        for activation in [Activation::Relu, Activation::Tanh] {
            for rows in [1, 5, 128] {
                let net = Mlp::new(sizes, activation, &mut seeded(i as u64)).unwrap();
                let x = numbers(rows * net.inputs(), 10);
                let weight = numbers(rows * net.outputs(), 11);
                let mut pass = Pass::default();
                net.run(&x, &mut pass);
                let mut gradient = vec![f32::NAN; net.parameters().len()]; // written over
                net.backward(&mut pass, &weight, &mut gradient);

                let graph = Graph::new(&net).unwrap();
                assert_eq!(graph.parameters().unwrap(), net.parameters());
                let said = graph.forward(&matrix(&x, rows).unwrap()).unwrap();
                let theirs = said.flatten_all().unwrap().to_vec1::<f32>().unwrap();
                assert!(
                    apart(pass.output(), &theirs) < 1e-5,
                    "{sizes:?} {activation:?} {rows}"
                );
                // Σ weight · y has the slope `weight` in y.
                let loss =
                    (said * matrix(&weight, rows).unwrap()).unwrap().sum_all().unwrap();
                let wanted = graph.gradient(&loss).unwrap();
                let size = wanted.iter().fold(1.0f32, |m, x| m.max(x.abs()));
                let off = apart(&gradient, &wanted) / size;
                assert!(off < 1e-5, "{sizes:?} {activation:?} {rows}: {off}");
            }
        }
    }
}

#[test]
fn slopes_are_those_of_central_differences() {
    // tanh, so that no corner lies between the two points.
    let mut net = Mlp::new(&[3, 6, 4, 2], Activation::Tanh, &mut seeded(3)).unwrap();
    let x = [0.3f64, -0.8, 0.5];
    let loss = |net: &Mlp, x: &[f64]| -> f64 {
        let y = net.forward(x);
        y[0] * y[0] - 3.0 * y[1]
    };
    let y = net.forward(&x);
    let slope = [2.0 * y[0] as f32, -3.0];
    let mut pass = Pass::default();
    net.run(&x.map(|x| x as f32), &mut pass);
    let mut gradient = vec![0.0; net.parameters().len()];
    net.backward(&mut pass, &slope, &mut gradient);
    let h = 1.0f32 / 128.0;
    for (i, ours) in gradient.iter().enumerate() {
        let weight = net.parameters()[i];
        let mut at = |w: f32| {
            net.parameters_mut()[i] = w;
            let loss = loss(&net, &x);
            net.parameters_mut()[i] = weight;
            loss
        };
        let numeric = (at(weight + h) - at(weight - h)) / (2.0 * f64::from(h));
        assert!((f64::from(*ours) - numeric).abs() < 2e-3, "weight {i}: {ours} {numeric}");
    }
    net.backward_to_input(&mut pass, &slope);
    for (i, ours) in pass.input_gradient().iter().enumerate() {
        let at = |h: f64| {
            let mut x = x;
            x[i] += h;
            loss(&net, &x)
        };
        let numeric = (at(0.01) - at(-0.01)) / 0.02;
        assert!((f64::from(*ours) - numeric).abs() < 2e-3, "input {i}: {ours} {numeric}");
    }
}

#[test]
fn one_input_and_a_batch_are_the_same_network() {
    for activation in [Activation::Relu, Activation::Tanh] {
        let net = Mlp::new(&[4, 12, 8, 3], activation, &mut seeded(1)).unwrap();
        let x = numbers(4 * 7, 2);
        let mut pass = Pass::default();
        net.run(&x, &mut pass);
        for row in 0..7 {
            let one: Vec<f64> =
                x[4 * row..4 * row + 4].iter().map(|x| f64::from(*x)).collect();
            let said: Vec<f32> = net.forward(&one).iter().map(|x| *x as f32).collect();
            assert!(apart(&said, &pass.output()[3 * row..3 * row + 3]) < 1e-6);
        }
    }
}

#[test]
fn a_small_network_by_hand() {
    // h = max(0, (1·2 − 1·1 + .5, −2)) = (1.5, 0); y = 3 · 1.5 − 1 = 3.5.
    let mut net = Mlp::zeros(&[2, 2, 1], Activation::Relu).unwrap();
    net.parameters_mut().copy_from_slice(&[1.0, -1.0, -1.0, 0.0, 0.5, 0.0, 3.0, 7.0, -1.0]);
    assert_eq!(net.layers(&[2.0, 1.0]), [vec![1.5, 0.0], vec![3.5]]);
    assert_eq!(net.largest_weight(), 7.0);
    let (w, b) = net.layer(0);
    assert_eq!((w[[0, 1]], w[[1, 0]], b), (-1.0, -1.0, &[0.5f32, 0.0][..]));
    net.parameters_mut()[0] = f32::NAN;
    assert!(net.forward(&[2.0, 1.0])[0].is_nan(), "a NaN is not bent away");
    assert!(net.largest_weight().is_nan());
}

#[test]
fn the_first_weights_are_uniform_and_the_generator_s() {
    let net = |seed| Mlp::new(&[100, 400, 2], Activation::Relu, &mut seeded(seed)).unwrap();
    assert_eq!(net(1), net(1));
    assert_ne!(net(1), net(2));
    let (first, _) = net(1).layer(0).0.to_owned().into_raw_vec_and_offset();
    // Uniform from −.1 to .1: variance .01 / 3, up to 5 standard errors of √(4/5 / n).
    let variance = first.iter().map(|w| f64::from(w * w)).sum::<f64>() / 40_000.0;
    assert!(
        (variance * 300.0 - 1.0).abs() < 5.0 * (0.8f64 / 40_000.0).sqrt(),
        "{variance}"
    );
    assert!(first.iter().all(|w| w.abs() <= 0.1));
    let small = net(1).scale_output(0.01);
    assert!(small.layer(1).0.iter().all(|w| w.abs() <= 0.01 / 20.0));
    assert_eq!(small.layer(0), net(1).layer(0));
}

#[test]
fn what_does_not_fit_a_network_is_named() {
    let text =
        |sizes: &[usize]| Mlp::zeros(sizes, Activation::Relu).unwrap_err().to_string();
    assert!(text(&[4]).contains("layer sizes has shape 1, expected 2 or more"));
    assert!(text(&[4, 0, 2]).contains("size of a layer = 0"));
    let text = Graph::new(&Mlp::zeros(&[2, 1], Activation::Relu).unwrap())
        .and_then(|graph| graph.forward(&matrix(&[1.0; 3], 1)?))
        .unwrap_err()
        .to_string();
    assert!(text.starts_with("candle: "), "{text}");
}

#[test]
fn a_run_is_the_same_alone_and_beside_others() {
    let options =
        DqnOptions { hidden: vec![16], start: 200, batch: 32, ..Default::default() };
    let budget = Budget { steps: 1200, solved: None };
    let seeds = Seeds { runs: 3, seed: 5 };
    let beside = dqn_cart_pole(&options, seeds, budget, &Reporter::silent()).unwrap();
    for (i, (run, agent)) in beside.iter().enumerate() {
        let rng = &mut stream(5, i as u64);
        let mut alone = Dqn::new(4, 2, options.clone(), rng).unwrap();
        let again =
            deep::train(&mut cart(), &mut alone, budget, &Reporter::each_second(), rng)
                .unwrap();
        assert_eq!(again.episodes, run.episodes);
        assert_eq!(alone.net().parameters(), agent.net().parameters());
        assert_eq!(again.gradient_steps, 1200 - 200 + 1);
    }
}

/// What two runs learned, bit for bit.
fn learned() -> String {
    let options =
        DqnOptions { hidden: vec![16], start: 200, batch: 32, ..Default::default() };
    let budget = Budget { steps: 600, solved: None };
    let seeds = Seeds { runs: 2, seed: 5 };
    let runs = dqn_cart_pole(&options, seeds, budget, &Reporter::silent()).unwrap();
    let bits = runs.iter().flat_map(|(_, agent)| agent.net().parameters());
    bits.map(|w| format!("{:08x}", w.to_bits())).collect()
}

#[test]
fn one_thread_and_two_learn_the_same() {
    // The number of threads is fixed when a process starts, so this test runs itself again, twice.
    const NAME: &str = "AIF_TEST_THREADS";
    if std::env::var_os(NAME).is_some() {
        println!("learned {}", learned());
        return;
    }
    let on = |threads: &str| {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "one_thread_and_two_learn_the_same", "--nocapture"])
            .env(NAME, "")
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().find_map(|line| line.split_once("learned ")).unwrap().1.to_owned()
    };
    assert_eq!(on("1"), learned());
    assert_eq!(on("2"), learned());
}

#[test]
fn a_training_run_knows_its_curve() {
    let episodes = (1..=40).map(|i| (10 * i, i as f64)).collect();
    let run = Training { episodes, steps: 400, ..Default::default() };
    assert_eq!(run.last(), 30.5); // the mean of 21 to 40
    assert_eq!(run.curve(100, 4), [5.5, 10.5, 20.5, 30.5]);
    assert_eq!(run.curve(5, 1), [1.0], "before the first end");
    assert_eq!(run.solved_at(20.5), Some(300));
    assert_eq!(run.solved_at(31.0), None);
    assert!(Training::default().last().is_nan());
}

#[test]
fn training_stops_when_it_is_good_enough() {
    let mut agent = Dqn::new(4, 2, DqnOptions::default(), &mut seeded(1)).unwrap();
    let budget = Budget { steps: 100_000, solved: Some(5.0) }; // any policy is that good
    let run =
        deep::train(&mut cart(), &mut agent, budget, &Reporter::silent(), &mut seeded(1))
            .unwrap();
    assert_eq!(run.episodes.len(), 20);
    assert_eq!(run.steps, run.episodes[19].0);
}

/// One choice, and it is over: action 1 pays 1, action 0 nothing.
fn choose(agent: &mut dyn DeepAgent, times: usize, rng: &mut dyn Rng) {
    for _ in 0..times {
        agent.begin(&vec![1.0]);
        let action = agent.act(rng);
        let end = Some(End::Terminated);
        let step = Step { obs: vec![1.0], reward: action as f64, end };
        agent.try_observe(&action, &step, rng).unwrap();
    }
}

#[test]
fn a_soft_actor_finds_the_softmax_of_the_rewards() {
    // At a temperature of ½: π(1) = e² / (1 + e²).
    let options = DiscreteSacOptions {
        hidden: vec![16],
        alpha: 0.5,
        entropy: None,
        start: 64,
        rate: 3e-3,
        ..Default::default()
    };
    let mut rng = seeded(1);
    let mut agent = DiscreteSac::new(1, 2, options, &mut rng).unwrap();
    choose(&mut agent, 1500, &mut rng);
    let p = agent.policy(&[1.0])[1];
    assert!((p - 2f64.exp() / (1.0 + 2f64.exp())).abs() < 0.02, "{p}");
    assert!((agent.alpha() - 0.5).abs() < 1e-6, "it stays");
}

#[test]
fn the_temperature_is_learned_until_the_entropy_is_as_wanted() {
    let options = DiscreteSacOptions {
        hidden: vec![16],
        start: 64,
        rate: 5e-3,
        entropy: Some(0.5),
        ..Default::default()
    };
    let mut rng = seeded(1);
    let mut agent = DiscreteSac::new(1, 2, options, &mut rng).unwrap();
    choose(&mut agent, 4000, &mut rng);
    let entropy = entropy(&agent.policy(&[1.0]));
    assert!((entropy - 0.5 * 2f64.ln()).abs() < 0.05, "{entropy}");
}

#[test]
fn a_soft_actor_finds_the_best_of_a_range_and_the_temperature_that_it_asks_for() {
    // Reward −(a − 1)² for a from −2 to 2, which is −4 (x − ½)² in the squashed action x = a / 2. The best policy at a
    // temperature α is softmax: a normal distribution of variance α / 8 around ½, far from the ends. Its entropy
    // ½ ln (2πe α / 8) is to be −1, so α = 8 / (2π e³) = .0634.
    let options = SacOptions {
        hidden: vec![32],
        start: 200,
        batch: 32,
        critic: 3e-3,
        ..Default::default()
    };
    let bounds = Bounds::same(1, -2.0, 2.0).unwrap();
    let mut rng = seeded(1);
    let mut agent = Sac::new(1, &bounds, options, &mut rng).unwrap();
    for _ in 0..10_000 {
        agent.begin(&vec![1.0]);
        let action = agent.act(&mut rng);
        let reward = -(action[0] - 1.0).powi(2);
        let step = Step { obs: vec![1.0], reward, end: Some(End::Terminated) };
        agent.try_observe(&action, &step, &mut rng).unwrap();
    }
    let middle = agent.middle(&[1.0])[0];
    assert!((middle - 1.0).abs() < 0.1, "{middle}");
    let wanted = 8.0 / (std::f64::consts::TAU * 3f64.exp());
    assert!((agent.alpha() / wanted - 1.0).abs() < 0.2, "{} {wanted}", agent.alpha());
}
