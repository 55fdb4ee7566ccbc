//! A scene in patches, and a viewer who may look at a few of them: what is worth a look?
//!
//! The scene shows one of several things (its category), which the viewer wants to name. A look at a patch gives a
//! feature, more or less tied to the category: an ear tells cat from hen, a flickering screen tells nothing, however much
//! it moves. Each look is a fresh, noisy glance, so a second look at the same patch is worth something, too. Visual
//! foraging of this kind: Mirza, Adams, Mathys & Friston (2016), Scene construction, visual foraging, and active
//! inference, Frontiers in Computational Neuroscience 10:56.

use ndarray::Array2;

use crate::error::{Error, Result};
use crate::interaction::{Action, Obs, Step, World};
use crate::prob::categorical::{Categorical, check_probabilities};
use crate::prob::random::{Rng, uniform_index};

/// What a glance may give; nothing is seen before the first look.
pub const FEATURES: [&str; 3] = ["nothing", "plain", "marked"];

/// The world: look at patch `action`, see [`FEATURES`] 1 or 2. It pays nothing and never ends by itself.
///
/// The budget of looks is the limit of a [`TimeLimit`](crate::interaction::TimeLimit).
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
        Categorical::new_unchecked((0..k).map(sum).collect())
    }
}

impl World for Scene {
    fn action_space(&self) -> usize {
        self.patches.len()
    }

    fn observation_space(&self) -> usize {
        FEATURES.len()
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
        let glance = Categorical::new_unchecked(vec![0.0, 1.0 - p, p]);
        Step { obs: glance.sample(rng), reward: 0.0, end: None }
    }
}
