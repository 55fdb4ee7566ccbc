//! A text that stands in one place and is read in several: `{include}` puts a file into a module.
//!
//! The table of notation belongs to the library's documentation, to module 00 and to the glossary. MyST's directive names the
//! file, seen from the folder of the source; the built notebook holds the text itself.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use super::Problem;
use super::source::{Cell, Kind};

static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^```\{include\} (\S+)\n```$").expect("a pattern that compiles")
});

/// The file that a text includes first, as it names it.
pub fn named(text: &str) -> Option<&str> {
    DIRECTIVE.captures(text).and_then(|found| found.get(1)).map(|name| name.as_str())
}

/// The text of a file, as a source in `solutions/` names it.
pub fn read(root: &Path, name: &str) -> Result<String, String> {
    fs::read_to_string(root.join("solutions").join(name))
        .map(|text| text.trim_end().to_string())
        .map_err(|e| format!("{name} cannot be included: {e}"))
}

/// Puts the files that the markdown cells include in the place of their directives.
pub fn resolve(root: &Path, cells: &mut [Cell]) -> Result<(), Problem> {
    let markdown = |cell: &&mut Cell| matches!(cell.kind, Kind::Markdown { .. });
    for cell in cells.iter_mut().filter(markdown) {
        while let Some(found) = DIRECTIVE.captures(&cell.text) {
            let (all, name) = (found.get_match().range(), &found[1]);
            let line = cell.line + cell.text[..all.start].matches('\n').count();
            let text = read(root, name).map_err(|problem| Problem::new(line, problem))?;
            if DIRECTIVE.is_match(&text) {
                let text = format!("{name} includes another file; include that one here");
                return Err(Problem::new(line, text));
            }
            cell.text.replace_range(all, &text);
        }
        if let Some(at) = cell.text.find("```{include}") {
            let line = cell.line + cell.text[..at].matches('\n').count();
            return Err(Problem::new(
                line,
                "write ```{include} and the file's name, and close it on the next line",
            ));
        }
    }
    Ok(())
}
