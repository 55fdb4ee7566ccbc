//! `prob` against statrs, a library that shares no code with it, over wide ranges.
//!
//! Where the two differ, a closed form decides; those tests say which of the two was right.

#![allow(clippy::unwrap_used)]

use aif_lib::prelude::*;
use special::Gamma as _;
use statrs::distribution::{
    Beta as TheirBeta, Categorical as TheirCategorical, Continuous, ContinuousCDF, Normal,
    StudentsT,
};
use statrs::function::gamma::{digamma, ln_gamma};
use statrs::statistics::Distribution;

const COUNTS: [f64; 9] = [1e-3, 0.03, 0.5, 1.0, 1.7, 6.0, 42.0, 700.0, 1e4];
const CHANCES: [f64; 9] = [1e-12, 1e-5, 0.003, 0.1, 0.4, 0.5, 0.8, 0.99, 1.0 - 1e-9];

#[track_caller]
fn close(ours: f64, theirs: f64, what: &str) {
    let off = (ours - theirs).abs() / theirs.abs().max(1.0);
    assert!(
        off < 1e-10 || ours == theirs,
        "{what}: {ours:e} here, {theirs:e} there, off by {off:e}"
    );
}

fn each_beta(look: &dyn Fn(Beta, TheirBeta, &str)) {
    for a in COUNTS {
        for b in COUNTS {
            look(
                Beta::new(a, b).unwrap(),
                TheirBeta::new(a, b).unwrap(),
                &format!("Beta({a}, {b})"),
            );
        }
    }
}

#[test]
fn the_functions_below_it_all() {
    for x in [1e-6, 1e-3, 0.03, 0.5, 1.0, 1.4616, 2.0, 7.7, 42.0, 700.0, 1e5, 1e9] {
        close(x.digamma(), digamma(x), &format!("ψ({x})"));
        close(special::Gamma::ln_gamma(x).0, ln_gamma(x), &format!("ln Γ({x})"));
    }
}

#[test]
fn moments_of_the_beta() {
    each_beta(&|ours, theirs, name| {
        close(ours.mean(), theirs.mean().unwrap(), name);
        close(ours.variance(), theirs.variance().unwrap(), name);
    });
}

#[test]
fn density_of_the_beta() {
    each_beta(&|ours, theirs, name| {
        for p in CHANCES {
            close(ours.density(p), theirs.pdf(p), &format!("{name} at {p}"));
        }
    });
}

#[test]
fn distribution_function_of_the_beta() {
    each_beta(&|ours, theirs, name| {
        for p in CHANCES {
            close(ours.cdf(p), theirs.cdf(p), &format!("{name} up to {p}"));
        }
    });
}

#[test]
fn divergence_of_the_beta_and_the_dirichlet() {
    let textbook = |q: &[f64], p: &[f64]| -> f64 {
        let (q0, p0): (f64, f64) = (q.iter().sum(), p.iter().sum());
        let term = |(&q, &p): (&f64, &f64)| {
            ln_gamma(p) - ln_gamma(q) + (q - p) * (digamma(q) - digamma(q0))
        };
        ln_gamma(q0) - ln_gamma(p0) + q.iter().zip(p).map(term).sum::<f64>()
    };
    let counts = [0.03, 0.5, 1.0, 6.0, 42.0];
    for q in counts {
        for p in counts {
            let theirs = textbook(&[q, 2.0], &[p, 3.0]);
            let ours = Beta::new(q, 2.0).unwrap().kl(&Beta::new(p, 3.0).unwrap());
            close(ours, theirs, &format!("Beta({q}, 2) from Beta({p}, 3)"));
            let (q, p) = (vec![q, 2.0, p], vec![p, q, 0.7]);
            let ours =
                Dirichlet::new(q.clone()).unwrap().kl(&Dirichlet::new(p.clone()).unwrap());
            close(ours, textbook(&q, &p), &format!("Dir({q:?}) from Dir({p:?})"));
        }
    }
}

#[test]
fn one_entry_of_a_dirichlet_is_a_beta() {
    let counts = [0.4, 3.0, 11.5];
    let ours = Dirichlet::new(counts.to_vec()).unwrap();
    let (mut rng, n) = (seeded(21), 20_000);
    let draws: Vec<Categorical> = (0..n).map(|_| ours.sample(&mut rng)).collect();
    for (i, a) in counts.into_iter().enumerate() {
        let theirs = TheirBeta::new(a, counts.iter().sum::<f64>() - a).unwrap();
        close(ours.mean()[i], theirs.mean().unwrap(), "mean");
        // The distance of Kolmogorov and Smirnov: 1.95/√n is its 99.9 % quantile.
        let mut entry: Vec<f64> = draws.iter().map(|p| p[i]).collect();
        entry.sort_by(f64::total_cmp);
        let off = |(rank, p): (usize, &f64)| {
            (theirs.cdf(*p) - (rank as f64 + 0.5) / n as f64).abs()
        };
        let distance = entry.iter().enumerate().map(off).fold(0.0, f64::max);
        assert!(distance < 1.95 / (n as f64).sqrt(), "{i}: {distance}");
    }
}

#[test]
fn the_normal() {
    for mean in [-1e6, -0.3, 0.0, 7.0] {
        for sd in [1e-6, 0.1, 1.0, 30.0, 1e8] {
            let ours = Gaussian::new(mean, sd * sd).unwrap();
            let theirs = Normal::new(mean, sd).unwrap();
            close(ours.entropy(), theirs.entropy().unwrap(), "entropy");
            close(ours.variance(), theirs.variance().unwrap(), "variance");
            for z in [-30.0, -2.0, 0.0, 0.1, 5.0] {
                let x = mean + z * sd;
                let name = format!("N({mean}, {sd}²) at {x}");
                close(ours.log_density(x), theirs.ln_pdf(x), &name);
                close(ours.density(x), theirs.pdf(x), &name);
            }
        }
    }
}

#[test]
fn entropy_of_the_categorical() {
    for weights in [
        vec![1.0],
        vec![1.0, 1.0],
        vec![3.0, 0.0, 1.0],
        vec![1e-9, 1.0, 1e6],
        (1..40).map(f64::from).collect(),
    ] {
        let ours = Categorical::from_weights(&weights).unwrap();
        let theirs = TheirCategorical::new(&weights).unwrap();
        let numbers: Vec<f64> = (0..weights.len()).map(|i| i as f64).collect();
        close(ours.expect(&numbers), theirs.mean().unwrap(), "mean");
        // Theirs is NaN where an outcome is impossible: 0 ln 0.
        if weights.iter().all(|w| *w > 0.0) {
            close(ours.entropy(), theirs.entropy().unwrap(), "entropy");
        }
    }
}

/// The half-width of n samples with s² = 1 is t(n − 1)/√n.
fn our_t_quantile(n: u32) -> f64 {
    let x: Vec<f64> = (0..n).map(|i| f64::from(i % 2)).collect();
    let mean = x.iter().sum::<f64>() / f64::from(n);
    let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(n - 1);
    (mean_interval(&x).unwrap().hi - mean) * (f64::from(n) / variance).sqrt()
}

#[test]
fn the_quantile_behind_every_interval() {
    for n in [2, 3, 4, 7, 20, 31, 100] {
        let theirs = StudentsT::new(0.0, 1.0, f64::from(n - 1)).unwrap().inverse_cdf(0.975);
        close(our_t_quantile(n), theirs, &format!("t({})", n - 1));
    }
}

#[test]
fn where_statrs_loses_digits_arithmetic_with_fifty_of_them_decides() {
    // It subtracts logarithms of the gamma function, which are large for large counts.
    let (a, b, p) = (1e-3, 1e5, 1e-12);
    let (ours, theirs) = (Beta { a, b }, TheirBeta::new(a, b).unwrap());
    let (density, cdf) = (984_578_343.578_510_4, 0.984_578_441_937_006_5);
    close(ours.density(p), density, "density");
    close(ours.cdf(p), cdf, "cdf");
    assert!(
        (theirs.pdf(p) / density - 1.0).abs() > 1e-10
            && (theirs.cdf(p) - cdf).abs() > 1e-10
    );
    // Its quantile of Student's t is good to seven digits with 49 999 degrees of freedom.
    let quantile = 1.960_011_432_042_652_7;
    close(our_t_quantile(50_000), quantile, "t(49999)");
    let theirs = StudentsT::new(0.0, 1.0, 49_999.0).unwrap().inverse_cdf(0.975);
    assert!((theirs - quantile).abs() > 1e-8);
}
