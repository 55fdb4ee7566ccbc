//! Two ways to a good decision in the T-maze: learn it from reward, or know the maze.
//!
//! `cargo run --release --package aif-lib --example tmaze` plays both, forty seeds each, and draws the README's picture.

use aif_lib::prelude::*;

const TRIALS: usize = 3000;
const BLOCK: usize = 100;

/// A learner that knows nothing of the maze, tested after every hundred trials.
fn learn(rng: &mut dyn Rng) -> Result<Vec<f64>> {
    let options = QOptions {
        alpha: Schedule::Constant(0.05),
        gamma: 1.0,
        memory: Memory::History { limit: 100 },
        ..Default::default()
    };
    let (mut agent, mut maze) = (QAgent::new(5, 4, options)?, TMaze::new(0.9)?);
    let test = |block| {
        if block > 0 {
            returns(&mut maze, &mut agent, BLOCK, rng);
        }
        agent.freeze();
        let success = success_rate(&returns(&mut maze, &mut agent, 200, rng));
        agent.thaw();
        success
    };
    Ok((0..=TRIALS / BLOCK).map(test).collect())
}

/// An agent that is given the model and minimises expected free energy, tested as often.
fn know(rng: &mut dyn Rng) -> Result<Vec<f64>> {
    let options = AifOptions { episode: Some(tmaze::MOVES), ..Default::default() };
    let mut agent = AifAgent::new(tmaze::model(0.9, &tmaze::PREFERENCE)?, options)?;
    let mut maze = TMaze::new(0.9)?;
    let test = |_| success_rate(&returns(&mut maze, &mut agent, 200, rng));
    Ok((0..=TRIALS / BLOCK).map(test).collect())
}

fn main() -> Result<()> {
    let run = |player: fn(&mut dyn Rng) -> Result<Vec<f64>>, seed| {
        mean_curve(&curves(40, seed, &|_, rng| {
            player(rng).expect("the settings are valid")
        }))
    };
    let (learned, known) = (run(learn, 9)?, run(know, 10)?);
    let played: Vec<f64> =
        (0..=TRIALS / BLOCK).map(|block| (block * BLOCK) as f64).collect();
    let picture = plot::lines(
        "To learn the maze, and to know it",
        "trials played",
        "share of trials with reward",
        &[
            Series::estimates("Q-learning over histories", &played, &learned)
                .role(Role::Rl),
            Series::estimates("active inference, model given", &played, &known)
                .role(Role::Aif),
            Series::level("best possible, .90", 0.9),
        ],
    );
    picture.save(".github/tmaze.svg")
}
