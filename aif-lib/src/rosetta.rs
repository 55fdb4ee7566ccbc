//! The bridge: one problem in both languages, with the conditions under which nothing is lost on the way.
//!
//! | reinforcement learning | active inference | exact when | here |
//! |---|---|---|---|
//! | reward r(s′) | log-preference C = ln P(o given C), up to a constant | reward on arrival, in nats | [`LogPreference`] |
//! | transitions T | B, the same array | always | [`to_generative_model`], [`to_mdp`] |
//! | temperature τ | precision γ = 1/τ | softmax choice, uniform habit E | [`precision`], [`temperature`] |
//! | max or softmax backup | the same backup of G | the same one on both sides | `From` between the two `Backup`s |
//! | finite horizon | the closed loop at every state and time | the state is seen | [`finite_horizon_efe`] |
//! | V(s), Q(s, a) | −G | A is the identity, B is deterministic, no discount, one finite horizon, closed loop | [`to_generative_model`] |
//! | KL control | −G | as above, with any B | [`kl_control`] |
//! | belief MDP | −G | any A and B | [`belief_mdp`] |
//!
//! A conversion that would lose something is an [`Error::Bridge`](crate::Error::Bridge) that names the condition.
//!
//! The row of V and Q is exact at every size of preference, and needs a world without chance. With chance it holds only in
//! a limit and only for the best action: preferences β r, β → ∞, in the closed loop at every finite horizon, for fixed
//! plans at horizon 1. That is the theorem of Da Costa, Sajid, Parr, Friston & Smith (2023), Reward maximization through
//! discrete active inference, Neural Computation 35(5):807–852.

mod belief;
mod conversions;
mod horizon;
mod preference;

pub use belief::{BeliefMdp, belief_mdp, belief_search};
pub use conversions::{kl_control, to_generative_model, to_mdp};
pub use horizon::{HorizonEfe, finite_horizon_efe, total_variation, value_gap};
pub use preference::{LogPreference, precision, temperature};
