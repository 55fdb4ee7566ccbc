//! [`PavlovianAgent`]: values of going and of holding, and a value of the cue that pulls at both. Dual:
//! [`crate::aif::agent::pavlovian`].

use ndarray::Array2;

use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Obs, Step};
use crate::prob::categorical::Categorical;
use crate::prob::logistic::logistic;
use crate::prob::random::Rng;

/// How a [`PavlovianAgent`] learns and chooses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PavlovianOptions {
    /// Learning rate α of all values; default 0.2.
    pub alpha: f64,
    /// Inverse temperature β; default 5.
    pub beta: f64,
    /// How much more it goes than it holds, whatever was learned, in nats; default 0.
    pub bias: f64,
    /// How much a promise makes it go, and a threat makes it hold, π, in nats for a value of 1; default 0.
    pub pavlovian: f64,
}

impl Default for PavlovianOptions {
    fn default() -> Self {
        Self { alpha: 0.2, beta: 5.0, bias: 0.0, pavlovian: 0.0 }
    }
}

/// The probability of going.
///
/// ```text
/// P(go) = s(β (Q(go) − Q(hold)) + bias + π V),    s(x) = 1/(1 + e⁻ˣ)
/// ```
/// `q`: the values of holding and of going. `v`: that of the cue. Source: Guitart-Masip et al. (2012), without their lapses.
pub fn probability_of_going(q: [f64; 2], v: f64, options: &PavlovianOptions) -> f64 {
    let PavlovianOptions { beta, bias, pavlovian, .. } = *options;
    logistic(beta * (q[1] - q[0]) + bias + pavlovian * v)
}

/// An agent for one choice between holding (0) and going (1) after each of some cues.
///
/// The value of the cue says what is to be expected after it, whatever is done. It tells nothing of which action is better; it
/// is added all the same.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut agent = PavlovianAgent::new(4, PavlovianOptions::default())?;
/// let mut task = GoNoGo::new(1.0)?;
/// (0..400).for_each(|i| { episode(&mut task, &mut agent, &mut stream(1, i)); });
/// agent.begin(&2); // hold to win
/// assert!(agent.policy()[0] > 0.9);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PavlovianAgent {
    options: PavlovianOptions,
    q: Array2<f64>, // (cues, actions)
    v: Vec<f64>,
    cue: Obs,
    frozen: bool,
}

impl PavlovianAgent {
    /// An agent that has seen no trial.
    ///
    /// # Errors
    /// [`Error::Parameter`]: α is not from 0 to 1, β is not a finite number from 0 on, or the bias or π is not finite.
    pub fn new(cues: usize, options: PavlovianOptions) -> Result<Self> {
        let PavlovianOptions { alpha, beta, bias, pavlovian } = options;
        let good = [
            (
                "alpha",
                alpha,
                (0.0..=1.0).contains(&alpha),
                "a learning rate is from 0 to 1",
            ),
            ("beta", beta, beta >= 0.0 && beta.is_finite(), "a finite number from 0 on"),
            ("bias", bias, bias.is_finite(), "a finite number of nats"),
            ("pavlovian", pavlovian, pavlovian.is_finite(), "a finite number of nats"),
        ];
        for (name, value, fine, expected) in good {
            if !fine {
                return Err(Error::Parameter { name, value, expected });
            }
        }
        let (q, v) = (Array2::zeros((cues, 2)), vec![0.0; cues]);
        Ok(Self { options, q, v, cue: 0, frozen: false })
    }

    /// The probability of each action now.
    pub fn policy(&self) -> Categorical {
        let q = [self.q[[self.cue, 0]], self.q[[self.cue, 1]]];
        let go = probability_of_going(q, self.v[self.cue], &self.options);
        Categorical::new_unchecked(vec![1.0 - go, go])
    }
}

impl Agent for PavlovianAgent {
    fn begin(&mut self, obs: &Obs) {
        self.cue = *obs;
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        self.policy().sample(rng)
    }

    fn observe(&mut self, action: &Action, step: &Step, _rng: &mut dyn Rng) {
        if self.frozen {
            return;
        }
        let alpha = self.options.alpha;
        for value in [&mut self.q[[self.cue, *action]], &mut self.v[self.cue]] {
            *value += alpha * (step.reward - *value);
        }
    }

    /// Frozen, it learns no more; it goes on choosing as its values say.
    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::End;
    use crate::prob::random::seeded;

    #[test]
    fn a_trial_by_hand() {
        let options = PavlovianOptions { alpha: 0.5, beta: 2.0, bias: 0.3, pavlovian: 1.0 };
        let mut agent = PavlovianAgent::new(2, options).unwrap();
        agent.begin(&1);
        assert!((agent.policy()[1] - 1.0 / (1.0 + (-0.3f64).exp())).abs() < 1e-12);
        let loss = Step { obs: 4, reward: -1.0, end: Some(End::Terminated) };
        agent.observe(&1, &loss, &mut seeded(0));
        // Q(go) = V = −½: 2 · (−½) + .3 − ½ = −1.2. The other cue is as before.
        assert!((agent.policy()[1] - 1.0 / (1.0 + 1.2f64.exp())).abs() < 1e-12);
        agent.begin(&0);
        assert!((agent.policy()[1] - 1.0 / (1.0 + (-0.3f64).exp())).abs() < 1e-12);
    }

    #[test]
    fn bad_options_are_named() {
        let text = |options| PavlovianAgent::new(4, options).unwrap_err().to_string();
        let default = PavlovianOptions::default;
        assert!(
            text(PavlovianOptions { alpha: 1.5, ..default() }).starts_with("alpha = 1.5")
        );
        assert!(
            text(PavlovianOptions { beta: -1.0, ..default() }).starts_with("beta = -1")
        );
        let nan = PavlovianOptions { pavlovian: f64::NAN, ..default() };
        assert!(text(nan).starts_with("pavlovian = NaN"));
    }
}
