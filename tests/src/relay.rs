//! The relay: clients come and go, and the kernel never sees one leave.
//!
//! An answer to somebody who has hung up is an error to evcxr, which then ends its control channel and with it the kernel,
//! or its shell channel, after which the kernel is there and answers nobody. A Jupyter server does hang up: it asks a kernel
//! that is slow to start again every half second, and leaves at the first answer. So the launcher listens where clients were
//! told to connect, passes on what is said, and hears the kernel out in the place of those who have gone.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use jupyter_protocol::{ConnectionInfo, Transport};
use tokio::io::{copy, sink};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, WeakSender, channel};
use tokio::time::{sleep, timeout};

use crate::client::{Reserved, new_connection, write_connection};

/// How long it may take to pass on a kernel's last words.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How soon to try again what failed.
const AGAIN: Duration = Duration::from_millis(20);

/// The connections between a kernel and its clients.
#[derive(Debug)]
pub struct Relay {
    /// Each connection has a copy, so that the other end knows when there is none.
    open: Sender<()>,
    closed: Receiver<()>,
    _kernel_ports: Reserved,
}

impl Relay {
    /// Listens at the ports that a connection file tells to clients. Answers another such file, in `folder`, for the kernel.
    ///
    /// # Errors
    ///
    /// If the file cannot be understood, or a port is taken.
    pub async fn open(connection_file: &Path, folder: &Path) -> Result<(Relay, PathBuf)> {
        let (open, closed) = channel(1);
        let told: ConnectionInfo = serde_json::from_slice(&fs::read(connection_file)?)?;
        if told.transport != Transport::TCP {
            let relay = Relay { open, closed, _kernel_ports: Reserved::default() };
            return Ok((relay, connection_file.to_owned()));
        }
        let mut doors = Vec::new();
        for port in [
            told.shell_port,
            told.control_port,
            told.stdin_port,
            told.iopub_port,
            told.hb_port,
        ] {
            let door = TcpListener::bind((&*told.ip, port));
            doors.push(
                door.await.with_context(|| {
                    format!("cannot listen at the kernel's port {port}")
                })?,
            );
        }
        // Only now, or the kernel could be given a port that clients were told.
        let (mut own, kernel_ports) = new_connection()?;
        for (clients, (kernel, has_questions)) in doors.into_iter().zip([
            (own.shell_port, true),
            (own.control_port, true),
            (own.stdin_port, true),
            (own.iopub_port, false),
            (own.hb_port, false),
        ]) {
            let kernel = SocketAddr::new(own.ip.parse()?, kernel);
            tokio::spawn(serve(clients, kernel, has_questions, open.downgrade()));
        }
        (own.key, own.signature_scheme) = (told.key, told.signature_scheme);
        let file = folder.join("ports.json");
        write_connection(&own, &file)?;
        Ok((Relay { open, closed, _kernel_ports: kernel_ports }, file))
    }

    /// Waits, when the kernel has ended, until its last words have been passed on.
    pub async fn close(mut self) {
        drop(self.open);
        let _ = timeout(LAST_WORDS, self.closed.recv()).await;
    }
}

/// Connects each client with the kernel.
async fn serve(
    clients: TcpListener,
    kernel: SocketAddr,
    has_questions: bool,
    open: WeakSender<()>,
) {
    loop {
        let client = clients.accept().await;
        let Some(open) = open.upgrade() else { return };
        match client {
            Ok((client, _)) => {
                tokio::spawn(async move {
                    let _ = join(client, kernel, has_questions).await;
                    drop(open);
                });
            }
            // A client that was gone at once, or no free descriptor for the moment: the next one is served all the same.
            Err(_) => sleep(AGAIN).await,
        }
    }
}

/// Passes on what both say, until one of them leaves. If that is the client, and it asked, the kernel may still owe it
/// answers: they are heard until the kernel ends. A client that only listens may be seen to leave.
async fn join(
    client: TcpStream,
    kernel: SocketAddr,
    has_questions: bool,
) -> io::Result<()> {
    let kernel = loop {
        match TcpStream::connect(kernel).await {
            Ok(kernel) => break kernel,
            // It has not opened its ports yet. If it never does, the launcher ends, and this with it.
            Err(_) => sleep(AGAIN).await,
        }
    };
    client.set_nodelay(true)?;
    kernel.set_nodelay(true)?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_kernel, mut to_kernel) = kernel.into_split();
    let client_left = tokio::select! {
        _ = copy(&mut from_client, &mut to_kernel) => true,
        done = copy(&mut from_kernel, &mut to_client) => done.is_err(),
    };
    drop((from_client, to_client));
    if client_left && has_questions {
        copy(&mut from_kernel, &mut sink()).await?;
    }
    Ok(())
}
