//! A viewer with a budget of looks.

use crate::aif::model::GenerativeModel;
use crate::aif::perceive::filter;
use crate::error::Result;
use crate::interaction::{Action, World};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;
use crate::rl::select::greedy;
use crate::world::scene::Scene;

impl Scene {
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
            right.push(greedy(self.about_category(&belief).probs())[self.category()]);
        }
        Ok(right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aif::evaluate::expected_free_energy;
    use crate::aif::perceive::predict;
    use crate::prob::info::mutual_information;
    use crate::prob::random::seeded;
    use ndarray::Array2;

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
