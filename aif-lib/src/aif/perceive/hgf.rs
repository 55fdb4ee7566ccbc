//! The hierarchical Gaussian filter: how fast to learn is itself inferred, from how much the world moves. Dual:
//! [`crate::rl::learn::rescorla_wagner`].
//!
//! Something happens or does not. What is believed is not its probability but the *tendency* behind it, a number that wanders;
//! and above that, the *volatility*, how fast it wanders. Every prediction error moves each belief in proportion to how
//! uncertain that belief is.
//!
//! Source: Mathys, Daunizeau, Friston & Stephan (2011); Mathys and colleagues (2014).

use crate::error::{Error, Result};
use crate::prob::gaussian::Gaussian;
use crate::prob::logistic::logistic as s;

/// What the filter takes for granted.
///
/// ```text
/// u ~ Bernoulli(s(x₂)),    x₂ ~ N(previous x₂, exp(κ x₃ + ω)),    x₃ ~ N(previous x₃, ϑ),    s(x) = 1/(1 + e⁻ˣ)
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HgfOptions {
    /// ω, the part of the log-volatility that stays.
    pub omega: f64,
    /// κ, how much the third level moves the log-volatility; 0 turns that level off.
    pub kappa: f64,
    /// ϑ, the variance of a step of the third level.
    pub theta: f64,
    /// The belief about the tendency x₂ before the first observation.
    pub tendency: Gaussian,
    /// The belief about the log-volatility x₃ before the first observation.
    pub volatility: Gaussian,
}

impl HgfOptions {
    /// Even chances, and a volatility of e^ω that may change: κ = 1.
    ///
    /// # Errors
    /// [`Error::Parameter`]: ω is not finite, or ϑ is not above 0.
    pub fn new(omega: f64, theta: f64) -> Result<Self> {
        let start = Gaussian::new(0.0, 1.0)?;
        let options = Self { omega, kappa: 1.0, theta, tendency: start, volatility: start };
        options.check()?;
        Ok(options)
    }

    /// The same with a volatility that stays e^ω: two levels.
    ///
    /// # Errors
    /// [`Error::Parameter`]: ω is not finite.
    pub fn steady(omega: f64) -> Result<Self> {
        Ok(Self { kappa: 0.0, ..Self::new(omega, 1.0)? })
    }

    fn check(&self) -> Result<()> {
        let bad = |name, value, expected| Err(Error::Parameter { name, value, expected });
        if !self.omega.is_finite() {
            return bad(
                "omega",
                self.omega,
                "a log-volatility is a finite number, often −8 to 0",
            );
        }
        if !(self.kappa.is_finite() && self.kappa >= 0.0) {
            return bad(
                "kappa",
                self.kappa,
                "a coupling is a finite number from 0 on; 0 is none",
            );
        }
        if !(self.theta.is_finite() && self.theta > 0.0) {
            return bad("theta", self.theta, "a variance is a finite number above 0");
        }
        Ok(())
    }
}

/// What was expected, what came of it, and what is believed now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HgfStep {
    /// The probability that was given to 1 before the observation.
    pub predicted: f64,
    /// −ln of the probability of what came, in nats.
    pub surprise: f64,
    /// How far the tendency moved for an error of 1: the learning rate, on the scale of log-odds.
    pub gain: f64,
    /// The error of the level above: whether the tendency moved more (above 0) or less than its uncertainty said.
    pub volatility_error: f64,
    /// The belief about the tendency now.
    pub tendency: Gaussian,
    /// The belief about the log-volatility now.
    pub volatility: Gaussian,
}

/// The beliefs after an observation of 0 or 1 (`true`).
///
/// ```text
/// v = exp(κ μ₃ + ω),    σ̂₂ = σ₂ + v,    ŝ = s(μ₂)                           predict
/// π₂ = 1/σ̂₂ + ŝ(1 − ŝ),    μ₂ ← μ₂ + (u − ŝ)/π₂                             the tendency
/// Δ = (1/π₂ + (change of μ₂)²)/σ̂₂ − 1,    w = v/σ̂₂                          its error
/// π₃ = 1/(σ₃ + ϑ) + ½ κ² w (w + (2w − 1) Δ),    μ₃ ← μ₃ + ½ κ w Δ/π₃          the volatility
/// ```
/// (2w − 1 is the paper's r₂ = (v − σ₂)/σ̂₂.)
///
/// # Errors
/// - [`Error::Parameter`]: a setting that cannot be.
/// - [`Error::BadEntry`]: the precision of the volatility would not be positive. The equations are an approximation, and are not
///   good for these settings; lower κ or ϑ.
///
/// ```
/// use aif_lib::aif::perceive::hgf::{HgfOptions, update};
/// // By hand, with v = 1: σ̂₂ = 2, π₂ = ½ + ¼, so μ₂ moves by ½ · 4/3.
/// let step = update(&HgfOptions::new(0.0, 1.0)?, true)?;
/// assert!((step.tendency.mean() - 2.0 / 3.0).abs() < 1e-12);
/// assert!((step.volatility.mean() + 2.0 / 45.0).abs() < 1e-12); // it moved less than expected
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn update(options: &HgfOptions, observed: bool) -> Result<HgfStep> {
    options.check()?;
    let HgfOptions { omega, kappa, theta, tendency, volatility } = *options;
    let v = (kappa * volatility.mean() + omega).exp();
    let variance = tendency.variance() + v;
    let predicted = s(tendency.mean());
    let gain = 1.0 / (1.0 / variance + predicted * (1.0 - predicted));
    let moved = gain * (f64::from(observed) - predicted);
    let volatility_error = (gain + moved * moved) / variance - 1.0;
    let w = v / variance;
    let precision = 1.0 / (volatility.variance() + theta)
        + 0.5 * kappa * kappa * w * (w + (2.0 * w - 1.0) * volatility_error);
    if !(precision.is_finite() && precision > 0.0) {
        return Err(Error::BadEntry {
            what: "the precision of the volatility".into(),
            index: 0,
            value: precision,
            cure: "the filter's approximation breaks down with these settings: lower kappa or theta",
        });
    }
    let chance = if observed { predicted } else { s(-tendency.mean()) };
    Ok(HgfStep {
        predicted,
        surprise: -chance.ln(),
        gain,
        volatility_error,
        tendency: Gaussian::new(tendency.mean() + moved, gain)?,
        volatility: Gaussian::new(
            volatility.mean() + 0.5 * kappa * w * volatility_error / precision,
            1.0 / precision,
        )?,
    })
}

/// Runs the filter over what was observed.
///
/// # Errors
/// As [`update`].
pub fn run(options: &HgfOptions, observed: &[bool]) -> Result<Vec<HgfStep>> {
    let mut options = *options;
    let step = |seen: &bool| {
        let step = update(&options, *seen)?;
        (options.tendency, options.volatility) = (step.tendency, step.volatility);
        Ok(step)
    };
    observed.iter().map(step).collect()
}
