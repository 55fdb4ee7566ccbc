//! `course seeds`: a claim that fails when all seeds move is a claim about a seed.
//!
//! The solutions run as programs (see `native`), once for each shift; COURSE_SEED_SHIFT moves every generator that
//! `aif_lib::prob::random::seeded` makes. A claim-run is one claim under one shift. The rate that is kept: at most one
//! claim-run in 500 fails (one may always, for a few runs say nothing of a rate), and no claim fails twice.

mod table;

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

use crate::build::is_page;
use crate::modules::{choose, stems};
use crate::native::{Native, Run};
use crate::place::Course;

use table::{Table, differences};

/// Runs the solutions under shifted seeds.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// How many shifts
    #[arg(long, default_value_t = 5)]
    seeds: u64,
    /// The first shift: a number, or `today` for one that is another every day
    #[arg(long, default_value = "1")]
    first: First,
    /// Also run without a shift, and compare with what a kernel made of the same claims: a report of `course run`
    #[arg(long, value_name = "REPORT")]
    like: Option<PathBuf>,
    /// Modules, such as `9` or `09_first_aif_agent`; all if none is named
    modules: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct First(u64);

impl FromStr for First {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "today" {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            return Ok(Self(since.map_or(0, |time| time.as_secs()) / 86_400));
        }
        text.parse().map(Self).map_err(|_| "a number, or `today`".into())
    }
}

/// Runs the modules under all shifts, prints what failed, and says whether the rate is kept.
///
/// # Errors
///
/// If a module is not known or does not compile.
pub fn run(course: &Course, args: &Args) -> Result<bool> {
    let mut known = stems(course.root(), "solutions", "md").map_err(anyhow::Error::msg)?;
    known.retain(|stem| !is_page(stem));
    let chosen = choose(&known, &args.modules).map_err(anyhow::Error::msg)?;
    let First(first) = args.first;
    let mut shifts: Vec<u64> = (first..first + args.seeds).collect();
    println!("shifts {first} to {}", first + args.seeds.saturating_sub(1));
    if args.like.is_some() {
        shifts.insert(0, 0);
    }
    let start = Instant::now();
    let native = Native::compile(course, &chosen)?;
    println!("compiled in {:.0} s", start.elapsed().as_secs_f64());
    let runs = run_all(&native, &chosen, &shifts)?;
    let mut good = true;
    if let Some(report) = &args.like {
        let text = std::fs::read_to_string(report).with_context(|| {
            format!("cannot read {}: `course run` makes it", report.display())
        })?;
        let differences = differences(&runs, &serde_json::from_str(&text)?);
        differences.iter().for_each(|difference| println!("{difference}"));
        good = differences.is_empty();
    }
    // A run without a shift that is only there to be compared is not judged.
    let judged = first..first + args.seeds;
    let table = Table::new(runs.into_iter().filter(|(_, shift, _)| judged.contains(shift)));
    print!("{table}");
    println!("{:.0} s in all", start.elapsed().as_secs_f64());
    Ok(good && table.is_kept())
}

type Runs = Vec<(String, u64, Run)>;

/// Runs every module under every shift, as many at once as there are cores.
fn run_all(native: &Native, chosen: &[String], shifts: &[u64]) -> Result<Runs> {
    // One module after the other, so that a slow one does not come last alone.
    let tasks: Vec<(&String, u64)> = shifts
        .iter()
        .flat_map(|shift| chosen.iter().map(move |stem| (stem, *shift)))
        .collect();
    let (next, runs) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((stem, shift)) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let run = native.run(stem, *shift);
            runs.lock().map_err(|_| anyhow::anyhow!("a run panicked"))?.push((
                (*stem).clone(),
                *shift,
                run?,
            ));
        }
        Ok(())
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(done) => done,
            Err(_) => bail!("a run panicked"),
        })
    })?;
    let mut runs = runs.into_inner().map_err(|_| anyhow::anyhow!("a run panicked"))?;
    runs.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    Ok(runs)
}
