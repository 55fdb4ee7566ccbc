//! Two arms of unknown worth, as a belief MDP: the counts are the state.
//!
//! Each arm wins with a probability of its own, of which nothing is known but its wins and losses so far: a Beta(a, b)
//! belief that begins as Beta(1, 1). A rule that chooses by these counts can be valued exactly, by going through all counts
//! that can come up: no sampling, no seeds. So can the best rule there is, which is reinforcement learning's: plan over the
//! counts. Source: Duff (2002), Optimal learning: computational procedures for Bayes-adaptive Markov decision processes,
//! PhD thesis, University of Massachusetts Amherst.

use std::collections::HashMap;

use special::Gamma;

use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;

/// What is known of the two arms: (a, b) of each, one more than its wins and its losses.
pub type Counts = [[f64; 2]; 2];

/// Nothing is known: Beta(1, 1), twice.
pub const UNKNOWN: Counts = [[1.0; 2]; 2];

/// The largest number of pulls; it has 135 751 different counts.
const MAX_PULLS: usize = 40;

/// The probability that the next pull of a Beta(a, b) arm wins, a / (a + b).
pub fn mean([a, b]: [f64; 2]) -> f64 {
    a / (a + b)
}

/// What one pull is expected to teach about a Beta(a, b) arm, in nats: its epistemic value.
///
/// ```text
/// I(o; p) = H[(m, 1 − m)] − E[H(p)] = Σᵢ mᵢ (ψ(aᵢ + 1) − ψ(a₀ + 1) − ln mᵢ),    mᵢ = aᵢ / a₀,  a₀ = a + b
/// ```
/// It shrinks like 1 / (2 a₀).
///
/// ```
/// use aif_lib::rosetta::arms::information_gain;
/// assert!((information_gain([1.0, 1.0]) - (2f64.ln() - 0.5)).abs() < 1e-12); // E[H(p)] = ½ for a uniform p
/// ```
pub fn information_gain(counts: [f64; 2]) -> f64 {
    let total: f64 = counts.iter().sum();
    let part = |a: f64| {
        let m = a / total;
        m * ((a + 1.0).digamma() - (total + 1.0).digamma() - m.ln())
    };
    counts.into_iter().map(part).sum()
}

/// The probability that the first arm is the better one: how often Thompson sampling pulls it.
///
/// ```text
/// P(p > q) = Σ_{i=0}^{a−1} B(c + i, b + d) / ((b + i) B(1 + i, b) B(c, d)),    p ~ Beta(a, b), q ~ Beta(c, d)
/// ```
/// Exact where the counts are whole numbers, as here.
pub fn probability_first_is_better([[a, b], [c, d]]: Counts) -> f64 {
    let gamma = |x: f64| Gamma::ln_gamma(x).0;
    let beta = |x: f64, y: f64| gamma(x) + gamma(y) - gamma(x + y);
    let term =
        |i: f64| (beta(c + i, b + d) - (b + i).ln() - beta(1.0 + i, b) - beta(c, d)).exp();
    (0..a as usize).map(|i| term(i as f64)).sum()
}

/// The expected number of wins, by a rule that maps counts to a distribution over the two arms.
///
/// # Errors
/// As [`best_wins`].
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::rosetta::arms::expected_wins;
/// // Whoever always pulls the same arm, or tosses a coin, wins half the time.
/// assert!((expected_wins(7, &|_| cat(&[0.3, 0.7]))? - 3.5).abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn expected_wins(pulls: usize, rule: &dyn Fn(&Counts) -> Categorical) -> Result<f64> {
    walk(pulls, &|counts, arms| rule(counts).expect(&arms))
}

/// The expected number of wins of the best rule there is: dynamic programming over the counts.
///
/// # Errors
/// [`Error::Parameter`]: the number of pulls is 0 or more than 40.
pub fn best_wins(pulls: usize) -> Result<f64> {
    walk(pulls, &|_, [first, second]| first.max(second))
}

/// From the last pull back to the first; `backup` makes one number of the values of the two arms.
fn walk(pulls: usize, backup: &dyn Fn(&Counts, [f64; 2]) -> f64) -> Result<f64> {
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
            let counts = [[count(0), count(1)], [count(2), count(3)]];
            let value = |arm: usize| {
                let after = |slot: usize| {
                    let mut next = seen;
                    next[2 * arm + slot] += 1;
                    later.get(&next).copied().unwrap_or(0.0) // nothing comes after the last pull
                };
                let p = mean(counts[arm]);
                p * (1.0 + after(0)) + (1.0 - p) * after(1)
            };
            now.insert(seen, backup(&counts, [value(0), value(1)]));
        }
        later = now;
    }
    Ok(later[&[0; 4]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::info::entropy;
    use crate::rl::select::greedy;

    /// Beta densities on a grid of midpoints, normalised by their own sum.
    fn density([a, b]: [f64; 2]) -> Vec<(f64, f64)> {
        let n = 20_000;
        let raw: Vec<(f64, f64)> = (0..n)
            .map(|i| (f64::from(i) + 0.5) / f64::from(n))
            .map(|p| (p, p.powf(a - 1.0) * (1.0 - p).powf(b - 1.0)))
            .collect();
        let sum: f64 = raw.iter().map(|(_, w)| w).sum();
        raw.into_iter().map(|(p, w)| (p, w / sum)).collect()
    }

    #[test]
    fn the_information_gain_is_the_integral() {
        for counts in [[1.0, 1.0], [1.0, 3.0], [2.0, 7.0], [30.0, 20.0]] {
            let noise: f64 =
                density(counts).iter().map(|(p, w)| w * entropy(&[*p, 1.0 - p])).sum();
            let m = mean(counts);
            let gain = entropy(&[m, 1.0 - m]) - noise;
            assert!((information_gain(counts) - gain).abs() < 1e-6, "{counts:?}");
        }
        assert!((information_gain([1.0, 3.0]) - 0.104_001_811).abs() < 1e-9);
        // The leading term, 1 / (2 a₀).
        assert!((information_gain([500.0, 500.0]) * 2000.0 - 1.0).abs() < 0.002);
    }

    #[test]
    fn thompson_by_the_integral() {
        for counts in [[[3.0, 2.0], [2.0, 5.0]], [[1.0, 4.0], [6.0, 2.0]]] {
            let (p, q) = (density(counts[0]), density(counts[1]));
            let mut below = 0.0;
            let better: f64 = p
                .iter()
                .zip(&q)
                .map(|((_, p), (_, q))| {
                    below += q;
                    p * (below - 0.5 * q)
                })
                .sum();
            assert!((probability_first_is_better(counts) - better).abs() < 1e-6);
        }
        assert!((probability_first_is_better(UNKNOWN) - 0.5).abs() < 1e-12);
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
        let rules: [&dyn Fn(&Counts) -> Categorical; 3] = [
            &|counts| greedy(&counts.map(mean)),
            &|counts| greedy(&counts.map(|arm| mean(arm) + information_gain(arm))),
            &|counts| {
                let p = probability_first_is_better(*counts);
                Categorical::trusted(vec![p, 1.0 - p])
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
