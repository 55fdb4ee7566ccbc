//! The `course` tool: builds, runs and judges the notebooks, and launches their kernel.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, runs and judges the notebooks, and launches their kernel.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build both notebooks of each module from solutions/*.md
    Build {
        /// Folder of the course; found from the current folder upwards if not given
        #[arg(long)]
        root: Option<PathBuf>,
        #[command(flatten)]
        args: course::build::Args,
    },
}

fn main() -> ExitCode {
    let good = match Cli::parse().command {
        Command::Build { root, args } => {
            root.map_or_else(find_root, Ok).map(|root| course::build::run(&root, &args))
        }
    };
    match good {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("course: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// The course's folder: the first one from here upwards that holds the library.
fn find_root() -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|e| format!("the current folder: {e}"))?;
    let root = here.ancestors().find(|folder| folder.join("aif-lib/Cargo.toml").is_file());
    root.map(Into::into).ok_or_else(|| {
        format!(
            "{}: not inside the course; change to its folder or give --root",
            here.display()
        )
    })
}
