//! Where things are: the course's folder, what the tool keeps in its `target/course/`, and where kernels compile.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use rustix::fs::{Access, access};

/// A clone of the course.
#[derive(Debug, Clone)]
pub struct Course {
    root: PathBuf,
}

impl Course {
    /// Finds the course: `COURSE_ROOT` if it is set, else the folder above the working directory
    /// that holds `aif-lib/`, else the one above this program.
    ///
    /// # Errors
    ///
    /// If none of them holds `aif-lib/Cargo.toml` and `Cargo.lock`.
    pub fn find() -> Result<Course> {
        if let Some(root) = std::env::var_os("COURSE_ROOT") {
            return Course::at(Path::new(&root));
        }
        let starts = [std::env::current_dir().ok(), std::env::current_exe().ok()];
        for start in starts.iter().flatten() {
            if let Some(root) = start.ancestors().find(|folder| is_course(folder)) {
                return Course::at(root);
            }
        }
        bail!(
            "cannot find the course: no folder above the working directory holds \
             aif-lib/Cargo.toml. Run this inside the clone, or set COURSE_ROOT to it."
        )
    }

    /// The course in the folder `root`.
    ///
    /// # Errors
    ///
    /// If `root` holds no `aif-lib/Cargo.toml` or no `Cargo.lock`.
    pub fn at(root: &Path) -> Result<Course> {
        let root =
            root.canonicalize().with_context(|| format!("no folder {}", root.display()))?;
        if !is_course(&root) {
            bail!(
                "{} is not the course: it lacks aif-lib/Cargo.toml or Cargo.lock",
                root.display()
            );
        }
        Ok(Course { root })
    }

    /// The folder of the clone.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The support crate.
    pub fn aif_lib(&self) -> PathBuf {
        self.root.join("aif-lib")
    }

    /// Everything the tool makes and may lose: in the clone, or in the user's cache if the clone cannot be written.
    ///
    /// # Errors
    ///
    /// If neither can be.
    pub fn local(&self) -> Result<PathBuf> {
        local(&self.root, cache().as_deref())
    }

    /// One folder for every prebuilt kernel template.
    ///
    /// # Errors
    ///
    /// If no place suits the kernels.
    pub fn templates(&self) -> Result<PathBuf> {
        Ok(self.workshop()?.join("template"))
    }

    /// The same folder in the clone, which others may have filled who can write it.
    pub fn shared_templates(&self) -> PathBuf {
        self.root.join("target/course/template")
    }

    /// One folder for every running kernel.
    ///
    /// # Errors
    ///
    /// If no place suits the kernels.
    pub fn kernels(&self) -> Result<PathBuf> {
        Ok(self.workshop()?.join("kernels"))
    }

    /// Where kernels compile: in [`Course::local`], or in the user's cache if that path holds a space, which evcxr takes
    /// for the end of the path of a library.
    fn workshop(&self) -> Result<PathBuf> {
        let cache = cache();
        workshop(&self.root, local(&self.root, cache.as_deref())?, cache.as_deref())
    }
}

fn local(root: &Path, cache: Option<&Path>) -> Result<PathBuf> {
    let local = root.join("target").join("course");
    if is_writable(&local) {
        return Ok(local);
    }
    let own = cache.map(|cache| own_folder(cache, root)).filter(|own| is_writable(own));
    own.with_context(|| {
        format!(
            "nothing can be written into {}. Change that, or set XDG_CACHE_HOME to a folder of yours.",
            local.display()
        )
    })
}

fn workshop(root: &Path, local: PathBuf, cache: Option<&Path>) -> Result<PathBuf> {
    let suits = |folder: &Path| !folder.to_string_lossy().contains(' ');
    if suits(&local) {
        return Ok(local);
    }
    let cache = cache.filter(|folder| suits(folder));
    cache.map(|cache| own_folder(cache, root)).with_context(|| {
        format!(
            "the Rust kernel cannot work in a folder whose path holds a space, such as {}. \
             Move the course, or set XDG_CACHE_HOME to a folder without one.",
            local.display()
        )
    })
}

/// The user's cache.
fn cache() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    cache.filter(|cache| cache.is_absolute())
}

/// The folder of the clone in `root` in the user's cache.
fn own_folder(cache: &Path, root: &Path) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    root.hash(&mut hasher);
    cache.join("aif-course").join(format!("{:016x}", hasher.finish()))
}

/// Whether `folder` is there, made if need be, and can be written.
fn is_writable(folder: &Path) -> bool {
    std::fs::create_dir_all(folder).is_ok() && access(folder, Access::WRITE_OK).is_ok()
}

fn is_course(folder: &Path) -> bool {
    folder.join("aif-lib/Cargo.toml").is_file() && folder.join("Cargo.lock").is_file()
}

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// This program, which starts itself anew as launcher and as reaper.
///
/// # Errors
///
/// If the system cannot say where it is.
pub fn program() -> Result<PathBuf> {
    match PROGRAM.get() {
        Some(program) => Ok(program.clone()),
        None => std::env::current_exe().context("cannot find this program's own file"),
    }
}

/// Names the `course` program for one that uses this crate as a library, as the tests do.
pub fn set_program(path: &Path) {
    let _ = PROGRAM.set(path.to_owned());
}

/// The path of `program` if it is on PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(root: &str, cache: &str) -> Result<PathBuf> {
        let (root, cache) = (Path::new(root), Path::new(cache));
        workshop(root, root.join("target"), Some(cache))
    }

    #[test]
    fn kernels_never_work_in_a_path_with_a_space() {
        assert_eq!(place("/a/b", "/c").unwrap(), Path::new("/a/b/target"));
        let one = place("/a b/one", "/c").unwrap();
        assert!(one.starts_with("/c/aif-course"), "{one:?}");
        assert_ne!(one, place("/a b/two", "/c").unwrap(), "each clone has its own");
        let error = place("/a b/one", "/c d").unwrap_err().to_string();
        assert!(error.contains("/a b/one/target") && error.contains("XDG_CACHE_HOME"));
    }

    #[test]
    fn a_clone_that_cannot_be_written_uses_the_cache() {
        let (root, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let place = || local(root.path(), Some(cache.path()));
        assert_eq!(place().unwrap(), root.path().join("target/course"));
        // Nor can root make a folder in a file.
        std::fs::remove_dir_all(root.path().join("target")).unwrap();
        std::fs::write(root.path().join("target"), "").unwrap();
        assert!(place().unwrap().starts_with(cache.path().join("aif-course")));
        let error = local(root.path(), None).unwrap_err().to_string();
        assert!(error.contains("target/course") && error.contains("XDG_CACHE_HOME"));
    }
}
