//! Random-dot motion, and what a planner needs of it.

use ndarray::{Array2, Array3};

use crate::aif::model::GenerativeModel;
use crate::error::Result;
use crate::world::dots::check;
pub use crate::world::dots::*;

/// The generative model of [`Dots`]: a hidden way and a hidden coherence, what an answer came to, and the end.
///
/// ```text
/// state 2 k + way while one looks, then 2 K correct, 2 K + 1 error, 2 K + 2 over;    K coherences
/// C = worth · reward, in nats
/// ```
///
/// # Errors
/// As [`Dots::new`], and as [`GenerativeModel::new`].
pub fn model(coherences: &[f64], cost: f64, worth: f64) -> Result<GenerativeModel> {
    check(coherences, cost)?;
    let (k, n) = (coherences.len(), 2 * coherences.len() + 3);
    let (correct, error, over) = (2 * k, 2 * k + 1, 2 * k + 2);
    let b = Array3::from_shape_fn((n, n, 3), |(to, from, action)| {
        let next = match (from < correct, action) {
            (false, _) => over,
            (true, 0) => from,
            (true, answer) if answer == 1 + from % 2 => correct,
            _ => error,
        };
        f64::from(to == next)
    });
    let a = Array2::from_shape_fn((5, n), |(o, s)| {
        if s >= correct {
            return f64::from(o == 2 + s - correct);
        }
        match o {
            0 | 1 if o == s % 2 => 0.5 * (1.0 + coherences[s / 2]),
            0 | 1 => 0.5 * (1.0 - coherences[s / 2]),
            _ => 0.0,
        }
    });
    let d: Vec<f64> =
        (0..n).map(|s| if s < correct { 0.5 / k as f64 } else { 0.0 }).collect();
    GenerativeModel::new(a, b, &[-cost * worth, -cost * worth, worth, -worth, 0.0], &d)
}

/// The value of each action after each count of dots, exactly: (observations of [`Counted`], actions).
///
/// ```text
/// Q(say right) = 2 P(right | n, r) − 1,    Q(look) = −cost + Σ P(dot | n, r) maxₐ Q(a | n + 1, r + dot)
/// ```
/// By going backwards from `limit` dots, where one must answer.
///
/// # Errors
/// As [`Dots::new`].
pub fn action_values(coherences: &[f64], cost: f64, limit: usize) -> Result<Array2<f64>> {
    check(coherences, cost)?;
    // P(these dots, right) and P(these dots, left), but for what is common to both.
    let both = |n: usize, right: usize| {
        let of = |hits: usize, c: f64| {
            (0.5 * (1.0 + c)).powi(hits as i32) * (0.5 * (1.0 - c)).powi((n - hits) as i32)
        };
        let sum = |hits: usize| coherences.iter().map(|c| of(hits, *c)).sum::<f64>();
        (sum(right), sum(n - right))
    };
    let mut q = Array2::zeros((Counted::seen(limit + 1, 0) + 1, 3));
    for n in (1..=limit).rev() {
        for right in 0..=n {
            let (for_right, for_left) = both(n, right);
            let all = for_right + for_left;
            let here = Counted::seen(n, right);
            q[[here, 2]] = (for_right - for_left) / all;
            q[[here, 1]] = -q[[here, 2]];
            q[[here, 0]] = if n == limit {
                f64::NEG_INFINITY
            } else {
                let then = |dot: usize| {
                    let (r, l) = both(n + 1, right + dot);
                    let row = q.row(Counted::seen(n + 1, right + dot));
                    (r + l) / all * row.iter().copied().fold(f64::NEG_INFINITY, f64::max)
                };
                then(0) + then(1) - cost
            };
        }
    }
    Ok(q)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aif::agent::{AifAgent, AifOptions};
    use crate::interaction::{Agent, Step};
    use crate::prob::random::seeded;

    #[test]
    fn values_by_hand() {
        // One coherence of .5: a dot is right with ¾. After one dot to the right: 2 · ¾ − 1 = ½.
        let q = action_values(&[0.5], 0.1, 2).unwrap();
        let at = |n, right, u| q[[Counted::seen(n, right), u]];
        assert!((at(1, 1, 2) - 0.5).abs() < 1e-12 && (at(1, 0, 1) - 0.5).abs() < 1e-12);
        // Two alike: odds 9, so .9: .8. Unlike: even. A second one is alike with ¾² + ¼² = ⅝.
        assert!((at(2, 2, 2) - 0.8).abs() < 1e-12 && at(2, 1, 1).abs() < 1e-12);
        assert!((at(1, 1, 0) - (0.625 * 0.8 - 0.1)).abs() < 1e-12);
    }

    #[test]
    fn the_belief_is_that_of_the_counts() {
        let coherences = [0.1, 0.6];
        let mut agent =
            AifAgent::new(model(&coherences, 0.01, 1.0).unwrap(), AifOptions::default())
                .unwrap();
        agent.begin(&1usize);
        for obs in [1, 0, 1] {
            agent.observe(&0, &Step { obs, reward: 0.0, end: None }, &mut seeded(0));
        }
        let right = agent.belief()[1] + agent.belief()[3];
        let q = action_values(&coherences, 0.01, 5).unwrap();
        assert!((2.0 * right - 1.0 - q[[Counted::seen(4, 3), 2]]).abs() < 1e-12);
    }
}
