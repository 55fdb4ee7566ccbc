//! Tables of text: [`table`].

use super::figure::{page, write_file};
use super::svg::escape;
use crate::error::Result;

/// A table with a head. As the last line of a notebook cell it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// The table for a page.
    pub fn html(&self) -> String {
        let cells = |tag: &str, cells: &[String]| {
            let cells: String =
                cells.iter().map(|c| format!("<{tag}>{}</{tag}>", escape(c))).collect();
            format!("<tr>{cells}</tr>")
        };
        let rows: String = self.rows.iter().map(|row| cells("td", row)).collect();
        format!(
            "<table class=\"aif-table\"><thead>{}</thead><tbody>{rows}</tbody></table>",
            cells("th", &self.headers)
        )
    }

    /// The table in plain text, with columns under one another.
    pub fn text(&self) -> String {
        let wide: Vec<usize> = (0..self.headers.len())
            .map(|c| {
                let cells = self.rows.iter().map(|row| &row[c]).chain([&self.headers[c]]);
                cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
            })
            .collect();
        let line = |cells: &[String]| {
            let cells: Vec<String> =
                cells.iter().zip(&wide).map(|(c, w)| format!("{c:<w$}", w = *w)).collect();
            cells.join("  ").trim_end().to_string()
        };
        let rule: Vec<String> = wide.iter().map(|w| "-".repeat(*w)).collect();
        let mut text = vec![line(&self.headers), line(&rule)];
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

    /// Shows the table in a notebook, as a page has it and in plain text, in one bundle.
    pub fn evcxr_display(&self) {
        showata::show_text_in_jupyter("text/html", self.html());
        showata::show_text_in_jupyter("text/plain", self.text());
    }
}
