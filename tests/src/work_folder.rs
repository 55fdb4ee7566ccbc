//! The folders that kernels work in: one each, and none is left behind.

use std::fs::{self, File};
use std::io;
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
        sweep(&kernels);
        // Nobody waits here for anybody: the lock has been taken before those who sweep know it.
        let path = kernels.join(uuid::Uuid::new_v4().simple().to_string());
        let unnamed = path.with_file_name(format!(".{}", uuid::Uuid::new_v4().simple()));
        let lock = File::create_new(&unnamed)?;
        lock.try_lock()?;
        fs::rename(&unnamed, WorkFolder::lock_path(&path))?;
        fs::create_dir(&path)?;
        Ok(WorkFolder { path, lock })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The lock, for another process: it is held until both have closed it.
    ///
    /// # Errors
    ///
    /// If the process has no more file descriptors.
    pub fn lock(&self) -> io::Result<File> {
        self.lock.try_clone()
    }

    /// The lock file of a kernel's folder.
    pub fn lock_path(folder: &Path) -> PathBuf {
        folder.with_extension("lock")
    }
}

/// Removes every kernel folder that nobody holds the lock of, and every such lock.
fn sweep(kernels: &Path) {
    let entries = fs::read_dir(kernels).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        let unnamed =
            path.file_name().is_some_and(|name| name.as_encoded_bytes()[0] == b'.');
        let folder = match path.extension() {
            Some(extension) if extension == "lock" => path.with_extension(""),
            _ => path.clone(),
        };
        if unnamed {
            // Its maker was killed between two lines, unless it is there this very moment.
            if is_old(&path) {
                let _ = fs::remove_file(path);
            }
        } else if File::create(WorkFolder::lock_path(&folder))
            .is_ok_and(|lock| lock.try_lock().is_ok())
        {
            let _ = remove(&folder);
        }
    }
}

fn is_old(path: &Path) -> bool {
    let modified = fs::metadata(path).and_then(|file| file.modified());
    let age = modified.ok().and_then(|modified| modified.elapsed().ok());
    age.is_some_and(|age| age > Duration::from_secs(60))
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
