//! What an observation says about A: which columns gave it, as far as the state is known.

use ndarray::ArrayD;

use crate::aif::model::GenerativeModel;
use crate::aif::perceive::evidence::Evidence;
use crate::prob::categorical::Categorical;

/// The expected counts of one modality, shape of its A; `None` when the sense was silent.
///
/// ```text
/// x[o, s] = P(o | s, what the sense said) Q(s)      one outcome seen: 1[o] ⊗ Q(s)
/// ```
/// `belief`: about the joint state at that moment. Source: Friston et al. (2017), Active inference: a process theory, Neural
/// Computation 29:1–49.
///
/// # Panics
/// When the modality is out of range, or the belief or the evidence does not fit the model.
#[doc(alias = "update_obs_likelihood_dirichlet")]
#[track_caller]
pub fn expected(
    model: &GenerativeModel,
    modality: usize,
    belief: &Categorical,
    evidence: &Evidence,
) -> Option<ArrayD<f64>> {
    model.assert_belief("the belief", belief);
    let a = model.likelihood(modality);
    let weights = evidence.weights(a.shape()[0])?;
    let mut expected = ArrayD::zeros(a.raw_dim());
    for (s, &q) in belief.probs().iter().enumerate().filter(|(_, q)| **q > 0.0) {
        let place = model.sensed_at(modality, &model.levels(s));
        let at = |o: usize| [&[o][..], &place[..]].concat();
        let joint: Vec<f64> =
            (0..weights.len()).map(|o| weights[o] * a[&at(o)[..]]).collect();
        let sum: f64 = joint.iter().sum();
        for (o, p) in joint.iter().enumerate().filter(|(_, p)| **p > 0.0) {
            expected[&at(o)[..]] += q * p / sum;
        }
    }
    Some(expected)
}
