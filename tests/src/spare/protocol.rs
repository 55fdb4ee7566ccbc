//! What the owner of a spare and the spare say to each other: one order a line, some with an answer of one line.
//!
//! ```text
//! watch FILE   the connection file of a kernel of the user's. The warming begins when a cell has finished on one of these
//!              kernels and all of them are at rest
//! warm [CELL]  begins the warming now, with CELL as the first cell
//! state        is answered by `waiting`, `warming` or `warm`
//! take         is answered by the connection information of the spare, which from now on is the owner's kernel
//!              and this process its launcher; or by `no`, if nothing has been started yet
//! ```

use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{sleep, timeout};

use crate::client::Kernel;
use crate::memory::tree_kb;
use crate::place::program;
use crate::reaper::Guarded;

/// What the owner wants.
#[derive(Debug)]
pub enum Order {
    /// To have the kernel of this connection file watched.
    Watch(PathBuf),
    /// To have the warming begin, with this first cell.
    Warm(String),
    /// To know the state.
    State,
    /// To have the kernel.
    Take,
}

impl Order {
    fn parse(line: &str) -> Result<Order> {
        let (order, rest) = line.split_once(' ').unwrap_or((line, ""));
        Ok(match order {
            "watch" => Order::Watch(rest.into()),
            "warm" => Order::Warm(rest.to_owned()),
            "state" => Order::State,
            "take" => Order::Take,
            _ => bail!("unknown order: {line}"),
        })
    }
}

/// The orders on stdin, up to its end.
pub fn orders() -> UnboundedReceiver<Result<Order>> {
    let (sender, receiver) = unbounded_channel();
    std::thread::spawn(move || {
        let lines = std::io::stdin().lock().lines().map_while(Result::ok);
        lines
            .map(|line| sender.send(Order::parse(&line)))
            .take_while(Result::is_ok)
            .for_each(drop);
    });
    receiver
}

/// Answers an order.
///
/// # Errors
///
/// If the owner is gone.
pub fn answer(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{text}")?;
    Ok(stdout.flush()?)
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
