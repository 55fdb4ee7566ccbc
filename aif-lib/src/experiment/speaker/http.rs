//! [`Http`]: a speaker behind an address, over plain HTTP to this machine.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Speaker;
use crate::error::{Error, Result};

/// The longest answer that is read, in bytes.
const LONGEST: usize = 1 << 20;
/// How often a question is asked before it is given up.
const TRIES: usize = 2;

/// Where an [`Http`] speaker is, and how long to wait for it.
#[derive(Clone)]
pub struct HttpOptions {
    /// The model's name, as the server knows it.
    pub model: String,
    /// A key for the server, sent as `Authorization: Bearer`. Default none.
    pub key: Option<String>,
    /// How long one try may take, from the first byte to the last. Default 30 seconds.
    pub patience: Duration,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self { model: "default".into(), key: None, patience: Duration::from_secs(30) }
    }
}

/// Without the key.
impl std::fmt::Debug for HttpOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let key = if self.key.is_some() { "a key" } else { "no key" };
        write!(f, "HttpOptions {{ model {:?}, {key}, {:?} }}", self.model, self.patience)
    }
}

/// A speaker that asks a server of the OpenAI kind, `POST {base}/chat/completions`, with temperature 0.
///
/// Nothing is sent before it is asked, and nothing goes to any other address. It speaks plain HTTP, and therefore only to this machine
/// (`127.0.0.1`, `::1`, `localhost`): a model far away needs a proxy on this machine that encrypts. A try that finds no server, or
/// takes too long, or is answered with a server's error (5xx, 429), is repeated once. An answer that is not what the protocol promises
/// is refused.
pub struct Http {
    address: SocketAddr,
    host: String,
    path: String,
    options: HttpOptions,
}

/// Without the key.
impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Http {{ http://{}{}, model {:?} }}",
            self.host, self.path, self.options.model
        )
    }
}

/// A try that failed: whether another may help, and why.
struct Failed {
    again: bool,
    problem: String,
}

fn failed<T>(again: bool, problem: impl Into<String>) -> Result<T, Failed> {
    Err(Failed { again, problem: problem.into() })
}

impl Http {
    /// A speaker at a base address such as `http://127.0.0.1:8080/v1`. It does not connect yet.
    ///
    /// # Errors
    /// [`Error::Speaker`]: the address is not `http://`, is not on this machine, or a name or key holds a line break.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// assert!(Http::new("http://127.0.0.1:8080/v1", HttpOptions::default()).is_ok());
    /// let far = Http::new("http://example.org/v1", HttpOptions::default()).unwrap_err();
    /// assert!(far.to_string().contains("not on this machine"));
    /// ```
    pub fn new(base: &str, options: HttpOptions) -> Result<Self> {
        let wrong = |problem: String, cure| Error::Speaker { problem, cure };
        let Some(rest) = base.strip_prefix("http://") else {
            let problem = format!("the address {base:?} does not begin with http://");
            return Err(wrong(problem, "use an address such as http://127.0.0.1:8080/v1"));
        };
        if base
            .chars()
            .chain(options.key.iter().flat_map(|key| key.chars()))
            .any(char::is_control)
        {
            let problem =
                "the address or the key holds a line break or another control character"
                    .into();
            return Err(wrong(problem, "give both on one line"));
        }
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let named = if host.rsplit(']').next().is_some_and(|port| port.contains(':')) {
            host.to_string()
        } else {
            format!("{host}:80")
        };
        let here = named.to_socket_addrs().ok().and_then(|mut all| {
            all.find(|address| match address.ip() {
                IpAddr::V4(ip) => ip.is_loopback(),
                IpAddr::V6(ip) => ip.is_loopback(),
            })
        });
        let is_local = ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|local| named.rsplit_once(':').is_some_and(|(name, _)| name == *local));
        let Some(address) = here.filter(|_| is_local) else {
            let problem = format!("the server {host:?} is not on this machine");
            return Err(wrong(
                problem,
                "plain HTTP goes to 127.0.0.1, localhost or [::1] alone; put a proxy there",
            ));
        };
        let path =
            format!("/{}/chat/completions", path.trim_matches('/')).replace("//", "/");
        Ok(Self { address, host: host.to_string(), path, options })
    }

    /// One question, one answer.
    fn ask(&self, prompt: &str, max_tokens: usize) -> Result<String, Failed> {
        let ends = Instant::now() + self.options.patience;
        let io = |what: &str, error: std::io::Error| {
            let late = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
            let problem = if late {
                format!("no whole answer within {:?}", self.options.patience)
            } else {
                format!("{what}: {error}")
            };
            Failed { again: true, problem }
        };
        let patience = self.options.patience.max(Duration::from_millis(1));
        let mut stream = TcpStream::connect_timeout(&self.address, patience)
            .map_err(|error| io("cannot connect", error))?;
        let body = json!({
            "model": self.options.model,
            "messages": [{ "role": "user", "content": prompt }],
            "max_tokens": max_tokens,
            "temperature": 0,
            "stream": false,
        })
        .to_string();
        let key = self.options.key.as_ref();
        let key =
            key.map_or(String::new(), |key| format!("Authorization: Bearer {key}\r\n"));
        let request = format!(
            "POST {} HTTP/1.0\r\nHost: {}\r\nContent-Type: application/json\r\n{key}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.path,
            self.host,
            body.len(),
        );
        let left = |ends: Instant| ends.saturating_duration_since(Instant::now());
        let wait = left(ends).max(Duration::from_millis(1));
        stream.set_write_timeout(Some(wait)).map_err(|error| io("cannot wait", error))?;
        stream.write_all(request.as_bytes()).map_err(|error| io("cannot send", error))?;
        let (mut answer, mut part) = (Vec::new(), [0; 4096]);
        while !whole(&answer) {
            // A server that sends a byte now and then must not hold us for ever.
            let wait = left(ends);
            if wait.is_zero() {
                return failed(
                    true,
                    format!("no whole answer within {:?}", self.options.patience),
                );
            }
            stream
                .set_read_timeout(Some(wait))
                .map_err(|error| io("cannot wait", error))?;
            match stream.read(&mut part).map_err(|error| io("cannot read", error))? {
                0 => break,
                n => answer.extend_from_slice(&part[..n]),
            }
            if answer.len() > LONGEST {
                return failed(false, format!("the answer is longer than {LONGEST} bytes"));
            }
        }
        self.read(&answer)
    }

    /// What an answer says.
    fn read(&self, answer: &[u8]) -> Result<String, Failed> {
        if answer.is_empty() {
            return failed(true, "the server closed the connection without an answer");
        }
        let Some((head, body)) = split(answer) else {
            return failed(false, "the answer is not HTTP: it has no head");
        };
        let status =
            head.split_whitespace().nth(1).and_then(|code| code.parse::<u16>().ok());
        let Some(status) = status.filter(|_| head.starts_with("HTTP/1.")) else {
            return failed(
                false,
                "the answer is not HTTP/1: its first line is not a status",
            );
        };
        if status != 200 {
            let again = status >= 500 || status == 429;
            return failed(again, format!("the server answered with status {status}"));
        }
        if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
            return failed(
                false,
                "the answer comes in chunks, which HTTP/1.0 does not know",
            );
        }
        match length(&head) {
            Some(length) if body.len() < length => {
                let got = body.len();
                return failed(
                    true,
                    format!("the answer broke off: {got} of {length} bytes"),
                );
            }
            _ => (),
        }
        let value: Value = match serde_json::from_slice(body) {
            Ok(value) => value,
            Err(error) => return failed(false, format!("the answer is not JSON: {error}")),
        };
        match value["choices"][0]["message"]["content"].as_str() {
            Some(text) => Ok(text.to_string()),
            None => failed(false, "the answer has no text at choices[0].message.content"),
        }
    }
}

/// Head and body of an answer.
fn split(answer: &[u8]) -> Option<(String, &[u8])> {
    let at = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((String::from_utf8_lossy(&answer[..at]).into_owned(), &answer[at + 4..]))
}

/// The length of the body that the head promises.
fn length(head: &str) -> Option<usize> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths =
        fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths.next().and_then(|(_, value)| value.trim().parse().ok())
}

/// Whether all that was promised is there.
fn whole(answer: &[u8]) -> bool {
    split(answer).is_some_and(|(head, body)| length(&head).is_some_and(|n| body.len() >= n))
}

impl Speaker for Http {
    fn say(&mut self, prompt: &str, max_tokens: usize) -> Result<String> {
        let mut problem = String::new();
        for _ in 0..TRIES {
            match self.ask(prompt, max_tokens) {
                Ok(answer) => return Ok(answer),
                Err(Failed { again, problem: why }) => {
                    problem = format!("{}: {why}", self.host);
                    if !again {
                        break;
                    }
                }
            }
        }
        let cure = "see that a server of the OpenAI kind runs there, or use Scripted";
        Err(Error::Speaker { problem, cure })
    }
}
