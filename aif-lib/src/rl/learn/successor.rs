//! The successor representation: learn where you will be, and multiply by what is there. Dual:
//! [`crate::aif::model`], whose B says where you will be one step ahead.
//!
//! M(s, s′) is how often s′ will be visited from s on, each visit discounted by how far away it is; the
//! present counts as the first visit. Values follow at once from the rewards: V = M r. But M knows one policy
//! and the transitions as they were.

use ndarray::{Array2, Axis};

use crate::error::{Error, Result};
use crate::interaction::State;
use crate::prob::categorical::Categorical;
use crate::prob::linalg::Lu;
use crate::rl::evaluate::check_policy;
use crate::rl::model::Mdp;

/// Moves a row of M towards the present state plus the discounted row of the next state.
///
/// ```text
/// δ = 1ₛ + γ M(s′, ·) − M(s, ·)
/// M(s, ·) ← M(s, ·) + α δ
/// ```
/// A TD error for every state at once: each column of M is a value function whose reward is to be there.
/// Start from M = I. The row of a state that ends the task is never left, so it stays what it is, and γ needs
/// no exception. `m`: (state, successor). Returns δ. Source: Dayan (1993).
///
/// # Panics
/// When a state is not in M.
///
/// ```
/// use aif_lib::rl::learn::successor;
/// use ndarray::Array2;
/// let mut m = Array2::eye(2);
/// assert_eq!(successor::update(&mut m, 0, 1, 0.5, 0.1), [0.0, 0.5]);
/// assert_eq!(m.row(0).to_vec(), [1.0, 0.05]);
/// ```
pub fn update(
    m: &mut Array2<f64>,
    s: State,
    next: State,
    gamma: f64,
    alpha: f64,
) -> Vec<f64> {
    let target = |to: State| f64::from(to == s) + gamma * m[[next, to]];
    let delta: Vec<f64> = (0..m.ncols()).map(|to| target(to) - m[[s, to]]).collect();
    m.row_mut(s).iter_mut().zip(&delta).for_each(|(m, d)| *m += alpha * d);
    delta
}

/// The successor representation of a Markov chain, exactly.
///
/// ```text
/// M = I + γ T + γ² T² + … = (I − γ T)⁻¹
/// ```
/// `t`: (state, next state), rows sum to 1, or to less where the task may end; the row of a terminal state is 0.
///
/// # Errors
/// - [`Error::Shape`]: `t` is not square.
/// - [`Error::NotAProbability`]: an entry is below 0 or above 1, or a row sums to more than 1.
/// - [`Error::Parameter`]: γ is not from 0 to below 1.
/// - [`Error::Singular`]: γ is so close to 1 that the visits have no digit left.
///
/// ```
/// use aif_lib::rl::learn::successor;
/// use ndarray::array;
/// // From 0 to 1, from 1 to the end.
/// assert_eq!(successor::exact(&array![[0.0, 1.0], [0.0, 0.0]], 0.5)?, array![[1.0, 0.5], [0.0, 1.0]]);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn exact(t: &Array2<f64>, gamma: f64) -> Result<Array2<f64>> {
    let (n, columns) = t.dim();
    if n != columns || n == 0 {
        let (what, expected) = ("the transition matrix".into(), "states × states".into());
        let cure = "give one row and one column for each state";
        return Err(Error::Shape {
            what, expected, got: format!("{n} × {columns}"), cure
        });
    }
    if !(0.0..1.0).contains(&gamma) {
        let expected =
            "the sum of all future visits is finite for a discount from 0 to below 1";
        return Err(Error::Parameter { name: "gamma", value: gamma, expected });
    }
    let bad_entry = |row: &[f64]| row.iter().position(|p| !(0.0..=1.0 + 1e-9).contains(p));
    for (s, row) in t.rows().into_iter().enumerate() {
        let (row, what) = (row.to_vec(), format!("row {s} of the transition matrix"));
        if let Some(index) = bad_entry(&row) {
            return Err(Error::NotAProbability { what, index, value: row[index] });
        }
        let sum: f64 = row.iter().sum();
        if sum > 1.0 + 1e-9 {
            return Err(Error::NotNormalised { what, sum });
        }
    }
    Ok(Lu::new("I − γ T", Array2::eye(n) - gamma * t)?.inverse())
}

/// Where a policy leads in one step: (state, next state). The row of a terminal state is 0.
///
/// ```text
/// T_π(s, s′) = Σₐ π(a|s) T[s′, s, a]
/// ```
/// Mind the order: the MDP's T, like B, has the new state first; here, as in M, the row is where you are.
///
/// # Errors
/// - [`Error::Shape`]: the policy does not fit the MDP.
/// - [`Error::Endless`]: the MDP has γ = 1 and the policy never ends from some state.
pub fn policy_transition(mdp: &Mdp, policy: &[Categorical]) -> Result<Array2<f64>> {
    check_policy(mdp, policy)?;
    let n = mdp.n_states();
    let go = |s: State, next: State| -> f64 {
        (0..mdp.n_actions()).map(|a| policy[s][a] * mdp.transition()[[next, s, a]]).sum()
    };
    Ok(Array2::from_shape_fn(
        (n, n),
        |(s, next)| {
            if mdp.is_terminal(s) { 0.0 } else { go(s, next) }
        },
    ))
}

/// The value of every state, for rewards that a state pays while you are in it.
///
/// ```text
/// V(s) = Σₛ′ M(s, s′) r(s′)
/// ```
///
/// # Panics
/// When there is not one reward for each state.
pub fn values(m: &Array2<f64>, reward: &[f64]) -> Vec<f64> {
    assert_eq!(m.ncols(), reward.len(), "successor: one reward for each state");
    m.axis_iter(Axis(0))
        .map(|row| row.iter().zip(reward).map(|(m, r)| m * r).sum())
        .collect()
}

/// The value of every state, for rewards that are paid on arrival, as the worlds of this course do.
///
/// ```text
/// V(s) = Σₛ′ (M(s, s′) − 1[s = s′]) w(s′) / γ
/// ```
/// The present visit pays nothing any more, and an arrival one step ahead is not discounted. These are the
/// values that TD learns.
///
/// # Panics
/// When there is not one reward for each state, or γ is 0.
pub fn values_on_arrival(m: &Array2<f64>, reward: &[f64], gamma: f64) -> Vec<f64> {
    assert!(
        gamma > 0.0,
        "successor: with a discount of 0, M does not say where you will be"
    );
    let here = values(m, reward);
    here.iter().zip(reward).map(|(v, r)| (v - r) / gamma).collect()
}
