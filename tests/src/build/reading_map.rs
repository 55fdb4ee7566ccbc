//! The reading map: every work that a module lists, once, under the questions that it helps with.
//!
//! The source of the page says which work stands where, by words that no other work has, such as `Friston 2010 unified`. What
//! is written about a work comes from the modules' lists, so that it cannot differ from them:
//!
//! ````text
//! ```{readings}
//! Bellman 1957; Howard 1960
//! Sutton Barto 2018
//! ```
//! ````
//!
//! `{readings} rest` stands for the works that no list names, `{readings} modules` for a table of all by module.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::Problem;
use super::glossary::link;
use super::reading::{self, HEADING};
use super::source::Cell;

/// What the page is called, as a file.
pub const STEM: &str = "A0_reading_map";

static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^```\{readings\} ?(\w*)\n((?s:.*?))\n?```$")
        .expect("a pattern that compiles")
});

/// A work, with what each module that lists it says.
struct Work {
    name: String,
    /// The lines of the modules' lists, each with the stem of its module.
    lines: Vec<(String, String)>,
}

impl Work {
    /// Whether a line lists the same work: first author, year and the beginning of the title.
    fn is(&self, line: &str) -> bool {
        let beginning = |line: &str| {
            let head = reading::head(line);
            let title = head.title.split(". ").next().unwrap_or_default();
            let title: String = title.chars().take(20).collect();
            let author = head.authors.first().map(|author| author.to_string());
            (author, head.year.to_string(), title.to_lowercase())
        };
        beginning(&self.lines[0].1) == beginning(line)
    }

    fn has(&self, words: &str) -> bool {
        let text = self.lines[0].1.to_lowercase();
        words.split_whitespace().all(|word| text.contains(&word.to_lowercase()))
    }

    /// The work as a line of the map: what all lists share, then what each module adds.
    fn line(&self) -> String {
        let links: Vec<String> = self.lines.iter().map(|(stem, _)| link(stem)).collect();
        let (first, rest) = (&self.lines[0].1, &self.lines[1..]);
        let shared = rest.iter().map(|(_, line)| shared(first, line)).min();
        let Some(shared) = shared else { return format!("- {} · {first}", links[0]) };
        let notes = self
            .lines
            .iter()
            .zip(&links)
            .map(|((_, line), link)| format!("{link}: {}", line[shared..].trim()));
        format!(
            "- {} · {} {}",
            links.join(", "),
            first[..shared].trim(),
            notes.collect::<Vec<_>>().join(" ")
        )
    }
}

/// How many bytes two lines share, up to the end of a sentence.
fn shared(a: &str, b: &str) -> usize {
    let same =
        a.bytes().zip(b.bytes()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    let same = a.floor_char_boundary(same);
    a[..same].rfind(". ").map_or(0, |at| at + 2)
}

/// The works of all modules, in the order of the modules.
fn works(root: &Path, known: &[String]) -> Vec<Work> {
    let mut works: Vec<Work> = Vec::new();
    for stem in known {
        // A source that cannot be read is told by the module itself.
        let text = fs::read_to_string(root.join(format!("solutions/{stem}.md")))
            .unwrap_or_default();
        let Some((_, list)) = text.split_once(&format!("\n{HEADING}\n")) else { continue };
        for line in list.lines().filter_map(|line| line.strip_prefix("- ")) {
            let line = (stem.clone(), line.to_string());
            match works.iter_mut().find(|work| work.is(&line.1)) {
                Some(work) => work.lines.push(line),
                None => {
                    works.push(Work { name: reading::name(&line.1), lines: vec![line] })
                }
            }
        }
    }
    works
}

/// Puts the works in the place of the directives of a page.
pub fn resolve(
    root: &Path,
    known: &[String],
    cells: &mut [Cell],
) -> Result<(), Vec<Problem>> {
    let used = |cell: &&mut Cell| !cell.is_code() && DIRECTIVE.is_match(&cell.text);
    let mut cells: Vec<&mut Cell> = cells.iter_mut().filter(used).collect();
    if cells.is_empty() {
        return Ok(());
    }
    let works = works(root, known);
    let mut placed = BTreeSet::new();
    let mut problems = Vec::new();
    // What is left over is known only when all lists have been read.
    for last in [false, true] {
        for cell in &mut cells {
            let (line, text) = (cell.line, cell.text.clone());
            let replaced = DIRECTIVE.replace_all(&text, |found: &Captures<'_>| {
                let all = found.get_match();
                let line = line + text[..all.start()].matches('\n').count() + 1;
                match (&found[1], last) {
                    ("", _) => listed(&found[2], line, &works, &mut placed, &mut problems),
                    ("modules", true) => by_module(&works, known),
                    ("rest", true) => left_over(&works, &placed),
                    ("rest" | "modules", false) => all.as_str().to_string(),
                    (other, _) => {
                        let text =
                            format!("unknown list `{other}`; known are rest and modules");
                        problems.push(Problem::new(line - 1, text));
                        String::new()
                    }
                }
            });
            cell.text = replaced.into_owned();
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The works that these words name, each by words that no other work has.
fn listed(
    names: &str,
    first: usize,
    works: &[Work],
    placed: &mut BTreeSet<usize>,
    problems: &mut Vec<Problem>,
) -> String {
    let mut lines = Vec::new();
    for (i, row) in names.lines().enumerate() {
        for words in row.split(';').map(str::trim).filter(|words| !words.is_empty()) {
            let found: Vec<usize> =
                (0..works.len()).filter(|i| works[*i].has(words)).collect();
            if let [work] = found[..] {
                placed.insert(work);
                lines.push(works[work].line());
                continue;
            }
            let text = match found.len() {
                0 => format!("no module lists `{words}`; correct or remove it"),
                n => format!("{n} works have the words `{words}`; add one of the title"),
            };
            problems.push(Problem::new(first + i, text));
        }
    }
    lines.join("\n")
}

fn left_over(works: &[Work], placed: &BTreeSet<usize>) -> String {
    let left = (0..works.len()).filter(|i| !placed.contains(i)).map(|i| works[i].line());
    let left: Vec<String> = left.collect();
    if left.is_empty() { "None: all stand above.".into() } else { left.join("\n") }
}

fn by_module(works: &[Work], known: &[String]) -> String {
    let mut table = "| module | works |\n|---|---|".to_string();
    for stem in known {
        let lists = |work: &&Work| work.lines.iter().any(|(module, _)| module == stem);
        let names: Vec<&str> =
            works.iter().filter(lists).map(|work| work.name.as_str()).collect();
        if !names.is_empty() {
            table += &format!("\n| {} | {} |", link(stem), names.join("; "));
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lists_share_what_is_the_same_in_both() {
        let (a, b) = (
            "Bellman, R. (1957). *Dynamic*. Press. Where it began.",
            "Bellman, R. (1957). *dynamic*. Press. A word.",
        );
        assert_eq!(&a[..shared(a, b)], "Bellman, R. (1957). *Dynamic*. Press. ");
        let work = Work {
            name: String::new(),
            lines: vec![("02_b".into(), a.into()), ("03_c".into(), b.into())],
        };
        assert!(work.is(b) && work.has("bellman 1957") && !work.has("bellman 1958"));
        assert_eq!(
            work.line(),
            "- [02](02_b.ipynb), [03](03_c.ipynb) · Bellman, R. (1957). *Dynamic*. Press. \
             [02](02_b.ipynb): Where it began. [03](03_c.ipynb): A word."
        );
    }
}
