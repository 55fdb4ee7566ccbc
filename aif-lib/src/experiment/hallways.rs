//! Four Rooms with a way to each hallway: options that help with one goal and hinder with another.

use std::collections::VecDeque;

use crate::error::{Error, Result};
use crate::interaction::{Action, State};
use crate::rl::options::{Choices, Course, first_episode};
use crate::world::grid::{DIRECTIONS, GridWorld};

/// The doors of Four Rooms, (row, column): each joins two rooms.
pub const HALLWAYS: [(usize, usize); 4] = [(3, 5), (5, 3), (5, 7), (7, 5)];

/// Four Rooms with its goal in another cell.
///
/// # Errors
/// [`Error::Drawing`]: the cell is a wall, the start, or outside.
///
/// ```
/// # use aif_lib::prelude::*;
/// let rooms = hallways::four_rooms(5, 3)?;
/// assert_eq!((rooms.n_states(), rooms.cell(rooms.goal())), (68, (5, 3)));
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn four_rooms(row: usize, col: usize) -> Result<GridWorld> {
    let drawing = GridWorld::four_rooms().to_string().replace('+', ".");
    let mut rows: Vec<Vec<char>> =
        drawing.lines().map(|row| row.chars().collect()).collect();
    let Some('.') = rows.get(row).and_then(|line| line.get(col)) else {
        let problem = "the goal stands on a free cell that is not the start".into();
        return Err(Error::Drawing { line: row + 1, column: col + 1, problem });
    };
    rows[row][col] = '+';
    let lines: Vec<String> = rows.into_iter().map(String::from_iter).collect();
    GridWorld::new(&lines.join("\n"))
}

/// The room of a cell that is no door: 0 and 1 above, 2 and 3 below.
fn room((row, col): (usize, usize)) -> Option<usize> {
    (!HALLWAYS.contains(&(row, col)))
        .then(|| 2 * usize::from(row > 5) + usize::from(col > 5))
}

/// The rooms that a door joins.
fn joined(door: (usize, usize)) -> [usize; 2] {
    match door {
        (3, _) => [0, 1],
        (7, _) => [2, 3],
        (_, 3) => [0, 2],
        _ => [1, 3],
    }
}

/// The eight hallway options: from anywhere in a room, and from its other door, the shortest way to one of its two doors.
///
/// `rooms`: [`GridWorld::four_rooms`], or one of [`four_rooms`]. Source: Sutton, Precup & Singh (1999), section 2.
pub fn ways(rooms: &GridWorld) -> Vec<Course> {
    let to_each = |door: (usize, usize)| joined(door).map(|room| way(rooms, room, door));
    HALLWAYS.into_iter().flat_map(to_each).collect()
}

fn way(rooms: &GridWorld, within: usize, door: (usize, usize)) -> Course {
    let n = rooms.n_states();
    let target = rooms.state_at(door.0, door.1).expect("a door is a cell");
    let inside = |s: State| {
        let cell = rooms.cell(s);
        room(cell) == Some(within)
            || (HALLWAYS.contains(&cell) && cell != door && joined(cell).contains(&within))
    };
    let mut does: Vec<Option<Action>> = vec![None; n];
    let mut queue = VecDeque::from([target]);
    while let Some(to) = queue.pop_front() {
        for from in (0..n).filter(|&s| inside(s)) {
            let leads = |&a: &Action| rooms.neighbour(from, a) == to;
            if does[from].is_none()
                && let Some(action) = (0..DIRECTIONS.len()).find(leads)
            {
                does[from] = Some(action);
                queue.push_back(from);
            }
        }
    }
    Course {
        name: format!("room {within} to {door:?}"),
        begins: (0..n).map(inside).collect(),
        stops: (0..n).map(|s| !inside(s)).collect(),
        does,
    }
}

/// The four actions, and with them the eight ways if wanted: 4 choices in every state, or 6.
///
/// # Errors
/// [`Error::Shape`]: the world is not Four Rooms.
pub fn choices(rooms: &GridWorld, with_ways: bool) -> Result<Choices> {
    let n = rooms.n_states();
    let one = |(a, name): (usize, &&str)| Course::primitive(name, a, n);
    let mut courses: Vec<Course> = DIRECTIONS.iter().enumerate().map(one).collect();
    if with_ways {
        courses.extend(ways(rooms));
    }
    Choices::new(courses, n)
}

/// The steps of a first episode, from the start, in which each decision is for one of the ways with probability `p`, else for
/// one of the four actions; all of a kind are equally likely.
///
/// p = ⅓ is to choose among all six alike.
///
/// # Errors
/// - [`Error::Parameter`]: p is not from 0 to 1.
/// - [`Error::Singular`]: with p = 1 the goal may never be met.
pub fn first_steps(rooms: &GridWorld, p: f64) -> Result<f64> {
    if !(0.0..=1.0).contains(&p) {
        let expected = "the share of options among the decisions, from 0 to 1";
        return Err(Error::Parameter { name: "p", value: p, expected });
    }
    let choices = choices(rooms, true)?;
    let policy = |_: State, o: usize| if o < 4 { (1.0 - p) / 4.0 } else { p / 2.0 };
    Ok(first_episode(&rooms.to_mdp(1.0)?, &choices, &policy)?[rooms.start()])
}
