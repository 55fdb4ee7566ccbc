//! What an episode says about D: where it began.

use ndarray::{ArrayD, IxDyn};

use crate::aif::model::GenerativeModel;
use crate::prob::categorical::Categorical;

/// The expected counts of one factor, shape (s).
///
/// ```text
/// x[s] = Q(s₁ = s)
/// ```
/// `belief`: about the joint state at the start of an episode.
///
/// # Panics
/// When the factor is out of range, or the belief does not fit the model.
#[doc(alias = "update_state_prior_dirichlet")]
#[track_caller]
pub fn expected(
    model: &GenerativeModel,
    factor: usize,
    belief: &Categorical,
) -> ArrayD<f64> {
    model.assert_belief("the belief", belief);
    let mut expected = ArrayD::zeros(IxDyn(&[model.factor_prior(factor).len()]));
    for (s, q) in belief.probs().iter().enumerate() {
        expected[[model.levels(s)[factor]]] += q;
    }
    expected
}
