//! What is the task? A [`GenerativeModel`]: the agent's story of how its observations come about.
//!
//! | letter | word | shape | meaning |
//! |---|---|---|---|
//! | A | likelihood | `[o, s…]` | P(outcome given states), one array a modality |
//! | B | transition | `[s′, s, u]` | P(next state given state and action), one array a factor |
//! | C | preference | `[o]` | log-preference for each outcome, one vector a modality |
//! | D | prior | `[s]` | belief about the first state, one vector a factor |
//! | E | habit | `[u]` | how often each action is taken before any thought |
//!
//! A model is *written* in factors and modalities, each with names, and *computed with* on the joint state and the
//! joint outcome, so that every result is exact. Only what has a probability above zero is stored.
//!
//! Dual: [`crate::rl::model`].

use std::fmt;

use ndarray::{Array2, Array3, ArrayD, ArrayViewD, Axis};

use crate::error::{Error, Result};
use crate::interaction::{Action, State};
use crate::prob::categorical::{Categorical, check_probabilities};
use crate::prob::info::xlogx;
use crate::prob::random::Rng;
use crate::prob::transition::Transition;

/// The largest number of (state, outcome) or (state, action, next state) entries that a model may have.
const MAX_ENTRIES: usize = 20_000_000;

/// A partially observed Markov decision process as the agent believes it to be.
///
/// Built once, checked once, then immutable. See [`GenerativeModel::builder`] for named factors and modalities,
/// [`GenerativeModel::new`] for the plain case of one of each.
#[derive(Clone, PartialEq)]
pub struct GenerativeModel {
    factors: Vec<Factor>,
    modalities: Vec<Modality>,
    actions: Vec<String>,
    habits: Vec<f64>,
    pub(crate) joint: Joint,
}

/// One hidden variable: where I am, which arm pays.
#[derive(Debug, Clone, PartialEq)]
struct Factor {
    name: String,
    levels: Vec<String>,
    prior: Vec<f64>,
    transition: Array3<f64>,
}

/// One sense: what I see, whether I am rewarded.
#[derive(Debug, Clone, PartialEq)]
struct Modality {
    name: String,
    outcomes: Vec<String>,
    depends_on: Vec<usize>,
    likelihood: ArrayD<f64>,
    preference: Vec<f64>,
}

/// The same model on joint states and joint outcomes, without its zeros.
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
    /// Σₘ Cₘ for each outcome.
    pub preference: Vec<f64>,
    /// Code of each outcome (see `code`), ascending, so that an observation can be looked up.
    codes: Vec<u64>,
    /// Radix of each modality in the code.
    radix: Vec<usize>,
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
}

/// The number of levels of each factor: the radix of a joint state.
fn sizes(factors: &[Factor]) -> Vec<usize> {
    factors.iter().map(|factor| factor.levels.len()).collect()
}

/// A number for each combination of levels; the last varies fastest.
fn code(levels: &[usize], radix: &[usize]) -> u64 {
    levels
        .iter()
        .zip(radix)
        .fold(0, |code, (&level, &radix)| code * radix as u64 + level as u64)
}

/// The combination of levels that has a number: the inverse of `code`.
fn decode(mut code: u64, radix: &[usize]) -> Vec<usize> {
    let mut levels = vec![0; radix.len()];
    for (level, &radix) in levels.iter_mut().zip(radix).rev() {
        (*level, code) = ((code % radix as u64) as usize, code / radix as u64);
    }
    levels
}

/// Collects the parts of a [`GenerativeModel`]; [`build`](ModelBuilder::build) checks them.
#[derive(Debug, Clone, Default)]
pub struct ModelBuilder {
    actions: Vec<String>,
    habits: Option<Vec<f64>>,
    factors: Vec<Factor>,
    modalities: Vec<(Modality, Vec<String>)>,
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

impl ModelBuilder {
    /// Names the actions, in order.
    pub fn actions(mut self, names: &[&str]) -> Self {
        self.actions = owned(names);
        self
    }

    /// Adds a hidden factor with its prior D, shape (s), and its transition B, shape (s′, s, u).
    ///
    /// A factor that no action changes may give B with a single slice, shape (s′, s, 1).
    pub fn factor(
        mut self,
        name: &str,
        levels: &[&str],
        prior: &[f64],
        transition: Array3<f64>,
    ) -> Self {
        let (name, levels) = (name.to_string(), owned(levels));
        self.factors.push(Factor { name, levels, prior: prior.to_vec(), transition });
        self
    }

    /// Adds a modality with the factors that it depends on, its likelihood A, shape (o, one axis for each of those
    /// factors), and its log-preferences C, shape (o).
    pub fn modality(
        mut self,
        name: &str,
        outcomes: &[&str],
        depends_on: &[&str],
        likelihood: ArrayD<f64>,
        preference: &[f64],
    ) -> Self {
        let modality = Modality {
            name: name.to_string(),
            outcomes: owned(outcomes),
            depends_on: Vec::new(),
            likelihood,
            preference: preference.to_vec(),
        };
        self.modalities.push((modality, owned(depends_on)));
        self
    }

    /// Sets the habit E, a probability for each action; uniform when not called.
    pub fn habits(mut self, habits: &[f64]) -> Self {
        self.habits = Some(habits.to_vec());
        self
    }

    /// Checks everything and builds the model.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no action, factor, level, modality or outcome.
    /// - [`Error::Shape`]: A, B, C, D or E does not fit the names.
    /// - [`Error::NotAProbability`], [`Error::NotNormalised`]: in a column of A or B, in D or in E.
    /// - [`Error::BadEntry`]: a preference is NaN or +∞, or all are −∞.
    /// - [`Error::UnknownName`]: a modality depends on a factor that does not exist.
    /// - [`Error::Budget`]: the joint model would be too large to compute with exactly.
    pub fn build(self) -> Result<GenerativeModel> {
        let n_actions = self.actions.len();
        not_empty(n_actions, || "the list of actions".into())?;
        not_empty(self.factors.len(), || "the list of factors".into())?;
        not_empty(self.modalities.len(), || "the list of modalities".into())?;

        let mut factors = self.factors;
        for factor in &mut factors {
            factor.check(&self.actions)?;
        }
        let mut modalities = Vec::new();
        for (mut modality, depends_on) in self.modalities {
            modality.depends_on = depends_on
                .iter()
                .map(|name| find("the factor", name, &factors))
                .collect::<Result<_>>()?;
            modality.check(&factors)?;
            modalities.push(modality);
        }
        let habits = self.habits.unwrap_or_else(|| vec![1.0 / n_actions as f64; n_actions]);
        check_habits(&habits, n_actions)?;
        let joint = compile(&factors, &modalities, n_actions)?;
        Ok(GenerativeModel { factors, modalities, actions: self.actions, habits, joint })
    }
}

fn not_empty(len: usize, what: impl Fn() -> String) -> Result<()> {
    if len == 0 { Err(Error::Empty { what: what() }) } else { Ok(()) }
}

fn find(what: &'static str, name: &str, factors: &[Factor]) -> Result<usize> {
    factors.iter().position(|factor| factor.name == name).ok_or_else(|| {
        Error::UnknownName {
            what,
            name: name.to_string(),
            known: factors
                .iter()
                .map(|f| format!("{:?}", f.name))
                .collect::<Vec<_>>()
                .join(", "),
        }
    })
}

fn check_habits(habits: &[f64], n_actions: usize) -> Result<()> {
    check_shape("E", &[habits.len()], &[n_actions], "one habit for each action")?;
    check_probabilities(habits, &|| "E".into())
}

fn check_shape(
    what: &str,
    got: &[usize],
    expected: &[usize],
    cure: &'static str,
) -> Result<()> {
    if got == expected {
        return Ok(());
    }
    let (expected, got) = (format!("{expected:?}"), format!("{got:?}"));
    Err(Error::Shape { what: what.to_string(), expected, got, cure })
}

impl Factor {
    fn check(&mut self, actions: &[String]) -> Result<()> {
        let n = self.levels.len();
        not_empty(n, || format!("the list of levels of the factor {:?}", self.name))?;
        let d = format!("D[{:?}]", self.name);
        check_shape(&d, &[self.prior.len()], &[n], "one probability for each level")?;
        check_probabilities(&self.prior, &|| d.clone())?;

        let b = format!("B[{:?}]", self.name);
        let slices = if self.transition.dim().2 == 1 { 1 } else { actions.len() };
        let cure = "its axes are next level, level, action";
        check_shape(&b, self.transition.shape(), &[n, n, slices], cure)?;
        for (u, slice) in self.transition.axis_iter(Axis(2)).enumerate() {
            for (s, column) in slice.columns().into_iter().enumerate() {
                let column = column.to_vec();
                let action = if slices == 1 { "any action" } else { actions[u].as_str() };
                check_probabilities(&column, &|| {
                    format!("{b}: column {s} (from {:?} by {action:?})", self.levels[s])
                })?;
            }
        }
        Ok(())
    }

    /// P(next level given level and action), for every next level.
    fn column(&self, level: usize, action: Action) -> Vec<(u32, f64)> {
        let slice = if self.transition.dim().2 == 1 { 0 } else { action };
        nonzero(self.transition.index_axis(Axis(2), slice).column(level).iter().copied())
    }
}

impl Modality {
    fn check(&self, factors: &[Factor]) -> Result<()> {
        let n = self.outcomes.len();
        not_empty(n, || format!("the list of outcomes of the modality {:?}", self.name))?;
        let a = format!("A[{:?}]", self.name);
        let mut shape = vec![n];
        shape.extend(self.depends_on.iter().map(|&f| factors[f].levels.len()));
        let cure = "its axes are outcome, then one for each factor that it depends on";
        check_shape(&a, self.likelihood.shape(), &shape, cure)?;
        for (i, column) in self.likelihood.lanes(Axis(0)).into_iter().enumerate() {
            check_probabilities(&column.to_vec(), &|| {
                let levels = decode(i as u64, &shape[1..]);
                let names = levels
                    .iter()
                    .zip(&self.depends_on)
                    .map(|(&l, &f)| &factors[f].levels[l]);
                format!(
                    "{a}: column {levels:?} ({})",
                    names.cloned().collect::<Vec<_>>().join(", ")
                )
            })?;
        }
        let c = format!("C[{:?}]", self.name);
        check_shape(
            &c,
            &[self.preference.len()],
            &[n],
            "one log-preference for each outcome",
        )?;
        if let Some(index) =
            self.preference.iter().position(|c| c.is_nan() || *c == f64::INFINITY)
        {
            let cure =
                "a log-preference is a number, or −∞ for an outcome that must never be";
            return Err(Error::BadEntry {
                what: c,
                index,
                value: self.preference[index],
                cure,
            });
        }
        if self.preference.iter().all(|c| *c == f64::NEG_INFINITY) {
            let cure =
                "at least one outcome must be possible: give it a finite log-preference";
            return Err(Error::BadEntry {
                what: c,
                index: 0,
                value: f64::NEG_INFINITY,
                cure,
            });
        }
        Ok(())
    }

    /// P(outcome given the levels of all factors), for every outcome.
    fn column(&self, levels: &[usize]) -> Vec<(u32, f64)> {
        let mut view: ArrayViewD<'_, f64> = self.likelihood.view();
        for &factor in &self.depends_on {
            view.collapse_axis(Axis(1), levels[factor]);
            view = view.remove_axis(Axis(1));
        }
        nonzero(view.iter().copied())
    }
}

fn nonzero(column: impl Iterator<Item = f64>) -> Vec<(u32, f64)> {
    column.enumerate().filter(|(_, p)| *p > 0.0).map(|(i, p)| (i as u32, p)).collect()
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

/// Writes the factors and modalities out as one state and one outcome.
fn compile(factors: &[Factor], modalities: &[Modality], n_actions: usize) -> Result<Joint> {
    let sizes = sizes(factors);
    let radix: Vec<usize> = modalities.iter().map(|m| m.outcomes.len()).collect();
    let over_budget = |what: &'static str, needed: f64| Error::Budget {
        what,
        needed: format!("{needed:.0} entries"),
        budget: format!("{MAX_ENTRIES}"),
        cure: "use fewer factors, levels or modalities: this library computes with all combinations",
    };
    let entries = sizes.iter().map(|&n| n as f64).product::<f64>() * n_actions as f64;
    if entries > MAX_ENTRIES as f64 {
        return Err(over_budget("the joint transition", entries));
    }
    if radix.iter().map(|&n| n as f64).product::<f64>() > 2f64.powi(63) {
        return Err(over_budget("the joint outcome", f64::INFINITY));
    }
    let n_states: usize = sizes.iter().product();
    let states: Vec<Vec<usize>> = (0..n_states).map(|s| decode(s as u64, &sizes)).collect();

    let prior = states
        .iter()
        .map(|levels| levels.iter().zip(factors).map(|(&l, f)| f.prior[l]).product());

    let mut next = Vec::with_capacity(n_states * n_actions);
    let mut size = 0;
    for action in 0..n_actions {
        for levels in &states {
            let columns: Vec<_> = factors
                .iter()
                .zip(levels)
                .map(|(factor, &level)| factor.column(level, action))
                .collect();
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
    let preference = codes.iter().map(|&code| {
        decode(code, &radix).iter().zip(modalities).map(|(&o, m)| m.preference[o]).sum()
    });
    Ok(Joint {
        n_states,
        n_outcomes: codes.len(),
        prior: Categorical::new_unchecked(prior.collect()),
        ambiguity: emit
            .iter()
            .map(|row| -row.iter().map(|(_, p)| xlogx(*p)).sum::<f64>() + 0.0)
            .collect(),
        preference: preference.collect(),
        transition: Transition::new_unchecked(n_states, n_actions, next),
        emit: Sparse::from_rows(emit),
        likelihood: Sparse::from_rows(likelihood),
        codes,
        radix,
    })
}

impl GenerativeModel {
    /// Starts a model of named factors and modalities.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// use ndarray::array;
    /// let model = GenerativeModel::builder()
    ///     .actions(&["wait"])
    ///     .factor("weather", &["sun", "rain"], &[0.5, 0.5], array![[[0.8], [0.4]], [[0.2], [0.6]]])
    ///     .modality("sky", &["bright", "dark"], &["weather"],
    ///               array![[0.9, 0.3], [0.1, 0.7]].into_dyn(), &[1.0, 0.0])
    ///     .build()?;
    /// assert_eq!(model.state_name(1), "rain");
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn builder() -> ModelBuilder {
        ModelBuilder::default()
    }

    /// The plain case: one factor, one modality, no names.
    ///
    /// `a`: (o, s). `b`: (s′, s, u). `c`: (o). `d`: (s).
    ///
    /// # Errors
    /// As [`ModelBuilder::build`].
    pub fn new(a: Array2<f64>, b: Array3<f64>, c: &[f64], d: &[f64]) -> Result<Self> {
        let names = |letter: char, n: usize| {
            (0..n).map(|i| format!("{letter}{i}")).collect::<Vec<_>>()
        };
        let builder = ModelBuilder {
            actions: names('u', b.dim().2),
            habits: None,
            factors: vec![Factor {
                name: "state".into(),
                levels: names('s', a.ncols()),
                prior: d.to_vec(),
                transition: b,
            }],
            modalities: vec![(
                Modality {
                    name: "outcome".into(),
                    outcomes: names('o', a.nrows()),
                    depends_on: Vec::new(),
                    likelihood: a.into_dyn(),
                    preference: c.to_vec(),
                },
                vec!["state".into()],
            )],
        };
        builder.build()
    }

    /// The same model with other habits E.
    ///
    /// # Errors
    /// As [`ModelBuilder::build`], for E.
    pub fn with_habits(mut self, habits: &[f64]) -> Result<Self> {
        check_habits(habits, self.n_actions())?;
        self.habits = habits.to_vec();
        Ok(self)
    }

    /// Whether every joint state can be entered: D allows it, or some action leads there from one that can.
    ///
    /// [`build`](ModelBuilder::build) does not insist, since D may be sure of what never changes; a state that should be met
    /// and cannot be is most often a B with its axes in another order. Dual:
    /// [`Mdp::check_reachable`](crate::rl::model::Mdp::check_reachable).
    ///
    /// # Errors
    /// [`Error::Unreachable`] names the first state that cannot.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// tmaze::model(0.9, &tmaze::PREFERENCE)?.check_reachable()?;
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn check_reachable(&self) -> Result<()> {
        let name = |s| format!("state {s} ({:?})", self.state_name(s));
        self.transition().check_reachable(self.prior(), &name)
    }

    /// The number of joint states: the product of the factors' levels.
    pub fn n_states(&self) -> usize {
        self.joint.n_states
    }

    /// The number of actions.
    pub fn n_actions(&self) -> usize {
        self.actions.len()
    }

    /// The number of modalities.
    pub fn n_modalities(&self) -> usize {
        self.modalities.len()
    }

    /// The names of the actions.
    pub fn action_names(&self) -> Vec<&str> {
        self.actions.iter().map(String::as_str).collect()
    }

    /// The name of a joint state: its levels, joined.
    ///
    /// # Panics
    /// When the state is out of range.
    #[track_caller]
    pub fn state_name(&self, state: State) -> String {
        assert!(
            state < self.n_states(),
            "state {state}: there are {} states",
            self.n_states()
        );
        let sizes = sizes(&self.factors);
        let levels = decode(state as u64, &sizes);
        let names =
            levels.iter().zip(&self.factors).map(|(&level, f)| f.levels[level].as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    /// The names of all joint states.
    pub fn state_names(&self) -> Vec<String> {
        (0..self.n_states()).map(|s| self.state_name(s)).collect()
    }

    /// The number of levels of each factor, in order: the shape of a table over joint states.
    pub fn factor_sizes(&self) -> Vec<usize> {
        sizes(&self.factors)
    }

    /// The names of a modality's outcomes.
    ///
    /// # Panics
    /// When the modality is out of range.
    #[track_caller]
    pub fn outcome_names(&self, modality: usize) -> Vec<&str> {
        self.modalities[modality].outcomes.iter().map(String::as_str).collect()
    }

    /// The initial belief D on the joint state.
    pub fn prior(&self) -> &Categorical {
        &self.joint.prior
    }

    /// The habits E, shape (u).
    pub fn habits(&self) -> &[f64] {
        &self.habits
    }

    /// The likelihood A of a modality, shape (o, the factors that it depends on).
    ///
    /// # Panics
    /// When the modality is out of range.
    #[track_caller]
    pub fn likelihood(&self, modality: usize) -> &ArrayD<f64> {
        &self.modalities[modality].likelihood
    }

    /// The transition B on the joint state: `model.transition()[[next, s, u]]`.
    pub fn transition(&self) -> &Transition {
        &self.joint.transition
    }

    /// The log-preferences C of a modality, shape (o).
    ///
    /// # Panics
    /// When the modality is out of range.
    #[track_caller]
    pub fn preference(&self, modality: usize) -> &[f64] {
        &self.modalities[modality].preference
    }

    /// The belief about one factor that a belief about the joint state contains.
    ///
    /// # Errors
    /// - [`Error::UnknownName`]: there is no such factor.
    ///
    /// # Panics
    /// When the belief has another number of states than the model.
    #[track_caller]
    pub fn marginal(&self, belief: &Categorical, factor: &str) -> Result<Categorical> {
        assert_eq!(
            belief.len(),
            self.n_states(),
            "marginal: one probability for each joint state"
        );
        let f = find("the factor", factor, &self.factors)?;
        let sizes = sizes(&self.factors);
        let mut marginal = vec![0.0; sizes[f]];
        for (s, p) in belief.probs().iter().enumerate() {
            marginal[decode(s as u64, &sizes)[f]] += p;
        }
        Ok(Categorical::new_unchecked(marginal))
    }

    /// Draws an observation in a joint state: one outcome for each modality.
    pub(crate) fn sample_outcome(&self, state: State, rng: &mut dyn Rng) -> Vec<usize> {
        let row = self.joint.emit.row(state);
        let p: Vec<f64> = row.iter().map(|(_, p)| *p).collect();
        let (outcome, _) = row[Categorical::new_unchecked(p).sample(rng)];
        decode(self.joint.codes[outcome as usize], &self.joint.radix)
    }

    /// An observation in words.
    pub(crate) fn observation_name(&self, obs: &[usize]) -> String {
        let name = |(m, &o): (&Modality, &usize)| match m.outcomes.get(o) {
            Some(outcome) => format!("{} = {outcome:?}", m.name),
            None => format!("{} = {o} (there are {})", m.name, m.outcomes.len()),
        };
        self.modalities.iter().zip(obs).map(name).collect::<Vec<_>>().join(", ")
    }

    /// The joint outcome of an observation; checks its length and range. `None`: no state produces it.
    pub(crate) fn outcome(&self, obs: &[usize]) -> Result<Option<usize>> {
        if obs.len() != self.modalities.len() {
            check_shape(
                "the observation",
                &[obs.len()],
                &[self.modalities.len()],
                "one outcome for each modality",
            )?;
        }
        for (m, &o) in self.modalities.iter().zip(obs) {
            if o >= m.outcomes.len() {
                let what = format!("the outcome of the modality {:?}", m.name);
                return Err(Error::OutOfRange { what, index: o, len: m.outcomes.len() });
            }
        }
        Ok(self.joint.outcome(obs))
    }
}

/// What a notebook shows for a model: its names and sizes.
impl fmt::Debug for GenerativeModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "GenerativeModel: {} states, {} actions",
            self.n_states(),
            self.n_actions()
        )?;
        for factor in &self.factors {
            writeln!(f, "  factor {:?}: {}", factor.name, factor.levels.join(" | "))?;
        }
        for m in &self.modalities {
            writeln!(f, "  modality {:?}: {}", m.name, m.outcomes.join(" | "))?;
        }
        write!(f, "  actions: {}", self.actions.join(" | "))
    }
}
