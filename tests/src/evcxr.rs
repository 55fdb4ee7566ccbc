//! The kernel program, evcxr_jupyter: which version, where it is, how it is installed and started.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo_home;
use crate::place::on_path;

/// The version that the course is made for.
pub const VERSION: &str = "0.22.0";
const NAME: &str = "evcxr_jupyter";

/// Where the kernel program is.
///
/// # Errors
///
/// If it is not on PATH.
pub fn program() -> Result<PathBuf> {
    on_path(NAME).with_context(|| format!("{NAME} is not on PATH. Install it: make setup"))
}

/// Where the kernel program is, if it is the right version. A conda environment, which has no other, may bring its own.
///
/// # Errors
///
/// If it is missing, or another version.
pub fn right_program() -> Result<PathBuf> {
    let program = program()?;
    let version = version_in(&std::fs::read(&program)?);
    let conda = std::env::var_os("CONDA_PREFIX");
    if version.as_deref() != Some(VERSION) && !conda.is_some_and(|c| program.starts_with(c))
    {
        bail!(
            "{} is {}; the course needs {VERSION}",
            program.display(),
            version.map_or("of an unknown version".to_owned(), |found| format!(
                "{NAME} {found}"
            ))
        );
    }
    Ok(program)
}

/// The program cannot print its version, but holds the path of the source it was built from.
fn version_in(program: &[u8]) -> Option<String> {
    let mark = format!("{NAME}-");
    let version = |at: usize| {
        let rest = &program[at + mark.len()..];
        let end = rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.')?;
        (rest[end] == b'/' && end > 0)
            .then(|| String::from_utf8_lossy(&rest[..end]).into_owned())
    };
    let starts = program.windows(mark.len()).enumerate();
    starts.filter(|(_, bytes)| *bytes == mark.as_bytes()).find_map(|(at, _)| version(at))
}

/// Installs the kernel program into cargo's bin folder, unless the right one is there.
///
/// # Errors
///
/// If cargo cannot install it, or another version hides it.
pub fn install() -> Result<()> {
    if right_program().is_ok() {
        return Ok(());
    }
    eprintln!("==> The Rust kernel, {NAME} {VERSION} (once; ten to twenty minutes)");
    let mut cargo = Command::new("cargo");
    cargo.args(["install", "--locked", NAME, "--version", VERSION]);
    let status = cargo.status().context("cargo is not on PATH")?;
    if !status.success() {
        bail!("`cargo install --locked {NAME} --version {VERSION}` failed");
    }
    right_program().map(drop).context(
        "the kernel is installed, but not what PATH leads to: put cargo's bin folder first in \
         PATH, or remove what hides it",
    )
}

/// The command that starts the kernel program on the crate in `cell`.
///
/// # Errors
///
/// If it or rustc is not on PATH.
pub fn command(
    cell: &Path,
    connection_file: &Path,
    rust_src: Option<&Path>,
) -> Result<Command> {
    let mut command = Command::new(program()?);
    command
        .arg("--control_file")
        .arg(connection_file)
        .env("EVCXR_TMPDIR", cell)
        // evcxr rewrites a kernelspec named `rust` that it takes for an old one of its own;
        // it looks for it here, and finds none.
        .env("JUPYTER_PATH", cell)
        .env(LOADER_PATH, with_standard_library(std::env::var_os(LOADER_PATH))?);
    if let Some(folder) = cell.parent() {
        cargo_home::set(&mut command, folder).context("cannot make a home for cargo")?;
    }
    if let Some(rust_src) = rust_src {
        command.env("RUST_SRC_PATH", rust_src);
    }
    Ok(command)
}

/// Where the system's loader looks for libraries first. (On macOS the variable is lost on the way through a program of
/// the system, such as `sh`; there is none between this launcher and a cell.)
const LOADER_PATH: &str =
    if cfg!(target_os = "macos") { "DYLD_LIBRARY_PATH" } else { "LD_LIBRARY_PATH" };

/// The loader's path, with the folder of Rust's standard library in front: a cell is a library that needs it. The path
/// to it that the compiler would write into a cell counts the folders in between, and evcxr loads the cell from another
/// folder than the one it was compiled in.
fn with_standard_library(path: Option<OsString>) -> Result<OsString> {
    let rustc = Command::new("rustc").args(["--print", "target-libdir"]).output();
    let output = rustc.context("rustc is not on PATH")?;
    let library = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if library.is_empty() {
        bail!(
            "rustc does not say where its standard library is: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let others = path.iter().flat_map(std::env::split_paths);
    std::env::join_paths(std::iter::once(library.clone().into()).chain(others))
        .with_context(|| {
            format!("the kernel cannot load {library}: its path holds a colon")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_tells_its_version_by_the_path_of_its_source() {
        let found = |bytes: &[u8]| version_in(bytes);
        let program = b"\0evcxr_jupyter-x evcxr_jupyter-0.9 \xff/src/evcxr_jupyter-0.22.0/src/core.rs\0";
        assert_eq!(found(program).as_deref(), Some("0.22.0"));
        assert_eq!(found(b"evcxr_jupyter"), None);
        assert_eq!(found(b"evcxr_jupyter-/"), None);
        assert_eq!(found(b"evcxr_jupyter-0.22.0"), None);
    }
}
