//! [`Planner`]: plans that are drawn, dreamed, and drawn again near the best: the cross-entropy method over actions.

use super::ensemble::Ensemble;
use super::sense::Sense;
use crate::prob::random::{Rng, standard_normal, uniform01};

/// What an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moves {
    /// −1 or +1.
    Signs,
    /// Any number from −1 to 1.
    Forces,
}

/// How a plan is searched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlannerOptions {
    /// How many plans are dreamed in each round.
    pub plans: usize,
    /// How many rounds.
    pub rounds: usize,
    /// How many of the best make the next round.
    pub elites: usize,
    /// How many steps a plan has.
    pub horizon: usize,
    /// The weight β of information gain against preference; 0 for none.
    pub curiosity: f32,
    /// σ: from which disagreement on, in the units of the networks, something counts as news.
    pub noise: f32,
}

/// What else may be worth seeing: a bonus for each window of a batch, (rows, window), added to its place in the list.
pub type Bonus<'a> = dyn FnMut(&[f32], &mut [f32]) + 'a;

/// A search over plans that begins where the last one ended.
#[derive(Debug, Clone)]
pub struct Planner {
    options: PlannerOptions,
    moves: Moves,
    mean: Vec<f32>,
    memory: Memory,
}

/// Lists that are kept from plan to plan, so that no memory is asked for.
#[derive(Debug, Clone, Default)]
struct Memory {
    actions: Vec<f32>,  // (plan, step)
    worth: Vec<f32>,    // −G of each plan
    dreams: Vec<usize>, // which dream each plan is in
    now: Dreams,
    next: Dreams,
    inputs: Vec<f32>,
    said: Vec<f32>,
    news: Vec<f32>,
}

/// Plans that have been the same so far are one dream.
#[derive(Debug, Clone, Default)]
struct Dreams {
    windows: Vec<f32>, // (dream, window)
    worth: Vec<f32>,
    actions: Vec<f32>,           // the last one
    sibling: Vec<Option<usize>>, // another dream that comes from the same one
    newest: Vec<Option<usize>>,  // the newest of those that come from it
}

impl Dreams {
    fn clear(&mut self) {
        self.windows.clear();
        self.worth.clear();
        self.actions.clear();
        self.sibling.clear();
        self.newest.clear();
    }

    fn push(&mut self, window: &[f32], worth: f32, action: f32, sibling: Option<usize>) {
        self.windows.extend_from_slice(window);
        self.worth.push(worth);
        self.actions.push(action);
        self.sibling.push(sibling);
        self.newest.push(None);
    }

    /// The place of the dream that goes on from another with an action; a new one where there is none yet.
    fn branch(&mut self, from: &mut Self, before: usize, action: f32, n: usize) -> usize {
        let mut place = from.newest[before];
        while let Some(dream) = place {
            if self.actions[dream] == action {
                return dream;
            }
            place = self.sibling[dream];
        }
        let new = self.worth.len();
        let sibling = from.newest[before].replace(new);
        let window = &from.windows[before * n..(before + 1) * n];
        self.push(window, from.worth[before], action, sibling);
        new
    }
}

impl Planner {
    /// A planner for actions of a kind.
    pub fn new(options: PlannerOptions, moves: Moves) -> Self {
        let mean = vec![0.0; options.horizon];
        Self { options, moves, mean, memory: Memory::default() }
    }

    /// Its options.
    pub fn options(&self) -> &PlannerOptions {
        &self.options
    }

    /// Forgets the last plan: an episode begins.
    pub fn begin(&mut self) {
        self.mean.fill(0.0);
    }

    /// The first action of the best plan that was found.
    ///
    /// ```text
    /// G(plan) = −Σₜ [ C(window t) + β · ½ Σ ln(1 + Var / σ²) ]        along the mean dream of the ensemble; lower is better
    /// ```
    pub fn plan(
        &mut self,
        sense: &Sense,
        model: &mut Ensemble,
        window: &[f32],
        mut bonus: Option<&mut Bonus<'_>>,
        rng: &mut dyn Rng,
    ) -> f32 {
        let PlannerOptions { plans, rounds, elites, horizon, .. } = self.options;
        self.mean.rotate_left(1);
        self.mean[horizon - 1] = 0.0;
        let mut spread = vec![0.7f32; horizon];
        let (mut best, mut best_worth) = (self.mean[0], f32::NEG_INFINITY);
        for _ in 0..rounds {
            self.draw(&spread, rng);
            self.dream(sense, model, window, bonus.as_deref_mut());
            let Memory { actions, worth, .. } = &self.memory;
            let mut order: Vec<usize> = (0..plans).collect();
            order.sort_by(|a, b| worth[*b].total_cmp(&worth[*a]));
            if worth[order[0]] > best_worth {
                (best, best_worth) = (actions[order[0] * horizon], worth[order[0]]);
            }
            for (t, (mean, spread)) in self.mean.iter_mut().zip(&mut spread).enumerate() {
                let kept =
                    || order[..elites].iter().map(|plan| actions[plan * horizon + t]);
                *mean = kept().sum::<f32>() / elites as f32;
                let squares: f32 = kept().map(|a| (a - *mean).powi(2)).sum();
                *spread = (squares / elites as f32).sqrt().max(0.1);
            }
        }
        best
    }

    /// Draws plans around the mean.
    fn draw(&mut self, spread: &[f32], rng: &mut dyn Rng) {
        let Self { options, moves, mean, memory } = self;
        memory.actions.clear();
        for _ in 0..options.plans {
            for (m, s) in mean.iter().zip(spread) {
                memory.actions.push(match moves {
                    // P(+1) = (1 + mean) / 2, and neither sign is ruled out.
                    Moves::Signs => {
                        let up = (0.5 + 0.5 * f64::from(*m)).clamp(0.1, 0.9);
                        if uniform01(rng) < up { 1.0 } else { -1.0 }
                    }
                    Moves::Forces => (m + s * standard_normal(rng) as f32).clamp(-1.0, 1.0),
                });
            }
        }
    }

    /// Dreams every plan from one window, and adds up what it is worth. What two plans have in common at first is dreamed once.
    fn dream(
        &mut self,
        sense: &Sense,
        model: &mut Ensemble,
        window: &[f32],
        mut bonus: Option<&mut Bonus<'_>>,
    ) {
        let PlannerOptions { plans, horizon, curiosity, noise, .. } = self.options;
        let Memory { actions, worth, dreams, now, next, inputs, said, news } =
            &mut self.memory;
        let (n, m) = (sense.window(), sense.units.len());
        now.clear();
        now.push(window, 0.0, 0.0, None);
        dreams.clear();
        dreams.resize(plans, 0);
        let noise = (curiosity > 0.0 && model.members() > 1).then_some(noise);
        let mut change = vec![0.0; m];
        for t in 0..horizon {
            let chosen = actions.iter().skip(t).step_by(horizon);
            if now.worth.len() == plans {
                now.actions.clear(); // all have parted: each goes on alone
                now.actions.extend(chosen);
            } else {
                next.clear();
                for (dream, action) in dreams.iter_mut().zip(chosen) {
                    *dream = next.branch(now, *dream, *action, n);
                }
                std::mem::swap(now, next);
            }
            inputs.clear();
            for (window, action) in now.windows.chunks_exact(n).zip(&now.actions) {
                sense.show(window, *action, inputs);
            }
            model.predict(inputs, noise, said, news);
            let rows = now.windows.chunks_exact_mut(n).zip(said.chunks_exact(m));
            for ((window, said), (worth, action)) in
                rows.zip(now.worth.iter_mut().zip(&now.actions))
            {
                let parts = said.iter().zip(sense.units);
                change.iter_mut().zip(parts).for_each(|(c, (y, u))| *c = y * u);
                (sense.follow)(window, &change, *action);
                *worth += (sense.preference)(window);
            }
            if noise.is_some() {
                now.worth
                    .iter_mut()
                    .zip(news.iter())
                    .for_each(|(w, n)| *w += curiosity * n);
            }
            if let Some(bonus) = &mut bonus {
                bonus(&now.windows, &mut now.worth);
            }
        }
        worth.clear();
        worth.extend(dreams.iter().map(|dream| now.worth[*dream]));
    }
}
