//! A viewer with a budget of looks: how often is the animal named rightly?
//!
//! What a viewer knows is its belief about the category, so every way to choose a patch can be valued exactly, by going
//! through all that may be seen. So can the best way there is.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::interaction::{Action, World};
use crate::prob::categorical::Categorical;
use crate::prob::random::Rng;
use crate::prob::ties::best_of;
use crate::rl::select::greedy;
use crate::world::scene::Scene;

/// How a viewer rates the patches, from its belief about the category and what is left of its budget: the best is looked at.
type Score<'a> = &'a dyn Fn(&Categorical, usize) -> Vec<f64>;

impl Scene {
    /// What a glance at a patch may do to a belief about the category: each belief after it, with its probability.
    ///
    /// ```text
    /// P(marked) = Σ_c marked[patch, c] b(c),    b(c | marked) = marked[patch, c] b(c) / P(marked),    and so for plain
    /// ```
    ///
    /// # Panics
    /// When the patch is out of range or the belief is not one about the categories.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// let glance = Scene::animals().glances(&Categorical::uniform(4), 2); // the eye: plain, or marked
    /// assert!((glance[1].1 - 0.5).abs() < 1e-12 && (glance[1].0[0] - 0.45).abs() < 1e-12);
    /// ```
    #[track_caller]
    pub fn glances(&self, belief: &Categorical, patch: usize) -> Vec<(Categorical, f64)> {
        let row = self.marked().row(patch);
        assert_eq!(belief.len(), row.len(), "glances: a belief about the categories");
        let seen = |marked: bool| {
            let pairs = row.iter().zip(belief.probs());
            let joint: Vec<f64> =
                pairs.map(|(p, q)| q * if marked { *p } else { 1.0 - p }).collect();
            let p = joint.iter().sum::<f64>();
            (Categorical::from_weights(&joint).ok(), p)
        };
        let both = [seen(false), seen(true)].into_iter();
        both.filter_map(|(after, p)| Some((after?, p))).collect()
    }

    /// How probable it is that a viewer names the category rightly, exactly.
    ///
    /// `cost`: what a look at each patch costs; with ones, `budget` is a number of looks. `score` rates the patches, from
    /// the belief about the category and what is left of the budget: of those that can still be paid for the best is looked
    /// at, ties shared. When none can be, the most probable category is named.
    ///
    /// # Errors
    /// - [`Error::Shape`]: not one cost, or not one score, for each patch.
    /// - [`Error::BadEntry`]: a look costs nothing.
    ///
    /// # Panics
    /// When the scores are such that [`best_of`] panics.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// // Two looks anywhere, or none at all: one of four animals.
    /// let scene = Scene::animals();
    /// assert!(scene.accuracy(&[1; 9], 2, &|_, _| vec![0.0; 9])? > 0.3);
    /// assert_eq!(scene.accuracy(&[1; 9], 0, &|_, _| vec![0.0; 9])?, 0.25);
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    pub fn accuracy(
        &self,
        cost: &[usize],
        budget: usize,
        score: &dyn Fn(&Categorical, usize) -> Vec<f64>,
    ) -> Result<f64> {
        self.named_rightly(cost, budget, Some(score))
    }

    /// The same for the best viewer there is: it plans to the end of its budget, for the reward of naming the category.
    ///
    /// # Errors
    /// As [`accuracy`](Self::accuracy).
    pub fn best_accuracy(&self, cost: &[usize], budget: usize) -> Result<f64> {
        self.named_rightly(cost, budget, None)
    }

    fn named_rightly(
        &self,
        cost: &[usize],
        budget: usize,
        score: Option<Score<'_>>,
    ) -> Result<f64> {
        let (n, k) = self.marked().dim();
        if cost.len() != n {
            let (expected, got) = (n.to_string(), cost.len().to_string());
            let cure = "one cost for each patch";
            return Err(Error::Shape { what: "the costs".into(), expected, got, cure });
        }
        if let Some(index) = cost.iter().position(|c| *c == 0) {
            let cure = "a look costs at least 1: what is free would be looked at for ever";
            return Err(Error::BadEntry {
                what: "the costs".into(),
                index,
                value: 0.0,
                cure,
            });
        }
        Budget { scene: self, cost, score, memo: HashMap::new() }
            .value(&Categorical::uniform(k), budget)
    }

    /// The best list of patches that is made before the first look, and how often it leads to the right name.
    ///
    /// The order of a list does not count; a patch may stand in it more than once.
    ///
    /// # Errors
    /// [`Error::Budget`]: more than 8 looks.
    pub fn best_list(&self, looks: usize) -> Result<(Vec<usize>, f64)> {
        const MOST: usize = 8;
        if looks > MOST {
            let (needed, budget) = (format!("{looks} looks"), MOST.to_string());
            let cure = "ask for fewer looks";
            return Err(Error::Budget { what: "the best list", needed, budget, cure });
        }
        let k = self.marked().ncols();
        let mut best = (Vec::new(), 0.0);
        self.longer_lists(looks, &mut vec![], &[vec![1.0 / k as f64; k]], &mut best);
        Ok(best)
    }

    /// Tries every way to go on with a list; `joint`: P(category, what was seen), for all that it may have shown so far.
    fn longer_lists(
        &self,
        looks: usize,
        list: &mut Vec<usize>,
        joint: &[Vec<f64>],
        best: &mut (Vec<usize>, f64),
    ) {
        if list.len() == looks {
            let right = |row: &Vec<f64>| row.iter().copied().fold(0.0, f64::max);
            let right: f64 = joint.iter().map(right).sum();
            if right > best.1 + 1e-12 {
                *best = (list.clone(), right);
            }
            return;
        }
        for patch in list.last().copied().unwrap_or(0)..self.marked().nrows() {
            let row = self.marked().row(patch);
            let seen = |marked: bool| {
                let p = move |p: &f64| if marked { *p } else { 1.0 - p };
                joint
                    .iter()
                    .map(move |q| q.iter().zip(row).map(|(q, x)| q * p(x)).collect())
            };
            let longer: Vec<Vec<f64>> = seen(false).chain(seen(true)).collect();
            list.push(patch);
            self.longer_lists(looks, list, &longer, best);
            list.pop();
        }
    }

    /// Shows a new scene to a viewer with a budget of looks: after each look, how probable it is that the best guess is
    /// right (1 or 0, or shared among equally good guesses).
    ///
    /// `choose` picks a patch from the belief about the category and the looks left.
    pub fn show(
        &mut self,
        budget: usize,
        choose: &mut dyn FnMut(&Categorical, usize, &mut dyn Rng) -> Action,
        rng: &mut dyn Rng,
    ) -> Vec<f64> {
        self.reset(rng);
        let mut belief = Categorical::uniform(self.marked().ncols());
        let mut right = Vec::with_capacity(budget);
        for left in (1..=budget).rev() {
            let patch = choose(&belief, left, rng);
            let seen = self.step(patch, rng).obs;
            let row = self.marked().row(patch);
            let likelihood = row.iter().map(|p| if seen == 2 { *p } else { 1.0 - p });
            let joint: Vec<f64> =
                belief.probs().iter().zip(likelihood).map(|(q, p)| q * p).collect();
            // What was seen can be: its true category has a part in it.
            belief = Categorical::from_weights(&joint).unwrap_or(belief);
            right.push(greedy(belief.probs())[self.category()]);
        }
        right
    }
}

/// A budget that is being spent.
struct Budget<'a> {
    scene: &'a Scene,
    cost: &'a [usize],
    score: Option<Score<'a>>,
    memo: HashMap<(usize, Vec<u64>), f64>,
}

impl Budget<'_> {
    /// P(named rightly) from a belief on, with so much left.
    fn value(&mut self, belief: &Categorical, left: usize) -> Result<f64> {
        let affordable: Vec<usize> =
            (0..self.cost.len()).filter(|patch| self.cost[*patch] <= left).collect();
        if affordable.is_empty() {
            return Ok(belief.probs().iter().copied().fold(0.0, f64::max));
        }
        // Beliefs that differ by less than 1e-12 are one: the order of the looks does not count.
        let bits = belief.probs().iter().map(|p| (p * 1e12).round() as u64).collect();
        let key = (left, bits);
        if let Some(value) = self.memo.get(&key) {
            return Ok(*value);
        }
        let value = match self.score {
            None => {
                let mut best = 0f64;
                for &patch in &affordable {
                    best = best.max(self.after(belief, left, patch)?);
                }
                best
            }
            Some(score) => {
                let scores = score(belief, left);
                if scores.len() != self.cost.len() {
                    let (expected, got) =
                        (self.cost.len().to_string(), scores.len().to_string());
                    let cure = "one score for each patch";
                    return Err(Error::Shape {
                        what: "the scores".into(),
                        expected,
                        got,
                        cure,
                    });
                }
                let open: Vec<f64> =
                    affordable.iter().map(|patch| scores[*patch]).collect();
                let chosen = best_of(&open);
                let mut value = 0.0;
                for (&patch, &p) in affordable.iter().zip(chosen.probs()) {
                    if p > 0.0 {
                        value += p * self.after(belief, left, patch)?;
                    }
                }
                value
            }
        };
        self.memo.insert(key, value);
        Ok(value)
    }

    fn after(&mut self, belief: &Categorical, left: usize, patch: usize) -> Result<f64> {
        let mut value = 0.0;
        for (after, p) in self.scene.glances(belief, patch) {
            value += p * self.value(&after, left - self.cost[patch])?;
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aif::evaluate::expected_free_energy;
    use crate::aif::perceive::{filter, predict};
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
        let mut right = 0.0;
        for _ in 0..20_000 {
            right += scene.show(1, &mut |_, _, _| 0, &mut rng)[0];
        }
        assert!((right / 20_000.0 - 0.45).abs() < 0.0176, "{}", right / 20_000.0); // 5 standard errors
    }

    const ONE_EACH: [usize; 9] = [1; 9];

    /// By enumeration: a list of patches, all that it may show for each category, the best guess each time.
    fn by_enumeration(scene: &Scene, list: &[usize]) -> f64 {
        (0..1usize << list.len())
            .map(|pattern| {
                let p = |i: usize, c: usize| {
                    let p = scene.marked()[[list[i], c]];
                    if pattern >> i & 1 == 1 { p } else { 1.0 - p }
                };
                let joint = |c| 0.25 * (0..list.len()).map(|i| p(i, c)).product::<f64>();
                (0..4).map(joint).fold(0.0, f64::max)
            })
            .sum()
    }

    #[test]
    fn a_list_is_valued_as_by_enumeration() {
        let scene = Scene::animals();
        for list in [vec![], vec![0], vec![7, 7], vec![2, 0, 2], vec![2, 0, 1, 3, 2]] {
            let score = |_: &Categorical, left: usize| {
                let next = list[list.len() - left];
                (0..9).map(|patch| f64::from(patch == next)).collect()
            };
            let exact = scene.accuracy(&ONE_EACH, list.len(), &score).unwrap();
            assert!((exact - by_enumeration(&scene, &list)).abs() < 1e-12, "{list:?}");
        }
        // By hand: the ear and the eye tell all four apart, each rightly with .9 or .8.
        let one = scene.best_list(1).unwrap();
        assert!((one.1 - 0.45).abs() < 1e-12, "{one:?}");
        for looks in 0..4 {
            let (list, right) = scene.best_list(looks).unwrap();
            assert!((right - by_enumeration(&scene, &list)).abs() < 1e-12);
            let all = crate::aif::plan::policies(9, looks.max(1));
            let most = all.map(|list| by_enumeration(&scene, &list[..looks]));
            assert!((right - most.fold(0.0, f64::max)).abs() < 1e-12, "{looks}");
        }
    }

    #[test]
    fn the_best_viewer_is_the_best_tree_of_looks() {
        /// Without memory and without rounding.
        fn tree(scene: &Scene, cost: &[usize], joint: &[f64], left: usize) -> f64 {
            let named = joint.iter().copied().fold(0.0, f64::max);
            let look = |patch: usize| -> f64 {
                let seen = |marked: bool| -> Vec<f64> {
                    let p = |c: usize| {
                        let p = scene.marked()[[patch, c]];
                        if marked { p } else { 1.0 - p }
                    };
                    (0..4).map(|c| joint[c] * p(c)).collect()
                };
                [false, true]
                    .map(|marked| tree(scene, cost, &seen(marked), left - cost[patch]))
                    .iter()
                    .sum()
            };
            let affordable = (0..9).filter(|patch| cost[*patch] <= left);
            affordable.map(look).fold(named, f64::max)
        }
        let scene = Scene::animals();
        for (cost, budget) in
            [(ONE_EACH, 0), (ONE_EACH, 3), ([3, 1, 4, 2, 2, 1, 1, 1, 1], 6)]
        {
            let exact = scene.best_accuracy(&cost, budget).unwrap();
            assert!((exact - tree(&scene, &cost, &[0.25; 4], budget)).abs() < 1e-9);
        }
    }

    #[test]
    fn what_is_played_is_what_is_foretold() {
        let scene = Scene::animals();
        // The eye, and after it the ear if the eye was marked, else the mouth.
        let next = |belief: &Categorical, left: usize| match (left, belief[0] > 0.3) {
            (2, _) => 2,
            (_, true) => 0,
            _ => 1,
        };
        let score = |belief: &Categorical, left: usize| {
            (0..9).map(|patch| f64::from(patch == next(belief, left))).collect()
        };
        let exact = scene.accuracy(&ONE_EACH, 2, &score).unwrap();
        let (mut played, mut rng) = (scene, seeded(3));
        let mut right = 0.0;
        for _ in 0..20_000 {
            right += played.show(2, &mut |belief, left, _| next(belief, left), &mut rng)[1];
        }
        assert!((right / 20_000.0 - exact).abs() < 0.018, "{right} {exact}"); // 5 standard errors
    }

    #[test]
    fn a_budget_that_cannot_be_is_refused() {
        let scene = Scene::animals();
        let text = |cost: &[usize], n: usize| {
            scene.accuracy(cost, 2, &|_, _| vec![0.0; n]).unwrap_err().to_string()
        };
        assert!(text(&[1; 8], 9).contains("one cost for each patch"));
        assert!(text(&[1, 1, 1, 0, 1, 1, 1, 1, 1], 9).contains("looked at for ever"));
        assert!(text(&[1; 9], 8).contains("one score for each patch"));
        assert!(scene.best_list(9).unwrap_err().to_string().contains("fewer looks"));
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
