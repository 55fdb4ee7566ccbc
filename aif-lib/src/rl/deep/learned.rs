//! [`Learned`]: a network with what it takes to learn it.

use crate::error::Result;
use crate::nn::adam::{Adam, clip_norm};
use crate::nn::mlp::{Activation, Mlp, Pass};
use crate::prob::random::Rng;

/// A network, its optimiser, and memory for a batch on its way there and back.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Learned {
    pub net: Mlp,
    pub adam: Adam,
    pub pass: Pass,
    gradient: Vec<f32>,
}

impl Learned {
    pub fn new(
        inputs: usize,
        hidden: &[usize],
        outputs: usize,
        activation: Activation,
        rate: f64,
        rng: &mut dyn Rng,
    ) -> Result<Self> {
        let sizes = [&[inputs], hidden, &[outputs]].concat();
        let net = Mlp::new(&sizes, activation, rng)?;
        let n = net.parameters().len();
        let (adam, gradient) = (Adam::new(n, rate)?, vec![0.0; n]);
        Ok(Self { net, adam, pass: Pass::default(), gradient })
    }

    /// What the network says of a batch.
    pub fn run(&mut self, batch: &[f32]) -> &[f32] {
        self.net.run(batch, &mut self.pass);
        self.pass.output()
    }

    /// One step down: from the slope of the loss in each output of the last run.
    pub fn descend(&mut self, slope: &[f32], clip: Option<f32>) {
        self.net.backward(&mut self.pass, slope, &mut self.gradient);
        if let Some(most) = clip {
            clip_norm(&mut self.gradient, most);
        }
        self.adam.step(self.net.parameters_mut(), &self.gradient);
    }

    /// The slopes of the last step.
    #[cfg(test)]
    pub fn gradient(&self) -> &[f32] {
        &self.gradient
    }

    /// A loss must be a finite number.
    pub fn check(&self, what: &'static str, step: usize, loss: f64) -> Result<()> {
        self.net.check_loss(what, step, loss)
    }
}
