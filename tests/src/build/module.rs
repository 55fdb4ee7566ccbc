//! The rules a module keeps, beyond being readable.

use serde_json::{Map, Value};

use super::source::{Cell, Entry, Kind, Source, unfenced};
use super::{MODULES, Problem, claims, kept, reading, reading_map};

const PRELUDE: &str = "use aif_lib::prelude::*;";
const DEP: &str = r#":dep aif-lib = { path = "../aif-lib" }"#;
const BEGIN: &str = "// BEGIN SOLUTION";
const END: &str = "// END SOLUTION";
const TAGS: [&str; 6] = ["exercise", "check", "claim", "quiz", "slow", "expect-error"];
const MAX_LINES: usize = 25;
const MIN_HINTS: usize = 3;

/// A module that keeps all rules.
#[derive(Debug)]
pub struct Module {
    pub stem: String,
    /// Title, part, minutes, prerequisites and objectives.
    pub course: Map<String, Value>,
    pub cells: Vec<Cell>,
}

impl Module {
    /// Judges a source; `known` are the stems of all sources. With a module comes what is worth a look in it.
    pub fn new(
        stem: &str,
        source: Source,
        known: &[String],
    ) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let Source { front, cells } = source;
        let (mut problems, mut warnings) = (Vec::new(), Vec::new());
        let course = course(&front, known, &mut problems);
        if stem == reading_map::STEM {
            judge_page(&cells, &mut problems);
        } else {
            judge_cells(stem, &cells, &mut problems);
            judge_exercises(&cells, &mut problems);
            claims::judge(&cells, &mut problems, &mut warnings);
            kept::judge(&cells, &mut problems);
            reading::judge(&cells, &mut problems);
        }
        problems.sort_by_key(|problem| problem.line);
        if problems.is_empty() {
            Ok((Self { stem: stem.to_string(), course, cells }, warnings))
        } else {
            Err(problems)
        }
    }
}

/// The number that a file name begins with: `09` of `09_first_aif_agent`, `A1` of `A1_glossary`.
pub fn number(stem: &str) -> Option<&str> {
    let (number, name) = stem.split_once('_')?;
    let [first, second] = number.as_bytes() else { return None };
    let words = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let good = (first.is_ascii_digit() || *first == b'A') && second.is_ascii_digit();
    (good && !name.is_empty() && name.chars().all(words)).then_some(number)
}

/// Checks the front matter and returns what goes into the notebook.
fn course(
    front: &[Entry],
    known: &[String],
    problems: &mut Vec<Problem>,
) -> Map<String, Value> {
    let mut course = Map::new();
    for key in ["title", "part", "minutes", "prerequisites", "objectives"] {
        if !front.iter().any(|entry| entry.key == key) {
            problems.push(Problem::new(1, format!("front matter has no `{key}`; add it")));
        }
    }
    for Entry { key, line, value } in front {
        let wanted = match key.as_str() {
            "title" => (!is_text(value)).then_some("a text that is not empty"),
            "part" => (!is_text(value) && value.as_u64().is_none())
                .then_some("a number or a text"),
            "minutes" => {
                value.as_u64().is_none_or(|m| m == 0).then_some("a whole number above 0")
            }
            "prerequisites" => (!is_texts(value)).then_some("a list of modules, or []"),
            "objectives" => (!is_texts(value)
                || value.as_array().is_some_and(Vec::is_empty))
            .then_some("a list of at least one text"),
            "kernelspec" | "jupytext" => continue,
            _ => {
                let text = format!(
                    "front matter has the unknown key `{key}`; known are title, part, minutes, \
                     prerequisites, objectives"
                );
                problems.push(Problem::new(*line, text));
                continue;
            }
        };
        if let Some(wanted) = wanted {
            problems.push(Problem::new(*line, format!("`{key}` is {wanted}, not {value}")));
            continue;
        }
        if key == "prerequisites" {
            let asked = value.as_array().into_iter().flatten().filter_map(Value::as_str);
            for stem in
                asked.filter(|s| !MODULES.contains(s) && !known.iter().any(|k| k == s))
            {
                let text = format!(
                    "unknown prerequisite `{stem}`; name a module by its file, such as `{}`",
                    MODULES[8]
                );
                problems.push(Problem::new(*line, text));
            }
        }
        course.insert(key.clone(), value.clone());
    }
    course
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

fn is_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(is_text))
}

/// The rule for a page, which is read and not run.
fn judge_page(cells: &[Cell], problems: &mut Vec<Problem>) {
    for cell in cells.iter().filter(|cell| cell.is_code()) {
        problems.push(Problem::new(cell.line, "a page has no code cells; remove this one"));
    }
}

/// The rules for one cell at a time.
fn judge_cells(stem: &str, cells: &[Cell], problems: &mut Vec<Problem>) {
    let mut code = cells.iter().filter(|cell| cell.is_code());
    let mut say = |line, text: String| problems.push(Problem::new(line, text));
    match code.next() {
        Some(cell) if is_dep(&cell.text) => {}
        Some(cell) => say(cell.line, format!("the first code cell is exactly `{DEP}`")),
        None => say(1, format!("there is no code cell; the first one is `{DEP}`")),
    }
    if let Some(cell) = code.next()
        && cell.text.trim() != PRELUDE
    {
        say(cell.line, format!("the second code cell is exactly `{PRELUDE}`"));
    }
    for cell in cells {
        match &cell.kind {
            Kind::Code { options } => {
                judge_options(stem, cell, options, problems);
                judge_code(stem, cell, problems);
            }
            Kind::Markdown { metadata } if metadata.contains_key("tags") => {
                let text = "a markdown cell has no tags; remove them";
                problems.push(Problem::new(cell.line, text));
            }
            Kind::Markdown { .. } => {}
        }
    }
}

/// The rules for the options of a code cell, and for tags that go together.
fn judge_options(stem: &str, cell: &Cell, options: &[Entry], problems: &mut Vec<Problem>) {
    let mut say = |line, text: String| problems.push(Problem::new(line, text));
    for Entry { key, line, value } in options {
        match key.as_str() {
            "tags" if is_texts(value) => {
                cell.tags()
                    .filter_map(|tag| bad_tag(stem, tag))
                    .for_each(|text| say(*line, text));
            }
            "timeout" if value.as_f64().is_some_and(|seconds| seconds > 0.0) => {}
            "tags" => {
                say(*line, format!("`tags` is a list such as [claim, slow], not {value}"));
            }
            "timeout" => {
                let text = format!("`timeout` is a number of seconds above 0, not {value}");
                say(*line, text);
            }
            _ => say(*line, format!("unknown option `{key}`; known are tags and timeout")),
        }
    }
    for kind in ["exercise", "check"] {
        let prefix = format!("{kind}:");
        let count = cell.tags().filter(|tag| tag.starts_with(&prefix)).count();
        if count != usize::from(cell.has_tag(kind)) {
            let tag = format!("{kind}:{}.1", label(stem));
            let text = format!(
                "`{kind}` and one tag with its number, such as \"{tag}\", go together"
            );
            say(cell.line, text);
        }
    }
}

/// The rules for the text of a code cell.
fn judge_code(stem: &str, cell: &Cell, problems: &mut Vec<Problem>) {
    let mut say = |text: String| problems.push(Problem::new(cell.line, text));
    if cell.has_tag("quiz") && quiz_id(&cell.text).is_none() {
        say(format!(
            "a quiz cell is one line such as `quiz(\"{}.q1\", \"b\")`, with the right letter",
            label(stem)
        ));
    }
    let lines = cell.text.lines().filter(|line| !line.trim().is_empty()).count();
    if lines == 0 {
        say("this code cell is empty; fill or remove it".into());
    }
    if lines > MAX_LINES {
        let cure = "split it, or move the plumbing into aif-lib";
        say(format!("this code cell has {lines} lines, over {MAX_LINES}; {cure}"));
    }
}

/// The module's number as people say it: `9` of `09_first_aif_agent`.
fn label(stem: &str) -> &str {
    let number = number(stem).unwrap_or(stem).trim_start_matches('0');
    if number.is_empty() { "0" } else { number }
}

fn is_dep(text: &str) -> bool {
    let (start, end) = DEP.split_at(DEP.len() - " }".len());
    let Some(rest) = text.trim().strip_prefix(start).and_then(|t| t.strip_suffix(end))
    else {
        return false;
    };
    let features = rest.strip_prefix(", features = [").and_then(|t| t.strip_suffix(']'));
    let quoted = |name: &str| {
        let name = name.trim().strip_prefix('"').and_then(|n| n.strip_suffix('"'));
        name.is_some_and(|n| {
            n.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        })
    };
    rest.is_empty() || features.is_some_and(|list| list.split(',').all(quoted))
}

/// What is wrong with a tag, if anything.
fn bad_tag(stem: &str, tag: &str) -> Option<String> {
    if TAGS.contains(&tag) {
        return None;
    }
    let id = tag.strip_prefix("exercise:").or_else(|| tag.strip_prefix("check:"));
    let Some(id) = id else {
        return Some(format!("unknown tag `{tag}`; known are {}", TAGS.join(", ")));
    };
    let label = label(stem);
    let number = id.strip_prefix(label).and_then(|rest| rest.strip_prefix('.'));
    let good = number.is_some_and(|n| n.parse::<u32>().is_ok_and(|n| n > 0));
    (!good).then(|| {
        format!("tag `{tag}`: in this module numbers are {label}.1, {label}.2, ...")
    })
}

/// The rules for an exercise and what belongs to it.
fn judge_exercises(cells: &[Cell], problems: &mut Vec<Problem>) {
    for cell in cells.iter().filter(|cell| cell.is_code()) {
        if let Err(problem) = solution_markers(cell) {
            problems.push(problem);
        }
    }
    let mut say = |line, text: String| problems.push(Problem::new(line, text));
    for kind in ["exercise", "check"] {
        for (i, cell) in cells.iter().enumerate() {
            let Some(id) = cell.id_of(kind) else { continue };
            let same = |c: &&Cell| c.id_of(kind) == Some(id);
            if let Some(first) = cells[..i].iter().find(same) {
                say(
                    cell.line,
                    format!("{kind} {id} is there twice, first on line {}", first.line),
                );
            }
        }
    }
    for (i, cell) in cells.iter().enumerate() {
        if let Some(id) = cell.id_of("check")
            && !cells[..i].iter().any(|c| c.id_of("exercise") == Some(id))
        {
            say(
                cell.line,
                format!("check {id} has no exercise {id} before it; add it, or its tags"),
            );
        }
        let Some(id) = cell.id_of("exercise") else { continue };
        if !cells[i..].iter().any(|c| c.id_of("check") == Some(id)) {
            let tags = format!("[check, \"check:{id}\"]");
            say(
                cell.line,
                format!("exercise {id} has no check after it; add a cell with tags {tags}"),
            );
        }
        let until_next = cells[i + 1..].iter().take_while(|c| !c.has_tag("exercise"));
        let found: usize =
            until_next.filter(|c| !c.is_code()).map(|c| hints(&c.text)).sum();
        if found < MIN_HINTS {
            let cure = "add <details><summary>Hint 1</summary> ... </details>";
            say(
                cell.line,
                format!("exercise {id} has {found} hints, under {MIN_HINTS}; {cure}"),
            );
        }
    }
}

/// How many `<details>` in a text have a summary that begins with "Hint".
fn hints(text: &str) -> usize {
    let is_hint = |details: &str| {
        let summary =
            details.split_once("<summary>").map_or("", |(_, rest)| rest).trim_start();
        // Markup such as <b> may stand before the word.
        let words = summary.trim_start_matches("<b>").trim_start_matches("<strong>");
        words.trim_start().starts_with("Hint")
    };
    unfenced(text)
        .join("\n")
        .split("<details")
        .skip(1)
        .filter(|details| is_hint(details))
        .count()
}

/// Checks that markers come in pairs, and stand in exercises only.
fn solution_markers(cell: &Cell) -> Result<(), Problem> {
    let exercise = cell.has_tag("exercise");
    let (mut open, mut pairs) = (None, 0);
    for (i, line) in cell.text.lines().enumerate() {
        let number = cell.line + i;
        let mark = if line.contains("BEGIN SOLUTION") {
            BEGIN
        } else if line.contains("END SOLUTION") {
            END
        } else {
            continue;
        };
        if line.trim() != mark {
            return Err(Problem::new(
                number,
                format!("write the marker as `{mark}`, alone on its line"),
            ));
        }
        if !exercise {
            let text = format!(
                "`{mark}` outside an exercise; add the tags of an exercise, or remove it"
            );
            return Err(Problem::new(number, text));
        }
        if !line.starts_with([' ', '\t']) {
            let text = format!(
                "`{mark}` at the margin; an exercise is a function, with this inside it"
            );
            return Err(Problem::new(number, text));
        }
        match (mark == BEGIN, open) {
            (true, None) => open = Some(number),
            (false, Some(_)) => (open, pairs) = (None, pairs + 1),
            (true, Some(line)) => {
                let text =
                    format!("`{BEGIN}` again; the one of line {line} has no `{END}` yet");
                return Err(Problem::new(number, text));
            }
            (false, None) => {
                return Err(Problem::new(
                    number,
                    format!("`{END}` without `{BEGIN}` before it"),
                ));
            }
        }
    }
    match open {
        Some(number) => {
            Err(Problem::new(number, format!("`{BEGIN}` without `{END}` after it")))
        }
        None if exercise && pairs == 0 => {
            let text = format!(
                "an exercise has no `{BEGIN}` and `{END}`; put them around the answer"
            );
            Err(Problem::new(cell.line, text))
        }
        None => Ok(()),
    }
}

/// The number of the question that a quiz cell answers with a letter.
fn quiz_id(text: &str) -> Option<&str> {
    let (id, rest) = text.trim().strip_prefix("quiz(\"")?.split_once("\", \"")?;
    let letter = rest.strip_suffix("\")")?;
    matches!(letter, "a" | "b" | "c" | "d").then_some(id)
}

/// The text of a quiz cell without its answer.
pub fn unanswered(text: &str) -> String {
    quiz_id(text).map_or_else(|| text.to_string(), |id| format!("quiz(\"{id}\", \"?\")"))
}

/// The text of an exercise without its answers.
pub fn without_answers(text: &str, id: &str) -> String {
    let mut kept = Vec::new();
    let mut inside = false;
    for line in text.split('\n') {
        match line.trim() {
            BEGIN => {
                let indentation = &line[..line.len() - line.trim_start().len()];
                kept.push(format!("{indentation}todo!(\"Exercise {id}\")"));
                inside = true;
            }
            END => inside = false,
            _ if inside => {}
            // A stub uses none of its arguments; evcxr would say so beside every other message.
            text if text.starts_with("fn ") => {
                kept.push("#[allow(unused_variables)]".to_string());
                kept.push(line.to_string());
            }
            _ => kept.push(line.to_string()),
        }
    }
    kept.join("\n")
}
