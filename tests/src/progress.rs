//! `course progress`: which exercises have been solved on this machine, by module.
//!
//! The library adds a line to `progress.csv` in the course's folder for each check that a notebook shows: number, verdict,
//! seconds since 1970. The launcher tells it the file's name. Solutions do not count, nor what the harness runs.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::build::is_page;
use crate::modules::{Edition, stems};
use crate::native::cells_in;
use crate::place::Course;

/// The variable that names the file to the library; where it is set already, also to nothing, it stays.
pub const VARIABLE: &str = "COURSE_PROGRESS";

/// The file for the checks of a notebook in this folder, if they are to be noted.
pub fn file_for(folder: &Path) -> Option<PathBuf> {
    let theirs = std::env::var_os(VARIABLE).is_none() && !folder.ends_with("solutions");
    theirs.then(Course::find)?.ok().map(|course| file(&course))
}

fn file(course: &Course) -> PathBuf {
    course.root().join("progress.csv")
}

/// Prints the table.
///
/// # Errors
///
/// If the notebooks, or a file of progress that is there, cannot be read.
pub fn run(course: &Course) -> Result<()> {
    let file = file(course);
    let lines = match fs::read_to_string(&file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        text => text.with_context(|| format!("cannot read {}", file.display()))?,
    };
    let folder = course.root().join(Edition::Notebooks.name());
    let mut modules = Vec::new();
    for stem in stems(course.root(), Edition::Notebooks.name(), "ipynb")
        .map_err(anyhow::Error::msg)?
    {
        if !is_page(&stem) {
            let cells = cells_in(&folder.join(&stem).with_extension("ipynb"))?;
            let ids =
                cells.iter().filter_map(|cell| cell.id_of("check").map(str::to_owned));
            modules.push((stem.clone(), ids.collect()));
        }
    }
    print!("{}", table(&modules, &lines));
    Ok(())
}

/// The table of these modules with their exercises. What was solved once stays solved.
fn table(modules: &[(String, Vec<String>)], lines: &str) -> String {
    let verdicts: Vec<(&str, &str)> = lines
        .lines()
        .filter_map(|line| line.split_once(','))
        .map(|(id, rest)| (id, rest.split(',').next().unwrap_or(rest)))
        .collect();
    let of = |id: &str| -> Vec<&str> {
        let all = verdicts.iter().filter(|(of, _)| *of == id);
        all.map(|(_, verdict)| *verdict).collect()
    };
    let mut text = format!(
        "{:<32}{:<11}{}\n",
        "module", "solved", "still open, with the last verdict"
    );
    let (mut all_solved, mut all) = (0, 0);
    for (stem, ids) in modules {
        let open: Vec<String> = ids
            .iter()
            .filter(|id| !of(id).contains(&"PASS"))
            .map(|id| {
                [id.as_str(), of(id).last().unwrap_or(&"")].join(" ").trim_end().to_owned()
            })
            .collect();
        let solved = ids.len() - open.len();
        (all_solved, all) = (all_solved + solved, all + ids.len());
        let row = format!(
            "{stem:<32}{:<11}{}",
            format!("{solved} of {}", ids.len()),
            open.join(", ")
        );
        let _ = writeln!(text, "{}", row.trim_end());
    }
    let _ = writeln!(text, "{:<32}{all_solved} of {all}", "");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_what_was_solved_once_and_the_last_verdict_of_what_is_open() {
        let module = |stem: &str, ids: &[&str]| {
            (stem.to_owned(), ids.iter().map(|id| (*id).to_owned()).collect())
        };
        let modules =
            [module("01_one", &["1.1", "1.2", "1.3"]), module("02_two", &["2.1"])];
        let lines = "1.1,PASS,5\n1.1,FAIL,6\n1.2,FAIL,7\n1.2,ERROR,8\nnonsense\n2.1,PASS,9\n9.9,PASS,9\n";
        let rows: Vec<String> = table(&modules, lines)
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            rows[1..],
            ["01_one 1 of 3 1.2 ERROR, 1.3", "02_two 1 of 1", "2 of 4"].map(str::to_owned)
        );
    }

    #[test]
    fn solutions_do_not_count() {
        assert_eq!(file_for(Path::new("/course/solutions")), None);
    }
}
