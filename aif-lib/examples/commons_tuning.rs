//! Where the settings of module 16 come from: Q-learners at the lake, rung by rung, and a ruler's search. Prints both tables.
//!
//! `cargo run --release --example commons_tuning`, some minutes. The villages are others than those of the notebook.

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
        for alpha in [0.03, 0.1, 0.3] {
            for start in [25.0, 50.0, 100.0] {
                let survey = village::survey(&regime.learning(alpha, start, 1400), 8, 50);
                println!("{name}: α {alpha}, first value {start}: net {:?}", survey.net);
            }
        }
    }
    let (best, net) = village::found_by_search(40, 8, 60);
    println!("ruler: {:?} with {:?} had {net:.3}", best.quotas, best.law);
}
