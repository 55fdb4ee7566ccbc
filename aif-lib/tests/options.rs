//! Options against oracles: numbers worked out by hand, walks, and Bellman's equations of the task without options.

#![allow(clippy::unwrap_used)] // The helpers are tests, too.

use aif_lib::prelude::*;
use aif_lib::rl::options::{first_episode, outlook};

fn near(x: f64, y: f64, tolerance: f64) {
    assert!((x - y).abs() < tolerance, "{x} is not {y}");
}

#[test]
fn the_outlook_of_a_corridor_by_hand() {
    // S..+ : go east until the goal. From the start three steps, reward γ² at the end.
    let corridor = GridWorld::new("S..+").unwrap().to_mdp(0.9).unwrap();
    let east = Course {
        name: "east".into(),
        begins: vec![true; 4],
        does: vec![Some(1); 4],
        stops: vec![false; 4],
    };
    let model = outlook(&corridor, &east).unwrap();
    assert_eq!(model.duration, [3.0, 2.0, 1.0, 0.0]);
    for (reward, right) in model.reward.iter().zip([0.81, 0.9, 1.0, 0.0]) {
        near(*reward, right, 1e-12);
    }
    for (s, right) in [(0, 0.729), (1, 0.81), (2, 0.9), (3, 0.0)] {
        near(model.arrival[[3, s]], right, 1e-12);
    }
}

#[test]
fn the_outlook_of_a_coin_by_hand() {
    // Each step it stays with ½ and arrives with ½: E[τ] = 2, E[γ^τ] = ½γ / (1 − ½γ).
    let t = Array3::from_shape_fn((2, 2, 1), |(to, from, _)| match (to, from) {
        (_, 0) => 0.5,
        (to, _) => f64::from(to == 1),
    });
    let mdp = Mdp::builder(t).reward_on_arrival(&[0.0, 1.0]).terminal(&[1]).discount(0.8);
    let mdp = mdp.build().unwrap();
    let wait = Course {
        name: "wait".into(),
        begins: vec![true; 2],
        does: vec![Some(0); 2],
        stops: vec![false; 2],
    };
    let model = outlook(&mdp, &wait).unwrap();
    near(model.duration[0], 2.0, 1e-12);
    near(model.arrival[[1, 0]], 0.4 / 0.6, 1e-12);
    near(model.reward[0], 0.5 / 0.6, 1e-12);
}

#[test]
fn the_options_are_those_of_the_paper() {
    let rooms = GridWorld::four_rooms();
    let ways = hallways::ways(&rooms);
    assert_eq!(ways.len(), 8);
    for way in &ways {
        assert_eq!(
            way.begins.iter().filter(|b| **b).count(),
            17,
            "{}: a room and a door",
            way.name
        );
    }
    let choices = hallways::choices(&rooms, true).unwrap();
    for s in 0..rooms.n_states() {
        assert_eq!(choices.at(s).len(), 6, "four actions and two ways in state {s}");
    }
}

#[test]
fn the_first_episode_without_options_is_the_random_walk() {
    let rooms = GridWorld::four_rooms();
    let mdp = rooms.to_mdp(1.0).unwrap();
    let steps = first_episode(&mdp, &Choices::primitives(&mdp), &|_, _| 0.25).unwrap();
    near(steps[rooms.start()], 695.8, 0.05);
    near(hallways::first_steps(&rooms, 0.0).unwrap(), steps[rooms.start()], 1e-8);
}

/// One episode of a walker that knows nothing: it draws among the six choices.
fn walk(rooms: &GridWorld, choices: &Choices, rng: &mut dyn Rng) -> f64 {
    let (mut s, mut steps) = (rooms.start(), 0.0);
    loop {
        let here = choices.at(s);
        let course = &choices.courses()[here[uniform_index(here.len(), rng)]];
        loop {
            s = rooms.neighbour(s, course.does[s].unwrap());
            steps += 1.0;
            if s == rooms.goal() {
                return steps;
            }
            if course.stops[s] {
                break;
            }
        }
    }
}

#[test]
fn equations_and_walks_agree_about_the_first_episode() {
    for (cell, exact) in [((1, 1), 10_970.7), ((5, 3), 30.8)] {
        let rooms = hallways::four_rooms(cell.0, cell.1).unwrap();
        near(hallways::first_steps(&rooms, 1.0 / 3.0).unwrap(), exact, 0.05);
        let choices = hallways::choices(&rooms, true).unwrap();
        let walks = population(600, 3, &|_, rng| walk(&rooms, &choices, rng));
        let seen = mean_interval(&walks).unwrap();
        assert!((seen.mean - exact).abs() < seen.hi - seen.lo, "{cell:?}: {seen:?}");
    }
}

#[test]
fn a_plan_over_options_and_actions_is_worth_what_the_best_plan_is() {
    let rooms = GridWorld::four_rooms();
    let mdp = rooms.to_mdp(0.99).unwrap();
    let best = value_iteration(&mdp, 1e-12).unwrap().v;
    let choices = hallways::choices(&rooms, true).unwrap();
    let models: Vec<_> =
        choices.courses().iter().map(|course| outlook(&mdp, course).unwrap()).collect();
    let mut v = vec![0.0; mdp.n_states()];
    for _ in 0..40 {
        let worth = |s: usize, o: usize| {
            let later: f64 = (0..v.len()).map(|x| models[o].arrival[[x, s]] * v[x]).sum();
            models[o].reward[s] + later
        };
        let one = |s: usize| match mdp.is_terminal(s) {
            true => 0.0,
            false => choices.at(s).iter().map(|&o| worth(s, o)).fold(f64::MIN, f64::max),
        };
        v = (0..mdp.n_states()).map(one).collect();
    }
    assert!(distance(&v, &best) < 1e-9, "{}", distance(&v, &best));
    near(v[rooms.start()], 0.860_058, 5e-7);
}

#[test]
fn the_target_by_hand() {
    near(smdp_q::target(&[1.0, 2.0, 4.0], 0.5, &[8.0, 16.0]), 1.0 + 1.0 + 1.0 + 2.0, 1e-12);
    near(smdp_q::target(&[1.0, 2.0, 4.0], 0.5, &[]), 3.0, 1e-12);
    near(smdp_q::target(&[0.0], 0.5, &[-3.0, -2.0]), -1.0, 1e-12);
}

#[test]
fn a_learner_over_options_finds_the_shortest_way() {
    for with_ways in [false, true] {
        let mut rooms = GridWorld::four_rooms();
        let choices = hallways::choices(&rooms, with_ways).unwrap();
        let options = smdp_q::SmdpOptions { alpha: 0.5, epsilon: 0.1, gamma: 0.99 };
        let (steps, q) =
            smdp_q::learn(&mut rooms, &choices, options, 400, &mut seeded(5)).unwrap();
        let last: f64 = steps[380..].iter().sum::<f64>() / 20.0;
        assert!((16.0..40.0).contains(&last), "ways {with_ways}: {last}");
        let best = q.row(rooms.start()).iter().copied().fold(f64::MIN, f64::max);
        near(best, 0.86, 0.02);
    }
}

#[test]
fn mistakes_are_named() {
    let rooms = GridWorld::four_rooms();
    let short = Course::primitive("north", 0, 5);
    let text = Choices::new(vec![short], 68).unwrap_err().to_string();
    assert!(
        text.contains("the option \"north\" has shape [5, 5, 5], expected [68, 68, 68]"),
        "{text}"
    );
    let mut idle = Course::primitive("idle", 0, 2);
    idle.does[1] = None;
    assert!(
        Choices::new(vec![idle.clone()], 2)
            .unwrap_err()
            .to_string()
            .contains("\"idle\" begins")
    );
    idle.begins = vec![true, false];
    let text = Choices::new(vec![idle], 2).unwrap_err().to_string();
    assert!(text.contains("what can be chosen in state 1"), "{text}");
    let mdp = rooms.to_mdp(0.99).unwrap();
    let forever = Course {
        name: "forever".into(),
        begins: vec![true; 68],
        does: vec![Some(0); 68],
        stops: vec![false; 68],
    };
    assert!(
        outlook(&mdp, &forever)
            .unwrap_err()
            .to_string()
            .contains("the course of an option")
    );
    let lost =
        Course { does: (0..68).map(|s| (s == 67).then_some(0)).collect(), ..forever };
    assert!(outlook(&mdp, &lost).unwrap_err().to_string().contains("comes into a state"));
    let text = first_episode(&mdp, &Choices::primitives(&mdp), &|_, _| 0.25).unwrap_err();
    assert!(text.to_string().contains("discount = 0.99"));
    for cell in [(0, 0), (9, 9), (11, 0), (3, 50)] {
        assert!(hallways::four_rooms(cell.0, cell.1).is_err(), "{cell:?}");
    }
    assert!(
        hallways::first_steps(&rooms, 1.5).unwrap_err().to_string().contains("p = 1.5")
    );
}
