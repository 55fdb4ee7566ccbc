//! Scratch.
#![allow(unused, clippy::all)]
use aif_lib::prelude::*;
fn claim(sentence: &str, holds: bool) { println!("{} {sentence}", if holds {"ok  "} else {"FAIL"}); }
#[allow(non_snake_case)] fn OFF() -> u64 { std::env::var("OFF").map_or(0, |x| x.parse().unwrap()) }
fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
let t0 = std::time::Instant::now();
// cell 2
let mut v = [0.0];
let first = rescorla_wagner::update(&mut v, &[0], 1.0, &[0.15]);
let second = rescorla_wagner::update(&mut v, &[0], 1.0, &[0.15]);
(first, second, v[0]);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 2 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 3
let phases = [Phase::new(30, &[0], 1.0), Phase::new(20, &[0], 0.0)];
let course: Array2<f64> = rescorla_wagner::run(&phases, &[0.15]);
let light: Vec<f64> = course.column(0).to_vec();
light[30];
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 3 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 4
let trials: Vec<f64> = (0..=50).map(f64::from).collect();
plot::lines("Food for thirty trials, then none for twenty", "trials so far", "prediction V", &[
    Series::rl("V of the light", &trials, &light).points(),
    Series::level("food in every trial would be 1", 1.0),
]);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 4 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 5
claim(
    "V after n trials with food is 1 − .85ⁿ for every n; after thirty it is .9924.",
    (0..=30).all(|n| (light[n] - (1.0 - 0.85f64.powi(n as i32))).abs() < 1e-12)
        && (light[30] - 0.9924).abs() < 5e-5,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 5 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 6
claim(
    "The first missing meal is a surprise of −.9924; after twenty of them V is down to .0385.",
    (-light[30] + 0.9924).abs() < 5e-5 && (light[50] - 0.9924 * 0.85f64.powi(20)).abs() < 5e-6,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 6 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 7
fn learn_trial(v: &[f64], present: &[usize], reward: f64, alpha: f64) -> Vec<f64> {
    // BEGIN SOLUTION
    let predicted: f64 = present.iter().map(|&cue| v[cue]).sum();
    let mut after = v.to_vec();
    for &cue in present {
        after[cue] += alpha * (reward - predicted);
    }
    after
    // END SOLUTION
}
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 7 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 8
m03::check_3_1(learn_trial);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 8 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 9
let mut pair: [f64; 2] = [0.75, 0.0];
rescorla_wagner::update(&mut pair, &[0, 1], 1.0, &[0.2, 0.2]);
claim(
    "One trial by hand: the noise goes from .75 to .8 and the light from 0 to .05.",
    (pair[0] - 0.8).abs() < 1e-12 && (pair[1] - 0.05).abs() < 1e-12,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 9 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 10
fn light_after(phases: &[Phase]) -> f64 {
    let course: Array2<f64> = rescorla_wagner::run(phases, &[0.15, 0.15]);
    course[[course.nrows() - 1, 1]]
}
let (noise, both) = (Phase::new(30, &[0], 1.0), Phase::new(30, &[0, 1], 1.0));
let alone = light_after(&[Phase::new(30, &[1], 1.0)]);
let together = light_after(&[both.clone()]);
let blocked = light_after(&[noise.clone(), both.clone()]);
(alone, together, blocked);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 10 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 11
plot::bars("What thirty trials teach about the light", "V of the light", &[
    "light alone", "light and noise", "noise first, then both",
], &[Bars::rl("V of the light", &[alone, together, blocked])]);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 11 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 12
let unequal: Array2<f64> = rescorla_wagner::run(&[both.clone()], &[0.3, 0.1]);
claim(
    "Overshadowing: two equal cues end at ½ (1 − .7³⁰) = .49999; with α three to one, at .75 and .25.",
    (together - 0.5 * (1.0 - 0.7f64.powi(30))).abs() < 1e-12 && (together - 0.49999).abs() < 5e-6
        && (unequal[[30, 0]] - 0.75).abs() < 1e-6 && (unequal[[30, 1]] - 0.25).abs() < 1e-6,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 12 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 13
claim(
    "Blocking: a light that comes late ends at ½ · .85³⁰ (1 − .7³⁰) = .0038, not a hundredth of its value alone.",
    (blocked - 0.5 * 0.85f64.powi(30) * (1.0 - 0.7f64.powi(30))).abs() < 1e-12
        && (blocked - 0.0038).abs() < 5e-5 && blocked < 0.01 * alone,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 13 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 14
let both_after = Phase::new(200, &[0, 1], 1.0);
let apart = [Phase::new(200, &[0], 1.0), Phase::new(200, &[1], 1.0), both_after];
let days: Vec<Phase> = (0..1000)
    .flat_map(|_| [Phase::new(1, &[0], 1.0), Phase::new(1, &[0, 1], 0.0)]).collect();
claim(
    "Promised two meals and given one, the light falls from 1 to ½; announcing no meal, it goes to −1.",
    (light_after(&apart[..2]) - 1.0).abs() < 1e-9 && (light_after(&apart) - 0.5).abs() < 1e-9
        && (light_after(&days) + 1.0).abs() < 1e-9,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 14 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 15
let trial = Trial::new(20).cue(0, 5).reward(15, 1.0);
(trial.active(4), trial.active(5), trial.active(14), trial.reward_at(15));
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 15 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 16
let weights = [0.5, 0.25, 0.125];
claim(
    "With γ = 0, the TD error of a compound is Rescorla and Wagner's error: 1 − (.5 + .25) = .25.",
    td::error(&weights, &[0, 1], 1.0, 0.0, &[2]) == 0.25
        && rescorla_wagner::update(&mut weights.clone(), &[0, 1], 1.0, &[0.1; 3]) == 0.25,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 16 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 17
fn td_step(v: &mut [f64], s: usize, step: &Step, gamma: f64, alpha: f64) -> f64 {
    // BEGIN SOLUTION
    let discount = if step.end == Some(End::Terminal) { 0.0 } else { gamma };
    let delta = step.reward + discount * v[step.obs] - v[s];
    v[s] += alpha * delta;
    delta
    // END SOLUTION
}
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 17 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 18
m03::check_3_2(td_step);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 18 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 19
const GAMMA: f64 = 0.98;
fn dog(lambda: f64) -> Predictor {
    let options = TdOptions { alpha: 0.2, gamma: GAMMA, lambda, ..TdOptions::default() };
    Predictor::new(conditioning::elements(2, 20), options).unwrap()
}
let mut animal = dog(0.0);
let errors: Array2<f64> = animal.train(&trial, 80)?;
errors.dim();
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 19 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 20
fn heat(title: &str, errors: &Array2<f64>) -> Figure {
    let moments: Vec<&str> =
        (1..=20).map(|t| match t { 5 => "cue", 15 => "juice", _ => "" }).collect();
    let name = |n: usize| if n % 10 == 1 { format!("trial {n}") } else { String::new() };
    let labels: Vec<String> = (1..=errors.nrows()).map(name).collect();
    let trials: Vec<&str> = labels.iter().map(String::as_str).collect();
    plot::diverging(title, &moments, &trials, errors)
}
heat("The prediction error δ: trials downwards, time in the trial to the right", &errors).alt(
    "Heat map of the TD error, 80 trials by 20 moments. In the first trial the error is at the juice. \
     It moves to the left in a widening band, and from about trial 50 on most of it is at the cue.",
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 20 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 21
fn binomial(n: usize, j: usize, alpha: f64) -> f64 {
    let choose: f64 = (0..j).map(|i| (n as f64 - i as f64) / (i + 1) as f64).product();
    choose * alpha.powi(j as i32) * (1.0 - alpha).powi(n as i32 - j as i32)
}
claim(
    "Every error of the picture between cue and juice is the binomial formula, to twelve digits.",
    (0..80).all(|n| (0..10).all(|j| {
        (errors[[n, 14 - j]] - GAMMA.powi(j as i32) * binomial(n, j, 0.2)).abs() < 1e-12
    })),
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 21 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 22
animal.train(&trial, 400)?;
let usual = animal.probe(&trial)?;
let omitted = animal.probe(&Trial::new(20).cue(0, 5))?;
let early = animal.probe(&Trial::new(20).cue(0, 5).reward(11, 1.0))?;
let unexpected = animal.probe(&Trial::new(20).reward(15, 1.0))?;
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 22 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 23
let moments: Vec<f64> = (1..=20).map(f64::from).collect();
let axes = Axes::new("Three trials of a trained animal", "time (cue 5, juice 15)", "prediction error δ");
plot::lines_on(&axes, &[
    Series::new("juice, no cue", &moments, &unexpected),
    Series::new("cue, then juice", &moments, &usual),
    Series::new("cue, no juice", &moments, &omitted),
]).alt("Prediction error over time: a burst at unexpected juice; a burst at the cue and none at \
        expected juice; a burst at the cue and a dip when expected juice is left out.");
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 23 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 24
claim(
    "After training the only error is at the cue, γ¹⁰ = .817: the promise of juice ten moments away.",
    (usual[4] - GAMMA.powi(10)).abs() < 1e-9
        && usual.iter().enumerate().all(|(t, delta)| t == 4 || delta.abs() < 1e-9),
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 24 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 25
claim(
    "Juice without a cue gives δ = +1; juice left out gives a dip of −1, at the moment at which it was due.",
    (unexpected[14] - 1.0).abs() < 1e-9 && (omitted[14] + 1.0).abs() < 1e-9
        && omitted[5..14].iter().chain(&omitted[15..]).all(|delta| delta.abs() < 1e-9),
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 25 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 26
claim(
    "This model predicts a burst of +1 at early juice and still a dip of −1 at the usual time.",
    (early[10] - 1.0).abs() < 1e-9 && (early[14] + 1.0).abs() < 1e-9,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 26 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 27
let mut pupil = dog(0.0);
pupil.train(&Trial::new(20).cue(0, 10).reward(15, 1.0), 400)?;
pupil.train(&Trial::new(20).cue(1, 8).cue(0, 10), 8)?;
claim(
    "Second-order conditioning: after eight trials of tone, light and no food, the tone's burst is above .4.",
    pupil.probe(&Trial::new(20).cue(1, 8))?[7] > 0.4,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 27 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 28
fn td_lambda_episode(v: &mut [f64], episode: &Trajectory, gamma: f64, alpha: f64, lambda: f64) {
    // BEGIN SOLUTION
    let mut trace = vec![0.0; v.len()];
    let mut s = episode.first;
    for (_, step) in &episode.steps {
        let delta = step.reward + step.discount(gamma) * v[step.obs] - v[s];
        trace.iter_mut().for_each(|e| *e *= gamma * lambda);
        trace[s] += 1.0;
        v.iter_mut().zip(&trace).for_each(|(v, e)| *v += alpha * delta * e);
        s = step.obs;
    }
    // END SOLUTION
}
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 28 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 29
m03::check_3_3(td_lambda_episode);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 29 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 30
let (mut values, mut trace) = ([0.0; 2], [0.0; 2]);
for (state, delta) in [(0, 0.0), (1, 0.0), (0, 1.0)] {
    td_lambda::update(&mut values, &mut trace, &[state], delta, 0.5, 0.4, Trace::Accumulating);
}
claim(
    "TD(λ) by hand: after 0, 1, 0 and a reward the values are .58 and .2.",
    (values[0] - 0.58f64).abs() < 1e-12 && (values[1] - 0.2f64).abs() < 1e-12,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 30 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 31
let with_traces: Array2<f64> = dog(0.9).train(&trial, 80)?;
heat("With traces (λ = .9): the error jumps to the cue", &with_traces).alt(
    "Heat map of the TD error with traces, 80 trials by 20 moments. The error leaves the juice within about 30 \
     trials and appears at the cue at the same time; between them there is almost none.",
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 31 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 32
fn half_way(lambda: f64) -> f64 {
    let trial = Trial::new(20).cue(0, 5).reward(15, 1.0);
    let errors: Array2<f64> = dog(lambda).train(&trial, 200).unwrap();
    (0..200).find(|&n| errors[[n, 4]] > 0.5 * GAMMA.powi(10)).unwrap() as f64
}
let lambdas = [0.0, 0.3, 0.5, 0.7, 0.9, 1.0];
let halves: Vec<f64> = lambdas.iter().map(|&lambda| half_way(lambda)).collect();
let axes = Axes::new("Traces bring the error to the cue sooner", "λ", "trials to half the burst");
plot::lines_on(&axes.y_from(0.0, 50.0), &[Series::rl("TD(λ), α = .2", &lambdas, &halves)]);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 32 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 33
claim(
    "Half of the burst is at the cue after 49 trials with λ = 0, 8 with λ = .9; every larger λ is faster.",
    halves[0] == 49.0 && halves[4] == 8.0 && halves.windows(2).all(|pair| pair[1] < pair[0]),
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 33 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 34
fn between(errors: &Array2<f64>) -> f64 {
    let places = (0..80).flat_map(|n| (5..14).map(move |t| (n, t)));
    places.map(|place| errors[place]).fold(0.0, f64::max)
}
claim(
    "Between cue and juice the error goes above .35 without traces and stays below .05 with λ = .9.",
    between(&errors) > 0.35 && between(&with_traces) < 0.05,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 34 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 35
quiz("3.q1", "c");
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 35 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 36
quiz("3.q2", "b");
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 36 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 37
quiz("3.q3", "d");
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 37 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 38
let walk = RandomWalk::new(5)?;
walk.true_values();
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 38 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 39
fn walk_errors(monte_carlo: bool, alpha: f64, rng: &mut dyn Rng) -> Vec<f64> {
    let rule = if monte_carlo { monte_carlo::sweep } else { td::sweep };
    let (mut walk, mut v) = (RandomWalk::new(5).unwrap(), [0.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.0]);
    walk.walks(100, rng).iter().map(|walked| {
        rule(&mut v, walked, 1.0, alpha);
        walk.rms_error(&v)
    }).collect()
}
fn tuned(monte_carlo: bool, alphas: &[f64]) -> (f64, Vec<Vec<f64>>) {
    let tries = alphas.iter()
        .map(|&alpha| (alpha, curves(100, OFF()+31, &|_, rng| walk_errors(monte_carlo, alpha, rng))));
    let total = |runs: &[Vec<f64>]| -> f64 { runs.iter().flatten().sum() };
    tries.min_by(|a, b| total(&a.1).total_cmp(&total(&b.1))).unwrap()
}
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 39 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 40
let (td_alpha, by_td) = tuned(false, &[0.03, 0.05, 0.08, 0.1, 0.15, 0.2]);
let (mc_alpha, by_mc) = tuned(true, &[0.01, 0.02, 0.03, 0.04, 0.06, 0.1]);
(td_alpha, mc_alpha);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 40 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 41
let walked: Vec<f64> = (1..=100).map(f64::from).collect();
let axes = Axes::new("TD(0) and Monte Carlo learn the random walk", "walks seen", "RMS error of V");
plot::lines_on(&axes, &[
    Series::estimates("TD(0)", &walked, &mean_curve(&by_td)?),
    Series::estimates("Monte Carlo", &walked, &mean_curve(&by_mc)?),
]);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 41 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 42
fn mean_over(runs: &[Vec<f64>], from: usize, to: usize) -> Interval {
    let mean = |run: &Vec<f64>| run[from..to].iter().sum::<f64>() / (to - from) as f64;
    mean_interval(&runs.iter().map(mean).collect::<Vec<f64>>()).unwrap()
}
let (td_mean, mc_mean) = (mean_over(&by_td, 0, 100), mean_over(&by_mc, 0, 100));
claim(
    "Each at its best constant rate, TD's mean error is lower than Monte Carlo's, by a third at least.",
    td_mean.hi < mc_mean.lo && td_mean.mean < 0.67 * mc_mean.mean,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 42 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 43
fn seen(states: &[usize], reward: f64) -> Trajectory {
    let mut steps: Vec<(usize, Step)> =
        states[1..].iter().map(|&obs| (0, Step { obs, reward: 0.0, end: None })).collect();
    let (_, last) = steps.last_mut().unwrap();
    (last.reward, last.end) = (reward, Some(End::Terminal));
    Trajectory { first: states[0], steps }
}
let (a, b, end) = (0, 1, 2);
let mut eight = vec![seen(&[a, b, end], 0.0), seen(&[b, end], 0.0)];
eight.extend((0..6).map(|_| seen(&[b, end], 1.0)));
let (mut settled_td, mut settled_mc) = ([0.0; 3], [0.0; 3]);
for episode in (0..20_000).flat_map(|_| &eight) {
    td::sweep(&mut settled_td, episode, 1.0, 0.0005);
    monte_carlo::sweep(&mut settled_mc, episode, 1.0, 0.0005);
}
(settled_td, settled_mc);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 43 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 44
claim(
    "Both rules say that B is worth ¾; of A, Monte Carlo says 0 and TD says ¾ (within .001).",
    [settled_td[1] - 0.75, settled_mc[1] - 0.75, settled_td[0] - 0.75, settled_mc[0]]
        .iter().all(|error: &f64| error.abs() < 1e-3),
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 44 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 45
const STEPS: [usize; 5] = [1, 2, 4, 8, 16];
const RATES: [f64; 8] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0];
fn ten_walks(rng: &mut dyn Rng) -> Vec<f64> {
    let mut walk = RandomWalk::new(19).unwrap().with_left(-1.0);
    let ten = walk.walks(10, rng);
    let error = |n: usize, alpha: f64| -> f64 {
        let mut v = vec![0.0; 21];
        let mut learn = |walked| { n_step::sweep(&mut v, walked, n, 1.0, alpha); walk.rms_error(&v) };
        ten.iter().map(|walked| learn(walked) / 10.0).sum()
    };
    STEPS.iter().flat_map(|&n| RATES.map(|alpha| error(n, alpha))).collect()
}
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 45 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 46
let grid = mean_curve(&curves(100, OFF()+32, &|_, rng| ten_walks(rng)))?;
let series: Vec<Series> = STEPS.iter().zip(grid.chunks(8))
    .map(|(n, row)| Series::estimates(&format!("n = {n}"), &RATES, row)).collect();
plot::lines("From TD (n = 1) towards Monte Carlo", "learning rate α", "RMS error, first ten walks", &series);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 46 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 47
let lowest: Vec<Interval> = grid.chunks(8)
    .map(|row| *row.iter().min_by(|a, b| a.mean.total_cmp(&b.mean)).unwrap()).collect();
claim(
    "At their best rates n = 4 beats n = 1 and n = 16, with intervals that do not meet.",
    lowest[2].hi < lowest[0].lo && lowest[2].hi < lowest[4].lo,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 47 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 48
let q: Array2<f64> = array![[0.0, 0.0], [1.0, 2.0]];
let other: Array2<f64> = array![[0.0, 0.0], [1.5, 0.5]];
let targets = [
    sarsa::update(&mut q.clone(), 0, 0, 1.0, 0.9, 1, 0, 0.1),
    expected_sarsa::update(&mut q.clone(), 0, 0, 1.0, 0.9, 1, &[0.1, 0.9], 0.1),
    q_learning::update(&mut q.clone(), 0, 0, 1.0, 0.9, 1, 0.1),
    double_q::update(&mut q.clone(), &other, 0, 0, 1.0, 0.9, 1, 0.1),
];
targets;
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 48 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 49
claim(
    "One step, four errors: SARSA 1.9, expected SARSA 2.71, Q-learning 2.8, double Q-learning 1.45.",
    targets.iter().zip([1.9, 2.71, 2.8, 1.45]).all(|(delta, hand)| (delta - hand).abs() < 1e-12),
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 49 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 50
fn lured(rule: Rule, rng: &mut dyn Rng) -> Vec<f64> {
    let options = QOptions { rule, gamma: 1.0, ..QOptions::default() };
    let (mut agent, mut world) = (QAgent::new(3, 10, options).unwrap(), MaximizationBias::new());
    (0..300).map(|_| f64::from(episode(&mut world, &mut agent, rng).len() == 2)).collect()
}
let rules = [Rule::QLearning, Rule::Sarsa, Rule::ExpectedSarsa, Rule::DoubleQ];
let lures: Vec<Vec<Vec<f64>>> =
    rules.iter().map(|&rule| curves(200, OFF()+67, &|_, rng| lured(rule, rng))).collect();
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 50 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 51
let episodes: Vec<f64> = (0..30).map(|block| 10.0 * f64::from(block) + 5.5).collect();
let names = ["Q-learning", "SARSA", "expected SARSA", "double Q-learning"];
let mut shares: Vec<Series> = names.iter().zip(&lures).map(|(name, runs)| {
    let blocks: Vec<Interval> = (0..30).map(|k| mean_over(runs, 10 * k, 10 * k + 10)).collect();
    Series::estimates(name, &episodes, &blocks)
}).collect();
shares.push(Series::level("best possible with ε = .1: 5 %", 0.05));
plot::lines("Lured by luck", "episodes", "share that goes the wrong way", &shares);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 51 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 52
for l in &lures { println!("L {:?}", mean_over(l, 20, 60)); }
claim(
    "In episodes 21 to 60 one table goes the wrong way in over 70 % of all cases, two tables in less than 35 %.",
    lures[..3].iter().all(|runs| mean_over(runs, 20, 60).lo > 0.7)
        && mean_over(&lures[3], 20, 60).hi < 0.35,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 52 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 53
fn successor_matrix(t: &Array2<f64>, gamma: f64) -> Array2<f64> {
    // BEGIN SOLUTION
    let now: Array2<f64> = Array2::eye(t.nrows());
    let mut m: Array2<f64> = now.clone();
    for _ in 0..1000 {
        let later: Array2<f64> = t.dot(&m);
        m = &now + &(later * gamma);
    }
    m
    // END SOLUTION
}
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 53 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 54
m03::check_3_4(successor_matrix);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 54 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 55
let rooms = GridWorld::four_rooms();
let n = rooms.n_states();
let mut wander: Array2<f64> = Array2::zeros((n, n));
for (s, action) in (0..n).flat_map(|s| (0..4).map(move |action| (s, action))) {
    wander[[s, rooms.neighbour(s, action)]] += 0.25;
}
let m = successor::exact(&wander, 0.95)?;
m.row(rooms.start()).sum();
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 55 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 56
fn room_picture(title: &str, rooms: &GridWorld, values: &[f64]) -> GridPicture {
    GridPicture {
        title: title.into(),
        rows: rooms.rows(),
        cols: rooms.cols(),
        walls: rooms.walls(),
        values: Some(rooms.on_cells(values)),
        ..GridPicture::default()
    }
}
let here = rooms.state_at(2, 4).unwrap();
let mut picture = room_picture("Where shall I be? One row of M", &rooms, &m.row(here).to_vec());
picture.marks = vec![(rooms.index(here), "I".into())];
plot::grid(&picture);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 56 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 57
let same_room = rooms.state_at(2, 2).unwrap();
let next_room = rooms.state_at(2, 6).unwrap();
claim(
    "Of two places two cells away, the one in the room gets over five times the visits of the one behind the wall.",
    m[[here, same_room]] > 5.0 * m[[here, next_room]],
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 57 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 58
fn uphill(rooms: &GridWorld, v: &[f64], from: usize, goal: usize) -> Vec<usize> {
    let mut path = vec![from];
    while path[path.len() - 1] != goal && path.len() < 100 {
        let around = (0..4).map(|action| rooms.neighbour(path[path.len() - 1], action));
        let worth = |s: usize| if s == goal { f64::INFINITY } else { v[s] };
        path.push(around.max_by(|a, b| worth(*a).total_cmp(&worth(*b))).unwrap());
    }
    path
}
let cake = rooms.state_at(1, 9).unwrap();
let mut w = vec![0.0; n];
w[cake] = 1.0;
let at_once = successor::values_on_arrival(&m, &w, 0.95);
let path = uphill(&rooms, &at_once, rooms.start(), cake);
path.len() - 1;
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 58 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 59
let mut picture = room_picture("The cake has moved: new values, no new step", &rooms, &at_once);
picture.start = Some(rooms.index(rooms.start()));
picture.goal = Some(rooms.index(cake));
picture.path = path.iter().map(|&s| rooms.index(s)).collect();
plot::grid(&picture);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 59 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 60
claim(
    "From the start the new values lead to the cake in 12 steps: 8 up, and 2 aside and back for the door.",
    path.len() - 1 == 12 && path[12] == cake,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 60 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 61
fn off(v: &[f64], truth: &[f64]) -> f64 {
    let size: f64 = truth.iter().map(|x| x * x).sum();
    (v.iter().zip(truth).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / size).sqrt()
}
fn moved_cake(
    rooms: &GridWorld, w: &[f64], truth: &[f64], alpha: f64, rng: &mut dyn Rng,
) -> Vec<f64> {
    let (old, mut s) = (rooms.state_at(9, 1).unwrap(), rooms.start());
    let (mut v, mut m): (Vec<f64>, Array2<f64>) = (vec![0.0; w.len()], Array2::eye(w.len()));
    let mut curve = Vec::new();
    for k in 0..=40_000 {
        if k == 20_000 { curve.push(off(&successor::values_on_arrival(&m, w, 0.95), truth)); }
        if k >= 20_000 && k % 2000 == 0 { curve.push(off(&v, truth)); }
        let next = rooms.neighbour(s, uniform_index(4, rng));
        let reward = if k < 20_000 { f64::from(next == old) } else { w[next] };
        td::update(&mut v, s, reward, 0.95, next, alpha);
        if k < 20_000 { successor::update(&mut m, s, next, 0.95, alpha); }
        s = next;
    }
    curve
}
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 61 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 62
fn best_at(k: usize, fair: &[Vec<Interval>]) -> usize {
    (0..fair.len()).min_by(|a, b| fair[*a][k].mean.total_cmp(&fair[*b][k].mean)).unwrap()
}
let rates = [0.05, 0.1, 0.2, 0.3];
let fair: Vec<Vec<Interval>> = rates.iter().map(|&alpha| {
    let runs = curves(20, OFF()+51, &|_, rng| moved_cake(&rooms, &w, &at_once, alpha, rng));
    mean_curve(&runs).unwrap()
}).collect();
let (sr_best, td_best) = (best_at(0, &fair), best_at(11, &fair));
(rates[sr_best], rates[td_best]);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 62 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 63
let since: Vec<f64> = (0..=10).map(|k| 2000.0 * f64::from(k)).collect();
let axes = Axes::new("After the cake has moved", "steps since", "error of the values, relative");
plot::lines_on(&axes.y_from(0.0, 1.4), &[
    Series::estimates("TD values, learned anew", &since, &fair[td_best][1..]),
    Series::estimates("M, no new step", &since, &vec![fair[sr_best][0]; 11]),
]);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 63 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 64
claim(
    "At the move M is off by less than .3 and TD by more than 1; at no rate is TD as close after 8000 steps.",
    fair[sr_best][0].hi < 0.3
        && fair.iter().all(|runs| runs[1].lo > 1.0 && runs[5].lo > fair[sr_best][0].hi),
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 64 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 65
const BEFORE: &[(usize, f64, usize)] = &[(0, 0.0, 2), (2, 10.0, 4), (1, 0.0, 3), (3, 1.0, 5)];
const REWARDS_SWAPPED: &[(usize, f64, usize)] = &[(2, 1.0, 4), (3, 10.0, 5)];
const DOORS_SWAPPED: &[(usize, f64, usize)] = &[(2, 1.0, 5), (3, 10.0, 4)];
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 65 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 66
fn preference(phases: &[&[(usize, f64, usize)]]) -> [f64; 3] {
    let (mut v, mut w, mut t) = ([0.0; 6], [0.0; 6], Array2::<f64>::zeros((6, 6)));
    let mut m: Array2<f64> = Array2::eye(6);
    for (s, reward, next) in phases.iter().flat_map(|phase| phase.repeat(50)) {
        td::update(&mut v, s, reward, if next > 3 { 0.0 } else { 0.9 }, next, 0.3);
        successor::update(&mut m, s, next, 0.9, 0.3);
        w[next] += 0.3 * (reward - w[next]);
        (0..6).for_each(|to| t[[s, to]] += 0.3 * (f64::from(to == next) - t[[s, to]]));
    }
    let by_sr = successor::values_on_arrival(&m, &w, 0.9);
    let by_model = successor::values_on_arrival(&successor::exact(&t, 0.9).unwrap(), &w, 0.9);
    [v[0] - v[1], by_sr[0] - by_sr[1], by_model[0] - by_model[1]]
}
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 66 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 67
let first = preference(&[BEFORE]);
let reward_change = preference(&[BEFORE, REWARDS_SWAPPED]);
let door_change = preference(&[BEFORE, DOORS_SWAPPED]);
(first, reward_change, door_change);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 67 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 68
let _ = {
    let of = |k: usize| [first[k], reward_change[k], door_change[k]];
    let labels = ["before", "rewards swapped", "doors swapped"];
    plot::bars("Which way? Above 0: room 0, below 0: room 1", "V(0) − V(1)", &labels, &[
        Bars::new("TD values", &of(0)),
        Bars::new("successor representation", &of(1)),
        Bars::new("model-based", &of(2)),
    ])
};
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 68 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 69
fn about(numbers: [f64; 3], expected: [f64; 3]) -> bool {
    numbers.iter().zip(expected).all(|(number, hand)| (number - hand).abs() < 1e-3)
}
claim(
    "Reward revaluation: M and the model change their mind from +8.1 to −8.1; TD values stay.",
    about(first, [8.1, 8.1, 8.1]) && about(reward_change, [8.1, -8.1, -8.1]),
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 69 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 70
claim(
    "Transition revaluation: only the model changes its mind; M stays at +8.1, as TD values do.",
    about(door_change, [8.1, 8.1, -8.1]),
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 70 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 71
fn neuron(tau: f64, p: f64, rng: &mut dyn Rng) -> f64 {
    let (mut v, mut mean) = ([0.0], 0.0);
    for k in 0..6000 {
        let reward = f64::from(uniform01(rng) < p);
        let scale = if reward > v[0] { tau } else { 1.0 - tau };
        rescorla_wagner::update(&mut v, &[0], reward, &[0.02 * scale]);
        if k >= 1000 { mean += v[0] / 5000.0; }
    }
    mean
}
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 71 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 72
let taus: Vec<f64> = (1..20).map(|k| f64::from(k) / 20.0).collect();
let exact: Vec<f64> = taus.iter().map(|tau| 0.3 * tau / (0.3 * tau + 0.7 * (1.0 - tau))).collect();
let runs = curves(20, OFF()+52, &|_, rng| taus.iter().map(|&tau| neuron(tau, 0.3, rng)).collect());
let learned = mean_curve(&runs)?;
plot::lines("Nineteen neurons, one reward, nineteen opinions", "optimism τ", "value V it settles at", &[
    Series::new("expectile, exact", &taus, &exact),
    Series::estimates("learned, mean of 20 runs", &taus, &learned).points().role(Role::Rl),
    Series::level("mean reward .3", 0.3),
]);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 72 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 73
claim(
    "All nineteen settle within .01 of their expectile; only the one with τ = ½ learns the mean, .3.",
    learned.iter().zip(&exact).all(|(seen, exact)| (seen.mean - exact).abs() < 0.01)
        && (exact[9] - 0.3).abs() < 1e-12 && (exact[13] - 0.5).abs() < 1e-12,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 73 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 74
fn kalman_step(mean: f64, variance: f64, observed: f64, noise: f64, drift: f64) -> (f64, f64) {
    // BEGIN SOLUTION
    let predicted = variance + drift;
    let gain = predicted / (predicted + noise);
    (mean + gain * (observed - mean), (1.0 - gain) * predicted)
    // END SOLUTION
}
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 74 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 75
m03::check_3_5(kalman_step);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 75 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 76
let prior = Estimate { mean: 0.0, variance: 4.0 };
let (one, first_gain) = kalman::update(prior, 1.0, 1.0, 0.0);
let (two, second_gain) = kalman::update(one, 1.0, 1.0, 0.0);
(first_gain, one, second_gain, two);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 76 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 77
claim(
    "By hand: gains .8 and .444, means .8 and .889, variances .8 and .444.",
    (first_gain - 0.8).abs() < 1e-12 && (second_gain - 0.8 / 1.8).abs() < 1e-12
        && (one.mean - 0.8).abs() < 1e-12 && (two.mean - 8.0 / 9.0).abs() < 1e-12
        && (one.variance - 0.8).abs() < 1e-12 && (two.variance - 4.0 / 9.0).abs() < 1e-12,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 77 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 78
let mut mu: f64 = 0.0;
for _ in 0..200 {
    let slope = (mu - 1.0) / 1.0 + (mu - 0.0) / 4.0;
    mu -= 0.1 * slope;
}
claim(
    "Gradient descent on the two precision-weighted errors ends at the Kalman mean, .8.",
    (mu - one.mean).abs() < 1e-9,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 78 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 79
fn gains(drift: f64, trials: usize) -> Vec<f64> {
    let mut belief = Estimate { mean: 0.0, variance: 1.0 };
    (0..trials).map(|_| {
        let (after, gain) = kalman::update(belief, 0.0, 1.0, drift);
        belief = after;
        gain
    }).collect()
}
let drift = 0.15f64.powi(2) / 0.85;
let forty: Vec<f64> = (1..=40).map(f64::from).collect();
let axes = Axes::new("A learning rate that nobody chose", "trial", "gain K").y_from(0.0, 0.55);
plot::lines_on(&axes, &[
    Series::aif("Kalman, no drift", &forty, &gains(0.0, 40)),
    Series::new("Kalman, drift .0265", &forty, &gains(drift, 40)),
    Series::rl("Rescorla-Wagner, α = .15", &forty, &[0.15; 40]),
]);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 79 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 80
claim(
    "Without drift the n-th gain is 1/(n + 1); with drift .0265 it settles at .15, a constant learning rate.",
    gains(0.0, 40).iter().enumerate().all(|(k, gain)| (gain - 1.0 / (k + 2) as f64).abs() < 1e-12)
        && (gains(drift, 400)[399] - 0.15).abs() < 1e-9
        && (kalman::settled_gain(1.0, drift) - 0.15).abs() < 1e-12,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 80 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 81
fn squared_errors(gains: &[f64], jump: bool, rng: &mut dyn Rng) -> Vec<f64> {
    let (mut truth, mut v) = (standard_normal(rng), [0.0]);
    gains.iter().enumerate().map(|(t, &gain)| {
        if jump && t == 60 { truth = 3.0 + standard_normal(rng); }
        let off = (truth - v[0]).powi(2);
        rescorla_wagner::update(&mut v, &[0], truth + standard_normal(rng), &[gain]);
        off
    }).collect()
}
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 81 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 82
fn loss(gains: &[f64], jump: bool) -> Interval {
    let mean = |errors: Vec<f64>| errors.iter().sum::<f64>() / errors.len() as f64;
    mean_interval(&population(200, OFF()+41, &|_, rng| mean(squared_errors(gains, jump, rng)))).unwrap()
}
fn tune(settings: &[f64], jump: bool, gains: fn(f64) -> Vec<f64>) -> (f64, Interval) {
    let tried = settings.iter().map(|&x| (x, loss(&gains(x), jump)));
    tried.min_by(|a, b| a.1.mean.total_cmp(&b.1.mean)).unwrap()
}
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 82 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 83
let rates = [0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4];
let (steady_alpha, steady_rw) = tune(&rates, false, |alpha| vec![alpha; 120]);
let (jump_alpha, jump_rw) = tune(&rates, true, |alpha| vec![alpha; 120]);
let steady_kalman = loss(&gains(0.0, 120), false);
let jump_kalman = loss(&gains(0.0, 120), true);
(steady_alpha, steady_rw, steady_kalman, jump_alpha, jump_rw, jump_kalman);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 83 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 84
claim(
    "In the steady world the Kalman gain wins: less than two thirds of the error of the best constant rate.",
    steady_kalman.hi < steady_rw.lo && steady_kalman.mean < 0.67 * steady_rw.mean,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 84 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 85
claim(
    "In the jumping world the filter that believes in a steady one has over five times the constant rate's error.",
    jump_rw.hi < jump_kalman.lo && jump_kalman.mean > 5.0 * jump_rw.mean,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 85 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 86
let drifts = [0.003, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3];
let (jump_drift, doubting) = tune(&drifts, true, |drift| gains(drift, 120));
(jump_drift, doubting, jump_rw);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 86 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 87
claim(
    "With a tuned drift the filter is as good as the tuned constant rate: within 10 % of its error.",
    (doubting.mean / jump_rw.mean - 1.0).abs() < 0.1,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 87 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 88
let _ = {
    let x: Vec<f64> = (1..=120).map(f64::from).collect();
    let line = |name: &str, gains: Vec<f64>| {
        let runs = curves(200, OFF()+41, &|_, rng| squared_errors(&gains, true, rng));
        Series::estimates(name, &x, &mean_curve(&runs).unwrap())
    };
    plot::lines_on(&Axes::new("The value jumps after trial 60", "trial", "squared error").log_y(), &[
        line("Kalman, no drift", gains(0.0, 120)).role(Role::Aif),
        line("Kalman, tuned drift", gains(jump_drift, 120)),
        line("constant rate, tuned", vec![jump_alpha; 120]).role(Role::Rl),
    ])
};
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 88 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 89
let backward = [Phase::new(20, &[0, 1], 1.0), Phase::new(20, &[0], 1.0)];
let by_filter: Array2<f64> = kalman::run(&backward, 2, 1.0, 1.0, 0.0);
let by_rule: Array2<f64> = rescorla_wagner::run(&backward, &[0.15, 0.15]);
let forty_one: Vec<f64> = (0..=40).map(f64::from).collect();
plot::lines("Backward blocking: no light after trial 20", "trials so far", "weight of the light", &[
    Series::aif("Kalman filter", &forty_one, &by_filter.column(1).to_vec()),
    Series::rl("Rescorla-Wagner", &forty_one, &by_rule.column(1).to_vec()),
]);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 89 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 90
claim(
    "The noise alone brings the filter's light from .49 to below .1; Rescorla and Wagner's stays as it was.",
    (by_filter[[20, 1]] - 0.49).abs() < 0.005 && by_filter[[40, 1]] < 0.1
        && by_rule[[20, 1]] == by_rule[[40, 1]],
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 90 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 91
let (mut banana, mut chocolate) = (prior, prior);
let mut value = [0.0];
for _ in 0..20 {
    banana = kalman::update(banana, 1.0, 0.1, 0.0).0;
    chocolate = kalman::update(chocolate, 0.0, 0.1, 0.0).0;
    rescorla_wagner::update(&mut value, &[0], 1.0, &[0.15]);
}
let about_value = 1.0 - value[0];
let about_taste = [0.0 - banana.mean, 1.0 - chocolate.mean];
claim(
    "Equal juice, other flavour: an error below .05 to a value learner, and two errors of size 1 (within .01) to a model of tastes.",
    about_value.abs() < 0.05 && (about_taste[0] + 1.0).abs() < 0.01
        && (about_taste[1] - 1.0).abs() < 0.01,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 91 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 92
let guess = Estimate { mean: 0.0, variance: 1.0 };
let looked = kalman::update(guess, 2.0, 4.0, 0.0).0;
let tasted = kalman::update(looked, 1.0, 0.25, 0.0).0;
let tasted_first = kalman::update(kalman::update(guess, 1.0, 0.25, 0.0).0, 2.0, 4.0, 0.0).0;
claim(
    "Eye and tongue, weighted by their precisions, agree on .857, in either order.",
    (tasted.mean - 4.5 / 5.25).abs() < 1e-12 && (tasted.mean - tasted_first.mean).abs() < 1e-12,
);
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 92 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 93
quiz("3.q4", "a");
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 93 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 94
quiz("3.q5", "c");
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 94 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 95
quiz("3.q6", "b");
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 95 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 96
quiz("3.q7", "d");
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 96 {:.2}", t0.elapsed().as_secs_f64()); }
// cell 97
quiz("3.q8", "a");
if t0.elapsed().as_secs_f64() > 0.0 { eprintln!("cell 97 {:.2}", t0.elapsed().as_secs_f64()); }
Ok(()) }