//! The harness: runs notebooks on fresh kernels, a few at a time, and has each cell judged.

use std::collections::VecDeque;
use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Error, Result, bail};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use nbformat::v4::{Cell, CellMetadata, Notebook};

use crate::build::is_page;
use crate::client::Kernel;
use crate::judge::{Judgement, Kind, Verdict, compare, gives_value, judge, trouble};
use crate::modules::{Edition, choose, stems};
use crate::place::{Course, program};
use crate::progress;
use crate::report::{CellRecord, CheckRecord, ClaimRecord, FigureRecord, Record, Status};
use crate::spare::Spare;
use crate::text::first_line;

/// Time for a cell without a `timeout` of its own.
const PATIENCE: f64 = 120.0;
/// Time for the first cell, which may have to compile the library.
const FIRST_PATIENCE: f64 = 600.0;

/// Time for a spare kernel to become warm.
const WARMING: Duration = Duration::from_secs(120);
/// How many spares are tried: one may end by itself, as when another program takes one of its ports.
const SPARES: usize = 3;

/// How long to listen after the last cell for what its threads still have to say.
const LINGER: Duration = Duration::from_millis(500);

/// What to run and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Module numbers or names (`09`), or paths of notebooks; everything if empty.
    pub select: Vec<String>,
    /// How many notebooks run at once.
    pub jobs: usize,
    /// Where the report goes; `target/course/report.json` if not given.
    pub report: Option<PathBuf>,
}

/// A notebook to run.
#[derive(Debug, Clone)]
struct Job {
    path: PathBuf,
    name: String,
    copy: Edition,
}

/// Runs the selected notebooks, writes the report and prints the summary. Answers whether
/// everything passed.
///
/// # Errors
///
/// If no notebook matches, or the report cannot be written.
pub fn run(course: &Course, options: &Options) -> Result<bool> {
    let jobs = select(course, &options.select)?;
    let report = match &options.report {
        Some(report) => report.clone(),
        None => course.local()?.join("report.json"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let mut records = runtime.block_on(run_jobs(course, jobs.clone(), options.jobs.max(1)));
    compare_copies(&mut records);
    if options.select.is_empty() && std::env::var("AIF_SPARE_KERNELS").as_deref() != Ok("0")
    {
        let good = |record: &&mut Record| {
            record.status == Status::Passed && record.first_value_s.is_some()
        };
        if let Some(record) = records.iter_mut().find(good)
            && let Some(job) = jobs.iter().find(|job| job.is_of(record))
            && let Err(error) = runtime.block_on(time_on_a_spare(job, record))
        {
            record.fail("", "", format!("on a spare kernel: {error:#}"));
        }
    }
    crate::report::write(&records, &report)?;
    print!("\n{}", crate::report::summary(&records));
    Ok(records.iter().all(|record| record.status == Status::Passed))
}

/// Finds the notebooks: of each selected module both copies.
fn select(course: &Course, wanted: &[String]) -> Result<Vec<Job>> {
    let (files, modules): (Vec<String>, Vec<String>) =
        wanted.iter().cloned().partition(|wanted| wanted.ends_with(".ipynb"));
    let mut jobs: Vec<Job> =
        files.iter().map(|file| job(course, PathBuf::from(file))).collect();
    if !modules.is_empty() || files.is_empty() {
        jobs.extend(modules_in(course, &modules)?);
    }
    Ok(jobs)
}

impl Job {
    fn is_of(&self, record: &Record) -> bool {
        self.name == record.notebook && self.copy == record.copy
    }

    /// Where the notebook is.
    fn folder(&self) -> &Path {
        let folder = self.path.parent().filter(|folder| *folder != Path::new(""));
        folder.unwrap_or(Path::new("."))
    }
}

/// The job of a file. One that is not the course's own goes by its path, for many files have one name.
fn job(course: &Course, path: PathBuf) -> Job {
    let full = path.canonicalize().or_else(|_| std::path::absolute(&path));
    let full = full.unwrap_or_else(|_| path.clone()).with_extension("");
    let folder = full.parent().unwrap_or(Path::new(""));
    let stubs = folder.ends_with(Edition::Notebooks.name());
    let copy = if stubs { Edition::Notebooks } else { Edition::Solutions };
    let own = full.strip_prefix(course.root().join(copy.name())).ok();
    let own = own.filter(|own| own.components().count() == 1);
    let name = own.unwrap_or(&full).to_string_lossy().into_owned();
    Job { path, name, copy }
}

fn modules_in(course: &Course, wanted: &[String]) -> Result<Vec<Job>> {
    let in_folder = |copy: Edition| stems(course.root(), copy.name(), "ipynb");
    let known = Edition::BOTH.map(in_folder).into_iter().collect::<Result<Vec<_>, _>>();
    let mut known = known.map_err(Error::msg)?.concat();
    known.retain(|stem| !is_page(stem));
    known.sort();
    known.dedup();
    if known.is_empty() {
        bail!("no notebooks in solutions/ or notebooks/: run `make notebooks` first");
    }
    let both = |name: String| {
        Edition::BOTH.map(|copy| Job {
            path: course.root().join(copy.name()).join(&name).with_extension("ipynb"),
            name: name.clone(),
            copy,
        })
    };
    Ok(choose(&known, wanted).map_err(Error::msg)?.into_iter().flat_map(both).collect())
}

async fn run_jobs(course: &Course, jobs: Vec<Job>, workers: usize) -> Vec<Record> {
    let progress = Progress::new(jobs.len());
    let queue: VecDeque<(usize, Job)> = jobs.into_iter().enumerate().collect();
    let queue = Arc::new(Mutex::new(queue));
    let workers: Vec<_> = (0..workers)
        .map(|_| {
            let (course, queue) = (course.clone(), Arc::clone(&queue));
            let progress = progress.clone();
            tokio::spawn(async move {
                let mut records = Vec::new();
                loop {
                    let next =
                        queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some((place, job)) = next else { return records };
                    let line = progress.start(&job);
                    let record = run_job(&course, &job, &line).await;
                    progress.finish(&line, &record);
                    records.push((place, record));
                }
            })
        })
        .collect();
    let mut records = Vec::new();
    for worker in workers {
        match worker.await {
            Ok(done) => records.extend(done),
            Err(error) => {
                let mut record = Record::new("?", Edition::Solutions);
                record.fail("", "", format!("the harness itself failed: {error}"));
                records.push((usize::MAX, record));
            }
        }
    }
    records.sort_by_key(|(place, _)| *place);
    records.into_iter().map(|(_, record)| record).collect()
}

async fn run_job(course: &Course, job: &Job, line: &Line) -> Record {
    let mut notebook = match read(&job.path) {
        Ok(notebook) => notebook,
        Err(error) => {
            let mut record = Record::new(&job.name, job.copy);
            record.fail("", "", format!("{error:#}"));
            return record;
        }
    };
    let mut record = execute(&mut notebook, &job.name, job.copy, job.folder(), line).await;
    if let Err(error) = write_executed(course, job, notebook) {
        record.fail("", "", format!("{error:#}"));
    }
    record
}

fn read(path: &Path) -> Result<Notebook> {
    let text = fs::read_to_string(path).with_context(|| {
        format!("cannot read {} (each module has two copies)", path.display())
    })?;
    match nbformat::parse_notebook(&text) {
        Ok(nbformat::Notebook::V4(notebook)) => Ok(notebook),
        // Cells have ids since format 4.5.
        Ok(nbformat::Notebook::V4QuirksMode(notebook)) => Ok(notebook.repair()),
        Ok(nbformat::Notebook::Legacy(notebook)) => {
            nbformat::upgrade_legacy_notebook(notebook)
        }
        Ok(_) => bail!(
            "{} is not a notebook of format 4: open it in JupyterLab, save it",
            path.display()
        ),
        Err(error) => bail!("{}: {error}", path.display()),
    }
}

/// Runs a notebook on a kernel of its own, in `folder`, and judges it. The outputs are left in
/// `notebook`.
pub async fn execute(
    notebook: &mut Notebook,
    name: &str,
    copy: Edition,
    folder: &Path,
    line: &Line,
) -> Record {
    let mut record = Record::new(name, copy);
    line.show("starting the kernel");
    let started = std::time::Instant::now();
    match start(folder).await {
        Ok(mut kernel) => {
            record.kernel_start_s = Some(kernel.started().elapsed().as_secs_f64());
            let alive = execute_cells(notebook, copy, &mut kernel, &mut record, line).await;
            record.peak_rss_mb = kernel.peak_rss_mb().map(f64::round);
            let end = if alive { kernel.shut_down().await } else { kernel.kill().await };
            if let Err(error) = end {
                record.fail("", "", format!("the kernel could not be ended: {error:#}"));
            }
        }
        Err(error) => {
            record.fail("", "", format!("the kernel could not be started: {error:#}"));
            let cells =
                notebook.cells.iter().filter(|cell| matches!(cell, Cell::Code { .. }));
            record.cells = cells.map(|cell| not_run(cell.id().as_str())).collect();
        }
    }
    record.wall_s = started.elapsed().as_secs_f64();
    record
}

async fn start(folder: &Path) -> Result<Kernel> {
    let launcher = |connection_file: &Path| {
        let mut command = Command::new(program()?);
        command.arg("kernel").arg(connection_file).env(progress::VARIABLE, "");
        Ok(command)
    };
    Kernel::start(folder, launcher).await
}

/// A spare that has become warm, if one of a few does.
async fn warm_spare(folder: &Path) -> Result<Option<Spare>> {
    for _ in 0..SPARES {
        let mut spare = Spare::start(folder)?;
        spare.order("warm").await?;
        if spare.warm(WARMING).await {
            return Ok(Some(spare));
        }
        spare.let_go()?;
    }
    Ok(None)
}

/// Times how long a notebook takes to its first value on a spare kernel. Where there can be none, for want of memory,
/// nothing is timed.
async fn time_on_a_spare(job: &Job, record: &mut Record) -> Result<()> {
    let Some(spare) = warm_spare(job.folder()).await? else { return Ok(()) };
    record.spare_mb = Some(spare.memory_mb());
    let mut kernel = spare.take().await?;
    for cell in read(&job.path)?.cells {
        let Cell::Code { source, .. } = cell else { continue };
        let source = source.concat();
        let execution =
            kernel.execute(&source, Duration::from_secs_f64(FIRST_PATIENCE)).await?;
        if let Some(reason) = trouble(&execution.outputs).or(execution.fault) {
            bail!("{}: {reason}", first_line(&source, 60));
        }
        if gives_value(&source, &execution.outputs) {
            record.spare_first_value_s = Some(kernel.started().elapsed().as_secs_f64());
            break;
        }
    }
    kernel.shut_down().await
}

async fn execute_cells(
    notebook: &mut Notebook,
    copy: Edition,
    kernel: &mut Kernel,
    record: &mut Record,
    line: &Line,
) -> bool {
    let mut alive = true;
    let mut count = 0;
    for cell in &mut notebook.cells {
        let Cell::Code { id, metadata, source, outputs, execution_count } = cell else {
            continue;
        };
        let id = id.as_str();
        if !alive {
            record.cells.push(not_run(id));
            continue;
        }
        count += 1;
        let source = source.concat();
        let head = first_line(&source, 60);
        line.show(&format!("{id}: {head}"));
        let tags = metadata.tags.clone().unwrap_or_default();
        let patience =
            patience(metadata, if count == 1 { FIRST_PATIENCE } else { PATIENCE });
        let execution = match kernel.execute(&source, patience).await {
            Ok(execution) => execution,
            Err(error) => {
                record.fail(id, &head, format!("the conversation broke off: {error:#}"));
                record.cells.push(not_run(id));
                alive = false;
                continue;
            }
        };
        alive = execution.alive;
        let warm = record.first_value_s.is_some();
        if !warm && gives_value(&source, &execution.outputs) {
            record.first_value_s = Some(kernel.started().elapsed().as_secs_f64());
        }
        let judgement = judge(copy, &tags, &source, &execution);
        let good = judgement.faults.is_empty();
        record.cells.push(CellRecord {
            id: id.to_owned(),
            seconds: execution.seconds,
            status: if good { Status::Passed } else { Status::Failed },
            slow: tags.iter().any(|tag| tag == "slow"),
            warm,
        });
        note(record, id, &head, judgement);
        *execution_count = Some(count);
        *outputs = execution.outputs;
    }
    if count == 0 {
        record.fail("", "", "the notebook has no code cell");
    }
    if alive && let Some(late) = trouble(&kernel.linger(LINGER).await) {
        record.fail("", "", format!("after the last cell: {late}"));
    }
    alive
}

/// Puts what the judge found in a cell into the record.
fn note(record: &mut Record, id: &str, head: &str, judgement: Judgement) {
    for fault in judgement.faults {
        record.fail(id, head, fault);
    }
    for Verdict { kind, id, verdict, sentence, .. } in judgement.verdicts {
        match kind {
            Kind::Claim => record.claims.push(ClaimRecord { sentence, verdict }),
            Kind::Check => record.checks.push(CheckRecord { id, verdict }),
            Kind::Quiz => {}
        }
    }
    let figures = judgement.figures.into_iter();
    record.figures.extend(figures.map(|alt| FigureRecord { cell: id.to_owned(), alt }));
}

fn not_run(id: &str) -> CellRecord {
    let (id, status) = (id.to_owned(), Status::NotRun);
    CellRecord { id, seconds: 0.0, status, slow: false, warm: false }
}

fn patience(metadata: &CellMetadata, default: f64) -> Duration {
    let own = metadata.additional.get("timeout").and_then(serde_json::Value::as_f64);
    Duration::from_secs_f64(own.unwrap_or(default).clamp(0.1, 86_400.0))
}

/// Keeps an executed notebook, with its outputs, for looking at it.
fn write_executed(course: &Course, job: &Job, notebook: Notebook) -> Result<()> {
    let folder = course.local()?.join("executed").join(job.copy.name());
    let path = folder.join(format!("{}.ipynb", job.name.trim_start_matches('/')));
    fs::create_dir_all(path.parent().unwrap_or(&folder))?;
    let text = nbformat::serialize_notebook(&nbformat::Notebook::V4(notebook))?;
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Compares the checks of the two copies of each module, where both were run to the end.
fn compare_copies(records: &mut [Record]) {
    let ids = |record: &Record| -> Vec<String> {
        record.checks.iter().map(|check| check.id.clone()).collect()
    };
    let complete = |record: &Record, copy: Edition| {
        let mut cells = record.cells.iter();
        record.copy == copy
            && !record.cells.is_empty()
            && cells.all(|cell| cell.status != Status::NotRun)
    };
    for i in 0..records.len() {
        if !complete(&records[i], Edition::Solutions) {
            continue;
        }
        let twin = records.iter().position(|twin| {
            twin.notebook == records[i].notebook && complete(twin, Edition::Notebooks)
        });
        let Some(twin) = twin else { continue };
        for fault in compare(&ids(&records[i]), &ids(&records[twin])) {
            records[twin].fail("", "", fault);
        }
    }
}

/// What is being run: bars on a terminal, a line for each finished notebook elsewhere.
#[derive(Debug, Clone)]
struct Progress {
    bars: MultiProgress,
    all: ProgressBar,
    terminal: bool,
}

/// The progress of one notebook.
#[derive(Debug)]
pub struct Line {
    bar: ProgressBar,
    name: String,
}

impl Progress {
    fn new(jobs: usize) -> Progress {
        let terminal = std::io::stdout().is_terminal();
        let target = match terminal {
            true => indicatif::ProgressDrawTarget::stdout(),
            false => indicatif::ProgressDrawTarget::hidden(),
        };
        let bars = MultiProgress::with_draw_target(target);
        let all = bars.add(ProgressBar::new(jobs as u64));
        all.set_style(style("{bar:30} {pos}/{len} notebooks, {elapsed}"));
        all.enable_steady_tick(Duration::from_secs(1));
        Progress { bars, all, terminal }
    }

    fn start(&self, job: &Job) -> Line {
        let bar = self.bars.insert_before(&self.all, ProgressBar::new_spinner());
        bar.set_style(style("{spinner} {elapsed:>4} {msg}"));
        bar.enable_steady_tick(Duration::from_millis(200));
        Line { bar, name: Record::new(&job.name, job.copy).name() }
    }

    fn finish(&self, line: &Line, record: &Record) {
        line.bar.finish_and_clear();
        self.all.inc(1);
        let status = match record.status {
            Status::Passed => "passed",
            _ => "FAILED",
        };
        let (done, all) = (self.all.position(), self.all.length().unwrap_or(0));
        let text =
            format!("[{done}/{all}] {status} {} ({:.1} s)", record.name(), record.wall_s);
        match self.terminal {
            true => drop(self.bars.println(text)),
            false => println!("{text}"),
        }
        if done == all {
            self.all.finish_and_clear();
        }
    }
}

impl Line {
    /// A line that nobody sees.
    pub fn hidden() -> Line {
        Line { bar: ProgressBar::hidden(), name: String::new() }
    }

    /// Says what is being done.
    pub fn show(&self, what: &str) {
        self.bar.set_message(first_line(&format!("{}  {what}", self.name), 100));
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_course_s_own_notebooks_go_by_their_name() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let course = Course::at(root).unwrap();
        let named = |path: &Path| {
            let job = job(&course, path.to_owned());
            (job.name, job.copy)
        };
        for copy in Edition::BOTH {
            let path = root.join(copy.name()).join("02_bellman_and_value.ipynb");
            assert_eq!(named(&path), ("02_bellman_and_value".to_owned(), copy));
        }
        let [one, two] = ["/a/notebooks/x.ipynb", "/b/x.ipynb"].map(Path::new);
        assert_eq!(named(one), ("/a/notebooks/x".to_owned(), Edition::Notebooks));
        assert_eq!(named(two), ("/b/x".to_owned(), Edition::Solutions));
    }

    #[test]
    fn notebooks_of_each_format_4_are_read_and_their_cells_have_ids() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.ipynb");
        let read_one = |minor: u32| {
            let text = format!(
                r##"{{ "nbformat": 4, "nbformat_minor": {minor}, "metadata": {{}}, "cells": [
                {{ "cell_type": "markdown", "metadata": {{}}, "source": ["# One"] }},
                {{ "cell_type": "code", "metadata": {{ "tags": ["slow"] }}, "source": ["1 +\n", "1"],
                   "execution_count": null, "outputs": [] }} ] }}"##
            );
            fs::write(&path, text).unwrap();
            read(&path).unwrap()
        };
        for minor in 0..=5 {
            let cells = read_one(minor).cells;
            assert_ne!(cells[0].id().as_str(), cells[1].id().as_str(), "4.{minor}");
            assert!(cells.iter().all(|cell| !cell.id().as_str().is_empty()), "4.{minor}");
            let Cell::Code { source, metadata, .. } = &cells[1] else { panic!("no code") };
            assert_eq!(
                (&*source.concat(), metadata.tags.clone()),
                ("1 +\n1", Some(vec!["slow".to_owned()]))
            );
        }
        fs::write(
            &path,
            r#"{ "nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [] }"#,
        )
        .unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("open it in JupyterLab"));
    }

    #[test]
    fn every_notebook_that_has_code_is_run_and_no_other() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let jobs = modules_in(&Course::at(root).unwrap(), &[]).unwrap();
        for copy in Edition::BOTH {
            for stem in stems(root, copy.name(), "ipynb").unwrap() {
                let path = root.join(copy.name()).join(&stem).with_extension("ipynb");
                let text = std::fs::read_to_string(&path).unwrap();
                let notebook: serde_json::Value = serde_json::from_str(&text).unwrap();
                let mut cells = notebook["cells"].as_array().unwrap().iter();
                let has_code = cells.any(|cell| cell["cell_type"] == "code");
                assert_eq!(jobs.iter().any(|job| job.path == path), has_code, "{stem}");
            }
        }
    }
}
