//! Whole episodes: drawn from a model, written out as one table, and the free energy of a belief about all moments.
//!
//! Dual: [`crate::rl::perceive`], which remembers an episode instead of explaining it.

use ndarray::{Array2, ArrayD, Axis};

use super::{FreeEnergy, check_actions};
use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs, State};
use crate::prob::categorical::Categorical;
use crate::prob::info::xlogx;
use crate::prob::random::Rng;

/// The largest number of state sequences that [`sequence_log_joint`] writes out.
const MAX_PATHS: f64 = 1e6;

/// What a model dreams: hidden states, and what they show.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollout {
    /// The joint state at each time.
    pub states: Vec<State>,
    /// What is seen at each time: one outcome for each modality.
    pub observations: Vec<Vec<Obs>>,
}

/// Runs a generative model forward: states from D and B, observations from A.
///
/// `actions`: one between every two moments, so the dream is one moment longer.
///
/// # Panics
/// When an action is out of range.
///
/// ```
/// # use aif_lib::prelude::*;
/// let dream = generate(&tmaze::model(1.0, &tmaze::PREFERENCE)?, &[1, 2], &mut seeded(7));
/// assert_eq!(dream.observations.len(), 3);
/// assert_eq!(dream.observations[0], [0]); // nothing to see in the centre
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[track_caller]
pub fn generate(model: &GenerativeModel, actions: &[Action], rng: &mut dyn Rng) -> Rollout {
    let mut state = model.prior().sample(rng);
    let mut dream = Rollout {
        states: vec![state],
        observations: vec![model.sample_outcome(state, rng)],
    };
    for &action in actions {
        assert!(
            action < model.n_actions(),
            "action {action}: there are {}",
            model.n_actions()
        );
        state = model.transition().sample(state, action, rng);
        dream.states.push(state);
        dream.observations.push(model.sample_outcome(state, rng));
    }
    dream
}

/// A whole episode as one table of ln P(s₁ … s_T, o₁ … o_T), with one axis for each time.
///
/// For short episodes only: there are Sᵀ sequences of states. It is what the filter and the smoother avoid writing out.
///
/// # Errors
/// - [`Error::Budget`]: more than a million sequences.
/// - [`Error::Empty`], [`Error::Shape`], [`Error::OutOfRange`]: as [`filter_episode`](super::filter_episode).
///
/// # Panics
/// When an action is out of range.
#[track_caller]
pub fn sequence_log_joint(
    model: &GenerativeModel,
    observations: &[Vec<Obs>],
    actions: &[Action],
) -> Result<ArrayD<f64>> {
    let seen = log_likelihoods(model, observations, actions)?;
    let (n, times) = (model.n_states(), observations.len());
    let paths = (n as f64).powi(times as i32);
    if paths > MAX_PATHS {
        return Err(Error::Budget {
            what: "the table of all state sequences",
            needed: format!("{paths:.0} entries"),
            budget: format!("{MAX_PATHS:.0}"),
            cure: "use smooth, which needs one pass forward and one back",
        });
    }
    let moves: Vec<Array2<f64>> =
        actions.iter().map(|&u| model.transition().matrix(u).mapv(f64::ln)).collect();
    Ok(ArrayD::from_shape_fn(vec![n; times], |path| {
        let start = model.prior()[path[0]].ln();
        let steps = moves.iter().enumerate().map(|(t, b)| b[[path[t + 1], path[t]]]);
        let shown = seen.iter().enumerate().map(|(t, a)| a[path[t]]);
        start + steps.sum::<f64>() + shown.sum::<f64>()
    }))
}

/// ln A[oₜ, s] for every time and state.
fn log_likelihoods(
    model: &GenerativeModel,
    observations: &[Vec<Obs>],
    actions: &[Action],
) -> Result<Vec<Vec<f64>>> {
    if observations.is_empty() {
        return Err(Error::Empty { what: "the list of observations".into() });
    }
    check_actions(observations.len(), actions)?;
    let row = |obs: &Vec<Obs>| {
        let mut row = vec![f64::NEG_INFINITY; model.n_states()];
        if let Some(outcome) = model.outcome(obs)? {
            for &(s, p) in model.joint.likelihood.row(outcome) {
                row[s as usize] = p.ln();
            }
        }
        Ok(row)
    };
    observations.iter().map(row).collect()
}

/// The variational free energy of a belief about a whole episode, given as beliefs about each moment and the joint
/// beliefs about every two neighbours, as [`smooth`](super::smooth) returns them.
///
/// ```text
/// F = Σₜ −E[ln A[oₜ, sₜ]] − E[ln D] − Σₜ E[ln B[sₜ₊₁, sₜ]] − H[q],    H[q] = H[q₁] + Σₜ ( H[qₜ,ₜ₊₁] − H[qₜ] )
/// ```
/// At the exact posterior it is −ln P(o₁ … o_T). A belief that takes the moments for independent, with
/// [`independent_pairs`], lies above that whenever the moments depend on each other.
///
/// `pairs`: shape (s′, s), one for each action. Source: Yedidia, Freeman & Weiss (2005), where this is the Bethe free
/// energy, exact on a chain.
///
/// # Errors
/// - [`Error::Empty`], [`Error::OutOfRange`]: as [`filter_episode`](super::filter_episode).
/// - [`Error::Shape`]: not one belief for each time and one pair for each action, each over the model's states.
/// - [`Error::BadEntry`]: a pair is not a joint of its two beliefs: its sums are not theirs.
///
/// # Panics
/// When an action is out of range.
#[track_caller]
pub fn sequence_free_energy(
    model: &GenerativeModel,
    beliefs: &[Categorical],
    pairs: &[Array2<f64>],
    observations: &[Vec<Obs>],
    actions: &[Action],
) -> Result<FreeEnergy> {
    let seen = log_likelihoods(model, observations, actions)?;
    check_chain(model.n_states(), beliefs, pairs, observations.len())?;
    let mean = |q: f64, x: f64| if q > 0.0 { q * x } else { 0.0 };
    let entropy_of = |pair: &Array2<f64>| -pair.iter().map(|p| xlogx(*p)).sum::<f64>();

    let accuracy: f64 = beliefs.iter().zip(&seen).map(|(q, a)| q.expect(a)).sum();
    let first: f64 = beliefs[0]
        .probs()
        .iter()
        .zip(model.prior().probs())
        .map(|(q, d)| mean(*q, d.ln()))
        .sum();
    let (mut log_prior, mut entropy) = (first, beliefs[0].entropy());
    for (t, (pair, &u)) in pairs.iter().zip(actions).enumerate() {
        let b = model.transition().matrix(u);
        log_prior += pair.iter().zip(&b).map(|(q, b)| mean(*q, b.ln())).sum::<f64>();
        entropy += entropy_of(pair) - beliefs[t].entropy();
    }
    Ok(FreeEnergy {
        complexity: -entropy - log_prior,
        accuracy,
        energy: -accuracy - log_prior,
        entropy,
    })
}

/// The joints of neighbours for a belief that takes all moments for independent: q(s′, s) = qₜ₊₁(s′) qₜ(s).
pub fn independent_pairs(beliefs: &[Categorical]) -> Vec<Array2<f64>> {
    let pair = |w: &[Categorical]| {
        Array2::from_shape_fn((w[1].len(), w[0].len()), |(to, s)| w[1][to] * w[0][s])
    };
    beliefs.windows(2).map(pair).collect()
}

fn check_chain(
    n: usize,
    beliefs: &[Categorical],
    pairs: &[Array2<f64>],
    times: usize,
) -> Result<()> {
    let shape = |what: &str, expected: String, got: String, cure| {
        Err(Error::Shape { what: what.to_string(), expected, got, cure })
    };
    if beliefs.len() != times || pairs.len() + 1 != times {
        return shape(
            "the belief about the episode",
            format!("{times} beliefs and {} pairs", times - 1),
            format!("{} beliefs and {} pairs", beliefs.len(), pairs.len()),
            "give a belief for each observation and a pair for each action",
        );
    }
    if let Some(q) = beliefs.iter().find(|q| q.len() != n) {
        let cure = "give one probability for each joint state";
        return shape("a belief", n.to_string(), q.len().to_string(), cure);
    }
    for (t, pair) in pairs.iter().enumerate() {
        if pair.dim() != (n, n) {
            let got = format!("{:?}", pair.dim());
            return shape("a pair", format!("({n}, {n})"), got, "its axes are s′, s");
        }
        let sides = [(Axis(0), &beliefs[t]), (Axis(1), &beliefs[t + 1])];
        for (axis, belief) in sides {
            let sums = pair.sum_axis(axis);
            let off = |s: &usize| {
                let distance = (sums[*s] - belief[*s]).abs();
                distance.is_nan() || distance > 1e-6
            };
            if let Some(index) = (0..n).find(off) {
                return Err(Error::BadEntry {
                    what: format!("pair {t}, summed over one side"),
                    index,
                    value: sums[index],
                    cure: "a pair (s′, s) is a joint of the two beliefs beside it: its sums are these beliefs",
                });
            }
        }
    }
    Ok(())
}
