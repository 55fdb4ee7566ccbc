//! The Law of Effect: what was followed by satisfaction is done more often. Dual:
//! [`crate::aif::learn::habits`], which counts what was done, whatever followed.

use ndarray::Array2;

use crate::error::{Error, Result};
use crate::interaction::{Action, Agent, Obs, State, Step};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;

/// Strengthens one bond between a situation and an act by the satisfaction that followed.
///
/// ```text
/// k[s, ·] ← k₀ + (1 − forgetting) (k[s, ·] − k₀),    then    k[s, a] ← k[s, a] + satisfaction
/// ```
/// `bonds`: (situations, acts). All bonds of the situation are forgotten a little, towards their first strength k₀, `start`.
/// Sources: Thorndike (1911), Animal Intelligence, for the law in words; Roth & Erev (1995), Learning in
/// extensive-form games, Games and Economic Behavior 8:164–212, for this form.
///
/// ```
/// use aif_lib::rl::learn::law_of_effect;
/// use ndarray::array;
/// let mut bonds = array![[1.0, 3.0]];
/// law_of_effect::update(&mut bonds, 0, 1, 2.0, 0.5, 1.0);
/// assert_eq!(bonds, array![[1.0, 4.0]]); // 1 + ½ (3 − 1), then + 2
/// ```
pub fn update(
    bonds: &mut Array2<f64>,
    s: State,
    a: Action,
    satisfaction: f64,
    forgetting: f64,
    start: f64,
) {
    bonds.row_mut(s).mapv_inplace(|bond| start + (1.0 - forgetting) * (bond - start));
    bonds[[s, a]] += satisfaction;
}

/// Acts are done in proportion to their bonds: π(a|s) = k[s, a] / Σ k[s, ·].
///
/// # Panics
/// When there is no such situation, or no bond of it is above 0.
#[track_caller]
pub fn policy(bonds: &Array2<f64>, s: State) -> Categorical {
    let row = bonds.row(s).to_vec();
    Categorical::from_weights(&row).expect("bonds are 0 or more, and one is above 0")
}

/// How a [`LawOfEffectAgent`] learns.
#[derive(Debug, Clone, PartialEq)]
pub struct LawOfEffectOptions {
    /// The strength of every bond before anything was learned; default 1.
    pub start: f64,
    /// What a reward of 1 adds to a bond; default 1. A reward below 0 adds nothing: Thorndike later gave up
    /// the half of his law that said that annoyance weakens a bond.
    pub gain: f64,
    /// The share of what was learned that is forgotten with every act; default 0.
    pub forgetting: f64,
}

impl Default for LawOfEffectOptions {
    fn default() -> Self {
        Self { start: 1.0, gain: 1.0, forgetting: 0.0 }
    }
}

/// An animal without a model and without a forecast: bonds from situations to acts, stamped in by reward.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut cat = LawOfEffectAgent::new(1, 4, LawOfEffectOptions::default())?;
/// cat.begin(&0);
/// cat.observe(&2, &Step { obs: 0, reward: 1.0, end: Some(End::Terminated) }, &mut seeded(0));
/// assert_eq!(cat.policy(0).probs(), [0.2, 0.2, 0.4, 0.2]);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LawOfEffectAgent {
    options: LawOfEffectOptions,
    bonds: Array2<f64>, // (situations, acts)
    situation: Option<State>,
    frozen: bool,
}

impl LawOfEffectAgent {
    /// An animal that can tell `n_obs` situations apart and knows `n_actions` acts.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no situation or no act.
    /// - [`Error::Parameter`]: the first strength is not above 0, the gain is negative, or the forgetting is not from
    ///   0 to 1.
    pub fn new(
        n_obs: usize,
        n_actions: usize,
        options: LawOfEffectOptions,
    ) -> Result<Self> {
        if n_obs == 0 || n_actions == 0 {
            let what = if n_obs == 0 { "the set of situations" } else { "the set of acts" };
            return Err(Error::Empty { what: what.into() });
        }
        let LawOfEffectOptions { start, gain, forgetting } = options;
        let bad = |name, value, expected| Err(Error::Parameter { name, value, expected });
        if !(start > 0.0 && start.is_finite()) {
            return bad("start", start, "a bond starts with a finite strength above 0");
        }
        if !(gain >= 0.0 && gain.is_finite()) {
            return bad("gain", gain, "a gain is a finite number, 0 or more");
        }
        if !(0.0..=1.0).contains(&forgetting) {
            return bad(
                "forgetting",
                forgetting,
                "the share of a bond that is forgotten, from 0 to 1",
            );
        }
        let bonds = Array2::from_elem((n_obs, n_actions), start);
        Ok(Self { options, bonds, situation: None, frozen: false })
    }

    /// The bonds, (situations, acts).
    pub fn bonds(&self) -> &Array2<f64> {
        &self.bonds
    }

    /// The distribution over acts in a situation.
    ///
    /// # Panics
    /// When there is no such situation.
    #[track_caller]
    pub fn policy(&self, situation: State) -> Categorical {
        policy(&self.bonds, situation)
    }

    #[track_caller]
    fn here(&self) -> State {
        self.situation.expect("the agent has seen nothing yet: call begin first")
    }
}

impl Agent for LawOfEffectAgent {
    fn begin(&mut self, obs: &Obs) {
        self.situation = Some(*obs);
    }

    fn act(&mut self, rng: &mut dyn Rng) -> Action {
        self.policy(self.here()).sample(rng)
    }

    fn observe(&mut self, action: &Action, step: &Step, _rng: &mut dyn Rng) {
        let LawOfEffectOptions { start, gain, forgetting } = self.options;
        let (here, satisfaction) = (self.here(), gain * step.reward.max(0.0));
        if !self.frozen {
            update(&mut self.bonds, here, *action, satisfaction, forgetting, start);
        }
        self.situation = Some(step.obs);
    }

    /// Frozen, no bond changes; to act at random in proportion to its bonds is all it can do.
    fn set_learning(&mut self, learning: bool) {
        self.frozen = !learning;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::episode;
    use crate::prob::random::seeded;
    use crate::prob::stats::mean_interval;
    use crate::scale::population;
    use crate::world::puzzle_box::PuzzleBox;
    use ndarray::array;

    #[test]
    fn a_bond_by_hand() {
        let mut bonds = array![[1.0, 1.0], [5.0, 1.0]];
        update(&mut bonds, 1, 1, 3.0, 0.25, 1.0);
        assert_eq!(bonds, array![[1.0, 1.0], [4.0, 4.0]], "the other situation stays");
        assert_eq!(policy(&bonds, 1), Categorical::uniform(2));
    }

    #[test]
    fn annoyance_leaves_the_bond_alone() {
        let mut cat = LawOfEffectAgent::new(1, 2, LawOfEffectOptions::default()).unwrap();
        cat.begin(&0);
        cat.observe(&0, &Step { obs: 0, reward: -5.0, end: None }, &mut seeded(0));
        assert_eq!(cat.bonds(), array![[1.0, 1.0]]);
    }

    /// After k escapes the right act has strength 1 + k w and the others 1 each: latency (n + k w) / (1 + k w).
    #[test]
    fn the_latency_curve_of_one_latch_is_a_hyperbola() {
        let (n, gain) = (12, 0.5);
        for (k, seed) in [(0, 1), (1, 2), (5, 3), (20, 4)] {
            let latencies = population(4000, seed, &|_, rng| {
                let options = LawOfEffectOptions { gain, ..Default::default() };
                let mut cat = LawOfEffectAgent::new(1, n, options).unwrap();
                let mut cage = PuzzleBox::new(n, &[7]).unwrap();
                (0..k).for_each(|_| drop(episode(&mut cage, &mut cat, rng)));
                episode(&mut cage, &mut cat, rng).len() as f64
            });
            let (k, n) = (f64::from(k), n as f64);
            let (exact, seen) =
                ((n + k * gain) / (1.0 + k * gain), mean_interval(&latencies).unwrap());
            let margin = 2.0 * (seen.hi - seen.lo); // about eight standard errors
            assert!((seen.mean - exact).abs() < margin, "{k}: {exact} {seen:?}");
        }
    }

    #[test]
    fn bad_settings_are_named() {
        let text = |options| LawOfEffectAgent::new(1, 2, options).unwrap_err().to_string();
        let default = LawOfEffectOptions::default;
        assert!(
            text(LawOfEffectOptions { start: 0.0, ..default() }).starts_with("start = 0")
        );
        assert!(
            text(LawOfEffectOptions { gain: -1.0, ..default() }).starts_with("gain = -1")
        );
        assert!(
            text(LawOfEffectOptions { forgetting: 1.5, ..default() })
                .starts_with("forgetting = 1.5")
        );
        assert!(LawOfEffectAgent::new(0, 2, default()).is_err());
        assert!(LawOfEffectAgent::new(1, 0, default()).is_err());
    }
}
