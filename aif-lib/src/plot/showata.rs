//! Figures and tables outside of a notebook: showata writes them to a page and opens the browser.

use showata::{ContentInfo, Showable};

use super::{Figure, Table};

fn html(content: String) -> ContentInfo {
    ContentInfo { mime_type: "text/html".into(), content }
}

impl Showable for Figure {
    fn to_content_info(&self) -> Result<ContentInfo, anyhow::Error> {
        Ok(html(self.html()))
    }
}

impl Showable for Table {
    fn to_content_info(&self) -> Result<ContentInfo, anyhow::Error> {
        Ok(html(self.html()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::table;

    #[test]
    fn a_page_holds_the_whole_table() {
        let table = table(&["arm", "pays"], &[vec!["left".into(), ".8".into()]]);
        let page = table.to_html_page().expect("a page");
        assert!(page.starts_with("\n<!DOCTYPE html>") && page.contains(&table.html()));
    }
}
