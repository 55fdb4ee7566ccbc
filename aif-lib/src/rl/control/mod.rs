//! Control: torques from what is sensed, without beliefs about goals. Dual: [`crate::aif::continuous`].
//!
//! | file | controller | its numbers |
//! |---|---|---|
//! | [`pid`] | PD, PID, PID with filters | gains and time constants |
//! | [`computed_torque`] | PD on top of a model of the arm | two gains |
//! | [`kalman`] | an estimate of state and disturbance, and a model | two gains, two variances |
//! | [`policy`] | a linear policy, with or without memory | a table of weights |
//! | [`search`] | how numbers are found: cross-entropy method, simplex | |
//!
//! All of them are an [`Agent`](crate::interaction::Agent) of the [arm](crate::world::arm), and see the same six numbers.
//! A gain counts in rad/s² per rad: the torque of a joint is it times [`INERTIA`](crate::world::arm::INERTIA), a rough guess of what it has to turn.

pub mod computed_torque;
pub mod kalman;
pub mod pid;
pub mod policy;
pub mod search;
