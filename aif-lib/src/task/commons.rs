//! The lake as a planner sees it: the best rule for all, the best reply of one, and the fine that makes a rule hold. And the fish war.
//!
//! All by value iteration on a grid of stocks, in which everybody sees the stock. A *rule* is a list with one request for each stock of
//! the grid; see [`Waters::rule`].

use crate::prob::quadrature::NORMAL;
pub use crate::world::commons::*;

/// The total requests that are looked at: 0 to 20.
const TOTALS: usize = FISHERS * NO_QUOTA + 1;

/// A rule with what it is worth at each stock.
#[derive(Debug, Clone, PartialEq)]
pub struct HarvestRule {
    /// The request at each stock of the grid.
    pub requests: Vec<usize>,
    /// The value at each stock: what one catches, minus fines, before the game ends.
    pub values: Vec<f64>,
}

/// A lake on a grid of stocks.
///
/// ```
/// # use aif_lib::prelude::*;
/// let waters = commons::Waters::new(Lake::default());
/// let (obey, greedy) = (waters.rule(&|_| 1), waters.rule(&|_| 4));
/// let all = |rule: &[usize]| waters.value(rule, rule)[waters.place(50.0)];
/// assert!(all(&greedy) < all(&obey)); // together they lose by it
/// assert!(waters.value(&greedy, &obey)[waters.place(50.0)] > all(&obey)); // alone one gains
/// ```
#[derive(Debug, Clone)]
pub struct Waters {
    step: f64,
    points: usize,
    /// For (total, place, weather): the place below and the share of the one above.
    moves: Vec<[(u32, f64); 7]>,
}

impl Waters {
    /// 301 stocks, half a unit apart.
    pub fn new(lake: Lake) -> Self {
        Self::with_points(lake, 301)
    }

    /// This many stocks from 0 to 150.
    ///
    /// # Panics
    /// When there are fewer than 2.
    pub fn with_points(lake: Lake, points: usize) -> Self {
        assert!(points > 1, "Waters: a grid has at least 2 stocks");
        let step = Lake::CEILING / (points - 1) as f64;
        let to = |total: usize, place: usize| {
            let x = place as f64 * step;
            NORMAL.map(|(weather, _)| {
                let next = lake.next(x, (total as f64).min(x), weather) / step;
                let low = (next.floor() as usize).min(points - 2);
                (low as u32, next - low as f64)
            })
        };
        let moves = (0..TOTALS).flat_map(|h| (0..points).map(move |place| (h, place)));
        Self { step, points, moves: moves.map(|(h, place)| to(h, place)).collect() }
    }

    /// The stocks.
    pub fn stocks(&self) -> Vec<f64> {
        (0..self.points).map(|place| place as f64 * self.step).collect()
    }

    /// The place of a stock on the grid, the nearest one.
    pub fn place(&self, stock: f64) -> usize {
        ((stock / self.step).round() as usize).min(self.points - 1)
    }

    /// A rule from a function of the stock.
    pub fn rule(&self, request: &dyn Fn(f64) -> usize) -> Vec<usize> {
        self.stocks().into_iter().map(request).collect()
    }

    /// What a value is expected to be after a total request.
    fn after(&self, total: usize, place: usize, values: &[f64]) -> f64 {
        let moves = &self.moves[total * self.points + place];
        let one = |((low, share), (_, weight)): (&(u32, f64), (f64, f64))| {
            let low = *low as usize;
            weight * (values[low] + share * (values[low + 1] - values[low]))
        };
        moves.iter().zip(NORMAL).map(one).sum()
    }

    /// One backup: what it is worth to ask for `own` where the others together ask for `others`.
    ///
    /// ```text
    /// Q(x, u) = u min(1, x / (u + o)) + δ E V(x′)
    /// ```
    pub fn backup(&self, own: usize, others: usize, place: usize, values: &[f64]) -> f64 {
        let (total, x) = (own + others, place as f64 * self.step);
        let share = if total as f64 > x { x / total as f64 } else { 1.0 };
        own as f64 * share + GOES_ON * self.after(total, place, values)
    }

    /// Sweeps until nothing moves; each sweep gives a new value for each stock.
    fn settle(&self, sweep: &dyn Fn(usize, &[f64]) -> f64) -> Vec<f64> {
        let mut values = vec![0.0; self.points];
        loop {
            let new: Vec<f64> =
                (0..self.points).map(|place| sweep(place, &values)).collect();
            let change = |(a, b): (&f64, &f64)| (a - b).abs();
            let moved = new.iter().zip(&values).map(change).fold(0.0, f64::max);
            values = new;
            if moved < 1e-9 {
                return values;
            }
        }
    }

    /// The best of all rules for the whole village: what each gets when the total harvest may be any whole number up to 20.
    pub fn planner(&self) -> HarvestRule {
        let options: Vec<usize> = (0..TOTALS).collect();
        self.together(&options)
    }

    /// The best of all rules that give each the same whole quota. Its requests are the quotas of one.
    pub fn equal_quotas(&self) -> HarvestRule {
        let options: Vec<usize> = (0..REQUESTS).map(|q| q * FISHERS).collect();
        let mut rule = self.together(&options);
        rule.requests.iter_mut().for_each(|total| *total /= FISHERS);
        rule
    }

    fn together(&self, totals: &[usize]) -> HarvestRule {
        let worth = |total: usize, place: usize, values: &[f64]| {
            let harvest = (total as f64).min(place as f64 * self.step);
            harvest / FISHERS as f64 + GOES_ON * self.after(total, place, values)
        };
        let best = |place: usize, values: &[f64]| {
            totals
                .iter()
                .map(|t| worth(*t, place, values))
                .fold(f64::NEG_INFINITY, f64::max)
        };
        let values = self.settle(&best);
        let choose = |place: usize| {
            let better = |best: usize, t: usize| {
                if worth(t, place, &values) > worth(best, place, &values) + 1e-7 {
                    t
                } else {
                    best
                }
            };
            totals.iter().fold(totals[0], |best, t| better(best, *t))
        };
        HarvestRule { requests: (0..self.points).map(choose).collect(), values }
    }

    /// What it is worth to follow a rule while each of the four others follows another one.
    pub fn value(&self, own: &[usize], others: &[usize]) -> Vec<f64> {
        let others_ask = FISHERS - 1;
        self.settle(&|place, values| {
            self.backup(own[place], others_ask * others[place], place, values)
        })
    }

    /// What one of four earns that follow a rule while the fifth follows another one.
    pub fn beside(&self, rule: &[usize], fifth: &[usize]) -> Vec<f64> {
        let equals = FISHERS - 2;
        self.settle(&|place, values| {
            self.backup(rule[place], equals * rule[place] + fifth[place], place, values)
        })
    }

    /// The best reply to four others who follow a rule, where each unit above the quota has an expected fine.
    pub fn best_reply(&self, others: &[usize], fine: f64, quota: &[usize]) -> HarvestRule {
        let worth = |u: usize, place: usize, values: &[f64]| {
            let fined = fine * u.saturating_sub(quota[place]) as f64;
            self.backup(u, (FISHERS - 1) * others[place], place, values) - fined
        };
        let best = |place: usize, values: &[f64]| {
            (0..REQUESTS).map(|u| worth(u, place, values)).fold(f64::NEG_INFINITY, f64::max)
        };
        let values = self.settle(&best);
        let choose = |place: usize| {
            let better = |best: usize, u: usize| {
                if worth(u, place, &values) > worth(best, place, &values) + 1e-7 {
                    u
                } else {
                    best
                }
            };
            (1..REQUESTS).fold(0, better)
        };
        HarvestRule { requests: (0..self.points).map(choose).collect(), values }
    }

    /// The smallest expected fine for a unit above the quota with which nobody gains by asking for more than the quota, at any stock
    /// from 20 on; the four others follow `others`. To four digits, by halving; infinite if 2 is not enough.
    pub fn fine_that_suffices(&self, quota: &[usize], others: &[usize]) -> f64 {
        let obeys = |fine: f64| {
            let reply = self.best_reply(others, fine, quota);
            (self.place(20.0)..self.points).all(|p| reply.requests[p] <= quota[p])
        };
        let (mut low, mut high) = (0.0, 2.0);
        if !obeys(high) {
            return f64::INFINITY;
        }
        while high - low > 1e-4 {
            let middle = 0.5 * (low + high);
            if obeys(middle) { high = middle } else { low = middle }
        }
        high
    }
}

/// The great fish war: what share of the sea each of n takes in its equilibrium, and what they leave.
///
/// ```text
/// x ← (x − Σc)^α,  reward ln c,  discount β:   share = (1 − αβ) / (n − (n − 1) αβ),   left = 1 − n · share
/// ```
/// Source: Levhari & Mirman (1980).
///
/// ```
/// # use aif_lib::prelude::*;
/// let (share, left) = commons::fish_war(0.5, 0.9, 2);
/// assert!((share - 0.55 / 1.55).abs() < 1e-12 && (left - 0.45 / 1.55).abs() < 1e-12);
/// ```
pub fn fish_war(alpha: f64, beta: f64, n: usize) -> (f64, f64) {
    let (ab, n) = (alpha * beta, n as f64);
    let share = (1.0 - ab) / (n - (n - 1.0) * ab);
    (share, 1.0 - n * share)
}
