//! `course seeds`: a claim that fails when all seeds move is a claim about a seed.
//!
//! The solutions run as programs (see `native`), once for each shift; COURSE_SEED_SHIFT moves every generator that
//! `aif_lib::prob::random::seeded` makes. A claim-run is one claim under one shift. The rate that is kept: at most one
//! claim-run in 500 fails (one may always, for a few runs say nothing of a rate), and no claim fails twice.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::judge::{Kind, expected};
use crate::modules::{Edition, choose, stems};
use crate::native::{Native, Run};
use crate::place::Course;

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
    let known = stems(course.root(), "solutions", "md").map_err(anyhow::Error::msg)?;
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
    let table = Table::new(runs.into_iter().filter(|(_, shift, _)| *shift != 0));
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

/// What failed, and how much was tried.
#[derive(Debug, Default)]
struct Table {
    claim_runs: usize,
    /// Module, cell and sentence; then the shifts under which it failed, and why.
    failed: BTreeMap<(String, String, String), Vec<(u64, String)>>,
    faults: Vec<String>,
}

impl Table {
    fn new(runs: impl Iterator<Item = (String, u64, Run)>) -> Self {
        let mut table = Self::default();
        for (stem, shift, run) in runs {
            table
                .faults
                .extend(run.fault.map(|fault| format!("{stem}, shift {shift}: {fault}")));
            for judged in run.judged {
                let verdict = judged.verdict;
                table.claim_runs += usize::from(verdict.kind == Kind::Claim);
                if verdict.verdict != expected(Edition::Solutions, verdict.kind) {
                    let key = (stem.clone(), judged.cell, verdict.sentence);
                    table
                        .failed
                        .entry(key)
                        .or_default()
                        .push((shift, judged.why.join("; ")));
                }
            }
        }
        table
    }

    fn failures(&self) -> usize {
        self.failed.values().map(Vec::len).sum()
    }

    /// Whether few enough claims failed, none twice, and no module ended too early.
    fn is_kept(&self) -> bool {
        let allowed = (self.claim_runs / 500).max(1);
        let twice = self.failed.values().any(|failures| failures.len() > 1);
        self.faults.is_empty()
            && !twice
            && self.failures() <= allowed
            && self.claim_runs > 0
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        for ((stem, cell, sentence), failures) in &self.failed {
            writeln!(text, "\n{stem} {cell}\n  {sentence}")?;
            for (shift, why) in failures {
                writeln!(text, "  shift {shift}: {why}")?;
            }
        }
        for fault in &self.faults {
            writeln!(text, "\n{fault}")?;
        }
        let (all, failed) = (self.claim_runs, self.failures());
        let state = if self.is_kept() { "kept" } else { "NOT kept" };
        f.write_str(&text)?;
        writeln!(f, "\n{all} claim-runs, {failed} failed: the rate is {state}")
    }
}

/// Where the programs and a kernel (by its report) do not say the same of the same claims and exercises.
fn differences(runs: &Runs, report: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (stem, _, run) in runs.iter().filter(|(_, shift, _)| *shift == 0) {
        let records = report.as_array().into_iter().flatten();
        let mut records =
            records.filter(|r| r["notebook"] == **stem && r["copy"] == "solutions");
        let Some(record) = records.next() else {
            found.push(format!("{stem}: the report does not have it"));
            continue;
        };
        let pairs = |part: &str, name: &str| -> Vec<(String, String)> {
            let entries = record[part].as_array().into_iter().flatten();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            entries.map(|entry| (text(&entry[name]), text(&entry["verdict"]))).collect()
        };
        let own = |kind: Kind| -> Vec<(String, String)> {
            let verdicts = run.judged.iter().map(|judged| &judged.verdict);
            let what = |v: &crate::judge::Verdict| match kind {
                Kind::Claim => v.sentence.clone(),
                _ => v.id.clone(),
            };
            verdicts
                .filter(|v| v.kind == kind)
                .map(|v| (what(v), v.verdict.clone()))
                .collect()
        };
        let parts = [
            (pairs("claims", "sentence"), Kind::Claim),
            (pairs("checks", "id"), Kind::Check),
        ];
        for (kernel, kind) in parts {
            let native = own(kind);
            if native.len() != kernel.len() {
                let (n, k) = (native.len(), kernel.len());
                found.push(format!(
                    "{stem}: {n} {}s as a program, {k} in the kernel",
                    kind.tag()
                ));
            }
            for (n, k) in native.iter().zip(&kernel).filter(|(n, k)| n != k) {
                found.push(format!("{stem}: {n:?} as a program, {k:?} in the kernel"));
            }
        }
        found.extend(run.fault.iter().map(|fault| format!("{stem}: {fault}")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Verdict;
    use crate::native::Judged;
    use serde_json::json;

    fn run_of(verdicts: &[(&str, &str)]) -> Run {
        let judged = |(sentence, verdict): &(&str, &str)| Judged {
            cell: "05-a-1".into(),
            verdict: Verdict {
                kind: Kind::Claim,
                id: String::new(),
                verdict: (*verdict).into(),
                code: String::new(),
                sentence: (*sentence).into(),
            },
            why: vec!["x < 1: 2.0 and 1.0".into()],
        };
        Run { judged: verdicts.iter().map(judged).collect(), fault: None }
    }

    fn table(runs: &[&[(&str, &str)]]) -> Table {
        let runs = runs.iter().enumerate();
        Table::new(runs.map(|(k, run)| ("05_m".to_owned(), k as u64 + 1, run_of(run))))
    }

    #[test]
    fn one_failure_is_borne_a_second_of_the_same_claim_is_not() {
        let (good, bad) = ([("s", "PASS"), ("t", "PASS")], [("s", "FAIL"), ("t", "PASS")]);
        let other = [("s", "PASS"), ("t", "FAIL")];
        assert!(table(&[&good, &good]).is_kept());
        assert!(table(&[&good, &bad]).is_kept());
        assert!(!table(&[&bad, &good, &bad]).is_kept());
        assert!(!table(&[&bad, &other]).is_kept(), "2 of 4");
        assert!(!table(&[]).is_kept(), "nothing was tried");
        let many = vec![("u", "PASS"); 1000];
        assert!(table(&[&bad, &other, &many]).is_kept(), "2 of 1004");
        let mut ended = table(&[&good]);
        ended.faults.push("05-b-1: no memory".into());
        assert!(!ended.is_kept());
    }

    #[test]
    fn the_table_names_claim_shift_and_figure() {
        let text = table(&[&[("It is so.", "FAIL")]]).to_string();
        for part in [
            "05_m 05-a-1",
            "It is so.",
            "shift 1: x < 1: 2.0 and 1.0",
            "1 claim-runs, 1 failed",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn a_program_must_say_what_the_kernel_says() {
        let runs = |verdict| vec![("05_m".to_owned(), 0, run_of(&[("s", verdict)]))];
        let report = |verdict: &str| {
            json!([{ "notebook": "05_m", "copy": "solutions", "checks": [],
                     "claims": [{ "sentence": "s", "verdict": verdict }] }])
        };
        assert!(differences(&runs("PASS"), &report("PASS")).is_empty());
        assert_eq!(differences(&runs("FAIL"), &report("PASS")).len(), 1);
        assert_eq!(differences(&runs("PASS"), &json!([])).len(), 1);
        let mut more = runs("PASS");
        more[0].2.judged.extend(run_of(&[("t", "PASS")]).judged);
        assert_eq!(differences(&more, &report("PASS")).len(), 1);
    }
}
