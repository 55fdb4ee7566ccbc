//! Fixed sequences of actions, scored one by one.

use super::{MAX_NODES, check, over_budget};
use crate::aif::evaluate::{Efe, policy_efe, step_into};
use crate::aif::model::GenerativeModel;
use crate::error::Result;
use crate::interaction::Action;
use crate::prob::categorical::Categorical;

/// The expected free energy of every policy of a length, in the order of [`policies`](super::policies).
///
/// Each is the sum over its steps, with beliefs rolled forward and never corrected. Policies that begin alike share
/// that part of the work.
///
/// # Errors
/// - [`Error::Parameter`](crate::Error::Parameter): the horizon is 0.
/// - [`Error::Budget`](crate::Error::Budget): there are more than twenty million policies, or too many steps.
/// - [`Error::Shape`](crate::Error::Shape): the belief has another number of states than the model.
#[doc(alias = "update_posterior_policies")]
#[doc(alias = "infer_policies")]
pub fn open_loop(
    model: &GenerativeModel,
    belief: &Categorical,
    horizon: usize,
) -> Result<Vec<Efe>> {
    check(model, belief, horizon)?;
    let n_policies = (model.n_actions() as f64).powi(horizon as i32);
    if n_policies > MAX_NODES as f64 {
        return Err(over_budget("scoring every policy", n_policies));
    }
    let mut totals = Vec::with_capacity(n_policies as usize);
    let mut scratch = vec![vec![0.0; belief.len()]; horizon];
    let mut outcomes = vec![0.0; model.joint.n_outcomes];
    let start = Efe::default();
    extend(model, belief.probs(), 0, start, &mut scratch, &mut outcomes, &mut totals);
    Ok(totals)
}

/// Tries every action in `belief`, `so_far` having been spent in `ahead` steps; pushes a total for every complete policy.
fn extend(
    model: &GenerativeModel,
    belief: &[f64],
    ahead: usize,
    so_far: Efe,
    scratch: &mut [Vec<f64>],
    outcomes: &mut [f64],
    totals: &mut Vec<Efe>,
) {
    let Some((predicted, deeper)) = scratch.split_first_mut() else {
        return totals.push(so_far);
    };
    for action in 0..model.n_actions() {
        let spent = so_far + step_into(model, belief, action, ahead, predicted, outcomes);
        extend(model, predicted, ahead + 1, spent, deeper, outcomes, totals);
    }
}

/// The expected free energy of each policy of a list: the sum over the steps of [`policy_efe`].
///
/// # Errors
/// As [`policy_efe`].
pub fn score_policies(
    model: &GenerativeModel,
    belief: &Categorical,
    policies: &[Vec<Action>],
) -> Result<Vec<Efe>> {
    let total = |policy: &Vec<Action>| {
        policy_efe(model, belief, policy).map(|steps| steps.into_iter().sum())
    };
    policies.iter().map(total).collect()
}
