//! [`Commons`]: a lake that grows back, five who fish in it, and as much law as they have.
//!
//! Each asks for 0 to 4. If they ask for more than there is, they get shares in proportion to what they asked for. Then what is
//! left grows. A law may say how much each may ask for ([`Commons::set_quota`]), look now and then, and fine.

mod chain;

pub use chain::{BINS, Ballot, GOES_ON, LakeChain, WIDTH};

use crate::error::{Error, Result};
use crate::interaction::{Action, Bounds, End, Society, Step};
use crate::prob::random::{Rng, standard_normal, uniform01};

/// How many fish in the lake.
pub const FISHERS: usize = 5;
/// What one can ask for: 0 to 4.
pub const REQUESTS: usize = 5;
/// A quota that forbids nothing.
pub const NO_QUOTA: usize = REQUESTS - 1;
/// What an outsider takes when it comes.
pub const OUTSIDER_TAKES: usize = 2;
/// The most that outsiders can be.
pub const MOST_OUTSIDERS: usize = 2;
/// The most that all others can ask for: four members and the outsiders.
pub const MOST_OTHERS: usize = (FISHERS - 1) * NO_QUOTA + MOST_OUTSIDERS * OUTSIDER_TAKES;

/// Where the numbers stand in what a member of [`Commons`] sees.
pub mod seen {
    /// Its private reading of the stock.
    pub const READING: usize = 0;
    /// What all others asked for in the step before, outsiders included.
    pub const OTHERS: usize = 1;
    /// What it caught.
    pub const CAUGHT: usize = 2;
    /// What all others caught.
    pub const OTHERS_CAUGHT: usize = 3;
    /// The fine that it paid.
    pub const FINED: usize = 4;
    /// Its record: how often it was fined of late, 0 to 2.
    pub const RECORD: usize = 5;
}

/// The lake: how it grows and how it is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lake {
    /// The rate of growth r. Default .3.
    pub growth: f64,
    /// The stock K at which nothing grows any more. Default 100.
    pub capacity: f64,
    /// The stock at the start. Default 50.
    pub start: f64,
    /// The standard deviation of the weather, in logarithms. Default .1.
    pub weather: f64,
    /// The standard deviation of a reading, in logarithms. Default .6.
    pub blur: f64,
}

impl Default for Lake {
    fn default() -> Self {
        Self { growth: 0.3, capacity: 100.0, start: 50.0, weather: 0.1, blur: 0.6 }
    }
}

impl Lake {
    /// The most that the lake can hold.
    pub const CEILING: f64 = 150.0;

    /// What each catches.
    ///
    /// ```text
    /// hᵢ = eᵢ · min(1, x / Σe)
    /// ```
    pub fn catches(stock: f64, requests: &[f64]) -> Vec<f64> {
        let asked: f64 = requests.iter().sum();
        let share = if asked > stock { stock / asked } else { 1.0 };
        requests.iter().map(|e| e * share).collect()
    }

    /// The stock after a harvest: it grows as it was before, loses the harvest, and has its weather, a standard normal number.
    ///
    /// ```text
    /// x ← (x + r x (1 − x/K) − H) · exp(σ ε − σ²/2),   0 if H ≥ x,   at most 150
    /// ```
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// let lake = Lake::default();
    /// assert_eq!(lake.next(50.0, 7.5, 0.05), 50.0); // all that has grown is taken; ε = σ/2 is weather that changes nothing
    /// ```
    pub fn next(&self, stock: f64, harvest: f64, weather: f64) -> f64 {
        if harvest >= stock {
            return 0.0;
        }
        let left = stock + self.growth * stock * (1.0 - stock / self.capacity) - harvest;
        let luck = (self.weather * weather - 0.5 * self.weather.powi(2)).exp();
        (left * luck).clamp(0.0, Self::CEILING)
    }

    /// Whether all numbers are in range.
    ///
    /// # Errors
    /// [`Error::Parameter`]: a number is not finite, the capacity, the start or the blur is not above 0, the growth or the weather is
    /// negative, or the start is above what the lake can hold.
    pub fn check(&self) -> Result<()> {
        let above = "use a finite number above 0";
        let at_least = "use a finite number from 0 on";
        for (name, value, right, expected) in [
            ("growth", self.growth, self.growth >= 0.0, at_least),
            ("capacity", self.capacity, self.capacity > 0.0, above),
            ("start", self.start, self.start > 0.0, above),
            ("start", self.start, self.start <= Self::CEILING, "the lake holds 150"),
            ("weather", self.weather, self.weather >= 0.0, at_least),
            ("blur", self.blur, self.blur > 0.0, above),
        ] {
            if !right || !value.is_finite() {
                return Err(Error::Parameter { name, value, expected });
            }
        }
        Ok(())
    }

    /// The largest harvest that can go on for ever without weather, rK/4: maximum sustained yield.
    pub fn sustained(&self) -> f64 {
        0.25 * self.growth * self.capacity
    }
}

/// What is done about those who take more than their quota.
///
/// Each member is looked at with probability `audit` in each step. Whoever asked for more than the quota pays the fine of its record
/// for each unit above, and the record goes up by one. In each step a record goes down by one with probability `fade`.
///
/// ```
/// # use aif_lib::prelude::*;
/// let law = Law { audit: 0.3, fines: [4.0; 3], ..Law::NONE };
/// assert_eq!(law.expected_fine(0, 3, 1), 0.3 * 4.0 * 2.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Law {
    /// The probability m that a member is looked at.
    pub audit: f64,
    /// The fine F for each unit above the quota, with a record of 0, 1 and 2.
    pub fines: [f64; 3],
    /// The probability that a record goes down by one.
    pub fade: f64,
    /// The probability that who looks counts one unit too many.
    pub misread: f64,
    /// The probability that the part of a fine that is due to such an error is lifted.
    pub appeal: f64,
}

/// What a unit of audit costs a member in each step.
pub const AUDIT_COST: f64 = 0.05;

impl Law {
    /// No law.
    pub const NONE: Self =
        Self { audit: 0.0, fines: [0.0; 3], fade: 0.02, misread: 0.0, appeal: 0.0 };

    /// The same fine whatever the record.
    pub fn flat(audit: f64, fine: f64) -> Self {
        Self { audit, fines: [fine; 3], ..Self::NONE }
    }

    /// Whether the record matters.
    pub fn graduated(&self) -> bool {
        self.fines.iter().any(|fine| *fine != self.fines[0])
    }

    /// The expected fine of one step.
    ///
    /// ```text
    /// m · F · max(0, u − quota), and with misreading also one unit more, if that is above the quota
    /// ```
    pub fn expected_fine(&self, record: usize, request: usize, quota: usize) -> f64 {
        let excess = request.saturating_sub(quota) as f64;
        let false_unit = f64::from(request >= quota) * self.misread * (1.0 - self.appeal);
        self.audit * self.fines[record] * (excess + false_unit)
    }

    /// The probability that the record goes up.
    pub fn caught(&self, request: usize, quota: usize) -> f64 {
        match request.cmp(&quota) {
            std::cmp::Ordering::Greater => self.audit,
            std::cmp::Ordering::Equal => self.audit * self.misread * (1.0 - self.appeal),
            std::cmp::Ordering::Less => 0.0,
        }
    }

    /// Whether all numbers are in range.
    ///
    /// # Errors
    /// [`Error::Parameter`]: a probability is not from 0 to 1, or a fine is negative or not finite.
    pub fn check(&self) -> Result<()> {
        let chances = [
            ("audit", self.audit),
            ("fade", self.fade),
            ("misread", self.misread),
            ("appeal", self.appeal),
        ];
        for (name, value) in chances {
            if !(0.0..=1.0).contains(&value) {
                let expected = "it is a probability: use a number from 0 to 1";
                return Err(Error::Parameter { name, value, expected });
            }
        }
        for value in self.fines {
            if !(0.0..f64::INFINITY).contains(&value) {
                let expected = "a fine is a finite number that is not negative";
                return Err(Error::Parameter { name: "fine", value, expected });
            }
        }
        Ok(())
    }
}

/// The probabilities with which a fisher of either school chooses, from what each request is worth in units of catch.
///
/// ```text
/// P(u) ∝ exp(value(u) / τ)
/// ```
///
/// # Panics
/// When the temperature is not above 0.
pub fn soft_choice(values: &[f64; REQUESTS], temperature: f64) -> [f64; REQUESTS] {
    assert!(
        temperature > 0.0,
        "soft_choice: use a temperature above 0, {temperature} is none"
    );
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights = values.map(|value| ((value - top) / temperature).exp());
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

/// Draws a request from such probabilities.
pub fn draw_request(chances: &[f64; REQUESTS], rng: &mut dyn Rng) -> Action {
    let mut left = uniform01(rng);
    let drawn = chances.iter().position(|p| {
        left -= p;
        left < 0.0
    });
    drawn.unwrap_or(REQUESTS - 1)
}

/// Five fishers and a lake.
///
/// A member sees what [`seen`] lists: its own blurred reading of the stock, what the others asked for, what it and they caught, its fine
/// and its record. Reward: catch minus fine. The episode terminates when the lake is empty, and is cut after 100 steps.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut commons, mut rng) = (Commons::new(Lake::default(), Law::NONE)?, seeded(1));
/// commons.reset(&mut rng);
/// let steps = commons.step(&[4, 4, 4, 4, 4], &mut rng);
/// assert_eq!(steps[0].reward, 4.0);
/// assert!(commons.stock() < 50.0);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Commons {
    lake: Lake,
    law: Law,
    outsiders: usize,
    same_eyes: bool,
    quota: usize,
    stock: f64,
    records: [usize; FISHERS],
    taken: usize,
}

impl Commons {
    /// The steps of an episode.
    pub const STEPS: usize = 100;

    /// A lake under a law, without a quota.
    ///
    /// # Errors
    /// As [`Lake::check`] and [`Law::check`].
    pub fn new(lake: Lake, law: Law) -> Result<Self> {
        lake.check()?;
        law.check()?;
        Ok(Self {
            lake,
            law,
            outsiders: 0,
            same_eyes: false,
            quota: NO_QUOTA,
            stock: 0.0,
            records: [0; FISHERS],
            taken: Self::STEPS,
        })
    }

    /// Lets strangers in: each comes with probability ½ in each step and asks for 2. Nobody fines them.
    ///
    /// # Errors
    /// [`Error::Parameter`]: more than 2.
    pub fn with_outsiders(mut self, outsiders: usize) -> Result<Self> {
        if outsiders > MOST_OUTSIDERS {
            let expected = "use 0, 1 or 2";
            let value = outsiders as f64;
            return Err(Error::Parameter { name: "outsiders", value, expected });
        }
        self.outsiders = outsiders;
        Ok(self)
    }

    /// A fault to be found: all five see the same reading, as if each drew its errors from a generator with the same seed.
    pub fn with_same_eyes(mut self) -> Self {
        self.same_eyes = true;
        self
    }

    /// From now on nobody may ask for more than this; 4 forbids nothing.
    pub fn set_quota(&mut self, quota: usize) {
        self.quota = quota.min(NO_QUOTA);
    }

    /// The stock, which nobody in the lake can see.
    pub fn stock(&self) -> f64 {
        self.stock
    }

    /// Five private readings of the stock.
    fn readings(&self, rng: &mut dyn Rng) -> [f64; FISHERS] {
        let read = |error: f64| self.stock * (self.lake.blur * error).exp();
        if self.same_eyes {
            return [read(standard_normal(rng)); FISHERS];
        }
        std::array::from_fn(|_| read(standard_normal(rng)))
    }

    /// Looks at one member: its fine, which may raise its record.
    fn audit(&mut self, i: usize, request: usize, rng: &mut dyn Rng) -> f64 {
        let law = self.law;
        let fine = law.fines[self.records[i]];
        if self.records[i] > 0 && uniform01(rng) < law.fade {
            self.records[i] -= 1;
        }
        if law.audit == 0.0 || uniform01(rng) >= law.audit {
            return 0.0;
        }
        let excess = request.saturating_sub(self.quota);
        let wrong = law.misread > 0.0 && uniform01(rng) < law.misread;
        let lifted = wrong && uniform01(rng) < law.appeal;
        let false_unit = usize::from(wrong && !lifted && request >= self.quota);
        if excess + false_unit > 0 {
            self.records[i] = (self.records[i] + 1).min(2);
        }
        fine * (excess + false_unit) as f64
    }
}

impl Society<Vec<f64>> for Commons {
    fn members(&self) -> usize {
        FISHERS
    }

    fn action_space(&self) -> usize {
        REQUESTS
    }

    fn observation_space(&self) -> Bounds {
        let most = [f64::INFINITY, MOST_OTHERS as f64, 4.0, 20.0, f64::INFINITY, 2.0];
        Bounds::new(&[0.0; 6], &most).expect("0 is below each of them")
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<Vec<f64>> {
        (self.stock, self.records, self.taken) = (self.lake.start, [0; FISHERS], 0);
        self.readings(rng).map(|y| vec![y, 0.0, 0.0, 0.0, 0.0, 0.0]).to_vec()
    }

    fn step(&mut self, actions: &[Action], rng: &mut dyn Rng) -> Vec<Step<Vec<f64>>> {
        assert_eq!(actions.len(), FISHERS, "Commons: one request for each of the five");
        assert!(actions.iter().all(|e| *e < REQUESTS), "Commons: a request is 0 to 4");
        assert!(
            self.taken < Self::STEPS && self.stock > 0.0,
            "Commons: the episode is over, call reset first"
        );
        let strangers = (0..self.outsiders).filter(|_| uniform01(rng) < 0.5).count();
        let mut requests: Vec<f64> = actions.iter().map(|e| *e as f64).collect();
        requests.push((strangers * OUTSIDER_TAKES) as f64);
        let (asked, catches) =
            (requests.iter().sum::<f64>(), Lake::catches(self.stock, &requests));
        let harvest = asked.min(self.stock);
        let fines: Vec<f64> =
            (0..FISHERS).map(|i| self.audit(i, actions[i], rng)).collect();
        self.stock = self.lake.next(self.stock, harvest, standard_normal(rng));
        self.taken += 1;
        let end = match (self.stock > 0.0, self.taken == Self::STEPS) {
            (false, _) => Some(End::Terminated),
            (true, true) => Some(End::Truncated),
            _ => None,
        };
        let readings = self.readings(rng);
        let member = |i: usize| {
            let (others, caught) = (asked - requests[i], catches[i]);
            let record = self.records[i] as f64;
            let obs = vec![
                readings[i],
                others,
                caught,
                (harvest - caught).max(0.0),
                fines[i],
                record,
            ];
            Step { obs, reward: caught - fines[i], end }
        };
        (0..FISHERS).map(member).collect()
    }
}
