//! Expected and variational free energy of a batch as graphs of candle: on whatever device candle has, and with gradients.
//!
//! Here nothing is sparse and nothing is skipped: a belief is a row of a matrix, B and A are matrices, and a policy is a chain of
//! products. That is slower on small models than [`batch`](super::batch) and has two merits. The same graph runs on a graphics
//! card, and candle knows its slope in everything that goes in.

use candle_core::{D, DType, Device, Tensor, Var};
use ndarray::Array2;

use crate::aif::model::GenerativeModel;
use crate::error::{Error, Result};
use crate::interaction::{Action, Obs};

/// Smaller than any probability that counts: its logarithm stands for ln 0, which is always weighed with 0.
const TINY: f64 = 1e-300;

/// A generative model as matrices of `f64` that become tensors for each question.
///
/// Only then, because candle tells the parts of a graph by a counter, and in a notebook each cell has a counter of its own:
/// tensors of two cells in one graph would be taken for each other.
///
/// ```
/// # use aif_lib::prelude::*;
/// let model = tmaze::model(0.9, &tmaze::PREFERENCE)?;
/// let graph = TensorModel::new(&model)?;
/// let beliefs = array![[0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]];
/// let g = graph.open_loop(&beliefs, 2)?;
/// let plain = open_loop(&model, model.prior(), 2)?;
/// assert!(g.iter().zip(&plain).all(|(g, plain)| (g - plain.total()).abs() < 1e-12));
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct TensorModel {
    model: GenerativeModel,
    device: Device,
    moves: Vec<Array2<f64>>, // B of each action, transposed: (s, s′)
    shows: Array2<f64>,      // A, transposed: (s, joint outcome)
    ambiguity: Array2<f64>,  // (s, 1)
    preference: Array2<f64>, // (joint outcome, 1)
}

/// The matrices of a [`TensorModel`], as tensors.
struct Graph {
    moves: Vec<Tensor>,
    shows: Tensor,
    ambiguity: Tensor,
    preference: Tensor,
}

impl Graph {
    /// G of one step, (belief, 1), from the predicted states.
    fn step(&self, predicted: &Tensor, preference: &Tensor) -> Result<Tensor> {
        let outcomes = predicted.matmul(&self.shows)?;
        let logs = outcomes.maximum(TINY)?.log()?;
        let surprise = (&outcomes * logs)?.sum_keepdim(D::Minus1)?;
        let wanted = outcomes.matmul(preference)?;
        Ok(((surprise - wanted)? + predicted.matmul(&self.ambiguity)?)?)
    }
}

impl TensorModel {
    /// A model on the processor.
    ///
    /// # Errors
    /// As [`on`](Self::on).
    pub fn new(model: &GenerativeModel) -> Result<Self> {
        Self::on(model, &Device::Cpu)
    }

    /// A model on a device of candle's.
    ///
    /// # Errors
    /// - [`Error::Unsupported`]: C changes over time or is infinite, or A and B are being learned.
    /// - [`Error::Graph`]: the device does not work.
    pub fn on(model: &GenerativeModel, device: &Device) -> Result<Self> {
        let joint = &model.joint;
        let bounded = joint.preference.iter().all(|c| c.is_finite());
        if joint.wants_change() || joint.novelty.is_some() || !bounded {
            return Err(Error::Unsupported {
                what: "a C that changes over time or is infinite, or novelty, in a graph",
                cure: "use BatchAgent::efe",
            });
        }
        let n = model.n_states();
        let mut shows = Array2::zeros((n, joint.n_outcomes));
        for s in 0..n {
            for &(o, p) in joint.emit.row(s) {
                shows[[s, o as usize]] = p;
            }
        }
        let turned = |u| model.transition().matrix(u).t().as_standard_layout().into_owned();
        let column = |x: &[f64]| Array2::from_shape_fn((x.len(), 1), |(i, _)| x[i]);
        let model = Self {
            moves: (0..model.n_actions()).map(turned).collect(),
            shows,
            ambiguity: column(&joint.ambiguity),
            preference: column(joint.preference_ahead(0)),
            model: model.clone(),
            device: device.clone(),
        };
        model.graph()?; // A device that does not work says so here.
        Ok(model)
    }

    fn graph(&self) -> Result<Graph> {
        Ok(Graph {
            moves: self.moves.iter().map(|b| self.tensor(b)).collect::<Result<_>>()?,
            shows: self.tensor(&self.shows)?,
            ambiguity: self.tensor(&self.ambiguity)?,
            preference: self.tensor(&self.preference)?,
        })
    }

    /// G of every policy of a length, shape (belief, policy), in the order of [`policies`](crate::aif::plan::policies).
    ///
    /// `beliefs`: (belief, state). Policies that begin alike share that part of the work.
    ///
    /// # Errors
    /// - [`Error::Shape`]: the beliefs are about another number of states.
    /// - [`Error::Graph`]: the device has no memory left.
    pub fn open_loop(&self, beliefs: &Array2<f64>, horizon: usize) -> Result<Array2<f64>> {
        self.check(beliefs)?;
        let graph = self.graph()?;
        let mut now = vec![(self.tensor(beliefs)?, None::<Tensor>)];
        for _ in 0..horizon {
            let mut later = Vec::with_capacity(now.len() * graph.moves.len());
            for (q, spent) in &now {
                for moves in &graph.moves {
                    let next = q.matmul(moves)?;
                    let g = graph.step(&next, &graph.preference)?;
                    let spent = match spent {
                        Some(spent) => (spent + g)?,
                        None => g,
                    };
                    later.push((next, Some(spent)));
                }
            }
            now = later;
        }
        let columns: Vec<Tensor> = now.into_iter().filter_map(|(_, g)| g).collect();
        array(&Tensor::cat(&columns, 1)?)
    }

    /// The slopes of G of one policy: in C, for the sum over all beliefs, shape (joint outcome); and in each belief, shape
    /// (belief, state).
    ///
    /// The slope in C is −Q(o), added over the steps and the beliefs: what is expected more often counts more. The slope in a
    /// belief treats its probabilities as free numbers; where an outcome is impossible it has no limit, and a large number stands
    /// there.
    ///
    /// # Errors
    /// - As [`open_loop`](Self::open_loop).
    /// - [`Error::OutOfRange`]: the model has no such action.
    pub fn efe_slopes(
        &self,
        beliefs: &Array2<f64>,
        policy: &[Action],
    ) -> Result<(Vec<f64>, Array2<f64>)> {
        self.check(beliefs)?;
        for &u in policy {
            self.model.check_action(|| "the action".into(), u)?;
        }
        let graph = self.graph()?;
        let c = Var::from_tensor(&graph.preference)?;
        let start = Var::from_tensor(&self.tensor(beliefs)?)?;
        let mut q = start.as_tensor().clone();
        let mut total = Tensor::zeros((beliefs.nrows(), 1), DType::F64, &self.device)?;
        for &u in policy {
            q = q.matmul(&graph.moves[u])?;
            total = (total + graph.step(&q, &c)?)?;
        }
        let slopes = total.sum_all()?.backward()?;
        let slope = |var: &Var| match slopes.get(var) {
            Some(slope) => array(slope),
            None => array(&var.zeros_like()?),
        };
        Ok((slope(&c)?.into_iter().collect(), slope(&start)?))
    }

    /// F of each belief softmax(x), and its slope in the logits x, shape (belief, state). Where a belief allows what is impossible, F
    /// is some hundreds of nats and not infinite.
    ///
    /// `predicted`: the belief before the observation, (belief, state). `observations`: (belief, modality).
    ///
    /// # Errors
    /// - [`Error::Shape`], [`Error::OutOfRange`]: the observations or the beliefs do not fit the model or each other.
    /// - [`Error::AtAgent`]: an observation that the prediction leaves no room for.
    pub fn free_energy(
        &self,
        logits: &Array2<f64>,
        predicted: &Array2<f64>,
        observations: &Array2<Obs>,
    ) -> Result<(Vec<f64>, Array2<f64>)> {
        self.check(logits)?;
        self.check(predicted)?;
        let joint = self.log_joint(predicted, observations, logits.nrows())?;
        let x = Var::from_tensor(&self.tensor(logits)?)?;
        let shifted = x.broadcast_sub(&x.max_keepdim(D::Minus1)?.detach())?;
        let ln_q = shifted.broadcast_sub(&shifted.exp()?.sum_keepdim(D::Minus1)?.log()?)?;
        // Σ q (ln q − ln P(o, s))
        let f = (ln_q.exp()? * (ln_q - self.tensor(&joint)?)?)?.sum(D::Minus1)?;
        let slopes = f.sum_all()?.backward()?;
        let slope = slopes.get(&x).map_or_else(|| x.zeros_like(), |s| Ok(s.clone()))?;
        Ok((f.to_vec1()?, array(&slope)?))
    }

    /// ln P(o, s) for each belief; ln [`TINY`] for what is impossible.
    fn log_joint(
        &self,
        predicted: &Array2<f64>,
        observations: &Array2<Obs>,
        rows: usize,
    ) -> Result<Array2<f64>> {
        super::batch::one_each("predictions", predicted.nrows(), rows)?;
        super::batch::one_each("observations", observations.nrows(), rows)?;
        let mut table = Array2::from_elem(predicted.dim(), TINY.ln());
        for (i, obs) in observations.rows().into_iter().enumerate() {
            let obs = obs.to_vec();
            let outcome = self.model.outcome(&obs).map_err(|error| error.of_agent(i))?;
            let mut possible = false;
            for &(s, p) in outcome.map_or(&[][..], |o| self.model.joint.likelihood.row(o)) {
                let joint = p * predicted[[i, s as usize]];
                if joint > 0.0 {
                    table[[i, s as usize]] = joint.ln();
                    possible = true;
                }
            }
            if !possible {
                let error = Error::ImpossibleObservation {
                    observation: self.model.observation_name(&obs),
                    prediction: format!("{:.4}", predicted.row(i)),
                };
                return Err(error.of_agent(i));
            }
        }
        Ok(table)
    }

    fn tensor(&self, numbers: &Array2<f64>) -> Result<Tensor> {
        tensor(numbers, &self.device)
    }

    fn check(&self, beliefs: &Array2<f64>) -> Result<()> {
        let (got, expected) = (beliefs.ncols(), self.model.n_states());
        if got == expected {
            return Ok(());
        }
        Err(Error::Shape {
            what: "the table of beliefs".into(),
            expected: format!("[{}, {expected}]", beliefs.nrows()),
            got: format!("{:?}", beliefs.shape()),
            cure: "give one column for each joint state of the model",
        })
    }
}

fn tensor(numbers: &Array2<f64>, device: &Device) -> Result<Tensor> {
    let all: Vec<f64> = numbers.iter().copied().collect();
    Ok(Tensor::from_vec(all, numbers.dim(), device)?)
}

fn array(numbers: &Tensor) -> Result<Array2<f64>> {
    let shape = numbers.dims2()?;
    let all = numbers.flatten_all()?.to_vec1()?;
    Ok(Array2::from_shape_vec(shape, all).expect("a tensor has the shape that it says"))
}
