//! The `course` tool: builds, runs and judges the notebooks, and launches their kernel.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use course::place::Course;
use course::run::Options;
use course::spare::Limits;

#[derive(Parser)]
#[command(about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build both notebooks of each module from solutions/*.md
    Build {
        /// Folder of the course [default: the one around the current folder]
        #[arg(long)]
        root: Option<PathBuf>,
        #[command(flatten)]
        args: course::build::Args,
    },
    /// Start the notebooks' kernel (what the kernelspec runs), prepare it, or install it
    Kernel {
        /// The connection file that Jupyter wrote
        #[arg(required_unless_present_any = ["prepare", "install", "spare"])]
        connection_file: Option<PathBuf>,
        /// Install evcxr_jupyter and compile aif-lib for it, where that is not done yet
        #[arg(long)]
        prepare: bool,
        /// Write the kernelspec into PREFIX/share/jupyter/kernels/rust
        #[arg(long, value_name = "PREFIX")]
        install: Option<PathBuf>,
        /// Keep a spare kernel, by the orders on stdin (what a Jupyter server runs)
        #[arg(long)]
        spare: bool,
        /// The memory in MB that a spare wants free
        #[arg(long, default_value_t = Limits::default().memory, requires = "spare")]
        memory: u64,
        /// The seconds after which a spare that nobody took ends
        #[arg(long, default_value_t = Limits::default().lifetime.as_secs(), requires = "spare")]
        lifetime: u64,
    },
    /// Execute and judge notebooks
    Run {
        /// Modules (09) or notebook files; everything if none is given
        select: Vec<String>,
        /// How many notebooks run at once
        #[arg(long, default_value_t = 2)]
        jobs: usize,
        /// Where the report goes [default: target/course/report.json]
        #[arg(long)]
        report: Option<PathBuf>,
    },
    /// Change the answers to the exercises by machine: each changed answer must fail its check
    Answers {
        /// Modules, such as `9` or `09_first_aif_agent`; all if none is named
        modules: Vec<String>,
    },
    /// Run the solutions again with all seeds moved: a claim that fails then is a claim about a seed
    Seeds(course::seeds::Args),
    /// Run what students handed in, and say what became of every exercise
    Grade(course::grade::Args),
    /// Make the teacher's guide from the notebooks and their checks
    Guide,
    /// Say which exercises have been solved on this machine
    Progress,
    /// Run a named experiment, or a part of it on each of many machines, and put the parts together
    #[command(disable_help_flag = true)]
    Sweep {
        /// `course sweep --help` tells which
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Say what is missing or too old and how to mend it, then try the kernel
    Doctor,
    /// Start a program that gives way to all others (a spare's kernel, by `kernel` itself)
    #[command(hide = true)]
    Gently {
        /// The program and its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<OsString>,
    },
    /// Let through what a cell prints, up to a limit (started by the cell itself)
    #[command(hide = true)]
    Sieve {
        /// stdout or stderr
        stream: String,
    },
    /// Clean up after a kernel (started by `kernel` itself)
    #[command(hide = true)]
    Reaper {
        /// The kernel's folder
        folder: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let done = match course::cell::compiler() {
        Some(line) => course::cell::compile(&line).map(|()| 0),
        None => dispatch(Cli::parse().command),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("course: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> anyhow::Result<u8> {
    let status = |good: bool| u8::from(!good);
    match command {
        Command::Build { root, args } => {
            let root = root.map_or_else(|| Course::find().map(|c| c.root().into()), Ok)?;
            Ok(status(course::build::run(&root, &args)))
        }
        Command::Kernel { spare: true, memory, lifetime, .. } => {
            let limits = Limits { memory, lifetime: Duration::from_secs(lifetime) };
            course::spare::run(&Course::find()?, &limits).map(|code| code as u8)
        }
        Command::Kernel { connection_file, prepare, install, .. } => {
            course::launcher::command(
                connection_file.as_deref(),
                prepare,
                install.as_deref(),
            )
        }
        Command::Run { select, jobs, report } => {
            let options = Options { select, jobs, report };
            course::run::run(&Course::find()?, &options).map(status)
        }
        Command::Answers { modules } => {
            course::answers::run(&Course::find()?, &modules).map(status)
        }
        Command::Seeds(args) => course::seeds::run(&Course::find()?, &args).map(status),
        Command::Grade(args) => course::grade::run(&Course::find()?, &args),
        Command::Guide => course::guide::run(&Course::find()?).map(|()| 0),
        Command::Progress => course::progress::run(&Course::find()?).map(|()| 0),
        Command::Sweep { arguments } => {
            match course::sweep::run(&Course::find()?, &arguments)? {}
        }
        Command::Doctor => course::doctor::doctor().map(status),
        Command::Gently { command } => match course::priority::give_way(&command)? {},
        Command::Sieve { stream } => Ok(status(course::sieve::run(&stream).is_ok())),
        Command::Reaper { folder } => course::reaper::reap(folder).map(|()| 0),
    }
}
