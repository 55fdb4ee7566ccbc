//! Random small models, and answers about them by brute force: every trajectory of hidden states is written out.
//!
//! Nothing here calls the filter, the planner or the expected free energy of the library.

#![allow(dead_code)] // Each test program uses its part.

use aif_lib::prelude::*;
use ndarray::{Array2, Array3};
use proptest::prelude::*;

/// A model as plain arrays.
#[derive(Debug, Clone)]
pub struct Plain {
    pub a: Array2<f64>, // (o, s)
    pub b: Array3<f64>, // (s′, s, u)
    pub c: Vec<f64>,
    pub d: Vec<f64>,
}

impl Plain {
    pub fn model(&self) -> GenerativeModel {
        GenerativeModel::new(self.a.clone(), self.b.clone(), &self.c, &self.d)
            .expect("a random model is well formed")
    }
    pub fn n_states(&self) -> usize {
        self.d.len()
    }
    pub fn n_outcomes(&self) -> usize {
        self.c.len()
    }
    pub fn n_actions(&self) -> usize {
        self.b.dim().2
    }
}

fn normalised(mut w: Vec<f64>) -> Vec<f64> {
    let sum: f64 = w.iter().sum();
    w.iter_mut().for_each(|w| *w /= sum);
    w
}

/// A distribution; a third of its entries are structural zeros.
fn column(n: usize) -> impl Strategy<Value = Vec<f64>> {
    (prop::collection::vec(prop_oneof![1 => Just(0.0), 2 => 0.05..1.0f64], n), 0..n)
        .prop_map(move |(mut w, keep)| {
            w[keep] += 0.1;
            normalised(w)
        })
}

/// A random model with 2 to 3 states, outcomes and actions, zeros included.
pub fn plain() -> impl Strategy<Value = Plain> {
    (2..=3usize, 2..=3usize, 2..=3usize).prop_flat_map(|(ns, no, nu)| {
        let a = prop::collection::vec(column(no), ns);
        let b = prop::collection::vec(column(ns), ns * nu);
        let c = prop::collection::vec(-3.0..3.0f64, no);
        (a, b, c, column(ns)).prop_map(move |(a, b, c, d)| Plain {
            a: Array2::from_shape_fn((no, ns), |(o, s)| a[s][o]),
            b: Array3::from_shape_fn((ns, ns, nu), |(to, from, u)| b[u * ns + from][to]),
            c,
            d,
        })
    })
}

/// A model with an episode of three observations that it can produce.
pub fn episode_of_three() -> impl Strategy<Value = (Plain, Vec<usize>, Vec<usize>)> {
    (plain(), prop::collection::vec(0..9usize, 3), prop::collection::vec(0..9usize, 2))
        .prop_filter_map("the model cannot produce this episode", |(m, obs, actions)| {
            let obs: Vec<usize> = obs.iter().map(|o| o % m.n_outcomes()).collect();
            let actions: Vec<usize> = actions.iter().map(|u| u % m.n_actions()).collect();
            let evidence: f64 =
                trajectories(&m, &obs, &actions).iter().map(|(_, p)| p).sum();
            (evidence > 0.0).then_some((m, obs, actions))
        })
}

/// P(s₀ … s_T, o₀ … o_T) for every trajectory of states with positive probability.
pub fn trajectories(m: &Plain, obs: &[usize], actions: &[usize]) -> Vec<(Vec<usize>, f64)> {
    let mut paths: Vec<(Vec<usize>, f64)> =
        (0..m.n_states()).map(|s| (vec![s], m.d[s] * m.a[[obs[0], s]])).collect();
    for (t, &u) in actions.iter().enumerate() {
        let mut longer = Vec::new();
        for (path, p) in &paths {
            let from = path[path.len() - 1];
            for to in 0..m.n_states() {
                let mut path = path.clone();
                path.push(to);
                longer.push((path, p * m.b[[to, from, u]] * m.a[[obs[t + 1], to]]));
            }
        }
        paths = longer;
    }
    paths
}

/// P(last state, this history), unnormalised: the history is what was observed and done so far, the first observation excluded.
fn reach(m: &Plain, belief: &[f64], history: &[(usize, usize)]) -> Vec<f64> {
    history.iter().fold(belief.to_vec(), |p, &(u, o)| {
        (0..m.n_states())
            .map(|to| {
                m.a[[o, to]]
                    * (0..m.n_states())
                        .map(|from| m.b[[to, from, u]] * p[from])
                        .sum::<f64>()
            })
            .collect()
    })
}

/// Closed-loop expected free energy of an action after a history, from joint probabilities of whole histories.
///
/// G = Σ over outcomes of P(o | history) · [ −C(o) − ln P(o | s)/P(o) averaged over the posterior + future ].
pub fn closed_loop_by_hand(
    m: &Plain,
    belief: &[f64],
    history: &[(usize, usize)],
    u: usize,
    left: usize,
) -> f64 {
    let before: f64 = reach(m, belief, history).iter().sum();
    let mut g = 0.0;
    for o in 0..m.n_outcomes() {
        let longer: Vec<(usize, usize)> = history.iter().copied().chain([(u, o)]).collect();
        let joint = reach(m, belief, &longer); // P(s, o, history)
        let total: f64 = joint.iter().sum();
        if total == 0.0 {
            continue;
        }
        let p_o = total / before;
        g -= p_o * m.c[o];
        // Information gain as mutual information: Σ P(s,o) ln P(o|s)/P(o).
        for (s, &joint) in joint.iter().enumerate() {
            if joint > 0.0 {
                g -= joint / before * (m.a[[o, s]] / p_o).ln();
            }
        }
        if left > 1 {
            let best = (0..m.n_actions())
                .map(|next| closed_loop_by_hand(m, belief, &longer, next, left - 1))
                .fold(f64::INFINITY, f64::min);
            g += p_o * best;
        }
    }
    g
}
