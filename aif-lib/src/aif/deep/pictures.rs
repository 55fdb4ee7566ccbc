//! A T-maze seen in pictures: its model learned by counting what is believed, and planned with.
//!
//! Every state has a decoder: the probability that each pixel is on, and that of each outcome. It is a hidden Markov model whose
//! observations are 64 pixels, so EM of [`super::super::learn::baum_welch`] holds for it, step by step.

use ndarray::{Array1, Array2, Axis};

use crate::error::{Error, Result};
use crate::prob::info::kl;
use crate::prob::random::{Rng, uniform_index, uniform01};
use crate::world::pixel_maze::{FLIP, PIXELS, Picture, RELIABILITY, images};
use crate::world::tmaze;

/// The outcomes by name.
pub const OUTCOMES: [&str; 3] = ["nothing", "food", "shock"];
/// C: the preference for each, in nats.
pub const PREFERENCE: [f64; 3] = [0.0, 3.0, -3.0];

/// One moment: a picture, and what was felt.
pub type Look = (Picture, usize);

/// An episode: what was seen at each moment, and what was done in between.
#[derive(Debug, Clone, PartialEq)]
pub struct Film {
    /// What was seen.
    pub looks: Vec<Look>,
    /// What was done; one fewer.
    pub actions: Vec<usize>,
}

/// A model of pictures: what each state shows, and where each action leads.
#[derive(Debug, Clone, PartialEq)]
pub struct PictureModel {
    /// The probability that each pixel is on, (state, pixel).
    pub pixels: Array2<f64>,
    /// The probability of each outcome, (state, outcome).
    pub outcomes: Array2<f64>,
    /// B for each action, (s′, s).
    pub b: Vec<Array2<f64>>,
    /// D.
    pub d: Array1<f64>,
}

/// ln P of a look in each state, in a form that is quick to add up: what belongs to one pixel stands together.
struct Decoder {
    none: Vec<f64>,    // all pixels off
    odds: Array2<f64>, // what a pixel that is on adds, (pixel, state)
    felt: Array2<f64>, // (outcome, state)
}

/// The pixels of a picture that are on, from the first to the last.
pub(super) fn on(picture: Picture) -> impl Iterator<Item = usize> {
    let mut rest = picture;
    std::iter::from_fn(move || {
        let pixel = (rest != 0).then(|| rest.trailing_zeros() as usize);
        rest &= rest.wrapping_sub(1);
        pixel
    })
}

fn add(sums: &mut [f64], row: &[f64]) {
    sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
}

/// A copy on its side, row by row.
fn turned(table: &Array2<f64>) -> Array2<f64> {
    table.t().as_standard_layout().into_owned()
}

/// A row of a table that stands row by row.
fn row(table: &Array2<f64>, row: usize) -> &[f64] {
    let columns = table.ncols();
    &table.as_slice().expect("made row by row")[row * columns..][..columns]
}

fn row_mut(table: &mut Array2<f64>, row: usize) -> &mut [f64] {
    let columns = table.ncols();
    &mut table.as_slice_mut().expect("made row by row")[row * columns..][..columns]
}

impl Decoder {
    fn of(model: &PictureModel) -> Self {
        let off = model.pixels.mapv(|p| (1.0 - p).ln());
        let none = off.sum_axis(Axis(1)).to_vec();
        Self {
            none,
            odds: turned(&(model.pixels.mapv(f64::ln) - off)),
            felt: turned(&model.outcomes.mapv(f64::ln)),
        }
    }

    /// Written into a list of one number for each state.
    fn log_likelihood(&self, (picture, outcome): Look, all: &mut [f64]) {
        self.pixels(picture, all);
        add(all, row(&self.felt, outcome));
    }

    /// ln P of the pixels alone.
    fn pixels(&self, picture: Picture, all: &mut [f64]) {
        all.copy_from_slice(&self.none);
        on(picture).for_each(|pixel| add(all, row(&self.odds, pixel)));
    }

    /// The belief after a look: written over what was believed before it. Returns ln P of the look. `joint` is memory.
    fn correct(&self, belief: &mut [f64], look: Look, joint: &mut [f64]) -> f64 {
        self.log_likelihood(look, joint);
        joint.iter_mut().zip(&*belief).for_each(|(joint, q)| *joint += q.ln());
        let max = joint.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        belief.iter_mut().zip(&*joint).for_each(|(q, joint)| *q = (joint - max).exp());
        let sum: f64 = belief.iter().sum();
        assert!(sum > 0.0, "no state of the model can show this look"); // nor is NaN above 0
        belief.iter_mut().for_each(|q| *q /= sum);
        max + sum.ln()
    }
}

/// next = B belief, from B on its side, (s, s′).
fn follow(b: &Array2<f64>, belief: &[f64], next: &mut [f64]) {
    next.fill(0.0);
    for (s, q) in belief.iter().enumerate() {
        next.iter_mut().zip(row(b, s)).for_each(|(next, b)| *next += b * q);
    }
}

fn normalise(mut column: ndarray::ArrayViewMut1<'_, f64>) {
    let sum = column.sum();
    column /= sum;
}

impl PictureModel {
    /// How many states.
    pub fn states(&self) -> usize {
        self.d.len()
    }

    /// The true model of [`PixelMaze`](crate::world::pixel_maze::PixelMaze): four places times two sides. A cue that lies shows the other
    /// picture, so its two states show two pictures each: they are split, and there are ten.
    pub fn truth() -> Self {
        // centre ×2; cue ×2 sides ×2 pictures; left ×2; right ×2.
        let scene = [0, 0, 1, 2, 1, 2, 3, 4, 6, 5];
        let side = [0, 1, 0, 0, 1, 1, 0, 1, 0, 1];
        let place = [0, 0, 1, 1, 1, 1, 2, 2, 3, 3];
        let pixels = Array2::from_shape_fn((10, PIXELS), |(s, i)| {
            if images()[scene[s]] >> i & 1 == 1 { 1.0 - FLIP } else { FLIP }
        });
        let outcomes = Array2::from_shape_fn((10, 3), |(s, o)| {
            let felt = match scene[s] {
                3 | 5 => 1,
                4 | 6 => 2,
                _ => 0,
            };
            f64::from(u8::from(felt == o))
        });
        let b = |u: usize| {
            Array2::from_shape_fn((10, 10), |(to, s)| {
                let goes = if place[s] < 2 && u > 0 { u } else { place[s] };
                if place[to] != goes || side[to] != side[s] {
                    return 0.0;
                }
                match goes {
                    1 if scene[to] == 1 + side[to] => RELIABILITY,
                    1 => 1.0 - RELIABILITY,
                    _ => 1.0,
                }
            })
        };
        let d = Array1::from_shape_fn(10, |s| if s < 2 { 0.5 } else { 0.0 });
        Self { pixels, outcomes, b: (0..tmaze::ACTIONS.len()).map(b).collect(), d }
    }

    /// A start for learning: each state begins as a picture from the films, the rest at random.
    ///
    /// # Errors
    /// [`Error::Empty`]: no film.
    pub fn from_films(states: usize, films: &[Film], rng: &mut dyn Rng) -> Result<Self> {
        if films.is_empty() {
            return Err(Error::Empty { what: "the list of films".into() });
        }
        let mut pixels = Array2::zeros((states, PIXELS));
        for mut row in pixels.rows_mut() {
            let film = &films[uniform_index(films.len(), rng)];
            let (picture, _) = film.looks[uniform_index(film.looks.len(), rng)];
            row.iter_mut()
                .enumerate()
                .for_each(|(i, p)| *p = if picture >> i & 1 == 1 { 0.75 } else { 0.25 });
        }
        let mut random = || {
            let mut b =
                Array2::from_shape_simple_fn((states, states), || 0.2 + uniform01(rng));
            b.columns_mut().into_iter().for_each(normalise);
            b
        };
        let b = (0..tmaze::ACTIONS.len()).map(|_| random()).collect();
        let even = Array1::from_elem(states, 1.0 / states as f64);
        Ok(Self { pixels, outcomes: Array2::from_elem((states, 3), 1.0 / 3.0), b, d: even })
    }

    /// ln P of films, on average over their looks.
    pub fn log_evidence(&self, films: &[Film]) -> f64 {
        let decoder = Decoder::of(self);
        let one = |film: &Film| {
            let mut belief = self.d.to_vec();
            let mut joint = belief.clone();
            let mut total = 0.0;
            for (t, look) in film.looks.iter().enumerate() {
                if t > 0 {
                    belief = self.predict(&belief, film.actions[t - 1]);
                }
                total += decoder.correct(&mut belief, *look, &mut joint);
            }
            total
        };
        let looks: usize = films.iter().map(|film| film.looks.len()).sum();
        films.iter().map(one).sum::<f64>() / looks as f64
    }

    /// B q for an action.
    pub fn predict(&self, belief: &[f64], action: usize) -> Vec<f64> {
        let rows = self.b[action].rows();
        rows.into_iter()
            .map(|row| row.iter().zip(belief).map(|(b, q)| b * q).sum())
            .collect()
    }

    /// The belief after a look.
    pub fn correct(&self, belief: &[f64], look: Look) -> Vec<f64> {
        let mut after = belief.to_vec();
        Decoder::of(self).correct(&mut after, look, &mut belief.to_vec());
        after
    }

    /// A belief about states as one about pictures: each state counts for the picture that it is likeliest to show.
    pub fn looks_like(&self, belief: &[f64], images: &[Picture]) -> Vec<f64> {
        let decoder = Decoder::of(self);
        let mut shown = vec![vec![0.0; belief.len()]; images.len()];
        images.iter().zip(&mut shown).for_each(|(image, all)| decoder.pixels(*image, all));
        let mut sums = vec![0.0; images.len()];
        for (s, q) in belief.iter().enumerate() {
            let best = |a: &usize, b: &usize| shown[*a][s].total_cmp(&shown[*b][s]);
            sums[(0..images.len()).max_by(best).expect("a picture")] += q;
        }
        sums
    }

    /// One sweep of EM, with a tenth of a count for each thing that was never seen. Returns the model after it and the log evidence of all
    /// looks before it, on average.
    pub fn sweep(&self, films: &[Film]) -> (Self, f64) {
        let (n, decoder) = (self.states(), Decoder::of(self));
        let mut next = Self {
            pixels: Array2::from_elem((n, PIXELS), 0.1),
            outcomes: Array2::from_elem((n, 3), 0.1 / 3.0),
            b: vec![Array2::from_elem((n, n), 0.1 / n as f64); self.b.len()],
            d: Array1::from_elem(n, 0.1 / n as f64),
        };
        let forth: Vec<Array2<f64>> = self.b.iter().map(turned).collect();
        let mut pixels = Array2::from_elem((PIXELS, n), 0.1);
        let mut outcomes = turned(&next.outcomes);
        let mut visits = vec![0.2; n];
        let (mut total, mut looks) = (0.0, 0);
        // Of each moment: what was believed before the look and after it, (moment, state).
        let longest = films.iter().map(|film| film.looks.len()).max().unwrap_or(0);
        let mut predicted = Array2::zeros((longest, n));
        let mut filtered = Array2::zeros((longest, n));
        let [mut joint, mut belief, mut before, mut weight] =
            [(); 4].map(|()| vec![0.0; n]);
        for film in films {
            let t_end = film.looks.len();
            for (t, look) in film.looks.iter().enumerate() {
                let expected = row_mut(&mut predicted, t);
                match t {
                    0 => expected.iter_mut().zip(&self.d).for_each(|(e, d)| *e = *d),
                    _ => {
                        follow(&forth[film.actions[t - 1]], row(&filtered, t - 1), expected)
                    }
                }
                let after = row_mut(&mut filtered, t);
                after.copy_from_slice(expected);
                total += decoder.correct(after, *look, &mut joint);
            }
            looks += t_end;
            belief.copy_from_slice(row(&filtered, t_end - 1));
            for t in (0..t_end).rev() {
                let (picture, felt) = film.looks[t];
                add(&mut visits, &belief);
                add(row_mut(&mut outcomes, felt), &belief);
                on(picture).for_each(|pixel| add(row_mut(&mut pixels, pixel), &belief));
                if t == 0 {
                    next.d.iter_mut().zip(&belief).for_each(|(d, q)| *d += q);
                    break;
                }
                // P(s, s′ | all) = filtered(s) B[s′, s] · smoothed(s′) / predicted(s′).
                let u = film.actions[t - 1];
                for (weight, (q, p)) in
                    weight.iter_mut().zip(belief.iter().zip(row(&predicted, t)))
                {
                    *weight = if *p > 0.0 { q / p } else { 0.0 };
                }
                before.fill(0.0);
                let b = self.b[u].as_standard_layout();
                for (to, weight) in weight.iter().enumerate() {
                    let counts = row_mut(&mut next.b[u], to).iter_mut().zip(&mut before);
                    let chances = row(&filtered, t - 1).iter().zip(b.row(to));
                    for ((count, before), (q, b)) in counts.zip(chances) {
                        let pair = q * b * weight;
                        *count += pair;
                        *before += pair;
                    }
                }
                std::mem::swap(&mut belief, &mut before);
            }
        }
        next.pixels = turned(&pixels);
        next.outcomes = turned(&outcomes);
        for (s, visits) in visits.iter().enumerate() {
            next.pixels.row_mut(s).iter_mut().for_each(|p| *p /= visits);
            normalise(next.outcomes.row_mut(s));
        }
        next.b.iter_mut().for_each(|b| b.columns_mut().into_iter().for_each(normalise));
        normalise(next.d.view_mut());
        (next, total / looks as f64)
    }

    /// EM from several starts; the one with the highest log evidence at the end.
    ///
    /// # Errors
    /// - [`Error::Empty`]: no film.
    /// - [`Error::Parameter`]: no start.
    pub fn learn(
        states: usize,
        films: &[Film],
        starts: usize,
        sweeps: usize,
        rng: &mut dyn Rng,
    ) -> Result<Self> {
        let mut best: Option<(f64, Self)> = None;
        for _ in 0..starts {
            let mut model = Self::from_films(states, films, rng)?;
            for _ in 0..sweeps {
                model = model.sweep(films).0;
            }
            let evidence = model.log_evidence(films);
            if best.as_ref().is_none_or(|(other, _)| evidence > *other) {
                best = Some((evidence, model));
            }
        }
        let expected = "at least one start";
        best.map(|(_, model)| model).ok_or(Error::Parameter {
            name: "starts",
            value: 0.0,
            expected,
        })
    }

    /// A look that the model expects in a state.
    pub fn dream(&self, state: usize, rng: &mut dyn Rng) -> Look {
        let pixel = |i: usize, rng: &mut dyn Rng| {
            u64::from(uniform01(rng) < self.pixels[[state, i]]) << i
        };
        let picture = (0..PIXELS).fold(0, |picture, i| picture | pixel(i, rng));
        (picture, draw(self.outcomes.row(state).iter().copied(), rng))
    }
}

/// An index with its probability.
fn draw(p: impl Iterator<Item = f64>, rng: &mut dyn Rng) -> usize {
    let (mut left, mut last) = (uniform01(rng), 0);
    for (i, p) in p.enumerate() {
        if p > 0.0 {
            last = i;
        }
        left -= p;
        if left < 0.0 {
            return i;
        }
    }
    last
}

/// G of each action: preferences over the outcomes, and information gain by looks that are drawn from the decoder.
///
/// ```text
/// G(q, u) = −Σ Q(o) C(o) − E_look[ KL[q after ‖ q before] ] + E_look[ minᵤ′ G(q after, u′) ]
/// ```
/// Lower is better. `samples` says how many looks are drawn for each action at each depth, so its length is the horizon; `curiosity` is
/// the weight of information gain: 1 for G, 0 for preferences alone. After Fountas, Sajid, Mediano & Friston (2020), who draw from
/// networks.
pub fn expected_free_energy(
    model: &PictureModel,
    belief: &[f64],
    samples: &[usize],
    curiosity: f64,
    rng: &mut dyn Rng,
) -> Vec<f64> {
    let dreams = Dreams { model, decoder: Decoder::of(model), curiosity };
    (0..model.b.len()).map(|u| dreams.one_action(belief, u, samples, rng)).collect()
}

/// What stays the same throughout a tree.
struct Dreams<'a> {
    model: &'a PictureModel,
    decoder: Decoder,
    curiosity: f64,
}

impl Dreams<'_> {
    fn one_action(
        &self,
        belief: &[f64],
        u: usize,
        samples: &[usize],
        rng: &mut dyn Rng,
    ) -> f64 {
        let Self { model, decoder, curiosity } = self;
        let expected = model.predict(belief, u);
        let felt = Array1::from(expected.clone()).dot(&model.outcomes);
        let mut g = -felt.iter().zip(PREFERENCE).map(|(p, c)| p * c).sum::<f64>();
        let Some((&n, deeper)) = samples.split_first() else { return g };
        if deeper.is_empty() && *curiosity == 0.0 {
            return g; // nothing that is drawn would count
        }
        let mut joint = expected.clone();
        for _ in 0..n {
            let look = model.dream(draw(expected.iter().copied(), rng), rng);
            let mut after = expected.clone();
            decoder.correct(&mut after, look, &mut joint);
            g -= curiosity * kl(&after, &expected) / n as f64;
            if !deeper.is_empty() {
                let next =
                    (0..model.b.len()).map(|v| self.one_action(&after, v, deeper, rng));
                g += next.fold(f64::INFINITY, f64::min) / n as f64;
            }
        }
        g
    }
}
