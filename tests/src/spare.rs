//! The spare kernel: warmed while the user reads, handed over when a notebook opens or a kernel restarts.
//!
//! Most of the time from opening a notebook to its first value goes to the kernel's rust-analyzer, which reads the standard
//! library and every crate the notebook can reach. A spare has done that: it was asked to complete a line of code below a
//! notebook's first two cells. A question like this leaves no variable, no dependency and no execution count behind, so a
//! spare cannot be told from a new kernel, but for its speed.
//!
//! Whoever owns a spare (a Jupyter server, by `tests/provisioner`) starts `course kernel --spare` in the notebooks' folder
//! and writes its orders to stdin (see [`protocol`]). The warming begins when the user has run a cell and rests (see
//! [`watcher`]), and from then on it gives way to everything else on the machine (see [`crate::priority`]), though it never
//! stands still: that would stop whoever waits for what it holds. A spare ends with its owner, whose death closes stdin. It
//! ends, too, when it has been warm for half an hour, when it is no longer what a new kernel would be, and when memory runs
//! short (see [`keeper`]).

use anyhow::Result;

use crate::launcher::attend;
use crate::place::Course;

pub mod keeper;
pub mod protocol;
pub mod watcher;

pub use keeper::Limits;
pub use protocol::Spare;

/// `course kernel --spare`: obeys the orders on stdin, then serves the kernel that was handed over, and answers the exit
/// code.
///
/// # Errors
///
/// If the kernel cannot be started or warmed.
pub fn run(course: &Course, limits: &Limits) -> Result<i32> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let keeper = keeper::Keeper::new();
        let taken = tokio::select! {
            ended = keeper.live(course, limits) => ended.map(|()| None)?,
            taken = keeper.obey(protocol::orders()) => taken?,
        };
        match taken {
            Some(warming) => {
                attend(warming.kernel, warming.relay, &warming.connection_file).await
            }
            None => Ok(0),
        }
    })
}
