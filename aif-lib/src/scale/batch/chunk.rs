//! Some agents of a batch, in the hands of one thread.

use std::collections::HashMap;

use super::choice::choose;
use super::planner::{Plan, Scratch, efe as evaluate};
use super::program::Program;
use super::real::{LANES, Real, Row};
use crate::prob::random::{Generator, Rng, uniform01};

/// An outcome that no state of the model produces.
pub const IMPOSSIBLE: u32 = u32::MAX;

/// What went wrong with the agent of this number, counted within its chunk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    Impossible { agent: usize, action: Option<u32>, outcome: u32 },
    NoChoice { agent: usize },
}

impl Fault {
    pub fn agent(&self) -> usize {
        match *self {
            Self::Impossible { agent, .. } | Self::NoChoice { agent } => agent,
        }
    }
}

/// Agents that stand next to each other: whole rows of beliefs, and a generator each.
#[derive(Debug)]
pub struct Chunk<'a, R> {
    pub program: &'a Program<R>,
    pub beliefs: &'a mut [Row<R>],
    pub chance: &'a mut [Generator],
}

impl<R: Real> Chunk<'_, R> {
    /// Bayes' rule for each agent: through B with its action, or from the prior where there is none, then A.
    pub fn perceive(
        &mut self,
        actions: Option<&[u32]>,
        outcomes: &[u32],
    ) -> Result<(), Fault> {
        let n = self.program.n_states;
        let mut predicted = vec![R::ZERO; n];
        let mut fault = Ok(());
        for (agent, &outcome) in outcomes.iter().enumerate() {
            let action = actions.map(|all| all[agent]);
            let belief = &mut self.beliefs[agent / LANES * n..][..n];
            let lane = agent % LANES;
            match action {
                Some(u) => predict(self.program, belief, lane, u, &mut predicted),
                None => predicted.copy_from_slice(&self.program.prior),
            }
            let possible = outcome != IMPOSSIBLE
                && correct(self.program, &predicted, outcome, belief, lane);
            if !possible && fault.is_ok() {
                fault = Err(Fault::Impossible { agent, action, outcome });
            }
        }
        fault
    }

    /// Plans for each agent, and draws its action.
    pub fn act(
        &mut self,
        plan: &Plan,
        dictionary: bool,
        actions: &mut [u32],
    ) -> Result<(), Fault> {
        let mut scratch = Scratch::new(self.program, plan);
        let Self { program, beliefs, chance } = self;
        if dictionary {
            let (keys, distinct) = distinct(program, beliefs, chance.len());
            let mut policies = Vec::new();
            for row in distinct.chunks(program.n_states) {
                evaluate(program, plan, row, &mut scratch);
                choose(plan, &mut scratch);
                policies.extend_from_slice(&scratch.action);
            }
            let k = program.n_actions;
            for (agent, (&key, rng)) in keys.iter().zip(chance.iter_mut()).enumerate() {
                let policy = &policies[key / LANES * k..][..k];
                actions[agent] =
                    draw(policy, key % LANES, rng).ok_or(Fault::NoChoice { agent })?;
            }
            return Ok(());
        }
        for (row, belief) in beliefs.chunks(program.n_states).enumerate() {
            evaluate(program, plan, belief, &mut scratch);
            choose(plan, &mut scratch);
            let first = row * LANES;
            let here = first..(first + LANES).min(chance.len());
            for (lane, agent) in here.enumerate() {
                actions[agent] = draw(&scratch.action, lane, &mut chance[agent])
                    .ok_or(Fault::NoChoice { agent })?;
            }
        }
        Ok(())
    }
}

/// G of every option of the agents of a chunk, one agent after the other.
pub fn efe<R: Real>(
    program: &Program<R>,
    plan: &Plan,
    beliefs: &[Row<R>],
    all: &mut [f64],
) {
    let mut scratch = Scratch::new(program, plan);
    let options = plan.options.len();
    let rows = beliefs.chunks(program.n_states).zip(all.chunks_mut(LANES * options));
    for (belief, all) in rows {
        evaluate(program, plan, belief, &mut scratch);
        for (lane, agent) in all.chunks_mut(options).enumerate() {
            agent.iter_mut().zip(&scratch.g).for_each(|(x, g)| *x = g[lane].to());
        }
    }
}

fn predict<R: Real>(
    program: &Program<R>,
    belief: &[Row<R>],
    lane: usize,
    action: u32,
    predicted: &mut [R],
) {
    predicted.fill(R::ZERO);
    let rows = &program.rows[action as usize * program.n_states..][..program.n_states];
    for (q, row) in belief.iter().zip(rows) {
        let q = q[lane];
        if q > R::ZERO {
            for &(to, p) in row {
                predicted[to as usize] += p * q;
            }
        }
    }
}

/// Writes the posterior into a lane; leaves it alone, and says so, where the outcome is impossible.
fn correct<R: Real>(
    program: &Program<R>,
    predicted: &[R],
    outcome: u32,
    belief: &mut [Row<R>],
    lane: usize,
) -> bool {
    let likelihood = &program.likelihood[outcome as usize];
    let mut evidence = R::ZERO;
    for &(s, p) in likelihood {
        evidence += p * predicted[s as usize];
    }
    if evidence == R::ZERO {
        return false;
    }
    for row in belief.iter_mut() {
        row[lane] = R::ZERO;
    }
    for &(s, p) in likelihood {
        belief[s as usize][lane] = p * predicted[s as usize] / evidence;
    }
    true
}

/// Draws an action as [`Categorical`](crate::prob::categorical::Categorical) does; `None` where there is nothing to draw from.
fn draw<R: Real>(policy: &[Row<R>], lane: usize, rng: &mut dyn Rng) -> Option<u32> {
    let mut left = uniform01(rng);
    let mut last = None;
    for (u, p) in policy.iter().enumerate() {
        let p = p[lane].to();
        left -= p;
        if left < 0.0 {
            return Some(u as u32);
        }
        if p > 0.0 {
            last = Some(u as u32);
        }
    }
    last
}

/// The number of each agent's belief, and all different beliefs, in rows. What is left of the last row repeats the first belief.
fn distinct<R: Real>(
    program: &Program<R>,
    beliefs: &[Row<R>],
    agents: usize,
) -> (Vec<usize>, Vec<Row<R>>) {
    let n = program.n_states;
    let mut numbers: HashMap<Vec<u64>, usize> = HashMap::new();
    let mut rows: Vec<Row<R>> = Vec::new();
    let mut keys = Vec::with_capacity(agents);
    let mut bits = Vec::with_capacity(n);
    for agent in 0..agents {
        let belief = &beliefs[agent / LANES * n..][..n];
        bits.clear();
        bits.extend(belief.iter().map(|q| q[agent % LANES].bits()));
        if let Some(number) = numbers.get(&bits) {
            keys.push(*number);
            continue;
        }
        let number = numbers.len();
        numbers.insert(bits.clone(), number);
        keys.push(number);
        if number.is_multiple_of(LANES) {
            rows.extend(belief.iter().map(|q| [q[agent % LANES]; LANES]));
        } else {
            let row = &mut rows[number / LANES * n..];
            for (row, q) in row.iter_mut().zip(belief) {
                row[number % LANES] = q[agent % LANES];
            }
        }
    }
    (keys, rows)
}
