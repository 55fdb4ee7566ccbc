//! The agent of active inference and its parts, against enumeration, closed forms and hand computation.

mod agent;
mod learning;
mod model;
mod senses;
#[path = "../support/mod.rs"]
mod support;
