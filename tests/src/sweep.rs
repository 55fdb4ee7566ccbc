//! `course sweep`: a named experiment, or a part of it on each of many machines.
//!
//! The work is done by a program of its own, target/release/sweep (its source is tests/sweep/), which holds the library. This
//! tool does not: it would have to be built anew after each edit of aif-lib. Here the program is compiled where its sources
//! have changed, and started; on the machines of a cluster it is started alone.

use std::convert::Infallible;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::place::Course;

/// Compiles the program and becomes it.
///
/// # Errors
///
/// If it does not compile or cannot be started.
pub fn run(course: &Course, arguments: &[OsString]) -> Result<Infallible> {
    let target = course.root().join("target");
    let mut build = Command::new("cargo");
    build.args(["build", "--quiet", "--release", "--locked", "--package", "sweep"]);
    build.arg("--target-dir").arg(&target).current_dir(course.root());
    if !build.status().context("cargo is not on PATH")?.success() {
        bail!("the program of the sweeps does not compile: see above");
    }
    let program = target.join("release/sweep");
    Err(Command::new(&program).args(arguments).exec())
        .with_context(|| format!("cannot start {}", program.display()))
}
