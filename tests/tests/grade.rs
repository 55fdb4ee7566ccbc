//! `course grade` on submissions of every kind that a teacher gets, and what `make classroom` hands out.

#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
mod common;

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use common::{Cell, command, course, write_notebook};
use serde_json::{Value, json};

const MODULE: &str = "01_numbers";
const RIGHT: &str = "fn double(x: u32) -> u32 { 2 * x }";

/// The cells of the module, with these answers to its exercises.
fn cells<'a>(first: &'a str, second: &'a str) -> [Cell<'a>; 7] {
    [
        Cell("", ":dep aif-lib = { path = \"../aif-lib\" }"),
        Cell("", "use aif_lib::prelude::*;"),
        Cell("", "let x = 5;"),
        Cell("exercise exercise:1.1", first),
        Cell("check check:1.1", "m01::check_1_1(double)"),
        Cell("exercise exercise:1.2", second),
        Cell("check check:1.2", "m01::check_1_2(triple)"),
    ]
}

/// A student who answers the second exercise rightly, and the first like this.
fn hand_in(folder: &Path, student: &str, first: &str) {
    write_notebook(
        folder,
        student,
        MODULE,
        &cells(first, "fn triple(x: u32) -> u32 { 3 * x }"),
    );
}

/// The same, and then the notebook is changed.
fn hand_in_changed(
    folder: &Path,
    student: &str,
    first: &str,
    change: impl Fn(&mut Vec<Value>),
) {
    hand_in(folder, student, first);
    let path = folder.join(student).join(MODULE).with_extension("ipynb");
    let mut notebook: Value =
        serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    change(notebook["cells"].as_array_mut().unwrap());
    fs::write(path, notebook.to_string()).unwrap();
}

fn hand_in_all(folder: &Path) {
    let function = |body: &str| format!("fn double(x: u32) -> u32 {{ {body} }}");
    hand_in(folder, "compile", &function("x +"));
    hand_in(folder, "loop", &function("loop {}"));
    hand_in(folder, "panic", &function("panic!(\"boom\")"));
    hand_in(folder, "exit", &function("std::process::exit(0)"));
    hand_in(
        folder,
        "memory",
        &function("let mut all = vec![x]; loop { all.extend_from_within(..); }"),
    );
    hand_in(folder, "renamed", "fn twice(x: u32) -> u32 { 2 * x }");
    // More than a terminal, a spreadsheet or the teacher could take.
    let lines = "for _ in 0..1_000_000 { println!(\"{}\", \"x\".repeat(50)); } 2 * x";
    hand_in(folder, "prints", &function(lines));
    let alone = "let nets = std::fs::read_to_string(\"/proc/net/dev\").unwrap(); x * (nets.lines().count() as u32 - 1)";
    hand_in(folder, "network", &function(alone));

    let verdict = json!({ "kind": "check", "id": "1.1", "verdict": "PASS", "code": "", "sentence": "" });
    let shown = |text: &str| {
        json!([{ "output_type": "execute_result", "execution_count": 2, "metadata": {}, "data": {
            "text/plain": text, "application/vnd.aif.verdict+json": verdict,
        } }])
    };
    hand_in_changed(folder, "deleted", &function("x"), |cells| drop(cells.remove(4)));
    hand_in_changed(folder, "edited", &function("x"), |cells| {
        cells[4]["source"] = json!("verdict(\"check\", \"1.1\", \"PASS\", \"Correct.\")");
    });
    hand_in_changed(folder, "stored", &function("x"), |cells| {
        cells[4]["outputs"] = shown("✓ PASS");
    });
    hand_in_changed(folder, "huge", RIGHT, |cells| {
        cells[4]["outputs"] = shown(&"x".repeat(50 << 20));
    });
    hand_in_changed(folder, "version", RIGHT, |cells| {
        cells[3]["metadata"]["tags"] = json!(["exercise", "exercise:1.7"]);
    });
    fs::create_dir_all(folder.join("missing")).unwrap();
    fs::create_dir_all(folder.join("broken")).unwrap();
    fs::write(folder.join("broken").join(MODULE).with_extension("ipynb"), "{").unwrap();
}

#[test]
fn every_kind_of_submission_gets_a_readable_line_and_stops_nobody() {
    let root = course("grade");
    let stub = |name: &str| format!("fn {name}(x: u32) -> u32 {{ todo!() }}");
    write_notebook(&root, "notebooks", MODULE, &cells(&stub("double"), &stub("triple")));
    let folder = tempfile::tempdir().unwrap();
    hand_in_all(folder.path());

    let mut grade = command(&root);
    grade.arg("grade").arg(folder.path()).args(["--memory", "4000"]);
    let output = grade.output().unwrap();
    let (text, errors) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{text}{errors}");
    let csv = fs::read_to_string(root.join("target/course/grades/grades.csv")).unwrap();
    assert!(csv.len() < 5000, "{}", csv.len());
    let lines: HashMap<&str, &str> =
        csv.lines().skip(1).filter_map(|line| line.split_once(',')).collect();
    assert_eq!(lines.len(), 15, "{csv}");

    let right = "01_numbers,2,2,1.1 PASS; 1.2 PASS,";
    assert_eq!(lines["prints"], right);
    assert_eq!(lines["huge"], right);
    for (student, verdict, told) in [
        ("compile", "ERROR", "1.1: does not compile: expected expression"),
        ("loop", "ERROR", "1.1: did not end within 30 s: an endless loop?"),
        ("panic", "ERROR", "1.1: Your function panicked."),
        ("exit", "ERROR", "1.1: the program ended (exit status: 0): a call of `exit`"),
        ("memory", "ERROR", "1.1: the program ended (signal: 6"),
        ("renamed", "ERROR", "1.1: there is no function `double`; was it renamed?"),
        ("deleted", "FAIL", "1.1: the check was deleted; it was put back"),
        ("edited", "FAIL", "1.1: the check was changed; the course's own was run"),
        ("stored", "FAIL", "1.1: the stored output says PASS, but running it does not"),
        (
            "version",
            "ERROR",
            "of another version of the course: this one has no exercise 1.7",
        ),
    ] {
        let line = lines[student];
        let verdicts = format!("1,2,1.1 {verdict}; 1.2 PASS");
        assert!(line.contains(&verdicts) && line.contains(told), "{student}: {line}");
    }
    assert!(lines["missing"].ends_with("1.1 -; 1.2 -,no 01_numbers.ipynb was handed in"));
    assert!(lines["broken"].contains("the file is not a notebook"), "{}", lines["broken"]);
    // Where the system does not allow it, that is said instead.
    assert!(
        lines["network"].contains("1.1 PASS") || errors.contains("can use the network")
    );

    let page = fs::read_to_string(root.join("target/course/grades/loop.html")).unwrap();
    assert!(page.contains("did not end within 30 s"), "{page}");
    // The reapers need a moment.
    let left = || fs::read_dir(root.join("target/course/kernels")).unwrap().flatten();
    let patience = Instant::now() + Duration::from_secs(20);
    while left().any(|entry| entry.path().is_dir()) {
        assert!(Instant::now() < patience, "{:?}", left().collect::<Vec<_>>());
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_folder_without_students_is_told_what_it_lacks() {
    let root = common::bare_course("grade-none");
    let folder = tempfile::tempdir().unwrap();
    let output = command(&root).arg("grade").arg(folder.path()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && errors.contains("give each student one"),
        "{errors}"
    );
}

#[test]
fn what_is_handed_out_holds_no_answer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let made = Command::new("make").arg("classroom").current_dir(root).output().unwrap();
    if !root.join(".git").exists() {
        assert!(!made.status.success(), "a release needs a commit");
        return;
    }
    assert!(made.status.success(), "{made:?}");
    let release = root.join("target/classroom/course");
    assert!(release.join("notebooks/01_behaving_animal.ipynb").exists());
    assert!(
        !release.join("solutions").exists() && !release.join("tests/answers.json").exists()
    );
    // (The hints give parts of the answers away, as they should.)
    for entry in fs::read_dir(release.join("notebooks")).unwrap().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap();
        let notebook: Value = serde_json::from_str(&text).unwrap();
        for cell in notebook["cells"].as_array().unwrap() {
            let source = cell["source"].to_string();
            let tags = cell["metadata"]["tags"].to_string();
            assert!(!source.contains("BEGIN SOLUTION"), "{source}");
            assert!(!tags.contains("exercise:") || source.contains("todo!("), "{source}");
            assert!(!tags.contains("quiz") || source.contains("\\\"?\\\""), "{source}");
        }
    }
}
