//! Both traditions side by side: [`dual`].

use super::figure::Figure;
use super::svg::{Canvas, FONT, fill};
use super::theme::{AIF, RL, Rgb, TITLE};
use crate::show::escape;

const GAP: f64 = 12.0;
const HEAD: f64 = 34.0;
const SIDES: [(&str, Rgb, &str); 2] =
    [("Reinforcement learning", RL, "rl"), ("Active inference", AIF, "aif")];

/// Two panels under the names and colours of the two traditions: reinforcement learning left, active inference
/// right. On a narrow page they stand one above the other.
pub fn dual(left: Figure, right: Figure) -> Figure {
    let mut canvas = Canvas::new();
    let mut x = 0.0;
    let height = left.height.max(right.height);
    for (figure, (name, paint, _)) in [&left, &right].into_iter().zip(SIDES) {
        canvas.rect(x, 0.0, figure.width, 4.0, fill(paint));
        canvas.text(x + 14.0, 24.0, name, FONT.size(TITLE).bold().paint(paint));
        let (w, h) = (figure.width, figure.height);
        canvas.place(x, HEAD, w, h, (w, h), &figure.body);
        x += figure.width + GAP;
    }
    let alt = format!(
        "Two panels. Left, reinforcement learning: {} Right, active inference: {}",
        left.alt, right.alt
    );
    let mut figure = Figure::new(x - GAP, HEAD + height, canvas, alt);
    figure.panels = vec![left, right];
    figure
}

/// The panels as a page has them: it can put one above the other.
pub(super) fn panels_html(panels: &[Figure], alt: &str) -> String {
    let mut html =
        format!("<div class=\"aif-dual\" role=\"group\" aria-label=\"{}\">", escape(alt));
    for (figure, (name, _, class)) in panels.iter().zip(SIDES) {
        html.push_str(&format!(
            "<div><div class=\"aif aif-head aif-{class}\">{name}</div>{}</div>",
            figure.bare_html()
        ));
    }
    html.push_str("</div>");
    html
}
