//! The Dual Perspective is the directory listing: `rl/` and `aif/` answer the same questions under the same names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The questions, in the order of the tables in both `mod.rs` files.
const QUESTIONS: [&str; 7] =
    ["model", "perceive", "evaluate", "plan", "select", "learn", "agent"];

/// The slow clock has a name of its own on each side: an option is the agent's choice, a context is the world's.
const SLOW: [(&str, &str); 2] = [("rl", "options"), ("aif", "hierarchical")];

fn source(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names(folder: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    let entries =
        fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    entries
        .map(|entry| {
            entry
                .expect("a readable folder")
                .file_name()
                .to_string_lossy()
                .replace(".rs", "")
        })
        .filter(|name| name != "mod")
        .collect()
}

#[test]
fn both_folders_hold_the_same_questions() {
    let questions: BTreeSet<String> = QUESTIONS.map(String::from).into();
    for (folder, slow) in SLOW {
        let mut answers = names(folder);
        assert!(answers.remove(slow), "{folder}/ has no {slow}");
        assert_eq!(answers, questions, "{folder}/");
    }
    assert!(source("rl/options.rs").contains("[`crate::aif::hierarchical`]"));
    assert!(source("aif/hierarchical.rs").contains("[`crate::rl::options`]"));
}

#[test]
fn every_file_links_its_dual_before_its_first_item() {
    for (folder, other) in [("rl", "aif"), ("aif", "rl")] {
        for question in QUESTIONS {
            let file = if question == "learn" {
                "learn/mod.rs".into()
            } else {
                format!("{question}.rs")
            };
            let text = source(&format!("{folder}/{file}"));
            let head: String =
                text.lines().take_while(|line| line.starts_with("//!")).collect();
            assert!(
                head.contains(&format!("[`crate::{other}::{question}`]")),
                "{folder}/{file} has no link to its dual"
            );
        }
    }
}

#[test]
fn no_module_is_empty() {
    for folder in ["rl", "aif"] {
        for question in QUESTIONS.iter().filter(|question| **question != "learn") {
            let text = source(&format!("{folder}/{question}.rs"));
            assert!(
                text.contains("pub fn ") || text.contains("pub struct "),
                "{folder}/{question}.rs holds nothing"
            );
        }
        assert!(
            !names(&format!("{folder}/learn")).is_empty(),
            "{folder}/learn holds nothing"
        );
    }
}
