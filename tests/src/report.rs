//! What a run leaves behind: report.json, a table of times, and every failure with its reason.
//!
//! report.json is a list with one object for each executed copy of a notebook, in the order of the table:
//!
//! ```text
//! [{ notebook, copy: "solutions" | "notebooks", status: "passed" | "failed",
//!    kernel_start_s, first_value_s, wall_s, peak_rss_mb,          numbers; null if never measured (wall_s always is)
//!    spare_first_value_s, spare_mb,                               numbers; null but for one notebook of a whole run
//!    cells:    [{ id, seconds, status }],                        every code cell; status may be "not run"
//!    checks:   [{ id, verdict }],                                verdict: "PASS" | "FAIL" | "TODO" | "ERROR"
//!    claims:   [{ sentence, verdict }],
//!    figures:  [{ cell, alt }],
//!    failures: [{ cell, source, reason }] }]                     cell is empty if it is about the whole notebook
//! ```

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::judge::{Kind, expected};
use crate::modules::Edition;

/// One executed copy of a notebook, as report.json tells it (a list of these).
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    /// The file's name without `.ipynb`, or its path if it is not one of the course's own.
    pub notebook: String,
    /// Which copy of it.
    pub copy: Edition,
    /// `passed` or `failed`.
    pub status: Status,
    /// From starting the launcher to the kernel's first answer.
    pub kernel_start_s: Option<f64>,
    /// From starting the launcher to the end of the first cell that shows a value or binds a
    /// variable.
    pub first_value_s: Option<f64>,
    /// The same, had the kernel been a warm spare: from taking it.
    pub spare_first_value_s: Option<f64>,
    /// The memory that the spare held.
    pub spare_mb: Option<u64>,
    /// From starting the launcher to the end of the kernel.
    pub wall_s: f64,
    /// The highest memory use of the kernel and its children; none where there is no `/proc`.
    pub peak_rss_mb: Option<f64>,
    /// The code cells, in order.
    pub cells: Vec<CellRecord>,
    /// The exercises.
    pub checks: Vec<CheckRecord>,
    /// The sentences the notebook states.
    pub claims: Vec<ClaimRecord>,
    /// The figures.
    pub figures: Vec<FigureRecord>,
    /// What is wrong.
    pub failures: Vec<Failure>,
}

/// How a notebook or a cell ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Status {
    /// Nothing is wrong.
    #[serde(rename = "passed")]
    Passed,
    /// Something is wrong.
    #[serde(rename = "failed")]
    Failed,
    /// The kernel was gone before.
    #[serde(rename = "not run")]
    NotRun,
}

/// A code cell.
#[derive(Debug, Clone, Serialize)]
pub struct CellRecord {
    /// The cell's id.
    pub id: String,
    /// From the request to the kernel's answer.
    pub seconds: f64,
    /// How it ended.
    pub status: Status,
    /// Whether the cell is tagged `slow`.
    #[serde(skip)]
    pub slow: bool,
    /// Whether the cell comes after the one that gave the first value.
    #[serde(skip)]
    pub warm: bool,
}

/// An exercise.
#[derive(Debug, Clone, Serialize)]
pub struct CheckRecord {
    /// Such as `9.2`.
    pub id: String,
    /// `PASS`, `FAIL`, `TODO` or `ERROR`.
    pub verdict: String,
}

/// A claim.
#[derive(Debug, Clone, Serialize)]
pub struct ClaimRecord {
    /// The sentence.
    pub sentence: String,
    /// `PASS` or `FAIL`.
    pub verdict: String,
}

/// A figure.
#[derive(Debug, Clone, Serialize)]
pub struct FigureRecord {
    /// The id of the cell that drew it.
    pub cell: String,
    /// What a reader hears who cannot see it.
    pub alt: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, Serialize)]
pub struct Failure {
    /// The id of the cell; empty if it is about the notebook.
    pub cell: String,
    /// The first line of the cell.
    pub source: String,
    /// What is wrong.
    pub reason: String,
}

impl Record {
    /// The record of a notebook of which nothing is known yet.
    pub fn new(notebook: &str, copy: Edition) -> Record {
        Record {
            notebook: notebook.to_owned(),
            copy,
            status: Status::Passed,
            kernel_start_s: None,
            first_value_s: None,
            spare_first_value_s: None,
            spare_mb: None,
            wall_s: 0.0,
            peak_rss_mb: None,
            cells: Vec::new(),
            checks: Vec::new(),
            claims: Vec::new(),
            figures: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Adds something that is wrong.
    pub fn fail(&mut self, cell: &str, source: &str, reason: impl Into<String>) {
        self.status = Status::Failed;
        self.failures.push(Failure {
            cell: cell.to_owned(),
            source: source.to_owned(),
            reason: reason.into(),
        });
    }

    /// `solutions/NAME`, or the path of a notebook from elsewhere.
    pub fn name(&self) -> String {
        match self.notebook.contains('/') {
            true => self.notebook.clone(),
            false => format!("{}/{}", self.copy.name(), self.notebook),
        }
    }

    /// The times of the cells after the first value, in order of size; without those tagged
    /// `slow` if asked.
    fn warm(&self, with_slow: bool) -> Vec<f64> {
        let cells = self.cells.iter().filter(|cell| {
            cell.warm && cell.status != Status::NotRun && (with_slow || !cell.slow)
        });
        let mut seconds: Vec<f64> = cells.map(|cell| cell.seconds).collect();
        seconds.sort_by(f64::total_cmp);
        seconds
    }

    fn median_s(&self) -> Option<f64> {
        quantile(&self.warm(true), 0.5)
    }

    fn p95_s(&self) -> Option<f64> {
        quantile(&self.warm(false), 0.95)
    }

    /// A sentence for each part of the speed budget that was exceeded.
    pub fn over_budget(&self) -> Vec<String> {
        let measured = [
            ("first value", self.first_value_s, 15.0),
            ("first value on a spare kernel", self.spare_first_value_s, 2.5),
            ("median cell", self.median_s(), 0.8),
            ("95th percentile of the cells outside `slow`", self.p95_s(), 2.5),
            ("whole module", Some(self.wall_s), 60.0),
        ];
        measured
            .into_iter()
            .filter_map(|(what, seconds, limit)| Some((what, seconds?, limit)))
            .filter(|(_, seconds, limit)| seconds > limit)
            .map(|(what, seconds, limit)| {
                format!("{}: {what} took {seconds:.1} s, over {limit} s", self.name())
            })
            .collect()
    }
}

/// The smallest value with at least a share `q` of the sorted values at or below it.
fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

/// Writes report.json.
///
/// # Errors
///
/// If the file cannot be written.
pub fn write(records: &[Record], path: &Path) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, serde_json::to_string_pretty(records)? + "\n")
        .with_context(|| format!("cannot write {}", path.display()))
}

/// The table of times, the warnings, the failures, and last `N passed, N failed`.
pub fn summary(records: &[Record]) -> String {
    let mut text = table(records);
    for record in records {
        if let (Some(cold), Some(warm)) = (record.first_value_s, record.spare_first_value_s)
        {
            let (name, mb) = (record.name(), record.spare_mb.unwrap_or(0));
            let _ = writeln!(
                text,
                "{name} on a spare kernel ({mb} MB): first value after {warm:.1} s, not {cold:.1} s"
            );
        }
    }
    for warning in records.iter().flat_map(Record::over_budget) {
        let _ = writeln!(text, "slow: {warning}");
    }
    for record in records {
        for failure in &record.failures {
            let _ = writeln!(text, "\nFAILED {}", record.name());
            if !failure.cell.is_empty() {
                let _ = writeln!(text, "  cell {}: {}", failure.cell, failure.source);
            }
            let _ = writeln!(text, "  {}", failure.reason);
        }
    }
    let failed = records.iter().filter(|record| record.status != Status::Passed).count();
    let _ = writeln!(text, "\n{} passed, {failed} failed", records.len() - failed);
    text
}

fn table(records: &[Record]) -> String {
    let heads = [
        "notebook",
        "copy",
        "status",
        "start s",
        "first value s",
        "median s",
        "p95 s",
        "slowest s",
        "wall s",
        "peak MB",
        "claims",
        "checks",
    ];
    let mut rows = vec![heads.map(str::to_owned)];
    rows.extend(records.iter().map(row));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..heads.len()).filter_map(width).collect();
    let mut text = String::new();
    for row in &rows {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let _ = match column {
                0..3 => write!(text, "{cell:width$}  "),
                _ => write!(text, "{cell:>width$}  "),
            };
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

fn row(record: &Record) -> [String; 12] {
    let number = |value: Option<f64>, digits: usize| match value {
        Some(value) => format!("{value:.digits$}"),
        None => "-".to_owned(),
    };
    let all = record.warm(true);
    let share = |kind: Kind, verdicts: Vec<&str>| {
        let right = expected(record.copy, kind);
        let good = verdicts.iter().filter(|verdict| **verdict == right).count();
        format!("{good}/{}", verdicts.len())
    };
    [
        record.notebook.clone(),
        record.copy.name().to_owned(),
        if record.status == Status::Passed { "passed" } else { "FAILED" }.to_owned(),
        number(record.kernel_start_s, 1),
        number(record.first_value_s, 1),
        number(record.median_s(), 2),
        number(record.p95_s(), 2),
        number(all.last().copied(), 2),
        number(Some(record.wall_s), 1),
        number(record.peak_rss_mb, 0),
        share(Kind::Claim, record.claims.iter().map(|claim| &*claim.verdict).collect()),
        share(Kind::Check, record.checks.iter().map(|check| &*check.verdict).collect()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(seconds: f64, slow: bool, warm: bool) -> CellRecord {
        CellRecord { id: "c".to_owned(), seconds, status: Status::Passed, slow, warm }
    }

    fn record(cells: Vec<CellRecord>) -> Record {
        Record { cells, wall_s: 10.0, ..Record::new("09_x", Edition::Solutions) }
    }

    #[test]
    fn quantiles_by_nearest_rank() {
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(quantile(&values, 0.5), Some(10.0));
        assert_eq!(quantile(&values, 0.95), Some(19.0));
        assert_eq!(quantile(&[3.0], 0.95), Some(3.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn the_budget_spares_the_first_value_and_slow_cells() {
        let mut good = record(vec![cell(9.0, false, false), cell(0.5, false, true)]);
        good.cells.push(cell(0.6, false, true));
        good.cells.push(cell(30.0, true, true));
        assert_eq!(good.over_budget(), Vec::<String>::new());
        good.cells[2].seconds = 3.0;
        assert_eq!(good.over_budget().len(), 2, "median 3.0 and p95 3.0");
        good.first_value_s = Some(15.1);
        assert_eq!(good.over_budget().len(), 3);
    }

    #[test]
    fn a_spare_kernel_is_told_beside_a_new_one() {
        let mut record = record(vec![cell(0.5, false, true)]);
        record.first_value_s = Some(6.0);
        record.spare_first_value_s = Some(2.6);
        record.spare_mb = Some(575);
        let text = summary(&[record]);
        assert!(text.contains("spare kernel (575 MB): first value after 2.6 s, not 6.0 s"));
        assert!(
            text.contains("slow: solutions/09_x: first value on a spare kernel took 2.6 s")
        );
    }

    #[test]
    fn a_summary_ends_with_the_count_and_names_each_failure() {
        let good = record(vec![cell(0.5, false, true)]);
        let mut bad = record(vec![cell(0.5, false, true)]);
        bad.fail("c7", "let x = 1;", "panic: boom");
        let text = summary(&[good, bad]);
        assert!(text.ends_with("\n1 passed, 1 failed\n"), "{text}");
        assert!(text.contains("cell c7: let x = 1;\n  panic: boom"), "{text}");
    }

    #[test]
    fn the_report_has_the_agreed_names() {
        let mut record = record(vec![cell(0.5, false, true)]);
        record.fail("c", "x", "why");
        let value = serde_json::to_value([record]).unwrap();
        let names: Vec<_> =
            value[0].as_object().unwrap().keys().map(String::as_str).collect();
        for name in [
            "notebook",
            "copy",
            "status",
            "kernel_start_s",
            "first_value_s",
            "spare_first_value_s",
            "spare_mb",
            "wall_s",
            "peak_rss_mb",
            "cells",
            "checks",
            "claims",
            "figures",
        ] {
            assert!(names.contains(&name), "{name}");
        }
        assert_eq!(
            value[0]["cells"][0],
            serde_json::json!({"id": "c", "seconds": 0.5, "status": "passed"})
        );
    }
}
