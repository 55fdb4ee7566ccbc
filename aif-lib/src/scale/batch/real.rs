//! The two widths of numbers that a batch computes with, a row of lanes at a time.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, Sub};

use crate::prob::info::xlogx;

/// How many agents stand side by side. A row of them is one array, so that a loop over it is a loop of known length, which
/// the compiler writes with the widest instructions that it may use.
pub const LANES: usize = 16;

/// One number for each of [`LANES`] agents.
pub type Row<R> = [R; LANES];

/// A floating-point number: `f64`, with the library's own functions, or `f32`, with polynomials that have no branch.
pub trait Real:
    Copy
    + Debug
    + PartialOrd
    + Send
    + Sync
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + 'static
{
    const ZERO: Self;
    const ONE: Self;
    const INFINITY: Self;
    const NAN: Self;
    /// Values closer than this, relative to the largest, are a tie: rounding is larger in `f32`.
    const TIE: Self;
    fn of(x: f64) -> Self;
    fn to(self) -> f64;
    fn bits(self) -> u64;
    /// x ln x in each lane, 0 at 0.
    fn xlogx(row: &Row<Self>) -> Row<Self>;
    /// eˣ in each lane, for x ≤ 0.
    fn exp(row: &Row<Self>) -> Row<Self>;
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const INFINITY: Self = Self::INFINITY;
    const NAN: Self = Self::NAN;
    const TIE: Self = crate::prob::ties::TIE;
    fn of(x: f64) -> Self {
        x
    }
    fn to(self) -> f64 {
        self
    }
    fn bits(self) -> u64 {
        self.to_bits()
    }
    #[inline]
    fn xlogx(row: &Row<Self>) -> Row<Self> {
        row.map(|x| if x == 1.0 { 0.0 } else { xlogx(x) }) // ln 1 is 0 without being asked
    }
    #[inline]
    fn exp(row: &Row<Self>) -> Row<Self> {
        row.map(Self::exp)
    }
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const INFINITY: Self = Self::INFINITY;
    const NAN: Self = Self::NAN;
    const TIE: Self = 1e-5;
    fn of(x: f64) -> Self {
        x as Self
    }
    fn to(self) -> f64 {
        f64::from(self)
    }
    fn bits(self) -> u64 {
        u64::from(self.to_bits())
    }
    #[inline]
    fn xlogx(row: &Row<Self>) -> Row<Self> {
        let mut y = [0.0; LANES];
        for (y, &x) in y.iter_mut().zip(row) {
            *y = x * ln(x);
        }
        y
    }
    #[inline]
    fn exp(row: &Row<Self>) -> Row<Self> {
        let mut y = [0.0; LANES];
        for (y, &x) in y.iter_mut().zip(row) {
            *y = exp(x);
        }
        y
    }
}

/// ln x for 0 ≤ x < ∞, to the last digit or two; some number below −87 for 0, so that x ln x is 0 there.
///
/// ```text
/// x = m 2ᵏ with m from √½ to √2,    ln x = k ln 2 + 2 artanh z,    z = (m − 1) / (m + 1),    |z| < 0.1716
/// ```
#[inline]
fn ln(x: f32) -> f32 {
    const HALF_ROOT: u32 = 0x3f35_04f3; // the bits of √½
    let shifted = x.to_bits().wrapping_sub(HALF_ROOT);
    let k = ((shifted as i32) >> 23) as f32;
    let m = f32::from_bits((shifted & 0x007f_ffff) + HALF_ROOT);
    let z = (m - 1.0) / (m + 1.0);
    let w = z * z;
    let series = 1.0 + w * (1.0 / 3.0 + w * (0.2 + w * (1.0 / 7.0 + w * (1.0 / 9.0))));
    // ln 2 in two parts: the first has so few digits that k times it is exact.
    k * 0.693_359_4 + (2.0 * z * series - k * 2.121_944_4e-4)
}

/// eˣ for x ≤ 0, to the last digit or two; 0 below −87.
///
/// ```text
/// x = k ln 2 + r with |r| ≤ ½ ln 2,    eˣ = 2ᵏ eʳ,    eʳ by its Taylor series
/// ```
#[inline]
fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 · 2²³: adding it leaves a whole number in the last bits
    let inside = if x > -87.0 { x } else { -87.0 };
    let shifted = inside * std::f32::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (inside - k * 0.693_359_4) + k * 2.121_944_4e-4;
    let e = 1.0 / 120.0 + r * (1.0 / 720.0 + r * (1.0 / 5040.0));
    let e = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * e))));
    let exponent =
        (shifted.to_bits().wrapping_sub(ROUND.to_bits())).wrapping_add(127) << 23;
    let power = f32::from_bits(exponent);
    if x > -87.0 { e * power } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_logarithms_and_exponentials_are_right_to_their_last_digits() {
        for i in 1..200_000 {
            let x = (i as f32) * 1e-5;
            let right = f64::from(x) * f64::from(x).ln();
            let off = (f64::from(x * ln(x)) - right).abs();
            assert!(off < 4e-7 * right.abs().max(0.02), "{x}: {off:e}");
        }
        for i in 0..200_000 {
            let x = -(i as f32) * 4e-4;
            let right = f64::from(x).exp();
            let off = (f64::from(exp(x)) - right).abs() / right;
            assert!(off < 4e-7, "{x}: {off:e}");
        }
    }

    #[test]
    fn the_borders_are_what_they_must_be() {
        let ends = [0.0, 1.0, f32::MIN_POSITIVE, 1e-40, 0.5];
        let mut row = [0.0f32; LANES];
        row[..5].copy_from_slice(&ends);
        let y = <f32 as Real>::xlogx(&row);
        assert_eq!(y[..2], [0.0, 0.0]);
        assert!(y[2].abs() < 1e-35 && y[3].abs() < 1e-35);
        assert!((y[4] + 0.5 * 2f32.ln()).abs() < 1e-7);
        row[..3].copy_from_slice(&[0.0, -1e30, f32::NEG_INFINITY]);
        assert_eq!(<f32 as Real>::exp(&row)[..3], [1.0, 0.0, 0.0]);
    }
}
