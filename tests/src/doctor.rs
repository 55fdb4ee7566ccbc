//! `course doctor`: what is missing or too old, and the command that mends it; then a trial run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};
use nbformat::v4::Notebook;
use serde_json::json;

use crate::evcxr;
use crate::launcher::{PROVISIONER, has_provisioner};
use crate::memory::free_mb;
use crate::modules::Edition;
use crate::place::{Course, on_path};
use crate::report::{Record, Status};
use crate::run::{Line, execute};
use crate::spare::Limits;
use crate::sysroot;
use crate::template::Template;

/// The oldest Rust that compiles the course.
const RUST: (u32, u32) = (1, 95);
/// The oldest Python that the pinned JupyterLab runs on.
const PYTHON: (u32, u32) = (3, 10);
/// What mends most things.
const SETUP: &str = "make setup";
/// What a template, a few kernels and their executed notebooks take, in MB.
const SPACE: u64 = 2000;

/// The answer to one question.
#[derive(Debug)]
struct Finding {
    what: &'static str,
    /// What is there, or what is wrong and the command that mends it.
    answer: Result<String, Complaint>,
}

#[derive(Debug)]
struct Complaint {
    wrong: String,
    remedy: String,
}

fn complaint(wrong: impl Into<String>, remedy: impl Into<String>) -> Complaint {
    Complaint { wrong: wrong.into(), remedy: remedy.into() }
}

/// Examines everything, prints a line for each, and runs a notebook of three cells. Answers
/// whether all is well.
///
/// # Errors
///
/// If the course cannot be found.
pub fn doctor() -> Result<bool> {
    let course = Course::find()?;
    let root = course.root();
    let mut findings = vec![
        finding("Rust", rust(root)),
        finding("Rust sources", rust_src(root)),
        finding("linker", linker()),
        finding("kernel", kernel()),
    ];
    // Without these a trial would only repeat what is wrong.
    let may_try = findings.iter().all(|finding| finding.answer.is_ok());
    findings.extend([
        finding("Python", python(root)),
        finding("JupyterLab", jupyter_lab(root)),
        finding("kernelspec", kernelspec(root)),
        finding("template", template(&course)),
        finding("spare kernel", spare_kernel(root)),
        finding("disk space", disk_space(root)),
    ]);
    findings.iter().for_each(print);
    if may_try {
        println!("...   trial         three cells on a new kernel");
        let trial = finding("trial", trial(&course));
        print(&trial);
        findings.push(trial);
    }
    let broken = findings.iter().filter(|finding| finding.answer.is_err()).count();
    println!(
        "\n{}",
        match broken {
            0 => "Everything is in order.".to_owned(),
            1 => "One thing needs mending.".to_owned(),
            n => format!("{n} things need mending; begin with the first."),
        }
    );
    Ok(broken == 0)
}

fn finding(what: &'static str, answer: Result<String, Complaint>) -> Finding {
    Finding { what, answer }
}

fn print(finding: &Finding) {
    match &finding.answer {
        Ok(there) => {
            let there = there.replace('\n', &format!("\n{:20}", ""));
            println!("ok    {:12}  {there}", finding.what);
        }
        Err(Complaint { wrong, remedy }) => {
            println!("WRONG {:12}  {wrong}", finding.what);
            println!("      {:12}  -> {remedy}", "");
        }
    }
}

fn rust(root: &Path) -> Result<String, Complaint> {
    let remedy = "rustup update stable   (or install Rust: see the README)";
    let says = output(Command::new("rustc").arg("--version").current_dir(root))
        .ok_or_else(|| complaint("rustc does not run", remedy))?;
    at_least(&says, RUST).ok_or_else(|| {
        complaint(format!("{says} is too old: {}.{} is needed", RUST.0, RUST.1), remedy)
    })?;
    output(Command::new("cargo").arg("--version").current_dir(root))
        .ok_or_else(|| complaint("cargo does not run", remedy))?;
    Ok(says)
}

fn rust_src(root: &Path) -> Result<String, Complaint> {
    let remedy = "make setup   (conda: conda install rust-src)";
    sysroot::installed(root)
        .map(|_| "installed".to_owned())
        .ok_or_else(|| complaint("without them the kernel does not know any type", remedy))
}

fn linker() -> Result<String, Complaint> {
    let remedy =
        "sudo apt install gcc   (macOS: xcode-select --install; conda: c-compiler)";
    // Conda's Rust is told of its compiler by such a variable.
    let named = std::env::vars_os().find_map(|(name, program)| {
        let name = name.into_string().ok()?;
        (name.starts_with("CARGO_TARGET_") && name.ends_with("_LINKER")).then_some(program)
    });
    on_path("cc")
        .or(named.map(PathBuf::from))
        .map(|path| path.display().to_string())
        .ok_or_else(|| complaint("there is no C compiler `cc` to link with", remedy))
}

fn kernel() -> Result<String, Complaint> {
    evcxr::right_program()
        .map(|path| path.display().to_string())
        .map_err(|error| complaint(error.to_string(), SETUP))
}

fn python(root: &Path) -> Result<String, Complaint> {
    let remedy =
        "install Python 3.10 or newer (apt install python3 python3-venv), then: make setup";
    let python = environment(root).map(|folder| folder.join("bin/python"));
    let python = python.filter(|python| python.is_file()).unwrap_or("python3".into());
    let says = output(Command::new(&python).arg("--version"))
        .ok_or_else(|| complaint("python3 does not run", remedy))?;
    at_least(&says, PYTHON)
        .map(|()| format!("{says} ({})", python.display()))
        .ok_or_else(|| complaint(format!("{says} is too old: 3.10 is needed"), remedy))
}

fn jupyter_lab(root: &Path) -> Result<String, Complaint> {
    let lab = environment(root).map(|folder| folder.join("bin/jupyter-lab"));
    let lab = lab.filter(|lab| lab.is_file()).or_else(|| on_path("jupyter-lab"));
    let lab = lab.ok_or_else(|| complaint("JupyterLab is not installed", SETUP))?;
    output(Command::new(&lab).arg("--version"))
        .map(|version| format!("{version} ({})", lab.display()))
        .ok_or_else(|| complaint(format!("{} does not run", lab.display()), SETUP))
}

fn kernelspec(root: &Path) -> Result<String, Complaint> {
    let prefix = environment(root)
        .ok_or_else(|| complaint("there is no environment to install it into", SETUP))?;
    let spec = prefix.join("share/jupyter/kernels/rust/kernel.json");
    let text = std::fs::read_to_string(&spec)
        .map_err(|_| complaint(format!("there is no {}", spec.display()), SETUP))?;
    let spec_of: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let program = PathBuf::from(spec_of["argv"][0].as_str().unwrap_or_default());
    if spec_of["argv"][1] != "kernel" || !program.is_file() {
        let wrong = format!("{} does not start this course's launcher", spec.display());
        return Err(complaint(wrong, SETUP));
    }
    Ok(spec.display().to_string())
}

/// What JupyterLab's spare kernels are, or why there are none.
fn spare_kernel(root: &Path) -> Result<String, Complaint> {
    let prefix = environment(root)
        .ok_or_else(|| complaint("there is no environment to install it into", SETUP))?;
    let spec =
        std::fs::read_to_string(prefix.join("share/jupyter/kernels/rust/kernel.json"));
    if !(has_provisioner(&prefix) && spec.is_ok_and(|spec| spec.contains(PROVISIONER))) {
        return Err(complaint(
            "JupyterLab cannot take one: its extension is missing",
            SETUP,
        ));
    }
    if std::env::var("AIF_SPARE_KERNELS").as_deref() == Ok("0") {
        return Ok(
            "off, by AIF_SPARE_KERNELS=0: each notebook waits for its own".to_owned()
        );
    }
    let wanted = Limits::default().memory;
    Ok(match free_mb() {
        Some(free) if free >= wanted => {
            "JupyterLab keeps one warm (half a GB), so that the next notebook need not wait;\n\
             AIF_SPARE_KERNELS=0 turns it off"
                .to_owned()
        }
        free => format!("none: {} MB of memory are free, not {wanted}", free.unwrap_or(0)),
    })
}

fn template(course: &Course) -> Result<String, Complaint> {
    let template =
        Template::current(course).map_err(|error| complaint(error.to_string(), SETUP))?;
    match (template.is_ready(), template.is_fresh()) {
        (false, _) => Err(complaint("the kernel's library is not compiled yet", SETUP)),
        (true, false) => {
            Ok(format!("aif-lib was edited since; each kernel compiles it anew ({SETUP})"))
        }
        (true, true) => Ok(template.folder().display().to_string()),
    }
}

fn disk_space(root: &Path) -> Result<String, Complaint> {
    let free = rustix::fs::statvfs(root)
        .map(|disk| disk.f_bavail * disk.f_frsize / (1 << 20))
        .map_err(|error| complaint(error.to_string(), "df -h ."))?;
    match free < SPACE {
        true => Err(complaint(
            format!("{free} MB are free; {SPACE} MB are needed"),
            "make clean   (or free some space elsewhere)",
        )),
        false => Ok(format!("{free} MB free")),
    }
}

/// The environment that holds the Jupyter tools: the active conda environment, else `.venv`.
fn environment(root: &Path) -> Option<PathBuf> {
    let conda = std::env::var_os("CONDA_PREFIX").map(PathBuf::from);
    let conda = conda.filter(|folder| folder.join("bin/jupyter-lab").is_file());
    conda.or_else(|| Some(root.join(".venv")).filter(|folder| folder.is_dir()))
}

/// Runs three cells as the harness runs a notebook.
fn trial(course: &Course) -> Result<String, Complaint> {
    let remedy = "make clean, then make setup   (builds the kernel's library anew)";
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| complaint(error.to_string(), remedy))?;
    let record = runtime
        .block_on(smoke(course))
        .map_err(|error| complaint(format!("{error:#}"), remedy))?;
    if record.status != Status::Passed
        && let Some(errors) =
            Template::current(course).ok().and_then(|t| t.library_errors())
    {
        return Err(complaint(errors, "mend these lines, or: git checkout aif-lib"));
    }
    match (record.status, record.failures.first()) {
        (Status::Passed, _) => Ok(format!(
            "first value after {:.1} s",
            record.first_value_s.unwrap_or(record.wall_s)
        )),
        (_, Some(failure)) => {
            Err(complaint(format!("{} {}", failure.source, failure.reason), remedy))
        }
        (_, None) => Err(complaint("the trial failed", remedy)),
    }
}

async fn smoke(course: &Course) -> Result<Record> {
    let dependency = format!(":dep aif-lib = {{ path = {:?} }}", course.aif_lib());
    let cells =
        [dependency.as_str(), "use aif_lib::prelude::*;", "let one: f64 = 1.0;\none + one"];
    let cells: Vec<_> = cells
        .iter()
        .enumerate()
        .map(|(i, source)| {
            json!({
                "cell_type": "code", "id": format!("smoke-{i}"), "metadata": {},
                "source": source, "outputs": [], "execution_count": null,
            })
        })
        .collect();
    let notebook =
        json!({ "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells });
    let mut notebook: Notebook = serde_json::from_value(notebook)?;
    let record =
        execute(&mut notebook, "smoke", Edition::Solutions, course.root(), &Line::hidden())
            .await;
    if record.status == Status::Passed && record.first_value_s.is_none() {
        bail!("the cells ran, but showed no value");
    }
    Ok(record)
}

/// The first line a command prints, if it succeeds.
fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().next().map(str::to_owned)
}

/// Whether the first version number in `text` is at least `wanted`.
fn at_least(text: &str, wanted: (u32, u32)) -> Option<()> {
    let version = text.split_whitespace().find(|word| {
        word.contains('.') && word.starts_with(|first: char| first.is_ascii_digit())
    })?;
    let mut numbers = version.split(['.', '-']).map_while(|number| number.parse().ok());
    let found: (u32, u32) = (numbers.next()?, numbers.next()?);
    (found >= wanted).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(at_least("rustc 1.95.0 (59807616e 2026-04-14)", (1, 95)).is_some());
        assert!(at_least("rustc 1.100.0-beta.2", (1, 95)).is_some());
        assert!(at_least("Python 3.9.18", (3, 10)).is_none());
        assert!(at_least("Python 3.12.1", (3, 10)).is_some());
        assert!(at_least("no number", (3, 10)).is_none());
    }
}
