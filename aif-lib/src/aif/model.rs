//! What is the task? A [`GenerativeModel`]: the agent's story of how its observations come about.
//!
//! | letter | word | shape | meaning |
//! |---|---|---|---|
//! | A | likelihood | `[o, s…]` | P(outcome given states), one array a modality |
//! | B | transition | `[s′, s…, u…]` | P(next state given states and action), one array a factor |
//! | C | preference | `[o]` | log-preference for each outcome, one vector a modality |
//! | D | prior | `[s]` | belief about the first state, one vector a factor |
//! | E | habit | `[u]` | how often each action is taken before any thought |
//!
//! A model is *written* in factors, modalities and controls, each with names, and *computed with* on the joint state, the
//! joint outcome and the combined action, so that every result is exact. Only what has a probability above zero is stored.
//!
//! | file | holds |
//! |---|---|
//! | `builder` | the parts by name |
//! | `check` | what the parts must be, and the errors that say which is not |
//! | `joint` | the same model on joint states, without its zeros |
//! | `names` | states, outcomes and actions in words |
//! | `changed` | the same model with other habits, preferences, precisions or learned parameters |
//!
//! Dual: [`crate::rl::model`].

mod builder;
mod changed;
mod check;
mod joint;
mod names;

pub use builder::ModelBuilder;
pub(crate) use joint::{Joint, Novelty};

use ndarray::{ArrayD, ArrayViewD, Axis};

use crate::error::{Error, Result};
use crate::interaction::State;
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;
use crate::prob::transition::Transition;
use check::check_shape;
use joint::decode;

/// A partially observed Markov decision process as the agent believes it to be.
///
/// Built once, checked once, then immutable. See [`GenerativeModel::builder`] for named factors and modalities,
/// [`GenerativeModel::new`] for the plain case of one of each.
#[derive(Clone, PartialEq)]
pub struct GenerativeModel {
    factors: Vec<Factor>,
    modalities: Vec<Modality>,
    controls: Vec<Control>,
    habits: Vec<f64>,
    pub(crate) joint: Joint,
}

/// One hidden variable: where I am, which arm pays.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Factor {
    name: String,
    levels: Vec<String>,
    prior: Vec<f64>,
    /// The factors and the controls that decide its next level: the axes of B after the first.
    depends_on: Vec<usize>,
    controls: Vec<usize>,
    transition: ArrayD<f64>,
}

/// One sense: what I see, whether I am rewarded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Modality {
    name: String,
    outcomes: Vec<String>,
    depends_on: Vec<usize>,
    likelihood: ArrayD<f64>,
    /// C after 1, 2, … actions; the last one holds on.
    preference: Vec<Vec<f64>>,
}

/// One thing that is set at each step: which way to go, where to look.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Control {
    name: String,
    levels: Vec<String>,
}

/// The number of levels of each factor: the radix of a joint state.
fn sizes(factors: &[Factor]) -> Vec<usize> {
    factors.iter().map(|factor| factor.levels.len()).collect()
}

/// The number of levels of each control: the radix of an action.
fn handles(controls: &[Control]) -> Vec<usize> {
    controls.iter().map(|control| control.levels.len()).collect()
}

fn nonzero(column: impl Iterator<Item = f64>) -> Vec<(u32, f64)> {
    column.enumerate().filter(|(_, p)| *p > 0.0).map(|(i, p)| (i as u32, p)).collect()
}

impl Factor {
    /// Where the column for some joint levels and settings stands: the index of its axes after the first.
    fn place(&self, levels: &[usize], settings: &[usize]) -> Vec<usize> {
        let from = self.depends_on.iter().map(|&f| levels[f]);
        from.chain(self.controls.iter().map(|&c| settings[c])).collect()
    }

    /// P(next level given the levels of all factors and an action), for every next level.
    fn column(&self, levels: &[usize], settings: &[usize]) -> Vec<(u32, f64)> {
        nonzero(lane(&self.transition, &self.place(levels, settings)).iter().copied())
    }
}

impl Modality {
    /// Where the column for some joint levels stands.
    fn place(&self, levels: &[usize]) -> Vec<usize> {
        self.depends_on.iter().map(|&f| levels[f]).collect()
    }

    /// P(outcome given the levels of all factors), for every outcome.
    fn column(&self, levels: &[usize]) -> Vec<(u32, f64)> {
        nonzero(lane(&self.likelihood, &self.place(levels)).iter().copied())
    }

    /// C after `time` + 1 actions.
    fn wanted(&self, time: usize) -> &[f64] {
        &self.preference[time.min(self.preference.len() - 1)]
    }
}

/// The column of a table at an index of its axes after the first.
fn lane<'a>(table: &'a ArrayD<f64>, place: &[usize]) -> ArrayViewD<'a, f64> {
    place.iter().fold(table.view(), |view, &i| view.index_axis_move(Axis(1), i))
}

impl GenerativeModel {
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

    /// The number of actions: of all combinations of settings, where there are several controls.
    pub fn n_actions(&self) -> usize {
        self.joint.transition.n_actions()
    }

    /// The number of modalities.
    pub fn n_modalities(&self) -> usize {
        self.modalities.len()
    }

    /// The number of levels of each factor, in order: the shape of a table over joint states.
    pub fn factor_sizes(&self) -> Vec<usize> {
        sizes(&self.factors)
    }

    /// The number of levels of each control, in order: the shape of a table over actions.
    pub fn control_sizes(&self) -> Vec<usize> {
        handles(&self.controls)
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

    /// The transition B of one factor, shape (s′, the factors that it depends on, the controls that move it).
    ///
    /// # Panics
    /// When the factor is out of range.
    #[track_caller]
    pub fn factor_transition(&self, factor: usize) -> &ArrayD<f64> {
        &self.factors[factor].transition
    }

    /// The initial belief D of one factor, shape (s).
    ///
    /// # Panics
    /// When the factor is out of range.
    #[track_caller]
    pub fn factor_prior(&self, factor: usize) -> &[f64] {
        &self.factors[factor].prior
    }

    /// The log-preferences C of a modality, shape (o): the first ones, where they change over time.
    ///
    /// # Panics
    /// When the modality is out of range.
    #[track_caller]
    pub fn preference(&self, modality: usize) -> &[f64] {
        &self.modalities[modality].preference[0]
    }

    /// The levels of all factors in a joint state.
    pub(crate) fn levels(&self, state: State) -> Vec<usize> {
        decode(state as u64, &self.factor_sizes())
    }

    /// The settings of all controls in an action.
    pub(crate) fn settings(&self, action: usize) -> Vec<usize> {
        decode(action as u64, &self.control_sizes())
    }

    /// Where in A of a modality the column stands that some joint levels use.
    pub(crate) fn sensed_at(&self, modality: usize, levels: &[usize]) -> Vec<usize> {
        self.modalities[modality].place(levels)
    }

    /// Where in B of a factor the column stands that some joint levels and settings use.
    pub(crate) fn moved_at(
        &self,
        factor: usize,
        levels: &[usize],
        settings: &[usize],
    ) -> Vec<usize> {
        self.factors[factor].place(levels, settings)
    }

    /// Whether a belief is about this model's states.
    ///
    /// # Errors
    /// [`Error::Shape`] with both numbers.
    pub(crate) fn check_belief(&self, what: &str, belief: &Categorical) -> Result<()> {
        if belief.len() == self.n_states() {
            return Ok(());
        }
        let cure = "give one probability for each joint state of the model";
        check_shape(what, &[belief.len()], &[self.n_states()], cure)
    }

    /// The same for functions that have no errors.
    #[track_caller]
    pub(crate) fn assert_belief(&self, what: &str, belief: &Categorical) {
        self.check_belief(what, belief).unwrap_or_else(|error| panic!("{error}"));
    }

    /// Whether the model has an action.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] with both numbers.
    pub(crate) fn check_action(
        &self,
        what: impl Fn() -> String,
        action: usize,
    ) -> Result<()> {
        let len = self.n_actions();
        if action < len {
            return Ok(());
        }
        Err(Error::OutOfRange { what: what(), index: action, len })
    }

    /// The belief about one factor that a belief about the joint state contains.
    ///
    /// # Errors
    /// - [`Error::UnknownName`]: there is no such factor.
    /// - [`Error::Shape`]: the belief has another number of states than the model.
    pub fn marginal(&self, belief: &Categorical, factor: &str) -> Result<Categorical> {
        self.check_belief("the belief", belief)?;
        let f = self.factor_number(factor)?;
        let sizes = self.factor_sizes();
        Ok(marginal(belief, &sizes, f))
    }

    /// The probability of each setting of one control that a distribution over actions contains.
    ///
    /// # Errors
    /// - [`Error::UnknownName`]: there is no such control.
    /// - [`Error::Shape`]: not one probability for each action.
    pub fn control_marginal(
        &self,
        actions: &Categorical,
        control: &str,
    ) -> Result<Categorical> {
        let cure = "give one probability for each action of the model";
        let (got, expected) = (actions.len(), self.n_actions());
        check_shape("the distribution over actions", &[got], &[expected], cure)?;
        let c = self.control_number(control)?;
        Ok(marginal(actions, &self.control_sizes(), c))
    }

    /// Draws an observation in a joint state: one outcome for each modality.
    pub(crate) fn sample_outcome(&self, state: State, rng: &mut dyn Rng) -> Vec<usize> {
        let row = self.joint.emit.row(state);
        let p: Vec<f64> = row.iter().map(|(_, p)| *p).collect();
        let (outcome, _) = row[Categorical::new_unchecked(p).sample(rng)];
        self.joint.observation(outcome as usize)
    }

    /// The joint outcome of an observation; checks its length and range. `None`: no state produces it.
    pub(crate) fn outcome(&self, obs: &[usize]) -> Result<Option<usize>> {
        self.check_senses(obs.len())?;
        for (m, &o) in self.modalities.iter().zip(obs) {
            if o >= m.outcomes.len() {
                let what = format!("the outcome of the modality {:?}", m.name);
                return Err(Error::OutOfRange { what, index: o, len: m.outcomes.len() });
            }
        }
        Ok(self.joint.outcome(obs))
    }

    /// Whether there is something from every sense.
    pub(crate) fn check_senses(&self, got: usize) -> Result<()> {
        let expected = self.modalities.len();
        if got == expected {
            return Ok(());
        }
        check_shape("the observation", &[got], &[expected], "one outcome for each modality")
    }
}

/// The distribution of one digit of a mixed-radix number.
fn marginal(whole: &Categorical, radix: &[usize], digit: usize) -> Categorical {
    let mut marginal = vec![0.0; radix[digit]];
    for (i, p) in whole.probs().iter().enumerate() {
        marginal[decode(i as u64, radix)[digit]] += p;
    }
    Categorical::new_unchecked(marginal)
}
