//! The `course` tool: builds, runs and judges the notebooks, and launches their kernel.

fn main() {}
