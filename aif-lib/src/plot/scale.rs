//! Colour scales for numbers. Their colours are data: the same on a light and on a dark page.

use super::svg::{Canvas, FONT, fill, pretty};
use super::theme::{Rgb, contrast};

/// Nine colours at equal distances, from the lowest number to the highest.
pub(super) type Scale = [Rgb; 9];

/// Dark to light: equal steps look equal, also without colour.
pub(super) const SEQUENTIAL: Scale = [
    0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30,
    0xfde725,
];
/// Purple below zero, green above, pale at zero.
pub(super) const DIVERGING: Scale = [
    0x40004b, 0x762a83, 0x9970ab, 0xc2a5cf, 0xf4f2f4, 0xa6dba0, 0x5aae61, 0x1b7837,
    0x00441b,
];

/// The colour at a place from 0 to 1 on a scale.
pub(super) fn colour_at(scale: &Scale, at: f64) -> Rgb {
    let at = at.clamp(0.0, 1.0) * 8.0;
    let i = (at as usize).min(7);
    let part = at - i as f64;
    [16, 8, 0].iter().fold(0, |rgb, shift| {
        let channel = |c: Rgb| f64::from(c >> shift & 0xff);
        let mixed = (1.0 - part) * channel(scale[i]) + part * channel(scale[i + 1]);
        rgb << 8 | mixed.round() as Rgb
    })
}

/// Black or white, whichever reads better on this colour. The white is data, like what it stands on: it is not the
/// paper, which a dark page turns dark.
pub(super) fn readable_on(rgb: Rgb) -> Rgb {
    const WHITE: Rgb = 0xfefefe;
    if contrast(rgb, 0) >= contrast(rgb, WHITE) { 0 } else { WHITE }
}

/// The colours of a scale with its lowest, middle and highest number.
pub(super) fn colour_bar(
    canvas: &mut Canvas,
    (x, top): (f64, f64),
    tall: f64,
    (lo, hi): (f64, f64),
    scale: &Scale,
) {
    const STEPS: usize = 48;
    for i in 0..STEPS {
        // From the top; each box reaches to the bottom, so that no seams show.
        let done = i as f64 / STEPS as f64;
        let colour = fill(colour_at(scale, 1.0 - i as f64 / (STEPS - 1) as f64));
        canvas.rect(x, top + tall * done, 14.0, tall * (1.0 - done), colour);
    }
    for (at, value) in [(0.0, lo), (0.5, 0.5 * (lo + hi)), (1.0, hi)] {
        canvas.text(
            x + 19.0,
            top + tall * (1.0 - at) + 4.0,
            &pretty(value),
            FONT.size(11.0),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::theme::COLOURS;

    #[test]
    fn no_colour_of_data_is_one_that_follows_the_page() {
        for scale in [SEQUENTIAL, DIVERGING] {
            for i in 0..=20_000 {
                let rgb = colour_at(&scale, f64::from(i) / 20_000.0);
                for data in [rgb, readable_on(rgb)] {
                    assert!(COLOURS.iter().all(|c| c.light != data), "#{data:06x}");
                }
            }
        }
    }
}
