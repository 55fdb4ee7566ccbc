//! [`Sense`]: what a network that predicts is shown, what it says, and what is preferred.
//!
//! A *window* is what an agent keeps of what it saw: a belief in the form of a few numbers. The network sees a window and an
//! action and says how the window will change, in units in which a usual change is about 1.

use crate::world::mountain_car;

/// The window before and the action since; `None` at the start of an episode.
pub type Before<'a> = Option<(&'a [f32], f32)>;

/// A way to see a task.
#[derive(Debug, Clone, Copy)]
pub struct Sense {
    /// Its name.
    pub name: &'static str,
    /// Each number of a window is divided by this before the network sees it.
    pub scale: &'static [f32],
    /// Each change that the network says is multiplied by this.
    pub units: &'static [f32],
    /// The window after an observation, from the window before and the action in between; `None` at the start of an episode.
    pub look: fn(Before<'_>, &[f64]) -> Vec<f32>,
    /// The change between two windows: what the network learns to say, before it is put in units.
    pub change: fn(&[f32], &[f32]) -> Vec<f32>,
    /// What a change and an action make of a window.
    pub follow: fn(&mut [f32], &[f32], f32),
    /// C: the preference for a window, in nats.
    pub preference: fn(&[f32]) -> f32,
    /// How many windows at the start of an episode are not yet whole, so that nothing is learned from them.
    pub blind: usize,
}

fn difference(before: &[f32], after: &[f32]) -> Vec<f32> {
    before.iter().zip(after).map(|(b, a)| a - b).collect()
}

fn add(window: &mut [f32], change: &[f32], _: f32) {
    window.iter_mut().zip(change).for_each(|(w, c)| *w += c);
}

fn as_seen(_: Before<'_>, obs: &[f64]) -> Vec<f32> {
    obs.iter().map(|x| *x as f32).collect()
}

/// Upright and in the middle: −½ x² − ½ (θ / .1)².
fn upright(x: f32, angle: f32) -> f32 {
    -0.5 * x * x - 50.0 * angle * angle
}

/// The pole on its cart with all four numbers: place, speed, angle, angular speed.
pub const POLE: Sense = Sense {
    name: "all four numbers",
    scale: &[1.0, 1.0, 0.1, 1.0],
    units: &[0.02, 0.3, 0.02, 0.5],
    look: as_seen,
    change: difference,
    follow: add,
    preference: |w| upright(w[0], w[2]),
    blind: 0,
};

/// The pole without its speeds: place, angle, how far each moved since the last look, and what was done then.
///
/// An action changes the speeds, and a speed is first seen one step later. So the next change of pace follows from the action
/// *before*, which must be in the window.
pub const POLE_WINDOW: Sense = Sense {
    name: "two looks and the action between",
    scale: &[1.0, 0.1, 0.02, 0.02, 1.0],
    units: &[0.004, 0.006],
    look: |before, obs| {
        let mut window = two_looks(before, obs);
        window.push(before.map_or(0.0, |(_, action)| action));
        window
    },
    change: pace,
    follow: |w, c, action| {
        glide(w, c);
        w[4] = action;
    },
    preference: |w| upright(w[0], w[1]),
    blind: 1,
};

/// As [`POLE_WINDOW`] without the action: it looks like enough.
pub const POLE_NO_ACTION: Sense = Sense {
    name: "two looks",
    scale: &[1.0, 0.1, 0.02, 0.02],
    units: &[0.004, 0.006],
    look: two_looks,
    change: pace,
    follow: |w, c, _| glide(w, c),
    preference: |w| upright(w[0], w[1]),
    blind: 1,
};

/// The pole without its speeds, one look at a time: place and angle.
pub const POLE_FRAME: Sense = Sense {
    name: "one look",
    scale: &[1.0, 0.1],
    units: &[0.02, 0.02],
    look: as_seen,
    change: difference,
    follow: add,
    preference: |w| upright(w[0], w[1]),
    blind: 0,
};

/// The mountain car, place and speed: five nats at the goal, nothing elsewhere.
pub const CAR: Sense = Sense {
    name: "place and speed",
    scale: &[0.5, 0.05],
    units: &[0.1, 0.01],
    look: as_seen,
    change: difference,
    follow: |w, c, _| {
        w[0] =
            (w[0] + c[0]).clamp(mountain_car::ROAD[0] as f32, mountain_car::ROAD[1] as f32);
        w[1] = (w[1] + c[1]).clamp(-mountain_car::SPEED as f32, mountain_car::SPEED as f32);
    },
    preference: |w| if w[0] >= mountain_car::CONTINUOUS_GOAL as f32 { 5.0 } else { 0.0 },
    blind: 0,
};

/// Place, angle, and how far each has moved since the last look.
fn two_looks(before: Before<'_>, obs: &[f64]) -> Vec<f32> {
    let [x, angle] = [obs[0] as f32, obs[1] as f32];
    match before {
        Some((w, _)) => vec![x, angle, x - w[0], angle - w[1]],
        None => vec![x, angle, 0.0, 0.0],
    }
}

/// By how much the pace of place and angle changed.
fn pace(before: &[f32], after: &[f32]) -> Vec<f32> {
    vec![after[2] - before[2], after[3] - before[3]]
}

fn glide(w: &mut [f32], change: &[f32]) {
    let (places, paces) = w.split_at_mut(2);
    for ((place, pace), change) in places.iter_mut().zip(paces).zip(change) {
        *pace += change;
        *place += *pace;
    }
}

impl Sense {
    /// How many numbers a window has.
    pub fn window(&self) -> usize {
        self.scale.len()
    }

    /// How many numbers the network is shown: the window and the action.
    pub fn inputs(&self) -> usize {
        self.window() + 1
    }

    /// What the network is shown, added at the end of a list.
    pub fn show(&self, window: &[f32], action: f32, inputs: &mut Vec<f32>) {
        inputs.extend(window.iter().zip(self.scale).map(|(w, s)| w / s));
        inputs.push(action);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::cart_pole;

    #[test]
    fn what_follows_a_change_is_the_window_that_was_seen() {
        // Three looks at the real pole; the window of the second, moved by the real change, is the window of the third.
        let mut state = [0.1, -0.3, 0.02, 0.4];
        let mut looks = vec![];
        for action in [1, 0, 1, 1] {
            looks.push(vec![state[0], state[2]]);
            state = cart_pole::push(state, action);
        }
        for sense in [POLE_WINDOW, POLE_NO_ACTION] {
            let first = (sense.look)(None, &looks[0]);
            let second = (sense.look)(Some((&first, 1.0)), &looks[1]);
            let third = (sense.look)(Some((&second, -1.0)), &looks[2]);
            let mut followed = second.clone();
            (sense.follow)(&mut followed, &(sense.change)(&second, &third), -1.0);
            for (a, b) in followed.iter().zip(&third) {
                assert!((a - b).abs() < 1e-6, "{}: {followed:?}, {third:?}", sense.name);
            }
        }
    }

    #[test]
    fn the_action_is_seen_two_steps_later() {
        // Two pushes that differ only in the last action show the same next look, and another one after that.
        let seen = |action: usize| {
            let first = cart_pole::push([0.0, 0.1, 0.02, 0.1], action);
            let second = cart_pole::push(first, 0);
            ([first[0], first[2]], [second[0], second[2]])
        };
        let (left, right) = (seen(0), seen(1));
        assert_eq!(left.0, right.0);
        assert!(left.1[0] < right.1[0] && left.1[1] > right.1[1]);
    }

    #[test]
    fn preferences_by_hand() {
        assert!(((POLE.preference)(&[1.0, 9.0, 0.2, 9.0]) + 0.5 + 2.0).abs() < 1e-6);
        assert!(((POLE_WINDOW.preference)(&[1.0, 0.2, 9.0, 9.0, 1.0]) + 2.5).abs() < 1e-6);
        assert_eq!((CAR.preference)(&[0.46, 0.0]), 5.0);
        assert_eq!((CAR.preference)(&[0.44, 0.0]), 0.0);
    }
}
