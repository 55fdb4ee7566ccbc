//! What now? From expected free energies to a distribution over actions.
//!
//! Dual: [`crate::rl::select`].

use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;
use crate::prob::ties::best_of;

/// The posterior over policies.
///
/// ```text
/// Q(π) = softmax(−γ G(π) + ln E(π))
/// ```
/// `g`: G of each policy, in nats, lower is better. `habits`: E, a probability for each policy; a habit of 0 rules a policy out.
/// `gamma`: the precision γ, how much a difference in G counts against habit (1/τ of a softmax over values).
/// Source: Smith, Friston & Whyte (2022), A step-by-step tutorial on active inference, Journal of Mathematical Psychology 107:102632.
///
/// # Errors
/// - [`Error::Empty`]: no policy.
/// - [`Error::Shape`]: another number of habits than policies.
/// - [`Error::Parameter`]: γ is negative, infinite or NaN.
/// - [`Error::NotNormalised`]: every policy is ruled out, by its habit or an infinite G.
///
/// ```
/// # use aif_lib::prelude::*;
/// let even = policy_posterior(&[1.0, 2.0], &[0.5, 0.5], 0.0)?;
/// assert_eq!(even, cat(&[0.5, 0.5])); // no precision: G does not count
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn policy_posterior(g: &[f64], habits: &[f64], gamma: f64) -> Result<Categorical> {
    if g.is_empty() {
        return Err(Error::Empty { what: "the list of policies".into() });
    }
    if g.len() != habits.len() {
        return Err(Error::Shape {
            what: "E".into(),
            expected: g.len().to_string(),
            got: habits.len().to_string(),
            cure: "one habit for each policy",
        });
    }
    if !(gamma >= 0.0 && gamma.is_finite()) {
        let expected = "the precision is a finite number, 0 or more; for the best policy alone use `best`";
        return Err(Error::Parameter { name: "gamma", value: gamma, expected });
    }
    // At γ = 0 an infinite G must not count either, and 0 · ∞ is not a number.
    let score =
        |(g, e): (&f64, &f64)| if gamma == 0.0 { e.ln() } else { -gamma * g + e.ln() };
    let scores: Vec<f64> = g.iter().zip(habits).map(score).collect();
    if !scores.iter().any(|score| score.is_finite()) {
        return Err(Error::NotNormalised {
            what: "the posterior over policies".into(),
            sum: 0.0,
        });
    }
    Ok(Categorical::from_logits(&scores))
}

/// All probability on the smallest G, shared equally among ties: [`best_of`] −G.
///
/// # Panics
/// When there is no G, one is NaN or −∞, or all are +∞.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(best(&[1.0, 0.5, 0.5]), cat(&[0.0, 0.5, 0.5]));
/// ```
#[track_caller]
pub fn best(g: &[f64]) -> Categorical {
    best_of(&g.iter().map(|g| -g).collect::<Vec<_>>())
}

/// The probability of each first action: the sum over the policies that begin with it.
///
/// The policies are in the order of [`policies`](crate::aif::plan::policies), so those of one first action stand together.
///
/// # Panics
/// When the number of policies is not a multiple of the number of actions.
#[track_caller]
pub fn first_action(policies: &Categorical, n_actions: usize) -> Categorical {
    assert_eq!(
        policies.len() % n_actions,
        0,
        "first_action: every action begins equally many policies"
    );
    let blocks = policies.probs().chunks(policies.len() / n_actions);
    Categorical::new_unchecked(blocks.map(|block| block.iter().sum()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::categorical::cat;

    #[test]
    fn habit_and_precision_by_hand() {
        // −γG + ln E = (−2 + ln .2, −0 + ln .8): odds .2 e⁻² : .8.
        let posterior = policy_posterior(&[1.0, 0.0], &[0.2, 0.8], 2.0).unwrap();
        let odds = 0.2 * (-2f64).exp() / 0.8;
        assert!((posterior[0] - odds / (1.0 + odds)).abs() < 1e-15);
        assert_eq!(first_action(&cat(&[0.1, 0.2, 0.3, 0.4]), 2).mode(), 1);
    }

    #[test]
    fn bad_input_is_named() {
        let message = |g: &[f64], e: &[f64], gamma| {
            policy_posterior(g, e, gamma).unwrap_err().to_string()
        };
        assert!(message(&[], &[], 1.0).contains("empty"));
        assert!(message(&[1.0], &[0.5, 0.5], 1.0).contains("one habit for each policy"));
        assert!(message(&[1.0], &[1.0], -1.0).contains("gamma = -1"));
        assert!(message(&[1.0], &[1.0], f64::NAN).contains("gamma = NaN"));
        assert!(message(&[f64::INFINITY], &[1.0], 1.0).contains("sums to 0"));
    }

    #[test]
    fn an_infinitely_bad_policy_has_probability_zero() {
        assert_eq!(
            policy_posterior(&[f64::INFINITY, 3.0], &[0.5, 0.5], 1.0).unwrap(),
            cat(&[0.0, 1.0])
        );
    }
}
