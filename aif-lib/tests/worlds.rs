//! Every world keeps the rules, and the grid worlds are the ones they claim to be.
#![allow(clippy::unwrap_used)]

use aif_lib::prelude::*;
use aif_lib::world::check::Ends;
use aif_lib::world::grid::LAYOUTS;

/// Name, free cells, length of the shortest path. The paths can be counted on the drawings: where no wall
/// forbids it, a path is as long as the rows plus the columns between start and goal.
const EXPECTED: [(&str, usize, usize); 16] = [
    ("empty", 81, 16),
    ("four_rooms", 68, 16),
    ("outer_ring", 56, 16),
    ("u_maze", 46, 22), // 7 up, 8 across, 7 down
    ("t_maze", 45, 12),
    ("hallways", 45, 16),
    ("ring", 64, 14),   // 8 up, 3 out and 3 back around the block
    ("s_maze", 67, 28), // 8 across; 7 up, 6 down, 7 up
    ("circle", 77, 8),
    ("i_maze", 63, 16),
    ("hairpin", 53, 40), // 8 across; 7 up, 6 down, 6 up, 6 down, 7 up
    ("detour", 39, 8),
    ("detour_block", 38, 16),
    ("obstacle", 74, 16),
    ("two_step", 28, 12), // 8 up, 4 to the side
    ("narrow", 45, 10),   // 8 up, 1 out and 1 back around the trap
];

/// Breadth-first search on the characters, without the library: steps from S to the nearest +.
fn shortest(drawing: &str) -> Option<usize> {
    let lines: Vec<Vec<char>> =
        drawing.split_whitespace().map(|line| line.chars().collect()).collect();
    let find = |glyph| {
        let row = lines.iter().position(|line| line.contains(&glyph))?;
        Some((row, lines[row].iter().position(|&c| c == glyph)?))
    };
    let mut seen = vec![find('S')?];
    let mut frontier = seen.clone();
    for steps in 1.. {
        let mut next = Vec::new();
        for (row, col) in frontier {
            let around = [(row - 1, col), (row + 1, col), (row, col - 1), (row, col + 1)];
            for (row, col) in around {
                match lines[row][col] {
                    '+' => return Some(steps),
                    '.' if !seen.contains(&(row, col)) => {
                        seen.push((row, col));
                        next.push((row, col));
                    }
                    _ => {}
                }
            }
        }
        if next.is_empty() {
            return None;
        }
        frontier = next;
    }
    None
}

#[test]
fn every_layout_has_its_cells_and_its_shortest_path() {
    assert_eq!(LAYOUTS.len(), EXPECTED.len());
    for (name, cells, steps) in EXPECTED {
        let drawing = LAYOUTS.iter().find(|(known, _)| *known == name).unwrap().1;
        let world = GridWorld::layout(name).unwrap();
        assert_eq!(
            (world.rows(), world.cols(), world.n_states()),
            (11, 11, cells),
            "{name}"
        );
        assert_eq!(shortest(drawing), Some(steps), "{name}");
        let paths = world.terminal().into_iter().filter(|&s| world.reward(s) > Some(0.0));
        let path = paths.filter_map(|s| world.path_to(s)).min_by_key(Vec::len).unwrap();
        assert_eq!(path.len() - 1, steps, "{name}");
        let apart = |a: usize, b: usize| {
            let ((r, c), (s, d)) = (world.cell(a), world.cell(b));
            r.abs_diff(s) + c.abs_diff(d)
        };
        assert!(path.windows(2).all(|w| apart(w[0], w[1]) == 1), "{name}: {path:?}");
        // The drawing comes back (the goals of two_step all look alike).
        let drawn: String = drawing.split_whitespace().map(|l| format!("{l}\n")).collect();
        assert_eq!(world.to_string(), drawn, "{name}");
    }
}

#[test]
fn every_world_keeps_the_rules_and_reaches_both_ends() {
    for (k, (name, _)) in LAYOUTS.into_iter().enumerate() {
        for slip in [0.0, 0.3] {
            let world = GridWorld::layout(name).unwrap().with_slip(slip).unwrap();
            let mut rng = stream(1, k as u64);
            let ends = check_world(&mut world.clone(), 200_000, &mut rng).unwrap();
            assert!(ends.terminal > 0 && ends.truncated == 0, "{name}: {ends:?}");
            let mut limited = TimeLimit::new(world, 30);
            let ends = check_world(&mut limited, 30, &mut rng).unwrap();
            assert!(ends.truncated > 0, "{name}: {ends:?}");
        }
    }
}

#[test]
fn both_t_mazes_keep_the_rules() {
    for reliability in [0.5, 0.9, 1.0] {
        let ends = Ends { terminal: 20, truncated: 0 };
        let mut maze = TMaze::new(reliability).unwrap();
        assert_eq!(check_world(&mut maze, 2, &mut seeded(1)).unwrap(), ends);
        let mut factored = FactoredTMaze::new(reliability).unwrap();
        assert_eq!(check_world(&mut factored, 2, &mut seeded(1)).unwrap(), ends);
    }
}

#[test]
fn four_rooms_is_where_it_is_said_to_be() {
    let world = GridWorld::four_rooms();
    assert_eq!(world.cell(world.start()), (9, 9));
    assert_eq!(world.cell(world.goal()), (1, 1));
    assert_eq!(world.terminal(), [world.goal()]);
    // In row 5 and in column 5 only the doors are open.
    for k in 1..10 {
        assert_eq!(
            world.state_at(5, k).is_some(),
            [3, 7].contains(&k),
            "row 5, column {k}"
        );
        assert_eq!(
            world.state_at(k, 5).is_some(),
            [3, 7].contains(&k),
            "row {k}, column 5"
        );
    }
    assert_eq!(world.walls().iter().filter(|wall| !**wall).count(), 68);
    assert_eq!((world.state_at(11, 0), world.state_at(0, 11)), (None, None));
}

#[test]
fn actions_are_north_east_south_west_and_walls_block() {
    let mut world = GridWorld::new("...\n.S.\n..+").unwrap();
    let mut rng = seeded(0);
    for (action, cell) in [(0, (0, 1)), (1, (1, 2)), (2, (2, 1)), (3, (1, 0))] {
        world.reset(&mut rng);
        let step = world.step(action, &mut rng);
        assert_eq!((world.cell(step.obs), step.reward, step.end), (cell, 0.0, None));
    }
    world.reset(&mut rng);
    world.step(1, &mut rng);
    assert_eq!(world.step(1, &mut rng).obs, 5, "the edge of the drawing blocks");
    let last = world.step(2, &mut rng);
    assert_eq!((last.obs, last.reward, last.end), (8, 1.0, Some(End::Terminal)));
    let mut walled = GridWorld::new("#+#\n#S#\n###").unwrap();
    walled.reset(&mut rng);
    assert_eq!(walled.step(3, &mut rng).obs, 1, "a wall blocks");
    let mut trap = GridWorld::new("-S+").unwrap();
    trap.reset(&mut rng);
    let step = trap.step(3, &mut rng);
    assert_eq!((step.reward, step.end), (-1.0, Some(End::Terminal)));
}

#[test]
fn the_world_moves_as_its_mdp_says() {
    let world = GridWorld::new("..+\n.S-\n.#.").unwrap().with_slip(0.4).unwrap();
    let mdp = world.to_mdp(0.9).unwrap();
    let (start, n) = (world.start(), 20_000);
    // North (state 1) with 1 − .4 + .1; east is the trap; south is a wall, so the start; west.
    for (next, p) in [(1, 0.7), (5, 0.1), (4, 0.1), (3, 0.1)] {
        let (expected, world) = (mdp.transition()[[next, start, 0]], world.clone());
        assert!((expected - p).abs() < 1e-12, "state {next}: {expected}");
        let hits = population(n, 9, &|_, rng| {
            let mut world = world.clone();
            world.reset(rng);
            f64::from(world.step(0, rng).obs == next)
        });
        let rate = hits.iter().sum::<f64>() / n as f64;
        // Four standard errors.
        assert!(
            (rate - p).abs() < 4.0 * (p * (1.0 - p) / n as f64).sqrt(),
            "{next}: {rate}"
        );
    }
    assert_eq!(mdp.reward()[[5, start, 0]], -1.0);
    assert!(mdp.is_terminal(2) && mdp.is_terminal(5) && !mdp.is_terminal(0));
    assert_eq!(mdp.start().mode(), start);
}

#[test]
fn bad_drawings_are_named_with_line_column_and_cure() {
    for (drawing, text) in [
        ("S.\n.K+", "line 2, column 2: the character 'K' has no meaning: use # wall"),
        ("S..\n.+", "line 2, column 3: this line has 2 characters, but the first has 3"),
        ("S.\n.+.", "line 2, column 3: this line has 3 characters, but the first has 2"),
        ("..\n.+", "there is no start: write S in one cell"),
        ("S.\nS+", "line 2, column 1: this is a second start"),
        ("S.\n..", "there is no goal: write + in one cell"),
        ("S-\n..", "there is no goal"),
        ("S#+\n.##", "line 1, column 3: no path leads from the start to this goal"),
        ("S-+", "line 1, column 3: no path leads from the start to this goal"),
        ("", "there is no start"),
        ("\n \n", "there is no start"),
        ("S.\n\n.+", "line 2, column 1: this line has 0 characters"),
    ] {
        let message = GridWorld::new(drawing).unwrap_err().to_string();
        assert!(message.contains(text), "{drawing:?}: expected {text:?}, got {message:?}");
    }
    let message = GridWorld::layout("five_rooms").unwrap_err().to_string();
    assert!(message.contains("\"five_rooms\" is not known: use one of empty, four_rooms"));
    let world = GridWorld::four_rooms();
    let message = world.clone().with_slip(1.5).unwrap_err().to_string();
    assert!(message.contains("slip = 1.5"), "{message}");
    let message = world.clone().with_reward(0, 0, 1.0).unwrap_err().to_string();
    assert!(message.contains("line 1, column 1: only a free cell"), "{message}");
    assert!(world.clone().with_reward(9, 9, 1.0).is_err(), "the start");
    assert!(world.with_reward(1, 2, f64::NAN).is_err());
}

#[test]
fn pictures_get_numbers_and_arrows_by_cell() {
    let world = GridWorld::new("S#\n.+").unwrap();
    let cells = world.on_cells(&[1.0, 2.0, 3.0]);
    assert_eq!((cells[0], cells[2], cells[3]), (1.0, 2.0, 3.0));
    assert!(cells[1].is_nan(), "a wall has no value");
    let policy = value_iteration(&world.to_mdp(0.9).unwrap(), 1e-9).unwrap().greedy();
    // South from the start, east below it, nothing in the goal.
    assert_eq!(world.arrows(&policy), [(0, 2), (2, 1)]);
    assert_eq!(world.arrows(&vec![Categorical::uniform(4); 3]), []);
    let world = GridWorld::new("S.\n.+").unwrap();
    let policy = value_iteration(&world.to_mdp(0.9).unwrap(), 1e-9).unwrap().greedy();
    assert_eq!(world.arrows(&policy)[..2], [(0, 1), (0, 2)], "ties are several arrows");
}

#[test]
fn rewards_can_be_set() {
    let world = GridWorld::layout("two_step").unwrap();
    let rewards: Vec<f64> =
        world.terminal().iter().filter_map(|&s| world.reward(s)).collect();
    assert_eq!(rewards, [0.5, -1.0, 0.25, 0.25]);
    assert_eq!(world.cell(world.goal()), (1, 1));
}

#[test]
#[should_panic(expected = "the time limit ended this episode")]
fn a_time_limit_ends_the_episode_for_good() {
    let (mut world, mut rng) = (TimeLimit::new(GridWorld::four_rooms(), 1), seeded(0));
    world.reset(&mut rng);
    assert_eq!(world.step(0, &mut rng).end, Some(End::Truncated));
    world.step(0, &mut rng);
}

#[test]
fn worlds_without_an_end_keep_the_rules_under_a_time_limit() {
    let mut doors = TimeLimit::new(Tiger::new(0.85).unwrap(), 20);
    assert_eq!(check_world(&mut doors, 20, &mut seeded(1)).unwrap().terminal, 0);
    let mut scene = TimeLimit::new(Scene::animals(), 5);
    assert_eq!(check_world(&mut scene, 5, &mut seeded(1)).unwrap().terminal, 0);
    let mut chain = TimeLimit::new(CueChain::new(), 30);
    assert_eq!(check_world(&mut chain, 30, &mut seeded(1)).unwrap().terminal, 0);
}

#[test]
fn the_chain_of_cues_is_walked_by_its_model() {
    // Down to the first cue, on to the live second cue, on to the cheese: what is seen is what the model allows.
    let model = cue_chain::model(&[0.0, 3.0, -6.0]).unwrap();
    let mut rng = seeded(3);
    for _ in 0..50 {
        let mut world = CueChain::new();
        let mut obs = world.reset(&mut rng);
        let mut belief = correct(&model, model.prior(), &obs).unwrap().belief;
        let (live, side) = world.context();
        for target in [
            cue_chain::FIRST_CUE,
            cue_chain::SECOND_CUES[live],
            cue_chain::REWARD_PLACES[side],
        ] {
            while obs[0] != target {
                let (row, column) =
                    (target / cue_chain::COLUMNS, target % cue_chain::COLUMNS);
                let (r, c) = (obs[0] / cue_chain::COLUMNS, obs[0] % cue_chain::COLUMNS);
                let action = if r > row {
                    0
                } else if r < row {
                    1
                } else if c > column {
                    2
                } else {
                    3
                };
                obs = world.step(action, &mut rng).obs;
                belief = filter(&model, &belief, action, &obs).unwrap().belief;
            }
        }
        assert_eq!(obs[3], 1, "cheese");
        assert!((belief.probs().iter().copied().fold(0.0, f64::max) - 1.0).abs() < 1e-12);
    }
}
