//! [`GraphWorld`]: places and the ways between them, without a map.
//!
//! Laboratory tasks with people are often of this kind: a picture is shown for each place, and a key press
//! leads to another. The agent sees the number of its node. Action a takes the a-th way out.

use std::fmt;

use crate::error::{Error, Result};
use crate::interaction::{Action, End, State, Step, World};
use crate::prob::categorical::{Categorical, check_probabilities};
use crate::prob::random::{Rng, uniform_index, uniform01};

/// A world of nodes and directed ways between them. Every episode starts in node 0.
///
/// A reward is paid on every arrival, also when a way leads from a node back to itself. A node without a way
/// out ends the episode. An action beyond the ways of a node stays there, and is paid like any arrival.
///
/// ```
/// # use aif_lib::prelude::*;
/// // From 0 either to 1, which pays 1, or to 2, which pays nothing; both end the episode.
/// let mut fork = GraphWorld::new(&[&[1, 2], &[], &[]], &[(1, 1.0)])?;
/// let mut rng = seeded(1);
/// fork.reset(&mut rng);
/// let step = fork.step(0, &mut rng);
/// assert_eq!((step.obs, step.reward, step.end), (1, 1.0, Some(End::Terminated)));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct GraphWorld {
    ways: Vec<Vec<Vec<(State, f64)>>>, // [node][action]: each target with its probability
    rewards: Vec<f64>,                 // (nodes), on arrival
    actions: usize,
    slip: f64,
    now: Option<State>,
}

impl GraphWorld {
    /// A graph from the targets of each node, in the order of the actions, and the nodes that pay on arrival.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no node, or node 0 has no way out.
    /// - [`Error::OutOfRange`]: a way or a reward names a node that does not exist.
    /// - [`Error::Parameter`]: a reward is not finite.
    pub fn new(targets: &[&[State]], rewards: &[(State, f64)]) -> Result<Self> {
        if targets.first().is_none_or(|ways| ways.is_empty()) {
            let what = "the list of ways out of node 0, where every episode starts,".into();
            return Err(Error::Empty { what });
        }
        let n = targets.len();
        let mut world = Self {
            ways: Vec::new(),
            rewards: vec![0.0; n],
            actions: targets.iter().map(|ways| ways.len()).max().unwrap_or(0),
            slip: 0.0,
            now: None,
        };
        for (node, ways) in targets.iter().enumerate() {
            let what = || format!("a target of node {node}");
            ways.iter().try_for_each(|&to| within(n, to, &what))?;
            world.ways.push(ways.iter().map(|&to| vec![(to, 1.0)]).collect());
        }
        for &(node, reward) in rewards {
            within(n, node, &|| "a node with a reward".into())?;
            if !reward.is_finite() {
                let expected = "a reward is a finite number";
                return Err(Error::Parameter { name: "reward", value: reward, expected });
            }
            world.rewards[node] = reward;
        }
        Ok(world)
    }

    /// The same world where one way leads to several nodes by chance: each with its probability.
    ///
    /// # Errors
    /// - [`Error::OutOfRange`]: there is no such node, way or target.
    /// - [`Error::NotAProbability`], [`Error::NotNormalised`]: the chances are not a distribution.
    pub fn with_chance(
        mut self,
        node: State,
        action: Action,
        targets: &[(State, f64)],
    ) -> Result<Self> {
        let n = self.n_nodes();
        within(n, node, &|| "the node".into())?;
        within(self.ways[node].len(), action, &|| format!("the way out of node {node}"))?;
        targets.iter().try_for_each(|(to, _)| within(n, *to, &|| "a target".into()))?;
        let p: Vec<f64> = targets.iter().map(|(_, p)| *p).collect();
        check_probabilities(&p, &|| format!("way {action} out of node {node}"))?;
        self.ways[node][action] = targets.to_vec();
        Ok(self)
    }

    /// The same world where an action goes wrong: with this probability a random way out of the node is taken.
    ///
    /// # Errors
    /// [`Error::Parameter`]: not a probability.
    pub fn with_slip(mut self, slip: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&slip) {
            let expected = "the probability of a random way instead, from 0 to 1";
            return Err(Error::Parameter { name: "slip", value: slip, expected });
        }
        self.slip = slip;
        Ok(self)
    }

    /// One of the graphs in [`NAMES`].
    ///
    /// # Errors
    /// [`Error::UnknownName`]: there is no such graph; the message lists them.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// // Two choices, four ends that pay 1, −1, ½ and ½.
    /// let task = GraphWorld::layout("two_step")?;
    /// let values = value_iteration(&task.to_mdp(0.9)?, 1e-12)?;
    /// assert_eq!(values.v[0], 0.9);
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn layout(name: &str) -> Result<Self> {
        match name {
            "two_step" => Self::new(
                &[&[1, 2], &[3, 4], &[5, 6], &[], &[], &[], &[]],
                &[(3, 1.0), (4, -1.0), (5, 0.5), (6, 0.5)],
            ),
            "three_arm_bandit" => {
                Self::new(&[&[1, 2, 3], &[], &[], &[]], &[(1, 1.0), (2, 0.5), (3, -0.5)])
            }
            "linear" => Self::new(&[&[1], &[2], &[3], &[4], &[5], &[]], &[(5, 1.0)]),
            "two_way_linear" => {
                Self::new(&[&[0, 1], &[0, 2], &[1, 3], &[2, 4], &[3, 4]], &[(4, 1.0)])
            }
            "ring" => Self::new(
                &[&[1, 5], &[0, 2], &[1, 3], &[2, 4], &[3, 5], &[4, 0]],
                &[(4, 1.0)],
            ),
            "t_graph" => Self::new(
                &[&[1, 0], &[2, 1], &[3, 4], &[5, 3], &[6, 4], &[], &[]],
                &[(5, 1.0)],
            ),
            "t_loop" => {
                let stem: [&[State]; 3] = [&[1, 0], &[2, 1], &[3, 4]];
                let arms: [&[State]; 8] = [
                    &[5, 3],
                    &[6, 4],
                    &[7, 5],
                    &[8, 6],
                    &[9, 7],
                    &[10, 8],
                    &[11, 9],
                    &[12, 10],
                ];
                let back: [&[State]; 2] = [&[0, 11], &[0, 12]];
                Self::new(&[&stem[..], &arms, &back].concat(), &[(11, 1.0), (12, 1.0)])
            }
            "neighborhood" => Self::new(&NEIGHBORHOOD, &[(14, 1.0)]),
            "human_a" => {
                Self::new(&[&[2], &[3], &[4], &[5], &[], &[]], &[(4, 10.0), (5, 1.0)])
            }
            "human_b" => Self::new(
                &[&[1, 2], &[3, 4], &[4, 5], &[3, 3], &[4, 4], &[5, 5]],
                &[(3, 15.0), (5, 30.0)],
            ),
            "variable_magnitude" => {
                let utility = |r: f64| 10.0 * r.sqrt() / (r.sqrt() + 200f64.sqrt());
                let drops = [0.1, 0.3, 1.2, 2.5, 5.0, 10.0, 20.0];
                let chances = [0.067, 0.090, 0.148, 0.154, 0.313, 0.151, 0.077];
                let pays: Vec<(State, f64)> =
                    drops.iter().enumerate().map(|(i, r)| (i + 1, utility(*r))).collect();
                let ways: Vec<(State, f64)> =
                    chances.iter().enumerate().map(|(i, p)| (i + 1, *p)).collect();
                let none: &[State] = &[];
                let targets = [&[&[1usize][..]], &[none; 7][..]].concat();
                Self::new(&targets, &pays)?.with_chance(0, 0, &ways)
            }
            other => Err(Error::UnknownName {
                what: "the graph",
                name: other.into(),
                known: NAMES.join(", "),
            }),
        }
    }

    /// The number of nodes.
    pub fn n_nodes(&self) -> usize {
        self.ways.len()
    }

    /// Whether a node ends the episode.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn is_terminal(&self, node: State) -> bool {
        self.ways[node].is_empty()
    }

    /// What arriving in a node pays.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn reward(&self, node: State) -> f64 {
        self.rewards[node]
    }

    /// How many ways lead out of a node; none where the episode ends.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn n_ways(&self, node: State) -> usize {
        self.ways[node].len()
    }

    /// The probability that the agent slips onto any way out.
    pub fn slip(&self) -> f64 {
        self.slip
    }

    /// Where an action leads when it does not slip: each target with its probability.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn targets(&self, node: State, action: Action) -> Vec<(State, f64)> {
        self.ways[node].get(action).cloned().unwrap_or_else(|| vec![(node, 1.0)])
    }
}

impl World for GraphWorld {
    fn action_space(&self) -> usize {
        self.actions
    }

    fn observation_space(&self) -> usize {
        self.n_nodes()
    }

    fn reset(&mut self, _rng: &mut dyn Rng) -> State {
        self.now = Some(0);
        0
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        assert!(
            action < self.actions,
            "action {action} is out of range: there are {}, counted from 0",
            self.actions
        );
        let now = self.now.expect("the episode is not running: call reset first");
        let slips = self.slip > 0.0 && uniform01(rng) < self.slip;
        let way = if slips { uniform_index(self.ways[now].len(), rng) } else { action };
        let targets = self.targets(now, way);
        let obs = match targets[..] {
            [(to, _)] => to, // nothing to draw
            _ => {
                let chances = targets.iter().map(|(_, p)| *p).collect();
                targets[Categorical::new_unchecked(chances).sample(rng)].0
            }
        };
        let end = self.is_terminal(obs).then_some(End::Terminated);
        self.now = if end.is_none() { Some(obs) } else { None };
        Step { obs, reward: self.rewards[obs], end }
    }
}

/// What a notebook shows for a graph: one line for each node.
impl fmt::Debug for GraphWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// One line for each node: where its ways lead, and what it pays.
impl fmt::Display for GraphWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (node, ways) in self.ways.iter().enumerate() {
            let target = |(to, p): &(State, f64)| {
                if *p == 1.0 { to.to_string() } else { format!("{to} (p {p})") }
            };
            let way = |way: &Vec<(State, f64)>| {
                way.iter().map(target).collect::<Vec<_>>().join(" or ")
            };
            let ways: Vec<String> = ways.iter().map(way).collect();
            let ways = if ways.is_empty() { "end".into() } else { ways.join(", ") };
            let pays = match self.rewards[node] {
                0.0 => String::new(),
                reward => format!("   pays {reward}"),
            };
            writeln!(f, "{node} → {ways}{pays}")?;
        }
        Ok(())
    }
}

fn within(len: usize, index: usize, what: &dyn Fn() -> String) -> Result<()> {
    if index < len { Ok(()) } else { Err(Error::OutOfRange { what: what(), index, len }) }
}

/// The graphs by name: the graph templates of the neuro-nav library (Juliani and colleagues, 2022).
///
/// `neighborhood` is three groups of five (Schapiro and colleagues, 2013). It is mended: there, one way of the
/// second group led across it (5 to 9) where all others lead inside (5 to 7).
pub const NAMES: [&str; 11] = [
    "two_step",
    "three_arm_bandit",
    "linear",
    "two_way_linear",
    "ring",
    "t_graph",
    "t_loop",
    "neighborhood",
    "human_a",
    "human_b",
    "variable_magnitude",
];

/// Three groups of five. Two nodes of a group have a way to another group, and none to each other.
const NEIGHBORHOOD: [&[State]; 15] = [
    &[1, 2, 3, 4],
    &[0, 2, 3, 4],
    &[0, 1, 4, 5],
    &[0, 1, 4, 10],
    &[0, 1, 2, 3],
    &[2, 6, 7, 8],
    &[5, 7, 8, 9],
    &[5, 6, 8, 9],
    &[5, 6, 7, 9],
    &[6, 7, 8, 11],
    &[3, 12, 13, 14],
    &[9, 12, 13, 14],
    &[10, 11, 13, 14],
    &[10, 11, 12, 14],
    &[10, 11, 12, 13],
];
