//! The precision of policies, learned within a trial: does what is seen speak for what was planned? Dual:
//! [`crate::rl::select`], where the temperature is set by hand.

use crate::aif::select::{policy_posterior, posterior_after};
use crate::error::{Error, Result};
use crate::prob::categorical::Categorical;

/// One step of the precision of policies.
///
/// ```text
/// β ← β − (β − β₀ + ε) / ψ,      ε = Σ (Q(π) − Q₀(π)) · (−G(π)),      γ = 1/β
/// ```
/// `prior`: Q₀(π) = softmax(−γ G + ln E), what was planned. `posterior`: Q(π) = softmax(−F − γ G + ln E), the same after what
/// was seen. If this moved the belief towards policies of lower G, plans are to be trusted: ε > 0, β falls, γ rises.
/// ψ is the number of steps over which an error is taken up, 2 in SPM. Source: Smith, Friston & Whyte (2022), Journal of
/// Mathematical Psychology 107:102632, where γ is read as dopamine.
///
/// # Panics
/// When the lengths differ.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::aif::learn::precision::update;
/// // All belief moved to the policy that is better by 1 nat: ε = ½, β = 1 − ½ / 2.
/// assert_eq!(update(1.0, 1.0, &cat(&[0.5, 0.5]), &cat(&[1.0, 0.0]), &[0.0, 1.0], 2.0), 0.75);
/// ```
#[track_caller]
pub fn update(
    beta: f64,
    beta_prior: f64,
    prior: &Categorical,
    posterior: &Categorical,
    g: &[f64],
    psi: f64,
) -> f64 {
    let (n, k) = (prior.len(), posterior.len());
    assert!(n == k && n == g.len(), "{n} and {k} probabilities and {} G", g.len());
    // A policy without probability counts nothing, even where its G is infinite.
    let shift =
        |(g, (q, q0)): (&f64, (&f64, &f64))| if q == q0 { 0.0 } else { (q0 - q) * g };
    let pairs = posterior.probs().iter().zip(prior.probs());
    let error: f64 = g.iter().zip(pairs).map(shift).sum();
    beta - (beta - beta_prior + error) / psi
}

/// Where the precision went, step by step.
#[derive(Debug, Clone, PartialEq)]
pub struct Precision {
    /// γ before each step and after the last.
    pub gamma: Vec<f64>,
    /// Q₀(π) at the last γ: what was planned.
    pub prior: Categorical,
    /// Q(π) at the last γ: what is believed after what was seen.
    pub posterior: Categorical,
}

/// Takes `steps` [`update`]s of the precision, from γ = 1/β₀.
///
/// `f`, `g`, `habits`: as in [`posterior_after`]. Where F does not tell policies apart nothing moves. SPM takes 16 steps.
///
/// # Errors
/// - [`Error::Parameter`]: β₀ is not a finite number above 0, or β left this range: then F contradicts G so much that no
///   precision above 0 is left.
/// - Otherwise as [`posterior_after`].
///
/// ```
/// use aif_lib::aif::learn::precision::settle;
/// // The numbers of the tutorial: what is seen leaves two policies, one of them planned. The plan is confirmed.
/// let g = [12.505, 9.51, 12.5034, 12.505, 12.505];
/// let f = [17.0207, 1.7321, 1.7321, 17.0387, 17.0387];
/// let found = settle(&f, &g, &[0.2; 5], 1.0, 16)?;
/// assert!(found.gamma[16] > 1.0 && found.posterior[1] > 0.9);
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn settle(
    f: &[f64],
    g: &[f64],
    habits: &[f64],
    beta_prior: f64,
    steps: usize,
) -> Result<Precision> {
    const PSI: f64 = 2.0;
    let check = |beta: f64| {
        let (name, value) = ("beta", beta);
        let expected = "the inverse of a precision stays a finite number above 0";
        let inside = beta > 0.0 && beta.is_finite();
        if inside { Ok(beta) } else { Err(Error::Parameter { name, value, expected }) }
    };
    let mut beta = check(beta_prior)?;
    let mut gamma = vec![1.0 / beta];
    for _ in 0..steps {
        let prior = policy_posterior(g, habits, 1.0 / beta)?;
        let posterior = posterior_after(f, g, habits, 1.0 / beta)?;
        let next = update(beta, beta_prior, &prior, &posterior, g, PSI);
        beta = check(next)?;
        gamma.push(1.0 / beta);
    }
    let prior = policy_posterior(g, habits, 1.0 / beta)?;
    let posterior = posterior_after(f, g, habits, 1.0 / beta)?;
    Ok(Precision { gamma, prior, posterior })
}

#[cfg(test)]
mod tests {
    use super::*;

    const G: [f64; 5] = [12.505, 9.51, 12.5034, 12.505, 12.505];
    const F: [f64; 5] = [17.0207, 1.7321, 1.7321, 17.0387, 17.0387];

    /// softmax by its definition, so that nothing here is the library's.
    fn softmax(x: &[f64]) -> Vec<f64> {
        let e: Vec<f64> = x.iter().map(|x| x.exp()).collect();
        let sum: f64 = e.iter().sum();
        e.iter().map(|e| e / sum).collect()
    }

    /// β₀ + (Q − Q₀)·G − β: zero where the precision rests.
    fn imbalance(beta: f64, beta_prior: f64, e: &[f64; 5]) -> f64 {
        // Less the smallest G, which changes nothing, so that no exponential vanishes.
        let score = |i: usize, f: f64| e[i].ln() - f * F[i] - (G[i] - 9.51) / beta;
        let at = |f: f64| softmax(&(0..5).map(|i| score(i, f)).collect::<Vec<_>>());
        let (q, q0) = (at(1.0), at(0.0));
        let error: f64 = (0..5).map(|i| (q[i] - q0[i]) * G[i]).sum();
        beta_prior + error - beta
    }

    #[test]
    fn the_first_step_by_hand() {
        // Two policies, γ = 1: G = (0, ln 3) plans (¾, ¼); F = (ln 3, 0) makes it (½, ½). ε = −¼ ln 3, β = 1 + ⅛ ln 3.
        let (g, f) = ([0.0, 3f64.ln()], [3f64.ln(), 0.0]);
        let found = settle(&f, &g, &[0.5, 0.5], 1.0, 1).unwrap();
        assert!((found.gamma[1] - 1.0 / (1.0 + 3f64.ln() / 8.0)).abs() < 1e-12);
    }

    #[test]
    fn it_settles_where_bisection_finds_the_balance() {
        for (beta_prior, e) in
            [(1.0, [0.2; 5]), (2.0, [0.1, 0.1, 0.6, 0.1, 0.1]), (0.5, [0.2; 5])]
        {
            let (mut low, mut high) = (1e-3, 10.0);
            assert!(
                imbalance(low, beta_prior, &e) > 0.0
                    && imbalance(high, beta_prior, &e) < 0.0
            );
            for _ in 0..100 {
                let middle = 0.5 * (low + high);
                if imbalance(middle, beta_prior, &e) > 0.0 {
                    low = middle
                } else {
                    high = middle
                }
            }
            let found = settle(&F, &G, &e, beta_prior, 200).unwrap();
            assert!(
                (found.gamma[200] - 1.0 / low).abs() < 1e-9,
                "{:?} {}",
                found.gamma[200],
                1.0 / low
            );
            assert_eq!(found.gamma.len(), 201);
        }
    }

    #[test]
    fn it_moves_only_if_the_policies_differ_in_what_they_explain() {
        let found = settle(&[3.0; 5], &G, &[0.2; 5], 0.7, 16).unwrap();
        assert!(found.gamma.iter().all(|gamma| (gamma - 1.0 / 0.7).abs() < 1e-12));
        let planned = policy_posterior(&G, &[0.2; 5], 1.0 / 0.7).unwrap();
        let pairs = found.prior.probs().iter().zip(planned.probs());
        assert!(pairs.into_iter().all(|(p, q)| (p - q).abs() < 1e-12));
    }

    #[test]
    fn an_infinite_g_is_no_nan_and_bad_settings_are_named() {
        let g = [f64::INFINITY, 1.0, 2.0];
        let found = settle(&[0.0, 0.0, 3.0], &g, &[0.3, 0.3, 0.4], 1.0, 16).unwrap();
        assert!(found.gamma.iter().all(|gamma| gamma.is_finite()));
        for beta in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let text = settle(&F, &G, &[0.2; 5], beta, 1).unwrap_err().to_string();
            assert!(text.starts_with("beta = "), "{text}");
        }
    }
}
