//! Tables of text: [`table`].

use std::fmt;

use super::figure::{page, write_file};
use crate::error::Result;
use crate::show::escape;
use crate::show::{bundle, debug};

/// A table with a head. As the last line of a notebook cell it is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// A table of these rows, already written as text.
///
/// # Panics
/// When there is no column, or a row has another number of cells than there are headers.
#[track_caller]
pub fn table(headers: &[&str], rows: &[Vec<String>]) -> Table {
    assert!(!headers.is_empty(), "this table has no columns: give at least one header");
    for (i, row) in rows.iter().enumerate() {
        assert!(
            row.len() == headers.len(),
            "row {i} of this table has {} cells for {} headers: give one cell for each header",
            row.len(),
            headers.len()
        );
    }
    Table { headers: headers.iter().map(|h| (*h).into()).collect(), rows: rows.to_vec() }
}

impl Table {
    /// Whether every cell of a column starts like a number: then it is set to the right.
    fn is_numeric(&self, column: usize) -> bool {
        let number = |cell: &String| {
            cell.trim_start_matches(['−', '-', '+', '±'])
                .starts_with(|c: char| c.is_ascii_digit())
        };
        !self.rows.is_empty() && self.rows.iter().all(|row| number(&row[column]))
    }

    /// The table for a page.
    pub fn html(&self) -> String {
        let line = |tag: &str, cells: &[String]| {
            let mut html = String::from("<tr>");
            for (c, cell) in cells.iter().enumerate() {
                let side = if self.is_numeric(c) { "right" } else { "left" };
                let cell = escape(cell);
                html.push_str(&format!(
                    "<{tag} style=\"text-align:{side};padding:3px 12px\">{cell}</{tag}>"
                ));
            }
            html + "</tr>\n"
        };
        let rows: String = self.rows.iter().map(|row| line("td", row)).collect();
        let head = line("th", &self.headers);
        format!(
            "<table style=\"border-collapse:collapse;font-variant-numeric:tabular-nums\">\n\
             <thead>{head}</thead>\n<tbody>{rows}</tbody></table>"
        )
    }

    /// The table in plain text, with columns under one another.
    pub fn text(&self) -> String {
        let columns = 0..self.headers.len();
        let wide: Vec<usize> = columns
            .map(|c| {
                let cells = self.rows.iter().map(|row| &row[c]).chain([&self.headers[c]]);
                cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
            })
            .collect();
        let line = |cells: &[String]| {
            let mut text = String::new();
            for (c, cell) in cells.iter().enumerate() {
                let (gap, wide) = (if c == 0 { "" } else { "  " }, wide[c]);
                let cell = if self.is_numeric(c) {
                    format!("{cell:>wide$}")
                } else {
                    format!("{cell:<wide$}")
                };
                text = text + gap + &cell;
            }
            text.trim_end().to_string()
        };
        let rule: Vec<String> = wide.iter().map(|w| "-".repeat(*w)).collect();
        let mut text = vec![line(&self.headers), rule.join("  ")];
        text.extend(self.rows.iter().map(|row| line(row)));
        text.join("\n")
    }

    /// Writes the table to a page of its own.
    ///
    /// # Errors
    /// [`Error::File`](crate::Error::File) when the file cannot be written.
    pub fn save(&self, path: &str) -> Result<()> {
        write_file(path, &page(&self.html()))
    }

    fn bundle(&self) -> String {
        bundle(&[("text/html", &self.html()), ("text/plain", &self.text())])
    }

    /// Shows the table in a notebook, as a page has it and in plain text, in one bundle.
    pub fn evcxr_display(&self) {
        println!("{}", self.bundle());
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        debug(f, &self.text(), &self.text(), &|| self.bundle())
    }
}
