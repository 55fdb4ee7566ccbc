//! What a step says about B: which columns were used, as far as both states are known.

use ndarray::{Array2, ArrayD};

use crate::aif::model::GenerativeModel;
use crate::interaction::Action;

/// The expected counts of one factor, shape of its B.
///
/// ```text
/// x[s′, s, u] = Q(s′, s) for the action taken      the pair belief, not the product Q(s′) Q(s) of SPM and pymdp
/// ```
/// `pair`: the joint belief about both moments, shape (s′, s), over joint states. Smoothed it is what a whole episode says, as
/// in the Baum-Welch algorithm; filtered it is what was known right after the step.
///
/// # Panics
/// When the factor or the action is out of range, or the pair is not over the model's states.
#[doc(alias = "update_state_transition_dirichlet")]
#[track_caller]
pub fn expected(
    model: &GenerativeModel,
    factor: usize,
    pair: &Array2<f64>,
    action: Action,
) -> ArrayD<f64> {
    let n = model.n_states();
    assert_eq!(pair.dim(), (n, n), "a pair belief is over the model's {n} states, twice");
    let mut expected = ArrayD::zeros(model.factor_transition(factor).raw_dim());
    let (levels, settings): (Vec<_>, _) =
        ((0..n).map(|s| model.levels(s)).collect(), model.settings(action));
    for ((to, from), &q) in pair.indexed_iter().filter(|(_, q)| **q > 0.0) {
        let place = model.moved_at(factor, &levels[from], &settings);
        expected[&[&[levels[to][factor]][..], &place[..]].concat()[..]] += q;
    }
    expected
}
