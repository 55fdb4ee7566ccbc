//! The loop of one joint, without noise and limits: where its poles are, and how much delay it bears.

use std::f64::consts::PI;

use crate::aif::continuous::generalised::Precisions;
use crate::rl::control::pid::PidGains;
use crate::world::arm::{DT, INERTIA};

/// A complex number: real and imaginary part.
pub type Complex = (f64, f64);

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn over(a: Complex, b: Complex) -> Complex {
    let size = b.0 * b.0 + b.1 * b.1;
    let top = times(a, (b.0, -b.1));
    (top.0 / size, top.1 / size)
}

/// A polynomial at a complex number; the highest coefficient comes first.
fn at(polynomial: &[f64], s: Complex) -> Complex {
    polynomial.iter().fold((0.0, 0.0), |sum, c| {
        let (re, im) = times(sum, s);
        (re + c, im)
    })
}

fn product(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut c = vec![0.0; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        b.iter().enumerate().for_each(|(j, y)| c[i + j] += x * y);
    }
    c
}

/// a + factor · b; the lowest coefficients stand below each other.
fn sum(a: &[f64], factor: f64, b: &[f64]) -> Vec<f64> {
    let n = a.len().max(b.len());
    let term = |x: &[f64], i: usize| (i + x.len()).checked_sub(n).map_or(0.0, |i| x[i]);
    (0..n).map(|i| term(a, i) + factor * term(b, i)).collect()
}

/// The roots of a polynomial, its highest coefficient first, all at once.
///
/// Each guess moves by p(x) / Π (x − other guesses), until nothing moves. Source: Durand (1960), Kerner (1966).
///
/// # Panics
/// When there is no coefficient, or the first is 0.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut roots = loops::roots(&[1.0, 0.0, 4.0]); // s² + 4
/// roots.sort_by(|a, b| a.1.total_cmp(&b.1));
/// assert!((roots[0].1 + 2.0).abs() < 1e-12 && roots[0].0.abs() < 1e-12);
/// ```
#[track_caller]
pub fn roots(polynomial: &[f64]) -> Vec<Complex> {
    let Some(first) = polynomial.first().filter(|c| **c != 0.0) else {
        panic!("roots: the highest coefficient must not be 0");
    };
    let p: Vec<f64> = polynomial.iter().map(|c| c / first).collect();
    // All roots lie within this circle (Fujiwara).
    let size =
        (1..p.len()).map(|i| 2.0 * p[i].abs().powf(1.0 / i as f64)).fold(1e-12, f64::max);
    let mut x: Vec<Complex> = (0..p.len() - 1)
        .map(|i| {
            let turn = 0.4 + 2.0 * PI * i as f64 / (p.len() - 1) as f64;
            (0.5 * size * turn.cos(), 0.5 * size * turn.sin())
        })
        .collect();
    for _ in 0..2000 {
        let mut moved = 0.0f64;
        for i in 0..x.len() {
            let others = (0..x.len()).filter(|j| *j != i);
            let apart = others
                .fold((1.0, 0.0), |m, j| times(m, (x[i].0 - x[j].0, x[i].1 - x[j].1)));
            let step = over(at(&p, x[i]), apart);
            x[i] = (x[i].0 - step.0, x[i].1 - step.1);
            moved = moved.max(step.0.hypot(step.1));
        }
        if moved < 1e-14 * size {
            break;
        }
    }
    x
}

/// A controller and a joint in a loop that is cut at the sensor: what comes back, as numerator / denominator in s.
#[derive(Debug, Clone, PartialEq)]
pub struct Loop {
    /// The numerator, highest coefficient first.
    pub num: Vec<f64>,
    /// The denominator, highest coefficient first.
    pub den: Vec<f64>,
}

/// The friction of the shoulder, for each unit of its rough inertia, in 1/s.
pub const FRICTION: f64 = 0.5 / INERTIA[0];

impl Loop {
    /// A joint ẍ = u − b ẋ that a controller N(s)/D(s) moves against what it senses.
    fn around(num: &[f64], den: &[f64], friction: f64) -> Self {
        Self { num: num.to_vec(), den: product(den, &[1.0, friction, 0.0]) }
    }

    /// Active inference on a joint with this friction.
    ///
    /// With D = (s + p + α² w)(s + r + w) + α w (1 − α w) the belief and the reflex are
    /// ```text
    /// u = −y · k/(s D) · {(p + r s) D − p [p (s + r + w) + (1 − α w) r s] − r [(s + p + α² w) r s − α w p]}
    /// ```
    /// One division by s remains: an integrator that no precision can take away.
    pub fn active(g: &Precisions, friction: f64) -> Self {
        let (a, p, r, w) = (g.pull, g.position, g.velocity, g.dynamics);
        let (place, motion) = ([1.0, p + a * a * w], [1.0, r + w]);
        let (down, up) = (a * w, 1.0 - a * w);
        let d = sum(&product(&place, &motion), down * up, &[1.0]);
        let mu = sum(&motion.map(|c| c * p), up * r, &[1.0, 0.0]);
        let speed = sum(&product(&place, &[r, 0.0]), -down * p, &[1.0]);
        let n = sum(&sum(&product(&[r, p], &d), -p, &mu), -r, &speed);
        let n: Vec<f64> = n.iter().map(|c| g.action * c).collect();
        Self::around(&n, &product(&d, &[1.0, 0.0]), friction)
    }

    /// PID on a joint with this friction, the velocity smoothed.
    pub fn pid(g: &PidGains, friction: f64) -> Self {
        // (p + i / s) + d s / (1 + T s)
        let slow = [g.smooth, 1.0];
        let num = sum(&product(&[g.p, g.i], &slow), g.d, &[1.0, 0.0, 0.0]);
        let mut den = product(&[1.0, 0.0], &slow);
        let mut num = num;
        if g.smooth == 0.0 {
            den.remove(0);
        }
        if g.i == 0.0 {
            num.pop();
            den.pop();
        }
        Self::around(&num, &den, friction)
    }

    /// The poles of the closed loop: the roots of numerator + denominator. Stable if all real parts are below 0.
    pub fn poles(&self) -> Vec<Complex> {
        roots(&sum(&self.den, 1.0, &self.num))
    }

    /// The largest real part of the poles.
    pub fn growth(&self) -> f64 {
        self.poles().iter().map(|s| s.0).fold(f64::NEG_INFINITY, f64::max)
    }

    /// How much additional delay of its senses the loop bears before it swings up, in s.
    ///
    /// A frequency that comes back as strong as it left, with phase −π + φ, may be late by φ / ω. The margin is the
    /// least over all such frequencies from .01 to 1000 rad/s. Half a step for the torque that is held is not taken off.
    pub fn delay_margin(&self) -> f64 {
        let gain = |w: f64| {
            let back = over(at(&self.num, (0.0, w)), at(&self.den, (0.0, w)));
            (back.0.hypot(back.1), back.1.atan2(back.0))
        };
        let grid: Vec<f64> =
            (0..=5000).map(|i| 10f64.powf(-2.0 + f64::from(i) / 1000.0)).collect();
        let crossings =
            grid.windows(2).filter(|w| (gain(w[0]).0 > 1.0) != (gain(w[1]).0 > 1.0));
        let margins = crossings.map(|w| {
            let (mut lo, mut hi) = (w[0], w[1]);
            let above = gain(lo).0 > 1.0;
            for _ in 0..60 {
                let middle = (lo + hi) / 2.0;
                if (gain(middle).0 > 1.0) == above { lo = middle } else { hi = middle }
            }
            let phase = gain(lo).1;
            (phase + PI) / lo
        });
        margins.fold(f64::INFINITY, f64::min)
    }

    /// The same in steps of control.
    pub fn delay_margin_in_steps(&self) -> f64 {
        self.delay_margin() / DT
    }
}
