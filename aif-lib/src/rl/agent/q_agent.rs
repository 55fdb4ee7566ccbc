//! Q-learning and its relatives. Dual: [`crate::aif::agent`].

use ndarray::Array2;

use super::Schedule;
use super::life::Life;
use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Obs, State, Step};
use crate::prob::categorical::Categorical;
use crate::prob::random::{Rng, uniform_index};
use crate::rl::learn::{double_q, expected_sarsa, q_learning, sarsa};
use crate::rl::perceive::{History, Memory};
use crate::rl::select;

/// What a [`QAgent`] moves its values towards: the same error δ, four ideas of what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The best next action: [`q_learning`]. Learns about the greedy policy, whatever it does.
    QLearning,
    /// The action that it does take next: [`sarsa`]. Learns about what it does, exploration included.
    Sarsa,
    /// The mean over what it may do next: [`expected_sarsa`]. SARSA without the luck of the draw.
    ExpectedSarsa,
    /// The best next action of one table, valued by another: [`double_q`]. Not too optimistic by luck.
    DoubleQ,
}

/// How a [`QAgent`] learns and explores.
///
/// ```
/// # use aif_lib::prelude::*;
/// let options = QOptions { gamma: 1.0, ..QOptions::default() };
/// assert_eq!(options.alpha, Schedule::Constant(0.1));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct QOptions {
    /// The learning rule; default Q-learning.
    pub rule: Rule,
    /// Learning rate α, the fraction of the error that is learned; default 0.1.
    pub alpha: Schedule,
    /// Discount γ of the next step's value; default 0.99.
    pub gamma: f64,
    /// Probability of a random action, ε; default 0.1.
    pub epsilon: Schedule,
    /// The value of an action never tried; default 0. Above what is possible, it makes the agent try
    /// everything: optimism in the face of uncertainty.
    pub initial: f64,
    /// What stands for the state; default the last observation.
    pub memory: Memory,
}

impl Default for QOptions {
    fn default() -> Self {
        Self {
            rule: Rule::QLearning,
            alpha: Schedule::Constant(0.1),
            gamma: 0.99,
            epsilon: Schedule::Constant(0.1),
            initial: 0.0,
            memory: Memory::Observation,
        }
    }
}

/// An agent that learns a value for each action, by Q-learning or a relative of it ([`Rule`]), and explores
/// by ε-greedy.
///
/// It is given no model. With [`Memory::History`] it decides on everything it saw in the episode, which is
/// as much as a belief knows.
///
/// SARSA needs the next action, so it learns from a step when it sees what was done after it. At the end of
/// an episode no action follows: after [`End::Terminated`](crate::interaction::End) the future is worth 0; after
/// `Truncated` it is worth the mean over what the policy would have done.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut agent = QAgent::new(2, 3, QOptions::default())?;
/// agent.begin(&0);
/// agent.observe(&1, &Step { obs: 1, reward: 1.0, end: Some(End::Terminated) }, &mut seeded(0));
/// assert_eq!(agent.values(0), [0.0, 0.1, 0.0]);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct QAgent {
    options: QOptions,
    n_obs: usize,
    q: Array2<f64>,                             // (states, actions)
    twins: Option<[Array2<f64>; 2]>,            // double Q-learning: q is their mean
    waiting: Option<(State, Action, f64, f64)>, // SARSA: s, a, r, γ, until a′ is known
    history: Option<History>,
    life: Life,
}

impl QAgent {
    /// A learner that knows only how many observations and actions there are.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no observation or no action.
    /// - [`Error::Parameter`]: α or ε leaves 0 to 1, γ is not from 0 to 1, or the initial value is not
    ///   finite.
    pub fn new(n_obs: usize, n_actions: usize, options: QOptions) -> Result<Self> {
        if n_obs == 0 || n_actions == 0 {
            let what =
                if n_obs == 0 { "the set of observations" } else { "the set of actions" };
            return Err(Error::Empty { what: what.into() });
        }
        options.alpha.check("alpha", "a learning rate is from 0 to 1, half above 0")?;
        options.epsilon.check("epsilon", "a probability is from 0 to 1, half above 0")?;
        let (gamma, initial) = (options.gamma, options.initial);
        if !(0.0..=1.0).contains(&gamma) {
            let expected = "a discount is from 0 to 1";
            return Err(Error::Parameter { name: "gamma", value: gamma, expected });
        }
        if !initial.is_finite() {
            let expected = "the value of an untried action is a finite number";
            return Err(Error::Parameter { name: "initial", value: initial, expected });
        }
        let (rows, history) = match options.memory {
            Memory::Observation => (n_obs, None),
            Memory::History { limit } => (0, Some(History::new(limit))),
        };
        let q = Array2::from_elem((rows, n_actions), initial);
        let twins = (options.rule == Rule::DoubleQ).then(|| [q.clone(), q.clone()]);
        Ok(Self { options, n_obs, q, twins, waiting: None, history, life: Life::default() })
    }

    /// The table of values, (states, actions). With [`Memory::History`] a row for each history seen; with
    /// [`Rule::DoubleQ`] the mean of the two tables.
    pub fn q(&self) -> &Array2<f64> {
        &self.q
    }

    /// The values of the actions in a state.
    ///
    /// # Panics
    /// When the state is not in the table.
    #[track_caller]
    pub fn values(&self, state: State) -> Vec<f64> {
        self.q.row(state).to_vec()
    }

    /// The distribution over actions in a state: ε-greedy, or greedy when frozen.
    ///
    /// # Panics
    /// When the state is not in the table.
    #[track_caller]
    pub fn policy(&self, state: State) -> Categorical {
        let exploring = self.life.learns();
        let epsilon = if exploring { self.options.epsilon.at(self.episode()) } else { 0.0 };
        select::epsilon_greedy(&self.values(state), epsilon).expect("epsilon was checked")
    }

    /// The number of the current state: the last observation, or the number of the history.
    pub fn state(&self) -> Option<State> {
        self.life.state()
    }

    /// The number of the current episode, counted from 0. Frozen episodes do not count.
    pub fn episode(&self) -> usize {
        self.life.episode()
    }

    #[track_caller]
    fn perceive(&mut self, action: Option<Action>, obs: Obs) -> State {
        let n_obs = self.n_obs;
        assert!(obs < n_obs, "observation {obs} is out of range: this agent knows {n_obs}");
        let Some(history) = &mut self.history else { return obs };
        let number = match action {
            None => history.begin(obs),
            Some(action) => history.extend(action, obs),
        };
        let number = number.unwrap_or_else(|error| panic!("{error}"));
        if number == self.q.nrows() {
            let row = ndarray::Array1::from_elem(self.q.ncols(), self.options.initial);
            for table in self.twins.iter_mut().flatten().chain([&mut self.q]) {
                table.push_row(row.view()).expect("a row has one value for each action");
            }
        }
        number
    }

    fn learn(&mut self, s: State, a: Action, step: &Step, next: State, rng: &mut dyn Rng) {
        let alpha = self.options.alpha.at(self.episode());
        let (r, gamma) = (step.reward, step.discount(self.options.gamma));
        match self.options.rule {
            Rule::QLearning => {
                q_learning::update(&mut self.q, s, a, r, gamma, next, alpha);
            }
            Rule::ExpectedSarsa => self.learn_from_mean(s, a, r, gamma, next, alpha),
            Rule::Sarsa => {
                if let Some((s0, a0, r0, gamma0)) = self.waiting.take() {
                    sarsa::update(&mut self.q, s0, a0, r0, gamma0, s, a, alpha);
                }
                match step.end {
                    None => self.waiting = Some((s, a, r, gamma)),
                    Some(_) => self.learn_from_mean(s, a, r, gamma, next, alpha),
                }
            }
            Rule::DoubleQ => {
                let [first, second] = self.twins.as_mut().expect("the rule has two tables");
                let (learns, judges) = match uniform_index(2, rng) {
                    0 => (first, &*second),
                    _ => (second, &*first),
                };
                double_q::update(learns, judges, s, a, r, gamma, next, alpha);
                self.q[[s, a]] = (learns[[s, a]] + judges[[s, a]]) / 2.0;
            }
        }
    }

    fn learn_from_mean(
        &mut self,
        s: State,
        a: Action,
        r: f64,
        gamma: f64,
        next: State,
        alpha: f64,
    ) {
        let policy = self.policy(next);
        expected_sarsa::update(&mut self.q, s, a, r, gamma, next, policy.probs(), alpha);
    }
}

impl Agent for QAgent {
    fn begin(&mut self, obs: &Obs) {
        self.waiting = None;
        let state = self.perceive(None, *obs);
        self.life.begin(state);
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        self.policy(self.life.here()).sample(rng)
    }

    fn observe(&mut self, action: &Action, step: &Step, rng: &mut dyn Rng) {
        let state = self.life.here();
        let next = self.perceive(Some(*action), step.obs);
        if self.life.learns() {
            self.learn(state, *action, step, next, rng);
        }
        self.life.arrive(next);
    }

    fn set_learning(&mut self, learning: bool) {
        self.life.set_learning(learning);
        self.waiting = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::{End, World, episode};
    use crate::prob::categorical::cat;
    use crate::prob::random::seeded;

    fn step(obs: Obs, reward: f64, end: Option<End>) -> Step {
        Step { obs, reward, end }
    }

    /// An agent that believes that each action in each state is worth 10, and sees reward 1 with a
    /// learning rate of ½ and γ = .9: 10 + ½ (1 + .9 · 10 − 10) = 10 if it looks ahead, 5.5 if not.
    fn value_after(end: Option<End>) -> f64 {
        let options = QOptions {
            alpha: Schedule::Constant(0.5),
            gamma: 0.9,
            initial: 10.0,
            ..QOptions::default()
        };
        let mut agent = QAgent::new(2, 1, options).unwrap();
        agent.begin(&0);
        agent.observe(&0, &step(1, 1.0, end), &mut seeded(0));
        agent.q()[[0, 0]]
    }

    #[test]
    fn the_future_counts_after_a_time_limit_and_not_after_the_end_of_the_task() {
        assert_eq!(value_after(None), 10.0);
        assert_eq!(value_after(Some(End::Truncated)), 10.0);
        assert_eq!(value_after(Some(End::Terminated)), 5.5);
    }

    /// Two states, two actions, ε = .2, α = ½, γ = .9; Q(1) = (1, 2). In state 0 the agent does 0, is paid 1 and
    /// comes to state 1, where it does 0, which ends the episode with 0. Returns Q(0, 0), which was 0.
    fn after_two_steps(rule: Rule, first_end: Option<End>) -> (f64, f64) {
        let options = QOptions {
            rule,
            alpha: Schedule::Constant(0.5),
            gamma: 0.9,
            epsilon: Schedule::Constant(0.2),
            ..QOptions::default()
        };
        let mut agent = QAgent::new(2, 2, options).unwrap();
        for table in agent.twins.iter_mut().flatten().chain([&mut agent.q]) {
            (table[[1, 0]], table[[1, 1]]) = (1.0, 2.0);
        }
        agent.begin(&0);
        agent.observe(&0, &step(1, 1.0, first_end), &mut seeded(0));
        let at_once = agent.q()[[0, 0]];
        if first_end.is_none() {
            agent.observe(&0, &step(1, 0.0, Some(End::Terminated)), &mut seeded(0));
            assert!([0.5, 0.75].contains(&agent.q()[[1, 0]]), "the last step is learned");
        }
        (at_once, agent.q()[[0, 0]])
    }

    #[test]
    fn four_rules_four_targets() {
        // Best: 2. Taken: 1. Mean at ε = .2: .9 · 2 + .1 · 1 = 1.9. Twin 0 learns ½ (1 + .9 · 2), twin 1 nothing.
        let near = |(a, b): (f64, f64), (c, d): (f64, f64)| {
            assert!((a - c).abs() < 1e-12 && (b - d).abs() < 1e-12, "{a} {b} for {c} {d}");
        };
        let half = |target: f64| 0.5 * (1.0 + 0.9 * target);
        near(after_two_steps(Rule::QLearning, None), (half(2.0), half(2.0)));
        near(after_two_steps(Rule::ExpectedSarsa, None), (half(1.9), half(1.9)));
        near(after_two_steps(Rule::Sarsa, None), (0.0, half(1.0)));
        near(after_two_steps(Rule::DoubleQ, None), (half(2.0) / 2.0, half(2.0) / 2.0));
    }

    #[test]
    fn every_rule_knows_the_end_of_a_task_from_the_end_of_the_time() {
        for rule in [Rule::QLearning, Rule::ExpectedSarsa, Rule::Sarsa, Rule::DoubleQ] {
            let share = if rule == Rule::DoubleQ { 0.5 } else { 1.0 };
            let best = matches!(rule, Rule::QLearning | Rule::DoubleQ);
            let future = if best { 2.0 } else { 1.9 };
            let (_, terminal) = after_two_steps(rule, Some(End::Terminated));
            let (_, truncated) = after_two_steps(rule, Some(End::Truncated));
            assert!((terminal - share * 0.5).abs() < 1e-12, "{rule:?}: {terminal}");
            let expected = share * 0.5 * (1.0 + 0.9 * future);
            assert!((truncated - expected).abs() < 1e-12, "{rule:?}: {truncated}");
        }
    }

    #[test]
    fn sarsa_forgets_a_step_whose_successor_it_never_sees() {
        let options = QOptions { rule: Rule::Sarsa, ..QOptions::default() };
        let mut agent = QAgent::new(2, 2, options).unwrap();
        agent.begin(&0);
        agent.observe(&0, &step(1, 1.0, None), &mut seeded(0));
        agent.begin(&1); // The episode was given up.
        agent.observe(&0, &step(1, 0.0, Some(End::Terminated)), &mut seeded(0));
        assert_eq!(agent.q().sum(), 0.0);
        agent.begin(&0);
        agent.observe(&0, &step(1, 1.0, None), &mut seeded(0));
        agent.freeze();
        agent.observe(&0, &step(1, 0.0, Some(End::Terminated)), &mut seeded(0));
        assert_eq!(agent.q().sum(), 0.0);
    }

    #[test]
    fn both_twins_learn_and_every_rule_remembers() {
        for rule in [Rule::ExpectedSarsa, Rule::Sarsa, Rule::DoubleQ] {
            let memory = Memory::History { limit: 99 };
            let options = QOptions { rule, memory, ..QOptions::default() };
            let mut agent = QAgent::new(3, 2, options).unwrap();
            let (mut world, mut rng) = (Recall { sign: 0, time: 0 }, seeded(4));
            for _ in 0..2000 {
                episode(&mut world, &mut agent, &mut rng);
            }
            agent.freeze();
            let right = |rng: &mut dyn Rng, world: &mut Recall, agent: &mut QAgent| {
                episode(world, agent, rng).total_reward()
            };
            let total: f64 =
                (0..100).map(|_| right(&mut rng, &mut world, &mut agent)).sum();
            assert_eq!(total, 100.0, "{rule:?}");
            if let Some([first, second]) = &agent.twins {
                assert!(first != second && first.sum() > 0.5 && second.sum() > 0.5);
            }
        }
    }

    #[test]
    fn a_schedule_counts_learning_episodes_only() {
        let epsilon = Schedule::Linear { from: 1.0, to: 0.0, episodes: 2 };
        let mut agent =
            QAgent::new(1, 2, QOptions { epsilon, ..QOptions::default() }).unwrap();
        agent.begin(&0);
        assert_eq!(agent.policy(0), cat(&[0.5, 0.5]));
        agent.observe(&0, &step(0, 1.0, Some(End::Terminated)), &mut seeded(0));
        agent.freeze();
        agent.begin(&0);
        assert_eq!(agent.policy(0), cat(&[1.0, 0.0]), "frozen is greedy");
        let q = agent.q().clone();
        agent.observe(&1, &step(0, 9.0, Some(End::Terminated)), &mut seeded(0));
        assert_eq!(agent.q(), q, "frozen does not learn");
        agent.thaw();
        agent.begin(&0);
        assert_eq!((agent.episode(), agent.policy(0)), (1, cat(&[0.75, 0.25])));
    }

    /// A sign (0 or 1), then a blank screen (2), then a key: right if it is the sign's.
    struct Recall {
        sign: usize,
        time: usize,
    }

    impl World for Recall {
        fn action_space(&self) -> usize {
            2
        }
        fn observation_space(&self) -> usize {
            3
        }
        fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
            (self.sign, self.time) = (crate::prob::random::uniform_index(2, rng), 0);
            self.sign
        }
        fn step(&mut self, action: Action, _rng: &mut dyn Rng) -> Step {
            self.time += 1;
            let right = f64::from(action == self.sign);
            if self.time == 1 {
                step(2, 0.0, None)
            } else {
                step(2, right, Some(End::Terminated))
            }
        }
    }

    fn recall_rate(memory: Memory) -> f64 {
        let mut agent =
            QAgent::new(3, 2, QOptions { memory, ..QOptions::default() }).unwrap();
        let (mut world, mut rng) = (Recall { sign: 0, time: 0 }, seeded(4));
        for _ in 0..2000 {
            episode(&mut world, &mut agent, &mut rng);
        }
        agent.freeze();
        let total: f64 = (0..1000)
            .map(|_| episode(&mut world, &mut agent, &mut rng).total_reward())
            .sum();
        total / 1000.0
    }

    #[test]
    fn who_remembers_the_sign_presses_the_right_key() {
        assert_eq!(recall_rate(Memory::History { limit: 100 }), 1.0);
        let guess = recall_rate(Memory::Observation);
        assert!((guess - 0.5).abs() < 0.06, "without memory half are right, got {guess}");
    }

    #[test]
    fn what_the_agent_did_is_part_of_its_history() {
        let memory = Memory::History { limit: 10 };
        let mut agent =
            QAgent::new(1, 2, QOptions { memory, ..QOptions::default() }).unwrap();
        let mut state_after = |action| {
            agent.begin(&0);
            agent.observe(&action, &step(0, 0.0, None), &mut seeded(0));
            agent.state().unwrap()
        };
        assert_eq!([state_after(0), state_after(1), state_after(0)], [1, 2, 1]);
        assert_eq!(agent.q().dim(), (3, 2));
    }

    #[test]
    fn the_same_seed_gives_the_same_agent() {
        let table = || {
            let options =
                QOptions { memory: Memory::History { limit: 99 }, ..QOptions::default() };
            let mut agent = QAgent::new(3, 2, options).unwrap();
            let (mut world, mut rng) = (Recall { sign: 0, time: 0 }, seeded(8));
            for _ in 0..50 {
                episode(&mut world, &mut agent, &mut rng);
            }
            agent.q().clone()
        };
        assert_eq!(table(), table());
    }

    #[test]
    fn bad_options_are_named() {
        let message = |options| QAgent::new(1, 1, options).unwrap_err().to_string();
        let default = QOptions::default;
        let text = message(QOptions { alpha: Schedule::Constant(1.5), ..default() });
        assert!(text.contains("alpha = 1.5: a learning rate is from 0 to 1"), "{text}");
        let epsilon = Schedule::Linear { from: 1.0, to: -0.1, episodes: 5 };
        let text = message(QOptions { epsilon, ..default() });
        assert!(text.contains("epsilon = -0.1"), "{text}");
        let alpha = Schedule::Harmonic { from: 0.5, half: -2.0 };
        assert!(message(QOptions { alpha, ..default() }).contains("half above 0"));
        assert!(message(QOptions { gamma: f64::NAN, ..default() }).contains("gamma = NaN"));
        assert!(
            message(QOptions { initial: f64::NAN, ..default() }).contains("initial = NaN")
        );
        let text = QAgent::new(0, 1, default()).unwrap_err().to_string();
        assert!(text.contains("observations is empty"), "{text}");
    }

    #[test]
    #[should_panic(expected = "observation 3 is out of range: this agent knows 3")]
    fn an_unknown_observation_is_refused() {
        QAgent::new(3, 1, QOptions::default()).unwrap().begin(&3);
    }
}
