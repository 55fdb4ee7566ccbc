//! Policy iteration: work out what a policy is worth, act greedily on that, and again until nothing changes.
//!
//! Where value iteration takes many cheap sweeps, this takes a few dear rounds: each solves a linear system.

use crate::error::Result;
use crate::prob::categorical::Categorical;
use crate::rl::evaluate::{action_values, policy_values_exact, random_policy};
use crate::rl::model::Mdp;
use crate::rl::select::greedy;

/// A policy that is at least as good as the one whose values are `v`: greedy in each state, ties shared.
///
/// ```text
/// π′(s) = argmaxₐ Σₛ′ T[s′, s, a] (R[s′, s, a] + γ V(s′))
/// ```
/// That it is nowhere worse is the policy improvement theorem. Source: Howard (1960), Dynamic Programming and
/// Markov Processes.
///
/// # Panics
/// When the length of `v` does not fit the MDP.
#[track_caller]
pub fn improve(mdp: &Mdp, v: &[f64]) -> Vec<Categorical> {
    action_values(mdp, v).outer_iter().map(|q| greedy(&q.to_vec())).collect()
}

/// One round: a policy and what it is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// The policy, one distribution for each state.
    pub policy: Vec<Categorical>,
    /// Its value in each state, exactly.
    pub v: Vec<f64>,
    /// In how many states the next policy differs; 0 in the last round.
    pub changed: usize,
}

/// Policy iteration from the uniform random policy; the trace ends with the best policy.
///
/// # Errors
/// [`Error::Endless`](crate::Error::Endless): γ = 1, and from some state a policy on the way never ends.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mdp = GridWorld::four_rooms().to_mdp(0.99)?;
/// let rounds = policy_iteration(&mdp)?;
/// let best = &rounds[rounds.len() - 1];
/// assert!((best.v[67] - 0.99f64.powi(15)).abs() < 1e-12); // 16 steps from the goal, as value iteration says
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn policy_iteration(mdp: &Mdp) -> Result<Vec<Round>> {
    policy_iteration_from(mdp, random_policy(mdp))
}

/// Policy iteration from a policy of your choice.
///
/// # Errors
/// - [`Error::Shape`](crate::Error::Shape): the policy does not fit the MDP.
/// - [`Error::Endless`](crate::Error::Endless): γ = 1, and from some state a policy on the way never ends.
pub fn policy_iteration_from(mdp: &Mdp, first: Vec<Categorical>) -> Result<Vec<Round>> {
    let (mut rounds, mut policy) = (Vec::<Round>::new(), first);
    loop {
        let v = policy_values_exact(mdp, &policy)?;
        let next = improve(mdp, &v);
        let changed = next.iter().zip(&policy).filter(|(a, b)| a != b).count();
        rounds.push(Round { policy, v, changed });
        if changed == 0 {
            return Ok(rounds);
        }
        policy = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rl::plan::value_iteration;
    use crate::world::graph::GraphWorld;
    use crate::world::grid::{GridWorld, LAYOUTS};

    #[test]
    fn it_agrees_with_value_iteration_on_every_layout() {
        for (name, _) in LAYOUTS {
            for slip in [0.0, 0.25] {
                let world = GridWorld::layout(name).unwrap().with_slip(slip).unwrap();
                let mdp = world.to_mdp(0.97).unwrap();
                let values = value_iteration(&mdp, 1e-13).unwrap();
                let rounds = policy_iteration(&mdp).unwrap();
                let best = &rounds[rounds.len() - 1];
                let gap = best.v.iter().zip(&values.v).map(|(a, b)| (a - b).abs());
                assert!(gap.fold(0.0, f64::max) < 1e-10, "{name}, slip {slip}");
                assert_eq!(
                    (best.changed, &best.policy),
                    (0, &values.greedy()),
                    "{name}, slip {slip}"
                );
            }
        }
    }

    #[test]
    fn no_round_is_worse_in_any_state_and_each_before_the_last_is_better_in_some() {
        let mdp = GridWorld::four_rooms().with_slip(0.2).unwrap().to_mdp(0.95).unwrap();
        // From the worst manners: always east.
        let east = vec![Categorical::one_hot(4, 1); mdp.n_states()];
        let rounds = policy_iteration_from(&mdp, east).unwrap();
        assert!(rounds.len() > 3, "{}", rounds.len());
        for pair in rounds.windows(2) {
            assert!(
                pair[0].v.iter().zip(&pair[1].v).all(|(old, new)| new > &(old - 1e-12))
            );
            assert!(pair[0].changed > 0);
        }
    }

    #[test]
    fn two_rounds_by_hand() {
        // Two choices, then four ends: 1, −1 | ½, ½. A random walker values node 1 at 0 and node 2 at ½, so the
        // first improvement goes to 2; the second has seen what node 1 is really worth.
        let mdp = GraphWorld::layout("two_step").unwrap().to_mdp(0.9).unwrap();
        let rounds = policy_iteration(&mdp).unwrap();
        let first: Vec<&[f64]> =
            rounds.iter().map(|round| round.policy[0].probs()).collect();
        assert_eq!(first, [[0.5, 0.5], [0.0, 1.0], [1.0, 0.0]]);
        let start: Vec<f64> = rounds.iter().map(|round| round.v[0]).collect();
        for (v, by_hand) in start.iter().zip([0.9 * 0.25, 0.9 * 0.5, 0.9]) {
            assert!((v - by_hand).abs() < 1e-15, "{start:?}");
        }
    }

    #[test]
    fn a_policy_that_never_ends_is_named_at_discount_one() {
        let mdp = GridWorld::new("S.+").unwrap().to_mdp(1.0).unwrap();
        let west = vec![Categorical::one_hot(4, 3); 3];
        let text = policy_iteration_from(&mdp, west).unwrap_err().to_string();
        assert!(text.contains("from state 0 this policy never reaches"), "{text}");
        assert!(policy_iteration(&mdp).is_ok());
    }
}
