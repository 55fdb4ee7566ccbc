//! Tasks as generative models, and back.

use ndarray::{Array2, Array3};

use super::preference::LogPreference;
use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::{Action, State};
use crate::rl::model::Mdp;

/// A task as a generative model: A = identity, B = T, C = reward on arrival, D = start.
///
/// A task with terminal states gets one state more, `over`, which follows every terminal one and is worth 0: an `Mdp`
/// pays once on entering a terminal state, a generative model would pay for as long as it stays.
///
/// # Errors
/// [`Error::Bridge`]: the task has a discount other than 1, or a reward that depends on more than the state arrived at.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::rl::plan::{Backup as RlBackup, finite_horizon};
/// let task = GridWorld::new("S..\n...\n..+")?.to_mdp(1.0)?;
/// let g = closed_loop(&to_generative_model(&task)?, &Categorical::one_hot(10, 0), 4, Backup::Max)?;
/// let q = finite_horizon(&task, 4, RlBackup::Max)?.q;
/// assert!(g.iter().zip(q[0].row(0)).all(|(g, q)| (g.total() + q).abs() < 1e-12)); // G = −Q
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn to_generative_model(mdp: &Mdp) -> Result<GenerativeModel> {
    if mdp.discount() != 1.0 {
        return Err(Error::Bridge {
            condition: "expected free energy sums over a finite horizon without discount",
            found: format!("this task has a discount of {}", mdp.discount()),
            cure: "build the task with a discount of 1 and plan with finite_horizon",
        });
    }
    let n = mdp.n_states();
    let over = (0..n).any(|s| mdp.is_terminal(s)); // whether there is a state `over`, number n
    let size = n + usize::from(over);
    let leads = |s: State| over && (s == n || mdp.is_terminal(s));
    let b =
        Array3::from_shape_fn((size, size, mdp.n_actions()), |(to, from, u)| {
            match leads(from) {
                true => f64::from(to == n),
                false if to == n => 0.0,
                false => mdp.transition()[[to, from, u]],
            }
        });
    let mut reward = (0..n).map(|s| arrival(mdp, s)).collect::<Result<Vec<_>>>()?;
    let mut start = mdp.start().probs().to_vec();
    reward.resize(size, 0.0);
    start.resize(size, 0.0);
    let name = |s: State| if s == n { "over".to_string() } else { mdp.state_name(s) };
    let states: Vec<String> = (0..size).map(name).collect();
    let actions: Vec<String> = (0..mdp.n_actions()).map(|a| mdp.action_name(a)).collect();
    let (states, actions) = (borrowed(&states), borrowed(&actions));
    let c = LogPreference::from_reward(&reward)?;
    GenerativeModel::builder()
        .actions(&actions)
        .factor("state", &states, &start, b)
        .modality("state", &states, &["state"], Array2::eye(size).into_dyn(), c.values())
        .build()
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// The reward for arriving in a state, if it is the same from wherever and however one arrives.
fn arrival(mdp: &Mdp, to: State) -> Result<f64> {
    let mut found = None;
    for (from, action) in ndarray::indices((mdp.n_states(), mdp.n_actions())) {
        if mdp.is_terminal(from) || mdp.transition()[[to, from, action]] == 0.0 {
            continue;
        }
        let here = mdp.reward()[[to, from, action]];
        if *found.get_or_insert(here) != here {
            return Err(Error::Bridge {
                condition: "a preference is about what is seen, so the reward may depend only on the state arrived at",
                found: format!(
                    "arriving in {} pays {here} or {}",
                    mdp.state_name(to),
                    found.unwrap_or(here)
                ),
                cure: "add what the reward depends on to the state",
            });
        }
    }
    Ok(found.unwrap_or(0.0))
}

/// The state whose outcome is the same and certain, if every state has one of its own: A is then the identity, up to names.
fn check_seen(model: &GenerativeModel) -> Result<()> {
    let joint = &model.joint;
    let condition =
        "an MDP sees its state, so every state must have one outcome of its own";
    let cure = "plan over beliefs instead: belief_mdp";
    for s in 0..joint.n_states {
        let outcomes = joint.emit.row(s);
        let others = joint.likelihood.row(outcomes[0].0 as usize).len();
        if outcomes.len() > 1 || others > 1 {
            let found = match outcomes.len() {
                1 => format!("{others} states share the outcome of state {s}"),
                k => format!("state {s} has {k} outcomes"),
            };
            return Err(Error::Bridge { condition, found, cure });
        }
    }
    Ok(())
}

/// A generative model whose state is seen, as a task: T = B, reward on arrival = C.
///
/// The task has no end and no discount: plan in it over a finite horizon.
///
/// # Errors
/// - [`Error::Bridge`]: a state has several outcomes, or shares one with another state.
/// - [`Error::BadEntry`]: a log-preference is −∞, which no reward can be.
pub fn to_mdp(model: &GenerativeModel) -> Result<Mdp> {
    task(model, &|_, preference| preference)
}

/// The task that expected free energy really solves when the state is seen: the reward is C(s′) − ln B(s′|s, u).
///
/// ```text
/// −G₁(s, u) = Σ_{s′} B(s′|s, u) (C(s′) − ln B(s′|s, u)) = −KL[B(·|s, u) ‖ P(·|C)] + constant
/// ```
/// Where B is deterministic the logarithm is 0, and this is [`to_mdp`]. Where it is not, the agent is paid for being
/// uncertain about where it will be: the control cost of KL control. Source: Todorov (2007), Linearly-solvable Markov
/// decision problems, Advances in Neural Information Processing Systems 19, for problems of this form.
///
/// # Errors
/// As [`to_mdp`].
pub fn kl_control(model: &GenerativeModel) -> Result<Mdp> {
    task(model, &|p, preference| preference - p.ln())
}

/// T = B, and a reward from the probability of a transition and the preference for where it leads.
fn task(model: &GenerativeModel, reward: &dyn Fn(f64, f64) -> f64) -> Result<Mdp> {
    check_seen(model)?;
    let joint = &model.joint;
    let t = model.transition();
    let paid = |next: State, s: State, u: Action| {
        reward(t[[next, s, u]], joint.preference[joint.emit.row(next)[0].0 as usize])
    };
    Mdp::from_transition(t.clone(), &paid)
        .start(model.prior().clone())
        .discount(1.0)
        .build()
}
