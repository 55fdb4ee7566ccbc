//! [`Figure`]: a picture and the sentence that says what is to be seen in it.

use std::fmt;
use std::path::Path;

use super::svg::{Canvas, fill, number};
use super::theme::{PAPER, style_sheet};
use crate::error::{Error, Result};
use crate::show::escape;
use crate::show::{bundle, debug};

/// A picture with its alt text. As the last line of a notebook cell it is shown.
///
/// The plotting functions make it, with an alt text composed from the data; say it better with [`alt`](Self::alt).
///
/// ```
/// # use aif_lib::prelude::*;
/// let figure = plot::bars("Which way?", "G (nats)", &["left", "cue"], &[Bars::new("G", &[-1.39, -1.06])]);
/// assert!(figure.alt_text().starts_with("Bar chart: Which way?"));
/// let figure = figure.alt("Going left has the lower G.");
/// assert!(figure.svg().contains("Going left has the lower G."));
/// ```
#[derive(Clone, PartialEq)]
pub struct Figure {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) body: String,
    pub(super) alt: String,
    /// Where the page can do more than the picture: panels that stack.
    pub(super) panels: Vec<Figure>,
}

impl Figure {
    pub(super) fn new(width: f64, height: f64, canvas: Canvas, alt: String) -> Self {
        let mut paper = Canvas::new();
        paper.round_rect(0.0, 0.0, width, height, 4.0, fill(PAPER));
        let body = paper.into_body() + &canvas.into_body();
        Self { width, height, body, alt, panels: Vec::new() }
    }

    /// The same picture with this alt text.
    ///
    /// # Panics
    /// When the text is empty.
    #[track_caller]
    pub fn alt(mut self, text: &str) -> Self {
        assert!(
            !text.trim().is_empty(),
            "the alt text of a figure is empty: write one sentence that says what is to be seen, \
             or leave `.alt` out to get the one composed from the data"
        );
        self.alt = text.trim().into();
        self
    }

    /// The alt text.
    pub fn alt_text(&self) -> &str {
        &self.alt
    }

    /// The picture as a file of its own; it follows the reader's light or dark setting.
    pub fn svg(&self) -> String {
        self.markup(" xmlns=\"http://www.w3.org/2000/svg\"", &style_sheet(&self.body))
    }

    /// The picture for a page; it follows the theme of JupyterLab, VS Code or the browser.
    pub fn html(&self) -> String {
        page_html(&self.bare_html(), "")
    }

    /// The picture for a page that has the style sheet already.
    pub(super) fn bare_html(&self) -> String {
        if self.panels.is_empty() {
            return self.markup("", "");
        }
        super::dual::panels_html(&self.panels, &self.alt)
    }

    fn markup(&self, attributes: &str, style: &str) -> String {
        let (w, h) = (number(self.width), number(self.height));
        let alt = escape(&self.alt);
        let style = if style.is_empty() {
            String::new()
        } else {
            format!("<style>{style}</style>\n")
        };
        format!(
            "<svg{attributes} class=\"aif aif-fig\" role=\"img\" aria-label=\"{alt}\" \
             width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
             font-family=\"Helvetica Neue,Arial,sans-serif\" font-size=\"12\">\n\
             <title>{alt}</title>\n{style}{}</svg>",
            self.body
        )
    }

    /// Writes the picture to a file: `.svg`, or a page of its own when the name ends in `.html`.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be written.
    pub fn save(&self, path: &str) -> Result<()> {
        let text = if path.ends_with(".html") { page(&self.html()) } else { self.svg() };
        write_file(path, &text)
    }

    /// Shows the picture in a notebook: the page's form, a file's form, and the alt text, in one bundle.
    pub fn evcxr_display(&self) {
        println!("{}", picture(&self.html(), &self.svg(), &self.alt));
    }
}

impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let outside = format!("Figure({:?})", self.alt);
        debug(f, &outside, &self.alt, &|| picture(&self.html(), &self.svg(), &self.alt))
    }
}

/// The three forms of a picture: for a page, for a file, and in words.
pub(super) fn picture(html: &str, svg: &str, alt: &str) -> String {
    bundle(&[("text/html", html), ("image/svg+xml", svg), ("text/plain", alt)])
}

/// HTML with the style sheet that it needs.
pub(super) fn page_html(html: &str, more_style: &str) -> String {
    let panels = if html.contains("aif-dual") { DUAL_STYLE } else { "" };
    format!("<style>{}{panels}{more_style}</style>\n{html}", style_sheet(html))
}

/// Panels stand side by side where there is room for two, and one above the other where there is not.
const DUAL_STYLE: &str = ".aif-dual{display:flex;flex-wrap:wrap;gap:12px;max-width:1132px}\
    .aif-dual>div{flex:1 1 420px;min-width:0}\
    .aif-head{font:600 15px \"Helvetica Neue\",Arial,sans-serif;padding:6px 0;border-top:4px solid}\
    .aif-head.aif-rl{color:var(--aif-rl)}\
    .aif-head.aif-aif{color:var(--aif-aif)}";

/// A page around a piece of HTML.
pub(super) fn page(html: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"></head>\n<body>{html}</body></html>\n"
    )
}

pub(super) fn write_file(path: &str, text: &str) -> Result<()> {
    let failed = |error: std::io::Error| Error::File {
        path: path.into(),
        reason: error.to_string(),
    };
    if let Some(folder) = Path::new(path).parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, text).map_err(failed)
}
