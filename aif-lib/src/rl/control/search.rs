//! Finding numbers by trying: [`cross_entropy`], [`simplex`].
//!
//! Both hand a *limit* to the cost beside the point: if it finds that it will be above that, it may stop and return any number
//! above it. The result of the search is the same, to the last bit: nothing depends on how much worse a loser is.

use crate::prob::random::{Rng, standard_normal};

/// Where a search stands: the best point, and what it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The point.
    pub x: Vec<f64>,
    /// Its cost.
    pub cost: f64,
    /// The lowest cost so far, after each round.
    pub history: Vec<f64>,
}

/// From a point and a limit to a cost.
type Cost<'a> = &'a dyn Fn(&[f64], f64) -> f64;

/// A cost that is no number counts as infinite: a search must not be led by it.
fn priced(cost: Cost, x: &[f64], limit: f64) -> f64 {
    let c = cost(x, limit);
    if c.is_nan() { f64::INFINITY } else { c }
}

/// The cross-entropy method: draw points from a Gaussian, keep the best quarter, fit the Gaussian to them, again.
///
/// ```text
/// xᵢ ~ N(μ, diag σ²);   μ, σ ← mean and deviation of the best quarter
/// ```
/// The deviation never falls below a twentieth of its first value, so that the search does not freeze early. Returns
/// the best of all points that were tried, the first mean among them.
///
/// # Panics
/// When the mean and the deviation have different lengths, or fewer than 8 points are to be drawn.
///
/// ```
/// # use aif_lib::prelude::*;
/// let bowl = |x: &[f64], _: f64| (x[0] - 1.0).powi(2) + (x[1] + 2.0).powi(2);
/// let found = search::cross_entropy(&bowl, &[0.0, 0.0], &[1.0, 1.0], (40, 20), &mut seeded(1));
/// assert!(found.cost < 0.01);
/// ```
#[track_caller]
pub fn cross_entropy(
    cost: Cost,
    mean: &[f64],
    deviation: &[f64],
    (points, rounds): (usize, usize),
    rng: &mut dyn Rng,
) -> Found {
    assert!(mean.len() == deviation.len(), "cross_entropy: one deviation for each number");
    assert!(points >= 8, "cross_entropy: {points} points are too few: draw 8 or more");
    let (mut mu, mut sigma) = (mean.to_vec(), deviation.to_vec());
    let mut best =
        Found { x: mu.clone(), cost: priced(cost, &mu, f64::INFINITY), history: vec![] };
    for _ in 0..rounds {
        let mut drawn: Vec<(f64, Vec<f64>)> = Vec::with_capacity(points);
        let mut elite: Vec<f64> = vec![f64::INFINITY; points / 4]; // the lowest costs of this round, sorted
        for _ in 0..points {
            let x: Vec<f64> =
                mu.iter().zip(&sigma).map(|(m, s)| m + s * standard_normal(rng)).collect();
            let worst = elite[elite.len() - 1];
            let c = priced(cost, &x, worst);
            if c < worst {
                elite.pop();
                elite.insert(elite.partition_point(|e| *e <= c), c);
            }
            drawn.push((c, x));
        }
        drawn.sort_by(|a, b| a.0.total_cmp(&b.0));
        if drawn[0].0 < best.cost {
            (best.cost, best.x) = drawn[0].clone();
        }
        best.history.push(best.cost);
        let elite = &drawn[..points / 4];
        for i in 0..mu.len() {
            let of = |f: &dyn Fn(f64) -> f64| {
                elite.iter().map(|(_, x)| f(x[i])).sum::<f64>() / elite.len() as f64
            };
            mu[i] = of(&|x| x);
            sigma[i] = of(&|x| (x - mu[i]).powi(2)).sqrt().max(deviation[i] / 20.0);
        }
    }
    best
}

/// The downhill simplex of Nelder and Mead: n + 1 points, of which the worst is reflected, stretched or drawn in; no derivatives.
///
/// It begins with `x` and a step along each axis, and stops after so many evaluations.
///
/// ```
/// # use aif_lib::prelude::*;
/// let banana = |x: &[f64], _: f64| (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2);
/// let found = search::simplex(&banana, &[-1.2, 1.0], 0.5, 400);
/// assert!(found.cost < 1e-8); // the minimum is 0, at (1, 1)
/// ```
pub fn simplex(cost: Cost, x: &[f64], step: f64, evaluations: usize) -> Found {
    let n = x.len();
    let corner = |i: usize| {
        let mut corner = x.to_vec();
        if i > 0 {
            corner[i - 1] += step;
        }
        corner
    };
    let mut points: Vec<(f64, Vec<f64>)> =
        (0..=n).map(|i| (priced(cost, &corner(i), f64::INFINITY), corner(i))).collect();
    let (mut used, mut history) = (n + 1, vec![]);
    loop {
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        history.push(points[0].0);
        if used >= evaluations {
            let (cost, x) = points.swap_remove(0);
            return Found { x, cost, history };
        }
        let centre: Vec<f64> = (0..n)
            .map(|i| points[..n].iter().map(|(_, p)| p[i]).sum::<f64>() / n as f64)
            .collect();
        let worst = points[n].clone();
        let mut along = |t: f64, limit: f64| {
            let x: Vec<f64> =
                centre.iter().zip(&worst.1).map(|(c, w)| c + t * (w - c)).collect();
            used += 1;
            (priced(cost, &x, limit), x)
        };
        let reflected = along(-1.0, worst.0);
        if reflected.0 < points[0].0 {
            let stretched = along(-2.0, reflected.0);
            points[n] = if stretched.0 < reflected.0 { stretched } else { reflected };
        } else if reflected.0 < points[n - 1].0 {
            points[n] = reflected;
        } else {
            let lower = worst.0.min(reflected.0);
            let drawn_in = along(if reflected.0 < worst.0 { -0.5 } else { 0.5 }, lower);
            if drawn_in.0 < lower {
                points[n] = drawn_in;
            } else {
                let best = points[0].1.clone();
                for (c, p) in &mut points[1..] {
                    p.iter_mut().zip(&best).for_each(|(p, b)| *p = b + 0.5 * (*p - b));
                    *c = priced(cost, p, f64::INFINITY);
                    used += 1;
                }
            }
        }
    }
}
