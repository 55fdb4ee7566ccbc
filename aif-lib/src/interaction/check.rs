//! [`check_world`]: does a world keep the rules that every agent relies on?

use super::{End, Signal, Society, Step, Trajectory, World};
use crate::caught::caught;
use crate::error::{Error, Result};
use crate::prob::random::{Rng, seeded};

/// How many episodes [`check_world`] plays.
pub const EPISODES: usize = 20;

/// How the episodes of a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// Episodes in which the task was over.
    pub terminated: usize,
    /// Episodes that a step limit cut short.
    pub truncated: usize,
}

/// Plays a world with random actions and checks the rules of [`World`].
///
/// 1. There is at least one action, and the spaces of actions and observations stay the same.
/// 2. All chance comes from the generator: the same seed gives the same episodes, whatever came before.
/// 3. Every reward is a finite number, every observation is in the observation space.
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
/// assert!(ends.terminated > 0 && ends.truncated > 0);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn check_world<O: Signal, A: Signal>(
    world: &mut dyn World<O, A>,
    limit: usize,
    rng: &mut dyn Rng,
) -> Result<Ends> {
    check_society(&mut Alone(world), limit, rng)
}

/// A world as a society of one.
struct Alone<'a, O, A>(&'a mut dyn World<O, A>);

impl<O: Signal, A: Signal> Society<O, A> for Alone<'_, O, A> {
    fn members(&self) -> usize {
        1
    }
    fn action_space(&self) -> A::Space {
        self.0.action_space()
    }
    fn observation_space(&self) -> O::Space {
        self.0.observation_space()
    }
    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<O> {
        vec![self.0.reset(rng)]
    }
    fn step(&mut self, actions: &[A], rng: &mut dyn Rng) -> Vec<Step<O>> {
        vec![self.0.step(actions[0].clone(), rng)]
    }
}

/// The same for a [`Society`], whose members also number the same at all times and end together.
///
/// # Errors
/// [`Error::World`] names the rule that is broken.
pub fn check_society<O: Signal, A: Signal>(
    society: &mut dyn Society<O, A>,
    limit: usize,
    rng: &mut dyn Rng,
) -> Result<Ends> {
    let spaces = |society: &dyn Society<O, A>| {
        (society.members(), society.action_space(), society.observation_space())
    };
    let promised = spaces(society);
    if promised.0 == 0 {
        return broken("there is no member: a society needs at least one".into());
    }
    let seed = rng.next_u64();
    let (mut ends, mut first) = (Ends { terminated: 0, truncated: 0 }, Vec::new());
    for round in 0..2 {
        let mut rng = seeded(seed);
        for k in 0..EPISODES {
            let (played, last) = play(society, limit, &mut rng)?;
            refuses_to_go_on(society, &last, &mut rng)?;
            let now = spaces(society);
            if now != promised {
                return broken(format!(
                    "the members, actions and observations changed from {promised:?} to {now:?}: keep them fixed"
                ));
            }
            match played[0].end() {
                Some(End::Terminated) => ends.terminated += 1,
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
        refuses_bad_actions(society, &mut rng)?;
        // The second round starts in the middle of an episode, which reset has to forget.
        society.reset(&mut rng);
        society.step(&draw(society, &mut rng)?, &mut rng);
    }
    Ok(Ends { terminated: ends.terminated / 2, truncated: ends.truncated / 2 })
}

/// A random action for each member.
fn draw<O: Signal, A: Signal>(
    society: &dyn Society<O, A>,
    rng: &mut dyn Rng,
) -> Result<Vec<A>> {
    let space = society.action_space();
    let one = |_| caught(|| A::draw(&space, rng));
    let drawn = (0..society.members()).map(one).collect::<std::result::Result<_, _>>();
    drawn.or_else(|why| {
        broken(format!("the action space {space:?} has nothing to choose from ({why}): an agent needs at least one action"))
    })
}

/// One episode with random actions, and the actions that were taken last.
#[allow(clippy::type_complexity)]
fn play<O: Signal, A: Signal>(
    society: &mut dyn Society<O, A>,
    limit: usize,
    rng: &mut dyn Rng,
) -> Result<(Vec<Trajectory<O, A>>, Vec<A>)> {
    let (members, seen) = (society.members(), society.observation_space());
    let check = |obs: &O, when: &str| match obs.is_in(&seen) {
        true => Ok(()),
        false => broken(format!(
            "{when} showed {obs:?}, which is not in the observation space {seen:?}"
        )),
    };
    let first = caught(|| society.reset(rng)).or_else(|why| {
        broken(format!("reset panicked: {why}. It must work at any time"))
    })?;
    if first.len() != members {
        return broken(format!(
            "reset showed {} observations to {members} members",
            first.len()
        ));
    }
    first.iter().try_for_each(|obs| check(obs, "reset"))?;
    let record = |first| Trajectory { first, steps: Vec::new() };
    let mut played: Vec<_> = first.into_iter().map(record).collect();
    loop {
        if played[0].len() == limit {
            return broken(format!(
                "an episode did not end within {limit} steps of random actions: allow more, or wrap the \
                 world in TimeLimit::new(world, steps)"
            ));
        }
        let actions = draw(society, rng)?;
        let steps = caught(|| society.step(&actions, rng)).or_else(|why| {
            broken(format!(
                "step({actions:?}) panicked in step {} of an episode that had not ended: {why}",
                played[0].len() + 1
            ))
        })?;
        if steps.len() != members {
            return broken(format!(
                "step answered {} times for {members} members",
                steps.len()
            ));
        }
        let ended = steps.iter().filter(|step| step.end.is_some()).count();
        if ended != 0 && ended != members {
            return broken(format!(
                "the members of a society end together, but {ended} of {members} did"
            ));
        }
        for ((record, action), step) in played.iter_mut().zip(&actions).zip(steps) {
            if !step.reward.is_finite() {
                return broken(format!(
                    "step({action:?}) gave the reward {}: a reward is a finite number",
                    step.reward
                ));
            }
            check(&step.obs, &format!("step({action:?})"))?;
            record.steps.push((action.clone(), step));
        }
        if ended > 0 {
            return Ok((played, actions));
        }
    }
}

fn refuses_to_go_on<O: Signal, A: Signal>(
    society: &mut dyn Society<O, A>,
    actions: &[A],
    rng: &mut dyn Rng,
) -> Result<()> {
    match caught(|| society.step(actions, rng)) {
        Err(_) => Ok(()),
        Ok(_) => broken(
            "step went on after the end of the episode: panic there, so that a loop that forgets to call \
             reset is noticed"
                .into(),
        ),
    }
}

fn refuses_bad_actions<O: Signal, A: Signal>(
    society: &mut dyn Society<O, A>,
    rng: &mut dyn Rng,
) -> Result<()> {
    let space = society.action_space();
    for bad in A::outside(&space) {
        for member in 0..society.members() {
            society.reset(rng);
            let mut actions = draw(society, rng)?;
            actions[member] = bad.clone();
            if caught(|| society.step(&actions, rng)).is_ok() {
                return broken(format!(
                    "step({bad:?}) was accepted, but the action space is {space:?}: panic on an action out \
                     of range"
                ));
            }
        }
    }
    Ok(())
}

/// Where two episodes differ first.
fn difference<O: Signal, A: Signal>(
    one: &[Trajectory<O, A>],
    other: &[Trajectory<O, A>],
) -> Option<String> {
    one.iter().zip(other).find_map(|(a, b)| {
        if a.first != b.first {
            return Some(format!("it began with {:?}, then with {:?}", a.first, b.first));
        }
        let k = a.steps.iter().zip(&b.steps).position(|(x, y)| x != y)?;
        Some(format!("step {} was {:?}, then {:?}", k + 1, a.steps[k].1, b.steps[k].1))
    })
}

fn broken<T>(rule: String) -> Result<T> {
    Err(Error::World(rule))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::TimeLimit;

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
        Unseen,
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
        fn action_space(&self) -> usize {
            match self.fault {
                Fault::NoActions => 0,
                Fault::GrowingActions => 2 + self.episodes / 30,
                _ => 2,
            }
        }

        fn observation_space(&self) -> usize {
            if self.fault == Fault::Unseen { 2 } else { 3 }
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
            Step { obs: self.cell, reward, end: (!self.running).then_some(End::Terminated) }
        }
    }

    fn message(fault: Fault) -> String {
        check_world(&mut line(fault), 1000, &mut seeded(3)).unwrap_err().to_string()
    }

    #[test]
    fn a_good_world_passes_and_its_ends_are_counted() {
        let ends = check_world(&mut line(Fault::None), 1000, &mut seeded(3)).unwrap();
        assert_eq!(ends, Ends { terminated: EPISODES, truncated: 0 });
        // With a limit of 2 steps half of the episodes or more are cut short: P(two rights) = ¼.
        let mut world = TimeLimit::new(line(Fault::None), 2);
        let ends = check_world(&mut world, 2, &mut seeded(3)).unwrap();
        assert_eq!(ends.terminated + ends.truncated, EPISODES);
        assert!(ends.terminated > 0 && ends.truncated > ends.terminated, "{ends:?}");
    }

    #[test]
    fn each_broken_rule_is_named() {
        for (fault, text) in [
            (Fault::NoActions, "action space 0 has nothing"),
            (Fault::GrowingActions, "changed from (1, 2, 3) to (1, 3, 3)"),
            (Fault::OwnChance, "the same seed gave another episode (step "),
            (Fault::ResetRemembers, "let reset forget everything"),
            (Fault::NanReward, "gave the reward NaN"),
            (Fault::AnyAction, "step(2) was accepted, but the action space is 2"),
            (Fault::GoesOn, "step went on after the end"),
            (Fault::NoReset, "reset panicked: one episode only"),
            (Fault::Unseen, "showed 2, which is not in the observation space 2"),
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
