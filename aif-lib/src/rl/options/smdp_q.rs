//! Q-learning over options: one update for each decision, however long it took.

use ndarray::Array2;

use super::course::Choices;
use crate::error::Result;
use crate::interaction::{End, State, World};
use crate::prob::random::Rng;
use crate::rl::select::epsilon_greedy;

/// What an option turned out to be worth: the reward on its way, and what is left of the best that may follow.
///
/// ```text
/// r₁ + γ r₂ + … + γ^{τ−1} r_τ + γ^τ maxₒ′ Q(s′, o′)
/// ```
/// `rewards`: of the τ steps, in order. `next`: the value of each option that can begin in s′, or nothing if the task is over.
/// Source: Bradtke & Duff (1994); Sutton, Precup & Singh (1999), section 3.2.
///
/// ```
/// use aif_lib::rl::options::smdp_q;
/// assert_eq!(smdp_q::target(&[0.0, 1.0], 0.5, &[2.0, 4.0]), 0.5 + 0.25 * 4.0);
/// assert_eq!(smdp_q::target(&[0.0, 1.0], 0.5, &[]), 0.5);
/// ```
pub fn target(rewards: &[f64], gamma: f64, next: &[f64]) -> f64 {
    let best = next.iter().copied().reduce(f64::max).unwrap_or(0.0);
    rewards.iter().rev().fold(best, |later, r| r + gamma * later)
}

/// The settings of SMDP Q-learning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SmdpOptions {
    /// The learning rate.
    pub alpha: f64,
    /// The probability of a random option.
    pub epsilon: f64,
    /// The discount.
    pub gamma: f64,
}

/// Learns for some episodes; returns the steps that each took, and the values, (state, option).
///
/// # Errors
/// [`Error::Parameter`](crate::Error::Parameter): ε is not a probability.
///
/// # Panics
/// When the world has other states than the choices, or an option comes where it does nothing.
pub fn learn(
    world: &mut dyn World,
    choices: &Choices,
    options: SmdpOptions,
    episodes: usize,
    rng: &mut dyn Rng,
) -> Result<(Vec<f64>, Array2<f64>)> {
    let mut q = Array2::zeros((choices.n_states(), choices.courses().len()));
    let mut lengths = Vec::with_capacity(episodes);
    for _ in 0..episodes {
        let (mut s, mut steps) = (world.reset(rng), 0);
        loop {
            let here = choices.at(s);
            let o =
                here[epsilon_greedy(&values(&q, here, s), options.epsilon)?.sample(rng)];
            let (rewards, next, end) = follow(world, choices, s, o, rng);
            steps += rewards.len();
            let after =
                if end == Some(End::Terminated) { &[][..] } else { choices.at(next) };
            let target = target(&rewards, options.gamma, &values(&q, after, next));
            q[[s, o]] += options.alpha * (target - q[[s, o]]);
            s = next;
            if end.is_some() {
                break;
            }
        }
        lengths.push(steps as f64);
    }
    Ok((lengths, q))
}

fn values(q: &Array2<f64>, options: &[usize], s: State) -> Vec<f64> {
    options.iter().map(|&o| q[[s, o]]).collect()
}

/// Follows an option until it stops: the rewards on its way, and where it led.
fn follow(
    world: &mut dyn World,
    choices: &Choices,
    from: State,
    o: usize,
    rng: &mut dyn Rng,
) -> (Vec<f64>, State, Option<End>) {
    let course = &choices.courses()[o];
    let (mut s, mut rewards) = (from, Vec::new());
    loop {
        let action = course.does[s].unwrap_or_else(|| {
            panic!("the option {:?} does nothing in state {s}", course.name)
        });
        let step = world.step(action, rng);
        rewards.push(step.reward);
        s = step.obs;
        if step.end.is_some() || course.stops[s] {
            return (rewards, s, step.end);
        }
    }
}
