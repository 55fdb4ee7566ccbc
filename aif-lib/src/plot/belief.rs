//! A belief over time: [`belief_bars`].

use super::figure::Figure;
use super::svg::{Canvas, FONT, fill, pretty, stroke, text_width};
use super::theme::{Paint, TITLE, WIDTH};

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
    canvas.text(14.0, 24.0, title, FONT.size(TITLE).bold());
    let left = 20.0 + times.iter().map(|t| text_width(t, 12.0)).fold(0.0, f64::max);
    let slot = (WIDTH - 14.0 - left) / names.len() as f64;
    let (top, tall) = (44.0, 54.0);
    for (t, belief) in beliefs.iter().enumerate() {
        let base = top + (tall + 14.0) * (t as f64 + 1.0) - 8.0;
        canvas.text(left - 8.0, base - 0.4 * tall, times[t], FONT.end());
        canvas.line((left, base), (WIDTH - 14.0, base), stroke(Paint::Muted, 1.0));
        for (i, p) in belief.iter().enumerate() {
            let middle = left + slot * (i as f64 + 0.5);
            let wide = (0.7 * slot).min(64.0);
            let high = (tall - 14.0) * p.clamp(0.0, 1.0);
            canvas.rect(middle - 0.5 * wide, base - high, wide, high, fill(Paint::Aif));
            let font = FONT.size(11.0).middle();
            canvas.text(middle, base - high - 4.0, &format!("{p:.2}"), font);
        }
    }
    let bottom = top + (tall + 14.0) * beliefs.len() as f64;
    for (i, name) in names.iter().enumerate() {
        canvas.text(left + slot * (i as f64 + 0.5), bottom + 10.0, name, FONT.middle());
    }
    let mut alt = format!("Beliefs over time: {title}.");
    for (time, belief) in times.iter().zip(beliefs) {
        let items: Vec<String> =
            names.iter().zip(belief).map(|(n, p)| format!("{n} {}", pretty(*p))).collect();
        alt.push_str(&format!(" {time}: {}.", items.join(", ")));
    }
    Figure::new(WIDTH, bottom + 24.0, canvas, alt)
}
