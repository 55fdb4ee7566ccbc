//! Points before they are drawn: runs between gaps, stairs, and fewer of them where they are many.

/// The runs of neighbouring points that are numbers.
pub(super) fn pieces(values: &[f64]) -> Vec<Vec<usize>> {
    let mut pieces: Vec<Vec<usize>> = vec![Vec::new()];
    for (i, value) in values.iter().enumerate() {
        if value.is_finite() {
            pieces.last_mut().expect("never empty").push(i);
        } else {
            pieces.push(Vec::new());
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Each value holds until the next x; the last until `until`, where there is a gap.
pub(super) fn stairs(points: &[(f64, f64)], until: Option<f64>) -> Vec<(f64, f64)> {
    let mut stairs = Vec::with_capacity(2 * points.len());
    for (i, point) in points.iter().enumerate() {
        if i > 0 {
            stairs.push((point.0, points[i - 1].1));
        }
        stairs.push(*point);
    }
    if let (Some(x), Some(last)) = (until, points.last()) {
        stairs.push((x, last.1));
    }
    stairs
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Keep {
    Lowest,
    Highest,
    Both,
}

/// The extremes of every two pixels across, when there are many points: more cannot be seen.
pub(super) fn thinned(
    points: &[(f64, f64)],
    range: (f64, f64),
    width: f64,
    keep: Keep,
) -> Vec<(f64, f64)> {
    let ordered = points.windows(2).all(|w| w[0].0 <= w[1].0);
    if !ordered || points.len() as f64 <= width {
        return points.to_vec();
    }
    let bin = |x: f64| ((x - range.0) / (range.1 - range.0) * width / 2.0) as i64;
    let mut kept = Vec::new();
    for group in points.chunk_by(|a, b| bin(a.0) == bin(b.0)) {
        let by_y = |a: &usize, b: &usize| group[*a].1.total_cmp(&group[*b].1);
        let lowest = (0..group.len()).min_by(by_y).unwrap_or(0);
        let highest = (0..group.len()).max_by(by_y).unwrap_or(0);
        let mut ends = match keep {
            Keep::Lowest => vec![lowest],
            Keep::Highest => vec![highest],
            Keep::Both => vec![lowest.min(highest), lowest.max(highest)],
        };
        ends.dedup();
        kept.extend(ends.into_iter().map(|i| group[i]));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_every_extreme() {
        let points: Vec<(f64, f64)> = (0..10_000)
            .map(|i| (f64::from(i), if i == 4321 { 9.0 } else { 0.0 }))
            .collect();
        let kept = thinned(&points, (0.0, 9999.0), 500.0, Keep::Both);
        assert!(kept.len() <= 502 && kept.contains(&(4321.0, 9.0)));
        assert!(
            thinned(&points, (0.0, 9999.0), 500.0, Keep::Lowest).iter().all(|p| p.1 == 0.0)
        );
    }
}
