//! The colours, markers and dashes that every figure of the course shares.
//!
//! Blue always means reinforcement learning and vermillion always means active inference; no other series may use
//! them. Each colour has a light and a dark form. A figure refers to them by name, and its style sheet chooses:
//! light unless the reader's system asks for dark, and what JupyterLab or VS Code says wins over both.

use std::fmt::Write as _;

/// The width of a figure in pixels.
pub const WIDTH: f64 = 640.0;
/// The height of a chart in pixels.
pub const HEIGHT: f64 = 360.0;
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

/// Every colour of the course: ink, muted ink, grid and paper; the two traditions; the cycle.
///
/// Text is drawn in the first two and in the colours of the traditions (contrast at least 4.5 to 1 against the
/// paper); data in the traditions' and the cycle's (at least 3 to 1).
pub const COLOURS: [Colour; 14] = [
    colour("ink", 0x1f2328, 0xe6e8eb),
    colour("muted", 0x59636e, 0x9aa4af),
    colour("grid", 0xd9dee3, 0x3a4048),
    colour("paper", 0xffffff, 0x16181c),
    colour("rl", 0x0072b2, 0x56b4e9),
    colour("aif", 0xcb4f00, 0xff8a4c),
    colour("c0", 0x117733, 0x4cc38a),
    colour("c1", 0xaa4499, 0xe29ad8),
    colour("c2", 0x8a6d00, 0xe3c04a),
    colour("c3", 0x332288, 0xa79bff),
    colour("c4", 0x2f8f9d, 0x7fe0e6),
    colour("c5", 0x882255, 0xff7a9c),
    colour("c6", 0x5c5c5c, 0xb8b8b8),
    colour("c7", 0x6b8e23, 0xc2e07a),
];

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
    pub(crate) fn paint(self, position: usize) -> Paint {
        match self {
            Role::Rl => Paint::Rl,
            Role::Aif => Paint::Aif,
            Role::Index(i) => Paint::Cycle(i % CYCLE),
            Role::Auto => Paint::Cycle(position % CYCLE),
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

/// What a shape is painted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    None,
    Ink,
    Muted,
    Grid,
    Paper,
    Rl,
    Aif,
    Cycle(usize),
    /// A colour that is data (a heat map's): the same on every page.
    Rgb(u32),
}

impl Paint {
    /// The place in [`COLOURS`]; none for a colour that is data.
    pub(crate) fn index(self) -> Option<usize> {
        match self {
            Paint::Ink => Some(0),
            Paint::Muted => Some(1),
            Paint::Grid => Some(2),
            Paint::Paper => Some(3),
            Paint::Rl => Some(4),
            Paint::Aif => Some(5),
            Paint::Cycle(i) => Some(6 + i % CYCLE),
            Paint::None | Paint::Rgb(_) => None,
        }
    }

    /// The colour at this place in [`COLOURS`].
    pub(crate) fn from_index(index: usize) -> Self {
        match index {
            0 => Paint::Ink,
            1 => Paint::Muted,
            2 => Paint::Grid,
            3 => Paint::Paper,
            4 => Paint::Rl,
            5 => Paint::Aif,
            i => Paint::Cycle(i - 6),
        }
    }
}

/// The look of a reference line.
pub(crate) const DASHED: usize = 255;

/// The dashes of the n-th look; no dashes for the two traditions, which differ by colour and marker.
pub(crate) fn dashes(look: usize) -> &'static str {
    const DASHES: [&str; 8] = ["", "", "", "7 3", "2 3", "9 3 2 3", "12 4", "5 2 2 2 2 2"];
    if look == DASHED {
        return "6 4";
    }
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

/// The style sheet that goes into every figure; all its rules are bound to the class `aif-fig`, so that several
/// figures in a page only say the same thing twice.
pub(crate) fn style_sheet() -> String {
    let names = |dark: bool| {
        COLOURS.iter().fold(String::new(), |mut css, c| {
            let value = if dark { c.dark } else { c.light };
            let _ = write!(css, "--aif-{}:#{value:06x};", c.name);
            css
        })
    };
    let (light, dark) = (names(false), names(true));
    let mut css = format!(
        ".aif{{{light}}}\n\
         @media (prefers-color-scheme:dark){{.aif{{{dark}}}}}\n\
         body[data-jp-theme-light=true] .aif,body.vscode-light .aif,[data-theme=light] .aif{{{light}}}\n\
         body[data-jp-theme-light=false] .aif,body.vscode-dark .aif,[data-theme=dark] .aif{{{dark}}}\n\
         .aif-fig{{max-width:100%;height:auto;font:12px \"Helvetica Neue\",Arial,sans-serif}}\n"
    );
    for c in COLOURS {
        let Colour { name, light, .. } = c;
        // The first of each pair is for programs that do not know `var`.
        let _ = write!(
            css,
            ".aif-fig .f-{name}{{fill:#{light:06x};fill:var(--aif-{name})}}\
             .aif-fig .s-{name}{{stroke:#{light:06x};stroke:var(--aif-{name})}}"
        );
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
