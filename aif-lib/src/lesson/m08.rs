//! Module 08: generative models and the free energy principle.

/// The right choice of each question.
pub const QUIZ: &[(&str, &str)] = &[];
