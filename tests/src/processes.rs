//! What the system says of processes, where it has `/proc`.

use std::fs;
use std::path::Path;

/// A process as the system sees it at this moment.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    state: char,
    /// The number of its process group.
    pub group: i32,
    /// The number of its session.
    pub session: i32,
}

impl Seen {
    /// What the system says of a process; nothing if there is no such process, or no `/proc`.
    pub fn of(process: i32) -> Option<Seen> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // Behind the name, in brackets, which may hold anything: state, parent, group, session.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        let state = fields.next()?.chars().next()?;
        let mut numbers = fields.skip(1).map_while(|field| field.parse().ok());
        Some(Seen { state, group: numbers.next()?, session: numbers.next()? })
    }

    /// Whether it was stopped.
    pub fn stands_still(&self) -> bool {
        matches!(self.state, 'T' | 't')
    }

    /// Whether it has ended, and only its parent has not asked yet how.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, 'Z' | 'X')
    }
}

/// What in a folder is named by a number: processes in `/proc`, threads in `/proc/PROCESS/task`.
pub fn numbers(folder: impl AsRef<Path>) -> impl Iterator<Item = i32> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, kill_process};

    use super::*;

    #[test]
    fn a_child_works_stands_still_and_ends() {
        let mut child = Command::new("sleep").arg("60").process_group(0).spawn().unwrap();
        let id = child.id() as i32;
        let wait_for = |there: &dyn Fn(&Seen) -> bool| {
            let end = Instant::now() + Duration::from_secs(10);
            while !there(&Seen::of(id).unwrap()) {
                assert!(Instant::now() < end, "{:?}", Seen::of(id));
                std::thread::sleep(Duration::from_millis(5));
            }
        };
        let signal = |signal| kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
        assert!(numbers("/proc").any(|process| process == id));
        wait_for(&|seen| !seen.stands_still() && !seen.has_ended());
        assert_eq!(Seen::of(id).unwrap().group, id);
        signal(Signal::STOP);
        wait_for(&Seen::stands_still);
        signal(Signal::KILL);
        wait_for(&Seen::has_ended);
        child.wait().unwrap();
        assert!(Seen::of(id).is_none());
    }
}
