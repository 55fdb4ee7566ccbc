//! How good is it? Expected free energy: what a policy is expected to cost, and to teach.
//!
//! Lower is better. There is one expected free energy in this crate, and it is kept in parts: [`Efe`].
//!
//! Dual: [`crate::rl::evaluate`].

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul};

use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::Action;
use crate::prob::categorical::Categorical;
use crate::prob::info::xlogx;

/// Expected free energy, in the parts of both of its readings.
///
/// ```text
/// G = risk + ambiguity − novelty = −pragmatic − epistemic − novelty
///
/// risk      = Σₒ Q(o) ln Q(o) − Σₒ Q(o) C(o)     = KL[Q(o)‖P(o|C)] when C = ln P(o|C)
/// ambiguity = Σₛ Q(s) H[P(o|s)]
/// pragmatic = Σₒ Q(o) C(o)
/// epistemic = H[Q(o)] − ambiguity                 = I(s; o), the expected information gain about the state
/// novelty   = the expected information gain about A and B; 0 where they are taken for known
/// ```
/// Q(s) is the predicted state, Q(o) the predicted joint outcome, C the log-preference. C need not be normalised: a constant
/// moves all policies of one length alike. Unit: nats. Source: Da Costa et al. (2020), Active inference on discrete
/// state-spaces: a synthesis, Journal of Mathematical Psychology 99:102447.
///
/// Novelty counts each column of A and B that will be used by what one more look at it would teach, exactly, and by how
/// probable its use is: see [`novelty`](crate::aif::learn::novelty). That a second look teaches less is not foreseen.
#[doc(alias = "neg_efe")]
#[doc(alias = "calc_expected_utility")]
#[doc(alias = "calc_states_info_gain")]
#[doc(alias = "compute_expected_utility")]
#[doc(alias = "compute_info_gain")]
#[doc(alias = "calc_pA_info_gain")]
#[derive(Clone, Copy, PartialEq, Default)]
pub struct Efe {
    /// How far the expected outcomes are from the preferred ones.
    pub risk: f64,
    /// How uncertain outcomes would be even if the state were known.
    pub ambiguity: f64,
    /// The expected log-preference: what there is to have.
    pub pragmatic: f64,
    /// The expected information gain about the state: what there is to see. Never negative.
    pub epistemic: f64,
    /// The expected information gain about the model itself: what there is to learn. Never negative.
    pub novelty: f64,
}

impl Efe {
    /// G = risk + ambiguity − novelty. Lower is better.
    pub fn total(&self) -> f64 {
        self.risk + self.ambiguity - self.novelty
    }
}

/// Steps add up.
impl Add for Efe {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            risk: self.risk + other.risk,
            ambiguity: self.ambiguity + other.ambiguity,
            pragmatic: self.pragmatic + other.pragmatic,
            epistemic: self.epistemic + other.epistemic,
            novelty: self.novelty + other.novelty,
        }
    }
}

/// Branches count by their probability. A branch of probability 0 counts nothing, even where it is infinitely bad.
impl Mul<f64> for Efe {
    type Output = Self;
    fn mul(self, p: f64) -> Self {
        let times = |x: f64| if p == 0.0 { 0.0 } else { p * x };
        Self {
            risk: times(self.risk),
            ambiguity: times(self.ambiguity),
            pragmatic: times(self.pragmatic),
            epistemic: times(self.epistemic),
            novelty: times(self.novelty),
        }
    }
}

impl Sum for Efe {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), Add::add)
    }
}

/// What a notebook shows; novelty only where there is any.
impl fmt::Debug for Efe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { risk, ambiguity, pragmatic, epistemic, novelty } = self;
        let new = match *novelty {
            0.0 => String::new(),
            _ => format!(" − novelty {novelty:.4}"),
        };
        write!(
            f,
            "G = {:.4} (risk {risk:.4} + ambiguity {ambiguity:.4}{new} = −pragmatic {pragmatic:.4} − epistemic {epistemic:.4}{new})",
            self.total()
        )
    }
}

/// The expected free energy of one step that ends in the predicted state.
///
/// `predicted`: Q(s′), after the action and before the observation. Since the action is not known here, novelty is that
/// of A alone.
///
/// # Panics
/// When the prediction has another number of states than the model.
///
/// ```
/// # use aif_lib::prelude::*;
/// use ndarray::{array, Array3};
/// // A perfect sensor of a fair coin: one bit to learn, nothing preferred.
/// let still = Array3::from_shape_fn((2, 2, 1), |(to, from, _)| f64::from(u8::from(to == from)));
/// let model = GenerativeModel::new(array![[1.0, 0.0], [0.0, 1.0]], still, &[0.0, 0.0], &[0.5, 0.5])?;
/// let g = expected_free_energy(&model, model.prior());
/// assert!((g.epistemic - 2f64.ln()).abs() < 1e-15 && g.ambiguity == 0.0);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[track_caller]
pub fn expected_free_energy(model: &GenerativeModel, predicted: &Categorical) -> Efe {
    model.assert_belief("the prediction", predicted);
    efe_into(model, predicted.probs(), 0, &mut vec![0.0; model.joint.n_outcomes])
}

/// [`expected_free_energy`] on slices, `ahead` steps after the next one; `outcomes` is overwritten with Q(o).
#[inline]
fn efe_into(
    model: &GenerativeModel,
    predicted: &[f64],
    ahead: usize,
    outcomes: &mut [f64],
) -> Efe {
    let joint = &model.joint;
    outcomes.fill(0.0);
    let mut ambiguity = 0.0;
    for (s, &q) in predicted.iter().enumerate() {
        if q > 0.0 {
            ambiguity += q * joint.ambiguity[s];
            for &(o, p) in joint.emit.row(s) {
                outcomes[o as usize] += p * q;
            }
        }
    }
    let (mut negative_entropy, mut pragmatic) = (0.0, 0.0);
    for (&q, &c) in outcomes.iter().zip(joint.preference_ahead(ahead)) {
        if q > 0.0 {
            negative_entropy += xlogx(q);
            pragmatic += q * c;
        }
    }
    Efe {
        risk: negative_entropy - pragmatic,
        ambiguity,
        pragmatic,
        epistemic: -negative_entropy - ambiguity + 0.0, // + 0.0 turns −0 into 0
        novelty: joint.novelty.as_ref().map_or(0.0, |novelty| novelty.of_states(predicted)),
    }
}

/// The expected free energy of an action in a belief, `ahead` steps after the next one. `predicted` is overwritten with
/// Q(s′), `outcomes` with Q(o).
#[inline]
pub(crate) fn step_into(
    model: &GenerativeModel,
    belief: &[f64],
    action: Action,
    ahead: usize,
    predicted: &mut [f64],
    outcomes: &mut [f64],
) -> Efe {
    model.transition().predict_into(belief, action, predicted);
    let mut g = efe_into(model, predicted, ahead, outcomes);
    if let Some(novelty) = &model.joint.novelty {
        g.novelty += novelty.of_moves(belief, action);
    }
    g
}

/// The expected free energy of a policy, step by step: the belief is rolled forward through B and never corrected.
///
/// This is the open-loop reading: what the agent will see on the way cannot change what it does. Compare
/// [`crate::aif::plan::closed_loop`].
///
/// # Errors
/// - [`Error::OutOfRange`]: the policy takes an action that the model does not have.
/// - [`Error::Empty`]: the policy has no step.
/// - [`Error::Shape`]: the belief has another number of states than the model.
pub fn policy_efe(
    model: &GenerativeModel,
    belief: &Categorical,
    policy: &[Action],
) -> Result<Vec<Efe>> {
    if policy.is_empty() {
        return Err(Error::Empty { what: "the policy".into() });
    }
    model.check_belief("the belief", belief)?;
    for (step, &action) in policy.iter().enumerate() {
        model
            .check_action(|| format!("the action in step {step} of the policy"), action)?;
    }
    let mut belief = belief.probs().to_vec();
    let mut predicted = vec![0.0; belief.len()];
    let mut outcomes = vec![0.0; model.joint.n_outcomes];
    let step = |(ahead, &action): (usize, &Action)| {
        let g = step_into(model, &belief, action, ahead, &mut predicted, &mut outcomes);
        std::mem::swap(&mut belief, &mut predicted);
        g
    };
    Ok(policy.iter().enumerate().map(step).collect())
}
