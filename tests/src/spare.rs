//! The spare kernel: warmed while the user reads, handed over when a notebook opens or a kernel restarts.
//!
//! Most of the time from opening a notebook to its first value goes to the kernel's rust-analyzer, which reads the standard
//! library and every crate the notebook can reach. A spare has done that: it was asked to complete a line of code below a
//! notebook's first two cells. A question like this leaves no variable, no dependency and no execution count behind, so a
//! spare cannot be told from a new kernel, but for its speed.
//!
//! Whoever owns a spare (a Jupyter server, by `tests/provisioner`) starts `course kernel --spare` in the notebooks' folder
//! and writes one order a line to its stdin:
//!
//! ```text
//! watch FILE   the connection file of a kernel of the user's. The warming begins once a cell has finished on one of
//!              these kernels, and stands still whenever one of them is at work
//! warm [CELL]  begins the warming now, with CELL as the first cell
//! state        is answered by `waiting`, `warming` or `warm`
//! take         is answered by the connection information of the spare, which from now on is the owner's kernel
//!              and this process its launcher; or by `no`, if nothing has been started yet
//! ```
//!
//! A spare ends with its owner, whose death closes stdin. It ends, too, when it has been warm for half an hour, when it is
//! no longer what a new kernel would be, and when memory runs short.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail};
use jupyter_protocol::{
    CompleteRequest, ConnectionInfo, ExecutionState, JupyterMessage, JupyterMessageContent,
};
use rustix::process::Signal;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::client::{Kernel, connect, new_connection, write_connection};
use crate::evcxr;
use crate::launcher::attend;
use crate::memory::{free_mb, tree_kb};
use crate::place::{Course, program};
use crate::reaper::{Guarded, Reaper};
use crate::template::{PRELUDE, Template, dependency};
use crate::work_folder::WorkFolder;

/// The user is at rest when every kernel has been idle for this long.
const REST: Duration = Duration::from_millis(500);
/// How often the limits of a warm spare are looked at.
const REVIEW: Duration = Duration::from_secs(30);

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
    /// Whether a spare may be, which holds `own_kb` by now.
    fn allow(&self, own_kb: u64) -> bool {
        free_mb().is_some_and(|free| free + own_kb / 1024 >= self.memory)
    }
}

/// `course kernel --spare`: obeys the orders on stdin, then serves the kernel that was handed over, and answers the exit
/// code.
///
/// # Errors
///
/// If the kernel cannot be started or warmed.
pub fn run(course: &Course, limits: &Limits) -> Result<i32> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let keeper = Keeper::new();
        let orders = orders();
        let taken = tokio::select! {
            ended = keeper.live(course, limits) => ended.map(|()| None)?,
            taken = keeper.obey(orders) => taken?,
            () = keeper.keep_out_of_the_way() => None,
        };
        match taken {
            Some(Warming { kernel, connection_file, .. }) => {
                attend(kernel, &connection_file).await
            }
            None => Ok(0),
        }
    })
}

/// The lines on stdin, up to its end.
fn orders() -> UnboundedReceiver<String> {
    let (sender, receiver) = unbounded_channel();
    std::thread::spawn(move || {
        let lines = std::io::stdin().lock().lines().map_while(Result::ok);
        lines.map(|line| sender.send(line)).take_while(Result::is_ok).for_each(drop);
    });
    receiver
}

fn answer(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{text}")?;
    Ok(stdout.flush()?)
}

/// Keeps one spare.
struct Keeper {
    users: Arc<UsersKernels>,
    state: Cell<&'static str>,
    /// The kernel, once it has been started.
    kernel: RefCell<Option<Warming>>,
}

/// A kernel that is being warmed, or is warm.
#[derive(Debug)]
struct Warming {
    kernel: Guarded,
    info: ConnectionInfo,
    connection_file: PathBuf,
    template: Template,
    began: SystemTime,
}

impl Keeper {
    fn new() -> Keeper {
        Keeper {
            users: Arc::new(UsersKernels::new()),
            state: Cell::new("waiting"),
            kernel: RefCell::new(None),
        }
    }

    /// The life of a spare that nobody takes.
    async fn live(&self, course: &Course, limits: &Limits) -> Result<()> {
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
        if cell.contains("feature") || !template.is_fresh() {
            template.complete(&path, cell).await?;
        }
        let connection_file = path.join("connection.json");
        let (info, reserved) = new_connection().await?;
        write_connection(&info, &connection_file)?;
        let rust_src = template.rust_src();
        let mut command =
            evcxr::command(&path.join("cell"), &connection_file, rust_src.as_deref())?;
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let kernel = reaper.guard(command)?;
        drop(reserved);
        if *self.users.at_work.borrow() {
            kernel.signal_all(Signal::STOP);
        }
        *self.kernel.borrow_mut() =
            Some(Warming { kernel, info, connection_file, template, began });
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

    /// Holds the warming while one of the user's kernels is at work. (A low priority would not do: it could not be taken
    /// back when the spare is handed over.)
    async fn keep_out_of_the_way(&self) {
        loop {
            self.users.work().await;
            self.signal(Signal::STOP);
            self.users.rest().await;
            self.signal(Signal::CONT);
        }
    }

    fn signal(&self, signal: Signal) {
        if let Some(warming) = &*self.kernel.borrow() {
            warming.kernel.signal_all(signal);
        }
    }

    /// Obeys until the spare is taken or its owner is gone.
    async fn obey(&self, mut orders: UnboundedReceiver<String>) -> Result<Option<Warming>> {
        while let Some(line) = orders.recv().await {
            let (order, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match order {
                "watch" if self.state.get() == "warm" => {}
                "watch" => self.users.watch(Path::new(rest)),
                "warm" => self.users.cell_finished(rest),
                "state" => answer(self.state.get())?,
                "take" => match self.kernel.take() {
                    None => answer("no")?,
                    Some(warming) if warming.fits() => {
                        warming.kernel.signal_all(Signal::CONT);
                        answer(&serde_json::to_string(&warming.info)?)?;
                        return Ok(Some(warming));
                    }
                    Some(_) => return Ok(None),
                },
                _ => bail!("unknown order: {line}"),
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

/// The user's kernels, by their connection files: whether one is at work, and the first cell that finished last.
#[derive(Debug)]
struct UsersKernels {
    kernels: Mutex<HashMap<PathBuf, UsersKernel>>,
    at_work: watch::Sender<bool>,
    cell: watch::Sender<Option<String>>,
}

#[derive(Debug)]
struct UsersKernel {
    task: JoinHandle<()>,
    at_work: bool,
}

impl UsersKernels {
    fn new() -> UsersKernels {
        UsersKernels {
            kernels: Mutex::default(),
            at_work: watch::Sender::new(false),
            cell: watch::Sender::new(None),
        }
    }

    /// Watches the kernel of a connection file, instead of the one that had the file before.
    fn watch(self: &Arc<Self>, file: &Path) {
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
    fn forget(&self) {
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
    fn cell_finished(&self, first_cell: &str) {
        self.cell.send_modify(|cell| match first_cell {
            "" => drop(cell.get_or_insert_default()),
            _ => *cell = Some(first_cell.to_owned()),
        });
    }

    /// Waits until a cell has finished; answers the last one that named aif-lib, if any did.
    async fn finished_cell(&self) -> Option<String> {
        let mut cell = self.cell.subscribe();
        let cell = cell.wait_for(Option::is_some).await.ok()?.clone();
        cell.filter(|cell| !cell.is_empty())
    }

    /// Waits until a kernel is at work.
    async fn work(&self) {
        let _ = self.at_work.subscribe().wait_for(|at_work| *at_work).await;
    }

    /// Waits until every kernel has been at rest for a moment.
    async fn rest(&self) {
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

/// A spare as its owner sees it. (In Jupyter the owner is the provisioner.)
#[derive(Debug)]
pub struct Spare {
    process: Guarded,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Spare {
    /// Starts a spare for notebooks in `folder`.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub fn start(folder: &Path) -> Result<Spare> {
        let mut command = Command::new(program()?);
        command.args(["kernel", "--spare"]).current_dir(folder);
        Spare::start_with(command)
    }

    /// Starts a spare by a command of one's own.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub fn start_with(mut command: Command) -> Result<Spare> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Guarded::start(command)?;
        let orders = process.child.stdin.take().context("no stdin")?;
        let answers = process.child.stdout.take().context("no stdout")?;
        Ok(Spare { process, orders, answers: BufReader::new(answers).lines() })
    }

    /// The process, which will be the kernel's launcher.
    pub fn process_id(&self) -> Option<u32> {
        self.process.child.id()
    }

    /// Gives an order.
    ///
    /// # Errors
    ///
    /// If the spare has ended.
    pub async fn order(&mut self, order: &str) -> Result<()> {
        Ok(self.orders.write_all(format!("{order}\n").as_bytes()).await?)
    }

    /// Gives an order and reads the answer.
    ///
    /// # Errors
    ///
    /// If the spare has ended.
    pub async fn ask(&mut self, order: &str) -> Result<String> {
        self.order(order).await?;
        self.answers.next_line().await?.context("the spare has ended")
    }

    /// Waits until the spare is warm. Answers whether it is, in the end.
    pub async fn warm(&mut self, patience: Duration) -> bool {
        let warm = async {
            loop {
                match self.ask("state").await {
                    Ok(state) if state == "warm" => return true,
                    Ok(_) => sleep(Duration::from_millis(50)).await,
                    Err(_) => return false,
                }
            }
        };
        timeout(patience, warm).await.unwrap_or(false)
    }

    /// The memory that the spare holds, in MB; 0 where the system does not tell.
    pub fn memory_mb(&self) -> u64 {
        self.process_id().map_or(0, tree_kb) / 1024
    }

    /// Ends the spare.
    ///
    /// # Errors
    ///
    /// If it cannot be waited for.
    pub fn let_go(self) -> Result<()> {
        drop(self.orders);
        self.process.clean_up()
    }

    /// Takes the spare.
    ///
    /// # Errors
    ///
    /// If there is nothing to take or the kernel does not answer.
    pub async fn take(mut self) -> Result<Kernel> {
        let asked = Instant::now();
        let info = serde_json::from_str(&self.ask("take").await?).context("no spare")?;
        Kernel::connect(self.process, info, asked).await
    }
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
