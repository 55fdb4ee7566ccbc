//! The template: the build folder of a kernel that has already compiled aif-lib.
//!
//! evcxr compiles each cell as a small crate in a folder of its own, with a fresh choice of
//! crate versions. The template puts that crate into a cargo workspace instead:
//!
//! ```text
//! Cargo.toml    the workspace and the profile (evcxr's own)
//! Cargo.lock    the repository's
//! locked/       a crate that wants aif-lib with every feature, and the other crates of notebooks, all as optional
//!               dependencies: it is never built, but cargo keeps in Cargo.lock what some member could ask for. As
//!               all is locked and at hand, a kernel needs the network only for a reader's own crates. (Were they not
//!               optional, their features would be those of every notebook's crates, and bring more to be read.)
//! cell/         evcxr's crate and everything it compiled, for running and for checking
//! libcourse_cell.rlib   what is linked into each cell (see the module cell)
//! rust-src/     the standard library's sources, cut down (see the module sysroot)
//! ```

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::process::{Pid, test_kill_process};

use crate::cargo_home;
use crate::cell;
use crate::client::Kernel;
use crate::evcxr;
use crate::judge::trouble;
use crate::manifest;
use crate::place::{Course, on_path};
use crate::priority::gently;
use crate::processes::Seen;
use crate::sysroot;

/// Raised whenever the layout of the template changes.
const LAYOUT: u32 = 9;

/// The template that fits the present compiler, kernel and locked versions.
#[derive(Debug)]
pub struct Template {
    course: Course,
    folder: PathBuf,
}

impl Template {
    /// Where the template for the present compiler, kernel and locked versions is or will be.
    ///
    /// # Errors
    ///
    /// If rustc or evcxr_jupyter cannot be found.
    pub fn current(course: &Course) -> Result<Template> {
        let key = key(course)?;
        let at = |templates: PathBuf| Template {
            course: course.clone(),
            folder: templates.join(&key),
        };
        // Where many use one clone, whoever prepared it has done so for all.
        let shared = at(course.shared_templates());
        Ok(if shared.is_fresh() { shared } else { at(course.templates()?) })
    }

    /// Whether somebody else made it, in a clone that this user cannot write.
    fn is_theirs(&self) -> bool {
        let own = self.course.templates().ok();
        own.as_deref().is_none_or(|own| Some(own) != self.folder.parent())
    }

    /// The template's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the template has been made. An edit of aif-lib does not undo this: cargo notices
    /// it, and each kernel compiles the edited crate in its own copy.
    pub fn is_ready(&self) -> bool {
        self.stamp().is_file()
    }

    /// Whether the template has been made and aif-lib has not been edited since.
    pub fn is_fresh(&self) -> bool {
        let made = fs::metadata(self.stamp()).and_then(|stamp| stamp.modified());
        made.is_ok_and(|made| made > newest(&self.course.aif_lib()))
    }

    /// Whether a kernel that was warmed at `time` is what a notebook would get now: the same compiler, kernel program
    /// and locked versions, and no edit of aif-lib since.
    pub fn still_fits(&self, time: SystemTime) -> bool {
        let same = key(&self.course).is_ok_and(|key| self.folder.ends_with(key));
        same && newest(&self.course.aif_lib()) < time
    }

    /// The sources of Rust's standard library as the kernel's rust-analyzer is to read them.
    pub fn rust_src(&self) -> Option<PathBuf> {
        let folder = self.folder.join("rust-src/library");
        folder.is_dir().then_some(folder)
    }

    fn stamp(&self) -> PathBuf {
        self.folder.join("ready")
    }

    /// Waits for the turn to make a template, so that two do not compile the same. What is compiled is nobody else's until
    /// it is done, so whoever has the turn and stands still need not be waited for.
    fn turn(&self) -> Result<File> {
        let folder = self.course.templates()?;
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let path = folder.join(".lock");
        let mut turn =
            File::options().create(true).truncate(false).write(true).open(&path)?;
        let mut told = false;
        while turn.try_lock().is_err() {
            let holder = fs::read_to_string(&path).unwrap_or_default();
            let seen = holder.trim().parse().ok().and_then(Seen::of);
            if seen.is_some_and(|holder| holder.stands_still()) {
                eprintln!(
                    "course: process {holder} stands still, which prepares the kernel"
                );
                return Ok(turn);
            }
            if !std::mem::replace(&mut told, true) {
                eprintln!(
                    "course: waiting for process {holder}, which prepares the kernel ..."
                );
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        turn.set_len(0)?;
        write!(turn, "{}", std::process::id())?;
        Ok(turn)
    }

    /// Makes the template, or brings it up to date, by running a kernel through the first two
    /// cells of every notebook. Does nothing if it is fresh.
    ///
    /// # Errors
    ///
    /// If the kernel does not start or aif-lib does not compile.
    pub async fn prepare(&self) -> Result<()> {
        let _turn = self.turn()?;
        if self.is_fresh() {
            return Ok(());
        }
        eprintln!(
            "course: compiling aif-lib and its dependencies for the notebooks' kernel \
             (about five minutes the first time) ..."
        );
        let new = self.renewed()?;
        if let Err(error) = new.make().await {
            // What was compiled need not be compiled again; it only does not count as ready.
            if fs::rename(&new.folder, &self.folder).is_err() {
                let _ = fs::remove_dir_all(&new.folder);
            }
            return Err(error);
        }
        self.replace(&new)?;
        self.remove_others();
        eprintln!("course: the kernel is prepared.");
        Ok(())
    }

    /// A copy of the template beside it, so that nobody sees it half made. Its extension is the number of this process.
    fn renewed(&self) -> Result<Template> {
        let folder = self.folder.with_extension(std::process::id().to_string());
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        if self.folder.is_dir() {
            let local = local_crates(&self.folder.join("Cargo.lock"))?;
            copy_folder(&self.folder, &folder, &local, false)?;
        }
        Ok(Template { course: self.course.clone(), folder })
    }

    /// Puts a new template in the place of this one.
    fn replace(&self, new: &Template) -> Result<()> {
        let (from, to) = (&new.folder, &self.folder);
        if renameat_with(CWD, from, CWD, to, RenameFlags::EXCHANGE).is_err() {
            // There is none yet, or the disk cannot exchange.
            if to.exists() {
                fs::remove_dir_all(to)?;
            }
            fs::rename(from, to)?;
        }
        Ok(())
    }

    async fn make(&self) -> Result<()> {
        // Where only aif-lib was edited, the rest stays good.
        if !self.is_ready() {
            self.write_workspace()?;
        }
        let started = SystemTime::now();
        if let Err(error) = self.compile().await {
            return Err(self.library_errors().map_or(error, anyhow::Error::msg));
        }
        fs::write(self.stamp(), "")?;
        Ok(File::open(self.stamp())?.set_modified(started)?)
    }

    fn write_workspace(&self) -> Result<()> {
        fs::create_dir_all(self.folder.join("cell"))?;
        fs::create_dir_all(self.folder.join("locked"))?;
        fs::copy(self.course.root().join("Cargo.lock"), self.folder.join("Cargo.lock"))?;
        fs::write(self.folder.join("Cargo.toml"), WORKSPACE)?;
        fs::write(self.folder.join("locked/lib.rs"), "")?;
        cell::prepare(&self.folder)?;
        let aif_lib = self.course.aif_lib();
        let manifest = manifest::aif_lib(&self.course)?;
        let features: Vec<&String> = manifest.features.keys().collect();
        fs::write(
            self.folder.join("locked/Cargo.toml"),
            format!(
                "[package]\nname = \"locked\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [lib]\npath = \"lib.rs\"\n\n\
                 [dependencies]\n\
                 aif-lib = {{ path = {aif_lib:?}, features = {features:?}, optional = true }}\n{}\n",
                manifest
                    .crates()
                    .iter()
                    .map(|line| optional(line))
                    .collect::<Vec<_>>()
                    .join("\n")
            ),
        )?;
        if let Some(library) = sysroot::installed(self.course.root()) {
            sysroot::copy(&library, &self.folder.join("rust-src/library"))?;
        }
        Ok(())
    }

    async fn compile(&self) -> Result<()> {
        for dependency in self.dependencies()? {
            let started = Kernel::start(self.course.root(), |connection_file| {
                let cell = self.folder.join("cell");
                evcxr::command(&cell, connection_file, self.rust_src().as_deref())
            });
            run_first_cells(started.await?, &dependency).await?;
        }
        Ok(())
    }

    /// The first cells of the course's notebooks: without features, and with each set of them that the manifest of aif-lib
    /// names for notebooks. The last one also asks for the other crates that it names.
    fn dependencies(&self) -> Result<Vec<String>> {
        let plain = dependency(&self.course);
        let with = |set: &Vec<String>| {
            plain.replace(" }", &format!(", {} }}", manifest::wish(set)))
        };
        let manifest = manifest::aif_lib(&self.course)?;
        let mut cells = vec![plain.clone()];
        cells.extend(manifest.feature_sets().iter().map(with));
        if let Some(last) = cells.last_mut() {
            manifest.crates().iter().for_each(|line| *last += &format!("\n:dep {line}"));
        }
        Ok(cells)
    }

    /// Whether the template has compiled what a notebook with the first cell `cell` needs.
    ///
    /// # Errors
    ///
    /// If the manifest of aif-lib cannot be read.
    pub fn holds(&self, cell: &str) -> Result<bool> {
        let manifest = manifest::aif_lib(&self.course)?;
        let known = !cell.contains("features")
            || manifest
                .feature_sets()
                .iter()
                .any(|set| cell.contains(&manifest::wish(set)));
        Ok(known && self.is_fresh())
    }

    /// Compiles, in a copy of the template, what the first cells of a notebook need and the template lacks. Gives way to
    /// all else, and runs in the working directory.
    ///
    /// # Errors
    ///
    /// If the kernel does not start or a cell fails.
    pub async fn complete(&self, copy: &Path, dependency: &str) -> Result<()> {
        let connection_file = copy.join("compile.json");
        let working_folder = evcxr::working_folder()?;
        let started =
            Kernel::start_with(&working_folder, connection_file, |connection_file| {
                let cell = copy.join("cell");
                let command =
                    evcxr::command(&cell, connection_file, self.rust_src().as_deref())?;
                gently(&command)
            });
        run_first_cells(started.await?, dependency).await
    }

    /// What the compiler has against aif-lib, with file and line, if anything. (evcxr shows neither.)
    pub fn library_errors(&self) -> Option<String> {
        let about =
            Command::new("rustc").arg("-vV").current_dir(self.course.root()).output();
        let about = String::from_utf8(about.ok()?.stdout).ok()?;
        let host = about.lines().find_map(|line| line.strip_prefix("host: "))?;
        let mut cargo = Command::new("cargo");
        cargo_home::set(&mut cargo, &self.folder).ok()?;
        let output = cargo
            .args(["check", "--offline", "--package=aif-lib", "--message-format=short"])
            .args(["--target", host])
            // As evcxr calls it, so that nothing else is compiled again.
            .env("RUSTFLAGS", "-Cprefer-dynamic")
            .env("CARGO_TARGET_DIR", "target")
            .current_dir(self.folder.join("cell"))
            .output();
        let text = String::from_utf8(output.ok()?.stderr).ok()?;
        let errors: Vec<&str> = text
            .lines()
            .filter(|line| line.contains(": error") && !line.starts_with("error"))
            .take(5)
            .collect();
        (!errors.is_empty())
            .then(|| format!("aif-lib does not compile:\n{}", errors.join("\n")))
    }

    /// Removes the templates of former compilers and versions, and those that nobody will finish.
    fn remove_others(&self) {
        let templates = self.folder.parent().map(fs::read_dir);
        let entries = templates.into_iter().flatten().flatten().flatten();
        for folder in entries.map(|entry| entry.path()) {
            if folder.is_dir() && folder != self.folder && !is_being_made(&folder) {
                let _ = fs::remove_dir_all(folder);
            }
        }
    }

    /// Copies the template for one kernel. Compiled libraries from the registry, which cargo
    /// never rewrites, are shared through links; all else is copied with its times.
    ///
    /// # Errors
    ///
    /// If a file cannot be copied.
    pub fn copy_to(&self, folder: &Path) -> Result<()> {
        // It may be replaced meanwhile, so that the copy is of two: once more, then.
        for _ in 0..10 {
            let before = self.made();
            let copied = self.try_copy_to(folder);
            if before == self.made() {
                return copied;
            }
            for part in ["locked", "cell"].map(|part| folder.join(part)) {
                if part.exists() {
                    fs::remove_dir_all(part)?;
                }
            }
        }
        bail!("the kernel's template is replaced all the time")
    }

    /// Tells one template from the one that replaces it.
    fn made(&self) -> Option<(u64, SystemTime)> {
        use std::os::unix::fs::MetadataExt as _;
        let stamp = fs::metadata(self.stamp()).ok()?;
        Some((stamp.ino(), stamp.modified().ok()?))
    }

    fn try_copy_to(&self, folder: &Path) -> Result<()> {
        if !self.folder.is_dir() {
            return Ok(());
        }
        let local = local_crates(&self.folder.join("Cargo.lock"))?;
        for part in ["Cargo.toml", "Cargo.lock", cell::LIBRARY] {
            if self.folder.join(part).is_file() {
                copy_file(&self.folder.join(part), &folder.join(part))?;
            }
        }
        let theirs = self.is_theirs();
        for part in ["locked", "cell"] {
            copy_folder(&self.folder.join(part), &folder.join(part), &local, theirs)?;
        }
        if theirs {
            cargo_home::share(&self.folder, folder)?;
        }
        Ok(())
    }
}

/// The first cell of a notebook in the course.
pub fn dependency(course: &Course) -> String {
    format!(":dep aif-lib = {{ path = {:?} }}", course.aif_lib())
}

/// A dependency, as a line of a manifest, that is not built unless somebody asks for it.
fn optional(line: &str) -> String {
    if let Some(table) = line.strip_suffix('}') {
        return format!("{}, optional = true }}", table.trim_end());
    }
    // One that is neither is cargo's to refuse.
    let Some((name, version)) = line.split_once('=') else { return line.to_owned() };
    format!("{} = {{ version = {}, optional = true }}", name.trim(), version.trim())
}

/// The second.
pub const PRELUDE: &str = "use aif_lib::prelude::*;";

/// A mistake that evcxr answers with `cargo check`, which wants every crate compiled once more, in its own way. Without
/// that a learner's first mistake of this kind would take half a minute.
const MISTAKE: &str = "let unknown = Vec::new();";

async fn run_first_cells(mut kernel: Kernel, dependency: &str) -> Result<()> {
    let patience = Duration::from_secs(1800);
    for code in [dependency, PRELUDE] {
        let outputs = kernel.execute(code, patience).await?.outputs;
        if let Some(reason) = trouble(&outputs) {
            kernel.shut_down().await?;
            bail!("the cell `{code}` failed: {reason}");
        }
    }
    kernel.execute(MISTAKE, patience).await?;
    kernel.shut_down().await
}

/// The workspace around evcxr's crate; cargo reads the profile here and not in that crate.
///
/// A cell is compiled once and run once, so it is compiled fast: without optimisation, in one piece (in Module 09 that
/// halved the time of a cell). The library does the work, and is optimised; its own assertions and those of the standard
/// library inside it, which made a simulated step five times as slow, are for its tests.
const WORKSPACE: &str = r#"[workspace]
resolver = "3"
members = ["cell", "locked"]

[profile.dev]
opt-level = 0
codegen-units = 1
incremental = false
debug = false
strip = "debuginfo"

[profile.dev.package."*"]
opt-level = 3
codegen-units = 16
debug-assertions = false
overflow-checks = true
"#;

/// A name that changes with everything that calls for another template.
fn key(course: &Course) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    LAYOUT.hash(&mut hasher);
    let program = evcxr::program()?;
    let file = fs::metadata(&program)?;
    (program, file.len(), file.modified()?).hash(&mut hasher);
    let rustc = Command::new("rustc").arg("-vV").current_dir(course.root()).output();
    rustc.context("rustc is not on PATH")?.stdout.hash(&mut hasher);
    for manifest in ["Cargo.lock", "Cargo.toml", "aif-lib/Cargo.toml"] {
        fs::read(course.root().join(manifest))?.hash(&mut hasher);
    }
    course.root().hash(&mut hasher);
    // evcxr links with one of these when it finds it, and cargo tells the results apart.
    (on_path("mold").is_some(), on_path("lld").is_some()).hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

/// The crates of a lock file that come from a folder and may be compiled anew.
fn local_crates(lock_file: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(lock_file)?;
    let local =
        text.split("[[package]]").skip(1).filter(|package| !package.contains("\nsource"));
    let name = |package: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix("name = "));
        line.map(|name| name.trim_matches('"').replace('-', "_"))
    };
    Ok(local.filter_map(name).collect())
}

/// Copies a folder. Libraries that nobody rewrites are shared: by a hard link, or, where the system forbids one to what is
/// somebody else's or lies on another disk, by a symbolic one if `theirs`.
fn copy_folder(from: &Path, to: &Path, local: &[String], theirs: bool) -> Result<()> {
    fs::create_dir_all(to)?;
    let share = |from: &Path, to: &Path| {
        fs::hard_link(from, to).is_ok() || theirs && symlink(from, to).is_ok()
    };
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_folder(&from, &to, local, theirs)?;
        } else if entry.file_type()?.is_symlink() {
            // Into the user's cargo home: made anew when it is needed.
        } else if !(is_finished(&from, local) && share(&from, &to)) {
            copy_file(&from, &to)?;
        }
    }
    Ok(())
}

/// Whether a file is a compiled library of a crate that is not one of `local`.
fn is_finished(path: &Path, local: &[String]) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let library = ["rlib", "rmeta", "so", "dylib"]
        .iter()
        .any(|extension| path.extension().is_some_and(|own| own == *extension));
    let known = name.strip_prefix("lib").and_then(|name| name.rsplit_once('-'));
    library && known.is_some_and(|(name, _)| !local.iter().any(|local| local == name))
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    // cargo compares times to find out what is fresh.
    File::options().write(true).open(to)?.set_modified(fs::metadata(from)?.modified()?)?;
    Ok(())
}

/// Whether another process is at work on the template in `folder`.
fn is_being_made(folder: &Path) -> bool {
    let maker = folder.extension().and_then(|number| number.to_str()?.parse().ok());
    maker
        .filter(|maker| *maker != std::process::id() as i32)
        .and_then(Pid::from_raw)
        .is_some_and(|maker| test_kill_process(maker).is_ok())
}

/// When the newest file of a crate was written.
fn newest(folder: &Path) -> SystemTime {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let time = |path: PathBuf| match path.is_dir() {
        true if path.ends_with("target") => SystemTime::UNIX_EPOCH,
        true => newest(&path),
        false => fs::metadata(&path)
            .and_then(|file| file.modified())
            .unwrap_or(SystemTime::UNIX_EPOCH),
    };
    entries.map(|entry| time(entry.path())).max().unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_becomes_optional_in_either_form() {
        assert_eq!(optional("itoa = \"1\""), "itoa = { version = \"1\", optional = true }");
        assert_eq!(
            optional("rand = { version = \"0.10\", features = [\"std\"] }"),
            "rand = { version = \"0.10\", features = [\"std\"], optional = true }"
        );
    }
}
