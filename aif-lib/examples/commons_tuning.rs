//! Where the settings of module 16 come from: Q-learners at the lake, rung by rung, and a ruler's search. Prints both tables.
//!
//! `cargo run --release --example commons_tuning`, a quarter of an hour. The villages are others than those of the notebook.

use aif_lib::prelude::*;

fn main() {
    let free = Regime::default();
    let rungs: [(&str, Regime); 6] = [
        ("free", free),
        ("law, quota 1", free.law(0.3, 4.0).fixed(1)),
        ("law, quota 1, today's reading", free.law(0.3, 4.0).fixed(1).forgetful()),
        ("care .5", free.caring(0.5)),
        ("care 1", free.caring(1.0)),
        ("law, ruler", free.law(0.3, 4.0).ruler([25.0, 45.0, 60.0])),
    ];
    for (name, regime) in rungs {
        for alpha in [0.01, 0.03, 0.1, 0.3, 0.6] {
            for start in [0.0, 12.5, 25.0, 50.0, 100.0, 200.0, 400.0] {
                let survey = village::survey(&regime.learning(alpha, start, 1400), 8, 50);
                let (net, survival) = (survey.net, survey.survival.mean);
                println!(
                    "{name}: α {alpha}, first value {start}: net {net:?}, survival {survival:.2}"
                );
            }
        }
    }
    // Without a law there is no best first value in the grid. Further on, and with more practice:
    for start in [800.0, 1600.0] {
        for practice in [1400, 5600] {
            let survey = village::survey(&free.learning(0.1, start, practice), 12, 52);
            let (net, survival) = (survey.net, survey.survival.mean);
            println!(
                "free, first value {start}, {practice} episodes: net {net:?}, survival {survival:.2}"
            );
        }
    }
    let (best, net) = village::found_by_search(40, 8, 60);
    println!("ruler: {:?} with {:?} had {net:.3}", best.quotas, best.law);
}
