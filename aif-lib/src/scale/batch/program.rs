//! A [`GenerativeModel`] written out as lists that a loop can walk, in either width.

use super::real::Real;
use crate::aif::model::GenerativeModel;

/// Everything that planning and perception read, on joint states and joint outcomes, without zeros.
#[derive(Debug, Clone)]
pub struct Program<R> {
    pub n_states: usize,
    pub n_actions: usize,
    pub n_outcomes: usize,
    pub prior: Vec<R>,
    /// B, one list for each action: (s, s′, P), ascending in s.
    pub moves: Vec<Vec<(u32, u32, R)>>,
    /// B again, for one agent alone: row (u, s) at u · n + s holds (s′, P).
    pub rows: Vec<Vec<(u32, R)>>,
    /// A: (s, o, P), ascending in s.
    pub emit: Vec<(u32, u32, R)>,
    /// A by outcome: (s, P).
    pub likelihood: Vec<Vec<(u32, R)>>,
    pub ambiguity: Vec<R>,
    /// C of every outcome; one list after the other where C changes over time.
    preference: Vec<Vec<R>>,
    /// What there is to learn about A, (s), and B, (u, s); empty where there is nothing.
    pub novelty: Option<(Vec<R>, Vec<R>)>,
    /// Whether habit leaves an action open.
    pub open: Vec<bool>,
}

impl<R: Real> Program<R> {
    pub fn new(model: &GenerativeModel) -> Self {
        let (joint, b) = (&model.joint, model.transition());
        let (n, k) = (model.n_states(), model.n_actions());
        let short = |x: &[f64]| x.iter().map(|x| R::of(*x)).collect::<Vec<R>>();
        let row = |u, s| b.next(s, u).iter().map(|&(to, p)| (to as u32, R::of(p)));
        let moves = |u| {
            let from = |s: usize| row(u, s).map(move |(to, p)| (s as u32, to, p));
            (0..n).flat_map(from).collect()
        };
        let shown =
            |s: usize| joint.emit.row(s).iter().map(move |&(o, p)| (s as u32, o, R::of(p)));
        let cause =
            |o| joint.likelihood.row(o).iter().map(|&(s, p)| (s, R::of(p))).collect();
        Self {
            n_states: n,
            n_actions: k,
            n_outcomes: joint.n_outcomes,
            prior: short(joint.prior.probs()),
            moves: (0..k).map(moves).collect(),
            rows: (0..k * n).map(|i| row(i / n, i % n).collect()).collect(),
            emit: (0..n).flat_map(shown).collect(),
            likelihood: (0..joint.n_outcomes).map(cause).collect(),
            ambiguity: short(&joint.ambiguity),
            preference: joint.preference.chunks(joint.n_outcomes).map(short).collect(),
            novelty: joint
                .novelty
                .as_ref()
                .map(|novelty| (short(&novelty.states), short(&novelty.moves))),
            open: model.habits().iter().map(|e| *e > 0.0).collect(),
        }
    }

    /// C of every outcome, `ahead` steps after the next one of an episode in which `taken` steps are over.
    pub fn wanted(&self, taken: usize, ahead: usize) -> &[R] {
        &self.preference[taken.saturating_add(ahead).min(self.preference.len() - 1)]
    }
}
