//! [`outlook`]: the model of an option, exactly.

use ndarray::Array2;

use super::course::{Choices, Course};
use crate::error::{Error, Result};
use crate::interaction::State;
use crate::prob::linalg::Lu;
use crate::rl::model::Mdp;

/// What an option leads to, from each state: its model on the slow clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// How many steps it takes on average, E\[τ\]; 0 where it cannot be.
    pub duration: Vec<f64>,
    /// What it earns on average, E[r₁ + γ r₂ + … + γ^{τ−1} r_τ].
    pub reward: Vec<f64>,
    /// Where it stops, weighed by what is left of a reward there: Σ_τ γ^τ P(s′, τ | s). (s′, s).
    pub arrival: Array2<f64>,
}

/// The outlook of an option in a task; an end of the task stops every option.
///
/// ```text
/// duration(s) = 1 + Σ_{s′ goes on} T[s′, s, o(s)] duration(s′)
/// reward(s)   = E[r] + γ Σ_{s′ goes on} T[s′, s, o(s)] reward(s′)
/// arrival(x, s) = γ T[x, s, o(s)] [x stops] + γ Σ_{s′ goes on} T[s′, s, o(s)] arrival(x, s′)
/// ```
/// Source: Sutton, Precup & Singh (1999), section 3.
///
/// # Errors
/// - [`Error::Singular`]: the option may never stop.
/// - [`Error::BadEntry`]: it can come into a state in which it neither stops nor does anything.
///
/// # Panics
/// When the option speaks of another number of states.
pub fn outlook(mdp: &Mdp, course: &Course) -> Result<Outlook> {
    let (n, gamma) = (mdp.n_states(), mdp.discount());
    assert_eq!(course.does.len(), n, "option {:?}: one action for each state", course.name);
    let stops = |s: State| course.stops[s] || mdp.is_terminal(s);
    let (mut on, mut halt) = (Array2::<f64>::zeros((n, n)), Array2::<f64>::zeros((n, n)));
    let mut now = vec![0.0; n];
    for s in (0..n).filter(|&s| !mdp.is_terminal(s)) {
        let Some(action) = course.does[s] else { continue };
        for (next, p, r) in mdp.outcomes(s, action) {
            now[s] += p * r;
            if stops(next) {
                halt[[s, next]] += p;
            } else if course.does[next].is_some() {
                on[[s, next]] += p;
            } else {
                let what = format!("the option {:?} comes into a state", course.name);
                let cure = "give it an action there, or let it stop";
                return Err(Error::BadEntry {
                    what,
                    index: next,
                    value: next as f64,
                    cure,
                });
            }
        }
    }
    let eye = Array2::<f64>::eye(n);
    let plain = Lu::new("the course of an option", &eye - &on)?;
    let begun = |s: State| f64::from(course.does[s].is_some() && !mdp.is_terminal(s));
    let duration = plain.solve(&(0..n).map(begun).collect::<Vec<f64>>());
    let discounted = Lu::new("the course of an option", &eye - &(gamma * &on))?;
    let reward = discounted.solve(&now);
    let mut arrival = Array2::zeros((n, n));
    for next in (0..n).filter(|&next| halt.column(next).iter().any(|p| *p > 0.0)) {
        let there: Vec<f64> = halt.column(next).iter().map(|p| gamma * p).collect();
        let from = discounted.solve(&there);
        from.into_iter().enumerate().for_each(|(s, p)| arrival[[next, s]] = p);
    }
    Ok(Outlook { duration, reward, arrival })
}

/// The expected length in steps of an episode in which options are chosen with fixed probabilities, from each state: what a
/// learner meets in its first episode, when it knows nothing.
///
/// ```text
/// N(s) = Σₒ π(o|s) ( E[τ | s, o] + Σₛ′ P(s′ | s, o) N(s′) ),    N = 0 where the task ends
/// ```
/// `mdp`: with discount 1. `policy`: a probability for each option, in each state: `policy(state, option)`.
///
/// # Errors
/// - [`Error::Parameter`]: the discount is not 1.
/// - As [`outlook`]; [`Error::Singular`] if the episode may never end.
pub fn first_episode(
    mdp: &Mdp,
    choices: &Choices,
    policy: &dyn Fn(State, usize) -> f64,
) -> Result<Vec<f64>> {
    if mdp.discount() != 1.0 {
        let expected = "steps are counted and not discounted: use a task with discount 1";
        return Err(Error::Parameter { name: "discount", value: mdp.discount(), expected });
    }
    let n = mdp.n_states();
    let (mut system, mut steps) = (Array2::<f64>::eye(n), vec![0.0; n]);
    for (o, course) in choices.courses().iter().enumerate() {
        let outlook = outlook(mdp, course)?;
        for s in (0..n).filter(|&s| !mdp.is_terminal(s) && course.begins[s]) {
            let p = policy(s, o);
            steps[s] += p * outlook.duration[s];
            for next in (0..n).filter(|&next| !mdp.is_terminal(next)) {
                system[[s, next]] -= p * outlook.arrival[[next, s]];
            }
        }
    }
    Ok(Lu::new("the first episode", system)?.solve(&steps))
}
