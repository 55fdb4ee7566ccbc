//! Dyna-Q: learn from what happened, and again from what is remembered. Dual:
//! [`crate::prob::counts`].
//!
//! The model here is the simplest there is: for each state and action, what happened the last time. In a
//! world without chance that is all there is to know. Where chance plays a part, count:
//! [`crate::prob::counts`].

use ndarray::Array2;

use super::q_learning;
use crate::interaction::{Action, End, State, Step};
use crate::prob::random::{Rng, uniform_index};
use crate::rl::model::Mdp;

/// What happened the last time an action was taken in a state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// The reward.
    pub reward: f64,
    /// The next state.
    pub next: State,
    /// Whether the task was over then: nothing follows.
    pub over: bool,
    /// When that was, on the model's clock; 0 for never.
    pub when: usize,
}

impl Seen {
    /// The weight of what comes after: 0 when the task was over, otherwise γ. As [`Step::discount`].
    pub fn discount(&self, gamma: f64) -> f64 {
        if self.over { 0.0 } else { gamma }
    }
}

/// A model that remembers the last outcome of every state and action.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut model = DeterministicModel::new(3, 2);
/// model.observe(0, 1, &Step { obs: 2, reward: 5.0, end: Some(End::Terminated) });
/// assert_eq!(model.pairs(), [(0, 1)]);
/// let seen = model.recall(0, 1);
/// assert_eq!((seen.reward, seen.next, seen.over), (5.0, 2, true));
/// assert_eq!(model.recall(0, 0).next, 0); // never tried: it stays where it is
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DeterministicModel {
    outcomes: Vec<Vec<Option<Seen>>>,   // (states), (actions)
    pairs: Vec<(State, Action)>,        // in the order of their first time
    leading: Vec<Vec<(State, Action)>>, // (next states)
    clock: usize,
}

impl DeterministicModel {
    /// A model that has seen nothing.
    pub fn new(n_states: usize, n_actions: usize) -> Self {
        Self {
            outcomes: vec![vec![None; n_actions]; n_states],
            pairs: Vec::new(),
            leading: vec![Vec::new(); n_states],
            clock: 0,
        }
    }

    /// The memories of one who tried everything once in a known task: of each state and action the most likely
    /// outcome. Of a state that ends the task there is nothing to remember.
    pub fn of(mdp: &Mdp) -> Self {
        let mut model = Self::new(mdp.n_states(), mdp.n_actions());
        for s in (0..mdp.n_states()).filter(|&s| !mdp.is_terminal(s)) {
            for a in 0..mdp.n_actions() {
                type Outcome = (State, f64, f64);
                let likelier = |m: Outcome, o: Outcome| if o.1 > m.1 { o } else { m };
                let likeliest = mdp.outcomes(s, a).reduce(likelier);
                let (next, _, reward) = likeliest.expect("every action leads somewhere");
                let end = mdp.is_terminal(next).then_some(End::Terminated);
                model.observe(s, a, &Step { obs: next, reward, end });
            }
        }
        model
    }

    /// Remembers what an action led to, and forgets what it led to before. The clock ticks.
    ///
    /// # Panics
    /// When a state or the action is out of range.
    pub fn observe(&mut self, s: State, a: Action, step: &Step) {
        self.clock += 1;
        let over = step.end == Some(End::Terminated);
        self.put(
            s,
            a,
            Seen { reward: step.reward, next: step.obs, over, when: self.clock },
        );
    }

    /// Believes of every untried action in a state that it leaves everything as it is: reward 0, same state.
    ///
    /// Planning can then imagine them, which is how Dyna-Q+ comes to try what it never tried.
    ///
    /// # Panics
    /// When the state is out of range.
    pub fn imagine_untried(&mut self, s: State) {
        for a in 0..self.outcomes[s].len() {
            if self.outcomes[s][a].is_none() {
                self.put(s, a, untried(s));
            }
        }
    }

    fn put(&mut self, s: State, a: Action, seen: Seen) {
        match self.outcomes[s][a].replace(seen) {
            None => self.pairs.push((s, a)),
            Some(old) => self.leading[old.next].retain(|pair| *pair != (s, a)),
        }
        self.leading[seen.next].push((s, a));
    }

    /// The states with the actions that were tried there (or imagined).
    pub fn pairs(&self) -> &[(State, Action)] {
        &self.pairs
    }

    /// What happened the last time; for what was never tried: no reward, the same state.
    ///
    /// # Panics
    /// When the state or the action is out of range.
    pub fn recall(&self, s: State, a: Action) -> Seen {
        self.outcomes[s][a].unwrap_or(untried(s))
    }

    /// How long ago an action was tried in a state, in steps.
    ///
    /// # Panics
    /// When the state or the action is out of range.
    pub fn age(&self, s: State, a: Action) -> usize {
        self.clock - self.recall(s, a).when
    }

    /// The pairs that led to a state the last time they were tried.
    ///
    /// # Panics
    /// When the state is out of range.
    pub fn leading_to(&self, s: State) -> &[(State, Action)] {
        &self.leading[s]
    }

    /// The number of states.
    pub fn n_states(&self) -> usize {
        self.outcomes.len()
    }

    /// The number of actions.
    pub fn n_actions(&self) -> usize {
        self.outcomes.first().map_or(0, Vec::len)
    }
}

fn untried(s: State) -> Seen {
    Seen { reward: 0.0, next: s, over: false, when: 0 }
}

/// The bonus of Dyna-Q+ for an action not tried for `age` steps: κ √τ.
///
/// A place not visited for long may have changed. Source: Sutton (1990).
///
/// ```
/// assert_eq!(aif_lib::rl::learn::dyna_q::bonus(0.01, 400), 0.2);
/// ```
pub fn bonus(kappa: f64, age: usize) -> f64 {
    kappa * (age as f64).sqrt()
}

/// Plans: n times, recalls a pair that was tried and learns from it as if it happened now.
///
/// ```text
/// (s, a) at random among the pairs tried;    r, s′ ← model(s, a)
/// Q(s, a) ← Q(s, a) + α (r + κ √τ + γ maxₐ′ Q(s′, a′) − Q(s, a))
/// ```
/// `q`: (states, actions). `kappa` is 0 for Dyna-Q, above 0 for Dyna-Q+. Nothing happens while the model is
/// empty. Source: Sutton (1990), Integrated architectures for learning, planning, and reacting.
///
/// # Panics
/// When the table does not fit the model.
pub fn plan(
    q: &mut Array2<f64>,
    model: &DeterministicModel,
    n: usize,
    alpha: f64,
    gamma: f64,
    kappa: f64,
    rng: &mut dyn Rng,
) {
    let pairs = model.pairs();
    for _ in 0..if pairs.is_empty() { 0 } else { n } {
        let (s, a) = pairs[uniform_index(pairs.len(), rng)];
        let seen = model.recall(s, a);
        let reward = seen.reward + bonus(kappa, model.age(s, a));
        q_learning::update(q, s, a, reward, seen.discount(gamma), seen.next, alpha);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;

    fn step(obs: State, reward: f64, end: Option<End>) -> Step {
        Step { obs, reward, end }
    }

    /// 0 → 1 → 2, the last step pays 1 and ends the task; action 1 of state 0 stays there.
    fn corridor() -> DeterministicModel {
        let mut model = DeterministicModel::new(3, 2);
        model.observe(0, 0, &step(1, 0.0, None));
        model.observe(0, 1, &step(0, 0.0, None));
        model.observe(1, 0, &step(2, 1.0, Some(End::Terminated)));
        model
    }

    #[test]
    fn planning_alone_reaches_the_values_of_the_model() {
        let (mut q, mut rng) = (Array2::zeros((3, 2)), seeded(1));
        plan(&mut q, &corridor(), 5000, 0.5, 0.9, 0.0, &mut rng);
        let expected = [[0.9, 0.81], [1.0, 0.0], [0.0, 0.0]];
        for ((s, a), value) in q.indexed_iter() {
            assert!((value - expected[s][a]).abs() < 1e-12, "{q}");
        }
    }

    #[test]
    fn the_memories_of_a_known_task_plan_like_value_iteration() {
        let mdp = crate::world::dyna_maze::maze().to_mdp(0.9).unwrap();
        let model = DeterministicModel::of(&mdp);
        assert_eq!(model.pairs().len(), 46 * 4);
        let (mut q, mut rng) = (Array2::zeros((47, 4)), seeded(2));
        plan(&mut q, &model, 60_000, 1.0, 0.9, 0.0, &mut rng);
        let exact = crate::rl::plan::value_iteration(&mdp, 1e-12).unwrap().q;
        assert!(q.iter().zip(&exact).all(|(a, b)| (a - b).abs() < 1e-9));
    }

    #[test]
    fn an_empty_model_teaches_nothing() {
        let mut q = Array2::zeros((3, 2));
        plan(&mut q, &DeterministicModel::new(3, 2), 10, 0.5, 0.9, 0.0, &mut seeded(1));
        assert_eq!(q, Array2::<f64>::zeros((3, 2)));
    }

    #[test]
    fn a_new_outcome_replaces_the_old_one() {
        let mut model = corridor();
        assert_eq!(model.leading_to(1), [(0, 0)]);
        model.observe(0, 0, &step(2, -1.0, None));
        assert_eq!(
            model.recall(0, 0),
            Seen { reward: -1.0, next: 2, over: false, when: 4 }
        );
        assert!(model.leading_to(1).is_empty());
        assert_eq!(model.leading_to(2), [(1, 0), (0, 0)]);
        assert_eq!(model.pairs().len(), 3);
        assert_eq!([model.age(0, 0), model.age(1, 0), model.age(2, 1)], [0, 1, 4]);
    }

    #[test]
    fn untried_actions_can_be_imagined_and_gain_a_bonus() {
        let mut model = DeterministicModel::new(2, 2);
        model.observe(0, 0, &step(0, 0.0, None));
        model.imagine_untried(0);
        model.imagine_untried(0);
        assert_eq!(model.pairs(), [(0, 0), (0, 1)]);
        (0..99).for_each(|_| model.observe(0, 0, &step(0, 0.0, None)));
        // With γ = 0 the values are the bonuses: 0 for what was done just now, κ √100 for what never was.
        let (mut q, mut rng) = (Array2::zeros((2, 2)), seeded(1));
        plan(&mut q, &model, 1000, 0.5, 0.0, 0.1, &mut rng);
        assert!(q[[0, 0]].abs() < 1e-12 && (q[[0, 1]] - 1.0).abs() < 1e-12, "{q}");
    }
}
