//! Grid worlds: [`grid`] draws walls, values, arrows, keys and doors, a path and marks; [`value_map`] does so for
//! what a planner found.

mod alt;
mod draw;
mod floor;
mod glyphs;
mod picture;

pub use draw::grid;
pub use floor::Floor;
pub use picture::GridPicture;

use super::figure::Figure;
use crate::prob::categorical::Categorical;
use crate::world::grid::GridWorld;

/// What a planner found, on the floor as an episode begins: the value of each cell, and the best actions as
/// arrows, all of them where several tie. An end has its reward in place of a value.
///
/// # Panics
/// When there is not one value and one distribution for each state.
///
/// ```
/// # use aif_lib::prelude::*;
/// let world = GridWorld::four_rooms();
/// let values = value_iteration(&world.to_mdp(0.99)?, 1e-12)?;
/// let map = plot::value_map("Four Rooms", &world, &values.v, &values.greedy());
/// assert!(map.alt_text().contains("53 wall cells"));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[track_caller]
pub fn value_map(
    title: &str,
    world: &GridWorld,
    v: &[f64],
    policy: &[Categorical],
) -> Figure {
    value_map_in(0, title, world, v, policy)
}

/// [`value_map`] in a layer of a world with keys.
///
/// # Panics
/// When there is not one value and one distribution for each state, or no such layer.
#[track_caller]
pub fn value_map_in(
    layer: usize,
    title: &str,
    world: &GridWorld,
    v: &[f64],
    policy: &[Categorical],
) -> Figure {
    grid(&GridPicture::of(title, world).with_values(world, layer, v, policy))
}
