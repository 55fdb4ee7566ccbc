//! Expected free energies in their parts: [`efe_bars`], [`efe_table`].

use super::bars::{Bars, stacked};
use super::figure::Figure;
use super::svg::pretty;
use super::table::{Table, table};
use crate::aif::evaluate::Efe;

/// A bar for each option: what there is to see and what there is to have, with the total G marked.
///
/// An option that may lead to what must never be (C = −∞) has G = ∞: its bar is torn off at the frame.
///
/// # Panics
/// As [`stacked`].
#[track_caller]
pub fn efe_bars(title: &str, names: &[&str], efe: &[Efe]) -> Figure {
    let see = efe.iter().map(|g| -g.epistemic).collect();
    let have = efe.iter().map(|g| -g.pragmatic).collect();
    let parts = [
        Bars::unbounded("to see: −epistemic", see),
        Bars::unbounded("to have: −pragmatic", have),
    ];
    stacked(title, "G in nats (lower is better)", names, &parts)
}

/// A row for each option: G and its four parts, in nats.
///
/// # Panics
/// When there is not one name for each option.
#[track_caller]
pub fn efe_table(names: &[&str], efe: &[Efe]) -> Table {
    assert!(
        names.len() == efe.len(),
        "{} names for {} options: give one each",
        names.len(),
        efe.len()
    );
    let row = |(name, g): (&&str, &Efe)| {
        let numbers = [g.total(), g.risk, g.ambiguity, g.pragmatic, g.epistemic];
        [vec![name.to_string()], numbers.map(three_decimals).to_vec()].concat()
    };
    let rows: Vec<Vec<String>> = names.iter().zip(efe).map(row).collect();
    table(&["", "G", "risk", "ambiguity", "pragmatic", "epistemic"], &rows)
}

fn three_decimals(x: f64) -> String {
    if x.is_infinite() {
        return pretty(x);
    }
    // Adding 0.0 after rounding turns −0.000 into 0.000.
    format!("{:.3}", (x * 1e3).round() / 1e3 + 0.0).replace('-', "−")
}
