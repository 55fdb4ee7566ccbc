//! The sieve: stands between a cell and evcxr, and lets through as much text as a reader can want.
//!
//! evcxr makes a message of every line that a cell prints, and keeps those that it could not send yet without a limit. So
//! a loop that printed for two seconds went on in the notebook for a minute and more, whatever the learner did. The sieve
//! reads as fast as the cell writes and forgets what is too much.
//!
//! It also ends a line that a cell has not ended, which evcxr would show below a later cell, and says what it means for
//! the learner that the process with the variables has ended.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

/// How many lines of a cell are shown.
const LINES: usize = 2000;
/// How many bytes of a cell are shown, and of a line remembered.
const BYTES: usize = 1 << 20;
/// What course_cell puts at the end of a line, before and after a cell.
const MARK: u8 = 1;
/// How evcxr and a cell talk, by lines of their own. They are not text, and never too much.
const CONTENT: &[u8] = b"EVCXR_BEGIN_CONTENT ";
const CONTENT_END: &[u8] = b"EVCXR_END_CONTENT";
const PANIC: &[u8] = b"EVCXR_PANIC_NOTIFICATION";
const SIGNALS: [&[u8]; 6] = [
    CONTENT,
    PANIC,
    b"EVCXR_EXECUTION_COMPLETE",
    b"EVCXR_ERROR_OCCURRED",
    b"EVCXR_VARIABLE_CHANGED_TYPE:",
    b"EVCXR_INPUT_REQUEST",
];

/// What evcxr shows above its own words about a process that has ended.
const LAST_WORDS: &str = "The program that held your variables has ended, so they are gone. Your functions \
     and dependencies are still there: run the cells that make the variables again.";

/// `course sieve`: from stdin to stdout, until the cells' process ends.
///
/// # Errors
///
/// If evcxr no longer reads.
pub fn run(stream: &str) -> io::Result<()> {
    let mut sieve = Sieve::new(io::stdout().lock());
    sieve.pass(io::stdin().lock())?;
    if stream == "stdout" {
        sieve.forward(LAST_WORDS.as_bytes())?;
    }
    sieve.output.flush()
}

struct Sieve<W: Write> {
    output: BufWriter<W>,
    /// Whether the lines are what a cell displays, such as a figure, and not what it prints.
    content: bool,
    lines: usize,
    bytes: usize,
}

impl<W: Write> Sieve<W> {
    fn new(output: W) -> Sieve<W> {
        Sieve { output: BufWriter::new(output), content: false, lines: 0, bytes: 0 }
    }

    fn pass(&mut self, input: impl Read) -> io::Result<()> {
        let mut input = BufReader::with_capacity(1 << 16, input);
        let mut line = Vec::new();
        loop {
            if input.buffer().is_empty() {
                self.output.flush()?;
            }
            let read = input.fill_buf()?;
            if read.is_empty() {
                return if line.is_empty() { Ok(()) } else { self.line(&line) };
            }
            let end = read.iter().position(|byte| *byte == b'\n');
            let part = &read[..end.unwrap_or(read.len())];
            if self.content || line.len() < BYTES {
                line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            input.consume(used);
            if end.is_some() {
                self.line(&line)?;
                line.clear();
            }
        }
    }

    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        if self.content {
            self.content = line != CONTENT_END && line != PANIC;
            return self.forward(line);
        }
        if let Some(text) = line.strip_suffix(&[MARK]) {
            if !text.is_empty() {
                self.line(text)?;
            }
            (self.lines, self.bytes) = (0, 0);
            return Ok(());
        }
        match signal(line) {
            Some(at) => {
                let (text, signal) = line.split_at(at);
                if !text.is_empty() {
                    self.text(text)?;
                }
                self.content = signal.starts_with(CONTENT);
                self.forward(signal)
            }
            None => self.text(line),
        }
    }

    fn text(&mut self, text: &[u8]) -> io::Result<()> {
        let room = BYTES.saturating_sub(self.bytes);
        self.lines += 1;
        self.bytes += text.len() + 1;
        match (self.lines <= LINES, self.bytes <= BYTES) {
            (true, true) => self.forward(text),
            // The first line that is too much.
            (false, true) if self.lines == LINES + 1 => {
                self.stop(&format!("{LINES} lines"))
            }
            (_, false) if room > 0 && self.lines <= LINES + 1 => {
                self.forward(&text[..room.min(text.len())])?;
                self.stop("a million letters")
            }
            _ => Ok(()),
        }
    }

    fn stop(&mut self, limit: &str) -> io::Result<()> {
        self.bytes = BYTES;
        self.lines = LINES + 1;
        self.forward(
            format!("... This cell has printed {limit}. What it prints from here on is not shown.")
                .as_bytes(),
        )
    }

    fn forward(&mut self, line: &[u8]) -> io::Result<()> {
        self.output.write_all(line)?;
        self.output.write_all(b"\n")
    }
}

/// Where in a line a signal begins, if there is one: a cell may have printed something before it.
fn signal(line: &[u8]) -> Option<usize> {
    let starts = line.windows(6).enumerate().filter(|(_, window)| *window == b"EVCXR_");
    let mut starts = starts.map(|(at, _)| at);
    starts.find(|at| SIGNALS.iter().any(|signal| line[*at..].starts_with(signal)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sieved(input: &str) -> String {
        let mut sieve = Sieve::new(Vec::new());
        sieve.pass(input.as_bytes()).unwrap();
        String::from_utf8(sieve.output.into_inner().unwrap()).unwrap()
    }

    #[test]
    fn a_cell_is_shown_to_a_limit_and_the_next_one_anew() {
        let long = "flood\n".repeat(LINES + 7);
        let shown = sieved(&format!("\u{1}\n{long}EVCXR_EXECUTION_COMPLETE\n\u{1}\n1\n"));
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines.iter().filter(|line| **line == "flood").count(), LINES);
        assert!(lines[LINES].contains("2000 lines"), "{}", lines[LINES]);
        assert_eq!(lines[LINES + 1..], ["EVCXR_EXECUTION_COMPLETE", "1"]);
    }

    #[test]
    fn letters_are_counted_too() {
        for long in ["x".repeat(3 * BYTES), ("x".repeat(BYTES / 10) + "\n").repeat(12)] {
            let shown = sieved(&format!("{long}\nmore\n\u{1}\nnext\n"));
            assert!(shown.len() < BYTES + 200, "{}", shown.len());
            let end: Vec<&str> = shown.lines().rev().take(2).collect();
            assert!(end[0] == "next" && end[1].contains("not shown"), "{end:?}");
        }
    }

    #[test]
    fn what_a_cell_displays_is_never_cut() {
        let figure =
            format!("EVCXR_BEGIN_CONTENT image/svg+xml\n{}\n", "<g/>\n".repeat(3 * LINES));
        let whole = format!("{figure}EVCXR_END_CONTENT\nEVCXR_EXECUTION_COMPLETE\n");
        assert_eq!(sieved(&whole), whole);
    }

    #[test]
    fn a_line_that_is_not_ended_ends_with_the_cell() {
        assert_eq!(
            sieved("abc\u{1}\nEVCXR_EXECUTION_COMPLETE\n"),
            "abc\nEVCXR_EXECUTION_COMPLETE\n"
        );
        assert_eq!(
            sieved("abcEVCXR_BEGIN_CONTENT text/plain\n2\nEVCXR_END_CONTENT\n"),
            "abc\nEVCXR_BEGIN_CONTENT text/plain\n2\nEVCXR_END_CONTENT\n"
        );
        assert_eq!(sieved("an EVCXR_ word\n"), "an EVCXR_ word\n");
    }
}
