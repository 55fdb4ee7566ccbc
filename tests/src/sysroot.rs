//! A small copy of the standard library's sources for the kernel's rust-analyzer.
//!
//! rust-analyzer reads the standard library whenever a kernel starts, and asks cargo for the
//! crates it depends on. Offline, with those crates never downloaded, it goes on without any
//! edge between the library's crates, and then knows no type. This copy holds the four crates a
//! notebook can name, without tests and vendor intrinsics, and needs nothing from anywhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

/// Each crate and those it builds on.
const CRATES: [(&str, &[&str]); 5] = [
    ("core", &[]),
    ("alloc", &["core"]),
    ("hashbrown", &["core"]),
    ("std", &["core", "alloc", "hashbrown"]),
    ("proc_macro", &["core", "alloc", "std"]),
];

/// The sources of the standard library that belong to the compiler, if they are installed.
pub fn installed(root: &Path) -> Option<PathBuf> {
    let output =
        Command::new("rustc").args(["--print", "sysroot"]).current_dir(root).output();
    let sysroot = String::from_utf8(output.ok()?.stdout).ok()?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library");
    library.join("core").is_dir().then_some(library)
}

/// Copies what is needed of the library `from` to `to`.
///
/// # Errors
///
/// If a file cannot be copied, or cargo refuses the copy.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let names = CRATES.map(|(name, _)| name);
    for (name, dependencies) in CRATES {
        let sources = to.join(name).join("src");
        if name == "hashbrown" {
            fs::create_dir_all(&sources)?;
            fs::write(sources.join("lib.rs"), include_str!("sysroot/hashbrown.rs"))?;
        } else {
            copy_sources(&from.join(name).join("src"), &sources)?;
        }
        let dependencies: String = dependencies
            .iter()
            .map(|dependency| format!("{dependency} = {{ path = \"../{dependency}\" }}\n"))
            .collect();
        fs::write(
            to.join(name).join("Cargo.toml"),
            format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\n{dependencies}"
            ),
        )?;
    }
    fs::write(
        to.join("Cargo.toml"),
        format!("[workspace]\nresolver = \"3\"\nmembers = {names:?}\n"),
    )?;
    let output = Command::new("cargo")
        .args(["generate-lockfile", "--offline"])
        .current_dir(to)
        .output()?;
    if !output.status.success() {
        bail!("cargo generate-lockfile: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

fn copy_sources(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if !entry.file_type()?.is_dir() {
            fs::copy(entry.path(), to.join(name))?;
        } else if name != "tests" && name != "benches" {
            copy_sources(&entry.path(), &to.join(name))?;
        }
    }
    Ok(())
}
