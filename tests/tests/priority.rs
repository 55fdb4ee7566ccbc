//! A process that gives way does so with all that it starts, and stops it at once; anybody may do that.

#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use course::place::set_program;
use course::priority::{gently, hurry};
use rustix::process::{Pid, Signal, kill_process_group};

/// What the system says of a process, while there is one: on how many processors it may run, its session's nice value,
/// how urgent its disk requests are, and its state.
fn seen(process: &str) -> Option<(u32, String, String, String)> {
    let read = |name: &str| fs::read_to_string(format!("/proc/{process}/{name}"));
    let status = read("status").ok()?;
    let line = |name: &str| status.lines().find_map(|line| line.strip_prefix(name));
    let mask = line("Cpus_allowed:")?.chars().filter_map(|digit| digit.to_digit(16));
    // Where the system does not group by session there is no such file.
    let session = read("autogroup").unwrap_or_default();
    let disk = Command::new("ionice").args(["-p", process]).output();
    let disk = disk.map(|output| output.stdout).unwrap_or_default();
    // The state last: what has ended in between has no more than that.
    let status = read("status").ok()?;
    let state = status.lines().find_map(|line| line.strip_prefix("State:"))?;
    Some((
        mask.map(u32::count_ones).sum(),
        session.rsplit(' ').next()?.trim().to_owned(),
        String::from_utf8(disk).ok()?.trim().to_owned(),
        state.trim().to_owned(),
    ))
}

/// A session, which ends with the test.
struct Family(Child);

impl Family {
    /// Its processes, by the system's own list.
    fn processes(&self) -> Vec<String> {
        let list = Command::new("ps")
            .args(["-o", "pid=", "-s", &self.0.id().to_string()])
            .output();
        let list = String::from_utf8(list.unwrap().stdout).unwrap();
        list.split_whitespace().map(str::to_owned).collect()
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        let _ =
            kill_process_group(Pid::from_raw(self.0.id() as i32).unwrap(), Signal::KILL);
        let _ = self.0.wait();
    }
}

#[test]
fn whoever_gives_way_never_stands_still_and_can_hurry() {
    if std::thread::available_parallelism().unwrap().get() == 1 {
        return;
    }
    let program = std::env::var_os(PROGRAM);
    set_program(program.unwrap_or_else(|| env!("CARGO_BIN_EXE_course").into()).as_ref());
    let usual = seen(&std::process::id().to_string()).unwrap();
    // A tree that starts new processes all the time.
    let script = "sh -c 'while :; do sleep .05; done' & while :; do sleep .05; done";
    let mut command = Command::new("sh");
    command.args(["-c", script]).env("MARK", "1");
    let mut command = gently(&command).unwrap();
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let leader = Family(command.spawn().unwrap());
    let end = Instant::now() + Duration::from_secs(10);
    while leader.processes().len() < 4 {
        assert!(Instant::now() < end, "{:?}", leader.processes());
        std::thread::sleep(Duration::from_millis(10));
    }
    let look = |expected: &dyn Fn(u32, &str, &str)| {
        let mut looks = 0;
        while looks < 20 {
            for process in leader.processes() {
                // A short life may have ended meanwhile.
                if let Some((processors, session, disk, state)) = seen(&process)
                    && !state.starts_with(['Z', 'X'])
                    && fs::exists(format!("/proc/{process}")).unwrap()
                {
                    assert!(!state.starts_with('T'), "{state}");
                    expected(processors, &session, &disk);
                    looks += 1;
                }
            }
        }
    };
    look(&|processors, session, disk| {
        assert_eq!(processors, 1);
        assert!(["10", ""].contains(&session), "{session}");
        assert!(["idle", ""].contains(&disk), "{disk}");
    });
    hurry(Pid::from_raw(leader.0.id() as i32).unwrap());
    look(&|processors, session, disk| {
        assert_eq!(processors, usual.0);
        // The session is a new one: what is usual for it does not depend on the session of the test.
        assert!(["0", ""].contains(&session), "{session}");
        assert!([usual.2.as_str(), ""].contains(&disk), "{disk}");
    });
}

/// Names the course's program to a test that runs as somebody who cannot look into the folder it was built in.
const PROGRAM: &str = "COURSE_PROGRAM";

/// Only what is true for an ordinary user counts.
#[test]
fn an_ordinary_user_can_hurry_too() {
    if !rustix::process::geteuid().is_root() {
        return; // The other test was it.
    }
    // Root's own folders are closed to others.
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let [test, program] = ["test", "course"].map(|name| folder.path().join(name));
    fs::copy(std::env::current_exe().unwrap(), &test).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_course"), &program).unwrap();
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(test);
    command.args(["--exact", "whoever_gives_way_never_stands_still_and_can_hurry"]);
    command.env(PROGRAM, program).current_dir(folder.path());
    match command.output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => panic!("{output:?}"),
        Err(_) => eprintln!("skipped: there is no setpriv"),
    }
}
