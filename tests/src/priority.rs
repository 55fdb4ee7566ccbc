//! How a spare kernel gives way to the user's kernels, and how it stops giving way.
//!
//! It never stands still, since whoever stands still keeps the locks that it holds. An ordinary user may not take a nice
//! value or the idle class back (sched(7): RLIMIT_NICE is 0 nearly everywhere, and a container's root has no CAP_SYS_NICE
//! either), and in a session of its own neither counts where the system groups processes by session. So it gives way by
//! what anybody may take back, and what all threads and children inherit:
//!
//! - it keeps to one processor, and leaves the others to the user;
//! - its session counts a tenth of another, where the system groups by session (`/proc/PID/autogroup`): a tenth of one
//!   processor cannot be felt, and less would leave it cold for as long as the machine is busy;
//! - its disk requests come last (`ionice`).
//!
//! On macOS it is a background process (`taskpolicy`).

use std::convert::Infallible;
use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use rustix::process::{Pid, setsid};

use crate::place::program;

/// The hidden command of this program that is [`give_way`].
const GENTLY: &str = "gently";

/// The same command, which now leads a session of its own, and gives way with all that it starts. (Its streams are yet to
/// be set.)
///
/// # Errors
///
/// If this program's own file cannot be found.
pub fn gently(command: &Command) -> Result<Command> {
    let mut gentle = Command::new(program()?);
    gentle.arg(GENTLY).arg(command.get_program()).args(command.get_args());
    gentle.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        gentle.current_dir(folder);
    }
    Ok(gentle)
}

/// Whether the command will lead a session of its own.
pub fn is_gentle(command: &Command) -> bool {
    command.get_args().next().is_some_and(|argument| argument == GENTLY)
}

/// Becomes the program that `command` names, and gives way.
///
/// # Errors
///
/// If the program cannot be started. Where the system lets nobody give way, nobody does.
pub fn give_way(command: &[OsString]) -> Result<Infallible> {
    // It leads a session already if it was started as one.
    let _ = setsid();
    system::give_way();
    let (program, arguments) = command.split_first().context("no program is named")?;
    Err(Command::new(program).args(arguments).exec())
        .with_context(|| format!("cannot start {}", program.display()))
}

/// Ends the giving way of every thread of every process in the session that `leader` leads.
pub fn hurry(leader: Pid) {
    system::hurry(leader);
}

/// Runs a program of the system; where there is none, it does without.
fn run(mut command: Command) {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = command.status();
}

#[cfg(target_os = "linux")]
mod system {
    use std::collections::HashSet;
    use std::fs;
    use std::io::ErrorKind::WouldBlock;
    use std::process::Command;
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, getpid};
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    use super::run;
    use crate::processes::{Seen, numbers};

    /// A session with this nice value gets a tenth of what one with 0 gets.
    const LESS: &str = "10";

    pub fn give_way() {
        session(getpid(), LESS);
        disk("3", &[getpid()]);
        if let Ok(usual) = sched_getaffinity(None)
            && let Some(last) = (0..CpuSet::MAX_CPU).rev().find(|cpu| usual.is_set(*cpu))
        {
            let mut one = CpuSet::new();
            one.set(last);
            let _ = sched_setaffinity(None, &one);
        }
    }

    pub fn hurry(leader: Pid) {
        let end = Instant::now() + Duration::from_secs(1);
        session(leader, "0");
        let Ok(usual) = sched_getaffinity(None) else { return };
        let is_held =
            |task: &Pid| sched_getaffinity(Some(*task)).is_ok_and(|own| own != usual);
        let free = |task: Pid| sched_setaffinity(Some(task), &usual).is_ok();
        // While this looks, a thread may start another: until a look finds nothing more to do.
        while tasks(leader).filter(is_held).map(free).filter(|freed| *freed).count() > 0
            && Instant::now() < end
        {}
        let mut done = HashSet::new();
        while let new =
            tasks(leader).filter(|task| !done.contains(task)).collect::<Vec<_>>()
            && !new.is_empty()
            && Instant::now() < end
        {
            disk("0", &new);
            done.extend(new);
        }
    }

    /// Gives the session of a process a nice value, where the system knows such.
    fn session(process: Pid, nice: &str) {
        let end = Instant::now() + Duration::from_secs(1);
        let file = format!("/proc/{process}/autogroup");
        // Of all ordinary users together, the system lets one do this in a tenth of a second.
        while fs::write(&file, nice).is_err_and(|error| error.kind() == WouldBlock)
            && Instant::now() < end
        {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Gives tasks a class at the disk: 3 comes last, 0 is the usual one.
    fn disk(class: &str, tasks: &[Pid]) {
        let mut ionice = Command::new("ionice");
        ionice.args(["-t", "-c", class, "-p"]).args(tasks.iter().map(Pid::to_string));
        run(ionice);
    }

    /// The threads of a session.
    fn tasks(leader: Pid) -> impl Iterator<Item = Pid> {
        let ours = numbers("/proc").filter(move |id| {
            Seen::of(*id).is_some_and(|seen| seen.session == leader.as_raw_pid())
        });
        let tasks = ours.flat_map(|process| numbers(format!("/proc/{process}/task")));
        tasks.filter_map(Pid::from_raw)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::process::Command;

    use rustix::process::{Pid, getpid};

    use super::run;

    pub fn give_way() {
        background("-b", &getpid().to_string());
    }

    /// (A session is one process group here.)
    pub fn hurry(leader: Pid) {
        let list = Command::new("ps").args(["-axo", "pid=,pgid="]).output();
        let list = list.map(|output| output.stdout).unwrap_or_default();
        let list = String::from_utf8_lossy(&list);
        let rows =
            list.lines().filter_map(|row| row.trim().split_once(char::is_whitespace));
        let ours = rows.filter(|(_, group)| group.trim() == leader.to_string());
        ours.for_each(|(process, _)| background("-B", process));
    }

    fn background(flag: &str, process: &str) {
        let mut taskpolicy = Command::new("taskpolicy");
        taskpolicy.args([flag, "-p", process]);
        run(taskpolicy);
    }
}
