//! Information theory on plain slices: entropy, divergence, mutual information, log-sum-exp, softmax.
//!
//! Natural logarithms everywhere, so the unit is the nat. An impossible event keeps the logarithm −∞;
//! nothing is clipped to a small number.

use ndarray::{Array2, Array3, Axis};

use super::categorical::TOLERANCE;
use crate::error::{Error, same_length};

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
/// # Panics
/// When this is no distribution: an entry below 0, or a sum other than 1.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert!((entropy(&[0.5, 0.5]) - 2f64.ln()).abs() < 1e-15);
/// assert_eq!(entropy(&[1.0, 0.0]), 0.0);
/// ```
#[track_caller]
pub fn entropy(p: &[f64]) -> f64 {
    check_distribution("entropy", &mut p.iter());
    entropy_of(p.iter())
}

/// [`entropy`] of what is known to be a distribution.
pub(crate) fn entropy_of<'a>(p: impl Iterator<Item = &'a f64>) -> f64 {
    // Rounding can leave −10⁻¹⁶ for a certain outcome, and the negated sum −0.
    (-p.map(|&x| xlogx(x)).sum::<f64>()).max(0.0)
}

/// Panics when a list of probabilities does not belong to a distribution, and says why.
#[track_caller]
fn check_distribution(who: &str, p: &mut dyn Iterator<Item = &f64>) {
    let mut sum = 0.0;
    for (index, &value) in p.enumerate() {
        if !(0.0..=1.0 + TOLERANCE).contains(&value) {
            panic!("{}", Error::NotAProbability { what: who.into(), index, value });
        }
        sum += value;
    }
    if (sum - 1.0).abs() > TOLERANCE {
        let what = format!("{who}: this distribution");
        panic!("{}", Error::NotNormalised { what, sum });
    }
}

/// Kullback–Leibler divergence of q from p: the extra surprise of one who believes p while q is true.
///
/// ```text
/// KL[q‖p] = Σᵢ qᵢ ln (qᵢ / pᵢ) ≥ 0,   +∞ where p rules out what q allows
/// ```
/// Unit: nats. Source: Kullback & Leibler (1951).
///
/// # Panics
/// When the lengths differ, or one of them is no distribution.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(kl(&[0.5, 0.5], &[0.5, 0.5]), 0.0);
/// assert_eq!(kl(&[0.5, 0.5], &[1.0, 0.0]), f64::INFINITY);
/// ```
#[track_caller]
pub fn kl(q: &[f64], p: &[f64]) -> f64 {
    same_length("kl", "probabilities of q", q.len(), "of p", p.len());
    check_distribution("kl: q", &mut q.iter());
    check_distribution("kl: p", &mut p.iter());
    let term = |(&q, &p): (&f64, &f64)| if q > 0.0 { q * (q.ln() - p.ln()) } else { 0.0 };
    q.iter().zip(p).map(term).sum::<f64>().max(0.0)
}

/// Mutual information of two variables from their joint table: what one tells about the other.
///
/// ```text
/// I(x; y) = Σ_{x,y} p(x,y) ln [ p(x,y) / (p(x) p(y)) ]
/// ```
/// `joint`: (x, y), sums to one. Unit: nats.
///
/// # Panics
/// When an entry is below 0, or the sum is not 1.
///
/// ```
/// # use aif_lib::prelude::*;
/// use ndarray::array;
/// let copy = array![[0.5, 0.0], [0.0, 0.5]];
/// assert!((mutual_information(&copy) - 2f64.ln()).abs() < 1e-15);
/// ```
#[track_caller]
pub fn mutual_information(joint: &Array2<f64>) -> f64 {
    check_distribution("mutual_information", &mut joint.iter());
    let (px, py) = (joint.sum_axis(Axis(1)), joint.sum_axis(Axis(0)));
    (entropy_of(px.iter()) + entropy_of(py.iter()) - entropy_of(joint.iter())).max(0.0)
}

/// Mutual information of x and y once z is known; 0 exactly when z separates them.
///
/// ```text
/// I(x; y | z) = Σ_z p(z) I(x; y given this z) = H[x,z] + H[y,z] − H[x,y,z] − H[z]
/// ```
/// `joint`: (x, y, z), sums to one. Unit: nats.
///
/// # Panics
/// When an entry is below 0, or the sum is not 1.
///
/// ```
/// # use aif_lib::prelude::*;
/// // x and y are two noisy looks at the same coin z: dependent, but not once the coin is known.
/// let p = |look: usize, z: usize| if look == z { 0.9 } else { 0.1 };
/// let joint = Array3::from_shape_fn((2, 2, 2), |(x, y, z)| 0.5 * p(x, z) * p(y, z));
/// assert!(mutual_information(&joint.sum_axis(Axis(2))) > 0.2);
/// assert!(conditional_mutual_information(&joint).abs() < 1e-12);
/// ```
#[track_caller]
pub fn conditional_mutual_information(joint: &Array3<f64>) -> f64 {
    check_distribution("conditional_mutual_information", &mut joint.iter());
    let (xz, yz) = (joint.sum_axis(Axis(1)), joint.sum_axis(Axis(0)));
    let z = yz.sum_axis(Axis(0));
    let (apart, together) =
        (entropy_of(xz.iter()) + entropy_of(yz.iter()), entropy_of(joint.iter()));
    (apart - together - entropy_of(z.iter())).max(0.0)
}

/// ln Σᵢ exp(xᵢ) without overflow; −∞ for an empty or wholly impossible list.
///
/// # Panics
/// When an entry is NaN.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert!((log_sum_exp(&[1000.0, 1000.0]) - (1000.0 + 2f64.ln())).abs() < 1e-12);
/// assert_eq!(log_sum_exp(&[f64::NEG_INFINITY]), f64::NEG_INFINITY);
/// ```
#[track_caller]
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let max = largest("log_sum_exp", x);
    if max.is_infinite() {
        max
    } else {
        max + x.iter().map(|x| (x - max).exp()).sum::<f64>().ln()
    }
}

/// The largest entry, −∞ of none; a NaN is not passed over.
#[track_caller]
fn largest(who: &str, x: &[f64]) -> f64 {
    if let Some(index) = x.iter().position(|x| x.is_nan()) {
        panic!(
            "{who}: entry {index} is NaN: look at what it was computed from, such as ∞ − ∞ or 0/0"
        );
    }
    x.iter().copied().fold(f64::NEG_INFINITY, f64::max)
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
/// When no score is finite: there is nothing to choose from. When one is NaN or +∞.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!(softmax(&[0.0, 0.0, f64::NEG_INFINITY]), vec![0.5, 0.5, 0.0]);
/// ```
#[track_caller]
pub fn softmax(x: &[f64]) -> Vec<f64> {
    let max = largest("softmax", x);
    assert!(
        max < f64::INFINITY,
        "softmax: a score of +∞ in {x:?}: use finite scores, or −∞ for what is impossible"
    );
    assert!(
        max > f64::NEG_INFINITY,
        "softmax: no finite score in {x:?}: at least one option must be possible"
    );
    let weights: Vec<f64> = x.iter().map(|x| (x - max).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|w| w / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caught::caught;
    use ndarray::array;

    #[test]
    fn nothing_that_is_never_negative_shows_a_minus() {
        // 0.1 + … ten times is 1 − 10⁻¹⁶: rounding alone would make these −10⁻¹⁶, or −0.
        let tenths: f64 = (0..10).map(|_| 0.1).sum();
        let shown = |x: f64| format!("{x:.4}");
        assert_eq!(shown(entropy(&[1.0])), "0.0000");
        assert_eq!(shown(entropy(&[1.0 + 1e-10])), "0.0000");
        assert_eq!(shown(kl(&[tenths], &[1.0])), "0.0000");
        assert_eq!(shown(kl(&[0.1, 0.9], &[0.1 + 1e-17, 0.9])), "0.0000");
        let apart =
            Array2::from_shape_fn((3, 3), |(x, y)| [0.2, 0.3, 0.5][x] * [0.6, 0.3, 0.1][y]);
        assert_eq!(shown(mutual_information(&apart)), "0.0000");
        let thrice =
            Array3::from_shape_fn((3, 3, 2), |(x, y, z)| apart[[x, y]] * [0.3, 0.7][z]);
        assert_eq!(shown(conditional_mutual_information(&thrice)), "0.0000");
    }

    #[test]
    fn divergence_and_information_by_hand() {
        // ½ ln(½ / ¼) + ½ ln(½ / ¾) = ½ ln(4/3).
        assert!((kl(&[0.5, 0.5], &[0.25, 0.75]) - 0.5 * (4.0f64 / 3.0).ln()).abs() < 1e-15);
        assert_eq!(kl(&[1.0, 0.0], &[1.0, 0.0]), 0.0);
        // x is fair; y copies it in three of four cases: ln 2 − H(¼).
        let noisy = array![[0.375, 0.125], [0.125, 0.375]];
        let right = 2f64.ln() - (4f64.ln() - 0.75 * 3f64.ln());
        assert!((mutual_information(&noisy) - right).abs() < 1e-15);
        // z = x xor y of two fair coins: nothing without z, ln 2 with it.
        let xor = Array3::from_shape_fn(
            (2, 2, 2),
            |(x, y, z)| if x ^ y == z { 0.25 } else { 0.0 },
        );
        assert_eq!(mutual_information(&xor.sum_axis(Axis(2))), 0.0);
        assert!((conditional_mutual_information(&xor) - 2f64.ln()).abs() < 1e-15);
    }

    #[test]
    fn log_sums_at_the_edges() {
        assert_eq!(log_sum_exp(&[]), f64::NEG_INFINITY);
        assert_eq!(log_sum_exp(&[f64::INFINITY, 0.0]), f64::INFINITY);
        assert!(
            (log_sum_exp(&[0.0, 3f64.ln(), f64::NEG_INFINITY]) - 4f64.ln()).abs() < 1e-15
        );
        assert!((log_sum_exp(&[-1000.0; 4]) - (4f64.ln() - 1000.0)).abs() < 1e-12);
        let p = softmax(&[0.0, 3f64.ln()]);
        assert!((p[1] - 0.75).abs() < 1e-15 && (p[0] - 0.25).abs() < 1e-15);
    }

    #[test]
    fn misuse_is_told_with_its_numbers() {
        let told = |run: &dyn Fn() -> f64| caught(run).unwrap_err();
        let nan = f64::NAN;
        for (message, words) in [
            (
                told(&|| entropy(&[2.0, 2.0])),
                "entropy: entry 0 is 2, which is not a probability",
            ),
            (
                told(&|| entropy(&[0.5, 0.25])),
                "entropy: this distribution sums to 0.7500, not 1",
            ),
            (told(&|| entropy(&[])), "sums to 0.0000"),
            (told(&|| entropy(&[0.5, 0.5 + 2e-9])), "sums to 1.000000002"),
            (told(&|| kl(&[1.0], &[0.5, 0.5])), "kl: 1 probabilities of q for 2 of p"),
            (
                told(&|| kl(&[0.5, 0.6], &[0.5, 0.5])),
                "kl: q: this distribution sums to 1.1000",
            ),
            (told(&|| kl(&[0.5, 0.5], &[0.5, nan])), "kl: p: entry 1 is NaN"),
            (
                told(&|| mutual_information(&array![[0.5, 0.5], [0.5, 0.5]])),
                "sums to 2.0000",
            ),
            (told(&|| mutual_information(&array![[1.5, -0.5]])), "entry 0 is 1.5"),
            (
                told(&|| conditional_mutual_information(&Array3::ones((1, 1, 2)))),
                "sums to 2.0000",
            ),
            (told(&|| log_sum_exp(&[0.0, nan])), "log_sum_exp: entry 1 is NaN"),
            (told(&|| softmax(&[nan, 0.0])[0]), "softmax: entry 0 is NaN"),
            (told(&|| softmax(&[f64::INFINITY, 0.0])[0]), "a score of +∞"),
            (told(&|| softmax(&[f64::NEG_INFINITY])[0]), "no finite score in [-inf]"),
        ] {
            assert!(message.contains(words), "{message}");
        }
    }
}
