//! The floors of the house: what stands on what. A file may use its own floor's module and everything below.

use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up; modules in one row stand side by side, and neither uses the other.
const FLOORS: [&[&str]; 11] = [
    &["caught", "error", "show"],
    &["prob"],
    &["interaction"],
    &["world", "nn"],
    &["rl", "aif"],
    &["task"],
    &["rosetta"],
    &["scale"],
    &["experiment"],
    &["plot"],
    &["lesson"],
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The modules that a source names by `crate::`, with their lines; comments and tests do not count.
fn used(source: &str) -> Vec<(usize, String)> {
    let code = source.lines().enumerate().take_while(|(_, line)| *line != "#[cfg(test)]");
    let code = code.filter(|(_, line)| !line.trim_start().starts_with("//"));
    let names = |(number, line): (usize, &str)| {
        let rest = line.split("crate::").skip(1).map(|rest| {
            rest.split(|c: char| !c.is_ascii_lowercase() && c != '_').next().unwrap_or("")
        });
        rest.map(|name| (number + 1, name.to_string())).collect::<Vec<_>>()
    };
    code.flat_map(names).collect()
}

/// What breaks the order in one file of a module.
fn upward(module: &str, source: &str) -> Vec<(usize, String)> {
    let own = floor(module).unwrap_or_else(|| panic!("{module} has no floor: give it one"));
    let allowed = |name: &str| match floor(name) {
        Some(floor) => floor < own || name == module,
        None => name.is_empty(), // `crate::Error`, re-exported by lib.rs
    };
    used(source).into_iter().filter(|(_, name)| !allowed(name)).collect()
}

#[test]
fn every_module_uses_only_what_lies_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut all, mut broken) = (Vec::new(), Vec::new());
    files(&src, &mut all);
    assert!(all.len() > 100, "the sources were not found");
    for file in all {
        let inside = file.strip_prefix(&src).expect("below src");
        let first = inside.components().next().expect("a path").as_os_str();
        let module = first.to_string_lossy().replace(".rs", "");
        if ["lib", "prelude"].contains(&module.as_str()) {
            continue;
        }
        let source = fs::read_to_string(&file).expect("a readable file");
        for (line, name) in upward(&module, &source) {
            broken.push(format!("{}:{line} uses {name}", inside.display()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_use_of_what_lies_above_or_beside_is_seen() {
    let lines = |module, source| upward(module, source).len();
    assert_eq!(lines("aif", "use crate::rl::model::Mdp;\n"), 1);
    assert_eq!(lines("world", "let x = crate::aif::plan::policies(2, 1);\n"), 1);
    assert_eq!(lines("plot", "use crate::lesson::claim;\n"), 1);
    assert_eq!(lines("rl", "use crate::{aif::model::GenerativeModel};\n"), 0, "see below");
    assert_eq!(lines("rl", "use crate::world::two_step::Trial;\n"), 0);
    assert_eq!(
        lines("rl", "/// [`crate::aif::model`]\n#[cfg(test)]\nuse crate::aif;\n"),
        0
    );
}

#[test]
fn no_use_hides_modules_in_braces() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&src, &mut all);
    for file in all {
        let source = fs::read_to_string(&file).expect("a readable file");
        assert!(
            !source.contains("use crate::{"),
            "{}: one `use` for each module",
            file.display()
        );
    }
}
