//! What now? From the values of the actions to a distribution over them. Dual: [`crate::aif::select`].
//!
//! Every rule returns probabilities; only the loop draws. Equal values share their probability, so that no
//! rule prefers an action for its number.

use crate::error::{Error, Result};
use crate::interaction::Action;
use crate::prob::beta::Beta;
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;
use crate::prob::ties::best_of;

/// The best action; several best ones share the probability: [`best_of`] Q.
///
/// `q`: the value of each action.
///
/// # Panics
/// When there is no action, a value is NaN or +∞, or all are −∞.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::rl::select::greedy;
/// assert_eq!(greedy(&[1.0, 3.0, 3.0]), cat(&[0.0, 0.5, 0.5]));
/// ```
#[track_caller]
pub fn greedy(q: &[f64]) -> Categorical {
    best_of(q)
}

/// Mostly the best action, with probability ε any action.
///
/// ```text
/// π(a) = (1 − ε) greedy(a) + ε / n
/// ```
///
/// # Errors
/// [`Error::Parameter`]: ε is not from 0 to 1.
///
/// # Panics
/// As [`greedy`].
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::rl::select::epsilon_greedy;
/// assert_eq!(epsilon_greedy(&[0.0, 1.0], 0.5)?, cat(&[0.25, 0.75]));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[track_caller]
pub fn epsilon_greedy(q: &[f64], epsilon: f64) -> Result<Categorical> {
    if !(0.0..=1.0).contains(&epsilon) {
        return Err(Error::Parameter {
            name: "epsilon",
            value: epsilon,
            expected: "the probability of a random action, from 0 to 1",
        });
    }
    let random = epsilon / q.len() as f64;
    let best = greedy(q);
    Ok(Categorical::new_unchecked(
        best.probs().iter().map(|p| (1.0 - epsilon) * p + random).collect(),
    ))
}

/// Better actions more often: the softmax of Q at temperature τ.
///
/// ```text
/// π(a) = exp(Q(a)/τ) / Σₐ′ exp(Q(a′)/τ)
/// ```
/// A small τ is nearly greedy, a large one nearly uniform. 1/τ is the precision γ of active inference.
///
/// # Errors
/// [`Error::Parameter`]: τ is not a positive finite number.
///
/// # Panics
/// When no value is finite.
///
/// ```
/// use aif_lib::rl::select::boltzmann;
/// let policy = boltzmann(&[0.0, 3f64.ln()], 1.0)?;
/// assert!((policy[1] - 0.75).abs() < 1e-15);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[track_caller]
pub fn boltzmann(q: &[f64], tau: f64) -> Result<Categorical> {
    if !(tau > 0.0 && tau.is_finite()) {
        return Err(Error::Parameter {
            name: "tau",
            value: tau,
            expected: "a temperature is a finite number above 0; for the limit 0 use greedy",
        });
    }
    // Subtracting the best value first keeps Q/τ from overflowing.
    let best = q.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let logits: Vec<f64> = q.iter().map(|x| (x - best) / tau).collect();
    Ok(Categorical::from_logits(&logits))
}

/// What UCB1 adds to the mean of an arm that was pulled n times in t.
///
/// ```text
/// bonus(t, n) = c √( ln t / n )
/// ```
/// It shrinks with the arm's own count and grows, slowly, with everyone's: an arm left alone becomes attractive
/// again. Infinite for n = 0. Auer's c is √2. Source: Auer, Cesa-Bianchi & Fischer (2002), figure 1.
pub fn ucb_bonus(t: f64, n: f64, c: f64) -> f64 {
    if n > 0.0 { c * (t.max(1.0).ln() / n).sqrt() } else { f64::INFINITY }
}

/// Optimism in the face of uncertainty: the best upper confidence bound. Arms never pulled come first.
///
/// ```text
/// π = greedy( Q(a) + c √( ln t / n(a) ) ),      t = Σₐ n(a)
/// ```
/// `q`: the mean of each arm; `n`: how often each was pulled. Source: Auer, Cesa-Bianchi & Fischer (2002).
///
/// # Errors
/// - [`Error::Parameter`]: c is not a finite number, 0 or more.
/// - [`Error::BadEntry`]: a count is negative, infinite or NaN.
/// - [`Error::Shape`]: not one count for each value.
///
/// # Panics
/// As [`greedy`].
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::rl::select::ucb1;
/// assert_eq!(ucb1(&[0.9, 0.0, 0.0], &[5.0, 0.0, 0.0], 1.0)?, cat(&[0.0, 0.5, 0.5]));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[track_caller]
pub fn ucb1(q: &[f64], n: &[f64], c: f64) -> Result<Categorical> {
    check_ucb(q, n, c)?;
    if n.contains(&0.0) {
        let untried: Vec<f64> = n.iter().map(|n| f64::from(*n == 0.0)).collect();
        return Ok(greedy(&untried));
    }
    let t: f64 = n.iter().sum();
    let bounds: Vec<f64> = q.iter().zip(n).map(|(q, n)| q + ucb_bonus(t, *n, c)).collect();
    Ok(greedy(&bounds))
}

fn check_ucb(q: &[f64], n: &[f64], c: f64) -> Result<()> {
    if !(c >= 0.0 && c.is_finite()) {
        let expected = "the width of the confidence bound is a finite number, 0 or more";
        return Err(Error::Parameter { name: "c", value: c, expected });
    }
    if q.len() != n.len() {
        return Err(Error::Shape {
            what: "the list of counts".into(),
            expected: q.len().to_string(),
            got: n.len().to_string(),
            cure: "give one count for each value",
        });
    }
    match n.iter().position(|n| !(n.is_finite() && *n >= 0.0)) {
        None => Ok(()),
        Some(index) => Err(Error::BadEntry {
            what: "the list of counts".into(),
            index,
            value: n[index],
            cure: "a count is a finite number, 0 or more",
        }),
    }
}

/// Thompson sampling: draw one world from the belief, and do what is best in it.
///
/// ```text
/// pₐ ~ Beta(aₐ, bₐ) for each arm,      action = argmaxₐ pₐ
/// ```
/// So each arm is chosen as often as it is believed to be the best one:
/// [`probability_best`](crate::prob::beta::probability_best) is the distribution of what is drawn here. Source: Thompson (1933).
///
/// # Panics
/// When there is no arm.
#[track_caller]
pub fn thompson(beliefs: &[Beta], rng: &mut dyn Rng) -> Action {
    assert!(!beliefs.is_empty(), "thompson: give one belief for each arm");
    let draws: Vec<f64> =
        beliefs.iter().map(|belief| belief.sample_log_odds(rng)).collect();
    (0..draws.len()).fold(0, |best, i| if draws[i] > draws[best] { i } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::categorical::cat;

    #[test]
    fn thompson_shares_between_equal_arms_however_little_is_known() {
        let mut rng = crate::prob::random::seeded(5);
        for count in [1e-3, 1.0, 1e3] {
            let arms = [Beta { a: count, b: count }; 2];
            let first = (0..10_000).filter(|_| thompson(&arms, &mut rng) == 0).count();
            assert!((4750..5250).contains(&first), "{count}: {first}"); // 5 standard errors
        }
    }

    #[test]
    fn upper_bounds_by_hand() {
        // t = 10, ln 10 = 2.3026: .5 + √(2.3026/8) = 1.0365 against .2 + √(2.3026/2) = 1.2730.
        assert!((ucb_bonus(10.0, 8.0, 1.0) - 0.5365).abs() < 5e-5);
        assert!((ucb_bonus(10.0, 2.0, 1.0) - 1.0730).abs() < 5e-5);
        assert_eq!(ucb1(&[0.5, 0.2], &[8.0, 2.0], 1.0).unwrap(), cat(&[0.0, 1.0]));
        assert_eq!(ucb1(&[0.5, 0.2], &[8.0, 2.0], 0.1).unwrap(), cat(&[1.0, 0.0]));
        assert_eq!(ucb1(&[0.5, 0.5], &[3.0, 3.0], 1.0).unwrap(), cat(&[0.5, 0.5]));
    }

    #[test]
    fn bad_bounds_are_named() {
        let message = |q: &[f64], n: &[f64], c| ucb1(q, n, c).unwrap_err().to_string();
        let text = message(&[0.0, 0.0], &[1.0, -2.0], 1.0);
        assert!(
            text.contains("counts: entry 1 is -2") && text.contains("0 or more"),
            "{text}"
        );
        assert!(message(&[0.0], &[1.0], -0.5).contains("c = -0.5"));
        assert!(message(&[0.0, 1.0], &[1.0], 1.0).contains("shape 1, expected 2"));
    }

    #[test]
    fn ties_are_shared_and_near_ties_are_ties() {
        assert_eq!(
            greedy(&[2.0, 2.0, 1.0, 2.0]).probs(),
            [1.0 / 3.0, 1.0 / 3.0, 0.0, 1.0 / 3.0]
        );
        assert_eq!(greedy(&[0.1 + 0.2, 0.3]), cat(&[0.5, 0.5]));
        assert_eq!(greedy(&[-1e6, -1e6 - 1.0]), cat(&[1.0, 0.0]));
        assert_eq!(greedy(&[f64::NEG_INFINITY, -5.0]), cat(&[0.0, 1.0]));
    }

    #[test]
    fn epsilon_mixes_greedy_with_uniform() {
        // Two of four tie: .8/2 + .2/4 each, the others .2/4.
        let policy = epsilon_greedy(&[1.0, 0.0, 1.0, 0.0], 0.2).unwrap();
        for (p, expected) in policy.probs().iter().zip([0.45, 0.05, 0.45, 0.05]) {
            assert!((p - expected).abs() < 1e-15);
        }
        assert_eq!(epsilon_greedy(&[1.0, 0.0], 1.0).unwrap(), Categorical::uniform(2));
        assert_eq!(epsilon_greedy(&[1.0, 0.0], 0.0).unwrap(), greedy(&[1.0, 0.0]));
    }

    #[test]
    fn the_temperature_goes_from_greedy_to_uniform_without_overflow() {
        let q = [1.0, 2.0, 3.0];
        assert!(boltzmann(&q, 1e-300).unwrap()[2] == 1.0);
        assert!((boltzmann(&q, 1e9).unwrap()[0] - 1.0 / 3.0).abs() < 1e-9);
        // exp(−2), exp(−1), 1 over their sum 1.5032.
        let p = boltzmann(&q, 1.0).unwrap();
        assert!((p[0] - 0.0900).abs() < 5e-5 && (p[2] - 0.6652).abs() < 5e-5, "{p:?}");
    }

    #[test]
    fn bad_parameters_are_named_with_their_range() {
        for epsilon in [-0.1, 1.1, f64::NAN] {
            let message = epsilon_greedy(&[0.0], epsilon).unwrap_err().to_string();
            assert!(message.starts_with(&format!("epsilon = {epsilon}")), "{message}");
            assert!(message.contains("from 0 to 1"), "{message}");
        }
        for tau in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let message = boltzmann(&[0.0], tau).unwrap_err().to_string();
            assert!(message.starts_with(&format!("tau = {tau}")), "{message}");
        }
    }

    #[test]
    #[should_panic(expected = "one finite value at least")]
    fn greedy_refuses_nan() {
        greedy(&[f64::NAN, 1.0]);
    }
}
