//! A network whose output is a transition: P(s′|s, u) for all s at once, so that every column sums to one.
//!
//! A network that is shown a *belief* may answer anything. One that says a whole table can only mix its columns.

use ndarray::{Array2, ArrayView1};

use crate::error::{Error, Result};
use crate::nn::mlp::{Activation, Mlp};
use crate::prob::info::softmax;
use crate::prob::random::Rng;

/// A table of logits as a transition: each column by its own softmax.
///
/// ```text
/// B[s′, s] = exp(l[s′, s]) / Σₖ exp(l[k, s])
/// ```
/// Shapes: (s′, s) to (s′, s).
pub fn kernel(logits: &Array2<f64>) -> Array2<f64> {
    let mut b = logits.clone();
    for mut column in b.columns_mut() {
        let soft = softmax(&column.to_vec());
        column.assign(&ArrayView1::from(&soft[..]));
    }
    b
}

/// A network from an action, described by a few numbers, to a transition between n states.
#[derive(Debug, Clone, PartialEq)]
pub struct KernelNet {
    net: Mlp,
    states: usize,
}

impl KernelNet {
    /// Random weights.
    ///
    /// # Errors
    /// [`Error::Parameter`]: no state, no unit or no number that describes an action.
    pub fn new(
        action: usize,
        hidden: usize,
        states: usize,
        rng: &mut dyn Rng,
    ) -> Result<Self> {
        let net = Mlp::new(&[action, hidden, states * states], Activation::Tanh, rng)?;
        Ok(Self { net, states })
    }

    /// B for one action, (s′, s).
    ///
    /// # Panics
    /// When the action is described by another number of numbers.
    pub fn transition(&self, action: &[f64]) -> Array2<f64> {
        let logits = self.net.forward(action);
        kernel(
            &Array2::from_shape_vec((self.states, self.states), logits).expect("n² logits"),
        )
    }

    /// B q.
    ///
    /// # Errors
    /// [`Error::Shape`]: the belief has another number of states.
    pub fn predict(&self, action: &[f64], q: &[f64]) -> Result<Vec<f64>> {
        if q.len() != self.states {
            return Err(Error::Shape {
                what: "the belief".into(),
                expected: self.states.to_string(),
                got: q.len().to_string(),
                cure: "give one probability for each state of the network",
            });
        }
        Ok(self.transition(action).dot(&ArrayView1::from(q)).to_vec())
    }
}
