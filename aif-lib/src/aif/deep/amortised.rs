//! Amortised inference: one function for all observations instead of one inference for each. What does it cost?
//!
//! Two prices, both in nats. The *capacity gap*: the function is too simple for the posterior. The *memory gap*: it is shown too
//! little. The first falls with a larger network, the second does not.

use ndarray::Array2;

use crate::prob::logistic::logistic;
use crate::prob::minimise::{Minimum, minimise};
use crate::prob::random::{Rng, standard_normal};

/// A fair coin s = ±1 that shows a number: o | s ~ N(s, σₛ²).
#[derive(Debug, Clone)]
pub struct NoisyCoin {
    sigma: [f64; 2],     // for heads, s = +1, and tails
    grid: Vec<[f64; 3]>, // o, its probability in the sum, and the log-odds of heads there
}

/// The sign that an encoder is trained by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// E KL[q‖p]: what the evidence bound loses.
    Bound,
    /// E KL[p‖q]: what cross-entropy on labelled examples loses.
    CrossEntropy,
}

fn log_normal(x: f64, mean: f64, sigma: f64) -> f64 {
    -0.5 * ((x - mean) / sigma).powi(2)
        - sigma.ln()
        - 0.5 * (2.0 * std::f64::consts::PI).ln()
}

/// ln(1 + eˣ), without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// KL between two coins, given by their log-odds.
fn kl_coins(from: f64, to: f64) -> f64 {
    // q ln(q/p) + (1−q) ln((1−q)/(1−p)), where ln p = −softplus(−x) and ln (1−p) = −softplus(x).
    let q = logistic(from);
    q * (softplus(-to) - softplus(-from)) + (1.0 - q) * (softplus(to) - softplus(from))
}

impl NoisyCoin {
    /// A coin with the noise of heads and of tails.
    pub fn new(heads: f64, tails: f64) -> Self {
        let far = 1.0 + 9.0 * heads.max(tails);
        let (steps, width) = (240, 2.0 * far / 240.0);
        let mut coin = Self { sigma: [heads, tails], grid: vec![] };
        coin.grid = (0..=steps)
            .map(|i| {
                let o = -far + width * f64::from(i);
                let p = 0.5 * log_normal(o, 1.0, heads).exp()
                    + 0.5 * log_normal(o, -1.0, tails).exp();
                [o, width * p, coin.log_odds(o)]
            })
            .collect();
        coin
    }

    /// ln P(heads | o) − ln P(tails | o), exactly: a parabola, and a line where both noises are equal.
    pub fn log_odds(&self, o: f64) -> f64 {
        let [heads, tails] = self.sigma;
        log_normal(o, 1.0, heads) - log_normal(o, -1.0, tails)
    }

    /// What an encoder loses on average; it maps o to log-odds.
    pub fn gap(&self, loss: Loss, encoder: &dyn Fn(f64) -> f64) -> f64 {
        let one = |[o, p, exact]: &[f64; 3]| {
            let q = encoder(*o);
            p * match loss {
                Loss::Bound => kl_coins(q, *exact),
                Loss::CrossEntropy => kl_coins(*exact, q),
            }
        };
        self.grid.iter().map(one).sum()
    }

    /// The best encoder that is a polynomial, and what it loses. `x` holds its coefficients, the constant first.
    pub fn best_polynomial(&self, loss: Loss, degree: usize) -> Minimum {
        minimise(&|x| self.gap(loss, &|o| polynomial(x, o)), &vec![0.1; degree + 1], 200)
    }

    /// The best encoder with one hidden layer of so many tanh units, from a random start.
    pub fn best_tanh(&self, loss: Loss, units: usize, rng: &mut dyn Rng) -> Minimum {
        let start: Vec<f64> = (0..3 * units + 1).map(|_| standard_normal(rng)).collect();
        minimise(&|x| self.gap(loss, &|o| tanh_layer(x, o)), &start, 400)
    }
}

/// x₀ + x₁ o + x₂ o² + …
pub fn polynomial(x: &[f64], o: f64) -> f64 {
    x.iter().rev().fold(0.0, |sum, x| sum * o + x)
}

/// c + Σ v tanh(w o + b): three numbers a unit, the constant last.
pub fn tanh_layer(x: &[f64], o: f64) -> f64 {
    let (units, c) = x.split_at(x.len() - 1);
    c[0] + units.chunks(3).map(|u| u[0] * (u[1] * o + u[2]).tanh()).sum::<f64>()
}

/// How unsure one is of the present state after the last `k` observations of a chain that has run for ever, on average.
///
/// ```text
/// H(sₜ | oₜ₋ₖ₊₁ … oₜ)
/// ```
/// By going through all mᵏ records. An encoder that is shown k observations cannot do better than this, and each observation more
/// is worth the difference. `before`: the stationary belief.
pub fn uncertainty_after(
    a: &Array2<f64>,
    b: &Array2<f64>,
    before: &[f64],
    k: usize,
) -> f64 {
    if k == 0 {
        let total: f64 = before.iter().sum();
        return before.iter().filter(|p| **p > 0.0).map(|p| -p * (p / total).ln()).sum();
    }
    let branch = |o: usize| {
        let seen: Vec<f64> = before.iter().zip(a.row(o)).map(|(p, a)| p * a).collect();
        // After the last observation nothing moves any more.
        let next = if k == 1 {
            seen
        } else {
            b.rows()
                .into_iter()
                .map(|row| row.iter().zip(&seen).map(|(b, p)| b * p).sum())
                .collect()
        };
        uncertainty_after(a, b, &next, k - 1)
    };
    (0..a.nrows()).map(branch).sum()
}
