//! Notebooks without a kernel: the code cells of a module as one program.
//!
//! A kernel compiles each cell by itself, a second each, and runs it once. Where the same cells are run again and again
//! (`course seeds`), they stand one after the other in one function, compiled once; a run is then a process that takes
//! seconds. What a cell shows is printed as the kernel prints it, so the same verdicts are read from it.
//!
//! ```text
//! target/course/native/Cargo.toml, Cargo.lock   a workspace, with the repository's choice of versions
//!                      cells/src/bin/m05.rs     the cells of module 05 (see `lift`)
//!                      cells/src/lib.rs         what they are run with (see runtime.rs)
//!                      answers/m05/src/lib.rs   the answers to its exercises (see `answers`)
//! ```

mod lift;
mod workspace;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::judge::{Kind, VERDICT, Verdict};
use crate::place::Course;

pub use lift::{is_claim, lift};
pub use workspace::Workspace;

/// A code cell, as the notebook has it.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Its id.
    pub id: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its code.
    pub source: String,
}

impl Cell {
    /// The number in a tag such as `check:9.1`.
    pub fn id_of(&self, kind: &str) -> Option<&str> {
        self.tags.iter().find_map(|tag| tag.strip_prefix(kind)?.strip_prefix(':'))
    }

    /// Whether it ends in a verdict.
    pub fn gives_verdict(&self) -> bool {
        Kind::ALL.iter().any(|kind| self.tags.iter().any(|tag| tag == kind.tag()))
    }
}

/// The code cells of a module's solutions, in order.
///
/// # Errors
///
/// If the notebook cannot be read.
pub fn cells(course: &Course, stem: &str) -> Result<Vec<Cell>> {
    cells_in(&course.root().join("solutions").join(stem).with_extension("ipynb"))
}

/// The code cells of a notebook, in order.
///
/// # Errors
///
/// If it cannot be read.
pub fn cells_in(path: &Path) -> Result<Vec<Cell>> {
    let text = fs::read_to_string(path).with_context(|| {
        format!("cannot read {}: `make notebooks` makes it", path.display())
    })?;
    let notebook: Value =
        serde_json::from_str(&text).with_context(|| format!("{}", path.display()))?;
    let texts = |value: &Value| -> Vec<String> {
        let items = value.as_array().into_iter().flatten();
        items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let cells = notebook["cells"].as_array().into_iter().flatten();
    Ok(cells
        .filter(|cell| cell["cell_type"] == "code")
        .map(|cell| Cell {
            id: cell["id"].as_str().unwrap_or_default().to_owned(),
            tags: texts(&cell["metadata"]["tags"]),
            source: text_of(&cell["source"]),
        })
        .collect())
}

/// A text, which a notebook stores whole or as a list of lines.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        _ => value.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
    }
}

/// What a claim, a check or a quiz of a module came to.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The cell.
    pub cell: String,
    /// What it said.
    pub verdict: Verdict,
    /// The parts of its condition that do not hold, with the numbers that they compare.
    pub why: Vec<String>,
}

/// What became of one run of a module.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// What was judged, in order.
    pub judged: Vec<Judged>,
    /// What ended it too early, and in which cell.
    pub fault: Option<String>,
}

/// Modules that were compiled to be run.
#[derive(Debug)]
pub struct Native {
    folder: PathBuf,
    programs: PathBuf,
}

impl Native {
    /// Compiles these modules' solutions.
    ///
    /// # Errors
    ///
    /// If a notebook cannot be read, or its cells do not compile as one program.
    pub fn compile(course: &Course, stems: &[String]) -> Result<Self> {
        let workspace = Workspace::new(course)?;
        let mut files =
            vec![("src/lib.rs".to_owned(), include_str!("native/runtime.rs").to_owned())];
        let (mut features, mut others) = (Vec::new(), Vec::new());
        for stem in stems {
            let cells = cells(course, stem)?;
            features.extend(features_of(&cells));
            others.extend(others_of(&cells));
            let program =
                lift(&cells).with_context(|| format!("solutions/{stem}.ipynb"))?;
            files.push((format!("src/bin/{}.rs", name(stem)), program));
        }
        features.sort();
        features.dedup();
        others.sort();
        others.dedup();
        workspace.write_crate("cells", &features, &others, &files)?;
        let mut build = workspace.cargo("build");
        build.args(["--release", "--package", "cells"]);
        build.args(stems.iter().flat_map(|stem| ["--bin".to_owned(), name(stem)]));
        if !build.status().context("cargo is not on PATH")?.success() {
            bail!(
                "the cells do not compile as one program; they are in {}",
                workspace.folder().display()
            );
        }
        let programs = workspace.folder().join("target/release");
        Ok(Self { folder: course.root().join("solutions"), programs })
    }

    /// Runs a module with all its seeds moved by `shift` steps, on one core.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub fn run(&self, stem: &str, shift: u64) -> Result<Run> {
        let output = Command::new(self.programs.join(name(stem)))
            .current_dir(&self.folder)
            .env("COURSE_SEED_SHIFT", shift.to_string())
            .env("RAYON_NUM_THREADS", "1")
            .output()
            .with_context(|| format!("cannot start the program of {stem}"))?;
        let mut run = read(&String::from_utf8_lossy(&output.stdout))?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            let fault = text.split_once("panicked at").map_or(&*text, |(_, rest)| rest);
            let cell = run.fault.take().unwrap_or_default();
            run.fault = Some(format!("{cell}: {}", fault.trim().replace('\n', " ")));
        } else {
            run.fault = None;
        }
        Ok(run)
    }
}

/// `m05` of `05_model_based_rl`.
pub fn name(stem: &str) -> String {
    format!("m{}", stem.split('_').next().unwrap_or(stem).to_lowercase())
}

/// What these cells ask for, each as a line of a manifest.
fn asked(cells: &[Cell]) -> impl Iterator<Item = &str> {
    cells
        .iter()
        .flat_map(|cell| cell.source.lines())
        .filter_map(|line| line.strip_prefix(":dep "))
}

/// The features of aif-lib that these cells ask for.
pub fn features_of(cells: &[Cell]) -> Vec<String> {
    let lists = asked(cells).filter(|line| is_library(line)).filter_map(|line| {
        let (_, rest) = line.split_once("features = [")?;
        Some(rest.split_once(']')?.0)
    });
    let mut names: Vec<String> = lists
        .flat_map(|list| list.split(','))
        .map(|name| name.trim().trim_matches('"').to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The other crates that these cells ask for, each as a line of a manifest.
pub fn others_of(cells: &[Cell]) -> Vec<String> {
    asked(cells).filter(|line| !is_library(line)).map(str::to_owned).collect()
}

fn is_library(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, _)| name.trim() == "aif-lib")
}

/// Reads what a program printed; the last cell is kept as a fault for the case that it ended there.
fn read(printed: &str) -> Result<Run> {
    let mut run = Run::default();
    let (mut cell, mut why) = (String::new(), Vec::new());
    let verdict = format!("EVCXR_BEGIN_CONTENT {VERDICT}");
    let mut lines = printed.lines();
    while let Some(line) = lines.next() {
        if let Some(id) = line.strip_prefix("COURSE_CELL ") {
            (cell, why) = (id.to_owned(), Vec::new());
        } else if let Some(part) = line.strip_prefix("COURSE_WHY ") {
            why.push(part.to_owned());
        } else if line == verdict {
            let verdict: Verdict = serde_json::from_str(lines.next().unwrap_or_default())?;
            run.judged.push(Judged {
                cell: cell.clone(),
                verdict,
                why: std::mem::take(&mut why),
            });
        }
    }
    run.fault = Some(cell);
    Ok(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_prints_is_read_as_verdicts_of_cells() {
        let printed = format!(
            "COURSE_CELL 01-a-1\nsome text\nCOURSE_CELL 01-b-1\nCOURSE_WHY x < 1: 2 and 1\n\
             EVCXR_BEGIN_CONTENT {VERDICT}\n{{\"kind\":\"claim\",\"verdict\":\"FAIL\",\"sentence\":\"s\"}}\n\
             EVCXR_END_CONTENT\n"
        );
        let run = read(&printed).unwrap();
        assert_eq!(run.judged.len(), 1);
        assert_eq!(
            (&*run.judged[0].cell, &*run.judged[0].verdict.verdict),
            ("01-b-1", "FAIL")
        );
        assert_eq!(run.judged[0].why, ["x < 1: 2 and 1"]);
    }

    fn cells(sources: &[&str]) -> Vec<Cell> {
        let cell =
            |source: &&str| Cell { id: "c".into(), tags: vec![], source: (*source).into() };
        sources.iter().map(cell).collect()
    }

    #[test]
    fn cells_name_features() {
        let plain = r#":dep aif-lib = { path = "../aif-lib" }"#;
        let deep = r#":dep aif-lib = { path = "../aif-lib", features = ["deep", "lm"] }"#;
        assert_eq!(features_of(&cells(&[plain])), [""; 0]);
        assert_eq!(features_of(&cells(&[plain, "1 + 1", deep, deep])), ["deep", "lm"]);
    }

    #[test]
    fn cells_name_other_crates() {
        let first = ":dep aif-lib = { path = \"../aif-lib\" }";
        let second = "\n:dep aif-lib = { path = \"../aif-lib\", features = [\"deep\"] }\n:dep rand = \"0.10\"";
        let cells = cells(&[first, "\n:dep approx = \"0.5\"", second, "3"]);
        assert_eq!(others_of(&cells), ["approx = \"0.5\"", "rand = \"0.10\""]);
    }
}
