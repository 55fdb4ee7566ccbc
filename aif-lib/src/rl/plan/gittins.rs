//! What is it worth not to know? The exact answer for one unknown arm beside a known one.
//!
//! Dynamic programming over beliefs: who plans with all that may be learned needs no bonus. Dual:
//! [`crate::aif::learn::beta_bernoulli`], whose information gain is a bonus.

use crate::error::{Error, Result};
use crate::prob::beta::Beta;

/// The most pulls that a plan may have; it takes time and memory in proportion to their square.
const MOST: usize = 2000;

/// The expected total reward of n pulls when the first is of the known arm, and when it is of the unknown one.
///
/// ```text
/// known:  V = n · p                                   once it is best, it stays best: nothing was learned
/// try:    V = m (1 + V*(a+1, b, n−1)) + (1 − m) V*(a, b+1, n−1),     V* = max(known, try),   m = a/(a+b)
/// ```
/// Source: Bellman's equation of the belief MDP; Gittins (1979) for the general case.
///
/// # Errors
/// - [`Error::Parameter`]: the known arm's probability is not from 0 to 1.
/// - [`Error::Budget`]: more than 2000 pulls.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::rl::plan::gittins::values;
/// // Two pulls, no idea, and a known arm that pays .5: try first, ½ (1 + ⅔) + ½ · ½.
/// let [known, try_it] = values(&Beta::UNIFORM, 0.5, 2)?;
/// assert!((known - 1.0).abs() < 1e-12 && (try_it - 13.0 / 12.0).abs() < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn values(belief: &Beta, known: f64, pulls: usize) -> Result<[f64; 2]> {
    if !(0.0..=1.0).contains(&known) {
        let expected = "the known arm pays with a probability from 0 to 1";
        return Err(Error::Parameter { name: "known", value: known, expected });
    }
    if pulls > MOST {
        return Err(Error::Budget {
            what: "planning over beliefs",
            needed: format!("{pulls} pulls"),
            budget: format!("{MOST}"),
            cure: "plan for fewer pulls",
        });
    }
    // best[k]: the value with `left` pulls to go after k successes in `pulls − left` tries.
    let (mut best, mut first) = (vec![0.0; pulls + 1], [0.0; 2]);
    for left in 1..=pulls {
        let tries = pulls - left;
        for k in 0..=tries {
            let m = (belief.a + k as f64) / (belief.total() + tries as f64);
            let try_it = m * (1.0 + best[k + 1]) + (1.0 - m) * best[k];
            first = [left as f64 * known, try_it];
            best[k] = first[0].max(first[1]);
        }
    }
    Ok(first)
}

/// How good the known arm must be before it is no longer worth trying the unknown one.
///
/// ```text
/// index = the p at which known and try are worth the same;   index − m is what not knowing is worth, per pull
/// ```
/// With one pull left it is the mean. By bisection.
///
/// # Errors
/// As [`values`], and [`Error::Empty`] without a pull.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::rl::plan::gittins::index;
/// assert!((index(&Beta::UNIFORM, 2)? - 5.0 / 9.0).abs() < 1e-9);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn index(belief: &Beta, pulls: usize) -> Result<f64> {
    if pulls == 0 {
        return Err(Error::Empty { what: "a plan of 0 pulls".into() });
    }
    let (mut lo, mut hi) = (belief.mean(), 1.0);
    for _ in 0..40 {
        let middle = (lo + hi) / 2.0;
        let [known, try_it] = values(belief, middle, pulls)?;
        if try_it > known { lo = middle } else { hi = middle }
    }
    Ok((lo + hi) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every decision rule there is, by plain recursion: both arms allowed at all times.
    fn by_recursion(a: f64, b: f64, known: f64, left: usize) -> f64 {
        if left == 0 {
            return 0.0;
        }
        let m = a / (a + b);
        let try_it = m * (1.0 + by_recursion(a + 1.0, b, known, left - 1))
            + (1.0 - m) * by_recursion(a, b + 1.0, known, left - 1);
        try_it.max(known + by_recursion(a, b, known, left - 1))
    }

    #[test]
    fn nothing_is_lost_by_staying_with_the_known_arm() {
        for (a, b) in [(1.0, 1.0), (2.0, 5.0), (0.5, 0.3)] {
            for known in [0.0, 0.3, 0.55, 0.9, 1.0] {
                for pulls in 1..9 {
                    let [stay, try_it] = values(&Beta { a, b }, known, pulls).unwrap();
                    let brute = by_recursion(a, b, known, pulls);
                    assert!(
                        (stay.max(try_it) - brute).abs() < 1e-12,
                        "{a} {b} {known} {pulls}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_index_by_hand() {
        // One pull: the mean. Two: ½ + ½ (⅔ + p) = 2p at p = 5/9.
        assert!((index(&Beta::UNIFORM, 1).unwrap() - 0.5).abs() < 1e-9);
        assert!((index(&Beta::UNIFORM, 2).unwrap() - 5.0 / 9.0).abs() < 1e-9);
        let worth: Vec<f64> =
            [2, 10, 100, 1000].iter().map(|n| index(&Beta::UNIFORM, *n).unwrap()).collect();
        assert!(worth.windows(2).all(|w| w[0] < w[1]) && worth[3] < 1.0, "{worth:?}");
    }

    #[test]
    fn bad_plans_are_named() {
        let text = values(&Beta::UNIFORM, 1.2, 3).unwrap_err().to_string();
        assert!(text.contains("known = 1.2"), "{text}");
        let text = values(&Beta::UNIFORM, 0.2, 3000).unwrap_err().to_string();
        assert!(text.contains("3000 pulls") && text.contains("2000"), "{text}");
        assert!(index(&Beta::UNIFORM, 0).is_err());
    }
}
