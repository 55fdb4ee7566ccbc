//! The folders that kernels work in: one each, and none is left behind.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::place::Course;

/// A kernel's own folder, marked as in use by a lock on a file beside it.
#[derive(Debug)]
pub struct WorkFolder {
    path: PathBuf,
    lock: File,
}

impl WorkFolder {
    /// Makes a new folder, after removing those that a crash left behind.
    ///
    /// # Errors
    ///
    /// If the folder cannot be made.
    pub fn create(course: &Course) -> Result<WorkFolder> {
        let kernels = course.kernels()?;
        fs::create_dir_all(&kernels)
            .with_context(|| format!("cannot make the folder {}", kernels.display()))?;
        // One at a time: nobody may sweep a folder whose lock is about to be taken.
        let turn = File::create(kernels.join(".lock"))?;
        turn.lock()?;
        sweep(&kernels);
        let path = kernels.join(uuid::Uuid::new_v4().simple().to_string());
        let lock = File::create(WorkFolder::lock_path(&path))?;
        lock.lock()?;
        fs::create_dir(&path)?;
        Ok(WorkFolder { path, lock })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Hands over the lock; whoever holds it has to remove the folder.
    pub fn into_lock(self) -> File {
        self.lock
    }

    /// The lock file of a kernel's folder.
    pub fn lock_path(folder: &Path) -> PathBuf {
        folder.with_extension("lock")
    }
}

/// Removes every kernel folder that nobody holds the lock of, and every such lock.
fn sweep(kernels: &Path) {
    let entries = fs::read_dir(kernels).into_iter().flatten().flatten();
    let ours =
        entries.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
    for path in ours.map(|entry| entry.path()) {
        let folder = match path.extension() {
            Some(extension) if extension == "lock" => path.with_extension(""),
            _ => path,
        };
        let lock = File::create(WorkFolder::lock_path(&folder));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = remove(&folder);
        }
    }
}

/// Removes a kernel's folder and then its lock file.
///
/// # Errors
///
/// If the folder cannot be removed after several attempts.
pub fn remove(folder: &Path) -> Result<()> {
    // A dying compiler may still have put a file into a folder that was just emptied.
    let mut attempts = 0;
    while let Err(error) = fs::remove_dir_all(folder) {
        attempts += 1;
        if !folder.exists() {
            break;
        }
        if attempts == 50 {
            return Err(error)
                .with_context(|| format!("cannot remove {}", folder.display()));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = fs::remove_file(WorkFolder::lock_path(folder));
    Ok(())
}
