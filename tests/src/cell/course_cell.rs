//! Runs inside a cell, before and after the learner's lines (see tests/src/cell.rs). Compiled by itself, with nothing but
//! the standard library, and linked into every cell.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};

/// Ends a line that has not been ended, and begins a new count of what is printed (see tests/src/sieve.rs).
const MARK: &[u8] = b"\x01\n";

unsafe extern "C" {
    safe fn dup2(from: i32, to: i32) -> i32;
}

/// A cell that is running.
pub struct Cell(());

/// Begins a cell. In the first one of a process, a sieve is set behind its stdout and another one behind its stderr.
pub fn begin() -> Option<Cell> {
    let mark = Path::new(&std::env::var_os("COURSE_CELL_MARKS")?)
        .join(format!("{}.running", std::process::id()));
    if !mark.exists() {
        set_up().ok()?;
        File::create(mark).ok()?;
    }
    send_marks();
    Some(Cell(()))
}

impl Drop for Cell {
    fn drop(&mut self) {
        send_marks();
    }
}

fn send_marks() {
    // A learner's text is shown or lost, but never a reason to fail.
    let _ = io::stdout().write_all(MARK);
    let _ = io::stderr().write_all(MARK);
}

fn set_up() -> io::Result<()> {
    let program = std::env::var_os("COURSE_PROGRAM").ok_or(io::ErrorKind::NotFound)?;
    let stdout = sieve(&program, "stdout", Stdio::inherit())?;
    let stderr = sieve(&program, "stderr", io::stderr().into())?;
    for (pipe, to) in [(stdout, 1), (stderr, 2)] {
        if dup2(pipe.as_raw_fd(), to) < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    // Where the notebook is, if the kernel itself had to start elsewhere.
    std::env::var_os("COURSE_FOLDER").map_or(Ok(()), std::env::set_current_dir)
}

fn sieve(program: &OsString, stream: &str, to: Stdio) -> io::Result<ChildStdin> {
    let mut command = Command::new(program);
    command.args(["sieve", stream]).stdin(Stdio::piped()).stdout(to).stderr(Stdio::null());
    command.spawn()?.stdin.take().ok_or(io::ErrorKind::BrokenPipe.into())
}
