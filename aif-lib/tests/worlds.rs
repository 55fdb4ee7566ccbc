//! Every world keeps the rules, and the grid worlds are the ones they claim to be.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeSet, HashSet};

use aif_lib::interaction::Ends;
use aif_lib::prelude::*;
use aif_lib::rl::evaluate::{action_values, policy_values_exact};
use aif_lib::world::graph;
use aif_lib::world::grid::{LAYOUTS, SMALL};

/// Name; then on 11 × 11 and on 7 × 7 cells: cells that are no wall, length of a shortest path to a goal. The
/// paths can be counted on the drawings: where no wall forbids it, a path is as long as the rows plus the
/// columns between start and goal.
const EXPECTED: [(&str, [usize; 2], [usize; 2]); 18] = [
    ("empty", [81, 16], [25, 8]),
    ("four_rooms", [68, 16], [20, 8]),
    ("outer_ring", [56, 16], [24, 8]),
    ("two_rooms", [73, 16], [21, 8]), // 8 to the key, 4 to the door, 4 beyond; 4, 2, 2
    ("u_maze", [46, 22], [22, 10]),   // 7 up, 8 across, 7 down; 3, 4, 3
    ("t_maze", [45, 12], [19, 6]),
    ("hallways", [45, 16], [21, 8]),
    ("ring", [64, 14], [16, 8]), // 8 up, 3 out and 3 back around the block; 4, 2, 2
    ("s_maze", [67, 28], [17, 16]), // 8 across; 7 up, 6 down, 7 up; 4, and 4 + 4 + 4
    ("circle", [77, 8], [21, 4]),
    ("i_maze", [63, 16], [19, 8]),
    ("hairpin", [53, 40], [17, 16]), // 8 across; 7 up, 6 down, 6 up, 6 down, 7 up; 3 × 4 across, 4 up
    ("detour", [39, 8], [19, 4]),
    ("detour_block", [38, 16], [18, 8]),
    ("four_rooms_split", [42, 13], [18, 9]), // 6 to the warp, 1 to the key, 6 through the door; 4, 1, 4
    ("obstacle", [74, 16], [22, 8]),
    ("two_step", [28, 12], [13, 5]), // 8 up and 4 to the side; on the small one to the nearest, 4 and 1
    ("narrow", [45, 10], [15, 6]),   // 8 up, 1 out and 1 back around the trap; 4, 1, 1
];

fn both_sizes() -> impl Iterator<Item = (&'static str, &'static str, GridWorld, usize)> {
    let large =
        LAYOUTS.map(|(name, text)| (name, text, GridWorld::layout(name).unwrap(), 11));
    let small = SMALL.map(|(name, text)| (name, text, GridWorld::small(name).unwrap(), 7));
    large.into_iter().chain(small)
}

/// What a walker on the characters knows: where it is, the keys it took, the doors it opened.
type Walker = ((usize, usize), BTreeSet<(usize, usize)>, BTreeSet<(usize, usize)>);

/// Breadth-first search on the characters, without the library: the fewest steps from a walker to each + and -.
fn distances(drawing: &str, from: Walker) -> Vec<((usize, usize), usize)> {
    let lines: Vec<Vec<char>> =
        drawing.split_whitespace().map(|line| line.chars().collect()).collect();
    let (mut seen, mut frontier) = (HashSet::from([from.clone()]), vec![from]);
    let mut found: Vec<((usize, usize), usize)> = Vec::new();
    for steps in 1.. {
        let mut next = Vec::new();
        for ((row, col), keys, doors) in frontier {
            for (row, col) in
                [(row - 1, col), (row + 1, col), (row, col - 1), (row, col + 1)]
            {
                let (mut at, mut keys, mut doors) =
                    ((row, col), keys.clone(), doors.clone());
                match lines[row][col] {
                    '#' => continue,
                    '+' | '-' => {
                        if found.iter().all(|(goal, _)| *goal != at) {
                            found.push((at, steps));
                        }
                        continue;
                    }
                    'K' => {
                        keys.insert(at);
                    }
                    'D' if !doors.contains(&at) => {
                        if keys.len() == doors.len() {
                            continue;
                        }
                        doors.insert(at);
                    }
                    'W' => at = find(&lines, 'w'),
                    _ => {}
                }
                let walker = (at, keys, doors);
                if seen.insert(walker.clone()) {
                    next.push(walker);
                }
            }
        }
        if next.is_empty() {
            return found;
        }
        frontier = next;
    }
    found
}

fn find(lines: &[Vec<char>], glyph: char) -> (usize, usize) {
    let row = lines.iter().position(|line| line.contains(&glyph)).unwrap();
    (row, lines[row].iter().position(|&c| c == glyph).unwrap())
}

fn at_the_start(drawing: &str) -> Walker {
    let lines: Vec<Vec<char>> =
        drawing.split_whitespace().map(|line| line.chars().collect()).collect();
    (find(&lines, 'S'), BTreeSet::new(), BTreeSet::new())
}

#[test]
fn every_layout_has_its_cells_and_its_shortest_path() {
    for (k, (name, drawing, world, size)) in both_sizes().enumerate() {
        let (known, large, small) = EXPECTED[k % 18];
        let [cells, steps] = if size == 11 { large } else { small };
        let free = world.walls().iter().filter(|wall| !**wall).count();
        assert_eq!((name, world.rows(), world.cols(), free), (known, size, size, cells));
        let goals = |(row, col): (usize, usize)| {
            (0..world.n_states())
                .find(|&s| world.cell(s) == (row, col))
                .and_then(|s| world.reward(s))
                > Some(0.0)
        };
        let nearest = distances(drawing, at_the_start(drawing))
            .into_iter()
            .filter(|(at, _)| goals(*at));
        assert_eq!(nearest.map(|(_, steps)| steps).min(), Some(steps), "{name}, {size}");
        let ends = world.terminal().into_iter().filter(|&s| world.reward(s) > Some(0.0));
        let path = ends.filter_map(|s| world.path_to(s)).min_by_key(Vec::len).unwrap();
        assert_eq!(path.len() - 1, steps, "{name}, {size}");
        let leads =
            |a: usize, b: usize| (0..4).any(|action| world.neighbour(a, action) == b);
        assert!(path.windows(2).all(|w| leads(w[0], w[1])), "{name}: {path:?}");
        // The drawing comes back (the goals of two_step all look alike).
        let drawn: String = drawing.split_whitespace().map(|l| format!("{l}\n")).collect();
        assert_eq!(world.to_string(), drawn, "{name}");
    }
}

/// The walker that a state stands for, from what the world says of its layer's objects.
fn walker(world: &GridWorld, drawing: &str, state: usize) -> Walker {
    let lines: Vec<Vec<char>> =
        drawing.split_whitespace().map(|line| line.chars().collect()).collect();
    let there: Vec<usize> =
        world.objects(world.layer(state)).into_iter().map(|(cell, _)| cell).collect();
    let gone = |glyph: char| -> BTreeSet<(usize, usize)> {
        (0..world.rows() * world.cols())
            .map(|cell| (cell, (cell / world.cols(), cell % world.cols())))
            .filter(|(cell, (row, col))| {
                lines[*row][*col] == glyph && !there.contains(cell)
            })
            .map(|(_, place)| place)
            .collect()
    };
    (world.cell(state), gone('K'), gone('D'))
}

#[test]
fn every_value_of_every_layout_is_reward_times_discount_to_the_distance() {
    for (name, drawing, world, size) in both_sizes() {
        let mdp = world.to_mdp(0.99).unwrap();
        let values = value_iteration(&mdp, 1e-13).unwrap();
        let reward = |(row, col): (usize, usize)| {
            let at = (0..world.n_states()).find(|&s| world.cell(s) == (row, col)).unwrap();
            world.reward(at).unwrap()
        };
        for s in (0..world.n_states()).filter(|&s| world.reward(s).is_none()) {
            let ends = distances(drawing, walker(&world, drawing, s)).into_iter();
            let worth = ends.map(|(at, d)| reward(at) * 0.99f64.powi(d as i32 - 1));
            // Where no goal can be reached, it is best to go nowhere.
            let best = worth.fold(0.0, f64::max);
            assert!(
                (values.v[s] - best).abs() < 1e-11,
                "{name} {size}, state {s}: {} {best}",
                values.v[s]
            );
        }
    }
}

#[test]
fn on_slippery_floors_the_values_solve_bellmans_equation_exactly() {
    for (name, _, world, size) in both_sizes() {
        let mdp = world.with_slip(0.3).unwrap().to_mdp(0.95).unwrap();
        let values = value_iteration(&mdp, 1e-12).unwrap();
        let exact = policy_values_exact(&mdp, &values.greedy()).unwrap();
        let q = action_values(&mdp, &exact);
        for s in (0..mdp.n_states()).filter(|&s| !mdp.is_terminal(s)) {
            assert!((exact[s] - values.v[s]).abs() < 1e-9, "{name} {size}, state {s}");
            let best = q.row(s).iter().copied().fold(f64::NEG_INFINITY, f64::max);
            assert!(
                (exact[s] - best).abs() < 1e-9,
                "{name} {size}: no action is better in {s}"
            );
        }
    }
}

#[test]
fn keys_open_doors_and_warps_lead_on() {
    let mut world = GridWorld::small("four_rooms_split").unwrap();
    assert_eq!((world.n_layers(), world.n_states()), (3, 15 + 16 + 17));
    let names = [0, 1, 2].map(|layer| world.layer_name(layer));
    assert_eq!(names[1..], ["1 key in hand, 0 doors open", "0 keys in hand, 1 door open"]);
    assert_eq!(names[0], "0 keys in hand, 0 doors open");
    let mut rng = seeded(0);
    let mut at = world.reset(&mut rng);
    let mut go = |world: &mut GridWorld, action: usize| {
        at = world.step(action, &mut rng).obs;
        (world.layer(at), world.cell(at))
    };
    for _ in 0..3 {
        go(&mut world, 3);
    }
    assert_eq!(go(&mut world, 3), (0, (2, 5)), "the warp, four steps to the west");
    assert_eq!(go(&mut world, 3), (0, (2, 4)));
    assert_eq!(go(&mut world, 0), (0, (1, 4)));
    assert_eq!(go(&mut world, 3), (0, (1, 4)), "the door is closed");
    assert_eq!(go(&mut world, 1), (1, (1, 5)), "the key is taken on arrival");
    assert_eq!(go(&mut world, 3), (1, (1, 4)));
    assert_eq!(go(&mut world, 3), (2, (1, 3)), "the door opens, and the key is used up");
    assert_eq!(go(&mut world, 3), (2, (1, 2)));
    assert_eq!(go(&mut world, 3), (2, (1, 1)));
    assert_eq!(world.objects(0).iter().map(|(_, c)| *c).collect::<String>(), "DKwW");
    assert_eq!(world.objects(2).iter().map(|(_, c)| *c).collect::<String>(), "wW");
    assert_eq!(world.cell(world.goal()), (1, 1));
    assert_eq!(world.layer(world.goal()), 2, "only behind the open door");
    assert_eq!((world.state_at(1, 5), world.state_in(1, 1, 5).is_some()), (None, true));
}

#[test]
fn a_key_opens_one_door_only() {
    // Two doors, one key: the goal behind both cannot be reached. With two keys it can, in either order.
    assert!(
        GridWorld::new("KSDD+")
            .unwrap_err()
            .to_string()
            .contains("a key K that can be reached")
    );
    let world = GridWorld::new("KSKDD+").unwrap();
    // Neither key, either, both; then one door; then two doors.
    assert_eq!(world.n_layers(), 7);
    assert_eq!(world.path_to(world.goal()).unwrap().len() - 1, 6);
}

#[test]
fn every_world_keeps_the_rules_and_reaches_both_ends() {
    for (k, (name, _, world, size)) in both_sizes().enumerate() {
        for slip in [0.0, 0.3] {
            let world = world.clone().with_slip(slip).unwrap();
            let mut rng = stream(1, k as u64);
            let ends = check_world(&mut world.clone(), 200_000, &mut rng).unwrap();
            assert!(ends.terminated > 0 && ends.truncated == 0, "{name} {size}: {ends:?}");
            let mut limited = TimeLimit::new(world, 30);
            let ends = check_world(&mut limited, 30, &mut rng).unwrap();
            assert!(ends.truncated > 0, "{name} {size}: {ends:?}");
        }
    }
}

#[test]
fn both_t_mazes_keep_the_rules() {
    for reliability in [0.5, 0.9, 1.0] {
        let ends = Ends { terminated: 20, truncated: 0 };
        let mut maze = TMaze::new(reliability).unwrap();
        assert_eq!(check_world(&mut maze, 2, &mut seeded(1)).unwrap(), ends);
        tmaze::model(reliability, &tmaze::PREFERENCE).unwrap().check_reachable().unwrap();
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
    assert_eq!((last.obs, last.reward, last.end), (8, 1.0, Some(End::Terminated)));
    let mut walled = GridWorld::new("#+#\n#S#\n###").unwrap();
    walled.reset(&mut rng);
    assert_eq!(walled.step(3, &mut rng).obs, 1, "a wall blocks");
    let mut trap = GridWorld::new("-S+").unwrap();
    trap.reset(&mut rng);
    let step = trap.step(3, &mut rng);
    assert_eq!((step.reward, step.end), (-1.0, Some(End::Terminated)));
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
        ("S.\n.x+", "line 2, column 2: the character 'x' has no meaning: use # wall"),
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
        ("S.W\n.+.", "line 1, column 3: this warp leads nowhere: write w"),
        ("Sw.\nw+W", "line 2, column 1: this is a second warp target: keep one w"),
        ("S.D+", "line 1, column 4: no path leads from the start to this goal"),
        ("SKKKKKKKD+", "line 1, column 8: there are more than 6 keys and doors"),
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
    assert_eq!(check_world(&mut doors, 20, &mut seeded(1)).unwrap().terminated, 0);
    let mut scene = TimeLimit::new(Scene::animals(), 5);
    assert_eq!(check_world(&mut scene, 5, &mut seeded(1)).unwrap().terminated, 0);
    let mut chain = TimeLimit::new(CueChain::new(), 30);
    assert_eq!(check_world(&mut chain, 30, &mut seeded(1)).unwrap().terminated, 0);
}

#[test]
fn after_a_door_the_tiger_is_placed_anew() {
    // With perfect ears: where it is said to be after a door was opened, whatever was behind that door.
    let (mut doors, mut rng) = (Tiger::new(1.0).unwrap(), seeded(9));
    doors.reset(&mut rng);
    let mut moved = 0;
    for k in 0..4000 {
        let before = doors.step(0, &mut rng).obs[0];
        let opened = doors.step(1 + k % 2, &mut rng).obs[1];
        assert_eq!(opened == 3, before == 1 + k % 2, "the tiger is where it was heard");
        let after = doors.step(0, &mut rng).obs[0];
        assert_eq!(after, doors.step(0, &mut rng).obs[0], "listening moves nothing");
        moved += usize::from(after != before);
    }
    assert!((1840..2160).contains(&moved), "{moved} of 4000"); // 5 standard errors
}

#[test]
fn every_context_of_the_chain_of_cues_is_drawn_equally_often() {
    let (mut world, mut rng) = (CueChain::new(), seeded(4));
    let mut counts = [[0; 2]; 4];
    for _ in 0..8000 {
        world.reset(&mut rng);
        let (live, side) = world.context();
        counts[live][side] += 1;
    }
    // 1000 each, with a standard error of 30.
    assert!(counts.iter().flatten().all(|n| (850..1150).contains(n)), "{counts:?}");
}

#[test]
fn what_looks_good_in_the_maximization_bias_is_bad_on_average() {
    let (mut world, mut rng) = (MaximizationBias::new(), seeded(6));
    let rewards: Vec<f64> = (0..20_000)
        .map(|k| {
            world.reset(&mut rng);
            assert_eq!(world.step(k % 5, &mut rng).reward, 0.0);
            world.step(k % 10, &mut rng).reward
        })
        .collect();
    let mean = rewards.iter().sum::<f64>() / 2e4;
    let variance = rewards.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / 2e4;
    // 5 standard errors each.
    assert!(
        (mean + 0.1).abs() < 0.036 && (variance - 1.0).abs() < 0.05,
        "{mean} {variance}"
    );
}

#[test]
fn a_slip_goes_along_a_way_that_exists() {
    // The first node has one way although there are two actions: a slip can lead nowhere else.
    let world = GraphWorld::new(&[&[1], &[0, 2], &[]], &[(2, 1.0)]).unwrap();
    let (mut world, mut rng) = (world.with_slip(1.0).unwrap(), seeded(5));
    for k in 0..100 {
        world.reset(&mut rng);
        assert_eq!(world.step(k % 2, &mut rng).obs, 1);
    }
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

/// The best values of every graph, from the shape of the graph alone (γ = .9).
fn graph_values(name: &str) -> Vec<f64> {
    let g = 0.9f64;
    let power = |distances: &[i32], scale: f64| -> Vec<f64> {
        distances.iter().map(|&d| scale * g.powi(d)).collect()
    };
    // A node that pays on every second step, seen from the node before it; and one that pays on every step.
    let (every_other, every) = (1.0 / (1.0 - g * g), 1.0 / (1.0 - g));
    match name {
        "two_step" => vec![g, 1.0, 0.5, 0.0, 0.0, 0.0, 0.0],
        "three_arm_bandit" => vec![1.0, 0.0, 0.0, 0.0],
        "linear" => vec![g.powi(4), g.powi(3), g.powi(2), g, 1.0, 0.0],
        "two_way_linear" => power(&[3, 2, 1, 0, 0], every),
        // 3 and 5 are beside node 4, which pays; 4 itself has to leave and return.
        "ring" => power(&[1, 2, 1, 0, 1, 0], every_other),
        "t_graph" => vec![g.powi(3), g.powi(2), g, 1.0, 0.0, 0.0, 0.0],
        // 11 and 12 pay for staying. From the stem the way is 1, 2, 3, 5, 7, 9, 11.
        "t_loop" => power(&[6, 5, 4, 3, 3, 2, 2, 1, 1, 0, 0, 0, 0], every),
        // 14 pays on arrival; its four neighbours are 10 to 13. Steps to the nearest of them: from 3 and 9 one.
        "neighborhood" => {
            power(&[2, 2, 3, 1, 2, 3, 2, 2, 2, 1, 0, 0, 0, 0, 1], every_other)
        }
        "human_a" => vec![10.0 * g, g, 10.0, 1.0, 0.0, 0.0],
        "human_b" => {
            let (a, b) = (15.0 * every, 30.0 * every);
            vec![g * b, a, b, a, 0.0, b]
        }
        "variable_magnitude" => {
            let u = |r: f64| 10.0 / (1.0 + (200.0 / r).sqrt());
            let mean = 0.067 * u(0.1)
                + 0.09 * u(0.3)
                + 0.148 * u(1.2)
                + 0.154 * u(2.5)
                + 0.313 * u(5.0)
                + 0.151 * u(10.0)
                + 0.077 * u(20.0);
            [vec![mean], vec![0.0; 7]].concat()
        }
        other => panic!("no values for {other}"),
    }
}

#[test]
fn every_graph_has_the_values_of_its_shape() {
    for name in graph::NAMES {
        let world = GraphWorld::layout(name).unwrap();
        let values = value_iteration(&world.to_mdp(0.9).unwrap(), 1e-13).unwrap().v;
        let expected = graph_values(name);
        assert_eq!(values.len(), expected.len(), "{name}");
        for (s, (v, e)) in values.iter().zip(&expected).enumerate() {
            assert!((v - e).abs() < 1e-10, "{name}, node {s}: {v}, expected {e}");
        }
    }
}

#[test]
fn every_graph_keeps_the_rules() {
    for (k, name) in graph::NAMES.into_iter().enumerate() {
        for slip in [0.0, 0.5] {
            let world = GraphWorld::layout(name).unwrap().with_slip(slip).unwrap();
            let endless = (0..world.n_nodes()).all(|node| !world.is_terminal(node));
            let mut limited = TimeLimit::new(world, 400);
            let ends = check_world(&mut limited, 400, &mut stream(3, k as u64)).unwrap();
            assert_eq!(ends.terminated == 0, endless, "{name}: {ends:?}");
        }
    }
}

#[test]
fn the_graph_moves_as_its_mdp_says() {
    let n = 20_000;
    for (name, node, action) in
        [("variable_magnitude", 0, 0), ("two_step", 0, 1), ("neighborhood", 0, 2)]
    {
        let world = GraphWorld::layout(name).unwrap().with_slip(0.4).unwrap();
        let mdp = world.to_mdp(0.9).unwrap();
        let arrivals = population(n, 4, &|_, rng| {
            let mut world = world.clone();
            world.reset(rng);
            world.step(action, rng).obs as f64
        });
        for next in 0..world.n_nodes() {
            let p = mdp.transition()[[next, node, action]];
            let rate =
                arrivals.iter().filter(|&&a| a == next as f64).count() as f64 / n as f64;
            let error = (p * (1.0 - p) / n as f64).sqrt();
            assert!((rate - p).abs() <= 4.0 * error, "{name}, {next}: {rate} against {p}");
        }
    }
}

#[test]
fn the_neighborhood_is_three_groups_of_five_with_mutual_ways() {
    let world = GraphWorld::layout("neighborhood").unwrap();
    let to =
        |s: usize| -> Vec<usize> { (0..4).map(|a| world.targets(s, a)[0].0).collect() };
    for s in 0..15 {
        assert!(to(s).iter().all(|&next| next != s && to(next).contains(&s)), "node {s}");
        let out = to(s).into_iter().filter(|next| next / 5 != s / 5).count();
        assert_eq!(out, usize::from([2, 3, 5, 9, 10, 11].contains(&s)), "node {s}");
    }
}

#[test]
fn bad_graphs_are_named() {
    let text = |world: Result<GraphWorld>| world.unwrap_err().to_string();
    assert!(text(GraphWorld::new(&[], &[])).contains("ways out of node 0"));
    assert!(text(GraphWorld::new(&[&[], &[0]], &[])).contains("ways out of node 0"));
    let message = text(GraphWorld::new(&[&[1], &[7]], &[]));
    assert!(message.contains("a target of node 1 is 7, but there are only 2"), "{message}");
    let message = text(GraphWorld::new(&[&[0]], &[(3, 1.0)]));
    assert!(message.contains("a node with a reward is 3"), "{message}");
    assert!(text(GraphWorld::new(&[&[0]], &[(0, f64::NAN)])).contains("reward = NaN"));
    assert!(text(GraphWorld::layout("star")).contains("use one of two_step, three_arm"));
    let fork = || GraphWorld::new(&[&[1, 2], &[], &[]], &[]).unwrap();
    let message = text(fork().with_chance(0, 0, &[(1, 0.5), (2, 0.4)]));
    assert!(message.contains("way 0 out of node 0 sums to 0.9"), "{message}");
    assert!(
        text(fork().with_chance(1, 0, &[(1, 1.0)])).contains("the way out of node 1 is 0")
    );
    assert!(text(fork().with_slip(-0.1)).contains("slip = -0.1"));
    // γ above 1, and γ = 1 where nothing ever ends.
    let message = fork().to_mdp(1.5).unwrap_err().to_string();
    assert!(
        message.contains("discount = 1.5: the discount gamma is from 0 to 1"),
        "{message}"
    );
    let ring = GraphWorld::layout("ring").unwrap().to_mdp(1.0).unwrap();
    let message = value_iteration(&ring, 1e-9).unwrap_err().to_string();
    assert!(
        message.contains("from state 0 no policy ever reaches a terminal state"),
        "{message}"
    );
    let message = GridWorld::four_rooms().to_mdp(1.01).unwrap_err().to_string();
    assert!(message.contains("discount = 1.01"), "{message}");
}
