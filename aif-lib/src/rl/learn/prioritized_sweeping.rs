//! Prioritized sweeping: plan where the values are most wrong, and work backwards from there. Dual:
//! [`crate::aif::learn`].

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

use ndarray::Array2;

use super::dyna_q::DeterministicModel;
use super::q_learning;
use crate::interaction::{Action, State};

/// The pairs whose values are known to be wrong, the most wrong first; each at most once.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    heap: BinaryHeap<Entry>,
    // The priority of each pair in the queue. An entry of the heap with another one is out of date.
    waiting: HashMap<(State, Action), f64>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    priority: f64,
    pair: (State, Action),
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.priority.total_cmp(&other.priority).then(other.pair.cmp(&self.pair))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

impl Queue {
    /// Puts a pair into the queue, unless its error is too small to matter or it waits there with a larger one.
    pub fn push(&mut self, s: State, a: Action, error: f64, threshold: f64) {
        let (priority, pair) = (error.abs(), (s, a));
        let enough = threshold.max(self.waiting.get(&pair).copied().unwrap_or(0.0));
        if priority > enough {
            self.waiting.insert(pair, priority);
            self.heap.push(Entry { priority, pair });
        }
    }

    /// Takes out the pair with the largest error.
    pub fn pop(&mut self) -> Option<(State, Action)> {
        while let Some(Entry { priority, pair }) = self.heap.pop() {
            if self.waiting.get(&pair) == Some(&priority) {
                self.waiting.remove(&pair);
                return Some(pair);
            }
        }
        None
    }

    /// Whether there is nothing left to do.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// How wrong a value is, by the model: the error that an update would see.
///
/// ```text
/// δ = r + γ maxₐ′ Q(s′, a′) − Q(s, a),    r, s′ ← model(s, a)
/// ```
///
/// # Panics
/// When the table does not fit the model, or the pair is out of range.
pub fn error(
    q: &Array2<f64>,
    model: &DeterministicModel,
    s: State,
    a: Action,
    gamma: f64,
) -> f64 {
    let seen = model.recall(s, a);
    let best = q.row(seen.next).iter().copied().fold(f64::NEG_INFINITY, f64::max);
    seen.reward + seen.discount(gamma) * best - q[[s, a]]
}

/// Plans: up to n times, mends the worst value and queues the pairs that lead there. Returns the number of
/// updates.
///
/// ```text
/// (s, a) ← the pair with the largest |δ|;    Q(s, a) ← Q(s, a) + α δ
/// for each (s̄, ā) that the model says leads to s: queue it if |δ(s̄, ā)| > θ
/// ```
/// Source: Moore & Atkeson (1993), in the form of Sutton & Barto (2018), section 8.4.
///
/// # Panics
/// When the table does not fit the model.
pub fn sweep(
    q: &mut Array2<f64>,
    model: &DeterministicModel,
    queue: &mut Queue,
    n: usize,
    threshold: f64,
    alpha: f64,
    gamma: f64,
) -> usize {
    for done in 0..n {
        let Some((s, a)) = queue.pop() else { return done };
        let seen = model.recall(s, a);
        q_learning::update(q, s, a, seen.reward, seen.discount(gamma), seen.next, alpha);
        for &(before, action) in model.leading_to(s) {
            queue.push(before, action, error(q, model, before, action, gamma), threshold);
        }
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::{End, Step};

    /// 0 → 1 → … → 5 by action 0; the last step pays 1 and ends the task. Action 1 goes back to 0.
    fn corridor() -> DeterministicModel {
        let mut model = DeterministicModel::new(6, 2);
        for s in 0..5 {
            let end = (s == 4).then_some(End::Terminated);
            let step = Step { obs: s + 1, reward: f64::from(s == 4), end };
            model.observe(s, 0, &step);
            model.observe(s, 1, &Step { obs: 0, reward: 0.0, end: None });
        }
        model
    }

    #[test]
    fn one_reward_runs_backwards_along_the_corridor_in_as_few_updates_as_possible() {
        let (model, mut q, mut queue) =
            (corridor(), Array2::zeros((6, 2)), Queue::default());
        queue.push(4, 0, error(&q, &model, 4, 0, 0.9), 1e-9);
        // Five steps back, one update each.
        assert_eq!(sweep(&mut q, &model, &mut queue, 5, 1e-9, 1.0, 0.9), 5);
        for s in 0..5 {
            assert!((q[[s, 0]] - 0.9f64.powi(4 - s as i32)).abs() < 1e-12, "{q}");
        }
        // Then the five ways back to the start; after that nothing is wrong any more.
        let rest = sweep(&mut q, &model, &mut queue, 1000, 1e-9, 1.0, 0.9);
        assert!(queue.is_empty() && rest < 20, "{rest}");
        for s in 0..5 {
            for a in 0..2 {
                assert!(error(&q, &model, s, a, 0.9).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn an_error_does_not_look_beyond_the_end() {
        let (model, mut q) = (corridor(), Array2::zeros((6, 2)));
        q.row_mut(5).fill(7.0); // what nobody will ever get
        q.row_mut(3).fill(0.5);
        assert_eq!(error(&q, &model, 4, 0, 0.9), 1.0);
        assert!((error(&q, &model, 2, 0, 0.9) - 0.45).abs() < 1e-15);
    }

    #[test]
    fn the_worst_comes_first_and_small_errors_never() {
        let mut queue = Queue::default();
        queue.push(0, 0, 0.1, 0.05);
        queue.push(1, 0, -0.9, 0.05);
        queue.push(2, 0, 0.01, 0.05);
        queue.push(3, 0, 0.5, 0.05);
        queue.push(0, 0, 0.7, 0.05); // more wrong by now
        queue.push(3, 0, 0.2, 0.05); // less wrong: it keeps its place
        let order: Vec<State> =
            std::iter::from_fn(|| queue.pop()).map(|(s, _)| s).collect();
        assert_eq!(order, [1, 0, 3]);
        assert!(queue.is_empty());
    }
}
