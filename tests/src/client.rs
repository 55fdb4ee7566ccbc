//! A Jupyter client for one kernel: start it, execute cells, collect what they show, end it.

use std::fs::File;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jupyter_protocol::connection_info::Transport;
use jupyter_protocol::{
    ConnectionInfo, ExecuteRequest, ExecutionState, JupyterMessage, JupyterMessageContent,
    KernelInfoReply, KernelInfoRequest, ReplyStatus, ShutdownRequest, Stdio as Stream,
};
use jupyter_zmq_client::{
    ClientIoPubConnection, ClientShellConnection, create_client_control_connection,
    create_client_iopub_connection, create_client_shell_connection_with_identity,
    peer_identity_for_session,
};
use nbformat::v4::{DisplayData, ErrorOutput, ExecuteResult, MultilineString, Output};
use rustix::process::Signal;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use crate::execution::Execution;
use crate::memory::tree_kb;
use crate::reaper::Guarded;

/// A kernel that does not answer for this long has failed to start.
const START: Duration = Duration::from_secs(600);
/// A cell's output has ended when nothing has come for this long after its end: the kernel does
/// not tie stderr to the end of a cell.
const QUIET: Duration = Duration::from_millis(100);
/// A cell whose output goes on for this long after its end will not be quiet.
const RESTLESS: Duration = Duration::from_secs(5);
/// A cell that was interrupted has ended within this time.
const INTERRUPTED: Duration = Duration::from_secs(20);
/// How often a kernel that ends at once is started.
const TRIES: usize = 3;

/// A kernel that ended instead of answering.
#[derive(Debug, thiserror::Error)]
#[error("the kernel ended before it was ready ({0})")]
struct EndedEarly(ExitStatus);

/// A running kernel.
pub struct Kernel {
    process: Guarded,
    info: ConnectionInfo,
    shell: ClientShellConnection,
    iopub: ClientIoPubConnection,
    session: String,
    /// Held for its end: the file goes with it.
    _connection_file: Option<ConnectionFile>,
    memory: Memory,
    started: Instant,
    /// What the kernel says of itself.
    pub about: Box<KernelInfoReply>,
}

impl std::fmt::Debug for Kernel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kernel")
            .field("process", &self.process_id())
            .finish_non_exhaustive()
    }
}

impl Kernel {
    /// Starts the kernel of `command`, which is given the connection file, in `folder`.
    ///
    /// # Errors
    ///
    /// If it ends or stays silent instead of answering.
    pub async fn start(
        folder: &Path,
        command: impl Fn(&Path) -> Result<Command>,
    ) -> Result<Kernel> {
        let name = format!("course-{}.json", uuid::Uuid::new_v4());
        Kernel::start_with(folder, std::env::temp_dir().join(name), command).await
    }

    /// The same, with the connection file in a place of one's own.
    ///
    /// A kernel opens its ports itself, so another program can take one in between. A kernel that ends at once is
    /// therefore started again, with other ports.
    ///
    /// # Errors
    ///
    /// If it ends three times, or stays silent instead of answering.
    pub async fn start_with(
        folder: &Path,
        connection_file: PathBuf,
        command: impl Fn(&Path) -> Result<Command>,
    ) -> Result<Kernel> {
        let mut tries = 1;
        loop {
            match Kernel::try_start(folder, &connection_file, &command).await {
                Err(error) if error.is::<EndedEarly>() && tries < TRIES => tries += 1,
                kernel => return kernel,
            }
        }
    }

    async fn try_start(
        folder: &Path,
        connection_file: &Path,
        command: impl Fn(&Path) -> Result<Command>,
    ) -> Result<Kernel> {
        let started = Instant::now();
        let (info, _reserved) = new_connection()?;
        write_connection(&info, connection_file)?;
        let connection_file = ConnectionFile(connection_file.to_owned());
        let mut command = command(&connection_file.0)?;
        command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null());
        let process = Guarded::start(command)?;
        let kernel = Kernel::connect(process, info, started).await?;
        Ok(Kernel { _connection_file: Some(connection_file), ..kernel })
    }

    /// Connects to the kernel that `process` is, or starts, and that was asked for at `started`.
    ///
    /// # Errors
    ///
    /// If it ends or stays silent instead of answering.
    pub async fn connect(
        mut process: Guarded,
        info: ConnectionInfo,
        started: Instant,
    ) -> Result<Kernel> {
        let memory = Memory::watch(process.child.id());
        let session = uuid::Uuid::new_v4().to_string();
        let connected = tokio::select! {
            connected = timeout(START, connect(&info, &session)) => connected,
            ended = process.child.wait() => {
                return Err(EndedEarly(ended?).into());
            }
        };
        let (shell, iopub, about) = connected.with_context(|| {
            format!("the kernel did not answer within {} s", START.as_secs())
        })?;
        Ok(Kernel {
            process,
            info,
            shell,
            iopub,
            session,
            _connection_file: None,
            memory,
            started,
            about,
        })
    }

    /// When the kernel was started.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// The process that was started.
    pub fn process_id(&self) -> Option<u32> {
        self.process.child.id()
    }

    /// The highest memory use so far of the kernel and its children (compilers included), in
    /// MB; none where there is no `/proc`.
    pub fn peak_rss_mb(&self) -> Option<f64> {
        self.memory.peak_mb()
    }

    /// Executes a cell and collects its output until the kernel has been quiet for a moment.
    ///
    /// # Errors
    ///
    /// If the connection fails. A cell that fails, or takes longer than `patience`, or ends the
    /// kernel, is an answer.
    pub async fn execute(&mut self, code: &str, patience: Duration) -> Result<Execution> {
        let request = JupyterMessage::from(ExecuteRequest::new(code.to_owned()));
        let id = request.header.msg_id.clone();
        let mut execution = Execution { alive: true, ..Execution::default() };
        let start = Instant::now();
        self.shell.send(request).await?;

        let (mut idle, mut replied) = (false, false);
        let deadline = sleep(patience);
        tokio::pin!(deadline);
        while !(idle && replied) {
            tokio::select! {
                message = self.iopub.read() => {
                    let Ok(message) = message else {
                        self.died(&mut execution).await;
                        break;
                    };
                    idle |= is_idle(&message, &id);
                    if idle {
                        execution.seconds = start.elapsed().as_secs_f64();
                    }
                    collect(&mut execution.outputs, message.content);
                }
                message = self.shell.read() => {
                    let Ok(message) = message else {
                        self.died(&mut execution).await;
                        break;
                    };
                    if let JupyterMessageContent::ExecuteReply(reply) = &message.content
                        && is_about(&message, &id)
                    {
                        replied = true;
                        execution.refused = reply.status != ReplyStatus::Ok;
                    }
                }
                _ = self.process.child.wait() => {
                    self.died(&mut execution).await;
                    break;
                }
                () = &mut deadline => {
                    let limit = patience.as_secs_f64();
                    execution.fault = Some(format!("timeout: not done after {limit} s"));
                    execution.alive = false;
                    break;
                }
            }
        }
        if !idle {
            execution.seconds = start.elapsed().as_secs_f64();
        }
        self.drain(&mut execution).await;
        Ok(execution)
    }

    /// Interrupts the cell that did not end; answers whether the kernel can take another one.
    pub async fn interrupt(&mut self) -> bool {
        self.process.signal(Signal::INT);
        let replied = timeout(INTERRUPTED, async {
            loop {
                match self.shell.read().await.map(|message| message.content) {
                    Ok(JupyterMessageContent::ExecuteReply(_)) => return true,
                    Ok(_) => {}
                    Err(_) => return false,
                }
            }
        });
        let replied = tokio::select! {
            replied = replied => replied.unwrap_or(false),
            _ = self.process.child.wait() => false,
        };
        self.drain(&mut Execution::default()).await;
        replied
    }

    async fn died(&mut self, execution: &mut Execution) {
        execution.alive = false;
        let ended = timeout(Duration::from_secs(10), self.process.child.wait()).await;
        execution.fault = Some(match ended {
            Ok(Ok(status)) => format!("the kernel died ({status})"),
            _ => "the connection to the kernel broke".to_owned(),
        });
    }

    async fn drain(&mut self, execution: &mut Execution) {
        let end = Instant::now() + RESTLESS;
        while let Ok(Ok(message)) = timeout(QUIET, self.iopub.read()).await {
            collect(&mut execution.outputs, message.content);
            if Instant::now() > end {
                let text =
                    "the cell has ended but its output goes on: a thread is left running";
                execution.fault.get_or_insert(text.to_owned());
                break;
            }
        }
    }

    /// What still comes within `moment`, such as the text of a thread that outlived its cell.
    pub async fn linger(&mut self, moment: Duration) -> Vec<Output> {
        let mut outputs = Vec::new();
        let end = tokio::time::Instant::now() + moment;
        while let Ok(Ok(message)) = tokio::time::timeout_at(end, self.iopub.read()).await {
            collect(&mut outputs, message.content);
        }
        outputs
    }

    /// Ends the kernel: asked first, killed if it does not follow within ten seconds.
    ///
    /// # Errors
    ///
    /// If its processes cannot be waited for.
    pub async fn shut_down(mut self) -> Result<()> {
        let asked = timeout(Duration::from_secs(10), async {
            let mut control =
                create_client_control_connection(&self.info, &self.session).await?;
            control.send(JupyterMessage::from(ShutdownRequest { restart: false })).await?;
            self.process.child.wait().await?;
            anyhow::Ok(())
        });
        if asked.await.is_err() {
            self.process.child.kill().await?;
        }
        self.end()
    }

    /// Ends the kernel at once.
    ///
    /// # Errors
    ///
    /// If its processes cannot be waited for.
    pub async fn kill(mut self) -> Result<()> {
        self.process.child.kill().await?;
        self.end()
    }

    fn end(self) -> Result<()> {
        self.process.clean_up()
    }
}

/// Keeps ports for a kernel until it has opened them: sockets that are bound and do not listen. The system draws their
/// ports for nobody else, and yet the kernel can listen there, since both let their address be used again. Only Linux
/// allows that; elsewhere nothing is kept, and somebody may be faster.
#[derive(Debug, Default)]
pub struct Reserved(Vec<TcpSocket>);

impl Reserved {
    fn draw(&mut self) -> Result<u16> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let port = socket.local_addr()?.port();
        self.0.push(socket);
        Ok(port)
    }
}

/// Ports and a key for a new kernel. Hold what comes with them until the kernel has opened its ports.
///
/// # Errors
///
/// If there are no free ports.
pub fn new_connection() -> Result<(ConnectionInfo, Reserved)> {
    let mut reserved = Reserved::default();
    let info = ConnectionInfo {
        transport: Transport::TCP,
        ip: Ipv4Addr::LOCALHOST.to_string(),
        shell_port: reserved.draw()?,
        iopub_port: reserved.draw()?,
        stdin_port: reserved.draw()?,
        control_port: reserved.draw()?,
        hb_port: reserved.draw()?,
        signature_scheme: "hmac-sha256".to_owned(),
        key: uuid::Uuid::new_v4().to_string(),
        kernel_name: Some("rust".to_owned()),
    };
    if !cfg!(target_os = "linux") {
        reserved.0.clear();
    }
    Ok((info, reserved))
}

/// Writes a connection file, which nobody else may read: it holds the key.
///
/// # Errors
///
/// If the file exists or cannot be written.
pub fn write_connection(info: &ConnectionInfo, path: &Path) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    Ok(file.write_all(serde_json::to_string(info)?.as_bytes())?)
}

/// The channels of a kernel and what it says of itself.
pub type Connected = (ClientShellConnection, ClientIoPubConnection, Box<KernelInfoReply>);

/// Connects to the kernel and waits until it answers and its output is being received.
pub async fn connect(info: &ConnectionInfo, session: &str) -> Connected {
    loop {
        // The iopub port is the last one that evcxr opens.
        if TcpStream::connect((&*info.ip, info.iopub_port)).await.is_ok()
            && let Ok(connected) = try_connect(info, session).await
        {
            return connected;
        }
        sleep(Duration::from_millis(50)).await;
    }
}

async fn try_connect(info: &ConnectionInfo, session: &str) -> Result<Connected> {
    let mut iopub = create_client_iopub_connection(info, "", session).await?;
    let identity = peer_identity_for_session(session)?;
    let mut shell =
        create_client_shell_connection_with_identity(info, session, identity).await?;
    loop {
        shell.send(JupyterMessage::from(KernelInfoRequest {})).await?;
        let about = loop {
            if let JupyterMessageContent::KernelInfoReply(about) =
                shell.read().await?.content
            {
                break about;
            }
        };
        // Every answer goes with status messages; when none arrives, the subscription was late.
        if timeout(Duration::from_secs(1), iopub.read()).await.is_ok() {
            return Ok((shell, iopub, about));
        }
    }
}

/// The file that tells the kernel its ports and its key.
#[derive(Debug)]
struct ConnectionFile(PathBuf);

impl Drop for ConnectionFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn is_about(message: &JupyterMessage, id: &str) -> bool {
    message.parent_header.as_ref().is_some_and(|parent| parent.msg_id == id)
}

fn is_idle(message: &JupyterMessage, id: &str) -> bool {
    matches!(&message.content, JupyterMessageContent::Status(status)
        if status.execution_state == ExecutionState::Idle)
        && is_about(message, id)
}

/// Appends what a message shows, joining neighbouring pieces of one stream.
fn collect(outputs: &mut Vec<Output>, content: JupyterMessageContent) {
    match content {
        JupyterMessageContent::StreamContent(stream) => {
            let name = match stream.name {
                Stream::Stdout => "stdout",
                Stream::Stderr => "stderr",
            };
            match outputs.last_mut() {
                Some(Output::Stream { name: last, text }) if last == name => {
                    text.0.push_str(&stream.text);
                }
                _ => outputs.push(Output::Stream {
                    name: name.to_owned(),
                    text: MultilineString(stream.text),
                }),
            }
        }
        JupyterMessageContent::ExecuteResult(result) => {
            outputs.push(Output::ExecuteResult(ExecuteResult {
                execution_count: result.execution_count,
                data: result.data,
                metadata: result.metadata,
            }));
        }
        JupyterMessageContent::DisplayData(display) => {
            outputs.push(Output::DisplayData(DisplayData {
                data: display.data,
                metadata: display.metadata,
            }));
        }
        JupyterMessageContent::ErrorOutput(error) => {
            outputs.push(Output::Error(ErrorOutput {
                ename: error.ename,
                evalue: error.evalue,
                traceback: error.traceback,
            }))
        }
        _ => {}
    }
}

/// Watches the memory of a process and its descendants.
#[derive(Debug)]
struct Memory {
    peak_kb: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

impl Memory {
    fn watch(process: Option<u32>) -> Memory {
        let peak_kb = Arc::new(AtomicU64::new(0));
        let peak = Arc::clone(&peak_kb);
        let task = tokio::spawn(async move {
            let Some(process) = process else { return };
            loop {
                peak.fetch_max(tree_kb(process), Ordering::Relaxed);
                sleep(Duration::from_millis(300)).await;
            }
        });
        Memory { peak_kb, task }
    }

    fn peak_mb(&self) -> Option<f64> {
        let peak = self.peak_kb.load(Ordering::Relaxed);
        (peak > 0).then_some(peak as f64 / 1024.0)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::collections::HashSet;
    use std::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_port_that_is_kept_is_given_to_nobody_and_can_be_opened() {
        let kept: Vec<_> = (0..20).map(|_| new_connection().unwrap()).collect();
        let ports: Vec<u16> = kept
            .iter()
            .flat_map(|(info, _)| {
                [info.shell_port, info.iopub_port, info.stdin_port]
                    .into_iter()
                    .chain([info.control_port, info.hb_port])
            })
            .collect();
        let distinct: HashSet<u16> = ports.iter().copied().collect();
        assert_eq!(distinct.len(), 100);
        let strangers: Vec<_> =
            (0..500).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        for stranger in &strangers {
            assert!(!distinct.contains(&stranger.local_addr().unwrap().port()));
        }
        for port in ports {
            TcpListener::bind(("127.0.0.1", port)).unwrap();
        }
    }
}
