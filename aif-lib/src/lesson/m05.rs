//! Module 05: model-based reinforcement learning.

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[];
