//! What the `course` tool is made of.

pub mod build;
