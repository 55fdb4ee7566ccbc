//! Cliff walking: the short way runs along an edge.
//!
//! ```text
//! ............      12 columns, 4 rows; one step costs 1
//! ............
//! ............
//! S^^^^^^^^^^G      ^ the cliff: costs 100, and back to the start
//! ```
//! Actions: 0 north, 1 east, 2 south, 3 west; a step against the border stays. States are numbered row by row from
//! the upper left, 0 to 47. Source: Sutton & Barto (2018), example 6.6.

use ndarray::Array3;

use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;
use crate::rl::model::Mdp;
use crate::world::{Action, End, Obs, State, Step, World};

/// The number of rows.
pub const ROWS: usize = 4;
/// The number of columns.
pub const COLS: usize = 12;
/// The start, in the lower left corner.
pub const START: State = 36;
/// The goal, in the lower right corner.
pub const GOAL: State = 47;
/// The actions by name.
pub const ACTIONS: [&str; 4] = ["north", "east", "south", "west"];

/// The cells of the cliff.
pub fn edge() -> Vec<State> {
    (START + 1..GOAL).collect()
}

/// Where an action leads, and what it costs.
fn outcome(state: State, action: Action) -> (State, f64) {
    let (row, col) = (state / COLS, state % COLS);
    let (row, col) = match action {
        0 => (row.saturating_sub(1), col),
        1 => (row, (col + 1).min(COLS - 1)),
        2 => ((row + 1).min(ROWS - 1), col),
        _ => (row, col.saturating_sub(1)),
    };
    let next = row * COLS + col;
    if next > START && next < GOAL { (START, -100.0) } else { (next, -1.0) }
}

/// The walker on the grid. It has no time limit of its own.
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut cliff, mut rng) = (Cliff::new(), seeded(7));
/// assert_eq!(cliff.reset(&mut rng), cliff::START);
/// let fall = cliff.step(1, &mut rng);
/// assert_eq!((fall.obs, fall.reward, fall.end), (cliff::START, -100.0, None));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cliff {
    place: Option<State>,
}

impl Cliff {
    /// A walker that waits for `reset`.
    pub fn new() -> Self {
        Self::default()
    }

    /// The task as a table: T, R, and the goal as terminal state; for a walker whose foot slips.
    ///
    /// With probability `slip` any action is taken in place of the one that was meant. To plan in this table is to
    /// look for the best ε-greedy walk, with ε = slip.
    ///
    /// # Errors
    /// [`Error::Parameter`]: the discount or the slip is not from 0 to 1.
    pub fn to_mdp(gamma: f64, slip: f64) -> Result<Mdp> {
        if !(0.0..=1.0).contains(&slip) {
            let expected = "the probability that the foot slips, from 0 to 1";
            return Err(Error::Parameter { name: "slip", value: slip, expected });
        }
        let n = ROWS * COLS;
        let (mut t, mut paid) = (Array3::zeros((n, n, 4)), Array3::zeros((n, n, 4)));
        for (s, meant, done) in (0..n * 16).map(|k| (k / 16, k / 4 % 4, k % 4)) {
            let (to, reward) = if s == GOAL { (GOAL, 0.0) } else { outcome(s, done) };
            let p = slip / 4.0 + if done == meant { 1.0 - slip } else { 0.0 };
            t[[to, s, meant]] += p;
            paid[[to, s, meant]] += p * reward;
        }
        // R is the mean reward given where the step led.
        paid.zip_mut_with(&t, |r, p| *r = if *p > 0.0 { *r / p } else { 0.0 });
        Mdp::builder(t)
            .reward(paid)
            .terminal(&[GOAL])
            .start(Categorical::one_hot(n, START))
            .discount(gamma)
            .actions(&ACTIONS)
            .build()
    }
}

impl World for Cliff {
    fn n_actions(&self) -> usize {
        ACTIONS.len()
    }

    fn reset(&mut self, _rng: &mut dyn Rng) -> Obs {
        self.place = Some(START);
        START
    }

    fn step(&mut self, action: Action, _rng: &mut dyn Rng) -> Step {
        assert!(action < ACTIONS.len(), "action {action}: the cliff has {}", ACTIONS.len());
        let place = self.place.expect("this walk is over: call reset");
        let (next, reward) = outcome(place, action);
        let end = (next == GOAL).then_some(End::Terminal);
        self.place = if end.is_some() { None } else { Some(next) };
        Step { obs: next, reward, end }
    }
}

/// The cells that a walker passes from the start when it follows these policies, up to a number of steps. Of
/// several best actions it takes the first.
///
/// `policy`: one distribution for each of the 48 states.
///
/// # Panics
/// When a policy is missing.
pub fn walk(policy: &[Categorical], steps: usize) -> Vec<State> {
    let mut path = vec![START];
    while path.len() <= steps && path.last() != Some(&GOAL) {
        let here = path[path.len() - 1];
        path.push(outcome(here, policy[here].mode()).0);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::random::seeded;
    use crate::rl::plan::value_iteration;
    use crate::world::TimeLimit;
    use crate::world::check::{Ends, check_world};

    #[test]
    fn the_cliff_keeps_the_rules() {
        let ends = check_world(&mut Cliff::new(), 1_000_000, &mut seeded(1)).unwrap();
        assert_eq!(ends, Ends { terminal: 20, truncated: 0 });
        let mut short = TimeLimit::new(Cliff::new(), 50);
        assert!(check_world(&mut short, 50, &mut seeded(1)).unwrap().truncated > 0);
    }

    #[test]
    fn the_best_way_is_one_up_eleven_across_one_down() {
        let values = value_iteration(&Cliff::to_mdp(1.0, 0.0).unwrap(), 1e-12).unwrap();
        assert_eq!(values.v[START], -13.0);
        let path = walk(&values.greedy(), 100);
        let along: Vec<State> = (24..36).collect();
        assert_eq!(path, [&[START][..], &along, &[GOAL]].concat());
    }

    #[test]
    fn the_table_is_the_world() {
        let (mdp, mut world, mut rng) =
            (Cliff::to_mdp(0.9, 0.0).unwrap(), Cliff::new(), seeded(2));
        for s in (0..GOAL).filter(|s| !edge().contains(s)) {
            for a in 0..4 {
                world.place = Some(s);
                let step = world.step(a, &mut rng);
                assert_eq!(mdp.transition()[[step.obs, s, a]], 1.0, "{s} {a}");
                assert_eq!(mdp.reward()[[step.obs, s, a]], step.reward, "{s} {a}");
            }
        }
        assert!(Cliff::to_mdp(1.1, 0.0).unwrap_err().to_string().contains("1.1"));
        let text = Cliff::to_mdp(1.0, -0.1).unwrap_err().to_string();
        assert!(text.contains("slip = -0.1") && text.contains("from 0 to 1"), "{text}");
    }

    #[test]
    fn who_slips_is_paid_on_average_what_the_walk_pays() {
        // From the start, meaning north, slip .4: .7 north, .1 each east (falls), south and west (stay).
        let mdp = Cliff::to_mdp(1.0, 0.4).unwrap();
        assert!((mdp.transition()[[24, START, 0]] - 0.7).abs() < 1e-12);
        assert!((mdp.transition()[[START, START, 0]] - 0.3).abs() < 1e-12);
        assert!((mdp.reward()[[START, START, 0]] + 102.0 / 3.0).abs() < 1e-12);
    }
}
