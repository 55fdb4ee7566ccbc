//! [`check_world`]: does a world keep the rules that every agent relies on?

use std::fmt::Debug;

use super::{Action, End, State, Trajectory, World};
use crate::caught::caught;
use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;
use crate::prob::random::{Rng, seeded, uniform_index};

/// How many episodes [`check_world`] plays.
pub const EPISODES: usize = 20;

/// How the episodes of a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// Episodes in which the task was over.
    pub terminal: usize,
    /// Episodes that a step limit cut short.
    pub truncated: usize,
}

/// Plays a world with random actions and checks the rules of [`World`].
///
/// 1. There is at least one action, and always the same number.
/// 2. All chance comes from the generator: the same seed gives the same episodes, whatever came before.
/// 3. Every reward is a finite number.
/// 4. An action out of range is refused by a panic.
/// 5. After the last step of an episode, `step` is refused until `reset`.
/// 6. `reset` works at any time, in the middle of an episode too.
/// 7. Every episode ends within `limit` steps. Wrap a world without an end in a
///    [`TimeLimit`](super::TimeLimit).
///
/// Returns how the episodes ended, so that a test can ask for both kinds of end.
///
/// # Errors
/// [`Error::World`] names the rule that is broken.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut world = TimeLimit::new(GridWorld::four_rooms(), 500);
/// let ends = check_world(&mut world, 500, &mut seeded(1))?;
/// assert!(ends.terminal > 0 && ends.truncated > 0);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn check_world<O: Clone + PartialEq + Debug>(
    world: &mut dyn World<O>,
    limit: usize,
    rng: &mut dyn Rng,
) -> Result<Ends> {
    let actions = world.n_actions();
    if actions == 0 {
        return broken("n_actions is 0: an agent needs at least one action".into());
    }
    let seed = rng.next_u64();
    let (mut ends, mut first) = (Ends { terminal: 0, truncated: 0 }, Vec::new());
    for round in 0..2 {
        let mut rng = seeded(seed);
        for k in 0..EPISODES {
            let played = play(world, limit, &mut rng)?;
            refuses_to_go_on(world, &mut rng)?;
            if world.n_actions() != actions {
                let now = world.n_actions();
                return broken(format!(
                    "n_actions changed from {actions} to {now}: keep it fixed"
                ));
            }
            match played.end() {
                Some(End::Terminal) => ends.terminal += 1,
                _ => ends.truncated += 1,
            }
            if round == 0 {
                first.push(played);
            } else if let Some(difference) = difference(&first[k], &played) {
                return broken(format!(
                    "the same seed gave another episode ({difference}): draw all chance from rng, and let \
                     reset forget everything"
                ));
            }
        }
        refuses_bad_actions(world, &mut rng)?;
        // The second round starts in the middle of an episode, which reset has to forget.
        world.reset(&mut rng);
        world.step(actions - 1, &mut rng);
    }
    Ok(Ends { terminal: ends.terminal / 2, truncated: ends.truncated / 2 })
}

/// One episode with random actions.
fn play<O>(
    world: &mut dyn World<O>,
    limit: usize,
    rng: &mut dyn Rng,
) -> Result<Trajectory<O>> {
    let actions = world.n_actions();
    let first = caught(|| world.reset(rng)).or_else(|why| {
        broken(format!("reset panicked: {why}. It must work at any time"))
    })?;
    let mut played = Trajectory { first, steps: Vec::new() };
    while played.end().is_none() {
        if played.len() == limit {
            return broken(format!(
                "an episode did not end within {limit} steps of random actions: allow more, or wrap the \
                 world in TimeLimit::new(world, steps)"
            ));
        }
        let action = uniform_index(actions, rng);
        let step = caught(|| world.step(action, rng)).or_else(|why| {
            broken(format!(
                "step({action}) panicked in step {} of an episode that had not ended: {why}",
                played.len() + 1
            ))
        })?;
        if !step.reward.is_finite() {
            return broken(format!(
                "step({action}) gave the reward {}: a reward is a finite number",
                step.reward
            ));
        }
        played.steps.push((action, step));
    }
    Ok(played)
}

fn refuses_to_go_on<O>(world: &mut dyn World<O>, rng: &mut dyn Rng) -> Result<()> {
    match caught(|| world.step(0, rng)) {
        Err(_) => Ok(()),
        Ok(_) => broken(
            "step went on after the end of the episode: panic there, so that a loop that forgets to call \
             reset is noticed"
                .into(),
        ),
    }
}

fn refuses_bad_actions<O>(world: &mut dyn World<O>, rng: &mut dyn Rng) -> Result<()> {
    let actions: Action = world.n_actions();
    for bad in [actions, usize::MAX] {
        world.reset(rng);
        if caught(|| world.step(bad, rng)).is_ok() {
            return broken(format!(
                "step({bad}) was accepted, but there are only {actions} actions: panic on an action out \
                 of range"
            ));
        }
    }
    Ok(())
}

/// Where two episodes differ first.
fn difference<O: PartialEq + Debug>(
    a: &Trajectory<O>,
    b: &Trajectory<O>,
) -> Option<String> {
    if a.first != b.first {
        return Some(format!("it began with {:?}, then with {:?}", a.first, b.first));
    }
    let k = a.steps.iter().zip(&b.steps).position(|(x, y)| x != y)?;
    Some(format!("step {} was {:?}, then {:?}", k + 1, a.steps[k].1, b.steps[k].1))
}

/// Whether every state can be entered from those where an episode may start; the error names the first that cannot.
pub(crate) fn check_reachable(
    starts: &Categorical,
    successors: &dyn Fn(State) -> Vec<State>,
    name: &dyn Fn(State) -> String,
) -> Result<()> {
    let mut reached: Vec<bool> = starts.probs().iter().map(|p| *p > 0.0).collect();
    let mut open: Vec<State> = (0..reached.len()).filter(|&s| reached[s]).collect();
    while let Some(s) = open.pop() {
        for next in successors(s) {
            if !std::mem::replace(&mut reached[next], true) {
                open.push(next);
            }
        }
    }
    match reached.iter().position(|reached| !reached) {
        Some(s) => Err(Error::Unreachable { state: name(s) }),
        None => Ok(()),
    }
}

fn broken<T>(rule: String) -> Result<T> {
    Err(Error::World(rule))
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Step, TimeLimit};

    /// The rule that a [`Line`] breaks.
    #[derive(Clone, Copy, PartialEq)]
    enum Fault {
        None,
        NoActions,
        GrowingActions,
        OwnChance,
        ResetRemembers,
        NanReward,
        AnyAction,
        GoesOn,
        NoReset,
        Crash,
    }

    /// Three cells in a row; action 1 goes right, action 0 stays; a coin decides the reward.
    struct Line {
        fault: Fault,
        cell: usize,
        steps: usize,
        episodes: usize,
        running: bool,
    }

    fn line(fault: Fault) -> Line {
        Line { fault, cell: 0, steps: 0, episodes: 0, running: false }
    }

    impl World for Line {
        fn n_actions(&self) -> usize {
            match self.fault {
                Fault::NoActions => 0,
                Fault::GrowingActions => 2 + self.episodes / 30,
                _ => 2,
            }
        }

        fn reset(&mut self, _rng: &mut dyn Rng) -> usize {
            let first = self.episodes == 0;
            assert!(first || self.fault != Fault::NoReset, "one episode only");
            (self.episodes, self.running) = (self.episodes + 1, true);
            // Remembers only an episode that was left in the middle.
            if self.fault != Fault::ResetRemembers || self.cell == 2 {
                self.cell = 0;
            }
            self.cell
        }

        fn step(&mut self, action: usize, rng: &mut dyn Rng) -> Step {
            assert!(self.running || self.fault == Fault::GoesOn, "call reset");
            assert!(action < self.n_actions() || self.fault == Fault::AnyAction);
            assert!(self.fault != Fault::Crash || self.cell == 0, "out of order");
            (self.steps, self.cell) = (self.steps + 1, (self.cell + action.min(1)).min(2));
            let coin = (rng.next_u64() % 2) as f64;
            let reward = match self.fault {
                Fault::NanReward => f64::NAN,
                Fault::OwnChance => (self.steps % 7) as f64,
                _ => coin,
            };
            self.running = self.cell < 2;
            Step { obs: self.cell, reward, end: (!self.running).then_some(End::Terminal) }
        }
    }

    fn message(fault: Fault) -> String {
        check_world(&mut line(fault), 1000, &mut seeded(3)).unwrap_err().to_string()
    }

    #[test]
    fn a_good_world_passes_and_its_ends_are_counted() {
        let ends = check_world(&mut line(Fault::None), 1000, &mut seeded(3)).unwrap();
        assert_eq!(ends, Ends { terminal: EPISODES, truncated: 0 });
        // With a limit of 2 steps half of the episodes or more are cut short: P(two rights) = ¼.
        let mut world = TimeLimit::new(line(Fault::None), 2);
        let ends = check_world(&mut world, 2, &mut seeded(3)).unwrap();
        assert_eq!(ends.terminal + ends.truncated, EPISODES);
        assert!(ends.terminal > 0 && ends.truncated > ends.terminal, "{ends:?}");
    }

    #[test]
    fn each_broken_rule_is_named() {
        for (fault, text) in [
            (Fault::NoActions, "n_actions is 0"),
            (Fault::GrowingActions, "n_actions changed from 2 to 3"),
            (Fault::OwnChance, "the same seed gave another episode (step "),
            (Fault::ResetRemembers, "let reset forget everything"),
            (Fault::NanReward, "gave the reward NaN"),
            (Fault::AnyAction, "step(2) was accepted, but there are only 2 actions"),
            (Fault::GoesOn, "step went on after the end"),
            (Fault::NoReset, "reset panicked: one episode only"),
            (Fault::Crash, "of an episode that had not ended: out of order"),
        ] {
            let message = message(fault);
            assert!(message.starts_with("this world breaks a rule: "), "{message}");
            assert!(message.contains(text), "expected {text:?}, got {message:?}");
        }
    }

    #[test]
    fn a_world_without_an_end_is_named() {
        let message =
            check_world(&mut line(Fault::None), 1, &mut seeded(3)).unwrap_err().to_string();
        assert!(message.contains("did not end within 1 steps"), "{message}");
    }
}
