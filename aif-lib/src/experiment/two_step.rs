//! The two-step task as it is analysed: how often a choice is repeated, and what that depends on. And as an agent of
//! active inference believes it to be: a [`story`] of hidden chances that drift.

use ndarray::{Array2, Array3};

use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs, Step, Trajectory, World};
use crate::prob::random::Rng;
pub use crate::world::two_step::*;

/// What is observed in [`Told`] at the first stage of a trial that follows a paid one.
pub const PAID: Obs = 3;

/// The two-step task for an agent that sees nothing but observations: payment is one of them.
///
/// Observations: as in [`TwoStep`], but the first stage is [`PAID`], 3, if the trial before was paid. Rewards stay.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut task = two_step::Told(TwoStep::new(50)?);
/// let mut coin = FixedPolicy::new(vec![Categorical::uniform(2); 4]);
/// let session = episode(&mut task, &mut coin, &mut seeded(1));
/// assert!(session.steps.iter().all(|(_, step)| (step.obs == two_step::PAID) == (step.reward > 0.0)));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Told(pub TwoStep);

impl World for Told {
    fn action_space(&self) -> usize {
        self.0.action_space()
    }

    fn observation_space(&self) -> usize {
        4
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        self.0.reset(rng)
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        let step = self.0.step(action, rng);
        if step.reward > 0.0 { Step { obs: PAID, ..step } } else { step }
    }
}

/// A generative model of [`Told`]: each of the four chances of reward is low or high, and now and then it switches.
///
/// ```text
/// state 16 o + b: the observation o, and four hidden bits b; bit 2 (place − 1) + choice says that its chance is high
/// first stage:  P(place = 1 + u) = .7        second: P(paid) = chances[bit], then each bit flips with `hazard`
/// ```
/// `chances`: of a low and of a high option; `worth`: C of being paid, in nats, against 0 for all else. What is
/// observed is certain (A), what it means for the bits is not. In the task itself the chances drift a little in
/// each trial, so this story is an approximation.
///
/// # Errors
/// [`Error::Parameter`]: a chance or the hazard is not from 0 to 1, or the worth is not finite.
pub fn story(chances: [f64; 2], hazard: f64, worth: f64) -> Result<GenerativeModel> {
    for (name, value) in [("low", chances[0]), ("high", chances[1]), ("hazard", hazard)] {
        if !(0.0..=1.0).contains(&value) {
            let expected = "a probability is from 0 to 1";
            return Err(Error::Parameter { name, value, expected });
        }
    }
    if !worth.is_finite() {
        let expected = "a preference is a finite number of nats";
        return Err(Error::Parameter { name: "worth", value: worth, expected });
    }
    let flips = |from: usize, to: usize| -> f64 {
        let flipped = (from ^ to).count_ones() as i32;
        hazard.powi(flipped) * (1.0 - hazard).powi(4 - flipped)
    };
    let b = Array3::from_shape_fn((64, 64, 2), |(to, from, u)| {
        let (now, bits, next, later) = (from / 16, from % 16, to / 16, to % 16);
        if now == 0 || now == PAID {
            let moves = [0.0, 0.3, 0.3, 0.0][next] + if next == 1 + u { 0.4 } else { 0.0 };
            return if bits == later { moves } else { 0.0 };
        }
        let high = (bits >> (2 * (now - 1) + u)) & 1;
        let paid = [1.0 - chances[high], 0.0, 0.0, chances[high]][next];
        paid * flips(bits, later)
    });
    let a = Array2::from_shape_fn((4, 64), |(o, s)| f64::from(s / 16 == o));
    let d: Vec<f64> = (0..64).map(|s| if s < 16 { 1.0 / 16.0 } else { 0.0 }).collect();
    GenerativeModel::new(a, b, &[0.0, 0.0, 0.0, worth], &d)
}

/// The trials of a session of [`TwoStep`] or [`Told`].
///
/// # Panics
/// When the trajectory is not one of that task.
#[track_caller]
pub fn trials(session: &Trajectory) -> Vec<Trial> {
    let pairs = session.steps.chunks_exact(2);
    let read = |pair: &[(Action, Step)]| {
        let [(first, to), (second, paid)] = pair else { unreachable!("chunks of two") };
        assert!(
            (1..=2).contains(&to.obs) && (paid.obs == 0 || paid.obs == PAID),
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
    use crate::aif::agent::{AifAgent, AifOptions};
    use crate::interaction::{Agent, episode};
    use crate::prob::random::{seeded, uniform_index};

    /// Chooses at random.
    struct Coin;
    impl Agent for Coin {
        fn begin(&mut self, _: &Obs) {}
        fn act(&mut self, rng: &mut dyn Rng) -> Action {
            uniform_index(2, rng)
        }
        fn observe(&mut self, _: &Action, _: &Step, _: &mut dyn Rng) {}
        fn set_learning(&mut self, _: bool) {}
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
    fn a_payment_speaks_for_its_own_option_by_bayes_rule() {
        let (low, high, hazard) = (0.2, 0.9, 0.05);
        let mut agent =
            AifAgent::new(story([low, high], hazard, 2.0).unwrap(), AifOptions::default())
                .unwrap();
        agent.begin(&0usize);
        // First choice 0, a rare transition to place 2, choice 1 there, paid: bit 2 · 1 + 1 = 3.
        for (action, obs, reward) in [(0, 2, 0.0), (1, PAID, 1.0)] {
            agent.observe(&action, &Step { obs, reward, end: None }, &mut seeded(0));
        }
        let chance = |bit: usize| -> f64 {
            (0..64).filter(|s| (s >> bit) & 1 == 1).map(|s| agent.belief()[s]).sum()
        };
        let paid = high / (high + low); // two levels that were equally likely
        let then = paid * (1.0 - hazard) + (1.0 - paid) * hazard;
        assert!((chance(3) - then).abs() < 1e-12, "{} {then}", chance(3));
        assert!(
            (0..3).all(|bit| (chance(bit) - 0.5).abs() < 1e-12),
            "the others are as before"
        );
    }

    #[test]
    fn a_story_that_cannot_be_told_is_named() {
        let text =
            |chances, hazard, worth| story(chances, hazard, worth).unwrap_err().to_string();
        assert!(text([0.2, 1.2], 0.1, 1.0).starts_with("high = 1.2"));
        assert!(text([0.2, 0.8], f64::NAN, 1.0).starts_with("hazard = NaN"));
        assert!(text([0.2, 0.8], 0.1, f64::INFINITY).starts_with("worth = inf"));
    }
}
