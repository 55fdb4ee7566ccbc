//! `course answers`: each change that cargo-mutants makes in a right answer must make it fail its check.
//!
//! The answers of a module become a crate whose tests are the module's checks (see `native`). A change that no check sees is
//! a gap in the check, or makes no difference; then answers.json, beside this crate's manifest, says why:
//!
//! ```text
//! [{ "module": "01", "line": "if x > best {", "change": "replace > with >=",
//!    "reason": "of two that are equal, either is the largest" }]
//! ```

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::modules::{choose, stems};
use crate::native::{Cell, Workspace, cells, features_of, name, others_of};
use crate::place::Course;

/// How long an answer may take, in seconds: a change can make a loop endless.
const PATIENCE: &str = "30";

/// Changes the answers of these modules, prints which changes no check saw, and says whether there is none.
///
/// # Errors
///
/// If a module is not known, an answer does not pass its own check, or cargo-mutants is missing.
pub fn run(course: &Course, modules: &[String]) -> Result<bool> {
    let known = stems(course.root(), "solutions", "md").map_err(anyhow::Error::msg)?;
    let chosen = choose(&known, modules).map_err(anyhow::Error::msg)?;
    let workspace = Workspace::new(course)?;
    let equal = equal(&fs::read_to_string(course.root().join("tests/answers.json"))?)?;
    let mut command = workspace.cargo("mutants");
    // In place: what is changed here is made anew for each run. One change at a time, for they share the folder.
    command.args([
        "--in-place",
        "--no-shuffle",
        "--no-times",
        "--profile",
        "release",
        "--caught",
    ]);
    command.args(["--timeout", PATIENCE, "--output"]).arg(workspace.folder());
    let mut sources = Vec::new();
    for stem in &chosen {
        let cells = cells(course, stem)?;
        let Some(text) = crate_of(&cells) else { continue };
        let place = format!("answers/{}", name(stem));
        let files = [("src/lib.rs".to_owned(), text.clone())];
        workspace.write_crate(&place, &features_of(&cells), &others_of(&cells), &files)?;
        command.args(["--package", &place.replace('/', "_")]);
        sources.push((format!("{place}/src/lib.rs"), stem.clone(), text));
    }
    // It exits with 2 or 3 where changes were missed or took too long: that is judged here.
    let code =
        command.status().context("cargo-mutants is missing: `make check-answers`")?.code();
    if !matches!(code, Some(0 | 2 | 3)) {
        bail!("cargo mutants ended with {code:?}; does each answer pass its own check?");
    }
    let report = workspace.folder().join("mutants.out/outcomes.json");
    let changes = changes(&serde_json::from_str(&fs::read_to_string(report)?)?, &sources);
    let (text, good) = judged(&changes, &equal, &chosen);
    print!("{text}");
    Ok(good)
}

/// The answers of a module, and its checks as tests; none if it has no exercise.
fn crate_of(cells: &[Cell]) -> Option<String> {
    let tagged = |tag: &'static str| {
        cells.iter().filter(move |cell| cell.tags.iter().any(|own| own == tag))
    };
    let mut text = String::from("#![allow(warnings)]\nuse aif_lib::prelude::*;\n");
    for cell in tagged("exercise") {
        writeln!(text, "\n{}", cell.source).ok()?;
    }
    text += "\n#[cfg(test)]\nmod checks {\n    use super::*;\n";
    for (i, cell) in tagged("check").enumerate() {
        let check = cell.source.trim().trim_end_matches(';');
        writeln!(
            text,
            "    #[test]\n    fn check_{i}() {{\n        let verdict = {check};\n        \
             assert!(verdict.passed(), \"{{verdict:?}}\");\n    }}"
        )
        .ok()?;
    }
    tagged("check").next().map(|_| text + "}\n")
}

/// A change of an answer.
#[derive(Debug, Clone, PartialEq)]
struct Change {
    stem: String,
    line: String,
    change: String,
    seen: bool,
}

/// The changes that compile, from cargo-mutants' report.
fn changes(report: &Value, sources: &[(String, String, String)]) -> Vec<Change> {
    let outcomes = report["outcomes"].as_array().into_iter().flatten();
    let change = |outcome: &Value| {
        let mutant = &outcome["scenario"]["Mutant"];
        let seen = match outcome["summary"].as_str()? {
            "CaughtMutant" | "Timeout" => true,
            "MissedMutant" => false,
            _ => return None,
        };
        let (_, stem, text) =
            sources.iter().find(|(path, _, _)| mutant["file"] == **path)?;
        let line = mutant["span"]["start"]["line"].as_u64()? as usize;
        // "answers/m01/src/lib.rs:9:5: replace + with - in predict"
        let name = mutant["name"].as_str()?.splitn(4, ':').last()?.trim();
        let change = name.rsplit_once(" in ").map_or(name, |(change, _)| change);
        let line = text.lines().nth(line - 1)?.trim().to_owned();
        Some(Change { stem: stem.clone(), line, change: change.to_owned(), seen })
    };
    outcomes.filter_map(change).collect()
}

/// A change that makes no difference.
#[derive(Debug, Deserialize)]
struct Equal {
    module: String,
    line: String,
    change: String,
    reason: String,
}

impl Equal {
    fn is(&self, change: &Change) -> bool {
        self.is_of(&change.stem) && self.line == change.line && self.change == change.change
    }

    fn is_of(&self, stem: &str) -> bool {
        stem.split('_').next() == Some(&self.module)
    }
}

/// The list of changes that make no difference.
fn equal(json: &str) -> Result<Vec<Equal>> {
    let list: Vec<Equal> = serde_json::from_str(json).context("tests/answers.json")?;
    if let Some(entry) = list.iter().find(|entry| entry.reason.len() < 10) {
        bail!("tests/answers.json: why does `{}` make no difference?", entry.change);
    }
    Ok(list)
}

/// What no check saw, what is listed without need, the score of each module; and whether all is well.
fn judged(changes: &[Change], equal: &[Equal], chosen: &[String]) -> (String, bool) {
    let (mut text, mut good) = (String::new(), !changes.is_empty());
    for stem in chosen {
        let own: Vec<&Change> =
            changes.iter().filter(|change| change.stem == *stem).collect();
        let missed: Vec<&&Change> = own.iter().filter(|change| !change.seen).collect();
        let listed =
            missed.iter().filter(|change| equal.iter().any(|e| e.is(change))).count();
        for Change { line, change, .. } in
            missed.iter().filter(|change| !equal.iter().any(|e| e.is(change)))
        {
            good = false;
            text += &format!("{stem}: no check sees `{change}` in\n    {line}\n");
        }
        for e in equal.iter().filter(|e| e.is_of(stem) && !missed.iter().any(|c| e.is(c))) {
            good = false;
            text += &format!(
                "{stem}: answers.json lists `{}` in `{}` without need\n",
                e.change, e.line
            );
        }
        let seen = own.len() - missed.len();
        text += &format!(
            "{stem}: {} changes, {seen} fail, {listed} make no difference\n",
            own.len()
        );
    }
    (text, good)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::path::Path;

    fn cell(tag: &str, source: &str) -> Cell {
        Cell { id: "c".into(), tags: vec![tag.into()], source: source.into() }
    }

    #[test]
    fn the_crate_has_the_answers_and_their_checks() {
        let cells = [
            cell("exercise", "fn f(x: f64) -> f64 {\n    x\n}"),
            cell("claim", "claim(\"s\", g())"),
            cell("check", "m01::check_1_1(f)"),
        ];
        let text = crate_of(&cells).unwrap();
        assert!(
            text.contains("fn f(x: f64)")
                && text.contains("let verdict = m01::check_1_1(f);")
        );
        assert!(!text.contains("g()"));
        assert!(syn::parse_file(&text).is_ok(), "{text}");
        assert!(crate_of(&cells[1..2]).is_none());
    }

    #[test]
    fn a_change_that_no_check_sees_is_told_unless_it_makes_no_difference() {
        let outcome = |line: u64, column: u64, change: &str, summary: &str| {
            json!({ "summary": summary, "scenario": { "Mutant": {
                "file": "answers/m01/src/lib.rs", "span": { "start": { "line": line, "column": column } },
                "name": format!("answers/m01/src/lib.rs:{line}:{column}: {change} in f") } } })
        };
        let report = json!({ "outcomes": [
            { "summary": "Success", "scenario": "Baseline" },
            outcome(2, 3, "replace + with -", "MissedMutant"),
            outcome(2, 9, "replace - with +", "CaughtMutant"),
            outcome(2, 9, "replace - with /", "Timeout"),
            outcome(2, 9, "replace f -> T with Default::default()", "Unviable"),
        ]});
        let stem = "01_m".to_owned();
        let sources = [(
            "answers/m01/src/lib.rs".to_owned(),
            stem.clone(),
            "fn f\n  x + y - z\n".to_owned(),
        )];
        let changes = changes(&report, &sources);
        assert_eq!(changes.len(), 3);
        let (text, good) = judged(&changes, &[], std::slice::from_ref(&stem));
        assert!(
            !good && text.contains("no check sees `replace + with -` in\n    x + y - z"),
            "{text}"
        );
        assert!(text.contains("3 changes, 2 fail, 0 make no difference"), "{text}");

        let list = |change: &str| {
            let reason = "y is always 0 here";
            let entry = json!([{ "module": "01", "line": "x + y - z", "change": change, "reason": reason }]);
            equal(&entry.to_string()).unwrap()
        };
        let listed = list("replace + with -");
        assert!(judged(&changes, &listed, std::slice::from_ref(&stem)).1);
        let needless = list("replace - with +");
        let (text, good) = judged(&changes[1..], &needless, std::slice::from_ref(&stem));
        assert!(!good && text.contains("without need"), "{text}");
        assert!(
            judged(&changes[1..], &needless, &["02_n".to_owned()]).0.contains("0 changes")
        );
        assert!(!judged(&[], &[], &[stem]).1, "nothing was tried");
    }

    #[test]
    fn the_list_gives_reasons() {
        let without = r#"[{ "module": "01", "line": "x", "change": "y", "reason": "" }]"#;
        assert!(equal(without).unwrap_err().to_string().contains("why does `y`"));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("answers.json");
        assert!(equal(&fs::read_to_string(path).unwrap()).is_ok());
    }
}
