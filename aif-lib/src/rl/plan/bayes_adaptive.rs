//! Two arms of unknown worth: what a rule wins in a number of pulls, exactly, and what the best rule wins.
//!
//! Each arm wins with a probability of its own, of which nothing is known at first. The counts are a belief, and the belief
//! is a state: a rule that chooses by the counts can be valued by going through all that can come up, without sampling. So
//! can the best rule there is. Source: Duff (2002), Optimal learning: computational procedures for Bayes-adaptive Markov
//! decision processes, PhD thesis, University of Massachusetts Amherst. Dual: [`crate::aif::learn::beta_bernoulli`], whose
//! information gain is a bonus for one step.

use std::collections::HashMap;

use special::Gamma;

use crate::error::{Error, Result};
use crate::prob::beta::Beta;
use crate::prob::categorical::Categorical;

/// The largest number of pulls; it has 135 751 different counts.
const MAX_PULLS: usize = 40;

/// The probability that the first arm is the better one: how often Thompson sampling pulls it.
///
/// ```text
/// P(p > q) = Σ_{i=0}^{a−1} B(c + i, b + d) / ((b + i) B(1 + i, b) B(c, d)),    p ~ Beta(a, b), q ~ Beta(c, d)
/// ```
/// A finite sum for whole counts; [`probability_best`](crate::prob::beta::probability_best) integrates for any.
///
/// # Panics
/// When a is not a whole number from 1 to 10⁶.
#[track_caller]
pub fn probability_first_is_better([p, q]: &[Beta; 2]) -> f64 {
    assert!(
        p.a.fract() == 0.0 && (1.0..=1e6).contains(&p.a),
        "probability_first_is_better: a = {}, and the sum needs a whole number from 1 to 1000000: use probability_best",
        p.a
    );
    let gamma = |x: f64| Gamma::ln_gamma(x).0;
    let beta = |x: f64, y: f64| gamma(x) + gamma(y) - gamma(x + y);
    let term = |i: f64| {
        let below = beta(1.0 + i, p.b) + beta(q.a, q.b) + (p.b + i).ln();
        (beta(q.a + i, p.b + q.b) - below).exp()
    };
    (0..p.a as usize).map(|i| term(i as f64)).sum()
}

/// The expected number of wins, by a rule that maps what is known of the two arms to a distribution over them.
///
/// # Errors
/// As [`best_wins`].
///
/// ```
/// # use aif_lib::prelude::*;
/// // Whoever tosses a coin, even an unfair one, wins half the time.
/// assert!((bayes_adaptive::expected_wins(7, &|_| cat(&[0.3, 0.7]))? - 3.5).abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn expected_wins(
    pulls: usize,
    rule: &dyn Fn(&[Beta; 2]) -> Categorical,
) -> Result<f64> {
    walk(pulls, &|arms, values| rule(arms).expect(&values))
}

/// The expected number of wins of the best rule there is: dynamic programming over the counts.
///
/// # Errors
/// [`Error::Parameter`]: the number of pulls is 0 or more than 40.
pub fn best_wins(pulls: usize) -> Result<f64> {
    walk(pulls, &|_, [first, second]| first.max(second))
}

/// From the last pull back to the first; `backup` makes one number of the values of the two arms.
fn walk(pulls: usize, backup: &dyn Fn(&[Beta; 2], [f64; 2]) -> f64) -> Result<f64> {
    if pulls == 0 || pulls > MAX_PULLS {
        let expected = "1 to 40 pulls";
        return Err(Error::Parameter { name: "pulls", value: pulls as f64, expected });
    }
    let mut later: HashMap<[usize; 4], f64> = HashMap::new();
    for taken in (0..pulls).rev() {
        let mut now = HashMap::new();
        for (won, lost, also_won) in ndarray::indices([taken + 1; 3]) {
            let Some(also_lost) = taken.checked_sub(won + lost + also_won) else {
                continue;
            };
            let seen = [won, lost, also_won, also_lost];
            let count = |slot: usize| 1.0 + seen[slot] as f64;
            let arms = [0, 2].map(|slot| Beta { a: count(slot), b: count(slot + 1) });
            let value = |arm: usize| {
                let after = |slot: usize| {
                    let mut next = seen;
                    next[2 * arm + slot] += 1;
                    later.get(&next).copied().unwrap_or(0.0) // nothing comes after the last pull
                };
                let m = arms[arm].mean();
                m * (1.0 + after(0)) + (1.0 - m) * after(1)
            };
            now.insert(seen, backup(&arms, [value(0), value(1)]));
        }
        later = now;
    }
    Ok(later[&[0; 4]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aif::learn::beta_bernoulli::information_gain;
    use crate::prob::beta::probability_best;
    use crate::rl::select::greedy;

    #[test]
    fn thompson_by_the_integral() {
        for [a, b, c, d] in [[3.0, 2.0, 2.0, 5.0], [1.0, 4.0, 6.0, 2.0], [1.0; 4]] {
            let arms = [Beta { a, b }, Beta { a: c, b: d }];
            let integral = probability_best(&arms)[0];
            assert!((probability_first_is_better(&arms) - integral).abs() < 1e-12);
        }
    }

    #[test]
    fn a_sum_that_does_not_end_is_refused() {
        for a in [2.5, 0.5, 1e7, f64::NAN] {
            let arms = [Beta { a, b: 1.0 }, Beta::UNIFORM];
            let told = crate::caught::caught(|| probability_first_is_better(&arms));
            assert!(told.unwrap_err().contains("use probability_best"), "{a}");
        }
    }

    #[test]
    fn two_and_three_pulls_by_hand() {
        // The first pull wins ½. After a win (⅔) one stays, after a loss (⅓) one changes (½).
        assert!(
            (best_wins(2).unwrap() - (0.5 + 0.5 * 2.0 / 3.0 + 0.5 * 0.5)).abs() < 1e-12
        );
        // Three. After a win, stay: ⅔, then ¾ after another win, else ½. After a loss, change: ½, then ⅔ after a win, else
        // both arms have lost once, ⅓.
        let after_loss = 0.5 + 0.5 * 2.0 / 3.0 + 0.5 / 3.0;
        let after_win = 2.0 / 3.0 + (2.0 / 3.0) * 0.75 + 0.5 / 3.0;
        let expected = 0.5 + 0.5 * after_win + 0.5 * after_loss;
        assert!((best_wins(3).unwrap() - expected).abs() < 1e-12);
    }

    #[test]
    fn no_rule_beats_the_best() {
        type Rule<'a> = &'a dyn Fn(&[Beta; 2]) -> Categorical;
        let rules: [Rule<'_>; 3] = [
            &|arms| greedy(&arms.map(|arm| arm.mean())),
            &|arms| greedy(&arms.map(|arm| arm.mean() + information_gain(&arm))),
            &|arms| {
                let p = probability_first_is_better(arms);
                Categorical::new_unchecked(vec![p, 1.0 - p])
            },
        ];
        for pulls in [1, 2, 5, 12] {
            let best = best_wins(pulls).unwrap();
            for rule in rules {
                assert!(expected_wins(pulls, rule).unwrap() <= best + 1e-12);
            }
        }
    }

    #[test]
    fn too_many_pulls_are_refused() {
        for pulls in [0, 41] {
            let text = best_wins(pulls).unwrap_err().to_string();
            assert!(text.contains(&format!("pulls = {pulls}: 1 to 40")), "{text}");
        }
    }
}
