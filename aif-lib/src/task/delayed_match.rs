//! Delayed match to sample, and a model of it whose memory may leak.

use ndarray::{Array2, Array3};

use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::world::delayed_match::check;
pub use crate::world::delayed_match::*;

/// The generative model of [`DelayedMatch`]: the clock, the sample, the second thing; then whether the answer was correct.
///
/// ```text
/// state 4 t + 2 sample + second for the clock t = 0 .. delay + 1, then correct, error
/// C = (0, 0, 0, worth, −worth)
/// ```
/// `leak`: the probability that the sample turns into the other thing in one step, as the agent believes. In the task it never
/// does. Believing it is what a memory is like that fades: after d steps the belief in the sample is the fraction (1 − 2 leak)^d of
/// what it was above ½.
///
/// # Errors
/// - [`Error::Parameter`]: the clarity is not from ½ to 1, or the leak not from 0 to ½.
/// - As [`GenerativeModel::new`].
pub fn model(delay: usize, clarity: f64, leak: f64, worth: f64) -> Result<GenerativeModel> {
    check(clarity)?;
    if !(0.0..=0.5).contains(&leak) {
        let expected = "how probably the sample changes in a step, from 0 to 0.5";
        return Err(Error::Parameter { name: "leak", value: leak, expected });
    }
    let correct = 4 * (delay + 2);
    let n = correct + 2;
    let b = Array3::from_shape_fn((n, n, 2), |(to, from, action)| {
        let (clock, sample, second) = (from / 4, from % 4 / 2, from % 2);
        if from >= correct {
            return f64::from(to == from);
        }
        if clock == delay + 1 {
            let error = (action == 1) != (sample != second);
            return f64::from(to == correct + usize::from(error));
        }
        match (to / 4 == clock + 1 && to < correct, to % 2 == second, to % 4 / 2 == sample)
        {
            (true, true, true) => 1.0 - leak,
            (true, true, false) => leak,
            _ => 0.0,
        }
    });
    let a = Array2::from_shape_fn((5, n), |(o, s)| {
        let seen = |thing: usize| match o {
            1 | 2 if o == 1 + thing => clarity,
            1 | 2 => 1.0 - clarity,
            _ => 0.0,
        };
        match s / 4 {
            _ if s >= correct => f64::from(o == 3 + s - correct),
            0 => seen(s % 4 / 2),
            clock if clock == delay + 1 => seen(s % 2),
            _ => f64::from(o == 0),
        }
    });
    let d: Vec<f64> = (0..n).map(|s| if s < 4 { 0.25 } else { 0.0 }).collect();
    GenerativeModel::new(a, b, &[0.0, 0.0, 0.0, worth, -worth], &d)
}

/// What somebody should believe about the two things being the same, if what was seen was the same.
///
/// ```text
/// P(same) = ½ + ½ (2 r − 1)² (1 − 2 leak)^(delay + 1),    r the clarity
/// ```
/// If what was seen was different, it is what is left of 1.
pub fn believed_same(delay: usize, clarity: f64, leak: f64) -> f64 {
    0.5 + 0.5 * (2.0 * clarity - 1.0).powi(2) * (1.0 - 2.0 * leak).powi(delay as i32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aif::agent::{AifAgent, AifOptions};
    use crate::interaction::{Agent, Step};
    use crate::prob::random::seeded;

    #[test]
    fn the_belief_is_the_closed_form() {
        for (delay, clarity, leak) in [(0, 0.9, 0.0), (1, 0.8, 0.1), (6, 0.95, 0.03)] {
            let options = AifOptions { horizon: 1, ..Default::default() };
            let mut agent =
                AifAgent::new(model(delay, clarity, leak, 1.0).unwrap(), options).unwrap();
            agent.begin(&1usize);
            for step in 0..=delay {
                let obs = if step == delay { 1 } else { 0 };
                agent.observe(&0, &Step { obs, reward: 0.0, end: None }, &mut seeded(0));
            }
            let last = 4 * (delay + 1);
            let same = agent.belief()[last] + agent.belief()[last + 3];
            let closed = believed_same(delay, clarity, leak);
            assert!((same - closed).abs() < 1e-12, "{delay}: {same} {closed}");
        }
    }

    #[test]
    fn by_hand() {
        // r = .9, no leak: both or none seen rightly, .81 + .01.
        assert!((believed_same(3, 0.9, 0.0) - 0.82).abs() < 1e-12);
        // A leak of ½ forgets all.
        assert!((believed_same(0, 1.0, 0.5) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn settings_that_cannot_be_are_named() {
        let text = |c, leak| model(1, c, leak, 1.0).unwrap_err().to_string();
        assert!(
            text(0.9, 0.7).starts_with("leak = 0.7") && text(0.3, 0.0).contains("clarity")
        );
    }
}
