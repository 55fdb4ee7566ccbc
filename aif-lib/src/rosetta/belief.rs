//! A hidden state, planned for by reinforcement learning: search over beliefs, and beliefs as the states of an MDP.

use std::collections::{BTreeMap, HashMap};

use crate::aif::evaluate::{Efe, expected_free_energy};
use crate::aif::model::GenerativeModel;
use crate::aif::perceive::{predict, successor_beliefs};
use crate::error::{Error, Result};
use crate::interaction::{Action, State};
use crate::prob::categorical::Categorical;
use crate::prob::transition::Transition;
use crate::rl::model::Mdp;

/// Search over beliefs: a task whose state is hidden, planned for as an MDP whose states are beliefs.
///
/// ```text
/// Q(b, u, H) = Σₛ′ b′(s′) r(s′) + γ Σₒ P(o | b, u) maxᵤ′ Q(b after u and o, u′, H − 1),    b′ = B[u] b,    Q(·, ·, 0) = 0
/// ```
/// `model`: only its dynamics are read, A and B; its preferences and habits are not. `reward`: r(s′), paid on arrival, one
/// number for each joint state. What is learned on the way has no value of its own here, only through what it lets the
/// planner do later: compare [`crate::aif::plan::closed_loop`]. Source: Kaelbling, Littman & Cassandra (1998), Planning and
/// acting in partially observable stochastic domains, Artificial Intelligence 101:99–134.
///
/// # Errors
/// - [`Error::Empty`]: a horizon of 0 leaves nothing to decide.
/// - [`Error::Shape`]: not one reward for each joint state.
/// - [`Error::Parameter`]: γ is not from 0 to 1.
///
/// # Panics
/// When the belief has another number of states than the model.
#[track_caller]
pub fn belief_search(
    model: &GenerativeModel,
    belief: &Categorical,
    reward: &[f64],
    gamma: f64,
    horizon: usize,
) -> Result<Vec<f64>> {
    if horizon == 0 {
        return Err(Error::Empty { what: "a plan with horizon 0".into() });
    }
    if reward.len() != model.n_states() {
        return Err(Error::Shape {
            what: "the reward".into(),
            expected: model.n_states().to_string(),
            got: reward.len().to_string(),
            cure: "one reward for each joint state",
        });
    }
    if !(0.0..=1.0).contains(&gamma) {
        let expected = "a discount is from 0 to 1";
        return Err(Error::Parameter { name: "gamma", value: gamma, expected });
    }
    (0..model.n_actions())
        .map(|action| {
            let arrived = predict(model, belief, action);
            let mut value = arrived.expect(reward);
            if horizon > 1 {
                for (after, probability) in successor_beliefs(model, &arrived) {
                    let later = belief_search(model, &after, reward, gamma, horizon - 1)?;
                    value += gamma
                        * probability
                        * later.into_iter().fold(f64::NEG_INFINITY, f64::max);
                }
            }
            Ok(value)
        })
        .collect()
}

/// A partially observed task as an MDP whose states are beliefs.
#[derive(Debug, Clone)]
pub struct BeliefMdp {
    /// The task. State 0 is the belief that it starts from.
    pub mdp: Mdp,
    /// What each of its states stands for.
    pub beliefs: Vec<Categorical>,
}

/// The beliefs that can be reached in `horizon` steps, as a task without end or discount.
///
/// ```text
/// T(b′|b, u) = Σₒ Q(o | b, u) [b′ = b after u and o],    R(b, u) = score of the one-step G(b, u)
/// ```
/// `score` says what is wanted: `|g| g.pragmatic` is reward alone, `|g| -g.total()` is expected free energy. Beliefs that
/// differ by less than 1e-12 are one. The task is right for `horizon` steps from state 0; its outermost beliefs stand still.
/// Source: Kaelbling, Littman & Cassandra (1998), Artificial Intelligence 101:99–134.
///
/// # Errors
/// - [`Error::Parameter`]: the horizon is 0.
/// - [`Error::Budget`]: more than 2000 beliefs.
/// - [`Error::BadEntry`]: a score is not finite.
///
/// # Panics
/// When the belief has another number of states than the model.
#[track_caller]
pub fn belief_mdp(
    model: &GenerativeModel,
    belief: &Categorical,
    horizon: usize,
    score: &dyn Fn(&Efe) -> f64,
) -> Result<BeliefMdp> {
    const MAX_BELIEFS: usize = 2000;
    if horizon == 0 {
        let expected = "look at least 1 step ahead";
        return Err(Error::Parameter { name: "horizon", value: 0.0, expected });
    }
    let key =
        |b: &Categorical| b.probs().iter().map(|p| (p * 1e12).round() as u64).collect();
    let mut beliefs = vec![belief.clone()];
    let mut numbers: HashMap<Vec<u64>, State> = HashMap::from([(key(belief), 0)]);
    let mut moves = Vec::new(); // (from, action, to, probability, score)
    let mut known = 0;
    for _ in 0..horizon {
        let found = beliefs.len();
        for from in known..found {
            for action in 0..model.n_actions() {
                let predicted = predict(model, &beliefs[from], action);
                let pay = score(&expected_free_energy(model, &predicted));
                for (after, p) in successor_beliefs(model, &predicted) {
                    let to = *numbers.entry(key(&after)).or_insert(beliefs.len());
                    if to == beliefs.len() {
                        beliefs.push(after);
                    }
                    moves.push((from, action, to, p, pay));
                }
            }
            if beliefs.len() > MAX_BELIEFS {
                return Err(Error::Budget {
                    what: "the belief MDP",
                    needed: format!("{} beliefs", beliefs.len()),
                    budget: MAX_BELIEFS.to_string(),
                    cure: "shorten the horizon, or search the tree with belief_search",
                });
            }
        }
        known = found;
    }
    let (n, k) = (beliefs.len(), model.n_actions());
    let mut rows = vec![BTreeMap::new(); n * k];
    let mut pays = vec![0.0; n * k];
    for (from, action, to, p, pay) in moves {
        *rows[action * n + from].entry(to).or_insert(0.0) += p;
        pays[action * n + from] = pay;
    }
    for (action, outermost) in (0..k).flat_map(|u| (known..n).map(move |s| (u, s))) {
        rows[action * n + outermost].insert(outermost, 1.0);
    }
    let rows = rows.into_iter().map(|row| row.into_iter().collect()).collect();
    let paid = |_: State, s: State, action: Action| pays[action * n + s];
    let transition = Transition::new_unchecked(n, k, rows);
    let mdp = Mdp::from_transition(transition, &paid).discount(1.0).build()?;
    Ok(BeliefMdp { mdp, beliefs })
}
