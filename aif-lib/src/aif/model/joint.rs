//! The same model on joint states and joint outcomes, without its zeros: what is computed with.

use super::{Control, Factor, Modality, sizes};
use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;
use crate::prob::info::xlogx;
use crate::prob::transition::Transition;

/// The largest number of (state, outcome) or (state, action, next state) entries that a model may have.
const MAX_ENTRIES: usize = 20_000_000;

/// Joint states are numbered with the last factor varying fastest; so are joint outcomes and actions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Joint {
    pub n_states: usize,
    pub n_outcomes: usize,
    /// Joint D.
    pub prior: Categorical,
    /// Joint B.
    pub transition: Transition,
    /// Row `state`: outcomes with their probabilities.
    pub emit: Sparse,
    /// Row `outcome`: states with the probability that they give to it (`emit` by columns).
    pub likelihood: Sparse,
    /// H[P(o|s)] for each state.
    pub ambiguity: Vec<f64>,
    /// Σₘ Cₘ for each outcome; one block after the other where C changes over time.
    pub preference: Vec<f64>,
    /// How many steps of the episode are over: says which C is wanted next.
    pub clock: usize,
    /// What there is to learn about A and B; `None` where both are taken for known.
    pub novelty: Option<Novelty>,
    /// Code of each outcome (see `code`), ascending, so that an observation can be looked up.
    pub(super) codes: Vec<u64>,
    /// Radix of each modality in the code.
    pub(super) radix: Vec<usize>,
}

/// What one more look is expected to teach about the columns of A and B. Unit: nats.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Novelty {
    /// Of the columns of A that a state uses.
    pub states: Vec<f64>,
    /// Of the columns of B that a state and an action use, at u · n + s.
    pub moves: Vec<f64>,
}

impl Novelty {
    /// Of A, in a predicted state.
    pub fn of_states(&self, predicted: &[f64]) -> f64 {
        predicted.iter().zip(&self.states).map(|(q, gain)| q * gain).sum()
    }

    /// Of B, by an action in a believed state.
    pub fn of_moves(&self, belief: &[f64], action: usize) -> f64 {
        let gains = &self.moves[action * belief.len()..];
        belief.iter().zip(gains).map(|(q, gain)| q * gain).sum()
    }
}

/// Rows of (index, value) pairs, stored one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sparse {
    starts: Vec<usize>,
    entries: Vec<(u32, f64)>,
}

impl Sparse {
    fn from_rows(rows: Vec<Vec<(u32, f64)>>) -> Self {
        let mut starts = vec![0];
        starts.extend(rows.iter().scan(0, |end, row| {
            *end += row.len();
            Some(*end)
        }));
        Self { starts, entries: rows.concat() }
    }

    #[inline]
    pub fn row(&self, row: usize) -> &[(u32, f64)] {
        &self.entries[self.starts[row]..self.starts[row + 1]]
    }
}

impl Joint {
    /// The index of a joint outcome; `None` when no state can produce it.
    #[inline]
    pub fn outcome(&self, obs: &[usize]) -> Option<usize> {
        self.codes.binary_search(&code(obs, &self.radix)).ok()
    }

    /// The outcome of each modality in a joint outcome.
    pub fn observation(&self, outcome: usize) -> Vec<usize> {
        decode(self.codes[outcome], &self.radix)
    }

    /// C of every outcome, `ahead` steps after the next one. After the last block of C nothing changes any more.
    #[inline]
    pub fn preference_ahead(&self, ahead: usize) -> &[f64] {
        let last = self.preference.len() / self.n_outcomes - 1;
        let block = self.clock.saturating_add(ahead).min(last) * self.n_outcomes;
        &self.preference[block..block + self.n_outcomes]
    }

    /// Whether C changes in the course of an episode.
    pub fn wants_change(&self) -> bool {
        self.preference.len() > self.n_outcomes
    }
}

/// A number for each combination of levels; the last varies fastest.
pub(super) fn code(levels: &[usize], radix: &[usize]) -> u64 {
    levels
        .iter()
        .zip(radix)
        .fold(0, |code, (&level, &radix)| code * radix as u64 + level as u64)
}

/// The combination of levels that has a number: the inverse of `code`.
pub(super) fn decode(mut code: u64, radix: &[usize]) -> Vec<usize> {
    let mut levels = vec![0; radix.len()];
    for (level, &radix) in levels.iter_mut().zip(radix).rev() {
        (*level, code) = ((code % radix as u64) as usize, code / radix as u64);
    }
    levels
}

/// All combinations of independent columns: (code, product of the probabilities).
fn product(columns: &[Vec<(u32, f64)>], radix: &[usize]) -> Vec<(u64, f64)> {
    columns.iter().zip(radix).fold(vec![(0, 1.0)], |combined, (column, &radix)| {
        let extend = |&(code, p): &(u64, f64)| {
            column
                .iter()
                .map(move |&(level, q)| (code * radix as u64 + u64::from(level), p * q))
        };
        combined.iter().flat_map(extend).collect()
    })
}

fn over_budget(what: &'static str, needed: f64) -> Error {
    Error::Budget {
        what,
        needed: format!("{needed:.0} entries"),
        budget: format!("{MAX_ENTRIES}"),
        cure: "use fewer factors, levels or modalities: this library computes with all combinations",
    }
}

/// Writes the factors, modalities and controls out as one state, one outcome and one action.
pub(super) fn compile(
    factors: &[Factor],
    modalities: &[Modality],
    controls: &[Control],
) -> Result<Joint> {
    let sizes = sizes(factors);
    let radix: Vec<usize> = modalities.iter().map(|m| m.outcomes.len()).collect();
    let handles: Vec<usize> = controls.iter().map(|c| c.levels.len()).collect();
    let count = |sizes: &[usize]| sizes.iter().map(|&n| n as f64).product::<f64>();
    let entries = count(&sizes) * count(&handles);
    if entries > MAX_ENTRIES as f64 {
        return Err(over_budget("the joint transition", entries));
    }
    if count(&radix) > 2f64.powi(63) {
        return Err(over_budget("the joint outcome", f64::INFINITY));
    }
    let n_states: usize = sizes.iter().product();
    let n_actions: usize = handles.iter().product();
    let states: Vec<Vec<usize>> = (0..n_states).map(|s| decode(s as u64, &sizes)).collect();

    let prior = states
        .iter()
        .map(|levels| levels.iter().zip(factors).map(|(&l, f)| f.prior[l]).product());

    let mut next = Vec::with_capacity(n_states * n_actions);
    let mut size = 0;
    for action in 0..n_actions {
        let action = decode(action as u64, &handles);
        for levels in &states {
            let columns: Vec<_> =
                factors.iter().map(|factor| factor.column(levels, &action)).collect();
            size += columns.iter().map(Vec::len).product::<usize>();
            if size > MAX_ENTRIES {
                return Err(over_budget("the joint transition", size as f64));
            }
            let row = product(&columns, &sizes).into_iter();
            next.push(row.map(|(s, p)| (s as usize, p)).collect());
        }
    }

    let mut emitted = Vec::with_capacity(n_states);
    size = 0;
    for levels in &states {
        let columns: Vec<_> =
            modalities.iter().map(|modality| modality.column(levels)).collect();
        size += columns.iter().map(Vec::len).product::<usize>();
        if size > MAX_ENTRIES {
            return Err(over_budget("the joint likelihood", size as f64));
        }
        emitted.push(product(&columns, &radix));
    }
    let mut codes: Vec<u64> = emitted.iter().flatten().map(|(code, _)| *code).collect();
    codes.sort_unstable();
    codes.dedup();

    let index = |code: &u64| codes.partition_point(|c| c < code) as u32;
    let emit: Vec<Vec<(u32, f64)>> = emitted
        .iter()
        .map(|row| row.iter().map(|(code, p)| (index(code), *p)).collect())
        .collect();
    let mut likelihood = vec![Vec::new(); codes.len()];
    for (s, row) in emit.iter().enumerate() {
        for &(o, p) in row {
            likelihood[o as usize].push((s as u32, p));
        }
    }
    let times = modalities.iter().map(|m| m.preference.len()).max().unwrap_or(1);
    let mut preference = Vec::with_capacity(times * codes.len());
    for time in 0..times {
        preference.extend(codes.iter().map(|&code| {
            let outcome = decode(code, &radix);
            outcome.iter().zip(modalities).map(|(&o, m)| m.wanted(time)[o]).sum::<f64>()
        }));
    }
    Ok(Joint {
        n_states,
        n_outcomes: codes.len(),
        prior: Categorical::new_unchecked(prior.collect()),
        ambiguity: emit
            .iter()
            .map(|row| -row.iter().map(|(_, p)| xlogx(*p)).sum::<f64>() + 0.0)
            .collect(),
        preference,
        clock: 0,
        novelty: None,
        transition: Transition::new_unchecked(n_states, n_actions, next),
        emit: Sparse::from_rows(emit),
        likelihood: Sparse::from_rows(likelihood),
        codes,
        radix,
    })
}
