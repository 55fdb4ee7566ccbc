//! A belief in generalised coordinates: where, how fast, and the action that follows from it.

/// A belief about one joint.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Belief {
    /// Where it is: μ.
    pub place: f64,
    /// How fast it moves: μ′.
    pub motion: f64,
}

/// The numbers of an active joint.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Precisions {
    /// How fast the agent expects to be drawn to the goal, in 1/s: α.
    pub pull: f64,
    /// How fast action follows its errors: k.
    pub action: f64,
    /// Precision of the sense of position: p.
    pub position: f64,
    /// Precision of the sense of velocity: r.
    pub velocity: f64,
    /// Precision of the expected motion: w.
    pub dynamics: f64,
    /// How late the agent takes its sense of position to be, in s; 0 for not at all.
    pub late: f64,
}

/// The three errors: of position, of velocity, and of the expected motion.
///
/// ```text
/// y − (μ − late · μ′),   v − μ′,   μ′ − α (goal − μ)
/// ```
pub fn errors(b: Belief, (y, v): (f64, f64), goal: f64, g: &Precisions) -> [f64; 3] {
    [y - (b.place - g.late * b.motion), v - b.motion, b.motion - g.pull * (goal - b.place)]
}

/// F = ½ p ε_y² + ½ r ε_v² + ½ w ε_μ², without constants.
pub fn free_energy(b: Belief, sensed: (f64, f64), goal: f64, g: &Precisions) -> f64 {
    let [y, v, m] = errors(b, sensed, goal, g);
    0.5 * (g.position * y * y + g.velocity * v * v + g.dynamics * m * m)
}

/// How the belief moves: along its own motion, and down the slope of F.
///
/// ```text
/// μ̇ = μ′ + p ε_y − α w ε_μ
/// μ̇′ = r ε_v − late · p ε_y − w ε_μ
/// ```
/// Source: Friston, Daunizeau, Kilner & Kiebel (2010), for a point attractor.
pub fn flow(b: Belief, sensed: (f64, f64), goal: f64, g: &Precisions) -> Belief {
    let [y, v, m] = errors(b, sensed, goal, g);
    Belief {
        place: b.motion + g.position * y - g.pull * g.dynamics * m,
        motion: g.velocity * v - g.late * g.position * y - g.dynamics * m,
    }
}

/// How the action moves: the reflex on position and velocity, u̇ = −k (p ε_y + r ε_v).
pub fn reflex(b: Belief, sensed: (f64, f64), goal: f64, g: &Precisions) -> f64 {
    let [y, v, _] = errors(b, sensed, goal, g);
    -g.action * (g.position * y + g.velocity * v)
}

/// Into how many steps of Euler the belief divides one step of control.
pub const SUBSTEPS: usize = 4;

/// The belief after a time `dt` with a sense that stands still: [`SUBSTEPS`] steps along its flow.
pub fn perceive(
    mut b: Belief,
    sensed: (f64, f64),
    goal: f64,
    g: &Precisions,
    dt: f64,
) -> Belief {
    let h = dt / SUBSTEPS as f64;
    for _ in 0..SUBSTEPS {
        let d = flow(b, sensed, goal, g);
        b = Belief { place: b.place + h * d.place, motion: b.motion + h * d.motion };
    }
    b
}
