//! Two clocks against oracles: enumeration of all hidden paths, the same model on one clock, numbers worked out by hand, and
//! two routes to every reward.

#![allow(clippy::unwrap_used)] // The helpers are tests, too.

use aif_lib::Error;
use aif_lib::aif::perceive::evidence::Evidence;
use aif_lib::prelude::*;

fn near(x: f64, y: f64, tolerance: f64) {
    assert!((x - y).abs() < tolerance, "{x} is not {y}");
}

fn farthest(p: &[f64], q: &[f64]) -> f64 {
    assert_eq!(p.len(), q.len());
    p.iter().zip(q).map(|(p, q)| (p - q).abs()).fold(0.0, f64::max)
}

/// A distribution; a fifth of its entries are zero.
fn column(n: usize, rng: &mut dyn Rng) -> Vec<f64> {
    let mut w: Vec<f64> = (0..n)
        .map(|_| if uniform01(rng) < 0.2 { 0.0 } else { 0.05 + uniform01(rng) })
        .collect();
    w[uniform_index(n, rng)] += 0.1;
    let sum: f64 = w.iter().sum();
    w.iter().map(|w| w / sum).collect()
}

fn columns(rows: usize, cols: usize, rng: &mut dyn Rng) -> Array2<f64> {
    let all: Vec<Vec<f64>> = (0..cols).map(|_| column(rows, rng)).collect();
    Array2::from_shape_fn((rows, cols), |(row, col)| all[col][row])
}

/// The arrays of a random model with two actions.
struct Arrays {
    a: Array2<f64>,
    b: Vec<Array2<f64>>,
    d: Array2<f64>,
    b2: Array2<f64>,
    start: Vec<f64>,
}

fn arrays((m, n, o): (usize, usize, usize), rng: &mut dyn Rng) -> Arrays {
    Arrays {
        a: columns(o, n, rng),
        b: (0..2).map(|_| columns(n, n, rng)).collect(),
        d: columns(n, m, rng),
        b2: columns(m, m, rng),
        start: column(m, rng),
    }
}

impl Arrays {
    fn model(&self) -> TwoClocks {
        let n = self.d.nrows();
        let b = Array3::from_shape_fn((n, n, 2), |(to, from, u)| self.b[u][[to, from]]);
        let (c, even) = (vec![0.0; self.a.nrows()], vec![1.0 / n as f64; n]);
        let level_one = GenerativeModel::new(self.a.clone(), b, &c, &even).unwrap();
        TwoClocks::new(level_one, self.d.clone(), self.b2.clone(), cat(&self.start))
            .unwrap()
    }
}

type Seen = (usize, Vec<(usize, usize)>);

/// A trial of k moments that the model can produce from a context, and the next context.
fn sample(arrays: &Arrays, c: usize, k: usize, rng: &mut dyn Rng) -> (Seen, usize) {
    let draw = |m: &Array2<f64>, from: usize, rng: &mut dyn Rng| {
        cat(&m.column(from).to_vec()).sample(rng)
    };
    let mut s = draw(&arrays.d, c, rng);
    let first = draw(&arrays.a, s, rng);
    let mut moves = Vec::new();
    for _ in 1..k {
        let u = uniform_index(2, rng);
        s = draw(&arrays.b[u], s, rng);
        moves.push((u, draw(&arrays.a, s, rng)));
    }
    ((first, moves), draw(&arrays.b2, c, rng))
}

#[test]
fn two_clocks_and_one_clock_believe_the_same() {
    let (mut states, mut contexts, mut evidence) = (0.0f64, 0.0f64, 0.0f64);
    for seed in 0..200 {
        let mut rng = stream(15, seed);
        let arrays = arrays((3, 4, 3), &mut rng);
        let (model, flat) = (arrays.model(), arrays.model().unroll());
        let (mut q, mut pairs) = (model.start().clone(), flat.start().clone());
        let mut c = cat(&arrays.start).sample(&mut rng);
        for _ in 0..6 {
            let ((first, moves), next) = sample(&arrays, c, 5, &mut rng);
            c = next;
            let (two, one) = (
                model.trial(&q, first, &moves).unwrap(),
                flat.trial(&pairs, first, &moves).unwrap(),
            );
            assert_eq!(two.states.len(), 5);
            for (two, one) in two.states.iter().zip(&one.states) {
                states = states.max(farthest(two.probs(), one.probs()));
            }
            contexts = contexts.max(farthest(two.context.probs(), one.context.probs()));
            evidence = evidence.max((two.log_evidence - one.log_evidence).abs());
            (q, pairs) = (two.next, one.next);
        }
    }
    assert!(states < 1e-13 && contexts < 1e-13 && evidence < 1e-12);
}

/// P(contexts and states of all trials, what was seen), for every hidden path: (contexts, probability).
fn all_paths(arrays: &Arrays, trials: &[Seen]) -> Vec<(Vec<usize>, f64)> {
    let (n, m) = arrays.d.dim();
    let mut paths: Vec<(Vec<usize>, f64)> = vec![(vec![], 1.0)];
    for (first, moves) in trials {
        let mut longer = Vec::new();
        for (contexts, p) in &paths {
            for c in 0..m {
                let p = p * match contexts.last() {
                    Some(&before) => arrays.b2[[c, before]],
                    None => arrays.start[c],
                };
                let mut inside: Vec<(usize, f64)> = (0..n)
                    .map(|s| (s, p * arrays.d[[s, c]] * arrays.a[[*first, s]]))
                    .collect();
                for &(u, o) in moves {
                    let on = |&(s, p): &(usize, f64)| {
                        (0..n)
                            .map(|to| (to, p * arrays.b[u][[to, s]] * arrays.a[[o, to]]))
                            .collect::<Vec<_>>()
                    };
                    inside = inside.iter().flat_map(on).collect();
                }
                let contexts = contexts.iter().copied().chain([c]).collect::<Vec<_>>();
                longer.extend(inside.into_iter().map(|(_, p)| (contexts.clone(), p)));
            }
        }
        paths = longer;
    }
    paths
}

#[test]
fn the_beliefs_are_those_of_enumeration() {
    for seed in 0..30 {
        let mut rng = stream(16, seed);
        let arrays = arrays((2, 3, 2), &mut rng);
        let model = arrays.model();
        let mut c = cat(&arrays.start).sample(&mut rng);
        let (mut q, mut log_evidence, mut trials) =
            (model.start().clone(), 0.0, Vec::new());
        for _ in 0..3 {
            let (seen, next) = sample(&arrays, c, 2, &mut rng);
            let update = model.trial(&q, seen.0, &seen.1).unwrap();
            (c, q) = (next, update.next);
            log_evidence += update.log_evidence;
            trials.push(seen);
            let paths = all_paths(&arrays, &trials);
            let total: f64 = paths.iter().map(|(_, p)| p).sum();
            near(log_evidence, total.ln(), 1e-10);
            for c in 0..2 {
                let with =
                    paths.iter().filter(|(contexts, _)| *contexts.last().unwrap() == c);
                near(update.context[c], with.map(|(_, p)| p).sum::<f64>() / total, 1e-12);
            }
        }
    }
}

#[test]
fn a_posterior_in_place_of_the_likelihood_is_far_off() {
    let mut worst = 0.0f64;
    for seed in 0..50 {
        let mut rng = stream(17, seed);
        let arrays = arrays((3, 4, 3), &mut rng);
        let model = arrays.model();
        let (mut q, mut wrong) = (model.start().clone(), model.start().clone());
        let mut c = cat(&arrays.start).sample(&mut rng);
        for _ in 0..6 {
            let ((first, moves), next) = sample(&arrays, c, 5, &mut rng);
            c = next;
            let prior = model.prior(&wrong);
            let beta = model.explained(first, &moves).unwrap();
            let posterior: Vec<f64> =
                beta.iter().zip(prior.probs()).map(|(b, p)| b * p).collect();
            let l = hierarchical::up(model.d(), &posterior);
            wrong = hierarchical::slow_step(wrong.probs(), &l, model.b2()).unwrap();
            q = model.trial(&q, first, &moves).unwrap().next;
            worst = worst.max(farthest(q.probs(), wrong.probs()));
        }
    }
    assert!(worst > 0.1, "{worst}");
}

fn left_day(model: &TwoClocks, q: &Categorical) -> Categorical {
    model.trial(q, 0, &[(2, 3)]).unwrap().next // to the left arm, and food
}

#[test]
fn left_days_by_hand() {
    let model = block_maze::model(&Weeks::default(), 1.0).unwrap();
    let mut q = model.start().clone();
    for (context, side) in
        [(0.5, 0.5), (0.788, 0.6728), (0.9195, 0.7517), (0.9594, 0.7757), (0.9700, 0.7820)]
    {
        near(q[0], context, 5e-5);
        near(model.prior(&q)[0], side, 5e-5);
        q = left_day(&model, &q);
    }
    (0..300).for_each(|_| q = left_day(&model, &q));
    // The fixed point of x ← .02 + .96 · .8 x / (.2 + .6 x): the root below 1 of .6 x² − .58 x − .004 = 0.
    near(q[0], 0.973_515, 5e-7);
    near(model.prior(&q)[0], 0.784_109, 5e-7);
    // Surprises: food on the right.
    for side in [0.731_470, 0.592_002, 0.396_473] {
        q = model.trial(&q, 0, &[(3, 3)]).unwrap().next;
        near(model.prior(&q)[0], side, 5e-7);
    }
}

#[test]
fn the_cue_is_not_evidence_beside_the_side() {
    // With a cue on the way, the same day teaches the same about the context: the side explains the cue.
    let model = block_maze::model(&Weeks::default(), 1.0).unwrap();
    for cue in [1, 2] {
        let looked = model.trial(model.start(), 0, &[(1, cue), (2, 3)]).unwrap();
        near(looked.context[0], 0.8, 1e-12);
    }
    // Counted twice it is .8 · .68 / (.8 · .68 + .2 · .32).
    let twice =
        hierarchical::slow_step(&[0.5, 0.5], &[0.8 * 0.68, 0.2 * 0.32], &Array2::eye(2));
    near(twice.unwrap()[0], 0.894_737, 5e-7);
}

#[test]
fn a_rat_is_the_agent_of_module_09_with_a_prior_from_above() {
    // Level 1: the general agent, which plans its two moves by expected free energy. Level 2: one slow step a day.
    let weeks = Weeks::default();
    let model = block_maze::model(&weeks, 1.0).unwrap();
    let options = AifOptions { episode: Some(2), ..Default::default() };
    let mut agent = AifAgent::new(model.level_one().clone(), options).unwrap();
    let mut rat = MazeRat::new(weeks, Carry::TwoLevels(Clock::new(weeks.hazard)));
    let mut q = model.start().clone();
    let mut rng = seeded(18);
    for day in weeks.days(150, &mut seeded(19)) {
        let trial = rat.trial(&day);
        near(trial.context, q[0], 1e-12);
        near(trial.morning, model.prior(&q)[0], 1e-12);
        agent.begin_with(&model.prior(&q), &[Evidence::Seen(0)]).unwrap();
        let mut moves = Vec::new();
        while moves.last().is_none_or(|(u, _)| *u < 2) {
            let action = Agent::<Obs>::act(&mut agent, &mut rng);
            let obs = match action {
                0 => 0, // as good as to go at once: there are two moves
                1 => 1 + day.cue,
                arm if arm - 2 == day.side => 3,
                _ => 4,
            };
            agent.perceive(action, &[Evidence::Seen(obs)]).unwrap();
            moves.push((action, obs));
        }
        let looked = moves.iter().any(|(action, _)| *action == 1);
        assert_eq!((looked, moves[moves.len() - 1].0 - 2), (trial.looked, trial.arm));
        q = model.trial(&q, 0, &moves).unwrap().next;
    }
}

#[test]
fn within_a_trial_curiosity_cancels() {
    // Every plan that ends in an arm learns the side: H(b) at once, or I(side; cue) and then the rest.
    for (b, all, cue, rest) in
        [(0.5, std::f64::consts::LN_2, 0.1927, 0.5004), (0.6728, 0.6322, 0.1711, 0.4611)]
    {
        let joint = array![[0.8 * b, 0.2 * (1.0 - b)], [0.2 * b, 0.8 * (1.0 - b)]];
        let gain = mutual_information(&joint);
        near(entropy(&[b, 1.0 - b]), all, 5e-5);
        near(gain, cue, 5e-5);
        near(entropy(&[b, 1.0 - b]) - gain, rest, 5e-5);
    }
    // So the plans of the planner differ by reward alone, whatever a reward is worth in nats.
    let weeks = Weeks::default();
    for w in [0.1, 1.0, 3.0] {
        let level_one = block_maze::level_one(&weeks, w).unwrap();
        for b in [0.5, 0.6, 0.69, 0.71, 0.8, 0.95] {
            let mut prior = vec![0.0; 10];
            (prior[0], prior[1]) = (b, 1.0 - b);
            let plans = closed_loop(&level_one, &cat(&prior), 2, Backup::Max).unwrap();
            near(plans[1].epistemic, plans[2].epistemic, 1e-12);
            near(
                (plans[1].pragmatic - plans[2].pragmatic) / w,
                block_maze::look_gain(b, 0.8, 0.2),
                1e-12,
            );
            assert_eq!(plans[1].total() < plans[2].total(), b < 0.7, "b = {b}, w = {w}");
        }
    }
}

#[test]
fn rewards_in_the_long_run() {
    let weeks = Weeks::default();
    let run = |reading| rats::long_run(&weeks, reading, 2001);
    near(run(Reading::Never).reward, 0.516_876, 3e-6);
    near(run(Reading::Always).reward, 0.5136, 5e-5);
    let best = run(Reading::Best);
    near(best.reward, 0.5503, 5e-5);
    near(best.reads_below, 0.954, 1.5e-3);
    for (w, reward) in
        [(0.25, 0.5136), (0.5, 0.5499), (1.0, 0.5502), (2.0, 0.5503), (6.0, 0.5384)]
    {
        near(run(Reading::Curious(w)).reward, reward, 7e-5);
    }
    // Simulation is the second route.
    let simulated = |w: Option<f64>| {
        let each = population(200, 20, &|_, rng| {
            let rat = MazeRat::new(weeks, Carry::TwoLevels(Clock::new(weeks.hazard)));
            let mut rat = w.map_or(rat.clone(), |w| rat.reading(w));
            rats::mean_reward(&rats::live(&mut rat, &weeks.days(2000, rng)))
        });
        mean_interval(&each).unwrap()
    };
    for (w, exact) in [(None, 0.516_876), (Some(1.0), 0.5502), (Some(0.25), 0.5136)] {
        let seen = simulated(w);
        assert!((seen.mean - exact).abs() < seen.hi - seen.lo, "{w:?}: {seen:?}");
    }
}

#[test]
fn a_table_of_the_last_days() {
    let weeks = Weeks::default();
    let best = |m| rats::best_with_memory(&weeks, m);
    // One day: P(same side) = .68 · .98 + .32 · .02 = .6728, and to go there earns .3456: less than to look.
    near(best(0), 0.4, 1e-12);
    near(best(1), 0.4, 1e-12);
    for (m, reward) in [
        (2, 0.4696),
        (3, 0.4765),
        (4, 0.4966),
        (6, 0.5089),
        (8, 0.5139),
        (10, 0.5157),
        (12, 0.5164),
    ] {
        near(best(m), reward, 5e-5);
    }
    near(best(14), 0.5167, 6e-5);
    // More memory is never worse, and never as good as the belief.
    let all: Vec<f64> = (0..=12).map(best).collect();
    assert!(all.windows(2).all(|two| two[0] <= two[1] + 1e-12));
    assert!(all[12] < rats::long_run(&weeks, Reading::Never, 2001).reward);
}

#[test]
fn the_sign_by_hand() {
    // After a left day Q(c) = .8: .77 of the signs say left.
    let h = |p: f64| entropy(&[p, 1.0 - p]);
    near(h(0.77) - h(0.95), 0.340_76, 5e-6);
    // It is read exactly when that is more than w · .05: at w = 6.8 yes, at w = 6.9 no.
    let day = Day { context: 0, side: 0, cue: 0, sign: 0, coin: 0.0 };
    let read = |w: f64| {
        let clock = Clock::new(0.02);
        MazeRat::new(Weeks::default(), Carry::TwoLevels(clock)).reading(w).trial(&day).read
    };
    assert!(read(6.8) && !read(6.9));
}

#[test]
fn a_rat_that_learns_the_clock_is_right_on_a_grid_of_one() {
    let weeks = Weeks::default();
    let days = weeks.days(300, &mut seeded(21));
    let told =
        rats::live(&mut MazeRat::new(weeks, Carry::TwoLevels(Clock::new(0.02))), &days);
    let one = rats::live(&mut MazeRat::new(weeks, Carry::Learns(vec![(0.02, 0.8)])), &days);
    assert!(told.iter().zip(&one).all(|(a, b)| (a.morning - b.morning).abs() < 1e-12));
    assert_eq!(rats::mean_reward(&told), rats::mean_reward(&one));
    // With a false rival in the grid, the weights are Bayes' rule over the whole history.
    let grid = vec![(0.02, 0.8), (0.5, 0.6)];
    let mut rat = MazeRat::new(weeks, Carry::Learns(grid));
    rats::live(&mut rat, &days[..3]);
    let sides: Vec<usize> = days[..3].iter().map(|day| day.side).collect();
    let likelihood = |h: f64, d: f64| -> f64 {
        let paths = (0..8usize).map(|path| {
            let c: Vec<usize> = (0..3).map(|t| path >> t & 1).collect();
            let turn = |t: usize| if c[t] == c[t - 1] { 1.0 - h } else { h };
            let side = |t: usize| if c[t] == sides[t] { d } else { 1.0 - d };
            0.5 * turn(1) * turn(2) * side(0) * side(1) * side(2)
        });
        paths.sum()
    };
    let (right, rival) = (likelihood(0.02, 0.8), likelihood(0.5, 0.6));
    near(rat.weights()[0], right / (right + rival), 1e-12);
}

#[test]
fn what_a_slow_step_costs() {
    let cost = |m, s, k| {
        let cost = hierarchical::multiply_adds(m, s, k);
        (cost.dense, cost.sparse, cost.two_levels)
    };
    assert_eq!(cost(2, 8, 3), (768, 512, 292));
    assert_eq!(cost(5, 20, 10), (100_000, 28_000, 7_425));
    assert_eq!(cost(10, 100, 50), (50_000_000, 5_900_000, 982_100));
}

#[test]
fn what_does_not_fit_is_named() {
    let model = block_maze::model(&Weeks::default(), 1.0).unwrap();
    let (one, d, b2) = (model.level_one().clone(), model.d().clone(), model.b2().clone());
    let text = |d: Array2<f64>, b2: Array2<f64>| {
        TwoClocks::new(one.clone(), d, b2, cat(&[0.5, 0.5])).unwrap_err().to_string()
    };
    assert!(text(d.t().to_owned(), b2.clone()).contains("sums to"), "transposed");
    assert!(text(array![[0.5, 0.5], [0.5, 0.5]], b2).contains("D has shape (2, 2)"));
    assert!(text(d, Array2::eye(3)).contains("B2 has shape (3, 3)"));
    // Food in both arms on one day cannot be.
    let both = model.trial(model.start(), 0, &[(2, 3), (3, 3)]);
    assert!(matches!(both, Err(Error::ImpossibleObservation { .. })));
    let flat = model.unroll();
    let both = flat.trial(flat.start(), 0, &[(2, 3), (3, 3)]);
    assert!(matches!(both, Err(Error::ImpossibleObservation { .. })));
    assert!(model.trial(model.start(), 9, &[]).is_err());
    assert!(hierarchical::slow_step(&[1.0, 0.0], &[0.0, 1.0], &Array2::eye(2)).is_err());
    assert!(
        hierarchical::slow_step(&[0.5, 0.5], &[f64::NAN, 1.0], &Array2::eye(2)).is_err()
    );
}
