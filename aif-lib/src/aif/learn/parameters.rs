//! A, B, D and E of a model as counts: what an agent learns of its own model.
//!
//! The rules stand in files of their own, as pure functions: [what an observation says about A](super::likelihood_counts),
//! [a step about B](super::transition_counts), [an episode about D](super::prior_counts), and
//! [how counts take it up](super::count_table).

use ndarray::{Array1, Array2, ArrayD};

use super::count_table::CountTable;
use super::{likelihood_counts, prior_counts, transition_counts};
use crate::aif::model::{GenerativeModel, Novelty};
use crate::aif::perceive::evidence::Evidence;
use crate::error::{Error, Result};
use crate::interaction::Action;
use crate::prob::categorical::Categorical;

/// How one part of a model is learned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountOptions {
    /// How many observations of each column the model's own probabilities are worth. Default 1. What the model takes for
    /// impossible stays so.
    pub prior: f64,
    /// η, how much an observation counts. Default 1.
    pub rate: f64,
    /// The share of what a column has learned that fades with each use of it, 1 − ω. Default 0.
    pub forgetting: f64,
}

impl Default for CountOptions {
    fn default() -> Self {
        Self { prior: 1.0, rate: 1.0, forgetting: 0.0 }
    }
}

impl CountOptions {
    fn check(self) -> Result<()> {
        let Self { prior, rate, forgetting } = self;
        let bad = |name, value, expected| Err(Error::Parameter { name, value, expected });
        if !(prior > 0.0 && prior.is_finite()) {
            return bad(
                "prior",
                prior,
                "a prior is worth a finite number of observations above 0",
            );
        }
        if !(rate >= 0.0 && rate.is_finite()) {
            return bad("rate", rate, "a learning rate is a finite number, 0 or more");
        }
        if !(0.0..=1.0).contains(&forgetting) {
            return bad("forgetting", forgetting, "the share that fades, from 0 to 1");
        }
        Ok(())
    }
}

/// When an agent learns, and from which belief.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum When {
    /// At the end of each episode, from smoothed beliefs: what it knows about each moment in the light of them all. This is
    /// SPM's way, but for its pairs of independent beliefs.
    #[default]
    EpisodeEnd,
    /// After every observation, from filtered beliefs: what was known right then. It costs a new model at every step.
    EachStep,
}

/// What an agent learns, and how; by default nothing.
///
/// ```
/// # use aif_lib::prelude::*;
/// let learning = Learning { d: Some(CountOptions { prior: 4.0, ..Default::default() }), ..Default::default() };
/// assert!(learning.a.is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learning {
    /// The likelihood A.
    #[doc(alias = "learn_A")]
    pub a: Option<CountOptions>,
    /// The transitions B.
    #[doc(alias = "learn_B")]
    pub b: Option<CountOptions>,
    /// The prior D; it counts from the next episode on.
    #[doc(alias = "learn_D")]
    pub d: Option<CountOptions>,
    /// The habits E: each decision counts by its posterior over policies. (SPM counts the last posterior of each trial, which
    /// is the same where a trial has one decision.)
    #[doc(alias = "learn_E")]
    pub e: Option<CountOptions>,
    /// Default: at the end of each episode.
    pub when: When,
    /// Whether what can be learned about A and B is worth something: novelty in the expected free energy. Default: yes.
    #[doc(alias = "use_param_info_gain")]
    pub novelty: bool,
}

impl Default for Learning {
    fn default() -> Self {
        let (a, b, d, e) = (None, None, None, None);
        Self { a, b, d, e, when: When::default(), novelty: true }
    }
}

impl Learning {
    /// Whether there is anything to learn.
    pub fn is_none(&self) -> bool {
        self.parts().iter().all(Option::is_none)
    }

    fn parts(&self) -> [Option<CountOptions>; 4] {
        [self.a, self.b, self.d, self.e]
    }
}

/// What is learned of one part: a table for each modality or factor.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    rates: CountOptions,
    tables: Vec<CountTable>,
}

impl Part {
    fn new<'a>(
        rates: Option<CountOptions>,
        probabilities: impl Iterator<Item = &'a ArrayD<f64>>,
    ) -> Option<Self> {
        let table = |rates: CountOptions, p| CountTable::new(p, rates.prior);
        rates.map(|rates| Self {
            rates,
            tables: probabilities.map(|p| table(rates, p)).collect(),
        })
    }

    fn observe(&mut self, table: usize, expected: &ArrayD<f64>) {
        self.tables[table].observe(expected, self.rates.rate, self.rates.forgetting);
    }
}

/// The counts of what is learned.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    a: Option<Part>,
    b: Option<Part>,
    d: Option<Part>,
    e: Option<Part>,
    novelty: bool,
}

impl Parameters {
    /// Counts that say what the model says, with the strength of the priors. `habits`: a weight for each thing that can be
    /// chosen: the actions, or policies of one's own.
    ///
    /// # Errors
    /// [`Error::Parameter`]: a prior, a rate or a share that fades is out of range.
    pub fn new(
        model: &GenerativeModel,
        habits: &[f64],
        learning: &Learning,
    ) -> Result<Self> {
        learning.parts().into_iter().flatten().try_for_each(CountOptions::check)?;
        let vector = |p: &[f64]| {
            let sum: f64 = p.iter().sum();
            Array1::from_iter(p.iter().map(|p| p / sum)).into_dyn()
        };
        let a = (0..model.n_modalities()).map(|m| model.likelihood(m));
        let b = (0..model.n_factors()).map(|f| model.factor_transition(f));
        let d: Vec<ArrayD<f64>> =
            (0..model.n_factors()).map(|f| vector(model.factor_prior(f))).collect();
        Ok(Self {
            a: Part::new(learning.a, a),
            b: Part::new(learning.b, b),
            d: Part::new(learning.d, d.iter()),
            e: Part::new(learning.e, [vector(habits)].iter()),
            novelty: learning.novelty,
        })
    }

    /// The counts of A, one table for each modality; empty where A is not learned.
    pub fn a(&self) -> &[CountTable] {
        self.a.as_ref().map_or(&[], |part| &part.tables)
    }

    /// The counts of B, one table for each factor.
    pub fn b(&self) -> &[CountTable] {
        self.b.as_ref().map_or(&[], |part| &part.tables)
    }

    /// The counts of D, one vector for each factor.
    pub fn d(&self) -> &[CountTable] {
        self.d.as_ref().map_or(&[], |part| &part.tables)
    }

    /// The counts of E; one vector.
    pub fn e(&self) -> &[CountTable] {
        self.e.as_ref().map_or(&[], |part| &part.tables)
    }

    /// Learns from the belief about the start of an episode.
    pub(crate) fn start(&mut self, model: &GenerativeModel, belief: &Categorical) {
        if let Some(d) = &mut self.d {
            (0..d.tables.len())
                .for_each(|f| d.observe(f, &prior_counts::expected(model, f, belief)));
        }
    }

    /// Learns from what the senses said, and the belief about the state that they spoke of.
    pub(crate) fn outcome(
        &mut self,
        model: &GenerativeModel,
        belief: &Categorical,
        evidence: &[Evidence],
    ) {
        let Some(a) = &mut self.a else { return };
        for (m, evidence) in evidence.iter().enumerate() {
            if let Some(x) = likelihood_counts::expected(model, m, belief, evidence) {
                a.observe(m, &x);
            }
        }
    }

    /// Learns from the belief about two moments and the action between them.
    pub(crate) fn step(
        &mut self,
        model: &GenerativeModel,
        pair: &Array2<f64>,
        action: Action,
    ) {
        if let Some(b) = &mut self.b {
            for f in 0..b.tables.len() {
                b.observe(f, &transition_counts::expected(model, f, pair, action));
            }
        }
    }

    /// Learns from a decision: the posterior over what could be chosen.
    pub(crate) fn choice(&mut self, posterior: &Categorical) {
        if let Some(e) = &mut self.e {
            e.observe(0, &Array1::from(posterior.probs().to_vec()).into_dyn());
        }
    }

    /// The model that the counts expect, with what there is still to learn.
    ///
    /// # Errors
    /// [`Error::Shape`]: the counts are those of another model.
    pub fn model(&self, model: GenerativeModel) -> Result<GenerativeModel> {
        let means =
            |part: &[CountTable]| part.iter().map(CountTable::mean).collect::<Vec<_>>();
        let (mut a, mut b) = (means(self.a()), means(self.b()));
        let mut d: Vec<Vec<f64>> =
            means(self.d()).into_iter().map(|d| d.into_iter().collect()).collect();
        if a.is_empty() {
            a = (0..model.n_modalities()).map(|m| model.likelihood(m).clone()).collect();
        }
        if b.is_empty() {
            b = (0..model.n_factors())
                .map(|f| model.factor_transition(f).clone())
                .collect();
        }
        if d.is_empty() {
            d = (0..model.n_factors()).map(|f| model.factor_prior(f).to_vec()).collect();
        }
        let novelty = self.to_learn(&model);
        model.learned(a, b, d, novelty)
    }

    /// The habits that the counts expect; `None` where E is not learned.
    pub fn habits(&self) -> Option<Vec<f64>> {
        self.e().first().map(|e| e.mean().into_iter().collect())
    }

    /// For each joint state, and each action in it, the novelty of the columns that it uses.
    fn to_learn(&self, model: &GenerativeModel) -> Option<Novelty> {
        if !self.novelty || (self.a.is_none() && self.b.is_none()) {
            return None;
        }
        let gains =
            |part: &[CountTable]| part.iter().map(CountTable::novelty).collect::<Vec<_>>();
        let (a, b) = (gains(self.a()), gains(self.b()));
        let levels: Vec<Vec<usize>> =
            (0..model.n_states()).map(|s| model.levels(s)).collect();
        let sensed = |levels: &Vec<usize>| {
            let gain = |(m, a): (usize, &ArrayD<f64>)| a[&model.sensed_at(m, levels)[..]];
            a.iter().enumerate().map(gain).sum::<f64>()
        };
        let moves = (0..model.n_actions()).flat_map(|action| {
            let (b, settings) = (&b, model.settings(action));
            let moved = move |levels: &Vec<usize>| {
                let place = |f| model.moved_at(f, levels, &settings);
                b.iter().enumerate().map(|(f, b)| b[&place(f)[..]]).sum::<f64>()
            };
            levels.iter().map(moved).collect::<Vec<f64>>()
        });
        Some(Novelty {
            states: levels.iter().map(sensed).collect(),
            moves: moves.collect(),
        })
    }
}
