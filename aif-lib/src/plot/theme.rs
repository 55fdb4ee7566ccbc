//! The colours, markers and dashes that every figure of the course shares.
//!
//! Blue always means reinforcement learning and vermillion always means active inference; no other series may use
//! them. Each colour has a light and a dark form. A figure is drawn in the light forms, so that its SVG is right
//! wherever it is taken; its style sheet, which finds the colours by their value, puts the dark form in place where
//! the reader's system, JupyterLab or VS Code asks for it. No other part of a figure knows of light and dark.

use std::fmt::Write as _;

/// The width of a figure in pixels.
pub const WIDTH: f64 = 560.0;
/// The height of a chart in pixels.
pub const HEIGHT: f64 = 340.0;
/// The size of text in pixels.
pub(crate) const TEXT: f64 = 12.0;
/// The size of a title in pixels.
pub(crate) const TITLE: f64 = 15.0;

/// A named colour with its form on a light and on a dark page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// The name: in the style sheet it is `--aif-` and this name.
    pub name: &'static str,
    /// The form on a light page, as 0xRRGGBB.
    pub light: u32,
    /// The form on a dark page, as 0xRRGGBB.
    pub dark: u32,
}

const fn colour(name: &'static str, light: u32, dark: u32) -> Colour {
    Colour { name, light, dark }
}

/// Every colour of the course: ink, muted ink, grid lines, paper and walls; the two traditions; the cycle.
///
/// Against the paper, walls have a contrast of at least 3 to 1, and all that is text or data one of at least
/// 4.5 to 1. The traditions and the cycle were chosen so that any two of them stay apart for readers who see no
/// red or no green.
pub const COLOURS: [Colour; 15] = [
    colour("ink", 0x1f2328, 0xe6e8eb),
    colour("muted", 0x59636e, 0x9aa4af),
    colour("grid", 0xd9dee3, 0x3a4048),
    colour("paper", 0xffffff, 0x16181c),
    colour("wall", 0x7d8792, 0x6b747e),
    colour("rl", 0x0072b2, 0x56b4e9),
    colour("aif", 0xc84e00, 0xff8a4c),
    colour("c0", 0x057759, 0x4cf0b4),
    colour("c1", 0x62045f, 0xb860bd),
    colour("c2", 0x784e0b, 0xb57500),
    colour("c3", 0x4a12a8, 0x897cff),
    colour("c4", 0x028191, 0x20e0f8),
    colour("c5", 0xd13373, 0xb47c81),
    colour("c6", 0x4a4a4c, 0xb6b4a6),
    colour("c7", 0x344200, 0xd2e535),
];

/// A colour as 0xRRGGBB. One that is a light form in [`COLOURS`] follows the page; any other is data and stays.
pub(crate) type Rgb = u32;

pub(crate) const INK: Rgb = COLOURS[0].light;
pub(crate) const MUTED: Rgb = COLOURS[1].light;
pub(crate) const GRID: Rgb = COLOURS[2].light;
pub(crate) const PAPER: Rgb = COLOURS[3].light;
pub(crate) const WALL: Rgb = COLOURS[4].light;
pub(crate) const RL: Rgb = COLOURS[5].light;
pub(crate) const AIF: Rgb = COLOURS[6].light;

/// How many series can be told apart by colour alone.
pub const CYCLE: usize = 8;

/// Whose data a series is; it decides the colour, the marker and the dashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// Reinforcement learning: blue.
    Rl,
    /// Active inference: vermillion.
    Aif,
    /// Neither: this place in the cycle of eight.
    Index(usize),
    /// Neither: the next place in the cycle.
    #[default]
    Auto,
}

impl Role {
    /// The colour of this role, for the series at `position`.
    pub(crate) fn paint(self, position: usize) -> Rgb {
        match self {
            Role::Rl => RL,
            Role::Aif => AIF,
            Role::Index(i) => COLOURS[7 + i % CYCLE].light,
            Role::Auto => COLOURS[7 + position % CYCLE].light,
        }
    }

    /// Which marker and dashes: the traditions' are their own, the cycle's follow the place in it.
    pub(crate) fn look(self, position: usize) -> usize {
        match self {
            Role::Rl => 0,
            Role::Aif => 1,
            Role::Index(i) => 2 + i,
            Role::Auto => 2 + position,
        }
    }
}

/// The dashes of the n-th look; no dashes for the two traditions, which differ by colour and marker.
pub(crate) fn dashes(look: usize) -> &'static str {
    const DASHES: [&str; 8] = ["", "", "", "7 3", "2 3", "9 3 2 3", "12 4", "5 2 2 2 2 2"];
    if look < 2 { "" } else { DASHES[(look - 2) % DASHES.len()] }
}

/// The markers, in the order of the looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    Circle,
    Square,
    Diamond,
    Triangle,
    Cross,
    Down,
    Plus,
    Ring,
    Bar,
    Star,
}

pub(crate) fn marker(look: usize) -> Marker {
    use Marker::*;
    const MARKERS: [Marker; 10] =
        [Circle, Square, Diamond, Triangle, Cross, Down, Plus, Ring, Bar, Star];
    if look < 2 { MARKERS[look] } else { MARKERS[2 + (look - 2) % 8] }
}

/// The style sheet for these drawings, with the rules that they use.
///
/// Everything is bound to the classes `aif` and `aif-fig`, so several figures in a page only say the same twice.
/// What the page says (JupyterLab, VS Code, Colab, a documentation site) comes last and so wins over the system.
pub(crate) fn style_sheet(body: &str) -> String {
    let names = |dark: bool| {
        COLOURS.iter().fold(String::new(), |mut css, c| {
            let _ = write!(
                css,
                "--aif-{}:#{:06x};",
                c.name,
                if dark { c.dark } else { c.light }
            );
            css
        })
    };
    let pages = |jupyter: &str, word: &str| {
        format!(
            "body[data-jp-theme-light={jupyter}] .aif,body.vscode-{word} .aif,html[theme={word}] .aif,\
             [data-theme={word}] .aif"
        )
    };
    let mut css = format!(
        ".aif{{{light}}}\n@media (prefers-color-scheme:dark){{.aif{{{dark}}}}}\n{}{{{light}}}\n{}{{{dark}}}\n\
         .aif-fig{{max-width:100%;height:auto;font:12px \"Helvetica Neue\",Arial,sans-serif}}\n\
         .aif-fig .halo{{paint-order:stroke;stroke:var(--aif-paper);stroke-width:3px}}\n",
        pages("true", "light"),
        pages("false", "dark"),
        light = names(false),
        dark = names(true),
    );
    for Colour { name, light, .. } in COLOURS {
        for property in ["fill", "stroke"] {
            let painted = format!("[{property}=\"#{light:06x}\"]");
            if body.contains(&painted[1..painted.len() - 1]) {
                let _ = writeln!(css, ".aif-fig {painted}{{{property}:var(--aif-{name})}}");
            }
        }
    }
    css
}

/// The contrast of two colours, from 1 (the same) to 21 (black on white), as WCAG 2 defines it.
///
/// ```
/// use aif_lib::plot::theme::contrast;
/// assert_eq!(contrast(0x000000, 0xffffff), 21.0);
/// ```
pub fn contrast(a: u32, b: u32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The relative luminance of an sRGB colour: 0 for black, 1 for white.
fn luminance(rgb: u32) -> f64 {
    let linear = |shift: u32| {
        let c = f64::from(rgb >> shift & 0xff) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_agrees_with_published_pairs() {
        // Black on white is 21; #767676 is known as the lightest grey that passes 4.5 on white.
        assert!((contrast(0x000000, 0xffffff) - 21.0).abs() < 1e-12);
        assert!(contrast(0x767676, 0xffffff) >= 4.5 && contrast(0x777777, 0xffffff) < 4.5);
    }

    #[test]
    fn words_and_data_are_readable_on_both_papers() {
        let paper = COLOURS[3];
        for c in COLOURS {
            let least = match c.name {
                "grid" | "paper" => continue,
                "wall" => 3.0,
                _ => 4.5,
            };
            for (ink, paper) in [(c.light, paper.light), (c.dark, paper.dark)] {
                let found = contrast(ink, paper);
                assert!(
                    found >= least,
                    "{}: #{ink:06x} on #{paper:06x} has only {found:.2}",
                    c.name
                );
            }
        }
    }

    /// Lightness and two opponent axes in which equal distances look about equal (OKLab).
    fn seen(linear: [f64; 3]) -> [f64; 3] {
        let [r, g, b] = linear.map(|c| c.max(0.0));
        let l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b).cbrt();
        let m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b).cbrt();
        let s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b).cbrt();
        [
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
        ]
    }

    fn linear(rgb: u32) -> [f64; 3] {
        [16, 8, 0].map(|shift| {
            let c = f64::from(rgb >> shift & 0xff) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn times(m: [[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
        m.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
    }

    #[test]
    fn the_ten_data_colours_stay_apart_without_red_or_green_cones() {
        // What full protanopes and deuteranopes see (Machado, Oliveira and Fernandes 2009).
        let full = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        let no_red = [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ];
        let no_green = [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ];
        for eye in [full, no_red, no_green] {
            for dark in [false, true] {
                let look = |c: &Colour| {
                    seen(times(eye, linear(if dark { c.dark } else { c.light })))
                };
                for (i, a) in COLOURS[5..].iter().enumerate() {
                    for b in &COLOURS[5 + i + 1..] {
                        let (p, q) = (look(a), look(b));
                        let apart =
                            (0..3).map(|k| (p[k] - q[k]).powi(2)).sum::<f64>().sqrt();
                        assert!(
                            apart > 0.055,
                            "{} and {} are {apart:.3} apart",
                            a.name,
                            b.name
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn each_place_in_the_cycle_has_its_own_marker_and_dashes() {
        let looks: Vec<(Marker, &str)> =
            (0..10).map(|look| (marker(look), dashes(look))).collect();
        for (i, a) in looks.iter().enumerate() {
            assert!(looks[i + 1..].iter().all(|b| a.0 != b.0), "{a:?} is used twice");
        }
        assert!(looks[5..].iter().all(|(_, dashes)| !dashes.is_empty()));
    }
}
