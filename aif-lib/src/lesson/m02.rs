//! Module 02: Bellman and value.

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[];
