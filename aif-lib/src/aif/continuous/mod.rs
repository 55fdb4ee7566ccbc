//! Active inference in real numbers: beliefs that move, and reflexes that make them true. Dual: [`crate::rl::control`].
//!
//! | file | what |
//! |---|---|
//! | [`reflex`] | a belief between sense and goal; action as the slope of F; the clamped belief, which is PID control |
//! | [`generalised`] | a belief about where and how fast, and the action that follows from it |
//! | [`arm`] | both joints of the arm: an agent |
//! | [`precision`] | how much a sense counts, learned from its errors; and where that breaks |
//! | [`vision`] | a hand that is seen and a body that is felt |

pub mod arm;
pub mod generalised;
pub mod precision;
pub mod reflex;
pub mod vision;
