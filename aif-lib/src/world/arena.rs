//! A rat in a square box, of which nobody asks anything: it walks about, smoothly, and sees where it is.
//!
//! The walk is that of the RatInABox library, whose numbers were fitted to rats that foraged in a box of one metre: speed and
//! turning each follow an Ornstein-Uhlenbeck process, so that a moment later they are much what they were. Here the walls reflect
//! it; the library's repel it. Source: George et al. (2024).

use std::f64::consts::TAU;

use crate::prob::random::{Rng, standard_normal, uniform01};

/// The side of the box, in m.
pub const SIDE: f64 = 1.0;
/// The scale σ of the speed, in m/s: it has a Rayleigh distribution, with mean σ √(π/2), some .1 m/s.
pub const SPEED: f64 = 0.08;
/// How long the speed stays much the same, in s.
pub const SPEED_TIME: f64 = 0.7;
/// The standard deviation of the turning, in rad/s: 120 degrees a second.
pub const TURNING: f64 = 120.0 / 360.0 * TAU;
/// How long the turning stays much the same, in s.
pub const TURNING_TIME: f64 = 0.08;

/// One step of an Ornstein-Uhlenbeck process around 0, exact for any time step.
///
/// ```text
/// x′ = e^(−dt/τ) x + √(1 − e^(−2 dt/τ)) σ ξ,     ξ standard normal
/// ```
/// Its deviation is σ always, and its correlation with what it was t ago is e^(−t/τ). Source: Uhlenbeck & Ornstein (1930).
pub fn ornstein_uhlenbeck(
    x: f64,
    deviation: f64,
    time: f64,
    dt: f64,
    rng: &mut dyn Rng,
) -> f64 {
    let kept = (-dt / time).exp();
    kept * x + (1.0 - kept * kept).sqrt() * deviation * standard_normal(rng)
}

/// Where the rat is and how it moves.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut rng = seeded(1);
/// let mut rat = Rat::new(&mut rng);
/// let path: Vec<[f64; 2]> = (0..1000).map(|_| rat.step(0.05, &mut rng)).collect(); // 50 seconds
/// assert!(path.iter().flatten().all(|x| (0.0..=arena::SIDE).contains(x)));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Rat {
    place: [f64; 2],
    heading: f64,
    turning: f64,
    pace: [f64; 2], // two normal numbers, whose length is the speed
}

impl Rat {
    /// A rat anywhere in the box, on its way in any direction.
    pub fn new(rng: &mut dyn Rng) -> Self {
        Self {
            place: [(); 2].map(|()| SIDE * uniform01(rng)),
            heading: TAU * uniform01(rng),
            turning: TURNING * standard_normal(rng),
            pace: [(); 2].map(|()| SPEED * standard_normal(rng)),
        }
    }

    /// Where it is.
    pub fn place(&self) -> [f64; 2] {
        self.place
    }

    /// How fast it moves, in m/s: the length of two independent normal numbers, which has a Rayleigh distribution.
    pub fn speed(&self) -> f64 {
        self.pace[0].hypot(self.pace[1])
    }

    /// How fast it turns, in rad/s.
    pub fn turning(&self) -> f64 {
        self.turning
    }

    /// Walks on for a moment of dt seconds and says where it is then.
    pub fn step(&mut self, dt: f64, rng: &mut dyn Rng) -> [f64; 2] {
        self.turning = ornstein_uhlenbeck(self.turning, TURNING, TURNING_TIME, dt, rng);
        self.pace = self.pace.map(|x| ornstein_uhlenbeck(x, SPEED, SPEED_TIME, dt, rng));
        self.heading += self.turning * dt;
        let way = self.speed() * dt;
        let (x, across) = reflected(self.place[0] + way * self.heading.cos());
        let (y, along) = reflected(self.place[1] + way * self.heading.sin());
        self.place = [x, y];
        let (cos, sin) = (across * self.heading.cos(), along * self.heading.sin());
        self.heading = sin.atan2(cos);
        self.place
    }
}

/// A place beyond a wall, thrown back into the box, and the sign that its direction gets.
fn reflected(x: f64) -> (f64, f64) {
    let folded = x.rem_euclid(2.0 * SIDE);
    if folded <= SIDE { (folded, 1.0) } else { (2.0 * SIDE - folded, -1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;
    use crate::prob::stats::mean_interval;

    /// The mean over 40 rats of what is measured on a walk of 200 seconds, with its interval.
    fn measured(
        measure: &dyn Fn(&mut Rat, &mut dyn Rng) -> f64,
    ) -> crate::prob::stats::Interval {
        let walk = |seed| {
            let mut rng = seeded(seed);
            let mut rat = Rat::new(&mut rng);
            measure(&mut rat, &mut rng)
        };
        mean_interval(&(0..40).map(walk).collect::<Vec<f64>>()).unwrap()
    }

    const STEPS: usize = 4000;
    const DT: f64 = 0.05;

    #[test]
    fn speed_and_turning_have_the_statistics_of_the_rat() {
        let mean = |f: &dyn Fn(&Rat) -> f64| {
            measured(&|rat, rng| {
                let one = |_| {
                    rat.step(DT, rng);
                    f(rat)
                };
                (0..STEPS).map(one).sum::<f64>() / STEPS as f64
            })
        };
        // Rayleigh: mean σ √(π/2), mean square 2 σ².
        assert!(mean(&Rat::speed).contains(SPEED * (TAU / 4.0).sqrt()));
        assert!(mean(&|rat| rat.speed().powi(2)).contains(2.0 * SPEED * SPEED));
        let turning = mean(&|rat| rat.turning().powi(2));
        assert!(turning.contains((TAU / 3.0).powi(2)), "{turning:?}");
        assert!(turning.hi - turning.lo < 0.2, "{turning:?}");
        // Nowhere more often than elsewhere: reflection keeps a uniform place uniform.
        assert!(mean(&|rat| rat.place()[0]).contains(0.5));
        assert!(mean(&|rat| f64::from(rat.place()[1] < 0.1)).contains(0.1));
    }

    #[test]
    fn what_it_did_a_moment_ago_it_does_still() {
        // After the time τ the correlation is 1/e: .7 s are 14 steps of .05 s, .08 s are 4 of .02 s.
        let correlation = |dt: f64, lag: usize, f: &dyn Fn(&Rat) -> f64| {
            measured(&|rat, rng| {
                let one = |_| {
                    rat.step(dt, rng);
                    f(rat)
                };
                let x: Vec<f64> = (0..STEPS).map(one).collect();
                let square = x.iter().map(|x| x * x).sum::<f64>() / STEPS as f64;
                let later = x.iter().zip(&x[lag..]).map(|(x, y)| x * y).sum::<f64>();
                later / (STEPS - lag) as f64 / square
            })
        };
        let e = (-1f64).exp();
        let pace = correlation(0.05, 14, &|rat| rat.pace[0]);
        assert!((pace.mean - e).abs() < 0.05, "{pace:?}");
        let turning = correlation(0.02, 4, &Rat::turning);
        assert!((turning.mean - e).abs() < 0.02, "{turning:?}");
    }

    #[test]
    fn a_wall_turns_it_round() {
        assert_eq!(reflected(0.4), (0.4, 1.0));
        let (x, sign) = reflected(1.25);
        assert!((x - 0.75).abs() < 1e-12 && sign == -1.0);
        let (x, sign) = reflected(-0.25);
        assert!((x - 0.25).abs() < 1e-12 && sign == -1.0);
        let mut rat =
            Rat { place: [0.999, 0.5], heading: 0.0, turning: 0.0, pace: [0.5, 0.0] };
        rat.step(0.05, &mut seeded(1));
        assert!(rat.heading.cos() < 0.0 && rat.place[0] < 1.0, "{rat:?}");
    }
}
