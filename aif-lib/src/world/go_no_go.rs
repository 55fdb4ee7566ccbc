//! Go or hold: a cue says what pays, acting or not acting, and whether there is something to win or something to lose.
//!
//! The two are independent of each other, which is the point: reward asks for action, and punishment for keeping still, only by
//! habit of the world outside. Source: Guitart-Masip, Huys, Fuentemilla, Dayan, Duzel & Dolan (2012).

use crate::error::{Error, Result};
use crate::interaction::{Action, End, Obs, Step, Trajectory, World};
use crate::prob::random::{Rng, uniform_index, uniform01};

/// The actions, in order.
pub const ACTIONS: [&str; 2] = ["hold", "go"];
/// The cues, in order.
pub const CUES: [&str; 4] = ["go to win", "go to avoid", "hold to win", "hold to avoid"];

/// Which action is right for a cue: 1, go, for the first two.
pub fn right_action(cue: Obs) -> Action {
    usize::from(cue < 2)
}

/// Whether there is something to win after a cue; otherwise there is something to lose.
pub fn to_win(cue: Obs) -> bool {
    cue.is_multiple_of(2)
}

/// The part of right actions after each cue; NaN for one that never came.
pub fn correct(trials: &[Trajectory]) -> [f64; 4] {
    std::array::from_fn(|cue| {
        let done: Vec<Action> = after(trials, cue).collect();
        let right = done.iter().filter(|action| **action == right_action(cue)).count();
        right as f64 / done.len() as f64
    })
}

/// How often the action after each cue is another one than at the cue's last trial, as a part of all trials but its first; NaN for
/// a cue that came at most once.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut bold = FixedPolicy::new(vec![cat(&[0.0, 1.0]); 5]);
/// let mut rng = seeded(1);
/// let trials: Vec<Trajectory> = (0..40).map(|_| episode(&mut GoNoGo::new(0.8).unwrap(), &mut bold, &mut rng)).collect();
/// assert_eq!(go_no_go::changes(&trials), [0.0; 4]);
/// assert_eq!(go_no_go::correct(&trials), [1.0, 1.0, 0.0, 0.0]);
/// ```
pub fn changes(trials: &[Trajectory]) -> [f64; 4] {
    std::array::from_fn(|cue| {
        let done: Vec<Action> = after(trials, cue).collect();
        let changed = done.windows(2).filter(|pair| pair[0] != pair[1]).count();
        changed as f64 / (done.len() as f64 - 1.0).max(0.0)
    })
}

fn after(trials: &[Trajectory], cue: Obs) -> impl Iterator<Item = Action> {
    trials.iter().filter(move |trial| trial.first == cue).map(|trial| trial.steps[0].0)
}

/// The world: a cue (0 to 3, [`CUES`]), one action, what comes of it. Then the trial is over (observation 4).
///
/// The right action has the better of two outcomes with probability `reliability`, the wrong one the worse. To win: 1 or 0. To
/// avoid: 0 or −1.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut task, mut rng) = (GoNoGo::new(1.0)?, seeded(1));
/// let cue = task.reset(&mut rng);
/// let step = task.step(go_no_go::right_action(cue), &mut rng);
/// assert_eq!(step.reward, if go_no_go::to_win(cue) { 1.0 } else { 0.0 });
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GoNoGo {
    reliability: f64,
    cue: Option<Obs>,
}

impl GoNoGo {
    /// A task that keeps its promise with this probability; in the study, .8.
    ///
    /// # Errors
    /// [`Error::Parameter`]: not from ½ to 1.
    pub fn new(reliability: f64) -> Result<Self> {
        if !(0.5..=1.0).contains(&reliability) {
            let expected = "how often the right action is paid, from 0.5 to 1";
            return Err(Error::Parameter {
                name: "reliability",
                value: reliability,
                expected,
            });
        }
        Ok(Self { reliability, cue: None })
    }
}

impl World for GoNoGo {
    fn action_space(&self) -> usize {
        2
    }

    fn observation_space(&self) -> usize {
        5
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        let cue = uniform_index(4, rng);
        self.cue = Some(cue);
        cue
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        assert!(action < 2, "action {action} is out of range: hold is 0, go 1");
        let cue = self.cue.take().expect("the trial is over: call reset first");
        let kept = uniform01(rng) < self.reliability;
        let better = kept == (action == right_action(cue));
        let reward = f64::from(better) - if to_win(cue) { 0.0 } else { 1.0 };
        Step { obs: 4, reward, end: Some(End::Terminated) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::check_world;
    use crate::prob::random::seeded;

    #[test]
    fn what_was_right_and_what_was_changed_by_hand() {
        let trial = |first: Obs, action: Action| {
            let step = Step { obs: 4, reward: 0.0, end: Some(End::Terminated) };
            Trajectory { first, steps: vec![(action, step)] }
        };
        // Go to win: 1, 0, 0, 1; hold to win: 0; the others never.
        let all = [trial(0, 1), trial(2, 0), trial(0, 0), trial(0, 0), trial(0, 1)];
        let (right, changed) = (correct(&all), changes(&all));
        assert!(right[0] == 0.5 && right[2] == 1.0 && right[1].is_nan());
        assert!((changed[0] - 2.0 / 3.0).abs() < 1e-12 && changed[2].is_nan());
    }

    #[test]
    fn it_keeps_the_rules() {
        let ends = check_world(&mut GoNoGo::new(0.8).unwrap(), 40, &mut seeded(1)).unwrap();
        assert_eq!((ends.terminated, ends.truncated), (20, 0));
    }

    #[test]
    fn four_cues_by_two_actions_pay_what_they_say() {
        let (mut task, mut rng) = (GoNoGo::new(0.8).unwrap(), seeded(2));
        let (mut sums, mut counts) = ([[0.0; 2]; 4], [[0.0; 2]; 4]);
        for i in 0..80_000 {
            let cue = task.reset(&mut rng);
            let action = i % 2;
            sums[cue][action] += task.step(action, &mut rng).reward;
            counts[cue][action] += 1.0;
        }
        // (hold, go) for each cue; standard error .004.
        let means = [[0.2, 0.8], [-0.8, -0.2], [0.8, 0.2], [-0.2, -0.8]];
        for cue in 0..4 {
            for action in 0..2 {
                let mean = sums[cue][action] / counts[cue][action];
                assert!((mean - means[cue][action]).abs() < 0.02, "{cue} {action}: {mean}");
            }
        }
        assert!(GoNoGo::new(0.3).unwrap_err().to_string().starts_with("reliability = 0.3"));
    }
}
