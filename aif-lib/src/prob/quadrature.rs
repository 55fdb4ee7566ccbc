//! Gauss and Legendre's rule: the integral over a panel, and the running integral at its nodes. And Gauss and Hermite's: the mean
//! over a normal number.

use std::f64::consts::PI;

/// The number of nodes of a panel; the rule is exact for polynomials up to twice this degree.
pub(crate) const NODES: usize = 16;

/// Gauss and Hermite's rule with seven points, (point, weight): the mean over a standard normal number is the weighted sum, exact
/// for polynomials up to degree 13. Source: Abramowitz & Stegun (1964), 25.4.46, with x = √2 times theirs.
pub(crate) const NORMAL: [(f64, f64); 7] = [
    (-3.750_439_717_725_742, 0.000_548_268_855_972_217_8),
    (-2.366_759_410_734_541, 0.030_757_123_967_586_497),
    (-1.154_405_394_739_968, 0.240_123_178_605_012_7),
    (0.0, 0.457_142_857_142_857_15),
    (1.154_405_394_739_968, 0.240_123_178_605_012_7),
    (2.366_759_410_734_541, 0.030_757_123_967_586_497),
    (3.750_439_717_725_742, 0.000_548_268_855_972_217_8),
];

/// The rule on the panel from −1 to 1.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Where the function is looked at.
    pub nodes: [f64; NODES],
    /// How much each node counts.
    pub weights: [f64; NODES],
    /// How much node l counts for the integral from −1 to node k: `running[k][l]`.
    pub running: [[f64; NODES]; NODES],
}

impl Rule {
    /// Computes nodes and weights. Source: Abramowitz & Stegun (1964), 25.4.29.
    pub fn new() -> Self {
        let nodes = std::array::from_fn(|k| {
            let mut x = -(PI * (k as f64 + 0.75) / (NODES as f64 + 0.5)).cos();
            for _ in 0..5 {
                let p = legendre(x);
                x -= p[NODES] / slope(x, &p);
            }
            x
        });
        let weights = nodes.map(|x| 2.0 / ((1.0 - x * x) * slope(x, &legendre(x)).powi(2)));
        // Between the nodes the function is a sum of Legendre polynomials Pₘ, and ∫ Pₘ = (Pₘ₊₁ − Pₘ₋₁) / (2m + 1).
        let running = nodes.map(|to| {
            let p = legendre(to);
            let integral = |m: usize| p[m + 1] - if m == 0 { -1.0 } else { p[m - 1] };
            std::array::from_fn(|l| {
                let at = legendre(nodes[l]);
                0.5 * weights[l] * (0..NODES).map(|m| at[m] * integral(m)).sum::<f64>()
            })
        });
        Self { nodes, weights, running }
    }

    /// A function on a panel between two edges.
    pub fn panel(&self, edges: &[f64], f: &dyn Fn(f64) -> f64) -> Panel {
        let (middle, half) = (0.5 * (edges[0] + edges[1]), 0.5 * (edges[1] - edges[0]));
        let values = self.nodes.map(|node| half * f(middle + half * node));
        let sum =
            |weights: &[f64; NODES]| weights.iter().zip(values).map(|(w, v)| w * v).sum();
        let weighted = std::array::from_fn(|k| self.weights[k] * values[k]);
        Panel {
            running: self.running.each_ref().map(sum),
            total: weighted.iter().sum(),
            weighted,
        }
    }
}

/// What [`Rule::panel`] finds.
#[derive(Debug)]
pub(crate) struct Panel {
    /// What each node adds to the integral.
    pub weighted: [f64; NODES],
    /// The integral from the left edge to each node.
    pub running: [f64; NODES],
    /// The integral over the panel.
    pub total: f64,
}

/// The Legendre polynomials P₀ to Pₙ at x.
fn legendre(x: f64) -> [f64; NODES + 1] {
    let mut p = [1.0; NODES + 1];
    p[1] = x;
    for m in 1..NODES {
        let n = m as f64;
        p[m + 1] = ((2.0 * n + 1.0) * x * p[m] - n * p[m - 1]) / (n + 1.0);
    }
    p
}

/// The derivative of Pₙ at x.
fn slope(x: f64, p: &[f64; NODES + 1]) -> f64 {
    NODES as f64 * (x * p[NODES] - p[NODES - 1]) / (x * x - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moments_of_the_normal_are_those_of_its_rule() {
        // 1, 0, 1, 0, 3, 0, 15, …: each even moment is the one before times an odd number.
        let mut moment = 1.0;
        for power in 0..14 {
            let sum: f64 = NORMAL.iter().map(|(x, w)| w * x.powi(power)).sum();
            let right = if power % 2 == 0 { moment } else { 0.0 };
            assert!((sum - right).abs() < 1e-12 * moment, "x^{power}: {sum}");
            if power % 2 == 0 {
                moment *= f64::from(power + 1);
            }
        }
    }

    #[test]
    fn powers_are_integrated_exactly() {
        let rule = Rule::new();
        let sum = |weights: &[f64], power: i32| -> f64 {
            weights.iter().zip(rule.nodes).map(|(w, x)| w * x.powi(power)).sum()
        };
        for power in 0..2 * NODES as i32 {
            let n = f64::from(power + 1);
            let right = (1.0 - (-1f64).powi(power + 1)) / n;
            assert!((sum(&rule.weights, power) - right).abs() < 1e-14, "x^{power}");
            if power < NODES as i32 {
                for (to, weights) in rule.nodes.iter().zip(&rule.running) {
                    let right = (to.powi(power + 1) - (-1f64).powi(power + 1)) / n;
                    assert!(
                        (sum(weights, power) - right).abs() < 1e-14,
                        "x^{power} to {to}"
                    );
                }
            }
        }
    }
}
