//! What the launcher adds to a cell, between evcxr, which writes it, and rustc, which compiles it.
//!
//! cargo calls this program instead of rustc for evcxr's crate (`RUSTC_WORKSPACE_WRAPPER`). It
//!
//! - has the cell's function begin with a call of `course_cell::begin` (tests/src/cell/course_cell.rs), on the line that
//!   is there anyway, so that the compiler's messages still point at the learner's lines, and
//! - names the folder of the standard library to the loader. The path that rustc itself would write (`rpath`) counts the
//!   folders in between, and evcxr loads a cell from another folder than the one it was compiled in.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::place::{on_path, program};

/// The compiled crate `course_cell`, in a kernel's folder. Without it cells work, but without what it does.
pub const LIBRARY: &str = "libcourse_cell.rlib";
/// The variable that names it to the compiler.
const LIBRARY_VARIABLE: &str = "COURSE_CELL";

/// Compiles the crate `course_cell` into `folder`.
///
/// # Errors
///
/// If the compiler refuses it.
pub fn prepare(folder: &Path) -> Result<()> {
    let source = folder.join("course_cell.rs");
    fs::write(&source, include_str!("cell/course_cell.rs"))?;
    let output = Command::new("rustc")
        .args([
            "--crate-type=rlib",
            "--edition=2024",
            "-Copt-level=2",
            "-Cprefer-dynamic",
            "-o",
        ])
        .arg(folder.join(LIBRARY))
        .arg(source)
        .output()
        .context("rustc is not on PATH")?;
    if !output.status.success() {
        bail!("rustc: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// Has the kernel of `command`, which works in `folder` (its crate is below), compile its cells with this program.
///
/// # Errors
///
/// If this program cannot be found.
pub fn wrap(command: &mut Command, folder: &Path) -> Result<()> {
    let program = program()?;
    command
        .env("RUSTC_WORKSPACE_WRAPPER", &program)
        .env(LIBRARY_VARIABLE, folder.join(LIBRARY))
        // For course_cell:
        .env("COURSE_PROGRAM", program)
        .env("COURSE_CELL_MARKS", folder);
    Ok(())
}

/// The command line of the compiler, if this program was called in its place.
pub fn compiler() -> Option<Vec<OsString>> {
    let line: Vec<OsString> = std::env::args_os().skip(1).collect();
    let is_rustc =
        |program: &OsString| Path::new(program).file_stem() == Some("rustc".as_ref());
    line.first().is_some_and(is_rustc).then_some(line)
}

/// Compiles what `line` asks for, with what is added to a cell.
///
/// # Errors
///
/// If the compiler cannot be started, or the cell not be changed.
pub fn compile(line: &[OsString]) -> Result<()> {
    let (rustc, arguments) = line.split_first().context("no compiler is named")?;
    let mut command = Command::new(rustc);
    command.args(arguments);
    if is_cell(arguments) {
        let library = std::env::var_os(LIBRARY_VARIABLE).map(PathBuf::from);
        if let Some(library) = library.filter(|library| library.is_file())
            && let Some(source) =
                arguments.iter().find(|word| Path::new(word).ends_with("lib.rs"))
        {
            // In place: cargo takes a source that changes while it works for one to compile again, as is right.
            fs::write(source, with_call(&fs::read_to_string(source)?))?;
            command.arg("--extern").arg(named("course_cell=", &library));
        }
        if let Some(folder) = standard_library(rustc, arguments) {
            for word in ["-Xlinker", "-rpath", "-Xlinker"] {
                command.arg(format!("-Clink-arg={word}"));
            }
            command.arg(named("-Clink-arg=", &folder));
        }
    }
    Err(command.exec())
        .with_context(|| format!("cannot start {}", command.get_program().display()))
}

fn named(name: &str, path: &Path) -> OsString {
    let mut word = OsString::from(name);
    word.push(path);
    word
}

/// Whether a cell is compiled to be run, and not only to be checked.
fn is_cell(arguments: &[OsString]) -> bool {
    let emit = arguments.iter().filter_map(|word| word.to_str()?.strip_prefix("--emit="));
    let links = emit.flat_map(|kinds| kinds.split(',')).any(|kind| kind == "link");
    links && value(arguments, "--crate-name").is_some_and(|name| name == "ctx")
}

fn value<'a>(arguments: &'a [OsString], option: &str) -> Option<&'a OsStr> {
    let at = arguments.iter().position(|word| word == option)?;
    arguments.get(at + 1).map(OsString::as_os_str)
}

/// The folder of the standard library that `rustc` links with.
fn standard_library(rustc: &OsStr, arguments: &[OsString]) -> Option<PathBuf> {
    let target = value(arguments, "--target")?;
    let program = if Path::new(rustc).is_absolute() {
        rustc.into()
    } else {
        on_path(rustc.to_str()?)?
    };
    let beside = program.parent()?.parent()?.join("lib/rustlib").join(target).join("lib");
    if beside.is_dir() {
        return Some(beside);
    }
    // A link, or rustup's stand-in.
    let output = Command::new(rustc)
        .args(["--print", "target-libdir", "--target"])
        .arg(target)
        .output();
    let folder = PathBuf::from(String::from_utf8(output.ok()?.stdout).ok()?.trim());
    folder.is_dir().then_some(folder)
}

/// evcxr's code for a cell, with the call at the beginning of the function that it will run.
fn with_call(code: &str) -> String {
    let head = "pub extern \"C\" fn run_user_code_";
    let body = code.find(head).and_then(|start| Some(start + code[start..].find('{')? + 1));
    match body {
        Some(body) => {
            let (before, after) = code.split_at(body);
            format!("{before} let _course_cell = ::course_cell::begin(); {after}")
        }
        None => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_keeps_its_lines() {
        let code = "fn f() {}\n#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code_3(\n\
                    mut x: *mut u8)\n  -> *mut u8 {\nx\n}\n";
        let changed = with_call(code);
        assert_eq!(changed.lines().count(), code.lines().count());
        let line =
            changed.lines().find(|line| line.contains("course_cell::begin")).unwrap();
        assert!(line.starts_with("  -> *mut u8 { let _course_cell"), "{line}");
        assert_eq!(with_call("fn other() {}"), "fn other() {}");
    }

    #[test]
    fn only_a_cell_that_will_run_is_changed() {
        let is =
            |line: &str| is_cell(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert!(is("--crate-name ctx --edition=2024 src/lib.rs --emit=dep-info,link"));
        assert!(!is("--crate-name ctx --edition=2024 src/lib.rs --emit=dep-info,metadata"));
        assert!(!is("--crate-name locked --emit=dep-info,link"));
        assert!(!is("-vV"));
    }
}
