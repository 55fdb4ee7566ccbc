//! A hand that is seen, a body that is felt, and a body model that is wrong.

use crate::world::arm::{Body, Pair};

/// J e and Jᵀ e.
fn times(j: [Pair; 2], e: Pair) -> Pair {
    [j[0][0] * e[0] + j[0][1] * e[1], j[1][0] * e[0] + j[1][1] * e[1]]
}

fn transposed(j: [Pair; 2]) -> [Pair; 2] {
    [[j[0][0], j[1][0]], [j[0][1], j[1][1]]]
}

/// How the joints move under the reflex of both senses, with the belief clamped at the goal.
///
/// ```text
/// q̇ = −(q − q*) · felt − seen · Jᵀ (hand(q) − target)
/// ```
/// q* and J are those of the body that the agent believes in; the hand is where it really is. With `felt` = 0 it is a
/// visual servo.
pub fn flow(
    [body, believed]: [&Body; 2],
    q: Pair,
    (wanted, target): (Pair, Pair),
    (felt, seen): (f64, f64),
) -> Pair {
    let hand = body.hand(q);
    let off = [hand[0] - target[0], hand[1] - target[1]];
    let pull = times(transposed(believed.jacobian(q)), off);
    [0, 1].map(|i| -felt * (q[i] - wanted[i]) - seen * pull[i])
}

/// Where the hand is, relative to the target, when the joints have come to rest; it begins where the agent, if its model
/// were right, would have arrived. Steps of Euler, until nothing moves.
///
/// # Errors
/// The target is out of the believed body's reach.
pub fn rest(
    bodies: [&Body; 2],
    target: Pair,
    weights: (f64, f64),
) -> crate::error::Result<Pair> {
    let wanted = bodies[1].angles(target)?;
    // The hand's slope is below 2 m/rad: stable as long as the step is below 2 / (felt + 4 · seen).
    let (mut q, step) = (wanted, 0.5 / (weights.0 + 4.0 * weights.1));
    for _ in 0..200_000 {
        let v = flow(bodies, q, (wanted, target), weights);
        q = [q[0] + step * v[0], q[1] + step * v[1]];
        if v[0].hypot(v[1]) < 1e-14 * (weights.0 + weights.1) {
            break;
        }
    }
    let hand = bodies[0].hand(q);
    Ok([hand[0] - target[0], hand[1] - target[1]])
}

/// The same to first order: (I + ρ J Jᵀ)⁻¹ e₀, where e₀ is the error without eyes and ρ = seen / felt.
///
/// The first J is that of the true body, the second that of the believed one.
///
/// # Errors
/// The target is out of the believed body's reach.
pub fn rest_to_first_order(
    [body, believed]: [&Body; 2],
    target: Pair,
    ratio: f64,
) -> crate::error::Result<Pair> {
    let wanted = believed.angles(target)?;
    let hand = body.hand(wanted);
    let e = [hand[0] - target[0], hand[1] - target[1]];
    let (j, jt) = (body.jacobian(wanted), transposed(believed.jacobian(wanted)));
    let columns = [times(j, [jt[0][0], jt[1][0]]), times(j, [jt[0][1], jt[1][1]])];
    let (a, b) = (1.0 + ratio * columns[0][0], ratio * columns[1][0]);
    let (c, d) = (ratio * columns[0][1], 1.0 + ratio * columns[1][1]);
    let det = a * d - b * c;
    Ok([(d * e[0] - b * e[1]) / det, (a * e[1] - c * e[0]) / det])
}
