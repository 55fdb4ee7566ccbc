//! A million agents in a million T-mazes.
//!
//! `cargo run --release --package aif-lib --example agents -- --agents 1000000` prints agent-steps a second and memory;
//! `-- --ladder` (`make bench-scale`) prints what each step from one agent to many is worth.

use std::hint::black_box;

use aif_lib::prelude::*;

/// 25 policies of length 2, of which one is drawn: infer, plan, sample.
fn options() -> AifOptions {
    AifOptions {
        lookahead: Lookahead::OpenLoop,
        choice: Choice::Sample { gamma: 1.0 },
        ..Default::default()
    }
}

fn model() -> Result<GenerativeModel> {
    tmaze::stem_model(0.95, &[0.0, 2.0, -3.0])
}

const STEPS: usize = 8;

/// The number after a flag, such as `--agents 1000`.
fn asked(flag: &str, otherwise: usize) -> usize {
    let words: Vec<String> = std::env::args().collect();
    let number = words.iter().position(|w| w == flag).and_then(|i| words.get(i + 1));
    match number {
        None => otherwise,
        Some(word) => word.parse().unwrap_or_else(|_| {
            panic!("{flag} wants a whole number, such as {flag} {otherwise}, not {word:?}")
        }),
    }
}

/// The most memory that this process held, in bytes, where the system tells.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(1024.0 * line.trim().trim_end_matches(" kB").parse::<f64>().ok()?)
}

fn many(n: usize) -> Result<()> {
    let model = model()?;
    for dictionary in [false, true] {
        for precision in [Precision::Double, Precision::Single] {
            let batch = BatchOptions { precision, dictionary, ..Default::default() };
            let mut agents = BatchAgent::new(&model, n, 7, &options(), batch)?;
            let mut worlds = BatchWorld::new(&model, n, 8)?;
            let rounds = (2_000_000 / n).clamp(3, 25);
            let mut life = || {
                black_box(live(&mut agents, &mut worlds, STEPS).expect("possible lives"));
            };
            let seconds = take_turns(1, rounds, &mut [("life", &mut life)])[0].spread();
            let rate = |s: f64| (n * STEPS) as f64 / s / 1e6;
            let plans =
                if dictionary { "a plan for each belief" } else { "a plan for each agent" };
            println!(
                "{n} agents, {precision:?}, {plans}: {:.2} million agent-steps/s ({:.2} to {:.2}, {rounds} rounds), {:.0} bytes an agent and {:.0} a world",
                rate(seconds.median),
                rate(seconds.hi),
                rate(seconds.lo),
                agents.bytes_per_agent(),
                worlds.bytes_per_world(),
            );
        }
    }
    if let Some(bytes) = peak_memory() {
        println!("The process held {:.0} MB at most.", bytes / 1e6);
    }
    Ok(())
}

fn table(n: usize) -> Result<()> {
    let (model, options) = (model()?, options());
    let work = Work::of(&model, &options).expect("all policies");
    println!(
        "Each agent and step: {} valuations, {} multiply-adds and {} logarithms if nothing were zero, {} bytes.",
        work.valuations, work.multiply_adds, work.logarithms, work.bytes
    );
    let mut least = [0.0; 2];
    for (least, precision) in least.iter_mut().zip([Precision::Double, Precision::Single]) {
        let machine = Machine::measure(precision);
        *least = 1e9 * machine.at_least(&work);
        println!(
            "{precision:?}, one core at its best: {:.2e} multiply-adds, {:.2e} logarithms, {:.2e} bytes each second; predicted {least:.0} ns",
            machine.multiply_adds, machine.logarithms, machine.bytes
        );
    }
    let times = ladder(&model, &options, n, STEPS, 2, 15)?;
    println!(
        "\n| {n} agents | ns for an agent and step | times the row above | times the first row | of the prediction |"
    );
    println!("|---|---|---|---|---|");
    for (i, time) in times.iter().enumerate() {
        let spread = time.spread();
        let ns = |s: f64| 1e9 * s;
        let times_faster = |other: &Timing| {
            let Spread { lo, median, hi } = time.faster_than(other);
            format!("{median:.2} ({lo:.2} to {hi:.2})")
        };
        let above = if i == 0 { String::new() } else { times_faster(&times[i - 1]) };
        let all = if i == 0 { String::new() } else { times_faster(&times[0]) };
        let share = match i {
            1 | 2 => format!("{:.2}", least[i - 1] / ns(spread.median)),
            _ => String::new(),
        };
        println!(
            "| {} | {:.0} ({:.0} to {:.0}) | {above} | {all} | {share} |",
            time.name,
            ns(spread.median),
            ns(spread.lo),
            ns(spread.hi)
        );
    }
    println!(
        "\nA share above 1: what nobody expects is skipped, and the prediction counts it.\n"
    );
    rooms()
}

/// Q-learning in the Four Rooms, through traits and without.
fn rooms() -> Result<()> {
    let options = QOptions::default();
    let steps = 300_000;
    let (mut one, mut two, mut three) =
        (GridWorld::four_rooms(), GridWorld::four_rooms(), GridWorld::four_rooms());
    let mut plain = QAgent::new(68, 4, options.clone())?;
    let mut dynamic = TabularQ::new(68, 4, &options)?;
    let mut known = dynamic.clone();
    let times = take_turns(
        2,
        15,
        &mut [
            ("QAgent through traits", &mut || {
                tabular::through_traits(&mut one, &mut plain, steps, &mut seeded(1));
            }),
            ("TabularQ through traits", &mut || {
                tabular::through_traits(&mut two, &mut dynamic, steps, &mut seeded(1));
            }),
            ("TabularQ written out", &mut || {
                tabular::written_out(&mut three, &mut known, steps, &mut seeded(1));
            }),
        ],
    );
    for time in &times {
        let Spread { lo, median, hi } = time.spread();
        let rate = |s: f64| steps as f64 / s / 1e6;
        println!(
            "Four Rooms, {}: {:.1} million steps/s ({:.1} to {:.1}), {:.1} ns a step",
            time.name,
            rate(median),
            rate(hi),
            rate(lo),
            1e9 * median / steps as f64
        );
    }
    println!(
        "The calls through dyn cost a factor of {:?}.",
        times[2].faster_than(&times[1])
    );
    Ok(())
}

fn main() -> Result<()> {
    let ladder_asked = std::env::args().any(|word| word == "--ladder");
    if ladder_asked {
        table(asked("--agents", 10_000))
    } else {
        many(asked("--agents", 100_000))
    }
}
