//! Life in a maze: all reward collected so far, and the way that a table of values has learned.

use ndarray::Array2;

use crate::interaction::{Agent, World};
use crate::prob::random::Rng;
pub use crate::world::dyna_maze::*;
use crate::world::grid::GridWorld;

/// The steps that a table of values needs from the start to a goal; none if it never gets there.
///
/// In each state the best action is taken, the first of equals; a table that leads in a circle leads nowhere.
/// `q`: (states, actions).
///
/// # Panics
/// When the table does not fit the world.
#[track_caller]
pub fn greedy_steps(world: &GridWorld, q: &Array2<f64>) -> Option<usize> {
    assert_eq!(
        q.dim(),
        (world.n_states(), 4),
        "greedy_steps: one value a state and action"
    );
    let mut s = world.start();
    for taken in 0..world.n_states() {
        if world.reward(s).is_some() {
            return Some(taken);
        }
        let row = q.row(s);
        let action = (0..4).fold(0, |a, b| if row[b] > row[a] { b } else { a });
        s = world.neighbour(s, action);
    }
    None
}

/// Lets an agent live for a number of steps, episode after episode, and returns all reward collected so far
/// after each step.
///
/// Episodes of different length make a plot over episodes hide what time costs; this one does not.
pub fn collected(
    world: &mut dyn World,
    agent: &mut dyn Agent,
    steps: usize,
    rng: &mut dyn Rng,
) -> Vec<f64> {
    let (mut total, mut sums, mut running) = (0.0, Vec::with_capacity(steps), false);
    while sums.len() < steps {
        if !running {
            agent.begin(&world.reset(rng));
        }
        let action = agent.act(rng);
        let step = world.step(action, rng);
        agent.observe(&action, &step, rng);
        total += step.reward;
        sums.push(total);
        running = step.end.is_none();
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::{Action, State, Step};
    use crate::prob::random::seeded;

    #[test]
    fn greedy_steps_follow_the_table() {
        let world = GridWorld::new("S.+").unwrap();
        let mut q = Array2::zeros((3, 4));
        assert_eq!(greedy_steps(&world, &q), None, "north into the wall for ever");
        (q[[0, 1]], q[[1, 1]]) = (0.1, 0.2);
        assert_eq!(greedy_steps(&world, &q), Some(2));
        q[[1, 3]] = 0.3;
        assert_eq!(greedy_steps(&world, &q), None, "back and forth");
    }

    #[test]
    fn reward_is_collected_over_episodes() {
        struct East;
        impl Agent for East {
            fn begin(&mut self, _: &State) {}
            fn act(&mut self, _: &mut dyn Rng) -> Action {
                1
            }
            fn observe(&mut self, _: &Action, _: &Step, _: &mut dyn Rng) {}
            fn set_learning(&mut self, _: bool) {}
        }
        let mut world = GridWorld::new("S.+").unwrap();
        let sums = collected(&mut world, &mut East, 5, &mut seeded(1));
        assert_eq!(sums, [0.0, 1.0, 1.0, 2.0, 2.0]);
    }
}
