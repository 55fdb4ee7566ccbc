//! Whoever is stopped, or killed, while it holds something that others want, keeps nobody from working.

#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

#[allow(dead_code)]
mod common;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{COURSE, bare_course, command, course, launcher};
use course::client::Kernel;
use course::place::{Course, set_program};
use course::spare::Spare;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::time::timeout;

const CELLS: [&str; 3] = [
    ":dep aif-lib = { path = \"../aif-lib\" }",
    "use aif_lib::prelude::*;",
    "edition() + 1",
];
const PATIENCE: Duration = Duration::from_secs(180);

async fn start(root: &Path) -> Kernel {
    set_program(Path::new(COURSE));
    fs::create_dir_all(root.join("solutions")).unwrap();
    let folder = root.join("solutions");
    let kernel = Kernel::start(&folder, |file| Ok(launcher(root, file)));
    timeout(PATIENCE, kernel).await.expect("a kernel starts").unwrap()
}

/// Starts a kernel and runs the first cells.
async fn works(root: &Path) {
    let mut kernel = start(root).await;
    for code in CELLS {
        let done = kernel.execute(code, PATIENCE).await.unwrap();
        assert_eq!(course::judge::trouble(&done.outputs), None, "{code}");
        assert_eq!(done.fault, None, "{code}");
    }
    kernel.shut_down().await.unwrap();
}

fn wait_for(what: &str, condition: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Starts to prepare the kernel, in a process group of its own.
fn prepare(root: &Path) -> Child {
    use std::os::unix::process::CommandExt as _;
    let mut command = command(root);
    command.args(["kernel", "--prepare"]).process_group(0).stderr(Stdio::null());
    command.spawn().unwrap()
}

fn signal(child: &Child, signal: Signal) {
    kill_process_group(Pid::from_raw(child.id() as i32).unwrap(), signal).unwrap();
}

fn template(root: &Path) -> PathBuf {
    let templates = fs::read_dir(Course::at(root).unwrap().templates().unwrap());
    let folders = templates.unwrap().map(|entry| entry.unwrap().path());
    let mut made = folders.filter(|path| path.join("ready").exists());
    made.find(|path| path.extension().is_none()).unwrap()
}

fn edit(root: &Path) {
    let library = root.join("aif-lib/src/lib.rs");
    let text = fs::read_to_string(&library).unwrap();
    fs::write(library, text).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preparation_that_is_stopped_or_killed_is_in_nobodys_way() {
    let root = course("standstill-prepare");
    let before = fs::metadata(template(&root).join("ready")).unwrap().modified().unwrap();
    for how in [Signal::STOP, Signal::KILL] {
        edit(&root);
        let mut first = prepare(&root);
        let new = template(&root).with_extension(first.id().to_string());
        wait_for("the preparation begins", || new.join("cell/target").exists());
        signal(&first, how);
        if how == Signal::KILL {
            first.wait().unwrap();
        }
        // A notebook opens, on the template as it was; the next preparation does not wait.
        works(&root).await;
        assert!(prepare(&root).wait().unwrap().success());
        let _ = first.kill();
        first.wait().unwrap();
    }
    let templates = fs::read_dir(Course::at(&root).unwrap().templates().unwrap()).unwrap();
    let left = templates.filter(|entry| entry.as_ref().unwrap().path().is_dir()).count();
    assert_eq!(left, 1, "nothing half made stays behind");
    let after = fs::metadata(template(&root).join("ready")).unwrap().modified().unwrap();
    assert!(after > before);
    works(&root).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_preparation_that_stands_still_is_not_waited_for() {
    let root = bare_course("standstill-first");
    let _ = fs::remove_dir_all(root.join("target"));
    let mut first = prepare(&root);
    let templates = Course::at(&root).unwrap().templates().unwrap();
    let begun = || {
        let entries = fs::read_dir(&templates).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).any(|path| path.join("cell/target").exists())
    };
    wait_for("the preparation begins", begun);
    signal(&first, Signal::STOP);
    works(&root).await;
    first.kill().unwrap();
    first.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn locks_that_somebody_holds_are_in_nobodys_way() {
    let root = course("standstill-locks");
    let place = Course::at(&root).unwrap();
    fs::create_dir_all(place.kernels().unwrap()).unwrap();
    // As a launcher or a preparation of any version might hold them.
    let locks = [place.kernels().unwrap(), place.templates().unwrap()].map(|folder| {
        let lock = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(folder.join(".lock"));
        let lock = lock.unwrap();
        lock.lock().unwrap();
        lock
    });
    works(&root).await;
    drop(locks);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spare_that_was_stopped_is_in_nobodys_way() {
    let root = course("standstill-spare");
    set_program(Path::new(COURSE));
    fs::create_dir_all(root.join("solutions")).unwrap();
    for wait in [0, 300, 1000, 2500] {
        let mut spare = command(&root);
        spare.args(["kernel", "--spare"]).current_dir(root.join("solutions"));
        let mut spare = Spare::start_with(spare).unwrap();
        spare.order("warm").await.unwrap();
        tokio::time::sleep(Duration::from_millis(wait)).await;
        // Its launcher, and its kernel with all that it has started; the reaper will clean up.
        let launcher = Pid::from_raw(spare.process_id().unwrap() as i32).unwrap();
        let signal = |signal| {
            kill_process(launcher, signal).unwrap();
            let kernels = children(launcher, "evcxr");
            for kernel in &kernels {
                let _ = kill_process_group(*kernel, signal);
            }
            kernels
        };
        // Not while its cargo may hold the lock of the home that all kernels of a course share (see cargo_home): who stops
        // that stops them all, and nobody of ours does.
        while signal(Signal::STOP)
            .iter()
            .any(|kernel| !children(*kernel, "cargo").is_empty())
        {
            signal(Signal::CONT);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        works(&root).await;
        spare.let_go().unwrap();
    }
    wait_for("a clean end", || folders(&root).is_empty());
}

/// The children of a process whose names have these letters.
fn children(parent: Pid, name: &str) -> Vec<Pid> {
    let list = Command::new("pgrep").args(["-P", &parent.to_string(), name]).output();
    let list = String::from_utf8(list.unwrap().stdout).unwrap();
    list.split_whitespace().filter_map(|id| Pid::from_raw(id.parse().ok()?)).collect()
}

/// The folders of the running kernels.
fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(Course::at(root).unwrap().kernels().unwrap());
    let paths = entries.unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.is_dir()).collect()
}

/// The reapers of the kernel in `folder`.
fn reapers(folder: &Path) -> Vec<Pid> {
    let what = format!("reaper {}", folder.display());
    let list = Command::new("pgrep").arg("-f").arg(what).output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    list.split_whitespace().filter_map(|id| Pid::from_raw(id.parse().ok()?)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reaper_that_is_stopped_or_killed_leaves_its_work_to_the_launcher() {
    let root = course("standstill-reaper");
    for how in [Signal::KILL, Signal::STOP] {
        let mut kernel = start(&root).await;
        let folder = folders(&root).pop().unwrap();
        for reaper in reapers(&folder) {
            kill_process(reaper, how).unwrap();
        }
        // Another kernel, which sweeps what is left behind, does not take this one's folder away.
        works(&root).await;
        assert!(folder.exists());
        let done = kernel.execute("1 + 1", PATIENCE).await.unwrap();
        assert_eq!(course::judge::trouble(&done.outputs), None);
        kernel.shut_down().await.unwrap();
        wait_for("a clean end", || !folder.exists());
        assert!(reapers(&folder).is_empty());
    }
}
