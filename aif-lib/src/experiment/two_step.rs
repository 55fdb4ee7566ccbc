//! The two-step task as it is analysed: how often a choice is repeated, and what that depends on.

use ndarray::Array2;

use crate::interaction::{Action, Step, Trajectory};
pub use crate::world::two_step::*;

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
    use crate::interaction::{Agent, Obs, episode};
    use crate::prob::random::{Rng, seeded, uniform_index};

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
}
