//! The `course` tool: builds, runs and judges the notebooks, and launches their kernel.

mod build;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, runs and judges the notebooks, and launches their kernel.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build notebooks/ and solutions/*.ipynb from solutions/*.md
    Build(build::Args),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Build(args) => build::run(&args),
    }
}
