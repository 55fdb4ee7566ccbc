//! Module 04: exploration and exploitation.

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[];
