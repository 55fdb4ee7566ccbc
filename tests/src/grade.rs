//! `course grade`: runs what students handed in, and says of every exercise what became of it.
//!
//! ```text
//! DIR/ada/01_behaving_animal.ipynb      one folder for each student, with notebooks anywhere in it
//!     bob/homework/02_bellman_and_value.ipynb
//! target/course/grades/grades.csv       a line for each student and module
//!                      ada.html         a page for each student
//! ```
//!
//! A submission is run in a folder of its own, cell by cell, with the checks of this course in place of its own (see
//! `submission`). What it stored as output counts for nothing. Whatever a cell does, the next one is run, and whatever a
//! notebook does, the next student is graded: a cell that does not end is interrupted, a program that takes too much memory
//! gets none, and where the system allows it there is no network (see `network`). This guards against accidents. It is no
//! prison: a program can read and write files, so run what strangers wrote on a machine that may be lost.

mod network;
mod page;
mod submission;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use regex::Regex;
use tokio::sync::Semaphore;

use crate::build::is_page;
use crate::client::Kernel;
use crate::execution::Execution;
use crate::judge::{Kind, judge, trouble};
use crate::modules::{Edition, choose, stems};
use crate::native::{Cell, cells_in};
use crate::place::{Course, program};
use crate::progress;
use crate::text::first_line;
use submission::{Role, Step, Submission};

/// Time for the first cell, which may have to compile the library.
const FIRST_PATIENCE: Duration = Duration::from_secs(600);
/// A notebook over this size is not opened.
const LARGEST: u64 = 256 << 20;

/// What to grade and how.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Holds one folder for each student
    folder: PathBuf,
    /// The modules that were to be handed in, such as 01 [default: each that somebody handed in]
    #[arg(long = "module", value_name = "MODULE")]
    modules: Vec<String>,
    /// Seconds that a cell may take
    #[arg(long, default_value_t = 30)]
    cell: u64,
    /// Seconds that a notebook may take
    #[arg(long, default_value_t = 600)]
    notebook: u64,
    /// Megabytes of memory that a program may ask for
    #[arg(long, default_value_t = 6000)]
    memory: u64,
    /// How many notebooks run at once
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Where the grades go [default: target/course/grades]
    #[arg(long)]
    out: Option<PathBuf>,
}

/// What became of an exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its number.
    pub id: String,
    /// `PASS`, `FAIL`, `TODO` or `ERROR`; empty if nothing was handed in.
    pub verdict: String,
    /// What the check says, or why there is no verdict.
    pub sentence: String,
}

/// What became of a student's notebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// The student's folder.
    pub student: String,
    /// The module.
    pub module: String,
    /// Its exercises, in order.
    pub outcomes: Vec<Outcome>,
    /// What the teacher should know.
    pub remarks: Vec<String>,
}

/// Grades every submission and writes the results. What students did never makes it fail.
///
/// # Errors
///
/// If there is no submission, a module is not known, or the results cannot be written.
pub fn run(course: &Course, args: &Args) -> Result<u8> {
    let submissions = submissions(&args.folder)?;
    if let Some(code) = network::leave()? {
        return Ok(code);
    }
    let modules = modules(course, &submissions, &args.modules)?;
    let out = match &args.out {
        Some(out) => out.clone(),
        None => course.local()?.join("grades"),
    };
    fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let grades = runtime.block_on(grade_all(course, args, &submissions, &modules));
    fs::write(out.join("grades.csv"), page::csv(&grades))?;
    for student in submissions.iter().map(|(student, _)| student) {
        let own: Vec<&Grade> =
            grades.iter().filter(|grade| grade.student == *student).collect();
        fs::write(out.join(format!("{student}.html")), page::html(student, &own))?;
    }
    println!("{} in {}", page::count(grades.len(), "notebook"), out.display());
    Ok(0)
}

/// The students, with the notebooks that each has handed in.
fn submissions(folder: &Path) -> Result<Vec<(String, Vec<PathBuf>)>> {
    let mut students = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') {
            let mut notebooks = Vec::new();
            find_notebooks(&path, &mut notebooks);
            notebooks.sort();
            students.push((name, notebooks));
        }
    }
    students.sort();
    if students.is_empty() {
        bail!(
            "{} holds no folder: give each student one, named after them, and put the notebooks into it",
            folder.display()
        );
    }
    Ok(students)
}

fn find_notebooks(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, link) =
            (entry.path(), entry.file_type().is_ok_and(|kind| kind.is_symlink()));
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if path.is_dir() && !hidden && !link {
            find_notebooks(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "ipynb") && !link {
            found.push(path);
        }
    }
}

/// A module, as the course hands it out.
#[derive(Debug)]
struct Module {
    stem: String,
    cells: Vec<Cell>,
}

/// The modules that are graded.
fn modules(
    course: &Course,
    submissions: &[(String, Vec<PathBuf>)],
    wanted: &[String],
) -> Result<Vec<Arc<Module>>> {
    let folder = Edition::Notebooks.name();
    let mut known = stems(course.root(), folder, "ipynb").map_err(anyhow::Error::msg)?;
    known.retain(|stem| !is_page(stem));
    let mut chosen = choose(&known, wanted).map_err(anyhow::Error::msg)?;
    if wanted.is_empty() {
        let mut all = submissions.iter().flat_map(|(_, notebooks)| notebooks);
        chosen.retain(|stem| all.clone().any(|path| is_of(path, stem)));
        if chosen.is_empty() && all.next().is_some() {
            bail!("no notebook has the name of a module, such as {}", known.join(", "));
        }
        if chosen.is_empty() {
            bail!("nobody has handed in a notebook");
        }
    }
    let read = |stem: String| {
        let path = course.root().join(folder).join(&stem).with_extension("ipynb");
        Ok(Arc::new(Module { cells: cells_in(&path)?, stem }))
    };
    chosen.into_iter().map(read).collect()
}

/// Whether a file is the notebook of a module, or a copy of it such as `01_name-Copy1.ipynb`.
fn is_of(path: &Path, stem: &str) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(stem))
}

async fn grade_all(
    course: &Course,
    args: &Args,
    submissions: &[(String, Vec<PathBuf>)],
    modules: &[Arc<Module>],
) -> Vec<Grade> {
    let permits = Arc::new(Semaphore::new(args.jobs.max(1)));
    let mut tasks = Vec::new();
    for (student, notebooks) in submissions {
        for module in modules {
            let (course, args, permits) = (course.clone(), args.clone(), permits.clone());
            let (student, module) = (student.clone(), module.clone());
            let own: Vec<PathBuf> = notebooks
                .iter()
                .filter(|path| is_of(path, &module.stem))
                .cloned()
                .collect();
            let nothing = Grade::nothing(&student, &module);
            let task = tokio::spawn(async move {
                let _permit = permits.acquire().await;
                let grade = grade(&course, &args, &student, &module, &own).await;
                println!("{}", grade.line());
                grade
            });
            tasks.push((nothing, task));
        }
    }
    let mut grades = Vec::new();
    for (nothing, task) in tasks {
        grades.push(match task.await {
            Ok(grade) => grade,
            Err(error) => nothing.with(format!("the grading itself failed: {error}")),
        });
    }
    grades
}

impl Grade {
    /// Of a notebook that was not run.
    fn nothing(student: &str, module: &Module) -> Grade {
        let ids = module.cells.iter().filter_map(|cell| cell.id_of("check"));
        let open = |id: &str| Outcome {
            id: id.to_owned(),
            verdict: String::new(),
            sentence: "not run".to_owned(),
        };
        Grade {
            student: student.to_owned(),
            module: module.stem.clone(),
            outcomes: ids.map(open).collect(),
            remarks: Vec::new(),
        }
    }

    fn with(mut self, remark: String) -> Grade {
        self.remarks.push(remark);
        self
    }

    /// How many exercises are solved.
    pub fn solved(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.verdict == "PASS").count()
    }

    /// What the teacher sees while it runs.
    fn line(&self) -> String {
        let remarks =
            self.remarks.iter().map(|remark| format!("; {remark}")).collect::<String>();
        let (Grade { student, module, outcomes, .. }, solved) = (self, self.solved());
        format!("{student}, {module}: {solved} of {} solved{remarks}", outcomes.len())
    }
}

async fn grade(
    course: &Course,
    args: &Args,
    student: &str,
    module: &Module,
    notebooks: &[PathBuf],
) -> Grade {
    let nothing = Grade::nothing(student, module);
    let exact =
        |path: &&PathBuf| path.file_stem().is_some_and(|stem| *stem == *module.stem);
    let Some(path) = notebooks.iter().find(exact).or(notebooks.first()) else {
        return nothing.with(format!("no {}.ipynb was handed in", module.stem));
    };
    let mut submission = match read(path)
        .and_then(|text| Submission::new(&text, &module.cells).map_err(anyhow::Error::msg))
    {
        Ok(submission) => submission,
        Err(error) => return nothing.with(format!("{error:#}")),
    };
    if notebooks.len() > 1 {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        submission
            .remarks
            .push(format!("{} copies were handed in; graded was {name}", notebooks.len()));
    }
    let (nothing, remarks) =
        (Grade { remarks: submission.remarks.clone(), ..nothing }, submission.remarks);
    let mut desk = match Desk::new(course, args, student, &module.stem).await {
        Ok(desk) => desk,
        Err(error) => {
            return nothing.with(format!("the kernel could not be started: {error:#}"));
        }
    };
    desk.remarks = remarks;
    for step in &submission.steps {
        desk.run(step).await;
    }
    let (mut found, mut remarks) = desk.end().await;
    let mut grade = nothing;
    for outcome in &mut grade.outcomes {
        if let Some(new) = found.remove(&outcome.id) {
            *outcome = new;
        }
        let Outcome { id, verdict, .. } = &*outcome;
        if submission.claimed.contains(id) && verdict != "PASS" {
            remarks.push(format!(
                "{id}: the stored output says PASS, but running it does not"
            ));
        }
    }
    Grade { remarks, ..grade }
}

fn read(path: &Path) -> Result<String> {
    let bytes = fs::metadata(path)?.len();
    if bytes > LARGEST {
        bail!("the file has {} MB: clear its outputs and hand it in again", bytes >> 20);
    }
    fs::read_to_string(path).context("the file cannot be read")
}

/// Where one submission is run.
struct Desk {
    kernel: Kernel,
    folder: PathBuf,
    alive: bool,
    patience: Duration,
    limit: Duration,
    begun: Instant,
    first: bool,
    /// What is wrong with the cell of an exercise.
    broken: HashMap<String, String>,
    found: HashMap<String, Outcome>,
    remarks: Vec<String>,
}

impl Desk {
    async fn new(course: &Course, args: &Args, student: &str, stem: &str) -> Result<Desk> {
        let folder = course.local()?.join("grading").join(student).join(stem);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        let kernel = Kernel::start(&folder, |connection_file| {
            // The shell's limit holds for all that it starts.
            let mut command = Command::new("sh");
            let limit = format!("ulimit -v {} && exec \"$0\" \"$@\"", args.memory * 1024);
            command.args(["-c", &limit]).arg(program()?).arg("kernel").arg(connection_file);
            command.env("COURSE_ROOT", course.root()).env(progress::VARIABLE, "");
            Ok(command)
        });
        Ok(Desk {
            kernel: kernel.await?,
            folder,
            alive: true,
            patience: Duration::from_secs(args.cell),
            limit: Duration::from_secs(args.notebook),
            begun: Instant::now(),
            first: true,
            broken: HashMap::new(),
            found: HashMap::new(),
            remarks: Vec::new(),
        })
    }

    /// Runs a cell and notes what became of it.
    async fn run(&mut self, step: &Step) {
        let patience = if self.first { FIRST_PATIENCE } else { self.patience };
        let late = self.begun.elapsed() > self.limit && !self.first;
        self.first = false;
        let execution = if !self.alive {
            Err("not run: the kernel has ended".to_owned())
        } else if late {
            Err(format!("not run: the notebook took more than {} s", self.limit.as_secs()))
        } else {
            self.kernel.execute(&step.source, patience).await.map_err(|error| {
                self.alive = false;
                format!("the kernel could not be asked: {error:#}")
            })
        };
        if let Ok(execution) = &execution
            && !execution.alive
        {
            self.alive = self.kernel.interrupt().await;
        }
        self.note(step, &execution.as_ref().map_err(String::as_str));
    }

    fn note(&mut self, step: &Step, execution: &Result<&Execution, &str>) {
        let wrong = match execution {
            Ok(execution) => wrong(execution, self.patience),
            Err(reason) => Some((*reason).to_owned()),
        };
        match &step.role {
            Role::Exercise(id) => {
                if let Some(wrong) = wrong {
                    self.broken.insert(id.clone(), wrong);
                }
            }
            Role::Check(id) => {
                let verdict = execution.ok().and_then(|execution| verdict(id, execution));
                let sentence = || {
                    let own = self.broken.get(id).cloned();
                    own.or(wrong).unwrap_or("the check has shown no verdict".to_owned())
                };
                let (verdict, sentence) =
                    verdict.unwrap_or_else(|| ("ERROR".to_owned(), sentence()));
                self.found
                    .insert(id.clone(), Outcome { id: id.clone(), verdict, sentence });
            }
            // What else is in a notebook is not graded, but a teacher should know what made it end.
            Role::Other => {
                if let (Some(wrong), Ok(execution)) = (wrong, execution)
                    && (execution.fault.is_some() || wrong.starts_with(ENDED))
                {
                    self.remarks
                        .push(format!("`{}`: {wrong}", first_line(&step.source, 40)));
                }
            }
        }
    }

    async fn end(self) -> (HashMap<String, Outcome>, Vec<String>) {
        let _ = self.kernel.kill().await;
        let _ = fs::remove_dir_all(&self.folder);
        (self.found, self.remarks)
    }
}

const ENDED: &str = "the program ended";

/// What a check has said of an exercise.
fn verdict(id: &str, execution: &Execution) -> Option<(String, String)> {
    let verdicts = judge(Edition::Solutions, &[], "", execution).verdicts;
    let own = verdicts.into_iter().rfind(|one| one.kind == Kind::Check && one.id == id)?;
    Some((own.verdict, own.sentence))
}

/// What is wrong with a cell, in words for a teacher.
fn wrong(execution: &Execution, patience: Duration) -> Option<String> {
    if execution.fault.as_ref().is_some_and(|fault| fault.starts_with("timeout")) {
        return Some(format!(
            "did not end within {} s: an endless loop?",
            patience.as_secs()
        ));
    }
    let trouble = execution.fault.clone().or_else(|| trouble(&execution.outputs));
    let trouble =
        trouble.or(execution.refused.then(|| "the kernel reports an error".to_owned()))?;
    let ended = Regex::new(r"Subprocess terminated with status: (.*)").ok();
    if let Some(ended) =
        ended.and_then(|pattern| Some(pattern.captures(&trouble)?[1].to_owned()))
    {
        let why = "a call of `exit`, too much memory, or a recursion without end";
        return Some(format!("{ENDED} ({ended}): {why}"));
    }
    match trouble.strip_prefix("error: ") {
        Some(error) => Some(format!("does not compile: {error}")),
        None => Some(trouble),
    }
}
