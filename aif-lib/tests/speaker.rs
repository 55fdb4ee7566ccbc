//! The speaker over HTTP, against a small server on this machine that answers well, slowly, wrongly, or not at all.
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use aif_lib::prelude::*;

/// How a connection is dealt with once its request is read.
type Turn = fn(&mut TcpStream);

/// The whole of one request.
fn request(stream: &mut TcpStream) -> String {
    let (mut text, mut part) = (Vec::new(), [0; 1024]);
    loop {
        let n = stream.read(&mut part).unwrap();
        assert!(n > 0 || !text.is_empty(), "the other side said nothing");
        text.extend_from_slice(&part[..n]);
        let so_far = String::from_utf8_lossy(&text);
        if let Some((head, body)) = so_far.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
            if n == 0 || body.len() >= length.unwrap().parse().unwrap() {
                return so_far.into_owned();
            }
        }
    }
}

/// A server that deals with each connection in its turn; the last way of dealing goes on for ever. What it was asked comes back.
fn server(turns: Vec<Turn>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    let (asked, heard) = channel();
    thread::spawn(move || {
        for (i, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            if asked.send(request(&mut stream)).is_err() {
                return;
            }
            turns[i.min(turns.len() - 1)](&mut stream);
        }
    });
    (base, heard)
}

fn send(stream: &mut TcpStream, status: &str, body: &str) {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all((head + body).as_bytes());
}

fn well(stream: &mut TcpStream) {
    send(
        stream,
        "200 OK",
        r#"{"choices": [{"message": {"role": "assistant", "content": "2 fish"}}]}"#,
    );
}

fn broken(stream: &mut TcpStream) {
    send(stream, "503 Service Unavailable", "{}");
}

fn asks(base: &str, patience: u64) -> (Result<String>, Duration) {
    let options = HttpOptions {
        model: "small".into(),
        key: Some("sesame".into()),
        patience: Duration::from_millis(patience),
    };
    let (mut speaker, began) = (Http::new(base, options).unwrap(), Instant::now());
    (speaker.say("How many?", 8), began.elapsed())
}

fn refused(turn: Turn) -> (String, usize) {
    let (base, heard) = server(vec![turn]);
    let (answer, _) = asks(&base, 300);
    (answer.unwrap_err().to_string(), heard.try_iter().count())
}

#[test]
fn a_question_is_asked_as_the_protocol_says() {
    let (base, heard) = server(vec![well]);
    assert!(heard.try_recv().is_err(), "nothing is sent before it is asked");
    assert_eq!(asks(&base, 5000).0.unwrap(), "2 fish");
    let request = heard.recv().unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /v1/chat/completions HTTP/1.0\r\n"), "{head}");
    assert!(head.contains("\r\nAuthorization: Bearer sesame\r\n"), "{head}");
    for part in [
        r#""model":"small""#,
        r#""temperature":0"#,
        r#""max_tokens":8"#,
        r#""content":"How many?""#,
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
    let mut speaker = Http::new(&base, HttpOptions::default()).unwrap();
    let chosen = speaker.choose("How many?", &["0", "1", "2", "3", "4"]).unwrap();
    assert_eq!(chosen.index, 2);
    assert!(!heard.recv().unwrap().contains("Authorization"), "without a key none is sent");
    let refusal = speaker.choose("How many?", &["none", "all"]).unwrap_err().to_string();
    assert!(refusal.contains("begins with none of"), "{refusal}");
}

#[test]
fn a_server_that_stumbles_once_is_asked_again_once() {
    let (base, heard) = server(vec![broken, well]);
    assert_eq!(asks(&base, 5000).0.unwrap(), "2 fish");
    assert_eq!(heard.try_iter().count(), 2);
    let (text, times) = refused(broken);
    assert!(text.contains("status 503") && times == 2, "{text}, {times}");
    let (text, times) = refused(|stream| send(stream, "401 Unauthorized", "{}"));
    assert!(text.contains("status 401") && times == 1, "{text}, {times}");
}

#[test]
fn slow_answers_end_in_time() {
    /// Says nothing at all.
    fn silent(_: &mut TcpStream) {
        thread::sleep(Duration::from_millis(900));
    }
    /// Sends a byte now and then, so that no single wait is long.
    fn drips(stream: &mut TcpStream) {
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n" {
            if stream.write_all(&[*byte]).is_err() {
                return;
            }
            thread::sleep(Duration::from_millis(30));
        }
    }
    for turn in [silent as Turn, drips] {
        let (base, _heard) = server(vec![turn]);
        let (answer, took) = asks(&base, 200);
        let text = answer.unwrap_err().to_string();
        assert!(text.contains("no whole answer within 200ms"), "{text}");
        assert!(took < Duration::from_millis(3000), "{took:?}");
    }
}

#[test]
fn what_is_not_the_protocol_is_refused() {
    let raw: [(Turn, &str); 8] = [
        (|stream| send(stream, "200 OK", "<html>hello</html>"), "not JSON"),
        (|stream| send(stream, "200 OK", r#"{"choices": []}"#), "no text at choices[0]"),
        (
            |stream| {
                send(stream, "200 OK", r#"{"choices": [{"message": {"content": 7}}]}"#)
            },
            "no text",
        ),
        (|stream| drop(stream.write_all(b"SSH-2.0-hello\r\n\r\n")), "not HTTP/1"),
        (|stream| drop(stream.write_all(b"hello")), "it has no head"),
        (|_| (), "closed the connection without an answer"),
        (
            |stream| {
                drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}"))
            },
            "broke off: 2 of 99",
        ),
        (
            |stream| {
                drop(stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"))
            },
            "in chunks",
        ),
    ];
    for (turn, expected) in raw {
        let (text, _) = refused(turn);
        assert!(text.contains(expected), "expected {expected:?}, got {text:?}");
        assert!(!text.contains("sesame"), "the key is in {text:?}");
    }
}

#[test]
fn an_answer_without_end_is_cut() {
    let (text, _) = refused(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b' '; 1 << 16]).is_ok() {}
    });
    assert!(text.contains("longer than") || text.contains("no whole answer"), "{text}");
}

#[test]
fn where_nobody_listens_the_error_says_what_to_do() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let text = asks(&format!("http://{gone}/v1"), 500).0.unwrap_err().to_string();
    assert!(text.contains("cannot connect") && text.contains("use Scripted"), "{text}");
}

#[test]
fn only_this_machine_is_spoken_to() {
    for (base, expected) in [
        ("https://127.0.0.1/v1", "does not begin with http://"),
        ("http://example.org/v1", "not on this machine"),
        ("http://10.0.0.1:80/v1", "not on this machine"),
        ("http://127.0.0.1.example.org/v1", "not on this machine"),
        ("http://127.0.0.1:80/v1\r\nX: y", "line break"),
        ("http://", "not on this machine"),
    ] {
        let text = Http::new(base, HttpOptions::default()).unwrap_err().to_string();
        assert!(text.contains(expected), "{base}: {text}");
    }
    let key = Some("a\r\nb".to_string());
    let options = HttpOptions { key, ..HttpOptions::default() };
    assert!(Http::new("http://127.0.0.1:1/v1", options).is_err());
    let hidden = HttpOptions { key: Some("sesame".into()), ..HttpOptions::default() };
    assert!(!format!("{hidden:?}").contains("sesame"));
    let shown = format!("{:?}", Http::new("http://[::1]:80/v1", hidden).unwrap());
    assert!(!shown.contains("sesame"), "{shown}");
}
