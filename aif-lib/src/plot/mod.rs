//! Figures: from slices of numbers to a picture that follows the page's light or dark theme.
//!
//! Every function returns a value; a notebook shows it when it is the last line of a cell. Each [`Figure`] carries
//! an alt text, composed from the data or given with [`Figure::alt`], so that no picture is mute.
//!
//! | to show | use |
//! |---|---|
//! | curves, with intervals and reference lines | [`lines`], [`lines_on`] |
//! | numbers by category | [`bars`], [`stacked`] |
//! | expected free energies in their parts | [`efe_bars`], [`efe_table`] |
//! | tables of numbers as colours | [`heatmap`], [`diverging`], [`matrix`] |
//! | a grid world, a T-maze | [`grid`], [`value_map`], [`tmaze`] |
//! | a cart with its pole, a pendulum | [`cart_pole`], [`pendulum`] |
//! | an arm and what it believes, a reach step by step | [`arm()`], [`reach`] |
//! | a belief over time | [`belief_bars`] |
//! | a number for every belief about three states | [`simplex`] |
//! | states and what leads to what | [`network`] |
//! | both traditions side by side | [`dual`] |
//! | a trajectory step by step | [`player`] |
//! | a table of text | [`table`] |
//!
//! # Who draws what
//! [plotters](https://docs.rs/plotters) keeps a chart: its coordinates, mesh, axes and their words, and the place of
//! everything that stands on it. It draws on a backend of ours (`svg::Pen`), since its own writes whole pixels only. Bars
//! and shaded areas are elements of plotters. What it has no element for is one of ours (`Chart::place`): curves, because
//! plotters cuts dashes into separate lines; the ten markers, of which it has three; error bars, on which it puts a dot;
//! and values with a rim of paper. Its legend lies on the data with one name a line, so the rows under a title are ours.
//! Worlds, tables and diagrams have no axes and are drawn on the canvas directly.
//!
//! Everything is drawn in the colours of a light page. One style sheet ([`theme`]) knows the dark ones.
//!
//! # What is refused and what is a gap
//! Data of different lengths, nothing to draw, and infinite numbers are mistakes: the function panics with a
//! sentence that names the series, the numbers and the cure. NaN means "not measured" and is left out: a gap in
//! a line, a missing bar, an empty cell.

mod arm;
mod bars;
mod belief;
mod chart;
mod dual;
mod efe;
mod figure;
mod grid;
mod heatmap;
mod machine;
mod network;
mod player;
mod scale;
#[cfg(feature = "showata")]
mod showata;
mod simplex;
mod svg;
mod table;
pub mod theme;
mod tmaze;

pub use arm::{ArmPicture, arm, reach};
pub use bars::{Bars, bars, stacked};
pub use belief::belief_bars;
pub use chart::{Axes, Series, lines, lines_on};
pub use dual::dual;
pub use efe::{efe_bars, efe_table};
pub use figure::Figure;
pub use grid::{Floor, GridPicture, grid, value_map, value_map_in};
pub use heatmap::{diverging, heatmap, matrix};
pub use machine::{cart_pole, pendulum};
pub use network::{NetworkPicture, Node, network};
pub use player::{Frame, Player, player};
pub use simplex::{SimplexPicture, simplex};
pub use table::{Table, table};
pub use theme::Role;
pub use tmaze::{TmazePicture, tmaze};
