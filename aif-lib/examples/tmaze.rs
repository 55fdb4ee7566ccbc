//! Two ways to a good decision in the T-maze: learn it from reward, or know the maze.
//!
//! `cargo run --release --package aif-lib --example tmaze` plays both, forty seeds each, and draws the README's picture.

use aif_lib::experiment::learning_curves;
use aif_lib::prelude::*;
use aif_lib::scale::sweep::{self, Options};

fn main() -> Result<()> {
    let lines = sweep::run(learning_curves::named("tmaze")?, &Options::default())?;
    let learned = mean_curve(&lines.curves("Q-learning over histories")?)?;
    let known = mean_curve(&lines.curves("active inference, model given")?)?;
    let played: Vec<f64> = (0..learned.len()).map(|test| 100.0 * test as f64).collect();
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
