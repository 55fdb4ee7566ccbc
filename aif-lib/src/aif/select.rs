//! What now? From expected free energies to a distribution over actions.
//!
//! Policies are weighed by their G, by habit, and by how well they explain what was seen; the probability of an action is the
//! sum over the policies that begin with it.
//!
//! Dual: [`crate::rl::select`].

use crate::error::{Error, Result};
use crate::interaction::Action;
use crate::prob::categorical::Categorical;
use crate::prob::ties::best_of;

/// The posterior over policies.
///
/// ```text
/// Q(π) = softmax(−γ G(π) + ln E(π))
/// ```
/// `g`: G of each policy, in nats, lower is better. `habits`: E, a weight for each policy; a habit of 0 rules a policy out.
/// `gamma`: the precision γ, how much a difference in G counts against habit (1/τ of a softmax over values).
/// Source: Smith, Friston & Whyte (2022), A step-by-step tutorial on active inference, Journal of Mathematical Psychology 107:102632.
///
/// # Errors
/// - [`Error::Empty`]: no policy.
/// - [`Error::Shape`]: another number of habits than policies.
/// - [`Error::BadEntry`]: a G is NaN or −∞, or a habit is not a finite number, 0 or more.
/// - [`Error::Parameter`]: γ is negative, infinite or NaN.
/// - [`Error::NotNormalised`]: every policy is ruled out, by its habit or an infinite G.
///
/// ```
/// # use aif_lib::prelude::*;
/// let even = policy_posterior(&[1.0, 2.0], &[0.5, 0.5], 0.0)?;
/// assert_eq!(even, cat(&[0.5, 0.5])); // no precision: G does not count
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[doc(alias = "infer_policies")]
pub fn policy_posterior(g: &[f64], habits: &[f64], gamma: f64) -> Result<Categorical> {
    posterior_after(&vec![0.0; g.len()], g, habits, gamma)
}

/// The posterior over policies that are already under way: what was seen speaks for some of them and against others.
///
/// ```text
/// Q(π) = softmax(−F(π) − γ G(π) + ln E(π))
/// ```
/// `f`: F of each policy, its surprise at what was seen so far, in nats: see
/// [`policy_surprise`](crate::aif::perceive::evidence::policy_surprise). The rest as in [`policy_posterior`].
///
/// # Errors
/// As [`policy_posterior`]; an infinite F rules a policy out too.
pub fn posterior_after(
    f: &[f64],
    g: &[f64],
    habits: &[f64],
    gamma: f64,
) -> Result<Categorical> {
    check_policies(g, habits)?;
    check_costs("F", f, g.len())?;
    if !(gamma >= 0.0 && gamma.is_finite()) {
        let expected = "the precision is a finite number, 0 or more; for the best policy alone use `best`";
        return Err(Error::Parameter { name: "gamma", value: gamma, expected });
    }
    // At γ = 0 an infinite G must not count either, and 0 · ∞ is not a number.
    let score = |((f, g), e): ((&f64, &f64), &f64)| {
        e.ln() - f - if gamma == 0.0 { 0.0 } else { gamma * g }
    };
    let scores: Vec<f64> = f.iter().zip(g).zip(habits).map(score).collect();
    one_is_left(&scores)?;
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

/// The best of the policies that habit leaves open.
///
/// ```text
/// Q(π) = lim softmax(−γ G(π) + ln E(π)) as γ → ∞, with ties shared equally
/// ```
/// In this limit a weak habit counts as much as a strong one; only a habit of 0 still counts: it rules a policy out.
///
/// # Errors
/// As [`policy_posterior`].
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::aif::select::best_habitual;
/// let g = [1.0, 2.0, 2.0];
/// assert_eq!(best_habitual(&g, &[0.01, 0.98, 0.01])?, cat(&[1.0, 0.0, 0.0]));
/// assert_eq!(best_habitual(&g, &[0.0, 0.99, 0.01])?, cat(&[0.0, 0.5, 0.5]));
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn best_habitual(g: &[f64], habits: &[f64]) -> Result<Categorical> {
    check_policies(g, habits)?;
    let score = |(g, e): (&f64, &f64)| if *e > 0.0 { -g } else { f64::NEG_INFINITY };
    let scores: Vec<f64> = g.iter().zip(habits).map(score).collect();
    one_is_left(&scores)?;
    Ok(best_of(&scores))
}

fn check_policies(g: &[f64], habits: &[f64]) -> Result<()> {
    if g.is_empty() {
        return Err(Error::Empty { what: "the list of policies".into() });
    }
    check_costs("G", g, g.len())?;
    if g.len() != habits.len() {
        return Err(Error::Shape {
            what: "E".into(),
            expected: g.len().to_string(),
            got: habits.len().to_string(),
            cure: "one habit for each policy",
        });
    }
    if let Some(index) = habits.iter().position(|e| !(e.is_finite() && *e >= 0.0)) {
        let (what, value) = ("E".into(), habits[index]);
        let cure = "a habit is a finite number, 0 or more";
        return Err(Error::BadEntry { what, index, value, cure });
    }
    Ok(())
}

fn check_costs(what: &str, costs: &[f64], policies: usize) -> Result<()> {
    if costs.len() != policies {
        return Err(Error::Shape {
            what: what.into(),
            expected: policies.to_string(),
            got: costs.len().to_string(),
            cure: "one number for each policy",
        });
    }
    let bad = |x: &f64| x.is_nan() || *x == f64::NEG_INFINITY;
    if let Some(index) = costs.iter().position(bad) {
        let cure = "a free energy is a number, or +∞ for what must never be";
        return Err(Error::BadEntry {
            what: what.into(),
            index,
            value: costs[index],
            cure,
        });
    }
    Ok(())
}

fn one_is_left(scores: &[f64]) -> Result<()> {
    if scores.iter().any(|score| score.is_finite()) {
        return Ok(());
    }
    let what = "the posterior over policies, each ruled out by a habit of 0 or an infinite free energy,";
    Err(Error::NotNormalised { what: what.into(), sum: 0.0 })
}

/// The probability of each first action: the sum over the policies that begin with it.
///
/// The policies are in the order of [`policies`](crate::aif::plan::policies), so those of one first action stand together.
/// For any other list see [`action_marginal`].
///
/// # Panics
/// When there is no action, or the number of policies is not a multiple of the number of actions.
#[track_caller]
pub fn first_action(policies: &Categorical, n_actions: usize) -> Categorical {
    let n = policies.len();
    assert!(
        n_actions > 0 && n.is_multiple_of(n_actions),
        "first_action: {n} policies and {n_actions} actions: every action begins equally many policies"
    );
    let blocks = policies.probs().chunks(n / n_actions);
    Categorical::new_unchecked(blocks.map(|block| block.iter().sum()).collect())
}

/// The probability of each first action, for any list of policies.
///
/// ```text
/// Q(u) = Σ over π that begin with u of Q(π)
/// ```
///
/// # Errors
/// - [`Error::Shape`]: not one probability for each policy.
/// - [`Error::Empty`]: a policy without a step.
/// - [`Error::OutOfRange`]: a policy begins with an action that does not exist.
#[doc(alias = "multiaction_probabilities")]
#[doc(alias = "get_marginals")]
pub fn action_marginal(
    posterior: &Categorical,
    policies: &[Vec<Action>],
    n_actions: usize,
) -> Result<Categorical> {
    if posterior.len() != policies.len() {
        return Err(Error::Shape {
            what: "the posterior over policies".into(),
            expected: policies.len().to_string(),
            got: posterior.len().to_string(),
            cure: "one probability for each policy",
        });
    }
    let mut marginal = vec![0.0; n_actions];
    for (i, (policy, p)) in policies.iter().zip(posterior.probs()).enumerate() {
        let Some(&first) = policy.first() else {
            return Err(Error::Empty { what: format!("policy {i}") });
        };
        let what = || format!("the first action of policy {i}");
        *marginal.get_mut(first).ok_or_else(|| Error::OutOfRange {
            what: what(),
            index: first,
            len: n_actions,
        })? += p;
    }
    Ok(Categorical::new_unchecked(marginal))
}

/// Action precision: how strictly the more probable action is taken.
///
/// ```text
/// P(u) = softmax(α ln Q(u)) ∝ Q(u)^α      α = 1: as believed;  α → ∞: the most probable, ties shared
/// ```
/// `alpha`: from 0, where every action that is possible at all is equally likely, to [`f64::INFINITY`].
///
/// # Errors
/// [`Error::Parameter`]: α is negative or NaN.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::aif::select::sharpen;
/// let sharp = sharpen(&cat(&[0.6, 0.4]), 2.0)?;
/// assert!((sharp[0] - 0.36 / 0.52).abs() < 1e-12);
/// assert_eq!(sharpen(&cat(&[0.5, 0.5, 0.0]), 0.0)?, cat(&[0.5, 0.5, 0.0]));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[doc(alias = "sample_action")]
pub fn sharpen(q: &Categorical, alpha: f64) -> Result<Categorical> {
    if alpha.is_nan() || alpha < 0.0 {
        let expected =
            "the action precision is 0 or more; infinity takes the most probable";
        return Err(Error::Parameter { name: "alpha", value: alpha, expected });
    }
    if alpha == 1.0 {
        return Ok(q.clone());
    }
    let logs: Vec<f64> = q.probs().iter().map(|q| q.ln()).collect();
    if alpha.is_infinite() {
        return Ok(best_of(q.probs()));
    }
    // An impossible action stays impossible, also at α = 0.
    let score = |x: &f64| if x.is_finite() { alpha * x } else { *x };
    Ok(Categorical::from_logits(&logs.iter().map(score).collect::<Vec<_>>()))
}

/// Leaves out what is improbable beside the most probable, and shares its probability out.
///
/// ```text
/// Q(π) ← 0 where Q(π) < below · max Q,    then divided by the sum
/// ```
/// Also called Occam's window.
///
/// # Errors
/// [`Error::Parameter`]: `below` is not from 0 to 1.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::aif::select::occam_window;
/// assert_eq!(occam_window(&cat(&[0.5, 0.25, 0.25, 0.0]), 0.6)?, cat(&[1.0, 0.0, 0.0, 0.0]));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[doc(alias = "policy_pruning")]
pub fn occam_window(q: &Categorical, below: f64) -> Result<Categorical> {
    if !(0.0..=1.0).contains(&below) {
        let expected = "the share of the largest probability below which a policy is left out, from 0 to 1";
        return Err(Error::Parameter { name: "below", value: below, expected });
    }
    if below == 0.0 {
        return Ok(q.clone());
    }
    let least = below * q.probs().iter().copied().fold(0.0, f64::max);
    let kept: Vec<f64> =
        q.probs().iter().map(|&p| if p >= least { p } else { 0.0 }).collect();
    Categorical::from_weights(&kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caught::caught;
    use crate::prob::categorical::cat;

    const INF: f64 = f64::INFINITY;

    #[test]
    fn habit_and_precision_by_hand() {
        // −γG + ln E = (−2 + ln .2, −0 + ln .8): odds .2 e⁻² : .8.
        let posterior = policy_posterior(&[1.0, 0.0], &[0.2, 0.8], 2.0).unwrap();
        let odds = 0.2 * (-2f64).exp() / 0.8;
        assert!((posterior[0] - odds / (1.0 + odds)).abs() < 1e-15);
        assert_eq!(first_action(&cat(&[0.1, 0.2, 0.3, 0.4]), 2).mode(), 1);
    }

    #[test]
    fn what_was_seen_speaks_for_a_policy_whatever_its_precision() {
        // F = ln 3 against ln 1: a third of the odds, at any γ, on top of G and E.
        for gamma in [0.0, 0.5, 4.0] {
            let q = posterior_after(&[3f64.ln(), 0.0], &[1.0, 2.0], &[0.6, 0.4], gamma);
            let (q, odds) = (q.unwrap(), 0.6 / 0.4 / 3.0 * gamma.exp());
            assert!((q[0] / q[1] - odds).abs() < 1e-12 * odds, "{gamma}");
        }
        let q = posterior_after(&[INF, 0.0], &[0.0, 9.0], &[0.5, 0.5], 1.0).unwrap();
        assert_eq!(q, cat(&[0.0, 1.0]));
    }

    #[test]
    fn the_best_habitual_is_the_limit_of_the_posterior() {
        let (g, e) = ([1.0, 2.0, 1.5, 0.5], [0.3, 0.6, 0.1, 0.0]);
        let limit = policy_posterior(&g, &e, 500.0).unwrap();
        let best = best_habitual(&g, &e).unwrap();
        assert_eq!(best, cat(&[1.0, 0.0, 0.0, 0.0]));
        assert!(best.probs().iter().zip(limit.probs()).all(|(b, l)| (b - l).abs() < 1e-12));
    }

    #[test]
    fn any_list_of_policies_has_its_first_actions() {
        let q = cat(&[0.1, 0.2, 0.3, 0.4]);
        let all: Vec<Vec<Action>> = crate::aif::plan::policies(2, 2).collect();
        assert_eq!(action_marginal(&q, &all, 2).unwrap(), first_action(&q, 2));
        let mine = [vec![2], vec![0, 1], vec![2, 2], vec![0]];
        let expected = [0.2 + 0.4, 0.0, 0.1 + 0.3];
        let found = action_marginal(&q, &mine, 3).unwrap();
        assert!(found.probs().iter().zip(expected).all(|(p, e)| (p - e).abs() < 1e-15));
        let text =
            |list: &[Vec<Action>]| action_marginal(&q, list, 2).unwrap_err().to_string();
        assert!(
            text(&mine).contains("first action of policy 0 is 2, but there are only 2")
        );
        assert!(text(&mine[..3]).contains("shape 4, expected 3"));
        assert!(text(&[vec![], vec![], vec![], vec![]]).contains("policy 0 is empty"));
    }

    #[test]
    fn bad_input_is_named() {
        let message = |g: &[f64], e: &[f64], gamma| {
            let text = policy_posterior(g, e, gamma).unwrap_err().to_string();
            if gamma == 1.0 {
                assert_eq!(best_habitual(g, e).unwrap_err().to_string(), text);
            }
            text
        };
        assert!(message(&[], &[], 1.0).contains("empty"));
        assert!(message(&[1.0], &[0.5, 0.5], 1.0).contains("one habit for each policy"));
        assert!(message(&[1.0], &[1.0], -1.0).contains("gamma = -1"));
        assert!(message(&[1.0], &[1.0], f64::NAN).contains("gamma = NaN"));
        assert!(message(&[INF], &[1.0], 1.0).contains("sums to 0"));
        assert!(message(&[1.0, 2.0], &[0.0, 0.0], 1.0).contains("sums to 0"));
        assert!(message(&[INF, 2.0], &[1.0, 0.0], 1.0).contains("sums to 0"));
        assert!(message(&[1.0, f64::NAN], &[0.5, 0.5], 1.0).contains("G: entry 1 is NaN"));
        assert!(message(&[-INF, 1.0], &[0.5, 0.5], 1.0).contains("G: entry 0 is -inf"));
        assert!(message(&[1.0, 1.0], &[0.5, -0.5], 1.0).contains("E: entry 1 is -0.5"));
        assert!(message(&[1.0, 1.0], &[f64::NAN, 1.0], 1.0).contains("E: entry 0 is NaN"));
        let f = posterior_after(&[f64::NAN], &[1.0], &[1.0], 1.0).unwrap_err().to_string();
        assert!(f.contains("F: entry 0 is NaN"), "{f}");
        let f = posterior_after(&[], &[1.0], &[1.0], 1.0).unwrap_err().to_string();
        assert!(f.contains("F has shape 0, expected 1"), "{f}");
        let q = cat(&[0.5, 0.5]);
        assert!(sharpen(&q, -1.0).unwrap_err().to_string().contains("alpha = -1"));
        assert!(sharpen(&q, f64::NAN).unwrap_err().to_string().contains("alpha = NaN"));
        assert!(occam_window(&q, 1.5).unwrap_err().to_string().contains("below = 1.5"));
        for n in [0, 3] {
            let text = caught(|| first_action(&q, n)).unwrap_err();
            assert!(text.contains(&format!("2 policies and {n} actions")), "{text}");
        }
    }

    #[test]
    fn an_infinitely_bad_policy_has_probability_zero() {
        assert_eq!(
            policy_posterior(&[INF, 3.0], &[0.5, 0.5], 1.0).unwrap(),
            cat(&[0.0, 1.0])
        );
        // Also without precision it is no NaN.
        assert_eq!(
            policy_posterior(&[INF, 3.0], &[0.5, 0.5], 0.0).unwrap(),
            cat(&[0.5, 0.5])
        );
    }

    #[test]
    fn an_infinite_action_precision_takes_the_most_probable() {
        assert_eq!(sharpen(&cat(&[0.4, 0.4, 0.2]), INF).unwrap(), cat(&[0.5, 0.5, 0.0]));
        let sharp = sharpen(&cat(&[0.5, 0.3, 0.2]), 200.0).unwrap();
        assert!((sharp[0] - 1.0).abs() < 1e-12);
    }
}
