//! Improving a policy a little: maximise the value, and pay for every nat by which the policy leaves the old one. Dual:
//! [`crate::aif::select::policy_posterior`], the same formula with the old policy as the habit E.

use crate::prob::categorical::Categorical;
use crate::prob::info::{entropy, log_sum_exp};

/// The best policy in the neighbourhood of an old one.
///
/// ```text
/// argmax_π Σₐ π(a) q(a) − KL[π ‖ π_old] / η = softmax(ln π_old + η q)
/// ```
/// `eta`: how far to go. With q or with the advantages, it is the same. An action that the old policy never takes stays at
/// 0. For one state this is a step of mirror descent, and of η along the natural gradient. Source: Kakade (2001);
/// Geist, Scherrer & Pietquin (2019).
///
/// # Panics
/// When there is not one value for each action, or the old policy is 0 everywhere.
///
/// ```
/// # use aif_lib::prelude::*;
/// let new = soft_improvement::step(&[0.5, 0.5], &[0.0, 3f64.ln()], 1.0);
/// assert!((new[1] - 0.75).abs() < 1e-12);
/// ```
#[track_caller]
pub fn step(old: &[f64], q: &[f64], eta: f64) -> Categorical {
    assert_eq!(old.len(), q.len(), "soft improvement: one value for each action");
    let logits: Vec<f64> = old.iter().zip(q).map(|(p, q)| p.ln() + eta * q).collect();
    Categorical::from_logits(&logits)
}

/// The free energy of a policy: expected cost minus entropy, at a temperature.
///
/// ```text
/// F(π) = −Σₐ π(a) q(a) − τ H[π] = τ KL[π ‖ softmax(q/τ)] − τ ln Z,    Z = Σₐ exp(q(a)/τ)
/// ```
/// Its smallest value is [`least_free_energy`], at π = softmax(q/τ).
///
/// # Panics
/// When there is not one value for each action.
#[track_caller]
pub fn free_energy(policy: &[f64], q: &[f64], tau: f64) -> f64 {
    assert_eq!(policy.len(), q.len(), "free energy: one value for each action");
    -policy.iter().zip(q).map(|(p, q)| p * q).sum::<f64>() - tau * entropy(policy)
}

/// The smallest [`free_energy`] that a policy can have: −τ ln Σₐ exp(q(a)/τ).
pub fn least_free_energy(q: &[f64], tau: f64) -> f64 {
    -tau * log_sum_exp(&q.iter().map(|q| q / tau).collect::<Vec<_>>())
}
