//! [`tune`]: the same search for everybody.

use super::{Condition, Controller, reach_below};
use crate::prob::random::{Rng, stream};
use crate::rl::control::search::{Found, cross_entropy, simplex};

/// How long a search may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Search {
    /// Points of the cross-entropy method in each round.
    pub points: usize,
    /// Its rounds.
    pub rounds: usize,
    /// Evaluations of the simplex method after that.
    pub evaluations: usize,
    /// How many reaches an evaluation takes.
    pub reaches: usize,
    /// The seed of these reaches.
    pub tasks: u64,
}

impl Default for Search {
    fn default() -> Self {
        Self { points: 20, rounds: 10, evaluations: 180, reaches: 16, tasks: 1000 }
    }
}

impl Search {
    /// The seconds of arm time that a search takes: 4 s a reach.
    pub fn arm_time(&self) -> f64 {
        4.0 * ((self.points * self.rounds + 1 + self.evaluations) * self.reaches) as f64
    }
}

/// Gains of low mean cost under a condition: the cross-entropy method, then the simplex method from the best point.
///
/// It begins with `guess`. Gains are searched for by their logarithms, with a deviation of 1: a factor e either way.
/// Weights have a deviation of 10.
///
/// # Panics
/// When the guess has another length than the controller needs.
pub fn tune(
    controller: Controller,
    guess: &[f64],
    condition: &Condition,
    search: Search,
    rng: &mut dyn Rng,
) -> Found {
    let positive = controller.positive();
    let gains = |x: &[f64]| -> Vec<f64> {
        x.iter().map(|x| if positive { x.exp() } else { *x }).collect()
    };
    // The mean cost of the reaches. They are stopped where a search no longer asks by how much it is above the limit.
    let n = search.reaches as f64;
    let cost = |x: &[f64], limit: f64| {
        let (gains, mut sum) = (gains(x), 0.0);
        for i in 0..search.reaches as u64 {
            let mut rng = stream(search.tasks, i);
            let mut arm = condition.arm(&mut rng).expect("all places are within reach");
            let agent = &mut *controller.agent(&gains);
            sum += reach_below(&mut arm, agent, &mut rng, limit * n - sum).cost;
            if sum > limit * n {
                break;
            }
        }
        sum / n
    };
    let start: Vec<f64> =
        guess.iter().map(|g| if positive { g.ln() } else { *g }).collect();
    let deviation = vec![if positive { 1.0 } else { 10.0 }; start.len()];
    let rough =
        cross_entropy(&cost, &start, &deviation, (search.points, search.rounds), rng);
    if search.evaluations == 0 {
        return Found { x: gains(&rough.x), ..rough };
    }
    let fine = simplex(&cost, &rough.x, 0.3 * deviation[0], search.evaluations);
    Found {
        x: gains(&fine.x),
        cost: fine.cost,
        history: [rough.history, fine.history].concat(),
    }
}
