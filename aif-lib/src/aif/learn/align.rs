//! Label switching: hidden states have no names, so a learned model is compared only after its states are put in order.

use ndarray::{Array1, Array2, Array3};

use crate::aif::perceive::hmm::Hmm;
use crate::error::{Error, Result};

/// All orders of more states than this are too many to try.
const MAX_STATES: usize = 8;

/// The model with its states renamed: the new state i is the old state `order[i]`. It gives every record the same probability.
///
/// # Errors
/// [`Error::BadEntry`]: not every state once.
pub fn relabel(model: &Hmm, order: &[usize]) -> Result<Hmm> {
    let n = model.n_states();
    let mut named = vec![false; n];
    for (index, &s) in order.iter().enumerate() {
        if s >= n || std::mem::replace(&mut named[s], true) {
            let cure = "an order names every state once, counted from 0";
            return Err(Error::BadEntry {
                what: "the order of states".into(),
                index,
                value: s as f64,
                cure,
            });
        }
    }
    if order.len() != n {
        let (expected, got) = (n.to_string(), order.len().to_string());
        let cure = "an order names every state once";
        return Err(Error::Shape {
            what: "the order of states".into(),
            expected,
            got,
            cure,
        });
    }
    let a = Array2::from_shape_fn(model.a().raw_dim(), |(o, s)| model.a()[[o, order[s]]]);
    let b = Array3::from_shape_fn(model.b().raw_dim(), |(to, s, u)| {
        model.b()[[order[to], order[s], u]]
    });
    Ok(Hmm::new_unchecked(a, b, Array1::from_iter(order.iter().map(|&s| model.d()[s]))))
}

/// The mean absolute difference of two models: of all entries of A, and of all entries of B.
///
/// # Panics
/// When the models differ in shape.
pub fn errors(truth: &Hmm, model: &Hmm) -> [f64; 2] {
    let mean = |sum: f64, n: usize| sum / n as f64;
    let a = (truth.a() - model.a()).mapv(f64::abs).sum();
    let b = (truth.b() - model.b()).mapv(f64::abs).sum();
    [mean(a, truth.a().len()), mean(b, truth.b().len())]
}

/// The model with its states in the order in which it is nearest to another: all orders are tried.
///
/// Near means: a small sum of the absolute differences of A, and of B.
///
/// # Errors
/// - [`Error::Shape`]: the two differ in shape.
/// - [`Error::Budget`]: more than 8 states.
///
/// ```
/// # use aif_lib::prelude::*;
/// let model = Hmm::random(3, 4, 2, &mut seeded(1))?;
/// let renamed = align::relabel(&model, &[2, 0, 1])?;
/// assert_eq!(align::align(&model, &renamed)?, model);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn align(truth: &Hmm, learned: &Hmm) -> Result<Hmm> {
    if (truth.a().dim(), truth.b().dim()) != (learned.a().dim(), learned.b().dim()) {
        let text = |m: &Hmm| format!("A {:?}, B {:?}", m.a().dim(), m.b().dim());
        let cure = "only models with as many states, outcomes and actions can be put in the same order";
        return Err(Error::Shape {
            what: "the learned model".into(),
            expected: text(truth),
            got: text(learned),
            cure,
        });
    }
    let n = truth.n_states();
    if n > MAX_STATES {
        return Err(Error::Budget {
            what: "trying all orders of states",
            needed: format!("{n} states"),
            budget: format!("{MAX_STATES}"),
            cure: "compare what the two models predict instead: their evidence for new records",
        });
    }
    let mut best: Option<(f64, Hmm)> = None;
    for order in orders(n) {
        let model = relabel(learned, &order)?;
        let [a, b] = errors(truth, &model);
        let distance = a * truth.a().len() as f64 + b * truth.b().len() as f64;
        if best.as_ref().is_none_or(|(least, _)| distance < *least) {
            best = Some((distance, model));
        }
    }
    Ok(best.expect("there is one order at least").1)
}

/// All orders of 0 … n − 1.
fn orders(n: usize) -> Vec<Vec<usize>> {
    (0..n).fold(vec![vec![]], |shorter, next| {
        let grow = |order: Vec<usize>| {
            (0..=order.len()).map(move |at| {
                let mut longer = order.clone();
                longer.insert(at, next);
                longer
            })
        };
        shorter.into_iter().flat_map(grow).collect()
    })
}
