//! Grid worlds and the T-maze, read back cell by cell.

use aif_lib::prelude::*;

use crate::read::{Shape, all, close, colour, same, shapes, text, value};

/// The cells of a drawn grid in their order: floor has an outline of its own, walls are a little larger.
fn cells(shapes: &[Shape]) -> Vec<&Shape> {
    let wall = colour("wall");
    let is_cell = |s: &&Shape| {
        s.tag == "rect" && (s.get("stroke-width") == "0.8" || s.get("fill") == wall)
    };
    shapes.iter().filter(is_cell).collect()
}

fn is_wall(cell: &Shape) -> bool {
    cell.get("fill") == colour("wall")
}

/// The number of the cell in which a shape stands.
fn stands_on(cells: &[&Shape], shape: &Shape) -> usize {
    cells.iter().position(|cell| cell.covers(shape.middle())).expect("a cell")
}

#[test]
fn each_number_stands_in_its_cell_and_the_higher_the_lighter() {
    let values = vec![0.5, 0.25, 1.0, f64::NAN, 0.75, 0.0];
    let picture = GridPicture {
        rows: 2,
        cols: 3,
        values: Some(values.clone()),
        ..Default::default()
    };
    let drawn = shapes(&plot::grid(&picture).svg());
    let cells = cells(&drawn);
    assert_eq!(cells.len(), 6);
    // Row by row: the first three are beside each other.
    assert!(
        same(cells[0].middle().1, cells[2].middle().1)
            && cells[0].middle().0 < cells[1].middle().0
    );
    let mut seen = Vec::new();
    for word in drawn.iter().filter(|s| s.tag == "text" && !s.text.is_empty()) {
        let cell = stands_on(&cells, word);
        assert_eq!(value(&word.text), values[cell], "cell {cell}");
        seen.push((values[cell], cells[cell].lightness()));
    }
    assert_eq!(seen.len(), 5);
    seen.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(seen.is_sorted_by(|a, b| a.1 < b.1), "{seen:?}");
}

#[test]
fn where_cells_are_small_a_bar_tells_their_colours() {
    let values: Vec<f64> = (0..400).map(f64::from).collect();
    let picture =
        GridPicture { rows: 20, cols: 20, values: Some(values), ..Default::default() };
    let drawn = shapes(&plot::grid(&picture).svg());
    let cells = cells(&drawn);
    assert!(cells.windows(41).all(|w| w[0].lightness() < w[40].lightness()), "upwards");
    let strips: Vec<&Shape> = drawn.iter().filter(|s| s.get("width") == "14").collect();
    let words: Vec<(f64, f64)> = drawn
        .iter()
        .filter(|s| s.tag == "text" && !s.text.is_empty())
        .map(|s| (value(&s.text), s.number("y") - 4.0))
        .collect();
    close(&words.iter().map(|w| w.0).collect::<Vec<_>>(), &[0.0, 199.5, 399.0], 1e-9);
    // The highest number stands at the top, where its colour is.
    assert!(words[2].1 < words[0].1 && same(words[2].1, strips[0].sides()[1]));
    assert_eq!(strips[0].get("fill"), cells[399].get("fill"));
    assert_eq!(strips[strips.len() - 1].get("fill"), cells[0].get("fill"));
}

#[test]
fn a_grid_draws_each_tie_and_keeps_walls_free_of_values() {
    let picture = GridPicture {
        rows: 1,
        cols: 2,
        walls: vec![false, true],
        values: Some(vec![0.5, 7.0]),
        arrows: vec![(0, 0), (0, 3)],
        ..GridPicture::default()
    };
    let figure = plot::grid(&picture);
    let drawn = shapes(&figure.svg());
    assert!(is_wall(cells(&drawn)[1]) && !is_wall(cells(&drawn)[0]));
    assert!(drawn.iter().any(|s| s.text == "0.5") && !figure.svg().contains(">7"));
    let heads: Vec<Vec<(f64, f64)>> =
        drawn.iter().filter(|s| s.tag == "polygon").map(Shape::points).collect();
    assert_eq!(heads.len(), 2);
    // The first corner is the tip: north is up, west is left.
    assert!(heads[0][0].1 < heads[0][1].1 && same(heads[0][1].1, heads[0][2].1));
    assert!(heads[1][0].0 < heads[1][1].0 && same(heads[1][1].0, heads[1][2].0));
}

/// What the picture of a floor shows: size, walls, the cells of the badges S and G, and the cells of the walk.
fn floor(picture: &GridPicture) -> (usize, Vec<usize>, [usize; 2], Vec<usize>) {
    let drawn = shapes(&plot::grid(picture).svg());
    let cells = cells(&drawn);
    let walls = (0..cells.len()).filter(|&cell| is_wall(cells[cell])).collect();
    let badges = ["S", "G"].map(|word| stands_on(&cells, text(&drawn, word)));
    let walk = all(&drawn, "polyline", "stroke", &colour("ink")).remove(0);
    let at = |point: &(f64, f64)| {
        let cell = cells.iter().position(|cell| cell.covers(*point)).expect("on the floor");
        let (x, y) = cells[cell].middle();
        assert!(same(x, point.0) && same(y, point.1), "through the middle of each cell");
        cell
    };
    (cells.len(), walls, badges, walk.points().iter().map(at).collect())
}

#[test]
fn the_floor_of_a_grid_world_is_drawn_with_a_walk_through_its_states() {
    let world = GridWorld::new("S.#\n#.+").unwrap();
    let way = world.path_to(world.goal()).unwrap();
    // States are counted without the walls, cells with them.
    assert_eq!(way, [0, 1, 2, 3]);
    let picture = GridPicture::floor("Floor", &world).path(&way);
    assert_eq!(floor(&picture), (6, vec![2, 3], [0, 5], vec![0, 1, 4, 5]));
    let numbers = picture.values(&[0.25, 0.5, 0.75]).values.unwrap();
    assert_eq!(numbers[..2], [0.25, 0.5]);
    assert!(numbers[4] == 0.75 && numbers[5].is_nan(), "the last state has no number");
}

#[test]
fn the_cliff_lies_between_start_and_goal() {
    let picture = GridPicture::floor("Cliff", &Cliff::new()).path(&[36, 24, 25]);
    let edge: Vec<usize> = (37..47).collect();
    assert_eq!(floor(&picture), (48, edge, [36, 47], vec![36, 24, 25]));
}

#[test]
fn the_deep_sea_is_a_triangle_with_its_treasure_at_the_lower_right() {
    let sea = DeepSea::new(2, &mut seeded(1)).unwrap();
    // Down, then to the right; cell 4 of the six states lies in the middle of the bed.
    let picture = GridPicture::floor("Sea", &sea).path(&[0, 1, 4]);
    assert_eq!(floor(&picture), (9, vec![1, 2, 5], [0, 8], vec![0, 3, 7]));
}

#[test]
fn a_number_is_that_of_the_floor_as_an_episode_begins() {
    // With a key, a cell has one state before it is taken and one after.
    let world = GridWorld::new("SKD+").unwrap();
    let numbers: Vec<f64> = (0..world.n_states()).map(|s| s as f64).collect();
    let shown = GridPicture::floor("Keys", &world).values(&numbers).values.unwrap();
    let known = world.on_cells(&numbers);
    for (cell, number) in known.iter().enumerate().filter(|(_, number)| number.is_finite())
    {
        assert_eq!(shown[cell], *number, "cell {cell}");
    }
}

#[test]
fn a_value_map_has_walls_as_walls_and_rewards_in_place_of_values() {
    let world = GridWorld::new("S.#\n-.+").unwrap();
    let values = value_iteration(&world.to_mdp(0.9).unwrap(), 1e-12).unwrap();
    let map = plot::value_map("Map", &world, &values.v, &values.greedy());
    let drawn = shapes(&map.svg());
    let cells = cells(&drawn);
    let on = |word: &str| stands_on(&cells, text(&drawn, word));
    assert_eq!(["0.81", "0.90", "−1", "1.00", "+1"].map(on), [0, 1, 3, 4, 5]);
    assert!(is_wall(cells[2]));
    assert!(!map.svg().contains(">0.00<"), "an end has its reward instead");
    assert!(
        map.alt_text()
            .contains("start at row 0, column 0, −1 at row 1, column 0, +1 at row 1, column 2. Values from 0.81 to 1")
    );
    // East, then south, then east.
    assert!(map.alt_text().contains("3 arrows"), "{}", map.alt_text());
}

#[test]
fn a_range_fixes_the_colours_of_a_grid_and_not_its_numbers() {
    let colours = |values: Vec<f64>, range| {
        let picture = GridPicture {
            rows: 1,
            cols: 2,
            values: Some(values),
            range,
            ..Default::default()
        };
        let drawn = shapes(&plot::grid(&picture).svg());
        let painted: Vec<u32> = cells(&drawn).iter().map(|cell| cell.rgb()).collect();
        (painted, drawn.iter().any(|s| s.text == "2.00"))
    };
    let (own, _) = colours(vec![0.25, 0.75], None);
    let (fixed, _) = colours(vec![0.25, 0.75], Some((0.25, 0.75)));
    let (wide, _) = colours(vec![0.25, 0.75], Some((0.0, 1.0)));
    assert_eq!(own, fixed);
    assert!(own[0] != wide[0] && own[1] != wide[1], "{own:?} {wide:?}");
    // Beyond the range the colour stays at its end, and the number is told as it is.
    let (beyond, written) = colours(vec![0.25, 2.0], Some((0.25, 0.75)));
    assert!(written && beyond == own, "{beyond:?}");
}

#[test]
fn keys_doors_and_warps_are_drawn_until_they_are_used() {
    let world = GridWorld::new("KSD+\nW.w.").unwrap();
    let values = value_iteration(&world.to_mdp(0.9).unwrap(), 1e-12).unwrap();
    let alt = |layer: usize| {
        let map = plot::value_map_in(layer, "Map", &world, &values.v, &values.greedy());
        map.alt_text().to_string()
    };
    let all = "key at row 0, column 0, door at row 0, column 2, warp at row 1, column 0, warp target";
    assert!(alt(0).contains(all), "{}", alt(0));
    assert!(alt(1).contains("columns, door at row 0, column 2, warp"), "{}", alt(1));
    assert!(alt(2).contains("columns, warp at row 1"), "{}", alt(2));
}

#[test]
fn the_cue_of_the_t_maze_points_where_it_says() {
    for (cue, sign) in [(None, "?"), (Some(0), "←"), (Some(1), "→")] {
        let svg = plot::tmaze(&TmazePicture { cue, ..TmazePicture::new("T") }).svg();
        let drawn = shapes(&svg);
        let found: Vec<&str> = ["?", "←", "→"]
            .into_iter()
            .filter(|word| drawn.iter().any(|s| s.text == *word))
            .collect();
        assert_eq!(found, [sign], "{cue:?}");
    }
}

#[test]
fn beliefs_agent_and_reward_stand_on_the_side_that_they_are_about() {
    // A mouse has two eyes; the body is the largest circle in its colour.
    let agent = |place: usize| {
        let drawn =
            shapes(&plot::tmaze(&TmazePicture { place, ..TmazePicture::new("T") }).svg());
        let body = all(&drawn, "circle", "r", "15").remove(0);
        (
            body.middle(),
            text(&drawn, "left arm").number("x"),
            text(&drawn, "right arm").number("x"),
        )
    };
    let [(centre, l, r), (cue, ..), (left, ..), (right, ..)] = [0, 1, 2, 3].map(agent);
    assert!(same(centre.0, cue.0) && cue.1 > centre.1 && left.1 < centre.1);
    assert!(l < left.0 && left.0 < centre.0 && centre.0 < right.0 && right.0 < r);

    let moment =
        TmazePicture { belief: [0.25, 0.75], pays: Some(1), ..TmazePicture::new("T") };
    let drawn = shapes(&plot::tmaze(&moment).svg());
    let mut bars = all(&drawn, "rect", "fill", &colour("aif"));
    bars.retain(|s| s.get("width") == "24");
    let heights: Vec<f64> = bars.iter().map(|s| s.number("height") / 64.0).collect();
    close(&heights, &[0.25, 0.75], 0.01);
    assert!(same(bars[0].middle().0, l) && same(bars[1].middle().0, r));
    assert!(same(bars[0].sides()[3], bars[1].sides()[3]), "filled from below");
    assert!(
        same(text(&drawn, "0.25").number("x"), l)
            && same(text(&drawn, "0.75").number("x"), r)
    );
    let ring = drawn.iter().find(|s| s.get("r") == "26").expect("where the reward is");
    assert!(same(ring.middle().0, right.0));
}
