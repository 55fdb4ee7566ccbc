//! What is run of a submission: the student's cells, with the course's checks in place of theirs.

use regex::Regex;
use serde_json::Value;

use crate::judge::VERDICT;
use crate::native::{Cell, text_of};

/// A cell to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its code.
    pub source: String,
    /// What it is for.
    pub role: Role,
}

/// What a cell is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// The student's answer to this exercise.
    Exercise(String),
    /// The course's check of this exercise.
    Check(String),
    /// Whatever else an answer may need.
    Other,
}

/// A notebook that was handed in.
#[derive(Debug)]
pub struct Submission {
    /// What is run of it.
    pub steps: Vec<Step>,
    /// What the teacher should know.
    pub remarks: Vec<String>,
    /// The exercises of which its stored outputs say that they are solved.
    pub claimed: Vec<String>,
}

impl Submission {
    /// Reads a notebook and compares it with the code cells that were handed out.
    ///
    /// Of the cells that are as they were handed out only those are run that an answer can need: functions are, values are
    /// not, for a function of the kernel cannot use them.
    pub fn new(text: &str, original: &[Cell]) -> Result<Submission, String> {
        let notebook: Value = serde_json::from_str(text)
            .map_err(|error| format!("the file is not a notebook: {error}"))?;
        let Some(cells) = notebook["cells"].as_array() else {
            return Err(
                "the file is not a notebook of format 4: open it in JupyterLab, save it"
                    .to_owned(),
            );
        };
        let mut own =
            Submission { steps: Vec::new(), remarks: Vec::new(), claimed: Vec::new() };
        let mut kept = 0;
        for (i, cell) in original.iter().take(2).enumerate() {
            // The library and its names come first, whatever was handed in.
            own.steps.insert(i, Step { source: cell.source.clone(), role: Role::Other });
        }
        for cell in cells.iter().filter(|cell| cell["cell_type"] == "code") {
            let (source, id) = (text_of(&cell["source"]), cell["id"].as_str());
            let mut tags = cell["metadata"]["tags"].as_array().into_iter().flatten();
            let tag = tags.find_map(|tag| {
                let (kind, id) = tag.as_str()?.split_once(':')?;
                ["exercise", "check"]
                    .contains(&kind)
                    .then(|| (kind.to_owned(), id.to_owned()))
            });
            // Some programs drop the tags of a cell, and some its id.
            let before = original.iter().find(|old| Some(&*old.id) == id);
            let tag = tag.or_else(|| {
                ["exercise", "check"].iter().find_map(|kind| {
                    Some(((*kind).to_owned(), before?.id_of(kind)?.to_owned()))
                })
            });
            let unchanged = original.iter().position(|old| old.source == source);
            kept += usize::from(before.is_some() || unchanged.is_some());
            match tag {
                Some((kind, id)) => own.take(&kind, id, source, cell, original),
                None if unchanged.is_some_and(|at| at < 2) => {}
                None if unchanged.is_some() && !has_items(&source) => {}
                None => own.steps.push(Step { source, role: Role::Other }),
            }
        }
        if kept * 2 < original.len() {
            own.remarks.push(format!(
                "of another version of the course, or not this module: {kept} of {} code cells are there",
                original.len()
            ));
        }
        own.complete(original);
        Ok(own)
    }

    /// Takes the cell of an exercise or a check.
    fn take(
        &mut self,
        kind: &str,
        id: String,
        source: String,
        cell: &Value,
        original: &[Cell],
    ) {
        let Some(old) = original.iter().find(|old| old.id_of(kind) == Some(&id)) else {
            let remark =
                format!("of another version of the course: this one has no exercise {id}");
            if !self.remarks.contains(&remark) {
                self.remarks.push(remark);
            }
            return;
        };
        if kind == "exercise" {
            self.steps.push(Step { source, role: Role::Exercise(id) });
            return;
        }
        if source.trim() != old.source.trim() {
            self.remarks
                .push(format!("{id}: the check was changed; the course's own was run"));
        }
        if says_pass(cell) {
            self.claimed.push(id.clone());
        }
        self.steps.push(Step { source: old.source.clone(), role: Role::Check(id) });
    }

    /// Puts back what is missing, and says what cannot be.
    fn complete(&mut self, original: &[Cell]) {
        for old in original {
            if let Some(id) = old.id_of("exercise") {
                let there = self
                    .steps
                    .iter()
                    .any(|step| step.role == Role::Exercise(id.to_owned()));
                let defined = |name: &String| {
                    self.steps.iter().any(|step| functions(&step.source).contains(name))
                };
                let wanted = functions(&old.source);
                match wanted.iter().find(|name| !defined(name)) {
                    Some(name) if there => self.remarks.push(format!(
                        "{id}: there is no function `{name}`; was it renamed?"
                    )),
                    Some(_) => self
                        .remarks
                        .push(format!("{id}: the cell of the exercise is missing")),
                    None => {}
                }
            }
            if let Some(id) = old.id_of("check") {
                let role = Role::Check(id.to_owned());
                if self.steps.iter().any(|step| step.role == role) {
                    continue;
                }
                self.remarks.push(format!("{id}: the check was deleted; it was put back"));
                let exercise = Role::Exercise(id.to_owned());
                let after = self.steps.iter().rposition(|step| step.role == exercise);
                let at = after.map_or(self.steps.len(), |at| at + 1);
                self.steps.insert(at, Step { source: old.source.clone(), role });
            }
        }
    }
}

/// Whether there is a definition at the margin, which a function may need.
fn has_items(source: &str) -> bool {
    let words = [
        "fn ",
        "use ",
        "struct ",
        "enum ",
        "impl",
        "const ",
        "type ",
        "trait ",
        "#[",
        ":",
        "pub ",
        "macro_rules",
    ];
    source.lines().any(|line| words.iter().any(|word| line.starts_with(word)))
}

/// The names of the functions that stand at the margin.
fn functions(source: &str) -> Vec<String> {
    let Ok(pattern) = Regex::new(r"(?m)^(?:pub )?fn (\w+)") else { return Vec::new() };
    pattern.captures_iter(source).map(|found| found[1].to_owned()).collect()
}

/// Whether the stored output of a cell says that its exercise is solved.
fn says_pass(cell: &Value) -> bool {
    let mut outputs = cell["outputs"].as_array().into_iter().flatten();
    outputs.any(|output| {
        let verdict = &output["data"][VERDICT];
        let shown = text_of(&output["data"]["text/plain"]);
        verdict["verdict"] == "PASS"
            || text_of(verdict).contains("\"PASS\"")
            || shown.contains("PASS")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn original() -> Vec<Cell> {
        let cell = |id: &str, tags: &[&str], source: &str| Cell {
            id: id.to_owned(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            source: source.to_owned(),
        };
        vec![
            cell("a", &[], ":dep aif-lib = { path = \"../aif-lib\" }"),
            cell("b", &[], "use aif_lib::prelude::*;"),
            cell("c", &[], "fn helper() {}"),
            cell("d", &["claim"], "claim(\"slow\", true)"),
            cell("e", &["exercise", "exercise:1.1"], "fn one() { todo!() }"),
            cell("f", &["check", "check:1.1"], "m01::check_1_1(one)"),
        ]
    }

    fn notebook(change: impl Fn(&mut Vec<Value>)) -> String {
        let mut cells = original().iter().map(|cell| json!({
            "cell_type": "code", "id": cell.id, "source": [cell.source], "outputs": [],
            "metadata": { "tags": cell.tags },
        })).collect();
        change(&mut cells);
        json!({ "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells })
            .to_string()
    }

    fn submitted(change: impl Fn(&mut Vec<Value>)) -> (Vec<String>, Vec<String>) {
        let own = Submission::new(&notebook(change), &original()).unwrap();
        (own.steps.into_iter().map(|step| step.source).collect(), own.remarks)
    }

    const FULL: [&str; 5] = [
        ":dep aif-lib = { path = \"../aif-lib\" }",
        "use aif_lib::prelude::*;",
        "fn helper() {}",
        "fn one() { todo!() }",
        "m01::check_1_1(one)",
    ];

    #[test]
    fn only_what_an_answer_can_need_is_run() {
        assert_eq!(submitted(|_| {}), (FULL.map(str::to_owned).to_vec(), vec![]));
    }

    #[test]
    fn the_checks_are_the_course_s_own() {
        let (steps, remarks) = submitted(|cells| cells[5]["source"] = json!("\"PASS\""));
        assert_eq!(steps, FULL);
        assert_eq!(remarks, ["1.1: the check was changed; the course's own was run"]);
        let (steps, remarks) = submitted(|cells| drop(cells.remove(5)));
        assert_eq!(steps, FULL);
        assert_eq!(remarks, ["1.1: the check was deleted; it was put back"]);
    }

    #[test]
    fn a_cell_is_known_by_its_id_where_its_tags_are_gone_and_the_other_way_round() {
        let steps = |key: &str| {
            submitted(|cells| {
                for cell in cells {
                    cell[key] = json!({});
                }
            })
        };
        assert_eq!(steps("metadata"), (FULL.map(str::to_owned).to_vec(), vec![]));
        assert_eq!(steps("id"), (FULL.map(str::to_owned).to_vec(), vec![]));
    }

    #[test]
    fn a_function_that_is_not_there_is_told() {
        let (_, remarks) = submitted(|cells| cells[4]["source"] = json!("fn two() {}"));
        assert_eq!(remarks, ["1.1: there is no function `one`; was it renamed?"]);
        let (_, remarks) = submitted(|cells| drop(cells.remove(4)));
        assert_eq!(remarks, ["1.1: the cell of the exercise is missing"]);
    }

    #[test]
    fn another_version_is_told() {
        let (_, remarks) =
            submitted(|cells| cells[4]["metadata"]["tags"] = json!(["exercise:1.9"]));
        assert_eq!(
            remarks[0],
            "of another version of the course: this one has no exercise 1.9"
        );
        let (steps, remarks) = submitted(|cells| cells.truncate(2));
        assert!(
            remarks[0].starts_with(
                "of another version of the course, or not this module: 2 of 6"
            )
        );
        assert_eq!(steps.len(), 3, "the check is put back");
    }

    #[test]
    fn what_is_no_notebook_is_told() {
        for (text, told) in
            [("{", "not a notebook: EOF"), ("{}", "not a notebook of format 4")]
        {
            let error = Submission::new(text, &original()).unwrap_err();
            assert!(error.contains(told), "{error}");
        }
    }

    #[test]
    fn stored_outputs_that_claim_a_pass_are_noted() {
        let claimed = |data: Value| {
            let text = notebook(|cells| cells[5]["outputs"] = json!([{ "data": data }]));
            Submission::new(&text, &original()).unwrap().claimed
        };
        assert_eq!(claimed(json!({ VERDICT: { "verdict": "PASS" } })), ["1.1"]);
        assert_eq!(claimed(json!({ "text/plain": ["✓ PASS"] })), ["1.1"]);
        assert!(claimed(json!({ VERDICT: { "verdict": "FAIL" } })).is_empty());
    }
}
