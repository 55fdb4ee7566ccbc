//! A kernel's own home for cargo.
//!
//! While cargo looks for crates it holds a lock of its home, and every other cargo waits. A cell must wait for no other
//! program, nor any program for a kernel. So each kernel has a home of its own, `cargo/` in its folder, which shows
//! what is in the user's: the index and the crates that were downloaded are the user's own folders; each crate that was
//! unpacked there is there too. What a kernel unpacks itself stays in its home until its end, so that two kernels can
//! want the same new crate at once.
//!
//! The home lies in the folder of cargo's workspace: cargo then counts paths from there, and finds in each copy of the
//! template what was compiled in the template.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// cargo's mark in a folder that it has unpacked.
const UNPACKED: &str = ".cargo-ok";

/// Gives `command` the cargo home of the kernel in `folder`, made if need be.
///
/// # Errors
///
/// If it cannot be made.
pub fn set(command: &mut Command, folder: &Path) -> io::Result<()> {
    if let Some(user) = users() {
        let own = own(folder);
        show(&user, &own)?;
        command.env("CARGO_HOME", own);
        // What is old in the user's home is not for a kernel to throw away.
        command.env("CARGO_CACHE_AUTO_CLEAN_FREQUENCY", "never");
    }
    Ok(())
}

/// Gives what the kernel in `folder` has unpacked to the user's home, unless a cargo is at work there.
pub fn give_back(folder: &Path) {
    if let Some(user) = users() {
        give_to(&user, &own(folder));
    }
}

fn give_to(user: &Path, own: &Path) {
    let sources = own.join("registry/src");
    let new: Vec<PathBuf> = crates(&sources).filter(|path| !path.is_symlink()).collect();
    if new.is_empty() {
        return;
    }
    let lock = File::options().create(true).append(true).open(user.join(".package-cache"));
    if !lock.as_ref().is_ok_and(|lock| lock.try_lock().is_ok()) {
        return;
    }
    for path in new {
        if let Ok(name) = path.strip_prefix(&sources)
            && let to = user.join("registry/src").join(name)
            && to.parent().is_some_and(|registry| fs::create_dir_all(registry).is_ok())
        {
            // Fails if it is there already, and between two disks: another time, then.
            let _ = fs::rename(path, to);
        }
    }
}

fn own(folder: &Path) -> PathBuf {
    folder.join("cargo")
}

/// The user's home.
fn users() -> Option<PathBuf> {
    let set = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = set.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    home.filter(|home| home.is_absolute())
}

/// Shows the home `user` in the home `own`.
fn show(user: &Path, own: &Path) -> io::Result<()> {
    let sources = own.join("registry/src");
    fs::create_dir_all(&sources)?;
    for shared in ["registry/index", "registry/cache", "git"] {
        // As cargo would make them. If that cannot be, the kernel has its own.
        let _ = fs::create_dir_all(user.join(shared));
        link(&user.join(shared), &own.join(shared))?;
    }
    for name in ["bin", "credentials", "credentials.toml"] {
        link(&user.join(name), &own.join(name))?;
    }
    for path in crates(&user.join("registry/src")) {
        if let Ok(name) = path.strip_prefix(user.join("registry/src")) {
            let to = sources.join(name);
            to.parent().map_or(Ok(()), fs::create_dir_all)?;
            link(&path, &to)?;
        }
    }
    configure(user, own)
}

/// Leads to `from` at `to`, unless it is not there or something is here.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() || !from.exists() {
        return Ok(());
    }
    // A link to what has gone meanwhile.
    let _ = fs::remove_file(to);
    symlink(from, to)
}

/// The unpacked crates below `sources`, the folder of a home.
fn crates(sources: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    let registries = entries(sources).map(|registry| registry.path());
    let crates = registries.flat_map(move |registry| entries(&registry));
    crates.map(|entry| entry.path()).filter(|path| path.join(UNPACKED).exists())
}

/// Includes the user's settings, unless cargo finds them on its way up from the kernel's folder.
fn configure(user: &Path, own: &Path) -> io::Result<()> {
    let found =
        user.ends_with(".cargo") && user.parent().is_some_and(|home| own.starts_with(home));
    let files = ["config", "config.toml"].map(|name| user.join(name));
    match files.iter().find(|file| file.is_file()) {
        Some(file) if !found => fs::write(
            own.join("config.toml"),
            format!("include = [{:?}]\n", file.to_string_lossy()),
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn unpack(home: &Path, name: &str) {
        let folder = home.join("registry/src/crates").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("lib.rs"), name).unwrap();
        fs::write(folder.join(UNPACKED), "{\"v\":1}").unwrap();
    }

    fn sees(home: &Path, name: &str) -> bool {
        home.join("registry/src/crates").join(name).join("lib.rs").exists()
    }

    #[test]
    fn kernels_see_what_the_user_has_and_each_keeps_what_it_unpacks_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let home = |name: &str| folder.path().join(name);
        let user = home(".cargo");
        unpack(&user, "old");
        // Another cargo is unpacking it just now.
        fs::create_dir_all(user.join("registry/src/crates/half")).unwrap();
        let kernels = ["one", "two"].map(home);
        for kernel in &kernels {
            show(&user, kernel).unwrap();
            assert!(sees(kernel, "old"));
            assert!(!kernel.join("registry/src/crates/half").exists());
            // What is downloaded, is downloaded for all.
            fs::write(kernel.join("registry/cache/new.crate"), "").unwrap();
            assert!(user.join("registry/cache/new.crate").exists());
            // Each has a lock of its own.
            assert!(!kernel.join(".package-cache").exists());
            unpack(kernel, "new");
        }
        assert!(!sees(&user, "new"));

        // A cargo that is at work is not waited for.
        let lock = File::create(user.join(".package-cache")).unwrap();
        lock.lock().unwrap();
        give_to(&user, &kernels[0]);
        assert!(!sees(&user, "new") && sees(&kernels[0], "new"));
        drop(lock);
        give_to(&user, &kernels[0]);
        assert!(sees(&user, "new"));
        give_to(&user, &kernels[1]);
        assert!(sees(&user, "new") && sees(&kernels[1], "new"), "one is enough");

        // Once more, as for the second program of a kernel: what the kernel has, it keeps, and dead links are renewed.
        fs::remove_dir_all(user.join("registry/src/crates/old")).unwrap();
        show(&user, &kernels[1]).unwrap();
        unpack(&user, "old");
        show(&user, &kernels[1]).unwrap();
        assert!(sees(&kernels[1], "old") && sees(&kernels[1], "new"));
    }

    #[test]
    fn the_users_settings_hold_once() {
        let folder = tempfile::tempdir().unwrap();
        let user = folder.path().join("home/.cargo");
        fs::create_dir_all(&user).unwrap();
        fs::write(user.join("config.toml"), "").unwrap();
        let (inside, outside) =
            (folder.path().join("home/course/cargo"), folder.path().join("course/cargo"));
        for own in [&inside, &outside] {
            show(&user, own).unwrap();
        }
        assert!(!inside.join("config.toml").exists(), "cargo finds them on its way up");
        let settings = fs::read_to_string(outside.join("config.toml")).unwrap();
        assert_eq!(settings, format!("include = [{:?}]\n", user.join("config.toml")));
    }
}
