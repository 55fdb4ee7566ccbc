//! [`Ensemble`]: several networks that learn the same thing from different starts, and by how much they disagree.

use crate::error::{Error, Result};
use crate::nn::adam::Adam;
use crate::nn::mlp::{Activation, Mlp, Pass};
use crate::prob::random::{Rng, uniform_index};

/// Inputs with what should be said of each, one a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pairs {
    /// (rows, inputs), row by row.
    pub inputs: Vec<f32>,
    /// (rows, outputs), row by row.
    pub targets: Vec<f32>,
    rows: usize,
}

impl Pairs {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Adds a row.
    pub fn push(&mut self, input: &[f32], target: &[f32]) {
        self.inputs.extend_from_slice(input);
        self.targets.extend_from_slice(target);
        self.rows += 1;
    }
}

/// Networks of one shape and different weights. Each learns from batches of its own.
///
/// Where the data speak, all come to say the same; where nothing was seen, each says what its first weights suggest.
#[derive(Debug, Clone)]
pub struct Ensemble {
    members: Vec<Member>,
    said: Vec<f32>,
}

#[derive(Debug, Clone)]
struct Member {
    net: Mlp,
    adam: Adam,
    pass: Pass,
    gradient: Vec<f32>,
}

impl Ensemble {
    /// So many networks with layers of these sizes, and the rate of their optimiser.
    ///
    /// # Errors
    /// - [`Error::Parameter`]: no member, a size of 0, or a rate that is not above 0.
    /// - [`Error::Shape`]: fewer than two sizes.
    pub fn new(
        members: usize,
        sizes: &[usize],
        rate: f64,
        rng: &mut dyn Rng,
    ) -> Result<Self> {
        if members == 0 {
            let expected = "at least one network";
            return Err(Error::Parameter { name: "members", value: 0.0, expected });
        }
        let one = |_| {
            let net = Mlp::new(sizes, Activation::Relu, rng)?;
            let n = net.parameters().len();
            let (adam, gradient) = (Adam::new(n, rate)?, vec![0.0; n]);
            Ok(Member { net, adam, pass: Pass::default(), gradient })
        };
        let members = (0..members).map(one).collect::<Result<_>>()?;
        Ok(Self { members, said: Vec::new() })
    }

    /// How many networks.
    pub fn members(&self) -> usize {
        self.members.len()
    }

    /// A network.
    pub fn net(&self, member: usize) -> &Mlp {
        &self.members[member].net
    }

    /// Gradient steps on the mean squared error, each member on batches that it draws itself. Returns the mean loss of the last step
    /// (0 where there was none).
    ///
    /// ```text
    /// L = ½ mean Σ (said − target)²
    /// ```
    ///
    /// # Errors
    /// - [`Error::Empty`]: no pair.
    /// - [`Error::Diverged`]: a loss is no longer a finite number.
    pub fn learn(
        &mut self,
        pairs: &Pairs,
        steps: usize,
        batch: usize,
        rng: &mut dyn Rng,
    ) -> Result<f64> {
        if pairs.is_empty() {
            return Err(Error::Empty { what: "the list of pairs to learn from".into() });
        }
        let mut total = 0.0;
        let (mut inputs, mut slope) = (Vec::new(), Vec::new());
        for member in &mut self.members {
            let (n, m) = (member.net.inputs(), member.net.outputs());
            let mut loss = 0.0;
            for step in 1..=steps {
                inputs.clear();
                slope.clear(); // minus the target, until what was said is added
                for _ in 0..batch {
                    let row = uniform_index(pairs.len(), rng);
                    inputs.extend_from_slice(&pairs.inputs[row * n..(row + 1) * n]);
                    slope.extend(pairs.targets[row * m..(row + 1) * m].iter().map(|y| -y));
                }
                member.net.run(&inputs, &mut member.pass);
                slope.iter_mut().zip(member.pass.output()).for_each(|(s, y)| *s += y);
                let squares: f64 = slope.iter().map(|d| f64::from(d * d)).sum();
                loss = 0.5 * squares / batch as f64;
                member.net.check_loss("an ensemble", step, loss)?;
                slope.iter_mut().for_each(|s| *s /= batch as f32);
                member.net.backward(&mut member.pass, &slope, &mut member.gradient);
                member.adam.step(member.net.parameters_mut(), &member.gradient);
            }
            total += loss;
        }
        Ok(total / self.members.len() as f64)
    }

    /// What the members say of a batch, on average, (rows, outputs); and for each row by how much they disagree, in nats, if a
    /// noise is given.
    pub fn predict(
        &mut self,
        batch: &[f32],
        noise: Option<f32>,
        mean: &mut Vec<f32>,
        news: &mut Vec<f32>,
    ) {
        let k = self.members.len() as f32;
        mean.clear();
        self.said.clear();
        for member in &mut self.members {
            member.net.run(batch, &mut member.pass);
            let output = member.pass.output();
            if mean.is_empty() {
                mean.resize(output.len(), 0.0);
                self.said.resize(output.len(), 0.0);
            }
            mean.iter_mut().zip(output).for_each(|(m, y)| *m += y / k);
        }
        let Some(noise) = noise else { return };
        for member in &self.members {
            let gaps = member.pass.output().iter().zip(mean.iter());
            self.said
                .iter_mut()
                .zip(gaps)
                .for_each(|(v, (y, m))| *v += (y - m) * (y - m) / k);
        }
        let outputs = self.members[0].net.outputs();
        news.clear();
        let one =
            |v: &[f32]| v.iter().map(|v| 0.5 * (v / (noise * noise)).ln_1p()).sum::<f32>();
        news.extend(self.said.chunks_exact(outputs).map(one));
    }
}

/// How much an observation would tell about which member is right, at most: the disagreement of an ensemble.
///
/// ```text
/// I ≤ ½ Σᵢ ln(1 + Varₖ μₖᵢ / σ²)        Var: over the members, with 1/K
/// ```
/// It is 0 where all members say the same, however noisy the world is. `means`: for each member what it says of each number. The
/// bound is that of a Gaussian with the same variance; the true information is never more than ln K.
///
/// # Panics
/// When there is no member, or two differ in length.
///
/// ```
/// use aif_lib::aif::deep::ensemble::disagreement;
/// assert!((disagreement(&[vec![1.0], vec![-1.0]], 1.0) - 0.5 * 2f64.ln()).abs() < 1e-12);
/// ```
/// Source: Pathak, Gandhi & Gupta (2019) for disagreement as a bonus; in nats, Tschantz, Millidge, Seth & Buckley (2020).
#[track_caller]
pub fn disagreement(means: &[Vec<f64>], sigma: f64) -> f64 {
    let n = means.first().expect("an ensemble has a member").len();
    assert!(means.iter().all(|m| m.len() == n), "every member speaks of the same numbers");
    let k = means.len() as f64;
    let one = |i: usize| {
        let mean = means.iter().map(|m| m[i]).sum::<f64>() / k;
        let variance = means.iter().map(|m| (m[i] - mean).powi(2)).sum::<f64>() / k;
        0.5 * (variance / (sigma * sigma)).ln_1p()
    };
    (0..n).map(one).sum()
}

/// The same information without the bound, in one dimension: the entropy of the members' mixture less that of the noise.
///
/// ```text
/// I = H[ (1/K) Σₖ N(μₖ, σ²) ] − ½ ln(2πe σ²)
/// ```
/// By the trapezoid rule, whose error falls faster than any power where all is smooth and ends in nothing.
///
/// # Panics
/// When there is no member.
#[track_caller]
pub fn mixture_information(means: &[f64], sigma: f64) -> f64 {
    assert!(!means.is_empty(), "an ensemble has a member");
    let (lo, hi) =
        means.iter().fold((f64::MAX, f64::MIN), |(lo, hi), m| (lo.min(*m), hi.max(*m)));
    let (lo, hi, steps) = (lo - 12.0 * sigma, hi + 12.0 * sigma, 4000);
    let width = (hi - lo) / f64::from(steps);
    let density = |x: f64| {
        let bells = means.iter().map(|m| (-0.5 * ((x - m) / sigma).powi(2)).exp());
        bells.sum::<f64>()
            / (means.len() as f64 * sigma * (2.0 * std::f64::consts::PI).sqrt())
    };
    let surprise = |x: f64| {
        let p = density(x);
        if p > 0.0 { -p * p.ln() } else { 0.0 }
    };
    let entropy: f64 =
        (0..=steps).map(|i| surprise(lo + width * f64::from(i))).sum::<f64>() * width;
    entropy - 0.5 * (2.0 * std::f64::consts::PI * std::f64::consts::E * sigma * sigma).ln()
}
