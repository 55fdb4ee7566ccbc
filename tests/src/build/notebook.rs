//! Writes a module as a Jupyter notebook (nbformat 4.5).

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::module::{self, Module};
use super::source::{Cell, Kind, unfenced};
use crate::modules::Edition;

/// The notebook of a module. Cell ids are `09-<heading>-<count>`, so an edit in one section leaves those of
/// the others alone.
pub fn notebook(module: &Module, copy: Edition) -> Value {
    let number = module::number(&module.stem).unwrap_or_default();
    let mut heading = "start".to_string();
    let mut counts = HashMap::new();
    let mut cells = Vec::new();
    for cell in &module.cells {
        let slugs = headings(cell);
        let slug = slugs.first().unwrap_or(&heading).clone();
        let count = counts.entry(slug.clone()).or_insert(0);
        *count += 1;
        let id = format!("{number}-{slug}-{count}");
        heading = slugs.into_iter().last().unwrap_or(heading);
        cells.push((id, cell));
    }
    let source = format!("solutions/{}.md", module.stem);
    let mut cells: Vec<Value> =
        cells.into_iter().map(|(id, cell)| to_json(&id, cell, copy)).collect();
    if copy == Edition::Notebooks {
        note_source(&mut cells, number, &source);
        if module.cells.iter().any(|cell| cell.has_tag("check")) {
            cells.extend(progress(number));
        }
    }
    let mut course = Value::Object(module.course.clone());
    course["copy"] =
        json!(if copy == Edition::Solutions { "solution" } else { "exercises" });
    course["source"] = json!(source);
    sorted(json!({
        "cells": cells,
        "metadata": {
            "course": course,
            "kernelspec": { "display_name": "Rust", "language": "rust", "name": "rust" },
            "language_info": { "name": "rust" },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }))
}

/// Puts a comment at the start that only somebody who edits the notebook sees.
fn note_source(cells: &mut Vec<Value>, number: &str, source: &str) {
    let note =
        format!("<!-- Generated from {source} by `make notebooks`: edit that file. -->");
    match cells.first_mut() {
        Some(cell) if cell["cell_type"] == "markdown" => {
            if let Some(lines) = cell["source"].as_array_mut() {
                lines.splice(0..0, [json!(format!("{note}\n")), json!("\n")]);
            }
        }
        _ => cells.insert(
            0,
            json!({
                "cell_type": "markdown",
                "id": format!("{number}-source"),
                "metadata": {},
                "source": [note],
            }),
        ),
    }
}

/// The last cells of an exercise copy: what has been solved.
fn progress(number: &str) -> [Value; 2] {
    let text = "## What you have solved\n\nEach check that you run adds a line to `progress.csv` in the course's folder: its \
                number, its verdict, and the time. Nothing else is noted, and it stays on this machine. `make progress` \
                shows all modules.";
    let code = format!("progress({number:?})");
    [
        json!({
            "cell_type": "markdown",
            "id": format!("{number}-progress"),
            "metadata": {},
            "source": lines(text),
        }),
        json!({
            "cell_type": "code",
            "execution_count": null,
            "id": format!("{number}-progress-1"),
            "metadata": {},
            "outputs": [],
            "source": lines(&code),
        }),
    ]
}

fn to_json(id: &str, cell: &Cell, copy: Edition) -> Value {
    match &cell.kind {
        Kind::Markdown { metadata } => json!({
            "cell_type": "markdown",
            "id": id,
            "metadata": metadata,
            "source": lines(&cell.text),
        }),
        Kind::Code { options } => {
            let text = match (copy, cell.id_of("exercise")) {
                (Edition::Notebooks, Some(id)) => module::without_answers(&cell.text, id),
                (Edition::Notebooks, None) if cell.has_tag("quiz") => {
                    module::unanswered(&cell.text)
                }
                _ => cell.text.clone(),
            };
            let metadata: serde_json::Map<_, _> = options
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.clone()))
                .collect();
            json!({
                "cell_type": "code",
                "execution_count": null,
                "id": id,
                "metadata": metadata,
                "outputs": [],
                "source": lines(&text),
            })
        }
    }
}

/// Text as nbformat stores it: a list of lines with their line ends.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The headings of a markdown cell, in a form that fits into a cell id.
fn headings(cell: &Cell) -> Vec<String> {
    if cell.is_code() {
        return Vec::new();
    }
    let text_of = |line: &str| {
        let text = line.trim_start_matches('#');
        let level = line.len() - text.len();
        ((1..=6).contains(&level) && text.starts_with(' ')).then(|| slug(text))
    };
    unfenced(&cell.text).into_iter().filter_map(text_of).collect()
}

fn slug(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut slug = String::new();
    for c in text.chars().map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(LONGEST);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "section".into() } else { slug.into() }
}

/// The same value with the keys of every object in order, whatever order its maps keep.
pub fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> =
                map.into_iter().map(|(k, v)| (k, sorted(v))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// The bytes of the file, laid out as Jupyter itself does.
pub fn to_text(notebook: &Value) -> String {
    let mut bytes = Vec::new();
    let layout = serde_json::ser::PrettyFormatter::with_indent(b" ");
    notebook
        .serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, layout))
        .expect("a JSON value can be written to memory");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

/// Where two notebooks that are not the same differ first, in words.
pub fn first_difference(wanted: &Value, found: &Value) -> String {
    let cells =
        |notebook: &Value| notebook["cells"].as_array().cloned().unwrap_or_default();
    let (wanted_cells, found_cells) = (cells(wanted), cells(found));
    for (i, (w, f)) in wanted_cells.iter().zip(&found_cells).enumerate() {
        if w == f {
            continue;
        }
        let parts = ["cell_type", "id", "source", "metadata", "outputs", "execution_count"];
        let part = parts.into_iter().find(|part| w[part] != f[part]).unwrap_or("keys");
        let id = w["id"].as_str().unwrap_or_default();
        return format!("cell {} (`{id}`) has another {part}", i + 1);
    }
    if wanted_cells.len() != found_cells.len() {
        let first = wanted_cells.len().min(found_cells.len()) + 1;
        return format!(
            "it has {} cells instead of {}, from cell {first} on",
            found_cells.len(),
            wanted_cells.len()
        );
    }
    if wanted == found { "its layout".into() } else { "its notebook metadata".into() }
}
