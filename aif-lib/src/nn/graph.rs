//! [`Graph`]: a network as a graph of candle, in which every loss that can be written has its gradient.
//!
//! It is slower than [`Mlp`] and more general: the tests hold the one against the other, and a loss of one's own can be tried
//! here before anyone works out its slope by hand.

use candle_core::{DType, Device, Tensor, Var};

use super::mlp::{Activation, Mlp};
use crate::error::{Error, Result};

/// The weights of an [`Mlp`] as variables of candle.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::nn::graph::{Graph, matrix};
/// let net = Mlp::new(&[2, 8, 1], Activation::Tanh, &mut seeded(1))?;
/// let graph = Graph::new(&net)?;
/// let said = graph.forward(&matrix(&[0.3, -0.5], 1)?)?;
/// let slopes = graph.gradient(&said.sqr()?.sum_all()?)?; // of y², in the order of net.parameters()
/// assert_eq!(slopes.len(), net.parameters().len());
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug)]
pub struct Graph {
    layers: Vec<(Var, Var)>,
    activation: Activation,
}

impl From<candle_core::Error> for Error {
    fn from(error: candle_core::Error) -> Self {
        Self::Graph(error.to_string())
    }
}

/// A matrix of so many rows, for a batch.
///
/// # Errors
/// [`Error::Graph`]: the numbers are not so many whole rows.
pub fn matrix(numbers: &[f32], rows: usize) -> Result<Tensor> {
    let columns = numbers.len() / rows.max(1);
    Ok(Tensor::from_slice(numbers, (rows, columns), &Device::Cpu)?)
}

impl Graph {
    /// A copy of a network.
    ///
    /// # Errors
    /// None in practice: a network has the shape that it says.
    pub fn new(net: &Mlp) -> Result<Self> {
        let layer = |layer: usize| {
            let (w, b) = net.layer(layer);
            let w = Tensor::from_iter(w.iter().copied(), &Device::Cpu)?.reshape(w.dim())?;
            let b = Tensor::from_slice(b, b.len(), &Device::Cpu)?;
            Ok((Var::from_tensor(&w)?, Var::from_tensor(&b)?))
        };
        let layers = (0..net.sizes().len() - 1).map(layer).collect::<Result<_>>()?;
        Ok(Self { layers, activation: net.activation() })
    }

    /// All variables, W before b, layer by layer: what an optimiser of `candle_nn` wants.
    pub fn variables(&self) -> Vec<Var> {
        self.layers.iter().flat_map(|(w, b)| [w.clone(), b.clone()]).collect()
    }

    /// What the network says of a batch, (rows, inputs) to (rows, outputs).
    ///
    /// # Errors
    /// [`Error::Graph`]: the batch does not fit.
    pub fn forward(&self, batch: &Tensor) -> Result<Tensor> {
        let mut x = batch.clone();
        for (i, (w, b)) in self.layers.iter().enumerate() {
            x = x.matmul(w)?.broadcast_add(b)?;
            if i + 1 < self.layers.len() {
                x = match self.activation {
                    Activation::Relu => x.relu()?,
                    Activation::Tanh => x.tanh()?,
                };
            }
        }
        Ok(x)
    }

    /// The slope of a loss in every weight, in the order of [`Mlp::parameters`].
    ///
    /// # Errors
    /// [`Error::Graph`]: the loss is no single number.
    pub fn gradient(&self, loss: &Tensor) -> Result<Vec<f32>> {
        let slopes = loss.backward()?;
        let mut all = Vec::new();
        for var in self.variables() {
            let slope = match slopes.get(&var) {
                Some(slope) => slope.clone(),
                None => Tensor::zeros(var.shape(), DType::F32, &Device::Cpu)?,
            };
            all.extend(slope.flatten_all()?.to_vec1::<f32>()?);
        }
        Ok(all)
    }

    /// All weights, in the order of [`Mlp::parameters`].
    ///
    /// # Errors
    /// None in practice.
    pub fn parameters(&self) -> Result<Vec<f32>> {
        let mut all = Vec::new();
        for var in self.variables() {
            all.extend(var.flatten_all()?.to_vec1::<f32>()?);
        }
        Ok(all)
    }
}
