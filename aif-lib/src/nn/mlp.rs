//! [`Mlp`]: a network of layers, forward and backward.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::error::{Error, Result, farthest, same_length};
use crate::prob::random::{Rng, uniform01};

/// What a hidden layer does with its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// max(x, 0).
    Relu,
    /// tanh x.
    Tanh,
}

impl Activation {
    fn bend(self, x: &mut [f32]) {
        match self {
            // Not `max`, which would make 0 of a NaN.
            Self::Relu => x.iter_mut().for_each(|x| *x = if *x < 0.0 { 0.0 } else { *x }),
            Self::Tanh => x.iter_mut().for_each(|x| *x = tanh(*x)),
        }
    }

    /// Multiplies each d by the slope at the point whose bent value is y.
    fn slope(self, d: &mut [f32], y: &[f32]) {
        let pairs = d.iter_mut().zip(y);
        match self {
            Self::Relu => pairs.for_each(|(d, y)| *d = if *y > 0.0 { *d } else { 0.0 }),
            Self::Tanh => pairs.for_each(|(d, y)| *d *= 1.0 - y * y),
        }
    }
}

/// tanh x to within 5·10⁻⁷, in sums and products that a compiler turns into those of whole registers: the system's own
/// function, number by number, took four fifths of a network's time.
///
/// A quotient of two polynomials; beyond ±7.9 tanh is 1 in `f32`. The coefficients are those of the Eigen library.
fn tanh(x: f32) -> f32 {
    const ODD: [f32; 7] = [
        -2.760_768_5e-16,
        2.000_188e-13,
        -8.604_672e-11,
        5.122_297e-8,
        1.485_722_4e-5,
        6.372_619_3e-4,
        4.893_524_6e-3,
    ];
    const EVEN: [f32; 4] = [1.198_258_4e-6, 1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3];
    let x = x.clamp(-7.905_311, 7.905_311);
    let at = |polynomial: &[f32]| polynomial.iter().fold(0.0, |sum, c| sum * (x * x) + c);
    x * at(&ODD) / at(&EVEN)
}

/// A multi-layer perceptron: every layer sums its inputs, every layer but the last bends the sums.
///
/// ```text
/// h₀ = x,   hₗ = f(hₗ₋₁ Wₗ + bₗ),   y = h_L₋₁ W_L + b_L        Wₗ: (inputs, outputs)
/// ```
/// All weights stand in one list, layer by layer, W (row by row) before b: a copy of a network is a copy of a list, and so is
/// its gradient. Numbers are `f32`, as is usual for networks.
///
/// ```
/// # use aif_lib::prelude::*;
/// let net = Mlp::new(&[4, 120, 84, 2], Activation::Relu, &mut seeded(1))?;
/// assert_eq!(net.parameters().len(), 4 * 120 + 120 + 120 * 84 + 84 + 84 * 2 + 2);
/// assert_eq!(net.forward(&[0.01, -0.02, 0.03, 0.04]).len(), 2);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Mlp {
    sizes: Vec<usize>,
    activation: Activation,
    parameters: Vec<f32>,
}

/// A batch on its way through a network: what each layer said, kept for the way back. Reuse it, and no memory is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pass {
    rows: usize,
    layers: Vec<Vec<f32>>, // the input, then what each layer says: (rows, size)
    deltas: Vec<Vec<f32>>, // the slope of the loss in each of them
}

impl Pass {
    /// How many inputs.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// What the network said, (rows, outputs), row by row.
    ///
    /// # Panics
    /// When nothing has passed yet.
    pub fn output(&self) -> &[f32] {
        self.layers
            .last()
            .expect("nothing has passed through the network yet: call run first")
    }

    /// The slope of the loss in each input, (rows, inputs), after [`Mlp::backward_to_input`].
    ///
    /// # Panics
    /// When nothing came back yet.
    pub fn input_gradient(&self) -> &[f32] {
        self.deltas.first().expect("nothing came back yet: call backward_to_input first")
    }
}

fn view(x: &[f32], rows: usize, columns: usize) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape((rows, columns), x)
        .expect("as many numbers as rows times columns")
}

fn view_mut(x: &mut [f32], rows: usize, columns: usize) -> ArrayViewMut2<'_, f32> {
    ArrayViewMut2::from_shape((rows, columns), x)
        .expect("as many numbers as rows times columns")
}

impl Mlp {
    /// A network with small random weights: uniform from −1/√n to 1/√n, n the number of inputs of the layer.
    ///
    /// `sizes`: inputs, hidden layers, outputs.
    ///
    /// # Errors
    /// - [`Error::Shape`]: fewer than two sizes.
    /// - [`Error::Parameter`]: a size is 0.
    pub fn new(sizes: &[usize], activation: Activation, rng: &mut dyn Rng) -> Result<Self> {
        let mut net = Self::zeros(sizes, activation)?;
        for (layer, start) in net.starts().into_iter().enumerate() {
            let (inputs, outputs) = (sizes[layer], sizes[layer + 1]);
            let high = 1.0 / (inputs as f64).sqrt();
            for x in &mut net.parameters[start..start + (inputs + 1) * outputs] {
                *x = (high * (2.0 * uniform01(rng) - 1.0)) as f32;
            }
        }
        Ok(net)
    }

    /// A network whose weights are all 0.
    ///
    /// # Errors
    /// As [`Mlp::new`].
    pub fn zeros(sizes: &[usize], activation: Activation) -> Result<Self> {
        if sizes.len() < 2 {
            return Err(Error::Shape {
                what: "the list of layer sizes".into(),
                expected: "2 or more".into(),
                got: sizes.len().to_string(),
                cure: "give the number of inputs, of each hidden layer, and of outputs",
            });
        }
        if sizes.contains(&0) {
            let expected = "each layer has at least one unit";
            return Err(Error::Parameter { name: "size of a layer", value: 0.0, expected });
        }
        let n = sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum();
        Ok(Self { sizes: sizes.to_vec(), activation, parameters: vec![0.0; n] })
    }

    /// Inputs, hidden layers, outputs.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// What the hidden layers do with their sums.
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// How many numbers go in.
    pub fn inputs(&self) -> usize {
        self.sizes[0]
    }

    /// How many numbers come out.
    pub fn outputs(&self) -> usize {
        self.sizes[self.sizes.len() - 1]
    }

    /// All weights in one list: layer by layer, W row by row, then b.
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// All weights, to be changed.
    pub fn parameters_mut(&mut self) -> &mut [f32] {
        &mut self.parameters
    }

    /// The weight that is farthest from 0; NaN if one is NaN.
    pub fn largest_weight(&self) -> f32 {
        farthest(self.parameters.iter().map(|x| f64::from(*x))) as f32
    }

    /// A loss must be a finite number: otherwise training stops here, with the reason.
    pub(crate) fn check_loss(
        &self,
        what: &'static str,
        step: usize,
        loss: f64,
    ) -> Result<()> {
        if loss.is_finite() {
            return Ok(());
        }
        let weights = self.parameters.iter().map(|x| f64::from(*x));
        Err(Error::diverged(what, step, loss, weights))
    }

    /// Where the weights of each layer begin.
    fn starts(&self) -> Vec<usize> {
        let mut start = 0;
        let begin = |pair: &[usize]| {
            let here = start;
            start += (pair[0] + 1) * pair[1];
            here
        };
        self.sizes.windows(2).map(begin).collect()
    }

    /// W and b of a layer, counted from 0: (inputs, outputs) and (outputs).
    pub fn layer(&self, layer: usize) -> (ArrayView2<'_, f32>, &[f32]) {
        let (start, inputs, outputs) =
            (self.starts()[layer], self.sizes[layer], self.sizes[layer + 1]);
        let (w, b) = self.parameters[start..start + (inputs + 1) * outputs]
            .split_at(inputs * outputs);
        (view(w, inputs, outputs), b)
    }

    /// Multiplies the weights of the last layer: with a small factor the network begins by saying almost the same of all.
    pub fn scale_output(mut self, factor: f32) -> Self {
        let start = *self.starts().last().expect("a network has a layer");
        self.parameters[start..].iter_mut().for_each(|x| *x *= factor);
        self
    }

    /// What the network says of one input.
    ///
    /// # Panics
    /// When the input has another length.
    #[track_caller]
    pub fn forward(&self, x: &[f64]) -> Vec<f64> {
        self.layers(x).pop().expect("a network has a layer")
    }

    /// What each layer says of one input: the hidden layers, bent, and the output.
    ///
    /// # Panics
    /// When the input has another length.
    #[track_caller]
    pub fn layers(&self, x: &[f64]) -> Vec<Vec<f64>> {
        same_length("the network", "numbers", x.len(), "inputs", self.inputs());
        let mut said = Vec::with_capacity(self.sizes.len() - 1);
        let mut here: Vec<f32> = x.iter().map(|x| *x as f32).collect();
        let mut start = 0;
        for layer in 1..self.sizes.len() {
            let outputs = self.sizes[layer];
            let (w, rest) = self.parameters[start..].split_at(here.len() * outputs);
            start += (here.len() + 1) * outputs;
            let mut next = rest[..outputs].to_vec();
            for (x, row) in here.iter().zip(w.chunks_exact(outputs)) {
                if *x != 0.0 {
                    next.iter_mut().zip(row).for_each(|(sum, w)| *sum += x * w);
                }
            }
            if layer < self.sizes.len() - 1 {
                self.activation.bend(&mut next);
            }
            said.push(next.iter().map(|x| f64::from(*x)).collect());
            here = next;
        }
        said
    }

    /// Sends a batch through the network: (rows, inputs), row by row. [`Pass::output`] holds what it says.
    ///
    /// # Panics
    /// When the batch does not hold whole inputs, or none.
    #[track_caller]
    pub fn run(&self, batch: &[f32], pass: &mut Pass) {
        let rows = batch.len() / self.inputs();
        assert!(
            rows > 0 && rows * self.inputs() == batch.len(),
            "the network takes {} numbers an input, and this batch has {} in all",
            self.inputs(),
            batch.len()
        );
        pass.rows = rows;
        pass.layers.resize(self.sizes.len(), Vec::new());
        pass.layers[0].clear();
        pass.layers[0].extend_from_slice(batch);
        let last = self.sizes.len() - 2;
        for (layer, start) in self.starts().into_iter().enumerate() {
            let (inputs, outputs) = (self.sizes[layer], self.sizes[layer + 1]);
            let (w, rest) = self.parameters[start..].split_at(inputs * outputs);
            let (before, after) = pass.layers.split_at_mut(layer + 1);
            let sums = &mut after[0];
            sums.resize(rows * outputs, 0.0);
            let x = view(&before[layer], rows, inputs);
            let w = view(w, inputs, outputs);
            general_mat_mul(1.0, &x, &w, 0.0, &mut view_mut(sums, rows, outputs));
            for row in sums.chunks_exact_mut(outputs) {
                row.iter_mut().zip(rest).for_each(|(sum, b)| *sum += b);
            }
            if layer < last {
                self.activation.bend(sums);
            }
        }
    }

    /// The way back: from the slope of the loss in each output, (rows, outputs), to its slope in each weight.
    ///
    /// ```text
    /// ∂L/∂W = hᵀ δ,   ∂L/∂b = Σ δ,   δ before = (δ Wᵀ) · f′
    /// ```
    /// The gradient is written over, in the order of [`Mlp::parameters`].
    ///
    /// # Panics
    /// When a length does not fit the pass.
    #[track_caller]
    pub fn backward(&self, pass: &mut Pass, slope: &[f32], gradient: &mut [f32]) {
        self.back(pass, slope, Some(gradient), false);
    }

    /// As [`Mlp::backward`], but to the inputs, past weights that stay as they are: [`Pass::input_gradient`] holds it.
    ///
    /// # Panics
    /// When a length does not fit the pass.
    #[track_caller]
    pub fn backward_to_input(&self, pass: &mut Pass, slope: &[f32]) {
        self.back(pass, slope, None, true);
    }

    #[track_caller]
    fn back(
        &self,
        pass: &mut Pass,
        slope: &[f32],
        mut gradient: Option<&mut [f32]>,
        to_input: bool,
    ) {
        let rows = pass.rows;
        same_length("backward", "slopes", slope.len(), "outputs", rows * self.outputs());
        if let Some(gradient) = &gradient {
            let n = self.parameters.len();
            same_length("backward", "places for slopes", gradient.len(), "weights", n);
        }
        pass.deltas.resize(self.sizes.len(), Vec::new());
        let last = self.sizes.len() - 1;
        pass.deltas[last].clear();
        pass.deltas[last].extend_from_slice(slope);
        for (layer, start) in self.starts().into_iter().enumerate().rev() {
            let (inputs, outputs) = (self.sizes[layer], self.sizes[layer + 1]);
            let weights = inputs * outputs;
            let (before, after) = pass.deltas.split_at_mut(layer + 1);
            let said = &pass.layers[layer];
            let delta = view(&after[0], rows, outputs);
            if let Some(gradient) = &mut gradient {
                let (w, rest) = gradient[start..].split_at_mut(weights);
                let x = view(said, rows, inputs);
                general_mat_mul(
                    1.0,
                    &x.t(),
                    &delta,
                    0.0,
                    &mut view_mut(w, inputs, outputs),
                );
                rest[..outputs].fill(0.0);
                for row in after[0].chunks_exact(outputs) {
                    rest[..outputs].iter_mut().zip(row).for_each(|(sum, d)| *sum += d);
                }
            }
            if layer > 0 || to_input {
                let below = &mut before[layer];
                below.resize(rows * inputs, 0.0);
                let w = view(&self.parameters[start..start + weights], inputs, outputs);
                general_mat_mul(
                    1.0,
                    &delta,
                    &w.t(),
                    0.0,
                    &mut view_mut(below, rows, inputs),
                );
                if layer > 0 {
                    self.activation.slope(below, said);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tanh_is_that_of_the_system_and_keeps_what_is_no_number() {
        for i in -100_000..=100_000 {
            let x = i as f32 * 1e-4;
            let off = (f64::from(tanh(x)) - f64::from(x).tanh()).abs();
            assert!(off < 5e-7, "{x}: {off}");
        }
        assert!(tanh(f32::NAN).is_nan());
        assert_eq!(tanh(f32::NEG_INFINITY), -tanh(f32::INFINITY));
        assert!((tanh(f32::INFINITY) - 1.0).abs() < 5e-7);
    }
}
