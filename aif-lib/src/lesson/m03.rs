//! Module 03: dopamine and TD learning.

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[];
