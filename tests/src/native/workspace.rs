//! Where programs made of notebooks are compiled.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::place::Course;

/// The workspace in which programs are made of notebooks.
#[derive(Debug)]
pub struct Workspace {
    aif_lib: PathBuf,
    folder: PathBuf,
}

impl Workspace {
    /// Makes it, or finds it again.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn new(course: &Course) -> Result<Self> {
        let folder = course.local()?.join("native");
        fs::create_dir_all(&folder)?;
        let lock = fs::read_to_string(course.root().join("Cargo.lock"))?;
        if !folder.join("Cargo.lock").exists()
            || fs::read_to_string(folder.join("repository.lock")).ok().as_ref()
                != Some(&lock)
        {
            fs::write(folder.join("Cargo.lock"), &lock)?;
            fs::write(folder.join("repository.lock"), lock)?;
        }
        Ok(Self { aif_lib: course.aif_lib(), folder })
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A cargo that works here, without the network.
    pub fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.arg(command).current_dir(&self.folder);
        cargo
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_NET_OFFLINE", "true");
        cargo
    }

    /// Writes a crate that wants aif-lib with these features, and other crates, by lines of a manifest: its files by their
    /// paths.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write_crate(
        &self,
        place: &str,
        features: &[String],
        others: &[String],
        files: &[(String, String)],
    ) -> Result<()> {
        let folder = self.folder.join(place);
        let (name, path) = (place.replace('/', "_"), self.aif_lib.display().to_string());
        let manifest = format!(
            "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\naif-lib = {{ path = {path:?}, features = {features:?} }}\n{}\n",
            others.join("\n")
        );
        write(&folder.join("Cargo.toml"), &manifest)?;
        files.iter().try_for_each(|(path, text)| write(&folder.join(path), text))?;
        write(
            &self.folder.join("Cargo.toml"),
            &format!("{HEAD}members = {:?}\n{PROFILE}", self.crates()?),
        )
    }

    /// The crates that have been written.
    fn crates(&self) -> Result<Vec<String>> {
        let mut crates = vec!["cells".to_owned()];
        if let Ok(answers) = fs::read_dir(self.folder.join("answers")) {
            for folder in answers {
                crates.push(format!("answers/{}", folder?.file_name().display()));
            }
        }
        crates.retain(|place| self.folder.join(place).join("Cargo.toml").is_file());
        crates.sort();
        Ok(crates)
    }
}

const HEAD: &str =
    "# Made by `course`, see tests/src/native.rs.\n[workspace]\nresolver = \"3\"\n";

/// The library is compiled as for the kernel: optimised, with overflow checks. The cells get a little of that.
const PROFILE: &str = r#"
[profile.release]
opt-level = 1
overflow-checks = true
incremental = true

[profile.release.package."*"]
opt-level = 3
"#;

/// Writes what has changed, so that cargo sees no more than that.
fn write(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).ok().as_deref() == Some(text) {
        return Ok(());
    }
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
