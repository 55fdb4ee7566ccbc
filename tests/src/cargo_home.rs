//! The kernels' own home for cargo.
//!
//! While cargo looks for crates it holds a lock of its home, and every other cargo waits. A cell must wait for no other
//! program, nor any program for a kernel. So the kernels have a home of their own, which shows what is in the user's: the
//! index and the crates that were downloaded are the user's own folders; each crate that was unpacked there is there too.
//!
//! It is one home for all kernels of a course and for their template. cargo takes a crate at another path for another
//! crate; in a home of its own each kernel would compile everything again. So a kernel that is made from a template of
//! somebody else's uses the home of that one, though it cannot write it.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// cargo's mark in a folder that it has unpacked.
const UNPACKED: &str = ".cargo-ok";

/// In a kernel's folder: leads to the home that it uses, if that is somebody else's.
const THEIRS: &str = "cargo-home";

/// Notes that the kernel in `folder` is made from `template`, which is somebody else's.
///
/// # Errors
///
/// If that cannot be written.
pub fn share(template: &Path, folder: &Path) -> io::Result<()> {
    match symlink(own(template), folder.join(THEIRS)) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

/// Gives `command` the cargo home of the kernel or template in `folder`, made if need be.
///
/// # Errors
///
/// If it cannot be made.
pub fn set(command: &mut Command, folder: &Path) -> io::Result<()> {
    let home = match (fs::read_link(folder.join(THEIRS)), users()) {
        (Ok(theirs), _) => theirs,
        (_, Some(user)) => {
            let own = own(folder);
            show(&user, &own)?;
            own
        }
        _ => return Ok(()),
    };
    command.env("CARGO_HOME", home);
    // What is old in the user's home is not for a kernel to throw away.
    command.env("CARGO_CACHE_AUTO_CLEAN_FREQUENCY", "never");
    Ok(())
}

/// The home, beside the folders of kernels and of templates, of which `folder` is one.
fn own(folder: &Path) -> PathBuf {
    folder.ancestors().nth(2).unwrap_or(folder).join("cargo")
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
    match symlink(from, to) {
        // By another kernel, just now.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
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
    fn kernels_see_what_the_user_has_and_keep_what_they_unpack() {
        let folder = tempfile::tempdir().unwrap();
        let home = |name: &str| folder.path().join(name);
        let (user, kernels) = (home(".cargo"), home("cargo"));
        unpack(&user, "old");
        // Another cargo is unpacking it just now.
        fs::create_dir_all(user.join("registry/src/crates/half")).unwrap();
        show(&user, &kernels).unwrap();
        assert!(sees(&kernels, "old"));
        assert!(!kernels.join("registry/src/crates/half").exists());
        // What is downloaded, is downloaded for all.
        fs::write(kernels.join("registry/cache/new.crate"), "").unwrap();
        assert!(user.join("registry/cache/new.crate").exists());
        // They have a lock of their own.
        assert!(!kernels.join(".package-cache").exists());
        unpack(&kernels, "new");
        assert!(!sees(&user, "new"));

        // Once more, as for the next kernel: what there is, stays, and dead links are renewed.
        fs::remove_dir_all(user.join("registry/src/crates/old")).unwrap();
        show(&user, &kernels).unwrap();
        unpack(&user, "old");
        show(&user, &kernels).unwrap();
        assert!(sees(&kernels, "old") && sees(&kernels, "new"));
    }

    #[test]
    fn the_home_is_the_same_for_a_kernel_and_its_template() {
        let home = Path::new("/c/target/course/cargo");
        assert_eq!(own(Path::new("/c/target/course/kernels/1f")), home);
        assert_eq!(own(Path::new("/c/target/course/template/2e.123")), home);
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
