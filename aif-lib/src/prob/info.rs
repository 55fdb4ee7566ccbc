//! Information theory on plain slices: entropy, divergence, mutual information, log-sum-exp, softmax.
//!
//! Natural logarithms everywhere, so the unit is the nat. An impossible event keeps the logarithm −∞;
//! nothing is clipped to a small number.

use ndarray::{Array2, Array3, Axis};

/// x ln x, continued to 0 at x = 0.
#[inline]
pub(crate) fn xlogx(x: f64) -> f64 {
    if x > 0.0 { x * x.ln() } else { 0.0 }
}

/// Entropy, the mean surprise of a distribution.
///
/// ```text
/// H[p] = − Σᵢ pᵢ ln pᵢ      (0 ln 0 = 0)
/// ```
/// Unit: nats. Source: Shannon (1948), section 6.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert!((entropy(&[0.5, 0.5]) - 2f64.ln()).abs() < 1e-15);
/// assert_eq!(entropy(&[1.0, 0.0]), 0.0);
/// ```
pub fn entropy(p: &[f64]) -> f64 {
    // The negated sum can be −0.0 for a certain outcome; adding 0.0 prints it as 0.
    -p.iter().map(|&x| xlogx(x)).sum::<f64>() + 0.0
}

/// Kullback–Leibler divergence of q from p: the extra surprise of one who believes p while q is true.
///
/// ```text
/// KL[q‖p] = Σᵢ qᵢ ln (qᵢ / pᵢ) ≥ 0,   +∞ where p rules out what q allows
/// ```
/// Unit: nats. Source: Kullback & Leibler (1951).
///
/// # Panics
/// When the lengths differ.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(kl(&[0.5, 0.5], &[0.5, 0.5]), 0.0);
/// assert_eq!(kl(&[0.5, 0.5], &[1.0, 0.0]), f64::INFINITY);
/// ```
#[track_caller]
pub fn kl(q: &[f64], p: &[f64]) -> f64 {
    assert_eq!(q.len(), p.len(), "kl: both distributions need the same number of outcomes");
    q.iter().zip(p).map(|(&q, &p)| if q > 0.0 { q * (q.ln() - p.ln()) } else { 0.0 }).sum()
}

/// Mutual information of two variables from their joint table: what one tells about the other.
///
/// ```text
/// I(x; y) = Σ_{x,y} p(x,y) ln [ p(x,y) / (p(x) p(y)) ]
/// ```
/// `joint`: (x, y), sums to one. Unit: nats.
///
/// ```
/// # use aif_lib::prelude::*;
/// use ndarray::array;
/// let copy = array![[0.5, 0.0], [0.0, 0.5]];
/// assert!((mutual_information(&copy) - 2f64.ln()).abs() < 1e-15);
/// ```
pub fn mutual_information(joint: &Array2<f64>) -> f64 {
    let h = |p: &mut dyn Iterator<Item = &f64>| -p.map(|&x| xlogx(x)).sum::<f64>();
    let (px, py) = (joint.sum_axis(Axis(1)), joint.sum_axis(Axis(0)));
    h(&mut px.iter()) + h(&mut py.iter()) - h(&mut joint.iter())
}

/// Mutual information of x and y once z is known; 0 exactly when z separates them.
///
/// ```text
/// I(x; y | z) = Σ_z p(z) I(x; y given this z) = H[x,z] + H[y,z] − H[x,y,z] − H[z]
/// ```
/// `joint`: (x, y, z), sums to one. Unit: nats.
///
/// ```
/// # use aif_lib::prelude::*;
/// // x and y are two noisy looks at the same coin z: dependent, but not once the coin is known.
/// let p = |look: usize, z: usize| if look == z { 0.9 } else { 0.1 };
/// let joint = Array3::from_shape_fn((2, 2, 2), |(x, y, z)| 0.5 * p(x, z) * p(y, z));
/// assert!(mutual_information(&joint.sum_axis(Axis(2))) > 0.2);
/// assert!(conditional_mutual_information(&joint).abs() < 1e-12);
/// ```
pub fn conditional_mutual_information(joint: &Array3<f64>) -> f64 {
    let h = |p: &Array2<f64>| -p.iter().map(|&x| xlogx(x)).sum::<f64>();
    let z = joint.sum_axis(Axis(0)).sum_axis(Axis(0));
    h(&joint.sum_axis(Axis(1)))
        + h(&joint.sum_axis(Axis(0)))
        + joint.iter().chain(&z).map(|&x| xlogx(x)).sum::<f64>()
}

/// ln Σᵢ exp(xᵢ) without overflow; −∞ for an empty or wholly impossible list.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert!((log_sum_exp(&[1000.0, 1000.0]) - (1000.0 + 2f64.ln())).abs() < 1e-12);
/// assert_eq!(log_sum_exp(&[f64::NEG_INFINITY]), f64::NEG_INFINITY);
/// ```
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let max = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if max.is_infinite() {
        max
    } else {
        max + x.iter().map(|x| (x - max).exp()).sum::<f64>().ln()
    }
}

/// Turns scores into probabilities.
///
/// ```text
/// softmax(x)ᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)
/// ```
/// A score of −∞ gets probability 0. Scale the scores first: softmax(−γ G) in active inference,
/// softmax(Q / τ) in reinforcement learning.
///
/// # Panics
/// When no score is finite: there is nothing to choose from.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(softmax(&[0.0, 0.0, f64::NEG_INFINITY]), vec![0.5, 0.5, 0.0]);
/// ```
#[track_caller]
pub fn softmax(x: &[f64]) -> Vec<f64> {
    let log_z = log_sum_exp(x);
    assert!(log_z.is_finite(), "softmax: no finite score in {x:?}");
    x.iter().map(|x| (x - log_z).exp()).collect()
}
