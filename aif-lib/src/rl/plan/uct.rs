//! UCT: search a tree by playing it out, and play where the search is unsure or hopeful. Dual:
//! [`crate::aif::plan::closed_loop`], which visits every branch.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::interaction::{Action, Simulator, State};
use crate::prob::categorical::Categorical;
use crate::prob::random::{Rng, uniform_index};
use crate::rl::select::ucb1;

/// How [`search`] searches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UctOptions {
    /// How many games it plays in its head; default 1000.
    pub simulations: usize,
    /// How many steps each has at most; default 20.
    pub horizon: usize,
    /// The width of the confidence bound c, in units of reward; default 1.
    pub c: f64,
}

impl Default for UctOptions {
    fn default() -> Self {
        Self { simulations: 1000, horizon: 20, c: 1.0 }
    }
}

/// What the search knows about one state at one depth.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// How often each action was tried.
    pub visits: Vec<f64>,
    /// The mean return of each action.
    pub q: Vec<f64>,
}

impl Node {
    fn new(n_actions: usize) -> Self {
        Self { visits: vec![0.0; n_actions], q: vec![0.0; n_actions] }
    }

    /// The action that was tried most: the recommendation of the search. Of several the first.
    pub fn most_visited(&self) -> Action {
        (0..self.q.len())
            .fold(0, |a, b| if self.visits[b] > self.visits[a] { b } else { a })
    }
}

/// The actions with the highest upper confidence bound, which share the probability; whatever was not tried comes first.
///
/// ```text
/// argmaxₐ Q(a) + c √( ln N / N(a) ),    N = Σ N(a)
/// ```
/// It is [`ucb1`] in a node of the tree. Source: Kocsis & Szepesvári (2006).
///
/// # Panics
/// When c is negative, infinite or NaN.
#[track_caller]
pub fn upper_bound(node: &Node, c: f64) -> Categorical {
    ucb1(&node.q, &node.visits, c).unwrap_or_else(|error| panic!("{error}"))
}

/// Counts one more game through an action, and moves its mean to what the game returned from here on.
///
/// ```text
/// N(a) ← N(a) + 1,    Q(a) ← Q(a) + (G − Q(a)) / N(a)
/// ```
pub fn back_up(visits: &mut f64, q: &mut f64, back: f64) {
    *visits += 1.0;
    *q += (back - *q) / *visits;
}

/// Searches from a state and returns what was found out about the actions there.
///
/// ```text
/// play: in known nodes choose by the upper bound; at the first new node, at random to the end
/// back: for every node on the way, back_up with the return from there
/// ```
/// G is the discounted return from that node on. The model is asked for one next state at a
/// time: any [`Simulator`] will do. A node is a state at a depth. With growing effort Q at the root approaches the exact values of
/// [`finite_horizon`](super::finite_horizon). Source: Kocsis & Szepesvári (2006), Bandit based Monte-Carlo
/// planning.
///
/// # Errors
/// - [`Error::Parameter`]: no simulation, no step, or a negative c.
/// - [`Error::OutOfRange`]: there is no such state.
///
/// ```
/// # use aif_lib::prelude::*;
/// let world = GridWorld::new("S.+")?;
/// let root = uct::search(&world.to_mdp(0.9)?, 0, UctOptions::default(), &mut seeded(1))?;
/// assert_eq!(root.most_visited(), 1); // east
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn search(
    model: &dyn Simulator,
    root: State,
    options: UctOptions,
    rng: &mut dyn Rng,
) -> Result<Node> {
    let bad = |name, value, expected| Err(Error::Parameter { name, value, expected });
    if options.simulations == 0 {
        return bad("simulations", 0.0, "play at least 1 game");
    }
    if options.horizon == 0 {
        return bad("horizon", 0.0, "look at least 1 step ahead");
    }
    if !(options.c >= 0.0 && options.c.is_finite()) {
        return bad("c", options.c, "the width of a confidence bound is finite, 0 or more");
    }
    if root >= model.n_states() {
        let what = "the state at the root".into();
        return Err(Error::OutOfRange { what, index: root, len: model.n_states() });
    }
    let mut tree = Tree { model, options, nodes: HashMap::new() };
    tree.nodes.insert((0, root), Node::new(model.n_actions()));
    for _ in 0..options.simulations {
        tree.play(root, 0, rng);
    }
    Ok(tree.nodes.remove(&(0, root)).expect("the root was put in"))
}

struct Tree<'a> {
    model: &'a dyn Simulator,
    options: UctOptions,
    nodes: HashMap<(usize, State), Node>, // (depth, state)
}

impl Tree<'_> {
    fn discount_into(&self, next: State) -> f64 {
        if self.model.is_terminal(next) { 0.0 } else { self.model.discount() }
    }

    /// One game from a state at a depth, and its return.
    fn play(&mut self, s: State, depth: usize, rng: &mut dyn Rng) -> f64 {
        if depth == self.options.horizon || self.model.is_terminal(s) {
            return 0.0;
        }
        let Some(node) = self.nodes.get(&(depth, s)) else {
            self.nodes.insert((depth, s), Node::new(self.model.n_actions()));
            return self.roll_out(s, depth, rng);
        };
        let a = upper_bound(node, self.options.c).sample(rng);
        let (next, reward) = self.model.sample(s, a, rng);
        let back = reward + self.discount_into(next) * self.play(next, depth + 1, rng);
        let node = self.nodes.get_mut(&(depth, s)).expect("it was there above");
        back_up(&mut node.visits[a], &mut node.q[a], back);
        back
    }

    /// Random actions to the end.
    fn roll_out(&self, mut s: State, depth: usize, rng: &mut dyn Rng) -> f64 {
        let (mut total, mut weight) = (0.0, 1.0);
        for _ in depth..self.options.horizon {
            if self.model.is_terminal(s) {
                break;
            }
            let (next, reward) =
                self.model.sample(s, uniform_index(self.model.n_actions(), rng), rng);
            total += weight * reward;
            weight *= self.discount_into(next);
            s = next;
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prob::categorical::cat;
    use crate::prob::random::seeded;
    use crate::rl::model::Mdp;
    use crate::rl::plan::{Backup, finite_horizon};
    use crate::world::grid::GridWorld;

    #[test]
    fn the_bound_by_hand() {
        // N = 10, ln 10 = 2.3026: .5 + √(2.3026/8) = 1.0365, .2 + √(2.3026/2) = 1.2730.
        let node = Node { visits: vec![8.0, 2.0], q: vec![0.5, 0.2] };
        let (first, second) = (cat(&[1.0, 0.0]), cat(&[0.0, 1.0]));
        assert_eq!(
            (upper_bound(&node, 1.0), upper_bound(&node, 0.0)),
            (second.clone(), first.clone())
        );
        // They meet where .3 = c (1.0730 − .5365): c = .5592.
        assert_eq!(
            (upper_bound(&node, 0.55), upper_bound(&node, 0.57)),
            (first, second.clone())
        );
        let node = Node { visits: vec![5.0, 0.0], q: vec![9.0, 0.0] };
        assert_eq!(upper_bound(&node, 0.0), second, "untried first");
    }

    #[test]
    fn equal_bounds_share_whatever_their_number() {
        let tied = Node { visits: vec![4.0; 3], q: vec![0.5, 0.2, 0.5] };
        assert_eq!(upper_bound(&tied, 1.0), cat(&[0.5, 0.0, 0.5]));
        assert_eq!(upper_bound(&Node::new(2), 1.0), Categorical::uniform(2), "all untried");
    }

    /// A slippery walk past a trap.
    fn world() -> Mdp {
        let world = GridWorld::new("..+\n.-.\nS..").unwrap().with_slip(0.3).unwrap();
        world.to_mdp(0.95).unwrap()
    }

    #[test]
    fn the_root_approaches_the_exact_values() {
        let (mdp, horizon) = (world(), 8);
        let exact = finite_horizon(&mdp, horizon, Backup::Max).unwrap();
        let root = mdp.start().mode();
        let error = |simulations: usize, seed: u64| {
            let options = UctOptions { simulations, horizon, c: 2.0 };
            let found = search(&mdp, root, options, &mut seeded(seed)).unwrap();
            assert_eq!(found.visits.iter().sum::<f64>(), simulations as f64);
            (found.q[found.most_visited()] - exact.v[0][root]).abs()
        };
        // What bad first games have spoiled is mended slowly: the bound of an action left alone grows like √ln N.
        for seed in 0..5 {
            let (early, late) = (error(300, seed), error(200_000, seed));
            assert!(early > 0.5 && late < 0.08, "{seed}: {early} {late}");
        }
    }

    #[test]
    fn every_game_is_as_long_as_the_horizon() {
        // Each step pays 1 wherever one goes, so each game of h steps is worth exactly h.
        let stay = ndarray::Array3::from_elem((2, 2, 2), 0.5);
        let mdp = Mdp::builder(stay)
            .reward_on_arrival(&[1.0, 1.0])
            .discount(1.0)
            .build()
            .unwrap();
        for horizon in 1..6 {
            let options = UctOptions { simulations: 300, horizon, c: 1.0 };
            let root = search(&mdp, 0, options, &mut seeded(2)).unwrap();
            assert!(root.q.iter().all(|q| (q - horizon as f64).abs() < 1e-9), "{root:?}");
        }
    }

    #[test]
    fn it_stops_at_the_end_of_the_task() {
        // Waiting at the goal would pay nothing; the value is 1 · γ⁰ for one step to the goal.
        let mdp = GridWorld::new("S+").unwrap().to_mdp(0.9).unwrap();
        let options = UctOptions { simulations: 4000, horizon: 5, c: 0.5 };
        let root = search(&mdp, 0, options, &mut seeded(1)).unwrap();
        assert_eq!((root.most_visited(), root.q[1]), (1, 1.0));
        assert!(root.q[0] < 0.91);
    }

    #[test]
    fn bad_options_are_named() {
        let text = |options, s| {
            search(&world(), s, options, &mut seeded(1)).unwrap_err().to_string()
        };
        let default = UctOptions::default;
        assert!(
            text(UctOptions { simulations: 0, ..default() }, 0).contains("simulations = 0")
        );
        assert!(text(UctOptions { horizon: 0, ..default() }, 0).contains("horizon = 0"));
        assert!(text(UctOptions { c: -1.0, ..default() }, 0).contains("c = -1"));
        assert!(text(default(), 9).contains("the state at the root is 9"));
    }
}
