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

use crate::place::program;
use crate::priority::{hurry, is_gentle};
use crate::processes::{Seen, numbers};
use crate::work_folder::{WorkFolder, remove};

/// The running reaper of a kernel that is about to start.
#[derive(Debug)]
pub struct Reaper {
    process: Child,
    folder: Option<WorkFolder>,
}

impl Reaper {
    /// Starts a reaper that outlives this process. It removes `folder` at the end, also if no kernel ever starts.
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
        if let Some(folder) = &folder {
            // As the reaper's stdout the lock stays taken for as long as one of the two lives.
            reaper.arg(folder.path()).stdout(Stdio::from(folder.lock()?));
        }
        Ok(Reaper { process: reaper.spawn().context("cannot start the reaper")?, folder })
    }

    /// Starts `command` in a process group of its own, which the reaper ends with this process. (Whoever gives way leads a
    /// session, and with it a group.)
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub fn guard(self, mut command: Command) -> Result<Guarded> {
        use std::os::unix::process::CommandExt as _;

        let Reaper { process: mut reaper, folder } = self;
        if !is_gentle(&command) {
            command.process_group(0);
        }
        let child = tokio::process::Command::from(command).spawn()?;
        let group = child.id().and_then(|id| Pid::from_raw(id as i32));
        let pipe = reaper.stdin.as_mut().context("the reaper has no stdin")?;
        writeln!(pipe, "{}", group.map_or(0, Pid::as_raw_pid))?;
        pipe.flush()?;
        Ok(Guarded { child, group, reaper, folder })
    }
}

/// A process in its own group, watched by a reaper.
#[derive(Debug)]
pub struct Guarded {
    /// The process itself.
    pub child: tokio::process::Child,
    group: Option<Pid>,
    reaper: Child,
    folder: Option<WorkFolder>,
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
        // Not by the number of the group: the process may have ended, and its number be another's.
        if let Some(id) = self.child.id().and_then(|id| Pid::from_raw(id as i32)) {
            let _ = kill_process(id, signal);
        }
    }

    /// Gives way no longer.
    pub fn hurry(&self) {
        if let Some(group) = self.group {
            hurry(group);
        }
    }

    /// Ends what is left of the processes. The folder is left to the reaper, since a notebook that restarts waits for this
    /// process to end; if the reaper has been killed or stands still, this removes the folder too.
    ///
    /// # Errors
    ///
    /// If it cannot be done.
    pub fn clean_up(mut self) -> Result<()> {
        if let Some(group) = self.group {
            kill_group(group);
        }
        drop(self.reaper.stdin.take());
        let seen = Seen::of(self.reaper.id() as i32);
        if self.reaper.try_wait()?.is_none_or(|status| status.success())
            && !seen.is_some_and(|reaper| reaper.stands_still())
        {
            // A process that lives on, as a spare does, must not keep it as a zombie.
            std::thread::spawn(move || self.reaper.wait());
            return Ok(());
        }
        let _ = self.reaper.kill();
        self.reaper.wait()?;
        self.folder.as_ref().map_or(Ok(()), |folder| remove(folder.path()))
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
    folder.map_or(Ok(()), |folder| remove(&folder))
}

/// Ends the processes of a group, and waits until they have ended.
fn kill_group(group: Pid) {
    // It may not have made its group yet.
    let _ = kill_process(group, Signal::KILL);
    let _ = kill_process_group(group, Signal::KILL);
    let patience = Instant::now() + Duration::from_secs(2);
    while has_work(group) && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether a process of the group has not ended. (One that has ended counts for the system until somebody asks how it ended,
/// and the first process of a container may take seconds to ask.)
fn has_work(group: Pid) -> bool {
    let group_of =
        |process| Seen::of(process).filter(|seen| !seen.has_ended()).map(|seen| seen.group);
    test_kill_process_group(group).is_ok()
        && (!cfg!(target_os = "linux")
            || numbers("/proc")
                .any(|process| group_of(process) == Some(group.as_raw_pid())))
}
