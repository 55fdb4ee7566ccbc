//! Learning from prediction errors, against closed forms, published examples and exact solutions.
#![allow(clippy::unwrap_used)]

use aif_lib::prelude::*;
use aif_lib::rl::evaluate::{policy_values_exact, random_policy};

fn near(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance, "{a} is not within {tolerance} of {b}");
}

fn all_near(a: &[f64], b: &[f64], tolerance: f64) {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).for_each(|(a, b)| near(*a, *b, tolerance));
}

/// An episode from its states and the rewards between them.
fn path(states: &[usize], rewards: &[f64], end: End) -> Trajectory {
    let mut steps: Vec<(usize, Step)> = states[1..]
        .iter()
        .zip(rewards)
        .map(|(&obs, &reward)| (0, Step { obs, reward, end: None }))
        .collect();
    steps.last_mut().unwrap().1.end = Some(end);
    Trajectory { first: states[0], steps }
}

fn walks(n: usize, seed: u64) -> Vec<Trajectory> {
    RandomWalk::new(5).unwrap().walks(n, &mut seeded(seed))
}

// ---- Rescorla-Wagner

const ALPHA: f64 = 0.15;

fn last(course: &Array2<f64>) -> Vec<f64> {
    course.row(course.nrows() - 1).to_vec()
}

#[test]
fn acquisition_and_extinction_are_geometric() {
    let phases = [Phase::new(30, &[0], 1.0), Phase::new(20, &[0], 0.0)];
    let course = rescorla_wagner::run(&phases, &[ALPHA]);
    assert_eq!(course.dim(), (51, 1));
    for n in 0..=30 {
        near(course[[n, 0]], 1.0 - 0.85f64.powi(n as i32), 1e-12);
    }
    near(course[[30, 0]], 0.9924, 5e-5);
    near(course[[50, 0]], 0.9924 * 0.85f64.powi(20), 5e-6);
}

#[test]
fn cues_that_share_a_trial_share_the_error() {
    // Overshadowing: V_i = α_i/(α_1 + α_2) · (1 − (1 − α_1 − α_2)^n).
    let both = rescorla_wagner::run(&[Phase::new(30, &[0, 1], 1.0)], &[0.3, 0.1]);
    let total = 1.0 - 0.6f64.powi(30);
    all_near(&last(&both), &[0.75 * total, 0.25 * total], 1e-12);
    // Blocking: the second cue gets half of what the first left over.
    let phases = [Phase::new(30, &[0], 1.0), Phase::new(30, &[0, 1], 1.0)];
    let blocked = last(&rescorla_wagner::run(&phases, &[ALPHA, ALPHA]));
    let left_over = 0.85f64.powi(30);
    near(blocked[1], left_over / 2.0 * (1.0 - 0.7f64.powi(30)), 1e-12);
    // Over-expectation: 1 + 1 was promised and 1 comes, so each falls to ½.
    let phases = [
        Phase::new(200, &[0], 1.0),
        Phase::new(200, &[1], 1.0),
        Phase::new(200, &[0, 1], 1.0),
    ];
    all_near(&last(&rescorla_wagner::run(&phases, &[ALPHA, ALPHA])), &[0.5, 0.5], 1e-9);
    // A cue that was absent learns nothing.
    let alone = rescorla_wagner::run(&[Phase::new(9, &[1], 1.0)], &[ALPHA, ALPHA]);
    assert_eq!(last(&alone)[0], 0.0);
}

#[test]
fn a_cue_that_cancels_a_reward_becomes_an_inhibitor() {
    // A alone is paid, A with X is not: V(A) = 1 and V(X) = −1.
    let day = [Phase::new(1, &[0], 1.0), Phase::new(1, &[0, 1], 0.0)];
    let phases: Vec<Phase> = (0..2000).flat_map(|_| day.clone()).collect();
    all_near(&last(&rescorla_wagner::run(&phases, &[ALPHA, ALPHA])), &[1.0, -1.0], 1e-9);
}

// ---- Within a trial

/// Cue at 5, reward at 15, over at 20; one row of errors a trial.
fn training(trials: usize, alpha: f64, gamma: f64, lambda: f64) -> (TdLambda, Array2<f64>) {
    let options = TdOptions { alpha, gamma, lambda, ..TdOptions::default() };
    let mut dog = TdLambda::new(conditioning::elements(1, 20), options).unwrap();
    let errors = dog.train(&Trial::new(20).cue(0, 5).reward(15, 1.0), trials).unwrap();
    (dog, errors)
}

/// n over k by Pascal's triangle.
fn choose(n: usize, k: usize) -> f64 {
    (0..k).fold(1.0, |c, i| c * (n - i) as f64 / (i + 1) as f64)
}

#[test]
fn the_error_travels_back_as_a_binomial_wave() {
    let (alpha, gamma) = (0.2f64, 0.95f64);
    let (_, errors) = training(120, alpha, gamma, 0.0);
    for trial in 0..120 {
        for back in 0..10 {
            // δ at the time 15 − back of trial n = trial + 1, column time − 1.
            let expected = if back > trial {
                0.0
            } else {
                let fails = (1.0 - alpha).powi((trial - back) as i32);
                gamma.powi(back as i32)
                    * choose(trial, back)
                    * alpha.powi(back as i32)
                    * fails
            };
            near(errors[[trial, 14 - back]], expected, 1e-12);
        }
        assert!((0..4).chain(15..20).all(|t| errors[[trial, t]] == 0.0));
    }
}

#[test]
fn the_burst_ends_at_the_cue_and_an_omitted_reward_is_a_dip() {
    for lambda in [0.0, 0.5, 1.0] {
        let (dog, errors) = training(3000, 0.1, 0.95, lambda);
        let trained = errors.row(2999);
        near(trained[4], 0.95f64.powi(10), 1e-9);
        assert!(trained.iter().enumerate().all(|(t, d)| t == 4 || d.abs() < 1e-9));
        let omitted = dog.probe(&Trial::new(20).cue(0, 5)).unwrap();
        near(omitted[14], -1.0, 1e-9);
        near(omitted[4], 0.95f64.powi(10), 1e-9);
        assert_eq!(
            dog.probe(&Trial::new(20).cue(0, 5)).unwrap(),
            omitted,
            "a probe teaches nothing"
        );
    }
}

#[test]
fn a_cue_before_the_cue_takes_over_the_burst() {
    let fresh = TdLambda::new(conditioning::elements(2, 20), TdOptions::default()).unwrap();
    let mut dog = fresh.clone();
    dog.train(&Trial::new(20).cue(0, 10).reward(15, 1.0), 2000).unwrap();
    // Second-order conditioning, first trial: the second cue is followed by the first, and no reward comes.
    let errors = dog.train(&Trial::new(20).cue(1, 5).cue(0, 10), 1).unwrap();
    near(errors[[0, 9]], 1.0, 1e-9);
    near(dog.values()[21 + 4], 0.1, 1e-9); // the element just before the first cue
    // Blocking inside a trial: the second cue together with the first learns nothing.
    let (mut dog, cue) = (fresh, Trial::new(20).cue(0, 5).reward(15, 1.0));
    dog.train(&cue, 2000).unwrap();
    dog.train(&cue.cue(1, 5), 100).unwrap();
    assert!(dog.values()[21..].iter().all(|v| v.abs() < 1e-6));
}

#[test]
fn the_worlds_keep_the_rules() {
    let mut world =
        Conditioning::new(Trial::new(6).cue(0, 2).cue(1, 2).reward(4, 2.0)).unwrap();
    assert_eq!(check_world(&mut world, 6, &mut seeded(1)).unwrap().terminated, 20);
    let mut walk = RandomWalk::new(5).unwrap();
    assert_eq!(check_world(&mut walk, 1000, &mut seeded(1)).unwrap().terminated, 20);
}

#[test]
fn bad_worlds_and_options_are_named() {
    let message = |trial: Trial| Conditioning::new(trial).unwrap_err().to_string();
    let text = message(Trial::new(5).cue(3, 6));
    assert!(text.contains("onset of cue 3 is 6") && text.contains("use 0 to 5"), "{text}");
    assert!(message(Trial::new(5).reward(9, 1.0)).contains("the time of a reward is 9"));
    assert!(message(Trial::new(0)).contains("steps = 0"));
    assert!(message(Trial::new(5).reward(0, 1.0)).contains("at time 1 or later"));
    assert!(message(Trial::new(5).reward(1, f64::NAN)).contains("finite"));
    let text = RandomWalk::new(4).unwrap_err().to_string();
    assert!(text.contains("n = 4") && text.contains("odd"), "{text}");
    let options = TdOptions { lambda: 1.5, ..TdOptions::default() };
    let text = TdLambda::new(3, options).unwrap_err().to_string();
    assert!(text.contains("lambda = 1.5"), "{text}");
    assert!(TdLambda::new(0, TdOptions::default()).is_err());
}

// ---- Prediction on a chain

#[test]
fn true_values_are_where_td_stays_on_average() {
    let walk = RandomWalk::new(5).unwrap();
    let v = walk.true_values();
    all_near(&v[1..6], &[1.0 / 6.0, 2.0 / 6.0, 3.0 / 6.0, 4.0 / 6.0, 5.0 / 6.0], 1e-12);
    for s in 1..=5 {
        let left = td::error(&v, &[s], 0.0, f64::from(s > 1), &[s - 1]);
        let right = td::error(&v, &[s], f64::from(s == 5), f64::from(s < 5), &[s + 1]);
        near(left + right, 0.0, 1e-12);
    }
    let big = RandomWalk::new(19).unwrap().with_left(-1.0).true_values();
    near(big[10], 0.0, 1e-12);
    near(big[1], -0.9, 1e-12);
}

/// Sutton and Barto's Example 6.4: eight episodes; A was seen once, went to B for 0, and then got 0.
fn you_are_the_predictor() -> Vec<Trajectory> {
    let (a, b, end) = (0, 1, 2);
    let mut episodes = vec![path(&[a, b, end], &[0.0, 0.0], End::Terminated)];
    episodes.extend((0..6).map(|_| path(&[b, end], &[1.0], End::Terminated)));
    episodes.push(path(&[b, end], &[0.0], End::Terminated));
    episodes
}

#[test]
fn on_a_batch_td_and_monte_carlo_settle_at_different_answers() {
    let episodes = you_are_the_predictor();
    let (mut by_td, mut by_mc) = (vec![0.0; 3], vec![0.0; 3]);
    for _ in 0..20_000 {
        for episode in &episodes {
            td::sweep(&mut by_td, episode, 1.0, 0.0005);
            monte_carlo::sweep(&mut by_mc, episode, 1.0, 0.0005);
        }
    }
    // Both say ¾ for B. For A, TD says what B is worth; Monte Carlo says what A got, 0.
    all_near(&by_td, &[0.75, 0.75, 0.0], 1e-3);
    all_near(&by_mc, &[0.0, 0.75, 0.0], 1e-3);
}

#[test]
fn returns_by_hand() {
    let three = path(&[4, 5, 4, 6], &[1.0, 2.0, 3.0], End::Terminated);
    assert_eq!(monte_carlo::returns(&three, 0.5), [(4, 2.75), (5, 3.5), (4, 3.0)]);
    let cut = path(&[4, 5], &[1.0], End::Truncated);
    assert!(monte_carlo::returns(&cut, 0.5).is_empty());
}

#[test]
fn n_step_td_runs_from_td_to_monte_carlo() {
    let start = [0.0, 0.2, 0.3, 0.5, 0.6, 0.9, 0.0];
    for episode in walks(50, 3) {
        let run = |rule: &dyn Fn(&mut [f64])| {
            let mut v = start;
            rule(&mut v);
            v
        };
        let td = run(&|v| drop(td::sweep(v, &episode, 0.9, 0.1)));
        let one = run(&|v| drop(n_step::sweep(v, &episode, 1, 0.9, 0.1)));
        let mc = run(&|v| drop(monte_carlo::sweep(v, &episode, 0.9, 0.1)));
        let all = run(&|v| drop(n_step::sweep(v, &episode, usize::MAX, 0.9, 0.1)));
        all_near(&one, &td, 1e-12);
        all_near(&all, &mc, 1e-12);
    }
}

#[test]
fn a_cut_episode_bootstraps_and_an_ended_one_does_not() {
    let v = [0.0, 0.0, 8.0];
    let target = |end| n_step::target(&path(&[0, 1, 2], &[1.0, 2.0], end).steps, &v, 0.5);
    assert_eq!((target(End::Truncated), target(End::Terminated)), (4.0, 2.0));
    let mut cut = v;
    td::sweep(&mut cut, &path(&[0, 2], &[1.0], End::Truncated), 0.5, 1.0);
    let mut ended = v;
    td::sweep(&mut ended, &path(&[0, 2], &[1.0], End::Terminated), 0.5, 1.0);
    assert_eq!((cut[0], ended[0]), (5.0, 1.0));
}

/// The sum of all increments of an episode, with the values held fixed: the off-line form.
fn offline(
    episode: &Trajectory,
    v: &[f64],
    gamma: f64,
    lambda: f64,
    kind: Trace,
) -> Vec<f64> {
    let (mut sum, mut trace) = (vec![0.0; v.len()], vec![0.0; v.len()]);
    let mut s = episode.first;
    for (_, step) in &episode.steps {
        let delta = td::error(v, &[s], step.reward, step.discount(gamma), &[step.obs]);
        td_lambda::update(&mut sum, &mut trace, &[s], delta, 0.1, gamma * lambda, kind);
        s = step.obs;
    }
    sum
}

#[test]
fn td_1_off_line_is_monte_carlo() {
    let v = [0.0, 0.2, 0.3, 0.5, 0.6, 0.9, 0.0];
    for episode in walks(50, 5) {
        let (mut every, mut first) = (vec![0.0; 7], vec![0.0; 7]);
        let mut seen = [false; 7];
        for (s, total) in monte_carlo::returns(&episode, 0.9) {
            every[s] += 0.1 * (total - v[s]);
        }
        // Without discount a replaced trace stays 1 from the first visit on.
        for (s, total) in monte_carlo::returns(&episode, 1.0) {
            if !std::mem::replace(&mut seen[s], true) {
                first[s] += 0.1 * (total - v[s]);
            }
        }
        all_near(&offline(&episode, &v, 0.9, 1.0, Trace::Accumulating), &every, 1e-12);
        all_near(&offline(&episode, &v, 1.0, 1.0, Trace::Replacing), &first, 1e-12);
    }
}

#[test]
fn looking_back_with_traces_is_looking_ahead_with_lambda_returns() {
    let (v, gamma, lambda) = ([0.0, 0.2, 0.3, 0.5, 0.6, 0.9, 0.0], 0.9, 0.7f64);
    for episode in walks(50, 6) {
        let (mut sum, mut s) = (vec![0.0; 7], episode.first);
        for t in 0..episode.len() {
            // (1 − λ) Σ λⁿ⁻¹ G(n), and the last return with all that is left of the weight.
            let left = episode.len() - t;
            let g = |n: usize| n_step::target(&episode.steps[t..t + n], &v, gamma);
            let early: f64 = (1..left).map(|n| lambda.powi(n as i32 - 1) * g(n)).sum();
            let total = (1.0 - lambda) * early + lambda.powi(left as i32 - 1) * g(left);
            sum[s] += 0.1 * (total - v[s]);
            s = episode.steps[t].1.obs;
        }
        all_near(&offline(&episode, &v, gamma, lambda, Trace::Accumulating), &sum, 1e-12);
    }
}

#[test]
fn a_predictor_without_traces_is_td_0() {
    let (mut world, mut rng) = (RandomWalk::new(5).unwrap(), seeded(9));
    let options = TdOptions { gamma: 0.9, ..TdOptions::default() };
    let mut dog = TdLambda::new(7, options).unwrap();
    let mut v = vec![0.0; 7];
    for _ in 0..50 {
        let seen = episode(&mut world, &mut dog, &mut rng);
        let errors = td::sweep(&mut v, &seen, 0.9, 0.1);
        all_near(dog.values(), &v, 1e-12);
        all_near(dog.errors(), &errors, 1e-12);
    }
    dog.freeze();
    episode(&mut world, &mut dog, &mut rng);
    all_near(dog.values(), &v, 1e-12);
}

#[test]
fn td_beats_monte_carlo_on_the_random_walk() {
    // Sutton & Barto (2018), Example 6.2: the tuned constant learning rates of each, 100 episodes, V = ½.
    let start = [0.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.0];
    let error = |rule: fn(&mut [f64], &Trajectory, f64, f64) -> Vec<f64>, alpha: f64| {
        let walk = RandomWalk::new(5).unwrap();
        let runs: Vec<f64> = (0..100)
            .map(|seed| {
                let mut v = start;
                let errors = walks(100, 1000 + seed)
                    .iter()
                    .map(|walked| {
                        rule(&mut v, walked, 1.0, alpha);
                        walk.rms_error(&v)
                    })
                    .sum::<f64>();
                errors / 100.0
            })
            .collect();
        mean_interval(&runs).unwrap()
    };
    let best = |rule, alphas: &[f64]| {
        let errors = alphas.iter().map(|&alpha| error(rule, alpha));
        errors.min_by(|a, b| a.mean.total_cmp(&b.mean)).unwrap()
    };
    let by_td = best(td::sweep, &[0.05, 0.1, 0.15]);
    let by_mc = best(monte_carlo::sweep, &[0.01, 0.02, 0.03, 0.04]);
    assert!(by_td.hi < by_mc.lo, "{by_td:?} {by_mc:?}");
}

// ---- Control

/// The share of runs that go left in each episode of Sutton and Barto's Example 6.7: from A one goes right to
/// the end, or left to B for 0, from where each of ten actions ends the episode with a reward from N(−0.1, 1).
fn goes_left(double: bool, runs: u64, episodes: usize) -> Vec<f64> {
    let (alpha, epsilon) = (0.1, 0.1);
    let mut left = vec![0.0; episodes];
    for run in 0..runs {
        let mut rng = stream(67, run);
        // A has two actions only: the others are never the best.
        let mut table = Array2::zeros((3, 10));
        table.row_mut(0).iter_mut().skip(2).for_each(|q| *q = f64::NEG_INFINITY);
        let mut q = [table.clone(), table];
        for share in left.iter_mut() {
            let choose = |q: &[Array2<f64>; 2], s: usize, n: usize, rng: &mut dyn Rng| {
                if uniform01(rng) < epsilon {
                    return uniform_index(n, rng);
                }
                let sum: Vec<f64> = (0..n).map(|a| q[0][[s, a]] + q[1][[s, a]]).collect();
                aif_lib::rl::select::greedy(&sum).sample(rng)
            };
            let learn =
                |q: &mut [Array2<f64>; 2], s, a, r, discount, next, rng: &mut dyn Rng| {
                    let [first, second] = q;
                    if !double {
                        q_learning::update(first, s, a, r, discount, next, alpha);
                        second.assign(first);
                    } else if uniform_index(2, rng) == 0 {
                        double_q::update(first, second, s, a, r, discount, next, alpha);
                    } else {
                        double_q::update(second, first, s, a, r, discount, next, alpha);
                    }
                };
            let first = choose(&q, 0, 2, &mut rng);
            if first == 1 {
                learn(&mut q, 0, 1, 0.0, 0.0, 2, &mut rng);
                continue;
            }
            *share += 1.0 / runs as f64;
            learn(&mut q, 0, 0, 0.0, 1.0, 1, &mut rng);
            let second = choose(&q, 1, 10, &mut rng);
            let (u, w) = (1.0 - uniform01(&mut rng), uniform01(&mut rng));
            let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * w).cos();
            learn(&mut q, 1, second, normal - 0.1, 0.0, 2, &mut rng);
        }
    }
    left
}

#[test]
fn double_q_learning_is_not_drawn_to_luck() {
    let (single, double) = (goes_left(false, 1000, 300), goes_left(true, 1000, 300));
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    // Figure 6.5: Q-learning first goes left in most episodes, double Q-learning hardly ever does; the best
    // possible with ε = .1 is 5 %.
    assert!(single.iter().copied().fold(0.0, f64::max) > 0.85);
    assert!(double[20..].iter().copied().fold(0.0, f64::max) < 0.3);
    assert!(mean(&single[250..]) > 0.1 && mean(&double[250..]) < 0.08);
}

// ---- Successor representation

#[test]
fn the_exact_successor_representation_is_the_sum_of_all_future_steps() {
    let t = array![[0.1, 0.6, 0.3], [0.5, 0.0, 0.5], [0.0, 0.0, 0.0]];
    let m = successor::exact(&t, 0.9).unwrap();
    let (mut power, mut sum) = (Array2::<f64>::eye(3), Array2::<f64>::eye(3));
    for _ in 0..2000 {
        power = power.dot(&t) * 0.9;
        sum += &power;
    }
    all_near(&m.into_raw_vec_and_offset().0, &sum.into_raw_vec_and_offset().0, 1e-12);
}

#[test]
fn its_values_are_the_exact_values_of_the_policy() {
    let rooms = GridWorld::four_rooms();
    let mdp = rooms.to_mdp(0.95).unwrap();
    let policy = random_policy(&mdp);
    let t = successor::policy_transition(&mdp, &policy).unwrap();
    let m = successor::exact(&t, 0.95).unwrap();
    let exact = policy_values_exact(&mdp, &policy).unwrap();
    let reward: Vec<f64> = (0..68).map(|s| rooms.reward(s).unwrap_or(0.0)).collect();
    let values = successor::values_on_arrival(&m, &reward, 0.95);
    for s in (0..68).filter(|&s| !mdp.is_terminal(s)) {
        near(values[s], exact[s], 1e-10);
    }
    near(values[rooms.goal()], 0.0, 1e-12);
    // Every row of M sums to 1 / (1 − γ) where nothing ends.
    let free = Array2::from_shape_fn((68, 68), |(s, to)| {
        (0..4).filter(|&a| rooms.neighbour(s, a) == to).count() as f64 / 4.0
    });
    let m = successor::exact(&free, 0.95).unwrap();
    m.rows().into_iter().for_each(|row| near(row.sum(), 20.0, 1e-9));
}

#[test]
fn the_learned_representation_comes_to_the_exact_one() {
    let mut t = Array2::zeros((7, 7));
    (1..=5).for_each(|s| (t[[s, s - 1]], t[[s, s + 1]]) = (0.5, 0.5));
    let exact = successor::exact(&t, 0.9).unwrap();
    let mut m: Array2<f64> = Array2::eye(7);
    for (k, walk) in walks(20_000, 12).into_iter().enumerate() {
        let mut s = walk.first;
        for (_, step) in &walk.steps {
            successor::update(&mut m, s, step.obs, 0.9, 0.2 / (1.0 + k as f64 / 200.0));
            s = step.obs;
        }
    }
    let worst = (&m - &exact).iter().fold(0.0f64, |worst, d| worst.max(d.abs()));
    assert!(worst < 0.05, "{worst}");
}

#[test]
fn bad_chains_are_named() {
    let message =
        |t: Array2<f64>, gamma| successor::exact(&t, gamma).unwrap_err().to_string();
    assert!(message(Array2::zeros((2, 3)), 0.9).contains("2 × 3"));
    assert!(message(Array2::zeros((2, 2)), 1.0).contains("gamma = 1"));
    assert!(message(array![[0.5, -0.5], [0.0, 0.0]], 0.9).contains("row 0"));
    let text = message(array![[0.0, 0.0], [0.6, 0.6]], 0.9);
    assert!(text.contains("row 1") && text.contains("1.2"), "{text}");
}

// ---- Precision

#[test]
fn without_drift_the_kalman_filter_is_the_mean_of_all_it_saw() {
    // A prior of variance 1 and noise 1 count as one more observation, of 0.
    let seen = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
    let mut belief = Estimate { mean: 0.0, variance: 1.0 };
    for (k, x) in seen.iter().enumerate() {
        let gain;
        (belief, gain) = kalman::update(belief, *x, 1.0, 0.0);
        near(gain, 1.0 / (k + 2) as f64, 1e-12);
        near(belief.mean, seen[..=k].iter().sum::<f64>() / (k + 2) as f64, 1e-12);
        near(belief.variance, 1.0 / (k + 2) as f64, 1e-12);
    }
}

#[test]
fn with_drift_the_gain_settles_and_is_a_learning_rate() {
    for alpha in [0.05f64, 0.15, 0.5] {
        let drift = alpha * alpha / (1.0 - alpha);
        near(kalman::settled_gain(1.0, drift), alpha, 1e-12);
        let (mut belief, mut gain) = (Estimate { mean: 0.0, variance: 10.0 }, 0.0);
        for _ in 0..1000 {
            (belief, gain) = kalman::update(belief, 1.0, 1.0, drift);
        }
        near(gain, alpha, 1e-12);
    }
    assert_eq!(kalman::settled_gain(1.0, 0.0), 0.0);
}

#[test]
fn one_cue_is_the_scalar_filter() {
    let mut belief = Estimate { mean: 0.0, variance: 2.0 };
    let (mut mean, mut covariance) = (vec![0.0], array![[2.0]]);
    for reward in [1.0, 0.0, 1.0, 1.0] {
        (belief, _) = kalman::update(belief, reward, 0.7, 0.1);
        kalman::update_weights(&mut mean, &mut covariance, &[0], reward, 0.7, 0.1);
        near(mean[0], belief.mean, 1e-12);
        near(covariance[[0, 0]], belief.variance, 1e-12);
    }
}

#[test]
fn step_by_step_is_bayesian_regression_in_one_go() {
    // Posterior precision I/prior + Σ x xᵀ/noise, mean = covariance · Σ x r/noise; two cues, inverse by hand.
    let trials: [(&[usize], f64); 4] =
        [(&[0, 1], 1.0), (&[0], 1.0), (&[0, 1], 0.5), (&[1], 0.0)];
    let (prior, noise) = (2.0, 0.5);
    let (mut mean, mut covariance) = (vec![0.0, 0.0], Array2::eye(2) * prior);
    let (mut a, mut b, mut d) = (1.0 / prior, 0.0, 1.0 / prior);
    let mut pull = [0.0, 0.0];
    for (cues, reward) in trials {
        kalman::update_weights(&mut mean, &mut covariance, cues, reward, noise, 0.0);
        let x = [0, 1].map(|cue| f64::from(cues.contains(&cue)));
        (a, b, d) = (a + x[0] / noise, b + x[0] * x[1] / noise, d + x[1] / noise);
        (0..2).for_each(|i| pull[i] += x[i] * reward / noise);
    }
    let det = a * d - b * b;
    near(mean[0], (d * pull[0] - b * pull[1]) / det, 1e-12);
    near(mean[1], (a * pull[1] - b * pull[0]) / det, 1e-12);
    near(covariance[[0, 1]], -b / det, 1e-12);
}

#[test]
fn the_kalman_filter_revalues_a_cue_that_is_absent() {
    // Backward blocking: first both, then only the first. Rescorla-Wagner leaves the second alone.
    let phases = [Phase::new(20, &[0, 1], 1.0), Phase::new(20, &[0], 1.0)];
    let kalman = kalman::run(&phases, 2, 1.0, 1.0, 0.0);
    let rw = rescorla_wagner::run(&phases, &[0.15, 0.15]);
    assert!(kalman[[20, 1]] > 0.48 && kalman[[40, 1]] < 0.1);
    assert_eq!(rw[[20, 1]], rw[[40, 1]]);
}
