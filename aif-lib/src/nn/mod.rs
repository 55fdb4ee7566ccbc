//! Small neural networks: enough for a deep agent, and fast because they are small.
//!
//! | file | holds |
//! |---|---|
//! | [`mlp`] | [`Mlp`](mlp::Mlp): layers of sums and bends, forward and backward |
//! | [`adam`] | [`Adam`](adam::Adam): what a gradient does to the weights |
//! | [`gru`] | [`Gru`](gru::Gru): a recurrent network with gates, forward and back through time |
//! | [`replay`] | [`Replay`](replay::Replay): steps kept to learn from again |
//! | [`graph`] | the same network as a graph of candle, whose gradients test ours |
//! | [`checkpoint`] | weights in a file |
//!
//! All chance comes from the generator of the caller, all of a network's arithmetic runs on one thread: a run is the same
//! on any number of cores. Runs of several seeds go side by side ([`crate::scale`]).
//!
//! # Why the gradients are our own
//! Candle computes any graph; it pays for that with new memory and a dispatch for every small operation. A gradient step of
//! deep Q-learning with layers of 4, 120, 84 and 2 and a batch of 128, in milliseconds of one core of a server
//! (`cargo bench --features deep` measures it again):
//!
//! | | candle | [`mlp`] and [`adam`] |
//! |---|---|---|
//! | target network, forward | .044 | .037 |
//! | network, forward | .054 | .037 |
//! | backward | .317 | .064 |
//! | Adam | .132 | .006 |
//! | together | .547 | .144 |
//!
//! So [`Mlp`](mlp::Mlp) does what such a network needs and no more: one product of matrices a layer, in memory that is kept.

pub mod adam;
pub mod checkpoint;
pub mod graph;
pub mod gru;
pub mod mlp;
pub mod replay;
