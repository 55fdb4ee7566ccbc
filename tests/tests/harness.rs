//! The harness on real kernels: whatever can go wrong in a notebook is judged red, for the right
//! reason, and a good notebook green.

#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
mod common;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use common::{Cell, command, course, write_notebook};
use serde_json::Value;

const DEP: Cell = Cell("", ":dep aif-lib = { path = \"../aif-lib\" }");
const USE: Cell = Cell("", "use aif_lib::prelude::*;");

#[test]
fn every_kind_of_failure_is_red_and_a_good_notebook_green() {
    let root = course("mini");
    for copy in ["solutions", "notebooks"] {
        let _ = fs::remove_dir_all(root.join(copy));
        fs::create_dir_all(root.join(copy)).unwrap();
    }
    write_all(&root);

    let report = root.join("target/course/report.json");
    let _ = fs::remove_file(&report);
    let output = command(&root).args(["run", "--jobs", "3"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!output.status.success(), "{text}");
    assert!(text.ends_with("\n3 passed, 13 failed\n"), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours in a pipe: {text}");

    let records: Vec<Value> =
        serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    let records: HashMap<String, Value> = records
        .into_iter()
        .map(|record| {
            let part = |name: &str| record[name].as_str().unwrap().to_owned();
            (format!("{}/{}", part("copy"), part("notebook")), record)
        })
        .collect();
    let record = |name: &str| records.get(name).unwrap_or_else(|| panic!("{name}: {text}"));

    // A panic on its own, the failure that other tools pass.
    let panic = record("solutions/panic");
    expect(panic, &[("c1", "panic: boom")], &["failed"]);

    let errors = record("solutions/errors");
    expect(
        errors,
        &[
            ("c2", "panic: index out of bounds"),
            ("c3", "text on stderr: invalid digit"),
            ("c4", "error: cannot find value"),
            ("c5", "error: Subprocess terminated with status: exit status: 3"),
            ("c6", "`expect-error`, but nothing went wrong"),
            ("c8", "text on stderr: late"),
        ],
        &[
            "passed", "failed", "failed", "failed", "failed", "failed", "passed", "failed",
            "passed",
        ],
    );

    let verdicts = record("solutions/verdicts");
    expect(
        verdicts,
        &[
            ("c3", "claim: FAIL where PASS is expected: pigs fly"),
            ("c4", "check 1.1: FAIL where PASS is expected"),
            ("c5", "tagged `claim`, but shows no verdict"),
            ("c6", "tagged `check`, but shows no verdict"),
            ("c7", "quiz q1: TODO where PASS is expected"),
            ("c8", "figure without alt text"),
        ],
        &[
            "passed", "passed", "failed", "failed", "failed", "failed", "failed", "failed",
            "passed",
        ],
    );
    assert_eq!(verdicts["claims"][0]["verdict"], "FAIL");
    assert_eq!(verdicts["checks"].as_array().unwrap().len(), 1);

    let hang = record("solutions/hang");
    expect(hang, &[("c1", "timeout: not done after 5 s")], &["failed", "not run"]);
    let died = record("solutions/died");
    expect(died, &[("c1", "the kernel died")], &["failed", "not run"]);

    let late = record("solutions/late");
    expect(late, &[("", "after the last cell: text on stderr: too late")], &["passed"]);

    // The copy with the stubs: one stub is right already, one check is missing.
    expect(record("solutions/twins"), &[], &["passed"; 4]);
    let twin = record("notebooks/twins");
    expect(
        twin,
        &[
            ("c3", "check 2.1: PASS where TODO is expected"),
            ("", "check 2.2 yields no verdict"),
        ],
        &["passed", "passed", "failed"],
    );

    let lone = record("notebooks/panic");
    expect(lone, &[("", "each module has two copies")], &[]);

    let green = record("solutions/green");
    expect(green, &[], &["passed"; 8]);
    assert_eq!(green["figures"][0]["alt"], "a rising line");
    assert_eq!(green["figures"][0]["cell"], "c6");
    assert!(green["first_value_s"].as_f64() > green["kernel_start_s"].as_f64());
    let spare: Vec<f64> = records
        .values()
        .filter_map(|record| record["spare_first_value_s"].as_f64())
        .collect();
    assert!(
        spare.len() == 1 && spare[0] > 0.0,
        "one notebook is timed on a spare: {spare:?}"
    );
    expect(record("notebooks/green"), &[], &["passed"; 8]);

    let executed = root.join("target/course/executed/solutions/green.ipynb");
    let executed = fs::read_to_string(executed).unwrap();
    assert!(executed.contains("a rising line"), "outputs are kept");
}

fn write_all(root: &Path) {
    let solution =
        |name: &str, cells: &[Cell]| write_notebook(root, "solutions", name, cells);
    solution("panic", &[Cell("", "panic!(\"boom\");")]);
    solution(
        "errors",
        &[
            Cell("", "let v: Vec<u32> = vec![1];"),
            Cell("", "println!(\"{}\", v[v.len()]);"),
            Cell("", "let n: u32 = \"x\".parse()?;"),
            Cell("", "nowhere"),
            Cell("", "std::process::exit(3);"),
            Cell("expect-error", "let fine: u32 = 1;"),
            Cell("expect-error", "panic!(\"as expected\");"),
            Cell(
                "",
                "std::thread::spawn(|| {\n    std::thread::sleep(std::time::Duration::from_millis(60));\n    \
                 eprintln!(\"late\");\n});",
            ),
            Cell("", "1 + 1"),
        ],
    );
    solution(
        "verdicts",
        &[
            DEP,
            USE,
            Cell("claim", "verdict(\"claim\", \"\", \"FAIL\", \"pigs fly\");"),
            Cell("check", "verdict(\"check\", \"1.1\", \"FAIL\", \"sign\");"),
            Cell("claim", "let quiet: u32 = 1;"),
            Cell("check", "verdict(\"claim\", \"\", \"PASS\", \"not a check\");"),
            Cell("quiz", "verdict(\"quiz\", \"q1\", \"TODO\", \"answer\");"),
            Cell("", "figure(None);"),
            Cell("claim", "verdict(\"claim\", \"\", \"PASS\", \"still judged\");"),
        ],
    );
    solution(
        "hang",
        &[Cell("timeout=5", "loop { std::hint::spin_loop(); }"), Cell("", "1")],
    );
    let kill_parent = "std::process::Command::new(\"kill\").arg(\"-9\")\n    \
                       .arg(std::os::unix::process::parent_id().to_string()).status().ok();";
    solution("died", &[Cell("expect-error", kill_parent), Cell("", "1")]);
    solution(
        "late",
        &[Cell(
            "",
            "std::thread::spawn(|| {\n    std::thread::sleep(std::time::Duration::from_millis(300));\n    \
             eprintln!(\"too late\");\n});",
        )],
    );
    let check = |id: &str, verdict: &str| {
        format!("verdict(\"check\", \"{id}\", \"{verdict}\", \"s\");")
    };
    let (first, second) = (check("2.1", "PASS"), check("2.2", "PASS"));
    solution("twins", &[DEP, USE, Cell("check", &first), Cell("check", &second)]);
    write_notebook(root, "notebooks", "twins", &[DEP, USE, Cell("check", &first)]);
    for (copy, verdict) in [("solutions", "PASS"), ("notebooks", "TODO")] {
        let (check, quiz) = (
            check("3.1", verdict),
            format!("verdict(\"quiz\", \"q\", \"{verdict}\", \"s\");"),
        );
        let cells = [
            DEP,
            USE,
            Cell("claim", "verdict(\"claim\", \"\", \"PASS\", \"it holds\");"),
            Cell("check", &check),
            Cell("quiz", &quiz),
            Cell("", "figure(Some(\"a rising line\"));"),
            Cell("expect-error", "todo!(\"Exercise\");"),
            Cell("slow", "let x: u32 = edition();\nx"),
        ];
        write_notebook(root, copy, "green", &cells);
    }
}

/// The failures of a record are exactly these (cell, part of the reason), and its cells ended so.
fn expect(record: &Value, failures: &[(&str, &str)], cells: &[&str]) {
    let found = record["failures"].as_array().unwrap();
    let matches = found.iter().zip(failures).all(|(found, (cell, reason))| {
        found["cell"] == *cell && found["reason"].as_str().unwrap().contains(reason)
    });
    assert!(matches && found.len() == failures.len(), "{record:#}");
    let ended: Vec<&str> = record["cells"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|c| c["status"].as_str())
        .collect();
    assert_eq!(ended, cells, "{record:#}");
    let status = if failures.is_empty() { "passed" } else { "failed" };
    assert_eq!(record["status"], status, "{record:#}");
}
