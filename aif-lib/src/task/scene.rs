//! The model of a scene.

use ndarray::{Array2, Array3, Axis};

use crate::aif::model::GenerativeModel;
use crate::error::Result;
use crate::prob::categorical::Categorical;
use crate::world::scene::{FEATURES, Scene};

impl Scene {
    /// The generative model: factors gaze (start, then the patches) and category; one modality, the feature.
    ///
    /// Nothing is preferred: whoever plans with it looks in order to know.
    ///
    /// # Errors
    /// As [`GenerativeModel::builder`]'s `build`.
    pub fn model(&self) -> Result<GenerativeModel> {
        let (n, k) = self.marked().dim();
        let gaze: Vec<&str> = std::iter::once("start").chain(self.patches()).collect();
        let turn =
            Array3::from_shape_fn((n + 1, n + 1, n), |(to, _, u)| f64::from(to == u + 1));
        let see =
            Array3::from_shape_fn((3, n + 1, k), |(o, gaze, category)| match (gaze, o) {
                (0, nothing) => f64::from(nothing == 0),
                (_, 0) => 0.0,
                (look, 1) => 1.0 - self.marked()[[look - 1, category]],
                (look, _) => self.marked()[[look - 1, category]],
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

    /// A belief of [`model`](Self::model), before the first look, from one about the category: the way back from
    /// [`about_category`](Self::about_category).
    ///
    /// # Panics
    /// When there is not one probability for each category.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// let (scene, owl) = (Scene::animals(), Categorical::one_hot(4, 2));
    /// assert_eq!(scene.about_category(&scene.belief(&owl)), owl);
    /// ```
    #[track_caller]
    pub fn belief(&self, category: &Categorical) -> Categorical {
        let (n, k) = self.marked().dim();
        assert_eq!(category.len(), k, "belief: one probability for each category");
        let mut joint = vec![0.0; (n + 1) * k];
        joint[..k].copy_from_slice(category.probs());
        Categorical::new_unchecked(joint)
    }
}
