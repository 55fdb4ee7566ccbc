//! Conditioning: cues, then perhaps a reward, and nothing to do but to predict it.
//!
//! Two clocks. A [`Phase`] counts whole trials, as Rescorla and Wagner do. A [`Trial`] has time inside, and the
//! world [`Conditioning`] plays it step by step.
//!
//! Inside a trial a cue is a *complete serial compound*: one element for its first moment, another for its
//! second, and so on, as if a row of clocks started with it. An observation lists the elements that are active.
//! Source: Sutton & Barto (1990); Montague, Dayan & Sejnowski (1996).

use crate::error::{Error, Result};
use crate::interaction::{Action, End, Features, Step, World};
use crate::prob::random::Rng;

/// A number of equal trials: these cues together, then this reward.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// How many trials.
    pub trials: usize,
    /// The numbers of the cues that are present.
    pub cues: Vec<usize>,
    /// The reward; 0 for none.
    pub reward: f64,
}

impl Phase {
    /// `trials` trials with some cues and a reward.
    pub fn new(trials: usize, cues: &[usize], reward: f64) -> Self {
        Self { trials, cues: cues.to_vec(), reward }
    }
}

/// One trial with time inside: when each cue comes on, and when which reward comes.
///
/// Times count from 0, the moment in which the trial begins, to `steps`, its last.
///
/// ```
/// # use aif_lib::prelude::*;
/// // Light at 5, tone at 8, reward 1 at 15, all over at 20.
/// let trial = Trial::new(20).cue(0, 5).cue(1, 8).reward(15, 1.0);
/// assert_eq!(trial.active(9), [4, 22]); // the light's fifth moment, the tone's second
/// assert_eq!((trial.reward_at(15), trial.reward_at(16)), (1.0, 0.0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    steps: usize,
    cues: Vec<(usize, usize)>,
    rewards: Vec<(usize, f64)>,
}

impl Trial {
    /// An empty trial.
    pub fn new(steps: usize) -> Self {
        Self { steps, cues: Vec::new(), rewards: Vec::new() }
    }

    /// Lets a cue come on at a time and stay until the trial ends.
    pub fn cue(mut self, cue: usize, onset: usize) -> Self {
        self.cues.push((cue, onset));
        self
    }

    /// Gives a reward at a time.
    pub fn reward(mut self, time: usize, amount: f64) -> Self {
        self.rewards.push((time, amount));
        self
    }

    /// The elements that are active at a time.
    ///
    /// Element = cue · (steps + 1) + time since its onset.
    pub fn active(&self, time: usize) -> Vec<usize> {
        let on = self.cues.iter().filter(|(_, onset)| *onset <= time);
        on.map(|(cue, onset)| cue * (self.steps + 1) + time - onset).collect()
    }

    /// The reward of a time.
    pub fn reward_at(&self, time: usize) -> f64 {
        self.rewards.iter().filter(|(when, _)| *when == time).map(|(_, r)| r).sum()
    }

    /// The last time.
    pub fn steps(&self) -> usize {
        self.steps
    }
}

/// The number of elements that `cues` cues have in trials of this many steps: the size of a learner's table.
pub fn elements(cues: usize, steps: usize) -> usize {
    cues * (steps + 1)
}

/// A world that plays one trial in each episode. There is one action: to wait.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut world = Conditioning::new(Trial::new(3).cue(0, 1).reward(2, 1.0))?;
/// let mut rng = seeded(1);
/// assert_eq!(world.reset(&mut rng), Features(vec![])); // nothing yet
/// assert_eq!(world.step(0, &mut rng), Step { obs: Features(vec![0]), reward: 0.0, end: None });
/// assert_eq!(world.step(0, &mut rng), Step { obs: Features(vec![1]), reward: 1.0, end: None });
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Conditioning {
    trial: Trial,
    time: usize,
}

impl Conditioning {
    /// A world that plays this trial.
    ///
    /// # Errors
    /// - [`Error::OutOfRange`]: a cue or a reward comes after the trial's last step.
    /// - [`Error::Parameter`]: the trial has no step, a reward comes at time 0, before anything could predict it,
    ///   or is not a finite number.
    pub fn new(trial: Trial) -> Result<Self> {
        let bad = |name, value, expected| Err(Error::Parameter { name, value, expected });
        if trial.steps == 0 {
            return bad("steps", 0.0, "a trial has at least one step");
        }
        let cues = trial
            .cues
            .iter()
            .map(|(cue, onset)| (format!("the onset of cue {cue}"), *onset));
        let rewards =
            trial.rewards.iter().map(|(time, _)| ("the time of a reward".into(), *time));
        if let Some((what, index)) =
            cues.chain(rewards).find(|(_, time)| *time > trial.steps)
        {
            return Err(Error::OutOfRange { what, index, len: trial.steps + 1 });
        }
        for (time, amount) in &trial.rewards {
            if *time == 0 {
                return bad(
                    "time",
                    0.0,
                    "a reward comes at time 1 or later: at 0 the trial begins",
                );
            }
            if !amount.is_finite() {
                return bad("reward", *amount, "a reward is a finite number");
            }
        }
        Ok(Self { time: trial.steps, trial })
    }
}

impl World<Features> for Conditioning {
    fn action_space(&self) -> usize {
        1
    }

    fn observation_space(&self) -> usize {
        let cues = self.trial.cues.iter().map(|(cue, _)| cue + 1).max();
        elements(cues.unwrap_or(0), self.trial.steps)
    }

    fn reset(&mut self, _rng: &mut dyn Rng) -> Features {
        self.time = 0;
        Features(self.trial.active(0))
    }

    fn step(&mut self, action: Action, _rng: &mut dyn Rng) -> Step<Features> {
        assert!(
            action == 0,
            "action {action} is out of range: all one can do is wait, action 0"
        );
        assert!(self.time < self.trial.steps, "the trial is over: call reset first");
        self.time += 1;
        let end = (self.time == self.trial.steps).then_some(End::Terminated);
        Step {
            obs: Features(self.trial.active(self.time)),
            reward: self.trial.reward_at(self.time),
            end,
        }
    }
}
