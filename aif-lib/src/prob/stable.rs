//! Differences of large, nearly equal numbers, written so that no digit is lost.
//!
//! ln Γ(10¹⁵) is 3 · 10¹⁶, where numbers lie 4 apart: a divergence of 10⁻¹⁵ cannot come out as a difference of two of these.

use special::Gamma;

/// From here on Stirling's series is exact to the last digit.
const LARGE: f64 = 16.0;

/// (p − q)/q − ln(p/q) ≥ 0: how far the logarithm lies below its tangent at q.
pub(crate) fn log_gap(p: f64, q: f64) -> f64 {
    let r = (p - q) / q;
    if r.abs() > 0.5 {
        return r - (p / q).ln();
    }
    // ln(1 + r) = 2 (z + z³/3 + z⁵/5 + …) with z = r / (2 + r), and r = 2z + rz: what is left has no large parts.
    let z = r / (2.0 + r);
    let series = (0..20).rev().fold(0.0, |sum, k| sum * z * z + 1.0 / f64::from(2 * k + 3));
    r * z - 2.0 * z.powi(3) * series
}

/// What Stirling's formula leaves out, ln Γ(x) − [(x − ½) ln x − x + ½ ln 2π], about 1/(12x).
pub(crate) fn stirling_rest(x: f64) -> f64 {
    if x < LARGE {
        // From Γ(x + 1) = x Γ(x).
        return stirling_rest(x + 1.0) + (x + 0.5) * (1.0 / x).ln_1p() - 1.0;
    }
    let (u, terms) = (
        1.0 / (x * x),
        [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0],
    );
    terms.iter().rev().fold(0.0, |sum, term| sum * u + term) / x
}

/// The derivative of [`stirling_rest`], for large x.
fn stirling_slope(x: f64) -> f64 {
    let (u, terms) = (
        1.0 / (x * x),
        [-1.0 / 12.0, 1.0 / 120.0, -1.0 / 252.0, 1.0 / 240.0, -1.0 / 132.0],
    );
    terms.iter().rev().fold(0.0, |sum, term| sum * u + term) * u
}

/// ψ(x + 1) − ln x, about 1/(2x).
pub(crate) fn digamma_gap(x: f64) -> f64 {
    if x < LARGE {
        return (x + 1.0).digamma() - x.ln();
    }
    0.5 / x + stirling_slope(x)
}

/// ln Γ(p) − ln Γ(q) − (p − q) ψ(q) ≥ 0: how far ln Γ lies above its tangent at q.
pub(crate) fn ln_gamma_gap(mut p: f64, mut q: f64) -> f64 {
    // ln Γ(x) = ln Γ(x + 1) − ln x, until Stirling's formula holds.
    let mut sum = 0.0;
    while p.min(q) < LARGE {
        sum += log_gap(p, q);
        (p, q) = (p + 1.0, q + 1.0);
    }
    let (step, gap) = (p - q, log_gap(p, q));
    // (p − ½) ln(p/q) − step + step/(2q), with ln(p/q) = step/q − gap.
    let stirling = step * step / q - p * gap + 0.5 * gap;
    let rest = stirling_rest(p) - stirling_rest(q) - step * stirling_slope(q);
    sum + stirling + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether two numbers agree to 12 digits. The right ones come from arithmetic with 60 digits.
    #[track_caller]
    fn agree(ours: f64, right: f64) {
        assert!((ours - right).abs() <= 1e-12 * right.abs(), "{ours:e}, not {right:e}");
    }

    #[test]
    fn the_gap_of_the_logarithm() {
        assert_eq!(log_gap(1.0, 1.0), 0.0);
        agree(log_gap(1.0 + 2f64.powi(-30), 1.0), 4.336_808_687_249_372_5e-19);
        agree(log_gap(0.7, 1.0), 0.056_674_943_938_732_4);
        agree(log_gap(1.4999, 1.0), 0.094_501_560_780_823_28);
        agree(log_gap(3.0, 1e-20), 3e20);
        agree(log_gap(1e-20, 3.0), 46.150_314_148_549_02);
        agree(log_gap(1e15 + 1.0, 1e15), 4.999_999_999_999_997e-31);
    }

    #[test]
    fn the_gap_of_the_digamma_function() {
        agree(digamma_gap(1e-20), 45.474_486_194_979_38);
        agree(digamma_gap(1e-3), 6.332_183_347_171_837);
        agree(digamma_gap(1.0), 0.422_784_335_098_467_14); // 1 less Euler's constant
        agree(digamma_gap(15.9), 0.031_117_042_710_594_305);
        agree(digamma_gap(16.0), 0.030_924_606_087_679_13);
        agree(digamma_gap(100.0), 0.004_991_666_749_996_032);
        agree(digamma_gap(1e15), 4.999_999_999_999_999e-16);
    }

    #[test]
    fn the_rest_of_stirlings_formula() {
        agree(stirling_rest(1e-20), 22.106_912_396_735_784);
        agree(stirling_rest(1e-3), 2.542_270_467_967_094_5);
        agree(stirling_rest(0.5), 0.153_426_409_720_027_35); // ½ (1 − ln 2)
        agree(stirling_rest(1.0), 0.081_061_466_795_327_26); // 1 − ½ ln 2π
        agree(stirling_rest(15.9), 0.005_240_399_880_756_108);
        agree(stirling_rest(16.0), 0.005_207_655_919_609_640_4);
        agree(stirling_rest(100.0), 8.333_305_556_349_147e-4);
        agree(stirling_rest(1e15), 8.333_333_333_333_333e-17);
    }

    #[test]
    fn the_gap_of_the_gamma_function() {
        assert_eq!(ln_gamma_gap(7.0, 7.0), 0.0);
        agree(ln_gamma_gap(2.0, 1.0), 0.577_215_664_901_532_9); // Euler's constant
        agree(ln_gamma_gap(1.0, 2.0), 0.422_784_335_098_467_14);
        agree(ln_gamma_gap(1e-20, 1.0), 45.474_486_194_979_38);
        agree(ln_gamma_gap(1.0, 1e-20), 1e20);
        agree(ln_gamma_gap(0.5, 0.75), 0.097_618_771_546_786_67);
        agree(ln_gamma_gap(20.0, 21.0), 0.024_791_718_688_158_057);
        agree(ln_gamma_gap(1e15, 1e15 + 1.0), 4.999_999_999_999_999e-16);
        agree(ln_gamma_gap(1e15 + 1.0, 1e15), 5.000_000_000_000_001e-16);
        agree(ln_gamma_gap(300.0, 2.0), 1_283.212_335_611_068_6);
        agree(ln_gamma_gap(2.0, 300.0), 290.028_167_384_850_1);
        agree(ln_gamma_gap(16.0, 1e15), 999_999_999_999_491.1);
    }
}
