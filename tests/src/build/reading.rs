//! What a module cites is in its reading list, and what is in the list is cited.
//!
//! A citation is a name with a year: "Sutton and Barto (2018)", "Tolman's cognitive map (1948)", "(Bellman, 1957)". An entry of
//! the list `## Further reading` begins with its authors, then a year in brackets, and ends with a publisher or a link.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Problem;
use super::source::{Cell, Kind};

/// Where the list of a module begins.
pub const HEADING: &str = "## Further reading";

/// Words with a capital letter at the beginning of a sentence.
const NO_NAMES: [&str; 13] = [
    "The", "That", "This", "These", "Also", "And", "But", "For", "From", "With", "What",
    "When", "After",
];

static BRACKETS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\(([^()]*?)\b(1[6-9]\d\d|20[0-4]\d)\b[^()]*\)"));
/// The end of what belongs to the words before a year.
static BREAK: LazyLock<Regex> = LazyLock::new(|| regex(r"[.;:!?]\s|\*\*|\n\n|\n- |\|"));
static NAME: LazyLock<Regex> = LazyLock::new(|| regex(r"\b\p{Lu}[\p{L}\p{N}-]{2,}"));
static YEAR: LazyLock<Regex> = LazyLock::new(|| regex(r"\((?:\p{L}+ )?\d{4}[a-z]?\)"));
static AUTHOR: LazyLock<Regex> = LazyLock::new(|| regex(r"(\p{Lu}[\p{L}’' -]+), \p{Lu}\."));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern that compiles")
}

/// An entry of the list.
struct Entry<'a> {
    line: usize,
    text: &'a str,
    authors: Vec<&'a str>,
}

/// Who wrote a work, when, and what it is called.
pub struct Head<'a> {
    pub authors: Vec<&'a str>,
    /// With its brackets.
    pub year: &'a str,
    /// And all that follows.
    pub title: &'a str,
}

/// The head of an entry, without its dash.
pub fn head(text: &str) -> Head<'_> {
    let year = YEAR.find(text).map_or(0..0, |year| year.range());
    let authors =
        AUTHOR.captures_iter(&text[..year.start]).filter_map(|found| found.get(1));
    Head {
        authors: authors.map(|author| author.as_str()).collect(),
        year: &text[year.clone()],
        title: text[year.end..].trim_start_matches(['.', ' ', '*']),
    }
}

/// What a work is called in a sentence: `Sutton & Barto 2018`.
pub fn name(text: &str) -> String {
    let head = head(text);
    let year = head.year.trim_matches(['(', ')']);
    match head.authors[..] {
        [] => text.chars().take(20).collect(),
        [one] => format!("{one} {year}"),
        [one, two] => format!("{one} & {two} {year}"),
        [first, ..] => format!("{first} et al. {year}"),
    }
}

/// Judges the citations of a module.
pub fn judge(cells: &[Cell], problems: &mut Vec<Problem>) {
    let (mut prose, mut list) = (Vec::new(), None);
    for cell in cells.iter().filter(|cell| matches!(cell.kind, Kind::Markdown { .. })) {
        let before = if cell.text.starts_with(HEADING) {
            0
        } else {
            cell.text.find(&format!("\n{HEADING}")).map_or(cell.text.len(), |at| at + 1)
        };
        let (text, rest) = cell.text.split_at(before);
        prose.push((cell.line, text));
        if !rest.is_empty() {
            list = Some((cell.line + text.matches('\n').count(), rest));
        }
    }
    let Some(list) = list else { return };
    let entries = entries(list.0, list.1);
    let mut say = |line: usize, what: &str, cure: &str| {
        problems.push(Problem::new(line, format!("{what} {cure}")));
    };
    for (first, text) in &prose {
        for citation in citations(text) {
            let listed = entries.iter().any(|entry| {
                let mut names = citation.names.iter();
                let named =
                    names.any(|name| entry.authors.iter().any(|a| a.contains(name)));
                named && entry.text.contains(citation.year)
            });
            if !listed {
                let line = first + text[..citation.at.start].matches('\n').count();
                let what = format!("{} {}", citation.names.join(", "), citation.year);
                say(line, &what, "is cited, but is not in the reading list; add it");
            }
        }
    }
    for entry in &entries {
        let Some(first) = entry.authors.first() else {
            say(
                entry.line,
                "this entry",
                "has no author with a year in brackets; begin with both",
            );
            continue;
        };
        let named = |author| prose.iter().any(|(_, text)| has_word(text, author));
        if !entry.authors.iter().any(|author| named(author)) {
            say(
                entry.line,
                first,
                "is in the reading list, but the text never names it; say where it belongs",
            );
        }
    }
}

/// A name with a year.
struct Citation<'a> {
    names: Vec<&'a str>,
    year: &'a str,
    at: Range<usize>,
}

fn citations(text: &str) -> Vec<Citation<'_>> {
    let citation = |found: regex::Captures<'_>| {
        let (all, inside, year) = (found.get(0)?, found.get(1)?, found.get(2)?);
        let before =
            &text[text.floor_char_boundary(all.start().saturating_sub(90))..all.start()];
        let before = BREAK.split(before).last().unwrap_or(before);
        let names = |text: &'_ str| {
            let names = NAME.find_iter(text).filter(|m| !NO_NAMES.contains(&m.as_str()));
            names.map(|m| m.range()).collect::<Vec<_>>()
        };
        // "(Bellman, 1957)" names whom it means; otherwise the words before it do.
        let (start, found) = match names(inside.as_str()) {
            inner if !inner.is_empty() => (inside.start(), inner),
            _ => (all.start() - before.len(), names(before)),
        };
        let names: Vec<&str> =
            found.iter().map(|r| &text[start + r.start..start + r.end]).collect();
        let year = &text[year.range()];
        (!names.is_empty()).then_some(Citation { names, year, at: all.range() })
    };
    BRACKETS.captures_iter(text).filter_map(citation).collect()
}

/// The entries of the list that begins on line `first`.
fn entries(first: usize, list: &str) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    for (i, line) in list.lines().enumerate() {
        let Some(text) = line.strip_prefix("- ") else { continue };
        entries.push(Entry { line: first + i, text, authors: head(text).authors });
    }
    entries
}

fn has_word(text: &str, word: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(letter) && !text[at + word.len()..].starts_with(letter)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(prose: &str, list: &str) -> Vec<String> {
        let cell = |line, text: String| Cell {
            line,
            text,
            kind: Kind::Markdown { metadata: serde_json::Map::new() },
        };
        let cells = [cell(1, prose.into()), cell(9, format!("{HEADING}\n\n{list}"))];
        let mut problems = Vec::new();
        judge(&cells, &mut problems);
        problems.iter().map(|p| format!("{}: {}", p.line, p.text)).collect()
    }

    const CRAIK: &str = "- Craik, K. J. W. (1943). *The Nature of Explanation*. Cambridge University Press.";

    #[test]
    fn who_is_cited_is_listed_with_the_same_year() {
        for cited in [
            "Kenneth Craik (1943) said",
            "as said (Craik, 1943, chapter 5)",
            "Craik’s small model (1943)",
        ] {
            assert_eq!(said(cited, CRAIK), [""; 0], "{cited}");
        }
        let told = "2: Craik 1944 is cited, but is not in the reading list; add it";
        assert_eq!(said("Craik’s book.\nThe words of Craik (1944)", CRAIK), [told]);
        let told = "1: Tolman 1943 is cited, but is not in the reading list; add it";
        assert_eq!(said("Craik knew. Also Tolman (1943).", CRAIK), [told]);
    }

    #[test]
    fn a_year_without_a_name_cites_nobody() {
        assert_eq!(said("Craik lived in another time (it was 1940).", CRAIK).len(), 1);
        assert_eq!(said("Craik lived. It was another time (it was 1940).", CRAIK), [""; 0]);
    }

    #[test]
    fn a_work_has_a_short_name() {
        assert_eq!(name(&CRAIK[2..]), "Craik 1943");
        let two = "Da Costa, L., & Parr, T. (2020). Synthesis. *J. Math. Psych.*";
        assert_eq!(name(two), "Da Costa & Parr 2020");
        assert!(head(two).title.starts_with("Synthesis. "));
        assert_eq!(name("Rao, R., Ballard, D., & Ba, J. (1999). G."), "Rao et al. 1999");
    }

    #[test]
    fn what_is_listed_is_named_in_the_text() {
        let told = "11: Craik is in the reading list, but the text never names it; say where it belongs";
        assert_eq!(said("Nobody, or Craikson.", CRAIK), [told]);
        let told = "11: this entry has no author with a year in brackets; begin with both";
        assert_eq!(said("Craik.", "- The Nature of Explanation. Craik."), [told]);
        let two = "- Da Costa, L., & Parr, T. (2020). Synthesis. *J. Math. Psych.*";
        assert_eq!(said("Parr wrote it.", two), [""; 0]);
        assert_eq!(said("Da Costa wrote it.", two), [""; 0]);
    }
}
