//! Worlds as tables: the [`Mdp`] of each grid, graph and cliff.

use ndarray::Array3;

use crate::error::{Error, Result};
use crate::interaction::{Action, State, World};
use crate::prob::categorical::Categorical;
use crate::rl::model::Mdp;
use crate::world::cliff::{self, COLS, Cliff, GOAL, ROWS, START, outcome};
use crate::world::graph::GraphWorld;
use crate::world::grid::{DIRECTIONS, GridWorld};

impl GridWorld {
    /// This world as an [`Mdp`]: the same states, actions, slips and rewards.
    ///
    /// # Errors
    /// [`Error::Parameter`]: γ is not from 0 to 1.
    pub fn to_mdp(&self, gamma: f64) -> Result<Mdp> {
        let n = self.n_states();
        let mut t = Array3::zeros((n, n, 4)); // (s', s, a)
        for s in 0..n {
            for a in 0..4 {
                if self.reward(s).is_some() {
                    t[[s, s, a]] = 1.0;
                    continue;
                }
                t[[self.neighbour(s, a), s, a]] += 1.0 - self.slip();
                for instead in 0..4 {
                    t[[self.neighbour(s, instead), s, a]] += self.slip() / 4.0;
                }
            }
        }
        let arrival: Vec<f64> = (0..n).map(|s| self.reward(s).unwrap_or(0.0)).collect();
        Mdp::builder(t)
            .reward_on_arrival(&arrival)
            .terminal(&self.terminal())
            .start(Categorical::one_hot(n, self.start()))
            .discount(gamma)
            .actions(&DIRECTIONS)
            .build()
    }
}

impl GraphWorld {
    /// This world as an [`Mdp`]: the same nodes, ways, slips and rewards.
    ///
    /// # Errors
    /// [`Error::Parameter`]: γ is not from 0 to 1.
    pub fn to_mdp(&self, gamma: f64) -> Result<Mdp> {
        let n = self.n_nodes();
        let mut t = Array3::zeros((n, n, self.n_actions())); // (s', s, a)
        for s in 0..n {
            for a in 0..self.n_actions() {
                let mut lead = |action: Action, weight: f64| {
                    for (to, p) in self.targets(s, action) {
                        t[[to, s, a]] += weight * p;
                    }
                };
                let ways = self.n_ways(s);
                if ways == 0 {
                    lead(a, 1.0);
                    continue;
                }
                lead(a, 1.0 - self.slip());
                (0..ways).for_each(|way| lead(way, self.slip() / ways as f64));
            }
        }
        let ends: Vec<State> = (0..n).filter(|&s| self.is_terminal(s)).collect();
        let arrival: Vec<f64> = (0..n).map(|s| self.reward(s)).collect();
        Mdp::builder(t).reward_on_arrival(&arrival).terminal(&ends).discount(gamma).build()
    }
}

impl Cliff {
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
            .actions(&cliff::ACTIONS)
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::World;
    use crate::prob::random::seeded;
    use crate::rl::plan::value_iteration;
    use crate::world::cliff::{edge, walk};

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
