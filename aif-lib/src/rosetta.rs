//! The bridge: one problem in both languages, with the conditions under which nothing is lost on the way.
//!
//! | reinforcement learning | active inference | exact when | here |
//! |---|---|---|---|
//! | reward r(s′) | log-preference C = ln P(o given C), up to a constant | reward on arrival, in nats | [`LogPreference`] |
//! | transitions T | B, the same array | always | [`to_generative_model`], [`to_mdp`] |
//! | temperature τ | precision γ = 1/τ | softmax choice, uniform habit E | [`precision`], [`temperature`] |
//! | max or softmax backup | the same backup of G | the same one on both sides | `From` between the two `Backup`s |
//! | finite horizon | the closed loop at every state and time | the state is seen | [`finite_horizon_efe`] |
//! | V(s), Q(s, a) | −G | A is the identity, B is deterministic, no discount, one finite horizon, closed loop | [`to_generative_model`] |
//! | KL control | −G | as above, with any B | [`kl_control`] |
//! | belief MDP | −G | any A and B | [`belief_mdp`] |
//!
//! A conversion that would lose something is an [`Error::Bridge`] that names the condition. Source of the fifth row:
//! Da Costa, Sajid, Parr, Friston & Smith (2023), Reward maximization through discrete active inference, Neural
//! Computation 35(5):807–852.

use std::collections::HashMap;

use ndarray::{Array2, Array3};

use crate::aif::evaluate::{Efe, expected_free_energy};
use crate::aif::model::GenerativeModel;
use crate::aif::perceive::{branches, predict};
use crate::aif::plan as aif;
use crate::aif::select::{best, policy_posterior};
use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;
use crate::prob::info::log_sum_exp;
use crate::rl::model::Mdp;
use crate::rl::plan as rl;
use crate::world::State;

/// A log-preference over outcomes, C = ln P(o|C) + constant: the one way from rewards to preferences and back.
///
/// The constant, the logarithm of Σₒ exp C(o), moves every policy of one length by the same amount. It changes no choice
/// as long as all policies are equally long.
///
/// ```
/// # use aif_lib::prelude::*;
/// let c = LogPreference::from_reward(&[0.0, 3f64.ln()])?;
/// assert!((c.distribution()[1] - 0.75).abs() < 1e-15); // three times as welcome
/// assert_eq!(c.reward(), [0.0, 3f64.ln()]);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LogPreference(Vec<f64>);

impl LogPreference {
    /// C = r: a reward of 1 makes an outcome e times as welcome. −∞ is an outcome that must never be.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no outcome.
    /// - [`Error::BadEntry`]: a reward is NaN or +∞, or all are −∞.
    pub fn from_reward(reward: &[f64]) -> Result<Self> {
        let what = || "the log-preference".to_string();
        if reward.is_empty() {
            return Err(Error::Empty { what: what() });
        }
        let bad = |&c: &f64| c.is_nan() || c == f64::INFINITY;
        if let Some(index) = reward.iter().position(bad) {
            let cure = "use a finite reward, or −∞ for an outcome that must never be";
            return Err(Error::BadEntry {
                what: what(),
                index,
                value: reward[index],
                cure,
            });
        }
        if reward.iter().all(|&c| c == f64::NEG_INFINITY) {
            let cure = "at least one outcome must be possible: give it a finite reward";
            return Err(Error::BadEntry { what: what(), index: 0, value: reward[0], cure });
        }
        Ok(Self(reward.to_vec()))
    }

    /// C = ln p, from how often each outcome is wished for.
    pub fn from_distribution(p: &Categorical) -> Self {
        Self(p.probs().iter().map(|p| p.ln()).collect())
    }

    /// C, one number for each outcome: what a [`GenerativeModel`] takes.
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// P(o|C) = softmax(C).
    pub fn distribution(&self) -> Categorical {
        Categorical::from_logits(&self.0)
    }

    /// ln Σₒ exp C(o): what C is above ln P(o|C), in every outcome.
    pub fn log_normaliser(&self) -> f64 {
        log_sum_exp(&self.0)
    }

    /// The reward r = C.
    pub fn reward(&self) -> Vec<f64> {
        self.0.clone()
    }
}

/// The precision γ = 1/τ of active inference, from the temperature τ of a softmax over values.
///
/// # Errors
/// [`Error::Parameter`]: τ is not a finite number above 0.
pub fn precision(tau: f64) -> Result<f64> {
    inverse("tau", tau)
}

/// The temperature τ = 1/γ of a softmax over values, from the precision γ of active inference.
///
/// # Errors
/// [`Error::Parameter`]: γ is not a finite number above 0.
pub fn temperature(gamma: f64) -> Result<f64> {
    inverse("gamma", gamma)
}

fn inverse(name: &'static str, value: f64) -> Result<f64> {
    if value > 0.0 && value.is_finite() {
        return Ok(1.0 / value);
    }
    let expected =
        "the inverse of a finite number above 0; for the greedy limit use Backup::Max";
    Err(Error::Parameter { name, value, expected })
}

impl From<aif::Backup> for rl::Backup {
    fn from(backup: aif::Backup) -> Self {
        match backup {
            aif::Backup::Max => Self::Max,
            aif::Backup::Softmax { gamma } => Self::Softmax { tau: 1.0 / gamma },
        }
    }
}

impl From<rl::Backup> for aif::Backup {
    fn from(backup: rl::Backup) -> Self {
        match backup {
            rl::Backup::Max => Self::Max,
            rl::Backup::Softmax { tau } => Self::Softmax { gamma: 1.0 / tau },
        }
    }
}

/// A task as a generative model: A = identity, B = T, C = reward on arrival, D = start.
///
/// A task with terminal states gets one state more, `over`, which follows every terminal one and is worth 0: an `Mdp`
/// pays once on entering a terminal state, a generative model would pay for as long as it stays.
///
/// # Errors
/// [`Error::Bridge`]: the task has a discount other than 1, or a reward that depends on more than the state arrived at.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::rl::plan::{Backup as RlBackup, finite_horizon};
/// let task = GridWorld::new("S..\n...\n..+")?.to_mdp(1.0)?;
/// let g = closed_loop(&to_generative_model(&task)?, &Categorical::one_hot(10, 0), 4, Backup::Max)?;
/// let q = finite_horizon(&task, 4, RlBackup::Max)?.q;
/// assert!(g.iter().zip(q[0].row(0)).all(|(g, q)| (g.total() + q).abs() < 1e-12)); // G = −Q
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn to_generative_model(mdp: &Mdp) -> Result<GenerativeModel> {
    if mdp.discount() != 1.0 {
        return Err(Error::Bridge {
            condition: "expected free energy sums over a finite horizon without discount",
            found: format!("this task has a discount of {}", mdp.discount()),
            cure: "build the task with a discount of 1 and plan with finite_horizon",
        });
    }
    let n = mdp.n_states();
    let over = (0..n).any(|s| mdp.is_terminal(s)); // whether there is a state `over`, number n
    let size = n + usize::from(over);
    let leads = |s: State| over && (s == n || mdp.is_terminal(s));
    let b =
        Array3::from_shape_fn((size, size, mdp.n_actions()), |(to, from, u)| {
            match leads(from) {
                true => f64::from(to == n),
                false if to == n => 0.0,
                false => mdp.transition()[[to, from, u]],
            }
        });
    let mut reward = (0..n).map(|s| arrival(mdp, s)).collect::<Result<Vec<_>>>()?;
    let mut start = mdp.start().probs().to_vec();
    reward.resize(size, 0.0);
    start.resize(size, 0.0);
    let name = |s: State| if s == n { "over".to_string() } else { mdp.state_name(s) };
    let states: Vec<String> = (0..size).map(name).collect();
    let actions: Vec<String> = (0..mdp.n_actions()).map(|a| mdp.action_name(a)).collect();
    let (states, actions) = (borrowed(&states), borrowed(&actions));
    let c = LogPreference::from_reward(&reward)?;
    GenerativeModel::builder()
        .actions(&actions)
        .factor("state", &states, &start, b)
        .modality("state", &states, &["state"], Array2::eye(size).into_dyn(), c.values())
        .build()
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// The reward for arriving in a state, if it is the same from wherever and however one arrives.
fn arrival(mdp: &Mdp, to: State) -> Result<f64> {
    let mut found = None;
    for (from, action) in ndarray::indices((mdp.n_states(), mdp.n_actions())) {
        if mdp.is_terminal(from) || mdp.transition()[[to, from, action]] == 0.0 {
            continue;
        }
        let here = mdp.reward()[[to, from, action]];
        if *found.get_or_insert(here) != here {
            return Err(Error::Bridge {
                condition: "a preference is about what is seen, so the reward may depend only on the state arrived at",
                found: format!(
                    "arriving in {} pays {here} or {}",
                    mdp.state_name(to),
                    found.unwrap_or(here)
                ),
                cure: "add what the reward depends on to the state",
            });
        }
    }
    Ok(found.unwrap_or(0.0))
}

/// The state whose outcome is the same and certain, if every state has one of its own: A is then the identity, up to names.
fn check_seen(model: &GenerativeModel) -> Result<()> {
    let joint = &model.joint;
    let condition =
        "an MDP sees its state, so every state must have one outcome of its own";
    let cure = "plan over beliefs instead: belief_mdp";
    for s in 0..joint.n_states {
        let outcomes = joint.emit.row(s);
        let others = joint.likelihood.row(outcomes[0].0 as usize).len();
        if outcomes.len() > 1 || others > 1 {
            let found = match outcomes.len() {
                1 => format!("{others} states share the outcome of state {s}"),
                k => format!("state {s} has {k} outcomes"),
            };
            return Err(Error::Bridge { condition, found, cure });
        }
    }
    Ok(())
}

/// A generative model whose state is seen, as a task: T = B, reward on arrival = C.
///
/// The task has no end and no discount: plan in it over a finite horizon.
///
/// # Errors
/// - [`Error::Bridge`]: a state has several outcomes, or shares one with another state.
/// - [`Error::BadEntry`]: a log-preference is −∞, which no reward can be.
pub fn to_mdp(model: &GenerativeModel) -> Result<Mdp> {
    task(model, &|_, preference| preference)
}

/// The task that expected free energy really solves when the state is seen: the reward is C(s′) − ln B(s′|s, u).
///
/// ```text
/// −G₁(s, u) = Σ_{s′} B(s′|s, u) (C(s′) − ln B(s′|s, u)) = −KL[B(·|s, u) ‖ P(·|C)] + constant
/// ```
/// Where B is deterministic the logarithm is 0, and this is [`to_mdp`]. Where it is not, the agent is paid for being
/// uncertain about where it will be: the control cost of KL control. Source: Todorov (2007), Linearly-solvable Markov
/// decision problems, Advances in Neural Information Processing Systems 19, for problems of this form.
///
/// # Errors
/// As [`to_mdp`].
pub fn kl_control(model: &GenerativeModel) -> Result<Mdp> {
    task(model, &|p, preference| preference - p.ln())
}

/// T = B, and a reward from the probability of a transition and the preference for where it leads.
fn task(model: &GenerativeModel, reward: &dyn Fn(f64, f64) -> f64) -> Result<Mdp> {
    check_seen(model)?;
    let (joint, n) = (&model.joint, model.n_states());
    let mut t = Array3::zeros((n, n, model.n_actions()));
    let mut r = t.clone();
    for (action, s) in ndarray::indices((model.n_actions(), n)) {
        for &(next, p) in joint.next.row(action * n + s) {
            let next = next as usize;
            let outcome = joint.emit.row(next)[0].0 as usize;
            t[[next, s, action]] = p;
            r[[next, s, action]] = reward(p, joint.preference[outcome]);
        }
    }
    Mdp::builder(t).reward(r).start(model.prior().clone()).discount(1.0).build()
}

/// What the closed loop says where the state is seen. Index t counts the steps already taken.
///
/// The dual of [`HorizonValues`](rl::HorizonValues), with −G for Q.
#[derive(Debug, Clone, PartialEq)]
pub struct HorizonEfe {
    /// −Gₜ(s, u), one table (states, actions) for each step.
    pub minus_g: Vec<Array2<f64>>,
    /// Qₜ(u|s), for each step one distribution for each state.
    pub policy: Vec<Vec<Categorical>>,
}

/// The closed loop from every state that can be known, at every time: what an agent would do that sees the state.
///
/// ```text
/// Qₜ(u|s) = best of −Gₜ(s, u)    or    softmax(−γ Gₜ(s, u) + ln E(u))
/// ```
/// The habit E counts in the choice, not in the backup. This searches the tree of [`aif::closed_loop`], belief by belief;
/// nothing in it knows Bellman's equation.
///
/// # Errors
/// As [`aif::closed_loop`].
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::rl::plan::{Backup as RlBackup, finite_horizon};
/// let task = GridWorld::new("S..\n...\n..+")?.to_mdp(1.0)?;
/// let rl = finite_horizon(&task, 6, RlBackup::Max)?;
/// let aif = finite_horizon_efe(&to_generative_model(&task)?, 6, Backup::Max)?;
/// assert!(value_gap(&rl.q, &aif.minus_g) < 1e-12);
/// assert!(choice_gap(&rl.policy, &aif.policy) < 1e-12);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn finite_horizon_efe(
    model: &GenerativeModel,
    horizon: usize,
    backup: aif::Backup,
) -> Result<HorizonEfe> {
    let mut planner = aif::ClosedLoop::new(model.clone(), backup)?;
    let (n, k) = (model.n_states(), model.n_actions());
    let mut all = HorizonEfe { minus_g: Vec::new(), policy: Vec::new() };
    for to_go in (1..=horizon.max(1)).rev() {
        let mut table = Array2::zeros((n, k));
        let mut policy = Vec::with_capacity(n);
        for s in 0..n {
            let here = Categorical::one_hot(n, s);
            let efe = planner.values(&here, to_go.min(horizon))?;
            let g: Vec<f64> = efe.iter().map(Efe::total).collect();
            (0..k).for_each(|u| table[[s, u]] = -g[u]);
            policy.push(match backup {
                aif::Backup::Max => best(&g),
                aif::Backup::Softmax { gamma } => {
                    policy_posterior(&g, model.habits(), gamma)?
                }
            });
        }
        all.minus_g.push(table);
        all.policy.push(policy);
    }
    Ok(all)
}

/// The largest difference between Q and −G over times, states and actions; states that only one side has are left out.
///
/// # Panics
/// When the numbers of steps differ, or there is none.
#[track_caller]
pub fn value_gap(q: &[Array2<f64>], minus_g: &[Array2<f64>]) -> f64 {
    check_steps(q.len(), minus_g.len());
    let tables = q.iter().zip(minus_g);
    let rows = tables.flat_map(|(q, g)| q.outer_iter().zip(g.outer_iter()));
    let pairs = rows.flat_map(|(q, g)| q.into_iter().zip(g));
    pairs.map(|(q, g)| (q - g).abs()).fold(0.0, larger)
}

/// The largest total variation distance between two agents' choices, over times and states.
///
/// ```text
/// max over t, s of ½ Σᵤ |π₁(u|s, t) − π₂(u|s, t)|     0: always alike;  1: somewhere they never do the same
/// ```
///
/// # Panics
/// As [`value_gap`].
#[track_caller]
pub fn choice_gap(one: &[Vec<Categorical>], other: &[Vec<Categorical>]) -> f64 {
    check_steps(one.len(), other.len());
    let states = one.iter().zip(other).flat_map(|(one, other)| one.iter().zip(other));
    let distance = |(p, q): (&Categorical, &Categorical)| {
        let pairs = p.probs().iter().zip(q.probs());
        0.5 * pairs.map(|(p, q)| (p - q).abs()).sum::<f64>()
    };
    states.map(distance).fold(0.0, larger)
}

/// The larger of two; unlike `f64::max` it lets no NaN pass unseen.
fn larger(a: f64, b: f64) -> f64 {
    if b > a || b.is_nan() { b } else { a }
}

#[track_caller]
fn check_steps(one: usize, other: usize) {
    assert!(
        one == other && one > 0,
        "one plan has {one} steps and the other {other}: compare plans of the same horizon"
    );
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
                for (after, p) in branches(model, &predicted) {
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
    let n = beliefs.len();
    let mut t = Array3::zeros((n, n, model.n_actions()));
    let mut r = t.clone();
    for (from, action, to, p, pay) in moves {
        t[[to, from, action]] += p;
        r[[to, from, action]] = pay;
    }
    for outermost in known..n {
        (0..model.n_actions()).for_each(|action| t[[outermost, outermost, action]] = 1.0);
    }
    let mdp = Mdp::builder(t).reward(r).discount(1.0).build()?;
    Ok(BeliefMdp { mdp, beliefs })
}
