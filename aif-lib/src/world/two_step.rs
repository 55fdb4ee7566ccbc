//! [`TwoStep`]: two choices, one after the other, and a reward whose chances drift.
//!
//! A task for people that tells habit from plan. The first choice leads to one of two places, and usually
//! (but not always) to its own. In that place a second choice is paid, or not.
//! Source: Daw, Gershman, Seymour, Dayan & Dolan (2011), Neuron 69:1204–1215.

use ndarray::Array2;

use super::{Action, End, Obs, Step, Trajectory, World};
use crate::error::{Error, Result};
use crate::prob::random::{Rng, standard_normal, uniform01};

/// The chances of reward stay between these bounds.
const BOUNDS: (f64, f64) = (0.25, 0.75);

/// The two-step task: one episode is a session of many trials.
///
/// Observations: 0 is the first stage, 1 and 2 are the places of the second. Two actions. From the first
/// stage, action a leads to place 1 + a with the common probability, otherwise to the other place. The second
/// choice is paid 1 or 0 and leads back to the first stage. After every trial the four chances of reward
/// take a Gaussian step, and turn back at their bounds, .25 and .75. `reset` draws new ones.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut task = TwoStep::new(200)?;
/// let mut rng = seeded(1);
/// assert_eq!(task.reset(&mut rng), 0);
/// let place = task.step(0, &mut rng).obs;
/// assert!(place == 1 || place == 2);
/// assert_eq!(task.step(1, &mut rng).obs, 0); // the next trial
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TwoStep {
    trials: usize,
    common: f64,
    drift: f64,
    chances: Array2<f64>, // (place, action)
    now: Option<Obs>,
    played: usize,
}

impl TwoStep {
    /// A session of this many trials, with the common probability .7 and a drift of .025 a trial.
    ///
    /// # Errors
    /// [`Error::Parameter`]: a session has at least one trial.
    pub fn new(trials: usize) -> Result<Self> {
        if trials == 0 {
            let expected = "a session has at least 1 trial";
            return Err(Error::Parameter { name: "trials", value: 0.0, expected });
        }
        let chances = Array2::from_elem((2, 2), 0.5);
        Ok(Self { trials, common: 0.7, drift: 0.025, chances, now: None, played: 0 })
    }

    /// The same task with another common probability: 1 makes the first choice certain, ½ meaningless.
    ///
    /// # Errors
    /// [`Error::Parameter`]: not from ½ to 1.
    pub fn with_common(mut self, common: f64) -> Result<Self> {
        if !(0.5..=1.0).contains(&common) {
            let expected = "the probability of the usual transition, from 0.5 to 1";
            return Err(Error::Parameter { name: "common", value: common, expected });
        }
        self.common = common;
        Ok(self)
    }

    /// The same task with another drift: the standard deviation of one step of a chance.
    ///
    /// # Errors
    /// [`Error::Parameter`]: not from 0 to the width of the bounds, ½.
    pub fn with_drift(mut self, drift: f64) -> Result<Self> {
        if !(0.0..=0.5).contains(&drift) {
            let expected = "the standard deviation of one step, from 0 to 0.5";
            return Err(Error::Parameter { name: "drift", value: drift, expected });
        }
        self.drift = drift;
        Ok(self)
    }

    /// The chances of reward now, (place, action). An agent never sees them.
    pub fn chances(&self) -> &Array2<f64> {
        &self.chances
    }
}

/// A number beyond a bound comes back as far inside.
fn reflect(x: f64) -> f64 {
    let (lo, hi) = BOUNDS;
    let inside = if x < lo { 2.0 * lo - x } else { x };
    if inside > hi { (2.0 * hi - inside).max(lo) } else { inside }
}

impl World for TwoStep {
    fn n_actions(&self) -> usize {
        2
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        let (lo, hi) = BOUNDS;
        self.chances.mapv_inplace(|_| lo + (hi - lo) * uniform01(rng));
        (self.now, self.played) = (Some(0), 0);
        0
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        assert!(action < 2, "action {action} is out of range: use 0 or 1");
        let now = self.now.expect("the session is not running: call reset first");
        if now == 0 {
            let place = if uniform01(rng) < self.common { action } else { 1 - action };
            self.now = Some(1 + place);
            return Step { obs: 1 + place, reward: 0.0, end: None };
        }
        let paid = uniform01(rng) < self.chances[[now - 1, action]];
        let drift = self.drift;
        self.chances.mapv_inplace(|chance| reflect(chance + drift * standard_normal(rng)));
        self.played += 1;
        let over = self.played == self.trials;
        self.now = if over { None } else { Some(0) };
        Step { obs: 0, reward: f64::from(paid), end: over.then_some(End::Terminal) }
    }
}

/// One trial of a session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// The first choice.
    pub first: Action,
    /// Where it led: 0 or 1. It is common when the two are equal.
    pub place: usize,
    /// The second choice.
    pub second: Action,
    /// The reward, 1 or 0.
    pub reward: f64,
}

impl Trial {
    /// Whether the first choice led where it usually leads.
    pub fn common(&self) -> bool {
        self.first == self.place
    }
}

/// The trials of a session of [`TwoStep`].
///
/// # Panics
/// When the trajectory is not one of that task.
#[track_caller]
pub fn trials(session: &Trajectory) -> Vec<Trial> {
    let pairs = session.steps.chunks_exact(2);
    let read = |pair: &[(Action, Step)]| {
        let [(first, to), (second, paid)] = pair else { unreachable!("chunks of two") };
        assert!(
            (1..=2).contains(&to.obs) && paid.obs == 0,
            "trials: this is not a session of the two-step task"
        );
        Trial { first: *first, place: to.obs - 1, second: *second, reward: paid.reward }
    };
    pairs.map(read).collect()
}

/// How often the first choice is repeated after a trial that was [common and rewarded, rare and rewarded,
/// common and unrewarded, rare and unrewarded].
///
/// NaN where there was no such trial.
pub fn stay(trials: &[Trial]) -> [f64; 4] {
    let (mut stayed, mut all) = ([0.0; 4], [0.0; 4]);
    for pair in trials.windows(2) {
        let kind = 2 * usize::from(pair[0].reward == 0.0) + usize::from(!pair[0].common());
        all[kind] += 1.0;
        stayed[kind] += f64::from(pair[0].first == pair[1].first);
    }
    [0, 1, 2, 3].map(|kind| stayed[kind] / all[kind])
}

/// The names of the predictors of [`design`].
pub const PREDICTORS: [&str; 4] =
    ["intercept", "reward", "transition", "reward × transition"];

/// The regression of the task: predictors (trials, 4) of [`PREDICTORS`] and whether the first choice was
/// repeated in the next trial, 1 or 0.
///
/// Reward is +1 for paid and −1 for not, transition +1 for common and −1 for rare; their product is the
/// interaction.
pub fn design(trials: &[Trial]) -> (Array2<f64>, Vec<f64>) {
    let sign = |yes: bool| if yes { 1.0 } else { -1.0 };
    let (mut rows, mut stays) = (Vec::new(), Vec::new());
    for pair in trials.windows(2) {
        let (reward, transition) = (sign(pair[0].reward > 0.0), sign(pair[0].common()));
        rows.extend([1.0, reward, transition, reward * transition]);
        stays.push(f64::from(pair[0].first == pair[1].first));
    }
    let x = Array2::from_shape_vec((stays.len(), 4), rows).expect("four numbers a row");
    (x, stays)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::{seeded, uniform_index};
    use crate::world::check::check_world;
    use crate::world::{Agent, episode};

    /// Chooses at random.
    struct Coin;
    impl Agent for Coin {
        fn begin(&mut self, _: &Obs) {}
        fn act(&mut self, rng: &mut dyn Rng) -> Action {
            uniform_index(2, rng)
        }
        fn observe(&mut self, _: Action, _: &Step) {}
    }

    #[test]
    fn it_keeps_the_rules() {
        let ends = check_world(&mut TwoStep::new(30).unwrap(), 60, &mut seeded(1)).unwrap();
        assert_eq!((ends.terminal, ends.truncated), (20, 0));
    }

    #[test]
    fn seven_in_ten_transitions_are_common_and_half_of_all_choices_are_paid() {
        let mut task = TwoStep::new(40_000).unwrap();
        let played = trials(&episode(&mut task, &mut Coin, &mut seeded(2)));
        assert_eq!(played.len(), 40_000);
        let share = |of: &dyn Fn(&Trial) -> bool| {
            played.iter().filter(|t| of(t)).count() as f64 / 40_000.0
        };
        // Standard error .0023; the chances drift slowly around .5, so theirs is larger.
        assert!((share(&Trial::common) - 0.7).abs() < 0.01);
        assert!((share(&|t| t.reward > 0.0) - 0.5).abs() < 0.05);
        // A coin stays half of the time, whatever happened.
        assert!(stay(&played).iter().all(|p| (p - 0.5).abs() < 0.02));
    }

    #[test]
    fn the_chances_drift_within_their_bounds() {
        let (mut task, mut rng) = (TwoStep::new(5000).unwrap(), seeded(3));
        task.reset(&mut rng);
        let (mut squares, mut low, mut high) = (0.0, 1.0f64, 0.0f64);
        for _ in 0..4999 {
            let before = task.chances().clone();
            task.step(0, &mut rng);
            task.step(0, &mut rng);
            let chances = task.chances();
            squares += (chances[[0, 1]] - before[[0, 1]]).powi(2);
            low = chances.iter().fold(low, |m, c| m.min(*c));
            high = chances.iter().fold(high, |m, c| m.max(*c));
        }
        assert!(
            (0.25..0.26).contains(&low) && (0.74..=0.75).contains(&high),
            "{low} {high}"
        );
        assert!(((squares / 4999.0f64).sqrt() - 0.025).abs() < 0.002);
        assert_eq!([reflect(0.2), reflect(0.8), reflect(0.5)], [0.3, 0.7, 0.5]);
    }

    #[test]
    fn staying_by_hand() {
        let trial = |first, place, reward| Trial { first, place, second: 0, reward };
        let played = [
            trial(0, 0, 1.0), // common, rewarded: stays
            trial(0, 1, 1.0), // rare, rewarded: leaves
            trial(1, 1, 0.0), // common, unrewarded: stays
            trial(1, 0, 0.0), // rare, unrewarded: leaves
            trial(0, 0, 1.0), // common, rewarded: leaves
            trial(1, 1, 1.0),
        ];
        assert_eq!(stay(&played), [0.5, 0.0, 1.0, 0.0]);
        let (x, y) = design(&played);
        assert_eq!(y, [1.0, 0.0, 1.0, 0.0, 0.0]);
        assert_eq!(x.row(1).to_vec(), [1.0, 1.0, -1.0, -1.0]);
        assert_eq!(x.row(3).to_vec(), [1.0, -1.0, -1.0, 1.0]);
        assert!(stay(&played[..1])[0].is_nan());
    }

    #[test]
    fn bad_settings_are_named() {
        assert!(TwoStep::new(0).unwrap_err().to_string().starts_with("trials = 0"));
        let task = || TwoStep::new(1).unwrap();
        assert!(
            task().with_common(0.3).unwrap_err().to_string().starts_with("common = 0.3")
        );
        let text = task().with_drift(-1.0).unwrap_err().to_string();
        assert!(text.starts_with("drift = -1: the standard deviation"), "{text}");
    }
}
