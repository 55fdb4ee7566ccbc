//! The keeper of one spare: starts it, warms it, and hands it over or ends it.

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail};
use jupyter_protocol::{
    CompleteRequest, ConnectionInfo, JupyterMessage, JupyterMessageContent,
};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;

use super::protocol::{Order, answer};
use super::watcher::UsersKernels;
use crate::client::{connect, new_connection, write_connection};
use crate::evcxr;
use crate::memory::{free_mb, tree_kb};
use crate::place::Course;
use crate::priority::gently;
use crate::reaper::{Guarded, Reaper};
use crate::relay::Relay;
use crate::template::{PRELUDE, Template, dependency};
use crate::work_folder::WorkFolder;

/// How often the limits of a warm spare are looked at.
const REVIEW: Duration = Duration::from_secs(30);
/// A warming that takes longer than this has failed. (It takes some seconds, and minutes if the machine is busy.)
const WARMING: Duration = Duration::from_secs(15 * 60);

/// When a spare ends, or does not begin.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The memory, in MB, that must be free for it and beside it.
    pub memory: u64,
    /// How long it waits, warm, to be taken.
    pub lifetime: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { memory: 3 * 1024, lifetime: Duration::from_secs(30 * 60) }
    }
}

impl Limits {
    /// Whether a spare may be, which holds `own_kb` by now. A single processor is the user's.
    fn allow(&self, own_kb: u64) -> bool {
        available_parallelism().is_ok_and(|processors| processors.get() > 1)
            && free_mb().is_some_and(|free| free + own_kb / 1024 >= self.memory)
    }
}

/// Keeps one spare.
#[derive(Debug)]
pub struct Keeper {
    users: Arc<UsersKernels>,
    state: Cell<&'static str>,
    /// The kernel, once it has been started.
    kernel: RefCell<Option<Warming>>,
}

/// A kernel that is being warmed, or is warm.
#[derive(Debug)]
pub struct Warming {
    /// Its process.
    pub kernel: Guarded,
    /// Its connections.
    pub relay: Relay,
    info: ConnectionInfo,
    /// The file with its connection information.
    pub connection_file: PathBuf,
    template: Template,
    began: SystemTime,
}

impl Default for Keeper {
    fn default() -> Keeper {
        Keeper::new()
    }
}

impl Keeper {
    /// Keeps nothing yet.
    pub fn new() -> Keeper {
        Keeper {
            users: Arc::new(UsersKernels::new()),
            state: Cell::new("waiting"),
            kernel: RefCell::new(None),
        }
    }

    /// The life of a spare that nobody takes.
    ///
    /// # Errors
    ///
    /// If the kernel cannot be started or warmed.
    pub async fn live(&self, course: &Course, limits: &Limits) -> Result<()> {
        self.users.finished_cell().await;
        self.users.rest().await;
        while !limits.allow(0) {
            sleep(REVIEW).await;
            self.users.rest().await;
        }
        let cell = self.users.finished_cell().await.unwrap_or_else(|| dependency(course));
        self.state.set("warming");
        let folder = self.start(course, &cell).await?;
        let info = self.kernel.borrow().as_ref().map(|warming| warming.info.clone());
        // A task of its own: it goes on if the kernel is taken meanwhile.
        let analysis = tokio::spawn(analyse(info.context("there is no kernel")?, cell));
        tokio::select! {
            done = analysis => done??,
            ended = self.ended() => return ended,
            () = sleep(WARMING) => bail!("the spare kernel was not warm after {WARMING:?}"),
        }
        self.state.set("warm");
        self.users.forget();
        // For those who look: the tests, and you.
        fs::write(folder.join("warm"), "")?;
        tokio::select! {
            () = self.expired(limits) => Ok(()),
            ended = self.ended() => ended,
        }
    }

    /// Starts the kernel on a copy of the template, and answers its folder.
    async fn start(&self, course: &Course, cell: &str) -> Result<PathBuf> {
        let template = Template::current(course)?;
        if !template.is_ready() {
            bail!("the kernel's library is not prebuilt; there is no spare kernel");
        }
        let began = SystemTime::now();
        let folder = WorkFolder::create(course)?;
        let path = folder.path().to_owned();
        let reaper = Reaper::start(Some(folder))?;
        template.copy_to(&path).context("cannot copy the kernel template")?;
        if !template.holds(cell)? {
            template.complete(&path, cell).await?;
        }
        let connection_file = path.join("connection.json");
        let (info, _reserved) = new_connection()?;
        write_connection(&info, &connection_file)?;
        let (relay, ports) = Relay::open(&connection_file, &path).await?;
        let rust_src = template.rust_src();
        let mut command =
            gently(&evcxr::command(&path.join("cell"), &ports, rust_src.as_deref())?)?;
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let kernel = reaper.guard(command)?;
        *self.kernel.borrow_mut() =
            Some(Warming { kernel, relay, info, connection_file, template, began });
        Ok(path)
    }

    /// Waits until the kernel ends by itself, which it should not.
    async fn ended(&self) -> Result<()> {
        loop {
            sleep(Duration::from_millis(250)).await;
            if let Some(warming) = &mut *self.kernel.borrow_mut()
                && let Some(status) = warming.kernel.child.try_wait()?
            {
                bail!("the spare kernel ended ({status})");
            }
        }
    }

    /// Waits until a warm spare is too old, no longer fits, or is in the way.
    async fn expired(&self, limits: &Limits) {
        let end = Instant::now() + limits.lifetime;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            sleep(left.min(REVIEW)).await;
            if let Some(warming) = &*self.kernel.borrow()
                && !(warming.fits() && limits.allow(tree_kb(std::process::id())))
            {
                return;
            }
        }
    }

    /// Obeys until the spare is taken or its owner is gone.
    ///
    /// # Errors
    ///
    /// If an order is not understood or cannot be answered.
    pub async fn obey(
        &self,
        mut orders: UnboundedReceiver<Result<Order>>,
    ) -> Result<Option<Warming>> {
        while let Some(order) = orders.recv().await {
            match order? {
                Order::Watch(_) if self.state.get() == "warm" => {}
                Order::Watch(file) => self.users.watch(&file),
                Order::Warm(cell) => self.users.cell_finished(&cell),
                Order::State => answer(self.state.get())?,
                Order::Take => match self.kernel.take() {
                    None => answer("no")?,
                    Some(warming) if warming.fits() => {
                        warming.kernel.hurry();
                        answer(&serde_json::to_string(&warming.info)?)?;
                        return Ok(Some(warming));
                    }
                    Some(_) => return Ok(None),
                },
            }
        }
        Ok(None)
    }
}

impl Warming {
    /// Whether a new kernel would be the same: no other compiler or versions, no edit of aif-lib.
    fn fits(&self) -> bool {
        self.template.still_fits(self.began)
    }
}

/// Has the kernel's rust-analyzer read what a notebook reaches after its first cells.
async fn analyse(info: ConnectionInfo, cell: String) -> Result<()> {
    let code = format!(
        "{cell}\n{PRELUDE}\nlet x: Vec<f64> = vec![1.0];\nlet y = x.iter().sum::<f64>();\ny."
    );
    let session = uuid::Uuid::new_v4().to_string();
    let (mut shell, _iopub, _) = connect(&info, &session).await;
    let cursor_pos = code.chars().count();
    shell.send(JupyterMessage::from(CompleteRequest { code, cursor_pos })).await?;
    while !matches!(shell.read().await?.content, JupyterMessageContent::CompleteReply(_)) {}
    Ok(())
}
