//! The glossary: one notebook, collected from the words that the modules introduce.
//!
//! A module's recap has the line `**Words introduced here**` and after it a table `| term | meaning |`. The Rosetta
//! table is the one whose head begins `| reinforcement learning | active inference |`; the pairs of both languages come
//! first, then the letters, which is the table that a module includes from the library. Nobody writes the glossary: it changes when a module does.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::{Built, include, notebook};
use crate::modules::Edition;

/// What the glossary is called, as a file.
pub const STEM: &str = "A1_glossary";

const WORDS: &str = "**Words introduced here**";
const PAIRS: [&str; 2] = ["reinforcement learning", "active inference"];

/// Builds both copies of the glossary, which are the same; none if no module introduces a word.
pub fn build(root: &Path, known: &[String]) -> Result<Vec<Built>, Vec<String>> {
    let mut words = Vec::new();
    let (mut pairs, mut letters) = (None, None);
    let mut problems = Vec::new();
    for stem in known {
        let name = format!("solutions/{stem}.md");
        // A source that cannot be read is told by the module itself.
        let Ok(text) = fs::read_to_string(root.join(&name)) else { continue };
        match words_of(&text) {
            Ok(rows) => words.extend(rows.into_iter().map(|[term, meaning]| Word {
                key: key(&term),
                row: format!("| {term} | {meaning} | {} |", link(stem)),
            })),
            Err((line, problem)) => problems.push(format!("{name}:{line}: {problem}")),
        }
        pairs = pairs.or_else(|| pairs_of(&text).map(|table| (stem, table)));
        // One that cannot be read is told by the module, too.
        let table = || include::read(root, include::named(&text)?).ok();
        letters = letters.or_else(|| table().map(|table| (stem, table)));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    if words.is_empty() {
        return Ok(Vec::new());
    }
    words.sort_by(|a, b| a.key.cmp(&b.key)); // stable: words alike stay in the order of the modules
    let mut text = String::from(
        "# Glossary\n\nEvery word of the course, with the module that introduces it.\n",
    );
    if let Some((stem, table)) = pairs {
        text += &format!(
            "\n## One idea, two words\n\nThe dictionary of module {}, which proves each row where its condition holds.\n\n{table}",
            link(stem)
        );
    }
    if let Some((stem, table)) = letters {
        text += &format!(
            "\n## One letter, two traditions\n\nThe notation of the course (module {}).\n\n{table}\n",
            link(stem)
        );
    }
    text += "\n## All words\n\n| term | meaning | module |\n|---|---|---|\n";
    text += &words.iter().map(|word| word.row.as_str()).collect::<Vec<_>>().join("\n");
    Ok(Edition::BOTH.map(|copy| built(root, copy, &text, words.len())).into())
}

struct Word {
    key: String,
    row: String,
}

fn built(root: &Path, copy: Edition, text: &str, words: usize) -> Built {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let json = notebook::sorted(json!({
        "cells": [{
            "cell_type": "markdown",
            "id": "A1-glossary-1",
            "metadata": {},
            "source": lines,
        }],
        "metadata": {
            "course": { "title": "Glossary", "source": "solutions/*.md" },
            "kernelspec": { "display_name": "Rust", "language": "rust", "name": "rust" },
            "language_info": { "name": "rust" },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }));
    let name = format!("{}/{STEM}.ipynb", copy.name());
    Built {
        path: root.join(&name),
        name,
        source: "the tables \"Words introduced here\" in solutions/*.md".into(),
        summary: format!("{words} words"),
        text: notebook::to_text(&json),
        json,
    }
}

/// The module as a link: `[09](09_first_aif_agent.ipynb)`. Both lie in one folder.
pub fn link(stem: &str) -> String {
    let number = stem.split('_').next().unwrap_or(stem);
    format!("[{number}]({stem}.ipynb)")
}

/// The rows of the table of words of a module, none if it has no such table; or the line of a mistake.
fn words_of(text: &str) -> Result<Vec<[String; 2]>, (usize, String)> {
    let Some(heading) = text.lines().position(|line| line.trim() == WORDS) else {
        return Ok(Vec::new());
    };
    let after = text.lines().enumerate().skip(heading + 1);
    let table = after.skip_while(|(_, line)| line.trim().is_empty());
    let rows: Vec<_> =
        table.take_while(|(_, line)| line.starts_with('|')).skip(2).collect();
    if rows.is_empty() {
        let text =
            format!("after {WORDS} there is no table `| term | meaning |` with a row");
        return Err((heading + 1, text));
    }
    let row = |(i, line): (usize, &str)| {
        <[String; 2]>::try_from(cells(line)).map_err(|cells| {
            let text = format!(
                "this row has {} columns; write `| term | meaning |`, and `\\mid` for a bar in a formula",
                cells.len()
            );
            (i + 1, text)
        })
    };
    rows.into_iter().map(row).collect()
}

/// The table of pairs of both languages, if this text has one.
fn pairs_of(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let head = lines.iter().position(|line| {
        let cells = cells(line);
        cells.len() > 2 && cells[..2] == PAIRS
    })?;
    let table = lines[head..].iter().take_while(|line| line.starts_with('|'));
    Some(table.map(|line| format!("{line}\n")).collect())
}

/// The cells of a row of a table; `\|` is a bar inside a cell.
fn cells(line: &str) -> Vec<String> {
    let inside = line.trim().trim_start_matches('|');
    let inside = inside.strip_suffix('|').unwrap_or(inside);
    let mut cells = vec![String::new()];
    let mut before = ' ';
    for c in inside.chars() {
        match (c, cells.last_mut()) {
            ('|', _) if before != '\\' => cells.push(String::new()),
            (c, Some(cell)) => cell.push(c),
            (_, None) => {}
        }
        before = c;
    }
    cells.iter().map(|cell| cell.trim().to_string()).collect()
}

/// What a term is sorted by: its letters and digits, Greek ones by name, without the marks of formulas.
fn key(term: &str) -> String {
    let greek = |c: char| {
        Some(match c {
            'α' => "alpha",
            'β' => "beta",
            'γ' => "gamma",
            'δ' => "delta",
            'ε' => "epsilon",
            'λ' => "lambda",
            'π' => "pi",
            'τ' => "tau",
            'ψ' => "psi",
            _ => return None,
        })
    };
    let mut key = String::new();
    for c in term.chars().flat_map(char::to_lowercase) {
        match greek(c) {
            Some(name) => key.push_str(name),
            None if c.is_alphanumeric() || c == ' ' => key.push(c),
            None if c == '-' => key.push(' '),
            None => {}
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_sorted_by_their_letters() {
        let keys = ["**Zebra**", "$A$, $B$", "ε-greedy", "Épsilon"].map(key);
        assert_eq!(keys, ["zebra", "a b", "epsilon greedy", "épsilon"]);
    }

    #[test]
    fn a_bar_in_a_cell_is_escaped() {
        assert_eq!(cells(r"| a \| b | c |"), [r"a \| b", "c"]);
        assert_eq!(cells("| a | | b |").len(), 3);
    }
}
