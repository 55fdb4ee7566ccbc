//! The kernel program, evcxr_jupyter: which version, where it is, how it is installed and started.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo_home;
use crate::cell;
use crate::place::{Course, on_path};
use crate::progress;

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

/// Where the kernel program starts: in the working directory, which is the notebook's, if the course's first cell means the
/// library there, and else where it does. (The cells themselves run in the notebook's folder; see course_cell.)
///
/// # Errors
///
/// If there is no working directory, or no course.
pub fn working_folder() -> Result<PathBuf> {
    let folder = std::env::current_dir()?;
    if folder.join("../aif-lib").is_dir() {
        return Ok(folder);
    }
    Ok(Course::find()?.aif_lib())
}

/// The command that starts the kernel program on the crate in `cell_folder`.
///
/// # Errors
///
/// If it is not on PATH.
pub fn command(
    cell_folder: &Path,
    connection_file: &Path,
    rust_src: Option<&Path>,
) -> Result<Command> {
    let mut command = Command::new(program()?);
    command
        .arg("--control_file")
        .arg(connection_file)
        .env("EVCXR_TMPDIR", cell_folder)
        // evcxr rewrites a kernelspec named `rust` that it takes for an old one of its own;
        // it looks for it here, and finds none.
        .env("JUPYTER_PATH", cell_folder);
    let kernel = cell_folder.parent().unwrap_or(cell_folder);
    cargo_home::set(&mut command, kernel).context("cannot make a home for cargo")?;
    cell::wrap(&mut command, kernel)?;
    let (folder, notebook) = (working_folder()?, std::env::current_dir()?);
    if let Some(file) = progress::file_for(&notebook) {
        command.env(progress::VARIABLE, file);
    }
    if folder != notebook {
        command.current_dir(folder).env("COURSE_FOLDER", notebook);
    }
    if let Some(rust_src) = rust_src {
        command.env("RUST_SRC_PATH", rust_src);
    }
    Ok(command)
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
