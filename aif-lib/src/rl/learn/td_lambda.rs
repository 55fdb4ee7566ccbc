//! TD(λ): an error teaches everything that was there a moment ago. Dual: [`crate::aif::learn`].
//!
//! λ = 0 is [`td`](super::td), λ = 1 learns from whole returns as [`monte_carlo`](super::monte_carlo) does.

/// What a second visit does to a trace that has not faded yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trace {
    /// It adds 1 to what is left. With λ = 1 this is every-visit Monte Carlo.
    Accumulating,
    /// It sets the trace to 1, so that a state cannot take the blame twice.
    Replacing,
}

/// Fades all traces, marks what was active before, and lets the error teach each entry by its trace.
///
/// ```text
/// e ← γλ e;    e(i) ← e(i) + 1 (accumulating) or 1 (replacing) for every entry i active before
/// V ← V + α δ e
/// ```
/// `v` and `trace`: one entry each; the trace is 0 when an episode begins. `delta` comes from
/// [`td::error`](super::td::error), `decay` is γλ. Source: Sutton (1988); Singh & Sutton (1996).
///
/// # Panics
/// When an active entry is not in the table.
///
/// ```
/// use aif_lib::rl::learn::td_lambda::{Trace, update};
/// let (mut v, mut trace) = ([0.0, 0.0], [1.0, 0.0]); // entry 0 was active one step ago
/// update(&mut v, &mut trace, &[1], 1.0, 0.1, 0.5, Trace::Accumulating);
/// assert_eq!(trace, [0.5, 1.0]);
/// assert_eq!(v, [0.05, 0.1]);
/// ```
pub fn update(
    v: &mut [f64],
    trace: &mut [f64],
    before: &[usize],
    delta: f64,
    alpha: f64,
    decay: f64,
    kind: Trace,
) {
    trace.iter_mut().for_each(|e| *e *= decay);
    for &i in before {
        trace[i] = if kind == Trace::Accumulating { trace[i] + 1.0 } else { 1.0 };
    }
    v.iter_mut().zip(trace).for_each(|(v, e)| *v += alpha * delta * *e);
}
