//! The launcher: what the installed kernelspec starts.
//!
//! It gives each kernel its own copy of the prebuilt template, so that no crate is compiled when
//! a notebook opens and several notebooks can be open at once, and it leaves nothing behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use anyhow::{Context, Result};
use jupyter_protocol::{
    ConnectionInfo, InterruptRequest, JupyterMessage, KernelInfoRequest,
};
use jupyter_zmq_client::{
    create_client_control_connection, create_client_shell_connection_with_identity,
    peer_identity_for_session,
};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, getppid, test_kill_process};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;

use crate::evcxr;
use crate::place::{Course, program};
use crate::reaper::{Guarded, Reaper};
use crate::relay::Relay;
use crate::template::Template;
use crate::work_folder::WorkFolder;

/// A kernel at rest answers within this time, on a busy machine too.
const REST: Duration = Duration::from_millis(500);

/// `course kernel`: prepares, installs or runs a kernel, and answers the exit code.
///
/// # Errors
///
/// If that fails.
pub fn command(
    connection_file: Option<&Path>,
    prepare: bool,
    install_into: Option<&Path>,
) -> Result<u8> {
    let course = Course::find()?;
    if prepare {
        evcxr::install()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(Template::current(&course)?.prepare())?;
    }
    if let Some(prefix) = install_into {
        println!("{}", install(prefix)?.display());
    }
    let code = connection_file.map(|connection_file| launch(&course, connection_file));
    Ok(code.transpose()?.unwrap_or(0) as u8)
}

/// Runs a kernel until it ends and answers its exit code.
///
/// # Errors
///
/// If the kernel cannot be started. A template that cannot be made is only reported: the kernel
/// then compiles what it needs itself, and shows the compiler's message in the notebook.
pub fn launch(course: &Course, connection_file: &Path) -> Result<i32> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let template = Template::current(course)?;
        if !template.is_ready() {
            eprintln!("course: the kernel's library is not prebuilt yet.");
            if let Err(error) = template.prepare().await {
                eprintln!("course: could not prebuild it; starting without. {error:#}");
            }
        }
        let folder = WorkFolder::create(course)?;
        let path = folder.path().to_owned();
        let reaper = Reaper::start(Some(folder))?;
        template.copy_to(&path).context("cannot copy the kernel template")?;
        let (relay, ports) = Relay::open(connection_file, &path).await?;
        let command =
            evcxr::command(&path.join("cell"), &ports, template.rust_src().as_deref())?;
        attend(reaper.guard(command)?, relay, connection_file).await
    })
}

/// Serves a running kernel until it ends and answers its exit code.
///
/// # Errors
///
/// If it cannot be waited for.
pub async fn attend(
    mut kernel: Guarded,
    relay: Relay,
    connection_file: &Path,
) -> Result<i32> {
    let status = wait(&mut kernel, connection_file).await?;
    relay.close().await;
    kernel.clean_up()?;
    Ok(exit_code(status))
}

/// Waits for the kernel's end. SIGINT becomes Jupyter's interrupt message, because the signal
/// itself would end evcxr; SIGTERM and SIGHUP end it.
async fn wait(kernel: &mut Guarded, connection_file: &Path) -> Result<ExitStatus> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut owner_gone = std::pin::pin!(owner_gone());
    loop {
        tokio::select! {
            status = kernel.child.wait() => return Ok(status?),
            _ = interrupt.recv() => {
                // Jupyter interrupts a kernel that it ends, too, and nobody may answer any more.
                let done = tokio::select! {
                    status = kernel.child.wait() => return Ok(status?),
                    done = interrupt_cell(connection_file) => done,
                };
                if let Err(error) = done
                    && timeout(REST, kernel.child.wait()).await.is_err()
                {
                    eprintln!("course: could not interrupt the kernel. {error:#}");
                }
            }
            _ = terminate.recv() => kernel.signal(Signal::TERM),
            _ = hang_up.recv() => kernel.signal(Signal::HUP),
            () = &mut owner_gone => {
                kernel.signal(Signal::KILL);
                return Ok(kernel.child.wait().await?);
            }
        }
    }
}

/// Waits for the death of the process that started this one, such as a Jupyter server that was killed. Jupyter sets
/// `JPY_PARENT_PID` to it unless the kernel is meant to outlive it.
async fn owner_gone() {
    let Some(server) = std::env::var("JPY_PARENT_PID").ok().and_then(|id| id.parse().ok())
    else {
        return std::future::pending().await;
    };
    // It may be gone already, so that this process has another parent by now.
    let alive = || {
        let server = Pid::from_raw(server);
        server.is_none_or(|server| test_kill_process(server) != Err(Errno::SRCH))
    };
    let parent = getppid();
    while getppid() == parent && alive() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Interrupts the cell that is running, if there is one: evcxr would end the process with the variables at rest, too.
async fn interrupt_cell(connection_file: &Path) -> Result<()> {
    let info: ConnectionInfo = serde_json::from_slice(&fs::read(connection_file)?)?;
    let session = uuid::Uuid::new_v4().to_string();
    if let Ok(answered) = timeout(REST, answer(&info, &session)).await {
        return answered;
    }
    let mut control = create_client_control_connection(&info, &session).await?;
    control.send(JupyterMessage::from(InterruptRequest {})).await?;
    control.read().await?;
    Ok(())
}

/// Waits until the kernel answers, which it does between two cells only.
async fn answer(info: &ConnectionInfo, session: &str) -> Result<()> {
    let identity = peer_identity_for_session(session)?;
    let mut shell =
        create_client_shell_connection_with_identity(info, session, identity).await?;
    shell.send(JupyterMessage::from(KernelInfoRequest {})).await?;
    shell.read().await?;
    Ok(())
}

fn exit_code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().or(status.signal().map(|signal| 128 + signal)).unwrap_or(1)
}

/// Writes the kernelspec into `<prefix>/share/jupyter/kernels/rust` and answers that folder.
///
/// # Errors
///
/// If the folder cannot be written.
pub fn install(prefix: &Path) -> Result<PathBuf> {
    let program = program()?.canonicalize()?;
    let folder = prefix.join("share/jupyter/kernels/rust");
    fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let mut spec = serde_json::json!({
        "argv": [program, "kernel", "{connection_file}"],
        "display_name": "Rust",
        "language": "rust",
        // An interrupt comes to the launcher, which passes it on only if a cell is running.
        "interrupt_mode": "signal",
    });
    // Jupyter hides a kernel whose provisioner is not there.
    if has_provisioner(prefix) {
        spec["metadata"]["kernel_provisioner"]["provisioner_name"] = PROVISIONER.into();
    }
    fs::write(folder.join("kernel.json"), format!("{spec:#}\n"))
        .with_context(|| format!("cannot write into {}", folder.display()))?;
    // JupyterLab would ask everybody whether to fetch news from the network.
    let settings = prefix.join("share/jupyter/lab/settings/overrides.json");
    if let Some(folder) = settings.parent().filter(|_| !settings.exists()) {
        fs::create_dir_all(folder)?;
        let news = serde_json::json!({
            "@jupyterlab/apputils-extension:notification": { "fetchNews": "false" }
        });
        fs::write(&settings, format!("{news:#}\n"))?;
    }
    // With this file evcxr takes the folder for its own, up to date, and leaves it alone.
    fs::write(folder.join("version.txt"), "1")?;
    Ok(folder)
}

/// The Jupyter extension that hands over spare kernels (tests/provisioner).
pub const PROVISIONER: &str = "course-provisioner";

/// Whether the environment in `prefix` has it.
pub fn has_provisioner(prefix: &Path) -> bool {
    let pythons = fs::read_dir(prefix.join("lib")).into_iter().flatten().flatten();
    pythons
        .map(|python| python.path().join("site-packages/course_provisioner.py"))
        .any(|f| f.is_file())
}
