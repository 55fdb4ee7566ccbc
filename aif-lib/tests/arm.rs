//! The arm, its controllers, and what a reach costs, against numbers from elsewhere.

use aif_lib::prelude::*;

/// Kinetic energy as a sum over small pieces of both rods: knows nothing of a mass matrix.
fn rods_energy(q: [f64; 2], v: [f64; 2]) -> f64 {
    let n = 2000;
    let mut sum = 0.0;
    for i in 0..n {
        let s = (f64::from(i) + 0.5) / f64::from(n);
        let upper = s * 0.5 * v[0];
        sum += 0.5 * 1.0 / f64::from(n) * upper * upper;
        let (turn, whole) = (q[0] + q[1], v[0] + v[1]);
        let x = -0.5 * q[0].sin() * v[0] - s * 0.4 * turn.sin() * whole;
        let y = 0.5 * q[0].cos() * v[0] + s * 0.4 * turn.cos() * whole;
        sum += 0.5 * 0.5 / f64::from(n) * (x * x + y * y);
    }
    sum
}

fn near(a: [f64; 2], b: [f64; 2], tolerance: f64) -> bool {
    (a[0] - b[0]).abs() < tolerance && (a[1] - b[1]).abs() < tolerance
}

#[test]
fn the_mass_matrix_by_hand() {
    let body = Body::default();
    let straight = body.mass_matrix(0.0);
    assert!(near(straight[0], [0.335, 0.23 / 3.0], 1e-12), "{straight:?}");
    assert!(near(straight[1], [0.23 / 3.0, 0.08 / 3.0], 1e-12), "{straight:?}");
    let bent = body.mass_matrix(std::f64::consts::FRAC_PI_2);
    assert!(near(bent[0], [0.235, 0.08 / 3.0], 1e-12), "{bent:?}");
    assert!((body.mass_matrix(std::f64::consts::PI)[0][0] - 0.135).abs() < 1e-12);
    // A load of 1 kg at the end of a straight arm of .9 m: .81 more for the shoulder, .36 in the corners, .16.
    let loaded = Body { load: 1.0, ..body }.mass_matrix(0.0);
    assert!((loaded[0][0] - straight[0][0] - 0.81).abs() < 1e-12);
    assert!((loaded[0][1] - straight[0][1] - 0.36).abs() < 1e-12);
    assert!((loaded[1][1] - straight[1][1] - 0.16).abs() < 1e-12);
}

#[test]
fn kinetic_energy_is_that_of_the_pieces_of_the_rods() {
    let (q, v) = ([0.3, 0.9], [1.2, -0.7]);
    assert!((Body::default().energy(q, v) - 0.171_981_6).abs() < 1e-7);
    let mut rng = seeded(1);
    for _ in 0..20 {
        let mut pair =
            || [6.0 * uniform01(&mut rng) - 3.0, 6.0 * uniform01(&mut rng) - 3.0];
        let (q, v) = (pair(), pair());
        let (ours, pieces) = (Body::default().energy(q, v), rods_energy(q, v));
        assert!((ours / pieces - 1.0).abs() < 1e-6, "{ours} {pieces}");
    }
}

#[test]
fn accelerations_obey_lagrange() {
    let (q, v) = ([0.3, 0.9], [1.2, -0.7]);
    let a = Body::default().accelerations(q, v, [1.0, 0.5]);
    assert!(near(a, [-5.289_721, 33.340_008], 1e-6), "{a:?}");

    // d/dt ∂T/∂q̇ − ∂T/∂q = τ − b q̇, all slopes by differences of the energy of the pieces.
    let h = 1e-4;
    let momentum = |q: [f64; 2], v: [f64; 2], i: usize| {
        let moved = |h: f64| {
            let mut v = v;
            v[i] += h;
            rods_energy(q, v)
        };
        (moved(h) - moved(-h)) / (2.0 * h)
    };
    for i in 0..2 {
        let later = |t: f64| {
            let q = [0, 1].map(|j| q[j] + t * v[j] + 0.5 * t * t * a[j]);
            momentum(q, [0, 1].map(|j| v[j] + t * a[j]), i)
        };
        let moved = |h: f64| {
            let mut q = q;
            q[i] += h;
            rods_energy(q, v)
        };
        let left = (later(h) - later(-h)) / (2.0 * h) - (moved(h) - moved(-h)) / (2.0 * h);
        let right = [1.0, 0.5][i] - [0.5, 0.2][i] * v[i];
        assert!((left - right).abs() < 1e-5, "joint {i}: {left} {right}");
    }
    let back = Body::default().torque_for(q, v, a);
    assert!(near(back, [1.0, 0.5], 1e-12), "{back:?}");
}

#[test]
fn without_friction_energy_stays() {
    for (gravity, dt, most) in [(0.0, 0.01, 2e-9), (0.0, 0.001, 1e-12), (3.0, 0.001, 1e-8)]
    {
        let body = Body { friction: [0.0; 2], gravity, ..Default::default() };
        let (mut q, mut v) = ([0.3, 0.9], [1.2, -0.7]);
        let before = body.energy(q, v);
        for _ in 0..(10.0 / dt) as usize {
            (q, v) = arm::runge_kutta(&body, q, v, [0.0; 2], dt);
        }
        let drift = (body.energy(q, v) - before).abs();
        assert!(drift < most, "gravity {gravity}, dt {dt}: {drift}");
    }
}

#[test]
fn an_arm_that_is_held_out_straight_weighs_what_its_parts_weigh() {
    let body = Body { gravity: 2.0, load: 0.5, ..Default::default() };
    // 1 kg at .25 m, .5 kg at .7 m, .5 kg at .9 m; of the forearm .5 kg at .2 m and .5 kg at .4 m.
    let held = body.own_torques([0.0; 2], [0.0; 2]);
    assert!(near(held, [2.0 * (0.25 + 0.35 + 0.45), 2.0 * (0.1 + 0.2)], 1e-12), "{held:?}");
}

#[test]
fn angles_and_places_are_each_others_inverse() {
    let body = Body::default();
    let mut rng = seeded(2);
    for _ in 0..100 {
        let q = [4.0 * uniform01(&mut rng) - 2.0, 3.1 * uniform01(&mut rng)];
        let back = body.angles(body.hand(q)).expect("it is there");
        assert!(near(back, q, 1e-6), "{q:?} {back:?}");
        let (j, h) = (body.jacobian(q), 1e-6);
        for i in 0..2 {
            let at = |h: f64| {
                let mut q = q;
                q[i] += h;
                body.hand(q)
            };
            let (up, down) = (at(h), at(-h));
            let slope = [(up[0] - down[0]) / (2.0 * h), (up[1] - down[1]) / (2.0 * h)];
            assert!(near(slope, [j[0][i], j[1][i]], 1e-8));
        }
    }
    let text = body.angles([0.9, 0.2]).expect_err("too far").to_string();
    assert!(text.contains("0.92") && text.contains("farther"), "{text}");
    assert!(Arm::new([f64::NAN, 0.0], [0.3, 0.3]).is_err());
}

#[test]
fn the_arm_keeps_the_rules_of_a_world() {
    let mut arm = Arm::new([0.5, 1.0], [0.3, 0.5]).expect("in reach");
    (arm.delay, arm.jump) = (2, Some((7, [-0.3, 0.5])));
    check_world(&mut TimeLimit::new(arm, 20), 20, &mut seeded(3)).expect("a world");
}

#[test]
fn late_senses_show_what_was_and_never_what_will_be() {
    let mut arm = Arm::new([0.5, 1.0], [0.3, 0.5]).expect("in reach");
    (arm.delay, arm.noise) = (2, 0.0);
    let mut rng = seeded(1);
    let first = arm.reset(&mut rng);
    let (mut was, mut seen) = (vec![arm.state().0], vec![[first[0], first[1]]]);
    for _ in 0..10 {
        let obs = arm.step(vec![2.0, -1.0], &mut rng).obs;
        was.push(arm.state().0);
        seen.push([obs[0], obs[1]]);
    }
    for k in 0..=10usize {
        assert_eq!(seen[k], was[k.saturating_sub(2)], "step {k}");
    }
    assert_ne!(was[2], was[10], "it moves");
}

#[test]
fn the_belief_between_sense_and_goal_by_hand() {
    let mu = reflex::belief(20.0, 24.0, 1.0, 3.0);
    let f =
        |y: f64| reflex::free_energy(reflex::belief(y, 24.0, 1.0, 3.0), y, 24.0, 1.0, 3.0);
    assert_eq!((mu, f(20.0)), (23.0, 6.0));
    assert!(((f(20.001) - f(19.999)) / 0.002 + 3.0).abs() < 1e-6, "dF*/dy = π_z (y − μ*)");
}

#[test]
fn the_thermostat_by_hand() {
    let (mut x, mut thermostat) = (0.0, Clamped::new(4.0, [1.0, 0.0, 0.0]));
    let mut seen = vec![];
    for _ in 0..4 {
        let a = thermostat.act(x, 0.5);
        seen.push((x, a));
        x += 0.5 * (a - x);
    }
    assert_eq!(seen, [(0.0, 2.0), (1.0, 3.5), (2.25, 4.375), (3.3125, 4.71875)]);
    for _ in 0..200 {
        x += 0.5 * (thermostat.act(x, 0.5) - x - 3.0);
    }
    assert!((x - 4.0).abs() < 1e-12, "whatever the load, it ends at 4: {x}");
}

#[test]
fn the_clamped_reflex_is_pid() {
    for noise in [0.0, 0.01] {
        let mass = Mass { friction: 0.5, load: -2.0, ..Default::default() };
        let ([p0, p1, p2], dt) = ([40.0, 60.0, 12.0], 0.01);
        let mut reflex = Clamped::new(1.0, [p0, p1, p2]);
        let run = |act: &mut dyn FnMut(f64) -> f64| {
            drive(mass, act, (dt, 1000, noise), &mut seeded(4))
        };
        let active = run(&mut |y| reflex.act(y, dt));
        let (mut sum, mut first, mut last) = (0.0, None, None);
        let pid = run(&mut |y| {
            sum += (1.0 - y) * dt;
            let (y0, before) = (*first.get_or_insert(y), last.replace(y).unwrap_or(y));
            p0 * sum - p1 * (y - y0) - p2 * (y - before) / dt
        });
        let off = active.force.iter().zip(&pid.force).map(|(a, b)| (a - b).abs());
        assert!(off.fold(0.0, f64::max) < 1e-10);
        if noise == 0.0 {
            let (place, force) = (active.place[999], active.force[999]);
            assert!(
                (place - 1.0).abs() < 1e-3 && (force - 2.0).abs() < 1e-3,
                "{place} {force}"
            );
        }
    }
}

#[test]
fn routh_says_when_two_orders_are_stable() {
    // s³ + b s² + p₁ s + p₀ with b p₁ = 30.
    for (p0, stable) in [(29.0, true), (31.0, false)] {
        let growth = Loop { num: vec![60.0, p0], den: vec![1.0, 0.5, 0.0, 0.0] }.growth();
        assert_eq!(growth < 0.0, stable, "{p0}: {growth}");
        assert!((growth.abs() - 0.0083).abs() < 5e-5, "{growth}");
    }
    let frictionless = Loop { num: vec![60.0, 1e-3], den: vec![1.0, 0.0, 0.0, 0.0] };
    assert!(frictionless.growth() > 0.0);
}

#[test]
fn roots_multiply_to_the_polynomial() {
    let mut rng = seeded(5);
    for n in 1..8 {
        let p: Vec<f64> = (0..=n)
            .map(|i| if i == 0 { 1.0 } else { 20.0 * uniform01(&mut rng) - 10.0 })
            .collect();
        for (re, im) in loops::roots(&p) {
            let (mut a, mut b, mut size) = (0.0, 0.0, 0.0f64);
            for c in &p {
                (a, b) = (a * re - b * im + c, a * im + b * re);
                size = size * re.hypot(im) + c.abs();
            }
            assert!(a.hypot(b) < 1e-9 * size, "degree {n}");
        }
    }
}

const TUNED: Precisions = Precisions {
    pull: 4.469,
    action: 134.5,
    position: 89.49,
    velocity: 42.05,
    dynamics: 2.468,
    late: 0.0,
};

#[test]
fn the_poles_of_the_moving_belief() {
    let mut poles = Loop::active(&TUNED, loops::FRICTION).poles();
    poles.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    // From the specification, computed outside of this crate.
    let known = [(-138.0, 0.0), (-18.4, -69.4), (-18.4, 69.4), (-5.0, -4.3), (-5.0, 4.3)];
    for (ours, right) in poles.iter().zip(known) {
        assert!(
            (ours.0 - right.0).abs() < 0.5 && (ours.1 - right.1).abs() < 0.06,
            "{poles:?}"
        );
    }
    assert!(Loop::active(&TUNED, 0.0).growth() < 0.0, "stable without friction, too");
    let margin = Loop::active(&TUNED, loops::FRICTION).delay_margin();
    assert!((1000.0 * margin - 6.9).abs() < 0.05, "{margin}");
}

#[test]
fn a_pd_loop_has_the_margin_of_its_formula() {
    // p = 4, d = 2, no friction: |L|² = (p² + d² ω²) / ω⁴ = 1; φ = atan(d ω / p).
    let pd = PidGains { p: 4.0, d: 2.0, ..Default::default() };
    let square: f64 = (4.0 + (16.0 + 4.0 * 16.0f64).sqrt()) / 2.0;
    let w = square.sqrt();
    let margin = (2.0 * w / 4.0).atan() / w;
    assert!((Loop::pid(&pd, 0.0).delay_margin() - margin).abs() < 1e-9);
    // Smoothing of almost no time changes almost nothing; an integrator of almost no weight neither.
    let near = PidGains { smooth: 1e-9, i: 1e-9, ..pd };
    assert!((Loop::pid(&near, 0.0).delay_margin() - margin).abs() < 1e-6);
}

#[test]
fn whatever_the_precisions_a_stable_agent_ends_at_its_goal() {
    let (mut rng, mut tried) = (seeded(6), 0);
    while tried < 5 {
        let mut gain = || (0.1f64.ln() + 1000f64.ln() * uniform01(&mut rng)).exp();
        let g = Precisions {
            pull: gain().min(5.0),
            action: gain(),
            position: gain(),
            velocity: gain(),
            dynamics: gain(),
            late: 0.0,
        };
        if Loop::active(&g, 0.5).growth() > -0.5 {
            continue;
        }
        tried += 1;
        let (mut mass, dt) =
            (Mass { friction: 0.5, load: -3.0, ..Default::default() }, 1e-3);
        let (mut belief, mut u) = (generalised::Belief::default(), 0.0);
        for _ in 0..60_000 {
            let sensed = (mass.place, mass.velocity);
            belief = generalised::perceive(belief, sensed, 1.0, &g, dt);
            u += dt * generalised::reflex(belief, sensed, 1.0, &g);
            mass = mass.push(u, dt);
        }
        let end = [mass.place - 1.0, belief.place - 1.0, u - 3.0];
        assert!(end.iter().all(|x| x.abs() < 1e-6), "{g:?}: {end:?}");
    }
}

#[test]
fn belief_and_reflex_go_down_the_slope_of_free_energy() {
    use generalised::{Belief, flow, free_energy};
    let g = Precisions { late: 0.03, ..TUNED };
    let (b, sensed, goal, h) = (Belief { place: 0.3, motion: -0.4 }, (0.5, 0.2), 1.0, 1e-6);
    let f =
        |place: f64, motion: f64| free_energy(Belief { place, motion }, sensed, goal, &g);
    let slope = [
        (f(0.3 + h, -0.4) - f(0.3 - h, -0.4)) / (2.0 * h),
        (f(0.3, -0.4 + h) - f(0.3, -0.4 - h)) / (2.0 * h),
    ];
    let moved = flow(b, sensed, goal, &g);
    assert!(near([moved.place, moved.motion], [-0.4 - slope[0], -slope[1]], 1e-6));
    let along = |h: f64| free_energy(b, (0.5 + h, 0.2 + h), goal, &g);
    let reflex = generalised::reflex(b, sensed, goal, &g);
    assert!((reflex + g.action * (along(h) - along(-h)) / (2.0 * h)).abs() < 1e-4);
}

#[test]
fn the_agent_is_a_linear_compensator_with_one_integrator() {
    // The belief's four steps as the fourth power of a matrix over (μ, μ′, y, v, goal), written down from the equations.
    let (Precisions { pull: a, action: k, position: p, velocity: r, dynamics: w, .. }, h) =
        (TUNED, arm::DT / 4.0);
    let step = array![
        [1.0 - h * (p + a * a * w), h * (1.0 - a * w), h * p, 0.0, h * a * a * w],
        [-h * a * w, 1.0 - h * (r + w), 0.0, h * r, h * a * w],
        [0.0, 0.0, 1.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 1.0, 0.0],
        [0.0, 0.0, 0.0, 0.0, 1.0]
    ];
    let four: Array2<f64> = step.dot(&step).dot(&step).dot(&step);
    let (mut rng, goal) = (seeded(7), [1.0, 2.0]);
    let mut seen = || {
        let mut n = || 0.01 * standard_normal(&mut rng);
        vec![0.5 + n(), 1.0 + n(), n(), n(), goal[0], goal[1]]
    };
    let mut obs = seen();
    let mut agent = ActiveArm::new(TUNED);
    agent.begin(&obs);
    let mut state = [0, 1].map(|j| (obs[j], obs[j + 2], 0.0));
    for _ in 0..1000 {
        let torque = agent.act(&mut seeded(0));
        for j in 0..2 {
            let (y, v) = (obs[j], obs[j + 2]);
            let x = four.dot(&array![state[j].0, state[j].1, y, v, goal[j]]);
            let u = state[j].2 - arm::DT * k * (p * (y - x[0]) + r * (v - x[1]));
            state[j] = (x[0], x[1], u);
            let right = arm::INERTIA[j] * u;
            if right.abs() > arm::TORQUE {
                // From here on the limits of the motor count: begin anew.
                agent.begin(&obs);
                state = [0, 1].map(|j| (obs[j], obs[j + 2], 0.0));
                break;
            }
            assert!((torque[j] - right).abs() < 1e-9, "{torque:?} {right}");
        }
        obs = seen();
        let step = Step { obs: obs.clone(), reward: 0.0, end: None };
        agent.observe(&torque, &step, &mut seeded(0));
    }
}

#[test]
fn a_reach_costs_what_it_costs_by_hand() {
    // Nobody moves: the distance D stays, and Σ t dt = .01² · (1 + … + 400) = 8.02.
    let mut arm = Condition::default().arm(&mut seeded(8)).expect("in reach");
    let mut idle = Pid::new(PidGains::default());
    let paid = reach(&mut arm, &mut idle, &mut seeded(9));
    let far = arm.distance();
    assert!((paid.cost - 8.02 * far).abs() < 1e-9 && (paid.error - far).abs() < 1e-12);
    assert!(paid.energy == 0.0 && (paid.settled - 4.0).abs() < 1e-9);
    // With a jump the clock begins anew: twice 2 s, Σ t dt = 2.01 each.
    let mut arm = Condition { jump: true, ..Default::default() }
        .arm(&mut seeded(8))
        .expect("in reach");
    let paid = reach(&mut arm, &mut idle, &mut seeded(9));
    let then = arm.distance();
    // The step of the jump already belongs to the new target, at t = 0.
    let by_hand = (2.01 - 0.02) * far + 2.01 * then;
    assert!((paid.cost - by_hand).abs() < 1e-9, "{} {by_hand}", paid.cost);
}

#[test]
fn gains_that_are_no_numbers_cost_everything() {
    let mut arm = Condition::default().arm(&mut seeded(8)).expect("in reach");
    let mut lost = Pid::new(PidGains { p: f64::NAN, ..Default::default() });
    assert_eq!(reach(&mut arm, &mut lost, &mut seeded(9)).cost, f64::INFINITY);
}

#[test]
fn the_settled_gain_of_the_filter_is_the_best_one() {
    let (velocity, disturbance) = (1.0, 100.0);
    let best = aif_lib::rl::control::kalman::steady_gain(velocity, disturbance);
    let error = |gain: [[f64; 2]; 3]| {
        let (mut rng, mut x, mut guess, mut sum) = (seeded(10), [0.0; 3], [0.0; 3], 0.0);
        let ahead = |x: [f64; 3]| {
            let dt = arm::DT;
            [x[0] + dt * x[1] + dt * dt / 2.0 * x[2], x[1] + dt * x[2], x[2]]
        };
        for _ in 0..100_000 {
            x = ahead(x);
            x[1] += (velocity * arm::DT).sqrt() * standard_normal(&mut rng);
            x[2] += (disturbance * arm::DT).sqrt() * standard_normal(&mut rng);
            let y = x[0] + arm::ANGLE_NOISE * standard_normal(&mut rng);
            let v = x[1] + arm::VELOCITY_NOISE * standard_normal(&mut rng);
            guess = ahead(guess);
            let off = [y - guess[0], v - guess[1]];
            for (g, row) in guess.iter_mut().zip(gain) {
                *g += row[0] * off[0] + row[1] * off[1];
            }
            sum += (x[0] - guess[0]).powi(2);
        }
        sum
    };
    let least = error(best);
    for factor in [0.7, 1.4] {
        for i in 0..3 {
            let mut other = best;
            other[i] = other[i].map(|k| k * factor);
            assert!(error(other) > least, "row {i} times {factor}");
        }
    }
}

#[test]
fn precision_rests_at_one_over_the_mean_square() {
    let errors = [0.1, -0.2, 0.2];
    let mut lambda = 0.0;
    for k in 0..30_000 {
        lambda = log_precision_step(lambda, errors[k % 3], 0.01);
    }
    assert!((lambda.exp() / (1.0 / 0.03) - 1.0).abs() < 0.02, "{}", lambda.exp());
}

#[test]
fn the_fold_by_algebra_and_by_running_it() {
    let (stable, unstable) = precision_rest(16.0).expect("16 is above 4");
    let right = 7.0 + 48f64.sqrt();
    assert!((stable - 1.0 / right).abs() < 1e-12 && (unstable - right).abs() < 1e-12);
    assert!((stable - 0.071_797).abs() < 1e-6 && (unstable - 13.9282).abs() < 1e-4);
    let run = |x: f64, c: f64| {
        let mut lambda = x.ln();
        for _ in 0..20_000 {
            // The error that the belief leaves to the sense is √c / (1 + x), in units of the prior's deviation.
            lambda = log_precision_step(lambda, c.sqrt() / (1.0 + lambda.exp()), 0.01);
        }
        lambda.exp()
    };
    assert!(
        (run(1.0, 16.0) - stable).abs() < 1e-6 && (run(13.9, 16.0) - stable).abs() < 1e-6
    );
    assert!(run(14.0, 16.0) > 1e6 && run(0.01, 3.9) > 1e6 && precision_rest(3.9).is_none());
}

#[test]
fn eyes_mend_the_body_in_proportion_to_their_precision() {
    let believed = Body::default();
    let mut longer = believed;
    longer.lengths[1] = 0.52;
    let bodies = [&longer, &believed];
    let size = |e: [f64; 2]| e[0].hypot(e[1]);
    let blind = vision::rest(bodies, [0.2, 0.5], (1.0, 0.0)).expect("in reach");
    assert!((size(blind) - 0.12).abs() < 1e-12);
    // With a ratio as small as .01 first order is all there is.
    let (little, formula) = (
        vision::rest(bodies, [0.2, 0.5], (1.0, 0.01)).expect("in reach"),
        vision::rest_to_first_order(bodies, [0.2, 0.5], 0.01).expect("in reach"),
    );
    assert!(near(little, formula, 1e-5) && size(little) < 0.1199, "{little:?} {formula:?}");
    let servo = vision::rest(bodies, [0.2, 0.5], (0.0, 1.0)).expect("in reach");
    assert!(size(servo) < 1e-9, "{servo:?}");
}

#[test]
fn the_search_finds_what_a_formula_knows() {
    let bowl = |x: &[f64], _: f64| 2.0 + (x[0] - 3.0).powi(2) + 4.0 * (x[1] + 1.0).powi(2);
    let rough =
        search::cross_entropy(&bowl, &[0.0, 0.0], &[1.0, 1.0], (20, 30), &mut seeded(1));
    assert!(rough.cost < 2.05 && rough.history.windows(2).all(|w| w[1] <= w[0]));
    let fine = search::simplex(&bowl, &rough.x, 0.3, 150);
    assert!((fine.cost - 2.0).abs() < 1e-9 && (fine.x[0] - 3.0).abs() < 1e-4);
    let cliff = |x: &[f64], _: f64| if x[0] < 0.0 { f64::NAN } else { x[0] };
    assert!(search::simplex(&cliff, &[1.0], 0.5, 60).cost < 1e-3, "NaN is never the best");
}

#[test]
fn a_cost_that_stops_at_its_limit_leads_the_search_to_the_same_place() {
    use std::cell::Cell;
    let banana = |x: &[f64]| (1.0 - x[0]).powi(2) + 10.0 * (x[1] - x[0] * x[0]).powi(2);
    let (asked, stopped) = (Cell::new(0), Cell::new(0));
    let exact = |x: &[f64], _: f64| banana(x);
    let hasty = |x: &[f64], limit: f64| {
        asked.set(asked.get() + 1);
        if banana(x) <= limit {
            return banana(x);
        }
        stopped.set(stopped.get() + 1);
        f64::INFINITY
    };
    let far = |cost: &dyn Fn(&[f64], f64) -> f64| {
        let start = ([-1.2, 1.0], [1.0, 1.0]);
        search::cross_entropy(cost, &start.0, &start.1, (20, 10), &mut seeded(3))
    };
    let (found, again) = (far(&exact), far(&hasty));
    assert_eq!(found, again);
    assert!(4 * stopped.get() > asked.get(), "{} of {}", stopped.get(), asked.get());
    let near =
        |cost: &dyn Fn(&[f64], f64) -> f64| search::simplex(cost, &found.x, 0.3, 100);
    assert_eq!(near(&exact), near(&hasty));
    // The arm's own search, against one whose reaches all go to their end.
    let search = Search { points: 8, rounds: 2, evaluations: 12, reaches: 3, tasks: 5 };
    let mix = Condition { mixed: true, ..Default::default() };
    let found = tune(Controller::Pd, &[300.0, 30.0], &mix, search, &mut seeded(1));
    let all = reaches(Controller::Pd, &found.x, &mix, 3, 5);
    let cost = each(&all, |r| r.cost).iter().sum::<f64>() / 3.0;
    assert!((found.cost - cost).abs() < 1e-12, "{} {cost}", found.cost);
}

#[test]
#[should_panic(expected = "3 gains for PD: it needs 2")]
fn gains_are_counted() {
    Controller::Pd.agent(&[1.0, 2.0, 3.0]);
}

#[test]
fn the_picture_tells_how_far_both_hands_are() {
    // Stretched along x the hand is at (.9, 0); the belief points along y.
    let up = std::f64::consts::FRAC_PI_2;
    let picture = ArmPicture {
        belief: Some([up, 0.0]),
        ..ArmPicture::new("Now", [0.0, 0.0], [0.5, 0.0])
    };
    let figure = plot::arm(&picture);
    let alt = figure.alt_text();
    // .4 m, and √(.5² + .9²) = 1.03 m.
    assert!(
        alt.contains("40 cm from the target") && alt.contains("103 cm from it"),
        "{alt}"
    );
    // The shoulder at (230, 270), 200 pixels to the metre: the true hand 180 to the right, the believed 180 above.
    assert!(
        figure.svg().contains("410") && figure.svg().contains("cy=\"90\""),
        "{}",
        figure.svg()
    );
    let mut arm = Arm::new([0.5, 1.0], [0.3, 0.5]).expect("in reach");
    let moments = film(&mut arm, &mut ActiveArm::new(TUNED), 50, &mut seeded(1));
    let player = plot::reach("A reach", &arm.body, arm.target(), &moments, 10);
    assert!(player.alt_text().contains("6 steps"), "{}", player.alt_text());
}

#[test]
#[should_panic(expected = "not a finite number")]
fn a_picture_of_no_number_is_refused() {
    drop(plot::arm(&ArmPicture::new("Now", [f64::NAN, 0.0], [0.5, 0.0])));
}
