//! Looking ahead: the expected free energy of whole policies.
//!
//! [`open_loop`] scores fixed sequences of actions. [`closed_loop`] scores a first action followed by the best reaction to
//! whatever is then observed; the literature calls it sophisticated inference. They differ whenever what is seen can
//! change what is done.
//!
//! Dual: [`crate::rl::plan`].

mod closed_loop;
mod open_loop;

pub use closed_loop::{Backup, ClosedLoop, closed_loop};
pub use open_loop::{open_loop, score_policies};

use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::Action;
use crate::prob::categorical::Categorical;

/// The largest number of policies, or of nodes of a tree, that a planner visits; and of numbers that it works with.
const MAX_NODES: usize = 20_000_000;

/// The longest horizon: a plan is followed by recursion, one level for each step.
pub const MAX_HORIZON: usize = 1000;

/// All sequences of actions of one length, one after the other; the last action varies fastest.
#[derive(Debug, Clone)]
pub struct Policies {
    n_actions: usize,
    next: Option<Vec<Action>>,
}

/// All `n_actions`^`horizon` policies, made one at a time.
///
/// ```
/// # use aif_lib::prelude::*;
/// let all: Vec<Vec<Action>> = policies(2, 2).collect();
/// assert_eq!(all, [[0, 0], [0, 1], [1, 0], [1, 1]]);
/// ```
#[doc(alias = "construct_policies")]
pub fn policies(n_actions: usize, horizon: usize) -> Policies {
    Policies { n_actions, next: (n_actions > 0).then(|| vec![0; horizon]) }
}

impl Iterator for Policies {
    type Item = Vec<Action>;

    fn next(&mut self) -> Option<Vec<Action>> {
        let current = self.next.clone()?;
        // Count up by one in base n_actions.
        self.next = current.iter().rposition(|&a| a + 1 < self.n_actions).map(|i| {
            let mut next = current.clone();
            next[i] += 1;
            next[i + 1..].fill(0);
            next
        });
        Some(current)
    }
}

/// What both planners ask of their input.
fn check(model: &GenerativeModel, belief: &Categorical, horizon: usize) -> Result<()> {
    model.check_belief("the belief", belief)?;
    if horizon == 0 {
        let expected = "look at least 1 step ahead";
        return Err(Error::Parameter { name: "horizon", value: 0.0, expected });
    }
    if horizon > MAX_HORIZON {
        return Err(Error::Budget {
            what: "looking ahead",
            needed: format!("{horizon} steps"),
            budget: format!("{MAX_HORIZON} steps"),
            cure: "shorten the horizon",
        });
    }
    let numbers = horizon as f64 * (2 * model.n_states() + model.joint.n_outcomes) as f64;
    if numbers > MAX_NODES as f64 {
        return Err(Error::Budget {
            what: "looking ahead",
            needed: format!("{numbers:.0} numbers"),
            budget: MAX_NODES.to_string(),
            cure: "shorten the horizon or give the model fewer states",
        });
    }
    Ok(())
}

fn over_budget(what: &'static str, needed: f64) -> Error {
    let cure = "shorten the horizon or give the model fewer actions";
    Error::Budget {
        what,
        needed: format!("{needed:.0} nodes"),
        budget: MAX_NODES.to_string(),
        cure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::tmaze;

    #[test]
    fn bad_parameters_are_named() {
        let model = tmaze::model(0.9, &tmaze::PREFERENCE).unwrap();
        let closed = |horizon, backup| {
            closed_loop(&model, model.prior(), horizon, backup).unwrap_err().to_string()
        };
        let open = |horizon| {
            let plans = open_loop(&model, model.prior(), horizon);
            plans.unwrap_err().to_string()
        };
        assert!(closed(0, Backup::Max).contains("horizon = 0"));
        assert!(open(0).contains("horizon = 0"));
        assert!(closed(1, Backup::Softmax { gamma: 0.0 }).contains("gamma = 0"));
        assert!(open(30).contains("budget"));
        for horizon in [MAX_HORIZON + 1, 20_000, usize::MAX / 1000, usize::MAX] {
            let needs =
                format!("needs {horizon} steps, more than the budget of 1000 steps");
            assert!(closed(horizon, Backup::Max).contains(&needs));
            assert!(open(horizon).contains(&needs));
        }
        let three = Categorical::uniform(3);
        let shape = "the belief has shape [3], expected [8]";
        let text = closed_loop(&model, &three, 2, Backup::Max).unwrap_err().to_string();
        assert!(text.contains(shape), "{text}");
        assert!(open_loop(&model, &three, 2).unwrap_err().to_string().contains(shape));
    }

    #[test]
    fn policies_are_lazy_and_complete() {
        assert_eq!(policies(4, 3).count(), 64);
        assert_eq!(policies(2, 60).nth(5).unwrap()[57..], [1, 0, 1]);
        assert_eq!(policies(3, 0).count(), 1);
    }

    #[test]
    fn the_longest_horizon_fits_a_small_stack() {
        let still = ndarray::Array3::ones((1, 1, 1));
        let a = ndarray::Array2::ones((1, 1));
        let model = GenerativeModel::new(a, still, &[1.5], &[1.0]).unwrap();
        let depth = || {
            let g = closed_loop(&model, model.prior(), MAX_HORIZON, Backup::Max).unwrap();
            let plans = open_loop(&model, model.prior(), MAX_HORIZON).unwrap();
            assert!((g[0].total() + 1500.0).abs() < 1e-9 && g[0] == plans[0]);
        };
        std::thread::scope(|scope| {
            let small = std::thread::Builder::new().stack_size(2 << 20);
            small.spawn_scoped(scope, depth).unwrap().join().unwrap();
        });
    }
}
