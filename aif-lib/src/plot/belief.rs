//! A belief over time: [`belief_bars`].

use super::bars::CategoryNames;
use super::figure::Figure;
use super::svg::{Canvas, FONT, aligned, fill, pretty, stroke, text_width, wrap};
use super::theme::{AIF, GRID, MUTED, TEXT, WIDTH};

/// One row of bars for each time: how probable the agent finds each state.
///
/// `names` are the states (one bar each); `times` names the rows, such as `"t = 0"` or `"after the cue"`;
/// `beliefs` has one row for each time.
///
/// # Panics
/// When there is no state or no time, or a row has another length than `names`, or a probability is not in
/// the range from 0 to 1.
#[track_caller]
pub fn belief_bars(
    title: &str,
    names: &[&str],
    times: &[&str],
    beliefs: &[Vec<f64>],
) -> Figure {
    assert!(
        !names.is_empty(),
        "beliefs {title:?}: no states are named: give one name for each"
    );
    assert!(
        !beliefs.is_empty(),
        "beliefs {title:?}: no belief is given: give at least one row"
    );
    assert!(
        times.len() == beliefs.len(),
        "beliefs {title:?}: {} times but {} beliefs: name every row",
        times.len(),
        beliefs.len()
    );
    for (t, belief) in beliefs.iter().enumerate() {
        assert!(
            belief.len() == names.len(),
            "beliefs {title:?}, row {t} ({}): {} probabilities for {} states: give one for each",
            times[t],
            belief.len(),
            names.len()
        );
        if let Some(i) = belief.iter().position(|p| !(-1e-9..=1.0 + 1e-9).contains(p)) {
            panic!(
                "beliefs {title:?}, row {t} ({}): {} for {:?} is not a probability: use numbers from 0 to 1",
                times[t], belief[i], names[i]
            );
        }
    }
    let mut canvas = Canvas::new();
    let top = canvas.title(title, WIDTH) + 28.0;
    let widest = times.iter().map(|t| text_width(t, TEXT)).fold(0.0, f64::max).min(170.0);
    let left = 24.0 + widest;
    let slot = (WIDTH - 14.0 - left) / names.len() as f64;
    let wide = (0.7 * slot).min(64.0);
    let (tall, row) = (38.0, 60.0);
    let written = aligned(&beliefs.concat());
    for (t, belief) in beliefs.iter().enumerate() {
        let base = top + row * t as f64 + tall;
        let lines = wrap(times[t], widest + 1.0, TEXT);
        let rise = 0.6 * TEXT * (lines.len() as f64 - 1.0);
        canvas.paragraph(left - 10.0, base - 0.5 * tall + 4.0 - rise, &lines, FONT.end());
        canvas.line((left, base), (WIDTH - 14.0, base), stroke(MUTED, 1.0));
        for (i, p) in belief.iter().enumerate() {
            let middle = left + slot * (i as f64 + 0.5);
            let x = middle - 0.5 * wide;
            let high = tall * p.clamp(0.0, 1.0);
            // The empty bar shows how far it is to certainty.
            canvas.rect(x, base - tall, wide, tall, stroke(GRID, 1.0));
            canvas.rect(x, base - high, wide, high, fill(AIF));
            if wide >= 22.0 {
                let font = FONT.size(11.0).middle().halo();
                canvas.text(middle, base - high - 4.0, &written[t * names.len() + i], font);
            }
        }
    }
    let bottom = top + row * beliefs.len() as f64 - 16.0;
    let labels = CategoryNames::new(names, slot);
    labels.draw(&mut canvas, left, bottom);
    let height = bottom + labels.height + 12.0;
    let mut alt = format!("Beliefs over time: {title}.");
    for (time, belief) in times.iter().zip(beliefs) {
        let items: Vec<String> =
            names.iter().zip(belief).map(|(n, p)| format!("{n} {}", pretty(*p))).collect();
        alt.push_str(&format!(" {time}: {}.", items.join(", ")));
    }
    Figure::new(WIDTH, height, canvas, alt)
}
