//! The questions put together: an agent that learns, and one that follows a plan. Dual:
//! [`crate::aif::agent`].

pub mod a2c;
pub mod bandit;
pub mod dyna;
pub mod explorer;
pub mod fisher;
mod fixed_policy;
mod life;
pub mod model_based;
pub mod pavlovian;
mod q_agent;
pub mod reinforce;
mod schedule;
pub mod td_lambda;
pub mod two_step;

pub use fixed_policy::FixedPolicy;
pub use q_agent::{QAgent, QOptions, Rule};
pub use schedule::Schedule;
