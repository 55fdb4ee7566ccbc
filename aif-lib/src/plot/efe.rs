//! Expected free energies in their parts: [`efe_bars`], [`efe_table`].

use super::bars::{Bars, stacked};
use super::figure::Figure;
use super::table::{Table, table};
use crate::aif::evaluate::Efe;

/// A bar for each option: what there is to see and what there is to have, with the total G marked.
///
/// # Panics
/// As [`stacked`].
#[track_caller]
pub fn efe_bars(title: &str, names: &[&str], efe: &[Efe]) -> Figure {
    let see: Vec<f64> = efe.iter().map(|g| -g.epistemic).collect();
    let have: Vec<f64> = efe.iter().map(|g| -g.pragmatic).collect();
    let parts =
        [Bars::new("to see: −epistemic", &see), Bars::new("to have: −pragmatic", &have)];
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
        // Adding 0.0 after rounding turns −0.000 into 0.000.
        let text =
            |x: f64| format!("{:.3}", (x * 1e3).round() / 1e3 + 0.0).replace('-', "−");
        [vec![name.to_string()], numbers.map(text).to_vec()].concat()
    };
    let rows: Vec<Vec<String>> = names.iter().zip(efe).map(row).collect();
    table(&["", "G", "risk", "ambiguity", "pragmatic", "epistemic"], &rows)
}
