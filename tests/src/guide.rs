//! `course guide`: what a teacher needs beside the notebooks, made from what is written already.
//!
//! Of each module: its question, its minutes, a plan for fifty minutes, what students get wrong (the known wrong answers of
//! its exercises, with what the check says of them), and what to discuss (its questions, and its Dual Perspective boxes).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};
use regex::Regex;
use serde_json::Value;
use syn::visit::{self, Visit};

use crate::build::is_page;
use crate::modules::stems;
use crate::native::text_of;
use crate::place::Course;

/// The lesson, and what of it is taken by the question at its start, the vote on three questions, and its end.
const LESSON: u64 = 50;
const OPENING: u64 = 5;
const VOTE: u64 = 8;
const END: u64 = 5;
/// What an exercise needs before it: its section is shown and run.
const SECTION: u64 = 5;

/// Writes the guide to target/course/guide.md.
///
/// # Errors
///
/// If a source cannot be read, or the guide not written.
pub fn run(course: &Course) -> Result<()> {
    let seconds = seconds(course).unwrap_or_default();
    let mut text = String::from("# Teacher's guide\n");
    for stem in stems(course.root(), "solutions", "ipynb").map_err(anyhow::Error::msg)? {
        if is_page(&stem) {
            continue;
        }
        let read = |path: String| {
            let path = course.root().join(path);
            fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))
        };
        let notebook = serde_json::from_str(&read(format!("solutions/{stem}.ipynb"))?)?;
        let lesson = lesson(&stem);
        let mistakes = mistakes(&read(lesson.clone())?).context(lesson)?;
        text += &chapter(&Module::new(&notebook), &mistakes, seconds.get(&stem).copied());
    }
    let path = course.local()?.join("guide.md");
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{}", path.display());
    Ok(())
}

/// Where a module has its checks: `m09.rs`, and `a2.rs` for an appendix.
fn lesson(stem: &str) -> String {
    let number = stem.split('_').next().unwrap_or_default();
    let kind = if number.starts_with('A') { "" } else { "m" };
    format!("aif-lib/src/lesson/{kind}{}.rs", number.to_lowercase())
}

/// The seconds that each solution took in the last `course run`.
fn seconds(course: &Course) -> Option<HashMap<String, f64>> {
    let report = fs::read_to_string(course.local().ok()?.join("report.json")).ok()?;
    let records: Vec<Value> = serde_json::from_str(&report).ok()?;
    let solutions = records.iter().filter(|record| record["copy"] == "solutions");
    Some(
        solutions
            .filter_map(|one| {
                Some((one["notebook"].as_str()?.to_owned(), one["wall_s"].as_f64()?))
            })
            .collect(),
    )
}

#[derive(Debug, PartialEq)]
struct Task {
    id: String,
    stars: usize,
    minutes: u64,
    section: String,
}

/// What a notebook says that a teacher wants to know.
#[derive(Debug, Default)]
struct Module {
    title: String,
    question: String,
    minutes: u64,
    objectives: Vec<String>,
    tasks: Vec<Task>,
    questions: Vec<(String, String)>,
    /// The sections with a Dual Perspective box.
    dual: Vec<String>,
}

impl Module {
    fn new(notebook: &Value) -> Module {
        let about = &notebook["metadata"]["course"];
        let objectives = about["objectives"].as_array().into_iter().flatten();
        let mut module = Module {
            minutes: about["minutes"].as_u64().unwrap_or_default(),
            objectives: objectives
                .filter_map(|one| Some(one.as_str()?.to_owned()))
                .collect(),
            ..Module::default()
        };
        let pattern = |text| Regex::new(text).expect("a pattern of this program");
        let task = pattern(r"^### Exercise (\S+) [^★]*(★+).*?\((\d+)");
        let question = pattern(r"^\*\*Question (\S+)\.\*\* (.+)");
        let mut section = String::new();
        let cells = notebook["cells"].as_array().into_iter().flatten();
        for cell in cells.filter(|cell| cell["cell_type"] == "markdown") {
            for line in text_of(&cell["source"]).lines() {
                if let Some(title) = line.strip_prefix("# ") {
                    module.title = title.to_owned();
                } else if let Some(text) = ["module", "appendix"].iter().find_map(|what| {
                    line.strip_prefix(&format!("**The question of this {what}.** "))
                }) {
                    module.question = text.to_owned();
                } else if let Some(title) = line.strip_prefix("## ") {
                    section = title.to_owned();
                } else if line.starts_with("> **Dual Perspective**") {
                    module.dual.push(section.clone());
                } else if let Some(found) = task.captures(line) {
                    module.tasks.push(Task {
                        id: found[1].to_owned(),
                        stars: found[2].chars().count(),
                        minutes: found[3].parse().unwrap_or_default(),
                        section: section.clone(),
                    });
                } else if let Some(found) = question.captures(line) {
                    module.questions.push((found[1].to_owned(), found[2].to_owned()));
                }
            }
        }
        module.dual.dedup();
        module
    }

    /// The exercises for the lesson, in order: the easy ones first, as many as there is time for.
    fn chosen(&self) -> Vec<&Task> {
        let mut left = LESSON - OPENING - VOTE - END;
        let mut by_stars: Vec<&Task> = self.tasks.iter().collect();
        by_stars.sort_by_key(|task| task.stars);
        by_stars.retain(|task| {
            let fits = task.minutes + SECTION <= left;
            left -= if fits { task.minutes + SECTION } else { 0 };
            fits
        });
        self.tasks.iter().filter(|task| by_stars.contains(task)).collect()
    }
}

fn chapter(module: &Module, mistakes: &[(String, String)], seconds: Option<f64>) -> String {
    let Module { title, question, minutes, objectives, tasks, questions, dual } = module;
    let mut text = format!(
        "\n## {title}\n\n{question}\n\nAlone, with all exercises, a student needs {minutes} minutes."
    );
    if let Some(seconds) = seconds {
        let _ = write!(
            text,
            " All cells of the solution together ran in {seconds:.0} seconds."
        );
    }
    text += " Afterwards students can:\n\n";
    for objective in objectives {
        let _ = writeln!(text, "- {objective}");
    }
    let chosen = module.chosen();
    let votes = &questions[..questions.len().min(3)];
    text += "\n### Fifty minutes\n\n| minutes | what |\n|---|---|\n";
    let mut now = 0;
    let mut row = |length: u64, what: &str| {
        let _ = writeln!(text, "| {now} to {} | {what} |", now + length);
        now += length;
    };
    row(
        OPENING,
        "The question of the module. Everybody writes down an answer before anything is run.",
    );
    for Task { id, minutes, section, .. } in &chosen {
        row(
            SECTION,
            &format!(
                "\"{section}\": run it together. Before each figure: what will it show?"
            ),
        );
        row(*minutes, &format!("Exercise {id}, in pairs."));
    }
    let used = chosen.iter().map(|task| task.minutes + SECTION).sum::<u64>();
    let ids = |all: &[(String, String)]| {
        all.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(", ")
    };
    row(VOTE, &format!("Questions {}: vote, argue, vote again.", ids(votes)));
    row(
        LESSON - OPENING - VOTE - used,
        "The recap, and what everybody wrote down at the start.",
    );
    let home: Vec<&str> =
        tasks.iter().filter(|task| !chosen.contains(task)).map(|task| &*task.id).collect();
    let _ = writeln!(
        text,
        "\nAt home: exercises {}, and questions {}.",
        home.join(", "),
        ids(&questions[votes.len()..])
    );
    text += "\n### What goes wrong\n";
    for Task { id, .. } in tasks {
        let _ = writeln!(text, "\nExercise {id}:\n");
        for (_, sentence) in mistakes.iter().filter(|(of, _)| of == id) {
            let _ = writeln!(text, "- {sentence}");
        }
    }
    text += "\n### To discuss\n\n";
    for (id, question) in votes {
        let _ = writeln!(text, "- {question} ({id}; hide the choices at first)");
    }
    for section in dual {
        let _ = writeln!(
            text,
            "- \"{section}\": one half of the class speaks for reinforcement learning, one for active inference. Then read the box."
        );
    }
    text
}

/// The sentences for the known wrong answers in a module's checks, each with its exercise, in order.
fn mistakes(lesson: &str) -> Result<Vec<(String, String)>> {
    let mut found = Mistakes(Vec::new());
    found.visit_file(&syn::parse_file(lesson)?);
    Ok(found.0)
}

struct Mistakes(Vec<(String, String)>);

impl<'ast> Visit<'ast> for Mistakes {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        // What comes earlier in the chain is inside.
        visit::visit_expr_method_call(self, call);
        if call.method == "wrong"
            && let Some(id) = exercise(&call.receiver)
            && let Some(sentence) = call.args.last().and_then(text)
        {
            self.0.push((id, sentence));
        }
    }
}

/// The number of the exercise with which a chain of calls begins.
fn exercise(chain: &syn::Expr) -> Option<String> {
    match chain {
        syn::Expr::MethodCall(call) => exercise(&call.receiver),
        syn::Expr::Call(call) => call.args.first().and_then(text),
        _ => None,
    }
}

fn text(argument: &syn::Expr) -> Option<String> {
    match argument {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn wrong_answers_are_found_with_their_exercise_in_order() {
        let lesson = r#"fn e() { Exercise::<A, B>::new("1.1", f, g).hand("a", 1, &[], "no")
            .wrong("x", |v| v.wrong(1), "First.").wrong("y", h, "Second.").check(answer) }
            fn f() { Exercise::new("1.2", f, g).wrong("z", h, "Third.") }"#;
        let found = mistakes(lesson).unwrap();
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(found, [("1.1", "First."), ("1.1", "Second."), ("1.2", "Third.")]);
    }

    #[test]
    fn a_lesson_takes_easy_exercises_first_in_their_order_and_fifty_minutes() {
        let task = |id: &str, stars, minutes| Task {
            id: id.to_owned(),
            stars,
            minutes,
            section: String::new(),
        };
        let module = Module {
            tasks: vec![
                task("1", 2, 15),
                task("2", 3, 5),
                task("3", 1, 5),
                task("4", 1, 30),
            ],
            ..Module::default()
        };
        let chosen: Vec<&str> = module.chosen().iter().map(|task| &*task.id).collect();
        assert_eq!(chosen, ["1", "3"]);
        assert!(chapter(&module, &[], None).contains("to 50 |"));
    }

    #[test]
    fn every_module_has_a_whole_chapter() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for stem in stems(root, "solutions", "ipynb").unwrap() {
            if is_page(&stem) {
                continue;
            }
            let read = |path: String| fs::read_to_string(root.join(path)).unwrap();
            let notebook =
                serde_json::from_str(&read(format!("solutions/{stem}.ipynb"))).unwrap();
            let module = Module::new(&notebook);
            let lesson = read(lesson(&stem));
            let mistakes = mistakes(&lesson).unwrap();
            assert_eq!(mistakes.len(), lesson.matches(".wrong(\"").count(), "{stem}");
            assert!(!module.question.is_empty() && module.questions.len() > 3, "{stem}");
            assert!(module.tasks.len() >= 3 && !module.chosen().is_empty(), "{stem}");
            for task in &module.tasks {
                assert!(
                    mistakes.iter().any(|(id, _)| *id == task.id),
                    "{stem} {}",
                    task.id
                );
            }
            let chapter = chapter(&module, &mistakes, None);
            assert!(chapter.contains("to 50 |"), "{chapter}");
        }
    }
}
