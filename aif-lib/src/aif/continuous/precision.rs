//! Precision, learned from errors: how much a sense counts, and what happens if the belief holds the goal.

/// One step of the logarithm of a precision, down the slope of F: large errors lower it, small ones raise it.
///
/// ```text
/// F = ½ e^λ ε² − ½ λ,   λ ← λ − η ∂F/∂λ = λ + ½ η (1 − e^λ ε²)
/// ```
/// It rests where e^λ = 1 / ⟨ε²⟩. The logarithm keeps the precision above 0. Source: Bogacz (2017), for variances.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(log_precision_step(0.0, 1.0, 0.1), 0.0); // precision 1, squared error 1: right as it is
/// ```
pub fn log_precision_step(lambda: f64, error: f64, rate: f64) -> f64 {
    lambda + 0.5 * rate * (1.0 - lambda.exp() * error * error)
}

/// Where the precision of a sense can rest if the goal is in the belief: x = π_z / π_w for which x c = (1 + x)².
///
/// A belief between sense and goal leaves the error (ξ − y) / (1 + x) to the sense. With c = π_w (ξ − y)² the precision
/// rests where it is one over the square of that error. Returns the stable point and the unstable one; none for c < 4,
/// where precision grows without end.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(precision_rest(4.0), Some((1.0, 1.0)));
/// assert_eq!(precision_rest(3.9), None);
/// ```
pub fn rest(c: f64) -> Option<(f64, f64)> {
    let root = (c * c - 4.0 * c).sqrt();
    let high = (c - 2.0 + root) / 2.0;
    // Their product is 1; the difference would lose digits.
    (c >= 4.0).then_some((1.0 / high, high))
}

/// How fast ln x moves there, in units of η / 2: 1 − x c / (1 + x)².
pub fn drift(x: f64, c: f64) -> f64 {
    1.0 - x * c / (1.0 + x).powi(2)
}
