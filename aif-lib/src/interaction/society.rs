//! [`Society`]: many agents in one world.

use super::{Action, Agent, Obs, Signal, Step, Trajectory};
use crate::prob::random::Rng;

/// An environment with several members, who act at the same time.
///
/// The members share their episodes: an end is an end for all of them.
pub trait Society<O: Signal = Obs, A: Signal = Action> {
    /// How many agents take part.
    fn members(&self) -> usize;
    /// What each can do.
    fn action_space(&self) -> A::Space;
    /// What each can see.
    fn observation_space(&self) -> O::Space;
    /// Starts an episode and returns what each member sees first.
    fn reset(&mut self, rng: &mut dyn Rng) -> Vec<O>;
    /// Takes one action of each member and answers each.
    ///
    /// # Panics
    /// When there is not one action for each member, an action is not in the action space, or the episode has ended and
    /// `reset` was not called.
    fn step(&mut self, actions: &[A], rng: &mut dyn Rng) -> Vec<Step<O>>;
}

/// Plays one episode of a society: [`episode`](super::episode) for many. Answers the record of each member.
///
/// # Panics
/// When there is not one agent for each member, or the members do not end together.
#[track_caller]
pub fn gathering<O: Signal, A: Signal>(
    society: &mut dyn Society<O, A>,
    agents: &mut [Box<dyn Agent<O, A>>],
    rng: &mut dyn Rng,
) -> Vec<Trajectory<O, A>> {
    let (members, given) = (society.members(), agents.len());
    assert_eq!(
        given, members,
        "gathering: {members} members need as many agents, not {given}"
    );
    let first = society.reset(rng);
    agents.iter_mut().zip(&first).for_each(|(agent, obs)| agent.begin(obs));
    let record = |first| Trajectory { first, steps: Vec::new() };
    let mut records: Vec<_> = first.into_iter().map(record).collect();
    loop {
        let actions: Vec<A> = agents.iter_mut().map(|agent| agent.act(rng)).collect();
        let steps = society.step(&actions, rng);
        let ended = steps.iter().filter(|step| step.end.is_some()).count();
        assert!(
            ended == 0 || ended == members,
            "gathering: the members of a society end together, but {ended} of {members} did"
        );
        for (((agent, record), action), step) in
            agents.iter_mut().zip(&mut records).zip(actions).zip(steps)
        {
            agent.observe(&action, &step, rng);
            record.steps.push((action, step));
        }
        if ended > 0 {
            return records;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::{End, check_society};
    use crate::prob::random::seeded;

    /// What is wrong with a [`Vote`].
    #[derive(Clone, Copy, PartialEq)]
    enum Fault {
        None,
        Silent,
        Apart,
        Blind,
    }

    /// Two rounds; each sees how many said yes and is paid if all agree.
    struct Vote {
        members: usize,
        rounds: usize,
        fault: Fault,
    }

    fn vote(members: usize, fault: Fault) -> Vote {
        Vote { members, rounds: 0, fault }
    }

    impl Society for Vote {
        fn members(&self) -> usize {
            self.members
        }
        fn action_space(&self) -> usize {
            2
        }
        fn observation_space(&self) -> usize {
            if self.fault == Fault::Blind { 1 } else { self.members + 1 }
        }
        fn reset(&mut self, _rng: &mut dyn Rng) -> Vec<usize> {
            self.rounds = 2;
            vec![0; self.members]
        }
        fn step(&mut self, actions: &[usize], _rng: &mut dyn Rng) -> Vec<Step> {
            assert!(self.rounds > 0 && actions.len() == self.members);
            assert!(actions.iter().all(|a| *a < 2) || self.fault == Fault::Silent);
            self.rounds -= 1;
            let yes: usize = actions.iter().sum();
            let reward = f64::from(yes == 0 || yes == self.members);
            let over = self.rounds == 0;
            let end = |i| over && (self.fault != Fault::Apart || i == 0);
            let step =
                |i| Step { obs: yes, reward, end: end(i).then_some(End::Terminated) };
            (0..self.members).map(step).collect()
        }
    }

    /// Says yes from the second time on.
    struct Late(usize);

    impl Agent for Late {
        fn begin(&mut self, _obs: &usize) {
            self.0 = 0;
        }
        fn act(&mut self, _rng: &mut dyn Rng) -> usize {
            self.0.min(1)
        }
        fn observe(&mut self, _action: &usize, _step: &Step, _rng: &mut dyn Rng) {
            self.0 += 1;
        }
        fn set_learning(&mut self, _learning: bool) {}
    }

    fn agents(n: usize) -> Vec<Box<dyn Agent>> {
        (0..n).map(|_| Box::new(Late(0)) as Box<dyn Agent>).collect()
    }

    #[test]
    fn every_member_has_a_record_of_its_own() {
        let records = gathering(&mut vote(3, Fault::None), &mut agents(3), &mut seeded(1));
        assert_eq!(records.len(), 3);
        for record in records {
            assert_eq!(record.actions(), [0, 1]);
            assert_eq!((record.total_reward(), record.end()), (2.0, Some(End::Terminated)));
            assert_eq!(record.steps[1].1.obs, 3);
        }
    }

    #[test]
    #[should_panic(expected = "3 members need as many agents, not 2")]
    fn an_agent_for_each_member() {
        gathering(&mut vote(3, Fault::None), &mut agents(2), &mut seeded(1));
    }

    #[test]
    #[should_panic(expected = "end together, but 1 of 2 did")]
    fn an_end_is_an_end_for_all() {
        gathering(&mut vote(2, Fault::Apart), &mut agents(2), &mut seeded(1));
    }

    #[test]
    fn a_society_is_checked_like_a_world() {
        let check = |fault| check_society(&mut vote(3, fault), 10, &mut seeded(2));
        assert_eq!(check(Fault::None).unwrap().terminated, 20);
        for (fault, text) in [
            (Fault::Silent, "was accepted"),
            (Fault::Apart, "end together"),
            (Fault::Blind, "is not in the observation space"),
        ] {
            let message = check(fault).unwrap_err().to_string();
            assert!(message.contains(text), "expected {text:?}, got {message:?}");
        }
    }
}
