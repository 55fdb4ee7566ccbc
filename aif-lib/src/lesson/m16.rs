//! Module 16: the commons.

use super::support::random_numbers;
use super::{AnyExercise, Exercise, Module, Numbers, Verdict};
use crate::experiment::village::gini;
use crate::prob::random::{seeded, standard_normal, stream};
use crate::world::commons::{FISHERS, GOES_ON, Lake, Law, REQUESTS};

/// Its quiz and its exercises.
pub const MODULE: Module =
    Module { number: 16, quiz: "1 c, 2 a, 3 b, 4 d, 5 b, 6 c, 7 a, 8 d", exercises };

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    vec![
        Box::new(lake_step()),
        Box::new(reply_values()),
        Box::new(fine()),
        Box::new(inequality()),
        Box::new(paired()),
        Box::new(eyes()),
    ]
}

/// An answer to Exercise 16.1: the next stock and what each catches, from (stock, requests, weather).
pub type LakeStep = fn(f64, &[f64], f64) -> (f64, Vec<f64>);
/// An answer to Exercise 16.2: what each of the five requests is worth, from (stock, others' total, value after each total).
pub type ReplyValues = fn(f64, usize, &[f64]) -> Vec<f64>;
/// An answer to Exercise 16.3: the expected fine and the audit that suffices, from (m, fines by record, record, request, quota).
pub type Fine = fn(f64, &[f64], usize, usize, usize) -> (f64, f64);
/// An answer to Exercise 16.4: the Gini coefficient.
pub type Inequality = fn(&[f64]) -> f64;
/// An answer to Exercise 16.5: the mean difference and half the width of its interval, from two regimes on the same seeds.
pub type Paired = fn(&[f64], &[f64]) -> (f64, f64);
/// An answer to Exercise 16.6: five private readings, from (stock, blur, step).
pub type Eyes = fn(f64, f64, u64) -> Vec<f64>;

/// Checks Exercise 16.1.
pub fn check_16_1(answer: LakeStep) -> Verdict {
    lake_step().check(answer)
}

/// Checks Exercise 16.2.
pub fn check_16_2(answer: ReplyValues) -> Verdict {
    reply_values().check(answer)
}

/// Checks Exercise 16.3.
pub fn check_16_3(answer: Fine) -> Verdict {
    fine().check(answer)
}

/// Checks Exercise 16.4.
pub fn check_16_4(answer: Inequality) -> Verdict {
    inequality().check(answer)
}

/// Checks Exercise 16.5.
pub fn check_16_5(answer: Paired) -> Verdict {
    paired().check(answer)
}

/// Checks Exercise 16.6.
pub fn check_16_6(answer: Eyes) -> Verdict {
    eyes().check(answer)
}

// ---- 16.1

/// (stock, requests, weather).
type Fished = (f64, Vec<f64>, f64);

fn true_step(x: f64, requests: &[f64], weather: f64) -> (f64, Vec<f64>) {
    let catches = Lake::catches(x, requests);
    let harvest = requests.iter().sum::<f64>().min(x);
    (Lake::default().next(x, harvest, weather), catches)
}

/// The same with its own catches and its own stock before the weather.
fn other_step(
    x: f64,
    requests: &[f64],
    weather: f64,
    catches: fn(f64, &[f64]) -> Vec<f64>,
    left: fn(f64, f64) -> f64,
) -> (f64, Vec<f64>) {
    let catches = catches(x, requests);
    let left = left(x, catches.iter().sum());
    ((left * (0.1 * weather - 0.005).exp()).min(Lake::CEILING), catches)
}

fn growth(x: f64) -> f64 {
    0.3 * x * (1.0 - x / 100.0)
}

fn plain_left(x: f64, harvest: f64) -> f64 {
    if harvest >= x { 0.0 } else { x + growth(x) - harvest }
}

fn lake_step() -> Exercise<Fished, LakeStep> {
    let all = |e: f64| vec![e; 5];
    Exercise::<Fished, LakeStep>::new("16.1",
        |f, (x, requests, weather)| {
            let (next, catches) = f(*x, requests, *weather);
            [vec![next], catches].concat().into()
        },
        true_step)
    .shape("The next stock and one catch for each request")
    .hand("hand", (50.0, all(4.0), 0.05), &[37.5, 4.0, 4.0, 4.0, 4.0, 4.0],
        "50 grows by .3 · 50 · ½ = 7.5 and loses 20; the weather .05 is e^0. Stock and catches should be {right}")
    .hand("short", (10.0, vec![4.0, 4.0, 2.0, 2.0, 0.0], 0.05), &[0.0, 10.0 / 3.0, 10.0 / 3.0, 5.0 / 3.0, 5.0 / 3.0, 0.0],
        "Twelve are asked for and there are 10: each gets 10/12 of its request, and the lake is empty. Stock and catches should be {right}")
    .hand("exactly", (10.0, all(2.0), 0.05), &[0.0, 2.0, 2.0, 2.0, 2.0, 2.0],
        "Ten are asked for and there are ten: all are caught, and nothing is left that could grow. Stock and catches should be {right}")
    .hand("nobody", (40.0, all(0.0), 0.05), &[47.2, 0.0, 0.0, 0.0, 0.0, 0.0],
        "If nobody fishes, 40 becomes 40 + .3 · 40 · .6. Stock and catches should be {right}")
    .hand("dead", (0.0, all(1.0), 1.0), &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        "An empty lake stays empty, and nobody catches anything: {right}")
    .hand("empty", (0.0, all(0.0), 1.0), &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        "An empty lake, and nobody asks: 0/0 is not a share. Stock and catches should be {right}")
    .hand("above", (120.0, all(0.0), 0.05), &[112.8, 0.0, 0.0, 0.0, 0.0, 0.0],
        "Above K = 100 a lake shrinks by itself: 120 + .3 · 120 · (1 − 1.2). Stock and catches should be {right}")
    .hand("full", (149.0, all(0.0), 9.0), &[150.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        "The lake holds at most 150. Stock and catches should be {right}")
    .random("random",
        |seed| {
            let r = random_numbers(6, 0.0, 5.0, 1600 + seed);
            let stock = if seed % 3 == 0 { 10.0 * r[5] / 5.0 } else { 20.0 * r[5] };
            (stock, r[..5].iter().map(|e| e.floor()).collect(), r[0] - 2.0)
        },
        "At a random lake stock and catches")
    .wrong("growth-after",
        |x, r, w| other_step(x, r, w, Lake::catches, |x, h| {
            let left = (x - h).max(0.0);
            left + growth(left)
        }),
        "You let the lake grow after the harvest. Here it grows as it stood before: x + r x (1 − x/K) − H.")
    .wrong("no-rationing",
        |x, r, w| other_step(x, r, w, |_, r| r.to_vec(), plain_left),
        "You gave everybody what they asked for. Nobody can catch more than there is: if Σe > x, each gets the share x / Σe of its request.")
    .wrong("equal-shares",
        |x, r, w| other_step(x, r, w,
            |x, r| if r.iter().sum::<f64>() > x { vec![x / r.len() as f64; r.len()] } else { r.to_vec() },
            plain_left),
        "You shared a short catch equally. It goes in proportion to the requests: who asks for more gets more. That is part of the trouble.")
    .wrong("alive",
        |x, r, w| other_step(x, r, w, Lake::catches, |x, h| (x + growth(x) - h).max(0.0)),
        "You let an empty lake grow back: if H ≥ x, all fish are caught, and nothing is left that could grow.")
    .wrong("negative",
        |x, r, w| {
            let asked: f64 = r.iter().sum();
            let next = (x + growth(x) - asked) * (0.1 * w - 0.005).exp();
            (next.min(Lake::CEILING), Lake::catches(x, r))
        },
        "You took off what was asked for. Only what is caught leaves the lake; the stock cannot be negative.")
    .wrong("no-weather",
        |x, r, _| true_step(x, r, 0.05),
        "You forgot the weather: the whole bracket is multiplied by e^(.1 ε − .005).")
}

// ---- 16.2

/// (stock, others' total, value after each total).
type Faced = (f64, usize, Vec<f64>);

fn true_values(x: f64, others: usize, after: &[f64]) -> Vec<f64> {
    values(x, others, |u, o, share| u * share + GOES_ON * after[(u + o) as usize])
}

fn values(x: f64, others: usize, worth: impl Fn(f64, f64, f64) -> f64) -> Vec<f64> {
    let one = |u: usize| {
        let (u, o) = (u as f64, others as f64);
        worth(u, o, if u + o > x { x / (u + o) } else { 1.0 })
    };
    (0..REQUESTS).map(one).collect()
}

fn reply_values() -> Exercise<Faced, ReplyValues> {
    let falling = || (0..21).map(|h| 100.0 - 5.0 * f64::from(h)).collect::<Vec<f64>>();
    Exercise::<Faced, ReplyValues>::new("16.2", |f, (x, o, after)| f(*x, *o, after).into(), true_values)
    .shape("One value for each request from 0 to 4")
    .hand("hand", (50.0, 4, falling()), &[78.4, 74.5, 70.6, 66.7, 62.8],
        "With others at 4 and after[h] = 100 − 5h: asking for 1 is worth 1 + .98 · (100 − 25). The values should be {right}")
    .hand("short", (8.0, 16, vec![0.0; 21]), &[0.0, 8.0 / 17.0, 16.0 / 18.0, 24.0 / 19.0, 1.6],
        "At a stock of 8 with others at 16 nothing is left; each gets its share of 8. The values should be {right}")
    .hand("empty", (0.0, 0, falling()), &[98.0, 93.1, 88.2, 83.3, 78.4],
        "At an empty lake, with others at 0, nothing is caught and .98 · after[u] remains. (0/0 is not a share.) The values should be {right}")
    .random("random",
        |seed| {
            let r = random_numbers(23, 0.0, 1.0, 1700 + seed);
            (30.0 * r[21], (17.0 * r[22]) as usize, r[..21].iter().map(|v| 40.0 * v).collect())
        },
        "At a random lake the values")
    .wrong("alone",
        |x, o, after| values(x, o, |u, _, share| u * share + GOES_ON * after[u as usize]),
        "You forgot what the others take when you asked what comes after. Alone, 4 a step is less than the lake grows by; with four others it is not.")
    .wrong("unrationed",
        |x, o, after| values(x, o, |u, o, _| u + GOES_ON * after[(u + o) as usize]),
        "You counted the request as caught. If all together ask for more than there is, each gets its share x / (u + o).")
    .wrong("for-all",
        |x, o, after| values(x, o, |u, o, share| (u + o) * share + GOES_ON * after[(u + o) as usize]),
        "You added up what all catch. A best reply looks at its own catch alone; that is why it is a dilemma.")
    .wrong("dead",
        |x, o, after| values(x, o, |u, o, share| {
            u * share + if u + o >= x { 0.0 } else { GOES_ON * after[(u + o) as usize] }
        }),
        "You set what comes after an emptied lake to 0. The list `after` knows that already: it has a value for each total, the large ones included.")
    .wrong("no-discount",
        |x, o, after| values(x, o, |u, o, share| u * share + after[(u + o) as usize]),
        "What comes after counts δ = .98: with probability .02 the game is over.")
}

// ---- 16.3

/// (m, fines by record, record, request, quota).
type Audited = (f64, Vec<f64>, usize, usize, usize);

fn true_fine(
    m: f64,
    fines: &[f64],
    record: usize,
    request: usize,
    quota: usize,
) -> (f64, f64) {
    let fines: [f64; 3] = std::array::from_fn(|r| fines[r]);
    let law = Law { audit: m, fines, ..Law::NONE };
    (law.expected_fine(record, request, quota), 1.0 / fines[record])
}

fn fine() -> Exercise<Audited, Fine> {
    let steps = || vec![1.0, 4.0, 10.0];
    Exercise::<Audited, Fine>::new("16.3",
        |f, (m, fines, record, request, quota)| f(*m, fines, *record, *request, *quota).into(),
        true_fine)
    .hand("hand", (0.3, vec![4.0; 3], 0, 3, 1), &[2.4, 0.25],
        "With m = .3, F = 4, a request of 3 and a quota of 1: .3 · 4 · 2; and m · 4 = 1 at m = .25. The two should be {right}")
    .hand("obeys", (0.3, vec![4.0; 3], 0, 1, 2), &[0.0, 0.25],
        "Who asks for less than the quota pays nothing, and is paid nothing. The two should be {right}")
    .hand("record", (0.2, steps(), 1, 4, 1), &[2.4, 0.25],
        "With a record of 1 the fine is 4: .2 · 4 · 3. The two should be {right}")
    .hand("worst", (0.2, steps(), 2, 2, 1), &[2.0, 0.1],
        "With a record of 2 the fine is 10. The two should be {right}")
    .random("random",
        |seed| {
            let r = random_numbers(4, 0.0, 1.0, 1800 + seed);
            let fines = vec![1.0 + r[0], 3.0 + r[0], 6.0 + 4.0 * r[0]];
            (r[1], fines, (3.0 * r[2]) as usize, (5.0 * r[3]) as usize, seed as usize % 5)
        },
        "For (m, F, record, request, quota) = {input} the two")
    .wrong("certain",
        |_, f, record, e, q| (true_fine(1.0, f, record, e, q).0, 1.0 / f[record]),
        "You took F for m · F. A fine is paid only if somebody looks, which happens with probability m.")
    .wrong("whole-catch",
        |m, f, record, e, q| (if e > q { m * f[record] * e as f64 } else { 0.0 }, 1.0 / f[record]),
        "You fined the whole request. Only the units above the quota are fined.")
    .wrong("record-first",
        |m, f, record, e, q| true_fine(m, f, 2.min(record + usize::from(e > q)), e, q),
        "You raised the record before the fine. The fine is that of the record as it was; it goes up afterwards.")
    .wrong("paid-for-less",
        |m, f, record, e, q| (m * f[record] * (e as f64 - q as f64), 1.0 / f[record]),
        "You paid a reward for asking for less than the quota. A fine is never negative.")
    .wrong("no-record",
        |m, f, _, e, q| true_fine(m, f, 0, e, q),
        "You used the first fine whatever the record. A record of 1 pays F₁, one of 2 pays F₂.")
}

// ---- 16.4

fn inequality() -> Exercise<Vec<f64>, Inequality> {
    Exercise::<Vec<f64>, Inequality>::new("16.4", |f, x| f(x).into(), gini)
    .hand("hand", vec![1.0, 3.0], &[0.25],
        "Of (1, 3): the four differences are 0, 2, 2, 0; their sum 4 over 2 · 4 · 2. It should be {right}")
    .hand("equal", vec![2.5; 5], &[0.0], "If all have the same it is 0: it should be {right}")
    .hand("one", vec![0.0, 0.0, 5.0, 0.0, 0.0], &[0.8],
        "If one of five has all it is 1 − 1/5: it should be {right}")
    .hand("alone", vec![7.0], &[0.0], "Who is alone has as much as everybody: it should be {right}")
    .hand("nothing", vec![0.0; 5], &[0.0],
        "If nobody has anything, all have the same: it should be {right}")
    .random("random",
        |seed| random_numbers(2 + seed as usize % 5, 0.0, 9.0, 1900 + seed),
        "For {input} it")
    .wrong("twice", |x| 2.0 * gini(x),
        "You divided by n² x̄ instead of 2 n² x̄: each pair is counted twice, as (i, j) and as (j, i).")
    .wrong("sample",
        |x| gini(x) * x.len() as f64 / (x.len() as f64 - 1.0),
        "You divided by n (n − 1): a convention for samples from a larger crowd, with which the most unequal village has 1. Here the five are all there are, and the formula has n².")
    .wrong("unsorted",
        |x| {
            let (n, sum) = (x.len() as f64, x.iter().sum::<f64>());
            let ranked: f64 = x.iter().enumerate().map(|(i, x)| (i + 1) as f64 * x).sum();
            if sum == 0.0 { 0.0 } else { 2.0 * ranked / (n * sum) - (n + 1.0) / n }
        },
        "The formula with ranks holds for sorted numbers only. Sort first, or add all differences |xᵢ − xⱼ|.")
    .wrong("zero-catch",
        |x| if x.iter().sum::<f64>() == 0.0 { f64::NAN } else { gini(x) },
        "In a dead lake nobody catches anything, and you divided 0 by 0. All have the same there: return 0.")
    .wrong("signed",
        |x| x.iter().map(|a| x.iter().map(|b| a - b).sum::<f64>()).sum(),
        "Differences with their signs add up to 0. Take |xᵢ − xⱼ|.")
}

// ---- 16.5

/// (one regime, another one), the same seeds.
type Both = (Vec<f64>, Vec<f64>);

fn mean_and_half(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, 1.96 * (variance / n).sqrt())
}

fn true_paired(a: &[f64], b: &[f64]) -> (f64, f64) {
    mean_and_half(&a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>())
}

fn paired() -> Exercise<Both, Paired> {
    Exercise::<Both, Paired>::new("16.5", |f, (a, b)| f(a, b).into(), true_paired)
    .hand("hand", (vec![1.0, 2.0, 3.0, 6.0], vec![0.0, 1.0, 2.0, 1.0]), &[2.0, 1.96],
        "The differences are 1, 1, 1, 5: mean 2, variance 12/3, and 1.96 · √(4/4). The two should be {right}")
    .hand("same", (vec![1.0, 5.0, 9.0], vec![0.5, 4.5, 8.5]), &[0.5, 0.0],
        "Every village gains .5, so the gain is sure though the villages differ. The two should be {right}")
    .random("random",
        |seed| (random_numbers(9, 0.0, 2.0, 2000 + seed), random_numbers(9, 0.0, 2.0, 2100 + seed)),
        "On random villages the two")
    .wrong("unpaired",
        |a, b| {
            let ((ma, ha), (mb, hb)) = (mean_and_half(a), mean_and_half(b));
            (ma - mb, ha.hypot(hb))
        },
        "You treated the two as strangers. The same seed means the same weather: take the differences village by village, then their spread.")
    .wrong("no-root",
        |a, b| {
            let (mean, half) = true_paired(a, b);
            (mean, half * (a.len() as f64).sqrt())
        },
        "That is the spread of a single village. The mean of n villages is surer by √n.")
    .wrong("n-not-n-1",
        |a, b| {
            let ((mean, half), n) = (true_paired(a, b), a.len() as f64);
            (mean, half * ((n - 1.0) / n).sqrt())
        },
        "Divide the squares by n − 1, not n: the mean was taken from the same villages.")
    .wrong("turned-round", |a, b| true_paired(b, a),
        "You subtracted the first regime from the second. The gain of the first is a − b.")
}

// ---- 16.6

/// The steps that are looked at.
const LOOKS: u64 = 2000;

/// Does one eye err by the right spread and not to one side, and the mean of five by the right spread? Do the five differ at each step,
/// does no reading come back at a later step, and does the same step give the same again? (Yes is 1.)
fn looked(f: Eyes, stock: f64, blur: f64) -> Numbers {
    let all: Vec<Vec<f64>> = (0..LOOKS).map(|t| f(stock, blur, t)).collect();
    if let Some(other) = all.iter().find(|y| y.len() != FISHERS) {
        return vec![0.0; other.len()].into();
    }
    let logs: Vec<Vec<f64>> =
        all.iter().map(|y| y.iter().map(|y| (y / stock).ln()).collect()).collect();
    if logs.iter().flatten().any(|x| x.is_nan()) {
        return [f64::NAN; FISHERS].into();
    }
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let spread = |x: &[f64]| {
        let middle = mean(x);
        mean(&x.iter().map(|e| (e - middle).powi(2)).collect::<Vec<f64>>())
    };
    let (each, means) = (logs.concat(), logs.iter().map(|y| mean(y)).collect::<Vec<f64>>());
    let near = |x: f64, right: f64| (x / right - 1.0).abs() < 0.2;
    let mut sorted: Vec<(f64, usize)> =
        logs.iter().enumerate().flat_map(|(t, y)| y.iter().map(move |y| (*y, t))).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let twice = |same_step: bool| {
        sorted
            .windows(2)
            .any(|two| two[0].0 == two[1].0 && (two[0].1 == two[1].1) == same_step)
    };
    [
        f64::from(near(spread(&each), blur * blur) && mean(&each).abs() < 0.1 * blur),
        f64::from(near(spread(&means), blur * blur / 5.0)),
        f64::from(!twice(true)),
        f64::from(!twice(false)),
        f64::from(f(stock, blur, 7) == all[7]),
    ]
    .into()
}

fn true_eyes(stock: f64, blur: f64, step: u64) -> Vec<f64> {
    (0..FISHERS as u64)
        .map(|i| stock * (blur * standard_normal(&mut stream(step, i))).exp())
        .collect()
}

/// The silent bug: five eyes, one stream.
fn eyes() -> Exercise<(f64, f64), Eyes> {
    Exercise::<(f64, f64), Eyes>::new("16.6", |f, (stock, blur)| looked(f, *stock, *blur), true_eyes)
    .shape("One reading for each of five fishers")
    .hand("eyes", (50.0, 0.6), &[1.0; 5],
        "Over 2000 steps: one eye errs with .36 and not to one side, the mean of five with .36/5, the five differ, no reading comes back later, and the same step gives the same readings. Yes is 1: it should be {right}")
    .at("sharper", (20.0, 0.3), "With another stock and blur: one eye's errors, the spread of the mean, five that differ, none that comes back, the same again (yes is 1)")
    .wrong("the-bug",
        |stock, blur, t| vec![stock * (blur * standard_normal(&mut seeded(t))).exp(); 5],
        "This is still the bug: five generators with the same seed give the same reading five times. The mean of five then errs as much as one.")
    .wrong("seed-plus-i",
        |stock, blur, t| (0..5).map(|i| stock * (blur * standard_normal(&mut seeded(t + i))).exp()).collect(),
        "At each step the five differ; but what member 1 reads now, member 0 reads one step later. Seeds that count up meet again: use stream(step, i).")
    .wrong("never-new",
        |stock, blur, _| true_eyes(stock, blur, 0),
        "Each member has its own error now, but it never changes: a filter over time would trust it. Draw anew at each step.")
    .wrong("one-draw-for-all",
        |stock, blur, t| {
            let mut rng = seeded(t);
            let shared = standard_normal(&mut rng);
            (0..5).map(|i| stock * (blur * (shared + 1e-3 * f64::from(i))).exp()).collect()
        },
        "The five readings differ a little, but they err together: their mean is no better than one. Draw an error of its own for each.")
    .wrong("shifted",
        |stock, blur, t| true_eyes(stock, blur, t).iter().map(|y| y * (-0.5 * blur * blur).exp()).collect(),
        "You took blur²/2 off, so that the mean of the readings is the stock. Here it is their logarithm that errs to no side: y = x e^(blur · ε), no more.")
}
