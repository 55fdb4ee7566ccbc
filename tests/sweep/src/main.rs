//! Runs a part of a named experiment, or puts the parts together. `course sweep` compiles and starts this program; the drivers of
//! Dask and Slurm beside it start it on the machines of a cluster, which need nothing else.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::available_parallelism;

use aif_lib::experiment::learning_curves;
use aif_lib::scale::sweep::{self, Experiment, Lines, Options, Shard};
use aif_lib::{Error, Result};
use clap::Parser;

/// Run a named experiment, or a part of it on each of many machines
///
/// Prints a line of JSON for each run. The parts may run anywhere, in any order and more than once: put together by --merge they
/// are the same file, to the last bit, that one machine would have written. Without a name: the list of experiments.
#[derive(Parser)]
#[command(name = "course sweep")]
struct Args {
    /// The experiment
    name: Option<String>,
    /// Run this part only, such as 2/4: the second of four
    #[arg(long, value_name = "I/N", conflicts_with = "merge")]
    shard: Option<Shard>,
    /// How many runs the whole sweep has [default: as many as in the module]
    #[arg(long, conflicts_with = "merge")]
    runs: Option<u64>,
    /// How many runs go at once [default: one on each core]
    #[arg(long, conflicts_with = "merge")]
    jobs: Option<usize>,
    /// The file to write; it is there once it is complete [default: standard output]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Put these parts together
    #[arg(long, num_args = 1.., value_name = "FILES")]
    merge: Vec<PathBuf>,
}

fn main() -> ExitCode {
    match sweep(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sweep: {error}");
            ExitCode::FAILURE
        }
    }
}

fn sweep(args: Args) -> Result<()> {
    let Some(name) = args.name else {
        let list = learning_curves::ALL
            .map(|e| format!("{:8} {}; {} runs\n", e.name, e.about, e.runs));
        return finish("the list", io::stdout().write_all(list.concat().as_bytes()));
    };
    let experiment = learning_curves::named(&name)?;
    if !args.merge.is_empty() {
        let parts: Result<Vec<Lines>> =
            args.merge.iter().map(|file| Lines::read(file)).collect();
        let merged = merge(experiment, &parts?)?;
        return save(args.out.as_deref(), &|out| {
            finish("the lines", write!(out, "{merged}"))
        });
    }
    let options = Options {
        runs: args.runs,
        shard: args.shard.unwrap_or(Shard::WHOLE),
        jobs: args.jobs.unwrap_or_else(|| available_parallelism().map_or(1, usize::from)),
        program: program(),
    };
    save(args.out.as_deref(), &|out| sweep::write(experiment, &options, out))
}

fn merge(experiment: &Experiment, parts: &[Lines]) -> Result<Lines> {
    let merged = Lines::merge(parts)?;
    if merged.name() != experiment.name {
        return Err(Error::Sweep {
            place: experiment.name.into(),
            problem: format!("these are parts of {}", merged.name()),
            cure: "name the experiment that the files belong to".into(),
        });
    }
    Ok(merged)
}

/// Writes to a file, or to standard output. The file has its name once it is complete, so that a job that died leaves none.
fn save(file: Option<&Path>, write: &dyn Fn(&mut dyn Write) -> Result<()>) -> Result<()> {
    let Some(file) = file else { return write(&mut io::stdout()) };
    let name = file.display().to_string();
    let unfinished = PathBuf::from(format!("{name}.unfinished"));
    let mut out = BufWriter::new(finish(&name, File::create(&unfinished))?);
    write(&mut out).and_then(|()| finish(&name, out.flush())).inspect_err(|_| {
        // What went wrong is told; that the rest cannot be deleted would be no news.
        let _ = fs::remove_file(&unfinished);
    })?;
    finish(&name, fs::rename(&unfinished, file))
}

fn finish<T>(path: &str, done: io::Result<T>) -> Result<T> {
    done.map_err(|error| Error::File { path: path.into(), reason: error.to_string() })
}

/// This program, by its version and content: another one may compute something else.
fn program() -> String {
    let mut hasher = DefaultHasher::new();
    let own = std::env::current_exe().and_then(fs::read);
    own.unwrap_or_default().hash(&mut hasher);
    format!("{} {:016x}", env!("CARGO_PKG_VERSION"), hasher.finish())
}
