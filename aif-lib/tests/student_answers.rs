//! Wrong answers as students write them, with code of their own, and the code of what they hear.
//!
//! The known mistakes of an exercise are written with its helpers; these are not, so that a sentence stays with the
//! mistake that it speaks of.

use aif_lib::lesson::{Outcome, Verdict};
use aif_lib::prelude::*;

fn told(verdict: &Verdict) -> &str {
    verdict.code()
}

fn sum(x: &[f64]) -> f64 {
    x.iter().sum()
}

fn dot(p: &[f64], x: &[f64]) -> f64 {
    p.iter().zip(x).map(|(p, x)| p * x).sum()
}

fn times(a: &Array2<f64>, q: &[f64]) -> Vec<f64> {
    (0..a.nrows()).map(|o| (0..q.len()).map(|s| a[[o, s]] * q[s]).sum()).collect()
}

fn noise(a: &Array2<f64>, q: &[f64]) -> f64 {
    (0..q.len()).map(|s| q[s] * entropy(&a.column(s).to_vec())).sum()
}

macro_rules! hears {
    ($check:path, $code:literal, $answer:expr) => {
        let verdict = $check($answer);
        assert_eq!(told(&verdict), $code, "{}", verdict.sentence());
    };
}

#[test]
fn module_01() {
    hears!(m01::check_1_1, "shape", |bonds, _, _| vec![0.5; bonds.len() + 1]);
    hears!(m01::check_1_1, "exercise", |bonds, act, _| {
        let total = sum(bonds) + 1.0;
        (0..bonds.len())
            .map(|i| (bonds[i] + if i == act { 1.0 } else { 0.0 }) / total)
            .collect()
    });
    hears!(m01::check_1_1, "every-act", |bonds, _, more| {
        let total = sum(bonds) + more * bonds.len() as f64;
        bonds.iter().map(|b| (b + more) / total).collect()
    });
    hears!(m01::check_1_1, "old-sum", |bonds, act, more| {
        let new =
            bonds.iter().enumerate().map(|(i, b)| if i == act { b + more } else { *b });
        new.map(|b| b / sum(bonds)).collect()
    });
    hears!(m01::check_1_2, "hand", |presses, _| presses.to_vec());
    hears!(m01::check_1_2, "strict", |presses, interval| {
        let (mut food, mut last) = (vec![], 0);
        for press in presses {
            if *press > last + interval {
                food.push(*press);
                last = *press;
            }
        }
        food
    });
    hears!(m01::check_1_2, "no-reset", |presses, interval| {
        presses.iter().copied().filter(|t| *t >= interval).collect()
    });
    hears!(m01::check_1_3, "whole", |counts| counts.mapv(|n| n / counts.sum()));
    hears!(m01::check_1_3, "zero-by-zero", |counts| {
        let totals = counts.sum_axis(Axis(0));
        Array3::from_shape_fn(counts.dim(), |(n, s, u)| counts[[n, s, u]] / totals[[s, u]])
    });
    hears!(m01::check_1_4, "from-zero", |b, reward, end, gamma, n| {
        let mut v = vec![0.0; reward.len()];
        for _ in 0..n {
            let worth = |s: usize, u: usize| -> f64 {
                (0..v.len()).map(|to| b[[to, s, u]] * (reward[to] + gamma * v[to])).sum()
            };
            let best = |s: usize| (0..b.dim().2).map(|u| worth(s, u)).fold(0.0, f64::max);
            v = (0..v.len()).map(|s| if s == end { 0.0 } else { best(s) }).collect();
        }
        v
    });
    hears!(m01::check_1_5, "from-zero", |q| {
        let top = q.iter().copied().fold(0.0, f64::max);
        let ties = q.iter().filter(|x| **x == top).count() as f64;
        q.iter().map(|x| f64::from(*x == top) / ties).collect()
    });
    hears!(m01::check_1_5, "first", |q| {
        let mut best = 0;
        for i in 0..q.len() {
            if q[i] > q[best] {
                best = i;
            }
        }
        let mut p = vec![0.0; q.len()];
        p[best] = 1.0;
        p
    });
}

#[test]
fn module_02() {
    hears!(m02::check_2_1, "no-discount", |r, _| sum(r));
    hears!(m02::check_2_1, "one-late", |r, gamma| {
        r.iter().enumerate().map(|(k, r)| gamma.powi(k as i32 + 1) * r).sum()
    });
    hears!(m02::check_2_1, "backwards", |r, gamma| {
        r.iter().rev().enumerate().map(|(k, r)| gamma.powi(k as i32) * r).sum()
    });
    hears!(m02::check_2_1, "linear", |r, gamma| {
        let later = r.iter().enumerate().skip(1).map(|(k, r)| k as f64 * gamma * r);
        r.first().unwrap_or(&0.0) + later.sum::<f64>()
    });
    hears!(m02::check_2_2, "over-the-end", |mdp, v, s, a| {
        let (t, r) = (mdp.transition(), mdp.reward());
        (0..v.len()).map(|n| t[[n, s, a]] * (r[[n, s, a]] + mdp.discount() * v[n])).sum()
    });
    hears!(m02::check_2_3, "max", |mdp, _, v| {
        let q = |s, a| backup(mdp, v, s, a);
        let best =
            |s| (0..mdp.n_actions()).map(|a| q(s, a)).fold(f64::NEG_INFINITY, f64::max);
        (0..v.len()).map(best).collect()
    });
    hears!(m02::check_2_4, "coarse", |q| {
        let top = q.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let marks: Vec<f64> = q.iter().map(|x| f64::from(top - x <= 0.4)).collect();
        marks.iter().map(|m| m / sum(&marks)).collect()
    });
    hears!(m02::check_2_4, "from-zero", |q| {
        let top = q.iter().copied().fold(0.0, f64::max);
        let marks: Vec<f64> = q.iter().map(|x| f64::from(*x > top - 1e-9)).collect();
        marks.iter().map(|m| m / sum(&marks)).collect()
    });
    hears!(m02::check_2_5, "one-round", |mdp| {
        let v = policy_values_exact(mdp, &random_policy(mdp)).unwrap();
        let better = policy_values_exact(mdp, &improve(mdp, &v)).unwrap();
        vec![v, better]
    });
    hears!(m02::check_2_6, "no-end", |t, arrival, _, gamma, v| {
        let q = |s: usize, a: usize| -> f64 {
            (0..v.len()).map(|n| t[[n, s, a]] * (arrival[n] + gamma * v[n])).sum()
        };
        let best = |s| (0..t.dim().2).map(|a| q(s, a)).fold(f64::NEG_INFINITY, f64::max);
        (0..v.len()).map(best).collect()
    });
    hears!(m02::check_2_6, "from-zero", |t, arrival, terminal, gamma, v| {
        let later = |n: usize| if terminal[n] { 0.0 } else { gamma * v[n] };
        let q = |s: usize, a: usize| -> f64 {
            (0..v.len()).map(|n| t[[n, s, a]] * (arrival[n] + later(n))).sum()
        };
        let best = |s: usize| (0..t.dim().2).map(|a| q(s, a)).fold(0.0, f64::max);
        (0..v.len()).map(|s| if terminal[s] { 0.0 } else { best(s) }).collect()
    });
}

#[test]
fn module_03() {
    hears!(m03::check_3_1, "own-value", |v, present, reward, alpha| {
        let mut v = v.to_vec();
        present.iter().for_each(|&i| v[i] += alpha * (reward - v[i]));
        v
    });
    hears!(m03::check_3_2, "time-limit", |v, s, step, gamma, alpha| {
        let next = if step.end.is_none() { gamma * v[step.obs] } else { 0.0 };
        let error = step.reward + next - v[s];
        v[s] += alpha * error;
        error
    });
    hears!(m03::check_3_3, "time-limit", |v, episode, gamma, alpha, lambda| {
        let (mut trace, mut s) = (vec![0.0; v.len()], episode.first);
        for (_, step) in &episode.steps {
            let next = if step.end.is_none() { gamma * v[step.obs] } else { 0.0 };
            let error = step.reward + next - v[s];
            trace.iter_mut().for_each(|e| *e *= gamma * lambda);
            trace[s] += 1.0;
            (0..v.len()).for_each(|i| v[i] += alpha * error * trace[i]);
            s = step.obs;
        }
    });
    hears!(m03::check_3_4, "one-step", |t, gamma| {
        let now = |s, n| if s == n { 1.0 } else { 0.0 };
        Array2::from_shape_fn(t.dim(), |(s, n)| now(s, n) + gamma * t[[s, n]])
    });
    hears!(m03::check_3_5, "hand", |mean, variance, _, _, _| (mean, variance));
    hears!(m03::check_3_5, "no-drift", |mean, variance, seen, noise, _| {
        let gain = variance / (variance + noise);
        (mean + gain * (seen - mean), variance - gain * variance)
    });
}

#[test]
fn module_04() {
    hears!(m04::check_4_1, "hand", |q, _| vec![1.0 / q.len() as f64; q.len()]);
    hears!(m04::check_4_1, "normalised", |q, _| vec![0.3; q.len()]);
    hears!(m04::check_4_2, "no-root", |q, n, c| {
        let pulls = sum(n);
        let bonus = |n: f64| if n == 0.0 { f64::INFINITY } else { c * pulls.ln() / n };
        q.iter().zip(n).map(|(q, n)| q + bonus(*n)).collect()
    });
    hears!(m04::check_4_3, "even-weights", |now| {
        let (up, down) =
            (Beta { a: now.a + 1.0, b: now.b }, Beta { a: now.a, b: now.b + 1.0 });
        (up.kl(now) + down.kl(now)) / 2.0
    });
    hears!(m04::check_4_4, "myopic", |arm, known, n| {
        let better = if arm.mean() > known { arm.mean() } else { known };
        better * n as f64
    });
    hears!(m04::check_4_5, "nan", |_, _, _, _| f64::NAN);
    hears!(m04::check_4_5, "max", |step, gamma, q, _| {
        let best = q.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        step.reward + step.discount(gamma) * best
    });
}

#[test]
fn module_05() {
    hears!(m05::check_5_1, "in-order", |q, model, n, alpha, gamma, _| {
        for k in 0..n {
            let (s, a) = model.pairs()[k % model.pairs().len()];
            let seen = model.recall(s, a);
            let best = q.row(seen.next).iter().copied().fold(f64::NEG_INFINITY, f64::max);
            q[[s, a]] += alpha * (seen.reward + seen.discount(gamma) * best - q[[s, a]]);
        }
    });
    // Right, but draws in another way: the numbers drawn are not the reference's.
    hears!(m05::check_5_1, "", |q, model, n, alpha, gamma, rng| {
        for _ in 0..n {
            let at = (uniform01(rng) * model.pairs().len() as f64) as usize;
            let (s, a) = model.pairs()[at];
            let seen = model.recall(s, a);
            let best = q.row(seen.next).iter().copied().fold(f64::NEG_INFINITY, f64::max);
            q[[s, a]] += alpha * (seen.reward + seen.discount(gamma) * best - q[[s, a]]);
        }
    });
    // A new order each time, but each memory once: not drawn anew.
    hears!(m05::check_5_1, "again", |q, model, n, alpha, gamma, rng| {
        let mut pairs = Vec::new();
        for _ in 0..n {
            if pairs.is_empty() {
                pairs = model.pairs().to_vec();
            }
            let (s, a) = pairs.swap_remove(uniform_index(pairs.len(), rng));
            let seen = model.recall(s, a);
            let best = q.row(seen.next).iter().copied().fold(f64::NEG_INFINITY, f64::max);
            q[[s, a]] += alpha * (seen.reward + seen.discount(gamma) * best - q[[s, a]]);
        }
    });
    hears!(m05::check_5_2, "everything", |counts| counts.mapv(|n| n / counts.sum()));
    hears!(m05::check_5_5, "from-zero", |t, q2| {
        let best = |place: usize| q2[[place, 0]].max(q2[[place, 1]]).max(0.0);
        (0..2).map(|a| t[[0, a]] * best(0) + t[[1, a]] * best(1)).collect()
    });
    hears!(m05::check_5_5, "mean", |t, q2| {
        let mean = |place: usize| (q2[[place, 0]] + q2[[place, 1]]) / 2.0;
        (0..2).map(|a| t[[0, a]] * mean(0) + t[[1, a]] * mean(1)).collect()
    });
    hears!(m05::check_5_6, "no-trace", |q1, q2, trial, alpha, _| {
        let (mut q1, mut q2) = (q1.to_vec(), q2.clone());
        let old = q2[[trial.place, trial.second]];
        q1[trial.first] += alpha * (old - q1[trial.first]);
        q2[[trial.place, trial.second]] += alpha * (trial.reward - old);
        (q1, q2)
    });
}

#[test]
fn module_06() {
    hears!(m06::check_6_1, "no-policy", |h, action| {
        let mut score = vec![0.0; h.len()];
        score[action] = 1.0;
        score
    });
    hears!(m06::check_6_1, "not-log", |h, action| {
        let p = softmax(h);
        let slope =
            |b: usize| if b == action { p[b] * (1.0 - p[b]) } else { -p[action] * p[b] };
        (0..h.len()).map(slope).collect()
    });
    // The length of the example, everywhere.
    hears!(m06::check_6_1, "shape", |h, action| {
        let p = softmax(h);
        (0..3).map(|b| f64::from(b == action) - p[b]).collect()
    });
    // A softmax of one's own, which overflows.
    hears!(m06::check_6_1, "nan", |h, action| {
        let weights: Vec<f64> = h.iter().map(|h| h.exp()).collect();
        let p: Vec<f64> = weights.iter().map(|w| w / sum(&weights)).collect();
        (0..h.len()).map(|b| f64::from(b == action) - p[b]).collect()
    });
    hears!(m06::check_6_2, "whole-return", |rewards, baseline, gamma| {
        let mut total = 0.0;
        for r in rewards.iter().rev() {
            total = r + gamma * total;
        }
        baseline.iter().map(|b| total - b).collect()
    });
    hears!(m06::check_6_2, "discount-again", |rewards, baseline, gamma| {
        let from = |t: usize| -> f64 {
            let late = |k: usize| gamma.powi((k - t) as i32 + 1) * rewards[k];
            (t..rewards.len()).map(late).sum()
        };
        (0..rewards.len()).map(|t| from(t) - baseline[t]).collect()
    });
    hears!(m06::check_6_2, "baseline-after", |rewards, baseline, gamma| {
        let (mut later, mut after, mut weights) = (0.0, 0.0, vec![0.0; rewards.len()]);
        for t in (0..rewards.len()).rev() {
            later = rewards[t] + gamma * later;
            weights[t] = later - after;
            after = baseline[t];
        }
        weights
    });
    // Discounts from the beginning of the episode.
    hears!(m06::check_6_2, "hand", |rewards, baseline, gamma| {
        let paid = |k: usize| gamma.powi(k as i32) * rewards[k];
        let n = rewards.len();
        (0..n).map(|t| (t..n).map(paid).sum::<f64>() - baseline[t]).collect()
    });
    // One more return than there are rewards.
    hears!(m06::check_6_2, "shape", |rewards, baseline, gamma| {
        let mut weights = vec![0.0; rewards.len() + 1];
        for t in (0..rewards.len()).rev() {
            weights[t] = rewards[t] + gamma * weights[t + 1];
        }
        (0..baseline.len()).for_each(|t| weights[t] -= baseline[t]);
        weights
    });
    hears!(m06::check_6_3, "time-limit", |r, v, next, ends, gamma, lambda| {
        let (mut advantages, mut later) = (vec![0.0; r.len()], 0.0);
        for t in (0..r.len()).rev() {
            let goes_on = if ends[t].is_none() { 1.0 } else { 0.0 };
            later = r[t] + goes_on * gamma * (next[t] + lambda * later) - v[t];
            advantages[t] = later;
        }
        advantages
    });
    hears!(m06::check_6_3, "no-reset", |r, v, next, ends, gamma, lambda| {
        let (mut advantages, mut later) = (vec![0.0; r.len()], 0.0);
        for t in (0..r.len()).rev() {
            let future = if ends[t] == Some(End::Terminated) { 0.0 } else { next[t] };
            later = r[t] + gamma * future - v[t] + gamma * lambda * later;
            advantages[t] = later;
        }
        advantages
    });
    hears!(m06::check_6_3, "bootstrap", |r, v, next, ends, gamma, lambda| {
        let (mut advantages, mut later) = (vec![0.0; r.len()], 0.0);
        for t in (0..r.len()).rev() {
            later = if ends[t].is_some() { 0.0 } else { gamma * lambda * later };
            later += r[t] + gamma * next[t] - v[t];
            advantages[t] = later;
        }
        advantages
    });
    hears!(m06::check_6_3, "no-gamma", |r, v, next, ends, gamma, lambda| {
        let (mut advantages, mut later) = (vec![0.0; r.len()], 0.0);
        for t in (0..r.len()).rev() {
            later = if ends[t].is_some() { 0.0 } else { lambda * later };
            let over = ends[t] == Some(End::Terminated);
            later += r[t] + if over { 0.0 } else { gamma * next[t] } - v[t];
            advantages[t] = later;
        }
        advantages
    });
    // Resets where the task ends, but not where the clock ran out.
    hears!(m06::check_6_3, "border", |r, v, next, ends, gamma, lambda| {
        let (mut advantages, mut later) = (vec![0.0; r.len()], 0.0);
        for t in (0..r.len()).rev() {
            let goes_on = f64::from(ends[t] != Some(End::Terminated));
            later = r[t] + goes_on * gamma * (next[t] + lambda * later) - v[t];
            advantages[t] = later;
        }
        advantages
    });
    hears!(m06::check_6_4, "normalised", |old, q, eta| {
        old.iter().zip(q).map(|(p, q)| p * (eta * q).exp()).collect()
    });
    hears!(m06::check_6_4, "nan", |old, q, eta| {
        let weights: Vec<f64> =
            old.iter().zip(q).map(|(p, q)| p * (eta * q).exp()).collect();
        weights.iter().map(|w| w / sum(&weights)).collect()
    });
    hears!(m06::check_6_4, "plain-gradient", |old, q, eta| {
        let logits: Vec<f64> = (0..old.len())
            .map(|a| old[a].ln() + eta * old[a] * (q[a] - dot(old, q)))
            .collect();
        softmax(&logits)
    });
    hears!(m06::check_6_5, "the-bug", |policy| {
        let slope: Vec<f64> = policy.iter().map(|p| -p * (p.ln() + 1.0)).collect();
        slope.iter().map(|x| x - sum(&slope) / slope.len() as f64).collect()
    });
    hears!(m06::check_6_5, "not-softmax", |policy| {
        policy.iter().map(|p| -p * p.ln() - p).collect()
    });
    // Right, but 0 · ln 0 is not a number.
    hears!(m06::check_6_5, "nan", |policy| {
        policy.iter().map(|p| -p * (p.ln() + entropy(policy))).collect()
    });
}

#[test]
fn module_07() {
    hears!(m07::check_7_1, "shape", |_, _, _, _, _, _, _| vec![]);
    hears!(m07::check_7_1, "bootstrap", |w, x, r, next, end, gamma, alpha| {
        let future = if end == Some(End::Truncated) { dot(w, next) } else { dot(next, w) };
        let delta = r + gamma * future - dot(w, x);
        (0..w.len()).map(|i| w[i] + alpha * delta * x[i]).collect()
    });
    hears!(m07::check_7_1, "full-gradient", |w, x, r, next, end, gamma, alpha| {
        let goes_on = f64::from(end != Some(End::Terminated));
        let error = r + goes_on * gamma * dot(w, next) - dot(w, x);
        (0..w.len())
            .map(|i| w[i] - alpha * error * (goes_on * gamma * next[i] - x[i]))
            .collect()
    });
    hears!(m07::check_7_1, "time-limit", |w, x, r, next, end, gamma, alpha| {
        let target = if end.is_none() { r + gamma * dot(w, next) } else { r };
        (0..w.len()).map(|i| w[i] + alpha * (target - dot(w, x)) * x[i]).collect()
    });
    // The step in the wrong direction is no mistake that is known.
    hears!(m07::check_7_1, "hand", |w, x, r, next, _, gamma, alpha| {
        let delta = r + gamma * dot(w, next) - dot(w, x);
        (0..w.len()).map(|i| w[i] - alpha * delta * x[i]).collect()
    });
    hears!(m07::check_7_2, "online", |r, ends, online, _, gamma| {
        let mut y = r.to_vec();
        for t in 0..r.len() {
            if ends[t] != Some(End::Terminated) {
                y[t] += gamma * online.row(t).iter().copied().fold(f64::MIN, f64::max);
            }
        }
        y
    });
    hears!(m07::check_7_2, "time-limit", |r, ends, _, target, gamma| {
        let best =
            |t: usize| target.row(t).iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (0..r.len())
            .map(|t| if ends[t].is_none() { r[t] + gamma * best(t) } else { r[t] })
            .collect()
    });
    // A maximum that starts at 0.
    hears!(m07::check_7_2, "negative", |r, ends, _, target, gamma| {
        let best = |t: usize| target.row(t).iter().copied().fold(0.0, f64::max);
        let goes_on = |t: usize| ends[t] != Some(End::Terminated);
        (0..r.len())
            .map(|t| r[t] + if goes_on(t) { gamma * best(t) } else { 0.0 })
            .collect()
    });
    hears!(m07::check_7_3, "ratio-only", |ratio, a, e| {
        if ratio > 1.0 + e { (1.0 + e) * a } else { ratio * a }
    });
    hears!(m07::check_7_3, "sign", |ratio, a, e| {
        if ratio * a > a + e * a { a + e * a } else { ratio * a }
    });
    // The loss of a program that minimises.
    hears!(m07::check_7_3, "inside", |ratio, a, e| {
        -(ratio * a).min(ratio.clamp(1.0 - e, 1.0 + e) * a)
    });
    hears!(m07::check_7_3, "gained", |ratio, a, _| ratio * a);
    hears!(m07::check_7_4, "no-correction", |u, m, s, _| {
        let z = (u - m) / s;
        -0.5 * z * z - (s * (2.0 * std::f64::consts::PI).sqrt()).ln()
    });
    // Right on paper; 1 − tanh² is 0 for a computer.
    hears!(m07::check_7_4, "large", |u, m, s, c| {
        let z = (u - m) / s;
        let density = -0.5 * z * z - (s * (2.0 * std::f64::consts::PI).sqrt()).ln();
        density - (c * (1.0 - u.tanh().powi(2))).ln()
    });
    hears!(m07::check_7_5, "the-bug", |r, _, start, n, gamma| {
        let to = r.len().min(start + n);
        let total = (start..to).map(|t| gamma.powi((t - start) as i32) * r[t]).sum();
        (total, to - start, gamma.powi((to - start) as i32))
    });
    // Leaves out the reward of the step that ends the episode.
    hears!(m07::check_7_5, "terminated", |r, ends, start, n, gamma| {
        let (mut total, mut k) = (0.0, 0);
        while k < n && start + k < r.len() && ends[start + k].is_none() {
            total += gamma.powi(k as i32) * r[start + k];
            k += 1;
        }
        let over = r.len() > start + k && ends[start + k] == Some(End::Terminated);
        (total, k, if over { 0.0 } else { gamma.powi(k as i32) })
    });
}

#[test]
fn module_08() {
    hears!(m08::check_8_1, "hand", |_, _, _| 0.0);
    hears!(m08::check_8_1, "missing-ln", |a, prior, o| times(a, prior)[o]);
    hears!(m08::check_8_1, "impossible", |a, prior, o| -(times(a, prior)[o] + 1e-12).ln());
    hears!(m08::check_8_2, "no-complexity", |a, _, o, q| {
        (0..q.len()).map(|s| if q[s] > 0.0 { -q[s] * a[[o, s]].ln() } else { 0.0 }).sum()
    });
    hears!(m08::check_8_2, "clipped", |a, prior, o, q| {
        let log = |p: f64| if p < 1e-16 { 1e-16f64.ln() } else { p.ln() };
        (0..q.len()).map(|s| q[s] * (log(q[s]) - log(prior[s]) - log(a[[o, s]]))).sum()
    });
    hears!(m08::check_8_3, "no-baseline", |joint, logits| {
        let q = softmax(logits);
        (0..q.len()).map(|i| q[i] * (q[i].ln() - joint[i])).collect()
    });
    hears!(m08::check_8_4, "unnormalised", |joint, other| {
        let row = |r: usize, c: usize| {
            if other[c] > 0.0 { other[c] * joint[[r, c]] } else { 0.0 }
        };
        let mean = |r: usize| (0..other.len()).map(|c| row(r, c)).sum::<f64>();
        (0..joint.nrows()).map(|r| mean(r).exp()).collect()
    });
    // Right, in the third reading: energy minus entropy.
    hears!(m08::check_8_2, "", |a, prior, o, q| {
        let energy = |s: usize| -q[s] * (a[[o, s]] * prior[s]).ln();
        let all = (0..q.len()).filter(|&s| q[s] > 0.0);
        all.map(energy).sum::<f64>() - entropy(q)
    });
    // Right where the numbers are mild: an own softmax that overflows.
    hears!(m08::check_8_4, "underflow", |joint, other| {
        let row = |r: usize, c: usize| {
            if other[c] > 0.0 { other[c] * joint[[r, c]] } else { 0.0 }
        };
        let weight = |r: usize| (0..other.len()).map(|c| row(r, c)).sum::<f64>().exp();
        let all: Vec<f64> = (0..joint.nrows()).map(weight).collect();
        all.iter().map(|w| w / sum(&all)).collect()
    });
    hears!(m08::check_8_5, "no-slope", |v, (mean, variance), noise, seen, rate| {
        v + rate * ((mean - v) / variance + (seen - v * v) / noise)
    });
}

#[test]
fn modules_09_and_10() {
    hears!(m09::check_9_1, "shape", |_| Array2::zeros((8, 5)));
    hears!(m09::check_9_2, "shape", |_, _, _, _| Vec::new());
    assert_eq!(m09::check_9_2(|_, _, q, _| vec![q[99]]).outcome(), Outcome::Error);
    hears!(m09::check_9_2, "unnormalised", |a, b, q, o| {
        times(b, q).iter().enumerate().map(|(s, p)| a[[o, s]] * p).collect()
    });
    hears!(m09::check_9_2, "made-up", |a, b, q, o| {
        let joint: Vec<f64> =
            times(b, q).iter().enumerate().map(|(s, p)| a[[o, s]] * p).collect();
        let evidence = sum(&joint);
        if evidence == 0.0 {
            return vec![1.0 / q.len() as f64; q.len()];
        }
        joint.iter().map(|j| j / evidence).collect()
    });
    // Right: what cannot be seen stops it.
    hears!(m09::check_9_2, "", |a, b, q, o| {
        let joint: Vec<f64> =
            times(b, q).iter().enumerate().map(|(s, p)| a[[o, s]] * p).collect();
        assert!(sum(&joint) > 0.0, "impossible");
        joint.iter().map(|j| j / sum(&joint)).collect()
    });
    // Right, in logarithms.
    hears!(m09::check_9_2, "", |a, b, q, o| {
        let logs: Vec<f64> =
            times(b, q).iter().enumerate().map(|(s, p)| a[[o, s]].ln() + p.ln()).collect();
        let weights: Vec<f64> = logs.iter().map(|x| x.exp()).collect();
        weights.iter().map(|w| w / sum(&weights)).collect()
    });
    hears!(m09::check_9_3, "certain", |_, _, _| 7.0);
    // The risk as a divergence, as textbooks have it: KL[Q(o)‖P(o|C)] with P normalised.
    hears!(m09::check_9_3, "normalised", |a, c, q| kl(&times(a, q), &softmax(c))
        + noise(a, q));
    // Right, from the definition: what is preferred, and how far the belief is expected to move.
    hears!(m09::check_9_3, "", |a, c, q| {
        let seen = times(a, q);
        let after = |o: usize| -> Vec<f64> {
            (0..q.len()).map(|s| a[[o, s]] * q[s] / seen[o]).collect()
        };
        let all = (0..seen.len()).filter(|&o| seen[o] > 0.0);
        all.map(|o| seen[o] * (-kl(&after(o), q) - c[o])).sum()
    });
    // Right, by the entropy of the state before and after.
    hears!(m09::check_9_5, "", |a, q| {
        let seen = times(a, q);
        let after = |o: usize| -> Vec<f64> {
            (0..q.len()).map(|s| a[[o, s]] * q[s] / seen[o]).collect()
        };
        let all = (0..seen.len()).filter(|&o| seen[o] > 0.0);
        entropy(q) - all.map(|o| seen[o] * entropy(&after(o))).sum::<f64>()
    });
    hears!(m09::check_9_5, "state-entropy", |a, q| entropy(q) - noise(a, q));

    hears!(m10::check_10_1, "normalised", |a, c, q| {
        let (seen, want) = (times(a, q), softmax(c));
        let logs: Vec<f64> = want.iter().map(|p| p.ln()).collect();
        let (risk, noise) = (kl(&seen, &want), noise(a, q));
        [risk, noise, dot(&seen, &logs), entropy(&seen) - noise]
    });
    hears!(m10::check_10_1, "risk-normalised", |a, c, q| {
        let (seen, noise) = (times(a, q), noise(a, q));
        [kl(&seen, &softmax(c)), noise, dot(&seen, c), entropy(&seen) - noise]
    });
    hears!(m10::check_10_2, "none", |_, r| r);
    hears!(m10::check_10_3, "approximate", |counts, q| {
        let of = |s: usize| -> f64 {
            let column = counts.column(s);
            let weight = |a: &f64| a / column.sum() * 0.5 * (1.0 / a - 1.0 / column.sum());
            column.iter().map(weight).sum()
        };
        (0..q.len()).map(|s| q[s] * of(s)).sum()
    });
    // Right: the weight of each outcome, and the sum written out.
    hears!(m10::check_10_3, "", |counts, q| {
        let of = |s: usize| -> f64 {
            let column = Dirichlet::new(counts.column(s).to_vec()).unwrap();
            let seen = column.mean();
            (0..seen.len()).map(|o| seen[o] * column.gain(o)).sum()
        };
        (0..q.len()).map(|s| q[s] * of(s)).sum()
    });
    // What is seen, instead of what it tells: the flickering screen.
    hears!(m10::check_10_4, "surprise", |marked, q| {
        let seen = |row: &[f64]| entropy(&[dot(row, q), 1.0 - dot(row, q)]);
        marked.rows().into_iter().map(|row| seen(&row.to_vec())).collect()
    });
    hears!(m10::check_10_4, "bits", |marked, q| {
        let bits = |p: f64| if p > 0.0 { -p * p.log2() } else { 0.0 };
        let coin = |p: f64| bits(p) + bits(1.0 - p);
        let told = |row: &[f64]| {
            coin(dot(row, q)) - dot(&row.iter().map(|p| coin(*p)).collect::<Vec<_>>(), q)
        };
        marked.rows().into_iter().map(|row| told(&row.to_vec())).collect()
    });
    hears!(m10::check_10_4, "even-belief", |marked, q| {
        let even = 1.0 / q.len() as f64;
        let coin = |p: f64| entropy(&[p, 1.0 - p]);
        let rows = marked.rows().into_iter();
        rows.map(|row| {
            coin(even * row.sum()) - even * row.iter().map(|p| coin(*p)).sum::<f64>()
        })
        .collect()
    });
}

#[test]
fn module_11() {
    hears!(m11::check_11_1, "winner", |counts, before, o| {
        let sums = counts.sum_axis(Axis(0));
        let score = |s: usize| before[s] * counts[[o, s]] / sums[s];
        let mut counts = counts.clone();
        let winner =
            (1..before.len()).fold(0, |w, s| if score(s) > score(w) { s } else { w });
        counts[[o, winner]] += 1.0;
        counts
    });
    hears!(m11::check_11_1, "prior", |counts, before, o| {
        let mut counts = counts.clone();
        (0..before.len()).for_each(|s| counts[[o, s]] += before[s]);
        counts
    });
    hears!(m11::check_11_1, "undivided", |counts, before, o| {
        let joint: Vec<f64> =
            (0..before.len()).map(|s| counts[[o, s]] * before[s]).collect();
        let evidence: f64 = joint.iter().sum();
        let mut counts = counts.clone();
        (0..before.len()).for_each(|s| counts[[o, s]] += joint[s] / evidence);
        counts
    });
    hears!(m11::check_11_1, "hand", |counts, _, _| counts.clone());
    hears!(m11::check_11_1, "nan", |counts, _, _| counts * f64::NAN);
    hears!(m11::check_11_2, "transposed", |a, b, d, seen| {
        let mut alpha: Vec<f64> = (0..d.len()).map(|s| d[s] * a[[seen[0], s]]).collect();
        let mut log_evidence = 0.0;
        for &o in &seen[1..] {
            let sum: f64 = alpha.iter().sum();
            log_evidence += sum.ln();
            alpha = (0..d.len())
                .map(|to| {
                    let came: f64 = (0..d.len()).map(|s| b[[s, to]] * alpha[s] / sum).sum();
                    came * a[[o, to]]
                })
                .collect();
        }
        log_evidence + alpha.iter().sum::<f64>().ln()
    });
    hears!(m11::check_11_2, "underflow", |a, b, d, seen| {
        let mut alpha: Vec<f64> = (0..d.len()).map(|s| d[s] * a[[seen[0], s]]).collect();
        for &o in &seen[1..] {
            alpha = times(b, &alpha);
            (0..d.len()).for_each(|s| alpha[s] *= a[[o, s]]);
        }
        sum(&alpha).ln()
    });
    hears!(m11::check_11_2, "no-prediction", |a, _, d, seen| {
        let mut logs: Vec<f64> = d.iter().map(|d| d.ln()).collect();
        for &o in seen {
            (0..d.len()).for_each(|s| logs[s] += a[[o, s]].ln());
        }
        log_sum_exp(&logs)
    });
    hears!(m11::check_11_2, "one", |_, _, _, _| 0.0);
    hears!(m11::check_11_3, "transposed", |b, before, later| {
        let right = Array2::from_shape_fn(b.raw_dim(), |(s, to)| {
            later[to] * b[[to, s]] * before[s]
        });
        let all = right.sum();
        right / all
    });
    hears!(m11::check_11_3, "no-later", |b, before, _| b * &Array1::from(before.to_vec()));
    hears!(m11::check_11_3, "hand", |b, _, _| b.clone());
    hears!(m11::check_11_4, "sign", |g, choices, gamma| {
        (0..choices.len())
            .map(|t| softmax(&g.row(t).mapv(|x| gamma * x).to_vec())[choices[t]].ln())
            .sum()
    });
    hears!(m11::check_11_4, "far", |g, choices, gamma| {
        (0..choices.len())
            .map(|t| softmax(&g.row(t).mapv(|x| -gamma * x).to_vec())[choices[t]].ln())
            .sum()
    });
    hears!(m11::check_11_5, "the-bug", |seen, actions, n, k| {
        let mut counts = Array3::zeros((n, n, k));
        (1..actions.len()).for_each(|t| counts[[seen[t], seen[t - 1], actions[t]]] += 1.0);
        counts
    });
    hears!(m11::check_11_5, "shape", |_, _, n, _| Array3::zeros((n, n, 0)));
}

#[test]
fn module_14() {
    hears!(m14::check_14_1, "transposed", |b, q| {
        let mut next = Array2::zeros(q.dim());
        for ((i, s), p) in q.indexed_iter() {
            for to in 0..b.nrows() {
                next[[i, to]] += b[[s, to]] * p; // the indices of B in the wrong order
            }
        }
        next
    });
    hears!(m14::check_14_1, "averaged", |b, q| {
        let n = q.ncols() as f64;
        Array2::from_shape_fn(q.dim(), |(i, to)| {
            (0..q.ncols()).map(|s| b[[to, s]] * q[[i, s]] / n).sum()
        })
    });
    hears!(m14::check_14_1, "shape", |b, q| b.dot(&q.t()));
    hears!(m14::check_14_1, "nan", |_, q| Array2::from_elem(q.dim(), f64::NAN));
    hears!(m14::check_14_2, "not-normalised", |a, q, obs| {
        Ok(Array2::from_shape_fn(q.dim(), |(i, s)| a[[obs[i], s]] * q[[i, s]]))
    });
    // The sum is taken, and nobody asks whether it is 0.
    hears!(m14::check_14_2, "silent", |a, q, obs| {
        let mut after = q.clone();
        for i in 0..q.nrows() {
            let total: f64 = (0..q.ncols()).map(|s| a[[obs[i], s]] * q[[i, s]]).sum();
            for s in 0..q.ncols() {
                after[[i, s]] = a[[obs[i], s]] * q[[i, s]] / total;
            }
        }
        Ok(after)
    });
    // A floor under the evidence hides the impossible.
    hears!(m14::check_14_2, "impossible", |a, q, obs| {
        let joint = Array2::from_shape_fn(q.dim(), |(i, s)| a[[obs[i], s]] * q[[i, s]]);
        Ok(Array2::from_shape_fn(q.dim(), |(i, s)| {
            joint[[i, s]] / joint.row(i).sum().max(1e-12)
        }))
    });
    hears!(m14::check_14_2, "hand", |_, _, _| Err(0));
    hears!(m14::check_14_3, "lost-rest", |n, i, k| {
        let size = n / k;
        (i * size, i * size + size)
    });
    hears!(m14::check_14_3, "inclusive", |n, i, k| {
        let (start, next) = (i * n / k, (i + 1) * n / k);
        (start, if next > start { next - 1 } else { start })
    });
    hears!(m14::check_14_3, "rest-to-last", |n, i, k| {
        let size = n / k;
        (i * size, if i == k - 1 { n } else { i * size + size })
    });
    hears!(m14::check_14_3, "even", |n, _, _| (0, n));
    // Larger shares first: as even as the reference, and right.
    let verdict = m14::check_14_3(|n, i, k| {
        let (size, rest) = (n / k, n % k);
        let start = i * size + i.min(rest);
        (start, start + size + usize::from(i < rest))
    });
    assert!(verdict.passed(), "{}", verdict.sentence());
    hears!(m14::check_14_4, "policies-only", |k, h| {
        (0..h).fold(1.0, |all, _| all * k as f64)
    });
    hears!(m14::check_14_4, "nothing-shared", |k, h| { (k.pow(h as u32) * h) as f64 });
    hears!(m14::check_14_4, "with-root", |k, h| {
        (0..=h).map(|d| k.pow(d as u32) as f64).sum()
    });
    // The closed form of the sum, which one action alone does not like.
    hears!(m14::check_14_4, "nan", |k, h| {
        let k = k as f64;
        k * (k.powi(h as i32) - 1.0) / (k - 1.0)
    });
    hears!(m14::check_14_5, "the-bug", |seed, _, n| {
        let mut rng = seeded(seed);
        (0..n).map(|_| uniform01(&mut rng)).collect()
    });
    // One generator for all again, wound forward to the chunk: right in a chunk only as far as agents draw once.
    hears!(m14::check_14_5, "whole", |seed, first, n| {
        let mut rng = seeded(seed);
        (0..first + n).map(|_| uniform01(&mut rng)).skip(first).collect()
    });
    hears!(m14::check_14_5, "added", |seed, first, n| {
        (0..n).map(|i| uniform01(&mut seeded(seed + (first + i) as u64))).collect()
    });
}

#[test]
fn module_15() {
    // The state after the trial, sent up in the place of its likelihood.
    hears!(m15::check_15_1, "posterior", |d, q, beta| {
        let weighed: Vec<f64> = times(d, q).iter().zip(beta).map(|(p, b)| p * b).collect();
        let total = sum(&weighed);
        let up =
            |c: usize| (0..weighed.len()).map(|s| d[[s, c]] * weighed[s] / total).sum();
        (0..q.len()).map(up).collect()
    });
    hears!(m15::check_15_1, "counted-q", |d, q, beta| {
        let column = |c: usize| (0..beta.len()).map(|s| d[[s, c]] * beta[s]).sum::<f64>();
        (0..q.len()).map(|c| q[c] * column(c)).collect()
    });
    hears!(m15::check_15_1, "contexts-normalised", |d, _, beta| {
        let column = |c: usize| dot(&d.column(c).to_vec(), beta);
        let l: Vec<f64> = (0..d.ncols()).map(column).collect();
        l.iter().map(|x| x / sum(&l)).collect()
    });
    hears!(m15::check_15_1, "hand", |_, _, beta| beta.to_vec());
    // The context before the night, and the night before the day.
    hears!(m15::check_15_2, "no-b2", |q, l, _| {
        let total = dot(q, l);
        q.iter().zip(l).map(|(q, l)| q * l / total).collect()
    });
    hears!(m15::check_15_2, "predict-first", |q, l, b2| {
        let night = times(b2, q);
        let total = dot(&night, l);
        night.iter().zip(l).map(|(q, l)| q * l / total).collect()
    });
    hears!(m15::check_15_2, "unnormalised", |q, l, b2| {
        let seen: Vec<f64> = q.iter().zip(l).map(|(q, l)| q * l).collect();
        times(b2, &seen)
    });
    hears!(m15::check_15_3, "no-cost", |b, r, _| {
        let cue_left = r * b + (1.0 - r) * (1.0 - b);
        let (left, right) = (r * b / cue_left, (1.0 - r) * b / (1.0 - cue_left));
        let worth = |b: f64| (2.0 * b - 1.0).abs();
        cue_left * worth(left) + (1.0 - cue_left) * worth(right) - worth(b)
    });
    hears!(m15::check_15_3, "follows", |b, r, k| (2.0 * r - 1.0 - k)
        - (2.0 * b - 1.0).abs());
    hears!(m15::check_15_3, "hand", |b, r, k| if b.max(1.0 - b) < r - k / 2.0 {
        1.0
    } else {
        0.0
    });
    hears!(m15::check_15_4, "gamma-once", |r, gamma, q, _, to| {
        let paid: f64 = (0..r.len()).map(|k| gamma.powi(k as i32) * r[k]).sum();
        let best = |s: usize| q.row(s).iter().copied().fold(f64::NEG_INFINITY, f64::max);
        paid + to.map_or(0.0, |s| gamma * best(s))
    });
    hears!(m15::check_15_4, "over-the-end", |r, gamma, q, from, to| {
        let (mut paid, mut weight) = (0.0, 1.0);
        for r in r {
            paid += weight * r;
            weight *= gamma;
        }
        let row = q.row(to.unwrap_or(from));
        paid + weight * row.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    });
    // A maximum that begins at 0.
    hears!(m15::check_15_4, "negative", |r, gamma, q, _, to| {
        let paid: f64 = (0..r.len()).map(|k| gamma.powi(k as i32) * r[k]).sum();
        let best = |s: usize| q.row(s).iter().copied().fold(0.0, f64::max);
        paid + to.map_or(0.0, |s| gamma.powi(r.len() as i32) * best(s))
    });
    hears!(m15::check_15_5, "no-night", |d, _, q, moments| {
        let beta = |s: usize| moments.iter().map(|seen| seen[s]).product::<f64>();
        let l = |c: usize| (0..d.nrows()).map(|s| d[[s, c]] * beta(s)).sum::<f64>();
        let joint: Vec<f64> = (0..q.len()).map(|c| q[c] * l(c)).collect();
        joint.iter().map(|x| x / sum(&joint)).collect()
    });
    hears!(m15::check_15_5, "each-moment-up", |d, b2, q, moments| {
        let mut now = q.to_vec();
        for seen in moments {
            let l = |c: usize| (0..d.nrows()).map(|s| d[[s, c]] * seen[s]).sum::<f64>();
            now = (0..now.len()).map(|c| now[c] * l(c)).collect();
        }
        let total = sum(&now);
        times(b2, &now).iter().map(|x| x / total).collect()
    });
}

#[test]
fn module_17() {
    hears!(m17::check_17_1, "swapped", |y, xi, pz, pw| {
        let (vz, vw) = (1.0 / pz, 1.0 / pw);
        (vz * y + vw * xi) / (vz + vw)
    });
    hears!(m17::check_17_1, "mean", |y, xi, _, _| 0.5 * y + 0.5 * xi);
    hears!(m17::check_17_2, "sign", |u, e, p, k, dt| u + dt
        * k
        * (p[0] * e[0] + p[1] * e[1]));
    hears!(m17::check_17_2, "set", |_, e, p, k, _| -k * (p[0] * e[0] + p[1] * e[1]));
    hears!(m17::check_17_2, "exchanged", |u, e, p, k, dt| {
        u - dt * k * (p[1] * e[0] + p[0] * e[1])
    });
    hears!(m17::check_17_3, "shoulder", |q, l, m| {
        let own = |k: usize| m[k] * l[k] * l[k] / 3.0;
        let (d, h) = (own(1), m[1] * l[0] * l[1] / 2.0 * q[0].cos());
        let a = own(0) + d + m[1] * l[0] * l[0];
        array![[a + 2.0 * h, d + h], [d + h, d]]
    });
    hears!(m17::check_17_3, "points", |q, l, m| {
        let own = |k: usize| m[k] * l[k] * l[k] / 4.0;
        let (d, h) = (own(1), m[1] * l[0] * l[1] / 2.0 * q[1].cos());
        let a = own(0) + d + m[1] * l[0] * l[0];
        array![[a + 2.0 * h, d + h], [d + h, d]]
    });
    hears!(m17::check_17_4, "not-log", |lambda, e, rate| {
        lambda - rate * (lambda * e * e - 1.0) / 2.0
    });
    hears!(m17::check_17_4, "no-half", |lambda, e, rate| {
        lambda + rate - rate * lambda.exp() * e * e
    });
    hears!(m17::check_17_5, "no-limit", |errors, dt, _| {
        (1..=errors.len()).map(|n| dt * sum(&errors[..n])).collect()
    });
    // Shown within the limit, and wound up inside.
    hears!(m17::check_17_5, "wound-up", |errors, dt, limit| {
        let shown = |n: usize| (dt * sum(&errors[..n])).max(-limit).min(limit);
        (1..=errors.len()).map(shown).collect()
    });
    hears!(m17::check_17_5, "shape", |errors, dt, limit| {
        vec![(dt * sum(errors)).clamp(-limit, limit)]
    });
    hears!(m17::check_17_6, "the-bug", |g, wanted, sensed, truth| {
        g[0] * (wanted - sensed[0]) - g[1] * truth[1]
    });
    // Brakes the difference of both velocities.
    hears!(m17::check_17_6, "nominal", |g, wanted, sensed, truth| {
        g[0] * (wanted - sensed[0]) - g[1] * (sensed[1] - truth[1])
    });
}

#[test]
fn module_12() {
    hears!(m12::check_12_1, "encoder", |q, _| q.mapv(|x| x * 1.0));
    hears!(m12::check_12_1, "no-outcome-rate", |q, p| {
        let q_s: Vec<f64> = (0..q.ncols()).map(|s| dot(&q.column(s).to_vec(), p)).collect();
        Array2::from_shape_fn(q.raw_dim(), |(o, s)| q[[o, s]] / q_s[s])
    });
    hears!(m12::check_12_1, "columns", |q, _| {
        Array2::from_shape_fn(q.raw_dim(), |(o, s)| q[[o, s]] / q.column(s).sum())
    });
    hears!(m12::check_12_1, "shape", |_, _| array![[1.0]]);
    hears!(m12::check_12_1, "nan", |q, _| q * f64::NAN);
    hears!(m12::check_12_2, "sign", |q, l, prior| dot(q, l) + kl(q, prior));
    hears!(m12::check_12_2, "no-entropy", |q, l, prior| {
        let all = q.iter().zip(l).zip(prior).filter(|((q, _), _)| **q > 0.0);
        all.map(|((q, l), p)| q * (l + p.ln())).sum()
    });
    hears!(m12::check_12_2, "evidence", |_, l, prior| {
        l.iter().zip(prior).map(|(l, p)| l.exp() * p).sum::<f64>().ln()
    });
    // 0 · ln 0 and 0 · (−∞) are no numbers.
    hears!(m12::check_12_2, "nan", |q, l, prior| {
        (0..q.len()).map(|s| q[s] * (l[s] + prior[s].ln() - q[s].ln())).sum()
    });
    // The states are left out by their prior, not by q.
    hears!(m12::check_12_2, "prior-only", |q, l, prior| {
        let mut bound = 0.0;
        for s in 0..q.len() {
            if prior[s] != 0.0 {
                bound += q[s] * (l[s] - (q[s] / prior[s]).ln());
            }
        }
        bound
    });
    hears!(m12::check_12_2, "hand", |_, _, _| -1.0);
    hears!(m12::check_12_3, "mixed-first", |logits, q| softmax(&times(logits, q)));
    hears!(m12::check_12_3, "rows", |logits, q| {
        (0..q.len()).map(|to| dot(&softmax(&logits.row(to).to_vec()), q)).collect()
    });
    hears!(m12::check_12_3, "overflow", |logits, q| {
        let mut next = vec![0.0; q.len()];
        for s in 0..q.len() {
            let total: f64 = logits.column(s).iter().map(|l| l.exp()).sum();
            (0..q.len()).for_each(|to| next[to] += q[s] * logits[[to, s]].exp() / total);
        }
        next
    });
    hears!(m12::check_12_3, "hand", |_, q| q.to_vec());
    hears!(m12::check_12_3, "shape", |_, _| vec![1.0]);
    hears!(m12::check_12_5, "no-one", |means, sigma| {
        let variance = |s: usize| {
            let (c, n) = (means.column(s), means.nrows() as f64);
            c.iter().map(|x| x * x).sum::<f64>() / n - (c.sum() / n).powi(2)
        };
        (0..means.ncols()).map(|s| variance(s).sqrt().ln() - sigma.ln()).sum()
    });
    hears!(m12::check_12_5, "hand", |_, _| 0.0);
    hears!(m12::check_12_5, "nan", |_, _| f64::NAN);
    hears!(m12::check_12_6, "the-bug", |cost, _, rounds, _| {
        cost.iter().map(|c| c * (1.0 - 0.5f64.powi(rounds as i32))).collect()
    });
    hears!(m12::check_12_6, "hand", |cost, _, _, _| cost.to_vec());
    hears!(m12::check_12_6, "shape", |_, _, _, _| vec![0.0]);
    hears!(m12::check_12_6, "nan", |cost, _, _, _| vec![f64::NAN; cost.len()]);
    hears!(m12::check_12_4, "the-bug", |w, _, look| {
        let mut new = w.to_vec();
        (0..2).for_each(|i| (new[i], new[2 + i]) = (look[i], look[i] - w[i]));
        new
    });
    hears!(m12::check_12_4, "shape", |w, _, look| {
        vec![look[0], look[1], look[0] - w[0], look[1] - w[1]]
    });
    hears!(m12::check_12_4, "hand", |w, _, _| w.to_vec());
}

#[test]
fn module_13() {
    hears!(m13::check_13_1, "proportional", |r| r.iter().map(|x| x / sum(r)).collect());
    hears!(m13::check_13_2, "reward-only", |b, c, later| {
        let (n, _, k) = b.dim();
        Array2::from_shape_fn((n, k), |(s, u)| {
            (0..n).map(|to| b[[to, s, u]] * (later[to] - c[to])).sum()
        })
    });
    hears!(m13::check_13_2, "value", |b, c, later| {
        let (n, _, k) = b.dim();
        Array2::from_shape_fn((n, k), |(s, u)| {
            let p = |to: usize| b[[to, s, u]];
            let ways = (0..n).filter(|to| p(*to) > 0.0);
            ways.map(|to| p(to) * (c[to] - p(to).ln() - later[to])).sum()
        })
    });
    hears!(m13::check_13_3, "no-tau-in-front", |q, tau| {
        let w: Vec<f64> = q.iter().map(|x| x / tau).collect();
        (dot(&softmax(&w), q), log_sum_exp(&w))
    });
    hears!(m13::check_13_5, "bits", |a1, a2, q| {
        let mut told = 0.0;
        for (i, j) in ndarray::indices((a1.nrows(), a2.nrows())) {
            let p = |s: usize| a1[[i, s]] * a2[[j, s]];
            let seen: f64 = (0..q.len()).map(|s| q[s] * p(s)).sum();
            let ways = (0..q.len()).filter(|s| p(*s) > 0.0);
            told += ways.map(|s| q[s] * p(s) * (p(s) / seen).log2()).sum::<f64>();
        }
        told
    });
    // Right: how far the pair of outcomes moves the belief.
    hears!(m13::check_13_5, "", |a1, a2, q| {
        let mut told = 0.0;
        for (i, j) in ndarray::indices((a1.nrows(), a2.nrows())) {
            let joint: Vec<f64> =
                (0..q.len()).map(|s| q[s] * a1[[i, s]] * a2[[j, s]]).collect();
            let p = sum(&joint);
            if p > 0.0 {
                let after: Vec<f64> = joint.iter().map(|x| x / p).collect();
                told += p * kl(&after, q);
            }
        }
        told
    });
    hears!(m13::check_13_5, "the-bug", |a1, a2, q| {
        let gain = |a| entropy(&times(a, q)) - noise(a, q);
        gain(a1) + gain(a2)
    });
}

#[test]
fn appendix_a2() {
    // Right: with the gain of a Kalman filter in place of the sum of precisions.
    hears!(a2::check_a2_1, "", |mean, variance, v, seen| {
        let (wide, p) = (variance + v, 1.0 / (1.0 + (-mean).exp()));
        let new = wide / (1.0 + wide * p * (1.0 - p));
        [mean + new * (f64::from(seen) - p), new]
    });
    hears!(a2::check_a2_1, "nan", |_, _, _, _| [f64::NAN, 4.0 / 3.0]);
    hears!(a2::check_a2_1, "hand", |mean, variance, v, seen| {
        let (wide, p) = (variance + v, 1.0 / (1.0 + (-mean).exp()));
        let new = 1.0 / (1.0 / wide + p * (1.0 - p));
        [mean + new * (p - f64::from(seen)), new] // the wrong way
    });
    hears!(a2::check_a2_1, "hand", |mean, variance, v, seen| {
        let (wide, p) = (variance + v, 1.0 / (1.0 + (-mean).exp()));
        let new = 1.0 / (1.0 / wide + p * (1.0 - p));
        [new, mean + new * (f64::from(seen) - p)] // the other order
    });
    hears!(a2::check_a2_1, "gain-one", |mean, variance, v, seen| {
        let p = 1.0 / (1.0 + (-mean).exp());
        let rest = f64::from(seen) - p;
        [mean + rest, (variance + v) / (1.0 + (variance + v) * p * (1.0 - p))]
    });
    hears!(a2::check_a2_1, "no-volatility", |mean, variance, _, seen| {
        let p = 1.0 / (1.0 + (-mean).exp());
        let new = variance / (1.0 + variance * p * (1.0 - p));
        [mean + new * (f64::from(seen) - p), new]
    });
    hears!(a2::check_a2_1, "variance-before", |mean, variance, v, seen| {
        let (wide, p) = (variance + v, 1.0 / (1.0 + (-mean).exp()));
        [mean + wide * (f64::from(seen) - p), wide / (1.0 + wide * p * (1.0 - p))]
    });
    hears!(a2::check_a2_1, "exp-of-v", |mean, variance, v, seen| {
        let (wide, p) = (variance + v.exp(), 1.0 / (1.0 + (-mean).exp()));
        let new = wide / (1.0 + wide * p * (1.0 - p));
        [mean + new * (f64::from(seen) - p), new]
    });
    // Good at even chances, where both begin, and not elsewhere.
    hears!(a2::check_a2_1, "random", |mean, variance, v, seen| {
        let p = 1.0 / (1.0 + (-mean).exp());
        let new = 1.0 / (1.0 / (variance + v) + 0.25);
        [mean + new * (f64::from(seen) - p), new]
    });

    // Right: 1 − e⁻²ˣ = 2 sinh(x) e⁻ˣ.
    hears!(a2::check_a2_2, "", |drift, boundary, start| {
        let (end, at) = (drift * boundary, drift * boundary * start);
        if drift == 0.0 { start } else { at.sinh() / end.sinh() * (end - at).exp() }
    });
    hears!(a2::check_a2_2, "loses-digits", |drift, boundary, start| {
        let part = |part: f64| 1.0 - (-2.0 * drift * boundary * part).exp();
        if drift == 0.0 { start } else { part(start) / part(1.0) }
    });
    hears!(a2::check_a2_2, "start-as-distance", |drift, boundary, start| {
        let part = |x: f64| (-2.0 * drift * x).exp_m1();
        if drift == 0.0 { start / boundary } else { part(start) / part(boundary) }
    });
    hears!(a2::check_a2_2, "nan", |_, _, _| f64::NAN);
    hears!(a2::check_a2_2, "lower", |drift, boundary, start| {
        let part = |x: f64| 1.0 - (-2.0 * drift * x).exp();
        if drift == 0.0 {
            1.0 - start
        } else {
            1.0 - part(boundary * start) / part(boundary)
        }
    });
    hears!(a2::check_a2_2, "divides", |drift, boundary, start| {
        let part = |x: f64| (2.0 * drift * x).exp().recip() - 1.0;
        part(boundary * start) / part(boundary)
    });
    hears!(a2::check_a2_2, "down", |drift, boundary, start| {
        let part = |x: f64| 1.0 - (-2.0 * drift.abs() * x).exp();
        if drift == 0.0 { start } else { part(boundary * start) / part(boundary) }
    });
    hears!(a2::check_a2_2, "no-start", |drift, boundary, _| {
        (drift * boundary).exp() / (1.0 + (drift * boundary).exp())
    });
    hears!(a2::check_a2_2, "no-drift", |drift, boundary, start| {
        let part = |x: f64| 1.0 - (-2.0 * drift * x).exp();
        if drift == 0.0 { 0.5 } else { part(boundary * start) / part(boundary) }
    });

    hears!(a2::check_a2_3, "nan", |_, _, _, _| [f64::NAN, f64::NAN]);
    hears!(a2::check_a2_3, "no-halves", |hits, misses, alarms, rejections| {
        let z = |p: f64| normal_quantile(p).unwrap();
        let (h, f) = (z(hits / (hits + misses)), z(alarms / (alarms + rejections)));
        [h - f, -(h + f) / 2.0]
    });
    // Hits and misses as if they were one row with the false alarms.
    hears!(a2::check_a2_3, "hand", |hits, misses, alarms, rejections| {
        let z = |p: f64| normal_quantile(p).unwrap();
        let h = z((hits + 0.5) / (hits + alarms + 1.0));
        let f = z((misses + 0.5) / (misses + rejections + 1.0));
        [f - h, -(h + f) / 2.0]
    });
    // Half a case is added, and only above.
    hears!(a2::check_a2_3, "hand", |hits, misses, alarms, rejections| {
        let z =
            |part: f64, rest: f64| normal_quantile((part + 0.5) / (part + rest)).unwrap();
        let (h, f) = (z(hits, misses), z(alarms, rejections));
        [h - f, -(h + f) / 2.0]
    });
    hears!(a2::check_a2_3, "sign", |hits, misses, alarms, rejections| {
        let z = |part: f64, rest: f64| {
            normal_quantile((part + 0.5) / (part + rest + 1.0)).unwrap()
        };
        let (h, f) = (z(hits, misses), z(alarms, rejections));
        [h - f, (h + f) / 2.0]
    });
    hears!(a2::check_a2_3, "by-answer", |hits, misses, alarms, rejections| {
        let z = |p: f64| normal_quantile(p).unwrap();
        let h = z((hits + 0.5) / (hits + alarms + 1.0));
        let f = z((misses + 0.5) / (misses + rejections + 1.0));
        [h - f, -(h + f) / 2.0]
    });
    // A quantile from a table with three digits.
    hears!(a2::check_a2_3, "hand", |hits, misses, alarms, rejections| {
        let z = |part: f64, rest: f64| {
            let exact = normal_quantile((part + 0.5) / (part + rest + 1.0)).unwrap();
            (1000.0 * exact).round() / 1000.0
        };
        let (h, f) = (z(hits, misses), z(alarms, rejections));
        [h - f, -(h + f) / 2.0]
    });
    hears!(a2::check_a2_3, "no-half", |hits, misses, alarms, rejections| {
        let z = |part: f64, rest: f64| {
            normal_quantile((part + 0.5) / (part + rest + 1.0)).unwrap()
        };
        let (h, f) = (z(hits, misses), z(alarms, rejections));
        [h - f, -h - f]
    });
}

#[test]
fn appendix_a3() {
    // Right: what each posterior is worth, weighed.
    hears!(a3::check_a3_1, "", |p, c| {
        let r = (1.0 + c) / 2.0;
        let to_right = p * r + (1.0 - p) * (1.0 - r);
        let sure = |q: f64| q.max(1.0 - q);
        to_right * sure(p * r / to_right)
            + (1.0 - to_right) * sure(p * (1.0 - r) / (1.0 - to_right))
            - sure(p)
    });
    // Right as well: a dot is worth something only where it may turn the answer.
    hears!(a3::check_a3_1, "", |p, c| ((1.0 + c) / 2.0 - p.max(1.0 - p)).max(0.0));
    // A sure belief that divides by what cannot be seen.
    hears!(a3::check_a3_1, "nan", |p, c| {
        if c == 1.0 { f64::NAN } else { ((1.0 + c) / 2.0 - p.max(1.0 - p)).max(0.0) }
    });
    hears!(a3::check_a3_1, "nan", |_, _| f64::NAN);
    hears!(a3::check_a3_1, "even", |_, _| 0.0);
    // What the dot teaches, in nats.
    hears!(a3::check_a3_1, "information", |p, c| {
        let r = (1.0 + c) / 2.0;
        let seen = p * r + (1.0 - p) * (1.0 - r);
        entropy(&[seen, 1.0 - seen]) - entropy(&[r, 1.0 - r])
    });
    // Good for beliefs from ½ on.
    hears!(a3::check_a3_1, "left", |p, c| {
        let r = (1.0 + c) / 2.0;
        (p * r).max((1.0 - p) * (1.0 - r)) + (p * (1.0 - r)).max((1.0 - p) * r) - p
    });
    hears!(a3::check_a3_1, "coherence", |p, c| {
        let right = (p * c).max((1.0 - p) * (1.0 - c));
        right + (p * (1.0 - c)).max((1.0 - p) * c) - p.max(1.0 - p)
    });

    // Right: by stepping.
    hears!(a3::check_a3_2, "", |clarity, leak, steps| {
        let mut p = clarity;
        for _ in 0..steps as usize {
            p = p * (1.0 - leak) + (1.0 - p) * leak;
        }
        p * clarity + (1.0 - p) * (1.0 - clarity)
    });
    hears!(a3::check_a3_2, "nan", |_, _, _| f64::NAN);
    hears!(a3::check_a3_2, "once", |clarity, leak, steps| {
        let mut p = clarity;
        (0..steps as usize).for_each(|_| p = p * (1.0 - leak) + (1.0 - p) * leak);
        p
    });
    hears!(a3::check_a3_2, "leak", |clarity, leak, steps| {
        let far = (2.0 * clarity - 1.0).powi(2) * (1.0 - 2.0 * leak).powf(steps + 1.0);
        (1.0 + far) / 2.0
    });
    hears!(a3::check_a3_2, "continuous", |clarity, leak, steps| {
        (1.0 + (2.0 * clarity - 1.0).powi(2) * (-2.0 * leak).exp().powf(steps)) / 2.0
    });
    // At least one step.
    hears!(a3::check_a3_2, "at-once", |clarity, leak, steps| {
        let kept = (1.0 - 2.0 * leak).powf(steps.max(1.0));
        (1.0 + (2.0 * clarity - 1.0).powi(2) * kept) / 2.0
    });
    hears!(a3::check_a3_2, "no-two", |clarity, leak, steps| {
        (1.0 + (2.0 * clarity - 1.0).powi(2) * (1.0 - leak).powf(steps)) / 2.0
    });

    // Right: a softmax over holding and going.
    hears!(a3::check_a3_3, "", |q, v, beta, bias, pavlovian| {
        softmax(&[beta * q[0], beta * q[1] + bias + pavlovian * v])[1]
    });
    hears!(a3::check_a3_3, "nan", |_, _, _, _, _| f64::NAN);
    hears!(a3::check_a3_3, "holding", |q, v, beta, bias, pavlovian| {
        softmax(&[beta * q[0], beta * q[1] + bias + pavlovian * v])[0]
    });
    hears!(a3::check_a3_3, "values-swapped", |q, v, beta, bias, pavlovian| {
        softmax(&[beta * q[1], beta * q[0] + bias + pavlovian * v])[1]
    });
    hears!(a3::check_a3_3, "no-cue", |q, v, beta, bias, pavlovian| {
        let pull = pavlovian * v;
        softmax(&[beta * q[0] + pull, beta * q[1] + bias + pull])[1]
    });
    hears!(a3::check_a3_3, "against", |q, v, beta, bias, pavlovian| {
        softmax(&[beta * q[0] + pavlovian * v, beta * q[1] + bias])[1]
    });
    // A threat does not pull.
    hears!(a3::check_a3_3, "threat", |q, v, beta, bias, pavlovian| {
        softmax(&[beta * q[0], beta * q[1] + bias + pavlovian * v.max(0.0)])[1]
    });
}

#[test]
fn appendix_a4() {
    hears!(a4::check_a4_1, "shape", |alpha, _, _| vec![0.5; alpha.len() + 1]);
    hears!(a4::check_a4_1, "normalised", |alpha, a, b| {
        let next: Vec<f64> =
            times(b, alpha).iter().zip(a).map(|(moved, a)| moved * a).collect();
        next.iter().map(|x| x / sum(&next)).collect()
    });
    hears!(a4::check_a4_1, "transposed", |alpha, a, b| {
        (0..a.len())
            .map(|s| a[s] * (0..a.len()).map(|n| b[[n, s]] * alpha[n]).sum::<f64>())
            .collect()
    });
    // A probability is kept at 1 or below.
    hears!(a4::check_a4_1, "linear", |alpha, a, b| {
        let moved = times(b, alpha);
        (0..a.len()).map(|s| (a[s] * moved[s]).min(1.0)).collect()
    });
    hears!(a4::check_a4_2, "upside-down", |h, p, o, r, drift| {
        let z = r.exp() / (p.exp() + r.exp());
        [z, (1.0 - z) * h + z * o, (z * r.exp() + drift).ln()]
    });
    hears!(a4::check_a4_2, "keep", |h, p, o, r, drift| {
        let z = p.exp() / (p.exp() + r.exp());
        [z, z * h + (1.0 - z) * o, (z * r.exp() + drift).ln()]
    });
    hears!(a4::check_a4_2, "no-log", |h, p, o, r, drift| {
        let z = p.exp() / (p.exp() + r.exp());
        [z, h + z * (o - h), z * r.exp() + drift]
    });
    // A gate of the variances, not of their logarithms.
    hears!(a4::check_a4_2, "hand", |h, p, o, r, drift| {
        let z = 1.0 / (1.0 + (r.exp() - p.exp()).exp());
        [z, h + z * (o - h), (z * r.exp() + drift).ln()]
    });
    hears!(a4::check_a4_2, "drift-first", |h, p, o, r, drift| {
        let before = p.exp() + drift;
        let z = before / (before + r.exp());
        [z, h + z * (o - h), (z * r.exp()).ln()]
    });
    // Correct up to here, and the variance is forgotten.
    hears!(a4::check_a4_2, "hand", |h, p, o, r, _| {
        let z = p.exp() / (p.exp() + r.exp());
        [z, h + z * (o - h), p]
    });
    hears!(a4::check_a4_3, "no-length", |q, keys, prior, variance| {
        let score = times(keys, q);
        softmax(
            &(0..prior.len())
                .map(|i| score[i] / variance + prior[i].ln())
                .collect::<Vec<_>>(),
        )
    });
    hears!(a4::check_a4_3, "root-of-the-length", |q, keys, prior, _| {
        let (score, root) = (times(keys, q), (q.len() as f64).sqrt());
        let biased = |i: usize| score[i] / root + prior[i].ln();
        softmax(&(0..prior.len()).map(biased).collect::<Vec<_>>())
    });
    // No prior may be 0.
    hears!(a4::check_a4_3, "ruled-out", |q, keys, prior, variance| {
        let score = |i: usize| {
            let far: f64 = q.iter().zip(keys.row(i)).map(|(q, k)| (q - 0.5 * k) * k).sum();
            far / variance + prior[i].max(1e-6).ln()
        };
        softmax(&(0..prior.len()).map(score).collect::<Vec<_>>())
    });
    // Densities, not divided by their sum.
    hears!(a4::check_a4_3, "normalised", |q, keys, prior, variance| {
        let far = |i: usize| {
            q.iter().zip(keys.row(i)).map(|(q, k)| (q - k) * (q - k)).sum::<f64>()
        };
        (0..prior.len()).map(|i| prior[i] * (-0.5 * far(i) / variance).exp()).collect()
    });
    // The exponents without the softmax's care.
    hears!(a4::check_a4_3, "densities", |q, keys, prior, variance| {
        let far = |i: usize| {
            q.iter().zip(keys.row(i)).map(|(q, k)| (q - k) * (q - k)).sum::<f64>()
        };
        let weights: Vec<f64> =
            (0..prior.len()).map(|i| prior[i] * (-0.5 * far(i) / variance).exp()).collect();
        weights.iter().map(|w| w / sum(&weights)).collect()
    });
    hears!(a4::check_a4_4, "the-bug", |seen, t, k, symbols| {
        let mut x = vec![0.0; k * symbols];
        for lag in 0..k {
            if lag < t {
                x[lag * symbols + seen[t - 1 - lag]] = 1.0;
            }
        }
        x
    });
    hears!(a4::check_a4_4, "shape", |seen, t, k, symbols| {
        let mut x = vec![0.0; symbols * (k + 1)];
        (0..=k.min(t)).for_each(|lag| x[lag * symbols + seen[t - lag]] = 1.0);
        x
    });
    // Before the first, the first again.
    hears!(a4::check_a4_4, "start", |seen, t, k, symbols| {
        let mut x = vec![0.0; k * symbols];
        (0..k).for_each(|lag| x[lag * symbols + seen[t.saturating_sub(lag)]] = 1.0);
        x
    });
}

#[test]
fn module_16() {
    fn step(x: f64, requests: &[f64], eps: f64, left: f64) -> (f64, Vec<f64>) {
        let asked = sum(requests);
        let catches = requests.iter().map(|e| if asked > x { e * x / asked } else { *e });
        ((left * (0.1 * eps - 0.005).exp()).min(150.0), catches.collect())
    }
    hears!(m16::check_16_1, "growth-after", |x, e, eps| {
        let left = (x - sum(e)).max(0.0);
        step(x, e, eps, left * (1.3 - 0.3 * left / 100.0))
    });
    // The lake is empty only where more is asked for than there is.
    hears!(m16::check_16_1, "exactly", |x, e, eps| {
        let left = if sum(e) > x { 0.0 } else { x * (1.3 - 0.003 * x) - sum(e) };
        step(x, e, eps, left)
    });
    // Growth that is never negative.
    hears!(m16::check_16_1, "above", |x, e, eps| {
        let grown = x + (0.3 * x * (1.0 - x / 100.0)).max(0.0);
        step(x, e, eps, if sum(e) >= x { 0.0 } else { grown - sum(e) })
    });
    hears!(m16::check_16_1, "no-rationing", |x, e, eps| {
        let left = if sum(e) >= x { 0.0 } else { x * (1.3 - 0.003 * x) - sum(e) };
        (step(x, e, eps, left).0, e.to_vec())
    });
    hears!(m16::check_16_2, "alone", |x, others, after| {
        let caught = |u: usize| u as f64 * (x / (u + others).max(1) as f64).min(1.0);
        (0..5).map(|u| caught(u) + 0.98 * after[u]).collect()
    });
    // What comes after an empty lake is in the list.
    hears!(m16::check_16_2, "dead", |x, others, after| {
        let later = |h: usize| if h as f64 >= x { 0.0 } else { 0.98 * after[h] };
        let caught = |u: usize| u as f64 * (x / (u + others).max(1) as f64).min(1.0);
        (0..5).map(|u| caught(u) + later(u + others)).collect()
    });
    hears!(m16::check_16_2, "hand", |_, _, _| vec![0.0; 5]);
    hears!(m16::check_16_2, "shape", |_, _, after| after[..4].to_vec());
    hears!(m16::check_16_3, "whole-catch", |m, f, r, request, quota| {
        let fined = if request > quota { request } else { 0 };
        (m * f[r] * fined as f64, 1.0 / f[r])
    });
    hears!(m16::check_16_3, "no-record", |m, f, _, request, quota| {
        (m * f[0] * request.saturating_sub(quota) as f64, 1.0 / f[0])
    });
    // Right: by ranks.
    hears!(m16::check_16_4, "", |x| {
        let (mut x, n) = (x.to_vec(), x.len() as f64);
        x.sort_by(f64::total_cmp);
        let ranked: f64 = x.iter().enumerate().map(|(i, x)| (i + 1) as f64 * x).sum();
        if sum(&x) == 0.0 { 0.0 } else { 2.0 * ranked / (n * sum(&x)) - (n + 1.0) / n }
    });
    hears!(m16::check_16_4, "sample", |x| {
        let apart: f64 =
            x.iter().map(|a| x.iter().map(|b| (a - b).abs()).sum::<f64>()).sum();
        apart / (2.0 * (x.len() as f64 - 1.0) * sum(x))
    });
    hears!(m16::check_16_4, "zero-catch", |x| {
        let apart: f64 =
            x.iter().map(|a| x.iter().map(|b| (a - b).abs()).sum::<f64>()).sum();
        apart / (2.0 * x.len() as f64 * sum(x))
    });
    fn mean_and_variance(x: &[f64]) -> (f64, f64) {
        let mean = sum(x) / x.len() as f64;
        let squares: f64 = x.iter().map(|x| (x - mean) * (x - mean)).sum();
        (mean, squares / (x.len() as f64 - 1.0))
    }
    hears!(m16::check_16_5, "unpaired", |a, b| {
        let ((ma, va), (mb, vb)) = (mean_and_variance(a), mean_and_variance(b));
        (ma - mb, 1.96 * ((va + vb) / a.len() as f64).sqrt())
    });
    hears!(m16::check_16_5, "no-root", |a, b| {
        let gaps: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        let (mean, variance) = mean_and_variance(&gaps);
        (mean, 1.96 * variance.sqrt())
    });
    // Right: another seed for each pair of step and member.
    hears!(m16::check_16_6, "", |stock, blur, step| {
        let eye = |i| stock * (blur * standard_normal(&mut seeded(5 * step + i))).exp();
        (0..5).map(eye).collect()
    });
    hears!(m16::check_16_6, "the-bug", |stock, blur, step| {
        let y = stock * (blur * standard_normal(&mut seeded(step))).exp();
        vec![y, y, y, y, y]
    });
    // Right on average, but not in logarithms.
    hears!(m16::check_16_6, "shifted", |stock, blur, step| {
        let eye = |i| {
            stock * (blur * standard_normal(&mut stream(step, i)) - blur * blur / 2.0).exp()
        };
        (0..5).map(eye).collect()
    });
    hears!(m16::check_16_6, "shape", |stock, _, _| vec![stock]);
}
