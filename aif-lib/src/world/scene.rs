//! A scene in patches, and a viewer who may look at a few of them: what is worth a look?
//!
//! The scene shows one of several things (its category), which the viewer wants to name. A look at a patch gives a
//! feature, more or less tied to the category: an ear tells cat from hen, a flickering screen tells nothing, however much
//! it moves. Each look is a fresh, noisy glance, so a second look at the same patch is worth something, too. Visual
//! foraging of this kind: Mirza, Adams, Mathys & Friston (2016), Scene construction, visual foraging, and active
//! inference, Frontiers in Computational Neuroscience 10:56.

use ndarray::{Array2, Array3, Axis};

use super::{Action, Obs, Step, World};
use crate::aif::model::GenerativeModel;
use crate::aif::perceive::filter;
use crate::error::{Error, Result};
use crate::prob::categorical::{Categorical, check_probabilities};
use crate::prob::random::{Rng, uniform_index};
use crate::rl::select::greedy;

/// What a glance may give; nothing is seen before the first look.
pub const FEATURES: [&str; 3] = ["nothing", "plain", "marked"];

/// The world: look at patch `action`, see [`FEATURES`] 1 or 2. It pays nothing and never ends by itself.
///
/// The budget of looks is the limit of a [`TimeLimit`](super::TimeLimit).
///
/// ```
/// # use aif_lib::prelude::*;
/// let (mut world, mut rng) = (Scene::animals(), seeded(7));
/// assert_eq!(world.reset(&mut rng), 0);
/// assert!(world.step(0, &mut rng).obs > 0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    patches: Vec<String>,
    categories: Vec<String>,
    marked: Array2<f64>, // P(marked | patch, category), (patch, category)
    category: usize,
}

impl Scene {
    /// A scene from P(marked | patch, category), shape (patch, category), with names.
    ///
    /// # Errors
    /// - [`Error::Shape`]: the table does not fit the names.
    /// - [`Error::Empty`]: no patch or no category.
    /// - [`Error::NotAProbability`]: an entry is not from 0 to 1.
    pub fn new(patches: &[&str], categories: &[&str], marked: Array2<f64>) -> Result<Self> {
        if patches.is_empty() || categories.is_empty() {
            let what = if patches.is_empty() { "patches" } else { "categories" };
            return Err(Error::Empty { what: format!("the list of {what}") });
        }
        if marked.dim() != (patches.len(), categories.len()) {
            return Err(Error::Shape {
                what: "the table of marks".into(),
                expected: format!("({}, {})", patches.len(), categories.len()),
                got: format!("{:?}", marked.dim()),
                cure: "its axes are patch and category",
            });
        }
        for (row, patch) in marked.rows().into_iter().zip(patches) {
            for &p in row {
                // Plain or marked: one probability each.
                check_probabilities(&[1.0 - p, p], &|| format!("the patch {patch:?}"))?;
            }
        }
        let own = |names: &[&str]| names.iter().map(|n| n.to_string()).collect();
        Ok(Self { patches: own(patches), categories: own(categories), marked, category: 0 })
    }

    /// A cat, a dog, an owl or a hen, in nine patches.
    ///
    /// Two patches tell fur from feather, two tell hunter of the night from creature of the day; the others tell less
    /// or nothing. The screen flickers: it is never the same, and it means nothing.
    pub fn animals() -> Self {
        let patches =
            ["ear", "mouth", "eye", "foot", "tail", "fence", "sky", "screen", "lamp"];
        let marked = ndarray::array![
            // cat  dog   owl   hen
            [0.90, 0.80, 0.10, 0.10], // ear: fur or feather
            [0.15, 0.20, 0.85, 0.85], // mouth: a beak
            [0.90, 0.10, 0.90, 0.10], // eye: made for the night
            [0.70, 0.40, 0.75, 0.30], // foot: claws
            [0.60, 0.70, 0.40, 0.45], // tail
            [0.30, 0.35, 0.30, 0.35], // fence
            [0.05, 0.05, 0.05, 0.05], // sky: always plain
            [0.50, 0.50, 0.50, 0.50], // screen: flickers
            [0.95, 0.95, 0.95, 0.95], // lamp: always bright
        ];
        Self::new(&patches, &["cat", "dog", "owl", "hen"], marked)
            .expect("the scene of animals is well formed")
    }

    /// The names of the patches: the actions.
    pub fn patches(&self) -> Vec<&str> {
        self.patches.iter().map(String::as_str).collect()
    }

    /// The names of the categories.
    pub fn categories(&self) -> Vec<&str> {
        self.categories.iter().map(String::as_str).collect()
    }

    /// P(marked | patch, category), shape (patch, category).
    pub fn marked(&self) -> &Array2<f64> {
        &self.marked
    }

    /// What the scene shows, which the viewer cannot see directly.
    pub fn category(&self) -> usize {
        self.category
    }

    /// The generative model: factors gaze (start, then the patches) and category; one modality, the feature.
    ///
    /// Nothing is preferred: whoever plans with it looks in order to know.
    ///
    /// # Errors
    /// As [`GenerativeModel::builder`]'s `build`.
    pub fn model(&self) -> Result<GenerativeModel> {
        let (n, k) = self.marked.dim();
        let gaze: Vec<&str> = std::iter::once("start").chain(self.patches()).collect();
        let turn =
            Array3::from_shape_fn((n + 1, n + 1, n), |(to, _, u)| f64::from(to == u + 1));
        let see =
            Array3::from_shape_fn((3, n + 1, k), |(o, gaze, category)| match (gaze, o) {
                (0, nothing) => f64::from(nothing == 0),
                (_, 0) => 0.0,
                (look, 1) => 1.0 - self.marked[[look - 1, category]],
                (look, _) => self.marked[[look - 1, category]],
            });
        let still = Array2::eye(k).insert_axis(Axis(2));
        let start = Categorical::one_hot(n + 1, 0);
        let even = Categorical::uniform(k);
        GenerativeModel::builder()
            .actions(&self.patches())
            .factor("gaze", &gaze, start.probs(), turn)
            .factor("category", &self.categories(), even.probs(), still)
            .modality(
                "feature",
                &FEATURES,
                &["gaze", "category"],
                see.into_dyn(),
                &[0.0; 3],
            )
            .build()
    }

    /// Shows a new scene to a viewer with a budget of looks: after each look, how probable it is that the best guess is
    /// right (1 or 0, or shared among equally good guesses).
    ///
    /// `model` is the viewer's [`model`](Self::model); `choose` picks a patch from the belief and the looks left.
    ///
    /// # Errors
    /// As [`filter`].
    pub fn show(
        &mut self,
        model: &GenerativeModel,
        budget: usize,
        choose: &mut dyn FnMut(&Categorical, usize, &mut dyn Rng) -> Action,
        rng: &mut dyn Rng,
    ) -> Result<Vec<f64>> {
        self.reset(rng);
        let mut belief = model.prior().clone();
        let mut right = Vec::with_capacity(budget);
        for left in (1..=budget).rev() {
            let patch = choose(&belief, left, rng);
            let seen = self.step(patch, rng).obs;
            belief = filter(model, &belief, patch, &[seen])?.belief;
            right.push(greedy(self.about_category(&belief).probs())[self.category]);
        }
        Ok(right)
    }

    /// The belief about the category alone, from a belief of [`Scene::model`] about gaze and category.
    ///
    /// # Panics
    /// When the belief is not one of that model.
    #[track_caller]
    pub fn about_category(&self, belief: &Categorical) -> Categorical {
        let (n, k) = self.marked.dim();
        assert_eq!(
            belief.len(),
            (n + 1) * k,
            "about_category: a belief of this scene's model"
        );
        let sum = |c: usize| (0..=n).map(|gaze| belief[gaze * k + c]).sum();
        Categorical::trusted((0..k).map(sum).collect())
    }
}

impl World for Scene {
    fn n_actions(&self) -> usize {
        self.patches.len()
    }

    fn reset(&mut self, rng: &mut dyn Rng) -> Obs {
        self.category = uniform_index(self.categories.len(), rng);
        0
    }

    fn step(&mut self, action: Action, rng: &mut dyn Rng) -> Step {
        assert!(
            action < self.patches.len(),
            "patch {action}: there are {}",
            self.patches.len()
        );
        let p = self.marked[[action, self.category]];
        let glance = Categorical::trusted(vec![0.0, 1.0 - p, p]);
        Step { obs: glance.sample(rng), reward: 0.0, end: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aif::evaluate::expected_free_energy;
    use crate::aif::perceive::predict;
    use crate::prob::info::mutual_information;
    use crate::prob::random::seeded;

    #[test]
    fn relevance_is_the_mutual_information_of_patch_and_category() {
        let scene = Scene::animals();
        let model = scene.model().unwrap();
        for patch in 0..9 {
            let g = expected_free_energy(&model, &predict(&model, model.prior(), patch));
            let joint = Array2::from_shape_fn((2, 4), |(o, c)| {
                let p = scene.marked()[[patch, c]];
                0.25 * if o == 1 { p } else { 1.0 - p }
            });
            assert!((g.epistemic - mutual_information(&joint)).abs() < 1e-12, "{patch}");
        }
    }

    #[test]
    fn two_glances_by_hand() {
        // Ear marked, eye marked: .9 · .9, .8 · .1, .1 · .9, .1 · .1 = .81, .08, .09, .01 of .99.
        let scene = Scene::animals();
        let model = scene.model().unwrap();
        let ear = filter(&model, model.prior(), 0, &[2]).unwrap();
        let eye = filter(&model, &ear.belief, 2, &[2]).unwrap();
        let belief = scene.about_category(&eye.belief);
        for (q, by_hand) in belief.probs().iter().zip([0.81, 0.08, 0.09, 0.01]) {
            assert!((q - by_hand / 0.99).abs() < 1e-12);
        }
    }

    #[test]
    fn one_look_is_as_good_as_its_best_guess() {
        // One look at the ear: marked has .9 + .8 + .1 + .1 over 4, plain the rest; the best guess takes .9 or .9 of 4.
        let (mut scene, mut rng) = (Scene::animals(), seeded(2));
        let model = scene.model().unwrap();
        let mut right = 0.0;
        for _ in 0..20_000 {
            right += scene.show(&model, 1, &mut |_, _, _| 0, &mut rng).unwrap()[0];
        }
        assert!((right / 20_000.0 - 0.45).abs() < 0.0176, "{}", right / 20_000.0); // 5 standard errors
    }

    #[test]
    fn what_is_wrong_with_a_scene_is_named() {
        let message =
            |marked| Scene::new(&["a"], &["x", "y"], marked).unwrap_err().to_string();
        assert!(message(ndarray::array![[0.5]]).contains("(1, 2)"));
        assert!(message(ndarray::array![[0.5, 1.2]]).contains("the patch \"a\""));
        let none = Scene::new(&[], &["x"], Array2::zeros((0, 1))).unwrap_err().to_string();
        assert!(none.contains("the list of patches is empty"));
    }
}
