//! The closed loop where the state is seen, beside dynamic programming over the same horizon.

use ndarray::Array2;

use crate::aif::evaluate::Efe;
use crate::aif::model::GenerativeModel;
use crate::aif::plan::{Backup, ClosedLoop};
use crate::aif::select::{best_habitual, policy_posterior};
use crate::error::Result;
use crate::prob::categorical::Categorical;

/// What the closed loop says where the state is seen. Index t counts the steps already taken.
///
/// The dual of [`HorizonValues`](crate::rl::plan::HorizonValues), with −G for Q.
#[derive(Debug, Clone, PartialEq)]
pub struct HorizonEfe {
    /// −Gₜ(s, u), one table (states, actions) for each step.
    pub minus_g: Vec<Array2<f64>>,
    /// Qₜ(u|s), for each step one distribution for each state.
    pub policy: Vec<Vec<Categorical>>,
}

/// The closed loop from every state that can be known, at every time: what an agent would do that sees the state.
///
/// ```text
/// Qₜ(u|s) = best of −Gₜ(s, u) with E(u) > 0    or    softmax(−γ Gₜ(s, u) + ln E(u))
/// ```
/// How strong a habit is counts in the choice, not in the backup; a habit of 0 rules an action out of both. This searches the tree of [`closed_loop`](crate::aif::plan::closed_loop), belief by belief;
/// nothing in it knows Bellman's equation.
///
/// # Errors
/// As [`closed_loop`](crate::aif::plan::closed_loop) and [`best_habitual`].
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::rl::plan::{Backup as RlBackup, finite_horizon};
/// let task = GridWorld::new("S..\n...\n..+")?.to_mdp(1.0)?;
/// let rl = finite_horizon(&task, 6, RlBackup::Max)?;
/// let aif = finite_horizon_efe(&to_generative_model(&task)?, 6, Backup::Max)?;
/// assert!(value_gap(&rl.q, &aif.minus_g) < 1e-12);
/// assert!(total_variation(&rl.policy, &aif.policy) < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn finite_horizon_efe(
    model: &GenerativeModel,
    horizon: usize,
    backup: Backup,
) -> Result<HorizonEfe> {
    let mut planner = ClosedLoop::new(model.clone(), backup)?;
    let (n, k) = (model.n_states(), model.n_actions());
    let mut all = HorizonEfe { minus_g: Vec::new(), policy: Vec::new() };
    for to_go in (1..=horizon.max(1)).rev() {
        let mut table = Array2::zeros((n, k));
        let mut policy = Vec::with_capacity(n);
        for s in 0..n {
            let here = Categorical::one_hot(n, s);
            let efe = planner.values(&here, to_go.min(horizon))?;
            let g: Vec<f64> = efe.iter().map(Efe::total).collect();
            (0..k).for_each(|u| table[[s, u]] = -g[u]);
            policy.push(match backup {
                Backup::Max => best_habitual(&g, model.habits())?,
                Backup::Softmax { gamma } => policy_posterior(&g, model.habits(), gamma)?,
            });
        }
        all.minus_g.push(table);
        all.policy.push(policy);
    }
    Ok(all)
}

/// The largest difference between Q and −G over times, states and actions; states that only one side has are left out.
///
/// # Panics
/// When the numbers of steps differ, or there is none.
#[track_caller]
pub fn value_gap(q: &[Array2<f64>], minus_g: &[Array2<f64>]) -> f64 {
    check_steps(q.len(), minus_g.len());
    let tables = q.iter().zip(minus_g);
    let rows = tables.flat_map(|(q, g)| q.outer_iter().zip(g.outer_iter()));
    let pairs = rows.flat_map(|(q, g)| q.into_iter().zip(g));
    pairs.map(|(q, g)| (q - g).abs()).fold(0.0, larger)
}

/// The largest total variation distance between two agents' choices, over times and states.
///
/// ```text
/// max over t, s of ½ Σᵤ |π₁(u|s, t) − π₂(u|s, t)|     0: always alike;  1: somewhere they never do the same
/// ```
///
/// # Panics
/// As [`value_gap`].
#[track_caller]
pub fn total_variation(one: &[Vec<Categorical>], other: &[Vec<Categorical>]) -> f64 {
    check_steps(one.len(), other.len());
    let states = one.iter().zip(other).flat_map(|(one, other)| one.iter().zip(other));
    let distance = |(p, q): (&Categorical, &Categorical)| {
        let pairs = p.probs().iter().zip(q.probs());
        0.5 * pairs.map(|(p, q)| (p - q).abs()).sum::<f64>()
    };
    states.map(distance).fold(0.0, larger)
}

/// The larger of two; unlike `f64::max` it lets no NaN pass unseen.
fn larger(a: f64, b: f64) -> f64 {
    if b > a || b.is_nan() { b } else { a }
}

#[track_caller]
fn check_steps(one: usize, other: usize) {
    assert!(
        one == other && one > 0,
        "one plan has {one} steps and the other {other}: compare plans of the same horizon"
    );
}
