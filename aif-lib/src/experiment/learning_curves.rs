//! The learning curves of modules 04, 05, 09 and 16 by name, so that they can be run on many machines ([`sweep`]).
//!
//! Agents, settings, seeds and numbers of runs are those of the notebooks.
//!
//! [`sweep`]: crate::scale::sweep

use std::sync::Arc;

use crate::aif::agent::bandit::{AifBandit, AifBanditOptions};
use crate::aif::agent::{AifAgent, AifOptions, Lookahead};
use crate::aif::plan::Backup;
use crate::error::{Error, Result};
use crate::experiment::dyna_maze;
use crate::experiment::regret::regret;
use crate::experiment::village::{Member, Regime, live};
use crate::interaction::{Agent, episode, returns, success_rate};
use crate::prob::random::Rng;
use crate::rl::agent::bandit::{BanditAgent, BanditOptions, BanditRule};
use crate::rl::agent::dyna::{DynaAgent, DynaOptions, Planning};
use crate::rl::agent::{QAgent, QOptions, Schedule};
use crate::rl::perceive::Memory;
use crate::scale::sweep::{Curve, Experiment};
use crate::task::tmaze::{self, TMaze};
use crate::world::bandit::Bandit;
use crate::world::commons::{FISHERS, LakeChain};

/// All experiments that have a name.
pub static ALL: [Experiment; 4] = [
    Experiment {
        name: "bandits",
        about: "module 04: the regret of six tuned rules on ten unknown arms, after each of 1000 pulls",
        runs: 200,
        curves: &[
            Curve { name: "ε-greedy", seed: 6, run: |rng| rl_bandit(EPSILON_GREEDY, rng) },
            Curve { name: "softmax", seed: 6, run: |rng| rl_bandit(SOFTMAX, rng) },
            Curve { name: "UCB1", seed: 6, run: |rng| rl_bandit(UCB1, rng) },
            Curve { name: "Thompson", seed: 6, run: |rng| rl_bandit(THOMPSON, rng) },
            Curve {
                name: "Bayes-greedy",
                seed: 6,
                run: |rng| rl_bandit(BAYES_GREEDY, rng),
            },
            Curve { name: "active inference", seed: 6, run: aif_bandit },
        ],
    },
    Experiment {
        name: "dyna",
        about: "module 05: the steps in each of 60 episodes in the Dyna maze, with 0, 5 and 50 dreams a step",
        runs: 100,
        curves: &[
            Curve { name: "no planning", seed: 5, run: |rng| dyna(0, rng) },
            Curve { name: "5 planning steps", seed: 5, run: |rng| dyna(5, rng) },
            Curve { name: "50 planning steps", seed: 5, run: |rng| dyna(50, rng) },
        ],
    },
    Experiment {
        name: "tmaze",
        about: "module 09: success in the T-maze before, and after every 100 of 3000 trials",
        runs: 40,
        curves: &[
            Curve { name: "Q-learning over histories", seed: 9, run: learn },
            Curve { name: "active inference, model given", seed: 10, run: know },
        ],
    },
    Experiment {
        name: "commons",
        about: "module 16: the stock of a lake without a law, at each of 100 steps",
        runs: 20,
        curves: &[
            Curve {
                name: "active inference",
                seed: 1,
                run: |rng| stock(Regime::default(), rng),
            },
            Curve {
                name: "Q-learning",
                seed: 2,
                run: |rng| stock(Regime::default().learning(0.1, 100.0, 1400), rng),
            },
            Curve { name: "all take 2", seed: 1, run: |rng| stock(all_take(2), rng) },
            Curve { name: "all take 1", seed: 1, run: |rng| stock(all_take(1), rng) },
        ],
    },
];

/// The experiment with this name.
///
/// ```
/// # use aif_lib::experiment::learning_curves;
/// assert_eq!(learning_curves::named("dyna")?.runs, 100);
/// assert!(learning_curves::named("dina").unwrap_err().to_string().contains("bandits, dyna"));
/// # Ok::<(), aif_lib::Error>(())
/// ```
///
/// # Errors
/// [`Error::UnknownName`]: there is none.
pub fn named(name: &str) -> Result<&'static Experiment> {
    let found = ALL.iter().find(|experiment| experiment.name == name);
    found.ok_or_else(|| Error::UnknownName {
        what: "the experiment",
        name: name.into(),
        known: ALL.map(|experiment| experiment.name).join(", "),
    })
}

// Module 04: what its tuning picks.

const ARMS: usize = 10;
const PULLS: usize = 1000;
const EPSILON_GREEDY: (BanditRule, f64) =
    (BanditRule::EpsilonGreedy { epsilon: 0.03 }, 1.0);
const SOFTMAX: (BanditRule, f64) = (BanditRule::Softmax { tau: 0.05 }, 1.0);
const UCB1: (BanditRule, f64) = (BanditRule::Ucb1 { c: 0.35 }, 1.0);
const THOMPSON: (BanditRule, f64) = (BanditRule::Thompson { sharpness: 2.0 }, 1.0);
const BAYES_GREEDY: (BanditRule, f64) = (BanditRule::Greedy, 8.0);

/// A rule, and the successes that it assumes before it begins; one failure goes with them.
fn rl_bandit((rule, successes): (BanditRule, f64), rng: &mut dyn Rng) -> Result<Vec<f64>> {
    let (prior_mean, prior_weight) = (successes / (successes + 1.0), successes + 1.0);
    let options = BanditOptions { rule, prior_mean, prior_weight, ..Default::default() };
    on_ten_arms(&mut BanditAgent::new(ARMS, options)?, rng)
}

fn aif_bandit(rng: &mut dyn Rng) -> Result<Vec<f64>> {
    let options = AifBanditOptions { preference: [0.0, 0.25], ..Default::default() };
    on_ten_arms(&mut AifBandit::new(ARMS, options)?, rng)
}

fn on_ten_arms(agent: &mut dyn Agent, rng: &mut dyn Rng) -> Result<Vec<f64>> {
    Ok(regret(&mut Bandit::random(ARMS)?, agent, PULLS, rng))
}

// Module 05.

fn dyna(steps: usize, rng: &mut dyn Rng) -> Result<Vec<f64>> {
    let options = DynaOptions { planning: Planning::DynaQ { steps }, ..Default::default() };
    let mut maze = dyna_maze::maze();
    let mut agent = DynaAgent::new(maze.n_states(), 4, options)?;
    Ok((0..60).map(|_| episode(&mut maze, &mut agent, rng).len() as f64).collect())
}

// Module 09.

const TRIALS: usize = 3000;
const BLOCK: usize = 100;
const TESTED: usize = 200;
const RELIABILITY: f64 = 0.9;

/// A learner that knows nothing of the maze, tested after every hundred trials.
fn learn(rng: &mut dyn Rng) -> Result<Vec<f64>> {
    let options = QOptions {
        alpha: Schedule::Constant(0.05),
        epsilon: Schedule::Constant(0.1),
        gamma: 1.0,
        memory: Memory::History { limit: 100 },
        ..Default::default()
    };
    let (mut agent, mut maze) = (QAgent::new(5, 4, options)?, TMaze::new(RELIABILITY)?);
    let test = |block| {
        if block > 0 {
            returns(&mut maze, &mut agent, BLOCK, rng);
        }
        agent.freeze();
        let success = success_rate(&returns(&mut maze, &mut agent, TESTED, rng));
        agent.thaw();
        success
    };
    Ok((0..=TRIALS / BLOCK).map(test).collect())
}

/// An agent that is given the model and has nothing to learn, tested as often.
fn know(rng: &mut dyn Rng) -> Result<Vec<f64>> {
    let lookahead = Lookahead::ClosedLoop(Backup::Max);
    let options = AifOptions {
        horizon: 2,
        episode: Some(tmaze::MOVES),
        lookahead,
        ..Default::default()
    };
    let model = tmaze::model(RELIABILITY, &tmaze::PREFERENCE)?;
    let (mut agent, mut maze) = (AifAgent::new(model, options)?, TMaze::new(RELIABILITY)?);
    let test = |_| success_rate(&returns(&mut maze, &mut agent, TESTED, rng));
    Ok((0..=TRIALS / BLOCK).map(test).collect())
}

// Module 16.

fn all_take(fish: usize) -> Regime {
    Regime { members: [Member::Asks(fish); FISHERS], ..Default::default() }
}

fn stock(regime: Regime, rng: &mut dyn Rng) -> Result<Vec<f64>> {
    let chain = Arc::new(LakeChain::new(regime.lake));
    Ok(live(&regime, &chain, None, rng).stock)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::sweep::{Lines, Options, run};

    fn two_runs(name: &str) -> Lines {
        run(named(name).unwrap(), &Options { runs: Some(2), ..Default::default() }).unwrap()
    }

    /// Each curve of both runs.
    fn all(name: &str) -> Vec<Vec<f64>> {
        let (lines, curves) = (two_runs(name), named(name).unwrap().curves);
        curves.iter().flat_map(|curve| lines.curves(curve.name).unwrap()).collect()
    }

    #[test]
    fn regret_never_falls_and_rises_by_at_most_one() {
        for curve in all("bandits") {
            assert_eq!(curve.len(), 1000);
            let steps = curve.windows(2).map(|pair| pair[1] - pair[0]);
            assert!(
                curve[0] >= 0.0
                    && steps.into_iter().all(|step| (0.0..=1.0).contains(&step))
            );
        }
    }

    #[test]
    fn no_episode_is_shorter_than_the_shortest_path() {
        for curve in all("dyna") {
            assert_eq!(curve.len(), 60);
            assert!(curve.iter().all(|steps| *steps >= 14.0));
        }
    }

    #[test]
    fn who_has_the_model_succeeds_at_once_and_who_learns_later() {
        let lines = two_runs("tmaze");
        let learned = lines.curves("Q-learning over histories").unwrap();
        let known = lines.curves("active inference, model given").unwrap();
        // Of 200 trials .9 succeed, give or take .021: four of these are .085.
        assert!(known.concat().iter().all(|success| (success - 0.9).abs() < 0.085));
        assert_eq!((known[0].len(), learned[0].len()), (31, 31));
        assert!(learned.iter().all(|run| run[0] < 0.7 && run[30] > 0.8));
    }

    #[test]
    fn a_lake_from_which_ten_are_taken_dies_and_one_from_which_five_are_lives() {
        let lines = two_runs("commons");
        let last = |name: &str| {
            lines.curves(name).unwrap().iter().map(|run| run[100]).sum::<f64>()
        };
        assert_eq!(last("all take 2"), 0.0);
        assert!(last("all take 1") > 100.0);
        assert_eq!(last("active inference"), 0.0);
        assert!(all("commons").iter().all(|run| (run.len(), run[0]) == (101, 50.0)));
    }

    #[test]
    fn names_are_not_used_twice() {
        for (i, experiment) in ALL.iter().enumerate() {
            assert!(ALL[..i].iter().all(|other| other.name != experiment.name));
            for (k, curve) in experiment.curves.iter().enumerate() {
                assert!(
                    experiment.curves[..k].iter().all(|other| other.name != curve.name)
                );
            }
        }
    }
}
