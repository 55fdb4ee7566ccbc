//! [`Graph`]: a network as a graph of candle, in which every loss that can be written has its gradient.
//!
//! It is slower than [`Mlp`] and more general: the tests hold the one against the other, and a loss of one's own can be tried
//! here before anyone works out its slope by hand.

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::rnn::{GRUConfig, RNN, gru};
use candle_nn::{VarBuilder, VarMap, loss};

use super::gru::Gru;
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

/// The loss of [`Gru::gradient`] and its slopes, by candle's own recurrent network and its own way back.
///
/// ```
/// # use aif_lib::prelude::*;
/// let net = Gru::new(2, 4, &mut seeded(1))?;
/// let batch: [&[usize]; 2] = [&[0, 1, 1, 0], &[1, 1, 0, 1]];
/// let (mut pass, mut ours) = (GruPass::default(), vec![0.0; net.parameters().len()]);
/// let loss = net.gradient(&batch, &mut pass, &mut ours)?;
/// let (theirs, slopes) = graph::gru_gradient(&net, &batch)?;
/// assert!((loss - theirs).abs() < 1e-5 && ours.len() == slopes.len());
/// # Ok::<(), aif_lib::Error>(())
/// ```
///
/// # Errors
/// [`Error::Graph`]: the sequences do not fit each other or the network.
pub fn gru_gradient(net: &Gru, batch: &[&[usize]]) -> Result<(f64, Vec<f32>)> {
    let (symbols, units, rows) = (net.symbols(), net.units(), batch.len());
    let steps = batch.first().map_or(0, |seen| seen.len());
    if steps < 2 || batch.iter().any(|seen| seen.len() != steps) {
        let text = "give one or more sequences of one length, two symbols or longer";
        return Err(Error::Graph(text.into()));
    }
    let table = |(rows, columns, numbers): (usize, usize, &[f32])| {
        Tensor::from_slice(numbers, (rows, columns), &Device::Cpu)
    };
    let [w, u, b, v, c] = net.tables();
    let mut weights = VarMap::new();
    // A one-hot input needs no constant of its own.
    let config = GRUConfig { b_ih_init: None, ..GRUConfig::default() };
    let builder = VarBuilder::from_varmap(&weights, DType::F32, &Device::Cpu);
    let cell = gru(symbols, units, config, builder)?;
    weights.set_one("weight_ih_l0", table(w)?.t()?.contiguous()?)?;
    weights.set_one("weight_hh_l0", table(u)?.t()?.contiguous()?)?;
    weights.set_one("bias_hh_l0", table(b)?.flatten_all()?)?;
    let (v, c) = (Var::from_tensor(&table(v)?)?, Var::from_tensor(&table(c)?)?);

    let at = |t: usize| batch.iter().map(|seen| seen[t] as u32).collect::<Vec<u32>>();
    let mut state = cell.zero_state(rows)?;
    let mut total = Tensor::zeros((), DType::F32, &Device::Cpu)?;
    for t in 0..steps - 1 {
        let mut hot = vec![0.0f32; rows * symbols];
        at(t)
            .iter()
            .enumerate()
            .for_each(|(row, o)| hot[row * symbols + *o as usize] = 1.0);
        state =
            cell.step(&Tensor::from_vec(hot, (rows, symbols), &Device::Cpu)?, &state)?;
        let logits = state.h.matmul(&v)?.broadcast_add(&c)?;
        let came = Tensor::from_vec(at(t + 1), rows, &Device::Cpu)?;
        total = (total + loss::cross_entropy(&logits, &came)?)?;
    }
    let mean = (total / (steps - 1) as f64)?;
    let slopes = mean.backward()?;
    let slope = |var: &Tensor, turned: bool| -> Result<Vec<f32>> {
        let slope = slopes.get(var).cloned().map_or_else(|| var.zeros_like(), Ok)?;
        let slope = if turned { slope.t()?.contiguous()? } else { slope };
        Ok(slope.flatten_all()?.to_vec1::<f32>()?)
    };
    let mut all = Vec::new();
    {
        let named = weights.data().lock().map_err(|e| Error::Graph(e.to_string()))?;
        for (name, turned) in
            [("weight_ih_l0", true), ("weight_hh_l0", true), ("bias_hh_l0", false)]
        {
            all.extend(slope(&named[name], turned)?);
        }
    }
    all.extend(slope(&v, false)?);
    all.extend(slope(&c, false)?);
    Ok((f64::from(mean.to_scalar::<f32>()?), all))
}
