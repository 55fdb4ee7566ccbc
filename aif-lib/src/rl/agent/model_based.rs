//! [`ModelBasedAgent`]: learn how the world works by counting, and plan in what was learned. Dual:
//! [`crate::aif::agent::explorer`], whose B is this agent's T.

use ndarray::Array3;

use super::Schedule;
use super::life::Life;
use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, End, Obs, State, Step};
use crate::prob::categorical::Categorical;
use crate::prob::counts::TransitionCounts;
use crate::prob::random::Rng;
use crate::rl::model::Mdp;
use crate::rl::plan::{Values, value_iteration};
use crate::rl::select;

/// The change of a value that planning ignores.
const TOLERANCE: f64 = 1e-9;

/// What a [`ModelBasedAgent`] thinks the reward depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaidFor {
    /// r(s′): where it arrives. One meal in a place is enough to know what the place is worth.
    Arriving,
    /// r(s, a): what it does where.
    Acting,
}

/// How a [`ModelBasedAgent`] learns, plans and explores.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelBasedOptions {
    /// Discount γ; default 0.95.
    pub gamma: f64,
    /// Probability of a random action, ε; default 0.1.
    pub epsilon: Schedule,
    /// The count that every transition has before anything was seen; default 0: what was never tried may lead
    /// anywhere, and what was tried once is believed.
    pub prior: f64,
    /// The fraction of the past that fades with each new observation of the same kind; default 0. With 1 only the
    /// last one counts, which is right for a world without chance.
    pub forgetting: f64,
    /// Default: arriving.
    pub paid_for: PaidFor,
}

impl Default for ModelBasedOptions {
    fn default() -> Self {
        Self {
            gamma: 0.95,
            epsilon: Schedule::Constant(0.1),
            prior: 0.0,
            forgetting: 0.0,
            paid_for: PaidFor::Arriving,
        }
    }
}

/// An agent with a map: it counts transitions, remembers rewards, and plans by value iteration.
///
/// ```text
/// T = the mean of the counts,    r = the mean reward,    Q(s, a) = Σₛ′ T[s′, s, a] (r + γ maxₐ′ Q(s′, a′))
/// ```
/// It plans as if what it has learned were the truth (*certainty equivalence*), and anew whenever an observation
/// has changed the map. Source: Sutton & Barto (2018), chapter 8, for planning in a learned model.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut agent = ModelBasedAgent::new(3, 2, ModelBasedOptions::default())?;
/// // It wanders from 0 to 1 to 2, where nothing is; then it is fed in 2.
/// for reward in [0.0, 1.0] {
///     agent.begin(&0);
///     agent.observe(&1, &Step { obs: 1, reward: 0.0, end: None }, &mut seeded(0));
///     agent.observe(&1, &Step { obs: 2, reward, end: Some(End::Terminated) }, &mut seeded(0));
/// }
/// // One meal, and the way there is worth something two steps away.
/// assert!(agent.values(0)[1] > 0.0);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ModelBasedAgent {
    options: ModelBasedOptions,
    counts: TransitionCounts,
    paid: Vec<f64>,  // the sum of rewards, by what they are paid for
    times: Vec<f64>, // how many rewards that is
    ends: Vec<bool>, // (states)
    plan: Option<Values>,
    life: Life,
}

impl ModelBasedAgent {
    /// A learner that knows only how many states and actions there are. It must see the state.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no state or no action.
    /// - [`Error::Parameter`]: γ is not from 0 up to, but without, 1; ε or the forgetting is not from 0 to 1; the
    ///   prior is negative.
    pub fn new(
        n_states: usize,
        n_actions: usize,
        options: ModelBasedOptions,
    ) -> Result<Self> {
        options.epsilon.check("epsilon", "a probability is from 0 to 1, half above 0")?;
        if !(0.0..1.0).contains(&options.gamma) {
            let expected = "a discount is from 0 to 1, and below 1 here: on an unfinished map the end may be out of reach";
            return Err(Error::Parameter { name: "gamma", value: options.gamma, expected });
        }
        let counts = TransitionCounts::new(n_states, n_actions, options.prior)?
            .with_forgetting(options.forgetting)?;
        let kinds = match options.paid_for {
            PaidFor::Arriving => n_states,
            PaidFor::Acting => n_states * n_actions,
        };
        Ok(Self {
            options,
            counts,
            paid: vec![0.0; kinds],
            times: vec![0.0; kinds],
            ends: vec![false; n_states],
            plan: None,
            life: Life::default(),
        })
    }

    /// The counts of transitions.
    pub fn counts(&self) -> &TransitionCounts {
        &self.counts
    }

    /// The map, (s′, s, a): the mean of the counts. A state that has ended an episode stays where it is.
    pub fn transition(&self) -> Array3<f64> {
        let mut t = self.counts.mean();
        let (n, _, k) = t.dim();
        for s in (0..n).filter(|&s| self.ends[s]) {
            for a in 0..k {
                (0..n).for_each(|next| t[[next, s, a]] = f64::from(next == s));
            }
        }
        t
    }

    /// The mean reward of every transition, (s′, s, a); 0 where none was ever seen.
    pub fn reward(&self) -> Array3<f64> {
        let (n, k) = (self.ends.len(), self.counts.n_actions());
        Array3::from_shape_fn((n, n, k), |(next, s, a)| match self.ends[s] {
            true => 0.0,
            false => self.mean_reward(s, a, next),
        })
    }

    /// What it believes the task to be.
    pub fn mdp(&self) -> Mdp {
        let ends: Vec<State> = (0..self.ends.len()).filter(|&s| self.ends[s]).collect();
        Mdp::builder(self.transition())
            .reward(self.reward())
            .terminal(&ends)
            .discount(self.options.gamma)
            .build()
            .expect("counts make distributions")
    }

    /// The values of the actions in a state, by its present plan.
    ///
    /// # Panics
    /// When there is no such state.
    #[track_caller]
    pub fn values(&mut self, state: State) -> Vec<f64> {
        self.plan().q.row(state).to_vec()
    }

    /// Its plan: the values of all states and actions on the present map.
    pub fn plan(&mut self) -> &Values {
        if self.plan.is_none() {
            self.plan = value_iteration(&self.mdp(), TOLERANCE).ok();
        }
        self.plan.as_ref().expect("a discount below 1 gives finite values")
    }

    /// The distribution over actions in a state: ε-greedy on the plan, or greedy when frozen.
    ///
    /// # Panics
    /// When there is no such state.
    #[track_caller]
    pub fn policy(&mut self, state: State) -> Categorical {
        let exploring = self.life.learns();
        let epsilon = if exploring { self.options.epsilon.at(self.episode()) } else { 0.0 };
        select::epsilon_greedy(&self.values(state), epsilon).expect("epsilon was checked")
    }

    /// The number of the current episode, counted from 0. Frozen episodes do not count.
    pub fn episode(&self) -> usize {
        self.life.episode()
    }

    fn kind(&self, s: State, a: Action, next: State) -> usize {
        match self.options.paid_for {
            PaidFor::Arriving => next,
            PaidFor::Acting => s * self.counts.n_actions() + a,
        }
    }

    fn mean_reward(&self, s: State, a: Action, next: State) -> f64 {
        let kind = self.kind(s, a, next);
        if self.times[kind] > 0.0 { self.paid[kind] / self.times[kind] } else { 0.0 }
    }

    /// Learns one step, and drops the plan if the map is no longer what it was.
    fn learn(&mut self, s: State, a: Action, step: &Step) {
        let next = step.obs;
        let before = (self.counts.chance(next, s, a), self.mean_reward(s, a, next));
        self.counts.observe(s, a, next);
        let (kind, keep) = (self.kind(s, a, next), 1.0 - self.options.forgetting);
        self.paid[kind] = keep * self.paid[kind] + step.reward;
        self.times[kind] = keep * self.times[kind] + 1.0;
        let after = (self.counts.chance(next, s, a), self.mean_reward(s, a, next));
        let ends = step.end == Some(End::Terminated);
        if before != after || ends != self.ends[next] {
            self.plan = None;
        }
        self.ends[next] = ends;
    }
}

impl Agent for ModelBasedAgent {
    fn begin(&mut self, obs: &Obs) {
        self.life.begin(*obs);
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        let state = self.life.here();
        self.policy(state).sample(rng)
    }

    fn observe(&mut self, action: &Action, step: &Step, _rng: &mut dyn Rng) {
        if self.life.learns() {
            self.learn(self.life.here(), *action, step);
        }
        self.life.arrive(step.obs);
    }

    fn set_learning(&mut self, learning: bool) {
        self.life.set_learning(learning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::episode;
    use crate::prob::random::seeded;
    use crate::rl::agent::FixedPolicy;
    use crate::world::grid::GridWorld;

    fn step(obs: Obs, reward: f64, end: Option<End>) -> Step {
        Step { obs, reward, end }
    }

    #[test]
    fn the_map_and_the_values_by_hand() {
        // From 0 action 1 leads twice to 1 (pays 3) and once back to 0: V(1) = 0, so Q = ⅔ · 3 + ⅓ · ½ V(0).
        let options = ModelBasedOptions { gamma: 0.5, ..Default::default() };
        let mut agent = ModelBasedAgent::new(2, 1, options).unwrap();
        for (next, reward) in [(1, 3.0), (0, 0.0), (1, 3.0)] {
            agent.begin(&0);
            let end = (next == 1).then_some(End::Terminated);
            agent.observe(&0, &step(next, reward, end), &mut seeded(0));
        }
        assert_eq!(agent.transition()[[1, 0, 0]], 2.0 / 3.0);
        assert_eq!(agent.transition()[[1, 1, 0]], 1.0, "the end stays where it is");
        // V = 2 + V/6, so V = 12/5.
        assert!((agent.values(0)[0] - 2.4).abs() < 1e-8);
    }

    #[test]
    fn after_wandering_one_meal_is_enough() {
        let hungry = GridWorld::four_rooms();
        let (row, col) = hungry.cell(hungry.goal());
        let mut empty = hungry.clone().with_reward(row, col, 0.0).unwrap();
        let mut rng = seeded(1);
        let options = ModelBasedOptions { gamma: 0.99, ..Default::default() };
        let mut agent = ModelBasedAgent::new(68, 4, options).unwrap();
        (0..20).for_each(|_| drop(episode(&mut empty, &mut agent, &mut rng)));
        assert!(agent.plan().v.iter().all(|v| *v == 0.0), "nothing is worth anything yet");
        episode(&mut hungry.clone(), &mut agent, &mut rng);
        agent.freeze();
        assert_eq!(episode(&mut hungry.clone(), &mut agent, &mut rng).len(), 16);
        // One meal in 21 visits: the mean reward is 1/21, and the way as long as it is.
        assert!((agent.plan().v[hungry.start()] - 0.99f64.powi(15) / 21.0).abs() < 1e-7);
    }

    #[test]
    fn a_forgetful_agent_believes_what_it_saw_last() {
        let options = ModelBasedOptions { forgetting: 1.0, ..Default::default() };
        let mut agent = ModelBasedAgent::new(2, 1, options).unwrap();
        agent.begin(&0);
        (0..50).for_each(|_| agent.observe(&0, &step(0, 0.0, None), &mut seeded(0)));
        agent.observe(&0, &step(1, 5.0, Some(End::Terminated)), &mut seeded(0));
        assert_eq!((agent.transition()[[1, 0, 0]], agent.reward()[[1, 0, 0]]), (1.0, 5.0));
        agent.begin(&0);
        agent.observe(&0, &step(1, 1.0, Some(End::Terminated)), &mut seeded(0));
        assert_eq!(agent.reward()[[1, 0, 0]], 1.0);
    }

    #[test]
    fn rewards_for_acting_are_kept_apart() {
        let options = ModelBasedOptions {
            paid_for: PaidFor::Acting,
            gamma: 0.0,
            ..Default::default()
        };
        let mut agent = ModelBasedAgent::new(1, 2, options).unwrap();
        agent.begin(&0);
        for (action, reward) in [(0, 1.0), (1, 4.0), (1, 2.0)] {
            agent.observe(&action, &step(0, reward, None), &mut seeded(0));
        }
        assert_eq!(agent.values(0), [1.0, 3.0]);
    }

    #[test]
    fn frozen_it_neither_learns_nor_explores() {
        let mut agent = ModelBasedAgent::new(2, 2, ModelBasedOptions::default()).unwrap();
        agent.begin(&0);
        agent.observe(&1, &step(1, 1.0, Some(End::Terminated)), &mut seeded(0));
        agent.freeze();
        let counts = agent.counts().clone();
        agent.begin(&0);
        agent.observe(&0, &step(1, 9.0, None), &mut seeded(0));
        assert_eq!((agent.counts(), agent.episode()), (&counts, 0));
        assert_eq!(agent.policy(0), Categorical::one_hot(2, 1));
        agent.thaw();
        assert_eq!(agent.policy(0)[0], 0.05);
    }

    #[test]
    fn on_the_true_map_it_is_the_planner() {
        let world = GridWorld::four_rooms();
        let truth = value_iteration(&world.to_mdp(0.95).unwrap(), TOLERANCE).unwrap();
        let mut agent = ModelBasedAgent::new(68, 4, ModelBasedOptions::default()).unwrap();
        for s in (0..68).filter(|&s| s != world.goal()) {
            for a in 0..4 {
                let next = world.neighbour(s, a);
                let end = (next == world.goal()).then_some(End::Terminated);
                agent.begin(&s);
                agent.observe(
                    &a,
                    &step(next, f64::from(end.is_some()), end),
                    &mut seeded(0),
                );
            }
        }
        assert_eq!(agent.plan().q, truth.q);
        let mut walker = FixedPolicy::new(truth.greedy());
        assert_eq!(episode(&mut world.clone(), &mut walker, &mut seeded(2)).len(), 16);
    }

    #[test]
    fn bad_settings_are_named() {
        let text = |options| ModelBasedAgent::new(2, 2, options).unwrap_err().to_string();
        let default = ModelBasedOptions::default;
        assert!(
            text(ModelBasedOptions { gamma: 1.0, ..default() }).starts_with("gamma = 1")
        );
        assert!(
            text(ModelBasedOptions { prior: -1.0, ..default() }).starts_with("prior = -1")
        );
        let forgetting = ModelBasedOptions { forgetting: 2.0, ..default() };
        assert!(text(forgetting).starts_with("forgetting = 2"));
        let epsilon = ModelBasedOptions { epsilon: Schedule::Constant(-0.1), ..default() };
        assert!(text(epsilon).starts_with("epsilon = -0.1"));
        assert!(ModelBasedAgent::new(0, 2, default()).is_err());
    }
}
