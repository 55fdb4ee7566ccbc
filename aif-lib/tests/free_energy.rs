//! Perception as inference against oracles: enumeration, closed forms, finite differences and published values.

mod support;

use aif_lib::aif::perceive::gradient::{descend, gradient as slope_of, natural_gradient};
use aif_lib::aif::perceive::mean_field::{
    free_energy as product_free_energy, marginals, mean_field, product, update,
};
use aif_lib::aif::perceive::predictive_coding::velocity;
use aif_lib::prelude::*;
use approx::assert_abs_diff_eq;
use proptest::prelude::*;
use support::{Plain, plain, trajectories};

/// Rows Bright, Dim, Wet; columns Sunny, Cloudy, Rainy; uniform prior.
fn weather() -> GenerativeModel {
    let a = array![[0.9, 0.3, 0.05], [0.08, 0.6, 0.15], [0.02, 0.1, 0.8]];
    let b = Array3::from_shape_fn((3, 3, 1), |(to, s, _)| f64::from(u8::from(to == s)));
    GenerativeModel::new(a, b, &[0.0; 3], &[1.0 / 3.0; 3])
        .expect("the weather is well formed")
}

/// The two-state chain of the course, with its three observations.
fn chain() -> (GenerativeModel, Vec<Vec<usize>>) {
    let b = array![[[0.9], [0.2]], [[0.1], [0.8]]];
    let model =
        GenerativeModel::new(array![[0.8, 0.3], [0.2, 0.7]], b, &[0.0; 2], &[0.9, 0.1])
            .expect("the chain is well formed");
    (model, vec![vec![0], vec![1], vec![1]])
}

/// ln P(o, s₁, s₂) of two factors whose difference is seen: a likelihood like exclusive or.
fn xor(right: f64, first: f64, second: f64) -> ArrayD<f64> {
    let prior = |p: f64, s: usize| if s == 0 { p } else { 1.0 - p };
    Array2::from_shape_fn((2, 2), |(s, t)| {
        let seen = if s != t { right } else { 1.0 - right };
        (seen * prior(first, s) * prior(second, t)).ln()
    })
    .into_dyn()
}

fn uniform(n: usize) -> Categorical {
    Categorical::uniform(n)
}

#[test]
fn the_weather_by_hand() {
    let model = weather();
    for (o, surprise, posterior) in [
        // (.9, .3, .05)/1.25, (.08, .6, .15)/.83, (.02, .1, .8)/.92.
        (0, -(1.25f64 / 3.0).ln(), [0.72, 0.24, 0.04]),
        (1, -(0.83f64 / 3.0).ln(), [0.08 / 0.83, 0.6 / 0.83, 0.15 / 0.83]),
        (2, -(0.92f64 / 3.0).ln(), [0.02 / 0.92, 0.1 / 0.92, 0.8 / 0.92]),
    ] {
        let (table, log_evidence) =
            exact(&log_joint(&model, model.prior(), &[o]).unwrap()).unwrap();
        assert_abs_diff_eq!(-log_evidence, surprise, epsilon = 1e-12);
        for s in 0..3 {
            assert_abs_diff_eq!(table[[s]], posterior[s], epsilon = 1e-12);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_gradient_is_that_of_finite_differences(
        joint in prop::collection::vec(-4.0..0.0f64, 2..6),
        mut logits in prop::collection::vec(-3.0..3.0f64, 6),
    ) {
        logits.truncate(joint.len());
        // F written out afresh: Σ q (ln q − ln p).
        let f = |x: &[f64]| -> f64 {
            let z: f64 = x.iter().map(|x| x.exp()).sum();
            x.iter().zip(&joint).map(|(x, p)| x.exp() / z * (x - z.ln() - p)).sum()
        };
        let slope = slope_of(&joint, &logits);
        for i in 0..joint.len() {
            let h = 1e-5;
            let (mut up, mut down) = (logits.clone(), logits.clone());
            up[i] += h;
            down[i] -= h;
            assert_abs_diff_eq!(slope[i], (f(&up) - f(&down)) / (2.0 * h), epsilon = 1e-8);
        }
        assert_abs_diff_eq!(slope.iter().sum::<f64>(), 0.0, epsilon = 1e-12);
        // Fisher matrix times natural gradient = plain gradient.
        let (q, natural) = (softmax(&logits), natural_gradient(&joint, &logits));
        let mean: f64 = q.iter().zip(&natural).map(|(q, n)| q * n).sum();
        for i in 0..joint.len() {
            assert_abs_diff_eq!(slope[i], q[i] * (natural[i] - mean), epsilon = 1e-12);
        }
    }

    #[test]
    fn descent_arrives_at_the_posterior_and_never_climbs(m in plain(), o in 0..9usize) {
        let model = m.model();
        let o = o % m.n_outcomes();
        if let Ok(right) = correct(&model, model.prior(), &[o]) {
            let joint: Vec<f64> =
                log_joint(&model, model.prior(), &[o]).unwrap().iter().copied().collect();
            // As even as the zeros allow.
            let open: Vec<f64> =
                joint.iter().map(|j| f64::from(u8::from(j.is_finite()))).collect();
            let start = Categorical::from_weights(&open).unwrap();
            for (slope, rate, steps) in [(Slope::Plain, 0.5, 20_000), (Slope::Natural, 1.0, 1)] {
                let way = descend(&joint, &start, slope, rate, steps).unwrap();
                prop_assert!(way.converged, "{slope:?}");
                for s in 0..m.n_states() {
                    assert_abs_diff_eq!(way.belief()[s], right.belief[s], epsilon = 1e-6);
                }
                prop_assert!(way.free_energy.windows(2).all(|f| f[1] <= f[0] + 1e-12));
                let last = way.free_energy[way.free_energy.len() - 1];
                assert_abs_diff_eq!(last, -right.log_evidence, epsilon = 1e-9);
            }
        }
    }

    #[test]
    fn the_free_energy_of_an_episode_is_exact_at_the_posterior(
        m in plain(),
        obs in prop::collection::vec(0..9usize, 3),
        actions in prop::collection::vec(0..9usize, 2),
    ) {
        let obs: Vec<usize> = obs.iter().map(|o| o % m.n_outcomes()).collect();
        let actions: Vec<usize> = actions.iter().map(|u| u % m.n_actions()).collect();
        let evidence: f64 = trajectories(&m, &obs, &actions).iter().map(|(_, p)| p).sum();
        if evidence > 0.0 {
            let (model, seen) = (m.model(), obs.iter().map(|&o| vec![o]).collect::<Vec<_>>());
            let known = smooth(&model, &seen, &actions).unwrap();
            let f = sequence_free_energy(&model, &known.beliefs, &known.pairs, &seen, &actions).unwrap();
            assert_abs_diff_eq!(f.total(), -evidence.ln(), epsilon = 1e-9);
            assert_abs_diff_eq!(f.energy - f.entropy, f.total(), epsilon = 1e-12);
            let (table, log_evidence) =
                exact(&sequence_log_joint(&model, &seen, &actions).unwrap()).unwrap();
            assert_abs_diff_eq!(log_evidence, evidence.ln(), epsilon = 1e-10);
            for (t, q) in marginals(&table).unwrap().iter().enumerate() {
                for s in 0..m.n_states() {
                    assert_abs_diff_eq!(q[s], known.beliefs[t][s], epsilon = 1e-10);
                }
            }
            // Moments taken for independent: the same as F of a product on the full table, and never below.
            let pairs = independent_pairs(&known.beliefs);
            let apart = sequence_free_energy(&model, &known.beliefs, &pairs, &seen, &actions).unwrap();
            let joint = sequence_log_joint(&model, &seen, &actions).unwrap();
            let product = product_free_energy(&joint, &known.beliefs).unwrap();
            prop_assert!(apart.total() >= f.total() - 1e-9);
            if product.is_finite() {
                assert_abs_diff_eq!(apart.total(), product, epsilon = 1e-9);
            } else {
                prop_assert!(apart.total().is_infinite());
            }
        }
    }

    #[test]
    fn coordinate_ascent_never_climbs_and_settles(
        entries in prop::collection::vec(-5.0..0.0f64, 12),
        seed in 0..1000u64,
    ) {
        let joint = ArrayD::from_shape_vec(vec![2, 3, 2], entries).unwrap();
        let mut rng = seeded(seed);
        let start: Vec<Categorical> = [2, 3, 2].iter().map(|&n| {
            let w: Vec<f64> = (0..n).map(|_| 0.05 + uniform01(&mut rng)).collect();
            Categorical::from_weights(&w).unwrap()
        }).collect();
        let found = mean_field(&joint, &start, 10_000).unwrap();
        prop_assert!(found.converged);
        prop_assert!(found.free_energy.windows(2).all(|f| f[1] <= f[0] + 1e-12));
        let (table, log_evidence) = exact(&joint).unwrap();
        let last = found.free_energy[found.free_energy.len() - 1];
        // F − (−ln p(o)) = KL[product‖posterior].
        let (q, p): (Vec<f64>, Vec<f64>) =
            (product(&found.factors).iter().copied().collect(), table.iter().copied().collect());
        assert_abs_diff_eq!(last + log_evidence, kl(&q, &p), epsilon = 1e-9);
        // No nearby product is better.
        for f in 0..3 {
            for s in 0..found.factors[f].len() {
                let mut w = found.factors[f].probs().to_vec();
                w[s] += 1e-3;
                let mut other = found.factors.clone();
                other[f] = Categorical::from_weights(&w).unwrap();
                prop_assert!(product_free_energy(&joint, &other).unwrap() >= last - 1e-12);
            }
        }
    }
}

#[test]
fn a_product_is_exact_when_the_factors_are_independent() {
    let joint = ArrayD::from_shape_fn(vec![2, 3], |i| {
        ([0.3, 0.7][i[0]] * [0.2, 0.5, 0.3][i[1]] * 0.4f64).ln()
    });
    let found = mean_field(&joint, &[uniform(2), uniform(3)], 10).unwrap();
    assert_abs_diff_eq!(found.factors[0][0], 0.3, epsilon = 1e-12);
    assert_abs_diff_eq!(found.factors[1][1], 0.5, epsilon = 1e-12);
    assert_abs_diff_eq!(
        *found.free_energy.last().unwrap(),
        -(0.4f64.ln()),
        epsilon = 1e-12
    );
}

#[test]
fn xor_makes_the_product_too_sure() {
    // By hand: priors (.6, .4) × (.5, .5), seen "different" with .9. The table is .03, .27, .18, .02 over .5.
    let joint = xor(0.9, 0.6, 0.5);
    let (table, log_evidence) = exact(&joint).unwrap();
    let by_hand = [0.06, 0.54, 0.36, 0.04];
    table
        .iter()
        .zip(by_hand)
        .for_each(|(t, h)| assert_abs_diff_eq!(*t, h, epsilon = 1e-12));
    assert_abs_diff_eq!(log_evidence, 0.5f64.ln(), epsilon = 1e-12);
    let right = marginals(&table).unwrap();
    assert_abs_diff_eq!(right[0][0], 0.60, epsilon = 1e-12);
    assert_abs_diff_eq!(right[1][1], 0.58, epsilon = 1e-12);
    let found = mean_field(&joint, &[uniform(2), uniform(2)], 1000).unwrap();
    // The fixed point, from its own equations: logit q₁ = ln 1.5 + ln 9 (1 − 2 q₂), logit q₂ = ln 9 (1 − 2 q₁).
    let (q1, q2) = (found.factors[0][0], found.factors[1][0]);
    assert_abs_diff_eq!(
        (q1 / (1.0 - q1)).ln(),
        1.5f64.ln() + 9f64.ln() * (1.0 - 2.0 * q2),
        epsilon = 1e-9
    );
    assert_abs_diff_eq!(
        (q2 / (1.0 - q2)).ln(),
        9f64.ln() * (1.0 - 2.0 * q1),
        epsilon = 1e-9
    );
    assert_abs_diff_eq!(q1, 0.867, epsilon = 5e-4);
    assert_abs_diff_eq!(1.0 - q2, 0.834, epsilon = 5e-4);
}

#[test]
fn updating_all_at_once_goes_back_and_forth_for_ever() {
    // The values seen in a published library after 15, 16 and 17 rounds: (.992, .008), (.016, .984), (.992, .008).
    let joint = xor(0.99, 0.6, 0.6);
    let mut q = vec![uniform(2), uniform(2)];
    let mut first = vec![];
    for _ in 0..200 {
        q = (0..2).map(|f| update(&joint, &q, f).unwrap()).collect();
        first.push(q[0][0]);
    }
    assert_abs_diff_eq!(first[14], 0.992, epsilon = 1e-3);
    assert_abs_diff_eq!(first[15], 0.016, epsilon = 1e-3);
    assert_abs_diff_eq!(first[16], 0.992, epsilon = 1e-3);
    assert!(
        (first[199] - first[198]).abs() > 0.9 && (first[199] - first[197]).abs() < 1e-9
    );
    let found = mean_field(&joint, &[uniform(2), uniform(2)], 1000).unwrap();
    assert!(found.converged && found.factors[0][0] > 0.9 && found.factors[1][0] < 0.1);
}

#[test]
fn the_chain_of_the_course() {
    let (model, seen) = chain();
    // All eight sequences, written out.
    let (a, b, d) = ([[0.8, 0.3], [0.2, 0.7]], [[0.9, 0.2], [0.1, 0.8]], [0.9, 0.1]);
    let mut evidence: f64 = 0.0;
    for path in 0..8usize {
        let (x, y, z) = (path & 1, path >> 1 & 1, path >> 2);
        evidence += d[x] * a[0][x] * b[y][x] * a[1][y] * b[z][y] * a[1][z];
    }
    assert_abs_diff_eq!(evidence, 0.07302, epsilon = 1e-12);
    assert_abs_diff_eq!(-evidence.ln(), 2.617021903, epsilon = 1e-9);
    let known = smooth(&model, &seen, &[0, 0]).unwrap();
    assert_abs_diff_eq!(known.log_evidence, evidence.ln(), epsilon = 1e-12);
    let f =
        sequence_free_energy(&model, &known.beliefs, &known.pairs, &seen, &[0, 0]).unwrap();
    assert_abs_diff_eq!(f.total(), 2.617021903, epsilon = 1e-9);
    // Moments as independent factors: the best product is still above.
    let joint = sequence_log_joint(&model, &seen, &[0, 0]).unwrap();
    let apart = mean_field(&joint, &known.beliefs, 10_000).unwrap();
    assert!(apart.converged && *apart.free_energy.last().unwrap() > 2.617021903 + 0.05);
}

#[test]
fn a_dream_has_the_frequencies_of_its_model() {
    let (model, _) = chain();
    let n = 20_000;
    let mut rng = seeded(8);
    let (mut start, mut stay, mut right) = (0.0, 0.0, 0.0);
    for _ in 0..n {
        let dream = generate(&model, &[0], &mut rng);
        if dream.states[0] == 0 {
            start += 1.0;
            stay += f64::from(u8::from(dream.states[1] == 0));
            right += f64::from(u8::from(dream.observations[0] == [0]));
        }
    }
    // Four standard deviations: 4 √(.9 · .1/20000) = .0085, and 4 √(.8 · .2/18000) = .012.
    assert_abs_diff_eq!(start / f64::from(n), 0.9, epsilon = 0.0085);
    assert_abs_diff_eq!(stay / start, 0.9, epsilon = 0.0095);
    assert_abs_diff_eq!(right / start, 0.8, epsilon = 0.012);
    // Several modalities and factors.
    let maze = tmaze::factored_model(1.0, &[0.0, 3.0, -3.0]).unwrap();
    let dream = generate(&maze, &[1, 2], &mut rng);
    assert!(dream.observations.iter().all(|o| o.len() == 3));
    assert_eq!(
        [dream.observations[0][0], dream.observations[1][0], dream.observations[2][0]],
        [0, 1, 2]
    );
}

#[test]
fn gaussian_beliefs_agree_with_bayes() {
    // Prior N(0, 4), noise 1, seen 5: posterior N(4, .8), and p(o) = N(5; 0, 5).
    let prior = Gaussian::new(0.0, 4.0).unwrap();
    let (posterior, log_evidence) = prior.posterior(1.0, 5.0).unwrap();
    let surprise = 0.5 * ((std::f64::consts::TAU * 5.0).ln() + 5.0);
    assert_abs_diff_eq!(-log_evidence, surprise, epsilon = 1e-12);
    let f = gaussian_free_energy(&posterior, &prior, 1.0, 5.0).unwrap();
    assert_abs_diff_eq!(f.total(), surprise, epsilon = 1e-12);
    assert_abs_diff_eq!(f.energy - f.entropy, surprise, epsilon = 1e-12);
    for (mean, variance) in [(4.1, 0.8), (4.0, 0.7), (4.0, 0.9), (0.0, 4.0)] {
        let q = Gaussian::new(mean, variance).unwrap();
        let worse = gaussian_free_energy(&q, &prior, 1.0, 5.0).unwrap().total();
        assert_abs_diff_eq!(worse - surprise, q.kl(&posterior), epsilon = 1e-12);
    }
}

#[test]
fn predictive_coding_finds_the_mode() {
    // Bogacz (2017), exercise: g(v) = v², prior N(3, 1), noise 1, seen 2. The mode solves 2v³ − 3v − 3 = 0.
    let link = Link::new(|v| v * v, |v| 2.0 * v, 1.0).unwrap();
    let food = Hierarchy::new(Gaussian::new(3.0, 1.0).unwrap(), vec![link]).unwrap();
    let settled = food.settle(2.0, 0.01, 100_000).unwrap();
    let v = settled.values()[0];
    assert!(settled.converged);
    assert_abs_diff_eq!(2.0 * v.powi(3) - 3.0 * v - 3.0, 0.0, epsilon = 1e-8);
    assert_abs_diff_eq!(v, 1.6, epsilon = 0.05); // as printed there
    assert!(settled.free_energy.windows(2).all(|f| f[1] <= f[0] + 1e-12));
}

#[test]
fn a_linear_hierarchy_settles_at_the_exact_means() {
    // x ~ N(1, 2), y = x + N(0, .5), o = y + N(0, 1.5) = 6. All is linear, so condition one at a time:
    // x given o: prior variance 2, noise .5 + 1.5; y given o: prior variance 2.5, noise 1.5.
    let links = vec![Link::identity(0.5).unwrap(), Link::identity(1.5).unwrap()];
    let chain = Hierarchy::new(Gaussian::new(1.0, 2.0).unwrap(), links).unwrap();
    let settled = chain.settle(6.0, 0.05, 100_000).unwrap();
    let (x, _) = Gaussian::new(1.0, 2.0).unwrap().posterior(2.0, 6.0).unwrap();
    let (y, _) = Gaussian::new(1.0, 2.5).unwrap().posterior(1.5, 6.0).unwrap();
    assert!(settled.converged);
    assert_abs_diff_eq!(settled.values()[0], x.mean(), epsilon = 1e-8);
    assert_abs_diff_eq!(settled.values()[1], y.mean(), epsilon = 1e-8);
    // In balance every error equals the one below it (all slopes are 1).
    let errors = chain.errors(settled.values(), 6.0);
    assert!(errors.windows(2).all(|e| (e[0] - e[1]).abs() < 1e-8));
}

#[test]
fn the_velocity_is_minus_the_slope_of_the_free_energy() {
    let links = vec![
        Link::new(f64::sin, f64::cos, 0.7).unwrap(),
        Link::new(|v| v * v, |v| 2.0 * v, 1.3).unwrap(),
    ];
    let chain = Hierarchy::new(Gaussian::new(0.4, 0.9).unwrap(), links).unwrap();
    let (values, seen, h) = ([0.8_f64, -0.3], 1.1, 1e-6);
    let slopes = [values[0].cos(), 2.0 * values[1]];
    let v = velocity(&chain.errors(&values, seen), &slopes);
    for i in 0..2 {
        let (mut up, mut down) = (values, values);
        up[i] += h;
        down[i] -= h;
        let slope =
            (chain.free_energy(&up, seen) - chain.free_energy(&down, seen)) / (2.0 * h);
        assert_abs_diff_eq!(v[i], -slope, epsilon = 1e-8);
    }
}

#[test]
fn separation_is_measured() {
    // A chain x → z → y, and the same with a wire from x to y.
    let p = |q: f64, same: bool| if same { q } else { 1.0 - q };
    let joint = |leak: f64| {
        Array3::from_shape_fn((2, 2, 2), |(x, y, z)| {
            let through = (1.0 - leak) * p(0.8, y == z) + leak * p(1.0, y == x);
            0.5 * p(0.9, z == x) * through
        })
    };
    assert_abs_diff_eq!(conditional_mutual_information(&joint(0.0)), 0.0, epsilon = 1e-12);
    assert!(conditional_mutual_information(&joint(0.3)) > 0.01);
    // I(x; y | z) written out as Σ p(z) Σ p(x, y | z) ln …
    let j = joint(0.3);
    let mut by_hand = 0.0;
    for z in 0..2 {
        let pz: f64 = (0..4).map(|i| j[[i / 2, i % 2, z]]).sum();
        let table = Array2::from_shape_fn((2, 2), |(x, y)| j[[x, y, z]] / pz);
        by_hand += pz * mutual_information(&table);
    }
    assert_abs_diff_eq!(conditional_mutual_information(&j), by_hand, epsilon = 1e-12);
}

#[test]
fn bad_input_is_named() {
    let says = |error: Error, words: &str| {
        let message = error.to_string();
        assert!(message.contains(words), "{message}");
    };
    let (nan, none) = (f64::NAN, f64::NEG_INFINITY);
    let half = cat(&[0.5, 0.5]);
    let down = |joint: &[f64], start: &Categorical, rate: f64| {
        descend(joint, start, Slope::Plain, rate, 10).unwrap_err()
    };
    says(
        down(&[0.0, nan], &half, 1.0),
        "entry 1 is NaN: a log-probability is a number, or −∞",
    );
    says(down(&[0.0, f64::INFINITY], &half, 1.0), "entry 1 is inf");
    says(down(&[none, none], &half, 1.0), "every entry is −∞");
    says(down(&[0.0, 0.0], &uniform(3), 1.0), "has shape 3, expected 2");
    says(down(&[0.0, none], &half, 1.0), "entry 1 is 0.5: the joint rules this state out");
    for rate in [0.0, -1.0, nan, f64::INFINITY] {
        says(down(&[0.0, 0.0], &half, rate), "the rate = ");
    }
    let joint = xor(0.9, 0.5, 0.5);
    says(
        update(&joint, std::slice::from_ref(&half), 0).unwrap_err(),
        "has shape [2], expected [2, 2]",
    );
    says(
        update(&joint, &[half.clone(), half.clone()], 2).unwrap_err(),
        "the factor is 2, but there are only 2",
    );
    let hard = xor(1.0, 0.5, 0.5);
    says(
        mean_field(&hard, &[half.clone(), half.clone()], 9).unwrap_err(),
        "cannot keep clear of these zeros",
    );
    let sure = mean_field(&hard, &[cat(&[1.0, 0.0]), cat(&[0.0, 1.0])], 9).unwrap();
    assert!(sure.converged && sure.factors[0][0] == 1.0);
    says(exact(&xor(nan, 0.5, 0.5)).unwrap_err(), "entry 0 is NaN");

    let prior = Gaussian::new(0.0, 1.0).unwrap();
    for variance in [0.0, -2.0, nan, f64::INFINITY] {
        says(Link::identity(variance).unwrap_err(), "the variance of a link = ");
        says(
            gaussian_free_energy(&prior, &prior, variance, 0.0).unwrap_err(),
            "the noise = ",
        );
    }
    says(gaussian_free_energy(&prior, &prior, 1.0, nan).unwrap_err(), "what is seen = NaN");
    says(Hierarchy::new(prior, vec![]).unwrap_err(), "the list of links is empty");
    let chain = Hierarchy::new(prior, vec![Link::identity(1.0).unwrap()]).unwrap();
    says(chain.settle(nan, 0.1, 9).unwrap_err(), "what is seen = NaN");
    says(chain.settle(1.0, 0.0, 9).unwrap_err(), "the rate = 0");
    says(chain.settle(1.0, 50.0, 9999).unwrap_err(), "the values ran away");
    assert!(!chain.settle(1.0, 0.1, 3).unwrap().converged, "three steps are too few");

    let (model, seen) = chain_of_two();
    let known = smooth(&model, &seen, &[0]).unwrap();
    let f = |beliefs: &[Categorical], pairs: &[Array2<f64>]| {
        sequence_free_energy(&model, beliefs, pairs, &seen, &[0]).unwrap_err()
    };
    says(f(&known.beliefs[..1], &known.pairs), "1 beliefs and 1 pairs");
    says(f(&[uniform(3), uniform(3)], &known.pairs), "a belief has shape 3, expected 2");
    says(
        f(&known.beliefs, &[Array2::zeros((3, 2))]),
        "a pair has shape (3, 2), expected (2, 2)",
    );
    says(
        f(&known.beliefs, &[Array2::from_elem((2, 2), nan)]),
        "pair 0, summed over one side: entry 0 is NaN",
    );
    says(f(&known.beliefs, &[known.pairs[0].t().to_owned()]), "its sums are these beliefs");
    says(
        sequence_log_joint(&model, &[], &[]).unwrap_err(),
        "the list of observations is empty",
    );
    says(
        sequence_log_joint(&model, &seen, &[]).unwrap_err(),
        "the list of actions has shape 0, expected 1",
    );
    says(
        sequence_log_joint(&model, &vec![vec![0]; 30], &[0; 29]).unwrap_err(),
        "use smooth",
    );
    says(log_joint(&model, model.prior(), &[7]).unwrap_err(), "is 7, but there are only 2");
}

fn chain_of_two() -> (GenerativeModel, Vec<Vec<usize>>) {
    let (model, seen) = chain();
    (model, seen[..2].to_vec())
}

#[test]
fn a_plain_model_has_its_own_shape() {
    let m: Plain = Plain {
        a: array![[1.0, 1.0]],
        b: Array3::from_elem((2, 2, 1), 0.5),
        c: vec![0.0],
        d: vec![0.5, 0.5],
    };
    assert_eq!(m.model().factor_sizes(), [2]);
    let maze = tmaze::factored_model(0.9, &[0.0, 3.0, -3.0]).unwrap();
    assert_eq!(maze.factor_sizes(), [4, 2]);
    assert_eq!(log_joint(&maze, maze.prior(), &[0, 0, 0]).unwrap().shape(), [4, 2]);
}
