//! Drift-diffusion: evidence walks at random between two boundaries, and the first one that it reaches decides.
//!
//! The evidence begins at a part w of the way from the lower boundary, 0, to the upper one, a. It moves by v a second on
//! average, with variance 1 a second. The time to decide is the walk and whatever else takes time.
//!
//! Source: Ratcliff (1978); the density by Navarro & Fuss (2009).

use std::f64::consts::PI;

use super::random::{Rng, standard_normal, uniform01};
use crate::error::{Error, Result};

/// A diffusion between two boundaries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Diffusion {
    /// v: how fast the evidence moves towards the upper boundary; below 0 towards the lower one.
    pub drift: f64,
    /// a: how far the boundaries are apart.
    pub boundary: f64,
    /// w: where the walk begins, as a part of the way up.
    pub start: f64,
    /// What else takes time: seeing, pressing.
    pub delay: f64,
}

/// Which boundary was reached, and when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passage {
    /// Whether it was the upper one.
    pub upper: bool,
    /// The time, with the delay.
    pub time: f64,
}

impl Diffusion {
    /// A diffusion that begins half-way, without delay.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the drift is not finite, or the boundary is not above 0.
    pub fn new(drift: f64, boundary: f64) -> Result<Self> {
        let diffusion = Self { drift, boundary, start: 0.5, delay: 0.0 };
        diffusion.check()?;
        Ok(diffusion)
    }

    fn check(&self) -> Result<()> {
        let bad = |name, value, expected| Err(Error::Parameter { name, value, expected });
        if !self.drift.is_finite() {
            return bad("drift", self.drift, "a drift is a finite number");
        }
        if !(self.boundary.is_finite() && self.boundary > 0.0) {
            return bad(
                "boundary",
                self.boundary,
                "the boundaries are apart: a finite number above 0",
            );
        }
        if !(self.start > 0.0 && self.start < 1.0) {
            return bad(
                "start",
                self.start,
                "the walk begins between the boundaries: above 0 and below 1",
            );
        }
        if !(self.delay.is_finite() && self.delay >= 0.0) {
            return bad("delay", self.delay, "a delay is a finite number from 0 on");
        }
        Ok(())
    }

    /// The same seen from the other side: up is down.
    fn mirrored(&self) -> Self {
        Self { drift: -self.drift, start: 1.0 - self.start, ..*self }
    }

    /// The probability that the upper boundary is reached first.
    ///
    /// ```text
    /// P = (1 − e^(−2vaw)) / (1 − e^(−2va)),    w where v = 0
    /// ```
    ///
    /// # Errors
    /// [`Error::Parameter`]: a setting that cannot be.
    pub fn probability_upper(&self) -> Result<f64> {
        self.check()?;
        let (x, w) = (-2.0 * self.drift * self.boundary, self.start);
        Ok(match x {
            0.0 => w,
            // Both ends of the fraction would overflow.
            x if x > 700.0 => (x * (w - 1.0)).exp(),
            x => (x * w).exp_m1() / x.exp_m1(),
        })
    }

    /// The mean time to a decision, whichever it is.
    ///
    /// ```text
    /// E[T] = (a P − a w)/v,    a² w (1 − w) where v = 0;    and the delay
    /// ```
    /// Wald's identity: on average the evidence has moved by v times the time.
    ///
    /// # Errors
    /// [`Error::Parameter`]: a setting that cannot be.
    ///
    /// ```
    /// use aif_lib::prob::first_passage::Diffusion;
    /// // Half-way between boundaries 2 apart, without drift: 2² · ½ · ½.
    /// assert_eq!(Diffusion::new(0.0, 2.0)?.mean_time()?, 1.0);
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn mean_time(&self) -> Result<f64> {
        let up = self.probability_upper()?;
        let (v, a, w) = (self.drift, self.boundary, self.start);
        // Near 0 the difference of two nearly equal numbers would be divided by hardly anything.
        let walk = if (v * a).abs() < 1e-4 {
            let x = v * a;
            a * a * w * (1.0 - w) * (1.0 + x * (1.0 - 2.0 * w) / 3.0)
        } else {
            a * (up - w) / v
        };
        Ok(walk + self.delay)
    }

    /// The density of reaching one boundary at a time: how probable this decision is just then.
    ///
    /// ```text
    /// p(t, lower) = a⁻² e^(−vaw − v²t/2) f(t/a² | w),    p(t, upper): with −v and 1 − w
    /// f(τ | w) = π Σₖ k e^(−k²π²τ/2) sin(kπw)                        for long times, k = 1, 2, …
    ///          = (2πτ³)^(−½) Σₖ (w + 2k) e^(−(w + 2k)²/2τ)           for short ones, k = …, −1, 0, 1, …
    /// ```
    /// Both series are the same function. Each is summed until what is left out is below 10⁻¹², and the one that needs fewer
    /// terms is taken, by the bounds of Navarro and Fuss.
    ///
    /// # Errors
    /// [`Error::Parameter`]: a setting that cannot be.
    ///
    /// ```
    /// use aif_lib::prob::first_passage::Diffusion;
    /// let walk = Diffusion::new(1.0, 2.0)?;
    /// // From the middle both decisions have the same times; up is e^(va) times as frequent.
    /// assert!((walk.density(0.7, true)? / walk.density(0.7, false)? - 2f64.exp()).abs() < 1e-9);
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn density(&self, time: f64, upper: bool) -> Result<f64> {
        self.check()?;
        let Self { drift: v, boundary: a, start: w, delay } =
            if upper { self.mirrored() } else { *self };
        let t = time - delay;
        // NaN is no time either.
        if !(t > 0.0 && t.is_finite()) {
            return Ok(0.0);
        }
        Ok((-v * a * w - 0.5 * v * v * t).exp() / (a * a) * standard(t / (a * a), w))
    }

    /// Walks once, in steps of `dt`.
    ///
    /// A walk that is inside at both ends of a step may have been outside in between; the probability of that is known, so the
    /// coarse steps do not make decisions late.
    ///
    /// # Errors
    /// [`Error::Parameter`]: a setting that cannot be, or a step that is not above 0.
    pub fn simulate(&self, dt: f64, rng: &mut dyn Rng) -> Result<Passage> {
        self.check()?;
        if !(dt.is_finite() && dt > 0.0) {
            let expected = "a time step is a finite number above 0";
            return Err(Error::Parameter { name: "dt", value: dt, expected });
        }
        let mut x = self.start * self.boundary;
        let mut time = self.delay;
        loop {
            let next = x + self.drift * dt + dt.sqrt() * standard_normal(rng);
            let crossed = |from: f64, to: f64| {
                if to <= 0.0 { 1.0 } else { (-2.0 * from * to / dt).exp() }
            };
            let (down, up) =
                (crossed(x, next), crossed(self.boundary - x, self.boundary - next));
            time += dt;
            let chance = uniform01(rng);
            if chance < down + up {
                // On average half of the step was needed.
                return Ok(Passage { upper: chance >= down, time: time - 0.5 * dt });
            }
            x = next;
        }
    }
}

/// What may be left out of a series.
const LEFT_OUT: f64 = 1e-12;

/// The density of reaching 0 at time τ from w, without drift, with boundaries 0 and 1.
fn standard(tau: f64, w: f64) -> f64 {
    let bound = PI * tau * LEFT_OUT;
    let long = {
        let least = 1.0 / (PI * tau.sqrt());
        if bound < 1.0 {
            (-2.0 * bound.ln() / (PI * PI * tau)).sqrt().max(least)
        } else {
            least
        }
    };
    let short = {
        let bound = 2.0 * (2.0 * PI * tau).sqrt() * LEFT_OUT;
        if bound < 1.0 {
            (2.0 + (-2.0 * tau * bound.ln()).sqrt()).max(tau.sqrt() + 1.0)
        } else {
            2.0
        }
    };
    let sum =
        if short < long { short_series(tau, w, short) } else { long_series(tau, w, long) };
    sum.max(0.0)
}

fn long_series(tau: f64, w: f64, terms: f64) -> f64 {
    let term = |k: u32| {
        let k = f64::from(k);
        k * (-0.5 * k * k * PI * PI * tau).exp() * (k * PI * w).sin()
    };
    PI * (1..=terms.ceil() as u32).map(term).sum::<f64>()
}

fn short_series(tau: f64, w: f64, terms: f64) -> f64 {
    let half = (terms / 2.0).ceil() as i32;
    let term = |k: i32| {
        let x = w + 2.0 * f64::from(k);
        x * (-0.5 * x * x / tau).exp()
    };
    (-half..=half).map(term).sum::<f64>() / (2.0 * PI * tau.powi(3)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;
    use crate::prob::stats::{mean_interval, proportion_interval};

    fn cases() -> Vec<Diffusion> {
        let mut cases = Vec::new();
        for drift in [-1.5, -0.4, 0.0, 0.7, 2.0] {
            for (boundary, start) in [(1.0, 0.5), (2.0, 0.3), (1.5, 0.8)] {
                cases.push(Diffusion { drift, boundary, start, delay: 0.2 });
            }
        }
        cases
    }

    /// ∫ g(t) p(t) dt by Simpson's rule, fine where the density rises.
    fn integral(walk: &Diffusion, upper: bool, g: &dyn Fn(f64) -> f64) -> f64 {
        let panel = |from: f64, to: f64, n: usize| {
            let h = (to - from) / n as f64;
            let weight =
                |i: usize| if i == 0 || i == n { 1.0 } else { 2.0 + 2.0 * (i % 2) as f64 };
            let value = |i: usize| {
                let t = from + h * i as f64;
                weight(i) * g(t) * walk.density(t, upper).unwrap()
            };
            (0..=n).map(value).sum::<f64>() * h / 3.0
        };
        panel(0.2, 0.7, 4000) + panel(0.7, 5.2, 8000) + panel(5.2, 45.2, 4000)
    }

    #[test]
    fn the_density_integrates_to_the_closed_forms() {
        for walk in cases() {
            let (up, down) =
                (integral(&walk, true, &|_| 1.0), integral(&walk, false, &|_| 1.0));
            assert!(
                (up - walk.probability_upper().unwrap()).abs() < 1e-8,
                "{walk:?}: {up}"
            );
            assert!((up + down - 1.0).abs() < 1e-8, "{walk:?}");
            let mean = integral(&walk, true, &|t| t) + integral(&walk, false, &|t| t);
            assert!((mean - walk.mean_time().unwrap()).abs() < 1e-7, "{walk:?}: {mean}");
        }
    }

    #[test]
    fn both_series_are_one_function() {
        for tau in [0.05, 0.1, 0.2, 0.5, 1.0] {
            for w in [0.1, 0.5, 0.77] {
                let (long, short) = (long_series(tau, w, 40.0), short_series(tau, w, 40.0));
                assert!((long - short).abs() < 1e-11, "{tau} {w}: {long} {short}");
                assert!((standard(tau, w) - long).abs() < 1e-11);
            }
        }
    }

    #[test]
    fn without_drift_and_nearly_so_the_mean_times_meet() {
        for start in [0.2, 0.5, 0.9] {
            let at = |drift| {
                Diffusion { drift, boundary: 2.0, start, delay: 0.0 }.mean_time().unwrap()
            };
            assert!((at(0.0) - 4.0 * start * (1.0 - start)).abs() < 1e-12);
            // Both sides of the border between the two formulas.
            assert!(
                (at(4.9e-5) - at(5.1e-5)).abs() < 1e-5
                    && (at(-4.9e-5) - at(-5.1e-5)).abs() < 1e-5
            );
        }
        let steep = Diffusion { drift: -400.0, boundary: 2.0, start: 0.5, delay: 0.0 };
        assert!(steep.probability_upper().unwrap() < 1e-300);
        assert_eq!(Diffusion { drift: 400.0, ..steep }.probability_upper().unwrap(), 1.0);
    }

    #[test]
    fn walks_decide_as_the_closed_forms_say() {
        for (i, walk) in cases().into_iter().enumerate().step_by(2) {
            let mut rng = seeded(i as u64);
            let walks: Vec<Passage> =
                (0..4000).map(|_| walk.simulate(0.01, &mut rng).unwrap()).collect();
            let up = walks.iter().filter(|passage| passage.upper).count();
            let seen = proportion_interval(up, walks.len()).unwrap();
            let p = walk.probability_upper().unwrap();
            assert!(
                (seen.mean - p).abs() < 4.0 * (p * (1.0 - p) / 4000.0).sqrt() + 1e-3,
                "{walk:?}: {seen:?} {p}"
            );
            let times: Vec<f64> = walks.iter().map(|passage| passage.time).collect();
            let mean = mean_interval(&times).unwrap();
            let off = (mean.mean - walk.mean_time().unwrap()).abs();
            assert!(off < 2.1 * (mean.hi - mean.mean) + 2e-3, "{walk:?}: {mean:?}");
        }
    }

    #[test]
    fn what_cannot_be_is_told() {
        let good = Diffusion::new(1.0, 1.0).unwrap();
        for bad in [
            Diffusion { boundary: 0.0, ..good },
            Diffusion { start: 1.0, ..good },
            Diffusion { start: f64::NAN, ..good },
            Diffusion { drift: f64::INFINITY, ..good },
            Diffusion { delay: -0.1, ..good },
        ] {
            assert!(bad.density(1.0, true).is_err() && bad.mean_time().is_err(), "{bad:?}");
            assert!(bad.simulate(0.01, &mut seeded(1)).is_err());
        }
        assert!(good.simulate(0.0, &mut seeded(1)).is_err());
        assert_eq!(good.density(f64::NAN, true).unwrap(), 0.0);
    }
}
