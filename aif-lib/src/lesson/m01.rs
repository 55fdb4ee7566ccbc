//! Module 01: the behaving animal.

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[];
