//! Habits: what was done often is done again, whatever it leads to. Dual: [`crate::rl::learn::law_of_effect`], which
//! counts the same acts by the satisfaction that followed.

use crate::interaction::Action;
use crate::prob::dirichlet::Dirichlet;

/// Counts an executed action; the habit E is the mean of the counts.
///
/// ```text
/// e[u] ← e[u] + rate,     E = e / Σ e
/// ```
/// Source: Smith, Friston & Whyte (2022), section on learning E.
///
/// # Panics
/// When the action is out of range, or the rate is negative.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut counts = Dirichlet::new(vec![1.0; 4])?;
/// aif_lib::aif::learn::habits::update(&mut counts, 2, 4.0);
/// assert_eq!(counts.mean(), cat(&[0.125, 0.125, 0.625, 0.125]));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[track_caller]
pub fn update(counts: &mut Dirichlet, action: Action, rate: f64) {
    counts.observe(action, rate);
}
