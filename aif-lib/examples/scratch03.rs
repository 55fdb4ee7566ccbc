//! Scratch.
use aif_lib::prelude::*;
use aif_lib::rl::evaluate::*;
fn main() {
    let rooms = GridWorld::four_rooms();
    let n = rooms.n_states();
    let mut t: Array2<f64> = Array2::zeros((n, n));
    for s in 0..n { for a in 0..4 { t[[s, rooms.neighbour(s, a)]] += 0.25; } }
    for gamma in [0.9, 0.95, 0.99] {
        let m = successor::exact(&t, gamma).unwrap();
        let at = |r, c| rooms.state_at(r, c).unwrap();
        // wall column 5? cells (2,4) and (2,6)
        println!("γ {gamma}: within {:.3} across {:.3}", m[[at(2,4), at(2,2)]], m[[at(2,4), at(2,6)]]);
        // greedy path to new goal
        for goal in [at(1,1), at(1,9), at(9,1), at(9, 9)] {
            let mut w = vec![0.0; n]; w[goal] = 1.0;
            let v = successor::values_on_arrival(&m, &w, gamma);
            let mut worst = 0; let mut bad = 0;
            for s0 in 0..n {
                let mut s = s0; let mut k = 0;
                // bfs distance
                let mut d = vec![usize::MAX; n]; d[goal] = 0; let mut q = std::collections::VecDeque::from([goal]);
                while let Some(x) = q.pop_front() { for a in 0..4 { let y = rooms.neighbour(x,a); if d[y]==usize::MAX { d[y]=d[x]+1; q.push_back(y);} } }
                while s != goal && k < 200 { s = (0..4).map(|a| rooms.neighbour(s,a)).max_by(|x,y| {
                    let vx = if *x==goal {9e9} else {v[*x]}; let vy = if *y==goal {9e9} else {v[*y]}; vx.total_cmp(&vy)}).unwrap(); k += 1; }
                if k != d[s0] { bad += 1; worst = worst.max(k.saturating_sub(d[s0])); }
            }
            println!("  goal {:?} nonshortest starts {bad} worst extra {worst}", rooms.cell(goal));
        }
    }
    // Learned M from a walk, then reward moves; TD.
    let gamma = 0.95;
    let exact = successor::exact(&t, gamma).unwrap();
    let goal = rooms.state_at(1, 9).unwrap();
    let mut w = vec![0.0; n]; w[goal] = 1.0;
    let truth = successor::values_on_arrival(&exact, &w, gamma);
    let norm = (truth.iter().map(|x| x*x).sum::<f64>()/n as f64).sqrt();
    let rel = |v: &[f64]| (v.iter().zip(&truth).map(|(a,b)| (a-b).powi(2)).sum::<f64>()/n as f64).sqrt()/norm;
    for alpha in [0.02, 0.05, 0.1, 0.2, 0.3] {
        let c = curves(20, 51, &|_, rng| {
            let old = rooms.state_at(9, 1).unwrap();
            let mut s = 0; let mut m: Array2<f64> = Array2::eye(n); let mut v = vec![0.0; n];
            for _ in 0..20000 { let next = rooms.neighbour(s, uniform_index(4, rng));
                successor::update(&mut m, s, next, gamma, alpha);
                td::update(&mut v, s, f64::from(next==old), gamma, next, alpha); s = next; }
            let mut out = vec![];
            let sr0 = rel(&successor::values_on_arrival(&m, &w, gamma));
            out.push(sr0);
            for k in 0..=20000 { if k % 2000 == 0 { out.push(rel(&v)); }
                let next = rooms.neighbour(s, uniform_index(4, rng));
                td::update(&mut v, s, f64::from(next==goal), gamma, next, alpha); s = next; }
            out
        });
        let m = mean_curve(&c).unwrap();
        println!("α {alpha} {:.3?}", m.iter().map(|i| i.mean).collect::<Vec<_>>());
    }
    let _ = policy_values;
    // MB prior
    // expectiles
    let taus: Vec<f64> = (1..20).map(|i| i as f64/20.0).collect();
    let p = 0.3;
    let c = curves(20, 52, &|_, rng| taus.iter().map(|&tau| { let mut v = 0.0; let mut mean=0.0; for k in 0..6000 {
        let r = f64::from(uniform01(rng) < p); let d: f64 = r - v; v += 0.02 * d * if d > 0.0 { tau } else { 1.0 - tau }; if k >= 1000 { mean += v/5000.0; } } mean }).collect());
    let m = mean_curve(&c).unwrap();
    for (i, tau) in taus.iter().enumerate() { println!("{tau:.2} {:.4} ±{:.4} exact {:.4}", m[i].mean, m[i].hi-m[i].mean, tau*p/(tau*p+(1.0-tau)*(1.0-p))); }
}
