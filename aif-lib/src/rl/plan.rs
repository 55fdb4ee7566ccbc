//! What lies ahead? Values backed up from the future: value iteration for a task without a clock, dynamic
//! programming for one with. Dual: [`crate::aif::plan`].

pub mod bayes_adaptive;
pub mod control_as_inference;
pub mod gittins;
pub mod policy_iteration;
pub mod uct;

use ndarray::Array2;

use super::evaluate::{action_values, optimality, sweep};
use super::model::Mdp;
use super::select::{boltzmann, greedy};
use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;

/// What value iteration found.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// V(s), the best return to expect from each state.
    pub v: Vec<f64>,
    /// Q(s, a), (states, actions).
    pub q: Array2<f64>,
    /// The largest change of V in each sweep; there are as many as there were sweeps.
    pub residuals: Vec<f64>,
}

impl Values {
    /// The best policy: in each state the best actions share the probability.
    pub fn greedy(&self) -> Vec<Categorical> {
        self.q.outer_iter().map(|row| greedy(&row.to_vec())).collect()
    }
}

/// Value iteration: repeats Bellman's optimality backup until no value changes by more than a tolerance.
///
/// ```text
/// V ← maxₐ q(s, a) for all s, from V = 0;    maxₛ |Vₖ₊₁ − Vₖ| ≤ γᵏ maxₛ |V₁ − V₀|
/// ```
/// The result is then within tolerance · γ / (1 − γ) of the truth. With γ = 1 all paths to a goal may be worth
/// the same, and the greedy policy cannot tell a short one from a long one. Source: Bellman (1957).
///
/// # Errors
/// - [`Error::Parameter`]: the tolerance is not positive.
/// - [`Error::Endless`]: γ = 1 and some state cannot reach an end.
/// - [`Error::Budget`]: too many sweeps; with γ = 1, a loop that pays has no finite value.
///
/// ```
/// # use aif_lib::prelude::*;
/// let world = GridWorld::new("S..\n...\n..+")?;
/// let values = value_iteration(&world.to_mdp(0.9)?, 1e-12)?;
/// assert!((values.v[world.start()] - 0.9f64.powi(3)).abs() < 1e-12); // four steps, paid on arrival
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn value_iteration(mdp: &Mdp, tolerance: f64) -> Result<Values> {
    mdp.check_ends(&|_, _| true, "no policy ever")?;
    let (v, residuals) = sweep(mdp.n_states(), tolerance, &|v| optimality_sweep(mdp, v))?;
    Ok(Values { q: action_values(mdp, &v), v, residuals })
}

/// One sweep of Bellman's optimality equation: [`optimality`] for every state, from the same old values.
///
/// # Panics
/// When the length of `v` does not fit the MDP.
pub fn optimality_sweep(mdp: &Mdp, v: &[f64]) -> Vec<f64> {
    (0..mdp.n_states()).map(|s| optimality(mdp, v, s)).collect()
}

/// The values after each of the first sweeps of [`value_iteration`], V₀ = 0 first.
///
/// Vₖ(s) is the best return to expect from s in k steps.
///
/// ```
/// # use aif_lib::prelude::*;
/// let sweeps = value_sweeps(&GridWorld::new("S.+")?.to_mdp(0.9)?, 2);
/// assert_eq!(sweeps, [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.9, 1.0, 0.0]]); // the end itself is worth nothing
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn value_sweeps(mdp: &Mdp, sweeps: usize) -> Vec<Vec<f64>> {
    let mut all = vec![vec![0.0; mdp.n_states()]];
    for k in 0..sweeps {
        all.push(optimality_sweep(mdp, &all[k]));
    }
    all
}

/// How many numbers a plan for every step may hold.
const BUDGET: f64 = 1e8;

/// How a planner values a later choice.
///
/// Its twin in active inference, [`crate::aif::plan::Backup`], has a precision γ = 1/τ in the place of τ; `.into()` turns
/// that one into this.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Backup {
    /// It will take the best action: V = maxₐ Q(a).
    Max,
    /// It will choose by softmax(Q/τ): V = Σₐ π(a) Q(a).
    Softmax {
        /// The temperature τ.
        tau: f64,
    },
}

/// What finite-horizon dynamic programming found. Index t counts the steps already taken.
#[derive(Debug, Clone, PartialEq)]
pub struct HorizonValues {
    /// Qₜ(s, a), one table (states, actions) for each step.
    pub q: Vec<Array2<f64>>,
    /// πₜ(a|s), for each step one distribution for each state.
    pub policy: Vec<Vec<Categorical>>,
    /// Vₜ(s), for each step.
    pub v: Vec<Vec<f64>>,
}

/// Dynamic programming with a fixed number of steps to go: from the last step back to the first.
///
/// ```text
/// Qₜ(s, a) = Σₛ′ T[s′, s, a] (R[s′, s, a] + γ Vₜ₊₁(s′)),    V_horizon = 0
/// Vₜ(s)    = maxₐ Qₜ(s, a)    or    Σₐ πₜ(a|s) Qₜ(s, a),  πₜ = softmax(Qₜ/τ)
/// ```
/// A discount of 1 is fine here: nothing is endless. Source: Bellman (1957).
///
/// # Errors
/// - [`Error::Empty`]: a horizon of 0 leaves nothing to decide.
/// - [`Error::Budget`]: the plan would hold more than a hundred million numbers.
/// - [`Error::Parameter`]: τ is not positive.
pub fn finite_horizon(mdp: &Mdp, horizon: usize, backup: Backup) -> Result<HorizonValues> {
    if horizon == 0 {
        return Err(Error::Empty { what: "a plan with horizon 0".into() });
    }
    let numbers = horizon as f64 * (mdp.n_states() * (2 * mdp.n_actions() + 1)) as f64;
    if numbers > BUDGET {
        return Err(Error::Budget {
            what: "a plan with a policy for every step",
            needed: format!("{numbers:.0} numbers"),
            budget: format!("{BUDGET:.0}"),
            cure: "shorten the horizon, or use value_iteration",
        });
    }
    let mut plan = HorizonValues { q: Vec::new(), policy: Vec::new(), v: Vec::new() };
    let mut later = vec![0.0; mdp.n_states()];
    for _ in 0..horizon {
        let q = action_values(mdp, &later);
        let choices = q.outer_iter().map(|row| choose(&row.to_vec(), backup));
        let (pi, v): (Vec<_>, Vec<_>) =
            choices.collect::<Result<Vec<_>>>()?.into_iter().unzip();
        later = v.clone();
        plan.q.push(q);
        plan.policy.push(pi);
        plan.v.push(v);
    }
    plan.q.reverse();
    plan.policy.reverse();
    plan.v.reverse();
    Ok(plan)
}

/// What a later self will do with these values, and what that is worth.
fn choose(q: &[f64], backup: Backup) -> Result<(Categorical, f64)> {
    Ok(match backup {
        Backup::Max => (greedy(q), q.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        Backup::Softmax { tau } => {
            let policy = boltzmann(q, tau)?;
            let value = policy.expect(q);
            (policy, value)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array3, array};

    /// Two actions from 0: 0 goes to 1 and pays 1; 1 goes to 2 and pays 0. From 1 nothing more comes; from 2
    /// both actions go to 3, the end, and pay 4.
    fn detour(gamma: f64) -> Mdp {
        let go = |s: usize, a: usize| [[1, 2], [1, 1], [3, 3], [3, 3]][s][a];
        let t = Array3::from_shape_fn((4, 4, 2), |(n, s, a)| f64::from(n == go(s, a)));
        let mut r = Array3::zeros((4, 4, 2));
        r[[1, 0, 0]] = 1.0;
        (r[[3, 2, 0]], r[[3, 2, 1]]) = (4.0, 4.0);
        Mdp::builder(t).reward(r).terminal(&[3]).discount(gamma).build().unwrap()
    }

    #[test]
    fn the_value_of_looking_ahead_by_hand() {
        let values = value_iteration(&detour(0.5), 1e-12).unwrap();
        assert_eq!(values.v, [2.0, 0.0, 4.0, 0.0]);
        assert_eq!(values.q, array![[1.0, 2.0], [0.0, 0.0], [4.0, 4.0], [0.0, 0.0]]);
        assert_eq!(values.residuals, [4.0, 1.0, 0.0]);
        let greedy = values.greedy();
        assert_eq!(
            (&greedy[0], &greedy[2]),
            (&Categorical::one_hot(2, 1), &Categorical::uniform(2))
        );
    }

    #[test]
    fn with_one_step_to_go_the_detour_is_worthless() {
        let plan = finite_horizon(&detour(1.0), 2, Backup::Max).unwrap();
        assert_eq!(plan.q[0].row(0).to_vec(), [1.0, 4.0]);
        assert_eq!(plan.q[1].row(0).to_vec(), [1.0, 0.0]);
        assert_eq!((plan.v[0][0], plan.v[1][0]), (4.0, 1.0));
        assert_eq!(plan.policy[1][0], Categorical::one_hot(2, 0));
    }

    #[test]
    fn a_softmax_backup_expects_later_mistakes() {
        // One step to go in 0: π = softmax(1, 0), V = e/(1 + e).
        let plan = finite_horizon(&detour(1.0), 1, Backup::Softmax { tau: 1.0 }).unwrap();
        let e = 1f64.exp();
        assert!((plan.v[0][0] - e / (1.0 + e)).abs() < 1e-15);
        assert!((plan.policy[0][0][1] - 1.0 / (1.0 + e)).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_planned_is_named() {
        let endless = finite_horizon(&detour(1.0), usize::MAX, Backup::Max).unwrap_err();
        assert!(endless.to_string().contains("shorten the horizon"), "{endless}");
        let text = finite_horizon(&detour(1.0), 0, Backup::Max).unwrap_err().to_string();
        assert!(text.contains("horizon 0"), "{text}");
        let bad = finite_horizon(&detour(1.0), 1, Backup::Softmax { tau: 0.0 });
        assert!(bad.unwrap_err().to_string().contains("tau = 0"));
        let text = value_iteration(&detour(1.0), 1e-9).unwrap_err().to_string();
        assert!(text.contains("from state 1 no policy ever reaches"), "{text}");
        // A state that pays 1 for waiting and could leave at any time: no limit at γ = 1.
        let t = array![[[1.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [1.0, 1.0]]];
        let rich =
            Mdp::builder(t).reward_on_arrival(&[1.0, 0.0]).terminal(&[1]).discount(1.0);
        let text = value_iteration(&rich.build().unwrap(), 1e-9).unwrap_err().to_string();
        assert!(text.contains("check for a loop that pays"), "{text}");
    }
}
