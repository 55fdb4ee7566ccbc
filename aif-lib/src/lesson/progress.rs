//! [`progress`]: which exercises of a module have been solved on this machine.
//!
//! Each check that a notebook shows adds a line to one file: its number, its verdict, and the time in seconds since 1970.
//! Nothing else is noted, and nobody is told. The kernel's launcher names the file; where it names none, as when the
//! notebooks are tested or a solution is open, nothing is noted.

use std::fmt;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::verdict::card;
use super::{MODULES, Module};
use crate::show::{bundle, debug};

/// The variable that names the file.
const FILE: &str = "COURSE_PROGRESS";

fn file() -> Option<PathBuf> {
    std::env::var_os(FILE).filter(|file| !file.is_empty()).map(PathBuf::from)
}

/// Adds a line to the file, if there is one. A check is worth its card even where the file cannot be written;
/// [`progress`] says so.
pub(super) fn record(id: &str, verdict: &str) {
    if let Some(file) = file() {
        let now =
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
        let _ = append(&file, &format!("{id},{verdict},{now}\n"));
    }
}

/// One write at the end of the file, so that notebooks that are open at once do not disturb each other.
fn append(file: &Path, line: &str) -> std::io::Result<()> {
    OpenOptions::new().create(true).append(true).open(file)?.write_all(line.as_bytes())
}

/// Which exercises of a module have been solved on this machine, and which are open.
///
/// ```
/// # use aif_lib::prelude::*;
/// println!("{:?}", progress("01"));
/// ```
/// `module` is what the name of its notebook begins with, such as `01` or `A2`.
pub fn progress(module: &str) -> Progress {
    let named = |m: &&Module| m.file().trim_start_matches('m').eq_ignore_ascii_case(module);
    let found = MODULES.iter().find(named);
    let exercises = found.map_or_else(Vec::new, |m| (m.exercises)());
    let ids: Vec<&str> = exercises.iter().map(|exercise| exercise.id()).collect();
    let sentence = match file() {
        _ if found.is_none() => format!("There is no module {module:?}; one is \"01\"."),
        None => "Checks are not noted here.".to_string(),
        Some(file) => match append(&file, "") {
            Ok(()) => sentence(&ids, &std::fs::read_to_string(&file).unwrap_or_default()),
            Err(error) => format!("Checks cannot be noted in {}: {error}.", file.display()),
        },
    };
    Progress { module: module.to_string(), sentence }
}

/// What the lines of the file say of these exercises. What was solved once stays solved.
fn sentence(ids: &[&str], lines: &str) -> String {
    let verdicts = |id| {
        let fields = lines.lines().filter_map(|line| line.split_once(','));
        fields
            .filter(move |(of, _)| *of == id)
            .filter_map(|(_, rest)| rest.split(',').next())
    };
    let (solved, open): (Vec<&str>, Vec<&str>) =
        ids.iter().partition(|id| verdicts(**id).any(|verdict| verdict == "PASS"));
    let list = |what: &str, ids: &[&str]| match ids {
        [] => String::new(),
        _ => format!(" {what}: {}.", ids.join(", ")),
    };
    let (count, all) = (solved.len(), ids.len());
    format!(
        "{count} of {all} exercises solved.{}{}",
        list("Solved", &solved),
        list("Open", &open)
    )
}

/// What has been solved of a module. Leave it as the last expression of a cell to show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Progress {
    module: String,
    sentence: String,
}

impl Progress {
    fn title(&self) -> String {
        let kind = if self.module.starts_with(['A', 'a']) { "Appendix" } else { "Module" };
        format!("{kind} {}", self.module)
    }

    fn text(&self) -> String {
        format!("{} — {}", self.title(), self.sentence)
    }

    fn bundle(&self) -> String {
        bundle(&[
            ("text/html", &card("#8a8f98", "◷", &self.title(), &self.sentence)),
            ("text/plain", &self.text()),
        ])
    }

    /// Shows the card and its text twin in a notebook.
    pub fn evcxr_display(&self) {
        println!("{}", self.bundle());
    }
}

/// The text twin of the card.
impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, &self.text(), &self.text(), &|| self.bundle())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_solved_once_stays_solved() {
        let lines = "1.1,TODO,5\n1.1,PASS,6\n1.1,FAIL,7\n1.2,ERROR,8\n1.30,PASS,9\n";
        assert_eq!(
            sentence(&["1.1", "1.2", "1.3"], lines),
            "1 of 3 exercises solved. Solved: 1.1. Open: 1.2, 1.3."
        );
        assert_eq!(sentence(&["1.1"], lines), "1 of 1 exercises solved. Solved: 1.1.");
        assert_eq!(sentence(&["2.1"], ""), "0 of 1 exercises solved. Open: 2.1.");
        assert_eq!(
            sentence(&["1.1"], "torn line\n1.1"),
            "0 of 1 exercises solved. Open: 1.1."
        );
    }

    #[test]
    fn modules_and_appendices_go_by_the_name_of_their_notebook() {
        for (name, title) in [("01", "Module 01 — "), ("A2", "Appendix A2 — ")] {
            let text = format!("{:?}", progress(name));
            assert!(text.starts_with(title) && !text.contains("no module"), "{text}");
        }
        assert!(format!("{:?}", progress("99")).contains("There is no module \"99\""));
    }

    #[test]
    fn lines_are_added_and_a_file_that_cannot_be_written_is_an_error() {
        let folder = std::env::temp_dir().join(format!("progress-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join("progress.csv");
        append(&file, "1.1,PASS,6\n").expect("written");
        append(&file, "1.2,FAIL,7\n").expect("written");
        let text = std::fs::read_to_string(&file).expect("read");
        std::fs::remove_dir_all(&folder).expect("removed");
        assert_eq!(text, "1.1,PASS,6\n1.2,FAIL,7\n");
        assert!(append(&file, "").is_err());
    }
}
