//! A small course of its own for the tests, and notebooks written in a few lines.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// The program under test.
pub const COURSE: &str = env!("CARGO_BIN_EXE_course");

/// Makes (or finds again) the course `name`: the one in fixtures/course.
pub fn bare_course(name: &str) -> PathBuf {
    bare_course_at(&Path::new(env!("CARGO_TARGET_TMPDIR")).join(name))
}

/// The same, in a folder of one's own.
pub fn bare_course_at(root: &Path) -> PathBuf {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/course");
    copy_changed(&fixture, root);
    root.to_owned()
}

/// The same, with its template.
pub fn course(name: &str) -> PathBuf {
    let root = bare_course(name);
    let prepared = command(&root).args(["kernel", "--prepare"]).status().unwrap();
    assert!(prepared.success(), "the template of {} was not made", root.display());
    root
}

/// The program under test, at work on the course in `root`.
pub fn command(root: &Path) -> Command {
    let mut command = Command::new(COURSE);
    command.env("COURSE_ROOT", root);
    // cargo tells its tests where the standard library is; Jupyter tells nobody.
    command.env_remove("LD_LIBRARY_PATH").env_remove("DYLD_FALLBACK_LIBRARY_PATH");
    command
}

/// The launcher of a kernel of the course in `root`.
pub fn launcher(root: &Path, connection_file: &Path) -> Command {
    let mut command = command(root);
    command.arg("kernel").arg(connection_file);
    command
}

/// Copies what differs, so that an unchanged course needs no new template.
fn copy_changed(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_changed(&from, &to);
        } else if fs::read(&from).ok() != fs::read(&to).ok() {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// A code cell with tags; `timeout=5` among them is metadata.
#[derive(Clone, Copy)]
pub struct Cell<'a>(pub &'a str, pub &'a str);

/// The cells up to the first value.
pub const FIRST_CELLS: [Cell; 3] = [
    Cell("", ":dep aif-lib = { path = \"../aif-lib\" }"),
    Cell("", "use aif_lib::prelude::*;"),
    Cell("", "let x: u32 = edition();\nx"),
];

/// Writes `<root>/<copy>/<name>.ipynb`; its cells are called c1, c2, ...
pub fn write_notebook(root: &Path, copy: &str, name: &str, cells: &[Cell]) {
    let cells: Vec<Value> = cells
        .iter()
        .enumerate()
        .map(|(i, Cell(tags, source))| {
            let (settings, tags): (Vec<&str>, Vec<&str>) =
                tags.split_whitespace().partition(|tag| tag.contains('='));
            let mut metadata = json!({ "tags": tags });
            for setting in settings {
                let (key, value) = setting.split_once('=').unwrap();
                metadata[key] = json!(value.parse::<f64>().unwrap());
            }
            json!({
                "cell_type": "code", "id": format!("c{}", i + 1), "metadata": metadata,
                "source": source, "outputs": [], "execution_count": null,
            })
        })
        .collect();
    let notebook =
        json!({ "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells });
    fs::create_dir_all(root.join(copy)).unwrap();
    let path = root.join(copy).join(format!("{name}.ipynb"));
    fs::write(path, notebook.to_string()).unwrap();
}
