//! Expected free energies in their parts: [`efe_bars`], [`efe_table`].

use super::bars::{Bars, stacked};
use super::figure::Figure;
use super::svg::pretty;
use super::table::{Table, table};
use crate::aif::evaluate::Efe;

/// A bar for each option: what there is to see, to have and, where a model is learned, to learn, with the total G marked.
///
/// An option that may lead to what must never be (C = −∞) has G = ∞: its bar is torn off at the frame.
///
/// # Panics
/// As [`stacked`].
#[track_caller]
pub fn efe_bars(title: &str, names: &[&str], efe: &[Efe]) -> Figure {
    let see = efe.iter().map(|g| -g.epistemic).collect();
    let have = efe.iter().map(|g| -g.pragmatic).collect();
    let mut parts = vec![
        Bars::unbounded("to see: −epistemic", see),
        Bars::unbounded("to have: −pragmatic", have),
    ];
    if any_novelty(efe) {
        let learn = efe.iter().map(|g| -g.novelty).collect();
        parts.push(Bars::unbounded("to learn: −novelty", learn));
    }
    stacked(title, "G in nats (lower is better)", names, &parts)
}

fn any_novelty(efe: &[Efe]) -> bool {
    efe.iter().any(|g| g.novelty != 0.0)
}

/// A row for each option: G and its parts, in nats; novelty only where there is any.
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
    let head = ["", "G", "risk", "ambiguity", "pragmatic", "epistemic", "novelty"];
    let columns = head.len() - usize::from(!any_novelty(efe));
    let row = |(name, g): (&&str, &Efe)| {
        let parts = [g.risk, g.ambiguity, g.pragmatic, g.epistemic, g.novelty];
        let numbers = [g.total()].into_iter().chain(parts).map(three_decimals);
        [name.to_string()].into_iter().chain(numbers).take(columns).collect()
    };
    let rows: Vec<Vec<String>> = names.iter().zip(efe).map(row).collect();
    table(&head[..columns], &rows)
}

fn three_decimals(x: f64) -> String {
    if x.is_infinite() {
        return pretty(x);
    }
    // Adding 0.0 after rounding turns −0.000 into 0.000.
    format!("{:.3}", (x * 1e3).round() / 1e3 + 0.0).replace('-', "−")
}
