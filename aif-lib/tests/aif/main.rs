//! The agent of active inference and its parts, against enumeration, closed forms and hand computation.

#![allow(clippy::unwrap_used)] // The helpers are tests, too.

mod agent;
mod learning;
mod messages;
mod model;
mod senses;
#[path = "../support/mod.rs"]
mod support;
