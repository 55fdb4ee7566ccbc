//! Semi-gradient TD: learn weights in the place of a table. Dual: [`crate::aif::learn`].

/// Moves the weights of a linear value towards the reward and the discounted value of what follows.
///
/// ```text
/// δ = r + γ w·x′ − w·x
/// w ← w + α δ x
/// ```
/// Only a *semi*-gradient: x′ hangs on w as well, but the target is held still. `discount` is γ, or 0 when x′ ended the
/// task. With features that are 1 in one place and 0 elsewhere it is [`td::update`](super::td::update). `w`, `x`, `next`:
/// (features). Returns δ. Source: Sutton & Barto (2018), section 9.3.
///
/// # Panics
/// When there is not one weight for each feature.
///
/// ```
/// use aif_lib::rl::learn::semi_gradient;
/// let mut w = [1.0, 2.0];
/// assert_eq!(semi_gradient::update(&mut w, &[1.0, 0.5], 1.0, 0.5, &[0.0, 1.0], 0.1), 0.0); // 1 + .5 · 2 − 2
/// assert_eq!(semi_gradient::update(&mut w, &[1.0, 0.5], 3.0, 0.5, &[0.0, 1.0], 0.1), 2.0);
/// assert_eq!(w, [1.2, 2.1]);
/// ```
pub fn update(
    w: &mut [f64],
    x: &[f64],
    reward: f64,
    discount: f64,
    next: &[f64],
    alpha: f64,
) -> f64 {
    let delta = reward + discount * value(w, next) - value(w, x);
    w.iter_mut().zip(x).for_each(|(w, x)| *w += alpha * delta * x);
    delta
}

/// The linear value w·x.
///
/// # Panics
/// When there is not one weight for each feature.
pub fn value(w: &[f64], x: &[f64]) -> f64 {
    assert_eq!(w.len(), x.len(), "semi_gradient: one weight for each feature");
    w.iter().zip(x).map(|(w, x)| w * x).sum()
}
