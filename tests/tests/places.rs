//! A kernel starts, shows a value and leaves nothing, wherever the clone, the caches and the home folder lie.

#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use common::{
    COURSE, Cell, FIRST_CELLS, bare_course, bare_course_at, command, course, write_notebook,
};

/// Runs a short notebook of the course in `root`. (The work is looked for after it: a cache names its own folder.)
fn runs(root: &Path, command: &mut Command, work: impl Fn() -> PathBuf) {
    let file = short_notebook(root);
    let output = command.arg("run").arg(file).output().unwrap();
    assert!(output.status.success(), "{}: {}", root.display(), told(&output));
    let work = work();
    assert!(work.join("template").is_dir(), "{} is used", work.display());
    // A kernel's folder is removed behind its end.
    let left = || {
        let kernels = fs::read_dir(work.join("kernels")).unwrap();
        kernels.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).count()
    };
    let patience = Instant::now() + Duration::from_secs(10);
    while left() > 0 && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(left(), 0);
}

fn short_notebook(root: &Path) -> PathBuf {
    write_notebook(root, "solutions", "short", &FIRST_CELLS);
    root.join("solutions/short.ipynb")
}

fn told(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text)).concat()
}

fn in_the_clone(root: &Path) -> PathBuf {
    root.join("target/course")
}

/// The one folder that the course has made in a cache.
fn in_the_cache(cache: &Path) -> PathBuf {
    let mut own = fs::read_dir(cache.join("aif-course")).unwrap();
    own.next().unwrap().unwrap().path()
}

fn home() -> PathBuf {
    PathBuf::from(std::env::var_os("HOME").unwrap())
}

/// A folder in the home folder, where people clone, and where rustup keeps the compiler.
fn folder_at_home() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("aif-course-test-").tempdir_in(home()).unwrap()
}

#[test]
fn in_the_home_folder_and_far_below_it() {
    let folder = folder_at_home();
    for below in [".", "a/b/c/d/e/f/g/h/i/j/k/l"] {
        let root = bare_course_at(&folder.path().join(below));
        runs(&root, &mut command(&root), || in_the_clone(&root));
    }
}

#[test]
fn through_a_symbolic_link_and_with_letters_of_other_scripts() {
    let folder = folder_at_home();
    let root = bare_course_at(&folder.path().join("日本-für-alle"));
    let link = folder.path().join("link");
    symlink(&root, &link).unwrap();
    runs(&link, &mut command(&link), || in_the_clone(&root));
}

#[test]
fn where_the_path_holds_a_space() {
    let folder = folder_at_home();
    let root = bare_course_at(&folder.path().join("with a space, 日本"));
    let cache = folder_at_home();
    let mut command = command(&root);
    command.env("XDG_CACHE_HOME", cache.path());
    runs(&root, &mut command, || in_the_cache(cache.path()));
}

#[test]
fn with_another_home_folder() {
    let folder = folder_at_home();
    let root = bare_course_at(folder.path());
    let other = tempfile::tempdir().unwrap();
    let set = |name: &str, usual: &str| {
        std::env::var_os(name).map_or_else(|| home().join(usual), PathBuf::from)
    };
    let mut command = command(&root);
    command
        .env("CARGO_HOME", set("CARGO_HOME", ".cargo"))
        .env("RUSTUP_HOME", set("RUSTUP_HOME", ".rustup"))
        .env("HOME", other.path());
    runs(&root, &mut command, || in_the_clone(&root));
}

/// A notebook that was moved or copied out of the course still finds the library, and its own files where it is.
#[test]
fn with_the_notebook_elsewhere() {
    let root = bare_course("left-behind");
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("data.txt"), "5").unwrap();
    let [dependency, prelude, value] = FIRST_CELLS;
    let own = Cell("", "assert_eq!(std::fs::read_to_string(\"data.txt\")?, \"5\");");
    write_notebook(elsewhere.path(), "moved", "away", &[dependency, prelude, value]);
    write_notebook(elsewhere.path(), ".", "away", &[dependency, prelude, value, own]);
    let mut command = command(&root);
    command.arg("run");
    let files = ["moved/away.ipynb", "away.ipynb"].map(|file| elsewhere.path().join(file));
    let output = command.args(&files).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    // Two of one name are told apart, and each has an executed copy of its own.
    let executed = root.join("target/course/executed/solutions");
    for file in files {
        let name = file.canonicalize().unwrap().with_extension("");
        assert!(told(&output).contains(&format!("passed {} (", name.display())));
        let copy = executed.join(file.canonicalize().unwrap().strip_prefix("/").unwrap());
        assert!(copy.is_file(), "{}", copy.display());
    }
}

/// Runs a short notebook of the course in `root` while nobody can write into it. None where the system does not let a test
/// write-protect a folder.
fn runs_write_protected(root: &Path, cache: &Path) -> Option<Output> {
    let file = short_notebook(root);
    let script = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" || exit 77\n\
                  exec \"$@\"";
    let output = Command::new("unshare")
        .args(["--mount", "--map-root-user", "sh", "-c", script])
        .args([root, Path::new(COURSE), Path::new("run"), &file])
        .env("COURSE_ROOT", root)
        .env("XDG_CACHE_HOME", cache)
        .env_remove("LD_LIBRARY_PATH")
        .output()
        .ok()?;
    let failed = output.status.code() == Some(1) && !told(&output).contains("unshare");
    assert!(!failed, "{}", told(&output));
    if !output.status.success() {
        eprintln!("skipped: this system does not let a test write-protect a folder");
        return None;
    }
    Some(output)
}

#[test]
fn in_a_clone_that_cannot_be_written() {
    let root = bare_course("read-only");
    let _ = fs::remove_dir_all(root.join("target"));
    let cache = tempfile::tempdir().unwrap();
    if runs_write_protected(&root, cache.path()).is_some() {
        let own = in_the_cache(cache.path());
        assert!(own.join("template").is_dir() && own.join("report.json").is_file());
    }
}

/// As on a machine for a class: one has prepared the course, and all use what that one has compiled.
#[test]
fn in_a_clone_that_somebody_else_has_prepared() {
    let root = course("shared");
    let cache = tempfile::tempdir().unwrap();
    let before = fs::read_dir(root.join("target/course/cargo")).unwrap().count();
    if let Some(output) = runs_write_protected(&root, cache.path()) {
        let own = in_the_cache(cache.path());
        assert!(own.join("report.json").is_file() && !own.join("template").exists());
        assert!(!own.join("cargo").exists());
        assert!(!told(&output).contains("prepared"), "{}", told(&output));
        let after = fs::read_dir(root.join("target/course/cargo")).unwrap().count();
        assert_eq!(before, after);
    }
}
