//! Probability: what both traditions stand on.
//!
//! | file | holds |
//! |---|---|
//! | [`beta`] | two counts: a belief about a probability |
//! | [`categorical`] | a distribution over finitely many outcomes; a belief is one |
//! | [`conditional`] | P(y given x): a table whose columns sum to one |
//! | [`counts`] | a belief about a transition, by counting |
//! | [`dirichlet`] | counts: a belief about a distribution |
//! | [`gaussian`] | the normal distribution of one number |
//! | [`info`] | entropy, KL divergence, mutual information, softmax |
//! | [`linalg`] | systems of linear equations, eigenvectors, principal components |
//! | [`linear`] | what can be read off a list of numbers by a straight line |
//! | [`logistic`] | how the odds of a yes depend on a few numbers |
//! | [`minimise`] | the lowest point near a start |
//! | [`random`] | the seeded generator and its streams |
//! | [`stats`] | means and proportions with intervals |
//! | [`ties`] | the one rule for equal values |
//! | [`transition`] | where an action leads: T and B |

pub mod beta;
pub mod categorical;
pub mod conditional;
pub mod counts;
pub mod dirichlet;
pub mod first_passage;
pub mod gaussian;
pub mod info;
pub mod linalg;
pub mod linear;
pub mod logistic;
pub mod minimise;
pub(crate) mod quadrature;
pub mod random;
mod stable;
pub mod stats;
pub mod ties;
pub mod transition;
