//! The user's kernels, as a spare sees them: whether one is at work, and which first cell finished last.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use jupyter_protocol::{ConnectionInfo, ExecutionState, JupyterMessageContent};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::client::connect;

/// The user is at rest when every kernel has been idle for this long.
const REST: Duration = Duration::from_millis(500);

/// The user's kernels, by their connection files: whether one is at work, and the first cell that finished last.
#[derive(Debug)]
pub struct UsersKernels {
    kernels: Mutex<HashMap<PathBuf, UsersKernel>>,
    at_work: watch::Sender<bool>,
    cell: watch::Sender<Option<String>>,
}

#[derive(Debug)]
struct UsersKernel {
    task: JoinHandle<()>,
    at_work: bool,
}

impl Default for UsersKernels {
    fn default() -> UsersKernels {
        UsersKernels::new()
    }
}

impl UsersKernels {
    /// None yet.
    pub fn new() -> UsersKernels {
        UsersKernels {
            kernels: Mutex::default(),
            at_work: watch::Sender::new(false),
            cell: watch::Sender::new(None),
        }
    }

    /// Watches the kernel of a connection file, instead of the one that had the file before.
    pub fn watch(self: &Arc<Self>, file: &Path) {
        let task = tokio::spawn(Arc::clone(self).follow(file.to_owned()));
        // A kernel that is starting is at work.
        self.change(file, Some(UsersKernel { task, at_work: true }));
    }

    fn change(&self, file: &Path, kernel: Option<UsersKernel>) {
        let mut kernels = self.kernels.lock().unwrap_or_else(PoisonError::into_inner);
        let former = match kernel {
            Some(kernel) => kernels.insert(file.to_owned(), kernel),
            None => kernels.remove(file),
        };
        if let Some(former) = former {
            former.task.abort();
        }
        self.tell(&kernels);
    }

    /// Watches none of them any more.
    pub fn forget(&self) {
        let mut kernels = self.kernels.lock().unwrap_or_else(PoisonError::into_inner);
        kernels.drain().for_each(|(_, kernel)| kernel.task.abort());
        self.tell(&kernels);
    }

    fn set_at_work(&self, file: &Path, at_work: bool) {
        let mut kernels = self.kernels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kernel) = kernels.get_mut(file) {
            kernel.at_work = at_work;
        }
        self.tell(&kernels);
    }

    fn tell(&self, kernels: &HashMap<PathBuf, UsersKernel>) {
        let now = kernels.values().any(|kernel| kernel.at_work);
        self.at_work.send_if_modified(|before| std::mem::replace(before, now) != now);
    }

    /// Notes the first cell of a notebook, which has just finished; empty if it was another cell.
    pub fn cell_finished(&self, first_cell: &str) {
        self.cell.send_modify(|cell| match first_cell {
            "" => drop(cell.get_or_insert_default()),
            _ => *cell = Some(first_cell.to_owned()),
        });
    }

    /// Waits until a cell has finished; answers the last one that named aif-lib, if any did.
    pub async fn finished_cell(&self) -> Option<String> {
        let mut cell = self.cell.subscribe();
        let cell = cell.wait_for(Option::is_some).await.ok()?.clone();
        cell.filter(|cell| !cell.is_empty())
    }

    /// Waits until a kernel is at work.
    async fn work(&self) {
        let _ = self.at_work.subscribe().wait_for(|at_work| *at_work).await;
    }

    /// Waits until every kernel has been at rest for a moment.
    pub async fn rest(&self) {
        let mut at_work = self.at_work.subscribe();
        loop {
            let _ = at_work.wait_for(|at_work| !at_work).await;
            if timeout(REST, self.work()).await.is_err() {
                return;
            }
        }
    }

    /// Follows the kernel of a connection file until that file is gone, as it is after a shutdown.
    async fn follow(self: Arc<Self>, file: PathBuf) {
        while let Ok(text) = fs::read(&file) {
            tokio::select! {
                _ = self.listen(&file, &text) => {}
                () = rewritten(&file, &text) => {}
            }
            sleep(Duration::from_millis(200)).await;
        }
        self.change(&file, None);
    }

    async fn listen(&self, file: &Path, text: &[u8]) -> Result<()> {
        let info: ConnectionInfo = serde_json::from_slice(text)?;
        let session = uuid::Uuid::new_v4().to_string();
        let (_shell, mut iopub, _) = connect(&info, &session).await;
        // It has answered, so it is idle.
        self.set_at_work(file, false);
        let mut first_cell = String::new();
        loop {
            let message = iopub.read().await?;
            match &message.content {
                JupyterMessageContent::ExecuteInput(input) => {
                    first_cell = names_the_library(&input.code).unwrap_or("").to_owned();
                }
                JupyterMessageContent::Status(status) => {
                    let idle = status.execution_state == ExecutionState::Idle;
                    self.set_at_work(file, !idle);
                    let about = message.parent_header.as_ref();
                    if idle
                        && about.is_some_and(|about| about.msg_type == "execute_request")
                    {
                        self.cell_finished(&first_cell);
                    }
                }
                _ => {}
            }
        }
    }
}

async fn rewritten(file: &Path, text: &[u8]) {
    while fs::read(file).is_ok_and(|now| now == text) {
        sleep(Duration::from_secs(1)).await;
    }
}

/// The line of a cell that makes aif-lib a dependency.
fn names_the_library(cell: &str) -> Option<&str> {
    let mut lines = cell.lines().map(str::trim);
    lines.find(|line| {
        let rest = line.strip_prefix(":dep").map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with("aif-lib"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_cell_is_found_by_the_library() {
        let cell = "// A comment.\n:dep aif-lib = { path = \"../aif-lib\", features = [\"deep\"] }\n";
        assert!(names_the_library(cell).unwrap().ends_with("[\"deep\"] }"));
        assert_eq!(names_the_library("let x = \":dep aif-lib\";"), None);
        assert_eq!(names_the_library(":dep ndarray = \"0.16\""), None);
    }
}
