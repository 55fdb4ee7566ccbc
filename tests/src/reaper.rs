//! The reaper: one clean-up path for every way a kernel can end.
//!
//! The launcher starts a reaper beside each kernel and holds the pipe that is its stdin. When the
//! launcher ends, in whatever way (even by SIGKILL), the system closes that pipe, and the reaper
//! kills what is left of the kernel's processes and removes the kernel's folder.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{
    Pid, Signal, kill_process, kill_process_group, setsid, test_kill_process_group,
};

use crate::cargo_home;
use crate::place::program;
use crate::priority::{hurry, is_gentle};
use crate::work_folder::{WorkFolder, remove};

/// The running reaper of a kernel that is about to start.
#[derive(Debug)]
pub struct Reaper(Child);

impl Reaper {
    /// Starts a reaper that outlives this process. It takes over `folder` and removes it at the end, also if no kernel
    /// ever starts.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub fn start(folder: Option<WorkFolder>) -> Result<Reaper> {
        let mut reaper = Command::new(program()?);
        reaper
            .arg("reaper")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(folder) = folder {
            // As the reaper's stdout the lock stays taken for as long as the reaper lives.
            reaper.arg(folder.path()).stdout(Stdio::from(folder.into_lock()));
        }
        Ok(Reaper(reaper.spawn().context("cannot start the reaper")?))
    }

    /// Starts `command` in a process group of its own, which the reaper ends with this process. (Whoever gives way leads a
    /// session, and with it a group.)
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub fn guard(self, mut command: Command) -> Result<Guarded> {
        use std::os::unix::process::CommandExt as _;

        let mut reaper = self.0;
        if !is_gentle(&command) {
            command.process_group(0);
        }
        let child = tokio::process::Command::from(command).spawn()?;
        let pipe = reaper.stdin.as_mut().context("the reaper has no stdin")?;
        writeln!(pipe, "{}", child.id().unwrap_or(0))?;
        pipe.flush()?;
        Ok(Guarded { child, reaper })
    }
}

/// A process in its own group, watched by a reaper.
#[derive(Debug)]
pub struct Guarded {
    /// The process itself.
    pub child: tokio::process::Child,
    reaper: Child,
}

impl Guarded {
    /// Starts `command` and its reaper.
    ///
    /// # Errors
    ///
    /// If either process cannot be started.
    pub fn start(command: Command) -> Result<Guarded> {
        Reaper::start(None)?.guard(command)
    }

    /// Passes a signal on to the process (not to its children).
    pub fn signal(&self, signal: Signal) {
        if let Some(id) = self.id() {
            let _ = kill_process(id, signal);
        }
    }

    /// Gives way no longer.
    pub fn hurry(&self) {
        if let Some(id) = self.id() {
            hurry(id);
        }
    }

    fn id(&self) -> Option<Pid> {
        self.child.id().and_then(|id| Pid::from_raw(id as i32))
    }

    /// Lets the reaper do its work and waits for it.
    ///
    /// # Errors
    ///
    /// If the reaper cannot be waited for.
    pub fn clean_up(mut self) -> Result<()> {
        drop(self.reaper.stdin.take());
        self.reaper.wait()?;
        Ok(())
    }
}

/// The reaper process: waits for the end of its stdin, then kills the process group whose number
/// it read there and removes `folder`.
///
/// # Errors
///
/// If the folder cannot be removed.
pub fn reap(folder: Option<PathBuf>) -> Result<()> {
    // A session of its own: a signal to the launcher's group must not end the reaper.
    let _ = setsid();
    let mut group = String::new();
    std::io::stdin().read_to_string(&mut group)?;
    if let Some(group) = group.trim().parse().ok().and_then(Pid::from_raw) {
        kill_group(group);
    }
    match folder {
        Some(folder) => {
            cargo_home::give_back(&folder);
            remove(&folder)
        }
        None => Ok(()),
    }
}

fn kill_group(group: Pid) {
    // It may not have made its group yet.
    let _ = kill_process(group, Signal::KILL);
    let _ = kill_process_group(group, Signal::KILL);
    let patience = Instant::now() + Duration::from_secs(2);
    while test_kill_process_group(group).is_ok() && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(10));
    }
}
