//! The evidence bound: a linear model in closed form, a discrete one with networks.
//!
//! ```text
//! ln p(x) ≥ E_q[ln p(x|z)] − KL[q(z|x) ‖ p(z)]        equal where q is the posterior
//! ```
//! Source: Kingma & Welling (2014). The bound is −F, the free energy of [`crate::aif::perceive`] with the sign turned.

use ndarray::{Array1, Array2};

use super::pictures::on;
use crate::error::{Error, Result};
use crate::nn::adam::Adam;
use crate::nn::mlp::{Activation, Mlp, Pass};
use crate::prob::info::{entropy, log_sum_exp, softmax};
use crate::prob::minimise::minimise;
use crate::prob::random::{Rng, standard_normal, uniform_index};
use crate::world::pixel_maze::{PIXELS, Picture};

/// The bound of one observation for a latent with finitely many values.
///
/// ```text
/// ELBO = Σ q (ln p(o|s) + ln p(s) − ln q)
/// ```
/// `log_likelihood`: ln p(o|s) for each s. A state that is not believed in counts nothing.
pub fn elbo(q: &[f64], log_likelihood: &[f64], prior: &[f64]) -> f64 {
    let one = |((q, l), p): ((&f64, &f64), &f64)| {
        if *q > 0.0 { q * (l + p.ln() - q.ln()) } else { 0.0 }
    };
    q.iter().zip(log_likelihood).zip(prior).map(one).sum()
}

/// A linear VAE at its optimum: what each latent tells, and the bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// KL of each latent, in nats, the largest first.
    pub rates: Vec<f64>,
    /// The bound with β = 1, in nats.
    pub elbo: f64,
}

/// What the best linear VAE of two numbers with these variances comes to, by formula.
///
/// ```text
/// rateᵢ = max(0, ½ ln(λᵢ / β))        p(x|z) = N(W z, 1)
/// ```
/// With the noise of the decoder fixed at 1, latent i is alive where λᵢ > β: posterior collapse that is no accident. For β = 1 the bound
/// is the log evidence of probabilistic PCA: a direction with λ > 1 has its own variance, another that of the noise. Source: Lucas,
/// Tucker, Grosse & Norouzi (2019).
pub fn linear_optimum(variances: [f64; 2], beta: f64) -> Vec<f64> {
    let mut rates: Vec<f64> =
        variances.iter().map(|v| (0.5 * (v / beta).ln()).max(0.0)).collect();
    rates.sort_by(|a, b| b.total_cmp(a));
    rates
}

/// The same by descent: decoder W (2 × 2), encoder N(M x, diag s²), ten numbers in all, from a random start.
///
/// ```text
/// E‖x − W z‖² = tr[(1 − W M) Λ (1 − W M)ᵀ] + Σ sⱼ² ‖Wⱼ‖²,    KLⱼ = ½ (Mⱼ Λ Mⱼᵀ + sⱼ² − 1 − ln sⱼ²)
/// ```
pub fn linear_descent(variances: [f64; 2], beta: f64, rng: &mut dyn Rng) -> Linear {
    let parts = |x: &[f64]| {
        let (w, m, s2) = (&x[..4], &x[4..8], [x[8].exp(), x[9].exp()]);
        let mut error = 0.0;
        for i in 0..2 {
            for (k, variance) in variances.iter().enumerate() {
                let wm = w[2 * i] * m[k] + w[2 * i + 1] * m[2 + k];
                error += (f64::from(u8::from(i == k)) - wm).powi(2) * variance;
            }
            error += s2[0] * w[2 * i].powi(2) + s2[1] * w[2 * i + 1].powi(2);
        }
        let rate = |j: usize| {
            let spread: f64 = (0..2).map(|k| m[2 * j + k].powi(2) * variances[k]).sum();
            0.5 * (spread + s2[j] - 1.0 - x[8 + j])
        };
        (-(2.0 * std::f64::consts::PI).ln() - 0.5 * error, [rate(0), rate(1)])
    };
    let loss = |x: &[f64]| {
        let (reconstruction, rates) = parts(x);
        beta * (rates[0] + rates[1]) - reconstruction
    };
    let start: Vec<f64> = (0..10).map(|_| 0.5 * standard_normal(rng)).collect();
    let end = minimise(&loss, &start, 500);
    let (reconstruction, rates) = parts(&end.x);
    let mut rates = rates.to_vec();
    rates.sort_by(|a, b| b.total_cmp(a));
    Linear { elbo: reconstruction - rates[0] - rates[1], rates }
}

/// A VAE of pictures with one latent of S values: an encoder network, and a decoder that is a table of pixel logits.
///
/// The mean over the latent is summed exactly, so nothing is sampled and no trick is needed.
#[derive(Debug, Clone)]
pub struct DiscreteVae {
    encoder: Mlp,
    pass: Pass,
    gradient: Vec<f32>,
    decoder: Vec<f32>, // (latent, pixel), then the logits of the prior
    adams: [Adam; 2],
    latents: usize,
    steps: usize,
}

/// How good a VAE is, on average over pictures, in nats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grade {
    /// The bound with the encoder's q.
    pub elbo: f64,
    /// ln p(x), summed over the latent.
    pub evidence: f64,
    /// I(s; x) under the model's own posterior: how much of what is seen the latent keeps.
    pub information: f64,
}

/// What the slopes of the bound are, for a batch.
#[derive(Debug, Clone)]
pub struct Slopes {
    /// The bound, on average.
    pub elbo: f64,
    /// Minus its slope in each output of the encoder, (rows, latents).
    pub encoder: Vec<f32>,
    /// Minus its slope in each number of the decoder.
    pub decoder: Vec<f32>,
}

impl DiscreteVae {
    /// Random weights. With `from` not empty each value of the latent begins as a picture drawn from there.
    ///
    /// # Errors
    /// - [`Error::Parameter`]: no latent value, no unit, or a rate that is not above 0.
    pub fn new(
        hidden: usize,
        latents: usize,
        rate: f64,
        from: &[Picture],
        rng: &mut dyn Rng,
    ) -> Result<Self> {
        let encoder = Mlp::new(&[PIXELS, hidden, latents], Activation::Relu, rng)?;
        let mut decoder: Vec<f32> = Vec::with_capacity(latents * (PIXELS + 1));
        for _ in 0..latents {
            if from.is_empty() {
                decoder.extend((0..PIXELS).map(|_| 0.1 * standard_normal(rng) as f32));
            } else {
                let picture = from[uniform_index(from.len(), rng)];
                decoder.extend(
                    (0..PIXELS).map(|i| if picture >> i & 1 == 1 { 1.0 } else { -1.0 }),
                );
            }
        }
        decoder.extend(vec![0.0; latents]);
        let n = encoder.parameters().len();
        Ok(Self {
            adams: [Adam::new(n, rate)?, Adam::new(decoder.len(), rate)?],
            gradient: vec![0.0; n],
            pass: Pass::default(),
            encoder,
            decoder,
            latents,
            steps: 0,
        })
    }

    /// The encoder's network.
    pub fn encoder(&self) -> &Mlp {
        &self.encoder
    }

    /// The decoder: pixel logits, (latent, pixel), then the logits of the prior.
    pub fn decoder(&self) -> &[f32] {
        &self.decoder
    }

    /// The probability that each pixel is on, (latent, pixel).
    pub fn pixels(&self) -> Array2<f64> {
        let p = |l: &f32| 1.0 / (1.0 + (-f64::from(*l)).exp());
        let all = self.decoder[..self.latents * PIXELS].iter().map(p).collect();
        Array2::from_shape_vec((self.latents, PIXELS), all).expect("as many as pixels")
    }

    /// P(s).
    pub fn prior(&self) -> Vec<f64> {
        let logits: Vec<f64> =
            self.decoder[self.latents * PIXELS..].iter().map(|x| f64::from(*x)).collect();
        softmax(&logits)
    }

    /// ln p(x, s) for each value of the latent, for each picture.
    fn log_joint(&self, pictures: &[Picture]) -> Vec<Vec<f64>> {
        let softplus = |x: f32| f64::from(x.max(0.0) + (-x.abs()).exp().ln_1p());
        let prior = self.prior();
        let table = &self.decoder[..self.latents * PIXELS];
        let rows = table.chunks(PIXELS);
        let off: Vec<f64> =
            rows.map(|row| -row.iter().map(|l| softplus(*l)).sum::<f64>()).collect();
        // What belongs to one pixel stands together, (pixel, latent).
        let logits: Vec<f64> = (0..PIXELS)
            .flat_map(|i| table.iter().skip(i).step_by(PIXELS).map(|l| f64::from(*l)))
            .collect();
        let none: Vec<f64> = off.iter().zip(&prior).map(|(off, p)| off + p.ln()).collect();
        let one = |picture: Picture| {
            let mut sums = vec![0.0; self.latents];
            for i in on(picture) {
                let row = &logits[i * self.latents..][..self.latents];
                sums.iter_mut().zip(row).for_each(|(sum, l)| *sum += l);
            }
            sums.iter_mut().zip(&none).for_each(|(sum, none)| *sum += none);
            sums
        };
        pictures.iter().map(|x| one(*x)).collect()
    }

    /// What the encoder believes of each picture.
    fn posterior(&mut self, pictures: &[Picture]) -> Result<Vec<Vec<f64>>> {
        let batch: Vec<f32> = pictures
            .iter()
            .flat_map(|x| (0..PIXELS).map(move |i| (x >> i & 1) as f32))
            .collect();
        self.encoder.run(&batch, &mut self.pass);
        let wild = self.pass.output().iter().find(|x| !x.is_finite());
        let said = wild.map_or(0.0, |x| f64::from(*x));
        self.encoder.check_loss("the evidence bound", self.steps + 1, said)?;
        let one = |logits: &[f32]| {
            softmax(&logits.iter().map(|x| f64::from(*x)).collect::<Vec<_>>())
        };
        Ok(self.pass.output().chunks(self.latents).map(one).collect())
    }

    /// The bound of a batch, and its slopes.
    ///
    /// ```text
    /// f = ln p(x, s) − ln q,    ∂/∂logitₛ = qₛ (fₛ − Σ q f),    ∂/∂l[s, i] = qₛ (xᵢ − σ(l[s, i])),    ∂/∂prior logitₛ = qₛ − P(s)
    /// ```
    ///
    /// # Errors
    /// [`Error::Diverged`]: the encoder says what is no finite number, or the bound is none.
    pub fn slopes(&mut self, pictures: &[Picture]) -> Result<Slopes> {
        let n = pictures.len() as f64;
        let q = self.posterior(pictures)?;
        let joint = self.log_joint(pictures);
        let (pixels, prior) = (self.pixels(), self.prior());
        let mut slopes =
            Slopes { elbo: 0.0, encoder: vec![], decoder: vec![0.0; self.decoder.len()] };
        let mut believed = vec![0.0; self.latents];
        let mut seen = vec![0.0f32; self.latents * PIXELS]; // (pixel, latent)
        for ((x, joint), q) in pictures.iter().zip(&joint).zip(&q) {
            let f: Vec<f64> =
                joint.iter().zip(q).map(|(j, q)| j - q.max(1e-30).ln()).collect();
            let mean: f64 = q.iter().zip(&f).map(|(q, f)| q * f).sum();
            slopes.elbo += mean / n;
            slopes
                .encoder
                .extend(q.iter().zip(&f).map(|(q, f)| (-q * (f - mean) / n) as f32));
            believed.iter_mut().zip(q).for_each(|(sum, q)| *sum += q);
            let share: Vec<f32> = q.iter().map(|q| (q / n) as f32).collect();
            for i in on(*x) {
                let row = &mut seen[i * self.latents..][..self.latents];
                row.iter_mut().zip(&share).for_each(|(seen, share)| *seen -= share);
            }
        }
        for (s, believed) in believed.iter().enumerate() {
            for i in 0..PIXELS {
                slopes.decoder[s * PIXELS + i] =
                    seen[i * self.latents + s] + (believed * pixels[[s, i]] / n) as f32;
            }
            slopes.decoder[self.latents * PIXELS + s] = (prior[s] - believed / n) as f32;
        }
        self.encoder.check_loss("the evidence bound", self.steps + 1, -slopes.elbo)?;
        Ok(slopes)
    }

    /// One gradient step upwards on a batch. Returns its bound.
    ///
    /// # Errors
    /// As [`DiscreteVae::slopes`].
    pub fn learn(&mut self, pictures: &[Picture]) -> Result<f64> {
        let slopes = self.slopes(pictures)?;
        self.encoder.backward(&mut self.pass, &slopes.encoder, &mut self.gradient);
        self.adams[0].step(self.encoder.parameters_mut(), &self.gradient);
        self.adams[1].step(&mut self.decoder, &slopes.decoder);
        self.steps += 1;
        Ok(slopes.elbo)
    }

    /// How good it is on some pictures.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no picture.
    /// - [`Error::Diverged`]: as [`DiscreteVae::slopes`].
    pub fn grade(&mut self, pictures: &[Picture]) -> Result<Grade> {
        if pictures.is_empty() {
            return Err(Error::Empty { what: "the list of pictures".into() });
        }
        let n = pictures.len() as f64;
        let q = self.posterior(pictures)?;
        let joint = self.log_joint(pictures);
        let mut grade = Grade { elbo: 0.0, evidence: 0.0, information: 0.0 };
        let mut average = Array1::<f64>::zeros(self.latents);
        for (joint, q) in joint.iter().zip(&q) {
            let zeros = vec![1.0; self.latents];
            grade.elbo += elbo(q, joint, &zeros) / n;
            grade.evidence += log_sum_exp(joint) / n;
            let exact = softmax(joint);
            grade.information -= entropy(&exact) / n;
            average += &(Array1::from(exact) / n);
        }
        grade.information += entropy(&average.to_vec());
        Ok(grade)
    }
}
